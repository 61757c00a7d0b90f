/* stored.h -- rows of the tables, as queries.sql hands them over. */
#ifndef TARIFFS_STORED_H
#define TARIFFS_STORED_H

#include "tariffs/tariffs.h"

struct stored_line { /* a line, and the version it is of */
	int64_t tariff_id, version_id, number;
	text name, currency;
	instant since, begins;
	text kind;
	int64_t minutes;
	money price;
	int64_t days, from_minute, until_minute;
};
extern const struct field stored_line_fields[];

struct stored_id {
	int64_t id;
};
extern const struct field stored_id_fields[];

struct stored_head {
	int64_t id;
	text currency;
	bool built_in, retired;
	int64_t number; /* of the latest version; 0: none yet */
};
extern const struct field stored_head_fields[];

/* A version of a tariff that an admin made; number 0: the one in force, -1: the latest. */
enum problem tariff_numbered(struct ctx *, int64_t id, int64_t number, struct tariff *);

struct tariff_version {
	int64_t id, tariff_id, number;
	instant since, in_force_from;
	text author; /* "" for a machine, or someone who is gone */
	text state; /* in_force, coming, past */
};
extern const struct field tariff_version_fields[];

#endif
