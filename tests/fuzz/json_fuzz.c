/* json_fuzz.c -- JSON bodies: walked to their ends, and as a source of fields. */
#include "base/form.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
walk(struct arena *a, const struct json *j, int depth)
{
	text s = json_scalar(a, j);

	if (depth > 40)
		BUG("deeper than allowed");
	if (s && !text_valid(s, strlen(s)))
		BUG("no text");
	if (json_is_array(j))
		for (size_t i = 0; i < json_count(j); i++)
			walk(a, json_item(j, i), depth + 1);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	text why = NULL;
	const struct json *j = json_parse(a, (const char *)bytes, n, &why);

	if (j == NULL && why == NULL)
		BUG("refused without a word");
	if (j)
		walk(a, j, 0);
	if (j && json_is_object(j)) {
		struct json_source from = { a, j };
		struct raw raw = json_field(&from, &(struct field){ .name = "a" });

		if (raw.several && raw.text)
			BUG("several, and one");
	}
	arena_free(a);
	return 0;
}
