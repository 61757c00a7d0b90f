/*
 * db_conn.h -- one connection to PostgreSQL and what travels down it: db_pool.c's other half, and nobody
 * else's.
 */
#ifndef DB_CONN_H
#define DB_CONN_H

#include "gear/db_hosts.h"
#include "gear/db_pool.h"
#include "gear/loop.h"

#define MAX_PREPARED 2048 /* a power of two, twice the statements there will ever be */

/* A thing sent, from then to its answer.  Lives on the stack of who waits for it; nobody waits for
 * a stray one, which frees itself. */
struct op {
	struct op *next;
	struct parked parked;
	const struct ask *ask;
	PGresult *result;
	int results, ahead; /* that came so far; that come before those of the statement */
	bool preparing, sent, stray, unpins;
};
/* What one connection knows of one statement.  A version is prepared under a name of its own: what
 * PostgreSQL has forgotten or finds outdated is prepared again under the next name. */
struct known {
	const struct query *query;
	int version;
	bool ready;
};
struct conn {
	struct watch watch; /* first, and in memory that lives as long as the process */
	struct alarm again;
	struct db_pool *pool;
	struct db_search search;
	PGconn *pg; /* NULL while its server's address is looked for */
	enum { DOWN, CONNECTING, UP } state;
	bool pinned, want_write;
	int64_t thing; /* while pinned: what its owner said to db_wants(), or 0 */
	int depth;
	struct op *head, **tail;
	int64_t head_since; /* when the answer to `head`, or to the greeting, began to be awaited */
	int64_t backoff;
	struct known known[MAX_PREPARED];
};
struct pin { /* one that waits for a connection of its own */
	struct pin *next;
	struct parked parked;
	int64_t thing, place;
	struct conn *conn;
};
struct db_pool {
	char *conninfo, options[256];
	struct arena *arena; /* of hosts */
	struct db_hosts hosts;
	struct conn *conns;
	int n, n_up, n_pinned, n_lent;
	int64_t statement_ms;
	bool tried; /* the first connection stood or failed: from now on `down` means down */
	struct op *ops, **ops_tail; /* waiting for room on any connection */
	struct pin *pins, **pins_tail; /* by their place */
	int64_t places; /* given so far */
	struct alarm tick, notify;
	bool ticking, notifying;
	text notify_channel, listen_channel;
	void (*heard)(void *);
	void *heard_arg;
};

/* Begins to connect; conn_fail() follows, or feed(). */
void conn_start(struct conn *);
/* Whoever waits for it learns that no answer comes; it comes again by itself, unless pinned: then when its owner has
 * let go of it. */
void conn_fail(struct conn *, text why);
void conn_come_again(struct conn *);
bool conn_overdue(const struct conn *, int64_t ms_now);

/* The op is on its way, or the connection has failed and the op with it. */
void conn_send(struct conn *, struct op *);
/* Sends without waiting; then unpins, if so told.  The ask is static. */
void conn_say(struct conn *, const struct ask *, bool unpins);
void conn_listen(struct conn *);
void op_finish(struct op *); /* has its answer, or will never have one */

/* In db_pool.c: */
void pool_feed(struct conn *); /* it has room: whoever has waited for it goes ahead */
void pool_turn_away(struct db_pool *); /* all who wait: the database is away */
void pool_ticks(struct db_pool *); /* there is something to look after */
int64_t ms_now(void);

#endif
