#include "gear/db_conn.h"
#include "gear/log.h"

#define CONNECT_MS 5000
#define FIRST_BACKOFF_MS 50
#define LONGEST_BACKOFF_MS 500

/* ---- prepared statements */

static struct known *
known(struct conn *k, const struct query *q)
{
	size_t i = ((uintptr_t)q >> 4) * 0x9e3779b97f4a7c15u >> 32;

	for (size_t tries = 0; tries < MAX_PREPARED; tries++) {
		struct known *at = &k->known[(i + tries) & (MAX_PREPARED - 1)];

		if (at->query == NULL)
			at->query = q;
		if (at->query == q)
			return at;
	}
	BUG("more statements than a connection has room for");
}

static void
forget(struct conn *k, const struct query *q)
{
	struct known *w = known(k, q);

	w->version++;
	w->ready = false;
}

static bool
is_stale(const PGresult *r)
{
	text state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	return state &&
	    (text_is(state, "0A000") || text_is(state, "26000") || text_is(state, "42P05"));
}

/* ---- sending */

static const struct query begin = { .name = "begin", .sql = "begin", .kind = "none" };

static bool
put_prepared(struct conn *k, const struct query *q, const text *args, bool *preparing)
{
	struct known *w = known(k, q);
	char name[160];

	snprintf(name, sizeof name, "%s.%d", q->name, w->version);
	*preparing = !w->ready;
	if (*preparing && !PQsendPrepare(k->pg, name, q->sql, q->nargs, NULL))
		return false;
	w->ready = true;
	return PQsendQueryPrepared(k->pg, name, q->nargs, args, NULL, NULL, 0);
}

static bool
put_begin(struct conn *k, struct op *o)
{
	bool preparing;

	if (!put_prepared(k, &begin, NULL, &preparing))
		return false;
	o->ahead = 1 + preparing;
	return true;
}

static bool
put_statement(struct conn *k, struct op *o)
{
	const struct ask *a = o->ask;

	if (a->query == NULL)
		return PQsendQueryParams(k->pg, a->sql, a->nargs, NULL, a->args, NULL, NULL, 0);
	if (a->query->name[0] == 0) /* a test's, asked once */
		return PQsendQueryParams(
		    k->pg, a->query->sql, a->query->nargs, NULL, a->args, NULL, NULL, 0);
	return put_prepared(k, a->query, a->args, &o->preparing);
}

static bool
put(struct conn *k, struct op *o)
{
	if (o->ask->script)
		return PQexitPipelineMode(k->pg) && PQsendQuery(k->pg, o->ask->sql);
	if (o->ask->begin && !put_begin(k, o))
		return false;
	return put_statement(k, o) && PQpipelineSync(k->pg);
}

static void
watch_conn(struct conn *k, bool write)
{
	k->want_write = write;
	loop_watch(&k->watch, PQsocket(k->pg), LOOP_READ | (write ? LOOP_WRITE : 0));
}

void
conn_send(struct conn *k, struct op *o)
{
	o->next = NULL;
	o->sent = true;
	*k->tail = o;
	k->tail = &o->next;
	if (k->depth++ == 0)
		k->head_since = ms_now();
	pool_ticks(k->pool);
	int left = put(k, o) ? PQflush(k->pg) : -1;
	if (left < 0)
		conn_fail(k, "send");
	else if (left > 0 && !k->want_write)
		watch_conn(k, true);
}

/* ---- answers */

void
op_finish(struct op *o)
{
	if (!o->stray) {
		unpark(&o->parked);
		return;
	}
	PQclear(o->result);
	free(o);
}

static void
op_done(struct conn *k)
{
	struct op *o = k->head;
	bool unpins = o->unpins;

	k->head = o->next;
	if (k->head == NULL)
		k->tail = &k->head;
	k->depth--;
	k->head_since = ms_now();
	if (is_stale(o->result)) {
		if (o->ask->begin)
			forget(k, &begin);
		if (o->ask->query && o->ask->query->name[0])
			forget(k, o->ask->query);
	}
	op_finish(o);
	if (unpins)
		pool_unpin(k);
}

/* The last good result of a group is its answer; the first bad one is, if there is one. */
static void
take_result(struct conn *k, struct op *o, PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);
	ExecStatusType before = o->result ? PQresultStatus(o->result) : PGRES_COMMAND_OK;
	bool of_statement = o->results++ > o->ahead;

	if (o->preparing && !of_statement && s != PGRES_COMMAND_OK)
		known(k, o->ask->query)->ready = false;
	if (before != PGRES_COMMAND_OK && before != PGRES_TUPLES_OK) {
		PQclear(r);
		return;
	}
	PQclear(o->result);
	o->result = r;
}

/* A NULL ends the results of each statement; two in a row are the end of what a broken connection has. */
static void
take_answers(struct conn *k)
{
	bool ended = false;

	while (k->head && !PQisBusy(k->pg)) {
		struct op *o = k->head;
		PGresult *r = PQgetResult(k->pg);

		if (r == NULL && ended)
			return;
		ended = r == NULL;
		if (r == NULL && o->ask->script) {
			if (!PQenterPipelineMode(k->pg))
				return;
			op_done(k);
		} else if (r && PQresultStatus(r) == PGRES_PIPELINE_SYNC) {
			PQclear(r);
			op_done(k);
		} else if (r) {
			take_result(k, o, r);
		}
	}
}

static void
take_news(struct conn *k)
{
	bool some = false;

	for (PGnotify *n; (n = PQnotifies(k->pg)) != NULL; some = true)
		PQfreemem(n);
	if (some && k->pool->heard)
		k->pool->heard(k->pool->heard_arg);
}

/* ---- the life of a connection */

void
conn_say(struct conn *k, const struct ask *a, bool unpins)
{
	struct op *o = memory_take(sizeof *o);

	o->ask = a;
	o->stray = true;
	o->unpins = unpins;
	conn_send(k, o);
}

void
conn_listen(struct conn *k)
{
	static char sql[128];
	static const struct ask listen = { .sql = sql };

	if (k != k->pool->conns || k->state != UP || k->pool->heard == NULL)
		return;
	char *name =
	    PQescapeIdentifier(k->pg, k->pool->listen_channel, strlen(k->pool->listen_channel));
	snprintf(sql, sizeof sql, "listen %s", name ? name : "nothing");
	PQfreemem(name);
	conn_say(k, &listen, false);
	k->pool->heard(k->pool->heard_arg); /* who knows what was said while nobody listened */
}

static void
conn_stands(struct conn *k)
{
	if (PQsetnonblocking(k->pg, 1) != 0 || !PQenterPipelineMode(k->pg)) {
		conn_fail(k, "pipeline");
		return;
	}
	if (k->pool->tried && k->pool->n_up == 0)
		log_event("db_up", NULL);
	k->state = UP;
	k->backoff = 0;
	k->pool->n_up++;
	k->pool->tried = true;
	watch_conn(k, false);
	conn_listen(k);
	pool_feed(k);
}

static void
go_on_connecting(struct conn *k)
{
	PostgresPollingStatusType s = PQconnectPoll(k->pg);

	if (s == PGRES_POLLING_OK) {
		conn_stands(k);
	} else if (s == PGRES_POLLING_FAILED) {
		conn_fail(k, "connect");
	} else {
		/* libpq may have moved on to another address, and so to another socket. */
		if (PQsocket(k->pg) != k->watch.fd)
			loop_unwatch(&k->watch);
		loop_watch(&k->watch, PQsocket(k->pg),
		    s == PGRES_POLLING_WRITING ? LOOP_WRITE : LOOP_READ);
	}
}

static void
conn_ready(struct watch *w, int events)
{
	struct conn *k = (struct conn *)(void *)w;

	if (k->state == DOWN)
		return;
	if (k->state == CONNECTING) {
		go_on_connecting(k);
		return;
	}
	if (k->want_write) {
		int left = PQflush(k->pg);

		if (left < 0) {
			conn_fail(k, "send");
			return;
		}
		if (left == 0)
			watch_conn(k, false);
	}
	bool alive = PQconsumeInput(k->pg);
	take_answers(k);
	if (k->state != UP)
		return;
	take_news(k);
	if (!alive || PQstatus(k->pg) != CONNECTION_OK || ((events & LOOP_ERROR) && !k->head))
		conn_fail(k, "lost");
	else
		pool_feed(k);
}

static void
no_notice(void *arg, const PGresult *r)
{
	(void)arg, (void)r;
}

static void
start_again(struct alarm *a)
{
	conn_start((struct conn *)(void *)((char *)a - offsetof(struct conn, again)));
}

/* What conninfo says overrules what comes before it here, and is overruled by what comes after.
 * Kerberos, of which libpq would make use by itself, reads folders and asks servers, which a worker
 * may not. */
static void
connect_to(struct conn *k, text hosts, text addresses, text ports)
{
	static const char *const names[] = { "application_name", "client_encoding",
		"tcp_user_timeout", "gssencmode", "dbname", "options", "host", "hostaddr", "port",
		NULL };
	const char *const values[] = { "parking", "UTF8", "10000", "disable", k->pool->conninfo,
		k->pool->options, hosts, addresses, ports, NULL };

	k->pg = PQconnectStartParams(names, values, 1);
	if (k->pg == NULL)
		BUG("out of memory");
	if (PQstatus(k->pg) == CONNECTION_BAD) {
		conn_fail(k, "connect");
		return;
	}
	PQsetNoticeReceiver(k->pg, no_notice, NULL);
	loop_watch(&k->watch, PQsocket(k->pg), LOOP_WRITE);
}

static void
search_done(struct db_search *s)
{
	struct conn *k = (struct conn *)(void *)((char *)s - offsetof(struct conn, search));

	if (s->n_found == 0) {
		conn_fail(k, "look up");
		return;
	}
	connect_to(k, buf_text(&s->names), buf_text(&s->addresses),
	    k->pool->hosts.ports ? buf_text(&s->ports) : NULL);
	db_search_end(s);
}

void
conn_start(struct conn *k)
{
	k->watch.ready = conn_ready;
	memset(k->known, 0, sizeof k->known);
	k->head = NULL;
	k->tail = &k->head;
	k->depth = 0;
	k->state = CONNECTING;
	k->head_since = ms_now();
	pool_ticks(k->pool);
	if (k->pool->hosts.n == 0)
		connect_to(k, NULL, NULL, NULL);
	else
		db_search_begin(&k->search, &k->pool->hosts, search_done);
}

void
conn_come_again(struct conn *k)
{
	k->backoff = k->backoff ? k->backoff * 2 : FIRST_BACKOFF_MS;
	if (k->backoff > LONGEST_BACKOFF_MS)
		k->backoff = LONGEST_BACKOFF_MS;
	loop_after(&k->again, k->backoff, start_again);
}

void
conn_fail(struct conn *k, text why)
{
	struct db_pool *p = k->pool;
	struct op *o = k->head;
	bool was_up = k->state == UP, was_pinned = k->pinned, unpins = false;

	if (was_up || !p->tried)
		log_event("db_lost", "during", why, "why",
		    k->pg ? PQerrorMessage(k->pg) : "its name leads nowhere now", NULL);
	p->n_up -= was_up;
	p->tried = true;
	k->state = DOWN;
	k->head = NULL;
	k->tail = &k->head;
	k->depth = 0;
	loop_unwatch(&k->watch);
	db_search_end(&k->search);
	PQfinish(k->pg);
	k->pg = NULL;
	while (o) {
		struct op *next = o->next;

		unpins = unpins || o->unpins;
		PQclear(o->result);
		o->result = NULL;
		op_finish(o);
		o = next;
	}
	if (p->n_up == 0)
		pool_turn_away(p);
	if (unpins)
		pool_unpin(k);
	else if (!was_pinned)
		conn_come_again(k);
}

bool
conn_overdue(const struct conn *k, int64_t now)
{
	if (k->state == CONNECTING)
		return now - k->head_since > CONNECT_MS;
	if (k->state != UP || k->head == NULL || k->head->ask->script)
		return false;
	int64_t ms = k->head->ask->ms ? k->head->ask->ms : k->pool->statement_ms;
	return ms > 0 && now - k->head_since > ms;
}
