/*
 * settings.h -- the environment, read once, checked, listed.
 *
 * A setting is a member of this struct, and its name in the environment is the member's in
 * capitals: PORT, DATABASE_URL. SECRET_KEY is taken for JWT_SECRET and DB_URI for DATABASE_URL
 * where the first name is not set; a name that is set to nothing counts as not set.
 *
 * Outside demo mode a missing secret stops the program with a sentence that says which.  In demo
 * mode (DEMO=1) it is made once and kept under DATA_DIR/secrets, and nothing but loopback is
 * served.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "base/base.h"

struct settings {
	bool demo;
	text data_dir; /* absolute */
	text run_dir; /* absolute: sockets, and what processes share while they run */
	text store_dir; /* absolute: files people sent; web and worker read and write there */
	int64_t log_bytes; /* of each log under DATA_DIR/log, and of each of its four older ones */
	text bind, base_url; /* base_url without a slash at its end */
	int64_t port, workers;
	text trusted_proxies, cors_origins; /* lists with commas */
	text database_url,
	    redis_url; /* complete: private servers' sockets under DATA_DIR if unset */
	int64_t db_connections; /* of each web worker */
	text jwt_secret; /* 32 bytes or more */
	int64_t limit_signups, limit_logins, limit_bookings, limit_codes; /* a minute and address */
	int64_t limit_sockets; /* handshakes */
	int64_t limit_telemetry; /* parcels of readings */
	int64_t
	    socket_ping_seconds; /* after that much silence; twice that, and it is taken for gone */
	int64_t lock_tries, lock_minutes; /* of one account: 10 wrong in 15 minutes */
	text currency;
	text base_rate_per_hour; /* decimal, in CURRENCY */
	int64_t grace_period_minutes;
	int64_t default_lot; /* 0: the first */
	int64_t keep_logins_days, keep_notices_days, keep_messages_days, keep_addresses_days,
	    keep_audit_days, keep_provider_days, keep_plate_reads_days,
	    keep_plates_days; /* see gear/retention.h */
	int64_t reports_per_minute; /* monthly reports written; 0: as fast as it goes */
	text smtp_url; /* "" for no mail server; else smtp:// or smtps://, from MAIL_SERVER too */
	text smtp_ca_file, mail_server, mail_username, mail_password, mail_from;
	text payment_base_url, payment_secret_key, payment_webhook_secret;
	text s3_endpoint, aws_s3_bucket, aws_access_key_id, aws_secret_access_key, aws_region;
	text twilio_base_url, twilio_account_sid, twilio_auth_token, twilio_from_number;
	text ocr_engine, ocr_confidence_threshold, ocr_region;
	int64_t ocr_readers, ocr_seconds; /* at work at a time, 0: one a core; for one photograph */
	text telemetry_duplicates;
	int64_t telemetry_days; /* how long readings are kept; 0: for ever */
};
extern const struct field settings_fields[];
extern struct settings settings; /* the defaults until it is read */

/* Reads the environment into `settings`; false and a sentence (or several, a line each) in *why if
 * the program cannot start with it.  The texts live in the arena, which must not end before the
 * program. */
bool settings_read(struct arena *, text *why);
/* The same for a command that signs nothing: a secret that is missing is no fault.  What a demo
 * left under DATA_DIR is used, nothing is made. */
bool settings_glance(struct arena *, text *why);

/* Must the mail server speak TLS?  smtps:// does anyway; STARTTLS is a must as soon as a password
 * could travel, a CA was named, or the host is not this machine. */
bool settings_mail_needs_tls(void);

void settings_print(struct buf *); /* conf/settings.example, word for word */

#endif
