/* desk.c -- making and changing lots, zones and slots: the admin's rules. */
#include "gear/audit.h"
#include "gear/settings.h"
#include "lots/pages.h"
#include "lots/place.h"
#include "tariffs/tariffs.h"
#include "lots_sql.h"

#define DAYS_AHEAD 90
#define MIN_MINUTES 15
#define MAX_MINUTES (14 * 24 * 60)
#define DEFAULT_MINUTES 60

/* ---- a lot */

/* What is left empty is what a new lot is: open round the clock, bookable 90 days ahead, UTC,
 * CURRENCY. */
static void
fill_in(struct lot_draft *d)
{
	if (*d->time_zone == 0)
		d->time_zone = "UTC";
	if (*d->currency == 0)
		d->currency = settings.currency;
	if (d->days_ahead == 0)
		d->days_ahead = DAYS_AHEAD;
	if (d->min_minutes == 0)
		d->min_minutes = MIN_MINUTES;
	if (d->default_minutes == 0)
		d->default_minutes = DEFAULT_MINUTES;
	if (d->max_minutes == 0)
		d->max_minutes = MAX_MINUTES;
}

/* A lot takes one currency, and its tariff speaks it. */
static enum problem
tariff_fits(struct ctx *c, const struct lot_draft *d)
{
	text currency;

	if (d->tariff_id == 0)
		return tariff_keep_built_in(c, d->currency);
	enum problem e = tariff_to_charge(c, d->tariff_id, &currency);
	if (e == NOT_FOUND)
		return complain(c, "tariff_id", "There is no such tariff.");
	if (e == WRONG_STATE)
		return complain(c, "tariff_id", "This tariff is retired. Choose another one.");
	TRY(e);
	if (!text_is(currency, d->currency))
		return complain(c, "tariff_id", "This tariff is in %s, and the lot takes %s.",
		    currency, d->currency);
	return OK;
}

static enum problem
checked(struct ctx *c, struct lot_draft *d)
{
	fill_in(d);
	if (text_empty(d->latitude) != text_empty(d->longitude))
		return complain(c, text_empty(d->latitude) ? "latitude" : "longitude",
		    "A place on the map takes both.");
	if (d->min_minutes > d->default_minutes)
		return complain(c, "default_minutes", "Less than the shortest booking.");
	if (d->default_minutes > d->max_minutes)
		return complain(c, "max_minutes", "Less than the usual booking.");
	TRY(week_spelled(c, &d->week, d->hours, &d->hours));
	return tariff_fits(c, d);
}

static text
folded(struct ctx *c, const struct lot_draft *d)
{
	return text_fold(c->arena,
	    arena_fmt(c->arena, "%s %s %s %s %s %s %s", d->name, d->city, d->address, d->region,
		d->postal_code, d->state, d->country));
}

enum problem
lot_changed(struct ctx *c, text deed, int64_t lot_id, text detail)
{
	struct rows touched = { 0 };

	TRY(lots_recount(c, (struct rows){ &lot_id, 1 }, c->now, &touched));
	TRY(audit_add(c, deed, "lot", lot_id, detail));
	return tell(c, LOT_CHANGED, lot_id);
}

enum problem
lot_create(struct ctx *c, const struct lot_draft *draft, struct lot *made)
{
	struct lot_draft d = *draft;
	struct by_id new = { 0 };

	TRY(checked(c, &d));
	TRY(lot_insert(c, d.name, d.region, d.address, d.city, d.state, d.country, d.postal_code,
	    d.latitude, d.longitude, d.time_zone, d.currency, d.tariff_id, d.days_ahead,
	    d.min_minutes, d.max_minutes, d.default_minutes, d.pay_at_exit, d.cancel_minutes,
	    d.refund_percent, d.no_show_minutes, d.hours, d.status_override, folded(c, &d),
	    d.plate_region, &new));
	TRY(lot_changed(c, "lot_created", new.id, d.name));
	return lot_load(c, new.id, made);
}

enum problem
lot_change(struct ctx *c, const struct lot_draft *draft)
{
	struct lot_draft d = *draft;
	struct by_id there;
	int64_t n = 0;

	TRY(lot_lock(c, d.id, &there));
	TRY(checked(c, &d));
	TRY(lot_update(c, d.id, d.version, d.name, d.region, d.address, d.city, d.state, d.country,
	    d.postal_code, d.latitude, d.longitude, d.time_zone, d.currency, d.tariff_id,
	    d.days_ahead, d.min_minutes, d.max_minutes, d.default_minutes, d.pay_at_exit,
	    d.cancel_minutes, d.refund_percent, d.no_show_minutes, d.hours, d.status_override,
	    folded(c, &d), d.plate_region, &n));
	if (n == 0)
		return fail(c, CHANGED_MEANWHILE,
		    "Somebody else has changed this lot since you opened it. Look again, then "
		    "change it.");
	return lot_changed(c, "lot_changed", d.id, d.name);
}

enum problem
lot_delete(struct ctx *c, int64_t id)
{
	struct by_id there;
	struct counted bookings = { 0 };
	int64_t n;

	TRY(lot_lock(c, id, &there));
	TRY(lot_bookings(c, id, &bookings));
	if (bookings.n)
		return fail(c, IN_USE, "It has %lld booking%s in its books; those are kept.",
		    (long long)bookings.n, bookings.n == 1 ? "" : "s");
	TRY(lot_slots_remove(c, id));
	TRY(lot_zones_remove(c, id));
	TRY(lot_remove(c, id, &n));
	TRY(audit_add(c, "lot_deleted", "lot", id, ""));
	return tell(c, LOT_CHANGED, id);
}

/* ---- a zone */

enum problem
zone_create(struct ctx *c, const struct zone_draft *d, struct lot_zone *made)
{
	struct by_id there;

	TRY(lot_lock(c, d->id, &there));
	TRY(zone_insert(c, d->id, d->zone_code, d->zone_name, made));
	return lot_changed(c, "zone_created", d->id, d->zone_code);
}

enum problem
zone_change(struct ctx *c, const struct zone_draft *d, struct lot_zone *after)
{
	TRY(zone_update(c, d->id, d->zone_code, d->zone_name, after));
	return lot_changed(c, "zone_changed", after->lot_id, d->zone_code);
}

enum problem
zone_delete(struct ctx *c, int64_t id, int64_t *lot_id)
{
	struct lot_zone gone = { 0 };

	TRY(zone_remove(c, id, &gone));
	*lot_id = gone.lot_id;
	return lot_changed(c, "zone_deleted", gone.lot_id, gone.code);
}

/* ---- what the desk shows */

static text
degrees(struct ctx *c, const struct lot *l, double v)
{
	return l->placed ? arena_fmt(c->arena, "%.6g", v) : "";
}

void
lot_draft_of(struct ctx *c, const struct lot *l, struct lot_draft *d)
{
	*d = (struct lot_draft){ .id = l->id,
		.version = l->version,
		.name = l->name,
		.region = l->region,
		.address = l->address,
		.city = l->city,
		.state = l->state,
		.country = l->country,
		.postal_code = l->postal_code,
		.latitude = degrees(c, l, l->latitude),
		.longitude = degrees(c, l, l->longitude),
		.time_zone = l->time_zone,
		.currency = l->currency,
		.tariff_id = l->tariff_id,
		.days_ahead = l->days_ahead,
		.min_minutes = l->min_minutes,
		.max_minutes = l->max_minutes,
		.default_minutes = l->default_minutes,
		.pay_at_exit = l->pay_at_exit,
		.cancel_minutes = l->cancel_minutes,
		.refund_percent = l->refund_percent,
		.no_show_minutes = l->no_show_minutes,
		.hours = l->hours,
		.status_override = l->status_override,
		.plate_region = l->plate_region,
		.week = { .by = "text" } };
}

void
lot_draft_new(struct ctx *c, struct lot_draft *d)
{
	(void)c;
	*d = (struct lot_draft){ .pay_at_exit = true,
		.cancel_minutes = 60,
		.refund_percent = 50,
		.no_show_minutes = 30 };
	fields_complete(lot_draft_fields, d);
	fill_in(d);
}

static enum problem
load_zones(struct ctx *c, int64_t lot_id, struct lot_desk *desk)
{
	struct rows zones = { 0 }, slots = { 0 };

	TRY(zones_of_lot(c, lot_id, &zones));
	TRY(slots_of_lot(c, lot_id, &slots));
	struct zone_desk *v = arena_alloc(c->arena, zones.n * sizeof *v);
	for (size_t i = 0; i < zones.n; i++) {
		const struct lot_zone *z = ROW(lot_zone, zones, i);
		struct slot *mine = arena_alloc(c->arena, slots.n * sizeof *mine);

		v[i] = (struct zone_desk){
			.id = z->id, .code = z->code, .name = z->name, .slots = { mine, 0 }
		};
		FOR_ROWS (slot, s, slots)
			if (s->zone_id == z->id)
				mine[v[i].slots.n++] = *s;
		v[i].n = (int64_t)v[i].slots.n;
	}
	desk->zones = (struct rows){ v, zones.n };
	desk->n_slots = (int64_t)slots.n;
	return OK;
}

enum problem
lot_desk_load(struct ctx *c, int64_t id, struct lot_desk *desk)
{
	struct lot l = { 0 };

	*desk = (struct lot_desk){ .is_new = id == 0 };
	if (id == 0) {
		lot_draft_new(c, &desk->draft);
		week_of(c->arena, "", &desk->draft.week);
		return OK;
	}
	TRY(lot_load(c, id, &l));
	lot_draft_of(c, &l, &desk->draft);
	week_of(c->arena, l.hours, &desk->draft.week);
	desk->placed = l.placed;
	desk->pin_x = (int64_t)(l.longitude + 180);
	desk->pin_y = (int64_t)(90 - l.latitude);
	desk->prefix = arena_fmt(c->arena, "L%lld-", (long long)id);
	return load_zones(c, id, desk);
}
