/*
 * which.h -- which lots a search is about, in which order, some of them at a time.
 *
 * A place is a point, or words.  Where no lot has the words as they were typed, one slip of the finger
 * a word is forgiven.  From a point, lots within STILL_NEAR come, the nearest first; where there is
 * none, the nearest few.
 */
#ifndef LOTS_WHICH_H
#define LOTS_WHICH_H

#include "lots/pages.h"

#define STILL_NEAR 50000 /* metres */
#define NEAREST_SHOWN 5

/* Ids (struct near_id) of at most `most` lots after the first s->skip, in the order that r->sort names;
 * fills what r says of the place: by_point, by_words. */
enum problem which_lots(
    struct ctx *, const struct search *, struct results *, int64_t most, struct rows *ids);

#endif
