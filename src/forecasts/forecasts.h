/*
 * forecasts.h -- how full lots were, and how full they will be.
 *
 * Occupancy.  Each minute the worker reads of every lot how many slots are taken and how many are in
 * service, as the one function slot_state() decides and lot_counts keeps, and folds that into the
 * quarter of an hour that runs: its average, its capacity, and whether the lot was closed all along.
 * A quarter that nobody read (no worker, or more than half of the slots with silent sensors) has no
 * row, and stays unknown for ever.  Quarters are kept for 54 weeks.
 *
 * Forecasts.  Each quarter of an hour the worker goes through the last eight weeks of each lot
 * (method.h) and writes down what it expects of the next 24 hours, with the interval in which eight
 * of ten such forecasts end up.  The method knows shares; a share times the slots in service now is
 * slots.  What is booked already is a floor under all of it: at the quarter q, with b(q) different
 * slots that are confirmed or in use by a booking for any part of it,
 *
 *	u = max(0, b − m)			by how much that lifts what the method says, m
 *	expected = min(capacity, m + u)		never less than b, never more than there are
 *	low  = min(capacity, max(b, method's low))
 *	high = min(capacity, method's high + u)	who comes without a booking comes on top
 *
 * since a slot that is booked cannot be had by anybody else, whether its car will come or not.  A
 * fuller day than usual that was booked ahead is so seen as early as it is booked.
 *
 * With less than ENOUGH_DAYS of readings nothing is foreseen, and that is said.  A step at which the
 * lot is closed is never full, whatever stands in it: nobody is told of numbers then.
 *
 * Everything of a lot is one row of lists, which the slice below, lots, reads for its pages
 * (lots.h).  After the row has changed LOT_CHANGED is told, so that no page shows an old one.
 *
 * Past errors come from going through the same weeks again, telling at each step what would have been
 * told then, by what was known then (without bookings, which leave no trace of when they were made).
 */
#ifndef FORECASTS_H
#define FORECASTS_H

#include "gear/db.h"
#include "gear/jobs.h"
#include "gear/verbs.h"
#include "forecasts/method.h"

#define HISTORY (56 * DAY) /* from which forecasts are made */
#define REPLAYED (28 * DAY) /* of which their past errors are told */
#define REPLAYS 5 /* horizons of which the errors are kept: ½, 1, 2, 4, 24 hours */

extern const struct job_kind forecast_jobs[];
extern const struct verb forecast_verbs[];

/* Reads all lots now.  In a transaction. */
enum problem occupancy_note(struct ctx *);
/* Foresees all lots anew.  In a transaction. */
enum problem forecasts_refresh(struct ctx *);
/* Throws away what is older than it is kept. */
enum problem occupancy_forget(struct ctx *);

/* ---- as the admins' pages show it */

struct error_line { /* how far off, so long ahead, in the weeks that were gone through again */
	text ahead; /* "1 h" */
	int64_t n; /* forecasts; 0: the rest is "" */
	text off, off_stay, off_week; /* on average: "2.1 slots"; taken as it was; as a week ago */
	text held; /* "81%" of what came was within the interval */
};
extern const struct field error_line_fields[];

struct lot_outlook {
	int64_t lot_id;
	text name, city, time_zone;
	int64_t days, capacity, taken; /* taken: now, as last counted */
	instant begins;
	bool enough;
	text expected_now; /* "41"; "" if not known */
	text off, held; /* an hour ahead, as in error_line */
	text verdict, tone; /* in a few words; good, warn, or "" */
	text past_taken, past_expected, replays, expected; /* lists, as the row has them */
};
extern const struct field lot_outlook_fields[];

/* One lot, or with 0 the first of all by name: for /admin/forecasts, and for the dashboard
 * (templates/forecasts/board.mustache shows such rows as the list `outlooks`). */
enum problem forecast_outlooks(struct ctx *, int64_t lot_id, int64_t most, struct rows *out);

#endif
