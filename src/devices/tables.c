/* tables.c -- what this slice gives away as CSV. */
#include "devices/devices.h"
#include "devices/tables.h"
#include "devices_sql.h"

static const text healths[] = { "healthy", "warning", "offline", NULL };
static const text electricals[] = { "normal", "warning", "critical", NULL };
static const text device_orders[] = { "health", "-health", "code", "-code", "slot", "-slot", "lot",
	"-lot", "report", "-report", "electrical", "-electrical", "voltage", "-voltage", "current",
	"-current", "factor", "-factor", "added", "-added", NULL };
const struct field devices_asked_fields[] = {
	FIELD(devices_asked, health, .among = healths),
	FIELD(devices_asked, electrical, .among = electricals),
	FIELD(devices_asked, lot, .min = 0, .max = INT64_MAX, .doc = "Id of a lot"),
	FIELD(
	    devices_asked, q, .max = 100, .doc = "Some of its code, its name, its slot or its lot"),
	LISTING_FIELDS(devices_asked, device_orders),
	FIELD_END,
};

const struct field csv_devices_fields[] = {
	FIELD(csv_devices, id),
	FIELD(csv_devices, code),
	FIELD(csv_devices, name),
	FIELD(csv_devices, slot_id),
	FIELD(csv_devices, slot),
	FIELD(csv_devices, lot_id),
	FIELD(csv_devices, lot),
	FIELD(csv_devices, health),
	FIELD(csv_devices, electrical),
	FIELD(csv_devices, last_reported),
	FIELD(csv_devices, received_at),
	FIELD(csv_devices, read_at),
	FIELD(csv_devices, voltage),
	FIELD(csv_devices, current),
	FIELD(csv_devices, power_factor),
	FIELD(csv_devices, offline_since),
	FIELD(csv_devices, skewed_since),
	FIELD(csv_devices, created_at),
	FIELD_END,
};

static enum problem
open_devices(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct devices_asked *w = in;

	return csv_devices_rows(c, w->q, w->lot, w->health, w->electrical,
	    instant_plus(c->now, -HEALTHY_FOR), instant_plus(c->now, -WARNING_FOR), out);
}

const struct field csv_telemetry_fields[] = {
	FIELD(csv_telemetry, device_id),
	FIELD(csv_telemetry, device),
	FIELD(csv_telemetry, at),
	FIELD(csv_telemetry, voltage),
	FIELD(csv_telemetry, current),
	FIELD(csv_telemetry, power_factor),
	FIELD(csv_telemetry, received_at),
	FIELD_END,
};

static enum problem
open_telemetry(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_telemetry_rows(c, out);
}

const struct field csv_slot_presence_fields[] = {
	FIELD(csv_slot_presence, slot_id),
	FIELD(csv_slot_presence, slot),
	FIELD(csv_slot_presence, lot_id),
	FIELD(csv_slot_presence, occupied),
	FIELD(csv_slot_presence, said_at),
	FIELD_END,
};

static enum problem
open_slot_presence(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_slot_presence_rows(c, out);
}

const struct field csv_device_counts_fields[] = {
	FIELD(csv_device_counts, lot_id),
	FIELD(csv_device_counts, lot),
	FIELD(csv_device_counts, devices),
	FIELD(csv_device_counts, warning),
	FIELD(csv_device_counts, critical),
	FIELD_END,
};

static enum problem
open_device_counts(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_device_counts_rows(c, out);
}

const struct field csv_device_minutes_fields[] = {
	FIELD(csv_device_minutes, lot_id),
	FIELD(csv_device_minutes, lot),
	FIELD(csv_device_minutes, minute),
	FIELD(csv_device_minutes, devices),
	FIELD_END,
};

static enum problem
open_device_minutes(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_device_minutes_rows(c, out);
}

const struct table device_tables[] = {
	{ "devices", "Devices", "What is mounted on which slot, and its latest reading.",
	    open_devices, .page = "/devices", .in = devices_asked_fields,
	    .in_size = sizeof(struct devices_asked) },
	{ "telemetry", "Readings", "All that devices measured, oldest first.", open_telemetry },
	{ "slot-presence", "What sensors said of slots",
	    "The last word on each slot, and when it was said.", open_slot_presence },
	{ "device-counts", "Devices of each lot",
	    "How many there are, and how many measure what they should not.", open_device_counts },
	{ "device-minutes", "Devices by their last report",
	    "How many of each lot reported last in which minute.", open_device_minutes },
	{ NULL },
};
