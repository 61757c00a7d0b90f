/* detect.c -- where the plates are. */
#include "platereader/engine.h"

#include <math.h>

enum {
	CELL = 8, /* pixels: the stride of the net's answer */
	CELLS_MOST = 20000,
	MULTIPLE = 32, /* the net halves five times */
	WINDOW_WIDTH = 256,
	WINDOW_HEIGHT = 128,
	PLATE_WIDTH = 112, /* of a plate in that window */
	WINDOW_CELLS = WINDOW_WIDTH / CELL * WINDOW_HEIGHT / CELL,
};
#define LEAST_SCORE .2
#define LEAST_SCORE_AGAIN .15
#define SAME_PLATE .4 /* overlap from which two cells mean one plate */

/* ---- the net */

struct path { /* the stack that is handed from layer to layer */
	const struct net *net;
	int next;
	struct planes at;
};

static void
step(struct path *p)
{
	struct planes out = layer_apply(&p->net->layers[p->next++], &p->at);

	planes_free(&p->at);
	p->at = out;
}

/* Steps n layers and keeps a copy's place: the stack as it was before the last of them halves it. */
static struct planes
branch(struct path *p, int n)
{
	for (int i = 0; i < n; i++)
		step(p);
	struct planes kept = p->at;
	p->at = layer_apply(&p->net->layers[p->next++], &kept);
	return kept;
}

/* Adds what is at hand, doubled, to what was kept, and goes on with that. */
static void
join(struct path *p, struct planes kept)
{
	planes_add_doubled(&p->at, &kept);
	planes_free(&p->at);
	p->at = kept;
}

/* Nine planes at an eighth of the size: objectness, and x and y of four corners ÷ 32.  Takes the planes over. */
static struct planes
run(const struct engine *e, struct planes in)
{
	struct path p = { .net = &e->detector, .at = in };
	struct planes eighth = branch(&p, 6), sixteenth = branch(&p, 2);

	for (int i = 0; i < 3; i++)
		step(&p);
	join(&p, sixteenth);
	step(&p);
	step(&p);
	join(&p, eighth);
	for (int i = 0; i < 3; i++)
		step(&p);
	return p.at;
}

/* ---- its answer */

static int
by_score(const void *a, const void *b)
{
	double x = ((const struct found *)a)->score, y = ((const struct found *)b)->score;

	return x < y ? 1 : x > y ? -1 : 0;
}

static int
cells_of(const struct planes *out, double scale, double least, struct found *to, int most)
{
	int n = 0;

	for (int y = 0; y < out->height; y++)
		for (int x = 0; x < out->width && n < most; x++) {
			double score = 1 / (1 + exp(-(double)planes_row(out, 0, y)[x]));

			if (score < least)
				continue;
			to[n].score = score;
			for (int i = 0; i < 8; i++) {
				double middle = ((i % 2 ? y : x) + .5) * CELL;

				to[n].quad.at[i] =
				    (planes_row(out, 1 + i, y)[x] * 32 + middle) / scale;
			}
			n++;
		}
	return n;
}

struct box {
	double left, top, right, bottom;
};

static struct box
box_of(const struct quad *q)
{
	struct box b = { 1e9, 1e9, -1e9, -1e9 };

	for (int i = 0; i < 8; i += 2) {
		b.left = fmin(b.left, q->at[i]);
		b.right = fmax(b.right, q->at[i]);
		b.top = fmin(b.top, q->at[i + 1]);
		b.bottom = fmax(b.bottom, q->at[i + 1]);
	}
	return b;
}

static double
area(const struct box *b)
{
	return (b->right - b->left) * (b->bottom - b->top);
}

double
quad_overlap(const struct quad *p, const struct quad *q)
{
	struct box a = box_of(p), b = box_of(q);
	double width = fmin(a.right, b.right) - fmax(a.left, b.left);
	double height = fmin(a.bottom, b.bottom) - fmax(a.top, b.top);

	if (width <= 0 || height <= 0)
		return 0;
	double both = width * height;
	if (both > .7 * fmin(area(&a), area(&b)))
		return 1;
	return both / (area(&a) + area(&b) - both);
}

/* Cells that agree with the best of them become one plate, whose corners are their mean by score squared. */
static int
merge(struct found *cells, int n, struct found *out, int most)
{
	bool *used = memory_take((size_t)n + 1);
	int m = 0;

	qsort(cells, (size_t)n, sizeof *cells, by_score);
	for (int i = 0; i < n && m < most; i++) {
		double weights = 0, sum[8] = { 0 };

		if (used[i])
			continue;
		for (int j = i; j < n; j++) {
			if (used[j] || quad_overlap(&cells[i].quad, &cells[j].quad) <= SAME_PLATE)
				continue;
			used[j] = true;
			if (cells[j].score <= .6 * cells[i].score)
				continue;
			double w = cells[j].score * cells[j].score;
			weights += w;
			for (int k = 0; k < 8; k++)
				sum[k] += w * cells[j].quad.at[k];
		}
		out[m] = cells[i];
		for (int k = 0; k < 8 && weights > 0; k++)
			out[m].quad.at[k] = sum[k] / weights;
		m++;
	}
	free(used);
	return m;
}

/* ---- the whole picture, and a window of it */

static int
up_to_multiple(double n)
{
	return ((int)(n + .5) + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
}

int
detect(const struct engine *e, const struct grey *g, double size, struct found *out, int most)
{
	double scale = size / (g->width > g->height ? g->width : g->height);
	struct planes in =
	    planes_new(1, up_to_multiple(g->height * scale), up_to_multiple(g->width * scale));
	struct found *cells = memory_take(CELLS_MOST * sizeof *cells);

	grey_into(g, scale, &in);
	struct planes answer = run(e, in);
	int n = cells_of(&answer, scale, LEAST_SCORE, cells, CELLS_MOST);
	planes_free(&answer);
	n = merge(cells, n, out, most);
	free(cells);
	return n;
}

static double
width_of(const struct quad *q)
{
	const double *p = q->at;

	return fmax(hypot(p[2] - p[0], p[3] - p[1]), hypot(p[4] - p[6], p[5] - p[7]));
}

/* The window round a plate; false where that would show no more than before, or nothing. */
static bool
window_of(const struct grey *g, const struct quad *q, double scale, int *x, int *y, int *w, int *h)
{
	double cx = 0, cy = 0;

	for (int i = 0; i < 8; i += 2) {
		cx += q->at[i] / 4;
		cy += q->at[i + 1] / 4;
	}
	int left = (int)(cx - (int)(WINDOW_WIDTH / scale) / 2.);
	int top = (int)(cy - (int)(WINDOW_HEIGHT / scale) / 2.);
	int right = left + (int)(WINDOW_WIDTH / scale), bottom = top + (int)(WINDOW_HEIGHT / scale);
	*x = left < 0 ? 0 : left;
	*y = top < 0 ? 0 : top;
	*w = (right > g->width ? g->width : right) - *x;
	*h = (bottom > g->height ? g->height : bottom) - *y;
	return *w >= 16 && *h >= 8;
}

/* What a window shows of the plate that was found before: the cell that covers it best. */
static const struct found *
same_plate(const struct found *seen, int n, const struct quad *q)
{
	const struct found *best = NULL;
	double most = 0;

	for (int i = 0; i < n; i++) {
		double overlap = quad_overlap(&seen[i].quad, q);

		if (overlap > .35 && overlap * seen[i].score > most) {
			most = overlap * seen[i].score;
			best = &seen[i];
		}
	}
	return best;
}

void
detect_again(const struct engine *e, const struct grey *g, double scale_before, struct found *f)
{
	double width = width_of(&f->quad), scale = PLATE_WIDTH / width;
	struct found cells[WINDOW_CELLS], seen[4];
	int x, y, w, h;

	if (width < 8 || (scale < scale_before * 1.15 && scale > scale_before * .8) ||
	    !window_of(g, &f->quad, scale, &x, &y, &w, &h))
		return;
	struct grey part = grey_part(g, x, y, w, h);
	struct planes in = planes_new(1, WINDOW_HEIGHT, WINDOW_WIDTH);
	grey_into(&part, scale, &in);
	free(part.at);
	struct planes answer = run(e, in);
	int n = cells_of(&answer, scale, LEAST_SCORE_AGAIN, cells, WINDOW_CELLS);
	planes_free(&answer);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < 8; k++)
			cells[i].quad.at[k] += k % 2 ? y : x;
	n = merge(cells, n, seen, (int)LENGTH(seen));
	const struct found *best = same_plate(seen, n, &f->quad);
	if (best == NULL) {
		f->score /= 2;
		return;
	}
	f->quad = best->quad;
	f->score = (f->score + best->score) / 2;
}
