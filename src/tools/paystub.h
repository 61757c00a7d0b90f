/*
 * paystub.h -- a payment provider to develop and test against, in the shape of Stripe's API.
 *
 * What the real one knows -- checkout sessions, payment intents, charges, refunds, events, the
 * answers kept for idempotency keys -- are JSON objects here, each with its "id" and its "object".
 * They live in memory; every change is a line of DIR/journal before it is answered, so that kill -9
 * loses nothing.  A line holds all changes of one request: half of one is never seen.
 *
 * One mutex guards all of it.  A request holds it while it is carried out, never while it waits.
 *
 * References: docs.stripe.com/api (errors, idempotent requests, checkout sessions, payment intents,
 * refunds), docs.stripe.com/webhooks (signatures), docs.stripe.com/testing (cards).
 */
#ifndef PAYSTUB_H
#define PAYSTUB_H

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum { KEY_SECONDS = 24 * 3600 }; /* how long the answer to an idempotency key is kept */

struct stub {
	pthread_mutex_t lock;
	pthread_cond_t news; /* an event waits to be sent */
	const char *secret_key; /* sk_test_… */
	const char *webhook_url; /* NULL: events are kept and sent to nobody */
	const char *webhook_secret, *old_webhook_secret; /* the second NULL, or signs, too */
	const char *merchant; /* who is paid, as the page says */
	char address[64]; /* http://127.0.0.1:PORT */
};
extern struct stub stub;

/* ---- what is asked and answered */

struct call {
	const char *method, *path; /* decoded, without the query */
	json_t *
	    in; /* fields of the query, or of the body, nested: a[b][c]=d is {"a":{"b":{"c":"d"}}} */
	json_t *names; /* their names as they came: "a[b][c]" */
	const char *body; /* as it came */
	const char *key; /* Idempotency-Key, or NULL */
};

/* Either json, or text with its type, or nothing but a location. */
struct answer {
	int status;
	json_t *json;
	char *text;
	const char *type;
	char *location;
	char *may_lead_to; /* further origins that the page's forms may end at */
	bool refused; /* not begun: it is not kept for the idempotency key */
	bool hang; /* no answer: the line stays open, then breaks */
};
struct answer gives(int status, json_t *); /* steals */
/* Stripe's error: type, code and param may be NULL.  A refusal: the deed was not begun. */
struct answer refuses(int status, const char *type, const char *code, const char *param,
    const char *fmt, ...) PRINTF_LIKE(5, 6);
struct answer bad(const char *code, const char *param, const char *fmt, ...) PRINTF_LIKE(3, 4);
struct answer missing(const char *param); /* a parameter that must be there */

/* ---- paystub_form.c: fields */

void form_read(const char *text, size_t n, json_t *in, json_t *names);
/* "payment_intent_data[metadata][a]"; NULL if it is not there or not a text. */
const char *field(const json_t *in, const char *name);
const json_t *field_group(const json_t *in, const char *name);
/* A whole number ≥ 0; false if it is there and is none.  *there tells if it is. */
bool field_whole(const json_t *in, const char *name, int64_t *n, bool *there);
/* The first name that no pattern allows ("metadata[*]"; patterns end with NULL), or NULL. */
const char *field_unknown(const json_t *names, const char *const *patterns);
bool metadata_ok(const json_t *group, struct answer *why);
json_t *metadata_of(const json_t *group); /* new; {} for NULL */
char *words(const char *fmt, ...) PRINTF_LIKE(1, 2); /* malloc */
void escape(FILE *, const char *); /* as text of HTML */

/* ---- paystub_store.c: what is known */

bool store_open(const char *dir); /* reads the journal; says why on stderr */
json_t *store_get(const char *id); /* borrowed; NULL */
json_t *store_find(const char *id, const char *object); /* if it is one of those */
void store_put(json_t *); /* a new one: steals it; one that lies there: says that it changed */
void store_drop(const char *id);
void store_commit(void); /* the changes since, as one line; before anything is answered */
json_t *store_new(const char *object, const char *prefix); /* with id, object, created, livemode */
json_t *store_all(void); /* id → object, in the order they were made; borrowed */
int64_t seconds_now(void);
int64_t millis_now(void);

/* ---- paystub_card.c: money */

struct card {
	const char *number, *brand, *payment_method; /* 4242…, "visa", "pm_card_visa" */
	const char *decline, *decline_code, *says; /* NULL: it pays */
	const char *refund; /* "later", "fails", or NULL: at once */
	const char *about; /* what it does, for the page */
};
const struct card *card_by_number(const char *digits); /* NULL: no test card */
const struct card *card_by_method(const char *payment_method);
const struct card *cards(size_t *n);
bool luhn_ok(const char *digits);
int currency_digits(const char *lower); /* -1: none that can be charged */
int64_t currency_least(const char *lower);
char *money_text(int64_t amount, const char *lower); /* "€20.00", "CHF 20.00"; malloc */
/* One attempt.  True if it was paid; else the intent tells in last_payment_error. */
bool intent_charge(json_t *intent, const struct card *);
struct answer refund_make(const struct call *);
void refunds_settle(void); /* those that end later */

/* ---- paystub_api.c, paystub_intents.c */

struct answer api(const struct call *); /* /v1/…: authorised, the key is ours */
struct answer intent_make(const struct call *);
struct answer intent_confirm(json_t *intent, const struct call *);
struct answer intent_cancel(json_t *intent, const struct call *);
json_t *intent_new(int64_t amount, const char *currency, const json_t *about);
struct answer no_such(const char *what, const char *id);
struct answer unknown_field(const struct call *, const char *const *patterns); /* status 0: none */
/* Amount and currency can be charged; else *why. */
bool can_charge(int64_t amount, const char *currency, struct answer *why);
void checkout_expire(json_t *session);
void checkouts_expire(void); /* those whose time is over */

/* ---- paystub_page.c: where people pay */

struct answer page(const struct call *); /* /c/pay/…, /c/style.css */

/* ---- paystub_hooks.c: what is told */

void event_make(const char *type, const json_t *object);
void *events_send(void *); /* a thread */
bool event_again(const char *id);

/* ---- paystub_control.c: how tests steer it */

struct answer control(const struct call *); /* /stub/… */
int64_t behaviour(const char *name); /* a number; 0 if it was not set */
bool behaviour_take(const char *name, const struct call *); /* one of a count that is left */
/* What the next request shall fail with; 0: nothing.  *execute: after it was carried out. */
int behaviour_fail(const struct call *, bool *execute);
bool behaviour_on(const struct call *); /* do delays and time-outs mean this one? */
size_t note_arrival(const struct call *);
void note_state(size_t n, const char *state, int status);

#endif
