/*
 * shelf.h -- what this process keeps in its own memory: the cache's nearer half.
 *
 * Bounded: when it is full, something goes.  Nothing here says whether a thing is still true; its
 * stamp does, see generations.h.
 */
#ifndef SHELF_H
#define SHELF_H

#include "base/base.h"

struct shelf;
struct shelf *shelf_new(size_t most_bytes);
void shelf_free(struct shelf *);

/* The thing put away under that key and with that very stamp, if its time is not over; it stays the
 * shelf's, until the next call. */
const char *shelf_get(struct shelf *, text key, text stamp, instant now, size_t *n, instant *until);
void shelf_drop(struct shelf *, text key);
void shelf_put(struct shelf *, text key, text stamp, const void *, size_t n, instant until);

#endif
