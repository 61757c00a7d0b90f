/*
 * tariff_property_test.c -- prices against a slow, plain reckoning that shares no function with them.
 *
 * reckon() walks the stay unit by unit and asks glibc's localtime what the clock on the wall shows; it knows nothing of
 * edges, spans or zones.  100,000 random tariffs and stays, half of them over a night on which clocks
 * change, in Berlin, Lord Howe (half an hour) and Kathmandu (never, +05:45).  TARIFF_SEED chooses other cases.
 */
#include "world.h"

#include "gear/zones.h"
#include "tariffs/terms.h"

static uint64_t state;

static int64_t
below(int64_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (int64_t)(state % (uint64_t)n);
}

/* ---- the plain reckoning */

struct ledger { /* of one capped day */
	long day;
	int64_t units[TARIFF_LINES];
};

static bool
holds(const struct tariff_line *l, const struct tm *tm)
{
	int minute = tm->tm_hour * 60 + tm->tm_min;
	bool today = (l->days & 1u << tm->tm_wday) != 0;
	bool yesterday = (l->days & 1u << (tm->tm_wday == 0 ? 6 : tm->tm_wday - 1)) != 0;

	if (l->from == l->until)
		return today;
	if (l->from < l->until)
		return today && l->from <= minute && minute < l->until;
	if (minute >= l->from)
		return today;
	return yesterday && minute < l->until;
}

static size_t
line_now(const struct tariff *t, const struct tm *tm)
{
	size_t base = 99;

	for (size_t i = 0; i < t->n; i++) {
		if (t->lines[i].kind != STEP && t->lines[i].kind != PER_MINUTE)
			continue;
		if (t->lines[i].days == 0)
			base = i;
		else if (holds(&t->lines[i], tm))
			return i;
	}
	return base;
}

static int64_t
settle(const struct tariff *t, struct ledger *day, int64_t cap)
{
	int64_t sum = 0;

	for (size_t i = 0; i < t->n; i++) {
		int64_t whole = day->units[i] * t->lines[i].price.minor;

		if (t->lines[i].kind == PER_MINUTE) {
			int64_t m = t->lines[i].minutes, rest = whole % m;

			whole = whole / m + (rest >= m - rest ? 1 : 0);
		}
		sum += whole;
		day->units[i] = 0;
	}
	return cap >= 0 && sum > cap ? cap : sum;
}

static long
capped_day(const struct tariff_line *cap, int64_t from, int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	if (cap == NULL)
		return 0;
	if (cap->minutes == 1440)
		return (long)((at - from) / 86400);
	localtime_r(&t, &tm);
	return (tm.tm_year * 12L + tm.tm_mon) * 31 + tm.tm_mday;
}

static int64_t
reckon(const struct tariff *t, int64_t from, int64_t until)
{
	const struct tariff_line *cap = NULL;
	struct ledger day = { 0 };
	int64_t at = from, sum = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->lines[i].kind == GRACE && until - from <= t->lines[i].minutes * 60)
			return 0;
		if (t->lines[i].kind == CAP)
			cap = &t->lines[i];
	}
	day.day = capped_day(cap, from, at);
	for (size_t i = 0; i < t->n; i++)
		if (t->lines[i].kind == FIRST) {
			day.units[i] = 1;
			at += t->lines[i].minutes * 60;
		}
	while (at < until || at == from) {
		time_t now = (time_t)at;
		struct tm tm;
		long d = capped_day(cap, from, at);

		if (d != day.day)
			sum += settle(t, &day, cap->price.minor);
		day.day = d;
		localtime_r(&now, &tm);
		size_t i = line_now(t, &tm);
		day.units[i]++;
		at += t->lines[i].kind == PER_MINUTE ? 60 : t->lines[i].minutes * 60;
	}
	return sum + settle(t, &day, cap ? cap->price.minor : -1);
}

/* ---- random tariffs and stays */

static void
put(struct tariff *t, enum tariff_kind kind, int64_t minutes, int64_t price)
{
	t->lines[t->n++] =
	    (struct tariff_line){ .kind = kind, .minutes = minutes, .price = { price } };
}

static void
put_rate(struct tariff *t, bool window)
{
	static const int64_t lengths[] = { 1, 5, 7, 10, 15, 20, 30, 60, 60, 60, 90, 120, 600 };
	static const unsigned days[] = { EVERY_DAY, EVERY_DAY, WEEKDAYS, WEEKEND, 1, 2, 64 };

	put(t, below(3) ? STEP : PER_MINUTE, lengths[below(LENGTH(lengths))], below(1000));
	if (!window)
		return;
	struct tariff_line *l = &t->lines[t->n - 1];
	l->days = days[below(LENGTH(days))];
	l->from = below(2) ? below(48) * 30 : below(1440);
	l->until = below(6) == 0 ? l->from : below(2) ? below(48) * 30 : below(1440);
}

static struct tariff
some_tariff(void)
{
	struct tariff t = { .name = "Some", .currency = "EUR" };
	int64_t windows = below(4), base = below(windows + 1);

	if (below(3) == 0)
		put(&t, GRACE, 1 + below(30), 0);
	if (below(3) == 0)
		put(&t, FIRST, 1 + below(below(8) ? 120 : 4000), below(2000));
	for (int64_t i = 0; i <= windows; i++)
		put_rate(&t, i != base);
	if (below(2))
		put(&t, CAP, below(2) ? 1440 : 0, below(8000));
	if (below(4) == 0)
		put(&t, LOST, 0, below(9000));
	return t;
}

static const struct {
	text name;
	int64_t change[4]; /* instants at which its clock is put forward or back */
} places[] = {
	{ "Europe/Berlin", { 1774746000, 1792890000, 1806195600, 1824944400 } },
	{ "Australia/Lord_Howe", { 1775314800, 1791041400, 1806764400, 1822491000 } },
	{ "Asia/Kathmandu", { 1774746000, 1792890000, 1806195600, 1824944400 } },
};

static int64_t
some_length(void)
{
	switch (below(20)) {
	case 0: return below(12 * 86400);
	case 1:
	case 2:
	case 3: return below(3 * 86400);
	case 4: return below(1800);
	case 5: return below(3) * 3600;
	default: return below(14 * 3600);
	}
}

static void
describe(const struct tariff *t)
{
	static const text kinds[] = { "grace", "first", "step", "minute", "cap", "lost" };

	for (size_t i = 0; i < t->n; i++)
		print_error("  %s minutes %lld price %lld days %u %lld–%lld\n",
		    kinds[t->lines[i].kind], (long long)t->lines[i].minutes,
		    (long long)t->lines[i].price.minor, t->lines[i].days,
		    (long long)t->lines[i].from, (long long)t->lines[i].until);
}

static void
one_case(const struct zone *z, const int64_t change[4])
{
	struct tariff t = some_tariff();
	int64_t from =
	    below(2) ? change[below(4)] - below(2 * 86400) : 1704067200 + below(6 * 365 * 86400);
	if (below(2))
		from -= from % 60;
	int64_t until = from + some_length();
	struct price p;

	c.arena = arena_new();
	assert_ok(
	    tariff_price(&c, &t, z, (instant){ from * SECOND }, (instant){ until * SECOND }, &p));
	int64_t plain = reckon(&t, from, until), rows = 0;
	money lost = { -1 };
	bool names_lost = tariff_lost_price(&t, &lost);
	FOR_ROWS (price_row, r, p.because)
		rows += r->amount.minor;
	if (p.total.minor != plain || rows != plain) {
		describe(&t);
		fail_msg("%s, %lld to %lld: %lld (reasons add up to %lld), plainly %lld",
		    zone_name(z), (long long)from, (long long)until, (long long)p.total.minor,
		    (long long)rows, (long long)plain);
	}
	/* It is the last line if there is one, and never part of what a stay costs. */
	assert_true(names_lost == (t.lines[t.n - 1].kind == LOST));
	assert_int_equal(lost.minor, names_lost ? t.lines[t.n - 1].price.minor : -1);
	arena_free(c.arena);
}

static void
prices_agree_with_the_plain_reckoning_in_100000_cases(void **s)
{
	text given = getenv("TARIFF_SEED");

	(void)s;
	if (given == NULL || !text_int(given, (int64_t *)&state) || state == 0)
		state = 20261121;
	print_message("TARIFF_SEED=%llu\n", (unsigned long long)state);
	for (size_t i = 0; i < LENGTH(places); i++) {
		setenv("TZ", places[i].name, 1);
		tzset();
		for (int k = 0; k < 33334; k++)
			one_case(zone_find(places[i].name), places[i].change);
	}
}

/* The plain reckoning must be able to say no: a clock an hour off is noticed. */
static void
the_plain_reckoning_notices_a_wrong_clock(void **s)
{
	struct tariff t = { .currency = "EUR" };
	int64_t from = 1774746000 - 5400; /* 00:30 in Berlin, on the night that lacks 02:00–03:00 */
	struct price p;

	(void)s;
	put(&t, STEP, 60, 500);
	put(&t, STEP, 60, 200);
	t.lines[1].days = EVERY_DAY;
	t.lines[1].from = 180;
	t.lines[1].until = 360;
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	c.arena = arena_new();
	assert_ok(tariff_price(&c, &t, zone_find("Europe/London"), (instant){ from * SECOND },
	    (instant){ (from + 4 * 3600) * SECOND }, &p));
	assert_int_not_equal(p.total.minor, reckon(&t, from, from + 4 * 3600));
	assert_ok(tariff_price(&c, &t, zone_find("Europe/Berlin"), (instant){ from * SECOND },
	    (instant){ (from + 4 * 3600) * SECOND }, &p));
	assert_int_equal(p.total.minor, reckon(&t, from, from + 4 * 3600));
	arena_free(c.arena);
}

/* A tariff goes into the form of its next version and comes back as itself. */
static void
a_tariff_survives_its_form(void **s)
{
	const struct zone *z = zone_find("Europe/Berlin");
	int sound = 0;

	(void)s;
	state = 20261122;
	for (int k = 0; k < 20000; k++) {
		struct tariff t = some_tariff(), back;
		struct draft d;
		struct price before, after;
		instant from = { (1704067200 + below(365 * 86400)) * SECOND };
		instant until = instant_plus(from, some_length() * SECOND);

		c.arena = arena_new();
		c.complaints.n = 0;
		draft_of(c.arena, &t, &d);
		if (tariff_sound(c.arena, &t) == NULL && draft_read(&c, &d, &back) == OK) {
			sound++;
			assert_null(tariff_sound(c.arena, &back));
			assert_string_equal(
			    tariff_words(c.arena, &t), tariff_words(c.arena, &back));
			assert_ok(tariff_price(&c, &t, z, from, until, &before));
			assert_ok(tariff_price(&c, &back, z, from, until, &after));
			assert_int_equal(before.total.minor, after.total.minor);
		}
		arena_free(c.arena);
	}
	print_message("%d of 20000 are what the form takes\n", sound);
	assert_true(sound > 5000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prices_agree_with_the_plain_reckoning_in_100000_cases),
		cmocka_unit_test(the_plain_reckoning_notices_a_wrong_clock),
		cmocka_unit_test(a_tariff_survives_its_form),
	};

	return cmocka_run_group_tests_name("tariff property", tests, NULL, NULL);
}
