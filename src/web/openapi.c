/*
 * openapi.c -- the document of every address, printed from the route table (OpenAPI 3.1.0).
 *
 * A row for people and programs stands there once, under /api/v1; a row for people alone is not
 * part of the API. Structs become components, named by the first row that uses them.
 */
#include "web/inner.h"
#include "web/openapi.h"
#include "web/window.h"

static const text method_names[] = { "get", "post", "put", "patch", "delete", "options", "head" };

#define HEADER(name, required, type, doc)                                                          \
	"\"" name "\":{\"required\":" required ",\"schema\":{\"type\":\"" type                     \
	"\"},\"description\":\"" doc "\"}"
#define REQUEST_ID                                                                                 \
	HEADER("X-Request-Id", "true", "string", "By which we find this request in our log.")
#define LOCATION HEADER("Location", "true", "string", "Where it is to be found.")
#define LINK HEADER("Link", "false", "string", "Where the rows after these are.")
#define ETAG HEADER("ETag", "false", "string", "Send it as If-None-Match.")

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
		[FT_MONEY] = { "integer", ",\"format\":\"int64\"" },
		[FT_FILE] = { "string", ",\"format\":\"binary\"" } };
	bool null = !reading && (f->nullable || f->type == FT_INSTANT);

	if (f->type == FT_LIST) {
		buf_fmt(b, "%s:{\"$ref\":\"#/components/schemas/s%d\"}",
		    f->key ? "\"type\":\"object\",\"additionalProperties\""
			   : "\"type\":\"array\",\"items\"",
		    schema_of(s, f->inner));
		return;
	}
	if (f->several && reading) {
		buf_add(b, "\"type\":\"array\",\"items\":{\"type\":[\"string\",\"integer\"]}");
		return;
	}
	if (f->type == FT_ONE) {
		buf_fmt(b,
		    "\"oneOf\":[{\"$ref\":\"#/components/schemas/s%d\"},{\"type\":\"null\"}]",
		    schema_of(s, f->inner));
		return;
	}
	text name = f->figure && !reading ? "number" : types[f->type].type;
	if (null)
		buf_fmt(b, "\"type\":[\"%s\",\"null\"]", name);
	else
		buf_fmt(b, "\"type\":\"%s\"", name);
	if (!(reading && f->type == FT_INSTANT && f->local))
		buf_add(b, types[f->type].more);
}

static void
words_of(struct buf *b, const struct field *f, bool reading)
{
	if (f->among == NULL)
		return;
	buf_add(b, ",\"enum\":[");
	for (const text *w = f->among; *w; w++) {
		buf_add(b, w == f->among ? "" : ",");
		buf_json(b, *w);
	}
	buf_add(b, f->required ? "" : ",\"\"");
	buf_add(b, f->nullable && !reading ? ",null]" : "]");
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
	if (f->type == FT_TEXT && !f->several) {
		if (f->min)
			buf_fmt(b, ",\"minLength\":%lld", (long long)f->min);
		buf_fmt(b, ",\"maxLength\":%lld", (long long)(f->max ? f->max : 1000));
	}
}

static void
describe(struct buf *b, const struct field *f, struct schemas *s, bool reading)
{
	buf_char(b, '{');
	type_of(b, f, s, reading);
	if (reading)
		bounds_of(b, f);
	words_of(b, f, reading);
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
parameter(
    struct buf *b, const struct route *r, const struct field *f, struct schemas *s, text *comma)
{
	bool in_path = openapi_in_path(r, f->name);

	buf_fmt(b, "%s{\"name\":", *comma);
	*comma = ",";
	buf_json(b, f->name);
	buf_fmt(b, ",\"in\":\"%s\",\"required\":%s,\"schema\":", in_path ? "path" : "query",
	    in_path || f->required ? "true" : "false");
	describe(b, f, s, true);
	buf_char(b, '}');
}

static void
parameters(struct buf *b, const struct route *r, struct schemas *s)
{
	text comma = "";

	buf_add(b, "\"parameters\":[");
	for (const struct field *f = r->in; f && f->name; f++)
		if (openapi_in_path(r, f->name) || r->method == GET)
			parameter(b, r, f, s, &comma);
	for (const struct field *f = window_fields; r->out_array && f->name; f++)
		parameter(b, r, f, s, &comma);
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

/* The field that takes a file; NULL if none does. */
static const struct field *
file_of(const struct route *r)
{
	for (const struct field *f = r->in; f && f->name; f++)
		if (f->type == FT_FILE)
			return f;
	return NULL;
}

static void
request_body(struct buf *b, const struct route *r, struct schemas *s)
{
	static const text usual[] = { "application/json", "application/x-www-form-urlencoded",
		NULL };
	static const text any[] = { "application/json", "application/x-www-form-urlencoded",
		"multipart/form-data", NULL };
	const struct field *file = file_of(r);
	/* With a file that must be there, nothing but multipart. */
	const text *types = file == NULL ? usual : file->required ? any + 2 : any;

	if (r->raw)
		buf_add(b, ",\"requestBody\":{\"content\":{\"*/*\":{}}}");
	if (!has_body(r))
		return;
	buf_add(b, ",\"requestBody\":{\"content\":{");
	for (size_t i = 0; types[i]; i++) {
		bool many = r->batch && i == 0;

		buf_fmt(b, "%s\"%s\":{\"schema\":%s", i ? "," : "", types[i],
		    many ? "{\"oneOf\":[" : "");
		object(b, r->in, s, true, r);
		if (many) {
			buf_fmt(b, ",{\"type\":\"array\",\"maxItems\":%lld,\"items\":",
			    (long long)r->batch);
			object(b, r->in, s, true, r);
			buf_add(b, "}]}");
		}
		buf_char(b, '}');
	}
	buf_add(b, "}}");
}

/* As window.c writes it. */
static void
array_schema(struct buf *b, int of)
{
	text rows = arena_fmt(
	    b->arena, "{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/s%d\"}}", of);

	buf_fmt(b,
	    "{\"oneOf\":[%s,{\"type\":\"object\",\"properties\":{\"count\":{\"type\":\"integer\"},"
	    "\"next\":{\"type\":[\"string\",\"null\"]},\"previous\":{\"type\":[\"string\",\"null\"]"
	    "},"
	    "\"results\":%s},\"required\":[\"count\",\"next\",\"previous\",\"results\"]}]}",
	    rows, rows);
}

/* Other shapes, under the one status that they share. */
static void
other_answers(struct buf *b, const struct route *r, struct schemas *s)
{
	text comma = "";

	if (r->others == NULL)
		return;
	buf_fmt(b, ",\"%d\":{\"description\":", r->others->status);
	buf_json(b, r->others->doc);
	buf_add(b,
	    ",\"headers\":{" REQUEST_ID
	    "},\"content\":{\"application/json\":{\"schema\":{\"oneOf\":[");
	for (const struct shape *o = r->others; o->out; o++, comma = ",")
		buf_fmt(
		    b, "%s{\"$ref\":\"#/components/schemas/s%d\"}", comma, schema_of(s, o->out));
	buf_add(b, "]}}}}");
}

/* What a row gives when all is well: 201 and where it is to be found, 200, or nothing but 204; 304 for who has it. */
static void
good_answer(struct buf *b, const struct route *r, struct schemas *s)
{
	int status = r->out == NULL && r->gives == NULL ? 204 : r->makes ? 201 : 200;

	buf_fmt(b, "\"%d\":{\"description\":", status);
	buf_json(b, r->doc && r->out ? r->doc : "Done.");
	buf_fmt(b, ",\"headers\":{%s%s" REQUEST_ID "}",
	    r->makes && r->page == NULL ? LOCATION "," : "",
	    r->out_array    ? LINK ","
		: r->cached ? ETAG ","
			    : "");
	if (r->gives) {
		buf_fmt(b,
		    ",\"content\":{\"%s\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}}"
		    "}",
		    r->gives);
		return;
	}
	if (r->out == NULL) {
		buf_char(b, '}');
		return;
	}
	buf_add(b, ",\"content\":{\"application/json\":{\"schema\":");
	if (r->out_array)
		array_schema(b, schema_of(s, r->out));
	else if (r->out_list)
		buf_fmt(b,
		    "{\"type\":\"object\",\"properties\":{\"items\":{\"type\":\"array\",\"items\":"
		    "{\"$ref\":\"#/components/schemas/"
		    "s%d\"}},\"next\":{\"type\":[\"string\",\"null\"]}},"
		    "\"required\":[\"items\",\"next\"]}",
		    schema_of(s, r->out));
	else
		buf_fmt(b, "{\"$ref\":\"#/components/schemas/s%d\"}", schema_of(s, r->out));
	buf_add(b, "}}}");
	other_answers(b, r, s);
	if (r->cached)
		buf_add(b,
		    ",\"304\":{\"description\":\"As you have it already.\",\"headers\":{" ETAG
		    "," REQUEST_ID "}}");
}

static int
status_there(const struct route *r, enum problem e)
{
	const struct saying *s = r->dialect ? saying_for(r, r->dialect, e) : NULL;

	return s && s->status ? s->status : problem_status(e);
}

/* What any row may answer, from what the row is; and what its handler adds. */
static void
bad_answers(struct buf *b, const struct route *r)
{
	bool seen[600] = { false };
	const struct {
		enum problem e;
		bool may;
	} implied[] = {
		{ MALFORMED, true }, /* of the query, too */
		{ NOT_SIGNED_IN, true }, /* also where nobody need be: a token that does not hold */
		{ INTERNAL, true },
		{ UNAVAILABLE, true },
		{ FORBIDDEN, r->who > CUSTOMER || r->scope || r->method != GET },
		{ INVALID, r->in != NULL || r->out_array },
		{ NOT_FOUND, strchr(r->path, ':') != NULL || r->out_array },
		{ TOO_MANY, r->limit.name != NULL },
		{ REQUEST_RUNNING, r->once },
		{ KEY_REUSED, r->once },
		{ TOO_LARGE, r->method != GET },
		{ UNSUPPORTED_TYPE, r->method != GET },
	};

	for (size_t i = 0; i < LENGTH(implied); i++)
		if (implied[i].may)
			seen[status_there(r, implied[i].e)] = true;
	for (const enum problem *p = r->fails; p && *p != OK; p++)
		seen[status_there(r, *p)] = true;
	for (int i = 400; i < 600; i++)
		if (seen[i])
			buf_fmt(b, ",\"%d\":{\"$ref\":\"#/components/responses/%s%s\"}", i,
			    r->dialect ? r->dialect->name : "",
			    i == 401		       ? "stranger"
				: i == 429 || i == 503 ? "later"
						       : "problem");
}

/* The problem in the dress of `family`, and the header that must stand beside it. */
static void
problem_responses(struct buf *b, text family, text media)
{
	static const struct {
		text name, doc, header;
	} all[] = {
		{ "problem", "What went wrong.", "" },
		{ "stranger", "Nobody is signed in, or the token holds no more.",
		    HEADER("WWW-Authenticate", "true", "string", "How to sign in.") "," },
		{ "later", "Not now.",
		    HEADER("Retry-After", "true", "integer",
			"In how many seconds to try again.") "," },
	};

	for (size_t i = 0; i < LENGTH(all); i++)
		buf_fmt(b,
		    "%s\"%s%s\":{\"description\":\"%s\",\"headers\":{%s" REQUEST_ID
		    "},\"content\":{\"%s\":{\"schema\":"
		    "{\"$ref\":\"#/components/schemas/%sproblem\"}}}}",
		    i || *family ? "," : "", family, all[i].name, all[i].doc, all[i].header, media,
		    family);
}

/* Is this the first prefix at which its dialect is spoken? */
static bool
first_spoken(const struct spoken *x)
{
	for (const struct spoken *s = all_dialects; s < x; s++)
		if (s->dialect == x->dialect)
			return false;
	return true;
}

static void
responses(struct buf *b)
{
	buf_add(b, "\"responses\":{");
	problem_responses(b, "", "application/problem+json");
	for (const struct spoken *s = all_dialects; s->prefix; s++)
		if (first_spoken(s))
			problem_responses(b, s->dialect->name, "application/json");
	buf_add(b, "},");
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
	buf_fmt(b, "\"operationId\":\"%s%s%s", r->dialect ? r->dialect->name : "",
	    r->dialect ? "_" : "", method_names[r->method]);
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
	if (r->dialect)
		buf_fmt(b, ",\"tags\":[\"%s\"]", r->dialect->name);
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

/* What is for people, too, stands under /api/v1. */
static bool
shares_path(const struct route *x, const struct route *y)
{
	return (x->dress == BOTH) == (y->dress == BOTH) && text_is(x->path, y->path);
}

static bool
first_of_path(const struct route *r)
{
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *x = *list; x->path; x++)
			if (openapi_covers(x) && shares_path(x, r))
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
			if (!openapi_covers(x) || !shares_path(x, first))
				continue;
			buf_add(b, comma);
			comma = ",";
			operation(b, x, s);
		}
	buf_char(b, '}');
}

static void
problem_schema(struct buf *b)
{
	buf_add(b,
	    "\"problem\":{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"},"
	    "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
	    "\"code\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"},"
	    "\"request_id\":{\"type\":\"string\"},\"fields\":{\"type\":\"object\","
	    "\"additionalProperties\":{\"type\":\"string\"}}},"
	    "\"required\":[\"type\",\"title\",\"status\",\"code\"]}");
}

static void
components(struct buf *b, struct schemas *s)
{
	buf_add(b,
	    "\"components\":{\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":"
	    "\"bearer\","
	    "\"bearerFormat\":\"JWT\"},\"key\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":"
	    "\"X-API-Key\"}},");
	responses(b);
	buf_add(b, "\"schemas\":{");
	problem_schema(b);
	for (const struct spoken *d = all_dialects; d->prefix; d++)
		if (first_spoken(d))
			buf_fmt(b, ",\"%sproblem\":%s", d->dialect->name, d->dialect->schema);
	for (int i = 0; i < s->n; i++) { /* a struct may name others: s->n grows */
		buf_fmt(b, ",\"s%d\":", i);
		object(b, s->of[i], s, false, NULL);
	}
	buf_add(b, "}}");
}

void
openapi(struct buf *b)
{
	struct schemas s = { .n = 0 };
	text comma = "";

	buf_add(b,
	    "{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Smart Parking\",\"version\":\"1\","
	    "\"description\":\"Find, book and run parking. Times are RFC 3339 in UTC; money is in "
	    "minor units of the currency beside it. What is tagged s0 to s4 answers as the systems "
	    "did that came before: in their words, and with their decimal "
	    "money.\",\"license\":{\"name\":\"ISC\",\"identifier\":\"ISC\"}},"
	    "\"servers\":[{\"url\":\"/\"}],\"security\":[{\"bearer\":[]}],\"paths\":{");
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *r = *list; r->path; r++) {
			if (!openapi_covers(r) || !first_of_path(r))
				continue;
			buf_add(b, comma);
			comma = ",";
			operations_at(b, r, &s);
		}
	buf_add(b, "},");
	components(b, &s);
	buf_char(b, '}');
}
