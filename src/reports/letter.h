/*
 * letter.h -- pieces of the HTML that mail readers show: tables, inline styles, nothing from
 * outside.  Words are escaped here, but for letter_words(), which takes HTML.
 */
#ifndef REPORTS_LETTER_H
#define REPORTS_LETTER_H

#include "reports/inner.h"

void letter_words(struct buf *, text html); /* a paragraph */
void letter_heading(struct buf *, text);
void letter_table(struct buf *);
void letter_row(struct buf *, text what, text figure, bool strong);
void letter_table_end(struct buf *);
void letter_link(struct buf *, text address, text words);
void letter_button(struct buf *, text address, text words);
void letter_small(struct buf *); /* opens the small print: a <p> */

text thousands(struct arena *, int64_t); /* not negative: "12,345" */
text counted(struct arena *, int64_t n, text one, text many); /* "1 booking", "2,000 bookings" */
/* "8 bookings and 3 stays without one", "3 stays without a booking", "1 booking" */
text visits_words(struct arena *, int64_t bookings, int64_t drive_ups);

#endif
