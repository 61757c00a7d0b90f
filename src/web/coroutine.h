/*
 * coroutine.h -- functions that can stop in the middle and go on later.
 *
 * Every request is one, so that a handler reads from top to bottom while its worker serves others.
 * A coroutine runs on a stack of its own, of 256 KiB, of which only the pages it touches take
 * memory; a page below it that nobody may touch turns an overflow into a crash.  Stacks are kept
 * and used again.
 *
 * All of it belongs to one thread.  It knows neither Kore nor sockets.
 */
#ifndef COROUTINE_H
#define COROUTINE_H

#include <stdbool.h>
#include <stddef.h>

struct coroutine;

/* NULL if the system has no memory for another stack.  `run` starts at the first
 * coroutine_resume(). */
struct coroutine *coroutine_new(void (*run)(void *), void *arg);

/* Runs it until it yields (false) or returns (true: it is gone).  Not from inside a coroutine. */
bool coroutine_resume(struct coroutine *);

void coroutine_yield(void); /* from inside one */
struct coroutine *coroutine_self(void); /* NULL outside of any */
size_t coroutine_count(void); /* begun and not yet ended */

#endif
