/*
 * main.c -- platereader, the program that reads number plates in photographs.
 *
 *	platereader serve CHANNELS READERS SECONDS
 *	platereader again CHANNELS READERS SECONDS	(the one before died)
 *	platereader prove
 *	platereader look ENGINE REGION FILE…	(a line of JSON a file: for measuring)
 *
 * serve: whoever starts it hands over CHANNELS sockets (SOCK_SEQPACKET) as descriptors 3, 4, ….  Questions come in over
 * each, one packet with a sealed memfd that holds the picture; answers go back over the same (base/sight.h).
 *
 * This process looks at no picture.  It keeps READERS others that do, each in the sandbox (sandbox.h) and asked one
 * thing at a time; a question waits while all are busy, and is refused when too many wait.  A reader that takes longer than
 * SECONDS over a picture is killed; one that dies takes one picture with it; either is replaced.  When
 * all channels are closed, it leaves.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platereader/look.h"
#include "platereader/sandbox.h"

enum {
	FIRST_CHANNEL = 3,
	MOST_CHANNELS = 64,
	MOST_READERS = 32,
	MOST_QUEUED = 16,
	PICTURES_A_LIFE = 1000, /* of a reader: whatever it may have leaked goes with it */
	SHORT_LIFE_MS = 1000,
	SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE,
};

struct errand {
	struct sight_question q;
	int channel, picture; /* descriptors */
};
struct reader {
	pid_t pid; /* 0: none lives */
	int socket;
	bool busy;
	struct errand errand;
	int64_t until; /* ms: when it is given up, or, without one, may be born again */
	int64_t born;
};
struct office {
	struct looker *looker;
	int channels, readers, open;
	int64_t patience; /* ms a picture */
	struct pollfd fds[MOST_CHANNELS + MOST_READERS]; /* first the channels, then the readers */
	struct reader reader[MOST_READERS];
	struct errand queue[MOST_QUEUED];
	int queued;
};

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- packets */

/* A question and its picture; 0 when the other end is gone, -1 when there was none or it was no good. */
static int
question_take(int socket, int flags, struct errand *out)
{
	struct sight_question q;
	struct iovec bytes = { &q, sizeof q };
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct msghdr m = { .msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof control.room };
	ssize_t n = recvmsg(socket, &m, flags | MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;

	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		return 0;
	out->picture = -1;
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&out->picture, CMSG_DATA(c), sizeof(int));
	if (out->picture != -1 && !(m.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) && n > 0 &&
	    sight_question_ok(&q, (size_t)n, &out->q))
		return 1;
	if (out->picture != -1)
		close(out->picture);
	return -1;
}

static bool
question_give(int socket, const struct errand *e)
{
	struct sight_question q = e->q;
	struct iovec bytes = { &q, sizeof q };
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
	memcpy(CMSG_DATA(c), &e->picture, sizeof(int));
	return sendmsg(socket, &m, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)sizeof q;
}

static void
answer_give(int socket, uint64_t id, enum sight_outcome outcome, const struct sight *s)
{
	struct arena *a = arena_new();
	struct buf b = BUF(a);

	sight_write(&b, id, outcome, s);
	(void)send(socket, b.p, b.n, MSG_NOSIGNAL | MSG_DONTWAIT);
	arena_free(a);
}

/* ---- in a reader */

/* The picture as memory; nobody can change or shorten it any more. */
static const void *
picture_map(const struct errand *e)
{
	struct stat st;

	if (fstat(e->picture, &st) == -1 || st.st_size != (off_t)e->q.n ||
	    (fcntl(e->picture, F_GET_SEALS) & SEALS) != SEALS)
		return NULL;
	void *p = mmap(NULL, e->q.n, PROT_READ, MAP_PRIVATE, e->picture, 0);
	return p == MAP_FAILED ? NULL : p;
}

static void
read_one(struct looker *l, const struct errand *e)
{
	struct arena *a = arena_new();
	const void *picture = picture_map(e);
	struct sight s = { 0 };
	enum sight_outcome outcome = NO_PICTURE;

	if (picture)
		outcome = looker_look(l, picture, e->q.n, (enum sight_engine)e->q.engine,
		    (enum sight_region)e->q.region, a, &s);
	answer_give(SANDBOX_SOCKET, e->q.id, outcome, &s);
	if (picture)
		munmap((void *)(uintptr_t)picture, e->q.n);
	arena_free(a);
}

static _Noreturn void
read_all(struct looker *l, int socket)
{
	struct errand e;
	int got;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sandbox_enter(socket);
	for (int i = 0; i < PICTURES_A_LIFE && (got = question_take(SANDBOX_SOCKET, 0, &e)) != 0;) {
		if (got < 0)
			continue;
		read_one(l, &e);
		close(e.picture);
		i++;
	}
	_exit(0);
}

/* ---- in the office */

static void
reader_born(struct office *o, int i)
{
	struct reader *r = &o->reader[i];
	int pair[2];

	r->born = now_ms();
	r->until = r->born + SHORT_LIFE_MS;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return;
	pid_t pid = fork();
	if (pid == 0)
		read_all(o->looker, pair[1]);
	close(pair[1]);
	if (pid == -1) {
		close(pair[0]);
		return;
	}
	r->pid = pid;
	r->socket = pair[0];
	r->busy = false;
	o->fds[o->channels + i] = (struct pollfd){ .fd = r->socket, .events = POLLIN };
}

static void
errand_end(struct reader *r, enum sight_outcome outcome)
{
	if (r->busy)
		answer_give(r->errand.channel, r->errand.q.id, outcome, NULL);
	if (r->busy)
		close(r->errand.picture);
	r->busy = false;
}

static void
reader_gone(struct office *o, int i, enum sight_outcome outcome)
{
	struct reader *r = &o->reader[i];

	kill(r->pid, SIGKILL);
	while (waitpid(r->pid, NULL, 0) == -1 && errno == EINTR)
		;
	close(r->socket);
	o->fds[o->channels + i].fd = -1;
	r->pid = 0;
	errand_end(r, outcome);
	/* One that dies as soon as it lives must not keep the machine busy being born. */
	r->until = now_ms() - r->born < SHORT_LIFE_MS ? now_ms() + SHORT_LIFE_MS / 4 : 0;
}

/* The rest is the office's to tell. */
static bool
may_say(uint32_t outcome)
{
	return outcome == SEEN || outcome == NO_PICTURE || outcome == NO_ENGINE;
}

/* Its answer goes on as it came; who asked believes none of it, either. */
static void
reader_said(struct office *o, int i)
{
	struct reader *r = &o->reader[i];
	struct sight_answer head = { 0 };
	char bytes[SIGHT_BYTES];
	ssize_t n = recv(r->socket, bytes, sizeof bytes, MSG_DONTWAIT);

	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n >= (ssize_t)sizeof head)
		memcpy(&head, bytes, sizeof head);
	if (n < (ssize_t)sizeof head || !r->busy || head.id != r->errand.q.id ||
	    !may_say(head.outcome)) {
		reader_gone(o, i, READER_DIED);
		return;
	}
	(void)send(r->errand.channel, bytes, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(r->errand.picture);
	r->busy = false;
}

static void
hand_out(struct office *o)
{
	for (int i = 0; i < o->readers && o->queued; i++) {
		struct reader *r = &o->reader[i];

		if (r->pid == 0 || r->busy)
			continue;
		r->errand = o->queue[0];
		r->busy = true;
		r->until = now_ms() + o->patience;
		o->queued--;
		memmove(o->queue, o->queue + 1, (size_t)o->queued * sizeof *o->queue);
		if (!question_give(r->socket, &r->errand))
			reader_gone(o, i, READER_DIED);
	}
}

static void
channel_said(struct office *o, int i)
{
	struct errand e = { .channel = FIRST_CHANNEL + i };
	int got = question_take(e.channel, MSG_DONTWAIT, &e);

	if (got == 0) {
		o->fds[i].fd = -1;
		o->open--;
	}
	if (got <= 0)
		return;
	if (o->queued == MOST_QUEUED) {
		answer_give(e.channel, e.q.id, READER_BUSY, NULL);
		close(e.picture);
		return;
	}
	o->queue[o->queued++] = e;
}

/* Gives up who takes too long, replaces who is gone; answers how long nothing of that can happen, in ms. */
static int
look_at_clock(struct office *o)
{
	int64_t now = now_ms(), next = now + 60000;

	for (int i = 0; i < o->readers; i++) {
		struct reader *r = &o->reader[i];

		if (r->busy && r->until <= now)
			reader_gone(o, i, TOO_LONG);
		if (r->pid == 0 && r->until <= now)
			reader_born(o, i);
		if ((r->busy || r->pid == 0) && r->until < next)
			next = r->until;
	}
	return next > now ? (int)(next - now) : 0;
}

static int
serve(struct office *o, bool again)
{
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < o->channels; i++) {
		o->fds[i] = (struct pollfd){ .fd = FIRST_CHANNEL + i, .events = POLLIN };
		if (again)
			answer_give(FIRST_CHANNEL + i, 0, NEW_READER, NULL);
	}
	o->looker = looker_new(true);
	o->open = o->channels;
	while (o->open > 0) {
		look_at_clock(o);
		hand_out(o);
		int ms = look_at_clock(o);

		if (poll(o->fds, (nfds_t)o->channels + (nfds_t)o->readers, ms) <= 0)
			continue;
		for (int i = 0; i < o->readers; i++)
			if (o->reader[i].pid && o->fds[o->channels + i].revents)
				reader_said(o, i);
		for (int i = 0; i < o->channels; i++)
			if (o->fds[i].fd != -1 && o->fds[i].revents)
				channel_said(o, i);
	}
	for (int i = 0; i < o->readers; i++)
		if (o->reader[i].pid)
			reader_gone(o, i, READER_DIED);
	return 0;
}

/* ---- for measuring */

static void
print_json(struct buf *b, text file, enum sight_outcome outcome, const struct sight *s)
{
	buf_add(b, "{\"file\":");
	buf_json(b, file);
	buf_fmt(b,
	    ",\"outcome\":%d,\"width\":%lld,\"height\":%lld,\"ms\":{\"decode\":%.2f,\"detect\":%."
	    "2f,\"read\":%.2f},\"plates\":[",
	    (int)outcome, (long long)s->width, (long long)s->height, (double)s->us_decode / 1000,
	    (double)s->us_detect / 1000, (double)s->us_read / 1000);
	FOR_ROWS (seen_plate, p, s->plates) {
		buf_fmt(b,
		    "%s{\"plate\":\"%s\",\"confidence\":%.4f,\"second\":\"%s\",\"corners\":[",
		    p == s->plates.v ? "" : ",", p->plate, p->confidence, p->second);
		for (int i = 0; i < 8; i++)
			buf_fmt(b, "%s%.0f", i ? "," : "", p->corners[i]);
		buf_add(b, "],\"candidates\":[");
		FOR_ROWS (candidate, c, p->candidates)
			buf_fmt(b, "%s{\"plate\":\"%s\",\"confidence\":%.4f}",
			    c == p->candidates.v ? "" : ",", c->plate, c->confidence);
		buf_add(b, "]}");
	}
	buf_add(b, "]}\n");
}

static int
number_of(const text *words, text word)
{
	for (int i = 0; words[i]; i++)
		if (text_is(words[i], word))
			return i;
	return -1;
}

static bool
look_at_file(struct looker *l, int engine, int region, text file)
{
	struct arena *a = arena_new();
	FILE *f = fopen(file, "rb");
	char *bytes = arena_alloc(a, PICTURE_BYTES + 1);
	struct buf b = BUF(a);
	struct sight s = { 0 };
	bool there = f != NULL;

	if (there) {
		size_t n = fread(bytes, 1, PICTURE_BYTES + 1, f);
		enum sight_outcome outcome = looker_look(
		    l, bytes, n, (enum sight_engine)engine, (enum sight_region)region, a, &s);

		fclose(f);
		print_json(&b, file, outcome, &s);
		fputs(buf_text(&b), stdout);
	}
	arena_free(a);
	return there;
}

static int
look(char **args)
{
	int engine = number_of(sight_engines, args[0]), region = number_of(sight_regions, args[1]);
	struct looker *l;
	int missing = 0;

	if (engine < 0 || region < 0) {
		fputs("Engines are nets and tesseract; regions any, eu, us, br, in.\n", stderr);
		return 2;
	}
	if (engine == TESSERACT && freopen("/dev/null", "w", stderr) == NULL)
		return 2; /* it is given to talking */
	l = looker_new(engine == TESSERACT);
	for (args += 2; *args; args++)
		if (!look_at_file(l, engine, region, *args)) {
			fprintf(stderr, "%s cannot be read.\n", *args);
			missing = 1;
		}
	looker_free(l);
	return missing;
}

static bool
take_number(text s, int64_t least, int64_t most, int64_t *out)
{
	return text_int(s, out) && *out >= least && *out <= most;
}

int
main(int n, char **args)
{
	struct office *o = memory_take(sizeof *o);
	int64_t channels, readers, seconds;

	/* Tesseract's threads would be no help to one line of letters, and none may be made in the sandbox.  Its
	 * library looks before main() does. */
	if (getenv("OMP_THREAD_LIMIT") == NULL) {
		setenv("OMP_THREAD_LIMIT", "1", 1);
		execv("/proc/self/exe", args);
	}
	if (n == 2 && text_is(args[1], "prove"))
		return sandbox_prove();
	if (n > 4 && text_is(args[1], "look"))
		return look(args + 2);
	if (n != 5 || (!text_is(args[1], "serve") && !text_is(args[1], "again")) ||
	    !take_number(args[2], 1, MOST_CHANNELS, &channels) ||
	    !take_number(args[3], 1, MOST_READERS, &readers) ||
	    !take_number(args[4], 1, 3600, &seconds)) {
		fputs(
		    "platereader serve|again CHANNELS READERS SECONDS | prove | look ENGINE REGION "
		    "FILE…\n",
		    stderr);
		return 2;
	}
	o->channels = (int)channels;
	o->readers = (int)readers;
	o->patience = seconds * 1000;
	return serve(o, text_is(args[1], "again"));
}
