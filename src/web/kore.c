/*
 * kore.c -- a request as Kore hands it over, and the answer as Kore sends it.
 *
 * Kore parses heads, gathers bodies, frames answers and looks after the workers; kore-4.1.0.patch
 * closes what it leaves open.  Here its requests become struct request, each in a coroutine of its
 * own; while that is parked, Kore's request sleeps.
 */
#include <sys/types.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <arpa/inet.h>
#include <kore.h>
#include <http.h>

#include "gear/log.h"
#include "gear/settings.h"
#include "web/edge.h"
#include "web/metrics.h"
#include "web/peer.h"
#include "web/server.h"

int edge_answer(struct http_request *);

int64_t
edge_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

/* ---- a request comes in */

struct visit {
	struct strand strand;
	struct http_request *kore;
	struct arena *arena;
	struct ctx c;
	struct request q;
	struct response out;
	int64_t began;
	struct edge_stream *stream; /* while it goes out */
	bool ended, sent;
};

/* Eight random digits for each worker's life and a number in it: unique, and cheap. */
void
edge_request_id(char id[static REQUEST_ID_BYTES])
{
	static uint32_t life, n;

	while (life == 0)
		if (getrandom(&life, sizeof life, 0) != sizeof life)
			BUG("no random bytes");
	uint64_t both = (uint64_t)life << 32 | ++n;
	for (int i = REQUEST_ID_BYTES - 2; i >= 0; i--, both >>= 4)
		id[i] = "0123456789abcdef"[both & 15];
	id[REQUEST_ID_BYTES - 1] = 0;
}

static text
request_id(struct arena *a)
{
	char id[REQUEST_ID_BYTES];

	edge_request_id(id);
	return arena_text(a, id);
}

text
edge_address(struct arena *a, const struct connection *c)
{
	char s[INET6_ADDRSTRLEN];
	const void *at =
	    c->family == AF_INET6 ? (const void *)&c->addr.ipv6.sin6_addr : &c->addr.ipv4.sin_addr;

	if ((c->family != AF_INET && c->family != AF_INET6) ||
	    inet_ntop(c->family, at, s, sizeof s) == NULL)
		return "";
	return arena_text(a, s);
}

static text
lower(struct arena *a, text s)
{
	char *copy = arena_text(a, s);

	for (char *p = copy; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	return copy;
}

static void
take_headers(struct visit *v)
{
	struct http_header *h = TAILQ_FIRST(&v->kore->req_headers);

	pairs_add(v->arena, &v->q.headers, "host", arena_text(v->arena, v->kore->host));
	for (; h; h = TAILQ_NEXT(h, list))
		pairs_add(v->arena, &v->q.headers, lower(v->arena, h->header),
		    arena_text(v->arena, h->value));
}

static void
unmap_body(void *arg)
{
	struct request *q = arg;

	munmap((void *)(uintptr_t)q->body, q->n_body);
}

/* A small body lies in memory, a large one in a file without a name. */
static void
take_body(struct visit *v)
{
	struct http_request *req = v->kore;

	v->q.body = "";
	if (req->http_body_fd != -1) {
		void *at =
		    mmap(NULL, req->http_body_length, PROT_READ, MAP_PRIVATE, req->http_body_fd, 0);

		if (at == MAP_FAILED)
			BUG("a body cannot be mapped");
		v->q.body = at;
		v->q.n_body = req->http_body_length;
		arena_at_end(v->arena, unmap_body, &v->q);
	} else if (req->http_body) {
		v->q.n_body = req->http_body_length;
		v->q.body = arena_bytes(v->arena, req->http_body->data, v->q.n_body);
	}
}

static enum method
method_of(const struct http_request *req)
{
	switch (req->method) {
	case HTTP_METHOD_GET: return GET;
	case HTTP_METHOD_POST: return POST;
	case HTTP_METHOD_PUT: return PUT;
	case HTTP_METHOD_PATCH: return PATCH;
	case HTTP_METHOD_DELETE: return DELETE;
	case HTTP_METHOD_HEAD: return HEAD;
	case HTTP_METHOD_OPTIONS: return OPTIONS;
	}
	BUG("Kore let a method through that it does not know");
}

/* The path of "/lots", and of "http://anything/lots" (RFC 9112, 3.2.2): for whom it was meant is not asked, and must
 * not get into a page.  NULL for what is no path here, like "*" or "//host/lots", which a browser would take for an
 * address elsewhere. */
static text
path_of(text target)
{
	if (strncmp(target, "http://", 7) == 0 || strncmp(target, "https://", 8) == 0) {
		text host = strchr(target, ':') + 3;

		target = host[strcspn(host, "/")] ? host + strcspn(host, "/") : "/";
	}
	return *target == '/' && target[1] != '/' ? target : NULL;
}

static struct visit *
visit_new(struct http_request *req)
{
	text path = path_of(req->path);
	struct arena *a = arena_new();
	struct visit *v = arena_alloc(a, sizeof *v);

	v->arena = a;
	v->kore = req;
	v->began = edge_clock();
	v->q.method = method_of(req);
	v->q.path = arena_text(a, path ? path : "/");
	v->q.query = req->query_string ? arena_text(a, req->query_string) : "";
	v->q.refused = req->flags & HTTP_REQUEST_TOO_LARGE ? TOO_LARGE : path ? OK : MALFORMED;
	v->q.alone = edge_may_become_socket(req);
	take_headers(v);
	take_body(v);
	v->q.peer =
	    peer_address(a, edge_address(a, req->owner), &v->q.headers, settings.trusted_proxies);
	v->c.arena = a;
	v->c.now = loop_now();
	v->c.request_id = request_id(a);
	v->c.address = v->q.peer;
	v->c.agent = req->agent ? arena_fmt(a, "%.200s", req->agent) : "";
	return v;
}

static void send_answer(struct visit *);

/* Kore tells of the connection's socket here.  What it took makes room for the next piece. */
static int
connection_moved(struct connection *c)
{
	struct http_request *req = TAILQ_FIRST(&c->http_requests);
	int r = kore_connection_handle(c);
	struct visit *v = r == KORE_RESULT_OK && req ? req->hdlr_extra : NULL;

	if (v && v->stream)
		edge_stream_wake(v->stream);
	return r;
}

static void
send_stream(struct visit *v)
{
	struct edge_stream s = { .request = v->kore,
		.chunked = (v->kore->flags & HTTP_VERSION_1_0) == 0 };
	struct connection *c = v->kore->owner;

	v->kore->flags |= HTTP_REQUEST_CLOSE;
	send_answer(v);
	v->sent = true;
	v->stream = &s;
	c->handle = connection_moved;
	edge_stream_send(&s, &v->c, &v->out);
	v->stream = NULL;
	v->out.n_body = s.bytes;
}

static void
visit_run(void *arg)
{
	struct visit *v = arg;

	server_serve(&v->c, &v->q, &v->out);
	if (v->out.stream && v->q.method != HEAD && v->kore->owner)
		send_stream(v);
}

static void
visit_ended(struct strand *s)
{
	struct visit *v = (struct visit *)(void *)s;

	v->ended = true;
	http_request_wakeup(v->kore);
}

/* ---- and an answer goes out */

static bool
header_ok(const struct pair *h)
{
	static const char separators[] = "()<>@,;:\\\"/[]?={} \t";

	if (*h->name == 0)
		return false;
	for (const char *p = h->name; *p; p++)
		if (*p <= ' ' || *p == 0x7f || strchr(separators, *p))
			return false;
	for (const char *p = h->value; *p; p++)
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7f)
			return false;
	return true;
}

text
edge_date(void)
{
	static time_t then;
	static char date[40];
	time_t now = time(NULL);
	struct tm tm;

	if (now != then) {
		then = now;
		gmtime_r(&now, &tm);
		strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	}
	return date;
}

/* A header that could split the answer must not leave; nor must the rest of an answer we no longer
 * understand. */
static void
refuse_to_split(struct visit *v, const struct pair *h)
{
	log_event("header_refused", "request_id", v->c.request_id, "name", h->name, "value",
	    h->value, NULL);
	v->out = (struct response){ .status = 500, .type = "text/plain; charset=utf-8" };
	v->out.body = "Something broke on our side.\n";
	v->out.n_body = strlen(v->out.body);
	pairs_add(v->arena, &v->out.headers, "X-Request-Id", v->c.request_id);
}

static void
send_answer(struct visit *v)
{
	struct response *out = &v->out;
	struct pair type = { "Content-Type", out->type ? out->type : "" };

	if (!header_ok(&type))
		refuse_to_split(v, &type);
	for (size_t i = 0; i < out->headers.n; i++)
		if (!header_ok(&out->headers.v[i])) {
			refuse_to_split(v, &out->headers.v[i]);
			break;
		}
	http_response_header(v->kore, "Date", edge_date());
	if (out->type && *out->type)
		http_response_header(v->kore, "Content-Type", out->type);
	for (size_t i = 0; i < out->headers.n; i++)
		http_response_header(v->kore, out->headers.v[i].name, out->headers.v[i].value);
	if (out->status == 101) {
		edge_become_socket(v->kore, out->opening);
		return;
	}
	if (out->status == 304 || out->stream)
		v->kore->flags |= HTTP_REQUEST_NO_CONTENT_LENGTH;
	if (out->stream && v->q.method != HEAD) {
		if ((v->kore->flags & HTTP_VERSION_1_0) == 0)
			http_response_header(v->kore, "Transfer-Encoding", "chunked");
		http_response(v->kore, out->status, NULL, 0);
		return;
	}
	http_response(v->kore, out->status, out->n_body ? out->body : NULL, out->n_body);
}

static text
method_name(enum method m)
{
	static const text names[] = { [GET] = "GET",
		[POST] = "POST",
		[PUT] = "PUT",
		[PATCH] = "PATCH",
		[DELETE] = "DELETE",
		[OPTIONS] = "OPTIONS",
		[HEAD] = "HEAD" };

	return names[m];
}

text
edge_ms(struct arena *a, int64_t us)
{
	us += 50; /* tenths, rounded */
	return arena_fmt(a, "%lld.%d", (long long)(us / 1000), (int)(us % 1000 / 100));
}

/* To the figures, and to the log. */
static void
tell_visit(const struct visit *v)
{
	struct arena *a = v->arena;
	int64_t us = edge_clock() - v->began;
	bool left = v->kore->owner == NULL && !v->sent;
	text spoken = v->out.spoken ? v->out.spoken : "";

	metrics_count(v->out.status, us);
	log_later("request", "id", v->c.request_id, "method", method_name(v->q.method), "path",
	    v->q.path, "status", arena_fmt(a, "%d", v->out.status), "bytes",
	    arena_fmt(a, "%zu", v->out.n_body), "spoken", spoken, "ms", edge_ms(a, us), "user",
	    arena_fmt(a, "%lld", (long long)v->c.person.id), "from", v->c.address,
	    left		 ? "left"
		: v->out.refused ? "problem"
				 : NULL,
	    left ? "before the answer" : problem_name(v->out.refused), NULL);
}

static void
visit_gone(struct http_request *req)
{
	struct visit *v = req->hdlr_extra;

	if (v && !v->ended)
		BUG("Kore forgets a request that is still being answered");
	if (v)
		arena_free(v->arena);
	req->hdlr_extra = NULL;
}

/* The client has gone.  A request that is being answered runs on to its end, without an owner: what
 * it does to the database is not to be torn in the middle, and Kore must not free what it stands
 * on. */
static void
client_gone(struct connection *c)
{
	struct http_request *req, *next;

	for (req = TAILQ_FIRST(&c->http_requests); req; req = next) {
		struct visit *v = req->hdlr_extra;

		next = TAILQ_NEXT(req, olist);
		if (v == NULL || v->ended)
			continue;
		TAILQ_REMOVE(&c->http_requests, req, olist);
		req->owner = NULL;
		if (v->stream)
			edge_stream_wake(v->stream);
	}
}

static struct visit *
visit_begin(struct http_request *req)
{
	struct visit *v = visit_new(req);

	req->hdlr_extra = v;
	req->flags |= HTTP_REQUEST_RETAIN_EXTRA;
	req->onfree = visit_gone;
	req->owner->disconnect = client_gone;
	if (!strand_start(&v->strand, visit_run, v, visit_ended)) {
		v->ended = true;
		v->out.status = 503;
		pairs_add(v->arena, &v->out.headers, "Retry-After", "2");
	}
	return v;
}

/* Kore's one route.  Called when a request is there, and again whenever it was woken. */
int
edge_answer(struct http_request *req)
{
	struct visit *v = req->hdlr_extra;

	if (v == NULL && edge_answer_ready(req))
		return KORE_RESULT_OK;
	if (v == NULL)
		v = visit_begin(req);
	if (!v->ended) {
		http_request_sleep(req);
		return KORE_RESULT_RETRY;
	}
	if (req->owner && !v->sent)
		send_answer(v);
	tell_visit(v);
	if (req->owner)
		return KORE_RESULT_OK;
	req->flags |= HTTP_REQUEST_DELETE; /* Kore would flush a connection that is not there */
	return KORE_RESULT_RETRY;
}

/* What Kore refuses by itself, before there is a request: 400, 408, 411, 431 and the like. */
const char *
edge_dress_error(struct connection *c, int status, struct kore_buf *headers)
{
	static char line_of_text[64];
	struct arena *a = arena_new();
	text id = request_id(a);

	kore_buf_appendf(headers,
	    "Date: %s\r\nX-Request-Id: %s\r\nContent-Type: text/plain; charset=utf-8\r\n"
	    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
	    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
	    "Referrer-Policy: same-origin\r\n",
	    edge_date(), id);
	snprintf(line_of_text, sizeof line_of_text, "%d %s\n", status, http_status_text(status));
	log_event("refused", "id", id, "status", arena_fmt(a, "%d", status), "from",
	    edge_address(a, c), NULL);
	arena_free(a);
	return line_of_text;
}
