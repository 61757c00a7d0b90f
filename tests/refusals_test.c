/*
 * refusals_test.c -- what rows of the route table say they may refuse, refused there once: the declared problems that
 * no other test's story meets.  tests/seen.js finds those that miss.
 */
#include "world.h"

#include "accounts/accounts.h"
#include "gear/secret.h"
#include "gear/settings.h"

static text
path(text pattern, int64_t id)
{
	text colon = strstr(pattern, ":id");

	return colon ? arena_fmt(c.arena, "/api/v1%.*s%lld%s", (int)(colon - pattern), pattern,
			   (long long)id, colon + 3)
		     : arena_fmt(c.arena, "/api/v1%s", pattern);
}

static struct response
well(enum method method, text address, text json)
{
	struct response out = ask(method, address, json);

	if (out.status < 200 || out.status > 299)
		fail_msg("%s: %d %s", address, out.status, out.body);
	return out;
}

static void
refused(enum problem with, enum method method, text address, text json)
{
	struct response out = ask(method, address, json);

	if (out.refused != with || out.status != problem_status(with))
		fail_msg("%s was to be %s: %d %s", address, problem_name(with), out.status,
		    out.body ? out.body : "");
}

/* The value of a member whose value is text, as it stands in an answer. */
static text
said(struct response r, text name)
{
	text mark = arena_fmt(c.arena, "\"%s\":\"", name);
	text at = r.body ? strstr(r.body, mark) : NULL;

	if (at == NULL) {
		fail_msg("no %s in %s", name, r.body ? r.body : "");
		return "";
	}
	at += strlen(mark);
	return arena_bytes(c.arena, at, strcspn(at, "\""));
}

static int64_t
latest(text table)
{
	return sql_number("select max(id) from %s", table);
}

/* ---- codes and passwords */

#define NOBODYS_REQUEST "0123456789abcdef0123456789abcdef"
#define GOOD "a few words of mine"

struct code_case {
	text ask, with, use, again; /* ask for a code with this, use it there, ask again there */
	text more; /* members beside request and code */
};
static const struct code_case codes[] = {
	{ "/api/v1/signup",
	    "{\"email\":\"pat@example.org\",\"username\":\"pat\",\"first_name\":\"Pat\","
	    "\"password\":\"" GOOD "\"}",
	    "/api/v1/verification", "/api/v1/verification/again", "" },
	{ "/api/v1/password", "{\"email\":\"kim@parking.test\"}", "/api/v1/password/new",
	    "/api/v1/verification/again", ",\"password\":\"" GOOD " instead\"" },
};

static text
code_body(const struct code_case *k, text request, text code)
{
	return arena_fmt(c.arena, "{\"request\":\"%s\",\"code\":\"%s\"%s}", request, code, k->more);
}

static text
right_code(void)
{
	return sql_value("select (regexp_match(body, '\n([0-9]{6})\n'))[1] from outbox order by id "
			 "desc limit 1");
}

static text
wrong_code(void)
{
	char *code = arena_text(c.arena, right_code());

	code[0] = code[0] == '9' ? '0' : (char)(code[0] + 1);
	return code;
}

static void
codes_are_refused(const struct code_case *k)
{
	text request = said(well(POST, k->ask, k->with), "request");
	text asks = arena_fmt(c.arena, "{\"request\":\"%s\"}", request);

	refused(NOT_FOUND, POST, k->use, code_body(k, NOBODYS_REQUEST, "123456"));
	refused(NOT_FOUND, POST, k->again, "{\"request\":\"" NOBODYS_REQUEST "\"}");
	refused(TOO_EARLY, POST, k->again, asks);
	refused(WRONG_CODE, POST, k->use, code_body(k, request, wrong_code()));
	c.now = instant_plus(c.now, (CODE_MINUTES + 1) * MINUTE);
	refused(CODE_ENDED, POST, k->use, code_body(k, request, right_code()));
	well(POST, k->again, asks);
	for (int i = 1; i < CODE_TRIES; i++)
		refused(WRONG_CODE, POST, k->use, code_body(k, request, wrong_code()));
	c.now = instant_plus(c.now, 2 * HOUR);
	refused(CODE_ENDED, POST, k->again, asks);
}

static void
a_code_is_refused_when_it_is_wrong_over_or_nobodys(void **s)
{
	(void)s;
	person(CUSTOMER, "kim");
	for (size_t i = 0; i < LENGTH(codes); i++)
		codes_are_refused(&codes[i]);
}

static void
after_ten_wrong_codes_none_counts_for_a_while(void **s)
{
	(void)s;
	person(CUSTOMER, "kim");
	for (size_t i = 0; i < LENGTH(codes); i++) {
		const struct code_case *k = &codes[i];

		for (int n = 0; n < 2; n++) {
			text request = said(well(POST, k->ask, k->with), "request");

			for (int t = 0; t < CODE_TRIES; t++)
				refused(
				    WRONG_CODE, POST, k->use, code_body(k, request, wrong_code()));
			if (n == 1)
				refused(LOCKED, POST, k->use, code_body(k, request, right_code()));
		}
	}
}

static void
after_ten_wrong_passwords_the_right_one_waits_too(void **s)
{
	text change = "{\"current\":\"not it at all\",\"password\":\"" GOOD "\"}";

	(void)s;
	as(person(CUSTOMER, "kim"), CUSTOMER);
	sql("update users set password = '%s' where username = 'kim'", "$2a$04$");
	for (int i = 0; i < 10; i++)
		refused(INVALID, POST, "/api/v1/profile/password", change);
	refused(LOCKED, POST, "/api/v1/profile/password", change);
	refused(LOCKED, POST, "/api/v1/profile/email",
	    "{\"email\":\"kim@example.org\",\"current\":\"not it at all\"}");
	refused(LOCKED, POST, "/login", "{\"email\":\"kim\",\"password\":\"not it at all\"}");
}

static void
a_message_that_still_waits_is_not_sent_again(void **s)
{
	(void)s;
	as(person(ADMIN, "ada"), ADMIN);
	sql("insert into outbox (recipient, subject, body, state, created_at) values "
	    "('pat@example.org', 'Hello', 'Hello', 'waiting', '2026-11-17')");
	refused(WRONG_STATE, POST, path("/admin/outbox/:id/retry", latest("outbox")), "{}");
}

/* ---- lots */

static int64_t lot, other_lot, zone, other_zone;

static void
two_lots(void)
{
	as(person(ADMIN, "ada"), ADMIN);
	well(POST, "/api/v1/admin/lots", "{\"name\":\"Meadow\",\"currency\":\"EUR\"}");
	other_lot = latest("lots");
	well(POST, path("/admin/lots/:id/zones", other_lot), "{\"zone_code\":\"MEADOW\"}");
	other_zone = latest("zones");
	well(POST, "/api/v1/admin/lots",
	    "{\"name\":\"Quay\",\"currency\":\"EUR\",\"pay_at_exit\":true}");
	lot = latest("lots");
	well(POST, path("/admin/lots/:id/zones", lot), "{\"zone_code\":\"QUAY\"}");
	zone = latest("zones");
	well(POST, path("/admin/lots/:id/slots", lot),
	    arena_fmt(c.arena, "{\"zone_id\":%lld,\"labels\":\"A-1..A-2\"}", (long long)zone));
}

static void
a_name_that_another_lot_has_is_refused(void **s)
{
	text taken = "{\"name\":\"Meadow\",\"currency\":\"EUR\",\"version\":1}";

	(void)s;
	two_lots();
	refused(DUPLICATE, POST, "/api/v1/admin/lots", taken);
	refused(DUPLICATE, POST, path("/admin/lots/:id", lot), taken);
	refused(DUPLICATE, PUT, path("/admin/lots/:id", lot), taken);
	refused(DUPLICATE, POST, path("/admin/lots/:id/zones", lot), "{\"zone_code\":\"MEADOW\"}");
	refused(DUPLICATE, POST, path("/admin/zones/:id", zone), "{\"zone_code\":\"MEADOW\"}");
	refused(DUPLICATE, POST, path("/admin/lots/:id/slots", lot),
	    arena_fmt(c.arena, "{\"zone_id\":%lld,\"labels\":\"A-2..A-3\"}", (long long)zone));
	refused(DUPLICATE, POST,
	    path("/admin/slots/:id",
		sql_number(
		    "select id from slots where lot_id = %lld and label = 'A-1'", (long long)lot)),
	    "{\"code\":\"A-1X\",\"label\":\"A-2\",\"size\":\"regular\","
	    "\"vehicle_type\":\"car\"}");
}

static void
a_lot_that_somebody_else_changed_is_refused(void **s)
{
	text mine = "{\"name\":\"Quay\",\"currency\":\"EUR\",\"version\":1}";

	(void)s;
	two_lots();
	well(PUT, path("/admin/lots/:id", lot), mine);
	refused(CHANGED_MEANWHILE, PUT, path("/admin/lots/:id", lot), mine);
	refused(CHANGED_MEANWHILE, POST, path("/admin/lots/:id", lot), mine);
}

static text
hold_body(int64_t lot_id, text from, text until, text more)
{
	return arena_fmt(c.arena, "{\"lot\":%lld,\"from\":\"%s\",\"until\":\"%s\"%s}",
	    (long long)lot_id, from, until, more);
}

static int64_t
held(text from, text until)
{
	well(POST, "/api/v1/reservations", hold_body(lot, from, until, ""));
	return latest("reservations");
}

static int64_t
booked(text from, text until)
{
	int64_t id = held(from, until);

	well(POST, path("/reservations/:id/confirmation", id),
	    "{\"plate\":\"K-419 TX\",\"pay\":\"exit\"}");
	return id;
}

static void
what_is_in_the_books_is_not_taken_away(void **s)
{
	(void)s;
	two_lots();
	booked("2026-11-17T14:00:00Z", "2026-11-17T15:00:00Z");
	as(person(ADMIN, "bob"), ADMIN);
	refused(IN_USE, DELETE, path("/admin/lots/:id", lot), NULL);
	refused(IN_USE, POST, path("/admin/lots/:id/deletion", lot), "{}");
	refused(IN_USE, POST, path("/admin/zones/:id/deletion", zone), "{}");
	refused(IN_USE, POST, path("/admin/lots/:id/slots/changes", lot),
	    "{\"chosen\":\"A-1..A-2\",\"deed\":\"delete\"}");
}

/* ---- tariffs */

static text
terms(text more)
{
	return arena_fmt(
	    c.arena, "{\"name\":\"Steps\",\"currency\":\"EUR\",\"price\":\"2.00\"%s}", more);
}

static void
a_tariff_is_refused_when_it_is_charged_stale_or_retired(void **s)
{
	(void)s;
	two_lots();
	well(POST, "/api/v1/admin/tariffs", terms(""));
	int64_t tariff = latest("tariffs");
	text versions = path("/admin/tariffs/:id/versions", tariff);
	text retirement = path("/admin/tariffs/:id/retirement", tariff);
	refused(NOT_FOUND, POST, path("/admin/tariffs/:id/versions", tariff + 999), terms(""));
	well(POST, versions, terms(",\"number\":1"));
	refused(CHANGED_MEANWHILE, POST, versions, terms(",\"number\":1"));
	sql("update lots set tariff_id = %lld where id = %lld", (long long)tariff, (long long)lot);
	refused(IN_USE, POST, retirement, "{}");
	sql("update lots set tariff_id = null where id = %lld", (long long)lot);
	well(POST, retirement, "{}");
	refused(WRONG_STATE, POST, versions, terms(",\"number\":2"));
}

/* ---- bookings */

static text
quote_path(int64_t lot_id, text from, text until)
{
	return arena_fmt(
	    c.arena, "/api/v1/quotes?lot=%lld&from=%s&until=%s", (long long)lot_id, from, until);
}

static void
what_cannot_be_had_is_not_quoted_nor_held(void **s)
{
	(void)s;
	two_lots();
	text from = "2026-11-17T14:00:00Z", until = "2026-11-17T15:00:00Z";
	text night = "2026-11-18T02:00:00Z", dawn = "2026-11-18T03:00:00Z";
	text quote = said(well(GET, quote_path(lot, from, until), NULL), "token");

	refused(NOT_FOUND, GET, quote_path(lot + 999, from, until), NULL);
	refused(NOT_FOUND, POST, "/api/v1/reservations", hold_body(lot + 999, from, until, ""));
	refused(CHANGED_MEANWHILE, POST, "/api/v1/reservations",
	    hold_body(lot, night, dawn, arena_fmt(c.arena, ",\"quote\":\"%s\"", quote)));
	held(from, until);
	held(from, until);
	refused(LOT_FULL, POST, "/api/v1/reservations", hold_body(lot, from, until, ""));
	sql("update lots set hours = 'Mo-Su 06:00-20:00' where id = %lld", (long long)lot);
	refused(LOT_CLOSED, POST, "/api/v1/reservations", hold_body(lot, night, dawn, ""));
	refused(LOT_CLOSED, GET, quote_path(lot, night, dawn), NULL);
}

static void
twenty_bookings_are_enough_for_programs_too(void **s)
{
	int64_t before = settings.limit_bookings;

	(void)s;
	settings.limit_bookings = 1000;
	two_lots();
	for (int i = 0; i < 20; i++)
		held(arena_fmt(c.arena, "2026-11-%02dT%02d:00:00Z", 18 + i % 10, 14 + i / 10),
		    arena_fmt(c.arena, "2026-11-%02dT%02d:30:00Z", 18 + i % 10, 14 + i / 10));
	refused(LIMIT_REACHED, POST, "/api/v1/reservations",
	    hold_body(lot, "2026-12-01T14:00:00Z", "2026-12-01T15:00:00Z", ""));
	refused(LIMIT_REACHED, POST, "/reserve",
	    "{\"name\":\"Quay\",\"start_time\":\"2026-12-01T14:00:00Z\","
	    "\"end_time\":\"2026-12-01T15:00:00Z\",\"vehicle_registration_number\":\"K-419 TX\"}");
	settings.limit_bookings = before;
}

static void
what_is_cancelled_is_neither_confirmed_nor_longer(void **s)
{
	(void)s;
	two_lots();
	int64_t id = held("2026-11-17T14:00:00Z", "2026-11-17T15:00:00Z");
	text longer = "{\"until\":\"2026-11-17T16:00:00Z\"}";

	well(POST, path("/reservations/:id/cancellation", id), "{}");
	refused(WRONG_STATE, POST, path("/reservations/:id/confirmation", id),
	    "{\"plate\":\"K-419 TX\",\"pay\":\"exit\"}");
	refused(WRONG_STATE, GET, path("/reservations/:id/extension", id), NULL);
	refused(WRONG_STATE, POST, path("/reservations/:id/extension", id), longer);
	refused(WRONG_STATE, POST, path("/reservations/:id/arrival", id), "{}");
	struct response page =
	    browse(GET, arena_fmt(c.arena, "/reservations/%lld/ticket.ics", (long long)id), NULL);
	assert_string_equal(problem_name(page.refused), "WRONG_STATE");
}

static void
a_stay_ends_where_somebody_else_begins_and_where_the_lot_closes(void **s)
{
	(void)s;
	two_lots();
	int64_t id = booked("2026-11-17T14:00:00Z", "2026-11-17T15:00:00Z");
	text at = path("/reservations/:id/extension", id);

	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, hold_until, price, "
	    "currency, refund_percent, cancel_until, no_show_at, created_at) "
	    "select lot_id, slot_id, user_id, ends, ends + interval '1 hour', hold_until, price, "
	    "currency, refund_percent, cancel_until, no_show_at, created_at "
	    "from reservations where id = %lld",
	    (long long)id);
	refused(SLOT_TAKEN, POST, at, "{\"until\":\"2026-11-17T15:30:00Z\"}");
	sql("update lots set hours = 'Mo-Su 06:00-20:00' where id = %lld", (long long)lot);
	refused(LOT_CLOSED, POST, at, "{\"until\":\"2026-11-17T23:30:00Z\"}");
}

static void
what_is_over_is_over(void **s)
{
	(void)s;
	two_lots();
	int64_t id = booked("2026-11-17T14:00:00Z", "2026-11-17T15:00:00Z");

	refused(TOO_EARLY, POST, path("/reservations/:id/arrival", id), "{}");
	c.now = instant_plus(NOON, 2 * HOUR + MINUTE);
	refused(TOO_LATE, POST, path("/reservations/:id/cancellation", id), "{}");
	c.now = instant_plus(NOON, 3 * HOUR + MINUTE);
	refused(TOO_LATE, POST, path("/reservations/:id/arrival", id), "{}");
	refused(TOO_LATE, GET, path("/reservations/:id/extension", id), NULL);
	refused(TOO_LATE, POST, path("/reservations/:id/extension", id),
	    "{\"until\":\"2026-11-17T16:00:00Z\"}");
}

/* ---- money */

static void
what_is_paid_or_given_back_is_not_so_again(void **s)
{
	(void)s;
	two_lots();
	int64_t id = booked("2026-11-17T14:00:00Z", "2026-11-17T15:00:00Z");
	text cash = "{\"method\":\"cash\"}", back = "{\"reason\":\"The gate was shut.\"}";

	refused(WRONG_STATE, POST, path("/reservations/:id/payment", id), "{}");
	refused(WRONG_STATE, POST,
	    path(
		"/reservations/:id/payments", held("2026-11-17T14:00:00Z", "2026-11-17T15:00:00Z")),
	    cash);
	well(POST, path("/reservations/:id/payments", id), cash);
	int64_t payment = latest("payments");
	well(POST, path("/admin/payments/:id/refunds", payment), back);
	refused(WRONG_STATE, POST, path("/admin/payments/:id/refunds", payment), back);
	refused(WRONG_STATE, POST, path("/admin/refunds/:id/handed-out", latest("refunds")), "{}");
}

static void
the_providers_door_is_shut_to_who_does_not_sign(void **s)
{
	text before = settings.payment_webhook_secret;
	char *large = arena_alloc(c.arena, (1 << 21) + 1);

	(void)s;
	settings.payment_webhook_secret = "";
	refused(UNAVAILABLE, POST, "/hooks/payments", "{}");
	settings.payment_webhook_secret = "whsec_test";
	refused(MALFORMED, POST, "/hooks/payments", "{}");
	memset(large, ' ', 1 << 21);
	refused(TOO_LARGE, POST, "/hooks/payments", large);
	settings.payment_webhook_secret = before;
}

static void
what_is_nowhere_is_nowhere_on_pages_too(void **s)
{
	(void)s;
	two_lots();
	struct response page =
	    browse(GET, arena_fmt(c.arena, "/quotes/new?lot=%lld", (long long)lot + 999), NULL);
	assert_string_equal(problem_name(page.refused), "NOT_FOUND");
	page = browse(POST, "/vehicles/987654321/removal", "x=1");
	assert_string_equal(problem_name(page.refused), "NOT_FOUND");
}

/* ---- no helper reckons passwords: as in a worker whose channel to them has no room.  The last test of all, since
 * there is no way back. */

static void
without_a_helper_passwords_wait(void **s)
{
	/* Of S0, S2, S3 and S4. */
	static const struct {
		text where, body;
	} older[] = {
		{ "/api/users/users",
		    "{\"username\":\"s0\",\"email\":\"s0@example.org\",\"password\":\"" GOOD
		    "\"}" },
		{ "/api/users/auth/signup",
		    "{\"name\":\"S2\",\"email\":\"s2@example.org\",\"password\":\"" GOOD "\"}" },
		{ "/register", "{\"email\":\"s3@example.org\",\"password\":\"" GOOD "\"}" },
		{ "/signup",
		    "{\"first_name\":\"Sam\",\"last_name\":\"Four\",\"email\":\"s4@example.org\","
		    "\"password\":\"" GOOD "\"}" },
		{ "/login", "{\"email\":\"ada\",\"password\":\"" GOOD "\"}" },
	};

	(void)s;
	as(person(ADMIN, "ada"), ADMIN);
	sql("update users set password = '%s' where username = 'ada'", "$2a$04$");
	text request =
	    said(well(POST, codes[1].ask, "{\"email\":\"ada@parking.test\"}"), "request");
	secret_fork_helpers(1, 1);
	refused(BUSY, POST, "/api/v1/login", "{\"login\":\"ada\",\"password\":\"" GOOD "\"}");
	refused(BUSY, POST, "/api/v1/signup", codes[0].with);
	refused(BUSY, POST, "/api/v1/password/new", code_body(&codes[1], request, right_code()));
	refused(BUSY, POST, "/api/v1/profile/password",
	    "{\"current\":\"" GOOD "\",\"password\":\"" GOOD " instead\"}");
	refused(BUSY, POST, "/api/v1/profile/email",
	    "{\"email\":\"ada@example.org\",\"current\":\"" GOOD "\"}");
	refused(BUSY, POST, "/api/v1/admin/users",
	    "{\"email\":\"new@example.org\",\"first_name\":\"New\",\"password\":\"" GOOD "\"}");
	refused(BUSY, POST, "/api/v1/profile/data", "{\"current\":\"" GOOD "\"}");
	refused(BUSY, POST, "/api/v1/profile/deletion", "{\"current\":\"" GOOD "\"}");
	refused(BUSY, POST, path("/admin/users/:id/deletion", person(CUSTOMER, "pat")),
	    "{\"current\":\"" GOOD "\",\"reason\":\"They asked for it\"}");
	for (size_t i = 0; i < LENGTH(older); i++)
		refused(BUSY, POST, older[i].where, older[i].body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_code_is_refused_when_it_is_wrong_over_or_nobodys),
		IN_WORLD(after_ten_wrong_codes_none_counts_for_a_while),
		IN_WORLD(after_ten_wrong_passwords_the_right_one_waits_too),
		IN_WORLD(a_message_that_still_waits_is_not_sent_again),
		IN_WORLD(a_name_that_another_lot_has_is_refused),
		IN_WORLD(a_lot_that_somebody_else_changed_is_refused),
		IN_WORLD(what_is_in_the_books_is_not_taken_away),
		IN_WORLD(a_tariff_is_refused_when_it_is_charged_stale_or_retired),
		IN_WORLD(what_cannot_be_had_is_not_quoted_nor_held),
		IN_WORLD(twenty_bookings_are_enough_for_programs_too),
		IN_WORLD(what_is_cancelled_is_neither_confirmed_nor_longer),
		IN_WORLD(a_stay_ends_where_somebody_else_begins_and_where_the_lot_closes),
		IN_WORLD(what_is_over_is_over),
		IN_WORLD(what_is_paid_or_given_back_is_not_so_again),
		IN_WORLD(the_providers_door_is_shut_to_who_does_not_sign),
		IN_WORLD(what_is_nowhere_is_nowhere_on_pages_too),
		IN_WORLD(without_a_helper_passwords_wait),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
