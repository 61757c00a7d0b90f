/*
 * eyes.h -- who looks at photographs: platereader, a program of its own (src/platereader).
 *
 * A picture's bytes go in, what is seen comes out (base/sight.h).  Nothing here decodes a picture, and neither does
 * anything else that knows a password or reaches the database.
 *
 * The parent starts it before it forks web workers and before any sandbox closes; a worker then uses a channel of its own.
 * It is started again whenever it ends, and leaves when the last process that holds the other ends has gone.  Where
 * nobody started it (tests, parkctl), the first look does.
 */
#ifndef EYES_H
#define EYES_H

#include "base/sight.h"
#include "gear/ctx.h"

/* In the parent, once; `readers` look at a time, each at most `seconds` at one picture. */
void eyes_open(int channels, int readers, int64_t seconds);
/* In a worker, once its loop stands; a restarted worker takes the channel of the one before it. */
void eyes_use(int channel);
int64_t eyes_program(void); /* the process that keeps it running; 0: none.  For tests */

/* Parks until the picture was looked at.  INVALID in words: it cannot be decoded, or took too long.  BUSY, with c->retry_after:
 * too many wait.  UNAVAILABLE: the reader died over it, or that engine is not installed. */
enum problem eyes_look(struct ctx *, const void *picture, size_t n, enum sight_engine,
    enum sight_region, struct sight *);

#endif
