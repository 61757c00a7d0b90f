/* tables.c -- what this slice gives away as CSV. */
#include "lots/tables.h"
#include "lots_sql.h"

static const text lot_orders[] = { "name", "-name", "place", "-place", "clock", "-clock", "slots",
	"-slots", "free", "-free", "reserved", "-reserved", "occupied", "-occupied", "out", "-out",
	NULL };
const struct field lot_filter_fields[] = {
	FIELD(lot_filter, q, .max = 100, .doc = "Part of a name or a place"),
	LISTING_FIELDS(lot_filter, lot_orders),
	FIELD_END,
};

const struct field csv_lots_fields[] = {
	FIELD(csv_lots, id),
	FIELD(csv_lots, name),
	FIELD(csv_lots, region),
	FIELD(csv_lots, address),
	FIELD(csv_lots, city),
	FIELD(csv_lots, state),
	FIELD(csv_lots, country),
	FIELD(csv_lots, postal_code),
	FIELD(csv_lots, latitude),
	FIELD(csv_lots, longitude),
	FIELD(csv_lots, time_zone),
	FIELD(csv_lots, currency),
	FIELD(csv_lots, tariff_id),
	FIELD(csv_lots, tariff),
	FIELD(csv_lots, days_ahead),
	FIELD(csv_lots, min_minutes),
	FIELD(csv_lots, max_minutes),
	FIELD(csv_lots, default_minutes),
	FIELD(csv_lots, pay_at_exit),
	FIELD(csv_lots, cancel_minutes),
	FIELD(csv_lots, refund_percent),
	FIELD(csv_lots, no_show_minutes),
	FIELD(csv_lots, tax_basis_points),
	FIELD(csv_lots, hours),
	FIELD(csv_lots, status_override),
	FIELD(csv_lots, plate_region),
	FIELD(csv_lots, created_at),
	FIELD_END,
};

static enum problem
open_lots(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct lot_filter *f = in;

	return csv_lots_rows(c, text_fold(c->arena, f->q), out);
}

const struct field csv_zones_fields[] = {
	FIELD(csv_zones, id),
	FIELD(csv_zones, lot_id),
	FIELD(csv_zones, lot),
	FIELD(csv_zones, code),
	FIELD(csv_zones, name),
	FIELD(csv_zones, position),
	FIELD_END,
};

static enum problem
open_zones(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_zones_rows(c, out);
}

const struct field csv_slots_fields[] = {
	FIELD(csv_slots, id),
	FIELD(csv_slots, lot_id),
	FIELD(csv_slots, lot),
	FIELD(csv_slots, zone_id),
	FIELD(csv_slots, zone),
	FIELD(csv_slots, code),
	FIELD(csv_slots, label),
	FIELD(csv_slots, size),
	FIELD(csv_slots, vehicle_type),
	FIELD(csv_slots, accessible),
	FIELD(csv_slots, ev),
	FIELD(csv_slots, out_of_service),
	FIELD(csv_slots, reason),
	FIELD(csv_slots, created_at),
	FIELD_END,
};

static enum problem
open_slots(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_slots_rows(c, out);
}

const struct field csv_lot_counts_fields[] = {
	FIELD(csv_lot_counts, lot_id),
	FIELD(csv_lot_counts, lot),
	FIELD(csv_lot_counts, slots),
	FIELD(csv_lot_counts, free),
	FIELD(csv_lot_counts, reserved),
	FIELD(csv_lot_counts, occupied),
	FIELD(csv_lot_counts, unknown),
	FIELD(csv_lot_counts, out_of_service),
	FIELD_END,
};

static enum problem
open_lot_counts(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_lot_counts_rows(c, out);
}

const struct table lot_tables[] = {
	{ "lots", "Lots", "Where they are, and how they let people book.", open_lots,
	    .page = "/admin/lots", .in = lot_filter_fields, .in_size = sizeof(struct lot_filter) },
	{ "zones", "Zones", "The parts of lots.", open_zones },
	{ "slots", "Slots", "Each slot, its size and what it is for.", open_slots },
	{ "lot-counts", "Slots of each lot",
	    "How many are free, reserved, occupied and out of service now.", open_lot_counts },
	{ NULL },
};
