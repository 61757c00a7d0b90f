/* work.c -- what the worker does about money: asks the provider, and tells it. */
#include "gear/log.h"
#include "gear/settings.h"
#include "payments/provider.h"
#include "payments_sql.h"

#define QUICK_TRIES 3 /* at once, since somebody waits for the checkout */
#define TOO_OLD (25 * MINUTE) /* for a checkout that could not be made */
#define SWEPT_AT_ONCE 100
#define REFUND_WAITS HOUR

const struct field money_job_fields[] = {
	FIELD(money_job, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

enum problem
money_job(struct ctx *c, text kind, int64_t id)
{
	const struct money_job job = { id };

	return job_enqueue(c, kind, &job, (struct job_when){ 0 });
}

/* What was heard, in a transaction of its own. */
static enum problem
commit(struct ctx *c, enum problem (*run)(struct ctx *, int64_t, const void *), int64_t id,
    const void *what)
{
	TRY(db_begin(c));
	enum problem e = run(c, id, what);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

static enum problem
no_answer(struct ctx *c, text why)
{
	return fail(c, UNAVAILABLE, "%s", why);
}

/* ---- a checkout for a payment */

static enum problem
keep_checkout(struct ctx *c, int64_t id, const void *what)
{
	const struct checkout *s = what;
	struct payment p = { 0 };

	TRY(payment_load_to_change(c, id, &p));
	if (*p.provider_ref)
		return OK;
	TRY(payment_set_checkout(c, id, s->id, s->url));
	/* Nobody waits for it any more. */
	return text_is(p.status, "pending") ? OK : money_job(c, "payment_end", id);
}

static enum problem
keep_failure(struct ctx *c, int64_t id, const void *why)
{
	struct payment p = { 0 };

	TRY(payment_load_to_change(c, id, &p));
	if (!text_is(p.status, "pending"))
		return OK;
	TRY(payment_set_over(c, id, "failed", why));
	return tell(c, PAYMENT_FAILED, id);
}

static enum problem
keep_break(struct ctx *c, int64_t id, const void *none)
{
	(void)none;
	return payment_set_broke(c, id);
}

/* One try; after a broken answer another key, after silence the same. */
static enum problem
make_checkout(struct ctx *c, struct payment *p, bool *again)
{
	struct checkout s = { 0 };
	enum said said = provider_checkout(c, p, &s);

	*again = said == SAID_BROKE || said == SAID_NOTHING;
	if (said == SAID_YES)
		return commit(c, keep_checkout, p->id, &s);
	if (said == SAID_NO)
		return commit(c, keep_failure, p->id, s.why);
	if (said == SAID_BROKE) {
		TRY(commit(c, keep_break, p->id, NULL));
		p->attempts++;
	}
	return no_answer(c, s.why);
}

static enum problem
checkout(struct ctx *c, const void *args)
{
	const struct money_job *job = args;
	struct payment p = { 0 };
	enum problem e = OK;
	bool again = true;

	TRY(payment_load(c, job->id, &p));
	if (!text_is(p.status, "pending") || *p.provider_ref)
		return OK;
	if (instant_minus(c->now, p.created_at) > TOO_OLD)
		return commit(
		    c, keep_failure, p.id, "The payment provider could not be reached in time.");
	for (int i = 0; again && i < QUICK_TRIES; i++)
		e = make_checkout(c, &p, &again);
	return e;
}

/* ---- what became of it */

static enum problem
keep_heard(struct ctx *c, int64_t id, const void *what)
{
	int64_t payment_id;
	text words;

	TRY(checkout_heard(c, what, &payment_id, &words));
	if (payment_id != id)
		log_event("provider_odd", "checkout", ((const struct checkout *)what)->id, NULL);
	return OK;
}

static enum problem
look(struct ctx *c, const struct payment *p)
{
	struct checkout s = { 0 };
	enum said said = provider_checkout_look(c, p->provider_ref, &s);

	if (said == SAID_YES)
		return commit(c, keep_heard, p->id, &s);
	if (said == SAID_NO)
		return commit(c, keep_failure, p->id, s.why);
	return no_answer(c, s.why);
}

/* In demo mode, for who pays from a program: the test card.  The checkout that was made for it is closed. */
static enum problem
charge(struct ctx *c, const void *args)
{
	const struct money_job *job = args;
	struct payment p = { 0 };
	struct checkout s = { 0 };

	TRY(payment_load(c, job->id, &p));
	if (!settings.demo || !text_is(p.status, "pending"))
		return OK;
	enum said said = provider_test_charge(c, &p, &s);
	if (said == SAID_NO)
		return commit(c, keep_failure, p.id, s.why);
	if (said != SAID_YES)
		return no_answer(c, s.why);
	TRY(commit(c, keep_heard, p.id, &s));
	return money_job(c, "payment_end", p.id);
}

static enum problem
ask(struct ctx *c, const void *args)
{
	const struct money_job *job = args;
	struct payment p = { 0 };

	TRY(payment_load(c, job->id, &p));
	if (!text_is(p.status, "pending") || *p.provider_ref == 0)
		return OK;
	return look(c, &p);
}

/* Closes the checkout of a payment that nobody waits for; if it is over already, asks how it ended. */
static enum problem
end(struct ctx *c, const void *args)
{
	const struct money_job *job = args;
	struct checkout s = { 0 };
	struct payment p = { 0 };

	TRY(payment_load(c, job->id, &p));
	if (text_is(p.status, "paid") || text_is(p.status, "pending") || *p.provider_ref == 0)
		return OK;
	enum said said = provider_checkout_end(c, p.provider_ref, &s);
	if (said == SAID_YES)
		return OK;
	return said == SAID_NO ? look(c, &p) : no_answer(c, s.why);
}

/* ---- refunds */

static enum problem
keep_returned(struct ctx *c, int64_t id, const void *what)
{
	int64_t payment_id;
	text words;

	(void)id;
	return refund_heard(c, what, &payment_id, &words);
}

static enum problem
keep_refusal(struct ctx *c, int64_t id, const void *why)
{
	return refund_refused(c, id, why);
}

static enum problem
keep_refund_break(struct ctx *c, int64_t id, const void *why)
{
	return refund_set_broke(c, id, why);
}

/* After a broken answer nobody knows whether it was done: the provider's own list tells. */
static enum said
refund_once(struct ctx *c, const struct refund *r, struct returned *s)
{
	if (r->attempts > 0) {
		enum said found = provider_refund_find(c, r, s);

		if (found != SAID_NO)
			return found == SAID_BROKE ? SAID_NOTHING : found;
	}
	return provider_refund(c, r, s);
}

static enum problem
send_refund(struct ctx *c, const void *args)
{
	const struct money_job *job = args;
	struct returned s = { 0 };
	struct refund r = { 0 };

	TRY(refund_load(c, job->id, &r));
	if (!text_is(r.status, "pending") || !text_is(r.method, "online"))
		return OK;
	/* A key is remembered for a day: after that only the list tells. */
	if (instant_minus(c->now, r.made_at) > 20 * HOUR && r.attempts == 0)
		r.attempts = 1;
	enum said said = refund_once(c, &r, &s);
	if (said == SAID_YES)
		return commit(c, keep_returned, r.id, &s);
	if (said == SAID_NO)
		return commit(c, keep_refusal, r.id, s.why);
	if (said == SAID_BROKE)
		TRY(commit(c, keep_refund_break, r.id, s.why));
	return no_answer(c, s.why);
}

/* ---- what came in, and what nobody told us about */

static enum problem
event(struct ctx *c, const void *args)
{
	return inbox_work(c, ((const struct money_job *)args)->id);
}

/* Refunds that wait for long are tried each hour, whatever became of their jobs. */
static enum problem
remind_refunds(struct ctx *c)
{
	text key = arena_fmt(c->arena, "refund:%%:%lld", (long long)(c->now.us / HOUR));
	struct rows waiting = { 0 };

	TRY(refunds_waiting(c, instant_plus(c->now, -REFUND_WAITS), SWEPT_AT_ONCE, &waiting));
	return jobs_enqueue(c, "refund_send", waiting, key);
}

/* What has a page is asked about, what has none gets one. */
static enum problem
ask_or_make(struct ctx *c, struct rows silent)
{
	struct money_job *v = arena_alloc(c->arena, (silent.n + 1) * sizeof *v);
	size_t asked = 0, made = silent.n;

	FOR_ROWS (payment, p, silent)
		v[*p->provider_ref ? asked++ : --made].id = p->id;
	TRY(jobs_enqueue(c, "payment_ask", (struct rows){ v, asked }, NULL));
	return jobs_enqueue(
	    c, "payment_checkout", (struct rows){ v + made, silent.n - made }, NULL);
}

static enum problem
sweep(struct ctx *c, const void *none)
{
	struct rows silent = { 0 };

	(void)none;
	if (!payments_online())
		return OK;
	TRY(payments_due_to_ask(c, c->now, SWEPT_AT_ONCE, &silent));
	TRY(ask_or_make(c, silent));
	return remind_refunds(c);
}

#define FOR_ONE .args = money_job_fields, .args_size = sizeof(struct money_job)

const struct job_kind payment_jobs[] = {
	{ "payment_checkout", checkout, FOR_ONE, .bare = true, .seconds = 120,
	    .doc = "Has the provider make a page where a payment is made" },
	{ "payment_charge", charge, FOR_ONE, .bare = true,
	    .doc = "Has the provider charge its test card, in demo mode" },
	{ "payment_ask", ask, FOR_ONE, .bare = true,
	    .doc = "Asks the provider what became of a payment" },
	{ "payment_end", end, FOR_ONE, .bare = true,
	    .doc = "Closes the provider's page of a payment that nobody waits for" },
	{ "refund_send", send_refund, FOR_ONE, .bare = true,
	    .doc = "Has the provider give money back" },
	{ "payment_event", event, FOR_ONE, .doc = "Works off what the provider told" },
	{ "payments_sweep", sweep, .every = 20,
	    .doc = "Finds payments and refunds that nobody has told us about" },
	{ 0 },
};
