/* token_fuzz.c -- whatever stands in an Authorization header is no token of ours: nobody here knows the key. */
#include "gear/settings.h"
#include "gear/token.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct ctx c = { .arena = arena_new(), .now = { 1794916800 * SECOND } };
	struct token t;

	settings.jwt_secret = "a key that is in no corpus";
	if (token_read(&c, arena_bytes(c.arena, bytes, n), &t))
		BUG("a token out of nothing");
	arena_free(c.arena);
	return 0;
}
