/* multipart_fuzz.c -- the first line is the Content-Type, the rest the body; parts lie inside it. */
#include "base/form.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	const char *s = (const char *)bytes, *nl = n ? memchr(s, '\n', n) : NULL;
	struct arena *a = arena_new();
	struct rows parts = { 0 };
	text boundary;

	if (nl && multipart_boundary(a, arena_bytes(a, s, (size_t)(nl - s)), &boundary)) {
		const char *body = nl + 1;
		size_t k = n - (size_t)(body - s);

		multipart_parse(a, boundary, body, k, &parts);
		FOR_ROWS (part, p, parts) {
			if (p->bytes < body || p->n > k || p->bytes + p->n > body + k)
				BUG("a part outside the body");
			if (p->name == NULL || !text_printable(p->name) ||
			    (p->file_name && strpbrk(p->file_name, "/\\")))
				BUG("a name that cannot be");
		}
	}
	arena_free(a);
	return 0;
}
