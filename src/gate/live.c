/* live.c -- a lot's slots at this moment, and who is told that they changed. */
#include "gear/live.h"
#include "gate/gate.h"

enum problem
gate_lot_changed(struct ctx *c, int64_t lot_id)
{
	live_tell_lot(c, lot_id);
	return OK;
}
