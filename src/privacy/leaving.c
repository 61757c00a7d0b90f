/* leaving.c -- the end of an account: what hinders it, what is said, what is done. */
#include "gear/audit.h"
#include "gear/mail.h"
#include "gear/settings.h"
#include "privacy/privacy.h"
#include "privacy_sql.h"
#include "reservations/reservations.h"

/* What is open between us.  Another: a line, and a statement that counts. */
static const struct hindrance {
	enum problem (*count)(struct ctx *, int64_t user_id, instant now, struct counted_rows *);
	text one, many; /* the second follows its number */
	text link; /* where its owner does something about it */
} hindrances[] = {
	{ bookings_not_over, "A booking is not over. Cancel it, or let it end.",
	    "bookings are not over. Cancel them, or let them end.", "/reservations" },
	{ stays_not_over, "A car of this account is in a lot. Let it drive out first.",
	    "cars of this account are in a lot. Let them drive out first.", "/reservations" },
	{ owed_by, "A booking is still to be paid.", "bookings are still to be paid.",
	    "/reservations" },
	{ payments_under_way, "A payment is under way. Its end is known within the hour.",
	    "payments are under way. Their end is known within the hour.", "/receipts" },
	{ refunds_under_way, "Money is on its way back. Wait until it has arrived.",
	    "refunds are on their way back. Wait until they have arrived.", "/receipts" },
};

const struct field hindrance_line_fields[] = { FIELD(hindrance_line, says),
	FIELD(hindrance_line, link), FIELD_END };
const struct field leaving_fields[] = { FIELD(leaving, id), FIELD(leaving, name),
	FIELD(leaving, username), FIELD(leaving, email),
	FIELD(leaving, last_admin, .doc = "Nobody else can administer the house"),
	FIELD(leaving, own, .hidden = true), FIELD(leaving, may, .doc = "Nothing hinders it"),
	FIELD_LIST(leaving, hindrances, hindrance_line), FIELD_END };

enum problem
hindrances_of(struct ctx *c, int64_t user_id, struct rows *lines)
{
	struct hindrance_line *found = arena_alloc(c->arena, LENGTH(hindrances) * sizeof *found);

	*lines = (struct rows){ .v = found };
	for (size_t i = 0; i < LENGTH(hindrances); i++) {
		const struct hindrance *h = &hindrances[i];
		struct counted_rows n = { 0 };

		TRY(h->count(c, user_id, c->now, &n));
		if (n.n == 0)
			continue;
		text says =
		    n.n == 1 ? h->one : arena_fmt(c->arena, "%lld %s", (long long)n.n, h->many);
		found[lines->n++] = (struct hindrance_line){ says, h->link };
	}
	return OK;
}

enum problem
leaving_look(struct ctx *c, int64_t user_id, struct leaving *out)
{
	struct counted_rows others = { 0 };
	struct user u = { 0 };

	TRY(user_get(c, user_id, &u));
	if (u.gone)
		return fail(c, WRONG_STATE, "The account was deleted already.");
	*out = (struct leaving){ .id = u.id,
		.name = u.name,
		.username = u.username,
		.email = u.email,
		.own = u.id == c->person.id };
	if (text_is(u.role, "admin") && !u.disabled) {
		TRY(other_admins(c, user_id, &others));
		out->last_admin = others.n == 0;
	}
	TRY(hindrances_of(c, user_id, &out->hindrances));
	out->may = out->hindrances.n == 0 && !out->last_admin;
	return OK;
}

static enum problem
unhindered(struct ctx *c, int64_t user_id)
{
	struct buf b = BUF(c->arena);
	struct rows lines = { 0 };

	TRY(hindrances_of(c, user_id, &lines));
	FOR_ROWS (hindrance_line, l, lines)
		buf_fmt(&b, "%s%s", b.n ? " " : "", l->says);
	return lines.n ? fail(c, WRONG_STATE, "%s", buf_text(&b)) : OK;
}

/* Written before the address goes; the message itself goes when it was sent. */
static enum problem
farewell(struct ctx *c, const struct user *u, bool by_owner)
{
	text body = arena_fmt(c->arena,
	    "Hello %s,\n\nYour account with Smart Parking was deleted %s. Your name, addresses, "
	    "number, vehicles, messages and the words of your reviews are gone, and all log-ins "
	    "have "
	    "ended. What the law has us keep of payments and receipts stays, without your name and "
	    "plates: numbers, days, lots and amounts.\n\nThis is the last message to you. If "
	    "you did not expect it, write to us: %s",
	    u->name, by_owner ? "as you asked" : "by the house", settings.base_url);

	if (!mail_address_ok(u->email))
		return OK;
	return mail_send_later(c,
	    &(struct mail){ .to = u->email,
		.subject = "Your account is deleted",
		.body = body,
		.unique = arena_fmt(c->arena, "farewell:%lld", (long long)u->id) });
}

enum problem
account_delete(struct ctx *c, int64_t user_id, text reason)
{
	bool by_owner = c->person.id == user_id;
	struct ctx own = *c;
	struct user u = { 0 };

	TRY(reservations_person_lock(c, user_id));
	TRY(account_lock(c, user_id, &u));
	TRY(unhindered(c, user_id));
	TRY(farewell(c, &u, by_owner));
	TRY(account_forget(c, &u));
	TRY(deletion_write(c, "account",
	    by_owner ? "An account, as its owner asked" : "An account, by an admin", 1));
	if (by_owner)
		own.address = ""; /* nothing of theirs is left behind */
	return audit_add(&own, "account_deleted", "user", user_id, reason);
}
