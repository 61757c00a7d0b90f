/*
 * labels.h -- many slots in few letters: "A-01..A-40, B-7, S1..S12".
 */
#ifndef LABELS_H
#define LABELS_H

#include "base/base.h"

#define MAX_LABELS 1000

/* Spells out a list of labels and ranges, parted by "," or new lines.  A range counts the digits at
 * the end and keeps their width: "A-08..A-11" is.  A dash range "S1–S9" or
 * "S1...S9" is understood as well.  Rows of `struct label`; false, and what is wrong in words. */
struct label {
	text label;
};
bool labels_parse(struct arena *, text s, struct rows *out, text *why);
bool label_ok(
    text s); /* letters, digits, "._- ", 1 to 20 bytes, beginning with a letter or digit */

#endif
