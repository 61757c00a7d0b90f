#include <setjmp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"
#include "gear/cache.h"
#include "gear/counters.h"
#include "gear/db.h"
#include "gear/generations.h"
#include "gear/loop.h"
#include "gear/cache_redis.h"
#include "gear/settings.h"
#include "gear/shelf.h"

#include <cmocka.h>

#define assert_ok(e) assert_string_equal(problem_name(e), "OK")

static struct db_pool *pool;
static struct ctx c;

static struct ctx
someone(struct db_pool *p, struct cache *k)
{
	struct ctx who = { .arena = arena_new(), .request_id = "test", .address = "", .cache = k };

	who.db = db_new(p, who.arena);
	return who;
}

static void
wait_until_up(struct cache *k)
{
	for (int i = 0; i < 500 && !cache_up(k); i++)
		loop_sleep(10);
	assert_true(cache_up(k));
}

static int
begin(void **state)
{
	(void)state;
	settings.data_dir = settings.run_dir = getenv("DATA_DIR");
	return settings.data_dir && getenv("REDIS_URL") && getenv("DATABASE_URL") ? 0 : 1;
}

static int
up(void **state)
{
	(void)state;
	pool = db_pool_open(getenv("DATABASE_URL"), 2);
	c = someone(pool, cache_open(getenv("REDIS_URL")));
	wait_until_up(c.cache);
	return 0;
}

static int
down(void **state)
{
	(void)state;
	arena_free(c.arena);
	cache_close(c.cache);
	db_pool_close(pool);
	return 0;
}

/* ---- a value and its tags */

static const text lot_7[] = { "lot:7", "lots", NULL };

static text
kept(text key, struct permit *permit)
{
	size_t n;
	text value = cache_get(&c, key, lot_7, permit, &n);

	return value ? value : "nothing";
}

static void
what_was_put_away_is_found(void **state)
{
	struct permit p;
	size_t n = 0;

	(void)state;
	assert_string_equal(kept("what", &p), "nothing");
	assert_non_null(p.stamp);
	cache_put(&c, &p, "a\0b", 3, 60);
	assert_memory_equal(cache_get(&c, "what", lot_7, &p, &n), "a\0b", 4);
	assert_int_equal(n, 3);
}

/* Another process finds it in Redis. */
static void
what_another_put_away_is_found(void **state)
{
	struct ctx other = someone(pool, cache_open(getenv("REDIS_URL")));
	struct permit p;
	size_t n = 0;

	(void)state;
	wait_until_up(other.cache);
	kept("far", &p);
	cache_put(&c, &p, "line\nline", 9, 60);
	assert_string_equal(kept("far", &p), "line\nline");
	assert_string_equal(cache_get(&other, "far", lot_7, &p, &n), "line\nline");
	assert_int_equal(n, 9);
	arena_free(other.arena);
	cache_close(other.cache);
}

static void
any_of_its_tags_takes_it_away(void **state)
{
	struct permit p;

	(void)state;
	for (const text *tag = lot_7; *tag; tag++) {
		kept("tagged", &p);
		cache_put(&c, &p, "x", 1, 60);
		assert_string_equal(kept("tagged", &p), "x");
		cache_drop(&c, *tag);
		assert_string_equal(kept("tagged", &p), "nothing");
	}
	cache_put(&c, &p, "x", 1, 60);
	cache_drop(&c, "lot:8");
	assert_string_equal(kept("tagged", &p), "x");
}

static void
who_read_before_a_drop_stores_nothing_after_it(void **state)
{
	struct permit before, p;

	(void)state;
	kept("late", &before);
	cache_drop(&c, "lots");
	cache_put(&c, &before, "old", 3, 60);
	assert_string_equal(kept("late", &p), "nothing");
}

static void
nothing_is_kept_while_a_transaction_changes_it(void **state)
{
	struct permit p, during;

	(void)state;
	kept("busy", &p);
	cache_put(&c, &p, "old", 3, 60);
	assert_ok(db_begin(&c));
	cache_drop(&c, "lot:7");
	cache_drop(&c, "lot:7");
	assert_string_equal(kept("busy", &during), "nothing");
	assert_null(during.stamp);
	assert_ok(db_end(&c, true));
	assert_string_equal(kept("busy", &p), "nothing");
	assert_non_null(p.stamp);
	cache_put(&c, &p, "new", 3, 60);
	assert_string_equal(kept("busy", &p), "new");
}

static void
a_transaction_taken_back_ends_the_drop_too(void **state)
{
	struct permit p;

	(void)state;
	assert_ok(db_begin(&c));
	cache_drop(&c, "lots");
	assert_ok(db_end(&c, false));
	kept("back", &p);
	assert_non_null(p.stamp);
}

static void
what_has_ended_is_not_served(void **state)
{
	struct permit p;

	(void)state;
	kept("short", &p);
	cache_put(&c, &p, "x", 1, 1);
	assert_string_equal(kept("short", &p), "x");
	loop_sleep(1100);
	assert_string_equal(kept("short", &p), "nothing");
}

/* Makes the writers of now writers of long ago, in the file itself. */
static void
let_a_minute_pass(void)
{
	text path = arena_fmt(c.arena, "%s/generations", settings.run_dir);
	int fd = open(path, O_RDWR);
	int64_t long_ago = -1000;

	assert_true(fd >= 0);
	for (off_t at = 56; at < 56 + 65536 * 16; at += 16)
		assert_int_equal(pwrite(fd, &long_ago, 8, at + 8), 8);
	close(fd);
}

static void
an_unknown_outcome_is_suspect_for_a_minute(void **state)
{
	static const text tags[] = { "suspect", NULL };

	(void)state;
	generation_begin("suspect");
	generation_end("suspect", false);
	assert_null(generations_stamp(c.arena, tags));
	let_a_minute_pass();
	generations_stamp(c.arena, tags);
	assert_non_null(generations_stamp(c.arena, tags));
}

static void
a_writer_that_was_given_up_is_not_counted_twice(void **state)
{
	static const text tags[] = { "slow", NULL };

	(void)state;
	generation_begin("slow");
	let_a_minute_pass();
	generations_stamp(c.arena, tags);
	text before = generations_stamp(c.arena, tags);
	generation_end("slow", true);
	text after = generations_stamp(c.arena, tags);
	assert_non_null(before);
	assert_non_null(after);
	assert_string_not_equal(before, after);
}

static void
a_shelf_stays_within_its_bounds(void **state)
{
	struct shelf *s = shelf_new(100000);
	instant now = loop_now(), later = instant_plus(now, HOUR);
	char value[1000];
	int found = 0;
	size_t n;

	(void)state;
	memset(value, 'x', sizeof value);
	for (int i = 0; i < 1000; i++)
		shelf_put(s, arena_fmt(c.arena, "key%d", i), "1", value, sizeof value, later);
	for (int i = 0; i < 1000; i++)
		found += shelf_get(s, arena_fmt(c.arena, "key%d", i), "1", now, &n, &later) != NULL;
	assert_in_range(found, 50, 95);
	assert_null(shelf_get(s, "key999", "2", now, &n, &later));
	shelf_free(s);
}

/* ---- counters and flags */

static void
a_counter_counts_and_ends(void **state)
{
	int64_t left = 0;

	(void)state;
	assert_int_equal(cache_count(&c, "n", 60, &left), 1);
	assert_int_equal(cache_count(&c, "n", 60, &left), 2);
	assert_in_range(left, 58, 60);
	cache_forget(&c, "n");
	assert_int_equal(cache_count(&c, "n", 1, NULL), 1);
	loop_sleep(1100);
	assert_int_equal(cache_count(&c, "n", 60, NULL), 1);
}

static void
what_others_counted_is_known_to_the_next(void **state)
{
	const text argv[] = { "INCRBY", "count:far", "50" };
	struct redis *another_machine = redis_open(getenv("REDIS_URL"));
	int64_t left;

	(void)state;
	assert_int_equal(cache_count(&c, "far", 60, NULL), 1);
	for (int i = 0; i < 500 && !redis_up(another_machine); i++)
		loop_sleep(10);
	assert_int_equal(redis_ask(another_machine, c.arena, 3, argv, NULL).number, 51);
	int64_t n = cache_count(&c, "far", 60, NULL);
	assert_in_range(n, 2, 52);
	for (int i = 0; i < 100 && n < 53; i++) {
		loop_sleep(10);
		n = cache_count(&c, "far", 60, &left);
	}
	assert_in_range(n, 53, 152);
	assert_in_range(left, 50, 60);
	loop_sleep(250); /* all is told */
	n = cache_count(&c, "far", 60, NULL);
	loop_sleep(250);
	counter_forget("count:far"); /* this one begins anew, and asks */
	assert_int_equal(cache_count(&c, "far", 60, NULL), n + 1);
	cache_forget(&c, "far");
	assert_int_equal(cache_count(&c, "far", 60, NULL), 1);
	redis_close(another_machine);
}

static void
a_flag_stands_until_its_end(void **state)
{
	bool known;

	(void)state;
	assert_false(cache_flagged(&c, "f", &known));
	assert_true(known);
	cache_flag(&c, "f", 60);
	assert_true(cache_flagged(&c, "f", &known));
	cache_forget(&c, "f");
	assert_false(cache_flagged(&c, "f", &known));
}

/* ---- a Redis of the test's own, to be stopped and started */

static pid_t
redis_start(text socket)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		int null = open("/dev/null", O_RDWR);

		dup2(null, 1);
		dup2(null, 2);
		execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket,
		    "--dir", settings.data_dir, "--save", "1 1", (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void
redis_end(pid_t pid, int sig)
{
	kill(pid, sig);
	waitpid(pid, NULL, 0);
}

static void
without_redis_nothing_is_known_and_nobody_waits(void **state)
{
	struct ctx alone = someone(pool, cache_open("unix:///nowhere/redis.sock"));
	bool known = true;
	struct permit p;
	size_t n;

	(void)state;
	instant began = loop_now();
	assert_int_equal(cache_count(&alone, "alone", 60, NULL), 1);
	assert_int_equal(cache_count(&alone, "alone", 60, NULL), 2); /* its own memory counts */
	assert_false(cache_flagged(&alone, "f", &known));
	assert_false(known);
	assert_null(cache_get(&alone, "k", lot_7, &p, &n));
	cache_put(&alone, &p, "x", 1, 60);
	assert_string_equal(cache_get(&alone, "k", lot_7, &p, &n), "x"); /* its own memory serves */
	assert_true(instant_minus(loop_now(), began) < 50000);
	arena_free(alone.arena);
	cache_close(alone.cache);
}

static void
a_redis_that_hangs_costs_100_ms_once(void **state)
{
	text socket = arena_fmt(c.arena, "%s/hang.sock", settings.data_dir);
	pid_t pid = redis_start(socket);
	struct ctx who = someone(pool, cache_open(arena_fmt(c.arena, "unix://%s", socket)));
	bool known;

	(void)state;
	wait_until_up(who.cache);
	assert_int_equal(cache_count(&who, "hung", 60, NULL), 1);
	kill(pid, SIGSTOP);
	instant began = loop_now();
	for (int i = 0; i < 20; i++)
		assert_int_equal(cache_count(&who, "hung", 60, NULL), 2 + i);
	int64_t counted_ms = instant_minus(loop_now(), began) / 1000;
	for (int i = 0; i < 20; i++)
		assert_false(cache_flagged(&who, "hung", &known) || known);
	int64_t ms = instant_minus(loop_now(), began) / 1000;
	kill(pid, SIGCONT);
	wait_until_up(who.cache);
	counter_forget("count:hung"); /* in memory: what is left is Redis's count */
	bool counts_again = cache_count(&who, "hung", 60, NULL) > 1;
	redis_end(pid, SIGTERM);
	assert_in_range(counted_ms, 0, 50); /* who is counted here does not wait for it */
	assert_in_range(ms, 90, 1000); /* and not 2,000 */
	assert_true(counts_again);
	arena_free(who.arena);
	cache_close(who.cache);
}

/* ---- what is served after a write is never older than the write */

#define ROUNDS 10000
#define READERS 8 /* in each of two workers */

struct race {
	atomic_long answered; /* the latest version whose writer has had its answer */
	atomic_bool over;
	atomic_long reads, hits, stale;
};
static struct race *race;

struct version {
	int64_t n;
};
static const struct field version_fields[] = { FIELD(version, n), FIELD_END };
static const struct query version_now = {
	.name = "version_now", .sql = "select n from version", .row = version_fields, .kind = "one"
};
static const struct query version_set = {
	.name = "version_set", .sql = "update version set n = $1", .nargs = 1, .kind = "none"
};
static const text version_tags[] = { "version", NULL };

static struct db_pool *worker_pool;
static struct cache *worker_cache;

static int64_t
read_version(struct ctx *who)
{
	struct permit p;
	size_t n;
	text value = cache_get(who, "version", version_tags, &p, &n);
	struct version v = { 0 };

	if (value && text_int(value, &v.n)) {
		atomic_fetch_add(&race->hits, 1);
		return v.n;
	}
	if (db_one(who, &version_now, (const text[]){ NULL }, &v) != OK)
		return INT64_MAX;
	text said = sql_int(who->arena, v.n);
	cache_put(who, &p, said, strlen(said), 60);
	return v.n;
}

static void
reader(int i)
{
	(void)i;
	while (!atomic_load(&race->over)) {
		struct ctx who = someone(worker_pool, worker_cache);
		int64_t must = atomic_load(&race->answered);
		int64_t is = read_version(&who);

		if (is < must)
			atomic_fetch_add(&race->stale, 1);
		if (atomic_fetch_add(&race->reads, 1) % 16 == 0)
			loop_sleep(1);
		arena_free(who.arena);
	}
}

static void
worker_begins(text redis)
{
	worker_pool = db_pool_open(getenv("DATABASE_URL"), 2);
	worker_cache = cache_open(redis);
}

static pid_t
start_worker(text redis)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		worker_begins(redis);
		crowd(READERS, reader);
		_exit(0);
	}
	return pid;
}

/* Every write is answered; between them a pause in which things can be kept. */
static int
write_rounds(void)
{
	for (int64_t n = 1; n <= ROUNDS; n++) {
		struct ctx who = someone(worker_pool, worker_cache);

		if (db_begin(&who) != OK)
			return 1;
		if (n % 2)
			cache_drop(&who, "version");
		if (db_none(&who, &version_set, (const text[]){ sql_int(who.arena, n), NULL },
			NULL) != OK)
			return 2;
		cache_drop(&who, "version");
		if (db_end(&who, true) != OK)
			return 3;
		atomic_store(&race->answered, n);
		arena_free(who.arena);
		if (n % 4 == 0)
			loop_sleep(2);
	}
	return 0;
}

static pid_t
start_writer(text redis)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		worker_begins(redis);
		_exit(write_rounds());
	}
	return pid;
}

/* Killed, stopped with all it holds and brought back with it, frozen: in turns, until the writer is done. */
static int
torment(pid_t redis, text socket, pid_t writer)
{
	static const int ways[] = { SIGTERM, SIGKILL, SIGSTOP };
	int status;

	for (int i = 0; waitpid(writer, &status, WNOHANG) == 0; i++) {
		usleep(600000);
		if (ways[i % 3] == SIGSTOP) {
			kill(redis, SIGSTOP);
			usleep(300000);
			kill(redis, SIGCONT);
			continue;
		}
		redis_end(redis, ways[i % 3]);
		usleep(200000);
		redis = redis_start(socket);
	}
	redis_end(redis, SIGKILL);
	return status;
}

static void
what_is_served_after_a_write_is_never_older(void **state)
{
	text socket = arena_fmt(c.arena, "%s/race.sock", settings.data_dir);
	text url = arena_fmt(c.arena, "unix://%s", socket);

	(void)state;
	assert_ok(db_script(&c, "create table version (n bigint); insert into version values (0)"));
	race = mmap(NULL, sizeof *race, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t redis = redis_start(socket);
	pid_t workers[] = { start_worker(url), start_worker(url) };
	int wrote = torment(redis, socket, start_writer(url));
	atomic_store(&race->over, true);
	for (int i = 0; i < 2; i++)
		waitpid(workers[i], NULL, 0);
	print_message("%ld rounds, %ld reads, %ld of them from the cache, %ld too old\n",
	    atomic_load(&race->answered), atomic_load(&race->reads), atomic_load(&race->hits),
	    atomic_load(&race->stale));
	assert_int_equal(wrote, 0);
	assert_int_equal(atomic_load(&race->answered), ROUNDS);
	assert_int_equal(atomic_load(&race->stale), 0);
	assert_true(atomic_load(&race->hits) > ROUNDS);
	munmap(race, sizeof *race);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, up, down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_away_is_found),
		TEST(what_another_put_away_is_found),
		TEST(any_of_its_tags_takes_it_away),
		TEST(who_read_before_a_drop_stores_nothing_after_it),
		TEST(nothing_is_kept_while_a_transaction_changes_it),
		TEST(a_transaction_taken_back_ends_the_drop_too),
		TEST(what_has_ended_is_not_served),
		TEST(an_unknown_outcome_is_suspect_for_a_minute),
		TEST(a_writer_that_was_given_up_is_not_counted_twice),
		TEST(a_shelf_stays_within_its_bounds),
		TEST(a_counter_counts_and_ends),
		TEST(what_others_counted_is_known_to_the_next),
		TEST(a_flag_stands_until_its_end),
		TEST(without_redis_nothing_is_known_and_nobody_waits),
		TEST(a_redis_that_hangs_costs_100_ms_once),
		TEST(what_is_served_after_a_write_is_never_older),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
