/*
 * plots.c -- voltage, current and power factor as lines in a box of 100 by 100.
 *
 * Averages are the line; where extremes matter they are a band behind it.  Where nothing was told for a span the line is
 * broken.
 */
#include "devices/pages.h"

const struct field plot_tick_fields[] = { FIELD(plot_tick, at), FIELD(plot_tick, label),
	FIELD_END };

const struct field plot_fields[] = {
	FIELD(plot, name),
	FIELD(plot, title),
	FIELD(plot, says),
	FIELD_LIST(plot, ys, plot_tick),
	FIELD_LIST(plot, xs, plot_tick),
	FIELD_LIST(plot, limits, plot_tick),
	FIELD(plot, band),
	FIELD(plot, line),
	FIELD_END,
};

const struct field device_page_fields[] = {
	FIELD_ONE(device_page, device, device),
	FIELD(device_page, time_zone, .hidden = true),
	FIELD(device_page, from, .doc = "First day, on the lot's clock"),
	FIELD(device_page, until, .doc = "Last day, included"),
	FIELD(device_page, span_seconds),
	FIELD(device_page, n, .doc = "Readings in these days"),
	FIELD(device_page, may_change, .hidden = true),
	FIELD_LIST(device_page, spans, span),
	FIELD_LIST(device_page, plots, plot, .hidden = true),
	FIELD(device_page, csv, .hidden = true),
	FIELD(device_page, earlier, .hidden = true),
	FIELD(device_page, later, .hidden = true),
	FIELD_END,
};

enum which { AVERAGE, LOW, HIGH };
struct quantity {
	text name, title;
	size_t at[3]; /* of average, low, high in struct span; 0: it has none */
	double least, most; /* what the axis shows at least */
	double step; /* of its grid, at least */
	int decimals; /* of its grid's labels */
	double limits[2]; /* 0: none */
};
#define AT(m) offsetof(struct span, m)
static const struct quantity quantities[] = {
	{ "voltage", "Voltage in V", { AT(voltage), AT(voltage_low), AT(voltage_high) }, 170, 260,
	    30, 0, { 180, 250 } },
	{ "current", "Current in A", { AT(current), 0, AT(current_high) }, 0, 4, 2, 0, { 0, 0 } },
	{ "power-factor", "Power factor", { AT(power_factor), AT(power_factor_low), 0 }, 0, 1, 0.5,
	    1, { 0.8, 0 } },
};

struct box { /* what of time and quantity maps to 0 … 100 */
	const struct quantity *q;
	instant from;
	double us_wide, low, high;
	int64_t span_us;
};

static double
value(const struct span *s, const struct quantity *q, enum which w)
{
	size_t at = q->at[w] ? q->at[w] : q->at[AVERAGE];

	return *(const double *)((const char *)s + at);
}

static double
across(const struct box *b, const struct span *s)
{
	instant middle = instant_plus(s->starts, b->span_us / 2);
	double x = 100 * (double)instant_minus(middle, b->from) / b->us_wide;

	return x > 100 ? 100 : x;
}

static double
down(const struct box *b, double v)
{
	return 100 * (b->high - v) / (b->high - b->low);
}

/* The runs of spans without a gap: one line each. */
static size_t
run_length(struct rows spans, size_t i)
{
	size_t n = 1;

	while (i + n < spans.n &&
	    ROW(span, spans, i + n)->nth == ROW(span, spans, i)->nth + (int64_t)n)
		n++;
	return n;
}

static text
line_path(struct arena *a, const struct box *b, struct rows spans)
{
	struct buf out = BUF(a);

	for (size_t i = 0, n; i < spans.n; i += n) {
		n = run_length(spans, i);
		for (size_t k = 0; k < n; k++) {
			const struct span *s = ROW(span, spans, i + k);

			buf_fmt(&out, "%c%.2f %.2f", k ? 'L' : 'M', across(b, s),
			    down(b, value(s, b->q, AVERAGE)));
		}
		if (n == 1) /* a point, which is drawn if it has a length */
			buf_add(&out, "h.4");
	}
	return buf_text(&out);
}

static text
band_path(struct arena *a, const struct box *b, struct rows spans)
{
	struct buf out = BUF(a);

	for (size_t i = 0, n; i < spans.n; i += n) {
		n = run_length(spans, i);
		for (size_t k = 0; k < n; k++) {
			const struct span *s = ROW(span, spans, i + k);

			buf_fmt(&out, "%c%.2f %.2f", k ? 'L' : 'M', across(b, s),
			    down(b, value(s, b->q, HIGH)));
		}
		for (size_t k = n; k-- > 0;) {
			const struct span *s = ROW(span, spans, i + k);

			buf_fmt(&out, "L%.2f %.2f", across(b, s), down(b, value(s, b->q, LOW)));
		}
		buf_char(&out, 'Z');
	}
	return buf_text(&out);
}

/* ---- axes */

static double
next_step(double step)
{
	static const double up[] = { 2, 2.5, 2 }; /* 1 2 5 10 */
	double ten = 1;

	while (ten * 10 <= step)
		ten *= 10;
	double first = step / ten;
	return step * (first < 2 ? up[0] : first < 5 ? up[1] : up[2]);
}

static void
scale(struct box *b, struct rows spans)
{
	double low = b->q->least, high = b->q->most, step = b->q->step;

	FOR_ROWS (span, s, spans) {
		double least = value(s, b->q, LOW), most = value(s, b->q, HIGH);

		low = least < low ? least : low;
		high = most > high ? most : high;
	}
	while ((high - low) / step > 5)
		step = next_step(step);
	b->low = b->q->least;
	b->high = b->q->most;
	while (b->low > low)
		b->low -= step;
	while (b->high < high)
		b->high += step;
}

static void
tick(struct arena *a, struct rows *to, double at, text label)
{
	*ROW(plot_tick, *to, to->n++) = (struct plot_tick){ arena_fmt(a, "%.2f%%", at), label };
}

static void
grid(struct arena *a, const struct box *b, struct plot *p)
{
	double step = b->q->step;

	while ((b->high - b->low) / step > 5)
		step = next_step(step);
	p->ys.v = arena_alloc(a, 8 * sizeof(struct plot_tick));
	for (int i = 0; i < 7 && b->low + i * step <= b->high + step / 1000; i++)
		tick(a, &p->ys, down(b, b->low + i * step),
		    arena_fmt(a, "%.*f", b->q->decimals, b->low + i * step));
	p->limits.v = arena_alloc(a, 2 * sizeof(struct plot_tick));
	for (int i = 0; i < 2; i++)
		if (b->q->limits[i] > 0)
			tick(a, &p->limits, down(b, b->q->limits[i]), "");
}

/* Four or five stretches: hours of one day, else days. */
static void
time_axis(struct arena *a, const struct zone *z, const struct box *b, instant until, struct plot *p)
{
	bool one_day = zone_day_next(z, b->from).us == until.us;
	int n = 4;

	p->xs.v = arena_alloc(a, 6 * sizeof(struct plot_tick));
	for (int i = 0; i < n; i++) {
		instant t = instant_plus(b->from, (int64_t)(b->us_wide * i / n));

		if (!one_day)
			t = zone_day_start(z, instant_plus(t, 12 * HOUR));
		tick(a, &p->xs, 100 * (double)instant_minus(t, b->from) / b->us_wide,
		    one_day ? time_clock(a, z, t) : time_day(a, z, t));
	}
}

/* ---- what there is to see */

static text
says(struct arena *a, const struct quantity *q, struct rows spans)
{
	double low = 0, high = 0, sum = 0;
	int64_t n = 0;

	FOR_ROWS (span, s, spans) {
		double least = value(s, q, LOW), most = value(s, q, HIGH);

		low = n == 0 || least < low ? least : low;
		high = n == 0 || most > high ? most : high;
		sum += value(s, q, AVERAGE) * (double)s->readings;
		n += s->readings;
	}
	if (n == 0)
		return "Nothing was measured.";
	if (text_is(q->name, "voltage"))
		return arena_fmt(a, "From %.1f to %.1f V, %.1f on average.%s", low, high,
		    sum / (double)n,
		    low < 180 || high > 250 ? " Beyond the dashed lines it is critical." : "");
	if (text_is(q->name, "current"))
		return arena_fmt(a, "Up to %.2f A, %.2f on average.", high, sum / (double)n);
	return arena_fmt(a, "At worst %.2f, %.2f on average.%s", low, sum / (double)n,
	    low < 0.8 ? " Below the dashed line it is a warning." : "");
}

void
plots_draw(struct ctx *c, const struct zone *z, struct device_page *p, instant from, instant until)
{
	struct arena *a = c->arena;

	p->plots.v = arena_alloc(a, LENGTH(quantities) * sizeof(struct plot));
	if (p->spans.n == 0)
		return;
	for (size_t i = 0; i < LENGTH(quantities); i++) {
		const struct quantity *q = &quantities[i];
		struct plot *plot = ROW(plot, p->plots, p->plots.n++);
		struct box b = { .q = q,
			.from = from,
			.us_wide = (double)instant_minus(until, from),
			.span_us = p->span_seconds * SECOND };

		scale(&b, p->spans);
		*plot = (struct plot){ .name = q->name, .title = q->title };
		grid(a, &b, plot);
		time_axis(a, z, &b, until, plot);
		plot->line = line_path(a, &b, p->spans);
		plot->band = q->at[LOW] || q->at[HIGH] ? band_path(a, &b, p->spans) : "";
		plot->says = says(a, q, p->spans);
	}
}
