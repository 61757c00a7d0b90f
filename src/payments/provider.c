#include "payments/provider.h"

#include "gear/fetch.h"
#include "gear/log.h"
#include "gear/settings.h"

#define ANSWER_MS 15000
#define CHECKOUT_LASTS                                                                             \
	HOUR /* from the payment's making; the provider wants half an hour at least */
#define API_VERSION "2023-10-16"

const struct field checkout_fields[] = {
	FIELD(checkout, id, .required = true, .max = 255),
	FIELD(checkout, url, .max = 1000),
	FIELD(checkout, status, .max = 50),
	FIELD(checkout, payment_status, .max = 50),
	FIELD(checkout, payment_intent, .max = 255),
	FIELD(checkout, client_reference_id, .max = 255),
	FIELD(checkout, amount_total),
	FIELD(checkout, currency, .max = 10),
	FIELD_END,
};

const struct field returned_fields[] = {
	FIELD(returned, id, .required = true, .max = 255),
	FIELD(returned, status, .required = true, .max = 50),
	FIELD(returned, payment_intent, .max = 255),
	FIELD(returned, amount),
	FIELD(returned, currency, .max = 10),
	FIELD(returned, failure_reason, .max = 255),
	FIELD_END,
};

/* ---- its JSON */

static bool
object_read(struct ctx *c, const struct json *j, const struct field *fields, void *out)
{
	struct complaints faults = { 0 };
	struct json_source from = { c->arena, j };

	return j && json_is_object(j) &&
	    fields_decode(c->arena, fields, out, json_field, &from, &faults);
}

static text
member_text(struct ctx *c, const struct json *object, text name)
{
	const struct json *j = object && json_is_object(object) ? json_member(object, name) : NULL;
	text s = j ? json_scalar(c->arena, j) : NULL;

	return s ? s : "";
}

bool
checkout_read(struct ctx *c, const struct json *j, struct checkout *out)
{
	*out = (struct checkout){ .why = "" };
	return object_read(c, j, checkout_fields, out);
}

bool
returned_read(struct ctx *c, const struct json *j, struct returned *out)
{
	*out = (struct returned){ .why = "" };
	if (!object_read(c, j, returned_fields, out))
		return false;
	out->key = member_text(c, json_member(j, "metadata"), "refund");
	return true;
}

/* ---- asking */

struct answer {
	enum said said;
	const struct json *json; /* NULL: none that can be read */
	text why;
};

static text
words_of(struct ctx *c, const struct json *json, int64_t status)
{
	const struct json *error = json && json_is_object(json) ? json_member(json, "error") : NULL;
	text message = member_text(c, error, "message");

	if (*message && text_length(message) <= 500 && text_printable(message))
		return message;
	return arena_fmt(c->arena, "The payment provider answered %lld.", (long long)status);
}

static struct answer
judge(struct ctx *c, const struct fetched *f)
{
	text why = "";
	struct answer a = { .json = json_parse(c->arena, f->body, f->n, &why) };

	a.why = words_of(c, a.json, f->status);
	if (f->status >= 200 && f->status < 300)
		a.said = a.json ? SAID_YES : SAID_BROKE;
	else if (f->status == 409 || f->status == 429 || f->status == 408)
		a.said = SAID_NOTHING;
	else
		a.said = f->status >= 500 ? SAID_BROKE : SAID_NO;
	/* A key that is refused is our fault and may be put right: nobody's payment fails of it. */
	if (f->status == 401 || f->status == 403)
		a.said = SAID_NOTHING;
	return a;
}

static struct answer
ask(struct ctx *c, text path, const struct pairs *form, text key)
{
	struct fetch f = { .url = arena_fmt(c->arena, "%s%s", settings.payment_base_url, path),
		.ms = ANSWER_MS };
	struct fetched got;
	struct answer a;

	pairs_add(c->arena, &f.headers, "Authorization",
	    arena_fmt(c->arena, "Bearer %s", settings.payment_secret_key));
	pairs_add(c->arena, &f.headers, "Stripe-Version", API_VERSION);
	if (key)
		pairs_add(c->arena, &f.headers, "Idempotency-Key", key);
	if (form) {
		f.method = "POST";
		f.form = *form;
	}
	if (fetch(c, &f, &got) == OK)
		a = judge(c, &got);
	else
		a = (struct answer){ SAID_NOTHING, NULL, got.why };
	if (a.said != SAID_YES)
		log_event("provider_refused", "path", path, "why", a.why, "status",
		    arena_fmt(c->arena, "%lld", (long long)got.status), NULL);
	return a;
}

/* ---- checkouts */

static void
add(struct ctx *c, struct pairs *form, text name, text value)
{
	pairs_add(c->arena, form, name, value);
}

static text
number(struct ctx *c, int64_t n)
{
	return arena_fmt(c->arena, "%lld", (long long)n);
}

static text
currency_of(struct ctx *c, text currency)
{
	char *low = arena_text(c->arena, currency);

	for (char *p = low; *p; p++)
		*p = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
	return low;
}

static text
way_back(struct ctx *c, const struct payment *p, text from)
{
	bool booking = p->reservation_id != 0;

	return arena_fmt(c->arena, "%s/%s/%lld/payment?from=%s", settings.base_url,
	    booking ? "reservations" : "stays",
	    (long long)(booking ? p->reservation_id : p->stay_id), from);
}

static text
name_of_goods(struct ctx *c, const struct payment *p)
{
	text what = text_is(p->kind, "extension") ? "Longer parking" : "Parking";

	return arena_fmt(
	    c->arena, "%s, %s%s%s", what, p->lot_name, *p->slot_label ? ", " : "", p->slot_label);
}

/* The same words each time it is asked for: the provider compares them under a key. */
static struct pairs
checkout_form(struct ctx *c, const struct payment *p)
{
	struct pairs f = { 0 };
	int64_t until = instant_plus(p->created_at, CHECKOUT_LASTS).us / SECOND;

	add(c, &f, "mode", "payment");
	add(c, &f, "payment_method_types[0]", "card");
	add(c, &f, "client_reference_id", p->attempt);
	add(c, &f, "metadata[attempt]", p->attempt);
	add(c, &f, "payment_intent_data[metadata][attempt]", p->attempt);
	add(c, &f, "line_items[0][quantity]", "1");
	add(c, &f, "line_items[0][price_data][currency]", currency_of(c, p->currency));
	add(c, &f, "line_items[0][price_data][unit_amount]", number(c, p->amount.minor));
	add(c, &f, "line_items[0][price_data][product_data][name]", name_of_goods(c, p));
	add(c, &f, "success_url", way_back(c, p, "checkout"));
	add(c, &f, "cancel_url", way_back(c, p, "left"));
	add(c, &f, "expires_at", number(c, until));
	if (*p->user_email)
		add(c, &f, "customer_email", p->user_email);
	return f;
}

/* An address to send somebody to: nothing in it that could end a header or a link. */
static bool
fit_to_go_to(text url)
{
	bool web = text_starts(url, "https://") || text_starts(url, "http://");

	for (text p = url; *p; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p > '~' || strchr("\"<>\\", *p))
			return false;
	return web;
}

static enum said
checkout_said(struct ctx *c, const struct answer *a, struct checkout *out)
{
	if (a->said != SAID_YES) {
		*out = (struct checkout){ .why = a->why };
		return a->said;
	}
	if (checkout_read(c, a->json, out) && (*out->url == 0 || fit_to_go_to(out->url)))
		return SAID_YES;
	out->why = "The payment provider's answer cannot be read.";
	return SAID_BROKE;
}

enum said
provider_checkout(struct ctx *c, const struct payment *p, struct checkout *out)
{
	struct pairs form = checkout_form(c, p);
	struct answer a = ask(c, "/v1/checkout/sessions", &form,
	    arena_fmt(c->arena, "%s-%lld", p->attempt, (long long)p->attempts));

	return checkout_said(c, &a, out);
}

/* An id of the provider's as a part of a path. */
static text
path_to(struct ctx *c, text where, text id, text what)
{
	struct buf b = BUF(c->arena);

	buf_add(&b, where);
	buf_url(&b, id);
	buf_add(&b, what);
	return buf_text(&b);
}

enum said
provider_checkout_look(struct ctx *c, text id, struct checkout *out)
{
	struct answer a = ask(c, path_to(c, "/v1/checkout/sessions/", id, ""), NULL, NULL);

	return checkout_said(c, &a, out);
}

enum said
provider_checkout_end(struct ctx *c, text id, struct checkout *out)
{
	struct pairs none = { 0 };
	struct answer a = ask(c, path_to(c, "/v1/checkout/sessions/", id, "/expire"), &none, NULL);

	return checkout_said(c, &a, out);
}

/* ---- without a checkout */

struct intent {
	text id, status, currency;
	int64_t amount;
};
static const struct field intent_fields[] = {
	FIELD(intent, id, .required = true, .max = 255),
	FIELD(intent, status, .required = true, .max = 100),
	FIELD(intent, currency, .required = true, .max = 10),
	FIELD(intent, amount, .min = 0, .max = INT64_MAX),
	FIELD_END,
};

static bool
intent_read(struct ctx *c, const struct json *json, struct intent *out)
{
	struct json_source from = { c->arena, json };
	struct complaints bad = { 0 };

	return json && json_is_object(json) &&
	    fields_decode(c->arena, intent_fields, out, json_field, &from, &bad);
}

enum said
provider_test_charge(struct ctx *c, const struct payment *p, struct checkout *out)
{
	struct pairs f = { 0 };
	struct intent made = { 0 };

	add(c, &f, "amount", number(c, p->amount.minor));
	add(c, &f, "currency", currency_of(c, p->currency));
	add(c, &f, "payment_method", "pm_card_visa");
	add(c, &f, "payment_method_types[0]", "card");
	add(c, &f, "confirm", "true");
	add(c, &f, "metadata[attempt]", p->attempt);
	struct answer a =
	    ask(c, "/v1/payment_intents", &f, arena_fmt(c->arena, "%s-charge", p->attempt));
	*out = (struct checkout){ .why = a.why };
	if (a.said != SAID_YES)
		return a.said;
	if (!intent_read(c, a.json, &made))
		return SAID_BROKE;
	bool paid = text_is(made.status, "succeeded");
	*out = (struct checkout){ .id = *p->provider_ref ? p->provider_ref : made.id,
		.status = paid ? "complete" : "open",
		.payment_status = paid ? "paid" : "unpaid",
		.payment_intent = made.id,
		.client_reference_id = p->attempt,
		.amount_total = made.amount,
		.currency = made.currency };
	return SAID_YES;
}

/* ---- refunds */

text
refund_key(struct arena *a, const struct refund *r)
{
	return arena_fmt(a, "%s-refund-%lld", r->attempt, (long long)r->id);
}

static enum said
refund_said(struct ctx *c, const struct answer *a, struct returned *out)
{
	if (a->said != SAID_YES) {
		*out = (struct returned){ .why = a->why };
		return a->said;
	}
	if (returned_read(c, a->json, out))
		return SAID_YES;
	out->why = "The payment provider's answer cannot be read.";
	return SAID_BROKE;
}

enum said
provider_refund(struct ctx *c, const struct refund *r, struct returned *out)
{
	struct pairs f = { 0 };
	text key = refund_key(c->arena, r);

	add(c, &f, "payment_intent", r->intent_ref);
	add(c, &f, "amount", number(c, r->amount.minor));
	add(c, &f, "reason", "requested_by_customer");
	add(c, &f, "metadata[refund]", key);
	struct answer a =
	    ask(c, "/v1/refunds", &f, arena_fmt(c->arena, "%s-%lld", key, (long long)r->attempts));
	return refund_said(c, &a, out);
}

enum said
provider_refund_find(struct ctx *c, const struct refund *r, struct returned *out)
{
	struct answer a = ask(
	    c, path_to(c, "/v1/refunds?limit=100&payment_intent=", r->intent_ref, ""), NULL, NULL);
	const struct json *list =
	    a.said == SAID_YES && json_is_object(a.json) ? json_member(a.json, "data") : NULL;
	text key = refund_key(c->arena, r);

	*out = (struct returned){ .why = a.why };
	if (a.said == SAID_NO) /* it keeps no list: nobody can tell */
		return SAID_BROKE;
	if (a.said != SAID_YES)
		return a.said;
	if (list == NULL || !json_is_array(list))
		return SAID_BROKE;
	for (size_t i = 0; i < json_count(list); i++)
		if (returned_read(c, json_item(list, i), out) && text_is(out->key, key))
			return SAID_YES;
	return SAID_NO;
}
