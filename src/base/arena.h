/*
 * arena.h -- memory by lifetime.
 *
 * One arena per request, job or test.  What is taken from it is given back
 * all at once by arena_free().  Running out of memory ends the process: the
 * parent starts another, and no caller has to handle NULL.
 */
#ifndef ARENA_H
#define ARENA_H

#include "base/base.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *); /* runs the chores, latest first, then frees; NULL is fine */

void *arena_alloc(struct arena *, size_t bytes); /* zeroed, aligned for any type, never NULL */
char *arena_bytes(struct arena *, const void *, size_t n); /* a copy with a NUL behind it */
char *arena_text(struct arena *, text);
char *arena_fmt(struct arena *, const char *, ...) PRINTF_LIKE(2, 3);
char *arena_vfmt(struct arena *, const char *, va_list);
size_t arena_used(const struct arena *); /* bytes handed out so far */

/* For what outlives every arena: zeroed, never NULL; free() gives it back. */
void *memory_take(size_t bytes);

/* Ties a foreign thing to the arena: calls close_it(it) when the arena ends. */
void arena_at_end(struct arena *, void (*close_it)(void *), void *it);

#endif
