/*
 * edge_app.c -- an application of nothing but made-up handlers, behind the real edge.
 *
 * What the tests of the socket (framing, drain) speak to: kore.c with Kore under it, and this in
 * the place of server.c.  No database, no routes.
 */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/frame.h"
#include "gear/log.h"
#include "gear/loop.h"
#include "gear/settings.h"
#include "web/server.h"
#include "web/socket.h"

static int me;
static int64_t served, ran_to_end;

/* A child that the system lets run only a while after its birth. */
static void
sleep_in(void)
{
	usleep(400000);
}

bool
server_prepare(int workers, text *why)
{
	text trusted = getenv("TRUSTED_PROXIES");

	(void)workers, (void)why;
	settings.trusted_proxies = trusted ? trusted : "";
	text_int(getenv("PING") ? getenv("PING") : "20", &settings.socket_ping_seconds);
	if (getenv("EDGE_BORN_SLOWLY") && pthread_atfork(NULL, NULL, sleep_in) != 0)
		return false;
	return true;
}

void
server_start(int worker)
{
	me = worker;
	if (getenv("EDGE_DIES"))
		_exit(1);
}

void
server_stop(void)
{
}

static int64_t
number(text s, int64_t otherwise)
{
	int64_t n;

	return text_int(s, &n) ? n : otherwise;
}

static void
say(struct response *out, text words)
{
	out->status = 200;
	out->type = "text/plain";
	out->body = words;
	out->n_body = strlen(words);
}

/* /echo: the body as it came. */
static void
echo(struct ctx *c, const struct request *q, struct response *out)
{
	(void)c;
	*out = (struct response){ .status = 200,
		.type = "application/octet-stream",
		.body = q->body,
		.n_body = q->n_body };
}

/* /head: method, path, query, who, and every header, a line each. */
static void
head(struct ctx *c, const struct request *q, struct response *out)
{
	struct buf b = BUF(c->arena);

	buf_fmt(&b, "method=%d\npath=%s\nquery=%s\npeer=%s\nbody=%zu\n", (int)q->method, q->path,
	    q->query, q->peer, q->n_body);
	for (size_t i = 0; i < q->headers.n; i++)
		buf_fmt(&b, "%s: %s\n", q->headers.v[i].name, q->headers.v[i].value);
	say(out, buf_text(&b));
}

/* /sleep?ms: waits as a handler waits for the database. */
static void
doze(struct ctx *c, const struct request *q, struct response *out)
{
	(void)c;
	loop_sleep(number(q->query, 100));
	ran_to_end++;
	say(out, "slept\n");
}

/* /meet: parks until another request of the same worker comes, and wakes it; /meet?background:
 * until a coroutine without a request does. */
static struct parked *waiting;

static void
wake_waiting(void *arg)
{
	(void)arg;
	loop_sleep(20);
	if (waiting)
		unpark(waiting);
}

static void
meet(struct ctx *c, const struct request *q, struct response *out)
{
	struct parked p;

	(void)c;
	park_init(&p);
	if (waiting) {
		unpark(waiting);
		say(out, "second\n");
		return;
	}
	waiting = &p;
	if (text_is(q->query, "background"))
		loop_spawn(wake_waiting, NULL);
	bool met = park(&p, 3000);
	waiting = NULL;
	say(out, met ? "first\n" : "alone\n");
}

/* /alarms: forty sleeps of different lengths side by side; they must end in order. */
static struct {
	int64_t order[40];
	size_t n;
} woken;

struct sleeper {
	int64_t ms;
	struct parked *all;
};

static void
sleeper_run(void *arg)
{
	const struct sleeper *s = arg;

	loop_sleep(s->ms);
	woken.order[woken.n++] = s->ms;
	if (woken.n == LENGTH(woken.order))
		unpark(s->all);
}

static void
alarms(struct ctx *c, const struct request *q, struct response *out)
{
	struct sleeper *s = arena_alloc(c->arena, LENGTH(woken.order) * sizeof *s);
	struct parked all;
	bool sorted = true;

	(void)q;
	park_init(&all);
	woken.n = 0;
	for (size_t i = 0; i < LENGTH(woken.order); i++) {
		s[i] = (struct sleeper){ 5 + (int64_t)(i * 17 % LENGTH(woken.order)) * 5, &all };
		loop_spawn(sleeper_run, &s[i]);
	}
	bool rang = park(&all, 5000);
	for (size_t i = 1; i < woken.n; i++)
		sorted &= woken.order[i - 1] < woken.order[i];
	say(out, rang && sorted ? "in order\n" : "out of order\n");
}

/* /split: a handler that puts what it was sent into a header, or into its type. */
static void
split(struct ctx *c, const struct request *q, struct response *out)
{
	struct pairs form = { 0 };
	text name, value, type;

	if (!form_parse(c->arena, q->query, strlen(q->query), &form))
		BUG("the test sent a query that is none");
	name = pairs_get(&form, "name");
	value = pairs_get(&form, "value");
	type = pairs_get(&form, "type");
	say(out, "fine\n");
	if (type)
		out->type = type;
	pairs_add(c->arena, &out->headers, name ? name : "X-Said", value ? value : "nothing");
}

/* /large?n: n bytes. */
static void
large(struct ctx *c, const struct request *q, struct response *out)
{
	size_t n = (size_t)number(q->query, 1000);

	say(out, "");
	out->body = memset(arena_alloc(c->arena, n + 1), 'x', n);
	out->n_body = n;
}

static void
state(struct ctx *c, const struct request *q, struct response *out)
{
	(void)q;
	say(out,
	    arena_fmt(c->arena, "{\"worker\":%d,\"pid\":%d,\"served\":%lld,\"ran_to_end\":%lld}\n",
		me, (int)getpid(), (long long)served, (long long)ran_to_end));
}

static void
hello(struct ctx *c, const struct request *q, struct response *out)
{
	(void)c, (void)q;
	say(out, "hello\n");
}

static void
unchanged(struct ctx *c, const struct request *q, struct response *out)
{
	(void)c, (void)q;
	*out = (struct response){ .status = 304 };
}

/* /socket: becomes a WebSocket that says what it hears; "sleep 20" waits before it does, "large 9" is answered at that
 * length, "refuse" is refused. */
static enum problem
repeat(struct ctx *c, const char *message, size_t n, struct buf *answer)
{
	if (text_starts(message, "sleep "))
		loop_sleep(number(message + 6, 100));
	if (text_is(message, "refuse"))
		return fail(c, INVALID, "Not that.");
	if (text_starts(message, "large ")) {
		size_t k = (size_t)number(message + 6, 100);

		buf_bytes(answer, memset(arena_alloc(c->arena, k), 'x', k), k);
		return OK;
	}
	buf_bytes(answer, message, n);
	return OK;
}

static void
become_socket(struct ctx *c, const struct request *q, struct response *out)
{
	struct opening *o = arena_alloc(c->arena, sizeof *o);
	text key = header_of(q, "sec-websocket-key");
	text accept = key ? frame_accept(c->arena, key) : NULL;

	if (!q->alone || accept == NULL || sockets_full()) {
		out->status = 400;
		return;
	}
	*o = (struct opening){ .person = { .id = 1, .name = "" }, .region = "", .said = repeat };
	*out = (struct response){ .status = 101, .opening = o };
	pairs_add(c->arena, &out->headers, "Upgrade", "websocket");
	pairs_add(c->arena, &out->headers, "Connection", "Upgrade");
	pairs_add(c->arena, &out->headers, "Sec-WebSocket-Accept", accept);
}

static const struct {
	text path;
	void (*run)(struct ctx *, const struct request *, struct response *);
} handlers[] = { { "/", hello }, { "/echo", echo }, { "/head", head }, { "/sleep", doze },
	{ "/meet", meet }, { "/alarms", alarms }, { "/split", split }, { "/large", large },
	{ "/state", state }, { "/unchanged", unchanged }, { "/socket", become_socket } };

void
server_serve(struct ctx *c, const struct request *q, struct response *out)
{
	served++;
	*out = (struct response){ 0 };
	say(out, "nothing here\n");
	out->status = 404;
	if (q->refused) {
		say(out, "refused in the handler's words\n");
		out->status = problem_status(q->refused);
	}
	for (size_t i = 0; !q->refused && i < LENGTH(handlers); i++)
		if (text_is(q->path, handlers[i].path))
			handlers[i].run(c, q, out);
	pairs_add(c->arena, &out->headers, "X-Request-Id", c->request_id);
}
