#include "accounts_sql.h"

#include "gear/audit.h"
#include "gear/cache.h"
#include "gear/live.h"
#include "gear/log.h"
#include "gear/token.h"

/* How long a login lasts: a shift for those who can do harm, two weeks for those who park. */
#define STAFF_LOGIN (12 * HOUR)
#define CUSTOMER_LOGIN (14 * DAY)

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

/* A token of the same login; it never outlives that. */
static text
short_token(struct ctx *c, const struct token *t)
{
	struct token another = *t;
	instant ends = instant_plus(c->now, PAIR_MINUTES * MINUTE);

	another.use = "access";
	another.issued = c->now;
	if (ends.us < t->expires.us)
		another.expires = (instant){ ends.us - ends.us % SECOND };
	return token_sign(c, &another);
}

void
session_pair(struct ctx *c, const struct signed_in *s, text *access, text *refresh)
{
	struct token t;

	if (!token_read(c, s->token, &t))
		BUG("a token of ours that we cannot read");
	*access = short_token(c, &t);
	t.use = "refresh";
	*refresh = token_sign(c, &t);
}

enum problem
session_refresh(struct ctx *c, text refresh, text *access)
{
	struct session_person row = { 0 };
	struct token t;

	if (!token_read(c, refresh, &t) || !text_is(t.use, "refresh"))
		return NOT_SIGNED_IN;
	enum problem e = session_person_by_jti(c, t.jti, c->now, &row);
	if (e == NOT_FOUND || (e == OK && row.id != t.user_id))
		return NOT_SIGNED_IN;
	TRY(e);
	*access = short_token(c, &t);
	return OK;
}

enum problem
session_close(struct ctx *c, int64_t user_id, int64_t session_id)
{
	int64_t changed;

	TRY(session_revoke(c, user_id, session_id, c->now, &changed));
	if (changed == 0)
		return NOT_FOUND;
	cache_drop(c, person_tag(c, user_id));
	live_tell_end(c, (struct live_end){ user_id, session_id, 0 });
	return OK;
}

enum problem
sessions_close(struct ctx *c, int64_t user_id, int64_t except)
{
	TRY(sessions_revoke(c, user_id, except, c->now));
	cache_drop(c, person_tag(c, user_id));
	live_tell_end(c, (struct live_end){ user_id, 0, except });
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
refuse_login(struct ctx *c, const struct try *try, const struct user_secret *u)
{
	TRY(try_wrong(c, try));
	log_event("login_failed", "address", c->address ? c->address : "", NULL);
	if (u->id)
		TRY(audit_add(c, "login_failed", "user", u->id, ""));
	return WRONG_LOGIN;
}

static enum problem
let_in(struct ctx *c, const struct try *try, const struct user_secret *u, text better,
    struct signed_in *out)
{
	TRY(try_right(c, try));
	if (better)
		TRY(user_password_rehash(c, u->id, u->password, better));
	return session_open(c, u->id, out);
}

/* The long sums, with no transaction open.  *better: its hash, where the one we have has grown weak. */
static enum problem
check_login(struct ctx *c, text password, const struct user_secret *u, bool *right, text *better)
{
	bool rehash;

	TRY(password_check(c, password, u->password, right, &rehash));
	*right = *right && !u->disabled;
	if (*right && rehash)
		TRY(password_hash(c, password, better));
	return OK;
}

enum problem
account_login(struct ctx *c, text login, text password, struct signed_in *out)
{
	struct user_secret u = { 0 };
	struct try try;
	bool right;
	text better = NULL;

	TRY(find_by_login(c, login, &u));
	TRY(try_begin(c, account_named(c, u.id, login), &try));
	enum problem e = check_login(c, password, &u, &right, &better);
	if (e != OK) {
		try_undone(c, &try);
		return e;
	}
	TRY(db_begin(c));
	e = right ? let_in(c, &try, &u, better, out) : refuse_login(c, &try, &u);
	enum problem end = db_end(c, e == OK || e == WRONG_LOGIN);
	return end != OK ? end : e;
}

enum problem
password_confirm(struct ctx *c, text field, text password)
{
	struct user_secret u = { 0 };
	struct try try;
	bool right, rehash;

	TRY(user_secret_by_id(c, c->person.id, &u));
	TRY(try_begin(c, account_named(c, u.id, ""), &try));
	enum problem e = password_check(c, password, u.password, &right, &rehash);
	if (e != OK || right) {
		enum problem undone = try_undone(c, &try);
		return e != OK ? e : undone;
	}
	TRY(db_begin(c));
	e = try_wrong(c, &try);
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

/* A key as the cache keeps it: id, scopes, name.  It is kept for less than a minute, so that it is seen to be used. */
static text
key_line(struct ctx *c, const struct key_row *k)
{
	return arena_fmt(c->arena, "%lld|%s|%s", (long long)k->id, k->scopes, k->name);
}

static bool
key_from_line(struct ctx *c, text line, struct key_row *k)
{
	text first = strchr(line, '|'), second = first ? strchr(first + 1, '|') : NULL;

	if (second == NULL ||
	    !text_int(arena_bytes(c->arena, line, (size_t)(first - line)), &k->id))
		return false;
	k->scopes = arena_bytes(c->arena, first + 1, (size_t)(second - first - 1));
	k->name = second + 1;
	return true;
}

static enum problem
key_known(struct ctx *c, text hash, struct key_row *k)
{
	static const text tags[] = { "api-keys", NULL };
	struct permit permit;
	size_t n;
	text line = cache_get(c, arena_fmt(c->arena, "key:%s", hash), tags, &permit, &n);

	if (line && key_from_line(c, arena_bytes(c->arena, line, n), k))
		return OK;
	enum problem e = api_key_by_hash(c, hash, k);
	if (e == NOT_FOUND)
		return NOT_SIGNED_IN;
	TRY(e);
	if (instant_minus(c->now, k->used_at) > MINUTE)
		TRY(api_key_used(c, k->id, c->now));
	line = key_line(c, k);
	cache_put(c, &permit, line, strlen(line), 50);
	return OK;
}

enum problem
accounts_person_by_key(struct ctx *c, text key, text scope, struct person *out)
{
	struct key_row row = { 0 };

	if (key == NULL || strlen(key) > 200)
		return NOT_SIGNED_IN;
	TRY(key_known(c, keyed_hash(c->arena, "api-key", key), &row));
	if (!has_scope(row.scopes, scope))
		return FORBIDDEN;
	*out = (struct person){ .api_key_id = row.id, .name = row.name, .verified = true };
	return OK;
}
