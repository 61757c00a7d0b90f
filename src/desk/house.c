/* house.c -- the house at a glance: how many, how much, since ever. */
#include "desk/inner.h"
#include "gear/settings.h"
#include "desk_sql.h"

const struct field desk_house_fields[] = {
	FIELD(desk_house, users),
	FIELD(desk_house, bookings),
	FIELD(desk_house, lots),
	FIELD(desk_house, slots),
	FIELD(desk_house, occupied),
	FIELD(desk_house, available),
	FIELD_END,
};
const struct field desk_revenue_fields[] = {
	FIELD(desk_revenue, currency),
	FIELD(desk_revenue, total),
	FIELD(desk_revenue, this_month),
	FIELD(desk_revenue, online),
	FIELD(desk_revenue, card),
	FIELD(desk_revenue, cash),
	FIELD_END,
};
const struct field desk_payment_fields[] = {
	FIELD(desk_payment, payment_id),
	FIELD(desk_payment, reservation_id),
	FIELD(desk_payment, method),
	FIELD(desk_payment, amount),
	FIELD(desk_payment, currency),
	FIELD(desk_payment, paid_at),
	FIELD(desk_payment, lot),
	FIELD(desk_payment, user_name),
	FIELD_END,
};

enum problem
desk_house(struct ctx *c, struct desk_house *out)
{
	return desk_house_now(c, out);
}

enum problem
desk_revenues(struct ctx *c, struct rows *out)
{
	struct lot l = { 0 };
	struct rows there;
	int64_t today;

	TRY(desk_today(c, 0, &l, &today));
	TRY(desk_revenue_of(c, settings.currency, desk_day_text(c->arena, today), &there));
	out->v = arena_alloc(c->arena, (there.n + 1) * sizeof(struct desk_revenue));
	out->n = 0;
	if (there.n == 0 || !text_is(ROW(desk_revenue, there, 0)->currency, settings.currency))
		*ROW(desk_revenue, *out, out->n++) =
		    (struct desk_revenue){ .currency = settings.currency };
	FOR_ROWS (desk_revenue, r, there)
		*ROW(desk_revenue, *out, out->n++) = *r;
	return OK;
}

enum problem
desk_latest(struct ctx *c, int64_t most, struct rows *out)
{
	return desk_latest_payments(c, most, out);
}
