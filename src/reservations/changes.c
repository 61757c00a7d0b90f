/* changes.c -- what becomes of a hold: confirmed, cancelled, extended, used, or swept by time. */
#include "gear/settings.h"
#include "reservations/inner.h"
#include "reservations_sql.h"

/* ---- confirming */

static enum problem
hold_ended(struct ctx *c, const struct reservation *r)
{
	return fail(c, HOLD_ENDED,
	    "It ended at %s. Nothing was charged. Look whether %s is still free.",
	    time_clock(c->arena, clock_of(r->time_zone), r->hold_until), r->slot_label);
}

static enum problem
vehicle_of(struct ctx *c, const struct confirmation *how, const struct reservation *r,
    struct own_vehicle *out)
{
	if (how->vehicle == 0) {
		out->plate_typed = how->plate ? how->plate : "";
		out->plate = text_plate(c->arena, out->plate_typed);
		if (*out->plate_typed && *out->plate == 0)
			return complain(c, "plate", "A number plate has letters or digits.");
		return OK;
	}
	enum problem e = vehicle_to_drive(c, how->vehicle, r->user_id, out);
	if (e == NOT_FOUND)
		return complain(c, "vehicle", "This is not one of your vehicles.");
	return e;
}

static enum problem
payable(struct ctx *c, const struct confirmation *how, const struct reservation *r)
{
	if (text_is(how->pay, "exit"))
		return r->pay_at_exit
		    ? OK
		    : complain(c, "pay", "This lot does not take payment at the exit.");
	return r->pay_online || r->price.minor == 0
	    ? OK
	    : complain(c, "pay", "Paying online is not possible here.");
}

/* It stays held: the money confirms it. */
static enum problem
leave_to_pay(struct ctx *c, const struct own_vehicle *with, struct reservation *out)
{
	int64_t changed = 0;

	TRY(reservation_set_to_pay(
	    c, out->id, with->id, with->plate, with->plate_typed, c->now, &changed));
	if (changed == 0)
		return hold_ended(c, out);
	TRY(tell(c, RESERVATION_TO_PAY, out->id));
	return reservation_load(c, out->id, out);
}

enum problem
reservation_confirm(
    struct ctx *c, int64_t id, const struct confirmation *how, struct reservation *out)
{
	struct own_vehicle with = { 0 };
	int64_t changed = 0;

	TRY(reservation_load_to_change(c, id, out));
	if (out->confirmed)
		return OK;
	if (text_is(out->status, "expired"))
		return hold_ended(c, out);
	if (!out->held)
		return not_any_more(c, out);
	TRY(payable(c, how, out));
	TRY(vehicle_of(c, how, out, &with));
	if (text_is(how->pay, "online") && out->price.minor > 0)
		return leave_to_pay(c, &with, out);
	TRY(reservation_set_confirmed(
	    c, id, with.id, with.plate, with.plate_typed, how->pay, c->now, &changed));
	if (changed == 0)
		return hold_ended(c, out);
	TRY(tell(c, RESERVATION_CONFIRMED, id));
	TRY(reservation_load(c, id, out));
	return confirmation_mail(c, out);
}

/* ---- cancelling */

enum problem
reservation_cancel(struct ctx *c, int64_t id, struct reservation *out)
{
	TRY(reservation_load_to_change(c, id, out));
	if (text_is(out->status, "cancelled") || text_is(out->status, "expired"))
		return OK;
	if (out->confirmed && !out->may_cancel)
		return fail(c, TOO_LATE, "It began at %s, and could be cancelled until then.",
		    time_clock(c->arena, clock_of(out->time_zone), out->starts));
	if (!out->may_cancel)
		return not_any_more(c, out);
	TRY(reservation_set_cancelled(c, id, out->back, c->now));
	TRY(tell(c, RESERVATION_CANCELLED, id));
	TRY(lot_availability_changed(c, out->lot_id, out->starts, out->ends));
	return reservation_load(c, id, out);
}

/* ---- arriving */

enum problem
reservation_check_in(struct ctx *c, int64_t id, struct reservation *out)
{
	const struct zone *z;

	TRY(reservation_load_to_change(c, id, out));
	z = clock_of(out->time_zone);
	if (out->checked_in)
		return OK;
	if (!out->confirmed)
		return not_any_more(c, out);
	if (c->now.us < out->starts.us - ARRIVE_EARLY)
		return fail(c, TOO_EARLY, "The slot is yours from %s on.",
		    time_clock(c->arena, z, out->starts));
	if (!out->may_arrive)
		return fail(c, TOO_LATE, "The slot waited until %s.",
		    time_clock(c->arena, z, out->no_show_at));
	TRY(reservation_set_checked_in(c, id, c->now));
	TRY(tell(c, RESERVATION_CHANGED, id));
	return reservation_load(c, id, out);
}

/* ---- what time does */

static enum problem
tell_each(struct ctx *c, enum news news, struct rows swept)
{
	FOR_ROWS (swept, s, swept) {
		TRY(tell(c, news, s->id));
		TRY(lot_availability_changed(c, s->lot_id, s->starts, s->ends));
	}
	return OK;
}

enum problem
holds_end(struct ctx *c, int64_t slot_id, instant starts, instant ends, int64_t but)
{
	struct rows ended = { 0 };

	TRY(holds_clear(c, slot_id, starts, ends, c->now, but, &ended));
	FOR_ROWS (swept, s, ended)
		TRY(tell(c, RESERVATION_EXPIRED, s->id));
	return OK;
}

enum problem
reservations_sweep(struct ctx *c, int64_t most)
{
	struct rows holds = { 0 }, no_shows = { 0 }, ends = { 0 };

	TRY(holds_sweep(c, c->now, most, &holds));
	TRY(no_shows_sweep(c, c->now, most, &no_shows));
	TRY(ends_sweep(c, c->now, most, &ends));
	TRY(tell_each(c, RESERVATION_EXPIRED, holds));
	TRY(tell_each(c, RESERVATION_NO_SHOW, no_shows));
	return tell_each(c, RESERVATION_CHANGED, ends);
}

#define SWEPT_AT_ONCE 500

static enum problem
sweep(struct ctx *c, const void *none)
{
	(void)none;
	return reservations_sweep(c, SWEPT_AT_ONCE);
}

enum problem
reservations_person_lock(struct ctx *c, int64_t user_id)
{
	return person_lock(c, user_id);
}

enum problem
reservations_forget_person(struct ctx *c, int64_t user_id)
{
	return reservations_plates_forget(c, user_id);
}

const struct job_kind reservation_jobs[] = {
	{ .name = "reservations_sweep",
	    .run = sweep,
	    .every = 10,
	    .doc = "Ends holds, no-shows and bookings whose time has come." },
	{ 0 },
};

const struct retention reservation_retention[] = {
	{ "reservation_plates", "Plates of bookings that are over",
	    "The booking itself stays, with its times and what was paid.",
	    &settings.keep_plates_days, 0, "KEEP_PLATES_DAYS", reservation_plates_sweep },
	{ NULL },
};
