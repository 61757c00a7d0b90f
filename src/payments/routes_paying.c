/* routes_paying.c -- paying online: the customer's way to the provider and back, for a booking and for a stay. */
#include "gear/loop.h"
#include "gear/settings.h"
#include "payments/inner.h"
#include "payments_sql.h"
#include "web/web.h"

#define CHECKOUT_WAIT_MS 2000
#define LOOK_EVERY_MS 100

struct paying {
	int64_t id; /* of the reservation, or of the stay */
	text home; /* its address */
	bool stay;
	text lot_name, slot_label, time_zone, currency;
	instant starts, ends, hold_until, paid_at;
	int64_t lasts; /* seconds */
	text status; /* none, pending, paid, failed, void */
	money amount;
	money returned; /* or about to be */
	text checkout_url, error;
	bool waiting; /* for the provider's page */
	bool just_paid; /* they say; the provider has not told us yet */
	bool held, confirmed, over, may_pay, pay_at_exit;
	money owes;
	int64_t receipt_id;
	text receipt_number;
};
static const struct field paying_fields[] = {
	FIELD(paying, id, .doc = "Of the reservation, or of the stay"),
	FIELD(paying, home, .hidden = true),
	FIELD(paying, stay, .hidden = true),
	FIELD(paying, lot_name),
	FIELD(paying, slot_label),
	FIELD(paying, time_zone),
	FIELD(paying, starts),
	FIELD(paying, ends),
	FIELD(paying, lasts, .hidden = true),
	FIELD(paying, status, .doc = "none, pending, paid, failed or void"),
	FIELD(paying, amount, .doc = "Minor units"),
	FIELD(paying, currency, .doc = "ISO 4217"),
	FIELD(paying, returned, .doc = "What of it goes back"),
	FIELD(paying, owes, .doc = "What is to be paid"),
	FIELD(paying, checkout_url, .nullable = true,
	    .doc = "Where to pay; null: the provider has not made the page yet, or it is over"),
	FIELD(paying, error, .nullable = true, .doc = "Why it came to nothing"),
	FIELD(paying, paid_at, .nullable = true),
	FIELD(paying, hold_until, .nullable = true),
	FIELD(paying, waiting, .hidden = true),
	FIELD(paying, just_paid, .hidden = true),
	FIELD(paying, held, .hidden = true),
	FIELD(paying, confirmed, .hidden = true),
	FIELD(paying, over, .hidden = true),
	FIELD(paying, may_pay, .hidden = true),
	FIELD(paying, pay_at_exit, .hidden = true),
	FIELD(paying, receipt_id, .nullable = true),
	FIELD(paying, receipt_number, .nullable = true),
	FIELD_END,
};

struct payment_look {
	int64_t id;
	text from;
};
static const text ways_back[] = { "checkout", "left", NULL };
static const struct field payment_look_fields[] = {
	FIELD(payment_look, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(payment_look, from, .among = ways_back,
	    .doc = "Back from the provider: paid, or left its page"),
	FIELD_END,
};

static bool
is_waiting(const struct payment *p)
{
	return text_is(p->status, "pending") && *p->checkout_url == 0;
}

/* What is paid for: a booking, or what a stay cost beyond one. */
struct goods {
	int64_t id;
	bool stay;
};

static enum problem
latest(struct ctx *c, struct goods of, struct payment *out)
{
	struct payment last = { 0 };
	enum problem e = of.stay ? payment_latest_online_of_stay(c, of.id, &last)
				 : payment_latest_online(c, of.id, &last);

	if (e == OK)
		return payment_load(c, last.id, out);
	*out = (struct payment){ .status = "none" };
	fields_complete(payment_fields, out);
	return e == NOT_FOUND ? OK : e;
}

/* The worker is asking the provider for a page: it takes a moment, seldom more. */
static enum problem
latest_with_page(struct ctx *c, struct goods of, struct payment *out)
{
	TRY(latest(c, of, out));
	for (int ms = 0; is_waiting(out) && ms < CHECKOUT_WAIT_MS; ms += LOOK_EVERY_MS) {
		loop_sleep(LOOK_EVERY_MS);
		TRY(latest(c, of, out));
	}
	return OK;
}

static void
add_payment(struct paying *v, const struct payment *p, text from)
{
	bool pending = text_is(p->status, "pending");

	v->paid_at = p->paid_at;
	v->status = p->status;
	v->returned = p->refunded;
	v->checkout_url = pending ? p->checkout_url : "";
	v->error = p->error;
	v->amount = text_is(p->status, "none") ? v->owes : p->amount;
	v->may_pay = !pending && payments_online() && v->owes.minor > 0;
	v->waiting = is_waiting(p);
	v->just_paid = pending && text_is(from, "checkout") && *p->error == 0;
	v->receipt_id = p->receipt_id;
	v->receipt_number = p->receipt_number;
	fields_complete(paying_fields, v);
}

static enum problem
paying_for_booking(struct ctx *c, int64_t id, struct paying *v)
{
	struct reservation r = { 0 };

	TRY(reservation_load(c, id, &r));
	*v = (struct paying){ .id = r.id,
		.home = arena_fmt(c->arena, "/reservations/%lld", (long long)r.id),
		.lot_name = r.lot_name,
		.slot_label = r.slot_label,
		.time_zone = r.time_zone,
		.currency = r.currency,
		.starts = r.starts,
		.ends = r.ends,
		.hold_until = r.hold_until,
		.lasts = r.lasts };
	v->held = r.held;
	v->confirmed = r.confirmed || r.checked_in;
	v->over = !r.live;
	v->owes = r.to_pay ? r.price : r.owes;
	v->pay_at_exit = r.held && r.pay_at_exit;
	return OK;
}

static enum problem
paying_for_stay(struct ctx *c, int64_t id, struct paying *v)
{
	struct stay s = { 0 };

	TRY(stay_load(c, id, &s));
	*v = (struct paying){ .id = s.id,
		.home = arena_fmt(c->arena, "/stays/%lld", (long long)s.id),
		.stay = true,
		.lot_name = s.lot_name,
		.slot_label = s.slot_label,
		.time_zone = s.time_zone,
		.currency = s.currency,
		.starts = s.entered_at,
		.ends = s.open ? c->now : s.left_at,
		.lasts = s.lasts,
		.over = true };
	if (s.closed)
		v->owes.minor = s.fee.minor - s.booked.minor - s.paid_here.minor;
	return OK;
}

static enum problem
paying_for(struct ctx *c, struct goods of, struct paying *v)
{
	return of.stay ? paying_for_stay(c, of.id, v) : paying_for_booking(c, of.id, v);
}

static bool
at_the_provider(text url)
{
	text base = settings.payment_base_url, host = strstr(base, "://");
	size_t n = host ? (size_t)(host - base) + 3 + strcspn(host + 3, "/") : 0;

	return n && strncmp(url, base, n) == 0 && (url[n] == '/' || url[n] == 0);
}

/* To the provider's page: at once if the policy of the form's page knows it, else by this page. */
static void
lead_on(struct ctx *c, struct reply *r, text url)
{
	if (at_the_provider(url))
		r->location = url;
	else
		r->refresh = arena_fmt(c->arena, "0; url=%s", url);
}

static enum problem
show_for(struct ctx *c, struct goods of, text from, struct reply *r)
{
	struct paying *v = arena_alloc(c->arena, sizeof *v);
	struct payment p = { 0 };

	TRY(paying_for(c, of, v));
	if (*from)
		TRY(latest(c, of, &p));
	else
		TRY(latest_with_page(c, of, &p));
	TRY(paying_for(c, of, v));
	add_payment(v, &p, from);
	TRY(reply_one(r, v));
	if (v->waiting || v->just_paid)
		r->refresh = "3";
	else if (*v->checkout_url && *from == 0)
		lead_on(c, r, v->checkout_url);
	return OK;
}

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	const struct payment_look *w = in;

	return show_for(c, (struct goods){ .id = w->id }, w->from, r);
}

static enum problem
show_of_stay(struct ctx *c, const void *in, struct reply *r)
{
	const struct payment_look *w = in;

	return show_for(c, (struct goods){ .id = w->id, .stay = true }, w->from, r);
}

struct which_to_pay {
	int64_t id;
};
static const struct field which_to_pay_fields[] = {
	FIELD(which_to_pay, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

static enum problem
started(struct ctx *c, struct goods of, const struct payment *p, struct reply *r)
{
	struct paying *v = arena_alloc(c->arena, sizeof *v);

	TRY(paying_for(c, of, v));
	add_payment(v, p, "");
	return reply_made(r, arena_fmt(c->arena, "%s/payment", v->home), v);
}

static enum problem
start(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_to_pay *w = in;
	struct payment p = { 0 };

	TRY(payment_begin(c, w->id, &p));
	return started(c, (struct goods){ .id = w->id }, &p, r);
}

static enum problem
start_of_stay(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_to_pay *w = in;
	struct payment p = { 0 };

	TRY(stay_payment_begin(c, w->id, &p));
	return started(c, (struct goods){ .id = w->id, .stay = true }, &p, r);
}

const struct route payment_paying_routes[] = {
	{ GET, "/reservations/:id/payment", CUSTOMER, show, TAKES(payment_look), GIVES(paying),
	    .page = "payments/paying", .pays = true,
	    .doc = "How far paying online has come; people are led on to the provider's page." },
	{ POST, "/reservations/:id/payment", CUSTOMER, start, TAKES(which_to_pay), GIVES(paying),
	    .makes = true, .again = "/reservations/:id/payment", .once = true, .pays = true,
	    .limit = { "bookings", &settings.limit_bookings },
	    .doc = "Pay online what is owed, or try it once more.", FAILS(WRONG_STATE) },
	{ GET, "/stays/:id/payment", CUSTOMER, show_of_stay, TAKES(payment_look), GIVES(paying),
	    .page = "payments/paying", .pays = true, .doc = "The same for a stay." },
	{ POST, "/stays/:id/payment", CUSTOMER, start_of_stay, TAKES(which_to_pay), GIVES(paying),
	    .makes = true, .again = "/stays/:id/payment", .once = true, .pays = true,
	    .limit = { "bookings", &settings.limit_bookings },
	    .doc = "Pay online what a stay cost beyond its booking.", FAILS(WRONG_STATE) },
	{ 0 },
};
