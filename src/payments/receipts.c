/* receipts.c -- a paper for each payment and each refund, numbered without a gap in each year. */
#include "gear/zones.h"
#include "payments/inner.h"
#include "payments_sql.h"

/* The year on the lot's wall.  Whoever takes the next number of a year waits until we commit. */
static enum problem
next_number(struct ctx *c, text time_zone, text *number)
{
	const struct zone *z = zone_find(time_zone);
	struct receipt_number n = { 0 };
	struct civil day;

	zone_civil(z ? z : zone_utc(), c->now, &day);
	TRY(receipt_number_next(c, day.year, &n));
	*number = arena_fmt(c->arena, "R-%04d-%06lld", day.year, (long long)n.last);
	return OK;
}

enum problem
receipt_for_payment(struct ctx *c, const struct payment *p)
{
	struct receipt made = { 0 };
	text number;

	TRY(next_number(c, p->time_zone, &number));
	return receipt_insert_payment(c, number, p->id, c->now, &made);
}

enum problem
receipt_for_refund(struct ctx *c, const struct refund *r)
{
	struct receipt made = { 0 };
	text number;

	TRY(next_number(c, r->time_zone, &number));
	return receipt_insert_refund(c, number, r->id, c->now, &made);
}
