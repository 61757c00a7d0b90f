/* tariffs_test.c -- each preset and rule by hand, versions, and the pages of an admin. */
#include "world.h"

#include "gear/settings.h"
#include "gear/zones.h"
#include "tariffs/terms.h"

static const struct zone *berlin;

static instant
at(text local)
{
	instant t = { 0 };
	int y, m, d;

	if (!instant_parse_naive(local, &t))
		fail_msg("no time: %s", local);
	civil_from_days(t.us / DAY, &y, &m, &d);
	return zone_instant(
	    berlin, y, m, d, (int)(t.us % DAY / HOUR), (int)(t.us % HOUR / MINUTE), 0);
}

static struct price
price_of(const struct tariff *t, text from, text until)
{
	struct price p = { 0 };

	berlin = zone_find("Europe/Berlin");
	assert_ok(tariff_price(&c, t, berlin, at(from), at(until), &p));
	return p;
}

static void
costs(const struct tariff *t, text from, text until, int64_t minor)
{
	struct price p = price_of(t, from, until);

	if (p.total.minor != minor)
		fail_msg("%s to %s costs %lld, not %lld", from, until, (long long)p.total.minor,
		    (long long)minor);
}

static void
because(const struct price *p, size_t i, text what, int64_t minor)
{
	assert_true(i < p->because.n);
	assert_string_equal(ROW(price_row, p->because, i)->what, what);
	assert_int_equal(ROW(price_row, p->because, i)->amount.minor, minor);
}

static struct tariff
euros(void)
{
	return (struct tariff){ .name = "Test", .currency = "EUR" };
}

static struct tariff_line *
add(struct tariff *t, enum tariff_kind kind, int64_t minutes, int64_t price)
{
	t->lines[t->n] =
	    (struct tariff_line){ .kind = kind, .minutes = minutes, .price = { price } };
	return &t->lines[t->n++];
}

static void
window(struct tariff *t, int64_t price, unsigned days, int64_t from, int64_t until)
{
	struct tariff_line *l = add(t, STEP, 60, price);

	l->days = days;
	l->from = from;
	l->until = until;
}

/* ---- presets */

static void
per_started_hour_charges_at_least_one(void **s)
{
	struct tariff t = euros();

	(void)s;
	tariff_per_hour(&t, (money){ 500 });
	costs(&t, "2026-11-12T14:00", "2026-11-12T14:00", 500);
	costs(&t, "2026-11-12T14:00", "2026-11-12T14:01", 500);
	costs(&t, "2026-11-12T14:00", "2026-11-12T15:00", 500);
	costs(&t, "2026-11-12T14:00", "2026-11-12T15:01", 1000);
	struct price p = price_of(&t, "2026-11-12T14:00", "2026-11-12T17:30");
	assert_int_equal(p.total.minor, 2000);
	assert_string_equal(p.span, "3\u00a0h 30\u00a0min");
	assert_int_equal(p.because.n, 1);
	because(&p, 0, "4 started hours at €5.00", 2000);
}

static void
pro_rata_with_grace_is_free_until_it_then_pays_from_the_start(void **s)
{
	struct tariff t = euros();

	(void)s;
	tariff_pro_rata(&t, (money){ 5000 }, 10);
	costs(&t, "2026-11-12T14:00", "2026-11-12T14:10", 0);
	costs(&t, "2026-11-12T14:00", "2026-11-12T14:11", 917); /* 9.1666… */
	costs(&t, "2026-11-12T14:00", "2026-11-12T16:24", 12000); /* 144 min at 50 = 120 */
	struct price p = price_of(&t, "2026-11-12T14:00", "2026-11-12T14:05");
	because(&p, 0, "Free up to 10\u00a0min", 0);
	p = price_of(&t, "2026-11-12T14:00", "2026-11-12T16:24");
	because(&p, 0, "2\u00a0h 24\u00a0min at €50.00 an hour", 12000);
}

static void
first_interval_then_steps(void **s)
{
	struct tariff t = euros();

	(void)s;
	tariff_first_and_steps(&t, 10, (money){ 2000 }, 1, (money){ 200 });
	costs(&t, "2026-11-12T14:00", "2026-11-12T14:01", 2000);
	costs(&t, "2026-11-12T14:00", "2026-11-12T14:10", 2000);
	costs(&t, "2026-11-12T14:00", "2026-11-12T14:11", 2200);
	struct price p = price_of(&t, "2026-11-12T14:00", "2026-11-12T15:00");
	assert_int_equal(p.total.minor, 12000);
	because(&p, 0, "First 10\u00a0min", 2000);
	because(&p, 1, "50 started minutes at €2.00", 10000);
}

/* ---- windows and caps */

static void
a_night_belongs_to_the_day_it_begins_on(void **s)
{
	struct tariff t = euros();

	(void)s;
	window(&t, 200, 1 << 5, 22 * 60, 6 * 60); /* Fridays from 22:00 to 06:00 */
	add(&t, STEP, 60, 500);
	costs(&t, "2026-11-13T21:00", "2026-11-13T23:00", 700); /* Friday */
	costs(&t, "2026-11-14T05:00", "2026-11-14T07:00", 700); /* its night, on Saturday */
	costs(&t, "2026-11-13T05:00", "2026-11-13T07:00", 1000); /* Thursday's night */
	costs(&t, "2026-11-14T22:00", "2026-11-14T23:00", 500);
	struct price p = price_of(&t, "2026-11-13T21:00", "2026-11-13T23:00");
	because(&p, 0, "1 started hour at €2.00, Fri 22:00–06:00", 200);
	because(&p, 1, "1 started hour at €5.00", 500);
}

static void
an_hour_is_priced_by_the_moment_it_begins(void **s)
{
	struct tariff t = euros();

	(void)s;
	add(&t, STEP, 60, 500);
	window(&t, 200, EVERY_DAY, 22 * 60, 6 * 60);
	costs(&t, "2026-11-12T21:30", "2026-11-12T22:30", 500);
	costs(&t, "2026-11-12T21:30", "2026-11-12T22:31", 700);
	costs(&t, "2026-11-12T05:30", "2026-11-12T07:30", 700);
}

static void
weekends_run_from_midnight_to_midnight(void **s)
{
	struct tariff t = euros();

	(void)s;
	add(&t, STEP, 60, 500);
	window(&t, 0, WEEKEND, 0, 0);
	costs(&t, "2026-11-14T00:00", "2026-11-16T00:00", 0); /* Saturday, Sunday */
	costs(&t, "2026-11-13T23:00", "2026-11-14T01:00", 500);
	costs(&t, "2026-11-15T23:00", "2026-11-16T01:00", 500);
}

static void
a_cap_holds_for_each_24_hours_or_for_each_calendar_day(void **s)
{
	struct tariff t = euros();

	(void)s;
	add(&t, STEP, 60, 500);
	add(&t, CAP, 1440, 2000);
	costs(&t, "2026-11-12T20:00", "2026-11-13T06:00", 2000);
	costs(&t, "2026-11-12T20:00", "2026-11-13T20:00", 2000);
	costs(&t, "2026-11-12T20:00", "2026-11-13T20:01", 2500);
	struct price p = price_of(&t, "2026-11-12T20:00", "2026-11-13T06:00");
	because(&p, 0, "10 started hours at €5.00", 5000);
	because(&p, 1, "Never more than €20.00 in 24\u00a0hours", -3000);
	t.lines[1].minutes = 0;
	costs(&t, "2026-11-12T20:00", "2026-11-13T06:00", 4000);
	costs(&t, "2026-11-12T22:00", "2026-11-13T06:00", 3000);
}

/* ---- the nights on which clocks change */

static void
a_night_of_23_or_25_hours_costs_what_it_lasts(void **s)
{
	struct tariff t = euros();

	(void)s;
	tariff_per_hour(&t, (money){ 200 });
	costs(&t, "2026-03-29T01:00", "2026-03-29T05:00", 600);
	costs(&t, "2026-10-25T01:00", "2026-10-25T05:00", 1000);
	costs(&t, "2026-03-29T00:00", "2026-03-30T00:00", 23 * 200);
	costs(&t, "2026-10-25T00:00", "2026-10-26T00:00", 25 * 200);
	costs(&t, "2026-11-25T00:00", "2026-11-26T00:00", 24 * 200);
}

static void
a_window_is_read_from_the_clock_on_the_wall(void **s)
{
	struct tariff t = euros();

	(void)s;
	add(&t, STEP, 60, 500);
	window(&t, 200, EVERY_DAY, 120, 180); /* 02:00 to 03:00 */
	costs(&t, "2026-03-28T01:00", "2026-03-28T04:00", 1200);
	costs(&t, "2026-03-29T01:00", "2026-03-29T04:00", 1000); /* there was none */
	costs(&t, "2026-10-25T01:00", "2026-10-25T04:00", 1400); /* there were two */
}

static void
a_calendar_day_is_capped_once_however_long_it_is(void **s)
{
	struct tariff t = euros();

	(void)s;
	add(&t, STEP, 60, 100);
	add(&t, CAP, 0, 2450);
	costs(&t, "2026-10-25T00:00", "2026-10-26T00:00", 2450);
	costs(&t, "2026-10-24T00:00", "2026-10-25T00:00", 2400);
	t.lines[1].minutes = 1440;
	costs(&t, "2026-10-25T00:00", "2026-10-26T00:00", 2500); /* a day and an hour */
}

/* ---- limits */

static void
stays_that_cannot_be_are_refused_in_words(void **s)
{
	struct tariff t = euros();
	struct price p;
	instant now = NOON;

	(void)s;
	tariff_per_hour(&t, (money){ 500 });
	assert_problem(tariff_price(&c, &t, zone_utc(), now, instant_plus(now, -1), &p), INVALID);
	assert_string_equal(c.detail, "The end lies before the beginning.");
	assert_problem(
	    tariff_price(&c, &t, zone_utc(), now, instant_plus(now, 40000 * DAY), &p), INVALID);
	t.lines[0].minutes = 1;
	t.lines[0].price.minor = INT64_MAX;
	assert_problem(tariff_price(&c, &t, zone_utc(), now, instant_plus(now, HOUR), &p), INVALID);
	t.lines[0].price.minor = 1000000000;
	assert_ok(tariff_price(&c, &t, zone_utc(), now, instant_plus(now, 36525 * DAY), &p));
	assert_int_equal(p.total.minor, 36525LL * 1440 * 1000000000);
}

static void
a_tariff_reads_in_plain_words(void **s)
{
	struct tariff t = euros();

	(void)s;
	add(&t, GRACE, 10, 0);
	add(&t, STEP, 60, 500);
	window(&t, 200, EVERY_DAY, 22 * 60, 6 * 60);
	window(&t, 0, 1, 0, 0);
	add(&t, CAP, 1440, 3200);
	add(&t, LOST, 0, 4500);
	assert_string_equal(tariff_words(c.arena, &t),
	    "Up to 10\u00a0min is free; a longer stay pays from its start. Then €5.00 for each "
	    "started hour. Between 22:00 and 06:00: €2.00 for each started hour. On Sundays: free. "
	    "Never more than €32.00 in 24\u00a0hours. A lost ticket costs €45.00.");
	money lost;
	assert_true(tariff_lost_price(&t, &lost) && lost.minor == 4500);
	tariff_pro_rata(&t, (money){ 5000 }, 0);
	assert_string_equal(tariff_words(c.arena, &t), "€50.00 an hour, charged by the minute.");
	assert_false(tariff_lost_price(&t, &lost));
}

/* ---- versions */

static void
a_published_version_keeps_its_lines_for_ever(void **s)
{
	struct tariff t = euros(), old, now;

	(void)s;
	as(person(ADMIN, "tariff-admin"), ADMIN);
	t.name = "Versions";
	tariff_first_and_steps(&t, 10, (money){ 2000 }, 1, (money){ 200 });
	window(&t, 100, WEEKEND, 60, 120);
	assert_ok(tariff_publish(&c, &t));
	int64_t first = t.version_id;
	tariff_per_hour(&t, (money){ 700 });
	t.name = "Versions, renamed";
	assert_ok(tariff_publish(&c, &t));
	assert_int_equal(t.number, 2);

	assert_ok(tariff_version_load(&c, first, &old));
	assert_int_equal(old.number, 1);
	assert_int_equal(old.n, 3);
	assert_true(old.lines[2].days == WEEKEND && old.lines[2].from == 60);
	assert_ok(tariff_current(&c, t.id, "EUR", &now));
	assert_int_equal(now.version_id, t.version_id);
	assert_string_equal(now.name, "Versions, renamed");
	assert_problem(tariff_current(&c, t.id + 999, "EUR", &now), NOT_FOUND);
	assert_problem(tariff_version_load(&c, t.version_id + 999, &now), NOT_FOUND);

	t.number = 1; /* somebody who has version 1 before them */
	assert_problem(tariff_publish(&c, &t), CHANGED_MEANWHILE);
}

static void
the_database_refuses_to_alter_what_was_published(void **s)
{
	struct tariff t = euros();

	(void)s;
	tariff_per_hour(&t, (money){ 700 });
	assert_ok(tariff_publish(&c, &t));
	assert_ok(db_begin(&c));
	assert_true(db_script(&c, "update tariff_lines set price = 1") != OK);
	assert_true(strstr(db_last_error(c.db), "never changes") != NULL);
	db_end(&c, false);
	assert_ok(db_begin(&c));
	assert_true(db_script(&c, "delete from tariff_versions") != OK);
	db_end(&c, false);
}

static void
many_lots_tariffs_come_in_one_statement(void **s)
{
	struct tariff a = euros(), b = euros();
	struct rows found;

	(void)s;
	a.name = "A";
	b.name = "B";
	tariff_per_hour(&a, (money){ 100 });
	tariff_per_hour(&b, (money){ 200 });
	assert_ok(tariff_publish(&c, &a));
	assert_ok(tariff_publish(&c, &b));
	int64_t ids[] = { b.id, 0, a.id, b.id };
	assert_ok(tariffs_current(&c, (struct rows){ ids, 4 }, &found));
	assert_int_equal(found.n, 2);
	assert_int_equal(tariff_among(found, b.id)->lines[0].price.minor, 200);
	assert_null(tariff_among(found, 0));
}

static void
a_booking_keeps_the_built_in_tariff_although_the_setting_changes(void **s)
{
	struct tariff t, again, kept;
	text rate = settings.base_rate_per_hour;

	(void)s;
	settings.base_rate_per_hour = "7.50";
	assert_ok(tariff_current(&c, 0, "EUR", &t));
	assert_int_equal(t.lines[0].price.minor, 750);
	again = t;
	assert_ok(tariff_keep(&c, &t));
	assert_ok(tariff_keep(&c, &again));
	assert_int_not_equal(t.version_id, 0);
	assert_int_equal(again.version_id, t.version_id);

	settings.base_rate_per_hour = "9";
	assert_ok(tariff_current(&c, 0, "EUR", &again));
	assert_ok(tariff_keep(&c, &again));
	assert_int_equal(again.number, t.number + 1);
	assert_ok(tariff_version_load(&c, t.version_id, &kept));
	assert_int_equal(kept.lines[0].price.minor, 750);
	assert_ok(tariff_current(&c, 0, "JPY", &again));
	assert_int_equal(again.lines[0].price.minor, 9);
	settings.base_rate_per_hour = rate;
	struct rows listed;
	const struct tariffs_wanted all = { .q = "", .currency = "", .sort = "name", .most = 100 };
	assert_ok(tariffs_listed(&c, &all, &listed));
	FOR_ROWS (tariff, l, listed)
		assert_int_not_equal(l->id, t.id);
}

static void
lists_that_are_no_tariff_are_refused(void **s)
{
	struct tariff t = euros();

	(void)s;
	assert_string_equal(tariff_sound(c.arena, &t), "it needs one rate that always holds");
	add(&t, STEP, 60, 500);
	assert_null(tariff_sound(c.arena, &t));
	add(&t, CAP, 60, 500);
	assert_string_equal(tariff_sound(c.arena, &t), "line 2 has a cap that is not for a day");
	t.lines[1].minutes = 0;
	add(&t, CAP, 0, 500);
	assert_string_equal(tariff_sound(c.arena, &t), "a line stands there twice");
	t.lines[2] = (struct tariff_line){ .kind = STEP, .minutes = 60, .days = 128 };
	assert_problem(tariff_publish(&c, &t), INVALID);
	t.lines[2] = (struct tariff_line){ .kind = PER_MINUTE, .minutes = 60, .days = 1 };
	assert_problem(tariff_publish(&c, &t), INVALID);
}

/* ---- the admin's pages */

#define WINTER                                                                                     \
	"name=Winter&currency=EUR&charge=started&price=5.00&every_minutes=60&grace_minutes=10"     \
	"&first_minutes=&first_price=&w1_price=2&w1_days=all&w1_from=22:00&w1_until=06:00"         \
	"&w2_price=&w3_price=&cap=32&cap_per=24h&lost=45"
#define A_STAY "&from=2026-11-12T14:00&until=2026-11-12T23:30&time_zone=Europe/Berlin"

static void
the_editor_works_out_what_is_typed_without_keeping_it(void **s)
{
	(void)s;
	as(1, ADMIN);
	struct response out = browse(GET, "/admin/tariffs/new?" WINTER A_STAY, NULL);
	assert_int_equal(out.status, 200);
	assert_says(out, "8 started hours at €5.00");
	assert_says(out, "2 started hours at €2.00, 22:00–06:00");
	assert_says(out, "−€12.00");
	assert_says(out, "€32.00");
	assert_says(out, "value=\"Winter\"");
	assert_int_equal(sql_number("select count(*) from tariffs where name = 'Winter'"), 0);
}

static void
what_is_wrong_stands_beside_its_field(void **s)
{
	(void)s;
	as(1, ADMIN);
	struct response out = browse(GET,
	    "/admin/tariffs/new?name=X&currency=EUR&price=five&cap=1&every_minutes=soon" A_STAY,
	    NULL);
	assert_int_equal(out.status, 200);
	assert_says(out, "id=\"every_minutes-e\"");
	out = browse(GET,
	    "/admin/tariffs/"
	    "new?name=X&currency=EUR&price=5&cap=1.00&w1_price=1&w1_from=22:00&w2_from=25:00"
	    "&first_price=3" A_STAY,
	    NULL);
	assert_says(out, "Less than one step of the rate (€5.00).");
	assert_says(out, "A window needs both its times");
	assert_says(out, "A window needs its price");
	assert_says(out, "How long is the first interval?");
	out = ask(POST, "/api/v1/admin/tariffs",
	    "{\"name\":\"X\",\"currency\":\"EUR\",\"price\":\"1.005\"}");
	assert_int_equal(out.status, 422);
	assert_says(out, "\"price\":\"This takes an amount like 5.00.\"");
	out =
	    ask(POST, "/api/v1/admin/tariffs", "{\"name\":\"X\",\"currency\":\"ABC\",\"price\":1}");
	assert_says(out, "\"currency\":");
}

static int64_t
made_by_form(void)
{
	as(person(ADMIN, "tariff-admin"), ADMIN);
	struct response out = browse(POST, "/admin/tariffs", WINTER A_STAY);

	assert_int_equal(out.status, 303);
	return sql_number("select id from tariffs where name = 'Winter'");
}

static void
a_tariff_is_made_by_a_form_and_shown(void **s)
{
	int64_t id = made_by_form();

	(void)s;
	struct response out = browse(
	    GET, arena_fmt(c.arena, "/admin/tariffs/%lld?%s", (long long)id, A_STAY + 1), NULL);
	assert_int_equal(out.status, 200);
	assert_says(out, "Version 1");
	assert_says(out, "8 started hours at €5.00");
	out = browse(GET, "/admin/tariffs", NULL);
	assert_says(out, "Winter");
	out = browse(POST, "/admin/tariffs", WINTER);
	assert_int_equal(out.status, 422);
	assert_says(out, "There is another tariff of that name.");
	assert_says(out, "value=\"22:00\"");
}

static void
the_form_of_the_next_version_holds_the_one_in_force(void **s)
{
	int64_t id = made_by_form();
	text edit = arena_fmt(c.arena, "/admin/tariffs/%lld/edit", (long long)id);
	text post = arena_fmt(c.arena, "/admin/tariffs/%lld/versions", (long long)id);

	(void)s;
	struct response out = browse(GET, edit, NULL);
	assert_int_equal(out.status, 200);
	assert_says(out, "value=\"22:00\"");
	assert_says(out, "value=\"32.00\"");
	assert_says(out, "Publish version 2");
	out = browse(POST, post, "name=Winter&currency=EUR&price=6&number=1");
	assert_int_equal(out.status, 303);
	out = browse(POST, post, "name=Winter&currency=EUR&price=7&number=1");
	assert_int_equal(out.status, 409);
	out = ask(
	    GET, arena_fmt(c.arena, "/api/v1/admin/tariffs/%lld?number=1", (long long)id), NULL);
	assert_says(out, "\"w1_from\":\"22:00\"");
	assert_says(out, "\"in_force\":false");
}

static void
programs_make_tariffs_and_ask_what_a_stay_costs(void **s)
{
	(void)s;
	as(person(ADMIN, "tariff-admin"), ADMIN);
	struct response out = ask(POST, "/api/v1/admin/tariffs",
	    "{\"name\":\"S3\",\"currency\":\"EUR\",\"price\":\"50\",\"charge\":\"minute\",\"grace_"
	    "minutes\":10}");
	assert_int_equal(out.status, 201);
	text where = location(&out);
	out = ask(GET,
	    arena_fmt(c.arena, "%s?from=2026-11-12T14:00:00Z&until=2026-11-12T16:24:00Z", where),
	    NULL);
	assert_int_equal(out.status, 200);
	assert_says(out, "\"total\":12000");
	assert_says(out, "at €50.00 an hour");
	out = ask(GET,
	    arena_fmt(c.arena, "%s?from=2026-11-12T14:00Z&until=2026-11-12T13:00Z", where), NULL);
	assert_says(out, "\"quote\":null");
	as(1, OPERATOR);
	assert_int_equal(ask(GET, where, NULL).status, 403);
}

static void
a_tariff_names_the_lots_that_charge_it_and_takes_their_clock(void **s)
{
	int64_t id = made_by_form();

	(void)s;
	sql("insert into lots (name, currency, search, tariff_id, time_zone) values ('Here', "
	    "'EUR', 'here', %lld, 'Europe/Berlin')",
	    (long long)id);
	struct response out =
	    browse(GET, arena_fmt(c.arena, "/admin/tariffs/%lld", (long long)id), NULL);
	assert_says(out, "Here");
	assert_says(out, "value=\"Europe/Berlin\"");
	out = browse(POST, arena_fmt(c.arena, "/admin/tariffs/%lld/versions", (long long)id),
	    "name=Winter&currency=EUR&price=6&number=1");
	assert_int_equal(out.status, 303);
}

static void
a_name_nobody_can_read_leaves_the_form_as_it_was(void **s)
{
	(void)s;
	as(person(ADMIN, "tariff-admin"), ADMIN);
	struct response out =
	    browse(POST, "/admin/tariffs", "name=%E2%80%AEx&price=4.20&minutes=60&currency=EUR");
	assert_int_equal(out.status, 422);
	assert_says(out, "id=\"name-e\"");
	assert_says(out, "value=\"4.20\"");
}

static void
a_tariff_is_retired_once_no_lot_charges_it(void **s)
{
	int64_t id = made_by_form();
	text where = arena_fmt(c.arena, "/admin/tariffs/%lld/retirement", (long long)id);

	(void)s;
	sql("insert into lots (name, currency, search, tariff_id) values ('Here', 'EUR', 'here', "
	    "%lld)",
	    (long long)id);
	struct response out = browse(POST, where, "");
	assert_int_equal(out.status, 409);
	assert_says(out, "Here charges it. Choose another tariff there first.");
	assert_int_equal(
	    sql_number("select count(*) from tariffs where id = %lld and retired_at is "
		       "not null",
		(long long)id),
	    0);
	sql("update lots set tariff_id = null");
	assert_int_equal(browse(POST, where, "").status, 303);
	out = browse(GET, "/admin/tariffs", NULL);
	assert_null(strstr(out.body, arena_fmt(c.arena, "/admin/tariffs/%lld\"", (long long)id)));
	assert_int_equal(
	    browse(GET, arena_fmt(c.arena, "/admin/tariffs/%lld", (long long)id), NULL).status,
	    200);
	/* Its name is free again. */
	assert_int_equal(browse(POST, "/admin/tariffs", WINTER A_STAY).status, 303);
}

/* ---- versions and their days */

static int64_t
hourly_price(const struct tariff *t)
{
	return t->lines[0].price.minor;
}

/* Publishes that hourly price, in force in so many days. */
static void
publish_ahead(struct tariff *t, int64_t price, int64_t days)
{
	tariff_per_hour(t, (money){ price });
	t->begins = days ? instant_plus(c.now, days * DAY) : (instant){ 0 };
	assert_ok(tariff_publish(&c, t));
}

static int64_t
price_in_days(int64_t id, int64_t days)
{
	instant now = c.now;
	struct tariff t;

	c.now = instant_plus(now, days * DAY);
	assert_ok(tariff_current(&c, id, "EUR", &t));
	c.now = now;
	return hourly_price(&t);
}

static void
a_version_is_in_force_from_its_day_until_anothers(void **s)
{
	struct tariff t = euros();

	(void)s;
	publish_ahead(&t, 100, 0);
	publish_ahead(&t, 200, 10);
	assert_int_equal(price_in_days(t.id, 0), 100);
	assert_int_equal(price_in_days(t.id, 9), 100);
	assert_int_equal(price_in_days(t.id, 10), 200); /* its first moment counts */
	publish_ahead(&t, 300, 5); /* a later version for an earlier day goes in between */
	assert_int_equal(price_in_days(t.id, 4), 100);
	assert_int_equal(price_in_days(t.id, 5), 300);
	assert_int_equal(price_in_days(t.id, 11), 200);
	publish_ahead(&t, 400, 10); /* for the same day: instead */
	assert_int_equal(price_in_days(t.id, 9), 300);
	assert_int_equal(price_in_days(t.id, 10), 400);
	publish_ahead(&t, 500, 0);
	assert_int_equal(price_in_days(t.id, 0), 500);
	assert_int_equal(price_in_days(t.id, 5), 300);
	assert_int_equal(price_in_days(t.id, 100), 400);
}

static void
the_first_version_is_in_force_at_once(void **s)
{
	struct tariff t = euros();

	(void)s;
	tariff_per_hour(&t, (money){ 100 });
	t.begins = instant_plus(c.now, DAY);
	assert_problem(tariff_publish(&c, &t), INVALID);
	assert_string_equal(c.complaints.v[0].field, "begins");
}

static void
lots_show_the_new_price_when_its_day_comes(void **s)
{
	struct tariff t = euros();

	(void)s;
	publish_ahead(&t, 100, 0);
	publish_ahead(&t, 200, 10);
	assert_int_equal(
	    sql_number("select count(*) from jobs where kind = 'tariff_begins' and run_at = "
		       "timestamptz '2026-11-27 12:00Z'"),
	    1);
}

static void
an_admin_publishes_a_version_for_a_day_to_come(void **s)
{
	int64_t id = made_by_form();
	text post = arena_fmt(c.arena, "/admin/tariffs/%lld/versions", (long long)id);
	text page = arena_fmt(c.arena, "/admin/tariffs/%lld", (long long)id);

	(void)s;
	struct response out = browse(POST, post,
	    "name=Winter&currency=EUR&price=6&number=1&begins=2026-12-01T00%3A00&time_zone=Europe%"
	    "2FBerlin");
	assert_int_equal(out.status, 303);
	assert_string_equal(
	    sql_value("select in_force_from at time zone 'UTC' from tariff_versions "
		      "where tariff_id = %lld and number = 2",
		(long long)id),
	    "2026-11-30 23:00:00");
	out = browse(GET, page, NULL);
	assert_says(out, "Version 1, in force since");
	assert_says(out, "From Mon 30"); /* on the clock of the page, UTC */
	out = ask(GET, arena_fmt(c.arena, "/api/v1%s", page), NULL);
	assert_says(out, "\"state\":\"in_force\"");
	assert_says(out, "\"state\":\"coming\"");
	out = browse(GET, "/admin/tariffs", NULL);
	assert_says(out, "Version 2 from ");
	out = browse(GET, arena_fmt(c.arena, "%s/edit", page), NULL);
	assert_says(out, "Already published for later");
	c.now = instant_plus(c.now, 20 * DAY);
	out = ask(GET, arena_fmt(c.arena, "/api/v1%s", page), NULL);
	assert_says(out, "\"state\":\"past\"");
	assert_not_says(out, "\"state\":\"coming\"");
	assert_says(out, "\"number\":2");
}

static void
a_day_that_cannot_be_is_told_beside_its_field(void **s)
{
	static const struct {
		text typed, said;
	} bad[] = { { "2026-11-01T00%3A00", "That is past. Leave it empty to publish at once." },
		{ "tomorrow", "This takes a date and a time" },
		{ "2036-11-01T00%3A00", "more than three years ahead" } };
	int64_t id = made_by_form();
	text post = arena_fmt(c.arena, "/admin/tariffs/%lld/versions", (long long)id);

	(void)s;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct response out = browse(POST, post,
		    arena_fmt(c.arena, "name=Winter&currency=EUR&price=6&number=1&begins=%s",
			bad[i].typed));
		assert_int_equal(out.status, 422);
		assert_says(out, "id=\"begins-e\"");
		assert_says(out, bad[i].said);
		assert_says(out, "value=\"6\"");
	}
	assert_int_equal(
	    sql_number(
		"select max(number) from tariff_versions where tariff_id = %lld", (long long)id),
	    1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { IN_WORLD(per_started_hour_charges_at_least_one),
		IN_WORLD(pro_rata_with_grace_is_free_until_it_then_pays_from_the_start),
		IN_WORLD(first_interval_then_steps),
		IN_WORLD(a_night_belongs_to_the_day_it_begins_on),
		IN_WORLD(an_hour_is_priced_by_the_moment_it_begins),
		IN_WORLD(weekends_run_from_midnight_to_midnight),
		IN_WORLD(a_cap_holds_for_each_24_hours_or_for_each_calendar_day),
		IN_WORLD(a_night_of_23_or_25_hours_costs_what_it_lasts),
		IN_WORLD(a_window_is_read_from_the_clock_on_the_wall),
		IN_WORLD(a_calendar_day_is_capped_once_however_long_it_is),
		IN_WORLD(stays_that_cannot_be_are_refused_in_words),
		IN_WORLD(a_tariff_reads_in_plain_words),
		IN_WORLD(a_published_version_keeps_its_lines_for_ever),
		IN_WORLD(the_database_refuses_to_alter_what_was_published),
		IN_WORLD(many_lots_tariffs_come_in_one_statement),
		IN_WORLD(a_booking_keeps_the_built_in_tariff_although_the_setting_changes),
		IN_WORLD(lists_that_are_no_tariff_are_refused),
		IN_WORLD(the_editor_works_out_what_is_typed_without_keeping_it),
		IN_WORLD(what_is_wrong_stands_beside_its_field),
		IN_WORLD(a_tariff_is_made_by_a_form_and_shown),
		IN_WORLD(the_form_of_the_next_version_holds_the_one_in_force),
		IN_WORLD(programs_make_tariffs_and_ask_what_a_stay_costs),
		IN_WORLD(a_tariff_names_the_lots_that_charge_it_and_takes_their_clock),
		IN_WORLD(a_name_nobody_can_read_leaves_the_form_as_it_was),
		IN_WORLD(a_tariff_is_retired_once_no_lot_charges_it),
		IN_WORLD(a_version_is_in_force_from_its_day_until_anothers),
		IN_WORLD(the_first_version_is_in_force_at_once),
		IN_WORLD(lots_show_the_new_price_when_its_day_comes),
		IN_WORLD(an_admin_publishes_a_version_for_a_day_to_come),
		IN_WORLD(a_day_that_cannot_be_is_told_beside_its_field) };

	return cmocka_run_group_tests_name("tariffs", tests, world_up, world_down);
}
