/* tables.c -- what this slice gives away as CSV. */
#include "payments/inner.h"
#include "payments/tables.h"
#include "payments_sql.h"

static const text methods[] = { "cash", "card", "online", NULL };
static const text payment_statuses[] = { "pending", "paid", "failed", "void", NULL };
static const text payment_orders[] = { "when", "-when", "amount", "-amount", "refunded",
	"-refunded", "lot", "-lot", "customer", "-customer", "how", "-how", "state", "-state",
	NULL };
const struct field payment_filter_fields[] = {
	FIELD(payment_filter, method, .among = methods),
	FIELD(payment_filter, status, .among = payment_statuses),
	FIELD(payment_filter, lot, .min = 0, .max = INT64_MAX, .doc = "Id of a lot"),
	FIELD(payment_filter, from, .max = 10, .check = day_ok,
	    .doc = "First day, on the lot's clock"),
	FIELD(payment_filter, until, .max = 10, .check = day_ok,
	    .doc = "Last day, that day included"),
	FIELD(payment_filter, q, .max = 255,
	    .doc = "A receipt's number, a username, an e-mail address, or the provider's name"),
	LISTING_FIELDS(payment_filter, payment_orders),
	FIELD_END,
};

static const text refund_statuses[] = { "pending", "done", "failed", NULL };
static const text refund_orders[] = { "when", "-when", "amount", "-amount", "customer", "-customer",
	"how", "-how", "state", "-state", NULL };
const struct field refund_filter_fields[] = {
	FIELD(refund_filter, status, .among = refund_statuses),
	FIELD(refund_filter, method, .among = methods),
	FIELD(refund_filter, from, .max = 10, .check = day_ok,
	    .doc = "First day, on the lot's clock"),
	FIELD(
	    refund_filter, until, .max = 10, .check = day_ok, .doc = "Last day, that day included"),
	FIELD(refund_filter, q, .max = 255,
	    .doc = "A credit note's number, a username, an e-mail address, or the provider's name"),
	LISTING_FIELDS(refund_filter, refund_orders),
	FIELD_END,
};

static const text receipt_kinds[] = { "payment", "credit", NULL };
static const text receipt_orders[] = { "when", "-when", "number", "-number", "amount", "-amount",
	"tax", "-tax", "lot", "-lot", "customer", "-customer", NULL };
const struct field receipt_filter_fields[] = {
	FIELD(receipt_filter, of, .among = receipt_kinds, .doc = "Receipts, or credit notes"),
	FIELD(receipt_filter, from, .max = 10, .check = day_ok,
	    .doc = "First day, on the lot's clock"),
	FIELD(receipt_filter, until, .max = 10, .check = day_ok,
	    .doc = "Last day, that day included"),
	FIELD(receipt_filter, q, .max = 255,
	    .doc = "A number, a plate, a username or an e-mail address"),
	LISTING_FIELDS(receipt_filter, receipt_orders),
	FIELD_END,
};

const struct field csv_payments_fields[] = {
	FIELD(csv_payments, paid_at),
	FIELD(csv_payments, amount),
	FIELD(csv_payments, currency),
	FIELD(csv_payments, method),
	FIELD(csv_payments, kind),
	FIELD(csv_payments, lot_id),
	FIELD(csv_payments, lot),
	FIELD(csv_payments, user_id),
	FIELD(csv_payments, username),
	FIELD(csv_payments, payment_id),
	FIELD(csv_payments, refund_id),
	FIELD(csv_payments, charge_id),
	FIELD(csv_payments, reservation_id),
	FIELD(csv_payments, stay_id),
	FIELD_END,
};

static enum problem
open_payments(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct payment_filter *f = in;

	return csv_payments_rows(c, f->method, f->status, f->lot, f->from, f->until, f->q, out);
}

const struct field csv_payment_attempts_fields[] = {
	FIELD(csv_payment_attempts, id),
	FIELD(csv_payment_attempts, charge_id),
	FIELD(csv_payment_attempts, reservation_id),
	FIELD(csv_payment_attempts, user_id),
	FIELD(csv_payment_attempts, username),
	FIELD(csv_payment_attempts, method),
	FIELD(csv_payment_attempts, status),
	FIELD(csv_payment_attempts, amount),
	FIELD(csv_payment_attempts, refunded),
	FIELD(csv_payment_attempts, currency),
	FIELD(csv_payment_attempts, provider_ref),
	FIELD(csv_payment_attempts, intent_ref),
	FIELD(csv_payment_attempts, error),
	FIELD(csv_payment_attempts, recorded_by),
	FIELD(csv_payment_attempts, created_at),
	FIELD(csv_payment_attempts, paid_at),
	FIELD_END,
};

static enum problem
open_payment_attempts(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_payment_attempts_rows(c, out);
}

const struct field csv_refunds_fields[] = {
	FIELD(csv_refunds, id),
	FIELD(csv_refunds, payment_id),
	FIELD(csv_refunds, amount),
	FIELD(csv_refunds, currency),
	FIELD(csv_refunds, method),
	FIELD(csv_refunds, status),
	FIELD(csv_refunds, reason),
	FIELD(csv_refunds, error),
	FIELD(csv_refunds, reservation_id),
	FIELD(csv_refunds, user_id),
	FIELD(csv_refunds, username),
	FIELD(csv_refunds, made_by),
	FIELD(csv_refunds, made_at),
	FIELD(csv_refunds, done_at),
	FIELD_END,
};

static enum problem
open_refunds(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct refund_filter *f = in;

	return csv_refunds_rows(c, f->status, f->method, f->from, f->until, f->q, out);
}

const struct field csv_charges_fields[] = {
	FIELD(csv_charges, id),
	FIELD(csv_charges, kind),
	FIELD(csv_charges, state),
	FIELD(csv_charges, amount),
	FIELD(csv_charges, currency),
	FIELD(csv_charges, tax_basis_points),
	FIELD(csv_charges, reservation_id),
	FIELD(csv_charges, stay_id),
	FIELD(csv_charges, user_id),
	FIELD(csv_charges, lot_id),
	FIELD(csv_charges, made_at),
	FIELD(csv_charges, settled_at),
	FIELD_END,
};

static enum problem
open_charges(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_charges_rows(c, out);
}

const struct field csv_receipts_fields[] = {
	FIELD(csv_receipts, id),
	FIELD(csv_receipts, number),
	FIELD(csv_receipts, issued_at),
	FIELD(csv_receipts, amount),
	FIELD(csv_receipts, tax),
	FIELD(csv_receipts, currency),
	FIELD(csv_receipts, tax_basis_points),
	FIELD(csv_receipts, kind),
	FIELD(csv_receipts, method),
	FIELD(csv_receipts, payment_id),
	FIELD(csv_receipts, refund_id),
	FIELD(csv_receipts, user_id),
	FIELD(csv_receipts, user_name),
	FIELD(csv_receipts, lot_id),
	FIELD(csv_receipts, lot_name),
	FIELD(csv_receipts, lot_city),
	FIELD(csv_receipts, slot_label),
	FIELD(csv_receipts, plate),
	FIELD(csv_receipts, starts),
	FIELD(csv_receipts, ends),
	FIELD_END,
};

static enum problem
open_receipts(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct receipt_filter *f = in;

	return csv_receipts_rows(c, f->of, f->from, f->until, f->q, out);
}

const struct field csv_provider_events_fields[] = {
	FIELD(csv_provider_events, id),
	FIELD(csv_provider_events, provider),
	FIELD(csv_provider_events, event_id),
	FIELD(csv_provider_events, type),
	FIELD(csv_provider_events, payment_id),
	FIELD(csv_provider_events, received_at),
	FIELD(csv_provider_events, done_at),
	FIELD(csv_provider_events, error),
	FIELD_END,
};

static enum problem
open_provider_events(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_provider_events_rows(c, out);
}

const struct field csv_receipt_numbers_fields[] = {
	FIELD(csv_receipt_numbers, year),
	FIELD(csv_receipt_numbers, last),
	FIELD_END,
};

static enum problem
open_receipt_numbers(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_receipt_numbers_rows(c, out);
}

const struct field csv_inbox_events_fields[] = {
	FIELD(csv_inbox_events, id),
	FIELD(csv_inbox_events, provider),
	FIELD(csv_inbox_events, event_id),
	FIELD(csv_inbox_events, type),
	FIELD(csv_inbox_events, payment_id),
	FIELD(csv_inbox_events, received_at),
	FIELD(csv_inbox_events, done_at),
	FIELD(csv_inbox_events, error),
	FIELD_END,
};

static enum problem
open_inbox_events(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_inbox_events_rows(c, out);
}

const struct table payment_tables[] = {
	{ "payments", "Payments and refunds",
	    "Money that came, and, negative, money that went back.", open_payments,
	    .page = "/admin/payments", .in = payment_filter_fields,
	    .in_size = sizeof(struct payment_filter) },
	{ "payment-attempts", "Attempts to pay",
	    "Each attempt, whether it came to anything or not.", open_payment_attempts },
	{ "refunds", "Refunds", "What was to go back, why, and whether it did.", open_refunds,
	    .page = "/admin/refunds", .in = refund_filter_fields,
	    .in_size = sizeof(struct refund_filter) },
	{ "charges", "Charges", "What was owed, for what, and whether it was settled.",
	    open_charges },
	{ "receipts", "Receipts", "Receipts and credit notes, as they were issued.", open_receipts,
	    .page = "/admin/receipts", .in = receipt_filter_fields,
	    .in_size = sizeof(struct receipt_filter) },
	{ "provider-events", "What the provider told",
	    "Events of the payment provider, without their bodies.", open_provider_events },
	{ "receipt-numbers", "Numbers of receipts", "The last one that was issued in each year.",
	    open_receipt_numbers },
	{ "inbox-events", "Events of the payment provider",
	    "What it told, and what became of it; not its words.", open_inbox_events },
	{ NULL },
};
