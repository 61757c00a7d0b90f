#include "gear/db_pool.h"
#include "gear/log.h"

/* A web request's statements are done or dropped after this long. */
#define STATEMENT_MS 6000

struct db {
	struct db_pool *pool;
	struct conn *conn; /* ours alone while a transaction is open */
	int depth; /* 0: none; 1: a transaction; above: savepoints */
	bool lost; /* the transaction's connection went */
	char last_error[512];
};

static void
abandon(void *it)
{
	struct db *db = it;
	const struct ask rollback = { .sql = "rollback", .ms = STATEMENT_MS };

	if (db->conn == NULL)
		return;
	PQclear(pool_ask(db->pool, db->conn, &rollback));
	pool_unpin(db->conn);
	db->conn = NULL;
}

struct db *
db_new(struct db_pool *pool, struct arena *a)
{
	struct db *db = arena_alloc(a, sizeof *db);

	db->pool = pool;
	arena_at_end(a, abandon, db);
	return db;
}

bool
db_in_transaction(const struct db *db)
{
	return db->depth > 0;
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
	log_event("db_error", "statement", what, "sqlstate", state ? state : "", "why",
	    c->db->last_error, "request", c->request_id, NULL);
	if (e != INTERNAL && c->retry_after == 0)
		c->retry_after = 1;
	return e;
}

static enum problem
unavailable(struct ctx *c)
{
	note_error(c->db, "the connection to PostgreSQL is lost");
	if (c->retry_after == 0)
		c->retry_after = 2;
	return UNAVAILABLE;
}

/* ---- asking */

static bool
is_stale(const PGresult *r)
{
	text state = PQresultErrorField(r, PG_DIAG_SQLSTATE);

	return state && (text_is(state, "0A000") || text_is(state, "26000"));
}

static enum problem
ask(struct ctx *c, const struct ask *a, PGresult **out)
{
	struct db *db = c->db;
	text what = a->query ? a->query->name : "bare";

	if (db->lost)
		return unavailable(c);
	PGresult *r = pool_ask(db->pool, db->conn, a);
	if (r && a->query && db->conn == NULL && is_stale(r)) {
		PQclear(r);
		r = pool_ask(db->pool, NULL, a);
	}
	if (r == NULL) {
		db->lost = db->conn != NULL;
		return unavailable(c);
	}
	ExecStatusType s = PQresultStatus(r);
	if (s == PGRES_COMMAND_OK || s == PGRES_TUPLES_OK) {
		*out = r;
		return OK;
	}
	enum problem e = blame(c, what, r);
	PQclear(r);
	return e;
}

static enum problem
say(struct ctx *c, text sql)
{
	const struct ask a = { .sql = sql, .ms = STATEMENT_MS };
	PGresult *r;

	TRY(ask(c, &a, &r));
	PQclear(r);
	return OK;
}

/* ---- transactions */

enum problem
db_begin(struct ctx *c)
{
	struct db *db = c->db;

	if (db->depth > 0) {
		TRY(say(c, arena_fmt(c->arena, "savepoint s%d", db->depth)));
		db->depth++;
		return OK;
	}
	db->conn = pool_pin(db->pool);
	if (db->conn == NULL)
		return unavailable(c);
	db->lost = false;
	enum problem e = say(c, "begin");
	if (e == OK) {
		db->depth = 1;
		return OK;
	}
	pool_unpin(db->conn);
	db->conn = NULL;
	db->lost = false;
	return e;
}

static enum problem
end_inner(struct ctx *c, bool commit)
{
	int depth = --c->db->depth;

	if (commit)
		return say(c, arena_fmt(c->arena, "release savepoint s%d", depth));
	return say(c, arena_fmt(c->arena, "rollback to savepoint s%d", depth));
}

/* COMMIT of a transaction in which a statement failed is a ROLLBACK, and PostgreSQL calls that a
 * success. */
static enum problem
say_commit(struct ctx *c)
{
	const struct ask a = { .sql = "commit", .ms = STATEMENT_MS };
	PGresult *r;

	TRY(ask(c, &a, &r));
	bool kept = text_is(PQcmdStatus(r), "COMMIT");
	PQclear(r);
	if (kept)
		return OK;
	log_event("db_commit_of_failed_transaction", "request", c->request_id, NULL);
	return INTERNAL;
}

enum problem
db_end(struct ctx *c, bool commit)
{
	struct db *db = c->db;
	bool was_lost = db->lost;

	if (db->depth == 0)
		BUG("db_end() without db_begin()");
	if (db->depth > 1)
		return end_inner(c, commit);
	enum problem e = commit ? say_commit(c) : say(c, "rollback");
	if (commit && db->lost && !was_lost)
		e = OUTCOME_UNKNOWN;
	if (!commit)
		e = OK; /* whatever became of it, nothing was done */
	pool_unpin(db->conn);
	db->conn = NULL;
	db->depth = 0;
	db->lost = false;
	return e;
}

/* ---- rows */

static bool
read_row(struct arena *a, const struct query *q, const PGresult *r, int i, void *row)
{
	for (const struct field *f = q->row; f->name; f++) {
		int col = PQfnumber(r, f->name);

		if (col >= 0 && !PQgetisnull(r, i, col) &&
		    !field_set(a, f, row, PQgetvalue(r, i, col)))
			return false;
	}
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
	const struct ask a = { .query = q, .args = args, .ms = STATEMENT_MS };
	PGresult *r;

	TRY(ask(c, &a, &r));
	if (changed && !text_int(PQcmdTuples(r), changed))
		*changed = 0;
	PQclear(r);
	return OK;
}

enum problem
db_one(struct ctx *c, const struct query *q, const text *args, void *row)
{
	const struct ask a = { .query = q, .args = args, .ms = STATEMENT_MS };
	PGresult *r;

	TRY(ask(c, &a, &r));
	bool some = PQntuples(r) > 0;
	bool read = !some || read_row(c->arena, q, r, 0, row);
	PQclear(r);
	if (!read)
		return unreadable(c, q);
	return some ? OK : NOT_FOUND;
}

enum problem
db_many(struct ctx *c, const struct query *q, const text *args, size_t size, struct rows *out)
{
	const struct ask a = { .query = q, .args = args, .ms = STATEMENT_MS };
	PGresult *r;

	TRY(ask(c, &a, &r));
	size_t n = (size_t)PQntuples(r);
	char *v = arena_alloc(c->arena, n * size + 1);
	bool read = true;
	for (size_t i = 0; read && i < n; i++)
		read = read_row(c->arena, q, r, (int)i, v + i * size);
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

enum problem
db_script(struct ctx *c, text sql)
{
	const struct ask a = { .sql = sql };
	PGresult *r;

	TRY(ask(c, &a, &r));
	PQclear(r);
	return OK;
}

void
db_notify(struct ctx *c, text channel)
{
	(void)c, (void)channel;
}

void
db_listen(struct ctx *c, text channel, void (*heard)(void *), void *arg)
{
	(void)c, (void)channel, (void)heard, (void)arg;
}
