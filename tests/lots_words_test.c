/* lots_words_test.c -- what people write about places: opening hours, names, points, ranges of labels. */
#include "world.h"

#include "lots/hours.h"
#include "lots/labels.h"
#include "lots/lots.h"
#include "lots/place.h"

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
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
