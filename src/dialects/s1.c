/*
 * s1.c -- the IoT monitoring system: signing in, zones, slots.  Devices and their readings: s1_devices.c.
 *
 * Its world is the default lot; ?lot= names another.  A slot's status is physical alone: a car stands there, or none.
 */
#include "accounts/accounts.h"
#include "dialects/dialects.h"
#include "dialects/s1.h"
#include "gear/settings.h"
#include "lots/pages.h"

const struct dialect s1 = { "s1", rest_body, rest_sayings, REST_SCHEMA };

/* ---- what its rows share */

const struct field s1_which_fields[] = {
	FIELD(s1_which, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

enum problem
s1_lot(struct ctx *c, int64_t asked, int64_t *id)
{
	*id = asked;
	if (asked)
		return OK;
	TRY(lot_default_id(c, id));
	if (*id == 0) /* a house without a lot: nothing is in it */
		*id = -1;
	return OK;
}

enum problem
s1_names(struct ctx *c, enum problem e, text ours, text theirs)
{
	for (int i = 0; i < c->complaints.n; i++)
		if (text_is(c->complaints.v[i].field, ours))
			c->complaints.v[i].field = theirs;
	return e;
}

enum problem
s1_wanted(struct ctx *c, text field, text value)
{
	if (text_empty(value))
		return complain(c, field, "This field is required.");
	return OK;
}

/* ---- signing in */

struct credentials {
	text username, password;
};
static const struct field credentials_fields[] = {
	FIELD(credentials, username, .required = true, .max = 254),
	FIELD(credentials, password, .required = true, .secret = true, .max = PASSWORD_MAX),
	FIELD_END,
};
struct token_pair {
	text refresh, access;
};
static const struct field token_pair_fields[] = { FIELD(token_pair, refresh),
	FIELD(token_pair, access), FIELD_END };

static enum problem
log_in(struct ctx *c, const void *in, struct reply *r)
{
	const struct credentials *given = in;
	struct token_pair *pair = arena_alloc(c->arena, sizeof *pair);
	struct signed_in made = { 0 };

	TRY(account_login(c, given->username, given->password, &made));
	session_pair(c, &made, &pair->access, &pair->refresh);
	return reply_one(r, pair);
}

struct refreshing {
	text refresh;
};
static const struct field refreshing_fields[] = {
	FIELD(refreshing, refresh, .required = true, .max = 4000), FIELD_END
};
struct access_token {
	text access;
};
static const struct field access_token_fields[] = { FIELD(access_token, access), FIELD_END };

static enum problem
refresh(struct ctx *c, const void *in, struct reply *r)
{
	struct access_token *a = arena_alloc(c->arena, sizeof *a);

	TRY(session_refresh(c, ((const struct refreshing *)in)->refresh, &a->access));
	return reply_one(r, a);
}

/* ---- zones */

struct zone_out {
	int64_t id;
	text name, code;
};
static const struct field zone_out_fields[] = { FIELD(zone_out, id), FIELD(zone_out, name),
	FIELD(zone_out, code), FIELD_END };

struct zone_in { /* in a PATCH what is left out stays */
	int64_t id;
	text name, code;
};
static const struct field zone_in_fields[] = {
	FIELD(zone_in, id, .min = 0, .max = INT64_MAX),
	FIELD(zone_in, name, .max = 50),
	FIELD(zone_in, code, .max = 10),
	FIELD_END,
};

struct of_lot {
	int64_t lot;
};
static const struct field of_lot_fields[] = {
	FIELD(of_lot, lot, .min = 0, .max = INT64_MAX,
	    .doc = "Id of a lot; left out: the default one"),
	FIELD_END,
};

static enum problem
zones(struct ctx *c, const void *in, struct reply *r)
{
	struct rows found = { 0 };
	int64_t lot;

	TRY(s1_lot(c, ((const struct of_lot *)in)->lot, &lot));
	TRY(zones_list(c, lot, r->window.skip, r->window.most, &found));
	if (r->window.counted)
		TRY(zones_count(c, lot, &r->count));
	struct zone_out *v = arena_alloc(c->arena, found.n * sizeof *v + 1);
	for (size_t i = 0; i < found.n; i++) {
		const struct lot_zone *z = ROW(lot_zone, found, i);

		v[i] = (struct zone_out){ z->id, z->name, z->code };
	}
	return reply_list(r, (struct rows){ v, found.n });
}

static const struct zone_out *
zone_shown(struct ctx *c, const struct lot_zone *z)
{
	struct zone_out *out = arena_alloc(c->arena, sizeof *out);

	*out = (struct zone_out){ z->id, z->name, z->code };
	return out;
}

static enum problem
zone(struct ctx *c, const void *in, struct reply *r)
{
	struct lot_zone z = { 0 };

	TRY(zone_load(c, ((const struct s1_which *)in)->id, &z));
	return reply_one(r, zone_shown(c, &z));
}

/* The rules speak of zone_code and zone_name. */
static enum problem
zone_refused(struct ctx *c, enum problem e)
{
	s1_names(c, e, "zone_name", "name");
	return s1_names(c, e, "zone_code", "code");
}

static enum problem
zone_whole(struct ctx *c, const struct zone_in *given)
{
	TRY(s1_wanted(c, "name", given->name));
	return s1_wanted(c, "code", given->code);
}

static enum problem
zone_post(struct ctx *c, const void *in, struct reply *r)
{
	const struct zone_in *given = in;
	struct lot_zone z = { 0 };
	struct lot l = { 0 };

	TRY(zone_whole(c, given));
	TRY(lot_default_made(c, &l));
	TRY(zone_refused(
	    c, zone_create(c, &(struct zone_draft){ l.id, given->code, given->name }, &z)));
	return reply_made(
	    r, arena_fmt(c->arena, "/api/zones/%lld/", (long long)z.id), zone_shown(c, &z));
}

static enum problem
zone_patch(struct ctx *c, const void *in, struct reply *r)
{
	const struct zone_in *given = in;
	struct lot_zone z = { 0 };

	TRY(zone_load(c, given->id, &z));
	struct zone_draft d = { z.id, *given->code ? given->code : z.code,
		*given->name ? given->name : z.name };
	TRY(zone_refused(c, zone_change(c, &d, &z)));
	return reply_one(r, zone_shown(c, &z));
}

static enum problem
zone_put(struct ctx *c, const void *in, struct reply *r)
{
	TRY(zone_whole(c, in));
	return zone_patch(c, in, r);
}

static enum problem
zone_remove(struct ctx *c, const void *in, struct reply *r)
{
	int64_t lot;

	TRY(zone_delete(c, ((const struct s1_which *)in)->id, &lot));
	return reply_done(r, NULL);
}

/* ---- slots */

static const text presences[] = { "available", "occupied", NULL };
struct slot_out {
	int64_t id;
	text slot_code, status;
	int64_t zone;
};
static const struct field slot_out_fields[] = {
	FIELD(slot_out, id),
	FIELD(slot_out, slot_code),
	FIELD(slot_out, status, .among = presences, .required = true),
	FIELD(slot_out, zone, .doc = "Id of its zone"),
	FIELD_END,
};

struct slot_in {
	int64_t id;
	text slot_code, status;
	int64_t zone;
};
static const struct field slot_in_fields[] = {
	FIELD(slot_in, id, .min = 0, .max = INT64_MAX),
	FIELD(slot_in, slot_code, .max = 20),
	FIELD(slot_in, status, .among = presences, .doc = "What a sensor, or who looks, sees"),
	FIELD(slot_in, zone, .min = 0, .max = INT64_MAX),
	FIELD_END,
};

struct slots_query {
	int64_t lot;
	text zone_code;
};
static const struct field slots_query_fields[] = {
	FIELD(slots_query, lot, .min = 0, .max = INT64_MAX,
	    .doc = "Id of a lot; left out: the default one"),
	FIELD(slots_query, zone_code, .max = 10, .doc = "In any case"),
	FIELD_END,
};

static struct slot_out
slot_shown(const struct sensed_slot *s)
{
	return (struct slot_out){ s->id, s->code, presences[s->occupied], s->zone_id };
}

static enum problem
slots(struct ctx *c, const void *in, struct reply *r)
{
	const struct slots_query *q = in;
	struct slots_asked asked = {
		.zone_code = q->zone_code, .skip = r->window.skip, .most = r->window.most
	};
	struct rows found = { 0 };

	TRY(s1_lot(c, q->lot, &asked.lot));
	TRY(sensed_slots(c, &asked, &found));
	if (r->window.counted)
		TRY(sensed_slots_count(c, &asked, &r->count));
	struct slot_out *v = arena_alloc(c->arena, found.n * sizeof *v + 1);
	for (size_t i = 0; i < found.n; i++)
		v[i] = slot_shown(ROW(sensed_slot, found, i));
	return reply_list(r, (struct rows){ v, found.n });
}

static enum problem
slot_found(struct ctx *c, int64_t id, struct slot_out **out)
{
	struct sensed_slot s = { 0 };

	*out = arena_alloc(c->arena, sizeof **out);
	TRY(sensed_slot_load(c, id, &s));
	**out = slot_shown(&s);
	return OK;
}

static enum problem
slot(struct ctx *c, const void *in, struct reply *r)
{
	struct slot_out *out;

	TRY(slot_found(c, ((const struct s1_which *)in)->id, &out));
	return reply_one(r, out);
}

/* The rules speak of prefixes and labels, which here are one code. */
static enum problem
slot_refused(struct ctx *c, enum problem e)
{
	s1_names(c, e, "labels", "slot_code");
	return s1_names(c, e, "prefix", "slot_code");
}

static enum problem
slot_whole(struct ctx *c, const struct slot_in *given)
{
	TRY(s1_wanted(c, "slot_code", given->slot_code));
	return given->zone ? OK : complain(c, "zone", "This field is required.");
}

static enum problem
said_of(struct ctx *c, int64_t id, text status, struct slot_out **out)
{
	if (*status)
		TRY(slot_say(c, id, text_is(status, "occupied")));
	return slot_found(c, id, out);
}

static enum problem
slot_post(struct ctx *c, const void *in, struct reply *r)
{
	const struct slot_in *given = in;
	struct slot made = { 0 };
	struct slot_out *out;

	TRY(slot_whole(c, given));
	TRY(slot_refused(c, slot_make(c, given->zone, given->slot_code, &made)));
	TRY(said_of(c, made.id, given->status, &out));
	return reply_made(r, arena_fmt(c->arena, "/api/slots/%lld/", (long long)made.id), out);
}

static enum problem
slot_patch(struct ctx *c, const void *in, struct reply *r)
{
	const struct slot_in *given = in;
	struct slot s = { 0 };
	struct slot_out *out;

	TRY(slot_load(c, given->id, &s));
	if (*given->slot_code || given->zone)
		TRY(slot_refused(c,
		    slot_place(c, s.id, given->zone ? given->zone : s.zone_id,
			*given->slot_code ? given->slot_code : s.code, &s)));
	TRY(said_of(c, given->id, given->status, &out));
	return reply_one(r, out);
}

static enum problem
slot_put(struct ctx *c, const void *in, struct reply *r)
{
	TRY(slot_whole(c, in));
	return slot_patch(c, in, r);
}

static enum problem
slot_remove(struct ctx *c, const void *in, struct reply *r)
{
	TRY(slot_delete(c, ((const struct s1_which *)in)->id));
	return reply_done(r, NULL);
}

/* clang-format off */
#define HERE_AND .dress = API_ONLY, SPEAKS(s1, { DUPLICATE, 400 })
const struct route s1_routes[] = {
	{ POST, "/api/auth/login", ANYONE, log_in, TAKES(credentials), GIVES(token_pair), .dress = API_ONLY, .bare = true,
	  .limit = { "logins", &settings.limit_logins },
	  SPEAKS(s1, { WRONG_LOGIN, 401, "No active account found with the given credentials" }), FAILS(WRONG_LOGIN, LOCKED),
	  .doc = "S1: log in; a token for an hour, and another to get more of them." },
	{ POST, "/api/auth/refresh", ANYONE, refresh, TAKES(refreshing), GIVES(access_token), .dress = API_ONLY,
	  SPEAKS(s1, { NOT_SIGNED_IN, 401, "Token is invalid or expired", .code = "token_not_valid" }),
	  .doc = "S1: another hour, as long as the login lasts." },

	{ GET, "/api/zones", CUSTOMER, zones, TAKES(of_lot), GIVES_ARRAY(zone_out), HERE_AND, .doc = "S1: zones of a lot." },
	{ POST, "/api/zones", ADMIN, zone_post, TAKES(zone_in), GIVES(zone_out), .makes = true, HERE_AND, FAILS(DUPLICATE),
	  .doc = "S1: make a zone in the default lot." },
	{ GET, "/api/zones/:id", CUSTOMER, zone, TAKES(s1_which), GIVES(zone_out), HERE_AND, FAILS(NOT_FOUND), .doc = "S1: one zone." },
	{ PUT, "/api/zones/:id", ADMIN, zone_put, TAKES(zone_in), GIVES(zone_out), HERE_AND, FAILS(NOT_FOUND, DUPLICATE),
	  .doc = "S1: change a zone." },
	{ PATCH, "/api/zones/:id", ADMIN, zone_patch, TAKES(zone_in), GIVES(zone_out), HERE_AND, FAILS(NOT_FOUND, DUPLICATE),
	  .doc = "S1: change some of a zone." },
	{ DELETE, "/api/zones/:id", ADMIN, zone_remove, TAKES(s1_which), HERE_AND, FAILS(NOT_FOUND, IN_USE),
	  .doc = "S1: take an empty zone away." },

	{ GET, "/api/slots", CUSTOMER, slots, TAKES(slots_query), GIVES_ARRAY(slot_out), HERE_AND,
	  .doc = "S1: slots of a lot, or of a zone." },
	{ POST, "/api/slots", ADMIN, slot_post, TAKES(slot_in), GIVES(slot_out), .makes = true, HERE_AND, FAILS(DUPLICATE),
	  .doc = "S1: make a slot in a zone." },
	{ GET, "/api/slots/:id", CUSTOMER, slot, TAKES(s1_which), GIVES(slot_out), HERE_AND, FAILS(NOT_FOUND), .doc = "S1: one slot." },
	{ PUT, "/api/slots/:id", ADMIN, slot_put, TAKES(slot_in), GIVES(slot_out), HERE_AND, FAILS(NOT_FOUND, DUPLICATE),
	  .doc = "S1: change a slot, and say whether a car is there." },
	{ PATCH, "/api/slots/:id", ADMIN, slot_patch, TAKES(slot_in), GIVES(slot_out), HERE_AND, FAILS(NOT_FOUND, DUPLICATE),
	  .doc = "S1: change some of a slot, or say whether a car is there." },
	{ DELETE, "/api/slots/:id", ADMIN, slot_remove, TAKES(s1_which), HERE_AND, FAILS(NOT_FOUND, IN_USE),
	  .doc = "S1: take a slot away that was never booked." },
	{ 0 },
};
/* clang-format on */
