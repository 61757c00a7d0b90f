/* routes_admin.c -- every booking, whosever it is. */
#include "reservations/tables.h"
#include "reservations_sql.h"
#include "web/web.h"

static const struct listing booking_listing = {
	.path = "/admin/reservations",
	.csv = "/admin/tables/reservations.csv",
	.usual = "-starts",
	.filter = booking_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "From", "starts", .falling = true },
		{ "Until" },
		{ "Lot", "lot" },
		{ "Slot" },
		{ "Customer", "customer" },
		{ "Plate" },
		{ "State", "status" },
		{ "Price", "price", .number = true, .falling = true },
		{ "Made", "made", .falling = true },
		{ NULL },
	    },
};

struct all_bookings {
	LISTING_PAGE; /* struct booking_line */
	struct rows lots; /* struct lot_to_choose */
	const struct booking_filter *f;
};
static const struct field all_bookings_fields[] = {
	LISTING_PAGE_FIELDS(all_bookings, booking_line),
	FIELD_LIST(all_bookings, lots, lot_to_choose, .hidden = true),
	FIELD_ONE(all_bookings, f, booking_filter, .hidden = true),
	FIELD_END,
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct booking_filter *f = in;
	const struct listing *l = &booking_listing;
	struct all_bookings *v = arena_alloc(c->arena, sizeof *v);
	struct number_of count = { 0 };

	v->f = f;
	TRY(bookings_page(c, f->status, f->lot, f->from, f->until, f->q, c->now,
	    listing_order(l, f), listing_skip(l, f), listing_most(l, f), &v->items));
	TRY(bookings_number(
	    c, f->status, f->lot, f->from, f->until, f->q, c->now, COUNT_MOST + 1, &count));
	v->count = count.n;
	LISTING_FILL(c, l, f, v);
	TRY(lots_with_bookings(c, &v->lots));
	FOR_ROWS (lot_to_choose, each, v->lots)
		each->chosen = each->id == f->lot;
	return reply_one(r, v);
}

const struct route reservation_admin_routes[] = {
	{ GET, "/admin/reservations", ADMIN, list, TAKES(booking_filter), GIVES(all_bookings),
	    .page = "reservations/all", .again = "/admin/reservations",
	    .doc = "Every booking, by lot, state, day and person." },
	{ 0 },
};
