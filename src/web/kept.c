/*
 * kept.c -- public pages, kept whole.
 *
 * A row marked CACHED gives the same bytes to everyone who is not signed in.  They are kept under
 * the path, the query's own fields, the format and the theme, and fall with the tags of the row:
 * see gear/cache.h for why what is served after a write is never older than the write.
 *
 * They are kept packed for those who take that, and once more as they are for the others.  No other page is packed: these
 * hold no secret (gear/pack.h).
 */
#include "gear/cache.h"
#include "gear/pack.h"
#include "web/assets.h"
#include "web/inner.h"
#include "web/metrics.h"

#define KEPT_SECONDS                                                                               \
	15 /* what changes by the clock alone (a reservation begins) is at most this late */
#define QUERY_MOST 512
#define PACK_LEAST 1000 /* smaller ones fit into one packet as they are */
#define TRIES 2 /* so often somebody else is waited for */

bool
kept_possible(const struct call *call)
{
	return call->route && call->route->cached && call->method == GET && call->login == NULL &&
	    header_of(call->q, "authorization") == NULL &&
	    header_of(call->q, "x-api-key") == NULL && call->flash[0] == 0 && call->c->cache &&
	    strlen(call->q->query) <= QUERY_MOST;
}

static bool
has_login_cookie(const struct call *call)
{
	return cookie_of(call, "sid") != NULL;
}

static bool
packed(const struct call *call)
{
	return coding_welcome(header_of(call->q, "accept-encoding"), "gzip");
}

/* Parameters that the row does not know make no other page.  2: what send_kept() reads; another program's pages may lie
 * in Redis. */
static text
key_of(struct call *call)
{
	struct buf b = BUF(call->c->arena);

	buf_fmt(&b, "page2:%d%s:%s:%s", (int)call->format, packed(call) ? "z" : "", call->theme,
	    call->route->path);
	for (const struct field *f = call->route->in; f && f->name; f++) {
		struct raw raw = typed(call, f);

		if (!raw.present || raw.text == NULL)
			continue;
		buf_fmt(&b, "&%s=", f->name);
		buf_url(&b, raw.text);
	}
	return buf_text(&b);
}

/* So nor may they stand in it: whoever asks first would write into the page of all the others. */
text
kept_here(struct call *call)
{
	struct buf b = BUF(call->c->arena);
	text between = "?";

	buf_add(&b, call->q->path);
	for (const struct field *f = call->route->in; f && f->name; f++) {
		struct raw raw = form_field(&call->query, f);

		if (!raw.present || raw.text == NULL || pairs_get(&call->segments, f->name))
			continue;
		buf_fmt(&b, "%s%s=", between, f->name);
		buf_url(&b, raw.text);
		between = "&";
	}
	return buf_text(&b);
}

/* "lot::id" with the path's id put in. */
static const text *
tags_of(struct call *call)
{
	const text *from = call->route->cache_tags;
	size_t n = 0;

	while (from[n])
		n++;
	text *tags = arena_alloc(call->c->arena, (n + 1) * sizeof *tags);
	for (size_t i = 0; i < n; i++) {
		text colon = strstr(from[i], "::");
		text value = colon ? pairs_get(&call->segments, colon + 2) : NULL;

		tags[i] = value
		    ? arena_fmt(call->c->arena, "%.*s:%s", (int)(colon - from[i]), from[i], value)
		    : from[i];
	}
	return tags;
}

/* "<etag> <coding, or -> <type>\n<body>" */
static void
send_kept(struct call *call, text bytes, size_t n)
{
	struct response *out = call->out;
	text seen = header_of(call->q, "if-none-match");
	text end = memchr(bytes, '\n', n), coding = memchr(bytes, ' ', n),
	     type = strchr(coding + 1, ' ');
	text etag = arena_fmt(call->c->arena, "\"%.*s\"", (int)(coding - bytes), bytes);

	coding++;
	out->status = 200;
	out->type = arena_bytes(call->c->arena, type + 1, (size_t)(end - type) - 1);
	out->body = end + 1;
	out->n_body = n - (size_t)(out->body - bytes);
	header_add(call, "ETag", etag);
	if (*coding != '-')
		header_add(call, "Content-Encoding",
		    arena_bytes(call->c->arena, coding, (size_t)(type - coding)));
	if (seen && strstr(seen, etag)) {
		out->status = 304;
		out->n_body = 0;
	}
}

static bool
find(struct call *call)
{
	size_t n;
	text bytes = cache_get(call->c, key_of(call), tags_of(call), &call->kept, &n);

	if (bytes == NULL)
		return false;
	send_kept(call, bytes, n);
	metrics_page(PAGE_FOUND);
	return true;
}

/* Who finds nothing waits for whoever makes the same page under the same generations: what comes of that is as new as
 * what this caller would have read.  It is looked for again, so that only the cache says what may be given. */
bool
kept_serve(struct call *call)
{
	if (!kept_possible(call) || has_login_cookie(call))
		return false;
	for (int tries = 0; tries < TRIES; tries++) {
		if (find(call))
			return true;
		const struct permit *p = &call->kept;
		if (p->stamp == NULL ||
		    single_begin(
			&call->making, arena_fmt(call->c->arena, "%s\n%s", p->key, p->stamp)))
			return false;
	}
	return find(call);
}

void
kept_end(struct call *call)
{
	single_end(&call->making);
}

/* FNV-1a, 64 bits: tells versions of one page apart, proves nothing. */
static uint64_t
hash(const char *s, size_t n)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211u;
	return h;
}

void
kept_store(struct call *call)
{
	struct permit *permit = &call->kept;
	struct response *out = call->out;
	struct buf b = BUF(call->c->arena);

	if (kept_possible(call) && out->status == 200)
		metrics_page(PAGE_MADE);
	if (permit->stamp == NULL || out->status != 200 || out->n_body == 0)
		return;
	size_t n = 0;
	text small = out->n_body >= PACK_LEAST && packed(call)
	    ? pack(call->c->arena, out->body, out->n_body, &n)
	    : NULL;
	if (small) {
		out->body = small;
		out->n_body = n;
	}
	buf_fmt(&b, "%016llx %s %s\n", (unsigned long long)hash(out->body, out->n_body),
	    small ? "gzip" : "-", out->type);
	buf_bytes(&b, out->body, out->n_body);
	cache_put(call->c, permit, b.p, b.n, KEPT_SECONDS);
	send_kept(call, b.p, b.n);
}
