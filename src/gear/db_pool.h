/*
 * db_pool.h -- connections to PostgreSQL: between db.c and db_pool.c, and nobody else's.
 *
 * A connection is shared, statements of many requests following each other down its pipeline, or
 * pinned by one transaction.  One at least is never pinned, so that reads go on while all
 * transactions wait for a lock.
 */
#ifndef DB_POOL_H
#define DB_POOL_H

#include <libpq-fe.h>

#include "gear/db.h"

struct conn;

/* One thing to send. */
struct ask {
	const struct query *query; /* NULL: sql */
	text sql; /* one statement, or with .script several */
	const text *args;
	int nargs; /* of sql; a query knows its own */
	bool begin; /* BEGIN goes ahead of it, in the same packet */
	bool script; /* needs a pinned connection and has no time limit */
	int64_t ms; /* how long the answer may take once its turn has come; 0: the pool's usual */
};
struct answer {
	PGresult
	    *result; /* the caller clears it; NULL: no answer came, and that connection is gone */
	bool sent; /* it may have been carried out, answer or not */
};

/* A connection of one's own until unpinned, for a thing that others may want, too (db_wants()), or for 0.  *place is where
 * in line: 0, at its end, becomes a number that is good for the same place another time; NULL: at its end.  UNAVAILABLE: the
 * database is away; BUSY: none became free in time, or too many wait for that thing. */
enum problem pool_pin(struct db_pool *, int64_t thing, int64_t *place, struct conn **);
int64_t pool_waiting(const struct db_pool *); /* for one of their own */
/* To be called between transactions, or when the connection is lost. */
void pool_unpin(struct conn *);
/* Rolls back and unpins without waiting for either. */
void pool_roll_back(struct conn *);

/* Sends and waits.  conn NULL: down whichever connection is shared. */
struct answer pool_ask(struct db_pool *, struct conn *, const struct ask *);

/* A connection for rows that somebody reads slowly; false: half of them are lent already. */
bool pool_lend(struct db_pool *);
void pool_lent_back(struct db_pool *);

/* In db.c, for db_rows.c: one statement in the transaction that is open.  The caller clears the result. */
enum problem db_ask(struct ctx *, struct ask, PGresult **);
enum problem db_say(struct ctx *, text sql);
struct db_pool *db_pool_of(const struct db *);

void pool_notify(struct db_pool *, text channel); /* soon, without waiting */
void pool_listen(struct db_pool *, text channel, void (*heard)(void *), void *arg);

#endif
