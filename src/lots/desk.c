/* desk.c -- making and changing lots, zones and slots: the admin's rules. */
#include "gear/audit.h"
#include "gear/settings.h"
#include "lots/hours.h"
#include "lots/labels.h"
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
	struct tariff t = { 0 };

	if (d->tariff_id == 0)
		return OK;
	if (tariff_current(c, d->tariff_id, d->currency, &t) != OK)
		return complain(c, "tariff_id", "There is no such tariff.");
	if (!text_is(t.currency, d->currency))
		return complain(c, "tariff_id", "This tariff is in %s, and the lot takes %s.",
		    t.currency, d->currency);
	return OK;
}

static enum problem
checked(struct ctx *c, struct lot_draft *d)
{
	struct hours h;
	text why;

	fill_in(d);
	if (text_empty(d->latitude) != text_empty(d->longitude))
		return complain(c, text_empty(d->latitude) ? "latitude" : "longitude",
		    "A place on the map takes both.");
	if (d->min_minutes > d->default_minutes)
		return complain(c, "default_minutes", "Less than the shortest booking.");
	if (d->default_minutes > d->max_minutes)
		return complain(c, "max_minutes", "Less than the usual booking.");
	if (!hours_parse(d->hours, &h, &why))
		return complain(c, "hours", "%s", why);
	d->hours = hours_canonical(c->arena, &h);
	return tariff_fits(c, d);
}

static text
folded(struct ctx *c, const struct lot_draft *d)
{
	return text_fold(c->arena,
	    arena_fmt(c->arena, "%s %s %s %s %s %s %s", d->name, d->city, d->address, d->region,
		d->postal_code, d->state, d->country));
}

static enum problem
changed(struct ctx *c, text deed, int64_t lot_id, text detail)
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
	    d.refund_percent, d.no_show_minutes, d.hours, d.status_override, folded(c, &d), &new));
	TRY(changed(c, "lot_created", new.id, d.name));
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
	    folded(c, &d), &n));
	if (n == 0)
		return fail(c, CHANGED_MEANWHILE,
		    "Somebody else has changed this lot since you opened it. Look again, then "
		    "change it.");
	return changed(c, "lot_changed", d.id, d.name);
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
	return changed(c, "zone_created", d->id, d->zone_code);
}

enum problem
zone_change(struct ctx *c, const struct zone_draft *d, struct lot_zone *after)
{
	TRY(zone_update(c, d->id, d->zone_code, d->zone_name, after));
	return changed(c, "zone_changed", after->lot_id, d->zone_code);
}

enum problem
zone_delete(struct ctx *c, int64_t id, int64_t *lot_id)
{
	struct lot_zone gone = { 0 };

	TRY(zone_remove(c, id, &gone));
	*lot_id = gone.lot_id;
	return changed(c, "zone_deleted", gone.lot_id, gone.code);
}

/* ---- slots */

static enum problem
spell_out(struct ctx *c, text field, text typed, text prefix, text *list)
{
	struct rows labels;
	struct buf b = BUF(c->arena);
	text why;

	if (!labels_parse(c->arena, typed, &labels, &why))
		return complain(c, field, "%s", why);
	FOR_ROWS (label, l, labels) {
		if (strlen(prefix) + strlen(l->label) > 20)
			return complain(
			    c, "prefix", "%s%s would be longer than 20.", prefix, l->label);
		if (b.n)
			buf_char(&b, ',');
		buf_add(&b, l->label);
	}
	*list = buf_text(&b);
	return OK;
}

enum problem
slots_create(struct ctx *c, const struct slots_draft *d, int64_t *n)
{
	struct lot_zone z = { 0 };
	struct by_id there;
	text list = "", prefix = d->prefix;

	TRY(lot_lock(c, d->id, &there));
	if (zone_by_id(c, d->zone_id, &z) != OK || z.lot_id != d->id)
		return complain(c, "zone_id", "This lot has no such zone.");
	if (*prefix == 0)
		prefix = arena_fmt(c->arena, "L%lld-", (long long)d->id);
	TRY(spell_out(c, "labels", d->labels, prefix, &list));
	TRY(slots_insert(c, d->id, d->zone_id, list, prefix, *d->size ? d->size : "regular",
	    *d->vehicle_type ? d->vehicle_type : "car", d->accessible, d->ev, n));
	return changed(c, "slots_created", d->id, d->labels);
}

/* Labels that the lot does not have are told, and nothing is done. */
static enum problem
all_there(struct ctx *c, int64_t lot_id, text list)
{
	struct rows there = { 0 };
	text s = list;

	TRY(slots_labelled(c, lot_id, list, &there));
	while (*s) {
		size_t n = strcspn(s, ",");
		text label = arena_bytes(c->arena, s, n);
		bool found = false;

		FOR_ROWS (slot, slot, there)
			found |= text_is(slot->label, label);
		if (!found)
			return complain(c, "chosen", "This lot has no slot %s.", label);
		s += n + (s[n] != 0);
	}
	return OK;
}

static enum problem
remove_slots(struct ctx *c, int64_t lot_id, text list, int64_t *n)
{
	struct counted bookings = { 0 };

	TRY(slots_bookings(c, lot_id, list, &bookings));
	if (bookings.n)
		return fail(c, IN_USE,
		    "There are bookings of these slots in the books. Put them out of service "
		    "instead.");
	return slots_remove(c, lot_id, list, n);
}

/* Whoever booked a slot that is put out of service has to be told: the admin learns how many. */
static enum problem
put_out_of_service(
    struct ctx *c, const struct slots_change *d, text list, int64_t *n, int64_t *booked)
{
	struct counted bookings = { 0 };

	TRY(slots_service(c, d->id, list, true, d->reason, n));
	TRY(slots_bookings_to_come(c, d->id, list, c->now, &bookings));
	*booked = bookings.n;
	return OK;
}

enum problem
slots_apply(struct ctx *c, const struct slots_change *d, int64_t *n, int64_t *booked)
{
	struct by_id there;
	text list = "";

	*booked = 0;

	TRY(lot_lock(c, d->id, &there));
	TRY(spell_out(c, "chosen", d->chosen, "", &list));
	TRY(all_there(c, d->id, list));
	if (text_is(d->deed, "delete"))
		TRY(remove_slots(c, d->id, list, n));
	else if (text_is(d->deed, "out_of_service"))
		TRY(put_out_of_service(c, d, list, n, booked));
	else
		TRY(slots_service(c, d->id, list, false, "", n));
	return changed(c, arena_fmt(c->arena, "slots_%s", d->deed), d->id, d->chosen);
}

enum problem
slot_change(struct ctx *c, const struct slot_draft *d, struct slot *after)
{
	TRY(slot_update(c, d->id, d->code, d->label, d->size, d->vehicle_type, d->accessible, d->ev,
	    d->out_of_service, d->out_of_service ? d->reason : "", after));
	return changed(c, "slot_changed", after->lot_id, d->label);
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
		.status_override = l->status_override };
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
		return OK;
	}
	TRY(lot_load(c, id, &l));
	lot_draft_of(c, &l, &desk->draft);
	desk->placed = l.placed;
	desk->pin_x = (int64_t)(l.longitude + 180);
	desk->pin_y = (int64_t)(90 - l.latitude);
	desk->prefix = arena_fmt(c->arena, "L%lld-", (long long)id);
	return load_zones(c, id, desk);
}
