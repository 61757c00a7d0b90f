/* s4_desk.c -- S4's figures for admins: the house at a glance, and its money. */
#include "desk/desk.h"
#include "dialects/dialects.h"

enum { LATEST = 5 };

/* ---- /admindashboard */

struct metrics {
	int64_t total_users, total_reservations;
	text total_revenue, currency;
	int64_t active_parking_lots, total_slots, occupied_slots, available_slots;
};
static const struct field metrics_fields[] = {
	FIELD(metrics, total_users),
	FIELD(metrics, total_reservations),
	FIELD(
	    metrics, total_revenue, .figure = true, .doc = "In CURRENCY, what went back taken off"),
	FIELD(metrics, currency),
	FIELD(metrics, active_parking_lots),
	FIELD(metrics, total_slots),
	FIELD(metrics, occupied_slots),
	FIELD(metrics, available_slots),
	FIELD_END,
};
struct glance {
	bool success;
	const struct metrics *metrics;
};
static const struct field glance_fields[] = { FIELD(glance, success),
	FIELD_ONE(glance, metrics, metrics), FIELD_END };

static enum problem
at_a_glance(struct ctx *c, const void *in, struct reply *r)
{
	struct glance *g = arena_alloc(c->arena, sizeof *g);
	struct metrics *m = arena_alloc(c->arena, sizeof *m);
	struct desk_house house = { 0 };
	struct rows revenues;

	(void)in;
	TRY(desk_house(c, &house));
	TRY(desk_revenues(c, &revenues));
	const struct desk_revenue *main = ROW(desk_revenue, revenues, 0);
	*m = (struct metrics){ .total_users = house.users,
		.total_reservations = house.bookings,
		.total_revenue = money_plain(c->arena, main->total, main->currency),
		.currency = main->currency,
		.active_parking_lots = house.lots,
		.total_slots = house.slots,
		.occupied_slots = house.occupied,
		.available_slots = house.available };
	*g = (struct glance){ true, m };
	r->location = "/admin"; /* people have a page of their own */
	return reply_one(r, g);
}

/* ---- /financialstats */

struct by_method {
	text payment_method, total;
};
static const struct field by_method_fields[] = {
	FIELD(by_method, payment_method, .doc = "online, card, cash"),
	FIELD(by_method, total, .figure = true),
	FIELD_END,
};
struct by_currency {
	text currency, total_revenue, revenue_this_month;
};
static const struct field by_currency_fields[] = {
	FIELD(by_currency, currency),
	FIELD(by_currency, total_revenue, .figure = true),
	FIELD(by_currency, revenue_this_month, .figure = true),
	FIELD_END,
};
struct transaction {
	int64_t payment_id, reservation_id;
	text payment_method, amount, currency, lot, user;
	instant paid_at;
};
static const struct field transaction_fields[] = {
	FIELD(transaction, payment_id),
	FIELD(transaction, reservation_id, .nullable = true),
	FIELD(transaction, payment_method),
	FIELD(transaction, amount, .figure = true),
	FIELD(transaction, currency),
	FIELD(transaction, lot),
	FIELD(transaction, user, .nullable = true),
	FIELD(transaction, paid_at),
	FIELD_END,
};
struct finances {
	bool success;
	text total_revenue, revenue_this_month, currency;
	struct rows payment_method_breakdown, latest_transactions, by_currency;
};
static const struct field finances_fields[] = {
	FIELD(finances, success),
	FIELD(finances, total_revenue, .figure = true,
	    .doc = "In CURRENCY, what went back taken off"),
	FIELD(finances, revenue_this_month, .figure = true),
	FIELD(finances, currency),
	FIELD_LIST(finances, payment_method_breakdown, by_method, .doc = "Of the total"),
	FIELD_LIST(finances, latest_transactions, transaction, .doc = "Five, newest first"),
	FIELD_LIST(finances, by_currency, by_currency, .doc = "The other currencies"),
	FIELD_END,
};

static void
tell_methods(struct ctx *c, const struct desk_revenue *v, struct rows *out)
{
	const struct {
		text method;
		money total;
	} all[] = { { "online", v->online }, { "card", v->card }, { "cash", v->cash } };

	out->v = arena_alloc(c->arena, LENGTH(all) * sizeof(struct by_method));
	for (size_t i = 0; i < LENGTH(all); i++)
		*ROW(by_method, *out, out->n++) = (struct by_method){ all[i].method,
			money_plain(c->arena, all[i].total, v->currency) };
}

static void
tell_others(struct ctx *c, struct rows revenues, struct rows *out)
{
	out->v = arena_alloc(c->arena, (revenues.n + 1) * sizeof(struct by_currency));
	for (size_t i = 1; i < revenues.n; i++) {
		const struct desk_revenue *v = ROW(desk_revenue, revenues, i);

		*ROW(by_currency, *out, out->n++) =
		    (struct by_currency){ v->currency, money_plain(c->arena, v->total, v->currency),
			    money_plain(c->arena, v->this_month, v->currency) };
	}
}

static enum problem
tell_latest(struct ctx *c, struct rows *out)
{
	struct rows latest;

	TRY(desk_latest(c, LATEST, &latest));
	out->v = arena_alloc(c->arena, (latest.n + 1) * sizeof(struct transaction));
	FOR_ROWS (desk_payment, p, latest)
		*ROW(transaction, *out, out->n++) = (struct transaction){ p->payment_id,
			p->reservation_id, p->method, money_plain(c->arena, p->amount, p->currency),
			p->currency, p->lot, p->user_name, p->paid_at };
	return OK;
}

static enum problem
finances(struct ctx *c, const void *in, struct reply *r)
{
	struct finances *f = arena_alloc(c->arena, sizeof *f);
	struct rows revenues;

	(void)in;
	TRY(desk_revenues(c, &revenues));
	const struct desk_revenue *main = ROW(desk_revenue, revenues, 0);
	*f = (struct finances){ .success = true,
		.total_revenue = money_plain(c->arena, main->total, main->currency),
		.revenue_this_month = money_plain(c->arena, main->this_month, main->currency),
		.currency = main->currency };
	tell_methods(c, main, &f->payment_method_breakdown);
	tell_others(c, revenues, &f->by_currency);
	TRY(tell_latest(c, &f->latest_transactions));
	return reply_one(r, f);
}

const struct route s4_desk_routes[] = {
	{ GET, "/admindashboard", ADMIN, at_a_glance, GIVES(glance), .dress = HERE, .dialect = &s4,
	    .doc = "S4: the house at a glance; people are sent on to the dashboard." },
	{ GET, "/financialstats", ADMIN, finances, GIVES(finances), .dress = API_ONLY,
	    .dialect = &s4, .doc = "S4: what came in, how, and the latest payments." },
	{ .path = NULL },
};
