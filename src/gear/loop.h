/*
 * loop.h -- waiting, the one seam between the server and everything else.
 *
 * Code that talks to a socket (db.c, cache.c) is written once, against this.  Under Kore
 * the loop is Kore's epoll and park() suspends the coroutine; elsewhere (tests, parkctl, the
 * worker) there are no coroutines, and park() turns a poll() loop until it is woken.
 */
#ifndef LOOP_H
#define LOOP_H

#include "base/base.h"

enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_ERROR = 4 };

/* A socket being watched.  Embedded in its owner, whose memory must never be freed while watched;
 * `kore` is room for Kore's event, which must come first. */
struct watch {
	_Alignas(16) unsigned char kore[64];
	int fd; /* -1: not watched */
	int events;
	void (*ready)(struct watch *, int events);
	struct watch *next; /* the poll loop's list */
};
void loop_watch(struct watch *, int fd, int events); /* level-triggered; again to change events */
void loop_unwatch(struct watch *); /* safe on a closed or unwatched fd */

/* Calls once, after ms milliseconds. */
struct alarm {
	void *timer;
	instant at;
	void (*ring)(struct alarm *);
	struct alarm *next;
};
void loop_after(struct alarm *, int64_t ms, void (*ring)(struct alarm *));
void loop_cancel(struct alarm *); /* also when not set */

/* One coroutine waiting for one thing.  Lives on its stack. */
struct parked {
	void *who;
	bool done, timed_out;
	struct alarm alarm;
};
void park_init(struct parked *);
/* Returns once unpark() was called, or when ms milliseconds have gone (ms 0: no limit), in which
 * case it answers false and the owner must forget this waiter. */
bool park(struct parked *, int64_t ms);
void unpark(struct parked *);

void loop_sleep(int64_t ms); /* parks for that long */

/* Runs it beside whoever calls, in a coroutine of its own that belongs to no request; without
 * coroutines it runs to its end first. */
void loop_spawn(void (*run)(void *), void *arg);

/* Runs what is due and waits at most ms milliseconds for more (-1: as long as it takes; a signal
 * ends it early). Not from a coroutine. */
void loop_turn(int64_t ms);

instant loop_now(void); /* wall clock */

/* How the server supplies it.  Without this call the poll loop serves. */
struct loop_kind {
	void (*watch)(struct watch *, int fd, int events);
	void (*unwatch)(struct watch *);
	void (*after)(struct alarm *, int64_t ms);
	void (*cancel)(struct alarm *);
	/* Notes the coroutine in p->who and leaves it until resume(); coming back early does no
	 * harm.  False: not in a coroutine; turn the loop instead. */
	bool (*suspend)(struct parked *);
	void (*resume)(
	    struct parked *); /* p->who may be NULL: nobody is suspended, nothing to do */
	void (*turn)(int64_t ms); /* runs the loop once from outside a coroutine; -1: no limit */
	void (*spawn)(void (*run)(void *), void *arg);
};
void loop_use(const struct loop_kind *);
extern const struct loop_kind poll_loop;

#endif
