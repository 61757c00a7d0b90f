/* replay.c -- going through a history again, and parkctl backtest. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "gear/zones.h"
#include "forecasts/inner.h"
#include "lots/lots.h"
#include "forecasts_sql.h"

#define USUAL_WEEKS 3

size_t
replay_horizons(int minutes, struct replay *r)
{
	static const int horizons[REPLAYS] = { 30, 60, 120, 240, 1440 };
	size_t n = 0;

	for (size_t i = 0; i < REPLAYS; i++)
		if (horizons[i] % minutes == 0)
			r[n++] = (struct replay){ .minutes = horizons[i] };
	return n;
}

size_t
backtest(struct rows series, int minutes, int64_t days, struct replay *r)
{
	size_t n = replay_horizons(minutes, r), told = (size_t)(days * 1440 / minutes);

	FOR_ROWS (series, s, series) {
		struct arena *a = arena_new();

		forecaster_learn(
		    forecaster_new(a, minutes), s->v, s->n, s->n > told ? s->n - told : 0, r, n);
		arena_free(a);
	}
	return n;
}

struct series
series_of_quarters(struct ctx *c, const struct zone *z, instant begins, instant ends, text readings)
{
	size_t n = (size_t)(instant_minus(ends, begins) / QUARTER);
	struct series s = { "", arena_alloc(c->arena, (n + DAY_QUARTERS) * sizeof *s.v), n };

	for (size_t i = 0; i < n + DAY_QUARTERS; i++) {
		s.v[i].y = NAN;
		step_place(&s.v[i], z, instant_plus(begins, (int64_t)i * QUARTER), 15);
	}
	for (text p = readings; *p; p += *p == ',') {
		char *end;
		unsigned long at = strtoul(p, &end, 10);
		double share = strtod(end, &end);

		if (at < n) {
			s.v[at].y = share / 10000;
			s.v[at].closed = *end == 'c';
		}
		p = end + strcspn(end, ",");
	}
	return s;
}

/* ---- parkctl backtest */

/* Is the name one of "A,B"? */
static bool
among(text name, text list)
{
	size_t n = strlen(name);

	for (text p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
		if (strncmp(p, name, n) == 0 && (p[n] == ',' || p[n] == 0))
			return true;
	return false;
}

static enum problem
from_file(struct ctx *c, text path, text without, int *minutes, struct rows *series)
{
	struct rows readings = { 0 };
	char *bytes = NULL;
	size_t n = 0, kept = 0;
	text why;

	TRY(file_behind(c, path, &bytes, &n));
	if (!csv_readings(c->arena, bytes, n, &readings, &why))
		return fail(c, INVALID, "%s: %s", path, why);
	FOR_ROWS (csv_reading, r, readings)
		if (!among(r->lot, without))
			*ROW(csv_reading, readings, kept++) = *r;
	readings.n = kept;
	if (!csv_series(c->arena, readings, minutes, series, &why))
		return fail(c, INVALID, "%s: %s", path, why);
	return OK;
}

/* Our own: one lot, or all of them. */
static enum problem
from_database(struct ctx *c, int64_t only, struct rows *series)
{
	instant ends = { c->now.us / QUARTER * QUARTER },
		begins = instant_plus(ends, -26 * 7 * DAY);
	struct rows lots = { 0 }, found = { 0 };

	TRY(forecast_lots(c, 0, 100000, &lots));
	int64_t *ids = arena_alloc(c->arena, lots.n * sizeof *ids);
	struct series *v = arena_alloc(c->arena, lots.n * sizeof *v);
	size_t n = 0;
	FOR_ROWS (forecast_lot, l, lots)
		if (only == 0 || l->id == only)
			ids[n++] = l->id;
	TRY(occupancy_of_lots(c, (struct rows){ ids, n }, begins, ends, &found));
	*series = (struct rows){ v, 0 };
	FOR_ROWS (lot_readings, r, found)
		FOR_ROWS (forecast_lot, l, lots)
			if (l->id == r->lot_id) {
				const struct zone *z = zone_find(l->time_zone);

				v[series->n] = series_of_quarters(
				    c, z ? z : zone_utc(), begins, ends, r->readings);
				v[series->n++].name = l->name;
			}
	if (series->n == 0)
		return fail(
		    c, NOT_FOUND, "There is no occupancy of %s.", only ? "that lot" : "any lot");
	return OK;
}

static void
print_table(struct ctx *c, struct rows series, int minutes, int64_t days)
{
	struct replay r[REPLAYS] = { 0 };
	size_t n = backtest(series, minutes, days, r);

	printf("%zu lot%s, steps of %d minutes; the last %lld days told step by step.\n"
	       "Mean absolute error of the share taken; the interval is to hold 80%%.\n\n",
	    series.n, series.n == 1 ? "" : "s", minutes, (long long)days);
	printf("%-8s %10s %9s %12s %12s %8s\n", "ahead", "forecasts", "error", "as it was",
	    "a week ago", "held");
	for (size_t i = 0; i < n; i++) {
		double all = fmax(1, (double)r[i].n);

		printf("%-8s %10lld %9.4f %12.4f %12.4f %7.1f%%\n",
		    r[i].minutes < 60 ? arena_fmt(c->arena, "%d min", r[i].minutes)
				      : arena_fmt(c->arena, "%d h", r[i].minutes / 60),
		    (long long)r[i].n, r[i].error / all, r[i].stay_error / all,
		    r[i].week_error / fmax(1, (double)r[i].week_n),
		    100 * (double)r[i].within / all);
	}
}

static enum problem
run(struct ctx *c, struct words w)
{
	text path = word_behind(c->arena, w, "--csv"), lot = word_behind(c->arena, w, "--lot");
	text weeks = word_behind(c->arena, w, "--weeks");
	int64_t n = USUAL_WEEKS, id = 0;
	struct rows series = { 0 };
	int minutes = 15;

	if ((weeks && (!text_int(weeks, &n) || n < 1 || n > 100)) ||
	    (lot && (!text_int(lot, &id) || id < 1)) || (path && lot))
		return fail(c, INVALID,
		    "backtest [--csv FILE [--without LOT,LOT] | --lot N] [--weeks 1…100]");
	if (path)
		TRY(from_file(c, path, word_behind(c->arena, w, "--without"), &minutes, &series));
	else
		TRY(from_database(c, id, &series));
	print_table(c, series, minutes, n * 7);
	return OK;
}

const struct verb forecast_verbs[] = {
	{ "backtest", "[--csv FILE [--without LOT,LOT] | --lot N] [--weeks N]",
	    "forecasts told again over a history, ours or a file's, beside \"as it was\" and "
	    "\"a week ago\"",
	    NEEDS_DATABASE, run },
	{ 0 },
};
