/* accept.c -- media types, and which of two a caller would rather have. */
#include "base/form.h"

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

text
media_type(struct arena *a, text header)
{
	size_t n = strcspn(header, ";,");

	while (n && blank(header[n - 1]))
		n--;
	while (n && blank(*header)) {
		header++;
		n--;
	}
	char *s = arena_bytes(a, header, n);
	for (char *p = s; *p; p++)
		*p = lower(*p);
	return s;
}

/* One range of the list: text/html;q=0.5 */
struct range {
	char type[64]; /* lower case; longer ones are none of ours */
	int q; /* thousandths */
	int place;
};

/* "1", "0.25": thousandths.  What is no weight counts as 1. */
static int
weight(const char *s)
{
	int q = 0, unit = 100;

	if (s[0] != '0')
		return 1000;
	if (s[1] != '.')
		return 0;
	for (s += 2; *s >= '0' && *s <= '9' && unit; s++, unit /= 10)
		q += (*s - '0') * unit;
	return q;
}

/* The length of what stands before the next of `stops` outside quotes. */
static size_t
until(const char *s, text stops)
{
	size_t n = 0;

	for (bool quoted = false; s[n]; n++) {
		if (s[n] == '"')
			quoted = !quoted;
		else if (quoted && s[n] == '\\' && s[n + 1])
			n++;
		else if (!quoted && strchr(stops, s[n]))
			break;
	}
	return n;
}

static const char *
next_range(const char *s, struct range *r)
{
	size_t n = until(s, ",;"), k = 0;

	for (size_t i = 0; i < n; i++)
		if (!blank(s[i]) && k < sizeof r->type - 1)
			r->type[k++] = lower(s[i]);
	r->type[k] = 0;
	r->q = 1000;
	while (s[n] == ';') {
		s += n + 1;
		while (blank(*s))
			s++;
		if (lower(s[0]) == 'q' && s[1] == '=')
			r->q = weight(s + 2);
		n = until(s, ",;");
	}
	r->place++;
	return s + n + (s[n] == ',');
}

/* How much a caller wants one type: by the most specific range that matches it. */
struct wish {
	int q, specific, place;
};

static void
match(struct wish *w, const struct range *r, text type)
{
	size_t family = strcspn(type, "/") + 1;
	int specific = 0;

	if (text_is(r->type, type))
		specific = 3;
	else if (strncmp(r->type, type, family) == 0 && text_is(r->type + family, "*"))
		specific = 2;
	else if (text_is(r->type, "*/*") || text_is(r->type, "*"))
		specific = 1;
	if (specific > w->specific)
		*w = (struct wish){ r->q, specific, r->place };
}

enum accepts
accept_choose(text header)
{
	struct wish html = { 0 }, json = { 0 };
	struct range r = { 0 };

	if (text_empty(header))
		return ACCEPTS_ANY;
	for (const char *s = header; *s;) {
		s = next_range(s, &r);
		match(&html, &r, "text/html");
		match(&json, &r, "application/json");
	}
	if (html.q == 0 && json.q == 0)
		return ACCEPTS_NEITHER;
	if (html.q != json.q)
		return html.q > json.q ? ACCEPTS_HTML : ACCEPTS_JSON;
	if (html.specific != json.specific)
		return html.specific > json.specific ? ACCEPTS_HTML : ACCEPTS_JSON;
	if (html.place != json.place)
		return html.place < json.place ? ACCEPTS_HTML : ACCEPTS_JSON;
	return ACCEPTS_ANY;
}
