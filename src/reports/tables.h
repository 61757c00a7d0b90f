/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef REPORTS_TABLES_H
#define REPORTS_TABLES_H

#include "base/listing.h"
#include "gear/table.h"

extern const struct table report_tables[];

/* What /admin/reports is filtered by, and the table as CSV, too. */
struct round_filter {
	text state, sort;
	int64_t page, rows;
};
extern const struct field round_filter_fields[];

struct csv_reports {
	int64_t user_id;
	text username, month, kind;
	instant made_at;
};
extern const struct field csv_reports_fields[];

struct csv_report_rounds {
	text month, state;
	int64_t people, looked, mailed, declined;
	instant begun_at, touched_at, done_at;
	int64_t begun_by;
};
extern const struct field csv_report_rounds_fields[];

struct csv_report_choices {
	int64_t user_id;
	text username;
	bool wanted;
	instant chosen_at;
};
extern const struct field csv_report_choices_fields[];

#endif
