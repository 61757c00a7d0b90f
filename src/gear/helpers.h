/*
 * helpers.h -- slow work done by other processes, so that a worker never stands still.
 *
 * The parent forks them before it forks web workers and before any sandbox closes.  Each web worker
 * then picks a channel of its own; every helper serves every channel.  A helper that dies is
 * replaced.  They leave when the last process that holds the other ends has gone, and not at a
 * SIGTERM: what is in flight is still answered.
 */
#ifndef HELPERS_H
#define HELPERS_H

#include "gear/ctx.h"

enum { HELPER_BYTES = 2048 }; /* of a message, at most */

/* Helpers of one kind of work. */
struct crew;

/* `work` turns a message into its answer, in place.  Call in the parent, once a crew. */
struct crew *helpers_fork(int helpers, int channels, void (*work)(void *message, size_t n));
/* In a worker, once its loop stands; a restarted worker takes the channel of the one before it. */
void helpers_use(struct crew *, int channel);

/* Parks until the answer has replaced the message.  BUSY, with c->retry_after, when too much waits
 * already or no answer came in time. */
enum problem helpers_ask(struct crew *, struct ctx *, void *message, size_t n);

#endif
