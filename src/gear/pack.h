/*
 * pack.h -- bytes made smaller for the way (gzip, RFC 1952), through zlib.
 *
 * Only for what is the same for everyone: how small an answer becomes tells what stands in it (BREACH), so nothing
 * that holds a secret and what a stranger chose may be packed.
 */
#ifndef PACK_H
#define PACK_H

#include "base/base.h"

/* In the arena, *n_out of them; NULL if that would not be smaller.  The same bytes give the same. */
const char *pack(struct arena *, const char *bytes, size_t n, size_t *n_out);

#endif
