#include "seed/seed.h"
#include "accounts/accounts.h"
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
 * put back, which checks all rows at once. */
static text const constraints_off =
    "create temp table seed_constraints on commit drop as "
    "select conname as name, pg_get_constraintdef(oid) as def from pg_constraint "
    "where conrelid = 'reservations'::regclass and contype in ('x', 'f');"
    "do $$ declare k record; begin for k in select name from seed_constraints loop "
    "execute format('alter table reservations drop constraint %I', k.name); end loop; end $$;";
static text const constraints_on =
    "do $$ declare k record; begin for k in select name, def from seed_constraints loop "
    "execute format('alter table reservations add constraint %I ', k.name) || k.def; end loop; end "
    "$$;"
    "analyze lots, zones, slots, users, vehicles, reservations;";

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

static enum problem
plant(struct ctx *c, int64_t scale)
{
	int64_t more = scale > 1 ? (scale < BENCH_LOTS ? scale : BENCH_LOTS) : 0;
	struct rows lots = all_lots(c, more);
	text json = as_json(c, lots);

	TRY(seed_lots(c, json));
	TRY(seed_zones(c, json));
	TRY(seed_slots(c, json));
	TRY(publish_tariffs(c));
	TRY(seed_people(c, scale > 1 ? GUESTS * 10 : GUESTS, c->now));
	TRY(seed_vehicles(c));
	TRY(db_script(c, constraints_off));
	TRY(book(c, lots, json, bench_share(scale, more)));
	TRY(seed_bookings_of(c, "customer", c->now));
	TRY(seed_messages(c, "customer", c->now));
	TRY(seed_keys(c, c->now));
	TRY(db_script(c, constraints_on));
	return lots_count_free(c);
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

static enum problem
run(struct ctx *c, struct words w)
{
	text typed = word_behind(c->arena, w, "--scale");
	int64_t scale = 1;
	struct seeded now = { 0 };
	bool made;

	if (typed && (!text_int(typed, &scale) || scale < 1 || scale > 100000))
		return fail(c, INVALID, "--scale takes a number from 1 to 100000.");
	if (settings.demo)
		TRY(account_seed_demo(c));
	TRY(seed(c, scale, &made));
	if (!made) {
		printf("there are lots already: nothing was seeded\n");
		return OK;
	}
	TRY(seeded_now(c, &now));
	printf("%lld lots, %lld slots, %lld bookings\n", (long long)now.lots, (long long)now.slots,
	    (long long)now.reservations);
	return OK;
}

const struct verb seed_verbs[] = {
	{ "seed", "[--scale N]", "fill an empty database: the demo, or bench data N times as large",
	    NEEDS_DATABASE, run },
	{ 0 },
};
