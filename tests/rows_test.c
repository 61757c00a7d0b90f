/*
 * rows_test.c -- rows of the route table that no other test's story passes through, each at its good end; and what is
 * not there, wherever a row says so.  tests/seen.js finds the rows that miss.
 */
#include "world.h"

#include "web/inner.h"

static struct response
well(enum method method, text address, text json)
{
	struct response out = ask(method, arena_fmt(c.arena, "/api/v1%s", address), json);

	if (out.status < 200 || out.status > 399)
		fail_msg("%s: %d %s", address, out.status, out.body);
	return out;
}

static text
at(text pattern, int64_t id)
{
	text colon = strstr(pattern, ":id");

	return arena_fmt(
	    c.arena, "%.*s%lld%s", (int)(colon - pattern), pattern, (long long)id, colon + 3);
}

static int64_t
latest(text table)
{
	return sql_number("select max(id) from %s", table);
}

static void
another_code_may_be_asked_for_after_a_minute(void **s)
{
	(void)s;
	struct response r = well(POST, "/signup",
	    "{\"email\":\"pat@example.org\",\"username\":\"pat\",\"first_name\":\"Pat\","
	    "\"password\":\"a long pass phrase\"}");
	text request = strstr(r.body, "\"request\":\"");
	assert_non_null(request);
	request += strlen("\"request\":\"");
	text body =
	    arena_fmt(c.arena, "{\"request\":\"%.*s\"}", (int)strcspn(request, "\""), request);
	assert_says(ask(POST, "/api/v1/verification/again", body), "TOO_EARLY");
	c.now = instant_plus(c.now, 2 * MINUTE);
	well(POST, "/verification/again", body);
}

static void
logins_are_ended_one_by_one_and_all_at_once(void **s)
{
	int64_t pat = person(CUSTOMER, "pat");

	(void)s;
	as(pat, CUSTOMER);
	sql("insert into sessions (user_id, jti, agent, address, created_at, expires_at) "
	    "values "
	    "(%lld, 'a-jti', '', '', '2026-11-17', '2026-12-17')",
	    (long long)pat);
	well(POST, at("/profile/sessions/:id/end", latest("sessions")), "{}");
	well(POST, "/logout/all", "{}");
}

static void
a_vehicle_goes_again(void **s)
{
	(void)s;
	as(person(CUSTOMER, "pat"), CUSTOMER);
	well(POST, "/vehicles", "{\"plate\":\"B-AB 12\"}");
	int64_t id = latest("vehicles");
	well(DELETE, at("/vehicles/:id", id), NULL);
	assert_int_equal(ask(DELETE, at("/api/v1/vehicles/:id", id), NULL).status, 404);
}

static void
an_account_changes_its_role_and_is_opened_again(void **s)
{
	int64_t pat = person(CUSTOMER, "pat");

	(void)s;
	as(person(ADMIN, "ada"), ADMIN);
	well(POST, at("/admin/users/:id/role", pat), "{\"role\":\"operator\"}");
	well(POST, at("/admin/users/:id/disabling", pat), "{}");
	well(POST, at("/admin/users/:id/enabling", pat), "{}");
	assert_string_equal(
	    sql_value("select role from users where id = %lld", (long long)pat), "operator");
}

static void
a_key_is_taken_back(void **s)
{
	(void)s;
	as(person(ADMIN, "ada"), ADMIN);
	well(POST, "/admin/api-keys", "{\"name\":\"gate\",\"gate\":true}");
	well(POST, at("/admin/api-keys/:id/revocation", latest("api_keys")), "{}");
}

static void
what_bounced_is_tried_again(void **s)
{
	(void)s;
	as(person(ADMIN, "ada"), ADMIN);
	sql("insert into outbox (recipient, subject, body, state, created_at) values "
	    "('pat@example.org', 'Hello', 'Hello', 'bounced', '2026-11-17')");
	well(POST, at("/admin/outbox/:id/retry", latest("outbox")), "{}");
}

static void
empty_zones_and_lots_may_go(void **s)
{
	(void)s;
	as(person(ADMIN, "ada"), ADMIN);
	for (int i = 0; i < 2; i++) {
		well(POST, "/admin/lots", arena_fmt(c.arena, "{\"name\":\"Meadow %d\"}", i));
		int64_t lot = latest("lots");
		well(POST, at("/admin/lots/:id/zones", lot), "{\"zone_code\":\"ROWS\"}");
		well(POST, at("/admin/zones/:id/deletion", latest("zones")), "{}");
		if (i == 0)
			well(DELETE, at("/admin/lots/:id", lot), NULL);
		else
			well(POST, at("/admin/lots/:id/deletion", lot), "{}");
	}
}

/* A body that the row's fields take: each one's default, and a word, a plate or an address where one is required. */
static text
some_body(const struct route *r)
{
	struct buf b = BUF(c.arena);

	buf_char(&b, '{');
	for (const struct field *f = r->in; f && f->name; f++) {
		if (!f->required || strstr(r->path, arena_fmt(c.arena, ":%s", f->name)))
			continue;
		buf_fmt(&b, "%s\"%s\":", b.n > 1 ? "," : "", f->name);
		if (f->type == FT_TEXT && f->among)
			buf_json(&b, f->among[0]);
		else
			buf_add(&b,
			    f->type == FT_TEXT	     ? "\"A1\""
				: f->type == FT_BOOL ? "true"
						     : "1");
	}
	buf_char(&b, '}');
	return buf_text(&b);
}

static void
what_is_not_there_is_not_found(void **s)
{
	int n = 0;

	(void)s;
	as(person(ADMIN, "ada"), ADMIN);
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *r = *list; r->path; r++) {
			if (!strstr(r->path, ":id") || r->dress != BOTH)
				continue;
			struct response out =
			    ask(r->method, arena_fmt(c.arena, "/api/v1%s", at(r->path, 987654321)),
				r->method == GET ? NULL : some_body(r));
			if (out.status == 422)
				continue; /* it asks for more than this test can make up */
			if (out.status != 404)
				fail_msg("%s answers %d: %s", r->path, out.status, out.body);
			n++;
		}
	print_message("%d rows\n", n);
	assert_true(n > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(another_code_may_be_asked_for_after_a_minute),
		IN_WORLD(logins_are_ended_one_by_one_and_all_at_once),
		IN_WORLD(a_vehicle_goes_again),
		IN_WORLD(an_account_changes_its_role_and_is_opened_again),
		IN_WORLD(a_key_is_taken_back),
		IN_WORLD(what_bounced_is_tried_again),
		IN_WORLD(empty_zones_and_lots_may_go),
		IN_WORLD(what_is_not_there_is_not_found),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
