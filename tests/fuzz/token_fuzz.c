/*
 * token_fuzz.c -- whatever stands in an Authorization header is no token of ours, and of what our key has signed only
 * what holds now is.
 *
 * The first byte: 0, and the rest is a token; else the rest is a header, an empty line, and claims, which are signed
 * with our key (nobody else can; but an older version of ours may have).
 */
#include <sodium.h>

#include "base/form.h"
#include "gear/settings.h"
#include "gear/token.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

#define KEY "a key that is in no corpus"

static void
add_base64(struct buf *b, const void *bytes, size_t n)
{
	enum { DRESS = sodium_base64_VARIANT_URLSAFE_NO_PADDING };
	char *out = arena_alloc(b->arena, sodium_base64_encoded_len(n, DRESS));

	buf_add(b, sodium_bin2base64(out, sodium_base64_encoded_len(n, DRESS), bytes, n, DRESS));
}

/* HS256: RFC 7515, appendix A.1. */
static text
signed_by_us(
    struct arena *a, const char *header, size_t n_header, const char *claims, size_t n_claims)
{
	unsigned char seal[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	struct buf b = BUF(a);

	add_base64(&b, header, n_header);
	buf_char(&b, '.');
	add_base64(&b, claims, n_claims);
	crypto_auth_hmacsha256_init(&state, (const unsigned char *)KEY, strlen(KEY));
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)b.p, b.n);
	crypto_auth_hmacsha256_final(&state, seal);
	buf_char(&b, '.');
	add_base64(&b, seal, sizeof seal);
	return buf_text(&b);
}

static text
claim(struct arena *a, const struct json *claims, text name)
{
	struct json_source from = { a, claims };
	struct raw raw = json_field(&from, &(struct field){ .name = name });

	return raw.present ? raw.text : "";
}

/* Read once more, by another reader. */
static void
judge(struct ctx *c, const char *claims, size_t n, const struct token *t)
{
	text why;
	const struct json *j = json_parse(c->arena, claims, n, &why);
	int64_t now = c->now.us / SECOND, minute = 60, exp, nbf, iat, sub;

	if (j == NULL || !json_is_object(j))
		return; /* a member twice, a NUL at the end: libjwt is the kinder reader */
	if (!text_is(claim(c->arena, j, "iss"), "smart-parking") ||
	    !text_is(claim(c->arena, j, "aud"), "smart-parking"))
		BUG("a token of others");
	if (!text_int(claim(c->arena, j, "exp"), &exp) || exp <= now ||
	    !text_int(claim(c->arena, j, "nbf"), &nbf) || nbf > now + minute ||
	    !text_int(claim(c->arena, j, "iat"), &iat) || iat > now + minute)
		BUG("a token for another time");
	if (!text_int(claim(c->arena, j, "sub"), &sub) || sub != t->user_id || sub <= 0 ||
	    *t->jti == 0 || *t->use == 0)
		BUG("a token of nobody");
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct ctx c = { .arena = arena_new(), .now = { 1794916800 * SECOND } };
	struct token t;
	const char *s = (const char *)bytes + 1, *end = (const char *)bytes + n;
	const char *gap = n > 1 ? memmem(s, n - 1, "\n\n", 2) : NULL;

	settings.jwt_secret = KEY;
	if (n == 0 || sodium_init() < 0) {
		arena_free(c.arena);
		return 0;
	}
	if (*bytes == 0 || gap == NULL) {
		if (token_read(&c, arena_bytes(c.arena, s, n - 1), &t))
			BUG("a token out of nothing");
	} else {
		text token =
		    signed_by_us(c.arena, s, (size_t)(gap - s), gap + 2, (size_t)(end - gap - 2));

		if (token_read(&c, token, &t))
			judge(&c, gap + 2, (size_t)(end - gap - 2), &t);
	}
	arena_free(c.arena);
	return 0;
}
