/* People: signing up, logging in, what ends a login, and what a stranger may learn. */
#include "world.h"

#include <crypt.h>

#include "accounts_sql.h"
#include "gear/settings.h"
#include "gear/token.h"
#include "gear_sql.h"

#define GOOD "a few words of mine"

static text
last_mail(text column)
{
	return sql_value("select %s from outbox order by id desc limit 1", column);
}

static text
code_in_mail(void)
{
	return sql_value("select (regexp_match(body, '\n([0-9]{6})\n'))[1] from outbox order by id "
			 "desc limit 1");
}

static text
another_code(text code)
{
	char *other = arena_text(c.arena, code);

	other[0] = other[0] == '0' ? '1' : '0';
	return other;
}

static struct code_request
signed_up(text email)
{
	struct signup s = { .username = "",
		.first_name = "Ilse",
		.last_name = "de Vries",
		.email = email,
		.phone = "",
		.password = GOOD };
	struct code_request made;

	assert_ok(signup_begin(&c, &s, &made));
	return made;
}

/* An account with a password we know. */
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

static enum problem
log_in(text login, text password)
{
	struct signed_in made;

	return account_login(&c, login, password, &made);
}

static bool
still_in(text token)
{
	struct person p;
	enum problem e = accounts_person_by_token(&c, token, &p);

	assert_true(e == OK || e == NOT_SIGNED_IN);
	return e == OK;
}

static text
token_for(text login)
{
	struct signed_in made;

	c.person = (struct person){ .name = "" };
	assert_ok(account_login(&c, login, GOOD, &made));
	return made.token;
}

static void
act_as(text token)
{
	assert_ok(accounts_person_by_token(&c, token, &c.person));
}

/* ---- signing up */

static void
a_mailed_code_makes_an_account(void **state)
{
	struct code_request r = signed_up("ilse@parking.example");
	int64_t id;
	struct user u;

	(void)state;
	assert_int_equal(
	    sql_number("select count(*) from users where email = 'ilse@parking.example'"), 0);
	assert_string_equal(last_mail("recipient"), "ilse@parking.example");
	assert_ok(code_fits(&c, r.request, code_in_mail(), &id));
	assert_ok(user_get(&c, id, &u));
	assert_string_equal(u.username, "ilse");
	assert_string_equal(u.name, "Ilse de Vries");
	assert_string_equal(u.role, "customer");
	assert_true(u.verified);
	assert_ok(log_in("ilse", GOOD));
	assert_ok(log_in("ILSE@parking.example", GOOD));
}

static void
nobody_logs_in_before_the_code(void **state)
{
	(void)state;
	signed_up("ilse@parking.example");
	assert_problem(log_in("ilse@parking.example", GOOD), WRONG_LOGIN);
}

static void
a_code_works_once(void **state)
{
	struct code_request r = signed_up("ilse@parking.example");
	int64_t id;

	(void)state;
	assert_ok(code_fits(&c, r.request, code_in_mail(), &id));
	assert_problem(code_fits(&c, r.request, code_in_mail(), &id), CODE_ENDED);
}

static void
a_code_works_for_ten_minutes(void **state)
{
	struct code_request r = signed_up("ilse@parking.example");
	text code = code_in_mail();
	int64_t id;

	(void)state;
	c.now = instant_plus(NOON, 10 * MINUTE);
	assert_problem(code_fits(&c, r.request, code, &id), CODE_ENDED);
	c.now = instant_plus(NOON, 10 * MINUTE - SECOND);
	assert_ok(code_fits(&c, r.request, code, &id));
}

static void
five_wrong_codes_end_it(void **state)
{
	struct code_request r = signed_up("ilse@parking.example");
	text code = code_in_mail();
	int64_t id;

	(void)state;
	for (int i = 0; i < CODE_TRIES; i++)
		assert_problem(code_fits(&c, r.request, another_code(code), &id), WRONG_CODE);
	assert_true(c.keep);
	assert_problem(code_fits(&c, r.request, code, &id), CODE_ENDED);
}

static void
four_wrong_codes_do_not(void **state)
{
	struct code_request r = signed_up("ilse@parking.example");
	text code = code_in_mail();
	int64_t id;

	(void)state;
	for (int i = 0; i < CODE_TRIES - 1; i++)
		assert_problem(code_fits(&c, r.request, another_code(code), &id), WRONG_CODE);
	assert_string_equal(
	    c.complaints.v[c.complaints.n - 1].says, "That is not the code we sent. 1 try left.");
	assert_ok(code_fits(&c, r.request, code, &id));
}

static void
a_code_counts_only_for_its_own_request(void **state)
{
	struct code_request mine = signed_up("ilse@parking.example");
	text code = code_in_mail();
	struct code_request theirs = signed_up("mallory@parking.example");
	int64_t id;

	(void)state;
	if (!text_is(code, code_in_mail()))
		assert_problem(code_fits(&c, theirs.request, code, &id), WRONG_CODE);
	assert_problem(code_fits(&c, "0123456789abcdef0123456789abcdef", code, &id), NOT_FOUND);
	assert_ok(code_fits(&c, mine.request, code, &id));
}

static void
another_code_ends_the_one_before(void **state)
{
	struct code_request r = signed_up("ilse@parking.example");
	text first = code_in_mail();
	int64_t id;

	(void)state;
	c.now = instant_plus(NOON, 60 * SECOND);
	assert_ok(code_again(&c, r.request, &r));
	text second = code_in_mail();
	if (!text_is(first, second))
		assert_problem(code_fits(&c, r.request, first, &id), WRONG_CODE);
	assert_ok(code_fits(&c, r.request, second, &id));
}

static void
another_code_takes_a_minute(void **state)
{
	struct code_request r = signed_up("ilse@parking.example");

	(void)state;
	assert_int_equal(r.wait, 60);
	c.now = instant_plus(NOON, 59 * SECOND);
	assert_problem(code_again(&c, r.request, &r), TOO_EARLY);
	assert_int_equal(c.retry_after, 1);
}

static void
an_address_gets_six_codes_an_hour_and_no_more(void **state)
{
	(void)state;
	for (int i = 0; i < CODES_AN_HOUR + 3; i++)
		signed_up("ilse@parking.example");
	assert_int_equal(sql_number("select count(*) from outbox"), CODES_AN_HOUR);
}

static void
codes_and_requests_are_not_readable_in_the_database(void **state)
{
	struct code_request r = signed_up("ilse@parking.example");

	(void)state;
	assert_int_equal(
	    sql_number("select count(*) from codes where request like '%%%s%%' or code like "
		       "'%%%s%%' or password like '%%%s%%'",
		r.request, code_in_mail(), GOOD),
	    0);
}

/* ---- what a stranger may learn */

static text
without_request(struct code_request r)
{
	return arena_fmt(c.arena, "%s %lld %lld", r.purpose, (long long)r.wait,
	    (long long)instant_minus(r.expires_at, c.now));
}

static void
signing_up_with_a_known_address_looks_the_same(void **state)
{
	int64_t id;

	(void)state;
	somebody("ilse", "customer");
	struct code_request known = signed_up("ilse@parking.example");
	assert_string_equal(last_mail("subject"), "You have an account with Smart Parking");
	struct code_request unknown = signed_up("nora@parking.example");
	assert_string_equal(without_request(known), without_request(unknown));
	assert_int_equal(strlen(known.request), strlen(unknown.request));
	for (int i = 0; i < CODE_TRIES; i++) {
		assert_problem(code_fits(&c, known.request, "123456", &id), WRONG_CODE);
		text words = c.complaints.v[c.complaints.n - 1].says;
		assert_problem(
		    code_fits(&c, unknown.request, another_code(code_in_mail()), &id), WRONG_CODE);
		assert_string_equal(words, c.complaints.v[c.complaints.n - 1].says);
	}
	assert_problem(code_fits(&c, known.request, "123456", &id), CODE_ENDED);
	assert_problem(code_fits(&c, unknown.request, "123456", &id), CODE_ENDED);
}

static void
asking_for_a_password_tells_nobody_anything(void **state)
{
	struct code_request known, unknown;

	(void)state;
	somebody("ilse", "customer");
	assert_ok(password_forgotten(&c, "ilse@parking.example", &known));
	int64_t mails = sql_number("select count(*) from outbox");
	assert_ok(password_forgotten(&c, "nobody@parking.example", &unknown));
	assert_int_equal(sql_number("select count(*) from outbox"), mails);
	assert_string_equal(without_request(known), without_request(unknown));
	assert_problem(
	    password_renew(&c, unknown.request, "123456", "other words of mine"), WRONG_CODE);
}

static void
a_wrong_name_and_a_wrong_password_read_the_same(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	assert_problem(log_in("ilse", "not her password"), WRONG_LOGIN);
	text first = c.detail ? c.detail : "";
	assert_problem(log_in("nobody", "not her password"), WRONG_LOGIN);
	assert_string_equal(first, c.detail ? c.detail : "");
}

/* ---- passwords */

static void
common_and_obvious_passwords_are_refused(void **state)
{
	struct signup s = { .username = "",
		.first_name = "I",
		.last_name = "",
		.phone = "",
		.email = "ilsedevries@parking.example" };
	static const text bad[] = { "password1", "PASSWORD1", "ilsedevries", "ILSEDEVRIES",
		"ilsedevries@parking.example" };
	struct code_request r;

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		s.password = bad[i];
		assert_problem(signup_begin(&c, &s, &r), INVALID);
		assert_string_equal(c.complaints.v[c.complaints.n - 1].field, "password");
	}
	s.password = GOOD;
	assert_ok(signup_begin(&c, &s, &r));
}

static void
ten_wrong_passwords_lock_an_account_for_a_quarter(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	for (int i = 0; i < settings.lock_tries; i++)
		assert_problem(
		    log_in(i % 2 ? "ilse" : "ilse@parking.example", "wrong"), WRONG_LOGIN);
	assert_problem(log_in("ilse", GOOD), LOCKED);
	assert_in_range(c.retry_after, 1, 15 * 60 + 1);
	c.now = instant_plus(NOON, 15 * MINUTE + SECOND);
	assert_ok(log_in("ilse", GOOD));
}

static void
a_name_that_nobody_has_is_locked_in_the_same_way(void **state)
{
	(void)state;
	for (int i = 0; i < settings.lock_tries; i++)
		assert_problem(log_in("nobody", "wrong"), WRONG_LOGIN);
	assert_problem(log_in("nobody", "wrong"), LOCKED);
	assert_problem(log_in("somebody else", "wrong"), WRONG_LOGIN);
}

static void
a_right_password_forgives_the_wrong_ones(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	for (int i = 0; i < 9; i++)
		assert_problem(log_in("ilse", "wrong"), WRONG_LOGIN);
	assert_ok(log_in("ilse", GOOD));
	for (int i = 0; i < 9; i++)
		assert_problem(log_in("ilse", "wrong"), WRONG_LOGIN);
	assert_ok(log_in("ilse", GOOD));
}

static void
a_bcrypt_password_is_hashed_anew_at_login(void **state)
{
	int64_t id = somebody("ilse", "customer");

	(void)state;
	sql("update users set password = '%s' where id = %lld",
	    "$2b$04$abcdefghijklmnopqrstuuVolj2MGOjrTNloACgm0WFY5Uhnd0NDS", (long long)id);
	assert_problem(log_in("ilse", GOOD), WRONG_LOGIN);
	assert_ok(log_in("ilse", "parking-2019"));
	assert_true(text_starts(
	    sql_value("select password from users where id = %lld", (long long)id), "$argon2id$"));
	assert_ok(log_in("ilse", "parking-2019"));
}

static void
a_code_sets_a_new_password_and_ends_every_login(void **state)
{
	struct code_request r;

	(void)state;
	somebody("ilse", "customer");
	text token = token_for("ilse");
	assert_ok(password_forgotten(&c, "ilse@parking.example", &r));
	assert_ok(password_renew(&c, r.request, code_in_mail(), "other words of mine"));
	assert_false(still_in(token));
	assert_problem(log_in("ilse", GOOD), WRONG_LOGIN);
	assert_ok(log_in("ilse", "other words of mine"));
}

static void
a_code_to_sign_up_sets_no_password(void **state)
{
	struct code_request r = signed_up("ilse@parking.example");

	(void)state;
	assert_problem(
	    password_renew(&c, r.request, code_in_mail(), "other words of mine"), NOT_FOUND);
}

static void
changing_the_password_ends_the_other_logins(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	text here = token_for("ilse"), there = token_for("ilse");
	act_as(here);
	assert_problem(password_change(&c, "not it", "other words of mine"), INVALID);
	assert_string_equal(c.complaints.v[c.complaints.n - 1].field, "current");
	assert_true(still_in(there));
	assert_ok(password_change(&c, GOOD, "other words of mine"));
	assert_true(still_in(here));
	assert_false(still_in(there));
	assert_string_equal(last_mail("subject"), "Your password was changed");
}

/* ---- logins */

static void
a_login_ends_when_it_is_closed(void **state)
{
	(void)state;
	int64_t id = somebody("ilse", "customer");
	text one = token_for("ilse"), two = token_for("ilse");
	act_as(one);
	assert_ok(session_close(&c, id, c.person.session_id));
	assert_false(still_in(one));
	assert_true(still_in(two));
	assert_ok(sessions_close(&c, id, 0));
	assert_false(still_in(two));
}

static void
nobody_closes_a_strangers_login(void **state)
{
	(void)state;
	somebody("ilse", "customer");
	int64_t other = somebody("mallory", "customer");
	text token = token_for("ilse");
	act_as(token);
	assert_problem(session_close(&c, other, c.person.session_id), NOT_FOUND);
	assert_true(still_in(token));
}

static void
logging_in_again_leaves_the_old_login_behind(void **state)
{
	struct signed_in made;

	(void)state;
	somebody("ilse", "customer");
	text old = token_for("ilse");
	act_as(old);
	assert_ok(account_login(&c, "ilse", GOOD, &made));
	assert_false(still_in(old));
	assert_true(still_in(made.token));
}

static void
a_role_is_looked_up_and_not_carried(void **state)
{
	(void)state;
	int64_t id = somebody("ilse", "customer");
	text token = token_for("ilse");
	act_as(token);
	assert_int_equal(c.person.role, CUSTOMER);
	as(somebody("boss", "admin"), ADMIN);
	c.person = (struct person){ .id = -1, .role = ADMIN, .name = "" };
	assert_ok(user_set_role(&c, id, "operator"));
	act_as(token);
	assert_int_equal(c.person.role, OPERATOR);
}

static void
disabling_somebody_ends_their_logins(void **state)
{
	(void)state;
	int64_t id = somebody("ilse", "customer");
	text token = token_for("ilse");
	assert_ok(user_disable(&c, id));
	assert_false(still_in(token));
	assert_problem(log_in("ilse", GOOD), WRONG_LOGIN);
	assert_ok(user_enable(&c, id));
	assert_ok(log_in("ilse", GOOD));
	assert_false(still_in(token));
}

static void
nobody_takes_their_own_rights_away(void **state)
{
	(void)state;
	int64_t id = somebody("boss", "admin");
	act_as(token_for("boss"));
	assert_problem(user_set_role(&c, id, "customer"), FORBIDDEN);
	assert_problem(user_disable(&c, id), FORBIDDEN);
}

static void
staff_are_logged_in_for_a_shift_and_customers_for_two_weeks(void **state)
{
	struct signed_in made;

	(void)state;
	somebody("ilse", "customer");
	somebody("gate", "operator");
	assert_ok(account_login(&c, "ilse", GOOD, &made));
	assert_int_equal(instant_minus(made.expires_at, c.now), 14 * DAY);
	assert_ok(account_login(&c, "gate", GOOD, &made));
	assert_int_equal(instant_minus(made.expires_at, c.now), 12 * HOUR);
	c.now = instant_plus(NOON, 12 * HOUR);
	assert_false(still_in(made.token));
}

static void
a_token_for_another_use_lets_nobody_in(void **state)
{
	int64_t id = somebody("ilse", "customer");

	(void)state;
	token_for("ilse");
	text jti = sql_value("select jti from sessions");
	struct token t = { jti, id, "refresh", c.now, instant_plus(c.now, HOUR) };
	assert_false(still_in(token_sign(&c, &t)));
	t.use = "access";
	assert_true(still_in(token_sign(&c, &t)));
	t.user_id = id + 1;
	assert_false(still_in(token_sign(&c, &t)));
	t.user_id = id;
	t.jti = "0123456789abcdef0123456789abcdef";
	assert_false(still_in(token_sign(&c, &t)));
}

static void
a_browser_is_called_by_its_own_name(void **state)
{
	static const text agents[][2] = { { "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
					    "(KHTML, like Gecko) Chrome/126.0.0.0 "
					    "Safari/537.36",
					      "Chrome on Linux" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
		  "Gecko) "
		  "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
		    "Edge on Windows" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
		  "(KHTML, like "
		  "Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
		    "Safari on iPhone" },
		{ "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
		    "Firefox on Android" },
		{ "curl/7.88.1", "curl/7.88.1" }, { "", "" } };

	(void)state;
	for (size_t i = 0; i < LENGTH(agents); i++)
		assert_string_equal(agent_words(c.arena, agents[i][0]), agents[i][1]);
}

/* ---- addresses */

static void
a_new_address_counts_once_its_code_came(void **state)
{
	struct code_request r;
	int64_t id = somebody("ilse", "customer"), same;

	(void)state;
	act_as(token_for("ilse"));
	assert_ok(email_change_begin(&c, id, "new@parking.example", &r));
	assert_string_equal(sql_value("select email from users where id = %lld", (long long)id),
	    "ilse@parking.example");
	assert_ok(code_fits(&c, r.request, code_in_mail(), &same));
	assert_int_equal(same, id);
	assert_string_equal(sql_value("select email from users where id = %lld", (long long)id),
	    "new@parking.example");
	assert_string_equal(last_mail("recipient"), "ilse@parking.example");
}

static void
a_new_password_ends_a_change_of_address_under_way(void **state)
{
	struct code_request r;
	int64_t id = somebody("ilse", "customer"), same;

	(void)state;
	act_as(token_for("ilse"));
	assert_ok(email_change_begin(&c, id, "new@parking.example", &r));
	text code = code_in_mail();
	assert_ok(password_change(&c, GOOD, "other words of mine"));
	assert_problem(code_fits(&c, r.request, code, &same), CODE_ENDED);
	assert_string_equal(sql_value("select email from users where id = %lld", (long long)id),
	    "ilse@parking.example");
}

static void
nobody_takes_an_address_that_somebody_has(void **state)
{
	struct code_request r;
	int64_t id = somebody("mallory", "customer"), same;

	(void)state;
	somebody("ilse", "customer");
	assert_ok(email_change_begin(&c, id, "ilse@parking.example", &r));
	assert_string_equal(last_mail("subject"), "You have an account with Smart Parking");
	assert_problem(code_fits(&c, r.request, "123456", &same), WRONG_CODE);
}

/* ---- API keys */

static struct api_key_made
a_key(bool gate, bool lots)
{
	struct new_api_key n = { .name = "Barrier 1", .gate = gate, .lots = lots };
	struct api_key_made made;

	assert_ok(api_key_make(&c, &n, &made));
	return made;
}

static void
a_key_opens_its_scopes_and_no_others(void **state)
{
	struct api_key_made k = a_key(true, false);
	struct person p;

	(void)state;
	assert_ok(accounts_person_by_key(&c, k.key, "gate", &p));
	assert_int_equal(p.id, 0);
	assert_int_equal(p.role, ANYONE);
	assert_int_equal(p.api_key_id, k.id);
	assert_problem(accounts_person_by_key(&c, k.key, "lots", &p), FORBIDDEN);
	assert_problem(accounts_person_by_key(&c, k.key, "gat", &p), FORBIDDEN);
	assert_problem(accounts_person_by_key(&c, k.key, "", &p), FORBIDDEN);
	assert_problem(accounts_person_by_key(&c, "sp_0000", "gate", &p), NOT_SIGNED_IN);
	assert_int_equal(
	    sql_number("select count(*) from api_keys where hash like '%%%s%%'", k.key), 0);
}

static void
a_revoked_key_opens_nothing(void **state)
{
	struct api_key_made k = a_key(true, true);
	struct person p;

	(void)state;
	assert_ok(accounts_person_by_key(&c, k.key, "lots", &p));
	assert_ok(api_key_revoke(&c, k.id));
	assert_problem(accounts_person_by_key(&c, k.key, "lots", &p), NOT_SIGNED_IN);
	assert_problem(api_key_revoke(&c, k.id), NOT_FOUND);
}

/* ---- import */

static struct import_report
import(text csv)
{
	struct import_report r;

	assert_ok(account_import(&c, csv, strlen(csv), &r));
	return r;
}

static void
people_come_over_with_their_bcrypt_passwords(void **state)
{
	struct import_report r =
	    import("username,email,first_name,role,password\r\n"
		   "\"ilse\",ilse@parking.example,\"Ilse, \"\"the driver\"\"\",customer,"
		   "$2b$04$abcdefghijklmnopqrstuuVolj2MGOjrTNloACgm0WFY5Uhnd0NDS\r\n"
		   "gate one,gate@parking.example,,operator,\n");

	(void)state;
	assert_string_equal(r.faults, "");
	assert_int_equal(r.read, 2);
	assert_int_equal(r.added, 2);
	assert_string_equal(sql_value("select first_name from users where username = 'ilse'"),
	    "Ilse, \"the driver\"");
	assert_string_equal(
	    sql_value("select username from users where role = 'operator'"), "gateone");
	assert_ok(log_in("ilse", "parking-2019"));
	assert_problem(log_in("gateone", ""), WRONG_LOGIN);
}

static void
who_is_there_already_is_left_alone(void **state)
{
	(void)state;
	int64_t id = somebody("ilse", "admin");
	struct import_report r =
	    import("email,username,role\nILSE@parking.example,other,customer\n"
		   "x@parking.example,Ilse,customer\ny@parking.example,y,customer\n");
	assert_int_equal(r.added, 1);
	assert_string_equal(
	    sql_value("select role from users where id = %lld", (long long)id), "admin");
}

static void
one_bad_line_and_nobody_is_added(void **state)
{
	struct import_report r =
	    import("email,password,role\na@parking.example,,customer\nnobody,,customer\n"
		   "b@parking.example,secret words,king\n");

	(void)state;
	assert_int_equal(r.added, 0);
	assert_non_null(strstr(r.faults, "line 3: email:"));
	assert_non_null(strstr(r.faults, "line 4: password:"));
	assert_non_null(strstr(r.faults, "line 4: role:"));
	assert_int_equal(
	    sql_number("select count(*) from users where email like '%%@parking.example'"), 0);
}

static void
a_file_that_is_no_table_is_refused(void **state)
{
	static const text bad[] = { "", "name,phone\na,b\n", "email\na@b.example,c\n",
		"email,role\na@b.example\n", "email\n\"a@b.example", "email\n\"a\"b\n",
		"email\n\xff\xfe@b.example\n" };
	struct import_report r;

	(void)state;
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_problem(account_import(&c, bad[i], strlen(bad[i]), &r), INVALID);
}

/* ---- vehicles */

static void
a_plate_belongs_to_one_account(void **state)
{
	struct new_vehicle n = { .plate = "k-419 tx", .label = "", .car_type = "" };
	struct vehicle v;

	(void)state;
	somebody("ilse", "customer");
	somebody("mallory", "customer");
	act_as(token_for("ilse"));
	assert_ok(vehicle_add(&c, &n, &v));
	assert_string_equal(v.plate, "K419TX");
	assert_string_equal(v.plate_typed, "k-419 tx");
	act_as(token_for("mallory"));
	n.plate = "K 419-TX";
	assert_problem(vehicle_add(&c, &n, &v), INVALID);
	assert_string_equal(c.complaints.v[c.complaints.n - 1].field, "plate");
}

static void
nobody_removes_a_strangers_vehicle(void **state)
{
	struct new_vehicle n = { .plate = "K 419 TX", .label = "", .car_type = "" };
	struct vehicle v;

	(void)state;
	somebody("ilse", "customer");
	somebody("mallory", "customer");
	act_as(token_for("ilse"));
	assert_ok(vehicle_add(&c, &n, &v));
	text ilse = token_for("ilse");
	act_as(token_for("mallory"));
	assert_problem(vehicle_remove(&c, v.id), NOT_FOUND);
	act_as(ilse);
	assert_ok(vehicle_remove(&c, v.id));
}

/* ---- the demo */

static void
the_demos_people_exist_in_demo_mode_only(void **state)
{
	(void)state;
	settings.demo = false;
	assert_problem(account_seed_demo(&c), FORBIDDEN);
	assert_problem(log_in("admin", "123456"), WRONG_LOGIN);
	settings.demo = true;
	assert_ok(account_seed_demo(&c));
	assert_ok(account_seed_demo(&c));
	for (int i = 0; demo_logins[i].username; i++)
		assert_ok(log_in(demo_logins[i].username, demo_logins[i].password));
}

static void
what_happened_stands_in_the_audit_log(void **state)
{
	(void)state;
	int64_t id = somebody("ilse", "customer");
	assert_ok(log_in("ilse", GOOD));
	assert_problem(log_in("ilse", "wrong"), WRONG_LOGIN);
	assert_ok(user_disable(&c, id));
	assert_string_equal(sql_value("select string_agg(action, ' ' order by id) from audit where "
				      "subject = 'user' and subject_id = %lld",
				(long long)id),
	    "user_made signed_in login_failed user_disabled");
	assert_int_equal(
	    sql_number("select count(*) from audit where detail like '%%wrong%%' or detail "
		       "like '%%%s%%'",
		GOOD),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_mailed_code_makes_an_account),
		IN_WORLD(nobody_logs_in_before_the_code),
		IN_WORLD(a_code_works_once),
		IN_WORLD(a_code_works_for_ten_minutes),
		IN_WORLD(five_wrong_codes_end_it),
		IN_WORLD(four_wrong_codes_do_not),
		IN_WORLD(a_code_counts_only_for_its_own_request),
		IN_WORLD(another_code_ends_the_one_before),
		IN_WORLD(another_code_takes_a_minute),
		IN_WORLD(an_address_gets_six_codes_an_hour_and_no_more),
		IN_WORLD(codes_and_requests_are_not_readable_in_the_database),
		IN_WORLD(signing_up_with_a_known_address_looks_the_same),
		IN_WORLD(asking_for_a_password_tells_nobody_anything),
		IN_WORLD(a_wrong_name_and_a_wrong_password_read_the_same),
		IN_WORLD(common_and_obvious_passwords_are_refused),
		IN_WORLD(ten_wrong_passwords_lock_an_account_for_a_quarter),
		IN_WORLD(a_name_that_nobody_has_is_locked_in_the_same_way),
		IN_WORLD(a_right_password_forgives_the_wrong_ones),
		IN_WORLD(a_bcrypt_password_is_hashed_anew_at_login),
		IN_WORLD(a_code_sets_a_new_password_and_ends_every_login),
		IN_WORLD(a_code_to_sign_up_sets_no_password),
		IN_WORLD(changing_the_password_ends_the_other_logins),
		IN_WORLD(a_login_ends_when_it_is_closed),
		IN_WORLD(nobody_closes_a_strangers_login),
		IN_WORLD(logging_in_again_leaves_the_old_login_behind),
		IN_WORLD(a_role_is_looked_up_and_not_carried),
		IN_WORLD(disabling_somebody_ends_their_logins),
		IN_WORLD(nobody_takes_their_own_rights_away),
		IN_WORLD(staff_are_logged_in_for_a_shift_and_customers_for_two_weeks),
		IN_WORLD(a_token_for_another_use_lets_nobody_in),
		IN_WORLD(a_browser_is_called_by_its_own_name),
		IN_WORLD(a_new_address_counts_once_its_code_came),
		IN_WORLD(a_new_password_ends_a_change_of_address_under_way),
		IN_WORLD(nobody_takes_an_address_that_somebody_has),
		IN_WORLD(a_key_opens_its_scopes_and_no_others),
		IN_WORLD(a_revoked_key_opens_nothing),
		IN_WORLD(people_come_over_with_their_bcrypt_passwords),
		IN_WORLD(who_is_there_already_is_left_alone),
		IN_WORLD(one_bad_line_and_nobody_is_added),
		IN_WORLD(a_file_that_is_no_table_is_refused),
		IN_WORLD(a_plate_belongs_to_one_account),
		IN_WORLD(nobody_removes_a_strangers_vehicle),
		IN_WORLD(the_demos_people_exist_in_demo_mode_only),
		IN_WORLD(what_happened_stands_in_the_audit_log),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
