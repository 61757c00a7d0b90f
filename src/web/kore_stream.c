/*
 * kore_stream.c -- an answer that is made while it goes out (struct stream).
 *
 * Kore has no such answers, so its framing is ours: chunks (RFC 9112, 7.1) for HTTP/1.1, bytes up to the
 * connection's end for HTTP/1.0.  The request's coroutine makes a piece, hands it to the connection and
 * sleeps until nearly all of it has been taken: no client, however slow, makes more than a piece or two pile up.
 * One that takes too little is cut off, since a stream holds a connection to the database.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <kore.h>
#include <http.h>

#include "gear/log.h"
#include "web/edge.h"
#include "web/web.h"

enum {
	LITTLE = 16 * 1024, /* so much may be left of a piece when the next is made */
	PIECE_MS = 30000, /* to take one */
	WHOLE_MS = 15 * 60000, /* to take all */
};

static size_t
unsent(const struct connection *c)
{
	size_t n = 0;

	for (const struct netbuf *nb = TAILQ_FIRST(&c->send_queue); nb; nb = TAILQ_NEXT(nb, list))
		n += nb->b_len - nb->s_off;
	return n;
}

void
edge_stream_wake(struct edge_stream *s)
{
	if (s->request->owner == NULL || unsent(s->request->owner) <= LITTLE)
		unpark(&s->taken);
}

/* Sends what is queued.  False: the client has gone, or takes nothing. */
static bool
flush(struct edge_stream *s)
{
	struct connection *c = s->request->owner;

	s->why = "left";
	if (c == NULL)
		return false;
	if (net_send_flush(c) != KORE_RESULT_OK) {
		kore_connection_disconnect(c);
		return false;
	}
	park_init(&s->taken);
	edge_stream_wake(s);
	if (!park(&s->taken, PIECE_MS)) {
		s->why = "too slow";
		return false;
	}
	return s->request->owner != NULL;
}

static void
put_piece(const struct edge_stream *s, const void *bytes, size_t n)
{
	struct connection *c = s->request->owner;
	char head[24];
	int n_head = snprintf(head, sizeof head, "%zx\r\n", n);

	if (n == 0)
		return;
	if (s->chunked)
		net_send_queue(c, head, (size_t)n_head);
	net_send_queue(c, bytes, n);
	if (s->chunked)
		net_send_queue(c, "\r\n", 2);
}

/* The head has been queued with `connection: close`, which Kore does as soon as nothing waits; but more is to come. */
static void
begin(struct edge_stream *s)
{
	struct connection *c = s->request->owner;

	c->flags &= ~(CONN_CLOSE_EMPTY | CONN_LINGER);
}

static void
end_well(struct edge_stream *s)
{
	struct connection *c = s->request->owner;

	if (s->chunked)
		net_send_queue(c, "0\r\n\r\n", 5);
	c->flags |= CONN_CLOSE_EMPTY | CONN_LINGER;
}

/* By a reset: an end of HTTP/1.0's would pass for a good one. */
static void
cut_off(const struct edge_stream *s)
{
	const struct linger at_once = { .l_onoff = 1 };
	struct connection *c = s->request->owner;

	if (c == NULL)
		return;
	(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	kore_connection_disconnect(c);
}

static bool
send_all(struct edge_stream *s, struct ctx *c, const struct response *out)
{
	int64_t end = edge_clock() + (int64_t)WHOLE_MS * 1000;
	struct buf piece = BUF(c->arena);
	bool more = true;

	begin(s);
	put_piece(s, out->body, out->n_body);
	s->bytes = out->n_body;
	while (more) {
		if (!flush(s))
			return false;
		if (edge_clock() > end) {
			s->why = "too slow";
			return false;
		}
		piece.n = 0;
		if (out->stream->next(c, out->stream->arg, &piece, &more) != OK) {
			s->why = "no next piece";
			return false;
		}
		if (s->request->owner == NULL) {
			s->why = "left";
			return false;
		}
		put_piece(s, piece.p, piece.n);
		s->bytes += piece.n;
	}
	end_well(s);
	return true;
}

void
edge_stream_send(struct edge_stream *s, struct ctx *c, const struct response *out)
{
	s->why = "";
	if (send_all(s, c, out))
		return;
	cut_off(s);
	log_event("stream_cut", "id", c->request_id, "why", s->why, NULL);
}
