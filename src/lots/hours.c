#include "lots/hours.h"
#include <ctype.h>
#include <strings.h>

#define DAY_MINUTES 1440

static const text day_names[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday" };

/* ---- reading */

struct reader {
	text s;
	text why;
};

static void
skip_blanks(struct reader *r)
{
	while (*r->s == ' ' || *r->s == '\t')
		r->s++;
}

static bool
eat(struct reader *r, text what)
{
	skip_blanks(r);
	if (!text_starts(r->s, what))
		return false;
	r->s += strlen(what);
	return true;
}

static bool
eat_dash(struct reader *r)
{
	return eat(r, "-") || eat(r, "–");
}

static bool
wrong(struct reader *r, text why)
{
	r->why = why;
	return false;
}

static size_t
letters(text s)
{
	size_t n = 0;

	while (isalpha((unsigned char)s[n]))
		n++;
	return n;
}

static bool
read_day(struct reader *r, int *day)
{
	skip_blanks(r);
	size_t n = letters(r->s);

	for (int d = 0; n >= 2 && d < 7; d++)
		if (n <= strlen(day_names[d]) && !strncasecmp(r->s, day_names[d], n)) {
			r->s += n;
			*day = d;
			return true;
		}
	return wrong(r, "Days are Mo, Tu, We, Th, Fr, Sa, Su.");
}

static bool
read_days(struct reader *r, bool days[7])
{
	do {
		int first, last;

		if (!read_day(r, &first))
			return false;
		last = first;
		if (eat_dash(r) && !read_day(r, &last))
			return false;
		for (int d = first;; d = (d + 1) % 7) {
			days[d] = true;
			if (d == last)
				break;
		}
	} while (eat(r, ","));
	return true;
}

static bool
read_minute(struct reader *r, int *minute)
{
	skip_blanks(r);
	text s = r->s;
	int h = 0, m = 0, n = 0;

	while (n < 2 && isdigit((unsigned char)s[n]))
		h = h * 10 + (s[n++] - '0');
	if (n == 0 || s[n] != ':' || !isdigit((unsigned char)s[n + 1]) ||
	    !isdigit((unsigned char)s[n + 2]))
		return wrong(r, "Times look like 06:00-22:00.");
	m = (s[n + 1] - '0') * 10 + (s[n + 2] - '0');
	if (m > 59 || h * 60 + m > DAY_MINUTES)
		return wrong(r, "A day has 24 hours of 60 minutes.");
	r->s = s + n + 3;
	*minute = h * 60 + m;
	return true;
}

/* A comma before a day begins a new rule; before a time, another span. */
static bool
another_span(struct reader *r)
{
	text before = r->s;

	if (!eat(r, ","))
		return false;
	skip_blanks(r);
	if (isdigit((unsigned char)*r->s))
		return true;
	r->s = before;
	return false;
}

static bool
read_spans(struct reader *r, struct hours *out, const bool days[7])
{
	int n = 0;

	do {
		int from, until;

		if (!read_minute(r, &from))
			return false;
		if (!eat_dash(r))
			return wrong(r, "Times look like 06:00-22:00.");
		if (!read_minute(r, &until))
			return false;
		if (from == DAY_MINUTES)
			return wrong(r, "A span begins before 24:00.");
		if (n == MAX_SPANS)
			return wrong(r, "A day takes up to four spans.");
		if (until <= from)
			until += DAY_MINUTES;
		for (int d = 0; d < 7; d++)
			if (days[d]) {
				out->day[d].span[n].from = from;
				out->day[d].span[n].until = until;
				out->day[d].n = n + 1;
			}
		n++;
	} while (another_span(r));
	return true;
}

static bool
read_rule(struct reader *r, struct hours *out)
{
	bool days[7] = { false };

	if (!read_days(r, days))
		return false;
	for (int d = 0; d < 7; d++)
		if (days[d])
			out->day[d].n = 0;
	if (eat(r, "off") || eat(r, "closed"))
		return true;
	return read_spans(r, out, days);
}

static bool
whole_day(const struct hours *h, int d)
{
	return h->day[d].n == 1 && h->day[d].span[0].from == 0 &&
	    h->day[d].span[0].until == DAY_MINUTES;
}

static bool
finish(struct hours *h, text *why)
{
	int whole = 0, open = 0;

	for (int d = 0; d < 7; d++) {
		whole += whole_day(h, d);
		open += h->day[d].n > 0;
	}
	if (open == 0) {
		*why = "It would never be open.";
		return false;
	}
	h->always = whole == 7;
	return true;
}

bool
hours_parse(text s, struct hours *out, text *why)
{
	struct reader r = { s, NULL };

	*out = (struct hours){ .always = true };
	if (text_empty(s))
		return true;
	if (eat(&r, "24/7")) {
		skip_blanks(&r);
		*why = "Nothing can follow 24/7.";
		return *r.s == 0;
	}
	out->always = false;
	for (;;) {
		if (!read_rule(&r, out)) {
			*why = r.why;
			return false;
		}
		if (!eat(&r, ";") && !eat(&r, ","))
			break;
		skip_blanks(&r);
		if (*r.s == 0)
			break;
	}
	skip_blanks(&r);
	if (*r.s) {
		*why = "Write it like Mo-Fr 06:00-22:00; Sa 08:00-20:00.";
		return false;
	}
	return finish(out, why);
}

/* ---- writing */

static bool
same_day(const struct hours *h, int a, int b)
{
	if (h->day[a].n != h->day[b].n)
		return false;
	for (int i = 0; i < h->day[a].n; i++)
		if (h->day[a].span[i].from != h->day[b].span[i].from ||
		    h->day[a].span[i].until != h->day[b].span[i].until)
			return false;
	return true;
}

static void
put_spans(struct buf *b, const struct hours *h, int d, text dash)
{
	for (int i = 0; i < h->day[d].n; i++) {
		int from = h->day[d].span[i].from, until = h->day[d].span[i].until;

		if (until > DAY_MINUTES)
			until -= DAY_MINUTES;
		buf_fmt(b, "%s%02d:%02d%s%02d:%02d", i ? "," : "", from / 60, from % 60, dash,
		    until / 60, until % 60);
	}
}

static void
put_days(struct buf *b, int first, int last, int letters_shown, text dash)
{
	buf_bytes(b, day_names[first % 7], (size_t)letters_shown);
	if (first == last)
		return;
	buf_add(b, dash);
	buf_bytes(b, day_names[last % 7], (size_t)letters_shown);
}

/* Weeks are told from Monday: i from 1 to 7, the day i % 7. */
static int
last_like(const struct hours *h, int first)
{
	int last = first;

	while (last < 7 && same_day(h, first % 7, (last + 1) % 7))
		last++;
	return last;
}

text
hours_canonical(struct arena *a, const struct hours *h)
{
	struct buf b = BUF(a);

	if (h->always)
		return "";
	for (int i = 1, last; i <= 7; i = last + 1) {
		last = last_like(h, i);
		if (h->day[i % 7].n == 0)
			continue;
		if (b.n)
			buf_add(&b, "; ");
		put_days(&b, i, last, 2, "-");
		buf_char(&b, ' ');
		put_spans(&b, h, i % 7, "-");
	}
	return buf_text(&b);
}

text
hours_words(struct arena *a, const struct hours *h)
{
	struct buf b = BUF(a), closed = BUF(a);

	if (h->always)
		return "round the clock";
	if (last_like(h, 1) == 7) {
		buf_add(&b, "every day ");
		put_spans(&b, h, 1, "–");
		return buf_text(&b);
	}
	for (int i = 1, last; i <= 7; i = last + 1) {
		struct buf *to = h->day[i % 7].n ? &b : &closed;

		last = last_like(h, i);
		if (to->n)
			buf_add(to, ", ");
		put_days(to, i, last, 3, "–");
		if (to == &closed)
			continue;
		buf_char(to, ' ');
		put_spans(to, h, i % 7, "–");
	}
	if (closed.n)
		buf_fmt(&b, ", closed on %s", buf_text(&closed));
	return buf_text(&b);
}

/* ---- asking */

static bool
within(const struct hours *h, int d, int seconds, bool leaving)
{
	for (int i = 0; i < h->day[d].n; i++) {
		int from = h->day[d].span[i].from * 60, until = h->day[d].span[i].until * 60;

		if (leaving ? from < seconds && seconds <= until
			    : from <= seconds && seconds < until)
			return true;
	}
	return false;
}

bool
hours_open(const struct hours *h, int weekday, int seconds_of_day, bool leaving)
{
	return h->always || within(h, weekday, seconds_of_day, leaving) ||
	    within(h, (weekday + 6) % 7, seconds_of_day + DAY_MINUTES * 60, leaving);
}
