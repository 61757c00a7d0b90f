/* paying.c -- what the money does: a hold is confirmed, or taken again, or it came too late. */
#include "reservations/inner.h"
#include "reservations_sql.h"

enum problem
reservation_lock(struct ctx *c, int64_t id)
{
	struct found_slot s = { 0 };

	/* The slot before the row, as who books it has them: nobody waits in a circle. */
	TRY(slot_of_reservation(c, id, &s));
	TRY(slot_lock(c, s.slot_id));
	return reservation_row_lock(c, id);
}

enum problem
reservation_look(struct ctx *c, int64_t id, struct reservation *out)
{
	TRY(reservation_one(c, id, c->now, out));
	reservation_complete(c, out);
	return OK;
}

/* Is the time still ahead that was paid for, and the slot free for it? */
static enum problem
to_be_had_again(struct ctx *c, const struct reservation *r, bool *yes)
{
	struct found_slot s = { 0 };

	*yes = false;
	if (c->now.us >= r->ends.us || c->now.us >= r->no_show_at.us)
		return OK;
	TRY(slot_standing(c, r->slot_id, r->starts, r->ends, c->now, r->id, &s));
	if (s.taken || s.occupied || s.out_of_service)
		return OK;
	TRY(holds_end(c, r->slot_id, r->starts, r->ends, r->id));
	*yes = true;
	return OK;
}

static enum problem
confirm_paid(struct ctx *c, struct reservation *r)
{
	TRY(reservation_set_paid(c, r->id, c->now));
	TRY(tell(c, RESERVATION_CONFIRMED, r->id));
	TRY(lot_availability_changed(c, r->lot_id, r->starts, r->ends));
	TRY(reservation_look(c, r->id, r));
	return confirmation_mail(c, r);
}

static bool
settled_before(const struct reservation *r)
{
	return text_is(r->pay, "online") &&
	    (r->confirmed || r->checked_in || text_is(r->status, "completed") ||
		text_is(r->status, "no_show"));
}

enum problem
reservation_paid(struct ctx *c, int64_t charge_id)
{
	struct paid_for charge = { 0 };
	struct reservation r = { 0 };
	bool again = false;

	TRY(reservation_of_charge(c, charge_id, &charge));
	if (charge.reservation_id == 0 || !text_is(charge.kind, "booking"))
		return OK;
	TRY(reservation_lock(c, charge.reservation_id));
	TRY(reservation_look(c, charge.reservation_id, &r));
	if (settled_before(&r))
		return OK;
	if (r.held)
		return confirm_paid(c, &r);
	if (text_is(r.status, "expired"))
		TRY(to_be_had_again(c, &r, &again));
	return again ? confirm_paid(c, &r) : tell(c, RESERVATION_UNPAYABLE, r.id);
}
