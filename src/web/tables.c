/* tables.c -- every table as CSV: /admin/tables, /admin/tables/payments.csv. */
#include "base/csv.h"
#include "gear/audit.h"
#include "gear/table.h"
#include "web/web.h"

/* What a piece should come to.  Rows are counted before their bytes are known, so each piece takes its measure from the
 * one before. */
enum { PIECE_BYTES = 64 * 1024, FIRST_ROWS = 100, MOST_ROWS = 2000 };

struct csv { /* on its way out */
	struct db_rows *rows;
	const struct field *fields;
	struct buf *piece;
	struct stream stream;
	size_t n_rows;
	int next_rows;
};

static void
row(void *arg, const text *cells)
{
	struct csv *csv = arg;

	csv_row(csv->piece, csv->fields, cells);
	csv->n_rows++;
}

static enum problem
next(struct ctx *c, void *arg, struct buf *piece, bool *more)
{
	struct csv *csv = arg;
	size_t before = piece->n;

	(void)c;
	csv->piece = piece;
	csv->n_rows = 0;
	TRY(db_next(csv->rows, csv->next_rows, row, csv, more));
	if (csv->n_rows == 0)
		return OK;
	size_t fit = PIECE_BYTES / ((piece->n - before) / csv->n_rows + 1);
	csv->next_rows = fit < 1 ? 1 : fit > MOST_ROWS ? MOST_ROWS : (int)fit;
	return OK;
}

const struct table *
table_named(text name)
{
	for (const struct table *const *list = all_tables; *list; list++)
		for (const struct table *t = *list; t->name; t++)
			if (text_is(t->name, name))
				return t;
	return NULL;
}

/* Who takes a table away is written down: it holds what is other people's. */
enum problem
reply_table(struct ctx *c, const struct table *t, const void *in, struct reply *r)
{
	struct csv *csv = arena_alloc(c->arena, sizeof *csv);
	struct buf first = BUF(c->arena);
	bool more;

	TRY(audit_add(c, "table_taken", "table", 0, t->name));
	TRY(t->open(c, in, &csv->rows));
	csv->fields = db_rows_fields(csv->rows);
	csv->next_rows = FIRST_ROWS;
	csv->stream = (struct stream){ next, csv };
	csv_head(&first, csv->fields);
	TRY(next(c, csv, &first, &more));
	TRY(reply_stream(
	    r, "text/csv; charset=utf-8; header=present", &first, more ? &csv->stream : NULL));
	r->file_name =
	    arena_fmt(c->arena, "%s-%s.csv", t->name, time_date(c->arena, zone_utc(), c->now));
	return OK;
}

/* Its query is read by the table's own fields. */
static enum problem
take(struct ctx *c, const void *in, struct reply *r)
{
	const struct request *q = in;
	text last = strrchr(q->path, '/') + 1;
	struct pairs query = { 0 };
	const struct table *t = table_named(arena_bytes(c->arena, last, strcspn(last, ".")));

	if (t == NULL)
		return NOT_FOUND;
	void *wanted = arena_alloc(c->arena, t->in_size + 1);
	if (!form_parse(c->arena, q->query, strlen(q->query), &query))
		return MALFORMED;
	if (t->in && !fields_decode(c->arena, t->in, wanted, form_field, &query, &c->complaints))
		return INVALID;
	return reply_table(c, t, wanted, r);
}

struct table_line {
	text name, title, doc, address, page;
};
static const struct field table_line_fields[] = {
	FIELD(table_line, name),
	FIELD(table_line, title),
	FIELD(table_line, doc),
	FIELD(table_line, address, .doc = "Where it is to be had as CSV"),
	FIELD(table_line, page, .nullable = true, .doc = "Where people look at it"),
	FIELD_END,
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	struct rows lines = { 0 };
	size_t n = 0;

	(void)in;
	for (const struct table *const *slice = all_tables; *slice; slice++)
		for (const struct table *t = *slice; t->name; t++)
			n++;
	lines.v = arena_alloc(c->arena, (n + 1) * sizeof(struct table_line));
	for (const struct table *const *slice = all_tables; *slice; slice++)
		for (const struct table *t = *slice; t->name; t++)
			*ROW(table_line, lines, lines.n++) = (struct table_line){ t->name, t->title,
				t->doc, arena_fmt(c->arena, "/admin/tables/%s.csv", t->name),
				t->page ? t->page : "" };
	return reply_list(r, lines);
}

const struct route table_routes[] = {
	{ GET, "/admin/tables", ADMIN, list, GIVES_LIST(table_line), .page = "admin/tables",
	    .doc = "What there is to take away as CSV." },
	{ GET, "/admin/tables/:table.csv", ADMIN, take, .raw = true, .dress = PAGE_ONLY,
	    .doc = "A whole table, or what its filter leaves of it, of one moment, as CSV.",
	    FAILS(NOT_FOUND, INVALID, BUSY) },
	{ 0 },
};
