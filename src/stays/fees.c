/* fees.c -- what a stay costs. */
#include "gear/zones.h"
#include "stays/inner.h"
#include "stays_sql.h"

static const struct zone *
clock_of(const struct stay *s)
{
	const struct zone *z = zone_find(s->time_zone);

	return z ? z : zone_utc();
}

static int64_t
grace_of(const struct tariff *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->lines[i].kind == GRACE)
			return t->lines[i].minutes * MINUTE;
	return 0;
}

/* The time outside what was booked costs what a booking of all of it would have cost more. */
static enum problem
beyond_booking(struct ctx *c, const struct stay *s, const struct tariff *t, instant leaves,
    struct stay_price *out)
{
	struct price booked = { 0 }, all = { 0 };
	instant from = s->booked_from, until = s->booked_until;
	int64_t more;

	if (instant_minus(from, s->entered_at) > ARRIVE_EARLY)
		from = s->entered_at;
	if (instant_minus(leaves, until) > grace_of(t))
		until = leaves;
	if (from.us == s->booked_from.us && until.us == s->booked_until.us)
		return OK;
	TRY(tariff_price(c, t, clock_of(s), s->booked_from, s->booked_until, &booked));
	TRY(tariff_price(c, t, clock_of(s), from, until, &all));
	more = all.total.minor - booked.total.minor;
	if (more <= 0)
		return OK;
	struct price_row *row = arena_alloc(c->arena, sizeof *row);
	*row = (struct price_row){ arena_fmt(c->arena, "%s outside the booking",
				       time_span(c->arena,
					   instant_minus(s->booked_from, from) +
					       instant_minus(until, s->booked_until))),
		{ more } };
	out->fee.minor += more;
	out->because = (struct rows){ row, 1 };
	return OK;
}

enum problem
stay_priced(struct ctx *c, const struct stay *s, instant leaves, struct stay_price *out)
{
	struct tariff t = { 0 };
	struct price price = { 0 };
	struct reservation r = { 0 };

	*out = (struct stay_price){ { 0 }, { 0 }, { 0 } };
	TRY(tariff_version_load(c, s->tariff_version_id, &t));
	if (s->reservation_id == 0) {
		TRY(tariff_price(c, &t, clock_of(s), s->entered_at, leaves, &price));
		out->fee = price.total;
		out->because = price.because;
		return OK;
	}
	TRY(reservation_look(c, s->reservation_id, &r));
	out->fee = out->booked = r.price;
	return beyond_booking(c, s, &t, leaves, out);
}
