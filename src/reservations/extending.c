/* extending.c -- staying longer, if the next minutes are free. */
#include "reservations/inner.h"
#include "reservations_sql.h"

const struct field longer_by_fields[] = { FIELD(longer_by, until), FIELD(longer_by, more),
	FIELD(longer_by, extra, .doc = "More than now, in minor units"), FIELD(longer_by, price),
	FIELD(longer_by, first, .hidden = true), FIELD_END };

const struct field extension_fields[] = { FIELD(extension, id), FIELD(extension, lot_name),
	FIELD(extension, slot_label), FIELD(extension, time_zone), FIELD(extension, currency),
	FIELD(extension, pay), FIELD(extension, starts), FIELD(extension, ends),
	FIELD_LIST(extension, until_twice, time_turn, .hidden = true),
	FIELD(extension, lasts, .hidden = true), FIELD(extension, price),
	FIELD(extension, free_until, .nullable = true, .doc = "When somebody else has the slot"),
	FIELD_LIST(extension, offers, longer_by), FIELD_END };

/* A longer stay never costs less than the shorter one that was promised. */
static enum problem
price_until(
    struct ctx *c, const struct reservation *r, const struct lot *lot, instant until, money *out)
{
	struct priced p;

	TRY(price_as_booked(c, lot, r, until, &p));
	*out = p.total.minor > r->price.minor ? p.total : r->price;
	return OK;
}

static enum problem
may_be_longer(struct ctx *c, const struct reservation *r)
{
	if (!r->confirmed && !r->checked_in)
		return not_any_more(c, r);
	if (!r->may_extend)
		return fail(c, TOO_LATE, "It ended at %s.",
		    time_clock(c->arena, clock_of(r->time_zone), r->ends));
	return OK;
}

static enum problem
lot_lets_stay(struct ctx *c, const struct lot *lot, const struct reservation *r, instant until)
{
	const struct zone *z = lot_clock(lot);

	if (until.us <= r->ends.us)
		return complain(c, "until", "Choose a time after %s, when it ends now.",
		    time_clock(c->arena, z, r->ends));
	if (until.us - r->starts.us > lot->max_minutes * MINUTE)
		return complain(c, "until", "A booking here lasts %s at most.",
		    time_span(c->arena, lot->max_minutes * MINUTE));
	if (!lot_lets_out(lot, until))
		return fail(c, LOT_CLOSED, "At %s on %s one cannot drive out.",
		    time_clock(c->arena, z, until), time_day(c->arena, z, until));
	return OK;
}

static enum problem
next_minutes_free(struct ctx *c, const struct reservation *r, instant until)
{
	struct next_start next = { 0 };
	const struct zone *z = clock_of(r->time_zone);

	TRY(slot_next_start(c, r->slot_id, r->ends, c->now, r->id, &next));
	if (instant_none(next.starts) || next.starts.us >= until.us)
		return OK;
	if (next.starts.us == r->ends.us)
		return fail(c, SLOT_TAKEN, "Somebody else has %s from %s.", r->slot_label,
		    time_clock(c->arena, z, next.starts));
	return fail(c, SLOT_TAKEN, "Somebody else has %s from %s: you can stay until then.",
	    r->slot_label, time_clock(c->arena, z, next.starts));
}

enum problem
reservation_extend(struct ctx *c, int64_t id, instant until, struct reservation *out)
{
	struct lot *lot = arena_alloc(c->arena, sizeof *lot);
	money price;

	TRY(reservation_load_to_change(c, id, out));
	TRY(may_be_longer(c, out));
	TRY(lot_terms_load(c, out->lot_id, lot));
	TRY(lot_lets_stay(c, lot, out, until));
	TRY(slot_lock(c, out->slot_id));
	TRY(next_minutes_free(c, out, until));
	TRY(holds_end(c, out->slot_id, out->ends, until, out->id));
	TRY(price_until(c, out, lot, until, &price));
	TRY(reservation_set_ends(c, id, until, price));
	TRY(tell(c, RESERVATION_CHANGED, id));
	TRY(lot_availability_changed(c, out->lot_id, out->ends, until));
	return reservation_load(c, id, out);
}

static const int64_t steps[] = { 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR };

static bool
can_be_had(const struct lot *lot, const struct reservation *r, instant free_until, instant until)
{
	if (!instant_none(free_until) && until.us > free_until.us)
		return false;
	return until.us - r->starts.us <= lot->max_minutes * MINUTE && lot_lets_out(lot, until);
}

/* Should the end that is typed come twice: which is meant? */
static struct rows
turns_ahead(struct ctx *c, const struct lot *lot, instant ends)
{
	instant change = zone_next_change(lot_clock(lot), instant_plus(ends, -3 * HOUR));

	if (change.us > ends.us + DAY)
		return (struct rows){ 0 };
	struct rows turns = lot_time_turns(c, lot, change);
	FOR_ROWS (time_turn, t, turns)
		t->chosen = false;
	return turns;
}

static enum problem
offers_of(struct ctx *c, const struct reservation *r, const struct lot *lot, struct extension *out)
{
	struct longer_by *v = arena_alloc(c->arena, LENGTH(steps) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < LENGTH(steps); i++) {
		struct longer_by *o = &v[n];

		o->until = instant_plus(r->ends, steps[i]);
		o->more = steps[i] / SECOND;
		if (!can_be_had(lot, r, out->free_until, o->until))
			continue;
		TRY(price_until(c, r, lot, o->until, &o->price));
		o->extra.minor = o->price.minor - r->price.minor;
		o->first = n++ == 0;
	}
	out->offers = (struct rows){ v, n };
	return OK;
}

enum problem
extension_offer(struct ctx *c, int64_t id, struct extension *out)
{
	struct reservation r = { 0 };
	struct lot *lot = arena_alloc(c->arena, sizeof *lot);
	struct next_start next = { 0 };

	TRY(reservation_load(c, id, &r));
	TRY(may_be_longer(c, &r));
	TRY(lot_terms_load(c, r.lot_id, lot));
	TRY(slot_next_start(c, r.slot_id, r.ends, c->now, r.id, &next));
	*out = (struct extension){ .id = r.id,
		.lot_name = r.lot_name,
		.slot_label = r.slot_label,
		.time_zone = r.time_zone,
		.currency = r.currency,
		.pay = r.pay,
		.starts = r.starts,
		.ends = r.ends,
		.lasts = r.lasts,
		.price = r.price,
		.free_until = next.starts };
	out->until_twice = turns_ahead(c, lot, r.ends);
	return offers_of(c, &r, lot, out);
}
