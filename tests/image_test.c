/* image_test.c -- what is a picture, what hides in one, and what the reader of plates may say of it. */
#include "world.h"

#include "base/image.h"
#include "base/sight.h"

static struct buf
photograph(text name)
{
	struct buf b = BUF(c.arena);
	FILE *f = fopen(arena_fmt(c.arena, "tests/plates/%s", name), "rb");
	char some[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(some, 1, sizeof some, f)) > 0)
		buf_bytes(&b, some, n);
	fclose(f);
	return b;
}

static text
refused(const struct buf *b)
{
	struct image_head head;

	return image_look(b->p, b->n, &head) ? "" : head.why;
}

static void
the_kinds_are_known_with_size_and_orientation(void **s)
{
	static const struct {
		text file, type;
		int64_t width, height;
		int orientation;
	} known[] = { { "day.jpg", "image/jpeg", 1280, 720, 1 },
		{ "turned.jpg", "image/jpeg", 720, 1280, 8 },
		{ "crop.png", "image/png", 700, 400, 1 },
		{ "crop.webp", "image/webp", 700, 400, 1 } };

	(void)s;
	for (size_t i = 0; i < LENGTH(known); i++) {
		struct buf b = photograph(known[i].file);
		struct image_head head;

		assert_true(image_look(b.p, b.n, &head));
		assert_string_equal(head.type, known[i].type);
		assert_int_equal(head.width, known[i].width);
		assert_int_equal(head.height, known[i].height);
		assert_int_equal(head.orientation, known[i].orientation);
		assert_true(head.end <= b.n);
	}
}

static void
what_is_no_picture_or_cut_off_is_refused(void **s)
{
	static const text files[] = { "day.jpg", "crop.png", "crop.webp" };
	static const text none[] = { "", "GIF89a", "%PDF-1.7",
		"<svg xmlns='http://www.w3.org/2000/svg'/>", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n",
		"BM" };

	(void)s;
	for (size_t i = 0; i < LENGTH(none); i++) {
		struct buf b = BUF(c.arena);

		buf_add(&b, none[i]);
		assert_string_not_equal(refused(&b), "");
	}
	for (size_t i = 0; i < LENGTH(files); i++) {
		struct buf b = photograph(files[i]);

		assert_string_equal(refused(&b), "");
		for (size_t cut = 1; cut < b.n; cut += b.n / 37) {
			struct buf less = { .p = b.p, .n = b.n - cut };

			assert_string_not_equal(refused(&less), "");
		}
	}
}

static void
what_hides_something_else_is_refused(void **s)
{
	static const text files[] = { "small.jpg", "crop.png", "crop.webp" };
	static const text behind[] = { "%PDF-1.4\n", "PK\003\004", "<script>alert(1)</script>",
		"<?php system($_GET[0]);", "just words" };

	(void)s;
	for (size_t i = 0; i < LENGTH(files); i++)
		for (size_t j = 0; j < LENGTH(behind); j++) {
			struct buf b = photograph(files[i]);

			buf_add(&b, behind[j]);
			assert_string_equal(refused(&b), "Something else follows the picture.");
		}
	/* An archive behind a second picture: its end record is what unpackers look for. */
	struct buf b = photograph("small.jpg"), second = photograph("small.jpg");
	buf_bytes(&b, second.p, second.n);
	assert_string_equal(refused(&b), "");
	buf_bytes(&b, "PK\5\6 and so on", 15);
	assert_string_equal(refused(&b), "Something else follows the picture.");
	/* A script in a comment. */
	struct buf all = photograph("small.jpg"), with = BUF(c.arena);
	buf_bytes(&with, all.p, 2);
	buf_bytes(&with, "\xff\xfe\0\x1b<script>alert(1)</script>", 29);
	buf_bytes(&with, all.p + 2, all.n - 2);
	assert_string_equal(refused(&with), "Something else hides in the picture.");
}

/* Were the note taken out, the bytes behind it would be read as part of the scan before. */
static void
what_belongs_into_a_scan_does_not_stand_behind_a_note(void **s)
{
	static const unsigned char inner[] = { 0x00, 0x01, 0xd0, 0xd7, 0xd8 };

	(void)s;
	for (size_t i = 0; i < LENGTH(inner); i++) {
		struct buf all = photograph("small.jpg"), with = BUF(c.arena);
		const char note[] = { '\xff', '\xee', 0, 2, '\xff', (char)inner[i], 0, 2 };

		buf_bytes(&with, all.p, all.n - 2);
		buf_bytes(&with, note, sizeof note);
		buf_bytes(&with, "\xff\xd9", 2);
		assert_string_equal(refused(&with), "It is cut off, or damaged.");
	}
}

/* The head of a PNG that says so many pixels; nothing of them is there. */
static void
png_of(struct buf *b, uint32_t width, uint32_t height)
{
	const uint32_t size[] = { width, height };

	buf_bytes(b, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
	for (int i = 0; i < 8; i++)
		buf_char(b, (char)(size[i / 4] >> (24 - i % 4 * 8)));
	buf_bytes(b, "\x08\0\0\0\0crc!\0\0\0\0IDATcrc!\0\0\0\0IENDcrc!", 33);
}

static void
what_would_be_too_large_once_unpacked_is_refused_before(void **s)
{
	static const uint32_t large[][2] = { { 16385, 1 }, { 1, 16385 }, { 16384, 16384 },
		{ 0xffffffff, 0xffffffff }, { 0x80000000, 2 } };

	(void)s;
	for (size_t i = 0; i < LENGTH(large); i++) {
		struct buf b = BUF(c.arena);

		png_of(&b, large[i][0], large[i][1]);
		assert_non_null(strstr(refused(&b), "too many pixels"));
	}
	struct buf fits = BUF(c.arena);
	png_of(&fits, 8000, 8000);
	assert_string_equal(refused(&fits), "");
}

static void
a_bare_picture_keeps_its_pixels_and_orientation_and_nothing_else(void **s)
{
	static const text files[] = { "day.jpg", "turned.jpg", "crop.png", "crop.webp" };

	(void)s;
	for (size_t i = 0; i < LENGTH(files); i++) {
		struct buf b = photograph(files[i]), bare = BUF(c.arena);
		struct image_head head, again;

		assert_true(image_look(b.p, b.n, &head));
		image_bare(b.p, b.n, &head, &bare);
		assert_true(image_look(bare.p, bare.n, &again));
		assert_int_equal(again.width, head.width);
		assert_int_equal(again.height, head.height);
		assert_int_equal(again.orientation, head.orientation);
		assert_int_equal(again.end, bare.n);
	}
	/* A place, as phones write it, in a segment of its own; and a film behind. */
	struct buf all = photograph("small.jpg"), with = BUF(c.arena), bare = BUF(c.arena);
	struct image_head head;
	buf_bytes(&with, all.p, 2);
	buf_bytes(&with,
	    "\xff\xe1\0\x18"
	    "Exif\0\0GPS 50.9N 6.9E\0\0",
	    26);
	buf_bytes(&with, all.p + 2, all.n - 2);
	buf_bytes(&with,
	    "\0\0\0\x18"
	    "ftypmp42",
	    12);
	assert_true(image_look(with.p, with.n, &head));
	image_bare(with.p, with.n, &head, &bare);
	assert_null(memmem(bare.p, bare.n, "GPS", 3));
	assert_null(memmem(bare.p, bare.n, "ftyp", 4));
}

/* ---- what the reader says */

static struct sight
a_sight(void)
{
	static struct candidate candidates[] = { { "B21GSB", .9123 }, { "B2IGSB", .05 } };
	static struct seen_plate plate = { .corners = { 1, 2, 3, -4, 5, 6, 7, 8 },
		.second = "B21G" };

	plate.candidates = (struct rows){ candidates, LENGTH(candidates) };
	return (
	    struct sight){ .width = 1280, .height = 720, .plates = { &plate, 1 }, .us_read = 7 };
}

static void
what_is_said_is_understood(void **s)
{
	struct buf b = BUF(c.arena);
	struct sight told = a_sight(), heard;
	struct sight_answer head;

	(void)s;
	sight_write(&b, 42, SEEN, &told);
	assert_true(sight_read(c.arena, b.p, b.n, &head, &heard));
	assert_int_equal(head.id, 42);
	assert_int_equal(heard.width, 1280);
	assert_int_equal(heard.plates.n, 1);
	const struct seen_plate *p = ROW(seen_plate, heard.plates, 0);
	assert_string_equal(p->plate, "B21GSB");
	assert_true(p->confidence > .91229 && p->confidence < .91231);
	assert_string_equal(p->second, "B21G");
	assert_int_equal(p->candidates.n, 2);
	assert_true(p->corners[3] == -4);
}

static void
what_is_said_wrongly_is_not_believed(void **s)
{
	struct buf b = BUF(c.arena);
	struct sight told = a_sight(), heard;
	struct sight_answer head;

	(void)s;
	sight_write(&b, 42, SEEN, &told);
	for (size_t n = 0; n < b.n; n++)
		assert_false(sight_read(c.arena, b.p, n, &head, &heard));
	for (size_t i = 0; i < b.n; i++) { /* whatever it then says, it is of the right form */
		char *other = arena_bytes(c.arena, b.p, b.n);

		other[i] = (char)(other[i] ^ 0x80);
		if (!sight_read(c.arena, other, b.n, &head, &heard))
			continue;
		FOR_ROWS (seen_plate, p, heard.plates)
			FOR_ROWS (candidate, each, p->candidates)
				assert_int_equal(
				    strspn(each->plate, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
				    strlen(each->plate));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(the_kinds_are_known_with_size_and_orientation),
		IN_WORLD(what_is_no_picture_or_cut_off_is_refused),
		IN_WORLD(what_hides_something_else_is_refused),
		IN_WORLD(what_belongs_into_a_scan_does_not_stand_behind_a_note),
		IN_WORLD(what_would_be_too_large_once_unpacked_is_refused_before),
		IN_WORLD(a_bare_picture_keeps_its_pixels_and_orientation_and_nothing_else),
		IN_WORLD(what_is_said_is_understood),
		IN_WORLD(what_is_said_wrongly_is_not_believed),
	};

	return cmocka_run_group_tests(tests, world_up, world_down);
}
