/* lists_test.c -- the admin's lists and tables: what stands in an address, in which order rows come, what a cell of CSV is;
 * jobs that failed, and health. */
#include "world.h"

#include "base/csv.h"
#include "base/listing.h"
#include "gear/table.h"

/* ---- CSV */

struct sample {
	text words;
	money amount;
	text currency;
	instant at;
	bool yes;
	text secret;
};
static const struct field sample_fields[] = {
	FIELD(sample, words),
	FIELD(sample, amount),
	FIELD(sample, currency),
	FIELD(sample, at),
	FIELD(sample, yes),
	FIELD(sample, secret, .secret = true),
	FIELD_END,
};

static text
line(text words, text amount, text currency)
{
	const text cells[] = { words, amount, currency, "2026-05-01 10:00:00.25+00", "t",
		"s3cret" };
	struct buf b = BUF(c.arena);

	csv_row(&b, sample_fields, cells);
	return buf_text(&b);
}

static void
a_line_of_csv_is_what_rfc_4180_says(void **s)
{
	struct buf b = BUF(c.arena);

	(void)s;
	csv_head(&b, sample_fields);
	assert_string_equal(buf_text(&b), "words,amount,currency,at,yes\r\n");
	assert_string_equal(
	    line("plain", "2050", "EUR"), "plain,20.50,EUR,2026-05-01T10:00:00.25Z,true\r\n");
	assert_string_equal(line("a \"b\", c", "5", "EUR"),
	    "\"a \"\"b\"\", c\",0.05,EUR,2026-05-01T10:00:00.25Z,true\r\n");
	assert_string_equal(line("two\r\nlines", "-5", "EUR"),
	    "\"two\r\nlines\",-0.05,EUR,2026-05-01T10:00:00.25Z,true\r\n");
	assert_string_equal(
	    line(NULL, "-1234", "JPY"), ",-1234,JPY,2026-05-01T10:00:00.25Z,true\r\n");
	assert_string_equal(
	    line("", "1234567", "KWD"), ",1234.567,KWD,2026-05-01T10:00:00.25Z,true\r\n");
	assert_string_equal(line("", NULL, NULL), ",,,2026-05-01T10:00:00.25Z,true\r\n");
}

static void
a_cell_that_a_spreadsheet_would_run_is_quoted(void **s)
{
	(void)s;
	for (const char *p = "=+-@"; *p; p++)
		assert_true(text_starts(line(arena_fmt(c.arena, "%c1+1", *p), "1", "EUR"),
		    arena_fmt(c.arena, "'%c1+1,", *p)));
	assert_true(text_starts(line("\t=1", "1", "EUR"), "'\t=1,"));
	assert_true(text_starts(line("\r=1", "1", "EUR"), "\"'\r=1\","));
	assert_true(
	    text_starts(line("=cmd|'a,b'!\"x\"", "1", "EUR"), "\"'=cmd|'a,b'!\"\"x\"\"\","));
	/* a figure is one, and stays so */
	assert_non_null(strstr(line("x", "-100", "EUR"), "x,-1.00,"));
}

/* ---- addresses */

struct filter {
	text state, q, sort;
	int64_t lot, page, rows;
};
static const text orders[] = { "made", "-made", "name", "-name", NULL };
static const struct field filter_fields[] = {
	FIELD(filter, state),
	FIELD(filter, q),
	FIELD(filter, lot),
	LISTING_FIELDS(filter, orders),
	FIELD_END,
};
static const struct listing listing = {
	.path = "/admin/things",
	.csv = "/admin/tables/things.csv",
	.usual = "-made",
	.filter = filter_fields,
	.headings = (const struct heading[]){ { "Made", "made", .falling = true },
	    { "Name", "name" }, { "Words" }, { NULL } },
};

static const struct listed *
around(const struct filter *f, size_t n, int64_t count)
{
	struct rows items = { arena_alloc(c.arena, 1), n };

	return listing_around(c.arena, &listing, f, &items, count);
}

static text
href(const struct listed *l, size_t i)
{
	return ROW(listed_heading, l->headings, i)->href;
}

static void
the_address_holds_what_was_chosen_and_no_more(void **s)
{
	const struct filter plain = { .state = "", .q = "", .sort = "" };
	const struct filter full = {
		.state = "paid", .q = "a b&c", .sort = "name", .lot = 7, .page = 3, .rows = 25
	};
	const struct listed *l = around(&plain, 51, 51);

	(void)s;
	assert_string_equal(href(l, 0), "/admin/things?sort=made");
	assert_string_equal(href(l, 1), "/admin/things?sort=name");
	assert_string_equal(href(l, 2), "");
	assert_string_equal(ROW(listed_heading, l->headings, 0)->order, "descending");
	assert_string_equal(ROW(listed_heading, l->headings, 1)->order, "");
	assert_string_equal(l->next, "/admin/things?page=2");
	assert_string_equal(l->previous, "");
	assert_string_equal(l->csv, "/admin/tables/things.csv");
	assert_false(l->filtered);
	assert_int_equal(l->first, 1);
	assert_int_equal(l->last, 50);

	l = around(&full, 26, 10001);
	assert_string_equal(
	    l->next, "/admin/things?state=paid&q=a%20b%26c&lot=7&sort=name&page=4&rows=25");
	assert_string_equal(
	    l->previous, "/admin/things?state=paid&q=a%20b%26c&lot=7&sort=name&page=2&rows=25");
	assert_string_equal(
	    href(l, 1), "/admin/things?state=paid&q=a%20b%26c&lot=7&sort=-name&rows=25");
	assert_string_equal(href(l, 0), "/admin/things?state=paid&q=a%20b%26c&lot=7&rows=25");
	assert_string_equal(ROW(listed_heading, l->headings, 1)->order, "ascending");
	assert_string_equal(l->csv, "/admin/tables/things.csv?state=paid&q=a%20b%26c&lot=7");
	assert_string_equal(l->clear, "/admin/things");
	assert_true(l->filtered);
	assert_true(l->more);
	assert_int_equal(l->count, 10000);
	assert_int_equal(l->first, 51);
	assert_int_equal(l->last, 75);
	assert_int_equal(listing_skip(&listing, &full), 50);
	assert_int_equal(listing_most(&listing, &full), 26);
}

static void
the_last_page_leads_nowhere_and_an_empty_one_back(void **s)
{
	const struct filter second = { .state = "", .q = "", .sort = "", .page = 2 };
	const struct listed *l = around(&second, 3, 53);

	(void)s;
	assert_string_equal(l->next, "");
	assert_string_equal(l->previous, "/admin/things");
	assert_int_equal(l->last, 53);
	l = around(&second, 0, 0);
	assert_int_equal(l->first, 0);
	assert_int_equal(l->last, 0);
}

/* ---- the tables */

static int64_t lot, ada, anna;

static void
book(int n, text status, int price)
{
	bool over = !text_is(status, "confirmed");

	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, pay, price, "
	    "currency, cancel_until, refund_percent, no_show_at, created_at, confirmed_at, "
	    "ended_at, "
	    "plate, plate_typed) select lot_id, id, %lld, t, t + interval '1 hour', '%s', 'exit', "
	    "%d, "
	    "'EUR', t, 50, t, t - interval '%d hours', t - interval '1 day', %s, 'KAB1', 'K-AB 1' "
	    "from "
	    "slots, (select timestamptz '2026-11-17 12:00Z' + interval '%d days' as t) x where "
	    "lot_id "
	    "= %lld",
	    (long long)ada, status, price, 30 + n * 7 % 5, over ? "t" : "null", n, (long long)lot);
}

static void
pay(text method, int amount, int n)
{
	sql("insert into charges (reservation_id, user_id, lot_id, kind, amount, currency, "
	    "tax_basis_points, state, made_at, settled_at) select min(id), %lld, %lld, "
	    "'extension', "
	    "%d, "
	    "'EUR', 1900, 'settled', '2026-11-%02d', '2026-11-%02d' from reservations;"
	    "insert into payments (charge_id, method, status, amount, currency, recorded_by, "
	    "created_at, paid_at) select max(id), '%s', 'paid', %d, 'EUR', %lld, '2026-11-%02d "
	    "10:00Z', '2026-11-%02d 10:00Z' from charges",
	    (long long)ada, (long long)lot, amount, n, n, method, amount, (long long)anna, n, n);
}

static void
give_back(int amount, int n)
{
	sql("insert into refunds (payment_id, amount, currency, status, reason, made_at, done_at, "
	    "made_by) select max(id), %d, 'EUR', 'done', '=HYPERLINK(1)', '2026-11-%02d 11:00Z', "
	    "'2026-11-%02d 11:00Z', %lld from payments;"
	    "update payments set refunded = %d where id = (select max(id) from payments)",
	    amount, n, n, (long long)anna, amount);
}

static int
busy_house(void **state)
{
	int failed = fresh(state);

	if (failed)
		return failed;
	sql("insert into lots (name, city, time_zone, currency, search) values ('Süd', 'Köln', "
	    "'Europe/Berlin', 'EUR', 'listed');"
	    "insert into zones (lot_id, code) select id, 'LZ' from lots where search = 'listed';"
	    "insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'LZ-1', 'L-1' "
	    "from "
	    "zones where code = 'LZ'");
	lot = sql_number("select id from lots where search = 'listed'");
	ada = person(CUSTOMER, "ada");
	anna = person(ADMIN, "anna");
	for (int i = 0; i < 5; i++)
		book(i, i == 2 ? "cancelled" : "confirmed", 500 + i * 37 % 100);
	pay("cash", 2050, 3);
	pay("card", 700, 5);
	pay("cash", 99, 9);
	give_back(49, 10);
	as(anna, ADMIN);
	return 0;
}
#define IN_HOUSE(test) cmocka_unit_test_setup_teardown(test, busy_house, gone)

static void
every_table_can_be_taken_and_holds_no_secret(void **s)
{
	static const text secrets[] = { "password", "hash", "jti", "body", "token", "once", NULL };
	int n = 0;

	(void)s;
	for (const struct table *const *list = all_tables; *list; list++)
		for (const struct table *t = *list; t->name; t++, n++) {
			struct response r =
			    ask(GET, arena_fmt(c.arena, "/admin/tables/%s.csv", t->name), NULL);

			if (r.status != 200 || !text_starts(r.type, "text/csv"))
				fail_msg("%s: %d %s", t->name, r.status, r.body);
			text head = arena_bytes(c.arena, r.body, strcspn(r.body, "\r"));
			for (const text *secret = secrets; *secret; secret++)
				if (strstr(arena_fmt(c.arena, ",%s,", head),
					arena_fmt(c.arena, ",%s,", *secret)))
					fail_msg("%s gives away %s", t->name, *secret);
			assert_true(strlen(header(&r, "Content-Disposition")) > 20);
		}
	assert_true(n > 20);
	assert_int_equal(sql_number("select count(*) from audit where action = 'table_taken'"), n);
	assert_int_equal(ask(GET, "/admin/tables/nothing.csv", NULL).status, 404);
	assert_int_equal(ask(GET, "/admin/tables/payments.csv?method=gold", NULL).status, 422);
	assert_says(ask(GET, "/api/v1/admin/tables", NULL), "\"/admin/tables/payments.csv\"");
}

static void
every_table_of_the_database_is_given_away_unless_it_is_secret(void **s)
{
	/* Secrets: codes and who typed them, names and passwords that were mistyped, tickets, answers that were kept,
	 * and what only the person may read whom it is about. */
	static const text secrets = " codes wrong_tries socket_tickets requests data_file_parts ";
	/* What has another name than its table. */
	static const text renamed[][2] = { { "sessions", "log-ins" }, { "report_runs", "reports" },
		{ "device_reports", "devices" }, { "tariff_versions", "tariffs" } };
	text names = sql_value(
	    "select string_agg(tablename, ' ') from pg_tables where schemaname = "
	    "'public' and tablename not like 'desk\\_%%' and tablename not like 'telemetry\\_%%'");
	char *all = arena_text(c.arena, names), *name;

	(void)s;
	while ((name = strsep(&all, " ")) != NULL) {
		text given = name;

		for (size_t i = 0; i < LENGTH(renamed); i++)
			if (text_is(name, renamed[i][0]))
				given = renamed[i][1];
		char *dashed = arena_text(c.arena, given);
		for (char *p = dashed; *p; p++)
			if (*p == '_')
				*p = '-';
		bool secret = strstr(secrets, arena_fmt(c.arena, " %s ", name)) != NULL;
		if (secret == (table_named(dashed) != NULL))
			fail_msg("the table %s is %s as CSV", name,
			    secret ? "to be had" : "not to be had");
	}
}

static void
money_as_csv_adds_up_to_the_ledger(void **s)
{
	int64_t sum = 0;
	int rows = 0;

	(void)s;
	struct response r = ask(GET, "/admin/payments.csv", NULL);
	assert_int_equal(r.status, 200);
	assert_true(text_starts(r.body, "paid_at,amount,currency,method,"));
	for (text at = strchr(r.body, '\n') + 1; *at; at = strchr(at, '\n') + 1, rows++) {
		text amount = strchr(at, ',') + 1;
		money m;

		assert_true(
		    money_parse(arena_bytes(c.arena, amount, strcspn(amount, ",")), "EUR", &m));
		sum += m.minor;
	}
	assert_int_equal(rows, 4);
	assert_int_equal(sum, 2050 + 700 + 99 - 49);
	assert_int_equal(sum, sql_number("select sum(amount) from ledger"));
	assert_says(r, "2026-11-10T11:00:00Z,-0.49,EUR,cash,refund,");
	r = ask(
	    GET, "/admin/tables/payments.csv?from=2026-11-04&until=2026-11-09&method=card", NULL);
	assert_says(r, "7.00");
	assert_not_says(r, "20.50");
	r = ask(GET, "/admin/tables/refunds.csv", NULL);
	assert_says(r, ",'=HYPERLINK(1),");
}

static void
tables_take_the_filter_of_the_list_that_leads_to_them(void **s)
{
	(void)s;
	sql("insert into anomalies (kind, key, lot_id, plate, raised_at, last_at, state, "
	    "closed_at, reason) "
	    "select 'long_stay', 'long_stay:' || n, nullif(%lld, n), 'KAB' || n, '2026-11-17', "
	    "'2026-11-17', "
	    "case n when 1 then 'open' else 'closed' end, case n when 2 then timestamptz "
	    "'2026-11-18' end, "
	    "case n when 2 then 'All in order' else '' end from generate_series(1, 2) n;"
	    "insert into deletions (class, rule, n, at, ended_at) values ('jobs', 'old', 0, "
	    "'2026-11-17', '2026-11-17'), ('jobs', 'old', 7, '2026-11-18', '2026-11-18');"
	    "insert into devices (code, slot_id) select 'LZ-1', min(id) from slots;"
	    "insert into device_reports (device_id, lot_id) select id, %lld from devices",
	    (long long)lot, (long long)lot);
	assert_says(browse(GET, "/anomalies?plate=k-ab+1", NULL),
	    "href=\"/admin/tables/anomalies.csv?plate=k-ab%201\"");
	struct response r = ask(GET, "/admin/tables/anomalies.csv", NULL);
	assert_says(r, ",KAB1,");
	assert_not_says(r, ",KAB2,");
	assert_says(ask(GET, "/admin/tables/anomalies.csv?state=any", NULL), ",KAB2,");
	assert_not_says(ask(GET, "/admin/tables/anomalies.csv?plate=KAB3&state=any", NULL), "KAB");
	assert_says(browse(GET, "/admin/deletions?class=jobs", NULL),
	    "href=\"/admin/tables/deletions.csv?class=jobs\"");
	assert_not_says(ask(GET, "/admin/tables/deletions.csv", NULL), ",0,2026-11-17T");
	assert_says(
	    ask(GET, "/admin/tables/deletions.csv?empty=true", NULL), ",0,2026-11-17T00:00:00Z");
	assert_says(browse(GET, "/devices?health=offline", NULL),
	    "href=\"/admin/tables/devices.csv?health=offline\"");
	assert_int_equal(ask(GET, "/admin/tables/devices.csv?health=ill", NULL).status, 422);
	sql("insert into stays (lot_id, plate, plate_typed, source, entered_at, currency, "
	    "tariff_version_id) values (%lld, 'KAB1', 'K AB 1', 'gate', '2026-11-17', 'EUR', 1)",
	    (long long)lot);
	assert_says(browse(GET, "/stays?status=open&plate=AB", NULL),
	    "href=\"/admin/tables/stays.csv?status=open&amp;plate=AB\"");
	assert_int_equal(ask(GET, "/admin/tables/stays.csv?from=yesterday", NULL).status, 422);
	as(person(OPERATOR, "olga"), OPERATOR);
	assert_not_says(browse(GET, "/stays", NULL), "stays.csv");
	assert_int_equal(ask(GET, "/admin/tables/stays.csv", NULL).status, 403);
}

/* ---- orders, held against the database's own */

/* The ids of a list in JSON, in their order. */
static text
ids(text address)
{
	struct response r = ask(GET, address, NULL);
	struct buf b = BUF(c.arena);
	text items = r.body ? strstr(r.body, "\"items\":[") : NULL;

	if (r.status != 200 || items == NULL)
		fail_msg("%s: %d %s", address, r.status, r.body);
	for (text at = items; (at = strstr(at, "{\"id\":")) != NULL; at++) {
		at += strlen("{\"id\":");
		buf_fmt(&b, "%s%.*s", b.n ? " " : "", (int)strcspn(at, ","), at);
	}
	return buf_text(&b);
}

/* list: of the admin's, or with a / before it anybody's. */
static void
ordered(text list, text sort, text from, text order)
{
	text path = strchr(list, '/') ? list + 1 : arena_fmt(c.arena, "admin/%s", list);
	text up =
	    sql_value("select string_agg(id::text, ' ' order by %s, id) from %s", order, from);
	text down = sql_value(
	    "select string_agg(id::text, ' ' order by %s desc, id desc) from %s", order, from);

	assert_string_equal(ids(arena_fmt(c.arena, "/api/v1/%s?rows=200&sort=%s", path, sort)), up);
	assert_string_equal(
	    ids(arena_fmt(c.arena, "/api/v1/%s?rows=200&sort=-%s", path, sort)), down);
}

static void
lists_come_in_the_order_that_was_chosen(void **s)
{
	(void)s;
	ordered("payments", "when", "payments", "created_at");
	ordered("payments", "amount", "payments", "amount");
	ordered("payments", "refunded", "payments", "refunded");
	ordered("payments", "how", "payments", "method");
	ordered("payments", "state", "payments", "status");
	ordered("refunds", "when", "refunds", "made_at");
	ordered("refunds", "amount", "refunds", "amount");
	ordered("reservations", "starts", "reservations", "starts");
	ordered("reservations", "made", "reservations", "created_at");
	ordered("reservations", "price", "reservations", "price");
	ordered("reservations", "status", "reservations", "status");
	assert_string_equal(ids("/api/v1/admin/reservations?rows=200"),
	    sql_value("select string_agg(id::text, ' ' order by starts desc, id desc) from "
		      "reservations"));
	assert_int_equal(ask(GET, "/api/v1/admin/payments?sort=funny", NULL).status, 422);
}

static void
stays_come_in_the_order_that_was_chosen(void **s)
{
	static const struct {
		text sort, order;
	} cases[] = { { "", "entered_at desc, id desc" }, { "entered", "entered_at, id" },
		{ "-entered", "entered_at desc, id desc" },
		{ "lasts", "coalesce(left_at, '2026-11-17 12:00Z') - entered_at, id" },
		{ "-lasts", "coalesce(left_at, '2026-11-17 12:00Z') - entered_at desc, id desc" },
		{ "fee", "fee, id" }, { "-fee", "fee desc nulls last, id desc" } };
	struct response r;

	(void)s;
	sql("insert into stays (lot_id, plate, plate_typed, source, entered_at, left_at, status, "
	    "closed_how, fee, currency, tariff_version_id) select %lld, 'ORD' || n, 'ORD ' || n, "
	    "'gate', at, case when gone then at + (1 + n * 5 %% 7) * interval '1 hour' end, case "
	    "when gone then 'closed' else 'open' end, case when gone then 'exit' else '' end, case "
	    "when gone then n * 5 %% 4 * 100 end, 'EUR', 1 from generate_series(1, 12) n cross "
	    "join lateral (select timestamptz '2026-11-16' + n * 7 %% 5 * interval '1 hour' as at, "
	    "n %% 3 > 0 as gone) x",
	    (long long)lot);
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(ids(arena_fmt(c.arena,
					"/api/v1/stays?rows=200&plate=ORD&sort=%s", cases[i].sort)),
		    sql_value("select string_agg(id::text, ' ' order by %s) from stays where plate "
			      "like 'ORD%%'",
			cases[i].order));
	r = browse(GET, "/stays?plate=ORD&rows=20&sort=fee&status=closed", NULL);
	assert_says(r, "1–8 of 8<");
	assert_says(r, "href=\"/stays?status=closed&amp;plate=ORD&amp;sort=-fee&amp;rows=20\"");
	r = ask(GET, "/api/v1/stays?plate=ORD&rows=5&page=3", NULL);
	assert_says(r, "\"count\":12");
	assert_says(r, "\"previous\":\"/stays?plate=ORD&page=2&rows=5\"");
	assert_says(r, "\"next\":null");
	assert_int_equal(ask(GET, "/api/v1/stays?sort=newest", NULL).status, 422);
}

static void
people_and_what_they_did_come_in_the_order_that_was_chosen(void **s)
{
	(void)s;
	person(OPERATOR, "Zoe");
	person(CUSTOMER, "bob");
	sql("update users set seen_at = '2026-11-01' where username = 'bob';update users set "
	    "disabled_at = '2026-11-01' where username = 'Zoe';"
	    "insert into audit (at, user_id, action, subject, subject_id, detail, address, "
	    "request_id) select ('2026-11-0' || n)::timestamptz, (select min(id) + n %% 3 from "
	    "users), chr(97 + n * 3 %% 7), 'lot', n, '', '', '' from generate_series(1, 9) n;"
	    "insert into outbox (recipient, subject, body, state, attempts) select chr(97 + n * 3 "
	    "%% 7) || '@parking.test', 's' || n %% 4, 'words', case when n %% 2 = 0 then 'failed' "
	    "else 'waiting' end, n * 5 %% 7 from generate_series(1, 9) n;"
	    "insert into api_keys (name, prefix, hash, scopes, used_at) select chr(97 + n * 3 %% "
	    "7), 'p' || n, 'h' || n, 'gate', ('2026-11-0' || 1 + n * 5 %% 7)::timestamptz from "
	    "generate_series(1, 9) n;"
	    "insert into reviews (lot_id, user_id, rating, words, stayed_at, created_at) select "
	    "%lld, id, 1 + id %% 5, 'x', now(), '2026-11-01'::timestamptz + id * 7 %% 5 * interval "
	    "'1 day' from users",
	    (long long)lot);
	ordered("users", "username", "users", "lower(username)");
	ordered("users", "email", "users", "lower(email)");
	ordered("users", "role", "users", "role");
	ordered("users", "since", "users", "id");
	ordered("audit", "what", "audit", "action");
	ordered("audit", "when", "audit", "id");
	sql("insert into deletions (class, rule, until, n, at, ended_at) select chr(97 + n * 3 %% "
	    "5), 'rule ' || n %% 3, timestamptz "
	    "'2026-11-01' + n * 5 %% 7 * interval '1 day', 1 + n * 3 %% 8, now(), now() from "
	    "generate_series(1, 9) n");
	ordered("deletions", "when", "deletions", "id");
	ordered("deletions", "what", "deletions", "class");
	ordered("deletions", "rule", "deletions", "rule");
	ordered("deletions", "older", "deletions", "until");
	ordered("deletions", "many", "deletions", "n");
	ordered("outbox", "to", "outbox", "lower(recipient)");
	ordered("outbox", "tries", "outbox", "attempts");
	ordered("api-keys", "name", "api_keys", "lower(name)");
	ordered("api-keys", "used", "api_keys", "used_at");
	ordered("reviews", "stars", "reviews", "rating");
	ordered("reviews", "written", "reviews", "created_at");
	assert_string_equal(ids("/api/v1/admin/users?state=disabled"),
	    sql_value("select id from users where username = 'Zoe'"));
	assert_string_equal(ids("/api/v1/admin/users?q=bo&sort=username"),
	    sql_value("select id from users where username = 'bob'"));
	assert_string_equal(ids("/api/v1/admin/users?rows=1&page=2"),
	    sql_value("select id from users order by id desc offset 1 limit 1"));
	assert_says(ask(GET, "/admin/tables/users.csv?q=bo", NULL), "bob,bob@parking.test");
	assert_not_says(ask(GET, "/admin/tables/users.csv?q=bo", NULL), "ada@");
	assert_string_equal(ids("/api/v1/admin/audit?from=2026-11-09&until=2026-11-09&subject=lot"),
	    sql_value("select id from audit where subject_id = 9"));
	assert_string_equal(ids("/api/v1/admin/outbox?whom=D@parking.test&channel=mail"),
	    sql_value("select string_agg(id::text, ' ' order by id desc) from outbox where "
		      "recipient like 'd@%%'"));
}

static void
lists_are_filtered_counted_and_paged(void **s)
{
	(void)s;
	text page =
	    arena_fmt(c.arena, "/api/v1/admin/reservations?rows=2&page=2&lot=%lld", (long long)lot);
	struct response r = ask(GET, page, NULL);
	assert_says(r, "\"count\":5");
	assert_says(r, "page=3&rows=2");
	assert_string_equal(ids("/api/v1/admin/reservations?status=cancelled"),
	    sql_value("select id from reservations where status = 'cancelled'"));
	assert_string_equal(ids("/api/v1/admin/reservations?q=k%20ab%201&sort=made"),
	    ids("/api/v1/admin/reservations?q=ada&sort=made"));
	assert_string_equal(ids("/api/v1/admin/reservations?from=2026-11-20&until=2026-11-20"),
	    sql_value("select id from reservations where starts::date = '2026-11-20'"));
	assert_string_equal(ids("/api/v1/admin/reservations?q=nobody"), "");
	assert_string_equal(
	    ids("/api/v1/admin/refunds?status=done&q=ada"), sql_value("select id from refunds"));
	assert_says(ask(GET, "/api/v1/admin/receipts", NULL), "\"count\":0");
	r = browse(GET, "/admin/reservations?sort=price&status=confirmed", NULL);
	assert_says(r, "aria-sort=\"ascending\"");
	assert_says(r, "href=\"/admin/reservations?status=confirmed&amp;sort=-price\"");
	assert_says(r, "href=\"/admin/tables/reservations.csv?status=confirmed\"");
	assert_says(browse(GET, "/admin/reservations?q=nobody", NULL), "No reservation fits");
	assert_says(browse(GET, "/admin/refunds?status=failed", NULL), "No refund fits");
	assert_says(browse(GET, "/admin/receipts", NULL), "No receipt yet");
	assert_says(browse(GET, "/admin/payments?from=yesterday", NULL), "This takes a day");
}

static void
lots_tariffs_and_months_are_lists_as_the_others(void **s)
{
	static const text made = "tariffs where not built_in";

	(void)s;
	for (int i = 0; i < 4; i++) {
		text name = arena_fmt(c.arena, "%c%d", "zAmB"[i], i);

		assert_int_equal(
		    ask(POST, "/api/v1/admin/lots",
			arena_fmt(c.arena, "{\"name\":\"%s\",\"city\":\"%c\"}", name, 'w' - i))
			.status,
		    201);
		assert_int_equal(
		    ask(POST, "/api/v1/admin/tariffs",
			arena_fmt(c.arena, "{\"name\":\"%s\",\"currency\":\"%s\",\"price\":\"2\"}",
			    name, i % 2 ? "EUR" : "CHF"))
			.status,
		    201);
	}
	sql("insert into report_rounds (month, state, people, looked, pace_at, begun_at, "
	    "touched_at, "
	    "done_at) select ('2026-0' || n || '-01')::date, case n when 2 then 'stopped' else "
	    "'done' end, 9, n * 5 %% 7, now(), now(), now(), case when n <> 2 then now() end "
	    "from generate_series(1, 3) n");
	ordered("lots", "name", "lots", "lower(name)");
	ordered("lots", "place", "lots", "lower(city)");
	ordered("tariffs", "name", made, "lower(name)");
	ordered("tariffs", "currency", made, "currency");
	struct response r = browse(GET, "/admin/lots?q=z0&sort=-name&rows=25", NULL);
	assert_says(r, "aria-sort=\"descending\"");
	assert_says(r, "href=\"/admin/tables/lots.csv?q=z0\"");
	r = ask(GET, "/admin/tables/lots.csv?q=z0", NULL);
	assert_says(r, ",z0,");
	assert_not_says(r, ",B3,");
	r = browse(GET, "/admin/tariffs?currency=chf", NULL);
	assert_says(r, "href=\"/admin/tables/tariffs.csv?currency=chf\"");
	assert_says(ask(GET, "/api/v1/admin/tariffs?currency=chf&rows=1", NULL), "\"count\":2");
	assert_not_says(ask(GET, "/admin/tables/tariffs.csv?currency=chf", NULL), ",EUR,");
	assert_says(browse(GET, "/admin/tariffs?q=nothing", NULL), "No tariff fits");
	r = browse(GET, "/admin/reports?state=stopped", NULL);
	assert_says(r, "href=\"/admin/tables/report-rounds.csv?state=stopped\"");
	assert_not_says(r, "/admin/reports/2026-03");
	assert_says(ask(GET, "/admin/tables/report-rounds.csv?state=stopped", NULL),
	    "\r\n2026-02,stopped,");
	r = ask(GET, "/api/v1/admin/reports?sort=looked&rows=2", NULL);
	assert_says(r, "\"count\":3");
	text first = strstr(r.body, "\"month\":\"2026-03\""),
	     second = strstr(r.body, "\"month\":\"2026-02\"");
	assert_true(first && second && first < second); /* one and three of them */
	assert_null(strstr(r.body, "\"month\":\"2026-01\""));
}

static void
what_operators_look_after_comes_in_the_order_that_was_chosen(void **s)
{
	(void)s;
	sql("insert into zones (lot_id, code, name) values (%lld, 'ORD', 'Order');"
	    "insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'ORD-' || 9 - n, "
	    "'O' || n from zones, generate_series(1, 7) n where code = 'ORD';"
	    "insert into devices (code, slot_id) select chr(97 + n * 3 %% 7), s.id from "
	    "generate_series(1, 7) n join slots s on s.code = 'ORD-' || 9 - n;"
	    "insert into device_reports (device_id, lot_id, last_reported, received_at, read_at, "
	    "voltage, current, power_factor, electrical) select id, %lld, t, t, t, "
	    "(array[170, 230, 240])[1 + id %% 3], id %% 4, 1 - id %% 5 / 10.0, case when id %% 3 = "
	    "0 then 'critical' else 'normal' end from devices, lateral (select "
	    "timestamptz '2026-11-17 12:00Z' - id * 5 %% 7 * interval '3 minutes' as t) x;"
	    "insert into anomalies (kind, key, lot_id, plate, raised_at, last_at) "
	    "select (array['long_stay', 'lost_ticket'])[1 + n %% 2], 'k' || n, %lld, 'P' || n * 3 "
	    "%% 5, t, t from generate_series(1, 9) n, lateral (select '2026-11-17'::timestamptz + "
	    "n * 5 %% 7 * interval '1 hour' as t) x",
	    (long long)lot, (long long)lot, (long long)lot);
	static const text mounted = "devices d join device_reports r on r.device_id = d.id join "
				    "slots s on s.id = d.slot_id";
	ordered("/devices", "code", "devices", "upper(code)");
	ordered("/devices", "added", "devices", "id");
	ordered("/anomalies", "when", "anomalies", "raised_at");
	ordered("/anomalies", "what", "anomalies", "kind");
	ordered("/anomalies", "plate", "anomalies", "plate");
	assert_string_equal(ids("/api/v1/devices"),
	    sql_value("select string_agg(d.id::text, ' ' order by (last_reported >= '2026-11-17 "
		      "11:58Z')::int + (last_reported >= '2026-11-17 11:50Z')::int, electrical <> "
		      "'critical', last_reported desc, d.id) from %s",
		mounted));
	assert_string_equal(ids("/api/v1/devices?sort=voltage"),
	    sql_value(
		"select string_agg(d.id::text, ' ' order by voltage, d.id) from %s", mounted));
	assert_string_equal(ids("/api/v1/devices?sort=-slot"),
	    sql_value("select string_agg(d.id::text, ' ' order by s.code desc) from %s", mounted));
	assert_string_equal(ids("/api/v1/devices?sort=-report"),
	    sql_value(
		"select string_agg(d.id::text, ' ' order by last_reported desc) from %s", mounted));
	assert_says(ask(GET, "/api/v1/devices?rows=2&page=2", NULL), "\"count\":7");
	assert_says(ask(GET, "/api/v1/anomalies?rows=5", NULL), "page=2&rows=5");
	struct response r = browse(GET, "/anomalies?sort=plate&kind=long_stay", NULL);
	assert_says(r, "aria-sort=\"ascending\"");
	assert_says(r, "href=\"/anomalies?kind=long_stay&amp;sort=-plate\"");
	assert_says(browse(GET, "/anomalies?from=yesterday", NULL), "This takes a day");
	assert_int_equal(ask(GET, "/api/v1/devices?sort=funny", NULL).status, 422);
}

/* ---- jobs */

static int64_t
a_job(text kind, text state)
{
	bool over = text_is(state, "failed") || text_is(state, "done");

	sql("insert into jobs (kind, args, state, run_at, tries, last_error, created_at, "
	    "finished_at) "
	    "values ('%s', '{\"id\": 7}', '%s', '2026-11-17 11:00Z', 3, 'the server said no', "
	    "'2026-11-17 10:00Z', %s)",
	    kind, state, over ? "'2026-11-17 11:30Z'" : "null");
	return sql_number("select max(id) from jobs");
}

static int
of_job(int64_t id, text deed)
{
	return ask(
	    POST, arena_fmt(c.arena, "/api/v1/admin/jobs/%lld/%s", (long long)id, deed), "{}")
	    .status;
}

static void
a_job_that_failed_is_tried_again_or_dropped(void **s)
{
	int64_t again = a_job("mail_send", "failed"), away = a_job("mail_send", "failed"),
		waits = a_job("mail_send", "waiting");

	(void)s;
	struct response r = browse(GET, "/admin/jobs?state=failed", NULL);
	assert_says(r, "the server said no");
	assert_says(r, arena_fmt(c.arena, "/admin/jobs/%lld/retry", (long long)again));
	assert_int_equal(of_job(again, "retry"), 204);
	assert_string_equal(
	    sql_value("select state || tries from jobs where id = %lld", (long long)again),
	    "waiting0");
	assert_int_equal(of_job(again, "retry"), 409);
	assert_int_equal(of_job(away, "drop"), 204);
	assert_int_equal(
	    sql_number("select count(*) from jobs where id = %lld", (long long)away), 0);
	assert_int_equal(of_job(away, "drop"), 404);
	assert_int_equal(of_job(away, "retry"), 404);
	assert_int_equal(of_job(waits, "drop"), 409);
	assert_string_equal(
	    sql_value(
		"select string_agg(action, ' ' order by id) from audit where subject = 'job'"),
	    "job_retried job_dropped");
	ordered("jobs", "tries", "jobs", "tries");
	ordered("jobs", "kind", "jobs", "kind");
}

static void
each_kind_of_job_is_told_with_its_last_run(void **s)
{
	(void)s;
	a_job("mail_send", "failed");
	sql("insert into job_runs (job_id, kind, try, began_at, ended_at, problem, detail) values "
	    "(1, "
	    "'mail_send', 1, '2026-11-17 11:00Z', '2026-11-17 11:00:01Z', 'OK', ''), (1, "
	    "'reports', 1, "
	    "'2026-11-17 11:00Z', '2026-11-17 11:00:01Z', 'UNAVAILABLE', 'away')");
	struct response r = ask(GET, "/api/v1/admin/jobs?kind=mail_send", NULL);
	assert_says(r, "\"kind\":\"mail_send\",");
	assert_says(r, "\"failed\":1,\"last_began_at\":\"2026-11-17T11:00:00Z\"");
	assert_says(r, "\"last_problem\":\"UNAVAILABLE\",\"last_detail\":\"away\",\"well\":false");
	assert_says(r, "\"count\":1");
	assert_says(browse(GET, "/admin/jobs", NULL), "mail_sweep");
}

/* ---- health */

static void
health_says_what_is_wrong_and_what_to_do(void **s)
{
	(void)s;
	struct response r = ask(GET, "/api/v1/admin/health", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "\"state\":\"bad\""); /* nobody works */
	assert_says(r, "It has never done a job here.");
	assert_says(r, "\"name\":\"reservations\"");
	/* a job was done just now, by hand perhaps: nobody sees to the rounds */
	sql("insert into job_runs (job_id, kind, try, began_at, ended_at, problem, detail) values "
	    "(1, 'holds', 1, '2026-11-17 11:59:50Z', '2026-11-17 11:59:51Z', 'OK', '');"
	    "insert into jobs (kind, args, unique_key, run_at, created_at) values "
	    "('reservations_sweep', '{}', 'every', '2026-11-17 11:57Z', '2026-11-17')");
	assert_says(browse(GET, "/admin/health", NULL), "Start it: parkctl work.");
	sql("insert into jobs (kind, args, state, tries, run_at, created_at) values ('retention', "
	    "'{}', 'running', 1, '2026-11-17 12:20Z', '2026-11-17')");
	r = browse(GET, "/admin/health", NULL);
	assert_says(r, "It is at a long job");
	assert_not_says(r, "Start it: parkctl work.");
	sql("update jobs set run_at = '2026-11-17 11:59Z'");
	assert_not_says(browse(GET, "/admin/health", NULL), "It is at a long job");
	a_job("mail_send", "failed");
	r = browse(GET, "/admin/health", NULL);
	assert_says(r, "It last finished a job less than a minute ago.");
	assert_says(r, "1 job has failed for good.");
	assert_says(r, "Read why, then try them again or drop them.");
	assert_not_says(r, "Start it: parkctl work.");
	sql("delete from jobs");
	assert_not_says(browse(GET, "/admin/health", NULL), "has failed for good");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_line_of_csv_is_what_rfc_4180_says),
		IN_WORLD(a_cell_that_a_spreadsheet_would_run_is_quoted),
		IN_WORLD(the_address_holds_what_was_chosen_and_no_more),
		IN_WORLD(the_last_page_leads_nowhere_and_an_empty_one_back),
		IN_HOUSE(every_table_can_be_taken_and_holds_no_secret),
		IN_HOUSE(every_table_of_the_database_is_given_away_unless_it_is_secret),
		IN_HOUSE(tables_take_the_filter_of_the_list_that_leads_to_them),
		IN_HOUSE(money_as_csv_adds_up_to_the_ledger),
		IN_HOUSE(lists_come_in_the_order_that_was_chosen),
		IN_HOUSE(stays_come_in_the_order_that_was_chosen),
		IN_HOUSE(people_and_what_they_did_come_in_the_order_that_was_chosen),
		IN_HOUSE(what_operators_look_after_comes_in_the_order_that_was_chosen),
		IN_HOUSE(lists_are_filtered_counted_and_paged),
		IN_HOUSE(lots_tariffs_and_months_are_lists_as_the_others),
		IN_HOUSE(a_job_that_failed_is_tried_again_or_dropped),
		IN_HOUSE(each_kind_of_job_is_told_with_its_last_run),
		IN_HOUSE(health_says_what_is_wrong_and_what_to_do),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
