/* hours_fuzz.c -- opening hours that are taken have one spelling, which says the same. */
#include "lots/hours.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
say_the_same(const struct hours *a, const struct hours *b)
{
	for (int day = 0; day < 7; day++)
		for (int minute = 0; minute < 1440; minute += 7)
			if (hours_open(a, day, minute * 60, minute & 1) !=
			    hours_open(b, day, minute * 60, minute & 1))
				BUG("another meaning");
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	struct hours h, again;
	text why = NULL, once;

	if (hours_parse(arena_bytes(a, bytes, n), &h, &why)) {
		once = hours_canonical(a, &h);
		if (!hours_parse(once, &again, &why))
			BUG("written, and not read");
		if (!text_is(once, hours_canonical(a, &again)))
			BUG("two spellings");
		say_the_same(&h, &again);
		hours_words(a, &h);
	} else if (why == NULL) {
		BUG("refused without a word");
	}
	arena_free(a);
	return 0;
}
