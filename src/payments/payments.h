/*
 * payments.h -- money: what is owed, what was paid, what went back, and a receipt for each.
 *
 * A CHARGE says that somebody owes something: for a booking paid in advance, for staying longer,
 * at the exit.  A PAYMENT is one attempt to pay it, or a part of it: cash and card are recorded by
 * operators and are paid at once; an online one is pending until the provider says what became of
 * it.  A REFUND gives back a payment or a part of it, never more than is left of it.  A charge is
 * settled once what was paid for it reaches its amount.
 *
 *	charge   open ─→ settled        payment  pending ─→ paid       refund  pending ─→ done
 *	          │ ↑       ↑                      │           ↑                 │
 *	          ↓ │       │                      ├─→ failed ─┤                 └─→ failed
 *	         void ──────┘                      └─→ void ───┘
 *
 * Money that came is a fact: a payment given up as failed or void is paid after all if the provider
 * says so, and what is done with it is decided then.  If its charge needs it, it settles the
 * charge, even one that was void; if not, it goes back whole.
 *
 * Every total anywhere is a sum over the view `ledger` (migrations/0010_payments.sql): a payment
 * when it was paid, a refund, negative, when it was done.  Months are the lot's.
 *
 * No request speaks to the provider.  Confirming writes the payment and a job; the worker asks for a
 * checkout (provider.h), and the customer is sent there.  What became of it we are told by signed
 * webhooks, which may come late, doubled, in any order or never: each is written down once (the
 * inbox) and worked off by a job, and the worker asks by itself for payments that are left pending.
 * Whatever is asked twice carries the same key, so that it is done once.
 *
 * Locks are taken in one order: the slot and the reservation (reservation_lock()), the charge, the
 * payment, and last the year's receipt number.
 */
#ifndef PAYMENTS_H
#define PAYMENTS_H

#include "gear/db.h"
#include "gear/jobs.h"
#include "gear/retention.h"

#define WEBHOOK_SKEW 300 /* seconds: an older or newer signature is refused */

struct charge {
	int64_t id, reservation_id, stay_id, user_id, lot_id; /* 0: none */
	text kind; /* booking, extension, exit */
	money amount; /* tax included */
	text currency;
	int64_t tax_basis_points;
	text state; /* open, settled, void */
	instant made_at, settled_at;
	money paid; /* so far, less what went back or is about to */
};
extern const struct field charge_fields[];

struct payment { /* also a line of /admin/payments */
	int64_t id, charge_id, reservation_id, stay_id, user_id, lot_id; /* 0: none */
	text kind; /* of the charge */
	text method; /* cash, card, online */
	text status; /* pending, paid, failed, void */
	money amount;
	text currency;
	money refunded; /* its refunds, pending ones included */
	money refundable; /* what is left */
	text attempt; /* "" for cash and card */
	int64_t attempts;
	text provider_ref, intent_ref, checkout_url, error;
	instant created_at, paid_at; /* paid_at {0}: not paid */
	int64_t recorded_by;
	text lot_name, time_zone, user_name, user_email, slot_label, recorded_by_name;
	text plate_typed; /* "" if nobody told */
	instant starts, ends; /* of the reservation, or of the stay */
	int64_t receipt_id; /* 0: none */
	text receipt_number; /* "R-2026-000123" */
};
extern const struct field payment_fields[];

struct refund {
	int64_t id, payment_id;
	money amount;
	text currency;
	text status; /* pending, done, failed */
	int64_t attempts;
	text provider_ref, error, reason;
	instant made_at, done_at;
	int64_t made_by; /* 0: by a rule */
	text made_by_name;
	text method, attempt, intent_ref; /* of the payment */
	text time_zone; /* of the lot */
	int64_t reservation_id, user_id, charge_id;
	text user_name; /* whose money it is; in lists */
	int64_t receipt_id;
	text receipt_number;
};
extern const struct field refund_fields[];

struct receipt { /* as it was issued; a refund's amount and tax are negative */
	int64_t id;
	text number; /* "R-2026-000123" */
	int64_t payment_id, refund_id, reservation_id, stay_id, user_id, lot_id; /* 0: none */
	text user_name, kind, method;
	money amount, tax; /* the tax is contained in the amount */
	text currency;
	int64_t tax_basis_points;
	text lot_name, lot_address, lot_city, time_zone, slot_label, plate;
	instant starts, ends, issued_at;
	text reason; /* of a refund */
	text day_number, day_rest; /* of issued_at: "12", "Nov 2026"; in a list */
};
extern const struct field receipt_fields[];

extern const struct rule payment_rules[];
extern const struct job_kind payment_jobs[];
extern const struct retention payment_retention[];

/* Can people pay online here?  Says the settings: PAYMENT_BASE_URL. */
bool payments_online(void);

/* ---- what is owed */

/* What is still to be paid for a reservation: its price, less what was charged and paid. */
enum problem payment_owed(struct ctx *, int64_t reservation_id, money *owed, text *currency);

/* Writes down cash or card that c->person, an operator, took; amount {0}: all that is owed.
 * INVALID for more than is owed or another currency's figures, WRONG_STATE when nothing is owed. */
enum problem payment_record(
    struct ctx *, int64_t reservation_id, text method, money amount, struct payment *out);

/* Begins to pay what is owed online; a payment that is pending already is answered again.
 * WRONG_STATE when nothing is owed, UNAVAILABLE without a provider. */
enum problem payment_begin(struct ctx *, int64_t reservation_id, struct payment *out);

/* For a program that shows its customer no page: in demo mode the provider's test card pays this pending payment; else
 * somebody has to go to its checkout_url. */
enum problem payment_by_test_card(struct ctx *, int64_t payment_id);
/* Cash that was written down as card, or the other way round; audited.  WRONG_STATE: the provider knows how it was paid. */
enum problem payment_correct(struct ctx *, int64_t payment_id, text method);

/* Gives back a part of a payment.  INVALID for more than is left, WRONG_STATE for one that was not
 * paid.  Cash and card are handed out by who refunds, so they are done at once; online by the
 * worker. */
enum problem payment_refund(
    struct ctx *, int64_t payment_id, money amount, text reason, struct refund *out);

/* A refund of cash or card that a rule made has been handed out by c->person.  WRONG_STATE. */
enum problem refund_hand_out(struct ctx *, int64_t id, struct refund *out);

/* ---- to look at */

enum problem payment_load(struct ctx *, int64_t id, struct payment *);
enum problem refund_load(struct ctx *, int64_t id, struct refund *);
enum problem payments_of_reservation(struct ctx *, int64_t reservation_id, struct rows *payments);
/* Of c->person, or of anybody for operators: else NOT_FOUND. */
enum problem receipt_load(struct ctx *, int64_t id, struct receipt *);
enum problem receipts_mine(struct ctx *, int64_t before, int64_t most, struct rows *receipts);
enum problem receipts_of_reservation(struct ctx *, int64_t reservation_id, struct rows *receipts);

/* ---- stays (stays.h): what one costs beyond its booking is a charge of its own */

/* Writes down cash or card that an operator took for a stay that is closed: what its booking owes
 * first, then its own charge; amount {0}: all.  *out is the last of the payments it made.  Fails as
 * payment_record(). */
enum problem stay_payment_record(
    struct ctx *, int64_t stay_id, text method, money amount, struct payment *out);
/* Begins to pay the stay's charge online, as payment_begin() does for a booking. */
enum problem stay_payment_begin(struct ctx *, int64_t stay_id, struct payment *out);
/* All that was tried and paid for it and its booking, in order: struct payment. */
enum problem payments_of_stay(
    struct ctx *, int64_t stay_id, int64_t reservation_id, struct rows *payments);

/* ---- reactions */
enum problem payments_stay_closed(struct ctx *, int64_t stay_id);
enum problem payments_stay_undone(struct ctx *, int64_t stay_id);
enum problem payments_reservation_to_pay(struct ctx *, int64_t reservation_id);
enum problem payments_reservation_gone(
    struct ctx *, int64_t reservation_id); /* expired, cancelled */
enum problem payments_reservation_kept(
    struct ctx *, int64_t reservation_id); /* confirmed, longer */
enum problem payments_reservation_unpayable(struct ctx *, int64_t reservation_id);
/* Name and plate go from receipts, and what the provider wrote; amounts, dates and numbers stay. */
enum problem payments_forget_person(struct ctx *, int64_t user_id);

#endif
