/* receipt_view.c -- what stands on a receipt beside its row: the lines, the tax, its neighbours. */
#include "gear/zones.h"
#include "payments/inner.h"
#include "payments/receipts.h"
#include "payments_sql.h"

const struct field receipt_link_fields[] = { FIELD(receipt_link, id), FIELD(receipt_link, number),
	FIELD(receipt_link, amount), FIELD(receipt_link, credit, .doc = "Of a refund"), FIELD_END };

const struct field receipt_view_fields[] = {
	FIELD_ONE(receipt_view, receipt, receipt),
	FIELD_LIST(receipt_view, lines, price_row, .doc = "What for; they add up to the amount"),
	FIELD_LIST(receipt_view, beside, receipt_link, .doc = "Of the same payment"),
	FIELD(receipt_view, net, .doc = "The amount without its tax"),
	FIELD(receipt_view, tax_rate, .nullable = true, .doc = "19%"),
	FIELD(receipt_view, code, .nullable = true, .doc = "Of the ticket"),
	FIELD(receipt_view, credit, .doc = "It is of a refund, and its figures are negative"),
	FIELD(receipt_view, currency, .doc = "ISO 4217"),
	FIELD(receipt_view, time_zone, .hidden = true),
	FIELD_END,
};

/* 1900 → "19%", 810 → "8.1%", 825 → "8.25%" */
static text
rate_words(struct arena *a, int64_t basis_points)
{
	long long whole = (long long)(basis_points / 100), rest = (long long)(basis_points % 100);

	if (basis_points == 0)
		return "";
	if (rest == 0)
		return arena_fmt(a, "%lld%%", whole);
	if (rest % 10 == 0)
		return arena_fmt(a, "%lld.%lld%%", whole, rest / 10);
	return arena_fmt(a, "%lld.%02lld%%", whole, rest);
}

static text
what_for(struct arena *a, const struct receipt *q)
{
	if (q->amount.minor < 0)
		return arena_fmt(a, "Given back: %s", *q->reason ? q->reason : "parking");
	if (text_is(q->kind, "extension"))
		return "Staying longer";
	return "Parking";
}

static void
one_line(struct ctx *c, const struct receipt *q, struct rows *lines)
{
	struct price_row *row = arena_alloc(c->arena, sizeof *row);

	*row = (struct price_row){ what_for(c->arena, q), q->amount };
	*lines = (struct rows){ row, 1 };
}

/* The lines of the tariff it was booked by, if what they add up to is what was paid here: a part of
 * the price, or one that was agreed on otherwise, has none. */
static bool
tariff_lines(struct ctx *c, const struct receipt *q, struct rows *lines)
{
	const struct zone *z = zone_find(q->time_zone);
	struct reservation r = { 0 };
	struct tariff t = { 0 };
	struct price price = { 0 };

	if (q->reservation_id == 0 || text_is(q->kind, "extension") || q->amount.minor < 0 ||
	    instant_none(q->starts) || z == NULL ||
	    reservation_load(c, q->reservation_id, &r) != OK || r.tariff_version_id == 0 ||
	    tariff_version_load(c, r.tariff_version_id, &t) != OK ||
	    tariff_price(c, &t, z, q->starts, q->ends, &price) != OK ||
	    price.total.minor != q->amount.minor || !text_is(price.currency, q->currency))
		return false;
	*lines = price.because;
	return lines->n > 0;
}

enum problem
receipt_view(struct ctx *c, int64_t id, struct receipt_view *out)
{
	struct receipt *q = arena_alloc(c->arena, sizeof *q);

	TRY(receipt_load(c, id, q));
	*out = (struct receipt_view){ .receipt = q,
		.net = { q->amount.minor - q->tax.minor },
		.tax_rate = rate_words(c->arena, q->tax_basis_points),
		.credit = q->amount.minor < 0,
		.currency = q->currency,
		.time_zone = q->time_zone };
	if (q->reservation_id)
		out->code = reservation_code(c->arena, q->reservation_id);
	TRY(receipts_beside(c, id, &out->beside));
	if (!tariff_lines(c, q, &out->lines))
		one_line(c, q, &out->lines);
	c->detail = NULL; /* why there are no lines is nobody's problem */
	fields_complete(receipt_view_fields, out);
	return OK;
}
