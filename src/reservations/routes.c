/* routes.c -- booking on the web: pages and JSON from one handler each. */
#include "gear/settings.h"
#include "reservations/inner.h"
#include "reservations_sql.h"
#include "web/web.h"

/* ---- quotes and holds */

struct wish { /* as a form or a program spells it */
	int64_t lot;
	text slot, from, until, from_offset, until_offset, quote;
};

static text
slot_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member;
	int64_t id;

	(void)a;
	if (*s == 0 || text_is(s, "any") || (text_int(s, &id) && id > 0))
		return NULL;
	return "Give the id of a slot, or any.";
}

static const struct field wish_fields[] = {
	FIELD(wish, lot, .required = true, .min = 1, .max = INT64_MAX, .doc = "Id of the lot"),
	FIELD(
	    wish, slot, .max = 20, .check = slot_ok, .doc = "Id of the slot; any, or nothing: any"),
	FIELD(wish, from, .required = true, .max = 40,
	    .doc = "RFC 3339; without an offset on the lot's clock"),
	FIELD(wish, until, .required = true, .max = 40, .doc = "The same"),
	FIELD(wish, from_offset, .max = 6,
	    .doc = "Of a time without one that comes twice, the night clocks are put back: +02:00"),
	FIELD(wish, until_offset, .max = 6, .doc = "The same"),
	FIELD(wish, quote, .max = 200, .doc = "The token of a quote: its price is kept"),
	FIELD_END,
};

static enum problem
booking_of(struct ctx *c, const struct wish *w, struct booking *b)
{
	struct lot *lot = arena_alloc(c->arena, sizeof *lot);
	enum problem from, until;

	enum problem e = lot_load(c, w->lot, lot);
	if (e == NOT_FOUND)
		return fail(c, NOT_FOUND, "There is no such lot.");
	TRY(e);
	b->lot_id = w->lot;
	b->lot = lot;
	if (!text_int(w->slot, &b->slot_id))
		b->slot_id = 0;
	from =
	    lot_time(c, lot, "from", lot_time_meant(c, lot, w->from, w->from_offset), &b->starts);
	until =
	    lot_time(c, lot, "until", lot_time_meant(c, lot, w->until, w->until_offset), &b->ends);
	b->quote = w->quote;
	TRY(from);
	return until;
}

static enum problem
quote(struct ctx *c, const void *in, struct reply *r)
{
	struct quote *q = arena_alloc(c->arena, sizeof *q);
	struct booking b = { 0 };

	TRY(booking_of(c, in, &b));
	TRY(quote_make(c, &b, q));
	return reply_one(r, q);
}

/* ---- another time */

struct when {
	int64_t lot;
	text slot, from, until; /* as typed, also what no clock shows */
	text from_offset, until_offset;
};
static const struct field when_fields[] = {
	FIELD(when, lot, .min = 0, .max = INT64_MAX, .doc = "Id of the lot"),
	FIELD(when, slot, .max = 20, .doc = "Id of the slot, or any"),
	FIELD(when, from, .max = 40),
	FIELD(when, until, .max = 40),
	FIELD(when, from_offset, .max = 40),
	FIELD(when, until_offset, .max = 40),
	FIELD_END,
};

struct time_choice {
	int64_t lot_id;
	text lot_name, lot_address, lot_city, time_zone, slot, from, until;
	instant starts, ends;
	bool twice; /* one of them comes twice on the lot's clock */
	struct rows from_twice, until_twice; /* of time_turn */
};
static const struct field time_choice_fields[] = {
	FIELD(time_choice, lot_id),
	FIELD(time_choice, lot_name),
	FIELD(time_choice, lot_address),
	FIELD(time_choice, lot_city),
	FIELD(time_choice, time_zone),
	FIELD(time_choice, slot),
	FIELD(time_choice, from),
	FIELD(time_choice, until),
	FIELD(time_choice, starts),
	FIELD(time_choice, ends),
	FIELD(time_choice, twice),
	FIELD_LIST(time_choice, from_twice, time_turn),
	FIELD_LIST(time_choice, until_twice, time_turn),
	FIELD_END,
};

/* A time that cannot be read is complained of beside its field, and the form is shown all the same. */
static enum problem
choose_time(struct ctx *c, const void *in, struct reply *r)
{
	const struct when *w = in;
	struct lot *lot = arena_alloc(c->arena, sizeof *lot);
	struct time_choice *page = arena_alloc(c->arena, sizeof *page);

	TRY(lot_load(c, w->lot, lot));
	*page = (struct time_choice){ .lot_id = lot->id,
		.lot_name = lot->name,
		.lot_address = lot->address,
		.lot_city = lot->city,
		.time_zone = lot->time_zone,
		.slot = slot_ok(c->arena, &w->slot) || *w->slot == 0 ? "any" : w->slot,
		.from = w->from,
		.until = w->until };
	if (*w->from)
		(void)lot_time(
		    c, lot, "from", lot_time_meant(c, lot, w->from, w->from_offset), &page->starts);
	if (*w->until)
		(void)lot_time(c, lot, "until", lot_time_meant(c, lot, w->until, w->until_offset),
		    &page->ends);
	page->from_twice = lot_time_turns(c, lot, page->starts);
	page->until_twice = lot_time_turns(c, lot, page->ends);
	page->twice = page->from_twice.n || page->until_twice.n;
	return reply_one(r, page);
}

static text
address_of(struct ctx *c, const struct reservation *r)
{
	return arena_fmt(c->arena, "/reservations/%lld", (long long)r->id);
}

static enum problem
hold(struct ctx *c, const void *in, struct reply *r)
{
	struct reservation *made = arena_alloc(c->arena, sizeof *made);
	struct booking b = { 0 };

	TRY(booking_of(c, in, &b));
	TRY(reservation_hold(c, &b, made));
	return reply_made(r, address_of(c, made), made);
}

/* ---- one's own */

struct earlier {
	int64_t before;
};
static const struct field earlier_fields[] = {
	FIELD(earlier, before, .min = 0, .max = INT64_MAX,
	    .doc = "Id of a reservation that is past: only what was before it"),
	FIELD_END,
};

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

static enum problem
mine(struct ctx *c, const void *in, struct reply *r)
{
	const struct earlier *e = in;
	struct my_parking *all = arena_alloc(c->arena, sizeof *all);

	TRY(reservations_mine(c, e->before, all));
	return reply_one(r, all);
}

struct look {
	int64_t id;
	text vehicle; /* as it was chosen in a form that is shown again */
};
static const struct field look_fields[] = {
	FIELD(look, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(
	    look, vehicle, .max = 20, .doc = "Id of the vehicle that the page chooses beforehand"),
	FIELD_END,
};

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	const struct look *w = in;
	struct reservation *found = arena_alloc(c->arena, sizeof *found);
	int64_t chosen = 0;

	TRY(reservation_load(c, w->id, found));
	if (found->held && !text_int(w->vehicle, &chosen))
		chosen = 0;
	if (found->held)
		TRY(reservation_vehicles(c, found, chosen));
	else if (found->live)
		ticket_qr(c, found);
	return reply_one(r, found);
}

static enum problem
ticket(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *w = in;
	struct reservation found = { 0 };

	TRY(reservation_load(c, w->id, &found));
	if (instant_none(found.confirmed_at))
		return fail(c, WRONG_STATE, "There is a ticket once it is confirmed.");
	text ics = ticket_ics(c, &found);
	TRY(reply_bytes(r, "text/calendar; charset=utf-8", ics, strlen(ics)));
	r->file_name = arena_fmt(c->arena, "%s.ics", found.code);
	return OK;
}

/* ---- what becomes of one */

static enum problem
reply_changed(struct ctx *c, struct reply *r, const struct reservation *now, text flash)
{
	TRY(reply_one(r, now));
	r->location = address_of(c, now);
	r->flash = flash;
	return OK;
}

struct confirming {
	int64_t id, vehicle;
	text plate, pay;
};
static const text ways_to_pay[] = { "exit", "online", NULL };
static const struct field confirming_fields[] = {
	FIELD(confirming, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(confirming, vehicle, .min = 0, .max = INT64_MAX,
	    .doc = "One of your vehicles, by its id"),
	FIELD(confirming, plate, .max = 20, .doc = "… or the number plate you come with; it wins"),
	FIELD(confirming, pay, .required = true, .among = ways_to_pay),
	FIELD_END,
};

static enum problem
confirm(struct ctx *c, const void *in, struct reply *r)
{
	const struct confirming *w = in;
	/* A plate that was typed wins over the vehicle a form has chosen beforehand. */
	const struct confirmation how = { *w->plate ? 0 : w->vehicle, w->plate, w->pay };
	struct reservation *now = arena_alloc(c->arena, sizeof *now);

	if (w->vehicle == 0 && *w->plate == 0)
		return complain(c, "plate", "Which number plate will you come with?");
	TRY(reservation_confirm(c, w->id, &how, now));
	TRY(reply_changed(c, r, now, NULL));
	if (now->to_pay)
		r->location = arena_fmt(c->arena, "%s/payment", r->location);
	return OK;
}

static enum problem
cancel(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *w = in;
	struct reservation *now = arena_alloc(c->arena, sizeof *now);

	TRY(reservation_cancel(c, w->id, now));
	TRY(reply_changed(c, r, now, "It is cancelled, and the slot is free for others."));
	if (instant_none(now->confirmed_at))
		r->location = "/reservations";
	if (instant_none(now->confirmed_at))
		r->flash = "You let it go. Nothing was charged.";
	return OK;
}

static enum problem
arrive(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *w = in;
	struct reservation *now = arena_alloc(c->arena, sizeof *now);

	TRY(reservation_check_in(c, w->id, now));
	return reply_changed(
	    c, r, now, "Welcome. The slot is yours until the end of your booking.");
}

/* ---- extending */

struct longer {
	int64_t id;
	text until, until_offset;
};
static const struct field longer_fields[] = {
	FIELD(longer, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(longer, until, .required = true, .max = 40,
	    .doc = "The new end: RFC 3339; without an offset on the lot's clock"),
	FIELD(longer, until_offset, .max = 6,
	    .doc = "Of one that comes twice, the night clocks are put back: +02:00"),
	FIELD_END,
};

static enum problem
offer(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *w = in;
	struct extension *e = arena_alloc(c->arena, sizeof *e);

	TRY(extension_offer(c, w->id, e));
	return reply_one(r, e);
}

static enum problem
extend(struct ctx *c, const void *in, struct reply *r)
{
	const struct longer *w = in;
	struct lot *lot = arena_alloc(c->arena, sizeof *lot);
	struct reservation *now = arena_alloc(c->arena, sizeof *now);
	instant until;

	TRY(reservation_load(c, w->id, now));
	TRY(lot_load(c, now->lot_id, lot));
	TRY(lot_time(c, lot, "until", lot_time_meant(c, lot, w->until, w->until_offset), &until));
	TRY(reservation_extend(c, w->id, until, now));
	text clock = time_clock(c->arena, lot_clock(lot), now->ends);
	if (now->owes.minor > 0 && text_is(now->pay, "online"))
		return reply_changed(c, r, now,
		    arena_fmt(c->arena, "The slot is yours until %s. %s is to be paid for it.",
			clock, money_text(c->arena, now->owes, now->currency)));
	return reply_changed(c, r, now, arena_fmt(c->arena, "The slot is yours until %s.", clock));
}

/* ---- the table */

#define BOOKINGS .limit = { "bookings", &settings.limit_bookings }

const struct route reservation_routes[] = {
	{ GET, "/quotes", ANYONE, quote, TAKES(wish), GIVES(quote), .page = "reservations/quote",
	    .again = "/quotes/new",
	    .doc = "What a slot would cost from one time to another, and whether it can be had.",
	    FAILS(NOT_FOUND, LOT_CLOSED) },
	{ GET, "/quotes/new", ANYONE, choose_time, TAKES(when), GIVES(time_choice),
	    .dress = PAGE_ONLY, .page = "reservations/when", .again = "/",
	    .doc = "The form for another time at a lot.", FAILS(NOT_FOUND) },
	{ GET, "/reservations", CUSTOMER, mine, TAKES(earlier), GIVES(my_parking),
	    .page = "reservations/mine", .doc = "Your reservations: now, next and past." },
	{ POST, "/reservations", CUSTOMER, hold, TAKES(wish), GIVES(reservation), .makes = true,
	    .again = "/quotes", BOOKINGS, .once = true, .turns = "lot",
	    .doc = "Hold a slot for ten minutes; confirming it keeps it.",
	    FAILS(NOT_FOUND, SLOT_TAKEN, LOT_FULL, LOT_CLOSED, LIMIT_REACHED, CHANGED_MEANWHILE) },
	{ GET, "/reservations/:id", CUSTOMER, show, TAKES(look), GIVES(reservation),
	    .page = "reservations/show", .pays = true,
	    .doc = "One of your reservations: hold, ticket or past." },
	{ GET, "/reservations/:id/ticket.ics", CUSTOMER, ticket, TAKES(which), .dress = PAGE_ONLY,
	    .again = "/reservations/:id", .doc = "The booking as a calendar entry (RFC 5545).",
	    FAILS(WRONG_STATE) },
	{ POST, "/reservations/:id/confirmation", CUSTOMER, confirm, TAKES(confirming),
	    GIVES(reservation), .again = "/reservations/:id", .once = true, .pays = true,
	    .doc = "Say with which car you come and how you pay: the hold becomes a booking.",
	    FAILS(HOLD_ENDED, WRONG_STATE) },
	{ GET, "/reservations/:id/cancellation", CUSTOMER, show, TAKES(look), GIVES(reservation),
	    .page = "reservations/cancel", .doc = "What comes back if you cancel now." },
	{ POST, "/reservations/:id/cancellation", CUSTOMER, cancel, TAKES(which),
	    GIVES(reservation), .again = "/reservations/:id/cancellation", .once = true,
	    .doc = "Cancel it, or let a hold go.", FAILS(TOO_LATE, WRONG_STATE) },
	{ GET, "/reservations/:id/extension", CUSTOMER, offer, TAKES(which), GIVES(extension),
	    .page = "reservations/extend", .again = "/reservations/:id",
	    .doc = "How much longer you could stay, and what it costs.",
	    FAILS(WRONG_STATE, TOO_LATE) },
	{ POST, "/reservations/:id/extension", CUSTOMER, extend, TAKES(longer), GIVES(reservation),
	    .rehearsed = true, .again = "/reservations/:id/extension", .once = true,
	    .doc = "Stay longer.", FAILS(SLOT_TAKEN, LOT_CLOSED, TOO_LATE, WRONG_STATE) },
	{ POST, "/reservations/:id/arrival", CUSTOMER, arrive, TAKES(which), GIVES(reservation),
	    .again = "/reservations/:id", .once = true, .doc = "Say that you are there.",
	    FAILS(TOO_EARLY, TOO_LATE, WRONG_STATE) },
	{ 0 },
};
