/* Counters in memory that workers share. */
#include <setjmp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gear/counters.h"

#include <cmocka.h>

static void
a_counter_ends_and_begins_anew(void **state)
{
	int64_t left;

	(void)state;
	assert_int_equal(counter_add("ends", 1, NULL), 1);
	assert_int_equal(counter_add("ends", 1, &left), 2);
	assert_in_range(left, 0, 1);
	usleep(1100000);
	assert_int_equal(counter_add("ends", 86400, &left), 1);
	assert_int_equal(left, 86400);
	assert_int_equal(counter_add("another", 60, NULL), 1);
	counter_forget("ends");
	assert_int_equal(counter_add("ends", 60, NULL), 1);
	assert_int_equal(counter_add("another", 60, NULL), 2);
}

static void
what_is_counted_elsewhere_raises_and_never_lowers(void **state)
{
	int64_t left;

	(void)state;
	assert_int_equal(counter_add("raised", 60, NULL), 1);
	counter_raise("raised", 7, 30);
	assert_int_equal(counter_add("raised", 60, &left), 8);
	assert_in_range(left, 29, 30);
	counter_raise("raised", 8, 60);
	counter_raise("raised", 3, 60);
	counter_raise("raised", 100, 0);
	counter_raise("raised", 100, -1);
	assert_int_equal(counter_add("raised", 60, &left), 9);
	assert_in_range(left, 29, 30);
	counter_raise("new", 5, 10);
	assert_int_equal(counter_add("new", 60, &left), 6);
	assert_in_range(left, 9, 10);
	counter_raise("new", INT64_MAX, 10);
	assert_int_equal(counter_add("new", 60, NULL), (1 << 20) - 1);
}

/* Whoever comes from a million addresses makes nobody's count vanish that is being counted up. */
static void
many_others_do_not_make_it_forget(void **state)
{
	char key[32];

	(void)state;
	for (int i = 1; i <= 100; i++)
		assert_int_equal(counter_add("steady", 600, NULL), i);
	for (int i = 0; i < 1000000; i++) {
		snprintf(key, sizeof key, "other %d", i);
		counter_add(key, 600, NULL);
	}
	assert_int_equal(counter_add("steady", 600, NULL), 101);
}

static void
processes_count_together_and_lose_nothing(void **state)
{
	int status;

	(void)state;
	for (int child = 0; child < 4; child++) {
		if (fork() != 0)
			continue;
		for (int i = 0; i < 50000; i++)
			counter_add(i % 2 ? "one" : "two", 600, NULL);
		_exit(0);
	}
	for (int child = 0; child < 4; child++)
		assert_true(wait(&status) > 0 && status == 0);
	assert_int_equal(counter_add("one", 600, NULL), 100001);
	assert_int_equal(counter_add("two", 600, NULL), 100001);
}

static void
a_count_stays_at_its_end(void **state)
{
	int64_t n = 0;

	(void)state;
	for (int i = 0; i < 1100000; i++)
		n = counter_add("much", 600, NULL);
	assert_int_equal(n, (1 << 20) - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_ends_and_begins_anew),
		cmocka_unit_test(what_is_counted_elsewhere_raises_and_never_lowers),
		cmocka_unit_test(many_others_do_not_make_it_forget),
		cmocka_unit_test(processes_count_together_and_lose_nothing),
		cmocka_unit_test(a_count_stays_at_its_end),
	};

	counters_share();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
