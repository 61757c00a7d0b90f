/* s3.h -- rows of S3's statements. */
#ifndef S3_H
#define S3_H

#include "dialects/dialects.h"

struct s3_session {
	int64_t session_id;
	text plate, status, amount, currency, lot, slot;
	instant entry_time, exit_time;
	money fee;
	bool inside;
};
extern const struct field s3_session_fields[];

struct s3_anomaly {
	int64_t id;
	text kind, plate;
	int64_t session_id;
	text detail, state;
	instant created_at;
};
extern const struct field s3_anomaly_fields[];

struct s3_n {
	int64_t n;
};
extern const struct field s3_n_fields[];

#endif
