#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gear/audit.h"
#include "gear/db.h"
#include "gear/gear.h"
#include "gear/jobs.h"
#include "gear/loop.h"
#include "gear/retention.h"
#include "gear_sql.h"

#include <cmocka.h>

#define assert_ok(e) assert_string_equal(problem_name(e), "OK")
#define NOON ((instant){ 1794916800 * SECOND }) /* 2026-11-17T12:00:00Z */

static struct db_pool *pool;
static struct ctx c;

/* ---- kinds of job to test with */

struct note {
	int64_t n;
	text words;
};
static const struct field note_fields[] = { FIELD(note, n), FIELD(note, words), FIELD_END };

static const struct query note_down = { .name = "note_down",
	.sql = "insert into notes (n, words) values ($1, $2)",
	.nargs = 2,
	.kind = "none" };

static enum problem
note_now(struct ctx *who, const void *in)
{
	const struct note *n = in;

	return db_none(
	    who, &note_down, (const text[]){ sql_int(who->arena, n->n), n->words, NULL }, NULL);
}

static enum problem
note_and_fail(struct ctx *who, const void *in)
{
	TRY(note_now(who, in));
	return (fail)(who, INTERNAL, "the ink is dry"); /* cmocka has a macro of that name */
}

static enum problem
note_outside(struct ctx *who, const void *in)
{
	const struct note n = { .n = db_in_transaction(who->db), .words = "bare" };

	(void)in;
	return note_now(who, &n);
}

static enum problem
note_slowly(struct ctx *who, const void *in)
{
	TRY(note_now(who, in));
	loop_sleep(60000);
	return OK;
}

static enum problem
note_each_second(struct ctx *who, const void *in)
{
	const struct note n = { .n = loop_now().us / SECOND, .words = "round" };

	(void)in;
	return note_now(who, &n);
}

#define NOTE(f) #f, f, note_fields, sizeof(struct note)
static const struct job_kind kinds[] = {
	{ NOTE(note_now) },
	{ NOTE(note_and_fail) },
	{ NOTE(note_slowly) },
	{ "note_outside", note_outside, .bare = true },
	{ 0 },
};
static const struct job_kind rounds[] = {
	{ "note_each_second", note_each_second, .every = 1 },
	{ 0 },
};
static const struct job_kind *const without_rounds[] = { kinds, NULL };
static const struct job_kind *const with_rounds[] = { kinds, rounds, NULL };

/* ---- the stage */

static void
connect(void)
{
	pool = db_pool_open(getenv("DATABASE_URL"), 2);
	c = (struct ctx){
		.arena = arena_new(), .request_id = "test", .address = "192.0.2.7", .now = NOON
	};
	c.person.name = "";
	c.db = db_new(pool, c.arena);
}

static int
up(void **state)
{
	(void)state;
	jobs_know(without_rounds);
	connect();
	return db_script(&c,
		   "create table if not exists notes (n bigint, words text);"
		   "truncate notes, jobs, job_runs restart identity") != OK;
}

static int
down(void **state)
{
	(void)state;
	arena_free(c.arena);
	db_pool_close(pool);
	return 0;
}

struct number {
	int64_t n;
};
static const struct field number_fields[] = { FIELD(number, n), FIELD_END };

static int64_t
number(text sql)
{
	const struct query q = { .name = "", .sql = sql, .row = number_fields, .kind = "one" };
	struct number out = { 0 };

	assert_ok(db_one(&c, &q, (const text[]){ NULL }, &out));
	return out.n;
}

static void
enqueue(text kind, int64_t n, struct job_when when)
{
	const struct note args = { .n = n, .words = "\"Straße\"\n" };

	assert_ok(job_enqueue(&c, kind, &args, when));
}

static struct job
job(int64_t id)
{
	struct job j = { 0 };

	assert_ok(job_of(&c, id, &j));
	return j;
}

/* ---- one job */

static void
a_job_gets_the_arguments_it_was_given(void **state)
{
	(void)state;
	enqueue("note_now", 7, (struct job_when){ 0 });
	assert_int_equal(jobs_run_due(&c, 10), 1);
	assert_int_equal(number("select n from notes where words = '\"Straße\"'"), 7);
	assert_string_equal(job(1).state, "done");
	assert_int_equal(jobs_run_due(&c, 10), 0);
}

static void
a_job_waits_for_its_time(void **state)
{
	(void)state;
	enqueue("note_now", 1, (struct job_when){ .at = instant_plus(NOON, HOUR) });
	assert_int_equal(jobs_run_due(&c, 10), 0);
	c.now = instant_plus(NOON, HOUR);
	assert_int_equal(jobs_run_due(&c, 10), 1);
}

static void
what_is_taken_back_leaves_no_job(void **state)
{
	(void)state;
	assert_ok(db_begin(&c));
	enqueue("note_now", 1, (struct job_when){ 0 });
	assert_ok(db_end(&c, false));
	assert_int_equal(jobs_run_due(&c, 10), 0);
}

static void
a_key_is_good_for_one_job_even_after_it_ran(void **state)
{
	(void)state;
	enqueue("note_now", 1, (struct job_when){ .unique = "receipt 1" });
	enqueue("note_now", 2, (struct job_when){ .unique = "receipt 1" });
	enqueue("note_outside", 0, (struct job_when){ .unique = "receipt 1" }); /* another kind's */
	assert_int_equal(jobs_run_due(&c, 10), 2);
	enqueue("note_now", 3, (struct job_when){ .unique = "receipt 1" });
	assert_int_equal(jobs_run_due(&c, 10), 0);
}

static void
a_bare_job_runs_outside_of_any_transaction(void **state)
{
	(void)state;
	assert_ok(job_enqueue(&c, "note_outside", NULL, (struct job_when){ 0 }));
	assert_int_equal(jobs_run_due(&c, 10), 1);
	assert_int_equal(number("select n from notes where words = 'bare'"), 0);
}

/* ---- failing */

static void
a_job_that_fails_leaves_nothing_done(void **state)
{
	(void)state;
	enqueue("note_and_fail", 1, (struct job_when){ 0 });
	assert_int_equal(jobs_run_due(&c, 10), 1);
	assert_int_equal(number("select count(*) as n from notes"), 0);
	assert_string_equal(job(1).state, "waiting");
	assert_string_equal(job(1).last_error, "the ink is dry");
	assert_int_equal(
	    number("select count(*) as n from job_runs where problem = 'INTERNAL'"), 1);
}

static void
it_is_tried_ten_times_ever_more_patiently(void **state)
{
	static const int64_t seconds[] = { 30, 120, 480, 1920, 7680, 21600, 21600, 21600, 21600 };

	(void)state;
	enqueue("note_and_fail", 1, (struct job_when){ 0 });
	for (size_t i = 0; i < LENGTH(seconds); i++) {
		assert_int_equal(jobs_run_due(&c, 10), 1);
		struct job j = job(1);
		assert_string_equal(j.state, "waiting");
		assert_int_equal(instant_minus(j.run_at, c.now), seconds[i] * SECOND);
		c.now = instant_plus(j.run_at, -SECOND);
		assert_int_equal(jobs_run_due(&c, 10), 0);
		c.now = j.run_at;
	}
	assert_int_equal(jobs_run_due(&c, 10), 1);
	assert_string_equal(job(1).state, "failed");
	assert_int_equal(job(1).tries, 10);
	c.now = instant_plus(c.now, 30 * DAY);
	assert_int_equal(jobs_run_due(&c, 10), 0);
}

static void
a_failed_job_gets_a_second_chance_by_hand(void **state)
{
	struct job j = { 0 };

	(void)state;
	assert_ok(db_script(&c,
	    "insert into jobs (kind, args, state, run_at, tries, created_at, finished_at) "
	    "values ('note_now', '{\"n\": 5, \"words\": \"x\"}', 'failed', now(), 10, now(), "
	    "now())"));
	assert_ok(job_again(&c, 1, c.now, &j));
	assert_string_equal(job_again(&c, 1, c.now, &j) == NOT_FOUND ? "once" : "twice", "once");
	assert_int_equal(jobs_run_due(&c, 10), 1);
	assert_int_equal(number("select n from notes"), 5);
}

static void
a_job_nobody_knows_is_set_aside(void **state)
{
	(void)state;
	assert_ok(db_script(&c,
	    "insert into jobs (kind, args, run_at, created_at) "
	    "values ('note_never', '{}', timestamptz '2026-01-01', now()),"
	    "('note_now', '{\"n\": \"much\"}', timestamptz '2026-01-01', now())"));
	assert_int_equal(jobs_run_due(&c, 10), 2);
	assert_string_equal(job(1).state, "failed");
	assert_string_equal(job(2).state, "waiting"); /* a newer program may read its arguments */
}

/* ---- workers */

static volatile bool stop;

static void
stop_working(int sig)
{
	(void)sig;
	stop = true;
}

static pid_t
start_worker(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGTERM, stop_working);
		connect();
		assert_ok(jobs_work(&c, &stop));
		_exit(0);
	}
	return pid;
}

static int
end_worker(pid_t pid, int sig)
{
	int status;

	kill(pid, sig);
	waitpid(pid, &status, 0);
	return status;
}

static bool
comes_true(text sql, int64_t ms)
{
	for (instant began = loop_now(); instant_minus(loop_now(), began) < ms * 1000;) {
		if (number(sql))
			return true;
		loop_sleep(10);
	}
	return false;
}

static void
workers_share_the_jobs_and_do_each_once(void **state)
{
	(void)state;
	c.now = loop_now(); /* the clock that workers go by */
	for (int i = 1; i <= 200; i++)
		enqueue("note_now", i, (struct job_when){ 0 });
	pid_t workers[] = { start_worker(), start_worker(), start_worker() };
	bool done =
	    comes_true("select (count(*) = 200)::int as n from jobs where state = 'done'", 20000);
	for (size_t i = 0; i < LENGTH(workers); i++)
		assert_int_equal(end_worker(workers[i], SIGTERM), 0);
	assert_true(done);
	assert_int_equal(number("select count(*) as n from notes"), 200);
	assert_int_equal(number("select count(distinct n) as n from notes"), 200);
}

static void
a_worker_is_woken_by_news(void **state)
{
	(void)state;
	pid_t worker = start_worker();
	loop_sleep(1000); /* it has nothing to do, and sleeps for 5 s */
	c.now = loop_now();
	instant began = c.now;
	assert_ok(db_begin(&c));
	enqueue("note_now", 1, (struct job_when){ 0 });
	assert_ok(db_end(&c, true));
	bool done = comes_true("select count(*) as n from notes", 3000);
	int64_t ms = instant_minus(loop_now(), began) / 1000;
	assert_int_equal(end_worker(worker, SIGTERM), 0);
	assert_true(done);
	assert_true(ms < 2500);
}

static void
a_killed_workers_job_is_done_by_another_and_once(void **state)
{
	(void)state;
	c.now = loop_now();
	enqueue("note_slowly", 1, (struct job_when){ 0 });
	pid_t worker = start_worker();
	assert_true(comes_true("select count(*) as n from jobs where state = 'running'", 5000));
	end_worker(worker, SIGKILL);
	assert_int_equal(number("select count(*) as n from notes"), 0);
	assert_ok(db_script(&c, "update jobs set kind = 'note_now'"));
	c.now = loop_now();
	assert_int_equal(jobs_run_due(&c, 10), 0); /* its lease holds */
	c.now = instant_plus(c.now, 61 * SECOND);
	assert_int_equal(jobs_run_due(&c, 10), 1);
	assert_int_equal(number("select count(*) as n from notes"), 1);
	assert_int_equal(job(1).tries, 2);
}

static void
a_periodic_job_runs_once_a_round_whoever_works(void **state)
{
	(void)state;
	jobs_know(with_rounds);
	pid_t workers[] = { start_worker(), start_worker() };
	bool done = comes_true("select (count(*) >= 3)::int as n from notes", 10000);
	for (size_t i = 0; i < LENGTH(workers); i++)
		end_worker(workers[i], SIGTERM);
	assert_true(done);
	assert_int_equal(number("select count(*) as n from jobs"), 1);
	/* The first may come at any moment of its second, the others at the beginning of theirs. */
	assert_true(number("select count(*) - count(distinct n) as n from notes") <= 1);
}

static void
old_jobs_are_swept_away_and_used_keys_kept(void **state)
{
	int64_t gone;

	(void)state;
	jobs_know(without_rounds);
	enqueue("note_now", 1, (struct job_when){ 0 });
	enqueue("note_now", 2, (struct job_when){ .unique = "kept" });
	assert_int_equal(jobs_run_due(&c, 10), 2);
	c.now = instant_plus(NOON, 8 * DAY);
	for (const struct retention *r = gear_retention; r->class; r++)
		if (strstr(r->class, "job"))
			assert_ok(r->take(&c, instant_plus(c.now, -r->fixed), 100, &gone));
	assert_int_equal(number("select count(*) as n from jobs where kind = 'note_now'"), 1);
	assert_int_equal(number("select count(*) as n from job_runs where kind = 'note_now'"), 0);
}

static void
the_desk_sees_how_each_kind_fares(void **state)
{
	struct rows all, runs;

	(void)state;
	enqueue("note_and_fail", 1, (struct job_when){ 0 });
	enqueue("note_now", 1, (struct job_when){ .at = instant_plus(NOON, HOUR) });
	jobs_run_due(&c, 10);
	assert_ok(job_summaries(&c, &all));
	assert_int_equal(all.n, 2);
	assert_string_equal(ROW(job_summary, all, 0)->last_problem, "INTERNAL");
	assert_int_equal(ROW(job_summary, all, 1)->waiting, 1);
	assert_ok(job_runs_of_kind(&c, "note_and_fail", 10, &runs));
	assert_int_equal(runs.n, 1);
	assert_string_equal(ROW(job_run, runs, 0)->detail, "the ink is dry");
}

/* ---- the audit log */

static void
the_audit_log_only_grows(void **state)
{
	struct rows entries;

	(void)state;
	c.person.id = 7;
	assert_ok(audit_add(&c, "lot_made", "lot", 3, "Harbour"));
	assert_ok(audit_page(&c, "lot", 3, 0, 0, 10, &entries));
	assert_int_equal(entries.n, 1);
	struct audit_entry *e = ROW(audit_entry, entries, 0);
	assert_int_equal(e->user_id, 7);
	assert_string_equal(e->address, "192.0.2.7");
	assert_string_equal(e->detail, "Harbour");
	assert_true(e->at.us == NOON.us);
	assert_int_not_equal(db_script(&c, "update audit set detail = 'x'"), OK);
	assert_int_not_equal(db_script(&c, "delete from audit"), OK);
	assert_int_not_equal(db_script(&c, "truncate audit"), OK);
	assert_ok(
	    db_script(&c, "begin; set local parking.retention = 'on'; delete from audit; commit"));
	assert_int_equal(number("select count(*) as n from audit"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_job_gets_the_arguments_it_was_given),
		TEST(a_job_waits_for_its_time),
		TEST(what_is_taken_back_leaves_no_job),
		TEST(a_key_is_good_for_one_job_even_after_it_ran),
		TEST(a_bare_job_runs_outside_of_any_transaction),
		TEST(a_job_that_fails_leaves_nothing_done),
		TEST(it_is_tried_ten_times_ever_more_patiently),
		TEST(a_failed_job_gets_a_second_chance_by_hand),
		TEST(a_job_nobody_knows_is_set_aside),
		TEST(workers_share_the_jobs_and_do_each_once),
		TEST(a_worker_is_woken_by_news),
		TEST(a_killed_workers_job_is_done_by_another_and_once),
		TEST(a_periodic_job_runs_once_a_round_whoever_works),
		TEST(old_jobs_are_swept_away_and_used_keys_kept),
		TEST(the_desk_sees_how_each_kind_fares),
		TEST(the_audit_log_only_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
