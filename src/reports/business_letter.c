/* business_letter.c -- the house's month as a mail to admins. */
#include "gear/mime.h"
#include "gear/settings.h"
#include "reports/letter.h"

static text
summary(struct arena *a, const struct business *b)
{
	if (b->nothing)
		return arena_fmt(
		    a, "Nothing was booked, nobody came and no money moved in %s.", b->title);
	return arena_fmt(a, "%s in %s, %s, %s.", visits_words(a, b->bookings, b->drive_ups),
	    b->title, *b->net ? b->net : "no money moved",
	    *b->occupancy_words ? arena_fmt(a, "%s of all hours of all slots", b->occupancy_words)
				: "no slots");
}

/* "1,200 payments, €12,000.00; 12 refunds, €80.00" */
static text
method_words(struct arena *a, const struct business_sum *s)
{
	text in = arena_fmt(a, "%s, %s", counted(a, s->payments, "payment", "payments"),
	    money_text(a, s->paid, s->currency));

	if (s->refunds == 0)
		return in;
	return arena_fmt(a, "%s; %s, %s", in, counted(a, s->refunds, "refund", "refunds"),
	    money_text(a, (money){ -s->returned.minor }, s->currency));
}

static text
lot_words(struct arena *a, const struct business_lot *l)
{
	return arena_fmt(a, "%s, %s%s%s%s%s", visits_words(a, l->bookings, l->drive_ups), l->hours,
	    *l->occupancy_words ? ", " : "", l->occupancy_words, *l->sums ? ", " : "", l->sums);
}

/* Why there is no word about what is out of line, if there is none. */
static text
in_line(struct arena *a, const struct business *b)
{
	if (b->months_before < 3)
		return "There are too few months before it to say what is out of line.";
	return arena_fmt(a, "Nothing is out of line against the %lld months before.",
	    (long long)b->months_before);
}

static text const what_counts =
    "A booking, and a stay without one, counts in the month in which it begins, an hour in the "
    "month in which it lies, money in the month in which it moved, each on the clock of its lot. "
    "Out of line is what lies beyond all of the six months before, by a quarter of their average "
    "or more.";

/* ---- plain */

static void
plain_money(struct buf *b, const struct business *r)
{
	struct arena *a = b->arena;

	if (r->sums.n == 0)
		return;
	buf_add(b, "\nRevenue\n\n");
	FOR_ROWS (business_sum, s, r->sums)
		buf_fmt(b, "- %s %s: %s\n", s->currency, s->method, method_words(a, s));
	FOR_ROWS (report_sum, t, r->totals)
		buf_fmt(b, "- %s in all: %s\n", t->currency, money_text(a, t->net, t->currency));
}

text
business_letter_text(struct arena *a, const struct business *r)
{
	struct buf b = BUF(a);

	buf_fmt(&b,
	    "%s\n\nBookings     %s\nCancelled    %s\nMissed       %s\nNot booked   %s\n"
	    "Hours        %s\n",
	    summary(a, r), thousands(a, r->bookings), thousands(a, r->cancelled),
	    thousands(a, r->no_shows), thousands(a, r->drive_ups), r->hours);
	if (*r->occupancy_words)
		buf_fmt(&b, "Occupancy    %s\n", r->occupancy_words);
	buf_add(&b, "\nOut of line\n\n");
	FOR_ROWS (business_note, n, r->odd)
		buf_fmt(&b, "- %s\n", n->says);
	if (r->odd.n == 0)
		buf_fmt(&b, "%s\n", in_line(a, r));
	plain_money(&b, r);
	if (r->lots.n)
		buf_add(&b, "\nMost used\n\n");
	FOR_ROWS (business_lot, l, r->lots)
		buf_fmt(&b, "- %s: %s\n", l->name, lot_words(a, l));
	buf_fmt(&b, "\nOn the web:\n%s/admin/reports/%s\n\n%s\n", settings.base_url, r->month,
	    what_counts);
	return buf_text(&b);
}

/* ---- HTML */

static void
html_odd(struct buf *b, const struct business *r)
{
	letter_heading(b, "Out of line");
	if (r->odd.n == 0) {
		letter_words(b, in_line(b->arena, r));
		return;
	}
	buf_add(b, "<ul style=\"margin:12px 0;padding:0 0 0 20px;\">\n");
	FOR_ROWS (business_note, n, r->odd) {
		buf_add(b, "<li style=\"margin:0 0 8px;\">");
		buf_html(b, n->says);
		buf_add(b, "</li>\n");
	}
	buf_add(b, "</ul>\n");
}

static void
html_money(struct buf *b, const struct business *r)
{
	struct arena *a = b->arena;

	if (r->sums.n == 0)
		return;
	letter_heading(b, "Revenue");
	letter_table(b);
	FOR_ROWS (report_sum, t, r->totals) {
		FOR_ROWS (business_sum, s, r->sums)
			if (text_is(s->currency, t->currency))
				letter_row(b, arena_fmt(a, "%s, %s", s->currency, s->method),
				    method_words(a, s), false);
		letter_row(b, arena_fmt(a, "%s in all", t->currency),
		    money_text(a, t->net, t->currency), true);
	}
	letter_table_end(b);
}

static void
html_figures(struct buf *b, const struct business *r)
{
	struct arena *a = b->arena;

	letter_table(b);
	letter_row(b, "Bookings", thousands(a, r->bookings), true);
	letter_row(b, "Cancelled", thousands(a, r->cancelled), false);
	letter_row(b, "Missed", thousands(a, r->no_shows), false);
	letter_row(b, "Not booked", thousands(a, r->drive_ups), false);
	letter_row(b, "Hours", r->hours, false);
	if (*r->occupancy_words)
		letter_row(b, "Occupancy", r->occupancy_words, true);
	letter_table_end(b);
}

text
business_letter_html(struct arena *a, const struct business *r)
{
	struct buf b = BUF(a), says = BUF(a);

	buf_html(&says, summary(a, r));
	letter_words(&b, buf_text(&says));
	html_figures(&b, r);
	html_odd(&b, r);
	html_money(&b, r);
	if (r->lots.n) {
		letter_heading(&b, "Most used");
		letter_table(&b);
		FOR_ROWS (business_lot, l, r->lots)
			letter_row(&b, l->name, lot_words(a, l), false);
		letter_table_end(&b);
	}
	letter_button(&b, arena_fmt(a, "%s/admin/reports/%s", settings.base_url, r->month),
	    arena_fmt(a, "See %s on the web", r->title));
	letter_small(&b);
	buf_add(&b, what_counts);
	buf_add(&b, " You get this because you are an admin.</p>\n");
	return mime_letter(a, arena_fmt(a, "The house in %s", r->title), buf_text(&b));
}
