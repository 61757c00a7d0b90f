/* look.c -- a plate or a ticket goes in: who is that, and what can be done? */
#include "gate/gate.h"
#include "gate_sql.h"

#define DEBTS_SHOWN 5

enum problem
gate_place(struct ctx *c, int64_t wanted, struct lot *out)
{
	struct gate_id kept = { 0 };

	if (wanted)
		return lot_load(c, wanted, out);
	enum problem e = gate_place_of(c, c->person.id, &kept);
	if (e == NOT_FOUND)
		return lot_default(c, out);
	TRY(e);
	return lot_load(c, kept.id, out);
}

enum problem
gate_place_set(struct ctx *c, int64_t lot_id)
{
	struct lot lot = { 0 };

	TRY(lot_load(c, lot_id, &lot));
	return gate_place_put(c, c->person.id, lot_id);
}

/* ---- the booking */

static enum problem
note_booking(struct ctx *c, struct gate_who *w, const struct reservation *r)
{
	enum problem e = reservation_may_enter(c, r);

	if (e != OK && e != TOO_EARLY && e != TOO_LATE && e != WRONG_STATE)
		return e;
	w->booking = r;
	w->cannot = e == OK ? "" : c->detail;
	c->detail = NULL;
	w->early = e == OK && c->now.us < r->starts.us;
	w->slot_label = r->slot_label;
	e = reservation_slot_check(c, r->slot_id, r->ends, r->id);
	if (e != OK && e != SLOT_TAKEN)
		return e;
	w->moves = e == SLOT_TAKEN;
	c->detail = NULL;
	return OK;
}

static enum problem
find_booking(struct ctx *c, const struct lot *lot, int64_t ticket, struct gate_who *w)
{
	struct reservation *r = arena_alloc(c->arena, sizeof *r);
	struct gate_id near = { 0 };
	enum problem e;

	if (ticket) {
		e = reservation_look(c, ticket, r);
		return e == OK ? note_booking(c, w, r) : e;
	}
	e = reservation_fitting(c, lot->id, w->plate, r);
	if (e == OK)
		return note_booking(c, w, r);
	if (e != NOT_FOUND)
		return e;
	e = gate_booking_near(c, lot->id, w->plate, c->now, &near);
	if (e != OK)
		return e == NOT_FOUND ? OK : e;
	TRY(reservation_look(c, near.id, r));
	return note_booking(c, w, r);
}

/* ---- the car */

static enum problem
find_car(struct ctx *c, struct gate_who *w, int64_t *owner)
{
	struct gate_car car = { 0 };
	struct gate_id visits = { 0 };
	enum problem e = gate_car_of(c, w->plate, &car);

	if (e != OK && e != NOT_FOUND)
		return e;
	*owner = w->booking ? w->booking->user_id : car.user_id;
	w->user_name = car.user_name;
	w->vehicle = car.label && *car.label ? car.label : car.car_type;
	if (*owner && *owner != car.user_id) {
		TRY(gate_name_of(c, *owner, &car));
		w->user_name = car.user_name;
	}
	TRY(gate_visits(c, w->plate, &visits));
	w->visits = visits.n;
	return OK;
}

static enum problem
find_stay(struct ctx *c, const struct lot *lot, struct gate_who *w)
{
	struct stay *s = arena_alloc(c->arena, sizeof *s);
	struct stay_price price;
	money owed = { 0 };
	text currency;
	enum problem e = stay_open_of(c, w->plate, s);

	if (e != OK)
		return e == NOT_FOUND ? OK : e;
	w->stay = s;
	w->plate_typed = s->plate_typed;
	w->here = s->lot_id == lot->id;
	w->currency = s->currency;
	w->time_zone = s->time_zone;
	w->slot_label = s->slot_label;
	TRY(stay_priced(c, s, c->now, &price));
	w->fee = price.fee;
	w->because = price.because;
	if (s->reservation_id)
		TRY(payment_owed(c, s->reservation_id, &owed, &currency));
	w->due.minor = price.fee.minor - price.booked.minor + owed.minor;
	return OK;
}

static enum problem
find_debts(struct ctx *c, struct gate_who *w, int64_t owner)
{
	TRY(stays_in_debt(c, w->plate, owner, DEBTS_SHOWN, &w->debts));
	FOR_ROWS (stay, s, w->debts)
		w->debt.minor += s->owes.minor;
	return OK;
}

/* What was counted may be half a minute old: nobody is turned away by it, but by what a press would find. */
static enum problem
find_room(struct ctx *c, const struct lot *lot, struct gate_who *w)
{
	enum problem e = OK;

	if (lot->free == 0)
		e = reservation_slot_free(c, lot->id, instant_plus(c->now, SOON));
	w->full = e == LOT_FULL;
	return w->full ? OK : e;
}

enum problem
gate_look(struct ctx *c, const struct lot *lot, text typed, struct gate_who *w)
{
	int64_t ticket = reservation_of_code(c->arena, typed), owner = 0;

	*w = (struct gate_who){ .plate = text_plate(c->arena, typed),
		.plate_typed = typed,
		.currency = lot->currency,
		.time_zone = lot->time_zone,
		.told = c->now };
	if (ticket) {
		enum problem e = find_booking(c, lot, ticket, w);
		if (e != OK)
			return e == NOT_FOUND ? complain(c, "plate", "There is no such ticket.")
					      : e;
		w->plate = w->booking->plate;
		w->plate_typed = w->booking->plate_typed;
	}
	if (*w->plate == 0 && !ticket)
		return complain(c, "plate", "A number plate has letters or digits.");
	if (*w->plate)
		TRY(find_stay(c, lot, w));
	if (w->stay == NULL && !ticket)
		TRY(find_booking(c, lot, 0, w));
	TRY(find_car(c, w, &owner));
	TRY(find_debts(c, w, owner));
	w->unknown = w->stay == NULL && w->booking == NULL;
	w->may_enter = w->stay == NULL && (w->booking == NULL || *w->cannot == 0);
	TRY(find_room(c, lot, w));
	fields_complete(gate_who_fields, w);
	return OK;
}
