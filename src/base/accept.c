/* accept.c -- Content-Type and Accept, as far as we need them. */
#include "base/form.h"

#include <strings.h>

text
media_type(struct arena *a, text header)
{
	char *s = arena_bytes(a, header, strcspn(header, ";"));

	for (char *p = s; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	return text_trim(a, s);
}

struct range {
	const char *type;
	size_t n;
	int q; /* thousandths */
};

/* One element of the list: "text/html;level=1;q=0.8". */
static struct range
range_of(const char *s, size_t n)
{
	struct range r = { s, n, 1000 };
	const char *end = s + n;

	for (size_t i = 0; i < n; i++)
		if (s[i] == ';') {
			r.n = i;
			break;
		}
	while (r.n && (s[r.n - 1] == ' ' || s[r.n - 1] == '\t'))
		r.n--;
	for (const char *p = s + r.n; p + 3 < end; p++)
		if ((p[0] == ';' || p[0] == ' ') && (p[1] | 32) == 'q' && p[2] == '=') {
			r.q = p[3] == '1' ? 1000 : 0;
			for (int scale = 100, i = 5;
			     scale && p[3] == '0' && p + i < end && p[i] >= '0' && p[i] <= '9';
			     scale /= 10, i++)
				r.q += (p[i] - '0') * scale;
		}
	return r;
}

static bool
range_is(const struct range *r, text type)
{
	return r->n == strlen(type) && strncasecmp(r->type, type, r->n) == 0;
}

/* How much a type is wanted: the most specific range that covers it counts. */
struct wanted {
	int specific, q, place;
};
static void
want(struct wanted *w, int specific, const struct range *r, int place)
{
	if (specific > w->specific)
		*w = (struct wanted){ specific, r->q, place };
}

enum accepts
accept_choose(text header)
{
	struct wanted html = { 0 }, json = { 0 };
	bool only_any = true;
	int place = 0;

	if (text_empty(header))
		return ACCEPTS_ANY;
	for (const char *s = header; *s; place++) {
		s += strspn(s, " \t,");
		size_t n = strcspn(s, ",");
		struct range r = range_of(s, n);

		if (n && !range_is(&r, "*/*"))
			only_any = false;
		want(&html,
		    range_is(&r, "text/html")	 ? 3
			: range_is(&r, "text/*") ? 2
						 : range_is(&r, "*/*"),
		    &r, place);
		want(&json,
		    range_is(&r, "application/json") || range_is(&r, "application/problem+json") ? 3
			: range_is(&r, "application/*")						 ? 2
							: range_is(&r, "*/*"),
		    &r, place);
		s += n;
	}
	if (only_any)
		return ACCEPTS_ANY;
	if (html.q == 0 && json.q == 0)
		return ACCEPTS_NEITHER;
	if (html.q != json.q)
		return html.q > json.q ? ACCEPTS_HTML : ACCEPTS_JSON;
	if (html.specific != json.specific)
		return html.specific > json.specific ? ACCEPTS_HTML : ACCEPTS_JSON;
	return json.place < html.place ? ACCEPTS_JSON : ACCEPTS_HTML;
}
