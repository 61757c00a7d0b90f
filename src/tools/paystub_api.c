/* paystub_api.c -- /v1: checkout sessions, lists, and which address does what. */
#include "paystub.h"

#include <stdlib.h>
#include <string.h>

enum {
	CHECKOUT_LEAST_S = 1800,
	CHECKOUT_MOST_S = 86400,
	MAX_URL = 5000,
	MAX_LINES = 100,
	LIST_USUAL = 10,
	LIST_MOST = 100,
};

struct answer
no_such(const char *what, const char *id)
{
	return refuses(404, NULL, "resource_missing", "id", "No such %s: '%s'", what, id);
}

struct answer
unknown_field(const struct call *c, const char *const *patterns)
{
	const char *name = field_unknown(c->names, patterns);

	if (name == NULL)
		return (struct answer){ 0 };
	return bad("parameter_unknown", name, "Received unknown parameter: %s", name);
}

/* ---- making a checkout session */

static const char *const checkout_fields[] = { "mode", "success_url", "cancel_url",
	"client_reference_id", "customer_email", "expires_at", "locale", "metadata[*]",
	"payment_method_types[*]", "submit_type", "expand[*]", "line_items[*][quantity]",
	"line_items[*][price_data][currency]", "line_items[*][price_data][unit_amount]",
	"line_items[*][price_data][tax_behavior]", "line_items[*][price_data][product_data][name]",
	"line_items[*][price_data][product_data][description]",
	"line_items[*][price_data][product_data][metadata][*]", "payment_intent_data[description]",
	"payment_intent_data[metadata][*]", "payment_intent_data[statement_descriptor]",
	"payment_intent_data[receipt_email]", NULL };

struct basket {
	json_t *lines; /* {description, quantity, amount_total, currency} */
	int64_t total;
	const char *currency;
};

static struct answer
add_line(struct basket *b, const json_t *in, const char *i)
{
	char param[64];
	const char *currency = field(in, "price_data[currency]");
	const char *name = field(in, "price_data[product_data][name]");
	int64_t amount, quantity;
	bool there, counted;

	snprintf(param, sizeof param, "line_items[%.8s][price_data]", i);
	if (currency == NULL || name == NULL || *name == 0)
		return bad("parameter_missing", param,
		    "Missing required param: currency or product_data[name].");
	if (!field_whole(in, "price_data[unit_amount]", &amount, &there) || !there)
		return bad("parameter_invalid_integer", param, "Invalid unit_amount");
	if (!field_whole(in, "quantity", &quantity, &counted) || (counted && quantity == 0))
		return bad("parameter_invalid_integer", param, "Invalid quantity");
	if (b->currency && strcmp(b->currency, currency) != 0)
		return bad(NULL, param,
		    "All line items must use the same currency: %s and %s were given.", b->currency,
		    currency);
	if (!counted)
		quantity = 1;
	if (amount > 99999999 || quantity > 999999)
		return bad("amount_too_large", param, "Amount must be no more than 99999999");
	b->currency = currency;
	b->total += amount * quantity;
	json_array_append_new(b->lines,
	    json_pack("{s:s, s:I, s:I, s:s}", "description", name, "quantity", (json_int_t)quantity,
		"amount_total", (json_int_t)(amount * quantity), "currency", currency));
	return (struct answer){ 0 };
}

static struct answer
fill_basket(const struct call *c, struct basket *b)
{
	const json_t *lines = field_group(c->in, "line_items");
	const char *i;
	json_t *line;

	if (lines == NULL)
		return missing("line_items");
	if (json_object_size(lines) > MAX_LINES)
		return bad(NULL, "line_items", "At most %d line items", MAX_LINES);
	json_object_foreach((json_t *)lines, i, line)
	{
		struct answer why = add_line(b, line, i);
		if (why.status)
			return why;
	}
	struct answer why = { 0 };
	can_charge(b->total, b->currency, &why);
	return why;
}

static struct answer
check_url(const struct call *c, const char *name, bool must)
{
	const char *url = field(c->in, name);

	if (url == NULL || *url == 0)
		return must ? missing(name) : (struct answer){ 0 };
	if ((strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) ||
	    strlen(url) > MAX_URL || strpbrk(url, " \"'<>\\\r\n\t;"))
		return bad("url_invalid", name, "Not a valid URL");
	return (struct answer){ 0 };
}

static struct answer
check_checkout(const struct call *c, int64_t *expires)
{
	const char *mode = field(c->in, "mode"), *mail = field(c->in, "customer_email");
	const char *reference = field(c->in, "client_reference_id");
	struct answer why = unknown_field(c, checkout_fields);
	int64_t now = seconds_now();
	int64_t least = behaviour("checkout_least_s");
	bool there;

	if (why.status == 0)
		why = check_url(c, "success_url", true);
	if (why.status == 0)
		why = check_url(c, "cancel_url", false);
	if (why.status)
		return why;
	if (mode == NULL || strcmp(mode, "payment") != 0)
		return bad(NULL, "mode", "Invalid mode: this stub knows payment.");
	if (reference && strlen(reference) > 200)
		return bad(NULL, "client_reference_id", "At most 200 characters");
	if (mail && strchr(mail, '@') == NULL)
		return bad("email_invalid", "customer_email", "Invalid email address: %s", mail);
	if (!field_whole(c->in, "expires_at", expires, &there))
		return bad("parameter_invalid_integer", "expires_at", "Invalid integer: %s",
		    field(c->in, "expires_at"));
	if (!there)
		*expires = now + CHECKOUT_MOST_S;
	if (least == 0)
		least = CHECKOUT_LEAST_S;
	if (*expires < now + least - 5 || *expires > now + CHECKOUT_MOST_S + 5)
		return bad(NULL, "expires_at",
		    "The `expires_at` timestamp must be between 30 minutes and 24 hours from "
		    "Checkout Session creation.");
	if (metadata_ok(field_group(c->in, "metadata"), &why))
		metadata_ok(field_group(c->in, "payment_intent_data[metadata]"), &why);
	return why;
}

static json_t *
text_or_null(const char *s)
{
	return s && *s ? json_string(s) : json_null();
}

/* {CHECKOUT_SESSION_ID} in an address becomes the id. */
static json_t *
filled_in(const char *url, const char *id)
{
	static const char mark[] = "{CHECKOUT_SESSION_ID}";
	const char *at = url ? strstr(url, mark) : NULL;

	if (at == NULL)
		return text_or_null(url);
	char *s = words("%.*s%s%s", (int)(at - url), url, id, at + sizeof mark - 1);
	json_t *filled = json_string(s);
	free(s);
	return filled;
}

static json_t *
checkout_new(const struct call *c, const struct basket *b, int64_t expires)
{
	json_t *s = store_new("checkout.session", "cs_test_");
	const char *id = json_string_value(json_object_get(s, "id"));
	char *url = words("%s/c/pay/%s", stub.address, id);
	const json_t *about = field_group(c->in, "payment_intent_data");

	json_object_set_new(s, "amount_subtotal", json_integer(b->total));
	json_object_set_new(s, "amount_total", json_integer(b->total));
	json_object_set_new(s, "cancel_url", filled_in(field(c->in, "cancel_url"), id));
	json_object_set_new(
	    s, "client_reference_id", text_or_null(field(c->in, "client_reference_id")));
	json_object_set_new(s, "currency", json_string(b->currency));
	json_object_set_new(s, "customer_email", text_or_null(field(c->in, "customer_email")));
	json_object_set_new(s, "expires_at", json_integer(expires));
	json_object_set_new(s, "metadata", metadata_of(field_group(c->in, "metadata")));
	json_object_set_new(s, "mode", json_string("payment"));
	json_object_set_new(s, "payment_intent", json_null());
	json_object_set_new(s, "payment_method_types", json_pack("[s]", "card"));
	json_object_set_new(s, "payment_status", json_string("unpaid"));
	json_object_set_new(s, "status", json_string("open"));
	json_object_set_new(s, "success_url", filled_in(field(c->in, "success_url"), id));
	json_object_set_new(s, "url", json_string(url));
	/* not of the API: what the page shows, and what the intent shall say */
	json_object_set(s, "stub_lines", b->lines);
	json_object_set_new(s, "stub_about", metadata_of(about));
	free(url);
	return s;
}

/* As the API shows it: without what is only the page's. */
static json_t *
shown(const json_t *o)
{
	json_t *copy = json_deep_copy(o);

	json_object_del(copy, "stub_lines");
	json_object_del(copy, "stub_about");
	return copy;
}

static struct answer
checkout_make(const struct call *c)
{
	struct basket b = { .lines = json_array() };
	int64_t expires;
	struct answer a = check_checkout(c, &expires);

	if (a.status == 0)
		a = fill_basket(c, &b);
	if (a.status == 0) {
		json_t *s = checkout_new(c, &b, expires);
		store_put(s);
		a = gives(200, shown(s));
	}
	json_decref(b.lines);
	return a;
}

/* ---- ending one */

void
checkout_expire(json_t *s)
{
	json_object_set_new(s, "status", json_string("expired"));
	json_object_set_new(s, "url", json_null());
	store_put(s);
	json_t *copy = shown(s);
	event_make("checkout.session.expired", copy);
	json_decref(copy);
}

void
checkouts_expire(void)
{
	const char *id;
	json_t *s;
	void *next;

	json_object_foreach_safe(store_all(), next, id, s) if (store_find(id, "checkout.session") &&
	    strcmp(field(s, "status"), "open") == 0 &&
	    json_integer_value(json_object_get(s, "expires_at")) <= seconds_now())
	    checkout_expire(s);
}

static struct answer
checkout_end(json_t *s)
{
	const char *status = field(s, "status");

	if (strcmp(status, "open") != 0)
		return bad(NULL, NULL,
		    "Only Checkout Sessions with a status in [\"open\"] can be expired. This "
		    "Checkout Session has a status of `%s`.",
		    status);
	checkout_expire(s);
	return gives(200, shown(s));
}

/* ---- lists */

/* Of each filter that is given the object must hold the same. */
static bool
wanted(const struct call *c, const json_t *o)
{
	static const char *const filters[] = { "payment_intent", "charge", "status", "type",
		"client_reference_id" };
	int64_t since;
	bool there;

	for (size_t i = 0; i < LENGTH(filters); i++) {
		const char *want = field(c->in, filters[i]), *has = field(o, filters[i]);
		if (want && (has == NULL || strcmp(want, has) != 0))
			return false;
	}
	return !field_whole(c->in, "created[gte]", &since, &there) || !there ||
	    json_integer_value(json_object_get(o, "created")) >= since;
}

/* Newest first, after the object named by starting_after. */
static struct answer
list(const struct call *c, const char *object)
{
	json_t *data = json_array(), *all = json_array(), *o;
	const char *after = field(c->in, "starting_after"), *id;
	int64_t limit;
	bool there, more = false, passed = after == NULL;

	if (!field_whole(c->in, "limit", &limit, &there) || (there && limit == 0) ||
	    limit > LIST_MOST)
		return bad("parameter_invalid_integer", "limit", "limit is from 1 to 100");
	if (!there)
		limit = LIST_USUAL;
	json_object_foreach(store_all(), id, o) if (store_find(id, object) && wanted(c, o))
	    json_array_append(all, o);
	for (size_t i = json_array_size(all); i-- > 0 && !more;) {
		o = json_array_get(all, i);
		if (passed && (more = json_array_size(data) == (size_t)limit) == false)
			json_array_append_new(data, shown(o));
		passed = passed || strcmp(field(o, "id"), after) == 0;
	}
	json_decref(all);
	return gives(200,
	    json_pack("{s:s, s:s, s:b, s:o}", "object", "list", "url", c->path, "has_more", more,
		"data", data));
}

/* expand[]=payment_intent, expand[]=payment_intent.latest_charge: the object in place of its id. */
static void
expand_one(json_t *o, const char *path)
{
	char name[64];
	size_t n = strcspn(path, ".");

	snprintf(name, sizeof name, "%.*s", (int)n, path);
	json_t *at = json_object_get(o, name);
	if (json_is_string(at)) {
		json_t *found = store_get(json_string_value(at));
		if (found == NULL)
			return;
		json_object_set_new(o, name, shown(found));
		at = json_object_get(o, name);
	}
	if (path[n] == '.' && json_is_object(at))
		expand_one(at, path + n + 1);
}

static void
expand(const struct call *c, json_t *o)
{
	const char *i;
	json_t *path;

	json_object_foreach((json_t *)field_group(c->in, "expand"), i,
	    path) if (json_is_string(path)) expand_one(o, json_string_value(path));
}

/* ---- addresses */

static const struct resource {
	const char *path, *object, *name;
	struct answer (*make)(const struct call *);
} resources[] = {
	{ "/v1/checkout/sessions", "checkout.session", "checkout.session", checkout_make },
	{ "/v1/payment_intents", "payment_intent", "payment_intent", intent_make },
	{ "/v1/refunds", "refund", "refund", refund_make },
	{ "/v1/charges", "charge", "charge", NULL },
	{ "/v1/events", "event", "event", NULL },
};

static struct answer
no_address(const struct call *c)
{
	return refuses(404, NULL, NULL, NULL,
	    "Unrecognized request URL (%s: %s). Please see https://stripe.com/docs or we can help "
	    "at https://support.stripe.com/.",
	    c->method, c->path);
}

/* POST /v1/payment_intents/pi_…/confirm and the like; metadata of any may be changed. */
static struct answer
deed(const struct resource *r, json_t *o, const char *verb, const struct call *c)
{
	static const char *const fields[] = { "metadata[*]", "expand[*]", NULL };
	struct answer why;

	if (strcmp(r->object, "checkout.session") == 0 && strcmp(verb, "expire") == 0)
		return checkout_end(o);
	if (strcmp(r->object, "payment_intent") == 0 && strcmp(verb, "confirm") == 0)
		return intent_confirm(o, c);
	if (strcmp(r->object, "payment_intent") == 0 && strcmp(verb, "cancel") == 0)
		return intent_cancel(o, c);
	if (*verb || strcmp(r->object, "event") == 0)
		return no_address(c);
	why = unknown_field(c, fields);
	if (why.status || !metadata_ok(field_group(c->in, "metadata"), &why))
		return why;
	json_t *new = metadata_of(field_group(c->in, "metadata"));
	json_object_update(json_object_get(o, "metadata"), new);
	json_decref(new);
	store_put(o);
	return gives(200, shown(o));
}

static struct answer
one(const struct resource *r, const char *rest, const struct call *c)
{
	char id[80];
	size_t n = strcspn(rest, "/");

	snprintf(id, sizeof id, "%.*s", (int)n, rest);
	json_t *o = store_find(id, r->object);
	if (o == NULL)
		return no_such(r->name, id);
	if (strcmp(c->method, "POST") == 0)
		return deed(r, o, rest[n] ? rest + n + 1 : "", c);
	if (rest[n])
		return no_address(c);
	return gives(200, shown(o));
}

struct answer
api(const struct call *c)
{
	struct answer a = no_address(c);

	for (size_t i = 0; i < LENGTH(resources); i++) {
		const struct resource *r = &resources[i];
		size_t n = strlen(r->path);
		if (strncmp(c->path, r->path, n) != 0 || (c->path[n] && c->path[n] != '/'))
			continue;
		json_decref(a.json);
		if (c->path[n])
			a = one(r, c->path + n + 1, c);
		else if (strcmp(c->method, "GET") == 0)
			a = list(c, r->object);
		else
			a = r->make ? r->make(c) : no_address(c);
		break;
	}
	if (a.status == 200)
		expand(c, a.json);
	return a;
}
