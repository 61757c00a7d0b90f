/* routes_receipts.c -- receipts on the web: the list, a page each, and on paper. */
#include "gear/zones.h"
#include "payments/receipts.h"
#include "reservations/reservations.h"
#include "web/web.h"

#define A_PAGE 50

/* ---- the list */

struct receipts_asked {
	int64_t reservation, before;
};
static const struct field receipts_asked_fields[] = {
	FIELD(receipts_asked, reservation, .min = 0, .max = INT64_MAX,
	    .doc = "Those of this booking alone"),
	FIELD(receipts_asked, before, .min = 0, .max = INT64_MAX,
	    .doc = "Older than the receipt of this id"),
	FIELD_END,
};

struct receipt_list {
	struct rows items; /* struct receipt */
	int64_t reservation;
	text next;
};
static const struct field receipt_list_fields[] = {
	FIELD_LIST(receipt_list, items, receipt),
	FIELD(receipt_list, reservation, .hidden = true),
	FIELD(receipt_list, next, .nullable = true, .doc = "Address of older ones"),
	FIELD_END,
};

static void
date_them(struct ctx *c, struct rows receipts)
{
	static const text months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };

	FOR_ROWS (receipt, q, receipts) {
		const struct zone *z = zone_find(q->time_zone);
		struct civil day;

		zone_civil(z ? z : zone_utc(), q->issued_at, &day);
		q->day_number = arena_fmt(c->arena, "%d", day.day);
		q->day_rest = arena_fmt(c->arena, "%s %d", months[day.month - 1], day.year);
	}
}

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct receipts_asked *w = in;
	struct receipt_list *v = arena_alloc(c->arena, sizeof *v);
	struct reservation of = { 0 };

	*v = (struct receipt_list){ .reservation = w->reservation, .next = "" };
	if (w->reservation) {
		TRY(reservation_load(c, w->reservation, &of));
		TRY(receipts_of_reservation(c, w->reservation, &v->items));
		date_them(c, v->items);
		return reply_one(r, v);
	}
	TRY(receipts_mine(c, w->before, A_PAGE + 1, &v->items));
	date_them(c, v->items);
	if (v->items.n > A_PAGE) {
		v->items.n = A_PAGE;
		v->next = arena_fmt(c->arena, "/receipts?before=%lld",
		    (long long)ROW(receipt, v->items, A_PAGE - 1)->id);
	}
	return reply_one(r, v);
}

/* ---- one */

struct which_receipt {
	int64_t id;
};
static const struct field which_receipt_fields[] = {
	FIELD(which_receipt, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_receipt *w = in;
	struct receipt_view *v = arena_alloc(c->arena, sizeof *v);

	TRY(receipt_view(c, w->id, v));
	return reply_one(r, v);
}

static enum problem
on_paper(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_receipt *w = in;
	struct receipt_view v = { 0 };
	const void *bytes;
	size_t n;

	TRY(receipt_view(c, w->id, &v));
	TRY(receipt_pdf(c, &v, &bytes, &n));
	TRY(reply_bytes(r, "application/pdf", bytes, n));
	r->file_name = arena_fmt(c->arena, "%s.pdf", v.receipt->number);
	return OK;
}

const struct route payment_receipt_routes[] = {
	{ GET, "/receipts", CUSTOMER, list, TAKES(receipts_asked), GIVES(receipt_list),
	    .page = "payments/receipts", FAILS(NOT_FOUND),
	    .doc = "Your receipts and credit notes, newest first." },
	/* before the one below, which would take "3.pdf" for an id */
	{ GET, "/receipts/:id.pdf", CUSTOMER, on_paper, TAKES(which_receipt), .dress = PAGE_ONLY,
	    .doc = "The same as a PDF." },
	{ GET, "/receipts/:id", CUSTOMER, show, TAKES(which_receipt), GIVES(receipt_view),
	    .page = "payments/receipt",
	    .doc = "What was paid, or given back: for what, with which tax." },
	{ 0 },
};
