#include "accounts_sql.h"

#include "gear/audit.h"
#include "gear/cache.h"
#include "gear/log.h"
#include "gear/settings.h"
#include "gear/token.h"

/* How long a login lasts: a shift for those who can do harm, two weeks for those who park. */
#define STAFF_LOGIN (12 * HOUR)
#define CUSTOMER_LOGIN (14 * DAY)

/* ---- lockout */

text
account_named(struct ctx *c, int64_t user_id, text typed)
{
	return user_id ? arena_fmt(c->arena, "#%lld", (long long)user_id) : typed;
}

/* What was typed, in one spelling, and not readable in the table. */
static text
account_key(struct ctx *c, text account)
{
	char *low = arena_text(c->arena, text_trim(c->arena, account));

	for (char *p = low; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	return keyed_hash(c->arena, "account", low);
}

static text
lock_flag(struct ctx *c, text key)
{
	return arena_fmt(c->arena, "locked:%s", key);
}

static enum problem
locked(struct ctx *c, text account, instant until)
{
	bool password = !text_starts(account, "code:");
	int64_t left = instant_minus(until, c->now) / SECOND + 1;

	c->retry_after = left > 0 ? left : 1;
	return fail(c, LOCKED, "Please try again in %s%s.",
	    time_span(c->arena, (c->retry_after + 59) / 60 * MINUTE),
	    password ? ", or set a new password by e-mail" : "");
}

static instant
lock_begins(struct ctx *c)
{
	return instant_plus(c->now, -settings.lock_minutes * MINUTE);
}

enum problem
account_not_locked(struct ctx *c, text account)
{
	text key = account_key(c, account);
	struct tries wrong = { 0 };
	bool known;

	if (cache_flagged(c, lock_flag(c, key), &known))
		return locked(c, account, instant_plus(c->now, settings.lock_minutes * MINUTE));
	TRY(wrong_tries_of(c, key, lock_begins(c), &wrong));
	if (wrong.n >= settings.lock_tries)
		return locked(
		    c, account, instant_plus(wrong.first_at, settings.lock_minutes * MINUTE));
	return OK;
}

enum problem
account_was_wrong(struct ctx *c, text account)
{
	text key = account_key(c, account);
	struct tries wrong = { 0 };

	c->keep = true;
	TRY(wrong_tries_wait(c, key));
	TRY(wrong_try_add(c, key, c->now));
	TRY(wrong_tries_of(c, key, lock_begins(c), &wrong));
	if (wrong.n >= settings.lock_tries)
		cache_flag(c, lock_flag(c, key), settings.lock_minutes * 60);
	return OK;
}

enum problem
account_was_right(struct ctx *c, text account)
{
	text key = account_key(c, account);

	cache_forget(c, lock_flag(c, key));
	return wrong_tries_forget(c, key);
}

/* ---- sessions */

static text
person_tag(struct ctx *c, int64_t user_id)
{
	return arena_fmt(c->arena, "user:%lld", (long long)user_id);
}

enum problem
session_open(struct ctx *c, int64_t user_id, struct signed_in *out)
{
	text jti = random_hex(c->arena, 16);
	struct user u = { 0 };
	struct new_id made = { 0 };

	TRY(user_get(c, user_id, &u));
	if (u.disabled)
		return WRONG_LOGIN;
	instant ends =
	    instant_plus(c->now, role_named(u.role) >= OPERATOR ? STAFF_LOGIN : CUSTOMER_LOGIN);
	ends.us -= ends.us % SECOND;
	if (c->person.session_id) /* who logs in anew leaves the old login behind */
		TRY(session_close(c, c->person.id, c->person.session_id));
	TRY(session_insert(c, u.id, jti, c->agent ? c->agent : "", c->address ? c->address : "",
	    c->now, ends, &made));
	TRY(user_seen(c, u.id, c->now));
	struct token t = { jti, u.id, "access", c->now, ends };
	*out = (struct signed_in){ token_sign(c, &t), ends, u.id, u.name, u.role };
	struct person before = c->person;
	c->person.id = u.id; /* it was they who did it */
	enum problem e = audit_add(c, "signed_in", "user", u.id, u.username);
	c->person = before;
	return e;
}

enum problem
session_close(struct ctx *c, int64_t user_id, int64_t session_id)
{
	int64_t changed;

	TRY(session_revoke(c, user_id, session_id, c->now, &changed));
	if (changed == 0)
		return NOT_FOUND;
	cache_drop(c, person_tag(c, user_id));
	return OK;
}

enum problem
sessions_close(struct ctx *c, int64_t user_id, int64_t except)
{
	TRY(sessions_revoke(c, user_id, except, c->now));
	cache_drop(c, person_tag(c, user_id));
	return OK;
}

/* ---- login */

static enum problem
find_by_login(struct ctx *c, text login, struct user_secret *u)
{
	enum problem e = strchr(login, '@') ? user_secret_by_email(c, login, u)
					    : user_secret_by_username(c, login, u);

	if (e == NOT_FOUND) { /* costs as much time as somebody, and is never right */
		*u = (struct user_secret){ .password = "" };
		return OK;
	}
	return e;
}

/* Which of several reasons it was, nobody is told. */
static enum problem
refuse_login(struct ctx *c, text account, const struct user_secret *u)
{
	TRY(account_was_wrong(c, account));
	log_event("login_failed", "address", c->address ? c->address : "", NULL);
	if (u->id)
		TRY(audit_add(c, "login_failed", "user", u->id, ""));
	return WRONG_LOGIN;
}

static enum problem
let_in(struct ctx *c, text account, const struct user_secret *u, text better, struct signed_in *out)
{
	TRY(account_was_right(c, account));
	if (better)
		TRY(user_password_rehash(c, u->id, u->password, better));
	return session_open(c, u->id, out);
}

enum problem
account_login(struct ctx *c, text login, text password, struct signed_in *out)
{
	struct user_secret u = { 0 };
	bool right, rehash;
	text better = NULL;

	TRY(find_by_login(c, login, &u));
	text account = account_named(c, u.id, login);
	TRY(account_not_locked(c, account));
	TRY(password_check(c, password, u.password, &right, &rehash));
	right = right && !u.disabled;
	if (right && rehash)
		TRY(password_hash(c, password, &better));
	TRY(db_begin(c));
	enum problem e = right ? let_in(c, account, &u, better, out) : refuse_login(c, account, &u);
	enum problem end = db_end(c, e == OK || e == WRONG_LOGIN);
	return end != OK ? end : e;
}

enum problem
password_confirm(struct ctx *c, text field, text password)
{
	struct user_secret u = { 0 };
	bool right, rehash;

	TRY(user_secret_by_id(c, c->person.id, &u));
	text account = account_named(c, u.id, "");
	TRY(account_not_locked(c, account));
	TRY(password_check(c, password, u.password, &right, &rehash));
	if (right)
		return OK;
	TRY(db_begin(c));
	enum problem e = account_was_wrong(c, account);
	TRY(db_end(c, e == OK));
	return e != OK ? e : complain(c, field, "That is not your password.");
}

/* ---- who is asking */

/* A person as the cache keeps it: four numbers and a name. */
static text
person_line(struct ctx *c, const struct person *p)
{
	return arena_fmt(c->arena, "%lld %lld %d %d %s", (long long)p->id, (long long)p->session_id,
	    (int)p->role, p->verified, p->name);
}

static bool
person_from_line(struct ctx *c, text line, struct person *out)
{
	int64_t n[4]; /* id, session, role, verified */

	for (size_t i = 0; i < LENGTH(n); i++) {
		size_t k = strcspn(line, " ");

		if (line[k] == 0 || !text_int(arena_bytes(c->arena, line, k), &n[i]))
			return false;
		line += k + 1;
	}
	if (n[2] < CUSTOMER || n[2] > ADMIN)
		return false;
	*out = (struct person){ .id = n[0],
		.session_id = n[1],
		.role = (enum role)n[2],
		.verified = n[3] != 0,
		.name = arena_text(c->arena, line) };
	return true;
}

enum problem
accounts_person_by_token(struct ctx *c, text jwt, struct person *out)
{
	struct session_person row = { 0 };
	struct permit permit;
	struct token t;
	size_t n;

	if (!token_read(c, jwt, &t) || !text_is(t.use, "access"))
		return NOT_SIGNED_IN;
	const text tags[] = { person_tag(c, t.user_id), NULL };
	text line = cache_get(c, arena_fmt(c->arena, "person:%s", t.jti), tags, &permit, &n);
	if (line && person_from_line(c, arena_bytes(c->arena, line, n), out))
		return out->id == t.user_id ? OK : NOT_SIGNED_IN;
	enum problem e = session_person_by_jti(c, t.jti, c->now, &row);
	if (e == NOT_FOUND || (e == OK && row.id != t.user_id))
		return NOT_SIGNED_IN;
	TRY(e);
	*out = (struct person){ .id = row.id,
		.session_id = row.session_id,
		.role = role_named(row.role),
		.verified = row.verified,
		.name = row.name };
	line = person_line(c, out);
	cache_put(c, &permit, line, strlen(line), 300);
	return OK;
}

/* Is `scope` one of the words of `scopes`? */
static bool
has_scope(text scopes, text scope)
{
	size_t n = strlen(scope);

	for (text at = scopes; n && (at = strstr(at, scope)) != NULL; at += n)
		if ((at == scopes || at[-1] == ' ') && (at[n] == 0 || at[n] == ' '))
			return true;
	return false;
}

enum problem
accounts_person_by_key(struct ctx *c, text key, text scope, struct person *out)
{
	struct key_row row = { 0 };

	if (key == NULL || strlen(key) > 200)
		return NOT_SIGNED_IN;
	enum problem e = api_key_by_hash(c, keyed_hash(c->arena, "api-key", key), &row);
	if (e == NOT_FOUND)
		return NOT_SIGNED_IN;
	TRY(e);
	if (!has_scope(row.scopes, scope))
		return FORBIDDEN;
	if (instant_minus(c->now, row.used_at) > MINUTE)
		TRY(api_key_used(c, row.id, c->now));
	*out = (struct person){ .api_key_id = row.id, .name = row.name, .verified = true };
	return OK;
}
