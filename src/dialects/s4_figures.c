/* s4_figures.c -- S4's lists and figures for admins. */
#include "dialects/s4.h"
#include "dialects_sql.h"

struct asked {
	int64_t before;
};
static const struct field asked_fields[] = { FIELD(asked, before, .min = 0, .max = INT64_MAX,
						 .doc = "Only those with a smaller id"),
	FIELD_END };

/* ---- users */

const struct field s4_user_fields[] = { FIELD(s4_user, id), FIELD(s4_user, username),
	FIELD(s4_user, email), FIELD(s4_user, first_name), FIELD(s4_user, last_name),
	FIELD(s4_user, phone), FIELD(s4_user, role), FIELD(s4_user, verified),
	FIELD(s4_user, created_at), FIELD_END };
struct users {
	bool success;
	struct rows data;
};
static const struct field users_fields[] = { FIELD(users, success),
	FIELD_LIST(users, data, s4_user), FIELD_END };

static enum problem
users(struct ctx *c, const void *in, struct reply *r)
{
	struct users *a = arena_alloc(c->arena, sizeof *a);

	TRY(s4_users(c, ((const struct asked *)in)->before, S4_MOST, &a->data));
	a->success = true;
	return reply_one(r, a);
}

/* ---- reservations */

struct bookings {
	bool success;
	struct rows data;
};
static const struct field bookings_fields[] = { FIELD(bookings, success),
	{ .name = "data",
	    .type = FT_LIST,
	    .at = offsetof(struct bookings, data),
	    .inner = s4_reservation_fields,
	    .inner_size = sizeof(struct s4_booking) },
	FIELD_END };

static enum problem
bookings(struct ctx *c, const void *in, struct reply *r)
{
	struct bookings *a = arena_alloc(c->arena, sizeof *a);

	TRY(s4_reservations(c, ((const struct asked *)in)->before, c->now, S4_MOST, &a->data));
	FOR_ROWS (s4_booking, b, a->data)
		b->amount = money_plain(c->arena, b->price, b->currency);
	a->success = true;
	return reply_one(r, a);
}

/* ---- lots */

const struct field s4_lot_stats_fields[] = { FIELD(s4_lot_stats, id), FIELD(s4_lot_stats, name),
	FIELD(s4_lot_stats, city), FIELD(s4_lot_stats, total_slots),
	FIELD(s4_lot_stats, available_slots), FIELD(s4_lot_stats, occupied_slots),
	FIELD(s4_lot_stats, reserved_slots), FIELD(s4_lot_stats, total_reservations),
	FIELD(s4_lot_stats, earned, .hidden = true),
	FIELD(s4_lot_stats, revenue, .figure = true, .doc = "In the lot's currency"),
	FIELD(s4_lot_stats, currency), FIELD_END };
struct lot_stats {
	bool success;
	struct rows data;
};
static const struct field lot_stats_fields[] = { FIELD(lot_stats, success),
	FIELD_LIST(lot_stats, data, s4_lot_stats), FIELD_END };

static enum problem
lot_stats(struct ctx *c, const void *in, struct reply *r)
{
	struct lot_stats *a = arena_alloc(c->arena, sizeof *a);

	(void)in;
	TRY(s4_lots(c, S4_MOST, &a->data));
	FOR_ROWS (s4_lot_stats, l, a->data)
		l->revenue = money_plain(c->arena, l->earned, l->currency);
	a->success = true;
	return reply_one(r, a);
}

/* ---- people */

const struct field s4_top_user_fields[] = { FIELD(s4_top_user, user_id),
	FIELD(s4_top_user, username), FIELD(s4_top_user, first_name), FIELD(s4_top_user, bookings),
	FIELD_END };
const struct field s4_user_stats_fields[] = { FIELD(s4_user_stats, success),
	FIELD(s4_user_stats, total_users),
	FIELD(s4_user_stats, new_users_this_month, .doc = "Of the month by UTC"),
	FIELD(s4_user_stats, active_users, .doc = "Who logged in within the last 30 days"),
	FIELD_LIST(s4_user_stats, top_users, s4_top_user), FIELD_END };

static enum problem
user_stats(struct ctx *c, const void *in, struct reply *r)
{
	struct s4_user_stats *a = arena_alloc(c->arena, sizeof *a);

	(void)in;
	TRY(s4_people(c, c->now, a));
	TRY(s4_top_users(c, &a->top_users));
	a->success = true;
	return reply_one(r, a);
}

const struct route s4_figure_routes[] = {
	{ GET, "/getusers", ADMIN, users, TAKES(asked), GIVES(users), .dress = API_ONLY,
	    .dialect = &s4, .doc = "S4: all accounts, newest first, at most 1,000." },
	{ GET, "/getreservations", ADMIN, bookings, TAKES(asked), GIVES(bookings),
	    .dress = API_ONLY, .dialect = &s4,
	    .doc = "S4: all reservations, newest first, at most 1,000." },
	{ GET, "/lotstats", ADMIN, lot_stats, GIVES(lot_stats), .dress = API_ONLY, .dialect = &s4,
	    .doc = "S4: each lot's slots, reservations and revenue." },
	{ GET, "/userstats", ADMIN, user_stats, GIVES(s4_user_stats), .dress = API_ONLY,
	    .dialect = &s4, .doc = "S4: how many people there are, and who books most." },
	{ 0 },
};
