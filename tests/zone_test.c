/*
 * zone_test.c -- our clocks against glibc's, which reads the same files with other code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/base.h"
#include "gear/zones.h"

static const text names[] = { "UTC", "Europe/Berlin", "Europe/Dublin", "Europe/Lisbon",
	"Australia/Lord_Howe", "Australia/Sydney", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tokyo",
	"Asia/Gaza", "Asia/Tehran", "Asia/Beirut", "Asia/Pyongyang", "Pacific/Apia",
	"Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Marquesas", "Africa/Casablanca",
	"Africa/Cairo", "Africa/Monrovia", "America/New_York", "America/St_Johns",
	"America/Sao_Paulo", "America/Santiago", "America/Nuuk", "America/Caracas",
	"America/Havana", "Antarctica/Troll", "Antarctica/Casey", "Etc/GMT+12", "Etc/GMT-14" };

static uint64_t seed = 20261121;

static int64_t
random_between(int64_t low, int64_t high)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return low + (int64_t)(seed % (uint64_t)(high - low));
}

static void
use(text name)
{
	setenv("TZ", name, 1);
	tzset();
}

static void
same_as_glibc(const struct zone *z, int64_t s)
{
	struct civil v;
	struct tm tm;
	time_t t = s;

	zone_civil(z, (instant){ s * SECOND + 7 }, &v);
	if (localtime_r(&t, &tm) == NULL)
		fail_msg("glibc cannot tell %lld", (long long)s);
	if (v.year != tm.tm_year + 1900 || v.month != tm.tm_mon + 1 || v.day != tm.tm_mday ||
	    v.hour != tm.tm_hour || v.minute != tm.tm_min || v.second != tm.tm_sec ||
	    v.weekday != tm.tm_wday || v.offset != tm.tm_gmtoff || strcmp(v.abbr, tm.tm_zone) != 0)
		fail_msg("%s at %lld: we say %d-%d-%d %d:%d:%d %+d %s, glibc says %+ld %s",
		    zone_name(z), (long long)s, v.year, v.month, v.day, v.hour, v.minute, v.second,
		    v.offset, v.abbr, tm.tm_gmtoff, tm.tm_zone);
}

static void
clocks_show_what_glibc_shows(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		const struct zone *z = zone_find(names[i]);

		if (z == NULL)
			fail_msg("no zone %s", names[i]);
		use(names[i]);
		for (int k = 0; k < 4000; k++)
			same_as_glibc(z, random_between(0, 7258118400)); /* 1970 to 2200 */
		/* every hour of two years, so that every change is met on both sides */
		for (int64_t s = 1735689600; s < 1735689600 + 2 * 366 * 86400; s += 1800) {
			same_as_glibc(z, s);
			same_as_glibc(z, s - 1);
		}
	}
}

/* glibc may choose either answer where there are two or none; where there is one it must be ours.
 */
static void
wall_clocks_lead_back_to_the_instant(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		const struct zone *z = zone_find(names[i]);

		for (int k = 0; k < 20000; k++) {
			instant t = { random_between(1, 7258118400) * SECOND }, back;
			struct civil v, w;

			zone_civil(z, t, &v);
			back = zone_instant(z, v.year, v.month, v.day, v.hour, v.minute, v.second);
			zone_civil(z, back, &w);
			assert_true(back.us <= t.us); /* of two the first */
			if (memcmp(&v, &w, offsetof(struct civil, offset)) != 0)
				fail_msg("%s: %lld came back as another clock time", names[i],
				    (long long)(t.us / SECOND));
			if (v.offset == w.offset)
				assert_int_equal(t.us, back.us);
		}
	}
}

/* Hours around the changes of two years, where readings are none, one or two. */
static void
every_instant_is_among_the_readings_of_its_clock(void **state)
{
	int twice = 0;

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		const struct zone *z = zone_find(names[i]);

		for (int64_t s = 1735689600; s < 1735689600 + 2 * 366 * 86400; s += 900) {
			instant t = { s * SECOND }, both[2];
			struct civil v, w;

			zone_civil(z, t, &v);
			int n = zone_readings(
			    z, v.year, v.month, v.day, v.hour, v.minute, v.second, both);
			if (n < 1 || (both[0].us != t.us && (n < 2 || both[1].us != t.us)))
				fail_msg("%s: %lld is no reading", names[i], (long long)s);
			for (int k = 0; k < n; k++) {
				zone_civil(z, both[k], &w);
				assert_memory_equal(&v, &w, offsetof(struct civil, offset));
			}
			twice += n == 2;
		}
	}
	assert_true(twice > 0);
	instant both[2];
	assert_int_equal(zone_readings(zone_find("Europe/Berlin"), 2026, 3, 29, 2, 30, 0, both), 0);
	assert_int_equal(
	    zone_readings(zone_find("Australia/Lord_Howe"), 2026, 10, 4, 2, 29, 0, both), 0);
	assert_int_equal(zone_readings(zone_utc(), 2026, 10, 4, 2, 29, 0, both), 1);
}

static void
at_is(const struct zone *z, int y, int m, int d, int h, int min, text utc)
{
	struct arena *a = arena_new();

	assert_string_equal(instant_text(a, zone_instant(z, y, m, d, h, min, 0)), utc);
	arena_free(a);
}

static void
a_skipped_time_moves_on_by_the_gap_and_of_two_the_first_counts(void **state)
{
	const struct zone *berlin = zone_find("Europe/Berlin");
	const struct zone *howe = zone_find("Australia/Lord_Howe");

	(void)state;
	at_is(berlin, 2026, 3, 29, 2, 30, "2026-03-29T01:30:00Z"); /* 03:30 CEST */
	at_is(berlin, 2026, 3, 29, 3, 0, "2026-03-29T01:00:00Z");
	at_is(berlin, 2026, 10, 25, 2, 30, "2026-10-25T00:30:00Z"); /* CEST, not CET */
	at_is(berlin, 2026, 10, 25, 3, 0, "2026-10-25T02:00:00Z");
	at_is(howe, 2026, 10, 4, 2, 15, "2026-10-03T15:45:00Z"); /* 02:45 +11 */
	at_is(howe, 2026, 4, 5, 1, 45, "2026-04-04T14:45:00Z"); /* +11, not +10:30 */
	at_is(zone_find("Pacific/Apia"), 2011, 12, 30, 12, 0,
	    "2011-12-30T22:00:00Z"); /* the day that was not */
	at_is(zone_find("Asia/Beirut"), 2026, 3, 29, 0, 0,
	    "2026-03-28T22:00:00Z"); /* began at 01:00 */
}

static int64_t
day_hours(text zone, int y, int m, int d)
{
	const struct zone *z = zone_find(zone);
	instant noon = zone_instant(z, y, m, d, 12, 0, 0);

	return instant_minus(zone_day_next(z, noon), zone_day_start(z, noon)) / MINUTE;
}

static void
days_have_the_length_that_the_clock_gives_them(void **state)
{
	(void)state;
	assert_int_equal(day_hours("Europe/Berlin", 2026, 3, 28), 24 * 60);
	assert_int_equal(day_hours("Europe/Berlin", 2026, 3, 29), 23 * 60);
	assert_int_equal(day_hours("Europe/Berlin", 2026, 10, 25), 25 * 60);
	assert_int_equal(day_hours("Australia/Lord_Howe", 2026, 10, 4), 23 * 60 + 30);
	assert_int_equal(day_hours("Australia/Lord_Howe", 2026, 4, 5), 24 * 60 + 30);
	assert_int_equal(day_hours("Asia/Kathmandu", 2026, 4, 5), 24 * 60);
	assert_int_equal(day_hours("Asia/Beirut", 2026, 3, 29), 23 * 60);
	assert_int_equal(day_hours("Pacific/Apia", 2011, 12, 29), 24 * 60);
}

static void
the_next_day_is_always_ahead(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		const struct zone *z = zone_find(names[i]);
		instant t = { SECOND };

		for (int day = 0; day < 50000; day++) {
			instant next = zone_day_next(z, t);

			if (next.us <= t.us || next.us - t.us > 50 * HOUR)
				fail_msg("%s: stuck at %lld", names[i], (long long)(t.us / SECOND));
			if (next.us - t.us >
			    2 * HOUR) /* else it was the second midnight of one night */
				assert_true(
				    zone_day_next(z, (instant){ next.us - 1 }).us == next.us);
			t = next;
		}
	}
}

static void
names_that_are_not_zones_are_not_found(void **state)
{
	static const text bad[] = { "", "Europe", "Europe/Atlantis", "../../../etc/passwd",
		"/etc/localtime", "Europe/../UTC", "tzdata.zi", "Europe/Berlin ", "zone.tab",
		"right/Europe/Berlin",
		"EuropeEuropeEuropeEuropeEuropeEuropeEuropeEuropeEuropeEuropeEurope" };

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		if (zone_find(bad[i]) != NULL)
			fail_msg("found: '%s'", bad[i]);
	assert_ptr_equal(zone_find("Europe/Berlin"), zone_find("Europe/Berlin"));
	assert_string_equal(zone_name(zone_find("Europe/Berlin")), "Europe/Berlin");
}

static void
bytes_cut_short_anywhere_are_no_zone(void **state)
{
	static char bytes[8192];
	FILE *f = fopen("/usr/share/zoneinfo/Australia/Lord_Howe", "re");
	struct arena *a = arena_new();

	(void)state;
	assert_non_null(f);
	size_t n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	assert_non_null(zone_parse(a, "x", bytes, n));
	for (size_t k = 0; k < n; k++) {
		char *exact = arena_bytes(a, bytes, k);

		assert_null(zone_parse(a, "x", exact, k));
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_show_what_glibc_shows),
		cmocka_unit_test(wall_clocks_lead_back_to_the_instant),
		cmocka_unit_test(every_instant_is_among_the_readings_of_its_clock),
		cmocka_unit_test(a_skipped_time_moves_on_by_the_gap_and_of_two_the_first_counts),
		cmocka_unit_test(days_have_the_length_that_the_clock_gives_them),
		cmocka_unit_test(the_next_day_is_always_ahead),
		cmocka_unit_test(names_that_are_not_zones_are_not_found),
		cmocka_unit_test(bytes_cut_short_anywhere_are_no_zone),
	};

	return cmocka_run_group_tests_name("zone", tests, NULL, NULL);
}
