/* docs.c -- the API, to read: an index, and a page for the addresses about one thing, from the rows themselves. */
#include <string.h>

#include "web/openapi.h"
#include "web/web.h"

struct doc_field {
	text name, type, doc;
	bool required;
};
static const struct field doc_field_fields[] = { FIELD(doc_field, name), FIELD(doc_field, type),
	FIELD(doc_field, doc), FIELD(doc_field, required), FIELD_END };
struct doc_row {
	text method, path, anchor, who, doc;
	struct rows takes, gives;
	text fails;
	bool list, once, key;
};
static const struct field doc_row_fields[] = { FIELD(doc_row, method), FIELD(doc_row, path),
	FIELD(doc_row, anchor), FIELD(doc_row, who), FIELD(doc_row, doc),
	FIELD_LIST(doc_row, takes, doc_field), FIELD_LIST(doc_row, gives, doc_field),
	FIELD(doc_row, fails), FIELD(doc_row, list), FIELD(doc_row, once), FIELD(doc_row, key),
	FIELD_END };
struct doc_part {
	text name, title;
	struct rows rows;
};
static const struct field doc_part_fields[] = { FIELD(doc_part, name), FIELD(doc_part, title),
	FIELD_LIST(doc_part, rows, doc_row), FIELD_END };
struct docs {
	struct rows parts;
};
static const struct field docs_fields[] = { FIELD_LIST(docs, parts, doc_part), FIELD_END };
struct which_part {
	text part;
};
static const struct field which_part_fields[] = {
	FIELD(which_part, part, .max = 60, .doc = "lots, admin-lots, s1"), FIELD_END
};

/* ---- which part a row belongs to: a source system's, or by the first noun of its path, "admin-lots" */

static text
part_of(struct arena *a, const struct route *r)
{
	text path = r->path;

	if (r->dialect)
		return r->dialect->name;
	if (text_starts(path, "/api/v1/"))
		path += strlen("/api/v1");
	path++;
	size_t n = strcspn(path, "/.");
	if (strncmp(path, "admin/", 6) != 0)
		return arena_fmt(a, "%.*s", (int)n, path);
	return arena_fmt(a, "admin-%.*s", (int)strcspn(path + 6, "/."), path + 6);
}

static text
part_title(struct arena *a, text name)
{
	char *title = arena_fmt(a, "%s", name);

	for (char *p = title; *p; p++)
		if (*p == '-')
			*p = ' ';
	if (*title >= 'a' && *title <= 'z')
		*title = (char)(*title - 'a' + 'A');
	return title;
}

/* ---- a row in words */

static struct rows
doc_fields(struct arena *a, const struct field *f, bool reading)
{
	static const text types[] = { [FT_BOOL] = "yes or no",
		[FT_INT] = "whole number",
		[FT_REAL] = "number",
		[FT_TEXT] = "text",
		[FT_INSTANT] = "time",
		[FT_MONEY] = "money",
		[FT_ONE] = "object",
		[FT_LIST] = "list",
		[FT_FILE] = "file" };
	struct rows rows = { 0 };
	size_t n = 0;

	for (const struct field *x = f; x && x->name; x++)
		n++;
	rows.v = arena_alloc(a, (n + 1) * sizeof(struct doc_field));
	for (; f && f->name; f++) {
		if (!reading && (f->secret || f->hidden))
			continue;
		*ROW(doc_field, rows, rows.n++) = (struct doc_field){ f->name, types[f->type],
			f->doc ? f->doc : "", f->required };
	}
	return rows;
}

static text
doc_fails(struct arena *a, const struct route *r)
{
	struct buf b = BUF(a);

	for (const enum problem *p = r->fails; p && *p != OK; p++)
		buf_fmt(
		    &b, "%s%d %s", p == r->fails ? "" : ", ", problem_status(*p), problem_name(*p));
	return buf_text(&b);
}

static void
doc_row(struct arena *a, const struct route *r, struct doc_row *out)
{
	static const text methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
		"HEAD" };
	static const text who[] = { "anyone", "anyone signed in", "operators", "admins" };
	char *anchor = arena_fmt(a, "%s%s", methods[r->method], r->path);

	for (char *p = anchor; *p; p++)
		if (*p == '/' || *p == ':' || *p == '.')
			*p = '-';
	*out = (struct doc_row){ .method = methods[r->method],
		.path = arena_fmt(a, "%s%s", r->dress == BOTH ? "/api/v1" : "", r->path),
		.anchor = anchor,
		.who = who[r->who],
		.doc = r->doc ? r->doc : "",
		.takes = doc_fields(a, r->in, true),
		.gives = doc_fields(a, r->out, false),
		.fails = doc_fails(a, r),
		.list = r->out_list || r->out_array,
		.once = r->once,
		.key = r->scope != NULL };
}

/* ---- the pages */

static struct doc_part *
part_named(struct docs *docs, text name)
{
	FOR_ROWS (doc_part, p, docs->parts)
		if (text_is(p->name, name))
			return p;
	return NULL;
}

/* Every part with its rows, in the order of the route table; with `only`, that part alone. */
static void
gather(struct arena *a, struct docs *docs, text only)
{
	size_t n = 0;

	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *x = *list; x->path; x++)
			n++;
	docs->parts.v = arena_alloc(a, (n + 1) * sizeof(struct doc_part));
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *x = *list; x->path; x++) {
			text name = part_of(a, x);
			if (!openapi_covers(x) || (only && !text_is(name, only)))
				continue;
			struct doc_part *part = part_named(docs, name);
			if (!part) {
				part = ROW(doc_part, docs->parts, docs->parts.n++);
				*part = (struct doc_part){ name, part_title(a, name),
					{ arena_alloc(a, n * sizeof(struct doc_row)), 0 } };
			}
			doc_row(a, x, ROW(doc_row, part->rows, part->rows.n++));
		}
}

static enum problem
show_docs(struct ctx *c, const void *in, struct reply *r)
{
	struct docs *docs = arena_alloc(c->arena, sizeof *docs);

	(void)in;
	gather(c->arena, docs, NULL);
	return reply_one(r, docs);
}

static enum problem
show_part(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_part *w = in;
	struct docs docs = { 0 };

	gather(c->arena, &docs, w->part);
	if (docs.parts.n == 0)
		return fail(
		    c, NOT_FOUND, "There is no such part. The list of all is at /api/docs.");
	return reply_one(r, docs.parts.v);
}

#define DOCS_KEPT                                                                                  \
	.cached = true, .cache_tags = (const text[])                                               \
	{                                                                                          \
		"docs", NULL                                                                       \
	}

const struct route docs_routes[] = {
	{ GET, "/api/docs", ANYONE, show_docs, GIVES(docs), .dress = PAGE_ONLY, .page = "docs",
	    DOCS_KEPT, .doc = "Every address, by what it is about." },
	{ GET, "/api/docs/:part", ANYONE, show_part, TAKES(which_part), GIVES(doc_part),
	    .dress = PAGE_ONLY, .page = "docs_part", DOCS_KEPT, FAILS(NOT_FOUND),
	    .doc = "The addresses about one thing: what each takes and gives." },
	{ .path = NULL },
};
