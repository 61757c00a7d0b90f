#include "gear/counters.h"

#include <stdatomic.h>
#include <sys/mman.h>

#define BUCKETS 8192
#define PLACES 8 /* in a bucket */
#define A_DAY 86400

/* A counter is one word, so that nobody ever sees or leaves half of one: 24 bits of the key's hash,
 * the second it ends in (20 bits, counted from boot and starting over after twelve days), its count
 * (20 bits, where it stays). */
#define COUNT_BITS 20
#define MOST_COUNT ((1u << COUNT_BITS) - 1)
#define END_BITS 20
#define END_MASK ((1u << END_BITS) - 1)
typedef _Atomic uint64_t bucket[PLACES];

static bucket alone[BUCKETS], *all = alone;

void
counters_share(void)
{
	void *at =
	    mmap(NULL, sizeof alone, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		BUG("out of memory");
	all = at;
}

static uint64_t
seconds_up(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec;
}

/* FNV-1a, 64 bits. */
static uint64_t
hash_of(text key)
{
	uint64_t h = 14695981039346656037u;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return h ^ h >> 29;
}

static uint64_t
tag_of(uint64_t word)
{
	return word >> (COUNT_BITS + END_BITS);
}

static int64_t
count_of(uint64_t word)
{
	return (int64_t)(word & MOST_COUNT);
}

/* Seconds until it ends; 0 when it has, or was never begun. */
static int64_t
left_of(uint64_t word, uint64_t now, int64_t seconds)
{
	int64_t left = (int64_t)(((word >> COUNT_BITS) - now) & END_MASK);

	return word == 0 || left > seconds ? 0 : left;
}

static uint64_t
word_of(uint64_t tag, uint64_t end, uint64_t count)
{
	return tag << (COUNT_BITS + END_BITS) | (end & END_MASK) << COUNT_BITS | count;
}

/* Where the counter of that tag is, or may be begun. */
static _Atomic uint64_t *
place_of(bucket *b, uint64_t tag, uint64_t now)
{
	_Atomic uint64_t *best = &(*b)[0];
	int64_t least = INT64_MAX;

	for (int i = 0; i < PLACES; i++) {
		uint64_t word = atomic_load(&(*b)[i]);
		int64_t worth = left_of(word, now, A_DAY) ? count_of(word) : 0;

		if (word && tag_of(word) == tag)
			return &(*b)[i];
		if (worth < least) {
			least = worth;
			best = &(*b)[i];
		}
	}
	return best;
}

struct counter { /* where its word may be */
	uint64_t tag;
	bucket *b;
};

static struct counter
counter_of(text key)
{
	uint64_t h = hash_of(key);

	return (struct counter){ h >> (COUNT_BITS + END_BITS), &all[h % BUCKETS] };
}

int64_t
counter_add(text key, int64_t seconds, int64_t *seconds_left)
{
	struct counter k = counter_of(key);
	uint64_t now = seconds_up(), was, is;
	_Atomic uint64_t *at;

	if (seconds < 1 || seconds > A_DAY)
		BUG("a counter lasts a day at most");
	do {
		at = place_of(k.b, k.tag, now);
		was = atomic_load(at);
		if (was && tag_of(was) == k.tag && left_of(was, now, seconds))
			is = count_of(was) < MOST_COUNT ? was + 1 : was;
		else
			is = word_of(k.tag, now + (uint64_t)seconds, 1);
	} while (!atomic_compare_exchange_weak(at, &was, is));
	if (seconds_left)
		*seconds_left = left_of(is, now, seconds);
	return count_of(is);
}

void
counter_raise(text key, int64_t n, int64_t seconds_left)
{
	struct counter k = counter_of(key);
	uint64_t now = seconds_up(), was, is;
	_Atomic uint64_t *at;

	if (n < 1 || seconds_left < 1 || seconds_left > A_DAY)
		return;
	n = n < MOST_COUNT ? n : MOST_COUNT;
	do {
		at = place_of(k.b, k.tag, now);
		was = atomic_load(at);
		if (was && tag_of(was) == k.tag && left_of(was, now, A_DAY) && count_of(was) >= n)
			return;
		is = word_of(k.tag, now + (uint64_t)seconds_left, (uint64_t)n);
	} while (!atomic_compare_exchange_weak(at, &was, is));
}

void
counter_forget(text key)
{
	struct counter k = counter_of(key);

	for (int i = 0; i < PLACES; i++) {
		uint64_t was = atomic_load(&(*k.b)[i]);

		if (was && tag_of(was) == k.tag)
			atomic_compare_exchange_strong(&(*k.b)[i], &was, 0);
	}
}
