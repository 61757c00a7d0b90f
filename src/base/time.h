/*
 * time.h -- instants, and the clock of a place.
 *
 * Inside the program a moment is an `instant` in UTC.  People meet it in the
 * time zone of the lot; `struct zone` is an IANA zone (see gear/zones.h for
 * how one is loaded).
 */
#ifndef TIME_H
#define TIME_H

#include "base/base.h"

#define SECOND ((int64_t)1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static inline instant
instant_plus(instant t, int64_t us)
{
	return (instant){ t.us + us };
}
static inline int64_t
instant_minus(instant a, instant b)
{
	return a.us - b.us;
}
static inline bool
instant_none(instant t)
{
	return t.us == 0;
}

/* RFC 3339 with any offset ("2026-05-01T10:00:00.25+02:00", "… 10:00Z") or as PostgreSQL prints
 * timestamptz ("2026-05-01 10:00:00.25+00"); seconds may be missing.  Years 1970 to 9999. */
bool instant_parse(text s, instant *out);
/* The same without an offset: a date and a time on some wall clock, as
 * <input type="datetime-local"> sends it.  `out` reads as if the clock stood at UTC. */
bool instant_parse_naive(text s, instant *out);
text instant_text(
    struct arena *, instant); /* "2026-05-01T08:00:00Z", fraction only if there is one */

struct civil {
	int year, month, day; /* month 1–12, day 1–31 */
	int hour, minute, second;
	int weekday; /* 0 Sunday … 6 Saturday */
	int offset; /* seconds east of UTC */
	char abbr[8]; /* "CET", "+0545" */
};

struct zone;
text zone_name(const struct zone *); /* "Europe/Berlin" */
/* Parses TZif bytes, versions 1 to 4 (RFC 8536), with its footer rule; NULL if they are not that.
 * The zone lives in the arena. */
const struct zone *zone_parse(struct arena *, text name, const void *bytes, size_t n);
const struct zone *zone_utc(void);
void zone_civil(const struct zone *, instant, struct civil *);
/* The instant of year … second on this zone's clock.  A time that the clock skips is moved forward
 * by the gap (02:30 → 03:30); of a time that comes twice, the first is taken. */
instant zone_instant(
    const struct zone *, int year, int month, int day, int hour, int minute, int second);
/* The instants at which this clock shows that: one, two where it is put back, none where it is put
 * forward over it.  Answers how many. */
int zone_readings(const struct zone *, int year, int month, int day, int hour, int minute,
    int second, instant out[2]);
/* When this clock is next put forward or back, after t; us is INT64_MAX if never.  Until then local
 * time is t plus one offset. */
instant zone_next_change(const struct zone *, instant t);
/* When the local day that contains t begins, and the following one.  Days of 23, 24, 25 hours. */
instant zone_day_start(const struct zone *, instant t);
instant zone_day_next(const struct zone *, instant t);

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar, and back. */
int64_t days_from_civil(int year, int month, int day);
void civil_from_days(int64_t days, int *year, int *month, int *day);

/* How people read it, with no-break spaces where a line must not end. */
text time_clock(struct arena *, const struct zone *, instant); /* "14:00" */
text time_day(struct arena *, const struct zone *, instant); /* "Thu 12 Nov" */
text time_date(struct arena *, const struct zone *, instant); /* "2026-11-12" */
text time_input(struct arena *, const struct zone *, instant); /* "2026-11-12T14:00" */
/* The same, with its offset if this clock shows that time twice: "2026-10-25T02:30+01:00". */
text time_exact(struct arena *, const struct zone *, instant);
text time_abbr(struct arena *, const struct zone *, instant); /* "CET" */
text time_offset_iso(struct arena *, const struct zone *, instant); /* "2026-11-12T14:00+01:00" */
text time_span(struct arena *, int64_t us); /* "3 h 30 min", "10 min", "2 d 4 h" */

#endif
