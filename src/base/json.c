/* json.c -- JSON texts from outside.  jansson reads them; before that, what it would let pass is
 * refused. */
#include "base/form.h"

#include <jansson.h>

/* Macros of jansson that our own functions are named like. */
#undef json_is_object
#undef json_is_array

#define DEEPEST 32
/* Five million values keep a worker from everybody else for a second. */
#define MOST_VALUES 20000

/* What is wrong with its shape, or NULL.  Brackets and commas inside strings do not count. */
static text
out_of_shape(struct arena *a, const char *s, size_t n)
{
	int depth = 0, values = 1;
	bool quoted = false;

	for (size_t i = 0; i < n; i++) {
		if (quoted && s[i] == '\\')
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted && (s[i] == '[' || s[i] == '{') && ++depth > DEEPEST)
			return arena_fmt(a, "The JSON is nested more than %d deep.", DEEPEST);
		else if (!quoted && (s[i] == ']' || s[i] == '}'))
			depth--;
		else if (!quoted && s[i] == ',' && ++values > MOST_VALUES)
			return arena_fmt(a, "The JSON holds more than %d values.", MOST_VALUES);
	}
	return NULL;
}

static void
let_go(void *json)
{
	json_decref(json);
}

const struct json *
json_parse(struct arena *a, const char *s, size_t n, text *why)
{
	json_error_t e;

	if (!text_valid(s, n)) {
		*why = "The JSON is not UTF-8.";
		return NULL;
	}
	text shape = out_of_shape(a, s, n);
	if (shape) {
		*why = shape;
		return NULL;
	}
	json_t *j = json_loadb(n ? s : "", n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &e);
	if (j == NULL) {
		*why = json_error_code(&e) == json_error_numeric_overflow
		    ? arena_fmt(a, "A number is too large at line %d, column %d.", e.line, e.column)
		    : arena_fmt(a, "The JSON breaks off or goes wrong at line %d, column %d.",
			  e.line, e.column);
		return NULL;
	}
	arena_at_end(a, let_go, j);
	return (const struct json *)j;
}

static const json_t *
inside(const struct json *j)
{
	return (const json_t *)j;
}

bool
json_is_object(const struct json *j)
{
	return json_typeof(inside(j)) == JSON_OBJECT;
}

bool
json_is_array(const struct json *j)
{
	return json_typeof(inside(j)) == JSON_ARRAY;
}

size_t
json_count(const struct json *j)
{
	return json_is_array(j) ? json_array_size(inside(j)) : json_object_size(inside(j));
}

const struct json *
json_item(const struct json *j, size_t i)
{
	return (const struct json *)json_array_get(inside(j), i);
}

const struct json *
json_member(const struct json *j, text name)
{
	return (const struct json *)json_object_get(inside(j), name);
}

/* The shortest spelling that reads back as the same number. */
static text
real_text(struct arena *a, double v)
{
	text s = arena_fmt(a, "%.15g", v);

	return strtod(s, NULL) == v ? s : arena_fmt(a, "%.17g", v);
}

text
json_scalar(struct arena *a, const struct json *j)
{
	switch (json_typeof(inside(j))) {
	case JSON_STRING: return json_string_value(inside(j));
	case JSON_INTEGER: return arena_fmt(a, "%lld", (long long)json_integer_value(inside(j)));
	case JSON_REAL: return real_text(a, json_real_value(inside(j)));
	case JSON_TRUE: return "true";
	case JSON_FALSE: return "false";
	default: return NULL;
	}
}

/* ["12",15] as "12,15"; NULL if something in it is no word. */
static text
words_of(struct arena *a, const struct json *list)
{
	struct buf b = BUF(a);

	for (size_t i = 0; i < json_count(list); i++) {
		text word = json_scalar(a, json_item(list, i));

		if (word == NULL || *word == 0 || strchr(word, ','))
			return NULL;
		buf_fmt(&b, "%s%s", i ? "," : "", word);
	}
	return buf_text(&b);
}

struct raw
json_field(void *from, const struct field *f)
{
	struct json_source *source = from;
	const struct json *j = json_member(source->object, f->name);

	if (j == NULL)
		return (struct raw){ 0 };
	if (f->several && json_is_array(j)) {
		text words = words_of(source->arena, j);

		return (struct raw){ .present = true, .text = words, .several = words == NULL };
	}
	return (struct raw){ .present = true,
		.text = json_scalar(source->arena, j),
		.several =
		    json_typeof(inside(j)) == JSON_ARRAY || json_typeof(inside(j)) == JSON_OBJECT };
}
