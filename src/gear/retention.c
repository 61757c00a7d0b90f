/* retention.c -- how long gear keeps its own: jobs, messages, the audit log. */
#include "gear/retention.h"

#include "gear/audit.h"
#include "gear/gear.h"
#include "gear/settings.h"
#include "gear_sql.h"

/* ---- the audit log, which is append only but for this */

typedef enum problem taking(struct ctx *, instant before, int64_t most, int64_t *gone);

static enum problem
unlocked(struct ctx *c, taking *take, instant before, int64_t most, int64_t *gone)
{
	TRY(audit_unlocked(c, true));
	TRY(take(c, before, most, gone));
	return audit_unlocked(c, false);
}

static enum problem
audit_take(struct ctx *c, instant before, int64_t most, int64_t *gone)
{
	return unlocked(c, audit_sweep, before, most, gone);
}

static enum problem
addresses_take(struct ctx *c, instant before, int64_t most, int64_t *gone)
{
	return unlocked(c, audit_addresses_sweep, before, most, gone);
}

enum problem
audit_forget_person(struct ctx *c, int64_t user_id)
{
	TRY(audit_unlocked(c, true));
	TRY(audit_forget(c, user_id));
	return audit_unlocked(c, false);
}

enum problem
audit_forget_of(struct ctx *c, text subject, struct rows ids)
{
	TRY(audit_unlocked(c, true));
	TRY(audit_details_forget(c, subject, ids));
	return audit_unlocked(c, false);
}

/* ---- the rules */

const struct retention gear_retention[] = {
	{ "messages", "What e-mails and text messages said",
	    "Words and recipient are taken off; that something was sent stays, so that it is not "
	    "sent "
	    "again.",
	    &settings.keep_messages_days, 0, "KEEP_MESSAGES_DAYS", outbox_words_sweep },
	{ "outbox", "That messages were sent", "What is left of a message in the outbox.", NULL,
	    400 * DAY, NULL, outbox_sweep },
	{ "farewells", "Last messages to deleted accounts",
	    "As soon as it was sent; one that cannot be sent goes after a week.", NULL, 7 * DAY,
	    NULL, farewells_sweep },
	{ "addresses", "Addresses in the audit log",
	    "The network address that something was done from is taken off; the deed stays.",
	    &settings.keep_addresses_days, 0, "KEEP_ADDRESSES_DAYS", addresses_take },
	{ "audit", "The audit log", "Who did what, and when.", &settings.keep_audit_days, 0,
	    "KEEP_AUDIT_DAYS", audit_take },
	{ "jobs", "Jobs that are done", "", NULL, 7 * DAY, NULL, jobs_sweep },
	{ "keyed_jobs", "Jobs that may be done only once, and failed ones",
	    "That a job with this key was done is what keeps it from being done again.", NULL,
	    400 * DAY, NULL, keyed_jobs_sweep },
	{ "job_runs", "Notes of each run of a job", "", NULL, 2 * DAY, NULL, job_runs_sweep },
	{ "failed_runs", "Notes of runs that failed",
	    "They may hold what a mail server said of an address.", NULL, 90 * DAY, NULL,
	    failed_runs_sweep },
	{ NULL },
};
