/* decode.c -- what came in, into the struct that the row names. */
#include "web/inner.h"

enum problem
decode_body(struct call *call)
{
	const struct request *q = call->q;
	struct arena *a = call->c->arena;
	text header = header_of(q, "content-type"), why = NULL;

	if (q->n_body == 0 || call->route->raw)
		return OK;
	text type = header ? media_type(a, header) : "";
	if (text_is(type, "application/json")) {
		call->body = JSON_BODY;
		call->json = json_parse(a, q->body, q->n_body, &why);
		return call->json ? OK : fail(call->c, MALFORMED, "%s", why);
	}
	if (text_is(type, "application/x-www-form-urlencoded")) {
		call->body = FORM_BODY;
		return form_parse(a, q->body, q->n_body, &call->form)
		    ? OK
		    : fail(call->c, MALFORMED, "The form cannot be read.");
	}
	if (text_is(type, "multipart/form-data")) {
		call->body = MULTIPART_BODY;
		if (!multipart_boundary(a, header, &call->boundary) ||
		    !multipart_parse(a, call->boundary, q->body, q->n_body, &call->parts))
			return fail(call->c, MALFORMED, "The form cannot be read.");
		FOR_ROWS (part, p, call->parts)
			if (p->file_name == NULL)
				pairs_add(a, &call->form, p->name, arena_bytes(a, p->bytes, p->n));
		return OK;
	}
	return fail(call->c, UNSUPPORTED_TYPE,
	    "Send application/json or application/x-www-form-urlencoded.");
}

/* The file of that name, if the form has one. */
static struct raw
sent_file(struct call *call, text name)
{
	struct raw raw = { 0 };

	FOR_ROWS (part, p, call->parts) {
		if (p->file_name == NULL || !text_is(p->name, name))
			continue;
		struct upload *file = arena_alloc(call->c->arena, sizeof *file);
		*file = (struct upload){ p->file_name, p->type, p->bytes, p->n };
		return (struct raw){ .present = true, .file = file };
	}
	return raw;
}

struct raw
typed(void *of_call, const struct field *f)
{
	struct call *call = of_call;
	struct raw raw = form_field(&call->segments, f);

	if (f->type == FT_FILE)
		return sent_file(call, f->name);
	if (raw.present)
		return raw;
	if (call->method == GET || call->route->one_click)
		return form_field(&call->query, f);
	if (call->json && json_is_object(call->json)) {
		struct json_source from = { call->c->arena, call->json };

		return json_field(&from, f);
	}
	return form_field(&call->form, f);
}

text
typed_text(struct call *call, text name)
{
	struct raw raw = typed(call, &(struct field){ .name = name });

	return raw.present ? raw.text : NULL;
}

/* Only what stands in the path: for a form whose own fields cannot be read. */
static struct raw
in_path(void *of_call, const struct field *f)
{
	return form_field(&((struct call *)of_call)->segments, f);
}

enum problem
decode_path(struct call *call, const struct route *r, void **in)
{
	*in = NULL;
	if (r->in == NULL)
		return OK;
	*in = arena_alloc(call->c->arena, r->in_size);
	return fields_decode(call->c->arena, r->in, *in, in_path, call, &call->c->complaints)
	    ? OK
	    : INVALID;
}

/* A bad value in the path is an address where nothing is. */
static bool
path_at_fault(const struct call *call)
{
	for (int i = 0; i < call->c->complaints.n; i++)
		if (pairs_get(&call->segments, call->c->complaints.v[i].field))
			return true;
	return false;
}

/* ---- one, or many at once */

/* The first complaint about an item, since a list of a thousand has no room for all. */
static text
fault_of(struct arena *a, const struct complaints *bad)
{
	return bad->n ? arena_fmt(a, "%s: %s", bad->v[0].field, bad->v[0].says)
		      : "It cannot be read.";
}

static text
decode_item(struct arena *a, const struct route *r, const struct json *item, void *out)
{
	struct json_source from = { a, item };
	struct complaints bad = { 0 };

	if (!json_is_object(item))
		return "An object is wanted here: {…}.";
	return fields_decode(a, r->in, out, json_field, &from, &bad) ? NULL : fault_of(a, &bad);
}

static enum problem
decode_list(struct call *call, const struct route *r, struct batch *b)
{
	struct arena *a = call->c->arena;
	size_t n = json_count(call->json);

	if ((int64_t)n > r->batch)
		return fail(call->c, TOO_LARGE, "At most %lld at once.", (long long)r->batch);
	char *v = arena_alloc(a, n * r->in_size + 1);

	b->list = true;
	b->items = (struct rows){ v, n };
	b->faults = arena_alloc(a, n * sizeof *b->faults + 1);
	for (size_t i = 0; i < n; i++)
		b->faults[i] = decode_item(a, r, json_item(call->json, i), v + i * r->in_size);
	return OK;
}

static enum problem
decode_batch(struct call *call, const struct route *r, void **in)
{
	struct arena *a = call->c->arena;
	struct batch *b = arena_alloc(a, sizeof *b);

	*in = b;
	if (call->json && json_is_array(call->json))
		return decode_list(call, r, b);
	if (call->json && !json_is_object(call->json))
		return fail(call->c, MALFORMED, "The JSON must be an object or a list of them.");
	b->items = (struct rows){ arena_alloc(a, r->in_size), 1 };
	b->faults = arena_alloc(a, sizeof *b->faults);
	return fields_decode(a, r->in, b->items.v, typed, call, &call->c->complaints) ? OK
										      : INVALID;
}

enum problem
decode(struct call *call, const struct route *r, void **in)
{
	*in = NULL;
	if (r->raw)
		*in = (void *)(uintptr_t)call->q;
	if (r->in == NULL)
		return OK;
	if (r->batch)
		return decode_batch(call, r, in);
	*in = arena_alloc(call->c->arena, r->in_size);
	if (call->json && !json_is_object(call->json) && r == call->route)
		return fail(call->c, MALFORMED, "The JSON must be an object: {…}.");
	if (fields_decode(call->c->arena, r->in, *in, typed, call, &call->c->complaints))
		return OK;
	return path_at_fault(call) ? NOT_FOUND : INVALID;
}
