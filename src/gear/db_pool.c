#include "gear/db_pool.h"
#include "gear/log.h"
#include "gear/loop.h"

#define MAX_PREPARED 2048 /* a power of two, twice the statements there will ever be */
#define MAX_DEPTH 16 /* statements on their way down one connection */
#define SLOW_MS 50 /* who waits that long for an answer gets no more behind it */
#define TURN_MS 3000 /* for a connection to become free */
#define CONNECT_MS 5000
#define TICK_MS 250
#define NOTIFY_MS 20
#define FIRST_BACKOFF_MS 50
#define LONGEST_BACKOFF_MS 500

/* A thing sent, from then to its answer.  Lives on the stack of who waits for it; nobody waits for
 * a stray one, which frees itself. */
struct op {
	struct op *next;
	struct parked parked;
	const struct ask *ask;
	PGresult *result;
	int results; /* that came so far */
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
	PGconn *pg;
	enum { DOWN, CONNECTING, UP } state;
	bool pinned, want_write;
	int depth;
	struct op *head, **tail;
	int64_t head_since; /* when the answer to `head`, or to the greeting, began to be awaited */
	int64_t backoff;
	struct known known[MAX_PREPARED];
};
struct pin { /* one that waits for a connection of its own */
	struct pin *next;
	struct parked parked;
	struct conn *conn;
};
struct db_pool {
	char *conninfo, options[256];
	struct conn *conns;
	int n, n_up, n_pinned;
	int64_t statement_ms;
	bool tried; /* the first connection stood or failed: from now on `down` means down */
	struct op *ops, **ops_tail; /* waiting for room on any connection */
	struct pin *pins, **pins_tail;
	struct alarm tick, notify;
	bool ticking, notifying;
	text notify_channel, listen_channel;
	void (*heard)(void *);
	void *heard_arg;
};

static void conn_start(struct conn *);
static void conn_fail(struct conn *, text why);
static void feed(struct conn *);
static void tick(struct alarm *);

static int64_t
ms_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

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

static bool
is_stale(const PGresult *r)
{
	text state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	return state &&
	    (text_is(state, "0A000") || text_is(state, "26000") || text_is(state, "42P05"));
}

/* ---- sending */

static bool
put_statement(struct conn *k, struct op *o)
{
	const struct ask *a = o->ask;
	char name[160];

	if (a->query == NULL)
		return PQsendQueryParams(k->pg, a->sql, a->nargs, NULL, a->args, NULL, NULL, 0);
	if (a->query->name[0] == 0) /* a test's, asked once */
		return PQsendQueryParams(
		    k->pg, a->query->sql, a->query->nargs, NULL, a->args, NULL, NULL, 0);
	struct known *w = known(k, a->query);
	snprintf(name, sizeof name, "%s.%d", a->query->name, w->version);
	o->preparing = !w->ready;
	if (o->preparing && !PQsendPrepare(k->pg, name, a->query->sql, a->query->nargs, NULL))
		return false;
	w->ready = true;
	return PQsendQueryPrepared(k->pg, name, a->query->nargs, a->args, NULL, NULL, 0);
}

static bool
put(struct conn *k, struct op *o)
{
	if (o->ask->script)
		return PQexitPipelineMode(k->pg) && PQsendQuery(k->pg, o->ask->sql);
	if (o->ask->begin && !PQsendQueryParams(k->pg, "begin", 0, NULL, NULL, NULL, NULL, 0))
		return false;
	return put_statement(k, o) && PQpipelineSync(k->pg);
}

static void
start_ticking(struct db_pool *p)
{
	if (p->ticking)
		return;
	p->ticking = true;
	loop_after(&p->tick, TICK_MS, tick);
}

static void
watch_conn(struct conn *k, bool write)
{
	k->want_write = write;
	loop_watch(&k->watch, PQsocket(k->pg), LOOP_READ | (write ? LOOP_WRITE : 0));
}

/* The op is on its way, or the connection has failed and the op with it. */
static void
send_op(struct conn *k, struct op *o)
{
	o->next = NULL;
	o->sent = true;
	*k->tail = o;
	k->tail = &o->next;
	if (k->depth++ == 0)
		k->head_since = ms_now();
	start_ticking(k->pool);
	int left = put(k, o) ? PQflush(k->pg) : -1;
	if (left < 0)
		conn_fail(k, "send");
	else if (left > 0 && !k->want_write)
		watch_conn(k, true);
}

/* ---- answers */

static void
finish(struct op *o)
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
	if (o->ask->query && o->ask->query->name[0] && is_stale(o->result)) {
		struct known *w = known(k, o->ask->query);

		w->version++;
		w->ready = false;
	}
	finish(o);
	if (unpins)
		pool_unpin(k);
}

/* The last good result of a group is its answer; the first bad one is, if there is one. */
static void
take_result(struct conn *k, struct op *o, PGresult *r)
{
	ExecStatusType s = PQresultStatus(r);
	ExecStatusType before = o->result ? PQresultStatus(o->result) : PGRES_COMMAND_OK;
	bool of_statement = o->results++ > o->ask->begin;

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

/* ---- who goes down which connection */

/* Room for one more statement, and no slow one ahead of it if that can be helped. */
static struct conn *
pick_shared(struct db_pool *p)
{
	int64_t now = ms_now();
	struct conn *best = NULL;
	int best_cost = 0;

	for (struct conn *k = p->conns; k < p->conns + p->n; k++) {
		if (k->state != UP || k->pinned || k->depth >= MAX_DEPTH)
			continue;
		int cost = k->depth;
		if (k->depth && now - k->head_since > SLOW_MS)
			cost += MAX_DEPTH;
		if (best == NULL || cost < best_cost) {
			best = k;
			best_cost = cost;
		}
	}
	return best;
}

static bool
may_pin(const struct db_pool *p)
{
	return p->n_pinned < (p->n > 1 ? p->n - 1 : 1);
}

static struct conn *
pick_own(struct db_pool *p)
{
	if (!may_pin(p))
		return NULL;
	for (struct conn *k = p->conns; k < p->conns + p->n; k++)
		if (k->state == UP && !k->pinned && k->depth == 0)
			return k;
	return NULL;
}

static void
pin(struct conn *k)
{
	k->pinned = true;
	k->pool->n_pinned++;
}

/* This connection has room: whoever has waited for it goes ahead. */
static void
feed(struct conn *k)
{
	struct db_pool *p = k->pool;

	if (k->state == UP && !k->pinned && p->pins && may_pin(p)) {
		struct pin *w = p->pins;

		if (k->depth > 0)
			return; /* let it run empty */
		if ((p->pins = w->next) == NULL)
			p->pins_tail = &p->pins;
		pin(k);
		w->conn = k;
		unpark(&w->parked);
		return;
	}
	while (k->state == UP && !k->pinned && k->depth < MAX_DEPTH && p->ops) {
		struct op *o = p->ops;

		if ((p->ops = o->next) == NULL)
			p->ops_tail = &p->ops;
		send_op(k, o);
	}
}

/* ---- the life of a connection */

static void
say_stray(struct conn *k, const struct ask *a, bool unpins)
{
	struct op *o = calloc(1, sizeof *o);

	if (o == NULL)
		BUG("out of memory");
	o->ask = a;
	o->stray = true;
	o->unpins = unpins;
	send_op(k, o);
}

static void
listen_now(struct conn *k)
{
	static char sql[128];
	static const struct ask listen = { .sql = sql };

	if (k != k->pool->conns || k->state != UP || k->pool->heard == NULL)
		return;
	char *name =
	    PQescapeIdentifier(k->pg, k->pool->listen_channel, strlen(k->pool->listen_channel));
	snprintf(sql, sizeof sql, "listen %s", name ? name : "nothing");
	PQfreemem(name);
	say_stray(k, &listen, false);
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
	listen_now(k);
	feed(k);
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
		feed(k);
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

static void
conn_start(struct conn *k)
{
	static const char *const names[] = { "application_name", "client_encoding",
		"tcp_user_timeout", "dbname", "options", NULL };
	const char *const values[] = { "parking", "UTF8", "10000", k->pool->conninfo,
		k->pool->options, NULL };

	memset(k->known, 0, sizeof k->known);
	k->head = NULL;
	k->tail = &k->head;
	k->depth = 0;
	k->pg = PQconnectStartParams(names, values, 1);
	if (k->pg == NULL)
		BUG("out of memory");
	k->state = CONNECTING;
	k->head_since = ms_now();
	if (PQstatus(k->pg) == CONNECTION_BAD) {
		conn_fail(k, "connect");
		return;
	}
	PQsetNoticeReceiver(k->pg, no_notice, NULL);
	start_ticking(k->pool);
	loop_watch(&k->watch, PQsocket(k->pg), LOOP_WRITE);
}

/* Nobody waits for a database that is away. */
static void
turn_all_away(struct db_pool *p)
{
	struct op *ops = p->ops;
	struct pin *pins = p->pins;

	p->ops = NULL;
	p->ops_tail = &p->ops;
	p->pins = NULL;
	p->pins_tail = &p->pins;
	while (ops) {
		struct op *o = ops;

		ops = o->next;
		finish(o);
	}
	while (pins) {
		struct pin *w = pins;

		pins = w->next;
		unpark(&w->parked);
	}
}

static void
come_again(struct conn *k)
{
	k->backoff = k->backoff ? k->backoff * 2 : FIRST_BACKOFF_MS;
	if (k->backoff > LONGEST_BACKOFF_MS)
		k->backoff = LONGEST_BACKOFF_MS;
	loop_after(&k->again, k->backoff, start_again);
}

/* A pinned connection stays down until its owner has noticed. */
static void
conn_fail(struct conn *k, text why)
{
	struct db_pool *p = k->pool;
	struct op *o = k->head;
	bool was_up = k->state == UP, was_pinned = k->pinned, unpins = false;

	if (was_up || !p->tried)
		log_event("db_lost", "at", why, "why", PQerrorMessage(k->pg), NULL);
	p->n_up -= was_up;
	p->tried = true;
	k->state = DOWN;
	k->head = NULL;
	k->tail = &k->head;
	k->depth = 0;
	loop_unwatch(&k->watch);
	PQfinish(k->pg);
	k->pg = NULL;
	while (o) {
		struct op *next = o->next;

		unpins = unpins || o->unpins;
		PQclear(o->result);
		o->result = NULL;
		finish(o);
		o = next;
	}
	if (p->n_up == 0)
		turn_all_away(p);
	if (unpins)
		pool_unpin(k);
	else if (!was_pinned)
		come_again(k);
}

/* ---- deadlines */

static bool
is_overdue(const struct conn *k, int64_t now)
{
	if (k->state == CONNECTING)
		return now - k->head_since > CONNECT_MS;
	if (k->state != UP || k->head == NULL || k->head->ask->script)
		return false;
	int64_t ms = k->head->ask->ms ? k->head->ask->ms : k->pool->statement_ms;
	return ms > 0 && now - k->head_since > ms;
}

/* PostgreSQL's own statement_timeout is a second shorter.  Where even that brings no answer, the
 * connection goes, since libpq cannot cancel without blocking. */
static void
tick(struct alarm *a)
{
	struct db_pool *p = (struct db_pool *)(void *)((char *)a - offsetof(struct db_pool, tick));
	int64_t now = ms_now();
	bool more = false;

	p->ticking = false;
	for (struct conn *k = p->conns; k < p->conns + p->n; k++) {
		if (is_overdue(k, now))
			conn_fail(k, "deadline");
		more = more || k->state == CONNECTING || k->head;
	}
	if (more)
		start_ticking(p);
}

/* ---- for db.c */

enum problem
pool_pin(struct db_pool *p, struct conn **out)
{
	struct pin w = { 0 };

	if (p->n_up == 0 && p->tried)
		return UNAVAILABLE;
	*out = p->pins ? NULL : pick_own(p);
	if (*out) {
		pin(*out);
		return OK;
	}
	park_init(&w.parked);
	*p->pins_tail = &w;
	p->pins_tail = &w.next;
	park(&w.parked, TURN_MS);
	if (w.conn) {
		*out = w.conn;
		return OK;
	}
	for (struct pin **at = &p->pins; *at; at = &(*at)->next)
		if (*at == &w) {
			if ((*at = w.next) == NULL)
				p->pins_tail = at;
			return BUSY;
		}
	return UNAVAILABLE;
}

void
pool_unpin(struct conn *k)
{
	struct db_pool *p = k->pool;

	k->pinned = false;
	p->n_pinned--;
	if (k->state == DOWN)
		come_again(k);
	else if (PQtransactionStatus(k->pg) != PQTRANS_IDLE)
		conn_fail(k, "left in a transaction");
	else
		feed(k);
	for (struct conn *other = p->conns; p->pins && other < p->conns + p->n; other++)
		feed(other);
}

void
pool_roll_back(struct conn *k)
{
	static const struct ask rollback = { .sql = "rollback" };

	if (k->state == UP)
		say_stray(k, &rollback, true);
	else
		pool_unpin(k);
}

struct answer
pool_ask(struct db_pool *p, struct conn *k, const struct ask *a)
{
	struct op o = { .ask = a };

	if (k ? k->state != UP : p->n_up == 0 && p->tried)
		return (struct answer){ 0 };
	park_init(&o.parked);
	if (k == NULL && !p->ops)
		k = pick_shared(p);
	if (k) {
		send_op(k, &o);
	} else {
		*p->ops_tail = &o;
		p->ops_tail = &o.next;
	}
	park(&o.parked, 0);
	return (struct answer){ o.result, o.sent };
}

static void
notify_now(struct alarm *a)
{
	struct db_pool *p =
	    (struct db_pool *)(void *)((char *)a - offsetof(struct db_pool, notify));
	static const text args[] = { "jobs", "" };
	static const struct ask notify = {
		.sql = "select pg_notify($1, $2)", .args = args, .nargs = 2
	};
	struct conn *k = pick_shared(p);

	p->notifying = false;
	if (k)
		say_stray(k, &notify, false);
}

/* NOTIFY inside a transaction makes commits queue behind each other; so it goes by itself, and what
 * happens in the next moments is told with it. */
void
pool_notify(struct db_pool *p, text channel)
{
	if (!text_is(channel, "jobs"))
		BUG("there is one channel");
	if (p->notifying)
		return;
	p->notifying = true;
	loop_after(&p->notify, NOTIFY_MS, notify_now);
}

void
pool_listen(struct db_pool *p, text channel, void (*heard)(void *), void *arg)
{
	p->listen_channel = channel;
	p->heard = heard;
	p->heard_arg = arg;
	listen_now(p->conns);
}

/* ---- opening and closing */

struct db_pool *
db_pool_open_for(text conninfo, int connections, int64_t statement_ms)
{
	struct db_pool *p = calloc(1, sizeof *p);

	if (p == NULL || (p->conns = calloc((size_t)connections, sizeof *p->conns)) == NULL ||
	    (p->conninfo = strdup(conninfo)) == NULL)
		BUG("out of memory");
	p->n = connections;
	p->ops_tail = &p->ops;
	p->pins_tail = &p->pins;
	p->statement_ms = statement_ms ? statement_ms + 1000 : 0;
	snprintf(p->options, sizeof p->options,
	    "-c timezone=UTC -c datestyle=ISO -c jit=off -c client_min_messages=error "
	    "-c statement_timeout=%lld -c lock_timeout=%lld "
	    "-c idle_in_transaction_session_timeout=60s",
	    (long long)statement_ms, (long long)(statement_ms * 4 / 5));
	for (struct conn *k = p->conns; k < p->conns + p->n; k++) {
		k->pool = p;
		k->watch.fd = -1;
		k->watch.ready = conn_ready;
		conn_start(k);
	}
	return p;
}

struct db_pool *
db_pool_open(text conninfo, int connections)
{
	return db_pool_open_for(conninfo, connections, 5000);
}

bool
db_pool_up(const struct db_pool *p)
{
	return p->n_up > 0;
}

void
db_pool_close(struct db_pool *p)
{
	if (p == NULL)
		return;
	for (struct conn *k = p->conns; k < p->conns + p->n; k++) {
		loop_cancel(&k->again);
		loop_unwatch(&k->watch);
		PQfinish(k->pg);
		while (k->head) {
			struct op *o = k->head;

			k->head = o->next;
			finish(o);
		}
	}
	loop_cancel(&p->tick);
	loop_cancel(&p->notify);
	free(p->conns);
	free(p->conninfo);
	free(p);
}
