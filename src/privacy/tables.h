/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef PRIVACY_TABLES_H
#define PRIVACY_TABLES_H

#include "gear/table.h"

extern const struct table privacy_tables[];

extern const struct field deletions_asked_fields[]; /* of struct deletions_asked */

struct csv_deletions {
	int64_t id;
	text class, rule;
	instant until;
	int64_t n;
	instant at, ended_at;
};
extern const struct field csv_deletions_fields[];

struct csv_data_files {
	int64_t id, user_id;
	text username;
	instant asked_at, ready_at, fetched_at;
	int64_t bytes;
};
extern const struct field csv_data_files_fields[];

struct csv_data_file_counts {
	int64_t file_id;
	text class;
	int64_t n;
};
extern const struct field csv_data_file_counts_fields[];

#endif
