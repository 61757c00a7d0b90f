/*
 * look.h -- the door to the engines: a picture's bytes in, candidates with corners and confidence out.
 *
 * NETS reads with the two nets of engine.h; where they are not sure, tesseract says what it makes of the best plate, beside
 * theirs.  TESSERACT finds and straightens plates with the detector, and reads with tesseract alone.
 */
#ifndef LOOK_H
#define LOOK_H

#include "base/sight.h"

struct looker;
struct looker *looker_new(
    bool tesseract); /* opens the nets, and tesseract if wanted and installed */
void looker_free(struct looker *);

/* Of any bytes.  Texts and rows of the sight live in the arena. */
enum sight_outcome looker_look(struct looker *, const void *, size_t n, enum sight_engine,
    enum sight_region, struct arena *, struct sight *);

#endif
