/* tables.c -- what this slice gives away as CSV. */
#include "plates/plates.h"
#include "plates/tables.h"
#include "plates_sql.h"

const struct field csv_plate_reads_fields[] = {
	FIELD(csv_plate_reads, id),
	FIELD(csv_plate_reads, seen_at),
	FIELD(csv_plate_reads, source),
	FIELD(csv_plate_reads, lot_id),
	FIELD(csv_plate_reads, lot),
	FIELD(csv_plate_reads, camera_id),
	FIELD(csv_plate_reads, slot_id),
	FIELD(csv_plate_reads, user_id),
	FIELD(csv_plate_reads, stay_id),
	FIELD(csv_plate_reads, raw),
	FIELD(csv_plate_reads, plate),
	FIELD(csv_plate_reads, confidence),
	FIELD(csv_plate_reads, candidates),
	FIELD(csv_plate_reads, corners),
	FIELD(csv_plate_reads, second),
	FIELD(csv_plate_reads, engine),
	FIELD(csv_plate_reads, width),
	FIELD(csv_plate_reads, height),
	FIELD(csv_plate_reads, image_key),
	FIELD(csv_plate_reads, state),
	FIELD(csv_plate_reads, decided_at),
	FIELD(csv_plate_reads, decided_by),
	FIELD_END,
};

static enum problem
open_plate_reads(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_plate_reads_rows(c, out);
}

const struct field csv_cameras_fields[] = {
	FIELD(csv_cameras, id),
	FIELD(csv_cameras, lot_id),
	FIELD(csv_cameras, lot),
	FIELD(csv_cameras, name),
	FIELD(csv_cameras, location),
	FIELD(csv_cameras, created_at),
	FIELD_END,
};

static enum problem
open_cameras(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_cameras_rows(c, out);
}

const struct field csv_camera_slots_fields[] = {
	FIELD(csv_camera_slots, camera_id),
	FIELD(csv_camera_slots, camera),
	FIELD(csv_camera_slots, slot_id),
	FIELD(csv_camera_slots, slot),
	FIELD_END,
};

static enum problem
open_camera_slots(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_camera_slots_rows(c, out);
}

const struct table plate_tables[] = {
	{ "plate-reads", "Plate reads",
	    "Each plate that was read in a photograph, and what a person made of it.",
	    open_plate_reads },
	{ "cameras", "Cameras", "Where they hang.", open_cameras, .page = "/admin/cameras" },
	{ "camera-slots", "Slots that cameras see", "Which camera looks at which slots.",
	    open_camera_slots },
	{ NULL },
};
