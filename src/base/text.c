#include "base/base.h"

#include <errno.h>

bool
text_is(text a, text b)
{
	return strcmp(a, b) == 0;
}

bool
text_starts(text s, text with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool
is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
text_empty(text s)
{
	if (s == NULL)
		return true;
	while (is_space((unsigned char)*s))
		s++;
	return *s == 0;
}

/* Bytes of the well-formed sequence at s, at most n long; 0 if there is none.  *code is its scalar
 * value. */
static size_t
decode(const unsigned char *s, size_t n, uint32_t *code)
{
	static const struct {
		unsigned char mask, lead;
		size_t bytes;
		uint32_t least;
	} forms[] = { { 0x80, 0x00, 1, 0 }, { 0xe0, 0xc0, 2, 0x80 }, { 0xf0, 0xe0, 3, 0x800 },
		{ 0xf8, 0xf0, 4, 0x10000 } };

	for (size_t f = 0; f < LENGTH(forms); f++) {
		if ((s[0] & forms[f].mask) != forms[f].lead)
			continue;
		uint32_t c = s[0] & (unsigned char)~forms[f].mask;

		if (forms[f].bytes > n)
			return 0;
		for (size_t i = 1; i < forms[f].bytes; i++) {
			if ((s[i] & 0xc0) != 0x80)
				return 0;
			c = c << 6 | (s[i] & 0x3f);
		}
		if (c < forms[f].least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
			return 0;
		*code = c;
		return forms[f].bytes;
	}
	return 0;
}

bool
text_valid(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	uint32_t code;

	for (size_t i = 0, k; i < n; i += k) {
		k = decode(p + i, n - i, &code);
		if (k == 0 || code == 0)
			return false;
	}
	return true;
}

size_t
text_length(text s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static bool
printable(uint32_t c)
{
	return !(c < 0x20 || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069));
}

bool
text_printable(text s)
{
	size_t n = strlen(s);
	uint32_t code;

	for (size_t i = 0, k; i < n; i += k) {
		k = decode((const unsigned char *)s + i, n - i, &code);
		if (k == 0 || !printable(code))
			return false;
	}
	return true;
}

text
text_trim(struct arena *a, text s)
{
	size_t n;

	while (is_space((unsigned char)*s))
		s++;
	n = strlen(s);
	while (n && is_space((unsigned char)s[n - 1]))
		n--;
	return arena_bytes(a, s, n);
}

bool
text_int(text s, int64_t *out)
{
	char *end;
	text digits = *s == '-' || *s == '+' ? s + 1 : s;

	if (*digits < '0' || *digits > '9')
		return false;
	errno = 0;
	long long v = strtoll(s, &end, 10);
	if (errno || *end)
		return false;
	*out = v;
	return true;
}

/* What a letter of Latin-1 Supplement, Latin Extended-A or the common rest folds to (base letters
 * of the Unicode decompositions, and the customary spellings of those that have none). */
static text
fold_latin(uint32_t c)
{
	static const text latin1[] = { /* U+00C0 … U+00FF, both cases alike */
		"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i",
		"d", "n", "o", "o", "o", "o", "o", " ", "o", "u", "u", "u", "u", "y", "th", "ss"
	};
	static const char extended_a[] = /* U+0100 … U+017F, one letter each */
	    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii__jjkkklllllll"
	    "lllnnnnnnnnnoooooo__rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
	static char one[128][2];

	if (c >= 0xc0 && c <= 0xff)
		return c == 0xff ? "y" : c == 0xf7 ? " " : latin1[(c - 0xc0) & 31];
	if (c < 0x100 || c > 0x17f)
		return NULL;
	if (c == 0x132 || c == 0x133)
		return "ij";
	if (c == 0x152 || c == 0x153)
		return "oe";
	char *to = one[c - 0x100];
	to[0] = extended_a[c - 0x100];
	return to;
}

/* Simple lower case of Greek and Cyrillic, accents taken off where they have a base of their own.
 */
static uint32_t
fold_other(uint32_t c)
{
	static const uint16_t greek[][2] = { { 0x386, 0x3b1 }, { 0x388, 0x3b5 }, { 0x389, 0x3b7 },
		{ 0x38a, 0x3b9 }, { 0x38c, 0x3bf }, { 0x38e, 0x3c5 }, { 0x38f, 0x3c9 },
		{ 0x3ac, 0x3b1 }, { 0x3ad, 0x3b5 }, { 0x3ae, 0x3b7 }, { 0x3af, 0x3b9 },
		{ 0x3cc, 0x3bf }, { 0x3cd, 0x3c5 }, { 0x3ce, 0x3c9 }, { 0x3c2, 0x3c3 },
		{ 0x218, 's' }, { 0x219, 's' }, { 0x21a, 't' }, { 0x21b, 't' }, { 0x1e9e, 's' },
		{ 0x451, 0x435 }, { 0x401, 0x435 } };

	for (size_t i = 0; i < LENGTH(greek); i++)
		if (greek[i][0] == c)
			return greek[i][1];
	if (c >= 0x391 && c <= 0x3a9)
		return c + 32;
	if (c >= 0x410 && c <= 0x42f)
		return c + 32;
	if (c >= 0x400 && c <= 0x40f)
		return c + 80;
	return c;
}

static bool
is_letter_or_digit(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
	return !(c < 0xaa || (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x303f) ||
	    c == 0xab || c == 0xb7 || c == 0xbb || c == 0xbf);
}

static void
put_code(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_char(b, (char)c);
	} else if (c < 0x800) {
		buf_char(b, (char)(0xc0 | c >> 6));
		buf_char(b, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_char(b, (char)(0xe0 | c >> 12));
		buf_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_char(b, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_char(b, (char)(0xf0 | c >> 18));
		buf_char(b, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_char(b, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_char(b, (char)(0x80 | (c & 0x3f)));
	}
}

text
text_fold(struct arena *a, text s)
{
	struct buf b = BUF(a);
	size_t n = strlen(s), k;
	bool gap = false;
	uint32_t c;

	for (size_t i = 0; i < n; i += k) {
		k = decode((const unsigned char *)s + i, n - i, &c);
		if (k == 0) { /* broken bytes part words */
			k = 1;
			c = ' ';
		}
		if (c >= 0x300 && c <= 0x36f) /* combining marks */
			continue;
		if (c >= 'A' && c <= 'Z')
			c += 32;
		text latin = fold_latin(c);
		c = latin ? (unsigned char)latin[0] : fold_other(c);
		if (!is_letter_or_digit(c)) {
			gap = b.n > 0;
			continue;
		}
		if (gap)
			buf_char(&b, ' ');
		gap = false;
		if (latin)
			buf_add(&b, latin);
		else
			put_code(&b, c);
	}
	return buf_text(&b);
}

text
text_plate(struct arena *a, text s)
{
	struct buf b = BUF(a);
	size_t n = strlen(s), k;
	uint32_t c;

	for (size_t i = 0; i < n; i += k) {
		k = decode((const unsigned char *)s + i, n - i, &c);
		if (k == 0)
			k = 1;
		else if (c >= 'a' && c <= 'z')
			buf_char(&b, (char)(c - 32));
		else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			buf_char(&b, (char)c);
		else if ((c >= 0xe0 && c <= 0xfe && c != 0xf7) || (c >= 0x430 && c <= 0x44f))
			put_code(&b, c - 32); /* Ä, Ö, Cyrillic */
		else if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x400 && c <= 0x42f) ||
		    (c >= 0x600 && c <= 0x6ff && c != 0x60c) || (c >= 0x3040 && c <= 0x9fff))
			put_code(&b, c);
	}
	return buf_text(&b);
}
