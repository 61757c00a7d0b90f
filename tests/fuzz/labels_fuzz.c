/* labels_fuzz.c -- many slots in few letters: what is spelled out is labels, no two alike, or there is a complaint. */
#include "lots/labels.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	struct rows labels = { 0 };
	text why = NULL;

	if (labels_parse(a, arena_bytes(a, bytes, n), &labels, &why)) {
		if (labels.n == 0 || labels.n > MAX_LABELS)
			BUG("none, or too many");
		FOR_ROWS (label, l, labels)
			if (!label_ok(l->label))
				BUG("no label");
	} else if (why == NULL) {
		BUG("refused without a word");
	}
	arena_free(a);
	return 0;
}
