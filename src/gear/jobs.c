#include "base/form.h"
#include "gear/db.h"
#include "gear/gear.h"
#include "gear/jobs.h"
#include "gear/log.h"
#include "gear/loop.h"
#include "gear_sql.h"

#define MOST_TRIES 10
#define FIRST_DELAY (30 * SECOND)
#define LONGEST_DELAY (6 * HOUR)
#define USUAL_SECONDS 60 /* a job's lease, unless its kind says more */
#define LONGEST_SLEEP_MS 5000

const struct field claimed_job_fields[] = {
	FIELD(claimed_job, id),
	FIELD(claimed_job, kind),
	FIELD(claimed_job, args),
	FIELD(claimed_job, unique_key),
	FIELD(claimed_job, tries),
	FIELD_END,
};
const struct field due_time_fields[] = {
	FIELD(due_time, at),
	FIELD_END,
};
const struct field job_fields[] = {
	FIELD(job, id),
	FIELD(job, kind),
	FIELD(job, state),
	FIELD(job, args),
	FIELD(job, run_at),
	FIELD(job, created_at),
	FIELD(job, finished_at, .nullable = true),
	FIELD(job, tries),
	FIELD(job, last_error),
	FIELD_END,
};
const struct field job_summary_fields[] = {
	FIELD(job_summary, kind),
	FIELD(job_summary, waiting),
	FIELD(job_summary, running),
	FIELD(job_summary, failed),
	FIELD(job_summary, last_began_at, .nullable = true),
	FIELD(job_summary, last_ended_at, .nullable = true),
	FIELD(job_summary, next_at, .nullable = true),
	FIELD(job_summary, last_problem),
	FIELD_END,
};
const struct field job_run_fields[] = {
	FIELD(job_run, id),
	FIELD(job_run, job_id),
	FIELD(job_run, kind),
	FIELD(job_run, try),
	FIELD(job_run, began_at),
	FIELD(job_run, ended_at),
	FIELD(job_run, problem),
	FIELD(job_run, detail),
	FIELD_END,
};

static const struct job_kind *const *known = all_jobs;

void
jobs_know(const struct job_kind *const *kinds)
{
	known = kinds;
}

static const struct job_kind *
kind_named(text name)
{
	for (const struct job_kind *const *slice = known; *slice; slice++)
		for (const struct job_kind *k = *slice; k->name; k++)
			if (text_is(k->name, name))
				return k;
	return NULL;
}

/* ---- enqueueing */

static const struct job_kind *
listed(text name)
{
	const struct job_kind *k = kind_named(name);

	if (k == NULL)
		BUG("a job of a kind that nobody lists");
	return k;
}

enum problem
job_enqueue(struct ctx *c, text kind, const void *args, struct job_when when)
{
	const struct job_kind *k = listed(kind);
	struct buf json = BUF(c->arena);
	instant at = instant_none(when.at) ? c->now : when.at;
	int64_t added;

	if (k->args)
		fields_json(&json, k->args, args);
	else
		buf_add(&json, "{}");
	TRY(job_add(c, kind, buf_text(&json), when.unique ? when.unique : "", at, c->now, &added));
	if (added && at.us <= c->now.us)
		db_notify(c, "jobs");
	return OK;
}

enum problem
jobs_enqueue(struct ctx *c, text kind, struct rows ids, text unique)
{
	const struct job_kind *k = listed(kind);
	int64_t added;

	if (k->args == NULL || !text_is(k->args->name, "id") || k->args[1].name)
		BUG("a job that takes more than an id");
	if (ids.n == 0)
		return OK;
	TRY(jobs_add(c, kind, ids, unique ? unique : "", c->now, &added));
	if (added)
		db_notify(c, "jobs");
	return OK;
}

/* ---- running one */

static bool
is_periodic(const struct job_kind *k, const struct claimed_job *j)
{
	return k && k->every > 0 && text_is(j->unique_key, "every");
}

/* The next multiple of the period, so that rounds do not creep. */
static instant
next_round(const struct job_kind *k, instant now)
{
	int64_t period = k->every * SECOND;

	return (instant){ (now.us / period + 1) * period };
}

static instant
next_try(const struct job_kind *k, const struct claimed_job *j, enum problem e, instant now)
{
	int64_t delay = FIRST_DELAY;

	if (e == TRY_AGAIN)
		return instant_plus(now, SECOND);
	for (int64_t i = 1; i < j->tries && delay < LONGEST_DELAY; i++)
		delay *= 4;
	if (delay > LONGEST_DELAY)
		delay = LONGEST_DELAY;
	if (is_periodic(k, j) && delay > k->every * SECOND)
		delay = k->every * SECOND;
	return instant_plus(now, delay);
}

static enum problem
note_run(struct ctx *c, const struct claimed_job *j, instant began, enum problem e, text detail)
{
	/* A frozen clock stands still; a real one moves on while the job runs. */
	instant ended = instant_plus(c->now, instant_minus(loop_now(), began));

	if (ended.us < c->now.us)
		ended = c->now;
	return job_run_add(c, j->id, j->kind, j->tries, c->now, ended, problem_name(e), detail);
}

/* Success, in the job's own transaction: the deed and its being done are one. */
static enum problem
settle(struct ctx *c, const struct job_kind *k, const struct claimed_job *j, instant began)
{
	int64_t still_ours;

	if (is_periodic(k, j))
		TRY(job_next_round(c, j->id, j->tries, next_round(k, c->now), &still_ours));
	else
		TRY(job_done(c, j->id, j->tries, c->now, &still_ours));
	if (!still_ours)
		return fail(c, CHANGED_MEANWHILE, "another worker has taken this job over");
	return note_run(c, j, began, OK, "");
}

static enum problem
put_off(struct ctx *c, const struct job_kind *k, const struct claimed_job *j, instant began,
    enum problem e)
{
	text why = c->complaints.n ? c->complaints.v[0].says
	    : c->detail		   ? c->detail
				   : problem_title(e);
	int64_t still_ours;

	log_event("job_failed", "kind", j->kind, "id", sql_int(c->arena, j->id), "try",
	    sql_int(c->arena, j->tries), "problem", problem_name(e), "why", why, NULL);
	if (k && (j->tries < MOST_TRIES || is_periodic(k, j)))
		TRY(job_wait(c, j->id, j->tries, next_try(k, j, e, c->now), why, &still_ours));
	else
		TRY(job_fail(c, j->id, j->tries, c->now, why, &still_ours));
	return still_ours ? note_run(c, j, began, e, why) : OK;
}

/* The arguments, as they were enqueued; NULL and no complaint for a kind without any. */
static enum problem
read_args(struct ctx *c, const struct job_kind *k, const struct claimed_job *j, void **args)
{
	struct complaints faults = { 0 };
	text why;

	if (k->args == NULL)
		return OK;
	*args = arena_alloc(c->arena, k->args_size);
	struct json_source from = { c->arena,
		json_parse(c->arena, j->args, strlen(j->args), &why) };
	if (from.object == NULL)
		return fail(c, INTERNAL, "the arguments cannot be read: %s", why);
	if (!fields_decode(c->arena, k->args, *args, json_field, &from, &faults))
		return fail(
		    c, INTERNAL, "the argument %s: %s", faults.v[0].field, faults.v[0].says);
	return OK;
}

static enum problem
run_kind(struct ctx *c, const struct job_kind *k, const struct claimed_job *j, instant began)
{
	void *args = NULL;
	int64_t still_ours;

	if (k == NULL)
		return fail(c, INTERNAL, "this program knows no such kind of job");
	if (j->tries > MOST_TRIES && !is_periodic(k, j))
		return fail(c, INTERNAL, "its worker died again and again");
	if (k->seconds > USUAL_SECONDS)
		TRY(job_lease(
		    c, j->id, j->tries, instant_plus(c->now, k->seconds * SECOND), &still_ours));
	TRY(read_args(c, k, j, &args));
	if (k->bare) {
		TRY(k->run(c, args));
		return settle(c, k, j, began);
	}
	TRY(db_begin(c));
	enum problem e = k->run(c, args);
	if (e == OK)
		e = settle(c, k, j, began);
	enum problem ended = db_end(c, e == OK);
	return e != OK ? e : ended;
}

static void
run_claimed(struct ctx *c, const struct claimed_job *j)
{
	const struct job_kind *k = kind_named(j->kind);
	instant began = loop_now();
	enum problem e = run_kind(c, k, j, began);

	if (e != OK && put_off(c, k, j, began, e) != OK)
		log_event("job_not_noted", "kind", j->kind, "id", sql_int(c->arena, j->id), NULL);
}

/* Takes one due job and runs it in an arena of its own.  False: none was due. */
static enum problem
run_next(struct ctx *c)
{
	struct ctx own = *c;
	struct claimed_job j = { 0 };

	own.arena = arena_new();
	own.detail = NULL;
	own.complaints.n = 0;
	own.request_id = "job";
	own.person = (struct person){ .name = "" };
	enum problem e =
	    job_claim(&own, own.now, instant_plus(own.now, USUAL_SECONDS * SECOND), &j);
	if (e == OK) {
		own.request_id =
		    arena_fmt(own.arena, "job-%lld-%lld", (long long)j.id, (long long)j.tries);
		run_claimed(&own, &j);
	}
	arena_free(own.arena);
	return e;
}

int64_t
jobs_run_due(struct ctx *c, int64_t most)
{
	int64_t n = 0;

	while (n < most && run_next(c) == OK)
		n++;
	return n;
}

/* ---- the worker */

static enum problem
plan_rounds(struct ctx *c)
{
	for (const struct job_kind *const *slice = known; *slice; slice++)
		for (const struct job_kind *k = *slice; k->name; k++)
			if (k->every > 0)
				TRY(job_keep_going(c, k->name, c->now, c->now));
	return OK;
}

static void
heard_news(void *news)
{
	*(bool *)news = true;
}

/* Until something is due, or news comes, but never long: a lost notification costs seconds, not
 * more. */
static void
sleep_until_due(struct ctx *c, const bool *news, const volatile bool *stop)
{
	struct due_time next = { 0 };
	instant until = instant_plus(loop_now(), LONGEST_SLEEP_MS * 1000);

	if (job_next_due(c, &next) == OK && next.at.us < until.us)
		until = next.at;
	while (!*news && !*stop) {
		int64_t left = instant_minus(until, loop_now()) / 1000 + 1;

		if (left <= 1)
			return;
		loop_turn(left < 1000 ? left : 1000);
	}
}

enum problem
jobs_work(struct ctx *c, volatile bool *stop)
{
	struct arena *kept = c->arena;
	bool news = false, planned = false;

	db_listen(c, "jobs", heard_news, &news);
	while (!*stop) {
		struct arena *round = arena_new();

		c->arena = round;
		c->now = loop_now();
		if (!planned)
			planned = plan_rounds(c) == OK;
		news = false;
		enum problem e = run_next(c);
		if (e == NOT_FOUND)
			sleep_until_due(c, &news, stop);
		else if (e != OK)
			loop_sleep(1000);
		arena_free(round);
	}
	c->arena = kept;
	db_listen(c, "jobs", NULL, NULL);
	return OK;
}
