/* board.c -- the figures at the head of the page, and the ways to other days. */
#include "desk/page.h"
#include "desk_sql.h"

#define MEASURES 6

const struct field desk_measure_fields[] = {
	FIELD(desk_measure, title),
	FIELD(desk_measure, figure),
	FIELD(desk_measure, change),
	FIELD(desk_measure, tone),
	FIELD(desk_measure, against),
	FIELD_END,
};
const struct field desk_link_fields[] = { FIELD(desk_link, says), FIELD(desk_link, href),
	FIELD(desk_link, here), FIELD_END };

/* ---- figures */

enum better { MORE, LESS };

static text
tone_of(int64_t now, int64_t before, enum better better)
{
	if (now == before)
		return "";
	return (now > before) == (better == MORE) ? "good" : "bad";
}

/* What was before: "from €91,249.91 in the 30 days before". */
static text
from_before(struct arena *a, const struct desk_figures *f, text figure)
{
	int64_t n = span_days(&f->before);

	if (!f->compared)
		return "nothing before to compare with";
	return n == 1 ? arena_fmt(a, "from %s on the day before", figure)
		      : arena_fmt(a, "from %s in the %lld days before", figure, (long long)n);
}

static void
measure(struct arena *a, const struct desk_figures *f, struct rows *board, text title,
    const text figures[2], const int64_t v[2], enum better better)
{
	bool can = f->compared && v[1] > 0;

	*ROW(desk_measure, *board, board->n++) =
	    (struct desk_measure){ title, figures[0], can ? change_words(a, v[0], v[1]) : "",
		    can ? tone_of(v[0], v[1], better) : "", from_before(a, f, figures[1]) };
}

/* Shares, in thousandths: the change is in points. */
static void
measure_share(struct arena *a, const struct desk_figures *f, struct rows *board, text title,
    int64_t now, int64_t before, enum better better)
{
	int64_t by = now - before, size = by < 0 ? -by : by;
	text change = by == 0 ? "±0"
			      : arena_fmt(a, "%s%s %s", by < 0 ? "−" : "+", tenths_text(a, size),
				    size == 10 ? "point" : "points");

	*ROW(desk_measure, *board, board->n++) =
	    (struct desk_measure){ title, percent_words(a, now), f->compared ? change : "",
		    f->compared ? tone_of(now, before, better) : "",
		    from_before(a, f, percent_words(a, before)) };
}

static int64_t
missed_share(const struct desk_bookings *b)
{
	int64_t all = b->kept + b->no_shows;

	return all > 0 ? (b->no_shows * 1000 + all / 2) / all : 0;
}

/* Whole units, the nearest: a headline; the cents stand beside the charts. */
static text
whole_money(struct arena *a, const struct desk_figures *f, money m)
{
	int64_t unit = 1, size = m.minor < 0 ? -m.minor : m.minor;

	for (int i = 0; i < currency_digits(f->currency); i++)
		unit *= 10;
	size = (size + unit / 2) / unit * unit;
	text exact = money_in(f, a, (money){ m.minor < 0 ? -size : size });
	return unit > 1 ? arena_bytes(a, exact, strcspn(exact, ".")) : exact;
}

static void
measure_money(struct arena *a, const struct desk_figures *f, struct rows *board, text title,
    money now, money before, enum better better)
{
	measure(a, f, board, title, (text[]){ whole_money(a, f, now), whole_money(a, f, before) },
	    (int64_t[]){ now.minor, before.minor }, better);
}

static void
measure_count(struct arena *a, const struct desk_figures *f, struct rows *board, text title,
    int64_t now, int64_t before)
{
	measure(a, f, board, title, (text[]){ whole_words(a, now), whole_words(a, before) },
	    (int64_t[]){ now, before }, MORE);
}

struct rows
desk_board(struct arena *a, const struct desk_figures *f)
{
	struct rows board = { arena_alloc(a, MEASURES * sizeof(struct desk_measure)), 0 };
	const struct desk_bookings *now = &f->booked, *before = &f->booked_before;

	measure_money(a, f, &board, arena_fmt(a, "Revenue in %s", f->currency), desk_net(&f->sum),
	    desk_net(&f->sum_before), MORE);
	measure_count(a, f, &board, "Cars, booked or not", desk_visits(now), desk_visits(before));
	measure_share(a, f, &board, "Slots taken", desk_share(f, &f->span, now->seconds),
	    desk_share(f, &f->before, before->seconds), MORE);
	measure_money(
	    a, f, &board, "Went back", desk_returned(&f->sum), desk_returned(&f->sum_before), LESS);
	measure_share(a, f, &board, "Not used", missed_share(now), missed_share(before), LESS);
	measure_count(a, f, &board, "New customers", now->firsts, before->firsts);
	return board;
}

/* ---- other days, other units */

static text
with_lot(struct arena *a, const struct desk_figures *f, text address)
{
	return f->lot_id ? arena_fmt(a, "%s&lot=%lld", address, (long long)f->lot_id) : address;
}

static void
link_to(struct rows *links, text says, text href, bool here)
{
	*ROW(desk_link, *links, links->n++) = (struct desk_link){ says, href, here };
}

static void
link_ranges(struct arena *a, const struct desk_figures *f, struct rows *links)
{
	static const text says[] = { "7 days", "30 days", "90 days", "This month", "Last month",
		"This year", "All" };

	links->v = arena_alloc(a, LENGTH(says) * sizeof(struct desk_link));
	for (size_t i = 0; i < LENGTH(says); i++)
		link_to(links, says[i],
		    with_lot(a, f, arena_fmt(a, "/admin?range=%s", desk_ranges[i])),
		    text_is(f->range, desk_ranges[i]));
}

/* Those that the span takes. */
static void
link_units(struct arena *a, const struct desk_figures *f, struct rows *links)
{
	static const text says[] = { "By day", "By week", "By month" };
	int64_t days = span_days(&f->span);

	links->v = arena_alloc(a, LENGTH(says) * sizeof(struct desk_link));
	for (size_t i = 0; i < LENGTH(says); i++) {
		text unit = desk_units[i];
		bool fits = text_is(desk_unit_for(unit, days), unit);
		text range = *f->range
		    ? arena_fmt(a, "range=%s", f->range)
		    : arena_fmt(a, "from=%s&until=%s", f->span.from, f->span.until);

		if (fits && (i == 0 || days > (i == 1 ? 7 : 31)))
			link_to(links, says[i],
			    with_lot(a, f, arena_fmt(a, "/admin?%s&unit=%s", range, unit)),
			    text_is(f->unit, unit));
	}
	if (links->n == 1)
		links->n = 0;
}

enum problem
desk_links(struct ctx *c, const struct desk_figures *f, struct rows *ranges, struct rows *units,
    struct rows *lots)
{
	link_ranges(c->arena, f, ranges);
	link_units(c->arena, f, units);
	TRY(desk_lot_choices(c, lots));
	FOR_ROWS (desk_choice, each, *lots)
		each->chosen = each->id == f->lot_id;
	return OK;
}
