/* csv.c -- a history of readings out of a file. */
#include <math.h>
#include <stdlib.h>

#include "forecasts/inner.h"

#define MOST_DAYS 800
#define MOST_STEPS 4000000 /* of all lots together */

/* ---- lines */

struct csv {
	struct arena *arena;
	const char *at, *end;
	int64_t line;
	text why;
};

static bool
wrong(struct csv *s, text what)
{
	s->why = arena_fmt(s->arena, "Line %lld: %s", (long long)s->line, what);
	return false;
}

/* The cells of the next line, at most four; 0 at the end of the file, −1 if there are more. */
static int
cells(struct csv *s, text out[4])
{
	int n = 0;

	if (s->at == s->end)
		return 0;
	const char *stop = memchr(s->at, '\n', (size_t)(s->end - s->at));
	const char *next = stop ? stop + 1 : s->end;
	stop = stop ? stop : s->end;
	if (stop > s->at && stop[-1] == '\r')
		stop--;
	for (const char *p = s->at;; n++) {
		const char *comma = memchr(p, ',', (size_t)(stop - p));

		if (n == 4) {
			n = -1;
			break;
		}
		out[n] = arena_bytes(s->arena, p, (size_t)((comma ? comma : stop) - p));
		if (comma == NULL) {
			n++;
			break;
		}
		p = comma + 1;
	}
	s->at = next;
	s->line++;
	return n;
}

static bool
reading_of(struct csv *s, text v[4], struct csv_reading *r)
{
	*r = (struct csv_reading){ .lot = v[0] };
	if (*r->lot == 0 || text_length(r->lot) > 100 || !text_printable(r->lot))
		return wrong(s, "the first column is a lot's name of at most 100 letters.");
	if (!text_int(v[1], &r->capacity) || r->capacity < 1 || r->capacity > 1000000)
		return wrong(s, "the capacity is a number from 1 on.");
	if (!text_int(v[2], &r->taken) || r->taken < -1000000 || r->taken > 1000000)
		return wrong(s, "the occupancy is a number.");
	if (!instant_parse_naive(v[3], &r->at))
		return wrong(s, "a time looks like 2016-10-04 07:59:42.");
	return true;
}

bool
csv_readings(struct arena *a, const char *bytes, size_t n, struct rows *out, text *why)
{
	static const text columns[] = { "SystemCodeNumber", "Capacity", "Occupancy",
		"LastUpdated" };
	struct csv s = { .arena = a, .at = bytes, .end = bytes + n };
	struct buf all = BUF(a);
	text v[4];
	int found;

	*out = (struct rows){ 0 };
	*why = s.why = "It is not UTF-8.";
	if (!text_valid(bytes, n))
		return false;
	bool named = cells(&s, v) == 4;
	for (size_t i = 0; named && i < LENGTH(columns); i++)
		named = text_is(v[i], columns[i]);
	if (!named) {
		*why = "Its first line has to be SystemCodeNumber,Capacity,Occupancy,LastUpdated.";
		return false;
	}
	while ((found = cells(&s, v)) != 0) {
		struct csv_reading r;

		if (found == 1 && *v[0] == 0)
			continue;
		if (found != 4 ? !wrong(&s, "a line has four cells.") : !reading_of(&s, v, &r)) {
			*why = s.why;
			return false;
		}
		buf_bytes(&all, &r, sizeof r);
		out->n++;
	}
	out->v = all.p;
	return true;
}

/* ---- histories */

static int
by_lot_and_time(const void *a, const void *b)
{
	const struct csv_reading *x = a, *y = b;
	int order = strcmp(x->lot, y->lot);

	if (order)
		return order;
	if (x->at.us != y->at.us)
		return x->at.us < y->at.us ? -1 : 1;
	return x->taken < y->taken ? -1 : x->taken > y->taken;
}

static int
by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* How far apart readings mostly are: the middle of all gaps of less than three hours. */
static int
step_minutes(struct arena *a, struct rows sorted)
{
	static const int steps[] = { 15, 20, 30, 60 };
	int64_t *gaps = arena_alloc(a, sorted.n * sizeof *gaps);
	size_t n = 0;
	int best = 15;

	for (size_t i = 1; i < sorted.n; i++) {
		const struct csv_reading *r = ROW(csv_reading, sorted, i);
		int64_t gap = instant_minus(r->at, r[-1].at);

		if (text_is(r->lot, r[-1].lot) && gap > MINUTE && gap < 3 * HOUR)
			gaps[n++] = gap;
	}
	if (n == 0)
		return best;
	qsort(gaps, n, sizeof *gaps, by_size);
	for (size_t i = 1; i < LENGTH(steps); i++)
		if (llabs(gaps[n / 2] - steps[i] * MINUTE) < llabs(gaps[n / 2] - best * MINUTE))
			best = steps[i];
	return best;
}

static int64_t
day_of(instant t)
{
	return t.us / DAY; /* times before 1970 are not read */
}

/* Each step takes the reading next to its beginning, the earlier of two as near. */
static void
fill(struct step *v, double *nearest, const struct csv_reading *r, int64_t first_day, int minutes,
    int64_t n)
{
	int64_t length = minutes * MINUTE, since = r->at.us - first_day * DAY;
	int64_t i = (since + length / 2) / length;

	if (i < 0 || i >= n)
		return;
	double off = fabs((double)(since - i * length));
	if (off >= nearest[i])
		return;
	nearest[i] = off;
	v[i].y = fmin(1, fmax(0, (double)r->taken / (double)r->capacity));
}

static void
lay_out(struct step *v, int64_t first_day, int64_t days, int minutes)
{
	int per_day = 1440 / minutes;

	for (int64_t i = 0; i < days * per_day; i++)
		v[i] = (struct step){ .day = first_day + i / per_day,
			.weekday = (int)((first_day + i / per_day + 4) % 7),
			.slot = (int)(i % per_day),
			.y = NAN };
}

bool
csv_series(struct arena *a, struct rows readings, int *minutes, struct rows *out, text *why)
{
	struct csv_reading *all = readings.v;
	int64_t first = INT64_MAX, last = 0, lots = 0;

	*out = (struct rows){ 0 };
	*why = "There are no readings.";
	if (readings.n == 0)
		return false;
	qsort(all, readings.n, sizeof *all, by_lot_and_time);
	for (size_t i = 0; i < readings.n; i++) {
		first = day_of(all[i].at) < first ? day_of(all[i].at) : first;
		last = day_of(all[i].at) > last ? day_of(all[i].at) : last;
		lots += i == 0 || !text_is(all[i].lot, all[i - 1].lot);
	}
	*minutes = step_minutes(a, readings);
	int64_t days = last - first + 1, n = days * (1440 / *minutes);
	*why = arena_fmt(
	    a, "At most %d days, and %d steps of all lots together.", MOST_DAYS, MOST_STEPS);
	if (days > MOST_DAYS || lots * n > MOST_STEPS)
		return false;

	struct series *v = arena_alloc(a, (size_t)lots * sizeof *v);
	double *nearest = arena_alloc(a, (size_t)n * sizeof *nearest);
	struct series *s = v;
	for (size_t i = 0; i < readings.n; i++) {
		if (i == 0 || !text_is(all[i].lot, all[i - 1].lot)) {
			s = &v[out->n++];
			*s = (struct series){ all[i].lot, arena_alloc(a, (size_t)n * sizeof *s->v),
				(size_t)n };
			lay_out(s->v, first, days, *minutes);
			for (int64_t k = 0; k < n; k++)
				nearest[k] = INFINITY;
		}
		fill(s->v, nearest, &all[i], first, *minutes, n);
	}
	out->v = v;
	return true;
}
