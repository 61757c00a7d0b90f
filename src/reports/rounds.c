/* rounds.c -- writing to everybody, once: in batches, each of them whole. */
#include "gear/mail.h"
#include "gear/settings.h"
#include "reports/inner.h"
#include "reports_sql.h"

#define LOOKS 500 /* people a batch comes past at most */
#define MOST_WRITTEN 200 /* reports a batch writes at most */
#define BATCHES_A_MINUTE 12 /* where the pace allows no more than that */
#define LOST_AFTER (2 * MINUTE)
#define DAYS_TO_BEGIN 7 /* after that a month is only reported by hand */

static void
round_words(struct ctx *c, struct round *r)
{
	int64_t so_long = instant_minus(r->touched_at, r->begun_at), left = r->people - r->looked;

	r->title = month_title(c->arena, r->month);
	r->share = r->people > 0 ? r->looked * 100 / r->people : 100;
	if (r->share > 100)
		r->share = 100;
	if (text_is(r->state, "running") && left > 0 && r->looked > 0 && so_long > 0)
		r->minutes_left =
		    time_span(c->arena, (so_long / r->looked * left / MINUTE + 1) * MINUTE);
	fields_complete(round_fields, r);
}

enum problem
month_over(struct ctx *c, text *month)
{
	struct the_month over = { 0 };

	TRY(report_month_over(c, c->now, &over));
	*month = over.month;
	return OK;
}

enum problem
round_load(struct ctx *c, text month, struct round *out)
{
	if (!month_ok(month))
		return NOT_FOUND;
	TRY(round_one(c, month, out));
	round_words(c, out);
	return OK;
}

enum problem
rounds_listed(struct ctx *c, text state, text order, int64_t skip, int64_t most, struct rows *out)
{
	TRY(rounds_page(c, state, order, skip, most, out));
	FOR_ROWS (round, r, *out)
		round_words(c, r);
	return OK;
}

/* ---- steering */

static enum problem
begin_again(struct ctx *c, const struct round *r, bool *again)
{
	*again = text_is(r->state, "done");
	if (*again)
		return round_set_again(c, r->month, c->person.id, c->now);
	return text_is(r->state, "stopped") ? round_set_running(c, r->month, c->now) : OK;
}

enum problem
round_begin(struct ctx *c, text month, struct round *out, bool *again)
{
	int64_t made;
	text over;

	*again = false;
	if (!month_ok(month))
		return complain(c, "month", "This takes a month, like 2026-10.");
	TRY(month_over(c, &over));
	if (strcmp(month, over) > 0)
		return fail(c, TOO_EARLY,
		    "%s has not ended on the clock of every lot. The newest month that has is %s.",
		    month_title(c->arena, month), month_title(c->arena, over));
	TRY(round_insert(c, month, c->person.id, c->now, &made));
	if (!made) {
		TRY(round_lock(c, month, out));
		TRY(begin_again(c, out, again));
	}
	return round_load(c, month, out);
}

enum problem
round_stop(struct ctx *c, text month)
{
	struct round r = { 0 };

	if (!month_ok(month))
		return NOT_FOUND;
	TRY(round_lock(c, month, &r));
	if (!text_is(r.state, "running"))
		return fail(c, WRONG_STATE, "These reports are not being written just now.");
	return round_set_stopped(c, month, c->now);
}

/* ---- a batch */

static int64_t
batch_size(void)
{
	int64_t n = settings.reports_per_minute / BATCHES_A_MINUTE;

	if (settings.reports_per_minute == 0 || n > MOST_WRITTEN)
		return MOST_WRITTEN;
	return n > 0 ? n : 1;
}

/* When the next may be written, after so many. */
static instant
pace(instant now, int64_t written)
{
	if (settings.reports_per_minute == 0)
		return now;
	return instant_plus(now, written * MINUTE / settings.reports_per_minute);
}

static const struct recipient *
recipient_of(struct rows people, int64_t id)
{
	FOR_ROWS (recipient, p, people)
		if (p->id == id)
			return p;
	BUG("a report for somebody who was not asked about");
}

/* Their ids, if there is an address and a wish. */
static struct rows
those_to_write_to(struct ctx *c, struct rows people)
{
	int64_t *ids = arena_alloc(c->arena, (people.n + 1) * sizeof *ids);
	size_t n = 0;

	FOR_ROWS (recipient, p, people)
		if (p->wants && mail_address_ok(p->email))
			ids[n++] = p->id;
	return (struct rows){ ids, n };
}

static struct mail
own_mail(struct ctx *c, const struct gathered *all, text month, const struct recipient *who)
{
	struct arena *a = c->arena;
	text unsubscribe = unsubscribe_address(a, who->id);
	struct report r = { 0 };

	report_figure(c, all, who->id, month, &r);
	r.name = who->name;
	return (struct mail){ .to = who->email,
		.subject = arena_fmt(a, "Your parking in %s", r.title),
		.body = report_letter_text(a, &r, unsubscribe),
		.html = report_letter_html(a, &r, unsubscribe),
		.unique = arena_fmt(a, "report:%s:%lld", month, (long long)who->id),
		.user_id = who->id,
		.unsubscribe = unsubscribe };
}

/* Reports for those who have none yet, and their mails: struct report_run of whom. */
static enum problem
write_own(struct ctx *c, text month, struct rows people, struct rows *written)
{
	struct gathered all = { { 0 }, { 0 } };
	struct rows ids = those_to_write_to(c, people), mails = { 0 };

	*written = (struct rows){ 0 };
	if (ids.n == 0)
		return OK;
	TRY(report_runs_add(c, month, "own", ids, c->now, written));
	TRY(gather(c, ids, month_plus(c->arena, month, 1 - HISTORY_MONTHS),
	    month_plus(c->arena, month, 1), &all));
	mails.v = arena_alloc(c->arena, (written->n + 1) * sizeof(struct mail));
	FOR_ROWS (report_run, run, *written)
		*ROW(mail, mails, mails.n++) =
		    own_mail(c, &all, month, recipient_of(people, run->user_id));
	return mail_send_all_later(c, mails);
}

/* The house's month, to every admin. */
static enum problem
write_business(struct ctx *c, text month)
{
	struct rows people, written = { 0 }, mails = { 0 };
	struct arena *a = c->arena;
	struct business b = { 0 };

	TRY(report_admins(c, month, &people));
	struct rows ids = those_to_write_to(c, people);
	if (ids.n == 0)
		return OK;
	TRY(business_report(c, month, &b));
	TRY(report_runs_add(c, month, "business", ids, c->now, &written));
	text plain = business_letter_text(a, &b), html = business_letter_html(a, &b);
	mails.v = arena_alloc(a, (written.n + 1) * sizeof(struct mail));
	FOR_ROWS (report_run, run, written)
		*ROW(mail, mails,
		    mails.n++) = (struct mail){ .to = recipient_of(people, run->user_id)->email,
			.subject = arena_fmt(a, "The house in %s", b.title),
			.body = plain,
			.html = html,
			.unique = arena_fmt(a, "business:%s:%lld", month, (long long)run->user_id),
			.user_id = run->user_id,
			.unsubscribe = "" };
	return mail_send_all_later(c, mails);
}

static enum problem
write_batch(struct ctx *c, const struct round *r, bool *last)
{
	int64_t most = batch_size();
	struct rows people, written;
	struct come_past past = { 0 };

	TRY(round_recipients(c, r->month, r->last_user, LOOKS, most, &people));
	bool full = (int64_t)people.n == most;
	int64_t up_to = full ? ROW(recipient, people, people.n - 1)->id : 0;
	TRY(round_come_past(c, r->last_user, LOOKS, up_to, &past));
	TRY(write_own(c, r->month, people, &written));
	size_t wanted = those_to_write_to(c, people).n;
	*last = !full && past.n < LOOKS;
	return round_advance(c, r->month, past.n ? past.last : r->last_user, past.n,
	    (int64_t)written.n, (int64_t)(people.n - wanted), pace(c->now, (int64_t)written.n),
	    c->now);
}

enum problem
round_batch(struct ctx *c, text month, struct round *out, enum turn *turn)
{
	bool last;

	TRY(round_lock(c, month, out));
	*turn = ROUND_RESTS;
	if (text_is(out->state, "running") && out->pace_at.us > c->now.us) {
		*turn = ROUND_WAITS;
	} else if (text_is(out->state, "running")) {
		*turn = ROUND_RUNS;
		TRY(write_batch(c, out, &last));
		if (last) {
			TRY(write_business(c, month));
			TRY(round_set_done(c, month, c->now));
			*turn = ROUND_RESTS;
		}
	}
	return round_load(c, month, out);
}

/* ---- the worker */

struct report_job {
	text month;
};
static const struct field report_job_fields[] = { FIELD(report_job, month, .required = true),
	FIELD_END };

enum problem
round_go_on(struct ctx *c, text month, instant at)
{
	const struct report_job job = { month };

	return job_enqueue(c, "report_batch", &job, (struct job_when){ .at = at });
}

/* Whoever comes before its time leaves the round to who has just written. */
static enum problem
batch(struct ctx *c, const void *args)
{
	const struct report_job *job = args;
	struct round r = { 0 };
	enum turn turn;

	TRY(round_batch(c, job->month, &r, &turn));
	return turn == ROUND_RUNS ? round_go_on(c, job->month, r.pace_at) : OK;
}

/* On the 1st, as soon as the month is over everywhere. */
static enum problem
begin_when_due(struct ctx *c)
{
	struct civil today;
	int64_t made;
	text over;

	zone_civil(zone_utc(), c->now, &today);
	if (today.day > DAYS_TO_BEGIN)
		return OK;
	TRY(month_over(c, &over));
	text next = month_plus(c->arena, over, 1);
	if (!text_is(next, arena_fmt(c->arena, "%04d-%02d", today.year, today.month)))
		return OK;
	TRY(round_insert(c, over, 0, c->now, &made));
	return made ? round_go_on(c, over, c->now) : OK;
}

static enum problem
schedule(struct ctx *c, const void *none)
{
	struct rows left;

	(void)none;
	TRY(begin_when_due(c));
	TRY(rounds_left(c, instant_plus(c->now, -LOST_AFTER), &left));
	FOR_ROWS (round, r, left)
		TRY(round_go_on(c, r->month, c->now));
	return OK;
}

const struct job_kind report_jobs[] = {
	{ "report_batch", batch, report_job_fields, sizeof(struct report_job), .seconds = 300,
	    .doc = "Writes the next of a month's reports" },
	{ "reports", schedule, .every = 60,
	    .doc = "Begins the month's reports on the 1st, and goes on with what was left lying" },
	{ 0 },
};
