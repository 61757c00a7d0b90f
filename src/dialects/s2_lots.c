/* s2_lots.c -- S2's lots and reservations. */
#include "dialects/s2.h"
#include "dialects_sql.h"
#include "accounts/accounts.h"
#include "gear/settings.h"
#include "lots/pages.h"
#include "reservations/reservations.h"

static const text statuses[] = { "available", "reserved", "occupied", NULL };

const struct field s2_lot_fields[] = { FIELD(s2_lot, lot_id),
	FIELD(s2_lot, status, .among = statuses), FIELD(s2_lot, location), FIELD(s2_lot, capacity),
	FIELD_END };
const struct field s2_lot_one_fields[] = { FIELD(s2_lot_one, lot_id),
	FIELD(s2_lot_one, status, .among = statuses), FIELD(s2_lot_one, location),
	FIELD(s2_lot_one, capacity), FIELD(s2_lot_one, current_occupancy), FIELD_END };

/* ---- looking */

struct lots {
	struct rows lots;
};
static const struct field lots_fields[] = { FIELD_LIST(lots, lots, s2_lot), FIELD_END };

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	struct lots *all = arena_alloc(c->arena, sizeof *all);

	(void)in;
	TRY(s2_lots(c, S2_MOST, &all->lots));
	return reply_one(r, all);
}

struct which_lot {
	int64_t lot_id;
};
static const struct field which_lot_fields[] = {
	FIELD(which_lot, lot_id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	struct s2_lot_one *lot = arena_alloc(c->arena, sizeof *lot);

	TRY(s2_lot_of(c, ((const struct which_lot *)in)->lot_id, lot));
	return reply_one(r, lot);
}

/* ---- changing */

struct status_said {
	int64_t lot_id;
	text status;
};
static const struct field status_said_fields[] = { FIELD(status_said, lot_id, .required = true,
						       .min = 1, .max = INT64_MAX),
	FIELD(status_said, status, .required = true, .among = statuses), FIELD_END };

static enum problem
update(struct ctx *c, const void *in, struct reply *r)
{
	const struct status_said *s = in;

	TRY(lot_say_status(c, s->lot_id, s->status));
	return s2_say(c, r, "Parking lot status updated");
}

struct new_lot {
	text location;
	int64_t nr_of_lots;
};
static const struct field new_lot_fields[] = { FIELD(
						   new_lot, location, .required = true, .max = 100),
	FIELD(new_lot, nr_of_lots, .required = true, .min = 1, .max = 1000), FIELD_END };
struct lot_made {
	text msg, lot_id;
};
static const struct field lot_made_fields[] = { FIELD(lot_made, msg), FIELD(lot_made, lot_id),
	FIELD_END };

static enum problem
add(struct ctx *c, const void *in, struct reply *r)
{
	const struct new_lot *n = in;
	struct lot_made *a = arena_alloc(c->arena, sizeof *a);
	struct lot_draft d = { 0 };
	struct lot made = { 0 };

	lot_draft_new(c, &d);
	fields_complete(lot_draft_fields, &d);
	d.name = n->location;
	TRY(lot_open(c, &d, n->nr_of_lots, &made));
	*a = (struct lot_made){ "Parking lot added successfully",
		arena_fmt(c->arena, "%lld", (long long)made.id) };
	return reply_made(r, arena_fmt(c->arena, "/api/parking/lots/%s", a->lot_id), a);
}

/* ---- booking */

struct wish {
	text user_id, reservation_time;
	int64_t lot_id;
};
static const struct field wish_fields[] = { FIELD(wish, user_id, .max = 20,
						.doc = "Left out: whose token it is"),
	FIELD(wish, lot_id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(wish, reservation_time, .required = true, .max = 40,
	    .doc = "RFC 3339; without an offset on the lot's clock"),
	FIELD_END };
struct booked {
	text msg, reservation_id;
};
static const struct field booked_fields[] = { FIELD(booked, msg), FIELD(booked, reservation_id),
	FIELD_END };

/* Staff book for anybody, others for themselves: of whom else, they are not told. */
static enum problem
for_whom(struct ctx *c, text typed, int64_t *user_id)
{
	struct user u = { 0 };

	*user_id = c->person.id;
	if (*typed == 0)
		return OK;
	if (!text_int(typed, user_id))
		return NOT_FOUND;
	if (*user_id == c->person.id)
		return OK;
	return c->person.role >= OPERATOR ? user_get(c, *user_id, &u) : NOT_FOUND;
}

/* Confirmed at once, to be paid at the exit; with which car, S2 does not ask. */
static enum problem
reserve(struct ctx *c, const void *in, struct reply *r)
{
	const struct wish *w = in;
	struct lot *lot = arena_alloc(c->arena, sizeof *lot);
	struct reservation *made = arena_alloc(c->arena, sizeof *made);
	struct booking b = { .lot_id = w->lot_id, .lot = lot };
	const struct confirmation at_exit = { 0, "", "exit" };
	struct booked *a = arena_alloc(c->arena, sizeof *a);

	TRY(for_whom(c, w->user_id, &b.user_id));
	if (lot_load(c, w->lot_id, lot) != OK)
		return complain(c, "lot_id", "There is no such lot.");
	TRY(lot_time(c, lot, "reservation_time", w->reservation_time, &b.starts));
	b.ends = instant_plus(b.starts, lot->default_minutes * MINUTE);
	TRY(reservation_hold(c, &b, made));
	TRY(reservation_confirm(c, made->id, &at_exit, made));
	*a = (struct booked){ "Reservation successful",
		arena_fmt(c->arena, "%lld", (long long)made->id) };
	return reply_made(r, arena_fmt(c->arena, "/reservations/%s", a->reservation_id), a);
}

struct which_reservation {
	int64_t reservation_id;
};
static const struct field which_reservation_fields[] = {
	FIELD(which_reservation, reservation_id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END
};

static enum problem
cancel(struct ctx *c, const void *in, struct reply *r)
{
	struct reservation now = { 0 };

	TRY(reservation_cancel(c, ((const struct which_reservation *)in)->reservation_id, &now));
	return s2_say(c, r, "Reservation canceled");
}

#define BOOKINGS .limit = { "bookings", &settings.limit_bookings }
#define NO_LOT                                                                                     \
	{                                                                                          \
		NOT_FOUND, 404, "Parking lot not found"                                            \
	}
#define UPDATES                                                                                    \
	"/api/parking/lots/update", OPERATOR, update, TAKES(status_said), GIVES(s2_msg),           \
	    .scope = "lots", .dress = API_ONLY,                                                    \
	    SPEAKS(s2, { INVALID, 400, "Invalid status update" }, NO_LOT), FAILS(NOT_FOUND)

const struct route s2_lot_routes[] = {
	{ GET, "/api/parking/lots", ANYONE, list, GIVES(lots), .dress = API_ONLY, .dialect = &s2,
	    CACHED("lots"), .doc = "S2: the lots, newest first, at most 1,000." },
	{ GET, "/api/parking/lots/:lot_id", ANYONE, show, TAKES(which_lot), GIVES(s2_lot_one),
	    .dress = API_ONLY, CACHED("lots", "lot::lot_id"), SPEAKS(s2, NO_LOT), FAILS(NOT_FOUND),
	    .doc = "S2: a lot, and how many stand in it." },
	{ PUT, UPDATES, .doc = "S2: say how full a lot is, whatever is counted." },
	{ POST, UPDATES, .doc = "S2: the same, for clients that only post." },
	{ POST, "/api/parking/lots/add", ADMIN, add, TAKES(new_lot), GIVES(lot_made), .makes = true,
	    .dress = API_ONLY,
	    SPEAKS(s2, { INVALID, 400, NULL }, { DUPLICATE, 409, "Parking lot already exists" }),
	    FAILS(DUPLICATE), .doc = "S2: a new lot with so many slots." },
	{ POST, "/api/parking/reservations", CUSTOMER, reserve, TAKES(wish), GIVES(booked),
	    .makes = true, .dress = API_ONLY, .once = true, .turns = "lot_id", BOOKINGS,
	    SPEAKS(s2, { INVALID, 400, "Invalid parking lot or time" },
		{ LOT_CLOSED, 400, "Invalid parking lot or time" },
		{ LOT_FULL, 409, "Parking lot already reserved" },
		{ NOT_FOUND, 404, "User not found" }),
	    FAILS(LOT_CLOSED, LOT_FULL, LIMIT_REACHED, NOT_FOUND),
	    .doc = "S2: book any slot of a lot for its usual time, to be paid at the exit." },
	{ POST, "/api/parking/reservations/cancel", CUSTOMER, cancel, TAKES(which_reservation),
	    GIVES(s2_msg), .dress = API_ONLY,
	    SPEAKS(s2, { NOT_FOUND, 404, "Reservation not found" },
		{ INVALID, 404, "Reservation not found" }),
	    FAILS(NOT_FOUND, TOO_LATE, WRONG_STATE), .doc = "S2: cancel a reservation." },
	{ 0 },
};
