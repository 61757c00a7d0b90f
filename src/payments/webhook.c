/* webhook.c -- is it the provider who speaks?  https://docs.stripe.com/webhooks#verify-manually */
#include "gear/secret.h"
#include "gear/settings.h"
#include "payments/provider.h"

#define HEADER_MOST 2000
#define HASH_DIGITS 64 /* of an HMAC-SHA-256 in hex */

/* Lower-case hex digits, as many as a hash has: anything else fits no hash of ours. */
static bool
is_hash(text s)
{
	return strlen(s) == HASH_DIGITS && strspn(s, "0123456789abcdef") == HASH_DIGITS;
}

/* One "name=value" of the list; false for a second or an unreadable time. */
static bool
take_part(struct signature *s, text name, text value, bool *timed)
{
	if (text_is(name, "t")) {
		bool first = !*timed;

		*timed = true;
		return first && *value >= '0' && *value <= '9' && text_int(value, &s->at);
	}
	if (text_is(name, "v1") && is_hash(value) && s->n < (int)LENGTH(s->v1))
		s->v1[s->n++] = value;
	return true;
}

bool
signature_parse(struct arena *a, text header, struct signature *s)
{
	bool timed = false;

	*s = (struct signature){ 0 };
	if (strlen(header) > HEADER_MOST)
		return false;
	for (const char *p = header; *p;) {
		size_t n = strcspn(p, ",");
		text part = text_trim(a, arena_bytes(a, p, n));
		text sign = strchr(part, '=');

		if (sign &&
		    !take_part(s, arena_bytes(a, part, (size_t)(sign - part)), sign + 1, &timed))
			return false;
		p += n;
		p += *p == ',';
	}
	return timed && s->n > 0;
}

/* Every one is compared, in time that does not tell which fits. */
static bool
hash_fits(struct arena *a, const struct signature *s, const char *body, size_t n)
{
	struct buf said = BUF(a);
	bool fits = false;

	buf_fmt(&said, "%lld.", (long long)s->at);
	buf_bytes(&said, body, n);
	text hash = shared_hash(a, settings.payment_webhook_secret, said.p, said.n);
	for (int i = 0; i < s->n; i++)
		fits |= same_secret(hash, s->v1[i]);
	return fits;
}

enum problem
signature_check(struct ctx *c, text header, const char *body, size_t n)
{
	struct signature s;
	int64_t now = c->now.us / SECOND;

	if (*settings.payment_webhook_secret == 0)
		return fail(c, UNAVAILABLE, "Payments are not set up here.");
	if (header == NULL || !signature_parse(c->arena, header, &s))
		return fail(c, MALFORMED, "The signature cannot be read.");
	if (s.at < now - WEBHOOK_SKEW || s.at > now + WEBHOOK_SKEW)
		return fail(c, MALFORMED, "The signature is too old, or from the future.");
	if (!hash_fits(c->arena, &s, body, n))
		return fail(c, MALFORMED, "The signature does not fit.");
	return OK;
}
