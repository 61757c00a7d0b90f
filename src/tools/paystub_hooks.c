/* paystub_hooks.c -- events, and their delivery: signed, at least once, in no promised order. */
#include "paystub.h"

#include <curl/curl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	TRIES = 16, /* the real one tries for three days, too */
	RETRY_MS = 1000, /* then 2, 4, 8 s … */
	RETRY_MOST_MS = 60000,
	ANSWER_MS = 10000,
	GATHER_MS = 500, /* how long disorder waits for company */
	AT_ONCE = 20,
};

void
event_make(const char *type, const json_t *object)
{
	json_t *e = store_new("event", "evt_");
	const char *id = json_string_value(json_object_get(e, "id"));
	char *delivery = words("send_%s", id);
	bool drop = behaviour_take("drop_webhooks", NULL);
	int64_t copies = behaviour("repeat") + 1;

	json_object_set_new(e, "api_version", json_string("2024-06-20"));
	json_object_set_new(e, "data", json_pack("{s:o}", "object", json_deep_copy(object)));
	json_object_set_new(e, "pending_webhooks", json_integer(stub.webhook_url ? 1 : 0));
	json_object_set_new(e, "request", json_pack("{s:n, s:n}", "id", "idempotency_key"));
	json_object_set_new(e, "type", json_string(type));
	if (stub.webhook_url)
		store_put(json_pack("{s:s, s:s, s:s, s:I, s:i, s:I, s:s}", "id", delivery, "object",
		    "stub.delivery", "event", id, "due",
		    (json_int_t)(millis_now() + behaviour("webhook_delay_ms")), "tries", 0, "left",
		    (json_int_t)copies, "state", drop ? "dropped" : "waiting"));
	store_put(e);
	free(delivery);
	pthread_cond_broadcast(&stub.news);
}

bool
event_again(const char *id)
{
	char *delivery = words("send_%s", id);
	json_t *d = store_find(delivery, "stub.delivery");

	free(delivery);
	if (d == NULL)
		return false;
	json_object_set_new(d, "state", json_string("waiting"));
	json_object_set_new(d, "left", json_integer(1));
	json_object_set_new(d, "tries", json_integer(0));
	json_object_set_new(d, "due", json_integer(millis_now()));
	store_put(d);
	pthread_cond_broadcast(&stub.news);
	return true;
}

/* ---- the signature: t=…,v1=HMAC-SHA256(secret, t "." body) in hex */

static void
sign(const char *secret, int64_t t, const char *body, char hex[65])
{
	crypto_auth_hmacsha256_state state;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char head[32];
	int n = snprintf(head, sizeof head, "%lld.", (long long)t);

	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)head, (unsigned long long)n);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)body, strlen(body));
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_bin2hex(hex, 65, mac, sizeof mac);
}

/* While a secret is rolled, both sign. */
static char *
signature(const char *body, int64_t t)
{
	char new[65], old[65];

	sign(stub.webhook_secret, t, body, new);
	if (stub.old_webhook_secret == NULL)
		return words("Stripe-Signature: t=%lld,v1=%s", (long long)t, new);
	sign(stub.old_webhook_secret, t, body, old);
	return words("Stripe-Signature: t=%lld,v1=%s,v1=%s", (long long)t, old, new);
}

/* ---- sending */

struct parcel {
	char id[96]; /* of the delivery */
	char *body;
};

static size_t
unread(char *p, size_t size, size_t n, void *to)
{
	(void)p, (void)to;
	return size * n;
}

static bool
post(const char *body, int64_t t)
{
	CURL *curl = curl_easy_init();
	char *line = signature(body, t);
	struct curl_slist *headers = curl_slist_append(NULL, line);
	long status = 0;

	headers = curl_slist_append(headers, "Content-Type: application/json; charset=utf-8");
	headers = curl_slist_append(headers, "User-Agent: Stripe/1.0 (stub)");
	curl_easy_setopt(curl, CURLOPT_URL, stub.webhook_url);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ANSWER_MS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, unread);
	if (curl_easy_perform(curl) == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	free(line);
	return status >= 200 && status < 300;
}

/* What came of it.  An event that was sent leaves its copies to be sent. */
static void
record(const char *id, bool taken)
{
	json_t *d = store_get(id);
	int64_t tries = json_integer_value(json_object_get(d, "tries")) + 1;
	int64_t left = json_integer_value(json_object_get(d, "left")) - (taken ? 1 : 0);
	int64_t base = behaviour("retry_ms") ? behaviour("retry_ms") : RETRY_MS;
	int64_t wait = taken ? 0 : base << (tries < 7 ? tries - 1 : 6);

	if (d == NULL)
		return;
	if (wait > RETRY_MOST_MS)
		wait = RETRY_MOST_MS;
	json_object_set_new(d, "tries", json_integer(tries));
	json_object_set_new(d, "left", json_integer(left));
	json_object_set_new(d, "due", json_integer(millis_now() + wait));
	json_object_set_new(d, "state",
	    json_string(left <= 0    ? "sent"
		    : tries >= TRIES ? "given up"
				     : "waiting"));
	store_put(d);
	json_t *event = store_get(field(d, "event"));
	if (left <= 0 && event) {
		json_object_set_new(event, "pending_webhooks", json_integer(0));
		store_put(event);
	}
}

/* Those that are due, oldest first; in disorder: only in company, and newest first. */
static size_t
gather(struct parcel *p)
{
	int64_t now = millis_now(), oldest = now, company = behaviour("reorder");
	const char *id;
	json_t *d;
	size_t n = 0;

	if (behaviour("hold_webhooks"))
		return 0;
	json_object_foreach(store_all(), id, d)
	{
		if (store_find(id, "stub.delivery") == NULL || n == AT_ONCE ||
		    strcmp(field(d, "state"), "waiting") != 0)
			continue;
		int64_t due = json_integer_value(json_object_get(d, "due"));
		if (due > now)
			continue;
		if (due < oldest)
			oldest = due;
		snprintf(p[n++].id, sizeof p->id, "%s", id);
	}
	if (company && (int64_t)n < company && now - oldest < GATHER_MS)
		return 0;
	for (size_t i = 0; company && i < n / 2; i++) {
		struct parcel first = p[i];
		p[i] = p[n - 1 - i];
		p[n - 1 - i] = first;
	}
	for (size_t i = 0; i < n; i++)
		p[i].body =
		    json_dumps(store_get(field(store_get(p[i].id), "event")), JSON_INDENT(2));
	return n;
}

static void
nap(void)
{
	struct timespec until;
	int64_t then = millis_now() + 50;

	until.tv_sec = (time_t)(then / 1000);
	until.tv_nsec = (long)(then % 1000) * 1000000;
	pthread_cond_timedwait(&stub.news, &stub.lock, &until);
}

void *
events_send(void *unused)
{
	struct parcel parcels[AT_ONCE];

	(void)unused;
	for (pthread_mutex_lock(&stub.lock);;) {
		checkouts_expire();
		refunds_settle();
		store_commit();
		size_t n = gather(parcels);
		if (n == 0) {
			nap();
			continue;
		}
		int64_t t = seconds_now() + behaviour("skew_s");
		for (size_t i = 0; i < n; i++) {
			pthread_mutex_unlock(&stub.lock);
			bool taken = parcels[i].body && post(parcels[i].body, t);
			pthread_mutex_lock(&stub.lock);
			record(parcels[i].id, taken);
			store_commit();
			free(parcels[i].body);
		}
	}
}
