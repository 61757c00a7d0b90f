#include "base/csv.h"

bool
csv_shown(const struct field *f)
{
	return !f->secret && !f->hidden && f->type != FT_ONE && f->type != FT_LIST;
}

/* RFC 4180, 2: a cell with a quote, a comma or a line end stands in quotes, and a quote in it is doubled. */
void
csv_text(struct buf *b, text s)
{
	bool quoted = strpbrk(s, "\",\r\n") != NULL;

	if (quoted)
		buf_char(b, '"');
	if (*s && strchr("=+-@\t\r\n", *s))
		buf_char(b, '\'');
	for (text quote; quoted && (quote = strchr(s, '"')) != NULL; s = quote + 1) {
		buf_bytes(b, s, (size_t)(quote - s));
		buf_add(b, "\"\"");
	}
	buf_add(b, s);
	if (quoted)
		buf_char(b, '"');
}

/* "2026-05-01 10:00:00.25+00" → "2026-05-01T10:00:00.25Z" */
static void
put_instant(struct buf *b, text s)
{
	size_t n = strlen(s);

	if (n < 22 || s[10] != ' ' || !text_is(s + n - 3, "+00"))
		BUG("an instant that is not PostgreSQL's, in UTC");
	buf_bytes(b, s, 10);
	buf_char(b, 'T');
	buf_bytes(b, s + 11, n - 14);
	buf_char(b, 'Z');
}

/* "-2050" of EUR → "-20.50" */
static void
put_money(struct buf *b, text minor, text currency)
{
	size_t digits = currency ? (size_t)currency_digits(currency) : 0;
	bool negative = *minor == '-';
	size_t n = strlen(minor += negative);

	if (negative)
		buf_char(b, '-');
	if (n <= digits)
		buf_char(b, '0');
	else
		buf_bytes(b, minor, n - digits);
	if (digits)
		buf_char(b, '.');
	for (size_t i = n; i < digits; i++)
		buf_char(b, '0');
	buf_add(b, minor + (n > digits ? n - digits : 0));
}

static text
currency_of(const struct field *fields, const text *cells)
{
	for (size_t i = 0; fields[i].name; i++)
		if (text_is(fields[i].name, "currency"))
			return cells[i];
	return NULL;
}

static void
put_cell(struct buf *b, const struct field *f, text cell, text currency)
{
	switch (f->type) {
	case FT_BOOL: buf_add(b, *cell == 't' ? "true" : "false"); return;
	case FT_INSTANT: put_instant(b, cell); return;
	case FT_MONEY: put_money(b, cell, currency); return;
	case FT_TEXT: csv_text(b, cell); return;
	default: buf_add(b, cell); return;
	}
}

void
csv_head(struct buf *b, const struct field *fields)
{
	text comma = "";

	for (const struct field *f = fields; f->name; f++) {
		if (!csv_shown(f))
			continue;
		buf_add(b, comma);
		buf_add(b, f->name);
		comma = ",";
	}
	buf_add(b, "\r\n");
}

void
csv_row(struct buf *b, const struct field *fields, const text *cells)
{
	text currency = currency_of(fields, cells), comma = "";

	for (size_t i = 0; fields[i].name; i++) {
		if (!csv_shown(&fields[i]))
			continue;
		buf_add(b, comma);
		comma = ",";
		if (cells[i])
			put_cell(b, &fields[i], cells[i], currency);
	}
	buf_add(b, "\r\n");
}
