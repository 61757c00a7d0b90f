/* inner.h -- what the files of forecasts/ share. */
#ifndef FORECASTS_INNER_H
#define FORECASTS_INNER_H

#include "forecasts/forecasts.h"

struct forecast_lot {
	int64_t id, capacity, taken;
	text name, time_zone, hours;
};
extern const struct field forecast_lot_fields[];

struct
    lot_readings { /* "12 4750,13 5000c": quarter since the beginning, share in 1/10,000, c closed */
	int64_t lot_id;
	text readings;
};
extern const struct field lot_readings_fields[];

struct booked_quarter {
	int64_t lot_id, quarter, n;
};
extern const struct field booked_quarter_fields[];

/* A history in steps, none left out, and room for a day of steps behind it. */
struct series {
	text name;
	struct step *v;
	size_t n;
};

/* Quarters from `begins` on, on that clock, from what the database says of them. */
struct series series_of_quarters(
    struct ctx *, const struct zone *, instant begins, instant ends, text readings);

/* ---- CSV: a line a reading, columns as in SystemCodeNumber,Capacity,Occupancy,LastUpdated */

struct csv_reading {
	text lot;
	int64_t capacity, taken; /* capacity above 0; taken may be anything: counters err */
	instant at; /* on the lot's wall clock, as if that were UTC */
};
/* All of them, as they stand; false, and what is wrong in words with its line.  n bytes, which need
 * not be text. */
bool csv_readings(struct arena *, const char *bytes, size_t n, struct rows *out, text *why);
/* Sorted by lot into histories of equal first and last day.  *minutes: of a step, as they seem to have
 * been read: 15, 20, 30, 60.  A step takes the reading next to it.  False and words if there are too
 * few, or too many days. */
bool csv_series(struct arena *, struct rows readings, int *minutes, struct rows *series, text *why);

/* Goes through histories, each by itself, and adds up what was told in the last `days` days.  Fills
 * r[REPLAYS]; answers how many horizons fit the steps. */
size_t backtest(struct rows series, int minutes, int64_t days, struct replay *r);

/* The five horizons, as forecasts keep their errors. */
size_t replay_horizons(int minutes, struct replay *r);

/* ---- the admins' pages */

struct past_hour { /* an hour of the last day */
	instant at;
	text taken, expected; /* "41"; "" not known */
};
extern const struct field past_hour_fields[];

/* The errors of a lot's row in words: rows of error_line. */
struct rows outlook_errors(struct ctx *, const struct lot_outlook *);
/* Fills what is made of the row: enough, expected_now, off, held, verdict, tone. */
void outlook_words(struct ctx *, struct lot_outlook *);

#endif
