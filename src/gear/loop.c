#include <poll.h>
#include <errno.h>
#include <pthread.h>

#include "gear/loop.h"

/*
 * The poll loop, for programs without Kore.  A few sockets and a few alarms: lists will do.
 *
 * A callback may watch, unwatch, set and cancel whatever it likes, also what is about to be called
 * in this very turn; so a turn works on a copy and looks again before each call.
 */
#define MAX_WATCHED 4096

static struct watch *watched;
static struct alarm *alarms;
static bool turning;

static instant
monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (instant){ (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000 };
}

instant
loop_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (instant){ (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000 };
}

static bool
is_watched(const struct watch *wanted)
{
	for (const struct watch *w = watched; w; w = w->next)
		if (w == wanted)
			return true;
	return false;
}

/* A child has a loop of its own: the parent's sockets are none of its business. */
static void
forget_all(void)
{
	watched = NULL;
	alarms = NULL;
	turning = false;
}

static void
children_begin_anew(void)
{
	static bool registered;

	if (!registered && pthread_atfork(NULL, NULL, forget_all) != 0)
		BUG("out of memory");
	registered = true;
}

static void
poll_watch(struct watch *w, int fd, int events)
{
	children_begin_anew();
	w->fd = fd;
	w->events = events;
	if (is_watched(w))
		return;
	w->next = watched;
	watched = w;
}

static void
poll_unwatch(struct watch *w)
{
	for (struct watch **at = &watched; *at; at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			break;
		}
	w->next = NULL;
	w->fd = -1;
}

static void
poll_cancel(struct alarm *a)
{
	for (struct alarm **at = &alarms; *at; at = &(*at)->next)
		if (*at == a) {
			*at = a->next;
			break;
		}
	a->next = NULL;
}

static void
poll_after(struct alarm *a, int64_t ms)
{
	poll_cancel(a);
	a->at = instant_plus(monotonic(), ms * 1000);
	a->next = alarms;
	alarms = a;
}

static struct alarm *
first_due(instant now)
{
	struct alarm *first = NULL;

	for (struct alarm *a = alarms; a; a = a->next)
		if (a->at.us <= now.us && (first == NULL || a->at.us < first->at.us))
			first = a;
	return first;
}

static void
ring_due(void)
{
	instant now = monotonic();
	struct alarm *a;

	while ((a = first_due(now)) != NULL) {
		poll_cancel(a);
		a->ring(a);
	}
}

/* How long poll() may sleep: until the next alarm, and no longer than `most` ms; -1 for ever. */
static int
patience(int64_t most)
{
	instant now = monotonic();
	int64_t ms = most;

	for (const struct alarm *a = alarms; a; a = a->next) {
		int64_t left = (instant_minus(a->at, now) + 999) / 1000;

		if (left < 0)
			left = 0;
		if (ms < 0 || left < ms)
			ms = left;
	}
	return ms > 3600000 ? 3600000 : (int)ms;
}

static int
events_of(short revents)
{
	int events = 0;

	if (revents & POLLIN)
		events |= LOOP_READ;
	if (revents & POLLOUT)
		events |= LOOP_WRITE;
	if (revents & (POLLERR | POLLHUP | POLLNVAL))
		events |= LOOP_ERROR | LOOP_READ;
	return events;
}

static void
poll_turn(int64_t ms)
{
	static struct pollfd fds[MAX_WATCHED];
	static struct watch *whose[MAX_WATCHED];
	nfds_t n = 0;

	if (turning)
		BUG("a callback of the loop must not park");
	turning = true;
	const struct watch *last = NULL;
	for (struct watch *w = watched; w && n < MAX_WATCHED; last = w, w = w->next) {
		fds[n].fd = w->fd;
		fds[n].events = (short)((w->events & LOOP_READ ? POLLIN : 0) |
		    (w->events & LOOP_WRITE ? POLLOUT : 0));
		fds[n].revents = 0;
		whose[n++] = w;
	}
	if (last && last->next)
		BUG("too many sockets for the poll loop");
	if (poll(fds, n, patience(ms)) == -1 && errno != EINTR)
		BUG("poll failed");
	for (nfds_t i = 0; i < n; i++)
		if (fds[i].revents && is_watched(whose[i]) && whose[i]->fd == fds[i].fd)
			whose[i]->ready(whose[i], events_of(fds[i].revents));
	ring_due();
	turning = false;
}

static bool
poll_suspend(struct parked *p)
{
	(void)p;
	return false; /* there are no coroutines here */
}

static void
poll_resume(struct parked *p)
{
	(void)p; /* whoever turns the loop looks for itself */
}

static void
poll_spawn(void (*run)(void *), void *arg)
{
	run(arg);
}

const struct loop_kind poll_loop = { poll_watch, poll_unwatch, poll_after, poll_cancel,
	poll_suspend, poll_resume, poll_turn, poll_spawn };
static const struct loop_kind *loop = &poll_loop;

void
loop_use(const struct loop_kind *kind)
{
	loop = kind;
}

void
loop_watch(struct watch *w, int fd, int events)
{
	loop->watch(w, fd, events);
}

void
loop_unwatch(struct watch *w)
{
	loop->unwatch(w);
}

void
loop_after(struct alarm *a, int64_t ms, void (*ring)(struct alarm *))
{
	a->ring = ring;
	loop->after(a, ms);
}

void
loop_cancel(struct alarm *a)
{
	loop->cancel(a);
}

void
loop_turn(int64_t ms)
{
	loop->turn(ms);
}

void
park_init(struct parked *p)
{
	*p = (struct parked){ 0 };
}

static void
waited_enough(struct alarm *a)
{
	struct parked *p = (struct parked *)(void *)((char *)a - offsetof(struct parked, alarm));

	p->timed_out = true;
	loop->resume(p);
}

bool
park(struct parked *p, int64_t ms)
{
	if (p->done)
		return true;
	if (ms > 0)
		loop_after(&p->alarm, ms, waited_enough);
	while (!p->done && !p->timed_out)
		if (!loop->suspend(p))
			loop->turn(-1);
	if (ms > 0)
		loop_cancel(&p->alarm);
	return p->done;
}

void
unpark(struct parked *p)
{
	if (p->done)
		return;
	p->done = true;
	if (p->who)
		loop->resume(p);
}

void
loop_sleep(int64_t ms)
{
	struct parked p;

	park_init(&p);
	park(&p, ms < 1 ? 1 : ms);
}

void
loop_spawn(void (*run)(void *), void *arg)
{
	loop->spawn(run, arg);
}
