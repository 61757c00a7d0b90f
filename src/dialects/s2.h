/* s2.h -- what the files of S2 share, the campus microservices: answers are {"msg":"…"}, ids are strings. */
#ifndef S2_H
#define S2_H

#include "dialects/dialects.h"

enum { S2_MOST = 1000 }; /* of a list */

struct s2_msg {
	text msg;
};
extern const struct field s2_msg_fields[];
enum problem s2_say(struct ctx *, struct reply *, text msg);

/* ---- rows of statements */

struct s2_lot {
	text lot_id;
	text status; /* available, reserved, occupied */
	text location;
	int64_t capacity;
};
extern const struct field s2_lot_fields[];

struct s2_lot_one {
	text lot_id, status, location;
	int64_t capacity, current_occupancy;
};
extern const struct field s2_lot_one_fields[];

struct s2_reservation {
	text reservation_id, lot_id;
	instant reserved_at; /* when it starts */
	text status; /* reserved, occupied, completed, canceled, expired */
};
extern const struct field s2_reservation_fields[];

#endif
