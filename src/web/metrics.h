/* metrics.h -- counted per worker since its start, printed for Prometheus. */
#ifndef METRICS_H
#define METRICS_H

#include "web/web.h"

void metrics_count(int status, int64_t microseconds); /* one request answered */
void metrics_print(struct buf *, const struct ctx *);

#endif
