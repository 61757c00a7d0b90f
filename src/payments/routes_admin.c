/* routes_admin.c -- the admin's view of all payments, and giving money back. */
#include "gear/table.h"
#include "payments/inner.h"
#include "payments_sql.h"
#include "web/web.h"

/* ---- the lists */

static const struct listing payment_listing = {
	.path = "/admin/payments",
	.csv = "/admin/tables/payments.csv",
	.usual = "-when",
	.filter = payment_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "When", "when", .falling = true },
		{ "Lot", "lot" },
		{ "Customer", "customer" },
		{ "How", "how" },
		{ "State", "state" },
		{ "Amount", "amount", .number = true, .falling = true },
		{ "Went back", "refunded", .number = true, .falling = true },
		{ "Receipt" },
		{ NULL },
	    },
};

struct payment_list {
	LISTING_PAGE; /* struct payment */
	struct rows lots; /* struct lot_choice */
	const struct payment_filter *f;
};
static const struct field payment_list_fields[] = {
	LISTING_PAGE_FIELDS(payment_list, payment),
	FIELD_LIST(payment_list, lots, lot_choice, .hidden = true),
	FIELD_ONE(payment_list, f, payment_filter, .hidden = true),
	FIELD_END,
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct payment_filter *f = in;
	const struct listing *l = &payment_listing;
	struct payment_list *v = arena_alloc(c->arena, sizeof *v);
	struct number_of count = { 0 };

	v->f = f;
	TRY(payments_page(c, f->method, f->status, f->lot, f->from, f->until, f->q,
	    listing_order(l, f), listing_skip(l, f), listing_most(l, f), &v->items));
	TRY(payments_number(
	    c, f->method, f->status, f->lot, f->from, f->until, f->q, COUNT_MOST + 1, &count));
	v->count = count.n;
	LISTING_FILL(c, l, f, v);
	FOR_ROWS (payment, p, v->items)
		p->refundable.minor =
		    text_is(p->status, "paid") ? p->amount.minor - p->refunded.minor : 0;
	TRY(lots_to_choose(c, &v->lots));
	FOR_ROWS (lot_choice, each, v->lots)
		each->chosen = each->id == f->lot;
	return reply_one(r, v);
}

static enum problem
list_as_csv(struct ctx *c, const void *in, struct reply *r)
{
	return reply_table(c, table_named("payments"), in, r);
}

static const struct listing refund_listing = {
	.path = "/admin/refunds",
	.csv = "/admin/tables/refunds.csv",
	.usual = "-when",
	.filter = refund_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "Asked for", "when", .falling = true },
		{ "Customer", "customer" },
		{ "How", "how" },
		{ "State", "state" },
		{ "Amount", "amount", .number = true, .falling = true },
		{ "Why" },
		{ "By" },
		{ "Credit note" },
		{ NULL },
	    },
};

struct refund_list {
	LISTING_PAGE; /* struct refund */
	const struct refund_filter *f;
};
static const struct field refund_list_fields[] = {
	LISTING_PAGE_FIELDS(refund_list, refund),
	FIELD_ONE(refund_list, f, refund_filter, .hidden = true),
	FIELD_END,
};

static enum problem
list_refunds(struct ctx *c, const void *in, struct reply *r)
{
	const struct refund_filter *f = in;
	const struct listing *l = &refund_listing;
	struct refund_list *v = arena_alloc(c->arena, sizeof *v);
	struct number_of count = { 0 };

	v->f = f;
	TRY(refunds_page(c, f->status, f->method, f->from, f->until, f->q, listing_order(l, f),
	    listing_skip(l, f), listing_most(l, f), &v->items));
	TRY(refunds_number(
	    c, f->status, f->method, f->from, f->until, f->q, COUNT_MOST + 1, &count));
	v->count = count.n;
	LISTING_FILL(c, l, f, v);
	return reply_one(r, v);
}

static const struct listing receipt_listing = {
	.path = "/admin/receipts",
	.csv = "/admin/tables/receipts.csv",
	.usual = "-when",
	.filter = receipt_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "Number", "number", .falling = true },
		{ "Issued", "when", .falling = true },
		{ "Customer", "customer" },
		{ "Lot", "lot" },
		{ "How" },
		{ "Amount", "amount", .number = true, .falling = true },
		{ "Tax in it", "tax", .number = true, .falling = true },
		{ NULL },
	    },
};

struct all_receipts {
	LISTING_PAGE; /* struct receipt */
	const struct receipt_filter *f;
};
static const struct field all_receipts_fields[] = {
	LISTING_PAGE_FIELDS(all_receipts, receipt),
	FIELD_ONE(all_receipts, f, receipt_filter, .hidden = true),
	FIELD_END,
};

static enum problem
list_receipts(struct ctx *c, const void *in, struct reply *r)
{
	const struct receipt_filter *f = in;
	const struct listing *l = &receipt_listing;
	struct all_receipts *v = arena_alloc(c->arena, sizeof *v);
	struct number_of count = { 0 };

	v->f = f;
	TRY(receipts_page(c, f->of, f->from, f->until, f->q, listing_order(l, f),
	    listing_skip(l, f), listing_most(l, f), &v->items));
	TRY(receipts_number(c, f->of, f->from, f->until, f->q, COUNT_MOST + 1, &count));
	v->count = count.n;
	LISTING_FILL(c, l, f, v);
	return reply_one(r, v);
}

/* ---- one */

struct payment_view {
	const struct payment *payment;
	const struct charge *charge;
	struct rows refunds; /* struct refund */
	struct rows events; /* struct inbox_event */
	text currency, time_zone, amount, reason;
	bool may_refund;
};
static const struct field payment_view_fields[] = {
	FIELD_ONE(payment_view, payment, payment),
	FIELD_ONE(payment_view, charge, charge),
	FIELD_LIST(payment_view, refunds, refund),
	FIELD_LIST(payment_view, events, inbox_event, .doc = "What the provider told"),
	FIELD(payment_view, currency, .hidden = true),
	FIELD(payment_view, time_zone, .hidden = true),
	FIELD(payment_view, amount, .hidden = true),
	FIELD(payment_view, reason, .hidden = true),
	FIELD(payment_view, may_refund, .hidden = true),
	FIELD_END,
};

struct which_payment {
	int64_t id;
};
static const struct field which_payment_fields[] = {
	FIELD(which_payment, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_payment *w = in;
	struct payment_view *v = arena_alloc(c->arena, sizeof *v);
	struct payment *p = arena_alloc(c->arena, sizeof *p);
	struct charge *charge = arena_alloc(c->arena, sizeof *charge);

	TRY(payment_load(c, w->id, p));
	TRY(charge_load(c, p->charge_id, charge));
	TRY(refunds_of(c, w->id, &v->refunds));
	TRY(inbox_of_payment(c, w->id, &v->events));
	v->payment = p;
	v->charge = charge;
	v->currency = p->currency;
	v->time_zone = p->time_zone;
	v->may_refund = p->refundable.minor > 0;
	v->amount = money_plain(c->arena, p->refundable, p->currency);
	fields_complete(payment_view_fields, v);
	return reply_one(r, v);
}

struct refunding {
	int64_t id;
	text amount, reason;
};
static const struct field refunding_fields[] = {
	FIELD(refunding, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(refunding, amount, .max = 20,
	    .doc = "Decimal, in the payment's currency: 4.50. Nothing: all that is left"),
	FIELD(refunding, reason, .required = true, .max = 200, .doc = "The customer reads it"),
	FIELD_END,
};

static enum problem
refund(struct ctx *c, const void *in, struct reply *r)
{
	const struct refunding *w = in;
	struct refund *made = arena_alloc(c->arena, sizeof *made);
	struct payment p = { 0 };
	money amount;

	TRY(payment_load(c, w->id, &p));
	amount = p.refundable;
	if (*w->amount && !money_parse(w->amount, p.currency, &amount))
		return complain(c, "amount", "Write an amount like %s.",
		    money_plain(c->arena, p.refundable, p.currency));
	TRY(payment_refund(c, w->id, amount, w->reason, made));
	r->flash = arena_fmt(c->arena,
	    text_is(made->status, "done") ? "%s went back. Hand it out now."
					  : "%s is on its way back.",
	    money_text(c->arena, made->amount, made->currency));
	return reply_made(r, arena_fmt(c->arena, "/admin/payments/%lld", (long long)w->id), made);
}

static enum problem
hand_out(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_payment *w = in;
	struct refund *done = arena_alloc(c->arena, sizeof *done);

	TRY(refund_hand_out(c, w->id, done));
	TRY(reply_one(r, done));
	r->location = arena_fmt(c->arena, "/admin/payments/%lld", (long long)done->payment_id);
	r->flash = "It is written down as handed out.";
	return OK;
}

const struct route payment_admin_routes[] = {
	{ GET, "/admin/payments", ADMIN, list, TAKES(payment_filter), GIVES(payment_list),
	    .page = "payments/list", .again = "/admin/payments",
	    .doc = "All payments, by method, status, lot, day and customer." },
	{ GET, "/admin/payments.csv", ADMIN, list_as_csv, TAKES(payment_filter), .dress = PAGE_ONLY,
	    FAILS(BUSY), .doc = "Money that came, and, negative, money that went back, as CSV." },
	{ GET, "/admin/refunds", ADMIN, list_refunds, TAKES(refund_filter), GIVES(refund_list),
	    .page = "payments/refunds", .again = "/admin/refunds",
	    .doc = "All refunds, by state, method, day and customer." },
	{ GET, "/admin/receipts", ADMIN, list_receipts, TAKES(receipt_filter), GIVES(all_receipts),
	    .page = "payments/all_receipts", .again = "/admin/receipts",
	    .doc = "All receipts and credit notes, by day and customer." },
	{ GET, "/admin/payments/:id", ADMIN, show, TAKES(which_payment), GIVES(payment_view),
	    .page = "payments/show",
	    .doc = "One payment: its charge, its refunds, and what the provider told." },
	{ POST, "/admin/payments/:id/refunds", ADMIN, refund, TAKES(refunding), GIVES(refund),
	    .makes = true, .again = "/admin/payments/:id", .once = true,
	    .doc = "Give back a payment, or a part of it.", FAILS(WRONG_STATE) },
	{ POST, "/admin/refunds/:id/handed-out", ADMIN, hand_out, TAKES(which_payment),
	    GIVES(refund), .doc = "Cash of a refund that a rule made was handed out.",
	    FAILS(WRONG_STATE) },
	{ 0 },
};
