/* busy_chart.c -- drawing how busy a lot was and will be, as templates/DESIGN.md has charts. */
#include <math.h>

#include "lots/pages.h"

#define PAST_QUARTERS 16 /* shown before now */

const struct field chart_mark_fields[] = {
	FIELD(chart_mark, at),
	FIELD(chart_mark, width),
	FIELD(chart_mark, says),
	FIELD_END,
};

const struct field busy_chart_fields[] = {
	FIELD(busy_chart, past),
	FIELD(busy_chart, line),
	FIELD(busy_chart, band),
	FIELD(busy_chart, now_x),
	FIELD(busy_chart, now_y),
	FIELD(busy_chart, now_says),
	FIELD_LIST(busy_chart, marks, chart_mark),
	FIELD_LIST(busy_chart, closed, chart_mark),
	FIELD_END,
};

/* ---- the parts of a chart */

double
chart_height(double taken, double capacity)
{
	double part = capacity > 0 ? taken / capacity : 0;

	return 100 - (100 - CHART_FULL) * fmin(1, fmax(0, part));
}

static double
across(double step, size_t steps)
{
	return 100 * step / (double)steps;
}

text
chart_x(struct arena *a, double step, size_t steps)
{
	return arena_fmt(a, "%.2f%%", across(step, steps));
}

void
chart_line(struct buf *b, const double *v, size_t n, size_t from, size_t steps, double capacity)
{
	bool pen_down = false;

	for (size_t i = 0; i < n; i++) {
		if (v[i] >= 0)
			buf_fmt(b, "%c%.2f %.2f", pen_down ? 'L' : 'M',
			    across((double)(from + i) + 0.5, steps), chart_height(v[i], capacity));
		pen_down = v[i] >= 0;
	}
}

struct rows
chart_hours(struct ctx *c, const struct zone *z, instant begins, size_t steps)
{
	struct chart_mark *v = arena_alloc(c->arena, steps * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i <= steps && n < steps; i++) {
		struct civil at;

		zone_civil(z, instant_plus(begins, (int64_t)i * QUARTER), &at);
		if (at.minute == 0 && at.hour % 3 == 0)
			v[n++] = (struct chart_mark){ chart_x(c->arena, (double)i, steps), "",
				arena_fmt(c->arena, "%02d", at.hour) };
	}
	return (struct rows){ v, n };
}

/* ---- a lot's */

static bool
shown(const struct busy_quarter *q)
{
	return q->known && !q->closed;
}

/* Round each stretch that is known: along the upper ends, and back along the lower. */
static void
band(struct buf *b, struct rows quarters, size_t steps, double capacity)
{
	const struct busy_quarter *v = quarters.v;

	for (size_t i = 0, end; i < quarters.n; i = end + 1) {
		for (end = i; end < quarters.n && shown(&v[end]); end++)
			buf_fmt(b, "%c%.2f %.2f", end == i ? 'M' : 'L',
			    across(PAST_QUARTERS + (double)end + 0.5, steps),
			    chart_height(v[end].high, capacity));
		for (size_t k = end; k > i; k--)
			buf_fmt(b, "L%.2f %.2f", across(PAST_QUARTERS + (double)k - 0.5, steps),
			    chart_height(v[k - 1].low, capacity));
		if (end > i)
			buf_char(b, 'Z');
	}
}

static struct rows
closed_stretches(struct ctx *c, struct rows quarters, size_t steps)
{
	const struct busy_quarter *v = quarters.v;
	struct chart_mark *marks = arena_alloc(c->arena, (quarters.n + 1) * sizeof *marks);
	size_t n = 0;

	for (size_t i = 0, end; i < quarters.n; i = end + 1) {
		for (end = i; end < quarters.n && v[end].closed; end++)
			;
		if (end > i)
			marks[n++] = (struct chart_mark){
				chart_x(c->arena, PAST_QUARTERS + (double)(i + end) / 2, steps), "",
				end - i >= 8 ? "closed" : ""
			};
	}
	return (struct rows){ marks, n };
}

/* The last hours as they were: what stands in the row, from the past quarter that is shown first. */
static void
past_of(const struct forecast_row *row, size_t since, double *out)
{
	double past[DAY_QUARTERS];
	size_t n = list_numbers(row->past_taken, past, DAY_QUARTERS);

	for (size_t i = 0; i < PAST_QUARTERS; i++) {
		size_t at =
		    n + since + i; /* counted from the first of the row, less PAST_QUARTERS */

		out[i] = -1;
		if (at >= PAST_QUARTERS && at - PAST_QUARTERS < n && past[at - PAST_QUARTERS] >= 0)
			out[i] = past[at - PAST_QUARTERS] / 10;
	}
}

const struct busy_chart *
busy_chart(struct ctx *c, const struct lot *l, const struct lot_forecast *f,
    const struct forecast_row *row)
{
	size_t steps = PAST_QUARTERS + f->quarters.n;
	double past[PAST_QUARTERS], expected[DAY_QUARTERS], capacity = (double)f->capacity;
	struct busy_chart *k = arena_alloc(c->arena, sizeof *k);
	struct buf line = BUF(c->arena), before = BUF(c->arena), around = BUF(c->arena);

	if (f->quarters.n == 0)
		return NULL;
	const struct busy_quarter *v = f->quarters.v;
	instant first = v[0].at;
	past_of(row, (size_t)(instant_minus(first, row->begins) / QUARTER), past);
	for (size_t i = 0; i < f->quarters.n; i++)
		expected[i] = shown(&v[i]) ? v[i].expected : -1;
	chart_line(&before, past, PAST_QUARTERS, 0, steps, capacity);
	chart_line(&line, expected, f->quarters.n, PAST_QUARTERS, steps, capacity);
	band(&around, f->quarters, steps, capacity);
	*k = (struct busy_chart){
		.past = buf_text(&before),
		.line = buf_text(&line),
		.band = buf_text(&around),
		.marks = chart_hours(
		    c, lot_clock(l), instant_plus(first, -PAST_QUARTERS * QUARTER), steps),
		.closed = closed_stretches(c, f->quarters, steps),
	};
	if (shown(&v[0])) {
		k->now_x = chart_x(c->arena, PAST_QUARTERS + 0.5, steps);
		k->now_y = arena_fmt(c->arena, "%.2f%%", chart_height(v[0].expected, capacity));
		k->now_says = time_clock(c->arena, lot_clock(l), c->now);
	}
	fields_complete(busy_chart_fields, k);
	return k;
}
