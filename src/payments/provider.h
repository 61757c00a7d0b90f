/*
 * provider.h -- the payment provider, in Stripe's shape, at PAYMENT_BASE_URL.
 *
 * Forms go there, JSON comes back (https://docs.stripe.com/api: checkout sessions, refunds, errors,
 * idempotent requests).  Whatever changes something carries an Idempotency-Key: the provider keeps
 * its first answer to a key for a day, broken ones (5xx) too, and gives it again.  So after silence
 * the same key is right, and after a broken answer another.
 *
 * For the worker alone: these calls wait.
 */
#ifndef PROVIDER_H
#define PROVIDER_H

#include "base/form.h"
#include "payments/inner.h"

enum said {
	SAID_YES,
	SAID_NO, /* refused for good: words in .why */
	SAID_BROKE, /* 5xx: to the same key it will say the same */
	SAID_NOTHING, /* no answer, or "not now": the same again later */
};

struct checkout { /* a checkout session */
	text id; /* cs_… */
	text url; /* where the customer pays; "" once it is over */
	text status; /* open, complete, expired */
	text payment_status; /* paid, unpaid, no_payment_required */
	text payment_intent; /* pi_…, "" until there is one */
	text client_reference_id; /* our attempt */
	int64_t amount_total;
	text currency; /* as the provider writes it, "eur" */
	text why; /* of a refusal */
};
extern const struct field checkout_fields[];

struct returned { /* a refund */
	text id; /* re_… */
	text status; /* pending, requires_action, succeeded, failed, canceled */
	text payment_intent;
	int64_t amount;
	text currency;
	text failure_reason;
	text key; /* our metadata[refund] */
	text why;
};
extern const struct field returned_fields[];

enum said provider_checkout(struct ctx *, const struct payment *, struct checkout *);
enum said provider_checkout_look(struct ctx *, text id, struct checkout *);
/* Closes it, so that nobody can pay any more.  SAID_NO: it is over already. */
enum said provider_checkout_end(struct ctx *, text id, struct checkout *);
/* Charges the provider's test card, without a checkout: what came of it as if of a checkout. */
enum said provider_test_charge(struct ctx *, const struct payment *, struct checkout *);
enum said provider_refund(struct ctx *, const struct refund *, struct returned *);
/* The refund that this key made, after an answer that broke.  SAID_NO: there is none. */
enum said provider_refund_find(struct ctx *, const struct refund *, struct returned *);

/* What the provider calls a refund of ours. */
text refund_key(struct arena *, const struct refund *);

/* From the provider's JSON; false if it is none. */
bool checkout_read(struct ctx *, const struct json *, struct checkout *);
bool returned_read(struct ctx *, const struct json *, struct returned *);

/* ---- webhook.c */

struct signature { /* of a header "t=1732176000,v1=…,v1=…" */
	int64_t at; /* seconds since 1970 */
	text v1[8]; /* hex digits, those that have the form */
	int n;
};
/* False unless it has one t and at least one v1.  Other schemes (v0) are passed over. */
bool signature_parse(struct arena *, text header, struct signature *);
/* Did the provider sign these bytes, within WEBHOOK_SKEW of c->now?  Else MALFORMED in words. */
enum problem signature_check(struct ctx *, text header_or_null, const char *body, size_t n);

#endif
