/*
 * again.c -- nothing typed is lost: a refused form comes back as the person left it, with the words
 * beside the fields; where no form can be shown, what was typed waits in the problem's own page, to
 * be sent once more.
 */
#include "web/inner.h"
#include "web/site.h"

#define MOST_ROWS 3 /* tried for one form: its own page, and what stands in for that */
#define QUERY_MOST 1500

/* ---- the form again */

static const struct route *
row_again(const struct route *r)
{
	const struct route *form = r && r->again ? route_named(GET, r->again) : NULL;

	return form && form->page ? form : NULL;
}

/* What nobody can read is no reason to take the form away: it begins afresh under what was typed. */
static bool
answers(struct call *call, const struct route *form, struct reply *reply)
{
	struct ctx *c = call->c;
	void *in;

	*reply = (struct reply){ 0 };
	c->complaints.n = 0;
	bool readable = decode(call, form, &in) == OK;
	c->complaints.n = 0;
	if (!readable && decode_path(call, form, &in) != OK)
		return false;
	return form->run(c, in, reply) == OK && !reply->location && !reply->bytes_type;
}

static const struct route *
form_that_answers(struct call *call, struct reply *reply)
{
	const struct route *form = row_again(call->route);

	for (int i = 0; form && i < MOST_ROWS; i++, form = row_again(form)) {
		/* Who may not send the form may not see what its page shows, either. */
		if (call->c->person.role < form->who)
			return NULL;
		if (answers(call, form, reply))
			return form;
	}
	return NULL;
}

bool
form_again(struct call *call, enum problem e)
{
	struct ctx *c = call->c;
	struct complaints words = c->complaints;
	text detail = c->detail;
	struct reply reply;
	struct site site = { 0 };

	/* What another site filled in is not offered to be sent. */
	bool foreign = e == CROSS_SITE && detail == NULL;
	bool nowhere = e == NOT_FOUND && call->method == GET;
	if (foreign || nowhere || (problem_status(e) >= 500 && e != BUSY))
		return false;
	const struct route *form = form_that_answers(call, &reply);
	c->complaints = words;
	c->detail = detail;
	if (form == NULL)
		return false;
	struct form_view view = { typed, call, &c->complaints, page_value(call, form, &reply) };
	site_problem(call, e, &site);
	page_render(call, form->page, view.page, &view, &site);
	return true;
}

/* ---- what was typed, to be sent once more */

static bool
of_the_house(text name)
{
	return text_is(name, "csrf") || text_is(name, "request_id");
}

static bool
is_secret(const struct route *r, text name)
{
	const struct field *f = r && r->in ? field_find(r->in, name) : NULL;

	return f && f->secret;
}

/* The guard may have turned it away before its body was read. */
static bool
form_typed(struct call *call)
{
	if (call->body == NO_BODY && call->q->n_body && decode_body(call) != OK) {
		call->c->detail = NULL;
		return false;
	}
	for (size_t i = 0; i < call->form.n; i++)
		if (!of_the_house(call->form.v[i].name) && *call->form.v[i].value)
			return true;
	return false;
}

/* The same request_id goes along: what was done already is then not done twice. */
void
typed_again(struct call *call, struct site_problem *p)
{
	if (call->method != POST || !form_typed(call))
		return;
	p->repeat.v = arena_alloc(call->c->arena, call->form.n * sizeof(struct site_typed));
	for (size_t i = 0; i < call->form.n; i++)
		if (!is_secret(call->route, call->form.v[i].name))
			*ROW(site_typed, p->repeat, p->repeat.n++) =
			    (struct site_typed){ call->form.v[i].name, call->form.v[i].value };
	p->repeat_to = call->q->path;
}

/* ---- where one goes on after logging in */

/* "/reservations/:id" with the segments of this request. */
static text
path_back(struct call *call, text pattern)
{
	struct buf b = BUF(call->c->arena);

	for (text p = pattern; *p;) {
		if (*p != ':') {
			buf_char(&b, *p++);
			continue;
		}
		size_t n = strcspn(p, "/.");
		text value = pairs_get(&call->segments, arena_bytes(call->c->arena, p + 1, n - 1));

		buf_url(&b, value ? value : "");
		p += n;
	}
	return buf_text(&b);
}

/* All that was typed, in the address of a form that takes it from there.  False: it would be lost. */
static bool
query_back(struct call *call, const struct route *form, struct buf *b)
{
	text between = "?";

	for (size_t i = 0; i < call->form.n; i++) {
		const struct pair *p = &call->form.v[i];

		if (of_the_house(p->name) || *p->value == 0)
			continue;
		if (form->in == NULL || field_find(form->in, p->name) == NULL ||
		    is_secret(form, p->name))
			return false;
		buf_fmt(b, "%s%s=", between, p->name);
		buf_url(b, p->value);
		between = "&";
	}
	return b->n <= QUERY_MOST;
}

text
page_to_come_back_to(struct call *call)
{
	const struct route *form = row_again(call->route);
	struct buf b = BUF(call->c->arena);

	if (call->method == GET)
		return *call->q->query
		    ? arena_fmt(call->c->arena, "%s?%s", call->q->path, call->q->query)
		    : call->q->path;
	if (form == NULL)
		return form_typed(call) ? NULL : "";
	buf_add(&b, path_back(call, form->path));
	if (form_typed(call) && !query_back(call, form, &b))
		return NULL;
	return buf_text(&b);
}
