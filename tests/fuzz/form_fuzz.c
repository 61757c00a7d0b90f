/* form_fuzz.c -- forms and query strings: what was read is good text, and written out reads the same. */
#include "base/form.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
write_out(struct buf *b, const struct pairs *p)
{
	for (size_t i = 0; i < p->n; i++) {
		buf_add(b, i ? "&" : "");
		buf_url(b, p->v[i].name);
		buf_char(b, '=');
		buf_url(b, p->v[i].value);
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	struct pairs read = { 0 }, again = { 0 };
	struct buf b = BUF(a);
	bool good = form_parse(a, (const char *)bytes, n, &read);

	for (size_t i = 0; i < read.n; i++)
		if (!text_valid(read.v[i].name, strlen(read.v[i].name)) ||
		    !text_valid(read.v[i].value, strlen(read.v[i].value)))
			BUG("no text");
	write_out(&b, &read);
	if (good && (!form_parse(a, buf_text(&b), b.n, &again) || again.n != read.n))
		BUG("written otherwise than read");
	for (size_t i = 0; i < again.n; i++)
		if (!text_is(read.v[i].name, again.v[i].name) ||
		    !text_is(read.v[i].value, again.v[i].value))
			BUG("a pair came back as another");
	arena_free(a);
	return 0;
}
