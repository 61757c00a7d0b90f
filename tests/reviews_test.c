/* reviews_test.c -- who may say what of a lot, what it comes to, and what admins hide. */
#include "world.h"

#include "reviews/reviews.h"

static int64_t lot, other, ada, bob, anna;

/* A booking of somebody's at the lot, from so many hours from now on, for one hour. */
static void
parked(int64_t who, int64_t where, int hours, text status)
{
	bool over = !text_is(status, "confirmed") && !text_is(status, "checked_in");
	bool came = text_is(status, "checked_in") || text_is(status, "completed");
	bool kept = !text_is(status, "expired");

	sql("insert into reservations (lot_id, slot_id, user_id, starts, ends, status, hold_until, "
	    "pay, price, currency, cancel_until, refund_percent, no_show_at, created_at, "
	    "confirmed_at, checked_in_at, ended_at) select s.lot_id, s.id, %lld, t, t + interval "
	    "'1 hour', '%s', t - interval '1 day', '%s', 500, 'EUR', t, 50, t + interval '30 "
	    "min', t - interval '1 day', %s, %s, %s from slots s, (select timestamptz "
	    "'2026-11-17 12:00Z' + interval '%d hours' as t) x where s.lot_id = %lld",
	    (long long)who, status, kept ? "exit" : "", kept ? "t - interval '1 day'" : "null",
	    came ? "t" : "null", over ? "t + interval '1 hour'" : "null", hours, (long long)where);
}

static int64_t
make_lot(text name, text code)
{
	sql("insert into lots (name, city, time_zone, currency, search) values ('%s', 'Köln', "
	    "'Europe/Berlin', 'EUR', lower('%s'));"
	    "insert into zones (lot_id, code) select id, '%s' from lots where search = lower('%s');"
	    "insert into slots (lot_id, zone_id, code, label) select lot_id, id, '%s-1', 'R-1' "
	    "from zones where code = '%s'",
	    name, code, code, code, code, code);
	return sql_number("select id from lots where search = lower('%s')", code);
}

static int
talkative(void **state)
{
	int failed = fresh(state);

	if (failed)
		return failed;
	lot = make_lot("Süd", "RSUD");
	other = make_lot("Nord", "RNORD");
	ada = person(CUSTOMER, "ada");
	bob = person(CUSTOMER, "bob");
	anna = person(ADMIN, "anna");
	sql("update users set first_name = 'Ilse', last_name = 'van den Berg' where id = %lld",
	    (long long)ada);
	return 0;
}
#define TALKATIVE(test) cmocka_unit_test_setup_teardown(test, talkative, gone)

static text
at(text pattern, int64_t id)
{
	text colon = strstr(pattern, ":id");

	return arena_fmt(
	    c.arena, "%.*s%lld%s", (int)(colon - pattern), pattern, (long long)id, colon + 3);
}

static struct response
says(int64_t who, int64_t where, int stars, text words)
{
	struct buf b = BUF(c.arena);

	as(who, CUSTOMER);
	buf_fmt(&b, "{\"rating\":%d,\"words\":", stars);
	buf_json(&b, words);
	buf_char(&b, '}');
	return ask(POST, at("/api/v1/lots/:id/review", where), buf_text(&b));
}

static struct response
of_lot(text more)
{
	as(0, ANYONE);
	return ask(
	    GET, arena_fmt(c.arena, "%s%s", at("/api/v1/lots/:id/reviews", lot), more), NULL);
}

static void
who_parked_there_may_review_and_nobody_else(void **s)
{
	static const text may[] = { "confirmed", "checked_in", "completed", "no_show" };
	static const text may_not[] = { "cancelled", "expired" };

	(void)s;
	assert_says(says(ada, lot, 5, "Fine"), "TOO_EARLY");
	parked(ada, other, -30, "completed"); /* elsewhere */
	parked(ada, lot, 1, "confirmed"); /* not begun */
	assert_says(says(ada, lot, 5, "Fine"), "TOO_EARLY");
	for (size_t i = 0; i < LENGTH(may_not); i++)
		parked(ada, lot, -10 - 3 * (int)i, may_not[i]);
	assert_says(says(ada, lot, 5, "Fine"), "once a booking of yours there has begun");
	for (size_t i = 0; i < LENGTH(may); i++) {
		int64_t who = person(CUSTOMER, arena_fmt(c.arena, "of-%s", i ? may[i] + 3 : "x"));

		parked(who, lot, -40 - 3 * (int)i, may[i]);
		assert_int_equal(says(who, lot, 4, "Good").status, 200);
	}
	assert_int_equal(
	    sql_number("select n from lot_ratings where lot_id = %lld", (long long)lot), 4);
}

static void
there_is_one_a_person_and_lot_and_writing_again_changes_it(void **s)
{
	(void)s;
	parked(ada, lot, -5, "completed");
	assert_int_equal(says(ada, lot, 5, "Bright").status, 200);
	assert_says(of_lot(""), "\"rating\":5,\"reviews\":1");
	c.now = instant_plus(c.now, HOUR);
	assert_int_equal(says(ada, lot, 2, "Dark after all").status, 200);
	assert_int_equal(sql_number("select count(*) from reviews"), 1);
	struct response r = of_lot("");
	assert_says(r, "\"rating\":2,\"reviews\":1");
	assert_says(r, "Dark after all");
	assert_not_says(r, "Bright");
	assert_says(r, "\"changed_at\":\"2026-11-17T13:00:00Z\"");
}

static void
it_is_read_under_first_name_and_initial_with_the_month_and_no_more(void **s)
{
	(void)s;
	parked(ada, lot, -5, "completed");
	says(ada, lot, 4, "Good");
	struct response r = of_lot("");
	assert_says(r, "\"by_name\":\"Ilse van den B.\"");
	assert_says(r, "\"when\":\"November 2026\"");
	assert_not_says(r, "ada");
	assert_not_says(r, "user_id");
	assert_not_says(r, "stayed_at");
	sql("update users set first_name = '', last_name = '' where id = %lld", (long long)ada);
	says(ada, lot, 4, "Good");
	assert_says(of_lot(""), "\"by_name\":null");
	assert_says(browse(GET, at("/lots/:id/reviews", lot), NULL), "Somebody who parked here");
}

static void
stars_are_one_to_five_and_words_at_most_two_thousand(void **s)
{
	char long_words[2002];

	(void)s;
	parked(ada, lot, -5, "completed");
	memset(long_words, 'x', sizeof long_words - 1);
	long_words[sizeof long_words - 1] = 0;
	assert_int_equal(says(ada, lot, 0, "").status, 422);
	assert_int_equal(says(ada, lot, 6, "").status, 422);
	assert_says(says(ada, lot, 5, long_words), "\"words\":\"At most 2000");
	long_words[2000] = 0;
	assert_int_equal(says(ada, lot, 5, long_words).status, 200);
	assert_int_equal(says(ada, lot, 5, "").status, 200);
	assert_int_equal(says(ada, 999999, 5, "").status, 404);
}

static void
words_stay_as_they_were_typed(void **s)
{
	static const text typed[] = { "נקי ובטוח 🚗👩‍👧", "ممتاز",
		"Zeile eins\nZeile zwei", "</p><script>alert(1)</script>&amp;'\"",
		"{{name}} {{{csrf}}}" };

	(void)s;
	parked(ada, lot, -5, "completed");
	for (size_t i = 0; i < LENGTH(typed); i++) {
		assert_int_equal(says(ada, lot, 5, typed[i]).status, 200);
		assert_string_equal(sql_value("select words from reviews"), typed[i]);
	}
	as(ada, CUSTOMER);
	assert_int_equal(
	    browse(POST, at("/lots/:id/review", lot), "rating=5&words=one%0D%0Atwo").status, 303);
	assert_string_equal(sql_value("select words from reviews"), "one\ntwo");
	assert_int_equal(
	    browse(POST, at("/lots/:id/review", lot), "rating=5&words=a%E2%80%AEb").status, 422);
}

static void
a_review_is_words_on_every_page_that_shows_it(void **s)
{
	static const text evil =
	    "</p></textarea><img src=x onerror=alert(1)>\"'><script>x()</script>";

	(void)s;
	parked(ada, lot, -5, "completed");
	assert_int_equal(says(ada, lot, 1, evil).status, 200);
	int64_t id = sql_number("select id from reviews");
	sql("update users set first_name = '<b>Ilse', last_name = '<i>x' where id = %lld",
	    (long long)ada);
	as(anna, ADMIN);
	struct response shown[] = { browse(GET, at("/admin/reviews/:id", id), NULL),
		browse(GET, "/admin/reviews?q=script", NULL) };
	as(ada, CUSTOMER);
	struct response own[] = { browse(GET, at("/lots/:id/review", lot), NULL),
		browse(GET, "/reviews", NULL), browse(GET, at("/lots/:id/reviews", lot), NULL),
		browse(GET, at("/lots/:id", lot), NULL) };
	for (size_t i = 0; i < LENGTH(shown) + LENGTH(own); i++) {
		struct response r = i < LENGTH(shown) ? shown[i] : own[i - LENGTH(shown)];

		assert_int_equal(r.status, 200);
		assert_says(r, "&lt;img src=x");
		assert_not_says(r, "<img src=x");
		assert_not_says(r, "<script>x(");
		assert_not_says(r, "<b>Ilse");
		assert_not_says(r, "<i>x");
	}
}

static void
the_average_is_of_all_that_are_shown_and_stands_on_results_and_lot(void **s)
{
	static const int stars[] = { 5, 4, 4, 1 };

	(void)s;
	for (size_t i = 0; i < LENGTH(stars); i++) {
		int64_t who = person(CUSTOMER, arena_fmt(c.arena, "guest-%zu", i));

		parked(who, lot, -60 + 3 * (int)i, "completed");
		assert_int_equal(says(who, lot, stars[i], "Words").status, 200);
	}
	as(0, ANYONE);
	assert_says(ask(GET, at("/api/v1/lots/:id", lot), NULL), "\"rating\":3.5,\"reviews\":4");
	assert_says(ask(GET, "/api/v1/lots", NULL), "\"rating\":3.5,\"reviews\":4");
	assert_says(ask(GET, "/api/v1/lots?near=rsud", NULL), "\"rating\":3.5,\"reviews\":4");
	struct response r = browse(GET, at("/lots/:id", lot), NULL);
	assert_says(r, "from 4 people who parked here");
	assert_says(r, "width=\"100.00%\"");
	assert_says(browse(GET, "/lots", NULL), "3.5<span class=\"unseen\"> of 5</span>");
	assert_says(browse(GET, at("/lots/:id", other), NULL), "Nobody has said yet");
	assert_says(of_lot("?stars=1"), "\"rating\":1,");
	assert_not_says(of_lot("?stars=1"), "\"rating\":4,\"w");
}

static void
a_hidden_one_is_seen_by_its_writer_with_the_reason_and_does_not_count(void **s)
{
	(void)s;
	parked(ada, lot, -5, "completed");
	parked(bob, lot, -8, "completed");
	says(ada, lot, 1, "Mister B. was rude");
	says(bob, lot, 5, "Lovely");
	int64_t id = sql_number("select id from reviews where user_id = %lld", (long long)ada);
	text hiding = at("/api/v1/admin/reviews/:id/hiding", id);
	text showing = at("/api/v1/admin/reviews/:id/showing", id);
	assert_int_equal(ask(POST, hiding, "{\"reason\":\"x\"}").status, 403);
	as(anna, ADMIN);
	assert_int_equal(ask(POST, hiding, "{}").status, 422);
	assert_int_equal(ask(POST, hiding, "{\"reason\":\"It names somebody\"}").status, 200);
	assert_says(ask(POST, hiding, "{\"reason\":\"again\"}"), "WRONG_STATE");
	assert_string_equal(sql_value("select detail from audit where action = 'review_hidden' and "
				      "subject_id = %lld and user_id = %lld",
				(long long)id, (long long)anna),
	    "It names somebody");
	assert_string_equal(sql_value("select recipient from outbox where body like '%%It names "
				      "somebody%%'"),
	    "ada@parking.test");
	assert_says(of_lot(""), "\"rating\":5,\"reviews\":1");
	assert_not_says(of_lot(""), "rude");
	as(ada, CUSTOMER);
	struct response own = browse(GET, at("/lots/:id/review", lot), NULL);
	assert_says(own, "Only you see this review");
	assert_says(own, "It names somebody");
	assert_says(browse(GET, "/reviews", NULL), "It names somebody");
	/* Changing it does not show it. */
	assert_says(says(ada, lot, 1, "He was rude"), "\"hidden\":true");
	assert_says(of_lot(""), "\"rating\":5,\"reviews\":1");
	as(anna, ADMIN);
	assert_int_equal(ask(POST, showing, "{}").status, 200);
	assert_says(ask(POST, showing, "{}"), "WRONG_STATE");
	assert_says(of_lot(""), "\"rating\":3,\"reviews\":2");
	assert_int_equal(sql_number("select count(*) from outbox where subject = 'Your review is "
				    "shown again'"),
	    1);
}

static void
one_takes_ones_own_away(void **s)
{
	(void)s;
	parked(ada, lot, -5, "completed");
	says(ada, lot, 3, "So so");
	as(bob, CUSTOMER);
	assert_int_equal(ask(DELETE, at("/api/v1/lots/:id/review", lot), NULL).status, 404);
	as(ada, CUSTOMER);
	assert_int_equal(ask(DELETE, at("/api/v1/lots/:id/review", lot), NULL).status, 204);
	assert_says(of_lot(""), "\"rating\":null,\"reviews\":0");
	says(ada, lot, 3, "So so");
	assert_string_equal(
	    sql_value("select average from lot_ratings where lot_id = %lld", (long long)lot), "3");
	struct response r = browse(POST, at("/lots/:id/review/removal", lot), "");
	assert_int_equal(r.status, 303);
	assert_int_equal(browse(POST, at("/lots/:id/review/removal", lot), "").status, 404);
	assert_int_equal(
	    sql_number("select n from lot_ratings where lot_id = %lld", (long long)lot), 0);
}

static void
my_parking_asks_once_a_lot_and_no_more_when_it_is_answered(void **s)
{
	(void)s;
	parked(ada, lot, -5, "completed");
	parked(ada, lot, -10, "completed");
	parked(ada, other, -15, "cancelled");
	as(ada, CUSTOMER);
	struct response r = browse(GET, "/reservations", NULL);
	text first = strstr(r.body, "How was it?");
	assert_non_null(first);
	assert_null(strstr(first + 1, "How was it?"));
	assert_says(browse(GET, "/reviews", NULL), at("/lots/:id/review\">Süd", lot));
	assert_says(browse(GET, at("/lots/:id/review", lot), NULL), "Publish the review");
	says(ada, lot, 5, "");
	assert_not_says(browse(GET, "/reservations", NULL), "How was it?");
	assert_says(browse(GET, "/reviews", NULL), "What you said");
	as(bob, CUSTOMER);
	assert_says(browse(GET, "/reviews", NULL), "You have not reviewed a lot yet");
	assert_says(browse(GET, at("/lots/:id/review", lot), NULL), "Not yet");
}

static void
long_lists_go_page_by_page(void **s)
{
	(void)s;
	sql("insert into users (username, email) select 'g' || n, 'g' || n || '@parking.test' from "
	    "generate_series(1, 70) n;"
	    "insert into reviews (lot_id, user_id, rating, words, stayed_at, created_at) select "
	    "%lld, id, 1 + id %% 5, 'word ' || username, now(), now() from users where username "
	    "like 'g%%'",
	    (long long)lot);
	struct response r = of_lot("");
	int seen = 0;
	for (text next; (next = strstr(r.body, "\"next\":\"")); seen++) {
		next += strlen("\"next\":\"");
		next = arena_bytes(c.arena, next, strcspn(next, "\""));
		r = ask(GET, arena_fmt(c.arena, "/api/v1%s", next), NULL);
		assert_int_equal(r.status, 200);
	}
	assert_int_equal(seen, 3);
	as(anna, ADMIN);
	r = ask(GET, "/api/v1/admin/reviews?sort=stars", NULL);
	assert_says(r, "\"next\":\"/admin/reviews?sort=stars&page=2\"");
	assert_not_says(r, "\"rating\":5,");
	assert_says(browse(GET, "/admin/reviews?sort=stars&page=2", NULL), "Page before");
	assert_says(ask(GET, "/api/v1/admin/reviews?q=word%20g33", NULL), "word g33");
	assert_not_says(ask(GET, "/api/v1/admin/reviews?rating=3", NULL), "\"rating\":4,");
	assert_says(ask(GET, "/api/v1/admin/reviews?state=hidden", NULL), "\"items\":[]");
	assert_says(browse(GET, "/admin/reviews?state=hidden", NULL), "No review fits");
	assert_says(
	    browse(GET, arena_fmt(c.arena, "/admin/reviews?lot=%lld", (long long)other), NULL),
	    "No review fits");
	assert_int_equal(ask(GET, "/api/v1/admin/reviews?sort=funny", NULL).status, 422);
	assert_int_equal(ask(GET, "/api/v1/admin/reviews/999999", NULL).status, 404);
}

static void
the_kept_count_is_what_counting_gives(void **s)
{
	(void)s;
	sql("insert into users (username, email) select 'g' || n, 'g' || n || '@parking.test' from "
	    "generate_series(1, 40) n;"
	    "insert into reviews (lot_id, user_id, rating, stayed_at, created_at) select %lld, id, "
	    "1 + id %% 5, now(), now() from users where username like 'g%%';"
	    "update reviews set rating = 5 where id %% 3 = 0;"
	    "update reviews set hidden_at = now(), hidden_why = 'x' where id %% 4 = 0;"
	    "update reviews set rating = 1 where id %% 8 = 0;"
	    "update reviews set hidden_at = null, hidden_why = '' where id %% 16 = 0;"
	    "update reviews set lot_id = %lld where id %% 7 = 0;"
	    "delete from reviews where id %% 5 = 0",
	    (long long)lot, (long long)other);
	assert_int_equal(
	    sql_number("select count(*) from lot_ratings g where (n, ones, fives) is distinct from "
		       "(select (count(*), count(*) filter (where rating = 1), count(*) filter "
		       "(where rating = 5)) from reviews r where r.lot_id = g.lot_id and hidden_at "
		       "is null)"),
	    0);
	assert_int_equal(sql_number("select count(*) from lot_ratings g where average <> (select "
				    "round(avg(rating), 1) from reviews r where r.lot_id = "
				    "g.lot_id and hidden_at is null)"),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TALKATIVE(who_parked_there_may_review_and_nobody_else),
		TALKATIVE(there_is_one_a_person_and_lot_and_writing_again_changes_it),
		TALKATIVE(it_is_read_under_first_name_and_initial_with_the_month_and_no_more),
		TALKATIVE(stars_are_one_to_five_and_words_at_most_two_thousand),
		TALKATIVE(words_stay_as_they_were_typed),
		TALKATIVE(a_review_is_words_on_every_page_that_shows_it),
		TALKATIVE(the_average_is_of_all_that_are_shown_and_stands_on_results_and_lot),
		TALKATIVE(a_hidden_one_is_seen_by_its_writer_with_the_reason_and_does_not_count),
		TALKATIVE(one_takes_ones_own_away),
		TALKATIVE(my_parking_asks_once_a_lot_and_no_more_when_it_is_answered),
		TALKATIVE(long_lists_go_page_by_page),
		TALKATIVE(the_kept_count_is_what_counting_gives),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
