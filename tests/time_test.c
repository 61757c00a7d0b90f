#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/base.h"
#include "gear/zones.h"

static struct arena *a;

static int
begin(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static instant
at(text s)
{
	instant t = { 0 };

	if (!instant_parse(s, &t))
		fail_msg("no instant: %s", s);
	return t;
}

static void
instants_are_read_with_any_offset_and_written_in_utc(void **state)
{
	static const struct {
		text in, out;
	} good[] = {
		{ "2026-05-01T10:00:00Z", "2026-05-01T10:00:00Z" },
		{ "2026-05-01T10:00:00.25+02:00", "2026-05-01T08:00:00.25Z" },
		{ "2026-05-01t10:00z", "2026-05-01T10:00:00Z" },
		{ "2026-05-01 10:00:00.250000+00", "2026-05-01T10:00:00.25Z" },
		{ "2026-05-01 10:00:00-03:30", "2026-05-01T13:30:00Z" },
		{ "2024-02-29T23:59:60Z", "2024-03-01T00:00:00Z" },
		{ "2026-05-01T10:00:00.1234569Z", "2026-05-01T10:00:00.123456Z" },
		{ "1970-01-01T00:00:01Z", "1970-01-01T00:00:01Z" },
		{ "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(good); i++)
		assert_string_equal(instant_text(a, at(good[i].in)), good[i].out);
}

static void
what_is_not_an_instant_is_refused(void **state)
{
	static const text bad[] = { "", "2026", "2026-05-01", "2026-05-01T10:00",
		"2026-02-29T10:00Z", "2026-13-01T10:00Z", "2026-00-01T10:00Z", "2026-05-00T10:00Z",
		"2026-05-32T10:00Z", "2026-05-01T24:00Z", "2026-05-01T10:60Z",
		"2026-05-01T10:00:61Z", "2026-05-01T10:00:00.Z", "2026-05-01T10:00Z ",
		" 2026-05-01T10:00Z", "2026-05-01T10:00+24:00", "2026-05-01T1:00Z",
		"1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00+01:00",
		"9999-12-31T23:59:59-01:00", "infinity", "-2026-05-01T10:00Z",
		"２０２６-05-01T10:00Z" };
	instant t;

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		if (instant_parse(bad[i], &t))
			fail_msg("taken for an instant: %s", bad[i]);
	assert_false(instant_parse_naive("2026-05-01T10:00Z", &t));
	assert_true(instant_parse_naive("2026-05-01T10:00", &t));
	assert_string_equal(instant_text(a, t), "2026-05-01T10:00:00Z");
}

static void
every_day_of_eight_centuries_goes_there_and_back(void **state)
{
	int64_t n = days_from_civil(1600, 1, 1);

	(void)state;
	assert_int_equal(days_from_civil(1970, 1, 1), 0);
	for (int year = 1600; year < 2400; year++)
		for (int month = 1; month <= 12; month++)
			for (int day = 1; day <= 28; day++) {
				int y, m, d;

				n = days_from_civil(year, month, day);
				civil_from_days(n, &y, &m, &d);
				assert_true(y == year && m == month && d == day);
			}
	assert_int_equal(days_from_civil(2000, 3, 1) - days_from_civil(2000, 2, 28), 2);
	assert_int_equal(days_from_civil(1900, 3, 1) - days_from_civil(1900, 2, 28), 1);
	assert_true(n > 0);
}

static void
people_read_times_in_the_clock_of_the_place(void **state)
{
	const struct zone *berlin = zone_find("Europe/Berlin");
	instant t = at("2026-11-12T13:00:00Z");

	(void)state;
	assert_string_equal(time_clock(a, berlin, t), "14:00");
	assert_string_equal(time_day(a, berlin, t), "Thu 12\u00a0Nov");
	assert_string_equal(time_date(a, berlin, t), "2026-11-12");
	assert_string_equal(time_input(a, berlin, t), "2026-11-12T14:00");
	assert_string_equal(time_abbr(a, berlin, t), "CET");
	assert_string_equal(time_offset_iso(a, berlin, t), "2026-11-12T14:00+01:00");
	assert_string_equal(
	    time_offset_iso(a, zone_find("Asia/Kathmandu"), t), "2026-11-12T18:45+05:45");
	assert_string_equal(
	    time_offset_iso(a, zone_find("America/St_Johns"), t), "2026-11-12T09:30-03:30");
}

static void
spans_name_every_part_that_is_not_nothing(void **state)
{
	(void)state;
	assert_string_equal(time_span(a, 3 * HOUR + 30 * MINUTE), "3\u00a0h 30\u00a0min");
	assert_string_equal(time_span(a, 10 * MINUTE), "10\u00a0min");
	assert_string_equal(time_span(a, 2 * DAY + 4 * HOUR), "2\u00a0d 4\u00a0h");
	assert_string_equal(time_span(a, DAY + MINUTE), "1\u00a0d 1\u00a0min");
	assert_string_equal(time_span(a, 42 * SECOND), "42\u00a0s");
	assert_string_equal(time_span(a, 0), "0\u00a0min");
	assert_string_equal(time_span(a, -HOUR), "−1\u00a0h");
}

static void
money_is_shown_as_its_currency_has_it(void **state)
{
	(void)state;
	assert_string_equal(money_text(a, (money){ 2000 }, "EUR"), "€20.00");
	assert_string_equal(money_text(a, (money){ -500 }, "EUR"), "−€5.00");
	assert_string_equal(money_text(a, (money){ 2000 }, "CHF"), "CHF\u00a020.00");
	assert_string_equal(money_text(a, (money){ 1234567 }, "JPY"), "¥1,234,567");
	assert_string_equal(money_text(a, (money){ 5 }, "KWD"), "KWD\u00a00.005");
	assert_string_equal(money_plain(a, (money){ 100000 }, "EUR"), "1000.00");
	assert_string_equal(money_plain(a, (money){ -5 }, "EUR"), "-0.05");
	assert_string_equal(money_plain(a, (money){ INT64_MIN }, "EUR"), "-92233720368547758.08");
	assert_true(currency_known("PLN") && currency_known("XPF") && currency_known("ZMW"));
	assert_false(currency_known("eur") || currency_known("") || currency_known("XXX"));
	assert_false(currency_known("UR ") || currency_known("EURO"));
}

static void
money_is_read_with_no_more_decimals_than_its_currency_has(void **state)
{
	static const text bad[] = { "", "-", ".5", "20.", "20.505", "+20", "1,000", "2 0", "20€",
		"1e3", "92233720368547758.08", "99999999999999999999", "--1" };
	money m = { 0 };

	(void)state;
	assert_true(money_parse("20", "EUR", &m) && m.minor == 2000);
	assert_true(money_parse("20.5", "EUR", &m) && m.minor == 2050);
	assert_true(money_parse("20.50", "EUR", &m) && m.minor == 2050);
	assert_true(money_parse("-0.05", "EUR", &m) && m.minor == -5);
	assert_true(money_parse("500", "JPY", &m) && m.minor == 500);
	assert_true(money_parse("1.005", "KWD", &m) && m.minor == 1005);
	assert_true(money_parse("92233720368547758.07", "EUR", &m) && m.minor == INT64_MAX);
	assert_false(money_parse("500.0", "JPY", &m));
	for (size_t i = 0; i < LENGTH(bad); i++)
		if (money_parse(bad[i], "EUR", &m))
			fail_msg("taken for money: '%s'", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants_are_read_with_any_offset_and_written_in_utc),
		cmocka_unit_test(what_is_not_an_instant_is_refused),
		cmocka_unit_test(every_day_of_eight_centuries_goes_there_and_back),
		cmocka_unit_test(people_read_times_in_the_clock_of_the_place),
		cmocka_unit_test(spans_name_every_part_that_is_not_nothing),
		cmocka_unit_test(money_is_shown_as_its_currency_has_it),
		cmocka_unit_test(money_is_read_with_no_more_decimals_than_its_currency_has),
	};

	return cmocka_run_group_tests_name("time", tests, begin, end);
}
