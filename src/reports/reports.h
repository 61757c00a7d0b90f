/*
 * reports.h -- the month that is over: one's own parking for each customer, the house's for admins.
 *
 * A month is the lot's: half open, from midnight of its 1st to midnight of the next one's on the
 * lot's clock.  A booking belongs to the month in which it begins, money to the month in which it
 * moved; all money comes from the view `ledger`.  A booking that was kept counts, used or not; its
 * hours count unless nobody came.  A stay that had no booking (a DRIVE-UP) counts beside it, once it
 * is over, in the month in which it began; one that had is the booking's, and counts no second time.
 *
 * When a month has ended on every lot's clock a ROUND begins: it walks through all people in the
 * order of their ids and writes to each who has something to report and has not said that they do
 * not want it.  It goes in batches.  A batch is one transaction: the row of the round, locked, that
 * says how far it has come; a row of report_runs for each person, unique; and the mails in the
 * outbox, each under a key.  So whatever dies in the middle, and however many run at once, each
 * person gets one mail a month, and a round goes on where it stood.  A batch of fixed size needs the
 * same memory whether there are a hundred people or a hundred thousand.
 *
 *	running ⇄ stopped        running → done → running (once more, for those who have none yet)
 */
#ifndef REPORTS_H
#define REPORTS_H

#include "gear/db.h"
#include "gear/jobs.h"
#include "gear/verbs.h"

extern const struct job_kind report_jobs[];
extern const struct verb report_verbs[];

/* ---- months: "2026-10" */

bool month_ok(text);
text month_plus(struct arena *, text month, int n); /* "2026-10" + 3 is "2027-01" */
text month_title(struct arena *, text month); /* "October 2026" */
text month_short(struct arena *, text month); /* "Oct 2026" */
text hours_of_seconds(struct arena *, int64_t seconds); /* "52 h 30 min", "0 h": never days */

/* ---- somebody's month */

struct report_sum { /* of one currency */
	text currency;
	money paid, returned; /* what went back, as a positive figure */
	money net;
};
extern const struct field report_sum_fields[];

struct report_lot {
	int64_t lot_id, bookings, drive_ups, seconds;
	text name, hours;
	text sums; /* "€20.00, CHF 5.00"; "" if no money moved */
};
extern const struct field report_lot_fields[];

struct report_month { /* a line of the history */
	text month, title;
	int64_t bookings, drive_ups, seconds;
	text visits; /* "8 bookings and 3 stays without one" */
	text hours, sums;
	int64_t share; /* of the month with the most hours, in per cent */
	bool current; /* the one that is reported */
};
extern const struct field report_month_fields[];

struct report {
	text month, title;
	text name; /* whose it is */
	bool so_far; /* the month has not ended */
	bool nothing; /* neither bookings, nor stays, nor money */
	int64_t bookings, cancelled, no_shows, drive_ups, seconds;
	text hours;
	text net; /* all currencies: "€120.00, CHF 8.00"; "" if no money moved */
	struct rows sums; /* struct report_sum */
	text most_used; /* a lot's name; "" if nothing began in this month */
	int64_t most_bookings, most_drive_ups;
	text most_visits, most_hours; /* "8 bookings and 3 stays without one" */
	struct rows lots; /* struct report_lot, most used first */
	struct rows history; /* struct report_month: this one and the eleven before, newest first */
	text before, after; /* months beside it; after is "" for the current one */
};
extern const struct field report_fields[];

/* c->person's.  NOT_FOUND for a month to come, or before 2000. */
enum problem report_mine(struct ctx *, text month, struct report *);

struct report_list {
	struct rows items; /* struct report_month, newest first, those with anything */
	bool monthly; /* are they written to? */
	bool mail_works; /* is there an address to write to */
	text email;
};
extern const struct field report_list_fields[];
enum problem reports_mine(struct ctx *, struct report_list *);

/* A4.  UNAVAILABLE if it cannot be made here. */
enum problem report_pdf(struct ctx *, const struct report *, const void **bytes, size_t *n);

/* ---- who wants the mail */

enum problem report_choose(struct ctx *, bool wanted); /* c->person */
/* A token that says who, and proves that it came from us; it holds for ever. */
text unsubscribe_token(struct arena *, int64_t user_id);
text unsubscribe_address(struct arena *, int64_t user_id); /* with BASE_URL */
bool unsubscribe_read(struct arena *, text token, int64_t *user_id);
/* NOT_FOUND for a token that is not ours.  Twice is once. */
enum problem report_unsubscribe(struct ctx *, text token);

/* ---- rounds */

struct round {
	text month, title;
	text state; /* running, stopped, done */
	int64_t people, looked, last_user, mailed, declined;
	int64_t share; /* looked of people, in per cent */
	instant pace_at, begun_at, touched_at, done_at;
	text begun_by; /* a name; "": by itself */
	text minutes_left; /* "2 h 5 min"; "" if it cannot be told */
};
extern const struct field round_fields[];

/* The newest month that has ended on the clock of every lot. */
enum problem month_over(struct ctx *, text *month);
/* Begins a round, lets a stopped one go on, or has one that is done go round once more.  TOO_EARLY
 * for a month that has not ended everywhere.  *again: it was done before. */
enum problem round_begin(struct ctx *, text month, struct round *, bool *again);
enum problem round_stop(struct ctx *, text month); /* NOT_FOUND, WRONG_STATE */
enum problem round_load(struct ctx *, text month, struct round *); /* NOT_FOUND */
/* struct round; `state` "" is any, `order` as /admin/reports sorts. */
enum problem rounds_listed(
    struct ctx *, text state, text order, int64_t skip, int64_t most, struct rows *);
enum turn {
	ROUND_RESTS, /* it is done, or was stopped */
	ROUND_WAITS, /* nothing was done: the next may not be written before pace_at */
	ROUND_RUNS, /* there is more to do, from pace_at on */
};
/* One batch, in the transaction that is open; the last one also writes to the admins. */
enum problem round_batch(struct ctx *, text month, struct round *, enum turn *);
/* Has the worker do the next batch. */
enum problem round_go_on(struct ctx *, text month, instant at);

/* ---- the house's month, for admins */

struct business_sum { /* of a currency and a method */
	text currency, method;
	int64_t payments, refunds;
	money paid, returned, net;
};
extern const struct field business_sum_fields[];

struct business_lot {
	int64_t lot_id;
	text name, sums;
	int64_t bookings, cancelled, no_shows, drive_ups, seconds;
	text hours;
	int64_t occupancy; /* taken hours of all hours of all slots, in tenths of a per cent */
	text occupancy_words; /* "41.3%", "" without slots */
};
extern const struct field business_lot_fields[];

struct business_note {
	text says;
};
extern const struct field business_note_fields[];

struct business {
	text month, title, net, before, after;
	bool so_far, nothing;
	int64_t bookings, cancelled, no_shows, drive_ups;
	text hours, occupancy_words;
	struct rows sums; /* struct business_sum */
	struct rows totals; /* struct report_sum: by currency */
	struct rows lots; /* struct business_lot, the ten with the most bookings and drive-ups */
	int64_t lots_in_all;
	struct rows odd; /* struct business_note: what is out of line against the months before */
	int64_t months_before; /* how many it was held against; under 3 nothing is out of line */
};
extern const struct field business_fields[];
enum problem business_report(struct ctx *, text month, struct business *);

/* Reaction to USER_DELETED: what they chose is forgotten. */
enum problem reports_forget_person(struct ctx *, int64_t user_id);

#endif
