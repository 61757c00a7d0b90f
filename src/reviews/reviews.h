/*
 * reviews.h -- what people say of a lot where they parked.
 *
 * Who had a booking at a lot may review it, once its time has begun and it was not cancelled: one to
 * five stars, and words if they like.  There is one review a person and lot; writing again changes
 * it.  Everybody reads it on the lot's page under the writer's first name and initial, with the month
 * of the stay.
 *
 * An admin may hide one, with a reason.  It is then shown to its writer, with that reason, and to
 * admins, and does not count; the writer may change it, which does not show it again.
 *
 * What the shown ones come to is kept by the database itself, in lot_ratings; lots reads it.
 */
#ifndef REVIEWS_H
#define REVIEWS_H

#include "lots/lots.h"

#define REVIEW_WORDS 2000 /* code points, at most */

struct review { /* as its writer and admins see it */
	int64_t id, lot_id, user_id;
	int64_t rating; /* 1 to 5 */
	text words; /* "" for none */
	instant stayed_at, created_at;
	instant changed_at; /* {0}: never */
	instant hidden_at; /* {0}: it is shown */
	text hidden_why; /* "" unless hidden */
	text hidden_by_name;
	text lot_name, lot_city, time_zone;
	text writer_name, writer_email; /* of its writer; for admins */
	bool hidden;
	text stars; /* "★★★★☆" */
};
extern const struct field review_fields[];

struct review_draft {
	int64_t id; /* of the lot */
	int64_t rating;
	text words;
};
extern const struct field review_draft_fields[];

struct to_review { /* a lot where somebody parked and of which they have said nothing */
	int64_t id;
	text name, city, time_zone;
	instant stayed_at;
};
extern const struct field to_review_fields[];

extern const struct rule review_rules[];

/* c->person's own of that lot: NOT_FOUND. */
enum problem review_mine(struct ctx *, int64_t lot_id, struct review *);
/* May c->person review it?  TOO_EARLY in words, or *stayed_at: when their latest booking there
 * began. */
enum problem review_may(struct ctx *, int64_t lot_id, instant *stayed_at);
/* Writes it, or changes the one that is there.  NOT_FOUND without such a lot, TOO_EARLY. */
enum problem review_write(struct ctx *, const struct review_draft *, struct review *);
enum problem review_remove(struct ctx *, int64_t lot_id); /* one's own; NOT_FOUND */

/* c->person's, newest first; and lots where they parked, latest first, still to review. */
enum problem reviews_mine(struct ctx *, struct rows *reviews, struct rows *to_review);

/* Reaction to USER_DELETED: their words go, their stars stay as somebody's. */
enum problem reviews_forget_person(struct ctx *, int64_t user_id);

/* ---- by admins; both are audited, and the writer is told by e-mail.  NOT_FOUND, WRONG_STATE. */
enum problem review_hide(struct ctx *, int64_t id, text why, struct review *);
enum problem review_show(struct ctx *, int64_t id, struct review *);

/* ---- rows that only this slice's statements give */

struct review_id {
	int64_t id, lot_id, rating;
};
extern const struct field review_id_fields[];

struct last_stay {
	instant stayed_at; /* none: they never parked there */
};
extern const struct field last_stay_fields[];

struct review_lot { /* a choice of a select */
	int64_t id;
	text name;
	bool chosen;
};
extern const struct field review_lot_fields[];

#endif
