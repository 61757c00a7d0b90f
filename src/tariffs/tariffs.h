/*
 * tariffs.h -- what parking costs, and why.
 *
 * A tariff is a list of lines.  Versions of it are numbered and never change: whoever changes a
 * tariff publishes its next version, and a booking keeps the one it was made with (the database
 * refuses to alter a published version).  A version is in force from its day, which may lie ahead when it
 * is published, until that of another comes; of two with one day the later one counts.  The first
 * version is in force at once.  A stay is priced by the version in force when it is booked, or when
 * the car drives in.
 *
 * How a stay is priced:
 *
 *   grace    A stay no longer than `minutes` is free.  A longer one pays from its start.
 *   first    The first `minutes` cost `price`, whole.  What follows starts at their end.
 *   step     `price` for each started `minutes`.
 *   minute   `price` for `minutes`, in proportion, counted in started minutes.
 *   cap      Never more than `price`: in each 24 hours from the entry (`minutes` 1440), or on each
 *            calendar day of the lot (`minutes` 0).
 *   lost     What a lost ticket costs.
 *
 * A step or minute line with `days` is a window: it holds on those days from `from` to `until` on
 * the lot's clock, past midnight if `until` is not after `from` (the night belongs to the day it
 * begins on); from == until means the whole day.  One step or minute line without days is the base.
 * The first window of the list in which a unit (a step, a minute) begins prices the whole of that
 * unit, else the base does; a unit counts for the capped day in which it begins.  How long a stay
 * lasts is measured in UTC, so a night on which clocks change costs what it lasts; what a window
 * covers is read from the clock on the wall, so a time that comes twice counts twice.  Every stay
 * begins at least one unit.
 *
 * Rounding is done in one place, charged() in price.c: the minutes of one line within one capped
 * day (without a cap: within the stay) make one sum, rounded to the minor unit, half up.  Nothing
 * else is ever rounded.
 */
#ifndef TARIFFS_H
#define TARIFFS_H

#include "gear/ctx.h"
#include "gear/db.h"
#include "gear/jobs.h"

#define TARIFF_LINES 16
#define TARIFF_WINDOWS 3
#define TARIFF_LONGEST (36525 * DAY) /* a stay that lasts a century is a mistake */

enum tariff_kind { GRACE, FIRST, STEP, PER_MINUTE, CAP, LOST };
enum { EVERY_DAY = 127, WEEKDAYS = 62, WEEKEND = 65 }; /* bit 0 is Sunday */

struct tariff_line {
	enum tariff_kind kind;
	int64_t minutes;
	money price;
	unsigned days; /* a window's; 0: no window */
	int64_t from, until; /* minutes after midnight */
};

/* One version of a tariff, as prices are made with. */
struct tariff {
	int64_t id, version_id; /* 0: built in, see tariff_keep() */
	int64_t number;
	text name, currency;
	instant since; /* when it was published */
	instant begins; /* from when on it is in force; publishing, none: at once */
	size_t n;
	struct tariff_line lines[TARIFF_LINES];
};

struct price_row { /* one reason: "3 started hours at €5.00", 15.00 */
	text what;
	money amount; /* below zero where a cap takes off */
};
extern const struct field price_row_fields[];
struct price {
	money total;
	text currency;
	text span; /* how long: "3 h 30 min" */
	struct rows because; /* struct price_row; they add up to the total */
};
extern const struct field price_fields[];

/* What it costs to stay from one instant to another.  INVALID in words if `until` is before `from`,
 * a century later, or the sum beyond what a number holds. */
enum problem tariff_price(struct ctx *, const struct tariff *, const struct zone *, instant from,
    instant until, struct price *);
/* The price of a lost ticket; false if the tariff names none. */
bool tariff_lost_price(const struct tariff *, money *);

/* The tariff in plain words: "10 min are free. Then €5.00 for each started hour. …" */
text tariff_words(struct arena *, const struct tariff *);

/* The tariff in force now; id 0, with the lot's currency: the built-in one.  NOT_FOUND if there is
 * none. */
enum problem tariff_current(struct ctx *, int64_t id, text currency, struct tariff *);
/* A version as it was published, however old. */
enum problem tariff_version_load(struct ctx *, int64_t version_id, struct tariff *);
/* All of these (struct rows of int64_t, 0 among them is passed over) in one statement; rows of
 * struct tariff. */
enum problem tariffs_current(struct ctx *, struct rows ids, struct rows *);
const struct tariff *tariff_among(struct rows tariffs, int64_t id); /* NULL if it is not there */

/* Of the tariffs an admin has made and that are not retired, in the version in force now: struct tariff. */
struct tariffs_wanted {
	text q, currency; /* part of the name; "" */
	text sort; /* name, currency, version, since; with - from the end */
	int64_t skip, most;
};
enum problem tariffs_listed(struct ctx *, const struct tariffs_wanted *, struct rows *);

/* Presets.  The built-in tariff is per_hour at BASE_RATE_PER_HOUR; S3's is per minute at that rate
 * with GRACE_PERIOD_MINUTES. */
void tariff_per_hour(struct tariff *, money price);
void tariff_pro_rata(struct tariff *, money per_hour, int64_t grace_minutes);
void tariff_first_and_steps(
    struct tariff *, int64_t minutes, money first, int64_t step, money price);
enum tariff_built_in { BUILT_IN_PER_HOUR, BUILT_IN_PRO_RATA };
void tariff_built_in(struct ctx *, enum tariff_built_in, text currency, struct tariff *);

/* Gives a built-in tariff a version of its own in the database, so that a booking can keep it
 * although the setting changes: fills id and version_id.  A tariff that has one stays as it is.  In
 * a transaction. */
enum problem tariff_keep(struct ctx *, struct tariff *);

/* Gives the built-in tariff of that currency its version beforehand, so that no booking has to, and
 * those that come first do not wait for each other.  In a transaction. */
enum problem tariff_keep_built_in(struct ctx *, text currency);

/* May a lot begin to charge it?  NOT_FOUND; WRONG_STATE once it is retired.  Tells its currency, and nobody
 * retires it until the transaction ends. */
enum problem tariff_to_charge(struct ctx *, int64_t id, text *currency);

/* Publishes a new tariff, or the next version of one, to be in force from t->begins on.  `lines` must be
 * sound: tariff_sound(). */
enum problem tariff_publish(struct ctx *, struct tariff *);
/* Takes a tariff out of lists and choices.  IN_USE in words while a lot charges it.  Bookings keep the
 * version they were made with. */
enum problem tariff_retire(struct ctx *, int64_t id);
/* Is this list of lines a tariff?  NULL, or what is wrong with it in words. */
text tariff_sound(struct arena *, const struct tariff *);

extern const struct rule tariff_rules[];
extern const struct job_kind tariff_jobs[];

#endif
