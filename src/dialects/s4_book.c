/* s4_book.c -- S4's way to a slot: reserve, pay, and say afterwards how it was. */
#include "dialects/s4.h"
#include "dialects_sql.h"
#include "gear/settings.h"
#include "lots/lots.h"
#include "payments/payments.h"
#include "reservations/reservations.h"
#include "reviews/reviews.h"

/* ---- reserving */

struct wish {
	text name, start_time, end_time, vehicle_registration_number;
};
static const struct field wish_fields[] = { FIELD(wish, name, .required = true, .max = 100,
						.doc = "Of the lot"),
	FIELD(wish, start_time, .required = true, .max = 40,
	    .doc = "RFC 3339; without an offset on the lot's clock"),
	FIELD(wish, end_time, .required = true, .max = 40),
	FIELD(wish, vehicle_registration_number, .required = true, .max = 20), FIELD_END };
struct held {
	bool success;
	text message;
	int64_t reservation_id;
};
static const struct field held_fields[] = { FIELD(held, success), FIELD(held, message),
	FIELD(held, reservation_id), FIELD_END };

static enum problem
reserve(struct ctx *c, const void *in, struct reply *r)
{
	const struct wish *w = in;
	struct lot *lot = arena_alloc(c->arena, sizeof *lot);
	struct reservation *made = arena_alloc(c->arena, sizeof *made);
	struct booking b = { .lot = lot, .plate = w->vehicle_registration_number };
	struct held *a = arena_alloc(c->arena, sizeof *a);

	TRY(lot_named(c, w->name, lot));
	b.lot_id = lot->id;
	enum problem from = lot_time(c, lot, "start_time", w->start_time, &b.starts);
	enum problem until = lot_time(c, lot, "end_time", w->end_time, &b.ends);
	TRY(from);
	TRY(until);
	TRY(reservation_hold(c, &b, made));
	*a = (struct held){ true,
		arena_fmt(c->arena, "Slot %s is reserved for you until %s. Pay to keep it.",
		    made->slot_label, time_clock(c->arena, lot_clock(lot), made->hold_until)),
		made->id };
	return reply_made(r, arena_fmt(c->arena, "/reservations/%lld", (long long)made->id), a);
}

/* ---- paying */

static const text methods[] = { "cash", "card", "online", NULL };
struct paying {
	int64_t reservation_id;
	text payment_method, amount;
};
static const struct field paying_fields[] = { FIELD(paying, reservation_id, .required = true,
						  .min = 1, .max = INT64_MAX),
	FIELD(paying, payment_method, .required = true, .among = methods),
	FIELD(paying, amount, .max = 20,
	    .doc = "May be left out; another one than what is owed is refused"),
	FIELD_END };
struct paid {
	bool success;
	text message;
	int64_t payment_id;
	text status, checkout_url;
};
static const text states[] = { "pending", "paid", NULL };
static const struct field paid_fields[] = { FIELD(paid, success), FIELD(paid, message),
	FIELD(paid, payment_id, .nullable = true, .doc = "null: it costs nothing"),
	FIELD(paid, status, .among = states),
	FIELD(paid, checkout_url, .nullable = true,
	    .doc = "Where to pay; null: paid, or the provider has not made the page yet"),
	FIELD_END };

/* The amount is ours. */
static enum problem
amount_agrees(struct ctx *c, const struct paying *w, const struct reservation *of)
{
	money owed = of->held ? of->price : of->owes, said;

	if (*w->amount == 0)
		return OK;
	if (money_parse(w->amount, of->currency, &said) && said.minor == owed.minor)
		return OK;
	return complain(c, "amount", "%s is to be paid.", money_text(c->arena, owed, of->currency));
}

/* A hold becomes a booking with the plate it was made for. */
static enum problem
confirmed(struct ctx *c, struct reservation *of, text pay)
{
	const struct confirmation how = { 0, of->plate_typed, pay };
	bool kept = of->confirmed || of->checked_in || text_is(of->status, "completed") ||
	    text_is(of->status, "no_show");

	return kept ? OK : reservation_confirm(c, of->id, &how, of);
}

/* *p: what paid it last, if there is nothing to pay any more. */
static enum problem
paid_before(struct ctx *c, const struct reservation *of, struct payment *p)
{
	struct rows all = { 0 };

	if (instant_none(of->confirmed_at) || of->owes.minor > 0)
		return OK;
	TRY(payments_of_reservation(c, of->id, &all));
	FOR_ROWS (payment, each, all)
		if (text_is(each->status, "paid"))
			*p = *each;
	return OK;
}

static enum problem
take(struct ctx *c, const struct paying *w, struct reservation *of, struct payment *p)
{
	if (c->person.role < OPERATOR && text_is(w->payment_method, "cash"))
		return fail(c, FORBIDDEN, "Cash is taken by the people at the gate.");
	if (c->person.role >= OPERATOR && !text_is(w->payment_method, "online")) {
		TRY(confirmed(c, of, "exit"));
		return payment_record(c, of->id, w->payment_method, (money){ 0 }, p);
	}
	TRY(confirmed(c, of, "online"));
	if (of->price.minor == 0)
		return OK;
	TRY(payment_begin(c, of->id, p));
	return payment_by_test_card(c, p->id);
}

static enum problem
pay(struct ctx *c, const void *in, struct reply *r)
{
	const struct paying *w = in;
	struct reservation of = { 0 };
	struct payment p = { .status = "" };
	struct paid *a = arena_alloc(c->arena, sizeof *a);

	TRY(reservation_load(c, w->reservation_id, &of));
	TRY(paid_before(c, &of, &p));
	if (p.id == 0)
		TRY(amount_agrees(c, w, &of));
	if (p.id == 0)
		TRY(take(c, w, &of, &p));
	bool pending = text_is(p.status, "pending");
	*a = (struct paid){ true, pending ? "Payment Pending" : "Payment Successful", p.id,
		pending ? "pending" : "paid", pending ? p.checkout_url : "" };
	TRY(reply_one(r, a));
	r->location = arena_fmt(
	    c->arena, "/reservations/%lld%s", (long long)of.id, pending ? "/payment" : "");
	return OK;
}

/* ---- reviews */

const struct field s4_review_fields[] = { FIELD(s4_review, lot), FIELD(s4_review, rating),
	FIELD(s4_review, comment), FIELD(s4_review, first_name), FIELD(s4_review, created_at),
	FIELD_END };
struct of_lot {
	text lot;
};
static const struct field of_lot_fields[] = {
	FIELD(of_lot, lot, .max = 100, .doc = "Its name or id; left out: of all"), FIELD_END
};
struct reviews {
	bool success;
	struct rows data;
};
static const struct field reviews_fields[] = { FIELD(reviews, success),
	FIELD_LIST(reviews, data, s4_review), FIELD_END };

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	struct reviews *a = arena_alloc(c->arena, sizeof *a);

	TRY(s4_reviews(c, ((const struct of_lot *)in)->lot, S4_MOST, &a->data));
	a->success = true;
	return reply_one(r, a);
}

struct said {
	int64_t lot_id, rating;
	text name, comment;
};
static const struct field said_fields[] = { FIELD(said, lot_id, .min = 1, .max = INT64_MAX),
	FIELD(said, name, .max = 100, .doc = "Of the lot, in place of its id"),
	FIELD(said, rating, .required = true, .min = 1, .max = 5),
	FIELD(said, comment, .max = REVIEW_WORDS), FIELD_END };
struct review_made {
	bool success;
	text message;
	int64_t review_id;
};
static const struct field review_made_fields[] = { FIELD(review_made, success),
	FIELD(review_made, message), FIELD(review_made, review_id), FIELD_END };

static enum problem
review(struct ctx *c, const void *in, struct reply *r)
{
	const struct said *s = in;
	struct review_draft d = { s->lot_id, s->rating, s->comment };
	struct review made = { 0 };
	struct review_made *a = arena_alloc(c->arena, sizeof *a);
	struct lot lot = { 0 };

	if (d.id == 0 && *s->name == 0)
		return complain(c, "lot_id", "Say which lot.");
	if (d.id == 0)
		TRY(lot_named(c, s->name, &lot));
	if (d.id == 0)
		d.id = lot.id;
	TRY(review_write(c, &d, &made));
	*a = (struct review_made){ true, "Review Submitted Successfully", made.id };
	return reply_made(r, arena_fmt(c->arena, "/lots/%lld/review", (long long)d.id), a);
}

#define BOOKINGS .limit = { "bookings", &settings.limit_bookings }
#define NO_LOT                                                                                     \
	{                                                                                          \
		NOT_FOUND, 404, "There is no such lot"                                             \
	}

const struct route s4_book_routes[] = {
	{ POST, "/reserve", CUSTOMER, reserve, TAKES(wish), GIVES(held), .makes = true,
	    .dress = HERE, .once = true, BOOKINGS, SPEAKS(s4, NO_LOT),
	    FAILS(NOT_FOUND, LOT_FULL, LOT_CLOSED, LIMIT_REACHED),
	    .doc = "S4: hold any slot of a lot for ten minutes, until it is paid." },
	{ POST, "/payment", CUSTOMER, pay, TAKES(paying), GIVES(paid), .dress = HERE, .once = true,
	    BOOKINGS, SPEAKS(s4, { NOT_FOUND, 404, "There is no such reservation" }),
	    FAILS(NOT_FOUND, HOLD_ENDED, WRONG_STATE),
	    .doc = "S4: pay a reservation; the amount is what is owed." },
	{ GET, "/get-reviews", ANYONE, list, TAKES(of_lot), GIVES(reviews), .dress = API_ONLY,
	    .dialect = &s4, .doc = "S4: what people say of a lot, newest first, at most 1,000." },
	{ POST, "/review", CUSTOMER, review, TAKES(said), GIVES(review_made), .makes = true,
	    .dress = API_ONLY, SPEAKS(s4, NO_LOT), FAILS(NOT_FOUND, TOO_EARLY),
	    .doc = "S4: say of a lot how it was, or say it anew." },
	{ 0 },
};
