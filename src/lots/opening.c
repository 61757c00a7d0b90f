/* opening.c -- lots as other programs make and change them: by a name, so many slots, so much an hour. */
#include "base/money.h"
#include "gear/audit.h"
#include "lots/labels.h"
#include "lots/pages.h"
#include "tariffs/tariffs.h"
#include "lots_sql.h"

enum problem
lot_named(struct ctx *c, text name, struct lot *out)
{
	struct by_id found = { 0 };

	TRY(lot_id_named(c, name, &found));
	return lot_load(c, found.id, out);
}

/* ---- so many slots */

static int
digits_of(int64_t n)
{
	int digits = 1;

	for (; n >= 10; n /= 10)
		digits++;
	return digits;
}

static enum problem
add_slots(struct ctx *c, int64_t lot_id, int64_t zone_id, int64_t have, int64_t want)
{
	int64_t made;
	int width = digits_of(want);
	struct slots_draft d = { .id = lot_id,
		.zone_id = zone_id,
		.labels = arena_fmt(
		    c->arena, "%0*lld..%0*lld", width, (long long)have + 1, width, (long long)want),
		.prefix = "",
		.size = "",
		.vehicle_type = "" };

	return slots_create(c, &d, &made);
}

enum problem
lot_open(struct ctx *c, const struct lot_draft *draft, int64_t slots, struct lot *made)
{
	struct lot_zone zone = { 0 };

	TRY(lot_create(c, draft, made));
	struct zone_draft z = { made->id, arena_fmt(c->arena, "L%lld", (long long)made->id), "" };
	TRY(zone_create(c, &z, &zone));
	TRY(add_slots(c, made->id, zone.id, 0, slots));
	return lot_load(c, made->id, made);
}

/* The last of them go, and only if nobody ever booked one. */
static enum problem
take_slots(struct ctx *c, int64_t lot_id, struct rows all, int64_t want)
{
	struct buf b = BUF(c->arena);
	struct slots_change d = { .id = lot_id, .deed = "delete", .reason = "" };
	int64_t gone, booked;

	for (size_t i = (size_t)want; i < all.n; i++)
		buf_fmt(&b, "%s%s", b.n ? "," : "", ROW(slot, all, i)->label);
	d.chosen = buf_text(&b);
	return slots_apply(c, &d, &gone, &booked);
}

enum problem
lot_resize(struct ctx *c, int64_t lot_id, int64_t slots)
{
	struct by_id there;
	struct rows all = { 0 }, zones = { 0 };

	TRY(lot_lock(c, lot_id, &there));
	TRY(slots_of_lot(c, lot_id, &all));
	if ((int64_t)all.n > slots)
		return take_slots(c, lot_id, all, slots);
	if ((int64_t)all.n == slots)
		return OK;
	TRY(zones_of_lot(c, lot_id, &zones));
	if (zones.n == 0)
		return fail(c, WRONG_STATE, "It has no zone that slots could stand in.");
	return add_slots(c, lot_id, ROW(lot_zone, zones, 0)->id, (int64_t)all.n, slots);
}

/* ---- one slot */

static enum problem
first_zone(struct ctx *c, int64_t lot_id, int64_t *zone_id)
{
	struct rows zones = { 0 };
	struct lot_zone made = { 0 };
	struct zone_draft z = { lot_id, arena_fmt(c->arena, "L%lld", (long long)lot_id), "" };

	TRY(zones_of_lot(c, lot_id, &zones));
	if (zones.n == 0)
		TRY(zone_create(c, &z, &made));
	*zone_id = zones.n ? ROW(lot_zone, zones, 0)->id : made.id;
	return OK;
}

enum problem
slot_add(struct ctx *c, int64_t lot_id, text number, text size, struct slot *out)
{
	struct by_id there;
	int64_t zone_id;

	TRY(lot_lock(c, lot_id, &there));
	if (!label_ok(number))
		return complain(c, "labels", "At most 20 letters, digits, dots and dashes.");
	TRY(first_zone(c, lot_id, &zone_id));
	TRY(slot_make(c, zone_id, number, out));
	if (*size == 0 || text_is(size, out->size))
		return OK;
	struct slot_draft d = { out->id, out->code, out->label, size, out->vehicle_type, "",
		out->accessible, out->ev, false };
	return slot_change(c, &d, out);
}

/* ---- so much an hour */

static money
an_hour(const struct tariff *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct tariff_line *l = &t->lines[i];

		if ((l->kind == STEP || l->kind == PER_MINUTE) && l->days == 0)
			return (money){ l->price.minor * 60 / l->minutes };
	}
	return (money){ 0 };
}

/* A tariff of this lot alone gets its next version; one that others charge, too, is left to them. */
enum problem
lot_charge_per_hour(struct ctx *c, const struct lot *lot, money price)
{
	struct tariff t = { 0 };
	struct counted lots = { 0 };
	struct lot_draft d;

	if (lot->tariff_id) {
		TRY(tariff_current(c, lot->tariff_id, lot->currency, &t));
		TRY(lots_with_tariff(c, lot->tariff_id, &lots));
	}
	if (lots.n == 1 && t.n == 1 && t.lines[0].kind == STEP && an_hour(&t).minor == price.minor)
		return OK;
	if (lots.n != 1)
		t = (struct tariff){ .name = arena_fmt(c->arena, "%.60s, lot %lld, %s", lot->name,
					 (long long)lot->id, instant_text(c->arena, c->now)),
			.currency = lot->currency };
	tariff_per_hour(&t, price);
	t.begins = (instant){ 0 };
	TRY(tariff_publish(c, &t));
	lot_draft_of(c, lot, &d);
	d.tariff_id = t.id;
	return lot_change(c, &d);
}

enum problem
lots_hourly(struct ctx *c, struct rows lots, money *prices)
{
	int64_t *ids = arena_alloc(c->arena, (lots.n + 1) * sizeof *ids);
	struct rows tariffs = { 0 };

	for (size_t i = 0; i < lots.n; i++)
		ids[i] = ROW(lot, lots, i)->tariff_id;
	TRY(tariffs_current(c, (struct rows){ ids, lots.n }, &tariffs));
	for (size_t i = 0; i < lots.n; i++) {
		const struct tariff *t = tariff_among(tariffs, ids[i]);
		struct tariff built_in = { 0 };

		if (t == NULL)
			tariff_built_in(
			    c, BUILT_IN_PER_HOUR, ROW(lot, lots, i)->currency, &built_in);
		prices[i] = an_hour(t ? t : &built_in);
	}
	return OK;
}

/* ---- a person's word on how full it is */

enum problem
lot_say_status(struct ctx *c, int64_t lot_id, text status)
{
	int64_t n = 0;

	TRY(lot_status_set(c, lot_id, status, &n));
	if (n == 0)
		return NOT_FOUND;
	TRY(audit_add(c, "lot_status_said", "lot", lot_id, status));
	return tell(c, LOT_CHANGED, lot_id);
}
