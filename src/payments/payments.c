/* payments.c -- what the money looks like, and who may look. */
#include "gear/settings.h"
#include "payments/inner.h"
#include "payments_sql.h"

const struct field charge_fields[] = {
	FIELD(charge, id),
	FIELD(charge, reservation_id, .nullable = true),
	FIELD(charge, stay_id, .nullable = true),
	FIELD(charge, user_id, .nullable = true),
	FIELD(charge, lot_id),
	FIELD(charge, kind, .doc = "booking, extension or exit"),
	FIELD(charge, amount, .doc = "Minor units, tax included"),
	FIELD(charge, currency, .doc = "ISO 4217"),
	FIELD(charge, tax_basis_points, .doc = "1900 is 19 %"),
	FIELD(charge, state, .doc = "open, settled or void"),
	FIELD(charge, made_at),
	FIELD(charge, settled_at, .nullable = true),
	FIELD(charge, paid, .doc = "So far, less what went back"),
	FIELD_END,
};

const struct field payment_fields[] = {
	FIELD(payment, id),
	FIELD(payment, charge_id),
	FIELD(payment, reservation_id, .nullable = true),
	FIELD(payment, stay_id, .nullable = true),
	FIELD(payment, user_id, .nullable = true),
	FIELD(payment, user_name, .nullable = true),
	FIELD(payment, user_email, .nullable = true, .hidden = true),
	FIELD(payment, lot_id),
	FIELD(payment, lot_name),
	FIELD(payment, time_zone, .doc = "IANA name: where the lot's clock hangs"),
	FIELD(payment, slot_label, .nullable = true, .hidden = true),
	FIELD(payment, plate_typed, .nullable = true, .hidden = true),
	FIELD(payment, starts, .nullable = true, .hidden = true),
	FIELD(payment, ends, .nullable = true, .hidden = true),
	FIELD(payment, kind, .doc = "What for: booking, extension or exit"),
	FIELD(payment, method, .doc = "cash, card or online"),
	FIELD(payment, status, .doc = "pending, paid, failed or void"),
	FIELD(payment, amount, .doc = "Minor units, tax included"),
	FIELD(payment, currency, .doc = "ISO 4217"),
	FIELD(payment, refunded, .doc = "What of it went back, or is about to"),
	FIELD(payment, refundable, .doc = "What of it is left"),
	FIELD(payment, error, .nullable = true, .doc = "Why it came to nothing"),
	FIELD(payment, attempt, .nullable = true, .hidden = true),
	FIELD(payment, attempts, .hidden = true),
	FIELD(payment, provider_ref, .nullable = true, .doc = "The provider's name for it"),
	FIELD(payment, intent_ref, .nullable = true, .hidden = true),
	FIELD(payment, checkout_url, .nullable = true, .hidden = true),
	FIELD(payment, created_at),
	FIELD(payment, paid_at, .nullable = true),
	FIELD(payment, recorded_by, .nullable = true, .doc = "The operator who took it"),
	FIELD(payment, recorded_by_name, .nullable = true),
	FIELD(payment, receipt_id, .nullable = true),
	FIELD(payment, receipt_number, .nullable = true),
	FIELD_END,
};

const struct field refund_fields[] = {
	FIELD(refund, id),
	FIELD(refund, payment_id),
	FIELD(refund, charge_id, .hidden = true),
	FIELD(refund, reservation_id, .nullable = true, .hidden = true),
	FIELD(refund, user_id, .nullable = true, .hidden = true),
	FIELD(refund, amount, .doc = "Minor units"),
	FIELD(refund, currency, .doc = "ISO 4217"),
	FIELD(refund, status, .doc = "pending, done or failed"),
	FIELD(refund, reason),
	FIELD(refund, method, .doc = "Of the payment: cash, card or online"),
	FIELD(refund, error, .nullable = true),
	FIELD(refund, attempt, .nullable = true, .hidden = true),
	FIELD(refund, attempts, .hidden = true),
	FIELD(refund, provider_ref, .nullable = true),
	FIELD(refund, intent_ref, .nullable = true, .hidden = true),
	FIELD(refund, made_at),
	FIELD(refund, done_at, .nullable = true),
	FIELD(refund, made_by, .nullable = true, .doc = "null: by a rule"),
	FIELD(refund, made_by_name, .nullable = true),
	FIELD(refund, time_zone, .hidden = true),
	FIELD(refund, user_name, .hidden = true),
	FIELD(refund, receipt_id, .nullable = true),
	FIELD(refund, receipt_number, .nullable = true),
	FIELD_END,
};

const struct field receipt_fields[] = {
	FIELD(receipt, id),
	FIELD(receipt, number, .doc = "Without a gap in each year: R-2026-000123"),
	FIELD(receipt, payment_id, .nullable = true),
	FIELD(receipt, refund_id, .nullable = true),
	FIELD(receipt, reservation_id, .nullable = true),
	FIELD(receipt, stay_id, .nullable = true),
	FIELD(receipt, user_id, .nullable = true),
	FIELD(receipt, user_name),
	FIELD(receipt, kind, .doc = "What for: booking, extension or exit"),
	FIELD(receipt, method, .doc = "cash, card or online"),
	FIELD(receipt, amount, .doc = "Minor units, tax included; of a refund negative"),
	FIELD(receipt, currency, .doc = "ISO 4217"),
	FIELD(receipt, tax_basis_points, .doc = "1900 is 19 %"),
	FIELD(receipt, tax, .doc = "Contained in the amount"),
	FIELD(receipt, lot_id),
	FIELD(receipt, lot_name),
	FIELD(receipt, lot_address),
	FIELD(receipt, lot_city),
	FIELD(receipt, time_zone),
	FIELD(receipt, slot_label),
	FIELD(receipt, plate),
	FIELD(receipt, starts, .nullable = true),
	FIELD(receipt, ends, .nullable = true),
	FIELD(receipt, issued_at),
	FIELD(receipt, reason, .nullable = true, .doc = "Of a refund"),
	FIELD(receipt, day_number, .hidden = true),
	FIELD(receipt, day_rest, .hidden = true),
	FIELD_END,
};

const struct field standing_fields[] = { FIELD(standing, status), FIELD(standing, pay),
	FIELD(standing, currency), FIELD(standing, kind), FIELD(standing, refund),
	FIELD(standing, charge_id, .nullable = true), FIELD_END };

const struct field inbox_event_fields[] = {
	FIELD(inbox_event, id),
	FIELD(inbox_event, provider),
	FIELD(inbox_event, event_id, .doc = "The provider's name for it"),
	FIELD(inbox_event, type),
	FIELD(inbox_event, body, .hidden = true),
	FIELD(inbox_event, payment_id, .nullable = true),
	FIELD(inbox_event, received_at),
	FIELD(inbox_event, done_at, .nullable = true),
	FIELD(inbox_event, error, .nullable = true),
	FIELD_END,
};

const struct field receipt_number_fields[] = { FIELD(receipt_number, last), FIELD_END };

const struct field lot_choice_fields[] = { FIELD(lot_choice, id), FIELD(lot_choice, name),
	FIELD(lot_choice, chosen), FIELD_END };

const struct rule payment_rules[] = {
	{ "payments_refund_range", INVALID, "amount", "This is more than is left to give back." },
	{ "payments_one_pending", TRY_AGAIN, NULL, NULL },
	{ "charges_one_open", TRY_AGAIN, NULL, NULL },
	{ "charges_one_booking", TRY_AGAIN, NULL, NULL },
	{ "charges_one_of_stay", TRY_AGAIN, NULL, NULL },
	{ "refunds_reason_length", INVALID, "reason", "Say why, in at most 200 characters." },
	{ NULL, OK, NULL, NULL },
};

bool
payments_online(void)
{
	return *settings.payment_base_url != 0;
}

enum problem
payment_load(struct ctx *c, int64_t id, struct payment *out)
{
	TRY(payment_one(c, id, out));
	out->refundable.minor =
	    text_is(out->status, "paid") ? out->amount.minor - out->refunded.minor : 0;
	return OK;
}

enum problem
refund_load(struct ctx *c, int64_t id, struct refund *out)
{
	return refund_one(c, id, out);
}

enum problem
payments_of_reservation(struct ctx *c, int64_t reservation_id, struct rows *out)
{
	TRY(payments_of(c, reservation_id, out));
	FOR_ROWS (payment, p, *out)
		p->refundable.minor =
		    text_is(p->status, "paid") ? p->amount.minor - p->refunded.minor : 0;
	return OK;
}

enum problem
receipt_load(struct ctx *c, int64_t id, struct receipt *out)
{
	TRY(receipt_one(c, id, out));
	if (out->user_id != c->person.id && c->person.role < OPERATOR)
		return NOT_FOUND;
	return OK;
}

enum problem
receipts_mine(struct ctx *c, int64_t before, int64_t most, struct rows *out)
{
	return receipts_of_user(c, c->person.id, before, most, out);
}

enum problem
receipts_of_reservation(struct ctx *c, int64_t reservation_id, struct rows *out)
{
	return receipts_of(c, reservation_id, out);
}
