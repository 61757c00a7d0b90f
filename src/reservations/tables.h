/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef RESERVATIONS_TABLES_H
#define RESERVATIONS_TABLES_H

#include "base/listing.h"
#include "gear/table.h"

extern const struct table reservation_tables[];

struct csv_reservations {
	int64_t id;
	text status;
	instant starts, ends;
	int64_t lot_id;
	text lot;
	int64_t slot_id;
	text slot;
	int64_t user_id;
	text username, plate;
	money price, refund;
	text currency, pay;
	int64_t tariff_version_id;
	instant created_at, confirmed_at, checked_in_at, ended_at;
};
extern const struct field csv_reservations_fields[];

/* What /admin/reservations is filtered by, and the table as CSV, too. */
struct booking_filter {
	text status, from, until, q, sort; /* from and until: days on the lot's clock it touches */
	int64_t lot, page, rows;
};
extern const struct field booking_filter_fields[];

struct booking_line { /* of /admin/reservations */
	int64_t id, lot_id, user_id;
	text status; /* a hold whose time is up reads as expired */
	instant starts, ends, created_at;
	money price;
	text currency, pay;
	text lot_name, time_zone, slot_label, user_name, plate;
};
extern const struct field booking_line_fields[];

struct lot_to_choose {
	int64_t id;
	text name;
	bool chosen;
};
extern const struct field lot_to_choose_fields[];

#endif
