/*
 * migrate.h -- the database's schema, forward only.
 *
 * The files of migrations/ are built into the program and applied in the order of their names, each
 * in one transaction in which a line of the table `migrations` says that it was, with the SHA-256
 * of its text.  Two programs that migrate at once take turns: a transaction holds an advisory lock,
 * and looks again what is left to do.
 *
 * A file that was applied must never change: a database that knows it in another form is refused.
 * A database that knows more than this program is fine: a newer release has been here, and releases
 * expand first and contract one later.
 */
#ifndef MIGRATE_H
#define MIGRATE_H

#include "gear/ctx.h"

struct migration {
	text name, sql; /* "0001_jobs.sql" and what it holds */
};
extern const struct migration all_migrations[]; /* sorted by name; made by src/tools/embed */
extern const size_t n_migrations;

/* Applies what is missing; *applied counts it.  On a problem c->detail says which file and why. */
enum problem migrate(struct ctx *, int64_t *applied);
/* How many of ours the database lacks: for parkctl and /readyz. */
enum problem migrations_missing(struct ctx *, int64_t *missing);

#endif
