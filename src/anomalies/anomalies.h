/*
 * anomalies.h -- what is not as it should be, until somebody has looked into it.
 *
 * A slice that notices something says so with a key that makes it one and the same thing; finding it
 * again counts it up and raises nothing new.  It is OPEN until an operator acknowledges it ("I am on
 * it") or closes it, with a reason; both are audited.  Operators get a notice of each kind that
 * wants a person soon.
 *
 *	open ─→ acknowledged ─→ closed
 *	  └───────────────────────↑
 *
 * The slices below (stays, devices, plates) raise them; anomalies knows none of those.
 */
#ifndef ANOMALIES_H
#define ANOMALIES_H

#include "gear/db.h"
#include "gear/retention.h"

/* Kinds are for ever: clients switch on them. */
struct anomaly_kind {
	text name; /* "duplicate_entry" */
	text title; /* "Inside already": what people read */
	bool notice; /* operators are told at once */
	bool gate; /* it waits in the queue at the gate */
};
extern const struct anomaly_kind anomaly_kinds[]; /* ended by { NULL } */

struct anomaly {
	int64_t id;
	text kind, title; /* title: the kind in words */
	int64_t lot_id, stay_id; /* 0: none */
	text lot_name, time_zone; /* "" and UTC without a lot */
	text subject; /* what else it is about, "device", "camera", "plate_read"; "" for none */
	int64_t subject_id;
	text plate, detail;
	int64_t times; /* how often it was found */
	instant raised_at, last_at;
	text state; /* open, acknowledged, closed */
	instant acknowledged_at, closed_at;
	text acknowledged_by_name, closed_by_name; /* "" for nobody we know */
	text reason; /* why it was closed */
	text link; /* address of what it is about; "" for none */
	bool open, closed;
};
extern const struct field anomaly_fields[];

struct anomaly_found {
	text key; /* what of that kind it is: "12"; with the kind it is the dedupe key, for ever */
	int64_t lot_id, stay_id; /* 0: none */
	text subject; /* NULL: none */
	int64_t subject_id;
	text plate; /* normalised; NULL: none */
	text detail; /* a sentence for operators, at most 500 bytes of it are kept */
	text reason; /* NULL, or it is closed as it is raised, for this reason */
};

extern const struct rule anomaly_rules[];

/* In the finder's transaction; one that is refused must set c->keep.  *first, unless NULL: it was not
 * known before. */
enum problem anomaly_raise(struct ctx *, text kind, const struct anomaly_found *, bool *first);

enum problem anomaly_load(struct ctx *, int64_t id, struct anomaly *); /* NOT_FOUND */
/* Somebody is on it.  Twice is once; WRONG_STATE once it is closed. */
enum problem anomaly_acknowledge(struct ctx *, int64_t id, struct anomaly *);
/* For a reason, which INVALID asks for.  Twice is once: the first reason stays. */
enum problem anomaly_close(struct ctx *, int64_t id, text reason, struct anomaly *);
/* What has that key, unless it is closed or was never found: its finder says why it is none any more. */
enum problem anomaly_settle(struct ctx *, text kind, text key, text reason);
/* All that is not closed of a stay, for one reason: it was put right at the gate. */
enum problem anomalies_close_of_stay(struct ctx *, int64_t stay_id, text reason);

/* What waits at the gate of a lot, and of none: not closed, oldest first. */
enum problem anomalies_at_gate(struct ctx *, int64_t lot_id, int64_t most, struct rows *);
/* Not closed, for the masthead of the desk. */
enum problem anomalies_unclosed(struct ctx *, int64_t *n);

/* ---- rows that only this slice's statements give */

struct anomaly_id {
	int64_t id, times, n;
};
extern const struct field anomaly_id_fields[];

extern const struct retention anomaly_retention[];
/* Reaction to USER_DELETED, before their stays and vehicles are forgotten: by these it knows which are theirs. */
enum problem anomalies_forget_person(struct ctx *, int64_t user_id);

struct anomaly_choice { /* of a select: a lot by its id, a kind by its name */
	int64_t id;
	text name, title;
	bool chosen;
};
extern const struct field anomaly_choice_fields[];

#endif
