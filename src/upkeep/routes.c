/* routes.c -- jobs and health, for admins. */
#include "upkeep/upkeep.h"
#include "upkeep_sql.h"
#include "web/web.h"

static const struct listing job_listing = {
	.path = "/admin/jobs",
	.csv = "/admin/tables/jobs.csv",
	.usual = "-made",
	.filter = job_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "Made (UTC)", "made", .falling = true },
		{ "Kind", "kind" },
		{ "State", "state" },
		{ "Due (UTC)", "due", .falling = true },
		{ "Tries", "tries", .number = true, .falling = true },
		{ "Said last" },
		{ "What now" },
		{ NULL },
	    },
};

struct jobs_desk {
	struct rows kinds; /* struct kind_line */
	LISTING_PAGE; /* struct job */
	const struct job_filter *f;
};
static const struct field jobs_desk_fields[] = {
	FIELD_LIST(jobs_desk, kinds, kind_line),
	LISTING_PAGE_FIELDS(jobs_desk, job),
	FIELD_ONE(jobs_desk, f, job_filter, .hidden = true),
	FIELD_END,
};

static enum problem
show_jobs(struct ctx *c, const void *in, struct reply *r)
{
	const struct job_filter *f = in;
	const struct listing *l = &job_listing;
	struct jobs_desk *v = arena_alloc(c->arena, sizeof *v);
	struct number_of count = { 0 };

	v->f = f;
	TRY(kinds_all(c, &v->kinds));
	TRY(jobs_page(c, f->state, f->kind, listing_order(l, f), listing_skip(l, f),
	    listing_most(l, f), &v->items));
	TRY(jobs_number(c, f->state, f->kind, COUNT_MOST + 1, &count));
	v->count = count.n;
	LISTING_FILL(c, l, f, v);
	return reply_one(r, v);
}

struct which_job {
	int64_t id;
};
static const struct field which_job_fields[] = {
	FIELD(which_job, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

static enum problem
retry(struct ctx *c, const void *in, struct reply *r)
{
	TRY(job_retry(c, ((const struct which_job *)in)->id));
	r->flash = "It will be tried again at once.";
	return reply_done(r, "/admin/jobs?state=failed");
}

static enum problem
drop(struct ctx *c, const void *in, struct reply *r)
{
	TRY(job_drop(c, ((const struct which_job *)in)->id));
	r->flash = "It is dropped.";
	return reply_done(r, "/admin/jobs?state=failed");
}

struct health_page {
	const struct condition *health;
	struct rows workers; /* struct web_worker */
};
static const struct field health_page_fields[] = {
	FIELD_ONE(health_page, health, condition),
	FIELD_LIST(health_page, workers, web_worker),
	FIELD_END,
};

static enum problem
show_health(struct ctx *c, const void *in, struct reply *r)
{
	struct health_page *p = arena_alloc(c->arena, sizeof *p);
	struct condition *h = arena_alloc(c->arena, sizeof *h);

	(void)in;
	TRY(health_look(c, h));
	p->health = h;
	web_workers(c->arena, &p->workers);
	r->momentary = true;
	return reply_one(r, p);
}

const struct route upkeep_routes[] = {
	{ GET, "/admin/jobs", ADMIN, show_jobs, TAKES(job_filter), GIVES(jobs_desk),
	    .page = "upkeep/jobs", .again = "/admin/jobs",
	    .doc = "Each kind of job with its last run, and the jobs themselves." },
	{ POST, "/admin/jobs/:id/retry", ADMIN, retry, TAKES(which_job), .again = "/admin/jobs",
	    FAILS(NOT_FOUND, WRONG_STATE), .doc = "Try a job that failed once more." },
	{ POST, "/admin/jobs/:id/drop", ADMIN, drop, TAKES(which_job), .again = "/admin/jobs",
	    FAILS(NOT_FOUND, WRONG_STATE), .doc = "Give a job that failed up for good." },
	{ GET, "/admin/health", ADMIN, show_health, GIVES(health_page), .page = "upkeep/health",
	    .doc = "How the program is, in plain words, and what to do." },
	{ 0 },
};
