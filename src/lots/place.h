/*
 * place.h -- what people type for a place, held against the lots' own words.
 *
 * Both sides are folded first (text_fold): lower case, no accents, single spaces.
 */
#ifndef PLACE_H
#define PLACE_H

#include "base/base.h"

/* "52.3580, 4.8811": degrees north and east, as maps copy them.  False for anything else. */
bool place_point(text s, double *latitude, double *longitude);

/* The longest word of a folded text, "" if it has none: the first sieve of a search. */
text place_longest(struct arena *, text folded);

/* Does every word of `wanted` begin a word of `words`?  With `forgiving`, a word of four letters or
 * more may hold one slip of the finger: a letter wrong, missing, too many, or two changed about
 * (Damerau 1964). */
bool place_fits(text words, text wanted, bool forgiving);

/* A point of the unit sphere, and the way over ground between two places in metres, on a sphere of
 * 6,371,008.8 m (the mean radius of GRS 80), from the straight line between their points. */
void place_on_globe(double latitude, double longitude, double xyz[3]);
double place_metres(double chord);
double place_chord(double metres);

/* Metres as people say them: "240 m", "1.6 km", "12 km". */
text place_distance(struct arena *, double metres);

#endif
