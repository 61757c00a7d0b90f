#include "gear/generations.h"
#include "gear/loop.h"
#include "gear/shelf.h"
#include "web/assets.h"
#include "web/inner.h"
#include "web/ready.h"

#define SHELF_BYTES ((size_t)16 << 20)
#define KEY_MOST 1000

static struct shelf *shelf;

struct front { /* what stands before head and body */
	struct generations generations;
	size_t n_head;
};

/* Those that serve() never looks at in a GET, and those that proxies add for peer.c.  A header that
 * is not here goes the long way, where whoever wants to know of it can. */
bool
ready_for(text header)
{
	static const text harmless[] = { "accept", "accept-encoding", "accept-language",
		"cache-control", "connection", "dnt", "forwarded", "host", "pragma", "priority",
		"referer", "sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest",
		"sec-fetch-mode", "sec-fetch-site", "sec-fetch-user", "sec-gpc",
		"upgrade-insecure-requests", "user-agent", "via", "x-forwarded-for",
		"x-forwarded-host", "x-forwarded-proto", "x-real-ip" };

	for (size_t i = 0; i < LENGTH(harmless); i++)
		if ((header[0] | 0x20) == harmless[i][0] && strcasecmp(header, harmless[i]) == 0)
			return true;
	return false;
}

/* False: too long to be worth it. */
static bool
key_of(char key[static KEY_MOST], text path, text query, text accept, text accept_encoding)
{
	size_t n_path = strlen(path), n_query = strlen(query), n_accept = strlen(accept);

	if (n_path + n_query + n_accept + 4 > KEY_MOST)
		return false;
	*key++ = coding_welcome(accept_encoding, "gzip") ? 'z' : '-';
	key = mempcpy(key, path, n_path);
	*key++ = '?';
	key = mempcpy(key, query, n_query);
	*key++ = '\n';
	key = mempcpy(key, accept, n_accept);
	*key = 0;
	return true;
}

bool
ready_find(text path, text query, text accept, text accept_encoding, instant now, struct ready *out)
{
	char key[KEY_MOST];
	struct front f;
	instant until;
	size_t n;

	if (shelf == NULL || !key_of(key, path, query, accept, accept_encoding))
		return false;
	const char *bytes = shelf_get(shelf, key, "", now, &n, &until);
	if (bytes == NULL)
		return false;
	memcpy(&f, bytes, sizeof f);
	if (!generations_hold(&f.generations)) {
		shelf_drop(shelf, key);
		return false;
	}
	*out = (struct ready){ .head = bytes + sizeof f, .n_head = f.n_head };
	out->body = out->head + f.n_head;
	out->n_body = n - sizeof f - f.n_head;
	return true;
}

/* ---- putting one away */

static text
accept_of(const struct request *q)
{
	text accept = header_of(q, "accept");

	return accept ? accept : "";
}

static bool
whole_request_is_harmless(const struct request *q)
{
	int accepts = 0, codings = 0;

	for (size_t i = 0; i < q->headers.n; i++) {
		if (!ready_for(q->headers.v[i].name))
			return false;
		accepts += text_is(q->headers.v[i].name, "accept");
		codings += text_is(q->headers.v[i].name, "accept-encoding");
	}
	return accepts <= 1 && codings <= 1;
}

/* The generations of the page's tags, if they are still those under which it was read. */
static bool
same_generations(struct call *call, struct generations *g)
{
	const struct permit *kept = &call->kept;

	if (!generations_take(kept->tags, g))
		return false;
	text now = generations_stamp(call->c->arena, kept->tags);
	return now && text_is(now, kept->stamp);
}

void
ready_put(struct call *call)
{
	const struct response *out = call->out;
	struct buf b = BUF(call->c->arena);
	struct front f = { 0 };
	char key[KEY_MOST];

	if (call->kept.stamp == NULL || call->kept.until.us == 0 || out->status != 200 ||
	    call->q->method != GET || !whole_request_is_harmless(call->q) ||
	    !key_of(key, call->q->path, call->q->query, accept_of(call->q),
		header_of(call->q, "accept-encoding")) ||
	    !same_generations(call, &f.generations))
		return;
	buf_bytes(&b, &f, sizeof f);
	buf_fmt(&b, "Content-Type: %s\r\n", out->type);
	for (size_t i = 0; i < out->headers.n; i++) {
		if (text_is(out->headers.v[i].name, "Set-Cookie"))
			return;
		if (!text_is(out->headers.v[i].name, "X-Request-Id"))
			buf_fmt(&b, "%s: %s\r\n", out->headers.v[i].name, out->headers.v[i].value);
	}
	buf_fmt(&b, "content-length: %zu\r\n\r\n", out->n_body);
	f.n_head = b.n - sizeof f;
	memcpy(b.p, &f, sizeof f);
	buf_bytes(&b, out->body, out->n_body);
	if (shelf == NULL)
		shelf = shelf_new(SHELF_BYTES);
	shelf_put(shelf, key, "", b.p, b.n, call->kept.until);
}
