/* words.c -- figures as people read them. */
#include "desk/inner.h"

text
whole_words(struct arena *a, int64_t n)
{
	struct buf b = BUF(a);
	text digits = arena_fmt(a, "%lld", (long long)(n < 0 ? -n : n));
	size_t k = strlen(digits);

	if (n < 0)
		buf_add(&b, "−");
	for (size_t i = 0; i < k; i++) {
		if (i > 0 && (k - i) % 3 == 0)
			buf_char(&b, ',');
		buf_char(&b, digits[i]);
	}
	return buf_text(&b);
}

/* Three figures and a letter: where there is little room, beside a table that has it all. */
text
brief_words(struct arena *a, int64_t n)
{
	static const struct {
		int64_t unit;
		text letter;
	} sizes[] = { { 1000000000, "G" }, { 1000000, "M" }, { 1000, "k" } };

	for (size_t i = 0; i < LENGTH(sizes); i++) {
		int64_t unit = sizes[i].unit;

		if (n < unit)
			continue;
		if (n >= 100 * unit || n / (unit / 10) % 10 == 0)
			return arena_fmt(a, "%lld%s", (long long)(n / unit), sizes[i].letter);
		return arena_fmt(a, "%lld.%lld%s", (long long)(n / unit),
		    (long long)(n / (unit / 10) % 10), sizes[i].letter);
	}
	return arena_fmt(a, "%lld", (long long)n);
}

text
tenths_text(struct arena *a, int64_t tenths)
{
	return arena_fmt(a, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
}

text
hundredths_text(struct arena *a, int64_t n)
{
	return arena_fmt(a, "%lld.%02lld", (long long)(n / 100), (long long)(n % 100));
}

text
hours_text(struct arena *a, int64_t seconds)
{
	return hundredths_text(a, (seconds * 100 + 1800) / 3600);
}

text
percent_words(struct arena *a, int64_t thousandths)
{
	return arena_fmt(a, "%s%%", tenths_text(a, thousandths));
}

/* In whole per cent from ten up, else in tenths; rounded to the nearest. */
text
change_words(struct arena *a, int64_t now, int64_t before)
{
	if (before <= 0)
		return "";
	if (now == before)
		return "±0%";
	double part = 100.0 * ((double)now - (double)before) / (double)before;
	double size = part < 0 ? -part : part;
	text sign = part < 0 ? "−" : "+";

	if (size >= 1000)
		return arena_fmt(a, "×%lld", (long long)((double)now / (double)before + 0.5));
	if (size >= 9.95)
		return arena_fmt(a, "%s%.0f%%", sign, size);
	return size < 0.05 ? "±0.0%" : arena_fmt(a, "%s%.1f%%", sign, size);
}

text
more_or_less(struct arena *a, int64_t now, int64_t before)
{
	text change = change_words(a, now, before);

	if (*change == 0)
		return "";
	if (text_starts(change, "±"))
		return "as much as";
	if (text_starts(change, "×"))
		return arena_fmt(a, "%s times", change + strlen("×"));
	bool more = text_starts(change, "+");
	return arena_fmt(
	    a, "%s %s than", change + strlen(more ? "+" : "−"), more ? "more" : "less");
}
