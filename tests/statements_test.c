/*
 * statements_test.c -- every statement of every queries.sql, on the migrated database itself:
 * it prepares, its arguments have the types that queries.sql says, its columns are the fields of
 * the struct they are read into, and of kinds that fit.
 */
#include "world.h"

#include <libpq-fe.h>

static PGconn *pg;

static int
up(void **s)
{
	(void)s;
	pg = PQconnectdb(getenv("DATABASE_URL"));
	if (PQstatus(pg) != CONNECTION_OK) {
		print_error("%s", PQerrorMessage(pg));
		return 1;
	}
	return 0;
}

static int
down(void **s)
{
	(void)s;
	PQfinish(pg);
	return 0;
}

/* Type oids of PostgreSQL's catalogue (pg_type.dat). */
enum {
	BOOL = 16,
	INT8 = 20,
	INT2 = 21,
	INT4 = 23,
	TEXT = 25,
	FLOAT8 = 701,
	INT8_ARRAY = 1016,
	VARCHAR = 1043,
	JSONB = 3802,
	DATE = 1082,
	TIMESTAMPTZ = 1184
};

static bool
fits_argument(text type, Oid oid)
{
	if (text_is(type, "int") || text_is(type, "money"))
		return oid == INT8 || oid == INT4 || oid == INT2;
	if (text_is(type, "text"))
		return oid == TEXT || oid == VARCHAR || oid == JSONB;
	return (text_is(type, "bool") && oid == BOOL) || (text_is(type, "real") && oid == FLOAT8) ||
	    (text_is(type, "instant") && oid == TIMESTAMPTZ) ||
	    (text_is(type, "ints") && oid == INT8_ARRAY);
}

static bool
fits_column(enum field_type type, Oid oid)
{
	switch (type) {
	case FT_BOOL: return oid == BOOL;
	case FT_INT:
	case FT_MONEY: return oid == INT8 || oid == INT4 || oid == INT2;
	case FT_REAL: return oid == FLOAT8;
	case FT_TEXT: return oid == TEXT || oid == VARCHAR || oid == JSONB;
	case FT_INSTANT: return oid == TIMESTAMPTZ;
	default: return false;
	}
}

static int
check_arguments(const struct query *q, const PGresult *r)
{
	int bad = 0;

	if (PQnparams(r) != q->nargs) {
		print_error("%s: %d arguments in SQL, %d in queries.sql\n", q->name, PQnparams(r),
		    q->nargs);
		return 1;
	}
	for (int i = 0; i < q->nargs; i++)
		if (!fits_argument(q->types[i], PQparamtype(r, i))) {
			print_error("%s: $%d is %s in queries.sql and type %u in PostgreSQL\n",
			    q->name, i + 1, q->types[i], PQparamtype(r, i));
			bad++;
		}
	return bad;
}

static int
check_columns(const struct query *q, const PGresult *r)
{
	int bad = 0;

	if (q->row == NULL)
		return 0;
	for (int i = 0; i < PQnfields(r); i++) {
		const struct field *f = field_find(q->row, PQfname(r, i));

		if (f == NULL || !fits_column(f->type, PQftype(r, i))) {
			print_error("%s: column %s (type %u) has no field to fit\n", q->name,
			    PQfname(r, i), PQftype(r, i));
			bad++;
		}
	}
	return bad;
}

static int
check(const struct query *q)
{
	PGresult *r = PQprepare(pg, q->name, q->sql, 0, NULL);
	int bad = PQresultStatus(r) != PGRES_COMMAND_OK;

	if (bad)
		print_error("%s: %s", q->name, PQresultErrorMessage(r));
	PQclear(r);
	if (bad)
		return bad;
	r = PQdescribePrepared(pg, q->name);
	bad = check_arguments(q, r) + check_columns(q, r);
	PQclear(r);
	return bad;
}

static void
every_statement_prepares_with_the_types_it_names(void **s)
{
	int bad = 0, n = 0;

	(void)s;
	for (const struct query *const *const *slice = all_queries; *slice; slice++)
		for (const struct query *const *q = *slice; *q; q++, n++)
			bad += check(*q);
	print_message("%d statements\n", n);
	assert_true(n > 0);
	assert_int_equal(bad, 0);
}

/* How often PostgreSQL planned it without looking at its arguments, after it was asked for eight times. */
static long
planned_blind(const struct query *q)
{
	char words[2000];
	int n = snprintf(words, sizeof words, "explain execute %s", q->name);

	for (int i = 0; i < q->nargs; i++)
		n += snprintf(words + n, sizeof words - (size_t)n, "%snull", i ? ", " : " (");
	snprintf(words + n, sizeof words - (size_t)n, "%s", q->nargs ? ")" : "");
	for (int i = 0; i < 8; i++) {
		PGresult *r = PQexec(pg, words);

		if (PQresultStatus(r) != PGRES_TUPLES_OK)
			fail_msg("%s: %s", words, PQresultErrorMessage(r));
		PQclear(r);
	}
	PGresult *r =
	    PQexecParams(pg, "select generic_plans from pg_prepared_statements where name = $1", 1,
		NULL, &q->name, NULL, NULL, 0);
	long times = strtol(PQgetvalue(r, 0, 0), NULL, 10);
	PQclear(r);
	return times;
}

static void
what_is_planned_once_is_not_planned_anew(void **s)
{
	int n = 0;

	(void)s;
	for (const struct query *const *const *slice = all_queries; *slice; slice++)
		for (const struct query *const *q = *slice; *q; q++)
			if ((*q)->once && ++n && planned_blind(*q) == 0)
				fail_msg("%s is planned anew each time", (*q)->name);
	assert_true(n > 0);
}

static void
statements_have_names_of_their_own(void **s)
{
	(void)s;
	for (const struct query *const *const *slice = all_queries; *slice; slice++)
		for (const struct query *const *q = *slice; *q; q++)
			for (const struct query *const *const *other = slice; *other; other++)
				for (const struct query *const *p = other == slice ? q + 1 : *other;
				     *p; p++)
					assert_string_not_equal((*q)->name, (*p)->name);
}

/* Every rule names a constraint or unique index that is there, so that no refusal loses its words.
 */
static void
every_rule_names_a_constraint(void **s)
{
	int bad = 0;

	(void)s;
	for (const struct rule *const *list = all_rules; *list; list++)
		for (const struct rule *k = *list; k->constraint; k++) {
			PGresult *r = PQexecParams(pg,
			    "select 1 from pg_constraint where conname = $1 union all "
			    "select 1 from pg_class where relname = $1 and relkind = 'i' union all "
			    "select 1 from pg_proc where prosrc like '%' || $1 || '%'",
			    1, NULL, &k->constraint, NULL, NULL, 0);

			if (PQntuples(r) == 0) {
				print_error("no constraint %s\n", k->constraint);
				bad++;
			}
			PQclear(r);
		}
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_statement_prepares_with_the_types_it_names),
		cmocka_unit_test(what_is_planned_once_is_not_planned_anew),
		cmocka_unit_test(statements_have_names_of_their_own),
		cmocka_unit_test(every_rule_names_a_constraint),
	};
	return cmocka_run_group_tests(tests, up, down);
}
