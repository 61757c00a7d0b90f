/* lots_test.c -- places: what fits what was typed, when gates are open, and what an admin may do. */
#include "world.h"

#include "gear/settings.h"
#include "lots/hours.h"
#include "lots/labels.h"
#include "lots/lots.h"
#include "lots/pages.h"
#include "lots/place.h"
#include "tariffs/tariffs.h"

#define MINUTES(h, m) (((h)*60 + (m)) * 60)

/* ---- opening hours */

static struct hours
hours_said(text s)
{
	struct hours h;
	text why = NULL;

	if (!hours_parse(s, &h, &why))
		fail_msg("%s: %s", s, why);
	return h;
}

static text
canonical(text s)
{
	struct hours h = hours_said(s);

	return hours_canonical(c.arena, &h);
}

static text
in_words(text s)
{
	struct hours h = hours_said(s);

	return hours_words(c.arena, &h);
}

static void
hours_have_one_spelling(void **s)
{
	(void)s;
	assert_string_equal(canonical(""), "");
	assert_string_equal(canonical("24/7"), "");
	assert_string_equal(canonical("Mo-Su 00:00-24:00"), "");
	assert_string_equal(
	    canonical("mon – Fri 6:00–22:00, sat 8:00-1:00"), "Mo-Fr 06:00-22:00; Sa 08:00-01:00");
	assert_string_equal(canonical("Sa-Mo 10:00-12:00,13:00-20:00"),
	    "Mo 10:00-12:00,13:00-20:00; Sa-Su 10:00-12:00,13:00-20:00");
	assert_string_equal(canonical("Mo-Su 06:00-22:00; Su off"), "Mo-Sa 06:00-22:00");
	text once = canonical("We,Fr 07:30-09:00; Su closed");
	assert_string_equal(canonical(once), once);
}

static void
hours_are_told_in_words(void **s)
{
	(void)s;
	assert_string_equal(in_words(""), "round the clock");
	assert_string_equal(in_words("Mo-Su 06:00-01:00"), "every day 06:00–01:00");
	assert_string_equal(in_words("Mo-Fr 06:00-22:00; Sa 08:00-20:00"),
	    "Mon–Fri 06:00–22:00, Sat 08:00–20:00, closed on Sun");
}

static void
hours_that_make_no_sense_are_refused(void **s)
{
	static const text bad[] = { "Mo", "Mo 25:00-26:00", "Mo 24:00-25:00", "Mo 10:60-11:00",
		"Xy 10:00-11:00", "Mo-Fr", "06:00-22:00", "Mo 06:00",
		"Mo 06:00-22:00 and then some", "24/7; Su off", "Su off", "M 06:00-07:00",
		"Mo 01:00-02:00,03:00-04:00,05:00-06:00,07:00-08:00,09:00-10:00" };

	(void)s;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct hours h;
		text why = NULL;

		if (hours_parse(bad[i], &h, &why))
			fail_msg("taken: %s", bad[i]);
		assert_non_null(why);
	}
}

static void
a_gate_opens_and_closes_on_the_minute(void **s)
{
	struct hours h = hours_said("Mo-Fr 06:00-22:00; Sa 08:00-01:00");

	(void)s;
	assert_true(hours_open(&h, 1, MINUTES(6, 0), false));
	assert_false(hours_open(&h, 1, MINUTES(6, 0) - 1, false));
	assert_false(hours_open(&h, 1, MINUTES(22, 0), false)); /* nobody drives in any more … */
	assert_true(hours_open(&h, 1, MINUTES(22, 0), true)); /* … but the last one drives out */
	assert_true(hours_open(&h, 6, MINUTES(23, 59), false));
	assert_true(hours_open(&h, 0, MINUTES(0, 59), false)); /* Saturday's night */
	assert_false(hours_open(&h, 0, MINUTES(1, 0), false));
	assert_false(hours_open(&h, 0, MINUTES(12, 0), false));
	h = hours_said("Mo-Su 00:00-24:00; Tu 10:00-12:00");
	assert_true(hours_open(&h, 2, 0, true)); /* midnight is Monday's end */
	assert_false(hours_open(&h, 2, 0, false));
}

/* ---- places in words */

static bool
fits(text lot, text typed, bool forgiving)
{
	return place_fits(text_fold(c.arena, lot), text_fold(c.arena, typed), forgiving);
}

static void
accents_case_and_endings_do_not_matter(void **s)
{
	text lot = "Hauptbahnhof Süd Zürich Bahnhofquai 5 8001";

	(void)s;
	assert_true(fits(lot, "zurich", false));
	assert_true(fits(lot, "ZÜRICH", false));
	assert_true(fits(lot, "zur haupt", false));
	assert_true(fits(lot, "8001 Zürich", false));
	assert_true(fits(lot, "", false));
	assert_false(fits(lot, "bern", false));
	assert_false(fits(lot, "zurich bern", false));
	assert_false(fits(lot, "ahnhof", false)); /* words are begun at their beginning */
	assert_true(fits("Targ Węglowy Gdańsk", "gdansk weglowy", false));
	assert_true(fits("Széchenyi István tér", "szechenyi", false));
}

static void
one_slip_of_the_finger_is_forgiven(void **s)
{
	static const text slips[] = { "zurihc", "zuirch", "xurich", "zrich", "zzurich", "zurixh",
		"urich", "zuric", "zurichh" };
	static const text too_many[] = { "zrch", "yxrich", "tzuuriich", "zch" };

	(void)s;
	for (size_t i = 0; i < LENGTH(slips); i++)
		if (!fits("Bahnhofquai Zürich", slips[i], true))
			fail_msg("not forgiven: %s", slips[i]);
	for (size_t i = 0; i < LENGTH(too_many); i++)
		if (fits("Bahnhofquai Zürich", too_many[i], true))
			fail_msg("forgiven: %s", too_many[i]);
	assert_true(fits("Αθήνα", "Αθήμα", true)); /* one letter, whatever its bytes */
	assert_false(fits("Quai 8001", "8002", true)); /* another postcode is another place */
	assert_false(fits("Bern", "ber1", true));
	assert_false(fits("Ulm", "ulx", true)); /* three letters are too few to guess from */
}

static void
points_are_read_and_nothing_else_is(void **s)
{
	double n, e;

	(void)s;
	assert_true(place_point("52.3580, 4.8811", &n, &e));
	assert_true(n > 52.357 && n < 52.359 && e > 4.88 && e < 4.882);
	assert_true(place_point(" -33.86 151.2 ", &n, &e));
	assert_true(place_point("90,-180", &n, &e));
	static const text bad[] = { "", "52.3", "91,0", "0,181", "52,4,3", "1e3,2", "nan,nan",
		"52.3.4,1", "a,b", "1,,", "--1,2", "52.3580, 4.8811 x", "0x10,1",
		"1111111111111111111111111111,1" };
	for (size_t i = 0; i < LENGTH(bad); i++)
		if (place_point(bad[i], &n, &e))
			fail_msg("taken: %s", bad[i]);
}

static double
metres_between(double a, double b, double x, double y)
{
	double p[3], q[3], d[3];

	place_on_globe(a, b, p);
	place_on_globe(x, y, q);
	for (int i = 0; i < 3; i++)
		d[i] = p[i] - q[i];
	return place_metres(__builtin_sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]));
}

static void
ways_are_as_long_as_on_the_map(void **s)
{
	(void)s;
	/* A quarter of the equator; a degree of latitude; across the date line. */
	assert_in_range((int64_t)metres_between(0, 0, 0, 90), 10007500, 10007600);
	assert_in_range((int64_t)metres_between(52, 4, 53, 4), 111190, 111200);
	assert_in_range((int64_t)metres_between(0, 179.5, 0, -179.5), 111190, 111200);
	assert_string_equal(place_distance(c.arena, 236), "240 m");
	assert_string_equal(place_distance(c.arena, 1640), "1.6 km");
	assert_string_equal(place_distance(c.arena, 12400), "12 km");
	assert_string_equal(place_distance(c.arena, 999), "1.0 km");
}

/* ---- labels in bulk */

static text
spelled(text typed)
{
	struct rows labels;
	struct buf b = BUF(c.arena);
	text why;

	if (!labels_parse(c.arena, typed, &labels, &why))
		return why;
	FOR_ROWS (label, l, labels)
		buf_fmt(&b, "%s%s", b.n ? " " : "", l->label);
	return buf_text(&b);
}

static void
ranges_of_labels_are_spelled_out(void **s)
{
	(void)s;
	assert_string_equal(spelled("A-08..A-11"), "A-08 A-09 A-10 A-11");
	assert_string_equal(spelled("S1..S3, B-7\nC"), "S1 S2 S3 B-7 C");
	assert_string_equal(spelled("S9–S11"), "S9 S10 S11");
	assert_string_equal(spelled("A-01 .. 03"), "A-01 A-02 A-03");
	assert_string_equal(spelled("7...9"), "7 8 9");
	assert_non_null(strstr(spelled("A-1..B-3"), "begin alike"));
	assert_non_null(strstr(spelled("A-3..A-1"), "goes up"));
	assert_non_null(strstr(spelled("A..C"), "counts figures"));
	assert_non_null(strstr(spelled("A1, A1"), "twice"));
	assert_non_null(strstr(spelled("A1..A99999"), "1,000"));
	assert_non_null(strstr(spelled("<b>"), "no label"));
	assert_non_null(strstr(spelled(" , "), "at least one"));
	assert_non_null(strstr(spelled("A1..A99999999999999999999"), "counts figures"));
}

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
	assert_ok(lot_time(&c, &l, "from", "2027-03-28T02:30", &t)); /* skipped: an hour later */
	assert_string_equal(instant_text(c.arena, t), "2027-03-28T01:30:00Z");
	assert_ok(lot_time(&c, &l, "from", "2026-10-25T02:30", &t)); /* twice: the first */
	assert_string_equal(instant_text(c.arena, t), "2026-10-25T00:30:00Z");
	l.time_zone = "Australia/Lord_Howe"; /* half an hour of clock change */
	assert_ok(lot_time(&c, &l, "from", "2026-10-04T02:15", &t));
	assert_string_equal(instant_text(c.arena, t), "2026-10-03T15:45:00Z");
	assert_ok(lot_time(&c, &l, "from", "2026-10-04T10:00+05:45", &t));
	assert_string_equal(instant_text(c.arena, t), "2026-10-04T04:15:00Z");
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
		IN_WORLD(hours_have_one_spelling),
		IN_WORLD(hours_are_told_in_words),
		IN_WORLD(hours_that_make_no_sense_are_refused),
		IN_WORLD(a_gate_opens_and_closes_on_the_minute),
		IN_WORLD(accents_case_and_endings_do_not_matter),
		IN_WORLD(one_slip_of_the_finger_is_forgiven),
		IN_WORLD(points_are_read_and_nothing_else_is),
		IN_WORLD(ways_are_as_long_as_on_the_map),
		IN_WORLD(ranges_of_labels_are_spelled_out),
		IN_WORLD(a_search_finds_by_any_of_a_lots_words),
		IN_WORLD(a_booked_slot_is_not_free_for_a_time_that_meets_it),
		IN_WORLD(a_hold_whose_time_is_up_is_free_again),
		IN_WORLD(a_search_counts_what_any_slot_may_become),
		IN_WORLD(what_cannot_be_had_is_left_out_with_its_reason),
		IN_WORLD(times_that_are_none_are_complained_about),
		IN_WORLD(the_nearest_lot_comes_first),
		IN_WORLD(counts_follow_bookings_into_now_and_out_of_it),
		IN_WORLD(the_map_draws_each_slot_as_it_is_for_the_window),
		IN_WORLD(a_window_that_cannot_be_had_keeps_the_page),
		IN_WORLD(a_nights_hour_that_comes_twice_or_never_is_placed),
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
		IN_WORLD(an_admins_mistake_is_told_beside_the_field),
		IN_WORLD(the_desk_is_for_admins),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
