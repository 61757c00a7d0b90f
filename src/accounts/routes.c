#include "accounts_sql.h"

#include "gear/audit.h"
#include "gear/settings.h"
#include "web/web.h"

static text
or_home(text next, text role)
{
	if (*next && local_address(next))
		return next;
	if (text_is(role, "operator"))
		return "/gate";
	return text_is(role, "admin") ? "/admin/lots" : "/reservations";
}

static int64_t
cookie_seconds(struct ctx *c, instant ends)
{
	return instant_minus(ends, c->now) / SECOND;
}

/* ---- signing up */

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

static enum problem
sign_up(struct ctx *c, const void *in, struct reply *r)
{
	struct code_request *made = arena_alloc(c->arena, sizeof *made);

	TRY(signup_begin(c, in, made));
	return reply_made(r, arena_fmt(c->arena, "/verification?request=%s", made->request), made);
}

struct which_request {
	text request;
};
static const struct field which_request_fields[] = {
	FIELD(which_request, request, .required = true, .max = 64), FIELD_END
};
static const struct field code_form_fields[] = {
	FIELD(which_request, request, .max = 64, .doc = "Of whom a code was asked for"), FIELD_END
};
#define TAKES_CODE_FORM .in = code_form_fields, .in_size = sizeof(struct which_request)

/* Who comes to a code's form without having asked for a code is led to where one is asked for. */
static enum problem
show_code_form(struct ctx *c, const struct which_request *which, text asked_at, struct reply *r)
{
	struct code_request *found = arena_alloc(c->arena, sizeof *found);

	if (*which->request == 0)
		return reply_done(r, asked_at);
	enum problem e = code_look(c, which->request, found);
	if (e == NOT_FOUND) {
		r->flash = "That code has ended. Ask for another here.";
		return reply_done(r, asked_at);
	}
	TRY(e);
	return reply_one(r, found);
}

static enum problem
show_verification(struct ctx *c, const void *in, struct reply *r)
{
	return show_code_form(c, in, "/signup", r);
}

static enum problem
show_new_password(struct ctx *c, const void *in, struct reply *r)
{
	return show_code_form(c, in, "/password", r);
}

/* Who proves an address by signing up is logged in; who changes an address is already. */
static enum problem
verify(struct ctx *c, const void *in, struct reply *r)
{
	const struct code_entry *entry = in;
	struct signed_in *made = arena_alloc(c->arena, sizeof *made);
	int64_t user_id;

	TRY(code_fits(c, entry->request, entry->code, &user_id));
	if (c->person.id == user_id) {
		r->flash = "Your address is confirmed.";
		return reply_done(r, "/profile");
	}
	TRY(session_open(c, user_id, made));
	r->cookie_token = made->token;
	r->cookie_seconds = cookie_seconds(c, made->expires_at);
	r->flash = arena_fmt(c->arena, "Your address is confirmed. Welcome, %s.", made->name);
	r->location = "/reservations";
	return reply_one(r, made);
}

static enum problem
send_again(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_request *which = in;
	struct code_request *found = arena_alloc(c->arena, sizeof *found);

	TRY(code_again(c, which->request, found));
	r->flash = "If that address can be used, another code is on its way.";
	return reply_made(r,
	    arena_fmt(c->arena, "%s?request=%s",
		text_is(found->purpose, "password") ? "/password/new" : "/verification",
		found->request),
	    found);
}

/* ---- logging in and out */

struct login_page {
	text next;
};
static const struct field login_page_fields[] = { FIELD(login_page, next), FIELD_END };

static enum problem
show_login(struct ctx *c, const void *in, struct reply *r)
{
	const struct login_page *page = in;

	(void)c;
	return reply_one(r, page);
}

static enum problem
log_in(struct ctx *c, const void *in, struct reply *r)
{
	const struct login *given = in;
	struct signed_in *made = arena_alloc(c->arena, sizeof *made);

	TRY(account_login(c, given->login, given->password, made));
	r->cookie_token = made->token;
	r->cookie_seconds = cookie_seconds(c, made->expires_at);
	r->location = or_home(given->next, made->role);
	return reply_one(r, made);
}

static enum problem
log_out(struct ctx *c, const void *in, struct reply *r)
{
	(void)in;
	TRY(session_close(c, c->person.id, c->person.session_id));
	TRY(audit_add(c, "signed_out", "user", c->person.id, ""));
	r->cookie_token = "";
	r->flash = "You are logged out.";
	return reply_done(r, "/");
}

static enum problem
log_out_everywhere(struct ctx *c, const void *in, struct reply *r)
{
	(void)in;
	TRY(sessions_close(c, c->person.id, 0));
	TRY(audit_add(c, "signed_out_everywhere", "user", c->person.id, ""));
	r->cookie_token = "";
	r->flash = "You are logged out everywhere.";
	return reply_done(r, "/");
}

/* ---- a forgotten password */

static enum problem
forgot(struct ctx *c, const void *in, struct reply *r)
{
	const struct email_entry *given = in;
	struct code_request *made = arena_alloc(c->arena, sizeof *made);

	TRY(password_forgotten(c, given->email, made));
	return reply_made(r, arena_fmt(c->arena, "/password/new?request=%s", made->request), made);
}

static enum problem
set_new_password(struct ctx *c, const void *in, struct reply *r)
{
	const struct password_entry *given = in;

	TRY(password_renew(c, given->request, given->code, given->password));
	r->flash = "Your new password is set. Log in with it.";
	return reply_done(r, "/login");
}

/* ---- one's own account */

struct me {
	int64_t id;
	text username, name, email, role;
	bool verified;
};
static const struct field me_fields[] = { FIELD(me, id), FIELD(me, username), FIELD(me, name),
	FIELD(me, email), FIELD(me, role), FIELD(me, verified), FIELD_END };

static enum problem
show_me(struct ctx *c, const void *in, struct reply *r)
{
	struct me *me = arena_alloc(c->arena, sizeof *me);
	struct user u = { 0 };

	(void)in;
	TRY(user_get(c, c->person.id, &u));
	*me = (struct me){ u.id, u.username, u.name, u.email, u.role, u.verified };
	return reply_one(r, me);
}

struct profile {
	int64_t id;
	text username, email, name, first_name, last_name, phone, region, address, role;
	bool verified;
	instant created_at;
	struct rows sessions;
};
static const struct field profile_fields[] = { FIELD(profile, id), FIELD(profile, username),
	FIELD(profile, email), FIELD(profile, name), FIELD(profile, first_name),
	FIELD(profile, last_name), FIELD(profile, phone), FIELD(profile, region),
	FIELD(profile, address), FIELD(profile, role), FIELD(profile, verified),
	FIELD(profile, created_at), FIELD_LIST(profile, sessions, session), FIELD_END };

static enum problem
show_profile(struct ctx *c, const void *in, struct reply *r)
{
	struct profile *p = arena_alloc(c->arena, sizeof *p);
	struct user u = { 0 };

	(void)in;
	TRY(user_get(c, c->person.id, &u));
	*p = (struct profile){ .id = u.id,
		.username = u.username,
		.email = u.email,
		.name = u.name,
		.first_name = u.first_name,
		.last_name = u.last_name,
		.phone = u.phone,
		.region = u.region,
		.address = u.address,
		.role = u.role,
		.verified = u.verified,
		.created_at = u.created_at };
	TRY(sessions_of_user(c, u.id, c->person.session_id, c->now, &p->sessions));
	FOR_ROWS (session, each, p->sessions)
		each->agent = agent_words(c->arena, each->agent);
	return reply_one(r, p);
}

static enum problem
save_profile(struct ctx *c, const void *in, struct reply *r)
{
	TRY(profile_save(c, in));
	r->flash = "Saved.";
	return reply_done(r, "/profile");
}

static enum problem
change_password(struct ctx *c, const void *in, struct reply *r)
{
	const struct password_change *given = in;

	TRY(password_change(c, given->current, given->password));
	r->flash = "Your password is changed, and you are logged out everywhere else.";
	return reply_done(r, "/profile");
}

static enum problem
change_email(struct ctx *c, const void *in, struct reply *r)
{
	const struct email_change *given = in;
	struct code_request *made = arena_alloc(c->arena, sizeof *made);

	TRY(password_confirm(c, "current", given->current));
	TRY(db_begin(c));
	enum problem e = email_change_begin(c, c->person.id, given->email, made);
	enum problem end = db_end(c, e == OK);
	TRY(e);
	TRY(end);
	return reply_made(r, arena_fmt(c->arena, "/verification?request=%s", made->request), made);
}

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

static enum problem
end_session(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *which = in;

	TRY(session_close(c, c->person.id, which->id));
	r->flash = "That login has ended.";
	return reply_done(r, "/profile");
}

/* ---- vehicles */

static enum problem
list_vehicles(struct ctx *c, const void *in, struct reply *r)
{
	struct rows vehicles;

	(void)in;
	TRY(vehicles_of_user(c, c->person.id, &vehicles));
	return reply_list(r, vehicles);
}

static enum problem
add_vehicle(struct ctx *c, const void *in, struct reply *r)
{
	struct vehicle *made = arena_alloc(c->arena, sizeof *made);

	TRY(vehicle_add(c, in, made));
	r->flash = arena_fmt(c->arena, "%s is yours.", made->plate_typed);
	return reply_made(r, "/vehicles", made);
}

static enum problem
remove_vehicle(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *which = in;

	TRY(vehicle_remove(c, which->id));
	r->flash = "Removed.";
	return reply_done(r, "/vehicles");
}

#define SIGNUPS                                                                                    \
	{                                                                                          \
		"signup", &settings.limit_signups                                                  \
	}
#define LOGINS                                                                                     \
	{                                                                                          \
		"login", &settings.limit_logins                                                    \
	}
#define CODES                                                                                      \
	{                                                                                          \
		"code", &settings.limit_codes                                                      \
	}

const struct route accounts_routes[] = {
	{ GET, "/signup", ANYONE, show_nothing, GIVES(nothing), .dress = PAGE_ONLY,
	    .page = "accounts/signup", .doc = "The form to make an account." },
	{ POST, "/signup", ANYONE, sign_up, TAKES(signup), GIVES(code_request), .makes = true,
	    .again = "/signup", .bare = true, .limit = SIGNUPS, FAILS(BUSY),
	    .doc = "Ask for an account: a code goes to the e-mail address, whoever has it." },
	{ GET, "/verification", ANYONE, show_verification, TAKES_CODE_FORM, GIVES(code_request),
	    .dress = PAGE_ONLY, .page = "accounts/verification", .again = "/signup",
	    .doc = "The form for the code from the e-mail." },
	{ POST, "/verification", ANYONE, verify, TAKES(code_entry), GIVES(signed_in),
	    .again = "/verification", .limit = CODES,
	    FAILS(NOT_FOUND, WRONG_CODE, CODE_ENDED, LOCKED),
	    .doc = "Prove the address with the code; makes the account and logs in." },
	{ POST, "/verification/again", ANYONE, send_again, TAKES(which_request),
	    GIVES(code_request), .makes = true, .again = "/verification", .limit = CODES,
	    FAILS(NOT_FOUND, TOO_EARLY, CODE_ENDED),
	    .doc = "Send another code, which ends the one before." },
	{ GET, "/login", ANYONE, show_login, TAKES(login_page), GIVES(login_page),
	    .dress = PAGE_ONLY, .page = "accounts/login", .doc = "The form to log in." },
	{ POST, "/login", ANYONE, log_in, TAKES(login), GIVES(signed_in), .again = "/login",
	    .bare = true, .limit = LOGINS, FAILS(WRONG_LOGIN, LOCKED, BUSY),
	    .doc = "Log in by username or e-mail address." },
	{ POST, "/logout", CUSTOMER, log_out, .again = "/profile", .doc = "End this login." },
	{ POST, "/logout/all", CUSTOMER, log_out_everywhere, .again = "/profile",
	    .doc = "End all of one's logins." },
	{ GET, "/password", ANYONE, show_nothing, GIVES(nothing), .dress = PAGE_ONLY,
	    .page = "accounts/password", .doc = "The form for a forgotten password." },
	{ POST, "/password", ANYONE, forgot, TAKES(email_entry), GIVES(code_request), .makes = true,
	    .again = "/password", .limit = CODES,
	    .doc =
		"Ask for a code to set a new password; whether there is an account is not told." },
	{ GET, "/password/new", ANYONE, show_new_password, TAKES_CODE_FORM, GIVES(code_request),
	    .dress = PAGE_ONLY, .page = "accounts/password_new", .again = "/password",
	    .doc = "The form for the code and the new password." },
	{ POST, "/password/new", ANYONE, set_new_password, TAKES(password_entry),
	    .again = "/password/new", .bare = true, .limit = CODES,
	    FAILS(NOT_FOUND, WRONG_CODE, CODE_ENDED, LOCKED, BUSY),
	    .doc = "Set a new password with the code; ends all logins." },

	{ GET, "/api/v1/me", CUSTOMER, show_me, GIVES(me), .dress = API_ONLY,
	    .doc = "Who the token belongs to." },
	{ GET, "/profile", CUSTOMER, show_profile, GIVES(profile), .page = "accounts/profile",
	    .doc = "One's own account and where it is logged in." },
	{ POST, "/profile", CUSTOMER, save_profile, TAKES(profile_change), .again = "/profile",
	    .doc = "Change names, number, region and address." },
	{ POST, "/profile/password", CUSTOMER, change_password, TAKES(password_change),
	    .again = "/profile", .bare = true, .limit = LOGINS, FAILS(LOCKED, BUSY),
	    .doc = "Change the password; ends all other logins." },
	{ POST, "/profile/email", CUSTOMER, change_email, TAKES(email_change), GIVES(code_request),
	    .makes = true, .again = "/profile", .bare = true, .limit = CODES, FAILS(LOCKED, BUSY),
	    .doc = "Change the address: a code goes to the new one." },
	{ POST, "/profile/sessions/:id/end", CUSTOMER, end_session, TAKES(which),
	    .again = "/profile", FAILS(NOT_FOUND), .doc = "End one of one's logins." },

	{ GET, "/vehicles", CUSTOMER, list_vehicles, GIVES_LIST(vehicle),
	    .page = "accounts/vehicles", .doc = "One's own vehicles, newest first." },
	{ POST, "/vehicles", CUSTOMER, add_vehicle, TAKES(new_vehicle), GIVES(vehicle),
	    .makes = true, .rehearsed = true, .again = "/vehicles",
	    .doc = "Add a vehicle by its plate." },
	{ POST, "/vehicles/:id/removal", CUSTOMER, remove_vehicle, TAKES(which), .dress = PAGE_ONLY,
	    .again = "/vehicles", FAILS(NOT_FOUND), .doc = "Remove one of one's vehicles." },
	{ DELETE, "/vehicles/:id", CUSTOMER, remove_vehicle, TAKES(which), FAILS(NOT_FOUND),
	    .doc = "Remove one of one's vehicles." },
	{ 0 },
};
