/*
 * table.h -- a table that an admin may take away as CSV, however long it is.
 *
 * A slice lists what it keeps, a row of data each; its statement in queries.sql is of the kind `each`, and the fields
 * of its struct are the columns: neither .secret nor .hidden ones.
 *
 *	const struct table vehicle_tables[] = {
 *		{ "vehicles", "Vehicles", "Whose they are, and since when.", open_vehicles },
 *		{ NULL }
 *	};
 *
 * The list in src/all.c makes it /admin/tables/vehicles.csv and a line of /admin/tables.
 */
#ifndef TABLE_H
#define TABLE_H

#include "gear/db.h"

struct table {
	text name; /* "vehicles" */
	text title, doc;
	enum problem (*open)(struct ctx *, const void *in, struct db_rows **);
	const struct field *in; /* what its address may ask for; NULL: nothing */
	size_t in_size;
	text page; /* where people look at it; NULL: nowhere */
};
extern const struct table *const all_tables[]; /* a list per slice, ended by NULL; src/all.c */

#endif
