/* figures.c -- somebody's months, out of the rows of many people. */
#include "reports/letter.h"
#include "reports_sql.h"

enum problem
gather(struct ctx *c, struct rows user_ids, text from, text until, struct gathered *out)
{
	TRY(report_parkings(c, user_ids, from, until, &out->parkings));
	return report_moneys(c, user_ids, from, until, &out->moneys);
}

/* ---- sums of money */

struct report_sum *
sum_of(struct rows *sums, text currency)
{
	FOR_ROWS (report_sum, s, *sums)
		if (text_is(s->currency, currency))
			return s;
	struct report_sum *fresh = ROW(report_sum, *sums, sums->n++);
	*fresh = (struct report_sum){ .currency = currency };
	return fresh;
}

static void
sum_add(struct rows *sums, const struct report_money *m)
{
	struct report_sum *s = sum_of(sums, m->currency);

	s->paid.minor += m->paid.minor;
	s->returned.minor += m->returned.minor;
	s->net.minor += m->paid.minor - m->returned.minor;
}

text
sums_words(struct arena *a, struct rows sums)
{
	struct buf b = BUF(a);

	FOR_ROWS (report_sum, s, sums)
		buf_fmt(&b, "%s%s", b.n ? ", " : "", money_text(a, s->net, s->currency));
	return buf_text(&b);
}

static struct rows
room_for_sums(struct arena *a, struct rows moneys)
{
	return (struct rows){ arena_alloc(a, (moneys.n + 1) * sizeof(struct report_sum)), 0 };
}

/* What moved in a month, at one lot or, with 0, at all. */
static struct rows
sums_in(struct arena *a, struct rows moneys, text month, int64_t lot_id)
{
	struct rows sums = room_for_sums(a, moneys);

	FOR_ROWS (report_money, m, moneys)
		if (text_is(m->month, month) && (lot_id == 0 || m->lot_id == lot_id))
			sum_add(&sums, m);
	return sums;
}

/* ---- one person among many */

/* Rows are in the order of user_id: theirs are neighbours. */
#define OF_PERSON(kind, rows, id, out)                                                             \
	do {                                                                                       \
		FOR_ROWS (kind, each_, rows)                                                       \
			if (each_->user_id == (id) && (out).n++ == 0)                              \
				(out).v = each_;                                                   \
	} while (0)

static struct gathered
of_person(const struct gathered *all, int64_t user_id)
{
	struct gathered own = { { 0 }, { 0 } };

	OF_PERSON(report_parking, all->parkings, user_id, own.parkings);
	OF_PERSON(report_money, all->moneys, user_id, own.moneys);
	return own;
}

/* ---- by lot */

static struct report_lot *
lot_of(struct rows *lots, int64_t id, text name)
{
	FOR_ROWS (report_lot, l, *lots)
		if (l->lot_id == id)
			return l;
	struct report_lot *fresh = ROW(report_lot, *lots, lots->n++);
	*fresh = (struct report_lot){ .lot_id = id, .name = name };
	return fresh;
}

/* In the order in which they were gathered: the most used first; those with money alone come last. */
static void
figure_lots(struct arena *a, const struct gathered *own, struct report *r)
{
	r->lots.v =
	    arena_alloc(a, (own->parkings.n + own->moneys.n + 1) * sizeof(struct report_lot));
	FOR_ROWS (report_parking, p, own->parkings) {
		if (!text_is(p->month, r->month))
			continue;
		struct report_lot *l = lot_of(&r->lots, p->lot_id, p->name);
		l->bookings += p->bookings;
		l->drive_ups += p->drive_ups;
		l->seconds += p->seconds;
		r->drive_ups += p->drive_ups;
		r->bookings += p->bookings;
		r->cancelled += p->cancelled;
		r->no_shows += p->no_shows;
		r->seconds += p->seconds;
	}
	FOR_ROWS (report_money, m, own->moneys)
		if (text_is(m->month, r->month))
			lot_of(&r->lots, m->lot_id, m->name);
	FOR_ROWS (report_lot, l, r->lots) {
		l->hours = hours_of_seconds(a, l->seconds);
		l->sums = sums_words(a, sums_in(a, own->moneys, r->month, l->lot_id));
	}
}

/* ---- by month */

static struct report_month *
month_of(struct rows *months, text month)
{
	FOR_ROWS (report_month, m, *months)
		if (text_is(m->month, month))
			return m;
	return NULL;
}

static void
fill_months(struct arena *a, const struct gathered *own, struct rows months)
{
	int64_t longest = 1;

	FOR_ROWS (report_parking, p, own->parkings) {
		struct report_month *m = month_of(&months, p->month);

		if (m == NULL)
			continue;
		m->bookings += p->bookings;
		m->drive_ups += p->drive_ups;
		m->seconds += p->seconds;
	}
	FOR_ROWS (report_month, m, months)
		if (m->seconds > longest)
			longest = m->seconds;
	FOR_ROWS (report_month, m, months) {
		m->title = month_short(a, m->month);
		m->visits = visits_words(a, m->bookings, m->drive_ups);
		m->hours = hours_of_seconds(a, m->seconds);
		m->share = (m->seconds * 100 + longest / 2) / longest;
		m->sums = sums_words(a, sums_in(a, own->moneys, m->month, 0));
	}
}

static void
figure_history(struct arena *a, const struct gathered *own, struct report *r)
{
	r->history = (struct rows){ arena_alloc(a, HISTORY_MONTHS * sizeof(struct report_month)),
		HISTORY_MONTHS };
	for (int i = 0; i < HISTORY_MONTHS; i++)
		*ROW(report_month, r->history, i) =
		    (struct report_month){ .month = month_plus(a, r->month, -i),
			    .current = i == 0 };
	fill_months(a, own, r->history);
	/* A history begins with its first month that has anything in it. */
	while (r->history.n > 1) {
		const struct report_month *oldest = ROW(report_month, r->history, r->history.n - 1);

		if (oldest->bookings || oldest->drive_ups || *oldest->sums)
			break;
		r->history.n--;
	}
}

/* The months in which there is anything, newest first: of one person. */
void
months_figure(struct ctx *c, const struct gathered *own, struct rows *months)
{
	size_t most = own->parkings.n + own->moneys.n;

	*months =
	    (struct rows){ arena_alloc(c->arena, (most + 1) * sizeof(struct report_month)), 0 };
	struct report_month *v = months->v;
	const struct report_parking *p = own->parkings.v, *p_end = p + own->parkings.n;
	const struct report_money *m = own->moneys.v, *m_end = m + own->moneys.n;
	while (p < p_end || m < m_end) {
		text next = m == m_end || (p < p_end && strcmp(p->month, m->month) >= 0) ? p->month
											 : m->month;

		v[months->n++] = (struct report_month){ .month = next };
		while (p < p_end && text_is(p->month, next))
			p++;
		while (m < m_end && text_is(m->month, next))
			m++;
	}
	fill_months(c->arena, own, *months);
}

/* ---- all of it */

void
report_figure(
    struct ctx *c, const struct gathered *all, int64_t user_id, text month, struct report *out)
{
	struct gathered own = of_person(all, user_id);
	struct arena *a = c->arena;

	*out = (struct report){ .month = month, .title = month_title(a, month) };
	figure_lots(a, &own, out);
	out->hours = hours_of_seconds(a, out->seconds);
	out->sums = sums_in(a, own.moneys, month, 0);
	out->net = sums_words(a, out->sums);
	figure_history(a, &own, out);
	if (out->bookings || out->drive_ups) {
		const struct report_lot *most = ROW(report_lot, out->lots, 0);

		out->most_used = most->name;
		out->most_bookings = most->bookings;
		out->most_drive_ups = most->drive_ups;
		out->most_visits = visits_words(a, most->bookings, most->drive_ups);
		out->most_hours = most->hours;
	}
	out->nothing =
	    out->bookings == 0 && out->drive_ups == 0 && out->cancelled == 0 && out->sums.n == 0;
	out->before = month_plus(a, month, -1);
	out->after = month_plus(a, month, 1);
	fields_complete(report_fields, out);
}
