/*
 * verbs.h -- what can be said to parkctl.
 *
 * A slice that has something to say there keeps a list of these (`const struct verb
 * accounts_verbs[]`, ended by { 0 }), and src/all.c names the list.  src/ctl.c does the rest: help,
 * settings, database, exit code.
 */
#ifndef VERBS_H
#define VERBS_H

#include "gear/ctx.h"

enum verb_needs {
	NEEDS_NOTHING, /* c has an arena and the time, no more */
	NEEDS_DATABASE, /* c->db and c->cache stand; secrets may be missing */
	NEEDS_SECRETS, /* the same, and settings are as strict as the server's */
};

struct words { /* what stood behind the verb on the command line */
	int n;
	char **v;
};

struct verb {
	text name; /* "user" */
	text takes; /* "import FILE | list": shown by help */
	text doc;
	enum verb_needs needs;
	/* Prints what there is to say on standard output.  Not in a transaction.  INVALID with
	 * words in c->detail for wrong arguments. */
	enum problem (*run)(struct ctx *, struct words);
};
extern const struct verb *const all_verbs[]; /* a list per slice, ended by NULL; src/all.c */

/* The text behind an option, "--scale" of `--scale 3` or `--scale=3`; NULL if it is not there. */
text word_behind(struct arena *, struct words, text option);
bool word_there(struct words, text option);
/* The whole of a file of at most 64 MiB, in the arena; INVALID in words if it cannot be read. */
enum problem file_behind(struct ctx *, text path, char **bytes, size_t *n);

#endif
