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

void
buf_json(struct buf *b, text s)
{
	buf_char(b, '"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\') {
			buf_char(b, '\\');
			buf_char(b, *s);
		} else if (c == '\n') {
			buf_add(b, "\\n");
		} else if (c < 32 || c == 127) {
			buf_fmt(b, "\\u%04x", c);
		} else {
			buf_char(b, *s);
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
