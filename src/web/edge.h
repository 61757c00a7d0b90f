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
struct kore_buf;
const char *edge_dress_error(struct connection *, int status, struct kore_buf *headers);

#endif
