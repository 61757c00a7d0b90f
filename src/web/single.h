/*
 * single.h -- of those who want the same made, one makes it; the others wait until it is there.
 *
 * A page that everybody looks at falls every few seconds, and then everybody misses it at once.  Without this each
 * of them would read the database for the same bytes.
 */
#ifndef SINGLE_H
#define SINGLE_H

#include "base/base.h"

/* One making of what `key` names; stays where it is from single_begin() to single_end(). */
struct single {
	text key; /* NULL: nothing is being made */
	struct single *next;
	struct single_waiter *waiters;
};

/* True: nobody is making it; whoever asked does now, and says single_end(), whatever comes of it.  False: somebody was,
 * and has ended, or five seconds have gone: look again. */
bool single_begin(struct single *, text key);
void single_end(struct single *); /* wakes who waits; nothing if nothing is being made */

#endif
