/*
 * multipart.c -- multipart/form-data (RFC 7578 on RFC 2046, 5.1), as browsers write it.
 *
 * A body is  [preamble] --B CRLF part CRLF --B CRLF part CRLF --B-- [epilogue];  a part is header
 * lines, an empty line, and bytes of any kind.
 */
#include "base/form.h"

#include <strings.h>

#define MOST_PARTS 100
#define LONGEST_BOUNDARY 70 /* RFC 2046 */

/* A stretch of the body. */
struct span {
	const char *s;
	size_t n;
};

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
skip_blanks(struct span *p)
{
	while (p->n && blank(*p->s)) {
		p->s++;
		p->n--;
	}
}

static bool
skip(struct span *p, text what)
{
	size_t n = strlen(what);

	if (p->n < n || strncasecmp(p->s, what, n) != 0)
		return false;
	p->s += n;
	p->n -= n;
	return true;
}

/* A quoted string or a token.  Browsers write %22 %0D %0A for quote and line ends; curl writes \"
 * and \\; a backslash before anything else is a backslash. */
static text
parameter_value(struct arena *a, struct span *p)
{
	struct buf b = BUF(a);
	bool quoted = skip(p, "\"");

	while (p->n && (quoted ? *p->s != '"' : !blank(*p->s) && *p->s != ';')) {
		if (quoted && p->n > 1 && *p->s == '\\' && (p->s[1] == '"' || p->s[1] == '\\'))
			skip(p, "\\");
		else if (quoted && skip(p, "%22")) {
			buf_char(&b, '"');
			continue;
		} else if (quoted && (skip(p, "%0D") || skip(p, "%0A"))) {
			buf_char(&b, ' ');
			continue;
		}
		buf_char(&b, *p->s++);
		p->n--;
	}
	if (quoted)
		skip(p, "\"");
	return buf_text(&b);
}

/* The parameter of that name in "; a=b; name=…"; NULL if there is none. */
static text
parameter(struct arena *a, struct span p, text name)
{
	while (p.n) {
		skip_blanks(&p);
		struct span was = p;
		bool it = skip(&p, name) && p.n && *p.s == '=';

		while (p.n && *p.s != '=' && *p.s != ';') {
			p.s++;
			p.n--;
		}
		if (skip(&p, "=")) {
			text value = parameter_value(a, &p);

			if (it)
				return value;
		}
		while (p.n && *p.s != ';') {
			p.s++;
			p.n--;
		}
		if (!skip(&p, ";") && p.n == was.n)
			return NULL;
	}
	return NULL;
}

bool
multipart_boundary(struct arena *a, text content_type, text *out)
{
	static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ";
	const char *rest = strchr(content_type, ';');

	if (!text_is(media_type(a, content_type), "multipart/form-data") || rest == NULL)
		return false;
	*out = parameter(a, (struct span){ rest + 1, strlen(rest + 1) }, "boundary");
	if (*out == NULL)
		return false;
	size_t n = strlen(*out);
	return n > 0 && n <= LONGEST_BOUNDARY && strspn(*out, allowed) == n && (*out)[n - 1] != ' ';
}

/* The next CRLF-ended line, taken off p; false if there is none. */
static bool
line(struct span *p, struct span *out)
{
	const char *end = p->n ? memmem(p->s, p->n, "\r\n", 2) : NULL;

	if (end == NULL)
		return false;
	*out = (struct span){ p->s, (size_t)(end - p->s) };
	p->n -= out->n + 2;
	p->s = end + 2;
	return true;
}

static text
without_path(text name)
{
	for (text s = name; *s; s++)
		if (*s == '/' || *s == '\\')
			name = s + 1;
	return name;
}

static bool
good_text(text s)
{
	return text_valid(s, strlen(s)) && text_printable(s);
}

/* Content-Disposition: form-data; name="photo"; filename="car.jpg" */
static bool
read_disposition(struct arena *a, struct span value, struct part *out)
{
	skip_blanks(&value);
	if (!skip(&value, "form-data"))
		return false;
	skip_blanks(&value);
	if (!skip(&value, ";"))
		return false;
	out->name = parameter(a, value, "name");
	text file = parameter(a, value, "filename");
	if (file)
		out->file_name = good_text(file) ? without_path(file) : "file";
	return out->name && good_text(out->name);
}

static bool
read_headers(struct arena *a, struct span *p, struct part *out)
{
	struct span header;

	out->type = "";
	for (;;) {
		if (!line(p, &header))
			return false;
		if (header.n == 0)
			return out->name != NULL;
		if (memchr(header.s, 0, header.n))
			return false;
		if (skip(&header, "content-disposition:")) {
			if (out->name || !read_disposition(a, header, out))
				return false;
		} else if (skip(&header, "content-type:")) {
			out->type = media_type(a, arena_bytes(a, header.s, header.n));
		}
	}
}

/* Behind a boundary: "--" in the closing line, blanks and a line end in the others. */
static bool
delimiter_ends(struct span *p, bool *last)
{
	struct span rest = *p;

	*last = skip(&rest, "--");
	skip_blanks(&rest);
	if (!*last && !skip(&rest, "\r\n"))
		return false;
	*p = rest;
	return true;
}

/* Takes everything up to the next delimiter line, and that, off p.  *last: it was the closing one.
 */
static bool
up_to_delimiter(struct span *p, text delimiter, struct span *out, bool *last)
{
	size_t n = strlen(delimiter);
	const char *start = p->s;

	while (p->n) {
		const char *at = memmem(p->s, p->n, delimiter, n);

		if (at == NULL)
			return false;
		p->n -= (size_t)(at - p->s) + n;
		p->s = at + n;
		*out = (struct span){ start, (size_t)(at - start) };
		if (delimiter_ends(p, last))
			return true;
	}
	return false;
}

/* The first delimiter may stand at the very beginning, without a line end before it. */
static bool
to_first_part(struct span *p, text delimiter, bool *last)
{
	size_t n = strlen(delimiter) - 2;
	struct span preamble, behind;

	if (p->n >= n && memcmp(p->s, delimiter + 2, n) == 0) {
		behind = (struct span){ p->s + n, p->n - n };
		if (delimiter_ends(&behind, last)) {
			*p = behind;
			return true;
		}
	}
	return up_to_delimiter(p, delimiter, &preamble, last);
}

static void
add_part(struct arena *a, struct rows *parts, struct part part)
{
	if (parts->v == NULL)
		parts->v = arena_alloc(a, MOST_PARTS * sizeof part);
	((struct part *)parts->v)[parts->n++] = part;
}

bool
multipart_parse(struct arena *a, text boundary, const char *s, size_t n, struct rows *parts)
{
	text delimiter = arena_fmt(a, "\r\n--%s", boundary);
	struct span p = { s, n };
	bool last = false;

	*parts = (struct rows){ 0 };
	if (!to_first_part(&p, delimiter, &last))
		return false;
	while (!last) {
		struct part part = { 0 };
		struct span bytes;

		if (parts->n == MOST_PARTS || !read_headers(a, &p, &part))
			return false;
		/* An empty part's delimiter shares the line end of its empty line. */
		p.s -= 2;
		p.n += 2;
		if (!up_to_delimiter(&p, delimiter, &bytes, &last))
			return false;
		part.bytes = bytes.n >= 2 ? bytes.s + 2 : bytes.s;
		part.n = bytes.n >= 2 ? bytes.n - 2 : 0;
		add_part(a, parts, part);
	}
	return true;
}
