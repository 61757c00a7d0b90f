#include "gear/db_pool.h"
#include "gear/log.h"

/* The plain form: connections are opened when wanted, and calls block. */

#define MAX_PREPARED 1024

struct conn {
	struct conn *next;
	struct db_pool *pool;
	PGconn *pg;
	const struct query *prepared[MAX_PREPARED];
	int n_prepared;
};
struct db_pool {
	text conninfo;
	struct conn *idle;
	bool up;
};

struct db_pool *
db_pool_open(text conninfo, int connections)
{
	struct db_pool *p = calloc(1, sizeof *p);

	(void)connections;
	if (p == NULL)
		BUG("out of memory");
	p->conninfo = strdup(conninfo);
	p->up = true;
	return p;
}

struct db_pool *
db_pool_open_for(text conninfo, int connections, int64_t statement_ms)
{
	(void)statement_ms;
	return db_pool_open(conninfo, connections);
}

static void
conn_close(struct conn *k)
{
	PQfinish(k->pg);
	free(k);
}

void
db_pool_close(struct db_pool *p)
{
	if (p == NULL)
		return;
	while (p->idle) {
		struct conn *k = p->idle;

		p->idle = k->next;
		conn_close(k);
	}
	free((void *)(uintptr_t)p->conninfo);
	free(p);
}

bool
db_pool_up(const struct db_pool *p)
{
	return p->up;
}

struct conn *
pool_pin(struct db_pool *p)
{
	const char *const names[] = { "dbname", "options", NULL };
	const char *const values[] = { p->conninfo,
		"-c timezone=UTC -c datestyle=ISO -c statement_timeout=10s -c lock_timeout=8s",
		NULL };

	if (p->idle) {
		struct conn *k = p->idle;

		p->idle = k->next;
		return k;
	}
	struct conn *k = calloc(1, sizeof *k);
	if (k == NULL)
		BUG("out of memory");
	k->pool = p;
	k->pg = PQconnectdbParams(names, values, 1);
	p->up = PQstatus(k->pg) == CONNECTION_OK;
	if (p->up)
		return k;
	log_event("db_unreachable", "why", PQerrorMessage(k->pg), NULL);
	conn_close(k);
	return NULL;
}

void
pool_unpin(struct conn *k)
{
	if (PQstatus(k->pg) != CONNECTION_OK) {
		conn_close(k);
		return;
	}
	k->next = k->pool->idle;
	k->pool->idle = k;
}

static bool
is_prepared(const struct conn *k, const struct query *q)
{
	for (int i = 0; i < k->n_prepared; i++)
		if (k->prepared[i] == q)
			return true;
	return false;
}

static PGresult *
ask_on(struct conn *k, const struct ask *a)
{
	if (a->query == NULL)
		return PQexec(k->pg, a->sql);
	if (!is_prepared(k, a->query)) {
		PGresult *r =
		    PQprepare(k->pg, a->query->name, a->query->sql, a->query->nargs, NULL);

		if (PQresultStatus(r) != PGRES_COMMAND_OK || k->n_prepared == MAX_PREPARED)
			return r;
		PQclear(r);
		k->prepared[k->n_prepared++] = a->query;
	}
	return PQexecPrepared(k->pg, a->query->name, a->query->nargs, a->args, NULL, NULL, 0);
}

PGresult *
pool_ask(struct db_pool *p, struct conn *pinned, const struct ask *a)
{
	struct conn *k = pinned ? pinned : pool_pin(p);

	if (k == NULL)
		return NULL;
	PGresult *r = ask_on(k, a);
	bool lost = PQstatus(k->pg) != CONNECTION_OK;
	if (pinned == NULL)
		pool_unpin(k);
	if (!lost)
		return r;
	PQclear(r);
	return NULL;
}

void
pool_forget(struct conn *k, const struct query *q)
{
	for (int i = 0; i < k->n_prepared; i++)
		if (k->prepared[i] == q) {
			PQclear(PQexec(k->pg, "deallocate all"));
			k->n_prepared = 0;
		}
}
