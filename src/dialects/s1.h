/* s1.h -- what the files of S1 share. */
#ifndef S1_H
#define S1_H

#include "devices/devices.h"

struct s1_which {
	int64_t id;
};
extern const struct field s1_which_fields[];

/* The lot that is asked for: the default one for 0, and -1 where there is none at all. */
enum problem s1_lot(struct ctx *, int64_t asked, int64_t *id);
/* Passes a problem on, with complaints about our field put beside theirs. */
enum problem s1_names(struct ctx *, enum problem, text ours, text theirs);
/* INVALID with words, if it is empty. */
enum problem s1_wanted(struct ctx *, text field, text value);

#endif
