/*
 * db_pool.h -- connections to PostgreSQL: between db.c and db_pool.c, and nobody else's.
 */
#ifndef DB_POOL_H
#define DB_POOL_H

#include <libpq-fe.h>

#include "gear/db.h"

struct conn;

/* One thing to send: a prepared statement with its arguments, or bare SQL. */
struct ask {
	const struct query *query; /* NULL: sql */
	text sql;
	const text *args;
	int64_t ms; /* how long the answer may take; 0: as long as it likes */
};

/* A connection of one's own until unpinned; NULL if there is none to be had. */
struct conn *pool_pin(struct db_pool *);
void pool_unpin(struct conn *);

/* Sends and waits.  conn NULL: down whichever connection is shared.  NULL: no answer came, and that
 * connection is gone.  The caller clears the result. */
PGresult *pool_ask(struct db_pool *, struct conn *, const struct ask *);
void pool_forget(struct conn *, const struct query *); /* prepare it again next time */

#endif
