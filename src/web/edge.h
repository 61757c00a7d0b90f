/*
 * edge.h -- what the files that know Kore share: kore.c (requests and answers), kore_loop.c
 * (waiting), kore_worker.c (beginning and end of a worker).  Nobody else includes this or <kore.h>.
 */
#ifndef EDGE_H
#define EDGE_H

#include "gear/loop.h"
#include "web/coroutine.h"

/* A coroutine as the loop sees it; the first member of what it works for. */
struct strand {
	struct coroutine *co;
	void (*ended)(struct strand *);
	bool in_line;
	struct strand *next;
};

/* Runs it up to the first park() or its end; from inside another strand it only gets in line.
 * False: no memory for its stack. */
bool strand_start(struct strand *, void (*run)(void *), void *arg, void (*ended)(struct strand *));

extern const struct loop_kind edge_loop; /* gear/loop.h over Kore's epoll and timers */

struct connection;
struct http_request;
struct kore_buf;

/* kore_ready.c: answered with bytes that lay ready, without a coroutine.  False: not one of those. */
bool edge_answer_ready(struct http_request *);

int64_t edge_clock(void); /* microseconds, never back */
text edge_ms(struct arena *, int64_t us); /* "12.3" */
text edge_date(void); /* for the header Date; good until the next call */
#define REQUEST_ID_BYTES 17
void edge_request_id(char id[static REQUEST_ID_BYTES]);
text edge_address(struct arena *, const struct connection *); /* the socket's other end */
struct opening;
const char *edge_dress_error(struct connection *, int status, struct kore_buf *headers);

/* kore_stream.c: an answer that is made while it goes out.  Its head has been queued. */
struct ctx;
struct response;
struct edge_stream {
	struct http_request *request; /* without an owner once the client has gone */
	bool chunked;
	size_t bytes; /* made so far */
	text why; /* it was cut off; "" if not */
	struct parked taken;
};
void edge_stream_send(struct edge_stream *, struct ctx *, const struct response *);
void edge_stream_wake(struct edge_stream *); /* the connection has taken something, or has gone */

/* kore_socket.c: the request's connection becomes a WebSocket; its answer, 101, goes out first. */
bool edge_may_become_socket(const struct http_request *);
void edge_become_socket(struct http_request *, const struct opening *);

#endif
