/* routes.c -- one's own months on the web, and the way out of the monthly mail. */
#include "reports/reports.h"
#include "web/web.h"

struct which_month {
	text month;
};
static const struct field which_month_fields[] = {
	FIELD(which_month, month, .required = true, .max = 7, .doc = "2026-10"),
	FIELD_END,
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	struct report_list *v = arena_alloc(c->arena, sizeof *v);

	(void)in;
	TRY(reports_mine(c, v));
	return reply_one(r, v);
}

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_month *w = in;
	struct report *v = arena_alloc(c->arena, sizeof *v);

	TRY(report_mine(c, w->month, v));
	return reply_one(r, v);
}

static enum problem
on_paper(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_month *w = in;
	struct report v = { 0 };
	const void *bytes;
	size_t n;

	TRY(report_mine(c, w->month, &v));
	TRY(report_pdf(c, &v, &bytes, &n));
	TRY(reply_bytes(r, "application/pdf", bytes, n));
	r->file_name = arena_fmt(c->arena, "parking-%s.pdf", v.month);
	return OK;
}

/* ---- the mail */

struct mail_choice {
	bool monthly;
};
static const struct field mail_choice_fields[] = {
	FIELD(mail_choice, monthly, .doc = "A mail after each month"),
	FIELD_END,
};

static enum problem
choose(struct ctx *c, const void *in, struct reply *r)
{
	const struct mail_choice *w = in;

	TRY(report_choose(c, w->monthly));
	r->flash = w->monthly ? "You get a mail after each month in which you parked."
			      : "You get no more monthly reports by mail. They stay here.";
	return reply_done(r, "/reports");
}

struct leaving {
	text token;
};
static const struct field leaving_fields[] = {
	FIELD(leaving, token, .required = true, .max = 80, .doc = "From the mail"),
	FIELD_END,
};

/* Only looks: readers of mail, and what guards them, follow links by themselves. */
static enum problem
ask_to_leave(struct ctx *c, const void *in, struct reply *r)
{
	const struct leaving *w = in;
	int64_t user_id;

	if (!unsubscribe_read(c->arena, w->token, &user_id))
		return fail(c, NOT_FOUND,
		    "This link is not whole. Log in and see Reports to change what you are sent.");
	return reply_one(r, w);
}

static enum problem
leave(struct ctx *c, const void *in, struct reply *r)
{
	const struct leaving *w = in;

	TRY(report_unsubscribe(c, w->token));
	return reply_one(r, w);
}

const struct route report_routes[] = {
	{ GET, "/reports", CUSTOMER, list, GIVES(report_list), .page = "reports/list",
	    .doc = "Your months, newest first." },
	{ GET, "/reports/unsubscribe", ANYONE, ask_to_leave, TAKES(leaving), GIVES(leaving),
	    .dress = PAGE_ONLY, .page = "reports/leave", FAILS(NOT_FOUND),
	    .doc = "The button that ends the monthly mail; looking at it changes nothing." },
	{ POST, "/reports/unsubscribe", ANYONE, leave, TAKES(leaving), GIVES(leaving),
	    .dress = PAGE_ONLY, .page = "reports/left", .one_click = true, FAILS(NOT_FOUND),
	    .doc = "End the monthly mail, with one click (RFC 8058) and without a login." },
	{ POST, "/reports/mail", CUSTOMER, choose, TAKES(mail_choice), .again = "/reports",
	    .doc = "Choose whether a mail comes after each month." },
	/* before the one below, which would take "2026-10.pdf" for a month */
	{ GET, "/reports/:month.pdf", CUSTOMER, on_paper, TAKES(which_month), .dress = PAGE_ONLY,
	    FAILS(NOT_FOUND), .doc = "The same as a PDF." },
	{ GET, "/reports/:month", CUSTOMER, show, TAKES(which_month), GIVES(report),
	    .page = "reports/show", FAILS(NOT_FOUND),
	    .doc =
		"Your parking in a month: bookings, hours, money, lots, and the months before." },
	{ 0 },
};
