/* figures.c -- the dashboard's figures, out of the sums. */
#include "desk/inner.h"
#include "desk_sql.h"

#define PLACES_MOST 12 /* lots that have a line of their own */
#define LOTS_MOST 10 /* of a currency */
#define FINDINGS_KEPT (30 * DAY)

const struct field desk_since_fields[] = { FIELD(desk_since, figures), FIELD(desk_since, booked),
	FIELD_END };
const struct field desk_slots_fields[] = { FIELD(desk_slots, n), FIELD_END };

const struct field desk_money_fields[] = {
	FIELD(desk_money, start, .doc = "First day"),
	FIELD(desk_money, currency),
	FIELD(desk_money, online, .doc = "Paid"),
	FIELD(desk_money, card),
	FIELD(desk_money, cash),
	FIELD(desk_money, online_back, .doc = "Went back, as a positive figure"),
	FIELD(desk_money, card_back),
	FIELD(desk_money, cash_back),
	FIELD(desk_money, payments, .doc = "How many"),
	FIELD(desk_money, refunds),
	FIELD_END,
};

#define LENGTH_FIELD(i, words)                                                                     \
	{                                                                                          \
		.name = "len" #i, .type = FT_INT, .at = offsetof(struct desk_bookings, len[i]),    \
		.doc = words                                                                       \
	}
const struct field desk_bookings_fields[] = {
	FIELD(desk_bookings, start, .doc = "First day"),
	FIELD(desk_bookings, kept, .doc = "Begin then, and are neither cancelled nor missed"),
	FIELD(desk_bookings, cancelled),
	FIELD(desk_bookings, no_shows),
	FIELD(desk_bookings, drive_ups,
	    .doc = "Cars that came then without a booking, and have left"),
	FIELD(desk_bookings, seconds, .doc = "Taken by what is kept, and by drive-ups"),
	LENGTH_FIELD(0, "Of both, up to half an hour long"),
	LENGTH_FIELD(1, "Up to 1 hour"),
	LENGTH_FIELD(2, "Up to 2 hours"),
	LENGTH_FIELD(3, "Up to 3 hours"),
	LENGTH_FIELD(4, "Up to 4 hours"),
	LENGTH_FIELD(5, "Up to 6 hours"),
	LENGTH_FIELD(6, "Up to 8 hours"),
	LENGTH_FIELD(7, "Up to 12 hours"),
	LENGTH_FIELD(8, "Longer"),
	FIELD(desk_bookings, made, .doc = "Were made then"),
	FIELD(desk_bookings, people,
	    .doc = "Different people who made one, or came without, each counted once"),
	FIELD(desk_bookings, firsts, .doc = "Of them, those who had never done so before"),
	FIELD_END,
};
const struct field desk_people_fields[] = { FIELD(desk_people, start), FIELD(desk_people, people),
	FIELD(desk_people, firsts), FIELD_END };

const struct field desk_hour_fields[] = { FIELD(desk_hour, weekday), FIELD(desk_hour, hour),
	FIELD(desk_hour, seconds), FIELD_END };
const struct field desk_place_fields[] = {
	FIELD(desk_place, lot_id, .nullable = true, .doc = "null: all the others together"),
	FIELD(desk_place, name),
	FIELD(desk_place, city),
	FIELD(desk_place, slots),
	FIELD(desk_place, free),
	FIELD(desk_place, reserved),
	FIELD(desk_place, occupied),
	FIELD(desk_place, unknown),
	FIELD(desk_place, out_of_service),
	FIELD_END,
};
const struct field desk_lot_sum_fields[] = {
	FIELD(desk_lot_sum, lot_id, .nullable = true, .doc = "null: all the others together"),
	FIELD(desk_lot_sum, name),
	FIELD(desk_lot_sum, city),
	FIELD(desk_lot_sum, currency),
	FIELD(desk_lot_sum, paid),
	FIELD(desk_lot_sum, returned),
	FIELD(desk_lot_sum, net),
	FIELD(desk_lot_sum, bookings),
	FIELD(desk_lot_sum, drive_ups, .doc = "Cars without a booking"),
	FIELD(desk_lot_sum, seconds),
	FIELD(desk_lot_sum, slots),
	FIELD_END,
};
const struct field desk_finding_fields[] = {
	FIELD(desk_finding, at),
	FIELD(desk_finding, from_day),
	FIELD(desk_finding, until_day),
	FIELD(desk_finding, differences),
	FIELD(desk_finding, words),
	FIELD_END,
};
const struct field desk_checked_fields[] = { FIELD(desk_checked, at, .nullable = true), FIELD_END };
const struct field desk_choice_fields[] = { FIELD(desk_choice, id), FIELD(desk_choice, name),
	FIELD(desk_choice, chosen), FIELD_END };
const struct field desk_total_fields[] = {
	FIELD(desk_total, currency),
	FIELD(desk_total, paid),
	FIELD(desk_total, returned, .doc = "Went back, as a positive figure"),
	FIELD(desk_total, net),
	FIELD(desk_total, paid_before, .doc = "In as many days just before"),
	FIELD(desk_total, returned_before),
	FIELD(desk_total, net_before),
	FIELD(desk_total, payments, .doc = "How many"),
	FIELD(desk_total, refunds),
	FIELD_END,
};

/* ---- sums */

money
desk_paid(const struct desk_money *m)
{
	return (money){ m->online.minor + m->card.minor + m->cash.minor };
}

money
desk_returned(const struct desk_money *m)
{
	return (money){ m->online_back.minor + m->card_back.minor + m->cash_back.minor };
}

money
desk_net(const struct desk_money *m)
{
	return (money){ desk_paid(m).minor - desk_returned(m).minor };
}

static void
add_money(struct desk_money *to, const struct desk_money *m)
{
	to->online.minor += m->online.minor;
	to->card.minor += m->card.minor;
	to->cash.minor += m->cash.minor;
	to->online_back.minor += m->online_back.minor;
	to->card_back.minor += m->card_back.minor;
	to->cash_back.minor += m->cash_back.minor;
	to->payments += m->payments;
	to->refunds += m->refunds;
}

/* But for people: those of two days are no sum. */
static void
add_bookings(struct desk_bookings *to, const struct desk_bookings *b)
{
	to->kept += b->kept;
	to->cancelled += b->cancelled;
	to->no_shows += b->no_shows;
	to->drive_ups += b->drive_ups;
	to->seconds += b->seconds;
	to->made += b->made;
	for (int i = 0; i < DESK_LENGTHS; i++)
		to->len[i] += b->len[i];
}

int64_t
desk_visits(const struct desk_bookings *b)
{
	return b->kept + b->drive_ups;
}

int64_t
desk_measured(const struct desk_bookings *b)
{
	int64_t n = 0;

	for (int i = 0; i < DESK_LENGTHS; i++)
		n += b->len[i];
	return n;
}

/* ---- days on which something could be booked */

static int64_t
open_from(const struct desk_figures *f, const struct desk_span *s)
{
	return f->opened > s->first ? f->opened : s->first;
}

int64_t
desk_open_days(const struct desk_figures *f, const struct desk_span *s)
{
	int64_t first = open_from(f, s);

	return first > s->last ? 0 : s->last - first + 1;
}

/* part of whole, times scale, rounded */
static int64_t
part_of(int64_t part, int64_t whole, int64_t scale)
{
	return whole > 0 ? (int64_t)((double)part / (double)whole * (double)scale + 0.5) : 0;
}

int64_t
desk_share(const struct desk_figures *f, const struct desk_span *s, int64_t seconds)
{
	return part_of(seconds, desk_open_days(f, s) * f->slots * 86400, 1000);
}

int64_t
desk_turnover(const struct desk_figures *f, const struct desk_span *s, int64_t visits)
{
	return part_of(visits, desk_open_days(f, s) * f->slots, 100);
}

int64_t
desk_hour_share(const struct desk_figures *f, int weekday, int hour)
{
	int64_t days = desk_open_days(f, &f->span), first = open_from(f, &f->span);

	if (days == 0)
		return 0;
	/* Of any seven days in a row one is that weekday.  1 January 1970 was a Thursday. */
	int64_t until_it = ((weekday - (first + 3)) % 7 + 7) % 7;
	int64_t of_them = days > until_it ? (days - until_it + 6) / 7 : 0;
	return part_of(f->hours[weekday][hour], of_them * f->slots * 3600, 1000);
}

/* ---- loading */

static struct desk_total *
total_of(struct desk_figures *f, text currency)
{
	FOR_ROWS (desk_total, t, f->totals)
		if (text_is(t->currency, currency))
			return t;
	struct desk_total *fresh = ROW(desk_total, f->totals, f->totals.n++);
	*fresh = (struct desk_total){ .currency = currency };
	return fresh;
}

static void
count_money(struct desk_figures *f, const struct desk_money *m)
{
	struct desk_total *t = total_of(f, m->currency);

	t->paid.minor += desk_paid(m).minor;
	t->returned.minor += desk_returned(m).minor;
	t->net.minor += desk_net(m).minor;
	t->payments += m->payments;
	t->refunds += m->refunds;
	if (text_is(m->currency, f->currency))
		add_money(&f->sum, m);
}

static void
count_money_before(struct desk_figures *f, const struct desk_money *m)
{
	struct desk_total *t = total_of(f, m->currency);

	t->paid_before.minor += desk_paid(m).minor;
	t->returned_before.minor += desk_returned(m).minor;
	t->net_before.minor += desk_net(m).minor;
	if (text_is(m->currency, f->currency))
		add_money(&f->sum_before, m);
}

/* The mark of a chart in which a week or month falls that begins on that day, or did before the span. */
static size_t
bucket_at(const struct desk_figures *f, size_t from, text start)
{
	while (from + 1 < f->buckets.n &&
	    strcmp(ROW(desk_bucket, f->buckets, from)->of.until, start) < 0)
		from++;
	return from;
}

static enum problem
load_money(struct ctx *c, struct desk_figures *f)
{
	struct rows now, before = { 0 };
	size_t at = 0;

	TRY(desk_money_by(c, f->lot_id, f->span.from, f->span.until, f->unit, &now));
	if (f->compared)
		TRY(desk_money_by(c, f->lot_id, f->before.from, f->before.until, "month", &before));
	f->totals.v = arena_alloc(c->arena, (now.n + before.n + 1) * sizeof(struct desk_total));
	f->money.n = f->buckets.n;
	f->money.v = arena_alloc(c->arena, f->money.n * sizeof(struct desk_money));
	for (size_t i = 0; i < f->money.n; i++)
		*ROW(desk_money, f->money, i) =
		    (struct desk_money){ .start = ROW(desk_bucket, f->buckets, i)->of.from,
			    .currency = f->currency };
	total_of(f, f->currency);
	FOR_ROWS (desk_money, m, now) {
		count_money(f, m);
		at = bucket_at(f, at, m->start);
		if (text_is(m->currency, f->currency))
			add_money(ROW(desk_money, f->money, at), m);
	}
	FOR_ROWS (desk_money, m, before)
		count_money_before(f, m);
	return OK;
}

static enum problem
load_bookings(struct ctx *c, struct desk_figures *f)
{
	struct rows now, before = { 0 };
	size_t at = 0;

	TRY(desk_bookings_by(c, f->lot_id, f->span.from, f->span.until, f->unit, &now));
	if (f->compared)
		TRY(desk_bookings_by(
		    c, f->lot_id, f->before.from, f->before.until, "month", &before));
	f->bookings.n = f->buckets.n;
	f->bookings.v = arena_alloc(c->arena, f->bookings.n * sizeof(struct desk_bookings));
	for (size_t i = 0; i < f->bookings.n; i++)
		ROW(desk_bookings, f->bookings, i)->start =
		    ROW(desk_bucket, f->buckets, i)->of.from;
	FOR_ROWS (desk_bookings, b, now) {
		at = bucket_at(f, at, b->start);
		add_bookings(ROW(desk_bookings, f->bookings, at), b);
		add_bookings(&f->booked, b);
	}
	FOR_ROWS (desk_bookings, b, before)
		add_bookings(&f->booked_before, b);
	return OK;
}

static void
count_people(struct desk_bookings *to, const struct desk_people *p)
{
	to->people = p->people;
	to->firsts = p->firsts;
}

/* Who came on several days counts on each of them, and once in all. */
static enum problem
load_people(struct ctx *c, struct desk_figures *f)
{
	struct desk_people all = { .start = "" };
	struct rows each;
	size_t at = 0;

	TRY(desk_people_by(c, f->lot_id, f->span.from, f->span.until, f->unit, &each));
	FOR_ROWS (desk_people, p, each) {
		at = bucket_at(f, at, p->start);
		count_people(ROW(desk_bookings, f->bookings, at), p);
	}
	TRY(desk_people_in(c, f->lot_id, f->span.from, f->span.until, &all));
	count_people(&f->booked, &all);
	if (!f->compared)
		return OK;
	TRY(desk_people_in(c, f->lot_id, f->before.from, f->before.until, &all));
	count_people(&f->booked_before, &all);
	return OK;
}

static enum problem
load_hours(struct ctx *c, struct desk_figures *f)
{
	struct desk_slots slots = { 0 };
	struct rows hours;

	TRY(desk_hours_by(c, f->lot_id, f->span.from, f->span.until, &hours));
	FOR_ROWS (desk_hour, h, hours)
		f->hours[h->weekday - 1][h->hour] += h->seconds;
	TRY(desk_slots_of(c, f->lot_id, &slots));
	f->slots = slots.n;
	return OK;
}

/* ---- lots, the first of them by name, the rest together */

static void
add_place(struct desk_place *to, const struct desk_place *p)
{
	to->slots += p->slots;
	to->free += p->free;
	to->reserved += p->reserved;
	to->occupied += p->occupied;
	to->unknown += p->unknown;
	to->out_of_service += p->out_of_service;
}

static enum problem
load_places(struct ctx *c, struct desk_figures *f)
{
	struct rows *all = &f->places;

	TRY(desk_places_now(c, f->lot_id, all));
	f->places_in_all = (int64_t)all->n;
	FOR_ROWS (desk_place, p, *all)
		add_place(&f->places_sum, p);
	if (all->n <= PLACES_MOST + 1)
		return OK;
	struct desk_place rest = { .name = "All other lots", .city = "" };
	for (size_t i = PLACES_MOST; i < all->n; i++)
		add_place(&rest, ROW(desk_place, *all, i));
	*ROW(desk_place, *all, PLACES_MOST) = rest;
	all->n = PLACES_MOST + 1;
	return OK;
}

static void
add_lot_sum(struct desk_lot_sum *to, const struct desk_lot_sum *l)
{
	to->paid.minor += l->paid.minor;
	to->returned.minor += l->returned.minor;
	to->net.minor += l->net.minor;
	to->bookings += l->bookings;
	to->drive_ups += l->drive_ups;
	to->seconds += l->seconds;
	to->slots += l->slots;
}

/* The lots of one currency that brought the most, in a list that is long enough. */
static void
take_lots(struct rows all, text currency, struct rows *out)
{
	size_t first = out->n, n = 0;

	FOR_ROWS (desk_lot_sum, l, all) {
		if (!text_is(l->currency, currency))
			continue;
		if (n++ < LOTS_MOST) {
			*ROW(desk_lot_sum, *out, out->n++) = *l;
			continue;
		}
		if (out->n == first + LOTS_MOST)
			*ROW(desk_lot_sum, *out, out->n++) = (struct desk_lot_sum){
				.name = "All other lots", .city = "", .currency = currency
			};
		add_lot_sum(ROW(desk_lot_sum, *out, out->n - 1), l);
	}
}

static enum problem
load_lots(struct ctx *c, struct desk_figures *f)
{
	struct rows all;
	text done = f->currency;

	if (f->lot_id)
		return OK;
	TRY(desk_lots_by(c, f->span.from, f->span.until, &all));
	f->lots.v = arena_alloc(c->arena, (2 * all.n + 1) * sizeof(struct desk_lot_sum));
	take_lots(all, f->currency, &f->lots);
	FOR_ROWS (desk_lot_sum, l, all)
		if (!text_is(l->currency, f->currency) && !text_is(l->currency, done)) {
			take_lots(all, l->currency, &f->lots);
			done = l->currency;
		}
	return OK;
}

enum problem
desk_load(struct ctx *c, const struct desk_asked *w, struct desk_figures *f)
{
	struct desk_checked checked = { 0 };

	*f = (struct desk_figures){ 0 };
	TRY(desk_range(c, w, f));
	TRY(load_money(c, f));
	TRY(load_bookings(c, f));
	TRY(load_people(c, f));
	TRY(load_hours(c, f));
	TRY(load_places(c, f));
	TRY(load_lots(c, f));
	TRY(desk_findings(c, instant_plus(c->now, -FINDINGS_KEPT), &f->findings));
	TRY(desk_last_check(c, &checked));
	f->checked_at = checked.at;
	return OK;
}
