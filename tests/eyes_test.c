/* eyes_test.c -- photographs read by the reader's own process, and what becomes of one that dies or hangs. */
#include "world.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sight.h"
#include "gear/eyes.h"
#include "gear/loop.h"
#include "gear/settings.h"

static struct buf
photograph(text name)
{
	struct buf b = BUF(c.arena);
	FILE *f = fopen(arena_fmt(c.arena, "tests/plates/%s", name), "rb");
	char some[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(some, 1, sizeof some, f)) > 0)
		buf_bytes(&b, some, n);
	fclose(f);
	return b;
}

static enum problem
photo_look(text name, enum sight_engine engine, struct sight *out)
{
	struct buf b = photograph(name);

	return eyes_look(&c, b.p, b.n, engine, EUROPE, out);
}

static void
photographs_are_read_exactly(void **s)
{
	static const struct {
		text file, plate;
		double left, top, right, bottom; /* of the plate, as a person drew it */
	} all[] = { { "day.jpg", "SB90TZI", 532, 455, 692, 497 },
		{ "night.jpg", "B96TRH", 364, 629, 653, 717 },
		{ "crop.png", "B68SPK", 255, 228, 439, 280 },
		{ "crop.webp", "B99BNX", 278, 184, 494, 237 },
		{ "small.jpg", "B839HAR", 202, 228, 434, 298 },
		{ "turned.jpg", "B311ALY", 376, 461, 561, 508 } };

	(void)s;
	for (size_t i = 0; i < LENGTH(all); i++) {
		struct sight sight;

		assert_ok(photo_look(all[i].file, NETS, &sight));
		assert_true(sight.plates.n >= 1);
		const struct seen_plate *p = ROW(seen_plate, sight.plates, 0);
		assert_string_equal(p->plate, all[i].plate);
		assert_true(p->confidence > .55);
		assert_true(fabs(p->corners[0] - all[i].left) < 25);
		assert_true(fabs(p->corners[1] - all[i].top) < 25);
		assert_true(fabs(p->corners[4] - all[i].right) < 25);
		assert_true(fabs(p->corners[5] - all[i].bottom) < 25);
	}
}

static void
tesseract_reads_what_the_detector_straightened(void **s)
{
	struct sight sight;

	(void)s;
	assert_ok(photo_look("crop.webp", TESSERACT, &sight));
	assert_true(sight.plates.n >= 1);
	assert_string_equal(ROW(seen_plate, sight.plates, 0)->plate, "B99BNX");
}

static void
a_photograph_without_a_plate_has_none(void **s)
{
	struct sight sight;

	(void)s;
	assert_ok(photo_look("nothing.jpg", NETS, &sight));
	assert_int_equal(sight.width, 400);
	assert_int_equal(sight.plates.n, 0);
}

static void
what_cannot_be_decoded_is_said_to_be_damaged(void **s)
{
	struct buf b = photograph("small.jpg"), png = photograph("crop.png");
	struct sight sight;

	(void)s;
	assert_problem(eyes_look(&c, "hello", 5, NETS, EUROPE, &sight), INVALID);
	assert_problem(eyes_look(&c, b.p, b.n / 2, NETS, EUROPE, &sight), INVALID);
	memset(png.p + png.n / 2, 0, 1000);
	assert_problem(eyes_look(&c, png.p, png.n, NETS, EUROPE, &sight), INVALID);
	assert_non_null(strstr(c.detail, "damaged"));
	assert_problem(eyes_look(&c, b.p, PICTURE_BYTES + 1, NETS, EUROPE, &sight), TOO_LARGE);
	assert_ok(photo_look("small.jpg", NETS, &sight));
}

static void
the_sandbox_holds(void **s)
{
	int status = 0;
	pid_t pid = fork();

	(void)s;
	if (pid == 0) {
		execl("build/platereader", "platereader", "prove", (char *)NULL);
		_exit(99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- when something dies */

static pid_t
first_child(pid_t of)
{
	text path = arena_fmt(c.arena, "/proc/%d/task/%d/children", (int)of, (int)of);
	FILE *f;
	int child = 0;

	for (int i = 0; i < 200 && child == 0; i++) {
		f = fopen(path, "r");
		assert_non_null(f);
		if (fscanf(f, "%d", &child) != 1) {
			child = 0;
			usleep(20000);
		}
		fclose(f);
	}
	assert_true(child > 0);
	return child;
}

/* What has ended, or waits for its parent to notice, has no command line. */
static bool
ended(pid_t pid)
{
	char first = 0;

	for (int i = 0; i < 200; i++, usleep(20000)) {
		FILE *f = fopen(arena_fmt(c.arena, "/proc/%d/cmdline", (int)pid), "r");
		size_t n = f ? fread(&first, 1, 1, f) : 0;

		if (f)
			fclose(f);
		if (n == 0)
			return true;
	}
	return false;
}

struct blow { /* what hits whom while a photograph is read */
	struct alarm alarm; /* first */
	pid_t whom;
};

static void
strike(struct alarm *a)
{
	kill(((struct blow *)(void *)a)->whom, SIGKILL);
}

/* The reader stands still with the photograph in its hands, then somebody is killed. */
static enum problem
look_and_kill(pid_t stopped, pid_t killed)
{
	struct blow blow = { .whom = killed };
	struct sight sight;

	kill(stopped, SIGSTOP);
	loop_after(&blow.alarm, 300, strike);
	return photo_look("small.jpg", NETS, &sight);
}

static void
a_reader_that_dies_costs_one_photograph(void **s)
{
	struct sight sight;

	(void)s;
	assert_ok(photo_look("small.jpg", NETS, &sight));
	pid_t office = first_child((pid_t)eyes_program()), reader = first_child(office);
	assert_problem(look_and_kill(reader, reader), UNAVAILABLE);
	assert_true(c.retry_after > 0);
	assert_ok(photo_look("small.jpg", NETS, &sight));
	assert_int_equal(first_child((pid_t)eyes_program()), office);
	assert_int_not_equal(first_child(office), reader);
}

static void
when_the_whole_program_dies_another_is_started(void **s)
{
	struct sight sight;

	(void)s;
	assert_ok(photo_look("small.jpg", NETS, &sight));
	pid_t office = first_child((pid_t)eyes_program()), reader = first_child(office);
	assert_problem(look_and_kill(reader, office), UNAVAILABLE);
	assert_ok(photo_look("small.jpg", NETS, &sight));
	assert_int_not_equal(first_child((pid_t)eyes_program()), office);
	assert_true(ended(reader)); /* nor is one left behind */
}

static void
a_photograph_that_takes_too_long_is_given_up(void **s)
{
	struct sight sight;

	(void)s;
	assert_ok(photo_look("small.jpg", NETS, &sight));
	pid_t office = first_child((pid_t)eyes_program()), reader = first_child(office);
	kill(reader, SIGSTOP);
	assert_problem(photo_look("small.jpg", NETS, &sight), INVALID);
	assert_non_null(strstr(c.detail, "too long"));
	assert_ok(photo_look("small.jpg", NETS, &sight));
	assert_int_equal(first_child((pid_t)eyes_program()), office);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(photographs_are_read_exactly),
		IN_WORLD(tesseract_reads_what_the_detector_straightened),
		IN_WORLD(a_photograph_without_a_plate_has_none),
		IN_WORLD(what_cannot_be_decoded_is_said_to_be_damaged),
		IN_WORLD(the_sandbox_holds),
		IN_WORLD(a_reader_that_dies_costs_one_photograph),
		IN_WORLD(when_the_whole_program_dies_another_is_started),
		IN_WORLD(a_photograph_that_takes_too_long_is_given_up),
	};

	settings.ocr_seconds = 6; /* before the first look starts the program */
	return cmocka_run_group_tests(tests, world_up, world_down);
}
