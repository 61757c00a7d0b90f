/*
 * inner.h -- what the files of stays/ share.
 */
#ifndef STAYS_INNER_H
#define STAYS_INNER_H

#include "anomalies/anomalies.h"
#include "stays/stays.h"

/* "B-07", or "no slot" */
text stay_place(const struct stay *);
/* "08:02", "08:02 on Mon 16 Nov" if that is another day, on the lot's clock. */
text stay_clock(struct ctx *, text time_zone, instant);
/* What follows from a row at c->now. */
void stay_complete(struct ctx *, struct stay *);
/* Now that it came or went: counts and cached pages of its lot. */
enum problem stay_moved(struct ctx *, const struct stay *);
/* A plate as somebody typed it, fit to be stored; INVALID beside `plate`. */
enum problem stay_plate_read(struct ctx *, text typed, text *plate);

#endif
