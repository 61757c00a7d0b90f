/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef STAYS_TABLES_H
#define STAYS_TABLES_H

#include "gear/table.h"

extern const struct table stay_tables[];

struct csv_stays {
	int64_t id, lot_id;
	text lot;
	int64_t slot_id;
	text slot, plate;
	int64_t vehicle_id, user_id;
	text username;
	int64_t reservation_id;
	text source, status;
	instant entered_at, left_at;
	text closed_how, reason;
	int64_t tariff_version_id;
	money fee, booked;
	text currency;
	int64_t entered_by, left_by;
};
extern const struct field csv_stays_fields[];

#endif
