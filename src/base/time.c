#include "base/base.h"

/* ---- the calendar */

/* Counted in years that begin in March, so that the leap day comes last; 719,468 is the number of
 * days from 1 March of year 0 to 1 January 1970, and 146,097 days make 400 years. */
int64_t
days_from_civil(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void
civil_from_days(int64_t days, int *year, int *month, int *day)
{
	int64_t d = days + 719468;
	int64_t era = (d >= 0 ? d : d - 146096) / 146097, of_era = d - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153; /* 0 March … 11 February */

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

static int
days_in(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* ---- reading */

/* Exactly n digits at *s, which moves on. */
static bool
digits(text *s, int n, int *out)
{
	*out = 0;
	for (int i = 0; i < n; i++, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	return true;
}

static bool
take(text *s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* After the point: any number of digits, of which a microsecond keeps six. */
static bool
fraction(text *s, int64_t *us)
{
	int64_t worth = SECOND / 10;

	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; (*s)++, worth /= 10)
		*us += (**s - '0') * worth;
	return true;
}

static bool
clock_time(text *s, int64_t *us)
{
	int hour, minute, second = 0;

	if (!digits(s, 2, &hour) || !take(s, ':') || !digits(s, 2, &minute))
		return false;
	*us = 0;
	if (take(s, ':')) {
		if (!digits(s, 2, &second))
			return false;
		if (take(s, '.') && !fraction(s, us))
			return false;
	}
	/* A leap second counts as the one after it. */
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*us += hour * HOUR + minute * MINUTE + second * SECOND;
	return true;
}

static bool
date_and_time(text *s, instant *out)
{
	int year, month, day;
	int64_t us;

	if (!digits(s, 4, &year) || !take(s, '-') || !digits(s, 2, &month) || !take(s, '-') ||
	    !digits(s, 2, &day))
		return false;
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
		return false;
	if (!take(s, 'T') && !take(s, 't') && !take(s, ' '))
		return false;
	if (!clock_time(s, &us))
		return false;
	out->us = days_from_civil(year, month, day) * DAY + us;
	return true;
}

/* Z, +02:00, or PostgreSQL's +02, +05:45 and, before railways, +00:53:28. */
static bool
offset(text *s, int64_t *us)
{
	int sign = **s == '-' ? -1 : 1, hour, minute = 0, second = 0;

	*us = 0;
	if (take(s, 'Z') || take(s, 'z'))
		return true;
	if (!take(s, '+') && !take(s, '-'))
		return false;
	if (!digits(s, 2, &hour) || (take(s, ':') && !digits(s, 2, &minute)))
		return false;
	if (take(s, ':') && !digits(s, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*us = sign * (hour * HOUR + minute * MINUTE + second * SECOND);
	return true;
}

/* The first instant of year 10000. */
#define TOO_FAR (253402300800 * SECOND)

bool
instant_parse(text s, instant *out)
{
	instant t;
	int64_t east;

	if (!date_and_time(&s, &t) || !offset(&s, &east) || *s != 0)
		return false;
	t.us -= east;
	if (t.us <= 0 || t.us >= TOO_FAR) /* 0 stands for none and cannot be said */
		return false;
	*out = t;
	return true;
}

bool
instant_parse_naive(text s, instant *out)
{
	instant t;

	if (!date_and_time(&s, &t) || *s != 0 || t.us <= 0 || t.us >= TOO_FAR)
		return false;
	*out = t;
	return true;
}

text
instant_text(struct arena *a, instant t)
{
	struct civil v;
	int64_t us = t.us % SECOND;

	if (us < 0)
		us += SECOND;
	zone_civil(zone_utc(), t, &v);
	char *s = arena_fmt(a, "%04d-%02d-%02dT%02d:%02d:%02d.%06d", v.year, v.month, v.day, v.hour,
	    v.minute, v.second, (int)us);
	size_t n = strlen(s);

	while (s[n - 1] == '0' && s[n - 2] != '.')
		n--;
	if (s[n - 1] == '0')
		n -= 2;
	return arena_fmt(a, "%.*sZ", (int)n, s);
}

/* ---- for people */

#define NBSP "\u00a0"

text
time_clock(struct arena *a, const struct zone *z, instant t)
{
	struct civil v;

	zone_civil(z, t, &v);
	return arena_fmt(a, "%02d:%02d", v.hour, v.minute);
}

text
time_day(struct arena *a, const struct zone *z, instant t)
{
	static const text days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const text months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	struct civil v;

	zone_civil(z, t, &v);
	return arena_fmt(a, "%s %d" NBSP "%s", days[v.weekday], v.day, months[v.month - 1]);
}

text
time_date(struct arena *a, const struct zone *z, instant t)
{
	struct civil v;

	zone_civil(z, t, &v);
	return arena_fmt(a, "%04d-%02d-%02d", v.year, v.month, v.day);
}

text
time_input(struct arena *a, const struct zone *z, instant t)
{
	return arena_fmt(a, "%sT%s", time_date(a, z, t), time_clock(a, z, t));
}

text
time_exact(struct arena *a, const struct zone *z, instant t)
{
	struct civil v;
	instant both[2];

	zone_civil(z, t, &v);
	return zone_readings(z, v.year, v.month, v.day, v.hour, v.minute, v.second, both) > 1
	    ? time_offset_iso(a, z, t)
	    : time_input(a, z, t);
}

text
time_abbr(struct arena *a, const struct zone *z, instant t)
{
	struct civil v;

	zone_civil(z, t, &v);
	return arena_text(a, v.abbr);
}

text
time_offset_iso(struct arena *a, const struct zone *z, instant t)
{
	struct civil v;

	zone_civil(z, t, &v);
	int east = v.offset < 0 ? -v.offset : v.offset;

	return arena_fmt(a, "%s%c%02d:%02d", time_input(a, z, t), v.offset < 0 ? '-' : '+',
	    east / 3600, east / 60 % 60);
}

/* Every part that is not nothing, to the minute; seconds only below a minute. */
text
time_span(struct arena *a, int64_t us)
{
	static const struct {
		int64_t us;
		text name;
	} units[] = { { DAY, "d" }, { HOUR, "h" }, { MINUTE, "min" } };
	struct buf b = BUF(a);

	if (us < 0)
		return arena_fmt(a, "−%s", time_span(a, us == INT64_MIN ? INT64_MAX : -us));
	if (us < MINUTE)
		return us < SECOND ? "0" NBSP "min"
				   : arena_fmt(a, "%lld" NBSP "s", (long long)(us / SECOND));
	for (size_t i = 0; i < LENGTH(units); i++) {
		if (us < units[i].us)
			continue;
		buf_fmt(&b, "%s%lld" NBSP "%s", b.n ? " " : "", (long long)(us / units[i].us),
		    units[i].name);
		us %= units[i].us;
	}
	return buf_text(&b);
}
