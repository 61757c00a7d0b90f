/* tables.c -- what this slice gives away as CSV. */
#include "gear/tables.h"
#include "gear_sql.h"

const struct field csv_jobs_fields[] = {
	FIELD(csv_jobs, id),
	FIELD(csv_jobs, kind),
	FIELD(csv_jobs, state),
	FIELD(csv_jobs, args),
	FIELD(csv_jobs, tries),
	FIELD(csv_jobs, run_at),
	FIELD(csv_jobs, created_at),
	FIELD(csv_jobs, finished_at),
	FIELD(csv_jobs, last_error),
	FIELD_END,
};

static enum problem
open_jobs(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_jobs_rows(c, out);
}

const struct field csv_job_runs_fields[] = {
	FIELD(csv_job_runs, id),
	FIELD(csv_job_runs, job_id),
	FIELD(csv_job_runs, kind),
	FIELD(csv_job_runs, try),
	FIELD(csv_job_runs, began_at),
	FIELD(csv_job_runs, ended_at),
	FIELD(csv_job_runs, problem),
	FIELD(csv_job_runs, detail),
	FIELD_END,
};

static enum problem
open_job_runs(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_job_runs_rows(c, out);
}

const struct field csv_migrations_fields[] = {
	FIELD(csv_migrations, name),
	FIELD(csv_migrations, checksum),
	FIELD(csv_migrations, applied_at),
	FIELD_END,
};

static enum problem
open_migrations(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_migrations_rows(c, out);
}

const struct field csv_stored_fields[] = {
	FIELD(csv_stored, key),
	FIELD(csv_stored, type),
	FIELD(csv_stored, bytes),
	FIELD(csv_stored, sha256),
	FIELD(csv_stored, created_at),
	FIELD(csv_stored, sent_at),
	FIELD_END,
};

static enum problem
open_stored(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_stored_rows(c, out);
}

const struct table gear_tables[] = {
	{ "jobs", "Jobs", "Work that waits, runs, is done or failed.", open_jobs,
	    .page = "/admin/jobs" },
	{ "job-runs", "Runs of jobs", "Each try of each job, and how it ended.", open_job_runs },
	{ "migrations", "Migrations", "Steps by which this database was built.", open_migrations },
	{ "stored", "Files that were sent in",
	    "How large they are and where they are kept; not what is in them.", open_stored },
	{ NULL },
};
