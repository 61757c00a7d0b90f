/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef GEAR_TABLES_H
#define GEAR_TABLES_H

#include "gear/table.h"

extern const struct table gear_tables[];

struct csv_jobs {
	int64_t id;
	text kind, state, args;
	int64_t tries;
	instant run_at, created_at, finished_at;
	text last_error;
};
extern const struct field csv_jobs_fields[];

struct csv_job_runs {
	int64_t id, job_id;
	text kind;
	int64_t try;
	instant began_at, ended_at;
	text problem, detail;
};
extern const struct field csv_job_runs_fields[];

struct csv_migrations {
	text name, checksum;
	instant applied_at;
};
extern const struct field csv_migrations_fields[];

struct csv_stored {
	text key, type;
	int64_t bytes;
	text sha256;
	instant created_at, sent_at;
};
extern const struct field csv_stored_fields[];

#endif
