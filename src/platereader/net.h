/*
 * net.h -- the arithmetic of a small convolutional net, in 32-bit floats, without a library.
 *
 * Planes are a stack of pictures of one size with a border of zeros round each, so that a kernel may
 * look beyond the edge.  A layer's weights lie as [out/8][in][row][column][8], outs padded to
 * eight: the innermost loops then run over one stretch of memory and one register tile.
 *
 * Everything here is a function of its arguments; layers only point into the weights, which nobody
 * changes.
 */
#ifndef NET_H
#define NET_H

#include "base/base.h"

enum { BORDER = 3, MOST_LAYERS = 20 };

struct planes {
	int channels, height, width;
	int stride; /* floats from a row to the next */
	size_t plane; /* floats from a channel to the next */
	float *at;
};
struct planes planes_new(
    int channels, int height, int width); /* the border is zero, the rest anything */
void planes_free(struct planes *);
static inline float *
planes_row(const struct planes *p, int channel, int row) /* its first pixel; -BORDER … is allowed */
{
	return p->at + (size_t)channel * p->plane + (size_t)(row + BORDER) * p->stride + BORDER;
}

struct layer_shape {
	int in, out, rows, columns, stride; /* stride 1 or 2; 2 is for 3 × 3 alone */
};
struct layer {
	struct layer_shape shape;
	bool relu; /* max(0, x) behind it */
	const float *weights, *bias;
};
struct net {
	struct layer layers[MOST_LAYERS];
	int n;
};

/* Reads a net from weights.bin: int32 layers, then of each int32 in, out, rows, columns, stride, relu,
 * its weights, its bias.  False unless its layers are exactly those of `shapes` (ended by in 0). Moves
 * *bytes behind it.  The net points into the bytes. */
bool net_read(
    const unsigned char **bytes, size_t *left, const struct layer_shape *shapes, struct net *out);

/* The layer over the planes, as wide and high as they are (÷ stride), zeros beyond the edge… */
struct planes layer_apply(const struct layer *, const struct planes *);
/* … or only where the whole kernel fits vertically: `height` falls to height - rows + 1. */
struct planes layer_apply_inside(const struct layer *, const struct planes *);
/* The largest of each down × across pixels; 1 or 2. */
struct planes planes_pool(const struct planes *, int down, int across);
/* Adds the planes, each pixel doubled both ways, to a stack twice their size. */
void planes_add_doubled(const struct planes *small, struct planes *sum);

/* Which instructions serve here: "avx512", "avx2" or "plain". */
text net_instructions(void);

#endif
