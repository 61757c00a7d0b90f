/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef DEVICES_TABLES_H
#define DEVICES_TABLES_H

#include "base/listing.h"
#include "gear/table.h"

extern const struct table device_tables[];

struct devices_asked { /* the filter, as the address has it */
	text health, electrical, q, sort;
	int64_t lot, page, rows;
};
extern const struct field devices_asked_fields[];

struct csv_devices {
	int64_t id;
	text code, name;
	int64_t slot_id;
	text slot;
	int64_t lot_id;
	text lot, health, electrical;
	instant last_reported, received_at, read_at;
	double voltage, current, power_factor;
	instant offline_since, skewed_since, created_at;
};
extern const struct field csv_devices_fields[];

struct csv_telemetry {
	int64_t device_id;
	text device;
	instant at;
	double voltage, current, power_factor;
	instant received_at;
};
extern const struct field csv_telemetry_fields[];

struct csv_slot_presence {
	int64_t slot_id;
	text slot;
	int64_t lot_id;
	bool occupied;
	instant said_at;
};
extern const struct field csv_slot_presence_fields[];

struct csv_device_counts {
	int64_t lot_id;
	text lot;
	int64_t devices, warning, critical;
};
extern const struct field csv_device_counts_fields[];

struct csv_device_minutes {
	int64_t lot_id;
	text lot;
	instant minute;
	int64_t devices;
};
extern const struct field csv_device_minutes_fields[];

#endif
