/* zones.h -- IANA time zones from the system's /usr/share/zoneinfo, each read once and kept. */
#ifndef ZONES_H
#define ZONES_H

#include "base/base.h"

/* NULL if there is no such zone.  Names are checked (letters, digits, "+-_/", no dots). */
const struct zone *zone_find(text name);

#endif
