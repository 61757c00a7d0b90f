/* tables.c -- what this slice gives away as CSV. */
#include "accounts/tables.h"
#include "accounts_sql.h"

static const text roles[] = { "customer", "operator", "admin", NULL };
static const text user_states[] = { "confirmed", "unconfirmed", "disabled", NULL };
static const text user_orders[] = { "since", "-since", "username", "-username", "name", "-name",
	"email", "-email", "role", "-role", "seen", "-seen", NULL };
const struct field user_filter_fields[] = {
	FIELD(user_filter, q, .max = 100, .doc = "Part of a name or an address"),
	FIELD(user_filter, of, .among = roles, .doc = "Only people with this role"),
	FIELD(user_filter, state, .among = user_states),
	LISTING_FIELDS(user_filter, user_orders),
	FIELD_END,
};

static const text audit_orders[] = { "when", "-when", "who", "-who", "what", "-what", NULL };
const struct field audit_filter_fields[] = {
	FIELD(audit_filter, who, .max = 60, .doc = "A username"),
	FIELD(audit_filter, subject, .max = 60, .doc = "user, api_key, lot, reservation …"),
	FIELD(audit_filter, action, .max = 60, .doc = "The name of a deed: signed_in …"),
	FIELD(audit_filter, from, .max = 10, .check = day_ok, .doc = "First day, in UTC"),
	FIELD(audit_filter, until, .max = 10, .check = day_ok, .doc = "Last day, in UTC"),
	LISTING_FIELDS(audit_filter, audit_orders),
	FIELD_END,
};

static const text outbox_states[] = { "waiting", "sent", "bounced", "failed", NULL };
static const text channels[] = { "mail", "sms", NULL };
static const text outbox_orders[] = { "written", "-written", "to", "-to", "subject", "-subject",
	"state", "-state", "tries", "-tries", NULL };
const struct field outbox_filter_fields[] = {
	FIELD(outbox_filter, state, .among = outbox_states),
	FIELD(outbox_filter, channel, .among = channels),
	FIELD(outbox_filter, whom, .max = 254, .doc = "An address, a number or a username"),
	LISTING_FIELDS(outbox_filter, outbox_orders),
	FIELD_END,
};

const struct field csv_users_fields[] = {
	FIELD(csv_users, id),
	FIELD(csv_users, username),
	FIELD(csv_users, email),
	FIELD(csv_users, first_name),
	FIELD(csv_users, last_name),
	FIELD(csv_users, phone),
	FIELD(csv_users, region),
	FIELD(csv_users, address),
	FIELD(csv_users, role),
	FIELD(csv_users, verified_at),
	FIELD(csv_users, disabled_at),
	FIELD(csv_users, created_at),
	FIELD(csv_users, seen_at),
	FIELD_END,
};

static enum problem
open_users(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct user_filter *f = in;

	return csv_users_rows(c, f->q, f->of, f->state, out);
}

const struct field csv_vehicles_fields[] = {
	FIELD(csv_vehicles, id),
	FIELD(csv_vehicles, plate),
	FIELD(csv_vehicles, plate_typed),
	FIELD(csv_vehicles, label),
	FIELD(csv_vehicles, car_type),
	FIELD(csv_vehicles, user_id),
	FIELD(csv_vehicles, username),
	FIELD(csv_vehicles, created_at),
	FIELD_END,
};

static enum problem
open_vehicles(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_vehicles_rows(c, out);
}

const struct field csv_log_ins_fields[] = {
	FIELD(csv_log_ins, id),
	FIELD(csv_log_ins, user_id),
	FIELD(csv_log_ins, username),
	FIELD(csv_log_ins, agent),
	FIELD(csv_log_ins, address),
	FIELD(csv_log_ins, created_at),
	FIELD(csv_log_ins, expires_at),
	FIELD(csv_log_ins, revoked_at),
	FIELD_END,
};

static enum problem
open_log_ins(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_log_ins_rows(c, out);
}

const struct field csv_api_keys_fields[] = {
	FIELD(csv_api_keys, id),
	FIELD(csv_api_keys, name),
	FIELD(csv_api_keys, prefix),
	FIELD(csv_api_keys, scopes),
	FIELD(csv_api_keys, made_by),
	FIELD(csv_api_keys, created_at),
	FIELD(csv_api_keys, used_at),
	FIELD(csv_api_keys, revoked_at),
	FIELD_END,
};

static enum problem
open_api_keys(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_api_keys_rows(c, out);
}

const struct field csv_audit_fields[] = {
	FIELD(csv_audit, id),
	FIELD(csv_audit, at),
	FIELD(csv_audit, user_id),
	FIELD(csv_audit, username),
	FIELD(csv_audit, api_key_id),
	FIELD(csv_audit, api_key),
	FIELD(csv_audit, action),
	FIELD(csv_audit, subject),
	FIELD(csv_audit, subject_id),
	FIELD(csv_audit, detail),
	FIELD(csv_audit, address),
	FIELD(csv_audit, request_id),
	FIELD_END,
};

static enum problem
open_audit(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct audit_filter *f = in;

	return csv_audit_rows(c, f->subject, f->who, f->action, f->from, f->until, out);
}

const struct field csv_outbox_fields[] = {
	FIELD(csv_outbox, id),
	FIELD(csv_outbox, channel),
	FIELD(csv_outbox, recipient),
	FIELD(csv_outbox, subject),
	FIELD(csv_outbox, state),
	FIELD(csv_outbox, attempts),
	FIELD(csv_outbox, error),
	FIELD(csv_outbox, user_id),
	FIELD(csv_outbox, created_at),
	FIELD(csv_outbox, tried_at),
	FIELD(csv_outbox, sent_at),
	FIELD_END,
};

static enum problem
open_outbox(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct outbox_filter *f = in;

	return csv_outbox_rows(c, f->state, f->channel, f->whom, out);
}

const struct table account_tables[] = {
	{ "users", "Users", "People and their roles; no passwords.", open_users,
	    .page = "/admin/users", .in = user_filter_fields,
	    .in_size = sizeof(struct user_filter) },
	{ "vehicles", "Vehicles", "Plates, and whose they are.", open_vehicles },
	{ "log-ins", "Log-ins", "From where people are, or were, logged in.", open_log_ins },
	{ "api-keys", "API keys",
	    "Who made them, what they may, when they were used; not the keys.", open_api_keys,
	    .page = "/admin/api-keys" },
	{ "audit", "Audit", "Who did what, and from where.", open_audit, .page = "/admin/audit",
	    .in = audit_filter_fields, .in_size = sizeof(struct audit_filter) },
	{ "outbox", "Outbox", "Messages and what became of them, without their words.", open_outbox,
	    .page = "/admin/outbox", .in = outbox_filter_fields,
	    .in_size = sizeof(struct outbox_filter) },
	{ NULL },
};
