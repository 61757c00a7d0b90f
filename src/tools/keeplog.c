/*
 * keeplog -- keeps the logs of what park-up starts, each in a few files of a bounded size.
 *
 *	keeplog keep SOCKET BYTES OLD	writes logs into the folder it is started in: NAME.log, and when that would pass
 *					BYTES, what was is NAME.log.1, and so on up to OLD
 *	keeplog to SOCKET NAME COMMAND…	runs the command, whose output goes there
 *
 * What a program writes at once is one message of the socket, and stands together in the log, whoever else writes: lines
 * are neither mixed nor cut, and none is lost while a log changes its file.  The keeper ends after SIGTERM, once all who
 * write have ended and what they wrote is kept.  What a full disk does not take is left out, and counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define MOST_WRITERS 64
#define MOST_LOGS 16
#define MESSAGE (1 << 20)

struct log {
	char name[32];
	int fd; /* -1: could not be opened */
	off_t size;
	long long lost; /* bytes, since the last that was written */
};

static struct log logs[MOST_LOGS];
static int n_logs, old_ones, writers;
static off_t most_bytes;
static struct pollfd fds[1 + MOST_WRITERS]; /* the door, and who writes */
static struct log *log_of[1 + MOST_WRITERS]; /* NULL: has not said its name yet */
static volatile sig_atomic_t told_to_end;

static _Noreturn void __attribute__((format(printf, 1, 2))) give_up(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "keeplog: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, ": %s\n", strerror(errno));
	exit(1);
}

static struct sockaddr_un
address(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof at.sun_path) {
		errno = ENAMETOOLONG;
		give_up("%s", path);
	}
	snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
	return at;
}

/* ---- files */

static void
open_log(struct log *l)
{
	char file[64];
	struct stat st;

	snprintf(file, sizeof file, "%s.log", l->name);
	l->fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
	l->size = l->fd >= 0 && fstat(l->fd, &st) == 0 ? st.st_size : 0;
}

static void
name_of_old(char *out, size_t n, const struct log *l, int i)
{
	if (i == 0)
		snprintf(out, n, "%s.log", l->name);
	else
		snprintf(out, n, "%s.log.%d", l->name, i);
}

/* The oldest goes; each becomes one older.  If that fails, the log grows on. */
static void
turn_over(struct log *l)
{
	char from[64], to[64];

	for (int i = old_ones; i > 0; i--) {
		name_of_old(from, sizeof from, l, i - 1);
		name_of_old(to, sizeof to, l, i);
		(void)rename(from, to);
	}
	if (l->fd >= 0)
		close(l->fd);
	open_log(l);
}

static bool
put(struct log *l, const char *s, size_t n)
{
	while (n > 0) {
		ssize_t k = write(l->fd, s, n);

		if (k == -1 && errno == EINTR)
			continue;
		if (k == -1)
			return false;
		s += k;
		n -= (size_t)k;
		l->size += k;
	}
	return true;
}

static void
keep(struct log *l, const char *s, size_t n)
{
	char words[80];

	if (l->fd == -1)
		open_log(l);
	if (l->size > 0 && l->size + (off_t)n > most_bytes)
		turn_over(l);
	if (l->lost) {
		int k = snprintf(
		    words, sizeof words, "(%lld bytes could not be written here)\n", l->lost);

		if (!put(l, words, (size_t)k)) {
			l->lost += (long long)n;
			return;
		}
		l->lost = 0;
	}
	if (!put(l, s, n))
		l->lost += (long long)n;
}

static struct log *
log_named(const char *name, size_t n)
{
	char whole[sizeof logs->name] = "";

	if (n == 0 || n >= sizeof whole)
		return NULL;
	memcpy(whole, name, n);
	if (strspn(whole, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
		return NULL;
	for (int i = 0; i < n_logs; i++)
		if (strcmp(logs[i].name, whole) == 0)
			return &logs[i];
	if (n_logs == MOST_LOGS)
		return NULL;
	struct log *l = &logs[n_logs++];
	memcpy(l->name, whole, sizeof whole);
	open_log(l);
	return l;
}

/* ---- who writes */

static void
let_in(void)
{
	int fd = accept4(fds[0].fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd == -1)
		return;
	if (writers == MOST_WRITERS) {
		close(fd);
		return;
	}
	writers++;
	fds[writers] = (struct pollfd){ .fd = fd, .events = POLLIN };
	log_of[writers] = NULL;
}

static void
let_go(int i)
{
	close(fds[i].fd);
	fds[i] = fds[writers];
	log_of[i] = log_of[writers];
	writers--;
}

static void
hear(int i)
{
	static char message[MESSAGE];
	ssize_t n = recv(fds[i].fd, message, sizeof message, 0);

	if ((n == -1 && errno == EINTR) || (n == 0 && !(fds[i].revents & POLLHUP)))
		return; /* an empty write says nothing */
	if (n <= 0) {
		let_go(i);
	} else if (log_of[i]) {
		keep(log_of[i], message, (size_t)n);
	} else if ((log_of[i] = log_named(message, (size_t)n)) == NULL) {
		let_go(i);
	}
}

static void
end(int sig)
{
	(void)sig;
	told_to_end = 1;
}

static int
keep_all(const char *path)
{
	struct sockaddr_un at = address(path);
	int door = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct sigaction sa = { .sa_handler = end };

	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigaction(SIGTERM, &sa, NULL);
	(void)unlink(path);
	if (door == -1 || bind(door, (struct sockaddr *)&at, sizeof at) == -1 ||
	    chmod(path, 0600) == -1 || listen(door, MOST_WRITERS) == -1)
		give_up("%s", path);
	fds[0] = (struct pollfd){ .fd = door, .events = POLLIN };
	for (;;) {
		bool last = told_to_end && writers == 0; /* unless somebody waits at the door */
		int n = poll(fds, (nfds_t)writers + 1, last ? 0 : told_to_end ? 1000 : 60000);

		if (n == -1)
			continue;
		if (n == 0 && last)
			break;
		for (int i = writers; i > 0; i--)
			if (fds[i].revents)
				hear(i);
		if (fds[0].revents)
			let_in();
	}
	(void)unlink(path);
	return 0;
}

/* ---- the other end */

static _Noreturn void
run_to(const char *path, const char *name, char **command)
{
	struct sockaddr_un at = address(path);
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), room = MESSAGE;

	if (fd == -1 || connect(fd, (struct sockaddr *)&at, sizeof at) == -1)
		give_up("%s", path);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	if (send(fd, name, strlen(name), 0) == -1 || dup2(fd, 1) == -1 || dup2(fd, 2) == -1)
		give_up("%s", name);
	execvp(command[0], command);
	dprintf(2, "%s: %s\n", command[0], strerror(errno));
	exit(127);
}

int
main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "keep") == 0) {
		most_bytes = strtoll(argv[3], NULL, 10);
		old_ones = atoi(argv[4]);
		if (most_bytes > 0 && old_ones > 0)
			return keep_all(argv[2]);
	}
	if (argc > 4 && strcmp(argv[1], "to") == 0)
		run_to(argv[2], argv[3], argv + 4);
	fprintf(stderr, "usage: keeplog keep SOCKET BYTES OLD | to SOCKET NAME COMMAND…\n");
	return 2;
}
