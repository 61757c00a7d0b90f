/* rules.c -- running the rules of retention, and the log of what they took. */
#include "gear/db.h"
#include "gear/loop.h"
#include "gear/settings.h"
#include "privacy/inner.h"
#include "privacy_sql.h"

#define AT_ONCE 2000 /* rows a transaction takes */
#define BATCHES 100 /* a run of a rule has at most; then it goes on in a job of its own */

static const int64_t three_years = 1095;

const struct retention privacy_retention[] = {
	{ "data_files", "Files with all of somebody's data",
	    "From when it was asked for; what is in it lies elsewhere, too.", NULL, DATA_FILE_KEPT,
	    NULL, data_files_sweep },
	{ "empty_runs", "Runs of these rules that found nothing", "", NULL, 7 * DAY, NULL,
	    empty_runs_sweep },
	{ "deletions", "The log of deletions", "It names classes and numbers, and nobody.",
	    &three_years, 0, NULL, deletions_sweep },
	{ NULL },
};

const struct field rule_line_fields[] = { FIELD(rule_line, class), FIELD(rule_line, title),
	FIELD(rule_line, why), FIELD(rule_line, period, .doc = "How long it is kept, in words"),
	FIELD(rule_line, setting, .nullable = true, .doc = "Which setting says so; null: fixed"),
	FIELD(rule_line, last_at, .nullable = true), FIELD(rule_line, last_n),
	FIELD(rule_line, month_n, .doc = "Rows taken away in thirty days"), FIELD_END };
const struct field deletion_fields[] = { FIELD(deletion, id), FIELD(deletion, class),
	FIELD(deletion, title, .doc = "The class in words"),
	FIELD(deletion, rule, .doc = "As it stood then"),
	FIELD(deletion, until, .nullable = true, .doc = "What was older went"),
	FIELD(deletion, n, .doc = "Rows that went"), FIELD(deletion, at), FIELD(deletion, ended_at),
	FIELD_END };
const struct field deletions_page_fields[] = { LISTING_PAGE_FIELDS(deletions_page, deletion),
	FIELD_LIST(deletions_page, rules, rule_line),
	FIELD(deletions_page, class, .nullable = true), FIELD(deletions_page, empty), FIELD_END };
const struct field rule_past_fields[] = { FIELD(rule_past, class), FIELD(rule_past, last_at),
	FIELD(rule_past, last_n), FIELD(rule_past, month_n), FIELD_END };

#define EACH_RULE(r)                                                                               \
	for (const struct retention *const *list_ = all_retention; *list_; list_++)                \
		for (const struct retention *r = *list_; r->class; r++)

static int64_t
kept_for(const struct retention *r)
{
	return r->days ? *r->days * DAY : r->fixed;
}

static text
period_words(struct arena *a, const struct retention *r)
{
	int64_t days = kept_for(r) / DAY;

	if (kept_for(r) == 0)
		return "until it ends";
	if (days >= 730 && days % 365 == 0)
		return arena_fmt(a, "%lld years", (long long)(days / 365));
	return arena_fmt(a, days == 1 ? "%lld day" : "%lld days", (long long)days);
}

/* ---- running one */

struct run { /* of a rule: its row in the log is there with its first batch */
	const struct retention *rule;
	instant before;
	int64_t log_id;
};

/* What a batch takes and what the log says of it are one. */
static enum problem
one_batch(struct ctx *c, struct run *r, int64_t *taken)
{
	struct counted_rows made = { .n = r->log_id };
	text rule = arena_fmt(c->arena, "Kept for %s", period_words(c->arena, r->rule));

	TRY(db_begin(c));
	enum problem e = r->rule->take(c, r->before, AT_ONCE, taken);
	if (e == OK && r->log_id == 0)
		e = deletion_add(c, r->rule->class, kept_for(r->rule) ? rule : "Ended", r->before,
		    *taken, c->now, loop_now(), &made);
	else if (e == OK && *taken)
		e = deletion_more(c, r->log_id, *taken, loop_now());
	enum problem end = db_end(c, e == OK);
	if (e == OK && end == OK)
		r->log_id = made.n;
	return e != OK ? e : end;
}

enum problem
retention_run(struct ctx *c, const struct retention *rule, int64_t *gone, bool *more)
{
	struct run run = { rule, instant_plus(c->now, -kept_for(rule)), 0 };
	int64_t taken = AT_ONCE;

	*gone = 0;
	for (int i = 0; i < BATCHES && taken == AT_ONCE; i++) {
		TRY(one_batch(c, &run, &taken));
		*gone += taken;
	}
	*more = taken == AT_ONCE;
	return OK;
}

enum problem
deletion_write(struct ctx *c, text class, text rule, int64_t n)
{
	struct counted_rows made = { 0 };

	return deletion_add(c, class, rule, (instant){ 0 }, n, c->now, c->now, &made);
}

/* ---- the worker's */

struct one_rule {
	text class;
};
static const struct field one_rule_fields[] = { FIELD(one_rule, class, .required = true, .max = 60),
	FIELD_END };

static enum problem
run_rule(struct ctx *c, const struct retention *rule)
{
	int64_t gone;
	bool more;

	TRY(retention_run(c, rule, &gone, &more));
	if (!more)
		return OK;
	return job_enqueue(
	    c, "retention_more", &(struct one_rule){ rule->class }, (struct job_when){ 0 });
}

/* A rule that fails keeps none of the others from running. */
static enum problem
run_all(struct ctx *c, const void *args)
{
	enum problem first = OK;

	(void)args;
	EACH_RULE(r)
	{
		enum problem e = run_rule(c, r);

		if (e != OK && first == OK)
			first = fail(
			    c, e, "%s: %s", r->class, c->detail ? c->detail : problem_title(e));
	}
	return first;
}

static enum problem
run_more(struct ctx *c, const void *args)
{
	const struct one_rule *wanted = args;

	EACH_RULE(r)
	if (text_is(r->class, wanted->class))
		return run_rule(c, r);
	return OK; /* an older program's */
}

const struct job_kind privacy_jobs[] = {
	{ "data_gather", data_gather_now, gathering_fields, sizeof(struct gathering),
	    .seconds = 600, .doc = "Gathers all of a person's data into a file for them" },
	{ "retention", run_all, .every = 3600, .bare = true, .seconds = 1800,
	    .doc = "Takes away what has been kept as long as the rules say" },
	{ "retention_more", run_more, one_rule_fields, sizeof(struct one_rule), .bare = true,
	    .seconds = 600, .doc = "Goes on with a rule that had more to take than fits one run" },
	{ NULL },
};

/* ---- to look at */

static text
title_of(text class)
{
	EACH_RULE(r)
	if (text_is(r->class, class))
		return r->title;
	return text_is(class, "account") ? "Accounts" : class;
}

static enum problem
look_at_rules(struct ctx *c, struct rows *out)
{
	struct rows past = { 0 };
	struct rule_line *lines;
	size_t n = 0;

	EACH_RULE(r)
	n++;
	lines = arena_alloc(c->arena, n * sizeof *lines);
	*out = (struct rows){ .v = lines };
	TRY(rules_past(c, instant_plus(c->now, -30 * DAY), &past));
	EACH_RULE(r)
	{
		struct rule_line *l = &lines[out->n++];

		*l = (struct rule_line){ .class = r->class,
			.title = r->title,
			.why = r->why,
			.period = period_words(c->arena, r),
			.setting = r->setting ? r->setting : "" };
		FOR_ROWS (rule_past, p, past) {
			if (!text_is(p->class, r->class))
				continue;
			l->last_at = p->last_at;
			l->last_n = p->last_n;
			l->month_n = p->month_n;
		}
	}
	return OK;
}

static const struct listing deletion_listing = {
	.path = "/admin/deletions",
	.csv = "/admin/tables/deletions.csv",
	.usual = "-when",
	.filter = deletions_asked_fields,
	.headings =
	    (const struct heading[]){
		{ "When (UTC)", "when", .falling = true },
		{ "What", "what" },
		{ "Rule", "rule" },
		{ "Older than (UTC)", "older", .falling = true },
		{ "How many", "many", .number = true, .falling = true },
		{ NULL },
	    },
};

enum problem
deletions_look(struct ctx *c, const struct deletions_asked *w, struct deletions_page *p)
{
	const struct listing *l = &deletion_listing;
	struct number_of all = { 0 };

	*p = (struct deletions_page){ .class = w->class, .empty = w->empty };
	TRY(look_at_rules(c, &p->rules));
	TRY(deletions_page_of(c, w->class, w->empty, listing_order(l, w), listing_skip(l, w),
	    listing_most(l, w), &p->items));
	TRY(deletions_number(c, w->class, w->empty, COUNT_MOST + 1, &all));
	p->count = all.n;
	LISTING_FILL(c, l, w, p);
	FOR_ROWS (deletion, d, p->items)
		d->title = title_of(d->class);
	return OK;
}
