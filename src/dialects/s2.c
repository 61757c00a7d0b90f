/*
 * s2.c -- the campus microservices: signing in and out, and notifications.
 *
 * Failures are {"msg":"…"}, ids are strings.
 */
#include "accounts/accounts.h"
#include "dialects/s2.h"
#include "gear/audit.h"
#include "gear/settings.h"
#include "notices/notices.h"

static void
body(struct buf *b, const struct refusal *r)
{
	buf_add(b, "{\"msg\":");
	buf_json(b, r->words);
	buf_char(b, '}');
}

static const struct saying sayings[] = {
	{ NOT_SIGNED_IN, 401, "User not authenticated" },
	{ INVALID, 400, NULL },
	{ INTERNAL, 500, "Internal server error" },
	{ OK },
};
const struct dialect s2 = { "s2", body, sayings,
	"{\"type\":\"object\",\"properties\":{\"msg\":{\"type\":\"string\"}},\"required\":[\"msg\"]"
	"}" };

const struct field s2_msg_fields[] = { FIELD(s2_msg, msg), FIELD_END };

enum problem
s2_say(struct ctx *c, struct reply *r, text msg)
{
	struct s2_msg *a = arena_alloc(c->arena, sizeof *a);

	a->msg = msg;
	return reply_one(r, a);
}

/* ---- signing in and out */

struct signin {
	text email, password;
};
static const struct field signin_fields[] = { FIELD(signin, email, .required = true, .max = 254),
	FIELD(signin, password, .required = true, .secret = true, .max = PASSWORD_MAX), FIELD_END };
struct signin_answer {
	text token, msg;
};
static const struct field signin_answer_fields[] = { FIELD(signin_answer, token),
	FIELD(signin_answer, msg), FIELD_END };

static enum problem
sign_in(struct ctx *c, const void *in, struct reply *r)
{
	const struct signin *given = in;
	struct signin_answer *a = arena_alloc(c->arena, sizeof *a);
	struct signed_in made = { 0 };

	TRY(account_login(c, given->email, given->password, &made));
	*a = (struct signin_answer){ made.token, "Login successful" };
	return reply_one(r, a);
}

static enum problem
sign_out(struct ctx *c, const void *in, struct reply *r)
{
	(void)in;
	TRY(session_close(c, c->person.id, c->person.session_id));
	TRY(audit_add(c, "signed_out", "user", c->person.id, ""));
	return s2_say(c, r, "Logged out successfully");
}

/* ---- notifications */

struct notification {
	text notification_id, content;
	bool read;
	instant created_at;
};
static const struct field notification_fields[] = { FIELD(notification, notification_id),
	FIELD(notification, content), FIELD(notification, read), FIELD(notification, created_at),
	FIELD_END };
struct notifications {
	struct rows notifications;
};
static const struct field notifications_fields[] = {
	FIELD_LIST(notifications, notifications, notification), FIELD_END
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	struct notifications *all = arena_alloc(c->arena, sizeof *all);
	struct rows lines;

	(void)in;
	TRY(notices_newest(c, S2_MOST, &lines));
	all->notifications.v = arena_alloc(c->arena, (lines.n + 1) * sizeof(struct notification));
	FOR_ROWS (notice_line, l, lines)
		*ROW(notification, all->notifications, all->notifications.n++) =
		    (struct notification){ arena_fmt(c->arena, "%lld", (long long)l->id), l->words,
			    l->read, l->created_at };
	return reply_one(r, all);
}

struct marks {
	text notification_ids;
};
static const struct field marks_fields[] = {
	FIELD(marks, notification_ids, .required = true, .several = true, .max = 100000), FIELD_END
};

static enum problem
mark(struct ctx *c, const void *in, struct reply *r)
{
	TRY(notices_mark_read(c, ((const struct marks *)in)->notification_ids));
	return s2_say(c, r, "Notifications marked as read");
}

struct to_region {
	text region, message;
};
static const struct field to_region_fields[] = { FIELD(to_region, region, .required = true,
						     .max = 200),
	FIELD(to_region, message, .required = true, .max = 2000), FIELD_END };

static enum problem
tell_region(struct ctx *c, const void *in, struct reply *r)
{
	const struct to_region *n = in;
	int64_t people;

	TRY(region_tell(c, n->region, n->message, &people));
	return s2_say(c, r, "Notification sent successfully");
}

struct region {
	text region;
};
static const struct field region_fields[] = { FIELD(region, region, .required = true, .max = 200),
	FIELD_END };

static enum problem
open_own(struct ctx *c, const void *in, struct reply *r)
{
	(void)c, (void)in;
	return reply_socket(r, "");
}

static enum problem
open_region(struct ctx *c, const void *in, struct reply *r)
{
	text region = ((const struct region *)in)->region;

	(void)c;
	if (!region_name_ok(region) || text_is(region, "ws") || text_is(region, "mark-as-read"))
		return NOT_FOUND;
	return reply_socket(r, region);
}

#define SIGN_INS .limit = { "login", &settings.limit_logins }
#define HANDSHAKES .limit = { "sockets", &settings.limit_sockets }

const struct route s2_routes[] = {
	{ POST, "/api/users/auth/signin", ANYONE, sign_in, TAKES(signin), GIVES(signin_answer),
	    .dress = API_ONLY, .bare = true, SIGN_INS,
	    SPEAKS(
		s2, { WRONG_LOGIN, 401, "Invalid credentials" }, { INVALID, 400, "Invalid input" }),
	    FAILS(WRONG_LOGIN, LOCKED), .doc = "S2: log in by e-mail address." },
	{ POST, "/api/users/auth/signout", CUSTOMER, sign_out, GIVES(s2_msg), .dress = API_ONLY,
	    .dialect = &s2, .doc = "S2: end this login, at once." },
	{ GET, "/api/users/notifications", CUSTOMER, list, GIVES(notifications), .dress = API_ONLY,
	    .dialect = &s2, .doc = "S2: your notifications, newest first, at most 1,000." },
	{ POST, "/api/users/notifications/mark-as-read", CUSTOMER, mark, TAKES(marks),
	    GIVES(s2_msg), .dress = API_ONLY,
	    SPEAKS(s2, { INVALID, 400, "Invalid notification IDs" }),
	    .doc = "S2: mark notifications as read: all of those named, or none." },
	{ POST, "/api/users/notification/:region", OPERATOR, tell_region, TAKES(to_region),
	    GIVES(s2_msg), .dress = API_ONLY, .dialect = &s2,
	    .doc = "S2: tell everybody of a region something." },
	{ GET, "/api/users/notifications/ws", CUSTOMER, open_own, .dress = API_ONLY,
	    .said = notices_heard, HANDSHAKES, .dialect = &s2, FAILS(CROSS_SITE, UPGRADE_REQUIRED),
	    .doc = "S2: a WebSocket that brings your notifications as they come." },
	{ GET, "/api/users/notifications/:region", CUSTOMER, open_region, TAKES(region),
	    .dress = API_ONLY, .said = notices_heard, HANDSHAKES, .dialect = &s2,
	    FAILS(CROSS_SITE, UPGRADE_REQUIRED), .doc = "S2: the same, with those of a region." },
	{ 0 },
};
