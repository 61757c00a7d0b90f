/* s0_payments.c -- S0's payments, and its dashboard. */
#include "dialects/s0.h"
#include "dialects_sql.h"
#include "gear/settings.h"
#include "payments/payments.h"
#include "stays/stays.h"

static const text methods[] = { "cash", "card", "online", NULL };
const struct field s0_payment_fields[] = { FIELD(s0_payment, id),
	FIELD(s0_payment, transaction, .nullable = true,
	    .doc = "null: of a booking that nobody has come for yet"),
	FIELD(s0_payment, amount, .doc = "Decimal, less what went back"),
	FIELD(s0_payment, payment_method, .among = methods),
	FIELD(s0_payment, paid_at, .nullable = true, .doc = "null: it is on its way"),
	FIELD(s0_payment, left, .hidden = true), FIELD(s0_payment, currency, .hidden = true),
	FIELD_END };

void
s0_payments_say(struct ctx *c, struct rows all)
{
	FOR_ROWS (s0_payment, p, all)
		p->amount = money_plain(c->arena, p->left, p->currency);
}

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	struct rows found = { 0 };
	struct s0_n n = { 0 };

	(void)in;
	TRY(s0_payments(c, s0_whose(c), 0, r->window.skip, r->window.most, &found));
	if (r->window.counted)
		TRY(s0_payments_count(c, s0_whose(c), &n));
	r->count = n.n;
	s0_payments_say(c, found);
	return reply_array(r, found);
}

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

static enum problem
reply_payment(struct ctx *c, struct reply *r, int64_t id)
{
	struct rows found = { 0 };

	TRY(s0_payments(c, s0_whose(c), id, 0, 1, &found));
	if (found.n == 0)
		return NOT_FOUND;
	s0_payments_say(c, found);
	return reply_one(r, found.v);
}

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	return reply_payment(c, r, ((const struct which *)in)->id);
}

/* ---- paying a stay */

struct paying {
	int64_t transaction_id;
	text payment_method, amount;
};
static const struct field paying_fields[] = { FIELD(paying, transaction_id, .required = true,
						  .min = 1, .max = INT64_MAX),
	FIELD(paying, payment_method, .among = methods, .doc = "Left out: cash"),
	FIELD(paying, amount, .max = 20, .doc = "Decimal. Left out: all that is owed"), FIELD_END };

/* A customer's card is charged through the provider. */
static enum problem
through_provider(struct ctx *c, const struct stay *s, struct payment *p)
{
	enum problem e = stay_payment_begin(c, s->id, p);

	if (e == WRONG_STATE && s->reservation_id)
		e = payment_begin(c, s->reservation_id, p);
	TRY(e);
	return payment_by_test_card(c, p->id);
}

static enum problem
take(struct ctx *c, const struct paying *w, const struct stay *s, struct payment *p)
{
	text method = *w->payment_method ? w->payment_method : "cash";
	bool staff = c->person.role >= OPERATOR;
	money amount = { 0 };

	if (!staff && text_is(method, "cash"))
		return fail(c, FORBIDDEN, "Cash is taken by the people at the gate.");
	if (*w->amount && (!money_parse(w->amount, s->currency, &amount) || amount.minor <= 0))
		return complain(c, "amount", "A decimal amount, please.");
	if (staff && !text_is(method, "online"))
		return stay_payment_record(c, s->id, method, amount, p);
	if (amount.minor && amount.minor != s->owes.minor)
		return complain(
		    c, "amount", "%s is to be paid.", money_text(c->arena, s->owes, s->currency));
	return through_provider(c, s, p);
}

static enum problem
pay(struct ctx *c, const void *in, struct reply *r)
{
	const struct paying *w = in;
	struct stay s = { 0 };
	struct payment p = { 0 };
	struct s0_payment *a = arena_alloc(c->arena, sizeof *a);

	TRY(stay_load(c, w->transaction_id, &s));
	if (s.open)
		return TOO_EARLY;
	if (s.owes.minor <= 0)
		return WRONG_STATE;
	TRY(take(c, w, &s, &p));
	*a = (struct s0_payment){ p.id, s.id, money_plain(c->arena, p.amount, p.currency), p.method,
		p.paid_at };
	return reply_one(r, a);
}

/* ---- putting right */

struct change {
	int64_t id;
	text payment_method, amount;
};
#define CHANGE_ID FIELD(change, id, .required = true, .min = 1, .max = INT64_MAX)
static const struct field whole_fields[] = { CHANGE_ID,
	FIELD(change, payment_method, .required = true, .among = methods),
	FIELD(change, amount, .required = true, .max = 20), FIELD_END };
static const struct field part_fields[] = { CHANGE_ID,
	FIELD(change, payment_method, .among = methods),
	FIELD(change, amount, .max = 20,
	    .doc = "Decimal. Less than it was: the rest goes back; more is a payment of its own"),
	FIELD_END };

static enum problem
lower(struct ctx *c, const struct payment *p, text typed)
{
	money wanted, left = p->refundable;
	struct refund back = { 0 };

	if (!money_parse(typed, p->currency, &wanted) || wanted.minor <= 0)
		return complain(c, "amount", "A decimal amount above nothing, please.");
	if (wanted.minor > left.minor)
		return complain(c, "amount", "What was paid more is a payment of its own.");
	if (wanted.minor == left.minor)
		return OK;
	return payment_refund(
	    c, p->id, (money){ left.minor - wanted.minor }, "The amount was corrected.", &back);
}

static enum problem
correct(struct ctx *c, const void *in, struct reply *r)
{
	const struct change *w = in;
	struct payment p = { 0 };

	TRY(payment_load(c, w->id, &p));
	if (*w->payment_method && !text_is(w->payment_method, p.method))
		TRY(payment_correct(c, w->id, w->payment_method));
	if (*w->amount)
		TRY(lower(c, &p, w->amount));
	return reply_payment(c, r, w->id);
}

static enum problem
void_it(struct ctx *c, const void *in, struct reply *r)
{
	struct payment p = { 0 };
	struct refund back = { 0 };

	TRY(payment_load(c, ((const struct which *)in)->id, &p));
	if (p.refundable.minor <= 0)
		return NOT_FOUND;
	TRY(payment_refund(c, p.id, p.refundable, "The payment was deleted.", &back));
	return reply_done(r, NULL);
}

/* ---- the dashboard */

const struct field s0_totals_fields[] = { FIELD(s0_totals, total_slots),
	FIELD(s0_totals, occupied_slots), FIELD(s0_totals, reserved_slots),
	FIELD(s0_totals, available_slots), FIELD(s0_totals, active_transactions),
	FIELD(s0_totals, total_payments), FIELD(s0_totals, total_cars), FIELD(s0_totals, income),
	FIELD_END };

struct statistics {
	int64_t total_cars;
	text occupancy_rate, average_payment;
};
static const struct field statistics_fields[] = { FIELD(statistics, total_cars),
	FIELD(statistics, occupancy_rate, .figure = true, .doc = "Of all slots, in per cent"),
	FIELD(statistics, average_payment, .doc = "Decimal"), FIELD_END };

const struct field s0_log_line_fields[] = { FIELD(s0_log_line, plate_number),
	FIELD(s0_log_line, slot, .nullable = true), FIELD(s0_log_line, camera, .nullable = true),
	FIELD(s0_log_line, time), FIELD_END };

struct dashboard {
	int64_t total_slots, occupied_slots, reserved_slots, available_slots, active_transactions,
	    total_payments;
	text total_income;
	struct rows last_ocr_logs, slots, cars, payments, ocr_logs;
	const struct statistics *statistics;
};
static const struct field dashboard_fields[] = { FIELD(dashboard, total_slots),
	FIELD(dashboard, occupied_slots), FIELD(dashboard, reserved_slots),
	FIELD(dashboard, available_slots), FIELD(dashboard, active_transactions),
	FIELD(dashboard, total_payments),
	FIELD(dashboard, total_income, .doc = "Decimal, in CURRENCY, less what went back"),
	FIELD_LIST(dashboard, last_ocr_logs, s0_log_line), FIELD_LIST(dashboard, slots, s0_slot),
	FIELD_LIST(dashboard, cars, s0_car), FIELD_LIST(dashboard, payments, s0_payment),
	FIELD_LIST(dashboard, ocr_logs, s0_log_line), FIELD_ONE(dashboard, statistics, statistics),
	FIELD_END };

enum { SHOWN = 100, SHOWN_FIRST = 5 };

static enum problem
dashboard(struct ctx *c, const void *in, struct reply *r)
{
	struct dashboard *d = arena_alloc(c->arena, sizeof *d);
	struct statistics *s = arena_alloc(c->arena, sizeof *s);
	struct s0_totals t = { 0 };
	int64_t whose = s0_whose(c);

	(void)in;
	TRY(s0_totals_of(c, whose, settings.currency, &t));
	*s = (struct statistics){ t.total_cars,
		arena_fmt(c->arena, "%lld.%lld",
		    (long long)(t.total_slots ? t.occupied_slots * 100 / t.total_slots : 0),
		    (long long)(t.total_slots ? t.occupied_slots * 1000 / t.total_slots % 10 : 0)),
		money_plain(c->arena,
		    (money){ t.total_payments ? t.income.minor / t.total_payments : 0 },
		    settings.currency) };
	*d = (struct dashboard){ t.total_slots, t.occupied_slots, t.reserved_slots,
		t.available_slots, t.active_transactions, t.total_payments,
		money_plain(c->arena, t.income, settings.currency), .statistics = s };
	TRY(s0_slots_newest(c, 0, 0, SHOWN, &d->slots));
	TRY(s0_cars(c, whose, 0, SHOWN, &d->cars));
	TRY(s0_payments(c, whose, 0, 0, SHOWN, &d->payments));
	s0_payments_say(c, d->payments);
	TRY(s0_log_lines(c, whose, SHOWN, &d->ocr_logs));
	d->last_ocr_logs = d->ocr_logs;
	if (d->last_ocr_logs.n > SHOWN_FIRST)
		d->last_ocr_logs.n = SHOWN_FIRST;
	return reply_one(r, d);
}

#define PAYS                                                                                       \
	CUSTOMER, pay, TAKES(paying), GIVES(s0_payment),                                           \
	    .dress = API_ONLY, .once = true,                                                       \
	    SPEAKS(s0, S0_ERROR(NOT_FOUND, 404, "Transaction not found"),                          \
		S0_ERROR(TOO_EARLY, 400, "Transaction not completed yet"),                         \
		S0_ERROR(WRONG_STATE, 400, "Transaction already paid")),                           \
	    FAILS(NOT_FOUND, TOO_EARLY, WRONG_STATE)
#define CORRECTS(what)                                                                             \
	"/api/payments/payments/:id", ADMIN, correct,                                              \
	    .in = what##_fields, .in_size = sizeof(struct change), GIVES(s0_payment),              \
	    .dress = API_ONLY, SPEAKS(s0, { WRONG_STATE, 400 }), FAILS(NOT_FOUND, WRONG_STATE)

const struct route s0_payment_routes[] = {
	{ GET, "/api/payments/payments", CUSTOMER, list, GIVES_ARRAY(s0_payment), .dress = API_ONLY,
	    .dialect = &s0, .doc = "S0: one's payments, for staff all." },
	{ POST, "/api/payments/pay_transaction", PAYS, .doc = "S0: pay a stay that is over." },
	{ POST, "/api/payments/payments/pay_transaction", PAYS,
	    .doc = "S0: the same, at its other address." },
	{ GET, "/api/payments/payments/:id", CUSTOMER, show, TAKES(which), GIVES(s0_payment),
	    .dress = API_ONLY, .dialect = &s0, FAILS(NOT_FOUND), .doc = "S0: one payment." },
	{ PUT, CORRECTS(whole), .doc = "S0: put right how, or how much, was paid." },
	{ PATCH, CORRECTS(part), .doc = "S0: put right some of it." },
	{ DELETE, "/api/payments/payments/:id", ADMIN, void_it, TAKES(which), .dress = API_ONLY,
	    .dialect = &s0, FAILS(NOT_FOUND),
	    .doc = "S0: take a payment back: it goes back whole, and stays in the books." },
	{ GET, "/api/dashboard", CUSTOMER, dashboard, GIVES(dashboard), .dress = API_ONLY,
	    .dialect = &s0, .doc = "S0: all figures at once, for who is no staff one's own." },
	{ 0 },
};
