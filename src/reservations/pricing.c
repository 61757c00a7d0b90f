/* pricing.c -- what the lot's tariff says. */
#include "reservations/inner.h"

const struct field price_line_fields[] = { FIELD(price_line, says), FIELD(price_line, amount),
	FIELD_END };

/* Until tariffs/ is there: five for each started hour. */
enum problem
price_between(struct ctx *c, const struct lot *lot, int64_t version_id, bool in_force,
    instant starts, instant ends, struct priced *out)
{
	int64_t hours = (ends.us - starts.us + HOUR - 1) / HOUR;
	struct price_line *line = arena_alloc(c->arena, sizeof *line);

	(void)lot, (void)version_id, (void)in_force;
	line->says = arena_fmt(c->arena, "%lld started hours", (long long)hours);
	line->amount.minor = hours * 500;
	*out = (struct priced){ line->amount, 0, { line, 1 } };
	return OK;
}
