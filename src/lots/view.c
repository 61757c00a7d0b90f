/* view.c -- a lot's page: its slots for a window, its tariff and its rules in words. */
#include "lots/hours.h"
#include "lots/pages.h"
#include "lots/prices.h"
#include "lots_sql.h"

#define NEWEST 3 /* reviews on a lot's page */

/* "48: 9 compact, 36 regular, 3 large" */
static text
sizes_in_words(struct ctx *c, struct rows bays)
{
	static const text sizes[] = { "compact", "regular", "large" };
	int64_t n[LENGTH(sizes)] = { 0 };
	struct buf b = BUF(c->arena);
	text before = ": ";

	FOR_ROWS (bay, bay, bays)
		for (size_t i = 0; i < LENGTH(sizes); i++)
			n[i] += text_is(bay->size, sizes[i]);
	buf_fmt(&b, "%zu", bays.n);
	for (size_t i = 0; i < LENGTH(sizes); i++) {
		if (n[i] == 0)
			continue;
		buf_fmt(&b, "%s%lld %s", before, (long long)n[i], sizes[i]);
		before = ", ";
	}
	return buf_text(&b);
}

/* The refund rule, stated before anybody books. */
static text
rule_in_words(struct ctx *c, const struct lot_page *p)
{
	const struct lot *l = &p->lot;
	const struct zone *z = lot_clock(l);
	instant until = instant_plus(p->starts, -l->cancel_minutes * MINUTE);
	struct buf b = BUF(c->arena);

	if (l->cancel_minutes == 0)
		buf_add(&b, "Cancel until you arrive, and everything comes back.");
	else if (until.us <= c->now.us)
		buf_fmt(&b, "Everything comes back if you cancel %s or more before you arrive.",
		    time_span(c->arena, l->cancel_minutes * MINUTE));
	else
		buf_fmt(&b, "Cancel up to %s, %s, %s before you arrive, and everything comes back.",
		    time_clock(c->arena, z, until), time_day(c->arena, z, until),
		    time_span(c->arena, l->cancel_minutes * MINUTE));
	if (l->cancel_minutes && l->refund_percent == 0)
		buf_add(&b, " After that, nothing.");
	else if (l->cancel_minutes && l->refund_percent < 100)
		buf_fmt(&b, " After that, %lld%%.", (long long)l->refund_percent);
	buf_fmt(&b, " The slot is kept for %s after your time begins.",
	    time_span(c->arena, l->no_show_minutes * MINUTE));
	return buf_text(&b);
}

/* A window that cannot be had does not take the page away: it says why, and shows the usual one's
 * slots. */
static enum problem
settle_window(struct ctx *c, const struct lot_view *v, struct lot_page *p)
{
	const struct asked asked = { v->from, v->until, v->from_offset, v->until_offset };
	enum problem e = lot_window(c, &p->lot, &asked, &p->starts, &p->ends);

	p->from = v->from;
	p->until = v->until;
	p->bookable = e == OK && lot_takes(c, &p->lot, p->starts, p->ends) == OK;
	if (!p->bookable)
		p->refused = c->complaints.n ? c->complaints.v[0].says : c->detail ? c->detail : "";
	if (e != OK || instant_minus(p->ends, p->starts) <= 0)
		TRY(lot_window(c, &p->lot, &any_time, &p->starts, &p->ends));
	p->seconds = instant_minus(p->ends, p->starts) / SECOND;
	p->query = window_query(c, lot_clock(&p->lot), p->starts, p->ends);
	if (text_empty(p->from) || e == OK)
		p->from = time_input(c->arena, lot_clock(&p->lot), p->starts);
	if (text_empty(p->until) || e == OK)
		p->until = time_input(c->arena, lot_clock(&p->lot), p->ends);
	p->from_twice = lot_time_turns(c, &p->lot, p->starts);
	p->until_twice = lot_time_turns(c, &p->lot, p->ends);
	p->twice = p->from_twice.n || p->until_twice.n;
	return OK;
}

enum problem
lot_show(struct ctx *c, const struct lot_view *v, struct lot_page *p)
{
	struct rows bays = { 0 };
	struct hours h;
	text why;

	*p = (struct lot_page){ .refused = "" };
	TRY(lot_load(c, v->id, &p->lot));
	TRY(settle_window(c, v, p));
	TRY(bays_of_lot(c, v->id, p->starts, p->ends, c->now, &bays));
	FOR_ROWS (bay, b, bays) {
		b->chosen = b->id == v->slot && !b->out_of_service && instant_none(b->busy_from);
		if (b->chosen)
			p->chosen = b->label;
	}
	p->hours_words =
	    hours_parse(p->lot.hours, &h, &why) ? hours_words(c->arena, &h) : p->lot.hours;
	p->rule_words = rule_in_words(c, p);
	p->sizes = sizes_in_words(c, bays);
	map_draw(c, bays, p);
	TRY(price_of_page(c, p));
	TRY(lot_page_forecast(c, p));
	if (p->lot.reviews) {
		TRY(lot_stars(c, v->id, &p->by_stars));
		TRY(lot_reviews(c, &p->lot, 0, 0, NEWEST, &p->newest));
	}
	fields_complete(lot_page_fields, p);
	return OK;
}
