/*
 * problem.h -- how things fail.
 *
 * A function that may fail returns an `enum problem`; OK is 0.  The list is
 * closed: problems.def.  The words for the person stand in the context: see
 * fail() and complain() in gear/ctx.h.
 */
#ifndef PROBLEM_H
#define PROBLEM_H

#include "base/base.h"

enum problem {
	OK = 0,
#define PROBLEM(name, status, title) name,
#include "base/problems.def"
#undef PROBLEM
	PROBLEMS
};

#define TRY(e)                                                                                     \
	do {                                                                                       \
		enum problem try_ = (e);                                                           \
		if (try_ != OK)                                                                    \
			return try_;                                                               \
	} while (0)

int problem_status(enum problem); /* HTTP status */
text problem_name(enum problem); /* "SLOT_TAKEN": what clients switch on */
text problem_title(enum problem); /* a sentence without its full stop */

/* What is wrong with one field of a form, in words that stand beside it. */
struct complaint {
	text field, says;
};
#define MAX_COMPLAINTS 24
struct complaints {
	int n;
	struct complaint v[MAX_COMPLAINTS];
};
void complaint_add(struct complaints *, text field, text says); /* beyond the limit: dropped */

#endif
