/* The addresses of people: what a browser and a program see, cookies, and what a stranger may learn. */
#include "world.h"

#include "accounts_sql.h"
#include "gear/secret.h"
#include "gear/settings.h"

#define GOOD "a few words of mine"
#define FORM_WORDS "a+few+words+of+mine"

static int64_t
somebody(text username, text role)
{
	struct new_user n = { .username = username,
		.email = arena_fmt(c.arena, "%s@parking.example", username),
		.first_name = "",
		.last_name = "",
		.phone = "",
		.password = GOOD,
		.role = role };
	int64_t id;

	assert_ok(account_add(&c, &n, &id));
	return id;
}

static text
code_in_mail(void)
{
	return sql_value("select (regexp_match(body, '\n([0-9]{6})\n'))[1] from outbox order by id "
			 "desc limit 1");
}

/* The value of a cookie that an answer sets, "" if it sets none of that name. */
static text
cookie(const struct response *r, text name, text *attributes)
{
	text wanted = arena_fmt(c.arena, "%s=", name);

	for (size_t i = 0; i < r->headers.n; i++) {
		text v = r->headers.v[i].value;

		if (!text_is(r->headers.v[i].name, "Set-Cookie") || !text_starts(v, wanted))
			continue;
		v += strlen(wanted);
		if (attributes)
			*attributes = v + strcspn(v, ";");
		return arena_bytes(c.arena, v, strcspn(v, ";"));
	}
	return "";
}

/* A browser that is logged in by a cookie. */
static struct response
with_cookie(text token, enum method method, text path, text form)
{
	struct request q = {
		.method = method, .path = path, .query = "", .body = "", .peer = "192.0.2.7"
	};
	struct response out;

	pairs_add(c.arena, &q.headers, "accept", "text/html");
	pairs_add(c.arena, &q.headers, "sec-fetch-site", "same-origin");
	pairs_add(c.arena, &q.headers, "cookie", arena_fmt(c.arena, "sid=%s", token));
	if (form) {
		q.body = arena_fmt(c.arena, "%s&csrf=%s", form, keyed_hash(c.arena, "csrf", token));
		q.n_body = strlen(q.body);
		pairs_add(c.arena, &q.headers, "content-type", "application/x-www-form-urlencoded");
	}
	c.person = (struct person){ .name = "" };
	c.complaints.n = 0;
	c.detail = NULL;
	serve(&c, &q, &out);
	return out;
}

static struct response
with_bearer(text token, enum method method, text path)
{
	struct request q = {
		.method = method, .path = path, .query = "", .body = "", .peer = "192.0.2.7"
	};
	struct response out;

	pairs_add(c.arena, &q.headers, "authorization", arena_fmt(c.arena, "Bearer %s", token));
	c.person = (struct person){ .name = "" };
	serve(&c, &q, &out);
	return out;
}

static text
logged_in(text login)
{
	struct response r =
	    browse(POST, "/login", arena_fmt(c.arena, "login=%s&password=" FORM_WORDS, login));

	assert_int_equal(r.status, 303);
	return cookie(&r, "sid", NULL);
}

/* ---- the browser's journey */

static void
who_signs_up_in_a_browser_ends_logged_in(void **state)
{
	struct response r = browse(POST, "/signup",
	    "first_name=Ilse&last_name=de+Vries&email=ilse%40parking.example&password=" FORM_WORDS);
	text page = location(&r);

	(void)state;
	assert_int_equal(r.status, 303);
	assert_true(text_starts(page, "/verification?request="));
	r = browse(GET, page, NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "six digits are on their way to <b>ilse@parking.example</b>");
	assert_says(r, "data-wait=\"60\"");
	text form = arena_fmt(c.arena, "request=%s&code=%s", strchr(page, '=') + 1, code_in_mail());
	r = browse(POST, "/verification", form);
	assert_int_equal(r.status, 303);
	assert_string_equal(location(&r), "/reservations");
	text token = cookie(&r, "sid", NULL);
	r = with_cookie(token, GET, "/profile", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "ilse@parking.example");
	r = with_cookie(token, POST, "/logout", "");
	assert_int_equal(r.status, 303);
	r = with_cookie(token, GET, "/profile", NULL);
	assert_int_equal(r.status, 303);
	assert_string_equal(location(&r), "/login?next=%2Fprofile");
}

static void
a_wrong_code_is_said_beside_the_field_and_counted(void **state)
{
	struct response r = browse(
	    POST, "/signup", "first_name=Ilse&email=ilse%40parking.example&password=" FORM_WORDS);
	text request = strchr(location(&r), '=') + 1;
	text wrong = text_is(code_in_mail(), "123456") ? "123457" : "123456";

	(void)state;
	r = browse(POST, "/verification", arena_fmt(c.arena, "request=%s&code=%s", request, wrong));
	assert_int_equal(r.status, 422);
	assert_says(r, "That is not the code we sent. 4 tries left.");
	assert_says(r, arena_fmt(c.arena, "name=\"request\" value=\"%s\"", request));
	assert_int_equal(sql_number("select tries from codes order by id desc limit 1"), 1);
}

static void
what_was_typed_is_there_again_but_the_password(void **state)
{
	struct response r = browse(
	    POST, "/signup", "first_name=Zo%C3%AB+%3Cb%3E&email=no-address&password=sho%22rt");

	(void)state;
	assert_int_equal(r.status, 422);
	assert_says(r, "value=\"Zoë &lt;b&gt;\"");
	assert_says(r, "value=\"no-address\"");
	assert_says(r, "This needs an @, as in name@example.org.");
	assert_says(r, "At least 8 characters");
	assert_not_says(r, "sho");
}

static void
a_forgotten_password_is_set_anew_with_a_code(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	text old = logged_in("ilse");
	struct response r = browse(POST, "/password", "email=ilse%40parking.example");
	text request = strchr(location(&r), '=') + 1;

	assert_true(text_starts(location(&r), "/password/new?request="));
	assert_int_equal(browse(GET, location(&r), NULL).status, 200);
	r = browse(POST, "/password/new",
	    arena_fmt(c.arena, "request=%s&code=%s&password=other+words+of+mine", request,
		code_in_mail()));
	assert_int_equal(r.status, 303);
	assert_string_equal(location(&r), "/login");
	assert_int_equal(with_cookie(old, GET, "/profile", NULL).status, 303);
	r = browse(POST, "/login", "login=ilse&password=other+words+of+mine");
	assert_int_equal(r.status, 303);
}

/* ---- cookies and tokens */

static void
the_login_cookie_is_for_the_server_alone(void **state)
{
	text attributes = "";

	(void)state;
	somebody("ilse", "customer");
	struct response r = browse(POST, "/login", "login=ilse&password=" FORM_WORDS);
	assert_true(strlen(cookie(&r, "sid", &attributes)) > 100);
	assert_non_null(strstr(attributes, "; HttpOnly"));
	assert_non_null(strstr(attributes, "; SameSite=Lax"));
	assert_non_null(strstr(attributes, "; Path=/"));
	assert_null(strstr(attributes, "Domain"));
	assert_null(strstr(attributes, "Secure"));
	assert_string_equal(header(&r, "Cache-Control"), "no-store");
}

static void
behind_tls_it_is_secure_and_of_this_host(void **state)
{
	text attributes = "", base = settings.base_url;

	(void)state;
	somebody("ilse", "customer");
	settings.base_url = "https://parking.test";
	struct response r = browse(POST, "/login", "login=ilse&password=" FORM_WORDS);
	settings.base_url = base;
	assert_true(strlen(cookie(&r, "__Host-sid", &attributes)) > 100);
	assert_non_null(strstr(attributes, "; Secure"));
	assert_non_null(strstr(attributes, "; Path=/"));
}

static void
a_program_gets_a_token_that_says_who_it_is(void **state)
{
	(void)state;
	somebody("ilse", "operator");
	struct response r = ask(POST, "/api/v1/login",
	    "{\"login\":\"ilse@parking.example\",\"password\":\"" GOOD "\"}");
	assert_int_equal(r.status, 200);
	assert_true(text_starts(r.body, "{\"token\":\""));
	assert_says(r, "\"expires_at\":\"2026-11-18T00:00:00Z\"}");
	text token = arena_bytes(c.arena, r.body + 10, strcspn(r.body + 10, "\""));
	r = with_bearer(token, GET, "/api/v1/me");
	assert_int_equal(r.status, 200);
	assert_says(r, "\"username\":\"ilse\"");
	assert_says(r, "\"role\":\"operator\"");
	assert_says(r, "\"verified\":true");
	assert_not_says(r, "argon2");
	assert_int_equal(
	    with_bearer(arena_fmt(c.arena, "%sx", token), GET, "/api/v1/me").status, 401);
	assert_int_equal(ask(GET, "/api/v1/me", NULL).status, 401);
}

static void
a_login_is_another_one_each_time(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	assert_string_not_equal(logged_in("ilse"), logged_in("ilse"));
}

static void
after_the_login_one_goes_on_within_the_house_only(void **state)
{
	static const text outside[] = { "https%3A%2F%2Fevil.example", "%2F%2Fevil.example",
		"%2F%5Cevil.example", "javascript%3Aalert(1)", "evil.example" };

	(void)state;
	somebody("ilse", "customer");
	for (size_t i = 0; i < LENGTH(outside); i++) {
		struct response r = browse(POST, "/login",
		    arena_fmt(c.arena, "login=ilse&password=" FORM_WORDS "&next=%s", outside[i]));
		assert_string_equal(location(&r), "/reservations");
	}
	struct response r =
	    browse(POST, "/login", "login=ilse&password=" FORM_WORDS "&next=%2Flots%2F7%3Fa%3D1");
	assert_string_equal(location(&r), "/lots/7?a=1");
}

static void
a_form_without_its_token_changes_nothing(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	text token = logged_in("ilse");
	struct response r = with_cookie(token, POST, "/profile", "first_name=Eve");
	assert_int_equal(r.status, 303);
	r = with_cookie(token, POST, "/profile", "first_name=Mallory&csrf=0");
	assert_int_equal(r.status, 403);
	assert_string_equal(
	    sql_value("select first_name from users where username = 'ilse'"), "Eve");
}

/* ---- what a stranger may learn */

/* A page without what is new on each: the request's name, the CSRF token, the address typed. */
static text
masked(const struct response *r, text email)
{
	struct buf b = BUF(c.arena);
	text s = r->body ? r->body : location(r);

	while (*s) {
		size_t hex = strspn(s, "0123456789abcdef");

		if (hex >= 32) {
			s += hex;
			continue;
		}
		if (text_starts(s, email)) {
			s += strlen(email);
			continue;
		}
		buf_char(&b, *s++);
	}
	return buf_text(&b);
}

static void
see_the_same(text path, text form, text entry)
{
	static const text emails[] = { "ilse@parking.example", "nora@parking.example" };
	text seen[2][4];

	for (int i = 0; i < 2; i++) {
		struct response r =
		    browse(POST, path, arena_fmt(c.arena, "%s&email=%s", form, emails[i]));
		text next = location(&r), request = strchr(next, '=') + 1;

		assert_int_equal(r.status, 303);
		seen[i][0] = masked(&r, emails[i]);
		r = browse(GET, next, NULL);
		assert_int_equal(r.status, 200);
		seen[i][1] = masked(&r, emails[i]);
		next = arena_bytes(c.arena, next, strcspn(next, "?"));
		r = browse(POST, next, arena_fmt(c.arena, "%s&request=%s", entry, request));
		assert_int_equal(r.status, 422);
		seen[i][2] = masked(&r, emails[i]);
		r = browse(POST, "/verification/again", arena_fmt(c.arena, "request=%s", request));
		assert_int_equal(r.status, 409);
		seen[i][3] = masked(&r, emails[i]);
	}
	for (int k = 0; k < 4; k++)
		assert_string_equal(seen[0][k], seen[1][k]);
}

static void
signing_up_shows_nobody_who_has_an_account(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	see_the_same("/signup", "first_name=X&password=" FORM_WORDS, "code=1234567");
	see_the_same("/signup", "first_name=X&password=" FORM_WORDS, "code=000000");
}

static void
a_forgotten_password_shows_nobody_who_has_an_account(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	see_the_same("/password", "x=1", "code=000000&password=other+words+of+mine");
}

/* ---- nobody gives themselves more than they have */

static void
no_field_that_is_not_asked_for_is_taken(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	text token = logged_in("ilse");
	struct response r = with_cookie(token, POST, "/profile",
	    "first_name=Ilse&role=admin&verified=true&id=1&password=x&email=x%40y.example&disabled="
	    "true");
	assert_int_equal(r.status, 303);
	assert_string_equal(
	    sql_value("select role || email || (disabled_at is null) from users where "
		      "username = 'ilse'"),
	    "customerilse@parking.exampletrue");
	browse(POST, "/signup",
	    "first_name=N&role=admin&email=nora%40parking.example&password=" FORM_WORDS);
	struct response v = browse(POST, "/verification",
	    arena_fmt(c.arena, "request=%s&code=%s&role=admin", "0", code_in_mail()));
	assert_int_not_equal(v.status, 303);
	assert_int_equal(
	    sql_number("select count(*) from users where role = 'admin' and email like "
		       "'nora%%'"),
	    0);
}

static void
a_strangers_login_and_vehicle_are_not_found(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	somebody("mallory", "customer");
	text ilse = logged_in("ilse"), mallory = logged_in("mallory");
	with_cookie(ilse, POST, "/vehicles", "plate=K+419+TX");
	long long session =
	    sql_number("select min(s.id) from sessions s join users u on u.id = s.user_id "
		       "where u.username = 'ilse'");
	long long vehicle = sql_number("select max(id) from vehicles");
	assert_int_equal(with_cookie(mallory, POST,
			     arena_fmt(c.arena, "/profile/sessions/%lld/end", session), "")
			     .status,
	    404);
	assert_int_equal(
	    with_cookie(mallory, POST, arena_fmt(c.arena, "/vehicles/%lld/removal", vehicle), "")
		.status,
	    404);
	struct response r = with_cookie(mallory, GET, "/vehicles", NULL);
	assert_not_says(r, "419");
	assert_int_equal(
	    with_cookie(ilse, POST, arena_fmt(c.arena, "/vehicles/%lld/removal", vehicle), "")
		.status,
	    303);
	assert_int_equal(
	    with_cookie(ilse, POST, arena_fmt(c.arena, "/profile/sessions/%lld/end", session), "")
		.status,
	    303);
}

static void
too_many_wrong_passwords_are_a_429_that_says_when(void **state)
{
	struct response r;

	(void)state;
	somebody("ilse", "customer");
	for (int i = 0; i < settings.lock_tries; i++) {
		r = ask(POST, "/api/v1/login", "{\"login\":\"ilse\",\"password\":\"wrong\"}");
		assert_int_equal(r.status, 401);
		assert_says(r, "WRONG_LOGIN");
	}
	r = ask(POST, "/api/v1/login", "{\"login\":\"ilse\",\"password\":\"" GOOD "\"}");
	assert_int_equal(r.status, 429);
	assert_in_range(strtol(header(&r, "Retry-After"), NULL, 10), 60, 15 * 60 + 1);
	r = browse(POST, "/login", "login=ilse&password=" FORM_WORDS);
	assert_int_equal(r.status, 429);
	assert_says(r, "name=\"password\"");
}

/* ---- the admin's pages */

static void
an_admin_makes_finds_and_closes_an_account(void **state)
{
	(void)state;
	somebody("boss", "admin");
	text token = logged_in("boss");
	struct response r = with_cookie(token, POST, "/admin/users",
	    "email=gate%40parking.example&role=operator&password=" FORM_WORDS);
	assert_int_equal(r.status, 303);
	text page = location(&r);
	r = with_cookie(token, GET, page, NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "gate@parking.example");
	text gate = logged_in("gate");
	assert_int_equal(with_cookie(gate, GET, "/admin/users", NULL).status, 403);
	r = with_cookie(token, POST, arena_fmt(c.arena, "%s/role", page), "role=customer");
	assert_int_equal(r.status, 303);
	r = with_cookie(token, POST, arena_fmt(c.arena, "%s/disabling", page), "");
	assert_int_equal(r.status, 303);
	assert_int_equal(with_cookie(gate, GET, "/profile", NULL).status, 303);
	r = with_cookie(token, GET, page, NULL);
	assert_says(r, "Disabled");
	assert_says(r, "Changed the role");
}

static void
a_new_key_is_shown_once_and_opens_what_it_may(void **state)
{
	(void)state;
	somebody("boss", "admin");
	text token = logged_in("boss");
	struct response r = with_cookie(token, POST, "/admin/api-keys", "name=Barrier+1&gate=true");
	assert_int_equal(r.status, 201);
	const char *key = strstr(r.body, "sp_");
	assert_non_null(key);
	text whole = arena_bytes(c.arena, key, 51);
	struct person p;
	assert_ok(accounts_person_by_key(&c, whole, "gate", &p));
	r = with_cookie(token, GET, "/admin/api-keys", NULL);
	assert_says(r, "Barrier 1");
	assert_not_says(r, whole);
	r = with_cookie(token, POST, "/admin/api-keys", "name=None");
	assert_int_equal(r.status, 422);
	assert_says(r, "A key needs at least one scope.");
}

static void
an_admin_reads_what_waits_in_the_outbox(void **state)
{
	(void)state;
	browse(POST, "/password", "email=nobody%40parking.example");
	browse(
	    POST, "/signup", "first_name=Nora&email=nora%40parking.example&password=" FORM_WORDS);
	somebody("boss", "admin");
	text token = logged_in("boss");
	struct response r = with_cookie(token, GET, "/admin/outbox", NULL);
	assert_says(r, "nora@parking.example");
	assert_not_says(r, "nobody@parking.example");
	r = with_cookie(token, GET,
	    arena_fmt(
		c.arena, "/admin/outbox/%lld", (long long)sql_number("select max(id) from outbox")),
	    NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "It works for ten minutes");
	r = with_cookie(token, GET, "/admin/audit", NULL);
	assert_says(r, "signed_in");
}

static void
a_codes_form_without_a_request_leads_to_where_one_is_made(void **s)
{
	(void)s;
	struct response r = browse(GET, "/verification", NULL);
	assert_int_equal(r.status, 303);
	assert_string_equal(header(&r, "Location"), "/signup");
	r = browse(GET, "/password/new?request=", NULL);
	assert_int_equal(r.status, 303);
	assert_string_equal(header(&r, "Location"), "/password");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(who_signs_up_in_a_browser_ends_logged_in),
		IN_WORLD(a_codes_form_without_a_request_leads_to_where_one_is_made),
		IN_WORLD(a_wrong_code_is_said_beside_the_field_and_counted),
		IN_WORLD(what_was_typed_is_there_again_but_the_password),
		IN_WORLD(a_forgotten_password_is_set_anew_with_a_code),
		IN_WORLD(the_login_cookie_is_for_the_server_alone),
		IN_WORLD(behind_tls_it_is_secure_and_of_this_host),
		IN_WORLD(a_program_gets_a_token_that_says_who_it_is),
		IN_WORLD(a_login_is_another_one_each_time),
		IN_WORLD(after_the_login_one_goes_on_within_the_house_only),
		IN_WORLD(a_form_without_its_token_changes_nothing),
		IN_WORLD(signing_up_shows_nobody_who_has_an_account),
		IN_WORLD(a_forgotten_password_shows_nobody_who_has_an_account),
		IN_WORLD(no_field_that_is_not_asked_for_is_taken),
		IN_WORLD(a_strangers_login_and_vehicle_are_not_found),
		IN_WORLD(too_many_wrong_passwords_are_a_429_that_says_when),
		IN_WORLD(an_admin_makes_finds_and_closes_an_account),
		IN_WORLD(a_new_key_is_shown_once_and_opens_what_it_may),
		IN_WORLD(an_admin_reads_what_waits_in_the_outbox),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
