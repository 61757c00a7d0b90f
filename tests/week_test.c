/*
 * week_test.c -- opening hours as seven rows of a form, and a form that is only looked at.
 */
#include "world.h"

#include "lots/week.h"

static struct week_draft
open_from_till(text from, text until)
{
	struct week_draft w = { .by = "days" };

	for (int i = 0; i < 7; i++)
		w.day[i] = (struct day_draft){ "open", from, until };
	return w;
}

static text
spelled(const struct week_draft *w)
{
	text hours = "?";

	c.complaints.n = 0;
	return week_spelled(&c, w, "Mo 01:00-02:00", &hours) == OK ? hours : "refused";
}

static void
seven_rows_are_spelled_as_short_as_can_be(void **s)
{
	struct week_draft w = open_from_till("06:00", "22:00");

	(void)s;
	assert_string_equal(spelled(&w), "Mo-Su 06:00-22:00");
	w.day[5] = (struct day_draft){ "open", "08:00", "01:00" };
	w.day[6].how = "closed";
	assert_string_equal(spelled(&w), "Mo-Fr 06:00-22:00; Sa 08:00-01:00");
	w = open_from_till("00:00", "00:00");
	assert_string_equal(spelled(&w), "");
	w.day[2].how = "closed";
	assert_string_equal(spelled(&w), "Mo-Tu 00:00-24:00; Th-Su 00:00-24:00");
}

static void
only_what_is_chosen_counts(void **s)
{
	struct week_draft w = open_from_till("06:00", "22:00");

	(void)s;
	w.by = "always";
	assert_string_equal(spelled(&w), "");
	w.by = "text";
	assert_string_equal(spelled(&w), "Mo 01:00-02:00");
	w.by = "";
	assert_string_equal(spelled(&w), "Mo 01:00-02:00");
}

static void
a_day_without_its_times_is_told_beside_its_field(void **s)
{
	struct week_draft w = open_from_till("06:00", "22:00");

	(void)s;
	w.day[1].until = "";
	w.day[3].from = "";
	assert_string_equal(spelled(&w), "refused");
	assert_int_equal(c.complaints.n, 2);
	assert_string_equal(c.complaints.v[0].field, "tue_until");
	assert_string_equal(c.complaints.v[1].field, "thu_from");
	for (int i = 0; i < 7; i++)
		w.day[i].how = "closed";
	assert_string_equal(spelled(&w), "refused");
	assert_string_equal(c.complaints.v[0].says, "It would never be open.");
}

static void
times_of_day_are_those_of_a_clock(void **s)
{
	static const text good[] = { "", "00:00", "09:05", "23:59" };
	static const text bad[] = { "24:00", "6:00", "06:60", "06.00", "06:000", "ab:cd", "29:00" };

	(void)s;
	for (size_t i = 0; i < LENGTH(good); i++)
		assert_null(clock_ok(c.arena, &good[i]));
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_non_null(clock_ok(c.arena, &bad[i]));
}

/* What the form shows is what it would say again. */
static void
hours_come_back_as_they_went(void **s)
{
	static const text weeks[] = { "", "Mo-Fr 06:00-22:00; Sa 08:00-01:00", "Su 10:00-24:00",
		"Mo-Tu 00:00-24:00; Th-Su 00:00-24:00", "Fr 23:00-06:00" };
	struct week_draft w;

	(void)s;
	for (size_t i = 0; i < LENGTH(weeks); i++) {
		week_of(c.arena, weeks[i], &w);
		assert_string_equal(w.by, *weeks[i] ? "days" : "always");
		assert_string_equal(spelled(&w), weeks[i]);
	}
	week_of(c.arena, "Mo 06:00-12:00,13:00-20:00", &w);
	assert_string_equal(w.by, "text"); /* seven rows cannot say it */
}

static void
a_form_that_is_looked_at_does_nothing(void **s)
{
	(void)s;
	as(person(ADMIN, "ada"), ADMIN);
	struct response r = look_at("/admin/lots", "name=Seen&hours_by=always");
	assert_int_equal(r.status, 204);
	assert_int_equal(sql_number("select count(*) from lots where name = 'Seen'"), 0);
	assert_int_equal(sql_number("select count(*) from audit where action = 'lot_created'"), 0);
	r = look_at("/admin/lots", "name=Seen&min_minutes=90&default_minutes=60");
	assert_int_equal(r.status, 422);
	assert_says(r, "\"default_minutes\":\"Less than the shortest booking.\"");
	r = look_at("/admin/lots", "name=&currency=XX");
	assert_says(r, "\"name\":\"This is needed.\"");
	assert_says(r, "\"currency\":\"Three letters, like EUR.\"");
}

static void
who_may_not_do_it_may_not_look_either(void **s)
{
	(void)s;
	as(person(CUSTOMER, "cem"), CUSTOMER);
	assert_int_equal(look_at("/admin/lots", "name=Seen").status, 403);
	as(0, ANYONE);
	assert_int_equal(look_at("/admin/lots", "name=Seen").status, 401);
}

/* A wrong code counts when it is sent, and not while it is typed. */
static void
codes_and_passwords_are_not_tried_by_looking(void **s)
{
	(void)s;
	as(0, ANYONE);
	struct response r = look_at("/verification", "request=none&code=123456");
	assert_int_equal(r.status, 204);
	r = look_at("/login", "login=nobody&password=some+words");
	assert_int_equal(r.status, 204);
	assert_int_equal(sql_number("select count(*) from audit"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(seven_rows_are_spelled_as_short_as_can_be),
		IN_WORLD(only_what_is_chosen_counts),
		IN_WORLD(a_day_without_its_times_is_told_beside_its_field),
		IN_WORLD(times_of_day_are_those_of_a_clock),
		IN_WORLD(hours_come_back_as_they_went),
		IN_WORLD(a_form_that_is_looked_at_does_nothing),
		IN_WORLD(who_may_not_do_it_may_not_look_either),
		IN_WORLD(codes_and_passwords_are_not_tried_by_looking),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
