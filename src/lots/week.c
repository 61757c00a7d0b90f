#include "lots/week.h"
#include <ctype.h>

#define DAY_MINUTES 1440

const text week_ways[] = { "", "always", "days", "text", NULL };
const text day_ways[] = { "", "open", "closed", "all", NULL };
static const text names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
static const text spelled[] = { "Mo", "Tu", "We", "Th", "Fr", "Sa", "Su" };

static bool
digits(text s, int n)
{
	for (int i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

text
clock_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member;

	(void)a;
	if (*s == 0)
		return NULL;
	bool shaped = strlen(s) == 5 && s[2] == ':' && digits(s, 2) && digits(s + 3, 2);
	return shaped && (s[0] - '0') * 10 + s[1] - '0' < 24 && s[3] < '6'
	    ? NULL
	    : "A time of day, like 06:00.";
}

/* ---- from the form */

static bool
both_times(struct ctx *c, int i, const struct day_draft *d)
{
	bool from = *d->from, until = *d->until;

	if (!from)
		complaint_add(&c->complaints, arena_fmt(c->arena, "%s_from", names[i]),
		    "From when on is it open?");
	if (!until)
		complaint_add(&c->complaints, arena_fmt(c->arena, "%s_until", names[i]),
		    "Until when is it open?");
	return from && until;
}

static bool
spell_day(struct ctx *c, int i, const struct day_draft *d, struct buf *b)
{
	buf_fmt(b, "%s%s ", i ? "; " : "", spelled[i]);
	if (text_is(d->how, "closed")) {
		buf_add(b, "off");
	} else if (text_is(d->how, "all")) {
		buf_add(b, "00:00-24:00");
	} else {
		if (!both_times(c, i, d))
			return false;
		buf_fmt(b, "%s-%s", d->from, text_is(d->until, "00:00") ? "24:00" : d->until);
	}
	return true;
}

enum problem
week_spelled(struct ctx *c, const struct week_draft *w, text spelled_out, text *hours)
{
	struct buf b = BUF(c->arena);
	struct hours h;
	text why;
	bool told = true, by_days = text_is(w->by, "days");

	if (text_is(w->by, "always"))
		spelled_out = "";
	for (int i = 0; by_days && i < 7; i++)
		told &= spell_day(c, i, &w->day[i], &b);
	if (!told)
		return INVALID;
	if (!hours_parse(by_days ? buf_text(&b) : spelled_out, &h, &why))
		return complain(c, by_days ? "mon" : "hours", "%s", why);
	*hours = hours_canonical(c->arena, &h);
	return OK;
}

/* ---- to the form */

static text
clock_text(struct arena *a, int minutes)
{
	minutes %= DAY_MINUTES;
	return arena_fmt(a, "%02d:%02d", minutes / 60, minutes % 60);
}

static bool
round_the_clock(const struct hours *h, int day)
{
	return h->always ||
	    (h->day[day].n == 1 && h->day[day].span[0].from == 0 &&
		h->day[day].span[0].until == DAY_MINUTES);
}

void
week_of(struct arena *a, text hours, struct week_draft *w)
{
	struct hours h;
	text why;
	bool several = false;

	if (!hours_parse(hours, &h, &why))
		h = (struct hours){ .always = true };
	for (int i = 0; i < 7; i++) {
		struct day_draft *d = &w->day[i];
		int day = (i + 1) % 7;

		*d = (struct day_draft){ "open", "", "" };
		if (round_the_clock(&h, day)) {
			d->how = "all";
		} else if (h.day[day].n == 0) {
			d->how = "closed";
		} else {
			d->from = clock_text(a, h.day[day].span[0].from);
			d->until = clock_text(a, h.day[day].span[0].until);
		}
		several |= !h.always && h.day[day].n > 1;
	}
	w->by = h.always ? "always" : several ? "text" : "days";
}
