/*
 * sqlgen -- turn a slice's queries.sql into typed C.
 *
 *	sqlgen reservations src/reservations/queries.sql build/gen/reservations_sql
 *	sqlgen --list lots reservations > build/gen/queries.c
 *
 * A statement begins with a line
 *
 *	--: name(type arg, type? arg, ...) -> none | count | one STRUCT | many STRUCT
 *
 * and runs to the next such line.  Types: int real bool text instant money ints (bigint[], from a
 *struct rows of int64_t).
 * `?` sends NULL for 0, "", and {0}.  `none` answers OK whatever it touched; `count` also tells how
 *many rows; `one` answers NOT_FOUND when there is none; rows are read by column name through
 *STRUCT_fields[].
 * A line "--include web/once.h" adds a header that declares a STRUCT.
 * `*` in a select list or a returning is refused: columns are named.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ARGS 40
#define MAX_STATEMENTS 400

struct arg {
	char type[16], name[48];
	int nullable;
};
struct statement {
	char name[64], kind[8], row[48];
	struct arg args[MAX_ARGS];
	int nargs, line;
	char *sql;
	size_t n;
};
static struct statement all[MAX_STATEMENTS];
static int n;
static const char *file;
static char includes[8][64];
static int n_includes;

static void
die(int line, const char *why)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, why);
	exit(1);
}

static const struct {
	const char *sql, *c;
} types[] = { { "int", "int64_t" }, { "real", "double" }, { "bool", "bool" }, { "text", "text" },
	{ "instant", "instant" }, { "money", "money" }, { "ints", "struct rows" } };

static const char *
c_type(const char *type, int line)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (!strcmp(types[i].sql, type))
			return types[i].c;
	die(line, "unknown type");
	return NULL;
}

static void
read_args(struct statement *q, char *list, int line)
{
	for (char *a = strtok(list, ","); a; a = strtok(NULL, ",")) {
		struct arg *g = &q->args[q->nargs];

		if (sscanf(a, " %15s %47s", g->type, g->name) != 2 || q->nargs == MAX_ARGS - 1)
			die(line, "want type and name");
		size_t k = strlen(g->type);
		if (g->type[k - 1] == '?') {
			g->type[k - 1] = 0;
			g->nullable = 1;
		}
		c_type(g->type, line);
		q->nargs++;
	}
}

static void
read_head(char *s, int line)
{
	struct statement *q = &all[n++];
	char *open = strchr(s, '('), *close = strchr(s, ')');

	if (n == MAX_STATEMENTS)
		die(line, "too many statements");
	if (open == NULL || close == NULL || close < open)
		die(line, "want name(args) -> result");
	*open = *close = 0;
	q->line = line;
	if (sscanf(s, " %63s", q->name) != 1)
		die(line, "want a name");
	read_args(q, open + 1, line);
	int got = sscanf(close + 1, " -> %7s %47s", q->kind, q->row);
	int rows = !strcmp(q->kind, "one") || !strcmp(q->kind, "many");
	int bare = !strcmp(q->kind, "none") || !strcmp(q->kind, "count");
	if ((!rows && !bare) || (rows && got != 2) || (bare && got != 1))
		die(line, "want -> none, count, one STRUCT or many STRUCT");
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

static void
read_all(FILE *in)
{
	char line[4096];
	int no = 0;

	while (fgets(line, sizeof line, in)) {
		no++;
		if (!strncmp(line, "--:", 3))
			read_head(line + 3, no);
		else if (sscanf(line, "--include %63s", includes[n_includes]) == 1) {
			if (++n_includes == 8)
				die(no, "too many includes");
		} else if (n && strncmp(line, "--", 2) && strspn(line, " \t\n") != strlen(line))
			add_line(&all[n - 1], line);
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
		fprintf(f, ", %s %s", c_type(q->args[i].type, q->line), q->args[i].name);
	if (!strcmp(q->kind, "one"))
		fprintf(f, ", struct %s *out", q->row);
	if (!strcmp(q->kind, "many"))
		fprintf(f, ", struct rows *out");
	if (!strcmp(q->kind, "count"))
		fprintf(f, ", int64_t *changed");
	fprintf(f, ")");
}

static void
put_sql(FILE *f, const struct statement *q)
{
	fprintf(f, "\n\t\"");
	for (size_t i = 0; i < q->n; i++) {
		char c = q->sql[i];

		if (c == '\n')
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
	fprintf(f, ",\n\t%d, t_%s, %s%s, \"%s\" };\n\n", q->nargs, q->name, rows ? q->row : "NULL",
	    rows ? "_fields" : "", q->kind);
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
