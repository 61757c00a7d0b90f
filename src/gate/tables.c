/* tables.c -- what this slice gives away as CSV. */
#include "gate/gate.h"
#include "gate/tables.h"
#include "gate_sql.h"

const struct field csv_gate_shifts_fields[] = {
	FIELD(csv_gate_shifts, id),
	FIELD(csv_gate_shifts, user_id),
	FIELD(csv_gate_shifts, username),
	FIELD(csv_gate_shifts, begun_at),
	FIELD(csv_gate_shifts, ended_at),
	FIELD(csv_gate_shifts, cash),
	FIELD(csv_gate_shifts, counted),
	FIELD(csv_gate_shifts, currency),
	FIELD(csv_gate_shifts, note),
	FIELD_END,
};

static enum problem
open_gate_shifts(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_gate_shifts_rows(c, out);
}

const struct field csv_gate_places_fields[] = {
	FIELD(csv_gate_places, user_id),
	FIELD(csv_gate_places, username),
	FIELD(csv_gate_places, lot_id),
	FIELD(csv_gate_places, lot),
	FIELD_END,
};

static enum problem
open_gate_places(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_gate_places_rows(c, out);
}

const struct table gate_tables[] = {
	{ "gate-shifts", "Shifts at the gate",
	    "Who stood there, what cash was to be in the till, and what was.", open_gate_shifts },
	{ "gate-places", "Places at the gate", "At which lot each operator stands.",
	    open_gate_places },
	{ NULL },
};
