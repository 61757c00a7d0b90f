/*
 * metrics.h -- counted by each worker, told by whichever is asked, for Prometheus.
 *
 * The figures of all workers lie in memory they share, so that one answer holds the whole, and a worker that was
 * replaced leaves its counts to the next.
 */
#ifndef METRICS_H
#define METRICS_H

#include "web/web.h"

void metrics_share(int workers); /* in the parent, before it forks */
void metrics_use(int worker); /* in worker 0, 1, … */
void metrics_count(int status, int64_t microseconds); /* one request answered */
void metrics_print(struct buf *, const struct ctx *);

/* Public pages by where they came from: lay ready, were found in the cache, were made. */
enum page_from { PAGE_READY, PAGE_FOUND, PAGE_MADE, PAGES_FROM };
void metrics_page(enum page_from);

#endif
