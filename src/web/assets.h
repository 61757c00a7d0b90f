/*
 * assets.h -- stylesheets, scripts, fonts and pictures, embedded in the program.
 *
 * src/tools/embed.c makes them from assets/: a name with the hash of the content, the bytes plain,
 * with gzip and with brotli.  An address never changes its content, so it may be cached for ever.
 */
#ifndef ASSETS_H
#define ASSETS_H

#include "base/base.h"

struct asset {
	text name; /* "style.css" */
	text url; /* "/assets/style.1f3a5c7e.css" */
	text type; /* "text/css; charset=utf-8" */
	text etag; /* with its quotes */
	text integrity; /* "sha256-…" */
	const void *plain, *gzip, *brotli; /* gzip and brotli NULL where they would be no smaller */
	size_t n_plain, n_gzip, n_brotli;
};
extern const struct asset all_assets[];
extern const size_t n_assets;

const struct asset *asset_at(text url); /* NULL if there is none */
const struct asset *asset_named(text name); /* NULL if there is none */
/* The bytes to send for this Accept-Encoding (NULL: plain); *encoding NULL, "gzip" or "br". */
const void *asset_bytes(const struct asset *, text accept_encoding, size_t *n, text *encoding);

/* May an answer to this Accept-Encoding (NULL: none) be packed in that way?  RFC 9110, 12.5.3; "*" stands for those not
 * named. */
bool coding_welcome(text accept_encoding, text coding);

/* For templates: {{asset.style_css}} is the url, {{asset.app_js_integrity}} the hash.  Made by
 * embed. */
struct asset_names;
extern const struct asset_names asset_names;
extern const struct field asset_names_fields[];

#endif
