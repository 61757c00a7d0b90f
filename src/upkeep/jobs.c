/* jobs.c -- what kinds of work there are, and what becomes of what failed. */
#include "gear/audit.h"
#include "gear_sql.h"
#include "upkeep/upkeep.h"
#include "upkeep_sql.h"

static const text states[] = { "waiting", "running", "done", "failed", NULL };
static const text orders[] = { "made", "-made", "kind", "-kind", "state", "-state", "due", "-due",
	"tries", "-tries", NULL };
const struct field job_filter_fields[] = {
	FIELD(job_filter, state, .among = states),
	FIELD(job_filter, kind, .max = 60, .doc = "mail_send, reports …"),
	LISTING_FIELDS(job_filter, orders),
	FIELD_END,
};

const struct field kind_line_fields[] = {
	FIELD(kind_line, kind),
	FIELD(kind_line, doc),
	FIELD(kind_line, every, .nullable = true, .doc = "Seconds; null: when something asks"),
	FIELD(kind_line, waiting),
	FIELD(kind_line, running),
	FIELD(kind_line, failed),
	FIELD(kind_line, last_began_at, .nullable = true),
	FIELD(kind_line, last_ended_at, .nullable = true),
	FIELD(kind_line, next_at, .nullable = true),
	FIELD(kind_line, last_problem, .nullable = true, .doc = "OK, or what the last run met"),
	FIELD(kind_line, last_detail, .nullable = true),
	FIELD(kind_line, well, .doc = "Nothing failed, and the last run was fine"),
	FIELD_END,
};

const struct field job_state_fields[] = { FIELD(job_state, kind), FIELD(job_state, state),
	FIELD_END };

static const struct job_kind *
kind_named(text name)
{
	for (const struct job_kind *const *list = all_jobs; *list; list++)
		for (const struct job_kind *k = *list; k->name; k++)
			if (text_is(k->name, name))
				return k;
	return NULL;
}

enum problem
kinds_all(struct ctx *c, struct rows *kinds)
{
	struct buf names = BUF(c->arena);

	for (const struct job_kind *const *list = all_jobs; *list; list++)
		for (const struct job_kind *k = *list; k->name; k++)
			buf_fmt(&names, "%s%s", names.n ? " " : "", k->name);
	TRY(kinds_now(c, buf_text(&names), kinds));
	FOR_ROWS (kind_line, line, *kinds) {
		const struct job_kind *k = kind_named(line->kind);

		line->doc = k && k->doc ? k->doc : "";
		line->every = k ? k->every : 0;
		line->well = line->failed == 0 &&
		    (*line->last_problem == 0 || text_is(line->last_problem, "OK"));
	}
	return OK;
}

enum problem
job_retry(struct ctx *c, int64_t id)
{
	struct job_state is = { 0 };
	struct job job = { 0 };

	TRY(job_state_of(c, id, &is));
	if (job_again(c, id, c->now, &job) != OK)
		return fail(c, WRONG_STATE, "Only a job that failed can be tried again.");
	TRY(audit_add(c, "job_retried", "job", id, is.kind));
	db_notify(c, "jobs");
	return OK;
}

enum problem
job_drop(struct ctx *c, int64_t id)
{
	struct job_state is = { 0 };
	int64_t gone = 0;

	TRY(job_state_of(c, id, &is));
	TRY(job_forget(c, id, &gone));
	if (gone == 0)
		return fail(c, WRONG_STATE, "Only a job that failed can be dropped.");
	return audit_add(c, "job_dropped", "job", id, is.kind);
}
