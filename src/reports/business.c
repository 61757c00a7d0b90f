/* business.c -- the house's month: what came in, how full it was, and what is out of line. */
#include "reports/letter.h"
#include "reports_sql.h"

#define TOP_LOTS 10
#define MOST_ODD 20
#define MONTHS (MONTHS_BEFORE + 1)

/* ---- figures of a month and of those before it: v[0] the month, v[i] the i-th before */

struct series {
	int64_t lot_id; /* 0: all */
	text name, currency; /* currency "": not money */
	int64_t v[MONTHS];
};
struct many_series {
	struct arena *arena;
	struct series *v;
	size_t n, room;
};

static struct series *
series_of(struct many_series *all, int64_t lot_id, text name, text currency)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].lot_id == lot_id && text_is(all->v[i].currency, currency))
			return &all->v[i];
	if (all->n == all->room) {
		size_t room = all->room ? 2 * all->room : 32;
		struct series *v = arena_alloc(all->arena, room * sizeof *v);

		if (all->n)
			memcpy(v, all->v, all->n * sizeof *v);
		all->v = v;
		all->room = room;
	}
	all->v[all->n] = (struct series){ .lot_id = lot_id, .name = name, .currency = currency };
	return &all->v[all->n++];
}

struct material {
	struct rows parkings, moneys;
	text months[MONTHS];
	struct many_series bookings, drive_ups, net; /* by lot, and of all */
	int64_t cancelled[MONTHS], no_shows[MONTHS], seconds[MONTHS], capacity[MONTHS];
};

static int
which_month(const struct material *m, text month)
{
	for (int i = 0; i < MONTHS; i++)
		if (text_is(m->months[i], month))
			return i;
	BUG("a month that was not asked for");
}

static void
line_up(struct material *m)
{
	FOR_ROWS (business_parking, p, m->parkings) {
		int i = which_month(m, p->month);

		series_of(&m->bookings, 0, "", "")->v[i] += p->bookings;
		series_of(&m->bookings, p->lot_id, p->name, "")->v[i] += p->bookings;
		series_of(&m->drive_ups, 0, "", "")->v[i] += p->drive_ups;
		series_of(&m->drive_ups, p->lot_id, p->name, "")->v[i] += p->drive_ups;
		m->cancelled[i] += p->cancelled;
		m->no_shows[i] += p->no_shows;
		m->seconds[i] += p->seconds;
		m->capacity[i] += p->capacity;
	}
	FOR_ROWS (business_money, g, m->moneys) {
		int i = which_month(m, g->month);
		int64_t net = g->paid.minor - g->returned.minor;

		series_of(&m->net, 0, "", g->currency)->v[i] += net;
		series_of(&m->net, g->lot_id, g->name, g->currency)->v[i] += net;
	}
}

/* How far back there is anything. */
static int
months_with_something(const struct material *m)
{
	const struct many_series *const all[] = { &m->bookings, &m->drive_ups, &m->net };
	int far = 0;

	for (size_t s = 0; s < LENGTH(all); s++)
		for (size_t k = 0; k < all[s]->n; k++)
			for (int i = far + 1; i < MONTHS; i++)
				if (all[s]->v[k].v[i])
					far = i;
	return far;
}

/* ---- out of line */

static void
judge(struct arena *a, struct business *b, const struct measured *m)
{
	text says = out_of_line(a, m);

	if (says && b->odd.n < MOST_ODD)
		*ROW(business_note, b->odd, b->odd.n++) = (struct business_note){ says };
}

static void
judge_series(struct arena *a, struct business *b, const struct series *s, text what, int64_t least)
{
	struct measured m = { .what = what,
		.where = s->name,
		.now = s->v[0],
		.n = (int)b->months_before,
		.least = least,
		.currency = s->currency };

	memcpy(m.before, s->v + 1, sizeof m.before);
	judge(a, b, &m);
}

static int64_t
share_of(int64_t part, int64_t whole)
{
	return whole > 0 ? part * 1000 / whole : 0;
}

/* Of bookings made, in tenths of a per cent; months with few say nothing. */
static void
judge_share(struct arena *a, struct business *b, const struct material *m, text what,
    const int64_t part[MONTHS], bool cancelled)
{
	struct measured s = { .what = what, .where = "", .least = 30, .currency = "%" };
	const struct series *all;

	if (m->bookings.n == 0)
		return;
	all = &m->bookings.v[0]; /* of all: it was the first */
	for (int i = 0; i <= b->months_before; i++) {
		int64_t made = all->v[i] + (cancelled ? m->cancelled[i] : 0);

		if (made < 20)
			return;
		if (i == 0)
			s.now = share_of(part[i], made);
		else
			s.before[s.n++] = share_of(part[i], made);
	}
	judge(a, b, &s);
}

static int64_t
ten_units(text currency)
{
	int64_t n = 10;

	for (int i = 0; i < currency_digits(currency); i++)
		n *= 10;
	return n;
}

static void
find_odd(struct arena *a, const struct material *m, struct business *b)
{
	b->odd.v = arena_alloc(a, MOST_ODD * sizeof(struct business_note));
	for (int lots = 0; lots < 2; lots++) {
		for (size_t i = 0; i < m->net.n; i++)
			if ((m->net.v[i].lot_id != 0) == lots)
				judge_series(a, b, &m->net.v[i],
				    arena_fmt(a, "Revenue in %s", m->net.v[i].currency),
				    ten_units(m->net.v[i].currency));
		for (size_t i = 0; i < m->bookings.n; i++)
			if ((m->bookings.v[i].lot_id != 0) == lots)
				judge_series(a, b, &m->bookings.v[i], "Bookings", 10);
		for (size_t i = 0; i < m->drive_ups.n; i++)
			if ((m->drive_ups.v[i].lot_id != 0) == lots)
				judge_series(
				    a, b, &m->drive_ups.v[i], "Cars without a booking", 10);
		if (lots)
			continue;
		judge_share(a, b, m, "Cancelled bookings", m->cancelled, true);
		judge_share(a, b, m, "Missed bookings", m->no_shows, false);
	}
}

/* ---- the month itself */

static struct business_sum *
sum_by_method(struct rows *sums, const struct business_money *g)
{
	FOR_ROWS (business_sum, s, *sums)
		if (text_is(s->currency, g->currency) && text_is(s->method, g->method))
			return s;
	struct business_sum *fresh = ROW(business_sum, *sums, sums->n++);
	*fresh = (struct business_sum){ .currency = g->currency, .method = g->method };
	return fresh;
}

static void
add_money(struct business *b, const struct business_money *g)
{
	struct business_sum *s = sum_by_method(&b->sums, g);
	struct report_sum *t = sum_of(&b->totals, g->currency);
	int64_t net = g->paid.minor - g->returned.minor;

	s->payments += g->payments;
	s->refunds += g->refunds;
	s->paid.minor += g->paid.minor;
	s->returned.minor += g->returned.minor;
	s->net.minor += net;
	t->paid.minor += g->paid.minor;
	t->returned.minor += g->returned.minor;
	t->net.minor += net;
}

static text
sums_of_lot(struct arena *a, const struct material *m, int64_t lot_id)
{
	struct buf b = BUF(a);

	for (size_t i = 0; i < m->net.n; i++)
		if (m->net.v[i].lot_id == lot_id && m->net.v[i].v[0])
			buf_fmt(&b, "%s%s", b.n ? ", " : "",
			    money_text(a, (money){ m->net.v[i].v[0] }, m->net.v[i].currency));
	return buf_text(&b);
}

static text
tenths_words(struct arena *a, int64_t part, int64_t whole)
{
	int64_t tenths = share_of(part, whole);

	if (whole <= 0)
		return "";
	return arena_fmt(a, "%lld.%lld%%", (long long)(tenths / 10), (long long)(tenths % 10));
}

static void
add_lot(
    struct arena *a, const struct material *m, struct business *b, const struct business_parking *p)
{
	b->lots_in_all++;
	b->bookings += p->bookings;
	b->drive_ups += p->drive_ups;
	if (b->lots.n == TOP_LOTS)
		return;
	*ROW(business_lot, b->lots, b->lots.n++) = (struct business_lot){ .lot_id = p->lot_id,
		.name = p->name,
		.sums = sums_of_lot(a, m, p->lot_id),
		.bookings = p->bookings,
		.cancelled = p->cancelled,
		.no_shows = p->no_shows,
		.drive_ups = p->drive_ups,
		.seconds = p->seconds,
		.hours = hours_of_seconds(a, p->seconds),
		.occupancy = share_of(p->seconds, p->capacity),
		.occupancy_words = tenths_words(a, p->seconds, p->capacity) };
}

static void
figure_month(struct arena *a, const struct material *m, struct business *b)
{
	b->sums.v = arena_alloc(a, (m->moneys.n + 1) * sizeof(struct business_sum));
	b->totals.v = arena_alloc(a, (m->moneys.n + 1) * sizeof(struct report_sum));
	b->lots.v = arena_alloc(a, TOP_LOTS * sizeof(struct business_lot));
	FOR_ROWS (business_money, g, m->moneys)
		if (text_is(g->month, b->month))
			add_money(b, g);
	FOR_ROWS (business_parking, p, m->parkings)
		if (text_is(p->month, b->month))
			add_lot(a, m, b, p);
	b->cancelled = m->cancelled[0];
	b->no_shows = m->no_shows[0];
	b->hours = hours_of_seconds(a, m->seconds[0]);
	b->occupancy_words = tenths_words(a, m->seconds[0], m->capacity[0]);
	b->net = sums_words(a, b->totals);
	b->nothing = b->bookings == 0 && b->drive_ups == 0 && b->cancelled == 0 && b->totals.n == 0;
}

enum problem
business_report(struct ctx *c, text month, struct business *out)
{
	struct arena *a = c->arena;
	struct material m = {
		.bookings = { .arena = a }, .drive_ups = { .arena = a }, .net = { .arena = a }
	};
	text over;

	if (!month_ok(month))
		return NOT_FOUND;
	TRY(month_over(c, &over));
	if (strcmp(month, month_plus(a, over, 1)) > 0)
		return fail(c, NOT_FOUND, "There is a report for each month that has begun.");
	for (int i = 0; i < MONTHS; i++)
		m.months[i] = month_plus(a, month, -i);
	TRY(business_parkings(c, m.months[MONTHS_BEFORE], month_plus(a, month, 1), &m.parkings));
	TRY(business_moneys(c, m.months[MONTHS_BEFORE], month_plus(a, month, 1), &m.moneys));
	line_up(&m);
	*out = (struct business){ .month = month,
		.title = month_title(a, month),
		.so_far = strcmp(month, over) > 0,
		.months_before = months_with_something(&m) };
	figure_month(a, &m, out);
	/* A month that runs is no match for whole ones. */
	if (!out->so_far)
		find_odd(a, &m, out);
	out->before = month_plus(a, month, -1);
	out->after = out->so_far ? "" : month_plus(a, month, 1);
	fields_complete(business_fields, out);
	return OK;
}
