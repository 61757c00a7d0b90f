/* vehicles.c -- whose car that is. */
#include "accounts_sql.h"

#include "gear/audit.h"

/* Whose they may see: their own, or (0) anybody's. */
static int64_t
whose(const struct ctx *c)
{
	return c->person.role >= OPERATOR ? 0 : c->person.id;
}

static enum problem
unless_taken(struct ctx *c, enum problem e)
{
	return e == NOT_FOUND ? complain(c, "plate", "That plate belongs to an account already.")
			      : e;
}

enum problem
vehicle_add(struct ctx *c, const struct new_vehicle *n, struct vehicle *out)
{
	return unless_taken(c,
	    vehicle_insert(c, c->person.id, text_plate(c->arena, n->plate), n->plate, n->label,
		n->car_type, c->now, out));
}

enum problem
vehicle_known(struct ctx *c, text plate)
{
	return vehicle_insert_seen(c, plate, c->now);
}

enum problem
vehicle_load(struct ctx *c, int64_t id, struct vehicle *out)
{
	return vehicle_one(c, id, whose(c), out);
}

static enum problem
may_belong_to(struct ctx *c, int64_t owner)
{
	if (owner == c->person.id || c->person.role >= OPERATOR)
		return OK;
	return complain(c, "owner", "A car of yours is yours.");
}

enum problem
vehicle_add_for(struct ctx *c, const struct new_vehicle *n, int64_t owner, struct vehicle *out)
{
	TRY(may_belong_to(c, owner));
	TRY(unless_taken(c,
	    vehicle_insert_for(
		c, owner, text_plate(c->arena, n->plate), n->plate, n->car_type, c->now, out)));
	return owner == c->person.id
	    ? OK
	    : audit_add(c, "vehicle_added", "vehicle", out->id, out->plate);
}

enum problem
vehicle_change(
    struct ctx *c, int64_t id, const struct new_vehicle *n, int64_t owner, struct vehicle *out)
{
	struct vehicle before = { 0 };

	TRY(vehicle_load(c, id, &before));
	TRY(may_belong_to(c, owner));
	TRY(vehicle_update(
	    c, id, owner, text_plate(c->arena, n->plate), n->plate, n->car_type, out));
	return before.user_id == c->person.id
	    ? OK
	    : audit_add(c, "vehicle_changed", "vehicle", id, out->plate);
}

enum problem
vehicle_remove(struct ctx *c, int64_t id)
{
	struct vehicle before = { 0 };
	int64_t changed;

	TRY(vehicle_load(c, id, &before));
	TRY(vehicle_delete(c, whose(c), id, &changed));
	if (changed == 0)
		return NOT_FOUND;
	return before.user_id == c->person.id
	    ? OK
	    : audit_add(c, "vehicle_removed", "vehicle", id, before.plate);
}
