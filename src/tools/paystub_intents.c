/* paystub_intents.c -- payment intents: an amount, and the attempts to charge it. */
#include "paystub.h"

#include <stdlib.h>
#include <string.h>

json_t *
intent_new(int64_t amount, const char *currency, const json_t *about)
{
	json_t *intent = store_new("payment_intent", "pi_");
	const char *description = field(about, "description");

	json_object_set_new(intent, "amount", json_integer(amount));
	json_object_set_new(intent, "amount_received", json_integer(0));
	json_object_set_new(intent, "currency", json_string(currency));
	json_object_set_new(
	    intent, "description", description ? json_string(description) : json_null());
	json_object_set_new(intent, "last_payment_error", json_null());
	json_object_set_new(intent, "latest_charge", json_null());
	json_object_set_new(intent, "metadata", metadata_of(field_group(about, "metadata")));
	json_object_set_new(intent, "payment_method", json_null());
	json_object_set_new(intent, "payment_method_types", json_pack("[s]", "card"));
	json_object_set_new(intent, "status", json_string("requires_payment_method"));
	return intent;
}

bool
can_charge(int64_t amount, const char *currency, struct answer *why)
{
	int digits = currency_digits(currency);
	struct answer a = { 0 };

	if (digits < 0)
		a = bad(NULL, "currency", "Invalid currency: %s. This stub does not charge in it.",
		    currency);
	else if (amount < currency_least(currency)) {
		char *least = money_text(currency_least(currency), currency);
		a = bad(
		    "amount_too_small", "amount", "Amount must be at least %s %s", least, currency);
		free(least);
	} else if (amount > 99999999)
		a = bad("amount_too_large", "amount", "Amount must be no more than 99999999");
	else if (digits == 3 && amount % 10 != 0)
		a = bad("parameter_invalid_integer", "amount",
		    "Amounts in %s must end in 0: its last digit cannot be charged", currency);
	*why = a;
	return a.status == 0;
}

/* 402 with the intent in it, as the real one says it. */
static struct answer
declined(const json_t *intent)
{
	json_t *e = json_deep_copy(json_object_get(intent, "last_payment_error"));

	json_object_set_new(e, "payment_intent", json_deep_copy(intent));
	return gives(402, json_pack("{s:o}", "error", e));
}

static struct answer
charge_by(json_t *intent, const char *method)
{
	const struct card *card = card_by_method(method);

	if (card == NULL)
		return no_such("PaymentMethod", method);
	if (!intent_charge(intent, card))
		return declined(intent);
	return gives(200, json_deep_copy(intent));
}

static const char *const intent_fields[] = { "amount", "currency", "payment_method",
	"payment_method_types[*]", "confirm", "off_session", "description", "metadata[*]",
	"receipt_email", "return_url", "error_on_requires_action", "capture_method",
	"confirmation_method", "automatic_payment_methods[enabled]",
	"automatic_payment_methods[allow_redirects]", "expand[*]", NULL };

static bool
is_true(const struct call *c, const char *name)
{
	const char *s = field(c->in, name);

	return s && strcmp(s, "true") == 0;
}

struct answer
intent_make(const struct call *c)
{
	struct answer why = unknown_field(c, intent_fields);
	const char *currency = field(c->in, "currency"), *method = field(c->in, "payment_method");
	const char *capture = field(c->in, "capture_method");
	int64_t amount;
	bool there;

	if (why.status)
		return why;
	if (!field_whole(c->in, "amount", &amount, &there))
		return bad("parameter_invalid_integer", "amount", "Invalid integer: %s",
		    field(c->in, "amount"));
	if (!there)
		return missing("amount");
	if (currency == NULL)
		return missing("currency");
	if (capture && strncmp(capture, "automatic", 9) != 0)
		return bad(NULL, "capture_method", "This stub captures at once.");
	if (!can_charge(amount, currency, &why) ||
	    !metadata_ok(field_group(c->in, "metadata"), &why))
		return why;
	if (is_true(c, "confirm") && method == NULL)
		return bad("payment_intent_unexpected_state", NULL,
		    "You cannot confirm this PaymentIntent because it's missing a payment "
		    "method.");
	if (method && card_by_method(method) == NULL)
		return no_such("PaymentMethod", method);
	json_t *intent = intent_new(amount, currency, c->in);
	store_put(intent);
	event_make("payment_intent.created", intent);
	if (is_true(c, "confirm"))
		return charge_by(intent, method);
	if (method) {
		json_object_set_new(intent, "payment_method", json_string(method));
		json_object_set_new(intent, "status", json_string("requires_confirmation"));
		store_put(intent);
	}
	return gives(200, json_deep_copy(intent));
}

static bool
open_intent(const json_t *intent)
{
	const char *status = json_string_value(json_object_get(intent, "status"));

	return strncmp(status, "requires_", 9) == 0;
}

struct answer
intent_confirm(json_t *intent, const struct call *c)
{
	static const char *const fields[] = { "payment_method", "off_session", "return_url",
		"error_on_requires_action", "receipt_email", "expand[*]", NULL };
	struct answer why = unknown_field(c, fields);
	const char *method = field(c->in, "payment_method");

	if (why.status)
		return why;
	if (!open_intent(intent))
		return bad("payment_intent_unexpected_state", NULL,
		    "You cannot confirm this PaymentIntent because it has a status of %s.",
		    json_string_value(json_object_get(intent, "status")));
	if (method == NULL)
		method = json_string_value(json_object_get(intent, "payment_method"));
	if (method == NULL)
		return bad("payment_intent_unexpected_state", NULL,
		    "You cannot confirm this PaymentIntent because it's missing a payment "
		    "method.");
	return charge_by(intent, method);
}

struct answer
intent_cancel(json_t *intent, const struct call *c)
{
	static const char *const fields[] = { "cancellation_reason", "expand[*]", NULL };
	struct answer why = unknown_field(c, fields);

	if (why.status)
		return why;
	if (!open_intent(intent))
		return bad("payment_intent_unexpected_state", NULL,
		    "You cannot cancel this PaymentIntent because it has a status of %s.",
		    json_string_value(json_object_get(intent, "status")));
	json_object_set_new(intent, "status", json_string("canceled"));
	store_put(intent);
	event_make("payment_intent.canceled", intent);
	return gives(200, json_deep_copy(intent));
}
