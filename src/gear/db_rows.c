/* db_rows.c -- many rows by pieces: a cursor in a transaction of its own. */
#include "gear/db_pool.h"

#define PIECE_MS 60000
#define GRACE_MS 1000 /* PostgreSQL's own limit comes first */

struct db_rows {
	struct ctx *c;
	const struct query *query;
	size_t n_fields;
	int *columns; /* in which column each field stands; -1: in none */
	const char **cells;
	bool open, placed;
};

const struct field *
db_rows_fields(const struct db_rows *r)
{
	return r->query->row;
}

/* The transaction ends with the arena by itself (db.c). */
static void
give_back(void *it)
{
	struct db_rows *r = it;

	if (r->open)
		pool_lent_back(db_pool_of(r->c->db));
	r->open = false;
}

void
db_each_end(struct db_rows *r)
{
	if (!r->open)
		return;
	give_back(r);
	db_end(r->c, false);
}

static enum problem
declare(struct ctx *c, const struct query *q, const text *args)
{
	const struct ask a = {
		.sql =
		    arena_fmt(c->arena, "declare rows_by_pieces no scroll cursor for %s", q->sql),
		.args = args,
		.nargs = q->nargs,
		.ms = PIECE_MS + GRACE_MS,
	};
	PGresult *r;

	TRY(db_say(c, "select set_config('statement_timeout', '60000', true)"));
	TRY(db_ask(c, a, &r));
	PQclear(r);
	return OK;
}

enum problem
db_each(struct ctx *c, const struct query *q, const text *args, struct db_rows **out)
{
	struct db_rows *r = arena_alloc(c->arena, sizeof *r);

	*out = r;
	r->c = c;
	r->query = q;
	while (q->row[r->n_fields].name)
		r->n_fields++;
	r->columns = arena_alloc(c->arena, (r->n_fields + 1) * sizeof *r->columns);
	r->cells = arena_alloc(c->arena, (r->n_fields + 1) * sizeof *r->cells);
	if (!pool_lend(db_pool_of(c->db))) {
		c->retry_after = 5;
		return fail(c, BUSY, "Many long lists are being read just now.");
	}
	arena_at_end(c->arena, give_back, r);
	r->open = true;
	enum problem e = db_begin(c);
	if (e != OK) {
		give_back(r);
		return e;
	}
	e = declare(c, q, args);
	if (e != OK)
		db_each_end(r);
	return e;
}

static void
tell_rows(struct db_rows *r, const PGresult *got, void (*row)(void *, const text *), void *arg)
{
	for (size_t i = 0; !r->placed && i < r->n_fields; i++)
		r->columns[i] = PQfnumber(got, r->query->row[i].name);
	r->placed = true;
	for (int line = 0; line < PQntuples(got); line++) {
		for (size_t i = 0; i < r->n_fields; i++)
			r->cells[i] = r->columns[i] < 0 || PQgetisnull(got, line, r->columns[i])
			    ? NULL
			    : PQgetvalue(got, line, r->columns[i]);
		row(arg, r->cells);
	}
}

enum problem
db_next(struct db_rows *r, int most, void (*row)(void *, const text *), void *arg, bool *more)
{
	char sql[64];
	PGresult *got;

	*more = false;
	if (!r->open)
		return OK;
	snprintf(sql, sizeof sql, "fetch %d from rows_by_pieces", most);
	enum problem e = db_ask(r->c, (struct ask){ .sql = sql, .ms = PIECE_MS + GRACE_MS }, &got);
	if (e == OK) {
		tell_rows(r, got, row, arg);
		*more = PQntuples(got) == most;
		PQclear(got);
	}
	if (!*more)
		db_each_end(r);
	return e;
}
