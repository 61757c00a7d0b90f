/*
 * plates.h -- cameras, and what number plates were read in photographs.
 *
 * A read comes from a photograph somebody sent (the reader's work, gear/eyes.h), or from a camera that reads by itself.  Its
 * confidence is the share of the time that such a read is right.  At OCR_CONFIDENCE_THRESHOLD and above it is
 * ACCEPTED as it stands; below, it is WAITING for a person, who accepts, corrects or rejects it, and an
 * anomaly says so (low confidence, closed by that deed).
 *
 *	waiting ─→ accepted, corrected, rejected
 *
 * A photograph is kept bare: without place, camera and whatever else its file told (base/image.h).  What has no stay is taken
 * away after KEEP_PLATE_READS_DAYS, photograph and read.
 */
#ifndef PLATES_H
#define PLATES_H

#include "base/sight.h"
#include "gear/db.h"
#include "gear/retention.h"

struct camera {
	int64_t id, lot_id;
	text name, location, lot_name;
	int64_t lot; /* lot_id again, as the form calls it */
	int64_t looks_at; /* how many slots */
	text slots, labels; /* their ids, "12,15"; "A-01, A-02" */
	instant created_at, last_read_at; /* {0}: none yet */
	text time_zone;
	struct rows lots; /* struct camera_lot; where it could hang, for the form alone */
};
extern const struct field camera_fields[];

struct camera_lot {
	int64_t id;
	text name;
	bool chosen;
};
extern const struct field camera_lot_fields[];

struct camera_draft {
	int64_t id; /* 0: a new one */
	int64_t lot; /* 0: the slots', else the default lot */
	text name, location;
	text slots; /* ids, "12,15" */
	text labels; /* or labels of its lot, "A-01..A-12, B-7" */
};
extern const struct field camera_draft_fields[];

enum problem cameras_list(struct ctx *, struct rows *);
enum problem camera_load(struct ctx *, int64_t id, struct camera *); /* NOT_FOUND */
enum problem camera_lots(struct ctx *, int64_t chosen, struct rows *);
/* INVALID beside `slots` or `labels` for one that is not there or of another lot; DUPLICATE beside `name`. */
enum problem camera_put(struct ctx *, const struct camera_draft *, struct camera *);
enum problem camera_remove(struct ctx *, int64_t id); /* its reads stay; NOT_FOUND */

struct plate_read {
	int64_t id, lot_id, camera_id, slot_id, user_id, stay_id; /* but id 0: none */
	instant seen_at, decided_at;
	text source; /* upload, camera, s3, s0 */
	text state; /* waiting, accepted, corrected, rejected */
	text raw, plate, candidates, corners, second, engine, image_key;
	double confidence;
	int64_t width, height;
	text lot_name, camera_name, slot_label, time_zone, decided_by_name;
	/* Made from the above: */
	bool waiting, picture;
	int64_t percent; /* of confidence */
	struct rows readings; /* struct plate_guess: candidates, best first */
	text outline; /* points of the plate, for the picture */
	text zoom; /* "x y width height" of what is around it; "" without */
};
extern const struct field plate_read_fields[];
struct plate_guess {
	text plate;
	double confidence;
	int64_t percent;
	bool likely; /* worth a line: the best, or a per cent and more */
};
extern const struct field plate_guess_fields[];

struct photograph {
	text source;
	int64_t camera_id, lot_id,
	    slot_id; /* 0: not known; a slot's or camera's lot goes before lot_id */
	const void *bytes;
	size_t n;
};
/* Reads it and keeps what was seen; not inside a transaction, for it takes its time.  UNSUPPORTED_TYPE: no photograph;
 * TOO_LARGE; INVALID: no plate in it, or damaged; BUSY, UNAVAILABLE; NOT_FOUND: no such camera, slot or lot. */
enum problem plate_read_photograph(struct ctx *, const struct photograph *, struct plate_read *);

/* A read that was made elsewhere, sure of itself. */
struct told_read {
	text source, plate; /* as told; INVALID beside `plate_number` for no plate */
	int64_t camera_id, slot_id; /* NOT_FOUND */
};
enum problem plate_read_told(struct ctx *, const struct told_read *, struct plate_read *);
enum problem plate_read_belongs(struct ctx *, int64_t id, int64_t stay_id);

enum problem plate_read_load(struct ctx *, int64_t id, struct plate_read *); /* NOT_FOUND */
struct read_filter {
	text state, plate; /* "" */
	int64_t camera; /* 0: any */
	int64_t before; /* older than the one of this id; 0: from the newest */
};
enum problem plate_reads_list(
    struct ctx *, const struct read_filter *, int64_t most, struct rows *);
/* The one that has waited longest, and how many wait; NOT_FOUND if none does. */
enum problem plate_read_next(struct ctx *, struct plate_read *, int64_t *waiting);

/* By an operator, audited.  WRONG_STATE unless it waits; NOT_FOUND; INVALID beside `plate`. */
enum problem plate_read_accept(struct ctx *, int64_t id, struct plate_read *);
enum problem plate_read_correct(struct ctx *, int64_t id, text plate, struct plate_read *);
enum problem plate_read_reject(struct ctx *, int64_t id, struct plate_read *);

extern const struct rule plate_rules[];
extern const struct retention plate_retention[];

/* ---- rows that only this slice's statements give */

struct plate_id {
	int64_t id, n;
	text key;
};
extern const struct field plate_id_fields[];

#endif
