#include "lots/lots.h"
#include "lots/hours.h"
#include "lots/pages.h"
#include "gear/cache.h"
#include "gear/settings.h"
#include "gear/zones.h"
#include "lots_sql.h"

/* ---- what crosses the borders */

const struct field lot_fields[] = {
	FIELD(lot, id, .doc = "Its number."),
	FIELD(lot, name),
	FIELD(lot, region, .nullable = true, .doc = "Where notices to a region reach it."),
	FIELD(lot, address),
	FIELD(lot, city),
	FIELD(lot, state, .nullable = true),
	FIELD(lot, country),
	FIELD(lot, postal_code, .nullable = true),
	FIELD(lot, placed, .doc = "Whether latitude and longitude are known."),
	FIELD(lot, latitude, .doc = "Degrees north."),
	FIELD(lot, longitude, .doc = "Degrees east."),
	FIELD(lot, time_zone, .doc = "IANA name of its clock."),
	FIELD(lot, currency),
	FIELD(lot, plate_region, .nullable = true,
	    .doc = "Whose number plates are likely: eu, us, br, in, or any; null: OCR_REGION."),
	FIELD(
	    lot, tariff_id, .nullable = true, .doc = "Null: per started hour at the house's rate."),
	FIELD(lot, days_ahead, .doc = "How many days ahead it can be booked."),
	FIELD(lot, min_minutes, .doc = "The shortest booking."),
	FIELD(lot, max_minutes, .doc = "The longest booking."),
	FIELD(lot, default_minutes),
	FIELD(lot, pay_at_exit),
	FIELD(lot, cancel_minutes, .doc = "Until so long before the start everything comes back."),
	FIELD(lot, refund_percent, .doc = "What comes back after that, until the start."),
	FIELD(lot, no_show_minutes, .doc = "So long after the start a slot is kept."),
	FIELD(lot, hours, .nullable = true, .doc = "Opening hours; null: round the clock."),
	FIELD(lot, status_override, .nullable = true),
	FIELD(lot, version, .doc = "Goes up with every change."),
	FIELD(lot, slots),
	FIELD(lot, free, .doc = "Slots known to be free now."),
	FIELD(lot, reserved),
	FIELD(lot, occupied),
	FIELD(lot, unknown),
	FIELD(lot, out_of_service),
	FIELD(lot, rating, .nullable = true,
	    .doc = "What people who parked there gave it, on average: 1 to 5; null: nobody did."),
	FIELD(lot, reviews, .doc = "How many did."),
	FIELD_END,
};

const struct field lot_zone_fields[] = {
	FIELD(lot_zone, id),
	FIELD(lot_zone, lot_id),
	FIELD(lot_zone, code),
	FIELD(lot_zone, name),
	FIELD(lot_zone, position),
	FIELD_END,
};

const struct field slot_fields[] = {
	FIELD(slot, id),
	FIELD(slot, lot_id),
	FIELD(slot, zone_id),
	FIELD(slot, code, .doc = "Its own everywhere."),
	FIELD(slot, label, .doc = "Its own in the lot; what people read."),
	FIELD(slot, size),
	FIELD(slot, vehicle_type),
	FIELD(slot, accessible),
	FIELD(slot, ev, .doc = "With a charger."),
	FIELD(slot, out_of_service),
	FIELD(slot, reason, .nullable = true),
	FIELD(slot, position),
	FIELD_END,
};

const struct rule lot_rules[] = {
	{ "lots_name_unique", DUPLICATE, "name", "Another lot has this name." },
	{ "lots_region_form", INVALID, "region", "Small letters, digits and dashes only." },
	{ "lots_minutes_order", INVALID, "max_minutes",
	    "Shortest, usual and longest booking have to come in this order." },
	{ "lots_tariff", INVALID, "tariff_id", "There is no such tariff." },
	{ "zones_code_unique", DUPLICATE, "zone_code", "Another zone has this code." },
	{ "zones_code_form", INVALID, "zone_code",
	    "At most ten letters, digits, dots and dashes." },
	{ "zones_lot", IN_USE, NULL, "The lot still has zones." },
	{ "slots_code_unique", DUPLICATE, "prefix",
	    "A slot with one of these codes is there already." },
	{ "slots_label_unique", DUPLICATE, "labels", "The lot has one of these slots already." },
	{ "slots_code_form", INVALID, "prefix",
	    "Codes are at most 20 letters, digits, dots and dashes." },
	{ "slots_lot", IN_USE, NULL, "The lot still has slots." },
	{ "slots_zone", IN_USE, NULL, "The zone still has slots." },
	{ NULL },
};

/* ---- finding */

enum problem
lot_load(struct ctx *c, int64_t id, struct lot *out)
{
	*out = (struct lot){ 0 };
	return lot_by_id(c, id, out);
}

enum problem
lot_terms_load(struct ctx *c, int64_t id, struct lot *out)
{
	*out = (struct lot){ 0 };
	return lot_terms_by_id(c, id, out);
}

enum problem
lot_default(struct ctx *c, struct lot *out)
{
	if (settings.default_lot && lot_by_id(c, settings.default_lot, out) == OK)
		return OK;
	*out = (struct lot){ 0 };
	return lot_first(c, out);
}

enum problem
slot_load(struct ctx *c, int64_t id, struct slot *out)
{
	*out = (struct slot){ 0 };
	return slot_by_id(c, id, out);
}

/* ---- time */

const struct zone *
lot_clock(const struct lot *l)
{
	const struct zone *z = zone_find(l->time_zone);

	return z ? z : zone_utc();
}

/* Hours that were stored are canonical; should they ever not be, the gate stays open. */
static void
hours_of(const struct lot *l, struct hours *h)
{
	text why;

	if (!hours_parse(l->hours, h, &why))
		*h = (struct hours){ .always = true };
}

static bool
gate_open(const struct lot *l, instant t, bool leaving)
{
	struct hours h;
	struct civil at;

	hours_of(l, &h);
	if (h.always)
		return true;
	zone_civil(lot_clock(l), t, &at);
	return hours_open(&h, at.weekday, (at.hour * 60 + at.minute) * 60 + at.second, leaving);
}

bool
lot_lets_in(const struct lot *l, instant t)
{
	return gate_open(l, t, false);
}

bool
lot_lets_out(const struct lot *l, instant t)
{
	return gate_open(l, t, true);
}

static enum problem
lasts_rightly(struct ctx *c, const struct lot *l, instant from, instant until)
{
	int64_t lasts = instant_minus(until, from);

	if (lasts <= 0)
		return complain(c, "until", "This has to come after the beginning.");
	if (lasts < l->min_minutes * MINUTE)
		return complain(c, "until", "A booking here lasts at least %s.",
		    time_span(c->arena, l->min_minutes * MINUTE));
	if (lasts > l->max_minutes * MINUTE)
		return complain(c, "until", "A booking here lasts at most %s.",
		    time_span(c->arena, l->max_minutes * MINUTE));
	return OK;
}

static enum problem
gate_opens(struct ctx *c, const struct lot *l, instant from, instant until)
{
	struct hours h;

	if (gate_open(l, from, false) && gate_open(l, until, true))
		return OK;
	hours_of(l, &h);
	return fail(c, LOT_CLOSED, "One can drive in and out %s.", hours_words(c->arena, &h));
}

enum problem
lot_takes(struct ctx *c, const struct lot *l, instant from, instant until)
{
	const struct zone *z = lot_clock(l);

	if (from.us < c->now.us - PAST_GRACE)
		return complain(
		    c, "from", "That is past: it is %s there.", time_clock(c->arena, z, c->now));
	if (from.us > c->now.us + l->days_ahead * DAY)
		return complain(c, "from", "It can be booked %lld days ahead, until %s.",
		    (long long)l->days_ahead,
		    time_day(c->arena, z, instant_plus(c->now, l->days_ahead * DAY)));
	TRY(lasts_rightly(c, l, from, until));
	return gate_opens(c, l, from, until);
}

/* ---- free now */

enum problem
lot_availability_changed(struct ctx *c, int64_t lot_id, instant starts, instant ends)
{
	struct rows changed = { 0 };
	bool touches_now = starts.us < c->now.us + SOON && ends.us > c->now.us;

	if (touches_now)
		TRY(lots_recount(c, (struct rows){ &lot_id, 1 }, c->now, &changed));
	return tell(c, LOT_CHANGED, lot_id);
}

enum problem
lots_count_free(struct ctx *c)
{
	struct rows ids = { 0 }, changed = { 0 };

	TRY(lot_ids(c, &ids));
	int64_t *v = arena_alloc(c->arena, ids.n * sizeof *v);
	for (size_t i = 0; i < ids.n; i++)
		v[i] = ROW(by_id, ids, i)->id;
	TRY(lots_recount(c, (struct rows){ v, ids.n }, c->now, &changed));
	FOR_ROWS (by_id, lot, changed)
		TRY(tell(c, LOT_CHANGED, lot->id));
	return OK;
}

static enum problem
recount_all(struct ctx *c, const void *none)
{
	(void)none;
	return lots_count_free(c);
}

const struct job_kind lot_jobs[] = {
	{ "lots_recount", recount_all, .every = 30,
	    .doc = "Counts again how many slots are free now." },
	{ NULL },
};

enum problem
lot_forget_pages(struct ctx *c, int64_t lot_id)
{
	cache_drop(c, "lots");
	cache_drop(c, arena_fmt(c->arena, "lot:%lld", (long long)lot_id));
	return OK;
}
