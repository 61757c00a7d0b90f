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
	r->momentary = true;
	return plain(r, "ok\n");
}

/* Fit to serve?  The database answers and is migrated.  Redis being away makes us slower, not
 * unfit; it is told. */
static enum problem
readyz(struct ctx *c, const void *in, struct reply *r)
{
	int64_t missing = 0;

	(void)in;
	r->momentary = true;
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
	static struct buf kept;

	(void)c, (void)in;
	if (kept.n == 0) {
		kept = BUF(arena_new()); /* for ever */
		openapi(&kept);
	}
	return reply_bytes(r, "application/json", kept.p, kept.n);
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

const struct route web_routes[] = {
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
	{ POST, "/appearance", ANYONE, appearance, TAKES(appearance), .dress = PAGE_ONLY,
	    .again = "/", .free_of_csrf = true, .doc = "Light, dark, or as the device." },
	{ .path = NULL },
};
