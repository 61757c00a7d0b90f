/* s4.c -- the booking application: accounts, with a code by e-mail, and what one has booked. */
#include "accounts/accounts.h"
#include "dialects/s4.h"
#include "dialects_sql.h"
#include "gear/settings.h"

const struct dialect s4 = { "s4", success_body, success_sayings, SUCCESS_SCHEMA };

/* ---- signing up and in */

static enum problem
sign_up(struct ctx *c, const void *in, struct reply *r)
{
	struct code_request sent;

	TRY(signup_begin(c, in, &sent));
	return success_say(c, r, "User Registration Successful, OTP Mailed");
}

struct otp {
	text email, otp;
};
static const struct field otp_fields[] = { FIELD(otp, email, .required = true, .max = 254,
					       .check = email_ok),
	FIELD(otp, otp, .required = true, .max = 12, .doc = "The six digits from the e-mail"),
	FIELD_END };
struct welcome {
	bool success;
	text message, token;
};
static const struct field welcome_fields[] = { FIELD(welcome, success), FIELD(welcome, message),
	FIELD(welcome, token), FIELD_END };

static enum problem
welcome(struct ctx *c, struct reply *r, const struct signed_in *made, text message)
{
	struct welcome *a = arena_alloc(c->arena, sizeof *a);

	*a = (struct welcome){ true, message, made->token };
	return reply_one(r, a);
}

static enum problem
verify(struct ctx *c, const void *in, struct reply *r)
{
	const struct otp *o = in;
	struct signed_in made = { 0 };
	int64_t id;

	TRY(signup_code_fits(c, o->email, o->otp, &id));
	TRY(session_open(c, id, &made));
	r->cookie_token = made.token;
	r->cookie_seconds = instant_minus(made.expires_at, c->now) / SECOND;
	return welcome(c, r, &made, "OTP Verified, Registration Complete");
}

struct credentials {
	text email, password;
};
static const struct field credentials_fields[] = { FIELD(credentials, email, .required = true,
						       .max = 254, .doc = "Or the username"),
	FIELD(credentials, password, .required = true, .secret = true, .max = PASSWORD_MAX),
	FIELD_END };

static enum problem
log_in(struct ctx *c, const void *in, struct reply *r)
{
	const struct credentials *who = in;
	struct signed_in made = { 0 };

	TRY(account_login(c, who->email, who->password, &made));
	return welcome(c, r, &made, "Login Successful");
}

/* ---- one's own */

const struct field s4_month_fields[] = { FIELD(s4_month, month), FIELD(s4_month, count),
	FIELD_END };
const struct field s4_dashboard_fields[] = { FIELD(s4_dashboard, success),
	FIELD(s4_dashboard, first_name), FIELD(s4_dashboard, total_bookings),
	FIELD(s4_dashboard, total_hours_parked), FIELD(s4_dashboard, active_bookings),
	FIELD(s4_dashboard, most_visited_location, .nullable = true),
	FIELD_LIST(s4_dashboard, monthly_chart_data, s4_month,
	    .doc = "The last twelve months, oldest first, each on the clock of its lots"),
	FIELD_END };

static enum problem
dashboard(struct ctx *c, const void *in, struct reply *r)
{
	struct s4_dashboard *d = arena_alloc(c->arena, sizeof *d);

	(void)in;
	TRY(s4_dashboard_of(c, c->person.id, c->now, d));
	TRY(s4_months_of(c, c->person.id, c->now, &d->monthly_chart_data));
	d->success = true;
	TRY(reply_one(r, d));
	r->location = "/reservations";
	return OK;
}

#define BOOKING_FIELDS                                                                             \
	FIELD(s4_booking, reservation_id), FIELD(s4_booking, lot), FIELD(s4_booking, city),        \
	    FIELD(s4_booking, slot), FIELD(s4_booking, start_time), FIELD(s4_booking, end_time),   \
	    FIELD(s4_booking, time_zone, .doc = "IANA name: where the lot's clock hangs"),         \
	    FIELD(s4_booking, vehicle_registration_number, .nullable = true),                      \
	    FIELD(s4_booking, status), FIELD(s4_booking, price, .hidden = true),                   \
	    FIELD(s4_booking, amount, .figure = true), FIELD(s4_booking, currency)

const struct field s4_booking_fields[] = { BOOKING_FIELDS, FIELD(s4_booking, user, .hidden = true),
	FIELD(s4_booking, email, .hidden = true), FIELD_END };
const struct field s4_reservation_fields[] = { BOOKING_FIELDS, FIELD(s4_booking, user),
	FIELD(s4_booking, email), FIELD_END };

struct upcoming {
	bool success;
	struct rows data;
};
static const struct field upcoming_fields[] = { FIELD(upcoming, success),
	FIELD_LIST(upcoming, data, s4_booking), FIELD_END };

static enum problem
upcoming(struct ctx *c, const void *in, struct reply *r)
{
	struct upcoming *a = arena_alloc(c->arena, sizeof *a);

	(void)in;
	TRY(s4_upcoming(c, c->person.id, c->now, S4_MOST, &a->data));
	FOR_ROWS (s4_booking, b, a->data)
		b->amount = money_plain(c->arena, b->price, b->currency);
	a->success = true;
	return reply_one(r, a);
}

#define WRONG_OTP(e)                                                                               \
	{                                                                                          \
		e, 400, "Invalid or expired OTP"                                                   \
	}

const struct route s4_routes[] = {
	{ POST, "/signup", ANYONE, sign_up, TAKES(signup), GIVES(success), .dress = HERE,
	    .bare = true, .limit = { "signup", &settings.limit_signups }, .dialect = &s4,
	    FAILS(BUSY),
	    .doc = "S4: ask for an account: a code goes to the address, whoever has it." },
	{ POST, "/verify-otp", ANYONE, verify, TAKES(otp), GIVES(welcome), .dress = API_ONLY,
	    .limit = { "code", &settings.limit_codes },
	    SPEAKS(s4, WRONG_OTP(WRONG_CODE), WRONG_OTP(CODE_ENDED)),
	    FAILS(WRONG_CODE, CODE_ENDED, LOCKED),
	    .doc = "S4: prove the address with the code; makes the account and logs in." },
	{ POST, "/login", ANYONE, log_in, TAKES(credentials), GIVES(welcome), .dress = HERE,
	    .bare = true, .limit = { "login", &settings.limit_logins },
	    SPEAKS(s4, { WRONG_LOGIN, 401, "Invalid email or password" }),
	    FAILS(WRONG_LOGIN, LOCKED, BUSY), .doc = "S3, S4: log in by e-mail address." },
	{ GET, "/userdashboard", CUSTOMER, dashboard, GIVES(s4_dashboard), .dress = HERE,
	    .dialect = &s4, .doc = "S4: what one has parked; people see their bookings." },
	{ GET, "/userupcomingbookings", CUSTOMER, upcoming, GIVES(upcoming), .dress = API_ONLY,
	    .dialect = &s4, .doc = "S4: one's bookings that are not over, the next first." },
	{ GET, "/userdatadownload", CUSTOMER, s4_paper, .dress = API_ONLY,
	    .gives = "application/pdf", .dialect = &s4,
	    .doc = "S4: what is known of one, on paper (PDF)." },
	{ 0 },
};
