/* desk_test.c -- the dashboard's sums: what the ledger adds up to, whatever happens and whenever it is asked. */
#include "world.h"

#include "desk/desk.h"
#include "reservations/reservations.h"

/* ---- a world of money: lots by three clocks, in two currencies */

static int64_t berlin, howe, chatham, anna, someone;

static int64_t
lot(text name, text zone, text currency)
{
	sql("insert into lots (name, time_zone, currency, search) values ('%s', '%s', '%s', '%s')",
	    name, zone, currency, name);
	int64_t id = sql_number("select id from lots where name = '%s'", name);
	sql("insert into lot_counts (lot_id) values (%lld) on conflict do nothing;"
	    "insert into zones (lot_id, code) values (%lld, 'Z%lld');"
	    "insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'S%lld-' || g, "
	    "'S' || g from zones, generate_series(1, 40) g where lot_id = %lld",
	    (long long)id, (long long)id, (long long)id, (long long)id, (long long)id);
	return id;
}

static void
three_lots(void)
{
	berlin = lot("Berlin Mitte", "Europe/Berlin", "EUR");
	howe = lot("Lord Howe", "Australia/Lord_Howe", "EUR");
	chatham = lot("Waitangi", "Pacific/Chatham", "CHF");
	anna = person(CUSTOMER, "anna");
	someone = person(OPERATOR, "olga");
	/* Money is owed for a booking that counts for nothing itself. */
	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, hold_until, "
	    "price, currency, cancel_until, refund_percent, no_show_at, created_at, ended_at) "
	    "select "
	    "lot_id, id, %lld, t, t + interval '1 hour', 'expired', t, 1, 'EUR', t, 50, t, t, t "
	    "from "
	    "slots, (select timestamptz '2020-01-01 12:00Z' as t) x order by id limit 1",
	    (long long)anna);
}

/* A booking, kept or otherwise; each has a slot and a day's worth of room to itself. */
static int64_t
booked(int64_t lot_id, text starts, text span, text status)
{
	static int nth;
	bool over = !text_is(status, "confirmed") && !text_is(status, "checked_in");

	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, pay, price, "
	    "currency, cancel_until, refund_percent, no_show_at, created_at, confirmed_at, "
	    "checked_in_at, ended_at) select %lld, s.id, %lld, '%s', '%s'::timestamptz + interval "
	    "'%s', '%s', 'exit', 1000, 'EUR', '%s', 50, '%s', '%s', '%s'::timestamptz - interval "
	    "'1 day', %s, %s from slots s where s.lot_id = %lld order by s.id offset %d limit 1",
	    (long long)lot_id, (long long)anna, starts, starts, span, status, starts, starts,
	    starts, starts,
	    text_is(status, "checked_in") || text_is(status, "completed")
		? arena_fmt(c.arena, "'%s'", starts)
		: "null",
	    over ? arena_fmt(c.arena, "'%s'", starts) : "null", (long long)lot_id, nth++ % 40);
	return sql_number("select max(id) from reservations");
}

static int64_t
paid(int64_t lot_id, text method, int64_t amount, text at)
{
	text currency = sql_value("select currency from lots where id = %lld", (long long)lot_id);

	sql("insert into charges (reservation_id, lot_id, kind, amount, currency, "
	    "tax_basis_points, state, made_at, settled_at) select min(id), %lld, 'exit', %lld, "
	    "'%s', 0, 'settled', '%s', '%s' from reservations where status = 'expired'",
	    (long long)lot_id, (long long)amount, currency, at, at);
	sql("insert into payments (charge_id, method, status, amount, currency, attempt, "
	    "created_at, "
	    "paid_at, recorded_by) select max(id), '%s', 'paid', %lld, '%s', case '%s' when "
	    "'online' "
	    "then 'a' || max(id) end, '%s', '%s', %lld from charges",
	    method, (long long)amount, currency, method, at, at, (long long)someone);
	return sql_number("select max(id) from payments");
}

static void
given_back(int64_t payment_id, int64_t amount, text at)
{
	sql("update payments set refunded = refunded + %lld where id = %lld;"
	    "insert into refunds (payment_id, amount, currency, status, reason, made_at, done_at) "
	    "select id, %lld, currency, 'done', 'test', '%s', '%s' from payments where id = %lld",
	    (long long)amount, (long long)payment_id, (long long)amount, at, at,
	    (long long)payment_id);
}

/* One figure of the sums, as who reads gets it. */
static int64_t
sum(text figure, int64_t lot_id, text grain, text start, text currency)
{
	return sql_number("select coalesce(sum(%s), 0) from desk_money_now where lot_id = %lld and "
			  "grain = '%s' and start = '%s' and currency = '%s'",
	    figure, (long long)lot_id, grain, start, currency);
}

static int64_t
bookings(text figure, int64_t lot_id, text grain, text start)
{
	return sql_number("select coalesce(sum(%s), 0) from desk_bookings_now where lot_id = %lld "
			  "and grain = '%s' and start = '%s'",
	    figure, (long long)lot_id, grain, start);
}

/* Different people. */
static int64_t
met(text what, int64_t lot_id, text from, text until)
{
	return sql_number("select coalesce(sum(%s), 0) from desk_met(%lld, '%s', '%s')", what,
	    (long long)lot_id, from, until);
}

/* Payments and refunds themselves, added up by hand: neither the ledger nor the sums are asked. */
static int64_t
by_hand(text what, text method, int64_t lot_id, text currency, text from, text until)
{
	bool refunds = text_is(what, "refunds");

	return sql_number(
	    "select coalesce(sum(x.amount), 0) from %s x %s join charges h on h.id = p.charge_id "
	    "join lots l on l.id = h.lot_id where x.status = '%s' and p.method = '%s' and (%lld = "
	    "0 "
	    "or h.lot_id = %lld) and x.currency = '%s' and x.%s >= ('%s'::timestamp at time zone "
	    "l.time_zone) and x.%s < (('%s'::date + 1)::timestamp at time zone l.time_zone)",
	    refunds ? "refunds" : "payments",
	    refunds ? "join payments p on p.id = x.payment_id" : "join payments p on p.id = x.id",
	    refunds ? "done" : "paid", method, (long long)lot_id, (long long)lot_id, currency,
	    refunds ? "done_at" : "paid_at", from, refunds ? "done_at" : "paid_at", until);
}

static void
assert_right(void)
{
	struct desk_difference d;

	assert_ok(desk_check(&c, "2026-01-01", "2027-12-31", &d));
	if (d.n)
		fail_msg("%lld figures differ, the first of %s, lot %lld, %s", (long long)d.n,
		    d.day, (long long)d.lot_id, d.currency);
	/* The check looks at money in months and years; so do bookings and hours add up, from the days. */
	assert_int_equal(
	    sql_number("select count(*) from (select lot_id, g.grain, date_trunc(g.grain, start) "
		       "from desk_bookings_now b cross join (values ('month'), ('year')) g (grain) "
		       "where b.grain in ('day', g.grain) group by 1, 2, 3 having "
		       "(sum(case when b.grain = 'day' then kept else -kept end), "
		       "sum(case when b.grain = 'day' then drive_ups else -drive_ups end), "
		       "sum(case when b.grain = 'day' then made else -made end), "
		       "sum(case when b.grain = 'day' then seconds else -seconds end)) <> "
		       "(0, 0, 0, 0)) x"),
	    0);
	assert_int_equal(
	    sql_number("select count(*) from (select lot_id, g.grain, date_trunc(g.grain, start), "
		       "weekday, hour from desk_hours_now h cross join (values ('month'), "
		       "('year')) g (grain) where h.grain in ('day', g.grain) group by 1, 2, 3, 4, "
		       "5 having sum(case when h.grain = 'day' then seconds else -seconds end) <> "
		       "0) x"),
	    0);
}

/* ---- money */

static void
a_payment_counts_at_once_and_once(void **s)
{
	(void)s;
	three_lots();
	paid(berlin, "cash", 1250, "2026-11-10 10:00Z");
	assert_int_equal(sum("cash", berlin, "day", "2026-11-10", "EUR"), 1250);
	assert_int_equal(sum("payments", 0, "month", "2026-11-01", "EUR"), 1);
	assert_ok(desk_fold(&c));
	assert_int_equal(sum("cash", berlin, "day", "2026-11-10", "EUR"), 1250);
	assert_int_equal(sum("cash", 0, "day", "2026-11-10", "EUR"), 1250);
	assert_int_equal(sum("cash", 0, "month", "2026-11-01", "EUR"), 1250);
	assert_ok(desk_fold(&c));
	assert_int_equal(sum("cash", 0, "month", "2026-11-01", "EUR"), 1250);
	assert_int_equal(sql_number("select count(*) from desk_money_deltas"), 0);
	assert_right();
}

static void
a_pending_payment_counts_from_the_moment_it_is_paid(void **s)
{
	(void)s;
	three_lots();
	int64_t id = paid(berlin, "online", 900, "2026-11-10 10:00Z");
	sql("update payments set status = 'pending', paid_at = null where id = %lld",
	    (long long)id);
	assert_int_equal(sum("online", berlin, "day", "2026-11-10", "EUR"), 0);
	assert_ok(desk_fold(&c));
	sql("update payments set status = 'paid', paid_at = '2026-11-12 09:00Z' where id = %lld",
	    (long long)id);
	assert_int_equal(sum("online", berlin, "day", "2026-11-10", "EUR"), 0);
	assert_int_equal(sum("online", berlin, "day", "2026-11-12", "EUR"), 900);
	assert_int_equal(sum("payments", berlin, "day", "2026-11-12", "EUR"), 1);
	assert_right();
}

static void
a_refund_counts_in_the_month_in_which_it_goes_back(void **s)
{
	(void)s;
	three_lots();
	int64_t id = paid(berlin, "card", 5000, "2026-09-20 10:00Z");
	assert_ok(desk_fold(&c));
	given_back(id, 1500, "2026-10-03 10:00Z");
	given_back(id, 500, "2026-11-03 10:00Z");
	assert_int_equal(sum("card", berlin, "month", "2026-09-01", "EUR"), 5000);
	assert_int_equal(sum("card_back", berlin, "month", "2026-09-01", "EUR"), 0);
	assert_int_equal(sum("card_back", berlin, "month", "2026-10-01", "EUR"), 1500);
	assert_int_equal(sum("card_back", 0, "month", "2026-11-01", "EUR"), 500);
	assert_int_equal(sum("card", 0, "month", "2026-11-01", "EUR"), 0);
	assert_right();
}

static void
a_refund_that_fails_after_all_counts_no_more(void **s)
{
	(void)s;
	three_lots();
	given_back(paid(berlin, "card", 5000, "2026-11-02 10:00Z"), 1500, "2026-11-03 10:00Z");
	assert_ok(desk_fold(&c));
	sql("update refunds set status = 'failed', done_at = null");
	assert_int_equal(sum("card_back", berlin, "month", "2026-11-01", "EUR"), 0);
	assert_int_equal(sum("refunds", berlin, "month", "2026-11-01", "EUR"), 0);
	assert_right();
}

static void
a_month_ends_by_the_clock_of_its_lot(void **s)
{
	(void)s;
	three_lots();
	/* Midnight of 1 November: 23:00Z in Berlin, 13:00Z on Lord Howe, 10:15Z in Waitangi. */
	paid(berlin, "cash", 1, "2026-10-31 22:59:59.999999Z");
	paid(berlin, "cash", 10, "2026-10-31 23:00Z");
	paid(howe, "cash", 100, "2026-10-31 12:59:59.999999Z");
	paid(howe, "cash", 1000, "2026-10-31 13:00Z");
	paid(chatham, "cash", 10000, "2026-10-31 10:14:59.999999Z");
	paid(chatham, "cash", 100000, "2026-10-31 10:15Z");
	assert_int_equal(sum("cash", 0, "month", "2026-10-01", "EUR"), 101);
	assert_int_equal(sum("cash", 0, "month", "2026-11-01", "EUR"), 1010);
	assert_int_equal(sum("cash", 0, "month", "2026-10-01", "CHF"), 10000);
	assert_int_equal(sum("cash", chatham, "day", "2026-11-01", "CHF"), 100000);
	assert_right();
}

static void
days_on_which_clocks_change_are_whole_days(void **s)
{
	(void)s;
	three_lots();
	/* 25 October has 25 hours in Berlin, 29 March 23. */
	paid(berlin, "cash", 1, "2026-10-24 21:59Z");
	paid(berlin, "cash", 10, "2026-10-24 22:00Z");
	paid(berlin, "cash", 100, "2026-10-25 22:59Z");
	paid(berlin, "cash", 1000, "2026-10-25 23:00Z");
	assert_int_equal(sum("cash", berlin, "day", "2026-10-25", "EUR"), 110);
	paid(berlin, "cash", 1, "2026-03-28 22:59Z");
	paid(berlin, "cash", 10, "2026-03-28 23:00Z");
	paid(berlin, "cash", 100, "2026-03-29 21:59Z");
	paid(berlin, "cash", 1000, "2026-03-29 22:00Z");
	assert_int_equal(sum("cash", berlin, "day", "2026-03-29", "EUR"), 110);
	/* Lord Howe's change by half an hour: 5 April has 24½ hours. */
	paid(howe, "cash", 1, "2026-04-04 12:59Z");
	paid(howe, "cash", 10, "2026-04-04 13:00Z");
	paid(howe, "cash", 100, "2026-04-05 13:29Z");
	paid(howe, "cash", 1000, "2026-04-05 13:30Z");
	assert_int_equal(sum("cash", howe, "day", "2026-04-05", "EUR"), 110);
	assert_right();
}

/* ---- whatever happens */

static uint64_t luck = 20261121;
static int64_t
any(int64_t n)
{
	luck ^= luck << 13;
	luck ^= luck >> 7;
	luck ^= luck << 17;
	return (int64_t)(luck % (uint64_t)n);
}

/* Around the turns of months and the changes of clocks, more often than not. */
static text
any_time(void)
{
	static const text edges[] = { "2026-10-31 22:30Z", "2026-10-24 21:30Z", "2026-10-31 09:50Z",
		"2026-10-31 12:40Z", "2026-04-04 12:40Z", "2026-03-28 22:30Z", "2026-02-28 23:00Z",
		"2026-12-31 23:00Z" };

	return sql_value("select (timestamptz '%s' + interval '%lld minutes')::text",
	    edges[any(LENGTH(edges))], (long long)any(2000));
}

static void
something_happens(void)
{
	static const text methods[] = { "cash", "card", "online" };
	const int64_t lots[] = { berlin, howe, chatham };
	text one = arena_fmt(c.arena,
	    "(select id from payments where status = 'paid' order by md5(id::text || '%lld') limit "
	    "1)",
	    (long long)any(1000));

	switch (any(8)) {
	case 0:
	case 1:
	case 2: paid(lots[any(3)], methods[any(3)], 1 + any(1000000), any_time()); break;
	case 3: {
		text id =
		    sql_value("select id from payments where id = %s and refunded < amount", one);
		if (*id)
			given_back(sql_number("select %s", id), 1, any_time());
		break;
	}
	case 4:
		sql("update refunds set status = 'failed', done_at = null where id = (select id "
		    "from "
		    "refunds order by md5(id::text || '%lld') limit 1)",
		    (long long)any(1000));
		break;
	case 5:
		sql("update payments set status = 'void', paid_at = null where id = %s and "
		    "refunded = "
		    "0",
		    one);
		break;
	case 6: sql("update payments set paid_at = '%s' where id = %s", any_time(), one); break;
	case 7: sql("delete from payments where id = %s and refunded = 0", one); break;
	}
}

/* As a page reads a stretch of days: as days, as months or years and what is left at the ends. */
static int64_t
figure_of(text figure, int64_t lot_id, text currency, text from, text until, int how)
{
	static const text pieces[] = { "desk_pieces", "desk_pieces", "desk_long_pieces" };
	static const text more[] = { ", true", ", false", "" };

	return sql_number("select coalesce(sum(m.%s), 0) from %s('%s', '%s'%s) p join "
			  "desk_money_now m on m.grain = p.grain and m.start between p.a and p.b "
			  "where m.lot_id = %lld and m.currency = '%s'",
	    figure, pieces[how], from, until, more[how], (long long)lot_id, currency);
}

static void
assert_as_by_hand(text from, text until)
{
	static const text methods[] = { "cash", "card", "online" }, currencies[] = { "EUR", "CHF" };
	static const text back[] = { "cash_back", "card_back", "online_back" };
	const int64_t lots[] = { 0, berlin, howe, chatham };

	for (int i = 0; i < 24; i++) {
		text method = methods[i % 3], currency = currencies[i / 3 % 2];
		int64_t lot_id = lots[i / 6];
		int64_t came = by_hand("payments", method, lot_id, currency, from, until);
		int64_t went = by_hand("refunds", method, lot_id, currency, from, until);

		for (int how = 0; how < 3; how++) {
			assert_int_equal(
			    figure_of(method, lot_id, currency, from, until, how), came);
			assert_int_equal(
			    figure_of(back[i % 3], lot_id, currency, from, until, how), went);
		}
	}
}

static void
whatever_happens_the_sums_are_what_adding_by_hand_gives(void **s)
{
	(void)s;
	three_lots();
	for (int i = 0; i < 240; i++) {
		something_happens();
		if (any(9) == 0)
			assert_ok(desk_fold(&c));
		if (i % 60 == 59) {
			assert_as_by_hand("2026-10-25", "2026-10-31");
			assert_as_by_hand("2026-03-29", "2026-11-01");
			assert_as_by_hand("2026-02-01", "2026-12-31");
		}
	}
	assert_right();
	assert_ok(desk_fold(&c));
	text before = sql_value("select md5(string_agg(m::text, ',' order by lot_id, grain, start, "
				"currency)) from desk_money m where payments <> 0 or refunds <> 0");
	assert_ok(desk_rebuild(&c));
	assert_string_equal(sql_value("select md5(string_agg(m::text, ',' order by lot_id, grain, "
				      "start, currency)) from desk_money m where payments <> 0 or "
				      "refunds <> 0"),
	    before);
	assert_right();
}

static void
a_lot_whose_clock_is_changed_is_counted_anew(void **s)
{
	(void)s;
	three_lots();
	paid(berlin, "cash", 700, "2026-10-31 22:30Z");
	paid(howe, "cash", 50, "2026-10-20 22:30Z");
	booked(berlin, "2026-10-31 22:30Z", "2 hours", "completed");
	assert_ok(desk_fold(&c));
	assert_int_equal(sum("cash", 0, "month", "2026-10-01", "EUR"), 750);
	sql("update lots set time_zone = 'Asia/Kathmandu' where id = %lld", (long long)berlin);
	assert_int_equal(sql_number("select count(*) from desk_stale"), 1);
	assert_ok(desk_jobs[0].run(&c, NULL));
	assert_int_equal(sql_number("select count(*) from desk_stale"), 0);
	assert_int_equal(sum("cash", 0, "month", "2026-10-01", "EUR"), 50);
	assert_int_equal(sum("cash", 0, "month", "2026-11-01", "EUR"), 700);
	assert_int_equal(bookings("kept", 0, "day", "2026-11-01"), 1);
	assert_int_equal(met("firsts", 0, "2026-10-01", "2026-12-31"), 1);
	assert_right();
}

/* ---- the check */

static void
a_sum_that_is_wrong_is_found_and_said(void **s)
{
	struct desk_difference d;

	(void)s;
	three_lots();
	paid(berlin, "cash", 700, "2026-11-10 10:00Z");
	assert_ok(desk_fold(&c));
	assert_right();
	sql("update desk_money set cash = 701 where lot_id = %lld and grain = 'day'",
	    (long long)berlin);
	assert_ok(desk_check(&c, "2026-11-01", "2026-11-30", &d));
	assert_int_equal(d.n, 1);
	assert_int_equal(d.lot_id, berlin);
	assert_string_equal(d.day, "2026-11-10");
	assert_string_equal(d.currency, "EUR");
	assert_string_equal(sql_value("select words from desk_checks order by id desc limit 1"),
	    arena_fmt(c.arena, "EUR of 2026-11-10, lot %lld", (long long)berlin));
	assert_ok(desk_rebuild(&c));
	assert_right();
	sql("update desk_money set cash = 701 where lot_id = 0 and grain = 'month'");
	assert_ok(desk_check(&c, "2026-11-01", "2026-11-30", &d));
	assert_int_equal(d.n, 2); /* neither what its days add up to, nor what its year has */
	assert_ok(desk_rebuild(&c));
	sql("update desk_money set cash = 701 where lot_id = %lld and grain = 'year'",
	    (long long)berlin);
	assert_ok(desk_check(&c, "2026-11-01", "2026-11-30", &d));
	assert_int_equal(d.n, 1);
	assert_string_equal(d.day, "2026-01-01");
	assert_ok(desk_rebuild(&c));
	assert_right();
	booked(berlin, "2026-11-20 10:00Z", "2 hours", "confirmed");
	assert_ok(desk_fold(&c));
	sql("update desk_bookings set kept = 2 where lot_id = 0 and grain = 'day'");
	assert_ok(desk_check(&c, "2026-11-01", "2026-11-30", &d));
	assert_true(d.n > 0);
	assert_string_equal(d.currency, "");
}

static void
the_check_runs_by_itself_over_this_month_and_older_ones(void **s)
{
	(void)s;
	three_lots();
	paid(berlin, "cash", 700, "2026-02-10 10:00Z");
	assert_ok(desk_fold(&c));
	for (int hour = 0; hour < 12; hour++) {
		c.now = instant_plus(NOON, hour * HOUR);
		assert_ok(desk_jobs[1].run(&c, NULL));
	}
	assert_int_equal(sql_number("select sum(differences) from desk_checks"), 0);
	assert_int_equal(sql_number("select count(*) from desk_checks where from_day = "
				    "'2026-10-01' and until_day = '2026-12-31'"),
	    12);
	assert_true(
	    sql_number("select count(*) from desk_checks where from_day = '2026-02-01'") > 0);
}

/* ---- bookings */

static void
a_booking_counts_on_the_day_it_begins_and_cancelled_as_cancelled(void **s)
{
	(void)s;
	three_lots();
	/* 00:30 of 11 November in Berlin; made the day before. */
	int64_t id = booked(berlin, "2026-11-10 23:30Z", "90 minutes", "confirmed");
	assert_int_equal(bookings("kept", berlin, "day", "2026-11-11"), 1);
	assert_int_equal(bookings("made", berlin, "day", "2026-11-10"), 1);
	assert_int_equal(bookings("seconds", berlin, "day", "2026-11-11"), 5400);
	assert_int_equal(bookings("len2", berlin, "day", "2026-11-11"), 1);
	assert_ok(desk_fold(&c));
	sql("update reservations set ends = ends + interval '1 hour' where id = %lld",
	    (long long)id);
	assert_int_equal(bookings("seconds", 0, "month", "2026-11-01"), 9000);
	assert_int_equal(bookings("len2", 0, "month", "2026-11-01"), 0);
	assert_int_equal(bookings("len3", 0, "month", "2026-11-01"), 1);
	sql("update reservations set status = 'cancelled', ended_at = starts where id = %lld",
	    (long long)id);
	assert_ok(desk_fold(&c));
	assert_int_equal(bookings("kept", 0, "month", "2026-11-01"), 0);
	assert_int_equal(bookings("cancelled", 0, "month", "2026-11-01"), 1);
	assert_int_equal(bookings("made", 0, "month", "2026-11-01"), 1);
	assert_int_equal(bookings("seconds", 0, "month", "2026-11-01"), 0);
	assert_right();
}

static void
a_hold_counts_as_nothing_and_driving_in_changes_nothing(void **s)
{
	(void)s;
	three_lots();
	int64_t id = booked(berlin, "2026-11-10 10:00Z", "1 hour", "confirmed");
	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, hold_until, "
	    "price, currency, cancel_until, refund_percent, no_show_at, created_at) select lot_id, "
	    "slot_id, user_id, starts + interval '1 day', ends + interval '1 day', 'held', starts, "
	    "1, 'EUR', starts, 50, starts, starts from reservations");
	assert_int_equal(sql_number("select count(*) from desk_booking_deltas"), 1);
	assert_ok(desk_fold(&c));
	sql("update reservations set status = 'checked_in', checked_in_at = starts where id = %lld",
	    (long long)id);
	assert_int_equal(sql_number("select count(*) from desk_booking_deltas"), 0);
	assert_right();
}

static void
a_customer_is_new_once_and_counts_once(void **s)
{
	(void)s;
	three_lots();
	booked(berlin, "2026-11-10 10:00Z", "1 hour", "confirmed");
	booked(berlin, "2026-11-10 12:00Z", "1 hour", "confirmed");
	assert_ok(desk_fold(&c));
	booked(berlin, "2026-11-10 14:00Z", "1 hour", "confirmed");
	booked(howe, "2026-11-12 14:00Z", "1 hour", "cancelled");
	assert_ok(desk_fold(&c));
	assert_int_equal(met("firsts", 0, "2026-11-01", "2026-11-30"), 1);
	assert_int_equal(met("people", 0, "2026-11-01", "2026-11-30"), 1);
	assert_int_equal(met("firsts", berlin, "2026-11-09", "2026-11-09"), 1);
	assert_int_equal(met("people", 0, "2026-11-09", "2026-11-09"), 1);
	assert_int_equal(met("people", howe, "2026-11-12", "2026-11-12"), 1);
	assert_int_equal(met("firsts", 0, "2026-11-12", "2026-11-12"), 0);
	assert_int_equal(bookings("made", 0, "day", "2026-11-09"), 3);
}

static int64_t
taken(int64_t lot_id, text day, int hour)
{
	return sql_number(
	    "select coalesce(sum(seconds), 0) from desk_hours_now where lot_id = %lld "
	    "and grain = 'day' and start = '%s' and hour = %d",
	    (long long)lot_id, day, hour);
}

static void
time_is_told_by_the_hours_of_the_lots_clock(void **s)
{
	(void)s;
	three_lots();
	/* Berlin, 23:20 to 01:10. */
	booked(berlin, "2026-11-10 22:20Z", "110 minutes", "completed");
	assert_int_equal(taken(berlin, "2026-11-10", 23), 40 * 60);
	assert_int_equal(taken(berlin, "2026-11-11", 0), 60 * 60);
	assert_int_equal(taken(berlin, "2026-11-11", 1), 10 * 60);
	/* Chatham is 13 h 45 min ahead: 09:00Z is 22:45. */
	booked(chatham, "2026-11-10 09:00Z", "1 hour", "completed");
	assert_int_equal(taken(chatham, "2026-11-10", 22), 15 * 60);
	assert_int_equal(taken(chatham, "2026-11-10", 23), 45 * 60);
	/* Berlin, the hour that comes twice: 00:30 to 03:30 is four hours. */
	booked(berlin, "2026-10-24 22:30Z", "4 hours", "completed");
	assert_int_equal(taken(berlin, "2026-10-25", 0), 30 * 60);
	assert_int_equal(taken(berlin, "2026-10-25", 2), 120 * 60);
	assert_int_equal(taken(berlin, "2026-10-25", 3), 30 * 60);
	/* Lord Howe, half an hour that comes twice: 01:30 to 02:00 of 5 April. */
	booked(howe, "2026-04-04 14:00Z", "2 hours", "completed");
	assert_int_equal(taken(howe, "2026-04-05", 1), 90 * 60);
	assert_int_equal(taken(howe, "2026-04-05", 2), 30 * 60);
	assert_ok(desk_fold(&c));
	assert_int_equal(taken(howe, "2026-04-05", 1), 90 * 60);
	assert_int_equal(
	    sql_number("select sum(seconds) from desk_hours where lot_id = 0 and grain "
		       "= 'month'"),
	    (110 + 60 + 240 + 120) * 60);
}

/* ---- cars without a booking */

/* A stay that is over; who 0: nobody we know; of: its booking, 0 none. */
static int64_t
drove_in(int64_t lot_id, int64_t who, text entered, text span, int64_t of)
{
	sql("insert into stays (lot_id, plate, plate_typed, user_id, reservation_id, source, "
	    "entered_at, left_at, status, closed_how, tariff_version_id, currency, fee) values "
	    "(%lld, 'B1', 'B 1', nullif(%lld, 0), nullif(%lld, 0), 'gate', '%s', "
	    "'%s'::timestamptz + interval '%s', 'closed', 'exit', 1, 'EUR', 0)",
	    (long long)lot_id, (long long)who, (long long)of, entered, entered, span);
	return sql_number("select max(id) from stays");
}

static void
a_car_without_a_booking_counts_once_it_has_left(void **s)
{
	(void)s;
	three_lots();
	/* 23:40 of the 10th to 01:10 of the 11th, in Berlin, and some seconds that nobody counts. */
	int64_t id = drove_in(berlin, anna, "2026-11-10 22:40:00.7Z", "90 minutes 0.2 seconds", 0);
	sql("update stays set status = 'open', closed_how = '', fee = null, left_at = null where "
	    "id = %lld",
	    (long long)id);
	assert_int_equal(bookings("drive_ups", berlin, "day", "2026-11-10"), 0);
	assert_int_equal(bookings("seconds", berlin, "day", "2026-11-10"), 0);
	assert_ok(desk_fold(&c));
	sql("update stays set status = 'closed', closed_how = 'exit', fee = 0, left_at = "
	    "'2026-11-11 00:10:00.9Z' where id = %lld",
	    (long long)id);
	for (int folded = 0; folded < 2; folded++) {
		assert_int_equal(bookings("drive_ups", berlin, "day", "2026-11-10"), 1);
		assert_int_equal(bookings("kept", berlin, "day", "2026-11-10"), 0);
		assert_int_equal(bookings("made", 0, "month", "2026-11-01"), 0);
		assert_int_equal(bookings("seconds", 0, "month", "2026-11-01"), 90 * 60);
		assert_int_equal(bookings("len2", 0, "day", "2026-11-10"), 1);
		assert_int_equal(taken(berlin, "2026-11-10", 23), 20 * 60);
		assert_int_equal(taken(berlin, "2026-11-11", 0), 60 * 60);
		assert_int_equal(taken(0, "2026-11-11", 1), 10 * 60);
		assert_right();
		assert_ok(desk_fold(&c));
	}
	sql("delete from stays where id = %lld", (long long)id);
	assert_int_equal(bookings("drive_ups", 0, "month", "2026-11-01"), 0);
	assert_int_equal(taken(0, "2026-11-11", 0), 0);
	assert_right();
}

static void
a_booking_and_its_stay_count_once(void **s)
{
	(void)s;
	three_lots();
	int64_t id = booked(berlin, "2026-11-10 10:00Z", "2 hours", "completed");
	drove_in(berlin, anna, "2026-11-10 10:00Z", "3 hours", id);
	drove_in(berlin, 0, "2026-11-10 10:00Z", "5 hours", 0);
	/* Whose entry nobody saw came, and nobody knows for how long. */
	drove_in(berlin, 0, "2026-11-10 15:00Z", "0 hours", 0);
	assert_int_equal(bookings("kept", berlin, "day", "2026-11-10"), 1);
	assert_int_equal(bookings("drive_ups", berlin, "day", "2026-11-10"), 2);
	assert_int_equal(bookings("seconds", berlin, "day", "2026-11-10"), 7 * 3600);
	assert_int_equal(bookings("len0", berlin, "day", "2026-11-10"), 0);
	assert_int_equal(bookings("len2 + len5", berlin, "day", "2026-11-10"), 2);
	assert_ok(desk_fold(&c));
	assert_int_equal(met("people", berlin, "2026-01-01", "2026-12-31"), 1);
	assert_right();
	sql("update desk_bookings set drive_ups = 3 where lot_id = 0 and grain = 'day'");
	struct desk_difference d;
	assert_ok(desk_check(&c, "2026-11-01", "2026-11-30", &d));
	assert_true(d.n > 0);
}

static text
all_sums(void)
{
	return sql_value(
	    "select md5((select string_agg(row(lot_id, grain, start, kept, cancelled, no_shows, "
	    "drive_ups, seconds, len0, len1, len2, len3, len4, len5, len6, len7, len8, "
	    "made)::text, ',' order by lot_id, grain, start) from desk_bookings where (kept, "
	    "cancelled, no_shows, drive_ups, made) <> (0, 0, 0, 0, 0)) || (select "
	    "string_agg(h::text, ',' order by lot_id, grain, start, weekday, hour) from desk_hours "
	    "h where seconds <> 0) || (select string_agg(r::text, ',' order by lot_id, grain, "
	    "start, since) from desk_returns r where n <> 0) || (select string_agg(h::text, ',' "
	    "order by lot_id, grain, start) from desk_heads h))");
}

/* ---- different people */

/* Bookings and stays themselves, added up by hand. */
static int64_t
met_by_hand(int64_t lot_id, text from, text until, bool first)
{
	return sql_number(
	    "select count(*) from (select user_id, min(day) as first from (select r.user_id, "
	    "r.lot_id, (r.confirmed_at at time zone l.time_zone)::date as day from reservations r "
	    "join lots l on l.id = r.lot_id where r.confirmed_at is not null union all select "
	    "s.user_id, s.lot_id, (s.entered_at at time zone l.time_zone)::date from stays s join "
	    "lots l on l.id = s.lot_id where s.status = 'closed' and s.reservation_id is null) x "
	    "where %lld in (0, lot_id) and user_id is not null and day <= '%s' group by user_id "
	    "having max(day) >= '%s') y where not %s or first >= '%s'",
	    (long long)lot_id, until, from, first ? "true" : "false", from);
}

static void
assert_met(int64_t lot_id, text from, text until)
{
	static text const what[] = { "people", "firsts" };

	for (int first = 0; first < 2; first++) {
		int64_t told = met(what[first], lot_id, from, until);
		int64_t counted = met_by_hand(lot_id, from, until, first);
		if (told != counted)
			fail_msg("lot %lld, %s to %s: %lld %s, by hand %lld", (long long)lot_id,
			    from, until, (long long)told, what[first], (long long)counted);
	}
}

/* Now and then years apart, never in order. */
static text
some_time(void)
{
	static const text about[] = { "2024-02-20", "2025-06-01", "2026-10-20", "2026-10-31" };

	return sql_value("select (timestamptz '%s 12:00Z' + interval '%lld hours')::text",
	    about[any(LENGTH(about))], (long long)any(any(3) ? 24 * 12 : 24 * 100));
}

static text
some_day(void)
{
	return sql_value("select '%s'::timestamptz::date::text", some_time());
}

static void
people_count_once_over_any_stretch_of_days(void **s)
{
	int64_t people[7], lots[4] = { 0 };

	(void)s;
	three_lots();
	memcpy(lots + 1, (int64_t[]){ berlin, howe, chatham }, 3 * sizeof *lots);
	luck = 20261130;
	for (size_t i = 0; i < LENGTH(people); i++)
		people[i] = person(CUSTOMER, arena_fmt(c.arena, "guest%zu", i));
	for (int i = 0; i < 160; i++) {
		int64_t lot_id = lots[1 + any(3)];

		drove_in(lot_id, people[any(1 + any(LENGTH(people)))], some_time(), "1 hour", 0);
		if (i % 3 == 0)
			booked(lot_id,
			    sql_value("select ('2024-01-10 12:00Z'::timestamptz + interval '%d "
				      "days')::text",
				6 * i),
			    "2 hours", "completed");
		if (any(6))
			continue;
		assert_ok(desk_fold(&c));
		text one = some_day(), other = some_day();
		bool order = strcmp(one, other) < 0;
		assert_met(lots[any(4)], order ? one : other, order ? other : one);
	}
	assert_ok(desk_fold(&c));
	for (int i = 0; i < 160; i++) {
		text one = some_day(), other = any(5) ? some_day() : one;
		bool order = strcmp(one, other) < 0;
		assert_met(lots[i % 4], order ? one : other, order ? other : one);
	}
	assert_met(0, "2024-02-01", "2024-02-29");
	/* What is kept of whole days and months is what was just held against counting by hand. */
	assert_int_equal(
	    sql_number("select count(*) from desk_heads h cross join lateral (select "
		       "sum(m.people) as people, coalesce(sum(m.firsts), 0) as firsts from "
		       "desk_met(h.lot_id, h.start, (h.start + ('1 ' || h.grain)::interval)::date "
		       "- 1) m) m where (h.people, h.firsts) <> (m.people, m.firsts)"),
	    0);
	assert_int_equal(sql_number("select count(*) from desk_heads where people > 0"),
	    sql_number(
		"select count(distinct (lot_id, grain, start)) from desk_returns where n > 0"));
	assert_met(0, "2024-03-01", "2026-10-31");
	assert_right();
	text before = all_sums();
	assert_ok(desk_rebuild(&c));
	assert_string_equal(all_sums(), before);
	assert_right();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_payment_counts_at_once_and_once),
		IN_WORLD(a_pending_payment_counts_from_the_moment_it_is_paid),
		IN_WORLD(a_refund_counts_in_the_month_in_which_it_goes_back),
		IN_WORLD(a_refund_that_fails_after_all_counts_no_more),
		IN_WORLD(a_month_ends_by_the_clock_of_its_lot),
		IN_WORLD(days_on_which_clocks_change_are_whole_days),
		IN_WORLD(whatever_happens_the_sums_are_what_adding_by_hand_gives),
		IN_WORLD(a_lot_whose_clock_is_changed_is_counted_anew),
		IN_WORLD(a_sum_that_is_wrong_is_found_and_said),
		IN_WORLD(the_check_runs_by_itself_over_this_month_and_older_ones),
		IN_WORLD(a_booking_counts_on_the_day_it_begins_and_cancelled_as_cancelled),
		IN_WORLD(a_hold_counts_as_nothing_and_driving_in_changes_nothing),
		IN_WORLD(a_customer_is_new_once_and_counts_once),
		IN_WORLD(time_is_told_by_the_hours_of_the_lots_clock),
		IN_WORLD(a_car_without_a_booking_counts_once_it_has_left),
		IN_WORLD(a_booking_and_its_stay_count_once),
		IN_WORLD(people_count_once_over_any_stretch_of_days),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
