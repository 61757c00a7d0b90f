#include "accounts_sql.h"

#include "gear/audit.h"
#include "gear/mail.h"
#include "gear/settings.h"

/* ---- what the caller holds, and what we keep of it */

static text
request_key(struct ctx *c, text request)
{
	return keyed_hash(c->arena, "request", request);
}

/* A code counts only together with the request it was sent for; `key`: its request_key(). */
static text
code_key(struct ctx *c, text key, text code)
{
	return keyed_hash(c->arena, "code", arena_fmt(c->arena, "%s %s", key, code));
}

static text
code_account(struct ctx *c, const struct code_row *row)
{
	return arena_fmt(c->arena, "code:%s", row->email);
}

static int64_t
seconds_to_wait(struct ctx *c, instant sent)
{
	int64_t gone = instant_minus(c->now, sent) / SECOND;

	return gone >= CODE_WAIT_SECONDS ? 0 : CODE_WAIT_SECONDS - gone;
}

static instant
code_ends(struct ctx *c)
{
	return instant_plus(c->now, CODE_MINUTES * MINUTE);
}

/* ---- the mails */

static text
code_body(struct ctx *c, const struct code_row *row, text code)
{
	text why = text_is(row->purpose, "signup") ? "Your code to finish signing up is"
	    : text_is(row->purpose, "password")	   ? "Your code to set a new password is"
						   : "Your code to confirm this address is";

	return arena_fmt(c->arena,
	    "%s\n\n%s\n\nIt works for ten minutes and only where you asked for it. If you did not "
	    "ask, "
	    "you can leave this mail alone: without the code nothing happens.",
	    why, code);
}

static text
taken_body(struct ctx *c)
{
	return arena_fmt(c->arena,
	    "Somebody, perhaps you, wanted to use this address for an account with Smart Parking. "
	    "It "
	    "has one already.\n\nLog in at %s/login\n\nIf you no longer know the password, set a "
	    "new "
	    "one at %s/password\n\nIf it was not you, you can leave this mail alone.",
	    settings.base_url, settings.base_url);
}

/* What goes out by mail depends on whether the address has an account; what the caller sees and the
 * work we do for it does not.  A mail that must not go out is written and taken back. */
static enum problem
mail_about(struct ctx *c, const struct code_row *row, int64_t user_id, text code, bool send)
{
	struct mail m = { .to = row->email, .user_id = user_id };

	if (code) {
		m.subject = "Your code for Smart Parking";
		m.body = code_body(c, row, code);
	} else {
		m.subject = "You have an account with Smart Parking";
		m.body = taken_body(c);
	}
	TRY(db_begin(c));
	enum problem e = mail_send_later(c, &m);
	TRY(db_end(c, e == OK && send));
	return e;
}

/* Decides what a request about row->email comes to: a code in *code_hash ('' is never right), the
 * account it is for, and the mail. */
static enum problem
send_code(struct ctx *c, struct code_row *row, text request)
{
	text code = random_code(c->arena, 6);
	bool renew = text_is(row->purpose, "password");
	struct user_secret u = { 0 };
	struct tries lately = { 0 };

	TRY(codes_of_address(c, row->email, instant_plus(c->now, -HOUR), &lately));
	enum problem e = user_secret_by_email(c, row->email, &u);
	if (e != OK && e != NOT_FOUND)
		return e;
	bool known = e == OK, quiet = lately.n >= CODES_AN_HOUR;
	bool usable = renew ? known && !u.disabled : !known;
	row->code = usable && !quiet ? code_key(c, request_key(c, request), code) : "";
	if (renew)
		row->user_id = known ? u.id : 0;
	/* Who has no account gets no mail about a password; whose address has one is told when
	 * somebody else wants it. */
	bool send = !quiet && (usable || !renew);
	return mail_about(c, row, known ? u.id : 0, usable || renew ? code : NULL, send);
}

/* ---- asking for one */

static enum problem
ask_for_code(struct ctx *c, struct code_row *row, struct code_request *out)
{
	text request = random_hex(c->arena, 16);
	struct new_id made = { 0 };

	TRY(send_code(c, row, request));
	TRY(code_insert(c, request_key(c, request), row->purpose, row->email, row->user_id,
	    row->code, c->now, code_ends(c), row->username, row->first_name, row->last_name,
	    row->phone, row->password, &made));
	TRY(codes_end(c, row->email, row->purpose, made.id, c->now));
	*out = (struct code_request){ request, row->email, row->purpose, CODE_WAIT_SECONDS,
		code_ends(c) };
	return OK;
}

static enum problem
username_not_taken(struct ctx *c, text username)
{
	struct user_secret u = { 0 };

	if (*username == 0)
		return OK;
	enum problem e = user_secret_by_username(c, username, &u);
	if (e == NOT_FOUND)
		return OK;
	return e == OK ? complain(c, "username", "Somebody has that name already.") : e;
}

static enum problem
signup_write(struct ctx *c, const struct signup *s, text password, struct code_request *out)
{
	struct code_row row = { .purpose = "signup",
		.email = s->email,
		.username = s->username,
		.first_name = s->first_name,
		.last_name = s->last_name,
		.phone = s->phone,
		.password = password };

	return ask_for_code(c, &row, out);
}

enum problem
signup_begin(struct ctx *c, const struct signup *s, struct code_request *out)
{
	text why = password_complaint(c->arena, s->password, s->username, s->email), password;

	if (why)
		return complain(c, "password", "%s", why);
	TRY(username_not_taken(c, s->username));
	TRY(password_hash(c, s->password, &password));
	TRY(db_begin(c));
	enum problem e = signup_write(c, s, password, out);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

static const struct code_row empty_row = {
	.username = "", .first_name = "", .last_name = "", .phone = "", .password = ""
};

enum problem
password_forgotten(struct ctx *c, text email, struct code_request *out)
{
	struct code_row row = empty_row;

	row.purpose = "password";
	row.email = email;
	return ask_for_code(c, &row, out);
}

enum problem
email_change_begin(struct ctx *c, int64_t user_id, text email, struct code_request *out)
{
	struct code_row row = empty_row;

	row.purpose = "email";
	row.email = email;
	row.user_id = user_id;
	return ask_for_code(c, &row, out);
}

/* ---- looking, and asking again */

static void
as_request(struct ctx *c, text request, const struct code_row *row, struct code_request *out)
{
	*out = (struct code_request){ request, row->email, row->purpose,
		seconds_to_wait(c, row->sent_at), row->expires_at };
}

enum problem
code_look(struct ctx *c, text request, struct code_request *out)
{
	struct code_row row = { 0 };

	TRY(code_by_request(c, request_key(c, request), &row));
	as_request(c, request, &row, out);
	return OK;
}

enum problem
code_again(struct ctx *c, text request, struct code_request *out)
{
	struct code_row row = { 0 };

	TRY(code_by_request_locked(c, request_key(c, request), &row));
	if (!instant_none(row.used_at) || instant_minus(c->now, row.sent_at) > HOUR)
		return fail(c, CODE_ENDED, "This was long ago or is done. Please begin again.");
	c->retry_after = seconds_to_wait(c, row.sent_at);
	if (c->retry_after > 0)
		return fail(c, TOO_EARLY, "Another code can be sent in %lld seconds.",
		    (long long)c->retry_after);
	TRY(send_code(c, &row, request));
	TRY(code_replace(c, row.id, row.user_id, row.code, c->now, code_ends(c)));
	row.sent_at = c->now;
	row.expires_at = code_ends(c);
	as_request(c, request, &row, out);
	return OK;
}

/* ---- using one */

static enum problem
wrong_code(struct ctx *c, const struct code_row *row, const struct try *try)
{
	int64_t left = CODE_TRIES - row->tries - 1;

	TRY(code_tried(c, row->id));
	TRY(try_wrong(c, try));
	if (left > 0)
		complain(c, "code", "That is not the code we sent. %lld %s left.", (long long)left,
		    left == 1 ? "try" : "tries");
	else
		complain(c, "code",
		    "That is not the code we sent, and it was the last try. We can "
		    "send you another.");
	return WRONG_CODE;
}

/* The row of a code that fits, used up; in a transaction. */
static enum problem
use_code(struct ctx *c, text key, text code, bool renew, struct code_row *row)
{
	struct try try;

	TRY(code_by_request_locked(c, key, row));
	if (renew != text_is(row->purpose, "password"))
		return NOT_FOUND;
	TRY(try_begin(c, code_account(c, row), &try));
	if (!instant_none(row->used_at))
		return fail(c, CODE_ENDED, "It was used already.");
	if (instant_minus(row->expires_at, c->now) <= 0)
		return fail(c, CODE_ENDED, "Its ten minutes are over. We can send you another.");
	if (row->tries >= CODE_TRIES)
		return fail(c, CODE_ENDED,
		    "After five wrong tries it works no longer. We can send you another.");
	if (!same_secret(row->code, code_key(c, key, code)))
		return wrong_code(c, row, &try);
	TRY(try_right(c, &try));
	return code_used(c, row->id, c->now);
}

/* The part of an address before the @, as a username. */
static text
name_from_address(struct arena *a, text email)
{
	struct buf b = BUF(a);

	for (; *email && *email != '@' && b.n < 28; email++) {
		bool letter = (*email >= 'a' && *email <= 'z') || (*email >= '0' && *email <= '9');
		bool capital = *email >= 'A' && *email <= 'Z';

		if (letter || (b.n && strchr("._-", *email)))
			buf_char(&b, *email);
		else if (capital)
			buf_char(&b, (char)(*email + 'a' - 'A'));
	}
	return b.n ? buf_text(&b) : "driver";
}

enum problem
username_for(struct ctx *c, text wanted, text email, text *out)
{
	text base = *wanted ? wanted : name_from_address(c->arena, email);
	struct a_name free_one;

	TRY(username_free(c, base, arena_fmt(c->arena, "%.34s%s", base, random_code(c->arena, 4)),
	    arena_fmt(c->arena, "%.28s%s", base, random_code(c->arena, 10)), &free_one));
	*out = free_one.name;
	return OK;
}

static enum problem
finish_signup(struct ctx *c, const struct code_row *row, int64_t *user_id)
{
	struct new_id made = { 0 };
	text username;

	TRY(username_for(c, row->username, row->email, &username));
	TRY(user_insert(c, username, row->email, row->first_name, row->last_name, row->phone,
	    row->password, "customer", c->now, c->now, &made));
	*user_id = made.id;
	TRY(audit_add(c, "signed_up", "user", made.id, username));
	return tell(c, USER_VERIFIED, made.id);
}

static enum problem
finish_email_change(struct ctx *c, const struct code_row *row, int64_t *user_id)
{
	struct user u = { 0 };
	text body = arena_fmt(c->arena,
	    "The address of your account with Smart Parking is now another one. If that was not "
	    "you, "
	    "please tell us at once.");

	*user_id = row->user_id;
	TRY(user_get(c, row->user_id, &u));
	TRY(user_email_set(c, u.id, row->email, c->now));
	TRY(mail_send_later(c,
	    &(struct mail){ .to = u.email,
		.user_id = u.id,
		.subject = "Your address with Smart Parking has changed",
		.body = body }));
	TRY(audit_add(c, "email_changed", "user", u.id, ""));
	return tell(c, USER_VERIFIED, u.id);
}

enum problem
code_fits(struct ctx *c, text request, text code, int64_t *user_id)
{
	struct code_row row = { 0 };

	TRY(use_code(c, request_key(c, request), code, false, &row));
	if (text_is(row.purpose, "signup"))
		return finish_signup(c, &row, user_id);
	return finish_email_change(c, &row, user_id);
}

/* A try at an address that nobody has asked a code for costs as much, and looks the same. */
static enum problem
wrong_address(struct ctx *c, text email)
{
	const struct code_row nobody = { .email = email };
	struct try try;

	TRY(try_begin(c, code_account(c, &nobody), &try));
	return wrong_code(c, &nobody, &try);
}

enum problem
signup_code_fits(struct ctx *c, text email, text code, int64_t *user_id)
{
	struct code_row row = { 0 };
	struct kept_request found = { 0 };

	enum problem e = signup_latest_of(c, email, &found);
	if (e == NOT_FOUND)
		return wrong_address(c, email);
	TRY(e);
	TRY(use_code(c, found.request, code, false, &row));
	return finish_signup(c, &row, user_id);
}

static enum problem
renew(struct ctx *c, text request, text code, text hash)
{
	struct code_row row = { 0 };

	TRY(use_code(c, request_key(c, request), code, true, &row));
	TRY(user_password_set(c, row.user_id, hash, true, c->now));
	TRY(sessions_close(c, row.user_id, 0));
	TRY(tries_forgiven(c, account_named(c, row.user_id, "")));
	return audit_add(c, "password_renewed", "user", row.user_id, "");
}

enum problem
password_renew(struct ctx *c, text request, text code, text password)
{
	text hash;

	TRY(password_hash(c, password, &hash));
	TRY(db_begin(c));
	enum problem e = renew(c, request, code, hash);
	enum problem end = db_end(c, e == OK || c->keep);
	return e != OK ? e : end;
}
