#include "gear/eyes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gear/log.h"
#include "gear/loop.h"
#include "gear/settings.h"

enum {
	MOST_CHANNELS = 64,
	FIRST_CHANNEL = 3, /* how platereader counts */
	MOST_WAITING = 16, /* of one worker */
	ENGINE_SECONDS =
	    20, /* to wait beyond what a picture may take: for its turn, and for a new reader */
};

/* One coroutine that waits for an answer; lives on its stack. */
struct looking {
	uint64_t id;
	char *answer; /* in its arena */
	size_t n;
	bool lost;
	struct parked parked;
	struct looking *next;
};

static struct eyes {
	struct watch watch; /* first: of this process' own channel */
	int ours[MOST_CHANNELS], theirs[MOST_CHANNELS], channels;
	struct looking *looking;
	int n_looking;
	uint64_t last_id;
	pid_t keeper;
} * eyes;

/* ---- starting the program, and keeping it */

/* Beside this one, or one folder up. */
static bool
program_path(char *out, size_t size)
{
	static const text places[] = { "platereader", "../platereader" };
	char self[512];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	if (n < 1)
		return false;
	self[n] = 0;
	slash = strrchr(self, '/');
	for (size_t i = 0; i < LENGTH(places) && slash; i++) {
		snprintf(out, size, "%.*s/%s", (int)(slash - self), self, places[i]);
		if (access(out, X_OK) == 0)
			return true;
	}
	return false;
}

/* Its channels become 3, 4, …; nothing else of ours is open there, and nothing of our environment known. */
static _Noreturn void
become(const struct eyes *e, char *path, char **args)
{
	static char one_thread[] = "OMP_THREAD_LIMIT=1"; /* tesseract's library looks there */
	static char *nothing_else[] = { one_thread, NULL };
	int high[MOST_CHANNELS];

	for (int i = 0; i < e->channels; i++)
		high[i] = fcntl(e->theirs[i], F_DUPFD, FIRST_CHANNEL + MOST_CHANNELS);
	for (int i = 0; i < e->channels; i++)
		dup2(high[i], FIRST_CHANNEL + i);
	close_range((unsigned)(FIRST_CHANNEL + e->channels), ~0U, 0);
	execve(path, args, nothing_else);
	_exit(127);
}

static _Noreturn void
keep(const struct eyes *e, int readers, int64_t seconds)
{
	static const int deaf[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };
	char path[600], numbers[3][24];
	char serve[] = "serve", again[] = "again";
	char *args[] = { path, serve, numbers[0], numbers[1], numbers[2], NULL };
	int status = 0;

	snprintf(numbers[0], sizeof numbers[0], "%d", e->channels);
	snprintf(numbers[1], sizeof numbers[1], "%d", readers);
	snprintf(numbers[2], sizeof numbers[2], "%lld", (long long)seconds);
	for (size_t i = 0; i < LENGTH(deaf); i++)
		signal(deaf[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	for (int i = 0; i < e->channels; i++)
		close(e->ours[i]);
	if (!program_path(path, sizeof path))
		_exit(0);
	for (;;) {
		pid_t pid = fork();

		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			become(e, path, args);
		}
		while (pid > 0 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
			;
		if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
			_exit(0);
		args[1] = again;
		usleep(300000);
	}
}

void
eyes_open(int channels, int readers, int64_t seconds)
{
	struct eyes *e = memory_take(sizeof *e);

	if (channels < 1 || channels > MOST_CHANNELS)
		BUG("eyes: too many channels, or none");
	e->watch.fd = -1;
	for (; e->channels < channels; e->channels++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
			BUG("eyes: no socketpair");
		e->ours[e->channels] = pair[0];
		e->theirs[e->channels] = pair[1];
	}
	e->keeper = fork();
	if (e->keeper == -1)
		BUG("eyes: no fork");
	if (e->keeper == 0)
		keep(e, readers, seconds);
	for (int i = 0; i < channels; i++)
		close(e->theirs[i]);
	eyes = e;
}

int64_t
eyes_program(void)
{
	return eyes ? eyes->keeper : 0;
}

/* ---- in a worker */

static void
wake(struct eyes *e, struct looking **at, const char *bytes, size_t n)
{
	struct looking *l = *at;

	*at = l->next;
	e->n_looking--;
	l->lost = bytes == NULL;
	if (bytes) {
		memcpy(l->answer, bytes, n);
		l->n = n;
	}
	unpark(&l->parked);
}

static void
answer_came(struct eyes *e, const char *bytes, size_t n)
{
	struct sight_answer head;

	if (n < sizeof head)
		return;
	memcpy(&head, bytes, sizeof head);
	if (head.outcome == NEW_READER)
		while (e->looking)
			wake(e, &e->looking, NULL, 0);
	for (struct looking **at = &e->looking; *at; at = &(*at)->next)
		if ((*at)->id == head.id) {
			wake(e, at, bytes, n);
			return;
		}
	/* Else whoever asked gave up, or an earlier worker of this channel did ask. */
}

static void
answers_came(struct watch *watch, int events)
{
	struct eyes *e = (struct eyes *)(void *)watch;
	char bytes[SIGHT_BYTES];
	ssize_t n;

	while ((n = recv(watch->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0)
		answer_came(e, bytes, (size_t)n);
	if (n == 0 || (events & LOOP_ERROR)) {
		log_event("eyes_gone", NULL);
		loop_unwatch(watch);
		while (e->looking)
			wake(e, &e->looking, NULL, 0);
	}
}

void
eyes_use(int channel)
{
	if (eyes == NULL || channel < 0 || channel >= eyes->channels)
		BUG("eyes: no such channel");
	for (int i = 0; i < eyes->channels; i++)
		if (i != channel)
			close(eyes->ours[i]);
	/* An answer meant for the worker before must not look like one of ours. */
	eyes->last_id = (uint64_t)loop_now().us << 8;
	eyes->watch.ready = answers_came;
	loop_watch(&eyes->watch, eyes->ours[channel], LOOP_READ);
}

/* The picture in memory that both processes see and nobody can change any more; -1 when there is no room. */
static int
picture_seal(const void *picture, size_t n)
{
	int fd = memfd_create("picture", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	size_t done = 0;

	while (fd != -1 && done < n) {
		ssize_t more = write(fd, (const char *)picture + done, n - done);

		if (more == -1 && errno == EINTR)
			continue;
		if (more <= 0)
			break;
		done += (size_t)more;
	}
	if (fd != -1 && done == n &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

static bool
question_send(int socket, struct sight_question *q, int picture)
{
	struct iovec bytes = { q, sizeof *q };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct msghdr m = { .msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof control.room };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &picture, sizeof(int));
	return sendmsg(socket, &m, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof *q;
}

static enum problem
busy(struct ctx *c)
{
	c->retry_after = 2;
	return fail(c, BUSY,
	    "Many photographs are being read right now. Please send it again in a moment.");
}

static enum problem
lost(struct ctx *c)
{
	c->retry_after = 2;
	return fail(
	    c, UNAVAILABLE, "The photograph could not be read this time. Please send it again.");
}

static enum problem
judge(struct ctx *c, const struct looking *l, struct sight *out)
{
	struct sight_answer head;

	if (l->lost)
		return lost(c);
	if (!sight_read(c->arena, l->answer, l->n, &head, out)) {
		log_event("eyes_answer_refused", NULL);
		return lost(c);
	}
	switch ((enum sight_outcome)head.outcome) {
	case SEEN: return OK;
	case NO_PICTURE: return fail(c, INVALID, "The photograph is damaged: it cannot be opened.");
	case TOO_LONG:
		return fail(
		    c, INVALID, "The photograph took too long to read. Please send a smaller one.");
	case READER_BUSY: return busy(c);
	case NO_ENGINE: return fail(c, UNAVAILABLE, "Tesseract's data is not installed here.");
	case READER_DIED:
	case NEW_READER: break;
	}
	return lost(c);
}

enum problem
eyes_look(struct ctx *c, const void *picture, size_t n, enum sight_engine engine,
    enum sight_region region, struct sight *out)
{
	struct sight_question q = { SIGHT_MAGIC, engine, region, (uint32_t)n, 0 };

	if (n < 1 || n > PICTURE_BYTES)
		return fail(c, TOO_LARGE, "Photographs may have 10 MiB.");
	if (eyes == NULL) {
		eyes_open(1, 1, settings.ocr_seconds);
		eyes_use(0);
	}
	if (eyes->watch.fd == -1)
		return lost(c);
	int fd = eyes->n_looking < MOST_WAITING ? picture_seal(picture, n) : -1;
	if (fd == -1)
		return busy(c);
	q.id = ++eyes->last_id;
	bool sent = question_send(eyes->watch.fd, &q, fd);
	close(fd);
	if (!sent)
		return busy(c);
	struct looking l = {
		.id = q.id, .answer = arena_alloc(c->arena, SIGHT_BYTES), .next = eyes->looking
	};
	eyes->looking = &l;
	eyes->n_looking++;
	park_init(&l.parked);
	if (park(&l.parked, (settings.ocr_seconds + ENGINE_SECONDS) * 1000))
		return judge(c, &l, out);
	for (struct looking **at = &eyes->looking; *at; at = &(*at)->next)
		if (*at == &l) {
			*at = l.next;
			eyes->n_looking--;
			break;
		}
	return busy(c);
}
