/* coroutine_test.c -- coroutines by themselves: order, stacks, guard page, reuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"
#include "web/coroutine.h"

struct diary {
	char text[64];
	size_t n;
};

static void
note(struct diary *d, char c)
{
	assert_true(d->n < sizeof d->text - 1);
	d->text[d->n++] = c;
}

static void
three_steps(void *arg)
{
	note(arg, 'a');
	coroutine_yield();
	note(arg, 'b');
	coroutine_yield();
	note(arg, 'c');
}

static void
a_coroutine_goes_on_where_it_stopped(void **state)
{
	(void)state;
	struct diary d = { 0 };
	struct coroutine *co = coroutine_new(three_steps, &d);

	note(&d, '1');
	assert_false(coroutine_resume(co));
	note(&d, '2');
	assert_false(coroutine_resume(co));
	note(&d, '3');
	assert_true(coroutine_resume(co));
	assert_string_equal(d.text, "1a2b3c");
	assert_int_equal(coroutine_count(), 0);
}

static void
two_coroutines_take_turns(void **state)
{
	(void)state;
	struct diary d = { 0 };
	struct coroutine *one = coroutine_new(three_steps, &d);
	struct coroutine *two = coroutine_new(three_steps, &d);

	assert_int_equal(coroutine_count(), 2);
	for (int i = 0; i < 3; i++) {
		bool ended = coroutine_resume(one);

		assert_int_equal(coroutine_resume(two), ended);
	}
	assert_string_equal(d.text, "aabbcc");
}

static void
who_am_i(void *arg)
{
	*(struct coroutine **)arg = coroutine_self();
}

static void
one_knows_itself_and_the_loop_is_none(void **state)
{
	(void)state;
	struct coroutine *seen = NULL;
	struct coroutine *co = coroutine_new(who_am_i, &seen);

	assert_null(coroutine_self());
	assert_true(coroutine_resume(co));
	assert_ptr_equal(seen, co);
	assert_null(coroutine_self());
}

/* Fills its stack with a number of its own before it sleeps, and finds it again. */
static void
fills_its_stack(void *arg)
{
	volatile unsigned char mine[64 * 1024];
	unsigned char sign = (unsigned char)(uintptr_t)arg;

	for (size_t i = 0; i < sizeof mine; i++)
		mine[i] = sign;
	coroutine_yield();
	for (size_t i = 0; i < sizeof mine; i++)
		assert_int_equal(mine[i], sign);
}

static void
a_thousand_stacks_do_not_touch_each_other(void **state)
{
	(void)state;
	static struct coroutine *all[1000];

	for (size_t i = 0; i < LENGTH(all); i++) {
		all[i] = coroutine_new(fills_its_stack, (void *)(uintptr_t)i);
		assert_non_null(all[i]);
		assert_false(coroutine_resume(all[i]));
	}
	assert_int_equal(coroutine_count(), LENGTH(all));
	for (size_t i = 0; i < LENGTH(all); i++)
		assert_true(coroutine_resume(all[i]));
	assert_int_equal(coroutine_count(), 0);
}

static void
nothing(void *arg)
{
	(void)arg;
}

static long
resident_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static void
stacks_are_used_again(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++)
		assert_true(coroutine_resume(coroutine_new(nothing, NULL)));
	long before = resident_kib();

	for (int i = 0; i < 100000; i++)
		assert_true(coroutine_resume(coroutine_new(nothing, NULL)));
	/* A stack that was lost each time, one touched page of it, would be 400 MB. */
	assert_true(resident_kib() - before < 64 * 1024);
}

/* Its frames must lie on the stack itself, not where AddressSanitizer may put them. */
__attribute__((no_sanitize_address)) static int
deeper(volatile char *above, int frames)
{
	volatile char here[4096];

	here[0] = above ? above[0] : 1;
	return frames == 0 ? here[0] : deeper(here, frames - 1) + here[0];
}

static void
overflows(void *arg)
{
	deeper(NULL, *(int *)arg);
}

/* One half more than the stack holds, with neighbours on both sides: only the guard page can end
 * it. */
static void
overflow_between_neighbours(void)
{
	int frames = sizeof(void *) * 48; /* of 4 KiB: 1.5 MiB */
	struct coroutine *all[9];

	for (size_t i = 0; i < LENGTH(all); i++)
		all[i] = coroutine_new(overflows, &frames);
	coroutine_resume(all[4]);
}

static void
an_overflow_ends_the_process_instead_of_reaching_a_neighbour(void **state)
{
	(void)state;
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		/* The fault is expected: neither the sanitizer's report nor the test runner's handler, which would go on
		 * with the tests in here, is wanted. */
		int nothing = open("/dev/null", O_WRONLY);

		if (nothing < 0 || dup2(nothing, 1) < 0 || dup2(nothing, 2) < 0 ||
		    signal(SIGSEGV, SIG_DFL) == SIG_ERR || signal(SIGBUS, SIG_DFL) == SIG_ERR)
			_exit(9);
		overflow_between_neighbours();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_false(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_coroutine_goes_on_where_it_stopped),
		cmocka_unit_test(two_coroutines_take_turns),
		cmocka_unit_test(one_knows_itself_and_the_loop_is_none),
		cmocka_unit_test(a_thousand_stacks_do_not_touch_each_other),
		cmocka_unit_test(stacks_are_used_again),
		cmocka_unit_test(an_overflow_ends_the_process_instead_of_reaching_a_neighbour),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
