/* field_test.c -- one description per struct: in from forms and JSON, out to JSON. */
#include "world.h"

#include "base/form.h"

struct thing {
	int64_t id, n;
	bool ok;
	double lat;
	text name, kind, note, pass;
	instant at, wall;
	money price;
	struct rows parts;
	const struct thing *other;
};
static const text kinds[] = { "small", "large", NULL };
static text
even(struct arena *arena, const void *v)
{
	(void)arena;
	return *(const int64_t *)v % 2 ? "This must be even." : NULL;
}
static const struct field part_fields[] = { FIELD(thing, id), FIELD(thing, name), FIELD_END };
static const struct field thing_fields[] = { FIELD(
						 thing, id, .required = true, .min = 1, .max = 100),
	FIELD(thing, n, .check = even), FIELD(thing, ok), FIELD(thing, lat, .min = -90, .max = 90),
	FIELD(thing, name, .required = true, .min = 2, .max = 5),
	FIELD(thing, kind, .among = kinds), FIELD(thing, note, .max = 2000),
	FIELD(thing, pass, .secret = true), FIELD(thing, at), FIELD(thing, wall, .local = true),
	FIELD(thing, price, .min = 0, .max = 1000000), FIELD_END };

static struct arena *a;
static struct complaints bad;

static int
up(void **s)
{
	(void)s;
	a = arena_new();
	bad.n = 0;
	return 0;
}

static int
down(void **s)
{
	(void)s;
	arena_free(a);
	return 0;
}

static struct raw
pair_source(void *from, const struct field *f)
{
	const struct pair *p = from;

	for (; p->name; p++)
		if (text_is(p->name, f->name))
			return (struct raw){ true, p->value };
	return (struct raw){ false, NULL };
}

static text
says(text field)
{
	for (int i = 0; i < bad.n; i++)
		if (text_is(bad.v[i].field, field))
			return bad.v[i].says;
	return "";
}

static bool
in(struct thing *t, const struct pair *pairs)
{
	*t = (struct thing){ 0 };
	bad.n = 0;
	return fields_decode(a, thing_fields, t, pair_source, (void *)(uintptr_t)pairs, &bad);
}
#define IN(t, ...) in((t), (const struct pair[]){ __VA_ARGS__, { NULL, NULL } })

static void
good_answers_arrive(void **s)
{
	struct thing t;

	(void)s;
	assert_true(IN(&t, { "id", "7" }, { "name", "  Ilse " }, { "ok", "on" }, { "lat", "-51.5" },
	    { "kind", "large" }, { "at", "2026-05-01T10:00:00+02:00" },
	    { "wall", "2026-05-01T10:00" }, { "price", "2000" }, { "note", "two\nlines" },
	    { "pass", " as typed " }));
	assert_int_equal(t.id, 7);
	assert_string_equal(t.name, "Ilse");
	assert_true(t.ok && t.lat == -51.5);
	assert_int_equal(t.at.us / SECOND, 1777622400);
	assert_int_equal(t.wall.us / SECOND, 1777629600);
	assert_int_equal(t.price.minor, 2000);
	assert_string_equal(t.note, "two\nlines");
	assert_string_equal(t.pass, " as typed ");
	assert_string_equal(t.kind, "large");
}

static void
every_fault_is_named_at_its_field(void **s)
{
	struct thing t;

	(void)s;
	assert_false(
	    IN(&t, { "id", "x" }, { "n", "3" }, { "ok", "maybe" }, { "lat", "91" }, { "name", "a" },
		{ "kind", "huge" }, { "at", "soon" }, { "wall", "1 May" }, { "price", "-1" }));
	assert_string_equal(says("id"), "This takes a whole number.");
	assert_string_equal(says("n"), "This must be even.");
	assert_string_equal(says("ok"), "This takes yes or no.");
	assert_string_equal(says("lat"), "This must be from -90 to 90.");
	assert_string_equal(says("name"), "At least 2 characters, please.");
	assert_string_equal(says("kind"), "This must be one of: small, large.");
	assert_non_null(strstr(says("at"), "2026-11-12T14:00:00Z"));
	assert_non_null(strstr(says("wall"), "2026-11-12T14:00."));
	assert_string_equal(says("price"), "This must be from 0 to 1000000.");
}

static void
huge_empty_and_broken_values_are_refused_in_words(void **s)
{
	struct thing t;

	(void)s;
	assert_false(IN(&t, { "id", "99999999999999999999" }, { "name", "" }));
	assert_string_equal(says("id"), "That number is too large.");
	assert_string_equal(says("name"), "This is needed.");
	assert_false(IN(&t, { "id", "1" },
	    { "name",
		"a\xff"
		"b" }));
	assert_non_null(strstr(says("name"), "UTF-8"));
	assert_false(IN(&t, { "id", "1" },
	    { "name",
		"a\x01"
		"b" }));
	assert_non_null(strstr(says("name"), "cannot be shown"));
	assert_false(IN(&t, { "id", "1" }, { "name", "sixsix" }));
	assert_string_equal(says("name"), "At most 5 characters, please.");
	assert_false(IN(&t, { "id", "1" }, { "name", "abc" }, { "lat", "nan" }));
	assert_string_equal(says("lat"), "This takes a number.");
	assert_false(IN(&t, { "id", "1" }, { "name", "abc" }, { "lat", "1e999" }));
	assert_true(IN(&t, { "id", "1" }, { "name", "\xf0\x9f\x9a\x97\xf0\x9f\x9a\x97" }));
}

static void
json_shows_all_but_secrets(void **s)
{
	static const struct field shown[] = { FIELD(thing, id), FIELD(thing, name),
		FIELD(thing, ok), FIELD(thing, pass, .secret = true),
		FIELD(thing, note, .hidden = true), FIELD(thing, kind, .nullable = true),
		FIELD(thing, at), FIELD(thing, price),
		{ .name = "parts",
		    .type = FT_LIST,
		    .at = offsetof(struct thing, parts),
		    .inner = part_fields,
		    .inner_size = sizeof(struct thing) },
		{ .name = "other",
		    .type = FT_ONE,
		    .at = offsetof(struct thing, other),
		    .inner = part_fields },
		FIELD_END };
	struct thing inner = { .id = 2, .name = "b" };
	struct thing t = { .id = 1,
		.name = "a\"",
		.pass = "hush",
		.note = "n",
		.kind = "",
		.at = { 1777622400 * SECOND },
		.price = { 5 },
		.parts = { &inner, 1 } };
	struct buf b = BUF(a);

	(void)s;
	fields_json(&b, shown, &t);
	assert_string_equal(buf_text(&b),
	    "{\"id\":1,\"name\":\"a\\\"\",\"ok\":false,\"kind\":null,\"at\":\"2026-05-01T08:00:"
	    "00Z\","
	    "\"price\":5,\"parts\":[{\"id\":2,\"name\":\"b\"}],\"other\":null}");
}

static void
complaints_beyond_the_limit_are_dropped(void **s)
{
	(void)s;
	for (int i = 0; i < 100; i++)
		complaint_add(&bad, "x", "y");
	assert_int_equal(bad.n, MAX_COMPLAINTS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(good_answers_arrive, up, down),
		cmocka_unit_test_setup_teardown(every_fault_is_named_at_its_field, up, down),
		cmocka_unit_test_setup_teardown(
		    huge_empty_and_broken_values_are_refused_in_words, up, down),
		cmocka_unit_test_setup_teardown(json_shows_all_but_secrets, up, down),
		cmocka_unit_test_setup_teardown(complaints_beyond_the_limit_are_dropped, up, down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
