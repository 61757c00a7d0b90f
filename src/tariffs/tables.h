/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef TARIFFS_TABLES_H
#define TARIFFS_TABLES_H

#include "base/listing.h"
#include "gear/table.h"

extern const struct table tariff_tables[];

/* What /admin/tariffs is filtered by, and the table as CSV, too. */
struct tariff_filter {
	text q, currency, sort;
	int64_t page, rows;
};
extern const struct field tariff_filter_fields[];

struct csv_tariffs {
	int64_t tariff_id;
	text name, currency;
	bool built_in;
	instant retired_at;
	int64_t version_id, number;
	instant in_force_from, created_at;
	text created_by;
};
extern const struct field csv_tariffs_fields[];

struct csv_tariff_lines {
	int64_t version_id, position;
	text kind;
	int64_t minutes;
	money price;
	text currency;
	int64_t days, from_minute, until_minute;
};
extern const struct field csv_tariff_lines_fields[];

#endif
