#include "gear/db_conn.h"
#include "gear/log.h"

#define MAX_DEPTH 16 /* statements on their way down one connection */
#define SLOW_MS 50 /* who waits that long for an answer gets no more behind it */
#define TURN_MS 3000 /* for a connection to become free */
#define LINE_MS 5000 /* the same, where many want one thing */
#define LINE_MOST 1000 /* who may wait for it */
#define TICK_MS 250
#define NOTIFY_MS 20

static void tick(struct alarm *);

int64_t
ms_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
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

static int
most_pinned(const struct db_pool *p)
{
	return p->n > 1 ? p->n - 1 : 1;
}

static int
most_inside(const struct db_pool *p)
{
	return p->n > 3 ? p->n / 2 : 1;
}

static int
inside(const struct db_pool *p, int64_t thing)
{
	int n = 0;

	for (const struct conn *k = p->conns; k < p->conns + p->n; k++)
		n += k->pinned && k->thing == thing;
	return n;
}

static bool
may_pin(const struct db_pool *p, int64_t thing)
{
	return p->n_pinned < most_pinned(p) && (thing == 0 || inside(p, thing) < most_inside(p));
}

/* The first in line who may have a connection.  Who wants what enough have already is gone past. */
static struct pin **
first_in_line(struct db_pool *p)
{
	for (struct pin **at = &p->pins; *at; at = &(*at)->next)
		if (may_pin(p, (*at)->thing))
			return at;
	return NULL;
}

static struct conn *
pick_own(struct db_pool *p)
{
	for (struct conn *k = p->conns; k < p->conns + p->n; k++)
		if (k->state == UP && !k->pinned && k->depth == 0)
			return k;
	return NULL;
}

static void
pin(struct conn *k, int64_t thing)
{
	k->pinned = true;
	k->thing = thing;
	k->pool->n_pinned++;
}

static void
join_pins(struct db_pool *p, struct pin *w)
{
	struct pin **at = &p->pins;

	if (w->place == p->places) /* the newest */
		at = p->pins_tail;
	while (*at && (*at)->place < w->place)
		at = &(*at)->next;
	w->next = *at;
	*at = w;
	if (w->next == NULL)
		p->pins_tail = &w->next;
}

static void
leave_pins(struct db_pool *p, struct pin **at)
{
	struct pin *w = *at;

	*at = w->next;
	if (p->pins_tail == &w->next)
		p->pins_tail = at;
}

void
pool_feed(struct conn *k)
{
	struct db_pool *p = k->pool;
	struct pin **at = k->state == UP && !k->pinned ? first_in_line(p) : NULL;

	if (at) {
		struct pin *w = *at;

		if (k->depth > 0)
			return; /* let it run empty */
		leave_pins(p, at);
		pin(k, w->thing);
		w->conn = k;
		unpark(&w->parked);
		return;
	}
	while (k->state == UP && !k->pinned && k->depth < MAX_DEPTH && p->ops) {
		struct op *o = p->ops;

		if ((p->ops = o->next) == NULL)
			p->ops_tail = &p->ops;
		conn_send(k, o);
	}
}

/* Nobody waits for a database that is away. */
void
pool_turn_away(struct db_pool *p)
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
		op_finish(o);
	}
	while (pins) {
		struct pin *w = pins;

		pins = w->next;
		unpark(&w->parked);
	}
}

/* ---- deadlines */

void
pool_ticks(struct db_pool *p)
{
	if (p->ticking)
		return;
	p->ticking = true;
	loop_after(&p->tick, TICK_MS, tick);
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
		if (conn_overdue(k, now))
			conn_fail(k, "deadline");
		more = more || k->state == CONNECTING || k->head;
	}
	if (more)
		pool_ticks(p);
}

/* ---- for db.c */

static void
join_ops(struct db_pool *p, struct op *o)
{
	*p->ops_tail = o;
	p->ops_tail = &o->next;
}

static int64_t
waiting_for(const struct db_pool *p, int64_t thing)
{
	int64_t n = 0;

	for (const struct pin *w = p->pins; w; w = w->next)
		n += w->thing == thing;
	return n;
}

int64_t
pool_waiting(const struct db_pool *p)
{
	int64_t n = 0;

	for (const struct pin *w = p->pins; w; w = w->next)
		n++;
	return n;
}

enum problem
pool_pin(struct db_pool *p, int64_t thing, int64_t *place, struct conn **out)
{
	struct pin w = { .thing = thing };

	if (p->n_up == 0 && p->tried)
		return UNAVAILABLE;
	w.place = place && *place ? *place : ++p->places;
	if (place)
		*place = w.place;
	*out = may_pin(p, thing) && !first_in_line(p) ? pick_own(p) : NULL;
	if (*out) {
		pin(*out, thing);
		return OK;
	}
	if (thing && waiting_for(p, thing) >= LINE_MOST)
		return BUSY;
	park_init(&w.parked);
	join_pins(p, &w);
	park(&w.parked, thing ? LINE_MS : TURN_MS);
	if (w.conn) {
		*out = w.conn;
		return OK;
	}
	for (struct pin **at = &p->pins; *at; at = &(*at)->next)
		if (*at == &w) {
			leave_pins(p, at);
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
		conn_come_again(k);
	else if (PQtransactionStatus(k->pg) != PQTRANS_IDLE)
		conn_fail(k, "left in a transaction");
	else
		pool_feed(k);
	for (struct conn *other = p->conns; p->pins && other < p->conns + p->n; other++)
		pool_feed(other);
}

void
pool_roll_back(struct conn *k)
{
	static const struct query q = { .name = "rollback", .sql = "rollback", .kind = "none" };
	static const struct ask rollback = { .query = &q };

	if (k->state == UP)
		conn_say(k, &rollback, true);
	else
		pool_unpin(k);
}

bool
pool_lend(struct db_pool *p)
{
	if (p->n_lent >= (p->n > 1 ? p->n / 2 : 1))
		return false;
	p->n_lent++;
	return true;
}

void
pool_lent_back(struct db_pool *p)
{
	p->n_lent--;
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
		conn_send(k, &o);
	} else {
		join_ops(p, &o);
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
		conn_say(k, &notify, false);
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
	conn_listen(p->conns);
}

/* ---- opening and closing */

struct db_pool *
db_pool_open_for(text conninfo, int connections, int64_t statement_ms)
{
	struct db_pool *p = memory_take(sizeof *p);

	p->conninfo = memory_take(strlen(conninfo) + 1);
	memcpy(p->conninfo, conninfo, strlen(conninfo));
	p->arena = arena_new();
	db_hosts_read(p->arena, p->conninfo, &p->hosts);
	p->conns = memory_take((size_t)connections * sizeof *p->conns);
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
		db_search_end(&k->search);
		PQfinish(k->pg);
		while (k->head) {
			struct op *o = k->head;

			k->head = o->next;
			op_finish(o);
		}
	}
	loop_cancel(&p->tick);
	loop_cancel(&p->notify);
	arena_free(p->arena);
	free(p->conns);
	free(p->conninfo);
	free(p);
}
