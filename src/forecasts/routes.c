/* routes.c -- forecasts on the web: of a lot for programs, and how good they were for admins. */
#include "forecasts/inner.h"
#include "lots/lots.h"
#include "web/web.h"
#include "forecasts_sql.h"

#define MOST_LOTS 1000

struct of_a_lot {
	int64_t id;
};
static const struct field of_a_lot_fields[] = {
	FIELD(of_a_lot, id, .required = true, .min = 1, .max = INT64_MAX, .doc = "Of the lot"),
	FIELD_END,
};

static enum problem
of_lot(struct ctx *c, const void *in, struct reply *r)
{
	const struct of_a_lot *w = in;
	struct lot_forecast *f = arena_alloc(c->arena, sizeof *f);
	struct lot l = { 0 };

	TRY(lot_load(c, w->id, &l));
	TRY(lot_foresee(c, &l, f));
	return reply_one(r, f);
}

/* ---- for admins */

struct outlook_list {
	struct rows outlooks; /* of lot_outlook */
};
static const struct field outlook_list_fields[] = {
	FIELD_LIST(outlook_list, outlooks, lot_outlook),
	FIELD_END,
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	struct outlook_list *all = arena_alloc(c->arena, sizeof *all);

	(void)in;
	TRY(forecast_outlooks(c, 0, MOST_LOTS, &all->outlooks));
	return reply_one(r, all);
}

struct outlook_page {
	struct lot_outlook outlook; /* first: its fields are the page's */
	const struct lot_forecast *forecast;
	struct rows misses; /* of error_line */
	struct rows past; /* of past_hour */
	text taken_line, expected_line; /* paths */
	struct rows marks; /* of chart_mark */
};
static const struct field outlook_page_fields[] = {
	FIELD(lot_outlook, lot_id),
	FIELD(lot_outlook, name),
	FIELD(lot_outlook, city, .hidden = true),
	FIELD(lot_outlook, time_zone),
	FIELD(lot_outlook, days),
	FIELD(lot_outlook, capacity),
	FIELD(lot_outlook, taken),
	FIELD(lot_outlook, begins, .nullable = true),
	FIELD(lot_outlook, enough),
	FIELD(lot_outlook, expected_now, .nullable = true),
	FIELD(lot_outlook, off, .nullable = true),
	FIELD(lot_outlook, held, .nullable = true),
	FIELD(lot_outlook, verdict, .nullable = true),
	FIELD(lot_outlook, tone, .hidden = true),
	FIELD_ONE(outlook_page, forecast, lot_forecast, .doc = "Of the next 24 hours."),
	FIELD_LIST(
	    outlook_page, misses, error_line, .doc = "Of the last four weeks, gone through again."),
	FIELD_LIST(outlook_page, past, past_hour,
	    .doc = "The last day, and what was expected an hour before."),
	FIELD(outlook_page, taken_line, .hidden = true),
	FIELD(outlook_page, expected_line, .hidden = true),
	FIELD_LIST(outlook_page, marks, chart_mark, .hidden = true),
	FIELD_END,
};

static text
whole(struct ctx *c, double tenths)
{
	return tenths < 0 ? "" : arena_fmt(c->arena, "%.0f", tenths / 10);
}

/* The last day: drawn quarter by quarter, told hour by hour. */
static void
draw_past(struct ctx *c, const struct zone *z, struct outlook_page *p)
{
	const struct lot_outlook *o = &p->outlook;
	double taken[DAY_QUARTERS], expected[DAY_QUARTERS];
	size_t n = list_numbers(o->past_taken, taken, DAY_QUARTERS);
	struct past_hour *v = arena_alloc(c->arena, DAY_QUARTERS * sizeof *v);
	struct buf real = BUF(c->arena), told = BUF(c->arena);

	if (n != DAY_QUARTERS || list_numbers(o->past_expected, expected, n) != n)
		return;
	instant first = instant_plus(o->begins, -DAY);
	p->past = (struct rows){ v, 0 };
	for (size_t i = 0; i < n; i++) {
		instant at = instant_plus(first, (int64_t)i * QUARTER);
		struct civil there;

		zone_civil(z, at, &there);
		if (there.minute == 0)
			v[p->past.n++] =
			    (struct past_hour){ at, whole(c, taken[i]), whole(c, expected[i]) };
	}
	chart_line(&real, taken, n, 0, n, (double)o->capacity * 10);
	chart_line(&told, expected, n, 0, n, (double)o->capacity * 10);
	p->taken_line = buf_text(&real);
	p->expected_line = buf_text(&told);
	p->marks = chart_hours(c, z, first, n);
}

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	const struct of_a_lot *w = in;
	struct outlook_page *p = arena_alloc(c->arena, sizeof *p);
	struct lot_forecast *f = arena_alloc(c->arena, sizeof *f);
	struct lot l = { 0 };

	TRY(lot_load(c, w->id, &l));
	TRY(lot_foresee(c, &l, f));
	TRY(outlook_of(c, w->id, &p->outlook));
	outlook_words(c, &p->outlook);
	p->forecast = f;
	p->misses = outlook_errors(c, &p->outlook);
	draw_past(c, lot_clock(&l), p);
	fields_complete(outlook_page_fields, p);
	return reply_one(r, p);
}

/* clang-format off */
const struct route forecast_routes[] = {
	{ GET, "/api/v1/lots/:id/forecast", ANYONE, of_lot, TAKES(of_a_lot), GIVES(lot_forecast), .dress = API_ONLY, CACHED("lot::id"),
	  FAILS(NOT_FOUND), .doc = "How many slots of a lot will be taken in the next 24 hours, by quarters of an hour." },
	{ GET, "/admin/forecasts", ADMIN, list, GIVES(outlook_list), .page = "forecasts/list",
	  .doc = "How full each lot is, beside what was expected, and how good its forecasts were." },
	{ GET, "/admin/forecasts/:id", ADMIN, show, TAKES(of_a_lot), GIVES(outlook_page), .page = "forecasts/show",
	  FAILS(NOT_FOUND), .doc = "A lot's last day beside what was expected, its next one, and past errors." },
	{ 0 },
};
/* clang-format on */
