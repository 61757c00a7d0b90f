/* routes_stays.c -- all stays, and one with its money. */
#include "base/listing.h"
#include "gate/gate.h"
#include "gate_sql.h"
#include "web/web.h"

static const struct listing stay_listing = {
	.path = "/stays",
	.csv = "/admin/tables/stays.csv",
	.usual = "-entered",
	.filter = stays_asked_fields,
	.headings =
	    (const struct heading[]){
		{ "Plate" },
		{ "Lot" },
		{ "Slot" },
		{ "In", "entered", .falling = true },
		{ "Out" },
		{ "How long", "lasts", .number = true, .falling = true },
		{ "Cost", "fee", .number = true, .falling = true },
		{ "State" },
		{ NULL },
	    },
};

struct stays_page {
	LISTING_PAGE; /* struct stay */
	struct rows lots; /* struct gate_lot */
	const struct stays_asked *f;
	text plate, from, until; /* what the form falls back to */
};
static const struct field stays_page_fields[] = {
	LISTING_PAGE_FIELDS(stays_page, stay),
	FIELD_LIST(stays_page, lots, gate_lot, .hidden = true),
	FIELD_ONE(stays_page, f, stays_asked, .hidden = true),
	FIELD(stays_page, plate, .hidden = true),
	FIELD(stays_page, from, .hidden = true),
	FIELD(stays_page, until, .hidden = true),
	FIELD_END,
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct stays_asked *w = in;
	struct listing l = stay_listing;
	struct stays_page *v = arena_alloc(c->arena, sizeof *v);
	struct stay_filter f = { 0 };

	*v = (struct stays_page){ .f = w, .plate = w->plate, .from = w->from, .until = w->until };
	TRY(stays_asked_for(c, w, &f));
	f.sort = listing_order(&l, w);
	f.skip = listing_skip(&l, w);
	f.most = listing_most(&l, w);
	if (c->person.role < ADMIN)
		l.csv = NULL;
	TRY(stays_list(c, &f, &v->items));
	TRY(stays_count(c, &f, COUNT_MOST + 1, &v->count));
	LISTING_FILL(c, &l, w, v);
	TRY(gate_lots(c, w->lot, &v->lots));
	return reply_one(r, v);
}

/* ---- one */

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

struct stay_page {
	const struct stay *stay;
	struct rows because; /* struct price_row */
	struct rows payments; /* struct payment */
	money fee, amount_owed; /* if it left now, or as it left; what is to be paid then */
	money online; /* so much of it can be paid online here */
	text currency, time_zone, amount;
	bool may_record, may_pay_online, may_close;
};
static const struct field stay_page_fields[] = {
	FIELD_ONE(stay_page, stay, stay),
	FIELD(stay_page, fee, .doc = "In all: if it left now, or as it left"),
	FIELD(stay_page, amount_owed, .doc = "… and what of it is still to pay"),
	FIELD(stay_page, online, .hidden = true),
	FIELD(stay_page, currency),
	FIELD_LIST(stay_page, because, price_row, .doc = "Why it costs that, beyond its booking"),
	FIELD_LIST(stay_page, payments, payment, .doc = "For it and its booking"),
	FIELD(stay_page, time_zone, .hidden = true),
	FIELD(stay_page, amount, .hidden = true),
	FIELD(stay_page, may_record, .hidden = true),
	FIELD(stay_page, may_pay_online, .hidden = true),
	FIELD(stay_page, may_close, .hidden = true),
	FIELD_END,
};

static enum problem
owed_of(struct ctx *c, const struct stay *s, const struct stay_price *price, struct stay_page *v)
{
	money booking = { 0 };
	text currency;

	v->fee = s->open ? price->fee : s->fee;
	if (s->reservation_id)
		TRY(payment_owed(c, s->reservation_id, &booking, &currency));
	v->amount_owed = s->owes;
	if (s->open)
		v->amount_owed.minor = price->fee.minor - price->booked.minor + booking.minor;
	v->online.minor = s->closed ? s->owes.minor - booking.minor : 0;
	return OK;
}

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *w = in;
	struct stay_page *v = arena_alloc(c->arena, sizeof *v);
	struct stay *s = arena_alloc(c->arena, sizeof *s);
	struct stay_price price = { 0 };
	bool staff = c->person.role >= OPERATOR;

	TRY(stay_load(c, w->id, s));
	*v = (struct stay_page){ .stay = s, .currency = s->currency, .time_zone = s->time_zone };
	if (s->open || text_is(s->closed_how, "exit") || text_is(s->closed_how, "unseen"))
		TRY(stay_priced(c, s, s->open ? c->now : s->left_at, &price));
	TRY(owed_of(c, s, &price, v));
	if (s->open || price.fee.minor == s->fee.minor)
		v->because = price.because;
	TRY(payments_of_stay(c, s->id, s->reservation_id, &v->payments));
	v->may_close = staff && s->open;
	v->may_record = staff && s->closed && s->owes.minor > 0;
	v->amount = money_plain(c->arena, s->owes, s->currency);
	v->may_pay_online = s->user_id == c->person.id && payments_online() && v->online.minor > 0;
	return reply_one(r, v);
}

/* clang-format off */
const struct route gate_stay_routes[] = {
	{ GET, "/stays", OPERATOR, list, TAKES(stays_asked), GIVES(stays_page), .page = "stays/list", .again = "/stays", .scope = "gate",
	  FAILS(NOT_FOUND), .doc = "Stays, newest first unless told." },
	{ GET, "/stays/:id", CUSTOMER, show, TAKES(which), GIVES(stay_page), .page = "stays/show", .scope = "gate", .pays = true,
	  FAILS(NOT_FOUND), .doc = "A stay of your own, for operators of anybody: when, where, what it costs and what was paid." },
	{ 0 },
};
/* clang-format on */
