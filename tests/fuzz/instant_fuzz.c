/* instant_fuzz.c -- what is read as an instant can be written and read again. */
#include "base/base.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	text s = arena_bytes(a, bytes, n);
	instant t, again;

	if (instant_parse(s, &t))
		if (!instant_parse(instant_text(a, t), &again) || again.us != t.us)
			BUG("written otherwise than read");
	if (instant_parse_naive(s, &t) && t.us <= 0)
		BUG("before the epoch");
	money m;

	if (money_parse(s, "EUR", &m)) {
		money back;

		if (!money_parse(money_plain(a, m, "EUR"), "EUR", &back) || back.minor != m.minor)
			BUG("money written otherwise than read");
	}
	arena_free(a);
	return 0;
}
