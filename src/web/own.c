/* own.c -- the addresses that belong to no slice: assets, appearance, documents, health. */
#include "gear/cache.h"
#include "gear/migrate.h"
#include "web/assets.h"
#include "web/inner.h"
#include "web/metrics.h"
#include "web/openapi.h"

/* ---- small documents */

static enum problem
plain(struct reply *r, text words)
{
	return reply_bytes(r, "text/plain; charset=utf-8", words, strlen(words));
}

static enum problem
healthz(struct ctx *c, const void *in, struct reply *r)
{
	(void)c, (void)in;
	return plain(r, "ok\n");
}

/* Fit to serve?  The database answers and is migrated.  Redis being away makes us slower, not
 * unfit; it is told. */
static enum problem
readyz(struct ctx *c, const void *in, struct reply *r)
{
	int64_t missing = 0;

	(void)in;
	if (migrations_missing(c, &missing) != OK)
		return fail(c, UNAVAILABLE, "The database does not answer.");
	if (missing > 0)
		return fail(c, UNAVAILABLE, "The database waits for its migrations.");
	return plain(r,
	    arena_fmt(c->arena, "database ok\nmigrations ok\nredis %s\n",
		c->cache && cache_up(c->cache) ? "ok" : "away: slower, not wrong"));
}

static enum problem
metrics(struct ctx *c, const void *in, struct reply *r)
{
	struct buf b = BUF(c->arena);

	(void)in;
	metrics_print(&b, c);
	return reply_bytes(r, "text/plain; version=0.0.4; charset=utf-8", b.p, b.n);
}

static enum problem
robots(struct ctx *c, const void *in, struct reply *r)
{
	(void)in;
	return plain(r,
	    arena_fmt(c->arena,
		"User-agent: *\nDisallow: /admin\nDisallow: /quotes\n"
		"Disallow: /login\nDisallow: /signup\nAllow: /\n"));
}

static enum problem
openapi_json(struct ctx *c, const void *in, struct reply *r)
{
	static text kept;
	static size_t n;

	(void)c, (void)in;
	if (kept == NULL) {
		struct buf b = BUF(arena_new()); /* for ever */

		openapi(&b);
		kept = b.p;
		n = b.n;
	}
	return reply_bytes(r, "application/json", kept, n);
}

/* ---- what browsers ask for by custom; other assets are sent by asset_serve() */

static enum problem
send_asset(text name, struct reply *r)
{
	const struct asset *a = asset_named(name);

	return a ? reply_bytes(r, a->type, a->plain, a->n_plain) : NOT_FOUND;
}

static enum problem
favicon(struct ctx *c, const void *in, struct reply *r)
{
	(void)c, (void)in;
	return send_asset("icon.svg", r);
}

static enum problem
manifest(struct ctx *c, const void *in, struct reply *r)
{
	(void)c, (void)in;
	return send_asset("manifest.webmanifest", r);
}

/* ---- appearance */

struct appearance {
	text theme, next;
};
static const text themes[] = { "", "light", "dark", NULL };
static const struct field appearance_fields[] = {
	FIELD(appearance, theme, .among = themes, .doc = "light, dark, or empty: as the device"),
	FIELD(appearance, next, .max = 500, .doc = "Where to go on: an address of ours"), FIELD_END
};

bool
local_address(text s)
{
	return s[0] == '/' && s[1] != '/' && s[1] != '\\' && !strpbrk(s, "\r\n\t\\");
}

static enum problem
appearance(struct ctx *c, const void *in, struct reply *r)
{
	const struct appearance *a = in;

	(void)c;
	r->cookie_theme = a->theme;
	return reply_done(r, local_address(a->next) ? a->next : "/");
}

/* ---- the page of the API, from the same rows */

struct doc_field {
	text name, type, doc;
	bool required;
};
static const struct field doc_field_fields[] = { FIELD(doc_field, name), FIELD(doc_field, type),
	FIELD(doc_field, doc), FIELD(doc_field, required), FIELD_END };
struct doc_row {
	text method, path, anchor, who, doc;
	struct rows takes, gives;
	text fails;
	bool list, once, key;
};
static const struct field doc_row_fields[] = { FIELD(doc_row, method), FIELD(doc_row, path),
	FIELD(doc_row, anchor), FIELD(doc_row, who), FIELD(doc_row, doc),
	FIELD_LIST(doc_row, takes, doc_field), FIELD_LIST(doc_row, gives, doc_field),
	FIELD(doc_row, fails), FIELD(doc_row, list), FIELD(doc_row, once), FIELD(doc_row, key),
	FIELD_END };
struct docs {
	struct rows rows;
};
static const struct field docs_fields[] = { FIELD_LIST(docs, rows, doc_row), FIELD_END };

static struct rows
doc_fields(struct arena *a, const struct field *f, bool reading)
{
	static const text types[] = { "yes or no", "whole number", "number", "text", "time",
		"money", "object", "list" };
	struct rows rows = { 0 };
	size_t n = 0;

	for (const struct field *x = f; x && x->name; x++)
		n++;
	rows.v = arena_alloc(a, (n + 1) * sizeof(struct doc_field));
	for (; f && f->name; f++) {
		if (!reading && (f->secret || f->hidden))
			continue;
		*ROW(doc_field, rows, rows.n++) = (struct doc_field){ f->name, types[f->type],
			f->doc ? f->doc : "", f->required };
	}
	return rows;
}

static text
doc_fails(struct arena *a, const struct route *r)
{
	struct buf b = BUF(a);

	for (const enum problem *p = r->fails; p && *p != OK; p++)
		buf_fmt(
		    &b, "%s%d %s", p == r->fails ? "" : ", ", problem_status(*p), problem_name(*p));
	return buf_text(&b);
}

static void
doc_row(struct arena *a, const struct route *r, struct doc_row *out)
{
	static const text methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
		"HEAD" };
	static const text who[] = { "anyone", "anyone signed in", "operators", "admins" };
	char *anchor = arena_fmt(a, "%s%s", methods[r->method], r->path);

	for (char *p = anchor; *p; p++)
		if (*p == '/' || *p == ':' || *p == '.')
			*p = '-';
	*out = (struct doc_row){ .method = methods[r->method],
		.path = arena_fmt(a, "%s%s", r->dress == BOTH ? "/api/v1" : "", r->path),
		.anchor = anchor,
		.who = who[r->who],
		.doc = r->doc ? r->doc : "",
		.takes = doc_fields(a, r->in, true),
		.gives = doc_fields(a, r->out, false),
		.fails = doc_fails(a, r),
		.list = r->out_list,
		.once = r->once,
		.key = r->scope != NULL };
}

static enum problem
show_docs(struct ctx *c, const void *in, struct reply *r)
{
	struct docs *docs = arena_alloc(c->arena, sizeof *docs);
	size_t n = 0;

	(void)in;
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *x = *list; x->path; x++)
			n++;
	docs->rows.v = arena_alloc(c->arena, n * sizeof(struct doc_row));
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *x = *list; x->path; x++)
			if (openapi_covers(x))
				doc_row(c->arena, x, ROW(doc_row, docs->rows, docs->rows.n++));
	return reply_one(r, docs);
}

/* ---- where an admin begins */

struct start {
	bool ignored;
};
static const struct field start_fields[] = { FIELD_END };

static enum problem
show_start(struct ctx *c, const void *in, struct reply *r)
{
	(void)in;
	return reply_one(r, arena_alloc(c->arena, sizeof(struct start)));
}

const struct route web_routes[] = {
	{ GET, "/admin", ADMIN, show_start, GIVES(start), .dress = PAGE_ONLY, .page = "admin/start",
	    .doc = "Where an admin begins." },
	{ GET, "/healthz", ANYONE, healthz, .dress = PAGE_ONLY, .doc = "The process answers." },
	{ GET, "/readyz", ANYONE, readyz, .dress = PAGE_ONLY, .doc = "Fit to serve." },
	{ GET, "/metrics", ADMIN, metrics, .dress = PAGE_ONLY, .scope = "metrics",
	    .doc = "Figures in Prometheus' text format." },
	{ GET, "/robots.txt", ANYONE, robots, .dress = PAGE_ONLY,
	    .doc = "What crawlers may read." },
	{ GET, "/favicon.ico", ANYONE, favicon, .dress = PAGE_ONLY,
	    .doc = "The mark of the product, for tabs." },
	{ GET, "/manifest.webmanifest", ANYONE, manifest, .dress = PAGE_ONLY,
	    .doc = "For home screens." },
	{ GET, "/api/openapi.json", ANYONE, openapi_json, .dress = PAGE_ONLY, .cached = true,
	    .cache_tags = (const text[]){ "docs", NULL },
	    .doc = "This document: every address, OpenAPI 3.1." },
	{ GET, "/api/docs", ANYONE, show_docs, GIVES(docs), .dress = PAGE_ONLY, .page = "docs",
	    .cached = true, .cache_tags = (const text[]){ "docs", NULL },
	    .doc = "Every address, to read." },
	{ POST, "/appearance", ANYONE, appearance, TAKES(appearance), .dress = PAGE_ONLY,
	    .free_of_csrf = true, .doc = "Light, dark, or as the device." },
	{ .path = NULL },
};
