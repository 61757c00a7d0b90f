/* template_fuzz.c -- the compiler of templates refuses or compiles, and what it compiled renders. */
#include "gear/template.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

struct seat {
	text label;
	int64_t n;
};
static const struct field seat_fields[] = { FIELD(seat, label), FIELD(seat, n), FIELD_END };
struct show {
	text a, time_zone;
	int64_t n;
	instant t;
	struct rows seats;
};
static const struct field show_fields[] = { FIELD(show, a), FIELD(show, time_zone), FIELD(show, n),
	FIELD(show, t), FIELD_LIST(show, seats, seat), FIELD_END };

static void
see(void *seen, text path, char kind)
{
	*(size_t *)seen += strlen(path) + (size_t)kind;
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct seat seats[] = { { "x", 1 }, { "<", 0 } };
	struct show show = { "a", "Europe/Berlin", 3, { SECOND }, { seats, 2 } };
	struct frame frame = { value_of(show_fields, &show), NULL };
	struct arena *a = arena_new();
	size_t half = n / 2, seen = 0;
	/* No tag can name the first, and the second names none: neither goes on for ever. */
	text second = arena_bytes(a, bytes + half, n - half);
	struct template_source sources[] = { { "no tag", arena_bytes(a, bytes, half) },
		{ "p", strstr(second, "{{") ? "[{{$b}}{{a}}{{/b}}]" : second } };
	struct buf out = BUF(a);
	text why = NULL;
	const struct templates *all = templates_compile(a, sources, 2, &why);

	if (all == NULL && why == NULL)
		BUG("refused without a word");
	if (all) {
		template_render(template_find(all, "no tag"), &frame, &out);
		template_names(template_find(all, "no tag"), see, &seen);
	}
	arena_free(a);
	return 0;
}
