/* when.c -- times as people write them, on the clock of a lot; also on the nights it is put forward or back. */
#include "lots/lots.h"
#include "lots/pages.h"

const struct field time_turn_fields[] = {
	FIELD(time_turn, offset),
	FIELD(time_turn, words),
	FIELD(time_turn, chosen),
	FIELD_END,
};

/* In an address a plus that nobody escaped reads as a space. */
static text
with_plus(struct arena *a, text typed)
{
	text gap = strrchr(typed, ' ');

	if (gap == NULL || gap - typed < (ptrdiff_t)strlen("2026-10-25T02:30"))
		return typed;
	return arena_fmt(a, "%.*s+%s", (int)(gap - typed), typed, gap + 1);
}

static int
readings(const struct lot *l, instant wall, instant both[2])
{
	struct civil t;

	zone_civil(zone_utc(), wall, &t);
	return zone_readings(
	    lot_clock(l), t.year, t.month, t.day, t.hour, t.minute, t.second, both);
}

/* What the lot's clock shows then, as if it stood at UTC. */
static instant
wall_of(const struct lot *l, instant t)
{
	struct civil v;

	zone_civil(lot_clock(l), t, &v);
	return instant_plus(t, v.offset * SECOND);
}

/* "There is no 02:30 on Sun 28 Mar: the clocks go from 02:00 to 03:00." */
static enum problem
passed_over(struct ctx *c, const struct lot *l, text field, instant wall)
{
	const struct zone *z = lot_clock(l), *utc = zone_utc();
	instant change = instant_plus(wall, -2 * DAY), next;
	struct civil before;

	while (change = zone_next_change(z, change), wall_of(l, change).us <= wall.us)
		;
	zone_civil(z, instant_plus(change, -SECOND), &before);
	next = wall_of(l, change);
	return complain(c, field, "There is no %s on %s: the clocks go forward from %s to %s.",
	    time_clock(c->arena, utc, wall), time_day(c->arena, utc, wall),
	    time_clock(c->arena, utc, instant_plus(change, before.offset * SECOND)),
	    time_clock(c->arena, utc, next));
}

enum problem
lot_time(struct ctx *c, const struct lot *l, text field, text typed, instant *out)
{
	instant wall, both[2];

	if (instant_parse(typed, out) || instant_parse(with_plus(c->arena, typed), out))
		return OK;
	if (!instant_parse_naive(typed, &wall))
		return complain(c, field, "This takes a date and a time, like 2026-11-12T14:00.");
	if (readings(l, wall, both) == 0)
		return passed_over(c, l, field, wall);
	*out = both[0];
	return OK;
}

text
lot_time_meant(struct ctx *c, const struct lot *l, text typed, text offset)
{
	instant wall, meant, both[2];

	if (text_empty(offset) || !instant_parse_naive(typed, &wall) || readings(l, wall, both) < 2)
		return typed;
	text exact = with_plus(c->arena, arena_fmt(c->arena, "%s%s", typed, offset));
	if (!instant_parse(exact, &meant) || (meant.us != both[0].us && meant.us != both[1].us))
		return typed;
	return exact;
}

struct rows
lot_time_turns(struct ctx *c, const struct lot *l, instant t)
{
	static const text said[] = { "first", "second" };
	instant both[2];

	if (readings(l, wall_of(l, t), both) < 2)
		return (struct rows){ 0 };
	struct time_turn *v = arena_alloc(c->arena, 2 * sizeof *v);
	for (int i = 0; i < 2; i++) {
		text exact = time_offset_iso(c->arena, lot_clock(l), both[i]);

		v[i] = (struct time_turn){ .offset = exact + strlen("2026-10-25T02:30"),
			.words = arena_fmt(c->arena, "The %s, %s %s", said[i],
			    time_clock(c->arena, lot_clock(l), both[i]),
			    time_abbr(c->arena, lot_clock(l), both[i])),
			.chosen = both[i].us == t.us };
	}
	return (struct rows){ v, 2 };
}

/* ---- from when until when */

static void
usual_window(struct ctx *c, const struct lot *l, instant *starts, instant *ends)
{
	struct civil t;

	zone_civil(lot_clock(l), c->now, &t);
	*starts = zone_instant(lot_clock(l), t.year, t.month, t.day, t.hour, 0, 0);
	while (starts->us < c->now.us)
		*starts = instant_plus(*starts, HOUR);
	*ends = instant_plus(*starts, 2 * HOUR);
}

enum problem
lot_window(
    struct ctx *c, const struct lot *l, const struct asked *w, instant *starts, instant *ends)
{
	if (text_empty(w->from) && text_empty(w->until)) {
		usual_window(c, l, starts, ends);
		return OK;
	}
	text from = lot_time_meant(c, l, w->from, w->from_offset);
	text until = lot_time_meant(c, l, w->until, w->until_offset);
	enum problem a = lot_time(c, l, "from", from, starts);
	enum problem b = lot_time(c, l, "until", until, ends);
	return a != OK ? a : b;
}

text
window_query(struct ctx *c, const struct zone *z, instant starts, instant ends)
{
	struct buf b = BUF(c->arena);

	buf_add(&b, "from=");
	buf_url(&b, time_exact(c->arena, z, starts));
	buf_add(&b, "&until=");
	buf_url(&b, time_exact(c->arena, z, ends));
	return buf_text(&b);
}
