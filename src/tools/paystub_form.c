/* paystub_form.c -- nested form fields, as Stripe takes them, and what goes with them. */
#include "paystub.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NAME = 200, MAX_DEPTH = 6, MAX_METADATA = 50, MAX_META_NAME = 40, MAX_META_TEXT = 500 };

char *
words(const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	if (vasprintf(&s, fmt, args) < 0)
		abort();
	va_end(args);
	return s;
}

void
escape(FILE *f, const char *s)
{
	for (; *s; s++)
		switch (*s) {
		case '<': fputs("&lt;", f); break;
		case '>': fputs("&gt;", f); break;
		case '&': fputs("&amp;", f); break;
		case '"': fputs("&quot;", f); break;
		case '\'': fputs("&#39;", f); break;
		default: fputc(*s, f);
		}
}

/* ---- reading */

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *
decode(const char *s, size_t n)
{
	char *out = malloc(n + 1), *p = out;

	if (out == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		if (s[i] == '+') {
			*p++ = ' ';
		} else if (s[i] == '%' && i + 2 < n && hex(s[i + 1]) >= 0 && hex(s[i + 2]) >= 0) {
			*p++ = (char)(hex(s[i + 1]) << 4 | hex(s[i + 2]));
			i += 2;
		} else {
			*p++ = s[i];
		}
	*p = 0;
	return out;
}

/* "a[b][c]" → the next segment of it in seg; false at its end, or if it is no such name. */
static bool
next_segment(const char **at, char seg[MAX_NAME])
{
	const char *s = *at;
	size_t n;

	if (*s == 0)
		return false;
	if (*s == '[') {
		n = strcspn(++s, "]");
		if (s[n] == 0)
			return false;
		*at = s + n + 1;
	} else {
		n = strcspn(s, "[");
		*at = s + n;
	}
	snprintf(seg, MAX_NAME, "%.*s", (int)n, s);
	return true;
}

/* Lists are objects whose names are 0, 1, …: for a[]=x a number is found. */
static void
put(json_t *in, const char *name, const char *value)
{
	char seg[MAX_NAME], more[MAX_NAME];
	const char *at = name;
	int depth = 0;

	if (strlen(name) >= MAX_NAME || !next_segment(&at, seg))
		return;
	while (depth++ < MAX_DEPTH) {
		if (*seg == 0)
			snprintf(seg, sizeof seg, "%zu", json_object_size(in));
		if (!next_segment(&at, more)) {
			json_t *text = json_string(value); /* NULL if it is no UTF-8 */

			json_object_set_new(in, seg, text ? text : json_string(""));
			return;
		}
		json_t *group = json_object_get(in, seg);
		if (!json_is_object(group)) {
			group = json_object();
			json_object_set_new(in, seg, group);
		}
		in = group;
		memcpy(seg, more, sizeof seg);
	}
}

void
form_read(const char *text, size_t n, json_t *in, json_t *names)
{
	const char *end = text + n;

	while (text < end) {
		const char *stop = memchr(text, '&', (size_t)(end - text));
		if (stop == NULL)
			stop = end;
		const char *eq = memchr(text, '=', (size_t)(stop - text));
		const char *name_end = eq ? eq : stop, *value = eq ? eq + 1 : stop;
		char *name = decode(text, (size_t)(name_end - text));
		char *v = decode(value, (size_t)(stop - value));

		if (*name) {
			put(in, name, v);
			json_array_append_new(names, json_string(name));
		}
		free(name);
		free(v);
		text = stop + 1;
	}
}

/* ---- asking */

static const json_t *
at_name(const json_t *in, const char *name)
{
	char seg[MAX_NAME];

	while (in && next_segment(&name, seg))
		in = json_object_get(in, seg);
	return in;
}

const char *
field(const json_t *in, const char *name)
{
	return json_string_value(at_name(in, name));
}

const json_t *
field_group(const json_t *in, const char *name)
{
	const json_t *group = at_name(in, name);

	return json_is_object(group) ? group : NULL;
}

bool
field_whole(const json_t *in, const char *name, int64_t *n, bool *there)
{
	const char *s = field(in, name);

	*n = 0;
	*there = s != NULL;
	if (s == NULL)
		return true;
	if (*s == 0 || strlen(s) > 15)
		return false;
	for (; *s; s++) {
		if (!isdigit((unsigned char)*s))
			return false;
		*n = *n * 10 + (*s - '0');
	}
	return true;
}

static bool
fits(const char *name, const char *pattern)
{
	char a[MAX_NAME], b[MAX_NAME];

	for (;;) {
		bool more = next_segment(&name, a);
		if (more != next_segment(&pattern, b))
			return false;
		if (!more)
			return *name == 0;
		if (strcmp(b, "*") != 0 && strcmp(a, b) != 0)
			return false;
	}
}

const char *
field_unknown(const json_t *names, const char *const *patterns)
{
	json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
	{
		bool known = false;
		for (const char *const *p = patterns; *p && !known; p++)
			known = fits(json_string_value(name), *p);
		if (!known)
			return json_string_value(name);
	}
	return NULL;
}

bool
metadata_ok(const json_t *group, struct answer *why)
{
	const char *name;
	json_t *value;

	if (json_object_size(group) > MAX_METADATA) {
		*why = bad(NULL, "metadata", "Metadata can have at most %d keys", MAX_METADATA);
		return false;
	}
	json_object_foreach((json_t *)group, name, value) if (!json_is_string(value) ||
	    strlen(name) > MAX_META_NAME || json_string_length(value) > MAX_META_TEXT)
	{
		*why = bad(NULL, "metadata",
		    "Metadata keys can have up to %d, values up to %d characters", MAX_META_NAME,
		    MAX_META_TEXT);
		return false;
	}
	return true;
}

json_t *
metadata_of(const json_t *group)
{
	return group ? json_deep_copy(group) : json_object();
}

/* ---- answering */

struct answer
gives(int status, json_t *json)
{
	return (struct answer){ .status = status, .json = json };
}

static struct answer
error(int status, const char *type, const char *code, const char *param, char *message)
{
	json_t *e = json_pack("{s:s, s:s}", "type", type, "message", message);

	if (code)
		json_object_set_new(e, "code", json_string(code));
	if (param)
		json_object_set_new(e, "param", json_string(param));
	free(message);
	struct answer a = gives(status, json_pack("{s:o}", "error", e));
	a.refused = true;
	return a;
}

struct answer
refuses(int status, const char *type, const char *code, const char *param, const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	if (vasprintf(&s, fmt, args) < 0)
		abort();
	va_end(args);
	return error(status, type ? type : "invalid_request_error", code, param, s);
}

struct answer
bad(const char *code, const char *param, const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	if (vasprintf(&s, fmt, args) < 0)
		abort();
	va_end(args);
	return error(400, "invalid_request_error", code, param, s);
}

struct answer
missing(const char *param)
{
	return bad("parameter_missing", param, "Missing required param: %s.", param);
}
