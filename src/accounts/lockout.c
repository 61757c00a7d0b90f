#include "accounts_sql.h"

#include "gear/cache.h"
#include "gear/loop.h"
#include "gear/settings.h"

/* Who checks a secret answers within GIVEN_UP; after that the try counts as wrong. */
#define GIVEN_UP (30 * SECOND)
#define TURN_MS 8000 /* for those ahead to be found right or wrong */
#define LOOK_AGAIN_MS 60

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

static enum problem
count_wrong(struct ctx *c, text key, struct wrong_tries *out)
{
	return wrong_tries_of(c, key, instant_plus(c->now, -settings.lock_minutes * MINUTE),
	    instant_plus(c->now, -GIVEN_UP), out);
}

/* OK with try->id 0: as many are being checked as may still be wrong. */
static enum problem
take_one(struct ctx *c, text account, struct try *try)
{
	struct wrong_tries so_far = { 0 };
	struct new_id made = { 0 };

	TRY(wrong_tries_wait(c, try->key));
	TRY(count_wrong(c, try->key, &so_far));
	if (so_far.n >= settings.lock_tries)
		return locked(
		    c, account, instant_plus(so_far.first_at, settings.lock_minutes * MINUTE));
	if (so_far.n + so_far.checking >= settings.lock_tries)
		return OK;
	TRY(try_add(c, try->key, c->now, &made));
	try->id = made.id;
	return OK;
}

enum problem
try_begin(struct ctx *c, text account, struct try *try)
{
	bool known;

	*try = (struct try){ .key = account_key(c, account) };
	if (cache_flagged(c, lock_flag(c, try->key), &known))
		return locked(c, account, instant_plus(c->now, settings.lock_minutes * MINUTE));
	for (int64_t waited = 0; waited < TURN_MS; waited += LOOK_AGAIN_MS) {
		TRY(db_begin(c));
		enum problem e = take_one(c, account, try);
		enum problem end = db_end(c, e == OK && try->id);
		TRY(e);
		TRY(end);
		if (try->id)
			return OK;
		loop_sleep(LOOK_AGAIN_MS);
	}
	c->retry_after = 2;
	return BUSY;
}

enum problem
try_wrong(struct ctx *c, const struct try *try)
{
	struct wrong_tries so_far = { 0 };

	c->keep = true;
	TRY(wrong_tries_wait(c, try->key));
	TRY(try_was_wrong(c, try->id));
	TRY(count_wrong(c, try->key, &so_far));
	if (so_far.n >= settings.lock_tries)
		cache_flag(c, lock_flag(c, try->key), settings.lock_minutes * 60);
	return OK;
}

enum problem
try_right(struct ctx *c, const struct try *try)
{
	cache_forget(c, lock_flag(c, try->key));
	return wrong_tries_forget(c, try->key, try->id, instant_plus(c->now, -GIVEN_UP));
}

enum problem
try_undone(struct ctx *c, const struct try *try)
{
	return try_forget(c, try->id);
}

enum problem
tries_forgiven(struct ctx *c, text account)
{
	const struct try none = { .key = account_key(c, account) };

	return try_right(c, &none);
}
