/* refunds.c -- giving back: never more than is left of a payment. */
#include "gear/audit.h"
#include "payments/inner.h"
#include "payments_sql.h"

static enum problem
write_down(struct ctx *c, const struct payment *p, money amount, text reason, int64_t by,
    struct refund *out)
{
	struct refund made = { 0 };

	TRY(payment_set_refunded(c, p->id, amount));
	TRY(refund_insert(c, p->id, amount, p->currency, reason, by, c->now, &made));
	return refund_load(c, made.id, out);
}

enum problem
refund_by_rule(struct ctx *c, const struct payment *p, money amount, text reason)
{
	struct refund r = { 0 };

	TRY(write_down(c, p, amount, reason, 0, &r));
	return text_is(p->method, "online") ? money_job(c, "refund_send", r.id) : OK;
}

enum problem
refund_load_to_change(struct ctx *c, int64_t id, struct refund *out)
{
	TRY(refund_load(c, id, out));
	TRY(charge_row_lock(c, out->charge_id));
	TRY(payment_row_lock(c, out->payment_id));
	return refund_load(c, id, out);
}

enum problem
refund_finish(struct ctx *c, int64_t id, text provider_ref)
{
	struct refund r = { 0 };

	TRY(refund_set_done(c, id, provider_ref, c->now));
	TRY(refund_load(c, id, &r));
	TRY(receipt_for_refund(c, &r));
	return tell(c, REFUND_MADE, id);
}

enum problem
payment_refund(struct ctx *c, int64_t payment_id, money amount, text reason, struct refund *out)
{
	struct payment p = { 0 };

	TRY(payment_load(c, payment_id, &p));
	TRY(charge_row_lock(c, p.charge_id));
	TRY(payment_row_lock(c, p.id));
	TRY(payment_load(c, payment_id, &p));
	if (!text_is(p.status, "paid"))
		return fail(c, WRONG_STATE, "It was not paid, so nothing can go back.");
	if (p.refundable.minor == 0)
		return fail(c, WRONG_STATE, "All of it went back already.");
	if (amount.minor < 1 || amount.minor > p.refundable.minor)
		return complain(c, "amount", "%s is left to give back, and no more.",
		    money_text(c->arena, p.refundable, p.currency));
	if (text_empty(reason))
		return complain(c, "reason", "Say why: the customer reads it.");
	TRY(write_down(c, &p, amount, reason, c->person.id, out));
	TRY(audit_add(c, "payment_refunded", "payment", payment_id,
	    arena_fmt(c->arena, "%s: %s", money_text(c->arena, amount, p.currency), reason)));
	if (text_is(p.method, "online"))
		return money_job(c, "refund_send", out->id);
	TRY(refund_finish(c, out->id, ""));
	return refund_load(c, out->id, out);
}

enum problem
refund_hand_out(struct ctx *c, int64_t id, struct refund *out)
{
	TRY(refund_load_to_change(c, id, out));
	if (!text_is(out->status, "pending") || text_is(out->method, "online"))
		return fail(c, WRONG_STATE, "There is nothing to hand out.");
	TRY(audit_add(c, "refund_handed_out", "refund", id,
	    money_text(c->arena, out->amount, out->currency)));
	TRY(refund_finish(c, id, ""));
	return refund_load(c, id, out);
}
