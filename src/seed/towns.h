/* towns.h -- the demo's lots, in cities that there are. */
#ifndef SEED_TOWNS_H
#define SEED_TOWNS_H

#include "base/base.h"

struct planted {
	text name, region, address, city, country, postal_code;
	double latitude, longitude;
	text time_zone, currency, hours;
	text prefix; /* of slot and zone codes */
	text search;
	int64_t zones, per_zone;
	int64_t rate; /* minor units an hour */
	bool by_minute; /* in proportion; else for each started hour */
	int64_t cancel_minutes;
	double busy; /* how often a slot is booked of an afternoon, 0 to 1; 0: as the scale says */
};
extern const struct field planted_fields[];

#define N_PLANTED 12
extern const struct planted planted_lots[N_PLANTED];

#endif
