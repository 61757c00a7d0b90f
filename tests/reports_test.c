/* reports_test.c -- the month that is over: its figures, its mail, and that nobody gets two. */
#include "world.h"

#include "gear/mail.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "reports/inner.h"

static int64_t berlin, auckland, ada, bob, anna;

static int64_t
lot(text name, text zone, text currency)
{
	sql("insert into lots (name, time_zone, currency, search, created_at) "
	    "values ('%s', '%s', '%s', lower('%s'), '2020-01-01');"
	    "insert into zones (lot_id, code) select id, upper(left('%s', 3)) || 'Z' from lots "
	    "where "
	    "name = '%s';"
	    "insert into slots (lot_id, zone_id, code, label) select z.lot_id, z.id, z.code || n, "
	    "'S' "
	    "|| n from zones z join lots l on l.id = z.lot_id, generate_series(1, 2) n where "
	    "l.name "
	    "= '%s'",
	    name, zone, currency, name, name, name, name);
	return sql_number("select id from lots where name = '%s'", name);
}

static int
reported_world(void **state)
{
	int failed = fresh(state);

	if (failed)
		return failed;
	settings.reports_per_minute = 0;
	berlin = lot("Berlin & <Ost>", "Europe/Berlin", "EUR");
	auckland = lot("Auckland", "Pacific/Auckland", "NZD");
	ada = person(CUSTOMER, "ada");
	bob = person(CUSTOMER, "bob");
	anna = person(ADMIN, "anna");
	return 0;
}

static int
unpaced(void **state)
{
	settings.reports_per_minute = 600;
	return gone(state);
}
#define REPORTED(test) cmocka_unit_test_setup_teardown(test, reported_world, unpaced)

/* A booking in UTC; its id. */
static int64_t
booking(int64_t who, int64_t where, text starts, text ends, text status)
{
	bool came = text_is(status, "completed");

	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, hold_until, "
	    "pay, "
	    "price, currency, cancel_until, refund_percent, no_show_at, created_at, confirmed_at, "
	    "checked_in_at, ended_at) select %lld, (select min(id) from slots where lot_id = "
	    "%lld), "
	    "%lld, '%s', '%s', '%s', '%s', 'exit', 0, 'EUR', '%s', 50, '%s', '%s', '%s', %s, '%s'",
	    (long long)where, (long long)where, (long long)who, starts, ends, status, starts,
	    starts, starts, starts, starts, came ? arena_fmt(c.arena, "'%s'", starts) : "null",
	    ends);
	return sql_number("select max(id) from reservations");
}

/* Cash for a booking; the payment's id. */
static int64_t
paid(int64_t reservation, int64_t amount, text currency, text at)
{
	sql("insert into charges (reservation_id, user_id, lot_id, kind, amount, currency, "
	    "tax_basis_points, state, made_at, settled_at) select id, user_id, lot_id, 'exit', "
	    "%lld, "
	    "'%s', 0, 'settled', '%s', '%s' from reservations where id = %lld;"
	    "insert into payments (charge_id, method, status, amount, currency, created_at, "
	    "paid_at, "
	    "recorded_by) select max(id), 'cash', 'paid', %lld, '%s', '%s', '%s', %lld from "
	    "charges",
	    (long long)amount, currency, at, at, (long long)reservation, (long long)amount,
	    currency, at, at, (long long)anna);
	return sql_number("select max(id) from payments");
}

static void
returned(int64_t payment, int64_t amount, text currency, text at)
{
	sql("insert into refunds (payment_id, amount, currency, status, reason, made_at, done_at, "
	    "made_by) values (%lld, %lld, '%s', 'done', 'x', '%s', '%s', %lld);"
	    "update payments set refunded = refunded + %lld where id = %lld",
	    (long long)payment, (long long)amount, currency, at, at, (long long)anna,
	    (long long)amount, (long long)payment);
}

static struct report
report_of(int64_t who, text month)
{
	struct report r = { 0 };

	c.person = (struct person){ .id = who, .role = CUSTOMER, .name = "Ada" };
	assert_ok(report_mine(&c, month, &r));
	return r;
}

static void
write_month(text month)
{
	struct round r = { 0 };
	enum turn turn = ROUND_RUNS;
	bool again;

	c.person = (struct person){ .name = "" };
	assert_ok(round_begin(&c, month, &r, &again));
	for (int i = 0; turn == ROUND_RUNS; i++) {
		assert_true(i < 100);
		assert_ok(round_batch(&c, month, &r, &turn));
	}
	assert_string_equal(r.state, "done");
}

static int64_t
mails_to(text who, text month)
{
	return sql_number(
	    "select count(*) from outbox where recipient = '%s@parking.test' and once "
	    "like '%%:%s:%%'",
	    who, month);
}

/* ---- months */

static void
months_are_counted_across_years(void **state)
{
	struct arena *a = c.arena;

	(void)state;
	assert_string_equal(month_plus(a, "2026-10", 3), "2027-01");
	assert_string_equal(month_plus(a, "2026-01", -1), "2025-12");
	assert_string_equal(month_plus(a, "2026-12", 12), "2027-12");
	assert_string_equal(month_title(a, "2026-02"), "February 2026");
	assert_string_equal(month_short(a, "2026-09"), "Sep 2026");
	assert_string_equal(hours_of_seconds(a, 52 * 3600 + 1800), "52\u00a0h\u00a030\u00a0min");
	assert_string_equal(hours_of_seconds(a, 0), "0\u00a0h");
	assert_string_equal(hours_of_seconds(a, 900), "15\u00a0min");
}

static void
only_a_month_is_a_month(void **state)
{
	static const text bad[] = { "", "2026", "2026-13", "2026-00", "2026-1", "26-10",
		"2026-10-01", "1999-12", "2026/10", "2o26-10", "2026-1x" };

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_false(month_ok(bad[i]));
	assert_true(month_ok("2026-10") && month_ok("2000-01") && month_ok("2999-12"));
}

/* Half open, at midnight of the lot: in Berlin at 22:00 and 23:00 UTC, in Auckland at 11:00. */
static void
a_month_ends_at_midnight_on_the_lots_clock(void **state)
{
	(void)state;
	booking(ada, berlin, "2026-09-30T21:59:59Z", "2026-09-30T22:30Z", "completed"); /* Sept. */
	booking(
	    ada, berlin, "2026-09-30T22:30Z", "2026-09-30T23:30Z", "completed"); /* Oct. 00:30 */
	booking(
	    ada, berlin, "2026-10-31T22:59Z", "2026-10-31T23:00Z", "completed"); /* still Oct. */
	booking(
	    ada, berlin, "2026-10-31T23:00Z", "2026-10-31T23:30Z", "completed"); /* Nov. 00:00 */
	booking(ada, auckland, "2026-10-31T10:00Z", "2026-10-31T10:30Z", "completed"); /* 23:00 */
	booking(ada, auckland, "2026-10-31T11:00Z", "2026-10-31T12:00Z", "completed"); /* Nov. */
	assert_int_equal(report_of(ada, "2026-09").bookings, 1);
	assert_int_equal(report_of(ada, "2026-10").bookings, 3);
	assert_int_equal(report_of(ada, "2026-10").seconds, 3600 + 60 + 1800);
	assert_int_equal(report_of(ada, "2026-11").bookings, 2);
}

static void
what_was_cancelled_missed_or_let_go_is_not_counted_as_hours(void **state)
{
	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	booking(ada, berlin, "2026-10-06T10:00Z", "2026-10-06T15:00Z", "no_show");
	booking(ada, berlin, "2026-10-07T10:00Z", "2026-10-07T17:00Z", "cancelled");
	sql("update reservations set confirmed_at = null, pay = '', status = 'expired' where id = "
	    "%lld",
	    (long long)booking(ada, berlin, "2026-10-08T10:00Z", "2026-10-08T17:00Z", "no_show"));
	struct report r = report_of(ada, "2026-10");
	assert_int_equal(r.bookings, 2);
	assert_int_equal(r.no_shows, 1);
	assert_int_equal(r.cancelled, 1);
	assert_int_equal(r.seconds, 7200);
	assert_true(report_of(bob, "2026-10").nothing);
}

/* ---- money */

/* Every row of the ledger added up by hand, against what the report says. */
static void
the_money_is_the_ledgers_to_the_last_unit(void **state)
{
	int64_t first = booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	int64_t second =
	    booking(ada, auckland, "2026-10-06T10:00Z", "2026-10-06T11:00Z", "completed");
	int64_t p = paid(first, 1234567, "EUR", "2026-10-05T12:00Z");

	(void)state;
	returned(p, 67, "EUR", "2026-10-09T12:00Z");
	returned(p, 500, "EUR", "2026-11-02T12:00Z"); /* of its own month */
	paid(first, 250, "EUR", "2026-09-30T22:00Z"); /* October in Berlin */
	paid(first, 999, "EUR", "2026-10-31T23:00Z"); /* November */
	paid(second, 1000, "NZD", "2026-10-31T10:59Z");
	paid(booking(bob, berlin, "2026-10-15T10:00Z", "2026-10-15T12:00Z", "completed"), 77777,
	    "EUR", "2026-10-15T12:00Z");
	struct report r = report_of(ada, "2026-10");
	assert_int_equal(r.sums.n, 2);
	FOR_ROWS (report_sum, s, r.sums) {
		bool eur = text_is(s->currency, "EUR");

		assert_int_equal(s->paid.minor, eur ? 1234567 + 250 : 1000);
		assert_int_equal(s->returned.minor, eur ? 67 : 0);
		assert_int_equal(s->net.minor, s->paid.minor - s->returned.minor);
		assert_int_equal(s->net.minor,
		    sql_number(
			"select sum(amount) from ledger where user_id = %lld and currency = '%s' "
			"and month = '2026-10-01'",
			(long long)ada, s->currency));
	}
	assert_string_equal(r.net, "€12,347.50, NZ$10.00");
	assert_string_equal(ROW(report_lot, r.lots, 1)->sums, "NZ$10.00");
	assert_string_equal(report_of(ada, "2026-11").net, "€4.99");
}

static void
the_most_used_lot_is_the_one_with_the_most_bookings(void **state)
{
	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T11:00Z", "completed");
	booking(ada, berlin, "2026-10-06T10:00Z", "2026-10-06T11:00Z", "completed");
	booking(ada, auckland, "2026-10-06T10:00Z", "2026-10-07T10:00Z", "completed");
	struct report r = report_of(ada, "2026-10");
	assert_string_equal(r.most_used, "Berlin & <Ost>");
	assert_int_equal(r.most_bookings, 2);
	assert_int_equal(r.lots.n, 2);
}

static void
the_history_goes_back_a_year_or_to_the_first_month(void **state)
{
	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T11:00Z", "completed");
	booking(ada, berlin, "2026-07-05T10:00Z", "2026-07-05T14:00Z", "completed");
	struct report r = report_of(ada, "2026-10");
	assert_int_equal(r.history.n, 4);
	assert_string_equal(ROW(report_month, r.history, 0)->title, "Oct 2026");
	assert_int_equal(ROW(report_month, r.history, 0)->share, 25);
	assert_int_equal(ROW(report_month, r.history, 1)->seconds, 0);
	assert_int_equal(ROW(report_month, r.history, 3)->share, 100);
	booking(ada, berlin, "2025-11-05T10:00Z", "2025-11-05T14:00Z", "completed");
	booking(ada, berlin, "2025-10-05T10:00Z", "2025-10-05T14:00Z", "completed");
	assert_int_equal(report_of(ada, "2026-10").history.n, 12);
}

/* ---- rounds */

static void
each_with_something_to_report_gets_one_mail_and_nobody_else(void **state)
{
	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	booking(
	    bob, berlin, "2026-09-15T10:00Z", "2026-09-15T12:00Z", "completed"); /* not October */
	write_month("2026-10");
	assert_int_equal(mails_to("ada", "2026-10"), 1);
	assert_int_equal(mails_to("bob", "2026-10"), 0);
	assert_int_equal(mails_to("anna", "2026-10"), 1); /* the house's */
	write_month("2026-10");
	write_month("2026-10");
	assert_int_equal(sql_number("select count(*) from outbox"), 2);
	write_month("2026-09");
	assert_int_equal(mails_to("bob", "2026-09"), 1);
	assert_int_equal(mails_to("ada", "2026-09"), 0);
}

static void
who_had_none_gets_one_when_it_goes_round_again(void **state)
{
	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	write_month("2026-10");
	booking(bob, berlin, "2026-10-15T10:00Z", "2026-10-15T12:00Z", "completed");
	write_month("2026-10");
	assert_int_equal(mails_to("ada", "2026-10"), 1);
	assert_int_equal(mails_to("bob", "2026-10"), 1);
}

/* Even if what a round remembers were lost. */
static void
nobody_gets_two_although_the_round_was_forgotten(void **state)
{
	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	write_month("2026-10");
	sql("delete from report_rounds");
	write_month("2026-10");
	sql("delete from report_rounds; delete from report_runs"); /* the outbox still knows */
	write_month("2026-10");
	assert_int_equal(mails_to("ada", "2026-10"), 1);
	assert_int_equal(mails_to("anna", "2026-10"), 1);
}

static void
people_who_cannot_be_reached_are_left_out(void **state)
{
	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	booking(bob, berlin, "2026-10-15T10:00Z", "2026-10-15T12:00Z", "completed");
	sql("update users set disabled_at = now() where id = %lld;"
	    "update users set email = 'ä@x_y' where id = %lld",
	    (long long)ada, (long long)bob);
	write_month("2026-10");
	assert_int_equal(sql_number("select count(*) from report_runs where kind = 'own'"), 0);
	assert_int_equal(sql_number("select declined from report_rounds"), 1);
}

static void
a_month_that_runs_is_not_reported(void **state)
{
	struct round r = { 0 };
	bool again;

	(void)state;
	assert_problem(round_begin(&c, "2026-11", &r, &again), TOO_EARLY);
	assert_int_equal(sql_number("select count(*) from report_rounds"), 0);
	/* It is November in Auckland, and in Berlin not yet. */
	assert_true(instant_parse("2026-10-31T22:59:59Z", &c.now));
	assert_problem(round_begin(&c, "2026-10", &r, &again), TOO_EARLY);
	assert_true(instant_parse("2026-10-31T23:00:00Z", &c.now));
	assert_problem(round_begin(&c, "2026-10", &r, &again), OK);
}

static void
no_more_are_written_than_the_pace_allows(void **state)
{
	struct round r = { 0 };
	enum turn turn;
	bool again;

	(void)state;
	settings.reports_per_minute = 24; /* two a batch, one batch each five seconds */
	sql("insert into users (username, email, verified_at) select 'u' || n, 'u' || n || "
	    "'@parking.test', now() from generate_series(1, 5) n");
	for (int i = 0; i < 5; i++)
		booking(sql_number("select id from users where username = 'u%d'", i + 1), berlin,
		    arena_fmt(c.arena, "2026-10-%02dT10:00Z", i + 1),
		    arena_fmt(c.arena, "2026-10-%02dT11:00Z", i + 1), "completed");
	assert_ok(round_begin(&c, "2026-10", &r, &again));
	for (int i = 1; i <= 2; i++) {
		assert_ok(round_batch(&c, "2026-10", &r, &turn));
		assert_int_equal(turn, ROUND_RUNS);
		assert_int_equal(r.mailed, 2 * i);
		assert_ok(round_batch(&c, "2026-10", &r, &turn));
		assert_int_equal(turn, ROUND_WAITS);
		assert_int_equal(r.mailed, 2 * i);
		assert_int_equal(instant_minus(r.pace_at, c.now), 5 * SECOND);
		c.now = r.pace_at;
	}
	assert_ok(round_batch(&c, "2026-10", &r, &turn));
	assert_int_equal(turn, ROUND_RESTS);
	assert_int_equal(r.mailed, 5);
	assert_int_equal(r.looked, r.people);
}

static void
a_round_that_was_stopped_goes_on_where_it_stood(void **state)
{
	struct round r = { 0 };
	enum turn turn;
	bool again;

	(void)state;
	settings.reports_per_minute = 12;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	booking(bob, berlin, "2026-10-15T10:00Z", "2026-10-15T12:00Z", "completed");
	assert_ok(round_begin(&c, "2026-10", &r, &again));
	assert_ok(round_batch(&c, "2026-10", &r, &turn));
	assert_ok(round_stop(&c, "2026-10"));
	assert_problem(round_stop(&c, "2026-10"), WRONG_STATE);
	c.now = instant_plus(c.now, HOUR);
	assert_ok(round_batch(&c, "2026-10", &r, &turn));
	assert_int_equal(turn, ROUND_RESTS);
	assert_int_equal(mails_to("bob", "2026-10"), 0);
	assert_ok(round_begin(&c, "2026-10", &r, &again));
	assert_false(again);
	assert_int_equal(r.looked, 1);
	assert_ok(round_batch(&c, "2026-10", &r, &turn));
	assert_int_equal(mails_to("ada", "2026-10"), 1);
	assert_int_equal(mails_to("bob", "2026-10"), 1);
}

static void
people_are_come_past_in_batches_whether_they_parked_or_not(void **state)
{
	(void)state;
	sql("insert into users (username, email, verified_at) select 'u' || n, 'u' || n || "
	    "'@parking.test', now() from generate_series(1, 1700) n");
	booking(sql_number("select id from users where username = 'u1699'"), berlin,
	    "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	write_month("2026-10");
	assert_int_equal(mails_to("u1699", "2026-10"), 1);
	assert_int_equal(sql_number("select looked from report_rounds"), 1703);
	assert_int_equal(sql_number("select mailed from report_rounds"), 1);
}

/* ---- the worker */

static void
on_the_1st_it_begins_by_itself_and_once(void **state)
{
	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	assert_true(instant_parse("2026-11-01T00:00:30Z", &c.now));
	assert_ok(job_enqueue(&c, "reports", NULL, (struct job_when){ 0 }));
	assert_int_equal(jobs_run_due(&c, 100), 2); /* the look at the calendar, and the batch */
	assert_int_equal(mails_to("ada", "2026-10"), 1);
	assert_int_equal(mails_to("anna", "2026-10"), 1);
	c.now = instant_plus(c.now, DAY);
	assert_ok(job_enqueue(&c, "reports", NULL, (struct job_when){ 0 }));
	assert_int_equal(jobs_run_due(&c, 100), 1);
}

static void
in_the_middle_of_a_month_nothing_begins_by_itself(void **state)
{
	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	assert_ok(job_enqueue(&c, "reports", NULL, (struct job_when){ 0 }));
	assert_int_equal(jobs_run_due(&c, 100), 1);
	assert_int_equal(sql_number("select count(*) from report_rounds"), 0);
}

static void
a_round_whose_job_was_lost_is_taken_up_again(void **state)
{
	struct round r = { 0 };
	bool again;

	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	assert_ok(round_begin(&c, "2026-10", &r, &again));
	c.now = instant_plus(c.now, MINUTE);
	assert_ok(job_enqueue(&c, "reports", NULL, (struct job_when){ 0 }));
	assert_int_equal(jobs_run_due(&c, 100), 1); /* somebody may be at it */
	c.now = instant_plus(c.now, 2 * MINUTE);
	assert_ok(job_enqueue(&c, "reports", NULL, (struct job_when){ 0 }));
	assert_int_equal(jobs_run_due(&c, 100), 2);
	assert_int_equal(mails_to("ada", "2026-10"), 1);
}

/* ---- the mail */

static text
mail_html(text who)
{
	return sql_value("select html from outbox where recipient = '%s@parking.test'", who);
}

#define assert_holds(words, part) assert_true(strstr((words), (part)) != NULL)
#define assert_holds_not(words, part) assert_true(strstr((words), (part)) == NULL)

static void
the_mail_says_what_the_page_says_and_loads_nothing(void **state)
{
	(void)state;
	sql("update users set first_name = '<i>Zoë', last_name = '' where id = %lld",
	    (long long)ada);
	int64_t first = booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:30Z", "completed");
	returned(paid(first, 123456, "EUR", "2026-10-05T12:00Z"), 56, "EUR", "2026-10-06T12:00Z");
	write_month("2026-10");
	text html = mail_html("ada"),
	     body = sql_value("select body from outbox where recipient = 'ada@parking.test'");
	assert_holds(html, "Your parking in October 2026");
	assert_holds(html, "&lt;i&gt;Zoë");
	assert_holds(html, "Berlin &amp; &lt;Ost&gt;");
	assert_holds(html, "€1,234.56");
	assert_holds(html, "−€0.56");
	assert_holds(html, "€1,234.00");
	assert_holds(html, "2\u00a0h\u00a030\u00a0min");
	assert_holds(html, "http://parking.test/reports/2026-10");
	assert_holds_not(html, "<img");
	assert_holds_not(html, "<link");
	assert_holds_not(html, "<script");
	assert_holds_not(html, "url(");
	assert_holds_not(html, "<i>");
	assert_holds(body, "Hello <i>Zoë,");
	assert_holds(body, "Berlin & <Ost>");
	assert_holds(body, "€1,234.00");
	text leave = unsubscribe_address(c.arena, ada);
	assert_holds(html, leave);
	assert_holds(body, leave);
	assert_string_equal(
	    sql_value("select unsubscribe from outbox where recipient = 'ada@parking.test'"),
	    leave);
}

/* ---- the way out */

static void
one_click_ends_it_without_a_login_and_looking_does_not(void **state)
{
	text address =
	    arena_fmt(c.arena, "/reports/unsubscribe?token=%s", unsubscribe_token(c.arena, ada));
	struct request q = { .method = POST,
		.path = "/reports/unsubscribe",
		.query = strchr(address, '?') + 1,
		.peer = "192.0.2.7",
		.body = "List-Unsubscribe=One-Click",
		.n_body = 26 };
	struct response r;

	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	as(0, ANYONE);
	r = browse(GET, address, NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "Send me no more monthly reports");
	assert_int_equal(sql_number("select count(*) from report_choices"), 0);
	/* As a mail service asks: no cookie, no origin, no token of the form. */
	pairs_add(c.arena, &q.headers, "content-type", "application/x-www-form-urlencoded");
	c.person = (struct person){ .name = "" };
	serve(&c, &q, &r);
	assert_int_equal(r.status, 200); /* and leads nowhere: RFC 8058 */
	assert_string_equal(sql_value("select wanted::text from report_choices"), "false");
	serve(&c, &q, &r);
	assert_int_equal(r.status, 200);
	write_month("2026-10");
	assert_int_equal(mails_to("ada", "2026-10"), 0);
	assert_int_equal(sql_number("select declined from report_rounds"), 1);
	as(0, ANYONE);
	assert_int_equal(browse(POST, address, "List-Unsubscribe=One-Click").status, 200);
}

static void
a_token_is_good_for_one_person_and_cannot_be_made_up(void **state)
{
	text good = unsubscribe_token(c.arena, ada);
	const text bad[] = { "", "1", "-", arena_fmt(c.arena, "%lld-", (long long)ada),
		arena_fmt(c.arena, "%lld%s", (long long)bob, strchr(good, '-')),
		arena_fmt(c.arena, "%sa", good), arena_fmt(c.arena, "0%s", good),
		"99999999999999999999-0" };
	int64_t id = 0;

	(void)state;
	assert_true(unsubscribe_read(c.arena, good, &id));
	assert_int_equal(id, ada);
	as(0, ANYONE);
	for (size_t i = 0; i < LENGTH(bad); i++) {
		assert_false(unsubscribe_read(c.arena, bad[i], &id));
		text address = arena_fmt(c.arena, "/reports/unsubscribe?token=%s", bad[i]);
		assert_in_range(browse(POST, address, "a=b").status, 404, 422);
		assert_in_range(browse(GET, address, NULL).status, 404, 422);
	}
	assert_int_equal(sql_number("select count(*) from report_choices"), 0);
	text nobody = unsubscribe_token(c.arena, 987654321);
	assert_int_equal(
	    browse(POST, arena_fmt(c.arena, "/reports/unsubscribe?token=%s", nobody), "a=b").status,
	    404);
}

static void
who_left_may_come_back(void **state)
{
	(void)state;
	as(ada, CUSTOMER);
	assert_says(browse(GET, "/reports", NULL), "Send me no more of them");
	assert_int_equal(browse(POST, "/reports/mail", "monthly=false").status, 303);
	assert_says(browse(GET, "/reports", NULL), "Send me one each month");
	assert_says(ask(GET, "/api/v1/reports", NULL), "\"monthly\":false");
	assert_int_equal(browse(POST, "/reports/mail", "monthly=true").status, 303);
	assert_says(ask(GET, "/api/v1/reports", NULL), "\"monthly\":true");
}

/* ---- the pages */

static void
one_sees_ones_own_months_and_they_are_empty_without_bookings(void **state)
{
	(void)state;
	paid(booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed"), 500,
	    "EUR", "2026-10-05T12:00Z");
	as(ada, CUSTOMER);
	assert_says(browse(GET, "/reports", NULL), "/reports/2026-10");
	struct response r = browse(GET, "/reports/2026-10", NULL);
	assert_says(r, "€5.00");
	assert_says(r, "Berlin &amp; &lt;Ost&gt;");
	assert_says(ask(GET, "/api/v1/reports/2026-10", NULL), "\"net\":500");
	r = browse(GET, "/reports/2026-10.pdf", NULL);
	assert_string_equal(r.type, "application/pdf");
	assert_memory_equal(r.body, "%PDF-", 5);
	assert_says(browse(GET, "/reports/2026-11", NULL), "has not ended");
	as(bob, CUSTOMER);
	assert_says(browse(GET, "/reports", NULL), "No month yet");
	r = browse(GET, "/reports/2026-10", NULL);
	assert_says(r, "Nothing in October 2026");
	assert_not_says(r, "€5.00");
	static const text none[] = { "2026-12", "2026-13", "1999-12", "x", "2026-12.pdf", "mail" };
	for (size_t i = 0; i < LENGTH(none); i++)
		assert_int_equal(
		    browse(GET, arena_fmt(c.arena, "/reports/%s", none[i]), NULL).status, 404);
}

static void
an_admin_begins_stops_and_goes_on(void **state)
{
	struct response r;

	(void)state;
	booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	as(anna, ADMIN);
	assert_says(browse(GET, "/admin/reports", NULL), "No month yet");
	assert_int_equal(browse(POST, "/admin/reports", "month=2026-10").status, 303);
	r = browse(GET, "/admin/reports", NULL);
	assert_says(r, "Running");
	assert_string_equal(header(&r, "Refresh"), "5");
	assert_int_equal(browse(POST, "/admin/reports/2026-10/stop", "a=b").status, 303);
	assert_says(browse(GET, "/admin/reports", NULL), "Stopped");
	assert_int_equal(ask(POST, "/api/v1/admin/reports/2026-10/stop", "{}").status, 409);
	assert_int_equal(ask(POST, "/api/v1/admin/reports/2026-09/stop", "{}").status, 404);
	assert_int_equal(ask(POST, "/api/v1/admin/reports", "{\"month\":\"2026-11\"}").status, 409);
	assert_int_equal(ask(POST, "/api/v1/admin/reports", "{\"month\":\"soon\"}").status, 422);
	r = ask(POST, "/api/v1/admin/reports", "{\"month\":\"2026-10\"}");
	assert_int_equal(r.status, 201);
	assert_says(r, "\"state\":\"running\"");
	jobs_run_due(&c, 100);
	r = browse(GET, "/admin/reports", NULL);
	assert_says(r, "Done");
	assert_string_equal(header(&r, "Refresh"), "");
	assert_int_equal(mails_to("ada", "2026-10"), 1);
	assert_int_equal(
	    sql_number("select count(*) from audit where action like 'reports_%%'"), 3);
}

/* ---- the house's month */

static struct business
business_of(text month)
{
	struct business b = { 0 };

	assert_ok(business_report(&c, month, &b));
	return b;
}

static void
the_house_adds_up_by_currency_and_method(void **state)
{
	int64_t first = booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");

	(void)state;
	returned(paid(first, 5000, "EUR", "2026-10-05T12:00Z"), 700, "EUR", "2026-10-20T12:00Z");
	paid(first, 300, "EUR", "2026-10-06T12:00Z");
	sql("update payments set method = 'card' where amount = 300");
	paid(booking(bob, auckland, "2026-10-06T10:00Z", "2026-10-06T11:00Z", "completed"), 900,
	    "NZD", "2026-10-06T12:00Z");
	paid(first, 1, "EUR", "2026-10-31T23:00Z"); /* November in Berlin */
	struct business b = business_of("2026-10");
	assert_int_equal(b.sums.n, 3);
	FOR_ROWS (report_sum, t, b.totals)
		assert_int_equal(t->net.minor,
		    sql_number(
			"select sum(amount) from ledger where month = '2026-10-01' and currency "
			"= '%s'",
			t->currency));
	FOR_ROWS (business_sum, s, b.sums)
		assert_int_equal(s->net.minor,
		    sql_number(
			"select sum(amount) from ledger where month = '2026-10-01' and currency "
			"= '%s' and method = '%s'",
			s->currency, s->method));
	assert_int_equal(b.bookings, 2);
	as(anna, ADMIN);
	struct response r = browse(GET, "/admin/reports/2026-10", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "€46.00");
	assert_int_equal(ask(GET, "/api/v1/admin/reports/2026-12", NULL).status, 404);
	assert_int_equal(ask(GET, "/api/v1/admin/reports/october", NULL).status, 404);
}

/* ---- who came without a booking */

/* A stay that is over, in UTC; of: its booking, 0 none. */
static int64_t
stay(int64_t who, int64_t where, text entered, text left, int64_t of)
{
	sql("insert into stays (lot_id, plate, plate_typed, user_id, reservation_id, source, "
	    "entered_at, left_at, status, closed_how, tariff_version_id, currency, fee) values "
	    "(%lld, 'B1', 'B 1', nullif(%lld, 0), nullif(%lld, 0), 'gate', '%s', '%s', 'closed', "
	    "'exit', 1, 'EUR', 0)",
	    (long long)where, (long long)who, (long long)of, entered, left);
	return sql_number("select max(id) from stays");
}

static void
paid_at_the_gate(int64_t id, int64_t who, int64_t amount, text at)
{
	sql("insert into charges (stay_id, user_id, lot_id, kind, amount, currency, "
	    "tax_basis_points, state, made_at, settled_at) select id, %lld, lot_id, 'exit', %lld, "
	    "'EUR', 0, 'settled', '%s', '%s' from stays where id = %lld;"
	    "insert into payments (charge_id, method, status, amount, currency, created_at, "
	    "paid_at, recorded_by) select max(id), 'card', 'paid', %lld, 'EUR', '%s', '%s', %lld "
	    "from charges",
	    (long long)who, (long long)amount, at, at, (long long)id, (long long)amount, at, at,
	    (long long)anna);
}

static void
a_stay_without_a_booking_counts_and_one_with_it_does_not_count_twice(void **state)
{
	(void)state;
	int64_t first = booking(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T12:00Z", "completed");
	stay(ada, berlin, "2026-10-05T10:00Z", "2026-10-05T13:00Z", first);
	stay(ada, auckland, "2026-10-10T10:00Z", "2026-10-10T13:00Z", 0);
	int64_t last = stay(ada, auckland, "2026-10-31T10:00Z", "2026-10-31T12:00Z", 0);
	stay(ada, auckland, "2026-10-31T11:00Z", "2026-10-31T12:00Z", 0); /* November there */
	stay(bob, berlin, "2026-10-10T10:00Z", "2026-10-10T12:00Z", 0);
	int64_t inside = stay(ada, berlin, "2026-10-20T10:00Z", "2026-10-20T11:00Z", 0);
	sql("update stays set status = 'open', closed_how = '', fee = null, left_at = null where "
	    "id = %lld",
	    (long long)inside);
	paid_at_the_gate(last, ada, 250, "2026-10-31T10:00Z");
	struct report r = report_of(ada, "2026-10");
	assert_int_equal(r.bookings, 1);
	assert_int_equal(r.drive_ups, 2);
	assert_int_equal(r.seconds, (2 + 3 + 2) * 3600);
	assert_string_equal(r.net, "€2.50");
	assert_int_equal(r.lots.n, 2);
	assert_int_equal(ROW(report_lot, r.lots, 0)->lot_id, auckland);
	assert_int_equal(r.most_bookings, 0);
	assert_int_equal(r.most_drive_ups, 2);
	assert_string_equal(r.most_visits, "2 stays without a booking");
	assert_int_equal(report_of(ada, "2026-11").drive_ups, 1);
	assert_int_equal(report_of(bob, "2026-10").drive_ups, 1);
	assert_false(report_of(bob, "2026-10").nothing);
	/* The house: as its customers, together. */
	struct business b = business_of("2026-10");
	assert_int_equal(b.bookings, 1);
	assert_int_equal(b.drive_ups, 3);
	FOR_ROWS (business_lot, l, b.lots) {
		assert_int_equal(l->drive_ups, l->lot_id == berlin ? 1 : 2);
		/* Ada's last stay ends in November, by an hour. */
		assert_int_equal(l->seconds, 4 * 3600);
	}
}

static int64_t
hours_in(text month, int64_t of_lot)
{
	struct business b = business_of(month);

	FOR_ROWS (business_lot, l, b.lots)
		if (l->lot_id == of_lot) {
			assert_int_equal(l->seconds % 3600, 0);
			return l->seconds / 3600;
		}
	return 0;
}

static void
a_car_that_stood_for_months_has_its_hours_in_each_of_them(void **state)
{
	(void)state;
	/* From noon in Berlin on 30 April to six in the morning of 5 November. */
	stay(bob, berlin, "2026-04-30T10:00Z", "2026-11-05T05:00Z", 0);
	assert_int_equal(hours_in("2026-04", berlin), 12);
	assert_int_equal(hours_in("2026-05", berlin), 31 * 24);
	assert_int_equal(hours_in("2026-06", berlin), 30 * 24);
	assert_int_equal(hours_in("2026-07", berlin), 31 * 24);
	assert_int_equal(hours_in("2026-09", berlin), 30 * 24);
	assert_int_equal(hours_in("2026-10", berlin), 31 * 24 + 1); /* summer time ends */
	assert_int_equal(hours_in("2026-11", berlin), 4 * 24 + 6);
	assert_int_equal(business_of("2026-04").drive_ups, 1);
	assert_int_equal(business_of("2026-10").drive_ups, 0);
}

static void
a_month_of_stays_alone_is_written_and_shown(void **state)
{
	(void)state;
	int64_t id = stay(bob, berlin, "2026-10-10T10:00Z", "2026-10-10T12:00Z", 0);
	stay(bob, berlin, "2026-10-11T10:00Z", "2026-10-11T11:30Z", 0);
	write_month("2026-10");
	text body = sql_value("select body from outbox where recipient = 'bob@parking.test'");
	assert_holds(body, "2 stays without a booking in October 2026: 3\u00a0h\u00a030\u00a0min");
	assert_holds(body, "Not booked   2 stays\n");
	assert_holds(mail_html("bob"), "2 stays without a booking in October 2026");
	body = sql_value("select body from outbox where recipient = 'anna@parking.test'");
	assert_holds(body, "2 stays without a booking in October 2026");
	assert_holds(body, "Not booked   2\n");
	paid_at_the_gate(id, bob, 300, "2026-10-10T12:00Z");
	as(bob, CUSTOMER);
	struct response r = browse(GET, "/reports/2026-10", NULL);
	assert_says(r, "Stays without a booking</dt><dd class=\"figure\">2</dd>");
	assert_says(r, "€3.00");
	assert_says(browse(GET, "/reports", NULL), "2 stays without a booking, €3.00");
	assert_int_equal(ask(GET, "/reports/2026-10.pdf", NULL).status, 200);
	as(anna, ADMIN);
	assert_says(browse(GET, "/admin/reports/2026-10", NULL),
	    "Cars without a booking</dt><dd class=\"figure\">2</dd>");
}

/* Two slots, October of 31 days and, in Berlin, one hour more: 1490 hours. */
static void
occupancy_is_of_all_hours_and_a_booking_is_cut_where_the_month_ends(void **state)
{
	(void)state;
	booking(
	    ada, berlin, "2026-10-30T23:00Z", "2026-11-01T23:00Z", "completed"); /* 24 h of it */
	booking(
	    ada, berlin, "2026-09-29T22:00Z", "2026-10-01T22:00Z", "completed"); /* 24 h of it */
	booking(bob, berlin, "2026-10-10T00:00Z", "2026-10-20T00:00Z", "no_show"); /* none */
	struct business b = business_of("2026-10");
	FOR_ROWS (business_lot, l, b.lots)
		if (l->lot_id == berlin) {
			assert_int_equal(l->bookings, 2);
			assert_int_equal(l->seconds, 48 * 3600);
			assert_int_equal(l->occupancy, 48 * 1000 / 1490);
			assert_string_equal(l->occupancy_words, "3.2%");
		}
	assert_int_equal(b.lots_in_all, 2);
}

static void
out_of_line_is_beyond_all_months_before_by_a_quarter(void **state)
{
	struct measured m = { .what = "Bookings",
		.where = "Ost",
		.now = 120,
		.before = { 340, 410, 380 },
		.n = 3,
		.least = 10,
		.currency = "" };
	struct arena *a = c.arena;

	(void)state;
	assert_string_equal(out_of_line(a, &m),
	    "Bookings at Ost: 120, fewer than in any of the 3 months before (340 to 410), 68% "
	    "under "
	    "their average.");
	m.now = 300; /* below, but not by a quarter */
	assert_null(out_of_line(a, &m));
	m.now = 400; /* among them */
	assert_null(out_of_line(a, &m));
	m.now = 900;
	assert_holds(out_of_line(a, &m), "more than in any of the 3 months before");
	m.n = 2; /* too few to tell */
	assert_null(out_of_line(a, &m));
	m = (struct measured){ .what = "Revenue in EUR",
		.where = "",
		.now = 100000,
		.before = { 200000, 240000, 210000, 0, 0, 0 },
		.n = 3,
		.least = 1000,
		.currency = "EUR" };
	assert_string_equal(out_of_line(a, &m),
	    "Revenue in EUR: €1,000.00, less than in any of the 3 months before (€2,000.00 to "
	    "€2,400.00), 53% under their average.");
	m = (struct measured){ .what = "Bookings",
		.where = "",
		.now = 9,
		.before = { 1, 1, 1 },
		.n = 3,
		.least = 10,
		.currency = "" };
	assert_null(out_of_line(a, &m)); /* eight more are nothing */
}

static void
a_lot_that_falls_silent_is_told_to_admins(void **state)
{
	(void)state;
	for (int month = 6; month <= 9; month++)
		for (int day = 1; day <= 25; day++)
			booking(ada, berlin,
			    arena_fmt(c.arena, "2026-%02d-%02dT10:00Z", month, day),
			    arena_fmt(c.arena, "2026-%02d-%02dT11:00Z", month, day), "completed");
	struct business b = business_of("2026-10");
	assert_int_equal(b.months_before, 4);
	assert_int_equal(b.odd.n, 2); /* in all, and at the lot */
	assert_holds(ROW(business_note, b.odd, 1)->says, "Bookings at Berlin & <Ost>: 0, fewer");
	write_month("2026-10");
	assert_holds(mail_html("anna"), "Bookings at Berlin &amp; &lt;Ost&gt;: 0, fewer");
	assert_int_equal(business_of("2026-11").odd.n, 0); /* it has not ended */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		REPORTED(months_are_counted_across_years),
		REPORTED(only_a_month_is_a_month),
		REPORTED(a_month_ends_at_midnight_on_the_lots_clock),
		REPORTED(what_was_cancelled_missed_or_let_go_is_not_counted_as_hours),
		REPORTED(the_money_is_the_ledgers_to_the_last_unit),
		REPORTED(the_most_used_lot_is_the_one_with_the_most_bookings),
		REPORTED(the_history_goes_back_a_year_or_to_the_first_month),
		REPORTED(each_with_something_to_report_gets_one_mail_and_nobody_else),
		REPORTED(who_had_none_gets_one_when_it_goes_round_again),
		REPORTED(nobody_gets_two_although_the_round_was_forgotten),
		REPORTED(people_who_cannot_be_reached_are_left_out),
		REPORTED(a_month_that_runs_is_not_reported),
		REPORTED(no_more_are_written_than_the_pace_allows),
		REPORTED(a_round_that_was_stopped_goes_on_where_it_stood),
		REPORTED(people_are_come_past_in_batches_whether_they_parked_or_not),
		REPORTED(on_the_1st_it_begins_by_itself_and_once),
		REPORTED(in_the_middle_of_a_month_nothing_begins_by_itself),
		REPORTED(a_round_whose_job_was_lost_is_taken_up_again),
		REPORTED(the_mail_says_what_the_page_says_and_loads_nothing),
		REPORTED(one_click_ends_it_without_a_login_and_looking_does_not),
		REPORTED(a_token_is_good_for_one_person_and_cannot_be_made_up),
		REPORTED(who_left_may_come_back),
		REPORTED(one_sees_ones_own_months_and_they_are_empty_without_bookings),
		REPORTED(an_admin_begins_stops_and_goes_on),
		REPORTED(the_house_adds_up_by_currency_and_method),
		REPORTED(a_stay_without_a_booking_counts_and_one_with_it_does_not_count_twice),
		REPORTED(a_car_that_stood_for_months_has_its_hours_in_each_of_them),
		REPORTED(a_month_of_stays_alone_is_written_and_shown),
		REPORTED(occupancy_is_of_all_hours_and_a_booking_is_cut_where_the_month_ends),
		REPORTED(out_of_line_is_beyond_all_months_before_by_a_quarter),
		REPORTED(a_lot_that_falls_silent_is_told_to_admins),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
