/*
 * grey.h -- a picture as brightness alone, which is all the nets and tesseract look at.
 */
#ifndef GREY_H
#define GREY_H

#include "base/image.h"
#include "platereader/net.h"

struct grey {
	int width, height;
	uint8_t *at; /* width × height, row by row; free() */
};

/* Four corners as x, y pairs in pixels: upper left, upper right, lower right, lower left of a plate. */
struct quad {
	double at[8];
};

/* ---- decode.c */

/* Decodes what image_look() described, upright.  A large JPEG or WebP comes smaller (its longest side then
 * still has `enough` pixels or more).  False for bytes that cannot be decoded. */
bool grey_decode(const void *, size_t n, const struct image_head *, int enough, struct grey *out);

/* ---- grey.c */

/* The picture `scale` times as large, into the first plane, as (brightness - 128) / 64; zeros beyond it.
 * Averages where it shrinks, interpolates where it grows. */
void grey_into(const struct grey *, double scale, struct planes *);
struct grey grey_part(const struct grey *, int left, int top, int width, int height);

/* What lies in the quad, pulled straight into the first plane, as brightness; the margins are shares of the plate's
 * width and height beyond it. */
void grey_straighten(
    const struct grey *, const struct quad *, double margin_x, double margin_y, struct planes *);
/* Mean 0, deviation 1 (and a little, so that a blank wall stays blank). */
void planes_normalise(struct planes *);

#endif
