/*
 * table_test.c -- what holds for every row of the route table.
 */
#include "world.h"

#include "base/form.h"
#include "gear/settings.h"
#include "web/inner.h"
#include "web/site.h"

#define EACH_ROW(r)                                                                                \
	for (const struct route *const *list_ = all_routes; *list_; list_++)                       \
		for (const struct route *r = *list_; r->path; r++)

static text
path_with(const struct route *r, text value)
{
	struct buf b = BUF(c.arena);

	for (text p = r->path; *p;) {
		if (*p == ':') {
			p += strcspn(p, "/.");
			buf_add(&b, value);
		} else {
			buf_char(&b, *p++);
		}
	}
	return buf_text(&b);
}

static text
address_of(const struct route *r, text id)
{
	return r->dress == BOTH ? arena_fmt(c.arena, "/api/v1%s", path_with(r, id))
				: path_with(r, id);
}

static void
nobody_is_refused_where_somebody_is_asked_for(void **s)
{
	int n = 0;

	(void)s;
	EACH_ROW(r)
	{
		if (r->who == ANYONE)
			continue;
		as(0, ANYONE);
		struct response out =
		    ask(r->method, address_of(r, "1"), r->method == GET ? NULL : "{}");
		bool refused = out.status == 401 ||
		    (out.status == 303 && text_starts(location(&out), "/login"));
		if (!refused)
			fail_msg("%s answers %d to nobody", r->path, out.status);
		n++;
	}
	assert_true(n > 0);
}

static void
the_wrong_role_is_refused(void **s)
{
	(void)s;
	EACH_ROW(r)
	for (enum role role = CUSTOMER; role < r->who; role++) {
		as(1, role);
		struct response out =
		    ask(r->method, address_of(r, "1"), r->method == GET ? NULL : "{}");
		if (out.status != 403)
			fail_msg("%s answers %d to role %d", r->path, out.status, (int)role);
	}
}

/* A refused form is shown again, but never the page of somebody who may more. */
static void
the_wrong_role_is_not_shown_the_page_with_the_form(void **s)
{
	int n = 0;

	(void)s;
	EACH_ROW(r)
	for (enum role role = CUSTOMER; r->method == POST && r->again && role < r->who; role++) {
		as(1, role);
		struct response out = browse(POST, path_with(r, "1"), "a=b");
		if (out.status != 403 || !strstr(out.body, "class=\"problem\""))
			fail_msg("%s shows its form to role %d", r->path, (int)role);
		n++;
	}
	assert_true(n > 10);
}

static void
what_is_no_number_is_no_address(void **s)
{
	(void)s;
	EACH_ROW(r)
	{
		const struct field *id = field_find(r->in, "id");

		if (!strstr(r->path, ":id") || id == NULL || id->type != FT_INT || r->method != GET)
			continue;
		as(1, ADMIN);
		struct response out = ask(GET, address_of(r, "seven"), NULL);
		if (out.status != 404)
			fail_msg("%s answers %d to the id \"seven\"", r->path, out.status);
	}
}

/* A value that no field of that type takes. */
static text
bad_value(const struct field *f)
{
	switch (f->type) {
	case FT_TEXT: return "\"a\\u0007b\"";
	case FT_INT:
	case FT_MONEY: return "\"12x\"";
	case FT_BOOL: return "\"maybe\"";
	case FT_REAL: return "\"north\"";
	default: return "\"soon\"";
	}
}

static void
every_bad_field_is_named(void **s)
{
	int n = 0;

	(void)s;
	EACH_ROW(r)
	{
		if (r->method == GET)
			continue;
		for (const struct field *f = r->in; f && f->name; f++) {
			if (strstr(r->path, arena_fmt(c.arena, ":%s", f->name)) ||
			    f->type == FT_LIST || f->type == FT_ONE || f->type == FT_FILE)
				continue;
			as(1, ADMIN);
			text body = arena_fmt(c.arena, "{\"%s\":%s}", f->name, bad_value(f));
			struct response out = ask(r->method, address_of(r, "1"), body);
			if (out.status == 303) /* PAGE_ONLY rows speak HTML */
				continue;
			if (out.status < 400 || out.status > 499 ||
			    (out.status == 422 && r->dress != PAGE_ONLY &&
				!strstr(out.body, arena_fmt(c.arena, "\"%s\":", f->name))))
				fail_msg(
				    "%s %s answers %d: %s", r->path, f->name, out.status, out.body);
			n++;
		}
	}
	assert_true(n > 0);
}

static void
every_row_says_what_it_is_for(void **s)
{
	(void)s;
	EACH_ROW(r)
	{
		if (r->doc == NULL || strlen(r->doc) < 10)
			fail_msg("%s has no doc", r->path);
		if (r->page && r->method != GET && r->out == NULL)
			fail_msg("%s: only a GET, or what is shown this once, has a page", r->path);
		if (r->again && route_named(GET, r->again) == NULL)
			fail_msg("%s: no GET %s to show again", r->path, r->again);
		if (r->method == GET && r->dress == BOTH && r->page == NULL)
			fail_msg("%s: BOTH without a page", r->path);
		if (r->cached && (r->who != ANYONE || r->cache_tags == NULL))
			fail_msg("%s: cached, but not for everyone", r->path);
	}
}

static void
two_rows_never_share_an_address(void **s)
{
	(void)s;
	EACH_ROW(r)
	{
		int same = 0;

		for (const struct route *const *l = all_routes; *l; l++)
			for (const struct route *x = *l; x->path; x++)
				same += x->method == r->method && text_is(x->path, r->path) &&
				    (x->dress == HERE) == (r->dress == HERE);
		assert_int_equal(same, 1);
	}
}

static void
a_slash_at_the_end_is_the_same_address(void **s)
{
	(void)s;
	assert_int_equal(ask(GET, "/healthz", NULL).status, 200);
	assert_int_equal(ask(GET, "/healthz/", NULL).status, 200);
	assert_int_equal(ask(GET, "/healthz//", NULL).status, 404);
}

static void
other_methods_are_told_what_is_allowed(void **s)
{
	struct response out = ask(DELETE, "/healthz", NULL);

	(void)s;
	assert_int_equal(out.status, 405);
	assert_string_equal(header(&out, "Allow"), "GET, HEAD, OPTIONS");
	assert_int_equal(ask(OPTIONS, "/healthz", NULL).status, 204);
	out = ask(GET, "/no/such/thing", NULL);
	assert_int_equal(out.status, 404);
	assert_string_equal(out.type, "application/problem+json");
	assert_says(out, "\"code\":\"NOT_FOUND\"");
}

static void
every_answer_carries_the_headers(void **s)
{
	static const text names[] = { "Content-Security-Policy", "X-Content-Type-Options",
		"Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy",
		"Cross-Origin-Resource-Policy", "X-Request-Id", "Cache-Control" };
	struct response answers[] = { ask(GET, "/healthz", NULL), ask(GET, "/nothing", NULL),
		browse(GET, "/nothing", NULL), ask(POST, "/healthz", "{}") };

	(void)s;
	for (size_t i = 0; i < LENGTH(answers); i++)
		for (size_t k = 0; k < LENGTH(names); k++)
			assert_string_not_equal(header(&answers[i], names[k]), "");
}

static void
malformed_bodies_are_refused_in_words(void **s)
{
	struct request q = {
		.method = POST, .path = "/appearance", .query = "", .peer = "192.0.2.7"
	};
	struct response out;

	(void)s;
	pairs_add(c.arena, &q.headers, "content-type", "application/json");
	pairs_add(c.arena, &q.headers, "sec-fetch-site", "same-origin");
	q.body = "{\"theme\":";
	q.n_body = strlen(q.body);
	serve(&c, &q, &out);
	assert_int_equal(out.status, 400);
	q.headers.v[0].value = "text/csv";
	serve(&c, &q, &out);
	assert_int_equal(out.status, 415);
}

static void
a_form_from_another_site_is_refused(void **s)
{
	struct request q = { .method = POST,
		.path = "/appearance",
		.query = "",
		.peer = "192.0.2.7",
		.body = "theme=dark&next=/",
		.n_body = 17 };
	struct response out;

	(void)s;
	pairs_add(c.arena, &q.headers, "content-type", "application/x-www-form-urlencoded");
	pairs_add(c.arena, &q.headers, "origin", "https://evil.test");
	serve(&c, &q, &out);
	assert_int_equal(out.status, 403);
	q.headers.v[1].value = "null";
	serve(&c, &q, &out);
	assert_int_equal(out.status, 403);
	q.headers.v[1].value = "http://parking.test";
	serve(&c, &q, &out);
	assert_int_equal(out.status, 303);
	assert_string_equal(location(&out), "/");
	q.body = "theme=dark&next=//evil.test";
	q.n_body = strlen(q.body);
	serve(&c, &q, &out);
	assert_string_equal(location(&out), "/");
}

static text
cors_for(text origin)
{
	struct request q = { .method = GET, .path = "/healthz", .query = "", .peer = "192.0.2.7" };
	struct response out;

	pairs_add(c.arena, &q.headers, "origin", origin);
	serve(&c, &q, &out);
	return header(&out, "Access-Control-Allow-Origin");
}

static void
only_origins_that_are_named_may_read_from_elsewhere(void **s)
{
	text before = settings.cors_origins;

	(void)s;
	assert_string_equal(cors_for("https://app.friends.test"), "");
	settings.cors_origins = "https://app.friends.test, https://b.test";
	assert_string_equal(cors_for("https://app.friends.test"), "https://app.friends.test");
	assert_string_equal(cors_for("https://b.test"), "https://b.test");
	assert_string_equal(cors_for("https://app.friends.tes"), "");
	assert_string_equal(cors_for("https://app.friends.test.evil.test"), "");
	assert_string_equal(cors_for("https://"), "");
	assert_string_equal(cors_for("null"), "");
	assert_string_equal(cors_for("test, https"), "");
	settings.cors_origins = before;
}

static void
the_openapi_document_is_json_and_covers_the_rows(void **s)
{
	struct buf b = BUF(c.arena);
	text why = "";

	(void)s;
	openapi(&b);
	const struct json *doc = json_parse(c.arena, b.p, b.n, &why);
	if (doc == NULL)
		fail_msg("%s", why);
	const struct json *paths = json_member(doc, "paths");
	EACH_ROW(r)
	{
		struct buf p = BUF(c.arena);

		if (r->dress == PAGE_ONLY)
			continue;
		buf_add(&p, r->dress == BOTH ? "/api/v1" : "");
		for (text x = r->path; *x;) {
			if (*x == ':') {
				size_t k = strcspn(++x, "/.");
				buf_fmt(&p, "{%.*s}", (int)k, x);
				x += k;
			} else {
				buf_char(&p, *x++);
			}
		}
		if (json_member(paths, buf_text(&p)) == NULL)
			fail_msg("%s is not in the document", r->path);
	}
}

/* ---- templates: every tag leads somewhere */

#define MOST_FRAMES 16
struct page_check {
	const struct route *route;
	const struct field *frames[MOST_FRAMES]; /* outermost first */
	int n, bad, seen;
};

static bool
fields_hold(const struct field *f, const char *name, size_t n)
{
	return field_find(f, arena_bytes(c.arena, name, n)) != NULL;
}

/* What a form of this page sends: the fields of the rows that show it again. */
static bool
sent_from(const struct page_check *p, const char *name, size_t n)
{
	if (p->route->in && fields_hold(p->route->in, name, n))
		return true; /* a GET says what is wrong with its own query */
	EACH_ROW(r)
	if (r->again && text_is(r->again, p->route->path) && fields_hold(r->in, name, n))
		return true;
	return false;
}

static bool
among(const text *words, const char *s)
{
	for (; *words; words++)
		if (text_is(*words, s))
			return true;
	return false;
}

/* Does a scalar have that dress?  (gear/template.h) */
static bool
dress_known(const struct field *f, const char *dress)
{
	static const text of_instant[] = { "clock", "day", "date", "input", "exact", "iso", "zone",
		"some", NULL };
	static const text of_money[] = { "plain", "minor", "some", NULL };
	static const text of_int[] = { "plain", "span", "one", NULL };
	static const text of_list[] = { "some", "count", "one", NULL };

	switch (f->type) {
	case FT_INSTANT: return among(of_instant, dress);
	case FT_MONEY: return among(of_money, dress);
	case FT_INT: return among(of_int, dress) || strspn(dress, "0123456789") == strlen(dress);
	case FT_LIST: return among(of_list, dress);
	case FT_TEXT: return f->among == NULL || among(f->among, dress);
	case FT_REAL: return text_is(dress, "plain") || text_is(dress, "tenths");
	default: return false;
	}
}

/* One name, "results" or "a.b.plain", from the frames outwards.  *inner: what a section of it opens. */
static bool
resolves(const struct page_check *p, const char *name, const struct field **inner)
{
	size_t k = strcspn(name, ".");
	const struct field *f = NULL;

	*inner = NULL;
	if (text_is(name, "."))
		return true;
	if (strncmp(name, "form.", 5) == 0)
		return sent_from(p, name + 5, strcspn(name + 5, ".")) ||
		    fields_hold(p->frames[1], name + 5, strcspn(name + 5, "."));
	if (strncmp(name, "errors.", 7) == 0)
		return sent_from(p, name + 7, strlen(name + 7));
	for (int i = p->n - 1; i >= 0 && f == NULL; i--)
		f = field_find(p->frames[i], arena_bytes(c.arena, name, k));
	while (f && name[k] == '.') {
		name += k + 1;
		k = strcspn(name, ".");
		if (f->type != FT_ONE)
			return name[k] == 0 && dress_known(f, name);
		f = field_find(f->inner, arena_bytes(c.arena, name, k));
	}
	if (f && (f->type == FT_ONE || f->type == FT_LIST))
		*inner = f->inner;
	return f != NULL;
}

static void
see(void *arg, text path, char kind)
{
	struct page_check *p = arg, here = *p;
	const struct field *inner;
	char *words = arena_text(c.arena, path), *word;

	p->seen++;
	while ((word = strsep(&words, " ")) != NULL) {
		bool ok = kind != '>' && kind != '<' && resolves(&here, word, &inner);

		if (!ok) {
			print_error("%s: {{%c%s}} leads nowhere (at \"%s\")\n", p->route->page,
			    kind, path, word);
			p->bad++;
			return;
		}
		if (inner && here.n < MOST_FRAMES)
			here.frames[here.n++] = inner;
	}
}

static void
every_tag_of_every_page_leads_somewhere(void **s)
{
	int bad = 0, seen = 0;

	(void)s;
	EACH_ROW(r)
	{
		struct field items[] = { { .name = "items", .type = FT_LIST, .inner = r->out },
			{ .name = "next", .type = FT_TEXT }, { .name = NULL } };
		struct page_check p = {
			.route = r, .frames = { site_fields, r->out_list ? items : r->out }, .n = 2
		};

		if (r->page == NULL)
			continue;
		if (page_template(r->page) == NULL) {
			print_error("%s: no template %s\n", r->path, r->page);
			bad++;
			continue;
		}
		template_names(page_template(r->page), see, &p);
		bad += p.bad;
		seen += p.seen;
	}
	print_message("%d tags\n", seen);
	assert_true(seen > 100);
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(nobody_is_refused_where_somebody_is_asked_for),
		IN_WORLD(the_wrong_role_is_refused),
		IN_WORLD(the_wrong_role_is_not_shown_the_page_with_the_form),
		IN_WORLD(what_is_no_number_is_no_address),
		IN_WORLD(every_bad_field_is_named),
		IN_WORLD(every_row_says_what_it_is_for),
		IN_WORLD(two_rows_never_share_an_address),
		IN_WORLD(a_slash_at_the_end_is_the_same_address),
		IN_WORLD(other_methods_are_told_what_is_allowed),
		IN_WORLD(every_answer_carries_the_headers),
		IN_WORLD(malformed_bodies_are_refused_in_words),
		IN_WORLD(a_form_from_another_site_is_refused),
		IN_WORLD(only_origins_that_are_named_may_read_from_elsewhere),
		IN_WORLD(the_openapi_document_is_json_and_covers_the_rows),
		IN_WORLD(every_tag_of_every_page_leads_somewhere),
	};
	return cmocka_run_group_tests(tests, world_up, world_down);
}
