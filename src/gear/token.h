/*
 * token.h -- JSON Web Tokens (RFC 7519), HS256 and nothing else; libjwt, and only here.
 */
#ifndef TOKEN_H
#define TOKEN_H

#include "gear/ctx.h"

struct token {
	text jti;
	int64_t user_id;
	text use; /* "access", "refresh" */
	instant issued, expires;
};
text token_sign(struct ctx *, const struct token *); /* NULL never; BUG() without a secret */
/* False for anything but a token of ours that holds now: algorithm, signature, iss, aud, exp, nbf,
 * iat, jti. */
bool token_read(struct ctx *, text jwt, struct token *out);

#endif
