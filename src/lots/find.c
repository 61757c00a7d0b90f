/*
 * find.c -- from a place and a time to the lots that can be had, with their price.
 *
 * A page shows up to PAGE lots that have a slot.  To find them it goes through the lots of the place in
 * the order that was asked for, LOOK at most, and leaves out those that are closed or full then; the
 * next page goes on behind the last lot that was looked at.  So every lot is on exactly one page,
 * however many there are, and a page costs eight statements.
 */
#include "lots/pages.h"
#include "lots/place.h"
#include "lots/prices.h"
#include "lots/which.h"
#include "gear/zones.h"
#include "lots_sql.h"

#define PAGE 20
#define LOOK 100
#define BOARD 6

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
introduce(const struct lot *l, struct found *f)
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
		.rating = l->rating,
		.reviews = l->reviews,
		.query = "" };
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

/* Lots that take the booking and their windows, as the statements take them. */
struct windows {
	struct rows ids, starts, ends;
};

static struct windows
windows_of(struct ctx *c, struct rows found)
{
	int64_t *ids = arena_alloc(c->arena, found.n * sizeof *ids);
	int64_t *starts = arena_alloc(c->arena, found.n * sizeof *starts);
	int64_t *ends = arena_alloc(c->arena, found.n * sizeof *ends);
	size_t n = 0;

	FOR_ROWS (found, f, found) {
		if (*f->why_not)
			continue;
		ids[n] = f->id;
		starts[n] = f->starts.us;
		ends[n++] = f->ends.us;
	}
	return (struct windows){ { ids, n }, { starts, n }, { ends, n } };
}

/* Goes through the lots that take the booking until a page of them has a slot; forgets the lots behind
 * the last one it came to. */
static enum problem
look_for_room(struct ctx *c, const struct results *r, struct rows *found)
{
	struct windows w = windows_of(c, *found);
	struct rows rooms = { 0 };
	size_t n = 0, with_room = 0;

	TRY(lots_with_room(c, w.ids, w.starts, w.ends, r->ev, r->accessible, c->now, PAGE, &rooms));
	for (size_t i = 0; i < found->n; i++) {
		struct found *f = ROW(found, *found, i);

		if (*f->why_not)
			continue;
		f->full = !ROW(room, rooms, n)->has_room;
		if (f->full)
			f->why_not = f->slots ? "Full for that time." : "It has no slots yet.";
		with_room += !f->full;
		n++;
		if (with_room == PAGE)
			found->n = i + 1;
	}
	return OK;
}

static enum problem
count_free(struct ctx *c, const struct results *r, struct rows found)
{
	struct windows w = windows_of(c, found);
	struct rows free = { 0 };

	TRY(lots_free(c, w.ids, w.starts, w.ends, r->ev, r->accessible, c->now, &free));
	FOR_ROWS (found, f, found) {
		bool asked = *f->why_not == 0;

		f->free = 0;
		FOR_ROWS (lot_free, n, free)
			if (asked && n->lot_id == f->id) {
				f->free = n->free;
				f->slots = n->slots;
				f->ev = n->ev;
				f->accessible = n->accessible;
			}
		f->full = f->free == 0;
		if (asked && f->full)
			f->why_not = "Full for that time."; /* somebody was quicker */
	}
	return OK;
}

/* The window on that lot's clock; one that cannot be read there leaves the lot out. */
static void
give_window(struct ctx *c, const struct results *r, const struct lot *l, struct found *f)
{
	struct complaints before = c->complaints;

	if (lot_window(c, l, &r->asked, &f->starts, &f->ends) != OK) {
		f->why_not = c->complaints.v[before.n].says;
		f->starts = f->ends = (instant){ 0 };
	} else {
		f->why_not = why_not(c, l, f->starts, f->ends);
		f->query = window_query(c, lot_clock(l), f->starts, f->ends);
	}
	c->complaints = before;
}

static enum problem
look_at(
    struct ctx *c, const struct results *r, struct rows lots, struct rows ids, struct rows *found)
{
	struct found *v = arena_alloc(c->arena, lots.n * sizeof *v);

	*found = (struct rows){ v, lots.n };
	for (size_t i = 0; i < lots.n; i++) {
		introduce(ROW(lot, lots, i), &v[i]);
		give_window(c, r, ROW(lot, lots, i), &v[i]);
		if (r->by_point) {
			v[i].metres = place_metres(ROW(near_id, ids, i)->chord);
			v[i].distance = place_distance(c->arena, v[i].metres);
		}
	}
	TRY(look_for_room(c, r, found));
	TRY(count_free(c, r, *found));
	TRY(lots_busy(c, *found));
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

	if (x->free != y->free)
		return x->free > y->free ? -1 : 1;
	return x->metres < y->metres ? -1 : x->metres > y->metres;
}

static bool
one_currency(struct rows found)
{
	FOR_ROWS (found, f, found)
		if (!text_is(f->currency, ROW(found, found, 0)->currency))
			return false;
	return true;
}

/* Pages come in their order; what one page holds whole can be put in any. */
static void
sort_found(struct results *r)
{
	r->sort_price = text_is(r->sort, "price") && r->timed;
	r->may_sort_free = !r->timed || r->whole;
	r->sort_free = text_is(r->sort, "free") && r->may_sort_free;
	r->sort_best = !r->sort_price && !r->sort_free;
	if (r->sort_price && r->whole && r->lots.n && one_currency(r->lots))
		qsort(r->lots.v, r->lots.n, sizeof(struct found), by_price);
	if (r->sort_free && r->timed && r->lots.n)
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

/* The nearest lots on a line, each where its distance puts it; drawn if there are two at least, on
 * the first page. */
static void
draw_line(struct ctx *c, struct results *r)
{
	size_t n = r->lots.n < STOPS ? r->lots.n : STOPS;
	struct stop *v = arena_alloc(c->arena, n * sizeof *v);
	struct buf spoken = BUF(c->arena);
	double above = -WORDS_WIDE, below = LINE_FROM;

	if (!r->by_point || !r->sort_best || r->skip || n < 2 ||
	    ROW(found, r->lots, n - 1)->metres <= 0)
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

/* Every page of this search begins so; what may follow is &sort= and &skip=. */
static void
address(struct ctx *c, struct results *r)
{
	struct buf b = BUF(c->arena);

	buf_add(&b, "/lots?near=");
	buf_url(&b, r->near);
	if (r->timed) {
		buf_add(&b, "&from=");
		buf_url(&b, r->asked.from);
		buf_add(&b, "&until=");
		buf_url(&b, r->asked.until);
	}
	if (r->ev)
		buf_add(&b, "&ev=true");
	if (r->accessible)
		buf_add(&b, "&accessible=true");
	r->sort_link = buf_text(&b);
}

static void
turn_pages(struct ctx *c, struct results *r, bool more)
{
	text sort = r->sort_price ? "&sort=price" : r->sort_free ? "&sort=free" : "";

	address(c, r);
	if (r->skip)
		r->first = arena_fmt(c->arena, "%s%s", r->sort_link, sort);
	if (more) {
		int64_t so_far = r->skip + r->looked;

		r->next =
		    arena_fmt(c->arena, "%s%s&skip=%lld", r->sort_link, sort, (long long)so_far);
	}
}

/* One window is drawn above the results if all of them share it; each carries its own otherwise. */
static void
share_window(struct ctx *c, struct results *r, struct rows found)
{
	const struct found *first = found.v;

	if (found.n == 0 || instant_none(first->starts))
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
	const struct lot anywhere = { .time_zone = r->time_zone };
	const struct zone *z = lot_clock(&anywhere);
	r->from = time_input(c->arena, z, r->starts);
	r->until = time_input(c->arena, z, r->ends);
	if (!r->one_zone)
		return;
	r->asked = (struct asked){ time_exact(c->arena, z, r->starts),
		time_exact(c->arena, z, r->ends), "", "" };
	r->from_twice = lot_time_turns(c, &anywhere, r->starts);
	r->until_twice = lot_time_turns(c, &anywhere, r->ends);
	r->twice = r->from_twice.n || r->until_twice.n;
}

/* Without a place and a time: all lots, as they are now. */
static enum problem
just_list(struct ctx *c, const struct search *s, struct results *r)
{
	struct rows lots = { 0 };

	TRY(lots_listed(
	    c, text_is(r->sort, "free"), r->ev, r->accessible, r->skip, PAGE + 1, &lots));
	bool more = lots.n > PAGE;
	lots.n -= more;
	struct found *v = arena_alloc(c->arena, lots.n * sizeof *v);
	for (size_t i = 0; i < lots.n; i++)
		introduce(ROW(lot, lots, i), &v[i]);
	r->lots = (struct rows){ v, lots.n };
	r->looked = r->n = (int64_t)lots.n;
	r->whole = !more && s->skip == 0;
	TRY(tariffs_in_words(c, lots, r->lots));
	sort_found(r);
	turn_pages(c, r, more);
	return OK;
}

/* Times that no clock could show are refused before any lot is looked at; a window without one of
 * its ends, too. */
static enum problem
times_readable(struct ctx *c, const struct results *r)
{
	static const struct lot anywhere = { .time_zone = "UTC" };
	instant starts, ends;

	TRY(lot_window(c, &anywhere, &r->asked, &starts, &ends));
	if (instant_minus(ends, starts) <= 0)
		return complain(c, "until", "This has to come after the beginning.");
	return OK;
}

/* A time that the clocks of all these lots pass over is nobody's fault, but the form's to put right. */
static enum problem
some_clock_shows_it(struct ctx *c, const struct results *r, struct rows lots, struct rows found)
{
	instant starts, ends;

	FOR_ROWS (found, f, found)
		if (!instant_none(f->starts))
			return OK;
	return found.n ? lot_window(c, ROW(lot, lots, 0), &r->asked, &starts, &ends) : OK;
}

static enum problem
search_window(struct ctx *c, const struct search *s, struct results *r)
{
	struct rows ids = { 0 }, lots = { 0 }, found = { 0 };

	TRY(times_readable(c, r));
	TRY(which_lots(c, s, r, LOOK + 1, &ids));
	bool more = ids.n > LOOK;
	ids.n -= more;
	TRY(lots_in_order(c, ids, &lots));
	TRY(look_at(c, r, lots, ids, &found));
	TRY(some_clock_shows_it(c, r, lots, found));
	more |= found.n < lots.n;
	r->looked = (int64_t)found.n;
	r->whole = !more && r->skip == 0;
	r->title = title_of(c, r, found);
	part(c, found, r);
	share_window(c, r, found);
	sort_found(r);
	draw_line(c, r);
	turn_pages(c, r, more);
	return OK;
}

enum problem
lots_search(struct ctx *c, const struct search *s, struct results *r)
{
	*r = (struct results){ .near = s->near,
		.from = s->from,
		.until = s->until,
		.asked = { s->from, s->until, s->from_offset ? s->from_offset : "",
		    s->until_offset ? s->until_offset : "" },
		.sort = s->sort,
		.ev = s->ev,
		.accessible = s->accessible,
		.filtered = s->ev || s->accessible,
		.skip = s->skip };
	fields_complete(results_fields, r);
	r->timed = !text_empty(s->near) || !text_empty(s->from) || !text_empty(s->until);
	r->title = r->near;
	return r->timed ? search_window(c, s, r) : just_list(c, s, r);
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
	TRY(lot_window(c, &home, &any_time, &starts, &ends));
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
		introduce(ROW(lot, lots, i), &v[i]);
	f->board = (struct rows){ v, lots.n };
	return OK;
}
