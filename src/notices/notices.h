/*
 * notices.h -- what people are told.
 *
 * A notice goes to one person, to everybody of a region, or to the staff.  It stands in their lists, each with a read
 * state of their own; whoever is connected sees it at once; and by e-mail or SMS it goes to those who chose so for its
 * kind.  All of that in the transaction of what it is about: at least once, and with a key only once.
 *
 * Any name of 1 to 64 small letters, digits and dashes is a region.  A notice to a region is for those whose profile
 * names it and for those who look at its address when it goes out.
 */
#ifndef NOTICES_H
#define NOTICES_H

#include "gear/db.h"
#include "gear/jobs.h"
#include "gear/retention.h"

extern const struct rule notice_rules[];
extern const struct job_kind notice_jobs[];
extern const struct retention notice_retention[];

struct notice {
	int64_t user_id; /* 0: to the region, and without one to operators and admins */
	text region; /* "" or NULL: none */
	text kind; /* "payment": one of notice_kinds[] */
	text words; /* a sentence or two, at most 2,000 characters */
	text link; /* an address of ours; "" or NULL for none */
	text unique; /* dedupe key, for ever; "" or NULL for none */
};
/* OK also if it was told before, under its key. */
enum problem notice_tell(struct ctx *, const struct notice *);

struct notice_kind {
	text name; /* "payment": for ever */
	text title; /* the subject of its e-mail, and how the choice is called */
	bool mail, sms; /* as it goes out where nobody chose */
	enum role least; /* who gets such a one */
};
extern const struct notice_kind notice_kinds[]; /* ended by { NULL } */

struct notice_line { /* in somebody's list */
	int64_t id;
	text kind, words, link, region;
	bool read;
	instant created_at;
};
extern const struct field notice_line_fields[];

struct notice_page {
	struct rows unread, before; /* of struct notice_line, newest first */
	int64_t n_unread; /* in all; 100 stands for more than 99 */
	bool nothing, many;
	text older;
};
extern const struct field notice_page_fields[];

/* Of c->person.  `before` 0: from the newest one. */
enum problem notices_mine(struct ctx *, int64_t before, struct notice_page *);
enum problem notices_newest(struct ctx *, int64_t most, struct rows *); /* struct notice_line */
int64_t notices_unread(struct ctx *); /* for the masthead; 0 also when nobody knows */

enum problem notice_mark_read(struct ctx *, int64_t id); /* NOT_FOUND; twice is once */
enum problem notices_mark_all_read(struct ctx *);
/* "12,15": INVALID unless all of them are numbers and in the person's list; then none is marked. */
enum problem notices_mark_read(struct ctx *, text ids);

/* One message of a WebSocket's client: {"type":"mark-as-read","notification_ids":["12"]}. */
enum problem notices_heard(struct ctx *, const char *message, size_t n, struct buf *answer);

bool region_name_ok(text);
/* A notice of news to all of a region, by an operator; *people: in whose lists it stands so far. */
enum problem region_tell(struct ctx *, text region, text words, int64_t *people);

/* ---- how it goes out */

struct notice_choice {
	text kind;
	bool mail, sms;
};
extern const struct field notice_choice_fields[];
struct choices {
	bool mail_reservation_starts, sms_reservation_starts;
	bool mail_reservation_ends, sms_reservation_ends;
	bool mail_payment, sms_payment;
	bool mail_refund, sms_refund;
	bool mail_cancellation, sms_cancellation;
	bool mail_report, sms_report;
	bool mail_account, sms_account;
	bool mail_device, sms_device;
	bool mail_anomaly, sms_anomaly;
	bool mail_news, sms_news;
	text phone; /* as the profile has it; hidden from forms */
	bool may_text; /* it is one that a text message can be sent to */
};
extern const struct field choices_fields[]; /* what is chosen */
extern const struct field choices_page_fields[]; /* … and what is shown beside it */
enum problem choices_load(struct ctx *, struct choices *);
enum problem choices_save(struct ctx *, const struct choices *);

/* ---- live */

enum problem notice_reach(
    struct ctx *, int64_t notice, struct rows watching, struct rows connected, struct rows *);
enum problem notices_since(struct ctx *, instant, struct rows *);
enum problem notices_ended_logins(struct ctx *, struct rows sessions, struct rows *);

struct ticket_made {
	text ticket;
	instant expires_at;
};
extern const struct field ticket_made_fields[];
enum problem socket_ticket_make(struct ctx *, struct ticket_made *); /* FORBIDDEN without a login */
enum problem notices_person_by_ticket(
    struct ctx *, text ticket, struct person *); /* NOT_SIGNED_IN */

/* ---- reactions */

enum problem notice_of_cancellation(struct ctx *, int64_t reservation_id);
/* To PAYMENT_MADE, PAYMENT_FAILED and REFUND_MADE: their payer is told, once. */
enum problem notice_of_payment(struct ctx *, int64_t payment_id);
enum problem notice_of_failed_payment(struct ctx *, int64_t payment_id);
enum problem notice_of_refund(struct ctx *, int64_t refund_id);
enum problem notices_forget_person(struct ctx *, int64_t user_id);

/* ---- rows that only this slice's statements give */

struct notice_id {
	int64_t id;
};
extern const struct field notice_id_fields[];
struct notice_counted {
	int64_t n;
};
extern const struct field notice_counted_fields[];
struct notice_row { /* of one to many */
	int64_t id, user_id;
	text region, kind, words, link;
	instant created_at;
};
extern const struct field notice_row_fields[];
struct addressee {
	int64_t id;
	text name, email, phone;
	bool mail, sms;
};
extern const struct field addressee_fields[];
struct due_reminder {
	int64_t id, user_id;
	instant starts, ends;
	text lot_name, slot_label, time_zone;
};
extern const struct field due_reminder_fields[];
struct told_money {
	int64_t user_id;
	money amount;
	text currency, why, lot_name;
	int64_t reservation_id, receipt_id; /* 0: none */
	text receipt_number;
};
extern const struct field told_money_fields[];
struct known_region {
	text region;
};
extern const struct field known_region_fields[];
struct ticket_person {
	int64_t id, session_id;
	text name, role;
	bool verified;
};
extern const struct field ticket_person_fields[];

#endif
