#include "forecasts/method.h"
#include <math.h>

#define PROFILES 3
#define ANY_WEIGHT                                                                                 \
	0.2 /* of a new day in the profile over all weekdays, and in what errors are usual */
#define LEVEL_WEIGHT 0.3
#define LEVEL_KEPT 0.5
#define FIT_KEPT 0.95 /* a day, of the sums that say which profile speaks */
#define SUMS_KEPT 0.99 /* a day, of the sums behind f(h) */
#define COUNTS_KEPT 0.96 /* a day, of the histograms */
#define LEAST_ERROR                                                                                \
	0.01 /* added to what is usual, so that quiet hours do not make errors endless */
#define HELD 0.8 /* of ten forecasts eight end up in their interval */
#define BINS 128
#define BINS_TO 8.0 /* the histograms go from −8 to 8 usual errors */
#define FEW 20 /* errors in a histogram: too few to read it */
#define GUESS 1.6 /* usual errors to either side, until it can be read */
#define EMPTY 0.15 /* a day with less than this part of what is usual … */
#define CARS_USUAL 0.05 /* … where at least this is usual, is taken for a holiday */

static const double profile_weights[PROFILES] = { 0.5, 0.25, 0.125 };
static const int horizon_minutes[HORIZONS] = { 15, 30, 60, 120, 240, 360, 480, 720, 1080, 1440 };

struct profile {
	double of[7][STEPS_PER_DAY], any[STEPS_PER_DAY]; /* NAN: never seen */
	double level;
	double misfit; /* what whole days erred by, lately */
};

/* What is left of a residual, and the scores at the ends of the interval, `steps` later. */
struct ahead {
	double left, low, high;
};

struct horizon {
	int steps;
	double sxy, sxx;
	struct ahead ahead; /* what these come to */
	double days; /* of errors in the histogram, those that fade counted in part */
	double counts[BINS], counted;
};

/* All that is known when a day begins. */
struct known {
	struct profile profiles[PROFILES];
	int speaks; /* which of them */
	double usual_error[STEPS_PER_DAY]; /* NAN: never seen */
	struct horizon horizons[HORIZONS];
	bool was_empty[7]; /* that weekday, last time: see EMPTY */
	int64_t days;
};

struct forecaster {
	int minutes, n_horizons;
	struct known now, before; /* when the last day began, and when the one before did */
	size_t day_at, day_before_at; /* the first steps of those two days */
};

static double
clip(double y)
{
	return y < 0 ? 0 : y > 1 ? 1 : y;
}

void
step_place(struct step *s, const struct zone *z, instant t, int minutes)
{
	struct civil at;

	zone_civil(z, t, &at);
	s->day = days_from_civil(at.year, at.month, at.day);
	s->weekday = at.weekday;
	s->slot = (at.hour * 60 + at.minute) / minutes;
}

/* ---- what is usual */

static double
profile_at(const struct profile *p, int weekday, int slot)
{
	return isnan(p->of[weekday][slot]) ? p->any[slot] : p->of[weekday][slot];
}

static double
base(const struct known *k, const struct step *s)
{
	const struct profile *p = &k->profiles[k->speaks];

	return profile_at(p, s->weekday, s->slot) + LEVEL_KEPT * p->level;
}

static void
blend(double *old, double weight, double y)
{
	*old = isnan(*old) ? y : (1 - weight) * *old + weight * y;
}

static bool
teaches(const struct step *s)
{
	return !s->closed && !isnan(s->y);
}

static void
profile_learn(struct profile *p, double weight, const struct step *v, size_t from, size_t until)
{
	double off = 0, missed = 0;
	int n = 0;

	for (size_t i = from; i < until; i++) {
		double usual = profile_at(p, v[i].weekday, v[i].slot);

		if (!teaches(&v[i]) || isnan(usual))
			continue;
		off += v[i].y - usual;
		missed += fabs(v[i].y - usual - LEVEL_KEPT * p->level);
		n++;
	}
	if (n) {
		p->misfit = FIT_KEPT * p->misfit + missed / n;
		p->level = (1 - LEVEL_WEIGHT) * p->level + LEVEL_WEIGHT * off / n;
	}
	for (size_t i = from; i < until; i++) {
		if (!teaches(&v[i]))
			continue;
		blend(&p->of[v[i].weekday][v[i].slot], weight, v[i].y);
		blend(&p->any[v[i].slot], ANY_WEIGHT, v[i].y);
	}
}

/* ---- how sure */

static int
bin_of(double score)
{
	double at = (score + BINS_TO) * BINS / (2 * BINS_TO);

	return at < 0 ? 0 : at >= BINS ? BINS - 1 : (int)at;
}

/* Below which a share p of the scores lies. */
static double
score_at(const struct horizon *h, double p)
{
	double below = 0, wanted = p * h->counted;

	if (h->counted < FEW)
		return p < 0.5 ? -GUESS : GUESS;
	for (int i = 0; i < BINS; i++) {
		if (h->counts[i] > 0 && below + h->counts[i] >= wanted)
			return -BINS_TO +
			    (i + (wanted - below) / h->counts[i]) * (2 * BINS_TO / BINS);
		below += h->counts[i];
	}
	return BINS_TO;
}

static void
settle(struct horizon *h)
{
	double aim = fmin(1, HELD * (h->days + 1) / fmax(h->days, 1));

	h->ahead = (struct ahead){ clip(h->sxy / h->sxx), score_at(h, (1 - aim) / 2),
		score_at(h, (1 + aim) / 2) };
}

static double
usual_error(const struct known *k, int slot)
{
	return (isnan(k->usual_error[slot]) ? 0 : k->usual_error[slot]) + LEAST_ERROR;
}

/* ---- telling */

static struct ahead
look_ahead(const struct forecaster *f, const struct known *k, int steps)
{
	struct ahead a = { 1, 0, 0 };
	int at = 0;

	for (int i = 0; i < f->n_horizons; i++) {
		const struct horizon *h = &k->horizons[i];
		struct ahead b = h->ahead;

		if (steps <= h->steps) {
			double w = (double)(steps - at) / (h->steps - at);

			return (struct ahead){ a.left + w * (b.left - a.left),
				a.low + w * (b.low - a.low), a.high + w * (b.high - a.high) };
		}
		a = b;
		at = h->steps;
	}
	a.left = 0; /* more than a day: nothing of it is left */
	return a;
}

static struct told
told(const struct known *k, const struct step *target, double residual, struct ahead a)
{
	double b = base(k, target), size = usual_error(k, target->slot);
	double expected = clip(b + a.left * residual);

	if (isnan(b))
		return (struct told){ NAN, NAN, NAN, NAN };
	return (struct told){
		.usual = clip(profile_at(&k->profiles[k->speaks], target->weekday, target->slot)),
		.expected = expected,
		.low = fmin(expected, clip(b + a.left * residual + a.low * size)),
		.high = fmax(expected, clip(b + a.left * residual + a.high * size)),
	};
}

/* What was known when the day of step i began; NULL: that is too long ago. */
static const struct known *
known_at(const struct forecaster *f, size_t i)
{
	return i >= f->day_at ? &f->now : i >= f->day_before_at ? &f->before : NULL;
}

/* The residual of a step against what was said of its day; NAN: it has none. */
static double
residual(const struct known *k, const struct step *s)
{
	return teaches(s) ? s->y - base(k, s) : NAN;
}

struct told
forecaster_told(const struct forecaster *f, const struct step *v, size_t i, size_t ahead)
{
	const struct known *k = i < ahead ? NULL : known_at(f, i - ahead);
	double x = k ? residual(k, &v[i - ahead]) : NAN;

	if (k == NULL || isnan(x))
		return (struct told){ NAN, NAN, NAN, NAN };
	return told(k, &v[i], x, look_ahead(f, k, (int)ahead));
}

void
forecaster_tell(
    const struct forecaster *f, const struct step *v, size_t n, size_t ahead, struct told *out)
{
	size_t per_day = (size_t)(1440 / f->minutes), age = 0;
	double x = 0;

	/* The latest reading counts, however old: its horizon is longer by its age. */
	for (size_t i = n; i-- > 0 && age < per_day; age++) {
		const struct known *k = known_at(f, i);
		double last = k ? residual(k, &v[i]) : NAN;

		if (!isnan(last)) {
			x = last;
			break;
		}
	}
	for (size_t i = 0; i < ahead; i++)
		out[i] = told(&f->now, &v[n + i], x, look_ahead(f, &f->now, (int)(i + 1 + age)));
}

double
forecaster_usual(const struct forecaster *f, int weekday, int slot)
{
	return profile_at(&f->now.profiles[f->now.speaks], weekday, slot);
}

int64_t
forecaster_days(const struct forecaster *f)
{
	return f->now.days;
}

/* ---- learning */

struct forecaster *
forecaster_new(struct arena *a, int minutes)
{
	struct forecaster *f = arena_alloc(a, sizeof *f);
	struct known *k = &f->now;
	double day = 1440.0 / minutes;

	f->minutes = minutes;
	for (int j = 0; j < PROFILES; j++) {
		for (int w = 0; w < 7; w++)
			for (int s = 0; s < STEPS_PER_DAY; s++)
				k->profiles[j].of[w][s] = NAN;
		for (int s = 0; s < STEPS_PER_DAY; s++)
			k->profiles[j].any[s] = NAN;
	}
	for (int s = 0; s < STEPS_PER_DAY; s++)
		k->usual_error[s] = NAN;
	for (int i = 0; i < HORIZONS; i++) {
		if (horizon_minutes[i] % minutes)
			continue;
		struct horizon *h = &k->horizons[f->n_horizons++];
		h->steps = horizon_minutes[i] / minutes;
		h->sxx = 2 * day * 0.03 * 0.03; /* two days of errors of 3 % */
		h->sxy = h->sxx * exp(-horizon_minutes[i] / 600.0);
		settle(h);
	}
	f->before = *k;
	return f;
}

/* Is this a day without cars, for the first time where there usually are some? */
static bool
is_strange(struct known *k, const struct step *v, size_t from, size_t until)
{
	double seen = 0, usual = 0;
	int n = 0, weekday = v[from].weekday;

	for (size_t i = from; i < until; i++) {
		double p = profile_at(&k->profiles[k->speaks], v[i].weekday, v[i].slot);

		if (!teaches(&v[i]) || isnan(p))
			continue;
		seen += v[i].y;
		usual += p;
		n++;
	}
	bool empty = n && usual / n > CARS_USUAL && seen < EMPTY * usual;
	bool strange = empty && !k->was_empty[weekday];
	if (n)
		k->was_empty[weekday] = empty;
	return strange;
}

/* The errors of all that was told of the steps of the day that has ended. */
static void
learn_errors(
    const struct forecaster *f, struct known *next, const struct step *v, size_t from, size_t until)
{
	for (int i = 0; i < f->n_horizons; i++) {
		struct horizon *h = &next->horizons[i];
		size_t steps = (size_t)h->steps;

		h->sxx *= SUMS_KEPT;
		h->sxy *= SUMS_KEPT;
		h->counted *= COUNTS_KEPT;
		h->days *= COUNTS_KEPT;
		for (int b = 0; b < BINS; b++)
			h->counts[b] *= COUNTS_KEPT;
		int n = 0;
		for (size_t t = from; t < until; t++) {
			const struct known *k = t < steps ? NULL : known_at(f, t - steps);
			double x = k ? residual(k, &v[t - steps]) : NAN;
			double y = k ? residual(k, &v[t]) : NAN;

			if (isnan(x) || isnan(y))
				continue;
			h->sxx += x * x;
			h->sxy += x * y;
			double error =
			    v[t].y - clip(base(k, &v[t]) + k->horizons[i].ahead.left * x);
			double score = error / usual_error(k, v[t].slot);
			h->counts[bin_of(score)]++;
			h->counted++;
			n++;
		}
		h->days += n > 0;
		settle(h);
	}
}

static void
learn_usual(struct known *next, const struct step *v, size_t from, size_t until)
{
	bool any = false;

	for (size_t i = from; i < until; i++) {
		double x = residual(next, &v[i]);

		any |= teaches(&v[i]);
		if (!isnan(x))
			blend(&next->usual_error[v[i].slot], ANY_WEIGHT, fabs(x));
	}
	for (int j = 0; j < PROFILES; j++)
		profile_learn(&next->profiles[j], profile_weights[j], v, from, until);
	for (int j = 0; j < PROFILES; j++)
		if (next->profiles[j].misfit < next->profiles[next->speaks].misfit)
			next->speaks = j;
	next->days += any;
}

/* v[f->day_at … until − 1] is a day that has ended. */
static void
learn_day(struct forecaster *f, const struct step *v, size_t until)
{
	struct known next = f->now;

	if (!is_strange(&next, v, f->day_at, until)) {
		learn_errors(f, &next, v, f->day_at, until);
		learn_usual(&next, v, f->day_at, until);
	}
	f->before = f->now;
	f->now = next;
	f->day_before_at = f->day_at;
	f->day_at = until;
}

/* ---- replaying */

static void
replay_step(const struct forecaster *f, const struct step *v, size_t i, struct replay *r)
{
	size_t steps = (size_t)(r->minutes / f->minutes), week = (size_t)(7 * 1440 / f->minutes);
	struct told t = forecaster_told(f, v, i, steps);

	if (isnan(t.expected))
		return;
	r->n++;
	r->error += fabs(t.expected - v[i].y);
	r->stay_error += fabs(v[i - steps].y - v[i].y);
	r->within += t.low <= v[i].y && v[i].y <= t.high;
	if (i >= week && !isnan(v[i - week].y)) {
		r->week_n++;
		r->week_error += fabs(v[i - week].y - v[i].y);
	}
}

void
forecaster_learn(struct forecaster *f, const struct step *v, size_t n, size_t from,
    struct replay *replays, size_t n_replays)
{
	for (size_t i = 0; i < n; i++) {
		if (i && v[i].day > v[f->day_at].day)
			learn_day(f, v, i);
		for (size_t r = 0; i >= from && teaches(&v[i]) && r < n_replays; r++)
			replay_step(f, v, i, &replays[r]);
	}
}
