/*
 * anomalies_test.c -- what is not as it should be: raised once, looked into, closed with a reason.
 */
#include "world.h"

#include "anomalies/tables.h"

static int64_t lot, otto;

static int
desk_world(void **state)
{
	int failed = fresh(state);

	if (failed)
		return failed;
	sql("insert into lots (name, time_zone, currency, search) "
	    "values ('Museum', 'Europe/Berlin', 'EUR', 'museum')");
	lot = sql_number("select id from lots where name = 'Museum'");
	otto = person(OPERATOR, "otto");
	as(otto, OPERATOR);
	c.person = (struct person){ .id = otto, .role = OPERATOR, .name = "Otto" };
	return 0;
}
#define DESK(test) cmocka_unit_test_setup_teardown(test, desk_world, gone)

static int64_t
raised(text kind, text key)
{
	const struct anomaly_found f = {
		.key = key, .lot_id = lot, .plate = "K419TX", .detail = "Something is odd."
	};

	assert_ok(anomaly_raise(&c, kind, &f, NULL));
	return sql_number("select id from anomalies where key = '%s:%s'", kind, key);
}

static void
one_thing_is_one_anomaly(void **s)
{
	const struct anomaly_found f = { .key = "7", .detail = "Its clock is 9 minutes ahead." };
	struct anomaly a = { 0 };
	bool first;

	(void)s;
	assert_ok(anomaly_raise(&c, "clock_skew", &f, &first));
	assert_true(first);
	c.now = instant_plus(NOON, HOUR);
	assert_ok(anomaly_raise(&c, "clock_skew", &f, &first));
	assert_false(first);
	assert_ok(anomaly_load(&c, sql_number("select id from anomalies"), &a));
	assert_int_equal(a.times, 2);
	assert_int_equal(a.raised_at.us, NOON.us);
	assert_int_equal(a.last_at.us, NOON.us + HOUR);
	assert_string_equal(a.state, "open");
	assert_string_equal(a.detail, "Its clock is 9 minutes ahead.");
	assert_ok(anomaly_raise(&c, "plate_mismatch", &f, &first));
	assert_true(first);
}

static void
operators_are_told_once_of_what_wants_them(void **s)
{
	(void)s;
	raised("low_confidence", "1");
	assert_int_equal(sql_number("select count(*) from notices"), 0);
	int64_t id = raised("duplicate_entry", "1");
	raised("duplicate_entry", "1");
	assert_int_equal(
	    sql_number("select count(*) from notices where kind = 'anomaly' and link = "
		       "'/anomalies/%lld'",
		(long long)id),
	    1);
	assert_int_equal(
	    sql_number("select count(*) from notice_readers where user_id = %lld", (long long)otto),
	    1);
}

static void
a_long_detail_is_cut_between_letters(void **s)
{
	struct buf b = BUF(c.arena);
	struct anomaly_found f = { .key = "9" };

	(void)s;
	buf_add(&b, "x");
	for (int i = 0; i < 300; i++)
		buf_add(&b, "ü");
	f.detail = buf_text(&b);
	assert_ok(anomaly_raise(&c, "clock_skew", &f, NULL));
	assert_int_equal(sql_number("select char_length(detail) from anomalies"), 250);
}

static void
it_is_acknowledged_and_closed_for_a_reason(void **s)
{
	struct anomaly a = { 0 };
	int64_t id = raised("long_stay", "3");

	(void)s;
	assert_ok(anomaly_acknowledge(&c, id, &a));
	assert_string_equal(a.state, "acknowledged");
	assert_true(*a.acknowledged_by_name != 0);
	assert_ok(anomaly_acknowledge(&c, id, &a));
	assert_problem(anomaly_close(&c, id, " ", &a), INVALID);
	c.complaints.n = 0;
	assert_ok(anomaly_close(&c, id, "It is the caretaker's.", &a));
	assert_string_equal(a.state, "closed");
	assert_string_equal(a.reason, "It is the caretaker's.");
	assert_ok(anomaly_close(&c, id, "Another reason", &a));
	assert_string_equal(a.reason, "It is the caretaker's.");
	assert_problem(anomaly_acknowledge(&c, id, &a), WRONG_STATE);
	assert_problem(anomaly_close(&c, 999999, "x", &a), NOT_FOUND);
	assert_int_equal(sql_number("select count(*) from audit where subject = 'anomaly' and "
				    "subject_id = %lld",
			     (long long)id),
	    2);
}

static const struct listing listing = { .usual = "-when", .filter = anomalies_asked_fields };

static struct anomalies_asked
asked(int64_t of_lot)
{
	return (struct anomalies_asked){ .kind = "",
		.state = "",
		.plate = "",
		.from = "",
		.until = "",
		.sort = "",
		.lot = of_lot };
}

static void
they_are_found_by_what_they_are(void **s)
{
	struct rows found = { 0 };
	struct anomaly a = { 0 };
	struct anomalies_asked w = asked(lot);
	int64_t first = raised("long_stay", "3"), second = raised("duplicate_entry", "4"), n;

	(void)s;
	assert_ok(anomalies_list(&c, &w, &listing, &found, &n));
	assert_int_equal(found.n, 2);
	assert_int_equal(n, 2);
	assert_int_equal(ROW(anomaly, found, 0)->id, second);
	w.rows = 1;
	w.page = 2;
	assert_ok(anomalies_list(&c, &w, &listing, &found, &n));
	assert_int_equal(found.n, 1);
	assert_int_equal(n, 2);
	assert_int_equal(ROW(anomaly, found, 0)->id, first);
	w = asked(0);
	w.kind = "long_stay";
	assert_ok(anomalies_list(&c, &w, &listing, &found, &n));
	assert_int_equal(found.n, 1);
	assert_ok(anomaly_close(&c, first, "Gone", &a));
	w = asked(0);
	w.plate = "k-419 tx";
	assert_ok(anomalies_list(&c, &w, &listing, &found, &n));
	assert_int_equal(found.n, 1);
	w.state = "any";
	w.from = w.until = "2026-11-17"; /* the day of NOON in Berlin, too */
	assert_ok(anomalies_list(&c, &w, &listing, &found, &n));
	assert_int_equal(found.n, 2);
	w.from = w.until = "2026-11-18";
	assert_ok(anomalies_list(&c, &w, &listing, &found, &n));
	assert_int_equal(found.n, 0);
	w.from = w.until = "2026-11-16";
	assert_ok(anomalies_list(&c, &w, &listing, &found, &n));
	assert_int_equal(found.n, 0);
}

static void
the_gate_sees_what_waits_there(void **s)
{
	struct rows found = { 0 };
	int64_t n;

	(void)s;
	raised("low_confidence", "1");
	int64_t id = raised("exit_without_entry", "2");
	assert_ok(anomalies_at_gate(&c, lot, 10, &found));
	assert_int_equal(found.n, 1);
	assert_int_equal(ROW(anomaly, found, 0)->id, id);
	assert_string_equal(ROW(anomaly, found, 0)->title, "Exit without an entry");
	assert_ok(anomalies_unclosed(&c, &n));
	assert_int_equal(n, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DESK(one_thing_is_one_anomaly),
		DESK(operators_are_told_once_of_what_wants_them),
		DESK(a_long_detail_is_cut_between_letters),
		DESK(it_is_acknowledged_and_closed_for_a_reason),
		DESK(they_are_found_by_what_they_are),
		DESK(the_gate_sees_what_waits_there),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
