#include "gear/pack.h"

#include <zlib.h>

#define GZIP 16 /* added to the window's bits: with gzip's head and sum */
#define LEVEL 6
#define MEMORY 8 /* zlib's own usual figure */

const char *
pack(struct arena *a, const char *bytes, size_t n, size_t *n_out)
{
	z_stream z = { 0 };
	char *out = arena_alloc(a, n);

	if (n > UINT_MAX ||
	    deflateInit2(&z, LEVEL, Z_DEFLATED, MAX_WBITS + GZIP, MEMORY, Z_DEFAULT_STRATEGY) !=
		Z_OK)
		return NULL;
	z.next_in = (z_const Bytef *)(uintptr_t)bytes;
	z.avail_in = z.avail_out = (uInt)n;
	z.next_out = (Bytef *)out;
	bool whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
	*n_out = z.total_out;
	deflateEnd(&z);
	return whole ? out : NULL;
}
