#include "base/image.h"

struct bytes {
	const unsigned char *p;
	size_t n;
};

static uint32_t
big(const unsigned char *p, int n)
{
	uint32_t v = 0;

	for (int i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static uint32_t
little(const unsigned char *p, int n)
{
	uint32_t v = 0;

	for (int i = n; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

static bool
begins(struct bytes b, const char *with, size_t n)
{
	return b.n >= n && memcmp(b.p, with, n) == 0;
}

static struct bytes
after(struct bytes b, size_t n)
{
	return n < b.n ? (struct bytes){ b.p + n, b.n - n } : (struct bytes){ b.p + b.n, 0 };
}

/* ---- what hides in a picture */

/* Other programs look for these anywhere, or near an end. */
static const struct {
	const char *sign;
	size_t n;
} others[] = { { "%PDF-", 5 }, { "PK\3\4", 4 }, { "PK\5\6", 4 }, { "<?php", 5 }, { "<script", 7 },
	{ "<html", 5 }, { "<!DOCTYPE", 9 }, { "__HALT_COMPILER", 15 }, { "GIF8", 4 }, { "Rar!", 4 },
	{ "7z\xbc\xaf", 4 },
	{ "\x7f"
	  "ELF",
	    4 } };

enum { ARCHIVE_END = 65536 + 22 }; /* where a ZIP's end record may lie */

static bool
hides_something(struct bytes b)
{
	for (; b.n >= 4; b = after(b, 1)) {
		if (b.p[0] != '%' && b.p[0] != 'P' && b.p[0] != '<' && b.p[0] != '_' &&
		    b.p[0] != 'G' && b.p[0] != 'R' && b.p[0] != '7' && b.p[0] != 0x7f)
			continue;
		for (size_t i = 0; i < LENGTH(others); i++)
			if (begins(b, others[i].sign, others[i].n))
				return true;
	}
	return false;
}

/* What may follow a picture: nothing, zeros, another JPEG, a film, what Samsung's cameras write. */
static bool
may_follow(struct bytes rest)
{
	struct bytes b = rest;

	while (b.n && b.p[0] == 0)
		b = after(b, 1);
	if (b.n == 0)
		return true;
	bool known = begins(b, "\xff\xd8\xff", 3) || begins(after(rest, 4), "ftyp", 4) ||
	    (rest.n >= 4 && memcmp(rest.p + rest.n - 4, "SEFT", 4) == 0);
	/* An archive is known by its end, a document by its beginning. */
	struct bytes first = { b.p, b.n < 1024 ? b.n : 1024 };
	return known && !hides_something(first) &&
	    !hides_something(after(b, b.n > ARCHIVE_END ? b.n - ARCHIVE_END : 0));
}

/* ---- EXIF (CIPA DC-008): the orientation, and no more */

static int
exif_orientation(struct bytes tiff)
{
	bool intel = begins(tiff, "II*\0", 4);
	uint32_t (*number)(const unsigned char *, int) = intel ? little : big;

	if (tiff.n < 8 || (!intel && !begins(tiff, "MM\0*", 4)))
		return 1;
	struct bytes entries = after(tiff, number(tiff.p + 4, 4));
	if (entries.n < 2)
		return 1;
	uint32_t left = number(entries.p, 2);
	for (entries = after(entries, 2); left && entries.n >= 12;
	     left--, entries = after(entries, 12))
		if (number(entries.p, 2) == 0x0112) {
			uint32_t v = number(entries.p + 8, 2);

			return v >= 1 && v <= 8 ? (int)v : 1;
		}
	return 1;
}

/* ---- JPEG */

static bool
is_frame(unsigned char marker)
{
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 &&
	    marker != 0xcc;
}

/* Where the compressed bytes of a scan end: at a marker that is none of theirs. */
static size_t
scan_end(struct bytes b)
{
	for (size_t i = 0; i + 1 < b.n; i++) {
		const unsigned char *ff = memchr(b.p + i, 0xff, b.n - 1 - i);

		if (ff == NULL)
			break;
		i = (size_t)(ff - b.p);
		if (ff[1] != 0 && ff[1] != 0xff && (ff[1] < 0xd0 || ff[1] > 0xd7))
			return i;
	}
	return b.n;
}

/* One segment of a JPEG: its marker, what it holds, and the scan behind it. */
struct segment {
	unsigned char marker;
	struct bytes inside, whole;
};

/* What stands inside a scan (a stuffed 0, a restart) or once at the beginning is no segment of its own: behind one that is
 * taken out it would become part of the scan before. */
static bool
is_marker(unsigned char marker)
{
	return marker > 1 && !(marker >= 0xd0 && marker <= 0xd8);
}

/* Takes the next segment; false where there is none.  `whole` is it with its marker and scan. */
static bool
segment_next(struct bytes *b, struct segment *s)
{
	struct bytes at = *b;

	while (at.n >= 2 && at.p[0] == 0xff && at.p[1] == 0xff)
		at = after(at, 1);
	if (at.n < 2 || at.p[0] != 0xff || !is_marker(at.p[1]))
		return false;
	*s = (struct segment){ .marker = at.p[1], .whole = { at.p, 2 } };
	if (s->marker != 0xd9) {
		if (at.n < 4 || big(at.p + 2, 2) < 2 || big(at.p + 2, 2) > at.n - 2)
			return false;
		s->whole.n = 2 + big(at.p + 2, 2);
		s->inside = (struct bytes){ at.p + 4, s->whole.n - 4 };
		if (s->marker == 0xda)
			s->whole.n += scan_end(after(at, s->whole.n));
	}
	*b = after(at, s->whole.n);
	return true;
}

static text
jpeg(struct bytes all, struct image_head *out)
{
	struct bytes b = after(all, 2);
	struct segment s;
	bool scanned = false;

	out->orientation = 1;
	while (segment_next(&b, &s)) {
		bool words = s.marker == 0xfe || (s.marker >= 0xe0 && s.marker <= 0xef);

		if (s.marker == 0xd9) {
			out->end = all.n - b.n;
			return !scanned || out->width == 0 ? "It holds no picture."
			    : may_follow(b)		   ? NULL
							   : "Something else follows the picture.";
		}
		if (words && hides_something(s.inside))
			return "Something else hides in the picture.";
		if (is_frame(s.marker) && s.inside.n >= 6) {
			if (out->width)
				return "It holds more than one picture.";
			out->height = big(s.inside.p + 1, 2);
			out->width = big(s.inside.p + 3, 2);
		}
		if (s.marker == 0xe1 && begins(s.inside, "Exif\0\0", 6) && out->orientation == 1)
			out->orientation = exif_orientation(after(s.inside, 6));
		scanned |= s.marker == 0xda;
	}
	return "It is cut off, or damaged.";
}

static bool
jpeg_keeps(const struct segment *s)
{
	if (s->marker == 0xe0)
		return begins(s->inside, "JFIF", 4);
	if (s->marker == 0xee) /* how its colours are meant */
		return begins(s->inside, "Adobe", 5) && s->inside.n == 12;
	return s->marker != 0xfe && (s->marker < 0xe1 || s->marker > 0xef);
}

static void
jpeg_bare(struct bytes all, const struct image_head *head, struct buf *out)
{
	unsigned char exif[] = "\xff\xe1\0\x22"
			       "Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\1\0\0\0\0\0\0";
	struct bytes b = { all.p + 2, head->end - 2 };
	struct segment s;

	exif[29] = (unsigned char)head->orientation;
	buf_bytes(out, all.p, 2);
	if (head->orientation != 1)
		buf_bytes(out, exif, sizeof exif - 1);
	while (segment_next(&b, &s))
		if (jpeg_keeps(&s))
			buf_bytes(out, s.whole.p, s.whole.n);
}

/* ---- PNG and WebP: chunks */

struct chunk {
	const unsigned char *name; /* four letters */
	struct bytes inside, whole;
};

static bool
png_next(struct bytes *b, struct chunk *c)
{
	if (b->n < 12 || big(b->p, 4) > b->n - 12)
		return false;
	*c = (struct chunk){ b->p + 4, { b->p + 8, big(b->p, 4) }, { b->p, 12 + big(b->p, 4) } };
	*b = after(*b, c->whole.n);
	return true;
}

static bool
is_chunk(const struct chunk *c, const char *name)
{
	return memcmp(c->name, name, 4) == 0;
}

static text
png(struct bytes all, struct image_head *out)
{
	struct bytes b = after(all, 8);
	struct chunk c;

	out->orientation = 1;
	while (png_next(&b, &c)) {
		if (is_chunk(&c, "IHDR") && c.inside.n == 13) {
			out->width = big(c.inside.p, 4);
			out->height = big(c.inside.p + 4, 4);
		} else if (out->width == 0) {
			break;
		}
		if (is_chunk(&c, "eXIf"))
			out->orientation = exif_orientation(c.inside);
		if (!is_chunk(&c, "IDAT") && hides_something(c.inside))
			return "Something else hides in the picture.";
		if (is_chunk(&c, "IEND")) {
			out->end = all.n - b.n;
			return may_follow(b) ? NULL : "Something else follows the picture.";
		}
	}
	return "It is cut off, or damaged.";
}

static void
png_bare(struct bytes all, const struct image_head *head, struct buf *out)
{
	static const char *const kept[] = { "IHDR", "PLTE", "tRNS", "IDAT", "gAMA", "sRGB", "IEND",
		"eXIf" };
	struct bytes b = { all.p + 8, head->end - 8 };
	struct chunk c;

	buf_bytes(out, all.p, 8);
	while (png_next(&b, &c))
		for (size_t i = 0; i < LENGTH(kept) - (head->orientation == 1); i++)
			if (is_chunk(&c, kept[i]))
				buf_bytes(out, c.whole.p, c.whole.n);
}

static bool
webp_next(struct bytes *b, struct chunk *c)
{
	size_t n;

	if (b->n < 8)
		return false;
	n = little(b->p + 4, 4);
	if (n > b->n - 8)
		return false;
	*c = (struct chunk){ b->p, { b->p + 8, n }, { b->p, 8 + n } };
	*b = after(*b, c->whole.n + n % 2);
	return true;
}

/* The size a chunk tells (RFC 9649, 2.5 to 2.7; RFC 6386, 9.1). */
static void
webp_size(const struct chunk *c, struct image_head *out)
{
	const unsigned char *p = c->inside.p;

	if (is_chunk(c, "VP8X") && c->inside.n >= 10) {
		out->width = little(p + 4, 3) + 1;
		out->height = little(p + 7, 3) + 1;
	} else if (is_chunk(c, "VP8 ") && c->inside.n >= 10 && out->width == 0) {
		out->width = little(p + 6, 2) & 0x3fff;
		out->height = little(p + 8, 2) & 0x3fff;
	} else if (is_chunk(c, "VP8L") && c->inside.n >= 5 && out->width == 0) {
		out->width = (little(p + 1, 4) & 0x3fff) + 1;
		out->height = (little(p + 1, 4) >> 14 & 0x3fff) + 1;
	}
}

static text
webp(struct bytes all, struct image_head *out)
{
	size_t n = little(all.p + 4, 4);
	struct chunk c;
	bool pixels = false;

	out->orientation = 1;
	if (n < 4 || n > all.n - 8)
		return "It is cut off, or damaged.";
	out->end = 8 + n;
	struct bytes b = { all.p + 12, n - 4 };
	while (webp_next(&b, &c)) {
		webp_size(&c, out);
		if (is_chunk(&c, "ANIM"))
			return "It is a film, not a picture.";
		bool coded = is_chunk(&c, "VP8 ") || is_chunk(&c, "VP8L");
		pixels |= coded;
		if (is_chunk(&c, "EXIF"))
			out->orientation = exif_orientation(
			    begins(c.inside, "Exif\0\0", 6) ? after(c.inside, 6) : c.inside);
		if (!coded && !is_chunk(&c, "ALPH") && hides_something(c.inside))
			return "Something else hides in the picture.";
	}
	struct bytes rest = after(all, out->end + n % 2);
	return !pixels || out->width == 0 ? "It is cut off, or damaged."
	    : may_follow(rest)		  ? NULL
					  : "Something else follows the picture.";
}

/* Browsers turn no WebP by its EXIF unless the header says that there is some; both stay, the EXIF with nothing but
 * the orientation. */
static void
webp_bare(struct bytes all, const struct image_head *head, struct buf *out)
{
	enum { HAS_EXIF = 8, KEPT_FLAGS = 16 /* alpha */ };
	unsigned char exif[] =
	    "EXIF\x1a\0\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\1\0\0\0\0\0\0";
	struct bytes b = { all.p + 12, head->end - 12 };
	struct chunk c;
	size_t at = out->n;
	bool turned = head->orientation != 1;

	buf_bytes(out, "RIFF\0\0\0\0WEBP", 12);
	while (webp_next(&b, &c)) {
		size_t n = out->n;

		if (!is_chunk(&c, "VP8X") && !is_chunk(&c, "VP8 ") && !is_chunk(&c, "VP8L") &&
		    !is_chunk(&c, "ALPH"))
			continue;
		buf_bytes(out, c.whole.p, c.whole.n);
		if (c.whole.n % 2)
			buf_char(out, 0);
		if (is_chunk(&c, "VP8X") && c.inside.n >= 1)
			out->p[n + 8] =
			    (char)((out->p[n + 8] & KEPT_FLAGS) | (turned ? HAS_EXIF : 0));
	}
	exif[27] = (unsigned char)head->orientation;
	if (turned)
		buf_bytes(out, exif, sizeof exif - 1);
	uint32_t n = (uint32_t)(out->n - at - 8);
	for (int i = 0; i < 4; i++)
		out->p[at + 4 + (size_t)i] = (char)(n >> 8 * i);
}

/* ---- any of them */

static const struct {
	text type, suffix;
	text (*look)(struct bytes, struct image_head *);
	void (*bare)(struct bytes, const struct image_head *, struct buf *);
} kinds[] = {
	[IMAGE_JPEG] = { "image/jpeg", "jpg", jpeg, jpeg_bare },
	[IMAGE_PNG] = { "image/png", "png", png, png_bare },
	[IMAGE_WEBP] = { "image/webp", "webp", webp, webp_bare },
};

static enum image_kind
kind_of(struct bytes b)
{
	if (begins(b, "\xff\xd8\xff", 3))
		return IMAGE_JPEG;
	if (begins(b, "\x89PNG\r\n\x1a\n", 8))
		return IMAGE_PNG;
	if (b.n >= 16 && begins(b, "RIFF", 4) && memcmp(b.p + 8, "WEBP", 4) == 0)
		return IMAGE_WEBP;
	return NOT_AN_IMAGE;
}

bool
image_look(const void *bytes, size_t n, struct image_head *out)
{
	struct bytes all = { bytes, n };

	*out = (struct image_head){ .kind = kind_of(all), .type = "", .suffix = "" };
	if (out->kind == NOT_AN_IMAGE) {
		out->why = "Send a photograph as JPEG, PNG or WebP.";
		return false;
	}
	out->type = kinds[out->kind].type;
	out->suffix = kinds[out->kind].suffix;
	out->why = kinds[out->kind].look(all, out);
	if (out->why)
		return false;
	if (out->width < 1 || out->height < 1)
		out->why = "It holds no picture.";
	else if (out->width > IMAGE_SIDE || out->height > IMAGE_SIDE ||
	    out->width * out->height > IMAGE_PIXELS)
		out->why = "It has too many pixels: at most 16,384 a side and 64 million in all.";
	return out->why == NULL;
}

void
image_bare(const void *bytes, size_t n, const struct image_head *head, struct buf *out)
{
	kinds[head->kind].bare((struct bytes){ bytes, n }, head, out);
}
