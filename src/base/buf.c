#include "base/base.h"

void
buf_bytes(struct buf *b, const void *s, size_t n)
{
	if (b->n + n + 1 > b->cap) {
		size_t cap = (b->n + n + 1) * 2 + 256;
		char *p = arena_alloc(b->arena, cap);

		if (b->n)
			memcpy(p, b->p, b->n);
		b->p = p;
		b->cap = cap;
	}
	if (n)
		memcpy(b->p + b->n, s, n);
	b->n += n;
	b->p[b->n] = 0;
}

void
buf_add(struct buf *b, text s)
{
	buf_bytes(b, s, strlen(s));
}

void
buf_char(struct buf *b, char c)
{
	buf_bytes(b, &c, 1);
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	char s[256];
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(s, sizeof s, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof s) {
		buf_bytes(b, s, (size_t)n);
		return;
	}
	va_start(ap, fmt);
	buf_add(b, arena_vfmt(b->arena, fmt, ap));
	va_end(ap);
}

text
buf_text(const struct buf *b)
{
	return b->p ? b->p : "";
}

void
buf_html(struct buf *b, text s)
{
	static const struct {
		char c;
		text as;
	} escapes[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
		{ '\'', "&#39;" } };

	while (*s) {
		size_t plain = strcspn(s, "&<>\"'");

		buf_bytes(b, s, plain);
		s += plain;
		if (*s == 0)
			break;
		for (size_t i = 0; i < LENGTH(escapes); i++)
			if (escapes[i].c == *s)
				buf_add(b, escapes[i].as);
		s++;
	}
}

/* How many bytes from here stand for themselves in a JSON string. */
static size_t
plain_json(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	while (*p >= 32 && *p != '"' && *p != '\\' && *p != 127)
		p++;
	return (size_t)(p - (const unsigned char *)s);
}

void
buf_json(struct buf *b, text s)
{
	buf_char(b, '"');
	for (;; s++) {
		size_t plain = plain_json(s);

		buf_bytes(b, s, plain);
		s += plain;
		if (*s == 0)
			break;
		if (*s == '"' || *s == '\\') {
			buf_char(b, '\\');
			buf_char(b, *s);
		} else if (*s == '\n') {
			buf_add(b, "\\n");
		} else {
			buf_fmt(b, "\\u%04x", *s);
		}
	}
	buf_char(b, '"');
}

void
buf_url(struct buf *b, text s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    strchr("-._~", c))
			buf_char(b, *s);
		else
			buf_fmt(b, "%%%02X", c);
	}
}

void
buf_base64(struct buf *b, const void *bytes, size_t n)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *s = bytes;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)s[i] << 16;

		if (i + 1 < n)
			v |= (uint32_t)s[i + 1] << 8;
		if (i + 2 < n)
			v |= s[i + 2];
		buf_char(b, digits[v >> 18]);
		buf_char(b, digits[v >> 12 & 63]);
		buf_char(b, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_char(b, i + 2 < n ? digits[v & 63] : '=');
	}
}
