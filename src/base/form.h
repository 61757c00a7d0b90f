/*
 * form.h -- the small formats of HTTP: forms, query strings, cookies, multipart, JSON bodies.
 *
 * Every parser here takes bytes and a length, copies what it keeps into the arena, and has a fuzzer
 * in tests/fuzz.
 */
#ifndef FORM_H
#define FORM_H

#include "base/base.h"

struct pair {
	text name, value;
};
struct pairs {
	struct pair *v;
	size_t n;
};
text pairs_get(const struct pairs *, text name); /* the first of that name, or NULL */
void pairs_add(struct arena *, struct pairs *, text name, text value);

/* application/x-www-form-urlencoded (WHATWG URL, 5.1); also a query string.  False, with pairs as
 * far as they went: a broken %-escape, a NUL, broken UTF-8, or more than 1,000 pairs. */
bool form_parse(struct arena *, const char *, size_t n, struct pairs *out);
struct raw form_field(void *pairs, const struct field *); /* a field_source over struct pairs */

/* Cookie: a=b; c=d (RFC 6265, 5.4 read leniently): values keep '=' and may be quoted; bad pairs are
 * skipped. */
void cookies_parse(struct arena *, text header, struct pairs *out);

/* multipart/form-data (RFC 7578).  Parts point into the body, which must outlive them. */
struct part {
	text name;
	text file_name; /* NULL: an ordinary field; stripped of any path */
	text type; /* "" if it has none */
	const char *bytes;
	size_t n;
};
bool multipart_boundary(struct arena *, text content_type, text *out);
/* False if the bytes are not that, or hold more than 100 parts. */
bool multipart_parse(struct arena *, text boundary, const char *, size_t n, struct rows *parts);

/* A JSON text (RFC 8259), read by jansson after a check of its nesting (32 at most) and its UTF-8.
 */
struct json;
const struct json *json_parse(struct arena *, const char *, size_t n, text *why); /* NULL and why */
bool json_is_object(const struct json *);
bool json_is_array(const struct json *);
size_t json_count(const struct json *);
const struct json *json_item(const struct json *, size_t i);
const struct json *json_member(const struct json *, text name); /* NULL if absent */
/* A scalar as the text a form would have sent: strings as they are, 12, 1.5, true; NULL for null,
 * lists, objects. */
text json_scalar(struct arena *, const struct json *);
struct json_source {
	struct arena *arena;
	const struct json *object;
};
struct raw json_field(void *json_source, const struct field *); /* a field_source */

/* The type of a header like Content-Type: "text/html" of "Text/HTML; charset=utf-8". */
text media_type(struct arena *, text header);
/* Does Accept put application/json ahead of text/html?  (RFC 9110, 12.5.1: q values, then
 * specificity, then order.) */
enum accepts { ACCEPTS_ANY, ACCEPTS_HTML, ACCEPTS_JSON, ACCEPTS_NEITHER };
enum accepts accept_choose(text header_or_null);

#endif
