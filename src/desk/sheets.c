/* sheets.c -- the numbers of each chart, to read and to take along. */
#include "base/csv.h"
#include "desk/page.h"

#define MOST_CELLS 12

static const struct field cell_fields[] = {
	FIELD(desk_cell, says),
	FIELD(desk_cell, plain),
	FIELD(desk_cell, head),
	FIELD(desk_cell, n),
	FIELD(desk_cell, csv_only),
	FIELD(desk_cell, href),
	FIELD_END,
};
#define desk_cell_fields cell_fields
static const struct field line_fields[] = { FIELD_LIST(desk_line, cells, desk_cell), FIELD_END };
#define desk_line_fields line_fields
const struct field desk_sheet_fields[] = {
	FIELD(desk_sheet, chart),
	FIELD(desk_sheet, caption),
	FIELD(desk_sheet, csv),
	FIELD_LIST(desk_sheet, heads, desk_cell),
	FIELD_LIST(desk_sheet, lines, desk_line),
	FIELD_ONE(desk_sheet, foot, desk_line),
	FIELD_END,
};

const text desk_length_words[DESK_LENGTHS] = { "Up to 30 min", "30 min to 1 h", "1 to 2 h",
	"2 to 3 h", "3 to 4 h", "4 to 6 h", "6 to 8 h", "8 to 12 h", "Over 12 h" };
const text desk_weekday_words[7] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

/* ---- a table, cell by cell */

struct writing {
	struct arena *a;
	const struct desk_figures *f;
	struct desk_sheet *s;
	struct desk_line *line; /* that is being written */
};

static struct desk_cell *
put(struct writing *w, text says, text plain)
{
	struct rows *cells = &w->line->cells;
	size_t nth = cells->n++;

	if (nth >= MOST_CELLS)
		BUG("a table too wide");
	struct desk_cell *cell = ROW(desk_cell, *cells, nth);
	bool heads = w->s->heads.n > nth;
	*cell = (struct desk_cell){ .says = says, .plain = plain, .href = "" };
	if (heads) {
		const struct desk_cell *head = ROW(desk_cell, w->s->heads, nth);

		cell->head = head->head;
		cell->n = head->n;
		cell->csv_only = head->csv_only;
	}
	return cell;
}

static void
put_int(struct writing *w, int64_t n)
{
	put(w, whole_words(w->a, n), arena_fmt(w->a, "%lld", (long long)n));
}

static void
put_money_in(struct writing *w, money m, text currency)
{
	put(w, money_text(w->a, m, currency), money_plain(w->a, m, currency));
}

static void
put_money(struct writing *w, money m)
{
	put_money_in(w, m, w->f->currency);
}

static void
put_share(struct writing *w, int64_t thousandths)
{
	text plain = tenths_text(w->a, thousandths);

	put(w, arena_fmt(w->a, "%s%%", plain), plain);
}

static void
put_hours(struct writing *w, int64_t seconds)
{
	text plain = hours_text(w->a, seconds);

	put(w, arena_fmt(w->a, "%s h", plain), plain);
}

static void
new_line(struct writing *w)
{
	w->line = ROW(desk_line, w->s->lines, w->s->lines.n++);
	w->line->cells.v = arena_alloc(w->a, MOST_CELLS * sizeof(struct desk_cell));
}

/* What is written next is the line of totals. */
static void
foot_line(struct writing *w)
{
	struct desk_line *foot = arena_alloc(w->a, sizeof *foot);

	w->s->foot = w->line = foot;
	foot->cells.v = arena_alloc(w->a, MOST_CELLS * sizeof(struct desk_cell));
}

/* Columns as "says|name", the first a heading; a name alone is for programs; "#" before it: figures. */
static void
columns(struct writing *w, size_t lines, const text *spec)
{
	struct desk_line heads = { { arena_alloc(w->a, MOST_CELLS * sizeof(struct desk_cell)),
	    0 } };

	w->s->lines.v = arena_alloc(w->a, (lines + 1) * sizeof(struct desk_line));
	w->line = &heads;
	for (size_t i = 0; spec[i]; i++) {
		text s = spec[i], bar = strchr(s, '|');
		bool n = *s == '#';
		struct desk_cell *cell =
		    put(w, bar ? arena_bytes(w->a, s + n, (size_t)(bar - s) - n) : "",
			bar ? bar + 1 : s + n);

		cell->n = n;
		cell->head = i == 0;
		cell->csv_only = bar == NULL;
	}
	w->s->heads = heads.cells;
	w->line = NULL;
}

/* ---- by day, week or month */

static text
unit_words(const struct desk_figures *f)
{
	return text_is(f->unit, "month") ? "Month" : text_is(f->unit, "week") ? "Week" : "Day";
}

/* The first two cells of a line: what it is about, from when and until when. */
static struct desk_cell *
put_bucket(struct writing *w, size_t i)
{
	const struct desk_bucket *b = ROW(desk_bucket, w->f->buckets, i);

	new_line(w);
	struct desk_cell *cell = put(w, b->says, b->of.from);
	put(w, "", b->of.until);
	return cell;
}

static void
put_all(struct writing *w)
{
	foot_line(w);
	put(w, "All", "");
	put(w, "", "");
}

static text
first_column(struct writing *w)
{
	return arena_fmt(w->a, "%s|from", unit_words(w->f));
}

/* The payments of these days, in the list of payments. */
static text
payments_of(struct writing *w, const struct desk_bucket *b)
{
	text lot = w->f->lot_id ? arena_fmt(w->a, "&lot=%lld", (long long)w->f->lot_id) : "";

	return arena_fmt(
	    w->a, "/admin/payments?status=paid&from=%s&until=%s%s", b->of.from, b->of.until, lot);
}

static void
put_revenue(struct writing *w, const struct desk_money *m)
{
	put(w, w->f->currency, w->f->currency);
	put_money(w, m->online);
	put_money(w, m->card);
	put_money(w, m->cash);
	put_money(w, desk_paid(m));
	put_money(w, desk_returned(m));
	put_money(w, desk_net(m));
}

static void
revenue(struct writing *w)
{
	w->s->caption = arena_fmt(w->a, "Revenue in %s", w->f->currency);
	columns(w, w->f->money.n,
	    (const text[]){ first_column(w), "until", "currency", "#Online|online", "#Card|card",
		"#Cash|cash", "#Paid|paid", "#Went back|returned", "#Revenue|revenue", NULL });
	for (size_t i = 0; i < w->f->money.n; i++) {
		const struct desk_money *m = ROW(desk_money, w->f->money, i);
		struct desk_cell *cell = put_bucket(w, i);

		if (m->payments)
			cell->href = payments_of(w, ROW(desk_bucket, w->f->buckets, i));
		put_revenue(w, m);
	}
	put_all(w);
	put_revenue(w, &w->f->sum);
}

static void
put_refunds(struct writing *w, const struct desk_money *m)
{
	put(w, w->f->currency, w->f->currency);
	put_money(w, m->online_back);
	put_money(w, m->card_back);
	put_money(w, m->cash_back);
	put_money(w, desk_returned(m));
	put_int(w, m->refunds);
}

static void
refunds(struct writing *w)
{
	w->s->caption = arena_fmt(w->a, "What went back, in %s", w->f->currency);
	columns(w, w->f->money.n,
	    (const text[]){ first_column(w), "until", "currency", "#Online|online", "#Card|card",
		"#Cash|cash", "#Went back|returned", "#Refunds|refunds", NULL });
	for (size_t i = 0; i < w->f->money.n; i++) {
		put_bucket(w, i);
		put_refunds(w, ROW(desk_money, w->f->money, i));
	}
	put_all(w);
	put_refunds(w, &w->f->sum);
}

static void
put_turnover(struct writing *w, const struct desk_span *s, const struct desk_bookings *b)
{
	put_int(w, b->kept);
	put_int(w, b->drive_ups);
	put_int(w, w->f->slots * desk_open_days(w->f, s));
	text each = hundredths_text(w->a, desk_turnover(w->f, s, desk_visits(b)));
	put(w, each, each);
	put_hours(w, b->seconds);
	put_share(w, desk_share(w->f, s, b->seconds));
}

static void
turnover(struct writing *w)
{
	w->s->caption = "Cars for each slot and day";
	columns(w, w->f->bookings.n,
	    (const text[]){ first_column(w), "until", "#Booked|bookings", "#Not booked|drive_ups",
		"#Slots × days|slot_days", "#A slot and day|turnover", "#Taken|taken_hours",
		"#Of all hours|share_percent", NULL });
	for (size_t i = 0; i < w->f->bookings.n; i++) {
		put_bucket(w, i);
		put_turnover(w, &ROW(desk_bucket, w->f->buckets, i)->of,
		    ROW(desk_bookings, w->f->bookings, i));
	}
	put_all(w);
	put_turnover(w, &w->f->span, &w->f->booked);
}

static void
put_bookings(struct writing *w, const struct desk_bookings *b)
{
	put_int(w, b->made);
	put_int(w, b->kept);
	put_int(w, b->cancelled);
	put_int(w, b->no_shows);
	put_int(w, b->drive_ups);
}

static void
bookings(struct writing *w)
{
	w->s->caption =
	    "Bookings by the day they were made, and by the day they begin; cars without one";
	columns(w, w->f->bookings.n,
	    (const text[]){ first_column(w), "until", "#Made|made", "#Begin, and kept|kept",
		"#Begin, cancelled|cancelled", "#Begin, missed|missed", "#Came without|drive_ups",
		NULL });
	for (size_t i = 0; i < w->f->bookings.n; i++) {
		put_bucket(w, i);
		put_bookings(w, ROW(desk_bookings, w->f->bookings, i));
	}
	put_all(w);
	put_bookings(w, &w->f->booked);
}

static void
put_people(struct writing *w, const struct desk_bookings *b)
{
	put_int(w, b->people);
	put_int(w, b->firsts);
	put_int(w, b->people - b->firsts);
}

static void
people(struct writing *w)
{
	w->s->caption = arena_fmt(w->a,
	    "People who booked or came without booking, each counted once a %s, and once in all",
	    w->f->unit);
	columns(w, w->f->bookings.n,
	    (const text[]){ first_column(w), "until", "#People|people",
		"#For the first time|first_time", "#Again|again", NULL });
	for (size_t i = 0; i < w->f->bookings.n; i++) {
		put_bucket(w, i);
		put_people(w, ROW(desk_bookings, w->f->bookings, i));
	}
	put_all(w);
	put_people(w, &w->f->booked);
}

/* ---- of the whole stretch */

static void
put_method(struct writing *w, text says, text plain, money paid, money back)
{
	money net = { paid.minor - back.minor };

	put(w, says, plain);
	put(w, w->f->currency, w->f->currency);
	put_money(w, paid);
	put_money(w, back);
	put_money(w, net);
}

static void
methods(struct writing *w)
{
	const struct desk_money *m = &w->f->sum;

	w->s->caption = arena_fmt(w->a, "Revenue by method, in %s", w->f->currency);
	columns(w, 3,
	    (const text[]){ "Method|method", "currency", "#Paid|paid", "#Went back|returned",
		"#Revenue|revenue", NULL });
	new_line(w);
	put_method(w, "Online", "online", m->online, m->online_back);
	new_line(w);
	put_method(w, "Card", "card", m->card, m->card_back);
	new_line(w);
	put_method(w, "Cash", "cash", m->cash, m->cash_back);
	foot_line(w);
	put_method(w, "All", "", desk_paid(m), desk_returned(m));
}

static void
put_place(struct writing *w, const struct desk_place *p)
{
	struct desk_cell *cell = put(w, p->name, p->name);

	if (p->lot_id)
		cell->href = arena_fmt(w->a, "/admin/lots/%lld", (long long)p->lot_id);
	put_int(w, p->slots);
	put_int(w, p->free);
	put_int(w, p->reserved);
	put_int(w, p->occupied);
	put_int(w, p->unknown);
	put_int(w, p->out_of_service);
}

static void
occupancy(struct writing *w)
{
	struct desk_place all = w->f->places_sum;

	w->s->caption = "Slots now, as last counted";
	columns(w, w->f->places.n,
	    (const text[]){ "Lot|lot", "#Slots|slots", "#Free|free", "#Reserved|reserved",
		"#Occupied|occupied", "#Not known|unknown", "#Out of service|out_of_service",
		NULL });
	FOR_ROWS (desk_place, p, w->f->places) {
		new_line(w);
		put_place(w, p);
	}
	all.name = "All";
	foot_line(w);
	put_place(w, &all);
}

static void
hours(struct writing *w)
{
	w->s->caption = "Share of all slots that is taken, by hour and weekday";
	columns(w, 24,
	    (const text[]){ "Hour|hour", "#Mon|mon", "#Tue|tue", "#Wed|wed", "#Thu|thu", "#Fri|fri",
		"#Sat|sat", "#Sun|sun", NULL });
	for (int h = 0; h < 24; h++) {
		new_line(w);
		put(w, arena_fmt(w->a, "%02d:00", h), arena_fmt(w->a, "%02d:00", h));
		for (int d = 0; d < 7; d++)
			put_share(w, desk_hour_share(w->f, d, h));
	}
}

static int64_t
thousandths_of(int64_t part, int64_t whole)
{
	return whole > 0 ? (part * 1000 + whole / 2) / whole : 0;
}

static void
lengths(struct writing *w)
{
	const struct desk_bookings *b = &w->f->booked;
	int64_t all = desk_measured(b);
	static const text most_minutes[DESK_LENGTHS] = { "30", "60", "120", "180", "240", "360",
		"480", "720", "" };

	w->s->caption = "Bookings that were kept, and cars without one, by their length";
	columns(w, DESK_LENGTHS,
	    (const text[]){
		"Length|length", "up_to_minutes", "#Cars|cars", "#Share|share_percent", NULL });
	for (int i = 0; i < DESK_LENGTHS; i++) {
		new_line(w);
		put(w, desk_length_words[i], desk_length_words[i]);
		put(w, "", most_minutes[i]);
		put_int(w, b->len[i]);
		put_share(w, thousandths_of(b->len[i], all));
	}
	foot_line(w);
	put(w, "All", "");
	put(w, "", "");
	put_int(w, all);
	put_share(w, all ? 1000 : 0);
}

static void
lots(struct writing *w)
{
	w->s->caption = "Lots by revenue";
	columns(w, w->f->lots.n,
	    (const text[]){ "Lot|lot", "Currency|currency", "#Paid|paid", "#Went back|returned",
		"#Revenue|revenue", "#Bookings|bookings", "#Without|drive_ups",
		"#Taken|taken_hours", NULL });
	FOR_ROWS (desk_lot_sum, l, w->f->lots) {
		new_line(w);
		struct desk_cell *cell = put(w, l->name, l->name);
		if (l->lot_id)
			cell->href = desk_address(
			    w->a, w->f, arena_fmt(w->a, "/admin?lot=%lld", (long long)l->lot_id));
		put(w, l->currency, l->currency);
		put_money_in(w, l->paid, l->currency);
		put_money_in(w, l->returned, l->currency);
		put_money_in(w, l->net, l->currency);
		put_int(w, l->bookings);
		put_int(w, l->drive_ups);
		put_hours(w, l->seconds);
	}
}

static void
currencies(struct writing *w)
{
	w->s->caption = "Revenue by currency";
	columns(w, w->f->totals.n,
	    (const text[]){ "Currency|currency", "#Payments|payments", "#Paid|paid",
		"#Refunds|refunds", "#Went back|returned", "#Revenue|revenue",
		"#In the days before|revenue_before", NULL });
	FOR_ROWS (desk_total, t, w->f->totals) {
		new_line(w);
		put(w, t->currency, t->currency);
		put_int(w, t->payments);
		put_money_in(w, t->paid, t->currency);
		put_int(w, t->refunds);
		put_money_in(w, t->returned, t->currency);
		put_money_in(w, t->net, t->currency);
		put_money_in(w, t->net_before, t->currency);
	}
}

struct desk_sheet *
desk_sheet(struct arena *a, const struct desk_figures *f, text chart)
{
	static const struct {
		text chart;
		void (*write)(struct writing *);
	} all[] = { { "revenue", revenue }, { "methods", methods }, { "refunds", refunds },
		{ "occupancy", occupancy }, { "hours", hours }, { "lengths", lengths },
		{ "turnover", turnover }, { "bookings", bookings }, { "people", people },
		{ "lots", lots }, { "currencies", currencies } };
	struct writing w = { .a = a, .f = f, .s = arena_alloc(a, sizeof *w.s) };

	*w.s = (struct desk_sheet){ .chart = chart };
	w.s->csv = desk_address(a, f,
	    arena_fmt(a, "/admin/figures/%s.csv?unit=%s%s", chart, f->unit,
		f->lot_id ? arena_fmt(a, "&lot=%lld", (long long)f->lot_id) : ""));
	for (size_t i = 0; i < LENGTH(all); i++)
		if (text_is(all[i].chart, chart)) {
			all[i].write(&w);
			return w.s;
		}
	BUG("a chart that is none");
}

/* ---- CSV */

static void
csv_line(struct buf *b, struct rows cells)
{
	FOR_ROWS (desk_cell, cell, cells) {
		if (cell != cells.v)
			buf_char(b, ',');
		if (cell->n)
			buf_add(b, cell->plain);
		else
			csv_text(b, cell->plain);
	}
	buf_add(b, "\r\n");
}

void
desk_csv(struct buf *b, const struct desk_sheet *s)
{
	csv_line(b, s->heads);
	FOR_ROWS (desk_line, l, s->lines)
		csv_line(b, l->cells);
}
