#include "accounts/tables.h"
#include "accounts_sql.h"

#include "gear/mail.h"
#include "gear/settings.h"
#include "gear_sql.h"
#include "web/web.h"

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

/* ---- people */

static const struct listing user_listing = {
	.path = "/admin/users",
	.csv = "/admin/tables/users.csv",
	.usual = "-since",
	.filter = user_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "Username", "username" },
		{ "Name", "name" },
		{ "E-mail", "email" },
		{ "Role", "role" },
		{ "State" },
		{ "Since", "since", .falling = true },
		{ "Last log-in", "seen", .falling = true },
		{ NULL },
	    },
};

struct users_page {
	LISTING_PAGE; /* struct user */
	text q; /* what a form falls back to */
	const struct user_filter *f;
};
static const struct field users_page_fields[] = {
	LISTING_PAGE_FIELDS(users_page, user),
	FIELD(users_page, q, .hidden = true),
	FIELD_ONE(users_page, f, user_filter, .hidden = true),
	FIELD_END,
};

/* The usual order has a way of its own to look for part of a name among millions. */
static enum problem
find_users(struct ctx *c, const struct user_filter *f, struct rows *out)
{
	int64_t skip = listing_skip(&user_listing, f), most = listing_most(&user_listing, f);
	text order = listing_order(&user_listing, f);

	if (*f->state || !text_is(order, user_listing.usual))
		return users_sorted(c, f->q, f->of, f->state, order, skip, most, out);
	TRY(users_found(c, f->q, f->of, 0, skip + most, out));
	size_t passed = out->n < (size_t)skip ? out->n : (size_t)skip;
	*out = (struct rows){ (struct user *)out->v + passed, out->n - passed };
	return OK;
}

static enum problem
list_users(struct ctx *c, const void *in, struct reply *r)
{
	const struct user_filter *f = in;
	struct users_page *p = arena_alloc(c->arena, sizeof *p);
	struct number_of count = { 0 };

	p->f = f;
	p->q = f->q;
	TRY(find_users(c, f, &p->items));
	TRY(users_number(c, f->q, f->of, f->state, COUNT_MOST + 1, &count));
	p->count = count.n;
	LISTING_FILL(c, &user_listing, f, p);
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
	bool verified, disabled, gone, oneself;
	instant created_at, seen_at;
	struct rows events;
};
static const struct field user_page_fields[] = { FIELD(user_page, id), FIELD(user_page, username),
	FIELD(user_page, email), FIELD(user_page, name), FIELD(user_page, phone),
	FIELD(user_page, region), FIELD(user_page, address), FIELD(user_page, role),
	FIELD(user_page, verified), FIELD(user_page, disabled),
	FIELD(user_page, gone, .doc = "Deleted: nothing personal is left"),
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
		u.role, u.verified, u.disabled, u.gone, u.id == c->person.id, u.created_at,
		u.seen_at, { 0 } };
	TRY(audit_lines(c, "user", u.id, "", "", 0, 20, &p->events));
	audit_in_words(c->arena, p->events);
	return reply_one(r, p);
}

static const text roles[] = { "customer", "operator", "admin", NULL };
struct role_change {
	int64_t id;
	text role;
};
static const struct field role_change_fields[] = { FIELD(role_change, id, .required = true,
						       .min = 1, .max = INT64_MAX),
	FIELD(role_change, role, .required = true, .among = roles), FIELD_END };

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

struct key_filter {
	text state, sort;
	int64_t page, rows;
};
static const text key_states[] = { "working", "revoked", NULL };
static const text key_orders[] = { "made", "-made", "name", "-name", "used", "-used", "by", "-by",
	NULL };
static const struct field key_filter_fields[] = {
	FIELD(key_filter, state, .among = key_states),
	LISTING_FIELDS(key_filter, key_orders),
	FIELD_END,
};
static const struct listing key_listing = {
	.path = "/admin/api-keys",
	.csv = "/admin/tables/api-keys.csv",
	.usual = "-made",
	.filter = key_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "Name", "name" },
		{ "Begins" },
		{ "May" },
		{ "Made by", "by" },
		{ "Made (UTC)", "made", .falling = true },
		{ "Last used (UTC)", "used", .falling = true },
		{ "State" },
		{ NULL },
	    },
};

struct keys_page {
	LISTING_PAGE; /* struct api_key */
	const struct key_filter *f;
};
static const struct field keys_page_fields[] = {
	LISTING_PAGE_FIELDS(keys_page, api_key),
	FIELD_ONE(keys_page, f, key_filter, .hidden = true),
	FIELD_END,
};

static enum problem
list_keys(struct ctx *c, const void *in, struct reply *r)
{
	const struct key_filter *f = in;
	const struct listing *l = &key_listing;
	struct keys_page *p = arena_alloc(c->arena, sizeof *p);
	struct number_of count = { 0 };

	p->f = f;
	TRY(api_keys_page(
	    c, f->state, listing_order(l, f), listing_skip(l, f), listing_most(l, f), &p->items));
	TRY(api_keys_number(c, f->state, COUNT_MOST + 1, &count));
	p->count = count.n;
	LISTING_FILL(c, l, f, p);
	return reply_one(r, p);
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

static const struct listing audit_listing = {
	.path = "/admin/audit",
	.csv = "/admin/tables/audit.csv",
	.usual = "-when",
	.filter = audit_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "When (UTC)", "when", .falling = true },
		{ "Who", "who" },
		{ "What", "what" },
		{ "About" },
		{ "Detail" },
		{ "From" },
		{ NULL },
	    },
};

struct audit_page {
	LISTING_PAGE; /* struct audit_line */
	text who, subject, action, from, until; /* what a form falls back to */
};
static const struct field audit_page_fields[] = {
	LISTING_PAGE_FIELDS(audit_page, audit_line),
	FIELD(audit_page, who, .hidden = true),
	FIELD(audit_page, subject, .hidden = true),
	FIELD(audit_page, action, .hidden = true),
	FIELD(audit_page, from, .hidden = true),
	FIELD(audit_page, until, .hidden = true),
	FIELD_END,
};

static enum problem
show_audit(struct ctx *c, const void *in, struct reply *r)
{
	const struct audit_filter *f = in;
	const struct listing *l = &audit_listing;
	struct audit_page *p = arena_alloc(c->arena, sizeof *p);
	struct number_of count = { 0 };

	*p = (struct audit_page){ .who = f->who,
		.subject = f->subject,
		.action = f->action,
		.from = f->from,
		.until = f->until };
	TRY(audit_list(c, f->subject, f->who, f->action, f->from, f->until, listing_order(l, f),
	    listing_skip(l, f), listing_most(l, f), &p->items));
	TRY(audit_number(
	    c, f->subject, f->who, f->action, f->from, f->until, COUNT_MOST + 1, &count));
	p->count = count.n;
	LISTING_FILL(c, l, f, p);
	audit_in_words(c->arena, p->items);
	return reply_one(r, p);
}

/* ---- the outbox */

static const struct listing outbox_listing = {
	.path = "/admin/outbox",
	.csv = "/admin/tables/outbox.csv",
	.usual = "-written",
	.filter = outbox_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "Written (UTC)", "written", .falling = true },
		{ "To", "to" },
		{ "Subject", "subject" },
		{ "State", "state" },
		{ "Tries", "tries", .number = true, .falling = true },
		{ "Said last" },
		{ NULL },
	    },
};

struct outbox_page {
	bool configured; /* is there a mail server? */
	LISTING_PAGE; /* struct outbox_message */
	const struct outbox_filter *f;
};
static const struct field outbox_page_fields[] = {
	FIELD(outbox_page, configured, .doc = "There is a mail server in the settings"),
	LISTING_PAGE_FIELDS(outbox_page, outbox_message),
	FIELD_ONE(outbox_page, f, outbox_filter, .hidden = true),
	FIELD_END,
};

static enum problem
show_outbox(struct ctx *c, const void *in, struct reply *r)
{
	const struct outbox_filter *f = in;
	const struct listing *l = &outbox_listing;
	struct outbox_page *p = arena_alloc(c->arena, sizeof *p);
	struct number_of count = { 0 };

	p->f = f;
	p->configured = mail_configured();
	TRY(outbox_list(c, f->state, f->channel, f->whom, listing_order(l, f), listing_skip(l, f),
	    listing_most(l, f), &p->items));
	FOR_ROWS (outbox_message, m, p->items)
		fields_complete(outbox_message_fields, m);
	TRY(outbox_number(c, f->state, f->channel, f->whom, COUNT_MOST + 1, &count));
	p->count = count.n;
	LISTING_FILL(c, l, f, p);
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
	{ GET, "/admin/users", ADMIN, list_users, TAKES(user_filter), GIVES(users_page),
	    .page = "accounts/users", .again = "/admin/users",
	    .doc = "People, by part of a name or address, role and state." },
	{ GET, "/admin/users/new", ADMIN, show_nothing, GIVES(nothing), .dress = PAGE_ONLY,
	    .page = "accounts/user_new", .doc = "The form to make an account for somebody." },
	{ POST, "/admin/users", ADMIN, add_user, TAKES(new_user), GIVES(user), .makes = true,
	    .again = "/admin/users/new", .bare = true, FAILS(BUSY),
	    .doc = "Make an account, with a password or by invitation." },
	{ GET, "/admin/users/:id", ADMIN, show_user, TAKES(which), GIVES(user_page),
	    .page = "accounts/user", FAILS(NOT_FOUND),
	    .doc = "One account and what was done to it." },
	{ POST, "/admin/users/:id/role", ADMIN, change_role, TAKES(role_change),
	    .again = "/admin/users/:id", FAILS(NOT_FOUND, FORBIDDEN, WRONG_STATE),
	    .doc = "Change somebody's role, at once." },
	{ POST, "/admin/users/:id/disabling", ADMIN, disable, TAKES(which),
	    .again = "/admin/users/:id", FAILS(NOT_FOUND, FORBIDDEN),
	    .doc = "Close an account and end its log-ins." },
	{ POST, "/admin/users/:id/enabling", ADMIN, enable, TAKES(which),
	    .again = "/admin/users/:id", FAILS(NOT_FOUND, WRONG_STATE),
	    .doc = "Open a closed account again." },

	{ GET, "/admin/api-keys", ADMIN, list_keys, TAKES(key_filter), GIVES(keys_page),
	    .page = "accounts/keys", .again = "/admin/api-keys", .doc = "API keys, newest first." },
	{ POST, "/admin/api-keys", ADMIN, make_key, TAKES(new_api_key), GIVES(api_key_made),
	    .makes = true, .page = "accounts/key_made", .again = "/admin/api-keys",
	    .doc = "Make a key; it is shown this once." },
	{ POST, "/admin/api-keys/:id/revocation", ADMIN, revoke_key, TAKES(which),
	    .again = "/admin/api-keys", FAILS(NOT_FOUND),
	    .doc = "Take a key's rights away, for ever." },

	{ GET, "/admin/audit", ADMIN, show_audit, TAKES(audit_filter), GIVES(audit_page),
	    .page = "accounts/audit", .again = "/admin/audit",
	    .doc = "Who did what, newest first." },

	{ GET, "/admin/outbox", ADMIN, show_outbox, TAKES(outbox_filter), GIVES(outbox_page),
	    .page = "accounts/outbox", .again = "/admin/outbox",
	    .doc = "Every message that leaves, with its state." },
	{ GET, "/admin/outbox/:id", ADMIN, show_message, TAKES(which), GIVES(outbox_message),
	    .page = "accounts/message", FAILS(NOT_FOUND), .doc = "One message, to read." },
	{ POST, "/admin/outbox/:id/retry", ADMIN, retry_message, TAKES(which),
	    .again = "/admin/outbox/:id", FAILS(NOT_FOUND, WRONG_STATE),
	    .doc = "Try once more what bounced or failed." },
	{ 0 },
};
