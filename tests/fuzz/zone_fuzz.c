/* zone_fuzz.c -- whatever the bytes are, a zone made of them answers, and its days go forward. */
#include "base/base.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
ask(const struct zone *z, instant t)
{
	struct civil v;

	zone_civil(z, t, &v);
	if (v.month < 1 || v.month > 12 || v.day < 1 || v.day > 31 || v.hour > 23 || v.minute > 59)
		BUG("not a time");
	zone_instant(z, v.year, v.month, v.day, v.hour, v.minute, v.second);
	if (zone_day_next(z, t).us <= t.us)
		BUG("the next day lies behind");
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	const struct zone *z = zone_parse(a, "Fuzz/Zone", bytes, n);

	for (int year = 1970; z != NULL && year < 2300; year += 11)
		ask(z, (instant){ days_from_civil(year, 1 + year % 12, 3) * DAY + 5 * HOUR });
	arena_free(a);
	return 0;
}
