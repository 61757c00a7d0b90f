/*
 * gate.h -- what operators see and do at a barrier.
 *
 * A plate or a ticket goes in, and the console says who that is: the stay that is open, else the
 * booking that fits, what is owed, and what can be done with one press.  Operators belong to no lot:
 * each chooses one, which is remembered.
 *
 * A shift is an operator's, from when they closed the one before (or their first deed since then) until
 * they close it with the cash they counted.  Its sums are asked of the books, never kept beside them.
 *
 * The live map shows a lot's slots as they are at this moment.  Whoever watches it is told by WebSocket that
 * something changed, and asks again.
 */
#ifndef GATE_H
#define GATE_H

#include "anomalies/anomalies.h"
#include "payments/payments.h"
#include "stays/stays.h"

struct gate_lot { /* a choice of a select */
	int64_t id;
	text name;
	bool chosen;
};
extern const struct field gate_lot_fields[];

struct gate_move { /* in or out, of a lot */
	int64_t id; /* of the stay */
	instant at;
	bool in;
	text plate_typed, slot_label, currency, status;
	money fee;
	bool free; /* out, and it cost nothing */
	bool undoable;
};
extern const struct field gate_move_fields[];

struct gate_sum { /* taken and handed out, of one method and currency */
	text method, currency;
	int64_t payments, refunds;
	money taken, returned, net;
	text user_name; /* of a list of several operators' */
};
extern const struct field gate_sum_fields[];

struct gate_shift {
	int64_t user_id;
	instant since;
	text user_name, time_zone, currency;
	int64_t in, out;
	struct rows sums; /* struct gate_sum */
	struct rows here; /* … of them those in the lot's currency */
	money cash; /* net, in the lot's currency */
	bool empty;
};
extern const struct field gate_shift_fields[];

struct gate_who { /* whom a plate belongs to */
	text plate, plate_typed, user_name, vehicle;
	int64_t visits;
	const struct stay *stay; /* open, here or elsewhere; NULL */
	bool here; /* it is open at this lot */
	const struct reservation *booking; /* that fits, or whose ticket was shown; NULL */
	text cannot; /* why that booking does not let in now; "" */
	bool early, moves; /* before it begins; its slot is taken, another will be given */
	money fee, due; /* if it left now: in all, and what is left to pay */
	text currency, time_zone;
	struct rows because; /* struct price_row */
	struct rows debts; /* struct stay */
	money debt;
	instant told; /* when this was worked out */
	bool unknown; /* neither inside, nor booked */
	bool may_enter, full;
	text slot_label; /* of who enters on a booking */
};
extern const struct field gate_who_fields[];

/* Looks a plate or ticket up for who stands at that lot's gate. */
enum problem gate_look(struct ctx *, const struct lot *, text typed, struct gate_who *out);

enum problem gate_place(struct ctx *, int64_t wanted, struct lot *out); /* 0: the one remembered */
enum problem gate_place_set(struct ctx *, int64_t lot_id); /* NOT_FOUND */

struct gate_deed {
	int64_t lot;
	text
	    what; /* enter, enter_without, exit, cash, card, lost, undo, missed, missed_free, opening */
	text plate; /* as typed */
	int64_t stay; /* 0: the one that is open of that plate */
	int64_t reservation; /* whose ticket was shown; 0 */
	instant told; /* see stay_leave_told() */
	text reason;
};
/* *said: what was done, in a sentence.  Fails as the verbs of stays.h and payments.h do. */
enum problem gate_do(struct ctx *, const struct gate_deed *, text *said);

/* c->person's shift that runs. */
enum problem gate_shift_now(struct ctx *, const struct lot *, struct gate_shift *out);
/* Closes it: INVALID beside `counted`; WRONG_STATE while nothing was done in it. */
enum problem gate_shift_close(
    struct ctx *, const struct lot *, text counted, text note, text *said);

/* ---- the live map */

struct live_slot {
	int64_t id, zone_id;
	text code, label, zone_code, zone_name, state; /* as slot_state() says */
	text plate; /* of the stay; "" */
	int64_t stay_id;
	instant since; /* of the stay */
	instant next; /* when a booking begins; {0}: none within a day */
	bool accessible, ev;
	text spoken, short_label;
	int64_t x, y;
	bool below;
};
extern const struct field live_slot_fields[];

/* Reactions: whoever watches the lot is told, after the commit. */
enum problem gate_lot_changed(struct ctx *, int64_t lot_id);

/* ---- rows that only this slice's statements give */

struct gate_id {
	int64_t id, n;
};
extern const struct field gate_id_fields[];
struct gate_car {
	int64_t user_id, visits;
	text user_name, label, car_type;
};
extern const struct field gate_car_fields[];
struct gate_since {
	instant since;
	int64_t in, out;
};
extern const struct field gate_since_fields[];
struct gate_shift_line { /* a closed one */
	int64_t id;
	text user_name, currency, note;
	instant begun_at, ended_at;
	money cash, counted, difference;
};
extern const struct field gate_shift_line_fields[];

#endif
