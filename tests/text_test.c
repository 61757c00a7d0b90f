/* text_test.c -- reading UTF-8 and the small forms words take. */
#include "world.h"

static struct arena *a;

static int
up(void **s)
{
	(void)s;
	a = arena_new();
	return 0;
}

static int
down(void **s)
{
	(void)s;
	arena_free(a);
	return 0;
}

static void
broken_utf8_is_told_from_good(void **s)
{
	static const struct {
		text bytes;
		bool good;
	} cases[] = { { "plain", true }, { "Z\xc3\xbcrich", true }, { "\xf0\x9f\x9a\x97", true },
		{ "\xc3", false }, { "\xc0\x80", false }, { "\xe0\x80\xaf", false },
		{ "\xed\xa0\x80", false }, { "\xf4\x90\x80\x80", false }, { "\xff", false },
		{ "\x80", false }, { "\xe2\x82", false }, { "", true } };

	(void)s;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_int_equal(text_valid(cases[i].bytes, strlen(cases[i].bytes)), cases[i].good);
	assert_false(text_valid("a\0b", 3));
}

static void
what_cannot_be_seen_is_refused(void **s)
{
	(void)s;
	assert_true(text_printable("Ilse \xd8\xa3\xd9\x85\xd9\x8a\xd8\xb1 \xf0\x9f\x98\x80"));
	assert_false(text_printable("a\nb"));
	assert_false(text_printable("a\x7f"));
	assert_false(text_printable("a\xc2\x85")); /* NEL, a C1 control */
	assert_false(text_printable("a\xe2\x80\xae"
				    "b")); /* right-to-left override */
	assert_false(text_printable("a\xe2\x81\xa6"
				    "b")); /* isolate */
}

static void
folding_takes_case_and_accents_off(void **s)
{
	(void)s;
	assert_string_equal(text_fold(a, "Zürich–Süd"), "zurich sud");
	assert_string_equal(text_fold(a, "  Łódź,  ul. Świętego "), "lodz ul swietego");
	assert_string_equal(text_fold(a, "STRAßE"), "strasse");
	assert_string_equal(text_fold(a, "Københavns Lufthavn"), "kobenhavns lufthavn");
	assert_string_equal(text_fold(a, "Æøå ĳsland Œuvre"), "aeoa ijsland oeuvre");
	assert_string_equal(text_fold(a, "Αθήνα"), "αθηνα");
	assert_string_equal(text_fold(a, "МОСКВА ёлка"), "москва елка");
	assert_string_equal(text_fold(a, "e\xcc\x81t\xcc\x81"), "et"); /* combining acute */
	assert_string_equal(text_fold(a,
				"a\xff"
				"b"),
	    "a b");
	assert_string_equal(text_fold(a, "---"), "");
	assert_string_equal(text_fold(a, "काठमाडौं"), "काठमाडौं");
}

static void
a_plate_keeps_letters_and_digits(void **s)
{
	(void)s;
	assert_string_equal(text_plate(a, " k-419 tx "), "K419TX");
	assert_string_equal(text_plate(a, "b·mü 12"), "BMÜ12");
	assert_string_equal(text_plate(a, "а123вс"), "А123ВС");
	assert_string_equal(text_plate(a, "'; drop --"), "DROP");
	assert_string_equal(text_plate(a, "- -"), "");
}

static void
a_whole_number_is_all_digits_and_fits(void **s)
{
	int64_t v = 7;

	(void)s;
	assert_true(text_int("9223372036854775807", &v) && v == INT64_MAX);
	assert_true(text_int("-9223372036854775808", &v) && v == INT64_MIN);
	assert_true(text_int("+3", &v) && v == 3);
	assert_false(text_int("9223372036854775808", &v));
	assert_false(text_int("", &v));
	assert_false(text_int(" 3", &v));
	assert_false(text_int("3 ", &v));
	assert_false(text_int("3.0", &v));
	assert_false(text_int("-", &v));
	assert_int_equal(v, 3);
}

static void
escapes_hold(void **s)
{
	struct buf b = BUF(a);

	(void)s;
	buf_html(&b, "<a href=\"x\">'&");
	assert_string_equal(buf_text(&b), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
	b = BUF(a);
	buf_json(&b, "a\"\\\n\x01é");
	assert_string_equal(buf_text(&b), "\"a\\\"\\\\\\n\\u0001é\"");
	b = BUF(a);
	buf_url(&b, "a b/ü?");
	assert_string_equal(buf_text(&b), "a%20b%2F%C3%BC%3F");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_utf8_is_told_from_good),
		cmocka_unit_test(what_cannot_be_seen_is_refused),
		cmocka_unit_test(folding_takes_case_and_accents_off),
		cmocka_unit_test(a_plate_keeps_letters_and_digits),
		cmocka_unit_test(a_whole_number_is_all_digits_and_fits),
		cmocka_unit_test(escapes_hold),
	};
	return cmocka_run_group_tests(tests, up, down);
}
