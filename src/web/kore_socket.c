/*
 * kore_socket.c -- a connection of Kore's that has become a WebSocket.
 *
 * Of Kore it uses the loop, the buffers and the sending; not its WebSocket, which puts no fragments together, checks
 * neither UTF-8 nor Origin, knows no close codes and lets a slow reader's queue grow without end.
 */
#include <sys/types.h>
#include <kore.h>
#include <http.h>

#include "web/edge.h"
#include "web/socket.h"

#define READ_BYTES 2048 /* at once: what most clients say is shorter */

struct kore_wire {
	struct wire wire; /* first */
	struct connection *kore;
	struct socket *socket; /* NULL: it has ended, and the rest is not read */
};

static int
bytes_came(struct netbuf *nb)
{
	struct connection *c = nb->owner;
	struct kore_wire *w = c->hdlr_extra;
	size_t n = nb->s_off;

	nb->s_off = 0;
	if (w == NULL || c->state != CONN_STATE_ESTABLISHED)
		return KORE_RESULT_ERROR;
	socket_bytes(w->socket, (const char *)nb->buf, n);
	return c->state == CONN_STATE_ESTABLISHED ? KORE_RESULT_OK : KORE_RESULT_ERROR;
}

static void
wire_send(struct wire *to, const void *head, size_t n_head, const void *bytes, size_t n)
{
	struct connection *c = ((struct kore_wire *)(void *)to)->kore;

	if (c->state != CONN_STATE_ESTABLISHED)
		return;
	net_send_queue(c, head, n_head);
	if (n)
		net_send_queue(c, bytes, n);
	if (net_send_flush(c) != KORE_RESULT_OK)
		kore_connection_disconnect(c);
}

static size_t
wire_unsent(const struct wire *of)
{
	const struct connection *c = ((const struct kore_wire *)(const void *)of)->kore;
	size_t n = 0;

	for (const struct netbuf *nb = TAILQ_FIRST(&c->send_queue); nb; nb = TAILQ_NEXT(nb, list))
		n += nb->b_len - nb->s_off;
	return n;
}

/* Kore reads nothing for a connection that has no buffer. */
static void
wire_rest(struct wire *it, bool resting)
{
	struct connection *c = ((struct kore_wire *)(void *)it)->kore;

	if (c->state != CONN_STATE_ESTABLISHED || c->flags & CONN_CLOSE_EMPTY)
		return;
	if (resting) {
		kore_free(c->rnb->buf);
		c->rnb->buf = NULL;
		c->rnb->m_len = 0;
		return;
	}
	net_recv_reset(c, READ_BYTES, bytes_came);
	if (net_recv_flush(c) != KORE_RESULT_OK)
		kore_connection_disconnect(c);
}

/* What waits goes out; then the other side hears that no more comes, and what it still sends is read and dropped. */
static void
wire_end(struct wire *it)
{
	struct connection *c = ((struct kore_wire *)(void *)it)->kore;

	if (c->state != CONN_STATE_ESTABLISHED)
		return;
	c->flags |= CONN_CLOSE_EMPTY | CONN_LINGER;
	if (net_send_flush(c) != KORE_RESULT_OK)
		kore_connection_disconnect(c);
}

static void
wire_cut(struct wire *it)
{
	kore_connection_disconnect(((struct kore_wire *)(void *)it)->kore);
}

static void
connection_gone(struct connection *c)
{
	struct kore_wire *w = c->hdlr_extra;

	c->hdlr_extra = NULL; /* Kore would free it */
	c->evt.flags &= ~(KORE_EVENT_READ | KORE_EVENT_WRITE);
	if (w == NULL)
		return;
	socket_gone(w->socket);
	free(w);
}

bool
edge_may_become_socket(const struct http_request *req)
{
	return (req->flags & (HTTP_REQUEST_CLOSE | HTTP_VERSION_1_0)) == 0;
}

/* The connection's idle time is ours to judge from now on: we ping. */
static void
take_over(struct connection *c, struct kore_wire *w)
{
	c->hdlr_extra = w;
	c->disconnect = connection_gone;
	c->http_timeout = 0;
	c->idle_timer.length = UINT64_MAX;
	net_recv_reset(c, READ_BYTES, bytes_came);
	c->rnb->flags |= NETBUF_CALL_CB_ALWAYS;
	if (net_recv_flush(c) != KORE_RESULT_OK)
		kore_connection_disconnect(c);
}

void
edge_become_socket(struct http_request *req, const struct opening *o)
{
	static const struct wire calls = { wire_send, wire_unsent, wire_rest, wire_end, wire_cut };
	struct connection *c = req->owner;
	struct kore_wire *w = memory_take(sizeof *w);

	*w = (struct kore_wire){ calls, c, NULL };
	c->proto = CONN_PROTO_WEBSOCKET;
	c->flags |= CONN_IS_BUSY; /* or Kore would read on for a request */
	http_response(req, HTTP_STATUS_SWITCHING_PROTOCOLS, NULL, 0);
	c->flags &= ~CONN_IS_BUSY;
	w->socket = socket_open(&w->wire, o);
	take_over(c, w);
}
