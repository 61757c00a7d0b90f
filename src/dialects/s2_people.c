/* s2_people.c -- S2's accounts, and what was reserved. */
#include "accounts/accounts.h"
#include "dialects/s2.h"
#include "dialects_sql.h"
#include "gear/settings.h"

/* ---- signing up */

struct newcomer {
	text name, email, password;
};
static const struct field newcomer_fields[] = { FIELD(newcomer, name, .required = true, .max = 120),
	FIELD(newcomer, email, .required = true, .max = 254, .check = email_ok),
	FIELD(newcomer, password, .required = true, .secret = true, .min = PASSWORD_MIN,
	    .max = PASSWORD_MAX),
	FIELD_END };

static enum problem
sign_up(struct ctx *c, const void *in, struct reply *r)
{
	const struct newcomer *n = in;
	int64_t id;

	TRY(account_add_for_program(c, n->name, n->email, n->password, &id));
	TRY(s2_say(c, r, "User successfully created"));
	r->status = 201;
	r->location = "/api/users/profile";
	return OK;
}

/* ---- the profile */

struct profile {
	text name, email;
	instant created_at;
};
static const struct field profile_fields[] = { FIELD(profile, name), FIELD(profile, email),
	FIELD(profile, created_at), FIELD_END };

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	struct profile *p = arena_alloc(c->arena, sizeof *p);
	struct user u = { 0 };

	(void)in;
	TRY(user_get(c, c->person.id, &u));
	*p = (struct profile){ u.name, u.email, u.created_at };
	return reply_one(r, p);
}

struct profile_said {
	text name, email;
};
static const struct field profile_said_fields[] = { FIELD(profile_said, name, .required = true,
							.max = 120),
	FIELD(profile_said, email, .required = true, .max = 254, .check = email_ok), FIELD_END };

static enum problem
save(struct ctx *c, const void *in, struct reply *r)
{
	const struct profile_said *p = in;

	TRY(profile_rename(c, p->name, p->email));
	return s2_say(c, r, "Profile updated successfully");
}

/* ---- reservations */

static const text statuses[] = { "reserved", "occupied", "completed", "canceled", "expired", NULL };
const struct field s2_reservation_fields[] = { FIELD(s2_reservation, reservation_id),
	FIELD(s2_reservation, lot_id), FIELD(s2_reservation, reserved_at, .doc = "When it starts"),
	FIELD(s2_reservation, status, .among = statuses), FIELD_END };
struct reservations {
	struct rows reservations;
};
static const struct field reservations_fields[] = {
	FIELD_LIST(reservations, reservations, s2_reservation), FIELD_END
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	struct reservations *all = arena_alloc(c->arena, sizeof *all);

	(void)in;
	TRY(s2_reservations(c, c->person.id, c->now, S2_MOST, &all->reservations));
	return reply_one(r, all);
}

const struct route s2_people_routes[] = {
	{ POST, "/api/users/auth/signup", ANYONE, sign_up, TAKES(newcomer), GIVES(s2_msg),
	    .makes = true, .dress = API_ONLY, .bare = true,
	    .limit = { "signup", &settings.limit_signups },
	    SPEAKS(
		s2, { INVALID, 400, "Invalid input" }, { DUPLICATE, 409, "User already exists" }),
	    FAILS(DUPLICATE, BUSY), .doc = "S2: make an account; it may log in at once." },
	{ GET, "/api/users/profile", CUSTOMER, show, GIVES(profile), .dress = API_ONLY,
	    .dialect = &s2, .doc = "S2: who one is." },
	{ PUT, "/api/users/profile/update", CUSTOMER, save, TAKES(profile_said), GIVES(s2_msg),
	    .dress = API_ONLY, SPEAKS(s2, { INVALID, 400, "Invalid input data" }),
	    .doc = "S2: change one's name and address." },
	{ GET, "/api/users/reservations", CUSTOMER, list, GIVES(reservations), .dress = API_ONLY,
	    .dialect = &s2, .doc = "S2: what one has reserved, newest first, at most 1,000." },
	{ 0 },
};
