/* lots_test.c -- places: what fits what was typed, when gates are open, and what an admin may do. */
#include "world.h"

#include "gear/settings.h"
#include "lots/hours.h"
#include "lots/labels.h"
#include "lots/lots.h"
#include "lots/pages.h"
#include "lots/place.h"
#include "tariffs/tariffs.h"

/* ---- in the database */

static int64_t booked_there;

static int64_t
made_lot(text name, text time_zone, text hours)
{
	struct lot_draft d = { 0 };
	struct lot l = { 0 };

	lot_draft_new(&c, &d);
	d.name = name;
	d.city = "Zürich";
	d.country = "Switzerland";
	d.time_zone = time_zone;
	d.currency = "EUR";
	d.hours = hours;
	assert_ok(lot_create(&c, &d, &l));
	return l.id;
}

/* A lot in Berlin with slots A-01 … in zone A. */
static int64_t
lot_with_slots(text name, int64_t slots)
{
	struct lot_zone z = { 0 };
	int64_t id = made_lot(name, "Europe/Berlin", ""), n = 0;
	text code = arena_fmt(c.arena, "Z%lld", (long long)id);

	assert_ok(zone_create(&c, &(struct zone_draft){ id, code, "Ground floor" }, &z));
	assert_ok(slots_create(&c,
	    &(struct slots_draft){ .id = id,
		.zone_id = z.id,
		.labels = arena_fmt(c.arena, "A-01..A-%02lld", (long long)slots),
		.prefix = "",
		.size = "",
		.vehicle_type = "" },
	    &n));
	assert_int_equal(n, slots);
	return id;
}

static void
booked(text label, int64_t lot, text starts, text ends, text status)
{
	static int nth;
	int64_t who = person(CUSTOMER, arena_fmt(c.arena, "driver%d", ++nth));

	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, hold_until, "
	    "pay, price, "
	    "currency, cancel_until, refund_percent, no_show_at, created_at, confirmed_at, "
	    "checked_in_at) "
	    "select lot_id, id, %lld, '%s', '%s', '%s', '%s'::timestamptz, %s, 0, 'EUR', '%s', 0, "
	    "'%s', '%s', "
	    "%s, %s from slots where lot_id = %lld and label = '%s'",
	    (long long)who, starts, ends, status,
	    text_is(status, "held") ? "2026-11-17 12:10Z" : "2026-11-17 00:00Z",
	    text_is(status, "held") ? "''" : "'exit'", starts, starts, starts,
	    text_is(status, "held") ? "null" : "now()",
	    text_is(status, "checked_in") ? "now()" : "null", (long long)lot, label);
}

static void
a_search_finds_by_any_of_a_lots_words(void **s)
{
	struct results r;

	(void)s;
	int64_t id = lot_with_slots("Bärenplatz Süd", 3);
	static const text typed[] = { "barenplatz", "Bärenplatz", "zurich sud", "BARENPLTZ" };
	for (size_t i = 0; i < LENGTH(typed); i++) {
		struct search want = { .near = typed[i],
			.from = "2026-11-18T14:00",
			.until = "2026-11-18T16:00",
			.sort = "" };

		assert_ok(lots_search(&c, &want, &r));
		assert_int_equal(r.n, 1);
		assert_int_equal(ROW(found, r.lots, 0)->id, id);
		assert_int_equal(ROW(found, r.lots, 0)->free, 3);
	}
	assert_ok(lots_search(
	    &c, &(struct search){ .near = "%_", .from = "", .until = "", .sort = "" }, &r));
	assert_int_equal(r.n, 0);
}

static int64_t
free_in(text name, text from, text until)
{
	struct results r;
	struct search want = { .near = name, .from = from, .until = until, .sort = "" };

	assert_ok(lots_search(&c, &want, &r));
	struct rows all = r.lots.n ? r.lots : r.left;
	assert_int_equal(all.n, 1);
	return ROW(found, all, 0)->free;
}

static void
a_booked_slot_is_not_free_for_a_time_that_meets_it(void **s)
{
	(void)s;
	int64_t lot = lot_with_slots("Probeplatz", 2);
	booked("A-01", lot, "2026-11-18 13:00Z", "2026-11-18 15:00Z", "confirmed");
	/* Berlin is an hour ahead of UTC in November: the booking lasts from 14:00 to 16:00 there. */
	assert_int_equal(free_in("Probeplatz", "2026-11-18T15:00", "2026-11-18T17:00"), 1);
	assert_int_equal(free_in("Probeplatz", "2026-11-18T16:00", "2026-11-18T17:00"), 2);
	assert_int_equal(free_in("Probeplatz", "2026-11-18T12:00", "2026-11-18T14:00"), 2);
	assert_int_equal(free_in("Probeplatz", "2026-11-18T12:00", "2026-11-18T14:15"), 1);
	assert_int_equal(free_in("Probeplatz", "2026-11-18T12:00Z", "2026-11-18T13:00Z"), 2);
	assert_int_equal(free_in("Probeplatz", "2026-11-18T12:00Z", "2026-11-18T13:15Z"), 1);
}

static void
a_hold_whose_time_is_up_is_free_again(void **s)
{
	(void)s;
	int64_t lot = lot_with_slots("Haltplatz", 1);
	booked("A-01", lot, "2026-11-18 13:00Z", "2026-11-18 15:00Z", "held");
	assert_int_equal(free_in("Haltplatz", "2026-11-18T14:00", "2026-11-18T15:00"), 0);
	c.now = instant_plus(c.now, 10 * MINUTE);
	assert_int_equal(free_in("Haltplatz", "2026-11-18T14:00", "2026-11-18T15:00"), 1);
}

static void
a_search_counts_what_any_slot_may_become(void **s)
{
	(void)s;
	lot_with_slots("Radplatz", 3);
	assert_int_equal(free_in("Radplatz", "2026-11-18T14:00", "2026-11-18T15:00"), 3);
	sql("update slots set vehicle_type = 'bicycle' where lot_id = (select id from lots where "
	    "name = 'Radplatz') and label <> 'A-01'");
	assert_int_equal(free_in("Radplatz", "2026-11-18T14:00", "2026-11-18T15:00"), 1);
}

static text
refusal(text name, text from, text until)
{
	struct results r;
	struct search want = { .near = name, .from = from, .until = until, .sort = "" };

	assert_ok(lots_search(&c, &want, &r));
	assert_int_equal(r.n, 0);
	assert_int_equal(r.left.n, 1);
	assert_int_equal(c.complaints.n, 0);
	return ROW(found, r.left, 0)->why_not;
}

static void
what_cannot_be_had_is_left_out_with_its_reason(void **s)
{
	(void)s;
	lot_with_slots("Randplatz", 1);
	int64_t shut = lot_with_slots("Nachtplatz", 1);
	sql("update lots set hours = 'Mo-Fr 06:00-22:00' where id = %lld", (long long)shut);
	assert_non_null(
	    strstr(refusal("Randplatz", "2026-11-16T10:00", "2026-11-16T12:00"), "past"));
	assert_non_null(
	    strstr(refusal("Randplatz", "2027-06-16T10:00", "2027-06-16T12:00"), "90 days"));
	assert_non_null(
	    strstr(refusal("Randplatz", "2026-11-18T10:00", "2026-11-18T10:05"), "at least"));
	assert_non_null(
	    strstr(refusal("Randplatz", "2026-11-18T10:00", "2027-01-18T10:05"), "at most"));
	assert_non_null(
	    strstr(refusal("Nachtplatz", "2026-11-21T10:00", "2026-11-21T12:00"), "Mon–Fri"));
	assert_non_null(
	    strstr(refusal("Nachtplatz", "2026-11-18T21:00", "2026-11-18T22:15"), "Mon–Fri"));
	assert_int_equal(free_in("Nachtplatz", "2026-11-18T21:00", "2026-11-19T07:00"), 1);
}

static void
times_that_are_none_are_complained_about(void **s)
{
	struct results r;

	(void)s;
	assert_problem(
	    lots_search(&c,
		&(struct search){
		    .near = "", .from = "tomorrow", .until = "2026-11-18T10:00", .sort = "" },
		&r),
	    INVALID);
	assert_string_equal(c.complaints.v[0].field, "from");
	c.complaints.n = 0;
	assert_problem(lots_search(&c,
			   &(struct search){ .near = "",
			       .from = "2026-11-18T10:00",
			       .until = "2026-11-18T09:00",
			       .sort = "" },
			   &r),
	    INVALID);
	assert_string_equal(c.complaints.v[0].field, "until");
}

/* So many lots in a town of their own, each with one slot and 0.001 degrees further north. */
static void
many_lots(int n)
{
	sql("insert into lots (name, city, search, time_zone, currency, latitude, longitude) "
	    "select "
	    "'Reihe ' || lpad(i::text, 3, '0'), 'Vielstadt', 'reihe ' || lpad(i::text, 3, '0') || "
	    "' "
	    "vielstadt', 'Europe/Berlin', 'EUR', -50 + i * 0.001, 20 from generate_series(1, %d) "
	    "i; "
	    "insert into zones (lot_id, code) select id, 'R' || id from lots where city = "
	    "'Vielstadt'; "
	    "insert into slots (lot_id, zone_id, code, label) select lot_id, id, code || '-1', '1' "
	    "from zones where code like 'R%%'",
	    n);
	assert_ok(lots_count_free(&c));
}

static void
search_page(struct search s, int64_t skip, struct results *r)
{
	s.from = "2026-11-18T14:00";
	s.until = "2026-11-18T16:00";
	s.sort = s.sort ? s.sort : "";
	s.skip = skip;
	assert_ok(lots_search(&c, &s, r));
}

/* Turns pages to the end, and answers the names of what could be had, in order. */
static struct rows
all_pages(struct search s, int *pages)
{
	struct results r = { .next = "first" };
	struct found *v = arena_alloc(c.arena, 500 * sizeof *v);
	struct rows out = { v, 0 };
	int64_t skip = 0;

	for (*pages = 0; *r.next; ++*pages, skip += r.looked) {
		search_page(s, skip, &r);
		assert_true(r.n <= 20);
		assert_int_equal(r.n, r.lots.n);
		FOR_ROWS (found, f, r.lots)
			v[out.n++] = *f;
		assert_true(*pages < 50);
	}
	return out;
}

static void
every_lot_is_on_exactly_one_page(void **s)
{
	struct results r;
	int pages;

	(void)s;
	many_lots(130);
	static const text asked[] = { "Vielstadt", "vielstatd", "-50,20" };
	for (size_t i = 0; i < LENGTH(asked); i++) {
		struct rows all = all_pages((struct search){ .near = asked[i] }, &pages);
		assert_int_equal(all.n, 130);
		assert_int_equal(pages, 7);
		for (size_t k = 0; k < all.n; k++)
			assert_string_equal(
			    ROW(found, all, k)->name, arena_fmt(c.arena, "Reihe %03zu", k + 1));
	}
	search_page((struct search){ .near = "Vielstadt" }, 0, &r);
	assert_false(r.whole);
	assert_false(r.may_sort_free);
	assert_string_equal(r.next,
	    "/lots?near=Vielstadt&from=2026-11-18T14%3A00&until=2026-11-18T16%3A00&skip=20");
	search_page((struct search){ .near = "Reihe 007" }, 0, &r);
	assert_true(r.whole);
	assert_string_equal(r.next, "");
}

static void
a_free_slot_is_found_behind_any_number_of_full_lots(void **s)
{
	struct results r;
	int pages;

	(void)s;
	int64_t who = person(CUSTOMER, "everywhere");
	many_lots(250);
	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, price, "
	    "currency, cancel_until, refund_percent, no_show_at, created_at, pay, confirmed_at) "
	    "select "
	    "s.lot_id, s.id, %lld, '2026-11-18 13:00Z', '2026-11-18 14:00Z', 'confirmed', 0, "
	    "'EUR', "
	    "now(), 0, now(), now(), 'exit', now() from slots s join lots l on l.id = s.lot_id "
	    "where "
	    "l.city = 'Vielstadt' and l.name not in ('Reihe 003', 'Reihe 249')",
	    (long long)who);
	struct rows all = all_pages((struct search){ .near = "-50, 20" }, &pages);
	assert_int_equal(pages, 3);
	assert_int_equal(all.n, 2);
	assert_string_equal(ROW(found, all, 0)->name, "Reihe 003");
	assert_string_equal(ROW(found, all, 1)->name, "Reihe 249");
	search_page((struct search){ .near = "Vielstadt" }, 100, &r);
	assert_int_equal(r.n, 0);
	assert_int_equal(r.left.n, 100);
	assert_string_equal(ROW(found, r.left, 0)->why_not, "Full for that time.");
	assert_string_not_equal(r.next, "");
}

static void
the_cheapest_of_all_lots_comes_first(void **s)
{
	int pages;

	(void)s;
	many_lots(60);
	sql("insert into tariffs (name, currency) values ('Low', 'EUR'), ('High', 'EUR');"
	    "insert into tariff_versions (tariff_id, number, created_at) select id, 1, "
	    "'2026-01-01Z' "
	    "from tariffs where name in ('Low', 'High');"
	    "insert into tariff_lines (version_id, position, kind, minutes, price) select v.id, 1, "
	    "'step', 60, case t.name when 'Low' then 10 else 90000 end from tariff_versions v join "
	    "tariffs t on t.id = v.tariff_id where t.name in ('Low', 'High');"
	    "update lots set tariff_id = (select id from tariffs where name = 'Low') where name in "
	    "('Reihe 030', 'Reihe 060');"
	    "update lots set tariff_id = (select id from tariffs where name = 'High') where name = "
	    "'Reihe 001'; update lots set currency = 'CHF' where name = 'Reihe 002'");
	static const text asked[] = { "Vielstadt", "-50,20" };
	for (size_t i = 0; i < LENGTH(asked); i++) {
		struct rows all =
		    all_pages((struct search){ .near = asked[i], .sort = "price" }, &pages);
		assert_int_equal(all.n, 60);
		assert_string_equal(ROW(found, all, 0)->name, "Reihe 030");
		assert_int_equal(ROW(found, all, 0)->price.minor, 20);
		assert_string_equal(ROW(found, all, 1)->name, "Reihe 060");
		assert_string_equal(ROW(found, all, 2)->name, "Reihe 003");
		assert_string_equal(ROW(found, all, 58)->name, "Reihe 001");
		/* Francs are not compared with euros: the few that take them come last. */
		assert_string_equal(ROW(found, all, 59)->name, "Reihe 002");
	}
}

static void
a_search_can_want_a_charger_or_an_accessible_slot(void **s)
{
	struct results r;

	(void)s;
	int64_t lot = lot_with_slots("Ladeplatz", 4);
	lot_with_slots("Ladeplatz ohne", 4);
	sql("update slots set ev = true where lot_id = %lld and label in ('A-01', 'A-02'); update "
	    "slots set accessible = true where lot_id = %lld and label in ('A-02', 'A-03')",
	    (long long)lot, (long long)lot);
	search_page((struct search){ .near = "Ladeplatz", .ev = true }, 0, &r);
	assert_int_equal(r.n, 1);
	assert_int_equal(r.left.n, 0);
	assert_int_equal(ROW(found, r.lots, 0)->free, 2);
	search_page((struct search){ .near = "Ladeplatz", .ev = true, .accessible = true }, 0, &r);
	assert_int_equal(ROW(found, r.lots, 0)->free, 1);
	booked("A-02", lot, "2026-11-18 13:00Z", "2026-11-18 15:00Z", "confirmed");
	search_page((struct search){ .near = "Ladeplatz", .ev = true, .accessible = true }, 0, &r);
	assert_int_equal(r.n, 0);
	assert_string_equal(ROW(found, r.left, 0)->why_not, "Full for that time.");
	search_page((struct search){ .near = "Ladeplatz", .ev = true }, 0, &r);
	assert_int_equal(ROW(found, r.lots, 0)->free, 1);
	assert_ok(lots_search(&c,
	    &(struct search){ .near = "", .from = "", .until = "", .sort = "", .ev = true }, &r));
	bool there = false;
	FOR_ROWS (found, f, r.lots) {
		there |= f->id == lot;
		assert_string_not_equal(f->name, "Ladeplatz ohne");
	}
	assert_true(there);
}

static void
people_turn_pages(void **s)
{
	(void)s;
	many_lots(45);
	text window = "from=2026-11-18T14%3A00&until=2026-11-18T16%3A00";
	struct response r =
	    browse(GET, arena_fmt(c.arena, "/lots?near=vielstadt&%s", window), NULL);
	assert_says(r, "The first 20 lots with a slot for you");
	assert_says(r, "&amp;skip=20\">Show more lots");
	assert_not_says(r, "Back to the first lots");
	r = browse(GET, arena_fmt(c.arena, "/lots?near=vielstadt&%s&skip=40", window), NULL);
	assert_says(r, "5 more lots with a slot for you");
	assert_says(r, "Reihe 045");
	assert_not_says(r, "Show more lots");
	assert_says(r, "Back to the first lots");
	r = browse(GET, arena_fmt(c.arena, "/lots?near=vielstadt&%s&skip=60", window), NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "That was all");
	assert_int_equal(browse(GET, "/lots?skip=-1", NULL).status, 422);
	assert_int_equal(browse(GET, "/lots?skip=99999999999999999999", NULL).status, 422);
	r = browse(GET, "/lots?sort=free", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "/lots?near=&amp;sort=free&amp;skip=20");
	assert_int_equal(browse(GET, "/lots?sort=free&skip=20", NULL).status, 200);
}

static void
the_nearest_lot_comes_first(void **s)
{
	struct results r;

	(void)s;
	int64_t near = lot_with_slots("Nahplatz", 1), far = lot_with_slots("Fernplatz", 1);
	int64_t over = lot_with_slots("Datumsgrenze", 1);
	sql("update lots set latitude = 0, longitude = 179.99 where id = %lld", (long long)near);
	sql("update lots set latitude = 0, longitude = 179.8 where id = %lld", (long long)far);
	sql("update lots set latitude = 0, longitude = -179.95 where id = %lld", (long long)over);
	assert_ok(lots_search(&c,
	    &(struct search){ .near = "0, 180",
		.from = "2026-11-18T14:00",
		.until = "2026-11-18T15:00",
		.sort = "" },
	    &r));
	assert_true(r.by_point);
	assert_int_equal(ROW(found, r.lots, 0)->id, near);
	assert_int_equal(ROW(found, r.lots, 1)->id, over);
	assert_int_equal(ROW(found, r.lots, 2)->id, far);
	assert_string_equal(ROW(found, r.lots, 0)->distance, "1.1 km");
	assert_string_equal(ROW(stop, r.stops, 2)->at, "94.00%");
}

static void
counts_follow_bookings_into_now_and_out_of_it(void **s)
{
	struct lot l = { 0 };

	(void)s;
	int64_t id = lot_with_slots("Zählplatz", 4);
	assert_ok(lot_load(&c, id, &l));
	assert_int_equal(l.slots, 4);
	assert_int_equal(l.free, 4);
	booked("A-01", id, "2026-11-17 11:00Z", "2026-11-17 13:00Z", "confirmed");
	booked("A-02", id, "2026-11-17 12:30Z", "2026-11-17 13:00Z", "confirmed"); /* soon */
	booked("A-03", id, "2026-11-17 11:00Z", "2026-11-17 13:00Z", "checked_in");
	assert_ok(lot_availability_changed(&c, id, c.now, instant_plus(c.now, HOUR)));
	assert_ok(lot_load(&c, id, &l));
	assert_int_equal(l.free, 1);
	assert_int_equal(l.reserved, 2);
	assert_int_equal(l.occupied, 1);
	c.now = instant_plus(c.now, 61 * MINUTE);
	assert_ok(lot_jobs[0].run(&c, NULL));
	assert_ok(lot_load(&c, id, &l));
	assert_int_equal(l.free, 4);
}

static text
drawn_as(const struct lot_page *p, text label)
{
	FOR_ROWS (map_zone, z, p->zones)
		FOR_ROWS (bay, b, z->bays)
			if (text_is(b->label, label))
				return b->drawn;
	return "?";
}

static void
the_map_draws_each_slot_as_it_is_for_the_window(void **s)
{
	struct lot_page p;

	(void)s;
	int64_t id = lot_with_slots("Kartenplatz", 18), n;
	booked("A-01", id, "2026-11-18 13:00Z", "2026-11-18 15:00Z", "confirmed");
	booked("A-02", id, "2026-11-18 14:00Z", "2026-11-18 18:00Z", "confirmed");
	booked("A-03", id, "2026-11-17 11:00Z", "2026-11-18 15:00Z", "checked_in");
	assert_ok(slots_apply(&c, &(struct slots_change){ id, "A-04", "out_of_service", "paint" },
	    &n, &booked_there));
	assert_ok(
	    lot_show(&c, &(struct lot_view){ id, 0, "2026-11-18T14:00", "2026-11-18T17:00" }, &p));
	assert_true(p.bookable);
	assert_string_equal(drawn_as(&p, "A-01"), "reserved");
	assert_string_equal(drawn_as(&p, "A-02"), "soon");
	assert_string_equal(drawn_as(&p, "A-03"), "taken");
	assert_string_equal(drawn_as(&p, "A-04"), "out");
	assert_string_equal(drawn_as(&p, "A-05"), "free");
	assert_int_equal(p.free_then, 14);
	assert_int_equal(p.choices.n, 14);
	/* Sixteen stand in a pair of rows, the others below. */
	struct map_zone *z = ROW(map_zone, p.zones, 0);
	assert_int_equal(p.zones.n, 1);
	assert_int_equal(ROW(bay, z->bays, 7)->y, ROW(bay, z->bays, 0)->y);
	assert_true(ROW(bay, z->bays, 8)->below);
	assert_false(ROW(bay, z->bays, 16)->below);
	assert_true(ROW(bay, z->bays, 16)->y > ROW(bay, z->bays, 15)->y);
	FOR_ROWS (bay, a, z->bays)
		FOR_ROWS (bay, b, z->bays)
			assert_false(a != b && a->x == b->x && a->y == b->y);
}

static void
a_window_that_cannot_be_had_keeps_the_page(void **s)
{
	struct lot_page p;

	(void)s;
	int64_t id = lot_with_slots("Bleibplatz", 2);
	assert_ok(
	    lot_show(&c, &(struct lot_view){ id, 0, "2020-01-01T10:00", "2020-01-01T11:00" }, &p));
	assert_false(p.bookable);
	assert_non_null(strstr(p.refused, "past"));
	assert_string_equal(ROW(bay, ROW(map_zone, p.zones, 0)->bays, 0)->href, "");
	assert_problem(lot_show(&c, &(struct lot_view){ 999999, 0, "", "" }, &p), NOT_FOUND);
}

static void
a_nights_hour_that_comes_twice_or_never_is_placed(void **s)
{
	struct lot l = { .time_zone = "Europe/Berlin" };
	instant t;

	(void)s;
	assert_problem(lot_time(&c, &l, "from", "2027-03-28T02:30", &t), INVALID); /* never */
	assert_string_equal(c.complaints.v[0].field, "from");
	assert_string_equal(c.complaints.v[0].says,
	    "There is no 02:30 on Sun 28\u00a0Mar: the clocks go forward from 02:00 to 03:00.");
	assert_ok(lot_time(&c, &l, "from", "2027-03-28T03:00", &t));
	assert_string_equal(instant_text(c.arena, t), "2027-03-28T01:00:00Z");
	assert_ok(lot_time(&c, &l, "from", "2026-10-25T02:30", &t)); /* twice: the first */
	assert_string_equal(instant_text(c.arena, t), "2026-10-25T00:30:00Z");
	assert_ok(lot_time(&c, &l, "from", "2026-10-25T02:30+01:00", &t)); /* the second */
	assert_string_equal(instant_text(c.arena, t), "2026-10-25T01:30:00Z");
	assert_ok(lot_time(&c, &l, "from", "2026-10-25T02:30 01:00", &t)); /* its plus unescaped */
	assert_string_equal(instant_text(c.arena, t), "2026-10-25T01:30:00Z");
	l.time_zone = "Australia/Lord_Howe"; /* half an hour of clock change */
	assert_problem(lot_time(&c, &l, "until", "2026-10-04T02:15", &t), INVALID);
	assert_string_equal(c.complaints.v[1].says,
	    "There is no 02:15 on Sun 4\u00a0Oct: the clocks go forward from 02:00 to 02:30.");
	assert_ok(lot_time(&c, &l, "from", "2027-04-04T01:45", &t));
	assert_string_equal(instant_text(c.arena, t), "2027-04-03T14:45:00Z");
	assert_ok(lot_time(&c, &l, "from", "2027-04-04T01:45+10:30", &t));
	assert_string_equal(instant_text(c.arena, t), "2027-04-03T15:15:00Z");
	assert_ok(lot_time(&c, &l, "from", "2026-10-04T10:00+05:45", &t));
	assert_string_equal(instant_text(c.arena, t), "2026-10-04T04:15:00Z");
}

static void
an_offset_beside_a_time_says_which_of_two_is_meant(void **s)
{
	struct lot l = { .time_zone = "Europe/Berlin" };
	text twice = "2026-10-25T02:30", once = "2026-10-25T03:00";

	(void)s;
	assert_string_equal(lot_time_meant(&c, &l, twice, "+01:00"), "2026-10-25T02:30+01:00");
	assert_string_equal(lot_time_meant(&c, &l, twice, "+02:00"), "2026-10-25T02:30+02:00");
	/* Left over from another time, it says nothing. */
	assert_string_equal(lot_time_meant(&c, &l, twice, "+05:30"), twice);
	assert_string_equal(lot_time_meant(&c, &l, twice, "later"), twice);
	assert_string_equal(lot_time_meant(&c, &l, once, "+02:00"), once);
	assert_string_equal(lot_time_meant(&c, &l, "soon", "+01:00"), "soon");
	struct rows turns = lot_time_turns(&c, &l, (instant){ 1792891800 * SECOND });
	assert_int_equal(turns.n, 2); /* 2026-10-25T01:30Z */
	assert_string_equal(ROW(time_turn, turns, 0)->words, "The first, 02:30 CEST");
	assert_string_equal(ROW(time_turn, turns, 1)->words, "The second, 02:30 CET");
	assert_false(ROW(time_turn, turns, 0)->chosen);
	assert_true(ROW(time_turn, turns, 1)->chosen);
	assert_int_equal(lot_time_turns(&c, &l, NOON).n, 0);
	l.time_zone = "Asia/Kathmandu";
	assert_string_equal(lot_time_meant(&c, &l, twice, "+05:45"), twice);
}

/* From the search to the quote, the second of two half past two stays the second. */
static void
the_second_of_two_hours_is_kept_from_page_to_page(void **s)
{
	static const struct {
		text zone, now, from, offset, exact, links, words, gone, gone_says;
	} nights[] = {
		{ "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T02:30", "%2B01:00",
		    "2026-10-25T02:30+01:00", "2026-10-25T02%3A30%2B01%3A00",
		    "The second, 02:30 CET", "2027-03-28T02:30", "There is no 02:30 on Sun 28" },
		{ "Australia/Lord_Howe", "2027-04-03T00:00:00Z", "2027-04-04T01:45", "%2B10:30",
		    "2027-04-04T01:45+10:30", "2027-04-04T01%3A45%2B10%3A30",
		    "The second, 01:45 +1030", "2026-10-04T02:15", "There is no 02:15 on Sun 4" },
	};

	(void)s;
	int64_t lot = lot_with_slots("Nachtplatz", 2);
	for (size_t i = 0; i < LENGTH(nights); i++) {
		text until = arena_fmt(c.arena, "%.10sT06:00", nights[i].from);

		sql("update lots set time_zone = '%s' where id = %lld", nights[i].zone,
		    (long long)lot);
		assert_true(instant_parse(nights[i].now, &c.now));
		struct response r = browse(GET,
		    arena_fmt(
			c.arena, "/lots?near=nachtplatz&from=%s&until=%s", nights[i].from, until),
		    NULL);
		assert_says(r, "The clocks go back that night");
		assert_says(r, nights[i].words);
		r = browse(GET,
		    arena_fmt(c.arena, "/lots?near=nachtplatz&from=%s&from_offset=%s&until=%s",
			nights[i].from, nights[i].offset, until),
		    NULL);
		assert_says(r, nights[i].links);
		assert_says(r, arena_fmt(c.arena, "selected>%s", nights[i].words));
		assert_says(r, arena_fmt(c.arena, "value=\"%s\"", nights[i].from));
		r = browse(GET,
		    arena_fmt(c.arena, "/lots/%lld?from=%s&until=%s", (long long)lot,
			nights[i].links, until),
		    NULL);
		assert_says(r, arena_fmt(c.arena, "name=\"from\" value=\"%s\"", nights[i].exact));
		assert_says(r, arena_fmt(c.arena, "selected>%s", nights[i].words));
		instant meant;
		assert_true(instant_parse(nights[i].exact, &meant));
		r = ask(GET,
		    arena_fmt(c.arena, "/api/v1/quotes?lot=%lld&from=%s&from_offset=%s&until=%s",
			(long long)lot, nights[i].from, nights[i].offset, until),
		    NULL);
		assert_int_equal(r.status, 200);
		assert_says(
		    r, arena_fmt(c.arena, "\"starts\":\"%s\"", instant_text(c.arena, meant)));
		r = browse(GET,
		    arena_fmt(c.arena, "/lots?near=nachtplatz&from=%s&until=%.10sT06:00",
			nights[i].gone, nights[i].gone),
		    NULL);
		assert_int_equal(r.status, 422);
		assert_says(r, nights[i].gone_says);
		r = browse(GET,
		    arena_fmt(c.arena, "/lots/%lld?from=%s&until=%.10sT06:00", (long long)lot,
			nights[i].gone, nights[i].gone),
		    NULL);
		assert_int_equal(r.status, 200);
		assert_says(r, nights[i].gone_says);
	}
}

static void
a_lot_with_bookings_stays_and_one_without_goes(void **s)
{
	struct lot l;

	(void)s;
	int64_t id = lot_with_slots("Buchplatz", 2), empty = lot_with_slots("Leerplatz", 2);
	booked("A-01", id, "2026-11-18 13:00Z", "2026-11-18 15:00Z", "confirmed");
	assert_problem(lot_delete(&c, id), IN_USE);
	assert_ok(lot_delete(&c, empty));
	assert_problem(lot_load(&c, empty, &l), NOT_FOUND);
	assert_problem(lot_delete(&c, empty), NOT_FOUND);
	int64_t n;
	assert_problem(slots_apply(&c, &(struct slots_change){ id, "A-01..A-02", "delete", "" }, &n,
			   &booked_there),
	    IN_USE);
	assert_ok(
	    slots_apply(&c, &(struct slots_change){ id, "A-02", "delete", "" }, &n, &booked_there));
	assert_int_equal(n, 1);
}

static void
names_codes_and_labels_are_their_own(void **s)
{
	struct lot_draft d = { 0 };
	struct lot l;
	struct lot_zone z;
	int64_t n;

	(void)s;
	int64_t id = lot_with_slots("Einzelplatz", 2);
	lot_draft_new(&c, &d);
	d.name = "EINZELPLATZ";
	assert_ok(db_begin(&c));
	assert_problem(lot_create(&c, &d, &l), DUPLICATE);
	assert_string_equal(c.complaints.v[0].field, "name");
	assert_ok(db_end(&c, false));
	int64_t zone = sql_number("select id from zones where lot_id = %lld", (long long)id);
	assert_ok(db_begin(&c));
	assert_problem(
	    slots_create(&c,
		&(struct slots_draft){ id, zone, "A-02..A-03", "OTHER-", "", "", false, false },
		&n),
	    DUPLICATE);
	assert_ok(db_end(&c, false));
	assert_int_equal(
	    sql_number("select count(*) from slots where lot_id = %lld", (long long)id), 2);
	int64_t other = made_lot("Zweitplatz", "UTC", "");
	assert_problem(
	    slots_create(
		&c, &(struct slots_draft){ other, zone, "B1", "", "", "", false, false }, &n),
	    INVALID);
	assert_ok(db_begin(&c));
	assert_problem(
	    zone_create(&c,
		&(struct zone_draft){ other, arena_fmt(c.arena, "z%lld", (long long)id), "" }, &z),
	    DUPLICATE);
	assert_ok(db_end(&c, false));
}

static void
a_change_of_what_somebody_else_changed_is_refused(void **s)
{
	struct lot l;
	struct lot_draft d;

	(void)s;
	int64_t id = lot_with_slots("Wechselplatz", 1);
	assert_ok(lot_load(&c, id, &l));
	lot_draft_of(&c, &l, &d);
	d.hours = "mo-fr 6:00-20:00";
	assert_ok(lot_change(&c, &d));
	assert_problem(lot_change(&c, &d), CHANGED_MEANWHILE);
	assert_ok(lot_load(&c, id, &l));
	assert_string_equal(l.hours, "Mo-Fr 06:00-20:00");
	assert_int_equal(l.version, 2);
}

static void
what_is_left_out_of_a_new_lot_is_as_the_house_says(void **s)
{
	struct lot_draft d = { 0 };
	struct lot l;

	(void)s;
	settings.currency = "CHF";
	fields_complete(lot_draft_fields, &d);
	d.name = "Nurname";
	d.pay_at_exit = true;
	assert_ok(lot_create(&c, &d, &l));
	assert_string_equal(l.time_zone, "UTC");
	assert_string_equal(l.currency, "CHF");
	assert_int_equal(l.days_ahead, 90);
	assert_int_equal(l.default_minutes, 60);
	assert_string_equal(l.hours, "");
	assert_true(l.pay_at_exit);
	assert_int_equal(l.tariff_id, 0);
	d.name = "Schief";
	d.latitude = "47.1";
	assert_problem(lot_create(&c, &d, &l), INVALID);
}

/* ---- on the web */

static void
people_search_and_look_at_a_lot(void **s)
{
	(void)s;
	int64_t id = lot_with_slots("Webplatz <b>Süd</b>", 20);
	struct response r = browse(GET, "/", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "A space with your name on it.");
	r = browse(
	    GET, "/lots?near=webplatz&from=2026-11-18T14%3A00&until=2026-11-18T16%3A00", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "One lot has a slot for you");
	assert_says(r, "Webplatz &lt;b&gt;Süd&lt;/b&gt;");
	assert_not_says(r, "<b>Süd");
	assert_says(r, "from=2026-11-18T14%3A00&amp;until=2026-11-18T16%3A00");
	r = browse(
	    GET, "/lots?near=nirgendwo&from=2026-11-18T14%3A00&until=2026-11-18T16%3A00", NULL);
	assert_says(r, "No lot fits “nirgendwo”");
	r = browse(GET,
	    arena_fmt(c.arena, "/lots/%lld?from=2026-11-18T14%%3A00&until=2026-11-18T16%%3A00",
		(long long)id),
	    NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "aria-label=\"A 01, free for your time\"");
	assert_says(r, arena_fmt(c.arena, "/quotes?lot=%lld&amp;slot=", (long long)id));
	assert_says(r, "Europe/Berlin (CET)");
	assert_int_equal(browse(GET, "/lots/99999999", NULL).status, 404);
	assert_int_equal(browse(GET, "/lots/x", NULL).status, 404);
}

static void
a_bad_time_gets_words_beside_its_field(void **s)
{
	(void)s;
	struct response r = browse(GET, "/lots?near=zurich&from=soon&until=later", NULL);
	assert_int_equal(r.status, 422);
	assert_says(r, "id=\"from-e\"");
	assert_says(r, "value=\"zurich\"");
	assert_says(r, "value=\"soon\"");
	r = ask(GET, "/api/v1/lots?near=zurich&from=soon&until=later", NULL);
	assert_int_equal(r.status, 422);
	assert_says(r, "\"from\":");
	int64_t id = lot_with_slots("Fehlerplatz", 1);
	r = browse(GET, arena_fmt(c.arena, "/lots/%lld?from=never&until=now", (long long)id), NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "id=\"from-e\"");
}

static void
programs_read_the_same(void **s)
{
	(void)s;
	lot_with_slots("Maschinenplatz", 3);
	struct response r = ask(GET,
	    "/api/v1/lots?near=maschinenplatz&from=2026-11-18T13:00Z&until=2026-11-18T15:00Z",
	    NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "\"free\":3");
	assert_says(r, "\"starts\":\"2026-11-18T13:00:00Z\"");
	r = ask(GET, "/api/v1/lots", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "Maschinenplatz");
}

static void
an_admin_makes_a_lot_that_can_be_booked(void **s)
{
	(void)s;
	as(person(ADMIN, "boss"), ADMIN);
	struct response r = browse(GET, "/admin/lots/new", NULL);
	assert_int_equal(r.status, 200);
	r = browse(POST, "/admin/lots",
	    "name=Marktplatz&city=Ulm&time_zone=Europe%2FBerlin&currency=EUR&days_ahead=90&min_"
	    "minutes=15&"
	    "max_minutes=1440&default_minutes=60&cancel_minutes=60&refund_percent=50&no_show_"
	    "minutes=30&"
	    "pay_at_exit=true&hours=Mo-Sa+6%3A00-22%3A00&latitude=48.4&longitude=9.99");
	assert_int_equal(r.status, 303);
	text desk = location(&r);
	r = browse(GET, desk, NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "Mo-Sa 06:00-22:00");
	r = browse(POST, arena_fmt(c.arena, "%s/zones", desk), "zone_code=ULM1-A&zone_name=Hof");
	assert_int_equal(r.status, 303);
	int64_t zone = sql_number("select id from zones where code = 'ULM1-A'");
	r = browse(POST, arena_fmt(c.arena, "%s/slots", desk),
	    arena_fmt(c.arena,
		"zone_id=%lld&labels=A-01..A-12&prefix=ULM1-&size=regular&vehicle_type=car&ev=true",
		(long long)zone));
	assert_int_equal(r.status, 303);
	assert_int_equal(
	    sql_number("select count(*) from slots where zone_id = %lld and ev", (long long)zone),
	    12);
	r = browse(POST, arena_fmt(c.arena, "%s/slots/changes", desk),
	    "chosen=A-02..A-03&reason=Paint&deed=out_of_service");
	assert_int_equal(r.status, 303);
	as(0, ANYONE);
	r = browse(GET, "/lots?near=ulm&from=2026-11-18T14%3A00&until=2026-11-18T16%3A00", NULL);
	assert_says(r, "<b>10</b>");
}

static void
who_booked_a_slot_that_goes_out_of_service_is_counted(void **s)
{
	int64_t n;

	(void)s;
	int64_t id = lot_with_slots("Baustelle", 3);
	booked("A-01", id, "2026-11-18 13:00Z", "2026-11-18 15:00Z", "confirmed");
	booked("A-03", id, "2026-11-18 13:00Z", "2026-11-18 15:00Z", "confirmed");
	assert_ok(slots_apply(&c, &(struct slots_change){ id, "A-01..A-02", "out_of_service", "" },
	    &n, &booked_there));
	assert_int_equal(n, 2);
	assert_int_equal(booked_there, 1);
}

static void
a_tariff_speaks_the_lots_currency(void **s)
{
	struct lot_draft d = { 0 };
	struct lot l;
	struct tariff t = { .name = "In francs", .currency = "CHF" };

	(void)s;
	tariff_per_hour(&t, (money){ 400 });
	assert_ok(tariff_publish(&c, &t));
	lot_draft_new(&c, &d);
	d.name = "Geldplatz";
	d.currency = "EUR";
	d.tariff_id = t.id;
	assert_problem(lot_create(&c, &d, &l), INVALID);
	assert_string_equal(c.complaints.v[0].field, "tariff_id");
	d.currency = "CHF";
	assert_ok(lot_create(&c, &d, &l));
	d.name = "Nichtplatz";
	d.tariff_id = 999999;
	assert_problem(lot_create(&c, &d, &l), INVALID);
}

static void
a_retired_tariff_is_given_to_no_lot(void **s)
{
	struct lot_draft d = { 0 };
	struct lot l;
	struct tariff t = { .name = "Old", .currency = "EUR" };

	(void)s;
	int64_t there = lot_with_slots("Treuplatz", 1);
	tariff_per_hour(&t, (money){ 400 });
	assert_ok(tariff_publish(&c, &t));
	assert_ok(tariff_retire(&c, t.id));
	lot_draft_new(&c, &d);
	d.name = "Spaetplatz";
	d.currency = "EUR";
	d.tariff_id = t.id;
	assert_problem(lot_create(&c, &d, &l), INVALID);
	assert_string_equal(c.complaints.v[0].field, "tariff_id");
	assert_ok(lot_load(&c, there, &l));
	lot_draft_of(&c, &l, &d);
	d.tariff_id = t.id;
	assert_problem(lot_change(&c, &d), INVALID);
	as(person(ADMIN, "boss"), ADMIN);
	struct response page =
	    browse(GET, arena_fmt(c.arena, "/admin/tariffs/%lld", (long long)t.id), NULL);
	assert_says(page, "This tariff is retired");
	assert_not_says(page, "Retire the tariff</button>");
	text json = arena_fmt(c.arena,
	    "{\"name\":\"Spaetplatz\",\"currency\":\"EUR\",\"tariff_id\":%lld}", (long long)t.id);
	struct response r = ask(POST, "/api/v1/admin/lots", json);
	assert_int_equal(r.status, 422);
	assert_says(r, "This tariff is retired.");
	r = browse(POST, "/admin/lots",
	    arena_fmt(c.arena, "name=Spaetplatz&currency=EUR&tariff_id=%lld", (long long)t.id));
	assert_int_equal(r.status, 422);
	assert_says(r, "This tariff is retired.");
	assert_int_equal(
	    sql_number("select count(*) from lots where tariff_id = %lld", (long long)t.id), 0);
}

static int64_t
kept_in(text currency)
{
	return sql_number("select count(*) from tariffs t join tariff_versions v on v.tariff_id = "
			  "t.id where t.built_in and t.currency = '%s'",
	    currency);
}

static void
a_lot_without_a_tariff_finds_the_built_in_one_written_down(void **s)
{
	struct lot_draft d = { 0 };
	struct lot l;

	(void)s;
	lot_draft_new(&c, &d);
	d.name = "Hausplatz";
	d.currency = "SEK";
	assert_int_equal(kept_in("SEK"), 0);
	assert_ok(lot_create(&c, &d, &l));
	assert_int_equal(kept_in("SEK"), 1);
	/* What came into the table by another way is made good at the start. */
	sql("insert into lots (name, currency, search) values ('Hintertuer', 'NOK', 'hintertuer')");
	assert_ok(lots_keep_tariffs(&c));
	assert_int_equal(kept_in("NOK"), 1);
	assert_ok(lots_keep_tariffs(&c));
	assert_int_equal(kept_in("NOK"), 1);
}

static void
an_admins_mistake_is_told_beside_the_field(void **s)
{
	(void)s;
	int64_t id = lot_with_slots("Tippplatz", 2);
	as(person(ADMIN, "boss"), ADMIN);
	struct response r = browse(POST, "/admin/lots",
	    "name=&latitude=x&hours=always&cancel_minutes=1&refund_percent=101&no_show_minutes=3");
	assert_int_equal(r.status, 422);
	static const text fields[] = { "name", "latitude", "hours", "refund_percent" };
	for (size_t i = 0; i < LENGTH(fields); i++)
		assert_says(r, arena_fmt(c.arena, "id=\"%s-e\"", fields[i]));
	r = browse(POST, arena_fmt(c.arena, "/admin/lots/%lld/slots/changes", (long long)id),
	    "chosen=A-01..A-09&deed=delete");
	assert_int_equal(r.status, 422);
	assert_says(r, "This lot has no slot A-03.");
	assert_says(r, "value=\"A-01..A-09\"");
	assert_int_equal(
	    sql_number("select count(*) from slots where lot_id = %lld", (long long)id), 2);
}

static void
the_desk_is_for_admins(void **s)
{
	(void)s;
	int64_t id = lot_with_slots("Schutzplatz", 1);
	static const enum role roles[] = { CUSTOMER, OPERATOR };
	text desk = arena_fmt(c.arena, "/api/v1/admin/lots/%lld", (long long)id);
	as(0, ANYONE);
	assert_int_equal(ask(DELETE, desk, NULL).status, 401);
	for (size_t i = 0; i < LENGTH(roles); i++) {
		as(person(roles[i], arena_fmt(c.arena, "p%zu", i)), roles[i]);
		assert_int_equal(ask(DELETE, desk, NULL).status, 403);
		assert_int_equal(ask(GET, "/api/v1/admin/lots", NULL).status, 403);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_search_finds_by_any_of_a_lots_words),
		IN_WORLD(a_booked_slot_is_not_free_for_a_time_that_meets_it),
		IN_WORLD(a_hold_whose_time_is_up_is_free_again),
		IN_WORLD(a_search_counts_what_any_slot_may_become),
		IN_WORLD(every_lot_is_on_exactly_one_page),
		IN_WORLD(a_free_slot_is_found_behind_any_number_of_full_lots),
		IN_WORLD(the_cheapest_of_all_lots_comes_first),
		IN_WORLD(a_search_can_want_a_charger_or_an_accessible_slot),
		IN_WORLD(people_turn_pages),
		IN_WORLD(what_cannot_be_had_is_left_out_with_its_reason),
		IN_WORLD(times_that_are_none_are_complained_about),
		IN_WORLD(the_nearest_lot_comes_first),
		IN_WORLD(counts_follow_bookings_into_now_and_out_of_it),
		IN_WORLD(the_map_draws_each_slot_as_it_is_for_the_window),
		IN_WORLD(a_window_that_cannot_be_had_keeps_the_page),
		IN_WORLD(a_nights_hour_that_comes_twice_or_never_is_placed),
		IN_WORLD(an_offset_beside_a_time_says_which_of_two_is_meant),
		IN_WORLD(the_second_of_two_hours_is_kept_from_page_to_page),
		IN_WORLD(a_lot_with_bookings_stays_and_one_without_goes),
		IN_WORLD(names_codes_and_labels_are_their_own),
		IN_WORLD(a_change_of_what_somebody_else_changed_is_refused),
		IN_WORLD(what_is_left_out_of_a_new_lot_is_as_the_house_says),
		IN_WORLD(people_search_and_look_at_a_lot),
		IN_WORLD(a_bad_time_gets_words_beside_its_field),
		IN_WORLD(programs_read_the_same),
		IN_WORLD(an_admin_makes_a_lot_that_can_be_booked),
		IN_WORLD(who_booked_a_slot_that_goes_out_of_service_is_counted),
		IN_WORLD(a_tariff_speaks_the_lots_currency),
		IN_WORLD(a_retired_tariff_is_given_to_no_lot),
		IN_WORLD(a_lot_without_a_tariff_finds_the_built_in_one_written_down),
		IN_WORLD(an_admins_mistake_is_told_beside_the_field),
		IN_WORLD(the_desk_is_for_admins),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
