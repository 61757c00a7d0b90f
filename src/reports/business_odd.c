/* business_odd.c -- what is out of line: a figure beyond all of the months before, by a quarter. */
#include "reports/letter.h"

#define ENOUGH_MONTHS 3

static text
figure(struct arena *a, const struct measured *m, int64_t v)
{
	if (text_is(m->currency, "%"))
		return arena_fmt(a, "%lld.%lld%%", (long long)(v / 10), (long long)(v % 10));
	if (*m->currency)
		return money_text(a, (money){ v }, m->currency);
	return thousands(a, v);
}

struct spread {
	int64_t least, most, mean;
};

static struct spread
spread_of(const struct measured *m)
{
	struct spread s = { m->before[0], m->before[0], 0 };

	for (int i = 0; i < m->n; i++) {
		if (m->before[i] < s.least)
			s.least = m->before[i];
		if (m->before[i] > s.most)
			s.most = m->before[i];
		s.mean += m->before[i] / m->n;
	}
	return s;
}

/* ", 45% under their average" */
static text
against_average(struct arena *a, const struct measured *m, const struct spread *s)
{
	int64_t difference = m->now > s->mean ? m->now - s->mean : s->mean - m->now;

	if (text_is(m->currency, "%") || s->mean <= 0 || difference / s->mean >= 10)
		return "";
	/* hundredths of the average first: amounts are too large to be multiplied */
	int64_t share = s->mean >= 1000 ? difference / (s->mean / 100) : difference * 100 / s->mean;
	return arena_fmt(
	    a, ", %lld%% %s their average", (long long)share, m->now > s->mean ? "over" : "under");
}

text
out_of_line(struct arena *a, const struct measured *m)
{
	struct spread s = spread_of(m);
	bool more = m->now > s.most;
	int64_t beyond = more ? m->now - s.most : s.least - m->now;
	int64_t usual = s.mean < 0 ? -s.mean : s.mean;

	if (m->n < ENOUGH_MONTHS || beyond <= 0 || beyond < m->least || beyond < usual / 4)
		return NULL;
	return arena_fmt(a, "%s%s%s: %s, %s than in any of the %d months before (%s to %s)%s.",
	    m->what, *m->where ? " at " : "", m->where, figure(a, m, m->now),
	    more	       ? "more"
		: *m->currency ? "less"
			       : "fewer",
	    m->n, figure(a, m, s.least), figure(a, m, s.most), against_average(a, m, &s));
}
