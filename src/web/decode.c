/* decode.c -- what came in, into the struct that the row names. */
#include "web/inner.h"

enum problem
decode_body(struct call *call)
{
	const struct request *q = call->q;
	struct arena *a = call->c->arena;
	text header = header_of(q, "content-type"), why = NULL;

	if (q->n_body == 0)
		return OK;
	text type = header ? media_type(a, header) : "";
	if (text_is(type, "application/json")) {
		call->body = JSON_BODY;
		call->json = json_parse(a, q->body, q->n_body, &why);
		return call->json ? OK
				  : fail(call->c, MALFORMED, "The JSON cannot be read: %s.", why);
	}
	if (text_is(type, "application/x-www-form-urlencoded")) {
		call->body = FORM_BODY;
		return form_parse(a, q->body, q->n_body, &call->form)
		    ? OK
		    : fail(call->c, MALFORMED, "The form cannot be read.");
	}
	if (text_is(type, "multipart/form-data")) {
		struct rows parts;

		call->body = MULTIPART_BODY;
		if (!multipart_boundary(a, header, &call->boundary) ||
		    !multipart_parse(a, call->boundary, q->body, q->n_body, &parts))
			return fail(call->c, MALFORMED, "The form cannot be read.");
		FOR_ROWS (part, p, parts)
			if (p->file_name == NULL)
				pairs_add(a, &call->form, p->name, arena_bytes(a, p->bytes, p->n));
		return OK;
	}
	return fail(call->c, UNSUPPORTED_TYPE,
	    "Send application/json or application/x-www-form-urlencoded.");
}

struct raw
typed(void *of_call, const struct field *f)
{
	struct call *call = of_call;
	struct raw raw = form_field(&call->segments, f);

	if (raw.present)
		return raw;
	if (call->method == GET)
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

enum problem
decode(struct call *call, const struct route *r, void **in)
{
	*in = NULL;
	if (r->in == NULL)
		return OK;
	*in = arena_alloc(call->c->arena, r->in_size);
	if (call->json && !json_is_object(call->json) && r == call->route)
		return fail(call->c, MALFORMED, "The JSON must be an object: {…}.");
	if (fields_decode(call->c->arena, r->in, *in, typed, call, &call->c->complaints))
		return OK;
	return path_at_fault(call) ? NOT_FOUND : INVALID;
}
