/* inbox.c -- what the provider tells: written down once, worked off by a job, in any order. */
#include "gear/log.h"
#include "payments/provider.h"
#include "payments_sql.h"

#define PROVIDER "stripe" /* whose shape it has */

struct event {
	text id, type;
};
static const struct field event_fields[] = {
	FIELD(event, id, .required = true, .max = 255),
	FIELD(event, type, .required = true, .max = 255),
	FIELD_END,
};

static const struct json *
json_of(struct ctx *c, const char *body, size_t n)
{
	text why;

	return json_parse(c->arena, body, n, &why);
}

enum problem
inbox_take(struct ctx *c, const char *body, size_t n)
{
	struct event e = { 0 };
	struct complaints faults = { 0 };
	struct inbox_event made = { 0 };
	struct json_source from = { c->arena, json_of(c, body, n) };

	if (from.object == NULL || !json_is_object(from.object) ||
	    !fields_decode(c->arena, event_fields, &e, json_field, &from, &faults))
		return fail(c, MALFORMED, "This is no event.");
	enum problem known =
	    inbox_add(c, PROVIDER, e.id, e.type, arena_bytes(c->arena, body, n), c->now, &made);
	if (known == NOT_FOUND)
		return OK; /* told before */
	TRY(known);
	return money_job(c, "payment_event", made.id);
}

/* ---- a checkout */

static bool
same_currency(text ours, text theirs)
{
	return strcasecmp(ours, theirs) == 0;
}

/* The provider's figures are compared with ours: what was paid is what was asked for. */
static text
wrong_with(struct ctx *c, const struct payment *p, const struct checkout *s)
{
	if (*p->provider_ref && !text_is(p->provider_ref, s->id))
		return arena_fmt(c->arena, "It was begun as %s.", p->provider_ref);
	if (s->amount_total != p->amount.minor || !same_currency(p->currency, s->currency))
		return arena_fmt(c->arena, "%s was asked for, and %lld %s came.",
		    money_text(c->arena, p->amount, p->currency), (long long)s->amount_total,
		    s->currency);
	return "";
}

static enum problem
money_came(struct ctx *c, const struct payment *p, const struct checkout *s, text *words)
{
	if (text_is(p->status, "paid"))
		return OK;
	*words = wrong_with(c, p, s);
	if (**words) {
		log_event("payment_mismatch", "attempt", p->attempt, "checkout", s->id, "why",
		    *words, NULL);
		return payment_set_error(c, p->id, *words);
	}
	TRY(payment_set_paid(c, p->id, s->id, s->payment_intent, c->now));
	return payment_arrived(c, p->id);
}

enum problem
checkout_heard(struct ctx *c, const struct checkout *s, int64_t *payment_id, text *words)
{
	struct payment p = { 0 };

	*words = "";
	*payment_id = 0;
	enum problem e = payment_by_attempt(c, s->client_reference_id, &p);
	if (e == NOT_FOUND) {
		*words = "It concerns no payment of ours.";
		return OK;
	}
	TRY(e);
	*payment_id = p.id;
	TRY(payment_load_to_change(c, p.id, &p));
	if (text_is(s->status, "complete") && text_is(s->payment_status, "paid"))
		return money_came(c, &p, s, words);
	if (!text_is(s->status, "expired") || !text_is(p.status, "pending"))
		return OK;
	/* A session that broke while it was made is not the one that is waited for. */
	if (*p.provider_ref && !text_is(p.provider_ref, s->id))
		return OK;
	TRY(payment_set_over(c, p.id, "failed", "The time to pay ran out."));
	return tell(c, PAYMENT_FAILED, p.id);
}

/* ---- a refund */

static enum problem
refund_of_key(struct ctx *c, const struct returned *s, struct refund *out)
{
	const char *dash = strrchr(s->key, '-');
	int64_t id;

	enum problem e = refund_by_ref(c, s->id, out);
	if (e != NOT_FOUND)
		return e;
	if (dash == NULL || !text_int(dash + 1, &id) || refund_load(c, id, out) != OK)
		return NOT_FOUND;
	return text_is(refund_key(c->arena, out), s->key) ? OK : NOT_FOUND;
}

static enum problem
refund_failed(struct ctx *c, const struct refund *r, text why)
{
	TRY(refund_set_failed(c, r->id, why));
	log_event("refund_failed", "refund", arena_fmt(c->arena, "%lld", (long long)r->id), "why",
	    why, NULL);
	return payment_set_refunded(c, r->payment_id, (money){ -r->amount.minor });
}

enum problem
refund_refused(struct ctx *c, int64_t id, text why)
{
	struct refund r = { 0 };

	TRY(refund_load_to_change(c, id, &r));
	return text_is(r.status, "pending") ? refund_failed(c, &r, why) : OK;
}

enum problem
refund_heard(struct ctx *c, const struct returned *s, int64_t *payment_id, text *words)
{
	struct refund r = { 0 };
	bool failed = text_is(s->status, "failed") || text_is(s->status, "canceled");
	text why = *s->failure_reason ? s->failure_reason : "The provider could not send it.";

	*words = "";
	*payment_id = 0;
	enum problem e = refund_of_key(c, s, &r);
	if (e == NOT_FOUND) {
		*words = "It concerns no refund of ours.";
		return OK;
	}
	TRY(e);
	*payment_id = r.payment_id;
	TRY(refund_load_to_change(c, r.id, &r));
	if (s->amount != r.amount.minor || !same_currency(r.currency, s->currency)) {
		*words = "The amount is not what was to go back.";
		return refund_set_error(c, r.id, *words);
	}
	if (text_is(r.status, "done") && failed) { /* the bank sent it back to us, days later */
		*words = why;
		return refund_set_error(c, r.id, why);
	}
	if (!text_is(r.status, "pending"))
		return OK;
	if (failed)
		return refund_failed(c, &r, why);
	if (text_is(s->status, "succeeded"))
		return refund_finish(c, r.id, s->id);
	return *r.provider_ref ? OK : refund_set_ref(c, r.id, s->id);
}

/* ---- events */

/* A card was declined: another may be tried on the same page, so the payment goes on. */
static enum problem
card_declined(struct ctx *c, const struct json *intent, int64_t *payment_id)
{
	const struct json *metadata = json_member(intent, "metadata");
	const struct json *error = json_member(intent, "last_payment_error");
	const struct json *attempt =
	    metadata && json_is_object(metadata) ? json_member(metadata, "attempt") : NULL;
	const struct json *message =
	    error && json_is_object(error) ? json_member(error, "message") : NULL;
	text whose = attempt ? json_scalar(c->arena, attempt) : NULL;
	text words = message ? json_scalar(c->arena, message) : NULL;
	struct payment p = { 0 };

	if (whose == NULL || payment_by_attempt(c, whose, &p) != OK)
		return OK;
	*payment_id = p.id;
	TRY(payment_load_to_change(c, p.id, &p));
	if (!text_is(p.status, "pending"))
		return OK;
	if (words == NULL || text_length(words) > 500 || !text_printable(words))
		words = "The card was declined.";
	return payment_set_error(c, p.id, words);
}

static enum problem
event_heard(struct ctx *c, text type, const struct json *about, int64_t *payment_id, text *words)
{
	struct checkout s;
	struct returned r;

	*words = "It cannot be read.";
	if (text_starts(type, "checkout.session."))
		return checkout_read(c, about, &s) ? checkout_heard(c, &s, payment_id, words) : OK;
	if (text_starts(type, "refund.") || text_is(type, "charge.refund.updated"))
		return returned_read(c, about, &r) ? refund_heard(c, &r, payment_id, words) : OK;
	*words = "";
	if (text_is(type, "payment_intent.payment_failed"))
		return card_declined(c, about, payment_id);
	return OK; /* many kinds are of no use here */
}

/* data.object of an event; NULL if it has none. */
static const struct json *
subject_of(const struct json *event)
{
	const struct json *data =
	    event && json_is_object(event) ? json_member(event, "data") : NULL;
	const struct json *about =
	    data && json_is_object(data) ? json_member(data, "object") : NULL;

	return about && json_is_object(about) ? about : NULL;
}

enum problem
inbox_work(struct ctx *c, int64_t id)
{
	struct inbox_event e = { 0 };
	const struct json *about;
	int64_t payment_id = 0;
	text words = "It cannot be read.";

	enum problem found = inbox_one_lock(c, id, &e);
	if (found == NOT_FOUND || (found == OK && !instant_none(e.done_at)))
		return OK;
	TRY(found);
	about = subject_of(json_of(c, e.body, strlen(e.body)));
	if (about)
		TRY(event_heard(c, e.type, about, &payment_id, &words));
	return inbox_done(c, id, payment_id, words, c->now);
}
