/*
 * retention.h -- how long things are kept.
 *
 * A rule says how old one class of data may become and takes away what is older, some rows at a time.  Each slice
 * lists the rules of its own tables, src/all.c the lists; privacy/ runs them and writes down what they did.
 */
#ifndef RETENTION_H
#define RETENTION_H

#include "gear/ctx.h"

struct retention {
	text class; /* "logins": for ever, it stands in the log of deletions */
	text title; /* "Log-ins that have ended" */
	text
	    why; /* a sentence for who reads /admin/deletions: what goes, and why it was kept so long */
	const int64_t *days; /* a setting; NULL: `fixed` */
	int64_t fixed; /* microseconds; 0: as soon as it has ended */
	text setting; /* its name outside, "KEEP_LOGINS_DAYS"; NULL with `fixed` */
	/* Takes away at most `most` rows of before that moment; *gone: how many.  A statement of queries.sql, mostly. */
	enum problem (*take)(struct ctx *, instant before, int64_t most, int64_t *gone);
};
extern const struct retention
    *const all_retention[]; /* a list per slice, ended by NULL; src/all.c */

extern const struct retention gear_retention[]; /* jobs, messages, the audit log */

#endif
