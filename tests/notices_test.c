/* notices_test.c -- what people are told: in the list, by e-mail, by SMS, and once. */
#include "world.h"

#include "gear/live.h"
#include "gear/settings.h"
#include "gear/sms.h"
#include "notices/notices.h"

static int64_t
tell_one(int64_t user_id, text kind, text unique)
{
	assert_ok(notice_tell(&c,
	    &(struct notice){ .user_id = user_id,
		.kind = kind,
		.words = "Something happened.",
		.link = "/reservations/1",
		.unique = unique }));
	return sql_number("select coalesce(max(id), 0) from notices");
}

static int64_t
mails(text about)
{
	return sql_number(
	    "select count(*) from outbox where channel = 'mail' and subject like '%%%s%%'", about);
}

static int64_t
texts(void)
{
	return sql_number("select count(*) from outbox where channel = 'sms'");
}

static void
a_notice_stands_in_the_list_and_goes_out_by_mail(void **s)
{
	int64_t pat = person(CUSTOMER, "pat");

	(void)s;
	tell_one(pat, "payment", "");
	as(pat, CUSTOMER);
	struct response r = ask(GET, "/api/v1/notices", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "\"words\":\"Something happened.\"");
	assert_says(r, "\"n_unread\":1");
	assert_int_equal(mails("Your payment"), 1);
	text body = sql_value("select body from outbox where channel = 'mail'");
	assert_non_null(strstr(body, "/reservations/1"));
	assert_non_null(strstr(body, "/profile/notices"));
	assert_int_equal(texts(), 0);
}

static void
the_same_key_tells_once(void **s)
{
	int64_t pat = person(CUSTOMER, "pat");

	(void)s;
	for (int i = 0; i < 3; i++)
		tell_one(pat, "refund", "refund:1");
	tell_one(pat, "refund", "refund:2");
	assert_int_equal(sql_number("select count(*) from notices"), 2);
	assert_int_equal(sql_number("select count(*) from notice_readers"), 2);
	assert_int_equal(mails("Your refund"), 2);
}

static void
each_chooses_by_kind(void **s)
{
	int64_t pat = person(CUSTOMER, "pat");

	(void)s;
	sql("update users set phone = '+31 (20) 555-0142' where id = %lld", (long long)pat);
	as(pat, CUSTOMER);
	assert_int_equal(
	    ask(POST, "/api/v1/profile/notices", "{\"sms_payment\":true,\"mail_refund\":true}")
		.status,
	    204);
	struct response r = ask(GET, "/api/v1/profile/notices", NULL);
	assert_says(r, "\"mail_payment\":false,\"sms_payment\":true");
	assert_says(r, "\"mail_refund\":true,\"sms_refund\":false");
	assert_says(r, "\"may_text\":true");
	tell_one(pat, "payment", "");
	assert_int_equal(mails("Your payment"), 0);
	assert_int_equal(texts(), 1);
	assert_string_equal(
	    sql_value("select recipient from outbox where channel = 'sms'"), "+31205550142");
	tell_one(pat, "refund", "");
	assert_int_equal(mails("Your refund"), 1);
	assert_int_equal(texts(), 1);
}

static void
who_has_no_number_for_it_gets_no_text(void **s)
{
	static const struct {
		text typed, number;
	} numbers[] = { { "+31205550142", "+31205550142" }, { "+1 (555) 010-9999", "+15550109999" },
		{ "020 555 0142", NULL }, { "", NULL }, { "+0205550142", NULL },
		{ "+123456", NULL }, { "+1234567890123456", NULL }, { "+31 20 x", NULL },
		{ "0031+20555", NULL } };
	int64_t pat = person(CUSTOMER, "pat");

	(void)s;
	for (size_t i = 0; i < LENGTH(numbers); i++) {
		text n = sms_number(c.arena, numbers[i].typed);

		if (numbers[i].number == NULL)
			assert_null(n);
		else
			assert_string_equal(n, numbers[i].number);
	}
	sql("update users set phone = '020 555 0142' where id = %lld", (long long)pat);
	as(pat, CUSTOMER);
	assert_int_equal(
	    ask(POST, "/api/v1/profile/notices", "{\"sms_payment\":true}").status, 204);
	assert_says(ask(GET, "/api/v1/profile/notices", NULL), "\"may_text\":false");
	tell_one(pat, "payment", "");
	assert_int_equal(texts(), 0);
}

static void
the_list_shows_what_is_not_read_first_and_marks_one_or_all(void **s)
{
	int64_t pat = person(CUSTOMER, "pat"), kim = person(CUSTOMER, "kim");
	int64_t first = tell_one(pat, "payment", ""), second = tell_one(pat, "refund", "");

	(void)s;
	tell_one(kim, "payment", "");
	as(pat, CUSTOMER);
	struct response page = browse(GET, "/notices", NULL);
	assert_says(page, "Not read yet");
	assert_says(page, "Mark all as read");
	assert_not_says(page, "Read before");
	assert_int_equal(
	    browse(POST, arena_fmt(c.arena, "/notices/%lld/read", (long long)first), "").status,
	    303);
	page = browse(GET, "/notices", NULL);
	assert_says(page, "Not read yet");
	assert_says(page, "Read before");
	assert_int_equal(
	    ask(POST, arena_fmt(c.arena, "/api/v1/notices/%lld/read", (long long)first), NULL)
		.status,
	    204);
	assert_int_equal(ask(POST, "/api/v1/notices/read", NULL).status, 204);
	assert_not_says(browse(GET, "/notices", NULL), "Not read yet");
	assert_int_equal(
	    sql_number("select count(*) from notice_readers where read_at is null"), 1);
	as(kim, CUSTOMER);
	assert_int_equal(
	    ask(POST, arena_fmt(c.arena, "/api/v1/notices/%lld/read", (long long)second), NULL)
		.status,
	    404);
	assert_says(browse(GET, "/notices", NULL), "Not read yet");
}

static void
an_empty_list_says_what_will_stand_there(void **s)
{
	(void)s;
	as(person(CUSTOMER, "pat"), CUSTOMER);
	assert_says(browse(GET, "/notices", NULL), "Nothing to tell you yet");
}

static void
the_masthead_counts_what_is_not_read(void **s)
{
	int64_t pat = person(CUSTOMER, "pat");

	(void)s;
	as(pat, CUSTOMER);
	assert_not_says(browse(GET, "/profile", NULL), "data-unread>");
	for (int i = 0; i < 3; i++)
		tell_one(pat, "report", "");
	assert_says(browse(GET, "/profile", NULL), "data-unread>3<");
	sql("insert into notices (kind, words, created_at) select 'news', 'x', now() from "
	    "generate_series(1, 120);"
	    "insert into notice_readers (notice_id, user_id) select id, %lld from notices on "
	    "conflict do nothing",
	    (long long)pat);
	assert_says(browse(GET, "/profile", NULL), "data-unread>99+<");
}

static void
a_region_is_told_to_its_people(void **s)
{
	int64_t pat = person(CUSTOMER, "pat"), kim = person(CUSTOMER, "kim");

	(void)s;
	sql("update users set region = 'Harbour-East' where id = %lld", (long long)pat);
	sql("update users set region = 'harbour' where id = %lld", (long long)kim);
	as(person(OPERATOR, "olga"), OPERATOR);
	struct response r =
	    browse(POST, "/notices", "region=harbour-east&message=The+gate+is+closed");
	assert_int_equal(r.status, 303);
	assert_int_equal(sql_number("select count(*) from notice_readers"), 1);
	assert_int_equal(sql_number("select user_id from notice_readers"), pat);
	assert_int_equal(browse(POST, "/notices", "region=Not+a+region&message=Hello").status, 422);
	assert_int_equal(ask(POST, "/api/v1/notices", "{\"region\":\"harbour\"}").status, 422);
	assert_says(browse(GET, "/notices/new", NULL), "<option value=\"harbour-east\">");
}

static void
many_are_mailed_by_the_worker_some_at_a_time(void **s)
{
	(void)s;
	sql("insert into users (username, email, region, verified_at) select 'u' || i, 'u' || i || "
	    "'@parking.test', "
	    "'crowd', now() from generate_series(1, 450) i;"
	    "insert into notice_choices (user_id, kind, mail, sms) select id, 'news', true, false "
	    "from users "
	    "where region = 'crowd' and username <> 'u7'");
	as(person(OPERATOR, "olga"), OPERATOR);
	assert_int_equal(
	    ask(POST, "/api/v1/notices", "{\"region\":\"crowd\",\"message\":\"Hello\"}").status,
	    204);
	assert_int_equal(mails("News of your region"), 0);
	for (int i = 0; i < 8; i++)
		jobs_run_due(&c, 10);
	assert_int_equal(mails("News of your region"), 449);
	assert_int_equal(sql_number("select count(distinct recipient) from outbox"), 449);
}

static void
the_staff_is_told_of_devices(void **s)
{
	int64_t olga = person(OPERATOR, "olga"), ada = person(ADMIN, "ada");

	(void)s;
	person(CUSTOMER, "pat");
	tell_one(0, "device", "offline:1");
	assert_int_equal(
	    sql_number("select count(*) from notice_readers where user_id in (%lld, %lld)",
		(long long)olga, (long long)ada),
	    2);
	assert_int_equal(
	    sql_number("select count(*) from notice_readers r join users u on u.id = r.user_id "
		       "where u.role = 'customer'"),
	    0);
}

/* ---- reminders */

static int64_t
reservation(int64_t user, text starts, text ends, text status, text confirmed)
{
	if (sql_number("select count(*) from lots where name = 'Quay'") == 0)
		sql("insert into lots (name, search, time_zone, currency, created_at) values "
		    "('Quay', 'quay', "
		    "'Europe/Berlin', 'EUR', now());"
		    "insert into zones (lot_id, code, name) select id, 'Q', 'Q' from lots where "
		    "name = 'Quay';");
	sql("insert into slots (lot_id, zone_id, code, label) select l.id, z.id, 'Q-' || n, 'Q-' "
	    "|| n from lots l "
	    "join zones z on z.lot_id = l.id, (select count(*) as n from slots) k where l.name = "
	    "'Quay'");
	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, pay, price, "
	    "currency, cancel_until, "
	    "refund_percent, no_show_at, created_at, confirmed_at, checked_in_at) select l.id, "
	    "s.id, %lld, '%s', '%s', "
	    "'%s', 'exit', 100, 'EUR', '%s', 50, '%s', '%s', '%s', %s from lots l join slots s on "
	    "s.lot_id = l.id "
	    "where l.name = 'Quay' order by s.id desc limit 1",
	    (long long)user, starts, ends, status, starts, ends, confirmed, confirmed,
	    text_is(status, "checked_in") ? arena_fmt(c.arena, "'%s'", starts) : "null");
	return sql_number("select max(id) from reservations");
}

static void
run_reminders(void)
{
	sql("insert into jobs (kind, args, run_at, created_at) values ('notices_remind', '{}', "
	    "'%s', '%s')",
	    instant_text(c.arena, c.now), instant_text(c.arena, c.now));
	jobs_run_due(&c, 1);
}

/* NOON is 12:00 UTC, 13:00 in Berlin. */
static void
who_booked_is_reminded_before_it_begins_once(void **s)
{
	int64_t pat = person(CUSTOMER, "pat");

	(void)s;
	reservation(pat, "2026-11-17 12:40Z", "2026-11-17 14:00Z", "confirmed", "2026-11-16");
	run_reminders();
	assert_int_equal(sql_number("select count(*) from notices"), 0);
	c.now = instant_plus(NOON, 12 * MINUTE);
	run_reminders();
	run_reminders();
	assert_int_equal(sql_number("select count(*) from notices"), 1);
	text words = sql_value("select words from notices");
	assert_non_null(strstr(words, " at Quay is yours in 28"));
	assert_non_null(strstr(words, ": 13:40 to 15:00 CET."));
	assert_int_equal(mails("begins soon"), 1);
}

static void
who_booked_a_moment_ago_is_not_reminded(void **s)
{
	int64_t pat = person(CUSTOMER, "pat");

	(void)s;
	reservation(
	    pat, "2026-11-17 12:10Z", "2026-11-17 14:00Z", "confirmed", "2026-11-17 11:55Z");
	int64_t id =
	    reservation(pat, "2026-11-17 12:10Z", "2026-11-17 14:00Z", "confirmed", "2026-11-10");
	sql("update reservations set status = 'cancelled', ended_at = '2026-11-11' where id = %lld",
	    (long long)id);
	run_reminders();
	assert_int_equal(sql_number("select count(*) from notices"), 0);
}

static void
who_parks_is_reminded_before_it_ends_and_again_when_it_is_longer(void **s)
{
	int64_t pat = person(CUSTOMER, "pat");
	int64_t id =
	    reservation(pat, "2026-11-17 11:00Z", "2026-11-17 12:10Z", "checked_in", "2026-11-16");

	(void)s;
	run_reminders();
	run_reminders();
	assert_int_equal(sql_number("select count(*) from notices"), 1);
	assert_non_null(strstr(sql_value("select words from notices"), "ends in 10"));
	assert_non_null(strstr(sql_value("select words from notices"), "at 13:10 CET."));
	sql("update reservations set ends = '2026-11-17 13:00Z' where id = %lld", (long long)id);
	run_reminders();
	assert_int_equal(sql_number("select count(*) from notices"), 1);
	c.now = instant_plus(NOON, 50 * MINUTE);
	run_reminders();
	assert_int_equal(sql_number("select count(*) from notices"), 2);
}

/* ---- text messages */

static void
the_provider_signs_what_it_tells(void **s)
{
	/* The example of Twilio's documentation on validating requests. */
	struct pairs form = { 0 };
	text url = "https://mycompany.com/myapp.php?foo=1&bar=2";

	(void)s;
	settings.twilio_auth_token = "12345";
	pairs_add(c.arena, &form, "CallSid", "CA1234567890ABCDE");
	pairs_add(c.arena, &form, "Caller", "+12349013030");
	pairs_add(c.arena, &form, "Digits", "1234");
	pairs_add(c.arena, &form, "From", "+12349013030");
	pairs_add(c.arena, &form, "To", "+18005551212");
	assert_true(sms_signed(c.arena, url, &form, "0/KCTR6DLpKmkAf8muzZqo1nDgQ="));
	assert_false(sms_signed(c.arena, url, &form, "1/KCTR6DLpKmkAf8muzZqo1nDgQ="));
	pairs_add(c.arena, &form, "X", "y");
	assert_false(sms_signed(c.arena, url, &form, "0/KCTR6DLpKmkAf8muzZqo1nDgQ="));
	settings.twilio_auth_token = "";
	assert_false(sms_signed(c.arena, url, &form, "0/KCTR6DLpKmkAf8muzZqo1nDgQ="));
}

static void
what_the_provider_tells_is_kept(void **s)
{
	(void)s;
	sql("insert into outbox (channel, recipient, body, state, provider_ref, created_at, "
	    "sent_at) values "
	    "('sms', '+31205550142', 'Hello', 'sent', 'SM1', now(), now())");
	assert_ok(sms_told(&c, "SM1", "sending", ""));
	assert_ok(sms_told(&c, "SM-unknown", "failed", "1"));
	assert_string_equal(sql_value("select state from outbox"), "sent");
	assert_ok(sms_told(&c, "SM1", "undelivered", "30003"));
	assert_string_equal(
	    sql_value("select state || ' ' || error from outbox"), "bounced undelivered 30003");
	assert_ok(sms_told(&c, "SM1", "delivered", ""));
	assert_string_equal(sql_value("select state from outbox"), "bounced");
	assert_int_equal(ask(POST, "/hooks/sms", NULL).status, 403);
}

/* ---- what goes between workers */

static void
news_is_read_as_it_was_told(void **s)
{
	static const text nonsense[] = { "", "notice", "notice 1 2 3 -", "notice x 2 3 - {}",
		"end 1 2", "end 1 2 x", "begin 1 2 3" };
	struct live_notice n = { 0 };
	struct live_end e = { 0 };

	(void)s;
	assert_int_equal(
	    live_read(c.arena, "notice 7 0 12 harbour {\"a\": 1}", &n, &e), LIVE_NOTICE);
	assert_int_equal(n.id, 7);
	assert_int_equal(n.at.us, 12);
	assert_string_equal(n.region, "harbour");
	assert_string_equal(n.frame, "{\"a\": 1}");
	assert_int_equal(live_read(c.arena, "notice 7 9 12 - {}", &n, &e), LIVE_NOTICE);
	assert_int_equal(n.user_id, 9);
	assert_string_equal(n.region, "");
	assert_int_equal(live_read(c.arena, "end 1 2 3", &n, &e), LIVE_END);
	assert_int_equal(e.user_id * 100 + e.session_id * 10 + e.except, 123);
	assert_int_equal(live_read(c.arena, "beat", &n, &e), LIVE_BEAT);
	for (size_t i = 0; i < LENGTH(nonsense); i++)
		assert_int_equal(live_read(c.arena, nonsense[i], &n, &e), LIVE_NONSENSE);
}

/* A booking of hers at a lot of the test's own, paid in cash; the payment. */
static int64_t
paid(int64_t who, text status)
{
	sql("insert into charges (stay_id, user_id, lot_id, kind, amount, currency, "
	    "tax_basis_points, "
	    "made_at, reservation_id) select null, %lld, l.id, 'booking', 2000, 'EUR', 1900, "
	    "now(), r.id "
	    "from lots l, (select min(id) as id from reservations) r where l.search = 'noticequay';"
	    "insert into payments (charge_id, method, status, amount, currency, attempt, error, "
	    "created_at, paid_at) select max(id), 'online', '%s', 2000, 'EUR', 'pay_' || max(id), "
	    "'Your card has insufficient funds.', now(), case '%s' when 'paid' then now() end from "
	    "charges",
	    (long long)who, status, status);
	return sql_number("select max(id) from payments");
}

static void
money_that_came_did_not_come_or_went_back_is_told_once(void **s)
{
	int64_t pat = person(CUSTOMER, "pat");

	(void)s;
	sql("with l as (insert into lots (name, time_zone, currency, search, tax_basis_points) "
	    "values "
	    "('Quay', 'UTC', 'EUR', 'noticequay', 1900) returning id), z as (insert into zones "
	    "(lot_id, "
	    "code) select id, 'NQ' from l returning id, lot_id), t as (insert into slots (lot_id, "
	    "zone_id, "
	    "code, label) select lot_id, id, 'NQ-1', 'NQ-1' from z returning id, lot_id) insert "
	    "into "
	    "reservations (lot_id, slot_id, user_id, starts, ends, status, hold_until, price, "
	    "currency, "
	    "cancel_until, refund_percent, no_show_at, created_at, ended_at) select lot_id, id, "
	    "%lld, "
	    "now(), now() + interval '1 hour', 'expired', now(), 2000, 'EUR', now(), 0, now(), "
	    "now(), "
	    "now() from t",
	    (long long)pat);
	int64_t came = paid(pat, "paid");
	for (int i = 0; i < 2; i++)
		assert_ok(notice_of_payment(&c, came));
	assert_string_equal(sql_value("select words from notices where kind = 'payment'"),
	    "You have paid €20.00 for Quay.");
	assert_int_equal(mails("Your payment"), 1);
	sql("insert into refunds (payment_id, amount, currency, reason, status, made_at, done_at) "
	    "values "
	    "(%lld, 500, 'EUR', 'It was more than was owed.', 'done', now(), now())",
	    (long long)came);
	int64_t back = sql_number("select max(id) from refunds");
	for (int i = 0; i < 2; i++)
		assert_ok(notice_of_refund(&c, back));
	assert_string_equal(sql_value("select words from notices where kind = 'refund'"),
	    "€5.00 for Quay went back to you: It was more than was owed.");
	assert_int_equal(mails("Your refund"), 1);
	sql("update charges set state = 'void'");
	assert_ok(notice_of_failed_payment(&c, paid(pat, "failed")));
	assert_string_equal(
	    sql_value("select words from notices where kind = 'payment' order by id desc limit 1"),
	    "Your payment of €20.00 for Quay came to nothing, and nothing was charged. Your card "
	    "has "
	    "insufficient funds.");
	/* Nobody we know: nobody to tell. */
	sql("update charges set user_id = null");
	assert_ok(notice_of_failed_payment(&c, came));
	assert_int_equal(sql_number("select count(*) from notices"), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_notice_stands_in_the_list_and_goes_out_by_mail),
		IN_WORLD(the_same_key_tells_once),
		IN_WORLD(each_chooses_by_kind),
		IN_WORLD(who_has_no_number_for_it_gets_no_text),
		IN_WORLD(the_list_shows_what_is_not_read_first_and_marks_one_or_all),
		IN_WORLD(an_empty_list_says_what_will_stand_there),
		IN_WORLD(the_masthead_counts_what_is_not_read),
		IN_WORLD(a_region_is_told_to_its_people),
		IN_WORLD(many_are_mailed_by_the_worker_some_at_a_time),
		IN_WORLD(the_staff_is_told_of_devices),
		IN_WORLD(who_booked_is_reminded_before_it_begins_once),
		IN_WORLD(who_booked_a_moment_ago_is_not_reminded),
		IN_WORLD(who_parks_is_reminded_before_it_ends_and_again_when_it_is_longer),
		IN_WORLD(the_provider_signs_what_it_tells),
		IN_WORLD(what_the_provider_tells_is_kept),
		IN_WORLD(news_is_read_as_it_was_told),
		IN_WORLD(money_that_came_did_not_come_or_went_back_is_told_once),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
