/*
 * serve.c -- one request, from the parsed bytes to the written ones.
 *
 *	find the row → guard → decode → begin → handler → commit → dress
 *
 * There is no other way through the program, and serve() knows nothing of sockets, so the tests
 * call it as the server does.
 */
#include "gear/db.h"
#include "gear/settings.h"
#include "web/inner.h"
#include "web/ready.h"

#define TRIES 3 /* of a transaction that PostgreSQL asks to run again */

text
header_of(const struct request *q, text name)
{
	return pairs_get(&q->headers, name);
}

void
header_add(struct call *call, text name, text value)
{
	if (strpbrk(name, "\r\n:") || strpbrk(value, "\r\n"))
		BUG("a header that would split");
	pairs_add(call->c->arena, &call->out->headers, name, value);
}

/* ---- the last line of a handler */

enum problem
reply_one(struct reply *r, const void *data)
{
	r->status = 200;
	r->data = data;
	return OK;
}

enum problem
reply_list(struct reply *r, struct rows list)
{
	r->status = 200;
	r->list = list;
	r->is_list = true;
	return OK;
}

enum problem
reply_array(struct reply *r, struct rows list)
{
	r->status = 200;
	r->list = list;
	return OK;
}

enum problem
reply_made(struct reply *r, text location, const void *data)
{
	r->status = 201;
	r->location = location;
	r->data = data;
	return OK;
}

enum problem
reply_done(struct reply *r, text location)
{
	r->status = 204;
	r->location = location;
	return OK;
}

enum problem
reply_bytes(struct reply *r, text type, const void *bytes, size_t n)
{
	r->status = 200;
	r->bytes_type = type;
	r->bytes = bytes;
	r->n_bytes = n;
	return OK;
}

enum problem
reply_stream(struct reply *r, text type, const struct buf *first, const struct stream *rest)
{
	r->stream = rest;
	return reply_bytes(r, type, buf_text(first), first->n);
}

/* ---- HTML or JSON */

/* A JSON body, Accept, or a token without a word about it say so. */
bool
wants_json(const struct call *call, const struct route *r)
{
	text type = header_of(call->q, "content-type");
	enum accepts accepts = accept_choose(header_of(call->q, "accept"));

	if (type && text_is(media_type(call->c->arena, type), "application/json"))
		return true;
	if (accepts == ACCEPTS_ANY)
		return (r && r->json_first) || header_of(call->q, "authorization");
	return accepts == ACCEPTS_JSON;
}

/* Without a row (404) the path and the caller's wish decide. */
static enum format
choose_format(const struct call *call)
{
	const struct route *r = call->route;

	if (r && r->dress == PAGE_ONLY)
		return AS_HTML;
	if (text_starts(call->q->path, "/api/") || (r && r->dress == API_ONLY))
		return AS_JSON;
	return wants_json(call, r) ? AS_JSON : AS_HTML;
}

/* ---- the deed */

static enum problem
deed(struct call *call)
{
	call->reply = (struct reply){ .window = call->window };
	return call->route->run(call->c, call->in, &call->reply);
}

static bool
asks_again(enum problem e)
{
	return e == TRY_AGAIN;
}

/* A request that writes is a transaction.  A refusal that leaves a trace (c->keep) is committed,
 * too. */
static enum problem
write_once(struct call *call, bool *answered)
{
	struct ctx *c = call->c;
	enum problem e, end;

	*answered = false;
	c->keep = false;
	TRY(db_begin(c));
	e = once_begin(call, answered);
	if (e == OK && !*answered)
		e = deed(call);
	if (e == OK && !*answered) {
		dress_reply(call);
		e = once_remember(call);
	}
	if (e != OK && c->keep && !asks_again(e)) {
		dress_problem(call, e);
		*answered = true;
		end = once_remember(call);
		end = db_end(c, end == OK);
	} else {
		end = db_end(c, e == OK);
	}
	if (end != OK)
		*answered = false;
	return e != OK && !*answered ? e : end;
}

/* The handler opens its own transactions, so that none stands open while a password is reckoned. */
static enum problem
write_bare(struct call *call, bool *answered)
{
	*answered = false;
	enum problem e = deed(call);
	if (e == OK)
		dress_reply(call);
	return e;
}

static enum problem
write_until_done(struct call *call, bool *answered)
{
	enum problem e = OK;

	for (int i = 0; i < TRIES; i++) {
		*call->out = (struct response){ 0 };
		call->c->complaints.n = 0;
		call->c->detail = NULL;
		call->c->about = 0;
		e = call->route->bare ? write_bare(call, answered) : write_once(call, answered);
		if (!asks_again(e))
			break;
	}
	return asks_again(e) ? BUSY : e;
}

static enum problem
write(struct call *call, bool *answered)
{
	text name = call->route->turns, value = name ? typed_text(call, name) : NULL;
	int64_t key;

	*answered = false;
	if (value == NULL || !text_int(value, &key))
		return write_until_done(call, answered);
	db_wants(call->c, key);
	enum problem e = write_until_done(call, answered);
	db_wants(call->c, 0);
	return e;
}

/* A refusal is an answer, too: it is kept for who sends the key again. */
static void
remember_refusal(struct call *call, enum problem e)
{
	struct ctx *c = call->c;

	if (!call->route->once || e == REQUEST_RUNNING || e == KEY_REUSED ||
	    problem_status(e) >= 500 || problem_status(e) == 429)
		return;
	if (db_begin(c) == OK)
		db_end(c, once_remember(call) == OK);
}

static enum problem
read(struct call *call)
{
	enum problem e = deed(call);

	if (e == OK && call->route->out_array)
		return window_dress(call);
	if (e == OK)
		dress_reply(call);
	return e;
}

static enum problem
answer_options(struct call *call)
{
	call->out->status = 204;
	call->out->type = "";
	return OK;
}

/* ---- a form that is looked at while it is filled in */

bool
only_checks(const struct call *call)
{
	return call->method == POST && header_of(call->q, "x-only-check");
}

/* The deed is done and undone, so that its rules speak, and are written once. */
static enum problem
rehearse(struct call *call)
{
	struct ctx *c = call->c;

	if (call->route->rehearsed) {
		TRY(db_begin(c));
		enum problem e = deed(call), end = db_end(c, false);
		if (e != OK && !asks_again(e))
			return e;
		TRY(end);
	}
	call->out->status = 204;
	call->out->type = "";
	return OK;
}

static enum problem
run(struct call *call, bool *answered)
{
	void *in;

	*answered = false;
	TRY(guard(call));
	TRY(decode(call, call->route, &in));
	call->in = in;
	if (call->route->out_array)
		TRY(window_read(call));
	if (call->route->said)
		TRY(upgrade_asked(call));
	if (call->method == GET)
		return read(call);
	if (only_checks(call))
		return rehearse(call);
	enum problem e = write(call, answered);
	if (e != OK && !*answered) {
		dress_problem(call, e);
		remember_refusal(call, e);
	}
	*answered = true;
	return OK;
}

static enum problem
through(struct call *call)
{
	bool answered;

	TRY(route_find(call));
	call->format = only_checks(call) ? AS_JSON : choose_format(call);
	TRY(call->q->refused);
	if (kept_serve(call))
		return OK;
	enum problem e = run(call, &answered);
	if (e == OK && !answered)
		kept_store(call);
	kept_end(call);
	return e;
}

static void
open_call(struct call *call, struct ctx *c, const struct request *q, struct response *out)
{
	text cookie = header_of(q, "cookie"), value;

	*out = (struct response){ 0 };
	*call =
	    (struct call){ .c = c, .q = q, .out = out, .anonymous = "", .flash = "", .theme = "" };
	call->head = q->method == HEAD;
	call->method = call->head ? GET : q->method;
	if (c->person.name == NULL)
		c->person.name = "";
	if (cookie)
		cookies_parse(c->arena, cookie, &call->cookies);
	if ((value = cookie_of(call, "theme")) != NULL &&
	    (text_is(value, "light") || text_is(value, "dark")))
		call->theme = value;
	if ((value = cookie_of(call, "anon")) != NULL && strlen(value) == 32)
		call->anonymous = value;
	if ((value = cookie_of(call, "flash")) != NULL) {
		struct pairs one = { 0 };
		text raw = arena_fmt(c->arena, "f=%s", value);

		if (form_parse(c->arena, raw, strlen(raw), &one) && one.n == 1 &&
		    text_length(one.v[0].value) <= 300 && text_printable(one.v[0].value))
			call->flash = one.v[0].value;
	}
}

void
serve(struct ctx *c, const struct request *q, struct response *out)
{
	struct call call;
	enum problem e;

	open_call(&call, c, q, out);
	call.format = choose_format(&call);
	if (!form_parse(c->arena, q->query, strlen(q->query), &call.query))
		e = fail(c, MALFORMED, "The address cannot be read.");
	else if (asset_serve(&call))
		e = OK;
	else
		e = through(&call);
	if (e == METHOD_NOT_ALLOWED && call.method == OPTIONS)
		e = answer_options(&call);
	if (e != OK)
		dress_problem(&call, e);
	dress_end(&call);
	out->spoken = call.route && call.route->dialect ? call.route->dialect->name : NULL;
	ready_put(&call);
}
