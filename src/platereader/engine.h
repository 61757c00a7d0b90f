/*
 * engine.h -- plates in a grey picture: where they are, and what stands on them.
 *
 * Two nets do it.  The detector looks at the whole picture, its longest side 640 pixels, and says of each
 * cell of 8 × 8 how likely it lies in a plate, and where that plate's four corners are; a second look at a window
 * round each find makes the corners sharp.  The reader looks at the straightened plate, 160 × 48, and gives for each
 * of 40 columns how likely each letter is, or none.
 *
 * Columns become text by a search (beam.c) that knows how letters and digits follow each other on the plates of a
 * region: "B21GSB" is likely, "B2IGSB" is not, however alike they look.  A confidence is the share of one reading among
 * all that the search kept, times what it kept of everything.
 *
 * Several views of a plate, with different margins, are averaged: a crop that cuts the first letter reads with full
 * confidence, and only another crop shows it.
 *
 * The weights came out of a training on drawn plates, on photographs under the MIT licence and on backgrounds under CC0,
 * Apache-2.0, BSD and MIT: see weights.md.
 *
 * Nothing here keeps state: any number of threads may read at once with one struct engine.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include "base/sight.h"
#include "platereader/grey.h"

struct engine {
	struct net detector, reader;
};
/* Of the bytes of weights.bin, aligned for floats, which must outlive it; false if they are not that. */
bool engine_open(struct engine *, const void *weights, size_t n);

/* ---- detect.c */

struct found {
	double score; /* 0 to 1 */
	struct quad quad;
};
/* Plates in the picture, scaled so that its longest side has `size` pixels, best first; how many. */
int detect(const struct engine *, const struct grey *, double size, struct found *out, int most);
/* Looks again at a window round it, in which the plate has a good size; makes its corners sharp, or halves its score. `scale` was
 * the picture's at first. */
void detect_again(const struct engine *, const struct grey *, double scale, struct found *);
/* How much two plates cover each other, 0 to 1; 1 also where one lies in the other. */
double quad_overlap(const struct quad *, const struct quad *);

/* ---- layouts.c */

/* How letters and digits follow each other in a region.  A set of layouts is a bit mask. */
struct layouts;
const struct layouts *layouts_of(enum sight_region); /* NULL for ANYWHERE */
uint64_t layouts_all(const struct layouts *);
/* Those of a set that have a digit (or a letter) at that place. */
uint64_t layouts_with(const struct layouts *, uint64_t set, int place, bool digit);
double layouts_weight(
    const struct layouts *, uint64_t set); /* with the share of plates that fit none */
double layouts_weight_ended(
    const struct layouts *, uint64_t set, int length); /* … if it ends there */
bool layouts_fit(const struct layouts *, uint64_t set, int length); /* is one of them that long? */

/* ---- beam.c */

enum { BEAM = 16, LETTERS = SIGHT_LETTERS };
struct guess {
	char text[LETTERS + 4];
	int n;
	double likely; /* by the letters alone */
	double prior; /* by the layouts alone */
	uint64_t set; /* layouts it may still be */
};
/* The likeliest readings of the reader's columns, best first; how many. */
int beam_search(const struct planes *columns, const struct layouts *, struct guess out[BEAM]);

/* ---- read.c */

int64_t clock_us(void); /* of work, not of waiting: what the stages cost */

/* All that is seen in the picture; texts and rows live in the arena. */
void engine_look(
    const struct engine *, const struct grey *, enum sight_region, struct arena *, struct sight *);

#endif
