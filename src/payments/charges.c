/* charges.c -- what is owed, and what settles it. */
#include "gear/audit.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "payments/inner.h"
#include "payments_sql.h"

#define FIRST_ASKED (30 * SECOND) /* after that, a silent provider is asked */

/* ---- charges */

enum problem
charge_load(struct ctx *c, int64_t id, struct charge *out)
{
	return charge_one(c, id, out);
}

static enum problem
nothing_owed(struct ctx *c, const struct reservation *r)
{
	if (r->held)
		return fail(c, WRONG_STATE, "Say first with which car you come and how you pay.");
	return fail(c, WRONG_STATE, "Nothing is to be paid for this booking.");
}

static text
kind_of_charge(const struct reservation *r)
{
	if (r->held)
		return "booking";
	return text_is(r->pay, "online") ? "extension" : "exit";
}

enum problem
charge_to_pay(struct ctx *c, const struct reservation *r, struct charge *out)
{
	money owed = r->to_pay ? r->price : r->owes;
	struct charge open = { 0 };

	if (owed.minor <= 0)
		return nothing_owed(c, r);
	enum problem e = charge_open_of(c, r->id, &open);
	if (e == NOT_FOUND)
		TRY(charge_insert(c, r->id, r->user_id, r->lot_id, kind_of_charge(r), owed,
		    r->currency, c->now, &open));
	else if (e != OK)
		return e;
	TRY(charge_row_lock(c, open.id));
	TRY(charge_load(c, open.id, out));
	/* It has become longer since: the one open charge is all that is owed. */
	if (out->amount.minor - out->paid.minor < owed.minor) {
		out->amount.minor = out->paid.minor + owed.minor;
		TRY(charge_set_amount(c, out->id, out->amount));
	}
	return OK;
}

/* ---- beginning to pay online */

enum problem
payment_begin_for(struct ctx *c, const struct charge *charge, struct payment *out)
{
	struct payment made = { 0 };
	money left = { charge->amount.minor - charge->paid.minor };

	enum problem e = payment_pending_of_charge(c, charge->id, &made);
	if (e == OK)
		return payment_load(c, made.id, out);
	if (e != NOT_FOUND)
		return e;
	TRY(payment_insert_online(c, charge->id, left, charge->currency,
	    arena_fmt(c->arena, "pay_%s", random_hex(c->arena, 12)),
	    instant_plus(c->now, FIRST_ASKED), c->now, &made));
	TRY(money_job(c, "payment_checkout", made.id));
	return payment_load(c, made.id, out);
}

enum problem
payment_begin(struct ctx *c, int64_t reservation_id, struct payment *out)
{
	struct reservation r = { 0 };
	struct charge charge = { 0 };

	TRY(reservation_load(c, reservation_id, &r));
	if (!payments_online())
		return fail(c, WRONG_STATE, "Paying online is not possible here.");
	TRY(reservation_lock(c, reservation_id));
	TRY(reservation_load(c, reservation_id, &r));
	TRY(charge_to_pay(c, &r, &charge));
	return payment_begin_for(c, &charge, out);
}

enum problem
payment_by_test_card(struct ctx *c, int64_t payment_id)
{
	return settings.demo ? money_job(c, "payment_charge", payment_id) : OK;
}

enum problem
payment_correct(struct ctx *c, int64_t payment_id, text method)
{
	struct payment p = { 0 };

	TRY(payment_load_to_change(c, payment_id, &p));
	if (text_is(p.method, "online") || text_is(method, "online"))
		return fail(
		    c, WRONG_STATE, "What went through the provider is not put right by hand.");
	TRY(payment_set_method(c, payment_id, method));
	return audit_add(c, "payment_corrected", "payment", payment_id,
	    arena_fmt(c->arena, "%s → %s", p.method, method));
}

enum problem
payments_reservation_to_pay(struct ctx *c, int64_t reservation_id)
{
	struct reservation r = { 0 };
	struct charge charge = { 0 };
	struct payment p = { 0 };

	TRY(reservation_look(c, reservation_id, &r));
	TRY(charge_to_pay(c, &r, &charge));
	return payment_begin_for(c, &charge, &p);
}

/* ---- cash and card */

enum problem
payment_owed(struct ctx *c, int64_t reservation_id, money *owed, text *currency)
{
	struct reservation r = { 0 };

	TRY(reservation_load(c, reservation_id, &r));
	*owed = r.to_pay ? r.price : r.owes;
	*currency = r.currency;
	return OK;
}

enum problem
payment_record(
    struct ctx *c, int64_t reservation_id, text method, money amount, struct payment *out)
{
	struct reservation r = { 0 };
	struct charge charge = { 0 };
	struct payment made = { 0 };

	TRY(reservation_load(c, reservation_id, &r));
	TRY(reservation_lock(c, reservation_id));
	TRY(reservation_load(c, reservation_id, &r));
	if (r.held)
		return fail(c, WRONG_STATE, "It is held, and not confirmed yet.");
	TRY(charge_to_pay(c, &r, &charge));
	if (amount.minor == 0)
		amount = r.owes;
	if (amount.minor < 0 || amount.minor > r.owes.minor)
		return complain(c, "amount", "%s is to be paid, and no more.",
		    money_text(c->arena, r.owes, r.currency));
	TRY(payment_insert_recorded(
	    c, charge.id, method, amount, charge.currency, c->person.id, c->now, &made));
	TRY(audit_add(c, "payment_recorded", "payment", made.id,
	    arena_fmt(c->arena, "%s %s", method, money_text(c->arena, amount, charge.currency))));
	TRY(payment_arrived(c, made.id));
	return payment_load(c, made.id, out);
}

/* ---- what a payment does */

enum problem
payment_load_to_change(struct ctx *c, int64_t id, struct payment *out)
{
	TRY(payment_load(c, id, out));
	if (out->reservation_id)
		TRY(reservation_lock(c, out->reservation_id));
	TRY(charge_row_lock(c, out->charge_id));
	TRY(payment_row_lock(c, id));
	return payment_load(c, id, out);
}

enum problem
payment_drop(struct ctx *c, int64_t payment_id, text status, text why)
{
	TRY(payment_set_over(c, payment_id, status, why));
	return money_job(c, "payment_end", payment_id);
}

/* Nobody has to pay this charge any more. */
static enum problem
drop_pending(struct ctx *c, int64_t charge_id, text why)
{
	struct payment pending = { 0 };

	enum problem e = payment_pending_of_charge(c, charge_id, &pending);
	if (e == NOT_FOUND)
		return OK;
	TRY(e);
	return payment_drop(c, pending.id, "void", why);
}

/* Settles the charge if that is all of it; what is too much goes back. */
static enum problem
settle(struct ctx *c, const struct payment *p)
{
	struct charge charge = { 0 };

	TRY(charge_load(c, p->charge_id, &charge));
	if (text_is(charge.state, "settled"))
		return refund_by_rule(c, p, p->amount, "It was paid already.");
	if (charge.paid.minor < charge.amount.minor)
		return OK;
	TRY(charge_set_settled(c, charge.id, c->now));
	TRY(drop_pending(c, charge.id, "It was paid otherwise."));
	if (charge.paid.minor > charge.amount.minor)
		TRY(refund_by_rule(c, p, (money){ charge.paid.minor - charge.amount.minor },
		    "It was more than was owed."));
	return tell(c, CHARGE_SETTLED, charge.id);
}

enum problem
payment_arrived(struct ctx *c, int64_t payment_id)
{
	struct payment p = { 0 };

	TRY(payment_load(c, payment_id, &p));
	TRY(settle(c, &p));
	TRY(receipt_for_payment(c, &p));
	return tell(c, PAYMENT_MADE, payment_id);
}

/* ---- reactions */

enum problem
charge_drop(struct ctx *c, int64_t charge_id, text why)
{
	TRY(charge_row_lock(c, charge_id));
	TRY(drop_pending(c, charge_id, why));
	return charge_set_void(c, charge_id);
}

static enum problem
void_open(struct ctx *c, const struct standing *s, text why)
{
	return s->charge_id ? charge_drop(c, s->charge_id, why) : OK;
}

/* Who chose the exit after all need not pay online. */
enum problem
payments_reservation_kept(struct ctx *c, int64_t reservation_id)
{
	struct standing s = { 0 };
	struct reservation r = { 0 };
	struct charge charge = { 0 };

	TRY(payment_standing(c, reservation_id, &s));
	if (text_is(s.pay, "exit"))
		return text_is(s.kind, "booking") ? void_open(c, &s, "It is paid at the exit.")
						  : OK;
	if (!text_is(s.pay, "online") || text_is(s.status, "held"))
		return OK;
	TRY(reservation_look(c, reservation_id, &r));
	return r.owes.minor > 0 ? charge_to_pay(c, &r, &charge) : OK;
}

/* What comes back by the rule is taken off its payments, the latest first. */
static enum problem
give_back(struct ctx *c, int64_t reservation_id, money amount, text reason)
{
	struct rows payments = { 0 };
	int64_t left = amount.minor;

	if (left == 0)
		return OK;
	TRY(payments_to_return(c, reservation_id, &payments));
	FOR_ROWS (payment, p, payments) {
		struct payment now = { 0 };

		TRY(charge_row_lock(c, p->charge_id));
		TRY(payment_row_lock(c, p->id));
		TRY(payment_load(c, p->id, &now));
		int64_t part = left < now.refundable.minor ? left : now.refundable.minor;
		if (part > 0)
			TRY(refund_by_rule(c, &now, (money){ part }, reason));
		left -= part;
	}
	return OK;
}

enum problem
payments_reservation_gone(struct ctx *c, int64_t reservation_id)
{
	struct standing s = { 0 };

	TRY(payment_standing(c, reservation_id, &s));
	TRY(void_open(c, &s,
	    text_is(s.status, "cancelled") ? "The booking was cancelled." : "The hold ended."));
	return give_back(c, reservation_id, s.refund, "The booking was cancelled.");
}

enum problem
payments_reservation_unpayable(struct ctx *c, int64_t reservation_id)
{
	struct charge booking = { 0 };
	struct rows payments = { 0 };

	TRY(charge_booking_of(c, reservation_id, &booking));
	TRY(charge_set_void(c, booking.id));
	TRY(payments_of_charge(c, booking.id, &payments));
	FOR_ROWS (payment, p, payments)
		if (text_is(p->status, "paid") && p->refunded.minor < p->amount.minor)
			TRY(refund_by_rule(c, p, (money){ p->amount.minor - p->refunded.minor },
			    "The slot was no longer free."));
	return OK;
}
