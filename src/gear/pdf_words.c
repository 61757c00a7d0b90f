/* pdf_words.c -- words as they are drawn: what a font lacks, and what runs from right to left. */
#include <fribidi/fribidi.h>

#include "gear/pdf_inner.h"

#define BOX 0x25a1 /* □ */

uint32_t
code_point(text *at)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)*at;
	size_t n = *s < 0x80 ? 1 : *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : *s >= 0xc2 ? 2 : 1;
	uint32_t u = n == 1 ? *s : *s & (0xffu >> (n + 1));

	*at += 1;
	if (n == 1)
		return *s < 0x80 ? u : 0xfffd;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0xfffd;
		u = u << 6 | (s[i] & 0x3f);
	}
	if (u < least[n] || u > 0x10ffff || (u >= 0xd800 && u <= 0xdfff))
		return 0xfffd;
	*at += n - 1;
	return u;
}

void
add_code_point(struct buf *b, uint32_t u)
{
	if (u < 0x80) {
		buf_char(b, (char)u);
		return;
	}
	int more = u < 0x800 ? 1 : u < 0x10000 ? 2 : 3;
	static const unsigned char lead[] = { 0, 0xc0, 0xe0, 0xf0 };

	buf_char(b, (char)(lead[more] | u >> (6 * more)));
	while (more-- > 0)
		buf_char(b, (char)(0x80 | (u >> (6 * more) & 0x3f)));
}

/* ---- what a font can show */

static bool
is_space(uint32_t u)
{
	return u <= ' ' || (u >= 0x7f && u < 0xa0) || u == 0x1680 || (u >= 0x2000 && u <= 0x200a) ||
	    u == 0x2028 || u == 0x2029 || u == 0x3000;
}

/* Joiners, directions, variants, tags, shades of skin: they change their neighbour and show nothing. */
static bool
is_silent(uint32_t u)
{
	return u == 0xad || (u >= 0x200b && u <= 0x200f) || (u >= 0x202a && u <= 0x202e) ||
	    (u >= 0x2060 && u <= 0x206f) || (u >= 0xfe00 && u <= 0xfe0f) || u == 0xfeff ||
	    (u >= 0x1f3fb && u <= 0x1f3ff) || u >= 0xe0000;
}

text
pdf_showable(struct arena *a, text s, bool (*has)(void *font, uint32_t), void *font)
{
	struct buf b = BUF(a);
	bool space = false;

	while (*s) {
		uint32_t u = code_point(&s);

		if (is_silent(u))
			continue;
		if (is_space(u)) {
			space = b.n > 0;
			continue;
		}
		if (space)
			buf_char(&b, ' ');
		space = false;
		add_code_point(&b, u <= 0xffff && has(font, u) ? u : BOX);
	}
	return buf_text(&b);
}

/* ---- from right to left */

static size_t
code_points(struct arena *a, text s, FriBidiChar **out)
{
	size_t n = 0;

	*out = arena_alloc(a, (strlen(s) + 1) * sizeof **out);
	while (*s)
		(*out)[n++] = code_point(&s);
	return n;
}

static bool
has_right_to_left(const FriBidiChar *u, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (FRIBIDI_IS_RTL(fribidi_get_bidi_type(u[i])))
			return true;
	return false;
}

text
pdf_visual(struct arena *a, text line)
{
	FriBidiParType base = FRIBIDI_PAR_ON;
	FriBidiChar *u, *drawn;
	struct buf b = BUF(a);
	size_t n = code_points(a, line, &u);

	if (!has_right_to_left(u, n))
		return line;
	drawn = arena_alloc(a, (n + 1) * sizeof *drawn);
	if (n > 10000 || !fribidi_log2vis(u, (FriBidiStrIndex)n, &base, drawn, NULL, NULL, NULL))
		return line;
	for (size_t i = 0; i < n; i++)
		if (drawn[i] != FRIBIDI_CHAR_FILL)
			add_code_point(&b, drawn[i]);
	return buf_text(&b);
}

bool
pdf_right_to_left(text s)
{
	while (*s) {
		FriBidiCharType t = fribidi_get_bidi_type(code_point(&s));

		if (FRIBIDI_IS_LETTER(t))
			return FRIBIDI_IS_RTL(t);
	}
	return false;
}
