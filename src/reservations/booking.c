/* booking.c -- from a wish to a hold: the quote, and the slot. */
#include "gear/secret.h"
#include "reservations/inner.h"
#include "reservations_sql.h"

#define ROUNDS 4 /* of looking for any slot, before others are given time to finish */

const struct field quote_fields[] = { FIELD(quote, lot_id), FIELD(quote, lot_name),
	FIELD(quote, lot_address, .hidden = true), FIELD(quote, lot_city, .hidden = true),
	FIELD(quote, time_zone, .doc = "IANA name: where the lot's clock hangs"),
	FIELD(quote, slot_id, .nullable = true, .doc = "null: any slot of the lot"),
	FIELD(quote, slot_label, .nullable = true), FIELD(quote, any, .hidden = true),
	FIELD(quote, available, .doc = "Can it be had for that time?"),
	FIELD(quote, other_id, .nullable = true, .doc = "A slot that can, if this one cannot"),
	FIELD(quote, other_label, .nullable = true), FIELD(quote, starts), FIELD(quote, ends),
	FIELD(quote, lasts, .hidden = true),
	FIELD(quote, price, .doc = "Minor units of the currency"),
	FIELD(quote, currency, .doc = "ISO 4217"),
	FIELD(quote, tariff_version_id, .nullable = true),
	FIELD_LIST(quote, lines, price_row, .doc = "Why it costs that"),
	FIELD(quote, rule, .doc = "What comes back if plans change"), FIELD(quote, pay_at_exit),
	FIELD(quote, good_until, .doc = "The price is a promise until then"),
	FIELD(quote, token, .doc = "Send it back as `quote`, and the promise is kept"), FIELD_END };

/* ---- the promise: price, version and end, under a hash that covers what they are for */

static text
promise_hash(struct ctx *c, const struct quote *q)
{
	text said = arena_fmt(c->arena, "%lld|%lld|%lld|%lld|%s|%lld|%lld", (long long)q->lot_id,
	    (long long)q->starts.us, (long long)q->ends.us, (long long)q->price.minor, q->currency,
	    (long long)q->tariff_version_id, (long long)q->good_until.us);

	return keyed_hash(c->arena, "quote", said);
}

static text
promise(struct ctx *c, const struct quote *q)
{
	return arena_fmt(c->arena, "%lld.%lld.%lld.%s", (long long)q->price.minor,
	    (long long)q->tariff_version_id, (long long)q->good_until.us, promise_hash(c, q));
}

/* The number up to the next dot, and what stands behind that dot. */
static bool
number_before_dot(struct arena *a, text *rest, int64_t *out)
{
	text dot = strchr(*rest, '.');

	if (dot == NULL || !text_int(arena_bytes(a, *rest, (size_t)(dot - *rest)), out))
		return false;
	*rest = dot + 1;
	return true;
}

/* Reads what promise() wrote; *q has the rest.  False if it is not ours, or was made for something
 * else. */
static bool
promised(struct ctx *c, text token, struct quote *q)
{
	text rest = token;

	return number_before_dot(c->arena, &rest, &q->price.minor) &&
	    number_before_dot(c->arena, &rest, &q->tariff_version_id) &&
	    number_before_dot(c->arena, &rest, &q->good_until.us) &&
	    same_secret(promise_hash(c, q), rest) && text_is(promise(c, q), token);
}

/* ---- the quote */

static enum problem
lot_known(struct ctx *c, const struct booking *b, struct lot *lot)
{
	if (b->lot == NULL)
		return lot_terms_load(c, b->lot_id, lot);
	*lot = *b->lot;
	return OK;
}

static enum problem
place_known(struct ctx *c, const struct booking *b, struct lot *lot, struct slot *slot)
{
	TRY(lot_known(c, b, lot));
	if (b->slot_id == 0)
		return OK;
	enum problem e = slot_load(c, b->slot_id, slot);
	if (e == NOT_FOUND || (e == OK && slot->lot_id != lot->id))
		return fail(c, NOT_FOUND, "%s has no such slot.", lot->name);
	return e;
}

static enum problem
price_of(struct ctx *c, const struct booking *b, const struct lot *lot, bool keep, struct quote *q)
{
	struct priced p;

	TRY(price_now(c, lot, keep, b->starts, b->ends, &p));
	q->lot_id = lot->id;
	q->starts = b->starts;
	q->ends = b->ends;
	q->currency = p.currency;
	q->price = p.total;
	q->tariff_version_id = p.version_id;
	q->lines = p.because;
	q->good_until = instant_plus(c->now, QUOTE_HOLDS);
	return OK;
}

/* Can it be had, and if not, what can? */
static enum problem
look_for(struct ctx *c, const struct booking *b, struct quote *q)
{
	struct found_slot wanted = { 0 }, other = { 0 };

	if (b->slot_id) {
		TRY(slot_standing(c, b->slot_id, b->starts, b->ends, c->now, 0, &wanted));
		q->available =
		    !wanted.taken && !wanted.occupied && !wanted.sensed && !wanted.out_of_service;
		if (q->available)
			return OK;
	}
	enum problem e = slot_free(c, b->lot_id, b->starts, b->ends, c->now, b->slot_id, &other);
	if (e == NOT_FOUND)
		return OK;
	TRY(e);
	q->available = b->slot_id == 0;
	q->other_id = q->available ? 0 : other.slot_id;
	q->other_label = q->available ? "" : other.slot_label;
	return OK;
}

enum problem
quote_make(struct ctx *c, const struct booking *b, struct quote *q)
{
	struct lot *lot = arena_alloc(c->arena, sizeof *lot);
	struct slot slot = { 0 };

	TRY(place_known(c, b, lot, &slot));
	TRY(lot_takes(c, lot, b->starts, b->ends));
	TRY(price_of(c, b, lot, false, q));
	TRY(look_for(c, b, q));
	q->lot_name = lot->name;
	q->lot_address = lot->address;
	q->lot_city = lot->city;
	q->time_zone = lot->time_zone;
	q->any = b->slot_id == 0;
	q->slot_id = b->slot_id;
	q->slot_label = q->any ? "" : slot.label;
	q->lasts = (b->ends.us - b->starts.us) / SECOND;
	q->pay_at_exit = lot->pay_at_exit;
	q->rule = rule_of_quote(c, lot, q);
	q->token = promise(c, q);
	fields_complete(quote_fields, q);
	return OK;
}

/* What it costs him who comes with this quote, or with none. */
static enum problem
price_to_keep(struct ctx *c, const struct booking *b, const struct lot *lot, struct quote *q)
{
	struct quote said;

	TRY(price_of(c, b, lot, true, q));
	if (b->quote == NULL || *b->quote == 0)
		return OK;
	said = *q;
	if (!promised(c, b->quote, &said))
		return fail(c, CHANGED_MEANWHILE,
		    "That quote was made for something else. The price is %s.",
		    money_text(c->arena, q->price, q->currency));
	if (c->now.us > said.good_until.us && said.price.minor != q->price.minor)
		return fail(c, CHANGED_MEANWHILE, "The quote has ended, and the price is %s now.",
		    money_text(c->arena, q->price, q->currency));
	if (said.tariff_version_id == 0)
		said.tariff_version_id = q->tariff_version_id;
	*q = said;
	return OK;
}

/* ---- the hold */

static int64_t
for_whom(const struct ctx *c, const struct booking *b)
{
	return b->user_id ? b->user_id : c->person.id;
}

static enum problem
note_plate(struct ctx *c, text typed, struct reservation *out)
{
	text plate = text_plate(c->arena, typed);

	if (*plate == 0)
		return complain(c, "plate", "A number plate has letters or digits.");
	TRY(reservation_set_plate(c, out->id, plate, typed));
	out->plate = plate;
	out->plate_typed = typed;
	return OK;
}

static enum problem
may_hold_another(struct ctx *c, int64_t live)
{
	bool trusted = c->person.verified || c->person.role >= OPERATOR;
	int64_t most = trusted ? LIVE_MOST : LIVE_MOST_UNVERIFIED;

	if (live < most)
		return OK;
	if (!trusted)
		return fail(c, LIMIT_REACHED,
		    "You can have one booking at a time until your e-mail address is proven.");
	return fail(c, LIMIT_REACHED, "You can have %lld bookings at a time.", (long long)most);
}

static enum problem
taken(struct ctx *c, const struct booking *b, const struct lot *lot, const struct found_slot *s)
{
	if (s->out_of_service)
		return fail(
		    c, SLOT_TAKEN, "%s is out of service. Nothing was charged.", s->slot_label);
	if (s->occupied && !s->taken)
		return fail(c, SLOT_TAKEN,
		    "A car stands on %s, and nobody knows when it leaves. Nothing was charged.",
		    s->slot_label);
	return fail(c, SLOT_TAKEN, "%s is booked for %s. Nothing was charged.", s->slot_label,
	    words_when(c->arena, lot_clock(lot), b->starts, b->ends));
}

/* Books a slot whose lock we have, and the person's. */
static enum problem
hold_locked(struct ctx *c, const struct booking *b, const struct lot *lot, const struct quote *q,
    int64_t slot_id, struct reservation *out)
{
	struct found_slot s = { 0 };

	TRY(booking_standing(c, slot_id, b->starts, b->ends, c->now, for_whom(c, b), &s));
	if (s.closed)
		return b->user_id ? NOT_FOUND : NOT_SIGNED_IN; /* while this was waiting */
	if (s.lot_id != lot->id)
		return NOT_FOUND;
	TRY(may_hold_another(c, s.live));
	if (s.taken || s.occupied || s.out_of_service)
		return taken(c, b, lot, &s);
	if (s.cluttered)
		TRY(holds_end(c, slot_id, b->starts, b->ends, 0));
	TRY(reservation_insert(c, lot->id, slot_id, for_whom(c, b), b->starts, b->ends,
	    instant_plus(c->now, HOLD), q->tariff_version_id, q->price, q->currency,
	    lot->refund_percent, instant_plus(b->starts, -lot->cancel_minutes * MINUTE),
	    instant_plus(b->starts, lot->no_show_minutes * MINUTE), c->now, out));
	out->lot_name = lot->name;
	out->lot_address = lot->address;
	out->lot_city = lot->city;
	out->time_zone = lot->time_zone;
	out->pay_at_exit = lot->pay_at_exit;
	out->slot_label = s.slot_label;
	return OK;
}

/* Every caller looks in an order of its own and takes the first slot whose lock is to be had at
 * once, so that twenty callers go to twenty slots.  Between looking and locking another may have
 * committed: then it looks again. It waits for a lock only while it has none itself. */
static enum problem
hold_any(struct ctx *c, const struct booking *b, const struct lot *lot, const struct quote *q,
    struct reservation *out)
{
	bool locked = false;
	int64_t seed;

	random_bytes(&seed, sizeof seed);
	for (int i = 0; i < ROUNDS; i++) {
		struct found_slot s = { 0 };
		enum problem e = slot_pick_lock(c, lot->id, b->starts, b->ends, c->now, seed, &s);

		if (e == NOT_FOUND) { /* none is free, or others are booking all that are */
			e = slot_free(c, lot->id, b->starts, b->ends, c->now, 0, &s);
			if (e == OK && locked)
				return TRY_AGAIN;
			if (e == OK)
				e = slot_lock(c, s.slot_id);
		}
		if (e == NOT_FOUND)
			return fail(c, LOT_FULL, "%s is full for %s. Nothing was charged.",
			    lot->name, words_when(c->arena, lot_clock(lot), b->starts, b->ends));
		TRY(e);
		locked = true;
		e = hold_locked(c, b, lot, q, s.slot_id, out);
		if (e != SLOT_TAKEN)
			return e;
	}
	return TRY_AGAIN;
}

enum problem
reservation_hold(struct ctx *c, const struct booking *b, struct reservation *out)
{
	struct lot *lot = arena_alloc(c->arena, sizeof *lot);
	struct quote q = { 0 };

	TRY(lot_known(c, b, lot));
	TRY(lot_takes(c, lot, b->starts, b->ends));
	TRY(price_to_keep(c, b, lot, &q));
	if (b->slot_id) {
		TRY(booking_locks(c, for_whom(c, b), b->slot_id));
		TRY(hold_locked(c, b, lot, &q, b->slot_id, out));
	} else {
		TRY(person_lock(c, for_whom(c, b)));
		TRY(hold_any(c, b, lot, &q, out));
	}
	if (b->plate)
		TRY(note_plate(c, b->plate, out));
	TRY(tell(c, RESERVATION_HELD, out->id));
	TRY(lot_availability_changed(c, lot->id, b->starts, b->ends));
	reservation_complete(c, out);
	return OK;
}
