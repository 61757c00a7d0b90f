/* month.c -- months as words: "2026-10", "October 2026". */
#include "reports/inner.h"
#include "reports/letter.h"

static const text names[] = { "January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December" };

bool
month_ok(text s)
{
	static const char form[] = "dddd-dd";

	for (size_t i = 0; i < sizeof form - 1; i++)
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return s[7] == 0 && text_starts(s, "2") && strcmp(s + 5, "01") >= 0 &&
	    strcmp(s + 5, "12") <= 0;
}

static int
month_number(text month)
{
	return ((month[0] - '0') * 1000 + (month[1] - '0') * 100 + (month[2] - '0') * 10 +
		   (month[3] - '0')) *
	    12 +
	    (month[5] - '0') * 10 + (month[6] - '0') - 1;
}

text
month_plus(struct arena *a, text month, int n)
{
	int number = month_number(month) + n;

	return arena_fmt(a, "%04d-%02d", number / 12, number % 12 + 1);
}

text
month_title(struct arena *a, text month)
{
	return arena_fmt(a, "%s %.4s", names[month_number(month) % 12], month);
}

text
month_short(struct arena *a, text month)
{
	return arena_fmt(a, "%.3s %.4s", names[month_number(month) % 12], month);
}

/* No line ends within it. */
text
hours_of_seconds(struct arena *a, int64_t seconds)
{
	long long minutes = (long long)(seconds / 60), hours = minutes / 60;

	if (minutes % 60 == 0)
		return arena_fmt(a, "%s\u00a0h", thousands(a, hours));
	if (hours == 0)
		return arena_fmt(a, "%lld\u00a0min", minutes);
	return arena_fmt(a, "%s\u00a0h\u00a0%lld\u00a0min", thousands(a, hours), minutes % 60);
}
