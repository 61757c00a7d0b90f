/*
 * ctx.h -- what a request, a job or a test carries down with it.
 */
#ifndef CTX_H
#define CTX_H

#include "base/base.h"

struct db;
struct cache;

enum role { ANYONE, CUSTOMER, OPERATOR, ADMIN }; /* each may do what those before it may */

struct person { /* who is asking; id 0: nobody signed in */
	int64_t id;
	int64_t session_id; /* the login this came with; 0 for API keys */
	int64_t api_key_id; /* 0 for people */
	enum role role;
	text name; /* what to call them */
	bool verified; /* e-mail address proven */
};

struct ctx {
	struct arena *arena;
	struct db *db;
	struct cache *cache; /* NULL: no Redis here; everything works without */
	struct person person;
	instant now; /* when this began; frozen in tests.  The only clock rules may read */
	text request_id;
	text address; /* of the caller, "192.0.2.7" */
	text agent; /* User-Agent, cut to 200 bytes */
	text detail; /* words for the person about the failure; NULL: the problem's title will do */
	int64_t
	    retry_after; /* seconds, with TOO_MANY, LOCKED, BUSY, UNAVAILABLE; 0: none to give */
	int64_t about; /* what a refusal is about: the id of what is there already; 0: nothing */
	bool keep; /* a refusal that leaves a trace: commit although the answer is a problem */
	struct complaints complaints;
};

/* Fails with words: `return fail(c, TOO_LATE, "It could be cancelled until %s.", …)`. */
enum problem fail(struct ctx *, enum problem, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Says what is wrong with one field and answers INVALID. */
enum problem complain(struct ctx *, text field, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* A reaction: what one slice does when another tells news; runs in the same transaction.
 * The list of all reactions stands in src/all.c. */
enum news {
	NO_NEWS,
	USER_VERIFIED, /* id: user */
	USER_DELETED, /* id: user, who is still as they were */
	RESERVATION_HELD, /* id: reservation */
	RESERVATION_CONFIRMED,
	RESERVATION_CANCELLED,
	RESERVATION_EXPIRED,
	RESERVATION_CHANGED,
	RESERVATION_NO_SHOW,
	RESERVATION_TO_PAY, /* it stays held, and is to be paid online */
	RESERVATION_UNPAYABLE, /* money came for it that it cannot take any more */
	STAY_OPENED, /* id: stay; its car drove in */
	STAY_CLOSED, /* … and left, or an operator closed it; the fee stands */
	STAY_UNDONE, /* one of the two was a mistake */
	CHARGE_SETTLED, /* id: charge; all of it was paid */
	PAYMENT_MADE, /* id: payment */
	PAYMENT_FAILED, /* id: payment; it came to nothing */
	REFUND_MADE, /* id: refund; the money went back */
	LOT_CHANGED, /* id: lot; anything its public page shows */
};
struct reaction {
	enum news to;
	enum problem (*run)(struct ctx *, int64_t id);
};
extern const struct reaction all_reactions[];
enum problem tell(struct ctx *, enum news, int64_t id);

#endif
