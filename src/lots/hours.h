/*
 * hours.h -- when a lot's gate is open, week by week.
 *
 * Written like OpenStreetMap's opening_hours, as much of it as a gate needs: rules parted by ";"
 *(or by "," before a day), each some days and some spans.  A later rule wins for its days; a day
 * that no rule names is closed.
 *
 *	24/7                              round the clock (so is "")
 *	Mo-Fr 06:00-22:00; Sa 08:00-01:00 a span that ends at or before its beginning ends on the
 * morrow Mo,We 06:00-12:00,13:00-20:00     several spans Su off                            closed
 *
 * Days may also be Mon or Monday, in any case, and a dash may be –.  Times are on the lot's own
 * clock.
 */
#ifndef HOURS_H
#define HOURS_H

#include "base/base.h"

#define MAX_SPANS 4

struct hours {
	bool always; /* round the clock; the days say nothing then */
	struct {
		int n;
		struct {
			int from,
			    until; /* minutes of the day; until goes on to 2,880: the morrow */
		} span[MAX_SPANS];
	} day[7]; /* 0 Sunday … 6 Saturday */
};

/* False, and what is wrong in words for the person. */
bool hours_parse(text s, struct hours *out, text *why);
/* The one spelling that is stored: "" round the clock. */
text hours_canonical(struct arena *, const struct hours *);
/* "round the clock", "every day 06:00–01:00", "Mon–Fri 06:00–22:00, Sat 08:00–01:00, closed on
 * Sun". */
text hours_words(struct arena *, const struct hours *);
/* May one drive in (or out, if leaving: then the closing minute itself counts) at that time of that
 * weekday? */
bool hours_open(const struct hours *, int weekday, int seconds_of_day, bool leaving);

#endif
