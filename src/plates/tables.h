/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef PLATES_TABLES_H
#define PLATES_TABLES_H

#include "gear/table.h"

extern const struct table plate_tables[];

struct csv_plate_reads {
	int64_t id;
	instant seen_at;
	text source;
	int64_t lot_id;
	text lot;
	int64_t camera_id, slot_id, user_id, stay_id;
	text raw, plate;
	double confidence;
	text candidates, corners, second, engine;
	int64_t width, height;
	text image_key, state;
	instant decided_at;
	int64_t decided_by;
};
extern const struct field csv_plate_reads_fields[];

struct csv_cameras {
	int64_t id, lot_id;
	text lot, name, location;
	instant created_at;
};
extern const struct field csv_cameras_fields[];

struct csv_camera_slots {
	int64_t camera_id;
	text camera;
	int64_t slot_id;
	text slot;
};
extern const struct field csv_camera_slots_fields[];

#endif
