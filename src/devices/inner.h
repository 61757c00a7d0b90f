/*
 * inner.h -- what the files of devices/ share.
 */
#ifndef DEVICES_INNER_H
#define DEVICES_INNER_H

#include "devices/devices.h"

/* It was told offline, and has just reported. */
enum problem device_back(struct ctx *, int64_t id);
/* Its clock is wrong, as it was not when it last reported. */
enum problem device_skewed(struct ctx *, int64_t id, instant told, instant received);

/* Tells of those that have gone quiet. */
enum problem devices_watch(struct ctx *);
/* Partitions made ahead, and those that are older than TELEMETRY_DAYS dropped. */
enum problem telemetry_tidy(struct ctx *);

#endif
