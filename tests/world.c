#include "world.h"

#include <fcntl.h>
#include <unistd.h>

#include "gear/secret.h"
#include "gear/settings.h"
#include "web/inner.h"

struct ctx c;
static struct db_pool *pool;
static struct arena *forever;
static struct person who;

/* Of a program that dies or is stopped it is known how far it came. */
__attribute__((constructor)) static void
speak_by_the_line(void)
{
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
}

int
world_up(void **state)
{
	text why = "";

	(void)state;
	forever = arena_new();
	setenv("DEMO", "1", 0);
	setenv("BASE_URL", "http://parking.test", 1);
	if (!settings_read(forever, &why) || !web_start(forever, &why)) {
		print_error("%s\n", why);
		return 1;
	}
	secret_start();
	pool = db_pool_open(settings.database_url, 2);
	return pool ? 0 : 1;
}

int
world_down(void **state)
{
	(void)state;
	db_pool_close(pool);
	arena_free(forever);
	return 0;
}

int
fresh(void **state)
{
	(void)state;
	c = (struct ctx){ .arena = arena_new(),
		.now = NOON,
		.request_id = "test",
		.address = "192.0.2.7",
		.agent = "tests" };
	c.person.name = "";
	who = (struct person){ .name = "" };
	c.db = db_new(pool, c.arena);
	return db_begin(&c) == OK ? 0 : 1;
}

int
gone(void **state)
{
	(void)state;
	db_end(&c, false);
	arena_free(c.arena);
	return 0;
}

void
sql(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text script = arena_vfmt(c.arena, fmt, ap);
	va_end(ap);
	if (db_script(&c, script) != OK)
		fail_msg("%s\n%s", script, db_last_error(c.db));
}

struct cell {
	text value;
};
static const struct field cell_fields[] = { FIELD(cell, value, .max = 1 << 20), FIELD_END };

static text
one_value(text statement)
{
	struct query q = { .name = "",
		.sql = arena_fmt(c.arena, "select (%s)::text as value", statement),
		.types = (const text[]){ NULL },
		.row = cell_fields,
		.kind = "one" };
	struct cell cell = { "" };
	enum problem e = db_one(&c, &q, (const text[]){ NULL }, &cell);
	if (e != OK && e != NOT_FOUND)
		fail_msg("%s\n%s", statement, db_last_error(c.db));
	return cell.value ? cell.value : "";
}

text
sql_value(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text statement = arena_vfmt(c.arena, fmt, ap);
	va_end(ap);
	return one_value(statement);
}

int64_t
sql_number(const char *fmt, ...)
{
	va_list ap;
	int64_t n = 0;

	va_start(ap, fmt);
	text statement = arena_vfmt(c.arena, fmt, ap);
	va_end(ap);
	if (!text_int(one_value(statement), &n))
		fail_msg("not a number: %s", statement);
	return n;
}

int64_t
person(enum role role, text name)
{
	static const text roles[] = { "customer", "customer", "operator", "admin" };

	sql("insert into users (username, email, first_name, role, verified_at) "
	    "values ('%s', '%s@parking.test', '%s', '%s', now())",
	    name, name, name, roles[role]);
	return sql_number("select id from users where username = '%s'", name);
}

void
as(int64_t user_id, enum role role)
{
	who = (struct person){
		.id = user_id, .session_id = 1, .role = role, .name = "Test", .verified = true
	};
}

static struct request
request(enum method method, text address)
{
	text query = strchr(address, '?');
	struct request q = {
		.method = method, .peer = "192.0.2.7", .query = query ? query + 1 : ""
	};

	q.path = query ? arena_bytes(c.arena, address, (size_t)(query - address)) : address;
	return q;
}

/* For tests/seen.js, which asks at the end whether each row was seen to succeed, and each problem it declares. */
static void
note(const struct request *q, const struct response *out)
{
	static const text methods[] = { "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
		"HEAD" };
	const char *file = getenv("SEEN");
	int fd = file ? open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;

	text line = arena_fmt(c.arena, "%s %s %d %s %s\n", methods[q->method], q->path, out->status,
	    out->refused ? problem_name(out->refused) : "-", out->spoken ? out->spoken : "-");
	if (fd != -1 && write(fd, line, strlen(line)) == -1)
		fail_msg("%s cannot be written", file);
	if (fd != -1)
		close(fd);
}

/* All that the server would send, piece by piece. */
static void
take_stream(struct response *out)
{
	struct buf all = BUF(c.arena);
	bool more = out->stream != NULL;

	if (more)
		buf_bytes(&all, out->body, out->n_body);
	while (more)
		assert_ok(out->stream->next(&c, out->stream->arg, &all, &more));
	if (out->stream) {
		out->body = buf_text(&all);
		out->n_body = all.n;
	}
}

/* The sign-in that tests speak: the person set by as(), whatever the token. */
static struct response
go(struct request *q)
{
	struct response out;

	c.detail = NULL;
	c.complaints.n = 0;
	c.retry_after = 0;
	c.about = 0;
	c.keep = false;
	c.person = who;
	serve(&c, q, &out);
	take_stream(&out);
	note(q, &out);
	return out;
}

struct response
ask(enum method method, text address, text json)
{
	struct request q = request(method, address);

	pairs_add(c.arena, &q.headers, "accept", "application/json");
	if (json) {
		pairs_add(c.arena, &q.headers, "content-type", "application/json");
		q.body = json;
		q.n_body = strlen(json);
	}
	return go(&q);
}

struct response
send_body(text path, text type, const void *bytes, size_t n)
{
	struct request q = request(POST, path);

	pairs_add(c.arena, &q.headers, "accept", "application/json");
	pairs_add(c.arena, &q.headers, "content-type", type);
	q.body = bytes;
	q.n_body = n;
	return go(&q);
}

static struct request
from_browser(enum method method, text address, text form)
{
	struct request q = request(method, address);

	pairs_add(c.arena, &q.headers, "accept", "text/html,application/xhtml+xml,*/*;q=0.8");
	pairs_add(c.arena, &q.headers, "sec-fetch-site", "same-origin");
	pairs_add(c.arena, &q.headers, "cookie",
	    text_starts(settings.base_url, "https:")
		? "__Host-anon=0123456789abcdef0123456789abcdef"
		: "anon=0123456789abcdef0123456789abcdef");
	if (form) {
		text token = keyed_hash(c.arena, "csrf", "0123456789abcdef0123456789abcdef");

		q.body = arena_fmt(c.arena, "%s&csrf=%s", form, token);
		q.n_body = strlen(q.body);
		pairs_add(c.arena, &q.headers, "content-type", "application/x-www-form-urlencoded");
	}
	return q;
}

struct response
browse(enum method method, text address, text form)
{
	struct request q = from_browser(method, address, form);

	return go(&q);
}

/* Not noted: a row that is looked at has not succeeded. */
struct response
look_at(text address, text form)
{
	struct request q = from_browser(POST, address, form);
	struct response out;

	pairs_add(c.arena, &q.headers, "x-only-check", "1");
	c.detail = NULL;
	c.complaints.n = 0;
	c.person = who;
	serve(&c, &q, &out);
	return out;
}

text
location(const struct response *r)
{
	return header(r, "Location");
}

text
header(const struct response *r, text name)
{
	text value = pairs_get(&r->headers, name);

	return value ? value : "";
}
