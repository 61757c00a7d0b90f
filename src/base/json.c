/* json.c -- JSON texts from outside, read by jansson. */
#include <jansson.h>

#include "base/form.h"

#define MOST_LEVELS 32

struct json {
	json_t node; /* never made: a json_t in our clothes */
};

static json_t *
node(const struct json *j)
{
	return (json_t *)(uintptr_t)j;
}

/* jansson recurses 2,048 levels deep: count before it parses.  Brackets in strings do not nest. */
static bool
nesting_ok(const char *s, size_t n)
{
	int levels = 0;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		if (quoted) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				quoted = false;
		} else if (s[i] == '"') {
			quoted = true;
		} else if (s[i] == '{' || s[i] == '[') {
			if (++levels > MOST_LEVELS)
				return false;
		} else if (s[i] == '}' || s[i] == ']') {
			levels--;
		}
	}
	return true;
}

static void
drop(void *j)
{
	json_decref(j);
}

const struct json *
json_parse(struct arena *a, const char *s, size_t n, text *why)
{
	json_error_t error;

	if (!text_valid(s, n)) {
		*why = "it is not valid UTF-8";
		return NULL;
	}
	if (!nesting_ok(s, n)) {
		*why = "it is nested too deeply";
		return NULL;
	}
	json_t *root = json_loadb(s, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (root == NULL) {
		*why = arena_fmt(a, "line %d, column %d", error.line, error.column);
		return NULL;
	}
	arena_at_end(a, drop, root);
	return (const struct json *)root;
}

bool
json_has_members(const struct json *j)
{
	return json_typeof(node(j)) == JSON_OBJECT;
}

bool
json_has_items(const struct json *j)
{
	return json_typeof(node(j)) == JSON_ARRAY;
}

size_t
json_count(const struct json *j)
{
	return json_has_items(j) ? json_array_size(node(j)) : json_object_size(node(j));
}

const struct json *
json_item(const struct json *j, size_t i)
{
	return (const struct json *)json_array_get(node(j), i);
}

const struct json *
json_member(const struct json *j, text name)
{
	return (const struct json *)json_object_get(node(j), name);
}

text
json_scalar(struct arena *a, const struct json *j)
{
	json_t *v = node(j);

	switch (json_typeof(v)) {
	case JSON_STRING: return arena_bytes(a, json_string_value(v), json_string_length(v));
	case JSON_INTEGER: return arena_fmt(a, "%lld", (long long)json_integer_value(v));
	case JSON_REAL: return arena_fmt(a, "%.17g", json_real_value(v));
	case JSON_TRUE: return "true";
	case JSON_FALSE: return "false";
	default: return NULL;
	}
}

/* A list or an object where a scalar is asked for has the wrong form: a byte no text may hold says
 * so. */
struct raw
json_field(void *from, const struct field *f)
{
	struct json_source *source = from;
	const struct json *j = json_member(source->object, f->name);

	if (j == NULL)
		return (struct raw){ false, NULL };
	if (json_has_members(j) || json_has_items(j))
		return (struct raw){ true, "\x01" };
	return (struct raw){ true, json_scalar(source->arena, j) };
}
