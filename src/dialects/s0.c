/* s0.c -- users and cars of the Django parking system. */
#include "accounts/accounts.h"
#include "dialects/s0.h"
#include "dialects_sql.h"

const struct dialect s0 = { "s0", rest_body, rest_sayings, REST_SCHEMA };

const struct field s0_n_fields[] = { FIELD(s0_n, n), FIELD_END };

int64_t
s0_whose(const struct ctx *c)
{
	return c->person.role >= OPERATOR ? 0 : c->person.id;
}

/* ---- users */

static const text roles[] = { "user", "operator", "admin", NULL };
const struct field s0_user_fields[] = { FIELD(s0_user, id), FIELD(s0_user, username),
	FIELD(s0_user, email), FIELD(s0_user, role, .among = roles), FIELD_END };

static enum problem
users(struct ctx *c, const void *in, struct reply *r)
{
	int64_t self = c->person.role >= ADMIN ? 0 : c->person.id;
	struct rows found = { 0 };
	struct s0_n n = { 0 };

	(void)in;
	TRY(s0_users(c, self, r->window.skip, r->window.most, &found));
	if (r->window.counted)
		TRY(s0_users_count(c, self, &n));
	r->count = n.n;
	return reply_array(r, found);
}

struct new_s0_user {
	text username, email, password, role;
};
static const struct field new_s0_user_fields[] = { FIELD(new_s0_user, username, .required = true,
						       .max = 40, .check = username_ok),
	FIELD(new_s0_user, email, .required = true, .max = 254, .check = email_ok),
	FIELD(new_s0_user, password, .secret = true, .min = PASSWORD_MIN, .max = PASSWORD_MAX,
	    .doc = "Left out: an invitation is mailed"),
	FIELD(new_s0_user, role, .among = roles), FIELD_END };

static enum problem
add_user(struct ctx *c, const void *in, struct reply *r)
{
	const struct new_s0_user *n = in;
	struct s0_user *a = arena_alloc(c->arena, sizeof *a);
	struct new_user u = { .username = n->username,
		.email = n->email,
		.first_name = "",
		.last_name = "",
		.phone = "",
		.password = n->password,
		.role = text_is(n->role, "user") ? "customer" : n->role };

	*a = (struct s0_user){ 0, n->username, n->email, *n->role ? n->role : "user" };
	TRY(account_add(c, &u, &a->id));
	return reply_made(r, "/api/users/users/", a);
}

/* ---- cars */

const struct field s0_car_fields[] = { FIELD(s0_car, id, .nullable = true,
					   .doc = "null: a plate that no car was entered for"),
	FIELD(s0_car, plate_number), FIELD(s0_car, car_type, .nullable = true),
	FIELD(s0_car, owner, .nullable = true), FIELD(s0_car, created_at), FIELD_END };

static enum problem
cars(struct ctx *c, const void *in, struct reply *r)
{
	struct rows found = { 0 };
	struct s0_n n = { 0 };

	(void)in;
	TRY(s0_cars(c, s0_whose(c), r->window.skip, r->window.most, &found));
	if (r->window.counted)
		TRY(s0_cars_count(c, s0_whose(c), &n));
	r->count = n.n;
	return reply_array(r, found);
}

struct car_said {
	int64_t id, owner;
	text plate_number, car_type;
	bool plate_given, type_given, owner_given;
};
#define CAR_REST                                                                                   \
	FIELD(car_said, car_type, .max = 50, GIVEN(car_said, type_given)),                         \
	    FIELD(car_said, owner, .min = 0, .max = INT64_MAX, GIVEN(car_said, owner_given),       \
		.doc = "Id of a user; another's, or nobody's, by staff"),                          \
	    FIELD_END
#define CAR_ID FIELD(car_said, id, .required = true, .min = 1, .max = INT64_MAX)
#define CAR_PLATE                                                                                  \
	FIELD(car_said, plate_number, .max = 20, .check = plate_ok, GIVEN(car_said, plate_given))
#define CAR_PLATE_NEEDED                                                                           \
	FIELD(car_said, plate_number, .required = true, .max = 20, .check = plate_ok,              \
	    GIVEN(car_said, plate_given))
static const struct field car_new_fields[] = { CAR_PLATE_NEEDED, CAR_REST };
static const struct field car_whole_fields[] = { CAR_ID, CAR_PLATE_NEEDED, CAR_REST };
static const struct field car_part_fields[] = { CAR_ID, CAR_PLATE, CAR_REST };

static struct s0_car *
car_of(struct ctx *c, const struct vehicle *v)
{
	struct s0_car *a = arena_alloc(c->arena, sizeof *a);

	*a = (struct s0_car){ v->id, v->plate_typed, v->car_type, v->user_id, v->created_at };
	return a;
}

static enum problem
add_car(struct ctx *c, const void *in, struct reply *r)
{
	const struct car_said *s = in;
	const struct new_vehicle n = { s->plate_number, "", s->car_type };
	struct vehicle made = { 0 };

	enum problem e = vehicle_add_for(c, &n, s->owner_given ? s->owner : c->person.id, &made);
	complaints_rename(c, "plate", "plate_number");
	TRY(e);
	return reply_made(
	    r, arena_fmt(c->arena, "/api/users/cars/%lld/", (long long)made.id), car_of(c, &made));
}

static enum problem
change_car(struct ctx *c, const void *in, struct reply *r)
{
	const struct car_said *s = in;
	struct vehicle v = { 0 }, now = { 0 };

	TRY(vehicle_load(c, s->id, &v));
	const struct new_vehicle n = { s->plate_given ? s->plate_number : v.plate_typed, v.label,
		s->type_given ? s->car_type : v.car_type };
	enum problem e = vehicle_change(c, s->id, &n, s->owner_given ? s->owner : v.user_id, &now);
	complaints_rename(c, "plate", "plate_number");
	TRY(e);
	return reply_one(r, car_of(c, &now));
}

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

static enum problem
car(struct ctx *c, const void *in, struct reply *r)
{
	struct vehicle v = { 0 };

	TRY(vehicle_load(c, ((const struct which *)in)->id, &v));
	return reply_one(r, car_of(c, &v));
}

static enum problem
remove_car(struct ctx *c, const void *in, struct reply *r)
{
	TRY(vehicle_remove(c, ((const struct which *)in)->id));
	return reply_done(r, NULL);
}

#define TAKES_CAR(what) .in = car_##what##_fields, .in_size = sizeof(struct car_said)
#define ADDS CUSTOMER, add_car, TAKES_CAR(new), GIVES(s0_car), .makes = true, .dress = API_ONLY

const struct route s0_routes[] = {
	{ GET, "/api/users/users", CUSTOMER, users, GIVES_ARRAY(s0_user), .dress = API_ONLY,
	    .dialect = &s0, .doc = "S0: all users, for who is no admin oneself alone." },
	{ POST, "/api/users/users", ADMIN, add_user, TAKES(new_s0_user), GIVES(s0_user),
	    .makes = true, .dress = API_ONLY, .bare = true, .dialect = &s0, FAILS(BUSY),
	    .doc = "S0: a new user; without a password an invitation is mailed." },
	{ GET, "/api/users/cars", CUSTOMER, cars, GIVES_ARRAY(s0_car), .dress = API_ONLY,
	    .dialect = &s0, .doc = "S0: one's cars, for staff all." },
	{ POST, "/api/users/cars", ADDS, .dialect = &s0, .doc = "S0: a new car." },
	{ POST, "/api/users/cars/add_car", ADDS, .dialect = &s0,
	    .doc = "S0: a new car, at its other address." },
	{ GET, "/api/users/cars/:id", CUSTOMER, car, TAKES(which), GIVES(s0_car), .dress = API_ONLY,
	    .dialect = &s0, FAILS(NOT_FOUND), .doc = "S0: one car." },
	{ PUT, "/api/users/cars/:id", CUSTOMER, change_car, TAKES_CAR(whole), GIVES(s0_car),
	    .dress = API_ONLY, .dialect = &s0, FAILS(NOT_FOUND), .doc = "S0: change a car." },
	{ PATCH, "/api/users/cars/:id", CUSTOMER, change_car, TAKES_CAR(part), GIVES(s0_car),
	    .dress = API_ONLY, .dialect = &s0, FAILS(NOT_FOUND),
	    .doc = "S0: change some of a car." },
	{ DELETE, "/api/users/cars/:id", CUSTOMER, remove_car, TAKES(which), .dress = API_ONLY,
	    .dialect = &s0, FAILS(NOT_FOUND), .doc = "S0: take a car away." },
	{ 0 },
};
