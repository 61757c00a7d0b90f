/*
 * net_tile.h -- one strip of output pixels of up to eight channels; net.c includes it once an instruction set.
 *
 * TILE_OUTS channels by TILE_VECTORS vectors of TILE_LANES floats stay in registers while the loops run
 * over input channel, kernel row, kernel column.  The tile must suit the machine: one that is best with
 * 32 registers spills with 16, and is then ten times slower.
 */
typedef float TILE_VECTOR __attribute__((vector_size(TILE_LANES * sizeof(float)), aligned(4)));
typedef int TILE_MASK __attribute__((vector_size(TILE_LANES * sizeof(int)), aligned(4)));

TILE_TARGET static void
TILE_NAME(const struct strip *s)
{
	const TILE_VECTOR zero = { 0 };

	for (int first = 0; first < s->outs; first += TILE_OUTS)
		for (int x = 0; x < s->width; x += TILE_VECTORS * TILE_LANES) {
			TILE_VECTOR sum[TILE_OUTS][TILE_VECTORS];
			const float *w = s->weights + first;

			for (int o = 0; o < TILE_OUTS; o++)
				for (int v = 0; v < TILE_VECTORS; v++)
					sum[o][v] = zero + s->bias[first + o];
			for (int c = 0; c < s->in; c++)
				for (int r = 0; r < s->rows; r++) {
					const float *p = s->row[r] + (size_t)c * s->plane + x;

					for (int t = 0; t < s->columns; t++, w += 8)
						for (int v = 0; v < TILE_VECTORS; v++) {
							TILE_VECTOR pixels =
							    *(const TILE_VECTOR *)(p +
								s->offset[t] + v * TILE_LANES);

							for (int o = 0; o < TILE_OUTS; o++)
								sum[o][v] += pixels * w[o];
						}
				}
			int left = s->width - x;
			for (int o = 0; o < TILE_OUTS && first + o < s->outs; o++)
				for (int v = 0; v < TILE_VECTORS && v * TILE_LANES < left; v++) {
					TILE_VECTOR y = sum[o][v];
					int n = left - v * TILE_LANES;

					if (s->relu)
						y = (TILE_VECTOR)((TILE_MASK)y & (y > zero));
					memcpy(s->to[first + o] + x + v * TILE_LANES, &y,
					    (size_t)(n < TILE_LANES ? n : TILE_LANES) *
						sizeof(float));
				}
		}
}

#undef TILE_NAME
#undef TILE_TARGET
#undef TILE_VECTOR
#undef TILE_MASK
#undef TILE_LANES
#undef TILE_OUTS
#undef TILE_VECTORS
