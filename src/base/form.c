/* form.c -- forms, query strings and cookies. */
#include "base/form.h"

#define MOST_PAIRS 1000

text
pairs_get(const struct pairs *p, text name)
{
	for (size_t i = 0; i < p->n; i++)
		if (text_is(p->v[i].name, name))
			return p->v[i].value;
	return NULL;
}

/* Room grows by doubling: at 0, 8, 16, 32 … pairs. */
void
pairs_add(struct arena *a, struct pairs *p, text name, text value)
{
	if (p->n == 0 || (p->n >= 8 && (p->n & (p->n - 1)) == 0)) {
		struct pair *v = arena_alloc(a, (p->n ? p->n * 2 : 8) * sizeof *v);

		if (p->n)
			memcpy(v, p->v, p->n * sizeof *v);
		p->v = v;
	}
	p->v[p->n++] = (struct pair){ name, value };
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undoes %XX and '+'.  NULL for a broken escape, or bytes that are no text. */
static text
unescape(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1), *to = out;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '+') {
			*to++ = ' ';
		} else if (s[i] != '%') {
			*to++ = s[i];
		} else {
			if (i + 2 >= n || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0)
				return NULL;
			*to++ = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
			i += 2;
		}
	}
	return text_valid(out, (size_t)(to - out)) ? out : NULL;
}

bool
form_parse(struct arena *a, const char *s, size_t n, struct pairs *out)
{
	const char *end = s + n;

	*out = (struct pairs){ 0 };
	while (s < end) {
		const char *amp = memchr(s, '&', (size_t)(end - s)), *stop = amp ? amp : end;
		const char *eq = memchr(s, '=', (size_t)(stop - s));

		if (stop > s) {
			text name = unescape(a, s, (size_t)((eq ? eq : stop) - s));
			text value = eq ? unescape(a, eq + 1, (size_t)(stop - eq - 1)) : "";

			if (name == NULL || value == NULL || out->n == MOST_PAIRS)
				return false;
			pairs_add(a, out, name, value);
		}
		s = stop + 1;
	}
	return true;
}

struct raw
form_field(void *pairs, const struct field *f)
{
	text value = pairs_get(pairs, f->name);

	return (struct raw){ value != NULL, value };
}

/* cookie-octet of RFC 6265, 4.1.1, and the bytes that browsers let through besides. */
static bool
cookie_value_ok(text s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f || *s == ';')
			return false;
	return true;
}

void
cookies_parse(struct arena *a, text header, struct pairs *out)
{
	*out = (struct pairs){ 0 };
	while (*header && out->n < MOST_PAIRS) {
		header += strspn(header, "; \t");
		size_t n = strcspn(header, ";");
		const char *eq = memchr(header, '=', n);

		if (eq && eq > header) {
			text name = text_trim(a, arena_bytes(a, header, (size_t)(eq - header)));
			text value =
			    text_trim(a, arena_bytes(a, eq + 1, n - (size_t)(eq + 1 - header)));
			size_t k = strlen(value);

			if (k >= 2 && value[0] == '"' && value[k - 1] == '"')
				value = arena_bytes(a, value + 1, k - 2);
			if (*name && cookie_value_ok(name) && cookie_value_ok(value))
				pairs_add(a, out, name, value);
		}
		header += n;
	}
}
