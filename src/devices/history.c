/* history.c -- what a device measured over some days, span by span. */
#include "devices/pages.h"

#include "gear/zones.h"
#include "devices_sql.h"

const struct field span_fields[] = {
	FIELD(span, nth, .hidden = true),
	FIELD(span, starts),
	FIELD(span, readings),
	FIELD(span, voltage, .doc = "Volts, on average"),
	FIELD(span, voltage_low),
	FIELD(span, voltage_high),
	FIELD(span, current, .doc = "Amperes, on average"),
	FIELD(span, current_high),
	FIELD(span, power_factor, .doc = "On average"),
	FIELD(span, power_factor_low),
	FIELD(span, v, .hidden = true),
	FIELD(span, v_low, .hidden = true),
	FIELD(span, v_high, .hidden = true),
	FIELD(span, a, .hidden = true),
	FIELD(span, a_high, .hidden = true),
	FIELD(span, pf, .hidden = true),
	FIELD(span, pf_low, .hidden = true),
	FIELD(span, when, .hidden = true),
	FIELD_END,
};

const struct field history_asked_fields[] = {
	FIELD(history_asked, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(history_asked, from, .max = 10,
	    .doc = "First day on the lot's clock, 2026-11-12; "
		   "left out: today"),
	FIELD(history_asked, until, .max = 10, .doc = "Last day, included"),
	FIELD_END,
};

/* ---- days */

static enum problem
day_meant(struct ctx *c, const struct zone *z, text field, text typed, instant else_, instant *out)
{
	instant naive;
	struct civil day;

	*out = zone_day_start(z, else_);
	if (text_empty(typed))
		return OK;
	if (strlen(typed) != 10 ||
	    !instant_parse_naive(arena_fmt(c->arena, "%sT00:00", typed), &naive))
		return complain(c, field, "This takes a day, like 2026-11-12.");
	zone_civil(zone_utc(), naive, &day);
	*out = zone_instant(z, day.year, day.month, day.day, 0, 0, 0);
	return OK;
}

static const struct zone *
clock_of(const struct device *d)
{
	const struct zone *z = zone_find(d->time_zone);

	return z ? z : zone_utc();
}

enum problem
history_range(struct ctx *c, const struct device *d, const struct history_asked *q, instant *from,
    instant *until)
{
	const struct zone *z = clock_of(d);
	instant last;

	TRY(day_meant(c, z, "until", q->until, c->now, &last));
	TRY(day_meant(c, z, "from", q->from, last, from));
	*until = zone_day_next(z, last);
	if (from->us > last.us)
		return complain(c, "until", "This has to be the first day or a later one.");
	if (instant_minus(*until, *from) > HISTORY_DAYS * DAY + 2 * HOUR)
		return complain(c, "from", "At most %d days at once.", HISTORY_DAYS);
	return OK;
}

/* The shortest of the usual lengths that makes about a hundred of them. */
static int64_t
span_for(int64_t us)
{
	static const int64_t lengths[] = { 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR,
		8 * HOUR, DAY, 2 * DAY };

	for (size_t i = 0; i < LENGTH(lengths); i++)
		if (us <= 101 * lengths[i])
			return lengths[i];
	return 5 * DAY;
}

static void
put_in_words(struct ctx *c, const struct zone *z, struct device_page *p, bool one_day)
{
	struct arena *a = c->arena;

	FOR_ROWS (span, s, p->spans) {
		text clock = time_clock(a, z, s->starts), day = time_day(a, z, s->starts);

		s->v = arena_fmt(a, "%.1f", s->voltage);
		s->v_low = arena_fmt(a, "%.1f", s->voltage_low);
		s->v_high = arena_fmt(a, "%.1f", s->voltage_high);
		s->a = arena_fmt(a, "%.2f", s->current);
		s->a_high = arena_fmt(a, "%.2f", s->current_high);
		s->pf = arena_fmt(a, "%.2f", s->power_factor);
		s->pf_low = arena_fmt(a, "%.2f", s->power_factor_low);
		s->when = one_day ? clock : arena_fmt(a, "%s %s", day, clock);
		p->n += s->readings;
	}
}

static text
days_at(struct ctx *c, const struct device *d, text path, text from, text until)
{
	return arena_fmt(
	    c->arena, "/devices/%lld%s?from=%s&until=%s", (long long)d->id, path, from, until);
}

/* As many days again, before and after. */
static void
neighbours(struct ctx *c, const struct zone *z, struct device_page *p, instant from, instant until)
{
	int64_t lasts = instant_minus(until, from);
	instant before = instant_plus(from, -12 * HOUR),
		first = instant_plus(from, -lasts + 12 * HOUR);
	instant after = instant_plus(until, 12 * HOUR),
		last = instant_plus(until, lasts - 12 * HOUR);

	p->earlier = days_at(
	    c, p->device, "", time_date(c->arena, z, first), time_date(c->arena, z, before));
	p->later = until.us > c->now.us ? ""
					: days_at(c, p->device, "", time_date(c->arena, z, after),
					      time_date(c->arena, z, last));
}

enum problem
history_show(struct ctx *c, const struct history_asked *q, struct device_page *p)
{
	struct device *d = arena_alloc(c->arena, sizeof *d);
	instant from, until;

	*p = (struct device_page){ .device = d, .may_change = c->person.role >= ADMIN };
	TRY(device_load(c, q->id, d));
	TRY(history_range(c, d, q, &from, &until));
	const struct zone *z = clock_of(d);
	bool one_day = zone_day_next(z, from).us == until.us;

	p->time_zone = d->time_zone;
	p->from = time_date(c->arena, z, from);
	p->until = time_date(c->arena, z, instant_plus(until, -1));
	p->csv = days_at(c, d, "/readings.csv", p->from, p->until);
	p->span_seconds = span_for(instant_minus(until, from)) / SECOND;
	TRY(device_spans(c, d->id, from, until, p->span_seconds, &p->spans));
	put_in_words(c, z, p, one_day);
	neighbours(c, z, p, from, until);
	plots_draw(c, z, p, from, until);
	return OK;
}
