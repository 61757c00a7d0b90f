/* arriving.c -- what becomes of a booking at the gate: its car comes, to its slot or another, and leaves. */
#include "gear/secret.h"
#include "reservations/inner.h"
#include "reservations_sql.h"

#define ROUNDS 4

enum problem
reservation_fitting(struct ctx *c, int64_t lot_id, text plate, struct reservation *out)
{
	struct reservation_id found = { 0 };

	TRY(reservation_of_plate(
	    c, lot_id, plate, c->now, instant_plus(c->now, GATE_EARLY), &found));
	return reservation_look(c, found.id, out);
}

enum problem
reservation_may_enter(struct ctx *c, const struct reservation *r)
{
	const struct zone *z = clock_of(r->time_zone);

	if (!r->confirmed && !r->checked_in)
		return not_any_more(c, r);
	if (c->now.us < r->starts.us - GATE_EARLY)
		return fail(c, TOO_EARLY, "It is booked from %s on %s.",
		    time_clock(c->arena, z, r->starts), time_day(c->arena, z, r->starts));
	if (c->now.us >= r->ends.us || (r->confirmed && c->now.us >= r->no_show_at.us))
		return fail(c, TOO_LATE, "It was booked until %s on %s.",
		    time_clock(c->arena, z, r->ends), time_day(c->arena, z, r->ends));
	return OK;
}

/* ---- slots */

enum problem
reservation_slot_lock(struct ctx *c, int64_t slot_id)
{
	return slot_lock(c, slot_id);
}

enum problem
reservation_slot_check(struct ctx *c, int64_t slot_id, instant until, int64_t but)
{
	struct found_slot s = { 0 };

	TRY(slot_standing(c, slot_id, c->now, until, c->now, but, &s));
	if (s.out_of_service)
		return fail(c, SLOT_TAKEN, "%s is out of service.", s.slot_label);
	if (s.occupied)
		return fail(c, SLOT_TAKEN, "A car stands on %s.", s.slot_label);
	if (s.taken)
		return fail(c, SLOT_TAKEN, "%s is booked.", s.slot_label);
	return OK;
}

/* As one who books any slot: those that others are just taking are passed over, and only who has no
 * lock yet waits for one. */
enum problem
reservation_slot_pick(struct ctx *c, int64_t lot_id, instant until, int64_t *slot_id)
{
	bool locked = false;
	int64_t seed;

	random_bytes(&seed, sizeof seed);
	for (int i = 0; i < ROUNDS; i++) {
		struct found_slot s = { 0 };
		enum problem e = slot_pick_lock(c, lot_id, c->now, until, c->now, seed, &s);

		if (e == NOT_FOUND) {
			e = slot_free(c, lot_id, c->now, until, c->now, 0, &s);
			if (e == NOT_FOUND)
				return LOT_FULL;
			if (locked)
				return TRY_AGAIN;
			TRY(e);
			e = slot_lock(c, s.slot_id);
		}
		TRY(e);
		locked = true;
		e = reservation_slot_check(c, s.slot_id, until, 0);
		if (e != SLOT_TAKEN) {
			*slot_id = s.slot_id;
			return e;
		}
	}
	return TRY_AGAIN;
}

enum problem
reservation_slot_free(struct ctx *c, int64_t lot_id, instant until)
{
	struct found_slot s = { 0 };
	enum problem e = slot_free(c, lot_id, c->now, until, c->now, 0, &s);

	return e == NOT_FOUND ? LOT_FULL : e;
}

/* ---- coming and going */

static enum problem
changed(struct ctx *c, int64_t id)
{
	struct reservation r = { 0 };

	TRY(reservation_look(c, id, &r));
	TRY(tell(c, RESERVATION_CHANGED, id));
	return lot_availability_changed(c, r.lot_id, r.starts, r.ends);
}

enum problem
reservation_entered(struct ctx *c, const struct reservation *r, int64_t slot_id)
{
	TRY(reservation_row_lock(c, r->id));
	if (slot_id && slot_id != r->slot_id) {
		TRY(holds_end(c, slot_id, r->starts, r->ends, r->id));
		TRY(reservation_set_slot(c, r->id, slot_id));
	}
	if (!r->checked_in)
		TRY(reservation_set_checked_in(c, r->id, c->now));
	return changed(c, r->id);
}

enum problem
reservation_car_left(struct ctx *c, int64_t id)
{
	int64_t n;

	TRY(reservation_lock(c, id));
	TRY(reservation_set_left(c, id, c->now, &n));
	return n ? changed(c, id) : OK;
}

enum problem
reservation_not_entered(struct ctx *c, int64_t id)
{
	int64_t n;

	TRY(reservation_lock(c, id));
	TRY(reservation_set_back(c, id, &n));
	return n ? changed(c, id) : OK;
}

enum problem
reservation_not_left(struct ctx *c, int64_t id)
{
	int64_t n;

	TRY(reservation_lock(c, id));
	TRY(reservation_set_returned(c, id, &n));
	return n ? changed(c, id) : OK;
}
