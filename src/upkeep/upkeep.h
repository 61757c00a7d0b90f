/*
 * upkeep.h -- what keeps the house running, for the admin who looks after it: the jobs, and its health.
 *
 * A job that failed for good waits here for somebody to say what becomes of it: it is tried again, from the
 * first try, or dropped.  Either is audited.
 *
 * Health is a list of plain sentences: what is so, whether that is well, and what to do if it is not.
 */
#ifndef UPKEEP_H
#define UPKEEP_H

#include "base/listing.h"
#include "gear/gear.h"

struct job_filter {
	text state, kind, sort;
	int64_t page, rows;
};
extern const struct field job_filter_fields[];

struct kind_line { /* of work, and how it fares */
	text kind, doc;
	int64_t every; /* seconds; 0: only when something asks for it */
	int64_t waiting, running, failed;
	instant last_began_at, last_ended_at, next_at;
	text last_problem; /* "OK", a problem's name, "" if it never ran */
	text last_detail;
	bool well;
};
extern const struct field kind_line_fields[];

/* Every kind of job there is, whether it ever ran or not. */
enum problem kinds_all(struct ctx *, struct rows *kinds);

/* Only what failed: WRONG_STATE.  NOT_FOUND. */
enum problem job_retry(struct ctx *, int64_t id);
enum problem job_drop(struct ctx *, int64_t id);

struct check {
	text what; /* "Database" */
	text state; /* good, warn, bad */
	text says, todo; /* todo "": nothing */
	text link; /* where to do it; "" */
};
extern const struct field check_fields[];

struct table_size {
	text name, size;
	int64_t rows_about, bytes;
};
extern const struct field table_size_fields[];

struct condition {
	text state; /* the worst of all */
	int64_t to_do; /* checks that are not good */
	struct rows checks; /* struct check */
	struct rows tables; /* struct table_size, the largest */
	instant at;
};
extern const struct field condition_fields[];

enum problem health_look(struct ctx *, struct condition *);

/* ---- rows that only this slice's statements give */

struct job_state {
	text kind, state;
};
extern const struct field job_state_fields[];
struct queue_now {
	int64_t rounds, late_rounds; /* jobs that are done again and again */
	int64_t at_work; /* jobs that a worker has, and has not had for too long */
	int64_t waiting, running, failed, overdue;
	instant oldest_due, last_run;
};
extern const struct field queue_now_fields[];
struct outbox_now {
	int64_t waiting, returned;
	instant oldest;
};
extern const struct field outbox_now_fields[];
struct database_now {
	text version;
	int64_t bytes, connections, connections_most, migrations;
	instant started_at;
	text last_migration;
};
extern const struct field database_now_fields[];

#endif
