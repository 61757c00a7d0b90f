#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "crowd.h"
#include "gear/db.h"
#include "gear/loop.h"

#include <cmocka.h>

#define assert_ok(e) assert_string_equal(problem_name(e), "OK")
#define assert_problem(e, name) assert_string_equal(problem_name(e), #name)

struct thing {
	int64_t id;
	text name;
	instant at;
	bool good;
	double weight;
	money price;
};
static const struct field thing_fields[] = {
	FIELD(thing, id),
	FIELD(thing, name),
	FIELD(thing, at),
	FIELD(thing, good),
	FIELD(thing, weight),
	FIELD(thing, price),
	FIELD_END,
};
#define STATEMENT(n, k, statement, args, r)                                                        \
	static const struct query n = {                                                            \
		.name = #n, .sql = statement, .nargs = args, .row = r, .kind = k                   \
	}

STATEMENT(thing_add, "none",
    "insert into thing (id, name, at, good, weight, price) "
    "values ($1, $2, '2026-05-01T10:00:00.25+02', true, 1.5, 1234)",
    2, NULL);
STATEMENT(thing_of, "one", "select price, weight, good, at, name, id from thing where id = $1", 1,
    thing_fields);
STATEMENT(things, "many", "select id, name from thing order by id", 0, thing_fields);
STATEMENT(thing_rename, "none", "update thing set name = $2 where id = $1", 2, NULL);
STATEMENT(backend, "one", "select pg_backend_pid() as id", 0, thing_fields);
STATEMENT(kill_backend, "none", "select pg_terminate_backend($1)", 1, NULL);
STATEMENT(nap, "none", "select pg_sleep($1)", 1, NULL);
STATEMENT(lock, "none", "select pg_advisory_xact_lock($1)", 1, NULL);

static struct db_pool *pool;
static struct ctx c;

static struct ctx
someone(struct db_pool *p)
{
	struct ctx who = { .arena = arena_new(), .request_id = "test", .address = "" };

	who.db = db_new(p, who.arena);
	return who;
}

static void
script(text sql)
{
	assert_ok(db_script(&c, sql));
}

static int
up(void **state)
{
	(void)state;
	pool = db_pool_open(getenv("DATABASE_URL"), 4);
	c = someone(pool);
	script("drop table if exists thing; create table thing (id bigint constraint thing_pkey "
	       "primary key, "
	       "name text, at timestamptz, good boolean, weight float8, price bigint)");
	return 0;
}

static int
down(void **state)
{
	(void)state;
	arena_free(c.arena);
	db_pool_close(pool);
	return 0;
}

static enum problem
add(struct ctx *who, int64_t id, text name)
{
	return db_none(
	    who, &thing_add, (const text[]){ sql_int(who->arena, id), name, NULL }, NULL);
}

static enum problem
get(struct ctx *who, int64_t id, struct thing *out)
{
	*out = (struct thing){ 0 };
	return db_one(who, &thing_of, (const text[]){ sql_int(who->arena, id), NULL }, out);
}

static int64_t
ms_since(instant then)
{
	return instant_minus(loop_now(), then) / 1000;
}

/* ---- rows */

static void
a_row_is_filled_by_the_names_of_its_columns(void **state)
{
	struct thing t;

	(void)state;
	assert_ok(add(&c, 1, "Grüße"));
	assert_ok(get(&c, 1, &t));
	assert_int_equal(t.id, 1);
	assert_string_equal(t.name, "Grüße");
	assert_string_equal(instant_text(c.arena, t.at), "2026-05-01T08:00:00.25Z");
	assert_true(t.good);
	assert_true(t.weight == 1.5);
	assert_int_equal(t.price.minor, 1234);
}

static void
null_leaves_nothing(void **state)
{
	struct thing t;

	(void)state;
	script("insert into thing (id) values (2)");
	assert_ok(get(&c, 2, &t));
	assert_string_equal(t.name, "");
	assert_true(instant_none(t.at));
	assert_false(t.good);
}

static void
what_is_not_there_is_not_found(void **state)
{
	struct thing t;
	struct rows all = { 0 };

	(void)state;
	assert_problem(get(&c, 99, &t), NOT_FOUND);
	assert_ok(db_many(&c, &things, (const text[]){ NULL }, sizeof(struct thing), &all));
	assert_int_equal(all.n, 0);
}

static void
rows_come_in_order_and_are_counted(void **state)
{
	struct rows all;
	int64_t changed;

	(void)state;
	script("insert into thing (id, name) select i, 'n' || i from generate_series(1, 1000) i");
	assert_ok(db_many(&c, &things, (const text[]){ NULL }, sizeof(struct thing), &all));
	assert_int_equal(all.n, 1000);
	assert_string_equal(ROW(thing, all, 999)->name, "n1000");
	assert_ok(db_none(&c, &thing_rename, (const text[]){ "7", "x", NULL }, &changed));
	assert_int_equal(changed, 1);
	assert_ok(db_none(&c, &thing_rename, (const text[]){ "7000", "x", NULL }, &changed));
	assert_int_equal(changed, 0);
}

static void
arguments_are_spelled_as_sql_reads_them(void **state)
{
	int64_t ids[] = { 3, -1, 7 };

	(void)state;
	assert_string_equal(sql_ints(c.arena, (struct rows){ ids, 3 }), "{3,-1,7}");
	assert_string_equal(sql_ints(c.arena, (struct rows){ NULL, 0 }), "{}");
	assert_string_equal(sql_real(c.arena, 0.1), "0.10000000000000001");
	assert_string_equal(sql_text(c.arena, NULL), "");
}

static void
an_argument_is_never_sql(void **state)
{
	struct thing t;

	(void)state;
	assert_ok(add(&c, 1, "'); drop table thing; --"));
	assert_ok(get(&c, 1, &t));
	assert_string_equal(t.name, "'); drop table thing; --");
}

/* ---- what refusals mean */

static void
a_broken_constraint_is_what_its_rule_says(void **state)
{
	const struct rule *r = &all_rules[0][0]; /* whichever comes first */

	(void)state;
	script(arena_fmt(
	    c.arena, "alter table thing add constraint \"%s\" check (id < 50)", r->constraint));
	assert_int_equal(add(&c, 51, "x"), r->means);
	if (r->says && r->field)
		assert_string_equal(c.complaints.v[0].says, r->says);
}

static void
a_constraint_without_a_rule_is_our_fault(void **state)
{
	(void)state;
	script("alter table thing add constraint nobody_wrote_a_rule check (id < 50)");
	assert_problem(add(&c, 51, "x"), INTERNAL);
	assert_non_null(strstr(db_last_error(c.db), "nobody_wrote_a_rule"));
}

static void
a_refused_statement_is_prepared_all_the_same(void **state)
{
	(void)state;
	assert_ok(add(&c, 1, "x"));
	assert_problem(add(&c, 1, "x"), INTERNAL);
	assert_ok(add(&c, 2, "x"));
}

/* ---- transactions */

static void
a_transaction_taken_back_leaves_nothing(void **state)
{
	struct thing t;

	(void)state;
	assert_ok(db_begin(&c));
	assert_ok(add(&c, 1, "x"));
	assert_ok(get(&c, 1, &t));
	assert_ok(db_end(&c, false));
	assert_problem(get(&c, 1, &t), NOT_FOUND);
}

static void
a_committed_transaction_is_seen_by_others(void **state)
{
	struct ctx other = someone(pool);
	struct thing t;

	(void)state;
	assert_ok(db_begin(&c));
	assert_ok(add(&c, 1, "x"));
	assert_problem(get(&other, 1, &t), NOT_FOUND);
	assert_ok(db_end(&c, true));
	assert_ok(get(&other, 1, &t));
	arena_free(other.arena);
}

static void
an_inner_transaction_goes_alone(void **state)
{
	struct thing t;

	(void)state;
	assert_ok(db_begin(&c));
	assert_ok(add(&c, 1, "x"));
	assert_ok(db_begin(&c));
	assert_problem(add(&c, 1, "x"), INTERNAL);
	assert_ok(db_end(&c, false));
	assert_ok(db_begin(&c));
	assert_ok(add(&c, 2, "x"));
	assert_ok(db_end(&c, true));
	assert_ok(db_end(&c, true));
	assert_ok(get(&c, 1, &t));
	assert_ok(get(&c, 2, &t));
}

static void
committing_a_failed_transaction_fails(void **state)
{
	struct thing t;

	(void)state;
	assert_ok(db_begin(&c));
	assert_ok(add(&c, 1, "x"));
	assert_problem(add(&c, 1, "x"), INTERNAL);
	assert_problem(db_end(&c, true), INTERNAL);
	assert_problem(get(&c, 1, &t), NOT_FOUND);
}

static void
a_transaction_nobody_ends_is_taken_back(void **state)
{
	struct ctx other = someone(pool);
	struct thing t;

	(void)state;
	assert_ok(db_begin(&other));
	assert_ok(add(&other, 1, "x"));
	arena_free(other.arena);
	assert_ok(add(&c, 1, "y"));
	assert_ok(get(&c, 1, &t));
	assert_string_equal(t.name, "y");
}

static char ends[200];

static void
hear_end(text arg, enum problem outcome)
{
	size_t n = strlen(ends);

	snprintf(ends + n, sizeof ends - n, "%s:%s ", arg, problem_name(outcome));
}

static void
who_asked_is_told_how_it_ended(void **state)
{
	(void)state;
	ends[0] = 0;
	assert_ok(db_begin(&c));
	assert_true(db_at_end(&c, hear_end, "a"));
	assert_false(db_at_end(&c, hear_end, "a"));
	assert_ok(add(&c, 1, "x"));
	assert_string_equal(ends, "");
	assert_ok(db_end(&c, true));
	assert_ok(db_begin(&c));
	assert_true(db_at_end(&c, hear_end, "b"));
	assert_ok(db_end(&c, false));
	assert_string_equal(ends, "a:OK b:UNAVAILABLE ");
}

/* ---- plans that grow old */

static void
a_table_that_changed_is_planned_anew(void **state)
{
	struct thing t;

	(void)state;
	assert_ok(add(&c, 1, "x"));
	for (int i = 0; i < 20; i++)
		assert_ok(get(&c, 1, &t)); /* on each connection */
	script("alter table thing alter weight type int");
	for (int i = 0; i < 20; i++)
		assert_ok(get(&c, 1, &t));
}

static void
in_a_transaction_an_old_plan_asks_for_another_try(void **state)
{
	struct db_pool *single = db_pool_open(getenv("DATABASE_URL"), 1);
	struct ctx who = someone(single);
	struct thing t;

	(void)state;
	assert_ok(add(&c, 1, "x"));
	assert_ok(db_begin(&who));
	assert_ok(get(&who, 1, &t));
	assert_ok(db_end(&who, true));
	script("alter table thing alter weight type int");
	assert_ok(db_begin(&who));
	assert_problem(get(&who, 1, &t), TRY_AGAIN);
	assert_ok(db_end(&who, false));
	assert_ok(db_begin(&who));
	assert_ok(get(&who, 1, &t));
	assert_ok(db_end(&who, true));
	arena_free(who.arena);
	db_pool_close(single);
}

static void
forgotten_statements_are_prepared_again(void **state)
{
	struct thing t;

	(void)state;
	assert_ok(add(&c, 1, "x"));
	for (int i = 0; i < 10; i++) {
		assert_ok(get(&c, 1, &t));
		script("deallocate all");
	}
	assert_ok(get(&c, 1, &t));
}

/* ---- faults */

static int64_t
backend_of(struct ctx *who)
{
	struct thing t = { 0 };

	assert_ok(db_one(who, &backend, (const text[]){ NULL }, &t));
	return t.id;
}

static void
end_backend(int64_t pid)
{
	struct ctx other = someone(pool);

	assert_ok(
	    db_none(&other, &kill_backend, (const text[]){ sql_int(c.arena, pid), NULL }, NULL));
	arena_free(other.arena);
}

static void
a_connection_lost_before_commit_did_nothing(void **state)
{
	struct thing t;

	(void)state;
	assert_ok(db_begin(&c));
	assert_ok(add(&c, 1, "x"));
	end_backend(backend_of(&c));
	assert_problem(add(&c, 2, "x"), UNAVAILABLE);
	assert_problem(add(&c, 3, "x"), UNAVAILABLE);
	assert_problem(db_end(&c, true), UNAVAILABLE);
	assert_problem(get(&c, 1, &t), NOT_FOUND);
	assert_true(c.retry_after > 0);
}

static void
a_connection_lost_at_commit_leaves_us_unsure(void **state)
{
	(void)state;
	script("create or replace function die() returns trigger language plpgsql as "
	       "'begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); return "
	       "null; end'; "
	       "create constraint trigger dies after insert on thing deferrable initially deferred "
	       "for each row execute function die()");
	ends[0] = 0;
	assert_ok(db_begin(&c));
	assert_true(db_at_end(&c, hear_end, "tag"));
	assert_ok(add(&c, 1, "x"));
	assert_problem(db_end(&c, true), OUTCOME_UNKNOWN);
	assert_string_equal(ends, "tag:OUTCOME_UNKNOWN ");
}

static void
a_pool_mends_itself(void **state)
{
	struct thing t;
	int lost = 0;

	(void)state;
	assert_ok(add(&c, 1, "x"));
	script("select pg_terminate_backend(pid) from pg_stat_activity "
	       "where datname = current_database() and pid <> pg_backend_pid() and "
	       "application_name = 'parking'");
	instant began = loop_now();
	for (int fine = 0; fine < 20 && ms_since(began) < 5000;)
		if (get(&c, 1, &t) == OK)
			fine++;
		else
			lost++;
	assert_true(lost <= 4);
	loop_sleep(300);
	assert_ok(get(&c, 1, &t));
}

static void
a_database_that_is_away_is_said_to_be_at_once(void **state)
{
	struct db_pool *nowhere = db_pool_open("host=/nowhere dbname=x", 3);
	struct ctx who = someone(nowhere);
	struct thing t;

	(void)state;
	instant began = loop_now();
	for (int i = 0; i < 50; i++)
		assert_problem(get(&who, 1, &t), UNAVAILABLE);
	assert_ok(db_begin(&who));
	assert_problem(get(&who, 1, &t), UNAVAILABLE);
	assert_problem(db_end(&who, true), UNAVAILABLE);
	assert_true(ms_since(began) < 500);
	assert_false(db_pool_up(nowhere));
	arena_free(who.arena);
	db_pool_close(nowhere);
}

static void
a_statement_has_a_deadline(void **state)
{
	struct db_pool *hasty = db_pool_open_for(getenv("DATABASE_URL"), 2, 300);
	struct ctx who = someone(hasty);

	(void)state;
	instant began = loop_now();
	assert_problem(db_none(&who, &nap, (const text[]){ "5", NULL }, NULL), UNAVAILABLE);
	assert_true(ms_since(began) < 3000);
	assert_non_null(strstr(
	    db_last_error(who.db), "statement timeout")); /* not ours: the connection stays */
	assert_ok(db_none(&who, &nap, (const text[]){ "0", NULL }, NULL));
	arena_free(who.arena);
	db_pool_close(hasty);
}

static void
a_server_that_says_nothing_is_not_waited_for(void **state)
{
	struct db_pool *hasty = db_pool_open_for(getenv("DATABASE_URL"), 2, 300);
	struct ctx who = someone(hasty);
	struct thing t;

	(void)state;
	assert_ok(db_begin(&who));
	int64_t pid = backend_of(&who);
	if (kill((pid_t)pid, SIGSTOP) != 0)
		skip();
	instant began = loop_now();
	enum problem e = get(&who, 1, &t);
	int64_t took = ms_since(began);
	enum problem ended = db_end(&who, true);
	kill((pid_t)pid, SIGCONT);
	assert_problem(e, UNAVAILABLE);
	assert_problem(ended, UNAVAILABLE);
	assert_true(took >= 1000 && took < 4500);
	assert_problem(get(&who, 1, &t), NOT_FOUND);
	arena_free(who.arena);
	db_pool_close(hasty);
}

/* ---- many at once */

static int fine, unsure, slowest;

static void
read_some(int i)
{
	struct ctx who = someone(pool);
	struct thing t;

	for (int n = 0; n < 20; n++)
		fine += get(&who, i % 50 + 1, &t) == OK && t.id == i % 50 + 1;
	arena_free(who.arena);
}

static void
many_share_few_connections(void **state)
{
	(void)state;
	script("insert into thing (id, name) select i, 'n' || i from generate_series(1, 50) i");
	fine = 0;
	crowd(300, read_some);
	assert_int_equal(fine, 6000);
}

static void
count_up(int i)
{
	struct ctx who = someone(pool);
	int64_t changed;

	(void)i;
	assert_ok(db_begin(&who));
	enum problem e = db_none(
	    &who, &thing_rename, (const text[]){ "1", sql_int(who.arena, i), NULL }, &changed);
	assert_ok(e);
	fine += db_end(&who, true) == OK && changed == 1;
	arena_free(who.arena);
}

static void
transactions_take_turns(void **state)
{
	(void)state;
	assert_ok(add(&c, 1, "x"));
	fine = 0;
	crowd(100, count_up);
	assert_int_equal(fine, 100);
}

static void
cross_over(int i)
{
	static const text orders[2][2] = { { "1", "2" }, { "2", "1" } };
	struct ctx who = someone(pool);

	assert_ok(db_begin(&who));
	enum problem e =
	    db_none(&who, &thing_rename, (const text[]){ orders[i][0], "x", NULL }, NULL);
	loop_sleep(50);
	if (e == OK)
		e = db_none(&who, &thing_rename, (const text[]){ orders[i][1], "x", NULL }, NULL);
	enum problem ended = db_end(&who, e == OK);
	fine += e == OK && ended == OK;
	unsure += e == TRY_AGAIN;
	arena_free(who.arena);
}

static void
a_deadlock_asks_for_another_try(void **state)
{
	(void)state;
	assert_ok(add(&c, 1, "x"));
	assert_ok(add(&c, 2, "x"));
	fine = unsure = 0;
	crowd(2, cross_over);
	assert_int_equal(fine, 1);
	assert_int_equal(unsure, 1);
}

static void
wait_or_read(int i)
{
	struct ctx who = someone(pool);
	struct thing t;

	if (i < 20) { /* all want one lock, and hold it a while */
		assert_ok(db_begin(&who));
		assert_ok(db_none(&who, &lock, (const text[]){ "42", NULL }, NULL));
		loop_sleep(50);
		fine += db_end(&who, true) == OK;
	} else {
		instant began = loop_now();
		assert_ok(get(&who, 1, &t));
		if (ms_since(began) > slowest)
			slowest = (int)ms_since(began);
	}
	arena_free(who.arena);
}

static void
reads_go_on_while_all_writers_wait_for_a_lock(void **state)
{
	(void)state;
	assert_ok(add(&c, 1, "x"));
	fine = slowest = 0;
	crowd(60, wait_or_read);
	assert_int_equal(fine, 20);
	assert_true(slowest < 700); /* the locks took 20 × 50 ms */
}

static void
nap_or_read(int i)
{
	struct ctx who = someone(pool);
	struct thing t;

	if (i == 0) {
		assert_ok(db_none(&who, &nap, (const text[]){ "3", NULL }, NULL));
	} else {
		loop_sleep(100);
		instant began = loop_now();
		assert_ok(get(&who, 1, &t));
		if (ms_since(began) > slowest)
			slowest = (int)ms_since(began);
	}
	arena_free(who.arena);
}

static void
a_slow_statement_holds_nobody_up(void **state)
{
	(void)state;
	assert_ok(add(&c, 1, "x"));
	slowest = 0;
	crowd(40, nap_or_read);
	assert_true(slowest < 2000);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_row_is_filled_by_the_names_of_its_columns),
		TEST(null_leaves_nothing),
		TEST(what_is_not_there_is_not_found),
		TEST(rows_come_in_order_and_are_counted),
		TEST(arguments_are_spelled_as_sql_reads_them),
		TEST(an_argument_is_never_sql),
		TEST(a_broken_constraint_is_what_its_rule_says),
		TEST(a_constraint_without_a_rule_is_our_fault),
		TEST(a_refused_statement_is_prepared_all_the_same),
		TEST(a_transaction_taken_back_leaves_nothing),
		TEST(a_committed_transaction_is_seen_by_others),
		TEST(an_inner_transaction_goes_alone),
		TEST(committing_a_failed_transaction_fails),
		TEST(a_transaction_nobody_ends_is_taken_back),
		TEST(who_asked_is_told_how_it_ended),
		TEST(a_table_that_changed_is_planned_anew),
		TEST(in_a_transaction_an_old_plan_asks_for_another_try),
		TEST(forgotten_statements_are_prepared_again),
		TEST(a_connection_lost_before_commit_did_nothing),
		TEST(a_connection_lost_at_commit_leaves_us_unsure),
		TEST(a_pool_mends_itself),
		TEST(a_database_that_is_away_is_said_to_be_at_once),
		TEST(a_statement_has_a_deadline),
		TEST(a_server_that_says_nothing_is_not_waited_for),
		TEST(many_share_few_connections),
		TEST(transactions_take_turns),
		TEST(a_deadlock_asks_for_another_try),
		TEST(reads_go_on_while_all_writers_wait_for_a_lock),
		TEST(a_slow_statement_holds_nobody_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
