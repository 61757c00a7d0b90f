/*
 * receipts.h -- a receipt as people read it, on a page and on paper.
 *
 * What stands on a receipt was true when it was given and stays.  The receipt of a refund is a
 * credit note: its figures are negative, and it names the receipt of the payment it gives back.
 */
#ifndef PAYMENTS_RECEIPTS_H
#define PAYMENTS_RECEIPTS_H

#include "payments/payments.h"

struct receipt_link {
	int64_t id;
	text number;
	money amount;
	bool credit; /* of a refund */
};
extern const struct field receipt_link_fields[];

struct receipt_view {
	const struct receipt *receipt;
	struct rows lines; /* struct price_row: what for; they add up to the amount */
	struct rows beside; /* struct receipt_link: of the same payment, others */
	money net; /* the amount without its tax */
	text tax_rate; /* "19%", "8.1%"; "" for none */
	text code; /* of the ticket; "" without a booking */
	bool credit;
	text currency, time_zone; /* the receipt's, for the templates */
};
extern const struct field receipt_view_fields[];

/* Of c->person, or of anybody for operators: else NOT_FOUND. */
enum problem receipt_view(struct ctx *, int64_t id, struct receipt_view *);

/* A4.  UNAVAILABLE if it cannot be made here. */
enum problem receipt_pdf(struct ctx *, const struct receipt_view *, const void **bytes, size_t *n);

#endif
