/* stay_charges.c -- what a stay owes beyond its booking, and who pays it. */
#include "gear/audit.h"
#include "payments/inner.h"
#include "payments_sql.h"

/* ---- what is owed */

enum problem
payments_stay_closed(struct ctx *c, int64_t stay_id)
{
	struct stay s = { 0 };
	struct charge made = { 0 };
	money more;

	TRY(stay_look(c, stay_id, &s));
	more.minor = s.fee.minor - s.booked.minor;
	if (more.minor <= 0)
		return OK;
	return charge_insert_stay(c, stay_id, s.user_id, s.lot_id, more, s.currency, c->now, &made);
}

enum problem
payments_stay_undone(struct ctx *c, int64_t stay_id)
{
	struct charge charge = { 0 };
	enum problem e = charge_of_stay(c, stay_id, &charge);

	if (e == NOT_FOUND)
		return OK;
	TRY(e);
	return charge_drop(c, charge.id, "The car is still inside.");
}

/* Its open charge, locked.  WRONG_STATE in words if there is nothing to pay. */
static enum problem
charge_to_pay_of(struct ctx *c, const struct stay *s, struct charge *out)
{
	struct charge found = { 0 };

	if (s->open)
		return fail(c, WRONG_STATE, "%s is still inside: what it costs is not known yet.",
		    s->plate_typed);
	enum problem e = charge_of_stay(c, s->id, &found);
	if (e == OK) {
		TRY(charge_row_lock(c, found.id));
		TRY(charge_load(c, found.id, out));
	}
	if (e == NOT_FOUND || (e == OK && !text_is(out->state, "open")))
		return fail(c, WRONG_STATE, "Nothing is to be paid for this stay.");
	return e;
}

/* ---- cash and card */

static enum problem
record_part(struct ctx *c, const struct stay *s, text method, money part, struct payment *out)
{
	struct charge charge = { 0 };
	struct payment made = { 0 };

	TRY(charge_to_pay_of(c, s, &charge));
	TRY(payment_insert_recorded(
	    c, charge.id, method, part, charge.currency, c->person.id, c->now, &made));
	TRY(audit_add(c, "payment_recorded", "payment", made.id,
	    arena_fmt(c->arena, "%s %s", method, money_text(c->arena, part, charge.currency))));
	TRY(payment_arrived(c, made.id));
	return payment_load(c, made.id, out);
}

enum problem
stay_payment_record(struct ctx *c, int64_t stay_id, text method, money amount, struct payment *out)
{
	struct stay s = { 0 };
	struct charge charge = { 0 };
	money owed = { 0 };
	text currency;
	int64_t first;

	TRY(stay_load(c, stay_id, &s));
	if (s.reservation_id)
		TRY(reservation_lock(c, s.reservation_id));
	enum problem e = charge_to_pay_of(c, &s, &charge);
	if (e != OK && (e != WRONG_STATE || s.open || s.reservation_id == 0))
		return e;
	TRY(stay_load(c, stay_id, &s));
	if (s.reservation_id)
		TRY(payment_owed(c, s.reservation_id, &owed, &currency));
	if (s.owes.minor == 0)
		return fail(c, WRONG_STATE, "Nothing is to be paid for this stay.");
	c->detail = NULL;
	if (amount.minor == 0)
		amount = s.owes;
	if (amount.minor < 0 || amount.minor > s.owes.minor)
		return complain(c, "amount", "%s is to be paid, and no more.",
		    money_text(c->arena, s.owes, s.currency));
	first = amount.minor < owed.minor ? amount.minor : owed.minor;
	if (first > 0)
		TRY(payment_record(c, s.reservation_id, method, (money){ first }, out));
	if (amount.minor > first)
		TRY(record_part(c, &s, method, (money){ amount.minor - first }, out));
	return OK;
}

/* ---- online */

enum problem
stay_payment_begin(struct ctx *c, int64_t stay_id, struct payment *out)
{
	struct stay s = { 0 };
	struct charge charge = { 0 };

	TRY(stay_load(c, stay_id, &s));
	if (!payments_online())
		return fail(c, WRONG_STATE, "Paying online is not possible here.");
	TRY(charge_to_pay_of(c, &s, &charge));
	return payment_begin_for(c, &charge, out);
}

enum problem
payments_of_stay(struct ctx *c, int64_t stay_id, int64_t reservation_id, struct rows *out)
{
	TRY(payments_of_stay_and_booking(c, stay_id, reservation_id, out));
	FOR_ROWS (payment, p, *out)
		p->refundable.minor =
		    text_is(p->status, "paid") ? p->amount.minor - p->refunded.minor : 0;
	return OK;
}
