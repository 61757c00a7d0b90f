/* bars.c -- drawings that are lists: methods, lots, and the hours of the week. */
#include "desk/page.h"

#define NB "\u00a0"

static const struct field desk_bar_fields[] = { FIELD(desk_bar, name), FIELD(desk_bar, href),
	FIELD(desk_bar, quiet), FIELD(desk_bar, figure), FIELD_LIST(desk_bar, parts, desk_part),
	FIELD_END };
const struct field desk_bars_fields[] = {
	FIELD(desk_bars, id),
	FIELD(desk_bars, title),
	FIELD(desk_bars, says),
	FIELD(desk_bars, none),
	FIELD(desk_bars, some),
	FIELD(desk_bars, wide),
	FIELD_LIST(desk_bars, keys, desk_key),
	FIELD_LIST(desk_bars, bars, desk_bar),
	FIELD_ONE(desk_bars, sheet, desk_sheet),
	FIELD_END,
};
static const struct field desk_hour_cell_fields[] = { FIELD(desk_hour_cell, x),
	FIELD(desk_hour_cell, mid), FIELD(desk_hour_cell, cls), FIELD(desk_hour_cell, figure),
	FIELD(desk_hour_cell, says), FIELD(desk_hour_cell, on), FIELD_END };
static const struct field desk_hour_line_fields[] = { FIELD(desk_hour_line, at),
	FIELD(desk_hour_line, line_mid), FIELD(desk_hour_line, clock),
	FIELD_LIST(desk_hour_line, cells, desk_hour_cell), FIELD_END };
const struct field desk_heat_fields[] = {
	FIELD(desk_heat, id),
	FIELD(desk_heat, title),
	FIELD(desk_heat, says),
	FIELD(desk_heat, none),
	FIELD(desk_heat, some),
	FIELD_LIST(desk_heat, keys, desk_key),
	FIELD_LIST(desk_heat, days, desk_tick),
	FIELD_LIST(desk_heat, lines, desk_hour_line),
	FIELD_ONE(desk_heat, sheet, desk_sheet),
	FIELD_END,
};

static struct desk_bars *
begin(struct arena *a, const struct desk_figures *f, text id, text title, size_t most)
{
	struct desk_bars *b = arena_alloc(a, sizeof *b);

	*b = (struct desk_bars){ .id = id, .title = title, .says = "", .none = "" };
	b->bars.v = arena_alloc(a, (most + 1) * sizeof(struct desk_bar));
	b->keys.v = arena_alloc(a, 6 * sizeof(struct desk_key));
	b->sheet = desk_sheet(a, f, id);
	return b;
}

static struct desk_bar *
bar(struct arena *a, struct desk_bars *b, text name, text figure)
{
	struct desk_bar *it = ROW(desk_bar, b->bars, b->bars.n++);

	*it = (struct desk_bar){ .name = name, .figure = figure, .quiet = "", .href = "" };
	it->parts.v = arena_alloc(a, 4 * sizeof(struct desk_part));
	return it;
}

/* Beside what is there, of a whole. */
static void
part(struct arena *a, struct desk_bar *b, text cls, double *at, int64_t v, int64_t whole)
{
	double size = whole > 0 && v > 0 ? 100.0 * (double)v / (double)whole : 0;

	if (size <= 0)
		return;
	*ROW(desk_part, b->parts, b->parts.n++) =
	    (struct desk_part){ cls, percent_at(a, *at), percent_at(a, size), *cls == 0 };
	*at += size;
}

static text
share_words(struct arena *a, int64_t v, int64_t whole)
{
	return whole > 0 && v >= 0 ? percent_words(a, (v * 1000 + whole / 2) / whole) : "";
}

/* ---- how it was paid */

static void
method_bar(struct arena *a, const struct desk_figures *f, struct desk_bars *b, text name,
    const int64_t v[3])
{
	int64_t paid = desk_paid(&f->sum).minor;
	struct desk_bar *it = bar(a, b, name, money_in(f, a, (money){ v[0] }));
	text against = against_before(a, f, v[0], v[2]), share = share_words(a, v[0], paid);
	double at = 0;

	it->quiet = arena_fmt(a, "%s%s%s%s%s", share, *share ? " of what was paid" : "",
	    v[1] ? arena_fmt(a, "; %s went back", money_in(f, a, (money){ v[1] })) : "",
	    *against ? "; " : "", against);
	part(a, it, "c1", &at, v[0], paid);
}

struct desk_bars *
draw_methods(struct arena *a, const struct desk_figures *f)
{
	struct desk_bars *b = begin(a, f, "methods", "How it was paid", 3);
	const struct desk_money *m = &f->sum, *o = &f->sum_before;

	b->some = desk_paid(m).minor > 0 || desk_returned(m).minor > 0;
	b->none = "No money came in these days.";
	b->says = arena_fmt(a, "%s payments of %s on average.", whole_words(a, m->payments),
	    money_in(f, a, (money){ m->payments > 0 ? desk_paid(m).minor / m->payments : 0 }));
	method_bar(a, f, b, "Online",
	    (int64_t[]){ m->online.minor, m->online_back.minor, o->online.minor });
	method_bar(
	    a, f, b, "Card", (int64_t[]){ m->card.minor, m->card_back.minor, o->card.minor });
	method_bar(
	    a, f, b, "Cash", (int64_t[]){ m->cash.minor, m->cash_back.minor, o->cash.minor });
	return b;
}

/* ---- how full it is now */

static void
place_key(struct arena *a, struct desk_bars *b, text cls, text what, int64_t n)
{
	*ROW(desk_key, b->keys, b->keys.n++) =
	    (struct desk_key){ cls, arena_fmt(a, "%s %s", what, whole_words(a, n)), *cls == 0 };
}

static void
place_bar(struct arena *a, struct desk_bars *b, const struct desk_place *p)
{
	struct desk_bar *it = bar(a, b, p->name,
	    arena_fmt(a, "%s of %s free", whole_words(a, p->free), whole_words(a, p->slots)));
	struct buf quiet = BUF(a);
	double at = 0;

	const struct {
		int64_t n;
		text what;
	} said[] = { { p->occupied, "occupied" }, { p->reserved, "reserved" },
		{ p->unknown, "not known" }, { p->out_of_service, "out of service" } };

	buf_add(&quiet, p->city);
	for (size_t i = 0; i < LENGTH(said); i++)
		if (said[i].n)
			buf_fmt(&quiet, "%s%s" NB "%s", quiet.n ? ", " : "",
			    whole_words(a, said[i].n), said[i].what);
	it->quiet = buf_text(&quiet);
	if (p->lot_id)
		it->href = arena_fmt(a, "/admin/lots/%lld", (long long)p->lot_id);
	part(a, it, "c1", &at, p->occupied, p->slots);
	part(a, it, "c2", &at, p->reserved, p->slots);
	part(a, it, "", &at, p->unknown, p->slots);
	part(a, it, "c3", &at, p->out_of_service, p->slots);
}

struct desk_bars *
draw_places(struct arena *a, const struct desk_figures *f)
{
	struct desk_bars *b = begin(a, f, "occupancy", "Occupancy now", f->places.n);
	const struct desk_place *all = &f->places_sum;

	b->wide = true;
	b->some = all->slots > 0;
	b->none = "There are no slots yet.";
	b->says = arena_fmt(a, "%s of %s slots are free%s.", whole_words(a, all->free),
	    whole_words(a, all->slots),
	    f->places.n > 1 ? arena_fmt(a, " in %s lots; the fullest come first",
				  whole_words(a, f->places_in_all))
			    : "");
	place_key(a, b, "c1", "Occupied", all->occupied);
	place_key(a, b, "c2", "Reserved", all->reserved);
	if (all->unknown)
		place_key(a, b, "", "Not known", all->unknown);
	if (all->out_of_service)
		place_key(a, b, "c3", "Out of service", all->out_of_service);
	place_key(a, b, "rail", "Free", all->free);
	FOR_ROWS (desk_place, p, f->places)
		place_bar(a, b, p);
	return b;
}

/* ---- which lots brought most */

static int64_t
most_of(const struct desk_figures *f, text currency)
{
	int64_t most = 0;

	FOR_ROWS (desk_lot_sum, l, f->lots)
		if (l->lot_id && text_is(l->currency, currency) && l->net.minor > most)
			most = l->net.minor;
	return most;
}

static void
lot_bar(struct arena *a, const struct desk_figures *f, struct desk_bars *b,
    const struct desk_lot_sum *l)
{
	struct desk_bar *it = bar(a, b, l->name, money_text(a, l->net, l->currency));
	int64_t taken = l->slots * desk_open_days(f, &f->span) * 86400;
	text share = l->lot_id ? share_words(a, l->seconds, taken) : "";
	double at = 0;

	it->quiet = arena_fmt(a, "%s%s%s %s%s%s%s", l->city, *l->city ? "; " : "",
	    whole_words(a, l->bookings), l->bookings == 1 ? "booking" : "bookings",
	    l->drive_ups ? arena_fmt(a, " and %s without", whole_words(a, l->drive_ups)) : "",
	    *share ? ", taken " : "", share);
	if (l->lot_id)
		it->href =
		    desk_address(a, f, arena_fmt(a, "/admin?lot=%lld", (long long)l->lot_id));
	if (l->lot_id)
		part(a, it, "c1", &at, l->net.minor, most_of(f, l->currency));
}

struct desk_bars *
draw_lots(struct arena *a, const struct desk_figures *f)
{
	struct desk_bars *b = begin(a, f, "lots", "Where it came from", f->lots.n);
	const struct desk_lot_sum *first = f->lots.n ? ROW(desk_lot_sum, f->lots, 0) : NULL;
	int64_t net = desk_net(&f->sum).minor;

	b->wide = true;
	b->some = first != NULL;
	b->none = "Nobody came to a lot, or paid for one, in these days.";
	if (first && net > 0 && first->net.minor > 0 && text_is(first->currency, f->currency))
		b->says = arena_fmt(a, "%s brought %s of all revenue in %s.", first->name,
		    share_words(a, first->net.minor, net), f->currency);
	FOR_ROWS (desk_lot_sum, l, f->lots)
		lot_bar(a, f, b, l);
	return b;
}

/* ---- the hours of the week */

static const text shades[] = { "q0", "q1", "q2", "q3", "q4", "q5" };

static void
draw_hour(struct arena *a, const struct desk_figures *f, int hour, int64_t step,
    struct desk_hour_line *line)
{
	double high = 100.0 / 25;

	*line = (struct desk_hour_line){ .at = percent_at(a, high * (hour + 1)),
		.line_mid = percent_at(a, high * (hour + 1.5)),
		.clock = arena_fmt(a, "%02d:00", hour) };
	line->cells.v = arena_alloc(a, 7 * sizeof(struct desk_hour_cell));
	line->cells.n = 7;
	for (int d = 0; d < 7; d++) {
		int64_t share = desk_hour_share(f, d, hour), shade = share / step;

		if (shade > 5)
			shade = 5;
		*ROW(desk_hour_cell, line->cells, d) = (struct desk_hour_cell){
			.x = percent_at(a, 100.0 / 7 * d),
			.mid = percent_at(a, 100.0 / 7 * (d + 0.5)),
			.cls = shades[shade],
			.on = shade >= 4,
			.figure = arena_fmt(a, "%lld", (long long)((share + 5) / 10)),
			.says = arena_fmt(a, "%s %02d:00 to %02d:00, %s taken",
			    desk_weekday_words[d], hour, hour + 1, percent_words(a, share)),
		};
	}
}

/* What a shade stands for: so many whole per cent, six of them up to the fullest hour. */
static void
shade_keys(struct arena *a, struct desk_heat *h, int64_t step)
{
	h->keys.v = arena_alloc(a, LENGTH(shades) * sizeof(struct desk_key));
	for (size_t i = 0; i < LENGTH(shades); i++) {
		long long from = (long long)(step / 10) * (long long)i;
		text says = i == 0 ? arena_fmt(a, "under %lld%%", from + (long long)step / 10)
		    : i + 1 == LENGTH(shades) ? arena_fmt(a, "from %lld%%", from)
					      : arena_fmt(a, "%lld", from);

		if (i != 1 && i != 3)
			*ROW(desk_key, h->keys, h->keys.n++) =
			    (struct desk_key){ shades[i], says, false };
	}
}

static text
fullest(struct arena *a, const struct desk_figures *f, int64_t *most)
{
	int day = 0, hour = 0;

	for (int d = 0; d < 7; d++)
		for (int h = 0; h < 24; h++)
			if (desk_hour_share(f, d, h) > desk_hour_share(f, day, hour)) {
				day = d;
				hour = h;
			}
	*most = desk_hour_share(f, day, hour);
	return arena_fmt(a,
	    "Fullest on %s from %02d:00 to %02d:00: %s of all slots. Share of slots taken, booked "
	    "or not, in per cent, by each lot's clock.",
	    desk_weekday_words[day], hour, hour + 1, percent_words(a, *most));
}

struct desk_heat *
draw_hours(struct arena *a, const struct desk_figures *f)
{
	struct desk_heat *h = arena_alloc(a, sizeof *h);
	int64_t most;

	*h = (struct desk_heat){ .id = "hours",
		.title = "When the slots are taken",
		.says = "",
		.some = f->booked.seconds > 0 && f->slots > 0,
		.none = "No slot was taken in these days.",
		.sheet = desk_sheet(a, f, "hours") };
	if (!h->some)
		return h;
	h->says = fullest(a, f, &most);
	int64_t step = (most + 59) / 60 * 10; /* thousandths: whole per cent */
	shade_keys(a, h, step > 0 ? step : 10);
	h->days.v = arena_alloc(a, 7 * sizeof(struct desk_tick));
	for (int d = 0; d < 7; d++)
		*ROW(desk_tick, h->days, h->days.n++) =
		    (struct desk_tick){ percent_at(a, 100.0 / 7 * (d + 0.5)),
			    desk_weekday_words[d] };
	h->lines.v = arena_alloc(a, 24 * sizeof(struct desk_hour_line));
	h->lines.n = 24;
	for (int hour = 0; hour < 24; hour++)
		draw_hour(a, f, hour, step > 0 ? step : 10, ROW(desk_hour_line, h->lines, hour));
	return h;
}
