/* accept_fuzz.c -- Accept and Content-Type: a choice, whatever they hold. */
#include "base/form.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	text header = arena_bytes(a, bytes, n);

	if (accept_choose(header) > ACCEPTS_NEITHER)
		BUG("no choice");
	if (strpbrk(media_type(a, header), ";,"))
		BUG("no type");
	arena_free(a);
	return 0;
}
