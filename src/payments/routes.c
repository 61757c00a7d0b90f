/* routes.c -- paying on the web: the operator's till, and the provider's door. */
#include "gear/settings.h"
#include "payments/provider.h"
#include "payments_sql.h"
#include "web/web.h"

#define EVENT_MOST ((size_t)256 << 10)

/* ---- cash and card */

struct which_to_pay {
	int64_t id;
};
static const struct field which_to_pay_fields[] = {
	FIELD(which_to_pay, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

struct till {
	int64_t id; /* of the reservation */
	text code, status, plate_typed, lot_name, slot_label, time_zone, currency, pay, amount;
	instant starts, ends;
	money price, paid, returned, owes;
	bool may_record;
	struct rows payments; /* struct payment */
	struct rows receipts; /* struct receipt */
};
static const struct field till_fields[] = {
	FIELD(till, id, .doc = "Of the reservation"),
	FIELD(till, code, .doc = "What stands on the ticket"),
	FIELD(till, status),
	FIELD(till, plate_typed, .nullable = true),
	FIELD(till, lot_name),
	FIELD(till, slot_label),
	FIELD(till, time_zone),
	FIELD(till, starts),
	FIELD(till, ends),
	FIELD(till, pay, .nullable = true),
	FIELD(till, price, .doc = "Minor units"),
	FIELD(till, paid),
	FIELD(till, returned),
	FIELD(till, owes, .doc = "What is still to be paid"),
	FIELD(till, currency, .doc = "ISO 4217"),
	FIELD(till, amount, .hidden = true),
	FIELD(till, may_record, .hidden = true),
	FIELD_LIST(till, payments, payment),
	FIELD_LIST(till, receipts, receipt, .hidden = true),
	FIELD_END,
};

static enum problem
till(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_to_pay *w = in;
	struct till *v = arena_alloc(c->arena, sizeof *v);
	struct reservation of = { 0 };

	TRY(reservation_load(c, w->id, &of));
	*v = (struct till){ of.id, of.code, of.status, of.plate_typed, of.lot_name, of.slot_label,
		of.time_zone, of.currency, of.pay, money_plain(c->arena, of.owes, of.currency),
		of.starts, of.ends, of.price, of.paid, of.returned, of.owes };
	v->may_record = of.owes.minor > 0;
	TRY(payments_of_reservation(c, w->id, &v->payments));
	TRY(receipts_of_reservation(c, w->id, &v->receipts));
	fields_complete(till_fields, v);
	return reply_one(r, v);
}

struct recording {
	int64_t id;
	text method, amount;
};
static const text by_hand[] = { "cash", "card", NULL };
static const struct field recording_fields[] = {
	FIELD(recording, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(recording, method, .required = true, .among = by_hand),
	FIELD(recording, amount, .max = 20,
	    .doc = "Decimal, in the booking's currency: 4.50. Nothing: all that is owed"),
	FIELD_END,
};

static enum problem
record(struct ctx *c, const void *in, struct reply *r)
{
	const struct recording *w = in;
	struct payment *made = arena_alloc(c->arena, sizeof *made);
	text currency;
	money amount = { 0 }, owed;

	TRY(payment_owed(c, w->id, &owed, &currency));
	if (*w->amount && (!money_parse(w->amount, currency, &amount) || amount.minor <= 0))
		return complain(c, "amount", "Write an amount above nothing, like %s.",
		    money_plain(c->arena, (money){ 450 }, currency));
	TRY(payment_record(c, w->id, w->method, amount, made));
	r->flash = arena_fmt(c->arena, "%s is written down. Receipt No. %s.",
	    money_text(c->arena, made->amount, made->currency), made->receipt_number);
	return reply_made(
	    r, arena_fmt(c->arena, "/reservations/%lld/payments", (long long)w->id), made);
}

static enum problem
record_of_stay(struct ctx *c, const void *in, struct reply *r)
{
	const struct recording *w = in;
	struct payment *made = arena_alloc(c->arena, sizeof *made);
	struct stay s = { 0 };
	money amount = { 0 };

	TRY(stay_load(c, w->id, &s));
	if (*w->amount && (!money_parse(w->amount, s.currency, &amount) || amount.minor <= 0))
		return complain(c, "amount", "Write an amount above nothing, like %s.",
		    money_plain(c->arena, (money){ 450 }, s.currency));
	TRY(stay_payment_record(c, w->id, w->method, amount, made));
	r->flash = arena_fmt(c->arena, "It is written down. Receipt No. %s.", made->receipt_number);
	return reply_made(r, arena_fmt(c->arena, "/stays/%lld", (long long)w->id), made);
}

/* ---- the provider's door */

static enum problem
hook(struct ctx *c, const void *in, struct reply *r)
{
	const struct request *q = in;

	if (q->n_body > EVENT_MOST)
		return TOO_LARGE;
	TRY(signature_check(c, header_of(q, "stripe-signature"), q->body, q->n_body));
	TRY(inbox_take(c, q->body, q->n_body));
	return reply_done(r, NULL);
}

const struct route payment_routes[] = {
	{ GET, "/reservations/:id/payments", OPERATOR, till, TAKES(which_to_pay), GIVES(till),
	    .page = "payments/till", .doc = "What was paid for a booking, and what is owed." },
	{ POST, "/reservations/:id/payments", OPERATOR, record, TAKES(recording), GIVES(payment),
	    .makes = true, .again = "/reservations/:id/payments", .once = true,
	    .doc = "Write down cash or card that was taken: all that is owed, or a part.",
	    FAILS(WRONG_STATE) },
	{ POST, "/stays/:id/payments", OPERATOR, record_of_stay, TAKES(recording), GIVES(payment),
	    .makes = true, .again = "/stays/:id", .once = true,
	    .doc = "The same for a stay and its booking, once it has left.", FAILS(WRONG_STATE) },
	{ POST, "/hooks/payments", ANYONE, hook, .dress = API_ONLY, .raw = true,
	    .doc = "What the payment provider tells, signed by it.",
	    FAILS(MALFORMED, TOO_LARGE, UNAVAILABLE) },
	{ 0 },
};
