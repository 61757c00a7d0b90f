/*
 * page.h -- the dashboard as it is shown: drawings, and under each the table of its numbers.
 *
 * A drawing is geometry in per cent, as texts for attributes; a table is a list of cells, each as
 * people read it and as a program does.  The CSV of a chart is its table, cell by cell, without the
 * line of totals.
 */
#ifndef DESK_PAGE_H
#define DESK_PAGE_H

#include "desk/inner.h"

/* ---- tables */

struct desk_cell {
	text says, plain; /* "€1,234.50", "1234.50" */
	bool head, n; /* the first; a figure */
	bool csv_only;
	text href; /* where more is told; "" */
};
struct desk_line {
	struct rows cells; /* struct desk_cell */
};
struct desk_sheet {
	text chart, caption, csv; /* csv: its address */
	struct rows heads; /* struct desk_cell: plain is the name of the column */
	struct rows lines; /* struct desk_line */
	const struct desk_line *foot; /* NULL: what would be summed is no sum */
};
extern const struct field desk_sheet_fields[];

/* The table of one of desk_charts. */
struct desk_sheet *desk_sheet(struct arena *, const struct desk_figures *, text chart);
void desk_csv(struct buf *, const struct desk_sheet *);

/* ---- drawings */

struct desk_part { /* of a bar; which way it grows its chart says */
	text cls, at, size;
	bool hatched;
};
struct desk_mark {
	text x, w, hit_x, hit_w, mid; /* of the bar, of where it is met, of its middle */
	text says, detail; /* "Thu 12 Nov 2026: €120.00", "online €80, card €40" */
	text figure, top; /* beside the bar, and where; "" if there are too many */
	text foot; /* under it; "" under most */
	struct rows parts; /* struct desk_part */
};
struct desk_tick {
	text at, says;
};
struct desk_key {
	text cls, says;
	bool hatched;
};
extern const struct field desk_part_fields[], desk_tick_fields[], desk_key_fields[];

struct desk_plot { /* bars beside each other */
	text id, title, says;
	text rest; /* said in the corner while no bar is pointed at */
	bool low, some;
	text none; /* what to say if there is nothing to draw */
	struct rows keys, ticks, marks;
	const struct desk_sheet *sheet;
};
extern const struct field desk_plot_fields[];

struct desk_bar { /* one above the other */
	text name, href, quiet, figure; /* quiet: beside the name */
	struct rows parts; /* struct desk_part */
};
struct desk_bars {
	text id, title, says, none;
	bool some, wide; /* wide: in two columns where there is room */
	struct rows keys; /* struct desk_key */
	struct rows bars; /* struct desk_bar */
	const struct desk_sheet *sheet;
};
extern const struct field desk_bars_fields[];

struct desk_hour_cell {
	text x, mid, cls, figure, says;
	bool on; /* its ground is dark by day, bright by night */
};
struct desk_hour_line {
	text at, line_mid, clock;
	struct rows cells; /* struct desk_hour_cell */
};
struct desk_heat {
	text id, title, says, none;
	bool some;
	struct rows keys; /* struct desk_key */
	struct rows days; /* struct desk_tick */
	struct rows lines; /* struct desk_hour_line */
	const struct desk_sheet *sheet;
};
extern const struct field desk_heat_fields[];

struct desk_plot *draw_revenue(struct arena *, const struct desk_figures *);
struct desk_plot *draw_refunds(struct arena *, const struct desk_figures *);
struct desk_plot *draw_lengths(struct arena *, const struct desk_figures *);
struct desk_plot *draw_turnover(struct arena *, const struct desk_figures *);
struct desk_plot *draw_bookings(struct arena *, const struct desk_figures *);
struct desk_plot *draw_people(struct arena *, const struct desk_figures *);
struct desk_bars *draw_methods(struct arena *, const struct desk_figures *);
struct desk_bars *draw_places(struct arena *, const struct desk_figures *);
struct desk_bars *draw_lots(struct arena *, const struct desk_figures *);
struct desk_heat *draw_hours(struct arena *, const struct desk_figures *);

/* ---- words that several of them need */

extern const text desk_length_words[DESK_LENGTHS], desk_weekday_words[7];
text percent_at(struct arena *, double); /* "12.9%", for an attribute */
text money_in(const struct desk_figures *, struct arena *, money); /* in its currency */
/* "12% more than in the 30 days before"; "" if nothing can be compared. */
text against_before(struct arena *, const struct desk_figures *, int64_t now, int64_t before);
/* The same days and lot at another address: "/admin/payments?status=paid&from=…" */
text desk_address(struct arena *, const struct desk_figures *, text path_and_first);

/* ---- the page */

struct desk_measure { /* a figure of the board */
	text title, figure, change, tone, against;
};
extern const struct field desk_measure_fields[];

struct desk_link { /* a range by name */
	text says, href;
	bool here;
};
extern const struct field desk_link_fields[];

enum problem desk_links(struct ctx *, const struct desk_figures *, struct rows *ranges,
    struct rows *units, struct rows *lots);
struct rows desk_board(struct arena *, const struct desk_figures *); /* struct desk_measure */

#endif
