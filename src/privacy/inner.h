/* inner.h -- what the files of this slice tell each other. */
#ifndef PRIVACY_INNER_H
#define PRIVACY_INNER_H

#include "privacy/privacy.h"

struct gathering { /* arguments of the job */
	int64_t file;
};
extern const struct field gathering_fields[];
enum problem data_gather_now(struct ctx *, const void *gathering);

#endif
