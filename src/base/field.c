#include "base/base.h"

#include <errno.h>
#include <math.h>

#define TEXT_MOST 1000 /* code points of a text whose field says nothing else */

const struct field *
field_find(const struct field *f, text name)
{
	for (; f && f->name; f++)
		if (text_is(f->name, name))
			return f;
	return NULL;
}

static void *
member(const struct field *f, void *out)
{
	return (char *)out + f->at;
}

static const void *
member_of(const struct field *f, const void *in)
{
	return (const char *)in + f->at;
}

/* t and f are PostgreSQL's, "on" is a checkbox's. */
static bool
set_bool(bool *to, text raw)
{
	static const text yes[] = { "true", "t", "on", "1", "yes" },
			  no[] = { "false", "f", "off", "0", "no" };

	for (size_t i = 0; i < LENGTH(yes); i++) {
		if (text_is(raw, yes[i]) || text_is(raw, no[i])) {
			*to = text_is(raw, yes[i]);
			return true;
		}
	}
	return false;
}

static bool
set_real(double *to, text raw)
{
	char *end;
	double v;

	if (raw[strspn(raw, "+-0123456789.eE")] || *raw == 0)
		return false;
	v = strtod(raw, &end);
	if (*end || !isfinite(v))
		return false;
	*to = v;
	return true;
}

bool
field_set(struct arena *a, const struct field *f, void *out, text raw)
{
	void *to = member(f, out);

	switch (f->type) {
	case FT_BOOL: return set_bool(to, raw);
	case FT_INT: return text_int(raw, to);
	case FT_REAL: return set_real(to, raw);
	case FT_MONEY: return text_int(raw, &((money *)to)->minor);
	case FT_TEXT: *(text *)to = arena_text(a, raw); return true;
	case FT_INSTANT:
		return instant_parse(raw, to) || (f->local && instant_parse_naive(raw, to));
	case FT_ONE:
	case FT_LIST:
	case FT_FILE: return false;
	}
	return false;
}

text
field_get(struct arena *a, const struct field *f, const void *in)
{
	const void *at = member_of(f, in);

	switch (f->type) {
	case FT_BOOL: return *(const bool *)at ? "true" : "false";
	case FT_INT: return arena_fmt(a, "%lld", (long long)*(const int64_t *)at);
	case FT_REAL: return arena_fmt(a, "%.10g", *(const double *)at);
	case FT_MONEY: return arena_fmt(a, "%lld", (long long)((const money *)at)->minor);
	case FT_TEXT: return *(const text *)at ? *(const text *)at : "";
	case FT_INSTANT:
		return instant_none(*(const instant *)at) ? ""
							  : instant_text(a, *(const instant *)at);
	case FT_ONE:
	case FT_LIST:
	case FT_FILE: return "";
	}
	return "";
}

/* ---- from outside */

static text
wrong_form(struct arena *a, const struct field *f, text raw)
{
	int64_t ignored;
	size_t digits = strspn(raw, "0123456789");

	switch (f->type) {
	case FT_BOOL: return "This takes yes or no.";
	case FT_INT:
		if (digits && raw[digits] == 0 && !text_int(raw, &ignored))
			return "That number is too large.";
		return "This takes a whole number.";
	case FT_REAL: return "This takes a number.";
	case FT_MONEY: return "This takes an amount in minor units, a whole number.";
	case FT_INSTANT:
		return f->local ? "This takes a date and a time, like 2026-11-12T14:00."
				: "This takes a date and a time, like 2026-11-12T14:00:00Z.";
	default: return arena_fmt(a, "This cannot be read.");
	}
}

static text
size_complaint(struct arena *a, const struct field *f, int64_t v)
{
	long long min = f->min, max = f->max;

	if (f->type == FT_TEXT) {
		if (f->min == 0 && f->max == 0)
			max = TEXT_MOST;
		if (v > max)
			return arena_fmt(a, "At most %lld characters, please.", max);
		if (v < min)
			return arena_fmt(a, "At least %lld characters, please.", min);
		return NULL;
	}
	if ((min == 0 && max == 0) || (v >= min && v <= max))
		return NULL;
	if (max == INT64_MAX)
		return arena_fmt(a, "This must be %lld or more.", min);
	return arena_fmt(a, "This must be from %lld to %lld.", min, max);
}

static bool
one_of(const text *among, text s)
{
	for (; *among; among++)
		if (text_is(*among, s))
			return true;
	return false;
}

static text
words_complaint(struct arena *a, const struct field *f, text s)
{
	struct buf b = BUF(a);

	if (f->among == NULL || one_of(f->among, s))
		return NULL;
	buf_add(&b, "This must be one of: ");
	text between = "";
	for (const text *w = f->among; *w; w++) {
		if (**w == 0)
			continue; /* nothing at all will do, too, and cannot be shown */
		buf_fmt(&b, "%s%s", between, *w);
		between = ", ";
	}
	buf_add(&b, ".");
	return buf_text(&b);
}

/* Line breaks are for long texts only; anything else that cannot be seen is for none. */
static bool
fit_to_print(struct arena *a, const struct field *f, text s)
{
	char *flat;

	if (f->secret || f->max <= TEXT_MOST)
		return text_printable(s);
	flat = arena_text(a, s);
	for (char *p = flat; *p; p++)
		if (*p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	return text_printable(flat);
}

static text
complaint_about(struct arena *a, const struct field *f, void *out, text raw)
{
	const void *at;
	text says = NULL;
	int64_t size = 0;

	if (!text_valid(raw, strlen(raw)))
		return "This holds bytes that are no text (UTF-8).";
	if (f->type == FT_TEXT && !fit_to_print(a, f, raw))
		return "This holds characters that cannot be shown.";
	if (!field_set(a, f, out, raw))
		return wrong_form(a, f, raw);
	at = member_of(f, out);
	if (f->type == FT_TEXT)
		size = (int64_t)text_length(raw);
	else if (f->type == FT_INT || f->type == FT_MONEY)
		size = *(const int64_t *)at;
	if (f->type == FT_TEXT || f->type == FT_INT || f->type == FT_MONEY)
		says = size_complaint(a, f, size);
	if (says == NULL && f->type == FT_REAL && (f->min || f->max) &&
	    (*(const double *)at < (double)f->min || *(const double *)at > (double)f->max))
		says = size_complaint(
		    a, &(struct field){ .type = FT_INT, .min = f->min, .max = f->max }, INT64_MIN);
	if (says == NULL && f->type == FT_TEXT)
		says = words_complaint(a, f, raw);
	if (says == NULL && f->check)
		says = f->check(a, at);
	return says;
}

static void
decode_one(struct arena *a, const struct field *f, void *out, struct raw raw, struct complaints *c)
{
	text s = raw.present && raw.text ? raw.text : "";

	if (f->given && raw.present)
		*(bool *)((char *)out + f->given) = true;
	if (raw.several) {
		complaint_add(c, f->name, "This takes one value.");
		return;
	}
	if (f->type == FT_TEXT && !f->secret)
		s = text_trim(a, s);
	if (*s == 0) {
		if (f->required)
			complaint_add(c, f->name, "This is needed.");
		return;
	}
	text says = complaint_about(a, f, out, s);
	if (says)
		complaint_add(c, f->name, says);
}

static void
take_file(const struct field *f, void *out, const struct upload *file, struct complaints *c)
{
	if (file && file->n)
		*(struct upload *)member(f, out) = *file;
	else if (f->required)
		complaint_add(c, f->name, "Please choose a file.");
}

bool
fields_decode(struct arena *a, const struct field *fields, void *out, field_source get, void *from,
    struct complaints *c)
{
	int before = c->n;

	fields_complete(fields, out);
	for (const struct field *f = fields; f->name; f++)
		if (f->type == FT_FILE)
			take_file(f, out, get(from, f).file, c);
		else if (f->type != FT_ONE && f->type != FT_LIST)
			decode_one(a, f, out, get(from, f), c);
	return c->n == before;
}

void
fields_complete(const struct field *f, void *out)
{
	for (; f && f->name; f++)
		if (f->type == FT_TEXT && *(text *)member(f, out) == NULL)
			*(text *)member(f, out) = "";
}

/* ---- to JSON */

static bool
is_null(const struct field *f, const void *at)
{
	switch (f->type) {
	case FT_INSTANT: return instant_none(*(const instant *)at);
	case FT_ONE: return *(const void *const *)at == NULL;
	case FT_TEXT: return f->nullable && (*(const text *)at == NULL || **(const text *)at == 0);
	case FT_INT: return f->nullable && *(const int64_t *)at == 0;
	case FT_MONEY: return f->nullable && ((const money *)at)->minor == 0;
	case FT_REAL: return f->nullable && *(const double *)at == 0;
	default: return false;
	}
}

static void
list_json(struct buf *b, const struct field *f, const struct rows *rows)
{
	const struct field *key = f->key ? field_find(f->inner, f->key) : NULL;

	buf_char(b, key ? '{' : '[');
	for (size_t i = 0; i < rows->n; i++) {
		const char *element = (const char *)rows->v + i * f->inner_size;

		if (i)
			buf_char(b, ',');
		if (key) {
			buf_json(b, field_get(b->arena, key, element));
			buf_char(b, ':');
		}
		fields_json(b, f->inner, element);
	}
	buf_char(b, key ? '}' : ']');
}

void
field_json(struct buf *b, const struct field *f, const void *in)
{
	const void *at = member_of(f, in);

	if (is_null(f, at))
		buf_add(b, "null");
	else if (f->type == FT_LIST)
		list_json(b, f, at);
	else if (f->type == FT_ONE)
		fields_json(b, f->inner, *(const void *const *)at);
	else if ((f->type == FT_TEXT && !f->figure) || f->type == FT_INSTANT)
		buf_json(b, field_get(b->arena, f, in));
	else
		buf_add(b, field_get(b->arena, f, in));
}

void
fields_json(struct buf *b, const struct field *f, const void *in)
{
	text comma = "";

	buf_char(b, '{');
	for (; f->name; f++) {
		if (f->secret || f->hidden)
			continue;
		buf_add(b, comma);
		comma = ",";
		buf_json(b, f->name);
		buf_char(b, ':');
		field_json(b, f, in);
	}
	buf_char(b, '}');
}
