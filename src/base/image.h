/*
 * image.h -- what kind of picture some bytes are, before anybody decodes them.
 *
 * JPEG (ITU T.81), PNG (ISO 15948) and WebP (RFC 9649) are known; the whole container is walked, not only its first
 * bytes.  Bytes that are a picture and something else besides (a document or an archive behind it, a script in a
 * comment) are refused: a browser or a scanner might take them for the other thing.  What cameras append to
 * their pictures (a second JPEG for a screen of more contrast, a short film, a maker's notes) is let pass; image_bare() leaves
 * it away.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "base/base.h"

enum image_kind { NOT_AN_IMAGE, IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP };
enum {
	IMAGE_SIDE = 16384, /* pixels, at most */
	IMAGE_PIXELS = 64 << 20, /* at most: what a decoder is willing to make of them */
};

struct image_head {
	enum image_kind kind;
	text type; /* "image/jpeg" */
	text suffix; /* "jpg" */
	int64_t width, height; /* as they lie in the file, before the orientation */
	int orientation; /* 1 to 8, as EXIF counts: what turns it upright */
	size_t end; /* where the picture itself ends */
	text why; /* when it is none to be used: in words */
};

/* False, and why, for bytes that are no picture of these kinds, are cut off, hide something else, or are larger
 * than the limits (.kind is then set). */
bool image_look(const void *, size_t n, struct image_head *out);

/* The picture and nothing else: without place, camera, thumbnail, comments, or what is appended; the orientation stays.  Only
 * of what image_look() let pass. */
void image_bare(const void *, size_t n, const struct image_head *, struct buf *out);

#endif
