/* s0_parking.c -- S0's slots, and its transactions: stays. */
#include "devices/devices.h"
#include "dialects/s0.h"
#include "dialects_sql.h"
#include "lots/pages.h"
#include "stays/stays.h"

/* ---- slots */

static const text sizes[] = { "compact", "regular", "large", NULL };
static const text states[] = { "available", "reserved", "occupied", NULL };
const struct field s0_slot_fields[] = { FIELD(s0_slot, id), FIELD(s0_slot, slot_number),
	FIELD(s0_slot, slot_type, .among = sizes), FIELD(s0_slot, status, .among = states),
	FIELD(s0_slot, created_at), FIELD_END };

enum problem
s0_slots_newest(struct ctx *c, int64_t id, int64_t skip, int64_t most, struct rows *out)
{
	return s0_slots(c, c->now, id, skip, most, out);
}

static enum problem
slots(struct ctx *c, const void *in, struct reply *r)
{
	struct rows found = { 0 };
	struct s0_n n = { 0 };

	(void)in;
	TRY(s0_slots_newest(c, 0, r->window.skip, r->window.most, &found));
	if (r->window.counted)
		TRY(s0_slots_count(c, &n));
	r->count = n.n;
	return reply_array(r, found);
}

static enum problem
reply_slot(struct ctx *c, struct reply *r, int64_t id, text made_at)
{
	struct rows found = { 0 };

	TRY(s0_slots_newest(c, id, 0, 1, &found));
	if (found.n == 0)
		return NOT_FOUND;
	return made_at ? reply_made(r, made_at, found.v) : reply_one(r, found.v);
}

struct slot_said {
	int64_t id;
	text slot_number, slot_type, status;
	bool number_given, type_given, status_given;
};
#define SLOT_REST                                                                                  \
	FIELD(slot_said, slot_type, .among = sizes, GIVEN(slot_said, type_given)),                 \
	    FIELD(slot_said, status, .among = states, GIVEN(slot_said, status_given),              \
		.doc = "available or occupied: what somebody sees there; reserved comes from "     \
		       "bookings"),                                                                \
	    FIELD_END
#define SLOT_ID FIELD(slot_said, id, .required = true, .min = 1, .max = INT64_MAX)
static const struct field slot_new_fields[] = { FIELD(slot_said, slot_number, .required = true,
						    .max = 20, GIVEN(slot_said, number_given)),
	SLOT_REST };
static const struct field slot_whole_fields[] = { SLOT_ID,
	FIELD(slot_said, slot_number, .required = true, .max = 20, GIVEN(slot_said, number_given)),
	SLOT_REST };
static const struct field slot_part_fields[] = { SLOT_ID,
	FIELD(slot_said, slot_number, .max = 20, GIVEN(slot_said, number_given)), SLOT_REST };

static enum problem
say_status(struct ctx *c, int64_t id, const struct slot_said *s)
{
	if (!s->status_given || *s->status == 0)
		return OK;
	if (text_is(s->status, "reserved"))
		return complain(c, "status", "A slot is reserved by booking it.");
	return slot_say(c, id, text_is(s->status, "occupied"));
}

/* A number that is taken is told beside it. */
static enum problem
about_number(struct ctx *c, enum problem e)
{
	complaints_rename(c, "prefix", "slot_number");
	complaints_rename(c, "labels", "slot_number");
	return e;
}

static enum problem
add_slot(struct ctx *c, const void *in, struct reply *r)
{
	const struct slot_said *s = in;
	struct lot lot = { 0 };
	struct slot made = { 0 };

	TRY(lot_default_made(c, &lot));
	TRY(about_number(c, slot_add(c, lot.id, s->slot_number, s->slot_type, &made)));
	if (text_is(s->status, "occupied") || text_is(s->status, "reserved"))
		TRY(say_status(c, made.id, s));
	return reply_slot(
	    c, r, made.id, arena_fmt(c->arena, "/api/parking/slots/%lld/", (long long)made.id));
}

static enum problem
change_slot(struct ctx *c, const void *in, struct reply *r)
{
	const struct slot_said *s = in;
	struct slot was = { 0 }, now = { 0 };

	TRY(slot_load(c, s->id, &was));
	struct slot_draft d = { .id = was.id,
		.code = s->number_given ? s->slot_number : was.code,
		.label = s->number_given ? s->slot_number : was.label,
		.size = s->type_given && *s->slot_type ? s->slot_type : was.size,
		.vehicle_type = was.vehicle_type,
		.reason = was.reason,
		.accessible = was.accessible,
		.ev = was.ev,
		.out_of_service = was.out_of_service };
	TRY(about_number(c, slot_change(c, &d, &now)));
	TRY(say_status(c, was.id, s));
	return reply_slot(c, r, was.id, NULL);
}

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

static enum problem
one_slot(struct ctx *c, const void *in, struct reply *r)
{
	return reply_slot(c, r, ((const struct which *)in)->id, NULL);
}

static enum problem
remove_slot(struct ctx *c, const void *in, struct reply *r)
{
	TRY(slot_delete(c, ((const struct which *)in)->id));
	return reply_done(r, NULL);
}

/* ---- transactions */

const struct field s0_stay_fields[] = { FIELD(s0_stay, id), FIELD(s0_stay, slot_id),
	FIELD(s0_stay, car_id), FIELD(s0_stay, owner), FIELD(s0_stay, plate),
	FIELD(s0_stay, car_type), FIELD(s0_stay, slot_number), FIELD(s0_stay, slot_type),
	FIELD(s0_stay, currency), FIELD(s0_stay, status), FIELD(s0_stay, entered_at),
	FIELD(s0_stay, left_at), FIELD(s0_stay, car_made_at), FIELD(s0_stay, slot_made_at),
	FIELD(s0_stay, fee), FIELD(s0_stay, inside), FIELD_END };
static const text stages[] = { "active", "completed", NULL };
const struct field s0_transaction_fields[] = { FIELD(s0_transaction, id),
	FIELD_ONE(s0_transaction, car, s0_car), FIELD_ONE(s0_transaction, slot, s0_slot),
	FIELD(s0_transaction, entry_time), FIELD(s0_transaction, exit_time, .nullable = true),
	FIELD(s0_transaction, fee, .nullable = true, .doc = "Decimal; null while it is active"),
	FIELD(s0_transaction, status, .among = stages), FIELD_END };

static void
transaction_of(struct ctx *c, const struct s0_stay *s, struct s0_transaction *out)
{
	struct s0_car *car = arena_alloc(c->arena, sizeof *car);
	struct s0_slot *slot = arena_alloc(c->arena, sizeof *slot);

	*car = (struct s0_car){ s->car_id, s->plate, s->car_type, s->owner, s->car_made_at };
	*slot = (struct s0_slot){ s->slot_id, s->slot_number, s->slot_type, s->status,
		s->slot_made_at };
	*out = (struct s0_transaction){ s->id, car, s->slot_id ? slot : NULL, s->entered_at,
		s->left_at, s->inside ? "" : money_plain(c->arena, s->fee, s->currency),
		s->inside ? "active" : "completed" };
}

static enum problem
transactions(struct ctx *c, const void *in, struct reply *r)
{
	struct rows stays = { 0 }, found = { 0 };
	struct s0_n n = { 0 };

	(void)in;
	TRY(s0_stays(c, s0_whose(c), 0, c->now, r->window.skip, r->window.most, &stays));
	if (r->window.counted)
		TRY(s0_stays_count(c, s0_whose(c), &n));
	r->count = n.n;
	found.v = arena_alloc(c->arena, (stays.n + 1) * sizeof(struct s0_transaction));
	FOR_ROWS (s0_stay, s, stays)
		transaction_of(c, s, ROW(s0_transaction, found, found.n++));
	return reply_array(r, found);
}

struct entering {
	int64_t car, slot;
};
static const struct field entering_fields[] = { FIELD(entering, car, .required = true, .min = 1,
						    .max = INT64_MAX),
	FIELD(entering, slot, .required = true, .min = 1, .max = INT64_MAX), FIELD_END };

static enum problem
enter(struct ctx *c, const void *in, struct reply *r)
{
	const struct entering *w = in;
	const struct entry how = { .vehicle_id = w->car, .slot_id = w->slot, .source = "s0" };
	struct s0_transaction *a = arena_alloc(c->arena, sizeof *a);
	struct stay made = { 0 };
	struct rows row = { 0 };

	enum problem e = stay_enter(c, &how, &made);
	complaints_rename(c, "vehicle_id", "car");
	complaints_rename(c, "slot_id", "slot");
	TRY(e);
	TRY(s0_stays(c, 0, made.id, c->now, 0, 1, &row));
	if (row.n != 1)
		return NOT_FOUND;
	transaction_of(c, row.v, a);
	return reply_made(r, "/api/parking/transactions/", a);
}

struct left {
	text message;
	int64_t id, hours;
	instant entry_time, exit_time;
	text fee, slot;
};
static const struct field left_fields[] = { FIELD(left, message), FIELD(left, id),
	FIELD(left, entry_time), FIELD(left, exit_time),
	FIELD(left, hours, .doc = "Started ones, at least one"), FIELD(left, fee, .figure = true),
	FIELD(left, slot, .nullable = true), FIELD_END };

static enum problem
leave(struct ctx *c, const void *in, struct reply *r)
{
	struct left *a = arena_alloc(c->arena, sizeof *a);
	struct stay gone = { 0 };
	struct rows row = { 0 };

	TRY(stay_leave(c, ((const struct which *)in)->id, &gone));
	TRY(s0_stays(c, 0, gone.id, c->now, 0, 1, &row));
	int64_t lasted = instant_minus(gone.left_at, gone.entered_at);
	*a = (struct left){ "Car exited successfully.", gone.id,
		lasted > HOUR ? (lasted + HOUR - 1) / HOUR : 1, gone.entered_at, gone.left_at,
		money_plain(c->arena, gone.fee, gone.currency),
		row.n ? ((const struct s0_stay *)row.v)->slot_number : "" };
	return reply_one(r, a);
}

#define TAKES_SLOT(what) .in = slot_##what##_fields, .in_size = sizeof(struct slot_said)
#define TAKEN_NUMBER SPEAKS(s0, { DUPLICATE, 400 })
#define ENTERS                                                                                     \
	"/api/parking/transactions/enter", OPERATOR, enter, TAKES(entering),                       \
	    GIVES(s0_transaction),                                                                 \
	    .makes = true, .scope = "gate", .dress = API_ONLY,                                     \
	    SPEAKS(s0, S0_ERROR(SLOT_TAKEN, 400, "Parking slot is not available."),                \
		S0_ERROR(DUPLICATE, 400, "Car is already inside.")),                               \
	    FAILS(SLOT_TAKEN, DUPLICATE)
#define EXITS                                                                                      \
	"/api/parking/transactions/exit", OPERATOR, leave, TAKES(which), GIVES(left),              \
	    .scope = "gate", .dress = API_ONLY,                                                    \
	    SPEAKS(s0, S0_ERROR(NOT_FOUND, 404, "Active transaction not found.")),                 \
	    FAILS(NOT_FOUND)

const struct route s0_parking_routes[] = {
	{ GET, "/api/parking/slots", CUSTOMER, slots, GIVES_ARRAY(s0_slot), .dress = API_ONLY,
	    .dialect = &s0, .doc = "S0: all slots, newest first." },
	{ POST, "/api/parking/slots", ADMIN, add_slot, TAKES_SLOT(new), GIVES(s0_slot),
	    .makes = true, .dress = API_ONLY, TAKEN_NUMBER, FAILS(DUPLICATE),
	    .doc = "S0: a new slot, in the default lot." },
	{ GET, "/api/parking/slots/:id", CUSTOMER, one_slot, TAKES(which), GIVES(s0_slot),
	    .dress = API_ONLY, .dialect = &s0, FAILS(NOT_FOUND), .doc = "S0: one slot." },
	{ PUT, "/api/parking/slots/:id", ADMIN, change_slot, TAKES_SLOT(whole), GIVES(s0_slot),
	    .dress = API_ONLY, TAKEN_NUMBER, FAILS(NOT_FOUND, DUPLICATE),
	    .doc = "S0: change a slot, and say whether a car stands there." },
	{ PATCH, "/api/parking/slots/:id", ADMIN, change_slot, TAKES_SLOT(part), GIVES(s0_slot),
	    .dress = API_ONLY, TAKEN_NUMBER, FAILS(NOT_FOUND, DUPLICATE),
	    .doc = "S0: change some of a slot." },
	{ DELETE, "/api/parking/slots/:id", ADMIN, remove_slot, TAKES(which), .dress = API_ONLY,
	    .dialect = &s0, FAILS(NOT_FOUND, IN_USE),
	    .doc = "S0: take a slot away that nobody ever used." },
	{ GET, "/api/parking/transactions", CUSTOMER, transactions, GIVES_ARRAY(s0_transaction),
	    .dress = API_ONLY, .dialect = &s0, .doc = "S0: one's stays, for staff all." },
	{ POST, ENTERS, .doc = "S0: a car drives in." },
	{ PUT, ENTERS, .doc = "S0: the same, for clients that put." },
	{ POST, EXITS, .doc = "S0: a car drives out, and what it cost." },
	{ PUT, EXITS, .doc = "S0: the same, for clients that put." },
	{ 0 },
};
