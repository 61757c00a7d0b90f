/* form_test.c -- the small formats of HTTP, as browsers and others write them. */
#include "world.h"

#include "web/assets.h"

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

/* ---- forms */

/* What was read, as name|value; … and "!" behind it if the parser gave up. */
static text
form_read_n(const char *s, size_t n)
{
	struct pairs p = { 0 };
	struct buf b = BUF(a);
	bool good = form_parse(a, s, n, &p);

	for (size_t i = 0; i < p.n; i++)
		buf_fmt(&b, "%s|%s;", p.v[i].name, p.v[i].value);
	buf_add(&b, good ? "" : "!");
	return buf_text(&b);
}

static text
form_read(text s)
{
	return form_read_n(s, strlen(s));
}

static void
a_form_keeps_what_others_lose(void **s)
{
	(void)s;
	assert_string_equal(form_read("a=b=c&e=&f&&=g"), "a|b=c;e|;f|;|g;");
	assert_string_equal(form_read("t=two+words%0D%0Aline%09tab"), "t|two words\r\nline\ttab;");
	assert_string_equal(form_read("n=Z%c3%bCrich&%F0%9F%9A%97=car"), "n|Zürich;🚗|car;");
	assert_string_equal(form_read("a=1&a=2;b"), "a|1;a|2;b;");
	assert_string_equal(form_read(""), "");
}

static void
a_broken_form_is_refused(void **s)
{
	static const text cases[] = { "x=1&a=%", "x=1&a=%4", "x=1&a=%zz", "x=1&%a=", "x=1&a=%00",
		"x=1&a=%ff", "x=1&a=\xc3", "x=1&%C0%80=" };

	(void)s;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(form_read(cases[i]), "x|1;!");
	assert_string_equal(form_read_n("x=1&a=b\0c", 9), "x|1;!");
}

static void
a_thousand_pairs_and_no_more(void **s)
{
	struct pairs p = { 0 };
	struct buf b = BUF(a);

	(void)s;
	for (int i = 0; i < 1000; i++)
		buf_fmt(&b, "a%d=%d&", i, i);
	assert_true(form_parse(a, b.p, b.n, &p));
	assert_int_equal(p.n, 1000);
	assert_string_equal(pairs_get(&p, "a999"), "999");
	buf_add(&b, "one=more");
	p = (struct pairs){ 0 };
	assert_false(form_parse(a, b.p, b.n, &p));
	assert_int_equal(p.n, 1000);
}

static void
the_first_of_a_name_counts(void **s)
{
	struct pairs p = { 0 };

	(void)s;
	assert_true(form_parse(a, "a=1&a=2&b", 9, &p));
	assert_string_equal(pairs_get(&p, "a"), "1");
	assert_null(pairs_get(&p, "c"));
	assert_true(form_field(&p, &(struct field){ .name = "b" }).present);
	assert_false(form_field(&p, &(struct field){ .name = "c" }).present);
}

/* ---- cookies */

static text
cookies_read(text header)
{
	struct pairs p = { 0 };
	struct buf b = BUF(a);

	cookies_parse(a, header, &p);
	for (size_t i = 0; i < p.n; i++)
		buf_fmt(&b, "%s|%s;", p.v[i].name, p.v[i].value);
	return buf_text(&b);
}

static void
cookies_keep_every_character(void **s)
{
	(void)s;
	assert_string_equal(cookies_read("sid=abc==; theme=dark"), "sid|abc==;theme|dark;");
	assert_string_equal(cookies_read(" a=\"q q\" ;b=;Sid=X;sid=y"), "a|q q;b|;Sid|X;sid|y;");
	assert_string_equal(cookies_read("a=1;b=2;c=3;d=4;e=5;f=6;g=7;h=8;i=9;j=10;k=11"),
	    "a|1;b|2;c|3;d|4;e|5;f|6;g|7;h|8;i|9;j|10;k|11;");
}

static void
bad_cookies_are_skipped(void **s)
{
	(void)s;
	assert_string_equal(cookies_read("bad; =1; x=\xff; y=a\tb; z=\x01; good=1;"), "good|1;");
	assert_string_equal(cookies_read(""), "");
	assert_string_equal(cookies_read(";;;"), "");
}

/* ---- multipart */

static text
parts_read_n(text boundary, const char *body, size_t n)
{
	struct rows parts;
	struct buf b = BUF(a);
	bool good = multipart_parse(a, boundary, body, n, &parts);

	FOR_ROWS (part, p, parts)
		buf_fmt(&b, "%s|%s|%s|%.*s;", p->name, p->file_name ? p->file_name : "-", p->type,
		    (int)p->n, p->bytes);
	buf_add(&b, good ? "" : "!");
	return buf_text(&b);
}

static text
parts_read(text body)
{
	return parts_read_n("B", body, strlen(body));
}

#define PART(head, body) "--B\r\nContent-Disposition: form-data; " head "\r\n\r\n" body "\r\n"

static void
multipart_is_read_as_browsers_write_it(void **s)
{
	(void)s;
	assert_string_equal(parts_read(PART("name=\"a\"", "1") PART("name=\"b\"", "") "--B--\r\n"),
	    "a|-||1;b|-||;");
	assert_string_equal(parts_read("preamble\r\n" PART("name=a", "x") "--B--"), "a|-||x;");
	assert_string_equal(
	    parts_read(
		"--B\r\ncontent-type: Image/JPEG; q=1\r\nCONTENT-DISPOSITION: form-data; "
		"filename=\"a;b.jpg\"; name=\"f\"\r\n\r\n--B is here\r\n--Bx\r\n--B--\r\nepilogue"),
	    "f|a;b.jpg|image/jpeg|--B is here\r\n--Bx;");
	assert_string_equal(parts_read("--B \t\r\nContent-Disposition: form-data; name=\"a\"\r\n"
				       "\r\n--B--"),
	    "a|-||;");
	assert_string_equal(parts_read("--B--\r\n"), "");
}

static void
file_names_lose_their_path_and_keep_the_rest(void **s)
{
	(void)s;
	assert_string_equal(
	    parts_read(PART("name=f; filename=\"../../etc/passwd\"", "") "--B--"), "f|passwd||;");
	assert_string_equal(
	    parts_read(PART("name=f; filename=\"C:\\dir\\a.jpg\"", "") "--B--"), "f|a.jpg||;");
	assert_string_equal(
	    parts_read(PART("name=f; filename=\"a\\\"b%22c%0d%0aX.jpg\"", "") "--B--"),
	    "f|a\"b\"c  X.jpg||;");
	assert_string_equal(parts_read(PART("name=f; filename=\"\"", "") "--B--"), "f|||;");
	assert_string_equal(parts_read(PART("name=f; filename=\"\xff\"", "") "--B--"), "f|file||;");
}

static void
broken_multipart_is_refused(void **s)
{
	static const text cases[] = { "", "--B", "--B\r\n", "--C--", "--b--",
		"--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
		"--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B",
		"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--",
		"--B\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--B--",
		"--B\r\n\r\nx\r\n--B--",
		"--B\nContent-Disposition: form-data; name=a\n\nx\n--B--" };

	(void)s;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(parts_read(cases[i]), "!");
}

static void
a_file_may_hold_any_bytes(void **s)
{
	static const char body[] = PART("name=f; filename=x", "\xff\xd8\0\r\n--\r\n\0") "--B--";
	struct rows parts;

	(void)s;
	assert_true(multipart_parse(a, "B", body, sizeof body - 1, &parts));
	assert_int_equal(ROW(part, parts, 0)->n, 10);
	assert_memory_equal(ROW(part, parts, 0)->bytes, "\xff\xd8\0\r\n--\r\n\0", 10);
}

static void
a_hundred_parts_and_no_more(void **s)
{
	struct buf b = BUF(a);
	struct rows parts;

	(void)s;
	for (int i = 0; i < 100; i++)
		buf_add(&b, PART("name=a", "x"));
	size_t hundred = b.n;
	buf_add(&b, "--B--");
	assert_true(multipart_parse(a, "B", b.p, b.n, &parts));
	assert_int_equal(parts.n, 100);
	b.n = hundred;
	buf_add(&b, PART("name=a", "x") "--B--");
	assert_false(multipart_parse(a, "B", b.p, b.n, &parts));
}

static void
the_boundary_is_taken_from_the_type(void **s)
{
	static const struct {
		text type, boundary;
	} cases[] = { { "multipart/form-data; boundary=----Web1", "----Web1" },
		{ "Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b\"", "a b" },
		{ "multipart/form-data; boundaryx=1; boundary=2", "2" },
		{ "multipart/form-data", NULL }, { "multipart/form-data; boundary=", NULL },
		{ "multipart/mixed; boundary=x", NULL },
		{ "multipart/form-data; boundary=\"a \"", NULL },
		{ "multipart/form-data; boundary=\"a\r\"", NULL },
		{ "multipart/form-data; boundary="
		  "0123456789012345678901234567890123456789012345678901234567890123456789x",
		    NULL } };

	(void)s;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		text found = NULL;
		bool good = multipart_boundary(a, cases[i].type, &found);

		assert_int_equal(good, cases[i].boundary != NULL);
		if (good)
			assert_string_equal(found, cases[i].boundary);
	}
}

/* ---- JSON */

static text
json_refusal(text s)
{
	text why = "";

	assert_null(json_parse(a, s, strlen(s), &why));
	return why;
}

static void
scalars_come_as_a_form_would_send_them(void **s)
{
	static const char body[] =
	    "{\"s\":\"Z\\u00fcrich\",\"i\":-12,\"r\":0.1,\"b\":true,\"n\":null,"
	    "\"l\":[1],\"big\":9223372036854775807}";
	text why;
	const struct json *j = json_parse(a, body, sizeof body - 1, &why);

	(void)s;
	assert_true(json_is_object(j));
	assert_string_equal(json_scalar(a, json_member(j, "s")), "Zürich");
	assert_string_equal(json_scalar(a, json_member(j, "i")), "-12");
	assert_string_equal(json_scalar(a, json_member(j, "r")), "0.1");
	assert_string_equal(json_scalar(a, json_member(j, "b")), "true");
	assert_string_equal(json_scalar(a, json_member(j, "big")), "9223372036854775807");
	assert_null(json_scalar(a, json_member(j, "n")));
	assert_null(json_member(j, "absent"));
	assert_int_equal(json_count(json_member(j, "l")), 1);
	assert_string_equal(json_scalar(a, json_item(json_member(j, "l"), 0)), "1");
}

static void
what_json_must_not_be_is_refused(void **s)
{
	static const text cases[] = { "", "{", "{\"a\":1,\"a\":2}", "[1,]", "\"\\u0000\"", "nul",
		"{\"a\":1} x", "99999999999999999999999", "\"\\ud800\"", "1e999" };

	(void)s;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_true(*json_refusal(cases[i]) != 0);
	assert_string_equal(json_refusal("\"\xff\""), "The JSON is not UTF-8.");
}

static void
json_may_hold_so_many_values_and_no_more(void **s)
{
	struct buf b = BUF(a);
	text why = NULL;

	(void)s;
	buf_add(&b, "[\",,,\"");
	for (int i = 1; i < 20000; i++)
		buf_add(&b, ",1");
	size_t n = b.n;
	buf_char(&b, ']');
	assert_non_null(json_parse(a, b.p, b.n, &why));
	b.n = n;
	buf_add(&b, ",1]");
	assert_null(json_parse(a, b.p, b.n, &why));
	assert_string_equal(why, "The JSON holds more than 20000 values.");
}

static void
json_may_be_nested_thirty_two_deep(void **s)
{
	text why = "";

	(void)s;
	assert_non_null(json_parse(
	    a, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", 64, &why));
	assert_string_equal(json_refusal("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["),
	    "The JSON is nested more than 32 deep.");
	assert_null(json_parse(a, "{\"n\": 99999999999999999999}", 27, &why));
	assert_string_equal(why, "A number is too large at line 1, column 26.");
	assert_non_null(json_parse(a, "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\"", 40, &why));
}

struct wish {
	text plate;
	int64_t n;
};
static const struct field wish_fields[] = { FIELD(wish, plate), FIELD(wish, n), FIELD_END };

static void
a_list_where_one_value_is_wanted_is_a_complaint(void **s)
{
	text body = "{\"plate\":[\"K1\"],\"n\":null}", why;
	struct json_source from = { a, json_parse(a, body, strlen(body), &why) };
	struct complaints wrong = { 0 };
	struct wish wish = { 0 };

	(void)s;
	assert_false(fields_decode(a, wish_fields, &wish, json_field, &from, &wrong));
	assert_int_equal(wrong.n, 1);
	assert_string_equal(wrong.v[0].field, "plate");
}

/* ---- Accept, Content-Type, Accept-Encoding */

static void
accept_weighs_json_against_html(void **s)
{
	static const struct {
		text accept;
		enum accepts choice;
	} cases[] = { { NULL, ACCEPTS_ANY }, { "", ACCEPTS_ANY }, { "*/*", ACCEPTS_ANY },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ACCEPTS_HTML },
		{ "application/json", ACCEPTS_JSON }, { "application/json, */*", ACCEPTS_JSON },
		{ "application/json;q=0.5, text/html;q=0.4", ACCEPTS_JSON },
		{ "text/html;q=0.5, Application/JSON ; q=0.500", ACCEPTS_HTML },
		{ "application/*, text/*;q=0.9", ACCEPTS_JSON },
		{ "text/html;q=0, */*", ACCEPTS_JSON }, { "application/json;q=0", ACCEPTS_NEITHER },
		{ "image/png", ACCEPTS_NEITHER }, { "text/*;x=\"a,text/html\"", ACCEPTS_HTML },
		{ "application/json, text/html", ACCEPTS_JSON } };

	(void)s;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_int_equal(accept_choose(cases[i].accept), cases[i].choice);
}

static void
a_media_type_is_bare_and_small(void **s)
{
	(void)s;
	assert_string_equal(media_type(a, " Text/HTML ; charset=utf-8"), "text/html");
	assert_string_equal(media_type(a, ""), "");
}

static text
coding(text accept_encoding)
{
	text encoding = NULL;
	size_t n = 0;
	const struct asset *css = asset_named("style.css");
	const void *bytes = asset_bytes(css, accept_encoding, &n, &encoding);

	assert_non_null(bytes);
	assert_true(n > 0 && n <= css->n_plain);
	return encoding ? encoding : "plain";
}

static void
an_asset_comes_packed_as_the_caller_likes(void **s)
{
	(void)s;
	assert_string_equal(coding(NULL), "plain");
	assert_string_equal(coding("gzip, deflate, br"), "br");
	assert_string_equal(coding("gzip"), "gzip");
	assert_string_equal(coding("BR;q=1.0"), "br");
	assert_string_equal(coding("br;q=0, gzip;q=0.1"), "gzip");
	assert_string_equal(coding("br;q=0.0,gzip; q=0.000"), "plain");
	assert_string_equal(coding("*"), "br");
	assert_string_equal(coding("*;q=0"), "plain");
	assert_string_equal(coding("gzip;q=0, *"), "br");
	assert_string_equal(coding("brotli, identity"), "plain");
}

static void
assets_refer_to_each_other_by_address(void **s)
{
	const struct asset *css = asset_named("style.css");
	const struct asset *font = asset_named("overpass-latin.woff2");

	(void)s;
	assert_ptr_equal(asset_at(css->url), css);
	assert_null(asset_at("/assets/style.css"));
	assert_non_null(memmem(css->plain, css->n_plain, font->url, strlen(font->url)));
	assert_null(memmem(css->plain, css->n_plain, "asset:", 6));
	assert_null(font->brotli);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_form_keeps_what_others_lose),
		TEST(a_broken_form_is_refused),
		TEST(a_thousand_pairs_and_no_more),
		TEST(the_first_of_a_name_counts),
		TEST(cookies_keep_every_character),
		TEST(bad_cookies_are_skipped),
		TEST(multipart_is_read_as_browsers_write_it),
		TEST(file_names_lose_their_path_and_keep_the_rest),
		TEST(broken_multipart_is_refused),
		TEST(a_file_may_hold_any_bytes),
		TEST(a_hundred_parts_and_no_more),
		TEST(the_boundary_is_taken_from_the_type),
		TEST(scalars_come_as_a_form_would_send_them),
		TEST(what_json_must_not_be_is_refused),
		TEST(json_may_hold_so_many_values_and_no_more),
		TEST(json_may_be_nested_thirty_two_deep),
		TEST(a_list_where_one_value_is_wanted_is_a_complaint),
		TEST(accept_weighs_json_against_html),
		TEST(a_media_type_is_bare_and_small),
		TEST(an_asset_comes_packed_as_the_caller_likes),
		TEST(assets_refer_to_each_other_by_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
