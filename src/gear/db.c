#include "gear/db_pool.h"
#include "gear/log.h"

/* COMMIT may take this long, whatever statements may. */
#define COMMIT_MS 8000

struct at_end { /* somebody wants to know how the transaction ended */
	struct at_end *next;
	void (*run)(text, enum problem);
	char arg[];
};
struct db {
	struct db_pool *pool;
	struct conn *conn; /* ours alone, from the first statement of a transaction to its end */
	int64_t thing, place; /* db_wants(); where it stood in line for that */
	int depth; /* 0: no transaction; 1: one; above: savepoints */
	bool lost; /* the transaction's connection went, or never came */
	bool notify;
	struct at_end *at_end;
	char last_error[512];
};

static void
tell_end(struct db *db, enum problem outcome)
{
	while (db->at_end) {
		struct at_end *it = db->at_end;

		db->at_end = it->next;
		it->run(it->arg, outcome);
		free(it);
	}
}

/* The arena ends with a transaction open: a test, or a request that was broken off. */
static void
abandon(void *it)
{
	struct db *db = it;

	if (db->conn)
		pool_roll_back(db->conn);
	db->conn = NULL;
	tell_end(db, UNAVAILABLE);
}

struct db *
db_new(struct db_pool *pool, struct arena *a)
{
	struct db *db = arena_alloc(a, sizeof *db);

	db->pool = pool;
	arena_at_end(a, abandon, db);
	return db;
}

void
db_wants(struct ctx *c, int64_t thing)
{
	c->db->thing = thing;
	c->db->place = 0;
}

int64_t
db_waiting(const struct db *db)
{
	return pool_waiting(db->pool);
}

bool
db_in_transaction(const struct db *db)
{
	return db->depth > 0;
}

struct db_pool *
db_pool_of(const struct db *db)
{
	return db->pool;
}

text
db_last_error(const struct db *db)
{
	return db->last_error;
}

/* ---- what PostgreSQL's refusals mean */

static const struct rule *
rule_of(text constraint)
{
	for (const struct rule *const *slice = all_rules; constraint && *slice; slice++)
		for (const struct rule *r = *slice; r->constraint; r++)
			if (text_is(r->constraint, constraint))
				return r;
	return NULL;
}

static enum problem
broken_rule(struct ctx *c, const struct rule *r)
{
	if (r->says && r->field)
		complaint_add(&c->complaints, r->field, r->says);
	if (r->says)
		c->detail = r->says;
	return r->means;
}

/* Conditions that pass by themselves, by SQLSTATE (PostgreSQL 15, appendix A). */
static const struct {
	text sqlstate;
	enum problem means;
} passing[] = {
	{ "40001", TRY_AGAIN }, /* serialization_failure */
	{ "40P01", TRY_AGAIN }, /* deadlock_detected */
	{ "0A000", TRY_AGAIN }, /* cached plan must not change result type */
	{ "26000", TRY_AGAIN }, /* prepared statement does not exist */
	{ "57014", UNAVAILABLE }, /* query_canceled: statement_timeout */
	{ "55P03", UNAVAILABLE }, /* lock_not_available: lock_timeout */
	{ "25006", UNAVAILABLE }, /* read_only_sql_transaction: a standby */
	{ "25P03", UNAVAILABLE }, /* idle_in_transaction_session_timeout */
	{ "53100", UNAVAILABLE }, /* disk_full */
	{ "53200", UNAVAILABLE }, /* out_of_memory */
	{ "53300", UNAVAILABLE }, /* too_many_connections */
	{ "57P01", UNAVAILABLE }, /* admin_shutdown */
	{ "57P02", UNAVAILABLE }, /* crash_shutdown */
	{ "57P03", UNAVAILABLE }, /* cannot_connect_now */
};

static void
note_error(struct db *db, text words)
{
	snprintf(db->last_error, sizeof db->last_error, "%s", words);
}

static enum problem
blame(struct ctx *c, text what, const PGresult *r)
{
	text state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const struct rule *rule = rule_of(PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME));
	enum problem e = INTERNAL;

	note_error(c->db, PQresultErrorMessage(r));
	if (rule)
		return broken_rule(c, rule);
	for (size_t i = 0; state && i < LENGTH(passing); i++)
		if (text_is(passing[i].sqlstate, state))
			e = passing[i].means;
	/* Without DETAIL, which quotes what people typed. */
	text why = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	log_event("db_error", "statement", what, "sqlstate", state ? state : "", "why", why,
	    "request", c->request_id, NULL);
	if (e != INTERNAL && c->retry_after == 0)
		c->retry_after = 1;
	return e;
}

static enum problem
unavailable(struct ctx *c, enum problem e)
{
	note_error(c->db, "the connection to PostgreSQL is lost");
	if (c->retry_after == 0)
		c->retry_after = 2;
	return e;
}

/* ---- asking */

static bool
is_stale(const PGresult *r)
{
	text state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	return state && (text_is(state, "0A000") || text_is(state, "26000"));
}

/* Nobody knows whether a statement was carried out whose connection went; a select did nothing. */
static enum problem
no_answer(struct ctx *c, const struct ask *a, bool sent)
{
	struct db *db = c->db;

	if (db->depth > 0) {
		db->lost = true;
		return unavailable(c, UNAVAILABLE);
	}
	if (!sent || (a->query && strncasecmp(a->query->sql, "select", 6) == 0))
		return unavailable(c, UNAVAILABLE);
	return unavailable(c, OUTCOME_UNKNOWN);
}

/* A transaction takes its connection, and BEGIN, with its first statement. */
static enum problem
ready(struct ctx *c, struct ask *a)
{
	struct db *db = c->db;

	if (db->lost)
		return unavailable(c, UNAVAILABLE);
	if (db->depth == 0 || db->conn)
		return OK;
	enum problem e = pool_pin(db->pool, db->thing, db->thing ? &db->place : NULL, &db->conn);
	if (e != OK) {
		db->lost = true;
		if (e == BUSY && db->thing)
			fail(c, BUSY, "Very many people want this right now.");
		return unavailable(c, e);
	}
	a->begin = true;
	return OK;
}

enum problem
db_ask(struct ctx *c, struct ask a, PGresult **out)
{
	struct db *db = c->db;

	*out = NULL;
	TRY(ready(c, &a));
	struct answer got = pool_ask(db->pool, db->conn, &a);
	if (got.result && a.query && db->conn == NULL && is_stale(got.result)) {
		PQclear(got.result);
		got = pool_ask(db->pool, NULL, &a);
	}
	if (got.result == NULL)
		return no_answer(c, &a, got.sent);
	ExecStatusType s = PQresultStatus(got.result);
	if (s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK) {
		*out = got.result;
		return OK;
	}
	enum problem e = blame(c, a.query ? a.query->name : "bare", got.result);
	PQclear(got.result);
	return e;
}

enum problem
db_say(struct ctx *c, text sql)
{
	PGresult *r;

	TRY(db_ask(c, (struct ask){ .sql = sql }, &r));
	PQclear(r);
	return OK;
}

/* ---- transactions */

bool
db_at_end(struct ctx *c, void (*run)(text, enum problem), text arg)
{
	struct db *db = c->db;

	if (db->depth == 0)
		BUG("there is no transaction that could end");
	for (struct at_end *it = db->at_end; it; it = it->next)
		if (it->run == run && text_is(it->arg, arg))
			return false;
	struct at_end *it = memory_take(sizeof *it + strlen(arg) + 1);
	it->run = run;
	memcpy(it->arg, arg, strlen(arg) + 1);
	it->next = db->at_end;
	db->at_end = it;
	return true;
}

void
db_notify(struct ctx *c, text channel)
{
	if (c->db->depth > 0)
		c->db->notify = true;
	else
		pool_notify(c->db->pool, channel);
}

void
db_listen(struct ctx *c, text channel, void (*heard)(void *), void *arg)
{
	pool_listen(c->db->pool, channel, heard, arg);
}

enum problem
db_begin(struct ctx *c)
{
	struct db *db = c->db;

	if (db->depth > 0)
		TRY(db_say(c, arena_fmt(c->arena, "savepoint s%d", db->depth)));
	db->depth++;
	return OK;
}

static enum problem
end_inner(struct ctx *c, bool commit)
{
	int depth = --c->db->depth;

	if (commit)
		return db_say(c, arena_fmt(c->arena, "release savepoint s%d", depth));
	return db_say(c, arena_fmt(c->arena, "rollback to savepoint s%d", depth));
}

static bool
is_fatal(const PGresult *r)
{
	text severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);

	return severity && (text_is(severity, "FATAL") || text_is(severity, "PANIC"));
}

/* Once COMMIT has left, only PostgreSQL's word counts.  And COMMIT of a transaction in which a
 * statement failed is a ROLLBACK, which PostgreSQL calls a success. */
static enum problem
say_commit(struct ctx *c)
{
	static const struct query q = { .name = "commit", .sql = "commit", .kind = "none" };
	const struct ask commit = { .query = &q, .ms = COMMIT_MS };
	struct db *db = c->db;

	if (db->lost)
		return unavailable(c, UNAVAILABLE);
	if (db->conn == NULL)
		return OK;
	struct answer got = pool_ask(db->pool, db->conn, &commit);
	if (got.result == NULL || is_fatal(got.result)) {
		PQclear(got.result);
		return unavailable(c, got.sent ? OUTCOME_UNKNOWN : UNAVAILABLE);
	}
	enum problem e = OK;
	if (PQresultStatus(got.result) != PGRES_COMMAND_OK) {
		e = blame(c, "commit", got.result);
	} else if (!text_is(PQcmdStatus(got.result), "COMMIT")) {
		log_event("db_commit_of_failed_transaction", "request", c->request_id, NULL);
		e = INTERNAL;
	}
	PQclear(got.result);
	return e;
}

enum problem
db_end(struct ctx *c, bool commit)
{
	struct db *db = c->db;

	if (db->depth == 0)
		BUG("db_end() without db_begin()");
	if (db->depth > 1)
		return end_inner(c, commit);
	enum problem e = commit ? say_commit(c) : OK;
	if (db->conn && commit)
		pool_unpin(db->conn);
	else if (db->conn)
		pool_roll_back(db->conn);
	db->conn = NULL;
	db->depth = 0;
	db->lost = false;
	if (db->notify && commit && e == OK)
		pool_notify(db->pool, "jobs");
	db->notify = false;
	tell_end(db, commit ? e : UNAVAILABLE);
	return e;
}

/* ---- rows */

/* In which column each field stands, -1 in none: once a result, and without PQfnumber(), which copies
 * the name it looks for. */
static const int *
columns_of(struct arena *a, const struct query *q, const PGresult *r)
{
	size_t n = 0;
	int all = PQnfields(r), next = 0;

	while (q->row[n].name)
		n++;
	int *cols = arena_alloc(a, n * sizeof *cols + 1);
	for (size_t i = 0; i < n; i++) {
		cols[i] = -1;
		for (int tried = 0; tried < all && cols[i] < 0; tried++, next = (next + 1) % all)
			if (text_is(PQfname(r, next), q->row[i].name))
				cols[i] = next;
	}
	return cols;
}

static bool
read_row(
    struct arena *a, const struct query *q, const PGresult *r, int i, const int *cols, void *row)
{
	for (const struct field *f = q->row; f->name; f++, cols++)
		if (*cols >= 0 && !PQgetisnull(r, i, *cols) &&
		    !field_set(a, f, row, PQgetvalue(r, i, *cols)))
			return false;
	fields_complete(q->row, row);
	return true;
}

static enum problem
unreadable(struct ctx *c, const struct query *q)
{
	log_event("db_row_unreadable", "statement", q->name, "request", c->request_id, NULL);
	return INTERNAL;
}

enum problem
db_none(struct ctx *c, const struct query *q, const text *args, int64_t *changed)
{
	const struct ask a = { .query = q, .args = args };
	PGresult *r;

	TRY(db_ask(c, a, &r));
	if (changed && !text_int(PQcmdTuples(r), changed))
		*changed = 0;
	PQclear(r);
	return OK;
}

enum problem
db_one(struct ctx *c, const struct query *q, const text *args, void *row)
{
	const struct ask a = { .query = q, .args = args };
	PGresult *r;

	TRY(db_ask(c, a, &r));
	bool some = PQntuples(r) > 0;
	bool read = !some || read_row(c->arena, q, r, 0, columns_of(c->arena, q, r), row);
	PQclear(r);
	if (!read)
		return unreadable(c, q);
	return some ? OK : NOT_FOUND;
}

enum problem
db_many(struct ctx *c, const struct query *q, const text *args, size_t size, struct rows *out)
{
	const struct ask a = { .query = q, .args = args };
	PGresult *r;

	TRY(db_ask(c, a, &r));
	size_t n = (size_t)PQntuples(r);
	char *v = arena_alloc(c->arena, n * size + 1);
	const int *cols = columns_of(c->arena, q, r);
	bool read = true;
	for (size_t i = 0; read && i < n; i++)
		read = read_row(c->arena, q, r, (int)i, cols, v + i * size);
	PQclear(r);
	if (!read)
		return unreadable(c, q);
	*out = (struct rows){ v, n };
	return OK;
}

/* ---- spelling */

text
sql_text(struct arena *a, text s)
{
	(void)a;
	return s ? s : "";
}

text
sql_bool(struct arena *a, bool b)
{
	(void)a;
	return b ? "t" : "f";
}

text
sql_int(struct arena *a, int64_t i)
{
	return arena_fmt(a, "%lld", (long long)i);
}

text
sql_real(struct arena *a, double d)
{
	return arena_fmt(a, "%.17g", d);
}

text
sql_money(struct arena *a, money m)
{
	return sql_int(a, m.minor);
}

text
sql_instant(struct arena *a, instant t)
{
	return instant_text(a, t);
}

text
sql_ints(struct arena *a, struct rows ints)
{
	const int64_t *v = ints.v;
	struct buf b = BUF(a);

	buf_char(&b, '{');
	for (size_t i = 0; i < ints.n; i++)
		buf_fmt(&b, i ? ",%lld" : "%lld", (long long)v[i]);
	buf_char(&b, '}');
	return buf_text(&b);
}

/* A script has a connection to itself while it runs, and all the time it wants. */
static enum problem
run_script(struct ctx *c, text sql)
{
	const struct ask a = { .sql = sql, .script = true };
	struct db *db = c->db;
	PGresult *r;

	if (db->depth == 0)
		TRY(pool_pin(db->pool, 0, NULL, &db->conn));
	TRY(db_say(c, "set statement_timeout = 0"));
	TRY(db_ask(c, a, &r));
	PQclear(r);
	return db_say(c, "set statement_timeout to default");
}

enum problem
db_script(struct ctx *c, text sql)
{
	enum problem e = run_script(c, sql);

	if (c->db->depth == 0 && c->db->conn) {
		pool_unpin(c->db->conn);
		c->db->conn = NULL;
	}
	return e;
}
