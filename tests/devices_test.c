/* devices_test.c -- what devices report, how they fare, and what sensors say of slots. */
#include "world.h"

#include "devices/inner.h"
#include "lots/pages.h"
#include "reservations/reservations.h"
#include "stays/stays.h"
#include "gear/settings.h"

static int64_t lot, other;

static int64_t
make_lot(text name, text code)
{
	sql("insert into lots (name, city, time_zone, currency, search) values ('%s', 'Köln', "
	    "'Europe/Berlin', 'EUR', lower('%s'));"
	    "insert into zones (lot_id, code) select id, '%s' from lots where search = lower('%s');"
	    "insert into slots (lot_id, zone_id, code, label) select lot_id, id, '%s-' || n, 'R-' "
	    "|| n "
	    "from zones, generate_series(1, 12) n where code = '%s'",
	    name, code, code, code, code, code);
	return sql_number("select id from lots where search = lower('%s')", code);
}

static int
equipped(void **state)
{
	int failed = fresh(state);

	if (failed)
		return failed;
	lot = make_lot("Süd", "DSUD");
	other = make_lot("Nord", "DNORD");
	sql("select made from telemetry_partitions('2026-11-17 12:00Z', '-infinity')");
	return 0;
}
#define EQUIPPED(test) cmocka_unit_test_setup_teardown(test, equipped, gone)

static int64_t
mount(text code, text slot)
{
	struct device_draft d = { .code = code, .name = "", .slot = slot };
	struct device made = { 0 };

	assert_ok(device_add(&c, &d, &made));
	return made.id;
}

static struct reading
reading(text code, int64_t seconds_ago)
{
	return (struct reading){ code, 230, 5.2, 0.92, instant_plus(c.now, -seconds_ago * SECOND) };
}

static enum taken
send(struct reading r)
{
	enum taken taken = TAKEN_FROM_NOBODY;

	assert_ok(telemetry_take(&c, &r, 1, &taken));
	return taken;
}

static struct device
look(text code)
{
	struct device d = { 0 };

	assert_ok(device_named(&c, code, &d));
	return d;
}

static struct overview
overview(int64_t of)
{
	struct overview o = { 0 };

	assert_ok(devices_overview(&c, of, &o));
	return o;
}

/* ---- registering */

static void
is_refused(text code, text slot, enum problem as, text beside)
{
	struct device_draft d = { .code = code, .name = "", .slot = slot };
	struct device made = { 0 };

	assert_ok(db_begin(&c));
	assert_string_equal(problem_name(device_add(&c, &d, &made)), problem_name(as));
	assert_ok(db_end(&c, false));
	assert_string_equal(c.complaints.v[0].field, beside);
	c.complaints.n = 0;
}

static void
a_code_is_one_devices_in_whatever_case_and_a_slot_has_one(void **s)
{
	(void)s;
	mount("DEV-101", "dsud-1");
	is_refused("dev-101", "DSUD-2", DUPLICATE, "code");
	is_refused("dev-102", "DSUD-1", DUPLICATE, "slot");
	is_refused("dev-102", "DSUD-99", INVALID, "slot");
}

static void
a_device_moves_with_what_it_told(void **s)
{
	int64_t id = mount("DEV-1", "DSUD-1");
	struct device_draft d = {
		.id = id, .code = "DEV-1b", .name = "East wall", .slot = "DNORD-3"
	};
	struct device after = { 0 };

	(void)s;
	send(reading("DEV-1", 10));
	assert_int_equal(overview(lot).healthy, 1);
	assert_ok(device_change(&c, &d, &after));
	assert_string_equal(after.slot_code, "DNORD-3");
	assert_int_equal(after.lot_id, other);
	assert_string_equal(look("dev-1B").health, "healthy");
	assert_int_equal(overview(lot).devices, 0);
	assert_int_equal(overview(lot).healthy, 0);
	assert_int_equal(overview(other).healthy, 1);
}

static void
a_device_takes_its_readings_with_it(void **s)
{
	int64_t id = mount("DEV-1", "DSUD-1");

	(void)s;
	send(reading("DEV-1", 10));
	assert_ok(device_remove(&c, id));
	assert_int_equal(sql_number("select count(*) from telemetry"), 0);
	assert_int_equal(overview(lot).devices, 0);
	assert_int_equal(overview(lot).healthy, 0);
	assert_problem(device_remove(&c, id), NOT_FOUND);
}

/* ---- readings */

static void
only_registered_devices_are_heard(void **s)
{
	(void)s;
	assert_int_equal(send(reading("DEV-1", 0)), TAKEN_FROM_NOBODY);
	assert_int_equal(sql_number("select count(*) from telemetry"), 0);
	mount("DEV-1", "DSUD-1");
	assert_int_equal(send(reading("dev-1", 0)), TAKEN_NEW);
}

static void
a_reading_that_is_there_changes_nothing(void **s)
{
	struct reading again = reading("dev-1", 30);

	(void)s;
	mount("DEV-1", "DSUD-1");
	assert_int_equal(send(reading("DEV-1", 30)), TAKEN_NEW);
	again.voltage = 100;
	c.now = instant_plus(c.now, 5 * SECOND);
	assert_int_equal(send(again), TAKEN_DUPLICATE);
	assert_int_equal(sql_number("select count(*) from telemetry"), 1);
	assert_string_equal(look("DEV-1").electrical, "normal");
	assert_int_equal(
	    sql_number("select extract(epoch from received_at)::bigint from device_reports"),
	    NOON.us / SECOND);
}

static void
of_a_parcel_each_is_told_apart(void **s)
{
	struct reading parcel[] = { reading("a", 60), reading("nobody", 60), reading("A", 60),
		reading("b", 60), reading("a", 0), reading("{\"},\\", 0) };
	enum taken each[LENGTH(parcel)];
	static const enum taken expected[] = { TAKEN_NEW, TAKEN_FROM_NOBODY, TAKEN_DUPLICATE,
		TAKEN_NEW, TAKEN_NEW, TAKEN_NEW };

	(void)s;
	mount("A", "DSUD-1");
	mount("B", "DSUD-2");
	mount("{\"},\\", "DSUD-3");
	assert_ok(telemetry_take(&c, parcel, LENGTH(parcel), each));
	for (size_t i = 0; i < LENGTH(parcel); i++)
		assert_int_equal(each[i], expected[i]);
	assert_string_equal(parcel[0].device_code, "A"); /* as it is registered */
	assert_int_equal(sql_number("select count(*) from telemetry"), 4);
}

/* last_reported = greatest(old, least(timestamp, now)); the latest reading by the same measure. */
static void
the_last_report_is_never_later_than_now_and_never_goes_back(void **s)
{
	struct reading ahead = reading("D", -3600);

	(void)s;
	mount("D", "DSUD-1");
	send(reading("D", 60));
	assert_int_equal(look("D").last_reported.us, NOON.us - MINUTE);
	ahead.voltage = 240;
	send(ahead);
	assert_int_equal(look("D").last_reported.us, NOON.us);
	c.now = instant_plus(NOON, MINUTE);
	send(reading("D", 300)); /* older */
	assert_int_equal(look("D").last_reported.us, NOON.us);
	assert_int_equal((int)look("D").voltage, 240);
	send(reading("D", 0)); /* a clock that ran ahead does not hide what comes after */
	assert_int_equal((int)look("D").voltage, 230);
	assert_int_equal(look("D").received_at.us, c.now.us);
}

static void
more_than_a_day_ahead_is_refused(void **s)
{
	struct reading r = reading("D", -86400);

	(void)s;
	assert_ok(reading_check(&c, &r));
	r.timestamp = instant_plus(r.timestamp, 1);
	assert_problem(reading_check(&c, &r), INVALID);
	assert_string_equal(c.complaints.v[0].field, "timestamp");
	r.timestamp = (instant){ 0 };
	assert_ok(reading_check(&c, &r));
	assert_int_equal(r.timestamp.us, c.now.us);
}

static void
health_goes_by_the_last_report(void **s)
{
	static const struct {
		int64_t us;
		enum health is;
	} after[] = { { 0, HEALTHY }, { 2 * MINUTE, HEALTHY }, { 2 * MINUTE + 1, WARNING },
		{ 10 * MINUTE, WARNING }, { 10 * MINUTE + 1, OFFLINE } };

	(void)s;
	for (size_t i = 0; i < LENGTH(after); i++)
		assert_int_equal(
		    device_health(instant_plus(NOON, -after[i].us), NOON), after[i].is);
	assert_int_equal(device_health((instant){ 0 }, NOON), OFFLINE);
}

static void
the_electrical_state_goes_by_the_latest_reading(void **s)
{
	static const struct {
		double voltage, factor;
		text is;
	} readings[] = { { 180, 0.8, "normal" }, { 179.99, 0.9, "critical" }, { 250, 1, "normal" },
		{ 250.01, 1, "critical" }, { 230, 0.79, "warning" }, { 251, 0.1, "critical" } };

	(void)s;
	mount("D", "DSUD-1");
	assert_string_equal(look("D").electrical, "");
	for (size_t i = 0; i < LENGTH(readings); i++) {
		struct reading r = reading("D", 60 - (int64_t)i);

		r.voltage = readings[i].voltage;
		r.power_factor = readings[i].factor;
		send(r);
		assert_string_equal(look("D").electrical, readings[i].is);
		assert_int_equal(
		    overview(lot).electrical_critical, text_is(readings[i].is, "critical"));
		assert_int_equal(
		    overview(lot).electrical_warning, text_is(readings[i].is, "warning"));
	}
}

/* What is kept, beside what is counted: for every second of a quarter of an hour. */
static void
the_overview_is_what_counting_would_give(void **s)
{
	static const int64_t ago[] = { 0, 1, 59, 60, 61, 119, 120, 121, 300, 599, 600, 601 };

	(void)s;
	c.now = instant_plus(NOON, 37 * SECOND + 500000);
	for (size_t i = 0; i < LENGTH(ago); i++) {
		text code = arena_fmt(c.arena, "D%zu", i);

		mount(code, arena_fmt(c.arena, "DSUD-%zu", i + 1));
		send(reading(code, ago[i]));
	}
	mount("NEVER", "DNORD-1");
	for (int i = 0; i < 700; i += 7) {
		struct overview o = overview(0);
		struct device_filter f = {
			.q = "", .health = "healthy", .electrical = "", .sort = ""
		};
		int64_t n;

		assert_ok(devices_count(&c, &f, 100, &n));
		assert_int_equal(o.healthy, n);
		f.health = "warning";
		assert_ok(devices_count(&c, &f, 100, &n));
		assert_int_equal(o.warning, n);
		f.health = "offline";
		assert_ok(devices_count(&c, &f, 100, &n));
		assert_int_equal(o.offline, n);
		assert_int_equal(overview(lot).devices, 12);
		assert_int_equal(overview(other).offline, 1);
		c.now = instant_plus(c.now, 7 * SECOND);
	}
}

/* ---- history */

static struct rows
history(text code, int64_t from_minutes_ago, int64_t until_minutes_ago)
{
	struct readings_asked q = { .device_code = code,
		.from = instant_plus(c.now, -from_minutes_ago * MINUTE),
		.until = instant_plus(c.now, -until_minutes_ago * MINUTE),
		.most = 1000 };
	struct rows found = { 0 };
	int64_t n;

	assert_ok(telemetry_list(&c, &q, &found));
	assert_ok(telemetry_count(&c, &q, &n));
	assert_int_equal(n, found.n);
	return found;
}

static void
history_is_newest_first_and_of_one_or_of_all(void **s)
{
	(void)s;
	mount("A", "DSUD-1");
	mount("B", "DSUD-2");
	for (int i = 0; i < 5; i++) {
		send(reading("A", i * 60));
		send(reading("B", i * 60));
	}
	assert_int_equal(history("a", 100, -1).n, 5);
	assert_int_equal(history("", 100, -1).n, 10);
	assert_int_equal(history("nobody", 100, -1).n, 0);
	struct rows some = history("a", 3, 1); /* [from, until) */
	assert_int_equal(some.n, 2);
	assert_int_equal(ROW(reading, some, 0)->timestamp.us, NOON.us - 2 * MINUTE);
	assert_int_equal(ROW(reading, some, 1)->timestamp.us, NOON.us - 3 * MINUTE);
}

/* ---- partitions */

static void
partitions_are_made_ahead_and_dropped(void **s)
{
	(void)s;
	mount("D", "DSUD-1");
	send(reading("D", 400 * 86400)); /* October 2025: before any partition */
	send(reading("D", 0));
	assert_int_equal(sql_number("select count(*) from telemetry_older"), 1);
	c.now = instant_plus(NOON, 40 * DAY);
	assert_ok(telemetry_tidy(&c));
	for (text const *part = (text const[]){ "2026_12", "2027_01", "2027_02", NULL }; *part;
	     part++)
		assert_int_equal(
		    sql_number("select (to_regclass('telemetry_%s') is not null)::int", *part), 1);
	assert_int_equal(sql_number("select count(*) from telemetry"), 1); /* older than 400 days */
	c.now = instant_plus(NOON, 500 * DAY);
	assert_ok(telemetry_tidy(&c));
	assert_int_equal(sql_number("select count(*) from telemetry"), 0);
	assert_int_equal(
	    sql_number("select (to_regclass('telemetry_2026_11') is not null)::int"), 0);
}

static void
what_came_before_its_partition_moves_into_it(void **s)
{
	(void)s;
	mount("D", "DSUD-1");
	sql("insert into telemetry (device_id, at, voltage, current, power_factor, received_at) "
	    "select id, '2031-05-07 10:00Z', 230, 1, 1, now() from devices where code = 'D'");
	assert_int_equal(sql_number("select count(*) from telemetry_older"), 1);
	c.now = instant_plus(NOON, (1629 - 30) * DAY); /* 4 April 2031 */
	settings.telemetry_days = 0;
	assert_ok(telemetry_tidy(&c));
	settings.telemetry_days = 400;
	assert_int_equal(sql_number("select count(*) from telemetry_older"), 0);
	assert_int_equal(sql_number("select count(*) from telemetry_2031_05"), 1);
}

/* ---- going, coming back */

static int64_t
notices(text like)
{
	return sql_number(
	    "select count(*) from notices where kind = 'device' and words like '%s'", like);
}

static void
going_offline_and_coming_back_are_told_once_each(void **s)
{
	(void)s;
	mount("D", "DSUD-1");
	assert_ok(devices_watch(&c));
	assert_int_equal(notices("%"), 0); /* it never reported: it has not gone */
	send(reading("D", 0));
	c.now = instant_plus(NOON, 10 * MINUTE);
	assert_ok(devices_watch(&c));
	assert_int_equal(notices("%"), 0);
	c.now = instant_plus(NOON, 10 * MINUTE + 1);
	assert_ok(devices_watch(&c));
	assert_ok(devices_watch(&c));
	assert_int_equal(notices("D on slot R-1 of Süd is offline: nothing since 12:00 UTC."), 1);
	send(reading("D", 700)); /* what it had kept: it is as silent as before */
	assert_int_equal(notices("%again%"), 0);
	send(reading("D", 0));
	send(reading("D", 1));
	assert_int_equal(notices("D on slot R-1 of Süd reports again."), 1);
	c.now = instant_plus(c.now, 11 * MINUTE);
	assert_ok(devices_watch(&c));
	assert_int_equal(notices("%offline%"), 2);
	assert_int_equal(notices("%"), 3);
}

static void
a_lot_whose_line_is_cut_is_told_in_one_notice(void **s)
{
	(void)s;
	for (int i = 1; i <= 12; i++) {
		text code = arena_fmt(c.arena, "D%d", i);

		mount(code, arena_fmt(c.arena, "DSUD-%d", i));
		send(reading(code, 0));
	}
	mount("N", "DNORD-1");
	send(reading("N", 0));
	c.now = instant_plus(NOON, 11 * MINUTE);
	assert_ok(devices_watch(&c));
	assert_int_equal(
	    notices("12 devices of Süd are offline, D1 on slot R-1 the first of them."), 1);
	assert_int_equal(notices("%"), 2);
}

static int64_t
skews(text like)
{
	return sql_number(
	    "select count(*) from anomalies where kind = 'clock_skew' and detail like '%s'", like);
}

static void
a_clock_that_is_wrong_is_an_anomaly_once_until_it_is_right(void **s)
{
	struct reading kept[] = { reading("D", 3000), reading("D", 1) };
	enum taken each[2];

	(void)s;
	mount("D", "DSUD-1");
	send(reading("D", 300)); /* five minutes behind */
	send(reading("D", -300));
	assert_int_equal(skews("%"), 0);
	send(reading("D", 301));
	send(reading("D", 302));
	send(reading("D", -7200));
	assert_int_equal(skews("%"), 1);
	assert_int_equal(skews("The clock of D on slot R-1 is % behind."), 1);
	assert_ok(telemetry_take(&c, kept, 2, each)); /* it kept one, and its clock is right */
	c.now = instant_plus(NOON, SECOND);
	send(reading("D", -3600));
	assert_int_equal(skews("%"), 2);
	assert_int_equal(skews("The clock of D on slot R-1 is % ahead."), 1);
}

/* ---- slots */

static text
state(text slot)
{
	return sql_value(
	    "select slot_state(s.out_of_service, y.occupied, false, null, y.silent, t.now) "
	    "from slots s left join slot_presence p on p.slot_id = s.id "
	    "left join devices d on d.slot_id = s.id "
	    "left join device_reports q on q.device_id = d.id "
	    "cross join (select timestamptz 'epoch' + %lld * interval '1 microsecond' as now) t "
	    "cross join lateral (select slot_told_taken(p.occupied, p.said_at, d.id, "
	    "q.last_reported, s.ev, q.current, t.now) as occupied, slot_silent(d.id, "
	    "q.last_reported, t.now) as silent) y where s.code = '%s'",
	    (long long)c.now.us, slot);
}

static int64_t
slot_of(text code)
{
	return sql_number("select id from slots where code = '%s'", code);
}

static int64_t
counted(text what)
{
	return sql_number("select %s from lot_counts where lot_id = %lld", what, (long long)lot);
}

static void
somebodys_word_holds_while_it_is_fresh(void **s)
{
	(void)s;
	assert_ok(slot_say(&c, slot_of("DSUD-1"), true));
	assert_string_equal(state("DSUD-1"), "occupied");
	assert_int_equal(counted("occupied"), 1);
	assert_int_equal(counted("free"), 11);
	c.now = instant_plus(NOON, 60 * DAY); /* no device: until somebody says otherwise */
	assert_string_equal(state("DSUD-1"), "occupied");
	assert_ok(slot_say(&c, slot_of("DSUD-1"), false));
	assert_string_equal(state("DSUD-1"), "available");
	assert_int_equal(counted("occupied"), 0);
}

static void
a_word_goes_stale_with_a_silent_device(void **s)
{
	(void)s;
	mount("D", "DSUD-1");
	assert_string_equal(state("DSUD-1"), "unknown"); /* it never reported */
	assert_int_equal(counted("unknown"), 1);
	assert_ok(slot_say(&c, slot_of("DSUD-1"), true));
	assert_string_equal(state("DSUD-1"), "occupied");
	c.now = instant_plus(NOON, 10 * MINUTE);
	send(reading("D", 0));
	c.now = instant_plus(NOON, 20 * MINUTE);
	assert_string_equal(state("DSUD-1"), "occupied"); /* its device lives */
	c.now = instant_plus(NOON, 20 * MINUTE + 1);
	assert_string_equal(state("DSUD-1"), "unknown");
	send(reading("D", 0));
	assert_string_equal(state("DSUD-1"), "occupied");
	assert_ok(slot_say(&c, slot_of("DSUD-1"), false));
	assert_string_equal(state("DSUD-1"), "available");
}

static void
a_charger_that_is_drawn_from_has_a_car_at_it(void **s)
{
	struct reading r = reading("D", 0);

	(void)s;
	mount("D", "DSUD-1");
	r.current = 16;
	send(r);
	assert_string_equal(state("DSUD-1"), "available"); /* no charger: that is not a car's */
	sql("update slots set ev = true where code = 'DSUD-1'");
	assert_string_equal(state("DSUD-1"), "occupied");
	c.now = instant_plus(NOON, MINUTE);
	r = reading("D", 0);
	r.current = 5.9;
	send(r);
	assert_string_equal(state("DSUD-1"), "available");
}

/* ---- pages, and what programs get of them */

static text
at(text pattern, int64_t id)
{
	text colon = strstr(pattern, ":id");

	return arena_fmt(
	    c.arena, "%.*s%lld%s", (int)(colon - pattern), pattern, (long long)id, colon + 3);
}

static void
devices_that_want_a_look_come_first(void **s)
{
	struct reading critical = reading("B", 5), late = reading("C", 300),
		       gone_ = reading("D", 3600);

	(void)s;
	mount("A", "DSUD-1");
	mount("B", "DSUD-2");
	mount("C", "DSUD-3");
	mount("D", "DSUD-4");
	mount("E", "DNORD-1");
	critical.voltage = 260;
	send(reading("A", 5));
	send(critical);
	send(late);
	send(gone_);
	as(person(OPERATOR, "olga"), OPERATOR);
	struct response r =
	    browse(GET, arena_fmt(c.arena, "/devices?lot=%lld", (long long)lot), NULL);
	assert_int_equal(r.status, 200);
	text where[] = { strstr(r.body, ">D</a>"), strstr(r.body, ">C</a>"),
		strstr(r.body, ">B</a>"), strstr(r.body, ">A</a>") };
	for (size_t i = 0; i < LENGTH(where); i++) {
		assert_non_null(where[i]);
		assert_true(i == 0 || where[i - 1] < where[i]);
	}
	assert_not_says(r, ">E</a>");
	assert_not_says(r, "/devices/new");
	r = ask(GET, "/api/v1/devices?health=offline&sort=code", NULL);
	assert_says(r, "\"code\":\"D\"");
	assert_says(r, "\"code\":\"E\"");
	assert_says(r, "\"count\":2");
	assert_says(r, "\"healthy\":2,\"warning\":1,\"offline\":2");
	r = ask(GET, "/api/v1/devices?electrical=critical&q=d%C3%BCd", NULL);
	assert_says(r, "\"count\":0");
	r = browse(GET, "/devices?q=nothing-like-it", NULL);
	assert_says(r, "No device fits");
}

static void
a_page_of_devices_leads_to_the_next(void **s)
{
	(void)s;
	sql("insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'P-' || n, 'P-' "
	    "|| n "
	    "from zones, generate_series(1, 60) n where code = 'DSUD';"
	    "insert into devices (code, slot_id) select code, id from slots where code like 'P-%%';"
	    "insert into device_reports (device_id, lot_id) select id, %lld from devices",
	    (long long)lot);
	as(person(OPERATOR, "olga"), OPERATOR);
	struct response r = browse(GET, "/devices?sort=code&health=offline", NULL);
	assert_says(r, "href=\"/devices?health=offline&amp;sort=code&amp;page=2\"");
	r = browse(GET, "/devices?sort=code&page=2", NULL);
	assert_says(r, "rel=\"prev\"");
	assert_int_equal(overview(lot).devices, 60);
}

static void
a_device_is_registered_changed_and_taken_away_on_its_pages(void **s)
{
	(void)s;
	as(person(ADMIN, "anna"), ADMIN);
	assert_says(browse(GET, "/devices/new", NULL), "<option value=\"DSUD-1\">");
	struct response r = browse(POST, "/devices", "code=DEV-7&name=By+the+lift&slot=dsud-1");
	int64_t id = sql_number("select id from devices where code = 'DEV-7'");
	assert_int_equal(r.status, 303);
	assert_string_equal(location(&r), at("/devices/:id", id));
	r = browse(POST, "/devices", "code=dev-7&name=&slot=DSUD-2");
	assert_int_equal(r.status, 409);
	assert_says(r, "Another device has this code.");
	assert_says(r, "value=\"dev-7\"");
	r = browse(GET, at("/devices/:id/edit", id), NULL);
	assert_says(r, "value=\"By the lift\"");
	r = browse(POST, at("/devices/:id", id), "code=DEV-7&name=East&slot=DSUD-3");
	assert_int_equal(r.status, 303);
	assert_string_equal(look("DEV-7").slot_label, "R-3");
	mount("DEV-8", "DSUD-4");
	assert_int_equal(
	    ask(POST, at("/api/v1/devices/:id", id), "{\"code\":\"DEV-8\",\"slot\":\"DSUD-3\"}")
		.status,
	    409);
	assert_int_equal(
	    ask(POST, "/api/v1/devices/999999", "{\"code\":\"X\",\"slot\":\"DSUD-3\"}").status,
	    404);
	assert_int_equal(browse(GET, "/devices/999999/edit", NULL).status, 404);
	assert_int_equal(ask(POST, "/api/v1/devices/999999/deletion", "{}").status, 404);
	r = browse(POST, at("/devices/:id/deletion", id), "");
	assert_string_equal(location(&r), "/devices");
	assert_int_equal(browse(GET, at("/devices/:id", id), NULL).status, 404);
}

/* 17 November, in Berlin: from 23:00 on the 16th in UTC. */
static void
a_devices_page_draws_the_days_that_are_asked_for(void **s)
{
	int64_t id = mount("D", "DSUD-1");

	(void)s;
	for (int i = 0; i < 12; i++)
		send(reading("D", i * 3600)); /* 13:00 back to 02:00 there */
	as(person(OPERATOR, "olga"), OPERATOR);
	struct response r = browse(GET, at("/devices/:id", id), NULL);
	assert_says(r, "12 readings, in spans of 15");
	assert_says(r, "From 230.0 to 230.0 V, 230.0 on average.");
	assert_says(r, "<path class=\"l1\" d=\"M");
	assert_says(r, "02:00</time>");
	assert_says(r, "name=\"from\" type=\"date\" value=\"2026-11-17\"");
	assert_not_says(r, "/edit");
	r = ask(GET, at("/api/v1/devices/:id?from=2026-11-10&until=2026-11-17", id), NULL);
	assert_says(r, "\"span_seconds\":7200,\"n\":12");
	r = browse(GET, at("/devices/:id?from=2026-11-01&until=2026-11-02", id), NULL);
	assert_says(r, "Nothing in these days");
	assert_says(r, at("/devices/:id?from=2026-10-30&amp;until=2026-10-31", id));
	r = browse(GET, at("/devices/:id?from=2026-11-18&until=2026-11-17", id), NULL);
	assert_int_equal(r.status, 422);
	assert_int_equal(ask(GET, at("/api/v1/devices/:id?from=2020-01-01", id), NULL).status, 422);
	assert_int_equal(ask(GET, "/api/v1/devices/999999", NULL).status, 404);
}

static void
readings_are_given_as_csv(void **s)
{
	int64_t id = mount("=D", "DSUD-1");

	(void)s;
	send(reading("=D", 60));
	as(person(OPERATOR, "olga"), OPERATOR);
	struct response r = browse(GET, at("/devices/:id/readings.csv", id), NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.type, "text/csv; charset=utf-8");
	assert_string_equal(r.body,
	    "device_code,timestamp,voltage,current,power_factor\r\n"
	    "\"'=D\",2026-11-17T11:59:00Z,230,5.2,0.92\r\n");
	assert_int_equal(browse(GET, at("/devices/:id/readings.csv?from=x", id), NULL).status, 422);
	assert_int_equal(browse(GET, "/devices/999999/readings.csv", NULL).status, 404);
}

/* ---- who looks for a slot */

static struct lot_page
drawn_from(int64_t minutes)
{
	struct lot_page p = { 0 };
	const struct lot_view v = { .id = lot,
		.from = instant_text(c.arena, instant_plus(c.now, minutes * MINUTE)),
		.until = instant_text(c.arena, instant_plus(c.now, (minutes + 60) * MINUTE)),
		.from_offset = "",
		.until_offset = "" };

	assert_ok(lot_show(&c, &v, &p));
	return p;
}

static int64_t
found_from(int64_t minutes)
{
	struct results r = { 0 };
	const struct search q = { .near = "dsud",
		.from = instant_text(c.arena, instant_plus(c.now, minutes * MINUTE)),
		.until = instant_text(c.arena, instant_plus(c.now, (minutes + 60) * MINUTE)),
		.from_offset = "",
		.until_offset = "",
		.sort = "" };

	assert_ok(lots_search(&c, &q, &r));
	return r.lots.n ? ROW(found, r.lots, 0)->free : 0;
}

static enum problem
book(int64_t slot, int64_t minutes)
{
	struct booking b = { .lot_id = lot,
		.slot_id = slot,
		.starts = instant_plus(c.now, minutes * MINUTE),
		.ends = instant_plus(c.now, (minutes + 60) * MINUTE),
		.quote = "" };
	struct reservation made = { 0 };
	struct quote q = { 0 };

	assert_ok(quote_make(&c, &b, &q));
	assert_ok(db_begin(&c));
	enum problem e = reservation_hold(&c, &b, &made);
	assert_ok(db_end(&c, e == OK));
	assert_int_equal(q.available, e == OK);
	if (e == OK)
		sql("update reservations set status = 'cancelled', ended_at = hold_until where id "
		    "= %lld",
		    (long long)made.id);
	return e;
}

static void
where_a_sensor_sees_a_car_nobody_is_sent_for_the_next_hour(void **s)
{
	int64_t slot = slot_of("DSUD-1");

	(void)s;
	c.person = (struct person){
		.id = person(CUSTOMER, "carl"), .role = CUSTOMER, .verified = true, .name = ""
	};
	assert_int_equal(drawn_from(15).free_then, 12);
	assert_int_equal(found_from(15), 12);
	assert_ok(book(slot, 15));
	assert_ok(slot_say(&c, slot, true));
	struct lot_page p = drawn_from(15);
	assert_int_equal(p.free_then, 11);
	assert_int_equal(p.taken_then, 1);
	assert_int_equal(p.choices.n, 11);
	assert_int_equal(found_from(15), 11);
	assert_int_equal(book(slot, 15), SLOT_TAKEN);
	assert_non_null(strstr(c.detail, "A car stands on R-1"));
	for (int i = 0; i < 11; i++)
		assert_ok(book(0, 15)); /* any slot: never that one */
	/* Later it may be gone. */
	assert_int_equal(drawn_from(60).free_then, 12);
	assert_int_equal(found_from(60), 12);
	assert_ok(book(slot, 60));
	/* At the gate it may be that very car that drives in. */
	struct stay in = { 0 };
	c.person = (struct person){
		.id = person(OPERATOR, "olga"), .role = OPERATOR, .verified = true, .name = ""
	};
	assert_ok(db_begin(&c));
	assert_ok(stay_enter(
	    &c, &(struct entry){ .plate = "K1", .slot_id = slot, .source = "gate" }, &in));
	assert_ok(db_end(&c, false));
	assert_ok(slot_say(&c, slot, false));
	assert_int_equal(drawn_from(15).free_then, 12);
	assert_ok(book(slot, 15));
}

static void
a_word_that_a_silent_device_no_longer_bears_out_keeps_nobody_away(void **s)
{
	int64_t slot = slot_of("DSUD-1");

	(void)s;
	c.person = (struct person){
		.id = person(CUSTOMER, "carl"), .role = CUSTOMER, .verified = true, .name = ""
	};
	mount("D", "DSUD-1");
	send(reading("D", 0));
	assert_ok(slot_say(&c, slot, true));
	assert_int_equal(found_from(15), 11);
	sql("update slots set ev = true where code = 'DSUD-2'");
	mount("E", "DSUD-2");
	struct reading charging = reading("E", 0);
	charging.current = 12;
	send(charging);
	assert_int_equal(found_from(15), 10);
	assert_int_equal(drawn_from(15).taken_then, 2);
	c.now = instant_plus(c.now, 11 * MINUTE);
	assert_int_equal(found_from(15), 12);
	assert_int_equal(drawn_from(15).taken_then, 0);
	assert_ok(book(slot, 15));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		EQUIPPED(a_code_is_one_devices_in_whatever_case_and_a_slot_has_one),
		EQUIPPED(a_device_moves_with_what_it_told),
		EQUIPPED(a_device_takes_its_readings_with_it),
		EQUIPPED(only_registered_devices_are_heard),
		EQUIPPED(a_reading_that_is_there_changes_nothing),
		EQUIPPED(of_a_parcel_each_is_told_apart),
		EQUIPPED(the_last_report_is_never_later_than_now_and_never_goes_back),
		EQUIPPED(more_than_a_day_ahead_is_refused),
		EQUIPPED(health_goes_by_the_last_report),
		EQUIPPED(the_electrical_state_goes_by_the_latest_reading),
		EQUIPPED(the_overview_is_what_counting_would_give),
		EQUIPPED(history_is_newest_first_and_of_one_or_of_all),
		EQUIPPED(partitions_are_made_ahead_and_dropped),
		EQUIPPED(what_came_before_its_partition_moves_into_it),
		EQUIPPED(going_offline_and_coming_back_are_told_once_each),
		EQUIPPED(a_lot_whose_line_is_cut_is_told_in_one_notice),
		EQUIPPED(a_clock_that_is_wrong_is_an_anomaly_once_until_it_is_right),
		EQUIPPED(somebodys_word_holds_while_it_is_fresh),
		EQUIPPED(a_word_goes_stale_with_a_silent_device),
		EQUIPPED(a_charger_that_is_drawn_from_has_a_car_at_it),
		EQUIPPED(where_a_sensor_sees_a_car_nobody_is_sent_for_the_next_hour),
		EQUIPPED(a_word_that_a_silent_device_no_longer_bears_out_keeps_nobody_away),
		EQUIPPED(devices_that_want_a_look_come_first),
		EQUIPPED(a_page_of_devices_leads_to_the_next),
		EQUIPPED(a_device_is_registered_changed_and_taken_away_on_its_pages),
		EQUIPPED(a_devices_page_draws_the_days_that_are_asked_for),
		EQUIPPED(readings_are_given_as_csv),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
