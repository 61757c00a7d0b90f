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

/* Which part of a list is wanted. */
struct window {
	int64_t skip;
	int64_t most; /* one more than is shown: that is how we see that there is a next page */
	bool counted; /* say in reply.count how many there are altogether */
};

/* An answer too long to be made before it is sent: its next piece is made when the client has taken nearly all of
 * the one before. */
struct stream {
	/* Adds a piece.  *more false: that was the last.  A problem cuts the answer off, so that who reads it can
	 * tell: without the last chunk of RFC 9112, 7.1, or by a reset. */
	enum problem (*next)(struct ctx *, void *arg, struct buf *, bool *more);
	void *arg;
};

/* Another shape in which a row may answer well. */
struct shape {
	int status;
	const struct field *out;
	text doc;
};

/* What a row with .batch is given: one struct, or the structs of a JSON list. */
struct batch {
	bool list;
	struct rows items; /* of the row's `in` */
	text *
	    faults; /* for each item: NULL, or what is wrong with it, "voltage: …"; of one alone NULL */
};

struct reply {
	struct window window; /* of a row that GIVES_ARRAY: filled in before its handler is run */
	int64_t count;
	int status;
	text location; /* for people a 303 goes there; for programs it is the Location of a 201 */
	text flash; /* said once on the next page, as a toast or a notice: "The slot is yours." */
	const void *data;
	const struct shape *as; /* one of the row's .others, in which data is; NULL: as its .out */
	struct rows list; /* instead of data, when .is_list */
	bool is_list;
	text next; /* address of the next page of a list, NULL at its end */
	text bytes_type; /* a document instead: "text/calendar; charset=utf-8" */
	const void *bytes;
	size_t n_bytes;
	const struct stream *stream; /* what comes behind the bytes; NULL: nothing */
	text file_name; /* sent as an attachment under this name; NULL: shown in place */
	text
	    refresh; /* for people: the page asks again by itself after so many seconds, "2", or leads
		       * on, "0; url=https://…" */
	text cookie_token; /* sets the login cookie; "" takes it away; NULL leaves it */
	int64_t cookie_seconds; /* 0: until the browser closes */
	text cookie_theme;
	bool momentary; /* true at this moment only: nobody may store it */
	bool socket; /* the connection becomes a WebSocket */
	text socket_region; /* whose notices it gets, too; "" for none */
};

/* The last line of a handler. */
enum problem reply_one(struct reply *, const void *);
enum problem reply_list(struct reply *, struct rows);
enum problem reply_array(struct reply *, struct rows); /* of a row that GIVES_ARRAY */
enum problem reply_made(struct reply *, text location, const void *); /* 201, or 303 */
enum problem reply_done(struct reply *, text location); /* 204, or 303 */
enum problem reply_bytes(struct reply *, text type, const void *, size_t n);
/* The first piece, which shows whether there is an answer at all, and what makes the others. */
enum problem reply_stream(
    struct reply *, text type, const struct buf *first, const struct stream *);
/* A table as CSV; `in` is the table's own.  BUSY: as db_each(). */
struct table;
enum problem reply_table(struct ctx *, const struct table *, const void *in, struct reply *);
const struct table *table_named(text name); /* NULL if there is none */
enum problem reply_socket(struct reply *, text region); /* 101, of a row with .said */

/* One message of a client's over a WebSocket, in a transaction.  What is put into the answer is sent back; a problem is
 * told as {"type":"error","msg":"…"}. */
typedef enum problem hearing(struct ctx *, const char *message, size_t n, struct buf *answer);

/* Is s a path of ours, fit to send somebody to: no scheme, no host, no trick? */
bool local_address(text);

enum dress {
	BOTH, /* a page, and /api/v1 */
	PAGE_ONLY, /* a page, or a document for people; no /api/v1 */
	API_ONLY, /* JSON at exactly this path, whatever Accept says */
	HERE, /* JSON at exactly this path for who asks for JSON; a page's row may share it.  Without
	       * one people are sent on to the reply's location */
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
	int64_t batch; /* a JSON list of up to so many may come, too: `in` is a struct batch */
	const struct field *out; /* NULL: nothing but status and location */
	size_t out_size;
	bool out_list;
	const struct shape *others; /* beside .out, with one status among them, ended by { 0 } */
	bool
	    out_array; /* a list as three of the source systems gave it, newest first: a bare array of
			 * at most 1000 and a Link to the next; with ?page= or ?page_size= {count, next,
			 * previous, results} */
	bool makes; /* a good end is 201, for people 303; without it 200, and without out 204 */
	text gives; /* of a program's row: a document of this media type, and no out */
	enum dress dress;
	bool json_first; /* HERE: who does not say what they want gets JSON */
	text page; /* template of a GET, or of a POST whose answer is shown this once: a new key */
	text again; /* for a POST by a form: the GET row whose page shows the form again with words
		    * beside the fields; it is run with the same path segments and what was typed */
	text scope; /* API keys with this scope may, too */
	struct limit limit;
	text
	    turns; /* a whole number among the fields: requests with the same take turns (db_wants()) */
	bool once; /* honours Idempotency-Key and request_id */
	bool bare; /* opens its own transactions; then .once cannot be */
	bool rehearsed; /* may be done and undone, to say beforehand what is wrong with a form */
	bool free_of_csrf; /* guarded by Origin alone: POST /appearance */
	bool raw; /* `in` is the struct request, its body unread: webhooks, whose very bytes are
		   * signed, and addresses whose query depends on their path */
	bool
	    one_click; /* its address is signed and says all: taken from anywhere, without login, token
			 * or origin, its fields from the query (RFC 8058: List-Unsubscribe-Post) */
	bool pays; /* a form of its page leads to the payment provider: the policy lets it */
	hearing *said; /* a GET that opens a WebSocket (socket.h), and what hears its client */
	const struct dialect *dialect; /* how it fails; NULL: as the address' family does */
	const struct saying *says; /* … and its own words, ended by { OK } */
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
#define GIVES_ARRAY(s) GIVES(s), .out_array = true
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

/* The source systems fail in shapes and words of their own, at their addresses alone: JSON in place of RFC 9457. */
struct saying {
	enum problem of;
	int status; /* 0: the problem's own */
	text words; /* NULL: what the rule said */
	text name; /* of the member that holds the words; NULL: as the dialect calls it */
	text code; /* a member "code" beside them; NULL: none */
	text about; /* … and one of this name, that says what c->about is; NULL: none */
};
struct refusal {
	enum problem of;
	int status;
	text words;
	bool bad_token; /* a Bearer token came, and does not hold */
	const struct saying *as; /* NULL: neither the row nor the dialect has a saying */
	int64_t about;
	const struct complaints *complaints;
};
struct dialect {
	text name; /* "s0" */
	void (*body)(struct buf *, const struct refusal *);
	const struct saying *says; /* of all its addresses, ended by { OK } */
	text schema; /* of what body() writes, as JSON Schema */
};
/* Where each is spoken, also by an address that has no row: the longest prefix wins.  src/all.c */
struct spoken {
	text prefix; /* "/api/users/": all below; "/login": that address, and all below */
	const struct dialect *dialect;
};
extern const struct spoken all_dialects[]; /* ended by { NULL } */

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
	bool alone; /* HTTP/1.1 and nothing behind it on the connection: that may become a socket */
};
struct opening { /* of a WebSocket */
	struct person person;
	text region; /* "" for none, at most 64 bytes */
	hearing *said;
};
struct response {
	int status;
	text type;
	struct pairs headers; /* beside Content-Type and Content-Length */
	const char *body;
	size_t n_body;
	enum problem refused; /* OK: it was not; told to the log, not sent */
	text
	    spoken; /* the dialect of the row that answered; NULL: our own; told to the log, not sent */
	const struct stream *stream; /* comes behind the body; NULL: nothing */
	const struct opening *opening; /* with 101 */
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
	enum problem (*by_ticket)(struct ctx *, text ticket, struct person *); /* NOT_SIGNED_IN */
};
extern const struct sign_in all_sign_in;

/* The processes that serve. */
struct web_worker {
	int64_t number, pid;
	int64_t requests; /* answered so far, whoever had that number before counted in */
	int64_t memory; /* resident bytes; 0: it cannot be told */
	text memory_words; /* "84 MB" */
};
extern const struct field web_worker_fields[];
void web_workers(struct arena *, struct rows *);

/* What is live?  notices/ answers. */
struct live_source {
	/* Of `connected` people, those who hold the notice; `watching` ones, who look at its region, are given it.
	 * Lists of int64_t. */
	enum problem (*reach)(struct ctx *, int64_t notice, struct rows watching,
	    struct rows connected, struct rows *holders);
	/* What was told since then, oldest first: struct live_notice */
	enum problem (*since)(struct ctx *, instant, struct rows *);
	/* Of these logins, those that hold no more. */
	enum problem (*ended)(struct ctx *, struct rows sessions, struct rows *ended);
	int64_t (*unread)(struct ctx *); /* of c->person, for the masthead */
};
extern const struct live_source all_live;

#endif
