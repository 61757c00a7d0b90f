#include "platereader/grey.h"

#include <math.h>

/* ---- scaling */

static double
between(const struct grey *g, int x0, int x1, int y0, int y1, double fx, double fy)
{
	const uint8_t *a = g->at + (size_t)y0 * (size_t)g->width;
	const uint8_t *b = g->at + (size_t)y1 * (size_t)g->width;

	return (a[x0] * (1 - fx) + a[x1] * fx) * (1 - fy) + (b[x0] * (1 - fx) + b[x1] * fx) * fy;
}

/* The pixels left and right of a place, and how far it is to the right one. */
static int
neighbours(double at, int n, int *next, double *share)
{
	int i = (int)floor(at);

	*share = at - i;
	if (i < 0) {
		i = 0;
		*share = 0;
	}
	if (i > n - 1)
		i = n - 1;
	*next = i + 1 < n ? i + 1 : n - 1;
	return i;
}

static float
centred(double brightness)
{
	return (float)((brightness - 128) / 64);
}

static void
grow(const struct grey *g, double scale, int width, int height, struct planes *out)
{
	for (int y = 0; y < height; y++) {
		float *to = planes_row(out, 0, y);
		double fx, fy;
		int x1, y1, y0 = neighbours((y + .5) / scale - .5, g->height, &y1, &fy);

		for (int x = 0; x < width; x++) {
			int x0 = neighbours((x + .5) / scale - .5, g->width, &x1, &fx);

			to[x] = centred(between(g, x0, x1, y0, y1, fx, fy));
		}
	}
}

/* Adds up the rows from `top` to `bottom`, the outer ones by the share of them that belongs; answers the sum of the
 * shares. */
static double
sum_rows(const struct grey *g, double top, double bottom, float *row)
{
	double all = 0;

	memset(row, 0, sizeof *row * (size_t)g->width);
	for (int y = (int)top; y < bottom && y < g->height; y++) {
		float share = (float)((y + 1 < bottom ? y + 1 : bottom) - (y > top ? y : top));
		const uint8_t *p = g->at + (size_t)y * (size_t)g->width;

		if (share <= 0)
			continue;
		all += share;
		for (int x = 0; x < g->width; x++)
			row[x] += share * p[x];
	}
	return all;
}

static void
shrink(const struct grey *g, double scale, int width, int height, struct planes *out)
{
	float *row = memory_take(sizeof *row * (size_t)(g->width + 1));
	double *upto = memory_take(sizeof *upto * (size_t)(g->width + 1));
	double step = 1 / scale;

	for (int y = 0; y < height; y++) {
		float *to = planes_row(out, 0, y);
		double all = sum_rows(g, y * step, fmin((y + 1) * step, g->height), row);

		for (int x = 0; x < g->width; x++)
			upto[x + 1] = upto[x] + row[x];
		for (int x = 0; x < width; x++) {
			double l = x * step, r = fmin((x + 1) * step, g->width);
			int il = (int)l, ir = (int)r;
			double v = upto[ir] - upto[il] - (l - il) * row[il] + (r - ir) * row[ir];

			to[x] = centred(v / ((r - l) * all));
		}
	}
	free(row);
	free(upto);
}

void
grey_into(const struct grey *g, double scale, struct planes *out)
{
	int width = (int)(g->width * scale + .5), height = (int)(g->height * scale + .5);

	if (width > out->width)
		width = out->width;
	if (height > out->height)
		height = out->height;
	for (int y = 0; y < out->height; y++) {
		int from = y < height ? width : 0;

		memset(
		    planes_row(out, 0, y) + from, 0, sizeof(float) * (size_t)(out->width - from));
	}
	if (scale >= 1)
		grow(g, scale, width, height, out);
	else
		shrink(g, scale, width, height, out);
}

struct grey
grey_part(const struct grey *g, int left, int top, int width, int height)
{
	struct grey part = { width, height, memory_take((size_t)width * (size_t)height) };

	for (int y = 0; y < height; y++)
		memcpy(part.at + (size_t)y * (size_t)width,
		    g->at + (size_t)(top + y) * (size_t)g->width + left, (size_t)width);
	return part;
}

/* ---- straightening */

/* The projective map of the unit square onto the quad (Heckbert, Fundamentals of Texture Mapping and Image
 * Warping, 1989, 2.2.3); false for a quad that is none. */
static bool
projection(const double q[8], double h[9])
{
	double dx1 = q[2] - q[4], dx2 = q[6] - q[4], dx3 = q[0] - q[2] + q[4] - q[6];
	double dy1 = q[3] - q[5], dy2 = q[7] - q[5], dy3 = q[1] - q[3] + q[5] - q[7];
	double d = dx1 * dy2 - dx2 * dy1;

	if (fabs(d) < 1e-9)
		return false;
	h[6] = (dx3 * dy2 - dx2 * dy3) / d;
	h[7] = (dx1 * dy3 - dx3 * dy1) / d;
	h[8] = 1;
	h[0] = q[2] - q[0] + h[6] * q[2];
	h[1] = q[6] - q[0] + h[7] * q[6];
	h[2] = q[0];
	h[3] = q[3] - q[1] + h[6] * q[3];
	h[4] = q[7] - q[1] + h[7] * q[7];
	h[5] = q[1];
	return true;
}

static double
clamped(double v, double most)
{
	return v < 0 ? 0 : v > most ? most : v == v ? v : 0; /* a point at infinity is no number */
}

static double
brightness_at(const struct grey *g, const double h[9], double u, double v)
{
	double z = h[6] * u + h[7] * v + h[8];
	double x = clamped((h[0] * u + h[1] * v + h[2]) / z - .5, g->width - 1.001);
	double y = clamped((h[3] * u + h[4] * v + h[5]) / z - .5, g->height - 1.001);
	int x0 = (int)x, y0 = (int)y;

	return between(g, x0, x0 + 1, y0, y0 + 1, x - x0, y - y0);
}

/* How many samples a pixel takes, so that none of the plate is skipped where it is larger than its straight picture. */
static int
samples(double from, int to)
{
	double n = ceil(from / to);

	return n < 1 ? 1 : n > 6 ? 6 : (int)n;
}

void
grey_straighten(
    const struct grey *g, const struct quad *quad, double mx, double my, struct planes *out)
{
	const double *q = quad->at;
	double h[9] = { 0, 0, 0, 0, 0, 0, 0, 0, 1 };
	double across = hypot(q[2] - q[0], q[3] - q[1]), down = hypot(q[6] - q[0], q[7] - q[1]);
	int nx = samples(across * (1 + 2 * mx), out->width);
	int ny = samples(down * (1 + 2 * my), out->height);

	if (g->width < 2 || g->height < 2 || !projection(q, h))
		memset(h, 0, sizeof(double) * 8);
	for (int y = 0; y < out->height; y++) {
		float *to = planes_row(out, 0, y);

		for (int x = 0; x < out->width; x++) {
			double sum = 0;

			for (int i = 0; i < nx * ny; i++) {
				double u = (x + (i % nx + .5) / nx) / out->width;
				int row = i / nx;
				double v = (y + (row + .5) / ny) / out->height;

				sum += g->width < 2 || g->height < 2
				    ? 0
				    : brightness_at(
					  g, h, -mx + (1 + 2 * mx) * u, -my + (1 + 2 * my) * v);
			}
			to[x] = (float)(sum / (nx * ny));
		}
	}
}

void
planes_normalise(struct planes *p)
{
	double sum = 0, squares = 0, n = (double)p->width * p->height;

	for (int y = 0; y < p->height; y++)
		for (int x = 0; x < p->width; x++) {
			double v = planes_row(p, 0, y)[x];

			sum += v;
			squares += v * v;
		}
	double mean = sum / n, deviation = sqrt(fmax(0, squares / n - mean * mean)) + 4;
	for (int y = 0; y < p->height; y++)
		for (int x = 0; x < p->width; x++) {
			float *v = planes_row(p, 0, y) + x;

			*v = (float)((*v - mean) / deviation);
		}
}
