#include "gear/cache.h"

/* Nothing is remembered yet. */

struct cache *
cache_open(text url)
{
	(void)url;
	return NULL;
}

void
cache_close(struct cache *k)
{
	(void)k;
}

bool
cache_up(const struct cache *k)
{
	(void)k;
	return false;
}

text
cache_get(struct ctx *c, text key, const text *tags, struct permit *permit, size_t *n)
{
	(void)c, (void)tags, (void)n;
	*permit = (struct permit){ .key = key };
	return NULL;
}

void
cache_put(struct ctx *c, const struct permit *permit, const void *bytes, size_t n, int64_t seconds)
{
	(void)c, (void)permit, (void)bytes, (void)n, (void)seconds;
}

void
cache_drop(struct ctx *c, text tag)
{
	(void)c, (void)tag;
}

int64_t
cache_count(struct ctx *c, text key, int64_t seconds, int64_t *seconds_left)
{
	(void)c, (void)key, (void)seconds, (void)seconds_left;
	return -1;
}

void
cache_forget(struct ctx *c, text key)
{
	(void)c, (void)key;
}

void
cache_flag(struct ctx *c, text key, int64_t seconds)
{
	(void)c, (void)key, (void)seconds;
}

bool
cache_flagged(struct ctx *c, text key, bool *known)
{
	(void)c, (void)key;
	*known = false;
	return false;
}
