/*
 * cache_redis.h -- one connection to Redis: for cache.c, and nobody else's.
 *
 * It connects by itself, and again when lost.  While it is away calls answer at once that nothing
 * is known; one that gets no answer within 100 ms takes the connection with it, so that others do
 * not wait too.
 */
#ifndef CACHE_REDIS_H
#define CACHE_REDIS_H

#include "base/base.h"

struct redis;
struct redis *redis_open(text url);
void redis_close(struct redis *);
bool redis_up(const struct redis *);

struct said {
	enum { SAID_NOTHING, SAID_NIL, SAID_OK, SAID_BYTES, SAID_NUMBER, SAID_PAIR } kind;
	const char *bytes; /* in the arena, a NUL behind them */
	size_t n;
	int64_t number, second; /* SAID_PAIR: a list of two numbers */
};

/* Sends a command and waits for the answer.  sizes NULL: the arguments are texts. */
struct said redis_ask(
    struct redis *, struct arena *, size_t argc, const text *argv, const size_t *sizes);
/* A connection that does nothing but hear what is published on a channel; it may not be asked.  It is up from the moment
 * it is subscribed. */
struct redis *redis_subscribe(text url, text channel, void (*heard)(text message));
void redis_again(struct redis *); /* it may be deaf: connect anew */

/* Sends it and does not. */
void redis_tell(struct redis *, size_t argc, const text *argv, const size_t *sizes);
/* … and calls heard(key, answer) if there is one, on the loop; `key` is copied, the answer lasts until heard() returns. */
void redis_tell_for(struct redis *, size_t argc, const text *argv, text key,
    void (*heard)(text key, const struct said *));

#endif
