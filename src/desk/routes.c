/* routes.c -- the dashboard: a page, the same as JSON, and each chart's numbers as CSV. */
#include "desk/page.h"
#include "forecasts/forecasts.h"
#include "web/web.h"

#define OUTLOOKS_MOST 12

struct dashboard {
	text from, until, before_from, before_until, unit, currency, lot_name;
	int64_t lot_id, slots, open_days;
	bool compared;
	struct rows by_currency; /* struct desk_total */
	const struct desk_bookings *booked, *booked_before;
	struct rows money, bookings; /* struct desk_money, struct desk_bookings */
	struct rows hours; /* struct desk_hour */
	struct rows places, lots; /* struct desk_place, struct desk_lot_sum */
	struct rows outlooks; /* struct lot_outlook */
	struct rows findings; /* struct desk_finding */
	instant checked_at;

	text title, before_title; /* "1–30 Nov 2026" */
	text foreseen; /* the outlooks in a sentence */
	bool nothing, several, more_outlooks;
	struct rows ranges, units, choices, board;
	const struct desk_plot *revenue, *refunds, *lengths, *turnover, *activity, *people;
	const struct desk_bars *methods, *occupancy, *top;
	const struct desk_heat *heat;
	const struct desk_sheet *currencies;
};
static const struct field dashboard_fields[] = {
	FIELD(dashboard, from, .doc = "First day, on each lot's clock"),
	FIELD(dashboard, until, .doc = "Last day"),
	FIELD(dashboard, before_from, .doc = "As many days just before, to compare with"),
	FIELD(dashboard, before_until),
	FIELD(dashboard, compared, .doc = "There are figures of the days before"),
	FIELD(dashboard, unit, .doc = "day, week or month: what a row of money and bookings is"),
	FIELD(dashboard, currency, .doc = "Of the figures in money; others are in by_currency"),
	FIELD(dashboard, lot_id, .nullable = true, .doc = "null: all lots"),
	FIELD(dashboard, lot_name, .nullable = true),
	FIELD(dashboard, slots, .doc = "As there are today"),
	FIELD(dashboard, open_days, .doc = "Of these days, those since a slot was first taken"),
	FIELD_LIST(dashboard, by_currency, desk_total),
	FIELD_ONE(dashboard, booked, desk_bookings, .doc = "All of these days"),
	FIELD_ONE(dashboard, booked_before, desk_bookings, .doc = "All of the days before"),
	FIELD_LIST(dashboard, money, desk_money),
	FIELD_LIST(dashboard, bookings, desk_bookings),
	FIELD_LIST(dashboard, hours, desk_hour, .doc = "How long slots were taken; 1 is Monday"),
	FIELD_LIST(dashboard, places, desk_place, .doc = "How full lots are now"),
	FIELD_LIST(dashboard, lots, desk_lot_sum, .doc = "What brought most, by currency"),
	FIELD_LIST(dashboard, outlooks, lot_outlook,
	    .doc = "How full the first lots by name are, and how full they were expected to be"),
	FIELD_LIST(dashboard, findings, desk_finding, .doc = "Where sums and ledger differ"),
	FIELD(dashboard, checked_at, .nullable = true, .doc = "When that was looked at"),
	FIELD(dashboard, title, .hidden = true),
	FIELD(dashboard, before_title, .hidden = true),
	FIELD(dashboard, foreseen, .hidden = true),
	FIELD(dashboard, more_outlooks, .hidden = true),
	FIELD(dashboard, nothing, .hidden = true),
	FIELD(dashboard, several, .hidden = true),
	FIELD_LIST(dashboard, ranges, desk_link, .hidden = true),
	FIELD_LIST(dashboard, units, desk_link, .hidden = true),
	FIELD_LIST(dashboard, choices, desk_choice, .hidden = true),
	FIELD_LIST(dashboard, board, desk_measure, .hidden = true),
	FIELD_ONE(dashboard, revenue, desk_plot, .hidden = true),
	FIELD_ONE(dashboard, refunds, desk_plot, .hidden = true),
	FIELD_ONE(dashboard, lengths, desk_plot, .hidden = true),
	FIELD_ONE(dashboard, turnover, desk_plot, .hidden = true),
	FIELD_ONE(dashboard, activity, desk_plot, .hidden = true),
	FIELD_ONE(dashboard, people, desk_plot, .hidden = true),
	FIELD_ONE(dashboard, methods, desk_bars, .hidden = true),
	FIELD_ONE(dashboard, occupancy, desk_bars, .hidden = true),
	FIELD_ONE(dashboard, top, desk_bars, .hidden = true),
	FIELD_ONE(dashboard, heat, desk_heat, .hidden = true),
	FIELD_ONE(dashboard, currencies, desk_sheet, .hidden = true),
	FIELD_END,
};

/* The figures as they are, for programs. */
static void
tell_figures(struct arena *a, const struct desk_figures *f, struct dashboard *d)
{
	*d = (struct dashboard){ .from = f->span.from,
		.until = f->span.until,
		.before_from = f->before.from,
		.before_until = f->before.until,
		.unit = f->unit,
		.currency = f->currency,
		.lot_id = f->lot_id,
		.lot_name = f->lot_name,
		.compared = f->compared,
		.slots = f->slots,
		.open_days = desk_open_days(f, &f->span),
		.by_currency = f->totals,
		.booked = &f->booked,
		.booked_before = &f->booked_before,
		.money = f->money,
		.bookings = f->bookings,
		.places = f->places,
		.lots = f->lots,
		.findings = f->findings,
		.checked_at = f->checked_at };
	d->hours.v = arena_alloc(a, 7 * 24 * sizeof(struct desk_hour));
	for (int i = 0; i < 7 * 24; i++)
		*ROW(desk_hour, d->hours, d->hours.n++) =
		    (struct desk_hour){ i / 24 + 1, i % 24, f->hours[i / 24][i % 24] };
}

/* … and drawn, for people. */
static void
draw_figures(struct arena *a, const struct desk_figures *f, struct dashboard *d)
{
	d->title = span_in_words(a, &f->span);
	d->before_title = span_in_words(a, &f->before);
	d->nothing = f->begins == INT64_MAX;
	d->several = f->totals.n > 1;
	d->board = desk_board(a, f);
	d->revenue = draw_revenue(a, f);
	d->refunds = draw_refunds(a, f);
	d->lengths = draw_lengths(a, f);
	d->turnover = draw_turnover(a, f);
	d->activity = draw_bookings(a, f);
	d->people = draw_people(a, f);
	d->methods = draw_methods(a, f);
	d->occupancy = draw_places(a, f);
	d->top = f->lot_id ? NULL : draw_lots(a, f);
	d->heat = draw_hours(a, f);
	d->currencies = desk_sheet(a, f, "currencies");
}

/* "Forecasts an hour ahead are better than a guess at 3 of these 4 lots." */
static text
foreseen_words(struct arena *a, struct rows outlooks)
{
	int good = 0, tried = 0;

	FOR_ROWS (lot_outlook, o, outlooks) {
		tried += o->enough && *o->off;
		good += o->enough && text_is(o->tone, "good");
	}
	if (tried == 0)
		return "Nothing is foreseen yet: a lot has to be counted on fourteen days first.";
	if (tried == 1)
		return good ? "What is expected an hour ahead is better than a guess."
			    : "What is expected an hour ahead is no better than a guess yet.";
	return arena_fmt(a,
	    "What is expected an hour ahead is better than a guess at %d of %d lots.", good, tried);
}

static enum problem
foresee(struct ctx *c, const struct desk_figures *f, struct dashboard *d)
{
	TRY(forecast_outlooks(c, f->lot_id, OUTLOOKS_MOST, &d->outlooks));
	d->foreseen = foreseen_words(c->arena, d->outlooks);
	d->more_outlooks = f->places_in_all > (int64_t)d->outlooks.n;
	return OK;
}

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	struct desk_figures *f = arena_alloc(c->arena, sizeof *f);
	struct dashboard *d = arena_alloc(c->arena, sizeof *d);

	TRY(desk_load(c, in, f));
	tell_figures(c->arena, f, d);
	draw_figures(c->arena, f, d);
	TRY(foresee(c, f, d));
	TRY(desk_links(c, f, &d->ranges, &d->units, &d->choices));
	fields_complete(dashboard_fields, d);
	return reply_one(r, d);
}

static enum problem
figures(struct ctx *c, const void *in, struct reply *r)
{
	const struct desk_asked *w = in;
	struct desk_figures f;
	struct buf b = BUF(c->arena);

	TRY(desk_load(c, w, &f));
	desk_csv(&b, desk_sheet(c->arena, &f, w->chart));
	r->file_name = arena_fmt(c->arena, "%s_%s_%s.csv", w->chart, f.span.from, f.span.until);
	return reply_bytes(r, "text/csv; charset=utf-8; header=present", b.p, b.n);
}

const struct route desk_routes[] = {
	{ GET, "/admin", ADMIN, show, TAKES(desk_asked), GIVES(dashboard), .page = "desk/show",
	    .again = "/admin", FAILS(NOT_FOUND),
	    .doc = "The dashboard: money, bookings and occupancy of some days, beside as many days "
		   "before." },
	{ GET, "/admin/figures/:chart.csv", ADMIN, figures, .in = desk_csv_fields,
	    .in_size = sizeof(struct desk_asked), .dress = PAGE_ONLY, FAILS(NOT_FOUND),
	    .doc = "The numbers of one chart of the dashboard, as CSV." },
	{ .path = NULL },
};
