/* route.c -- from a path to its row. */
#include "web/inner.h"

#define MOST_ROUTES 1024
#define MOST_SEGMENTS 12
#define BUCKETS 256

struct indexed {
	const struct route *route;
	struct indexed *next;
};
static struct indexed pool[MOST_ROUTES];
static struct indexed *buckets[BUCKETS]; /* by the first segment; [0] also holds ":name" first */
static size_t n_routes;

static size_t
segment_length(text s)
{
	return strcspn(s, "/");
}

static unsigned
bucket_of(text path)
{
	size_t n = segment_length(path + 1);
	unsigned h = 5381;

	for (size_t i = 0; i < n; i++)
		h = h * 33 + (unsigned char)path[1 + i];
	return h % BUCKETS;
}

void
routes_index(void)
{
	n_routes = 0;
	memset(buckets, 0, sizeof buckets);
	for (const struct route *const *list = all_routes; *list; list++)
		for (const struct route *r = *list; r->path; r++) {
			if (n_routes == MOST_ROUTES || r->path[0] != '/' || r->path[1] == ':')
				BUG("a route that cannot be indexed");
			struct indexed *x = &pool[n_routes++], **to = &buckets[bucket_of(r->path)];

			while (*to)
				to = &(*to)->next;
			*x = (struct indexed){ .route = r };
			*to = x;
		}
}

const struct route *
route_named(enum method method, text pattern)
{
	for (size_t i = 0; i < n_routes; i++)
		if (pool[i].route->method == method && text_is(pool[i].route->path, pattern))
			return pool[i].route;
	return NULL;
}

/* Percent-decodes one segment.  False for a broken escape, a NUL, or a slash in disguise. */
static bool
segment_decode(struct arena *a, text s, size_t n, text *out)
{
	struct pairs one = { 0 };
	struct buf b = BUF(a);

	buf_add(&b, "x=");
	for (size_t i = 0; i < n; i++)
		if (s[i] == '+' || s[i] == '&' || s[i] == ';')
			buf_fmt(&b, "%%%02X", (unsigned char)s[i]);
		else
			buf_char(&b, s[i]);
	if (!form_parse(a, b.p, b.n, &one) || one.n != 1 || strchr(one.v[0].value, '/'))
		return false;
	*out = one.v[0].value;
	return true;
}

static bool
match(struct call *call, text pattern, text path)
{
	struct pair found[MOST_SEGMENTS];
	size_t n = 0;

	while (*pattern && *path) {
		if (*pattern != ':') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		size_t k = segment_length(pattern), m = segment_length(path);
		/* ":id.pdf": what follows a dot in the row stands in the path, too */
		size_t name = strcspn(pattern, "/."), ending = k - name;

		if (m <= ending || memcmp(pattern + name, path + m - ending, ending) != 0 ||
		    n == MOST_SEGMENTS)
			return false;
		found[n].name = arena_bytes(call->c->arena, pattern + 1, name - 1);
		if (!segment_decode(call->c->arena, path, m - ending, &found[n].value))
			return false;
		n++;
		pattern += k;
		path += m;
	}
	if (text_is(path, "/")) /* a trailing slash more or less is the same address */
		path++;
	if (text_is(pattern, "/"))
		pattern++;
	if (*pattern || *path)
		return false;
	call->segments = (struct pairs){ 0 };
	for (size_t i = 0; i < n; i++)
		pairs_add(call->c->arena, &call->segments, found[i].name, found[i].value);
	return true;
}

static bool
lives_here(const struct call *call, const struct route *r)
{
	return call->versioned ? r->dress == BOTH : true;
}

/* Words win over ":names": "/reservations/new" is not a reservation. */
static int
rank(text pattern)
{
	int names = 0;

	for (; *pattern; pattern++)
		names += *pattern == ':';
	return names;
}

/* At one address a page's row and a source system's stand side by side: the caller's wish decides.  A form that is only looked at
 * is the page's. */
static bool
better(const struct call *call, const struct route *best, const struct route *r)
{
	int more = rank(r->path) - rank(best->path);
	const struct route *here = r->dress == HERE ? r : best;

	if (more || here->dress != HERE)
		return more < 0;
	return (!only_checks(call) && wants_json(call, here)) == (r == here);
}

enum problem
route_find(struct call *call)
{
	text path = call->q->path;
	const struct route *best = NULL;
	struct pairs segments = { 0 };

	if (text_starts(path, "/api/v1/")) {
		call->versioned = true;
		path += strlen("/api/v1");
	}
	if (path[0] != '/')
		return NOT_FOUND;
	for (int pass = 0; pass < 2 && call->methods == 0; pass++) {
		if (pass == 1) { /* an API_ONLY row may itself live under /api/v1 */
			if (!call->versioned)
				break;
			call->versioned = false;
			path = call->q->path;
		}
		for (struct indexed *x = buckets[bucket_of(path)]; x; x = x->next) {
			const struct route *r = x->route;

			if (!lives_here(call, r) || !match(call, r->path, path))
				continue;
			call->methods |= 1u << r->method;
			if (r->method != call->method || (best && !better(call, best, r)))
				continue;
			best = r;
			segments = call->segments;
		}
	}
	if (call->methods == 0)
		return NOT_FOUND;
	if (best == NULL)
		return METHOD_NOT_ALLOWED;
	call->route = best;
	call->segments = segments;
	return OK;
}
