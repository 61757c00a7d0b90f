/* routes_admin.c -- the months of the house, and who was written to. */
#include "gear/audit.h"
#include "gear/mail.h"
#include "gear/settings.h"
#include "reports/inner.h"
#include "reports/tables.h"
#include "reports_sql.h"
#include "web/web.h"

#define LOOK_AGAIN "5" /* seconds, while reports are written */

struct which_month {
	text month;
};

static text
month_complaint(struct arena *a, const void *member)
{
	(void)a;
	return month_ok(*(const text *)member) ? NULL : "This takes a month, like 2026-10.";
}

static const struct field which_month_fields[] = {
	FIELD(which_month, month, .required = true, .max = 7, .doc = "2026-10"),
	FIELD_END,
};
static const struct field new_round_fields[] = {
	FIELD(which_month, month, .required = true, .max = 7, .check = month_complaint,
	    .doc = "2026-10"),
	FIELD_END,
};

static const struct listing round_listing = {
	.path = "/admin/reports",
	.csv = "/admin/tables/report-rounds.csv",
	.usual = "-month",
	.filter = round_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "Month", "month", .falling = true },
		{ "State", "state" },
		{ "Looked at", "looked", .number = true, .falling = true },
		{ "Written", "written", .number = true, .falling = true },
		{ "Not wanted", "declined", .number = true, .falling = true },
		{ "Begun", "begun", .falling = true },
		{ "Ended", "ended", .falling = true },
		{ "Steer" },
		{ NULL },
	    },
};
struct round_list {
	LISTING_PAGE; /* struct round */
	const struct round_filter *f;
	text month, month_title; /* the newest that is over */
	bool running, mail_works;
	int64_t per_minute;
};
static const struct field round_list_fields[] = {
	LISTING_PAGE_FIELDS(round_list, round),
	FIELD_ONE(round_list, f, round_filter, .hidden = true),
	FIELD(round_list, month, .doc = "The newest that is over on the clock of every lot"),
	FIELD(round_list, month_title, .hidden = true),
	FIELD(round_list, running, .hidden = true),
	FIELD(round_list, mail_works, .hidden = true),
	FIELD(round_list, per_minute, .doc = "REPORTS_PER_MINUTE; 0: as fast as it goes"),
	FIELD_END,
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct round_filter *f = in;
	const struct listing *l = &round_listing;
	struct round_list *v = arena_alloc(c->arena, sizeof *v);
	struct number_of count = { 0 };

	*v = (struct round_list){
		.f = f, .mail_works = mail_configured(), .per_minute = settings.reports_per_minute
	};
	TRY(month_over(c, &v->month));
	v->month_title = month_title(c->arena, v->month);
	TRY(rounds_listed(
	    c, f->state, listing_order(l, f), listing_skip(l, f), listing_most(l, f), &v->items));
	TRY(rounds_number(c, f->state, COUNT_MOST + 1, &count));
	v->count = count.n;
	LISTING_FILL(c, l, f, v);
	FOR_ROWS (round, each, v->items)
		v->running = v->running || text_is(each->state, "running");
	if (v->running)
		r->refresh = LOOK_AGAIN;
	return reply_one(r, v);
}

static enum problem
begin(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_month *w = in;
	struct round *made = arena_alloc(c->arena, sizeof *made);
	bool again;

	TRY(round_begin(c, w->month, made, &again));
	TRY(round_go_on(c, w->month, c->now));
	TRY(audit_add(c, "reports_begun", "", 0, w->month));
	r->flash = arena_fmt(c->arena, "The reports of %s are being written.", made->title);
	return reply_made(r, "/admin/reports", made);
}

static enum problem
stop(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_month *w = in;

	TRY(round_stop(c, w->month));
	TRY(audit_add(c, "reports_stopped", "", 0, w->month));
	r->flash = "Stopped. What was written before is on its way.";
	return reply_done(r, "/admin/reports");
}

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_month *w = in;
	struct business *v = arena_alloc(c->arena, sizeof *v);

	TRY(business_report(c, w->month, v));
	return reply_one(r, v);
}

const struct route report_admin_routes[] = {
	{ GET, "/admin/reports", ADMIN, list, TAKES(round_filter), GIVES(round_list),
	    .page = "reports/rounds", .again = "/admin/reports",
	    .doc = "Whose reports were written, month by month, and how far it has come." },
	{ POST, "/admin/reports", ADMIN, begin, .in = new_round_fields,
	    .in_size = sizeof(struct which_month), GIVES(round), .makes = true,
	    .again = "/admin/reports", FAILS(TOO_EARLY),
	    .doc = "Write the reports of a month that is over, go on with them, or see who has "
		   "none yet." },
	{ POST, "/admin/reports/:month/stop", ADMIN, stop, TAKES(which_month),
	    .again = "/admin/reports", FAILS(NOT_FOUND, WRONG_STATE),
	    .doc = "Stop writing a month's reports." },
	{ GET, "/admin/reports/:month", ADMIN, show, TAKES(which_month), GIVES(business),
	    .page = "reports/business", FAILS(NOT_FOUND),
	    .doc =
		"The house's month: revenue, refunds, occupancy, lots, and what is out of line." },
	{ 0 },
};
