/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef ANOMALIES_TABLES_H
#define ANOMALIES_TABLES_H

#include "anomalies/anomalies.h"
#include "base/listing.h"
#include "gear/table.h"

extern const struct table anomaly_tables[];

struct anomalies_asked { /* the filter, as the address has it */
	text kind, state, plate, from, until, sort;
	int64_t lot, page, rows;
};
extern const struct field anomalies_asked_fields[];
/* What of them is wanted: those not closed, unless told. "": any. */
text anomalies_state(const struct anomalies_asked *);
/* A page of them, and how many there are in all. */
enum problem anomalies_list(struct ctx *, const struct anomalies_asked *, const struct listing *,
    struct rows *, int64_t *count);

struct csv_anomalies {
	int64_t id;
	text kind;
	int64_t lot_id;
	text lot;
	int64_t stay_id;
	text subject;
	int64_t subject_id;
	text plate, detail;
	int64_t times;
	instant raised_at, last_at;
	text state;
	instant acknowledged_at;
	int64_t acknowledged_by;
	instant closed_at;
	int64_t closed_by;
	text reason;
};
extern const struct field csv_anomalies_fields[];

#endif
