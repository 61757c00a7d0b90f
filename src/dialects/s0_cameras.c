/* s0_cameras.c -- the Django system's cameras, and what they read. */
#include "accounts/accounts.h"
#include "dialects/s0.h"
#include "dialects_sql.h"
#include "plates/plates.h"
#include "stays/stays.h"

/* ---- cameras */

struct s0_camera {
	int64_t id;
	text camera_name, location;
	struct rows monitoring_slots; /* struct s0_slot */
	instant created_at;
};
static const struct field s0_camera_fields[] = { FIELD(s0_camera, id),
	FIELD(s0_camera, camera_name), FIELD(s0_camera, location),
	FIELD_LIST(s0_camera, monitoring_slots, s0_slot, .doc = "What it looks at"),
	FIELD(s0_camera, created_at), FIELD_END };

/* "12,15" behind what is there already. */
static void
add_ids(struct arena *a, text list, struct rows *ids)
{
	while (*list) {
		size_t n = strcspn(list, ",");

		text_int(arena_bytes(a, list, n), &((int64_t *)ids->v)[ids->n++]);
		list += n + (list[n] == ',');
	}
}

static int
by_id(const void *key, const void *slot)
{
	int64_t a = *(const int64_t *)key, b = ((const struct s0_slot *)slot)->id;

	return (a > b) - (a < b);
}

/* `all`: struct camera; their slots are asked for at once. */
static enum problem
as_s0(struct ctx *c, struct rows all, struct rows *told)
{
	struct rows ids = { 0 }, slots = { 0 };
	size_t room = 1;

	FOR_ROWS (camera, each, all)
		room += (size_t)each->looks_at;
	ids.v = arena_alloc(c->arena, room * sizeof(int64_t));
	*told = (struct rows){ arena_alloc(c->arena, (all.n + 1) * sizeof(struct s0_camera)), 0 };
	FOR_ROWS (camera, each, all)
		add_ids(c->arena, each->slots, &ids);
	TRY(s0_slots_among(c, c->now, ids, &slots));
	struct s0_slot *next = arena_alloc(c->arena, room * sizeof *next);
	const int64_t *id = ids.v;
	FOR_ROWS (camera, each, all) {
		struct rows seen = { next, 0 };

		for (int64_t i = 0; i < each->looks_at; i++, id++) {
			const struct s0_slot *found =
			    bsearch(id, slots.v, slots.n, sizeof *found, by_id);
			if (found) /* it may just have been taken away */
				next[seen.n++] = *found;
		}
		next += seen.n;
		*ROW(s0_camera, *told, told->n++) = (struct s0_camera){ each->id, each->name,
			each->location, seen, each->created_at };
	}
	return OK;
}

static enum problem
cameras(struct ctx *c, const void *in, struct reply *r)
{
	struct rows all = { 0 }, told = { 0 };
	struct s0_n n = { 0 };

	(void)in;
	TRY(s0_cameras(c, r->window.skip, r->window.most, &all));
	if (r->window.counted)
		TRY(s0_cameras_count(c, &n));
	r->count = n.n;
	TRY(as_s0(c, all, &told));
	return reply_array(r, told);
}

struct s0_camera_draft {
	text camera_name, location, monitoring_slots;
};
static const struct field s0_camera_draft_fields[] = {
	FIELD(s0_camera_draft, camera_name, .required = true, .max = 50),
	FIELD(s0_camera_draft, location, .max = 100),
	FIELD(s0_camera_draft, monitoring_slots, .several = true, .max = 10000,
	    .doc = "Ids of slots"),
	FIELD_END,
};

static enum problem
add_camera(struct ctx *c, const void *in, struct reply *r)
{
	const struct s0_camera_draft *d = in;
	struct camera made = { 0 };
	struct rows told = { 0 };

	enum problem e = camera_put(c,
	    &(struct camera_draft){ .name = d->camera_name,
		.location = d->location,
		.slots = d->monitoring_slots,
		.labels = "" },
	    &made);
	complaints_rename(c, "name", "camera_name");
	complaints_rename(c, "slots", "monitoring_slots");
	TRY(e);
	TRY(as_s0(c, (struct rows){ &made, 1 }, &told));
	return reply_made(r, "/api/camera_ocr/cameras/", told.v);
}

/* ---- what they read */

const struct field s0_log_fields[] = { FIELD(s0_log, id), FIELD(s0_log, camera, .nullable = true),
	FIELD(s0_log, slot, .nullable = true), FIELD(s0_log, plate_number),
	FIELD(s0_log, detected_at), FIELD_END };

static enum problem
logs(struct ctx *c, const void *in, struct reply *r)
{
	struct rows found = { 0 };
	struct s0_n n = { 0 };

	(void)in;
	TRY(s0_logs(c, r->window.skip, r->window.most, &found));
	if (r->window.counted)
		TRY(s0_logs_count(c, &n));
	r->count = n.n;
	return reply_array(r, found);
}

struct s0_detection {
	int64_t camera_id, slot_id;
	text plate_number;
	struct upload image;
};
static const struct field s0_detection_fields[] = {
	FIELD(s0_detection, camera_id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(s0_detection, slot_id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(s0_detection, plate_number, .max = 20, .doc = "Needed without an image"),
	FIELD(s0_detection, image, .doc = "In its place: a photograph"),
	FIELD_END,
};

/* The car is made known if it was not, and has a stay on that slot. */
static enum problem
parked(struct ctx *c, const struct plate_read *seen, int64_t slot_id)
{
	struct stay stay = { 0 };

	TRY(vehicle_known(c, seen->plate));
	TRY(stay_seen(c,
	    &(struct entry){ .plate = seen->plate, .slot_id = slot_id, .source = "camera" },
	    &stay));
	return plate_read_belongs(c, seen->id, stay.id);
}

static enum problem
told_by_camera(struct ctx *c, const struct s0_detection *d, struct plate_read *seen)
{
	const struct told_read t = { .source = "s0",
		.plate = d->plate_number,
		.camera_id = d->camera_id,
		.slot_id = d->slot_id };

	if (*d->plate_number == 0)
		return complain(c, "plate_number", "This is needed, or an image.");
	return plate_read_told(c, &t, seen);
}

/* What was seen stays in the log, even where another car has the slot. */
static enum problem
detect_car(struct ctx *c, const void *in, struct reply *r)
{
	const struct s0_detection *d = in;
	struct s0_log *told = arena_alloc(c->arena, sizeof *told);
	struct photograph p = { .source = "s0",
		.camera_id = d->camera_id,
		.slot_id = d->slot_id,
		.bytes = d->image.bytes,
		.n = d->image.n };
	struct plate_read seen = { 0 };

	if (d->image.n)
		TRY(plate_read_photograph(c, &p, &seen));
	TRY(db_begin(c));
	enum problem e = d->image.n ? OK : told_by_camera(c, d, &seen);
	if (e == OK && !seen.waiting) {
		e = parked(c, &seen, d->slot_id);
		c->keep |= e == SLOT_TAKEN;
	}
	enum problem end = db_end(c, e == OK || c->keep);
	if (e != OK || end != OK)
		return e != OK ? e : end;
	*told = (struct s0_log){ seen.id, seen.camera_id, seen.slot_id, seen.plate, seen.seen_at };
	return reply_one(r, told);
}

/* clang-format off */
const struct route s0_camera_routes[] = {
	{ GET, "/api/camera_ocr/cameras", OPERATOR, cameras, GIVES_ARRAY(s0_camera), .dress = API_ONLY, .dialect = &s0,
	  .doc = "All cameras, newest first." },
	{ POST, "/api/camera_ocr/cameras", ADMIN, add_camera, TAKES(s0_camera_draft), GIVES(s0_camera), .makes = true, .dress = API_ONLY,
	  SPEAKS(s0, { DUPLICATE, 400 }), FAILS(DUPLICATE), .doc = "Make a camera known." },
	{ GET, "/api/camera_ocr/ocr_logs", OPERATOR, logs, GIVES_ARRAY(s0_log), .dress = API_ONLY, .dialect = &s0,
	  .doc = "What cameras and people's photographs told, newest first." },
	{ POST, "/api/camera_ocr/ocr_logs/detect_car", OPERATOR, detect_car, TAKES(s0_detection), GIVES(s0_log), .dress = API_ONLY,
	  .bare = true, .scope = "gate", SPEAKS(s0, { NOT_FOUND, 404, "Camera or Slot not found", .name = "error" },
	    { SLOT_TAKEN, 400, .name = "error" }, { LOT_FULL, 400, .name = "error" }),
	  FAILS(NOT_FOUND, SLOT_TAKEN, TOO_LARGE, UNSUPPORTED_TYPE, BUSY, UNAVAILABLE),
	  .doc = "A camera saw a car on a slot: by its plate, or by a photograph." },
	{ 0 },
};
/* clang-format on */
