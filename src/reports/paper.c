/* paper.c -- somebody's month as a PDF. */
#include "gear/pdf.h"
#include "reports/letter.h"

static void
row(struct pdf *p, enum pdf_style style, text what, text bookings, text drive_ups, text hours,
    text moved)
{
	const struct pdf_cell cells[] = { { what, .32, false }, { bookings, .13, true },
		{ drive_ups, .15, true }, { hours, .17, true }, { moved, .23, true } };

	pdf_row(p, style, cells, LENGTH(cells));
}

static text
number(struct arena *a, int64_t n)
{
	return thousands(a, n);
}

static void
facts(struct arena *a, struct pdf *p, const struct report *r)
{
	pdf_pair(p, "For", r->name);
	pdf_pair(p, "Bookings", number(a, r->bookings));
	if (r->no_shows)
		pdf_pair(p, "Of them missed", number(a, r->no_shows));
	if (r->cancelled)
		pdf_pair(p, "Cancelled", number(a, r->cancelled));
	if (r->drive_ups)
		pdf_pair(p, "Stays not booked", number(a, r->drive_ups));
	pdf_pair(p, "Hours", r->hours);
	FOR_ROWS (report_sum, s, r->sums) {
		pdf_pair(p, "Paid", money_text(a, s->paid, s->currency));
		if (s->returned.minor == 0)
			continue;
		pdf_pair(p, "Went back", money_text(a, (money){ -s->returned.minor }, s->currency));
		pdf_pair(p, "In all", money_text(a, s->net, s->currency));
	}
	if (r->sums.n == 0)
		pdf_pair(p, "Paid", "nothing");
	if (*r->most_used)
		pdf_pair(p, "Most used", r->most_used);
}

static void
lots(struct arena *a, struct pdf *p, const struct report *r)
{
	if (r->lots.n == 0)
		return;
	pdf_gap(p, 6);
	pdf_say(p, PDF_HEADING, "By lot");
	pdf_rule(p, true);
	row(p, PDF_BOLD, "Lot", "Bookings", "Not booked", "Hours", "Paid, less refunds");
	pdf_rule(p, false);
	FOR_ROWS (report_lot, l, r->lots)
		row(p, PDF_BODY, l->name, number(a, l->bookings), number(a, l->drive_ups), l->hours,
		    l->sums);
	pdf_rule(p, true);
}

static void
history(struct arena *a, struct pdf *p, const struct report *r)
{
	pdf_gap(p, 6);
	pdf_say(p, PDF_HEADING, "Month by month");
	pdf_rule(p, true);
	row(p, PDF_BOLD, "Month", "Bookings", "Not booked", "Hours", "Paid, less refunds");
	pdf_rule(p, false);
	FOR_ROWS (report_month, m, r->history)
		row(p, m->current ? PDF_BOLD : PDF_BODY, m->title, number(a, m->bookings),
		    number(a, m->drive_ups), m->hours, m->sums);
	pdf_rule(p, true);
}

/* The month's own first day, so that the same figures give the same bytes. */
static instant
made(struct arena *a, const struct report *r)
{
	instant t = { 0 };

	instant_parse_naive(arena_fmt(a, "%s-01T00:00", r->month), &t);
	return t;
}

enum problem
report_pdf(struct ctx *c, const struct report *r, const void **bytes, size_t *n)
{
	struct arena *a = c->arena;
	text title = arena_fmt(a, "Parking in %s", r->title);
	struct pdf *p = pdf_new(a, title, "en", title, made(a, r));

	pdf_say(p, PDF_TITLE, title);
	if (r->so_far)
		pdf_say(p, PDF_SMALL, "The month has not ended: these are the figures so far.");
	pdf_gap(p, 4);
	facts(a, p, r);
	lots(a, p, r);
	history(a, p, r);
	pdf_gap(p, 4);
	pdf_say(p, PDF_SMALL,
	    "A booking, and a stay without one, counts in the month in which it begins, money in "
	    "the month in which it moved, each on the clock of its lot.");
	if (pdf_done(p, bytes, n))
		return OK;
	return fail(c, UNAVAILABLE, "The document cannot be made now. The page says the same.");
}
