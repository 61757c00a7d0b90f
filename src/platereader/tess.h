/*
 * tess.h -- tesseract, for the line of letters on a plate that the detector straightened.
 *
 * It was made for pages of text; by itself it reads a few in a hundred whole photographs.
 */
#ifndef TESS_H
#define TESS_H

#include "base/sight.h"
#include "platereader/grey.h"

struct tess;
struct tess *tess_open(void); /* NULL where its data is not installed */
void tess_close(struct tess *);

/* Letters and digits of the plate in the quad, and how sure it is of them, 0 to 1; "" for none. */
text tess_read(
    struct tess *, const struct grey *, const struct quad *, struct arena *, double *confidence);

#endif
