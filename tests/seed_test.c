/* seed_test.c -- the demo: the same every time.  How quick it is, `parkctl seed` says. */
#include "world.h"

#include "seed/seed.h"

static void
a_demo_is_planted_once(void **s)
{
	bool made;

	(void)s;
	sql("delete from reservations; delete from slots; delete from zones; delete from lots");
	person(CUSTOMER, "customer");
	assert_ok(seed(&c, 1, &made));
	assert_true(made);
	int64_t bookings = sql_number("select count(*) from reservations");
	assert_true(bookings > 20000);
	assert_ok(seed(&c, 1, &made));
	assert_false(made); /* what is there is kept */
	assert_int_equal(sql_number("select count(*) from reservations"), bookings);
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
		       "'2026-11-16 12:00Z' and state = 'waiting'",
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
the_ledger_of_the_demo_adds_up(void **s)
{
	bool made;

	(void)s;
	sql("delete from reservations; delete from slots; delete from zones; delete from lots");
	person(CUSTOMER, "customer");
	person(OPERATOR, "operator");
	assert_ok(seed(&c, 1, &made));
	static const text methods[] = { "cash", "card", "online" };
	for (size_t i = 0; i < LENGTH(methods); i++)
		assert_true(sql_number("select count(*) from ledger where method = '%s' and kind "
				       "= 'payment'",
				methods[i]) > 1000);
	assert_true(sql_number("select count(*) from refunds where made_by is null") > 100);
	assert_true(sql_number("select count(*) from payments where status = 'failed'") > 20);
	/* Each booking's money is what its price and the rule of cancelling say. */
	assert_int_equal(
	    sql_number("select count(*) from reservations r where pay = 'online' and price > 0 and "
		       "(select coalesce(sum(amount), 0) from ledger g where g.reservation_id = "
		       "r.id and kind = 'payment') <> price"),
	    0);
	assert_int_equal(
	    sql_number("select count(*) from reservations r where status = 'cancelled' and "
		       "(select coalesce(-sum(amount), 0) from ledger g where g.reservation_id = "
		       "r.id and kind = 'refund') <> refund"),
	    0);
	assert_int_equal(
	    sql_number("select count(*) from payments where refunded <> (select coalesce(sum("
		       "amount), 0) from refunds r where r.payment_id = payments.id)"),
	    0);
	assert_int_equal(
	    sql_number("select count(*) from ledger where at > '2026-11-17 12:00Z'"), 0);
	/* A receipt for each line, numbered in order without a gap. */
	assert_int_equal(
	    sql_number("select count(*) from receipts"), sql_number("select count(*) from ledger"));
	assert_int_equal(sql_number("select sum(amount) from receipts"),
	    sql_number("select sum(amount) from ledger"));
	assert_int_equal(sql_number("select sum(last) from receipt_numbers"),
	    sql_number("select count(*) from receipts"));
	assert_int_equal(
	    sql_number(
		"select count(*) from (select number, row_number() over (order by issued_at, "
		"number) as n from receipts) x where substr(number, 8)::bigint <> n"),
	    0);
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
		IN_WORLD(a_demo_is_planted_once),
		IN_WORLD(every_page_has_something_to_show),
		IN_WORLD(the_ledger_of_the_demo_adds_up),
		IN_WORLD(bench_data_grow_by_the_thousand),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
