/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef LOTS_TABLES_H
#define LOTS_TABLES_H

#include "base/listing.h"
#include "gear/table.h"

extern const struct table lot_tables[];

/* What /admin/lots is filtered by, and the table as CSV, too. */
struct lot_filter {
	text q, sort;
	int64_t page, rows;
};
extern const struct field lot_filter_fields[];

struct csv_lots {
	int64_t id;
	text name, region, address, city, state, country, postal_code;
	double latitude, longitude;
	text time_zone, currency;
	int64_t tariff_id;
	text tariff;
	int64_t days_ahead, min_minutes, max_minutes, default_minutes;
	bool pay_at_exit;
	int64_t cancel_minutes, refund_percent, no_show_minutes, tax_basis_points;
	text hours, status_override, plate_region;
	instant created_at;
};
extern const struct field csv_lots_fields[];

struct csv_zones {
	int64_t id, lot_id;
	text lot, code, name;
	int64_t position;
};
extern const struct field csv_zones_fields[];

struct csv_slots {
	int64_t id, lot_id;
	text lot;
	int64_t zone_id;
	text zone, code, label, size, vehicle_type;
	bool accessible, ev, out_of_service;
	text reason;
	instant created_at;
};
extern const struct field csv_slots_fields[];

struct csv_lot_counts {
	int64_t lot_id;
	text lot;
	int64_t slots, free, reserved, occupied, unknown, out_of_service;
};
extern const struct field csv_lot_counts_fields[];

#endif
