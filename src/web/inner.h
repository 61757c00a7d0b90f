/*
 * inner.h -- what the files of web/ share: one request on its way through.
 */
#ifndef INNER_H
#define INNER_H

#include "gear/cache.h"
#include "gear/template.h"
#include "web/single.h"
#include "web/web.h"

enum format { AS_HTML, AS_JSON };
enum proof {
	NO_PROOF,
	BY_COOKIE,
	BY_BEARER,
	BY_KEY,
	BY_TICKET
}; /* how the caller said who they are */
enum body { NO_BODY, FORM_BODY, JSON_BODY, MULTIPART_BODY };

struct call {
	struct ctx *c;
	const struct request *q;
	struct response *out;
	const struct route *route;
	enum method method; /* HEAD reads as GET here */
	bool head; /* … and its body is not sent */
	bool versioned; /* came under /api/v1 */
	enum format format;
	enum proof proof;
	enum body body;
	struct pairs segments; /* of the path, by the names in the row */
	struct pairs query, form, cookies;
	const struct json *json;
	text boundary; /* of a multipart body */
	struct rows parts; /* struct part: of one, too */
	text login; /* the token the cookie or Bearer carries; NULL */
	text anonymous; /* a random cookie for forms of people not signed in; "" until needed */
	bool new_anonymous;
	bool told_csrf; /* the answer may hold a token of this browser's forms */
	text flash; /* words left by the page before; "" */
	text theme; /* "", "light", "dark" */
	const void *in; /* what was decoded */
	struct reply reply;
	struct window window; /* of a row that gives an array */
	bool paged; /* … and whether its envelope is wanted */
	struct permit kept; /* .stamp: the answer came from, or went to, what is kept */
	struct single making; /* … which nobody else makes meanwhile */
	unsigned methods; /* bits of the methods this path takes, for Allow */
};

/* route.c: the row for a path.  NOT_FOUND, METHOD_NOT_ALLOWED. */
void routes_index(void);
enum problem route_find(struct call *);

/* serve.c: would this caller have JSON, where the row (NULL: none) gives either? */
bool wants_json(const struct call *, const struct route *);

/* window.c: the lists of the source systems. */
enum problem window_read(struct call *); /* INVALID */
enum problem window_dress(struct call *); /* NOT_FOUND: a page after the last */

/* guard.c: who is it, may they, not too often, not from another site. */
enum problem guard(struct call *);
bool from_a_friend(const struct request *); /* its Origin is among CORS_ORIGINS */
text csrf_token(struct call *);

/* decode.c: body and query into the row's struct. */
enum problem decode_body(struct call *);
enum problem decode(struct call *, const struct route *, void **in);
enum problem decode_path(
    struct call *, const struct route *, void **in); /* only what its path says */
struct raw typed(
    void *call, const struct field *); /* a field_source: segments, then body, or query of a GET */
text typed_text(struct call *, text name); /* NULL if absent */

/* once.c: idempotent replay.  *replayed: the first answer stands in call->out. */
enum problem once_begin(struct call *, bool *replayed);
enum problem once_remember(struct call *); /* inside the transaction that did the deed */

/* dress.c: the answer as bytes. */
bool pages_start(struct arena *forever, text *why);
const struct template *page_template(text name); /* NULL if there is none */
void dress_reply(struct call *);
void dress_problem(struct call *, enum problem);
void dress_end(struct call *); /* the headers every answer has */
struct site;
struct site_problem;
/* The template of that name: the page's struct innermost, then the form, then the site. */
void page_render(
    struct call *, text name, struct value page, const struct form_view *typed_in, struct site *);
struct value page_value(struct call *, const struct route *, const struct reply *);
void site_problem(struct call *, enum problem, struct site *);
text cookie_of(const struct call *, text name); /* as set_cookie() named it; NULL */
void header_add(struct call *, text name, text value); /* BUG() on CR, LF or NUL */

/* again.c: nothing typed is lost. */
bool form_again(struct call *, enum problem); /* false: no form can be shown */
void typed_again(struct call *, struct site_problem *);
/* Where to go after logging in: "" anywhere; NULL: what was typed would be lost on the way. */
text page_to_come_back_to(struct call *);
void body_is(struct call *, text type, const struct buf *);
text problem_detail(struct call *, enum problem); /* "" for none */

/* upgrade.c: what a WebSocket's handshake must hold (UPGRADE_REQUIRED, MALFORMED, BUSY), and its answer. */
enum problem upgrade_asked(struct call *);
void dress_socket(struct call *);

/* dialect.c: a problem in the shape and words of a source system.  False: the address is our own. */
bool dress_in_dialect(struct call *, enum problem);
/* The saying that a row's, or its dialect's, problem has there; NULL. */
const struct saying *saying_for(const struct route *, const struct dialect *, enum problem);

/* start.c */
bool asset_serve(struct call *); /* an address under /assets/: answered, also with 404 */

/* serve.c: with the header X-Only-Check a form's answers are looked at, and nothing is done. */
bool only_checks(const struct call *);

/* own.c */
extern const struct route web_routes[];

/* kept.c: public pages kept in the cache. */
bool kept_serve(
    struct call *); /* answered from the cache; if not: kept_store() or not, then kept_end() */
void kept_store(struct call *);
void kept_end(struct call *);
bool kept_possible(const struct call *);
text kept_here(struct call *); /* the address of a kept page, without what is not its own */

#endif
