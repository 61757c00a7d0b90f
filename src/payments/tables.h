/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef PAYMENTS_TABLES_H
#define PAYMENTS_TABLES_H

#include "gear/table.h"

extern const struct table payment_tables[];

struct csv_payments {
	instant paid_at;
	money amount;
	text currency, method, kind;
	int64_t lot_id;
	text lot;
	int64_t user_id;
	text username;
	int64_t payment_id, refund_id, charge_id, reservation_id, stay_id;
};
extern const struct field csv_payments_fields[];

struct csv_payment_attempts {
	int64_t id, charge_id, reservation_id, user_id;
	text username, method, status;
	money amount, refunded;
	text currency, provider_ref, intent_ref, error;
	int64_t recorded_by;
	instant created_at, paid_at;
};
extern const struct field csv_payment_attempts_fields[];

struct csv_refunds {
	int64_t id, payment_id;
	money amount;
	text currency, method, status, reason, error;
	int64_t reservation_id, user_id;
	text username, made_by;
	instant made_at, done_at;
};
extern const struct field csv_refunds_fields[];

struct csv_charges {
	int64_t id;
	text kind, state;
	money amount;
	text currency;
	int64_t tax_basis_points, reservation_id, stay_id, user_id, lot_id;
	instant made_at, settled_at;
};
extern const struct field csv_charges_fields[];

struct csv_receipts {
	int64_t id;
	text number;
	instant issued_at;
	money amount, tax;
	text currency;
	int64_t tax_basis_points;
	text kind, method;
	int64_t payment_id, refund_id, user_id;
	text user_name;
	int64_t lot_id;
	text lot_name, lot_city, slot_label, plate;
	instant starts, ends;
};
extern const struct field csv_receipts_fields[];

struct csv_provider_events {
	int64_t id;
	text provider, event_id, type;
	int64_t payment_id;
	instant received_at, done_at;
	text error;
};
extern const struct field csv_provider_events_fields[];

struct csv_receipt_numbers {
	int64_t year, last;
};
extern const struct field csv_receipt_numbers_fields[];

struct csv_inbox_events {
	int64_t id;
	text provider, event_id, type;
	int64_t payment_id;
	instant received_at, done_at;
	text error;
};
extern const struct field csv_inbox_events_fields[];

#endif
