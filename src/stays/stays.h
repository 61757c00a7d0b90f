/*
 * stays.h -- a car in a lot, from entry to exit.
 *
 * A stay is OPEN while the car is inside and CLOSED once it left; what was opened or closed by mistake
 * is undone within minutes, an opening becoming VOID.
 *
 *	open ─→ closed
 *	 │ ↑──────┘ (undone)
 *	 └────→ void
 *
 * A plate is inside at most once, anywhere, and a slot holds at most one car: partial unique indexes
 * say so.  Before them stand advisory locks, taken in one order: the plate, then a slot, then rows.
 * Driving in twice is refused with the stay that is open, and leaves an anomaly.
 *
 * Driving in checks in the booking that fits (its plate, this lot, now: at the gate up to an hour
 * early), else takes a slot that nobody has booked for the next hour, one that is free for long
 * first.  Where none is free, an operator may let the car in all the same: it has no slot then.
 *
 * What it costs.  Without a booking: from entry to exit by the version of the tariff that was in force at
 * the entry.  With one: what was booked, whether it was used up or not, and what the time outside it
 * (over by more than the tariff's grace, or early by more than a quarter of an hour) costs more by
 * the booking's version.  `booked` is the first part, which is owed by the reservation; the rest makes a
 * charge of the stay.  A stay of no cost has a fee of 0 and no charge.
 *
 * Leaving twice is once: the same answer, and nothing is charged again.
 */
#ifndef STAYS_H
#define STAYS_H

#include "gear/db.h"
#include "gear/jobs.h"
#include "gear/retention.h"
#include "reservations/reservations.h"

#define UNDO_WITHIN (15 * MINUTE)
#define LONG_STAY (24 * HOUR) /* beyond its booking, or with none: somebody should look */

struct stay {
	int64_t id, lot_id;
	int64_t slot_id; /* 0: none was free */
	int64_t vehicle_id, user_id, reservation_id; /* 0: none */
	text plate, plate_typed;
	text source; /* gate, api, camera, s0, s3 */
	text status; /* open, closed, void */
	text closed_how; /* exit, lost_ticket, unseen, waived, no_entry; "" unless closed */
	text reason;
	instant entered_at, left_at; /* left_at {0}: it is inside */
	int64_t tariff_version_id;
	text currency;
	money fee; /* in all; 0 while it is open: see stay_priced() */
	money booked; /* so much of it is the booking's price */
	money paid; /* for stay and booking, less what went back */
	money paid_here; /* for the stay alone */
	money owes; /* what is still to be paid for both */
	text lot_name, lot_city, time_zone, slot_label, user_name, entered_by_name, left_by_name;
	instant booked_from, booked_until; /* {0}: no booking */

	/* Made from the above, at c->now: */
	bool open, closed, undoable;
	int64_t lasts; /* seconds, so far or in all */
	text code; /* of the booking's ticket; "" */
};
extern const struct field stay_fields[];

extern const struct rule stay_rules[];
extern const struct job_kind stay_jobs[];
extern const struct retention stay_retention[];
/* Reaction to USER_DELETED: their stays tell no plate any more. */
enum problem stays_forget_person(struct ctx *, int64_t user_id);

struct entry { /* a car at the gate */
	int64_t lot_id; /* 0: the slot's, else the default lot */
	text plate; /* as typed or read; NULL or "" with vehicle_id */
	int64_t vehicle_id; /* 0: whose plate that is */
	int64_t slot_id; /* 0: the booking's, else a free one */
	int64_t reservation_id; /* whose ticket was shown; 0: the one that fits the plate */
	text source; /* "gate", "api", "camera", "s0", "s3" */
	bool pro_rata; /* without a booking, priced by S3's preset instead of the lot's tariff */
	bool without_slot; /* let in although no slot is free */
};

/* DUPLICATE: it is inside already; *out is that stay, c->about its id, and c->keep is set, for an anomaly was
 * raised.
 * SLOT_TAKEN, LOT_FULL in words; INVALID beside `plate`, `slot_id`, `vehicle_id`, `reservation_id`;
 * NOT_FOUND: there is no such lot.  In a transaction. */
enum problem stay_enter(struct ctx *, const struct entry *, struct stay *out);
/* A camera saw the car standing on `slot_id`: it has driven in, unless it is inside already.  Then its
 * stay moves to that slot if that is one of its lot and nobody else's, and the stay has no booking; else
 * it stays as it was.  Fails as stay_enter(), but is never a DUPLICATE. */
enum problem stay_seen(struct ctx *, const struct entry *, struct stay *out);

/* NOT_FOUND.  One that is closed already is answered as it was closed. */
enum problem stay_leave(struct ctx *, int64_t id, struct stay *out);
/* The same at the price of `told`, when its driver was told it, if that is a few minutes ago. */
enum problem stay_leave_told(struct ctx *, int64_t id, instant told, struct stay *out);
/* The same by its plate; NOT_FOUND if it is not inside: then c->keep is set, for an anomaly was
 * raised (exit without entry), unless it left within the last minutes: then that is answered again. */
enum problem stay_leave_plate(struct ctx *, int64_t lot_id, text plate, struct stay *out);

/* By an operator, each with a reason, audited. */
struct stay_closing {
	int64_t id;
	text
	    how; /* "lost_ticket": its price, else the usual one; "unseen": it left then, and nobody saw
		   * it; "waived": it costs nothing more than was booked */
	text reason;
	instant left_at; /* of "unseen"; {0}: now */
};
/* WRONG_STATE unless it is open; INVALID beside `reason`, `left_at`. */
enum problem stay_close(struct ctx *, const struct stay_closing *, struct stay *out);

struct stay_missed { /* a car at the exit that nobody saw driving in */
	int64_t lot_id;
	text plate; /* "" if nobody could read it */
	text reason;
	bool charge; /* the price of a lost ticket */
};
enum problem stay_missed_entry(struct ctx *, const struct stay_missed *, struct stay *out);

/* The latest deed was a mistake: an entry is void, an exit is taken back.  WRONG_STATE: it was paid for;
 * TOO_LATE; SLOT_TAKEN. */
enum problem stay_undo(struct ctx *, int64_t id, struct stay *out);

/* Of c->person, or of anybody for operators and API keys; else NOT_FOUND. */
enum problem stay_load(struct ctx *, int64_t id, struct stay *);
enum problem stay_look(struct ctx *, int64_t id, struct stay *); /* whosever it is */
/* NOT_FOUND: that plate is not inside anywhere. */
enum problem stay_open_of(struct ctx *, text plate, struct stay *);
/* NOT_FOUND: no car stands there that came through a gate. */
enum problem stay_open_on(struct ctx *, int64_t slot_id, struct stay *);

struct stay_price {
	money fee, booked;
	struct rows because; /* struct price_row; they add up to fee - booked, or are none */
};
/* What it costs if it leaves then. */
enum problem stay_priced(struct ctx *, const struct stay *, instant leaves, struct stay_price *);

struct stay_filter {
	text status, plate; /* ""; the plate as typed: a part of it will do */
	int64_t lot; /* 0: any */
	text source; /* "" */
	text about; /* "debts": something is owed */
	instant from, until; /* entered then; {0}: no bound */
	text sort; /* "entered", "lasts", "fee", from the end with - before it; "": "-entered" */
	int64_t skip, most;
};
struct stays_asked { /* the filter, as an address has it */
	text status, plate, source, about, from, until, sort;
	int64_t lot, page, rows;
};
extern const struct field stays_asked_fields[];
/* Days are those of the lot's clock; of all lots, UTC's.  INVALID beside `from`, `until`; NOT_FOUND: no such lot. */
enum problem stays_asked_for(struct ctx *, const struct stays_asked *, struct stay_filter *);
enum problem stays_list(struct ctx *, const struct stay_filter *, struct rows *);
/* How many, `most` of them at most. */
enum problem stays_count(struct ctx *, const struct stay_filter *, int64_t most, int64_t *n);
/* What is closed and still owes something, of this plate or that person (0: nobody), newest first. */
enum problem stays_in_debt(struct ctx *, text plate, int64_t user_id, int64_t most, struct rows *);

/* Whoever stays longer than LONG_STAY without a booking for it: anomalies, at most `most`. */
enum problem stays_watch(struct ctx *, int64_t most);

/* ---- rows that only this slice's statements give */

struct stay_number {
	int64_t id;
};
extern const struct field stay_number_fields[];
struct stay_id {
	int64_t id, slot_id;
};
extern const struct field stay_id_fields[];
struct stay_vehicle {
	int64_t id, user_id;
	text plate, plate_typed;
};
extern const struct field stay_vehicle_fields[];

#endif
