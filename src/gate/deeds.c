/* deeds.c -- what one press at the gate does. */
#include "gate/gate.h"
#include "gear/audit.h"
#include "gear/secret.h"
#include "gate_sql.h"

static text
place_of(const struct stay *s)
{
	return *s->slot_label ? s->slot_label : "no slot, please look for one";
}

static enum problem
enter(struct ctx *c, const struct gate_deed *d, struct stay *s, text *said)
{
	const struct entry e = { .lot_id = d->lot,
		.plate = d->plate,
		.reservation_id = d->reservation,
		.source = "gate",
		.without_slot = text_is(d->what, "enter_without") };

	TRY(stay_enter(c, &e, s));
	*said = arena_fmt(c->arena, "In: %s, %s.", s->plate_typed, place_of(s));
	return OK;
}

static enum problem
let_out(struct ctx *c, const struct gate_deed *d, struct stay *s, text *said)
{
	if (d->stay)
		TRY(stay_leave_told(c, d->stay, d->told, s));
	else
		TRY(stay_leave_plate(c, d->lot, d->plate, s));
	*said = s->owes.minor ? arena_fmt(c->arena, "Out: %s. %s is still owed.", s->plate_typed,
				    money_text(c->arena, s->owes, s->currency))
			      : arena_fmt(c->arena, "Out: %s. Nothing is owed.", s->plate_typed);
	return OK;
}

/* Lets it out if it is inside, and takes all that is owed. */
static enum problem
take(struct ctx *c, const struct gate_deed *d, struct stay *s, text *said)
{
	struct payment paid = { 0 };
	money owed;

	TRY(let_out(c, d, s, said));
	owed = s->owes;
	TRY(stay_payment_record(c, s->id, d->what, (money){ 0 }, &paid));
	*said = arena_fmt(c->arena, "Out: %s. %s taken by %s, receipt No. %s.", s->plate_typed,
	    money_text(c->arena, owed, s->currency), d->what, paid.receipt_number);
	return OK;
}

static enum problem
lost(struct ctx *c, const struct gate_deed *d, struct stay *s, text *said)
{
	const struct stay_closing how = { .id = d->stay,
		.how = "lost_ticket",
		.reason = *d->reason ? d->reason : "Ticket lost" };

	TRY(stay_close(c, &how, s));
	*said = arena_fmt(c->arena, "%s lost its ticket: %s is owed.", s->plate_typed,
	    money_text(c->arena, s->owes, s->currency));
	return OK;
}

static enum problem
undo(struct ctx *c, const struct gate_deed *d, struct stay *s, text *said)
{
	TRY(stay_undo(c, d->stay, s));
	*said = s->open ? arena_fmt(c->arena, "Undone: %s is inside.", s->plate_typed)
			: arena_fmt(c->arena, "Undone: %s did not drive in.", s->plate_typed);
	return OK;
}

static enum problem
missed(struct ctx *c, const struct gate_deed *d, struct stay *s, text *said)
{
	const struct stay_missed m = { .lot_id = d->lot,
		.plate = d->plate,
		.reason = *d->reason ? d->reason : "No entry in the books",
		.charge = text_is(d->what, "missed") };

	TRY(stay_missed_entry(c, &m, s));
	*said = s->owes.minor ? arena_fmt(c->arena, "Out without an entry: %s is owed.",
				    money_text(c->arena, s->owes, s->currency))
			      : "Out without an entry, for nothing.";
	return OK;
}

/* Without a reason it waits in the queue for one. */
static enum problem
open_by_hand(struct ctx *c, const struct gate_deed *d, text *said)
{
	text key = random_hex(c->arena, 8);

	TRY(anomaly_raise(c, "manual_opening",
	    &(struct anomaly_found){ .key = key,
		.lot_id = d->lot,
		.plate = text_plate(c->arena, d->plate),
		.detail = arena_fmt(c->arena, "%s opened the barrier by hand.", c->person.name),
		.reason = d->reason },
	    NULL));
	TRY(audit_add(c, "barrier_opened", "lot", d->lot, d->reason));
	*said = *d->reason ? "Written down: the barrier was opened by hand."
			   : "Written down. It waits in the queue for a reason.";
	return OK;
}

enum problem
gate_do(struct ctx *c, const struct gate_deed *d, text *said)
{
	static const struct {
		text what;
		enum problem (*run)(struct ctx *, const struct gate_deed *, struct stay *, text *);
	} deeds[] = { { "enter", enter }, { "enter_without", enter }, { "exit", let_out },
		{ "cash", take }, { "card", take }, { "lost", lost }, { "undo", undo },
		{ "missed", missed }, { "missed_free", missed } };
	struct stay s = { 0 };

	if (text_is(d->what, "opening"))
		return open_by_hand(c, d, said);
	for (size_t i = 0; i < LENGTH(deeds); i++)
		if (text_is(deeds[i].what, d->what))
			return deeds[i].run(c, d, &s, said);
	return complain(c, "do", "That cannot be done here.");
}
