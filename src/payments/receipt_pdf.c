/* receipt_pdf.c -- a receipt on paper. */
#include "gear/pdf.h"
#include "gear/zones.h"
#include "payments/receipts.h"
#include "tariffs/tariffs.h"

/* "Tue 17 Nov 2026, 14:00 CET" */
static text
moment(struct arena *a, const struct zone *z, instant t)
{
	struct civil at;

	zone_civil(z, t, &at);
	return arena_fmt(
	    a, "%s %d, %s %s", time_day(a, z, t), at.year, time_clock(a, z, t), time_abbr(a, z, t));
}

static text
place(struct arena *a, const struct receipt *q)
{
	struct buf b = BUF(a);

	buf_add(&b, q->lot_name);
	if (*q->lot_address)
		buf_fmt(&b, ", %s", q->lot_address);
	if (*q->lot_city)
		buf_fmt(&b, ", %s", q->lot_city);
	return buf_text(&b);
}

static text
method_words(const struct receipt *q)
{
	bool back = q->amount.minor < 0;

	if (text_is(q->method, "cash"))
		return back ? "in cash" : "Cash";
	if (text_is(q->method, "card"))
		return back ? "to the card, at the terminal" : "Card, at the terminal";
	return back ? "to where it came from, online" : "Online";
}

static void
pair(struct pdf *p, text label, text says)
{
	if (*says)
		pdf_pair(p, label, says);
}

static void
facts(struct arena *a, struct pdf *p, const struct receipt_view *v)
{
	const struct receipt *q = v->receipt;
	const struct zone *z = zone_find(q->time_zone);

	if (z == NULL)
		z = zone_utc();
	pair(p, "Issued", moment(a, z, q->issued_at));
	pair(p, "For", q->user_name);
	pair(p, "Lot", place(a, q));
	pair(p, "Slot", q->slot_label);
	if (!instant_none(q->starts)) {
		pair(p, "From", moment(a, z, q->starts));
		pair(p, "Until", moment(a, z, q->ends));
		pair(p, "Time zone", q->time_zone);
	}
	pair(p, "Number plate", q->plate);
	pair(p, "Booking", v->code);
	pair(p, v->credit ? "Went back" : "Paid", method_words(q));
	FOR_ROWS (receipt_link, each, v->beside)
		if (v->credit != each->credit)
			pair(p, each->credit ? "Credit note" : "Of receipt",
			    arena_fmt(a, "No. %s, %s", each->number,
				money_text(a, each->amount, v->currency)));
}

static void
sum_row(
    struct arena *a, struct pdf *p, enum pdf_style style, text what, money amount, text currency)
{
	const struct pdf_cell cells[] = { { what, .72, false },
		{ money_text(a, amount, currency), .28, true } };

	pdf_row(p, style, cells, LENGTH(cells));
}

static void
sums(struct arena *a, struct pdf *p, const struct receipt_view *v)
{
	const struct receipt *q = v->receipt;

	pdf_rule(p, true);
	FOR_ROWS (price_row, line, v->lines)
		sum_row(a, p, PDF_BODY, line->what, line->amount, q->currency);
	pdf_rule(p, false);
	sum_row(
	    a, p, PDF_BOLD, v->credit ? "Total given back" : "Total paid", q->amount, q->currency);
	if (*v->tax_rate) {
		sum_row(a, p, PDF_BODY, "Without tax", v->net, q->currency);
		sum_row(a, p, PDF_BODY, arena_fmt(a, "Tax, %s, contained in it", v->tax_rate),
		    q->tax, q->currency);
	} else {
		pdf_say(p, PDF_SMALL, "No tax is contained in it.");
	}
	pdf_rule(p, true);
}

enum problem
receipt_pdf(struct ctx *c, const struct receipt_view *v, const void **bytes, size_t *n)
{
	const struct receipt *q = v->receipt;
	text title =
	    arena_fmt(c->arena, "%s No. %s", v->credit ? "Credit note" : "Receipt", q->number);
	struct pdf *p = pdf_new(c->arena, title, "en", title, q->issued_at);

	pdf_say(p, PDF_TITLE, title);
	pdf_gap(p, 4);
	facts(c->arena, p, v);
	pdf_gap(p, 6);
	sums(c->arena, p, v);
	pdf_gap(p, 4);
	pdf_say(p, PDF_SMALL, "Prices include tax. Keep this for your records.");
	if (pdf_done(p, bytes, n))
		return OK;
	return fail(c, UNAVAILABLE, "The document cannot be made now. The page says the same.");
}
