/* sums.c -- keeping the sums: folding, counting anew, checking. */
#include <stdio.h>

#include "gear/log.h"
#include "desk/inner.h"
#include "desk_sql.h"

#define CHECKS_KEPT (90 * DAY)
#define STEP_OF_REBUILD (5 * DAY)
#define MANY_TOLD 10000 /* are folded within a second or two */

const struct field desk_lot_fields[] = { FIELD(desk_lot, id), FIELD_END };
const struct field desk_stretch_fields[] = {
	FIELD(desk_stretch, since, .nullable = true),
	FIELD(desk_stretch, until, .nullable = true),
	FIELD_END,
};
const struct field desk_told_fields[] = { FIELD(desk_told, n), FIELD_END };
const struct field desk_day_fields[] = { FIELD(desk_day, day), FIELD_END };
const struct field desk_difference_fields[] = {
	FIELD(desk_difference, n),
	FIELD(desk_difference, lot_id),
	FIELD(desk_difference, day),
	FIELD(desk_difference, currency),
	FIELD_END,
};

/* ---- folding */

static enum problem
fold(struct ctx *c)
{
	TRY(desk_lock(c));
	TRY(desk_fold_money(c));
	TRY(desk_plan_by_index(c, true));
	TRY(desk_fold_bookings(c));
	return desk_plan_by_index(c, false);
}

/* In a transaction of its own, or in the one that is open. */
static enum problem
whole(struct ctx *c, enum problem (*run)(struct ctx *))
{
	TRY(db_begin(c));
	enum problem e = run(c);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

enum problem
desk_fold(struct ctx *c)
{
	return whole(c, fold);
}

/* ---- counting anew */

static enum problem
forget_all(struct ctx *c)
{
	TRY(desk_forget_money(c));
	TRY(desk_forget_bookings(c));
	TRY(desk_forget_hours(c));
	TRY(desk_forget_people(c));
	TRY(desk_forget_returns(c));
	TRY(desk_forget_heads(c));
	TRY(desk_forget_stale(c));
	TRY(desk_untell_money(c));
	return desk_untell_bookings(c);
}

static enum problem
fold_many(struct ctx *c, bool last)
{
	struct desk_told told = { 0 };

	TRY(desk_told(c, &told));
	return last || told.n >= MANY_TOLD ? fold(c) : OK;
}

/* Some days at a time, so that no statement takes longer than a statement may, however many years there are; and few
 * folds, each of which writes to the same sums. */
static enum problem
rebuild(struct ctx *c)
{
	struct desk_stretch all = { 0 };

	TRY(desk_lock(c));
	TRY(forget_all(c));
	TRY(desk_span(c, &all));
	for (instant t = all.since; t.us <= all.until.us && all.until.us;
	     t = instant_plus(t, STEP_OF_REBUILD)) {
		instant end = instant_plus(t, STEP_OF_REBUILD);
		TRY(desk_tell_money(c, t, end));
		TRY(desk_tell_bookings(c, t, end));
		TRY(desk_tell_stays(c, t, end));
		TRY(fold_many(c, end.us > all.until.us));
	}
	return OK;
}

enum problem
desk_rebuild(struct ctx *c)
{
	return whole(c, rebuild);
}

enum problem
desk_recount(struct ctx *c, int64_t lot_id)
{
	TRY(fold(c));
	TRY(desk_lot_out_of_money(c, lot_id));
	TRY(desk_lot_forget_money(c, lot_id));
	TRY(desk_lot_tell_money(c, lot_id));
	TRY(desk_lot_out_of_hours(c, lot_id));
	TRY(desk_lot_forget_hours(c, lot_id));
	TRY(desk_lot_out_of_bookings(c, lot_id));
	TRY(desk_lot_forget_bookings(c, lot_id));
	TRY(desk_lot_tell_bookings(c, lot_id));
	TRY(desk_lot_tell_stays(c, lot_id));
	TRY(desk_stale_done(c, lot_id));
	return fold(c);
}

/* ---- checking */

static enum problem
compare(struct ctx *c, text from, text until, struct desk_difference *d)
{
	TRY(desk_compare_money(c, from, until, d));
	if (d->n == 0)
		TRY(desk_compare_months(c, from, until, d));
	if (d->n == 0)
		TRY(desk_compare_bookings(c, from, until, d));
	return OK;
}

static text
in_words(struct ctx *c, const struct desk_difference *d)
{
	if (d->n == 0)
		return "";
	return arena_fmt(c->arena, "%s of %s, %s", *d->currency ? d->currency : "bookings", d->day,
	    d->lot_id ? arena_fmt(c->arena, "lot %lld", (long long)d->lot_id) : "all lots");
}

enum problem
desk_check(struct ctx *c, text from, text until, struct desk_difference *d)
{
	*d = (struct desk_difference){ .day = "", .currency = "" };
	TRY(compare(c, from, until, d));
	text words = in_words(c, d);
	if (d->n)
		log_event("desk_differs", "from", from, "until", until, "figures",
		    sql_int(c->arena, d->n), "first", words, NULL);
	return desk_check_add(c, c->now, from, until, d->n, words);
}

/* ---- jobs */

static enum problem
fold_job(struct ctx *c, const void *none)
{
	struct desk_lot stale = { 0 };

	(void)none;
	TRY(desk_lock(c));
	enum problem e = desk_stale_next(c, &stale);
	if (e == NOT_FOUND)
		return fold(c);
	TRY(e);
	return desk_recount(c, stale.id);
}

/* The month `back` months before this one: its days.  Days since 1970. */
static void
month_before(instant now, int64_t back, int64_t *first, int64_t *last)
{
	struct civil t;

	zone_civil(zone_utc(), now, &t);
	int64_t m = t.year * 12 + t.month - 1 - back;
	*first = days_from_civil((int)(m / 12), (int)(m % 12) + 1, 1);
	*last = days_from_civil((int)((m + 1) / 12), (int)((m + 1) % 12) + 1, 1) - 1;
}

/* This month and the one before in every round, and of the older ones another each time. */
static enum problem
check_job(struct ctx *c, const void *none)
{
	struct desk_difference d;
	struct desk_day since = { "" };
	instant began;
	int64_t first, last, ignored;

	(void)none;
	TRY(desk_lock(c));
	month_before(c->now, 1, &first, &ignored);
	month_before(c->now, -1, &ignored, &last);
	TRY(desk_check(c, desk_day_text(c->arena, first), desk_day_text(c->arena, last), &d));
	TRY(desk_first_month(c, c->now, &since));
	if (!instant_parse_naive(arena_fmt(c->arena, "%sT00:00", since.day), &began))
		BUG("a month that is none");
	int64_t months = instant_minus(c->now, began) / (31 * DAY) - 1;
	if (months > 0) {
		month_before(c->now, 2 + c->now.us / HOUR % months, &first, &last);
		TRY(desk_check(
		    c, desk_day_text(c->arena, first), desk_day_text(c->arena, last), &d));
	}
	return desk_checks_forget(c, instant_plus(c->now, -CHECKS_KEPT));
}

const struct job_kind desk_jobs[] = {
	{ "desk_fold", fold_job, .every = 15, .seconds = 600,
	    .doc = "Adds what has happened to the dashboard's sums." },
	{ "desk_check", check_job, .every = 3600, .seconds = 600,
	    .doc = "Holds the dashboard's sums against the ledger." },
	{ 0 },
};

/* ---- parkctl */

static enum problem
check_all(struct ctx *c, struct desk_difference *d)
{
	struct desk_day since = { "" };
	struct civil t;

	TRY(desk_lock(c));
	TRY(desk_first_month(c, c->now, &since));
	zone_civil(zone_utc(), instant_plus(c->now, 2 * DAY), &t);
	return desk_check(
	    c, since.day, arena_fmt(c->arena, "%04d-%02d-%02d", t.year, t.month, t.day), d);
}

/* What it finds stays written down. */
static enum problem
check_and_say(struct ctx *c)
{
	struct desk_difference d = { 0 };

	TRY(db_begin(c));
	enum problem e = check_all(c, &d);
	enum problem end = db_end(c, e == OK);
	TRY(e);
	TRY(end);
	if (d.n)
		return fail(c, WRONG_STATE, "%lld figures differ, the first: %s", (long long)d.n,
		    in_words(c, &d));
	printf("the sums are what the ledger adds up to\n");
	return OK;
}

static enum problem
run(struct ctx *c, struct words w)
{
	if (w.n == 1 && text_is(w.v[0], "fold"))
		return desk_fold(c);
	if (w.n == 1 && text_is(w.v[0], "rebuild"))
		return desk_rebuild(c);
	if (w.n == 1 && text_is(w.v[0], "check"))
		return check_and_say(c);
	return fail(c, INVALID, "Say what: desk fold, desk rebuild, or desk check.");
}

const struct verb desk_verbs[] = {
	{ "desk", "fold | rebuild | check",
	    "the dashboard's sums: add what has happened, count all anew, hold them against the "
	    "ledger",
	    NEEDS_DATABASE, run },
	{ 0 },
};
