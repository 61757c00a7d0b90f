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

extern const struct rule lot_rules[];
extern const struct job_kind lot_jobs[];

/* Each answers NOT_FOUND if there is none. */
enum problem lot_load(struct ctx *, int64_t id, struct lot *);
enum problem lot_default(struct ctx *, struct lot *); /* the setting DEFAULT_LOT, else the first */
enum problem slot_load(struct ctx *, int64_t id, struct slot *);

/* The clock on the lot's wall; UTC if its name is not known on this machine. */
const struct zone *lot_clock(const struct lot *);

/* A time as somebody typed it for a lot: with an offset (then that counts), or without (then the
 * lot's clock does). Complains about `field` and answers INVALID if it is not a time; "" too. */
enum problem lot_time(struct ctx *, const struct lot *, text field, text typed, instant *out);

/* Does it take a booking from one time to another?  INVALID with words beside `from` or `until`, or
 * LOT_CLOSED in words. */
enum problem lot_takes(struct ctx *, const struct lot *, instant from, instant until);
/* May one drive out then?  The closing minute itself counts. */
bool lot_lets_out(const struct lot *, instant);

/* Says that slots of this lot were taken or given back for a time: recounts if that touches now,
 * and tells LOT_CHANGED, which drops what is cached of the lot.  In the writer's transaction. */
enum problem lot_availability_changed(struct ctx *, int64_t lot_id, instant starts, instant ends);

/* Counts again how many slots are free now, everywhere: time moves bookings into now and out of it. */
enum problem lots_count_free(struct ctx *);

/* Reaction to LOT_CHANGED: drops the cached pages that show the lot, after the commit. */
enum problem lot_forget_pages(struct ctx *, int64_t lot_id);

#endif
