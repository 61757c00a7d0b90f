#include "gear/names.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include "gear/helpers.h"
#include "gear/loop.h"

/* More than one, so that a name nobody answers for does not hold up the others. */
#define RESOLVERS 3

struct question {
	char host[256]; /* a name has at most 253 bytes */
	char addresses[1024]; /* with commas; "": none */
};
_Static_assert(sizeof(struct question) <= HELPER_BYTES, "a question fits into a message");

/* One question under way; whoever asks the same meanwhile waits for the same answer. */
struct inquiry {
	struct inquiry *next;
	struct lookup *waiting;
	struct question q;
};

static struct crew *crew; /* NULL: who asks waits */
static struct inquiry *inquiries;

/* ---- the slow part */

static void
add_address(struct question *q, const struct addrinfo *at)
{
	char one[64];
	size_t n = strlen(q->addresses), k;

	if (getnameinfo(at->ai_addr, at->ai_addrlen, one, sizeof one, NULL, 0, NI_NUMERICHOST) != 0)
		return;
	k = strlen(one);
	if (n + 1 + k >= sizeof q->addresses)
		return;
	if (n)
		q->addresses[n++] = ',';
	memcpy(q->addresses + n, one, k + 1);
}

static void
resolve(void *message, size_t n)
{
	const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct question *q = message;
	struct addrinfo *found = NULL;

	if (n != sizeof *q)
		return;
	q->addresses[0] = 0;
	if (getaddrinfo(q->host, NULL, &hints, &found) != 0)
		return;
	for (const struct addrinfo *at = found; at; at = at->ai_next)
		add_address(q, at);
	freeaddrinfo(found);
}

void
names_fork_helpers(int workers)
{
	crew = helpers_fork(RESOLVERS, workers, resolve);
}

void
names_use_helpers(int worker)
{
	helpers_use(crew, worker);
}

/* ---- asking */

static bool
is_address(text host)
{
	unsigned char ip[16];

	return inet_pton(AF_INET, host, ip) == 1 || inet_pton(AF_INET6, host, ip) == 1;
}

static struct inquiry *
inquiry_about(text host)
{
	for (struct inquiry *i = inquiries; i; i = i->next)
		if (text_is(i->q.host, host))
			return i;
	return NULL;
}

static void
join(struct lookup *l, struct inquiry *i)
{
	l->of = i;
	l->next = i->waiting;
	i->waiting = l;
}

static void
leave_list(struct inquiry *i)
{
	for (struct inquiry **at = &inquiries; *at; at = &(*at)->next)
		if (*at == i) {
			*at = i->next;
			return;
		}
}

/* In a coroutine of its own. */
static void
inquire(void *arg)
{
	struct inquiry *i = arg;
	struct ctx nobody = { 0 };

	if (helpers_ask(crew, &nobody, &i->q, sizeof i->q) != OK)
		i->q.addresses[0] = 0;
	leave_list(i); /* who asks from now on asks anew */
	while (i->waiting) {
		struct lookup *l = i->waiting;

		name_forget(l);
		l->found(l, i->q.addresses);
	}
	free(i);
}

void
name_look_up(struct lookup *l, text host, void (*found)(struct lookup *, text addresses))
{
	struct question here = { 0 };

	name_forget(l);
	l->found = found;
	if (is_address(host) || strlen(host) >= sizeof here.host) {
		found(l, is_address(host) ? host : "");
		return;
	}
	if (crew == NULL) {
		snprintf(here.host, sizeof here.host, "%s", host);
		resolve(&here, sizeof here);
		found(l, here.addresses);
		return;
	}
	struct inquiry *i = inquiry_about(host);
	if (i) {
		join(l, i);
		return;
	}
	i = memory_take(sizeof *i);
	snprintf(i->q.host, sizeof i->q.host, "%s", host);
	i->next = inquiries;
	inquiries = i;
	join(l, i);
	loop_spawn(inquire, i);
}

void
name_forget(struct lookup *l)
{
	if (l->of == NULL)
		return;
	for (struct lookup **at = &l->of->waiting; *at; at = &(*at)->next)
		if (*at == l) {
			*at = l->next;
			break;
		}
	l->of = NULL;
	l->next = NULL;
}
