/*
 * beam.c -- from columns of letters to text: connectionist temporal classification, decoded by a prefix beam
 * search (Graves et al., 2006; Hannun et al., 2014), with the layouts of a region folded in.
 *
 * A column gives each of 36 letters a chance, and "none".  A text is what remains when the same letter in
 * neighbouring columns counts once and "none" is dropped.  A prefix carries the chance that it ended in "none", the chance that
 * it ended in its last letter, and the set of layouts it may still be; that set's weight decides with the chances which
 * prefixes are kept.
 */
#include "platereader/engine.h"

#include <math.h>

enum {
	NONE, /* the first of a column's chances */
	DIGITS = 10,
	SYMBOLS = 37,
	TRIED = 5, /* letters of a column, and as many digits */
	PREFIXES = BEAM * (2 * TRIED + 2),
};
#define PRIOR_POWER 1.5 /* measured: how much the layouts count against the letters */
#define LEAST_SHARE 1e-5 /* of the best prefix's chance: below that one is dropped */

static const char symbols[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

struct prefix {
	char text[LETTERS + 4];
	int n;
	int last; /* its last letter's number */
	double none, letter; /* chances, by what it ended in */
	double weight; /* of its set of layouts */
	uint64_t set;
};
struct beam {
	const struct layouts *layouts;
	struct prefix kept[BEAM], next[PREFIXES];
	int n, n_next;
};

static double
chance(const struct prefix *p)
{
	return p->none + p->letter;
}

static int
by_chance(const void *a, const void *b)
{
	double x = chance(a), y = chance(b);

	return x < y ? 1 : x > y ? -1 : 0;
}

static struct prefix *
prefix_in(struct beam *b, const char *s, int n)
{
	for (int i = 0; i < b->n_next; i++)
		if (b->next[i].n == n && memcmp(b->next[i].text, s, (size_t)n) == 0)
			return &b->next[i];
	struct prefix *p = &b->next[b->n_next++];
	*p = (struct prefix){ .n = n };
	memcpy(p->text, s, (size_t)n);
	return p;
}

/* The column's chances, which add up to one (softmax). */
static void
chances(const struct planes *columns, int x, double p[SYMBOLS])
{
	double most = -1e9, sum = 0;

	for (int k = 0; k < SYMBOLS; k++) {
		p[k] = planes_row(columns, k, 0)[x];
		most = fmax(most, p[k]);
	}
	for (int k = 0; k < SYMBOLS; k++)
		sum += p[k] = exp(p[k] - most);
	for (int k = 0; k < SYMBOLS; k++)
		p[k] /= sum;
}

/* The likeliest of [from, to), at most TRIED. */
static int
likeliest(const double *p, int from, int to, double least, int *out)
{
	int n = 0;

	for (int k = from; k < to; k++) {
		int at;

		if (p[k] < least || (n == TRIED && p[out[TRIED - 1]] >= p[k]))
			continue;
		at = n < TRIED ? n++ : TRIED - 1;
		for (; at > 0 && p[out[at - 1]] < p[k]; at--)
			out[at] = out[at - 1];
		out[at] = k;
	}
	return n;
}

/* What the layouts make of a prefix that goes on with a digit, or with a letter. */
struct continuation {
	uint64_t set;
	double weight, factor;
};

static struct continuation
continuation_of(const struct beam *b, const struct prefix *from, bool digit)
{
	struct continuation w = { .weight = 1, .factor = 1 };

	if (b->layouts) {
		w.set = layouts_with(b->layouts, from->set, from->n, digit);
		w.weight = layouts_weight(b->layouts, w.set);
		w.factor = pow(w.weight / from->weight, PRIOR_POWER);
	}
	return w;
}

/* A prefix goes on as itself, and with each of the letters. */
static void
extend(struct beam *b, const struct prefix *from, const double *p, const int *tried, int n,
    double best)
{
	double all = chance(from);
	struct prefix *same = prefix_in(b, from->text, from->n);

	same->set = from->set;
	same->weight = from->weight;
	same->last = from->last;
	same->none += all * p[NONE];
	if (from->n)
		same->letter += from->letter * p[from->last];
	struct continuation with[2] = { continuation_of(b, from, false),
		continuation_of(b, from, true) };
	for (int i = 0; i < n && from->n < LETTERS; i++) {
		int k = tried[i];
		const struct continuation *w = &with[k <= DIGITS];
		/* The same letter again needs a "none" between. */
		double more = p[k] * (from->n && from->last == k ? from->none : all) * w->factor;
		char s[LETTERS + 4];

		if (more < best * LEAST_SHARE)
			continue;
		memcpy(s, from->text, (size_t)from->n);
		s[from->n] = symbols[k - 1];
		struct prefix *to = prefix_in(b, s, from->n + 1);
		to->letter += more;
		to->last = k;
		to->set = w->set;
		to->weight = w->weight;
	}
}

static void
column(struct beam *b, const double *p)
{
	double least = b->layouts ? 2e-4 : 2e-3, best = chance(&b->kept[0]);
	int tried[2 * TRIED] = { 0 };
	int n = likeliest(p, DIGITS + 1, SYMBOLS, least, tried);

	n += likeliest(p, 1, DIGITS + 1, least, tried + n);
	b->n_next = 0;
	for (int i = 0; i < b->n; i++)
		if (chance(&b->kept[i]) >= best * LEAST_SHARE)
			extend(b, &b->kept[i], p, tried, n, best);
	qsort(b->next, (size_t)b->n_next, sizeof *b->next, by_chance);
	b->n = b->n_next < BEAM ? b->n_next : BEAM;
	memcpy(b->kept, b->next, (size_t)b->n * sizeof *b->kept);
}

/* Nothing but "none" stands here: no prefix grows. */
static void
empty_column(struct beam *b, double none)
{
	for (int i = 0; i < b->n; i++) {
		b->kept[i].none = chance(&b->kept[i]) * none;
		b->kept[i].letter = 0;
	}
}

int
beam_search(const struct planes *columns, const struct layouts *layouts, struct guess out[BEAM])
{
	struct beam b = { .layouts = layouts, .n = 1 };
	double p[SYMBOLS], root;

	b.kept[0] = (struct prefix){ .none = 1, .weight = 1 };
	if (layouts) {
		b.kept[0].set = layouts_all(layouts);
		b.kept[0].weight = layouts_weight(layouts, b.kept[0].set);
	}
	root = b.kept[0].weight;
	for (int x = 0; x < columns->width; x++) {
		chances(columns, x, p);
		if (p[NONE] > .9999)
			empty_column(&b, p[NONE]);
		else
			column(&b, p);
	}
	for (int i = 0; i < b.n; i++) {
		const struct prefix *k = &b.kept[i];

		out[i] =
		    (struct guess){ .n = k->n, .likely = chance(k), .prior = 1, .set = k->set };
		memcpy(out[i].text, k->text, (size_t)k->n);
		if (layouts) {
			double ended = layouts_weight_ended(layouts, k->set, k->n);

			out[i].likely /= pow(k->weight / root, PRIOR_POWER);
			out[i].prior = pow(ended / root, PRIOR_POWER);
		}
	}
	return b.n;
}
