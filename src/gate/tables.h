/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef GATE_TABLES_H
#define GATE_TABLES_H

#include "gear/table.h"

extern const struct table gate_tables[];

struct csv_gate_shifts {
	int64_t id, user_id;
	text username;
	instant begun_at, ended_at;
	money cash, counted;
	text currency, note;
};
extern const struct field csv_gate_shifts_fields[];

struct csv_gate_places {
	int64_t user_id;
	text username;
	int64_t lot_id;
	text lot;
};
extern const struct field csv_gate_places_fields[];

#endif
