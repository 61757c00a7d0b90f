/* entering.c -- a car drives in. */
#include "stays/inner.h"
#include "stays_sql.h"

#define LONG_FREE (12 * HOUR) /* a slot that nobody has booked for so long is taken first */
#define PLATE_MOST 16 /* letters and digits */

enum problem
stay_plate_read(struct ctx *c, text typed, text *plate)
{
	*plate = text_plate(c->arena, typed ? typed : "");
	if (**plate == 0)
		return complain(c, "plate", "A number plate has letters or digits.");
	if (text_length(*plate) > PLATE_MOST)
		return complain(c, "plate", "No number plate is longer than %d letters and digits.",
		    PLATE_MOST);
	return OK;
}

/* What is known before anything is locked. */
struct arrival {
	const struct entry *e;
	struct lot lot;
	struct stay_vehicle car; /* id 0: nobody's we know */
	text plate, typed;
	struct reservation *booking; /* NULL: none */
	int64_t slot_id;
};

/* Whose car it is: by its number here, or by its plate. */
static enum problem
which_car(struct ctx *c, struct arrival *a)
{
	const struct entry *e = a->e;
	enum problem p;

	if (e->vehicle_id == 0) {
		TRY(stay_plate_read(c, e->plate, &a->plate));
		a->typed = e->plate;
	}
	p = stay_car(c, e->vehicle_id, a->plate ? a->plate : "", &a->car);
	if (p != OK && (p != NOT_FOUND || e->vehicle_id))
		return p == NOT_FOUND ? complain(c, "vehicle_id", "There is no such vehicle.") : p;
	if (e->vehicle_id) {
		a->plate = a->car.plate;
		a->typed = a->car.plate_typed;
	}
	return OK;
}

static enum problem
which_lot(struct ctx *c, struct arrival *a)
{
	struct slot slot = { 0 };
	int64_t lot_id = a->e->lot_id;

	if (a->e->slot_id) {
		if (slot_load(c, a->e->slot_id, &slot) != OK || (lot_id && slot.lot_id != lot_id))
			return complain(c, "slot_id", "There is no such slot here.");
		lot_id = slot.lot_id;
	}
	return lot_id ? lot_terms_load(c, lot_id, &a->lot) : lot_default(c, &a->lot);
}

/* ---- twice */

static enum problem
inside_already(struct ctx *c, const struct arrival *a, const struct stay *open)
{
	text since = stay_clock(c, open->time_zone, open->entered_at);
	text where = open->lot_id == a->lot.id
	    ? stay_place(open)
	    : arena_fmt(c->arena, "%s, %s", open->lot_name, stay_place(open));

	TRY(anomaly_raise(c, "duplicate_entry",
	    &(struct anomaly_found){ .key = arena_fmt(c->arena, "%lld", (long long)open->id),
		.lot_id = a->lot.id,
		.stay_id = open->id,
		.plate = open->plate,
		.detail =
		    arena_fmt(c->arena, "%s wanted to drive in at %s, and is inside since %s (%s).",
			a->typed, a->lot.name, since, where) },
	    NULL));
	c->keep = true;
	c->about = open->id;
	return fail(c, DUPLICATE, "%s is inside already, since %s: %s (stay %lld).", a->typed,
	    since, where, (long long)open->id);
}

/* ---- the booking */

static enum problem
ticket_shown(struct ctx *c, const struct arrival *a)
{
	struct stay_id came = { 0 };
	enum problem p = reservation_look(c, a->e->reservation_id, a->booking);

	if (p == NOT_FOUND || (p == OK && a->booking->lot_id != a->lot.id))
		return complain(c, "reservation_id", "It is not a booking of this lot.");
	TRY(p);
	p = stay_on_booking(c, a->e->reservation_id, &came);
	if (p == OK)
		return fail(c, WRONG_STATE, "Its car has come already.");
	return p == NOT_FOUND ? reservation_may_enter(c, a->booking) : p;
}

static enum problem
which_booking(struct ctx *c, struct arrival *a)
{
	enum problem p;

	a->booking = arena_alloc(c->arena, sizeof *a->booking);
	if (a->e->reservation_id)
		return ticket_shown(c, a);
	p = reservation_fitting(c, a->lot.id, a->plate, a->booking);
	if (p == NOT_FOUND)
		a->booking = NULL;
	return p == NOT_FOUND ? OK : p;
}

static enum problem
another_plate(struct ctx *c, const struct arrival *a, int64_t stay_id)
{
	const struct reservation *r = a->booking;

	if (r == NULL || *r->plate == 0 || text_is(r->plate, a->plate))
		return OK;
	return anomaly_raise(c, "plate_mismatch",
	    &(struct anomaly_found){ .key = arena_fmt(c->arena, "stay:%lld", (long long)stay_id),
		.lot_id = a->lot.id,
		.stay_id = stay_id,
		.plate = a->plate,
		.detail = arena_fmt(c->arena, "%s came on the booking %s of %s.", a->typed, r->code,
		    r->plate_typed) },
	    NULL);
}

/* ---- the slot */

static enum problem
any_slot(struct ctx *c, struct arrival *a)
{
	instant until = a->booking ? a->booking->ends : instant_plus(c->now, LONG_FREE);
	enum problem p = reservation_slot_pick(c, a->lot.id, until, &a->slot_id);

	if (p == LOT_FULL && a->booking == NULL)
		p = reservation_slot_pick(c, a->lot.id, instant_plus(c->now, SOON), &a->slot_id);
	if (p != LOT_FULL)
		return p;
	a->slot_id = 0;
	return a->e->without_slot
	    ? OK
	    : fail(c, LOT_FULL, "%s has no free slot for the next hour.", a->lot.name);
}

/* The one that was named; the booking's, if nobody stands on it; any. */
static enum problem
which_slot(struct ctx *c, struct arrival *a)
{
	const struct reservation *r = a->booking;
	int64_t wanted = a->e->slot_id ? a->e->slot_id : r ? r->slot_id : 0;
	enum problem p;

	if (wanted == 0)
		return any_slot(c, a);
	TRY(reservation_slot_lock(c, wanted));
	p = reservation_slot_check(
	    c, wanted, r ? r->ends : instant_plus(c->now, MINUTE), r ? r->id : 0);
	if (p == OK)
		a->slot_id = wanted;
	if (p != SLOT_TAKEN || a->e->slot_id)
		return p;
	c->detail = NULL;
	return any_slot(c, a);
}

/* ---- the deed */

static enum problem
tariff_of_entry(struct ctx *c, const struct arrival *a, struct tariff *t)
{
	if (a->booking && a->booking->tariff_version_id)
		return tariff_version_load(c, a->booking->tariff_version_id, t);
	if (a->e->pro_rata)
		tariff_built_in(c, BUILT_IN_PRO_RATA, a->lot.currency, t);
	else
		TRY(tariff_current(c, a->lot.tariff_id, a->lot.currency, t));
	return tariff_keep(c, t);
}

static enum problem
open_it(struct ctx *c, struct arrival *a, struct stay *out)
{
	struct tariff t = { 0 };
	struct stay_id made = { 0 };
	const struct reservation *r = a->booking;
	int64_t owner = r ? r->user_id : a->car.user_id;

	TRY(tariff_of_entry(c, a, &t));
	if (r)
		TRY(reservation_entered(c, r, a->slot_id));
	TRY(stay_insert(c, a->lot.id, a->slot_id, a->plate, a->typed, a->car.id, owner,
	    r ? r->id : 0, a->e->source, t.version_id, t.currency, c->person.id, c->now, &made));
	TRY(another_plate(c, a, made.id));
	TRY(stay_look(c, made.id, out));
	TRY(stay_moved(c, out));
	return tell(c, STAY_OPENED, made.id);
}

enum problem
stay_enter(struct ctx *c, const struct entry *e, struct stay *out)
{
	struct arrival a = { .e = e };
	enum problem p;

	TRY(which_car(c, &a));
	TRY(which_lot(c, &a));
	TRY(plate_lock(c, a.plate));
	p = stay_open_of(c, a.plate, out);
	if (p == OK)
		return inside_already(c, &a, out);
	if (p != NOT_FOUND)
		return p;
	TRY(which_booking(c, &a));
	TRY(which_slot(c, &a));
	return open_it(c, &a, out);
}

/* ---- where a camera sees it */

/* The slot is of its lot, and nobody else's; a booking keeps its own. */
static enum problem
may_stand_on(struct ctx *c, const struct stay *s, int64_t slot_id)
{
	struct slot slot = { 0 };

	TRY(slot_load(c, slot_id, &slot));
	if (slot.lot_id != s->lot_id || s->reservation_id)
		return NOT_FOUND;
	TRY(reservation_slot_lock(c, slot_id));
	return reservation_slot_check(c, slot_id, instant_plus(c->now, MINUTE), 0);
}

static enum problem
move(struct ctx *c, struct stay *s, int64_t slot_id)
{
	enum problem e = may_stand_on(c, s, slot_id);

	if (e == NOT_FOUND || e == SLOT_TAKEN) {
		c->detail = NULL;
		return OK;
	}
	TRY(e);
	TRY(stay_set_slot(c, s->id, slot_id));
	TRY(stay_moved(c, s));
	return stay_look(c, s->id, s);
}

enum problem
stay_seen(struct ctx *c, const struct entry *e, struct stay *out)
{
	text plate;

	TRY(stay_plate_read(c, e->plate, &plate));
	TRY(plate_lock(c, plate));
	enum problem p = stay_open_of(c, plate, out);
	if (p == NOT_FOUND)
		return stay_enter(c, e, out);
	return p == OK && out->slot_id != e->slot_id ? move(c, out, e->slot_id) : p;
}
