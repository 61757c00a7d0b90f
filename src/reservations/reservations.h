/*
 * reservations.h -- a slot, kept for somebody from one time to another.
 *
 * Choosing a slot makes a HOLD of ten minutes; saying how to pay makes it CONFIRMED; coming makes
 * it CHECKED IN; its end makes it COMPLETED.  A hold that nobody confirms EXPIRES; who confirmed and
 * does not come within the lot's grace is a NO-SHOW; until it begins it can be CANCELLED.  The first
 * three are live.
 *
 *	held ─→ confirmed ─→ checked_in ─→ completed
 *	 │ │       │   └───→ no_show
 *	 │ └───────┴───────→ cancelled
 *	 └─────────────────→ expired
 *
 * Two live reservations of one slot never overlap: the database itself refuses them
 * (reservations_no_overlap).  In front of that stands an advisory lock on the slot, which keeps
 * those who want the same slot in a quiet queue: without it they stall for seconds.  Locks are taken
 * in one order, the person's first and then one slot's, so that nobody waits in a circle.
 *
 * Time does its work whether a worker sweeps or not: a hold past its hold_until reads as expired,
 * cannot be confirmed, and gives way to whoever books the slot next.
 *
 * The price is a promise.  A quote is signed and honoured for a quarter of an hour, whatever
 * becomes of the tariff; a reservation keeps the version it was priced by, and extending it is
 * priced by that version, too.  The lot's rules of cancelling and not coming are kept in the
 * reservation as they were told when it was made.
 */
#ifndef RESERVATIONS_H
#define RESERVATIONS_H

#include "gear/jobs.h"
#include "gear/retention.h"
#include "lots/lots.h"
#include "tariffs/tariffs.h"

#define HOLD (10 * MINUTE)
#define QUOTE_HOLDS (15 * MINUTE)
#define ARRIVE_EARLY (15 * MINUTE) /* before the start, who is there may check in */
#define GATE_EARLY (60 * MINUTE) /* … and at the gate, if the slot is free until then */
#define LIVE_MOST 20 /* live reservations of one person */
#define LIVE_MOST_UNVERIFIED 1 /* … whose e-mail address is not proven */

struct own_vehicle { /* to choose from when confirming */
	int64_t id;
	text plate, plate_typed, label;
	bool chosen; /* beforehand */
};
extern const struct field own_vehicle_fields[];

struct reservation {
	int64_t id, lot_id, slot_id, user_id;
	int64_t vehicle_id; /* 0: none of the person's own */
	text plate; /* normalised; "" until told */
	text plate_typed;
	instant starts, ends;
	text status;
	instant hold_until; /* of a hold */
	text pay; /* "exit", "online"; "" until confirmed */
	int64_t tariff_version_id; /* 0: the built-in tariff */
	money price, refund;
	text currency;
	money paid, returned; /* for it, and of that */
	money
	    covered; /* so much of the price was paid for: charges settled, and parts of open ones */
	int64_t refund_percent; /* what comes back after cancel_until, until it starts */
	instant cancel_until; /* until then, all of it */
	instant no_show_at; /* the slot waits until then */
	instant created_at, confirmed_at, checked_in_at, ended_at;
	text lot_name, lot_address, lot_city, time_zone, slot_label; /* as they are called now */
	bool pay_at_exit; /* the lot lets people */

	/* Made from the above, at c->now: */
	text code; /* of the ticket: reservation_code() */
	bool live, held, confirmed, checked_in;
	bool pay_online; /* it could be paid online */
	bool to_pay; /* a hold that is being paid online */
	money owes; /* what is still to be paid, once confirmed */
	bool may_cancel, may_extend, may_arrive;
	int64_t hold_left, hold_percent; /* seconds, and of ten minutes */
	int64_t lasts, gone, left, gone_percent; /* seconds: in all, passed, to come */
	text day_number, day_rest; /* "12", "Thu Nov" */
	bool overnight; /* ends on another day than it starts */
	money cost; /* the price, or what is left of it after a refund */
	money back; /* what cancelling now would give back */
	text rule; /* "If plans change", in words */
	text book_again; /* address of a quote for the same, once it is over */
	text qr; /* path data of the QR code in modules; ticket pages only */
	int64_t qr_modules; /* its width and height, margin included */
	struct rows vehicles; /* of struct own_vehicle: the page of a hold only */
	bool unreviewed; /* in a list of what is past: completed, and its lot is not reviewed yet */
	bool ask; /* … and it is the latest of that lot: "how was it?" */
};
extern const struct field reservation_fields[];

struct own_stay { /* a car of theirs that came without a booking, or has not paid yet */
	int64_t id;
	text plate_typed, lot_name, slot_label, time_zone, currency;
	instant entered_at, left_at; /* left_at {0}: it is inside */
	money owes;
};
extern const struct field own_stay_fields[];

struct my_parking {
	struct rows stays; /* of struct own_stay */
	struct rows now, next, past; /* of struct reservation */
	text older; /* address of more that is past; "" for none */
	bool nothing;
};
extern const struct field my_parking_fields[];

struct booking { /* what a person asks for */
	int64_t lot_id;
	int64_t slot_id; /* 0: any slot of the lot */
	instant starts, ends;
	text quote; /* quote.token, or "": priced now */
	int64_t user_id; /* for whom an operator books; 0: c->person */
	text plate; /* if it is known already; else NULL */
	const struct lot *lot; /* if it was loaded just now, to read the times; else NULL */
};

struct quote {
	int64_t lot_id;
	text lot_name, lot_address, lot_city, time_zone;
	int64_t slot_id; /* 0: any */
	text slot_label;
	bool any;
	bool available; /* it can be had for that time */
	int64_t other_id; /* one that can, if this one cannot; 0: none */
	text other_label;
	instant starts, ends;
	int64_t lasts; /* seconds */
	money price;
	text currency;
	int64_t tariff_version_id;
	struct rows lines; /* of struct price_row: why it costs that */
	text rule; /* "If plans change", in words */
	bool pay_at_exit;
	instant good_until;
	text token; /* what makes the price a promise: send it back as `quote` */
};
extern const struct field quote_fields[];

struct confirmation {
	int64_t vehicle; /* one of the person's own; 0: `plate` tells */
	text plate;
	text pay; /* "exit", "online" */
};

struct longer_by { /* one end that could be had instead */
	instant until;
	int64_t more; /* seconds */
	money extra; /* more than now */
	money price; /* in all */
	bool first;
};
extern const struct field longer_by_fields[];

struct extension {
	int64_t id;
	text lot_name, slot_label, time_zone, currency, pay;
	instant starts, ends;
	int64_t lasts; /* seconds */
	money price;
	instant free_until; /* when somebody else has the slot; none: nobody has it */
	struct rows until_twice; /* of time_turn: within a day the lot's clock is put back */
	struct rows offers; /* of struct longer_by; empty: it cannot be longer */
};
extern const struct field extension_fields[];

extern const struct rule reservation_rules[];
extern const struct job_kind reservation_jobs[];
extern const struct retention reservation_retention[];

/* What would it cost, and can it be had?  INVALID or LOT_CLOSED in the words of lot_takes();
 * NOT_FOUND without such a lot, or such a slot in it. */
enum problem quote_make(struct ctx *, const struct booking *, struct quote *);

/* Holds a slot for c->person.  SLOT_TAKEN, LOT_FULL, LIMIT_REACHED, CHANGED_MEANWHILE (the quote
 * has ended, and the price is another), what quote_make() answers; in a transaction. */
enum problem reservation_hold(struct ctx *, const struct booking *, struct reservation *);

/* HOLD_ENDED, WRONG_STATE, INVALID.  A confirmed one is confirmed again without a change.  Who pays
 * online is told RESERVATION_TO_PAY and stays held until the money is there. */
enum problem reservation_confirm(
    struct ctx *, int64_t id, const struct confirmation *, struct reservation *);

/* Lets a hold go, or cancels: TOO_LATE once it has begun, WRONG_STATE.  Twice is once. */
enum problem reservation_cancel(struct ctx *, int64_t id, struct reservation *);

/* Moves its end.  SLOT_TAKEN if somebody has the next minutes, INVALID, LOT_CLOSED, TOO_LATE,
 * WRONG_STATE. */
enum problem reservation_extend(struct ctx *, int64_t id, instant until, struct reservation *);
/* Ends that could be had, and their prices by the version it was booked by.  WRONG_STATE, TOO_LATE.
 */
enum problem extension_offer(struct ctx *, int64_t id, struct extension *);

/* The car is there.  TOO_EARLY, TOO_LATE, WRONG_STATE.  Twice is once. */
enum problem reservation_check_in(struct ctx *, int64_t id, struct reservation *);

/* ---- at the gate, by the slice above, stays.  The slot's lock comes before the row's. */

/* The booking of that plate at that lot for which its car may drive in now, once; NOT_FOUND. */
enum problem reservation_fitting(struct ctx *, int64_t lot_id, text plate, struct reservation *);
/* The same of one whose ticket was shown: WRONG_STATE, TOO_EARLY, TOO_LATE in words. */
enum problem reservation_may_enter(struct ctx *, const struct reservation *);
/* Nobody takes this slot until the transaction ends. */
enum problem reservation_slot_lock(struct ctx *, int64_t slot_id);
/* A slot that is free from now until then, locked.  LOT_FULL. */
enum problem reservation_slot_pick(struct ctx *, int64_t lot_id, instant until, int64_t *slot_id);
/* Is there one?  Takes and locks nothing.  LOT_FULL. */
enum problem reservation_slot_free(struct ctx *, int64_t lot_id, instant until);
/* Is that slot, whose lock we have, free from now until then, but for what this booking has (0: none)?
 * SLOT_TAKEN in words. */
enum problem reservation_slot_check(struct ctx *, int64_t slot_id, instant until, int64_t but);
/* Its car came, to that slot, whose lock we have: the booking moves there. */
enum problem reservation_entered(struct ctx *, const struct reservation *, int64_t slot_id);
/* Its car left: it is completed, and the rest of its time is free. */
enum problem reservation_car_left(struct ctx *, int64_t id);
/* It was another car, or it is still there after all. */
enum problem reservation_not_entered(struct ctx *, int64_t id);
enum problem reservation_not_left(struct ctx *, int64_t id);

/* Of c->person, or of anybody for operators.  NOT_FOUND: nobody learns of another's. */
enum problem reservation_load(struct ctx *, int64_t id, struct reservation *);
enum problem reservations_mine(struct ctx *, int64_t before, struct my_parking *);

/* Whosever it is: for reactions and the worker. */
enum problem reservation_look(struct ctx *, int64_t id, struct reservation *);

/* Nobody else changes it, or takes its slot, until the transaction ends.  The first lock to take of
 * all. */
enum problem reservation_lock(struct ctx *, int64_t id);
/* Reaction to CHARGE_SETTLED: a hold that was paid in time is confirmed; one that had ended gets its
 * slot again if that is still free; else RESERVATION_UNPAYABLE is told. */
enum problem reservation_paid(struct ctx *, int64_t charge_id);

/* Nobody books for that person until the transaction ends. */
enum problem reservations_person_lock(struct ctx *, int64_t user_id);
/* Reaction to USER_DELETED: their bookings tell no plate any more. */
enum problem reservations_forget_person(struct ctx *, int64_t user_id);

/* Holds, no-shows and ends that are due, at most `most` of each. */
enum problem reservations_sweep(struct ctx *, int64_t most);

/* What comes back of `paid` when it is cancelled at `at`: all until cancel_until, then
 * refund_percent of it (rounded down to a minor unit), nothing once it has begun. */
money refund_due(const struct reservation *, money paid, instant at);

/* "SP-" and two groups of Crockford's base 32: the id, and 20 bits of a keyed hash of it. */
text reservation_code(struct arena *, int64_t id);
/* The id in a code as somebody types it (case, spaces, O for 0, I and L for 1); 0 if it is not one
 * of ours. */
int64_t reservation_of_code(struct arena *, text code);

/* ---- rows that only this slice's statements give */

struct found_slot {
	int64_t slot_id, lot_id;
	text slot_label;
	bool out_of_service;
	bool taken; /* booked then */
	bool occupied; /* by a car that may still be there then */
	bool
	    sensed; /* by one that came through no gate; at the gate it may be the one that drives in */
	bool cluttered; /* by a hold that has ended and was not swept yet */
	int64_t live; /* how many bookings he has who wants it */
	bool closed; /* whose account is closed */
};
extern const struct field found_slot_fields[];

struct reservation_id {
	int64_t id;
};
extern const struct field reservation_id_fields[];

struct next_start {
	instant starts; /* none: nobody has it later */
};
extern const struct field next_start_fields[];

struct swept {
	int64_t id, lot_id;
	instant starts, ends;
};
extern const struct field swept_fields[];

struct paid_for {
	int64_t reservation_id; /* 0: a stay without one */
	text kind;
};
extern const struct field paid_for_fields[];

struct mail_goes_to {
	text email;
};
extern const struct field mail_goes_to_fields[];

#endif
