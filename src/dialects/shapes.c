/* shapes.c -- the shapes in which two of the source systems each fail, once. */
#include "dialects/dialects.h"

static void
member(struct buf *b, text name, text words)
{
	if (b->n > 1)
		buf_char(b, ',');
	buf_json(b, name);
	buf_char(b, ':');
	buf_json(b, words);
}

static void
what_it_is_about(struct buf *b, const struct refusal *r)
{
	if (r->as == NULL || r->as->about == NULL || r->about == 0)
		return;
	buf_char(b, ',');
	buf_json(b, r->as->about);
	buf_fmt(b, ":%lld", (long long)r->about);
}

void
complaints_rename(struct ctx *c, text from, text to)
{
	for (int i = 0; i < c->complaints.n; i++)
		if (text_is(c->complaints.v[i].field, from))
			c->complaints.v[i].field = to;
}

/* ---- Django REST framework: {"detail":"…"}, or {"<field>":["…"]} of bad fields */

const struct saying rest_sayings[] = {
	{ NOT_SIGNED_IN, 401, "Authentication credentials were not provided." },
	{ FORBIDDEN, 403, "You do not have permission to perform this action." },
	{ NOT_FOUND, 404, "Not found." },
	{ METHOD_NOT_ALLOWED, 405, "That method is not allowed here." },
	{ INVALID, 400 },
	{ OK },
};

static bool
told_before(const struct complaints *bad, int i)
{
	for (int k = 0; k < i; k++)
		if (text_is(bad->v[k].field, bad->v[i].field))
			return true;
	return false;
}

static void
by_field(struct buf *b, const struct complaints *bad)
{
	for (int i = 0; i < bad->n; i++) {
		if (told_before(bad, i))
			continue;
		if (b->n > 1)
			buf_char(b, ',');
		buf_json(b, bad->v[i].field);
		buf_add(b, ":[");
		for (int k = i; k < bad->n; k++) {
			if (!text_is(bad->v[k].field, bad->v[i].field))
				continue;
			if (k > i)
				buf_char(b, ',');
			buf_json(b, bad->v[k].says);
		}
		buf_char(b, ']');
	}
}

void
rest_body(struct buf *b, const struct refusal *r)
{
	const struct saying *as = r->as;
	bool in_words = as && as->words;

	buf_char(b, '{');
	if (r->bad_token) {
		member(b, "detail", "Given token not valid for any token type");
		member(b, "code", "token_not_valid");
	} else if (r->complaints->n && !in_words) {
		by_field(b, r->complaints);
	} else {
		member(b, as && as->name ? as->name : "detail", r->words);
		if (as && as->code)
			member(b, "code", as->code);
		what_it_is_about(b, r);
	}
	buf_char(b, '}');
}

/* ---- {"success":true,"message":"…"} */

const struct field success_fields[] = { FIELD(success, success), FIELD(success, message),
	FIELD_END };

enum problem
success_say(struct ctx *c, struct reply *r, text message)
{
	struct success *a = arena_alloc(c->arena, sizeof *a);

	*a = (struct success){ true, message };
	return reply_one(r, a);
}

/* ---- {"success":false,"message":"…","error":"…"}: a sentence, and the problem's name */

const struct saying success_sayings[] = { { INVALID, 400 }, { WRONG_CODE, 400 },
	{ CODE_ENDED, 400 }, { OK } };

void
success_body(struct buf *b, const struct refusal *r)
{
	buf_add(b, "{\"success\":false");
	member(b, "message", r->words);
	member(b, "error", problem_name(r->of));
	what_it_is_about(b, r);
	buf_char(b, '}');
}
