/* form.c -- name=value&name=value: forms and query strings. */
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

/* Room is made at every power of two, so no capacity need be kept. */
void
pairs_add(struct arena *a, struct pairs *p, text name, text value)
{
	if ((p->n & (p->n - 1)) == 0) {
		struct pair *v = arena_alloc(a, (p->n ? 2 * p->n : 1) * sizeof *v);

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
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* NULL for a broken escape, a NUL or broken UTF-8. */
static text
unescaped(struct arena *a, const char *s, size_t n)
{
	char *out = arena_alloc(a, n + 1);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] != '%') {
			out[k++] = s[i] == '+' ? ' ' : s[i];
			continue;
		}
		if (n - i < 3 || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0)
			return NULL;
		out[k++] = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
		i += 2;
	}
	return text_valid(out, k) ? out : NULL;
}

static bool
add_pair(struct arena *a, struct pairs *out, const char *s, size_t n)
{
	const char *equals = n ? memchr(s, '=', n) : NULL;
	size_t name_n = equals ? (size_t)(equals - s) : n;

	if (n == 0)
		return true;
	if (out->n == MOST_PAIRS)
		return false;
	text name = unescaped(a, s, name_n);
	text value = equals ? unescaped(a, equals + 1, n - name_n - 1) : "";
	if (name == NULL || value == NULL)
		return false;
	pairs_add(a, out, name, value);
	return true;
}

bool
form_parse(struct arena *a, const char *s, size_t n, struct pairs *out)
{
	while (n) {
		const char *amp = memchr(s, '&', n);
		size_t k = amp ? (size_t)(amp - s) : n;

		if (!add_pair(a, out, s, k))
			return false;
		k += amp != NULL;
		s += k;
		n -= k;
	}
	return true;
}

struct raw
form_field(void *pairs, const struct field *f)
{
	text s = pairs_get(pairs, f->name);

	return (struct raw){ s != NULL, s };
}
