#include "seed/seed.h"
#include "accounts/accounts.h"
#include "desk/desk.h"
#include "devices/devices.h"
#include "forecasts/forecasts.h"
#include "gear/loop.h"
#include "gear/settings.h"
#include "lots/lots.h"
#include "seed/towns.h"
#include "tariffs/tariffs.h"
#include "seed_sql.h"

#define BENCH_LOTS 188
#define GUESTS 400

const struct field seeded_fields[] = {
	FIELD(seeded, lots),
	FIELD(seeded, slots),
	FIELD(seeded, reservations),
	FIELD_END,
};

const struct field planted_fields[] = {
	FIELD(planted, name),
	FIELD(planted, region),
	FIELD(planted, address),
	FIELD(planted, city),
	FIELD(planted, country),
	FIELD(planted, postal_code),
	FIELD(planted, latitude),
	FIELD(planted, longitude),
	FIELD(planted, time_zone),
	FIELD(planted, currency),
	FIELD(planted, hours),
	FIELD(planted, prefix),
	FIELD(planted, search),
	FIELD(planted, zones),
	FIELD(planted, per_zone),
	FIELD(planted, rate),
	FIELD(planted, by_minute),
	FIELD(planted, cancel_minutes),
	FIELD(planted, busy),
	FIELD_END,
};

/* ---- which lots */

/* A lot of the bench: like one of the demo's, a street further. */
static void
plant_another(struct ctx *c, int64_t nth, struct planted *p)
{
	*p = planted_lots[nth % N_PLANTED];
	p->name = arena_fmt(c->arena, "%s P%lld", p->city, (long long)nth + 1);
	p->address = arena_fmt(c->arena, "Station Street %lld", (long long)nth + 1);
	p->prefix = arena_fmt(c->arena, "P%lld-", (long long)nth + 1);
	p->latitude += (double)(nth % 17 - 8) * 0.004;
	p->longitude += (double)(nth % 23 - 11) * 0.006;
	p->zones = 4;
	p->per_zone = 25;
	p->busy = 0; /* filled by the scale, below */
}

static struct rows
all_lots(struct ctx *c, int64_t more)
{
	struct planted *v = arena_alloc(c->arena, (size_t)(N_PLANTED + more) * sizeof *v);

	for (int64_t i = 0; i < N_PLANTED + more; i++) {
		struct planted *p = &v[i];

		if (i < N_PLANTED)
			*p = planted_lots[i];
		else
			plant_another(c, i - N_PLANTED, p);
		p->search = text_fold(c->arena,
		    arena_fmt(c->arena, "%s %s %s %s %s %s", p->name, p->city, p->address,
			p->region, p->postal_code, p->country));
	}
	return (struct rows){ v, (size_t)(N_PLANTED + more) };
}

static text
as_json(struct ctx *c, struct rows lots)
{
	struct buf b = BUF(c->arena);

	buf_char(&b, '[');
	FOR_ROWS (planted, p, lots) {
		if (b.n > 1)
			buf_char(&b, ',');
		fields_json(&b, planted_fields, p);
	}
	buf_char(&b, ']');
	return buf_text(&b);
}

/* ---- what they cost */

static void
line(struct tariff *t, enum tariff_kind kind, int64_t minutes, int64_t price)
{
	t->lines[t->n++] =
	    (struct tariff_line){ .kind = kind, .minutes = minutes, .price = { price } };
}

/* By day as the rate says, cheaper by night, never more than eight hours' worth in 24. */
static void
tariff_for(struct ctx *c, const struct planted *p, struct tariff *t)
{
	*t = (struct tariff){ .name = arena_fmt(c->arena, "%s", p->name), .currency = p->currency };
	line(t, GRACE, 10, 0);
	if (p->by_minute) {
		line(t, PER_MINUTE, 60, p->rate);
	} else {
		line(t, STEP, 60, p->rate);
		t->lines[t->n++] = (struct tariff_line){ .kind = STEP,
			.minutes = 60,
			.price = { p->rate / 2 },
			.days = EVERY_DAY,
			.from = 23 * 60,
			.until = 6 * 60 };
	}
	line(t, CAP, 1440, p->rate * 8);
	line(t, LOST, 0, p->rate * 12);
}

static enum problem
publish_tariffs(struct ctx *c)
{
	instant now = c->now;
	enum problem e = OK;

	c->now = instant_plus(now, -200 * DAY); /* older than any booking */
	for (size_t i = 0; e == OK && i < N_PLANTED; i++) {
		const struct planted *p = &planted_lots[i];
		struct tariff t;

		tariff_for(c, p, &t);
		e = tariff_publish(c, &t);
		if (e == OK)
			e = seed_tariff_of_lots(c, t.id, p->prefix, p->city);
	}
	c->now = now;
	return e;
}

/* ---- the deed */

/* Checking overlaps and references row by row takes most of a big load's time: those constraints are taken off and
 * put back, which checks all rows at once.  The desk's sums are counted at the end. */
static text const constraints_off =
    "create temp table seed_constraints on commit drop as "
    "select conrelid::regclass as of, conname as name, pg_get_constraintdef(oid) as def "
    "from pg_constraint where contype in ('x', 'f') and conrelid in ('reservations'::regclass, "
    "'charges'::regclass, 'payments'::regclass, 'refunds'::regclass, 'receipts'::regclass, "
    "'stays'::regclass);"
    "do $$ declare k record; begin for k in select of, name from seed_constraints loop "
    "execute format('alter table %s drop constraint %I', k.of, k.name); end loop; end $$;"
    "alter table reservations disable trigger desk_booking_made, disable trigger "
    "desk_booking_changed;"
    "alter table payments disable trigger desk_payment_made;"
    "alter table refunds disable trigger desk_refund_made;"
    "alter table stays disable trigger desk_stay_made, disable trigger desk_stay_changed;";
static text const constraints_on =
    "do $$ declare k record; begin for k in select of, name, def from seed_constraints loop "
    "execute format('alter table %s add constraint %I ', k.of, k.name) || k.def; end loop; end "
    "$$;"
    "alter table reservations enable trigger desk_booking_made, enable trigger "
    "desk_booking_changed;"
    "alter table payments enable trigger desk_payment_made;"
    "alter table refunds enable trigger desk_refund_made;"
    "alter table stays enable trigger desk_stay_made, enable trigger desk_stay_changed;"
    "analyze lots, zones, slots, users, vehicles, reservations, charges, payments, refunds, "
    "receipts, reviews, stays, anomalies;";

/* Of ten thousand stretches of a bench slot, how many are booked for N thousand bookings in all: a
 * slot has three a day, weekends and the days to come are quieter, which leaves some 300 of full
 * weight. */
static int64_t
bench_share(int64_t scale, int64_t lots)
{
	return lots ? scale * 1000 * 10000 / (lots * 100 * 300) : 0;
}

/* Lot by lot, so that no statement takes longer than a statement may. */
static enum problem
book(struct ctx *c, struct rows lots, text json, int64_t share)
{
	FOR_ROWS (planted, p, lots)
		TRY(seed_bookings(c, json, p->name, c->now, share));
	return OK;
}

/* Cars that came and went, those that are inside, and what is odd about them. */
static enum problem
drive_in(struct ctx *c, struct rows lots, text json)
{
	TRY(db_script(c, "analyze reservations, slots, lots, users, vehicles"));
	FOR_ROWS (planted, p, lots) {
		TRY(seed_stays(c, p->name));
		TRY(seed_stays_open(c, p->name));
		TRY(seed_walk_ins(c, json, p->name, c->now));
		TRY(seed_inside(c, p->name, c->now));
	}
	TRY(seed_long_stay(c, c->now));
	return seed_anomalies(c, c->now);
}

/* What was paid and what went back; then the receipts, a month at a time and in order. */
static enum problem
earn(struct ctx *c, struct rows lots)
{
	FOR_ROWS (planted, p, lots) {
		TRY(seed_charges(c, p->name));
		TRY(seed_payments(c, p->name));
		TRY(seed_failures(c, p->name));
		TRY(seed_refunds(c, p->name));
	}
	FOR_ROWS (planted, p, lots)
		TRY(seed_stay_payments(c, p->name));
	for (int64_t day = -240; day < 30; day += 30)
		TRY(seed_receipts(
		    c, instant_plus(c->now, day * DAY), instant_plus(c->now, (day + 30) * DAY)));
	return OK;
}

/* What people said of the lots: after the bookings, which give them the right to. */
static enum problem
praise(struct ctx *c, struct rows lots)
{
	FOR_ROWS (planted, p, lots)
		TRY(seed_reviews(c, p->name, c->now));
	return seed_hidden_review(c, c->now);
}

/* Quarters of the week in which one cannot drive in, from Sunday on: asked of a week of a clock that is
 * never put forward or back. */
static struct rows
closed_quarters(struct ctx *c, const struct planted *p)
{
	const struct lot there = { .time_zone = "UTC", .hours = p->hours };
	int64_t sunday = days_from_civil(2026, 11, 1);
	int64_t *v = arena_alloc(c->arena, 7 * DAY_QUARTERS * sizeof *v);
	size_t n = 0;

	for (int64_t i = 0; i < 7 * DAY_QUARTERS; i++)
		if (!lot_lets_in(&there, (instant){ sunday * DAY + i * QUARTER }))
			v[n++] = i;
	return (struct rows){ v, n };
}

/* What is counted from all that: sums, how full lots were, and so will be. */
static enum problem
reckon(struct ctx *c, struct rows lots)
{
	TRY(desk_rebuild(c));
	FOR_ROWS (planted, p, lots)
		TRY(seed_occupancy(c, p->name, c->now, closed_quarters(c, p)));
	TRY(lots_count_free(c));
	return forecasts_refresh(c);
}

/* What is mounted on slots, and what it told in the last days. */
static enum problem
mount(struct ctx *c)
{
	TRY(seed_devices(c, c->now));
	TRY(seed_reports(c));
	TRY(seed_readings(c, c->now));
	return seed_latest(c, c->now);
}

static enum problem
build(struct ctx *c, text json)
{
	TRY(seed_lots(c, json));
	TRY(seed_zones(c, json));
	TRY(seed_slots(c, json));
	return publish_tariffs(c);
}

static enum problem
furnish(struct ctx *c)
{
	TRY(seed_messages(c, "customer", c->now));
	TRY(seed_keys(c, c->now));
	return mount(c);
}

static enum problem
plant(struct ctx *c, int64_t scale)
{
	int64_t more = scale > 1 ? (scale < BENCH_LOTS ? scale : BENCH_LOTS) : 0;
	struct rows lots = all_lots(c, more);
	text json = as_json(c, lots);

	TRY(build(c, json));
	TRY(seed_people(c, scale > 1 ? GUESTS * 10 : GUESTS, c->now));
	TRY(seed_vehicles(c));
	TRY(db_script(c, constraints_off));
	TRY(book(c, lots, json, bench_share(scale, more)));
	TRY(seed_bookings_of(c, "customer", c->now));
	TRY(drive_in(c, lots, json));
	TRY(earn(c, lots));
	TRY(seed_shifts(c, c->now));
	TRY(praise(c, lots));
	TRY(furnish(c));
	TRY(seed_cameras(c, c->now));
	TRY(seed_reads(c, c->now));
	TRY(db_script(c, constraints_on));
	return reckon(c, lots);
}

enum problem
seed(struct ctx *c, int64_t scale, bool *made)
{
	struct seeded before = { 0 };

	*made = false;
	TRY(seeded_already(c, &before));
	if (before.lots)
		return OK;
	TRY(db_begin(c));
	enum problem e = plant(c, scale);
	enum problem end = db_end(c, e == OK);
	*made = e == OK && end == OK;
	return e != OK ? e : end;
}

/* In the demo nothing is mounted anywhere: what was planted reports each minute, as sensors would. */
static enum problem
pretend(struct ctx *c, const void *none)
{
	struct rows readings = { 0 };
	enum taken *each;

	(void)none;
	if (!settings.demo)
		return OK;
	TRY(demo_sensors(c, c->now, &readings));
	each = arena_alloc(c->arena, readings.n * sizeof *each);
	return telemetry_take(c, readings.v, readings.n, each);
}

const struct job_kind seed_jobs[] = {
	{ "demo_sensors", pretend, .every = 60, .bare = true,
	    .doc = "In the demo alone: what would be mounted on slots reports." },
	{ NULL },
};

static enum problem
run(struct ctx *c, struct words w)
{
	text typed = word_behind(c->arena, w, "--scale");
	int64_t scale = 1;
	struct seeded now = { 0 };
	bool made;

	if (typed && (!text_int(typed, &scale) || scale < 1 || scale > 100000))
		return fail(c, INVALID, "--scale takes a number from 1 to 100000.");
	instant began = loop_now();
	if (settings.demo)
		TRY(account_seed_demo(c));
	TRY(seed(c, scale, &made));
	if (!made) {
		printf("there are lots already: nothing was seeded\n");
		return OK;
	}
	TRY(seeded_now(c, &now));
	printf("%lld lots, %lld slots, %lld bookings in %.1f s\n", (long long)now.lots,
	    (long long)now.slots, (long long)now.reservations,
	    (double)instant_minus(loop_now(), began) / SECOND);
	return OK;
}

const struct verb seed_verbs[] = {
	{ "seed", "[--scale N]", "fill an empty database: the demo, or bench data N times as large",
	    NEEDS_DATABASE, run },
	{ 0 },
};
