/* s0.h -- what the files of S0 share: users, parking, payments, dashboard; fails as Django REST framework does. */
#ifndef S0_H
#define S0_H

#include "dialects/dialects.h"

/* Words of the row that stand in {"error":"…"}. */
#define S0_ERROR(problem, status, words)                                                           \
	{                                                                                          \
		problem, status, words, .name = "error"                                            \
	}

struct s0_user {
	int64_t id;
	text username, email, role; /* admin, operator, user */
};
extern const struct field s0_user_fields[];

struct s0_car {
	int64_t id; /* 0: a plate that no car was entered for */
	text plate_number, car_type;
	int64_t owner; /* 0: nobody */
	instant created_at;
};
extern const struct field s0_car_fields[];

struct s0_slot {
	int64_t id;
	text slot_number, slot_type, status;
	instant created_at;
};
extern const struct field s0_slot_fields[];

struct s0_transaction {
	int64_t id;
	const struct s0_car *car;
	const struct s0_slot *slot; /* NULL: none was free */
	instant entry_time, exit_time;
	text fee, status; /* active, completed */
};
extern const struct field s0_transaction_fields[];

struct s0_payment {
	int64_t id, transaction; /* 0: of a booking that nobody has come for yet */
	text amount, payment_method;
	instant paid_at;
	money left; /* less what went back */
	text currency;
};
extern const struct field s0_payment_fields[];

/* What a camera, or somebody's photograph, told. */
struct s0_log {
	int64_t id, camera, slot; /* 0: none */
	text plate_number;
	instant detected_at;
};
extern const struct field s0_log_fields[];

/* The same on the dashboard, by its names. */
struct s0_log_line {
	text plate_number, slot, camera; /* "": none */
	instant time;
};
extern const struct field s0_log_line_fields[];

/* ---- rows of statements that need finishing */

struct s0_stay {
	int64_t id, slot_id, car_id, owner;
	text plate, car_type, slot_number, slot_type, currency, status;
	instant entered_at, left_at, car_made_at, slot_made_at;
	money fee;
	bool inside;
};
extern const struct field s0_stay_fields[];

struct s0_totals {
	int64_t total_slots, occupied_slots, reserved_slots, available_slots, active_transactions,
	    total_payments, total_cars;
	money income;
};
extern const struct field s0_totals_fields[];

struct s0_n {
	int64_t n;
};
extern const struct field s0_n_fields[];

/* Whose rows this caller may see: their own, or (0) everybody's. */
int64_t s0_whose(const struct ctx *);
/* Money and times into the words of S0. */
void s0_payments_say(struct ctx *, struct rows);
enum problem s0_slots_newest(struct ctx *, int64_t id, int64_t skip, int64_t most, struct rows *);

#endif
