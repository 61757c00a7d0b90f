/* shift.c -- what an operator did and took, since when. */
#include "gate/gate.h"
#include "gear/audit.h"
#include "gate_sql.h"

enum problem
gate_shift_now(struct ctx *c, const struct lot *lot, struct gate_shift *out)
{
	struct gate_since since = { 0 };

	*out = (struct gate_shift){ .user_id = c->person.id,
		.user_name = c->person.name,
		.time_zone = lot->time_zone,
		.currency = lot->currency };
	TRY(gate_shift_since(c, c->person.id, c->now, &since));
	out->since = since.since;
	out->in = since.in;
	out->out = since.out;
	out->empty = instant_none(since.since);
	if (out->empty)
		return OK;
	TRY(gate_sums(c, c->person.id, since.since, c->now, &out->sums));
	out->here.v = arena_alloc(c->arena, (out->sums.n + 1) * sizeof(struct gate_sum));
	FOR_ROWS (gate_sum, s, out->sums) {
		if (!text_is(s->currency, lot->currency))
			continue;
		*ROW(gate_sum, out->here, out->here.n++) = *s;
		if (text_is(s->method, "cash"))
			out->cash = s->net;
	}
	return OK;
}

enum problem
gate_shift_close(struct ctx *c, const struct lot *lot, text counted, text note, text *said)
{
	struct gate_shift now = { 0 };
	struct gate_id made = { 0 };
	money there;

	TRY(gate_shift_lock(c, c->person.id));
	TRY(gate_shift_now(c, lot, &now));
	if (now.empty)
		return fail(c, WRONG_STATE, "Nothing was done in this shift yet.");
	if (!money_parse(counted, lot->currency, &there) || there.minor < 0)
		return complain(c, "counted", "Write what lies in the till, like %s.",
		    money_plain(c->arena, (money){ 18450 }, lot->currency));
	TRY(gate_shift_insert(c, c->person.id, now.since,
	    c->now.us > now.since.us ? c->now : instant_plus(now.since, 1), lot->currency, now.cash,
	    there, note, &made));
	int64_t difference = there.minor - now.cash.minor;
	TRY(audit_add(c, "shift_closed", "shift", made.id,
	    arena_fmt(c->arena, "counted %s, difference %s",
		money_text(c->arena, there, lot->currency),
		money_text(c->arena, (money){ difference }, lot->currency))));
	*said = difference == 0
	    ? "The shift is closed, and the till is right."
	    : arena_fmt(c->arena, "The shift is closed. The till has %s %s than the books say.",
		  money_text(c->arena, (money){ difference < 0 ? -difference : difference },
		      lot->currency),
		  difference < 0 ? "less" : "more");
	return OK;
}
