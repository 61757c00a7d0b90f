#include "web/metrics.h"

#include <unistd.h>

#include "gear/cache.h"
#include "web/turns.h"

/* Upper bounds in milliseconds; the last bucket has none. */
static const int64_t bounds[] = { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000 };
static int64_t buckets[LENGTH(bounds) + 1], by_class[6], total_us;

void
metrics_count(int status, int64_t us)
{
	size_t i = 0;

	while (i < LENGTH(bounds) && us > bounds[i] * 1000)
		i++;
	buckets[i]++;
	total_us += us;
	if (status >= 100 && status < 600)
		by_class[status / 100]++;
}

void
metrics_print(struct buf *b, const struct ctx *c)
{
	int64_t n = 0;
	long pid = (long)getpid();

	buf_add(b,
	    "# HELP parking_requests_total Requests answered, by class of status.\n"
	    "# TYPE parking_requests_total counter\n");
	for (int i = 1; i < 6; i++)
		buf_fmt(b, "parking_requests_total{worker=\"%ld\",class=\"%dxx\"} %lld\n", pid, i,
		    (long long)by_class[i]);
	buf_add(b,
	    "# HELP parking_request_seconds How long answers took.\n"
	    "# TYPE parking_request_seconds histogram\n");
	for (size_t i = 0; i < LENGTH(bounds); i++) {
		n += buckets[i];
		buf_fmt(b, "parking_request_seconds_bucket{worker=\"%ld\",le=\"%g\"} %lld\n", pid,
		    (double)bounds[i] / 1000, (long long)n);
	}
	n += buckets[LENGTH(bounds)];
	buf_fmt(b, "parking_request_seconds_bucket{worker=\"%ld\",le=\"+Inf\"} %lld\n", pid,
	    (long long)n);
	buf_fmt(
	    b, "parking_request_seconds_sum{worker=\"%ld\"} %.6f\n", pid, (double)total_us / 1e6);
	buf_fmt(b, "parking_request_seconds_count{worker=\"%ld\"} %lld\n", pid, (long long)n);
	buf_add(b,
	    "# HELP parking_turns_waiting Requests in line for a lot that many want.\n"
	    "# TYPE parking_turns_waiting gauge\n");
	buf_fmt(b, "parking_turns_waiting{worker=\"%ld\"} %lld\n", pid, (long long)turns_waiting());
	buf_add(
	    b, "# HELP parking_redis_up Whether Redis answers.\n# TYPE parking_redis_up gauge\n");
	buf_fmt(b, "parking_redis_up{worker=\"%ld\"} %d\n", pid, c->cache && cache_up(c->cache));
}
