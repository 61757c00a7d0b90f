/* image_fuzz.c -- what is a picture: no crash, sizes within the limits, and a bare one is a picture of the same size. */
#include "base/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct arena *a = arena_new();
	struct buf bare = BUF(a);
	struct image_head head, again;

	if (image_look(bytes, n, &head)) {
		if (head.end > n || head.width < 1 || head.height < 1 || head.width > IMAGE_SIDE ||
		    head.height > IMAGE_SIDE || head.orientation < 1 || head.orientation > 8)
			BUG("a picture beyond its limits");
		image_bare(bytes, n, &head, &bare);
		if (!image_look(bare.p, bare.n, &again) || again.width != head.width ||
		    again.height != head.height || again.orientation != head.orientation)
			BUG("a bare picture is another one");
	}
	arena_free(a);
	return 0;
}
