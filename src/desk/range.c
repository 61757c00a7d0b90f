/* range.c -- which days are asked for: by name, or from one to another. */
#include "desk/inner.h"
#include "gear/settings.h"
#include "desk_sql.h"

#define MOST_DAYS 400 /* that are shown one by one */
#define MOST_WEEKS (7 * 160)
#define DAILY_UNTIL 92 /* days, unless somebody asks for another grain */
#define WEEKLY_UNTIL 200

const text desk_ranges[] = { "7d", "30d", "90d", "month", "last-month", "year", "all", NULL };
const text desk_units[] = { "day", "week", "month", NULL };
const text desk_charts[] = { "revenue", "methods", "refunds", "occupancy", "hours", "lengths",
	"turnover", "bookings", "people", "lots", "currencies", NULL };

static text
day_complaint(struct arena *a, const void *member)
{
	text s = *(const text *)member;
	int64_t days;

	(void)a;
	if (*s == 0 || (desk_day_read(s, &days) && strcmp(s, "2000") > 0 && strcmp(s, "2200") < 0))
		return NULL;
	return "This takes a day, like 2026-11-12.";
}

#define ASKED                                                                                      \
	FIELD(desk_asked, range, .among = desk_ranges,                                             \
	    .doc = "7, 30 or 90 days until today; this month, or year, so far; last month; all. "  \
		   "Without it, from and until count; without them, 30 days"),                     \
	    FIELD(desk_asked, from, .max = 10, .check = day_complaint,                             \
		.doc = "First day, on each lot's clock"),                                          \
	    FIELD(desk_asked, until, .max = 10, .check = day_complaint,                            \
		.doc = "Last day, that day included"),                                             \
	    FIELD(desk_asked, lot, .min = 0, .max = INT64_MAX, .doc = "Id of a lot; 0: all"),      \
	    FIELD(desk_asked, unit, .among = desk_units,                                           \
		.doc = "How days are put together; by the length of the range if it is not said")

const struct field desk_asked_fields[] = { ASKED, FIELD_END };
const struct field desk_csv_fields[] = { FIELD(desk_asked, chart, .required = true,
					     .among = desk_charts, .doc = "Whose figures"),
	ASKED, FIELD_END };

/* ---- whose days */

enum problem
desk_today(struct ctx *c, int64_t lot_id, struct lot *l, int64_t *days)
{
	struct civil t;

	enum problem e = lot_id ? lot_load(c, lot_id, l) : lot_default(c, l);
	if (e != OK && (lot_id || e != NOT_FOUND))
		return e;
	zone_civil(e == OK ? lot_clock(l) : zone_utc(), c->now, &t);
	*days = days_from_civil(t.year, t.month, t.day);
	return OK;
}

static int64_t
month_of(int64_t days, int back)
{
	int year, month, day;

	civil_from_days(days, &year, &month, &day);
	int64_t m = year * 12 + month - 1 - back;
	return days_from_civil((int)(m / 12), (int)(m % 12) + 1, 1);
}

static void
named(text range, int64_t today, int64_t begins, int64_t *first, int64_t *last)
{
	int year, month, day;

	civil_from_days(today, &year, &month, &day);
	*last = today;
	if (text_is(range, "7d"))
		*first = today - 6;
	else if (text_is(range, "90d"))
		*first = today - 89;
	else if (text_is(range, "month"))
		*first = month_of(today, 0);
	else if (text_is(range, "year"))
		*first = days_from_civil(year, 1, 1);
	else if (text_is(range, "all"))
		*first = begins < today ? begins : today;
	else
		*first = today - 29;
	if (!text_is(range, "last-month"))
		return;
	*first = month_of(today, 1);
	*last = month_of(today, 0) - 1;
}

/* One day alone is enough; which of the two comes first does not matter. */
static void
spelled(const struct desk_asked *w, int64_t today, int64_t *first, int64_t *last)
{
	if (!desk_day_read(w->until, last))
		*last = today;
	if (!desk_day_read(w->from, first))
		*first = *last - 29;
	else if (*w->until == 0 && *first > today)
		*last = *first;
	if (*first > *last) {
		int64_t earlier = *last;

		*last = *first;
		*first = earlier;
	}
}

/* ---- how they are put together */

text
desk_unit_for(text asked, int64_t days)
{
	if (text_is(asked, "month") || (text_is(asked, "week") && days <= MOST_WEEKS) ||
	    (text_is(asked, "day") && days <= MOST_DAYS))
		return asked;
	return days <= DAILY_UNTIL ? "day" : days <= WEEKLY_UNTIL ? "week" : "month";
}

static int64_t
day_or(text s, int64_t none)
{
	int64_t days;

	return desk_day_read(s, &days) ? days : none;
}

enum problem
desk_range(struct ctx *c, const struct desk_asked *w, struct desk_figures *f)
{
	struct desk_since since = { "", "" };
	struct lot l = { 0 };
	int64_t today, first, last;

	TRY(desk_today(c, w->lot, &l, &today));
	f->lot_id = w->lot;
	f->lot_name = w->lot ? l.name : "";
	f->currency = w->lot ? l.currency : settings.currency;
	TRY(desk_since_of(c, w->lot, &since));
	f->begins = day_or(since.figures, INT64_MAX);
	f->opened = day_or(since.booked, INT64_MAX);
	f->range = *w->from || *w->until ? "" : *w->range ? w->range : "30d";
	if (*f->range)
		named(f->range, today, f->begins, &first, &last);
	else
		spelled(w, today, &first, &last);
	f->span = span_of(c->arena, first, last);
	f->before = span_of(c->arena, first - span_days(&f->span), first - 1);
	f->compared = f->begins <= f->before.last;
	f->unit = desk_unit_for(w->unit, span_days(&f->span));
	f->buckets = span_cut(c->arena, &f->span, f->unit);
	return OK;
}
