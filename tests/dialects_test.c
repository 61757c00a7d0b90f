/*
 * dialects_test.c -- the shapes of the source systems: how they fail, their lists, and who gets which at an address that
 * people share with programs.
 */
#include "world.h"

static void
each_family_fails_in_its_own_shape(void **s)
{
	static const struct {
		text path, body;
	} all[] = {
		{ "/api/users/users/7/8", "{\"detail\":\"Not found.\"}" },
		{ "/api/payments/nothing/", "{\"detail\":\"Not found.\"}" },
		{ "/api/dashboard/nothing", "{\"detail\":\"Not found.\"}" },
		{ "/api/zones/1/2", "{\"detail\":\"Not found.\"}" },
		{ "/api/users/nothing", "{\"msg\":\"There is nothing here\"}" },
		{ "/api/parking/nothing/", "{\"msg\":\"There is nothing here\"}" },
		{ "/start_session/x",
		    "{\"success\":false,\"message\":\"There is nothing "
		    "here\",\"error\":\"NOT_FOUND\"}" },
		{ "/createlot/x",
		    "{\"success\":false,\"message\":\"There is nothing "
		    "here\",\"error\":\"NOT_FOUND\"}" },
	};

	(void)s;
	for (size_t i = 0; i < LENGTH(all); i++) {
		struct response out = ask(GET, all[i].path, NULL);

		assert_int_equal(out.status, 404);
		assert_string_equal(out.type, "application/json");
		assert_string_equal(out.body, all[i].body);
	}
}

static void
what_only_begins_like_it_is_another_address(void **s)
{
	(void)s;
	assert_string_equal(ask(GET, "/reviewers", NULL).type, "application/problem+json");
	assert_string_equal(ask(GET, "/api/dashboards", NULL).type, "application/problem+json");
	assert_string_equal(ask(GET, "/api/v1/sessions", NULL).type, "application/problem+json");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(each_family_fails_in_its_own_shape),
		IN_WORLD(what_only_begins_like_it_is_another_address),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
