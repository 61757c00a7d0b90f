/* s3.c -- S3: accounts, stays by plate, anomalies.  Its log-in is S4's (s4.c). */
#include "accounts/accounts.h"
#include "anomalies/anomalies.h"
#include "dialects/s3.h"
#include "dialects_sql.h"
#include "gear/settings.h"
#include "stays/stays.h"

const struct dialect s3 = { "s3", success_body, success_sayings, SUCCESS_SCHEMA };

/* ---- registering */

struct newcomer {
	text email, password;
};
static const struct field newcomer_fields[] = { FIELD(newcomer, email, .required = true, .max = 254,
						    .check = email_ok),
	FIELD(newcomer, password, .required = true, .secret = true, .min = PASSWORD_MIN,
	    .max = PASSWORD_MAX),
	FIELD_END };
struct registered {
	bool success;
	text message;
	int64_t user_id;
};
static const struct field registered_fields[] = { FIELD(registered, success),
	FIELD(registered, message), FIELD(registered, user_id), FIELD_END };

static enum problem
sign_up(struct ctx *c, const void *in, struct reply *r)
{
	const struct newcomer *n = in;
	struct registered *a = arena_alloc(c->arena, sizeof *a);

	*a = (struct registered){ true, "User registered successfully", 0 };
	TRY(account_add_for_program(c, "", n->email, n->password, &a->user_id));
	return reply_made(r, "/login", a);
}

/* ---- stays */

static const text states[] = { "active", "completed", NULL };
struct begun {
	int64_t session_id;
	text plate, status;
};
static const struct field begun_fields[] = { FIELD(begun, session_id), FIELD(begun, plate),
	FIELD(begun, status, .among = states), FIELD_END };
struct plate {
	text plate;
};
static const struct field plate_fields[] = {
	FIELD(plate, plate, .required = true, .max = 20, .check = plate_ok), FIELD_END
};

static enum problem
start(struct ctx *c, const void *in, struct reply *r)
{
	const struct entry how = {
		.plate = ((const struct plate *)in)->plate, .source = "s3", .pro_rata = true
	};
	struct begun *a = arena_alloc(c->arena, sizeof *a);
	struct stay s = { 0 };

	enum problem e = stay_enter(c, &how, &s);
	if (e == DUPLICATE)
		c->about = s.id;
	TRY(e);
	*a = (struct begun){ s.id, s.plate, "active" };
	return reply_made(r, "/sessions", a);
}

struct ended {
	int64_t session_id;
	text plate, status, amount;
};
static const struct field ended_fields[] = { FIELD(ended, session_id), FIELD(ended, plate),
	FIELD(ended, status, .among = states), FIELD(ended, amount, .figure = true), FIELD_END };
struct which_session {
	int64_t session_id;
};
static const struct field which_session_fields[] = {
	FIELD(which_session, session_id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

static enum problem
end(struct ctx *c, const void *in, struct reply *r)
{
	struct ended *a = arena_alloc(c->arena, sizeof *a);
	struct stay s = { 0 };

	TRY(stay_leave(c, ((const struct which_session *)in)->session_id, &s));
	*a = (struct ended){ s.id, s.plate, "completed", money_plain(c->arena, s.fee, s.currency) };
	return reply_one(r, a);
}

const struct field s3_session_fields[] = { FIELD(s3_session, session_id), FIELD(s3_session, plate),
	FIELD(s3_session, status, .among = states), FIELD(s3_session, entry_time),
	FIELD(s3_session, exit_time, .nullable = true), FIELD(s3_session, fee, .hidden = true),
	FIELD(s3_session, inside, .hidden = true),
	FIELD(s3_session, amount, .figure = true, .nullable = true, .doc = "null while active"),
	FIELD(s3_session, currency), FIELD(s3_session, lot),
	FIELD(s3_session, slot, .nullable = true), FIELD_END };
const struct field s3_n_fields[] = { FIELD(s3_n, n), FIELD_END };

struct sessions_asked {
	text status, plate;
	instant from, to;
};
static const struct field sessions_asked_fields[] = { FIELD(
							  sessions_asked, status, .among = states),
	FIELD(sessions_asked, plate, .max = 20, .doc = "Or a part of it"),
	FIELD(sessions_asked, from, .doc = "Entered then or later"),
	FIELD(sessions_asked, to, .doc = "Entered before"), FIELD_END };

static text
status_of(text said)
{
	return text_is(said, "active") ? "open" : text_is(said, "completed") ? "closed" : "";
}

static enum problem
sessions(struct ctx *c, const void *in, struct reply *r)
{
	const struct sessions_asked *w = in;
	text plate = text_plate(c->arena, w->plate), status = status_of(w->status);
	struct rows found = { 0 };
	struct s3_n n = { 0 };

	TRY(s3_sessions(c, status, plate, w->from, w->to, r->window.skip, r->window.most, &found));
	if (r->window.counted)
		TRY(s3_sessions_count(c, status, plate, w->from, w->to, &n));
	r->count = n.n;
	FOR_ROWS (s3_session, s, found)
		s->amount = s->inside ? "" : money_plain(c->arena, s->fee, s->currency);
	r->location = "/stays";
	return reply_array(r, found);
}

/* ---- anomalies */

static const text anomaly_states[] = { "open", "acknowledged", "closed", NULL };
const struct field s3_anomaly_fields[] = { FIELD(s3_anomaly, id), FIELD(s3_anomaly, kind),
	FIELD(s3_anomaly, plate, .nullable = true), FIELD(s3_anomaly, session_id, .nullable = true),
	FIELD(s3_anomaly, detail), FIELD(s3_anomaly, state, .among = anomaly_states),
	FIELD(s3_anomaly, created_at), FIELD_END };

static enum problem
list_anomalies(struct ctx *c, const void *in, struct reply *r)
{
	struct rows found = { 0 };
	struct s3_n n = { 0 };

	(void)in;
	TRY(s3_anomalies(c, r->window.skip, r->window.most, &found));
	if (r->window.counted)
		TRY(s3_anomalies_count(c, &n));
	r->count = n.n;
	return reply_array(r, found);
}

struct state_said {
	int64_t id;
	text state, reason;
};
static const text may_become[] = { "acknowledged", "closed", NULL };
static const struct field state_said_fields[] = { FIELD(state_said, id, .required = true, .min = 1,
						      .max = INT64_MAX),
	FIELD(state_said, state, .required = true, .among = may_become),
	FIELD(state_said, reason, .max = 500, .doc = "Why it is closed"), FIELD_END };

static enum problem
set_state(struct ctx *c, const void *in, struct reply *r)
{
	const struct state_said *s = in;
	struct anomaly now = { 0 };
	struct s3_anomaly *a = arena_alloc(c->arena, sizeof *a);

	if (text_is(s->state, "closed"))
		TRY(anomaly_close(c, s->id, s->reason, &now));
	else
		TRY(anomaly_acknowledge(c, s->id, &now));
	*a = (struct s3_anomaly){ now.id, now.kind, now.plate, now.stay_id, now.detail, now.state,
		now.raised_at };
	TRY(reply_one(r, a));
	r->location = "/anomalies";
	return OK;
}

const struct route s3_routes[] = {
	{ POST, "/register", ANYONE, sign_up, TAKES(newcomer), GIVES(registered), .makes = true,
	    .dress = HERE, .bare = true, .limit = { "signup", &settings.limit_signups },
	    SPEAKS(s3, { DUPLICATE, 409, "There is an account with that address" }),
	    FAILS(DUPLICATE, BUSY), .doc = "S3: make an account; it may log in at once." },
	{ POST, "/start_session", OPERATOR, start, TAKES(plate), GIVES(begun), .makes = true,
	    .scope = "gate", .dress = API_ONLY,
	    SPEAKS(s3, { DUPLICATE, 409, "That plate is inside already", .about = "session_id" }),
	    FAILS(DUPLICATE, LOT_FULL), .doc = "S3: a car drives into the default lot." },
	{ POST, "/end_session", OPERATOR, end, TAKES(which_session), GIVES(ended), .scope = "gate",
	    .dress = API_ONLY, SPEAKS(s3, { NOT_FOUND, 404, "There is no such session" }),
	    FAILS(NOT_FOUND), .doc = "S3: it drives out, and what it cost." },
	{ GET, "/sessions", OPERATOR, sessions, TAKES(sessions_asked), GIVES_ARRAY(s3_session),
	    .dress = HERE, .json_first = true, .dialect = &s3,
	    .doc = "S3: all stays, newest first; people are led to theirs." },
	{ GET, "/anomalies", OPERATOR, list_anomalies, GIVES_ARRAY(s3_anomaly), .dress = HERE,
	    .json_first = true, .dialect = &s3, .doc = "S3: what is not as it should be." },
	{ POST, "/anomalies/:id", OPERATOR, set_state, TAKES(state_said), GIVES(s3_anomaly),
	    .dress = HERE, .json_first = true,
	    SPEAKS(s3, { NOT_FOUND, 404, "There is no such anomaly" }),
	    FAILS(NOT_FOUND, WRONG_STATE), .doc = "S3: somebody is on it, or it is done." },
	{ 0 },
};
