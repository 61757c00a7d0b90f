/*
 * accounts.h -- people and how we know them.
 *
 * Whoever signs up proves an e-mail address first: a code of six digits goes there, lives for ten
 * minutes and five tries, and only then is there an account.  From outside nobody learns which
 * addresses have one: every request about an address looks the same, and the difference goes out by
 * e-mail.
 *
 * A login is a `session`.  Its token names it by jti, so that it can be ended at once; roles are
 * looked up anew each time (through the cache), never read from the token.
 *
 * Ten wrong passwords in fifteen minutes lock an account for the rest of them, and ten wrong codes
 * its address.  A name that nobody has is counted, too, and locks in the same words.
 *
 * An API key is for a machine.  It has scopes in place of a role, and is nobody.
 */
#ifndef ACCOUNTS_H
#define ACCOUNTS_H

#include "gear/db.h"
#include "gear/retention.h"
#include "gear/secret.h"
#include "gear/verbs.h"

extern const struct rule accounts_rules[];
extern const struct retention accounts_retention[];
extern const struct verb accounts_verbs[];

struct user {
	int64_t id;
	text username, email;
	text name; /* what to call them: first and last name, else the username */
	text first_name, last_name, phone, region, address;
	text role; /* customer, operator, admin */
	bool verified, disabled;
	bool gone; /* deleted: a number that bookings and money lead to, and nothing more */
	instant created_at, seen_at;
};
extern const struct field user_fields[];

enum role role_named(text);
text role_name(enum role);

/* ---- making people */

struct new_user {
	text username; /* "": made from the e-mail address */
	text email, first_name, last_name, phone;
	text password; /* "": none, and an invitation is mailed */
	text role; /* "": customer */
};
extern const struct field new_user_fields[];

/* An account whose address counts as proven, if it has a password.  INVALID with words beside
 * username or email when taken. Bare: opens its own transaction after the password was hashed. */
enum problem account_add(struct ctx *, const struct new_user *, int64_t *id);

/* The same for S2's and S3's programs, which say but a name ("": none) and are told DUPLICATE when the address has an
 * account.  Bare. */
enum problem account_add_for_program(
    struct ctx *, text name, text email, text password, int64_t *id);

/* Has anybody this address?  Not to be told to callers but where a source system did. */
enum problem account_known(struct ctx *, text email, bool *known);

/* Checks of fields: NULL, or what is wrong with it. */
text email_ok(struct arena *, const void *);
text plate_ok(struct arena *, const void *);
text phone_ok(struct arena *, const void *);
text username_ok(struct arena *, const void *);

/* A name nobody has: `wanted`, or one made from the address, with digits behind it if need be. */
enum problem username_for(struct ctx *, text wanted, text email, text *out);

/* The demo's people, with passwords that are printed: only in demo mode (else FORBIDDEN). */
enum problem account_seed_demo(struct ctx *);
struct demo_login {
	text username, password, role, first_name, last_name;
};
extern const struct demo_login demo_logins[]; /* ended by { 0 } */

/* People from another system: CSV with a line of names; username and email are needed, first_name,
 * last_name, phone, role and password (a $2a$ or $2b$ bcrypt hash, or one of ours) may be there.
 * Who is there already is left alone. */
struct import_report {
	int64_t read, added;
	text faults; /* a line each: "line 7: …"; "" for none.  With a fault nothing is added */
};
enum problem account_import(struct ctx *, const char *csv, size_t n, struct import_report *);

/* ---- signing in */

struct login {
	text login; /* username or e-mail address */
	text password;
	text next; /* where to go then, an address of ours */
};
extern const struct field login_fields[];

struct signed_in {
	text token;
	instant expires_at;
	int64_t user_id; /* hidden */
	text name, role; /* hidden */
};
extern const struct field signed_in_fields[];

/* WRONG_LOGIN, LOCKED.  Bare: opens its own transactions, since a password takes a while to check.
 */
enum problem account_login(struct ctx *, text login, text password, struct signed_in *);
/* A session for somebody who has been proven in another way. */
enum problem session_open(struct ctx *, int64_t user_id, struct signed_in *);
enum problem session_close(struct ctx *, int64_t user_id, int64_t session_id); /* NOT_FOUND */
/* The two tokens of a login for programs that want two: one for PAIR_MINUTES, and one, as long as the login lasts, that
 * session_refresh() takes for another of the first kind (NOT_SIGNED_IN). */
#define PAIR_MINUTES 60
void session_pair(struct ctx *, const struct signed_in *, text *access, text *refresh);
enum problem session_refresh(struct ctx *, text refresh, text *access);
/* Ends all of a person's sessions but `except` (0: all). */
enum problem sessions_close(struct ctx *, int64_t user_id, int64_t except);

struct session {
	int64_t id;
	text agent, address;
	instant created_at, expires_at;
	bool current; /* the one that asks */
};
extern const struct field session_fields[];

/* "Firefox on Android" for a browser's User-Agent; anything else as it is. */
text agent_words(struct arena *, text agent);

/* For all_sign_in.  NOT_SIGNED_IN unless the token is ours, holds now, and its session was not
 * ended. */
enum problem accounts_person_by_token(struct ctx *, text jwt, struct person *);
/* NOT_SIGNED_IN for an unknown or revoked key, FORBIDDEN for one without that scope. */
enum problem accounts_person_by_key(struct ctx *, text key, text scope, struct person *);

/* ---- lockout */

/* `account` is any text that names one: passwords are counted under account_named(), codes under
 * the address. */
text account_named(struct ctx *, int64_t user_id, text typed); /* id 0: as it was typed */
/* A try at a secret is counted before the secret is checked, so that of any number sent at once no
 * more are checked than LOCK_TRIES. */
struct
try {
	text key;
	int64_t id;
};
/* LOCKED, with c->retry_after, after too many wrong ones; while those ahead may still turn out
 * wrong it waits for them; BUSY after that.  What it has begun ends in one of the next three. */
enum problem try_begin(struct ctx *, text account, struct try *);
enum problem try_wrong(struct ctx *, const struct try *); /* sets c->keep */
enum problem try_right(struct ctx *, const struct try *); /* forgives the wrong ones before it */
enum problem try_undone(struct ctx *, const struct try *); /* it proved nothing, as if never made */
/* They have proven in another way who they are. */
enum problem tries_forgiven(struct ctx *, text account);

/* ---- codes by e-mail */

enum { CODE_MINUTES = 10, CODE_TRIES = 5, CODE_WAIT_SECONDS = 60, CODES_AN_HOUR = 6 };

struct signup {
	text username; /* "": made from the e-mail address */
	text first_name, last_name, email, phone, password;
};
extern const struct field signup_fields[];

/* What the caller holds while a code is on its way.  Nothing in it depends on whether the address
 * can be used. */
struct code_request {
	text request; /* 32 hex digits */
	text email;
	text purpose; /* signup, password, email */
	int64_t wait; /* seconds until another may be sent */
	instant expires_at;
};
extern const struct field code_request_fields[];

/* Bare, for its password's sake. */
enum problem signup_begin(struct ctx *, const struct signup *, struct code_request *);
enum problem password_forgotten(struct ctx *, text email, struct code_request *);
enum problem email_change_begin(struct ctx *, int64_t user_id, text email, struct code_request *);
enum problem code_look(struct ctx *, text request, struct code_request *); /* NOT_FOUND */
/* Sends another, which ends the one before: TOO_EARLY before CODE_WAIT_SECONDS have gone. */
enum problem code_again(struct ctx *, text request, struct code_request *);
/* Makes the account, or changes the address.  WRONG_CODE (kept), CODE_ENDED, LOCKED. */
enum problem code_fits(struct ctx *, text request, text code, int64_t *user_id);
/* The same for a sign-up's code by its address alone, for programs that hold nothing else. */
enum problem signup_code_fits(struct ctx *, text email, text code, int64_t *user_id);
/* Bare.  Sets the password and ends all sessions.  Fails as code_fits(). */
enum problem password_renew(struct ctx *, text request, text code, text password);

struct email_entry {
	text email;
};
extern const struct field email_entry_fields[];
struct code_entry {
	text request, code;
};
extern const struct field code_entry_fields[];
struct password_entry {
	text request, code, password;
};
extern const struct field password_entry_fields[];

/* ---- what people do to their own account */

enum problem user_get(struct ctx *, int64_t id, struct user *); /* NOT_FOUND */

struct profile_change {
	text first_name, last_name, phone, region, address;
};
extern const struct field profile_change_fields[];
enum problem profile_save(struct ctx *, const struct profile_change *);
/* The same with but a name, "Ilse de Vries", and an address, which is changed at once: the one before is told, and codes
 * under way end.  INVALID beside `email` when it is taken. */
enum problem profile_rename(struct ctx *, text name, text email);

struct email_change {
	text email, current;
};
extern const struct field email_change_fields[];

struct password_change {
	text current, password;
};
extern const struct field password_change_fields[];
/* Ends every other session.  Bare.  INVALID beside `current` when that is wrong. */
enum problem password_change(struct ctx *, text current, text password);
/* Is this the password of who is asking?  INVALID beside `field`, LOCKED. */
enum problem password_confirm(struct ctx *, text field, text password);

/* NULL, or why this may not be a password of somebody with these names. */
text password_complaint(struct arena *, text password, text username, text email);

/* ---- what admins do */

/* FORBIDDEN for oneself, WRONG_STATE for one that was deleted. */
enum problem user_set_role(struct ctx *, int64_t id, text role);
enum problem user_disable(struct ctx *, int64_t id); /* ends its sessions; FORBIDDEN for oneself */
enum problem user_enable(struct ctx *, int64_t id); /* WRONG_STATE for one that was deleted */

/* ---- the end of an account (see privacy/) */

/* The row is ours until the transaction ends.  WRONG_STATE for one that was deleted, NOT_FOUND; FORBIDDEN for
 * the last admin. */
enum problem account_lock(struct ctx *, int64_t id, struct user *);
/* Ends its log-ins, replaces what is personal and tells USER_DELETED.  Of one that is locked. */
enum problem account_forget(struct ctx *, const struct user *);

struct api_key {
	int64_t id;
	text name, prefix, scopes, made_by_name;
	instant created_at, used_at;
	bool revoked;
};
extern const struct field api_key_fields[];
struct new_api_key {
	text name;
	bool gate, telemetry, lots, reports; /* the scopes there are */
};
extern const struct field new_api_key_fields[];
struct api_key_made {
	int64_t id;
	text name, scopes;
	text key; /* shown this once */
};
extern const struct field api_key_made_fields[];
enum problem api_key_make(struct ctx *, const struct new_api_key *, struct api_key_made *);
enum problem api_key_revoke(struct ctx *, int64_t id);

/* ---- vehicles */

struct vehicle {
	int64_t id;
	int64_t user_id; /* hidden */
	text plate; /* normalised */
	text plate_typed, label, car_type;
	instant created_at;
};
extern const struct field vehicle_fields[];
struct new_vehicle {
	text plate, label, car_type;
};
extern const struct field new_vehicle_fields[];
/* A car of nobody becomes the caller's; INVALID beside `plate` for somebody's. */
enum problem vehicle_add(struct ctx *, const struct new_vehicle *, struct vehicle *);
/* A car that a camera saw is one of nobody, unless it is known. */
enum problem vehicle_known(struct ctx *, text plate);
/* One's own; for operators anybody's.  NOT_FOUND. */
enum problem vehicle_load(struct ctx *, int64_t id, struct vehicle *);
enum problem vehicle_remove(struct ctx *, int64_t id);
/* Somebody else's, by an operator; owner 0: nobody's.  INVALID beside `owner`, `plate`. */
enum problem vehicle_add_for(
    struct ctx *, const struct new_vehicle *, int64_t owner, struct vehicle *);
enum problem vehicle_change(
    struct ctx *, int64_t id, const struct new_vehicle *, int64_t owner, struct vehicle *);

/* ---- rows of statements */

struct kept_request {
	text request;
};
extern const struct field kept_request_fields[];
struct user_secret {
	int64_t id;
	text username, email, name, role, password;
	bool verified, disabled;
};
extern const struct field user_secret_fields[];
struct session_person {
	int64_t id, session_id;
	text name, role;
	bool verified;
};
extern const struct field session_person_fields[];
struct key_row {
	int64_t id;
	text name, scopes;
	instant used_at;
};
extern const struct field key_row_fields[];
struct tries {
	int64_t n;
	instant first_at;
};
extern const struct field tries_fields[];
struct wrong_tries {
	int64_t n, checking;
	instant first_at; /* of the n */
};
extern const struct field wrong_tries_fields[];
struct code_row {
	int64_t id, user_id, tries, sent;
	text purpose, email, code, username, first_name, last_name, phone, password;
	instant sent_at, expires_at, used_at;
};
extern const struct field code_row_fields[];
struct audit_line {
	int64_t id;
	instant at;
	text who; /* a username, or the name of an API key; "": nobody signed in */
	text action, subject;
	int64_t subject_id;
	text detail, address;
	text says, more; /* the action in plain words, and what of the detail they leave out */
};
extern const struct field audit_line_fields[];
void audit_in_words(struct arena *, struct rows lines);
struct new_id {
	int64_t id;
};
extern const struct field new_id_fields[];
struct a_name {
	text name;
};
extern const struct field a_name_fields[];

#endif
