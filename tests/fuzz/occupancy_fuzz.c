/* occupancy_fuzz.c -- a history out of a file is read or refused in words, and what is read can be gone through. */
#include "forecasts/inner.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

#define FEW_STEPS 20000 /* more take too long to go through for every input */

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	struct rows readings = { 0 }, series = { 0 };
	struct replay r[REPLAYS];
	text why = NULL;
	int minutes = 0;

	if (!csv_readings(a, (const char *)bytes, n, &readings, &why)) {
		if (why == NULL || *why == 0)
			BUG("refused without a word");
	} else if (csv_series(a, readings, &minutes, &series, &why)) {
		size_t steps = 0;

		FOR_ROWS (series, s, series) {
			steps += s->n;
			for (size_t i = 0; i < s->n; i++)
				if (s->v[i].y < 0 || s->v[i].y > 1)
					BUG("more than all of it");
		}
		if (steps <= FEW_STEPS)
			backtest(series, minutes, 21, r);
	}
	arena_free(a);
	return 0;
}
