/*
 * counters.h -- how often lately, known to every worker of this machine.
 *
 * In memory that workers share, made before they are forked; a process alone counts for itself.
 * What is counted here is lost with the server and unknown to other machines: Redis (cache.h) adds
 * what they count, and when it is away limits hold by these.
 *
 * A counter is found by 37 bits of its key's hash: two keys in a few billions fall together, and
 * then are counted together.  Where 8 live counters have the same bucket, the one with the smallest
 * count makes room.
 */
#ifndef COUNTERS_H
#define COUNTERS_H

#include "base/base.h"

/* In the parent, before it forks. */
void counters_share(void);

/* Adds one to the counter of that key, which ends `seconds` (at most a day) after its first count;
 * answers the count and how many seconds are left of it. */
int64_t counter_add(text key, int64_t seconds, int64_t *seconds_left);
/* It has come to n elsewhere, and ends there in so many seconds: if that is more than is known here, it counts here. */
void counter_raise(text key, int64_t n, int64_t seconds_left);
void counter_forget(text key);

#endif
