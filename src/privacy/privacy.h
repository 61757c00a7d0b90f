/*
 * privacy.h -- what belongs to people: a file with all there is about them, the end of an account, and how long
 * things are kept.
 *
 * THE FILE.  Whoever asks, with their password, gets one JSON file of all that is stored about them.  The worker
 * gathers it a piece at a time, a notice says when it is ready, and for three days the log-in that asked for it may
 * fetch it; no other may.  data_classes[] is the list of what is in it: another class is a line there and a statement.
 *
 * THE END.  Deleting an account leaves a number.  Bookings, charges, payments and receipts stay and lead to it, so
 * that every total is what it was; name, addresses, plates, messages and words go, in the same transaction
 * (USER_DELETED: each slice forgets what is its own).  Nobody goes while something between us is open: hindrances[].
 *
 * THE RULES.  Each slice lists how long it keeps what (gear/retention.h).  The worker runs all rules every hour, some
 * rows at a time; each run of a rule leaves a row in `deletions`, in the transaction that took things away.
 */
#ifndef PRIVACY_H
#define PRIVACY_H

#include "base/listing.h"
#include "accounts/accounts.h"
#include "gear/jobs.h"
#include "gear/retention.h"

extern const struct job_kind privacy_jobs[];
extern const struct retention privacy_retention[];

/* ---- the file */

#define DATA_FILE_KEPT (3 * DAY)
#define DATA_FILES_A_DAY 5

/* All of somebody's rows of one class after a number, oldest first: struct data_row. */
typedef enum problem data_rows(
    struct ctx *, int64_t user_id, int64_t after, int64_t most, struct rows *);

struct data_class {
	text name; /* "reservations": its key in the file */
	text title; /* "Bookings" */
	text what; /* a sentence for who reads the page or the file */
	data_rows *rows;
};
extern const struct data_class data_classes[]; /* ended by { NULL } */

struct data_line { /* of the page: a class, and how much of it is in the file */
	text name, title, what;
	int64_t n;
};
extern const struct field data_line_fields[];

struct data_page {
	text state; /* none, waiting, ready, elsewhere (another log-in asked for it) */
	bool none, waiting, ready, elsewhere;
	instant asked_at, ready_at, ends_at, fetched_at;
	int64_t bytes;
	text size; /* "12.4 KB" */
	text file_name;
	struct rows classes; /* struct data_line */
};
extern const struct field data_page_fields[];

enum problem data_look(struct ctx *, struct data_page *); /* of c->person */
/* Asks for one; a file that is there goes.  LIMIT_REACHED after DATA_FILES_A_DAY in a day.  In a transaction, after
 * the password was confirmed. */
enum problem data_ask(struct ctx *);
/* All of it.  NOT_FOUND unless this log-in asked for it, it is ready, and its time is not over. */
enum problem data_fetch(struct ctx *, text *json, text *file_name);
/* Writes the file of that number: what the job does. */
enum problem data_gather(struct ctx *, int64_t file_id);

/* ---- the end of an account */

struct hindrance_line {
	text says, link;
};
extern const struct field hindrance_line_fields[];

/* What is open between us and them; empty: nothing hinders. */
enum problem hindrances_of(struct ctx *, int64_t user_id, struct rows *lines);

struct leaving {
	int64_t id;
	text name, username, email;
	bool last_admin; /* they cannot go, whatever else */
	bool own; /* it is their own account */
	bool may;
	struct rows hindrances; /* struct hindrance_line */
};
extern const struct field leaving_fields[];
enum problem leaving_look(
    struct ctx *, int64_t user_id, struct leaving *); /* NOT_FOUND, WRONG_STATE */

/* Deletes it, by its owner or by an admin with a reason.  WRONG_STATE with the hindrances in words, or for one that
 * was deleted; FORBIDDEN for the last admin.  In a transaction, after the password was confirmed. */
enum problem account_delete(struct ctx *, int64_t user_id, text reason);
enum problem data_forget_person(struct ctx *, int64_t user_id); /* reaction: their files go */

/* ---- the rules */

struct rule_line {
	text class, title, why;
	text period; /* "30 days" */
	text setting; /* "" if the period is fixed */
	instant last_at; /* {0}: it never ran */
	int64_t last_n, month_n; /* rows: in its last run, and in thirty days */
};
extern const struct field rule_line_fields[];

struct deletion {
	int64_t id;
	text class, rule, title;
	instant until, at, ended_at; /* until {0}: not by age */
	int64_t n;
};
extern const struct field deletion_fields[];

struct deletions_asked {
	text class, sort;
	bool empty; /* runs that found nothing, too */
	int64_t page, rows;
};
struct deletions_page {
	LISTING_PAGE; /* struct deletion */
	struct rows rules; /* struct rule_line */
	text class; /* what the form falls back to */
	bool empty;
};
extern const struct field deletions_page_fields[];
enum problem deletions_look(struct ctx *, const struct deletions_asked *, struct deletions_page *);

/* Runs one rule: takes away what is older than it says, in transactions of their own; *more: there is more than fits
 * one run. */
enum problem retention_run(struct ctx *, const struct retention *, int64_t *gone, bool *more);
enum problem deletion_write(struct ctx *, text class, text rule, int64_t n); /* what no rule took */

/* ---- rows that only this slice's statements give */

struct data_row {
	int64_t id;
	text body; /* JSON */
};
extern const struct field data_row_fields[];
struct data_file {
	int64_t id, user_id, session_id;
	text username;
	instant asked_at, ready_at, fetched_at;
	int64_t bytes;
};
extern const struct field data_file_fields[];
struct data_part {
	text body;
};
extern const struct field data_part_fields[];
struct data_count {
	text class;
	int64_t n;
};
extern const struct field data_count_fields[];
struct counted_rows {
	int64_t n;
};
extern const struct field counted_rows_fields[];
struct rule_past {
	text class;
	instant last_at;
	int64_t last_n, month_n;
};
extern const struct field rule_past_fields[];

#endif
