/* outlook.c -- what was foreseen, beside what came: in words, for those who run the lots. */
#include <math.h>

#include "forecasts/inner.h"
#include "lots/lots.h"
#include "forecasts_sql.h"

#define NUMBERS 7 /* of each horizon in the row's list */
#define AN_HOUR 60 /* minutes */
#define BETTER 0.95 /* of an error, or less, is better */
#define TOO_SURE 70 /* per cent held */

const struct field error_line_fields[] = {
	FIELD(error_line, ahead),
	FIELD(error_line, n, .doc = "Forecasts that could be held against a reading."),
	FIELD(error_line, off, .nullable = true, .doc = "How far off they were, on average."),
	FIELD(error_line, off_stay, .nullable = true, .doc = "… had nothing changed."),
	FIELD(error_line, off_week, .nullable = true, .doc = "… had it been as a week before."),
	FIELD(error_line, held, .nullable = true,
	    .doc = "How much of what came lay within the interval."),
	FIELD_END,
};

const struct field lot_outlook_fields[] = {
	FIELD(lot_outlook, lot_id),
	FIELD(lot_outlook, name),
	FIELD(lot_outlook, city),
	FIELD(lot_outlook, time_zone),
	FIELD(lot_outlook, days, .doc = "With readings, in eight weeks."),
	FIELD(lot_outlook, capacity, .doc = "Slots in service."),
	FIELD(lot_outlook, taken, .doc = "Of them now."),
	FIELD(lot_outlook, begins, .nullable = true, .doc = "Since when this is foreseen."),
	FIELD(lot_outlook, enough),
	FIELD(lot_outlook, expected_now, .nullable = true),
	FIELD(
	    lot_outlook, off, .nullable = true, .doc = "An hour ahead, on average of four weeks."),
	FIELD(lot_outlook, held, .nullable = true),
	FIELD(lot_outlook, verdict, .nullable = true),
	FIELD(lot_outlook, tone, .hidden = true),
	FIELD(lot_outlook, past_taken, .hidden = true),
	FIELD(lot_outlook, past_expected, .hidden = true),
	FIELD(lot_outlook, replays, .hidden = true),
	FIELD(lot_outlook, expected, .hidden = true),
	FIELD_END,
};

const struct field past_hour_fields[] = {
	FIELD(past_hour, at),
	FIELD(past_hour, taken, .nullable = true),
	FIELD(past_hour, expected, .nullable = true),
	FIELD_END,
};

/* ---- errors */

static size_t
replays_of(const struct lot_outlook *o, struct replay r[REPLAYS])
{
	double v[REPLAYS * NUMBERS];
	size_t n = list_numbers(o->replays, v, LENGTH(v)) / NUMBERS;

	for (size_t i = 0; i < n; i++) {
		const double *w = v + i * NUMBERS;

		r[i] = (struct replay){ .minutes = (int)w[0],
			.n = (int64_t)w[1],
			.error = w[2] / 1e6,
			.stay_error = w[3] / 1e6,
			.week_n = (int64_t)w[4],
			.week_error = w[5] / 1e6,
			.within = (int64_t)w[6] };
	}
	return n;
}

/* A mean of shares, as slots. */
static text
in_slots(struct ctx *c, double sum, int64_t n, int64_t capacity)
{
	if (n == 0)
		return "";
	double off = sum / (double)n * (double)capacity;
	return off < 9.95 ? arena_fmt(c->arena, "%.1f slots", off)
			  : arena_fmt(c->arena, "%.0f slots", off);
}

static struct error_line
line_of(struct ctx *c, const struct replay *r, int64_t capacity)
{
	return (struct error_line){
		.ahead = r->minutes < 24 * 60 ? time_span(c->arena, r->minutes * MINUTE)
					      : arena_fmt(c->arena, "%d\u00a0h", r->minutes / 60),
		.n = r->n,
		.off = in_slots(c, r->error, r->n, capacity),
		.off_stay = in_slots(c, r->stay_error, r->n, capacity),
		.off_week = in_slots(c, r->week_error, r->week_n, capacity),
		.held = r->n
		    ? arena_fmt(c->arena, "%.0f%%", 100.0 * (double)r->within / (double)r->n)
		    : "",
	};
}

struct rows
outlook_errors(struct ctx *c, const struct lot_outlook *o)
{
	struct replay r[REPLAYS];
	size_t n = replays_of(o, r);
	struct error_line *v = arena_alloc(c->arena, REPLAYS * sizeof *v);

	for (size_t i = 0; i < n; i++)
		v[i] = line_of(c, &r[i], o->capacity);
	return (struct rows){ v, n };
}

static void
judge(struct lot_outlook *o, const struct replay *r)
{
	double week = r->week_n ? r->week_error / (double)r->week_n * (double)r->n : INFINITY;

	o->tone = "warn";
	if (r->n == 0)
		o->verdict = "not tried yet", o->tone = "";
	else if (r->error > BETTER * r->stay_error)
		o->verdict = "no better than “as it is now”";
	else if (r->error > BETTER * week)
		o->verdict = "no better than last week’s figure";
	else if (100 * r->within < TOO_SURE * r->n)
		o->verdict = "too sure of itself";
	else
		o->verdict = "better than a guess", o->tone = "good";
}

void
outlook_words(struct ctx *c, struct lot_outlook *o)
{
	struct replay r[REPLAYS];
	double expected[DAY_QUARTERS];

	fields_complete(lot_outlook_fields, o);
	int64_t at = instant_none(o->begins) ? -1 : instant_minus(c->now, o->begins) / QUARTER;
	o->enough = o->days >= ENOUGH_DAYS;
	if (at >= 0 && at < (int64_t)list_numbers(o->expected, expected, DAY_QUARTERS) &&
	    at < STALE_QUARTERS && expected[at] >= 0)
		o->expected_now = arena_fmt(c->arena, "%.0f", expected[at] / 10);
	size_t n = replays_of(o, r);
	for (size_t i = 0; i < n; i++) {
		if (r[i].minutes != AN_HOUR)
			continue;
		struct error_line line = line_of(c, &r[i], o->capacity);

		o->off = line.off;
		o->held = line.held;
		judge(o, &r[i]);
	}
}

enum problem
forecast_outlooks(struct ctx *c, int64_t lot_id, int64_t most, struct rows *out)
{
	TRY(outlooks(c, lot_id, most, out));
	FOR_ROWS (lot_outlook, o, *out)
		outlook_words(c, o);
	return OK;
}
