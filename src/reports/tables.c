/* tables.c -- what this slice gives away as CSV. */
#include "reports/tables.h"
#include "reports_sql.h"

static const text round_states[] = { "running", "stopped", "done", NULL };
static const text round_orders[] = { "month", "-month", "state", "-state", "looked", "-looked",
	"written", "-written", "declined", "-declined", "begun", "-begun", "ended", "-ended",
	NULL };
const struct field round_filter_fields[] = {
	FIELD(round_filter, state, .among = round_states),
	LISTING_FIELDS(round_filter, round_orders),
	FIELD_END,
};

const struct field csv_reports_fields[] = {
	FIELD(csv_reports, user_id),
	FIELD(csv_reports, username),
	FIELD(csv_reports, month),
	FIELD(csv_reports, kind),
	FIELD(csv_reports, made_at),
	FIELD_END,
};

static enum problem
open_reports(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_reports_rows(c, out);
}

const struct field csv_report_rounds_fields[] = {
	FIELD(csv_report_rounds, month),
	FIELD(csv_report_rounds, state),
	FIELD(csv_report_rounds, people),
	FIELD(csv_report_rounds, looked),
	FIELD(csv_report_rounds, mailed),
	FIELD(csv_report_rounds, declined),
	FIELD(csv_report_rounds, begun_at),
	FIELD(csv_report_rounds, touched_at),
	FIELD(csv_report_rounds, done_at),
	FIELD(csv_report_rounds, begun_by),
	FIELD_END,
};

static enum problem
open_report_rounds(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct round_filter *f = in;

	return csv_report_rounds_rows(c, f->state, out);
}

const struct field csv_report_choices_fields[] = {
	FIELD(csv_report_choices, user_id),
	FIELD(csv_report_choices, username),
	FIELD(csv_report_choices, wanted),
	FIELD(csv_report_choices, chosen_at),
	FIELD_END,
};

static enum problem
open_report_choices(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_report_choices_rows(c, out);
}

const struct table report_tables[] = {
	{ "reports", "Reports", "Which report was written for whom.", open_reports },
	{ "report-rounds", "Rounds of reports",
	    "Each month for which reports were sent, and how far that is.", open_report_rounds,
	    .page = "/admin/reports", .in = round_filter_fields,
	    .in_size = sizeof(struct round_filter) },
	{ "report-choices", "Choices of reports",
	    "Who wants the monthly report by mail, and who does not.", open_report_choices },
	{ NULL },
};
