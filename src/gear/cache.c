#include "gear/cache.h"
#include "gear/counters.h"
#include "gear/db.h"
#include "gear/generations.h"
#include "gear/loop.h"
#include "gear/cache_redis.h"
#include "gear/settings.h"
#include "gear/shelf.h"

#define SHELF_BYTES ((size_t)32 << 20)
#define MOST_BYTES ((size_t)512 << 10)
#define OWED_MS 100
#define MOST_OWED 100 /* keys */

struct cache {
	struct redis *redis;
	struct shelf *shelf;
};

static struct cache *teller; /* of this process: through it goes what is told after a commit */

struct cache *
cache_open(text url)
{
	struct cache *k = memory_take(sizeof *k);

	generations_open(settings.run_dir);
	k->redis = redis_open(url);
	k->shelf = shelf_new(SHELF_BYTES);
	teller = k;
	return k;
}

void
cache_close(struct cache *k)
{
	if (k == NULL)
		return;
	if (teller == k)
		teller = NULL;
	redis_close(k->redis);
	shelf_free(k->shelf);
	free(k);
}

bool
cache_up(const struct cache *k)
{
	return k && redis_up(k->redis);
}

/* ---- what is kept */

/* In Redis a value stands behind its stamp, its end, and a line break.  What is found there is put on
 * this process's own shelf, so that the next one asks nobody. */
static const char *
get_far(struct ctx *c, struct permit *p, size_t *n)
{
	text argv[] = { "GET", arena_fmt(c->arena, "kept:%s", p->key) };
	size_t n_stamp = strlen(p->stamp);
	struct said s = redis_ask(c->cache->redis, c->arena, LENGTH(argv), argv, NULL);
	const char *line;
	instant until;

	if (s.kind != SAID_BYTES || s.n <= n_stamp || s.bytes[n_stamp] != ' ' ||
	    memcmp(s.bytes, p->stamp, n_stamp) != 0)
		return NULL;
	line = memchr(s.bytes, '\n', s.n);
	if (line == NULL ||
	    !text_int(arena_bytes(
			  c->arena, s.bytes + n_stamp + 1, (size_t)(line - s.bytes) - n_stamp - 1),
		&until.us))
		return NULL;
	*n = s.n - (size_t)(line + 1 - s.bytes);
	shelf_put(c->cache->shelf, p->key, p->stamp, line + 1, *n, until);
	p->until = until;
	return line + 1;
}

text
cache_get(struct ctx *c, text key, const text *tags, struct permit *permit, size_t *n)
{
	*permit = (struct permit){ .key = key, .tags = tags };
	if (c->cache == NULL)
		return NULL;
	permit->stamp = generations_stamp(c->arena, tags);
	if (permit->stamp == NULL)
		return NULL;
	const char *near =
	    shelf_get(c->cache->shelf, key, permit->stamp, loop_now(), n, &permit->until);
	if (near)
		return arena_bytes(c->arena, near, *n);
	return get_far(c, permit, n);
}

void
cache_put(struct ctx *c, struct permit *permit, const void *bytes, size_t n, int64_t seconds)
{
	if (c->cache == NULL || permit->stamp == NULL || n > MOST_BYTES || seconds <= 0)
		return;
	text now = generations_stamp(c->arena, permit->tags);
	if (now == NULL || !text_is(now, permit->stamp))
		return; /* nobody would ever be given it */
	instant until = permit->until = instant_plus(loop_now(), seconds * SECOND);
	shelf_put(c->cache->shelf, permit->key, permit->stamp, bytes, n, until);
	struct buf b = BUF(c->arena);
	buf_fmt(&b, "%s %lld\n", permit->stamp, (long long)until.us);
	buf_bytes(&b, bytes, n);
	text argv[] = { "SET", arena_fmt(c->arena, "kept:%s", permit->key), b.p, "EX",
		sql_int(c->arena, seconds) };
	size_t sizes[] = { 3, strlen(argv[1]), b.n, 2, strlen(argv[4]) };
	redis_tell(c->cache->redis, LENGTH(argv), argv, sizes);
}

static void
dropped(text tag, enum problem outcome)
{
	generation_end(tag, outcome != OUTCOME_UNKNOWN);
}

void
cache_drop(struct ctx *c, text tag)
{
	if (!db_in_transaction(c->db)) {
		generation_begin(tag);
		generation_end(tag, true);
	} else if (db_at_end(c, dropped, tag)) {
		generation_begin(tag);
	}
}

/* ---- counters and flags */

/* Adds ARGV[2]; the end is set whenever there is none, lest a counter stay for ever. */
static const char count_far[] =
    "local n = redis.call('INCRBY', KEYS[1], ARGV[2]) local left = redis.call('TTL', KEYS[1]) "
    "if left < 0 then left = tonumber(ARGV[1]) redis.call('EXPIRE', KEYS[1], left) end "
    "return {n, left}";

static void
counted_far(text key, const struct said *s)
{
	if (s->kind == SAID_PAIR)
		counter_raise(key, s->number, s->second);
}

/* What was counted here and Redis was not told yet: a tenth of a second's, by key. */
struct owed {
	struct owed *next;
	int64_t n, seconds;
	char key[];
};
static struct owed *owed;
static int64_t n_owed;
static struct alarm due;
static bool alarm_set;

static void
pay_owed(void)
{
	n_owed = 0;
	for (struct owed *o = owed, *next; o; o = next) {
		char seconds[24], n[24];
		const text argv[] = { "EVAL", count_far, "1", o->key, seconds, n };

		next = o->next;
		snprintf(seconds, sizeof seconds, "%lld", (long long)o->seconds);
		snprintf(n, sizeof n, "%lld", (long long)o->n);
		if (teller && o->n)
			redis_tell_for(teller->redis, LENGTH(argv), argv, o->key, counted_far);
		free(o);
	}
	owed = NULL;
}

static void
time_to_pay(struct alarm *none)
{
	(void)none;
	alarm_set = false;
	pay_owed();
}

static void
owe(text key, int64_t seconds)
{
	struct owed *o = owed;
	size_t n = strlen(key) + 1;

	while (o && !text_is(o->key, key))
		o = o->next;
	if (o) {
		o->n++;
		return;
	}
	o = memory_take(sizeof *o + n);
	*o = (struct owed){ .next = owed, .n = 1, .seconds = seconds };
	memcpy(o->key, key, n);
	owed = o;
	if (++n_owed == MOST_OWED) {
		pay_owed();
	} else if (!alarm_set) {
		alarm_set = true;
		loop_after(&due, OWED_MS, time_to_pay);
	}
}

static void
forget_owed(text key)
{
	for (struct owed *o = owed; o; o = o->next)
		if (text_is(o->key, key))
			o->n = 0;
}

/* What Redis knows of other machines, or of before this server began.  Only who finds nothing counted here waits for it:
 * what it answers those who come later stands in the counter when the next one comes. */
static void
ask_far(struct ctx *c, text key, int64_t seconds, int64_t *n, int64_t *left)
{
	text argv[] = { "EVAL", count_far, "1", key, sql_int(c->arena, seconds), "1" };
	struct said s = redis_ask(c->cache->redis, c->arena, LENGTH(argv), argv, NULL);

	counted_far(key, &s);
	if (s.kind == SAID_PAIR && s.number > *n) {
		*n = s.number;
		*left = s.second > 0 ? s.second : 0;
	}
}

int64_t
cache_count(struct ctx *c, text key, int64_t seconds, int64_t *seconds_left)
{
	text name = arena_fmt(c->arena, "count:%s", key);
	int64_t left, n = counter_add(name, seconds, &left);

	if (c->cache && n == 1)
		ask_far(c, name, seconds, &n, &left);
	else if (c->cache)
		owe(name, seconds);
	if (seconds_left)
		*seconds_left = left;
	return n;
}

void
cache_forget(struct ctx *c, text key)
{
	text name = arena_fmt(c->arena, "count:%s", key);

	counter_forget(name);
	forget_owed(name);
	if (c->cache == NULL)
		return;
	text argv[] = { "DEL", name, arena_fmt(c->arena, "flag:%s", key) };
	redis_ask(c->cache->redis, c->arena, LENGTH(argv), argv, NULL);
}

void
cache_flag(struct ctx *c, text key, int64_t seconds)
{
	if (c->cache == NULL)
		return;
	text argv[] = { "SET", arena_fmt(c->arena, "flag:%s", key), "1", "EX",
		sql_int(c->arena, seconds) };
	redis_ask(c->cache->redis, c->arena, LENGTH(argv), argv, NULL);
}

bool
cache_flagged(struct ctx *c, text key, bool *known)
{
	*known = false;
	if (c->cache == NULL)
		return false;
	text argv[] = { "EXISTS", arena_fmt(c->arena, "flag:%s", key) };
	struct said s = redis_ask(c->cache->redis, c->arena, LENGTH(argv), argv, NULL);
	*known = s.kind == SAID_NUMBER;
	return *known && s.number == 1;
}

/* ---- fan-out */

#define CHANNEL "parking:live"

static void
publish(text message, enum problem outcome)
{
	const text argv[] = { "PUBLISH", CHANNEL, message };

	if (outcome == OK && teller)
		redis_tell(teller->redis, LENGTH(argv), argv, NULL);
}

void
cache_tell(struct ctx *c, text message)
{
	if (!db_in_transaction(c->db))
		publish(message, OK);
	else
		db_at_end(c, publish, message);
}

struct ear {
	struct redis *redis;
};

struct ear *
cache_listen(text url, void (*heard)(text))
{
	struct ear *e = memory_take(sizeof *e);

	e->redis = redis_subscribe(url, CHANNEL, heard);
	return e;
}

void
cache_listen_no_more(struct ear *e)
{
	if (e == NULL)
		return;
	redis_close(e->redis);
	free(e);
}

bool
cache_hears(const struct ear *e)
{
	return e && redis_up(e->redis);
}

void
cache_listen_anew(struct ear *e)
{
	redis_again(e->redis);
}
