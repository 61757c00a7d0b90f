#include "forecasts/forecasts.h"

#include <math.h>

#include "forecasts/inner.h"
#include "gear/zones.h"
#include "lots/lots.h"
#include "forecasts_sql.h"

#define A_CHUNK 50 /* lots foreseen at a time */
#define KEPT (54 * 7 * DAY)
#define AN_HOUR 4 /* quarters */
#define WEEK_HOURS 168

const struct field forecast_lot_fields[] = {
	FIELD(forecast_lot, id),
	FIELD(forecast_lot, capacity),
	FIELD(forecast_lot, taken),
	FIELD(forecast_lot, name),
	FIELD(forecast_lot, time_zone),
	FIELD(forecast_lot, hours),
	FIELD_END,
};
const struct field lot_readings_fields[] = {
	FIELD(lot_readings, lot_id),
	FIELD(lot_readings, readings),
	FIELD_END,
};
const struct field booked_quarter_fields[] = {
	FIELD(booked_quarter, lot_id),
	FIELD(booked_quarter, quarter),
	FIELD(booked_quarter, n),
	FIELD_END,
};

static instant
quarter_of(instant t)
{
	return (instant){ t.us / QUARTER * QUARTER };
}

/* ---- occupancy */

enum problem
occupancy_note(struct ctx *c)
{
	struct rows lots = { 0 };
	size_t n = 0;

	TRY(forecast_lots(c, 0, INT64_MAX, &lots));
	int64_t *closed = arena_alloc(c->arena, lots.n * sizeof *closed);
	FOR_ROWS (forecast_lot, l, lots) {
		const struct lot there = { .time_zone = l->time_zone, .hours = l->hours };

		if (!lot_lets_in(&there, c->now))
			closed[n++] = l->id;
	}
	return occupancy_add(c, quarter_of(c->now), (struct rows){ closed, n });
}

enum problem
occupancy_forget(struct ctx *c)
{
	return occupancy_sweep(c, instant_plus(c->now, -KEPT));
}

/* ---- forecasts */

/* One lot on its way from readings to a row. */
struct outlook {
	const struct forecast_lot *lot;
	const struct zone *clock;
	instant begins; /* of the quarters that are foreseen */
	text readings;
	int64_t booked[DAY_QUARTERS];
};

static void
put_number(struct buf *b, double v, double scale)
{
	if (isnan(v))
		buf_add(b, "null");
	else
		buf_fmt(b, "%lld", llround(v * scale));
}

/* ,"name":[…] of n numbers times scale, in whole ones. */
static void
put_list(struct buf *b, text name, const double *v, size_t n, double scale)
{
	buf_fmt(b, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(b, ',');
		put_number(b, v[i], scale);
	}
	buf_char(b, ']');
}

/* A quarter's slots: what is told of shares, lifted to what is booked. */
static void
lift(struct told *t, int64_t booked, int64_t slots)
{
	double capacity = (double)slots, floor = fmin(capacity, (double)booked);

	if (isnan(t->expected)) {
		if (booked)
			t->expected = t->low = t->high = floor;
		return;
	}
	t->usual *= capacity;
	t->expected *= capacity;
	double by = fmax(0, floor - t->expected);
	t->expected += by;
	t->low = fmax(floor, t->low * capacity);
	t->high = fmin(capacity, t->high * capacity + by);
}

static void
put_ahead(struct buf *b, const struct outlook *o, struct told *told)
{
	double v[5][DAY_QUARTERS];

	for (size_t i = 0; i < DAY_QUARTERS; i++) {
		lift(&told[i], o->booked[i], o->lot->capacity);
		v[0][i] = told[i].usual;
		v[1][i] = told[i].expected;
		v[2][i] = told[i].low;
		v[3][i] = told[i].high;
		v[4][i] = (double)o->booked[i];
	}
	put_list(b, "usual", v[0], DAY_QUARTERS, 10);
	put_list(b, "expected", v[1], DAY_QUARTERS, 10);
	put_list(b, "low", v[2], DAY_QUARTERS, 10);
	put_list(b, "high", v[3], DAY_QUARTERS, 10);
	put_list(b, "booked", v[4], DAY_QUARTERS, 1);
}

/* The fullest quarter of each hour of the week. */
static void
put_week(struct buf *b, const struct forecaster *f)
{
	double v[WEEK_HOURS];

	for (int h = 0; h < WEEK_HOURS; h++) {
		v[h] = NAN;
		for (int q = 0; q < 4; q++)
			v[h] = fmax(v[h], forecaster_usual(f, h / 24, h % 24 * 4 + q));
	}
	put_list(b, "week", v, WEEK_HOURS, 1000);
}

/* The last day as it was, and as it was foreseen an hour before. */
static void
put_past(struct buf *b, const struct forecaster *f, const struct series *s, int64_t capacity)
{
	double v[2][DAY_QUARTERS];

	for (size_t i = 0; i < DAY_QUARTERS; i++) {
		size_t at = s->n - DAY_QUARTERS + i;

		v[0][i] = s->v[at].y * (double)capacity;
		v[1][i] = forecaster_told(f, s->v, at, AN_HOUR).expected * (double)capacity;
	}
	put_list(b, "past_taken", v[0], DAY_QUARTERS, 10);
	put_list(b, "past_expected", v[1], DAY_QUARTERS, 10);
}

static void
put_replays(struct buf *b, const struct replay *r, size_t n)
{
	buf_add(b, ",\"replays\":[");
	for (size_t i = 0; i < n; i++)
		buf_fmt(b, "%s%d,%lld,%lld,%lld,%lld,%lld,%lld", i ? "," : "", r[i].minutes,
		    (long long)r[i].n, llround(r[i].error * 1e6), llround(r[i].stay_error * 1e6),
		    (long long)r[i].week_n, llround(r[i].week_error * 1e6), (long long)r[i].within);
	buf_char(b, ']');
}

/* The lot's row, as JSON. */
static void
foresee(struct ctx *c, const struct outlook *o, struct buf *b)
{
	struct series s = series_of_quarters(
	    c, o->clock, instant_plus(o->begins, -HISTORY), o->begins, o->readings);
	struct forecaster *f = forecaster_new(c->arena, 15);
	struct replay r[REPLAYS];
	size_t n = replay_horizons(15, r);
	struct told told[DAY_QUARTERS];

	forecaster_learn(f, s.v, s.n, s.n - REPLAYED / QUARTER, r, n);
	forecaster_tell(f, s.v, s.n, DAY_QUARTERS, told);
	buf_fmt(b, "%s{\"lot_id\":%lld,\"days\":%lld,\"capacity\":%lld", b->n > 1 ? "," : "",
	    (long long)o->lot->id, (long long)forecaster_days(f), (long long)o->lot->capacity);
	if (forecaster_days(f) >= ENOUGH_DAYS && o->lot->capacity > 0) {
		put_ahead(b, o, told);
		put_week(b, f);
		put_past(b, f, &s, o->lot->capacity);
		put_replays(b, r, n);
	} else {
		buf_add(b,
		    ",\"usual\":[],\"expected\":[],\"low\":[],\"high\":[],\"booked\":[],"
		    "\"week\":[],\"past_taken\":[],\"past_expected\":[],\"replays\":[]");
	}
	buf_char(b, '}');
}

/* What the lots' outlooks are made from: two statements for all of them. */
static enum problem
gather(struct ctx *c, struct rows lots, instant begins, struct outlook *out)
{
	int64_t *ids = arena_alloc(c->arena, lots.n * sizeof *ids);
	struct rows readings = { 0 }, booked = { 0 };

	for (size_t i = 0; i < lots.n; i++) {
		const struct forecast_lot *l = ROW(forecast_lot, lots, i);
		const struct zone *z = zone_find(l->time_zone);

		ids[i] = l->id;
		out[i] = (struct outlook){
			.lot = l, .clock = z ? z : zone_utc(), .begins = begins, .readings = ""
		};
	}
	TRY(occupancy_of_lots(
	    c, (struct rows){ ids, lots.n }, instant_plus(begins, -HISTORY), begins, &readings));
	TRY(bookings_ahead(c, (struct rows){ ids, lots.n }, begins, &booked));
	for (size_t i = 0; i < lots.n; i++) { /* both come in the order of lots, as the lots do */
		FOR_ROWS (lot_readings, r, readings)
			if (r->lot_id == ids[i])
				out[i].readings = r->readings;
		FOR_ROWS (booked_quarter, q, booked)
			if (q->lot_id == ids[i] && q->quarter >= 0 && q->quarter < DAY_QUARTERS)
				out[i].booked[q->quarter] = q->n;
	}
	return OK;
}

static enum problem
refresh_chunk(struct ctx *c, int64_t after, int64_t *last, bool *more)
{
	struct rows lots = { 0 };
	struct buf json = BUF(c->arena);
	instant begins = quarter_of(c->now);

	TRY(forecast_lots(c, after, A_CHUNK, &lots));
	*more = lots.n == A_CHUNK;
	if (lots.n == 0)
		return OK;
	struct outlook *outlooks = arena_alloc(c->arena, lots.n * sizeof *outlooks);
	TRY(gather(c, lots, begins, outlooks));
	buf_char(&json, '[');
	for (size_t i = 0; i < lots.n; i++)
		foresee(c, &outlooks[i], &json);
	buf_char(&json, ']');
	TRY(forecasts_put(c, buf_text(&json), c->now, begins));
	FOR_ROWS (forecast_lot, l, lots)
		TRY(tell(c, LOT_CHANGED, l->id));
	*last = ROW(forecast_lot, lots, lots.n - 1)->id;
	return OK;
}

enum problem
forecasts_refresh(struct ctx *c)
{
	int64_t last = 0;
	bool more = true;

	while (more) {
		struct ctx own = *c; /* a chunk's memory goes with it */

		own.arena = arena_new();
		enum problem e = refresh_chunk(&own, last, &last, &more);
		if (e != OK && own.detail)
			c->detail = arena_text(c->arena, own.detail);
		arena_free(own.arena);
		TRY(e);
	}
	return OK;
}

/* ---- jobs */

static enum problem
note(struct ctx *c, const void *none)
{
	(void)none;
	return occupancy_note(c);
}

static enum problem
refresh(struct ctx *c, const void *none)
{
	(void)none;
	return forecasts_refresh(c);
}

static enum problem
sweep(struct ctx *c, const void *none)
{
	(void)none;
	return occupancy_forget(c);
}

const struct job_kind forecast_jobs[] = {
	{ "occupancy_note", note, .every = 60, .doc = "Reads how full lots are." },
	{ "forecasts_refresh", refresh, .every = 900, .seconds = 600,
	    .doc = "Foresees how full lots will be in the next 24 hours." },
	{ "occupancy_sweep", sweep, .every = 86400, .seconds = 600,
	    .doc = "Forgets how full lots were more than a year ago." },
	{ 0 },
};
