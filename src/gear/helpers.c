#include "gear/helpers.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gear/log.h"
#include "gear/loop.h"

enum {
	MOST_CHANNELS = 64,
	MOST_WAITING = 32, /* of one worker; at 60 ms a sum and four cores that is half a second */
	PATIENCE_MS = 10000,
};

struct errand {
	uint64_t id;
	unsigned char bytes[HELPER_BYTES];
};
#define ERRAND_HEAD offsetof(struct errand, bytes)

/* One coroutine that waits for an answer; lives on its stack. */
struct waiting {
	uint64_t id;
	void *message;
	size_t n;
	struct parked parked;
	struct waiting *next;
};

struct crew {
	struct watch watch; /* first: of the worker's own channel */
	int ours[MOST_CHANNELS], theirs[MOST_CHANNELS], channels;
	struct waiting *waiting;
	int n_waiting;
	uint64_t last_id;
	void (*work)(void *message, size_t n);
};

/* ---- in the helpers */

static void
close_all_but_channels(const struct crew *k)
{
	for (int fd = 3; fd < 4096; fd++) {
		bool keep = false;

		for (int i = 0; i < k->channels; i++)
			keep |= k->theirs[i] == fd;
		if (!keep)
			close(fd);
	}
}

/* False when the other end is gone for good. */
static bool
serve_one(int fd, void (*work)(void *, size_t))
{
	struct errand e;
	ssize_t n = recv(fd, &e, sizeof e, MSG_DONTWAIT);

	if (n == 0)
		return false;
	if (n < (ssize_t)ERRAND_HEAD)
		return true; /* another helper was quicker */
	work(e.bytes, (size_t)n - ERRAND_HEAD);
	while (send(fd, &e, (size_t)n, MSG_NOSIGNAL) == -1 && errno == EINTR)
		;
	explicit_bzero(&e, sizeof e);
	return true;
}

static _Noreturn void
help(const struct crew *k)
{
	struct pollfd fds[MOST_CHANNELS];
	int open = k->channels;

	for (int i = 0; i < k->channels; i++)
		fds[i] = (struct pollfd){ .fd = k->theirs[i], .events = POLLIN };
	while (open > 0) {
		if (poll(fds, (nfds_t)k->channels, -1) == -1)
			continue;
		for (int i = 0; i < k->channels; i++) {
			bool more = fds[i].revents & POLLIN ? serve_one(fds[i].fd, k->work)
							    : fds[i].revents == 0;

			if (more)
				continue;
			fds[i].fd = -1;
			open--;
		}
	}
	_exit(0);
}

/* Keeps `n` helpers alive until they leave of their own accord. */
static _Noreturn void
supervise(int n, const struct crew *k)
{
	static const int deaf[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };
	int alive = 0, status;

	for (size_t i = 0; i < LENGTH(deaf); i++)
		signal(deaf[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	close_all_but_channels(k);
	while (alive < n || wait(&status) > 0) {
		if (alive == n) {
			alive--;
			if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
				n--;
				continue;
			}
			usleep(200000);
		}
		pid_t pid = fork();
		if (pid == 0)
			help(k);
		alive += pid > 0;
		if (pid == -1)
			usleep(1000000);
	}
	_exit(0);
}

/* ---- in the parent */

struct crew *
helpers_fork(int helpers, int channels, void (*work)(void *, size_t))
{
	struct crew *k = memory_take(sizeof *k);

	if (channels > MOST_CHANNELS || helpers < 1)
		BUG("helpers: too many channels or no helper");
	k->watch.fd = -1;
	k->work = work;
	for (; k->channels < channels; k->channels++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
			BUG("helpers: no socketpair");
		k->ours[k->channels] = pair[0];
		k->theirs[k->channels] = pair[1];
	}
	pid_t pid = fork();
	if (pid == -1)
		BUG("helpers: no fork");
	if (pid == 0)
		supervise(helpers, k);
	for (int i = 0; i < channels; i++)
		close(k->theirs[i]);
	return k;
}

/* ---- in a worker */

static struct waiting *
take_waiting(struct crew *k, uint64_t id)
{
	for (struct waiting **at = &k->waiting; *at; at = &(*at)->next) {
		if ((*at)->id == id) {
			struct waiting *w = *at;

			*at = w->next;
			k->n_waiting--;
			return w;
		}
	}
	return NULL; /* it gave up, or an earlier worker of this channel asked */
}

static void
answers_came(struct watch *watch, int events)
{
	struct crew *k = (struct crew *)(void *)watch;
	struct errand e;
	ssize_t n;

	while ((n = recv(watch->fd, &e, sizeof e, MSG_DONTWAIT)) >= (ssize_t)ERRAND_HEAD) {
		struct waiting *w = take_waiting(k, e.id);

		if (w == NULL || w->n != (size_t)n - ERRAND_HEAD)
			continue;
		memcpy(w->message, e.bytes, w->n);
		unpark(&w->parked);
	}
	if (n == 0 || (events & LOOP_ERROR)) {
		log_event("helpers_gone", NULL);
		loop_unwatch(watch);
	}
	explicit_bzero(&e, sizeof e);
}

void
helpers_use(struct crew *k, int channel)
{
	if (channel < 0 || channel >= k->channels)
		BUG("helpers: no such channel");
	for (int i = 0; i < k->channels; i++)
		if (i != channel)
			close(k->ours[i]);
	/* An answer meant for the worker before must not look like one of ours. */
	k->last_id = (uint64_t)loop_now().us << 8;
	k->watch.ready = answers_came;
	loop_watch(&k->watch, k->ours[channel], LOOP_READ);
}

static enum problem
busy(struct ctx *c)
{
	c->retry_after = 2;
	return BUSY;
}

enum problem
helpers_ask(struct crew *k, struct ctx *c, void *message, size_t n)
{
	struct errand e = { .id = ++k->last_id };
	struct waiting w = { .id = e.id, .message = message, .n = n };

	if (n > HELPER_BYTES)
		BUG("helpers: message too long");
	if (k->n_waiting >= MOST_WAITING || k->watch.fd == -1)
		return busy(c);
	memcpy(e.bytes, message, n);
	ssize_t sent = send(k->watch.fd, &e, ERRAND_HEAD + n, MSG_DONTWAIT | MSG_NOSIGNAL);
	explicit_bzero(&e, sizeof e);
	if (sent == -1)
		return busy(c);
	w.next = k->waiting;
	k->waiting = &w;
	k->n_waiting++;
	park_init(&w.parked);
	if (park(&w.parked, PATIENCE_MS))
		return OK;
	take_waiting(k, w.id);
	return busy(c);
}
