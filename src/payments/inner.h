/*
 * inner.h -- what the files of payments/ share.
 */
#ifndef PAYMENTS_INNER_H
#define PAYMENTS_INNER_H

#include "base/listing.h"
#include "payments/payments.h"
#include "payments/receipts.h"
#include "reservations/reservations.h"
#include "stays/stays.h"

/* ---- rows that only this slice's statements give */

struct standing { /* of a reservation, for a reaction */
	text status, pay, currency, kind; /* kind: of the open charge */
	money refund;
	int64_t charge_id; /* the open one; 0: none */
};
extern const struct field standing_fields[];

struct inbox_event {
	int64_t id, payment_id;
	text provider, event_id, type, body, error;
	instant received_at, done_at;
};
extern const struct field inbox_event_fields[];

struct receipt_number {
	int64_t last;
};
extern const struct field receipt_number_fields[];

/* What the lists of /admin are filtered by; the tables as CSV, too. */
struct payment_filter {
	text method, status, from, until, q, sort;
	int64_t lot, page, rows;
};
extern const struct field payment_filter_fields[];
struct refund_filter {
	text status, method, from, until, q, sort;
	int64_t page, rows;
};
extern const struct field refund_filter_fields[];
struct receipt_filter {
	text of, from, until, q, sort; /* of: payment or credit */
	int64_t page, rows;
};
extern const struct field receipt_filter_fields[];

struct lot_choice {
	int64_t id;
	text name;
	bool chosen;
};
extern const struct field lot_choice_fields[];

/* ---- charges.c */

enum problem charge_load(struct ctx *, int64_t id, struct charge *);
/* What there is to pay for it now: its open charge, made or raised to what is owed.  WRONG_STATE in
 * words if nothing is.  The reservation is locked. */
enum problem charge_to_pay(struct ctx *, const struct reservation *, struct charge *);
/* A payment is there: its charge is settled if that is all of it, what is too much goes back, and
 * there is a receipt.  Locks are held. */
enum problem payment_arrived(struct ctx *, int64_t payment_id);
/* Nobody waits for this payment any more; the provider is told, if it knows of it. */
enum problem payment_drop(struct ctx *, int64_t payment_id, text status, text why);
/* The charge's pending payment, or a new one.  The charge is locked. */
enum problem payment_begin_for(struct ctx *, const struct charge *, struct payment *out);
/* The charge is void, and whoever is about to pay it need not. */
enum problem charge_drop(struct ctx *, int64_t charge_id, text why);
/* Takes the locks of a payment in their order, and reads it. */
enum problem payment_load_to_change(struct ctx *, int64_t id, struct payment *);

/* ---- refunds.c */

/* Gives back by a rule, not by a person: online at once, cash and card wait for an operator. */
enum problem refund_by_rule(struct ctx *, const struct payment *, money amount, text reason);
enum problem refund_finish(struct ctx *, int64_t id, text provider_ref);
/* The row, and the lock on its payment. */
enum problem refund_load_to_change(struct ctx *, int64_t id, struct refund *);

/* ---- receipts.c.  Called last in a transaction: the numbers are locked until it ends. */
enum problem receipt_for_payment(struct ctx *, const struct payment *);
enum problem receipt_for_refund(struct ctx *, const struct refund *);

/* ---- inbox.c */

struct checkout;
struct returned;
/* What the provider says of a checkout or a refund, whichever way it reached us.  *payment_id: which
 * payment it is about, 0 for none of ours.  *words: what is wrong with it, "" if nothing. */
enum problem checkout_heard(
    struct ctx *, const struct checkout *, int64_t *payment_id, text *words);
enum problem refund_heard(struct ctx *, const struct returned *, int64_t *payment_id, text *words);
/* The provider will not do it. */
enum problem refund_refused(struct ctx *, int64_t id, text why);
/* Writes an event down, once, and has it worked off.  MALFORMED. */
enum problem inbox_take(struct ctx *, const char *body, size_t n);
enum problem inbox_work(struct ctx *, int64_t id);

/* ---- work.c */

struct money_job {
	int64_t id;
};
extern const struct field money_job_fields[];
/* "payment_checkout", "payment_ask", "payment_end", "refund_send", "payment_event", for one id */
enum problem money_job(struct ctx *, text kind, int64_t id);

#endif
