/*
 * method.h -- how full a place will be: the method, without any I/O.
 *
 * A place is looked at in steps of equal length (15 minutes here, 30 in the test's data).  Of each
 * step one knows the share of it that is taken, y in [0, 1], or nothing.
 *
 * What is usual.  For each weekday w and each step s of the day a profile m[w][s], exponentially
 * weighted: when a day has ended, m ← (1 − a) m + a y.  A weekday never seen borrows m'[s], the same
 * over all days.  Beside it a level l, how far whole days have lain off their profile lately:
 * l ← 0.7 l + 0.3 mean(y − m).  The base of a step is b = m[w][s] + 0.5 l: what one would say the
 * evening before.  A place with few slots is noisy and wants a slower a; three profiles run side by
 * side (a = 1/2, 1/4, 1/8) and the one whose errors have been smallest speaks.
 *
 * What is different now.  The residual x = y − b of the latest reading dies away: h steps later
 * f(h) of it is left, so the forecast is b(t + h) + f(h) x.  An AR(1) process would have
 * f(h) = f^h; f is estimated for each horizon by itself (direct forecasting), by least squares:
 * f(h) = Σ x(t) x(t + h) / Σ x(t)², with old days weighing less (0.99 a day), held by a prior of about
 * two days, and within [0, 1].  Horizons between those that are estimated are interpolated.
 *
 * How sure that is.  Each error is divided by what is usual for that step of the day (the
 * exponentially weighted mean of |x|), and counted in a histogram per horizon, which forgets 4 % a
 * day.  Its points at (1 ± p)/2, times that usual size, are the ends of the interval, where
 * p = 0.8 (n + 1) / n for n days counted: errors of one day go together, so it is days that count.
 * So an interval is as wide as it had to be to hold 8 of 10 of what came, not as some law of errors
 * says, and may lie askew.  This is split conformal prediction (Vovk, Gammerman, Shafer,
 * "Algorithmic learning in a random world", 2005; scores divided by their usual size as in Lei et
 * al., JASA 113, 2018) on a window that slides.
 *
 * Profile and residual as in J. W. Taylor, "Triple seasonal methods for short-term electricity
 * demand forecasting", EJOR 204 (2010), 139–152, where the residual's AR(1) term is set beside
 * exponentially smoothed seasons.
 *
 * Nothing learnt on a day is used before that day has ended, so going through a history says at
 * every step what would have been said then: the replay.
 *
 * Days are those of the wall clock.  On the day of 25 hours two readings fall on the same steps of
 * the profile, and the second is folded in after the first; on the day of 23 hours some steps have
 * none, and keep what they knew.  A reading that is missing, or of a step at which the place is
 * closed, teaches nothing.  So does a day that is empty from end to end where cars are usual (a
 * holiday, a closed road): only when the same weekday is like that twice is it believed.
 */
#ifndef FORECASTS_METHOD_H
#define FORECASTS_METHOD_H

#include "base/base.h"

#define STEPS_PER_DAY 96 /* at most: a step is 15 minutes or longer */
#define HORIZONS 10
#define ENOUGH_DAYS 14 /* with fewer days of readings nothing is said */

struct step {
	int64_t day; /* number of the local day, any origin; goes up by one */
	int weekday; /* 0 … 6 */
	int slot; /* of the day by the wall clock, 0 … 1440 / minutes − 1 */
	bool closed;
	double y; /* share taken; NAN: not known */
};
/* Writes day, weekday and slot of a step that begins at t. */
void step_place(struct step *, const struct zone *, instant t, int minutes);

struct told {
	double usual; /* what the profile says; NAN: that step was never seen */
	double expected, low, high; /* NAN with it */
};

/* What a replay found, for one horizon. */
struct replay {
	int minutes; /* ahead */
	int64_t n; /* forecasts that could be held against a reading */
	double error; /* sums of |forecast − reading| … */
	double stay_error; /* … if everything stayed as it was when it was told */
	int64_t week_n; /* of them, a week earlier was known, too */
	double week_error; /* … if it were as it was then */
	int64_t within; /* the interval held it */
};

struct forecaster;
/* minutes: of a step; 15, 20, 30, 60: 1440 is a whole number of them. */
struct forecaster *forecaster_new(struct arena *, int minutes);

/* Goes through a history: n steps in order, none left out.  The last day is taken for not ended.
 * Counts into replays[] (of which there are n_replays) what was told at steps from `from` on;
 * a horizon is at most a day, and one of those that a forecaster of these steps estimates. */
void forecaster_learn(struct forecaster *, const struct step *, size_t n, size_t from,
    struct replay *replays, size_t n_replays);

/* Days with readings that it has learnt from. */
int64_t forecaster_days(const struct forecaster *);

/* What it says at the end of that history of the `ahead` steps behind it, a day of them at most:
 * v[0 … n − 1] as above, v[n … n + ahead − 1] the steps to come. */
void forecaster_tell(
    const struct forecaster *, const struct step *v, size_t n, size_t ahead, struct told *out);

/* What would have been said of step i `ahead` steps before it; only for steps of the last day that
 * it learnt from and the one that has not ended.  NANs if nothing. */
struct told forecaster_told(
    const struct forecaster *, const struct step *v, size_t i, size_t ahead);

/* The usual share taken at a step of a weekday; NAN: never seen. */
double forecaster_usual(const struct forecaster *, int weekday, int slot);

#endif
