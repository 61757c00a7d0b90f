/* letter.c -- a month as a mail: in plain words, and as HTML that mail readers show. */
#include "reports/letter.h"
#include "gear/mime.h"
#include "gear/settings.h"

#define BAR_MARKS 20 /* of the longest bar, in plain text */

/* ---- for both letters */

void
letter_words(struct buf *b, text html)
{
	buf_fmt(b, "<p style=\"margin:12px 0;\">%s</p>\n", html);
}

void
letter_heading(struct buf *b, text words)
{
	buf_add(
	    b, "<h2 style=\"margin:28px 0 8px;font-size:20px;line-height:26px;font-weight:800;\">");
	buf_html(b, words);
	buf_add(b, "</h2>\n");
}

void
letter_table(struct buf *b)
{
	buf_add(b,
	    "<table width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
	    "style=\"border-collapse:collapse;\">\n");
}

void
letter_table_end(struct buf *b)
{
	buf_add(b, "</table>\n");
}

#define CELL MIME_FACE "padding:8px 0;border-top:1px solid #8a96a3;vertical-align:top;"

/* A long word, and what no-break spaces hold together, breaks before the mail is wider than a phone. */
#define WRAPS "word-break:break-word;"

void
letter_row(struct buf *b, text what, text figure, bool strong)
{
	text weight = strong ? "font-weight:800;" : "";

	buf_fmt(b,
	    "<tr><th class=\"ink\" scope=\"row\" align=\"left\" style=\"" CELL
	    "padding-right:12px;font-size:17px;line-height:24px;font-weight:400;" WRAPS "%s\">",
	    weight);
	buf_html(b, what);
	buf_fmt(b,
	    "</th><td class=\"ink\" align=\"right\" style=\"" CELL
	    "font-size:17px;line-height:24px;" WRAPS "%s\">",
	    weight);
	buf_html(b, figure);
	buf_add(b, "</td></tr>\n");
}

void
letter_link(struct buf *b, text address, text words)
{
	buf_add(b, "<a href=\"");
	buf_html(b, address);
	buf_add(b, "\" style=\"color:#0b4da2;\">");
	buf_html(b, words);
	buf_add(b, "</a>");
}

/* A sign to press. */
void
letter_button(struct buf *b, text address, text words)
{
	buf_add(b,
	    "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
	    "style=\"margin:24px 0 8px;\"><tr><td bgcolor=\"#0b4da2\" "
	    "style=\"background-color:#0b4da2;border-radius:8px;\"><a href=\"");
	buf_html(b, address);
	buf_add(b,
	    "\" style=\"" MIME_FACE "display:inline-block;padding:12px 20px;font-size:17px;"
	    "line-height:24px;font-weight:700;color:#ffffff;text-decoration:none;\">"
	    "<span style=\"color:#ffffff;\">");
	buf_html(b, words);
	buf_add(b, "</span></a></td></tr></table>\n");
}

void
letter_small(struct buf *b)
{
	buf_add(b,
	    "<p style=\"margin:24px 0 0;padding-top:12px;border-top:1px solid #8a96a3;"
	    "font-size:14px;line-height:21px;\">");
}

text
counted(struct arena *a, int64_t n, text one, text many)
{
	if (n == 1)
		return arena_fmt(a, "1 %s", one);
	if (n < 1000)
		return arena_fmt(a, "%lld %s", (long long)n, many);
	return arena_fmt(a, "%s %s", thousands(a, n), many);
}

text
thousands(struct arena *a, int64_t n)
{
	if (n < 1000)
		return arena_fmt(a, "%lld", (long long)n);
	return arena_fmt(a, "%s,%03d", thousands(a, n / 1000), (int)(n % 1000));
}

text
visits_words(struct arena *a, int64_t bookings, int64_t drive_ups)
{
	text booked = counted(a, bookings, "booking", "bookings");
	text came = counted(a, drive_ups, "stay", "stays");

	if (drive_ups == 0)
		return booked;
	return bookings ? arena_fmt(a, "%s and %s without one", booked, came)
			: arena_fmt(a, "%s without a booking", came);
}

/* ---- what a month was, in a sentence */

/* "8 bookings", "8 bookings, 1 of them missed" */
static text
bookings_words(struct arena *a, const struct report *r)
{
	text n = counted(a, r->bookings, "booking", "bookings");

	if (r->no_shows == 0)
		return n;
	return arena_fmt(a, "%s, %lld of them missed", n, (long long)r->no_shows);
}

static text
sentence(struct arena *a, const struct report *r)
{
	text moved = *r->net ? arena_fmt(a, "%s in all", r->net) : "nothing was paid";

	if (r->bookings == 0 && r->drive_ups == 0)
		return arena_fmt(a, "No booking began in %s; what moved was %s.", r->title,
		    *r->net ? r->net : "no money");
	return arena_fmt(a, "%s in %s: %s, and %s.", visits_words(a, r->bookings, r->drive_ups),
	    r->title, r->hours, moved);
}

static text
most_used_words(struct arena *a, const struct report *r)
{
	return arena_fmt(a, "%s, %s, %s", r->most_used, r->most_visits, r->most_hours);
}

static text const what_counts =
    "A booking, and a stay without one, counts in the month in which it begins, money in the month "
    "in which it moved, each on the clock of its lot.";

static text
lot_words(struct arena *a, const struct report_lot *l)
{
	return arena_fmt(a, "%s, %s%s%s", visits_words(a, l->bookings, l->drive_ups), l->hours,
	    *l->sums ? ", " : "", l->sums);
}

static text
month_words(struct arena *a, const struct report_month *m)
{
	return arena_fmt(a, "%s%s%s", m->hours, *m->sums ? ", " : "", m->sums);
}

/* ---- plain */

static void
plain_sums(struct buf *b, const struct report *r)
{
	struct arena *a = b->arena;

	FOR_ROWS (report_sum, s, r->sums) {
		buf_fmt(b, "Paid         %s\n", money_text(a, s->paid, s->currency));
		if (s->returned.minor)
			buf_fmt(b, "Went back    %s\nIn all       %s\n",
			    money_text(a, s->returned, s->currency),
			    money_text(a, s->net, s->currency));
	}
}

static void
plain_history(struct buf *b, const struct report *r)
{
	static const char marks[BAR_MARKS + 1] = "####################";

	buf_add(b, "\nMonth by month\n\n");
	FOR_ROWS (report_month, m, r->history) {
		int n = (int)(m->share * BAR_MARKS / 100);

		buf_fmt(
		    b, "%s  %-*.*s  %s\n", m->title, BAR_MARKS, n, marks, month_words(b->arena, m));
	}
}

text
report_letter_text(struct arena *a, const struct report *r, text unsubscribe)
{
	struct buf b = BUF(a);

	buf_fmt(&b, "Hello %s,\n\n%s\n\n", r->name, sentence(a, r));
	buf_fmt(&b, "Bookings     %s\n", bookings_words(a, r));
	if (r->cancelled)
		buf_fmt(&b, "Cancelled    %lld\n", (long long)r->cancelled);
	if (r->drive_ups)
		buf_fmt(&b, "Not booked   %s\n", counted(a, r->drive_ups, "stay", "stays"));
	buf_fmt(&b, "Hours        %s\n", r->hours);
	plain_sums(&b, r);
	if (*r->most_used)
		buf_fmt(&b, "Most used    %s\n", most_used_words(a, r));
	if (r->lots.n > 1) {
		buf_add(&b, "\nBy lot\n\n");
		FOR_ROWS (report_lot, l, r->lots)
			buf_fmt(&b, "- %s: %s\n", l->name, lot_words(a, l));
	}
	plain_history(&b, r);
	buf_fmt(&b, "\nOn the web, and as a PDF:\n%s/reports/%s\n\n%s\n\n", settings.base_url,
	    r->month, what_counts);
	buf_fmt(&b, "No more monthly reports:\n%s\n", unsubscribe);
	return buf_text(&b);
}

/* ---- HTML */

static void
html_figures(struct buf *b, const struct report *r)
{
	struct arena *a = b->arena;

	letter_table(b);
	letter_row(b, "Bookings", bookings_words(a, r), false);
	if (r->cancelled)
		letter_row(b, "Cancelled", arena_fmt(a, "%lld", (long long)r->cancelled), false);
	if (r->drive_ups)
		letter_row(b, "Not booked", counted(a, r->drive_ups, "stay", "stays"), false);
	letter_row(b, "Hours", r->hours, false);
	FOR_ROWS (report_sum, s, r->sums) {
		letter_row(b, "Paid", money_text(a, s->paid, s->currency), s->returned.minor == 0);
		if (s->returned.minor == 0)
			continue;
		letter_row(b, "Went back",
		    money_text(a, (money){ -s->returned.minor }, s->currency), false);
		letter_row(b, "In all", money_text(a, s->net, s->currency), true);
	}
	if (*r->most_used)
		letter_row(b, "Most used", most_used_words(a, r), false);
	letter_table_end(b);
}

static void
html_lots(struct buf *b, const struct report *r)
{
	if (r->lots.n < 2)
		return;
	letter_heading(b, "By lot");
	letter_table(b);
	FOR_ROWS (report_lot, l, r->lots)
		letter_row(b, l->name, lot_words(b->arena, l), false);
	letter_table_end(b);
}

/* A line with the figures, and the bar under it: a cell as wide as its share. */
static void
html_month(struct buf *b, const struct report_month *m)
{
	text weight = m->current ? "font-weight:800;" : "";

	buf_fmt(b,
	    "<tr><th class=\"ink\" scope=\"row\" align=\"left\" style=\"" MIME_FACE
	    "padding:8px 12px 0 0;font-size:16px;line-height:22px;font-weight:400;"
	    "white-space:nowrap;%s\">%s</th><td class=\"ink\" align=\"right\" style=\"" MIME_FACE
	    "padding:8px 0 0;font-size:16px;line-height:22px;%s\">",
	    weight, m->title, weight);
	buf_html(b, month_words(b->arena, m));
	buf_add(b, "</td></tr>\n<tr><td colspan=\"2\" style=\"padding:2px 0 4px;\">");
	if (m->share)
		buf_fmt(b,
		    "<table role=\"presentation\" width=\"%lld%%\" cellpadding=\"0\" "
		    "cellspacing=\"0\" border=\"0\"><tr><td bgcolor=\"#2f7de0\" height=\"10\" "
		    "style=\"background-color:#2f7de0;height:10px;font-size:0;line-height:10px;\">"
		    "&nbsp;</td></tr></table>",
		    (long long)m->share);
	buf_add(b, "</td></tr>\n");
}

static void
html_end_of_letter(struct buf *b, const struct report *r, text unsubscribe)
{
	letter_button(b, arena_fmt(b->arena, "%s/reports/%s", settings.base_url, r->month),
	    arena_fmt(b->arena, "See %s on the web", r->title));
	letter_small(b);
	buf_html(b, what_counts);
	buf_add(b, " You get this because you parked with us. ");
	letter_link(b, unsubscribe, "No more monthly reports");
	buf_add(b, "</p>\n");
}

text
report_letter_html(struct arena *a, const struct report *r, text unsubscribe)
{
	struct buf b = BUF(a), hello = BUF(a), says = BUF(a);

	buf_add(&hello, "Hello ");
	buf_html(&hello, r->name);
	buf_char(&hello, ',');
	letter_words(&b, buf_text(&hello));
	buf_html(&says, sentence(a, r));
	letter_words(&b, buf_text(&says));
	html_figures(&b, r);
	html_lots(&b, r);
	letter_heading(&b, "Month by month");
	letter_table(&b);
	FOR_ROWS (report_month, m, r->history)
		html_month(&b, m);
	letter_table_end(&b);
	html_end_of_letter(&b, r, unsubscribe);
	return mime_letter(a, arena_fmt(a, "Your parking in %s", r->title), buf_text(&b));
}
