#include <hiredis/async.h>
#include <hiredis/hiredis.h>

#include "gear/log.h"
#include "gear/loop.h"
#include "gear/cache_redis.h"
#include "gear/names.h"

#define ANSWER_MS 100
#define CONNECT_MS 1000
#define FIRST_BACKOFF_MS 50
#define LONGEST_BACKOFF_MS 2000

struct redis {
	struct watch watch; /* first, and in memory that lives as long as the process */
	struct alarm again, patience;
	struct lookup lookup;
	unsigned turn; /* of a name with several addresses: which is next */
	redisAsyncContext *at; /* NULL: away */
	int wants; /* what hiredis waits for; watch.events: what the loop was told of it */
	bool putting; /* a command is on its way to hiredis: settle() when that is over */
	bool up; /* it has answered a PING */
	bool said_lost;
	int64_t backoff;
	char *host, *user, *password, *db, *path; /* path: of a unix socket; else NULL */
	int port;
	char *channel; /* of one that only hears */
	void (*heard)(text);
};

/* One that waits.  It outlives who waits: hiredis answers even when nobody listens any more. */
struct waiting {
	struct parked parked;
	struct arena *arena;
	struct said said;
	bool left;
};

/* One that went on, and only left word where the answer is to go. */
struct word_left {
	void (*heard)(text, const struct said *);
	char key[];
};

static void connect_now(struct redis *r);

/* ---- hiredis on our loop */

/* hiredis says at each step what it waits for, which is mostly what it waited for before: three times for a command
 * that is written at once.  The loop is told when that is over, and only what is new. */
static void
settle(struct redis *r)
{
	if (r->putting || r->wants == r->watch.events)
		return;
	if (r->wants)
		loop_watch(&r->watch, r->at->c.fd, r->wants);
	else
		loop_unwatch(&r->watch);
	r->watch.events = r->wants;
}

static void
add_read(void *it)
{
	struct redis *r = it;

	r->wants |= LOOP_READ;
	settle(r);
}

static void
del_read(void *it)
{
	struct redis *r = it;

	r->wants &= ~LOOP_READ;
	settle(r);
}

static void
add_write(void *it)
{
	struct redis *r = it;

	r->wants |= LOOP_WRITE;
	settle(r);
}

static void
del_write(void *it)
{
	struct redis *r = it;

	r->wants &= ~LOOP_WRITE;
	settle(r);
}

static void
again(struct alarm *a)
{
	connect_now((struct redis *)(void *)((char *)a - offsetof(struct redis, again)));
}

/* hiredis lets go of the connection; callers have had their answers. */
static void
let_go(void *it)
{
	struct redis *r = it;

	loop_unwatch(&r->watch);
	r->watch.events = r->wants = 0;
	loop_cancel(&r->patience);
	r->at = NULL;
	if (r->up || !r->said_lost)
		log_event("redis_lost", NULL);
	r->said_lost = true;
	r->up = false;
	r->backoff = r->backoff ? r->backoff * 2 : FIRST_BACKOFF_MS;
	if (r->backoff > LONGEST_BACKOFF_MS)
		r->backoff = LONGEST_BACKOFF_MS;
	loop_after(&r->again, r->backoff, again);
}

static void
drop(struct redis *r)
{
	redisAsyncContext *at = r->at;

	r->up = false;
	if (at)
		redisAsyncFree(at); /* answers all who wait with nothing, then lets go */
}

static void
ready(struct watch *w, int events)
{
	struct redis *r = (struct redis *)(void *)w;
	bool write = w->events & LOOP_WRITE;

	if (r->at && (events & (LOOP_READ | LOOP_ERROR)))
		redisAsyncHandleRead(r->at);
	if (r->at && write && (events & (LOOP_WRITE | LOOP_ERROR)))
		redisAsyncHandleWrite(r->at);
}

/* ---- connecting */

static void
now_up(struct redis *r)
{
	r->up = true;
	r->backoff = 0;
	if (r->said_lost)
		log_event("redis_up", NULL);
	r->said_lost = false;
}

/* ["subscribe", channel, 1], ["message", channel, bytes], or NULL when the connection goes. */
static void
published(redisAsyncContext *at, void *reply, void *arg)
{
	struct redis *r = at->data;
	const redisReply *said = reply;

	(void)arg;
	if (said == NULL || said->type != REDIS_REPLY_ARRAY || said->elements != 3)
		return;
	if (said->element[2]->type == REDIS_REPLY_STRING)
		r->heard(said->element[2]->str);
	else if (said->element[2]->type == REDIS_REPLY_INTEGER)
		now_up(r);
}

static void
ponged(redisAsyncContext *at, void *reply, void *arg)
{
	struct redis *r = at->data;
	const redisReply *said = reply;

	(void)arg;
	if (said == NULL)
		return;
	loop_cancel(&r->patience);
	if (said->type != REDIS_REPLY_STATUS) {
		if (!r->said_lost)
			log_event("redis_refuses", "why", said->str ? said->str : "", NULL);
		r->said_lost = true;
		redisAsyncDisconnect(at);
		return;
	}
	if (r->channel)
		redisAsyncCommand(at, published, NULL, "SUBSCRIBE %s", r->channel);
	else
		now_up(r);
}

static void
no_patience(struct alarm *a)
{
	drop((struct redis *)(void *)((char *)a - offsetof(struct redis, patience)));
}

static void
greet(struct redis *r)
{
	if (r->password && r->user)
		redisAsyncCommand(r->at, NULL, NULL, "AUTH %s %s", r->user, r->password);
	else if (r->password)
		redisAsyncCommand(r->at, NULL, NULL, "AUTH %s", r->password);
	if (r->db)
		redisAsyncCommand(r->at, NULL, NULL, "SELECT %s", r->db);
	redisAsyncCommand(r->at, ponged, NULL, "PING");
	loop_after(&r->patience, CONNECT_MS, no_patience);
}

static void
connected(struct redis *r, redisAsyncContext *at)
{
	r->at = at;
	if (r->at == NULL || r->at->err) {
		if (r->at)
			redisAsyncFree(r->at);
		let_go(r);
		return;
	}
	r->at->data = r;
	r->at->ev.data = r;
	r->at->ev.addRead = add_read;
	r->at->ev.delRead = del_read;
	r->at->ev.addWrite = add_write;
	r->at->ev.delWrite = del_write;
	r->at->ev.cleanup = let_go;
	r->watch.events = r->wants = 0;
	greet(r);
}

/* The addresses of a name, one after the other, are tried at one connection each. */
static void
found(struct lookup *l, text addresses)
{
	struct redis *r = (struct redis *)(void *)((char *)l - offsetof(struct redis, lookup));
	char one[64];
	unsigned n = 1;

	for (text p = addresses; *p; p++)
		n += *p == ',';
	for (unsigned skip = r->turn++ % n; skip > 0; skip--)
		addresses += strcspn(addresses, ",") + 1;
	snprintf(one, sizeof one, "%.*s", (int)strcspn(addresses, ","), addresses);
	if (*one == 0)
		let_go(r);
	else
		connected(r, redisAsyncConnect(one, r->port));
}

static void
connect_now(struct redis *r)
{
	if (r->path)
		connected(r, redisAsyncConnectUnix(r->path));
	else
		name_look_up(&r->lookup, r->host, found);
}

/* ---- addresses */

static char *
copy(const char *s, size_t n)
{
	if (n == 0)
		return NULL;
	char *c = memory_take(n + 1);
	memcpy(c, s, n);
	return c;
}

/* user:password@ of "user:password@host", if it is there; answers what follows. */
static text
read_login(struct redis *r, text s)
{
	size_t n = strcspn(s, "/");
	const char *end = memrchr(s, '@', n);
	const char *colon = end ? memchr(s, ':', (size_t)(end - s)) : NULL;

	if (colon) {
		r->user = copy(s, (size_t)(colon - s));
		r->password = copy(colon + 1, (size_t)(end - colon - 1));
	}
	return end ? end + 1 : s;
}

static bool
read_url(struct redis *r, text url)
{
	int64_t port = 6379;

	if (text_starts(url, "unix://")) {
		text path = url + strlen("unix://");
		text query = strstr(path, "?db=");

		r->path = copy(path, query ? (size_t)(query - path) : strlen(path));
		r->db = query ? copy(query + 4, strlen(query + 4)) : NULL;
		return r->path != NULL;
	}
	if (!text_starts(url, "redis://"))
		return false;
	text host = read_login(r, url + strlen("redis://"));
	size_t n = strcspn(host, ":/");
	text rest = host + n;
	r->host = n ? copy(host, n) : copy("127.0.0.1", 9);
	if (*rest == ':') {
		char digits[8];
		size_t n_digits = strcspn(rest + 1, "/");

		if (n_digits >= sizeof digits)
			return false;
		memcpy(digits, rest + 1, n_digits);
		digits[n_digits] = 0;
		if (!text_int(digits, &port) || port < 1 || port > 65535)
			return false;
		rest += 1 + n_digits;
	}
	r->port = (int)port;
	r->db = *rest == '/' ? copy(rest + 1, strlen(rest + 1)) : NULL;
	return true;
}

static struct redis *
open_for(text url, text channel, void (*heard)(text))
{
	struct redis *r = memory_take(sizeof *r);

	r->channel = channel ? copy(channel, strlen(channel)) : NULL;
	r->heard = heard;
	r->watch.fd = -1;
	r->watch.ready = ready;
	if (read_url(r, url))
		connect_now(r);
	else
		log_event("redis_url_unreadable", "so", "nothing is kept in Redis", NULL);
	return r;
}

struct redis *
redis_open(text url)
{
	return open_for(url, NULL, NULL);
}

struct redis *
redis_subscribe(text url, text channel, void (*heard)(text))
{
	return open_for(url, channel, heard);
}

void
redis_again(struct redis *r)
{
	drop(r);
}

void
redis_close(struct redis *r)
{
	if (r == NULL)
		return;
	r->said_lost = true;
	name_forget(&r->lookup);
	drop(r);
	loop_cancel(&r->again);
	loop_cancel(&r->patience);
	free(r->host);
	free(r->user);
	free(r->password);
	free(r->db);
	free(r->path);
	free(r->channel);
	free(r);
}

bool
redis_up(const struct redis *r)
{
	return r->up;
}

/* ---- asking */

static struct said
read_reply(struct arena *a, const redisReply *reply)
{
	switch (reply->type) {
	case REDIS_REPLY_NIL: return (struct said){ .kind = SAID_NIL };
	case REDIS_REPLY_STATUS: return (struct said){ .kind = SAID_OK };
	case REDIS_REPLY_INTEGER:
		return (struct said){ .kind = SAID_NUMBER, .number = reply->integer };
	case REDIS_REPLY_STRING:
		return (struct said){ .kind = SAID_BYTES,
			.bytes = arena_bytes(a, reply->str, (size_t)reply->len),
			.n = (size_t)reply->len };
	case REDIS_REPLY_ARRAY:
		if (reply->elements == 2 && reply->element[0]->type == REDIS_REPLY_INTEGER &&
		    reply->element[1]->type == REDIS_REPLY_INTEGER)
			return (struct said){ .kind = SAID_PAIR,
				.number = reply->element[0]->integer,
				.second = reply->element[1]->integer };
		break;
	case REDIS_REPLY_ERROR: log_event("redis_error", "why", reply->str, NULL); break;
	}
	return (struct said){ .kind = SAID_NOTHING };
}

static void
answered(redisAsyncContext *at, void *reply, void *arg)
{
	struct waiting *w = arg;

	(void)at;
	if (w->left) {
		free(w);
		return;
	}
	if (reply)
		w->said = read_reply(w->arena, reply);
	unpark(&w->parked);
}

static void
answered_later(redisAsyncContext *at, void *reply, void *arg)
{
	struct word_left *w = arg;
	struct arena *a = arena_new();

	(void)at;
	if (reply) {
		const struct said said = read_reply(a, reply);

		w->heard(w->key, &said);
	}
	arena_free(a);
	free(w);
}

static bool
put(struct redis *r, redisCallbackFn *then, void *arg, size_t argc, const text *argv,
    const size_t *sizes)
{
	text copied[8];

	if (argc > LENGTH(copied))
		BUG("a command with more arguments than expected");
	memcpy(copied, argv, argc * sizeof *argv);
	r->putting = true;
	bool taken = redisAsyncCommandArgv(r->at, then, arg, (int)argc, copied, sizes) == REDIS_OK;
	if (taken)
		redisAsyncHandleWrite(r->at); /* now: it saves a turn of the loop */
	r->putting = false;
	settle(r);
	return taken;
}

struct said
redis_ask(struct redis *r, struct arena *a, size_t argc, const text *argv, const size_t *sizes)
{
	if (!r->up)
		return (struct said){ .kind = SAID_NOTHING };
	struct waiting *w = memory_take(sizeof *w);
	w->arena = a;
	park_init(&w->parked);
	if (!put(r, answered, w, argc, argv, sizes)) {
		free(w);
		return (struct said){ .kind = SAID_NOTHING };
	}
	if (!park(&w->parked, ANSWER_MS)) {
		w->left = true;
		drop(r);
		return (struct said){ .kind = SAID_NOTHING };
	}
	struct said said = w->said;
	free(w);
	return said;
}

void
redis_tell(struct redis *r, size_t argc, const text *argv, const size_t *sizes)
{
	if (r->up)
		put(r, NULL, NULL, argc, argv, sizes);
}

void
redis_tell_for(struct redis *r, size_t argc, const text *argv, text key,
    void (*heard)(text, const struct said *))
{
	if (!r->up)
		return;
	size_t n = strlen(key) + 1;
	struct word_left *w = memory_take(sizeof *w + n);
	w->heard = heard;
	memcpy(w->key, key, n);
	if (!put(r, answered_later, w, argc, argv, NULL))
		free(w);
}
