/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef ACCOUNTS_TABLES_H
#define ACCOUNTS_TABLES_H

#include "base/listing.h"
#include "gear/table.h"

extern const struct table account_tables[];

struct csv_users {
	int64_t id;
	text username, email, first_name, last_name, phone, region, address, role;
	instant verified_at, disabled_at, created_at, seen_at;
};
extern const struct field csv_users_fields[];

struct csv_vehicles {
	int64_t id;
	text plate, plate_typed, label, car_type;
	int64_t user_id;
	text username;
	instant created_at;
};
extern const struct field csv_vehicles_fields[];

struct csv_log_ins {
	int64_t id, user_id;
	text username, agent, address;
	instant created_at, expires_at, revoked_at;
};
extern const struct field csv_log_ins_fields[];

struct csv_api_keys {
	int64_t id;
	text name, prefix, scopes, made_by;
	instant created_at, used_at, revoked_at;
};
extern const struct field csv_api_keys_fields[];

struct csv_audit {
	int64_t id;
	instant at;
	int64_t user_id;
	text username;
	int64_t api_key_id;
	text api_key, action, subject;
	int64_t subject_id;
	text detail, address, request_id;
};
extern const struct field csv_audit_fields[];

struct csv_outbox {
	int64_t id;
	text channel, recipient, subject, state;
	int64_t attempts;
	text error;
	int64_t user_id;
	instant created_at, tried_at, sent_at;
};
extern const struct field csv_outbox_fields[];

/* What the lists of /admin are filtered by, and the tables as CSV, too. */
struct user_filter {
	text q, of, state, sort;
	int64_t page, rows;
};
extern const struct field user_filter_fields[];
struct audit_filter {
	text who, subject, action, from, until, sort;
	int64_t page, rows;
};
extern const struct field audit_filter_fields[];
struct outbox_filter {
	text state, channel, whom, sort;
	int64_t page, rows;
};
extern const struct field outbox_filter_fields[];

#endif
