/* provider_fuzz.c -- whatever JSON a provider sends, what is read of it is complete and within its bounds. */
#include "base/form.h"
#include "payments/provider.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
within(text s, size_t most)
{
	if (s == NULL || text_length(s) > most || !text_printable(s))
		BUG("a text that was not checked");
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	struct ctx c = { .arena = a };
	struct checkout s;
	struct returned r;
	text why;
	const struct json *j = json_parse(a, (const char *)bytes, n, &why);

	if (checkout_read(&c, j, &s)) {
		within(s.id, 255);
		within(s.url, 1000);
		within(s.client_reference_id, 255);
		within(s.currency, 10);
	}
	if (returned_read(&c, j, &r)) {
		within(r.id, 255);
		within(r.status, 50);
		if (r.key == NULL || r.why == NULL)
			BUG("a text that is not there");
	}
	arena_free(a);
	return 0;
}
