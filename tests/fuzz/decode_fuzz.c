/* decode_fuzz.c -- pictures into grey, by the libraries that platereader calls. */
#include "platereader/grey.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct image_head head;
	struct grey g;

	/* Large ones are slow, not wrong. */
	if (!image_look(bytes, n, &head) || head.width * head.height > 1 << 20)
		return 0;
	if (grey_decode(bytes, n, &head, 64, &g)) {
		unsigned sum = 0;

		for (int i = 0; i < g.width * g.height; i++)
			sum += g.at[i];
		if (sum == UINT32_MAX)
			BUG("impossible");
		free(g.at);
	}
	return 0;
}
