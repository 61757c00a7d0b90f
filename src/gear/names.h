/*
 * names.h -- the addresses of a server's name, without a worker standing still for them.
 *
 * The system's resolver blocks, for half a minute where its own server is silent.  So helper
 * processes ask it, before each connection anew: who moves is found.  Without helpers (tests,
 * parkctl, the worker) the caller waits.
 */
#ifndef NAMES_H
#define NAMES_H

#include "base/base.h"

/* In the parent, before it forks workers; then in each worker, once its loop stands. */
void names_fork_helpers(int workers);
void names_use_helpers(int worker);

/* Somebody who wants to know; lives until found() was called or name_forget(). */
struct lookup {
	struct lookup *next;
	struct inquiry *of;
	void (*found)(struct lookup *, text addresses);
};
/* Calls found() once, perhaps before it returns: "192.0.2.7,2001:db8::7", with commas; "" if the
 * name leads nowhere or nobody knew within ten seconds.  An address is its own answer. */
void name_look_up(struct lookup *, text host, void (*found)(struct lookup *, text addresses));
void name_forget(struct lookup *); /* also when nothing was asked */

#endif
