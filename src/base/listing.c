#include "base/listing.h"

const struct field number_of_fields[] = { FIELD(number_of, n), FIELD_END };

text
day_ok(struct arena *a, const void *member)
{
	instant day;
	text s = *(const text *)member;

	if (*s == 0 || (strlen(s) == 10 && instant_parse_naive(arena_fmt(a, "%sT00:00", s), &day)))
		return NULL;
	return "This takes a day, like 2026-11-12.";
}

const struct field listed_heading_fields[] = {
	FIELD(listed_heading, title),
	FIELD(listed_heading, href),
	FIELD(listed_heading, order, .among = (const text[]){ "ascending", "descending", NULL }),
	FIELD(listed_heading, number),
	FIELD_END,
};

const struct field listed_size_fields[] = {
	FIELD(listed_size, rows),
	FIELD(listed_size, href),
	FIELD_END,
};

const struct field listed_fields[] = {
	FIELD_LIST(listed, headings, listed_heading),
	FIELD_LIST(listed, sizes, listed_size),
	FIELD(listed, count),
	FIELD(listed, more),
	FIELD(listed, first),
	FIELD(listed, last),
	FIELD(listed, page),
	FIELD(listed, next),
	FIELD(listed, previous),
	FIELD(listed, start),
	FIELD(listed, clear),
	FIELD(listed, csv),
	FIELD(listed, filtered),
	FIELD(listed, sort),
	FIELD(listed, rows),
	FIELD_END,
};

static int64_t
number_of(const struct listing *l, const void *filter, text name)
{
	const struct field *f = field_find(l->filter, name);

	if (f == NULL || f->type != FT_INT)
		BUG("a filter without page or rows");
	return *(const int64_t *)(const void *)((const char *)filter + f->at);
}

static text
sort_of(const struct listing *l, const void *filter)
{
	const struct field *f = field_find(l->filter, "sort");

	if (f == NULL || f->type != FT_TEXT)
		BUG("a filter without sort");
	text sort = *(const text *)(const void *)((const char *)filter + f->at);
	return sort ? sort : "";
}

static int64_t
rows_of(const struct listing *l, const void *filter)
{
	int64_t rows = number_of(l, filter, "rows");

	return rows > 0 ? rows : LISTING_ROWS;
}

static int64_t
page_of(const struct listing *l, const void *filter)
{
	int64_t page = number_of(l, filter, "page");

	return page > 0 ? page : 1;
}

int64_t
listing_skip(const struct listing *l, const void *filter)
{
	return (page_of(l, filter) - 1) * rows_of(l, filter);
}

int64_t
listing_most(const struct listing *l, const void *filter)
{
	return rows_of(l, filter) + 1;
}

text
listing_order(const struct listing *l, const void *filter)
{
	text sort = sort_of(l, filter);

	return *sort ? sort : l->usual;
}

/* ---- addresses */

static bool
is_own(text name)
{
	return text_is(name, "sort") || text_is(name, "page") || text_is(name, "rows");
}

/* As the query has it; "" for what need not be said. */
static text
said(struct arena *a, const struct field *f, const void *filter)
{
	text value = field_get(a, f, filter);

	if (f->type == FT_TEXT)
		return value;
	return text_is(value, "0") || text_is(value, "false") || text_is(value, "null") ? ""
											: value;
}

static void
add(struct buf *b, text name, text value)
{
	if (*value == 0)
		return;
	buf_char(b, strchr(buf_text(b), '?') ? '&' : '?');
	buf_fmt(b, "%s=", name);
	buf_url(b, value);
}

static void
add_number(struct buf *b, text name, int64_t value, int64_t unsaid)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%lld", (long long)value);
	add(b, name, value == unsaid ? "" : digits);
}

/* path?filter */
static struct buf
begin(struct arena *a, const struct listing *l, text path, const void *filter)
{
	struct buf b = BUF(a);

	buf_add(&b, path);
	for (const struct field *f = l->filter; f->name; f++)
		if (!is_own(f->name))
			add(&b, f->name, said(a, f, filter));
	return b;
}

static text
address(struct arena *a, const struct listing *l, const void *filter, text sort, int64_t page,
    int64_t rows)
{
	struct buf b = begin(a, l, l->path, filter);

	add(&b, "sort", text_is(sort, l->usual) ? "" : sort);
	add_number(&b, "page", page, 1);
	add_number(&b, "rows", rows, LISTING_ROWS);
	return buf_text(&b);
}

static bool
is_filtered(struct arena *a, const struct listing *l, const void *filter)
{
	for (const struct field *f = l->filter; f->name; f++)
		if (!is_own(f->name) && *said(a, f, filter))
			return true;
	return false;
}

/* ---- headings */

static struct listed_heading
heading(struct arena *a, const struct listing *l, const void *filter, const struct heading *h)
{
	text order = listing_order(l, filter);
	bool falls = *order == '-';
	struct listed_heading out = {
		.title = h->title, .href = "", .order = "", .number = h->number
	};

	if (h->sort == NULL)
		return out;
	bool chosen = text_is(order + falls, h->sort);
	if (chosen)
		out.order = falls ? "descending" : "ascending";
	bool then_falls = chosen ? !falls : h->falling;
	out.href = address(a, l, filter, arena_fmt(a, "%s%s", then_falls ? "-" : "", h->sort), 1,
	    rows_of(l, filter));
	return out;
}

static void
put_headings(struct arena *a, const struct listing *l, const void *filter, struct listed *out)
{
	size_t n = 0;

	while (l->headings[n].title)
		n++;
	out->headings.v = arena_alloc(a, (n + 1) * sizeof(struct listed_heading));
	out->headings.n = n;
	for (size_t i = 0; i < n; i++)
		*ROW(listed_heading, out->headings, i) = heading(a, l, filter, &l->headings[i]);
}

static void
put_sizes(struct arena *a, const struct listing *l, const void *filter, struct listed *out)
{
	static const int64_t sizes[] = { 25, 50, 100, 200 };

	out->sizes.v = arena_alloc(a, sizeof sizes / sizeof *sizes * sizeof(struct listed_size));
	out->sizes.n = LENGTH(sizes);
	for (size_t i = 0; i < LENGTH(sizes); i++)
		*ROW(listed_size, out->sizes, i) = (struct listed_size){ sizes[i],
			sizes[i] == out->rows
			    ? ""
			    : address(a, l, filter, listing_order(l, filter), 1, sizes[i]) };
}

const struct listed *
listing_around(
    struct arena *a, const struct listing *l, const void *filter, struct rows *items, int64_t count)
{
	struct listed *out = arena_alloc(a, sizeof *out);
	text order = listing_order(l, filter);
	int64_t rows = rows_of(l, filter), page = page_of(l, filter);
	bool more = (int64_t)items->n > rows;

	if (more)
		items->n = (size_t)rows;
	*out = (struct listed){ .page = page,
		.rows = rows,
		.next = "",
		.previous = "",
		.start = "",
		.csv = "",
		.clear = l->path,
		.sort = sort_of(l, filter) };
	out->more = count > COUNT_MOST;
	out->count = out->more ? COUNT_MOST : count;
	out->first = items->n ? (page - 1) * rows + 1 : 0;
	out->last = items->n ? out->first + (int64_t)items->n - 1 : 0;
	out->filtered = is_filtered(a, l, filter);
	if (more && page < LISTING_PAGES)
		out->next = address(a, l, filter, order, page + 1, rows);
	if (page > 1) {
		out->previous = address(a, l, filter, order, page - 1, rows);
		out->start = address(a, l, filter, order, 1, rows);
	}
	if (l->csv) {
		struct buf b = begin(a, l, l->csv, filter);

		out->csv = buf_text(&b);
	}
	put_headings(a, l, filter, out);
	put_sizes(a, l, filter, out);
	return out;
}
