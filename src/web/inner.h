/*
 * inner.h -- what the files of web/ share: one request on its way through.
 */
#ifndef INNER_H
#define INNER_H

#include "gear/cache.h"
#include "gear/template.h"
#include "web/web.h"

enum format { AS_HTML, AS_JSON };
enum proof { NO_PROOF, BY_COOKIE, BY_BEARER, BY_KEY }; /* how the caller said who they are */
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
	text login; /* the token the cookie or Bearer carries; NULL */
	text anonymous; /* a random cookie for forms of people not signed in; "" until needed */
	bool new_anonymous;
	bool told_csrf; /* the answer may hold a token of this browser's forms */
	text flash; /* words left by the page before; "" */
	text theme; /* "", "light", "dark" */
	const void *in; /* what was decoded */
	struct reply reply;
	unsigned methods; /* bits of the methods this path takes, for Allow */
};

/* route.c: the row for a path.  NOT_FOUND, METHOD_NOT_ALLOWED. */
void routes_index(void);
enum problem route_find(struct call *);

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
text cookie_of(const struct call *, text name); /* as set_cookie() named it; NULL */
void header_add(struct call *, text name, text value); /* BUG() on CR, LF or NUL */

/* start.c */
bool asset_serve(struct call *); /* an address under /assets/: answered, also with 404 */

/* own.c */
extern const struct route web_routes[];

/* kept.c: public pages kept in the cache. */
bool kept_serve(struct call *, struct permit *); /* answered from the cache */
void kept_store(struct call *, const struct permit *);
bool kept_possible(const struct call *);
text kept_here(struct call *); /* the address of a kept page, without what is not its own */

#endif
