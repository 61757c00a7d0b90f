/*
 * gate_test.c -- the gate's addresses: what operators see and press, what programs ask, and the shift.
 */
#include "world.h"

#include "gate/gate.h"
#include "gear/settings.h"

static int64_t lot, slots[3], otto, ilse;

static int
gate_world(void **state)
{
	int failed = fresh(state);

	if (failed)
		return failed;
	sql("insert into lots (name, time_zone, currency, search) "
	    "values ('Museum, Nord', 'Europe/Berlin', 'EUR', 'museum');"
	    "insert into zones (lot_id, code) select id, 'TZA' from lots where name = 'Museum, "
	    "Nord'");
	lot = sql_number("select id from lots where name = 'Museum, Nord'");
	for (int i = 0; i < 3; i++) {
		sql("insert into slots (lot_id, zone_id, code, label, position) "
		    "select %lld, id, 'TZA-%d', 'A-%d', %d from zones where code = 'TZA'",
		    (long long)lot, i, i + 1, i);
		slots[i] = sql_number("select id from slots where code = 'TZA-%d'", i);
	}
	otto = person(OPERATOR, "otto");
	ilse = person(CUSTOMER, "ilse");
	sql("insert into vehicles (user_id, plate, plate_typed, label) "
	    "values (%lld, 'K419TX', 'K-419 TX', 'The bus')",
	    (long long)ilse);
	as(otto, OPERATOR);
	c.person = (struct person){ .id = otto, .role = OPERATOR, .name = "Otto" };
	assert_ok(lots_count_free(&c));
	return 0;
}
#define GATE(test) cmocka_unit_test_setup_teardown(test, gate_world, gone)

static int64_t
enter(text plate, int64_t slot)
{
	struct response r = ask(POST, "/api/v1/stays",
	    arena_fmt(c.arena, "{\"plate\":\"%s\",\"lot_id\":%lld,\"slot_id\":%lld}", plate,
		(long long)lot, (long long)slot));

	assert_int_equal(r.status, 201);
	return sql_number("select max(id) from stays");
}

static text
at(text fmt, int64_t id)
{
	char place[100];

	snprintf(place, sizeof place, "/api/v1/%s", fmt);
	text dots = strchr(place, ':');
	return arena_fmt(c.arena, "%s%lld%s", arena_bytes(c.arena, place, (size_t)(dots - place)),
	    (long long)id, dots + 1);
}

static struct response
press(text fields)
{
	return browse(POST, "/gate", arena_fmt(c.arena, "lot=%lld&%s", (long long)lot, fields));
}

/* As assert_says(), of a request that is made once. */
static void
says(struct response r, text words)
{
	assert_says(r, words);
}

/* ---- programs */

static void
a_program_lets_in_and_out(void **state)
{
	int64_t id = enter("K-419-TX", 0);
	struct response r = ask(POST, at("stays/:/exit", id), "{}");

	(void)state;
	assert_int_equal(r.status, 200);
	assert_says(r, "\"closed_how\":\"exit\"");
	assert_int_equal(ask(POST, at("stays/:/exit", 999999999), "{}").status, 404);
	r = ask(POST, "/api/v1/exits", "{\"plate\":\"K419TX\"}");
	assert_int_equal(r.status, 200);
	r = ask(POST, "/api/v1/exits", "{\"plate\":\"NEVER 1\"}");
	assert_int_equal(r.status, 404);
	assert_int_equal(
	    sql_number("select count(*) from anomalies where kind = 'exit_without_entry'"), 1);
}

static void
what_cannot_be_let_in_is_told(void **state)
{
	struct response r;
	int64_t id = enter("AA 1", slots[0]);

	(void)state;
	r = ask(POST, "/api/v1/stays", "{\"plate\":\"AA1\"}");
	assert_int_equal(r.status, 409);
	assert_says(r, "DUPLICATE");
	assert_says(r, arena_fmt(c.arena, "stay %lld", (long long)id));
	assert_int_equal(
	    sql_number("select count(*) from anomalies where kind = 'duplicate_entry'"), 1);
	r = ask(POST, "/api/v1/stays",
	    arena_fmt(c.arena, "{\"plate\":\"AA2\",\"slot_id\":%lld}", (long long)slots[0]));
	assert_says(r, "SLOT_TAKEN");
	assert_int_equal(
	    ask(POST, "/api/v1/stays", "{\"plate\":\"AA2\",\"lot_id\":999999999}").status, 404);
	enter("AA 2", 0), enter("AA 3", 0);
	r = ask(POST, "/api/v1/stays",
	    arena_fmt(c.arena, "{\"plate\":\"AA4\",\"lot_id\":%lld}", (long long)lot));
	assert_says(r, "LOT_FULL");
}

/* A confirmed booking of ilse's, from so many minutes on. */
static int64_t
booked(int64_t slot, int64_t from, int64_t minutes, text status)
{
	sql("insert into reservations (lot_id, slot_id, user_id, plate, plate_typed, starts, ends, "
	    "status, pay, price, currency, refund_percent, cancel_until, no_show_at, created_at, "
	    "confirmed_at, ended_at) values (%lld, %lld, %lld, 'K419TX', 'K-419 TX', '%s', '%s', "
	    "'%s', 'exit', 500, 'EUR', 50, '%s', '%s', '%s', '%s', %s)",
	    (long long)lot, (long long)slot, (long long)ilse,
	    instant_text(c.arena, instant_plus(NOON, from * MINUTE)),
	    instant_text(c.arena, instant_plus(NOON, (from + minutes) * MINUTE)), status,
	    instant_text(c.arena, instant_plus(NOON, from * MINUTE)),
	    instant_text(c.arena, instant_plus(NOON, (from + 30) * MINUTE)),
	    instant_text(c.arena, instant_plus(NOON, -DAY)),
	    instant_text(c.arena, instant_plus(NOON, -DAY)),
	    text_is(status, "confirmed") ? "null" : "now()");
	return sql_number("select max(id) from reservations");
}

static struct response
enter_on(int64_t reservation)
{
	return ask(POST, "/api/v1/stays",
	    arena_fmt(c.arena, "{\"plate\":\"K419TX\",\"lot_id\":%lld,\"reservation_id\":%lld}",
		(long long)lot, (long long)reservation));
}

static void
tickets_let_in_at_their_time(void **state)
{
	(void)state;
	says(enter_on(booked(slots[0], 200, 60, "confirmed")), "TOO_EARLY");
	says(enter_on(booked(slots[1], -200, 60, "confirmed")), "TOO_LATE");
	says(enter_on(booked(slots[2], 0, 60, "cancelled")), "WRONG_STATE");
	assert_int_equal(enter_on(booked(slots[2], 0, 60, "confirmed")).status, 201);
}

static void
a_stay_is_closed_for_a_reason(void **state)
{
	int64_t id = enter("BB 1", 0);
	struct response r = ask(POST, at("stays/:/closing", id), "{\"how\":\"waived\"}");

	(void)state;
	assert_int_equal(r.status, 422);
	r = ask(POST, at("stays/:/closing", id),
	    "{\"how\":\"unseen\",\"reason\":\"Gone\",\"left_at\":\"tomorrow\"}");
	assert_int_equal(r.status, 422);
	r = ask(POST, at("stays/:/closing", id),
	    "{\"how\":\"unseen\",\"reason\":\"Gone\",\"left_at\":\"2026-11-17T13:00\"}");
	assert_int_equal(r.status, 200);
	r = ask(POST, at("stays/:/closing", id), "{\"how\":\"waived\",\"reason\":\"x\"}");
	assert_says(r, "WRONG_STATE");
	assert_int_equal(
	    ask(POST, at("stays/:/closing", 999999999), "{\"how\":\"waived\",\"reason\":\"x\"}")
		.status,
	    404);
}

static void
a_mistake_is_undone(void **state)
{
	int64_t id = enter("CC 1", slots[0]), other;

	(void)state;
	assert_int_equal(ask(POST, at("stays/:/undoing", 999999999), "{}").status, 404);
	assert_int_equal(ask(POST, at("stays/:/exit", id), "{}").status, 200);
	other = enter("CC 2", slots[0]);
	says(ask(POST, at("stays/:/undoing", id), "{}"), "SLOT_TAKEN");
	assert_int_equal(ask(POST, at("stays/:/undoing", other), "{}").status, 200);
	assert_int_equal(ask(POST, at("stays/:/undoing", id), "{}").status, 200);
	assert_int_equal(ask(POST, at("stays/:/exit", id), "{}").status, 200);
	c.now = instant_plus(NOON, HOUR);
	says(ask(POST, at("stays/:/undoing", id), "{}"), "TOO_LATE");
	id = enter("CC 3", slots[1]);
	c.now = instant_plus(NOON, 2 * HOUR);
	assert_int_equal(ask(POST, at("stays/:/exit", id), "{}").status, 200);
	assert_int_equal(
	    ask(POST, at("stays/:/payments", id), "{\"method\":\"cash\"}").status, 201);
	says(ask(POST, at("stays/:/payments", id), "{\"method\":\"cash\"}"), "WRONG_STATE");
	says(ask(POST, at("stays/:/undoing", id), "{}"), "WRONG_STATE");
}

static void
stays_are_listed_and_shown(void **state)
{
	int64_t id = enter("K 419 TX", 0);
	struct response r = ask(GET,
	    arena_fmt(c.arena,
		"/api/v1/stays?status=open&plate=419&lot=%lld&from=2026-11-17&until="
		"2026-11-17",
		(long long)lot),
	    NULL);

	(void)state;
	assert_int_equal(r.status, 200);
	assert_says(r, "K419TX");
	assert_int_equal(ask(GET, "/api/v1/stays?lot=999999999&from=2026-11-17", NULL).status, 404);
	assert_int_equal(ask(GET, "/api/v1/stays?from=yesterday", NULL).status, 422);
	r = browse(GET, arena_fmt(c.arena, "/stays/%lld", (long long)id), NULL);
	assert_says(r, "Let it out now");
	r = browse(GET, "/stays?sort=-lasts&plate=419", NULL);
	assert_says(r, "K 419 TX");
	assert_says(r, "value=\"419\"");
	assert_says(r, "aria-sort=\"descending\"");
	assert_says(r, "1–1 of 1<");
	r = browse(GET, "/stays?plate=419&from=yesterday", NULL);
	assert_int_equal(r.status, 422);
	assert_says(r, "value=\"419\"");
	assert_says(r, "value=\"yesterday\"");
	says(browse(GET, "/stays?plate=ZZZ", NULL), "No stay fits");
	/* its owner sees it, nobody else does */
	as(ilse, CUSTOMER);
	r = browse(GET, arena_fmt(c.arena, "/stays/%lld", (long long)id), NULL);
	assert_int_equal(r.status, 200);
	assert_not_says(r, "Let it out now");
	assert_int_equal(ask(GET, "/api/v1/stays", NULL).status, 403);
	as(person(CUSTOMER, "omar"), CUSTOMER);
	assert_int_equal(ask(GET, at("stays/:", id), NULL).status, 404);
}

static void
its_owner_pays_online(void **state)
{
	int64_t id = enter("K 419 TX", 0);
	struct response r;

	(void)state;
	as(ilse, CUSTOMER);
	settings.payment_base_url = "http://127.0.0.1:9";
	says(ask(POST, at("stays/:/payment", id), "{}"), "WRONG_STATE");
	as(otto, OPERATOR);
	c.now = instant_plus(NOON, 90 * MINUTE);
	assert_int_equal(ask(POST, at("stays/:/exit", id), "{}").status, 200);
	as(ilse, CUSTOMER);
	r = browse(GET, arena_fmt(c.arena, "/stays/%lld", (long long)id), NULL);
	assert_says(r, "online</button>");
	r = ask(POST, at("stays/:/payment", id), "{}");
	assert_int_equal(r.status, 201);
	assert_says(r, "\"status\":\"pending\"");
	r = ask(
	    GET, arena_fmt(c.arena, "/api/v1/stays/%lld/payment?from=left", (long long)id), NULL);
	assert_int_equal(r.status, 200);
	settings.payment_base_url = "";
	as(person(CUSTOMER, "omar"), CUSTOMER);
	assert_int_equal(ask(GET, at("stays/:/payment", id), NULL).status, 404);
}

/* ---- the console */

static void
the_console_says_who_that_is(void **state)
{
	struct response r = browse(GET, arena_fmt(c.arena, "/gate?lot=%lld", (long long)lot), NULL);

	(void)state;
	assert_int_equal(r.status, 200);
	assert_says(r, "of 3 free");
	r = browse(GET, arena_fmt(c.arena, "/gate?lot=%lld&plate=k-419-tx", (long long)lot), NULL);
	assert_says(r, "The bus");
	assert_says(r, "No booking");
	assert_says(r, "Let in");
	booked(slots[1], 10, 60, "confirmed");
	r = browse(GET, arena_fmt(c.arena, "/gate?lot=%lld&plate=k-419-tx", (long long)lot), NULL);
	assert_says(r, "Check in, let in");
	assert_says(r, "A-2");
	r = browse(GET, arena_fmt(c.arena, "/gate?lot=%lld&plate=--", (long long)lot), NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "A number plate has letters or digits.");
	assert_int_equal(browse(GET, "/gate?lot=999999999", NULL).status, 404);
}

static void
nobody_is_turned_away_by_an_old_count(void **state)
{
	text place = arena_fmt(c.arena, "/gate?lot=%lld&plate=DD+7", (long long)lot);

	(void)state;
	sql("update lot_counts set free = 0, unknown = 3 where lot_id = %lld", (long long)lot);
	assert_not_says(browse(GET, place, NULL), "No slot is free.");
	sql("update slots set out_of_service = true where lot_id = %lld", (long long)lot);
	sql("update lot_counts set free = 0, unknown = 0, out_of_service = 3 where lot_id = %lld",
	    (long long)lot);
	assert_says(browse(GET, place, NULL), "No slot is free.");
}

static void
looking_at_a_full_lot_counts_nothing(void **state)
{
	text place = arena_fmt(c.arena, "/gate?lot=%lld&plate=DD+7", (long long)lot);

	(void)state;
	for (int i = 0; i < 3; i++)
		enter(arena_fmt(c.arena, "DD %d", i), slots[i]);
	assert_int_equal(
	    sql_number("select free from lot_counts where lot_id = %lld", (long long)lot), 0);
	sql("update lot_counts set occupied = 2, unknown = 1 where lot_id = %lld", (long long)lot);
	struct response r = browse(GET, place, NULL);
	assert_says(r, "No slot is free.");
	assert_says(r, "Let in without a slot");
	/* The place somebody just left is offered, whatever was counted. */
	sql("update stays set status = 'void', left_at = entered_at where slot_id = %lld",
	    (long long)slots[1]);
	r = browse(GET, place, NULL);
	assert_not_says(r, "No slot is free.");
	assert_says(r, "value=\"enter\"");
	assert_int_equal(
	    sql_number("select unknown from lot_counts where lot_id = %lld", (long long)lot), 1);
	assert_int_equal(press("deed=enter&plate=DD+7").status, 303);
	assert_int_equal(sql_number("select slot_id from stays where plate = 'DD7'"), slots[1]);
}

static void
a_ticket_says_it_too(void **state)
{
	int64_t id = booked(slots[1], 10, 60, "confirmed");
	text code = reservation_code(c.arena, id);
	struct response r =
	    browse(GET, arena_fmt(c.arena, "/gate?lot=%lld&plate=%s", (long long)lot, code), NULL);

	(void)state;
	assert_says(r, code);
	assert_says(r, "Check in, let in");
	r = press(arena_fmt(c.arena, "deed=enter&plate=K-419+TX&reservation=%lld", (long long)id));
	assert_int_equal(r.status, 303);
	assert_int_equal(sql_number("select reservation_id from stays"), id);
}

static void
one_press_lets_in_and_another_out(void **state)
{
	struct response r = press("deed=enter&plate=DD+1");
	text told = instant_text(c.arena, instant_plus(NOON, 59 * MINUTE));
	int64_t id = sql_number("select max(id) from stays");

	(void)state;
	assert_int_equal(r.status, 303);
	assert_string_equal(location(&r), arena_fmt(c.arena, "/gate?lot=%lld", (long long)lot));
	r = press("deed=enter&plate=DD+1");
	assert_int_equal(r.status, 409);
	assert_says(r, "is inside already");
	c.now = instant_plus(NOON, 61 * MINUTE);
	r = browse(GET, arena_fmt(c.arena, "/gate?lot=%lld&plate=DD1", (long long)lot), NULL);
	assert_says(r, "Card");
	/* what was told while coins were looked for stands */
	r = press(
	    arena_fmt(c.arena, "deed=cash&plate=DD+1&stay=%lld&told=%s", (long long)id, told));
	assert_int_equal(r.status, 303);
	assert_int_equal(sql_number("select fee from stays where id = %lld", (long long)id),
	    sql_number("select amount from payments where method = 'cash'"));
	assert_int_equal(sql_number("select count(*) from stays where left_at = '%s'",
			     instant_text(c.arena, c.now)),
	    1);
	r = press(arena_fmt(c.arena, "deed=cash&plate=DD+1&stay=%lld", (long long)id));
	assert_int_equal(r.status, 409);
	r = press("deed=exit&plate=EE+1");
	assert_int_equal(r.status, 404);
	assert_int_equal(press("deed=nonsense").status, 422);
}

static void
what_is_owed_is_shown_when_it_comes_again(void **state)
{
	struct response r;
	int64_t id = enter("FF 1", 0);

	(void)state;
	c.now = instant_plus(NOON, 90 * MINUTE);
	r = press(arena_fmt(c.arena, "deed=exit&plate=FF+1&stay=%lld", (long long)id));
	assert_int_equal(r.status, 303);
	r = browse(GET, location(&r), NULL);
	assert_says(r, "Not paid yet");
	r = press(arena_fmt(c.arena, "deed=card&plate=FF+1&stay=%lld", (long long)id));
	assert_int_equal(r.status, 303);
	r = browse(GET, arena_fmt(c.arena, "/gate?lot=%lld&plate=FF1", (long long)lot), NULL);
	assert_not_says(r, "Not paid yet");
}

static void
odd_cases_have_a_press_each(void **state)
{
	int64_t id = enter("GG 1", 0);
	struct response r =
	    press(arena_fmt(c.arena, "deed=lost&plate=GG+1&stay=%lld", (long long)id));

	(void)state;
	assert_int_equal(r.status, 303);
	assert_string_equal(
	    sql_value("select closed_how from stays where id = %lld", (long long)id),
	    "lost_ticket");
	assert_int_equal(press("deed=missed_free&plate=GG+2&reason=Barrier+was+up").status, 303);
	assert_int_equal(press("deed=opening&reason=Fire+brigade").status, 303);
	assert_int_equal(press("deed=opening").status, 303);
	assert_int_equal(
	    sql_number("select count(*) from anomalies where kind = 'manual_opening'"), 2);
	r = browse(GET, arena_fmt(c.arena, "/gate?lot=%lld", (long long)lot), NULL);
	assert_says(r, "Barrier opened by hand");
	enter("GG 3", 0), enter("GG 4", 0), enter("GG 5", 0);
	says(press("deed=enter&plate=GG+6"), "no free slot");
	assert_int_equal(press("deed=enter_without&plate=GG+6").status, 303);
	id = sql_number("select max(id) from stays");
	assert_int_equal(
	    press(arena_fmt(c.arena, "deed=undo&stay=%lld", (long long)id)).status, 303);
	id = sql_number("select max(id) from stays where status = 'open'");
	c.now = instant_plus(NOON, HOUR);
	assert_int_equal(
	    press(arena_fmt(c.arena, "deed=undo&stay=%lld", (long long)id)).status, 409);
}

static void
the_place_is_remembered(void **state)
{
	struct response r;

	(void)state;
	sql("insert into lots (name, time_zone, currency, search) "
	    "values ('Zoo', 'Europe/Berlin', 'EUR', 'zoo')");
	int64_t zoo = sql_number("select id from lots where name = 'Zoo'");
	r = browse(POST, "/gate/place", arena_fmt(c.arena, "lot=%lld", (long long)zoo));
	assert_int_equal(r.status, 303);
	says(browse(GET, "/gate", NULL), "Gate, Zoo");
	assert_int_equal(browse(POST, "/gate/place", "lot=999999999").status, 404);
}

/* ---- the shift */

static void
a_shift_is_closed_with_what_was_counted(void **state)
{
	struct response r = ask(POST, "/api/v1/gate/shift", "{\"counted\":\"5.00\"}");
	int64_t id;

	(void)state;
	assert_says(r, "WRONG_STATE");
	id = enter("HH 1", 0);
	c.now = instant_plus(NOON, 90 * MINUTE);
	press(arena_fmt(c.arena, "deed=cash&plate=HH+1&stay=%lld", (long long)id));
	int64_t took = sql_number("select sum(amount) from payments where method = 'cash'");
	assert_true(took > 0);
	r = ask(GET, "/api/v1/gate/shift", NULL);
	assert_says(r, arena_fmt(c.arena, "\"cash\":%lld", (long long)took));
	assert_says(r, "\"in\":1,\"out\":1");
	says(browse(GET, "/gate/shift", NULL), "Close the shift");
	assert_int_equal(ask(GET, "/api/v1/gate/shift?lot=999999999", NULL).status, 404);
	assert_int_equal(
	    ask(POST, "/api/v1/gate/shift", "{\"counted\":\"1\",\"lot\":999999999}").status, 404);
	r = browse(POST, "/gate/shift", "counted=much");
	assert_int_equal(r.status, 422);
	r = browse(POST, "/gate/shift",
	    arena_fmt(c.arena, "counted=%s&note=All+there",
		money_plain(c.arena, (money){ took }, "EUR")));
	assert_int_equal(r.status, 303);
	assert_int_equal(sql_number("select counted - cash from gate_shifts"), 0);
	c.now = instant_plus(c.now, MINUTE);
	r = ask(GET, "/api/v1/gate/shift", NULL);
	assert_says(r, "\"since\":null");
}

/* ---- the live map, and anomalies */

static void
the_live_map_shows_what_is_there(void **state)
{
	struct response r;

	(void)state;
	enter("JJ 1", slots[0]);
	booked(slots[1], 30, 60, "confirmed");
	r = ask(GET, at("lots/:/live", lot), NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "\"free\":1");
	assert_says(r, "\"occupied\":1");
	assert_says(r, "\"plate\":\"JJ 1\"");
	assert_says(r, "reserved_soon");
	says(browse(GET, arena_fmt(c.arena, "/lots/%lld/live", (long long)lot), NULL), "JJ 1");
	assert_int_equal(ask(GET, at("lots/:/live", 999999999), NULL).status, 404);
}

static void
anomalies_are_dealt_with_on_their_pages(void **state)
{
	struct response r;
	int64_t id;

	(void)state;
	enter("KK 1", 0);
	ask(POST, "/api/v1/stays", "{\"plate\":\"KK 1\"}");
	id = sql_number("select id from anomalies");
	r = browse(GET, "/anomalies", NULL);
	assert_says(r, "Inside already");
	says(browse(GET, "/anomalies?kind=clock_skew", NULL), "Nothing fits");
	r = browse(GET, arena_fmt(c.arena, "/anomalies/%lld", (long long)id), NULL);
	assert_says(r, "Why it can be closed");
	assert_int_equal(ask(GET, at("anomalies/:", 999999999), NULL).status, 404);
	assert_int_equal(ask(POST, at("anomalies/:/acknowledgement", 999999999), "{}").status, 404);
	r = browse(POST, arena_fmt(c.arena, "/anomalies/%lld/acknowledgement", (long long)id),
	    "next=%2Fanomalies");
	assert_int_equal(r.status, 303);
	assert_string_equal(location(&r), "/anomalies");
	assert_int_equal(
	    ask(POST, at("anomalies/:/closing", 999999999), "{\"reason\":\"x\"}").status, 404);
	assert_int_equal(ask(POST, at("anomalies/:/closing", id), "{}").status, 422);
	r = browse(POST, arena_fmt(c.arena, "/anomalies/%lld/closing", (long long)id),
	    "reason=Same+car&next=https%3A%2F%2Fevil.example");
	assert_int_equal(r.status, 303);
	assert_string_equal(location(&r), arena_fmt(c.arena, "/anomalies/%lld", (long long)id));
	says(ask(POST, at("anomalies/:/acknowledgement", id), "{}"), "WRONG_STATE");
	says(browse(GET, "/anomalies?state=closed", NULL), "Same car");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		GATE(a_program_lets_in_and_out),
		GATE(what_cannot_be_let_in_is_told),
		GATE(tickets_let_in_at_their_time),
		GATE(a_stay_is_closed_for_a_reason),
		GATE(a_mistake_is_undone),
		GATE(stays_are_listed_and_shown),
		GATE(its_owner_pays_online),
		GATE(the_console_says_who_that_is),
		GATE(nobody_is_turned_away_by_an_old_count),
		GATE(looking_at_a_full_lot_counts_nothing),
		GATE(a_ticket_says_it_too),
		GATE(one_press_lets_in_and_another_out),
		GATE(what_is_owed_is_shown_when_it_comes_again),
		GATE(odd_cases_have_a_press_each),
		GATE(the_place_is_remembered),
		GATE(a_shift_is_closed_with_what_was_counted),
		GATE(the_live_map_shows_what_is_there),
		GATE(anomalies_are_dealt_with_on_their_pages),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
