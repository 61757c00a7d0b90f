/*
 * kore_loop.c -- gear/loop.h over Kore's epoll and timers.
 *
 * A coroutine runs until it parks.  What wakes it only puts it in line: it goes on from the loop
 * itself, never from inside another coroutine, so that nobody's stack stands on somebody else's.
 */
#include <sys/types.h>
#include <sys/epoll.h>
#include <kore.h>

#include "web/edge.h"

/* ---- memory that outlives every request */

static void *
made(size_t bytes)
{
	void *p = calloc(1, bytes);

	if (p == NULL)
		BUG("out of memory");
	return p;
}

/* A list of n pointers, from a shorter one. */
static void *
larger(void *list, size_t n)
{
	void *p = realloc(list, n * sizeof(void *));

	if (p == NULL)
		BUG("out of memory");
	return p;
}

/* ---- strands, and the line of those that may go on */

static struct strand *running;
static struct strand *line, **line_end = &line;

static void
strand_run(struct strand *s)
{
	running = s;
	bool ended = coroutine_resume(s->co);
	running = NULL;
	if (ended)
		s->ended(s);
}

/* Whoever gets in line meanwhile waits for the next turn, which comes at once. */
static void
line_moves(void *unused, u_int64_t now)
{
	struct strand *s = line;

	(void)unused, (void)now;
	line = NULL;
	line_end = &line;
	while (s) {
		struct strand *next = s->next;

		s->in_line = false;
		strand_run(s);
		s = next;
	}
}

static void
line_up(struct strand *s)
{
	if (s->in_line)
		return;
	if (line == NULL)
		kore_timer_add(line_moves, 0, NULL, KORE_TIMER_ONESHOT);
	s->in_line = true;
	s->next = NULL;
	*line_end = s;
	line_end = &s->next;
}

static bool
edge_suspend(struct parked *p)
{
	if (running == NULL)
		return false;
	p->who = running;
	coroutine_yield();
	return true;
}

static void
edge_resume(struct parked *p)
{
	if (p->who && p->who != running)
		line_up(p->who);
}

static void
edge_turn(int64_t ms)
{
	(void)ms;
	BUG("only a coroutine may wait in the server");
}

bool
strand_start(struct strand *s, void (*run)(void *), void *arg, void (*ended)(struct strand *))
{
	s->ended = ended;
	s->in_line = false;
	s->co = coroutine_new(run, arg);
	if (s->co == NULL)
		return false;
	if (running)
		line_up(s);
	else
		strand_run(s);
	return true;
}

/* A strand without a request. */
struct background {
	struct strand strand;
	void (*run)(void *);
	void *arg;
};

static void
background_run(void *arg)
{
	struct background *b = arg;

	b->run(b->arg);
}

static void
background_ended(struct strand *s)
{
	free(s); /* its first member */
}

static void
edge_spawn(void (*run)(void *), void *arg)
{
	struct background *b = made(sizeof *b);

	b->run = run;
	b->arg = arg;
	if (!strand_start(&b->strand, background_run, b, background_ended))
		BUG("out of memory");
}

/* ---- watching sockets */

/* Kore's event for one descriptor.  It outlives its watcher: an event that is already on its way
 * when the watcher leaves finds nobody. */
struct seat {
	struct kore_event event; /* first: Kore passes its address */
	struct watch *watch;
};

static struct seat **seats;
static size_t n_seats;

static void
seat_event(void *arg, int error)
{
	struct seat *seat = arg;
	struct watch *w = seat->watch;
	int events = error ? LOOP_ERROR | LOOP_READ : 0;

	if (seat->event.flags & KORE_EVENT_READ)
		events |= LOOP_READ;
	if (seat->event.flags & KORE_EVENT_WRITE)
		events |= LOOP_WRITE;
	seat->event.flags = 0;
	if (w)
		w->ready(w, events);
}

static struct seat *
seat_of(int fd)
{
	size_t i = (size_t)fd;

	if (i >= n_seats) {
		size_t n = i * 2 + 64;

		seats = larger(seats, n);
		memset(seats + n_seats, 0, (n - n_seats) * sizeof(void *));
		n_seats = n;
	}
	if (seats[i] == NULL) {
		seats[i] = made(sizeof **seats);
		seats[i]->event.handle = seat_event;
	}
	return seats[i];
}

/* Level-triggered: libpq and hiredis leave what they do not need yet in the socket. */
static void
edge_watch(struct watch *w, int fd, int events)
{
	struct seat *seat = seat_of(fd);

	w->fd = fd;
	w->events = events;
	seat->watch = w;
	kore_platform_event_schedule(
	    fd, (events & LOOP_READ ? EPOLLIN : 0) | (events & LOOP_WRITE ? EPOLLOUT : 0), 0, seat);
}

static void
edge_unwatch(struct watch *w)
{
	if (w->fd == -1)
		return;
	struct seat *seat = seat_of(w->fd);
	if (seat->watch == w) {
		seat->watch = NULL;
		kore_platform_disable_read(w->fd);
	}
	w->fd = -1;
}

/* ---- alarms: a heap under one timer of Kore's, whose own list is searched from its head */

static struct alarm **heap;
static size_t heap_n, heap_cap;
static struct kore_timer *timer;
static int64_t timer_at;

static int64_t
monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

/* alarm.timer holds its place in the heap, from 1; NULL: not set. */
static void
heap_put(size_t i, struct alarm *a)
{
	heap[i] = a;
	a->timer = (void *)(uintptr_t)(i + 1);
}

static void
heap_rise(size_t i, struct alarm *a)
{
	for (; i > 0 && heap[(i - 1) / 2]->at.us > a->at.us; i = (i - 1) / 2)
		heap_put(i, heap[(i - 1) / 2]);
	heap_put(i, a);
}

static void
heap_sink(size_t i, struct alarm *a)
{
	for (size_t below; (below = 2 * i + 1) < heap_n; i = below) {
		if (below + 1 < heap_n && heap[below + 1]->at.us < heap[below]->at.us)
			below++;
		if (heap[below]->at.us >= a->at.us)
			break;
		heap_put(i, heap[below]);
	}
	heap_put(i, a);
}

static void
edge_cancel(struct alarm *a)
{
	size_t i = (size_t)(uintptr_t)a->timer;

	if (i == 0)
		return;
	a->timer = NULL;
	struct alarm *last = heap[--heap_n];
	if (last == a)
		return;
	i--;
	if (i > 0 && heap[(i - 1) / 2]->at.us > last->at.us)
		heap_rise(i, last);
	else
		heap_sink(i, last);
}

static void alarms_ring(void *, u_int64_t);

static void
timer_set(void)
{
	if (heap_n == 0 || (timer && timer_at <= heap[0]->at.us))
		return;
	if (timer)
		kore_timer_remove(timer);
	timer_at = heap[0]->at.us;
	int64_t ms = (timer_at - monotonic() + 999) / 1000;
	timer = kore_timer_add(alarms_ring, ms > 0 ? (u_int64_t)ms : 0, NULL, KORE_TIMER_ONESHOT);
}

static void
alarms_ring(void *unused, u_int64_t ms)
{
	int64_t now = monotonic();

	(void)unused, (void)ms;
	timer = NULL; /* Kore frees it */
	while (heap_n && heap[0]->at.us <= now) {
		struct alarm *a = heap[0];

		edge_cancel(a);
		a->ring(a);
	}
	timer_set();
}

static void
edge_after(struct alarm *a, int64_t ms)
{
	edge_cancel(a);
	if (heap_n == heap_cap) {
		heap_cap = heap_cap * 2 + 64;
		heap = larger(heap, heap_cap);
	}
	a->at.us = monotonic() + ms * 1000;
	heap_rise(heap_n++, a);
	timer_set();
}

const struct loop_kind edge_loop = { edge_watch, edge_unwatch, edge_after, edge_cancel,
	edge_suspend, edge_resume, edge_turn, edge_spawn };
