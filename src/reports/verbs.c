/* verbs.c -- parkctl report: a month's reports, written while one looks on. */
#include "gear/loop.h"
#include "gear/mail.h"
#include "gear/settings.h"
#include "reports/letter.h"

struct progress {
	instant began, said;
	int64_t looked, mailed; /* when this began */
};

static text
left_words(struct arena *a, const struct round *r, const struct progress *p, instant now)
{
	int64_t done = r->looked - p->looked, us = instant_minus(now, p->began);

	if (done <= 0 || us <= 0)
		return "";
	int64_t left = us / done * (r->people > r->looked ? r->people - r->looked : 0);
	return left < MINUTE ? ", less than a minute left"
			     : arena_fmt(a, ", %s left", time_span(a, left / MINUTE * MINUTE));
}

/* A line each second at most. */
static void
say_progress(struct ctx *c, const struct round *r, struct progress *p)
{
	int64_t us = instant_minus(c->now, p->began), written = r->mailed - p->mailed;

	if (instant_minus(c->now, p->said) < SECOND)
		return;
	p->said = c->now;
	printf("%s: %s of %s people, %s written, %s a minute%s\n", r->title,
	    thousands(c->arena, r->looked), thousands(c->arena, r->people),
	    counted(c->arena, written, "report", "reports"),
	    thousands(c->arena, us > SECOND ? written * 60 / (us / SECOND) : 0),
	    left_words(c->arena, r, p, c->now));
}

static enum problem
in_transaction(struct ctx *c, text month, struct round *r, enum turn *turn)
{
	TRY(db_begin(c));
	enum problem e = round_batch(c, month, r, turn);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

/* One batch in an arena of its own, so that the thousandth finds as much memory as the first. */
static enum problem
step(struct ctx *c, text month, struct progress *p, enum turn *turn, instant *next)
{
	struct ctx own = *c;
	struct round r = { 0 };

	own.arena = arena_new();
	own.now = loop_now();
	enum problem e = in_transaction(&own, month, &r, turn);
	if (e == OK && *turn != ROUND_RESTS)
		say_progress(&own, &r, p);
	*next = r.pace_at;
	if (own.detail)
		c->detail = arena_text(c->arena, own.detail);
	arena_free(own.arena);
	return e;
}

static void
sleep_until(instant next)
{
	int64_t ms = instant_minus(next, loop_now()) / 1000;

	if (ms > 0)
		loop_sleep(ms);
}

static enum problem
write_all(struct ctx *c, text month, struct progress *p)
{
	enum turn turn = ROUND_RUNS;
	instant next;

	while (turn != ROUND_RESTS) {
		enum problem e = step(c, month, p, &turn, &next);

		if (e == TRY_AGAIN)
			continue;
		TRY(e);
		if (turn != ROUND_RESTS)
			sleep_until(next);
	}
	return OK;
}

static enum problem
begin(struct ctx *c, text month, struct round *r, bool *again)
{
	TRY(db_begin(c));
	enum problem e = round_begin(c, month, r, again);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

static void
say_end(struct ctx *c, const struct round *r, const struct progress *p)
{
	text written = counted(c->arena, r->mailed - p->mailed, "report", "reports");

	if (text_is(r->state, "stopped")) {
		printf(
		    "%s: stopped after %s. The same command goes on with it.\n", r->title, written);
		return;
	}
	printf("%s: done. %s looked at, %s written", r->title,
	    counted(c->arena, r->looked, "person", "people"), written);
	if (p->mailed)
		printf(" (%s had theirs before)", thousands(c->arena, p->mailed));
	printf(", %s want none or cannot be reached; nobody else had anything to report.\n",
	    thousands(c->arena, r->declined));
	if (!mail_configured())
		printf(
		    "There is no mail server: they wait on %s/admin/outbox.\n", settings.base_url);
}

static enum problem
report(struct ctx *c, struct words w)
{
	text month = word_behind(c->arena, w, "--month");
	struct progress p = { 0 };
	struct round r = { 0 };
	bool again;

	if (month == NULL && w.n > 0)
		return fail(c, INVALID, "usage: parkctl report [--month YYYY-MM]");
	if (month == NULL)
		TRY(month_over(c, &month));
	TRY(begin(c, month, &r, &again));
	p = (struct progress){ loop_now(), loop_now(), r.looked, r.mailed };
	if (again)
		printf("%s was done before: whoever has no report of it yet gets one.\n", r.title);
	else if (r.looked)
		printf("%s: goes on behind %s of %s people.\n", r.title,
		    thousands(c->arena, r.looked), thousands(c->arena, r.people));
	TRY(write_all(c, month, &p));
	TRY(round_load(c, month, &r));
	say_end(c, &r, &p);
	return OK;
}

const struct verb report_verbs[] = {
	{ "report", "[--month YYYY-MM]",
	    "write the reports of a month that is over (the last one): to each person once",
	    NEEDS_SECRETS, report },
	{ 0 },
};
