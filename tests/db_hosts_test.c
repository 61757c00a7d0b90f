/* The servers a conninfo names, and the lists that libpq is given. */
#include <setjmp.h>

#include "gear/db_hosts.h"

#include <cmocka.h>

static struct arena *a;

/* "names | addresses | ports" as libpq gets them; "as it is" where it needs no help. */
static char told[2048];

static void
tell(struct db_search *s)
{
	snprintf(told, sizeof told, "%s | %s | %s", buf_text(&s->names), buf_text(&s->addresses),
	    s->hosts->ports ? buf_text(&s->ports) : "its own");
	if (s->n_found == 0)
		snprintf(told, sizeof told, "nobody");
}

static text
for_libpq(text conninfo)
{
	static struct db_search s;
	struct db_hosts hosts;

	db_hosts_read(a, conninfo, &hosts);
	snprintf(told, sizeof told, "as it is");
	if (hosts.n)
		db_search_begin(&s, &hosts, tell);
	db_search_end(&s);
	return told;
}

static void
sockets_need_no_help(void **state)
{
	(void)state;
	assert_string_equal(for_libpq("dbname=parking"), "as it is");
	assert_string_equal(for_libpq("host=/run/postgresql,@abstract"), "as it is");
	assert_string_equal(for_libpq("postgresql://parking@/parking?host=/tmp"), "as it is");
	assert_string_equal(for_libpq("host=db.example hostaddr=192.0.2.1"), "as it is");
	assert_string_equal(for_libpq("postgresql://[broken"), "as it is"); /* libpq will say so */
}

static void
addresses_are_their_own(void **state)
{
	(void)state;
	assert_string_equal(for_libpq("host=192.0.2.1"), "192.0.2.1 | 192.0.2.1 | ");
	assert_string_equal(for_libpq("postgresql://u:p@[2001:db8::1]:5433/parking"),
	    "2001:db8::1 | 2001:db8::1 | 5433");
}

static void
several_servers_keep_their_ports_and_sockets_their_places(void **state)
{
	(void)state;
	assert_string_equal(for_libpq("host=192.0.2.1,/tmp,192.0.2.2 port=1,2,3"),
	    "192.0.2.1,/tmp,192.0.2.2 | 192.0.2.1,,192.0.2.2 | 1,2,3");
	assert_string_equal(for_libpq("host=192.0.2.1,192.0.2.2 port=6432"),
	    "192.0.2.1,192.0.2.2 | 192.0.2.1,192.0.2.2 | its own");
	assert_string_equal(for_libpq("postgresql://192.0.2.1:1,192.0.2.2/parking"),
	    "192.0.2.1,192.0.2.2 | 192.0.2.1,192.0.2.2 | 1,");
}

static void
a_name_is_found_with_all_its_addresses(void **state)
{
	(void)state;
	text got = for_libpq("host=localhost port=5433");
	assert_true(text_starts(got, "localhost") && strstr(got, "127.0.0.1"));
	/* as many names and ports as addresses */
	assert_true(strstr(got, "localhost,localhost") == NULL || strstr(got, "5433,5433"));
}

static void
a_name_that_leads_nowhere_is_left_out(void **state)
{
	(void)state;
	assert_string_equal(for_libpq("host=nobody.invalid"), "nobody");
	assert_string_equal(
	    for_libpq("host=nobody.invalid,192.0.2.2 port=1,2"), "192.0.2.2 | 192.0.2.2 | 2");
}

static void
what_the_conninfo_leaves_out_stands_in_the_environment(void **state)
{
	(void)state;
	setenv("PGHOST", "192.0.2.9", 1);
	setenv("PGPORT", "5999", 1);
	assert_string_equal(for_libpq("dbname=parking"), "192.0.2.9 | 192.0.2.9 | 5999");
	assert_string_equal(for_libpq("host=/tmp"), "as it is");
	unsetenv("PGHOST");
	unsetenv("PGPORT");
}

static int
begin(void **state)
{
	(void)state;
	unsetenv("PGHOST");
	unsetenv("PGPORT");
	a = arena_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sockets_need_no_help),
		cmocka_unit_test(addresses_are_their_own),
		cmocka_unit_test(several_servers_keep_their_ports_and_sockets_their_places),
		cmocka_unit_test(a_name_is_found_with_all_its_addresses),
		cmocka_unit_test(a_name_that_leads_nowhere_is_left_out),
		cmocka_unit_test(what_the_conninfo_leaves_out_stands_in_the_environment),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
