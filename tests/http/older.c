/*
 * older.c -- does anybody get a page that is older than the last write?  For older.test.js.
 *
 *	older PORT ROUNDS LOT TOKEN BODY
 *
 * One connection renames the lot again and again (BODY is what it sends, with @ for the number),
 * sixteen read where its name stands, in four kinds of page.  Who asks after a rename was answered must
 * not be shown a name from before.  Ends with a line of figures.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READERS 16
#define ANSWER_MOST ((size_t)1 << 20)
#define WORD "Ebbville " /* the lot's name, before the number */

struct line { /* a connection that stays */
	int fd;
	size_t n;
	char answer[ANSWER_MOST + 1];
};

static int port, rounds, lot;
static const char *token, *body;
static atomic_long answered; /* the latest name whose writer has had its answer */
static atomic_bool over;
static atomic_long reads, stale, refused, lives[8];

static void
give_up(const char *why)
{
	fprintf(stderr, "older: %s\n", why);
	exit(1);
}

static int
connect_to_server(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof at) != 0)
		give_up("no connection");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	return fd;
}

/* Until the head and as many bytes as it says are there; its status. */
static int
read_answer(struct line *l)
{
	size_t want = 0;

	for (l->n = 0; want == 0 || l->n < want;) {
		ssize_t n = recv(l->fd, l->answer + l->n, ANSWER_MOST - l->n, 0);

		if (n <= 0)
			give_up("the connection ended");
		l->n += (size_t)n;
		l->answer[l->n] = 0;
		const char *end = want ? NULL : strstr(l->answer, "\r\n\r\n");
		const char *length = end ? strcasestr(l->answer, "\r\ncontent-length:") : NULL;
		if (end && (length == NULL || length > end))
			give_up("an answer without a length");
		if (end)
			want = (size_t)(end + 4 - l->answer) + strtoul(length + 17, NULL, 10);
	}
	return atoi(l->answer + 9);
}

static int
ask(struct line *l, const char *fmt, ...)
{
	char request[8192];
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(request, sizeof request, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof request || send(l->fd, request, (size_t)n, 0) != n)
		give_up("the request did not leave");
	return read_answer(l);
}

/* Which life of which worker answered: the first half of the number. */
static void
note_worker(const char *answer)
{
	const char *id = strstr(answer, "\r\nX-Request-Id: ");
	long life = 0;

	if (id && sscanf(id + 16, "%8lx", &life) != 1)
		return;
	for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
		long none = 0;

		if (atomic_load(&lives[i]) == life ||
		    atomic_compare_exchange_strong(&lives[i], &none, life) || none == life)
			return;
	}
}

static long
name_in(const char *answer)
{
	for (const char *at = answer; (at = strstr(at, WORD)) != NULL; at++)
		if (at[strlen(WORD)] >= '0' && at[strlen(WORD)] <= '9')
			return strtol(at + strlen(WORD), NULL, 10);
	return -1;
}

static int
look(struct line *l, long kind)
{
	static const char *const accept[] = { "application/json", "text/html" };

	switch (kind % 4) {
	case 0:
	case 1:
		return ask(l, "GET %s/lots/%d HTTP/1.1\r\nHost: t\r\nAccept: %s\r\n\r\n",
		    kind % 2 ? "" : "/api/v1", lot, accept[kind % 2]);
	case 2: return ask(l, "GET /api/v1/lots?near=ebbville HTTP/1.1\r\nHost: t\r\n\r\n");
	default: /* not one that lies ready */
		return ask(l,
		    "GET /lots/%d HTTP/1.1\r\nHost: t\r\nAccept: text/html\r\nCookie: a=b\r\n\r\n",
		    lot);
	}
}

static void
pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

/* Until the readers have had so many answers more: then some of them were kept, and were given again. */
static void
let_them_read(long more)
{
	long enough = atomic_load(&reads) + more;

	for (int ms = 0; ms < 500 && atomic_load(&reads) < enough; ms++)
		pause_ms(1);
}

static void *
reader(void *arg)
{
	struct line *l = calloc(1, sizeof *l);

	if (l == NULL)
		give_up("out of memory");
	l->fd = connect_to_server();
	for (long i = (long)(size_t)arg; !atomic_load(&over); i++) {
		long must = atomic_load(&answered);

		if (look(l, i) != 200)
			atomic_fetch_add(&refused, 1);
		else if (name_in(l->answer) < must)
			atomic_fetch_add(&stale, 1);
		note_worker(l->answer);
		atomic_fetch_add(&reads, 1);
		pause_ms(10); /* or the writer would hardly get its turn */
	}
	close(l->fd);
	free(l);
	return NULL;
}

static void
rename_lot(struct line *l, long n)
{
	char said[4096];
	const char *at = strchr(body, '@');

	if (at == NULL)
		give_up("no @ in the body");
	int bytes =
	    snprintf(said, sizeof said, "%.*s" WORD "%ld%s", (int)(at - body), body, n, at + 1);
	int status = ask(l,
	    "POST /api/v1/admin/lots/%d HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer %s\r\n"
	    "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
	    lot, token, bytes, said);
	if (status != 200)
		give_up(l->answer);
	atomic_store(&answered, n);
}

int
main(int argc, char **argv)
{
	static struct line writers[2]; /* in turns: both workers write */
	pthread_t readers[READERS];
	int workers = 0;

	if (argc != 6)
		give_up("older PORT ROUNDS LOT TOKEN BODY");
	port = atoi(argv[1]);
	rounds = atoi(argv[2]);
	lot = atoi(argv[3]);
	token = argv[4];
	body = argv[5];
	for (int i = 0; i < 2; i++)
		writers[i].fd = connect_to_server();
	rename_lot(&writers[0], 1);
	for (size_t i = 0; i < READERS; i++)
		if (pthread_create(&readers[i], NULL, reader, (void *)i) != 0)
			give_up("no thread");
	for (int n = 2; n <= rounds; n++) {
		rename_lot(&writers[n % 2], n);
		let_them_read(n % 4 ? 4 : 40);
	}
	atomic_store(&over, true);
	for (size_t i = 0; i < READERS; i++)
		pthread_join(readers[i], NULL);
	while (workers < 8 && atomic_load(&lives[workers]))
		workers++;
	printf("{\"rounds\":%ld,\"reads\":%ld,\"stale\":%ld,\"refused\":%ld,\"workers\":%d}\n",
	    atomic_load(&answered), atomic_load(&reads), atomic_load(&stale), atomic_load(&refused),
	    workers);
	return 0;
}
