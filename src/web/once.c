/*
 * once.c -- the same request twice is one deed.
 *
 * The key is the header Idempotency-Key or the field request_id.  The first answer is kept in the
 * transaction that did the deed, so that both exist or neither; a refusal rolls back and is kept in
 * a transaction of its own.  5xx and unknown outcomes are never kept: trying again is right then.
 */
#include "web/once.h"
#include "gear/retention.h"
#include "gear/secret.h"
#include "web/inner.h"
#include "web_sql.h"

#define KEY_MOST 200 /* bytes */
#define KEPT (24 * HOUR)

const struct field first_answer_fields[] = { FIELD(first_answer, body_hash),
	FIELD(first_answer, status), FIELD(first_answer, type), FIELD(first_answer, location),
	FIELD(first_answer, body, .max = 1 << 24), FIELD(first_answer, at), FIELD_END };

const struct field key_lock_fields[] = { FIELD(key_lock, mine), FIELD_END };

static text
key_of(struct call *call)
{
	text key = header_of(call->q, "idempotency-key");

	if (key == NULL)
		key = typed_text(call, "request_id");
	return key && *key ? key : NULL;
}

static text
route_name(const struct call *call)
{
	return arena_fmt(call->c->arena, "%d %s", (int)call->method, call->q->path);
}

static text
body_hash(const struct call *call)
{
	/* A form's CSRF token is not part of what was asked. */
	struct buf b = BUF(call->c->arena);

	if (call->body != FORM_BODY)
		return keyed_hash(call->c->arena, "body",
		    arena_bytes(call->c->arena, call->q->body, call->q->n_body));
	for (size_t i = 0; i < call->form.n; i++) {
		if (text_is(call->form.v[i].name, "csrf"))
			continue;
		buf_url(&b, call->form.v[i].name);
		buf_char(&b, '=');
		buf_url(&b, call->form.v[i].value);
		buf_char(&b, '&');
	}
	return keyed_hash(call->c->arena, "body", buf_text(&b));
}

static void
replay(struct call *call, const struct first_answer *first)
{
	struct response *out = call->out;

	out->status = (int)first->status;
	out->type = first->type;
	out->body = first->body;
	out->n_body = strlen(first->body);
	if (*first->location)
		header_add(call, "Location", first->location);
	header_add(call, "Idempotency-Replayed", "true");
}

enum problem
once_begin(struct call *call, bool *replayed)
{
	struct ctx *c = call->c;
	struct first_answer first = { 0 };
	struct key_lock lock = { 0 };
	text key = key_of(call), route;

	*replayed = false;
	if (!call->route->once || c->person.id == 0 || key == NULL)
		return OK;
	if (strlen(key) > KEY_MOST || !text_printable(key))
		return complain(c, "request_id", "This must be at most %d characters.", KEY_MOST);
	route = route_name(call);
	TRY(request_lock(
	    c, arena_fmt(c->arena, "%lld %s %s", (long long)c->person.id, route, key), &lock));
	if (!lock.mine) {
		c->retry_after = 1;
		return REQUEST_RUNNING;
	}
	enum problem e =
	    request_answer(c, c->person.id, route, key, instant_plus(c->now, -KEPT), &first);
	if (e == NOT_FOUND)
		return OK;
	TRY(e);
	if (!text_is(first.body_hash, body_hash(call)))
		return KEY_REUSED;
	replay(call, &first);
	*replayed = true;
	return OK;
}

enum problem
once_remember(struct call *call)
{
	struct ctx *c = call->c;
	text key = key_of(call), location = pairs_get(&call->out->headers, "Location");

	if (!call->route->once || c->person.id == 0 || key == NULL || call->out->status >= 500)
		return OK;
	return request_keep(c, c->person.id, route_name(call), key, body_hash(call),
	    call->out->status, call->out->type ? call->out->type : "", location ? location : "",
	    arena_bytes(c->arena, call->out->body, call->out->n_body), c->now);
}

enum problem
requests_forget_person(struct ctx *c, int64_t user_id)
{
	return requests_of_user_forget(c, user_id);
}

const struct retention web_retention[] = {
	{ "requests", "Answers kept for repeated requests",
	    "What was answered to a booking or a payment, so that asking twice does it once.", NULL,
	    KEPT, NULL, requests_forget },
	{ NULL },
};
