#include "lots/place.h"
#include <ctype.h>
#include <math.h>

#define EARTH_RADIUS 6371008.8
#define LONGEST_WORD 64

/* Decimal degrees and nothing else: no exponent, no "nan". */
static bool
read_degrees(text *s, double most, double *out)
{
	char digits[24];
	size_t n = strspn(*s, "+-.0123456789");
	char *end;

	if (n == 0 || n >= sizeof digits || strspn(*s + 1, "+-") != 0)
		return false;
	memcpy(digits, *s, n);
	digits[n] = 0;
	*out = strtod(digits, &end);
	*s += n;
	return *end == 0 && end != digits && fabs(*out) <= most;
}

bool
place_point(text s, double *latitude, double *longitude)
{
	s += strspn(s, " ");
	if (!read_degrees(&s, 90, latitude))
		return false;
	size_t gap = strspn(s, " ,;");
	if (gap == 0)
		return false;
	s += gap;
	if (!read_degrees(&s, 180, longitude))
		return false;
	return s[strspn(s, " ")] == 0;
}

static size_t
word_bytes(text s)
{
	return strcspn(s, " ");
}

text
place_longest(struct arena *a, text folded)
{
	text best = "";
	size_t most = 0;

	for (text s = folded; *s;) {
		size_t n = word_bytes(s);

		if (n > most) {
			most = n;
			best = s;
		}
		s += n + strspn(s + n, " ");
	}
	return arena_bytes(a, best, most);
}

/* The code points of a word; 0 if it is longer than anybody types. */
static int
points(text s, size_t n, uint32_t out[LONGEST_WORD])
{
	int k = 0;

	for (size_t i = 0; i < n; k++) {
		unsigned char c = (unsigned char)s[i++];

		if (k == LONGEST_WORD)
			return 0;
		out[k] = c < 0xc0 ? c : c & 0x1f;
		while (i < n && ((unsigned char)s[i] & 0xc0) == 0x80)
			out[k] = out[k] << 6 | ((unsigned char)s[i++] & 0x3f);
	}
	return k;
}

static int
alike(const uint32_t *a, int n, const uint32_t *b, int m)
{
	int k = 0;

	while (k < n && k < m && a[k] == b[k])
		k++;
	return k;
}

/* After the first difference, at i, one slip has to explain it: then the rest of `typed` begins the
 * rest of `word`. */
static bool
one_slip(const uint32_t *typed, int n, const uint32_t *word, int m)
{
	int i = alike(typed, n, word, m);
	const uint32_t *t = typed + i, *w = word + i;
	int tn = n - i, wn = m - i;

	if (tn == 0)
		return true;
	if (alike(t + 1, tn - 1, w, wn) == tn - 1) /* one too many */
		return true;
	if (wn == 0)
		return false;
	if (alike(t, tn, w + 1, wn - 1) == tn || alike(t + 1, tn - 1, w + 1, wn - 1) == tn - 1)
		return true; /* one missing, or one wrong */
	return tn > 1 && wn > 1 && t[0] == w[1] && t[1] == w[0] &&
	    alike(t + 2, tn - 2, w + 2, wn - 2) == tn - 2;
}

static bool
has_digit(text s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isdigit((unsigned char)s[i]))
			return true;
	return false;
}

static bool
nearly(text typed, size_t n, text word, size_t m)
{
	uint32_t t[LONGEST_WORD], w[LONGEST_WORD];
	int tn = points(typed, n, t), wn = points(word, m, w);

	/* Figures are meant: another postcode is another place. */
	return tn >= 4 && wn > 0 && !has_digit(typed, n) && one_slip(t, tn, w, wn);
}

static bool
word_fits(text words, text typed, size_t n, bool forgiving)
{
	for (text s = words; *s;) {
		size_t m = word_bytes(s);

		if ((m >= n && !memcmp(s, typed, n)) || (forgiving && nearly(typed, n, s, m)))
			return true;
		s += m + strspn(s + m, " ");
	}
	return false;
}

bool
place_fits(text words, text wanted, bool forgiving)
{
	for (text s = wanted; *s;) {
		size_t n = word_bytes(s);

		if (n && !word_fits(words, s, n, forgiving))
			return false;
		s += n + strspn(s + n, " ");
	}
	return true;
}

void
place_on_globe(double latitude, double longitude, double xyz[3])
{
	double phi = latitude * M_PI / 180, lambda = longitude * M_PI / 180;

	xyz[0] = cos(phi) * cos(lambda);
	xyz[1] = cos(phi) * sin(lambda);
	xyz[2] = sin(phi);
}

double
place_metres(double chord)
{
	return 2 * EARTH_RADIUS * asin(fmin(1, chord / 2));
}

double
place_chord(double metres)
{
	return 2 * sin(metres / EARTH_RADIUS / 2);
}

text
place_distance(struct arena *a, double metres)
{
	if (metres < 995)
		return arena_fmt(a, "%.0f m", round(metres / 10) * 10);
	if (metres < 9950)
		return arena_fmt(a, "%.1f km", metres / 1000);
	return arena_fmt(a, "%.0f km", metres / 1000);
}
