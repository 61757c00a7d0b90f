/* forgetting.c -- what is left of an account that was deleted: its number. */
#include "accounts_sql.h"

#include "gear/audit.h"
#include "gear_sql.h"

enum problem
account_lock(struct ctx *c, int64_t id, struct user *out)
{
	struct rows admins = { 0 };

	TRY(admins_lock(c, &admins));
	TRY(user_lock(c, id, out));
	if (out->gone)
		return fail(c, WRONG_STATE, "The account was deleted already.");
	if (text_is(out->role, "admin") && !out->disabled && admins.n < 2)
		return fail(c, FORBIDDEN,
		    "Nobody else can administer this house. Give another account that role first.");
	return OK;
}

enum problem
account_forget(struct ctx *c, const struct user *u)
{
	text name = arena_fmt(c->arena, "gone-%s", random_hex(c->arena, 8));

	TRY(sessions_close(c, u->id, 0));
	TRY(tell(c, USER_DELETED, u->id));
	TRY(logins_forget(c, u->id, u->email));
	TRY(tries_forgiven(c, account_named(c, u->id, "")));
	TRY(outbox_forget(c, u->id, u->email));
	TRY(user_forget(c, u->id, name, c->now));
	return audit_forget_person(c, u->id);
}
