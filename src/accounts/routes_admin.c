#include "accounts_sql.h"

#include "gear/mail.h"
#include "gear/settings.h"
#include "gear_sql.h"
#include "web/web.h"

enum { PAGE = 50 };

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

/* "&name=value", or nothing for an empty value. */
static void
add_query(struct buf *b, text name, text value)
{
	if (*value == 0)
		return;
	buf_fmt(b, "%c%s=", strchr(buf_text(b), '?') ? '&' : '?', name);
	buf_url(b, value);
}

static text
next_page(struct ctx *c, text path, int64_t last, size_t n)
{
	struct buf b = BUF(c->arena);

	if (n < PAGE)
		return "";
	buf_add(&b, path);
	add_query(&b, "before", arena_fmt(c->arena, "%lld", (long long)last));
	return buf_text(&b);
}

/* ---- people */

struct user_search {
	text q, of;
	int64_t before;
};
static const text roles_or_any[] = { "", "customer", "operator", "admin", NULL };
static const struct field user_search_fields[] = { FIELD(user_search, q, .max = 100,
						       .doc = "Part of a name or an address"),
	FIELD(user_search, of, .among = roles_or_any, .doc = "Only people with this role"),
	FIELD(user_search, before, .min = 0, .max = INT64_MAX, .doc = "Older than this id"),
	FIELD_END };

struct users_page {
	text q, of, next;
	struct rows items;
};
static const struct field users_page_fields[] = { FIELD(users_page, q), FIELD(users_page, of),
	FIELD_LIST(users_page, items, user), FIELD(users_page, next, .nullable = true), FIELD_END };

static enum problem
list_users(struct ctx *c, const void *in, struct reply *r)
{
	const struct user_search *s = in;
	struct users_page *p = arena_alloc(c->arena, sizeof *p);
	struct buf path = BUF(c->arena);

	*p = (struct users_page){ .q = s->q, .of = s->of, .next = "" };
	TRY(users_found(c, s->q, s->of, s->before, PAGE, &p->items));
	buf_add(&path, "/admin/users");
	add_query(&path, "q", s->q);
	add_query(&path, "of", s->of);
	if (p->items.n == PAGE)
		p->next =
		    next_page(c, buf_text(&path), ROW(user, p->items, PAGE - 1)->id, p->items.n);
	return reply_one(r, p);
}

struct nothing {
	bool ignored;
};
static const struct field nothing_fields[] = { FIELD_END };

static enum problem
show_nothing(struct ctx *c, const void *in, struct reply *r)
{
	(void)in;
	return reply_one(r, arena_alloc(c->arena, sizeof(struct nothing)));
}

static text
user_path(struct ctx *c, int64_t id)
{
	return arena_fmt(c->arena, "/admin/users/%lld", (long long)id);
}

static enum problem
add_user(struct ctx *c, const void *in, struct reply *r)
{
	const struct new_user *n = in;
	struct user *made = arena_alloc(c->arena, sizeof *made);
	int64_t id;

	TRY(account_add(c, n, &id));
	TRY(user_get(c, id, made));
	r->flash = *n->password ? "The account is made."
				: "The account is made, and an invitation is on its way.";
	return reply_made(r, user_path(c, id), made);
}

struct user_page {
	int64_t id;
	text username, email, name, phone, region, address, role;
	bool verified, disabled, oneself;
	instant created_at, seen_at;
	struct rows events;
};
static const struct field user_page_fields[] = { FIELD(user_page, id), FIELD(user_page, username),
	FIELD(user_page, email), FIELD(user_page, name), FIELD(user_page, phone),
	FIELD(user_page, region), FIELD(user_page, address), FIELD(user_page, role),
	FIELD(user_page, verified), FIELD(user_page, disabled),
	FIELD(user_page, oneself, .doc = "It is the one who asks"), FIELD(user_page, created_at),
	FIELD(user_page, seen_at), FIELD_LIST(user_page, events, audit_line), FIELD_END };

static enum problem
show_user(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *which = in;
	struct user_page *p = arena_alloc(c->arena, sizeof *p);
	struct user u = { 0 };

	TRY(user_get(c, which->id, &u));
	*p = (struct user_page){ u.id, u.username, u.email, u.name, u.phone, u.region, u.address,
		u.role, u.verified, u.disabled, u.id == c->person.id, u.created_at, u.seen_at,
		{ 0 } };
	TRY(audit_lines(c, "user", u.id, "", 0, 20, &p->events));
	return reply_one(r, p);
}

struct role_change {
	int64_t id;
	text role;
};
static const struct field role_change_fields[] = { FIELD(role_change, id, .required = true,
						       .min = 1, .max = INT64_MAX),
	FIELD(role_change, role, .required = true, .among = roles_or_any + 1), FIELD_END };

static enum problem
change_role(struct ctx *c, const void *in, struct reply *r)
{
	const struct role_change *change = in;

	TRY(user_set_role(c, change->id, change->role));
	r->flash = "The role is changed.";
	return reply_done(r, user_path(c, change->id));
}

static enum problem
disable(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *which = in;

	TRY(user_disable(c, which->id));
	r->flash = "The account is disabled and logged out.";
	return reply_done(r, user_path(c, which->id));
}

static enum problem
enable(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *which = in;

	TRY(user_enable(c, which->id));
	r->flash = "The account may be used again.";
	return reply_done(r, user_path(c, which->id));
}

/* ---- API keys */

static enum problem
list_keys(struct ctx *c, const void *in, struct reply *r)
{
	struct rows keys;

	(void)in;
	TRY(api_keys_all(c, &keys));
	return reply_list(r, keys);
}

/* The page that answers shows the key: it is kept nowhere. */
static enum problem
make_key(struct ctx *c, const void *in, struct reply *r)
{
	struct api_key_made *made = arena_alloc(c->arena, sizeof *made);

	TRY(api_key_make(c, in, made));
	TRY(reply_one(r, made));
	r->status = 201;
	return OK;
}

static enum problem
revoke_key(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *which = in;

	TRY(api_key_revoke(c, which->id));
	r->flash = "That key opens nothing any more.";
	return reply_done(r, "/admin/api-keys");
}

/* ---- audit */

struct audit_search {
	text who, subject;
	int64_t before;
};
static const struct field audit_search_fields[] = { FIELD(audit_search, who, .max = 60,
							.doc = "A username"),
	FIELD(audit_search, subject, .max = 60, .doc = "user, api_key, lot, reservation …"),
	FIELD(audit_search, before, .min = 0, .max = INT64_MAX, .doc = "Older than this id"),
	FIELD_END };
struct audit_page {
	text who, subject, next;
	struct rows items;
};
static const struct field audit_page_fields[] = { FIELD(audit_page, who),
	FIELD(audit_page, subject), FIELD_LIST(audit_page, items, audit_line),
	FIELD(audit_page, next, .nullable = true), FIELD_END };

static enum problem
show_audit(struct ctx *c, const void *in, struct reply *r)
{
	const struct audit_search *s = in;
	struct audit_page *p = arena_alloc(c->arena, sizeof *p);
	struct buf path = BUF(c->arena);

	*p = (struct audit_page){ .who = s->who, .subject = s->subject, .next = "" };
	TRY(audit_lines(c, s->subject, 0, s->who, s->before, PAGE, &p->items));
	buf_add(&path, "/admin/audit");
	add_query(&path, "who", s->who);
	add_query(&path, "subject", s->subject);
	if (p->items.n == PAGE)
		p->next = next_page(
		    c, buf_text(&path), ROW(audit_line, p->items, PAGE - 1)->id, p->items.n);
	return reply_one(r, p);
}

/* ---- the outbox */

struct outbox_search {
	text state;
	int64_t before;
};
static const text states_or_any[] = { "", "waiting", "sent", "bounced", "failed", NULL };
static const struct field outbox_search_fields[] = { FIELD(outbox_search, state,
							 .among = states_or_any),
	FIELD(outbox_search, before, .min = 0, .max = INT64_MAX, .doc = "Older than this id"),
	FIELD_END };
struct outbox_page {
	text state, next;
	bool configured; /* is there a mail server? */
	struct rows items;
};
static const struct field outbox_page_fields[] = { FIELD(outbox_page, state),
	FIELD(outbox_page, configured, .doc = "There is a mail server in the settings"),
	FIELD_LIST(outbox_page, items, outbox_message), FIELD(outbox_page, next, .nullable = true),
	FIELD_END };

static enum problem
show_outbox(struct ctx *c, const void *in, struct reply *r)
{
	const struct outbox_search *s = in;
	struct outbox_page *p = arena_alloc(c->arena, sizeof *p);
	struct buf path = BUF(c->arena);

	*p = (struct outbox_page){ .state = s->state, .next = "", .configured = mail_configured() };
	TRY(outbox_newest(c, s->state, s->before, PAGE, &p->items));
	buf_add(&path, "/admin/outbox");
	add_query(&path, "state", s->state);
	if (p->items.n == PAGE)
		p->next = next_page(
		    c, buf_text(&path), ROW(outbox_message, p->items, PAGE - 1)->id, p->items.n);
	return reply_one(r, p);
}

static enum problem
show_message(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *which = in;
	struct outbox_message *m = arena_alloc(c->arena, sizeof *m);

	TRY(outbox_by_id(c, which->id, m));
	return reply_one(r, m);
}

static enum problem
retry_message(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *which = in;

	TRY(outbox_retry(c, which->id));
	r->flash = "It will be tried again.";
	return reply_done(r, arena_fmt(c->arena, "/admin/outbox/%lld", (long long)which->id));
}

const struct route accounts_admin_routes[] = {
	{ GET, "/admin/users", ADMIN, list_users, TAKES(user_search), GIVES(users_page),
	    .page = "accounts/users",
	    .doc = "People, newest first, by part of a name or address." },
	{ GET, "/admin/users/new", ADMIN, show_nothing, GIVES(nothing), .dress = PAGE_ONLY,
	    .page = "accounts/user_new", .doc = "The form to make an account for somebody." },
	{ POST, "/admin/users", ADMIN, add_user, TAKES(new_user), GIVES(user),
	    .again = "/admin/users/new", .bare = true, FAILS(BUSY),
	    .doc = "Make an account, with a password or by invitation." },
	{ GET, "/admin/users/:id", ADMIN, show_user, TAKES(which), GIVES(user_page),
	    .page = "accounts/user", FAILS(NOT_FOUND),
	    .doc = "One account and what was done to it." },
	{ POST, "/admin/users/:id/role", ADMIN, change_role, TAKES(role_change),
	    .again = "/admin/users/:id", FAILS(NOT_FOUND, FORBIDDEN),
	    .doc = "Change somebody's role, at once." },
	{ POST, "/admin/users/:id/disabling", ADMIN, disable, TAKES(which),
	    .again = "/admin/users/:id", FAILS(NOT_FOUND, FORBIDDEN),
	    .doc = "Close an account and end its log-ins." },
	{ POST, "/admin/users/:id/enabling", ADMIN, enable, TAKES(which), FAILS(NOT_FOUND),
	    .doc = "Open a closed account again." },

	{ GET, "/admin/api-keys", ADMIN, list_keys, GIVES_LIST(api_key), .page = "accounts/keys",
	    .doc = "API keys, those that work first." },
	{ POST, "/admin/api-keys", ADMIN, make_key, TAKES(new_api_key), GIVES(api_key_made),
	    .page = "accounts/key_made", .again = "/admin/api-keys",
	    .doc = "Make a key; it is shown this once." },
	{ POST, "/admin/api-keys/:id/revocation", ADMIN, revoke_key, TAKES(which), FAILS(NOT_FOUND),
	    .doc = "Take a key's rights away, for ever." },

	{ GET, "/admin/audit", ADMIN, show_audit, TAKES(audit_search), GIVES(audit_page),
	    .page = "accounts/audit", .doc = "Who did what, newest first." },

	{ GET, "/admin/outbox", ADMIN, show_outbox, TAKES(outbox_search), GIVES(outbox_page),
	    .page = "accounts/outbox", .doc = "Every message that leaves, with its state." },
	{ GET, "/admin/outbox/:id", ADMIN, show_message, TAKES(which), GIVES(outbox_message),
	    .page = "accounts/message", FAILS(NOT_FOUND), .doc = "One message, to read." },
	{ POST, "/admin/outbox/:id/retry", ADMIN, retry_message, TAKES(which),
	    .again = "/admin/outbox/:id", FAILS(NOT_FOUND, WRONG_STATE),
	    .doc = "Try once more what bounced or failed." },
	{ 0 },
};
