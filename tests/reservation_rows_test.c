/*
 * reservation_rows_test.c -- what PostgreSQL itself keeps of a reservation's rules, whoever writes: each row that is right
 * is taken, and each that is wrong in one thing is refused.
 */
#include "world.h"

static int64_t row;

static int
one_that_is_held(void **state)
{
	int failed = fresh(state);

	if (failed)
		return failed;
	sql("insert into lots (name, address, city, time_zone, currency, search) values ('Hof', "
	    "'x', 'y', 'Europe/Berlin', 'EUR', 'hof');"
	    "insert into zones (lot_id, code) select id, 'RR' from lots where name = 'Hof';"
	    "insert into slots (lot_id, zone_id, code, label, position) select lot_id, id, 'RR-1', "
	    "'1', 0 from zones where code = 'RR'");
	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, hold_until, price, "
	    "currency, refund_percent, "
	    "cancel_until, no_show_at, created_at) "
	    "select lot_id, id, %lld, now(), now() + interval '1 hour', now(), 500, 'EUR', 50, "
	    "now(), now(), now() "
	    "from slots where code = 'RR-1'",
	    (long long)person(CUSTOMER, "ilse"));
	row = sql_number("select max(id) from reservations");
	return 0;
}

#define CONFIRMED "pay = 'exit', confirmed_at = now()"
#define CAME CONFIRMED ", checked_in_at = now()"
#define ENDED ", ended_at = now()"

static void
what_a_reservation_becomes_is_taken(void **s)
{
	static const text right[] = { "status = 'expired'" ENDED, "status = 'cancelled'" ENDED,
		"status = 'confirmed', " CONFIRMED, "status = 'no_show', " CONFIRMED ENDED,
		"status = 'cancelled', refund = 500, " CONFIRMED ENDED,
		"status = 'checked_in', " CAME, "status = 'completed', " CAME ENDED,
		"plate = repeat('W', 20), plate_typed = repeat('w', 20)", "price = 0",
		"pay = 'online'" };

	(void)s;
	for (size_t i = 0; i < LENGTH(right); i++)
		sql("savepoint one; update reservations set %s where id = %lld; rollback to one",
		    right[i], (long long)row);
}

static void
what_is_wrong_in_one_thing_is_refused(void **s)
{
	static const text wrong[] = { "starts = ends", "price = -1",
		"price = 499, refund = 500" ENDED ", status = 'cancelled'", "refund = -1",
		"refund = 1", "refund_percent = -1", "refund_percent = 101", "currency = 'eur'",
		"currency = 'EURO'", "currency = E'EUR\\n'", "plate = repeat('W', 21)",
		"plate_typed = repeat('w', 21)", "pay = 'later'", "status = 'parked'",
		"status = ''", "status = 'parked'" ENDED,
		/* ended or not */
		"ended_at = now()", "status = 'expired'", "status = 'cancelled'",
		"status = 'confirmed', " CONFIRMED ENDED, "status = 'no_show', " CONFIRMED,
		"status = 'checked_in', " CAME ENDED, "status = 'completed', " CAME,
		/* what it went through */
		"hold_until = null", CONFIRMED, "checked_in_at = now()",
		"status = 'expired', hold_until = null" ENDED,
		"status = 'expired', " CONFIRMED ENDED,
		"status = 'expired', checked_in_at = now()" ENDED,
		"status = 'confirmed', pay = 'exit'", "status = 'confirmed', confirmed_at = now()",
		"status = 'confirmed', " CAME, "status = 'no_show'" ENDED,
		"status = 'no_show', " CAME ENDED, "status = 'checked_in', " CONFIRMED,
		"status = 'checked_in', checked_in_at = now()",
		"status = 'completed', " CONFIRMED ENDED,
		"status = 'completed', checked_in_at = now()" ENDED,
		"status = 'cancelled', " CAME ENDED };

	(void)s;
	for (size_t i = 0; i < LENGTH(wrong); i++)
		sql("do $do$ begin update reservations set %s where id = %lld; raise 'it was let "
		    "in: %%', $set$%s$set$; "
		    "exception when check_violation then null; end $do$",
		    wrong[i], (long long)row, wrong[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_a_reservation_becomes_is_taken, one_that_is_held, gone),
		cmocka_unit_test_setup_teardown(
		    what_is_wrong_in_one_thing_is_refused, one_that_is_held, gone),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
