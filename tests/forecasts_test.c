/* forecasts_test.c -- the method on histories whose answer is known, and forecasts of lots. */
#include "world.h"

#include <math.h>
#include <stdlib.h>
#include <zlib.h>

#include "forecasts/inner.h"
#include "gear/zones.h"
#include "lots/pages.h"

#define assert_near(a, b, by) assert_true(fabs((double)(a) - (double)(b)) <= (by))

/* ---- histories */

/* Chance that is the same for ever: a number in [0, 1) for each i. */
static double
chance(uint64_t i)
{
	uint64_t x = (i + 1) * 0x9e3779b97f4a7c15u; /* splitmix64 */

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return (double)((x ^ (x >> 31)) >> 11) / 9007199254740992.0;
}

/* Sum of twelve, less six: near enough to the normal law. */
static double
noise(uint64_t i)
{
	double sum = -6;

	for (uint64_t k = 0; k < 12; k++)
		sum += chance(i * 12 + k);
	return sum;
}

/* Quiet by night, full at noon of a working day, half of that at weekends. */
static double
usual_share(int weekday, double hour)
{
	double noon = 0.1 + 0.7 * exp(-(hour - 12) * (hour - 12) / 18);

	return weekday == 0 || weekday == 6 ? noon / 2 : noon;
}

struct history {
	struct step *v;
	size_t n; /* and a day more behind */
	instant begins;
};

/* From a moment on, so many days of quarters on a clock, as usual_share() has them by its wall. */
static struct history
usual_history(text zone, instant begins, int days)
{
	const struct zone *z = zone_find(zone);
	size_t n = (size_t)days * 96;
	struct history h = { arena_alloc(c.arena, (n + 96) * sizeof *h.v), n, begins };

	for (size_t i = 0; i < n + 96; i++) {
		step_place(&h.v[i], z, instant_plus(begins, (int64_t)i * QUARTER), 15);
		h.v[i].y = i < n ? usual_share(h.v[i].weekday, h.v[i].slot / 4.0) : NAN;
	}
	return h;
}

static instant
at(text s)
{
	instant t = { 0 };

	assert_true(instant_parse(s, &t));
	return t;
}

static struct forecaster *
learnt(struct history h)
{
	struct forecaster *f = forecaster_new(c.arena, 15);

	forecaster_learn(f, h.v, h.n, h.n, NULL, 0);
	return f;
}

static void
assert_tells_the_usual(struct history h, double by)
{
	struct told told[96];

	forecaster_tell(learnt(h), h.v, h.n, 96, told);
	for (size_t i = 0; i < 96; i++) {
		double wanted = usual_share(h.v[h.n + i].weekday, h.v[h.n + i].slot / 4.0);

		if (fabs(told[i].expected - wanted) > by)
			fail_msg("%zu quarters ahead %f, not %f", i + 1, told[i].expected, wanted);
		assert_true(told[i].low <= told[i].expected && told[i].expected <= told[i].high);
		assert_true(told[i].low >= 0 && told[i].high <= 1);
	}
}

/* ---- the method */

static void
a_week_that_repeats_is_told_as_it_is(void **s)
{
	(void)s;
	assert_tells_the_usual(usual_history("UTC", at("2026-08-31T00:00Z"), 42), 0.001);
	/* … at any hour of the day, too. */
	assert_tells_the_usual(usual_history("Asia/Kathmandu", at("2026-08-31T07:30Z"), 42), 0.001);
}

/* The clock is put back on 25 October 2026 and forward on 29 March 2026: noon stays noon. */
static void
noon_stays_noon_when_clocks_change(void **s)
{
	static const text begins[] = { "2026-09-20T22:00Z", "2026-02-21T23:00Z" };
	static const int days[] = { 34, 35 };

	(void)s;
	for (int k = 0; k < 2; k++)
		for (int more = 0; more < 4; more++)
			assert_tells_the_usual(
			    usual_history("Europe/Berlin", at(begins[k]), days[k] + more), 0.03);
	struct history back = usual_history("Europe/Berlin", at("2026-10-24T22:00Z"), 2);
	size_t day = 0;
	while (back.v[day].day == back.v[0].day)
		day++;
	assert_int_equal(day, 100); /* quarters of a day of 25 hours */
	struct history forward = usual_history("Europe/Berlin", at("2026-03-28T23:00Z"), 2);
	for (day = 0; forward.v[day].day == forward.v[0].day;)
		day++;
	assert_int_equal(day, 92);
	/* A clock that moves by half an hour. */
	assert_tells_the_usual(
	    usual_history("Australia/Lord_Howe", at("2026-09-01T13:30Z"), 35), 0.03);
}

/* y = usual + x, x an AR(1) process of 0.97 a quarter with steps of 0.02. */
static struct history
noisy_history(int days, double kept, double step)
{
	struct history h = usual_history("UTC", at("2026-06-01T00:00Z"), days);
	double x = 0;

	for (size_t i = 0; i < h.n; i++) {
		x = kept * x + step * noise(i);
		h.v[i].y = fmin(1, fmax(0, h.v[i].y + 0.1 + x));
	}
	return h;
}

static void
what_is_different_now_dies_away_as_fast_as_it_does(void **s)
{
	static const size_t ahead[] = { 1, 2, 4, 8, 16, 32 };
	struct told before[96], after[96];

	(void)s;
	struct history h = noisy_history(70, 0.97, 0.02);
	struct forecaster *f = learnt(h);
	forecaster_tell(f, h.v, h.n, 96, before);
	h.v[h.n - 1].y += 0.1;
	forecaster_tell(f, h.v, h.n, 96, after);
	for (size_t i = 0; i < LENGTH(ahead); i++) {
		double left = (after[ahead[i] - 1].expected - before[ahead[i] - 1].expected) / 0.1;

		if (fabs(left - pow(0.97, (double)ahead[i])) > 0.09)
			fail_msg("%zu quarters later %f is left, not %f", ahead[i], left,
			    pow(0.97, (double)ahead[i]));
	}
}

static void
the_interval_holds_eight_of_ten(void **s)
{
	struct replay r[REPLAYS];
	size_t n = replay_horizons(15, r);

	(void)s;
	struct history h = noisy_history(84, 0.97, 0.02);
	forecaster_learn(forecaster_new(c.arena, 15), h.v, h.n, h.n - (size_t)28 * 96, r, n);
	assert_int_equal(n, REPLAYS);
	for (size_t i = 0; i < n; i++) {
		double held = (double)r[i].within / (double)r[i].n;

		assert_int_equal(r[i].n, 28 * 96);
		if (held < 0.76 || held > 0.88)
			fail_msg("%d minutes ahead it holds %f", r[i].minutes, held);
		assert_true(r[i].error < r[i].stay_error);
		assert_true(r[i].error < r[i].week_error);
	}
	/* An hour ahead nobody can know more than 0.02 √(1 + 0.97² + 0.97⁴ + 0.97⁶) √(2/π). */
	double best = 0.02 * sqrt(1 + pow(0.97, 2) + pow(0.97, 4) + pow(0.97, 6)) * sqrt(2 / M_PI);
	assert_near(r[1].error / (double)r[1].n, best, 0.15 * best);
}

static void
readings_that_are_missing_are_missed_and_no_more(void **s)
{
	struct history h = usual_history("UTC", at("2026-08-31T00:00Z"), 49);
	struct told told[96];

	(void)s;
	for (size_t i = 0; i < h.n; i++)
		if (chance(i) < 0.4 || i / 96 % 9 == 4 || (i > 3000 && i < 3300))
			h.v[i].y = NAN;
	assert_tells_the_usual(h, 0.05);
	/* The latest reading counts, with its age. */
	h.v[h.n - 9].y += 0.2;
	for (size_t i = h.n - 8; i < h.n; i++)
		h.v[i].y = NAN;
	forecaster_tell(learnt(h), h.v, h.n, 96, told);
	double usual = usual_share(h.v[h.n].weekday, h.v[h.n].slot / 4.0);
	assert_true(told[0].expected > usual + 0.02 && told[0].expected < usual + 0.2);
	/* Hours that were never read are not known. */
	for (size_t i = 0; i < h.n; i++)
		if (h.v[i].slot < 24)
			h.v[i].y = NAN;
	forecaster_tell(learnt(h), h.v, h.n, 96, told);
	for (size_t i = 0; i < 96; i++)
		assert_true(!isnan(told[i].expected) == (h.v[h.n + i].slot >= 24));
	/* … and nothing at all is, without any reading. */
	for (size_t i = 0; i < h.n; i++)
		h.v[i].y = NAN;
	struct forecaster *f = learnt(h);
	forecaster_tell(f, h.v, h.n, 96, told);
	assert_true(isnan(told[0].expected) && isnan(told[95].high));
	assert_int_equal(forecaster_days(f), 0);
}

static void
a_closed_day_teaches_nothing(void **s)
{
	struct history h = usual_history("UTC", at("2026-08-31T00:00Z"), 41);

	(void)s;
	for (size_t i = 0; i < h.n; i++)
		if (h.v[i].weekday == 0) {
			h.v[i].closed = true;
			h.v[i].y = 0.95; /* cars that stayed over it */
		}
	struct forecaster *f = learnt(h);
	assert_near(forecaster_usual(f, 1, 48), usual_share(1, 12), 0.001);
	/* A weekday that was never open borrows from the others. */
	assert_true(forecaster_usual(f, 0, 48) < 0.9);
	assert_int_equal(forecaster_days(f), 35); /* of forty that have ended */
}

/* 12 October 2026 is a Monday; the history ends on a Monday at midnight. */
static void
a_holiday_is_forgiven_once(void **s)
{
	(void)s;
	for (int times = 1; times <= 2; times++) {
		struct history h = usual_history("UTC", at("2026-08-31T00:00Z"), 56);

		for (size_t i = 0; i < h.n; i++)
			if (h.v[i].weekday == 1 && i / 96 >= (times == 1 ? 49 : 42))
				h.v[i].y = 0.01;
		double noon = forecaster_usual(learnt(h), 1, 48);
		if (times == 1)
			assert_near(noon, usual_share(1, 12), 0.02);
		else
			assert_true(noon < 0.75 * usual_share(1, 12));
	}
}

static void
the_same_history_is_told_the_same(void **s)
{
	struct told once[96], again[96];

	(void)s;
	struct history h = noisy_history(56, 0.95, 0.03);
	forecaster_tell(learnt(h), h.v, h.n, 96, once);
	forecaster_tell(learnt(h), h.v, h.n, 96, again);
	assert_memory_equal(once, again, sizeof once);
}

/* What a replay counts is what would have been told by who knew no more. */
static void
a_replay_knows_nothing_of_the_future(void **s)
{
	(void)s;
	struct history h = noisy_history(56, 0.95, 0.03);
	for (size_t i = h.n - (size_t)20 * 96 + 30; i < h.n; i += 7 * 96 + 11) {
		struct replay r = { .minutes = 60 };
		struct told told[4];
		double came = h.v[i].y;

		forecaster_learn(forecaster_new(c.arena, 15), h.v, i + 1, i, &r, 1);
		assert_int_equal(r.n, 1);
		struct history then = { h.v, i - 3, h.begins };
		forecaster_tell(learnt(then), h.v, then.n, 4, told);
		assert_near(r.error, fabs(told[3].expected - came), 1e-12);
	}
}

/* ---- files */

static struct rows
read_csv(text csv)
{
	struct rows r = { 0 };
	text why = "";

	if (!csv_readings(c.arena, csv, strlen(csv), &r, &why))
		fail_msg("%s", why);
	return r;
}

static text
csv_refused(text csv)
{
	struct rows r = { 0 };
	text why = "";

	assert_false(csv_readings(c.arena, csv, strlen(csv), &r, &why));
	return why;
}

#define HEAD "SystemCodeNumber,Capacity,Occupancy,LastUpdated\n"

static void
a_file_is_read_by_its_lines_or_refused_with_the_line(void **s)
{
	(void)s;
	struct rows r =
	    read_csv(HEAD "A,100,-3,2026-10-04 08:00:00\r\nB b,20,19,2026-10-04 08:01\n\n");
	assert_int_equal(r.n, 2);
	assert_string_equal(ROW(csv_reading, r, 1)->lot, "B b");
	assert_int_equal(ROW(csv_reading, r, 0)->taken, -3);
	assert_true(ROW(csv_reading, r, 0)->at.us == at("2026-10-04T08:00Z").us);
	assert_non_null(strstr(csv_refused("lot,a,b,c\n"), "first line"));
	assert_non_null(strstr(csv_refused(""), "first line"));
	assert_non_null(strstr(csv_refused(HEAD "A,1,1\n"), "Line 2"));
	assert_non_null(strstr(csv_refused(HEAD "A,1,1,2026-10-04 08:00:00,x\n"), "Line 2"));
	assert_non_null(strstr(csv_refused(HEAD "A,1,1,2026-10-04 08:00\nA,0,1,2026-10-04 08:00\n"),
	    "Line 3: the capacity"));
	assert_non_null(strstr(csv_refused(HEAD "A,1,one,2026-10-04 08:00\n"), "the occupancy"));
	assert_non_null(strstr(csv_refused(HEAD "A,1,1,4.10.2026 08:00\n"), "a time looks like"));
	assert_non_null(strstr(csv_refused(HEAD ",1,1,2026-10-04 08:00\n"), "a lot's name"));
	assert_non_null(strstr(csv_refused("\xff"), "UTF-8"));
}

static void
readings_of_a_file_become_even_steps(void **s)
{
	struct rows series = { 0 };
	int minutes = 0;
	text why = "";

	(void)s;
	struct rows r =
	    read_csv(HEAD "B,10,5,2026-10-05 09:02:00\nA,100,20,2026-10-04 08:28:00\n"
			  "A,100,30,2026-10-04 08:59:00\nA,100,40,2026-10-04 09:31:00\n"
			  "A,100,99,2026-10-04 09:40:00\nA,100,140,2026-10-04 10:01:00\n");
	assert_true(csv_series(c.arena, r, &minutes, &series, &why));
	assert_int_equal(minutes, 30);
	assert_int_equal(series.n, 2);
	const struct series *a = ROW(series, series, 0);
	assert_string_equal(a->name, "A");
	assert_int_equal(a->n, 2 * 48);
	assert_near(a->v[17].y, 0.2, 1e-9);
	assert_near(a->v[18].y, 0.3, 1e-9);
	assert_near(a->v[19].y, 0.4, 1e-9); /* 9:31 is nearer to 9:30 than 9:40 is */
	assert_near(a->v[20].y, 1, 1e-9); /* no more than all of it */
	assert_true(isnan(a->v[16].y) && isnan(a->v[21].y));
	assert_int_equal(a->v[0].weekday, 0); /* 4 October 2026 is a Sunday */
	assert_near(ROW(series, series, 1)->v[48 + 18].y, 0.5, 1e-9);
	assert_false(csv_series(c.arena, (struct rows){ 0 }, &minutes, &series, &why));
	r = read_csv(HEAD "A,1,1,2020-01-01 00:00\nA,1,1,2026-01-01 00:00\n");
	assert_false(csv_series(c.arena, r, &minutes, &series, &why));
	assert_non_null(strstr(why, "days"));
}

/* Thirty car parks less two, their last three weeks: the figures of the method's first proof. */
static void
birmingham_is_foreseen_as_well_as_it_was(void **s)
{
	static const double most[] = { 0.0126, 0.0188, 0.0285, 0.0387 };
	struct rows readings = { 0 }, series = { 0 };
	struct replay r[REPLAYS];
	size_t room = 4 << 20, kept = 0;
	char *bytes = arena_alloc(c.arena, room);
	int minutes = 0;
	text why = "";

	(void)s;
	gzFile f = gzopen("tests/data/birmingham.csv.gz", "rb");
	assert_non_null(f);
	int n = gzread(f, bytes, (unsigned)room);
	gzclose(f);
	assert_true(n > 1000000);
	assert_true(csv_readings(c.arena, bytes, (size_t)n, &readings, &why));
	assert_int_equal(readings.n, 35717);
	FOR_ROWS (csv_reading, each, readings)
		if (!text_is(each->lot, "BHMBRTARC01") && !text_is(each->lot, "NIA North"))
			*ROW(csv_reading, readings, kept++) = *each;
	readings.n = kept;
	assert_true(csv_series(c.arena, readings, &minutes, &series, &why));
	assert_int_equal(minutes, 30);
	assert_int_equal(series.n, 28);
	assert_int_equal(backtest(series, minutes, 21, r), REPLAYS);
	for (size_t i = 0; i < LENGTH(most); i++) {
		double error = r[i].error / (double)r[i].n;
		double held = (double)r[i].within / (double)r[i].n;

		print_message("%d min: %.5f, as it was %.4f, a week ago %.4f, held %.3f\n",
		    r[i].minutes, error, r[i].stay_error / (double)r[i].n,
		    r[i].week_error / (double)r[i].week_n, held);
		assert_true(error <= most[i]);
		assert_true(held >= 0.78 && held <= 0.85);
		assert_true(error < r[i].stay_error / (double)r[i].n);
		assert_true(error < r[i].week_error / (double)r[i].week_n);
	}
}

/* ---- lots */

static int64_t lot;

static int
with_a_lot(void **state)
{
	int failed = fresh(state);

	if (failed)
		return failed;
	sql("insert into lots (name, city, time_zone, currency, search, hours) values ('Foreseen', "
	    "'Köln', 'Europe/Berlin', 'EUR', 'foreseen koln', '');"
	    "insert into zones (lot_id, code) select id, 'FORE' from lots where search = 'foreseen "
	    "koln';"
	    "insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'FORE-' || n, "
	    "'F-' || lpad(n::text, 2, '0') from zones, generate_series(1, 20) n where code = "
	    "'FORE'");
	lot = sql_number("select id from lots where name = 'Foreseen'");
	assert_ok(lots_count_free(&c));
	return 0;
}
#define OF_A_LOT(test) cmocka_unit_test_setup_teardown(test, with_a_lot, gone)

/* So many days of quarters up to now: `taken` is SQL of "hour" and "dow" on the lot's clock. */
static void
counted(int days, text taken)
{
	sql("insert into occupancy (lot_id, at, taken, capacity) select %lld, g, %s, 20 from "
	    "generate_series(timestamptz '2026-11-17 12:00Z' - interval '%d days', '2026-11-17 "
	    "11:45Z', '15 minutes') g cross join lateral (select extract(hour from g at time zone "
	    "'Europe/Berlin') + extract(minute from g) / 60 as hour, extract(dow from g at time "
	    "zone 'Europe/Berlin') as dow) x",
	    (long long)lot, taken, days);
}

static void
book(int slot, text starts, text ends, text status)
{
	static int nth;
	int64_t who = person(CUSTOMER, arena_fmt(c.arena, "foreseen%d", ++nth));

	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, hold_until, "
	    "pay, price, currency, cancel_until, refund_percent, no_show_at, created_at, "
	    "confirmed_at, checked_in_at, ended_at) select lot_id, id, %lld, '%s', '%s', '%s', "
	    "'2026-11-17 00:00Z', 'exit', 0, 'EUR', '%s', 0, '%s', '2026-11-16', '2026-11-16', %s, "
	    "%s from slots where lot_id = %lld and label = 'F-%02d'",
	    (long long)who, starts, ends, status, starts, starts,
	    text_is(status, "checked_in") ? "'2026-11-17'" : "null",
	    text_is(status, "cancelled") ? "'2026-11-17'" : "null", (long long)lot, slot);
}

static struct lot_forecast
foreseen(void)
{
	struct lot_forecast f;
	struct lot l;

	assert_ok(forecasts_refresh(&c));
	assert_ok(lot_load(&c, lot, &l));
	assert_ok(lot_foresee(&c, &l, &f));
	return f;
}

static const struct busy_quarter *
quarter_at(const struct lot_forecast *f, text when)
{
	FOR_ROWS (busy_quarter, q, f->quarters)
		if (q->at.us == at(when).us)
			return q;
	fail_msg("no quarter at %s", when);
	return NULL;
}

static void
each_minute_is_folded_into_its_quarter(void **s)
{
	(void)s;
	book(1, "2026-11-17 11:00Z", "2026-11-17 14:00Z", "checked_in");
	assert_ok(lots_count_free(&c));
	assert_ok(occupancy_note(&c));
	sql("update lot_counts set occupied = 3, free = 17 where lot_id = %lld", (long long)lot);
	c.now = instant_plus(c.now, 14 * MINUTE);
	assert_ok(occupancy_note(&c));
	assert_string_equal(
	    sql_value("select taken || ' of ' || capacity || ', ' || readings || ' ' "
		      "|| closed from occupancy where lot_id = %lld",
		(long long)lot),
	    "2 of 20, 2 false");
	c.now = instant_plus(c.now, 31 * MINUTE); /* nobody reads the next one */
	sql("update slots set out_of_service = true where lot_id = %lld and label = 'F-20'",
	    (long long)lot);
	assert_ok(lots_count_free(&c));
	assert_ok(occupancy_note(&c));
	assert_string_equal(
	    sql_value(
		"select string_agg(to_char(at at time zone 'UTC', 'HH24:MI') || ' ' || taken || "
		"'/' || capacity, ', ' order by at) from occupancy where lot_id = %lld",
		(long long)lot),
	    "12:00 2/20, 12:45 1/19");
}

static void
slots_with_silent_sensors_are_stood_for_by_the_others(void **s)
{
	(void)s;
	sql("update lot_counts set occupied = 5, unknown = 10, free = 5 where lot_id = %lld",
	    (long long)lot);
	assert_ok(occupancy_note(&c));
	assert_int_equal(
	    sql_number("select taken from occupancy where lot_id = %lld", (long long)lot), 10);
	c.now = instant_plus(c.now, HOUR);
	sql("update lot_counts set occupied = 5, unknown = 11, free = 4 where lot_id = %lld",
	    (long long)lot);
	assert_ok(occupancy_note(&c));
	assert_int_equal(
	    sql_number("select count(*) from occupancy where lot_id = %lld", (long long)lot), 1);
}

static void
a_closed_quarter_says_so(void **s)
{
	(void)s;
	sql("update lots set hours = 'Mo-Fr 06:00-13:10' where id = %lld", (long long)lot);
	assert_ok(occupancy_note(&c)); /* 13:00 there */
	c.now = instant_plus(c.now, 12 * MINUTE);
	assert_ok(occupancy_note(&c)); /* open for a part of it */
	c.now = instant_plus(c.now, 4 * MINUTE);
	assert_ok(occupancy_note(&c));
	assert_string_equal(
	    sql_value("select string_agg(closed::text, ' ' order by at) from occupancy "
		      "where lot_id = %lld",
		(long long)lot),
	    "false true");
}

static void
old_quarters_are_forgotten(void **s)
{
	(void)s;
	sql("insert into occupancy (lot_id, at, taken, capacity) select %lld, t, 1, 20 from "
	    "unnest(array['2025-11-01 00:00Z', '2025-12-01 00:00Z']::timestamptz[]) t",
	    (long long)lot);
	assert_ok(occupancy_forget(&c));
	assert_string_equal(
	    sql_value("select min(at at time zone 'UTC') from occupancy where lot_id = %lld",
		(long long)lot),
	    "2025-12-01 00:00:00");
}

static void
too_little_history_is_said_and_nothing_else(void **s)
{
	(void)s;
	struct lot_forecast f = foreseen();
	assert_non_null(strstr(f.says, "Nobody has counted here yet"));
	counted(9, "5");
	f = foreseen();
	assert_false(f.enough);
	assert_int_equal(f.quarters.n, 0);
	assert_non_null(strstr(f.says, "after 14 we can say"));
	as(0, ANYONE);
	struct response r =
	    ask(GET, arena_fmt(c.arena, "/api/v1/lots/%lld/forecast", (long long)lot), NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "\"enough\":false");
	assert_says(r, "\"quarters\":[]");
	assert_says(browse(GET, arena_fmt(c.arena, "/lots/%lld", (long long)lot), NULL),
	    "after 14 we can say");
	person(ADMIN, "anna");
	as(sql_number("select id from users where username = 'anna'"), ADMIN);
	assert_says(browse(GET, "/admin/forecasts", NULL), "days so far");
}

static void
what_is_booked_is_a_floor_and_the_slots_are_a_ceiling(void **s)
{
	(void)s;
	counted(28, "case when hour between 8 and 18 then 4 else 0 end");
	for (int i = 1; i <= 9; i++)
		book(i, "2026-11-17 20:00Z", "2026-11-17 21:05Z", "confirmed");
	book(9, "2026-11-17 21:05Z", "2026-11-17 21:30Z", "confirmed"); /* the same slot again */
	book(10, "2026-11-17 20:00Z", "2026-11-17 21:00Z", "cancelled");
	struct lot_forecast f = foreseen();
	assert_int_equal(f.quarters.n, 96);
	assert_int_equal(f.capacity, 20);
	const struct busy_quarter *q = quarter_at(&f, "2026-11-17T20:00Z");
	assert_near(q->expected, 9, 0.01);
	assert_true(q->low >= 9 && q->high >= 9);
	assert_int_equal(q->booked, 9);
	assert_near(q->usual, 0, 0.2);
	assert_int_equal(quarter_at(&f, "2026-11-17T21:00Z")->booked, 9);
	assert_int_equal(quarter_at(&f, "2026-11-17T21:15Z")->booked, 1);
	assert_int_equal(quarter_at(&f, "2026-11-17T21:30Z")->booked, 0);
	assert_near(quarter_at(&f, "2026-11-18T09:00Z")->expected, 4, 0.3);
	/* Half of the slots go out of service: there are no more than the others. */
	sql("update slots set out_of_service = true where lot_id = %lld and label > 'F-06'",
	    (long long)lot);
	assert_ok(lots_count_free(&c));
	f = foreseen();
	assert_int_equal(f.capacity, 6);
	FOR_ROWS (busy_quarter, each, f.quarters)
		assert_true(each->expected <= 6 && each->high <= 6);
	assert_near(quarter_at(&f, "2026-11-17T20:00Z")->expected, 6, 0.01);
}

static void
a_lot_is_called_full_when_it_usually_is(void **s)
{
	(void)s;
	counted(28,
	    "case when hour >= 8.75 and hour < 11.5 and dow between 1 and 5 then 20 else 2 end");
	struct lot_forecast f = foreseen(); /* it is 13:00 there, on a Tuesday */
	assert_string_equal(
	    f.says, "Usually full from about 08:45 to 11:30 tomorrow; 20 free now.");
	struct response r = browse(GET, arena_fmt(c.arena, "/lots/%lld", (long long)lot), NULL);
	assert_says(r, "Usually full from about 08:45 to 11:30 tomorrow");
	assert_says(r, "Usually quiet at your time");
	r = browse(GET,
	    arena_fmt(
		c.arena, "/lots/%lld?from=2026-11-24T09:00&until=2026-11-24T10:00", (long long)lot),
	    NULL);
	assert_says(r, "Usually full at your time");
	r = ask(
	    GET, "/api/v1/lots?near=Foreseen&from=2026-11-24T09:00&until=2026-11-24T10:00", NULL);
	assert_says(r, "\"busy\":\"Usually full\"");
	r = ask(
	    GET, "/api/v1/lots?near=Foreseen&from=2026-11-29T09:00&until=2026-11-29T10:00", NULL);
	assert_says(r, "\"busy\":\"Usually quiet\"");
}

static void
a_closed_lot_is_never_full(void **s)
{
	(void)s;
	sql("update lots set hours = 'Mo-Fr 12:00-20:00' where id = %lld", (long long)lot);
	counted(28, "20");
	sql("update occupancy set closed = extract(hour from at at time zone 'Europe/Berlin') not "
	    "between 12 and 19 or extract(dow from at at time zone 'Europe/Berlin') in (0, 6)");
	c.now = instant_plus(c.now, 8 * HOUR); /* 21:00 there */
	struct lot_forecast f = foreseen();
	assert_non_null(strstr(f.says, "closed until 12:00 tomorrow"));
	assert_null(strstr(f.says, "until about"));
	assert_true(quarter_at(&f, "2026-11-18T08:00Z")->closed);
	assert_false(quarter_at(&f, "2026-11-18T08:00Z")->known);
	assert_false(quarter_at(&f, "2026-11-18T12:00Z")->closed);
	c.now = at("2026-11-20T20:00Z"); /* Friday night: closed until Monday */
	f = foreseen();
	assert_string_equal(f.says, "Closed for the next 24 hours.");
}

static void
an_old_forecast_is_not_shown_as_a_new_one(void **s)
{
	struct lot_forecast f;
	struct lot l;

	(void)s;
	counted(28, "10");
	foreseen();
	assert_ok(lot_load(&c, lot, &l));
	c.now = instant_plus(c.now, 100 * MINUTE);
	assert_ok(lot_foresee(&c, &l, &f));
	assert_true(f.fresh);
	assert_int_equal(f.quarters.n, 90); /* the first is the one that runs */
	assert_true(ROW(busy_quarter, f.quarters, 0)->at.us == at("2026-11-17T13:30Z").us);
	c.now = instant_plus(c.now, HOUR);
	assert_ok(lot_foresee(&c, &l, &f));
	assert_false(f.fresh);
	assert_int_equal(f.quarters.n, 0);
	assert_non_null(strstr(f.says, "cannot be said at the moment"));
}

static void
admins_see_how_far_off_it_has_been(void **s)
{
	(void)s;
	counted(42,
	    "8 + 5 * sin(hour) + 2 * (hashint8extended(extract(epoch from g)::bigint / 7200, 3) % "
	    "100) / 100.0");
	foreseen();
	int64_t anna = person(ADMIN, "anna");
	as(anna, ADMIN);
	struct response r = ask(GET, "/api/v1/admin/forecasts", NULL);
	assert_says(r, "\"name\":\"Foreseen\"");
	r = ask(GET, arena_fmt(c.arena, "/api/v1/admin/forecasts/%lld", (long long)lot), NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "\"n\":2688");
	assert_says(r, "\"verdict\":\"");
	r = browse(GET, arena_fmt(c.arena, "/admin/forecasts/%lld", (long long)lot), NULL);
	assert_says(r, "How far off it has been");
	assert_says(r, "Expected an hour before");
	assert_int_equal(ask(GET, "/api/v1/admin/forecasts/999999", NULL).status, 404);
	as(0, ANYONE);
	assert_int_equal(ask(GET, "/api/v1/lots/999999/forecast", NULL).status, 404);
}

static void
gaps_at_either_end_of_a_list_are_counted(void **s)
{
	static const struct {
		text list;
		size_t n;
	} cases[] = { { "", 0 }, { "7", 1 }, { ",", 2 }, { "7,", 2 }, { ",7", 2 }, { "7,,", 3 },
		{ ",,7,8", 4 }, { "1,2,3,4,5", 4 } };
	double v[4];

	(void)s;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_int_equal(list_numbers(cases[i].list, v, LENGTH(v)), cases[i].n);
	assert_int_equal(list_numbers("7,,8,", v, LENGTH(v)), 4);
	assert_true(v[0] == 7 && v[1] == -1 && v[2] == 8 && v[3] == -1);
}

/* Nobody was ever counted here from 10:00 to 13:00, and it is 13:00: the day that is foreseen ends in a gap. */
static void
a_day_that_ends_with_what_nobody_knows_is_a_whole_day(void **s)
{
	(void)s;
	counted(28, "5");
	sql("delete from occupancy where lot_id = %lld and extract(hour from at at time zone "
	    "'Europe/Berlin') between 10 and 12",
	    (long long)lot);
	struct lot_forecast f = foreseen();
	assert_int_equal(f.quarters.n, 96);
	assert_true(quarter_at(&f, "2026-11-18T08:45Z")->known);
	assert_false(quarter_at(&f, "2026-11-18T09:00Z")->known);
	assert_false(quarter_at(&f, "2026-11-18T11:45Z")->known);
}

static void
two_rounds_in_one_quarter_leave_one_row(void **s)
{
	(void)s;
	counted(20, "3");
	foreseen();
	foreseen();
	assert_int_equal(
	    sql_number("select count(*) from forecasts where lot_id = %lld", (long long)lot), 1);
	sql("delete from slots where lot_id = %lld; delete from zones where lot_id = %lld; delete "
	    "from lots where id = %lld",
	    (long long)lot, (long long)lot, (long long)lot);
	assert_int_equal(
	    sql_number("select count(*) from occupancy where lot_id = %lld", (long long)lot), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_week_that_repeats_is_told_as_it_is),
		IN_WORLD(noon_stays_noon_when_clocks_change),
		IN_WORLD(what_is_different_now_dies_away_as_fast_as_it_does),
		IN_WORLD(the_interval_holds_eight_of_ten),
		IN_WORLD(readings_that_are_missing_are_missed_and_no_more),
		IN_WORLD(a_closed_day_teaches_nothing),
		IN_WORLD(a_holiday_is_forgiven_once),
		IN_WORLD(the_same_history_is_told_the_same),
		IN_WORLD(a_replay_knows_nothing_of_the_future),
		IN_WORLD(a_file_is_read_by_its_lines_or_refused_with_the_line),
		IN_WORLD(readings_of_a_file_become_even_steps),
		IN_WORLD(birmingham_is_foreseen_as_well_as_it_was),
		OF_A_LOT(each_minute_is_folded_into_its_quarter),
		OF_A_LOT(slots_with_silent_sensors_are_stood_for_by_the_others),
		OF_A_LOT(a_closed_quarter_says_so),
		OF_A_LOT(old_quarters_are_forgotten),
		OF_A_LOT(too_little_history_is_said_and_nothing_else),
		OF_A_LOT(what_is_booked_is_a_floor_and_the_slots_are_a_ceiling),
		OF_A_LOT(a_lot_is_called_full_when_it_usually_is),
		OF_A_LOT(a_closed_lot_is_never_full),
		OF_A_LOT(an_old_forecast_is_not_shown_as_a_new_one),
		OF_A_LOT(admins_see_how_far_off_it_has_been),
		OF_A_LOT(gaps_at_either_end_of_a_list_are_counted),
		OF_A_LOT(a_day_that_ends_with_what_nobody_knows_is_a_whole_day),
		OF_A_LOT(two_rounds_in_one_quarter_leave_one_row),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
