/*
 * gear.h -- the rows of what gear itself keeps in PostgreSQL: jobs, their runs, the audit log, the outbox.
 */
#ifndef GEAR_H
#define GEAR_H

#include "gear/ctx.h"
#include "gear/jobs.h"
#include "gear/mail.h"
#include "gear/store.h"

extern const struct job_kind mail_jobs[]; /* sending what stands in the outbox */

/* A job that this worker has just taken. */
struct claimed_job {
	int64_t id;
	text kind, args, unique_key;
	int64_t tries; /* this one counted */
};
extern const struct field claimed_job_fields[];

struct due_time {
	instant at;
};
extern const struct field due_time_fields[];

/* A line of /admin/jobs. */
struct job {
	int64_t id;
	text kind;
	text state; /* waiting, running, done, failed */
	text args; /* JSON */
	instant run_at, created_at, finished_at;
	int64_t tries;
	text last_error;
};
extern const struct field job_fields[];

/* How a kind of job fares. */
struct job_summary {
	text kind;
	int64_t waiting, running, failed;
	instant last_began_at, last_ended_at, next_at;
	text last_problem; /* "OK", or the problem's name; "" if it never ran */
};
extern const struct field job_summary_fields[];

struct job_run {
	int64_t id, job_id;
	text kind;
	int64_t try;
	instant began_at, ended_at;
	text problem, detail;
};
extern const struct field job_run_fields[];

/* A line of /admin/audit. */
struct audit_entry {
	int64_t id;
	instant at;
	int64_t user_id, api_key_id; /* 0: none */
	text action, subject;
	int64_t subject_id; /* 0: none */
	text detail, address, request_id;
};
extern const struct field audit_entry_fields[];

struct outbox_id {
	int64_t id;
};
extern const struct field outbox_id_fields[];

#endif
