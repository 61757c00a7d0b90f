/* words.h -- lines of a tariff as people read them. */
#ifndef TARIFFS_WORDS_H
#define TARIFFS_WORDS_H

#include "tariffs/tariffs.h"

text grace_reason(struct arena *, const struct tariff_line *);
text cap_reason(struct arena *, const struct tariff *, const struct tariff_line *);
/* "3 started hours at €5.00, 22:00–06:00" */
text line_reason(struct arena *, const struct tariff *, const struct tariff_line *, int64_t units);

/* Which days: "weekend" ↔ WEEKEND.  days_named() answers 0 for a name that is none. */
unsigned days_named(text);
text days_name(unsigned);
extern const text days_names[]; /* ended by NULL */
/* "22:00" ↔ 1320; "24:00" is 0. */
bool clock_read(text, int64_t *minute);
text clock_text(struct arena *, int64_t minute);

#endif
