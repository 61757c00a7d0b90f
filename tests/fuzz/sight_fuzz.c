/* sight_fuzz.c -- what two processes say to each other: no crash; an answer that is believed can be said again. */
#include "base/sight.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena *a = arena_new();
	struct buf said = BUF(a);
	struct sight_question q;
	struct sight_answer head;
	struct sight sight;

	if (sight_question_ok(bytes, n, &q) && (q.n > PICTURE_BYTES || q.engine > TESSERACT))
		BUG("a question beyond its limits");
	if (sight_read(a, bytes, n, &head, &sight)) {
		sight_write(&said, head.id, (enum sight_outcome)head.outcome, &sight);
		if (said.n != n)
			BUG("said again, it is something else");
	}
	arena_free(a);
	return 0;
}
