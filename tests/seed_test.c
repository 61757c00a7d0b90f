/* seed_test.c -- the demo: quick, and the same every time. */
#include "world.h"

#include "gear/loop.h"
#include "seed/seed.h"

static void
a_demo_is_there_within_ten_seconds(void **s)
{
	bool made;

	(void)s;
	sql("delete from reservations; delete from slots; delete from zones; delete from lots");
	person(CUSTOMER, "customer");
	instant began = loop_now();
	assert_ok(seed(&c, 1, &made));
	int64_t took = instant_minus(loop_now(), began);
	assert_true(made);
	if (took > 10 * SECOND)
		fail_msg("it took %lld ms", (long long)took / 1000);
	print_message("%lld ms, %s slots, %s bookings\n", (long long)took / 1000,
	    sql_value("select count(*) from slots"),
	    sql_value("select count(*) from reservations"));
	assert_ok(seed(&c, 1, &made));
	assert_false(made); /* what is there is kept */
}

static void
every_page_has_something_to_show(void **s)
{
	bool made;

	(void)s;
	sql("delete from reservations; delete from slots; delete from zones; delete from lots");
	int64_t customer = person(CUSTOMER, "customer");
	assert_ok(seed(&c, 1, &made));
	static const text statuses[] = { "confirmed", "checked_in", "completed", "cancelled",
		"expired", "no_show" };
	for (size_t i = 0; i < LENGTH(statuses); i++)
		if (sql_number(
			"select count(*) from reservations where status = '%s'", statuses[i]) < 10)
			fail_msg("hardly any are %s", statuses[i]);
	assert_true(sql_number("select count(distinct time_zone) from lots") >= 8);
	assert_true(
	    sql_number("select count(*) from lots where (select count(*) from reservations r "
		       "where r.lot_id = lots.id) < 100") == 0);
	assert_int_equal(sql_number("select count(*) from reservations where user_id = %lld and "
				    "status = 'checked_in'",
			     (long long)customer),
	    1);
	assert_int_equal(sql_number("select count(*) from reservations where user_id = %lld and "
				    "status = 'confirmed' and starts > '2026-11-17 12:00Z'",
			     (long long)customer),
	    3);
	assert_int_equal(
	    sql_number("select count(distinct starts::date) from reservations where user_id = "
		       "%lld and status = 'confirmed'",
		(long long)customer),
	    3);
	assert_true(sql_number("select count(*) from reservations where user_id = %lld",
			(long long)customer) > 10);
	assert_int_equal(
	    sql_number("select count(*) from outbox where user_id = %lld and created_at < "
		       "now() - interval '1 day' and state = 'waiting'",
		(long long)customer),
	    4);
	assert_true(sql_number("select count(*) from api_keys") >= 3);
	assert_int_equal(
	    sql_number("select count(*) from reservations where refund > 0 and pay = 'exit'"), 0);
	/* Half a year back, two weeks ahead. */
	assert_true(
	    sql_number("select count(*) from reservations where starts < '2026-05-25'") > 20);
	assert_true(
	    sql_number("select count(*) from reservations where starts > '2026-11-25'") > 20);
}

static void
bench_data_grow_by_the_thousand(void **s)
{
	bool made;

	(void)s;
	sql("delete from reservations; delete from slots; delete from zones; delete from lots");
	person(CUSTOMER, "customer");
	assert_ok(seed(&c, 5, &made));
	assert_int_equal(sql_number("select count(*) from lots"), 12 + 5);
	int64_t n = sql_number("select count(*) from reservations r join lots l on l.id = r.lot_id "
			       "where l.name ~ ' P[0-9]+$'");
	if (n < 4000 || n > 6000)
		fail_msg("%lld bookings, not some 5,000", (long long)n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_demo_is_there_within_ten_seconds),
		IN_WORLD(every_page_has_something_to_show),
		IN_WORLD(bench_data_grow_by_the_thousand),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
