/*
 * request_fuzz.c -- whatever a request says, serve() answers: never 500, never a header that splits.
 *
 * The first byte is the method and who asks, a line holds path and query, or "#7 12" for the seventh row of the route
 * table with 12 in its path; lines hold headers; an empty line; the body.
 *
 * With DATABASE_URL (`make fuzz` gives it a seeded one) each input is a transaction that nobody commits, and handlers
 * and their SQL see what was sent.  Without, what needs the database answers 503.  Passwords are not reckoned.
 */
#include "gear/secret.h"
#include "gear/settings.h"
#include "web/web.h"

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static struct db_pool *pool;
static struct arena *forever;
static bool stored; /* there is a database */

static void
without_limits(void)
{
	int64_t *const limits[] = { &settings.limit_logins, &settings.limit_signups,
		&settings.limit_codes, &settings.limit_bookings, &settings.limit_telemetry };

	for (size_t i = 0; i < LENGTH(limits); i++)
		*limits[i] = INT64_MAX;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	text why = "";

	(void)argc, (void)argv;
	stored = getenv("DATABASE_URL") != NULL;
	setenv("DEMO", "1", 1);
	setenv("JWT_SECRET", "a key that is in no corpus and is long enough", 1);
	setenv("BASE_URL", "http://parking.test", 1);
	setenv("CORS_ORIGINS", "https://friends.test", 1);
	forever = arena_new();
	if (!settings_read(forever, &why))
		BUG(why);
	without_limits();
	secret_start();
	if (!web_start(forever, &why))
		BUG(why);
	secret_fork_helpers(1, 1); /* whom nobody hears: a password is never reckoned, BUSY */
	pool = stored ? db_pool_open(settings.database_url, 1)
		      : db_pool_open_for("host=/nonexistent", 1, 1000);
	return pool == NULL;
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

/* "#7 12": where the seventh row lives, with 12 for what its path names. */
static text
address_of_row(struct arena *a, text line, enum method *method)
{
	size_t digits = strspn(line + 1, "0123456789");
	text id = line[1 + digits] == ' ' ? line + 2 + digits : "1";
	int64_t n = 0, wanted;

	if (!text_int(arena_bytes(a, line + 1, digits), &wanted))
		return line;
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *r = *list; r->path; r++) {
			if (n++ != wanted)
				continue;
			struct buf b = BUF(a);

			*method = r->method;
			buf_add(&b, r->dress == BOTH ? "/api/v1" : "");
			for (text p = r->path; *p;)
				if (*p == ':') {
					buf_add(&b, id);
					p += strcspn(p, "/.");
				} else {
					buf_char(&b, *p++);
				}
			return buf_text(&b);
		}
	return line;
}

/* As kore.c would hand it over: a path that begins with a slash, no control characters in the head. */
static bool
read_request(struct arena *a, const char *s, const char *end, struct request *q)
{
	text line;

	q->peer = "192.0.2.7";
	if (!line_of(a, &s, end, &line) || strpbrk(line, "\r\t"))
		return false;
	if (*line == '#')
		line = address_of_row(a, line, &q->method);
	if (*line != '/')
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

/* An admin, a customer, or nobody; of the demo's people, if there is a database. */
static struct person
asks(int bits)
{
	static const struct person people[] = {
		{ .name = "" },
		{ .id = 3, .session_id = 1, .role = ADMIN, .name = "admin", .verified = true },
		{ .id = 1,
		    .session_id = 1,
		    .role = CUSTOMER,
		    .name = "customer",
		    .verified = true },
	};

	return people[bits % LENGTH(people)];
}

static void
ask(struct ctx *c, const struct request *q)
{
	struct response out;
	bool inside = stored && db_begin(c) == OK;

	if (stored && !inside)
		BUG("the database is away");
	serve(c, q, &out);
	judge(&out);
	if (inside)
		db_end(c, false);
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
	struct request q = { .method = n ? (enum method)(*bytes % 7) : GET };

	if (n > 0 && read_request(a, s + 1, s + n, &q)) {
		c.person = asks(*bytes / 8);
		c.db = db_new(pool, a);
		ask(&c, &q);
	}
	arena_free(a);
	return 0;
}
