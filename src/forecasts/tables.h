/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef FORECASTS_TABLES_H
#define FORECASTS_TABLES_H

#include "gear/table.h"

extern const struct table forecast_tables[];

struct csv_occupancy {
	int64_t lot_id;
	text lot;
	instant at;
	double taken;
	int64_t capacity;
	bool closed;
	int64_t readings;
};
extern const struct field csv_occupancy_fields[];

struct csv_forecasts {
	int64_t lot_id;
	text lot;
	instant made_at, begins;
	int64_t days, capacity;
	text usual, expected, low, high, booked, week, past_taken, past_expected, replays;
};
extern const struct field csv_forecasts_fields[];

#endif
