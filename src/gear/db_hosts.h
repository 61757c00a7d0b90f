/*
 * db_hosts.h -- the servers a conninfo names, and where they are: for db_conn.c, and nobody else.
 *
 * libpq would ask the resolver itself, and block.  So it is given addresses (hostaddr) beside the
 * names, which it still needs for certificates and .pgpass.
 */
#ifndef DB_HOSTS_H
#define DB_HOSTS_H

#include "gear/names.h"

/* In libpq's spelling, with commas; a name of several addresses stands there several times. */
struct db_hosts {
	int n; /* 0: no name among them, and libpq needs no help */
	text *names, *ports; /* ports NULL: one for all, which libpq knows */
};
/* Of a conninfo, or where it names none of PGHOST. */
void db_hosts_read(struct arena *, text conninfo, struct db_hosts *);

/* One round of asking for all of them. */
struct db_search {
	struct lookup lookup; /* first */
	const struct db_hosts *hosts;
	struct arena *arena;
	struct buf names, addresses, ports;
	int at, n_found;
	void (*done)(struct db_search *); /* n_found 0: none could be found */
};
/* Calls done() once, perhaps before it returns, with the lists in the three bufs. */
void db_search_begin(struct db_search *, const struct db_hosts *, void (*done)(struct db_search *));
void db_search_end(struct db_search *); /* gives the lists back; also in the middle of it */

#endif
