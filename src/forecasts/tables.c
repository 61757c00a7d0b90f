/* tables.c -- what this slice gives away as CSV. */
#include "forecasts/inner.h"
#include "forecasts/tables.h"
#include "forecasts_sql.h"

const struct field csv_occupancy_fields[] = {
	FIELD(csv_occupancy, lot_id),
	FIELD(csv_occupancy, lot),
	FIELD(csv_occupancy, at),
	FIELD(csv_occupancy, taken),
	FIELD(csv_occupancy, capacity),
	FIELD(csv_occupancy, closed),
	FIELD(csv_occupancy, readings),
	FIELD_END,
};

static enum problem
open_occupancy(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_occupancy_rows(c, out);
}

const struct field csv_forecasts_fields[] = {
	FIELD(csv_forecasts, lot_id),
	FIELD(csv_forecasts, lot),
	FIELD(csv_forecasts, made_at),
	FIELD(csv_forecasts, begins),
	FIELD(csv_forecasts, days),
	FIELD(csv_forecasts, capacity),
	FIELD(csv_forecasts, usual),
	FIELD(csv_forecasts, expected),
	FIELD(csv_forecasts, low),
	FIELD(csv_forecasts, high),
	FIELD(csv_forecasts, booked),
	FIELD(csv_forecasts, week),
	FIELD(csv_forecasts, past_taken),
	FIELD(csv_forecasts, past_expected),
	FIELD(csv_forecasts, replays),
	FIELD_END,
};

static enum problem
open_forecasts(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_forecasts_rows(c, out);
}

const struct table forecast_tables[] = {
	{ "occupancy", "Occupancy", "How full each lot was, again and again.", open_occupancy },
	{ "forecasts", "Forecasts",
	    "What is expected of each lot, hour by hour from when it begins; hours stand beside "
	    "each other.",
	    open_forecasts },
	{ NULL },
};
