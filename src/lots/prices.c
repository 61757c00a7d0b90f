#include "lots/prices.h"
#include "tariffs/tariffs.h"
#include "lots_sql.h"

/* ---- tariffs of many lots at once */

static enum problem
tariffs_of(struct ctx *c, struct rows lots, struct rows *tariffs)
{
	int64_t *ids = arena_alloc(c->arena, lots.n * sizeof *ids);

	for (size_t i = 0; i < lots.n; i++)
		ids[i] = ROW(lot, lots, i)->tariff_id;
	return tariffs_current(c, (struct rows){ ids, lots.n }, tariffs);
}

/* The built-in one costs no statement. */
static const struct tariff *
tariff_of(struct ctx *c, struct rows tariffs, const struct lot *l)
{
	const struct tariff *t = l->tariff_id ? tariff_among(tariffs, l->tariff_id) : NULL;

	if (t)
		return t;
	struct tariff *own = arena_alloc(c->arena, sizeof *own);
	tariff_built_in(c, BUILT_IN_PER_HOUR, l->currency, own);
	return own;
}

/* Where a sentence ends: at a full stop that is not within a figure. */
static text
sentence_end(text s)
{
	while ((s = strchr(s, '.')) != NULL && s[1] != ' ' && s[1] != 0)
		s++;
	return s;
}

/* For a list: what an hour or a minute costs, which is the first sentence after that about the grace. */
static text
in_short(struct arena *a, const struct tariff *t)
{
	text words = tariff_words(a, t), end = sentence_end(words);

	if (end && t->n > 1 && t->lines[0].kind == GRACE) {
		words = end + 1 + strspn(end + 1, " ");
		if (text_starts(words, "Then "))
			words += strlen("Then ");
		end = sentence_end(words);
	}
	return end ? arena_bytes(a, words, (size_t)(end - words)) : words;
}

enum problem
prices_of(struct ctx *c, struct rows lots, struct rows found)
{
	struct rows tariffs = { 0 };

	TRY(tariffs_of(c, lots, &tariffs));
	for (size_t i = 0; i < found.n; i++) {
		const struct lot *l = ROW(lot, lots, i);
		struct found *f = ROW(found, found, i);
		const struct tariff *t = tariff_of(c, tariffs, l);
		struct price p = { 0 };

		f->tariff = in_short(c->arena, t);
		if (instant_minus(f->ends, f->starts) <= 0)
			continue; /* it is left out, and says why */
		TRY(tariff_price(c, t, lot_clock(l), f->starts, f->ends, &p));
		f->price = p.total;
		f->priced = true;
	}
	return OK;
}

enum problem
tariffs_in_words(struct ctx *c, struct rows lots, struct rows found)
{
	struct rows tariffs = { 0 };

	TRY(tariffs_of(c, lots, &tariffs));
	for (size_t i = 0; i < found.n; i++)
		ROW(found, found, i)->tariff =
		    in_short(c->arena, tariff_of(c, tariffs, ROW(lot, lots, i)));
	return OK;
}

/* ---- a lot's page */

/* A list item a sentence. */
static struct rows
sentences(struct arena *a, text words)
{
	struct word *v = arena_alloc(a, (strlen(words) / 2 + 1) * sizeof *v);
	struct rows out = { v, 0 };

	while (*words) {
		text end = sentence_end(words);
		size_t n = end ? (size_t)(end - words) + 1 : strlen(words);
		v[out.n++].says = arena_bytes(a, words, n);
		words += n + strspn(words + n, " ");
	}
	return out;
}

static int
by_length(const void *a, const void *b)
{
	const struct example *x = a, *y = b;

	return x->us < y->us ? -1 : x->us > y->us;
}

/* What stays of usual lengths cost from the same moment on, and the one that was asked for among them. */
static enum problem
examples(struct ctx *c, const struct tariff *t, struct lot_page *p)
{
	const int64_t lasts[] = { HOUR / 2, HOUR, 4 * HOUR, DAY,
		instant_minus(p->ends, p->starts) };
	struct example *v = arena_alloc(c->arena, LENGTH(lasts) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < LENGTH(lasts); i++) {
		struct price price = { 0 };
		bool asked = i == LENGTH(lasts) - 1;

		if (!asked && lasts[i] == lasts[LENGTH(lasts) - 1])
			continue;
		TRY(tariff_price(c, t, lot_clock(&p->lot), p->starts,
		    instant_plus(p->starts, lasts[i]), &price));
		v[n++] =
		    (struct example){ time_span(c->arena, lasts[i]), price.total, asked, lasts[i] };
		if (asked)
			p->price = price.total;
	}
	qsort(v, n, sizeof *v, by_length);
	p->examples = (struct rows){ v, n };
	return OK;
}

enum problem
price_of_page(struct ctx *c, struct lot_page *p)
{
	struct tariff t = { 0 };

	TRY(tariff_current(c, p->lot.tariff_id, p->lot.currency, &t));
	p->tariff = sentences(c->arena, tariff_words(c->arena, &t));
	p->tariff_name = t.name ? t.name : "";
	return examples(c, &t, p);
}

enum problem
tariff_choices(struct ctx *c, int64_t chosen, struct rows *out)
{
	TRY(tariffs_to_choose(c, chosen, out));
	return OK;
}

enum problem
lots_keep_tariffs(struct ctx *c)
{
	struct rows currencies = { 0 };

	TRY(currencies_built_in(c, &currencies));
	FOR_ROWS (charged_in, one, currencies) /* a few in all the world, and once a start */
		TRY(tariff_keep_built_in(c, one->currency));
	return OK;
}
