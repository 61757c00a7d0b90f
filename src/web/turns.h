/*
 * turns.h -- those who want the same thing take turns, before they take a connection.
 *
 * Whoever waits for a lock in PostgreSQL holds a connection while waiting.  If everybody wants one lot, all of a
 * worker's connections would stand in that queue and every other lot with them.  So at most half of them may be inside
 * for one key; the rest wait here, in order, which costs a coroutine and nothing else.
 */
#ifndef TURNS_H
#define TURNS_H

#include "gear/ctx.h"

/* BUSY after five seconds, or at once where 1,000 wait already. */
enum problem turn_take(struct ctx *, int64_t key);
void turn_give(int64_t key); /* once for each turn taken */
int64_t turns_waiting(void); /* in all lanes of this process: for /metrics and the tests */

#endif
