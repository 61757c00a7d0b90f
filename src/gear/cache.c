#include "gear/cache.h"
#include "gear/db.h"
#include "gear/generations.h"
#include "gear/loop.h"
#include "gear/cache_redis.h"
#include "gear/settings.h"
#include "gear/shelf.h"

#define SHELF_BYTES ((size_t)32 << 20)
#define MOST_BYTES ((size_t)512 << 10)

struct cache {
	struct redis *redis;
	struct shelf *shelf;
};

struct cache *
cache_open(text url)
{
	struct cache *k = memory_take(sizeof *k);

	generations_open(settings.run_dir);
	k->redis = redis_open(url);
	k->shelf = shelf_new(SHELF_BYTES);
	return k;
}

void
cache_close(struct cache *k)
{
	if (k == NULL)
		return;
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
get_far(struct ctx *c, const struct permit *p, size_t *n)
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
	const char *near = shelf_get(c->cache->shelf, key, permit->stamp, loop_now(), n);
	if (near)
		return arena_bytes(c->arena, near, *n);
	return get_far(c, permit, n);
}

void
cache_put(struct ctx *c, const struct permit *permit, const void *bytes, size_t n, int64_t seconds)
{
	if (c->cache == NULL || permit->stamp == NULL || n > MOST_BYTES || seconds <= 0)
		return;
	text now = generations_stamp(c->arena, permit->tags);
	if (now == NULL || !text_is(now, permit->stamp))
		return; /* nobody would ever be given it */
	instant until = instant_plus(loop_now(), seconds * SECOND);
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

int64_t
cache_count(struct ctx *c, text key, int64_t seconds, int64_t *seconds_left)
{
	static const text count = "local n = redis.call('INCR', KEYS[1]) "
				  "if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end "
				  "return {n, redis.call('TTL', KEYS[1])}";

	if (c->cache == NULL)
		return -1;
	text argv[] = { "EVAL", count, "1", arena_fmt(c->arena, "count:%s", key),
		sql_int(c->arena, seconds) };
	struct said s = redis_ask(c->cache->redis, c->arena, LENGTH(argv), argv, NULL);
	if (s.kind != SAID_PAIR)
		return -1;
	if (seconds_left)
		*seconds_left = s.second > 0 ? s.second : 0;
	return s.number;
}

void
cache_forget(struct ctx *c, text key)
{
	if (c->cache == NULL)
		return;
	text argv[] = { "DEL", arena_fmt(c->arena, "count:%s", key),
		arena_fmt(c->arena, "flag:%s", key) };
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
