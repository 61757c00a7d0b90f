/*
 * web.h -- all that a slice must know of the web.
 *
 * A route is a row of data.  The same row routes the request, guards it, decodes its input, writes
 * the OpenAPI document and drives the tests, so that a fact about an address is written once.
 *
 *	socket → kore.c → serve(): find row → guard (who, may, limit, CSRF, replay) → decode → begin
 *→ handler → commit → dress → kore.c → socket
 *
 * A row with the path "/reservations/:id" answers there for people (HTML) and at
 * /api/v1/reservations/:id for programs (JSON).  A handler does not know which; it fills a reply
 * with described structs.
 */
#ifndef WEB_H
#define WEB_H

#include "base/form.h"
#include "gear/db.h"

enum method { GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD };

struct reply {
	int status;
	text location; /* for people a 303 goes there; for programs it is the Location of a 201 */
	text flash; /* said once on the next page, as a toast or a notice: "The slot is yours." */
	const void *data;
	struct rows list; /* instead of data, when .is_list */
	bool is_list;
	text next; /* address of the next page of a list, NULL at its end */
	text bytes_type; /* a document instead: "text/calendar; charset=utf-8" */
	const void *bytes;
	size_t n_bytes;
	text file_name; /* sent as an attachment under this name; NULL: shown in place */
	text cookie_token; /* sets the login cookie; "" takes it away; NULL leaves it */
	int64_t cookie_seconds; /* 0: until the browser closes */
	text cookie_theme;
};

/* The last line of a handler. */
enum problem reply_one(struct reply *, const void *);
enum problem reply_list(struct reply *, struct rows);
enum problem reply_made(struct reply *, text location, const void *); /* 201, or 303 */
enum problem reply_done(struct reply *, text location); /* 204, or 303 */
enum problem reply_bytes(struct reply *, text type, const void *, size_t n);

/* Is s a path of ours, fit to send somebody to: no scheme, no host, no trick? */
bool local_address(text);

enum dress {
	BOTH, /* a page, and /api/v1 */
	PAGE_ONLY, /* a page, or a document for people; no /api/v1 */
	API_ONLY, /* JSON at exactly this path, whatever Accept says */
};
struct limit { /* per caller's address */
	text name; /* counter shared by the rows that name it; NULL: none */
	const int64_t *per_minute; /* a setting */
};

struct route {
	enum method method;
	text path; /* ":name" takes one segment */
	enum role who; /* ANYONE … ADMIN */
	enum problem (*run)(struct ctx *, const void *in, struct reply *);
	const struct field *in; /* path segments, query, and body; NULL: takes nothing */
	size_t in_size;
	const struct field *out; /* NULL: nothing but status and location */
	size_t out_size;
	bool out_list;
	enum dress dress;
	text page; /* template of a GET, or of a POST whose answer is shown this once: a new key */
	text again; /* for a POST by a form: the GET row whose page shows the form again with words
		    * beside the fields; it is run with the same path segments and what was typed */
	text scope; /* API keys with this scope may, too */
	struct limit limit;
	text
	    turns; /* a whole number among the fields: requests with the same take turns (turns.h) */
	bool once; /* honours Idempotency-Key and request_id */
	bool bare; /* opens its own transactions; then .once cannot be */
	bool free_of_csrf; /* guarded by Origin alone: POST /appearance */
	bool cached; /* GET without a login: same bytes for everyone, kept as cache_tags says */
	const text
	    *cache_tags; /* "lots", "lot::id" (":id" is the segment's value), ended by NULL */
	text doc; /* one sentence */
	const enum problem
	    *fails; /* what it may answer beside what the row itself implies, ended by OK */
};
#define TAKES(s) .in = s##_fields, .in_size = sizeof(struct s)
#define GIVES(s) .out = s##_fields, .out_size = sizeof(struct s)
#define GIVES_LIST(s) GIVES(s), .out_list = true
#define FAILS(...)                                                                                 \
	.fails = (const enum problem[])                                                            \
	{                                                                                          \
		__VA_ARGS__, OK                                                                    \
	}
#define CACHED(...)                                                                                \
	.cached = true, .cache_tags = (const text[])                                               \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

extern const struct route *const all_routes[]; /* a list per slice; src/all.c */

struct request { /* as kore.c, or a test, hands it over */
	enum method method;
	text path; /* decoded? no: as it came, without the query */
	text query; /* raw, "" if none */
	struct pairs headers; /* names in lower case */
	const char *body;
	size_t n_body;
	text peer; /* address of the socket's other end, or what a trusted proxy says it is */
	enum problem
	    refused; /* OK; else what the edge found: TOO_LARGE (the body was not read), MALFORMED
	                       * (no path).  Answered in the dress of the address, without its handler */
};
struct response {
	int status;
	text type;
	struct pairs headers; /* beside Content-Type and Content-Length */
	const char *body;
	size_t n_body;
};
text header_of(const struct request *, text lower_case_name); /* NULL if absent */

/* One request.  c comes with arena, db, cache, now and request_id. */
void serve(struct ctx *, const struct request *, struct response *);
void openapi(struct buf *); /* the document, OpenAPI 3.1 */

/* Once, before the first request: the route index, the templates, the OpenAPI document.  False and
 * a sentence in *why if a route and its template do not fit together. */
bool web_start(struct arena *forever, text *why);
const struct route *route_named(enum method, text pattern); /* the row, as written; for tests */

/* Who is asking?  accounts/ answers; src/all.c names it, so that web/ knows no slice. */
struct sign_in {
	enum problem (*by_token)(struct ctx *, text jwt, struct person *); /* NOT_SIGNED_IN */
	enum problem (*by_key)(struct ctx *, text key, text scope, struct person *);
};
extern const struct sign_in all_sign_in;

#endif
