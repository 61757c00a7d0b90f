/* days.c -- days, weeks and months on the lots' clocks, and how they are said. */
#include "desk/inner.h"

static const text months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
	"Nov", "Dec" };
static const text weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

#define NB "\u00a0" /* a space at which no line ends */
#define TO "\u2060–\u2060" /* a dash at which none does, either */

int64_t
span_days(const struct desk_span *s)
{
	return s->last - s->first + 1;
}

bool
desk_day_read(text s, int64_t *days)
{
	char at_midnight[] = "0000-00-00T00:00";
	instant t;

	if (strlen(s) != 10)
		return false;
	memcpy(at_midnight, s, 10);
	if (!instant_parse_naive(at_midnight, &t))
		return false;
	*days = t.us / DAY;
	return true;
}

text
desk_day_text(struct arena *a, int64_t days)
{
	int year, month, day;

	civil_from_days(days, &year, &month, &day);
	return arena_fmt(a, "%04d-%02d-%02d", year, month, day);
}

struct desk_span
span_of(struct arena *a, int64_t first, int64_t last)
{
	return (struct desk_span){ first, last, desk_day_text(a, first), desk_day_text(a, last) };
}

/* 0 Monday … 6 Sunday.  1 January 1970 was a Thursday. */
static int
weekday_of(int64_t days)
{
	return (int)((days % 7 + 10) % 7);
}

text
day_in_words(struct arena *a, int64_t days)
{
	int year, month, day;

	civil_from_days(days, &year, &month, &day);
	return arena_fmt(a, "%s" NB "%d" NB "%s" NB "%d", weekdays[weekday_of(days)], day,
	    months[month - 1], year);
}

/* "1–30 Nov 2026", "31 Oct – 29 Nov 2026", "20 Dec 2025 – 2 Jan 2026" */
text
span_in_words(struct arena *a, const struct desk_span *s)
{
	int y1, m1, d1, y2, m2, d2;

	if (s->first == s->last)
		return day_in_words(a, s->first);
	civil_from_days(s->first, &y1, &m1, &d1);
	civil_from_days(s->last, &y2, &m2, &d2);
	if (y1 != y2)
		return arena_fmt(a, "%d" NB "%s" NB "%d – %d" NB "%s" NB "%d", d1, months[m1 - 1],
		    y1, d2, months[m2 - 1], y2);
	if (m1 != m2)
		return arena_fmt(a, "%d" NB "%s – %d" NB "%s" NB "%d", d1, months[m1 - 1], d2,
		    months[m2 - 1], y2);
	return arena_fmt(a, "%d" TO "%d" NB "%s" NB "%d", d1, d2, months[m2 - 1], y2);
}

/* ---- a span, cut into the marks of a chart */

static int64_t
month_last(int64_t days)
{
	int year, month, day;

	civil_from_days(days, &year, &month, &day);
	return days_from_civil(year + month / 12, month % 12 + 1, 1) - 1;
}

/* The last day of the day, week or month that holds this one. */
static int64_t
bucket_last(text unit, int64_t days)
{
	if (text_is(unit, "month"))
		return month_last(days);
	return text_is(unit, "week") ? days + 6 - weekday_of(days) : days;
}

static void
name_bucket(struct arena *a, text unit, struct desk_bucket *b)
{
	int year, month, day;

	civil_from_days(b->of.first, &year, &month, &day);
	b->says = span_in_words(a, &b->of);
	b->brief = arena_fmt(a, "%d" NB "%s", day, months[month - 1]);
	if (!text_is(unit, "month"))
		return;
	b->brief = arena_fmt(a, "%s" NB "%d", months[month - 1], year);
	if (day == 1 && month_last(b->of.first) == b->of.last)
		b->says = b->brief;
}

struct rows
span_cut(struct arena *a, const struct desk_span *s, text unit)
{
	struct rows out = { 0 };

	for (int64_t d = s->first; d <= s->last; d = bucket_last(unit, d) + 1)
		out.n++;
	out.v = arena_alloc(a, out.n * sizeof(struct desk_bucket));
	out.n = 0;
	for (int64_t d = s->first; d <= s->last; d = bucket_last(unit, d) + 1) {
		struct desk_bucket *b = ROW(desk_bucket, out, out.n++);
		int64_t last = bucket_last(unit, d);

		b->of = span_of(a, d, last < s->last ? last : s->last);
		name_bucket(a, unit, b);
	}
	return out;
}
