/* devices.c -- registering devices, how they fare, what sensors say of slots. */
#include "devices/devices.h"

#include "gear/audit.h"
#include "lots/lots.h"
#include "devices_sql.h"

static const text healths[] = { "healthy", "warning", "offline", NULL };
static const text electricals[] = { "normal", "warning", "critical", NULL };

const struct field device_fields[] = {
	FIELD(device, id),
	FIELD(device, code),
	FIELD(device, name, .nullable = true),
	FIELD(device, slot_id),
	FIELD(device, slot_code),
	FIELD(device, slot_label, .hidden = true),
	FIELD(device, lot_id),
	FIELD(device, lot_name, .hidden = true),
	FIELD(device, zone_code),
	FIELD(device, time_zone, .hidden = true),
	FIELD(device, health, .among = healths,
	    .doc =
		"From its last report: healthy up to 2 minutes, warning up to 10, offline after"),
	FIELD(device, last_reported, .nullable = true, .doc = "Null: never"),
	FIELD(device, received_at, .nullable = true, .doc = "When we last heard of it"),
	FIELD(device, electrical, .among = electricals, .nullable = true,
	    .doc = "Of its latest reading"),
	FIELD(device, read, .hidden = true),
	FIELD(device, read_at, .nullable = true),
	FIELD(device, voltage, .doc = "Volts, of its latest reading"),
	FIELD(device, current, .doc = "Amperes"),
	FIELD(device, power_factor),
	FIELD(device, amperes, .hidden = true),
	FIELD(device, factor, .hidden = true),
	FIELD(device, silent_seconds, .hidden = true),
	FIELD(device, created_at),
	FIELD_END,
};

const struct field device_draft_fields[] = {
	FIELD(device_draft, id, .min = 0, .max = INT64_MAX),
	FIELD(device_draft, code, .required = true, .max = 50, .doc = "Its own, in whatever case"),
	FIELD(device_draft, name, .max = 100, .doc = "What people call it"),
	FIELD(device_draft, slot, .required = true, .max = 20, .doc = "The code of its slot"),
	FIELD_END,
};

const struct field overview_fields[] = {
	FIELD(overview, slots),
	FIELD(overview, occupied),
	FIELD(overview, available),
	FIELD(overview, devices),
	FIELD(overview, healthy),
	FIELD(overview, warning),
	FIELD(overview, offline),
	FIELD(overview, electrical_warning),
	FIELD(overview, electrical_critical),
	FIELD_END,
};

const struct field sensed_slot_fields[] = {
	FIELD(sensed_slot, id),
	FIELD(sensed_slot, zone_id),
	FIELD(sensed_slot, lot_id),
	FIELD(sensed_slot, code),
	FIELD(sensed_slot, occupied),
	FIELD_END,
};

const struct field device_id_fields[] = { FIELD(device_id, id), FIELD(device_id, lot_id),
	FIELD_END };
const struct field how_many_fields[] = { FIELD(how_many, n), FIELD_END };

const struct rule device_rules[] = {
	{ "devices_code_once", DUPLICATE, "code", "Another device has this code." },
	{ "devices_slot_once", DUPLICATE, "slot", "There is a device on this slot already." },
	{ "devices_code_form", INVALID, "code", "One to 50 letters, digits and signs." },
	{ "devices_slot", IN_USE, NULL, "A device sits on one of these slots. Move it first." },
	{ NULL },
};

/* ---- how it fares */

enum health
device_health(instant last_reported, instant now)
{
	int64_t silent = instant_minus(now, last_reported);

	if (instant_none(last_reported) || silent > WARNING_FOR)
		return OFFLINE;
	return silent > HEALTHY_FOR ? WARNING : HEALTHY;
}

text
health_name(enum health h)
{
	return healths[h];
}

static void
fares(struct ctx *c, struct device *d)
{
	int64_t silent = instant_minus(c->now, d->last_reported);

	d->amperes = d->read ? arena_fmt(c->arena, "%.2f", d->current) : "";
	d->factor = d->read ? arena_fmt(c->arena, "%.2f", d->power_factor) : "";
	d->health = health_name(device_health(d->last_reported, c->now));
	d->silent_seconds = instant_none(d->last_reported) || silent < 0 ? 0 : silent / SECOND;
}

enum problem
device_load(struct ctx *c, int64_t id, struct device *out)
{
	TRY(device_by_id(c, id, out));
	fares(c, out);
	return OK;
}

enum problem
device_named(struct ctx *c, text code, struct device *out)
{
	TRY(device_by_code(c, code, out));
	fares(c, out);
	return OK;
}

enum problem
devices_list(struct ctx *c, const struct device_filter *f, struct rows *out)
{
	TRY(devices_found(c, f->q, f->lot, f->health, f->electrical,
	    instant_plus(c->now, -HEALTHY_FOR), instant_plus(c->now, -WARNING_FOR), f->sort,
	    f->skip, f->most, out));
	FOR_ROWS (device, d, *out)
		fares(c, d);
	return OK;
}

enum problem
devices_count(struct ctx *c, const struct device_filter *f, int64_t most, int64_t *n)
{
	struct how_many counted = { 0 };

	TRY(devices_found_count(c, f->q, f->lot, f->health, f->electrical,
	    instant_plus(c->now, -HEALTHY_FOR), instant_plus(c->now, -WARNING_FOR), most,
	    &counted));
	*n = counted.n;
	return OK;
}

enum problem
devices_overview(struct ctx *c, int64_t lot_id, struct overview *out)
{
	*out = (struct overview){ 0 };
	return overview_of(
	    c, lot_id, instant_plus(c->now, -HEALTHY_FOR), instant_plus(c->now, -WARNING_FOR), out);
}

/* ---- registering */

/* A slot that begins or ceases to have a device that should tell is counted anew. */
static enum problem
slot_counts_change(struct ctx *c, int64_t lot_id)
{
	return lot_availability_changed(c, lot_id, c->now, instant_plus(c->now, SECOND));
}

static enum problem
slot_meant(struct ctx *c, text code, struct device_id *slot)
{
	enum problem e = slot_for_device(c, code, slot);

	return e == NOT_FOUND ? complain(c, "slot", "There is no slot %s.", code) : e;
}

enum problem
device_add(struct ctx *c, const struct device_draft *d, struct device *made)
{
	struct device_id slot = { 0 }, new = { 0 };

	TRY(slot_meant(c, d->slot, &slot));
	TRY(device_insert(c, d->code, d->name, slot.id, c->now, &new));
	TRY(device_reports_insert(c, new.id, slot.lot_id));
	TRY(audit_add(c, "device_added", "device", new.id, d->code));
	TRY(slot_counts_change(c, slot.lot_id));
	return device_load(c, new.id, made);
}

enum problem
device_change(struct ctx *c, const struct device_draft *d, struct device *after)
{
	struct device_id slot = { 0 };
	struct device before = { 0 };
	int64_t n;

	TRY(device_load(c, d->id, &before));
	TRY(slot_meant(c, d->slot, &slot));
	TRY(device_update(c, d->id, d->code, d->name, slot.id, &n));
	TRY(device_reports_move(c, d->id, slot.lot_id));
	TRY(audit_add(c, "device_changed", "device", d->id, d->code));
	TRY(slot_counts_change(c, slot.lot_id));
	if (before.lot_id != slot.lot_id)
		TRY(slot_counts_change(c, before.lot_id));
	return device_load(c, d->id, after);
}

enum problem
device_remove(struct ctx *c, int64_t id)
{
	struct device_id held = { 0 };
	struct device gone = { 0 };
	int64_t n;

	TRY(device_load(c, id, &gone));
	TRY(device_hold(c, id, &held));
	TRY(device_readings_delete(c, id));
	TRY(device_delete(c, id, &n));
	TRY(audit_add(c, "device_removed", "device", id, gone.code));
	return slot_counts_change(c, gone.lot_id);
}

/* ---- slots, as sensors see them */

enum problem
sensed_slots(struct ctx *c, const struct slots_asked *q, struct rows *out)
{
	return slots_sensed(c, q->lot, q->zone_code, c->now, q->skip, q->most, out);
}

enum problem
sensed_slots_count(struct ctx *c, const struct slots_asked *q, int64_t *n)
{
	struct how_many counted = { 0 };

	TRY(slots_sensed_count(c, q->lot, q->zone_code, &counted));
	*n = counted.n;
	return OK;
}

enum problem
sensed_slot_load(struct ctx *c, int64_t id, struct sensed_slot *out)
{
	return slot_sensed_by_id(c, id, c->now, out);
}

enum problem
slot_say(struct ctx *c, int64_t slot_id, bool occupied)
{
	struct slot slot;

	TRY(slot_load(c, slot_id, &slot));
	TRY(presence_put(c, slot_id, occupied, c->now));
	return slot_counts_change(c, slot.lot_id);
}
