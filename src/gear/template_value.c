/* template_value.c -- what tags lead to: described structs, their dresses, and forms. */
#include "gear/template.h"
#include "gear/zones.h"

static bool
is(const char *s, size_t n, text word)
{
	return strlen(word) == n && memcmp(s, word, n) == 0;
}

/* Kinds that hold nothing to look into, to count or to repeat. */
static bool
find_none(struct value v, const char *name, size_t n, struct value *out, const struct frame *f)
{
	(void)v, (void)name, (void)n, (void)out, (void)f;
	return false;
}

static size_t
count_one(struct value v, bool *is_list)
{
	(void)v;
	*is_list = false;
	return 1;
}

static struct value
item_self(struct value v, size_t i)
{
	(void)i;
	return v;
}

static void
print_none(struct value v, struct buf *out, const struct frame *f)
{
	(void)v, (void)out, (void)f;
}

static bool
always(struct value v)
{
	(void)v;
	return true;
}

/* ---- yes and no: v.i */

static bool
yes_truth(struct value v)
{
	return v.i != 0;
}

static void
yes_print(struct value v, struct buf *out, const struct frame *f)
{
	(void)f;
	buf_add(out, v.i ? "true" : "false");
}

static const struct value_kind yes_kind = { find_none, yes_truth, count_one, item_self, yes_print,
	true };

static struct value
yes(bool it)
{
	return (struct value){ &yes_kind, NULL, NULL, it };
}

static struct value number_value(size_t);

/* ---- one member of a struct: v.at the struct, v.more its fields, v.i which one and how dressed */

enum dressed {
	BARE,
	PLAIN,
	CLOCK,
	DAY_NAME,
	DATE,
	INPUT,
	EXACT,
	ISO,
	ZONE_NAME,
	SPAN,
	TENTHS,
};
#define DRESS_SHIFT 16

static const struct field *
field_of(struct value v)
{
	return (const struct field *)v.more + (v.i & ((1u << DRESS_SHIFT) - 1));
}

static const void *
member(struct value v)
{
	return (const char *)v.at + field_of(v)->at;
}

static text
text_of(struct value v)
{
	text s = *(const text *)member(v);

	return s ? s : "";
}

static struct value
dressed(struct value v, enum dressed d)
{
	v.i = (v.i & ((1u << DRESS_SHIFT) - 1)) | (size_t)d << DRESS_SHIFT;
	return v;
}

static const struct {
	enum field_type type;
	text name;
	enum dressed dress;
} dresses[] = {
	{ FT_INSTANT, "clock", CLOCK },
	{ FT_INSTANT, "day", DAY_NAME },
	{ FT_INSTANT, "date", DATE },
	{ FT_INSTANT, "input", INPUT },
	{ FT_INSTANT, "exact", EXACT },
	{ FT_INSTANT, "iso", ISO },
	{ FT_INSTANT, "zone", ZONE_NAME },
	{ FT_MONEY, "plain", PLAIN },
	{ FT_MONEY, "minor", PLAIN }, /* made a number below */
	{ FT_INT, "plain", PLAIN },
	{ FT_INT, "span", SPAN },
	{ FT_REAL, "plain", PLAIN },
	{ FT_REAL, "tenths", TENTHS },
};

static bool
scalar_find(struct value v, const char *name, size_t n, struct value *out, const struct frame *f)
{
	const struct field *field = field_of(v);

	(void)f;
	if (field->type == FT_TEXT) {
		*out = yes(is(name, n, text_of(v)));
		return true;
	}
	if (field->type == FT_INT && is(name, n, "one")) {
		*out = yes(*(const int64_t *)member(v) == 1);
		return true;
	}
	if (field->type == FT_INT && name[0] >= '0' && name[0] <= '9') {
		char number[24];

		snprintf(number, sizeof number, "%lld", (long long)*(const int64_t *)member(v));
		*out = yes(is(name, n, number));
		return true;
	}
	if (field->type == FT_MONEY && is(name, n, "minor")) {
		*out = number_value((size_t)((const money *)member(v))->minor);
		return true;
	}
	for (size_t i = 0; i < LENGTH(dresses); i++)
		if (dresses[i].type == field->type && is(name, n, dresses[i].name)) {
			*out = dressed(v, dresses[i].dress);
			return true;
		}
	return false;
}

static bool
scalar_truth(struct value v)
{
	const void *at = member(v);

	switch (field_of(v)->type) {
	case FT_BOOL: return *(const bool *)at;
	case FT_INT: return *(const int64_t *)at != 0;
	case FT_REAL: return *(const double *)at != 0;
	case FT_TEXT: return *text_of(v) != 0;
	case FT_INSTANT: return !instant_none(*(const instant *)at);
	case FT_MONEY: return ((const money *)at)->minor != 0;
	default: return false;
	}
}

static const struct value_kind scalar_kind;

/* The text that the nearest field of that name holds: in the struct itself, else further out. */
static text
nearest(struct value v, const struct frame *f, text name)
{
	const struct field *own = field_find(v.more, name);
	struct value found;

	if (own && own->type == FT_TEXT) {
		text s = *(const text *)((const char *)v.at + own->at);

		if (s && *s)
			return s;
	}
	if (!frame_find(f, name, &found) || found.kind == NULL || found.kind != &scalar_kind ||
	    field_of(found)->type != FT_TEXT)
		return "";
	return text_of(found);
}

static void
print_instant(struct value v, struct buf *out, const struct frame *f)
{
	instant t = *(const instant *)member(v);
	const struct zone *zone = zone_find(nearest(v, f, "time_zone"));
	struct arena *a = out->arena;

	if (instant_none(t))
		return;
	zone = zone ? zone : zone_utc();
	switch ((enum dressed)(v.i >> DRESS_SHIFT)) {
	case CLOCK: buf_add(out, time_clock(a, zone, t)); break;
	case DAY_NAME: buf_add(out, time_day(a, zone, t)); break;
	case DATE: buf_add(out, time_date(a, zone, t)); break;
	case INPUT: buf_add(out, time_input(a, zone, t)); break;
	case EXACT: buf_add(out, time_exact(a, zone, t)); break;
	case ISO: buf_add(out, time_offset_iso(a, zone, t)); break;
	case ZONE_NAME: buf_add(out, time_abbr(a, zone, t)); break;
	default: buf_add(out, instant_text(a, t));
	}
}

/* 1234567 → 1,234,567 */
static void
print_grouped(int64_t n, struct buf *out)
{
	char digits[24];
	int k = snprintf(digits, sizeof digits, "%lld", (long long)n);

	for (int i = 0; i < k; i++) {
		buf_char(out, digits[i]);
		if (digits[i] != '-' && i + 1 < k && (k - i - 1) % 3 == 0)
			buf_char(out, ',');
	}
}

static void
scalar_print(struct value v, struct buf *out, const struct frame *f)
{
	const struct field *field = field_of(v);
	enum dressed dress = (enum dressed)(v.i >> DRESS_SHIFT);
	struct arena *a = out->arena;

	if (field->type == FT_TEXT) {
		buf_add(out, text_of(v));
	} else if (field->type == FT_INSTANT) {
		print_instant(v, out, f);
	} else if (field->type == FT_MONEY) {
		text currency = nearest(v, f, "currency");
		money m = *(const money *)member(v);

		currency = currency_known(currency) ? currency : "EUR";
		buf_add(
		    out, dress == PLAIN ? money_plain(a, m, currency) : money_text(a, m, currency));
	} else if (field->type == FT_INT && dress == SPAN) {
		buf_add(out, time_span(a, *(const int64_t *)member(v) * SECOND));
	} else if (field->type == FT_INT && dress == BARE) {
		print_grouped(*(const int64_t *)member(v), out);
	} else if (field->type == FT_REAL && dress == TENTHS) {
		buf_fmt(out, "%.1f", *(const double *)member(v));
	} else {
		buf_add(out, field_get(a, field, v.at));
	}
}

static const struct value_kind scalar_kind = { scalar_find, scalar_truth, count_one, item_self,
	scalar_print, true };

/* A number of its own: v.i */
static void
number_print(struct value v, struct buf *out, const struct frame *f)
{
	(void)f;
	buf_fmt(out, "%lld", (long long)v.i);
}

static const struct value_kind number_kind = { find_none, yes_truth, count_one, item_self,
	number_print, true };

static struct value
number_value(size_t n)
{
	return (struct value){ &number_kind, NULL, NULL, n };
}

/* ---- lists: v.at the struct rows, v.more the field of the list */

static const struct rows *
rows_of(struct value v)
{
	return v.at;
}

static bool
list_find(struct value v, const char *name, size_t n, struct value *out, const struct frame *f)
{
	(void)f;
	if (is(name, n, "some"))
		*out = yes(rows_of(v)->n > 0);
	else if (is(name, n, "count"))
		*out = number_value(rows_of(v)->n);
	else
		return false;
	return true;
}

static bool
list_truth(struct value v)
{
	return rows_of(v)->n > 0;
}

static size_t
list_count(struct value v, bool *is_list)
{
	*is_list = true;
	return rows_of(v)->n;
}

static struct value
list_item(struct value v, size_t i)
{
	const struct field *list = v.more;

	return value_of(list->inner, (const char *)rows_of(v)->v + i * list->inner_size);
}

static const struct value_kind list_kind = { list_find, list_truth, list_count, list_item,
	print_none, true };

/* ---- structs: v.at the struct, v.more its fields */

static bool
struct_find(struct value v, const char *name, size_t n, struct value *out, const struct frame *f)
{
	const struct field *fields = v.more;

	(void)f;
	for (size_t i = 0; fields[i].name; i++) {
		const void *at = (const char *)v.at + fields[i].at;

		if (!is(name, n, fields[i].name) || fields[i].secret)
			continue;
		*out = (struct value){ 0 };
		if (fields[i].type == FT_LIST)
			*out = (struct value){ &list_kind, at, &fields[i], 0 };
		else if (fields[i].type != FT_ONE)
			*out = (struct value){ &scalar_kind, v.at, fields, i };
		else if (*(const void *const *)at)
			*out = value_of(fields[i].inner, *(const void *const *)at);
		return true;
	}
	return false;
}

static const struct value_kind struct_kind = { struct_find, always, count_one, item_self,
	print_none, false };

struct value
value_of(const struct field *fields, const void *at)
{
	return (struct value){ &struct_kind, at, fields, 0 };
}

/* ---- a text of its own, as a person typed it: v.at */

static bool
typed_find(struct value v, const char *name, size_t n, struct value *out, const struct frame *f)
{
	(void)f;
	*out = yes(is(name, n, v.at));
	return true;
}

/* A box that was ticked says "on" or "true". */
static bool
typed_truth(struct value v)
{
	return *(text)v.at != 0 && !text_is(v.at, "false");
}

static void
typed_print(struct value v, struct buf *out, const struct frame *f)
{
	(void)f;
	buf_add(out, v.at);
}

static const struct value_kind typed_kind = { typed_find, typed_truth, count_one, item_self,
	typed_print, true };

static struct value
typed(text s)
{
	return (struct value){ &typed_kind, s ? s : "", NULL, 0 };
}

/* ---- a member of the page's struct as a form needs it: like a scalar, but .WORD compares */

static bool
filled_find(struct value v, const char *name, size_t n, struct value *out, const struct frame *f)
{
	const struct field *field = field_of(v);
	char number[24];

	if (field->type == FT_BOOL)
		*out = yes(is(name, n, *(const bool *)member(v) ? "true" : "false"));
	else if (field->type == FT_INT) {
		snprintf(number, sizeof number, "%lld", (long long)*(const int64_t *)member(v));
		*out = yes(is(name, n, number));
	} else
		return scalar_find(v, name, n, out, f);
	return true;
}

static const struct value_kind filled_kind = { filled_find, scalar_truth, count_one, item_self,
	scalar_print, true };

static enum dressed
dress_for_input(enum field_type type)
{
	switch (type) {
	case FT_INSTANT: return INPUT;
	case FT_MONEY:
	case FT_INT: return PLAIN;
	default: return BARE;
	}
}

/* ---- forms: `form` and `errors`; v.at the struct form_view */

static bool
form_find(struct value v, const char *name, size_t n, struct value *out, const struct frame *f)
{
	const struct form_view *form = v.at;
	const struct value *page = &form->page;
	char named[64];

	if (form->get && n < sizeof named) {
		struct field field = { .name = named };

		memcpy(named, name, n);
		named[n] = 0;
		struct raw raw = form->get(form->from, &field);
		*out = typed(raw.present ? raw.text : "");
		return true;
	}
	if (page->kind == NULL || !page->kind->find(*page, name, n, out, f))
		*out = typed("");
	else if (out->kind == &scalar_kind) {
		*out = dressed(*out, dress_for_input(field_of(*out)->type));
		out->kind = &filled_kind;
	}
	return true;
}

static const struct value_kind form_kind = { form_find, always, count_one, item_self, print_none,
	true };

static const struct field complaint_fields[] = { FIELD(complaint, field), FIELD(complaint, says),
	FIELD_END };

static size_t
complaints_count(struct value v, bool *is_list)
{
	const struct complaints *c = v.at;

	*is_list = true;
	return c ? (size_t)c->n : 0;
}

static bool
complaints_truth(struct value v)
{
	const struct complaints *c = v.at;

	return c && c->n > 0;
}

static struct value
complaints_item(struct value v, size_t i)
{
	const struct complaints *c = v.at;

	return value_of(complaint_fields, &c->v[i]);
}

static const struct value_kind complaints_kind = { find_none, complaints_truth, complaints_count,
	complaints_item, print_none, true };

/* {{errors.NAME}}: the first complaint about that field; {{#errors.all}} each of them. */
static bool
errors_find(struct value v, const char *name, size_t n, struct value *out, const struct frame *f)
{
	const struct complaints *c = v.at;

	(void)f;
	*out = (struct value){ 0 };
	if (is(name, n, "all")) {
		*out = (struct value){ &complaints_kind, c, NULL, 0 };
		return true;
	}
	for (int i = 0; c && i < c->n && out->kind == NULL; i++)
		if (is(name, n, c->v[i].field))
			*out = typed(c->v[i].says);
	return true;
}

static const struct value_kind errors_kind = { errors_find, complaints_truth, count_one, item_self,
	print_none, true };

static bool
form_frame_find(
    struct value v, const char *name, size_t n, struct value *out, const struct frame *f)
{
	const struct form_view *form = v.at;

	(void)f;
	if (is(name, n, "form"))
		*out = (struct value){ &form_kind, form, NULL, 0 };
	else if (is(name, n, "errors"))
		*out = (struct value){ &errors_kind, form->complaints, NULL, 0 };
	else
		return false;
	return true;
}

static const struct value_kind form_frame_kind = { form_frame_find, always, count_one, item_self,
	print_none, false };

struct value
value_form(const struct form_view *form)
{
	return (struct value){ &form_frame_kind, form, NULL, 0 };
}
