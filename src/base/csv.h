/*
 * csv.h -- rows as people's spreadsheets and other people's programs read them: RFC 4180, UTF-8, a line of names first,
 * lines ended by CRLF.
 *
 * Instants are RFC 3339 in UTC, money is decimal in the currency of the same row's field `currency`, nothing is
 * an empty cell.  A text that a spreadsheet would run (= + - @, tab or a line end first) gets an
 * apostrophe before it: a cell of ours is read, never run.
 */
#ifndef CSV_H
#define CSV_H

#include "base/base.h"

/* Does this field have a column?  Not if it is secret or hidden, nor if it leads to another struct. */
bool csv_shown(const struct field *);

/* A cell of words. */
void csv_text(struct buf *, text);

void csv_head(struct buf *, const struct field *);

/* One row, its cells as PostgreSQL prints them, one a field, in their order; NULL for nothing.  Takes no memory
 * but what the buffer grows by. */
void csv_row(struct buf *, const struct field *, const text *cells);

#endif
