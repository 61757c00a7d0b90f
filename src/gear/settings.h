/*
 * settings.h -- the environment, read once, checked, listed.
 *
 * A missing secret outside demo mode stops the program with a sentence that says which.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "base/base.h"

struct settings {
	text database_url, redis_url;
	text jwt_secret;
	text base_url, bind, data_dir;
	text currency;
	text smtp_url, smtp_ca_file, mail_server, mail_username, mail_password, mail_from;
	text trusted_proxies, cors_origins;
	text payment_base_url, payment_secret_key, payment_webhook_secret;
	text s3_endpoint, aws_s3_bucket, aws_access_key_id, aws_secret_access_key, aws_region;
	text twilio_base_url, twilio_account_sid, twilio_auth_token, twilio_from_number;
	text ocr_engine, ocr_confidence_threshold;
	text telemetry_duplicates;
	text base_rate_per_hour; /* decimal, in CURRENCY */
	int64_t grace_period_minutes;
	int64_t port, workers, default_lot;
	int64_t db_connections; /* of each web worker */
	int64_t limit_signups, limit_logins, limit_bookings, limit_codes; /* a minute and address */
	int64_t lock_tries, lock_minutes; /* of one account: 10 wrong in 15 minutes */
	bool demo;
};
extern const struct field settings_fields[];
extern struct settings settings;

/* Reads the environment into `settings`; false and a sentence in *why if the program cannot start
 * with it. */
bool settings_read(struct arena *, text *why);
void settings_print(struct buf *); /* conf/settings.example, word for word */

#endif
