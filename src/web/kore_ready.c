/*
 * kore_ready.c -- an answer that lies ready (ready.h) goes out as it lies.
 *
 * Head and body are written from where they are kept; only what the socket does not take at once is
 * copied.  Whatever is not plainly such a request goes the long way.
 */
#include <sys/types.h>
#include <sys/uio.h>
#include <errno.h>
#include <kore.h>
#include <http.h>

#include "gear/log.h"
#include "gear/settings.h"
#include "web/edge.h"
#include "web/metrics.h"
#include "web/peer.h"
#include "web/ready.h"

/* A connection that goes on, a GET without a body, a path as the route table knows them. */
static bool
plain(const struct http_request *req)
{
	const struct connection *c = req->owner;

	return req->method == HTTP_METHOD_GET && req->flags & HTTP_VERSION_1_1 &&
	    !(req->flags & (HTTP_REQUEST_CLOSE | HTTP_REQUEST_TOO_LARGE)) &&
	    !(c->flags & CONN_CLOSE_EMPTY) && http_keepalive_time && req->path[0] == '/' &&
	    req->path[1] != '/';
}

/* False: something in its headers wants more than that. */
static bool
harmless(const struct http_request *req, text *accept, text *accept_encoding)
{
	const struct http_header *h = TAILQ_FIRST(&req->req_headers);

	*accept = *accept_encoding = NULL;
	for (; h; h = TAILQ_NEXT(h, list)) {
		if (!ready_for(h->header))
			return false;
		if (strcasecmp(h->header, "connection") == 0 &&
		    strcasecmp(h->value, "keep-alive") != 0)
			return false;
		if (strcasecmp(h->header, "accept") == 0) {
			if (*accept)
				return false;
			*accept = h->value;
		}
		if (strcasecmp(h->header, "accept-encoding") == 0) {
			if (*accept_encoding)
				return false;
			*accept_encoding = h->value;
		}
	}
	if (*accept == NULL)
		*accept = "";
	return true;
}

/* What the socket does not take is left to Kore. */
static void
send_pieces(struct connection *c, struct iovec *pieces, int n)
{
	ssize_t sent = 0;

	if (TAILQ_EMPTY(&c->send_queue) && c->evt.flags & KORE_EVENT_WRITE)
		sent = writev(c->fd, pieces, n);
	if (sent == -1)
		sent = 0; /* full, or gone: Kore will see */
	for (int i = 0; i < n; i++) {
		size_t gone = (size_t)sent < pieces[i].iov_len ? (size_t)sent : pieces[i].iov_len;

		sent -= (ssize_t)gone;
		if (gone < pieces[i].iov_len)
			net_send_queue(
			    c, (char *)pieces[i].iov_base + gone, pieces[i].iov_len - gone);
	}
}

static struct iovec
piece(const void *at, size_t n)
{
	return (struct iovec){ .iov_base = (void *)(uintptr_t)at, .iov_len = n };
}

/* All up to the number, which is the same for a second. */
static struct iovec
first_lines(void)
{
	static char lines[256], said[sizeof "Sat, 21 Nov 2026 12:00:00 GMT"];
	static int n;
	text date = edge_date();

	if (strcmp(date, said) != 0) {
		snprintf(said, sizeof said, "%s", date);
		n = snprintf(lines, sizeof lines,
		    "HTTP/1.1 200 OK\r\nserver: parking\r\nconnection: keep-alive\r\n"
		    "keep-alive: timeout=%d\r\nDate: %s\r\nX-Request-Id: ",
		    http_keepalive_time, date);
	}
	return piece(lines, (size_t)n);
}

static void
send_ready(struct connection *c, const struct ready *r, text id)
{
	struct iovec pieces[] = { first_lines(), piece(id, REQUEST_ID_BYTES - 1), piece("\r\n", 2),
		piece(r->head, r->n_head), piece(r->body, r->n_body) };

	send_pieces(c, pieces, LENGTH(pieces));
	if (!(c->flags & CONN_IS_BUSY))
		http_start_recv(c);
}

static text
peer_of(struct arena *a, const struct http_request *req)
{
	text at = edge_address(a, req->owner);
	struct pairs forwarded = { 0 };
	const struct http_header *h = TAILQ_FIRST(&req->req_headers);

	if (*settings.trusted_proxies == 0)
		return at;
	for (; h; h = TAILQ_NEXT(h, list))
		if (strcasecmp(h->header, "x-forwarded-for") == 0)
			pairs_add(a, &forwarded, "x-forwarded-for", h->value);
	return peer_address(a, at, &forwarded, settings.trusted_proxies);
}

static void
note(const struct http_request *req, const struct ready *r, text id, int64_t us)
{
	struct arena *a = arena_new();

	metrics_count(200, us);
	metrics_page(PAGE_READY);
	log_later("request", "id", id, "method", "GET", "path", req->path, "status", "200", "bytes",
	    arena_fmt(a, "%zu", r->n_body), "ms", edge_ms(a, us), "user", "0", "from",
	    peer_of(a, req), NULL);
	arena_free(a);
}

bool
edge_answer_ready(struct http_request *req)
{
	int64_t began = edge_clock();
	char id[REQUEST_ID_BYTES];
	struct ready r;
	text accept, coding;

	if (!plain(req) || !harmless(req, &accept, &coding) ||
	    !ready_find(req->path, req->query_string ? req->query_string : "", accept, coding,
		loop_now(), &r))
		return false;
	edge_request_id(id);
	send_ready(req->owner, &r, id);
	note(req, &r, id, edge_clock() - began);
	return true;
}
