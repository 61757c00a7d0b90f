/* dialect.c -- how the addresses of the five source systems fail. */
#include "web/inner.h"

/* "/api/users/" holds all below it, "/login" itself and all below, but not "/logins". */
static bool
holds(text prefix, text path)
{
	size_t n = strlen(prefix);

	return text_starts(path, prefix) &&
	    (prefix[n - 1] == '/' || path[n] == 0 || path[n] == '/');
}

static const struct dialect *
spoken_at(text path)
{
	const struct dialect *best = NULL;
	size_t longest = 0;

	for (const struct spoken *s = all_dialects; s->prefix; s++)
		if (holds(s->prefix, path) && strlen(s->prefix) > longest) {
			best = s->dialect;
			longest = strlen(s->prefix);
		}
	return best;
}

static const struct saying *
saying_of(const struct saying *s, enum problem e)
{
	for (; s && s->of != OK; s++)
		if (s->of == e)
			return s;
	return NULL;
}

const struct saying *
saying_for(const struct route *r, const struct dialect *d, enum problem e)
{
	const struct saying *s = r ? saying_of(r->says, e) : NULL;

	return s ? s : saying_of(d->says, e);
}

/* What to say: the row's words, the dialect's, what the rule itself said, the first complaint, the title. */
static text
words_for(struct call *call, enum problem e, const struct saying *s)
{
	const struct complaints *bad = &call->c->complaints;
	text detail = problem_detail(call, e);

	if (s && s->words)
		return s->words;
	if (*detail)
		return detail;
	if (bad->n)
		return arena_fmt(call->c->arena, "%s: %s", bad->v[0].field, bad->v[0].says);
	return problem_title(e);
}

bool
dress_in_dialect(struct call *call, enum problem e)
{
	const struct dialect *d =
	    call->route && call->route->dialect ? call->route->dialect : spoken_at(call->q->path);
	struct buf b = BUF(call->c->arena);

	if (d == NULL || call->format != AS_JSON || only_checks(call))
		return false;
	const struct saying *s = saying_for(call->route, d, e);
	if (s && s->status)
		call->out->status = s->status;
	d->body(&b,
	    &(struct refusal){ .of = e,
		.status = call->out->status,
		.words = words_for(call, e, s),
		.bad_token = e == NOT_SIGNED_IN && call->proof == BY_BEARER,
		.as = s,
		.about = call->c->about,
		.complaints = &call->c->complaints });
	body_is(call, "application/json", &b);
	return true;
}
