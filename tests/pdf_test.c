/* pdf_test.c -- documents: whatever people are called, it is a document, and a small one. */
#include "gear/pdf.h"
#include "gear/pdf_inner.h"
#include "world.h"

static const instant made = { 1763000000 * SECOND };

static bool
everything(void *font, uint32_t u)
{
	(void)font;
	return u != 0x4e2d;
}

static text
shown(struct arena *a, text s)
{
	return pdf_showable(a, s, everything, NULL);
}

static void
what_a_font_has_not_is_a_box_and_what_nobody_sees_is_left_out(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(shown(a, "  Zoë \t\n Müller "), "Zoë Müller");
	assert_string_equal(shown(a, "a中b"), "a□b");
	assert_string_equal(shown(a, "👍🏽"), "□");
	assert_string_equal(shown(a, "👩‍🚀 Ada"), "□□ Ada");
	assert_string_equal(shown(a, "\xe2\x80\xaegnp.exe"), "gnp.exe");
	assert_string_equal(shown(a,
				"a\xc2\xad"
				"b\xef\xb8\x8f"),
	    "ab");
	assert_string_equal(shown(a, "\xff\xc3(\xed\xa0\x80"),
	    "\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_string_equal(shown(a, ""), "");
	arena_free(a);
}

static void
hebrew_runs_from_the_right_and_arabic_is_joined(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(pdf_visual(a, "Zoë €5"), "Zoë €5");
	assert_string_equal(pdf_visual(a, "דנה"), "הנד");
	assert_string_equal(pdf_visual(a, "Slot A1, דנה"), "Slot A1, הנד");
	/* seen: the initial, medial and final forms of U+FE70 … U+FEFF */
	assert_string_equal(pdf_visual(a, "علي"), "ﻲﻠﻋ");
	assert_true(pdf_right_to_left("(דנה)"));
	assert_false(pdf_right_to_left("1 Ada דנה"));
	arena_free(a);
}

static const text names[] = { "", " ", "Zoë Müller-Łukasz €5 ½ ﬁ", "דנה כהן", "علي بن محمد",
	"李雷 🚗🏳️‍🌈", "<b>&\"'\\()[]{}%", "\xc3\x28 \xff\xfe broken",
	"a\xcc\x81\xcc\x81\xcc\x81\xcc\x81 stacked", "\xe2\x80\xae\xe2\x81\xa6reversed", "ﷺ ﷽",
	"\xf0\x9d\x95\xac\xef\xbf\xbf\xef\xbf\xbe" };

static void
say_all(struct pdf *p, text name)
{
	const struct pdf_cell row[] = { { name, .5, false }, { name, .25, false },
		{ name, .25, true } };

	for (int style = PDF_BODY; style <= PDF_HEADING; style++) {
		pdf_say(p, (enum pdf_style)style, name);
		pdf_row(p, (enum pdf_style)style, row, LENGTH(row));
	}
	pdf_pair(p, name, name);
	pdf_rule(p, true);
	pdf_gap(p, 3);
}

static size_t
size_of(struct arena *a, text name, int times, text *bytes)
{
	struct pdf *p = pdf_new(a, name, "en", name, made);
	const void *at;
	size_t n;

	while (times-- > 0)
		say_all(p, name);
	assert_true(pdf_done(p, &at, &n));
	assert_memory_equal(at, "%PDF-1.", 7);
	*bytes = at;
	return n;
}

static void
any_name_makes_a_document_and_the_same_one_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++) {
		struct arena *a = arena_new();
		text first, second;
		size_t n = size_of(a, names[i], 1, &first);
		assert_int_equal(n, size_of(a, names[i], 1, &second));
		assert_memory_equal(first, second, n);
		assert_true(n < 250000);
		arena_free(a);
	}
}

static void
a_word_of_a_thousand_letters_and_a_text_of_ten_pages_are_set(void **state)
{
	struct arena *a = arena_new();
	struct buf b = BUF(a), words = BUF(a);
	text bytes;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_add(&b, i % 2 ? "W" : "ü");
	assert_true(size_of(a, buf_text(&b), 1, &bytes) > 1000);
	for (int i = 0; i < 400; i++)
		buf_add(&words, "Falsches Üben von Xylophonmusik. ");
	assert_true(size_of(a, buf_text(&words), 2, &bytes) > 1000);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_font_has_not_is_a_box_and_what_nobody_sees_is_left_out),
		cmocka_unit_test(hebrew_runs_from_the_right_and_arabic_is_joined),
		cmocka_unit_test(any_name_makes_a_document_and_the_same_one_twice),
		cmocka_unit_test(a_word_of_a_thousand_letters_and_a_text_of_ten_pages_are_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
