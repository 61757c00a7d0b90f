#include "lots/which.h"
#include "lots/place.h"
#include "lots/prices.h"
#include "lots_sql.h"

#define LIKE_MOST 100 /* words of lots that one slip of the finger may stand for */

struct sought { /* a place, as the statements want it */
	text folded, longest; /* words that have to be there */
	text alike; /* or patterns, one a line */
	double at[3]; /* or a point, and the chord around it: 0 anywhere */
	double within;
};

/* ---- words */

/* Words of lots that `typed` may have been meant for, as one pattern; "" if there is none. */
static text
words_like(struct arena *a, struct rows vocabulary, text typed)
{
	struct buf b = BUF(a);
	int n = 0;

	FOR_ROWS (word, w, vocabulary)
		if (n < LIKE_MOST && place_fits(w->says, typed, true))
			buf_fmt(&b, "%s%s", n++ ? "|" : "(^| )(", w->says);
	if (n)
		buf_add(&b, ")");
	return buf_text(&b);
}

/* Every word that was typed, as a pattern; "" if one of them is like no word of any lot.  A folded
 * word is letters and digits, so that nothing in it means anything in a pattern. */
static enum problem
patterns_of(struct ctx *c, text folded, text *out)
{
	struct rows vocabulary = { 0 };
	struct buf b = BUF(c->arena);

	*out = "";
	TRY(lots_vocabulary(c, &vocabulary));
	for (text s = folded; *s;) {
		size_t n = strcspn(s, " ");
		text like = words_like(c->arena, vocabulary, arena_bytes(c->arena, s, n));

		if (*like == 0)
			return OK;
		buf_fmt(&b, "%s%s", b.n ? "\n" : "", like);
		s += n + strspn(s + n, " ");
	}
	*out = buf_text(&b);
	return OK;
}

/* The place in words: as it was typed if any lot has it, else what it was meant for. */
static enum problem
seek_words(struct ctx *c, text folded, struct sought *q, bool *any)
{
	struct rows one = { 0 };

	q->folded = folded;
	q->longest = place_longest(c->arena, folded);
	TRY(lots_fitting(c, q->folded, q->longest, q->alike, false, false, 0, 1, &one));
	*any = one.n > 0;
	if (*any)
		return OK;
	TRY(patterns_of(c, folded, &q->alike));
	*any = !text_empty(q->alike);
	q->folded = q->longest = "";
	return OK;
}

/* ---- by price */

struct kind_priced {
	int64_t id, currency_at; /* currencies in the order of how many lots take them */
	money price;
};

static int
cheaper(const void *a, const void *b)
{
	const struct kind_priced *x = a, *y = b;

	if (x->currency_at != y->currency_at)
		return x->currency_at < y->currency_at ? -1 : 1;
	if (x->price.minor != y->price.minor)
		return x->price.minor < y->price.minor ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* What the window costs at one lot of each kind. */
static enum problem
price_kinds(struct ctx *c, const struct results *r, struct rows kinds, struct rows *lots,
    struct kind_priced *v)
{
	struct found *f = arena_alloc(c->arena, kinds.n * sizeof *f);
	int64_t *ids = arena_alloc(c->arena, kinds.n * sizeof *ids);

	for (size_t i = 0; i < kinds.n; i++)
		ids[i] = ROW(lot_kind, kinds, i)->id;
	TRY(lots_by_ids(c, (struct rows){ ids, kinds.n }, lots));
	for (size_t i = 0; i < lots->n; i++) {
		struct complaints before = c->complaints;

		if (lot_window(c, ROW(lot, *lots, i), &r->asked, &f[i].starts, &f[i].ends) != OK)
			f[i].starts = f[i].ends = c->now; /* those lots say so themselves */
		c->complaints = before;
	}
	TRY(prices_of(c, *lots, (struct rows){ f, lots->n }));
	for (size_t i = 0; i < lots->n; i++)
		v[i] = (struct kind_priced){ ROW(lot, *lots, i)->id, 0, f[i].price };
	return OK;
}

/* Amounts of different currencies cannot be compared: the one that most lots take comes first. */
static void
place_currencies(struct rows kinds, struct rows lots, struct kind_priced *v)
{
	for (size_t i = 0; i < lots.n; i++)
		for (size_t k = 0; k < kinds.n; k++) {
			const struct lot_kind *kind = ROW(lot_kind, kinds, k);

			v[i].currency_at = (int64_t)k;
			if (text_is(kind->currency, ROW(lot, lots, i)->currency))
				break;
		}
}

static enum problem
by_price(struct ctx *c, const struct search *s, const struct results *r, const struct sought *q,
    int64_t most, struct rows *ids)
{
	struct rows kinds = { 0 }, lots = { 0 };

	TRY(lots_kinds(
	    c, q->folded, q->longest, q->alike, q->at[0], q->at[1], q->at[2], q->within, &kinds));
	struct kind_priced *v = arena_alloc(c->arena, (kinds.n + 1) * sizeof *v);
	int64_t *of = arena_alloc(c->arena, (kinds.n + 1) * sizeof *of);
	int64_t *ranks = arena_alloc(c->arena, (kinds.n + 1) * sizeof *ranks);
	TRY(price_kinds(c, r, kinds, &lots, v));
	place_currencies(kinds, lots, v);
	if (lots.n)
		qsort(v, lots.n, sizeof *v, cheaper);
	for (size_t i = 0; i < lots.n; i++) {
		bool same = i > 0 && v[i].currency_at == v[i - 1].currency_at &&
		    v[i].price.minor == v[i - 1].price.minor;

		of[i] = v[i].id;
		ranks[i] = same ? ranks[i - 1] : (int64_t)i;
	}
	return lots_ranked(c, q->folded, q->longest, q->alike, q->at[0], q->at[1], q->at[2],
	    q->within, (struct rows){ of, lots.n }, (struct rows){ ranks, lots.n }, s->ev,
	    s->accessible, s->skip, most, ids);
}

/* ---- by distance */

static enum problem
nearest(
    struct ctx *c, const struct search *s, const struct sought *q, int64_t most, struct rows *ids)
{
	TRY(lots_nearest(
	    c, q->at[0], q->at[1], q->at[2], s->ev, s->accessible, s->skip, most, ids));
	size_t near = 0;
	while (near < ids->n && ROW(near_id, *ids, near)->chord <= q->within)
		near++;
	if (near == 0 && s->skip == 0)
		near = ids->n < NEAREST_SHOWN ? ids->n : NEAREST_SHOWN;
	ids->n = near;
	return OK;
}

static enum problem
around_point(struct ctx *c, const struct search *s, const struct results *r, struct sought *q,
    int64_t most, struct rows *ids)
{
	q->within = place_chord(STILL_NEAR);
	if (text_is(r->sort, "price"))
		TRY(by_price(c, s, r, q, most, ids));
	return ids->n ? OK : nearest(c, s, q, most, ids);
}

enum problem
which_lots(struct ctx *c, const struct search *s, struct results *r, int64_t most, struct rows *ids)
{
	struct sought q = { .folded = "", .longest = "", .alike = "" };
	double latitude, longitude;
	bool any;

	if (place_point(r->near, &latitude, &longitude)) {
		r->by_point = true;
		place_on_globe(latitude, longitude, q.at);
		return around_point(c, s, r, &q, most, ids);
	}
	text folded = text_fold(c->arena, r->near);
	if (text_empty(folded) && !text_empty(r->near))
		return OK; /* nothing but signs: no lot has such a name */
	r->by_words = !text_empty(folded);
	TRY(seek_words(c, folded, &q, &any));
	if (!any)
		return OK;
	if (text_is(r->sort, "price"))
		return by_price(c, s, r, &q, most, ids);
	return lots_fitting(
	    c, q.folded, q.longest, q.alike, s->ev, s->accessible, s->skip, most, ids);
}
