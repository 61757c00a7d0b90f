/* words.c -- bookings in words: when, what comes back, and the message that confirms one. */
#include "gear/mail.h"
#include "gear/settings.h"
#include "reservations/inner.h"
#include "reservations_sql.h"

/* "14:00–17:30 on Thu 12 Nov", "22:30 on Fri 27 Nov – 06:15 on Sat 28 Nov" */
text
words_when(struct arena *a, const struct zone *z, instant starts, instant ends)
{
	text day = time_day(a, z, starts), last = time_day(a, z, ends);

	if (text_is(day, last))
		return arena_fmt(
		    a, "%s–%s on %s", time_clock(a, z, starts), time_clock(a, z, ends), day);
	return arena_fmt(
	    a, "%s on %s – %s on %s", time_clock(a, z, starts), day, time_clock(a, z, ends), last);
}

static text
at(struct arena *a, const struct zone *z, instant t)
{
	return arena_fmt(a, "%s on %s", time_clock(a, z, t), time_day(a, z, t));
}

/* What comes back of `paid` when plans change, told from now on. */
static text
rule_of_refund(struct ctx *c, const struct reservation *r, money paid)
{
	struct arena *a = c->arena;
	const struct zone *z = clock_of(r->time_zone);
	money late = refund_due(r, paid, instant_plus(r->starts, -1));
	text some = late.minor ? arena_fmt(a, "%s comes back", money_text(a, late, r->currency))
			       : "nothing comes back";

	if (c->now.us > r->cancel_until.us)
		return arena_fmt(
		    a, "Cancel before it begins, at %s, and %s.", at(a, z, r->starts), some);
	if (r->cancel_until.us >= r->starts.us || late.minor == paid.minor)
		return arena_fmt(a, "Cancel before %s and all %s comes back.", at(a, z, r->starts),
		    money_text(a, paid, r->currency));
	return arena_fmt(a, "Cancel before %s and all %s comes back. After that, %s.",
	    at(a, z, r->cancel_until), money_text(a, paid, r->currency), some);
}

static text
rule_before_paying(struct ctx *c, const struct reservation *r)
{
	if (!r->pay_at_exit)
		return rule_of_refund(c, r, r->price);
	return arena_fmt(c->arena, "%s If you choose to pay at the exit, cancelling costs nothing.",
	    rule_of_refund(c, r, r->price));
}

text
rule_of_reservation(struct ctx *c, const struct reservation *r)
{
	if (!r->live || c->now.us >= r->starts.us)
		return "";
	if (r->held)
		return rule_before_paying(c, r);
	if (text_is(r->pay, "online"))
		return rule_of_refund(c, r, r->paid);
	return arena_fmt(c->arena, "Cancel before %s and you owe nothing.",
	    at(c->arena, clock_of(r->time_zone), r->starts));
}

text
rule_of_quote(struct ctx *c, const struct lot *lot, const struct quote *q)
{
	const struct reservation r = { .starts = q->starts,
		.price = q->price,
		.currency = q->currency,
		.time_zone = lot->time_zone,
		.pay_at_exit = lot->pay_at_exit,
		.refund_percent = lot->refund_percent,
		.cancel_until = instant_plus(q->starts, -lot->cancel_minutes * MINUTE) };

	return rule_before_paying(c, &r);
}

static text
letter(struct ctx *c, const struct reservation *r)
{
	struct arena *a = c->arena;
	const struct zone *z = clock_of(r->time_zone);
	struct buf b = BUF(a);

	buf_fmt(&b, "You’re booked.\n\nSlot %s\n%s\n", r->slot_label, r->lot_name);
	if (*r->lot_address || *r->lot_city)
		buf_fmt(&b, "%s%s%s\n", r->lot_address, *r->lot_address && *r->lot_city ? ", " : "",
		    r->lot_city);
	buf_fmt(&b, "%s (%s)\n", words_when(a, z, r->starts, r->ends), time_abbr(a, z, r->starts));
	if (*r->plate_typed)
		buf_fmt(&b, "Number plate %s\n", r->plate_typed);
	buf_fmt(&b, "%s, %s\n", money_text(a, r->price, r->currency),
	    text_is(r->pay, "exit") ? "to be paid at the exit" : "paid online");
	buf_fmt(&b, "Ticket %s\n\n%s\n", r->code, r->rule);
	buf_fmt(&b, "The slot waits for you until %s.\n\n", time_clock(a, z, r->no_show_at));
	buf_fmt(&b, "Your ticket, to show, change or cancel:\n%s/reservations/%lld\n",
	    settings.base_url, (long long)r->id);
	return buf_text(&b);
}

enum problem
confirmation_mail(struct ctx *c, const struct reservation *r)
{
	struct arena *a = c->arena;
	const struct zone *z = clock_of(r->time_zone);
	struct mail_goes_to to = { 0 };

	TRY(address_of_person(c, r->user_id, &to));
	const struct mail m = { .to = to.email,
		.subject = arena_fmt(
		    a, "Booked: %s, %s, %s", r->slot_label, r->lot_name, at(a, z, r->starts)),
		.body = letter(c, r),
		.html = "",
		.unique = arena_fmt(a, "reservation-confirmed-%lld", (long long)r->id),
		.user_id = r->user_id,
		.unsubscribe = "" };
	return mail_send_later(c, &m);
}

enum problem
not_any_more(struct ctx *c, const struct reservation *r)
{
	static const struct {
		text status, said;
	} became[] = { { "held", "It is only held: confirm it first." },
		{ "confirmed", "It is confirmed already." },
		{ "checked_in", "The car is there already." },
		{ "completed", "It is over: the car has left." },
		{ "cancelled", "It was cancelled." }, { "expired", "The hold has ended." },
		{ "no_show", "Nobody came, and the slot was given back." } };

	for (size_t i = 0; i < LENGTH(became); i++)
		if (text_is(r->status, became[i].status))
			return fail(c, WRONG_STATE, "%s", became[i].said);
	return WRONG_STATE;
}
