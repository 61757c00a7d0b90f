/* cameras.c -- what looks at cars. */
#include "gear/audit.h"
#include "lots/lots.h"
#include "plates/plates.h"
#include "plates_sql.h"

const struct field camera_fields[] = {
	FIELD(camera, id),
	FIELD(camera, lot_id),
	FIELD(camera, lot_name),
	FIELD(camera, time_zone, .hidden = true),
	FIELD(camera, name),
	FIELD(camera, location),
	FIELD(camera, looks_at, .doc = "How many slots"),
	FIELD(camera, slots, .max = 10000, .doc = "Their ids, with commas"),
	FIELD(camera, labels, .doc = "Their labels, with commas"),
	FIELD(camera, lot, .hidden = true),
	FIELD_LIST(camera, lots, camera_lot, .hidden = true),
	FIELD(camera, created_at),
	FIELD(camera, last_read_at, .nullable = true),
	FIELD_END,
};

const struct field camera_lot_fields[] = { FIELD(camera_lot, id), FIELD(camera_lot, name),
	FIELD(camera_lot, chosen), FIELD_END };

const struct field camera_draft_fields[] = {
	FIELD(camera_draft, id, .min = 0, .max = INT64_MAX),
	FIELD(camera_draft, name, .required = true, .max = 50, .doc = "Once in its lot"),
	FIELD(camera_draft, location, .max = 100),
	FIELD(camera_draft, lot, .min = 0, .max = INT64_MAX,
	    .doc = "Id of its lot; 0: its slots', or the default lot"),
	FIELD(camera_draft, slots, .several = true, .max = 10000, .doc = "Ids of what it looks at"),
	FIELD(camera_draft, labels, .max = 10000,
	    .doc = "Or labels of slots of its lot: A-01..A-12, B-7"),
	FIELD_END,
};

const struct rule plate_rules[] = {
	{ "cameras_name_once", DUPLICATE, "name", "Another camera of this lot has that name." },
	{ "cameras_lot", IN_USE, NULL, "Cameras look at this lot." },
	/* It was taken away while its photograph was looked at. */
	{ "plate_reads_camera", NOT_FOUND, NULL, "There is no such camera." },
	{ "plate_reads_slot", NOT_FOUND, NULL, "There is no such slot." },
	{ "plate_reads_lot", IN_USE, NULL,
	    "Number plates were read at this lot, and are kept a while." },
	{ NULL },
};

enum problem
cameras_list(struct ctx *c, struct rows *out)
{
	return cameras_all(c, 0, out);
}

enum problem
camera_load(struct ctx *c, int64_t id, struct camera *out)
{
	struct rows found;

	if (id < 1)
		return NOT_FOUND;
	TRY(cameras_all(c, id, &found));
	if (found.n == 0)
		return NOT_FOUND;
	*out = *ROW(camera, found, 0);
	return OK;
}

enum problem
camera_lots(struct ctx *c, int64_t chosen, struct rows *out)
{
	return camera_lots_all(c, chosen, out);
}

/* "12,15" as numbers; false for something else. */
static bool
ids_of(struct arena *a, text list, struct rows *out)
{
	*out = (struct rows){ arena_alloc(a, (strlen(list) + 1) * sizeof(int64_t)), 0 };
	while (*list) {
		size_t n = strcspn(list, ", ");

		if (n && !text_int(arena_bytes(a, list, n), &((int64_t *)out->v)[out->n++]))
			return false;
		list += n + (list[n] != 0);
	}
	return true;
}

static enum problem
lot_of(struct ctx *c, const struct camera_draft *d, struct rows slots, int64_t *lot)
{
	struct plate_id first = { 0 };
	struct lot l = { 0 };
	enum problem e = slots.n ? slots_lot(c, slots, &first) : NOT_FOUND;

	if (e != OK && e != NOT_FOUND)
		return e;
	if (d->lot || first.id)
		e = lot_load(c, d->lot ? d->lot : first.id, &l);
	else
		e = lot_default(c, &l);
	*lot = l.id;
	return e == NOT_FOUND ? complain(c, "lot", "There is no such lot.") : e;
}

enum problem
camera_put(struct ctx *c, const struct camera_draft *d, struct camera *out)
{
	struct plate_id made = { .id = d->id };
	struct rows slots;
	int64_t lot, n;

	if (!ids_of(c->arena, d->slots, &slots))
		return complain(c, "slots", "This takes numbers of slots.");
	TRY(lot_of(c, d, slots, &lot));
	if (*text_trim(c->arena, d->labels))
		TRY(slots_of_labels(c, lot, d->labels, &slots));
	if (d->id)
		TRY(camera_change(c, d->id, lot, d->name, d->location, &n));
	else
		TRY(camera_add(c, lot, d->name, d->location, c->now, &made));
	if (d->id && n == 0)
		return NOT_FOUND;
	TRY(camera_slots_clear(c, made.id));
	TRY(camera_slots_add(c, made.id, lot, slots, &n));
	if (n != (int64_t)slots.n)
		return complain(c, "slots",
		    "One of these slots is not there, is named twice, or is of another lot.");
	TRY(audit_add(c, d->id ? "camera_changed" : "camera_made", "camera", made.id, d->name));
	return camera_load(c, made.id, out);
}

enum problem
camera_remove(struct ctx *c, int64_t id)
{
	struct camera was = { 0 };
	int64_t n;

	TRY(camera_load(c, id, &was));
	TRY(camera_delete(c, id, &n));
	return audit_add(c, "camera_removed", "camera", id, was.name);
}
