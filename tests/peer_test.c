/* peer_test.c -- who is at the other end, with and without proxies of ours between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "web/peer.h"

static struct arena *a;

static int
begin(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

/* The caller's address, if the socket says `socket` and X-Forwarded-For is `said`, here and there in one header or
 * in two (a line break between). */
static text
peer(text socket, text said, text trusted)
{
	struct pairs headers = { 0 };
	char *copy = arena_text(a, said), *second = strchr(copy, '\n');

	pairs_add(a, &headers, "host", "t");
	if (second)
		*second++ = 0;
	if (*copy)
		pairs_add(a, &headers, "x-forwarded-for", copy);
	if (second)
		pairs_add(a, &headers, "x-forwarded-for", second);
	return peer_address(a, socket, &headers, trusted);
}

static void
nobody_is_believed_unless_told_so(void **state)
{
	(void)state;
	assert_string_equal(peer("192.0.2.1", "", ""), "192.0.2.1");
	assert_string_equal(peer("192.0.2.1", "203.0.113.9", ""), "192.0.2.1");
	assert_string_equal(peer("192.0.2.1", "203.0.113.9", "127.0.0.1"), "192.0.2.1");
	assert_string_equal(
	    peer("192.0.2.1", "203.0.113.9", "192.0.2.10, 192.0.2.100"), "192.0.2.1");
}

static void
a_proxy_of_ours_is_believed_for_one_step(void **state)
{
	(void)state;
	assert_string_equal(peer("127.0.0.1", "203.0.113.9", "127.0.0.1"), "203.0.113.9");
	assert_string_equal(peer("127.0.0.1", "6.6.6.6, 203.0.113.9", "127.0.0.1"), "203.0.113.9");
	assert_string_equal(
	    peer("127.0.0.1", "127.0.0.1, 203.0.113.9", "127.0.0.1"), "203.0.113.9");
	assert_string_equal(peer("127.0.0.1", "6.6.6.6\n203.0.113.9", "127.0.0.1"), "203.0.113.9");
}

static void
a_chain_of_ours_is_followed_to_its_end(void **state)
{
	(void)state;
	text ours = "127.0.0.1, 10.0.0.0/8";

	assert_string_equal(
	    peer("127.0.0.1", "6.6.6.6, 203.0.113.9, 10.1.2.3", ours), "203.0.113.9");
	assert_string_equal(peer("127.0.0.1", "10.9.9.9,10.1.2.3", ours), "10.9.9.9");
	assert_string_equal(peer("127.0.0.1", "", ours), "127.0.0.1");
}

static void
a_range_holds_its_own_and_no_more(void **state)
{
	(void)state;
	assert_string_equal(peer("10.0.7.255", "1.1.1.1", "10.0.0.0/21"), "1.1.1.1");
	assert_string_equal(peer("10.0.8.0", "1.1.1.1", "10.0.0.0/21"), "10.0.8.0");
	assert_string_equal(peer("9.255.255.255", "1.1.1.1", "0.0.0.0/0"), "1.1.1.1");
	assert_string_equal(peer("2001:db8::7", "1.1.1.1", "2001:db8::/32"), "1.1.1.1");
	assert_string_equal(peer("2001:db9::7", "1.1.1.1", "2001:db8::/32"), "2001:db9::7");
	assert_string_equal(peer("10.0.0.1", "1.1.1.1", "10.0.0.1/32"), "1.1.1.1");
	assert_string_equal(peer("10.0.0.2", "1.1.1.1", "10.0.0.1/32"), "10.0.0.2");
}

static void
four_and_six_spell_one_address(void **state)
{
	(void)state;
	assert_string_equal(peer("::ffff:127.0.0.1", "203.0.113.9", "127.0.0.1"), "203.0.113.9");
	assert_string_equal(peer("::ffff:192.0.2.1", "", ""), "192.0.2.1");
	assert_string_equal(peer("127.0.0.1", "2001:DB8:0::1", "127.0.0.1"), "2001:db8::1");
}

static void
what_cannot_be_read_ends_the_chain(void **state)
{
	(void)state;
	assert_string_equal(peer("127.0.0.1", "203.0.113.9, unknown", "127.0.0.1"), "127.0.0.1");
	assert_string_equal(peer("127.0.0.1", "203.0.113.9:4711", "127.0.0.1"), "127.0.0.1");
	assert_string_equal(peer("127.0.0.1", ",, ,", "127.0.0.1"), "127.0.0.1");
	assert_string_equal(peer("127.0.0.1", "<script>", "127.0.0.1"), "127.0.0.1");
	assert_string_equal(peer("10.0.0.1", "1.1.1.1", "10.0.0.0/33"), "10.0.0.1");
	assert_string_equal(
	    peer("10.0.0.1", "1.1.1.1", "10.0.0.0/-1, 10.0.0.0/, /8, nonsense"), "10.0.0.1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nobody_is_believed_unless_told_so, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_proxy_of_ours_is_believed_for_one_step, begin, end),
		cmocka_unit_test_setup_teardown(a_chain_of_ours_is_followed_to_its_end, begin, end),
		cmocka_unit_test_setup_teardown(a_range_holds_its_own_and_no_more, begin, end),
		cmocka_unit_test_setup_teardown(four_and_six_spell_one_address, begin, end),
		cmocka_unit_test_setup_teardown(what_cannot_be_read_ends_the_chain, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
