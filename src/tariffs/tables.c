/* tables.c -- what this slice gives away as CSV. */
#include "tariffs/tables.h"
#include "tariffs_sql.h"

static const text tariff_orders[] = { "name", "-name", "currency", "-currency", "version",
	"-version", "since", "-since", NULL };
const struct field tariff_filter_fields[] = {
	FIELD(tariff_filter, q, .max = 100, .doc = "Part of its name"),
	FIELD(tariff_filter, currency, .max = 3, .doc = "ISO 4217 code"),
	LISTING_FIELDS(tariff_filter, tariff_orders),
	FIELD_END,
};

const struct field csv_tariffs_fields[] = {
	FIELD(csv_tariffs, tariff_id),
	FIELD(csv_tariffs, name),
	FIELD(csv_tariffs, currency),
	FIELD(csv_tariffs, built_in),
	FIELD(csv_tariffs, retired_at),
	FIELD(csv_tariffs, version_id),
	FIELD(csv_tariffs, number),
	FIELD(csv_tariffs, in_force_from),
	FIELD(csv_tariffs, created_at),
	FIELD(csv_tariffs, created_by),
	FIELD_END,
};

static enum problem
open_tariffs(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct tariff_filter *f = in;

	return csv_tariffs_rows(c, f->q, f->currency, out);
}

const struct field csv_tariff_lines_fields[] = {
	FIELD(csv_tariff_lines, version_id),
	FIELD(csv_tariff_lines, position),
	FIELD(csv_tariff_lines, kind),
	FIELD(csv_tariff_lines, minutes),
	FIELD(csv_tariff_lines, price),
	FIELD(csv_tariff_lines, currency),
	FIELD(csv_tariff_lines, days),
	FIELD(csv_tariff_lines, from_minute),
	FIELD(csv_tariff_lines, until_minute),
	FIELD_END,
};

static enum problem
open_tariff_lines(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_tariff_lines_rows(c, out);
}

const struct table tariff_tables[] = {
	{ "tariffs", "Tariffs", "Each version of each tariff, and when it came into force.",
	    open_tariffs, .page = "/admin/tariffs", .in = tariff_filter_fields,
	    .in_size = sizeof(struct tariff_filter) },
	{ "tariff-lines", "Lines of tariffs", "What each version charges, line by line.",
	    open_tariff_lines },
	{ NULL },
};
