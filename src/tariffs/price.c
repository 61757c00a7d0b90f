/*
 * price.c -- from lines and two instants to a price and its reasons.  The rules stand in tariffs.h.
 *
 * The stay is walked from edge to edge: where a window begins or ends, a clock is put forward or
 * back, a capped day ends.  Between two edges one line prices every unit that begins.
 */
#include "tariffs/tariffs.h"
#include "tariffs/words.h"

typedef __int128 wide; /* a century of minutes at the dearest price does not overflow it */

struct walk {
	struct arena *arena;
	const struct tariff *tariff;
	const struct zone *zone;
	const struct tariff_line *cap; /* NULL: none */
	instant from, at, day_end;
	int64_t units[TARIFF_LINES]; /* of each line, in this capped day */
	int64_t counted[TARIFF_LINES]; /* in the whole stay */
	wide amount[TARIFF_LINES];
	wide saved; /* what the cap took off */
};

static const struct tariff_line *
line_of(const struct tariff *t, enum tariff_kind kind)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->lines[i].kind == kind)
			return &t->lines[i];
	return NULL;
}

static bool
is_rate(const struct tariff_line *l)
{
	return l->kind == STEP || l->kind == PER_MINUTE;
}

/* ---- rounding: here and nowhere else */

/* What so many units of a line cost: steps and first intervals by the piece, minutes in proportion,
 * half a minor unit up. */
static wide
charged(const struct tariff_line *l, int64_t units)
{
	wide whole = (wide)units * l->price.minor;

	return l->kind == PER_MINUTE ? (2 * whole + l->minutes) / (2 * l->minutes) : whole;
}

/* ---- which line prices what begins now */

static bool
on_day(const struct tariff_line *l, int weekday)
{
	return l->days >> weekday & 1;
}

static bool
in_window(const struct tariff_line *l, const struct civil *v)
{
	int64_t minute = v->hour * 60 + v->minute;
	int yesterday = (v->weekday + 6) % 7;

	if (l->from < l->until)
		return minute >= l->from && minute < l->until && on_day(l, v->weekday);
	if (l->from == l->until)
		return on_day(l, v->weekday);
	return (minute >= l->from && on_day(l, v->weekday)) ||
	    (minute < l->until && on_day(l, yesterday));
}

static const struct tariff_line *
rate_at(const struct walk *w, const struct civil *v)
{
	const struct tariff_line *base = NULL;

	for (size_t i = 0; i < w->tariff->n; i++) {
		const struct tariff_line *l = &w->tariff->lines[i];

		if (!is_rate(l))
			continue;
		if (l->days && in_window(l, v))
			return l;
		if (!l->days)
			base = l;
	}
	if (base == NULL)
		BUG("a tariff without a base");
	return base;
}

/* ---- how long it does */

static int64_t
until_clock(int64_t now_us, int64_t minute)
{
	int64_t us = minute * MINUTE - now_us;

	return us > 0 ? us : us + DAY;
}

/* The next instant at which another line may hold. */
static instant
next_edge(const struct walk *w, const struct civil *v)
{
	int64_t part = w->at.us % SECOND, least = INT64_MAX;
	int64_t us = (v->hour * 60 + v->minute) * MINUTE + v->second * SECOND +
	    (part < 0 ? part + SECOND : part);

	for (size_t i = 0; i < w->tariff->n; i++) {
		const struct tariff_line *l = &w->tariff->lines[i];
		int64_t edges[] = { until_clock(us, l->from), until_clock(us, l->until),
			until_clock(us, 0) };

		for (size_t k = 0; l->days && k < LENGTH(edges); k++)
			least = edges[k] < least ? edges[k] : least;
	}
	if (least == INT64_MAX)
		return (instant){ INT64_MAX };
	instant change = zone_next_change(w->zone, w->at), edge = instant_plus(w->at, least);

	return change.us < edge.us ? change : edge;
}

/* ---- capped days */

static instant
day_end(const struct walk *w)
{
	if (w->cap == NULL)
		return (instant){ INT64_MAX };
	if (w->cap->minutes == 0)
		return zone_day_next(w->zone, w->at);
	return instant_plus(w->from, ((w->at.us - w->from.us) / DAY + 1) * DAY);
}

static void
close_day(struct walk *w)
{
	wide sum = 0;

	for (size_t i = 0; i < w->tariff->n; i++) {
		if (w->units[i] == 0)
			continue;
		wide amount = charged(&w->tariff->lines[i], w->units[i]);

		sum += amount;
		w->amount[i] += amount;
		w->counted[i] += w->units[i];
		w->units[i] = 0;
	}
	if (w->cap && sum > w->cap->price.minor)
		w->saved += sum - w->cap->price.minor;
	w->day_end = day_end(w);
}

/* ---- the walk */

static void
take(struct walk *w, const struct tariff_line *l, int64_t unit, int64_t n)
{
	w->units[l - w->tariff->lines] += n;
	w->at.us += n * unit;
	if (w->at.us >= w->day_end.us)
		close_day(w);
}

static void
walk(struct walk *w, instant until)
{
	const struct tariff_line *first = line_of(w->tariff, FIRST);

	w->day_end = day_end(w);
	if (first)
		take(w, first, first->minutes * MINUTE, 1);
	while (w->at.us < until.us) {
		struct civil v;

		zone_civil(w->zone, w->at, &v);
		const struct tariff_line *l = rate_at(w, &v);
		int64_t unit = l->kind == STEP ? l->minutes * MINUTE : MINUTE;
		int64_t end = next_edge(w, &v).us;

		end = end < until.us ? end : until.us;
		end = end < w->day_end.us ? end : w->day_end.us;
		take(w, l, unit, (end - w->at.us + unit - 1) / unit);
	}
	close_day(w);
}

/* ---- what is said about it */

static void
add_row(struct price *p, text what, wide amount)
{
	struct price_row *row = ROW(price_row, p->because, p->because.n++);

	row->what = what;
	row->amount.minor = (int64_t)amount;
}

static enum problem
say(struct ctx *c, const struct walk *w, struct price *p)
{
	const struct tariff *t = w->tariff;
	wide total = -w->saved;

	for (size_t i = 0; i < t->n; i++)
		total += w->amount[i];
	if (total > INT64_MAX || total + w->saved > INT64_MAX)
		return fail(c, INVALID, "Such a stay costs more than can be counted.");
	for (size_t i = 0; i < t->n; i++)
		if (w->counted[i])
			add_row(
			    p, line_reason(w->arena, t, &t->lines[i], w->counted[i]), w->amount[i]);
	if (w->saved)
		add_row(p, cap_reason(w->arena, t, w->cap), -w->saved);
	p->total.minor = (int64_t)total;
	return OK;
}

enum problem
tariff_price(struct ctx *c, const struct tariff *t, const struct zone *z, instant from,
    instant until, struct price *out)
{
	const struct tariff_line *grace = line_of(t, GRACE);
	struct walk w = { .arena = c->arena, .tariff = t, .zone = z, .from = from, .at = from };

	if (until.us < from.us)
		return fail(c, INVALID, "The end lies before the beginning.");
	if (until.us - from.us > TARIFF_LONGEST)
		return fail(c, INVALID, "Nobody parks for a century.");
	*out = (struct price){ .currency = t->currency,
		.span = time_span(c->arena, instant_minus(until, from)) };
	out->because.v = arena_alloc(c->arena, (t->n + 1) * sizeof(struct price_row));
	if (grace && until.us - from.us <= grace->minutes * MINUTE) {
		add_row(out, grace_reason(c->arena, grace), 0);
		return OK;
	}
	w.cap = line_of(t, CAP);
	walk(&w, until.us > from.us ? until : instant_plus(from, 1));
	return say(c, &w, out);
}

bool
tariff_lost_price(const struct tariff *t, money *out)
{
	const struct tariff_line *l = line_of(t, LOST);

	if (l)
		*out = l->price;
	return l != NULL;
}
