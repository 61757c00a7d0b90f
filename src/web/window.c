/*
 * window.c -- the lists of three of the source systems: newest first, a bare array, or by pages.
 *
 * Bare, at most MOST rows come at once, and Link leads to those after them.  Who names a page or its size gets {count,
 * next, previous, results}, whose addresses are whole, as those clients expect.
 */
#include "gear/settings.h"
#include "web/inner.h"
#include "web/window.h"

enum { MOST = 1000, USUAL = 100, FURTHEST = 1000000000 };

const struct field window_fields[] = { FIELD(window_asked, page, .min = 1, .max = FURTHEST / MOST,
					   .doc = "Which page, from 1: asks for pages"),
	FIELD(window_asked, page_size, .min = 1, .max = MOST,
	    .doc = "How many on a page: asks for pages; 100 unless given"),
	FIELD(window_asked, offset, .min = 0, .max = FURTHEST,
	    .doc = "How many to leave out, where no pages are asked for"),
	FIELD_END };

static struct raw
in_query(void *of_call, const struct field *f)
{
	return form_field(&((struct call *)of_call)->query, f);
}

enum problem
window_read(struct call *call)
{
	struct window_asked asked = { 0 };
	struct window *w = &call->window;

	if (!fields_decode(
		call->c->arena, window_fields, &asked, in_query, call, &call->c->complaints))
		return INVALID;
	call->paged = asked.page || asked.page_size;
	int64_t size = !call->paged ? MOST : asked.page_size ? asked.page_size : USUAL;
	w->skip = !call->paged ? asked.offset : asked.page ? (asked.page - 1) * size : 0;
	w->most = size + 1;
	w->counted = call->paged;
	return OK;
}

static bool
among_window(text name)
{
	return field_find(window_fields, name) != NULL;
}

/* This address with another window; what else stands in its query stays. */
static text
address_at(const struct call *call, int64_t skip)
{
	struct buf b = BUF(call->c->arena);
	int64_t size = call->window.most - 1, page = skip / size + 1;

	buf_fmt(&b, "%s%s?", settings.base_url, call->q->path);
	for (size_t i = 0; i < call->query.n; i++) {
		if (among_window(call->query.v[i].name))
			continue;
		buf_url(&b, call->query.v[i].name);
		buf_char(&b, '=');
		buf_url(&b, call->query.v[i].value);
		buf_char(&b, '&');
	}
	if (call->paged)
		buf_fmt(&b, "page=%lld&page_size=%lld", (long long)page, (long long)size);
	else
		buf_fmt(&b, "offset=%lld", (long long)skip);
	return buf_text(&b);
}

static void
array_json(struct call *call, struct buf *b)
{
	const struct route *r = call->route;

	buf_char(b, '[');
	for (size_t i = 0; i < call->reply.list.n; i++) {
		if (i)
			buf_char(b, ',');
		fields_json(b, r->out, (const char *)call->reply.list.v + i * r->out_size);
	}
	buf_char(b, ']');
}

static void
member_address(struct buf *b, text name, text address)
{
	buf_fmt(b, ",\"%s\":", name);
	if (address)
		buf_json(b, address);
	else
		buf_add(b, "null");
}

enum problem
window_dress(struct call *call)
{
	struct reply *r = &call->reply;
	struct buf b = BUF(call->c->arena);
	int64_t size = call->window.most - 1, skip = call->window.skip;
	text next = NULL, previous = NULL;

	if (call->format == AS_HTML) {
		dress_reply(call);
		return OK;
	}
	if ((int64_t)r->list.n > size) {
		r->list.n = (size_t)size;
		next = address_at(call, skip + size);
	}
	if (skip > 0)
		previous = address_at(call, skip > size ? skip - size : 0);
	if (call->paged && skip > 0 && r->list.n == 0)
		return fail(call->c, NOT_FOUND, "Invalid page.");
	if (call->paged) {
		buf_fmt(&b, "{\"count\":%lld", (long long)r->count);
		member_address(&b, "next", next);
		member_address(&b, "previous", previous);
		buf_add(&b, ",\"results\":");
	} else if (next) {
		header_add(call, "Link", arena_fmt(call->c->arena, "<%s>; rel=\"next\"", next));
	}
	array_json(call, &b);
	buf_add(&b, call->paged ? "}" : "");
	call->out->status = 200;
	body_is(call, "application/json", &b);
	return OK;
}
