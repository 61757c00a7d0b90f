/* read.c -- what stands on the plates, and the whole of a look. */
#include "platereader/engine.h"

#include <math.h>

enum {
	READ_WIDTH = 160,
	READ_HEIGHT = 48,
	FIRST_SIZE = 640, /* of the picture's longest side, for the detector */
	SECOND_SIZE = 1024,
	LOOKED_AT_AGAIN = 3, /* of the finds of one look */
	FINDS = 6, /* of one look */
	GUESSES = 3 * BEAM,
	VIEWS = 3,
	READ_OVER = 2, /* plates that are worth more than one view */
};
#define SURE .97 /* with a layout that fits: no further view is needed */
#define CONVINCING .15 /* below that the picture is looked at in more detail */

static const struct layer_shape detector_shapes[] = { { 1, 8, 3, 3, 2 }, { 8, 16, 3, 3, 2 },
	{ 16, 16, 3, 3, 1 }, { 16, 32, 3, 3, 2 }, { 32, 32, 3, 3, 1 }, { 32, 32, 3, 3, 1 },
	{ 32, 48, 3, 3, 2 }, { 48, 48, 3, 3, 1 }, { 48, 48, 3, 3, 1 }, { 48, 64, 3, 3, 2 },
	{ 64, 64, 3, 3, 1 }, { 64, 64, 3, 3, 1 }, { 64, 48, 1, 1, 1 }, { 48, 48, 3, 3, 1 },
	{ 48, 32, 1, 1, 1 }, { 32, 32, 3, 3, 1 }, { 32, 32, 3, 3, 1 }, { 32, 9, 1, 1, 1 }, { 0 } };
static const struct layer_shape reader_shapes[] = { { 1, 16, 3, 3, 1 }, { 16, 32, 3, 3, 1 },
	{ 32, 32, 3, 3, 1 }, { 32, 48, 3, 3, 1 }, { 48, 64, 3, 3, 1 }, { 64, 96, 3, 3, 1 },
	{ 96, 96, 3, 3, 1 }, { 96, 128, 3, 3, 1 }, { 128, 128, 3, 1, 1 }, { 128, 128, 1, 7, 1 },
	{ 128, 37, 1, 1, 1 }, { 0 } };

int64_t
clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

bool
engine_open(struct engine *e, const void *weights, size_t n)
{
	const unsigned char *at = weights;

	return net_read(&at, &n, detector_shapes, &e->detector) &&
	    net_read(&at, &n, reader_shapes, &e->reader) && n == 0;
}

/* ---- one view of one plate */

/* 37 planes of one row of 40 columns.  Takes the planes over. */
static struct planes
columns_of(const struct engine *e, struct planes at)
{
	static const struct {
		int layers, down, across; /* so many layers, then a pooling; 0: none */
	} stages[] = { { 1, 2, 2 }, { 2, 2, 2 }, { 2, 2, 1 }, { 2, 2, 1 }, { 4, 0, 0 } };
	int next = 0;

	for (size_t s = 0; s < LENGTH(stages); s++) {
		for (int i = 0; i < stages[s].layers; i++) {
			const struct layer *l = &e->reader.layers[next++];
			struct planes out = l->shape.rows == 3 && l->shape.columns == 1
			    ? layer_apply_inside(l, &at)
			    : layer_apply(l, &at);

			planes_free(&at);
			at = out;
		}
		if (stages[s].down) {
			struct planes out = planes_pool(&at, stages[s].down, stages[s].across);

			planes_free(&at);
			at = out;
		}
	}
	return at;
}

/* A plate and what the views so far make of it.  A guess' `likely` is the sum over the views. */
struct reading {
	struct found found;
	struct guess guesses[GUESSES];
	int n, views;
	double confidence; /* of the first guess */
	double kept; /* the share of everything that the guesses hold */
	bool fits; /* a layout of the region */
};

static double
worth(const struct guess *g)
{
	return g->likely * g->prior;
}

static int
by_worth(const void *a, const void *b)
{
	double x = worth(a), y = worth(b);

	return x < y ? 1 : x > y ? -1 : 0;
}

static void
add_guess(struct reading *r, const struct guess *g)
{
	for (int i = 0; i < r->n; i++)
		if (r->guesses[i].n == g->n &&
		    memcmp(r->guesses[i].text, g->text, (size_t)g->n) == 0) {
			r->guesses[i].likely += g->likely;
			return;
		}
	if (r->n < GUESSES)
		r->guesses[r->n++] = *g;
}

static void
judge(struct reading *r, const struct layouts *layouts)
{
	double all = 0, kept = 0;

	qsort(r->guesses, (size_t)r->n, sizeof *r->guesses, by_worth);
	for (int i = 0; i < r->n; i++) {
		all += worth(&r->guesses[i]);
		kept += r->guesses[i].likely;
	}
	r->kept = fmin(kept / r->views, 1);
	r->confidence = r->n && all > 0 ? worth(&r->guesses[0]) / all * r->kept : 0;
	r->fits = r->n && layouts && layouts_fit(layouts, r->guesses[0].set, r->guesses[0].n);
}

static void
view(const struct engine *e, const struct grey *g, const struct layouts *layouts, double margin_x,
    double margin_y, struct reading *r)
{
	struct planes straight = planes_new(1, READ_HEIGHT, READ_WIDTH);
	struct guess seen[BEAM];

	grey_straighten(g, &r->found.quad, margin_x, margin_y, &straight);
	planes_normalise(&straight);
	struct planes columns = columns_of(e, straight);
	int n = beam_search(&columns, layouts, seen);
	planes_free(&columns);
	r->views++;
	for (int i = 0; i < n; i++)
		add_guess(r, &seen[i]);
	judge(r, layouts);
}

/* ---- a picture */

/* Which plate of a picture is meant: sure, large, long enough, with a layout that fits. */
static double
rank(const struct reading *r)
{
	int n = r->guesses[0].n;

	return pow(r->confidence * r->found.score + 1e-9, .25) * (n < 9 ? n : 9) *
	    (r->fits ? 1.3 : 1) * (n < 3 ? .1 : 1);
}

static int
by_rank(const void *a, const void *b)
{
	double x = rank(a), y = rank(b);

	return x < y ? 1 : x > y ? -1 : 0;
}

/* Finds plates at that size and reads each once; how many readings there are then. */
static int
look_at_size(const struct engine *e, const struct grey *g, const struct layouts *layouts,
    double size, struct reading *all, int n, struct sight *s)
{
	double scale = size / (g->width > g->height ? g->width : g->height);
	int64_t began = clock_us();
	struct found found[FINDS];
	int finds = detect(e, g, size, found, FINDS);
	double least = finds ? .5 * found[0].score : 0;

	while (finds && found[finds - 1].score < least)
		finds--;
	for (int i = 0; i < finds && i < LOOKED_AT_AGAIN; i++)
		detect_again(e, g, scale, &found[i]);
	int64_t detected = clock_us();
	for (int i = 0; i < finds; i++) {
		struct reading *r = &all[n];

		*r = (struct reading){ .found = found[i] };
		view(e, g, layouts, .03, .06, r);
		n += r->n && r->guesses[0].n >= 2;
	}
	s->us_detect += detected - began;
	s->us_read += clock_us() - detected;
	qsort(all, (size_t)n, sizeof *all, by_rank);
	return n;
}

/* The same plate found twice stays once, the better one. */
static int
without_doubles(struct reading *all, int n)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		bool again = false;

		for (int j = 0; j < kept; j++)
			again |= quad_overlap(&all[i].found.quad, &all[j].found.quad) > .25;
		if (!again)
			all[kept++] = all[i];
	}
	return kept;
}

static struct seen_plate
told(const struct reading *r, struct arena *a)
{
	struct seen_plate p = { .second = "", .confidence = r->confidence };
	double all = 0;

	memcpy(p.corners, r->found.quad.at, sizeof p.corners);
	p.candidates.n = (size_t)(r->n < SIGHT_CANDIDATES ? r->n : SIGHT_CANDIDATES);
	p.candidates.v = arena_alloc(a, p.candidates.n * sizeof(struct candidate));
	for (int i = 0; i < r->n; i++)
		all += worth(&r->guesses[i]);
	size_t kept = 0;
	for (size_t i = 0; i < p.candidates.n; i++) {
		const struct guess *g = &r->guesses[i];

		if (g->n == 0)
			continue; /* nothing at all is no reading */
		*ROW(candidate, p.candidates, kept++) =
		    (struct candidate){ arena_bytes(a, g->text, (size_t)g->n),
			    all > 0 ? worth(g) / all * r->kept : 0 };
	}
	p.candidates.n = kept;
	p.plate = ROW(candidate, p.candidates, 0)->plate;
	return p;
}

void
engine_look(const struct engine *e, const struct grey *g, enum sight_region region, struct arena *a,
    struct sight *s)
{
	static const double margins[VIEWS][2] = { { .03, .06 }, { .07, .14 }, { 0, 0 } };
	const struct layouts *layouts = layouts_of(region);
	struct reading *all = memory_take(2 * FINDS * sizeof *all);
	int n = look_at_size(e, g, layouts, FIRST_SIZE, all, 0, s);

	if ((n == 0 || all[0].confidence <= CONVINCING) &&
	    (g->width > g->height ? g->width : g->height) >= SECOND_SIZE * .8)
		n = look_at_size(e, g, layouts, SECOND_SIZE, all, n, s);
	int64_t began = clock_us();
	for (int i = 0; i < n && i < READ_OVER; i++)
		for (int v = 1; v < VIEWS && !(all[i].confidence > SURE && all[i].fits); v++)
			view(e, g, layouts, margins[v][0], margins[v][1], &all[i]);
	qsort(all, (size_t)n, sizeof *all, by_rank);
	n = without_doubles(all, n);
	s->us_read += clock_us() - began;
	s->plates.v = arena_alloc(a, (size_t)(n + 1) * sizeof(struct seen_plate));
	for (int i = 0; i < n && i < SIGHT_PLATES; i++)
		*ROW(seen_plate, s->plates, s->plates.n++) = told(&all[i], a);
	free(all);
}
