/* receipts_test.c -- what stands on a receipt, and who may read it. */
#include "world.h"

#include "payments/receipts.h"

static int64_t lot, ada, bob, olga, admin;

static int
paying_world(void **state)
{
	int failed = fresh(state);

	if (failed)
		return failed;
	sql("insert into lots (name, address, city, time_zone, currency, search, tax_basis_points) "
	    "values ('Süd <b>&', 'Weg 1', 'Köln', 'Europe/Berlin', 'EUR', 'sud', 1900);"
	    "insert into zones (lot_id, code) select id, 'RCP' from lots where search = 'sud'");
	lot = sql_number("select id from lots where search = 'sud'");
	sql("insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'RCP-1', 'R-1' "
	    "from zones where code = 'RCP'");
	ada = person(CUSTOMER, "ada");
	bob = person(CUSTOMER, "bob");
	olga = person(OPERATOR, "olga");
	admin = person(ADMIN, "anna");
	sql("update users set first_name = 'Zoë', last_name = 'דנה 🚗' where id = %lld",
	    (long long)ada);
	return 0;
}
#define PAYING(test) cmocka_unit_test_setup_teardown(test, paying_world, gone)

static text
path(text pattern, int64_t id)
{
	text colon = strstr(pattern, ":id");

	return arena_fmt(
	    c.arena, "%.*s%lld%s", (int)(colon - pattern), pattern, (long long)id, colon + 3);
}

static struct response
well(enum method method, text where, text json)
{
	struct response r = ask(method, where, json);

	if (r.status > 299)
		fail_msg("%s: %d %s", where, r.status, r.body);
	return r;
}

/* Three hours from 14:00 in Cologne, to be paid at the exit. */
static int64_t
booked(void)
{
	as(ada, CUSTOMER);
	well(POST, "/api/v1/reservations",
	    arena_fmt(c.arena,
		"{\"lot\":%lld,\"slot\":\"any\",\"from\":\"2026-11-18T13:00:00Z\","
		"\"until\":\"2026-11-18T16:00:00Z\"}",
		(long long)lot));
	int64_t id = sql_number("select max(id) from reservations");
	well(POST, path("/api/v1/reservations/:id/confirmation", id),
	    "{\"plate\":\"K-ÄX 12\",\"pay\":\"exit\"}");
	return id;
}

/* As the olga writes it down; "" is all of it.  The receipt's id. */
static int64_t
paid(int64_t reservation, text amount)
{
	as(olga, OPERATOR);
	well(POST, path("/api/v1/reservations/:id/payments", reservation),
	    arena_fmt(c.arena, "{\"method\":\"cash\",\"amount\":\"%s\"}", amount));
	as(ada, CUSTOMER);
	return sql_number("select max(id) from receipts");
}

static void
it_says_what_was_paid_for_by_the_lines_of_the_tariff_and_the_tax_in_it(void **state)
{
	int64_t id = paid(booked(), "");
	struct response r = well(GET, path("/api/v1/receipts/:id", id), NULL);
	int64_t price = sql_number("select price from reservations");
	int64_t tax = (price * 1900 * 2 + 11900) / (2 * 11900);

	(void)state;
	assert_says(r, arena_fmt(c.arena, "\"amount\":%lld,", (long long)price));
	assert_says(r, arena_fmt(c.arena, "\"tax\":%lld,", (long long)tax));
	assert_says(r, arena_fmt(c.arena, "\"net\":%lld", (long long)(price - tax)));
	assert_says(r, "\"tax_rate\":\"19%\"");
	assert_says(r, "3 started hours");
	assert_says(r, "\"number\":\"R-2026-");
	assert_not_says(r, "\"beside\":[{");
	r = browse(GET, path("/receipts/:id", id), NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "Süd &lt;b&gt;&amp;, Weg 1, Köln");
	assert_says(r, "3 started hours");
	assert_says(r, "Tax, 19%, contained in it");
	assert_says(r, "2026-11-18, 14:00</time> CET");
	assert_says(r, "K-ÄX 12");
}

static void
a_part_has_a_line_of_its_own_and_no_tax_says_so(void **state)
{
	int64_t reservation = booked();

	(void)state;
	sql("update lots set tax_basis_points = 0 where id = %lld", (long long)lot);
	int64_t id = paid(reservation, "1.00");
	struct response r = well(GET, path("/api/v1/receipts/:id", id), NULL);
	assert_says(r, "\"lines\":[{\"what\":\"Parking\",\"amount\":100}]");
	assert_says(r, "\"tax_rate\":null");
	assert_says(browse(GET, path("/receipts/:id", id), NULL), "No tax is contained in it.");
}

static void
what_went_back_has_a_credit_note_and_each_names_the_other(void **state)
{
	int64_t id = paid(booked(), "");

	(void)state;
	as(admin, ADMIN);
	well(POST,
	    path("/api/v1/admin/payments/:id/refunds", sql_number("select max(id) from payments")),
	    "{\"amount\":\"2.00\",\"reason\":\"The barrier was stuck\"}");
	as(ada, CUSTOMER);
	int64_t note = sql_number("select max(id) from receipts");
	assert_int_equal(note, id + 1);
	struct response r = well(GET, path("/api/v1/receipts/:id", note), NULL);
	assert_says(r, "\"amount\":-200,");
	assert_says(r, "\"tax\":-32,");
	assert_says(r, "\"net\":-168");
	assert_says(r, "\"credit\":true");
	assert_says(r, "Given back: The barrier was stuck");
	assert_says(r, arena_fmt(c.arena, "\"beside\":[{\"id\":%lld", (long long)id));
	r = browse(GET, path("/receipts/:id", id), NULL);
	assert_says(
	    r, arena_fmt(c.arena, "<a href=\"/receipts/%lld\">Credit note", (long long)note));
	r = browse(GET, path("/receipts/:id", note), NULL);
	assert_says(r, "<h1>Credit note");
	assert_says(r, "−€2.00");
}

static void
nobody_reads_anothers_and_operators_read_all(void **state)
{
	int64_t reservation = booked(), id = paid(reservation, "");
	text own[] = { path("/api/v1/receipts/:id", id), path("/receipts/:id.pdf", id),
		path("/api/v1/receipts?reservation=:id", reservation) };

	(void)state;
	for (size_t i = 0; i < LENGTH(own); i++) {
		as(ada, CUSTOMER);
		assert_int_equal(ask(GET, own[i], NULL).status, 200);
		as(olga, OPERATOR);
		assert_int_equal(ask(GET, own[i], NULL).status, 200);
		as(bob, CUSTOMER);
		assert_int_equal(ask(GET, own[i], NULL).status, 404);
		as(0, ANYONE);
		assert_int_equal(ask(GET, own[i], NULL).status, 401);
	}
	as(bob, CUSTOMER);
	assert_says(well(GET, "/api/v1/receipts", NULL), "\"items\":[]");
	assert_says(browse(GET, "/receipts", NULL), "No receipt yet");
}

static void
the_list_is_newest_first_fifty_a_page(void **state)
{
	int64_t reservation = booked();

	(void)state;
	for (int i = 0; i < 51; i++)
		paid(reservation, "0.01");
	struct response r = well(GET, "/api/v1/receipts", NULL);
	assert_says(r,
	    arena_fmt(c.arena, "\"items\":[{\"id\":%lld",
		(long long)sql_number("select max(id) from receipts")));
	int64_t last = sql_number("select min(id) + 1 from receipts");
	assert_says(r, arena_fmt(c.arena, "\"next\":\"/receipts?before=%lld\"", (long long)last));
	r = well(GET, path("/api/v1/receipts?before=:id", last), NULL);
	assert_says(r, arena_fmt(c.arena, "\"items\":[{\"id\":%lld", (long long)last - 1));
	assert_says(r, "\"next\":null");
	assert_says(browse(GET, "/receipts", NULL), "Next page");
	r = browse(GET, path("/receipts?reservation=:id", reservation), NULL);
	assert_says(r, "Receipts of this booking");
}

static void
the_paper_is_a_pdf_named_by_its_number(void **state)
{
	int64_t id = paid(booked(), "");
	struct response r = browse(GET, path("/receipts/:id.pdf", id), NULL);

	(void)state;
	assert_int_equal(r.status, 200);
	assert_string_equal(r.type, "application/pdf");
	assert_memory_equal(r.body, "%PDF-", 5);
	text number = sql_value("select number from receipts where id = %lld", (long long)id);
	assert_non_null(strstr(header(&r, "Content-Disposition"), number));
	struct response again = browse(GET, path("/receipts/:id.pdf", id), NULL);
	assert_int_equal(again.n_body, r.n_body);
	assert_memory_equal(again.body, r.body, r.n_body);
	assert_int_equal(browse(GET, path("/receipts/:id.pdf", id + 1), NULL).status, 404);
	assert_int_equal(browse(GET, "/receipts/x.pdf", NULL).status, 404);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PAYING(it_says_what_was_paid_for_by_the_lines_of_the_tariff_and_the_tax_in_it),
		PAYING(a_part_has_a_line_of_its_own_and_no_tax_says_so),
		PAYING(what_went_back_has_a_credit_note_and_each_names_the_other),
		PAYING(nobody_reads_anothers_and_operators_read_all),
		PAYING(the_list_is_newest_first_fifty_a_page),
		PAYING(the_paper_is_a_pdf_named_by_its_number),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
