/*
 * server.h -- what stands behind the socket: called by kore.c, and by nobody else.
 *
 * kore.c knows Kore and no database; server.c knows the program and no Kore.  The tests of the
 * socket put an application of their own in server.c's place (tests/http/edge_app.c).
 */
#ifndef SERVER_H
#define SERVER_H

#include "web/web.h"

/* In the parent, before it forks `workers` workers: settings, secrets, templates, helpers.  False
 * and why: the program does not start. */
bool server_prepare(int workers, text *why);

/* In worker 0, 1, …, inside its sandbox, its loop standing: opens what one request needs. */
void server_start(int worker);

void server_stop(void);

/* One request, in a coroutine of its own.  c comes with arena, now, request_id and address. */
void server_serve(struct ctx *, const struct request *, struct response *);

#endif
