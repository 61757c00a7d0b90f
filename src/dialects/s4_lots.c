/* s4_lots.c -- S4's lots, by their names. */
#include "dialects/s4.h"
#include "dialects_sql.h"
#include "lots/pages.h"

/* ---- making and changing */

struct lot_said {
	text name, city, state, country, postal_code, hourly_rate;
	int64_t total_slots;
	bool city_given, state_given, country_given, postal_given;
};
#define PLACE_FIELDS                                                                               \
	FIELD(lot_said, city, .max = 100, GIVEN(lot_said, city_given)),                            \
	    FIELD(lot_said, state, .max = 100, GIVEN(lot_said, state_given)),                      \
	    FIELD(lot_said, country, .max = 100, GIVEN(lot_said, country_given)),                  \
	    FIELD(lot_said, postal_code, .max = 20, GIVEN(lot_said, postal_given))
static const struct field lot_said_fields[] = { FIELD(lot_said, name, .required = true, .max = 100),
	PLACE_FIELDS, FIELD(lot_said, total_slots, .required = true, .min = 1, .max = 1000),
	FIELD(lot_said, hourly_rate, .required = true, .max = 20,
	    .doc = "Decimal, in the lot's currency: for each started hour"),
	FIELD_END };
static const struct field lot_change_fields[] = { FIELD(lot_said, name, .required = true,
						      .max = 100, .doc = "Which lot"),
	PLACE_FIELDS, FIELD(lot_said, total_slots, .min = 1, .max = 1000),
	FIELD(lot_said, hourly_rate, .max = 20), FIELD_END };
struct lot_made {
	bool success;
	text message;
	int64_t lot_id;
};
static const struct field lot_made_fields[] = { FIELD(lot_made, success), FIELD(lot_made, message),
	FIELD(lot_made, lot_id), FIELD_END };

static void
place(const struct lot_said *s, struct lot_draft *d)
{
	if (s->city_given)
		d->city = s->city;
	if (s->state_given)
		d->state = s->state;
	if (s->country_given)
		d->country = s->country;
	if (s->postal_given)
		d->postal_code = s->postal_code;
}

static enum problem
rate(struct ctx *c, const struct lot *lot, text typed)
{
	money price;

	if (!money_parse(typed, lot->currency, &price) || price.minor < 0)
		return complain(c, "hourly_rate", "An amount of %s, please, like %s.",
		    lot->currency, money_plain(c->arena, (money){ 250 }, lot->currency));
	return lot_charge_per_hour(c, lot, price);
}

static enum problem
create(struct ctx *c, const void *in, struct reply *r)
{
	const struct lot_said *s = in;
	struct lot_draft d = { 0 };
	struct lot made = { 0 };
	struct lot_made *a = arena_alloc(c->arena, sizeof *a);

	lot_draft_new(c, &d);
	fields_complete(lot_draft_fields, &d);
	d.name = s->name;
	place(s, &d);
	TRY(lot_open(c, &d, s->total_slots, &made));
	TRY(rate(c, &made, s->hourly_rate));
	*a = (struct lot_made){ true, "Parking Lot Created Successfully", made.id };
	return reply_made(r, arena_fmt(c->arena, "/lots/%lld", (long long)made.id), a);
}

static enum problem
edit(struct ctx *c, const void *in, struct reply *r)
{
	const struct lot_said *s = in;
	struct lot_draft d = { 0 };
	struct lot lot = { 0 };

	TRY(lot_named(c, s->name, &lot));
	lot_draft_of(c, &lot, &d);
	fields_complete(lot_draft_fields, &d);
	place(s, &d);
	TRY(lot_change(c, &d));
	if (s->total_slots)
		TRY(lot_resize(c, lot.id, s->total_slots));
	TRY(lot_load(c, lot.id, &lot));
	if (*s->hourly_rate)
		TRY(rate(c, &lot, s->hourly_rate));
	return success_say(c, r, "Parking Lot Updated Successfully");
}

struct lot_name {
	text name;
};
static const struct field lot_name_fields[] = { FIELD(lot_name, name, .required = true, .max = 100),
	FIELD_END };

static enum problem delete (struct ctx *c, const void *in, struct reply *r) {
	struct lot lot = { 0 };

	TRY(lot_named(c, ((const struct lot_name *)in)->name, &lot));
	TRY(lot_delete(c, lot.id));
	return success_say(c, r, "Parking Lot Deleted Successfully");
}

/* ---- looking */

struct lot_line {
	int64_t id;
	text name, city, state, country, postal_code, hourly_rate, currency;
	int64_t total_slots, available_slots;
};
static const struct field lot_line_fields[] = { FIELD(lot_line, id),
	FIELD(lot_line, name, .hidden = true), FIELD(lot_line, city), FIELD(lot_line, state),
	FIELD(lot_line, country), FIELD(lot_line, postal_code), FIELD(lot_line, total_slots),
	FIELD(lot_line, available_slots), FIELD(lot_line, hourly_rate, .figure = true),
	FIELD(lot_line, currency), FIELD_END };
struct lots_named {
	bool success;
	struct rows data;
};
static const struct field lots_named_fields[] = { FIELD(lots_named, success),
	FIELD_LIST(lots_named, data, lot_line, .key = "name", .doc = "By the lots' names"),
	FIELD_END };

static enum problem
get(struct ctx *c, const void *in, struct reply *r)
{
	struct lots_named *a = arena_alloc(c->arena, sizeof *a);
	struct rows lots = { 0 };

	(void)in;
	TRY(s4_lots_named(c, S4_MOST, &lots));
	money *prices = arena_alloc(c->arena, (lots.n + 1) * sizeof *prices);
	TRY(lots_hourly(c, lots, prices));
	a->data.v = arena_alloc(c->arena, (lots.n + 1) * sizeof(struct lot_line));
	FOR_ROWS (lot, l, lots) {
		money price = prices[a->data.n];

		*ROW(lot_line, a->data, a->data.n++) = (struct lot_line){ l->id, l->name, l->city,
			l->state, l->country, l->postal_code,
			money_plain(c->arena, price, l->currency), l->currency, l->slots, l->free };
	}
	a->success = true;
	return reply_one(r, a);
}

#define NO_LOT                                                                                     \
	{                                                                                          \
		NOT_FOUND, 404, "There is no such lot"                                             \
	}

const struct route s4_lot_routes[] = {
	{ POST, "/createlot", ADMIN, create, TAKES(lot_said), GIVES(lot_made), .makes = true,
	    .dress = API_ONLY,
	    SPEAKS(s4, { DUPLICATE, 409, "There is a lot of that name already" }), FAILS(DUPLICATE),
	    .doc = "S4: a new lot with so many slots, at so much an hour." },
	{ PUT, "/editlot", ADMIN, edit, .in = lot_change_fields, .in_size = sizeof(struct lot_said),
	    GIVES(success), .dress = API_ONLY, SPEAKS(s4, NO_LOT), FAILS(NOT_FOUND, IN_USE),
	    .doc = "S4: change where a lot is, how many slots it has, what an hour costs." },
	{ DELETE, "/deletelot", ADMIN, delete, TAKES(lot_name), GIVES(success), .dress = API_ONLY,
	    SPEAKS(s4, NO_LOT), FAILS(NOT_FOUND, IN_USE),
	    .doc = "S4: take a lot away that nobody ever booked." },
	{ GET, "/getlot", CUSTOMER, get, GIVES(lots_named), .dress = API_ONLY, .dialect = &s4,
	    .doc = "S4: the lots by their names, at most 1,000." },
	{ 0 },
};
