/*
 * pwhash.c -- how many passwords this machine can hash: the peer of the login benchmark.
 *
 *	pwhash PROCESSES SECONDS
 *
 * Prints hashes a second of crypto_pwhash_str_verify() alone, with the limits the program itself uses.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
verify_for(double seconds, const char *hash)
{
	double end = now() + seconds;
	int n = 0;

	for (; now() < end; n++)
		if (crypto_pwhash_str_verify(hash, "correct horse", 13) != 0)
			abort();
	return n;
}

int
main(int argc, char **argv)
{
	char hash[crypto_pwhash_STRBYTES];
	int processes = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 2, pipes[2], n, total = 0;
	double seconds = argc > 2 ? strtod(argv[2], NULL) : 5, began;

	if (sodium_init() < 0 || pipe(pipes) != 0 ||
	    crypto_pwhash_str(hash, "correct horse", 13, crypto_pwhash_OPSLIMIT_INTERACTIVE,
		crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return 1;
	began = now();
	for (int i = 0; i < processes; i++)
		if (fork() == 0) {
			n = verify_for(seconds, hash);
			_exit(write(pipes[1], &n, sizeof n) != sizeof n);
		}
	for (int i = 0; i < processes; i++)
		if (read(pipes[0], &n, sizeof n) == sizeof n)
			total += n;
	while (wait(NULL) > 0)
		continue;
	printf("%.1f\n", total / (now() - began));
	return 0;
}
