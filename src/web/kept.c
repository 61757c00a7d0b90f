/*
 * kept.c -- public pages, kept whole.
 *
 * A row marked CACHED gives the same bytes to everyone who is not signed in.  They are kept under
 * the path, the query's own fields, the format and the theme, and fall with the tags of the row:
 * see gear/cache.h for why what is served after a write is never older than the write.
 */
#include "gear/cache.h"
#include "web/inner.h"

#define KEPT_SECONDS                                                                               \
	15 /* what changes by the clock alone (a reservation begins) is at most this late */
#define QUERY_MOST 512

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

/* Parameters that the row does not know make no other page. */
static text
key_of(struct call *call)
{
	struct buf b = BUF(call->c->arena);

	buf_fmt(&b, "page:%d:%s:%s", (int)call->format, call->theme, call->route->path);
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

static void
send_kept(struct call *call, text bytes, size_t n)
{
	struct response *out = call->out;
	text seen = header_of(call->q, "if-none-match"), etag, type_end;

	/* "<etag> <type>\n<body>" */
	type_end = memchr(bytes, '\n', n);
	size_t head = (size_t)(type_end - bytes);
	size_t tag = strcspn(bytes, " ");
	etag = arena_fmt(call->c->arena, "\"%.*s\"", (int)tag, bytes);
	out->status = 200;
	out->type = arena_bytes(call->c->arena, bytes + tag + 1, head - tag - 1);
	out->body = type_end + 1;
	out->n_body = n - head - 1;
	header_add(call, "ETag", etag);
	if (seen && strstr(seen, etag)) {
		out->status = 304;
		out->n_body = 0;
	}
}

bool
kept_serve(struct call *call, struct permit *permit)
{
	size_t n;

	if (!kept_possible(call) || has_login_cookie(call))
		return false;
	text bytes = cache_get(call->c, key_of(call), tags_of(call), permit, &n);
	if (bytes == NULL)
		return false;
	send_kept(call, bytes, n);
	return true;
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
kept_store(struct call *call, const struct permit *permit)
{
	struct response *out = call->out;
	struct buf b = BUF(call->c->arena);

	if (permit->stamp == NULL || out->status != 200 || out->n_body == 0)
		return;
	buf_fmt(&b, "%016llx %s\n", (unsigned long long)hash(out->body, out->n_body), out->type);
	buf_bytes(&b, out->body, out->n_body);
	cache_put(call->c, permit, b.p, b.n, KEPT_SECONDS);
	send_kept(call, b.p, b.n);
}
