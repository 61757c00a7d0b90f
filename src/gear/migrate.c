#include "gear/migrate.h"
#include "gear/db.h"

/* These statements stand here and not in queries.sql: they read a table that this file makes. */

static const text make_table = "set local client_min_messages = warning;"
			       " create table if not exists migrations ("
			       " name text constraint migrations_pkey primary key,"
			       " checksum text not null,"
			       " applied_at timestamptz not null default now())";

/* The number is ours alone: "parking" in ASCII, cut to 63 bits. */
static const text take_turns = "select pg_advisory_xact_lock(31632341447831143)";

struct state {
	bool applied, same;
};
static const struct field state_fields[] = { FIELD(state, applied), FIELD(state, same), FIELD_END };

static const text two_texts[] = { "text", "text" };
static const struct query state_of = {
	.name = "migration_state",
	.sql = "select m.name is not null as applied,"
	       " coalesce(m.checksum = encode(sha256(convert_to($2::text, 'UTF8')), 'hex'), false) "
	       "as same"
	       " from (select 1) as one left join migrations m on m.name = $1::text",
	.nargs = 2,
	.types = two_texts,
	.row = state_fields,
	.kind = "one",
};
static const struct query note = {
	.name = "migration_note",
	.sql = "insert into migrations (name, checksum)"
	       " values ($1::text, encode(sha256(convert_to($2::text, 'UTF8')), 'hex'))",
	.nargs = 2,
	.types = two_texts,
	.kind = "none",
};

static enum problem
look(struct ctx *c, const struct migration *m, struct state *state)
{
	const text args[] = { m->name, m->sql };

	TRY(db_one(c, &state_of, args, state));
	if (state->applied && !state->same)
		return fail(c, INTERNAL,
		    "%s was applied to this database in another form. Migrations go forward only: "
		    "put the file back as it was, and say what is new in another one.",
		    m->name);
	return OK;
}

static enum problem
apply(struct ctx *c, const struct migration *m, int64_t *applied)
{
	const text args[] = { m->name, m->sql };
	struct state state = { 0 };

	TRY(db_script(c, take_turns));
	TRY(look(c, m, &state));
	if (state.applied)
		return OK;
	enum problem e = db_script(c, m->sql);
	if (e != OK)
		return fail(c, e, "%s does not apply: %s", m->name, db_last_error(c->db));
	++*applied;
	return db_none(c, &note, args, NULL);
}

static enum problem
apply_in_transaction(struct ctx *c, const struct migration *m, int64_t *applied)
{
	TRY(db_begin(c));
	enum problem e = apply(c, m, applied);
	enum problem ended = db_end(c, e == OK);
	return e != OK ? e : ended;
}

static enum problem
make_migrations_table(struct ctx *c)
{
	TRY(db_begin(c));
	enum problem e = db_script(c, take_turns);
	if (e == OK)
		e = db_script(c, make_table);
	enum problem ended = db_end(c, e == OK);
	return e != OK ? e : ended;
}

enum problem
migrate(struct ctx *c, int64_t *applied)
{
	enum problem e = make_migrations_table(c);

	*applied = 0;
	if (e != OK)
		return fail(c, e, "The database cannot be migrated: %s", db_last_error(c->db));
	for (size_t i = 0; i < n_migrations; i++) {
		struct state state = { 0 };

		TRY(look(c, &all_migrations[i], &state));
		if (!state.applied)
			TRY(apply_in_transaction(c, &all_migrations[i], applied));
	}
	return OK;
}

enum problem
migrations_missing(struct ctx *c, int64_t *missing)
{
	*missing = 0;
	for (size_t i = 0; i < n_migrations; i++) {
		struct state state = { 0 };

		TRY(look(c, &all_migrations[i], &state));
		*missing += !state.applied;
	}
	return OK;
}
