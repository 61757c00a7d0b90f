/* pdf_inner.h -- words as a font can show them.  For gear/pdf*.c alone. */
#ifndef PDF_INNER_H
#define PDF_INNER_H

#include "base/base.h"

/* The next code point of well-formed UTF-8; what is not well formed is U+FFFD, a byte at a time. */
uint32_t code_point(text *at);
void add_code_point(struct buf *, uint32_t);

/* What a font can show of it: one line, no control characters; `has` tells for a code point of the
 * basic plane whether there is a glyph.  Runs of white space are one space. */
text pdf_showable(struct arena *, text, bool (*has)(void *font, uint32_t), void *font);

/* One line as it is drawn, from left to right (Unicode Standard Annex 9), Arabic letters joined. */
text pdf_visual(struct arena *, text line);
bool pdf_right_to_left(text); /* does its first strong letter say so? */

#endif
