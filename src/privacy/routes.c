/* routes.c -- one's own data and the end of one's account; what admins see of what goes when. */
#include "gear/settings.h"
#include "privacy/privacy.h"
#include "privacy/tables.h"
#include "web/web.h"

/* Passwords are asked for: as many as at the log-in. */
#define LOGINS                                                                                     \
	{                                                                                          \
		"login", &settings.limit_logins                                                    \
	}

struct password_again {
	text current;
};
static const struct field password_again_fields[] = {
	FIELD(password_again, current, .required = true, .secret = true, .max = PASSWORD_MAX,
	    .doc = "Your password"),
	FIELD_END
};

/* ---- the file */

static enum problem
show_data(struct ctx *c, const void *in, struct reply *r)
{
	struct data_page *p = arena_alloc(c->arena, sizeof *p);

	(void)in;
	TRY(data_look(c, p));
	if (p->waiting)
		r->refresh = "2";
	return reply_one(r, p);
}

static enum problem
ask_for_data(struct ctx *c, const void *in, struct reply *r)
{
	const struct password_again *given = in;
	struct data_page *p = arena_alloc(c->arena, sizeof *p);

	TRY(password_confirm(c, "current", given->current));
	TRY(db_begin(c));
	enum problem e = data_ask(c);
	enum problem end = db_end(c, e == OK);
	TRY(e);
	TRY(end);
	TRY(data_look(c, p));
	r->flash = "Your data is being gathered.";
	return reply_made(r, "/profile/data", p);
}

static enum problem
send_data(struct ctx *c, const void *in, struct reply *r)
{
	text json;

	(void)in;
	TRY(data_fetch(c, &json, &r->file_name));
	return reply_bytes(r, "application/json", json, strlen(json));
}

/* ---- the end of one's account */

static enum problem
show_leaving(struct ctx *c, const void *in, struct reply *r)
{
	struct leaving *l = arena_alloc(c->arena, sizeof *l);

	(void)in;
	TRY(leaving_look(c, c->person.id, l));
	return reply_one(r, l);
}

static enum problem
delete_it(struct ctx *c, int64_t user_id, text current, text reason)
{
	TRY(password_confirm(c, "current", current));
	TRY(db_begin(c));
	enum problem e = account_delete(c, user_id, reason);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

static enum problem
leave(struct ctx *c, const void *in, struct reply *r)
{
	const struct password_again *given = in;

	TRY(delete_it(c, c->person.id, given->current, ""));
	r->cookie_token = "";
	r->flash = "Your account is deleted. A last message about it is on its way to you.";
	return reply_done(r, "/");
}

/* ---- by an admin */

struct whose {
	int64_t id;
};
static const struct field whose_fields[] = {
	FIELD(whose, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

static enum problem
show_leaving_of(struct ctx *c, const void *in, struct reply *r)
{
	const struct whose *w = in;
	struct leaving *l = arena_alloc(c->arena, sizeof *l);

	TRY(leaving_look(c, w->id, l));
	return reply_one(r, l);
}

struct leave_of {
	int64_t id;
	text reason, current;
};
static const struct field leave_of_fields[] = { FIELD(leave_of, id, .required = true, .min = 1,
						    .max = INT64_MAX),
	FIELD(leave_of, reason, .required = true, .max = 200,
	    .doc = "For the audit log; nothing that says who it was"),
	FIELD(leave_of, current, .required = true, .secret = true, .max = PASSWORD_MAX,
	    .doc = "Your own password"),
	FIELD_END };

static enum problem
make_leave(struct ctx *c, const void *in, struct reply *r)
{
	const struct leave_of *given = in;

	if (given->id == c->person.id)
		return fail(c, FORBIDDEN, "On your own profile you can delete your own account.");
	TRY(delete_it(c, given->id, given->current, given->reason));
	r->flash = "The account is deleted.";
	return reply_done(r, arena_fmt(c->arena, "/admin/users/%lld", (long long)given->id));
}

static enum problem
show_deletions(struct ctx *c, const void *in, struct reply *r)
{
	struct deletions_page *p = arena_alloc(c->arena, sizeof *p);

	TRY(deletions_look(c, in, p));
	return reply_one(r, p);
}

const struct route privacy_routes[] = {
	{ GET, "/profile/data", CUSTOMER, show_data, GIVES(data_page), .page = "privacy/data",
	    .doc = "What is stored about oneself, and the file with all of it." },
	{ POST, "/profile/data", CUSTOMER, ask_for_data, TAKES(password_again), GIVES(data_page),
	    .makes = true, .again = "/profile/data", .bare = true, .limit = LOGINS,
	    FAILS(LOCKED, BUSY, LIMIT_REACHED),
	    .doc = "Ask for the file with all of one's data; a notice says when it is ready." },
	{ GET, "/profile/data.json", CUSTOMER, send_data, .dress = PAGE_ONLY, FAILS(NOT_FOUND),
	    .doc = "The file with all of one's data, for the log-in that asked for it." },
	{ GET, "/profile/deletion", CUSTOMER, show_leaving, GIVES(leaving), .page = "privacy/leave",
	    .doc = "What deleting one's account takes away, what stays, and what hinders it." },
	{ POST, "/profile/deletion", CUSTOMER, leave, TAKES(password_again),
	    .again = "/profile/deletion", .bare = true, .limit = LOGINS,
	    FAILS(LOCKED, BUSY, WRONG_STATE, FORBIDDEN), .doc = "Delete one's account, for good." },
	{ GET, "/admin/users/:id/deletion", ADMIN, show_leaving_of, TAKES(whose), GIVES(leaving),
	    .page = "privacy/leave_of", .again = "/admin/users/:id", FAILS(NOT_FOUND, WRONG_STATE),
	    .doc = "What deleting somebody's account would do, and what hinders it." },
	{ POST, "/admin/users/:id/deletion", ADMIN, make_leave, TAKES(leave_of),
	    .again = "/admin/users/:id/deletion", .bare = true, .limit = LOGINS,
	    FAILS(NOT_FOUND, LOCKED, BUSY, WRONG_STATE, FORBIDDEN),
	    .doc = "Delete somebody's account, for good." },
	{ GET, "/admin/deletions", ADMIN, show_deletions, TAKES(deletions_asked),
	    GIVES(deletions_page), .page = "privacy/deletions", .again = "/admin/deletions",
	    .doc = "How long what is kept, and what was taken away when." },
	{ 0 },
};
