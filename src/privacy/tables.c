/* tables.c -- what this slice gives away as CSV. */
#include "privacy/privacy.h"
#include "privacy/tables.h"
#include "privacy_sql.h"

static const text orders[] = { "when", "-when", "what", "-what", "rule", "-rule", "older", "-older",
	"many", "-many", NULL };
const struct field deletions_asked_fields[] = {
	FIELD(deletions_asked, class, .max = 60, .doc = "Only this class"),
	FIELD(deletions_asked, empty, .doc = "Runs that found nothing, too"),
	LISTING_FIELDS(deletions_asked, orders),
	FIELD_END,
};

const struct field csv_deletions_fields[] = {
	FIELD(csv_deletions, id),
	FIELD(csv_deletions, class),
	FIELD(csv_deletions, rule),
	FIELD(csv_deletions, until),
	FIELD(csv_deletions, n),
	FIELD(csv_deletions, at),
	FIELD(csv_deletions, ended_at),
	FIELD_END,
};

static enum problem
open_deletions(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct deletions_asked *w = in;

	return csv_deletions_rows(c, w->class, w->empty, out);
}

const struct field csv_data_files_fields[] = {
	FIELD(csv_data_files, id),
	FIELD(csv_data_files, user_id),
	FIELD(csv_data_files, username),
	FIELD(csv_data_files, asked_at),
	FIELD(csv_data_files, ready_at),
	FIELD(csv_data_files, fetched_at),
	FIELD(csv_data_files, bytes),
	FIELD_END,
};

static enum problem
open_data_files(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_data_files_rows(c, out);
}

const struct field csv_data_file_counts_fields[] = {
	FIELD(csv_data_file_counts, file_id),
	FIELD(csv_data_file_counts, class),
	FIELD(csv_data_file_counts, n),
	FIELD_END,
};

static enum problem
open_data_file_counts(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_data_file_counts_rows(c, out);
}

const struct table privacy_tables[] = {
	{ "deletions", "Deletions", "What went when, by which rule, and how much of it.",
	    open_deletions, .page = "/admin/deletions", .in = deletions_asked_fields,
	    .in_size = sizeof(struct deletions_asked) },
	{ "data-files", "Data files",
	    "Who asked for all their data, and when they fetched it; not what is in it.",
	    open_data_files },
	{ "data-file-counts", "Sizes of data files", "How much of each class is in a data file.",
	    open_data_file_counts },
	{ NULL },
};
