/*
 * desk.h -- the figures of the house: what came in, what went back, how full it was, who came.
 *
 * The view `ledger` is the truth about money, the tables of reservations and of stays that about who
 * came.  The desk keeps sums of both by lot and day and by lot and month, so that ten years are read as
 * quickly as a week.  They are kept as things happen: a trigger writes down what changed, in the
 * same transaction and without waiting for anybody, and the worker folds it into the sums.  Who
 * reads, reads the sums and what is not folded yet in one statement, so a figure is exact at every
 * moment (migrations/0014_desk.sql).  Two figures follow some seconds later: how many different
 * people came, and how many of them for the first time (migrations/0046_desk.sql).
 *
 * A job compares sums and ledger, month after month, and what it finds stands on the dashboard.
 *
 * A day begins and ends by the clock of its lot.  Money counts on the day it was paid or went back;
 * a booking on the day it begins; that it was made, on the day it was confirmed.  A booking counts as
 * it was booked, however long its car stayed; a stay without one counts as long as it was, once it is
 * over, on the day it began.  A person counts on the day on which they made a booking or came without.
 */
#ifndef DESK_H
#define DESK_H

#include "gear/db.h"
#include "gear/jobs.h"
#include "gear/verbs.h"

extern const struct job_kind desk_jobs[];
extern const struct verb desk_verbs[];

/* Adds to the sums what has happened since. */
enum problem desk_fold(struct ctx *);
/* Throws all sums away and counts again from the ledger and the bookings.  In a transaction. */
enum problem desk_rebuild(struct ctx *);
/* The same for a lot, whose clock was changed. */
enum problem desk_recount(struct ctx *, int64_t lot_id);

struct desk_difference { /* n 0: the sums are right */
	int64_t n, lot_id; /* how many lots and days differ, and the first; lot 0: the sum of all */
	text day, currency; /* currency "": bookings */
};
extern const struct field desk_difference_fields[];
/* Do the sums of those days, "2026-11-01" to "2026-11-30" with both, add up to what the ledger
 * says, and the bookings?  What it finds is written down, and logged. */
enum problem desk_check(struct ctx *, text from, text until, struct desk_difference *);

/* ---- the house at a glance */

struct desk_house {
	int64_t users, bookings; /* all that were ever made */
	int64_t lots, slots, occupied, available; /* now, as last counted */
};
extern const struct field desk_house_fields[];
enum problem desk_house(struct ctx *, struct desk_house *);

struct desk_revenue { /* of a currency; what went back is taken off */
	text currency;
	money total,
	    this_month; /* the month in which the default lot is now, on each lot's clock */
	money online, card, cash; /* together the total */
};
extern const struct field desk_revenue_fields[];
/* CURRENCY first, be there any of it or not; then the others. */
enum problem desk_revenues(struct ctx *, struct rows *);

struct desk_payment {
	int64_t payment_id, reservation_id; /* 0: none */
	text method, currency, lot, user_name;
	money amount;
	instant paid_at;
};
extern const struct field desk_payment_fields[];
enum problem desk_latest(struct ctx *, int64_t most, struct rows *); /* newest first */

#endif
