/* cookie_fuzz.c -- cookies: only printable text with a name comes out. */
#include "base/form.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	struct pairs read = { 0 };

	cookies_parse(a, arena_bytes(a, bytes, n), &read);
	for (size_t i = 0; i < read.n; i++)
		if (*read.v[i].name == 0 || strchr(read.v[i].value, ';') ||
		    !text_printable(read.v[i].name) || !text_printable(read.v[i].value))
			BUG("no cookie");
	arena_free(a);
	return 0;
}
