/*
 * find.c -- from a place and a time to the lots that can be had, with their price.
 *
 * However many lots answer, it takes four statements: which lots, the lots, their free slots, their
 * tariffs.
 */
#include "lots/pages.h"
#include "lots/place.h"
#include "lots/prices.h"
#include "gear/zones.h"
#include "lots_sql.h"

#define MOST_FOUND 40 /* lots looked at in one search; beyond that a place has to be named */
#define MOST_LISTED 500 /* lots listed without a search */
#define BOARD 6
#define STILL_NEAR 50000 /* metres; where none is so near, the nearest five are shown */
#define NEAREST_SHOWN 5

/* ---- which lots */

static enum problem
by_point(struct ctx *c, double latitude, double longitude, struct rows *ids)
{
	double at[3];

	place_on_globe(latitude, longitude, at);
	TRY(lots_nearest(c, at[0], at[1], at[2], MOST_FOUND, ids));
	size_t near = 0;
	while (near < ids->n && place_metres(ROW(near_id, *ids, near)->chord) <= STILL_NEAR)
		near++;
	if (near == 0)
		near = ids->n < NEAREST_SHOWN ? ids->n : NEAREST_SHOWN;
	ids->n = near;
	return OK;
}

/* Nothing fits as it was typed: one slip of the finger is forgiven. */
static enum problem
by_words_forgiving(struct ctx *c, text folded, struct rows *ids)
{
	struct rows all = { 0 };

	TRY(lots_words(c, &all));
	struct near_id *fit = arena_alloc(c->arena, all.n * sizeof *fit);
	*ids = (struct rows){ fit, 0 };
	FOR_ROWS (lot_words, lot, all)
		if (ids->n < MOST_FOUND && place_fits(lot->search, folded, true))
			fit[ids->n++].id = lot->id;
	return OK;
}

static enum problem
by_words(struct ctx *c, text folded, struct rows *ids)
{
	TRY(lots_fitting(c, folded, place_longest(c->arena, folded), MOST_FOUND, ids));
	return ids->n ? OK : by_words_forgiving(c, folded, ids);
}

static enum problem
which_lots(struct ctx *c, struct results *out, struct rows *ids)
{
	double latitude, longitude;

	if (place_point(out->near, &latitude, &longitude)) {
		out->by_point = true;
		return by_point(c, latitude, longitude, ids);
	}
	text folded = text_fold(c->arena, out->near);
	if (text_empty(folded) && !text_empty(out->near))
		return OK; /* nothing but signs: no lot has such a name */
	out->by_words = !text_empty(folded);
	return by_words(c, folded, ids);
}

/* The lots themselves, in the order of their ids. */
static enum problem
lots_in_order(struct ctx *c, struct rows ids, struct rows *lots)
{
	int64_t *just_ids = arena_alloc(c->arena, ids.n * sizeof *just_ids);
	struct lot *sorted = arena_alloc(c->arena, ids.n * sizeof *sorted);
	struct rows loaded = { 0 };

	for (size_t i = 0; i < ids.n; i++)
		just_ids[i] = ROW(near_id, ids, i)->id;
	TRY(lots_by_ids(c, (struct rows){ just_ids, ids.n }, &loaded));
	*lots = (struct rows){ sorted, 0 };
	for (size_t i = 0; i < ids.n; i++)
		FOR_ROWS (lot, l, loaded)
			if (l->id == just_ids[i])
				sorted[lots->n++] = *l;
	return OK;
}

/* ---- what is free there, and what it costs */

static void
introduce(struct ctx *c, const struct lot *l, struct found *f)
{
	*f = (struct found){ .id = l->id,
		.name = l->name,
		.address = l->address,
		.city = l->city,
		.postal_code = l->postal_code,
		.country = l->country,
		.time_zone = l->time_zone,
		.currency = l->currency,
		.latitude = l->latitude,
		.longitude = l->longitude,
		.placed = l->placed,
		.slots = l->slots,
		.free = l->free,
		.full = l->free == 0,
		.query = "" };
	(void)c;
	fields_complete(found_fields, f);
}

/* Why this lot does not take that booking, in words of one line; "" if it does. */
static text
why_not(struct ctx *c, const struct lot *l, instant starts, instant ends)
{
	struct complaints before = c->complaints;
	text detail_before = c->detail, why = "";

	if (lot_takes(c, l, starts, ends) != OK) {
		why = c->complaints.n > before.n ? c->complaints.v[before.n].says : c->detail;
		if (why == NULL)
			why = "It cannot be booked for that time.";
	}
	c->complaints = before;
	c->detail = detail_before;
	return why;
}

static enum problem
count_free(struct ctx *c, struct rows found)
{
	int64_t *ids = arena_alloc(c->arena, found.n * sizeof *ids);
	int64_t *starts = arena_alloc(c->arena, found.n * sizeof *starts);
	int64_t *ends = arena_alloc(c->arena, found.n * sizeof *ends);
	struct rows free = { 0 };

	for (size_t i = 0; i < found.n; i++) {
		ids[i] = ROW(found, found, i)->id;
		starts[i] = ROW(found, found, i)->starts.us;
		ends[i] = ROW(found, found, i)->ends.us;
	}
	TRY(lots_free(c, (struct rows){ ids, found.n }, (struct rows){ starts, found.n },
	    (struct rows){ ends, found.n }, c->now, &free));
	FOR_ROWS (found, f, found) {
		f->free = f->slots = 0;
		FOR_ROWS (lot_free, n, free)
			if (n->lot_id == f->id) {
				f->free = n->free;
				f->slots = n->slots;
				f->ev = n->ev;
				f->accessible = n->accessible;
			}
		f->full = f->free == 0;
		if (f->full && *f->why_not == 0)
			f->why_not = f->slots ? "Full for that time." : "It has no slots yet.";
	}
	return OK;
}

static enum problem
look_at(
    struct ctx *c, const struct results *r, struct rows lots, struct rows ids, struct rows *found)
{
	struct found *v = arena_alloc(c->arena, lots.n * sizeof *v);

	*found = (struct rows){ v, lots.n };
	for (size_t i = 0; i < lots.n; i++) {
		const struct lot *l = ROW(lot, lots, i);

		introduce(c, l, &v[i]);
		TRY(lot_window(c, l, r->from, r->until, &v[i].starts, &v[i].ends));
		v[i].why_not = why_not(c, l, v[i].starts, v[i].ends);
		v[i].query = window_query(c, lot_clock(l), v[i].starts, v[i].ends);
		if (r->by_point) {
			v[i].metres = place_metres(ROW(near_id, ids, i)->chord);
			v[i].distance = place_distance(c->arena, v[i].metres);
		}
	}
	TRY(count_free(c, *found));
	return prices_of(c, lots, *found);
}

/* ---- in which order */

static int
by_price(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->price.minor != y->price.minor)
		return x->price.minor < y->price.minor ? -1 : 1;
	return x->metres < y->metres ? -1 : x->metres > y->metres;
}

static int
by_free(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	return x->free > y->free ? -1 : x->free < y->free;
}

static void
sort_found(struct results *r)
{
	r->sort_price = text_is(r->sort, "price");
	r->sort_free = text_is(r->sort, "free");
	r->sort_best = !r->sort_price && !r->sort_free;
	if (r->sort_price && r->lots.n)
		qsort(r->lots.v, r->lots.n, sizeof(struct found), by_price);
	if (r->sort_free && r->lots.n)
		qsort(r->lots.v, r->lots.n, sizeof(struct found), by_free);
}

static void
part(struct ctx *c, struct rows found, struct results *r)
{
	struct found *can = arena_alloc(c->arena, found.n * sizeof *can);
	struct found *cannot = arena_alloc(c->arena, found.n * sizeof *cannot);

	r->lots = (struct rows){ can, 0 };
	r->left = (struct rows){ cannot, 0 };
	FOR_ROWS (found, f, found) {
		if (*f->why_not == 0)
			can[r->lots.n++] = *f;
		else
			cannot[r->left.n++] = *f;
	}
	r->n = (int64_t)r->lots.n;
}

/* ---- the line of distances */

#define STOPS 6
#define LINE_FROM 2.0 /* per cent of the drawing: where one stands */
#define LINE_UNTIL 94.0
#define WORDS_WIDE 8.0 /* words on one side keep so far apart */

/* Words above the line where there is room, else below it ("you" stands there), else none. */
static void
place_words(struct stop *v, double at, double *above, double *below)
{
	if (at - *above >= WORDS_WIDE) {
		*above = at;
	} else if (at - *below >= WORDS_WIDE) {
		v->below = true;
		*below = at;
	} else {
		v->distance = "";
	}
}

/* The nearest lots on a line, each where its distance puts it; drawn if there are two at least. */
static void
draw_line(struct ctx *c, struct results *r)
{
	size_t n = r->lots.n < STOPS ? r->lots.n : STOPS;
	struct stop *v = arena_alloc(c->arena, n * sizeof *v);
	struct buf spoken = BUF(c->arena);
	double above = -WORDS_WIDE, below = LINE_FROM;

	if (!r->by_point || n < 2 || ROW(found, r->lots, n - 1)->metres <= 0)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct found *f = ROW(found, r->lots, i);
		double at = LINE_FROM +
		    (LINE_UNTIL - LINE_FROM) * f->metres / ROW(found, r->lots, n - 1)->metres;

		v[i] = (struct stop){ .at = arena_fmt(c->arena, "%.2f%%", at),
			.distance = f->distance,
			.name = f->name };
		place_words(&v[i], at, &above, &below);
		buf_fmt(&spoken, "%s%s %s", i ? ", " : "", f->name, f->distance);
	}
	r->stops = (struct rows){ v, n };
	r->stops_spoken = buf_text(&spoken);
}

/* ---- the page */

/* A town that was typed is shown as it spells itself. */
static text
title_of(struct ctx *c, const struct results *r, struct rows found)
{
	text typed = text_fold(c->arena, r->near);

	FOR_ROWS (found, f, found)
		if (text_is(text_fold(c->arena, f->city), typed))
			return f->city;
	return r->near;
}

static void
address_of_sort(struct ctx *c, struct results *r)
{
	struct buf b = BUF(c->arena);

	buf_add(&b, "/lots?near=");
	buf_url(&b, r->near);
	if (r->timed) {
		buf_add(&b, "&from=");
		buf_url(&b, r->from);
		buf_add(&b, "&until=");
		buf_url(&b, r->until);
	}
	r->sort_link = buf_text(&b);
}

/* One window is drawn above the results if all of them share it; each carries its own otherwise. */
static void
share_window(struct ctx *c, struct results *r, struct rows found)
{
	const struct found *first = found.v;

	if (found.n == 0)
		return;
	r->one_zone = true;
	r->time_zone = first->time_zone;
	r->starts = first->starts;
	r->ends = first->ends;
	r->seconds = instant_minus(r->ends, r->starts) / SECOND;
	FOR_ROWS (found, f, found)
		if (f->starts.us != r->starts.us || f->ends.us != r->ends.us ||
		    !text_is(f->time_zone, r->time_zone))
			r->one_zone = false;
	if (*r->from == 0 && *r->until == 0) {
		const struct zone *z = zone_find(r->time_zone);

		z = z ? z : zone_utc();
		r->from = time_input(c->arena, z, r->starts);
		r->until = time_input(c->arena, z, r->ends);
	}
}

static enum problem
just_list(struct ctx *c, struct results *r)
{
	struct rows lots = { 0 };

	TRY(lots_all(c, MOST_LISTED + 1, &lots));
	r->more = lots.n > MOST_LISTED;
	lots.n -= r->more;
	struct found *v = arena_alloc(c->arena, lots.n * sizeof *v);
	for (size_t i = 0; i < lots.n; i++)
		introduce(c, ROW(lot, lots, i), &v[i]);
	r->lots = (struct rows){ v, lots.n };
	r->n = (int64_t)lots.n;
	TRY(tariffs_in_words(c, lots, r->lots));
	sort_found(r);
	return OK;
}

/* Times that no clock could show are refused before any lot is looked at; a window without one of
 * its ends, too. */
static enum problem
times_readable(struct ctx *c, const struct results *r)
{
	static const struct lot anywhere = { .time_zone = "UTC" };
	instant starts, ends;

	TRY(lot_window(c, &anywhere, r->from, r->until, &starts, &ends));
	if (instant_minus(ends, starts) <= 0)
		return complain(c, "until", "This has to come after the beginning.");
	return OK;
}

enum problem
lots_search(struct ctx *c, const struct search *s, struct results *r)
{
	struct rows ids = { 0 }, lots = { 0 }, found = { 0 };

	*r = (struct results){
		.near = s->near, .from = s->from, .until = s->until, .sort = s->sort
	};
	fields_complete(results_fields, r);
	r->timed = !text_empty(s->near) || !text_empty(s->from) || !text_empty(s->until);
	r->title = r->near;
	if (!r->timed) {
		address_of_sort(c, r);
		return just_list(c, r);
	}
	TRY(times_readable(c, r));
	TRY(which_lots(c, r, &ids));
	r->more = ids.n == MOST_FOUND;
	TRY(lots_in_order(c, ids, &lots));
	TRY(look_at(c, r, lots, ids, &found));
	r->title = title_of(c, r, found);
	part(c, found, r);
	share_window(c, r, found);
	draw_line(c, r);
	sort_found(r);
	address_of_sort(c, r);
	return OK;
}

enum problem
lots_front(struct ctx *c, struct front *f)
{
	struct rows lots = { 0 };
	struct lot home = { 0 };
	struct totals n = { 0 };
	instant starts, ends;

	TRY(lots_most_free(c, BOARD, &lots));
	TRY(lots_totals(c, &n));
	enum problem none = lot_default(c, &home);
	if (none != OK && none != NOT_FOUND)
		return none;
	fields_complete(lot_fields, &home); /* no lot yet: the world's own clock */
	TRY(lot_window(c, &home, "", "", &starts, &ends));
	*f = (struct front){ .near = "",
		.time_zone = home.time_zone,
		.city = home.city,
		.at = c->now,
		.lots = n.lots,
		.towns = n.towns };
	f->from = time_input(c->arena, lot_clock(&home), starts);
	f->until = time_input(c->arena, lot_clock(&home), ends);
	struct found *v = arena_alloc(c->arena, lots.n * sizeof *v);
	for (size_t i = 0; i < lots.n; i++)
		introduce(c, ROW(lot, lots, i), &v[i]);
	f->board = (struct rows){ v, lots.n };
	return OK;
}

text
window_query(struct ctx *c, const struct zone *z, instant starts, instant ends)
{
	struct buf b = BUF(c->arena);

	buf_add(&b, "from=");
	buf_url(&b, time_input(c->arena, z, starts));
	buf_add(&b, "&until=");
	buf_url(&b, time_input(c->arena, z, ends));
	return buf_text(&b);
}
