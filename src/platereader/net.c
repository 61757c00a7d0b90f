#include "platereader/net.h"

/* ---- planes */

static int
round_up(int n, int to)
{
	return (n + to - 1) / to * to;
}

/* Reading a whole vector at the end of a row, or of the last one, stays inside. */
enum { SLACK = 64 };

struct planes
planes_new(int channels, int height, int width)
{
	struct planes p = { .channels = channels, .height = height, .width = width };

	p.stride = round_up(width + 2 * BORDER, 16) + 16;
	p.plane = (size_t)p.stride * (size_t)(height + 2 * BORDER);
	size_t floats = p.plane * (size_t)channels + SLACK;
	p.at = aligned_alloc(64, (floats * sizeof(float) + 63) / 64 * 64);
	if (p.at == NULL)
		BUG("out of memory");
	size_t band = (size_t)p.stride * BORDER, right = (size_t)(p.stride - width - BORDER);
	for (int c = 0; c < channels; c++) {
		float *first = p.at + (size_t)c * p.plane;

		memset(first, 0, band * sizeof(float));
		memset(first + p.plane - band, 0, band * sizeof(float));
		for (int y = 0; y < height; y++) {
			float *row = planes_row(&p, c, y);

			memset(row - BORDER, 0, BORDER * sizeof(float));
			memset(row + width, 0, right * sizeof(float));
		}
	}
	memset(p.at + p.plane * (size_t)channels, 0, SLACK * sizeof(float));
	return p;
}

void
planes_free(struct planes *p)
{
	free(p->at);
	p->at = NULL;
}

/* ---- weights */

static bool
take(const unsigned char **bytes, size_t *left, size_t n, const void **out)
{
	if (n > *left)
		return false;
	*out = *bytes;
	*bytes += n;
	*left -= n;
	return true;
}

static bool
layer_read(
    const unsigned char **bytes, size_t *left, const struct layer_shape *s, struct layer *out)
{
	size_t outs = (size_t)round_up(s->out, 8);
	size_t n = outs * (size_t)s->in * (size_t)s->rows * (size_t)s->columns;
	const void *head, *weights, *bias;
	int32_t h[6];

	if (!take(bytes, left, sizeof h, &head))
		return false;
	memcpy(h, head, sizeof h);
	if (h[0] != s->in || h[1] != s->out || h[2] != s->rows || h[3] != s->columns ||
	    h[4] != s->stride || !take(bytes, left, n * sizeof(float), &weights) ||
	    !take(bytes, left, outs * sizeof(float), &bias))
		return false;
	*out = (struct layer){ .shape = *s, .relu = h[5] != 0, .weights = weights, .bias = bias };
	return true;
}

bool
net_read(
    const unsigned char **bytes, size_t *left, const struct layer_shape *shapes, struct net *out)
{
	const void *head;
	int32_t n;

	if (!take(bytes, left, sizeof n, &head))
		return false;
	memcpy(&n, head, sizeof n);
	for (out->n = 0; shapes[out->n].in; out->n++)
		if (out->n >= n || out->n >= MOST_LAYERS ||
		    !layer_read(bytes, left, &shapes[out->n], &out->layers[out->n]))
			return false;
	return out->n == n;
}

/* ---- convolution */

/* What a tile works on: pixels beside each other in one row of up to eight output channels. */
struct strip {
	const float *row[8]; /* of the first input channel, by kernel row */
	int offset[8]; /* from there, by kernel column */
	int rows, columns, in;
	size_t plane;
	const float *weights, *bias;
	bool relu;
	float *to[8];
	int outs, width;
};

#define TILE_NAME tile_plain
#define TILE_TARGET
#define TILE_VECTOR vector_plain
#define TILE_MASK mask_plain
#define TILE_LANES 4
#define TILE_OUTS 4
#define TILE_VECTORS 2
#include "platereader/net_tile.h"

#ifdef __x86_64__
#define TILE_NAME tile_avx2
#define TILE_TARGET __attribute__((target("avx2,fma")))
#define TILE_VECTOR vector_avx2
#define TILE_MASK mask_avx2
#define TILE_LANES 8
#define TILE_OUTS 4
#define TILE_VECTORS 2
#include "platereader/net_tile.h"

#define TILE_NAME tile_avx512
#define TILE_TARGET __attribute__((target("avx512f")))
#define TILE_VECTOR vector_avx512
#define TILE_MASK mask_avx512
#define TILE_LANES 16
#define TILE_OUTS 8
#define TILE_VECTORS 1
#include "platereader/net_tile.h"
#endif

typedef void tile_function(const struct strip *);

static tile_function *
tile_of_machine(text *name)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f")) {
		*name = "avx512";
		return tile_avx512;
	}
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
		*name = "avx2";
		return tile_avx2;
	}
#endif
	*name = "plain";
	return tile_plain;
}

text
net_instructions(void)
{
	text name;

	(void)tile_of_machine(&name);
	return name;
}

/* For stride 2 each row is laid apart: even pixels, then odd ones; a kernel column is then a stretch of
 * neighbours again. */
struct halves {
	float *at;
	int half; /* floats from the even ones to the odd ones */
	size_t plane;
};

static struct halves
halves_of(const struct planes *in, int out_width)
{
	struct halves h = { .half = round_up(out_width + 2, 16) + 32 };

	h.plane = (size_t)2 * (size_t)h.half * (size_t)(in->height + 2);
	h.at = calloc(h.plane * (size_t)in->channels + SLACK, sizeof(float));
	if (h.at == NULL)
		BUG("out of memory");
	for (int c = 0; c < in->channels; c++)
		for (int y = -1; y <= in->height; y++) {
			const float *from = planes_row(in, c, y) - 1;
			float *even =
			    h.at + (size_t)c * h.plane + (size_t)(y + 1) * 2 * (size_t)h.half;
			float *odd = even + h.half;

			for (int x = 0; x <= out_width; x++) {
				even[x] = from[2 * x];
				odd[x] = from[2 * x + 1];
			}
		}
	return h;
}

static void
convolve(const struct layer *l, const struct planes *in, struct planes *out, int above, int before)
{
	const struct layer_shape *k = &l->shape;
	size_t block = (size_t)8 * (size_t)k->in * (size_t)k->rows * (size_t)k->columns;
	struct halves h = { 0 };
	struct strip s = { .rows = k->rows, .columns = k->columns, .in = k->in, .relu = l->relu };
	text name;
	tile_function *tile = tile_of_machine(&name);

	s.width = out->width;
	s.plane = in->plane;
	for (int t = 0; t < k->columns; t++)
		s.offset[t] = t;
	if (k->stride == 2) {
		h = halves_of(in, out->width);
		s.plane = h.plane;
		s.offset[1] = h.half;
		s.offset[2] = 1;
	}
	for (int first = 0; first < k->out; first += 8) {
		s.weights = l->weights + (size_t)(first / 8) * block;
		s.bias = l->bias + first;
		s.outs = k->out - first < 8 ? k->out - first : 8;
		for (int y = 0; y < out->height; y++) {
			for (int r = 0; r < k->rows; r++)
				s.row[r] = h.at ? h.at + (size_t)(2 * y + r) * 2 * (size_t)h.half
						: planes_row(in, 0, y + r - above) - before;
			for (int o = 0; o < s.outs; o++)
				s.to[o] = planes_row(out, first + o, y);
			tile(&s);
		}
	}
	free(h.at);
}

struct planes
layer_apply(const struct layer *l, const struct planes *in)
{
	int stride = l->shape.stride;
	struct planes out = planes_new(
	    l->shape.out, (in->height + stride - 1) / stride, (in->width + stride - 1) / stride);

	convolve(l, in, &out, l->shape.rows / 2, l->shape.columns / 2);
	return out;
}

struct planes
layer_apply_inside(const struct layer *l, const struct planes *in)
{
	struct planes out = planes_new(l->shape.out, in->height - l->shape.rows + 1, in->width);

	convolve(l, in, &out, 0, l->shape.columns / 2);
	return out;
}

/* ---- between layers */

static float
larger(float a, float b)
{
	return a > b ? a : b;
}

struct planes
planes_pool(const struct planes *in, int down, int across)
{
	struct planes out = planes_new(in->channels, in->height / down, in->width / across);

	for (int c = 0; c < out.channels; c++)
		for (int y = 0; y < out.height; y++) {
			const float *a = planes_row(in, c, y * down);
			const float *b = planes_row(in, c, y * down + down - 1);
			float *to = planes_row(&out, c, y);

			for (int x = 0; x < out.width; x++) {
				int l = x * across, r = l + across - 1;

				to[x] = larger(larger(a[l], a[r]), larger(b[l], b[r]));
			}
		}
	return out;
}

void
planes_add_doubled(const struct planes *small, struct planes *sum)
{
	for (int c = 0; c < sum->channels; c++)
		for (int y = 0; y < sum->height; y++) {
			const float *from = planes_row(small, c, y / 2);
			float *to = planes_row(sum, c, y);

			for (int x = 0; x < sum->width; x++)
				to[x] += from[x / 2];
		}
}
