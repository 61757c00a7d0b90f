/* signature_fuzz.c -- a webhook's signature: what the provider signed is taken whatever it is, and no header makes
 * anything else pass.  The first line is the header, the rest the body. */
#include "gear/secret.h"
#include "gear/settings.h"
#include "payments/provider.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

#define NOW 1794916800

static void
each_hash_has_the_form(const struct signature *s)
{
	for (int i = 0; i < s->n; i++)
		if (strlen(s->v1[i]) != 64)
			BUG("a hash that is none");
	if (s->n < 1 || s->n > (int)LENGTH(s->v1))
		BUG("more hashes than there is room for");
}

static text
signed_by(struct arena *a, text key, const char *body, size_t n)
{
	struct buf b = BUF(a);

	buf_fmt(&b, "%d.", NOW);
	buf_bytes(&b, body, n);
	return shared_hash(a, key, b.p, b.n);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	struct ctx c = { .arena = a, .now = { NOW * SECOND } };
	const char *line = memchr(bytes, '\n', n);
	size_t head = line ? (size_t)(line - (const char *)bytes) : n;
	text header = arena_bytes(a, bytes, head);
	const char *body = line ? line + 1 : "";
	size_t rest = line ? n - head - 1 : 0;
	struct signature s;

	settings.payment_webhook_secret = "whsec_that_is_in_no_corpus";
	if (signature_parse(a, header, &s))
		each_hash_has_the_form(&s);
	if (signature_check(&c, header, body, rest) == OK)
		BUG("signed by nobody");
	text good = arena_fmt(
	    a, "t=%d,v1=%s", NOW, signed_by(a, settings.payment_webhook_secret, body, rest));
	if (signature_check(&c, good, body, rest) != OK)
		BUG("the provider is not heard");
	arena_free(a);
	return 0;
}
