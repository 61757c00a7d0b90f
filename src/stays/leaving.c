/* leaving.c -- a car leaves, or an operator closes what nobody saw; and what was a mistake. */
#include "gear/audit.h"
#include "stays/inner.h"
#include "stays_sql.h"

#define LEFT_JUST_NOW (5 * MINUTE) /* a plate seen twice at the exit left once */
#define PRICE_STANDS (10 * MINUTE) /* that was told at the exit, while somebody looks for coins */

static enum problem
close_it(struct ctx *c, struct stay *s, text how, text reason, const struct stay_price *p,
    instant left_at)
{
	TRY(stay_set_closed(c, s->id, how, reason, p->fee, p->booked, c->person.id, left_at));
	if (s->reservation_id)
		TRY(reservation_car_left(c, s->reservation_id));
	TRY(tell(c, STAY_CLOSED, s->id));
	TRY(stay_moved(c, s));
	return stay_look(c, s->id, s);
}

/* The row is ours until the transaction ends. */
static enum problem
load_to_change(struct ctx *c, int64_t id, struct stay *out)
{
	struct stay_id locked = { 0 };

	TRY(stay_row_lock(c, id, &locked));
	return stay_load(c, id, out);
}

enum problem
stay_leave_told(struct ctx *c, int64_t id, instant told, struct stay *out)
{
	struct stay_price price;

	TRY(load_to_change(c, id, out));
	if (out->closed)
		return OK;
	if (!out->open)
		return NOT_FOUND;
	if (told.us > c->now.us || told.us < c->now.us - PRICE_STANDS ||
	    told.us < out->entered_at.us)
		told = c->now;
	TRY(stay_priced(c, out, told, &price));
	return close_it(c, out, "exit", "", &price, c->now);
}

enum problem
stay_leave(struct ctx *c, int64_t id, struct stay *out)
{
	return stay_leave_told(c, id, c->now, out);
}

static enum problem
nobody_came(struct ctx *c, int64_t lot_id, text plate, text typed)
{
	struct lot lot = { 0 };

	TRY(lot_terms_load(c, lot_id, &lot));
	TRY(anomaly_raise(c, "exit_without_entry",
	    &(struct anomaly_found){ .key = arena_fmt(c->arena, "%lld:%s:%lld", (long long)lot_id,
					 plate, (long long)(c->now.us / HOUR)),
		.lot_id = lot_id,
		.plate = plate,
		.detail = arena_fmt(c->arena,
		    "%s is at the exit of %s, and nobody saw it drive in.", typed, lot.name) },
	    NULL));
	c->keep = true;
	return fail(c, NOT_FOUND, "%s is not inside.", typed);
}

enum problem
stay_leave_plate(struct ctx *c, int64_t lot_id, text typed, struct stay *out)
{
	struct stay_id found = { 0 };
	struct lot lot = { 0 };
	text plate = "";

	TRY(stay_plate_read(c, typed, &plate));
	TRY(lot_id ? lot_terms_load(c, lot_id, &lot) : lot_default(c, &lot));
	TRY(plate_lock(c, plate));
	enum problem e = stay_open_with_plate(c, plate, &found);
	if (e == NOT_FOUND)
		e = stay_just_left(c, plate, lot.id, instant_plus(c->now, -LEFT_JUST_NOW), &found);
	if (e == NOT_FOUND)
		return nobody_came(c, lot.id, plate, typed);
	TRY(e);
	return stay_leave(c, found.id, out);
}

/* ---- by an operator, with a reason */

static enum problem
reason_told(struct ctx *c, text reason)
{
	return text_empty(reason) ? complain(c, "reason", "Say why, in a few words.") : OK;
}

/* What it costs as the operator says it ended. */
static enum problem
priced_as_closed(struct ctx *c, const struct stay_closing *w, const struct stay *s, instant left_at,
    struct stay_price *p)
{
	struct tariff t = { 0 };
	money lost;

	TRY(stay_priced(c, s, left_at, p));
	if (text_is(w->how, "waived"))
		p->fee = p->booked;
	if (!text_is(w->how, "lost_ticket"))
		return OK;
	TRY(tariff_version_load(c, s->tariff_version_id, &t));
	if (tariff_lost_price(&t, &lost))
		p->fee.minor = p->booked.minor + lost.minor;
	return OK;
}

static enum problem
when_it_left(struct ctx *c, const struct stay_closing *w, const struct stay *s, instant *out)
{
	*out = instant_none(w->left_at) || !text_is(w->how, "unseen") ? c->now : w->left_at;
	if (out->us < s->entered_at.us)
		return complain(
		    c, "left_at", "It drove in at %s.", stay_clock(c, s->time_zone, s->entered_at));
	if (out->us > c->now.us)
		return complain(c, "left_at", "That is still to come.");
	return OK;
}

/* For the books: a lost ticket is an anomaly that is closed as it is raised. */
static enum problem
note_lost_ticket(struct ctx *c, const struct stay *s, text reason)
{
	return anomaly_raise(c, "lost_ticket",
	    &(struct anomaly_found){ .key = arena_fmt(c->arena, "%lld", (long long)s->id),
		.lot_id = s->lot_id,
		.stay_id = s->id,
		.plate = s->plate,
		.detail = arena_fmt(c->arena, "%s left without its ticket and was charged %s.",
		    *s->plate_typed ? s->plate_typed : "A car",
		    money_text(c->arena, s->fee, s->currency)),
		.reason = reason },
	    NULL);
}

enum problem
stay_close(struct ctx *c, const struct stay_closing *w, struct stay *out)
{
	struct stay_price price;
	instant left_at;

	TRY(load_to_change(c, w->id, out));
	if (!out->open)
		return fail(c, WRONG_STATE, "It is not inside any more.");
	TRY(reason_told(c, w->reason));
	TRY(when_it_left(c, w, out, &left_at));
	TRY(priced_as_closed(c, w, out, left_at, &price));
	TRY(close_it(c, out, w->how, w->reason, &price, left_at));
	TRY(audit_add(c, arena_fmt(c->arena, "stay_%s", w->how), "stay", w->id, w->reason));
	if (text_is(w->how, "lost_ticket"))
		TRY(note_lost_ticket(c, out, w->reason));
	return anomalies_close_of_stay(c, w->id, w->reason);
}

enum problem
stay_missed_entry(struct ctx *c, const struct stay_missed *w, struct stay *out)
{
	struct lot lot = { 0 };
	struct tariff t = { 0 };
	struct stay_vehicle car = { 0 };
	struct stay_id made = { 0 };
	money fee = { 0 };
	text plate = text_plate(c->arena, w->plate);

	TRY(lot_terms_load(c, w->lot_id, &lot));
	TRY(reason_told(c, w->reason));
	if (*plate) {
		TRY(stay_plate_read(c, w->plate, &plate));
		TRY(plate_lock(c, plate));
		enum problem e = stay_open_of(c, plate, out);
		if (e == OK)
			return fail(c, WRONG_STATE, "It is inside since %s: let it out there.",
			    stay_clock(c, out->time_zone, out->entered_at));
		if (e != NOT_FOUND)
			return e;
		e = stay_car(c, 0, plate, &car);
		if (e != OK && e != NOT_FOUND)
			return e;
	}
	TRY(tariff_current(c, lot.tariff_id, lot.currency, &t));
	TRY(tariff_keep(c, &t));
	if (w->charge && !tariff_lost_price(&t, &fee))
		return complain(c, "charge", "The tariff names no price for a lost ticket.");
	TRY(stay_insert_missed(c, lot.id, plate, w->plate, car.id, car.user_id, t.version_id,
	    t.currency, fee, w->reason, c->person.id, c->now, &made));
	TRY(tell(c, STAY_CLOSED, made.id));
	TRY(audit_add(c, "stay_no_entry", "stay", made.id, w->reason));
	return stay_look(c, made.id, out);
}

/* ---- mistakes */

static enum problem
void_it(struct ctx *c, struct stay *s)
{
	TRY(stay_set_void(c, s->id, c->now));
	return s->reservation_id ? reservation_not_entered(c, s->reservation_id) : OK;
}

/* Its plate and slot may be somebody else's by now. */
static enum problem
reopen_it(struct ctx *c, struct stay *s)
{
	struct stay other = { 0 };
	enum problem e = stay_open_of(c, s->plate, &other);

	if (e == OK)
		return fail(c, WRONG_STATE, "It drove in again at %s.",
		    stay_clock(c, other.time_zone, other.entered_at));
	if (e != NOT_FOUND)
		return e;
	if (s->slot_id) {
		TRY(reservation_slot_lock(c, s->slot_id));
		TRY(reservation_slot_check(
		    c, s->slot_id, instant_plus(c->now, MINUTE), s->reservation_id));
	}
	TRY(stay_set_open(c, s->id));
	return s->reservation_id ? reservation_not_left(c, s->reservation_id) : OK;
}

enum problem
stay_undo(struct ctx *c, int64_t id, struct stay *out)
{
	struct stay at_first = { 0 };

	TRY(stay_load(c, id, &at_first));
	TRY(plate_lock(c, at_first.plate));
	TRY(load_to_change(c, id, out));
	if (out->closed && out->paid_here.minor)
		return fail(c, WRONG_STATE, "It was paid for, and stays closed.");
	if (!out->undoable)
		return fail(
		    c, TOO_LATE, "That was more than %s ago.", time_span(c->arena, UNDO_WITHIN));
	TRY(out->open ? void_it(c, out) : reopen_it(c, out));
	TRY(tell(c, STAY_UNDONE, id));
	TRY(stay_moved(c, out));
	TRY(audit_add(
	    c, out->open ? "stay_entry_undone" : "stay_exit_undone", "stay", id, out->plate_typed));
	return stay_look(c, id, out);
}
