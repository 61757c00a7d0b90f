/* paystub_card.c -- test cards, attempts to charge them, refunds. */
#include "paystub.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { REFUND_LATER_S = 2 };

static const struct card all_cards[] = {
	{ "4242424242424242", "visa", "pm_card_visa", .about = "pays" },
	{ "5555555555554444", "mastercard", "pm_card_mastercard", .about = "pays" },
	{ "378282246310005", "amex", "pm_card_amex", .about = "pays" },
	{ "4000000000000002", "visa", "pm_card_visa_chargeDeclined", "card_declined",
	    "generic_decline", "Your card was declined.", .about = "is declined" },
	{ "4000000000009995", "visa", "pm_card_visa_chargeDeclinedInsufficientFunds",
	    "card_declined", "insufficient_funds", "Your card has insufficient funds.",
	    .about = "has insufficient funds" },
	{ "4000000000000069", "visa", "pm_card_chargeDeclinedExpiredCard", "expired_card",
	    "expired_card", "Your card has expired.", .about = "has expired" },
	{ "4000000000000127", "visa", "pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc",
	    "incorrect_cvc", "Your card's security code is incorrect.",
	    .about = "has another security code" },
	{ "4000000000000119", "visa", "pm_card_chargeDeclinedProcessingError", "processing_error",
	    "processing_error",
	    "An error occurred while processing your card. Try again in a little bit.",
	    .about = "meets an error" },
	{ "4000000000000341", "visa", "pm_card_chargeCustomerFail", "card_declined",
	    "generic_decline", "Your card was declined.",
	    .about = "is taken, and declined when it is charged" },
	{ "4000000000007726", "visa", "pm_card_pendingRefund", .refund = "later",
	    .about = "pays; a refund takes a while" },
	{ "4000000000005126", "visa", "pm_card_refundFail", .refund = "fails",
	    .about = "pays; a refund fails a while later" },
};

const struct card *
cards(size_t *n)
{
	*n = LENGTH(all_cards);
	return all_cards;
}

const struct card *
card_by_number(const char *digits)
{
	for (size_t i = 0; i < LENGTH(all_cards); i++)
		if (strcmp(all_cards[i].number, digits) == 0)
			return &all_cards[i];
	return NULL;
}

const struct card *
card_by_method(const char *payment_method)
{
	for (size_t i = 0; i < LENGTH(all_cards); i++)
		if (strcmp(all_cards[i].payment_method, payment_method) == 0)
			return &all_cards[i];
	return NULL;
}

/* ISO/IEC 7812-1, annex B. */
bool
luhn_ok(const char *digits)
{
	size_t n = strlen(digits);
	int sum = 0;

	for (size_t i = 0; i < n; i++) {
		int d = digits[n - 1 - i] - '0';
		sum += i % 2 ? d * 2 / 10 + d * 2 % 10 : d;
	}
	return n >= 12 && n <= 19 && sum % 10 == 0;
}

/* ---- currencies: those in which it charges, and the least it takes */

static const struct currency {
	const char *code, *sign;
	int digits, least;
} currencies[] = {
	{ "eur", "€", 2, 50 },
	{ "usd", "$", 2, 50 },
	{ "gbp", "£", 2, 30 },
	{ "chf", "CHF ", 2, 50 },
	{ "aud", "A$", 2, 50 },
	{ "cad", "CA$", 2, 50 },
	{ "nzd", "NZ$", 2, 50 },
	{ "inr", "₹", 2, 50 },
	{ "sek", "SEK ", 2, 300 },
	{ "dkk", "DKK ", 2, 250 },
	{ "nok", "NOK ", 2, 300 },
	{ "pln", "PLN ", 2, 200 },
	{ "czk", "CZK ", 2, 1500 },
	{ "huf", "HUF ", 2, 17500 },
	{ "ron", "RON ", 2, 200 },
	{ "bgn", "BGN ", 2, 100 },
	{ "isk", "ISK ", 0, 50 },
	{ "try", "₺", 2, 50 },
	{ "ils", "₪", 2, 50 },
	{ "npr", "NPR ", 2, 50 },
	{ "sgd", "SGD ", 2, 50 },
	{ "hkd", "HKD ", 2, 400 },
	{ "mxn", "MXN ", 2, 1000 },
	{ "brl", "BRL ", 2, 50 },
	{ "zar", "ZAR ", 2, 50 },
	{ "aed", "AED ", 2, 200 },
	{ "thb", "THB ", 2, 1000 },
	{ "jpy", "¥", 0, 50 },
	{ "krw", "₩", 0, 50 },
	{ "clp", "CLP ", 0, 50 },
	{ "vnd", "₫", 0, 50 },
	{ "kwd", "KWD ", 3, 50 },
	{ "bhd", "BHD ", 3, 50 },
	{ "tnd", "TND ", 3, 50 },
};

static const struct currency *
currency(const char *lower)
{
	for (size_t i = 0; i < LENGTH(currencies); i++)
		if (strcmp(currencies[i].code, lower) == 0)
			return &currencies[i];
	return NULL;
}

int
currency_digits(const char *lower)
{
	const struct currency *c = currency(lower);

	return c ? c->digits : -1;
}

int64_t
currency_least(const char *lower)
{
	const struct currency *c = currency(lower);

	return c ? c->least : 0;
}

char *
money_text(int64_t amount, const char *lower)
{
	const struct currency *c = currency(lower);
	int64_t unit = 1;

	if (c == NULL)
		return words("%lld %s", (long long)amount, lower);
	for (int i = 0; i < c->digits; i++)
		unit *= 10;
	if (c->digits == 0)
		return words("%s%lld", c->sign, (long long)amount);
	return words("%s%lld.%0*lld", c->sign, (long long)(amount / unit), c->digits,
	    (long long)(amount % unit));
}

/* ---- charging */

static json_t *
card_details(const struct card *card)
{
	return json_pack("{s:s, s:{s:s, s:s, s:s}}", "type", "card", "card", "brand", card->brand,
	    "last4", card->number + strlen(card->number) - 4, "funding", "credit");
}

static json_t *
charge_new(const json_t *intent, const struct card *card)
{
	json_t *charge = store_new("charge", "ch_");
	bool paid = card->decline == NULL;
	json_t *amount = json_object_get(intent, "amount");

	json_object_set(charge, "amount", amount);
	json_object_set_new(
	    charge, "amount_captured", json_integer(paid ? json_integer_value(amount) : 0));
	json_object_set_new(charge, "amount_refunded", json_integer(0));
	json_object_set_new(charge, "captured", json_boolean(paid));
	json_object_set(charge, "currency", json_object_get(intent, "currency"));
	json_object_set(charge, "description", json_object_get(intent, "description"));
	json_object_set_new(
	    charge, "failure_code", card->decline ? json_string(card->decline) : json_null());
	json_object_set_new(
	    charge, "failure_message", card->says ? json_string(card->says) : json_null());
	json_object_set(charge, "metadata", json_object_get(intent, "metadata"));
	json_object_set_new(charge, "paid", json_boolean(paid));
	json_object_set(charge, "payment_intent", json_object_get(intent, "id"));
	json_object_set_new(charge, "payment_method_details", card_details(card));
	json_object_set_new(charge, "refunded", json_false());
	json_object_set_new(charge, "status", json_string(paid ? "succeeded" : "failed"));
	return charge;
}

/* As the charge refers to it: the card of the stub's own table. */
static const struct card *
card_of(const json_t *charge)
{
	const char *last4 = field(json_object_get(charge, "payment_method_details"), "card[last4]");

	for (size_t i = 0; last4 && i < LENGTH(all_cards); i++)
		if (strcmp(all_cards[i].number + strlen(all_cards[i].number) - 4, last4) == 0)
			return &all_cards[i];
	return &all_cards[0];
}

bool
intent_charge(json_t *intent, const struct card *card)
{
	json_t *charge = charge_new(intent, card);

	store_put(charge);
	json_object_set(intent, "latest_charge", json_object_get(charge, "id"));
	json_object_set_new(intent, "payment_method", json_string(card->payment_method));
	if (card->decline) {
		json_object_set_new(intent, "status", json_string("requires_payment_method"));
		json_object_set_new(intent, "last_payment_error",
		    json_pack("{s:s, s:s, s:s, s:s, s:O}", "type", "card_error", "code",
			card->decline, "decline_code", card->decline_code, "message", card->says,
			"charge", json_object_get(charge, "id")));
		store_put(intent);
		event_make("charge.failed", charge);
		event_make("payment_intent.payment_failed", intent);
		return false;
	}
	json_object_set_new(intent, "status", json_string("succeeded"));
	json_object_set_new(intent, "last_payment_error", json_null());
	json_object_set(intent, "amount_received", json_object_get(intent, "amount"));
	store_put(intent);
	event_make("charge.succeeded", charge);
	event_make("payment_intent.succeeded", intent);
	return true;
}

/* ---- refunds */

static const char *const refund_fields[] = { "payment_intent", "charge", "amount", "reason",
	"metadata[*]", "expand[*]", NULL };
static const char *const reasons[] = { "duplicate", "fraudulent", "requested_by_customer" };

/* The charge that is meant, or NULL and *why. */
static json_t *
charge_meant(const struct call *c, struct answer *why)
{
	const char *intent_id = field(c->in, "payment_intent");
	const char *charge_id = field(c->in, "charge");
	json_t *charge;

	if (intent_id) {
		json_t *intent = store_find(intent_id, "payment_intent");
		if (intent == NULL) {
			*why = no_such("payment_intent", intent_id);
			return NULL;
		}
		charge_id = json_string_value(json_object_get(intent, "latest_charge"));
		charge = store_find(charge_id, "charge");
		if (charge == NULL || !json_is_true(json_object_get(charge, "paid")))
			*why = bad(NULL, NULL,
			    "This PaymentIntent (%s) does not have a successful charge to refund.",
			    intent_id);
	} else if (charge_id) {
		charge = store_find(charge_id, "charge");
		if (charge == NULL)
			*why = no_such("charge", charge_id);
		else if (!json_is_true(json_object_get(charge, "paid")))
			*why = bad("charge_not_refundable", NULL,
			    "Charge %s was not paid, so it cannot be refunded.", charge_id);
	} else {
		*why = bad("parameter_missing", NULL,
		    "One of the following params should be provided for this request: "
		    "payment_intent or charge.");
		return NULL;
	}
	return charge && json_is_true(json_object_get(charge, "paid")) ? charge : NULL;
}

static void
charge_give_back(json_t *charge, int64_t amount)
{
	int64_t back = json_integer_value(json_object_get(charge, "amount_refunded")) + amount;

	json_object_set_new(charge, "amount_refunded", json_integer(back));
	json_object_set_new(charge, "refunded",
	    json_boolean(back == json_integer_value(json_object_get(charge, "amount"))));
	store_put(charge);
}

static struct answer
refund_amount(const struct call *c, const json_t *charge, int64_t *amount)
{
	int64_t left = json_integer_value(json_object_get(charge, "amount")) -
	    json_integer_value(json_object_get(charge, "amount_refunded"));
	const char *cur = json_string_value(json_object_get(charge, "currency"));
	bool there;

	if (!field_whole(c->in, "amount", amount, &there) || (there && *amount == 0))
		return bad("parameter_invalid_integer", "amount", "Invalid positive integer");
	if (left == 0)
		return bad("charge_already_refunded", NULL, "Charge %s has already been refunded.",
		    json_string_value(json_object_get(charge, "id")));
	if (!there)
		*amount = left;
	if (*amount <= left)
		return (struct answer){ 0 };
	char *asked = money_text(*amount, cur), *rest = money_text(left, cur);
	struct answer a = bad(NULL, "amount",
	    "Refund amount (%s) is greater than unrefunded amount on charge (%s)", asked, rest);
	free(asked);
	free(rest);
	return a;
}

static json_t *
refund_new(const struct call *c, json_t *charge, int64_t amount)
{
	json_t *refund = store_new("refund", "re_");
	const char *reason = field(c->in, "reason"), *how = card_of(charge)->refund;
	bool later = how && strcmp(how, "later") == 0;

	json_object_set_new(refund, "amount", json_integer(amount));
	json_object_set(refund, "charge", json_object_get(charge, "id"));
	json_object_set(refund, "currency", json_object_get(charge, "currency"));
	json_object_set_new(refund, "metadata", metadata_of(field_group(c->in, "metadata")));
	json_object_set(refund, "payment_intent", json_object_get(charge, "payment_intent"));
	json_object_set_new(refund, "reason", reason ? json_string(reason) : json_null());
	json_object_set_new(refund, "status", json_string(later ? "pending" : "succeeded"));
	store_put(refund);
	return refund;
}

struct answer
refund_make(const struct call *c)
{
	struct answer why = unknown_field(c, refund_fields);
	const char *reason = field(c->in, "reason");
	int64_t amount;
	bool known = reason == NULL;

	for (size_t i = 0; i < LENGTH(reasons) && !known; i++)
		known = strcmp(reasons[i], reason) == 0;
	if (why.status)
		return why;
	if (!known)
		return bad(NULL, "reason",
		    "Invalid reason: must be one of duplicate, fraudulent, or "
		    "requested_by_customer");
	if (!metadata_ok(field_group(c->in, "metadata"), &why))
		return why;
	json_t *charge = charge_meant(c, &why);
	if (charge == NULL)
		return why;
	why = refund_amount(c, charge, &amount);
	if (why.status)
		return why;
	json_t *refund = refund_new(c, charge, amount);
	charge_give_back(charge, amount);
	event_make("charge.refunded", charge);
	event_make("refund.created", refund);
	return gives(200, json_deep_copy(refund));
}

/* A pending refund succeeds; one of the failing card fails, and the money is the merchant's again. */
static void
refund_settle(json_t *refund, const char *how)
{
	json_t *charge = store_get(json_string_value(json_object_get(refund, "charge")));

	if (strcmp(how, "later") == 0) {
		json_object_set_new(refund, "status", json_string("succeeded"));
		store_put(refund);
		event_make("charge.refund.updated", refund);
		event_make("refund.updated", refund);
		return;
	}
	json_object_set_new(refund, "status", json_string("failed"));
	json_object_set_new(refund, "failure_reason", json_string("unknown"));
	store_put(refund);
	charge_give_back(charge, -json_integer_value(json_object_get(refund, "amount")));
	event_make("charge.refund.updated", refund);
	event_make("refund.failed", refund);
}

void
refunds_settle(void)
{
	int64_t before = seconds_now() - REFUND_LATER_S;
	const char *id;
	json_t *refund;
	void *next;

	json_object_foreach_safe(store_all(), next, id, refund)
	{
		const char *status = json_string_value(json_object_get(refund, "status"));
		if (store_find(id, "refund") == NULL ||
		    json_integer_value(json_object_get(refund, "created")) > before)
			continue;
		json_t *charge = store_get(json_string_value(json_object_get(refund, "charge")));
		const char *how = card_of(charge)->refund;
		bool due = how &&
		    ((strcmp(how, "later") == 0 && strcmp(status, "pending") == 0) ||
			(strcmp(how, "fails") == 0 && strcmp(status, "succeeded") == 0));
		if (due)
			refund_settle(refund, how);
	}
}
