/* /admin/users: people by part of a name or address. */
#include "world.h"

#include "accounts_sql.h"

#define MOST 50

static void
three_people(void)
{
	sql("delete from users where id <> %lld", (long long)c.person.id);
	sql("insert into users (username, email, first_name, last_name, role) values "
	    "('juergen', 'j.mueller@parking.example', 'Jürgen', 'Müller', 'operator'),"
	    "('oh', 'o@parking.example', 'Zoë', 'O''Hara', 'customer'),"
	    "('100_percent', 'all@parking.example', 'Łukasz', 'Straße', 'customer')");
}

/* The usernames found, newest first. */
static text
found(text part, text role)
{
	struct rows rows;
	struct buf b = BUF(c.arena);

	assert_ok(users_found(&c, part, role, 0, MOST, &rows));
	for (size_t i = 0; i < rows.n; i++)
		buf_fmt(&b, "%s%s", i ? " " : "", ROW(user, rows, i)->username);
	return buf_text(&b);
}

static void
accents_and_case_make_no_difference(void **state)
{
	(void)state;
	three_people();
	assert_string_equal(found("JURGEN", ""), "juergen");
	assert_string_equal(found("mull", ""), "juergen");
	assert_string_equal(found("MÜLL", ""), "juergen");
	assert_string_equal(found("Mu\xcc\x88ll", ""), "juergen"); /* u and its dots, apart */
	assert_string_equal(found("zoe o'h", ""), "oh");
	assert_string_equal(found("lukasz strasse", ""), "100_percent");
	assert_string_equal(found("PARKING.EXAMPLE", ""), "100_percent oh juergen");
	assert_string_equal(found(" muller ", ""), "juergen");
}

static void
one_or_two_letters_begin_a_word(void **state)
{
	(void)state;
	three_people();
	assert_string_equal(found("o", ""), "oh");
	assert_string_equal(found("ju", ""), "juergen");
	assert_string_equal(found("ue", ""), "");
	assert_string_equal(found("", ""), "100_percent oh juergen");
}

static void
wildcards_are_letters(void **state)
{
	(void)state;
	three_people();
	assert_string_equal(found("100_p", ""), "100_percent");
	assert_string_equal(found("100.p", ""), "");
	assert_string_equal(found("%%%", ""), "");
	assert_string_equal(found("___", ""), "");
	assert_string_equal(found("\\\\\\", ""), "");
	assert_string_equal(found("_", ""), "");
}

static void
a_role_narrows_it(void **state)
{
	(void)state;
	three_people();
	assert_string_equal(found("parking", "operator"), "juergen");
	assert_string_equal(found("", "customer"), "100_percent oh");
	assert_string_equal(found("juergen", "customer"), "");
}

/* The newest are looked through, the rest is found by the index: nobody between the two is lost or comes twice. */
static void
whoever_came_long_ago_is_found(void **state)
{
	struct rows rows;

	(void)state;
	three_people();
	sql("insert into users (username, email, last_name) select 'crowd' || i, 'crowd' || i || "
	    "'@parking.test', case when i in (1, 1000, 1001) then 'Rare' else '' end "
	    "from generate_series(1, 6000) i");
	assert_string_equal(found("müller", ""), "juergen");
	assert_string_equal(found("rare", ""), "crowd1001 crowd1000 crowd1");
	assert_string_equal(found("rare", "customer"), "crowd1001 crowd1000 crowd1");
	assert_string_equal(found("rare", "operator"), "");
	assert_ok(users_found(&c, "crowd", "", 0, MOST, &rows));
	assert_int_equal(rows.n, MOST);
	int64_t before = ROW(user, rows, MOST - 1)->id;
	assert_ok(users_found(&c, "crowd", "", before, MOST, &rows));
	assert_int_equal(ROW(user, rows, 0)->id, before - 1);
}

static void
the_page_finds_them_too(void **state)
{
	(void)state;
	three_people();
	as(person(ADMIN, "boss"), ADMIN);
	struct response r = browse(GET, "/admin/users?q=muller", NULL);
	assert_int_equal(r.status, 200);
	assert_says(r, "Müller");
	assert_not_says(r, "Łukasz");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(accents_and_case_make_no_difference),
		IN_WORLD(one_or_two_letters_begin_a_word),
		IN_WORLD(wildcards_are_letters),
		IN_WORLD(a_role_narrows_it),
		IN_WORLD(whoever_came_long_ago_is_found),
		IN_WORLD(the_page_finds_them_too),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
