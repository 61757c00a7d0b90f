/* routes.c -- driving in and out, for gates, cameras and other programs, and for operators' forms. */
#include "stays/stays.h"
#include "web/web.h"

struct arriving {
	text plate;
	int64_t lot_id, slot_id, vehicle_id, reservation_id;
	bool without_slot;
};
static const struct field arriving_fields[] = {
	FIELD(arriving, plate, .max = 20, .doc = "As on the car; not with vehicle_id"),
	FIELD(arriving, lot_id, .min = 0, .max = INT64_MAX, .doc = "Nothing: the default lot"),
	FIELD(arriving, slot_id, .min = 0, .max = INT64_MAX,
	    .doc = "Nothing: the booking's, else one that is free"),
	FIELD(arriving, vehicle_id, .min = 0, .max = INT64_MAX),
	FIELD(arriving, reservation_id, .min = 0, .max = INT64_MAX,
	    .doc = "Whose ticket was shown; nothing: the booking that fits the plate"),
	FIELD(arriving, without_slot, .doc = "Let in although no slot is free"),
	FIELD_END,
};

static text
address_of(struct ctx *c, int64_t id)
{
	return arena_fmt(c->arena, "/stays/%lld", (long long)id);
}

static enum problem
enter(struct ctx *c, const void *in, struct reply *r)
{
	const struct arriving *w = in;
	struct stay *s = arena_alloc(c->arena, sizeof *s);
	const struct entry e = { .lot_id = w->lot_id,
		.plate = w->plate,
		.vehicle_id = w->vehicle_id,
		.slot_id = w->slot_id,
		.reservation_id = w->reservation_id,
		.source = c->person.api_key_id ? "api" : "gate",
		.without_slot = w->without_slot };

	TRY(stay_enter(c, &e, s));
	return reply_made(r, address_of(c, s->id), s);
}

struct which_stay {
	int64_t id;
};
static const struct field which_stay_fields[] = {
	FIELD(which_stay, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

static enum problem
leave(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_stay *w = in;
	struct stay *s = arena_alloc(c->arena, sizeof *s);

	TRY(stay_leave(c, w->id, s));
	r->location = address_of(c, s->id);
	r->flash = "It is let out.";
	return reply_one(r, s);
}

struct departing {
	text plate;
	int64_t lot_id;
};
static const struct field departing_fields[] = {
	FIELD(departing, plate, .required = true, .max = 20),
	FIELD(departing, lot_id, .min = 0, .max = INT64_MAX, .doc = "Nothing: the default lot"),
	FIELD_END,
};

static enum problem
leave_by_plate(struct ctx *c, const void *in, struct reply *r)
{
	const struct departing *w = in;
	struct stay *s = arena_alloc(c->arena, sizeof *s);

	TRY(stay_leave_plate(c, w->lot_id, w->plate, s));
	r->location = address_of(c, s->id);
	return reply_one(r, s);
}

static const text ways[] = { "lost_ticket", "unseen", "waived", NULL };
struct closing {
	int64_t id;
	text how, reason, left_at;
};
static const struct field closing_fields[] = {
	FIELD(closing, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(closing, how, .required = true, .among = ways),
	FIELD(closing, reason, .required = true, .max = 200),
	FIELD(closing, left_at, .max = 40,
	    .doc = "Of unseen: RFC 3339; without an offset on the lot's clock; nothing: now"),
	FIELD_END,
};

static enum problem
close_for_reason(struct ctx *c, const void *in, struct reply *r)
{
	const struct closing *w = in;
	struct stay *s = arena_alloc(c->arena, sizeof *s);
	struct stay_closing how = { .id = w->id, .how = w->how, .reason = w->reason };
	struct lot lot = { 0 };

	TRY(stay_load(c, w->id, s));
	TRY(lot_load(c, s->lot_id, &lot));
	if (*w->left_at)
		TRY(lot_time(c, &lot, "left_at", w->left_at, &how.left_at));
	TRY(stay_close(c, &how, s));
	r->location = address_of(c, s->id);
	r->flash = arena_fmt(
	    c->arena, "It is closed. %s is owed.", money_text(c->arena, s->owes, s->currency));
	return reply_one(r, s);
}

static enum problem
undo(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_stay *w = in;
	struct stay *s = arena_alloc(c->arena, sizeof *s);

	TRY(stay_undo(c, w->id, s));
	r->location = address_of(c, s->id);
	r->flash = s->open ? "It is inside again." : "It never drove in.";
	return reply_one(r, s);
}

/* clang-format off */
const struct route stay_routes[] = {
	{ POST, "/stays", OPERATOR, enter, TAKES(arriving), GIVES(stay), .makes = true, .again = "/gate", .scope = "gate", .once = true,
	  FAILS(NOT_FOUND, DUPLICATE, SLOT_TAKEN, LOT_FULL, WRONG_STATE, TOO_EARLY, TOO_LATE),
	  .doc = "A car drives in: it checks in its booking, else takes a free slot. `DUPLICATE` names the stay that is open." },
	{ POST, "/stays/:id/exit", OPERATOR, leave, TAKES(which_stay), GIVES(stay), .again = "/stays/:id", .scope = "gate",
	  FAILS(NOT_FOUND), .doc = "It drives out, and is priced. Again: the same answer." },
	{ POST, "/exits", OPERATOR, leave_by_plate, TAKES(departing), GIVES(stay), .again = "/gate", .scope = "gate",
	  FAILS(NOT_FOUND), .doc = "The same by its plate." },
	{ POST, "/stays/:id/closing", OPERATOR, close_for_reason, TAKES(closing), GIVES(stay), .again = "/stays/:id",
	  FAILS(NOT_FOUND, WRONG_STATE), .doc = "Closed by an operator, for a reason: ticket lost, left unseen, fee waived." },
	{ POST, "/stays/:id/undoing", OPERATOR, undo, TAKES(which_stay), GIVES(stay), .again = "/stays/:id",
	  FAILS(NOT_FOUND, WRONG_STATE, TOO_LATE, SLOT_TAKEN),
	  .doc = "Its entry or its exit was a mistake, a quarter of an hour ago at most." },
	{ 0 },
};
/* clang-format on */
