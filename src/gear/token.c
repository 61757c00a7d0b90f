#include "gear/token.h"

#include <errno.h>
#include <jwt.h>

#include "gear/settings.h"

/*
 * libjwt 1.10.2 checks a signature and nothing else: jwt_decode() answers 0 for an expired token,
 * for another algorithm than ours, and for `alg: none` when it was given no key.  So everything is
 * checked here.
 */
#define ISSUER "smart-parking"
#define AUDIENCE "smart-parking"
#define SKEW (60 * SECOND) /* between the clocks of two machines of one installation */

enum { TOKEN_MOST = 4096, YEAR_9999 = 253402300799 / 1000 };

static const unsigned char *
key(int *n)
{
	if (settings.jwt_secret == NULL || *settings.jwt_secret == 0)
		BUG("no JWT_SECRET");
	*n = (int)strlen(settings.jwt_secret);
	return (const unsigned char *)settings.jwt_secret;
}

static long
seconds(instant t)
{
	return (long)(t.us / SECOND);
}

text
token_sign(struct ctx *c, const struct token *t)
{
	jwt_t *jwt;
	int n;
	const unsigned char *k = key(&n);

	if (jwt_new(&jwt) != 0 || jwt_set_alg(jwt, JWT_ALG_HS256, k, n) != 0)
		BUG("no token can be made");
	int bad = jwt_add_grant(jwt, "iss", ISSUER) | jwt_add_grant(jwt, "aud", AUDIENCE) |
	    jwt_add_grant(jwt, "jti", t->jti) | jwt_add_grant(jwt, "use", t->use) |
	    jwt_add_grant(jwt, "sub", arena_fmt(c->arena, "%lld", (long long)t->user_id)) |
	    jwt_add_grant_int(jwt, "iat", seconds(t->issued)) |
	    jwt_add_grant_int(jwt, "nbf", seconds(t->issued)) |
	    jwt_add_grant_int(jwt, "exp", seconds(t->expires));
	char *made = jwt_encode_str(jwt);
	if (bad || made == NULL)
		BUG("no token can be signed");
	text out = arena_text(c->arena, made);
	free(made);
	jwt_free(jwt);
	return out;
}

/* A claim that must be there and be a string. */
static bool
word(struct ctx *c, jwt_t *jwt, text name, text *out)
{
	const char *s = jwt_get_grant(jwt, name);

	if (s == NULL || *s == 0)
		return false;
	*out = arena_text(c->arena, s);
	return true;
}

/* A claim that must be there and be a whole number of seconds that we can reckon with. */
static bool
moment(jwt_t *jwt, text name, instant *out)
{
	errno = 0;
	long s = jwt_get_grant_int(jwt, name);

	if (errno != 0 || s <= 0 || s / 1000 > YEAR_9999)
		return false;
	out->us = s * SECOND;
	return true;
}

static bool
claims_hold(struct ctx *c, jwt_t *jwt, struct token *t)
{
	text issuer, audience, subject;
	instant not_before;

	if (!word(c, jwt, "iss", &issuer) || !text_is(issuer, ISSUER))
		return false;
	if (!word(c, jwt, "aud", &audience) || !text_is(audience, AUDIENCE))
		return false;
	if (!word(c, jwt, "jti", &t->jti) || !word(c, jwt, "use", &t->use))
		return false;
	if (!word(c, jwt, "sub", &subject) || !text_int(subject, &t->user_id) || t->user_id <= 0)
		return false;
	if (!moment(jwt, "iat", &t->issued) || !moment(jwt, "nbf", &not_before) ||
	    !moment(jwt, "exp", &t->expires))
		return false;
	if (instant_minus(t->issued, c->now) > SKEW || instant_minus(not_before, c->now) > SKEW)
		return false;
	return instant_minus(t->expires, c->now) > 0;
}

bool
token_read(struct ctx *c, text token, struct token *out)
{
	struct token t = { .jti = "", .use = "" };
	jwt_t *jwt = NULL;
	int n;
	const unsigned char *k = key(&n);

	if (token == NULL || strlen(token) > TOKEN_MOST)
		return false;
	if (jwt_decode(&jwt, token, k, n) != 0 || jwt == NULL)
		return false;
	bool holds = jwt_get_alg(jwt) == JWT_ALG_HS256 && claims_hold(c, jwt, &t);
	jwt_free(jwt);
	if (holds)
		*out = t;
	return holds;
}
