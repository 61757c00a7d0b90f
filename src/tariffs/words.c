#include "tariffs/words.h"

/* ---- days and clocks */

static const struct {
	text name, plain, on; /* "weekend", "Sat–Sun", "On Saturdays and Sundays" */
	unsigned days;
} day_sets[] = {
	{ "all", "", "", EVERY_DAY },
	{ "weekdays", "Mon–Fri", "On Mondays to Fridays", WEEKDAYS },
	{ "weekend", "Sat–Sun", "On Saturdays and Sundays", WEEKEND },
	{ "mon", "Mon", "On Mondays", 1 << 1 },
	{ "tue", "Tue", "On Tuesdays", 1 << 2 },
	{ "wed", "Wed", "On Wednesdays", 1 << 3 },
	{ "thu", "Thu", "On Thursdays", 1 << 4 },
	{ "fri", "Fri", "On Fridays", 1 << 5 },
	{ "sat", "Sat", "On Saturdays", 1 << 6 },
	{ "sun", "Sun", "On Sundays", 1 << 0 },
};
const text days_names[] = { "all", "weekdays", "weekend", "mon", "tue", "wed", "thu", "fri", "sat",
	"sun", NULL };

static size_t
set_of(unsigned days)
{
	for (size_t i = 0; i < LENGTH(day_sets); i++)
		if (day_sets[i].days == days)
			return i;
	BUG("days that have no name");
}

unsigned
days_named(text name)
{
	for (size_t i = 0; i < LENGTH(day_sets); i++)
		if (text_is(day_sets[i].name, name))
			return day_sets[i].days;
	return 0;
}

text
days_name(unsigned days)
{
	return days == 0 ? "" : day_sets[set_of(days)].name;
}

static bool
two_digits(text s, int64_t *out)
{
	if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
		return false;
	*out = (s[0] - '0') * 10 + (s[1] - '0');
	return true;
}

bool
clock_read(text s, int64_t *minute)
{
	int64_t h, m;

	if (strlen(s) != 5 || s[2] != ':' || !two_digits(s, &h) || !two_digits(s + 3, &m))
		return false;
	if (m > 59 || h > 24 || (h == 24 && m > 0))
		return false;
	*minute = (h * 60 + m) % 1440;
	return true;
}

text
clock_text(struct arena *a, int64_t minute)
{
	return arena_fmt(a, "%02d:%02d", (int)(minute / 60), (int)(minute % 60));
}

/* ---- reasons */

text
grace_reason(struct arena *a, const struct tariff_line *l)
{
	return arena_fmt(a, "Free up to %s", time_span(a, l->minutes * MINUTE));
}

text
cap_reason(struct arena *a, const struct tariff *t, const struct tariff_line *l)
{
	return arena_fmt(a, "Never more than %s %s", money_text(a, l->price, t->currency),
	    l->minutes ? "in 24\u00a0hours" : "a day");
}

/* ", Mon–Fri 22:00–06:00" behind a reason; "" for a line that always holds. */
static text
when(struct arena *a, const struct tariff_line *l)
{
	if (l->days == 0)
		return "";
	text days = day_sets[set_of(l->days)].plain;
	if (l->from == l->until)
		return arena_fmt(a, ", %s", *days ? days : "all day");
	return arena_fmt(a, ", %s%s%s–%s", days, *days ? " " : "", clock_text(a, l->from),
	    clock_text(a, l->until));
}

/* What a price is for: "an hour", "a minute", "for 15 min" */
static text
per(struct arena *a, int64_t minutes)
{
	if (minutes == 60)
		return "an hour";
	if (minutes == 1)
		return "a minute";
	return arena_fmt(a, "for %s", time_span(a, minutes * MINUTE));
}

static text
steps(struct arena *a, int64_t minutes, int64_t n)
{
	long long many = n;

	if (minutes == 60)
		return arena_fmt(a, "%lld started %s", many, n == 1 ? "hour" : "hours");
	if (minutes == 1)
		return arena_fmt(a, "%lld started %s", many, n == 1 ? "minute" : "minutes");
	return arena_fmt(a, "%lld started × %s", many, time_span(a, minutes * MINUTE));
}

text
line_reason(struct arena *a, const struct tariff *t, const struct tariff_line *l, int64_t units)
{
	text price = money_text(a, l->price, t->currency);

	if (l->kind == FIRST)
		return arena_fmt(a, "First %s", time_span(a, l->minutes * MINUTE));
	if (l->kind == PER_MINUTE)
		return arena_fmt(a, "%s at %s %s%s", time_span(a, units * MINUTE), price,
		    per(a, l->minutes), when(a, l));
	return arena_fmt(a, "%s at %s%s", steps(a, l->minutes, units), price, when(a, l));
}

/* ---- the whole tariff */

/* "€5.00 for each started hour", "€50.00 an hour, charged by the minute", "free" */
static text
rate(struct arena *a, const struct tariff *t, const struct tariff_line *l)
{
	text price = money_text(a, l->price, t->currency);

	if (l->price.minor == 0)
		return "free";
	if (l->kind == PER_MINUTE)
		return arena_fmt(a, "%s %s, charged by the minute", price, per(a, l->minutes));
	if (l->minutes == 60 || l->minutes == 1)
		return arena_fmt(
		    a, "%s for each started %s", price, l->minutes == 60 ? "hour" : "minute");
	return arena_fmt(a, "%s for each started %s", price, time_span(a, l->minutes * MINUTE));
}

/* "On Saturdays and Sundays", "Between 22:00 and 06:00", both */
static text
window(struct arena *a, const struct tariff_line *l)
{
	text on = day_sets[set_of(l->days)].on;

	if (l->from == l->until)
		return *on ? on : "Every day";
	return arena_fmt(a, "%s%s %s and %s", on, *on ? " between" : "Between",
	    clock_text(a, l->from), clock_text(a, l->until));
}

static void
add_sentence(struct buf *b, const struct tariff *t, const struct tariff_line *l)
{
	struct arena *a = b->arena;
	text price = money_text(a, l->price, t->currency), span = time_span(a, l->minutes * MINUTE);
	bool follows = b->n > 0;

	if (follows)
		buf_char(b, ' ');
	switch (l->kind) {
	case GRACE: buf_fmt(b, "Up to %s is free; a longer stay pays from its start.", span); break;
	case FIRST: buf_fmt(b, "The first %s cost %s.", span, price); break;
	case CAP:
		buf_fmt(
		    b, "Never more than %s %s.", price, l->minutes ? "in 24\u00a0hours" : "a day");
		break;
	case LOST: buf_fmt(b, "A lost ticket costs %s.", price); break;
	case STEP:
	case PER_MINUTE:
		if (l->days)
			buf_fmt(b, "%s: %s.", window(a, l), rate(a, t, l));
		else if (l->price.minor == 0)
			buf_fmt(b, "%s free.", follows ? "Then it is" : "Parking is");
		else
			buf_fmt(b, "%s%s.", follows ? "Then " : "", rate(a, t, l));
	}
}

static void
add_kind(struct buf *b, const struct tariff *t, enum tariff_kind kind, bool windows)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->lines[i].kind == kind && (t->lines[i].days != 0) == windows)
			add_sentence(b, t, &t->lines[i]);
}

text
tariff_words(struct arena *a, const struct tariff *t)
{
	struct buf b = BUF(a);

	add_kind(&b, t, GRACE, false);
	add_kind(&b, t, FIRST, false);
	add_kind(&b, t, STEP, false);
	add_kind(&b, t, PER_MINUTE, false);
	add_kind(&b, t, STEP, true);
	add_kind(&b, t, PER_MINUTE, true);
	add_kind(&b, t, CAP, false);
	add_kind(&b, t, LOST, false);
	return buf_text(&b);
}
