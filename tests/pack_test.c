/* Bytes made smaller for the way, and unpacked again by zlib's other half. */
#include <setjmp.h>
#include <string.h>
#include <zlib.h>

#include "gear/pack.h"

#include <cmocka.h>

static void
what_was_packed_comes_out_again(void **state)
{
	struct arena *a = arena_new();
	char page[20000], out[sizeof page];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof page; i++)
		page[i] = "<td>free</td>\n"[i % 14];
	const char *small = pack(a, page, sizeof page, &n);
	assert_non_null(small);
	assert_in_range(n, 20, sizeof page / 20);
	assert_memory_equal(small, "\x1f\x8b\x08", 3);
	z_stream z = { .next_in = (Bytef *)(uintptr_t)small,
		.avail_in = (uInt)n,
		.next_out = (Bytef *)out,
		.avail_out = sizeof out };
	assert_int_equal(inflateInit2(&z, MAX_WBITS + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, sizeof page);
	assert_memory_equal(out, page, sizeof page);
	inflateEnd(&z);
	size_t again;
	assert_memory_equal(pack(a, page, sizeof page, &again), small, n);
	assert_int_equal(again, n);
	arena_free(a);
}

static void
what_would_grow_is_left_as_it_is(void **state)
{
	struct arena *a = arena_new();
	char noise[1000];
	uint32_t x = 1;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof noise; i++) {
		x = x * 1664525 + 1013904223;
		noise[i] = (char)(x >> 24);
	}
	assert_null(pack(a, noise, sizeof noise, &n));
	assert_null(pack(a, "a", 1, &n));
	assert_null(pack(a, "", 0, &n));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_packed_comes_out_again),
		cmocka_unit_test(what_would_grow_is_left_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
