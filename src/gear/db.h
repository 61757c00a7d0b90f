/*
 * db.h -- prepared statements in, structs out.
 *
 * Statements live in the slices' queries.sql; sqlgen makes a typed call of each, which ends here.
 * A statement's name and text are constant; nothing is ever concatenated.
 *
 * Under the server a call parks the request's coroutine while PostgreSQL works; in tests, parkctl
 * and the worker it waits.  That difference lives in gear/loop.h alone.
 *
 * Outside a transaction statements go down a shared, pipelined connection; db_begin() pins one.
 * Problems: a broken constraint becomes what all_rules says it means; a deadlock or a serialization
 * failure TRY_AGAIN: the whole transaction may be run once more; a lost connection before COMMIT
 * was sent, or a pool that is down: UNAVAILABLE; lost after COMMIT was sent: OUTCOME_UNKNOWN;
 * everything else INTERNAL. A deadline passed: UNAVAILABLE, and the connection is dropped.
 */
#ifndef DB_H
#define DB_H

#include "gear/ctx.h"

struct query {
	text name, sql;
	int nargs;
	const text *types; /* of the arguments, as queries.sql spells them; for the checks */
	const struct field *row; /* what a row is read into; NULL for `none` */
	text kind; /* "none", "one", "many", "each" */
	bool once; /* planned once: sqlgen.c says what for */
};
struct rule { /* a broken constraint and what it means to a person */
	text constraint;
	enum problem means;
	text field; /* NULL, or the field of the form to complain about */
	text says; /* NULL, or the words */
};
extern const struct rule *const all_rules[]; /* a list per slice, ended by NULL; src/all.c */
extern const struct query *const *const all_queries[]; /* for the checks; made by sqlgen */

struct db_pool;
/* Opens `connections` to conninfo (libpq's syntax or a postgres:// URL), in the background. */
struct db_pool *db_pool_open(text conninfo, int connections);
void db_pool_close(struct db_pool *);
bool db_pool_up(const struct db_pool *); /* at least one connection stands */
struct db *db_new(struct db_pool *, struct arena *); /* one request's view of the pool */

/* The same with another limit on each statement: 5,000 ms by default, 0 for none.  For parkctl and
 * the worker. */
struct db_pool *db_pool_open_for(text conninfo, int connections, int64_t statement_ms);

/* Tells whoever listens on the channel, once the transaction that is open is committed (now, if
 * none is).  May come late, doubled or never: who listens also looks by itself. */
void db_notify(struct ctx *, text channel);
/* Calls heard(arg), on the loop, whenever the channel is notified or might have been: one listener
 * a pool; NULL ends it. */
void db_listen(struct ctx *, text channel, void (*heard)(void *arg), void *arg);

/* Calls run(arg, outcome) when the outermost transaction has ended: OK committed, OUTCOME_UNKNOWN
 * perhaps, anything else not.  `arg` is copied.  False: this was asked before.  Only inside a
 * transaction. */
bool db_at_end(struct ctx *, void (*run)(text arg, enum problem outcome), text arg);

/* From now on the transactions of this request are about a thing that others may want, too: a lot,
 * by its number; 0: nothing.  Whoever waits for a lock in PostgreSQL holds a connection while
 * waiting: if everybody wanted one lot, all connections would stand in that queue and every other
 * lot with them.  So at most half of the pool may be inside for one thing.  The rest wait in line,
 * which costs a coroutine and nothing else, for five seconds (then BUSY; at once where 1,000 wait);
 * who wants another thing goes past them, and a transaction that is run again stands where it
 * stood. */
void db_wants(struct ctx *, int64_t thing);
/* How many wait for a connection of their own now: all of this process. */
int64_t db_waiting(const struct db *);

/* Transactions nest: an inner one is a savepoint.  A test opens the outer one and never commits. */
enum problem db_begin(struct ctx *);
enum problem db_end(struct ctx *, bool commit);
bool db_in_transaction(const struct db *);

/* For generated code.  Arguments are text, or NULL for SQL NULL. */
enum problem db_none(struct ctx *, const struct query *, const text *args, int64_t *changed);
enum problem db_one(
    struct ctx *, const struct query *, const text *args, void *row); /* NOT_FOUND */
enum problem db_many(
    struct ctx *, const struct query *, const text *args, size_t size, struct rows *);

/* Rows by pieces, all of one moment (a cursor): however many they are, only a piece is here at a time.  It has a
 * transaction, and so a connection, to itself until its last row was read, db_each_end(), or the end of the
 * arena.  At most half of the connections are lent so: BUSY.  Each piece may take a minute to come, and a minute to be
 * followed by the next. */
struct db_rows;
enum problem db_each(struct ctx *, const struct query *, const text *args, struct db_rows **);
/* Calls row(arg, cells) for at most so many of them; the cells are those of the query's fields in their
 * order, as PostgreSQL prints them, NULL for NULL, and last until row() returns.  *more false: that was all. */
enum problem db_next(
    struct db_rows *, int most, void (*row)(void *arg, const text *cells), void *arg, bool *more);
const struct field *db_rows_fields(const struct db_rows *);
void db_each_end(struct db_rows *);

/* How each base type is spelled to PostgreSQL.  A zero instant or id argument marked `?` in
 * queries.sql goes out as NULL. */
text sql_text(struct arena *, text);
text sql_bool(struct arena *, bool);
text sql_int(struct arena *, int64_t);
text sql_real(struct arena *, double);
text sql_money(struct arena *, money);
text sql_instant(struct arena *, instant);
text sql_ints(struct arena *, struct rows of_int64); /* bigint[] */

/* For migrations and checks only: a whole script, outside prepared statements. */
enum problem db_script(struct ctx *, text sql);
text db_last_error(const struct db *); /* PostgreSQL's own words, for logs */

#endif
