/*
 * live.h -- what people who look at this moment ought to see at once.
 *
 * Told through Redis to every worker that has them connected, after the commit of what it is about.  It may be lost on
 * the way; so whoever hears also looks into the database now and then (web/sockets.c).
 */
#ifndef LIVE_H
#define LIVE_H

#include "gear/ctx.h"

struct live_notice {
	int64_t id;
	int64_t user_id; /* 0: for all who hold it, and all who look at its region */
	text region; /* "" for none */
	text frame; /* what their sockets are sent */
	instant at;
};
void live_tell(struct ctx *, const struct live_notice *);

/* Logins have ended: one, or with session_id 0 all of that person's but `except` (0: none).  Their sockets close. */
struct live_end {
	int64_t user_id, session_id, except;
};
void live_tell_end(struct ctx *, struct live_end);

/* Slots of a lot changed: whoever watches it (live_lot_region()) is sent {"type":"lot","lot_id":"7"}, and asks again. */
void live_tell_lot(struct ctx *, int64_t lot_id);
text live_lot_region(struct arena *, int64_t lot_id); /* "lot:7": no name of a region */

void live_tell_beat(struct ctx *); /* whoever hears this is not deaf */

/* What such a message says; texts are put into the arena. */
enum live_kind { LIVE_NONSENSE, LIVE_NOTICE, LIVE_END, LIVE_BEAT, LIVE_LOT };
/* Of LIVE_LOT the notice holds region and frame. */
enum live_kind live_read(struct arena *, text message, struct live_notice *, struct live_end *);

#endif
