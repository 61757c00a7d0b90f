/*
 * jobs.h -- work that leaves the request: enqueued in its transaction, done by the worker.
 *
 * At least once: a job may run again after a crash, so its doing is keyed.  Failures are tried
 * again after 30 s, 2 min, 8 min … at most 6 h apart, and after 10 tries it stands as failed on
 * /admin/jobs.
 */
#ifndef JOBS_H
#define JOBS_H

#include "gear/ctx.h"

struct job_kind {
	text name; /* "mail_send": for ever */
	enum problem (*run)(
	    struct ctx *, const void *args); /* in a transaction of its own unless .bare */
	const struct field
	    *args; /* NULL: none.  They are kept as JSON: .secret and .hidden fields are lost */
	size_t args_size;
	int64_t every; /* seconds; 0: only when enqueued */
	bool bare; /* opens its own transactions: talks to the outside between them */
	int64_t seconds; /* the longest it may take before its worker is taken for dead; 0: 60 */
	text doc;
};
extern const struct job_kind *const all_jobs[]; /* a list per slice, ended by NULL; src/all.c */

struct job_when {
	instant at; /* {0}: now */
	text unique; /* NULL, or a key: while such a job waits or after it ran, another is not added
		      */
};
enum problem job_enqueue(struct ctx *, text kind, const void *args, struct job_when);
/* The same of many things, now and in one statement.  ids: structs that hold one int64_t and nothing else, which is all that the
 * kind takes, as "id".  unique: NULL, or a key in which that stands for %: "mail:%:0". */
enum problem jobs_enqueue(struct ctx *, text kind, struct rows ids, text unique);

/* The worker's main: runs due jobs until told to stop; SKIP LOCKED, LISTEN for news. */
enum problem jobs_work(struct ctx *, volatile bool *stop);
/* Runs what is due now, at most `most`, and answers how many ran: for tests and parkctl. */
int64_t jobs_run_due(struct ctx *, int64_t most);
void jobs_know(const struct job_kind *const *); /* other kinds than all_jobs: for tests */

#endif
