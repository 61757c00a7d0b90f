/*
 * openapi.c -- the document of every address, printed from the route table (OpenAPI 3.1.0).
 *
 * A row for people and programs stands there once, under /api/v1; a row for people alone is not
 * part of the API. Structs become components, named by the first row that uses them.
 */
#include "web/inner.h"
#include "web/openapi.h"

static const text method_names[] = { "get", "post", "put", "patch", "delete", "options", "head" };

#define MOST_SCHEMAS 256
struct schemas {
	const struct field *of[MOST_SCHEMAS];
	int n;
};

static int
schema_of(struct schemas *s, const struct field *f)
{
	for (int i = 0; i < s->n; i++)
		if (s->of[i] == f)
			return i;
	if (s->n == MOST_SCHEMAS)
		BUG("too many schemas");
	s->of[s->n] = f;
	return s->n++;
}

static void
type_of(struct buf *b, const struct field *f, struct schemas *s, bool reading)
{
	static const struct {
		text type, more;
	} types[] = { [FT_BOOL] = { "boolean", "" },
		[FT_INT] = { "integer", ",\"format\":\"int64\"" },
		[FT_REAL] = { "number", "" },
		[FT_TEXT] = { "string", "" },
		[FT_INSTANT] = { "string", ",\"format\":\"date-time\"" },
		[FT_MONEY] = { "integer", ",\"format\":\"int64\"" } };
	bool null = !reading && (f->nullable || f->type == FT_INSTANT);

	if (f->type == FT_LIST) {
		buf_fmt(b, "\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/s%d\"}",
		    schema_of(s, f->inner));
		return;
	}
	if (f->type == FT_ONE) {
		buf_fmt(b,
		    "\"oneOf\":[{\"$ref\":\"#/components/schemas/s%d\"},{\"type\":\"null\"}]",
		    schema_of(s, f->inner));
		return;
	}
	if (null)
		buf_fmt(b, "\"type\":[\"%s\",\"null\"]", types[f->type].type);
	else
		buf_fmt(b, "\"type\":\"%s\"", types[f->type].type);
	if (!(reading && f->type == FT_INSTANT && f->local))
		buf_add(b, types[f->type].more);
}

static void
bounds_of(struct buf *b, const struct field *f)
{
	bool number = f->type == FT_INT || f->type == FT_MONEY || f->type == FT_REAL;

	if (number && (f->min || f->max)) {
		buf_fmt(b, ",\"minimum\":%lld", (long long)f->min);
		if (f->max != INT64_MAX)
			buf_fmt(b, ",\"maximum\":%lld", (long long)f->max);
	}
	if (f->type == FT_TEXT) {
		if (f->min)
			buf_fmt(b, ",\"minLength\":%lld", (long long)f->min);
		buf_fmt(b, ",\"maxLength\":%lld", (long long)(f->max ? f->max : 1000));
	}
	if (f->among) {
		buf_add(b, ",\"enum\":[");
		for (const text *w = f->among; *w; w++) {
			buf_add(b, w == f->among ? "" : ",");
			buf_json(b, *w);
		}
		buf_add(b, f->required ? "]" : ",\"\"]");
	}
}

static void
describe(struct buf *b, const struct field *f, struct schemas *s, bool reading)
{
	buf_char(b, '{');
	type_of(b, f, s, reading);
	if (reading)
		bounds_of(b, f);
	if (f->doc) {
		buf_add(b, ",\"description\":");
		buf_json(b, f->doc);
	}
	buf_char(b, '}');
}

static void
object(struct buf *b, const struct field *fields, struct schemas *s, bool reading,
    const struct route *r)
{
	text comma = "";

	buf_add(b, "{\"type\":\"object\",\"properties\":{");
	for (const struct field *f = fields; f->name; f++) {
		if (reading ? openapi_in_path(r, f->name) : f->secret || f->hidden)
			continue;
		buf_add(b, comma);
		comma = ",";
		buf_json(b, f->name);
		buf_char(b, ':');
		describe(b, f, s, reading);
	}
	buf_add(b, "}");
	comma = ",\"required\":[";
	for (const struct field *f = fields; f->name; f++) {
		if (reading ? !f->required || openapi_in_path(r, f->name) : f->secret || f->hidden)
			continue;
		buf_add(b, comma);
		comma = ",";
		buf_json(b, f->name);
	}
	buf_add(b, comma[1] ? "}" : "]}");
}

bool
openapi_in_path(const struct route *r, text name)
{
	size_t n = strlen(name);

	for (text p = r->path; (p = strchr(p, ':')) != NULL; p++)
		if (strncmp(p + 1, name, n) == 0 &&
		    (p[1 + n] == 0 || p[1 + n] == '/' || p[1 + n] == '.'))
			return true;
	return false;
}

static void
parameters(struct buf *b, const struct route *r, struct schemas *s)
{
	text comma = "";

	buf_add(b, "\"parameters\":[");
	for (const struct field *f = r->in; f && f->name; f++) {
		bool in_path = openapi_in_path(r, f->name);

		if (!in_path && r->method != GET)
			continue;
		buf_fmt(b, "%s{\"name\":", comma);
		comma = ",";
		buf_json(b, f->name);
		buf_fmt(b, ",\"in\":\"%s\",\"required\":%s,\"schema\":", in_path ? "path" : "query",
		    in_path || f->required ? "true" : "false");
		describe(b, f, s, true);
		buf_char(b, '}');
	}
	if (r->once)
		buf_fmt(b,
		    "%s{\"name\":\"Idempotency-Key\",\"in\":\"header\",\"schema\":{\"type\":"
		    "\"string\","
		    "\"maxLength\":200},\"description\":\"The same key again gives the first "
		    "answer again.\"}",
		    comma);
	buf_char(b, ']');
}

static bool
has_body(const struct route *r)
{
	if (r->method == GET || r->in == NULL)
		return false;
	for (const struct field *f = r->in; f->name; f++)
		if (!openapi_in_path(r, f->name))
			return true;
	return false;
}

static void
request_body(struct buf *b, const struct route *r, struct schemas *s)
{
	static const text types[] = { "application/json", "application/x-www-form-urlencoded" };

	if (!has_body(r))
		return;
	buf_add(b, ",\"requestBody\":{\"content\":{");
	for (size_t i = 0; i < LENGTH(types); i++) {
		buf_fmt(b, "%s\"%s\":{\"schema\":", i ? "," : "", types[i]);
		object(b, r->in, s, true, r);
		buf_char(b, '}');
	}
	buf_add(b, "}}");
}

static void
good_answer(struct buf *b, const struct route *r, struct schemas *s)
{
	int status = r->method == POST && r->out ? 201 : r->out ? 200 : 204;

	if (r->out == NULL) {
		buf_add(b, "\"2XX\":{\"description\":\"Done.\"}");
		return;
	}
	buf_fmt(b, "\"%s\":{\"description\":",
	    r->method == POST	? "2XX"
		: status == 200 ? "200"
				: "2XX");
	buf_json(b, r->doc ? r->doc : "Done.");
	buf_add(b, ",\"content\":{\"application/json\":{\"schema\":");
	if (r->out_list)
		buf_fmt(b,
		    "{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\",\"items\":"
		    "{\"$ref\":\"#/components/schemas/"
		    "s%d\"}},\"next\":{\"type\":[\"string\",\"null\"]}},"
		    "\"required\":[\"items\",\"next\"]}",
		    schema_of(s, r->out));
	else
		buf_fmt(b, "{\"$ref\":\"#/components/schemas/s%d\"}", schema_of(s, r->out));
	buf_add(b, "}}}");
}

/* What any row may answer, from what the row is; and what its handler adds. */
static void
bad_answers(struct buf *b, const struct route *r)
{
	bool seen[600] = { false };
	enum problem implied[8];
	size_t n = 0;

	implied[n++] = INTERNAL;
	implied[n++] = UNAVAILABLE;
	if (r->who != ANYONE)
		implied[n++] = NOT_SIGNED_IN;
	if (r->who > CUSTOMER || r->method != GET)
		implied[n++] = FORBIDDEN;
	if (r->in)
		implied[n++] = INVALID;
	if (strchr(r->path, ':'))
		implied[n++] = NOT_FOUND;
	if (r->limit.name)
		implied[n++] = TOO_MANY;
	if (r->once)
		implied[n++] = REQUEST_RUNNING;
	for (size_t i = 0; i < n; i++)
		seen[problem_status(implied[i])] = true;
	for (const enum problem *p = r->fails; p && *p != OK; p++)
		seen[problem_status(*p)] = true;
	if (has_body(r))
		seen[400] = seen[413] = seen[415] = true;
	for (int i = 400; i < 600; i++)
		if (seen[i])
			buf_fmt(b, ",\"%d\":{\"$ref\":\"#/components/responses/problem\"}", i);
}

static void
path_json(struct buf *b, text path)
{
	buf_add(b, "");
	for (text p = path; *p;) {
		if (*p == ':') {
			size_t n = strcspn(++p, "/.");

			buf_fmt(b, "{%.*s}", (int)n, p);
			p += n;
		} else {
			buf_char(b, *p++);
		}
	}
}

/* "get_lots_id": what generated clients name their functions after. */
static void
operation_id(struct buf *b, const struct route *r)
{
	buf_fmt(b, "\"operationId\":\"%s", method_names[r->method]);
	for (text p = r->path; *p; p++)
		if (*p != ':')
			buf_char(
			    b, (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ? *p : '_');
	buf_add(b, "\",");
}

/* The codes it may refuse with beside those that every address has. */
static void
problems(struct buf *b, const struct route *r)
{
	if (r->fails == NULL)
		return;
	buf_add(b, ",\"x-problems\":[");
	for (const enum problem *p = r->fails; *p != OK; p++)
		buf_fmt(b, "%s\"%s\"", p == r->fails ? "" : ",", problem_name(*p));
	buf_add(b, "]");
}

static void
operation(struct buf *b, const struct route *r, struct schemas *s)
{
	static const text who[] = { "anyone", "anyone signed in", "operators and admins",
		"admins" };

	buf_fmt(b, "\"%s\":{", method_names[r->method]);
	operation_id(b, r);
	buf_add(b, "\"summary\":");
	buf_json(b, r->doc ? r->doc : "");
	buf_fmt(b, ",\"description\":\"For %s.\",\"x-who\":\"%s\"", who[r->who], who[r->who]);
	problems(b, r);
	if (r->who == ANYONE)
		buf_add(b, ",\"security\":[]");
	else if (r->scope)
		buf_add(b, ",\"security\":[{\"bearer\":[]},{\"key\":[]}]");
	buf_add(b, ",");
	parameters(b, r, s);
	request_body(b, r, s);
	buf_add(b, ",\"responses\":{");
	good_answer(b, r, s);
	bad_answers(b, r);
	buf_add(b, "}}");
}

bool
openapi_covers(const struct route *r)
{
	return r->dress != PAGE_ONLY;
}

static bool
first_of_path(const struct route *r)
{
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *x = *list; x->path; x++)
			if (openapi_covers(x) && x->dress == r->dress && text_is(x->path, r->path))
				return x == r;
	return false;
}

static void
operations_at(struct buf *b, const struct route *first, struct schemas *s)
{
	text comma = "";

	buf_char(b, '"');
	buf_add(b, first->dress == BOTH ? "/api/v1" : "");
	path_json(b, first->path);
	buf_add(b, "\":{");
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *x = *list; x->path; x++) {
			if (!openapi_covers(x) || x->dress != first->dress ||
			    !text_is(x->path, first->path))
				continue;
			buf_add(b, comma);
			comma = ",";
			operation(b, x, s);
		}
	buf_char(b, '}');
}

void
openapi(struct buf *b)
{
	struct schemas s = { .n = 0 };
	text comma = "";

	buf_add(b,
	    "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Smart Parking\",\"version\":\"1\","
	    "\"description\":\"Find, book and run parking. Times are RFC 3339 in UTC; money is in "
	    "minor "
	    "units of the currency beside "
	    "it.\",\"license\":{\"name\":\"ISC\",\"identifier\":\"ISC\"}},"
	    "\"servers\":[{\"url\":\"/\"}],\"security\":[{\"bearer\":[]}],\"paths\":{");
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *r = *list; r->path; r++) {
			if (!openapi_covers(r) || !first_of_path(r))
				continue;
			buf_add(b, comma);
			comma = ",";
			operations_at(b, r, &s);
		}
	buf_add(b,
	    "},\"components\":{\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":"
	    "\"bearer\","
	    "\"bearerFormat\":\"JWT\"},\"key\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":"
	    "\"X-API-Key\"}},\"responses\":{\"problem\":{\"description\":\"What went wrong (RFC "
	    "9457).\","
	    "\"content\":{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/"
	    "schemas/problem\"}"
	    "}}}},\"schemas\":{\"problem\":{\"type\":\"object\",\"properties\":{\"type\":{\"type\":"
	    "\"string\"},"
	    "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},\"code\":{\"type\":"
	    "\"string\"},"
	    "\"detail\":{\"type\":\"string\"},\"request_id\":{\"type\":\"string\"},\"fields\":{"
	    "\"type\":"
	    "\"object\",\"additionalProperties\":{\"type\":\"string\"}}},\"required\":[\"type\","
	    "\"title\","
	    "\"status\",\"code\"]}");
	for (int i = 0; i < s.n; i++) { /* a struct may name others: s.n grows */
		buf_fmt(b, ",\"s%d\":", i);
		object(b, s.of[i], &s, false, NULL);
	}
	buf_add(b, "}}}");
}
