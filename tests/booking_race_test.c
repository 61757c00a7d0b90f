/*
 * booking_race_test.c -- twenty callers at once, each a process of its own on the real database, and all of it
 * committed.  What they may not do together stands in the counts.
 */
#include "world.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gear/loop.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "reservations/reservations.h"

#define CALLERS 20
#define TRIES 3 /* as serve() does */

struct score {
	enum problem said[CALLERS];
	int64_t slot[CALLERS];
};
static struct score *score; /* shared with the callers */
static int64_t lot, first_slot;

/* A context of one's own, on a connection of one's own. */
struct life {
	struct db_pool *pool;
	struct ctx c;
};

static void
begin_life(struct life *l, int64_t user, bool verified)
{
	*l = (struct life){ .pool = db_pool_open(settings.database_url, 1) };
	l->c = (struct ctx){
		.arena = arena_new(), .now = NOON, .request_id = "race", .address = "", .agent = ""
	};
	l->c.db = db_new(l->pool, l->c.arena);
	l->c.person =
	    (struct person){ .id = user, .role = CUSTOMER, .name = "", .verified = verified };
}

static void
end_life(struct life *l)
{
	arena_free(l->c.arena);
	db_pool_close(l->pool);
}

static void
script(const char *fmt, ...)
{
	struct life l;
	va_list ap;

	begin_life(&l, 0, false);
	va_start(ap, fmt);
	text said = arena_vfmt(l.c.arena, fmt, ap);
	va_end(ap);
	if (db_script(&l.c, said) != OK)
		fail_msg("%s\n%s", said, db_last_error(l.c.db));
	end_life(&l);
}

struct figure {
	int64_t n;
};
static const struct field figure_fields[] = { FIELD(figure, n), FIELD_END };

static int64_t
number(text query)
{
	const struct query q = { .name = "",
		.sql = query,
		.types = (const text[]){ NULL },
		.row = figure_fields,
		.kind = "one" };
	struct figure found = { 0 };
	struct life l;

	begin_life(&l, 0, false);
	if (db_one(&l.c, &q, (const text[]){ NULL }, &found) != OK)
		fail_msg("%s\n%s", query, db_last_error(l.c.db));
	end_life(&l);
	return found.n;
}

static enum problem
once(struct life *l, const struct booking *b, struct reservation *made)
{
	TRY(db_begin(&l->c));
	enum problem e = reservation_hold(&l->c, b, made);
	enum problem end = db_end(&l->c, e == OK);
	return e != OK ? e : end;
}

/* Turns the loop until there is a connection. */
static void
connected(struct db_pool *pool)
{
	for (int i = 0; i < 500 && !db_pool_up(pool); i++) {
		struct parked p;

		park_init(&p);
		park(&p, 20);
	}
}

/* What one caller does, in a process of its own. */
static void
call(int i, int gate, int64_t user, bool verified, const struct booking *b)
{
	struct reservation made = { 0 };
	struct life l;
	char go;

	begin_life(&l, user, verified);
	connected(l.pool);
	if (read(gate, &go, 1) != 0)
		_exit(1);
	for (int tries = 0; tries < TRIES; tries++) {
		score->said[i] = once(&l, b, &made);
		if (score->said[i] != TRY_AGAIN)
			break;
	}
	score->slot[i] = made.slot_id;
	end_life(&l);
	_exit(0);
}

/* All at once: the gate opens when the last end of the pipe that may write to it is closed. */
static void
race(int64_t (*user)(int), bool verified, const struct booking *b)
{
	int gate[2], status, failed = 0;

	assert_int_equal(pipe(gate), 0);
	for (int i = 0; i < CALLERS; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			close(gate[1]);
			call(i, gate[0], user(i), verified, b);
		}
	}
	close(gate[0]);
	usleep(700000);
	close(gate[1]);
	while (wait(&status) > 0)
		failed += status != 0;
	assert_int_equal(failed, 0);
}

static int
said(enum problem e)
{
	int n = 0;

	for (int i = 0; i < CALLERS; i++)
		n += score->said[i] == e;
	return n;
}

static int64_t
each_their_own(int i)
{
	static int64_t first;

	if (first == 0)
		first = number("select min(id) as n from users where username like 'racer%'");
	return first + i;
}

static int64_t
all_the_same(int i)
{
	(void)i;
	return each_their_own(0);
}

static struct booking
wish(int64_t slot, int64_t from_hours)
{
	return (struct booking){ .lot_id = lot,
		.slot_id = slot,
		.starts = instant_plus(NOON, from_hours * HOUR),
		.ends = instant_plus(NOON, (from_hours + 1) * HOUR),
		.quote = "" };
}

static int64_t
overlaps(void)
{
	return number("select count(a.id) as n from reservations a join reservations b on "
		      "a.slot_id = b.slot_id "
		      "and a.id < b.id and a.during && b.during where a.status = 'held' and "
		      "b.status = 'held'");
}

/* ---- what must hold */

static void
of_twenty_who_want_one_slot_one_gets_it(void **s)
{
	(void)s;
	for (int round = 0; round < 5; round++) {
		struct booking b = wish(first_slot, 1 + round);

		race(each_their_own, true, &b);
		assert_int_equal(said(OK), 1);
		assert_int_equal(said(SLOT_TAKEN), CALLERS - 1);
	}
	assert_int_equal(overlaps(), 0);
}

static void
twenty_who_take_any_of_twenty_slots_all_get_one(void **s)
{
	(void)s;
	for (int round = 0; round < 3; round++) {
		struct booking b = wish(0, 10 + round);

		race(each_their_own, true, &b);
		assert_int_equal(said(OK), CALLERS);
		for (int i = 0; i < CALLERS; i++)
			for (int j = 0; j < i; j++)
				assert_true(score->slot[i] != score->slot[j]);
	}
	assert_int_equal(overlaps(), 0);
}

static void
twenty_who_take_any_of_five_leave_the_lot_full(void **s)
{
	(void)s;
	script(
	    "update slots set out_of_service = true where id >= %lld", (long long)first_slot + 5);
	for (int round = 0; round < 3; round++) {
		struct booking b = wish(0, 20 + round);

		race(each_their_own, true, &b);
		assert_int_equal(said(OK), 5);
		assert_int_equal(said(LOT_FULL), CALLERS - 5);
	}
	script("update slots set out_of_service = false");
	assert_int_equal(overlaps(), 0);
}

static void
twenty_hands_of_one_account_not_verified_hold_one_slot(void **s)
{
	struct booking b = wish(0, 30);

	(void)s;
	script("update reservations set status = 'cancelled', ended_at = created_at");
	race(all_the_same, false, &b);
	assert_int_equal(said(OK), 1);
	assert_int_equal(said(LIMIT_REACHED), CALLERS - 1);
}

static int
race_up(void **state)
{
	text why = "";
	struct arena *forever = arena_new();

	(void)state;
	setenv("DEMO", "1", 0);
	if (!settings_read(forever, &why)) {
		print_error("%s\n", why);
		return 1;
	}
	*state = forever;
	secret_start();
	score =
	    mmap(NULL, sizeof *score, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (score == MAP_FAILED)
		return 1;
	script("insert into lots (name, currency, search) values ('Race', 'EUR', 'race');"
	       "insert into zones (lot_id, code) select id, 'RACE' from lots where name = 'Race';"
	       "insert into slots (lot_id, zone_id, code, label) select lot_id, id, 'RACE-' || n, "
	       "'R' || n "
	       "  from zones, generate_series(1, 20) n where code = 'RACE';"
	       "insert into users (username, email, verified_at) select 'racer' || n, n || "
	       "'@race.test', now() "
	       "  from generate_series(1, 20) n");
	lot = number("select id as n from lots where name = 'Race'");
	first_slot = number("select min(id) as n from slots where code like 'RACE-%'");
	return each_their_own(0) ? 0 : 1;
}

static int
race_down(void **state)
{
	arena_free(*state);
	munmap(score, sizeof *score);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_twenty_who_want_one_slot_one_gets_it),
		cmocka_unit_test(twenty_who_take_any_of_twenty_slots_all_get_one),
		cmocka_unit_test(twenty_who_take_any_of_five_leave_the_lot_full),
		cmocka_unit_test(twenty_hands_of_one_account_not_verified_hold_one_slot),
	};

	return cmocka_run_group_tests(tests, race_up, race_down);
}
