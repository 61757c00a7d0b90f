/* slots.c -- making and changing slots, one or many: the admin's rules. */
#include "gear/audit.h"
#include "lots/labels.h"
#include "lots/pages.h"
#include "lots_sql.h"

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

static bool
among_ids(struct rows ids, int64_t id)
{
	for (size_t i = 0; i < ids.n; i++)
		if (((const int64_t *)ids.v)[i] == id)
			return true;
	return false;
}

enum problem
slots_of_labels(struct ctx *c, int64_t lot_id, text typed, struct rows *ids)
{
	struct buf missing = BUF(c->arena);
	struct rows found = { 0 };
	text list = "";

	TRY(spell_out(c, "labels", typed, "", &list));
	TRY(slots_by_labels(c, lot_id, list, &found));
	*ids = (struct rows){ arena_alloc(c->arena, found.n * sizeof(int64_t)), 0 };
	FOR_ROWS (slot, s, found) {
		if (s->id == 0)
			buf_fmt(&missing, "%s%s", missing.n ? ", " : "", s->label);
		else if (!among_ids(*ids, s->id))
			((int64_t *)ids->v)[ids->n++] = s->id;
	}
	return missing.n ? complain(c, "labels", "This lot has no slot %s.", buf_text(&missing))
			 : OK;
}

/* Goes in front of a label to make the code. */
static text
slot_prefix(struct ctx *c, const struct slots_draft *d)
{
	return *d->prefix ? d->prefix : arena_fmt(c->arena, "L%lld-", (long long)d->id);
}

enum problem
slots_create(struct ctx *c, const struct slots_draft *d, int64_t *n)
{
	struct lot_zone z = { 0 };
	struct by_id there;
	text list = "", prefix = slot_prefix(c, d);

	TRY(lot_lock(c, d->id, &there));
	if (zone_by_id(c, d->zone_id, &z) != OK || z.lot_id != d->id)
		return complain(c, "zone_id", "This lot has no such zone.");
	TRY(spell_out(c, "labels", d->labels, prefix, &list));
	TRY(slots_insert(c, d->id, d->zone_id, list, prefix, *d->size ? d->size : "regular",
	    *d->vehicle_type ? d->vehicle_type : "car", d->accessible, d->ev, n));
	return lot_changed(c, "slots_created", d->id, d->labels);
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
	return lot_changed(c, arena_fmt(c->arena, "slots_%s", d->deed), d->id, d->chosen);
}

enum problem
slot_change(struct ctx *c, const struct slot_draft *d, struct slot *after)
{
	TRY(slot_update(c, d->id, d->code, d->label, d->size, d->vehicle_type, d->accessible, d->ev,
	    d->out_of_service, d->out_of_service ? d->reason : "", after));
	return lot_changed(c, "slot_changed", after->lot_id, d->label);
}

/* ---- before it is done */

#define THERE_SHOWN 5

static text
some_labels(struct arena *a, struct rows slots)
{
	struct buf b = BUF(a);

	for (size_t i = 0; i < slots.n && i < THERE_SHOWN; i++)
		buf_fmt(&b, "%s%s", i ? ", " : "", ROW(slot, slots, i)->label);
	if (slots.n > THERE_SHOWN)
		buf_fmt(&b, " and %zu more", slots.n - THERE_SHOWN);
	return buf_text(&b);
}

enum problem
slots_foreseen(struct ctx *c, const struct slots_draft *d, const struct foreseen **out)
{
	struct foreseen *f = arena_alloc(c->arena, sizeof *f);
	struct rows labels, there = { 0 };
	text list = "", prefix = slot_prefix(c, d), why;

	*out = NULL;
	if (*d->labels == 0 || spell_out(c, "labels", d->labels, prefix, &list) != OK ||
	    !labels_parse(c->arena, d->labels, &labels, &why) || labels.n == 0)
		return OK;
	TRY(slots_labelled(c, d->id, list, &there));
	f->n = (int64_t)labels.n;
	f->n_there = (int64_t)there.n;
	f->first = ROW(label, labels, 0)->label;
	f->last = ROW(label, labels, labels.n - 1)->label;
	f->first_code = arena_fmt(c->arena, "%s%s", prefix, f->first);
	f->last_code = arena_fmt(c->arena, "%s%s", prefix, f->last);
	f->there = some_labels(c->arena, there);
	*out = f;
	return OK;
}
