/* desk_page_test.c -- the dashboard: every figure is what the rows of payments, refunds and bookings add up to, on the page,
 * as JSON and as CSV. */
#include "world.h"

#include "desk/desk.h"
#include "forecasts/forecasts.h"
#include "gear/settings.h"

/* ---- a world: lots by three clocks, in two currencies, with a past */

static int64_t berlin, howe, chatham, anna, olga, ada;

static int64_t
lot(text name, text zone, text currency, int slots)
{
	sql("insert into lots (name, time_zone, currency, search) values ('%s', '%s', '%s', '%s')",
	    name, zone, currency, name);
	int64_t id = sql_number("select id from lots where name = '%s'", name);

	sql("insert into zones (lot_id, code) values (%lld, 'Z%lld');"
	    "insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'S%lld-' || g, "
	    "'S' || g from zones, generate_series(1, %d) g where lot_id = %lld;"
	    "insert into lot_counts (lot_id, slots, free) values (%lld, %d, %d) on conflict "
	    "(lot_id) do update set slots = excluded.slots, free = excluded.free",
	    (long long)id, (long long)id, (long long)id, slots, (long long)id, (long long)id, slots,
	    slots);
	return id;
}

static void
paid(int64_t lot_id, text method, int64_t amount, text at)
{
	sql("insert into charges (reservation_id, lot_id, kind, amount, currency, "
	    "tax_basis_points, state, made_at, settled_at) select (select min(id) from "
	    "reservations where status = 'expired'), id, 'exit', %lld, currency, 0, 'settled', "
	    "'%s', '%s' from lots where id = %lld;"
	    "insert into payments (charge_id, method, status, amount, currency, attempt, "
	    "created_at, paid_at, recorded_by) select c.id, '%s', 'paid', c.amount, c.currency, "
	    "case '%s' when 'online' then 'a' || c.id end, '%s', '%s', %lld from charges c "
	    "order by c.id desc limit 1",
	    (long long)amount, at, at, (long long)lot_id, method, method, at, at, (long long)olga);
}

/* Of the last payment. */
static void
given_back(int64_t amount, text at)
{
	sql("update payments set refunded = refunded + %lld where id = (select max(id) from "
	    "payments);"
	    "insert into refunds (payment_id, amount, currency, status, reason, made_at, done_at) "
	    "select id, %lld, currency, 'done', 'test', '%s', '%s' from payments order by id desc "
	    "limit 1",
	    (long long)amount, (long long)amount, at, at);
}

static void
booked(int64_t lot_id, int64_t who, text starts, int minutes, text status, text made)
{
	static int nth;
	bool came = text_is(status, "completed");

	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, pay, price, "
	    "currency, cancel_until, refund_percent, no_show_at, created_at, confirmed_at, "
	    "checked_in_at, ended_at) select %lld, s.id, %lld, '%s', '%s'::timestamptz + interval "
	    "'%d minutes', '%s', 'exit', 1000, 'EUR', '%s', 50, '%s', '%s', '%s', %s, '%s' from "
	    "slots s where s.lot_id = %lld order by s.id offset %d limit 1",
	    (long long)lot_id, (long long)who, starts, starts, minutes, status, starts, starts,
	    made, made, came ? arena_fmt(c.arena, "'%s'", starts) : "null", starts,
	    (long long)lot_id, nth++ % 8);
}

static void
drove_up(int64_t lot_id, int64_t who, text entered, int minutes)
{
	sql("insert into stays (lot_id, plate, plate_typed, user_id, source, entered_at, left_at, "
	    "status, closed_how, tariff_version_id, currency, fee) values (%lld, 'B1', 'B 1', "
	    "nullif(%lld, 0), 'gate', '%s', '%s'::timestamptz + interval '%d minutes', 'closed', "
	    "'exit', 1, 'EUR', 0)",
	    (long long)lot_id, (long long)who, entered, entered, minutes);
}

static void
three_lots(void)
{
	berlin = lot("Berlin Mitte", "Europe/Berlin", "EUR", 10);
	howe = lot("Lord Howe", "Australia/Lord_Howe", "EUR", 10);
	chatham = lot("Waitangi", "Pacific/Chatham", "CHF", 10);
	anna = person(CUSTOMER, "anna");
	olga = person(OPERATOR, "olga");
	ada = person(ADMIN, "ada");
	as(ada, ADMIN);
	/* Money is owed for a booking that counts for nothing itself. */
	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, hold_until, "
	    "price, currency, cancel_until, refund_percent, no_show_at, created_at, ended_at) "
	    "select "
	    "lot_id, id, %lld, t, t + interval '1 hour', 'expired', t, 1, 'EUR', t, 50, t, t, t "
	    "from "
	    "slots, (select timestamptz '2020-01-01 12:00Z' as t) x order by id limit 1",
	    (long long)anna);
}

static uint64_t luck;
static int64_t
any(int64_t n)
{
	luck ^= luck << 13;
	luck ^= luck >> 7;
	luck ^= luck << 17;
	return (int64_t)(luck % (uint64_t)n);
}

/* Some hundred payments, refunds and bookings of a year, thickest about the turn of October. */
static void
a_year(void)
{
	static const text methods[] = { "cash", "card", "online" };
	static const text fates[] = { "completed", "completed", "completed", "cancelled",
		"no_show" };
	const int64_t lots[] = { berlin, howe, chatham };

	luck = 20261117;
	for (int i = 0; i < 150; i++) {
		text about = i % 2 ? "2026-10-31 09:00Z" : "2026-06-01 00:00Z";
		int64_t within = i % 2 ? 2 * 24 * 60 : 150 * 24 * 60;
		text at = sql_value("select (timestamptz '%s' + interval '%lld minutes')::text",
		    about, (long long)any(within));

		paid(lots[any(3)], methods[any(3)], 101 + any(9999), at);
		if (i % 3 == 0)
			given_back(1 + any(100),
			    sql_value("select (timestamptz '%s' + interval '%lld days')::text", at,
				(long long)any(40)));
		booked(lots[any(3)], i % 5 ? anna : olga,
		    sql_value("select (timestamptz '2026-06-01 00:00Z' + interval '%lld hours')"
			      "::text",
			(long long)i * 24 + any(20)),
		    15 * (1 + (int)any(50)), fates[any(5)], at);
		if (i % 2)
			drove_up(lots[any(3)], i % 3 ? ada : 0,
			    sql_value("select (timestamptz '2026-06-01 00:00Z' + interval '%lld "
				      "hours')::text",
				(long long)i * 24 + any(50)),
			    15 * (1 + (int)any(50)));
		if (i == 100)
			assert_ok(desk_fold(&c)); /* a part is in the sums, a part is not yet */
	}
}

/* ---- by hand: the rows themselves, neither the ledger nor the sums */

struct stretch {
	text query, from, until;
	int64_t lot_id;
};

static int64_t
paid_by_hand(const struct stretch *s, text method, text currency)
{
	return sql_number(
	    "select coalesce(sum(p.amount), 0) from payments p, charges h, lots l where h.id = "
	    "p.charge_id and l.id = h.lot_id and p.status = 'paid' and p.method like '%s' and "
	    "p.currency = '%s' and %lld in (0, l.id) and p.paid_at >= ('%s'::timestamp at time "
	    "zone l.time_zone) and p.paid_at < (('%s'::date + 1)::timestamp at time zone "
	    "l.time_zone)",
	    method, currency, (long long)s->lot_id, s->from, s->until);
}

static int64_t
returned_by_hand(const struct stretch *s, text method, text currency)
{
	return sql_number(
	    "select coalesce(sum(r.amount), 0) from refunds r, payments p, charges h, lots l where "
	    "p.id = r.payment_id and h.id = p.charge_id and l.id = h.lot_id and r.status = 'done' "
	    "and p.method like '%s' and r.currency = '%s' and %lld in (0, l.id) and r.done_at >= "
	    "('%s'::timestamp at time zone l.time_zone) and r.done_at < (('%s'::date + "
	    "1)::timestamp at time zone l.time_zone)",
	    method, currency, (long long)s->lot_id, s->from, s->until);
}

/* `what` of bookings that begin (starts), or were made (confirmed_at), in these days. */
static int64_t
bookings_by_hand(const struct stretch *s, text what, text when, text statuses)
{
	return sql_number(
	    "select coalesce(%s, 0)::bigint from reservations r, lots l where l.id = r.lot_id and "
	    "r.confirmed_at is not null and %lld in (0, l.id) and (r.%s at time zone "
	    "l.time_zone)::date between '%s' and '%s' and r.status in (%s)",
	    what, (long long)s->lot_id, when, s->from, s->until, statuses);
}

/* `what` of cars that came without a booking in these days. */
static int64_t
drive_ups_by_hand(const struct stretch *s, text what)
{
	return sql_number("select coalesce(%s, 0)::bigint from stays y, lots l where l.id = "
			  "y.lot_id and y.reservation_id is null and y.status = 'closed' and %lld "
			  "in (0, l.id) and (y.entered_at at time zone l.time_zone)::date between "
			  "'%s' and '%s'",
	    what, (long long)s->lot_id, s->from, s->until);
}

/* `what` of those who made a booking, or came without one, in these days. */
static int64_t
people_by_hand(const struct stretch *s, text what)
{
	return sql_number(
	    "select %s from (select r.user_id, r.lot_id, (r.confirmed_at at time zone "
	    "l.time_zone)::date as day from reservations r join lots l on l.id = r.lot_id where "
	    "r.confirmed_at is not null union all select y.user_id, y.lot_id, (y.entered_at at "
	    "time zone l.time_zone)::date from stays y join lots l on l.id = y.lot_id where "
	    "y.reservation_id is null and y.status = 'closed') x where %lld in (0, lot_id) and "
	    "user_id is not null and day between '%s' and '%s'",
	    what, (long long)s->lot_id, s->from, s->until);
}

/* ---- what the dashboard says */

static const struct json *
dashboard(text query)
{
	struct response r = ask(GET, arena_fmt(c.arena, "/api/v1/admin%s", query), NULL);
	text why = "";

	if (r.status != 200)
		fail_msg("%s answers %d: %s", query, r.status, r.body);
	const struct json *j = json_parse(c.arena, r.body, r.n_body, &why);
	assert_non_null(j);
	return j;
}

static text
member(const struct json *j, text name)
{
	text s = json_scalar(c.arena, json_member(j, name));

	if (s == NULL)
		fail_msg("no %s", name);
	return s;
}

static int64_t
number(const struct json *j, text name)
{
	int64_t n;

	assert_true(text_int(member(j, name), &n));
	return n;
}

/* A decimal number, to the last unit. */
static void
assert_figure(const struct json *j, text name, int64_t minor)
{
	money m;

	assert_true(money_parse(member(j, name), "EUR", &m));
	assert_int_equal(m.minor, minor);
}

/* The sum of a member over a list of the answer; with currency, over the rows of that. */
static int64_t
sum_of(const struct json *d, text list, text name, text currency)
{
	const struct json *rows = json_member(d, list);
	int64_t sum = 0;

	for (size_t i = 0; i < json_count(rows); i++) {
		const struct json *row = json_item(rows, i);

		if (currency == NULL || text_is(member(row, "currency"), currency))
			sum += number(row, name);
	}
	return sum;
}

/* ---- the same from the CSV */

static struct response
csv_of(text chart, text query)
{
	struct response r =
	    ask(GET, arena_fmt(c.arena, "/admin/figures/%s.csv%s", chart, query), NULL);

	if (r.status != 200)
		fail_msg("%s.csv%s answers %d", chart, query, r.status);
	assert_string_equal(r.type, "text/csv; charset=utf-8; header=present");
	return r;
}

static text
cell_at(char *line, int nth)
{
	char *rest = line, *cell = NULL;

	for (int i = 0; i <= nth; i++)
		cell = strsep(&rest, ",");
	return cell ? cell : "";
}

static int
column_of(text head, text name)
{
	char *rest = arena_text(c.arena, head), *cell;

	for (int i = 0; (cell = strsep(&rest, ",")) != NULL; i++)
		if (text_is(cell, name))
			return i;
	fail_msg("no column %s in %s", name, head);
	return -1;
}

/* Sums a column; of money, to the last unit.  With currency: the lines of that. */
static int64_t
csv_sum(struct response r, text name, text currency, bool is_money)
{
	char *rest = arena_text(c.arena, r.body), *line = strsep(&rest, "\n");
	int64_t sum = 0;

	line[strcspn(line, "\r")] = 0;
	int at = column_of(line, name), of = currency ? column_of(line, "currency") : -1;
	while ((line = strsep(&rest, "\n")) != NULL && *line) {
		money m = { 0 };
		int64_t n = 0;

		line[strcspn(line, "\r")] = 0;
		text value = cell_at(arena_text(c.arena, line), at);
		if (currency && !text_is(cell_at(arena_text(c.arena, line), of), currency))
			continue;
		if (is_money)
			assert_true(money_parse(value, "EUR", &m));
		else
			assert_true(text_int(value, &n));
		sum += is_money ? m.minor : n;
	}
	return sum;
}

/* ---- each against the other */

static void
assert_money(const struct stretch *s, text main_currency)
{
	static const text methods[] = { "online", "card", "cash" };
	static const text currencies[] = { "EUR", "CHF" };
	const struct json *d = dashboard(s->query);
	struct response revenue = csv_of("revenue", s->query);
	struct response refunds = csv_of("refunds", s->query);

	assert_string_equal(member(d, "currency"), main_currency);
	assert_string_equal(member(d, "from"), s->from);
	assert_string_equal(member(d, "until"), s->until);
	for (size_t i = 0; i < LENGTH(currencies); i++) {
		int64_t came = paid_by_hand(s, "%", currencies[i]);
		int64_t went = returned_by_hand(s, "%", currencies[i]);

		assert_int_equal(sum_of(d, "by_currency", "paid", currencies[i]), came);
		assert_int_equal(sum_of(d, "by_currency", "returned", currencies[i]), went);
		assert_int_equal(sum_of(d, "by_currency", "net", currencies[i]), came - went);
	}
	for (size_t i = 0; i < LENGTH(methods); i++) {
		int64_t came = paid_by_hand(s, methods[i], main_currency);
		int64_t went = returned_by_hand(s, methods[i], main_currency);

		assert_int_equal(sum_of(d, "money", methods[i], NULL), came);
		assert_int_equal(csv_sum(revenue, methods[i], NULL, true), came);
		assert_int_equal(csv_sum(refunds, methods[i], NULL, true), went);
	}
	int64_t net = paid_by_hand(s, "%", main_currency) - returned_by_hand(s, "%", main_currency);
	assert_int_equal(csv_sum(revenue, "revenue", NULL, true), net);
	assert_int_equal(csv_sum(csv_of("methods", s->query), "revenue", main_currency, true), net);
	assert_int_equal(
	    csv_sum(csv_of("currencies", s->query), "revenue", main_currency, true), net);
	if (s->lot_id == 0)
		assert_int_equal(
		    csv_sum(csv_of("lots", s->query), "revenue", main_currency, true), net);
}

static void
assert_bookings(const struct stretch *s)
{
	static const text kept = "'confirmed', 'checked_in', 'completed'";
	static const text every = "'confirmed', 'checked_in', 'completed', 'cancelled', 'no_show'";
	const struct json *d = dashboard(s->query), *booked_now = json_member(d, "booked");
	struct response csv = csv_of("bookings", s->query);
	int64_t n = bookings_by_hand(s, "count(*)", "starts", kept);
	int64_t made = bookings_by_hand(s, "count(*)", "confirmed_at", every);
	int64_t came = drive_ups_by_hand(s, "count(*)");
	int64_t seconds =
	    bookings_by_hand(s, "sum(extract(epoch from r.ends - r.starts))", "starts", kept) +
	    drive_ups_by_hand(s, "sum(extract(epoch from y.left_at - y.entered_at))");

	assert_int_equal(number(booked_now, "kept"), n);
	assert_int_equal(sum_of(d, "bookings", "kept", NULL), n);
	assert_int_equal(csv_sum(csv, "kept", NULL, false), n);
	assert_int_equal(csv_sum(csv_of("lengths", s->query), "cars", NULL, false), n + came);
	assert_int_equal(number(booked_now, "drive_ups"), came);
	assert_int_equal(sum_of(d, "bookings", "drive_ups", NULL), came);
	assert_int_equal(csv_sum(csv, "drive_ups", NULL, false), came);
	assert_int_equal(csv_sum(csv_of("turnover", s->query), "drive_ups", NULL, false), came);
	assert_int_equal(csv_sum(csv_of("turnover", s->query), "bookings", NULL, false), n);
	assert_int_equal(number(booked_now, "seconds"), seconds);
	assert_int_equal(number(booked_now, "made"), made);
	assert_int_equal(csv_sum(csv, "made", NULL, false), made);
	assert_int_equal(csv_sum(csv, "cancelled", NULL, false),
	    bookings_by_hand(s, "count(*)", "starts", "'cancelled'"));
	assert_int_equal(csv_sum(csv, "missed", NULL, false),
	    bookings_by_hand(s, "count(*)", "starts", "'no_show'"));
}

/* Each counts once in a day, week or month, and once in all. */
static void
assert_people(const struct stretch *s)
{
	const struct json *d = dashboard(s->query);
	text in_each = arena_fmt(c.arena,
	    "count(distinct (user_id, date_trunc('%s', day::timestamp)))", member(d, "unit"));

	assert_int_equal(number(json_member(d, "booked"), "people"),
	    people_by_hand(s, "count(distinct user_id)"));
	assert_int_equal(sum_of(d, "bookings", "people", NULL), people_by_hand(s, in_each));
	assert_int_equal(
	    csv_sum(csv_of("people", s->query), "people", NULL, false), people_by_hand(s, in_each));
}

/* Every booking and stay begins and ends at a quarter of an hour, as do the hours of all clocks. */
static void
assert_hours(const struct stretch *s)
{
	const struct json *hours = json_member(dashboard(s->query), "hours");

	assert_int_equal(json_count(hours), 7 * 24);
	for (size_t i = 0; i < json_count(hours); i += 17) {
		const struct json *h = json_item(hours, i);
		int64_t quarters = sql_number(
		    "select count(*) from (select lot_id, starts, ends from reservations where "
		    "status in ('confirmed', 'checked_in', 'completed') union all select lot_id, "
		    "entered_at, left_at from stays where reservation_id is null and status = "
		    "'closed') r join lots l on l.id = r.lot_id cross join "
		    "lateral generate_series(r.starts, r.ends - interval '15 minutes', '15 "
		    "minutes') q where %lld in (0, l.id) and (q at time zone l.time_zone)::date "
		    "between '%s' and "
		    "'%s' and extract(isodow from q at time zone l.time_zone) = %lld and "
		    "extract(hour from q at time zone l.time_zone) = %lld",
		    (long long)s->lot_id, s->from, s->until, (long long)number(h, "weekday"),
		    (long long)number(h, "hour"));

		assert_int_equal(number(h, "seconds"), quarters * 900);
	}
}

static void
every_figure_is_what_adding_the_rows_by_hand_gives(void **s)
{
	static const struct {
		text from, until, more;
	} ranges[] = {
		{ "2026-10-31", "2026-10-31", "" },
		{ "2026-10-25", "2026-11-01", "" },
		{ "2026-11-01", "2026-11-30", "" },
		{ "2026-10-01", "2026-10-31", "&unit=week" },
		{ "2026-08-12", "2026-11-03", "&unit=month" },
		{ "2026-01-01", "2026-12-31", "" },
		{ "2026-01-01", "2026-12-31", "&unit=day" },
	};

	(void)s;
	three_lots();
	a_year();
	const int64_t lots[] = { 0, berlin, howe, chatham };
	for (size_t i = 0; i < LENGTH(ranges) * 4; i++) {
		struct stretch x = { .from = ranges[i / 4].from,
			.until = ranges[i / 4].until,
			.lot_id = lots[i % 4] };

		x.query = arena_fmt(c.arena, "?from=%s&until=%s&lot=%lld%s", x.from, x.until,
		    (long long)x.lot_id, ranges[i / 4].more);
		/* The people follow when the sums are folded: one run before, one after. */
		if (i == 1)
			assert_ok(desk_fold(&c));
		assert_money(&x, x.lot_id == chatham ? "CHF" : "EUR");
		if (i > 0)
			assert_bookings(&x);
		if (i > 0)
			assert_people(&x);
		assert_hours(&x);
	}
}

static void
the_period_before_is_as_long_and_added_up_alike(void **s)
{
	(void)s;
	three_lots();
	a_year();
	const struct json *d = dashboard("?from=2026-11-01&until=2026-11-10");
	struct stretch before = { "", "2026-10-22", "2026-10-31", 0 };

	assert_string_equal(member(d, "before_from"), before.from);
	assert_string_equal(member(d, "before_until"), before.until);
	assert_string_equal(member(d, "compared"), "true");
	assert_int_equal(
	    sum_of(d, "by_currency", "paid_before", "EUR"), paid_by_hand(&before, "%", "EUR"));
	assert_int_equal(sum_of(d, "by_currency", "returned_before", "CHF"),
	    returned_by_hand(&before, "%", "CHF"));
	assert_int_equal(number(json_member(d, "booked_before"), "kept"),
	    bookings_by_hand(&before, "count(*)", "starts", "'completed'"));
	/* Before the first figures there is nothing to compare with. */
	d = dashboard("?from=2026-06-01&until=2026-06-30");
	assert_string_equal(member(d, "compared"), "false");
}

static void
a_comparison_is_in_words_and_figures(void **s)
{
	(void)s;
	three_lots();
	paid(berlin, "cash", 10000, "2026-11-09 12:00Z");
	paid(berlin, "cash", 11250, "2026-11-15 12:00Z");
	given_back(250, "2026-11-16 12:00Z");
	struct response r = browse(GET, "/admin?from=2026-11-11&until=2026-11-17", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r,
	    "€112.50 was paid and €2.50 went back: revenue is €110.00. That is 10% more than in "
	    "the "
	    "7 days before (4\u2060–\u206010\u00a0Nov\u00a02026: €100.00).");
	assert_says(r,
	    "<dd class=\"figure\">€110</dd><dd class=\"small\"><span class=\"up "
	    "good\">+10%</span> from €100 in the 7 days before</dd>");
	/* The table is to the cent, and has its total. */
	assert_says(r,
	    "<tfoot><tr><th scope=\"row\">All</th><td class=\"n\">€0.00</td><td "
	    "class=\"n\">€0.00</td><td class=\"n\">€112.50</td><td "
	    "class=\"n\">€112.50</td><td class=\"n\">€2.50</td><td "
	    "class=\"n\">€110.00</td></tr></tfoot>");
}

/* ---- which days */

static void
assert_span(text query, text from, text until)
{
	const struct json *d = dashboard(query);

	assert_string_equal(member(d, "from"), from);
	assert_string_equal(member(d, "until"), until);
}

static void
days_can_be_asked_for_by_name(void **s)
{
	(void)s;
	three_lots(); /* the first is the default: Berlin's day */
	paid(berlin, "cash", 100, "2026-03-31 23:00Z");
	assert_span("", "2026-10-19", "2026-11-17");
	assert_span("?range=7d", "2026-11-11", "2026-11-17");
	assert_span("?range=30d", "2026-10-19", "2026-11-17");
	assert_span("?range=90d", "2026-08-20", "2026-11-17");
	assert_span("?range=month", "2026-11-01", "2026-11-17");
	assert_span("?range=last-month", "2026-10-01", "2026-10-31");
	assert_span("?range=year", "2026-01-01", "2026-11-17");
	assert_span("?range=all", "2026-04-01", "2026-11-17");
	assert_span("?until=2026-11-09", "2026-10-11", "2026-11-09");
	assert_span("?from=2026-11-09", "2026-11-09", "2026-11-17");
	assert_span("?from=2026-12-24", "2026-12-24", "2026-12-24");
	/* Which of the two comes first does not matter, and they win over a name. */
	assert_span("?range=7d&from=2026-02-03&until=2026-01-01", "2026-01-01", "2026-02-03");
}

static void
today_is_the_lots_day(void **s)
{
	(void)s;
	three_lots();
	c.now = instant_plus(NOON, 11 * HOUR + 30 * MINUTE); /* 23:30Z: past midnight in Berlin */
	assert_span("?range=7d", "2026-11-12", "2026-11-18");
	c.now = instant_plus(NOON, -HOUR);
	assert_span(arena_fmt(c.arena, "?range=7d&lot=%lld", (long long)chatham), "2026-11-12",
	    "2026-11-18");
}

static void
what_is_no_day_is_said_beside_its_field(void **s)
{
	(void)s;
	three_lots();
	struct response r = browse(GET, "/admin?from=2026-02-30", NULL);
	assert_int_equal(r.status, 422);
	assert_says(r, "value=\"2026-02-30\" aria-invalid=\"true\"");
	assert_says(r, "This takes a day, like 2026-11-12.");
	assert_int_equal(ask(GET, "/api/v1/admin?range=eternity", NULL).status, 422);
	assert_int_equal(ask(GET, "/api/v1/admin?lot=999999", NULL).status, 404);
	assert_int_equal(ask(GET, "/admin/figures/revenue.csv?lot=999999", NULL).status, 404);
	assert_int_equal(ask(GET, "/admin/figures/weather.csv", NULL).status, 404);
}

static void
long_stretches_are_drawn_by_month_unless_days_are_wanted(void **s)
{
	(void)s;
	three_lots();
	assert_string_equal(member(dashboard("?from=2026-01-01&until=2026-03-31"), "unit"), "day");
	assert_string_equal(member(dashboard("?from=2026-01-01&until=2026-06-30"), "unit"), "week");
	assert_string_equal(
	    member(dashboard("?from=2026-01-01&until=2026-12-31"), "unit"), "month");
	assert_string_equal(
	    member(dashboard("?from=2026-01-01&until=2026-12-31&unit=day"), "unit"), "day");
	assert_string_equal(
	    member(dashboard("?from=2017-01-01&until=2026-12-31&unit=day"), "unit"), "month");
	assert_int_equal(
	    json_count(json_member(dashboard("?from=2017-01-01&until=2026-12-31"), "money")), 120);
	/* Weeks begin on Monday, the first and the last may be parts. */
	const struct json *weeks =
	    json_member(dashboard("?from=2026-11-04&until=2026-11-17&unit=week"), "money");
	assert_int_equal(json_count(weeks), 3);
	assert_string_equal(member(json_item(weeks, 0), "start"), "2026-11-04");
	assert_string_equal(member(json_item(weeks, 1), "start"), "2026-11-09");
	assert_string_equal(member(json_item(weeks, 2), "start"), "2026-11-16");
}

/* ---- what is told beside the figures */

static void
a_house_without_a_past_says_so(void **s)
{
	(void)s;
	as(person(ADMIN, "ada"), ADMIN);
	struct response r = browse(GET, "/admin", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "Nothing has happened yet");
	assert_says(r, "No money came in these days.");
	assert_says(r, "There are no slots yet.");
	assert_not_says(r, "NaN");
	assert_not_says(r, "inf");
}

static void
sums_that_are_wrong_are_told_until_they_are_right(void **s)
{
	struct desk_difference d;

	(void)s;
	three_lots();
	paid(berlin, "cash", 700, "2026-11-10 10:00Z");
	assert_ok(desk_fold(&c));
	assert_ok(desk_check(&c, "2026-11-01", "2026-11-30", &d));
	struct response r = browse(GET, "/admin", NULL);
	assert_says(r, "The sums were held against the ledger on");
	sql("update desk_money set cash = 701 where lot_id = 0");
	assert_ok(desk_check(&c, "2026-11-01", "2026-11-30", &d));
	r = browse(GET, "/admin", NULL);
	assert_says(r, "not what the ledger adds up to");
	assert_says(r, "the first EUR of 2026-11-10, all lots");
	assert_ok(desk_rebuild(&c));
	assert_ok(desk_check(&c, "2026-11-01", "2026-11-30", &d));
	assert_not_says(browse(GET, "/admin", NULL), "not what the ledger adds up to");
}

static void
a_spreadsheet_runs_nothing(void **s)
{
	(void)s;
	three_lots();
	sql("update lots set name = '=HYPERLINK(\"x\")' where id = %lld", (long long)berlin);
	paid(berlin, "cash", 700, "2026-11-10 10:00Z");
	given_back(700, "2026-11-12 10:00Z");
	struct response r = csv_of("lots", "?from=2026-11-12&until=2026-11-12");
	assert_says(r, "\r\n\"'=HYPERLINK(\"\"x\"\")\",EUR,0.00,7.00,-7.00,0,0,0.00\r\n");
	assert_string_equal(header(&r, "Content-Disposition"),
	    "attachment; filename=\"lots_2026-11-12_2026-11-12.csv\"");
}

static void
slots_are_booked_for_a_share_of_the_time_since_the_first_booking(void **s)
{
	(void)s;
	three_lots();
	/* Thirty slots.  From the 16th on, a Monday: two days of 720 hours. */
	booked(berlin, anna, "2026-11-16 11:00Z", 36 * 60, "completed", "2026-11-15 12:00Z");
	booked(berlin, anna, "2026-11-17 11:00Z", 36 * 60, "cancelled", "2026-11-15 12:00Z");
	assert_ok(desk_fold(&c));
	struct response r = browse(GET, "/admin?from=2026-11-11&until=2026-11-17", NULL);
	assert_says(r, "Each of the 30 slots had 0.02 cars a day, and was taken for 2.5%");
	assert_says(r, "<title>Mon 12:00 to 13:00, 3.3% taken</title>");
	assert_says(r, "<title>Tue 23:00 to 24:00, 3.3% taken</title>");
	assert_says(r, "<title>Wed 00:00 to 01:00, 0.0% taken</title>");
	assert_says(r, "1 different people booked or came without booking, 1 of them for the");
}

static void
what_was_expected_stands_beside_what_came(void **s)
{
	(void)s;
	three_lots();
	assert_ok(forecasts_refresh(&c));
	assert_says(browse(GET, "/admin", NULL), "Nothing is foreseen yet");
	/* Six weeks of Berlin: most at noon, and some days more than others. */
	sql("insert into occupancy (lot_id, at, taken, capacity) select %lld, g, 4 + 3 * "
	    "cos((extract(epoch from g) / 43200 + 1) * pi()) + abs(hashint8extended(extract(epoch "
	    "from g)::bigint / 86400, 3)) %% 4 * 0.7, 10 from generate_series(timestamptz "
	    "'2026-11-17 12:00Z' - interval '42 days', '2026-11-17 11:45Z', '15 minutes') g",
	    (long long)berlin);
	sql("update lot_counts set occupied = 4, free = 6 where lot_id = %lld", (long long)berlin);
	assert_ok(forecasts_refresh(&c));
	struct response r = browse(GET, "/admin", NULL);
	assert_says(r, "Expected, and what came");
	assert_says(r, "What is expected an hour ahead is better than a guess.");
	assert_says(r,
	    arena_fmt(c.arena,
		"<a href=\"/admin/forecasts/%lld\">Berlin Mitte</a></th><td class=\"n\">4 of "
		"10</td><td class=\"n\">7</td><td class=\"n\">0.",
		(long long)berlin));
	assert_says(r, "better than a guess</span>");
	assert_says(r, "nothing counted yet");
	const struct json *of = json_member(dashboard("?lot=0"), "outlooks");
	assert_int_equal(json_count(of), sql_number("select count(*) from lots"));
	of = json_member(dashboard(arena_fmt(c.arena, "?lot=%lld", (long long)berlin)), "outlooks");
	assert_int_equal(json_count(of), 1);
	assert_string_equal(member(json_item(of, 0), "expected_now"), "7");
	assert_int_equal(number(json_item(of, 0), "taken"), 4);
}

/* ---- S4's figures */

static const struct json *
s4_answer(text path)
{
	struct response r = ask(GET, path, NULL);
	text why = "";

	if (r.status != 200)
		fail_msg("%s answers %d: %s", path, r.status, r.body);
	return json_parse(c.arena, r.body, r.n_body, &why);
}

static void
s4s_figures_are_numbers_and_what_the_ledger_says(void **s)
{
	struct stretch ever = { "", "2000-01-01", "2100-01-01", 0 };
	struct stretch month = { "", "2026-11-01", "2026-11-30", 0 };

	(void)s;
	three_lots();
	a_year();
	const struct json *f = s4_answer("/financialstats");
	int64_t total = paid_by_hand(&ever, "%", "EUR") - returned_by_hand(&ever, "%", "EUR");
	int64_t now = paid_by_hand(&month, "%", "EUR") - returned_by_hand(&month, "%", "EUR");
	assert_string_equal(member(f, "success"), "true");
	assert_figure(f, "total_revenue", total);
	assert_figure(f, "revenue_this_month", now);
	static const text methods[] = { "online", "card", "cash" };
	const struct json *split = json_member(f, "payment_method_breakdown");
	assert_int_equal(json_count(split), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(member(json_item(split, i), "payment_method"), methods[i]);
		assert_figure(json_item(split, i), "total",
		    paid_by_hand(&ever, methods[i], "EUR") -
			returned_by_hand(&ever, methods[i], "EUR"));
	}
	assert_figure(json_item(json_member(f, "by_currency"), 0), "total_revenue",
	    paid_by_hand(&ever, "%", "CHF") - returned_by_hand(&ever, "%", "CHF"));
	const struct json *latest = json_member(f, "latest_transactions");
	assert_int_equal(json_count(latest), 5);
	assert_int_equal(number(json_item(latest, 0), "payment_id"),
	    sql_number("select id from payments order by paid_at desc, id desc limit 1"));
	const struct json *m = json_member(s4_answer("/admindashboard"), "metrics");
	assert_figure(m, "total_revenue", total);
	assert_int_equal(number(m, "total_users"), sql_number("select count(*) from users"));
	assert_int_equal(number(m, "total_reservations"),
	    sql_number("select count(*) from reservations where confirmed_at is not null"));
	assert_int_equal(number(m, "active_parking_lots"), 3);
	assert_int_equal(number(m, "total_slots"), 30);
	assert_int_equal(number(m, "available_slots"), 30);
	assert_int_equal(number(m, "occupied_slots"), 0);
}

static void
s4_refuses_in_its_own_shape_and_sends_people_to_their_page(void **s)
{
	(void)s;
	three_lots();
	struct response r = browse(GET, "/admindashboard", NULL);
	assert_int_equal(r.status, 303);
	assert_string_equal(location(&r), "/admin");
	as(anna, CUSTOMER);
	r = ask(GET, "/financialstats", NULL);
	assert_int_equal(r.status, 403);
	assert_says(r, "{\"success\":false,\"message\":\"");
	assert_says(r, "\"error\":\"FORBIDDEN\"");
	as(0, ANYONE);
	r = ask(GET, "/admindashboard", NULL);
	assert_int_equal(r.status, 401);
	assert_says(r, "{\"success\":false,\"message\":\"");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(every_figure_is_what_adding_the_rows_by_hand_gives),
		IN_WORLD(the_period_before_is_as_long_and_added_up_alike),
		IN_WORLD(a_comparison_is_in_words_and_figures),
		IN_WORLD(days_can_be_asked_for_by_name),
		IN_WORLD(today_is_the_lots_day),
		IN_WORLD(what_is_no_day_is_said_beside_its_field),
		IN_WORLD(long_stretches_are_drawn_by_month_unless_days_are_wanted),
		IN_WORLD(a_house_without_a_past_says_so),
		IN_WORLD(sums_that_are_wrong_are_told_until_they_are_right),
		IN_WORLD(a_spreadsheet_runs_nothing),
		IN_WORLD(what_was_expected_stands_beside_what_came),
		IN_WORLD(slots_are_booked_for_a_share_of_the_time_since_the_first_booking),
		IN_WORLD(s4s_figures_are_numbers_and_what_the_ledger_says),
		IN_WORLD(s4_refuses_in_its_own_shape_and_sends_people_to_their_page),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
