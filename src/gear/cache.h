/*
 * cache.h -- Redis: what may be lost.
 *
 * Cached hot reads, counters for limits, fan-out to other workers.  Every call works when Redis is
 * away: reads find nothing, counters know what this machine has counted (counters.h), and nobody
 * waits longer than 100 ms for it.
 */
#ifndef CACHE_H
#define CACHE_H

#include "gear/ctx.h"

/* Connects to redis://[[user]:password@]host[:port][/db] or unix:///path[?db=n], in the background.
 * First maps the generations in settings.run_dir, unless generations_open() has done so. */
struct cache *cache_open(text url);
void cache_close(struct cache *);
bool cache_up(const struct cache *);

/* A value that depends on `tags` ("lot:7", "lots").  cache_get() answers NULL when there is none
 * that is sure to be current, and then fills *permit: cache_put() stores only if none of the tags
 * was dropped since.  So who read before a commit cannot store after it: generations.h says why. */
struct permit {
	text key;
	text stamp; /* the tags' generations when the reading began; NULL: do not store */
	const text *tags;
	instant until; /* when what was found, or put away, ends */
};
text cache_get(struct ctx *, text key, const text *tags, struct permit *, size_t *n);
/* Without waiting.  At most 512 KiB are kept. */
void cache_put(struct ctx *, struct permit *, const void *bytes, size_t n, int64_t seconds);
/* What depends on the tag is about to change, or has: call it in the transaction that changes it.
 * From then until the transaction has ended nothing is kept under the tag, and what was is gone.
 * Outside a transaction call it after the change. */
void cache_drop(struct ctx *, text tag);

/* Adds one to a counter that ends `seconds` (at most a day) after its first count; answers what it
 * has come to, here or in Redis, whichever is more.  What is counted on other machines is known here a
 * tenth of a second later. */
int64_t cache_count(struct ctx *, text key, int64_t seconds, int64_t *seconds_left);
void cache_forget(struct ctx *, text key);

/* A flag with an end: revoked tokens and the like.  Absent or no Redis: false. */
void cache_flag(struct ctx *, text key, int64_t seconds);
bool cache_flagged(struct ctx *, text key, bool *known);

/* ---- fan-out to other processes.  What is told here may be lost: it must stand somewhere else, too. */

/* Tells who listens on the channel, here and elsewhere, once the transaction that is open is committed (now, if none
 * is). */
void cache_tell(struct ctx *, text message);
/* Hears all that is told, from its own loop; connects by itself, and again when lost. */
struct ear;
struct ear *cache_listen(text url, void (*heard)(text message));
void cache_listen_no_more(struct ear *);
bool cache_hears(const struct ear *);
void cache_listen_anew(struct ear *); /* nothing has been heard for so long that it may be deaf */

#endif
