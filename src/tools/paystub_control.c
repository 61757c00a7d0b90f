/* paystub_control.c -- how a test steers the stub, and what it may ask of it. */
#include "paystub.h"

#include <stdlib.h>
#include <string.h>

/* What may be set; a count is used up, the rest holds until it is set again. */
static const char *const numbers[] = {
	"delay_ms", /* before a request is carried out */
	"delay_after_ms", /* between the deed and its answer */
	"time_out_before_execution", /* count: no deed, no answer */
	"time_out_after_execution", /* count: the deed, no answer */
	"drop_webhooks", /* count */
	"hold_webhooks", /* 1: kept until 0 */
	"webhook_delay_ms", "repeat", /* each event so many times more */
	"reorder", /* so many together, newest first */
	"skew_s", /* the signature's clock */
	"retry_ms", /* before the second try; doubled for each more */
	"checkout_least_s", /* the least life of a checkout, 1800 */
};

static json_t *set; /* name → number */
static json_t *fails; /* list of {status, count, on, execute} */
static char on[128]; /* "POST /v1/refunds": whom delays and time-outs mean; "" is all of /v1 */
static json_t *notes; /* every request since the start: {n, method, path, key, state, status} */

int64_t
behaviour(const char *name)
{
	return json_integer_value(json_object_get(set, name));
}

static bool
means(const char *pattern, const struct call *c)
{
	char *at = words("%s %s", c->method, c->path);
	bool meant = *pattern == 0 ? strncmp(c->path, "/v1/", 4) == 0
				   : strncmp(at, pattern, strlen(pattern)) == 0;

	free(at);
	return meant;
}

bool
behaviour_on(const struct call *c)
{
	return means(on, c);
}

bool
behaviour_take(const char *name, const struct call *c)
{
	int64_t left = behaviour(name);

	if (left <= 0 || (c && !behaviour_on(c)))
		return false;
	json_object_set_new(set, name, json_integer(left - 1));
	return true;
}

int
behaviour_fail(const struct call *c, bool *execute)
{
	json_t *f;
	size_t i;

	json_array_foreach(fails, i, f)
	{
		const char *pattern = field(f, "on");
		json_t *count = json_object_get(f, "count");
		int64_t left = count ? json_integer_value(count) : 1;
		if (!means(pattern ? pattern : "", c))
			continue;
		int status = (int)json_integer_value(json_object_get(f, "status"));
		*execute = json_is_true(json_object_get(f, "execute"));
		json_object_set_new(f, "count", json_integer(left - 1));
		if (left <= 1)
			json_array_remove(fails, i);
		return status ? status : 500;
	}
	return 0;
}

size_t
note_arrival(const struct call *c)
{
	size_t n = json_array_size(notes);

	if (notes == NULL)
		notes = json_array();
	json_array_append_new(notes,
	    json_pack("{s:I, s:s, s:s, s:s, s:s, s:i}", "n", (json_int_t)n, "method", c->method,
		"path", c->path, "key", c->key ? c->key : "", "state", "arrived", "status", 0));
	return n;
}

void
note_state(size_t n, const char *state, int status)
{
	json_t *note = json_array_get(notes, n);

	json_object_set_new(note, "state", json_string(state));
	if (status)
		json_object_set_new(note, "status", json_integer(status));
}

/* ---- setting */

static void
forget(void)
{
	json_decref(set);
	json_decref(fails);
	set = json_object();
	fails = json_array();
	*on = 0;
}

static bool
is_number(const char *name)
{
	for (size_t i = 0; i < LENGTH(numbers); i++)
		if (strcmp(numbers[i], name) == 0)
			return true;
	return false;
}

static struct answer
steer(const json_t *in)
{
	const char *name;
	json_t *value;

	if (set == NULL || json_is_true(json_object_get(in, "reset")))
		forget();
	json_object_foreach((json_t *)in, name, value) if (strcmp(name, "on") == 0 &&
	    json_is_string(value)) snprintf(on, sizeof on, "%s", json_string_value(value));
	else if (strcmp(name, "fail_next") == 0 && json_is_array(value))
	    json_array_extend(fails, value);
	else if (strcmp(name, "fail_next") == 0 && json_is_object(value))
	    json_array_append(fails, value);
	else if (is_number(name)) json_object_set_new(
	    set, name, json_integer(json_is_true(value) ? 1 : json_integer_value(value)));
	else if (strcmp(name, "reset") != 0) return bad(
	    "parameter_unknown", name, "There is no behaviour %s", name);
	pthread_cond_broadcast(&stub.news);
	return gives(200, json_pack("{s:O, s:O, s:s}", "set", set, "fail_next", fails, "on", on));
}

/* ---- asking */

/* What was charged and given back, by currency: {"eur": {charged, refunded, charges, net}}. */
static json_t *
ledger(void)
{
	json_t *all = json_object(), *o;
	const char *id;

	json_object_foreach(store_all(), id, o)
	{
		if (store_find(id, "charge") == NULL || !json_is_true(json_object_get(o, "paid")))
			continue;
		const char *currency = field(o, "currency");
		json_t *sum = json_object_get(all, currency);
		int64_t charged = json_integer_value(json_object_get(o, "amount"));
		int64_t back = json_integer_value(json_object_get(o, "amount_refunded"));
		charged += json_integer_value(json_object_get(sum, "charged"));
		back += json_integer_value(json_object_get(sum, "refunded"));
		json_int_t n = json_integer_value(json_object_get(sum, "charges")) + 1;
		json_object_set_new(all, currency,
		    json_pack("{s:I, s:I, s:I, s:I}", "charged", (json_int_t)charged, "refunded",
			(json_int_t)back, "charges", n, "net", (json_int_t)(charged - back)));
	}
	return all;
}

static json_t *
deliveries(void)
{
	json_t *list = json_array(), *o;
	const char *id;

	json_object_foreach(store_all(), id, o) if (store_find(id, "stub.delivery"))
	{
		json_t *event = store_get(field(o, "event"));
		json_t *copy = json_deep_copy(o);
		json_object_set(copy, "type", json_object_get(event, "type"));
		json_array_append_new(list, copy);
	}
	return list;
}

/* {"type": "customer.created", "object": {…}}: an event of any kind. */
static struct answer
make_event(const json_t *in)
{
	const char *type = field(in, "type");
	json_t *object = json_object_get(in, "object");

	if (type == NULL || !json_is_object(object))
		return missing("type");
	event_make(type, object);
	return gives(200, json_object());
}

struct answer
control(const struct call *c)
{
	static const char again[] = "/stub/events/";
	bool posted = strcmp(c->method, "POST") == 0;
	struct answer a = refuses(404, NULL, NULL, NULL, "Nothing is steered at %s", c->path);
	json_t *in = posted ? json_loads(c->body, 0, NULL) : NULL;

	if (strcmp(c->path, "/stub/behaviour") == 0)
		a = posted && !in ? bad(NULL, NULL, "The body is no JSON") : steer(in);
	else if (strcmp(c->path, "/stub/ledger") == 0)
		a = gives(200, ledger());
	else if (strcmp(c->path, "/stub/requests") == 0)
		a = gives(200, notes ? json_incref(notes) : json_array());
	else if (strcmp(c->path, "/stub/deliveries") == 0)
		a = gives(200, deliveries());
	else if (posted && strcmp(c->path, "/stub/events") == 0)
		a = make_event(in);
	else if (posted && strncmp(c->path, again, sizeof again - 1) == 0)
		a = event_again(c->path + sizeof again - 1)
		    ? gives(200, json_object())
		    : no_such("event", c->path + sizeof again - 1);
	json_decref(in);
	return a;
}
