/* upgrade.c -- the handshake of a WebSocket: RFC 6455, section 4.2. */
#include "base/frame.h"
#include "web/inner.h"
#include "web/socket.h"

/* Is the word in a list of tokens like "keep-alive, Upgrade", whatever its case (RFC 9110, 5.6.1)? */
static bool
names(text list, text word)
{
	size_t n = strlen(word);

	while (list && *list) {
		list += strspn(list, " \t,");
		size_t k = strcspn(list, " \t,");

		if (k == n && strncasecmp(list, word, n) == 0)
			return true;
		list += k;
	}
	return false;
}

/* Any of the header's lines: it may come in several. */
static bool
header_names(const struct request *q, text header, text word)
{
	for (size_t i = 0; i < q->headers.n; i++)
		if (text_is(q->headers.v[i].name, header) && names(q->headers.v[i].value, word))
			return true;
	return false;
}

static bool
header_once(const struct request *q, text header)
{
	int n = 0;

	for (size_t i = 0; i < q->headers.n; i++)
		n += text_is(q->headers.v[i].name, header);
	return n == 1;
}

enum problem
upgrade_asked(struct call *call)
{
	const struct request *q = call->q;
	struct ctx *c = call->c;
	text version = header_of(q, "sec-websocket-version");

	if (call->head || !header_names(q, "upgrade", "websocket"))
		return UPGRADE_REQUIRED;
	if (!header_names(q, "connection", "upgrade"))
		return fail(c, MALFORMED, "The handshake lacks Connection: Upgrade.");
	if (version == NULL || !text_is(version, "13"))
		return fail(c, UPGRADE_REQUIRED, "The version spoken here is 13.");
	if (!header_once(q, "sec-websocket-key") ||
	    frame_accept(c->arena, header_of(q, "sec-websocket-key")) == NULL)
		return fail(c, MALFORMED, "The handshake lacks a Sec-WebSocket-Key of 16 bytes.");
	if (!q->alone)
		return fail(
		    c, MALFORMED, "A handshake takes HTTP/1.1, and nothing sent behind it.");
	if (sockets_full()) {
		c->retry_after = 5;
		return BUSY;
	}
	return OK;
}

enum problem
reply_socket(struct reply *r, text region)
{
	r->status = 101;
	r->socket = true;
	r->socket_region = region;
	return OK;
}

void
dress_socket(struct call *call)
{
	struct opening *o = arena_alloc(call->c->arena, sizeof *o);

	*o = (struct opening){ call->c->person, call->reply.socket_region, call->route->said };
	call->out->opening = o;
	call->out->type = "";
	header_add(call, "Upgrade", "websocket");
	header_add(call, "Connection", "Upgrade");
	header_add(call, "Sec-WebSocket-Accept",
	    frame_accept(call->c->arena, header_of(call->q, "sec-websocket-key")));
}
