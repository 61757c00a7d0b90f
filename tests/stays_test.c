/*
 * stays_test.c -- driving in and out: the rules, in a world of one lot in Berlin with three slots, at 13:00 its
 * time, for 5 an hour.
 */
#include "world.h"

#include "gear/settings.h"
#include "payments/payments.h"
#include "stays/inner.h"

static int64_t lot, slots[3], ilse, otto;

static void
make_world(void)
{
	sql("insert into lots (name, address, city, time_zone, currency, search, tax_basis_points) "
	    "values ('Museum, Nord', 'Am Kupfergraben 1', 'Berlin', 'Europe/Berlin', 'EUR', "
	    "'museum', 1900);"
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
	otto = person(OPERATOR, "otto");
	sql("insert into vehicles (user_id, plate, plate_typed, label) "
	    "values (%lld, 'K419TX', 'K-419 TX', '')",
	    (long long)ilse);
}

static struct tariff hourly;

/* 10 minutes free, then 5 for each started hour, 30 for a lost ticket. */
static void
make_tariff(void)
{
	hourly = (struct tariff){ .name = "Museum",
		.currency = "EUR",
		.n = 3,
		.lines = { { .kind = GRACE, .minutes = 10 },
		    { .kind = STEP, .minutes = 60, .price = { 500 } },
		    { .kind = LOST, .price = { 3000 } } } };
	c.now = instant_plus(NOON, -30 * DAY);
	assert_ok(tariff_publish(&c, &hourly));
	c.now = NOON;
	sql("update lots set tariff_id = %lld where id = %lld", (long long)hourly.id,
	    (long long)lot);
}

static void
be(int64_t user, enum role role)
{
	c.person = (struct person){ .id = user, .role = role, .name = "Test", .verified = true };
	c.detail = NULL;
	c.keep = false;
	c.complaints.n = 0;
	as(user, role);
}

static int
gate_world(void **state)
{
	int failed = fresh(state);

	if (!failed) {
		make_world();
		make_tariff();
		be(otto, OPERATOR);
	}
	return failed;
}
#define GATE(test) cmocka_unit_test_setup_teardown(test, gate_world, gone)

static enum problem
drive_in(text plate, struct stay *s)
{
	return stay_enter(
	    &c, &(struct entry){ .lot_id = lot, .plate = plate, .source = "gate" }, s);
}

static struct stay
inside(text plate)
{
	struct stay s = { 0 };

	assert_ok(drive_in(plate, &s));
	return s;
}

static struct reservation
booked(int64_t slot, int64_t from_minutes, int64_t minutes, text pay)
{
	const struct booking b = { .lot_id = lot,
		.slot_id = slot,
		.starts = instant_plus(NOON, from_minutes * MINUTE),
		.ends = instant_plus(NOON, (from_minutes + minutes) * MINUTE),
		.quote = "" };
	const struct confirmation how = { .plate = "K 419 TX", .pay = pay };
	struct reservation r = { 0 };

	be(ilse, CUSTOMER);
	assert_ok(reservation_hold(&c, &b, &r));
	assert_ok(reservation_confirm(&c, r.id, &how, &r));
	be(otto, OPERATOR);
	return r;
}

static int64_t
anomalies(text kind)
{
	return sql_number("select count(*) from anomalies where kind = '%s'", kind);
}

/* ---- driving in */

static void
a_car_takes_a_free_slot(void **state)
{
	struct stay s = inside("mu-st 1");

	(void)state;
	assert_string_equal(s.plate, "MUST1");
	assert_string_equal(s.plate_typed, "mu-st 1");
	assert_string_equal(s.status, "open");
	assert_true(s.slot_id != 0);
	assert_int_equal(s.lot_id, lot);
	assert_int_equal(s.user_id, 0);
	assert_int_equal(s.entered_at.us, NOON.us);
	assert_int_equal(s.tariff_version_id, hourly.version_id);
	assert_int_equal(
	    sql_number("select occupied from lot_counts where lot_id = %lld", (long long)lot), 1);
}

static void
a_car_is_known_by_its_plate(void **state)
{
	struct stay s = inside("K419-TX");

	(void)state;
	assert_int_equal(s.user_id, ilse);
	assert_true(s.vehicle_id != 0);
	be(ilse, CUSTOMER);
	assert_ok(stay_load(&c, s.id, &s));
	be(person(CUSTOMER, "omar"), CUSTOMER);
	assert_problem(stay_load(&c, s.id, &s), NOT_FOUND);
}

static void
a_vehicle_and_a_slot_will_do(void **state)
{
	struct stay s = { 0 };
	int64_t car = sql_number("select id from vehicles where plate = 'K419TX'");
	struct entry e = { .vehicle_id = car, .slot_id = slots[2], .source = "s0" };

	(void)state;
	assert_ok(stay_enter(&c, &e, &s));
	assert_int_equal(s.slot_id, slots[2]);
	assert_int_equal(s.lot_id, lot);
	assert_string_equal(s.plate, "K419TX");
	assert_string_equal(s.plate_typed, "K-419 TX");
	e.vehicle_id = 999999999;
	assert_problem(stay_enter(&c, &e, &s), INVALID);
	e = (struct entry){ .plate = "A1", .lot_id = lot, .slot_id = 999999999, .source = "s0" };
	assert_problem(stay_enter(&c, &e, &s), INVALID);
	e = (struct entry){ .plate = "A1", .lot_id = lot, .slot_id = slots[2], .source = "s0" };
	assert_problem(stay_enter(&c, &e, &s), SLOT_TAKEN);
}

static void
a_car_that_is_inside_cannot_drive_in(void **state)
{
	struct stay s = inside("K-1"), again = { 0 };

	(void)state;
	c.now = instant_plus(NOON, 20 * MINUTE);
	assert_problem(drive_in("k1", &again), DUPLICATE);
	assert_int_equal(again.id, s.id);
	assert_true(c.keep);
	assert_int_equal(anomalies("duplicate_entry"), 1);
	assert_problem(drive_in("K 1", &again), DUPLICATE);
	assert_int_equal(anomalies("duplicate_entry"), 1);
	assert_int_equal(
	    sql_number("select times from anomalies where stay_id = %lld", (long long)s.id), 2);
	assert_int_equal(sql_number("select count(*) from notices where kind = 'anomaly'"), 1);
}

static void
a_plate_has_letters_or_digits(void **state)
{
	struct stay s = { 0 };

	(void)state;
	assert_problem(drive_in(" - ", &s), INVALID);
	c.complaints.n = 0;
	assert_problem(drive_in("ABCDEFGHIJ1234567", &s), INVALID);
	assert_string_equal(c.complaints.v[0].field, "plate");
}

static void
a_full_lot_lets_nobody_in_but_by_an_operators_word(void **state)
{
	struct stay s = { 0 };
	struct entry e = { .lot_id = lot, .plate = "B 4", .source = "gate", .without_slot = true };

	(void)state;
	inside("B 1"), inside("B 2"), inside("B 3");
	assert_problem(drive_in("B 4", &s), LOT_FULL);
	assert_ok(stay_enter(&c, &e, &s));
	assert_int_equal(s.slot_id, 0);
	assert_int_equal(
	    sql_number("select free from lot_counts where lot_id = %lld", (long long)lot), 0);
}

static void
slots_that_are_booked_soon_are_kept(void **state)
{
	struct stay s = { 0 };

	(void)state;
	booked(slots[0], 30, 60, "exit");
	booked(slots[1], 50, 60, "exit");
	s = inside("C 1");
	assert_int_equal(s.slot_id, slots[2]);
	assert_problem(drive_in("C 2", &s), LOT_FULL);
}

static void
the_default_lot_is_the_first(void **state)
{
	struct stay s = { 0 };
	struct entry e = { .plate = "D 1", .source = "s3", .pro_rata = true };
	int64_t first = sql_number("select min(id) from lots");
	struct stay_price price;

	(void)state;
	assert_int_equal(first, lot);
	assert_ok(stay_enter(&c, &e, &s));
	assert_int_equal(s.lot_id, first);
	/* S3's own example: 144 minutes at 50 an hour are 120 */
	assert_ok(stay_priced(&c, &s, instant_plus(NOON, 144 * MINUTE), &price));
	assert_int_equal(price.fee.minor, 12000);
	assert_ok(stay_priced(&c, &s, instant_plus(NOON, 10 * MINUTE), &price));
	assert_int_equal(price.fee.minor, 0);
}

/* ---- bookings */

static void
a_booking_is_checked_in(void **state)
{
	struct reservation r = booked(slots[1], 10, 60, "exit");
	struct stay s = inside("K-419-TX");

	(void)state;
	assert_int_equal(s.reservation_id, r.id);
	assert_int_equal(s.slot_id, slots[1]);
	assert_int_equal(s.user_id, ilse);
	assert_string_equal(
	    sql_value("select status from reservations where id = %lld", (long long)r.id),
	    "checked_in");
	c.now = instant_plus(NOON, 55 * MINUTE);
	assert_ok(stay_leave(&c, s.id, &s));
	assert_string_equal(
	    sql_value("select status from reservations where id = %lld", (long long)r.id),
	    "completed");
	assert_int_equal(s.fee.minor, 500);
	assert_int_equal(s.booked.minor, 500);
	assert_int_equal(s.owes.minor, 500);
	assert_int_equal(sql_number("select count(*) from charges"), 0);
}

static void
whoever_comes_to_a_taken_slot_gets_another(void **state)
{
	struct stay other = { 0 }, s;
	struct entry e = { .lot_id = lot, .plate = "E 1", .slot_id = slots[1], .source = "gate" };
	struct reservation r = booked(slots[1], 90, 60, "exit");

	(void)state;
	assert_ok(stay_enter(&c, &e, &other));
	c.now = instant_plus(NOON, 90 * MINUTE);
	s = inside("K419TX");
	assert_int_equal(s.reservation_id, r.id);
	assert_true(s.slot_id != slots[1] && s.slot_id != 0);
	assert_int_equal(
	    sql_number("select slot_id from reservations where id = %lld", (long long)r.id),
	    s.slot_id);
}

static void
a_ticket_tells_the_booking_and_another_plate_is_told(void **state)
{
	struct reservation r = booked(slots[1], 0, 60, "exit");
	struct stay s = { 0 };
	struct entry e = {
		.lot_id = lot, .plate = "F 1", .reservation_id = r.id, .source = "gate"
	};

	(void)state;
	assert_ok(stay_enter(&c, &e, &s));
	assert_int_equal(s.reservation_id, r.id);
	assert_int_equal(anomalies("plate_mismatch"), 1);
	e.plate = "F 2";
	assert_problem(stay_enter(&c, &e, &s), WRONG_STATE);
}

static void
the_hour_before_a_booking_is_paid_for(void **state)
{
	struct reservation r = booked(slots[1], 50, 60, "exit");
	struct stay s = inside("K419TX");
	struct stay_price price;

	(void)state;
	assert_int_equal(s.reservation_id, r.id);
	/* 13:00 to 14:50 are two started hours, and one was booked */
	assert_ok(stay_priced(&c, &s, instant_plus(NOON, 100 * MINUTE), &price));
	assert_int_equal(price.fee.minor, 1000);
	assert_int_equal(price.booked.minor, 500);
}

static void
staying_on_costs_what_the_tariff_says(void **state)
{
	struct stay s;
	struct stay_price price;

	(void)state;
	booked(slots[1], 0, 60, "exit");
	s = inside("K419TX");
	/* within the tariff's free ten minutes */
	assert_ok(stay_priced(&c, &s, instant_plus(NOON, 70 * MINUTE), &price));
	assert_int_equal(price.fee.minor, 500);
	assert_ok(stay_priced(&c, &s, instant_plus(NOON, 71 * MINUTE), &price));
	assert_int_equal(price.fee.minor, 1000);
	c.now = instant_plus(NOON, 130 * MINUTE);
	assert_ok(stay_leave(&c, s.id, &s));
	assert_int_equal(s.fee.minor, 1500);
	assert_int_equal(s.owes.minor, 1500);
	assert_int_equal(
	    sql_number("select amount from charges where stay_id = %lld", (long long)s.id), 1000);
}

static void
a_car_that_stays_on_keeps_its_booking_running(void **state)
{
	struct reservation r = booked(slots[1], 0, 60, "exit");
	struct stay s = inside("K419TX");

	(void)state;
	c.now = instant_plus(NOON, 80 * MINUTE);
	assert_ok(reservations_sweep(&c, 100));
	assert_string_equal(
	    sql_value("select status from reservations where id = %lld", (long long)r.id),
	    "checked_in");
	assert_ok(stay_leave(&c, s.id, &s));
	assert_string_equal(
	    sql_value("select status from reservations where id = %lld", (long long)r.id),
	    "completed");
}

/* ---- what others see of it */

static void
nobody_books_a_slot_on_which_a_car_stands(void **state)
{
	struct stay s = { 0 };
	struct entry e = { .lot_id = lot, .plate = "G 1", .slot_id = slots[0], .source = "gate" };
	struct booking b = { .lot_id = lot,
		.slot_id = slots[0],
		.starts = instant_plus(NOON, 30 * MINUTE),
		.ends = instant_plus(NOON, 90 * MINUTE),
		.quote = "" };
	struct reservation r = { 0 };
	struct quote q = { 0 };

	(void)state;
	assert_ok(stay_enter(&c, &e, &s));
	be(ilse, CUSTOMER);
	assert_ok(quote_make(&c, &b, &q));
	assert_false(q.available);
	assert_true(q.other_id != slots[0] && q.other_id != 0);
	assert_problem(reservation_hold(&c, &b, &r), SLOT_TAKEN);
	b.starts = instant_plus(NOON, 60 * MINUTE);
	assert_ok(quote_make(&c, &b, &q));
	assert_true(q.available);
	/* whoever is there for three hours may stay for three more */
	c.now = instant_plus(NOON, 3 * HOUR);
	b.starts = instant_plus(c.now, 2 * HOUR);
	b.ends = instant_plus(b.starts, HOUR);
	assert_ok(quote_make(&c, &b, &q));
	assert_false(q.available);
	b.slot_id = 0;
	assert_ok(reservation_hold(&c, &b, &r));
	assert_true(r.slot_id != slots[0]);
}

static void
the_search_counts_cars_that_stand_there(void **state)
{
	struct response r;

	(void)state;
	inside("H 1"), inside("H 2");
	as(0, ANYONE);
	r = ask(GET, arena_fmt(c.arena, "/api/v1/lots/%lld", (long long)lot), NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "\"free\":1");
	r = browse(GET,
	    arena_fmt(
		c.arena, "/lots/%lld?from=2026-11-17T13:15&until=2026-11-17T14:15", (long long)lot),
	    NULL);
	assert_says(r, "taken");
}

/* ---- driving out */

static void
leaving_twice_is_once(void **state)
{
	struct stay s = inside("I 1"), again = { 0 };

	(void)state;
	c.now = instant_plus(NOON, 61 * MINUTE);
	assert_ok(stay_leave(&c, s.id, &s));
	assert_string_equal(s.status, "closed");
	assert_int_equal(s.fee.minor, 1000);
	assert_int_equal(s.owes.minor, 1000);
	assert_int_equal(s.lasts, 61 * 60);
	c.now = instant_plus(NOON, 5 * HOUR);
	assert_ok(stay_leave(&c, s.id, &again));
	assert_int_equal(again.fee.minor, 1000);
	assert_int_equal(again.left_at.us, s.left_at.us);
	assert_int_equal(sql_number("select count(*) from charges"), 1);
	assert_problem(stay_leave(&c, 999999999, &again), NOT_FOUND);
}

static void
within_the_grace_it_is_free(void **state)
{
	struct stay s = inside("J 1");

	(void)state;
	c.now = instant_plus(NOON, 10 * MINUTE);
	assert_ok(stay_leave_plate(&c, lot, "j1", &s));
	assert_string_equal(s.status, "closed");
	assert_int_equal(s.fee.minor, 0);
	assert_int_equal(s.owes.minor, 0);
	assert_int_equal(sql_number("select count(*) from charges"), 0);
	/* its slot is free again */
	assert_int_equal(
	    sql_number("select occupied from lot_counts where lot_id = %lld", (long long)lot), 0);
}

static void
the_price_is_that_of_the_entry(void **state)
{
	struct stay s = inside("L 1");

	(void)state;
	c.now = instant_plus(NOON, 30 * MINUTE);
	hourly.lines[1].price.minor = 9900;
	hourly.begins = (instant){ 0 };
	assert_ok(tariff_publish(&c, &hourly));
	c.now = instant_plus(NOON, 40 * MINUTE);
	assert_ok(stay_leave(&c, s.id, &s));
	assert_int_equal(s.fee.minor, 500);
}

static void
a_car_that_nobody_saw_coming_is_an_anomaly(void **state)
{
	struct stay s = { 0 };

	(void)state;
	assert_problem(stay_leave_plate(&c, lot, "M 1", &s), NOT_FOUND);
	assert_true(c.keep);
	assert_int_equal(anomalies("exit_without_entry"), 1);
	assert_problem(stay_leave_plate(&c, lot, "M 1", &s), NOT_FOUND);
	assert_int_equal(anomalies("exit_without_entry"), 1);
	/* who left a moment ago is not */
	s = inside("M 2");
	assert_ok(stay_leave_plate(&c, lot, "M 2", &s));
	c.now = instant_plus(NOON, 2 * MINUTE);
	assert_ok(stay_leave_plate(&c, lot, "M 2", &s));
	assert_int_equal(anomalies("exit_without_entry"), 1);
}

/* ---- by an operator's word */

static void
a_lost_ticket_has_its_price(void **state)
{
	struct stay s = inside("N 1");
	struct stay_closing w = { .id = s.id, .how = "lost_ticket", .reason = "" };

	(void)state;
	assert_problem(stay_close(&c, &w, &s), INVALID);
	w.reason = "Lost in the museum";
	c.complaints.n = 0;
	assert_ok(stay_close(&c, &w, &s));
	assert_int_equal(s.fee.minor, 3000);
	assert_string_equal(s.closed_how, "lost_ticket");
	assert_int_equal(
	    sql_number("select count(*) from anomalies where kind = 'lost_ticket' and state = "
		       "'closed' and reason = 'Lost in the museum'"),
	    1);
	assert_int_equal(
	    sql_number("select count(*) from audit where action = 'stay_lost_ticket'"), 1);
	assert_problem(stay_close(&c, &w, &s), WRONG_STATE);
}

static void
one_that_left_unseen_is_closed_as_of_then(void **state)
{
	struct stay s = inside("O 1");
	struct stay_closing w = { .id = s.id, .how = "unseen", .reason = "Not there any more" };

	(void)state;
	c.now = instant_plus(NOON, 30 * HOUR);
	assert_ok(stays_watch(&c, 10));
	assert_ok(stays_watch(&c, 10));
	assert_int_equal(anomalies("long_stay"), 1);
	w.left_at = instant_plus(NOON, -HOUR);
	assert_problem(stay_close(&c, &w, &s), INVALID);
	w.left_at = instant_plus(c.now, HOUR);
	assert_problem(stay_close(&c, &w, &s), INVALID);
	c.complaints.n = 0;
	w.left_at = instant_plus(NOON, 90 * MINUTE);
	assert_ok(stay_close(&c, &w, &s));
	assert_int_equal(s.fee.minor, 1000);
	assert_int_equal(s.left_at.us, w.left_at.us);
	assert_int_equal(
	    sql_number("select count(*) from anomalies where kind = 'long_stay' and state = "
		       "'closed'"),
	    1);
}

static void
a_waived_stay_costs_nothing(void **state)
{
	struct stay s = inside("P 1");
	struct stay_closing w = { .id = s.id, .how = "waived", .reason = "Ambulance" };

	(void)state;
	c.now = instant_plus(NOON, 3 * HOUR);
	assert_ok(stay_close(&c, &w, &s));
	assert_int_equal(s.fee.minor, 0);
	assert_int_equal(sql_number("select count(*) from charges"), 0);
}

static void
one_without_an_entry_is_let_out_for_a_reason(void **state)
{
	struct stay s = { 0 };
	struct stay_missed w = {
		.lot_id = lot, .plate = "", .reason = "No ticket", .charge = true
	};

	(void)state;
	assert_ok(stay_missed_entry(&c, &w, &s));
	assert_int_equal(s.fee.minor, 3000);
	assert_int_equal(s.owes.minor, 3000);
	assert_string_equal(s.closed_how, "no_entry");
	w = (struct stay_missed){ .lot_id = lot, .plate = "Q 1", .reason = "Barrier was up" };
	assert_ok(stay_missed_entry(&c, &w, &s));
	assert_int_equal(s.fee.minor, 0);
	inside("Q 2");
	w.plate = "Q 2";
	assert_problem(stay_missed_entry(&c, &w, &s), WRONG_STATE);
}

/* ---- mistakes */

static void
an_entry_is_undone(void **state)
{
	struct reservation r = booked(slots[1], 0, 60, "exit");
	struct stay s = inside("K419TX");

	(void)state;
	c.now = instant_plus(NOON, 2 * MINUTE);
	assert_ok(stay_undo(&c, s.id, &s));
	assert_string_equal(s.status, "void");
	assert_string_equal(
	    sql_value("select status from reservations where id = %lld", (long long)r.id),
	    "confirmed");
	s = inside("K419TX");
	assert_int_equal(s.reservation_id, r.id);
	c.now = instant_plus(NOON, 20 * MINUTE);
	assert_problem(stay_undo(&c, s.id, &s), TOO_LATE);
}

static void
an_exit_is_undone_unless_it_was_paid(void **state)
{
	struct stay s = inside("R 1");
	struct payment paid = { 0 };

	(void)state;
	c.now = instant_plus(NOON, 30 * MINUTE);
	assert_ok(stay_leave(&c, s.id, &s));
	assert_ok(stay_undo(&c, s.id, &s));
	assert_string_equal(s.status, "open");
	assert_string_equal(sql_value("select state from charges"), "void");
	c.now = instant_plus(NOON, 90 * MINUTE);
	assert_ok(stay_leave(&c, s.id, &s));
	assert_int_equal(s.owes.minor, 1000);
	assert_ok(stay_payment_record(&c, s.id, "cash", (money){ 0 }, &paid));
	assert_problem(stay_undo(&c, s.id, &s), WRONG_STATE);
}

/* ---- paying */

static void
a_stay_is_paid_in_parts(void **state)
{
	struct stay s = inside("S 1");
	struct payment paid = { 0 };

	(void)state;
	assert_problem(stay_payment_record(&c, s.id, "cash", (money){ 0 }, &paid), WRONG_STATE);
	c.now = instant_plus(NOON, 90 * MINUTE);
	assert_ok(stay_leave(&c, s.id, &s));
	assert_ok(stay_payment_record(&c, s.id, "cash", (money){ 400 }, &paid));
	assert_ok(stay_load(&c, s.id, &s));
	assert_int_equal(s.paid.minor, 400);
	assert_int_equal(s.owes.minor, 600);
	assert_problem(stay_payment_record(&c, s.id, "card", (money){ 700 }, &paid), INVALID);
	c.complaints.n = 0;
	assert_ok(stay_payment_record(&c, s.id, "card", (money){ 0 }, &paid));
	assert_int_equal(paid.amount.minor, 600);
	assert_ok(stay_load(&c, s.id, &s));
	assert_int_equal(s.owes.minor, 0);
	assert_problem(stay_payment_record(&c, s.id, "card", (money){ 0 }, &paid), WRONG_STATE);
	/* each has a receipt with slot, plate and times */
	assert_int_equal(sql_number("select count(*) from receipts where plate = 'S 1' and "
				    "slot_label = '%s' and starts is not null and ends is not null",
			     s.slot_label),
	    2);
	assert_int_equal(
	    sql_number("select sum(amount) from ledger where stay_id = %lld", (long long)s.id),
	    1000);
	assert_int_equal(sql_number("select sum(cash + card) from desk_money_now where lot_id = "
				    "%lld and grain = 'day'",
			     (long long)lot),
	    1000);
}

static void
one_payment_settles_stay_and_booking(void **state)
{
	struct stay s;
	struct payment paid = { 0 };

	(void)state;
	booked(slots[1], 0, 60, "exit");
	s = inside("K419TX");
	c.now = instant_plus(NOON, 90 * MINUTE);
	assert_ok(stay_leave(&c, s.id, &s));
	assert_int_equal(s.owes.minor, 1000);
	assert_ok(stay_payment_record(&c, s.id, "cash", (money){ 700 }, &paid));
	assert_ok(stay_load(&c, s.id, &s));
	assert_int_equal(s.owes.minor, 300);
	assert_ok(stay_payment_record(&c, s.id, "cash", (money){ 0 }, &paid));
	assert_ok(stay_load(&c, s.id, &s));
	assert_int_equal(s.owes.minor, 0);
	assert_int_equal(s.paid.minor, 1000);
	assert_int_equal(sql_number("select count(*) from charges where state = 'settled'"), 2);
}

static void
what_is_owed_is_remembered(void **state)
{
	struct stay s = inside("T 1");
	struct rows debts = { 0 };

	(void)state;
	c.now = instant_plus(NOON, 90 * MINUTE);
	assert_ok(stays_in_debt(&c, "T1", 0, 10, &debts));
	assert_int_equal(debts.n, 0);
	assert_ok(stay_leave(&c, s.id, &s));
	assert_ok(stays_in_debt(&c, "T1", 0, 10, &debts));
	assert_int_equal(debts.n, 1);
	assert_int_equal(ROW(stay, debts, 0)->owes.minor, 1000);
}

static void
stays_are_found(void **state)
{
	struct stay one = inside("U 1"), two;
	struct rows found = { 0 };
	struct stay_filter f = { .status = "open", .lot = lot, .most = 10 };

	(void)state;
	c.now = instant_plus(NOON, HOUR);
	two = inside("U 22");
	assert_ok(stays_list(&c, &f, &found));
	assert_int_equal(found.n, 2);
	int64_t n;
	assert_ok(stays_count(&c, &f, 10, &n));
	assert_int_equal(n, 2);
	assert_ok(stays_count(&c, &f, 1, &n));
	assert_int_equal(n, 1);
	assert_int_equal(ROW(stay, found, 0)->id, two.id);
	f.sort = "-lasts";
	assert_ok(stays_list(&c, &f, &found));
	assert_int_equal(ROW(stay, found, 0)->id, one.id);
	f = (struct stay_filter){ .plate = "u-2", .sort = "-entered", .most = 10 };
	assert_ok(stays_list(&c, &f, &found));
	assert_int_equal(found.n, 1);
	assert_ok(stay_leave(&c, one.id, &one));
	f = (struct stay_filter){ .about = "debts", .most = 10 };
	assert_ok(stays_list(&c, &f, &found));
	assert_int_equal(found.n, 1);
	assert_int_equal(ROW(stay, found, 0)->owes.minor, 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		GATE(a_car_takes_a_free_slot),
		GATE(a_car_is_known_by_its_plate),
		GATE(a_vehicle_and_a_slot_will_do),
		GATE(a_car_that_is_inside_cannot_drive_in),
		GATE(a_plate_has_letters_or_digits),
		GATE(a_full_lot_lets_nobody_in_but_by_an_operators_word),
		GATE(slots_that_are_booked_soon_are_kept),
		GATE(the_default_lot_is_the_first),
		GATE(a_booking_is_checked_in),
		GATE(whoever_comes_to_a_taken_slot_gets_another),
		GATE(a_ticket_tells_the_booking_and_another_plate_is_told),
		GATE(the_hour_before_a_booking_is_paid_for),
		GATE(staying_on_costs_what_the_tariff_says),
		GATE(a_car_that_stays_on_keeps_its_booking_running),
		GATE(nobody_books_a_slot_on_which_a_car_stands),
		GATE(the_search_counts_cars_that_stand_there),
		GATE(leaving_twice_is_once),
		GATE(within_the_grace_it_is_free),
		GATE(the_price_is_that_of_the_entry),
		GATE(a_car_that_nobody_saw_coming_is_an_anomaly),
		GATE(a_lost_ticket_has_its_price),
		GATE(one_that_left_unseen_is_closed_as_of_then),
		GATE(a_waived_stay_costs_nothing),
		GATE(one_without_an_entry_is_let_out_for_a_reason),
		GATE(an_entry_is_undone),
		GATE(an_exit_is_undone_unless_it_was_paid),
		GATE(a_stay_is_paid_in_parts),
		GATE(one_payment_settles_stay_and_booking),
		GATE(what_is_owed_is_remembered),
		GATE(stays_are_found),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
