/* pricing.c -- what the lot's tariff says. */
#include "reservations/inner.h"
#include "tariffs/tariffs.h"

static enum problem
priced(struct ctx *c, const struct lot *lot, const struct tariff *t, instant starts, instant ends,
    struct priced *out)
{
	struct price price = { 0 };

	TRY(tariff_price(c, t, lot_clock(lot), starts, ends, &price));
	*out = (struct priced){ price.total, price.currency, t->version_id, price.because };
	return OK;
}

enum problem
price_now(struct ctx *c, const struct lot *lot, bool keep, instant starts, instant ends,
    struct priced *out)
{
	struct tariff t = { 0 };

	TRY(tariff_current(c, lot->tariff_id, lot->currency, &t));
	if (keep)
		TRY(tariff_keep(c, &t));
	return priced(c, lot, &t, starts, ends, out);
}

enum problem
price_as_booked(struct ctx *c, const struct lot *lot, const struct reservation *r, instant ends,
    struct priced *out)
{
	struct tariff t = { 0 };

	if (r->tariff_version_id == 0)
		return price_now(c, lot, false, r->starts, ends, out);
	TRY(tariff_version_load(c, r->tariff_version_id, &t));
	return priced(c, lot, &t, r->starts, ends, out);
}
