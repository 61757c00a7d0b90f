/*
 * zone.c -- the clock of a place, from the bytes of a TZif file (RFC 8536).
 *
 * A zone is a line of spans, each with one offset from UTC: first the spans the file lists, then
 * those that its footer's rule (POSIX.1-2017, 8.3, TZ, with RFC 8536's hours from -167 to 167)
 * makes for every later year.  Everything else is asked of span_at().
 */
#include "base/base.h"

#define MAX_TRANSITIONS 5000
#define HORIZON ((int64_t)1 << 59) /* further than any instant, and safe to add to */

struct kind { /* of time: standard, summer … */
	int offset; /* seconds east of UTC */
	char abbr[8];
};
struct day_rule {
	char form; /* 'J' day 1–365 without 29 February; 'N' day 0–365; 'M' month.week.weekday */
	int month, week, day;
	int time; /* seconds after local midnight; may be negative or beyond a day */
};
struct footer {
	bool is, changes; /* changes: twice a year */
	struct kind standard, summer;
	struct day_rule to_summer, to_standard;
};
struct zone {
	text name;
	size_t n;
	const int64_t *at; /* of n transitions, ascending, in seconds */
	const unsigned char *after; /* the kind from there on */
	const struct kind *kinds;
	struct footer footer;
};
struct span { /* from ≤ t < until, in seconds */
	int64_t from, until;
	const struct kind *kind;
};

/* ---- the footer's rule */

static bool
number(text *s, int most, int *out)
{
	if (**s < '0' || **s > '9')
		return false;
	for (*out = 0; **s >= '0' && **s <= '9'; (*s)++)
		if ((*out = *out * 10 + (**s - '0')) > most)
			return false;
	return true;
}

/* [+-]hh[:mm[:ss]] in seconds */
static bool
hours(text *s, int most, int *out)
{
	int sign = **s == '-' ? -1 : 1, h, m = 0, sec = 0;

	if (**s == '+' || **s == '-')
		(*s)++;
	if (!number(s, most, &h))
		return false;
	if (**s == ':' && ((*s)++, !number(s, 59, &m)))
		return false;
	if (**s == ':' && ((*s)++, !number(s, 59, &sec)))
		return false;
	*out = sign * (h * 3600 + m * 60 + sec);
	return true;
}

/* "CET" or "<+0545>" */
static bool
abbreviation(text *s, char out[8])
{
	bool quoted = **s == '<';
	size_t n = 0;

	if (quoted)
		(*s)++;
	for (; n < 7; (*s)++) {
		char c = **s;
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		bool other = (c >= '0' && c <= '9') || c == '+' || c == '-';

		if (!letter && !(quoted && other))
			break;
		out[n++] = c;
	}
	out[n] = 0;
	if (quoted && *(*s)++ != '>')
		return false;
	return n >= 3;
}

static bool
month_rule(text *s, struct day_rule *r)
{
	r->form = 'M';
	if (!number(s, 12, &r->month) || *(*s)++ != '.' || !number(s, 5, &r->week) ||
	    *(*s)++ != '.' || !number(s, 6, &r->day))
		return false;
	return r->month >= 1 && r->week >= 1;
}

static bool
day_rule(text *s, struct day_rule *r)
{
	r->time = 2 * 3600;
	if (**s == 'M') {
		(*s)++;
		if (!month_rule(s, r))
			return false;
	} else {
		r->form = **s == 'J' ? 'J' : 'N';
		if (**s == 'J')
			(*s)++;
		if (!number(s, 365, &r->day) || (r->form == 'J' && r->day == 0))
			return false;
	}
	if (**s != '/')
		return true;
	(*s)++;
	return hours(s, 167, &r->time);
}

static bool
footer_read(text s, struct footer *f)
{
	int west;

	*f = (struct footer){ 0 };
	if (*s == 0)
		return true;
	f->is = true;
	if (!abbreviation(&s, f->standard.abbr) || !hours(&s, 24, &west))
		return false;
	f->standard.offset = -west;
	if (*s == 0)
		return true;
	f->changes = true;
	if (!abbreviation(&s, f->summer.abbr))
		return false;
	f->summer.offset = f->standard.offset + 3600;
	if (*s != ',') {
		if (!hours(&s, 24, &west))
			return false;
		f->summer.offset = -west;
	}
	return *s++ == ',' && day_rule(&s, &f->to_summer) && *s++ == ',' &&
	    day_rule(&s, &f->to_standard) && *s == 0;
}

/* When, in seconds of UTC, the rule falls in that year; before it the clock stood `offset` east. */
static int64_t
rule_at(const struct day_rule *r, int year, int offset)
{
	int64_t first = days_from_civil(year, 1, 1), day = first + r->day;
	bool leap = days_from_civil(year + 1, 1, 1) - first == 366;

	if (r->form == 'J')
		day = first + r->day - 1 + (leap && r->day > 59);
	if (r->form == 'M') {
		int64_t begin = days_from_civil(year, r->month, 1);
		int64_t end = r->month == 12 ? days_from_civil(year + 1, 1, 1)
					     : days_from_civil(year, r->month + 1, 1);
		int weekday = (int)(((begin + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */

		day = begin + (r->day - weekday + 7) % 7 + (r->week - 1) * 7;
		while (day >= end)
			day -= 7;
	}
	return day * 86400 + r->time - offset;
}

struct change {
	int64_t at;
	const struct kind *to;
};

/* The changes of the years around `year`, ascending.  Where the end of summer and its beginning
 * coincide (a place with summer time all year), summer comes last. */
static void
changes_around(const struct footer *f, int year, struct change out[6])
{
	int n = 0;

	for (int i = 0; i < 3; i++) {
		int y = year - 1 + i;

		out[n++] =
		    (struct change){ rule_at(&f->to_standard, y, f->summer.offset), &f->standard };
		out[n++] =
		    (struct change){ rule_at(&f->to_summer, y, f->standard.offset), &f->summer };
	}
	for (int i = 1; i < n; i++)
		for (int j = i; j > 0 && out[j].at < out[j - 1].at; j--) {
			struct change swap = out[j];

			out[j] = out[j - 1];
			out[j - 1] = swap;
		}
}

static struct span
footer_span(const struct footer *f, int64_t t)
{
	struct span s = { -HORIZON, HORIZON, &f->standard };
	struct change change[6] = { 0 };
	int year, month, day;

	if (!f->changes)
		return s;
	civil_from_days((t - (t < 0 ? 86399 : 0)) / 86400, &year, &month, &day);
	changes_around(f, year, change);
	for (int i = 0; i < 6; i++) {
		if (change[i].at > t) {
			s.until = change[i].at;
			break;
		}
		s.from = change[i].at;
		s.kind = change[i].to;
	}
	return s;
}

/* ---- asking a zone */

static struct span
span_at(const struct zone *z, int64_t t)
{
	size_t low = 0,
	       high = z->n; /* the transition in force is before `high`, not before `low` */

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (z->at[mid] <= t)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == z->n && z->footer.is) {
		struct span s = footer_span(&z->footer, t);

		if (z->n > 0 && s.from < z->at[z->n - 1])
			s.from = z->at[z->n - 1];
		return s;
	}
	return (struct span){ low == 0 ? -HORIZON : z->at[low - 1],
		low == z->n ? HORIZON : z->at[low], &z->kinds[low == 0 ? 0 : z->after[low - 1]] };
}

static int64_t
seconds_of(instant t)
{
	return t.us / SECOND - (t.us % SECOND < 0);
}

void
zone_civil(const struct zone *z, instant t, struct civil *out)
{
	int64_t s = seconds_of(t);
	const struct kind *kind = span_at(z, s).kind;
	int64_t local = s + kind->offset;
	int64_t days = local / 86400 - (local % 86400 < 0), second = local - days * 86400;

	civil_from_days(days, &out->year, &out->month, &out->day);
	out->hour = (int)(second / 3600);
	out->minute = (int)(second / 60 % 60);
	out->second = (int)(second % 60);
	out->weekday = (int)(((days + 4) % 7 + 7) % 7);
	out->offset = kind->offset;
	memcpy(out->abbr, kind->abbr, sizeof out->abbr);
}

instant
zone_instant(const struct zone *z, int year, int month, int day, int hour, int minute, int second)
{
	int64_t local =
	    days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
	struct span s = span_at(z, local - 26 * 3600); /* no clock is further from UTC than that */

	for (;;) {
		int64_t t = local - s.kind->offset;
		struct span next;

		if (t < s.until)
			return (instant){ t * SECOND };
		next = span_at(z, s.until);
		if (local - next.kind->offset < next.from) /* this clock never showed it */
			return (instant){ t * SECOND };
		s = next;
	}
}

int
zone_readings(const struct zone *z, int year, int month, int day, int hour, int minute, int second,
    instant out[2])
{
	int64_t local =
	    days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
	struct span s = span_at(z, local - 26 * 3600);
	int n = 0;

	for (;;) {
		int64_t t = local - s.kind->offset;

		if (t >= s.from && t < s.until && n < 2)
			out[n++].us = t * SECOND;
		if (s.until > local + 26 * 3600)
			return n;
		s = span_at(z, s.until);
	}
}

instant
zone_next_change(const struct zone *z, instant t)
{
	int64_t until = span_at(z, seconds_of(t)).until;

	return (instant){ until >= HORIZON ? INT64_MAX : until * SECOND };
}

instant
zone_day_start(const struct zone *z, instant t)
{
	struct civil v;

	zone_civil(z, t, &v);
	return zone_instant(z, v.year, v.month, v.day, 0, 0, 0);
}

instant
zone_day_next(const struct zone *z, instant t)
{
	int64_t s = seconds_of(t);
	struct span span = span_at(z, s);
	int64_t local = s + span.kind->offset;
	int64_t midnight = (local / 86400 - (local % 86400 < 0) + 1) * 86400;
	int year, month, day;

	civil_from_days(midnight / 86400, &year, &month, &day);
	instant next = zone_instant(z, year, month, day, 0, 0, 0);

	/* A clock set back over midnight shows it twice; from the second evening on, the second. */
	return next.us > t.us ? next : (instant){ (midnight - span.kind->offset) * SECOND };
}

text
zone_name(const struct zone *z)
{
	return z->name;
}

const struct zone *
zone_utc(void)
{
	static const struct kind utc[] = { { 0, "UTC" } };
	static const struct zone zone = { .name = "UTC", .kinds = utc };

	return &zone;
}

/* ---- reading the bytes */

struct header {
	int version;
	size_t isut, isstd, leap, times, kinds, chars;
};
enum { HEADER = 44 };

static uint64_t
big_endian(const unsigned char *p, int bytes)
{
	uint64_t v = 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

static bool
header_read(const unsigned char *p, size_t n, struct header *h)
{
	size_t *const counts[] = { &h->isut, &h->isstd, &h->leap, &h->times, &h->kinds, &h->chars };

	if (n < HEADER || memcmp(p, "TZif", 4) != 0)
		return false;
	h->version = p[4] == 0 ? 1 : p[4] - '0';
	if (h->version < 1 || h->version > 9)
		return false;
	for (size_t i = 0; i < LENGTH(counts); i++)
		*counts[i] = big_endian(p + 20 + 4 * i, 4);
	return h->times <= MAX_TRANSITIONS && h->kinds >= 1 && h->kinds <= 256 &&
	    h->chars <= 4096 && h->leap <= 1000 && h->isut <= 256 && h->isstd <= 256;
}

static size_t
body_size(const struct header *h, size_t width)
{
	return h->times * (width + 1) + h->kinds * 6 + h->chars + h->leap * (width + 4) + h->isstd +
	    h->isut;
}

static bool
kinds_read(struct kind *out, const unsigned char *p, const struct header *h)
{
	const unsigned char *chars = p + h->kinds * 6;

	for (size_t i = 0; i < h->kinds; i++, p += 6) {
		int64_t offset = (int32_t)big_endian(p, 4);
		size_t at = p[5];

		if (offset < -25 * 3600 || offset > 26 * 3600 || at >= h->chars)
			return false;
		out[i].offset = (int)offset;
		for (size_t k = 0; k < sizeof out->abbr - 1 && at + k < h->chars && chars[at + k];
		     k++)
			out[i].abbr[k] = (char)chars[at + k];
		if (!text_valid(out[i].abbr, strlen(out[i].abbr)))
			return false;
	}
	return true;
}

static bool
transitions_read(
    int64_t *at, unsigned char *after, const unsigned char *p, const struct header *h, int width)
{
	for (size_t i = 0; i < h->times; i++) {
		uint64_t raw = big_endian(p + i * (size_t)width, width);

		at[i] = width == 8 ? (int64_t)raw : (int32_t)raw;
		after[i] = p[h->times * (size_t)width + i];
		if (after[i] >= h->kinds || (i > 0 && at[i] <= at[i - 1]))
			return false;
		/* Some files begin with the Big Bang; whatever is that far away is beyond HORIZON.
		 */
		if (at[i] < -HORIZON + (int64_t)i)
			at[i] = -HORIZON + (int64_t)i;
		if (at[i] > HORIZON)
			return false;
	}
	return true;
}

/* The line between two newlines behind the body. */
static text
footer_line(struct arena *a, const unsigned char *p, size_t n)
{
	const unsigned char *end;

	if (n < 2 || p[0] != '\n' || (end = memchr(p + 1, '\n', n - 1)) == NULL)
		return NULL;
	if (memchr(p, 0, (size_t)(end - p)) != NULL)
		return NULL;
	return arena_bytes(a, p + 1, (size_t)(end - p) - 1);
}

const struct zone *
zone_parse(struct arena *a, text name, const void *bytes, size_t n)
{
	const unsigned char *p = bytes, *end = p + n;
	struct zone *z = arena_alloc(a, sizeof *z);
	struct header h;
	int width = 4;

	if (!header_read(p, n, &h))
		return NULL;
	if (h.version >= 2) { /* the same again with 64 bits, behind the old part */
		size_t old = HEADER + body_size(&h, 4);

		if (n < old || !header_read(p += old, n - old, &h) || h.version < 2)
			return NULL;
		width = 8;
	}
	p += HEADER;
	/* A zone that counts leap seconds ("right/…") is not the clock people live by. */
	if ((size_t)(end - p) < body_size(&h, (size_t)width) || h.leap > 0)
		return NULL;

	int64_t *at = arena_alloc(a, (h.times + 1) * sizeof *at);
	unsigned char *after = arena_alloc(a, h.times + 1);
	struct kind *kinds = arena_alloc(a, h.kinds * sizeof *kinds);
	if (!transitions_read(at, after, p, &h, width) ||
	    !kinds_read(kinds, p + h.times * ((size_t)width + 1), &h))
		return NULL;
	p += body_size(&h, (size_t)width);

	text line = width == 8 ? footer_line(a, p, (size_t)(end - p)) : "";
	if (line == NULL || !footer_read(line, &z->footer))
		return NULL;
	z->name = arena_text(a, name);
	z->n = h.times;
	z->at = at;
	z->after = after;
	z->kinds = kinds;
	return z;
}
