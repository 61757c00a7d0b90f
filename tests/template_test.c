/* template_test.c -- the official cases of mustache, and our own words on top. */
#include "world.h"

#include <jansson.h>

#include "gear/template.h"

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

/* ---- jansson values as what a tag leads to */

static struct value of_json(const json_t *);

static bool
json_find(struct value v, const char *name, size_t n, struct value *out, const struct frame *f)
{
	const json_t *at = json_object_get(v.at, arena_bytes(a, name, n));

	(void)f;
	if (at)
		*out = of_json(at);
	return at != NULL;
}

static bool
json_truth(struct value v)
{
	return !json_is_false((const json_t *)v.at) && !json_is_null((const json_t *)v.at);
}

static size_t
json_size(struct value v, bool *is_list)
{
	*is_list = json_typeof((const json_t *)v.at) == JSON_ARRAY;
	return json_array_size(v.at);
}

static struct value
json_element(struct value v, size_t i)
{
	return of_json(json_array_get(v.at, i));
}

static void
json_print(struct value v, struct buf *out, const struct frame *f)
{
	(void)f;
	if (json_is_string((const json_t *)v.at))
		buf_add(out, json_string_value(v.at));
	else if (json_is_integer((const json_t *)v.at))
		buf_fmt(out, "%lld", (long long)json_integer_value(v.at));
	else if (json_is_real((const json_t *)v.at))
		buf_fmt(out, "%.15g", json_real_value(v.at));
}

static const struct value_kind json_kind = { json_find, json_truth, json_size, json_element,
	json_print, false };

static struct value
of_json(const json_t *j)
{
	return (struct value){ &json_kind, j, NULL, 0 };
}

/* ---- the official cases */

static text
rendered(const struct template_source *sources, size_t n, const struct frame *frame)
{
	struct buf out = BUF(a);
	text why = "";
	struct templates *all = templates_compile(a, sources, n, &why);

	if (all == NULL)
		return why;
	template_render(template_find(all, sources[0].name), frame, &out);
	return buf_text(&out);
}

static bool
passes(json_t *test)
{
	struct template_source sources[10] = { { "(test)",
	    json_string_value(json_object_get(test, "template")) } };
	text expected = json_string_value(json_object_get(test, "expected"));
	struct frame frame = { of_json(json_object_get(test, "data")), NULL };
	const char *name;
	json_t *partial;
	size_t n = 1;

	json_object_foreach(json_object_get(test, "partials"), name, partial) sources[n++] =
	    (struct template_source){ name, json_string_value(partial) };
	text got = rendered(sources, n, &frame);
	/* Of ' the standard lets templates think as they like; ours write &#39;. */
	if (text_is(got, expected))
		return true;
	print_error("%s\n  template %s\n  expected %s\n  got      %s\n",
	    json_string_value(json_object_get(test, "name")), sources[0].source, expected, got);
	return false;
}

static void
official(text module, size_t at_least)
{
	text path = arena_fmt(a, "tests/mustache/%s.json", module);
	json_t *all = json_load_file(path, 0, NULL), *test;
	size_t i, bad = 0;

	assert_non_null(all);
	assert_true(json_array_size(json_object_get(all, "tests")) >= at_least);
	json_array_foreach(json_object_get(all, "tests"), i, test) bad += !passes(test);
	json_decref(all);
	assert_int_equal(bad, 0);
}

#define OFFICIAL(module, n)                                                                        \
	static void module##_as_the_standard_says(void **s)                                        \
	{                                                                                          \
		(void)s;                                                                           \
		official(#module, n);                                                              \
	}
OFFICIAL(comments, 12)
OFFICIAL(delimiters, 14)
OFFICIAL(interpolation, 42)
OFFICIAL(inverted, 22)
OFFICIAL(partials, 12)
OFFICIAL(sections, 34)
OFFICIAL(inheritance, 27)

/* ---- ours */

struct seat {
	text label;
	int64_t row;
};
static const struct field seat_fields[] = { FIELD(seat, label), FIELD(seat, row), FIELD_END };
struct show {
	text status, time_zone, currency, password;
	instant starts, never;
	money price;
	int64_t places, seconds;
	bool open;
	double width;
	struct rows seats;
	const struct seat *best, *none;
};
static const struct field show_fields[] = { FIELD(show, status), FIELD(show, time_zone),
	FIELD(show, currency), FIELD(show, password, .secret = true), FIELD(show, starts),
	FIELD(show, never), FIELD(show, price), FIELD(show, places), FIELD(show, seconds),
	FIELD(show, open), FIELD(show, width), FIELD_LIST(show, seats, seat),
	FIELD_ONE(show, best, seat), FIELD_ONE(show, none, seat), FIELD_END };

static struct seat seats[] = { { "A <1>", 1 }, { "B", 2 } };
static const struct show a_show = { .status = "held",
	.time_zone = "Europe/Berlin",
	.currency = "EUR",
	.password = "hidden",
	.starts = { 1794920400 * SECOND }, /* 2026-11-17T13:00:00Z */
	.price = { 2000 },
	.places = 1234567,
	.seconds = 12600,
	.open = true,
	.width = 2.5,
	.seats = { seats, 2 },
	.best = &seats[1] };

static text
said(text source)
{
	struct frame frame = { value_of(show_fields, &a_show), NULL };

	return rendered(&(struct template_source){ "t", source }, 1, &frame);
}

static void
members_are_looked_into(void **s)
{
	(void)s;
	assert_string_equal(said("{{status}} {{best.label}} {{none.label}}|"), "held B |");
	assert_string_equal(
	    said("{{#seats}}{{label}} {{status}};{{/seats}}"), "A &lt;1&gt; held;B held;");
	assert_string_equal(said("{{#best}}{{row}}{{/best}}{{^none}}none{{/none}}"), "2none");
	assert_string_equal(said("{{password}}"), "");
}

static void
a_text_can_be_asked_whether_it_is_a_word(void **s)
{
	(void)s;
	assert_string_equal(
	    said("{{#status.held}}a{{/status.held}}{{#status.hel}}b{{/status.hel}}"), "a");
	assert_string_equal(said("{{^status.paid}}unpaid{{/status.paid}}"), "unpaid");
	/* Inside a section over a text, names still mean what they meant outside. */
	assert_string_equal(said("{{#status}}{{places.plain}} {{.}}{{/status}}"), "1234567 held");
}

static void
an_instant_is_dressed_in_its_zone(void **s)
{
	(void)s;
	assert_string_equal(said("{{starts.clock}}"), "14:00");
	assert_string_equal(
	    said("{{starts.date}} {{starts.input}}"), "2026-11-17 2026-11-17T14:00");
	assert_string_equal(said("{{starts}}"), "2026-11-17T13:00:00Z");
	assert_string_equal(said("{{starts.zone}}"), "CET");
	assert_string_equal(said("{{#seats}}{{starts.clock}} {{/seats}}"), "14:00 14:00 ");
	assert_string_equal(said("{{never.clock}}{{#never}}x{{/never}}"), "");
}

static void
money_is_dressed_in_its_currency(void **s)
{
	(void)s;
	assert_string_equal(said("{{price}}"), "€20.00");
	assert_string_equal(said("{{price.plain}} {{price.minor}}"), "20.00 2000");
}

static void
numbers_are_grouped_spelled_and_counted(void **s)
{
	(void)s;
	assert_string_equal(said("{{places}} {{places.plain}}"), "1,234,567 1234567");
	assert_string_equal(said("{{seconds.span}}"), "3\u00a0h 30\u00a0min");
	assert_string_equal(said("{{#best.row.one}}x{{/best.row.one}}{{seats.count}}"), "2");
	assert_string_equal(said("{{#seats.some}}some{{/seats.some}}"), "some");
	assert_string_equal(said("{{width}}{{open}}"), "2.5true");
}

static struct raw
typed_in(void *from, const struct field *f)
{
	text s = pairs_get(from, f->name);

	return (struct raw){ .present = s != NULL, .text = s };
}

static text
form_said(struct form_view *view, text source)
{
	struct frame outer = { value_of(show_fields, &a_show), NULL };
	struct frame frame = { value_form(view), &outer };

	return rendered(&(struct template_source){ "t", source }, 1, &frame);
}

static void
a_form_shows_the_page_until_somebody_types(void **s)
{
	struct form_view view = { .page = value_of(show_fields, &a_show) };

	(void)s;
	assert_string_equal(form_said(&view, "{{form.starts}} {{form.price}} {{form.places}}"),
	    "2026-11-17T14:00 20.00 1234567");
	assert_string_equal(form_said(&view,
				"{{#form.status.held}}selected{{/form.status.held}}"
				"{{#form.open.true}} checked{{/form.open.true}}"),
	    "selected checked");
	assert_string_equal(form_said(&view, "{{form.nothing}}{{errors.plate}}"), "");
}

static void
a_form_shows_what_was_typed_and_what_is_wrong(void **s)
{
	struct complaints wrong = { 0 };
	struct pairs pairs = { 0 };
	struct form_view view = { .get = typed_in,
		.from = &pairs,
		.complaints = &wrong,
		.page = value_of(show_fields, &a_show) };

	(void)s;
	complaint_add(&wrong, "price", "Not <that>.");
	complaint_add(&wrong, "price", "Nor that.");
	pairs_add(a, &pairs, "price", "12,\"5");
	pairs_add(a, &pairs, "status", "paid");
	assert_string_equal(form_said(&view, "{{form.price}}|{{errors.price}}|{{form.starts}}"),
	    "12,&quot;5|Not &lt;that&gt;.|");
	assert_string_equal(form_said(&view,
				"{{#form.status.paid}}1{{/form.status.paid}}"
				"{{#form.status.held}}2{{/form.status.held}}"),
	    "1");
	assert_string_equal(form_said(&view, "{{#errors.price}}{{.}} {{status}}{{/errors.price}}"),
	    "Not &lt;that&gt;. held");
	assert_string_equal(
	    form_said(&view, "{{#errors.all}}{{field}},{{/errors.all}}{{#errors}}!{{/errors}}"),
	    "price,price,!");
}

static void
faults_are_told_with_name_and_line(void **s)
{
	static const struct {
		text source, says;
	} cases[] = { { "a\n{{#b}}\n", "t:2: this is never closed: {{b}}" },
		{ "{{#a}}{{/b}}", "t:1: this closes what is not open: {{b}}" },
		{ "\n\n{{/b}}", "t:3: this closes what is not open: {{b}}" },
		{ "{{x", "t:1: this tag does not end: {{x}}" },
		{ "{{ }}", "t:1: this is no name: {{}}" },
		{ "{{a b}}", "t:1: this is no name: {{a b}}" },
		{ "{{=<%=}}", "t:1: these are no delimiters: {{<%}}" } };

	(void)s;
	for (size_t i = 0; i < LENGTH(cases); i++)
		assert_string_equal(said(cases[i].source), cases[i].says);
}

static void
endless_partials_and_sections_end(void **s)
{
	struct frame frame = { value_of(show_fields, &a_show), NULL };
	struct buf deep = BUF(a);

	(void)s;
	assert_non_null(rendered(&(struct template_source){ "t", "x{{>t}}" }, 1, &frame));
	for (int i = 0; i < 60; i++)
		buf_add(&deep, "{{#a}}");
	assert_non_null(strstr(said(buf_text(&deep)), "nested too deep"));
}

static void
note(void *seen, text path, char kind)
{
	buf_fmt(seen, "%c%s\n", kind, path);
}

static void
every_name_is_told_for_checking(void **s)
{
	static const struct template_source sources[] = {
		{ "t",
		    "{{<layout}}{{$main}}{{#seats}}{{label}}{{>gone}}{{/seats}}{{/main}}{{/"
		    "layout}}" },
		{ "layout",
		    "{{$title}}{{site}}{{/title}}{{$main}}{{never.seen}}{{/main}}{{>foot}}" },
		{ "foot", "{{^a.b}}{{{c}}}{{/a.b}}{{>foot}}" }
	};
	struct buf seen = BUF(a);
	text why = "";

	(void)s;
	template_names(template_find(templates_compile(a, sources, 3, &why), "t"), note, &seen);
	assert_string_equal(
	    buf_text(&seen), "vsite\n#seats\nvseats label\n>seats gone\n^a.b\n&c\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comments_as_the_standard_says, up, down),
		cmocka_unit_test_setup_teardown(delimiters_as_the_standard_says, up, down),
		cmocka_unit_test_setup_teardown(interpolation_as_the_standard_says, up, down),
		cmocka_unit_test_setup_teardown(inverted_as_the_standard_says, up, down),
		cmocka_unit_test_setup_teardown(partials_as_the_standard_says, up, down),
		cmocka_unit_test_setup_teardown(sections_as_the_standard_says, up, down),
		cmocka_unit_test_setup_teardown(inheritance_as_the_standard_says, up, down),
		cmocka_unit_test_setup_teardown(members_are_looked_into, up, down),
		cmocka_unit_test_setup_teardown(a_text_can_be_asked_whether_it_is_a_word, up, down),
		cmocka_unit_test_setup_teardown(an_instant_is_dressed_in_its_zone, up, down),
		cmocka_unit_test_setup_teardown(money_is_dressed_in_its_currency, up, down),
		cmocka_unit_test_setup_teardown(numbers_are_grouped_spelled_and_counted, up, down),
		cmocka_unit_test_setup_teardown(
		    a_form_shows_the_page_until_somebody_types, up, down),
		cmocka_unit_test_setup_teardown(
		    a_form_shows_what_was_typed_and_what_is_wrong, up, down),
		cmocka_unit_test_setup_teardown(faults_are_told_with_name_and_line, up, down),
		cmocka_unit_test_setup_teardown(endless_partials_and_sections_end, up, down),
		cmocka_unit_test_setup_teardown(every_name_is_told_for_checking, up, down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
