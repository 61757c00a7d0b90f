/* plots.c -- drawings of bars beside each other, with what they say. */
#include "desk/page.h"

#define ROOM 87.5 /* per cent of the height for the bars; above them is said what is pointed at */
#define WIDEST 10.0 /* per cent of the width: a single bar is no wall */
#define FIGURES_UNTIL 12 /* bars that have their figure beside them */
#define FEET_MOST 5
#define TICKS_MOST 4
#define SERIES_MOST 3

const struct field desk_part_fields[] = { FIELD(desk_part, cls), FIELD(desk_part, at),
	FIELD(desk_part, size), FIELD(desk_part, hatched), FIELD_END };
static const struct field desk_mark_fields[] = { FIELD(desk_mark, x), FIELD(desk_mark, w),
	FIELD(desk_mark, hit_x), FIELD(desk_mark, hit_w), FIELD(desk_mark, mid),
	FIELD(desk_mark, says), FIELD(desk_mark, detail), FIELD(desk_mark, figure),
	FIELD(desk_mark, top), FIELD(desk_mark, foot), FIELD_LIST(desk_mark, parts, desk_part),
	FIELD_END };
const struct field desk_tick_fields[] = { FIELD(desk_tick, at), FIELD(desk_tick, says), FIELD_END };
const struct field desk_key_fields[] = { FIELD(desk_key, cls), FIELD(desk_key, says),
	FIELD(desk_key, hatched), FIELD_END };
const struct field desk_plot_fields[] = {
	FIELD(desk_plot, id),
	FIELD(desk_plot, title),
	FIELD(desk_plot, says),
	FIELD(desk_plot, rest),
	FIELD(desk_plot, low),
	FIELD(desk_plot, some),
	FIELD(desk_plot, none),
	FIELD_LIST(desk_plot, keys, desk_key),
	FIELD_LIST(desk_plot, ticks, desk_tick),
	FIELD_LIST(desk_plot, marks, desk_mark),
	FIELD_ONE(desk_plot, sheet, desk_sheet),
	FIELD_END,
};

/* ---- words */

text
percent_at(struct arena *a, double v)
{
	return arena_fmt(a, "%.2f%%", v);
}

text
money_in(const struct desk_figures *f, struct arena *a, money m)
{
	return money_text(a, m, f->currency);
}

text
against_before(struct arena *a, const struct desk_figures *f, int64_t now, int64_t before)
{
	int64_t n = span_days(&f->before);
	text change = f->compared ? more_or_less(a, now, before) : "";

	if (*change == 0)
		return "";
	return n == 1 ? arena_fmt(a, "%s on the day before", change)
		      : arena_fmt(a, "%s in the %lld days before", change, (long long)n);
}

text
desk_address(struct arena *a, const struct desk_figures *f, text path)
{
	return arena_fmt(a, "%s%cfrom=%s&until=%s", path, strchr(path, '?') ? '&' : '?',
	    f->span.from, f->span.until);
}

/* " That is 12% more than in the 30 days before (1–30 Oct 2026: €120.00)." */
static text
compared(struct arena *a, const struct desk_figures *f, int64_t now, int64_t before, text figure)
{
	text against = against_before(a, f, now, before);

	if (!f->compared)
		return "";
	return arena_fmt(a, "%s%s (%s: %s).", *against ? " That is " : " Before", against,
	    span_in_words(a, &f->before), figure);
}

/* ---- bars */

enum of_what { MONEY, COUNT, HUNDREDTHS };
struct bar { /* in minor units, in things, in hundredths of things */
	int64_t v[SERIES_MOST];
	text says, detail, foot;
};
struct drawing {
	struct arena *a;
	const struct desk_figures *f;
	struct desk_plot *p;
	enum of_what what;
	int n_series;
	text cls[SERIES_MOST]; /* "" for the hatched one */
	struct bar *bars;
	size_t n;
};

static int64_t
unit_of(const struct drawing *d)
{
	int64_t unit = 1;

	if (d->what == HUNDREDTHS)
		return 100;
	for (int i = 0; d->what == MONEY && i < currency_digits(d->f->currency); i++)
		unit *= 10;
	return unit;
}

static text
brief_figure(const struct drawing *d, int64_t v)
{
	if (d->what == HUNDREDTHS)
		return hundredths_text(d->a, v);
	return brief_words(d->a, v / unit_of(d));
}

static int64_t
height(const struct drawing *d, size_t i)
{
	int64_t sum = 0;

	for (int k = 0; k < d->n_series; k++)
		sum += d->bars[i].v[k];
	return sum;
}

/* 1, 2, 5, 10, 20 … so that a few of them reach the highest; whole ones, but for hundredths. */
static int64_t
tick_step(const struct drawing *d, int64_t highest)
{
	static const int64_t times[] = { 1, 2, 5 };
	int64_t unit = d->what == HUNDREDTHS ? 1 : unit_of(d);

	for (int64_t ten = unit;; ten *= 10)
		for (size_t i = 0; i < LENGTH(times); i++)
			if (ten * times[i] * TICKS_MOST >= highest)
				return ten * times[i];
}

/* What the scale ends at. */
static int64_t
draw_ticks(struct drawing *d, int64_t highest)
{
	int64_t step = tick_step(d, highest), top = (highest + step - 1) / step * step;
	struct rows *ticks = &d->p->ticks;

	ticks->v = arena_alloc(d->a, (TICKS_MOST + 1) * sizeof(struct desk_tick));
	for (int64_t v = 0; v <= top; v += step)
		*ROW(desk_tick, *ticks, ticks->n++) =
		    (struct desk_tick){ percent_at(d->a, 100 - ROOM * (double)v / (double)top),
			    brief_figure(d, v) };
	return top;
}

static void
draw_bar(struct drawing *d, size_t i, double top, struct desk_mark *m)
{
	double slot = 100.0 / (double)d->n, wide = slot * 0.76 < WIDEST ? slot * 0.76 : WIDEST;
	double left = slot * (double)i, mid = left + slot / 2, y = 100;
	const struct bar *b = &d->bars[i];

	*m = (struct desk_mark){ .x = percent_at(d->a, mid - wide / 2),
		.w = percent_at(d->a, wide),
		.hit_x = percent_at(d->a, left),
		.hit_w = percent_at(d->a, slot),
		.mid = percent_at(d->a, mid),
		.says = b->says,
		.detail = b->detail,
		.foot = b->foot };
	m->parts.v = arena_alloc(d->a, SERIES_MOST * sizeof(struct desk_part));
	for (int k = 0; k < d->n_series; k++) {
		double h = ROOM * (double)b->v[k] / top;

		if (b->v[k] <= 0)
			continue;
		y -= h;
		*ROW(desk_part, m->parts, m->parts.n++) = (struct desk_part){ d->cls[k],
			percent_at(d->a, y), percent_at(d->a, h), *d->cls[k] == 0 };
	}
	m->top = percent_at(d->a, y);
	m->figure = d->n <= FIGURES_UNTIL ? brief_figure(d, height(d, i)) : "";
}

static void
draw(struct drawing *d)
{
	struct desk_plot *p = d->p;
	int64_t highest = 0;
	size_t best = 0, step = (d->n + FEET_MOST - 1) / FEET_MOST;

	for (size_t i = 0; i < d->n; i++)
		if (height(d, i) > highest) {
			highest = height(d, i);
			best = i;
		}
	p->some = highest > 0;
	if (!p->some)
		return;
	double top = (double)draw_ticks(d, highest);
	if (text_is(d->f->unit, "day") && d->n > FIGURES_UNTIL)
		step = (step + 6) / 7 * 7;
	p->marks.v = arena_alloc(d->a, d->n * sizeof(struct desk_mark));
	p->marks.n = d->n;
	for (size_t i = 0; i < d->n; i++) {
		if (i % step)
			d->bars[i].foot = "";
		draw_bar(d, i, top, ROW(desk_mark, p->marks, i));
	}
	if (d->n > FIGURES_UNTIL)
		p->rest = arena_fmt(d->a, "Most: %s", d->bars[best].says);
}

/* One bar for each day, week or month. */
static struct drawing
begin(struct arena *a, const struct desk_figures *f, text id, text title)
{
	struct desk_plot *p = arena_alloc(a, sizeof *p);
	struct drawing d = {
		.a = a, .f = f, .p = p, .n = f->buckets.n, .n_series = 1, .cls = { "c1", "c2", "" }
	};

	*p = (struct desk_plot){ .id = id, .title = title, .says = "", .rest = "", .none = "" };
	d.bars = arena_alloc(a, d.n * sizeof *d.bars);
	for (size_t i = 0; i < d.n; i++)
		d.bars[i] = (struct bar){
			.foot = ROW(desk_bucket, f->buckets, i)->brief, .says = "", .detail = ""
		};
	p->sheet = desk_sheet(a, f, id);
	return d;
}

static void
say_bar(struct drawing *d, size_t i, text figure, text detail)
{
	d->bars[i].says =
	    arena_fmt(d->a, "%s: %s", ROW(desk_bucket, d->f->buckets, i)->says, figure);
	d->bars[i].detail = detail;
}

static void
key(struct drawing *d, text cls, text says)
{
	struct rows *keys = &d->p->keys;

	if (keys->v == NULL)
		keys->v = arena_alloc(d->a, SERIES_MOST * sizeof(struct desk_key));
	*ROW(desk_key, *keys, keys->n++) = (struct desk_key){ cls, says, *cls == 0 };
}

static text
by_unit(const struct desk_figures *f, struct arena *a, text what)
{
	return arena_fmt(a, "%s by %s", what, f->unit);
}

/* ---- money */

static text
three(struct arena *a, const struct desk_figures *f, money online, money card, money cash)
{
	return arena_fmt(a, "online %s, card %s, cash %s", money_in(f, a, online),
	    money_in(f, a, card), money_in(f, a, cash));
}

struct desk_plot *
draw_revenue(struct arena *a, const struct desk_figures *f)
{
	struct drawing d = begin(a, f, "revenue", by_unit(f, a, "Revenue"));
	const struct desk_money *sum = &f->sum;
	int64_t net = desk_net(sum).minor, before = desk_net(&f->sum_before).minor;

	d.n_series = 3;
	d.what = MONEY;
	for (size_t i = 0; i < d.n; i++) {
		const struct desk_money *m = ROW(desk_money, f->money, i);

		d.bars[i].v[0] = m->online.minor;
		d.bars[i].v[1] = m->card.minor;
		d.bars[i].v[2] = m->cash.minor;
		say_bar(
		    &d, i, money_in(f, a, desk_paid(m)), three(a, f, m->online, m->card, m->cash));
	}
	key(&d, "c1", arena_fmt(a, "Online %s", money_in(f, a, sum->online)));
	key(&d, "c2", arena_fmt(a, "Card %s", money_in(f, a, sum->card)));
	key(&d, "", arena_fmt(a, "Cash %s", money_in(f, a, sum->cash)));
	d.p->says = arena_fmt(a, "%s was paid and %s went back: revenue is %s.%s",
	    money_in(f, a, desk_paid(sum)), money_in(f, a, desk_returned(sum)),
	    money_in(f, a, (money){ net }),
	    compared(a, f, net, before, money_in(f, a, (money){ before })));
	d.p->none = "No money came in these days.";
	draw(&d);
	return d.p;
}

struct desk_plot *
draw_refunds(struct arena *a, const struct desk_figures *f)
{
	struct drawing d = begin(a, f, "refunds", by_unit(f, a, "Refunds"));
	money back = desk_returned(&f->sum), before = desk_returned(&f->sum_before);
	int64_t paid = desk_paid(&f->sum).minor;

	d.p->low = true;
	d.what = MONEY;
	d.cls[0] = "c2";
	for (size_t i = 0; i < d.n; i++) {
		const struct desk_money *m = ROW(desk_money, f->money, i);

		d.bars[i].v[0] = desk_returned(m).minor;
		say_bar(&d, i, money_in(f, a, desk_returned(m)),
		    arena_fmt(a, "%s %s", whole_words(a, m->refunds),
			m->refunds == 1 ? "refund" : "refunds"));
	}
	d.p->says = arena_fmt(a, "%s went back in %s %s%s.%s", money_in(f, a, back),
	    whole_words(a, f->sum.refunds), f->sum.refunds == 1 ? "refund" : "refunds",
	    paid > 0 ? arena_fmt(a, ", %s of what was paid",
			   percent_words(a, (back.minor * 1000 + paid / 2) / paid))
		     : "",
	    compared(a, f, back.minor, before.minor, money_in(f, a, before)));
	d.p->none = "Nothing went back in these days.";
	draw(&d);
	return d.p;
}

/* ---- bookings, and cars without */

/* "half of them end within 2 h" */
static text
half_within(struct arena *a, const struct desk_bookings *b)
{
	static const text within[DESK_LENGTHS] = { "30 min", "1 h", "2 h", "3 h", "4 h", "6 h",
		"8 h", "12 h", "" };
	int64_t so_far = 0, all = desk_measured(b);

	for (int i = 0; i + 1 < DESK_LENGTHS; i++) {
		so_far += b->len[i];
		if (2 * so_far >= all)
			return arena_fmt(
			    a, "at least half of them are no longer than %s", within[i]);
	}
	return "more than half of them are longer than 12 h";
}

struct desk_plot *
draw_lengths(struct arena *a, const struct desk_figures *f)
{
	static const text feet[DESK_LENGTHS] = { "½", "1", "2", "3", "4", "6", "8", "12", "12+" };
	struct drawing d = begin(a, f, "lengths", "How long slots are taken");
	const struct desk_bookings *b = &f->booked;
	int64_t all = desk_measured(b);

	d.p->low = true;
	d.what = COUNT;
	d.n = DESK_LENGTHS;
	d.bars = arena_alloc(a, d.n * sizeof *d.bars);
	for (size_t i = 0; i < d.n; i++)
		d.bars[i] = (struct bar){ .v = { b->len[i] },
			.foot = feet[i],
			.says = arena_fmt(
			    a, "%s: %s cars", desk_length_words[i], whole_words(a, b->len[i])),
			.detail = "" };
	if (all > 0)
		d.p->says = arena_fmt(a,
		    "%s bookings were kept, and %s %s without one, %s on average; %s. Along the "
		    "foot: up to so many hours.",
		    whole_words(a, b->kept), whole_words(a, b->drive_ups),
		    b->drive_ups == 1 ? "car came" : "cars came",
		    time_span(a, b->seconds / all / 60 * MINUTE), half_within(a, b));
	d.p->none = "No booking of these days was kept, and no car came without one.";
	draw(&d);
	/* Nine bars, of which each has its hours under it. */
	for (size_t i = 0; i < d.p->marks.n; i++)
		ROW(desk_mark, d.p->marks, i)->foot = feet[i];
	return d.p;
}

struct desk_plot *
draw_turnover(struct arena *a, const struct desk_figures *f)
{
	struct drawing d = begin(a, f, "turnover", "Cars a slot and day");
	int64_t now = desk_turnover(f, &f->span, desk_visits(&f->booked));
	int64_t before = desk_turnover(f, &f->before, desk_visits(&f->booked_before));

	d.p->low = true;
	d.what = HUNDREDTHS;
	for (size_t i = 0; i < d.n; i++) {
		const struct desk_bookings *b = ROW(desk_bookings, f->bookings, i);
		const struct desk_span *s = &ROW(desk_bucket, f->buckets, i)->of;

		d.bars[i].v[0] = desk_turnover(f, s, desk_visits(b));
		say_bar(&d, i, hundredths_text(a, d.bars[i].v[0]),
		    arena_fmt(a, "%s booked, %s not, %s of all hours", whole_words(a, b->kept),
			whole_words(a, b->drive_ups),
			percent_words(a, desk_share(f, s, b->seconds))));
	}
	d.p->says = arena_fmt(a,
	    "Each of the %s slots had %s cars a day, and was taken for %s of the time.%s",
	    whole_words(a, f->slots), hundredths_text(a, now),
	    percent_words(a, desk_share(f, &f->span, f->booked.seconds)),
	    compared(a, f, now, before, hundredths_text(a, before)));
	d.p->none = f->slots ? "No booking of these days was kept, and no car came without one."
			     : "There are no slots yet.";
	draw(&d);
	return d.p;
}

struct desk_plot *
draw_bookings(struct arena *a, const struct desk_figures *f)
{
	struct drawing d = begin(a, f, "bookings", by_unit(f, a, "Bookings made"));
	int64_t made = f->booked.made, before = f->booked_before.made, days = span_days(&f->span);

	d.p->low = true;
	d.what = COUNT;
	for (size_t i = 0; i < d.n; i++) {
		const struct desk_bookings *b = ROW(desk_bookings, f->bookings, i);

		d.bars[i].v[0] = b->made;
		say_bar(&d, i, arena_fmt(a, "%s made", whole_words(a, b->made)),
		    arena_fmt(a, "%s came without; %s people", whole_words(a, b->drive_ups),
			whole_words(a, b->people)));
	}
	d.p->says =
	    arena_fmt(a, "%s different people made %s bookings, %s a day, or came without.%s",
		whole_words(a, f->booked.people), whole_words(a, made),
		tenths_text(a, (made * 10 + days / 2) / days),
		compared(a, f, made, before, whole_words(a, before)));
	d.p->none = "No booking was made in these days.";
	draw(&d);
	return d.p;
}

struct desk_plot *
draw_people(struct arena *a, const struct desk_figures *f)
{
	struct drawing d = begin(a, f, "people", "New and returning customers");
	int64_t firsts = f->booked.firsts, before = f->booked_before.firsts;
	int64_t again = f->booked.people - firsts;

	d.p->low = true;
	d.what = COUNT;
	d.n_series = 2;
	for (size_t i = 0; i < d.n; i++) {
		const struct desk_bookings *b = ROW(desk_bookings, f->bookings, i);

		d.bars[i].v[0] = b->people - b->firsts;
		d.bars[i].v[1] = b->firsts;
		say_bar(&d, i, arena_fmt(a, "%s people", whole_words(a, b->people)),
		    arena_fmt(a, "%s for the first time", whole_words(a, b->firsts)));
	}
	key(&d, "c1", arena_fmt(a, "Again %s", whole_words(a, again)));
	key(&d, "c2", arena_fmt(a, "For the first time %s", whole_words(a, firsts)));
	d.p->says = arena_fmt(a,
	    "%s different people booked or came without booking, %s of them for the first time "
	    "%s.%s",
	    whole_words(a, f->booked.people), whole_words(a, firsts),
	    f->lot_id ? "at this lot" : "ever",
	    compared(a, f, firsts, before, whole_words(a, before)));
	d.p->none = "Nobody we know came in these days.";
	draw(&d);
	return d.p;
}
