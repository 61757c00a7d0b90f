/* privacy_test.c -- the file with all of one's data, the end of an account, and how long things are kept. */
#include "world.h"

#include "base/form.h"
#include "desk/desk.h"
#include "gear/audit.h"
#include "gear/settings.h"
#include "notices/notices.h"
#include "privacy/privacy.h"

#define GOOD "four words of mine"
#define FORM_WORDS "four+words+of+mine"

static int64_t lot, ada, bob, olga, anna;

static void
log_in(int64_t who, int64_t session)
{
	sql("insert into sessions (id, user_id, jti, agent, address, expires_at) overriding system "
	    "value values (%lld, %lld, 'jti-%lld', 'Firefox/132', '198.51.100.77', '2026-12-20')",
	    (long long)session, (long long)who, (long long)session);
}

static int
private_world(void **state)
{
	static text hash;
	int failed = fresh(state);

	if (failed)
		return failed;
	sql("insert into lots (name, city, time_zone, currency, search, tax_basis_points) values "
	    "('Süd', 'Köln', 'Europe/Berlin', 'EUR', 'privatesud', 1900);"
	    "insert into zones (lot_id, code) select id, 'PRV' from lots where search = "
	    "'privatesud'");
	lot = sql_number("select id from lots where search = 'privatesud'");
	sql("insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'PRV-1', 'P-1' "
	    "from "
	    "zones where code = 'PRV'");
	ada = person(CUSTOMER, "adalinde");
	bob = person(CUSTOMER, "bob");
	olga = person(OPERATOR, "olga");
	anna = person(ADMIN, "anna");
	if (hash == NULL) {
		text made;

		assert_ok(password_hash(&c, GOOD, &made));
		hash = strdup(made);
	}
	sql("update users set password = '%s'", hash);
	log_in(ada, 1);
	sql("alter sequence sessions_id_seq restart with 1000");
	return 0;
}
#define PRIVATE(test) cmocka_unit_test_setup_teardown(test, private_world, gone)

static text
at(text pattern, int64_t id)
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

static int64_t
booked(text from, text until)
{
	as(ada, CUSTOMER);
	well(POST, "/api/v1/reservations",
	    arena_fmt(c.arena, "{\"lot\":%lld,\"slot\":\"any\",\"from\":\"%s\",\"until\":\"%s\"}",
		(long long)lot, from, until));
	int64_t id = sql_number("select max(id) from reservations");
	well(POST, at("/api/v1/reservations/:id/confirmation", id),
	    "{\"plate\":\"K-ÄX 1234\",\"pay\":\"exit\"}");
	return id;
}

/* A past with one of everything: nothing of it is open. */
static void
live_a_life(void)
{
	sql("update users set first_name = 'Adalinde', last_name = 'Quittenbaum', phone = '+49 221 "
	    "5550199', region = 'koeln', address = 'Zypressenweg 12' where id = %lld",
	    (long long)ada);
	as(ada, CUSTOMER);
	well(POST, "/api/v1/vehicles", "{\"plate\":\"K-ÄX 1234\",\"label\":\"Old Bess\"}");
	well(POST, "/api/v1/profile/notices", "{\"sms_payment\":true,\"mail_payment\":true}");
	int64_t id = booked("2026-11-17T12:30:00Z", "2026-11-17T14:30:00Z");
	as(olga, OPERATOR);
	well(POST, at("/api/v1/reservations/:id/payments", id),
	    "{\"method\":\"cash\",\"amount\":\"\"}");
	as(anna, ADMIN);
	well(POST,
	    at("/api/v1/admin/payments/:id/refunds", sql_number("select max(id) from payments")),
	    "{\"amount\":\"1.00\",\"reason\":\"The barrier was stuck\"}");
	sql("update reservations set status = 'completed', checked_in_at = starts, ended_at = ends "
	    "where id = %lld",
	    (long long)id);
	c.now = instant_plus(NOON, 4 * HOUR);
	as(ada, CUSTOMER);
	well(POST, at("/api/v1/lots/:id/review", lot),
	    "{\"rating\":4,\"words\":\"Smells of quinces\"}");
	assert_ok(notice_tell(&c,
	    &(struct notice){ .user_id = ada, .kind = "payment", .words = "For Adalinde alone" }));
	sql("insert into inbox_events (provider, event_id, type, body, payment_id, received_at, "
	    "done_at) "
	    "select 'stripe', 'evt_private', 'charge.succeeded', 'payer adalinde@parking.test', "
	    "id, "
	    "now(), now() from payments order by id desc limit 1;"
	    "insert into outbox (recipient, subject, body, once, state, sent_at) values "
	    "('Adalinde@parking.test', 'Your code', 'Hello Adalinde', null, 'sent', now());"
	    "insert into report_choices values (%lld, false, now());"
	    "insert into report_runs values (%lld, '2026-10-01', 'own', now());"
	    "insert into codes (request, purpose, email, user_id, code, sent_at, expires_at) "
	    "values "
	    "('prv', 'email', 'adalinde.new@parking.test', %lld, 'x', now(), now());"
	    "insert into requests values (%lld, '1 /reservations', 'key', 'h', 201, 'text/html', "
	    "'', "
	    "'<p>Adalinde', now())",
	    (long long)ada, (long long)ada, (long long)ada, (long long)ada);
	sql("insert into stays (lot_id, plate, plate_typed, user_id, source, entered_at, left_at, "
	    "status, "
	    "closed_how, reason, tariff_version_id, currency, fee, entered_by) values (%lld, "
	    "'KÄX1234', "
	    "'K-ÄX 1234', %lld, 'gate', '2026-11-16', '2026-11-17', 'closed', 'waived', 'It is "
	    "Quittenbaum', "
	    "1, 'EUR', 0, %lld);"
	    "insert into anomalies (kind, key, lot_id, stay_id, plate, detail, raised_at, last_at) "
	    "select "
	    "'long_stay', 'long_stay:' || id, lot_id, id, plate, 'KÄX1234 is still there', now(), "
	    "now() "
	    "from stays order by id desc limit 1",
	    (long long)lot, (long long)ada, (long long)olga);
	c.person = (struct person){ .id = ada };
	c.address = "198.51.100.77";
	assert_ok(audit_add(&c, "signed_in", "user", ada, "adalinde"));
	c.person = (struct person){ .id = anna };
	c.address = "198.51.100.5";
	assert_ok(audit_add(&c, "user_enabled", "user", ada, "adalinde"));
	c.address = "192.0.2.7";
	c.person = (struct person){ 0 };
}

/* ---- the file */

static struct response
asked_for_data(void)
{
	as(ada, CUSTOMER);
	return ask(POST, "/api/v1/profile/data", "{\"current\":\"" GOOD "\"}");
}

static const struct json *
the_file(void)
{
	struct response r;
	text why = "";

	assert_int_equal(asked_for_data().status, 201);
	assert_true(jobs_run_due(&c, 10) >= 1);
	as(ada, CUSTOMER);
	r = ask(GET, "/profile/data.json", NULL);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.type, "application/json");
	assert_non_null(strstr(header(&r, "Content-Disposition"), "attachment"));
	assert_non_null(
	    strstr(header(&r, "Content-Disposition"), "smart-parking-data-2026-11-17.json"));
	const struct json *file = json_parse(c.arena, r.body, r.n_body, &why);
	if (file == NULL)
		fail_msg("%s\n%s", why, r.body);
	return file;
}

static void
the_file_holds_all_there_is_about_somebody(void **s)
{
	struct response r;

	(void)s;
	live_a_life();
	booked("2026-11-20T12:30:00Z", "2026-11-20T14:30:00Z");
	sql("insert into plate_reads (seen_at, source, user_id, raw, plate, confidence, state) "
	    "values "
	    "(now(), 'upload', %lld, 'B 21 GSB', 'B21GSB', .9, 'accepted')",
	    (long long)ada);
	const struct json *file = the_file();
	assert_non_null(json_member(file, "about"));
	for (const struct data_class *d = data_classes; d->name; d++) {
		const struct json *list = json_member(file, d->name);
		int64_t n =
		    sql_number("select n from data_file_counts where class = '%s'", d->name);

		if (list == NULL || json_member(list, "items") == NULL)
			fail_msg("%s is not in the file", d->name);
		if (n == 0 && !text_is(d->name, "api_keys") && !text_is(d->name, "shifts"))
			fail_msg("%s is empty", d->name);
	}
	r = ask(GET, "/profile/data.json", NULL);
	static const text there[] = { "Quittenbaum", "+49 221 5550199", "Zypressenweg 12",
		"Old Bess", "KÄX1234", "Firefox/132", "198.51.100.77", "Smells of quinces",
		"For Adalinde alone", "adalinde.new@parking.test", "The barrier was stuck",
		"\"amount_minor\" : -100", "payer adalinde", "monthly report", "\"2026-10\"",
		"R-2026-" };
	for (size_t i = 0; i < LENGTH(there); i++)
		if (!strstr(r.body, there[i]))
			fail_msg("%s is not in the file", there[i]);
	/* Of the staff it tells neither name nor address; of others nothing. */
	assert_not_says(r, "198.51.100.5\"");
	assert_not_says(r, "anna");
	assert_not_says(r, "olga");
	assert_not_says(r, "argon2");
}

/* Who adds a table that leads to a person adds it here, and to the file, or says why not. */
static void
every_table_that_leads_to_a_person_is_in_the_file_or_left_out_for_a_reason(void **s)
{
	static const text in_the_file[] = { "api_keys.made_by", "charges.user_id", "codes.user_id",
		"gate_shifts.user_id", "notice_choices.user_id", "notice_readers.user_id",
		"notices.user_id", "outbox.user_id", "plate_reads.user_id", "receipts.user_id",
		"report_choices.user_id", "report_runs.user_id", "reservations.user_id",
		"reviews.user_id", "sessions.user_id", "stays.user_id", "vehicles.user_id" };
	/* What somebody did for the house stands in the audit log; and the file is not in itself. */
	static const text left_out[] = { "anomalies.acknowledged_by", "anomalies.closed_by",
		"data_files.user_id", "gate_places.user_id", "notices.made_by",
		"payments.recorded_by", "plate_reads.decided_by", "refunds.made_by",
		"report_rounds.begun_by", "reviews.hidden_by", "stays.entered_by", "stays.left_by",
		"tariff_versions.created_by" };
	text all = sql_value(
	    "select string_agg(distinct k.conrelid::regclass || '.' || a.attname, ' ') from "
	    "pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = "
	    "any(k.conkey) where k.contype = 'f' and k.confrelid = 'users'::regclass");

	(void)s;
	for (text one = all; *one;) {
		text name = arena_bytes(c.arena, one, strcspn(one, " "));
		bool known = false;

		for (size_t i = 0; i < LENGTH(in_the_file); i++)
			known |= text_is(in_the_file[i], name);
		for (size_t i = 0; i < LENGTH(left_out); i++)
			known |= text_is(left_out[i], name);
		if (!known)
			fail_msg("%s leads to a person: is it in their file?", name);
		one += strlen(name) + (one[strlen(name)] == ' ');
	}
}

static void
it_is_asked_for_with_the_password(void **s)
{
	(void)s;
	as(ada, CUSTOMER);
	assert_says(browse(GET, "/profile/data", NULL), "Gather my data");
	struct response r = browse(POST, "/profile/data", "current=wrong");
	assert_int_equal(r.status, 422);
	assert_says(r, "That is not your password.");
	assert_int_equal(sql_number("select count(*) from data_files"), 0);
	for (int i = 0; i < 10; i++)
		ask(POST, "/api/v1/profile/data", "{\"current\":\"wrong\"}");
	assert_says(asked_for_data(), "LOCKED");
	assert_int_equal(sql_number("select count(*) from data_files"), 0);
}

static void
a_page_says_how_far_it_is(void **s)
{
	(void)s;
	as(ada, CUSTOMER);
	assert_int_equal(ask(GET, "/profile/data.json", NULL).status, 404);
	struct response r = browse(POST, "/profile/data", "current=" FORM_WORDS);
	assert_int_equal(r.status, 303);
	r = browse(GET, "/profile/data", NULL);
	assert_says(r, "Your data is being gathered");
	assert_string_equal(header(&r, "Refresh"), "2");
	assert_int_equal(ask(GET, "/profile/data.json", NULL).status, 404);
	assert_true(jobs_run_due(&c, 10) >= 1);
	as(ada, CUSTOMER);
	r = browse(GET, "/profile/data", NULL);
	assert_says(r, "Download smart-parking-data-2026-11-17.json");
	assert_string_equal(header(&r, "Refresh"), "");
	assert_string_equal(
	    sql_value("select words from notices where user_id = %lld", (long long)ada),
	    "The file with all your data is ready. For three days you can download it where you "
	    "asked "
	    "for it.");
	assert_int_equal(ask(GET, "/profile/data.json", NULL).status, 200);
	assert_says(browse(GET, "/profile/data", NULL), "<dt>Downloaded</dt>");
}

static void
only_the_login_that_asked_may_fetch_it_and_for_three_days(void **s)
{
	(void)s;
	the_file();
	log_in(ada, 2);
	as(bob, CUSTOMER);
	assert_int_equal(ask(GET, "/profile/data.json", NULL).status, 404);
	assert_says(ask(GET, "/api/v1/profile/data", NULL), "\"state\":\"none\"");
	/* Another log-in of hers */
	sql("update data_files set session_id = 2");
	as(ada, CUSTOMER);
	assert_int_equal(ask(GET, "/profile/data.json", NULL).status, 404);
	assert_says(ask(GET, "/api/v1/profile/data", NULL), "\"state\":\"elsewhere\"");
	assert_says(browse(GET, "/profile/data", NULL), "Asked for in another log-in");
	sql("update data_files set session_id = 1");
	c.now = instant_plus(NOON, DATA_FILE_KEPT - MINUTE);
	assert_int_equal(ask(GET, "/profile/data.json", NULL).status, 200);
	c.now = instant_plus(NOON, DATA_FILE_KEPT);
	assert_int_equal(ask(GET, "/profile/data.json", NULL).status, 404);
	assert_says(ask(GET, "/api/v1/profile/data", NULL), "\"state\":\"none\"");
}

static void
a_newer_one_takes_the_place_of_the_one_before_and_five_a_day_are_enough(void **s)
{
	(void)s;
	for (int i = 0; i < DATA_FILES_A_DAY; i++)
		the_file();
	assert_int_equal(sql_number("select count(distinct file_id) from data_file_parts"), 1);
	assert_says(asked_for_data(), "LIMIT_REACHED");
	assert_int_equal(ask(GET, "/profile/data.json", NULL).status, 200);
	c.now = instant_plus(NOON, DAY + MINUTE);
	assert_int_equal(asked_for_data().status, 201);
}

static void
what_does_not_fit_a_page_goes_on_in_the_next(void **s)
{
	(void)s;
	sql("with told as (insert into notices (user_id, kind, words, created_at) select %lld, "
	    "'news', "
	    "'Number <' || n || '> \"' || repeat('ä', 300), now() from generate_series(1, 1234) n "
	    "returning id) insert into notice_readers (notice_id, user_id) select id, %lld from "
	    "told",
	    (long long)ada, (long long)ada);
	const struct json *file = the_file();
	assert_int_equal(json_count(json_member(json_member(file, "notices"), "items")), 1234);
	assert_true(sql_number("select count(*) from data_file_parts") > 2);
	assert_int_equal(sql_number("select bytes - (select sum(octet_length(body)) from "
				    "data_file_parts) from data_files"),
	    0);
}

/* ---- the end of an account */

static struct response
left(void)
{
	as(ada, CUSTOMER);
	return ask(POST, "/api/v1/profile/deletion", "{\"current\":\"" GOOD "\"}");
}

static void
hindered(text by)
{
	struct response r = left();

	assert_int_equal(r.status, 409);
	assert_says(r, "WRONG_STATE");
	assert_says(r, by);
	assert_says(browse(GET, "/profile/deletion", NULL), by);
	assert_not_says(browse(GET, "/profile/deletion", NULL), "Delete my account");
}

static void
nobody_goes_while_something_is_open(void **s)
{
	(void)s;
	live_a_life();
	int64_t id = booked("2026-11-18T12:30:00Z", "2026-11-18T14:30:00Z");
	hindered("A booking is not over. Cancel it, or let it end.");
	booked("2026-11-19T12:30:00Z", "2026-11-19T14:30:00Z");
	hindered("2 bookings are not over.");
	sql("insert into stays (lot_id, plate, plate_typed, user_id, source, entered_at, "
	    "tariff_version_id, "
	    "currency) values (%lld, 'X1', 'X1', %lld, 'gate', '2026-11-17T15:00:00Z', 1, 'EUR')",
	    (long long)lot, (long long)ada);
	hindered("A car of this account is in a lot.");
	sql("update stays set status = 'closed', closed_how = 'exit', fee = 0, left_at = "
	    "'2026-11-17T16:00:00Z' where status = 'open'");
	sql("update reservations set status = 'cancelled', ended_at = '2026-11-17T15:00:00Z' where "
	    "id > "
	    "%lld",
	    (long long)id);
	/* It ended, and nobody took the money. */
	sql("update reservations set status = 'completed', checked_in_at = starts, ended_at = "
	    "'2026-11-17T15:00:00Z' where id = %lld",
	    (long long)id);
	hindered("A booking is still to be paid.");
	sql("insert into charges (reservation_id, user_id, lot_id, kind, amount, currency, "
	    "tax_basis_points, made_at) select id, user_id, lot_id, 'exit', price, currency, 0, "
	    "'2026-11-17T15:00:00Z' from reservations where id = %lld",
	    (long long)id);
	hindered("A booking is still to be paid.");
	sql("insert into payments (charge_id, method, status, amount, currency, attempt, "
	    "created_at) "
	    "select id, 'online', 'pending', amount, currency, 'pay_x', '2026-11-17T15:00:00Z' "
	    "from "
	    "charges where reservation_id = %lld",
	    (long long)id);
	hindered("A payment is under way.");
	sql("update payments set status = 'paid', paid_at = created_at where status = 'pending';"
	    "update charges set state = 'settled', settled_at = made_at where state = 'open';"
	    "insert into refunds (payment_id, amount, currency, reason, made_at) select id, 100, "
	    "currency, 'x', '2026-11-17T15:00:00Z' from payments where attempt = 'pay_x'");
	hindered("Money is on its way back.");
	sql("update refunds set status = 'done', done_at = made_at where status = 'pending'");
	assert_int_equal(left().status, 204);
}

static void
it_takes_the_password(void **s)
{
	(void)s;
	as(ada, CUSTOMER);
	struct response r = browse(POST, "/profile/deletion", "current=wrong");
	assert_int_equal(r.status, 422);
	assert_says(r, "That is not your password.");
	for (int i = 0; i < 10; i++)
		ask(POST, "/api/v1/profile/deletion", "{\"current\":\"wrong\"}");
	assert_says(left(), "LOCKED");
	assert_int_equal(sql_number("select count(*) from users where gone_at is not null"), 0);
}

/* Looks for words in every row of every table. */
static text
where_it_stands(text words)
{
	sql("create or replace function pg_temp.holds(words text) returns text language plpgsql as "
	    "$$\n"
	    "declare t record; n bigint; found text := ''; begin\n"
	    "for t in select oid::regclass as name from pg_class where relkind = 'r' and "
	    "relnamespace = "
	    "'public'::regnamespace loop\n"
	    "execute format('select count(*) from %%s x where x::text ilike $1', t.name) into n "
	    "using "
	    "'%%' || words || '%%';\n"
	    "if n > 0 then found := found || t.name || ' '; end if; end loop;\n"
	    "return found; end $$");
	return sql_value("select pg_temp.holds('%s')", words);
}

static text
books(void)
{
	assert_ok(desk_fold(&c));
	return sql_value(
	    "select concat_ws(' ', (select count(*) || ':' || sum(amount) from ledger), (select "
	    "string_agg(user_id || '=' || amount, ',' order by payment_id, refund_id) from "
	    "ledger), "
	    "(select count(*) || ':' || sum(price) || ':' || sum(refund) from reservations), "
	    "(select "
	    "string_agg(number || '=' || amount || '/' || tax || '@' || issued_at, ',' order by "
	    "id) "
	    "from receipts), (select sum(amount) from charges), (select string_agg(m::text, ',' "
	    "order "
	    "by m::text) from desk_money m), (select string_agg(b::text, ',' order by b::text) "
	    "from "
	    "desk_bookings b), (select string_agg(r::text, ',' order by r::text) from lot_ratings "
	    "r))");
}

static void
nothing_leads_back_to_the_person_and_the_books_are_as_before(void **s)
{
	static const text personal[] = { "adalinde", "quittenbaum", "5550199", "zypressenweg",
		"KÄX1234", "K-ÄX", "Old Bess", "198.51.100.77", "quinces", "jti-1", "koeln" };

	(void)s;
	live_a_life();
	the_file();
	for (size_t i = 0; i < LENGTH(personal); i++)
		if (*where_it_stands(personal[i]) == 0)
			fail_msg("%s stood nowhere", personal[i]);
	text before = books();
	struct response r = left();
	assert_int_equal(r.status, 204);
	assert_string_equal(books(), before);
	struct desk_difference d = { 0 };
	assert_ok(desk_check(&c, "2026-11-01", "2026-11-30", &d));
	assert_int_equal(d.n, 0);
	/* The farewell still has to be sent; it is the last that knows. */
	assert_int_equal(
	    sql_number("select count(*) from outbox where lower(recipient) = "
		       "'adalinde@parking.test' and subject = 'Your account is deleted'"),
	    1);
	sql("update outbox set state = 'sent', sent_at = now() where once = 'farewell:%lld'",
	    (long long)ada);
	assert_ok(job_enqueue(&c, "retention", NULL, (struct job_when){ 0 }));
	while (jobs_run_due(&c, 50) > 0)
		;
	for (size_t i = 0; i < LENGTH(personal); i++)
		if (*where_it_stands(personal[i]))
			fail_msg("%s stands in %s", personal[i], where_it_stands(personal[i]));
	assert_int_equal(
	    sql_number("select count(*) from reservations where user_id = %lld", (long long)ada),
	    1);
	assert_string_equal(
	    sql_value("select rating || words from reviews where user_id = %lld", (long long)ada),
	    "4");
	assert_string_equal(
	    sql_value("select class || n from deletions where class = 'account'"), "account1");
}

static void
a_deleted_account_opens_nothing_and_its_address_may_sign_up_again(void **s)
{
	(void)s;
	live_a_life();
	assert_int_equal(left().status, 204);
	assert_int_equal(
	    sql_number("select count(*) from sessions where user_id = %lld", (long long)ada), 0);
	as(0, ANYONE);
	assert_says(
	    ask(POST, "/api/v1/login", "{\"login\":\"adalinde\",\"password\":\"" GOOD "\"}"),
	    "WRONG_LOGIN");
	assert_int_equal(sql_number("select count(*) from users where email = "
				    "'adalinde@parking.test'"),
	    0);
	person(CUSTOMER, "adalinde");
	/* Whoever was just booking with a login that has ended in the meantime: */
	as(ada, CUSTOMER);
	assert_int_equal(ask(POST, "/api/v1/reservations",
			     arena_fmt(c.arena,
				 "{\"lot\":%lld,\"slot\":\"any\",\"from\":\"2026-11-20T12:30:00Z\","
				 "\"until\":\"2026-11-20T14:30:00Z\"}",
				 (long long)lot))
			     .status,
	    401);
}

static void
its_reviews_keep_their_stars_without_words_and_what_was_hidden_goes(void **s)
{
	(void)s;
	live_a_life();
	as(0, ANYONE);
	assert_says(browse(GET, at("/lots/:id/reviews", lot), NULL), "Smells of quinces");
	assert_int_equal(left().status, 204);
	as(0, ANYONE);
	struct response r = browse(GET, at("/lots/:id/reviews", lot), NULL);
	assert_not_says(r, "quinces");
	assert_says(r, "Somebody who parked here");
	assert_says(ask(GET, at("/api/v1/lots/:id", lot), NULL), "\"rating\":4,\"reviews\":1");
}

static void
the_last_admin_stays(void **s)
{
	(void)s;
	sql("update users set disabled_at = now() where role = 'admin' and id <> %lld",
	    (long long)anna);
	as(anna, ADMIN);
	assert_says(browse(GET, "/profile/deletion", NULL), "Nobody else can administer the house");
	struct response r = ask(POST, "/api/v1/profile/deletion", "{\"current\":\"" GOOD "\"}");
	assert_says(r, "FORBIDDEN");
	assert_says(r, "Nobody else can administer this house.");
	person(ADMIN, "agnes");
	assert_int_equal(
	    ask(POST, "/api/v1/profile/deletion", "{\"current\":\"" GOOD "\"}").status, 204);
}

static void
an_admin_may_do_it_for_somebody_with_a_reason(void **s)
{
	text where = at("/api/v1/admin/users/:id/deletion", ada);
	text page = at("/admin/users/:id/deletion", ada);

	(void)s;
	live_a_life();
	as(anna, ADMIN);
	assert_says(browse(GET, page, NULL), "Delete the account of adalinde");
	assert_says(ask(POST, where, "{\"current\":\"" GOOD "\"}"), "\"reason\":");
	assert_int_equal(browse(POST, page, "reason=By+letter&current=wrong").status, 422);
	assert_says(ask(POST, at("/api/v1/admin/users/:id/deletion", anna),
			"{\"reason\":\"x\",\"current\":\"" GOOD "\"}"),
	    "FORBIDDEN");
	assert_says(ask(POST, "/api/v1/admin/users/999999/deletion",
			"{\"reason\":\"x\",\"current\":\"" GOOD "\"}"),
	    "NOT_FOUND");
	assert_int_equal(ask(GET, "/api/v1/admin/users/999999/deletion", NULL).status, 404);
	int64_t open = booked("2026-11-18T12:30:00Z", "2026-11-18T14:30:00Z");
	as(anna, ADMIN);
	assert_says(browse(GET, page, NULL), "A booking is not over.");
	assert_says(ask(POST, where, "{\"reason\":\"x\",\"current\":\"" GOOD "\"}"), "WRONG_STATE");
	sql("update reservations set status = 'cancelled', ended_at = now() where id = %lld",
	    (long long)open);
	struct response r = browse(POST, page, "reason=By+letter&current=" FORM_WORDS);
	assert_int_equal(r.status, 303);
	assert_string_equal(location(&r), at("/admin/users/:id", ada));
	assert_string_equal(
	    sql_value("select action || ' ' || detail || ' ' || user_id from audit where "
		      "subject = 'user' and subject_id = %lld order by id desc limit 1",
		(long long)ada),
	    arena_fmt(c.arena, "account_deleted By letter %lld", (long long)anna));
	assert_says(browse(GET, at("/admin/users/:id", ada), NULL), "Deleted");
	assert_says(browse(GET, "/admin/users?q=gone-", NULL), "Deleted");
	assert_says(ask(POST, where, "{\"reason\":\"x\",\"current\":\"" GOOD "\"}"), "WRONG_STATE");
	assert_says(ask(GET, where, NULL), "WRONG_STATE");
	assert_says(ask(POST, at("/api/v1/admin/users/:id/enabling", ada), "{}"), "WRONG_STATE");
	assert_says(ask(POST, at("/api/v1/admin/users/:id/role", ada), "{\"role\":\"admin\"}"),
	    "WRONG_STATE");
	for (int i = 0; i < 10; i++)
		ask(POST, where, "{\"reason\":\"x\",\"current\":\"wrong\"}");
	assert_says(ask(POST, where, "{\"reason\":\"x\",\"current\":\"wrong\"}"), "LOCKED");
}

/* ---- the rules */

static const struct retention *
rule_of(text class)
{
	for (const struct retention *const *list = all_retention; *list; list++)
		for (const struct retention *r = *list; r->class; r++)
			if (text_is(r->class, class))
				return r;
	fail_msg("there is no rule %s", class);
	return NULL;
}

/* A row of each class, so old ($1, an interval before NOON); and how many are left. */
static const struct {
	text class, put, left;
	bool ends; /* it goes as soon as it has ended, not by age */
} kept[] = {
	{ "logins",
	    "insert into sessions (user_id, jti, expires_at) values (%lld, gen_random_uuid(), %s)",
	    "select count(*) from sessions where jti not like 'jti-%%' and user_id = %lld" },
	{ "codes",
	    "insert into codes (request, purpose, email, user_id, code, sent_at, expires_at, "
	    "created_at) select gen_random_uuid(), 'email', 'x@y.test', %lld, 'x', now(), now(), "
	    "%s",
	    "select count(*) from codes where user_id = %lld" },
	{ "wrong_tries", "insert into wrong_tries (account, at) values ('ret' || %lld, %s)",
	    "select count(*) from wrong_tries where account = 'ret' || %lld" },
	{ "cars",
	    "insert into vehicles (plate, plate_typed, label, created_at) select 'RET' || "
	    "count(*), "
	    "'x', "
	    "'ret' || %lld, %s from vehicles",
	    "select count(*) from vehicles where label = 'ret' || %lld" },
	{ "notices",
	    "insert into notices (user_id, kind, words, created_at) values (%lld, 'news', 'x', %s)",
	    "select count(*) from notices where user_id = %lld" },
	{ "socket_tickets",
	    "insert into socket_tickets (hash, session_id, expires_at) select "
	    "gen_random_uuid(), 1 + 0 * %lld, %s",
	    "select count(*) + 0 * %lld from socket_tickets", true },
	{ "messages",
	    "insert into outbox (recipient, body, user_id, state, sent_at, created_at) select "
	    "'x@y.test', 'words', %lld, 'sent', now(), %s",
	    "select count(*) from outbox where body <> '' and user_id = %lld" },
	{ "outbox",
	    "insert into outbox (recipient, body, user_id, created_at) select '', '', %lld, %s",
	    "select count(*) from outbox where body = '' and user_id = %lld" },
	{ "farewells",
	    "insert into outbox (recipient, body, once, created_at) select 'x@y.test', 'words', "
	    "'farewell:' || gen_random_uuid() || %lld, %s",
	    "select count(*) + 0 * %lld from outbox where once like 'farewell:%%'" },
	{ "addresses",
	    "insert into audit (user_id, at, action, subject, detail, address, request_id) values "
	    "(%lld, %s, 'x', '', '', '198.51.100.9', '')",
	    "select count(*) from audit where address <> '' and user_id = %lld" },
	{ "audit",
	    "insert into audit (user_id, at, action, subject, detail, address, request_id) values "
	    "(%lld, %s, 'old', '', '', '', '')",
	    "select count(*) from audit where action = 'old' and user_id = %lld" },
	{ "jobs",
	    "insert into jobs (kind, args, state, run_at, created_at, finished_at) select 'ret' || "
	    "%lld, '{}', 'done', now(), now(), %s",
	    "select count(*) from jobs where kind = 'ret' || %lld" },
	{ "keyed_jobs",
	    "insert into jobs (kind, args, unique_key, state, run_at, created_at, finished_at) "
	    "select 'ret' || %lld, '{}', gen_random_uuid(), 'done', now(), now(), %s",
	    "select count(*) from jobs where kind = 'ret' || %lld" },
	{ "job_runs",
	    "insert into job_runs (job_id, kind, try, began_at, ended_at, problem, detail) select "
	    "1, 'ret' || %lld, 1, d, d, 'OK', '' from (select %s as d) x",
	    "select count(*) from job_runs where kind = 'ret' || %lld" },
	{ "failed_runs",
	    "insert into job_runs (job_id, kind, try, began_at, ended_at, problem, detail) "
	    "select 1, 'ret' || %lld, 1, d, d, 'INTERNAL', '' from (select %s as d) x",
	    "select count(*) from job_runs where kind = 'ret' || %lld" },
	{ "provider_messages",
	    "insert into inbox_events (provider, event_id, type, body, received_at, "
	    "done_at) select 'p', gen_random_uuid(), 'ret' || %lld, 'words', d, d from "
	    "(select %s as d) x",
	    "select count(*) from inbox_events where body <> '' and type = 'ret' || %lld" },
	{ "requests",
	    "insert into requests select %lld, 'r', gen_random_uuid(), 'h', 200, '', '', '', %s",
	    "select count(*) from requests where user_id = %lld" },
	{ "data_files",
	    "insert into data_files (user_id, session_id, asked_at) values (%lld, 1, %s)",
	    "select count(*) from data_files where user_id = %lld" },
	{ "stay_plates",
	    "insert into stays (lot_id, plate, plate_typed, user_id, source, entered_at, left_at, "
	    "status, "
	    "closed_how, tariff_version_id, currency, fee) select (select min(id) from lots), "
	    "'RET', 'RET', "
	    "%lld, 'gate', d, d, 'closed', 'exit', 1, 'EUR', 0 from (select %s as d) x",
	    "select count(*) from stays where plate = 'RET' and user_id = %lld" },
	{ "anomaly_plates",
	    "insert into anomalies (kind, key, subject_id, plate, raised_at, last_at, state, "
	    "closed_at, "
	    "reason) select 'x', gen_random_uuid(), %lld, 'RET', d, d, 'closed', d, 'seen' from "
	    "(select %s as d) x",
	    "select count(*) from anomalies where plate = 'RET' and subject_id = %lld" },
	{ "reservation_plates",
	    "insert into reservations (lot_id, slot_id, user_id, plate, starts, ends, status, "
	    "hold_until, "
	    "price, currency, cancel_until, refund_percent, no_show_at, created_at, ended_at) "
	    "select lot_id, "
	    "id, %lld, 'RET', d, d + interval '1 hour', 'expired', d, 0, 'EUR', d, 0, d, d, d from "
	    "(select %s "
	    "as d) x, (select id, lot_id from slots order by id limit 1) s",
	    "select count(*) from reservations where plate = 'RET' and user_id = %lld" },
	{ "plate_reads",
	    "insert into plate_reads (seen_at, source, user_id, raw, plate, confidence, state) "
	    "select d, 'upload', u, 'RET', 'RET', .9, 'accepted' from (select %lld as u, %s as d) "
	    "x",
	    "select count(*) from plate_reads where user_id = %lld" },
	{ "empty_runs",
	    "insert into deletions (class, rule, n, at, ended_at) select 'ret' || %lld, 'x', 0, "
	    "d, d from (select %s as d) x",
	    "select count(*) from deletions where class = 'ret' || %lld" },
	{ "deletions",
	    "insert into deletions (class, rule, n, at, ended_at) select 'ret' || %lld, 'x', 1, "
	    "d, d from (select %s as d) x",
	    "select count(*) from deletions where class = 'ret' || %lld" },
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void
put(size_t i, int64_t us_old)
{
	text when = arena_fmt(
	    c.arena, "'%s'::timestamptz", instant_text(c.arena, instant_plus(c.now, -us_old)));

	sql("%s", arena_fmt(c.arena, kept[i].put, (long long)bob, when));
}

static int64_t
left_of(size_t i)
{
	return sql_number("%s", arena_fmt(c.arena, kept[i].left, (long long)bob));
}
#pragma GCC diagnostic pop

static void
each_rule_takes_what_is_older_than_it_says_and_nothing_else(void **s)
{
	size_t rules = 0;

	(void)s;
	for (const struct retention *const *list = all_retention; *list; list++)
		for (const struct retention *r = *list; r->class; r++, rules++)
			assert_true(r->days != NULL || r->fixed >= 0);
	assert_int_equal(rules, LENGTH(kept)); /* another rule wants another line above */
	for (size_t i = 0; i < LENGTH(kept); i++) {
		const struct retention *r = rule_of(kept[i].class);
		int64_t period = r->days ? *r->days * DAY : r->fixed, gone = 0;
		bool more = true;

		assert_ok(db_begin(&c));
		put(i, period + MINUTE);
		put(i, period + MINUTE);
		put(i, period - MINUTE);
		if (left_of(i) != 3)
			fail_msg("%s: %lld rows to begin with", r->class, (long long)left_of(i));
		assert_ok(retention_run(&c, r, &gone, &more));
		if (left_of(i) != 1 || gone < 2 || more)
			fail_msg("%s: %lld left, %lld gone", r->class, (long long)left_of(i),
			    (long long)gone);
		assert_int_equal(
		    sql_number("select n from deletions where class = '%s'", r->class), gone);
		db_end(&c, false);
	}
}

static void
a_setting_says_how_long(void **s)
{
	int64_t gone, before = settings.keep_notices_days;
	bool more;

	(void)s;
	settings.keep_notices_days = 10;
	sql("insert into notices (user_id, kind, words, created_at) values (%lld, 'news', 'x', "
	    "'2026-11-01'), (%lld, 'news', 'x', '2026-11-10')",
	    (long long)bob, (long long)bob);
	assert_ok(retention_run(&c, rule_of("notices"), &gone, &more));
	assert_int_equal(gone, 1);
	assert_string_equal(sql_value("select rule from deletions"), "Kept for 10 days");
	settings.keep_notices_days = before;
}

static void
the_log_says_what_went_and_the_page_when_each_rule_ran(void **s)
{
	(void)s;
	put(0, 31 * DAY);
	assert_ok(job_enqueue(&c, "retention", NULL, (struct job_when){ 0 }));
	assert_int_equal(jobs_run_due(&c, 1), 1);
	/* A row for each rule, whether it found anything or not. */
	assert_int_equal(sql_number("select count(distinct class) from deletions"), LENGTH(kept));
	as(anna, ADMIN);
	struct response r = ask(GET, "/api/v1/admin/deletions", NULL);
	assert_says(r, "\"class\":\"logins\",\"title\":\"Log-ins that have ended\"");
	assert_says(r,
	    "\"period\":\"30 "
	    "days\",\"setting\":\"KEEP_LOGINS_DAYS\",\"last_at\":\"2026-11-17T12:00:00Z\",\"last_"
	    "n\":1,\"month_n\":1");
	assert_says(r, "\"rule\":\"Kept for 30 days\",\"until\":\"2026-10-18T12:00:00Z\",\"n\":1");
	assert_not_says(r, "\"n\":0");
	assert_says(ask(GET, "/api/v1/admin/deletions?empty=true", NULL), "\"n\":0");
	r = browse(GET, "/admin/deletions?class=logins", NULL);
	assert_says(r, "Kept for 30 days");
	assert_says(browse(GET, "/admin/deletions?class=nothing", NULL), "Nothing went");
	assert_says(browse(GET, "/admin/deletions?class=%07", NULL), "class-e");
	sql("insert into deletions (class, rule, n, at, ended_at) select 'logins', 'x', 1, now(), "
	    "now() "
	    "from generate_series(1, 60)");
	r = ask(GET, "/api/v1/admin/deletions?class=logins", NULL);
	assert_says(r, "\"next\":\"/admin/deletions?class=logins&page=2\"");
	assert_says(r, "\"count\":61");
	r = browse(GET, "/admin/deletions?class=logins&sort=many&rows=20", NULL);
	assert_says(r, "1–20 of 61<");
	assert_says(r, "href=\"/admin/deletions?class=logins&amp;sort=-many&amp;rows=20\"");
	assert_int_equal(ask(GET, "/api/v1/admin/deletions?sort=funny", NULL).status, 422);
}

static void
much_goes_in_many_transactions_and_the_rest_in_another_job(void **s)
{
	int64_t gone;
	bool more;

	(void)s;
	sql("insert into wrong_tries (account, at) select 'many', '2026-11-01' from "
	    "generate_series(1, 5000)");
	assert_ok(retention_run(&c, rule_of("wrong_tries"), &gone, &more));
	assert_int_equal(gone, 5000);
	assert_false(more);
	assert_int_equal(sql_number("select n from deletions"), 5000);
	assert_int_equal(sql_number("select count(*) from deletions"), 1);
}

static enum problem
never_ends(struct ctx *ctx, instant before, int64_t most, int64_t *taken)
{
	(void)ctx;
	(void)before;
	*taken = most;
	return OK;
}

static void
a_run_ends_even_if_there_is_always_more(void **s)
{
	static const struct retention endless = { "endless", "x", "", NULL, DAY, NULL, never_ends };
	int64_t gone;
	bool more;

	(void)s;
	assert_ok(retention_run(&c, &endless, &gone, &more));
	assert_true(more);
	assert_int_equal(gone, 200000);
	assert_int_equal(sql_number("select n from deletions where class = 'endless'"), 200000);
}

static void
the_audit_log_gives_up_words_and_addresses_alone_and_only_to_a_rule(void **s)
{
	static const text never[] = { "update audit set address = ''", "delete from audit",
		"update audit set detail = ''" };
	static const text not_even_then[] = { "update audit set detail = 'other words'",
		"update audit set user_id = 1", "update audit set action = 'x'",
		"update audit set at = now()", "update audit set address = '192.0.2.9'" };

	(void)s;
	c.person = (struct person){ .id = bob };
	c.address = "198.51.100.77";
	assert_ok(audit_add(&c, "signed_in", "user", bob, "bob"));
	for (size_t i = 0; i < LENGTH(never) + LENGTH(not_even_then); i++) {
		bool with_rule = i >= LENGTH(never);

		assert_ok(db_begin(&c));
		if (with_rule)
			sql("set local parking.retention = 'on'");
		enum problem e =
		    db_script(&c, with_rule ? not_even_then[i - LENGTH(never)] : never[i]);
		assert_true(e != OK);
		db_end(&c, false);
	}
	sql("set local parking.retention = 'on'; update audit set address = '' where user_id = "
	    "%lld",
	    (long long)bob);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PRIVATE(the_file_holds_all_there_is_about_somebody),
		PRIVATE(every_table_that_leads_to_a_person_is_in_the_file_or_left_out_for_a_reason),
		PRIVATE(it_is_asked_for_with_the_password),
		PRIVATE(a_page_says_how_far_it_is),
		PRIVATE(only_the_login_that_asked_may_fetch_it_and_for_three_days),
		PRIVATE(a_newer_one_takes_the_place_of_the_one_before_and_five_a_day_are_enough),
		PRIVATE(what_does_not_fit_a_page_goes_on_in_the_next),
		PRIVATE(nobody_goes_while_something_is_open),
		PRIVATE(it_takes_the_password),
		PRIVATE(nothing_leads_back_to_the_person_and_the_books_are_as_before),
		PRIVATE(a_deleted_account_opens_nothing_and_its_address_may_sign_up_again),
		PRIVATE(its_reviews_keep_their_stars_without_words_and_what_was_hidden_goes),
		PRIVATE(the_last_admin_stays),
		PRIVATE(an_admin_may_do_it_for_somebody_with_a_reason),
		PRIVATE(each_rule_takes_what_is_older_than_it_says_and_nothing_else),
		PRIVATE(a_setting_says_how_long),
		PRIVATE(the_log_says_what_went_and_the_page_when_each_rule_ran),
		PRIVATE(much_goes_in_many_transactions_and_the_rest_in_another_job),
		PRIVATE(a_run_ends_even_if_there_is_always_more),
		PRIVATE(the_audit_log_gives_up_words_and_addresses_alone_and_only_to_a_rule),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
