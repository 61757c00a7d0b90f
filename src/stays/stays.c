/* stays.c -- what a stay is, who may see it, and who stays too long. */
#include "stays/stays.h"
#include "gear/zones.h"
#include "stays/inner.h"
#include "stays_sql.h"

static const text statuses[] = { "open", "closed", "void", NULL };
static const text sources[] = { "gate", "api", "camera", "s0", "s3", NULL };

const struct field stay_fields[] = {
	FIELD(stay, id),
	FIELD(stay, status, .among = statuses),
	FIELD(stay, lot_id),
	FIELD(stay, lot_name),
	FIELD(stay, lot_city, .hidden = true),
	FIELD(stay, time_zone, .doc = "IANA name: where the lot's clock hangs"),
	FIELD(stay, slot_id, .nullable = true, .doc = "null: none was free"),
	FIELD(stay, slot_label, .nullable = true),
	FIELD(stay, plate, .doc = "Upper case, letters and digits only"),
	FIELD(stay, plate_typed),
	FIELD(stay, vehicle_id, .nullable = true),
	FIELD(stay, user_id, .nullable = true, .doc = "Whose vehicle or booking it is"),
	FIELD(stay, user_name, .nullable = true),
	FIELD(stay, reservation_id, .nullable = true),
	FIELD(stay, booked_from, .nullable = true),
	FIELD(stay, booked_until, .nullable = true),
	FIELD(stay, code, .hidden = true),
	FIELD(stay, source, .among = sources),
	FIELD(stay, entered_at),
	FIELD(stay, left_at, .nullable = true),
	FIELD(stay, lasts, .doc = "Seconds, so far or in all"),
	FIELD(stay, closed_how, .nullable = true,
	    .doc = "exit, lost_ticket, unseen, waived or no_entry"),
	FIELD(stay, reason, .nullable = true, .doc = "In an operator's words"),
	FIELD(stay, tariff_version_id),
	FIELD(stay, fee, .doc = "Minor units; 0 while it is open"),
	FIELD(stay, booked, .doc = "So much of it is the booking's price"),
	FIELD(stay, paid, .doc = "For it and its booking, less what went back"),
	FIELD(stay, paid_here, .hidden = true),
	FIELD(stay, owes, .doc = "What is still to be paid, once it has left"),
	FIELD(stay, currency, .doc = "ISO 4217"),
	FIELD(stay, entered_by_name, .hidden = true),
	FIELD(stay, left_by_name, .hidden = true),
	FIELD(stay, open, .hidden = true),
	FIELD(stay, closed, .hidden = true),
	FIELD(stay, undoable, .hidden = true),
	FIELD_END,
};

const struct field stay_id_fields[] = { FIELD(stay_id, id),
	FIELD(stay_id, slot_id, .nullable = true), FIELD_END };
const struct field stay_vehicle_fields[] = { FIELD(stay_vehicle, id),
	FIELD(stay_vehicle, user_id, .nullable = true), FIELD(stay_vehicle, plate),
	FIELD(stay_vehicle, plate_typed), FIELD_END };

const struct rule stay_rules[] = {
	{ "stays_open_plate", TRY_AGAIN, NULL, NULL },
	{ "stays_open_vehicle", TRY_AGAIN, NULL, NULL },
	{ "stays_open_slot", SLOT_TAKEN, NULL, "A car stands there." },
	{ "stays_of_reservation", WRONG_STATE, NULL, "Its car has come already." },
	{ "stays_lot", IN_USE, NULL, "There are stays in this lot, and they are kept." },
	{ "stays_slot", IN_USE, NULL,
	    "There are stays on this slot, and they are kept. Put it out of service instead." },
	{ NULL },
};

/* ---- words */

text
stay_place(const struct stay *s)
{
	return *s->slot_label ? s->slot_label : "no slot";
}

static const struct zone *
clock_of(text time_zone)
{
	const struct zone *z = zone_find(time_zone);

	return z ? z : zone_utc();
}

text
stay_clock(struct ctx *c, text time_zone, instant t)
{
	const struct zone *z = clock_of(time_zone);
	text day = time_day(c->arena, z, t), clock = time_clock(c->arena, z, t);

	return text_is(day, time_day(c->arena, z, c->now))
	    ? clock
	    : arena_fmt(c->arena, "%s on %s", clock, day);
}

/* ---- looking */

static bool
undoable(const struct stay *s, instant now)
{
	if (s->open)
		return instant_minus(now, s->entered_at) <= UNDO_WITHIN;
	return s->closed && !text_is(s->closed_how, "no_entry") && s->paid_here.minor == 0 &&
	    instant_minus(now, s->left_at) <= UNDO_WITHIN;
}

void
stay_complete(struct ctx *c, struct stay *s)
{
	s->open = text_is(s->status, "open");
	s->closed = text_is(s->status, "closed");
	s->undoable = undoable(s, c->now);
	s->lasts = instant_minus(s->open ? c->now : s->left_at, s->entered_at) / SECOND;
	s->code = s->reservation_id ? reservation_code(c->arena, s->reservation_id) : "";
	fields_complete(stay_fields, s);
}

enum problem
stay_look(struct ctx *c, int64_t id, struct stay *out)
{
	*out = (struct stay){ 0 };
	TRY(stay_one(c, id, out));
	stay_complete(c, out);
	return OK;
}

enum problem
stay_load(struct ctx *c, int64_t id, struct stay *out)
{
	bool staff = c->person.role >= OPERATOR || c->person.api_key_id;

	TRY(stay_look(c, id, out));
	if (!staff && (c->person.id == 0 || out->user_id != c->person.id))
		return NOT_FOUND;
	return OK;
}

enum problem
stay_open_of(struct ctx *c, text plate, struct stay *out)
{
	struct stay_id found = { 0 };

	TRY(stay_open_with_plate(c, plate, &found));
	return stay_look(c, found.id, out);
}

enum problem
stay_open_on(struct ctx *c, int64_t slot_id, struct stay *out)
{
	struct stay_id found = { 0 };

	TRY(stay_open_with_slot(c, slot_id, &found));
	return stay_look(c, found.id, out);
}

static text
or_none(text s)
{
	return s ? s : "";
}

enum problem
stays_list(struct ctx *c, const struct stay_filter *f, struct rows *out)
{
	text plate = text_plate(c->arena, or_none(f->plate)), sort = or_none(f->sort);
	bool debts = text_is(or_none(f->about), "debts");

	if (*sort && !text_is(sort, "-entered"))
		TRY(stays_sorted(c, or_none(f->status), plate, f->lot, or_none(f->source), debts,
		    f->from, f->until, sort, c->now, f->skip, f->most, out));
	else
		TRY(stays_newest(c, or_none(f->status), plate, f->lot, or_none(f->source), debts,
		    f->from, f->until, f->skip, f->most, out));
	FOR_ROWS (stay, s, *out)
		stay_complete(c, s);
	return OK;
}

enum problem
stays_count(struct ctx *c, const struct stay_filter *f, int64_t most, int64_t *n)
{
	struct number_of found = { 0 };

	TRY(stays_count_wanted(c, or_none(f->status), text_plate(c->arena, or_none(f->plate)),
	    f->lot, or_none(f->source), text_is(or_none(f->about), "debts"), f->from, f->until,
	    most, &found));
	*n = found.n;
	return OK;
}

enum problem
stays_in_debt(struct ctx *c, text plate, int64_t user_id, int64_t most, struct rows *out)
{
	TRY(stays_owing(c, plate, user_id, most, out));
	FOR_ROWS (stay, s, *out)
		stay_complete(c, s);
	return OK;
}

enum problem
stay_moved(struct ctx *c, const struct stay *s)
{
	return lot_availability_changed(c, s->lot_id, c->now, instant_plus(c->now, SOON));
}

/* ---- who stays too long */

enum problem
stays_watch(struct ctx *c, int64_t most)
{
	struct rows long_ones = { 0 };

	TRY(stays_too_long(c, instant_plus(c->now, -LONG_STAY), most, &long_ones));
	FOR_ROWS (stay, s, long_ones) {
		stay_complete(c, s);
		TRY(anomaly_raise(c, "long_stay",
		    &(struct anomaly_found){ .key = arena_fmt(c->arena, "%lld", (long long)s->id),
			.lot_id = s->lot_id,
			.stay_id = s->id,
			.plate = s->plate,
			.detail = arena_fmt(c->arena, "%s has been at %s, %s, since %s.",
			    s->plate_typed, s->lot_name, stay_place(s),
			    stay_clock(c, s->time_zone, s->entered_at)) },
		    NULL));
	}
	return OK;
}

#define WATCHED_AT_ONCE 200

static enum problem
watch(struct ctx *c, const void *none)
{
	(void)none;
	return stays_watch(c, WATCHED_AT_ONCE);
}

const struct job_kind stay_jobs[] = {
	{ .name = "stays_watch",
	    .run = watch,
	    .every = 600,
	    .doc = "Looks for cars that stay unusually long." },
	{ 0 },
};
