/*
 * sqlgen -- turn a slice's queries.sql into typed C.
 *
 *	sqlgen reservations src/reservations/queries.sql build/gen/reservations_sql
 *	sqlgen --list lots reservations > build/gen/queries.c
 *
 * A statement begins with a line
 *
 *	--: name(type arg, type? arg, ...) -> none | count | one STRUCT | many STRUCT | each STRUCT [, planned once]
 *
 * and runs to the next such line.  Types: int real bool text instant money ints (bigint[], from a
 *struct rows of int64_t).
 * `?` sends NULL for 0, "", and {0}.  `none` answers OK whatever it touched; `count` also tells how
 *many rows; `one` answers NOT_FOUND when there is none; rows are read by column name through
 *STRUCT_fields[]; `each` gives a struct db_rows, to be read by pieces.
 * "…, planned once" behind the result: PostgreSQL looks at the arguments of a prepared statement, and plans it anew each time
 *if it thinks to gain by them; for a statement that is run often and whose planning is the dear part it loses.  Such a
 *statement is given each argument as (select $1), in which there is nothing to see.  Not for one whose arguments choose
 *the plan: a filter that may be absent on a large table, a range of time whose width tells which index is good.  Look at
 *what EXPLAIN says of it with plan_cache_mode = force_generic_plan and many rows, first.
 * A part that several statements share is written once, before them:
 *
 *	--part NAME
 *	from … where …
 *
 * and a line "--= NAME" in a statement stands for it.  What comes out is still constant text.
 * A line "--include web/once.h" adds a header that declares a STRUCT.
 * `*` in a select list or a returning is refused: columns are named.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ARGS 40
#define MAX_STATEMENTS 400
#define MAX_PARTS 40

struct arg {
	char type[16], name[48];
	int nullable;
};
struct statement {
	char name[64], kind[8], row[48];
	struct arg args[MAX_ARGS];
	int nargs, line;
	int once; /* planned once */
	char *sql;
	size_t n;
};
static struct statement all[MAX_STATEMENTS], parts[MAX_PARTS];
static int n, n_parts;
static const char *file;
static char includes[8][64];
static int n_includes;

static void
die(int line, const char *why)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, why);
	exit(1);
}

static const struct type {
	const char *sql, *c, *pg;
} types[] = { { "int", "int64_t", "bigint" }, { "real", "double", "float8" },
	{ "bool", "bool", "boolean" }, { "text", "text", "text" },
	{ "instant", "instant", "timestamptz" }, { "money", "money", "bigint" },
	{ "ints", "struct rows", "bigint[]" } };

static const struct type *
type_of(const char *type, int line)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (!strcmp(types[i].sql, type))
			return &types[i];
	die(line, "unknown type");
	return NULL;
}

static void
read_args(struct statement *q, char *list, int line)
{
	for (char *a = list, *next; *a; a = next) {
		struct arg *g = &q->args[q->nargs];

		next = a + strcspn(a, ",");
		if (*next)
			*next++ = 0;
		if (sscanf(a, " %15s %47s", g->type, g->name) != 2 || q->nargs == MAX_ARGS - 1)
			die(line, "want type and name");
		size_t k = strlen(g->type);
		if (g->type[k - 1] == '?') {
			g->type[k - 1] = 0;
			g->nullable = 1;
		}
		type_of(g->type, line);
		q->nargs++;
	}
}

static void
read_head(char *s, int line)
{
	struct statement *q = &all[n++];
	char *open = strchr(s, '('), *close = strchr(s, ')'), *once = strstr(s, ", planned once");

	if (n == MAX_STATEMENTS)
		die(line, "too many statements");
	if (open == NULL || close == NULL || close < open)
		die(line, "want name(args) -> result");
	*open = *close = 0;
	q->line = line;
	q->once = once > close;
	if (q->once)
		*once = 0;
	if (sscanf(s, " %63s", q->name) != 1)
		die(line, "want a name");
	read_args(q, open + 1, line);
	int got = sscanf(close + 1, " -> %7s %47s", q->kind, q->row);
	int rows = !strcmp(q->kind, "one") || !strcmp(q->kind, "many") || !strcmp(q->kind, "each");
	int bare = !strcmp(q->kind, "none") || !strcmp(q->kind, "count");
	if ((!rows && !bare) || (rows && got != 2) || (bare && got != 1))
		die(line, "want -> none, count, one STRUCT, many STRUCT or each STRUCT");
}

static void
add_line(struct statement *q, const char *line)
{
	size_t k = strlen(line);

	q->sql = realloc(q->sql, q->n + k + 1);
	if (q->sql == NULL)
		die(q->line, "out of memory");
	memcpy(q->sql + q->n, line, k + 1);
	q->n += k;
}

/* `*` is multiplication or count(*) or it is a column list nobody named. */
static void
refuse_star(const struct statement *q)
{
	for (const char *s = q->sql; (s = strchr(s, '*')) != NULL; s++) {
		const char *b = s;

		while (b > q->sql && isspace((unsigned char)b[-1]))
			b--;
		if (b == q->sql || b[-1] == ',' || b[-1] == '.' ||
		    (b - q->sql >= 6 && !strncasecmp(b - 6, "select", 6)) ||
		    (b - q->sql >= 9 && !strncasecmp(b - 9, "returning", 9)))
			die(q->line, "name the columns: * is refused");
	}
}

static struct statement *
begin_part(const char *name, int line)
{
	struct statement *p = &parts[n_parts++];

	if (n_parts == MAX_PARTS)
		die(line, "too many parts");
	snprintf(p->name, sizeof p->name, "%s", name);
	p->line = line;
	return p;
}

static void
add_part(struct statement *q, const char *name, int line)
{
	for (int i = 0; i < n_parts; i++)
		if (!strcmp(parts[i].name, name) && parts[i].sql) {
			add_line(q, parts[i].sql);
			return;
		}
	die(line, "no such part");
}

static void
read_all(FILE *in)
{
	char line[4096], name[64];
	struct statement *q = NULL; /* that is being read */
	int no = 0;

	while (fgets(line, sizeof line, in)) {
		no++;
		if (!strncmp(line, "--:", 3)) {
			read_head(line + 3, no);
			q = &all[n - 1];
		} else if (sscanf(line, "--part %63s", name) == 1) {
			q = begin_part(name, no);
		} else if (q && sscanf(line, "--= %63s", name) == 1) {
			add_part(q, name, no);
		} else if (sscanf(line, "--include %63s", includes[n_includes]) == 1) {
			if (++n_includes == 8)
				die(no, "too many includes");
		} else if (q && strncmp(line, "--", 2) && strspn(line, " \t\n") != strlen(line)) {
			add_line(q, line);
		}
	}
	for (int i = 0; i < n; i++) {
		if (all[i].sql == NULL)
			die(all[i].line, "a statement without SQL");
		refuse_star(&all[i]);
	}
}

static void
prototype(FILE *f, const struct statement *q)
{
	fprintf(f, "enum problem\n%s(struct ctx *c", q->name);
	for (int i = 0; i < q->nargs; i++)
		fprintf(f, ", %s %s", type_of(q->args[i].type, q->line)->c, q->args[i].name);
	if (!strcmp(q->kind, "one"))
		fprintf(f, ", struct %s *out", q->row);
	if (!strcmp(q->kind, "many"))
		fprintf(f, ", struct rows *out");
	if (!strcmp(q->kind, "count"))
		fprintf(f, ", int64_t *changed");
	if (!strcmp(q->kind, "each"))
		fprintf(f, ", struct db_rows **out");
	fprintf(f, ")");
}

/* The argument at `$12`, and behind it. */
static size_t
put_argument(FILE *f, const struct statement *q, size_t at)
{
	char *end;
	long nth = strtol(q->sql + at + 1, &end, 10);

	if (nth < 1 || nth > q->nargs)
		die(q->line, "no such argument");
	const char *pg = type_of(q->args[nth - 1].type, q->line)->pg;
	fprintf(f, "(select $%ld::%s)::%s", nth, pg,
	    pg); /* the second, since any((select …)) is another thing */
	return (size_t)(end - q->sql);
}

static void
put_sql(FILE *f, const struct statement *q)
{
	fprintf(f, "\n\t\"");
	for (size_t i = 0; i < q->n; i++) {
		char c = q->sql[i];

		if (q->once && c == '$' && isdigit((unsigned char)q->sql[i + 1]))
			i = put_argument(f, q, i) - 1;
		else if (c == '\n')
			fprintf(f, i + 1 < q->n ? "\\n\"\n\t\"" : "\\n");
		else if (c == '"' || c == '\\')
			fprintf(f, "\\%c", c);
		else
			fputc(c, f);
	}
	fprintf(f, "\"");
}

static void
define(FILE *f, const struct statement *q)
{
	int rows = q->row[0] != 0;

	fprintf(f, "\nstatic const text t_%s[] = { ", q->name);
	for (int i = 0; i < q->nargs; i++)
		fprintf(f, "\"%s\", ", q->args[i].type);
	fprintf(f, "NULL };\nstatic const struct query q_%s = { \"%s\",", q->name, q->name);
	put_sql(f, q);
	fprintf(f, ",\n\t%d, t_%s, %s%s, \"%s\"%s };\n\n", q->nargs, q->name,
	    rows ? q->row : "NULL", rows ? "_fields" : "", q->kind,
	    q->once ? ", .once = true" : "");
	prototype(f, q);
	fprintf(f, "\n{\n\tconst text args[] = { ");
	for (int i = 0; i < q->nargs; i++) {
		const struct arg *a = &q->args[i];

		if (a->nullable)
			fprintf(f, "%s%s%s ? sql_%s(c->arena, %s) : NULL, ",
			    !strcmp(a->type, "text") ? "*" : "", a->name,
			    !strcmp(a->type, "instant")	    ? ".us"
				: !strcmp(a->type, "money") ? ".minor"
							    : "",
			    a->type, a->name);
		else
			fprintf(f, "sql_%s(c->arena, %s), ", a->type, a->name);
	}
	fprintf(f, "NULL };\n");
	if (!strcmp(q->kind, "none"))
		fprintf(f, "\treturn db_none(c, &q_%s, args, NULL);\n}\n", q->name);
	else if (!strcmp(q->kind, "count"))
		fprintf(f, "\treturn db_none(c, &q_%s, args, changed);\n}\n", q->name);
	else if (!strcmp(q->kind, "one"))
		fprintf(f, "\treturn db_one(c, &q_%s, args, out);\n}\n", q->name);
	else if (!strcmp(q->kind, "each"))
		fprintf(f, "\treturn db_each(c, &q_%s, args, out);\n}\n", q->name);
	else
		fprintf(f, "\treturn db_many(c, &q_%s, args, sizeof(struct %s), out);\n}\n",
		    q->name, q->row);
}

static FILE *
create(const char *base, const char *ending)
{
	char path[512];

	snprintf(path, sizeof path, "%s%s", base, ending);
	FILE *f = fopen(path, "w");
	if (f == NULL)
		die(0, "cannot write");
	return f;
}

static int
list(int argc, char **argv)
{
	printf("/* Made by sqlgen.  Do not edit. */\n#include \"gear/db.h\"\n\n");
	for (int i = 2; i < argc; i++)
		printf("extern const struct query *const %s_queries[];\n", argv[i]);
	printf("\nconst struct query *const *const all_queries[] = {\n");
	for (int i = 2; i < argc; i++)
		printf("\t%s_queries,\n", argv[i]);
	printf("\tNULL\n};\n");
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--list"))
		return list(argc, argv);
	file = "usage";
	if (argc != 4)
		die(0, "sqlgen SLICE queries.sql OUTBASE");
	file = argv[2];
	FILE *in = fopen(file, "r");
	if (in == NULL)
		die(0, "cannot open");
	read_all(in);
	FILE *h = create(argv[3], ".h"), *c = create(argv[3], ".c");
	fprintf(h,
	    "/* Made from %s by sqlgen.  Do not edit. */\n#pragma once\n"
	    "#include \"gear/db.h\"\n#include \"%s/%s.h\"\n",
	    file, argv[1], argv[1]);
	for (int i = 0; i < n_includes; i++)
		fprintf(h, "#include \"%s\"\n", includes[i]);
	fprintf(c, "/* Made from %s by sqlgen.  Do not edit. */\n#include \"%s_sql.h\"\n", file,
	    argv[1]);
	fprintf(c, "\nextern const struct query *const %s_queries[];\n", argv[1]);
	for (int i = 0; i < n; i++) {
		fprintf(h, "\n");
		prototype(h, &all[i]);
		fprintf(h, ";\n");
		define(c, &all[i]);
	}
	fprintf(c, "\nconst struct query *const %s_queries[] = {\n", argv[1]);
	for (int i = 0; i < n; i++)
		fprintf(c, "\t&q_%s,\n", all[i].name);
	fprintf(c, "\tNULL\n};\n");
	return fclose(h) || fclose(c);
}
