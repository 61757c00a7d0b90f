/* place_fuzz.c -- what is typed for a place: a point is on the globe, and who forgives takes more, never less. */
#include "lots/place.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	text s = arena_bytes(a, bytes, n), half = arena_bytes(a, bytes, n / 2);
	double north, east;

	if (place_point(s, &north, &east) &&
	    !(north >= -90 && north <= 90 && east >= -180 && east <= 180))
		BUG("not on the globe");
	if (text_valid(s, strlen(s)) && text_valid(half, strlen(half))) {
		text words = text_fold(a, s), wanted = text_fold(a, half);

		if (!place_fits(words, words, false))
			BUG("does not fit itself");
		if (place_fits(words, wanted, false) && !place_fits(words, wanted, true))
			BUG("forgiving refuses");
		if (strlen(place_longest(a, words)) > strlen(words))
			BUG("longer than the whole");
	}
	arena_free(a);
	return 0;
}
