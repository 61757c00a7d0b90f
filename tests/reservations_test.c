/*
 * reservations_test.c -- booking: the rules, in a world of one lot in Berlin with three slots.
 */
#include "world.h"

#include "gear/zones.h"
#include "reservations/inner.h"

static int64_t lot, slots[3], ilse, omar;

static void
make_world(void)
{
	sql("insert into lots (name, address, city, time_zone, currency, search) "
	    "values ('Museum, Nord', 'Am Kupfergraben 1', 'Berlin', 'Europe/Berlin', 'EUR', "
	    "'museum');"
	    "insert into zones (lot_id, code) select id, 'TZA' from lots where name = 'Museum, "
	    "Nord'");
	lot = sql_number("select id from lots where name = 'Museum, Nord'");
	for (int i = 0; i < 3; i++) {
		sql("insert into slots (lot_id, zone_id, code, label, position) "
		    "select %lld, id, 'TZA-%d', 'A-%d', %d from zones where code = 'TZA'",
		    (long long)lot, i, i + 1, i);
		slots[i] = sql_number("select id from slots where code = 'TZA-%d'", i);
	}
	ilse = person(CUSTOMER, "ilse");
	omar = person(CUSTOMER, "omar");
}

static int
booking_world(void **state)
{
	int failed = fresh(state);

	if (!failed)
		make_world();
	return failed;
}
#define BOOKING(test) cmocka_unit_test_setup_teardown(test, booking_world, gone)

static void
be(int64_t user)
{
	c.person =
	    (struct person){ .id = user, .role = CUSTOMER, .name = "Test", .verified = true };
	c.detail = NULL;
	c.complaints.n = 0;
	as(user, CUSTOMER);
}

static struct booking
wish(int64_t slot, int64_t from_hours, int64_t hours)
{
	return (struct booking){ .lot_id = lot,
		.slot_id = slot,
		.starts = instant_plus(NOON, from_hours * HOUR),
		.ends = instant_plus(NOON, (from_hours + hours) * HOUR),
		.quote = "" };
}

static struct reservation
held(int64_t user, int64_t slot, int64_t from_hours, int64_t hours)
{
	struct booking b = wish(slot, from_hours, hours);
	struct reservation r = { 0 };

	be(user);
	assert_ok(reservation_hold(&c, &b, &r));
	return r;
}

static const struct confirmation at_the_exit = { .plate = "k-419 tx", .pay = "exit" };

static struct reservation
booked(int64_t user, int64_t slot, int64_t from_hours, int64_t hours)
{
	struct reservation r = held(user, slot, from_hours, hours);

	assert_ok(reservation_confirm(&c, r.id, &at_the_exit, &r));
	return r;
}

static text
status_of(int64_t id)
{
	return sql_value("select status from reservations where id = %lld", (long long)id);
}

static void
assert_same(text a, text b)
{
	assert_string_equal(a, b);
}

/* ---- holding */

static void
a_hold_lasts_ten_minutes_and_has_its_price(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 3);

	(void)s;
	assert_same(r.status, "held");
	assert_int_equal(r.hold_until.us, NOON.us + 10 * MINUTE);
	assert_int_equal(r.hold_left, 600);
	assert_true(r.price.minor > 0);
	assert_same(r.currency, "EUR");
	assert_same(r.slot_label, "A-1");
	assert_int_equal(r.cancel_until.us, NOON.us + HOUR);
	assert_int_equal(r.no_show_at.us, NOON.us + 2 * HOUR + 30 * MINUTE);
}

static void
two_live_reservations_of_a_slot_never_overlap(void **s)
{
	struct booking over = wish(slots[0], 4, 2);
	struct reservation r = held(ilse, slots[0], 2, 3);

	(void)s;
	be(omar);
	assert_problem(reservation_hold(&c, &over, &r), SLOT_TAKEN);
	assert_non_null(strstr(c.detail, "A-1"));
	assert_non_null(strstr(c.detail, "17:00–19:00"));
}

static void
the_database_itself_refuses_an_overlap(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 3);

	(void)s;
	sql("do $$ begin "
	    "  insert into reservations (lot_id, slot_id, user_id, starts, ends, hold_until, "
	    "price, currency, "
	    "    refund_percent, cancel_until, no_show_at, created_at) "
	    "  select lot_id, slot_id, %lld, ends - interval '1 second', ends + interval '1 hour', "
	    "hold_until, price, "
	    "    currency, 50, cancel_until, no_show_at, created_at from reservations where id = "
	    "%lld; "
	    "  raise 'it was let in'; "
	    "exception when exclusion_violation then null; end $$",
	    (long long)omar, (long long)r.id);
}

static void
one_may_begin_where_another_ends(void **s)
{
	(void)s;
	held(ilse, slots[0], 2, 3);
	held(omar, slots[0], 5, 1);
	held(omar, slots[0], 1, 1);
}

static void
any_slot_takes_each_in_turn_and_then_the_lot_is_full(void **s)
{
	struct booking b = wish(0, 2, 1);
	struct reservation r[3] = { 0 }, none = { 0 };

	(void)s;
	be(ilse);
	for (int i = 0; i < 3; i++)
		assert_ok(reservation_hold(&c, &b, &r[i]));
	assert_true(r[0].slot_id != r[1].slot_id && r[1].slot_id != r[2].slot_id &&
	    r[0].slot_id != r[2].slot_id);
	be(omar);
	assert_problem(reservation_hold(&c, &b, &none), LOT_FULL);
	assert_non_null(strstr(c.detail, "Museum, Nord"));
}

static void
any_slot_is_never_one_out_of_service(void **s)
{
	struct booking b = wish(0, 2, 1);
	struct reservation r = { 0 };

	(void)s;
	sql("update slots set out_of_service = true where id in (%lld, %lld)", (long long)slots[0],
	    (long long)slots[2]);
	be(ilse);
	assert_ok(reservation_hold(&c, &b, &r));
	assert_int_equal(r.slot_id, slots[1]);
	assert_problem(reservation_hold(&c, &b, &r), LOT_FULL);
	b.slot_id = slots[0];
	assert_problem(reservation_hold(&c, &b, &r), SLOT_TAKEN);
}

static void
an_accessible_slot_is_the_last_to_be_given_to_anyone(void **s)
{
	(void)s;
	sql("update slots set accessible = true where id = %lld", (long long)slots[1]);
	assert_true(held(ilse, 0, 2, 1).slot_id != slots[1]);
	assert_true(held(ilse, 0, 2, 1).slot_id != slots[1]);
	assert_int_equal(held(ilse, 0, 2, 1).slot_id, slots[1]);
}

static void
a_slot_of_another_lot_is_not_found(void **s)
{
	struct booking b = wish(slots[0], 2, 1);
	struct reservation r = { 0 };

	(void)s;
	sql("insert into lots (name, currency, search) values ('Elsewhere', 'EUR', 'elsewhere')");
	b.lot_id = sql_number("select id from lots where name = 'Elsewhere'");
	be(ilse);
	assert_problem(reservation_hold(&c, &b, &r), NOT_FOUND);
}

static void
a_slot_that_can_never_be_is_not_found(void **s)
{
	static const int64_t numbers[] = { 1LL << 61, INT64_MAX - 1, INT64_MAX };
	struct reservation r = { 0 };

	(void)s;
	be(ilse);
	for (size_t i = 0; i < LENGTH(numbers); i++) {
		struct booking b = wish(numbers[i], 2, 1);
		assert_problem(reservation_hold(&c, &b, &r), NOT_FOUND);
	}
}

static void
times_that_make_no_sense_are_refused(void **s)
{
	static const int64_t bad[][2] = { { 2, 0 }, { 2, -1 }, { -3, 1 }, { 24 * 91, 1 },
		{ 2, 24 * 30 } };
	struct reservation r = { 0 };

	(void)s;
	be(ilse);
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct booking b = wish(slots[0], bad[i][0], bad[i][1]);

		c.complaints.n = 0;
		assert_problem(reservation_hold(&c, &b, &r), INVALID);
		assert_true(c.complaints.n > 0);
	}
	assert_int_equal(sql_number("select count(*) from reservations"), 0);
}

static void
an_account_not_verified_has_one_at_a_time(void **s)
{
	struct booking b = wish(slots[1], 2, 1);
	struct reservation r = held(ilse, slots[0], 2, 1), more = { 0 };

	(void)s;
	c.person.verified = false;
	assert_problem(reservation_hold(&c, &b, &more), LIMIT_REACHED);
	assert_ok(reservation_cancel(&c, r.id, &r));
	assert_ok(reservation_hold(&c, &b, &more));
}

static void
twenty_live_ones_are_enough(void **s)
{
	struct booking b = wish(slots[0], 30, 1);
	struct reservation r = { 0 };

	(void)s;
	for (int i = 0; i < LIVE_MOST; i++)
		held(ilse, slots[0], 2 + i, 1);
	assert_problem(reservation_hold(&c, &b, &r), LIMIT_REACHED);
}

/* ---- time */

static void
a_hold_expires_by_itself(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);

	(void)s;
	c.now = instant_plus(NOON, HOLD);
	be(ilse);
	assert_ok(reservation_load(&c, r.id, &r));
	assert_same(r.status, "expired");
	assert_same(status_of(r.id), "held"); /* nobody swept yet */
	assert_ok(reservations_sweep(&c, 10));
	assert_same(status_of(r.id), "expired");
}

static void
a_hold_that_ended_gives_way_without_a_sweep(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);

	(void)s;
	c.now = instant_plus(NOON, HOLD - SECOND);
	be(omar);
	struct booking b = wish(slots[0], 2, 1);
	struct reservation mine = { 0 };
	assert_problem(reservation_hold(&c, &b, &mine), SLOT_TAKEN);
	c.now = instant_plus(NOON, HOLD);
	assert_ok(reservation_hold(&c, &b, &mine));
	assert_same(status_of(r.id), "expired");
	assert_same(status_of(mine.id), "held");
}

static void
a_hold_that_ended_gives_way_to_any(void **s)
{
	(void)s;
	for (int i = 0; i < 3; i++)
		held(ilse, slots[i], 2, 1);
	c.now = instant_plus(NOON, HOLD);
	held(omar, 0, 2, 1);
}

static void
confirming_after_the_hold_ended_says_so(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);

	(void)s;
	c.now = instant_plus(NOON, HOLD);
	assert_problem(reservation_confirm(&c, r.id, &at_the_exit, &r), HOLD_ENDED);
	assert_non_null(strstr(c.detail, "13:10")); /* on the lot's clock */
	assert_ok(reservations_sweep(&c, 10));
	assert_problem(reservation_confirm(&c, r.id, &at_the_exit, &r), HOLD_ENDED);
}

static void
who_does_not_come_is_a_no_show_and_frees_the_slot(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 3);

	(void)s;
	c.now = instant_plus(r.no_show_at, -SECOND);
	assert_ok(reservations_sweep(&c, 10));
	assert_same(status_of(r.id), "confirmed");
	c.now = r.no_show_at;
	assert_ok(reservations_sweep(&c, 10));
	assert_same(status_of(r.id), "no_show");
	held(omar, slots[0], 3, 1);
}

static void
who_came_is_done_at_the_end(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 3);

	(void)s;
	c.now = instant_plus(r.starts, -20 * MINUTE);
	assert_problem(reservation_check_in(&c, r.id, &r), TOO_EARLY);
	c.now = instant_plus(r.starts, 5 * MINUTE);
	assert_ok(reservation_check_in(&c, r.id, &r));
	assert_ok(reservation_check_in(&c, r.id, &r));
	c.now = instant_plus(r.starts, HOUR);
	assert_ok(reservations_sweep(&c, 10));
	assert_same(status_of(r.id), "checked_in");
	c.now = r.ends;
	assert_ok(reservations_sweep(&c, 10));
	assert_same(status_of(r.id), "completed");
}

static void
sweeping_takes_a_few_at_a_time(void **s)
{
	(void)s;
	for (int i = 0; i < 5; i++)
		held(ilse, slots[0], 2 + i, 1);
	c.now = instant_plus(NOON, HOLD);
	assert_ok(reservations_sweep(&c, 3));
	assert_int_equal(sql_number("select count(*) from reservations where status = 'held'"), 2);
}

/* ---- confirming */

static void
confirming_keeps_the_plate_and_sends_one_message(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);

	(void)s;
	assert_same(r.status, "confirmed");
	assert_same(r.plate, "K419TX");
	assert_same(r.plate_typed, "k-419 tx");
	assert_ok(reservation_confirm(&c, r.id, &at_the_exit, &r)); /* twice is once */
	assert_int_equal(sql_number("select count(*) from outbox"), 1);
	text body = sql_value("select body from outbox");
	assert_non_null(strstr(body, r.code));
	assert_non_null(strstr(body, "15:00–16:00"));
	assert_non_null(strstr(body, "A-1"));
	assert_same(sql_value("select recipient from outbox"), "ilse@parking.test");
}

static void
ones_own_vehicle_fills_in_its_plate(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);
	struct confirmation how = { .pay = "exit" };

	(void)s;
	sql("insert into vehicles (user_id, plate, plate_typed) values (%lld, 'R882LB', "
	    "'R-882-LB'), "
	    "(%lld, 'B1', 'B 1')",
	    (long long)ilse, (long long)omar);
	how.vehicle = sql_number("select id from vehicles where plate = 'B1'");
	assert_problem(reservation_confirm(&c, r.id, &how, &r), INVALID);
	how.vehicle = sql_number("select id from vehicles where plate = 'R882LB'");
	assert_ok(reservation_confirm(&c, r.id, &how, &r));
	assert_same(r.plate, "R882LB");
	assert_int_equal(r.vehicle_id, how.vehicle);
}

static void
a_lot_without_payment_at_the_exit_says_so(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);

	(void)s;
	sql("update lots set pay_at_exit = false where id = %lld", (long long)lot);
	assert_problem(reservation_confirm(&c, r.id, &at_the_exit, &r), INVALID);
	assert_same(c.complaints.v[0].field, "pay");
	assert_same(status_of(r.id), "held");
}

/* ---- cancelling */

static void
cancelling_frees_the_slot(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);

	(void)s;
	assert_ok(reservation_cancel(&c, r.id, &r));
	assert_same(r.status, "cancelled");
	assert_ok(reservation_cancel(&c, r.id, &r));
	held(omar, slots[0], 2, 1);
}

static void
letting_a_hold_go_frees_the_slot(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);

	(void)s;
	assert_ok(reservation_cancel(&c, r.id, &r));
	held(omar, slots[0], 2, 1);
}

static void
what_began_cannot_be_cancelled(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);

	(void)s;
	c.now = r.starts;
	assert_problem(reservation_cancel(&c, r.id, &r), TOO_LATE);
	assert_same(status_of(r.id), "confirmed");
}

static void
what_is_owed_is_reckoned_anew_each_time_it_is_read(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);

	(void)s;
	assert_true(r.owes.minor > 0);
	assert_ok(reservation_cancel(&c, r.id, &(struct reservation){ 0 }));
	assert_ok(reservation_load(&c, r.id, &r));
	assert_int_equal(r.owes.minor, 0);
}

static void
what_was_paid_comes_back_as_it_was_said(void **s)
{
	struct reservation r = {
		.starts = NOON, .cancel_until = instant_plus(NOON, -HOUR), .refund_percent = 50
	};

	(void)s;
	assert_int_equal(refund_due(&r, (money){ 2001 }, instant_plus(NOON, -HOUR)).minor, 2001);
	assert_int_equal(
	    refund_due(&r, (money){ 2001 }, instant_plus(NOON, -HOUR + 1)).minor, 1000);
	assert_int_equal(refund_due(&r, (money){ 2001 }, instant_plus(NOON, -1)).minor, 1000);
	assert_int_equal(refund_due(&r, (money){ 2001 }, NOON).minor, 0);
	r.refund_percent = 100;
	assert_int_equal(
	    refund_due(&r, (money){ INT64_MAX }, instant_plus(NOON, -1)).minor, INT64_MAX);
	r.refund_percent = 33;
	assert_int_equal(refund_due(&r, (money){ 199 }, instant_plus(NOON, -1)).minor, 65);
}

/* As if it had been paid when it was confirmed. */
static void
paid_online(int64_t id, int64_t minor)
{
	sql("update reservations set pay = 'online', price = %lld where id = %lld;"
	    "insert into charges (reservation_id, user_id, lot_id, kind, amount, currency, "
	    "tax_basis_points, state, made_at, settled_at) select id, user_id, lot_id, 'booking', "
	    "price, currency, 1900, 'settled', now(), now() from reservations where id = %lld;"
	    "insert into payments (charge_id, method, status, amount, currency, attempt, "
	    "created_at, paid_at) select id, 'online', 'paid', amount, currency, 'pay_' || id, "
	    "now(), now() from charges where reservation_id = %lld",
	    (long long)minor, (long long)id, (long long)id, (long long)id);
}

static void
a_refund_is_kept_with_the_reservation(void **s)
{
	struct reservation r = booked(ilse, slots[0], 4, 2);

	(void)s;
	paid_online(r.id, 2000);
	assert_ok(reservation_load(&c, r.id, &r));
	assert_non_null(strstr(r.rule, "16:00"));
	assert_non_null(strstr(r.rule, "€20.00"));
	assert_non_null(strstr(r.rule, "€10.00"));
	c.now = instant_plus(r.starts, -30 * MINUTE);
	assert_ok(reservation_cancel(&c, r.id, &r));
	assert_int_equal(r.refund.minor, 1000);
}

static void
the_rule_stays_what_it_was_when_the_lot_changes_its_mind(void **s)
{
	struct reservation r = booked(ilse, slots[0], 4, 2);

	(void)s;
	paid_online(r.id, 2000);
	sql("update lots set cancel_minutes = 0, refund_percent = 0");
	c.now = instant_plus(r.starts, -30 * MINUTE);
	assert_ok(reservation_cancel(&c, r.id, &r));
	assert_int_equal(r.refund.minor, 1000);
}

/* ---- extending */

static void
extending_takes_the_next_minutes_if_they_are_free(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);
	money before = r.price;

	(void)s;
	assert_ok(reservation_extend(&c, r.id, instant_plus(NOON, 5 * HOUR), &r));
	assert_int_equal(r.ends.us, NOON.us + 5 * HOUR);
	assert_true(r.price.minor > before.minor);
}

static void
extending_stops_where_somebody_else_begins(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);

	(void)s;
	held(omar, slots[0], 4, 1);
	be(ilse);
	assert_problem(reservation_extend(&c, r.id, instant_plus(NOON, 5 * HOUR), &r), SLOT_TAKEN);
	assert_non_null(strstr(c.detail, "17:00"));
	assert_ok(reservation_extend(&c, r.id, instant_plus(NOON, 4 * HOUR), &r));
}

static void
only_what_runs_or_comes_can_be_extended(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);

	(void)s;
	assert_problem(reservation_extend(&c, r.id, instant_plus(NOON, 5 * HOUR), &r), WRONG_STATE);
	assert_ok(reservation_confirm(&c, r.id, &at_the_exit, &r));
	assert_problem(reservation_extend(&c, r.id, instant_plus(NOON, 2 * HOUR), &r), INVALID);
	assert_problem(
	    reservation_extend(&c, r.id, instant_plus(NOON, 24 * 30 * HOUR), &r), INVALID);
	c.now = r.ends;
	assert_problem(reservation_extend(&c, r.id, instant_plus(NOON, 5 * HOUR), &r), TOO_LATE);
}

static void
offers_of_longer_stays_end_before_the_next(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);
	struct extension e = { 0 };

	(void)s;
	held(omar, slots[0], 4, 1);
	be(ilse);
	assert_ok(extension_offer(&c, r.id, &e));
	assert_int_equal(e.offers.n, 2);
	assert_int_equal(ROW(longer_by, e.offers, 1)->until.us, NOON.us + 4 * HOUR);
	assert_int_equal(e.free_until.us, NOON.us + 4 * HOUR);
}

/* ---- quotes */

static void
a_quote_is_kept_while_it_lasts(void **s)
{
	struct booking b = wish(slots[0], 2, 2);
	struct quote q = { 0 };
	struct reservation r = { 0 };

	(void)s;
	be(ilse);
	assert_ok(quote_make(&c, &b, &q));
	assert_true(q.available);
	b.quote = q.token;
	c.now = instant_plus(NOON, QUOTE_HOLDS);
	assert_ok(reservation_hold(&c, &b, &r));
	assert_int_equal(r.price.minor, q.price.minor);
}

static void
a_quote_for_something_else_is_refused(void **s)
{
	struct booking b = wish(slots[0], 2, 2), longer = wish(slots[0], 2, 3);
	struct quote q = { 0 };
	struct reservation r = { 0 };

	(void)s;
	be(ilse);
	assert_ok(quote_make(&c, &b, &q));
	longer.quote = q.token;
	assert_problem(reservation_hold(&c, &longer, &r), CHANGED_MEANWHILE);
	longer.quote = "1.0.1794916800000000.abc";
	assert_problem(reservation_hold(&c, &longer, &r), CHANGED_MEANWHILE);
	longer.quote = "x";
	assert_problem(reservation_hold(&c, &longer, &r), CHANGED_MEANWHILE);
}

static void
a_quote_knows_what_is_free_beside_it(void **s)
{
	struct booking b = wish(slots[0], 2, 2);
	struct quote q = { 0 };

	(void)s;
	held(omar, slots[0], 2, 2);
	assert_ok(quote_make(&c, &b, &q));
	assert_false(q.available);
	assert_int_equal(q.other_id, slots[1]);
	assert_same(q.other_label, "A-2");
	held(omar, slots[1], 2, 2);
	held(omar, slots[2], 2, 2);
	q = (struct quote){ 0 };
	assert_ok(quote_make(&c, &b, &q));
	assert_false(q.available);
	assert_int_equal(q.other_id, 0);
}

static void
the_rule_is_told_before_booking(void **s)
{
	struct booking b = wish(slots[0], 4, 2);
	struct quote q = { 0 };

	(void)s;
	be(ilse);
	assert_ok(quote_make(&c, &b, &q));
	assert_non_null(strstr(q.rule, "Cancel before 16:00"));
	assert_non_null(strstr(q.rule, money_text(c.arena, q.price, "EUR")));
}

/* The price of an hour in the lot, in cents, from then on. */
static void
publish_in(int64_t per_hour, int64_t later)
{
	static struct tariff t;

	if (sql_number("select coalesce(tariff_id, 0) from lots where id = %lld", (long long)lot) ==
	    0)
		t = (struct tariff){ .name = "Test", .currency = "EUR" };
	tariff_per_hour(&t, (money){ per_hour });
	t.begins = instant_plus(c.now, later);
	assert_ok(tariff_publish(&c, &t));
	sql("update lots set tariff_id = %lld where id = %lld", (long long)t.id, (long long)lot);
}

static void
publish(int64_t per_hour)
{
	publish_in(per_hour, 0);
}

static void
the_price_is_the_tariffs(void **s)
{
	(void)s;
	publish(500);
	assert_int_equal(held(ilse, slots[0], 2, 3).price.minor, 1500);
}

static void
a_promised_price_outlives_a_dearer_tariff_but_not_its_own_end(void **s)
{
	struct booking b = wish(slots[0], 2, 2), c_b = wish(slots[1], 2, 2);
	struct quote q = { 0 };
	struct reservation r = { 0 };

	(void)s;
	be(ilse);
	publish(500);
	assert_ok(quote_make(&c, &b, &q));
	assert_int_equal(q.price.minor, 1000);
	publish(900);
	b.quote = c_b.quote = q.token;
	assert_ok(reservation_hold(&c, &b, &r));
	assert_int_equal(r.price.minor, 1000);
	c.now = instant_plus(NOON, QUOTE_HOLDS + 1);
	assert_problem(reservation_hold(&c, &c_b, &r), CHANGED_MEANWHILE);
	assert_non_null(strstr(c.detail, "€18.00"));
}

static void
a_stay_is_priced_by_the_version_in_force_when_it_is_booked(void **s)
{
	(void)s;
	publish(500);
	publish_in(900, 4 * HOUR);
	/* Parked tomorrow, but booked today: today's price. */
	assert_int_equal(held(ilse, slots[0], 24, 2).price.minor, 1000);
	c.now = instant_plus(NOON, 4 * HOUR);
	assert_int_equal(held(omar, slots[1], 24, 2).price.minor, 1800);
	c.now = NOON;
}

static void
staying_longer_is_priced_by_the_version_it_was_booked_by(void **s)
{
	struct reservation r;

	(void)s;
	publish(500);
	r = booked(ilse, slots[0], 2, 2);
	publish(900);
	assert_ok(reservation_extend(&c, r.id, instant_plus(NOON, 5 * HOUR), &r));
	assert_int_equal(r.price.minor, 1500);
}

static void
the_built_in_tariff_is_kept_as_it_was(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);

	(void)s;
	assert_true(r.tariff_version_id > 0);
}

static void
what_cannot_be_done_any_more_says_what_became_of_it(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);
	struct booking b = wish(slots[0], 2, 1);
	struct quote q = { 0 };

	(void)s;
	assert_problem(reservation_extend(&c, r.id, instant_plus(NOON, 5 * HOUR), &r), WRONG_STATE);
	assert_string_equal(c.detail, "It is only held: confirm it first.");
	assert_ok(reservation_cancel(&c, r.id, &r));
	assert_problem(reservation_confirm(&c, r.id, &at_the_exit, &r), WRONG_STATE);
	assert_string_equal(c.detail, "It was cancelled.");
	sql("insert into lots (name, currency, search) values ('Yonder', 'EUR', 'yonder')");
	b.lot_id = sql_number("select id from lots where name = 'Yonder'");
	assert_problem(quote_make(&c, &b, &q), NOT_FOUND);
	assert_string_equal(c.detail, "Yonder has no such slot.");
}

/* ---- whose it is */

static void
anothers_reservation_is_not_found(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);

	(void)s;
	be(omar);
	assert_problem(reservation_load(&c, r.id, &r), NOT_FOUND);
	assert_problem(reservation_cancel(&c, r.id, &r), NOT_FOUND);
	assert_problem(reservation_extend(&c, r.id, instant_plus(NOON, 5 * HOUR), &r), NOT_FOUND);
	assert_problem(reservation_confirm(&c, r.id, &at_the_exit, &r), NOT_FOUND);
	assert_problem(reservation_check_in(&c, r.id, &r), NOT_FOUND);
	c.person.role = OPERATOR;
	assert_ok(reservation_load(&c, r.id, &r));
}

static void
my_parking_is_parted_into_now_next_and_past(void **s)
{
	struct reservation over = booked(ilse, slots[0], 1, 1), now = booked(ilse, slots[1], 2, 3),
			   next = booked(ilse, slots[2], 5, 1), hold;
	struct my_parking my = { 0 };

	(void)s;
	booked(omar, slots[2], 2, 1);
	be(ilse);
	assert_ok(reservation_cancel(&c, over.id, &over));
	c.now = instant_plus(NOON, 2 * HOUR + 10 * MINUTE);
	hold = held(ilse, slots[2], 7, 1);
	assert_ok(reservations_mine(&c, 0, &my));
	assert_int_equal(my.now.n, 1);
	assert_int_equal(ROW(reservation, my.now, 0)->id, now.id);
	assert_int_equal(my.next.n, 2);
	assert_int_equal(ROW(reservation, my.next, 0)->id, next.id);
	assert_int_equal(ROW(reservation, my.next, 1)->id, hold.id);
	assert_int_equal(my.past.n, 1);
	assert_int_equal(ROW(reservation, my.past, 0)->id, over.id);
}

static void
the_past_goes_on_on_the_next_page(void **s)
{
	struct my_parking first = { 0 }, second = { 0 };
	struct reservation r;

	(void)s;
	for (int i = 0; i < 25; i++) {
		r = booked(ilse, slots[0], 2 + i, 1);
		assert_ok(reservation_cancel(&c, r.id, &r));
	}
	assert_ok(reservations_mine(&c, 0, &first));
	assert_int_equal(first.past.n, 20);
	assert_true(*first.older != 0);
	assert_ok(reservations_mine(&c, ROW(reservation, first.past, 19)->id, &second));
	assert_int_equal(second.past.n, 5);
	assert_same(second.older, "");
}

/* ---- clocks */

/* Berlin, 25 October 2026: at 03:00 the clock goes back to 02:00.  From 00:30 to 03:30 are four hours. */
static void
the_night_that_is_an_hour_longer_is_drawn_and_counted_so(void **s)
{
	struct booking b = { .lot_id = lot, .slot_id = slots[0], .quote = "" };
	struct reservation r = { 0 };
	const struct zone *z = zone_find("Europe/Berlin");

	(void)s;
	c.now = zone_instant(z, 2026, 10, 24, 12, 0, 0);
	be(ilse);
	b.starts = zone_instant(z, 2026, 10, 25, 0, 30, 0);
	b.ends = zone_instant(z, 2026, 10, 25, 3, 30, 0);
	assert_ok(reservation_hold(&c, &b, &r));
	assert_int_equal(r.lasts, 4 * 3600);
}

static void
what_is_typed_is_the_lots_time(void **s)
{
	struct lot l = { 0 };
	instant t;

	(void)s;
	assert_ok(lot_load(&c, lot, &l));
	assert_ok(lot_time(&c, &l, "from", "2026-11-17T14:00", &t));
	assert_int_equal(t.us, NOON.us + HOUR);
	assert_ok(lot_time(&c, &l, "from", "2026-11-17T14:00Z", &t));
	assert_int_equal(t.us, NOON.us + 2 * HOUR);
}

/* ---- the ticket */

static void
a_code_leads_back_to_its_reservation(void **s)
{
	static const int64_t ids[] = { 1, 31, 32, 1048575, 1048576, 9007199254740993,
		INT64_MAX / 64 };

	(void)s;
	for (size_t i = 0; i < LENGTH(ids); i++) {
		text code = reservation_code(c.arena, ids[i]);

		assert_int_equal(reservation_of_code(c.arena, code), ids[i]);
	}
	assert_int_equal(reservation_of_code(c.arena, reservation_code(c.arena, 77) + 1), 0);
	assert_int_equal(reservation_of_code(c.arena, ""), 0);
	assert_int_equal(reservation_of_code(c.arena, "SP-0001-"), 0);
	assert_int_equal(
	    reservation_of_code(c.arena, "SP-00000000000000000000000000000001-AAAA"), 0);
}

static void
a_code_that_was_guessed_leads_nowhere(void **s)
{
	char *code = arena_text(c.arena, reservation_code(c.arena, 4711));
	size_t last = strlen(code) - 1;

	(void)s;
	code[last] = code[last] == '7' ? '8' : '7';
	assert_int_equal(reservation_of_code(c.arena, code), 0);
}

static void
a_code_is_read_as_people_write_it(void **s)
{
	char *code = arena_text(c.arena, reservation_code(c.arena, 1));

	(void)s;
	assert_true(text_starts(code, "SP-0001-"));
	code[0] = 's';
	code[1] = 'p';
	code[3] = 'o'; /* for 0 */
	code[6] = 'l'; /* for 1 */
	code[7] = ' ';
	assert_int_equal(reservation_of_code(c.arena, code), 1);
}

static void
a_calendar_entry_is_folded_and_escaped(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);
	size_t in_line = 0;

	(void)s;
	r.lot_name =
	    "Łódź; Manufaktura, \\ Zachód – bardzo długa nazwa parkingu, żeby zawinąć wiersz "
	    "co najmniej dwa razy, a może i więcej niż dwa";
	text ics = ticket_ics(&c, &r);
	for (text p = ics; *p; p++) {
		if (*p == '\n') {
			assert_true(p > ics && p[-1] == '\r');
			in_line = 0;
		} else if (*p != '\r') {
			in_line++;
			assert_true(in_line <= 75);
			if (in_line == 1) /* no line begins inside a character */
				assert_true(((unsigned char)*p & 0xc0) != 0x80);
		}
	}
	struct buf flat = BUF(c.arena);
	for (text p = ics; *p; p++) {
		if (p[0] == '\r' && p[1] == '\n' && p[2] == ' ')
			p += 2;
		else
			buf_char(&flat, *p);
	}
	assert_non_null(strstr(buf_text(&flat), "Łódź\\; Manufaktura\\, \\\\ Zachód"));
	assert_non_null(strstr(ics, "DTSTART:20261117T140000Z\r\n"));
	assert_non_null(strstr(ics, "DTEND:20261117T150000Z\r\n"));
	assert_true(text_starts(ics, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
	assert_non_null(strstr(ics, "\\nNumber plate k-419 tx\\n"));
}

/* ---- on the web */

static text
quote_address(void)
{
	return arena_fmt(c.arena,
	    "/quotes?lot=%lld&slot=%lld&from=2026-11-17T15:00&until=2026-11-17T18:30",
	    (long long)lot, (long long)slots[0]);
}

static text
hold_form(text more)
{
	return arena_fmt(c.arena,
	    "lot=%lld&slot=%lld&from=2026-11-17T14:00:00Z&until=2026-11-17T17:30:00Z%s",
	    (long long)lot, (long long)slots[0], more);
}

/* The value of the hidden field of that name. */
static text
field_in(struct response page, text name)
{
	text mark = arena_fmt(c.arena, "name=\"%s\" value=\"", name);
	text found = page.body ? strstr(page.body, mark) : NULL;

	if (found == NULL) {
		fail_msg("no field %s", name);
		return "";
	}
	found += strlen(mark);
	return arena_bytes(c.arena, found, strcspn(found, "\""));
}

static void
a_browser_goes_from_quote_to_ticket(void **s)
{
	struct response page;

	(void)s;
	be(ilse);
	page = browse(GET, quote_address(), NULL);
	assert_int_equal(page.status, 200);
	assert_says(page, "A-1</span> is free for you");
	assert_says(page, "15:00");
	assert_says(page, time_span(c.arena, 210 * MINUTE));
	assert_says(page, "If plans change");
	text form = hold_form(arena_fmt(c.arena, "&quote=%s", field_in(page, "quote")));
	page = browse(POST, "/reservations", form);
	assert_int_equal(page.status, 303);
	text at = location(&page);
	assert_true(text_starts(at, "/reservations/"));
	page = browse(GET, at, NULL);
	assert_says(page, "A-1</span> is held for you");
	assert_says(page, "data-seconds=\"600\"");
	assert_says(page, "13:10");
	page = browse(POST, arena_fmt(c.arena, "%s/confirmation", at), "plate=K-419+TX&pay=exit");
	assert_int_equal(page.status, 303);
	assert_same(location(&page), at);
	page = browse(GET, at, NULL);
	assert_says(page, "You’re booked");
	assert_says(page, "K-419 TX");
	assert_says(page, "class=\"qr\"");
	page = browse(GET, "/reservations", NULL);
	assert_says(page, "Museum, Nord");
	assert_says(page, "Confirmed");
	page = browse(GET, arena_fmt(c.arena, "%s/ticket.ics", at), NULL);
	assert_same(page.type, "text/calendar; charset=utf-8");
	assert_non_null(strstr(header(&page, "Content-Disposition"), ".ics"));
	page = browse(GET, arena_fmt(c.arena, "%s/extension", at), NULL);
	assert_says(page, "30");
	page = browse(POST, arena_fmt(c.arena, "%s/extension", at), "until=2026-11-17T19:30");
	assert_int_equal(page.status, 303);
	page = browse(GET, arena_fmt(c.arena, "%s/cancellation", at), NULL);
	assert_says(page, "19:30");
	page = browse(POST, arena_fmt(c.arena, "%s/cancellation", at), "x=1");
	assert_int_equal(page.status, 303);
	page = browse(GET, at, NULL);
	assert_says(page, "Cancelled");
}

static void
a_slot_taken_meanwhile_is_told_on_the_page_with_another(void **s)
{
	struct response page;

	(void)s;
	held(omar, slots[0], 2, 1);
	be(ilse);
	page = browse(POST, "/reservations", hold_form(""));
	assert_int_equal(page.status, 409);
	assert_says(page, "A-2 is free");
	assert_says(page, "Nothing was charged");
	page = ask(POST, "/api/v1/reservations",
	    arena_fmt(c.arena,
		"{\"lot\":%lld,\"slot\":%lld,\"from\":\"2026-11-17T14:00:00Z\",\"until\":\"2026-11-"
		"17T15:00:00Z\"}",
		(long long)lot, (long long)slots[0]));
	assert_int_equal(page.status, 409);
	assert_says(page, "\"SLOT_TAKEN\"");
}

static void
a_hold_that_ended_is_told_on_the_page_with_the_way_back(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);
	struct response page;

	(void)s;
	c.now = instant_plus(NOON, HOLD);
	page = browse(POST, arena_fmt(c.arena, "/reservations/%lld/confirmation", (long long)r.id),
	    "plate=K1&pay=exit");
	assert_int_equal(page.status, 409);
	assert_says(page, "A-1</span> has ended");
	assert_says(page, "Hold it again");
	page =
	    ask(POST, arena_fmt(c.arena, "/api/v1/reservations/%lld/confirmation", (long long)r.id),
		"{\"plate\":\"K1\",\"pay\":\"exit\"}");
	assert_int_equal(page.status, 409);
	assert_says(page, "\"HOLD_ENDED\"");
}

static void
what_was_forgotten_is_asked_for_beside_its_field(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);
	text at = arena_fmt(c.arena, "/reservations/%lld/confirmation", (long long)r.id);
	struct response page = browse(POST, at, "pay=exit");

	(void)s;
	assert_int_equal(page.status, 422);
	assert_says(page, "id=\"plate-e\"");
	page = browse(POST, at, "pay=exit&plate=%F0%9F%9A%97");
	assert_int_equal(page.status, 422);
	assert_says(page, "🚗"); /* as it was typed */
	page = browse(POST, at, "pay=exit&plate=123456789012345678901");
	assert_int_equal(page.status, 422);
	page = browse(POST, at, "pay=beer&plate=K1");
	assert_int_equal(page.status, 422);
	assert_same(status_of(r.id), "held");
}

static void
a_refused_form_keeps_the_vehicle_that_was_chosen(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);
	text at = arena_fmt(c.arena, "/reservations/%lld/confirmation", (long long)r.id);

	(void)s;
	sql("insert into vehicles (user_id, plate, plate_typed) values (%lld, 'KA1', 'KA 1'), "
	    "(%lld, 'KB2', 'KB 2')",
	    (long long)ilse, (long long)ilse);
	int64_t second = sql_number("select id from vehicles where plate = 'KB2'");
	struct response page =
	    browse(POST, at, arena_fmt(c.arena, "vehicle=%lld&pay=beer", (long long)second));
	assert_int_equal(page.status, 422);
	assert_says(page, arena_fmt(c.arena, "value=\"%lld\" checked", (long long)second));
	/* What is none of one's own chooses nothing. */
	page = browse(POST, at, "vehicle=999999999&pay=beer");
	assert_null(strstr(page.body, "value=\"999999999\""));
	assert_says(page, "checked");
}

static void
a_plate_that_was_typed_wins_over_the_vehicle_chosen_beforehand(void **s)
{
	struct reservation r = held(ilse, slots[0], 2, 1);
	struct response out;

	(void)s;
	sql("insert into vehicles (user_id, plate, plate_typed) values (%lld, 'R882LB', "
	    "'R-882-LB')",
	    (long long)ilse);
	out = browse(POST, arena_fmt(c.arena, "/reservations/%lld/confirmation", (long long)r.id),
	    arena_fmt(c.arena, "pay=exit&vehicle=%lld&plate=K-1",
		(long long)sql_number("select id from vehicles where plate = 'R882LB'")));
	assert_int_equal(out.status, 303);
	assert_same(
	    sql_value("select plate from reservations where id = %lld", (long long)r.id), "K1");
}

static void
a_stranger_meets_nothing_at_any_address(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);
	static const text at[] = { "", "/cancellation", "/extension", "/ticket.ics" };
	static const struct {
		text at, json;
	} post[] = { { "/confirmation", "{\"plate\":\"K1\",\"pay\":\"exit\"}" },
		{ "/cancellation", "{}" }, { "/extension", "{\"until\":\"2026-11-17T20:00:00Z\"}" },
		{ "/arrival", "{}" } };

	(void)s;
	be(omar);
	for (size_t i = 0; i < LENGTH(at); i++) {
		struct response out = browse(
		    GET, arena_fmt(c.arena, "/reservations/%lld%s", (long long)r.id, at[i]), NULL);

		assert_int_equal(out.status, 404);
		assert_not_says(out, "A-1");
	}
	for (size_t i = 0; i < LENGTH(post); i++) {
		struct response out = ask(POST,
		    arena_fmt(c.arena, "/api/v1/reservations/%lld%s", (long long)r.id, post[i].at),
		    post[i].json);

		assert_int_equal(out.status, 404);
	}
	assert_same(status_of(r.id), "confirmed");
}

static void
the_same_key_twice_is_one_booking(void **s)
{
	struct response first, second;

	(void)s;
	be(ilse);
	first = browse(POST, "/reservations", hold_form("&request_id=abc"));
	assert_int_equal(first.status, 303);
	text at = location(&first);
	second = browse(POST, "/reservations", hold_form("&request_id=abc"));
	assert_int_equal(second.status, 303);
	assert_same(location(&second), at);
	assert_int_equal(sql_number("select count(*) from reservations"), 1);
}

static void
bad_times_are_words_beside_their_fields(void **s)
{
	static const struct {
		text from, until, field;
	} bad[] = {
		{ "2026-11-17T15:00", "2026-11-17T14:00", "until" },
		{ "2026-11-16T15:00", "2026-11-16T16:00", "from" },
		{ "soon", "2026-11-16T16:00", "from" },
		{ "2026-02-30T15:00", "2026-11-16T16:00", "from" },
		{ "", "2026-11-17T16:00", "from" },
		{ "9999-12-31T23:00", "9999-12-31T23:30", "from" },
	};

	(void)s;
	be(ilse);
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct response out = ask(POST, "/api/v1/reservations",
		    arena_fmt(c.arena, "{\"lot\":%lld,\"from\":\"%s\",\"until\":\"%s\"}",
			(long long)lot, bad[i].from, bad[i].until));

		assert_int_equal(out.status, 422);
		assert_says(out, arena_fmt(c.arena, "\"%s\":", bad[i].field));
	}
}

static void
the_json_of_a_reservation_has_no_more_than_it_should(void **s)
{
	struct reservation r = booked(ilse, slots[0], 2, 1);
	struct response out =
	    ask(GET, arena_fmt(c.arena, "/api/v1/reservations/%lld", (long long)r.id), NULL);

	(void)s;
	assert_int_equal(out.status, 200);
	assert_says(out, "\"status\":\"confirmed\"");
	assert_says(out, "\"starts\":\"2026-11-17T14:00:00Z\"");
	assert_says(out, "\"time_zone\":\"Europe/Berlin\"");
	assert_not_says(out, "\"qr\"");
	assert_not_says(out, "\"book_again\"");
}

static struct response
does(int64_t id, text what)
{
	as(ilse, CUSTOMER);
	return ask(
	    POST, arena_fmt(c.arena, "/api/v1/reservations/%lld/%s", (long long)id, what), "{}");
}

static void
who_has_come_says_so(void **state)
{
	struct reservation r = booked(ilse, slots[0], 0, 2), later = booked(ilse, slots[1], 30, 2);

	(void)state;
	assert_int_equal(does(r.id, "arrival").status, 200);
	assert_string_equal(status_of(r.id), "checked_in");
	assert_says(does(r.id, "cancellation"), "WRONG_STATE");
	assert_says(does(later.id, "arrival"), "TOO_EARLY");
	assert_int_equal(does(later.id, "cancellation").status, 200);
	assert_says(does(later.id, "arrival"), "WRONG_STATE");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BOOKING(who_has_come_says_so),
		BOOKING(a_hold_lasts_ten_minutes_and_has_its_price),
		BOOKING(two_live_reservations_of_a_slot_never_overlap),
		BOOKING(the_database_itself_refuses_an_overlap),
		BOOKING(one_may_begin_where_another_ends),
		BOOKING(any_slot_takes_each_in_turn_and_then_the_lot_is_full),
		BOOKING(any_slot_is_never_one_out_of_service),
		BOOKING(an_accessible_slot_is_the_last_to_be_given_to_anyone),
		BOOKING(a_slot_of_another_lot_is_not_found),
		BOOKING(a_slot_that_can_never_be_is_not_found),
		BOOKING(times_that_make_no_sense_are_refused),
		BOOKING(an_account_not_verified_has_one_at_a_time),
		BOOKING(twenty_live_ones_are_enough),
		BOOKING(a_hold_expires_by_itself),
		BOOKING(a_hold_that_ended_gives_way_without_a_sweep),
		BOOKING(a_hold_that_ended_gives_way_to_any),
		BOOKING(confirming_after_the_hold_ended_says_so),
		BOOKING(who_does_not_come_is_a_no_show_and_frees_the_slot),
		BOOKING(who_came_is_done_at_the_end),
		BOOKING(sweeping_takes_a_few_at_a_time),
		BOOKING(confirming_keeps_the_plate_and_sends_one_message),
		BOOKING(ones_own_vehicle_fills_in_its_plate),
		BOOKING(a_lot_without_payment_at_the_exit_says_so),
		BOOKING(cancelling_frees_the_slot),
		BOOKING(letting_a_hold_go_frees_the_slot),
		BOOKING(what_began_cannot_be_cancelled),
		BOOKING(what_is_owed_is_reckoned_anew_each_time_it_is_read),
		BOOKING(what_was_paid_comes_back_as_it_was_said),
		BOOKING(a_refund_is_kept_with_the_reservation),
		BOOKING(the_rule_stays_what_it_was_when_the_lot_changes_its_mind),
		BOOKING(extending_takes_the_next_minutes_if_they_are_free),
		BOOKING(extending_stops_where_somebody_else_begins),
		BOOKING(only_what_runs_or_comes_can_be_extended),
		BOOKING(offers_of_longer_stays_end_before_the_next),
		BOOKING(a_quote_is_kept_while_it_lasts),
		BOOKING(a_quote_for_something_else_is_refused),
		BOOKING(a_quote_knows_what_is_free_beside_it),
		BOOKING(the_rule_is_told_before_booking),
		BOOKING(the_price_is_the_tariffs),
		BOOKING(a_promised_price_outlives_a_dearer_tariff_but_not_its_own_end),
		BOOKING(staying_longer_is_priced_by_the_version_it_was_booked_by),
		BOOKING(what_cannot_be_done_any_more_says_what_became_of_it),
		BOOKING(a_stay_is_priced_by_the_version_in_force_when_it_is_booked),
		BOOKING(the_built_in_tariff_is_kept_as_it_was),
		BOOKING(anothers_reservation_is_not_found),
		BOOKING(my_parking_is_parted_into_now_next_and_past),
		BOOKING(the_past_goes_on_on_the_next_page),
		BOOKING(the_night_that_is_an_hour_longer_is_drawn_and_counted_so),
		BOOKING(what_is_typed_is_the_lots_time),
		BOOKING(a_code_leads_back_to_its_reservation),
		BOOKING(a_code_that_was_guessed_leads_nowhere),
		BOOKING(a_code_is_read_as_people_write_it),
		BOOKING(a_calendar_entry_is_folded_and_escaped),
		BOOKING(a_browser_goes_from_quote_to_ticket),
		BOOKING(a_slot_taken_meanwhile_is_told_on_the_page_with_another),
		BOOKING(a_hold_that_ended_is_told_on_the_page_with_the_way_back),
		BOOKING(what_was_forgotten_is_asked_for_beside_its_field),
		BOOKING(a_refused_form_keeps_the_vehicle_that_was_chosen),
		BOOKING(a_plate_that_was_typed_wins_over_the_vehicle_chosen_beforehand),
		BOOKING(a_stranger_meets_nothing_at_any_address),
		BOOKING(the_same_key_twice_is_one_booking),
		BOOKING(bad_times_are_words_beside_their_fields),
		BOOKING(the_json_of_a_reservation_has_no_more_than_it_should),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
