/*
 * request_fuzz.c -- whatever a request says, serve() answers: never 500, never a header that splits.
 *
 * The first byte is the method and who asks, a line holds path and query, lines hold headers; an empty line; the body.
 * There is no database, so that each input is short; what needs one answers 503.
 */
#include "gear/secret.h"
#include "gear/settings.h"
#include "web/web.h"

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static struct db_pool *nowhere;
static struct arena *forever;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	text why = "";

	(void)argc, (void)argv;
	settings.jwt_secret = "a key that is in no corpus";
	settings.base_url = "http://parking.test";
	settings.cors_origins = "https://friends.test";
	secret_start();
	forever = arena_new();
	if (!web_start(forever, &why))
		BUG(why);
	nowhere = db_pool_open_for("host=/nonexistent", 1, 1000);
	return 0;
}

/* Takes a line off *s; false at an empty one, or at the end. */
static bool
line_of(struct arena *a, const char **s, const char *end, text *out)
{
	const char *from = *s, *stop = from < end ? memchr(from, '\n', (size_t)(end - from)) : NULL;

	if (stop == NULL)
		stop = end;
	*s = stop < end ? stop + 1 : end;
	*out = arena_bytes(a, from, (size_t)(stop - from));
	return stop > from;
}

/* As kore.c would hand it over: a path that begins with a slash, no control characters in the head. */
static bool
read_request(struct arena *a, const char *s, const char *end, struct request *q)
{
	text line;

	q->peer = "192.0.2.7";
	if (!line_of(a, &s, end, &line) || *line != '/' || strpbrk(line, "\r\t"))
		return false;
	size_t n = strcspn(line, "?");
	q->path = arena_bytes(a, line, n);
	q->query = line[n] ? line + n + 1 : "";
	while (line_of(a, &s, end, &line)) {
		size_t k = strcspn(line, ":");

		if (line[k] == 0 || strchr(line, '\r'))
			return false;
		pairs_add(a, &q->headers, arena_bytes(a, line, k), text_trim(a, line + k + 1));
	}
	q->body = s;
	q->n_body = (size_t)(end - s);
	return true;
}

static void
judge(const struct response *out)
{
	if (out->status < 200 || out->status > 503 || out->status == 500)
		BUG("no answer that was meant");
	if (out->n_body && out->body == NULL)
		BUG("a length without a body");
	for (size_t i = 0; i < out->headers.n; i++)
		if (strpbrk(out->headers.v[i].value, "\r\n"))
			BUG("a header that splits");
	if (pairs_get(&out->headers, "Content-Security-Policy") == NULL)
		BUG("without what protects");
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	const char *s = (const char *)bytes;
	struct arena *a = arena_new();
	struct ctx c = { .arena = a,
		.now = { 1794916800 * SECOND },
		.request_id = "fuzz",
		.address = "192.0.2.7",
		.agent = "" };
	struct request q = { 0 };
	struct response out;

	if (n > 0 && read_request(a, s + 1, s + n, &q)) {
		q.method = (enum method)(*bytes % 7);
		c.person.name = "";
		if (*bytes & 8)
			c.person = (struct person){
				.id = 1, .role = ADMIN, .name = "admin", .verified = true
			};
		c.db = db_new(nowhere, a);
		serve(&c, &q, &out);
		judge(&out);
	}
	arena_free(a);
	return 0;
}
