/* single.c -- zones and slots one by one, as other programs make them. */
#include "gear/settings.h"
#include "lots/pages.h"
#include "lots_sql.h"

enum problem
lot_default_id(struct ctx *c, int64_t *id)
{
	struct by_id found = { 0 };

	TRY(lot_usual(c, settings.default_lot, &found));
	*id = found.id;
	return OK;
}

enum problem
lot_default_made(struct ctx *c, struct lot *out)
{
	struct lot_draft d;
	enum problem e = lot_default(c, out);

	if (e != NOT_FOUND)
		return e;
	lot_draft_new(c, &d);
	d.name = "Parking";
	return lot_create(c, &d, out);
}

enum problem
zones_list(struct ctx *c, int64_t lot_id, int64_t skip, int64_t most, struct rows *out)
{
	return zones_newest(c, lot_id, skip, most, out);
}

enum problem
zones_count(struct ctx *c, int64_t lot_id, int64_t *n)
{
	struct counted counted = { 0 };

	TRY(zones_in(c, lot_id, &counted));
	*n = counted.n;
	return OK;
}

enum problem
zone_load(struct ctx *c, int64_t id, struct lot_zone *out)
{
	return zone_by_id(c, id, out);
}

static enum problem
zone_meant(struct ctx *c, int64_t id, struct lot_zone *z)
{
	enum problem e = zone_by_id(c, id, z);

	return e == NOT_FOUND ? complain(c, "zone", "There is no zone %lld.", (long long)id) : e;
}

enum problem
slot_make(struct ctx *c, int64_t zone_id, text code, struct slot *out)
{
	struct lot_zone z = { 0 };
	struct by_id made = { 0 };

	TRY(zone_meant(c, zone_id, &z));
	TRY(slot_insert(c, z.lot_id, z.id, code, &made));
	TRY(lot_changed(c, "slots_created", z.lot_id, code));
	return slot_load(c, made.id, out);
}

enum problem
slot_place(struct ctx *c, int64_t id, int64_t zone_id, text code, struct slot *out)
{
	struct lot_zone z = { 0 };
	int64_t n;

	TRY(slot_load(c, id, out));
	TRY(zone_meant(c, zone_id, &z));
	if (z.lot_id != out->lot_id)
		return complain(c, "zone", "That zone is in another lot.");
	TRY(slot_put(c, id, zone_id, code, &n));
	TRY(lot_changed(c, "slot_changed", z.lot_id, code));
	return slot_load(c, id, out);
}

enum problem
slot_delete(struct ctx *c, int64_t id)
{
	struct counted bookings = { 0 };
	struct slot s;
	int64_t n;

	TRY(slot_load(c, id, &s));
	TRY(slots_bookings(c, s.lot_id, s.label, &bookings));
	if (bookings.n)
		return fail(
		    c, IN_USE, "There are bookings of it in the books, and those are kept.");
	TRY(slots_remove(c, s.lot_id, s.label, &n));
	return lot_changed(c, "slots_delete", s.lot_id, s.label);
}
