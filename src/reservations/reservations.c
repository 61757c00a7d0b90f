/* reservations.c -- what a reservation is, and who may see it. */
#include "reservations/inner.h"
#include "gear/settings.h"
#include "gear/zones.h"
#include "reservations_sql.h"

#define PAST_A_PAGE 20

const struct field own_vehicle_fields[] = { FIELD(own_vehicle, id), FIELD(own_vehicle, plate),
	FIELD(own_vehicle, plate_typed), FIELD(own_vehicle, label), FIELD(own_vehicle, chosen),
	FIELD_END };

static const text statuses[] = { "held", "confirmed", "checked_in", "completed", "cancelled",
	"expired", "no_show", NULL };
static const text payments[] = { "exit", "online", NULL };

const struct field reservation_fields[] = { FIELD(reservation, id),
	FIELD(reservation, code, .doc = "What stands on the ticket, and in its QR code"),
	FIELD(reservation, status, .required = true, .among = statuses), FIELD(reservation, lot_id),
	FIELD(reservation, lot_name), FIELD(reservation, lot_address, .hidden = true),
	FIELD(reservation, lot_city, .hidden = true),
	FIELD(reservation, time_zone, .doc = "IANA name: where the lot's clock hangs"),
	FIELD(reservation, slot_id), FIELD(reservation, slot_label), FIELD(reservation, user_id),
	FIELD(reservation, vehicle_id, .nullable = true),
	FIELD(reservation, plate, .nullable = true, .doc = "Upper case, letters and digits only"),
	FIELD(reservation, plate_typed, .nullable = true), FIELD(reservation, starts),
	FIELD(reservation, ends), FIELD(reservation, lasts, .hidden = true),
	FIELD(reservation, gone, .hidden = true), FIELD(reservation, left, .hidden = true),
	FIELD(reservation, gone_percent, .hidden = true),
	FIELD(reservation, day_number, .hidden = true),
	FIELD(reservation, day_rest, .hidden = true), FIELD(reservation, overnight, .hidden = true),
	FIELD(reservation, hold_until, .nullable = true),
	FIELD(reservation, hold_left, .hidden = true),
	FIELD(reservation, hold_percent, .hidden = true),
	FIELD(reservation, price, .doc = "Minor units of the currency"),
	FIELD(reservation, currency, .doc = "ISO 4217"),
	FIELD(reservation, pay, .nullable = true, .among = payments, .doc = "Once confirmed"),
	FIELD(reservation, tariff_version_id, .nullable = true),
	FIELD(reservation, paid, .doc = "What was paid for it"),
	FIELD(reservation, returned, .doc = "What of that went back"),
	FIELD(reservation, covered, .hidden = true),
	FIELD(reservation, owes, .doc = "What is still to be paid, once it is confirmed"),
	FIELD(reservation, refund, .doc = "What comes back of it, since it was cancelled"),
	FIELD(reservation, cancel_until, .doc = "Until then all that was paid comes back"),
	FIELD(reservation, refund_percent, .doc = "… and so much of it after, until it starts"),
	FIELD(reservation, no_show_at, .doc = "The slot waits until then"),
	FIELD(reservation, created_at), FIELD(reservation, confirmed_at, .nullable = true),
	FIELD(reservation, checked_in_at, .nullable = true),
	FIELD(reservation, ended_at, .nullable = true),
	FIELD(reservation, pay_at_exit, .hidden = true),
	FIELD(reservation, pay_online, .hidden = true), FIELD(reservation, to_pay, .hidden = true),
	FIELD(reservation, live, .hidden = true), FIELD(reservation, held, .hidden = true),
	FIELD(reservation, confirmed, .hidden = true),
	FIELD(reservation, checked_in, .hidden = true), FIELD(reservation, may_cancel),
	FIELD(reservation, may_extend), FIELD(reservation, may_arrive, .hidden = true),
	FIELD(reservation, cost, .hidden = true), FIELD(reservation, back, .hidden = true),
	FIELD(reservation, rule, .hidden = true), FIELD(reservation, book_again, .hidden = true),
	FIELD(reservation, qr, .hidden = true), FIELD(reservation, qr_modules, .hidden = true),
	FIELD_LIST(reservation, vehicles, own_vehicle, .hidden = true),
	FIELD(reservation, unreviewed, .hidden = true), FIELD(reservation, ask, .hidden = true),
	FIELD_END };

const struct field own_stay_fields[] = {
	FIELD(own_stay, id),
	FIELD(own_stay, plate_typed),
	FIELD(own_stay, lot_name),
	FIELD(own_stay, slot_label, .nullable = true),
	FIELD(own_stay, time_zone),
	FIELD(own_stay, entered_at),
	FIELD(own_stay, left_at, .nullable = true, .doc = "null: it is inside"),
	FIELD(own_stay, owes, .doc = "Minor units, once it has left"),
	FIELD(own_stay, currency),
	FIELD_END,
};

const struct field my_parking_fields[] = {
	FIELD_LIST(my_parking, stays, own_stay,
	    .doc = "Cars of yours that came without a booking, or have not paid yet"),
	FIELD_LIST(my_parking, now, reservation, .doc = "Running at this moment"),
	FIELD_LIST(my_parking, next, reservation, .doc = "Holds, and what is to come"),
	FIELD_LIST(my_parking, past, reservation, .doc = "What is over, latest first"),
	FIELD(my_parking, nothing, .hidden = true),
	FIELD(my_parking, older, .nullable = true, .doc = "Address of more that is past"),
	FIELD_END,
};

const struct field found_slot_fields[] = { FIELD(found_slot, slot_id), FIELD(found_slot, lot_id),
	FIELD(found_slot, slot_label), FIELD(found_slot, out_of_service), FIELD(found_slot, taken),
	FIELD(found_slot, occupied), FIELD(found_slot, sensed), FIELD(found_slot, cluttered),
	FIELD(found_slot, live), FIELD(found_slot, closed), FIELD_END };

const struct field reservation_id_fields[] = { FIELD(reservation_id, id), FIELD_END };

const struct field next_start_fields[] = { FIELD(next_start, starts, .nullable = true), FIELD_END };

const struct field swept_fields[] = { FIELD(swept, id), FIELD(swept, lot_id), FIELD(swept, starts),
	FIELD(swept, ends), FIELD_END };

const struct field paid_for_fields[] = { FIELD(paid_for, reservation_id, .nullable = true),
	FIELD(paid_for, kind), FIELD_END };

const struct field mail_goes_to_fields[] = { FIELD(mail_goes_to, email), FIELD_END };

const struct rule reservation_rules[] = {
	{ "reservations_no_overlap", SLOT_TAKEN, NULL, "Somebody has that slot for that time." },
	{ "reservations_lot", IN_USE, NULL, "There are bookings of this lot, and they are kept." },
	{ "reservations_slot", IN_USE, NULL,
	    "There are bookings of this slot, and they are kept. Put it out of service instead." },
	{ "reservations_time_order", INVALID, "until", "This is not after the beginning." },
	{ NULL, OK, NULL, NULL },
};

const struct zone *
clock_of(text time_zone)
{
	const struct zone *z = zone_find(time_zone);

	return z ? z : zone_utc();
}

static bool
is_one_of(text status, text a, text b, text c)
{
	return text_is(status, a) || text_is(status, b) || text_is(status, c);
}

static text
address_to_book_again(struct ctx *c, const struct reservation *r)
{
	struct buf b = BUF(c->arena);

	buf_fmt(
	    &b, "/quotes?lot=%lld&slot=%lld&from=", (long long)r->lot_id, (long long)r->slot_id);
	buf_url(&b, instant_text(c->arena, r->starts));
	buf_add(&b, "&until=");
	buf_url(&b, instant_text(c->arena, r->ends));
	return buf_text(&b);
}

money
refund_due(const struct reservation *r, money paid, instant at)
{
	if (at.us >= r->starts.us)
		return (money){ 0 };
	if (at.us <= r->cancel_until.us)
		return paid;
	/* paid / 100 * percent, without leaving 64 bits */
	return (money){ paid.minor / 100 * r->refund_percent +
		paid.minor % 100 * r->refund_percent / 100 };
}

static void
complete_times(struct ctx *c, struct reservation *r)
{
	static const text days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const text months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	const struct zone *z = clock_of(r->time_zone);
	struct civil first, last;

	zone_civil(z, r->starts, &first);
	zone_civil(z, r->ends, &last);
	r->day_number = arena_fmt(c->arena, "%d", first.day);
	r->day_rest = arena_fmt(c->arena, "%s %s", days[first.weekday], months[first.month - 1]);
	r->overnight = first.day != last.day || last.month != first.month;
	r->lasts = (r->ends.us - r->starts.us) / SECOND;
	r->gone = c->now.us > r->starts.us ? (c->now.us - r->starts.us) / SECOND : 0;
	r->gone = r->gone < r->lasts ? r->gone : r->lasts;
	r->left = r->lasts - r->gone;
	r->gone_percent = r->gone * 100 / r->lasts;
}

/* What is left to give back is no more than what is still here. */
static money
back_if_cancelled(const struct reservation *r, instant now)
{
	money due = refund_due(r, r->paid, now);
	int64_t here = r->paid.minor - r->returned.minor;

	return due.minor < here ? due : (money){ here };
}

static void
complete_money(struct ctx *c, struct reservation *r)
{
	bool stands = r->confirmed || r->checked_in || text_is(r->status, "completed");

	r->pay_online = *settings.payment_base_url != 0;
	r->to_pay = r->held && text_is(r->pay, "online");
	r->back = back_if_cancelled(r, c->now);
	r->cost = r->price;
	if (text_is(r->status, "cancelled"))
		r->cost.minor = r->paid.minor - r->refund.minor;
	r->owes.minor =
	    stands && r->covered.minor < r->price.minor ? r->price.minor - r->covered.minor : 0;
}

void
reservation_complete(struct ctx *c, struct reservation *r)
{
	bool begun = c->now.us >= r->starts.us, over = c->now.us >= r->ends.us;

	r->code = reservation_code(c->arena, r->id);
	r->live = is_one_of(r->status, "held", "confirmed", "checked_in");
	r->held = text_is(r->status, "held");
	r->confirmed = text_is(r->status, "confirmed");
	r->checked_in = text_is(r->status, "checked_in");
	r->may_cancel = r->held || (r->confirmed && !begun);
	r->may_extend = (r->confirmed || r->checked_in) && !over;
	r->may_arrive = r->confirmed && !over && c->now.us >= r->starts.us - ARRIVE_EARLY &&
	    c->now.us < r->no_show_at.us;
	r->hold_left = r->held ? (r->hold_until.us - c->now.us + SECOND - 1) / SECOND : 0;
	r->hold_percent = r->hold_left * SECOND * 100 / HOLD;
	complete_times(c, r);
	complete_money(c, r);
	r->rule = rule_of_reservation(c, r);
	r->book_again = address_to_book_again(c, r);
	r->qr = "";
}

enum problem
reservation_load(struct ctx *c, int64_t id, struct reservation *out)
{
	TRY(reservation_one(c, id, c->now, out));
	if (out->user_id != c->person.id && c->person.role < OPERATOR)
		return NOT_FOUND;
	reservation_complete(c, out);
	return OK;
}

enum problem
reservation_load_to_change(struct ctx *c, int64_t id, struct reservation *out)
{
	TRY(reservation_row_lock(c, id));
	return reservation_load(c, id, out);
}

/* Parts what is live, in order of time, into what runs at this moment and what is to come. */
static void
part_by_now(struct ctx *c, struct rows live, struct my_parking *out)
{
	struct reservation *all = live.v;
	struct reservation *now = arena_alloc(c->arena, (live.n + 1) * sizeof *now);
	struct reservation *next = arena_alloc(c->arena, (live.n + 1) * sizeof *next);

	out->now.v = now;
	out->next.v = next;
	for (size_t i = 0; i < live.n; i++) {
		const struct reservation *r = &all[i];

		if (r->checked_in || (r->confirmed && c->now.us >= r->starts.us))
			now[out->now.n++] = *r;
		else
			next[out->next.n++] = *r;
	}
}

/* Of each lot that somebody parked at and did not review, the latest booking asks how it was. */
static void
ask_once_a_lot(struct rows past)
{
	for (size_t i = 0; i < past.n; i++) {
		struct reservation *r = ROW(reservation, past, i);

		r->ask = r->unreviewed;
		for (size_t k = 0; k < i && r->ask; k++)
			r->ask = ROW(reservation, past, k)->lot_id != r->lot_id ||
			    !ROW(reservation, past, k)->unreviewed;
	}
}

enum problem
reservations_mine(struct ctx *c, int64_t before, struct my_parking *out)
{
	struct rows live = { 0 };

	if (before == 0) {
		TRY(reservations_live_of(c, c->person.id, c->now, &live));
		TRY(own_stays(c, c->person.id, &out->stays));
	}
	TRY(reservations_past_of(c, c->person.id, before, PAST_A_PAGE + 1, &out->past));
	out->older = "";
	if (out->past.n > PAST_A_PAGE) {
		out->past.n = PAST_A_PAGE;
		out->older = arena_fmt(c->arena, "/reservations?before=%lld",
		    (long long)ROW(reservation, out->past, PAST_A_PAGE - 1)->id);
	}
	FOR_ROWS (reservation, r, live)
		reservation_complete(c, r);
	FOR_ROWS (reservation, r, out->past)
		reservation_complete(c, r);
	ask_once_a_lot(out->past);
	part_by_now(c, live, out);
	out->nothing = live.n == 0 && out->past.n == 0 && out->stays.n == 0;
	return OK;
}

enum problem
reservation_vehicles(struct ctx *c, struct reservation *r, int64_t chosen)
{
	struct own_vehicle *one;

	TRY(vehicles_to_choose(c, r->user_id, &r->vehicles));
	if (r->vehicles.n == 0)
		return OK;
	one = ROW(own_vehicle, r->vehicles, 0);
	FOR_ROWS (own_vehicle, v, r->vehicles)
		if (v->id == chosen)
			one = v;
	one->chosen = true;
	return OK;
}
