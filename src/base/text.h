/*
 * text.h -- reading UTF-8 and the small forms words take here.
 */
#ifndef TEXT_H
#define TEXT_H

#include "base/base.h"

bool text_is(text a, text b); /* equal */
bool text_starts(text s, text with);
bool text_empty(text s); /* nothing but white space, or NULL */

/* Well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates) and no NUL. */
bool text_valid(const char *s, size_t n);
size_t text_length(text s); /* code points */
/* No control characters (C0, C1, DEL) nor bidirectional overrides (U+202A–E, U+2066–9). */
bool text_printable(text s);
text text_trim(struct arena *, text s); /* without white space at the ends */

/* Decimal digits with an optional sign, the whole of s, within int64. */
bool text_int(text s, int64_t *out);

/* For searching: lower case, accents taken off (Latin, Greek, Cyrillic bases), runs of anything
 * but letters and digits one space. "Zürich–Süd" → "zurich sud". */
text text_fold(struct arena *, text s);

/* A number plate as it is stored: upper case, letters and digits only. "k-419 tx" → "K419TX". */
text text_plate(struct arena *, text s);

#endif
