/*
 * world.h -- a database for a test program, and a transaction that nobody commits for each test.
 *
 *	int
 *	main(void)
 *	{
 *		const struct CMUnitTest tests[] = { IN_WORLD(cancelling_frees_the_slot), … };
 *		return cmocka_run_group_tests(tests, world_up, world_down);
 *	}
 *
 * DATABASE_URL names a migrated database (tests/with-servers).  `c` is the context of the running
 *test; its clock stands still at NOON until the test moves it (c.now).  What a request commits
 *inside still vanishes.
 */
#ifndef WORLD_H
#define WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* first: cmocka.h makes a macro of the word `fail` */
#include "web/web.h"

#include <cmocka.h>

#define NOON ((instant){ 1794916800 * SECOND }) /* 2026-11-17T12:00:00Z, a Tuesday */

extern struct ctx c;

int world_up(void **);
int world_down(void **);
int fresh(void **);
int gone(void **);
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, fresh, gone)

/* Runs SQL that has to work (several statements, no arguments) inside the test's transaction. */
void sql(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* The first column of the first row, "" if there is none. */
text sql_value(const char *fmt, ...) PRINTF_LIKE(1, 2);
int64_t sql_number(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* People of the test's own making, verified, with a password nobody knows; answers the id. */
int64_t person(enum role, text name);
/* From here on ask() comes from that person (0: from nobody).  */
void as(int64_t user_id, enum role role);

/* One request through serve(), as a program speaks (JSON)… */
struct response ask(enum method, text path_and_query, text json_or_null);
/* … or as a browser does: an HTML form, its token and Origin right. */
struct response browse(enum method, text path_and_query, text form_or_null);
/* … or with a body of that type, for an answer in JSON. */
struct response send_body(text path, text type, const void *, size_t n);
/* … or as its script does, that wants to know what is wrong with a form before it is sent. */
struct response look_at(text path_and_query, text form);
text location(const struct response *); /* "" if it leads nowhere */
text header(const struct response *, text name); /* "" if absent */

#define assert_ok(e) assert_string_equal(problem_name(e), "OK")
#define assert_problem(e, name) assert_string_equal(problem_name(e), #name)
#define assert_says(response, words)                                                               \
	assert_true(strstr((response).body ? (response).body : "", (words)) != NULL)
#define assert_not_says(response, words)                                                           \
	assert_true(strstr((response).body ? (response).body : "", (words)) == NULL)

#endif
