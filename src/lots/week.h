/*
 * week.h -- opening hours as a form has them: seven rows, from Monday to Sunday.
 *
 * A row says one span, or closed, or round the clock.  What seven such rows cannot say (several
 * spans a day) is written out, as hours.h tells.
 */
#ifndef WEEK_H
#define WEEK_H

#include "lots/hours.h"
#include "gear/ctx.h"

struct day_draft {
	text how; /* open, closed, all: round the clock */
	text from, until; /* "06:00"; until an earlier time is past midnight */
};
struct week_draft {
	text by; /* always, days, text; "": text */
	struct day_draft day[7]; /* Monday first */
};
extern const text week_ways[], day_ways[];
text clock_ok(struct arena *, const void *member); /* a check: "", or a time of day */

/* The week as hours.h spells it; INVALID, with what is wrong beside the field of its day. */
enum problem week_spelled(struct ctx *, const struct week_draft *, text spelled_out, text *hours);
void week_of(struct arena *, text hours, struct week_draft *);

/* The rows of a field table for the week that is the member m of the struct s. */
#define DAY_FIELDS(s, m, i, name_, ...)                                                            \
	{ .name = name_,                                                                           \
		.type = FT_TEXT,                                                                   \
		.at = offsetof(struct s, m.day[i].how),                                            \
		.among = day_ways,                                                                 \
		__VA_ARGS__ },                                                                     \
	    { .name = name_ "_from",                                                               \
		    .type = FT_TEXT,                                                               \
		    .at = offsetof(struct s, m.day[i].from),                                       \
		    .check = clock_ok,                                                             \
		    .max = 5,                                                                      \
		    __VA_ARGS__ },                                                                 \
	{                                                                                          \
		.name = name_ "_until", .type = FT_TEXT, .at = offsetof(struct s, m.day[i].until), \
		.check = clock_ok, .max = 5, __VA_ARGS__                                           \
	}
#define WEEK_FIELDS(s, m, ...)                                                                      \
	{ .name = "hours_by",                                                                       \
		.type = FT_TEXT,                                                                    \
		.at = offsetof(struct s, m.by),                                                     \
		.among = week_ways,                                                                 \
		.doc = "How the hours are told: always; days, by mon, mon_from, mon_until …; or " \
		       "text, by hours, as without it.",                                            \
		__VA_ARGS__ },                                                                      \
	    DAY_FIELDS(s, m, 0, "mon", __VA_ARGS__), DAY_FIELDS(s, m, 1, "tue", __VA_ARGS__),       \
	    DAY_FIELDS(s, m, 2, "wed", __VA_ARGS__), DAY_FIELDS(s, m, 3, "thu", __VA_ARGS__),       \
	    DAY_FIELDS(s, m, 4, "fri", __VA_ARGS__), DAY_FIELDS(s, m, 5, "sat", __VA_ARGS__),       \
	    DAY_FIELDS(s, m, 6, "sun", __VA_ARGS__)

#endif
