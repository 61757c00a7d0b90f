/* Passwords, keyed hashes, random codes; and the helper processes that do the slow sums. */
#include "world.h"

#include <crypt.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gear/helpers.h"
#include "gear/secret.h"
#include "gear/settings.h"

static int
quiet_world(void **state)
{
	(void)state;
	c = (struct ctx){ .arena = arena_new(), .now = NOON };
	settings.jwt_secret = "only-for-tests-0123456789abcdef0123456789abcdef";
	secret_start();
	return 0;
}

static int
world_ends(void **state)
{
	(void)state;
	arena_free(c.arena);
	return 0;
}

static bool
fits(text password, text hash, bool *rehash)
{
	bool right, again;

	assert_ok(password_check(&c, password, hash, &right, &again));
	if (rehash)
		*rehash = again;
	return right;
}

static void
a_password_fits_its_hash_and_no_other_does(void **state)
{
	text hash;
	bool rehash;

	(void)state;
	assert_ok(password_hash(&c, "correct horse battery", &hash));
	assert_true(text_starts(hash, "$argon2id$"));
	assert_true(fits("correct horse battery", hash, &rehash));
	assert_false(rehash);
	assert_false(fits("correct horse batterz", hash, NULL));
	assert_false(fits("", hash, NULL));
	assert_false(fits("correct horse battery ", hash, NULL));
}

static void
no_character_of_a_long_password_is_cut_off(void **state)
{
	char longest[PASSWORD_MAX * 4 + 1];
	text hash;

	(void)state;
	for (size_t i = 0; i < PASSWORD_MAX; i++)
		memcpy(longest + 4 * i, "\xf0\x9f\x9a\x97", 4);
	longest[sizeof longest - 1] = 0;
	assert_ok(password_hash(&c, longest, &hash));
	assert_true(fits(longest, hash, NULL));
	longest[sizeof longest - 2] = '\x98';
	assert_false(fits(longest, hash, NULL));
}

static void
a_bcrypt_hash_from_elsewhere_fits_and_asks_to_be_rehashed(void **state)
{
	static const text hashes[] = {
		"$2b$04$abcdefghijklmnopqrstuuVolj2MGOjrTNloACgm0WFY5Uhnd0NDS",
		"$2y$04$abcdefghijklmnopqrstuuVolj2MGOjrTNloACgm0WFY5Uhnd0NDS",
		"$2a$04$abcdefghijklmnopqrstuuVolj2MGOjrTNloACgm0WFY5Uhnd0NDS",
	};
	bool rehash;

	(void)state;
	for (size_t i = 0; i < LENGTH(hashes); i++) {
		assert_true(password_hash_known(hashes[i]));
		assert_true(fits("parking-2019", hashes[i], &rehash));
		assert_true(rehash);
		assert_false(fits("parking-2018", hashes[i], NULL));
	}
}

static void
no_password_fits_an_empty_or_a_broken_hash(void **state)
{
	static const text broken[] = { "", "*", "$2b$", "$2b$04$abc", "plain words",
		"$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHQ",
		"$1$abcdefgh$kuXsCVKCmZ7y2lKMWGqWq/" };

	(void)state;
	for (size_t i = 0; i < LENGTH(broken); i++) {
		assert_false(fits("", broken[i], NULL));
		assert_false(fits("plain words", broken[i], NULL));
	}
	assert_false(password_hash_known("$1$abcdefgh$kuXsCVKCmZ7y2lKMWGqWq/"));
}

static int64_t
cpu_us(text password, text hash)
{
	struct timespec a, b;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	fits(password, hash, NULL);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
	return (b.tv_sec - a.tv_sec) * SECOND + (b.tv_nsec - a.tv_nsec) / 1000;
}

static void
nobody_costs_as_much_time_as_somebody(void **state)
{
	int64_t nobody = INT64_MAX, somebody = INT64_MAX;
	text hash;

	(void)state;
	assert_ok(password_hash(&c, "correct horse battery", &hash));
	for (int i = 0; i < 3; i++) {
		int64_t a = cpu_us("a wrong one", ""), b = cpu_us("a wrong one", hash);

		nobody = a < nobody ? a : nobody;
		somebody = b < somebody ? b : somebody;
	}
	assert_true(nobody * 2 > somebody && somebody * 2 > nobody);
}

static void
the_most_used_passwords_are_known_in_any_case(void **state)
{
	(void)state;
	assert_true(password_common("123456"));
	assert_true(password_common("password1"));
	assert_true(password_common("PassWord1"));
	assert_true(password_common("iloveyou"));
	assert_true(password_common("zzzzzz") || password_common("0000"));
	assert_false(password_common("a few words of mine"));
	assert_false(password_common(""));
	assert_false(password_common("parkplatz-sonne"));
}

static void
codes_use_every_digit_in_every_place(void **state)
{
	int seen[6][10] = { 0 };

	(void)state;
	for (int i = 0; i < 2000; i++) {
		text code = random_code(c.arena, 6);

		assert_int_equal(strlen(code), 6);
		for (int k = 0; k < 6; k++)
			seen[k][code[k] - '0']++;
	}
	for (int k = 0; k < 6; k++)
		for (int d = 0; d < 10; d++)
			assert_in_range(seen[k][d], 120, 290);
}

static void
a_keyed_hash_depends_on_key_purpose_and_message(void **state)
{
	text first = keyed_hash(c.arena, "code", "042917");

	(void)state;
	assert_int_equal(strlen(first), 64);
	assert_string_equal(first, keyed_hash(c.arena, "code", "042917"));
	assert_string_not_equal(first, keyed_hash(c.arena, "csrf", "042917"));
	assert_string_not_equal(first, keyed_hash(c.arena, "code", "042918"));
	settings.jwt_secret = "another-secret-0123456789abcdef0123456789abcdef";
	assert_string_not_equal(first, keyed_hash(c.arena, "code", "042917"));
	assert_true(same_secret(first, first));
	assert_false(same_secret(first, keyed_hash(c.arena, "code", "042917")));
	assert_false(same_secret("", "a"));
}

/* ---- helpers: in a process of their own, as the server has it */

static void
in_a_child(void (*what)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		what();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
hash_by_helper(void)
{
	bool right, rehash;
	text hash;

	secret_fork_helpers(2, 2);
	secret_use_helpers(1);
	if (password_hash(&c, "correct horse battery", &hash) != OK)
		_exit(1);
	if (password_check(&c, "correct horse battery", hash, &right, &rehash) != OK || !right)
		_exit(2);
	if (password_check(&c, "another", hash, &right, &rehash) != OK || right)
		_exit(3);
}

static void
a_helper_reckons_for_a_worker(void **state)
{
	(void)state;
	in_a_child(hash_by_helper);
}

static void
die(void *message, size_t n)
{
	(void)n;
	if (*(char *)message == 'x')
		_exit(7);
	*(char *)message = 'y';
}

static void
lose_a_helper(void)
{
	char message[8] = "x";

	struct crew *crew = helpers_fork(1, 1, die);
	helpers_use(crew, 0);
	message[0] = 'a';
	if (helpers_ask(crew, &c, message, sizeof message) != OK || message[0] != 'y')
		_exit(1);
	message[0] = 'x';
	if (helpers_ask(crew, &c, message, sizeof message) != BUSY || c.retry_after < 1)
		_exit(2);
	message[0] = 'a';
	if (helpers_ask(crew, &c, message, sizeof message) != OK || message[0] != 'y')
		_exit(3);
}

static void
a_helper_that_dies_is_replaced_and_its_caller_told(void **state)
{
	(void)state;
	in_a_child(lose_a_helper);
}

static void
idle(void *message, size_t n)
{
	(void)message, (void)n;
}

static void
leave_them_alone(void)
{
	helpers_use(helpers_fork(3, 2, idle), 0);
}

/* Orphans become ours, so that we can see each of them go. */
static void
helpers_leave_with_the_last_worker(void **state)
{
	int left = 0;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	in_a_child(leave_them_alone);
	alarm(20); /* the test dies if they stay */
	while (waitpid(-1, NULL, 0) > 0)
		left++;
	alarm(0);
	assert_true(left >= 1);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_fits_its_hash_and_no_other_does),
		cmocka_unit_test(no_character_of_a_long_password_is_cut_off),
		cmocka_unit_test(a_bcrypt_hash_from_elsewhere_fits_and_asks_to_be_rehashed),
		cmocka_unit_test(no_password_fits_an_empty_or_a_broken_hash),
		cmocka_unit_test(nobody_costs_as_much_time_as_somebody),
		cmocka_unit_test(the_most_used_passwords_are_known_in_any_case),
		cmocka_unit_test(codes_use_every_digit_in_every_place),
		cmocka_unit_test(a_helper_reckons_for_a_worker),
		cmocka_unit_test(a_helper_that_dies_is_replaced_and_its_caller_told),
		cmocka_unit_test(helpers_leave_with_the_last_worker),
		cmocka_unit_test(a_keyed_hash_depends_on_key_purpose_and_message),
	};

	return cmocka_run_group_tests(tests, quiet_world, world_ends);
}
