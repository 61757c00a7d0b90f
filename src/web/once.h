/* once.h -- the first answer to an Idempotency-Key, as it is kept. */
#ifndef ONCE_H
#define ONCE_H

#include "base/base.h"

struct first_answer {
	text body_hash; /* of what was sent: the same key with another body is refused */
	int64_t status;
	text type, location, body;
	instant at;
};
extern const struct field first_answer_fields[];

struct key_lock {
	bool mine; /* false: the first request with this key is still running */
};
extern const struct field key_lock_fields[];

struct ctx;
/* Reaction to USER_DELETED: the answers they were given are forgotten. */
enum problem requests_forget_person(struct ctx *, int64_t user_id);

#endif
