#include "lots/labels.h"
#include <ctype.h>

struct list {
	struct arena *arena;
	struct label *v;
	size_t n;
	text why;
};

bool
label_ok(text s)
{
	size_t n = strlen(s);

	if (n == 0 || n > 20 || !isalnum((unsigned char)s[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("._- ", s[i]))
			return false;
	return true;
}

static bool
wrong(struct list *l, text why)
{
	l->why = why;
	return false;
}

static bool
add(struct list *l, text label)
{
	if (!label_ok(label))
		return wrong(l,
		    arena_fmt(l->arena,
			"“%.40s” is no label: letters, digits, dots and dashes, at most 20.",
			label));
	if (l->n == MAX_LABELS)
		return wrong(l, "That is more than 1,000 slots at once.");
	for (size_t i = 0; i < l->n; i++)
		if (text_is(l->v[i].label, label))
			return wrong(l, arena_fmt(l->arena, "%s is there twice.", label));
	l->v[l->n++].label = label;
	return true;
}

/* The place where the digits at the end begin. */
static size_t
stem(text s)
{
	size_t n = strlen(s);

	while (n > 0 && isdigit((unsigned char)s[n - 1]))
		n--;
	return n;
}

static bool
add_range(struct list *l, text first, text last)
{
	size_t k = stem(first), width = strlen(first) - k;
	int64_t from, to;

	if (width == 0 || width > 9 || strlen(last) - stem(last) > 9)
		return wrong(l, "A range counts figures, like A-01..A-40.");
	/* "A-01..40" means the same stem. */
	if (stem(last) != 0 && (stem(last) != k || memcmp(first, last, k) != 0))
		return wrong(l, "Both ends of a range begin alike, like A-01..A-40.");
	if (!text_int(first + k, &from) || !text_int(last + stem(last), &to) || to < from)
		return wrong(l, "A range goes up, like A-01..A-40.");
	if (to - from >= MAX_LABELS)
		return wrong(l, "That is more than 1,000 slots at once.");
	for (int64_t i = from; i <= to; i++)
		if (!add(l,
			arena_fmt(l->arena, "%.*s%0*lld", (int)k, first, (int)width, (long long)i)))
			return false;
	return true;
}

static bool
add_item(struct list *l, text item)
{
	static const text dots[] = { "...", "..", "…", "–" };

	for (size_t i = 0; i < LENGTH(dots); i++) {
		text at = strstr(item, dots[i]);

		if (at == NULL)
			continue;
		text first = arena_bytes(l->arena, item, (size_t)(at - item));
		return add_range(
		    l, text_trim(l->arena, first), text_trim(l->arena, at + strlen(dots[i])));
	}
	return add(l, item);
}

bool
labels_parse(struct arena *a, text s, struct rows *out, text *why)
{
	struct list l = { .arena = a, .v = arena_alloc(a, MAX_LABELS * sizeof *l.v) };

	while (*s) {
		size_t n = strcspn(s, ",;\n");
		text item = text_trim(a, arena_bytes(a, s, n));

		if (*item && !add_item(&l, item)) {
			*why = l.why;
			return false;
		}
		s += n + (s[n] != 0);
	}
	if (l.n == 0) {
		*why = "Name at least one slot, like S1..S40.";
		return false;
	}
	*out = (struct rows){ l.v, l.n };
	return true;
}
