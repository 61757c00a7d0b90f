/* guard.c -- who is it, may they, not too often, not from another site. */
#include "gear/cache.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "web/inner.h"

/* The origin (scheme, host, port) of a URL: all of it up to the third slash. */
static bool
same_origin(text url, text origin)
{
	text host = strstr(url, "://");

	if (host == NULL)
		return false;
	size_t n = (size_t)(host - url) + 3 + strcspn(host + 3, "/");
	return strlen(origin) == n && memcmp(url, origin, n) == 0;
}

static bool
among_words(text list, text word)
{
	size_t n = strlen(word);

	while (*list) {
		list += strspn(list, " ,");
		size_t k = strcspn(list, " ,");

		if (k == n && n && memcmp(list, word, n) == 0)
			return true;
		list += k;
	}
	return false;
}

/* Origin is ours, or the browser itself says so.  "null" never is. */
static bool
from_our_pages(const struct request *q)
{
	text origin = header_of(q, "origin"), site = header_of(q, "sec-fetch-site");

	if (site && text_is(site, "same-origin"))
		return true;
	return origin && same_origin(settings.base_url, origin);
}

/* CORS_ORIGINS names whole origins: "https://a.test" says nothing of "https://a.tes". */
bool
from_a_friend(const struct request *q)
{
	text origin = header_of(q, "origin");

	return origin && among_words(settings.cors_origins, origin);
}

/* What a CSRF token is tied to: the login, or the anonymous cookie of this browser. */
text
csrf_token(struct call *call)
{
	struct ctx *c = call->c;

	if (call->proof == BY_COOKIE)
		return keyed_hash(c->arena, "csrf", call->login);
	if (call->anonymous[0] == 0) {
		call->anonymous = random_hex(c->arena, 16);
		call->new_anonymous = true;
	}
	call->told_csrf = true;
	return keyed_hash(c->arena, "csrf", call->anonymous);
}

/* Only what a browser sends by itself can be forged by another site: cookies, and a plain form. */
static bool
forgeable(const struct call *call)
{
	if (call->method == GET || call->method == OPTIONS)
		return false;
	if (call->proof == BY_COOKIE)
		return true;
	return call->proof == NO_PROOF && call->format == AS_HTML;
}

/* No other site may open a WebSocket with our cookie: the browser says where it comes from, and sends no CORS request
 * first.  Programs say nothing of the kind, and have no cookie. */
static enum problem
not_hijacked(struct call *call)
{
	text origin = header_of(call->q, "origin");

	if (origin == NULL)
		return call->proof == BY_COOKIE ? CROSS_SITE : OK;
	return same_origin(settings.base_url, origin) || from_a_friend(call->q) ? OK : CROSS_SITE;
}

static enum problem
not_forged(struct call *call)
{
	text token = typed_text(call, "csrf");

	if (call->route->said)
		return not_hijacked(call);
	if (call->route->one_click)
		return OK;
	if (!forgeable(call)) {
		if (header_of(call->q, "origin") && call->method != GET &&
		    call->proof == NO_PROOF && !from_our_pages(call->q) && !from_a_friend(call->q))
			return CROSS_SITE;
		return OK;
	}
	if (!from_our_pages(call->q))
		return CROSS_SITE;
	if (call->route->free_of_csrf)
		return OK;
	if (token == NULL)
		token = header_of(call->q, "x-csrf-token");
	if (token == NULL || (call->proof == NO_PROOF && call->anonymous[0] == 0) ||
	    !same_secret(token, csrf_token(call)))
		return fail(call->c, CROSS_SITE,
		    "The form has grown old. Load the page again and send it once more.");
	return OK;
}

/* A cookie that no longer holds makes a stranger of its bearer; a Bearer token that does not hold
 * is refused. */
static enum problem
identify(struct call *call)
{
	struct ctx *c = call->c;
	text authorization = header_of(call->q, "authorization"),
	     key = header_of(call->q, "x-api-key");
	text cookie = cookie_of(call, "sid"), ticket = pairs_get(&call->query, "ticket");

	if (authorization && strncasecmp(authorization, "Bearer ", 7) == 0) {
		call->login = text_trim(c->arena, authorization + 7);
		call->proof = BY_BEARER;
		return all_sign_in.by_token(c, call->login, &c->person);
	}
	if (key && call->route->scope) {
		call->proof = BY_KEY;
		return all_sign_in.by_key(c, key, call->route->scope, &c->person);
	}
	if (call->route->said &&
	    ticket) { /* a browser cannot send Authorization with a handshake */
		call->proof = BY_TICKET;
		return all_sign_in.by_ticket(c, ticket, &c->person);
	}
	if (cookie == NULL || *cookie == 0)
		return OK;
	call->login = cookie;
	enum problem e = all_sign_in.by_token(c, cookie, &c->person);
	if (e == OK)
		call->proof = BY_COOKIE;
	else
		c->person = (struct person){ .name = "" };
	return e == NOT_SIGNED_IN ? OK : e;
}

static enum problem
may(const struct call *call)
{
	const struct person *p = &call->c->person;

	if (call->route->who == ANYONE || call->proof == BY_KEY)
		return OK;
	if (p->id == 0)
		return NOT_SIGNED_IN;
	return p->role >= call->route->who ? OK : FORBIDDEN;
}

static enum problem
not_too_often(struct call *call)
{
	const struct limit *l = &call->route->limit;
	struct ctx *c = call->c;
	int64_t left = 60;

	if (l->name == NULL || only_checks(call))
		return OK;
	int64_t n =
	    cache_count(c, arena_fmt(c->arena, "limit:%s:%s", l->name, c->address), 60, &left);
	if (n <= *l->per_minute)
		return OK;
	c->retry_after = left > 0 ? left : 1;
	return fail(c, TOO_MANY, "Please try again in %lld seconds.", (long long)c->retry_after);
}

enum problem
guard(struct call *call)
{
	TRY(identify(call));
	TRY(may(call));
	TRY(decode_body(call));
	TRY(not_forged(call));
	return not_too_often(call);
}
