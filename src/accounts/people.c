#include "accounts_sql.h"

#include "gear/audit.h"
#include "gear/cache.h"
#include "gear/mail.h"
#include "gear/settings.h"

const struct rule accounts_rules[] = {
	{ "user_username_once", INVALID, "username", "Somebody has that name already." },
	{ "user_email_once", INVALID, "email", "There is an account with that address." },
	{ "vehicle_plate_once", INVALID, "plate", "That plate belongs to an account already." },
	{ "vehicles_user_id_fkey", INVALID, "owner", "There is nobody with that id." },
	{ NULL },
};

/* ---- passwords */

static bool
same_word(text a, text b)
{
	return *b && strcasecmp(a, b) == 0;
}

text
password_complaint(struct arena *a, text password, text username, text email)
{
	size_t local = strcspn(email, "@");

	if (password_common(password))
		return "This is one of the most used passwords. A few words of your own are "
		       "better.";
	if (same_word(password, username) || same_word(password, email) ||
	    same_word(password, arena_bytes(a, email, local)))
		return "Your name or address is the first thing somebody would try.";
	return NULL;
}

static enum problem
write_password(struct ctx *c, const struct user_secret *u, text hash)
{
	text body = arena_fmt(c->arena,
	    "The password of your account with Smart Parking was changed, and every other place "
	    "where "
	    "you were logged in was logged out.\n\nIf that was not you, set a new one at "
	    "%s/password",
	    settings.base_url);

	TRY(user_password_set(c, u->id, hash, false, c->now));
	TRY(sessions_close(c, u->id, c->person.session_id));
	TRY(mail_send_later(c,
	    &(struct mail){ .to = u->email,
		.user_id = u->id,
		.subject = "Your password was changed",
		.body = body }));
	return audit_add(c, "password_changed", "user", u->id, "");
}

enum problem
password_change(struct ctx *c, text current, text password)
{
	struct user_secret u = { 0 };
	text hash;

	TRY(user_secret_by_id(c, c->person.id, &u));
	TRY(password_confirm(c, "current", current));
	text why = password_complaint(c->arena, password, u.username, u.email);
	if (why)
		return complain(c, "password", "%s", why);
	TRY(password_hash(c, password, &hash));
	TRY(db_begin(c));
	enum problem e = write_password(c, &u, hash);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

/* ---- making people */

static enum problem
invite(struct ctx *c, int64_t id, text email)
{
	text body = arena_fmt(c->arena,
	    "An account with Smart Parking was made for you. To use it, choose a password: go "
	    "to\n%s"
	    "/password\nand give this address. We will send you a code.",
	    settings.base_url);

	return mail_send_later(c,
	    &(struct mail){ .to = email,
		.user_id = id,
		.subject = "Your account with Smart Parking",
		.body = body });
}

static enum problem
write_user(struct ctx *c, const struct new_user *n, text hash, int64_t *id)
{
	bool has_password = *hash != 0;
	struct new_id made = { 0 };
	text username = n->username;

	if (*username == 0)
		TRY(username_for(c, "", n->email, &username));
	TRY(user_insert(c, username, n->email, n->first_name, n->last_name, n->phone, hash,
	    *n->role ? n->role : "customer", has_password ? c->now : (instant){ 0 }, c->now,
	    &made));
	*id = made.id;
	if (!has_password)
		TRY(invite(c, made.id, n->email));
	return audit_add(c, "user_made", "user", made.id, *n->role ? n->role : "customer");
}

enum problem
account_add(struct ctx *c, const struct new_user *n, int64_t *id)
{
	text hash = "";

	if (*n->password) {
		text why = password_complaint(c->arena, n->password, n->username, n->email);

		if (why)
			return complain(c, "password", "%s", why);
		TRY(password_hash(c, n->password, &hash));
	}
	TRY(db_begin(c));
	enum problem e = write_user(c, n, hash, id);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

static bool
said_about(const struct complaints *bad, text field)
{
	for (int i = 0; i < bad->n; i++)
		if (text_is(bad->v[i].field, field))
			return true;
	return false;
}

enum problem
account_add_for_program(struct ctx *c, text name, text email, text password, int64_t *id)
{
	size_t n = strcspn(name, " ");
	struct new_user u = { .username = "",
		.email = email,
		.first_name = arena_bytes(c->arena, name, n),
		.last_name = text_trim(c->arena, name + n),
		.phone = "",
		.password = password,
		.role = "" };
	bool known = false;

	enum problem e = account_add(c, &u, id);
	if (e != INVALID || !said_about(&c->complaints, "email"))
		return e;
	TRY(account_known(c, email, &known));
	return known ? DUPLICATE : e;
}

const struct demo_login demo_logins[] = {
	{ "customer", "park-a-car", "customer", "Ilse", "de Vries" },
	{ "operator", "open-the-gate", "operator", "Tomasz", "Wójcik" },
	{ "admin", "123456", "admin", "Amara", "Okafor" },
	{ NULL },
};

static enum problem
seed_one(struct ctx *c, const struct demo_login *d)
{
	struct user_secret u = { 0 };
	struct new_id made = { 0 };
	text hash = "";

	enum problem e = user_secret_by_username(c, d->username, &u);
	if (e != NOT_FOUND)
		return e;
	TRY(password_hash(c, d->password, &hash));
	return user_insert(c, d->username, arena_fmt(c->arena, "%s@parking.example", d->username),
	    d->first_name, d->last_name, "", hash, d->role, c->now, c->now, &made);
}

enum problem
account_seed_demo(struct ctx *c)
{
	if (!settings.demo)
		return fail(c, FORBIDDEN, "The demo's people exist in demo mode only.");
	for (const struct demo_login *d = demo_logins; d->username; d++)
		TRY(seed_one(c, d));
	return OK;
}

/* ---- one's own */

struct sign {
	text in, means;
};

/* The first sign that the agent bears; browsers carry their ancestors' names behind their own. */
static text
first_sign(const struct sign *signs, size_t n, text agent)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(agent, signs[i].in))
			return signs[i].means;
	return "";
}

text
agent_words(struct arena *a, text agent)
{
	static const struct sign browsers[] = { { "Edg", "Edge" }, { "OPR/", "Opera" },
		{ "SamsungBrowser/", "Samsung Internet" }, { "Firefox/", "Firefox" },
		{ "FxiOS/", "Firefox" }, { "Chrome/", "Chrome" }, { "CriOS/", "Chrome" },
		{ "Safari/", "Safari" } };
	static const struct sign machines[] = { { "iPhone", "iPhone" }, { "iPad", "iPad" },
		{ "Android", "Android" }, { "Windows", "Windows" }, { "Mac OS X", "macOS" },
		{ "CrOS", "ChromeOS" }, { "Linux", "Linux" } };
	text browser = first_sign(browsers, LENGTH(browsers), agent);
	text machine = first_sign(machines, LENGTH(machines), agent);

	if (*browser == 0)
		return agent;
	return *machine ? arena_fmt(a, "%s on %s", browser, machine) : browser;
}

static void
forget_person(struct ctx *c, int64_t id)
{
	cache_drop(c, arena_fmt(c->arena, "user:%lld", (long long)id));
}

enum problem
profile_save(struct ctx *c, const struct profile_change *p)
{
	TRY(user_profile_set(
	    c, c->person.id, p->first_name, p->last_name, p->phone, p->region, p->address));
	forget_person(c, c->person.id);
	return OK;
}

enum problem
account_known(struct ctx *c, text email, bool *known)
{
	struct user_secret u = { 0 };

	enum problem e = user_secret_by_email(c, email, &u);
	*known = e == OK;
	return e == NOT_FOUND ? OK : e;
}

static enum problem
tell_old_address(struct ctx *c, const struct user *u)
{
	text body = arena_fmt(c->arena,
	    "The address of your account with Smart Parking is now another one. If that was not "
	    "you, set a new password at %s/password, or write to us at once.",
	    settings.base_url);

	TRY(mail_send_later(c,
	    &(struct mail){ .to = u->email,
		.user_id = u->id,
		.subject = "Your address with Smart Parking has changed",
		.body = body }));
	return audit_add(c, "email_changed", "user", u->id, "");
}

enum problem
profile_rename(struct ctx *c, text name, text email)
{
	size_t n = strcspn(name, " ");
	struct user u = { 0 };

	TRY(user_get(c, c->person.id, &u));
	TRY(user_renamed(
	    c, u.id, arena_bytes(c->arena, name, n), text_trim(c->arena, name + n), email));
	if (strcasecmp(u.email, email) != 0) {
		TRY(codes_of_user_end(c, u.id, c->now));
		TRY(tell_old_address(c, &u));
	}
	forget_person(c, u.id);
	return OK;
}

/* ---- what admins do */

static enum problem
not_oneself(struct ctx *c, int64_t id)
{
	if (id == c->person.id)
		return fail(c, FORBIDDEN, "Another admin has to do that to you.");
	return OK;
}

enum problem
user_set_role(struct ctx *c, int64_t id, text role)
{
	struct user u = { 0 };

	TRY(user_get(c, id, &u));
	TRY(not_oneself(c, id));
	if (u.gone)
		return fail(c, WRONG_STATE, "The account was deleted.");
	if (text_is(u.role, role))
		return OK;
	TRY(user_role_set(c, id, role));
	forget_person(c, id);
	return audit_add(
	    c, "role_changed", "user", id, arena_fmt(c->arena, "%s → %s", u.role, role));
}

enum problem
user_disable(struct ctx *c, int64_t id)
{
	struct user u = { 0 };

	TRY(user_get(c, id, &u));
	TRY(not_oneself(c, id));
	if (u.disabled)
		return OK;
	TRY(user_disabled_set(c, id, c->now));
	TRY(sessions_close(c, id, 0));
	return audit_add(c, "user_disabled", "user", id, u.username);
}

enum problem
user_enable(struct ctx *c, int64_t id)
{
	struct user u = { 0 };

	TRY(user_get(c, id, &u));
	if (u.gone)
		return fail(c, WRONG_STATE, "The account was deleted.");
	if (!u.disabled)
		return OK;
	TRY(user_disabled_set(c, id, (instant){ 0 }));
	return audit_add(c, "user_enabled", "user", id, u.username);
}

/* ---- API keys */

static text
scopes_of(struct arena *a, const struct new_api_key *n)
{
	text words = arena_fmt(a, "%s%s%s%s", n->gate ? " gate" : "",
	    n->telemetry ? " telemetry" : "", n->lots ? " lots" : "", n->reports ? " reports" : "");

	return *words ? words + 1 : "";
}

enum problem
api_key_make(struct ctx *c, const struct new_api_key *n, struct api_key_made *out)
{
	text key = arena_fmt(c->arena, "sp_%s", random_hex(c->arena, 24));
	text scopes = scopes_of(c->arena, n);
	struct new_id made = { 0 };

	if (*scopes == 0)
		return complain(c, "gate", "A key needs at least one scope.");
	TRY(api_key_insert(c, n->name, arena_bytes(c->arena, key, 9),
	    keyed_hash(c->arena, "api-key", key), scopes, c->person.id, c->now, &made));
	*out = (struct api_key_made){ made.id, n->name, scopes, key };
	return audit_add(
	    c, "api_key_made", "api_key", made.id, arena_fmt(c->arena, "%s: %s", n->name, scopes));
}

enum problem
api_key_revoke(struct ctx *c, int64_t id)
{
	int64_t changed;

	TRY(api_key_end(c, id, c->now, &changed));
	if (changed == 0)
		return NOT_FOUND;
	cache_drop(c, "api-keys");
	return audit_add(c, "api_key_revoked", "api_key", id, "");
}

/* ---- taking away what has had its time */

const struct retention accounts_retention[] = {
	{ "logins", "Log-ins that have ended",
	    "When, from where and with what somebody was logged in: kept for a while to look into "
	    "what was not them.",
	    &settings.keep_logins_days, 0, "KEEP_LOGINS_DAYS", sessions_sweep },
	{ "codes", "Codes by e-mail",
	    "Codes to prove an address or to set a password, and what a sign-up told that was "
	    "never "
	    "finished.",
	    NULL, DAY, NULL, codes_sweep },
	{ "cars", "Cars of nobody",
	    "A plate that a camera saw, or that was entered without an owner. Whoever enters it "
	    "as theirs keeps it.",
	    &settings.keep_plates_days, 0, "KEEP_PLATES_DAYS", vehicles_sweep },
	{ "wrong_tries", "Wrong passwords and codes",
	    "That one was given, never which: what locks an account after too many.", NULL, DAY,
	    NULL, wrong_tries_sweep },
	{ NULL },
};
