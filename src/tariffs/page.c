#include "tariffs/page.h"

#include "gear/settings.h"
#include "gear/zones.h"
#include "tariffs_sql.h"

/* ---- the stay that is asked about */

struct stay {
	const struct zone *zone;
	instant from, until;
};

static enum problem
read_time(struct ctx *c, text field, text typed, const struct zone *z, instant *out)
{
	instant naive;
	int y, m, d;

	if (instant_parse(typed, out))
		return OK;
	if (!instant_parse_naive(typed, &naive))
		return complain(c, field, "This takes a date and a time, like 2026-11-12T14:00.");
	int64_t days = naive.us / DAY, second = naive.us % DAY / SECOND;
	civil_from_days(days, &y, &m, &d);
	*out = zone_instant(
	    z, y, m, d, (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
	return OK;
}

#define LONGEST_AHEAD (3 * 366 * DAY)
#define SLOW_TYPING (15 * MINUTE)

/* The clock of the lots that charge this, else of most lots, else UTC. */
static enum problem
usual_clock(struct ctx *c, int64_t tariff_id, text *name)
{
	struct rows found;

	TRY(clock_for(c, tariff_id, &found));
	*name = found.n ? ROW(charging_lot, found, 0)->time_zone : "UTC";
	return OK;
}

enum problem
tariff_begins(struct ctx *c, const struct tariff_terms *terms, instant *out)
{
	text name = terms->time_zone;

	*out = (instant){ 0 };
	if (text_empty(terms->begins))
		return OK;
	if (text_empty(name))
		TRY(usual_clock(c, terms->id, &name));
	const struct zone *z = zone_find(name);
	if (z == NULL)
		return complain(
		    c, "time_zone", "There is no such zone; it is named like Europe/Berlin.");
	TRY(read_time(c, "begins", terms->begins, z, out));
	if (out->us < c->now.us - SLOW_TYPING)
		return complain(c, "begins", "That is past. Leave it empty to publish at once.");
	if (out->us > c->now.us + LONGEST_AHEAD)
		return complain(c, "begins", "That is more than three years ahead.");
	return OK;
}

/* What was asked for, or the next full hour and three and a half from there. */
static enum problem
read_stay(struct ctx *c, const struct tariff_ask *ask, struct tariff_page *p, struct stay *stay)
{
	enum problem e = OK;

	p->time_zone = ask->time_zone;
	if (*p->time_zone == 0)
		TRY(usual_clock(c, ask->id, &p->time_zone));
	stay->zone = zone_find(p->time_zone);
	if (stay->zone == NULL)
		e = complain(
		    c, "time_zone", "There is no such zone; it is named like Europe/Berlin.");
	const struct zone *z = stay->zone ? stay->zone : zone_utc();
	stay->from.us = (c->now.us / HOUR + 1) * HOUR;
	stay->until = instant_plus(stay->from, 3 * HOUR + 30 * MINUTE);
	if (*ask->from && read_time(c, "from", ask->from, z, &stay->from) != OK)
		e = INVALID;
	if (*ask->until && read_time(c, "until", ask->until, z, &stay->until) != OK)
		e = INVALID;
	p->from = *ask->from ? ask->from : time_input(c->arena, z, stay->from);
	p->until = *ask->until ? ask->until : time_input(c->arena, z, stay->until);
	return e;
}

/* ---- examples */

static enum problem
add_example(struct ctx *c, struct rows *rows, text what, const struct tariff *const versions[2],
    const struct stay *s)
{
	struct stay_row *row = ROW(stay_row, *rows, rows->n);
	struct price now, before = { 0 };

	TRY(tariff_price(c, versions[0], s->zone, s->from, s->until, &now));
	if (versions[1])
		TRY(tariff_price(c, versions[1], s->zone, s->from, s->until, &before));
	*row = (struct stay_row){ what, now.total, before.total };
	rows->n++;
	return OK;
}

static enum problem
usual_stays(
    struct ctx *c, const struct tariff *const versions[2], const struct stay *s, struct rows *out)
{
	static const int64_t lasts[] = { 10 * MINUTE, HOUR, 3 * HOUR + 30 * MINUTE, 9 * HOUR, DAY,
		7 * DAY };

	*out = (struct rows){ arena_alloc(c->arena, LENGTH(lasts) * sizeof(struct stay_row)), 0 };
	for (size_t i = 0; i < LENGTH(lasts); i++)
		TRY(add_example(c, out, time_span(c->arena, lasts[i]), versions,
		    &(struct stay){ s->zone, s->from, instant_plus(s->from, lasts[i]) }));
	return OK;
}

/* From 01:00 to 05:00 on the next two nights on which this clock changes. */
static enum problem
odd_nights(
    struct ctx *c, const struct tariff *const versions[2], const struct stay *s, struct rows *out)
{
	struct arena *a = c->arena;
	instant t = s->from;

	*out = (struct rows){ arena_alloc(a, 2 * sizeof(struct stay_row)), 0 };
	for (int i = 0; i < 2; i++) {
		struct civil v;
		instant change = zone_next_change(s->zone, t);

		if (change.us > t.us + 400 * DAY)
			return OK;
		zone_civil(s->zone, change, &v);
		struct stay night = { s->zone,
			zone_instant(s->zone, v.year, v.month, v.day, 1, 0, 0),
			zone_instant(s->zone, v.year, v.month, v.day, 5, 0, 0) };
		TRY(add_example(c, out,
		    arena_fmt(a, "%s, 01:00–05:00, lasts %s", time_day(a, s->zone, change),
			time_span(a, instant_minus(night.until, night.from))),
		    versions, &night));
		t = change;
	}
	return OK;
}

/* Prices the stay and the examples; `before` is the version in force, or NULL.  What cannot be priced is said. */
static enum problem
price_all(struct ctx *c, const struct tariff *t, const struct tariff *before, const struct stay *s,
    struct tariff_page *p)
{
	const struct tariff *const versions[] = { t, before };
	struct price *price = arena_alloc(c->arena, sizeof *price);

	TRY(usual_stays(c, versions, s, &p->stays));
	TRY(odd_nights(c, versions, s, &p->nights));
	if (tariff_price(c, t, s->zone, s->from, s->until, price) == OK) {
		p->quote = price;
		return OK;
	}
	p->why_not = c->detail;
	return complain(c, "until", "%s", c->detail);
}

/* ---- pages */

static void
fill(struct ctx *c, const struct tariff *t, struct tariff_page *p)
{
	p->id = t->id;
	p->version_id = t->version_id;
	p->number = t->number;
	p->name = t->name;
	p->currency = t->currency;
	p->since = t->since;
	p->in_force_from = t->begins;
	p->words = tariff_words(c->arena, t);
	draft_of(c->arena, t, &p->draft);
}

#define VERSIONS_SHOWN 100

static int
sooner(const void *a, const void *b)
{
	const struct tariff_version *x = a, *y = b;

	return x->in_force_from.us < y->in_force_from.us
	    ? -1
	    : x->in_force_from.us > y->in_force_from.us;
}

/* Which of them counts now, which may one day, and which never again. */
static void
tell_states(struct ctx *c, int64_t in_force, struct rows versions)
{
	FOR_ROWS (tariff_version, v, versions) {
		bool coming = v->in_force_from.us > c->now.us;

		FOR_ROWS (tariff_version, other, versions) /* for the same day, and later */
			coming &= other->number <= v->number ||
			    other->in_force_from.us != v->in_force_from.us;
		v->state = v->number == in_force ? "in_force" : coming ? "coming" : "past";
	}
}

/* The versions of a tariff, and those among them that are still to come, the next one first. */
static enum problem
load_versions(struct ctx *c, int64_t id, int64_t in_force, struct tariff_page *p)
{
	TRY(versions_of(c, id, VERSIONS_SHOWN, &p->versions));
	tell_states(c, in_force, p->versions);
	struct tariff_version *v = arena_alloc(c->arena, p->versions.n * sizeof *v);
	p->coming = (struct rows){ v, 0 };
	FOR_ROWS (tariff_version, one, p->versions)
		if (text_is(one->state, "coming"))
			v[p->coming.n++] = *one;
	if (p->coming.n)
		qsort(v, p->coming.n, sizeof *v, sooner);
	return OK;
}

enum problem
tariff_page_show(struct ctx *c, const struct tariff_ask *ask, struct tariff_page *p)
{
	struct tariff t, now;
	struct stay stay;
	struct stored_head head;

	TRY(tariff_numbered(c, ask->id, ask->number, &t));
	TRY(tariff_head(c, t.id, &head));
	p->retired = head.retired;
	TRY(tariff_numbered(c, ask->id, 0, &now));
	fill(c, &t, p);
	TRY(load_versions(c, t.id, now.number, p));
	p->in_force = now.number == t.number;
	p->state = p->in_force ? "in_force" : "past";
	FOR_ROWS (tariff_version, v, p->versions)
		if (v->number == t.number)
			p->state = v->state;
	TRY(lots_charging(c, t.id, &p->lots));
	enum problem e = read_stay(c, ask, p, &stay);
	if (e == OK)
		e = price_all(c, &t, NULL, &stay, p);
	return e == INVALID ? OK : e;
}

/* What a new tariff starts from. */
static void
usual(struct ctx *c, struct tariff *t)
{
	tariff_built_in(c, BUILT_IN_PER_HOUR, settings.currency, t);
	t->name = "";
}

enum problem
tariff_page_edit(struct ctx *c, const struct tariff_ask *ask, struct tariff_page *p)
{
	struct tariff base, now, t;
	struct stay stay;
	bool typed = *ask->draft.price || *ask->draft.name || *ask->draft.currency;

	p->is_new = ask->id == 0;
	if (p->is_new)
		usual(c, &base);
	else
		TRY(tariff_numbered(c, ask->id, -1, &base));
	fill(c, &base, p);
	p->begins = ask->begins ? ask->begins : "";
	if (!p->is_new) {
		TRY(tariff_numbered(c, ask->id, 0, &now));
		TRY(load_versions(c, base.id, now.number, p));
	}
	p->before_words = p->words;
	p->next_number = base.number + 1;
	if (typed) {
		p->draft = ask->draft;
		p->name = ask->draft.name;
		p->currency = p->is_new ? ask->draft.currency : base.currency;
		p->draft.currency = p->currency;
	}
	enum problem e = read_stay(c, ask, p, &stay);
	if (typed && draft_read(c, &p->draft, &t) != OK) {
		p->words = "";
		e = INVALID;
	}
	if (e == OK) {
		p->words = tariff_words(c->arena, typed ? &t : &base);
		e = price_all(c, typed ? &t : &base, p->is_new ? NULL : &base, &stay, p);
	}
	return e == INVALID ? OK : e;
}
