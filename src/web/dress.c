/* dress.c -- an answer as bytes: JSON, a page, a document, or a problem in the words of its reader.
 */
#include "gear/log.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "web/assets.h"
#include "web/inner.h"
#include "web/site.h"

static const struct templates *templates;

bool
pages_start(struct arena *forever, text *why)
{
	if (templates)
		return true;
	templates = templates_compile(forever, all_templates, n_templates, why);
	return templates != NULL;
}

const struct template *
page_template(text name)
{
	return template_find(templates, name);
}

void
body_is(struct call *call, text type, const struct buf *b)
{
	call->out->type = type;
	call->out->body = buf_text(b);
	call->out->n_body = b->n;
}

/* ---- pages */

/* A list of rows as the struct a page or a JSON answer shows. */
struct items {
	struct rows items;
	text next;
};

static void
items_fields(const struct route *r, struct field out[3])
{
	out[0] = (struct field){ .name = "items",
		.type = FT_LIST,
		.at = offsetof(struct items, items),
		.inner = r->out,
		.inner_size = r->out_size };
	out[1] = (struct field)FIELD(items, next, .nullable = true);
	out[2] = (struct field)FIELD_END;
}

struct value
page_value(struct call *call, const struct route *r, const struct reply *reply)
{
	struct arena *a = call->c->arena;

	if (reply->is_list) {
		struct field *fields = arena_alloc(a, 3 * sizeof *fields);
		struct items *items = arena_alloc(a, sizeof *items);

		items_fields(r, fields);
		items->items = reply->list;
		items->next = reply->next ? reply->next : "";
		return value_of(fields, items);
	}
	return reply->data && r->out ? value_of(r->out, reply->data) : (struct value){ 0 };
}

/* "/admin/lots" of "/admin/lots/7", "/reservations" of "/reservations/12": which entry of the menus
 * is meant. */
static text
section_of(struct arena *a, text path)
{
	size_t n = 1 + strcspn(path + (*path == '/'), "/");

	if (text_is(arena_bytes(a, path, n), "/admin") && path[n] == '/')
		n += 1 + strcspn(path + n + 1, "/");
	return arena_bytes(a, path, n);
}

static text
unread_words(struct call *call)
{
	int64_t n = kept_possible(call) ? 0 : all_live.unread(call->c);

	if (n <= 0)
		return "";
	return n > 99 ? "99+" : arena_fmt(call->c->arena, "%lld", (long long)n);
}

static void
fill_site(struct call *call, struct site *s)
{
	struct ctx *c = call->c;
	const struct person *p = &c->person;

	s->signed_in = p->id != 0;
	s->user_name = p->name;
	s->unread = p->id ? unread_words(call) : "";
	s->is_customer = p->role >= CUSTOMER;
	s->is_staff = p->role >= OPERATOR;
	s->is_admin = p->role >= ADMIN;
	s->csrf = kept_possible(call) ? "" : csrf_token(call);
	s->request_id = kept_possible(call) ? "" : random_hex(c->arena, 16);
	s->theme = call->theme;
	s->path = call->q->path;
	s->section = section_of(c->arena, call->q->path);
	if (kept_possible(call))
		s->here = kept_here(call);
	else
		s->here = *call->q->query
		    ? arena_fmt(c->arena, "%s?%s", call->q->path, call->q->query)
		    : call->q->path;
	s->flash = call->flash;
	s->base_url = settings.base_url;
	s->demo = settings.demo;
	s->now = c->now;
	s->asset = &asset_names;
}

/* Renders a template with the page's struct innermost, then the form, then the site. */
void
page_render(struct call *call, text name, struct value page, const struct form_view *typed_in,
    struct site *site)
{
	const struct template *t = template_find(templates, name);
	struct form_view plain = { .page = page, .complaints = &call->c->complaints };
	struct frame outer = { value_of(site_fields, site), NULL };
	struct frame form = { value_form(typed_in ? typed_in : &plain), &outer };
	struct frame inner = { page, &form };
	struct buf b = BUF(call->c->arena);

	if (t == NULL)
		BUG(name);
	fill_site(call, site);
	template_render(t, page.kind ? &inner : &form, &b);
	body_is(call, "text/html; charset=utf-8", &b);
}

/* ---- cookies */

/* Behind TLS no other host of the domain may set or read them: RFC 6265bis, 4.1.3.2. */
static text
cookie_name(struct arena *a, text name)
{
	return text_starts(settings.base_url, "https:") ? arena_fmt(a, "__Host-%s", name) : name;
}

text
cookie_of(const struct call *call, text name)
{
	return pairs_get(&call->cookies, cookie_name(call->c->arena, name));
}

static void
set_cookie(struct call *call, text name, text value, int64_t seconds)
{
	bool https = text_starts(settings.base_url, "https:");
	struct buf b = BUF(call->c->arena);

	buf_fmt(
	    &b, "%s=%s; Path=/; SameSite=Lax; HttpOnly", cookie_name(call->c->arena, name), value);
	if (https)
		buf_add(&b, "; Secure");
	if (seconds)
		buf_fmt(&b, "; Max-Age=%lld", (long long)(seconds < 0 ? 0 : seconds));
	header_add(call, "Set-Cookie", buf_text(&b));
}

static void
reply_cookies(struct call *call)
{
	const struct reply *r = &call->reply;
	struct buf b = BUF(call->c->arena);

	if (r->cookie_token && *r->cookie_token)
		set_cookie(call, "sid", r->cookie_token, r->cookie_seconds);
	else if (r->cookie_token)
		set_cookie(call, "sid", "", -1);
	if (r->cookie_theme)
		set_cookie(call, "theme", r->cookie_theme, *r->cookie_theme ? 365 * 86400 : -1);
	if (r->flash && call->format == AS_HTML) {
		buf_url(&b, r->flash);
		set_cookie(call, "flash", buf_text(&b), 60);
	}
}

static void
document(struct call *call)
{
	const struct reply *r = &call->reply;

	call->out->type = r->bytes_type;
	call->out->body = r->bytes;
	call->out->n_body = r->n_bytes;
	call->out->stream = r->stream;
	if (r->file_name)
		header_add(call, "Content-Disposition",
		    arena_fmt(call->c->arena, "attachment; filename=\"%s\"", r->file_name));
}

/* Under /api/v1, if a program can read it there; some of what people are sent on to is a form for them alone. */
static text
where_it_is(struct call *call, text location)
{
	struct arena *a = call->c->arena;
	struct request q = { .method = GET };
	struct call there = { .c = call->c, .q = &q, .method = GET };

	if (!call->versioned && call->route->dialect == NULL)
		return location;
	q.path = arena_fmt(a, "/api/v1%.*s", (int)strcspn(location, "?"), location);
	return route_find(&there) == OK ? arena_fmt(a, "/api/v1%s", location) : location;
}

static void
as_json(struct call *call)
{
	const struct route *route = call->route;
	const struct reply *r = &call->reply;
	struct buf b = BUF(call->c->arena);

	if (r->location && r->status == 201)
		header_add(call, "Location", where_it_is(call, r->location));
	if (r->is_list) {
		struct field fields[3];
		struct items items = { r->list, r->next ? r->next : "" };

		items_fields(route, fields);
		fields_json(&b, fields, &items);
	} else if (r->data && route->out) {
		fields_json(&b, r->as ? r->as->out : route->out, r->data);
	} else {
		call->out->status = r->status == 201 ? 201 : 204;
		call->out->type = "";
		return;
	}
	body_is(call, "application/json", &b);
}

void
dress_reply(struct call *call)
{
	const struct reply *r = &call->reply;

	call->out->status = r->status;
	reply_cookies(call);
	if (r->refresh && call->format == AS_HTML)
		header_add(call, "Refresh", r->refresh);
	if (r->socket) {
		dress_socket(call);
	} else if (r->bytes_type) {
		document(call);
	} else if (call->format == AS_JSON) {
		as_json(call);
	} else if (r->location) {
		call->out->status = 303;
		call->out->type = "";
		header_add(call, "Location", r->location);
	} else if (call->route->dress == HERE) {
		as_json(call);
	} else if (call->route->page) {
		struct site site = { 0 };

		page_render(call, call->route->page, page_value(call, call->route, r), NULL, &site);
	} else {
		BUG("an answer that no dress fits");
	}
}

/* ---- a problem */

text
problem_detail(struct call *call, enum problem e)
{
	if (call->c->detail)
		return call->c->detail;
	return e == INTERNAL
	    ? "It is not your fault, nothing was charged, and we can see it in our log."
	    : "";
}

static void
problem_json(struct call *call, enum problem e)
{
	const struct complaints *bad = &call->c->complaints;
	text detail = problem_detail(call, e);
	struct buf b = BUF(call->c->arena);

	buf_fmt(&b, "{\"type\":\"/problems/%s\",\"title\":", problem_name(e));
	buf_json(&b, problem_title(e));
	buf_fmt(&b, ",\"status\":%d,\"code\":\"%s\"", problem_status(e), problem_name(e));
	if (*detail) {
		buf_add(&b, ",\"detail\":");
		buf_json(&b, detail);
	}
	if (call->c->request_id) {
		buf_add(&b, ",\"request_id\":");
		buf_json(&b, call->c->request_id);
	}
	for (int i = 0; i < bad->n; i++) {
		buf_add(&b, i ? "," : ",\"fields\":{");
		buf_json(&b, bad->v[i].field);
		buf_char(&b, ':');
		buf_json(&b, bad->v[i].says);
		if (i == bad->n - 1)
			buf_char(&b, '}');
	}
	buf_char(&b, '}');
	body_is(call, "application/problem+json", &b);
}

/* "first_name" → "First name", "slot_id" → "Slot": how the list above a form calls its fields. */
static text
label_of(struct arena *a, text field)
{
	size_t n = strlen(field);
	char *label = arena_bytes(a, field, n > 3 && text_is(field + n - 3, "_id") ? n - 3 : n);

	for (char *p = label; *p; p++)
		if (*p == '_')
			*p = ' ';
	if (*label >= 'a' && *label <= 'z')
		*label = (char)(*label - 'a' + 'A');
	return label;
}

void
site_problem(struct call *call, enum problem e, struct site *site)
{
	struct site_problem *p = arena_alloc(call->c->arena, sizeof *p);
	const struct complaints *bad = &call->c->complaints;

	p->status = problem_status(e);
	p->ours = p->status >= 500;
	p->refusal = p->status < 500 && p->status != 404;
	p->name = problem_name(e);
	p->title = problem_title(e);
	p->detail = problem_detail(call, e);
	p->request_id = call->c->request_id ? call->c->request_id : "";
	p->complaints.v =
	    arena_alloc(call->c->arena, MAX_COMPLAINTS * sizeof(struct site_complaint));
	p->complaints.n = (size_t)bad->n;
	for (int i = 0; i < bad->n; i++)
		*ROW(site_complaint, p->complaints, i) = (struct site_complaint){ bad->v[i].field,
			label_of(call->c->arena, bad->v[i].field), bad->v[i].says };
	p->repeat_to = "";
	p->logged_out = e == NOT_SIGNED_IN;
	if (p->ours || p->logged_out)
		typed_again(call, p);
	site->problem = p;
}

/* Who was logged out while a form was open is not led away from what was typed. */
static bool
to_login(struct call *call)
{
	text next = page_to_come_back_to(call);
	struct buf b = BUF(call->c->arena);

	if (next == NULL)
		return false;
	buf_add(&b, "/login");
	if (*next) {
		buf_add(&b, "?next=");
		buf_url(&b, next);
	}
	call->out->status = 303;
	call->out->type = "";
	header_add(call, "Location", buf_text(&b));
	return true;
}

static text
allowed_methods(struct call *call)
{
	static const struct {
		enum method method;
		text name;
	} names[] = { { GET, "GET, HEAD" }, { POST, "POST" }, { PUT, "PUT" }, { PATCH, "PATCH" },
		{ DELETE, "DELETE" } };
	struct buf b = BUF(call->c->arena);

	for (size_t i = 0; i < LENGTH(names); i++)
		if (call->methods & 1u << names[i].method)
			buf_fmt(&b, "%s, ", names[i].name);
	buf_add(&b, "OPTIONS");
	return buf_text(&b);
}

/* A document, asked for by what shows no pages: who gathers /metrics has no use for a form. */
static bool
is_program(const struct call *call)
{
	return call->route && call->route->page == NULL && call->method == GET &&
	    accept_choose(header_of(call->q, "accept")) != ACCEPTS_HTML;
}

void
dress_problem(struct call *call, enum problem e)
{
	struct ctx *c = call->c;

	if (e == INTERNAL)
		log_event("internal_error", "request_id", c->request_id ? c->request_id : "",
		    "path", call->q->path, "detail", c->detail ? c->detail : "", NULL);
	*call->out = (struct response){ .status = problem_status(e), .refused = e };
	if (e == NOT_SIGNED_IN && call->format == AS_HTML && !is_program(call) && to_login(call))
		return;
	if (problem_status(e) == 401)
		header_add(call, "WWW-Authenticate", "Bearer");
	if (e == METHOD_NOT_ALLOWED)
		header_add(call, "Allow", allowed_methods(call));
	if (problem_status(e) == 429 || problem_status(e) == 503 || e == REQUEST_RUNNING)
		header_add(call, "Retry-After",
		    arena_fmt(
			c->arena, "%lld", (long long)(c->retry_after > 0 ? c->retry_after : 1)));
	if (e == UPGRADE_REQUIRED) {
		header_add(call, "Upgrade", "websocket");
		header_add(call, "Connection", "Upgrade");
		header_add(call, "Sec-WebSocket-Version", "13");
	}
	if (dress_in_dialect(call, e)) {
		return;
	} else if (call->format == AS_JSON) {
		problem_json(call, e);
	} else if (!form_again(call, e)) {
		struct site site = { 0 };

		call->out->status = problem_status(e);
		site_problem(call, e, &site);
		page_render(call, "problem", (struct value){ 0 }, NULL, &site);
	}
}

/* ---- what every answer carries */

static const struct pair always[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Embedder-Policy", "require-corp" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
};

#define POLICY(forms)                                                                              \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "                \
	"connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'" forms       \
	"; base-uri 'none'; frame-ancestors 'none'"

/* form-action holds for where a form is sent on to, too. */
static text
policy(const struct call *call)
{
	text base = settings.payment_base_url, host = strstr(base, "://");

	if (call->route == NULL || !call->route->pays || host == NULL)
		return POLICY("");
	size_t n = (size_t)(host - base) + 3 + strcspn(host + 3, "/");
	return arena_fmt(call->c->arena, POLICY(" %s"), arena_bytes(call->c->arena, base, n));
}

static void
cors(struct call *call)
{
	if (*settings.cors_origins == 0)
		return;
	header_add(call, "Vary", "Origin");
	if (!from_a_friend(call->q))
		return;
	header_add(call, "Access-Control-Allow-Origin", header_of(call->q, "origin"));
	header_add(call, "Access-Control-Expose-Headers", "Location, Retry-After, X-Request-Id");
	if (call->method == OPTIONS) {
		header_add(call, "Access-Control-Allow-Methods", allowed_methods(call));
		header_add(call, "Access-Control-Allow-Headers",
		    "Authorization, Content-Type, Idempotency-Key, X-API-Key");
		header_add(call, "Access-Control-Max-Age", "600");
	}
}

/* Is there something in the answer for this caller alone?  Then nobody stores it. */
static bool
is_private(const struct call *call)
{
	return call->c->person.id || call->proof != NO_PROOF || call->told_csrf ||
	    call->method != GET || call->reply.momentary;
}

void
dress_end(struct call *call)
{
	struct ctx *c = call->c;
	struct response *out = call->out;

	header_add(call, "Content-Security-Policy", policy(call));
	for (size_t i = 0; i < LENGTH(always); i++)
		header_add(call, always[i].name, always[i].value);
	if (text_starts(settings.base_url, "https:"))
		header_add(call, "Strict-Transport-Security",
		    "max-age=63072000; includeSubDomains; preload");
	if (c->request_id)
		header_add(call, "X-Request-Id", c->request_id);
	if (pairs_get(&out->headers, "Cache-Control") == NULL) {
		header_add(call, "Cache-Control", is_private(call) ? "no-store" : "no-cache");
		header_add(call, "Vary",
		    kept_possible(call) ? "Accept, Cookie, Accept-Encoding" : "Accept, Cookie");
	}
	if (call->method == OPTIONS && out->status == 204)
		header_add(call, "Allow", allowed_methods(call));
	if (call->new_anonymous && out->n_body)
		set_cookie(call, "anon", call->anonymous, 0);
	if (*call->flash && out->status == 200 && call->format == AS_HTML)
		set_cookie(call, "flash", "", -1);
	cors(call);
	if (out->type == NULL)
		out->type = "";
}
