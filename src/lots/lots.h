/*
 * lots.h -- the places: lots, their zones, their slots; and who finds them.
 *
 * A lot stands in one time zone and takes one currency.  It has zones (a floor, a row of trees),
 * and a zone has slots.  A slot's code is its own everywhere in the world of this program
 * (`AMS1-A-01`), its label only in its lot (`A-01`): people read labels, machines codes.
 *
 * Opening hours say when one may drive in and out; between the two a car may stay, so a stay over a
 * closed night is fine.  A closed lot is never "full".
 *
 * A booking is taken by a lot if it begins at most PAST_GRACE ago and at most days_ahead from now,
 * lasts from min_minutes to max_minutes, and begins and ends within the opening hours: lot_takes().
 * Whether a slot is free is the reservations' business, and the database's.
 *
 * One function decides a slot's state, slot_state() in SQL (migrations/0004_lots.sql), first match
 * wins: out of service → occupied → reserved now → reserved soon → available; unknown, when a
 * device that should tell is silent.
 *
 * How many slots are free now is kept in lot_counts: recounted for one lot whenever something
 * changes that touches now (lot_availability_changed), and for all by a job every half minute,
 * since time itself moves bookings into now.  Only slots known to be free are counted as free.
 */
#ifndef LOTS_H
#define LOTS_H

#include "gear/ctx.h"
#include "gear/db.h"
#include "gear/jobs.h"

#define PAST_GRACE (5 * MINUTE) /* a booking may begin this long ago: people type slowly */
#define SOON                                                                                       \
	(60 * MINUTE) /* "reserved soon" looks so far ahead; the same figure is in slot_state() */

struct lot {
	int64_t id;
	text name, region, address, city, state, country, postal_code;
	bool placed; /* latitude and longitude are known */
	double latitude, longitude; /* degrees, WGS 84 */
	text time_zone; /* IANA */
	text currency; /* ISO 4217 */
	text plate_region; /* whose plates are likely, as base/sight.h names them; "": OCR_REGION */
	int64_t tariff_id; /* 0: the built-in one, per started hour at BASE_RATE_PER_HOUR */
	int64_t days_ahead;
	int64_t min_minutes, max_minutes, default_minutes;
	bool pay_at_exit;
	int64_t cancel_minutes; /* before the start, until when cancelling costs nothing */
	int64_t refund_percent; /* what comes back after that, until the start */
	int64_t no_show_minutes;
	text hours; /* "" round the clock, else "Mo-Fr 06:00-22:00; Sa 08:00-01:00": see hours.h */
	text status_override; /* "", "available", "reserved", "occupied": a person's word that wins
				 (S2) */
	int64_t version; /* goes up with every change */
	int64_t slots, free, reserved, occupied, unknown, out_of_service; /* now, as last counted */
	double rating; /* the average of what people gave it, to one decimal; 0: nobody did */
	int64_t reviews; /* how many did */
};
extern const struct field lot_fields[];

struct lot_zone {
	int64_t id, lot_id;
	text code; /* unique, at most 10: "A", "AMS1-B" */
	text name; /* what people read: "Ground floor, by the entry" */
	int64_t position;
};
extern const struct field lot_zone_fields[];

struct slot {
	int64_t id, lot_id, zone_id;
	text code, label;
	text size; /* compact, regular, large */
	text vehicle_type; /* car, motorcycle, van, bicycle, bus */
	bool accessible, ev, out_of_service;
	text reason; /* why it is out of service; "" */
	int64_t position;
};
extern const struct field slot_fields[];

struct rating_bar { /* how many gave it so many stars */
	int64_t stars, n;
	text width; /* "55.66%" of the longest of the five */
	text href; /* the reviews with so many stars; "" if there are none */
};
extern const struct field rating_bar_fields[];

struct lot_review { /* what somebody who parked there says of it, as everybody reads it */
	int64_t id, rating; /* 1 to 5 */
	text words; /* may be "", and may hold line breaks */
	text by_name; /* "Ilse van den B."; "" if they told no name */
	instant stayed_at, created_at, changed_at; /* changed_at {0}: not since */
	text stars; /* "★★★★☆" */
	text when; /* "November 2026", on the lot's clock: when they were there */
};
extern const struct field lot_review_fields[];

/* ---- how busy it will be.  Made by the slice above, forecasts; read here, since a lot's page and
 * the results show it. */

#define QUARTER (15 * MINUTE)
#define DAY_QUARTERS 96
#define STALE_QUARTERS 8 /* a forecast that old says nothing any more */

struct busy_quarter { /* a quarter of an hour */
	instant at; /* its beginning */
	bool closed; /* nobody can drive in */
	bool known; /* what follows is; else 0 */
	double usual, expected, low, high; /* slots taken; eight times in ten from low to high */
	int64_t booked; /* slots that are booked already: expected is never less */
};
extern const struct field busy_quarter_fields[];

struct busy_hour { /* the quarter on the hour, in whole slots, for a table */
	instant at;
	text day; /* "Thu 12 Nov", where another begins */
	bool closed, known;
	int64_t expected, low, high, booked;
};
extern const struct field busy_hour_fields[];

struct chart_mark { /* a word at an axis, or a stretch */
	text at, width; /* "12.5%" */
	text says;
};
extern const struct field chart_mark_fields[];

struct busy_chart { /* paths on a square of 100 × 100, the capacity at CHART_FULL per cent */
	text past, line, band;
	text now_x, now_y, now_says;
	struct rows marks; /* of chart_mark: the hours */
	struct rows closed; /* of chart_mark: stretches */
};
extern const struct field busy_chart_fields[];

struct lot_forecast {
	int64_t lot_id;
	text time_zone;
	bool enough; /* history; without it there are no quarters */
	bool fresh; /* it was made lately */
	int64_t days, days_needed; /* with readings: there are, there have to be */
	instant made_at;
	int64_t capacity; /* slots in service */
	text says; /* "Usually full from about 08:45 to 11:30; 63 free now." */
	struct rows
	    quarters; /* of busy_quarter: from the one that runs, 24 hours from made_at on */
	struct rows hours; /* of busy_hour */
	const struct busy_chart *chart; /* NULL: nothing to draw */
};
extern const struct field lot_forecast_fields[];

/* What is foreseen of a lot; without any history a forecast that says so. */
enum problem lot_foresee(struct ctx *, const struct lot *, struct lot_forecast *);
/* "12,,30", as a list of the database is read, into at most `most` numbers, −1 for a gap; answers how
 * many there were. */
size_t list_numbers(text, double *out, size_t most);

/* ---- drawing how busy it is: `steps` quarters from the left to the right */

#define CHART_FULL 20.0 /* per cent from the top; the bottom is an empty lot */
double chart_height(double taken, double capacity); /* per cent from the top */
text chart_x(struct arena *, double step, size_t steps); /* "12.50%" */
/* A line through n points that begin at step `from`; a point less than 0 is a gap. */
void chart_line(
    struct buf *, const double *v, size_t n, size_t from, size_t steps, double capacity);
/* Marks every three hours on a clock. */
struct rows chart_hours(struct ctx *, const struct zone *, instant begins, size_t steps);

extern const struct rule lot_rules[];
extern const struct job_kind lot_jobs[];

/* Each answers NOT_FOUND if there is none. */
enum problem lot_load(struct ctx *, int64_t id, struct lot *);
enum problem lot_terms_load(struct ctx *, int64_t id,
    struct lot *); /* what it asks of who parks; its counts and ratings stay 0 */
enum problem lot_default(struct ctx *, struct lot *); /* the setting DEFAULT_LOT, else the first */
enum problem slot_load(struct ctx *, int64_t id, struct slot *);
/* Ids (int64_t) of slots of that lot by their labels or codes, "A-01..A-40, B-7", in that order, each once.
 * INVALID beside `labels`, which tells those that are not there. */
enum problem slots_of_labels(struct ctx *, int64_t lot_id, text labels, struct rows *ids);
enum problem lot_named(struct ctx *, text name, struct lot *); /* its whole name, in any case */

/* A person's word on how full it is, which wins over what is counted: "available", "reserved", "occupied", or "" for
 * what is counted.  Audited. */
enum problem lot_say_status(struct ctx *, int64_t lot_id, text status);

/* The clock on the lot's wall; UTC if its name is not known on this machine. */
const struct zone *lot_clock(const struct lot *);

/* A time as somebody typed it for a lot: with an offset (then that counts), or without (then the
 * lot's clock does). Complains about `field` and answers INVALID if it is not a time; "" too. */
enum problem lot_time(struct ctx *, const struct lot *, text field, text typed, instant *out);

/* A time that comes twice on the lot's clock, the night it is put back, is the first of the two; to mean the
 * second, its offset is said with it, or beside it, as a form does: `typed` with that offset then, else
 * `typed` as it is. */
text lot_time_meant(struct ctx *, const struct lot *, text typed, text offset);

struct time_turn { /* one of the two */
	text offset, words; /* "+01:00"; "The second, 02:30 CET" */
	bool chosen;
};
extern const struct field time_turn_fields[];
/* Which of the two it is, to choose from; none if the lot's clock shows that time once. */
struct rows lot_time_turns(struct ctx *, const struct lot *, instant);

/* Does it take a booking from one time to another?  INVALID with words beside `from` or `until`, or
 * LOT_CLOSED in words. */
enum problem lot_takes(struct ctx *, const struct lot *, instant from, instant until);
bool lot_lets_in(const struct lot *, instant); /* may one drive in then? */
/* May one drive out then?  The closing minute itself counts. */
bool lot_lets_out(const struct lot *, instant);

/* Says that slots of this lot were taken or given back for a time: recounts if that touches now,
 * and tells LOT_CHANGED, which drops what is cached of the lot.  In the writer's transaction. */
enum problem lot_availability_changed(struct ctx *, int64_t lot_id, instant starts, instant ends);

/* What people say of it: those that are shown.  Written by the slice above, reviews. */
/* Five rows, five stars first; none if nobody has reviewed it. */
enum problem lot_stars(struct ctx *, int64_t lot_id, struct rows *bars);
/* Newest first, `most` at most; stars 0: all; before 0: from the newest. */
enum problem lot_reviews(struct ctx *, const struct lot *, int64_t stars, int64_t before,
    int64_t most, struct rows *reviews);
text stars_in_text(int64_t rating); /* "★★★★☆" */
text month_in_words(struct arena *, const struct zone *, instant); /* "November 2026" */

/* Writes down the built-in tariff, as the settings have it now, for each currency in which a lot charges
 * it: at the start, so that no booking has to.  In a transaction. */
enum problem lots_keep_tariffs(struct ctx *);

/* Counts again how many slots are free now, everywhere: time moves bookings into now and out of it. */
enum problem lots_count_free(struct ctx *);

/* Reaction to LOT_CHANGED: drops the cached pages that show the lot, after the commit. */
enum problem lot_forget_pages(struct ctx *, int64_t lot_id);

#endif
