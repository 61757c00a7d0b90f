/* routes.c -- the console at the gate, the shift, and the live map. */
#include "gate/gate.h"
#include "gate_sql.h"
#include "gear/live.h"
#include "gear/settings.h"
#include "web/web.h"

#define MOVES_SHOWN 12
#define MOVES_SINCE (12 * HOUR)
#define WAITING_SHOWN 5

/* ---- the console */

struct gate_asked {
	int64_t lot;
	text plate;
};
static const struct field gate_asked_fields[] = {
	FIELD(gate_asked, lot, .min = 0, .max = INT64_MAX, .doc = "Nothing: the one remembered"),
	FIELD(gate_asked, plate, .max = 40, .doc = "A number plate, or what stands on a ticket"),
	FIELD_END,
};

struct gate_page {
	int64_t lot;
	text lot_name, time_zone, currency, plate, wrong;
	int64_t slots, free, unknown, expected, inside;
	const struct gate_who *who; /* NULL: nobody was looked up, or nobody can be */
	struct rows moves; /* struct gate_move */
	struct rows waiting; /* struct anomaly */
	const struct gate_shift *shift;
	struct rows lots; /* struct gate_lot */
};
static const struct field gate_page_fields[] = {
	FIELD(gate_page, lot),
	FIELD(gate_page, lot_name),
	FIELD(gate_page, time_zone),
	FIELD(gate_page, currency),
	FIELD(gate_page, plate, .nullable = true, .doc = "As it was asked for"),
	FIELD(gate_page, wrong, .nullable = true, .doc = "Why it could not be looked up"),
	FIELD(gate_page, slots),
	FIELD(gate_page, free, .doc = "Known to be free now"),
	FIELD(gate_page, unknown),
	FIELD(gate_page, expected, .doc = "Bookings whose cars should come within the hour"),
	FIELD(gate_page, inside, .hidden = true),
	FIELD_ONE(gate_page, who, gate_who, .doc = "null: nobody was asked for"),
	FIELD_LIST(gate_page, moves, gate_move, .doc = "In and out, latest first"),
	FIELD_LIST(gate_page, waiting, anomaly, .doc = "What wants a person, oldest first"),
	FIELD_ONE(gate_page, shift, gate_shift, .doc = "Of who asks"),
	FIELD_LIST(gate_page, lots, gate_lot, .hidden = true),
	FIELD_END,
};

/* What cannot be looked up is said in place; the console stays. */
static enum problem
look_up(struct ctx *c, const struct lot *lot, struct gate_page *v)
{
	struct gate_who *who = arena_alloc(c->arena, sizeof *who);
	struct complaints before = c->complaints;
	enum problem e;

	if (*v->plate == 0)
		return OK;
	c->complaints = (struct complaints){ .n = 0 };
	e = gate_look(c, lot, v->plate, who);
	if (e == OK)
		v->who = who;
	else if (e == INVALID && c->complaints.n)
		v->wrong = c->complaints.v[0].says;
	c->complaints = before;
	return e == INVALID ? OK : e;
}

static enum problem
console(struct ctx *c, const void *in, struct reply *r)
{
	const struct gate_asked *w = in;
	struct gate_page *v = arena_alloc(c->arena, sizeof *v);
	struct gate_shift *shift = arena_alloc(c->arena, sizeof *shift);
	struct lot lot = { 0 };
	struct gate_id expected = { 0 };

	TRY(gate_place(c, w->lot, &lot));
	*v = (struct gate_page){ .lot = lot.id,
		.lot_name = lot.name,
		.time_zone = lot.time_zone,
		.currency = lot.currency,
		.plate = w->plate,
		.wrong = "",
		.slots = lot.slots,
		.free = lot.free,
		.unknown = lot.unknown,
		.shift = shift };
	TRY(look_up(c, &lot, v));
	TRY(gate_expected(c, lot.id, c->now, &expected));
	v->expected = expected.n;
	TRY(gate_moves(
	    c, lot.id, instant_plus(c->now, -MOVES_SINCE), c->now, MOVES_SHOWN, &v->moves));
	TRY(anomalies_at_gate(c, lot.id, WAITING_SHOWN, &v->waiting));
	TRY(gate_shift_now(c, &lot, shift));
	TRY(gate_lots(c, lot.id, &v->lots));
	fields_complete(gate_shift_fields, shift);
	r->momentary = true;
	return reply_one(r, v);
}

/* ---- one press */

static const text deeds[] = { "enter", "enter_without", "exit", "cash", "card", "lost", "undo",
	"missed", "missed_free", "opening", NULL };
struct gate_press {
	int64_t lot, stay, reservation;
	text plate, deed, reason;
	instant told;
};
static const struct field gate_press_fields[] = {
	FIELD(gate_press, lot, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(gate_press, deed, .required = true, .among = deeds),
	FIELD(gate_press, plate, .max = 40),
	FIELD(gate_press, stay, .min = 0, .max = INT64_MAX),
	FIELD(gate_press, reservation, .min = 0, .max = INT64_MAX),
	FIELD(gate_press, told, .doc = "When the price was shown"),
	FIELD(gate_press, reason, .max = 200),
	FIELD_END,
};

/* Who is not done with this car yet sees it again. */
static text
where_to(struct ctx *c, const struct gate_press *w)
{
	struct buf b = BUF(c->arena);

	buf_fmt(&b, "/gate?lot=%lld", (long long)w->lot);
	if (text_is(w->deed, "exit") || text_is(w->deed, "lost") || text_is(w->deed, "missed")) {
		buf_add(&b, "&plate=");
		buf_url(&b, w->plate);
	}
	return buf_text(&b);
}

static enum problem
press(struct ctx *c, const void *in, struct reply *r)
{
	const struct gate_press *w = in;
	const struct gate_deed d = { .lot = w->lot,
		.what = w->deed,
		.plate = w->plate,
		.stay = w->stay,
		.reservation = w->reservation,
		.told = w->told,
		.reason = w->reason };
	text said = "";

	TRY(gate_do(c, &d, &said));
	r->flash = said;
	return reply_done(r, where_to(c, w));
}

struct gate_choice {
	int64_t lot;
};
static const struct field gate_choice_fields[] = {
	FIELD(gate_choice, lot, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

static enum problem
choose_place(struct ctx *c, const void *in, struct reply *r)
{
	const struct gate_choice *w = in;

	TRY(gate_place_set(c, w->lot));
	return reply_done(r, "/gate");
}

/* ---- the shift */

struct shift_asked {
	int64_t lot;
};
static const struct field shift_asked_fields[] = {
	FIELD(shift_asked, lot, .min = 0, .max = INT64_MAX, .doc = "Nothing: the one remembered"),
	FIELD_END,
};

#define OTHERS_SINCE DAY
#define SHIFTS_SHOWN 20

struct shift_page {
	const struct gate_shift *shift;
	struct rows everybody; /* struct gate_sum */
	struct rows closed; /* struct gate_shift_line */
	text time_zone, counted, note;
};
static const struct field shift_page_fields[] = {
	FIELD_ONE(shift_page, shift, gate_shift, .doc = "Yours that runs"),
	FIELD_LIST(shift_page, everybody, gate_sum, .doc = "Of all operators, the last 24 hours"),
	FIELD_LIST(shift_page, closed, gate_shift_line, .doc = "Shifts that were closed"),
	FIELD(shift_page, time_zone, .hidden = true),
	FIELD(shift_page, counted, .hidden = true),
	FIELD(shift_page, note, .hidden = true),
	FIELD_END,
};

static enum problem
shift(struct ctx *c, const void *in, struct reply *r)
{
	const struct shift_asked *w = in;
	struct shift_page *v = arena_alloc(c->arena, sizeof *v);
	struct gate_shift *now = arena_alloc(c->arena, sizeof *now);
	struct lot lot = { 0 };

	TRY(gate_place(c, w->lot, &lot));
	TRY(gate_shift_now(c, &lot, now));
	*v = (struct shift_page){
		.shift = now, .time_zone = lot.time_zone, .counted = "", .note = ""
	};
	TRY(gate_sums(c, 0, instant_plus(c->now, -OTHERS_SINCE), c->now, &v->everybody));
	TRY(gate_shifts_closed(
	    c, c->person.role == ADMIN ? 0 : c->person.id, SHIFTS_SHOWN, &v->closed));
	fields_complete(gate_shift_fields, now);
	return reply_one(r, v);
}

struct shift_end {
	int64_t lot;
	text counted, note;
};
static const struct field shift_end_fields[] = {
	FIELD(shift_end, lot, .min = 0, .max = INT64_MAX),
	FIELD(shift_end, counted, .required = true, .max = 20,
	    .doc = "Decimal, in the lot's currency: what was taken in cash and lies in the till"),
	FIELD(shift_end, note, .max = 200),
	FIELD_END,
};

static enum problem
end_shift(struct ctx *c, const void *in, struct reply *r)
{
	const struct shift_end *w = in;
	struct lot lot = { 0 };
	text said;

	TRY(gate_place(c, w->lot, &lot));
	TRY(gate_shift_close(c, &lot, w->counted, w->note, &said));
	r->flash = said;
	return reply_done(r, "/gate/shift");
}

/* ---- the live map */

struct live_asked {
	int64_t id;
};
static const struct field live_asked_fields[] = {
	FIELD(live_asked, id, .required = true, .min = 1, .max = INT64_MAX, .doc = "Of the lot"),
	FIELD_END,
};

struct live_zone {
	text code, name;
	struct rows slots; /* struct live_slot */
	int64_t free;
};
static const struct field live_zone_fields[] = {
	FIELD(live_zone, code),
	FIELD(live_zone, name),
	FIELD(live_zone, free),
	FIELD_LIST(live_zone, slots, live_slot),
	FIELD_END,
};

struct live_page {
	int64_t id;
	text lot_name, time_zone;
	instant at;
	int64_t slots, free, reserved, occupied, unknown, out_of_service;
	struct rows zones; /* struct live_zone */
	struct rows lots; /* struct gate_lot */
};
static const struct field live_page_fields[] = {
	FIELD(live_page, id, .doc = "Of the lot"),
	FIELD(live_page, lot_name),
	FIELD(live_page, time_zone),
	FIELD(live_page, at),
	FIELD(live_page, slots),
	FIELD(live_page, free),
	FIELD(live_page, reserved),
	FIELD(live_page, occupied),
	FIELD(live_page, unknown),
	FIELD(live_page, out_of_service),
	FIELD_LIST(live_page, zones, live_zone),
	FIELD_LIST(live_page, lots, gate_lot, .hidden = true),
	FIELD_END,
};

static text
state_in_words(text state)
{
	static const struct {
		text state, words;
	} all[] = { { "available", "free" }, { "reserved_soon", "free, booked soon" },
		{ "reserved", "reserved" }, { "occupied", "taken" }, { "unknown", "not known" },
		{ "out_of_service", "out of service" } };

	for (size_t i = 0; i < LENGTH(all); i++)
		if (text_is(all[i].state, state))
			return all[i].words;
	return state;
}

/* Counted here, from the very slots that are shown. */
static void
count(struct live_page *v, text state)
{
	static const struct {
		text state;
		size_t at;
	} counts[] = { { "available", offsetof(struct live_page, free) },
		{ "reserved_soon", offsetof(struct live_page, reserved) },
		{ "reserved", offsetof(struct live_page, reserved) },
		{ "occupied", offsetof(struct live_page, occupied) },
		{ "unknown", offsetof(struct live_page, unknown) },
		{ "out_of_service", offsetof(struct live_page, out_of_service) } };

	v->slots++;
	for (size_t i = 0; i < LENGTH(counts); i++)
		if (text_is(counts[i].state, state))
			++*(int64_t *)(void *)((char *)v + counts[i].at);
}

static void
part_by_zone(struct ctx *c, struct rows slots, struct live_page *v)
{
	struct live_zone *zones = arena_alloc(c->arena, (slots.n + 1) * sizeof *zones);

	v->zones = (struct rows){ zones, 0 };
	FOR_ROWS (live_slot, s, slots) {
		struct live_zone *z = &zones[v->zones.n - (v->zones.n > 0)];

		if (v->zones.n == 0 || ROW(live_slot, z->slots, 0)->zone_id != s->zone_id) {
			z = &zones[v->zones.n++];
			*z = (struct live_zone){
				.code = s->zone_code, .name = s->zone_name, .slots = { s, 0 }
			};
		}
		z->slots.n++;
		z->free += text_is(s->state, "available");
		s->spoken = state_in_words(s->state);
		count(v, s->state);
	}
}

static enum problem
live_map(struct ctx *c, const void *in, struct reply *r)
{
	const struct live_asked *w = in;
	struct live_page *v = arena_alloc(c->arena, sizeof *v);
	struct lot lot = { 0 };
	struct rows slots = { 0 };

	TRY(lot_load(c, w->id, &lot));
	*v = (struct live_page){
		.id = lot.id, .lot_name = lot.name, .time_zone = lot.time_zone, .at = c->now
	};
	TRY(live_slots(c, lot.id, c->now, &slots));
	part_by_zone(c, slots, v);
	TRY(gate_lots(c, lot.id, &v->lots));
	r->momentary = true;
	return reply_one(r, v);
}

static enum problem
watch(struct ctx *c, const void *in, struct reply *r)
{
	const struct live_asked *w = in;
	struct lot lot = { 0 };

	TRY(lot_load(c, w->id, &lot));
	return reply_socket(r, live_lot_region(c->arena, lot.id));
}

static enum problem
nothing_to_say(struct ctx *c, const char *message, size_t n, struct buf *answer)
{
	(void)message, (void)n, (void)answer;
	return fail(c, MALFORMED, "Nothing is heard here.");
}

#define HANDSHAKES .limit = { "sockets", &settings.limit_sockets }

/* clang-format off */
const struct route gate_routes[] = {
	{ GET, "/gate", OPERATOR, console, TAKES(gate_asked), GIVES(gate_page), .page = "gate/console", FAILS(NOT_FOUND),
	  .doc = "The gate of a lot: who a plate or a ticket belongs to, what goes in and out, what waits for a person." },
	{ POST, "/gate", OPERATOR, press, TAKES(gate_press), .dress = PAGE_ONLY, .again = "/gate", .once = true,
	  FAILS(NOT_FOUND, DUPLICATE, LOT_FULL, WRONG_STATE, TOO_LATE),
	  .doc = "One press at the gate: let in, let out, take money, undo." },
	{ POST, "/gate/place", OPERATOR, choose_place, TAKES(gate_choice), .dress = PAGE_ONLY, .again = "/gate", FAILS(NOT_FOUND),
	  .doc = "At which lot's gate you sit." },
	{ GET, "/gate/shift", OPERATOR, shift, TAKES(shift_asked), GIVES(shift_page), .page = "gate/shift", FAILS(NOT_FOUND),
	  .doc = "What was taken, by method, currency and operator, and shifts that were closed." },
	{ POST, "/gate/shift", OPERATOR, end_shift, TAKES(shift_end), .again = "/gate/shift", .once = true,
	  FAILS(NOT_FOUND, WRONG_STATE), .doc = "Close your shift with the cash you counted." },
	{ GET, "/lots/:id/live", OPERATOR, live_map, TAKES(live_asked), GIVES(live_page), .page = "gate/live", FAILS(NOT_FOUND),
	  .doc = "A lot's slots at this moment." },
	{ GET, "/lots/:id/live/changes", OPERATOR, watch, TAKES(live_asked), .dress = API_ONLY, .said = nothing_to_say, HANDSHAKES,
	  FAILS(NOT_FOUND, CROSS_SITE, UPGRADE_REQUIRED),
	  .doc = "A WebSocket that says {\"type\":\"lot\",\"lot_id\":\"7\"} whenever slots of the lot changed." },
	{ 0 },
};
/* clang-format on */
