/* busy.c -- how busy a lot will be: what forecasts/ has foreseen, in words. */
#include <math.h>
#include <stdlib.h>

#include "lots/pages.h"
#include "lots_sql.h"

#define DAYS_NEEDED 14 /* the same as ENOUGH_DAYS of forecasts/method.h */
#define FULL 0.95 /* of the slots: who comes then will hardly find one … */
#define FULL_SMALL 0.9 /* … or this, if that leaves no two of them */
#define WEEK_HOURS 168

const struct field busy_quarter_fields[] = {
	FIELD(busy_quarter, at, .doc = "The quarter of an hour that begins then."),
	FIELD(busy_quarter, closed, .doc = "Nobody can drive in."),
	FIELD(busy_quarter, known, .doc = "Whether what follows is; else it is 0."),
	FIELD(busy_quarter, usual, .doc = "Slots taken, as in weeks before."),
	FIELD(busy_quarter, expected, .doc = "Slots taken, as things stand."),
	FIELD(busy_quarter, low, .doc = "Eight times in ten it is between this …"),
	FIELD(busy_quarter, high, .doc = "… and this."),
	FIELD(busy_quarter, booked, .doc = "Slots that are booked already."),
	FIELD_END,
};

const struct field busy_hour_fields[] = {
	FIELD(busy_hour, at),
	FIELD(busy_hour, day),
	FIELD(busy_hour, closed),
	FIELD(busy_hour, known),
	FIELD(busy_hour, expected),
	FIELD(busy_hour, low),
	FIELD(busy_hour, high),
	FIELD(busy_hour, booked),
	FIELD_END,
};

const struct field lot_forecast_fields[] = {
	FIELD(lot_forecast, lot_id),
	FIELD(lot_forecast, time_zone),
	FIELD(lot_forecast, enough, .doc = "There is enough history to say anything."),
	FIELD(lot_forecast, fresh, .doc = "It was made lately."),
	FIELD(lot_forecast, days, .doc = "Days with readings in the last eight weeks …"),
	FIELD(lot_forecast, days_needed, .doc = "… and how many it takes."),
	FIELD(lot_forecast, made_at, .nullable = true),
	FIELD(lot_forecast, capacity, .doc = "Slots in service."),
	FIELD(lot_forecast, says),
	FIELD_LIST(lot_forecast, quarters, busy_quarter,
	    .doc = "Quarters of an hour, from the one that runs now on."),
	FIELD_LIST(lot_forecast, hours, busy_hour, .hidden = true),
	FIELD_ONE(lot_forecast, chart, busy_chart, .hidden = true),
	FIELD_END,
};

const struct field forecast_row_fields[] = {
	FIELD(forecast_row, lot_id),
	FIELD(forecast_row, days),
	FIELD(forecast_row, capacity),
	FIELD(forecast_row, made_at),
	FIELD(forecast_row, begins),
	FIELD(forecast_row, usual),
	FIELD(forecast_row, expected),
	FIELD(forecast_row, low),
	FIELD(forecast_row, high),
	FIELD(forecast_row, booked),
	FIELD(forecast_row, week),
	FIELD(forecast_row, past_taken),
	FIELD_END,
};

const struct field forecast_brief_fields[] = {
	FIELD(forecast_brief, lot_id),
	FIELD(forecast_brief, days),
	FIELD(forecast_brief, capacity),
	FIELD(forecast_brief, begins),
	FIELD(forecast_brief, expected),
	FIELD(forecast_brief, week),
	FIELD_END,
};

/* ---- reading the row */

size_t
list_numbers(text s, double *out, size_t most)
{
	size_t n = 0;

	for (bool more = *s != 0; more && n < most; s++) {
		char *end;
		double v = strtod(s, &end);

		out[n++] = end == s ? -1 : v;
		s = end + strcspn(end, ",");
		more = *s == ',';
	}
	return n;
}

/* The quarter that runs, counted from the forecast's first; less than 0, or as far as STALE_QUARTERS:
 * it says nothing of now. */
static int64_t
quarters_since(instant begins, instant now)
{
	int64_t us = instant_minus(now, begins);

	return us < 0 ? -1 : us / QUARTER;
}

static struct rows
quarters_of(struct ctx *c, const struct lot *l, const struct forecast_row *row, size_t from)
{
	double usual[DAY_QUARTERS], expected[DAY_QUARTERS], low[DAY_QUARTERS], high[DAY_QUARTERS],
	    booked[DAY_QUARTERS];
	size_t n = list_numbers(row->expected, expected, DAY_QUARTERS);
	struct busy_quarter *v = arena_alloc(c->arena, DAY_QUARTERS * sizeof *v);
	size_t made = 0;

	if (list_numbers(row->usual, usual, DAY_QUARTERS) < n ||
	    list_numbers(row->low, low, DAY_QUARTERS) < n ||
	    list_numbers(row->high, high, DAY_QUARTERS) < n ||
	    list_numbers(row->booked, booked, DAY_QUARTERS) < n)
		return (struct rows){ 0 };
	for (size_t i = from; i < n; i++) {
		struct busy_quarter *q = &v[made++];

		q->at = instant_plus(row->begins, (int64_t)i * QUARTER);
		q->closed = !lot_lets_in(l, q->at);
		q->booked = booked[i] < 0 ? 0 : (int64_t)booked[i];
		q->known = expected[i] >= 0 && !q->closed;
		if (!q->known)
			continue;
		q->usual = fmax(0, usual[i] / 10);
		q->expected = expected[i] / 10;
		q->low = low[i] / 10;
		q->high = high[i] / 10;
	}
	return (struct rows){ v, made };
}

static struct rows
on_the_hour(struct ctx *c, const struct zone *z, struct rows quarters)
{
	struct busy_hour *v = arena_alloc(c->arena, DAY_QUARTERS * sizeof *v);
	size_t n = 0;

	FOR_ROWS (busy_quarter, q, quarters) {
		struct civil at;

		zone_civil(z, q->at, &at);
		if (at.minute)
			continue;
		v[n] = (struct busy_hour){ .at = q->at,
			.day = n == 0 || at.hour == 0 ? time_day(c->arena, z, q->at) : "",
			.closed = q->closed,
			.known = q->known,
			.expected = llround(q->expected),
			.low = llround(q->low),
			.high = llround(q->high),
			.booked = q->booked };
		n++;
	}
	return (struct rows){ v, n };
}

/* ---- in words */

static bool
is_full(double taken, double capacity)
{
	return capacity > 0 &&
	    (taken >= FULL * capacity ||
		(taken >= FULL_SMALL * capacity && capacity - taken < 1.5));
}

static double
share(const struct busy_quarter *q, int64_t capacity)
{
	return capacity > 0 ? q->expected / (double)capacity : 0;
}

/* "08:45", or "08:45 tomorrow". */
static text
when(struct ctx *c, const struct zone *z, instant t)
{
	return arena_fmt(c->arena, "%s%s", time_clock(c->arena, z, t),
	    t.us >= zone_day_next(z, c->now).us ? " tomorrow" : "");
}

static const struct busy_quarter *
fullest(struct rows quarters)
{
	const struct busy_quarter *most = NULL;

	FOR_ROWS (busy_quarter, q, quarters)
		if (q->known && !q->closed && (most == NULL || q->expected > most->expected))
			most = q;
	return most;
}

struct stretch {
	const struct busy_quarter *from, *until; /* until NULL: to the end of what is foreseen */
};

/* The first time that it is full; one quarter with a little room does not end it. */
static struct stretch
first_full(const struct lot_forecast *f)
{
	struct stretch s = { 0 };
	const struct busy_quarter *last = NULL;

	FOR_ROWS (busy_quarter, q, f->quarters) {
		bool full = q->known && !q->closed && is_full(q->expected, (double)f->capacity);

		if (full && s.from == NULL)
			s.from = q;
		if (full)
			last = q;
		else if (last && instant_minus(q->at, last->at) >= 2 * QUARTER)
			break;
	}
	if (last && last != ROW(busy_quarter, f->quarters, f->quarters.n - 1))
		s.until = last + 1;
	return s;
}

static text
now_words(struct ctx *c, const struct lot *l, const struct lot_forecast *f)
{
	if (lot_lets_in(l, c->now))
		return arena_fmt(c->arena, "%lld free now", (long long)l->free);
	FOR_ROWS (busy_quarter, q, f->quarters)
		if (!q->closed)
			return arena_fmt(c->arena, "closed until %s", when(c, lot_clock(l), q->at));
	return "closed now";
}

static text
full_words(struct ctx *c, const struct lot *l, const struct lot_forecast *f, struct stretch s)
{
	const struct zone *z = lot_clock(l);
	text how = is_full(s.from->usual, (double)f->capacity) ? "Usually full" : "Likely full";
	bool already = s.from == f->quarters.v;

	if (already && s.until == NULL)
		return arena_fmt(c->arena, "%s for the next 24 hours", how);
	if (already)
		return arena_fmt(c->arena, "%s until about %s", how, when(c, z, s.until->at));
	if (s.until == NULL || s.until->closed)
		return arena_fmt(c->arena, "%s from about %s", how, when(c, z, s.from->at));
	bool one_day = zone_day_start(z, s.from->at).us == zone_day_start(z, s.until->at).us;
	return arena_fmt(c->arena, "%s from about %s to %s", how,
	    one_day ? time_clock(c->arena, z, s.from->at) : when(c, z, s.from->at),
	    when(c, z, s.until->at));
}

static text
busiest_words(struct ctx *c, const struct lot *l, const struct lot_forecast *f,
    const struct busy_quarter *most)
{
	text at = when(c, lot_clock(l), most->at);
	long long left = (long long)floor((double)f->capacity - most->expected);

	if (share(most, f->capacity) < 0.5)
		return arena_fmt(c->arena,
		    "Quiet for the next 24 hours: at the busiest, about %s, some %lld of %lld "
		    "slots "
		    "are left",
		    at, left, (long long)f->capacity);
	return arena_fmt(c->arena, "Busiest at about %s, when some %lld of %lld slots are left", at,
	    left, (long long)f->capacity);
}

static text
in_words(struct ctx *c, const struct lot *l, const struct lot_forecast *f)
{
	const struct busy_quarter *most = fullest(f->quarters);
	struct stretch full = first_full(f);
	bool open = false;

	if (f->days == 0)
		return arena_fmt(c->arena,
		    "Nobody has counted here yet: after %d days we can say how busy it gets.",
		    DAYS_NEEDED);
	if (!f->enough)
		return arena_fmt(c->arena,
		    "We have counted here on %lld day%s; after %d we can say how busy it gets.",
		    (long long)f->days, f->days == 1 ? "" : "s", DAYS_NEEDED);
	if (!f->fresh)
		return "It cannot be said at the moment how busy it will be.";
	FOR_ROWS (busy_quarter, q, f->quarters)
		open |= !q->closed;
	if (!open)
		return "Closed for the next 24 hours.";
	if (most == NULL)
		return "Nobody has counted here at these hours yet.";
	return arena_fmt(c->arena, "%s; %s.",
	    full.from ? full_words(c, l, f, full) : busiest_words(c, l, f, most),
	    now_words(c, l, f));
}

/* ---- a lot's */

static enum problem
load(struct ctx *c, const struct lot *l, struct forecast_row *row)
{
	enum problem e = forecast_of_lot(c, l->id, row);

	fields_complete(forecast_row_fields, row);
	return e == NOT_FOUND ? OK : e;
}

static void
foresee(struct ctx *c, const struct lot *l, const struct forecast_row *row, struct lot_forecast *f)
{
	int64_t since = quarters_since(row->begins, c->now);

	*f = (struct lot_forecast){ .lot_id = l->id,
		.time_zone = l->time_zone,
		.days = row->days,
		.days_needed = DAYS_NEEDED,
		.enough = row->days >= DAYS_NEEDED,
		.fresh = since >= 0 && since < STALE_QUARTERS,
		.made_at = row->made_at,
		.capacity = row->capacity };
	if (f->enough && f->fresh) {
		f->quarters = quarters_of(c, l, row, (size_t)since);
		f->hours = on_the_hour(c, lot_clock(l), f->quarters);
		f->chart = busy_chart(c, l, f, row);
	}
	f->says = in_words(c, l, f);
	fields_complete(lot_forecast_fields, f);
}

enum problem
lot_foresee(struct ctx *c, const struct lot *l, struct lot_forecast *f)
{
	struct forecast_row row = { 0 };

	TRY(load(c, l, &row));
	foresee(c, l, &row, f);
	return OK;
}

/* ---- for a window */

/* The fullest of its quarters, as a share; less than 0: nobody can say. */
static double
fullest_share(const struct forecast_brief *b, const struct zone *z, instant starts, instant ends)
{
	double expected[DAY_QUARTERS], week[WEEK_HOURS], most = -1;
	int64_t n = (int64_t)list_numbers(b->expected, expected, DAY_QUARTERS);
	bool usual = list_numbers(b->week, week, WEEK_HOURS) == WEEK_HOURS;

	if (b->days < DAYS_NEEDED || b->capacity <= 0)
		return -1;
	if (instant_minus(ends, starts) > 7 * DAY)
		ends = instant_plus(starts, 7 * DAY); /* a week holds every hour */
	for (instant t = starts; t.us < ends.us; t = instant_plus(t, QUARTER)) {
		int64_t i = t.us < b->begins.us ? n : instant_minus(t, b->begins) / QUARTER;
		double v = i < n ? expected[i] / 10 / (double)b->capacity : -1;
		struct civil at;

		if (v < 0 && usual) {
			zone_civil(z, t, &at);
			v = week[at.weekday * 24 + at.hour] / 1000;
		}
		most = fmax(most, v);
	}
	return most;
}

static text
share_words(double most, int64_t capacity)
{
	return most < 0						 ? ""
	    : is_full(most * (double)capacity, (double)capacity) ? "Usually full"
	    : most < 0.5					 ? "Usually quiet"
	    : most < 0.8					 ? "Usually fairly busy"
								 : "Usually busy";
}

enum problem
lots_busy(struct ctx *c, struct rows found)
{
	int64_t *ids = arena_alloc(c->arena, found.n * sizeof *ids);
	struct rows briefs = { 0 };
	size_t n = 0;

	FOR_ROWS (found, f, found)
		if (*f->why_not == 0)
			ids[n++] = f->id;
	TRY(forecasts_of_lots(c, (struct rows){ ids, n }, &briefs));
	FOR_ROWS (found, f, found)
		FOR_ROWS (forecast_brief, b, briefs)
			if (b->lot_id == f->id && *f->why_not == 0) {
				const struct lot there = { .time_zone = f->time_zone };

				f->busy = share_words(
				    fullest_share(b, lot_clock(&there), f->starts, f->ends),
				    b->capacity);
			}
	return OK;
}

enum problem
lot_page_forecast(struct ctx *c, struct lot_page *p)
{
	struct lot_forecast *f = arena_alloc(c->arena, sizeof *f);
	struct forecast_row row = { 0 };

	TRY(load(c, &p->lot, &row));
	foresee(c, &p->lot, &row, f);
	const struct forecast_brief brief = { row.lot_id, row.days, row.capacity, row.begins,
		row.expected, row.week };
	p->forecast = f;
	p->busy = share_words(
	    fullest_share(&brief, lot_clock(&p->lot), p->starts, p->ends), row.capacity);
	return OK;
}
