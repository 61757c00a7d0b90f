/* cookie.c -- what a browser sends back (RFC 6265, 4.2 and 5.4). */
#include "base/form.h"

#define MOST_COOKIES 100

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes blanks off both ends of s[0..*n). */
static const char *
trimmed(const char *s, size_t *n)
{
	while (*n && blank(*s)) {
		s++;
		--*n;
	}
	while (*n && blank(s[*n - 1]))
		--*n;
	return s;
}

static void
add_cookie(struct arena *a, struct pairs *out, const char *s, size_t n)
{
	const char *equals = memchr(s, '=', n);

	if (equals == NULL || out->n == MOST_COOKIES)
		return;
	size_t name_n = (size_t)(equals - s), value_n = n - name_n - 1;
	const char *name = trimmed(s, &name_n), *value = trimmed(equals + 1, &value_n);

	if (value_n >= 2 && value[0] == '"' && value[value_n - 1] == '"') {
		value++;
		value_n -= 2;
	}
	text kept_name = arena_bytes(a, name, name_n), kept_value = arena_bytes(a, value, value_n);
	if (name_n && text_valid(s, n) && text_printable(kept_name) && text_printable(kept_value))
		pairs_add(a, out, kept_name, kept_value);
}

void
cookies_parse(struct arena *a, text header, struct pairs *out)
{
	for (;;) {
		size_t n = strcspn(header, ";");

		add_cookie(a, out, header, n);
		if (header[n] == 0)
			return;
		header += n + 1;
	}
}
