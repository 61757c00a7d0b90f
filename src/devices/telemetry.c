/*
 * telemetry.c -- readings come in, by themselves or many at once; and are found again.
 *
 * Group commit: whoever comes while nobody is storing leads.  The leader lets the others of this turn of the loop come,
 * then stores what stands in line, tells each what became of its own, and goes back to its own request; if more have come
 * meanwhile, the first of them leads on.  So nobody waits for more than one storing that began before.
 */
#include "devices/devices.h"

#include "devices/inner.h"
#include "gear/loop.h"
#include "devices_sql.h"

#define TRIES 3

const struct field reading_fields[] = {
	FIELD(reading, device_code, .required = true, .max = 50),
	FIELD(reading, voltage, .required = true, .min = 0, .max = 1000000, .doc = "Volts"),
	FIELD(
	    reading, current, .required = true, .min = -1000000, .max = 1000000, .doc = "Amperes"),
	FIELD(reading, power_factor, .required = true, .min = -1, .max = 1),
	FIELD(reading, timestamp, .local = true, .doc = "Without an offset: UTC; left out: now"),
	FIELD_END,
};

const struct field stored_fields[] = {
	FIELD(stored, nth),
	FIELD(stored, device_id),
	FIELD(stored, code),
	FIELD(stored, fresh),
	FIELD(stored, back),
	FIELD(stored, skewed),
	FIELD_END,
};

enum problem
reading_check(struct ctx *c, struct reading *r)
{
	if (instant_none(r->timestamp))
		r->timestamp = c->now;
	if (instant_minus(r->timestamp, c->now) > AHEAD_MOST)
		return complain(c, "timestamp", "That is more than 24 hours ahead of our clock.");
	return OK;
}

/* ---- storing what stands in line */

struct parcel { /* on the stack of the coroutine that waits for it */
	struct parcel *next;
	struct arena *arena;
	struct parked parked;
	struct reading *readings;
	size_t n;
	enum taken *each;
	instant received;
	enum problem outcome;
	bool done, leads;
};
static struct parcel *line, **line_end = &line;
static bool storing;

/* As PostgreSQL spells a list of texts (its manual, 8.15.2). */
static void
quoted(struct buf *b, text s)
{
	buf_char(b, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_char(b, '\\');
		buf_char(b, *s);
	}
	buf_char(b, '"');
}

struct columns { /* of the one statement */
	struct buf codes, voltages, currents, factors;
	int64_t *times, *received;
	size_t n;
};

static void
add_row(struct columns *k, const struct reading *r, instant received)
{
	text comma = k->n ? "," : "{";

	buf_add(&k->codes, comma);
	quoted(&k->codes, r->device_code);
	buf_fmt(&k->voltages, "%s%.17g", comma, r->voltage);
	buf_fmt(&k->currents, "%s%.17g", comma, r->current);
	buf_fmt(&k->factors, "%s%.17g", comma, r->power_factor);
	k->times[k->n] = r->timestamp.us;
	k->received[k->n++] = received.us;
}

static text
closed(struct buf *b)
{
	buf_char(b, '}');
	return buf_text(b);
}

static void
columns_of(struct arena *a, const struct parcel *first, struct columns *k)
{
	size_t n = 0;

	for (const struct parcel *p = first; p; p = p->next)
		n += p->n;
	*k = (struct columns){ BUF(a), BUF(a), BUF(a), BUF(a), arena_alloc(a, n * sizeof(int64_t)),
		arena_alloc(a, n * sizeof(int64_t)), 0 };
	for (const struct parcel *p = first; p; p = p->next)
		for (size_t i = 0; i < p->n; i++)
			add_row(k, &p->readings[i], p->received);
}

static enum problem
tell_of(struct ctx *c, const struct stored *s, const struct reading *r, instant received)
{
	if (s->back)
		TRY(device_back(c, s->device_id));
	return s->skewed ? device_skewed(c, s->device_id, r->timestamp, received) : OK;
}

/* What became of each, in the order in which they stood. */
static enum problem
deal_out(struct ctx *c, struct parcel *first, struct rows stored)
{
	const struct stored *s = stored.v;

	for (struct parcel *p = first; p; p = p->next)
		for (size_t i = 0; i < p->n; i++, s++) {
			p->each[i] = s->device_id == 0 ? TAKEN_FROM_NOBODY
			    : s->fresh		       ? TAKEN_NEW
						       : TAKEN_DUPLICATE;
			if (s->device_id)
				p->readings[i].device_code = arena_text(p->arena, s->code);
			TRY(tell_of(c, s, &p->readings[i], p->received));
		}
	return OK;
}

static enum problem
store_many(struct ctx *c, struct parcel *first, struct rows *stored)
{
	struct columns k;

	columns_of(c->arena, first, &k);
	TRY(readings_store(c, closed(&k.codes), (struct rows){ k.times, k.n }, closed(&k.voltages),
	    closed(&k.currents), closed(&k.factors), (struct rows){ k.received, k.n }, stored));
	if (stored->n != k.n)
		BUG("a reading of which nothing is known");
	return OK;
}

static enum problem
store_once(struct ctx *c, struct parcel *first)
{
	struct rows stored = { 0 };

	TRY(store_many(c, first, &stored));
	return deal_out(c, first, stored);
}

static enum problem
store_and_tell(struct ctx *c, struct parcel *first)
{
	enum problem e = TRY_AGAIN;

	for (int i = 0; e == TRY_AGAIN && i < TRIES; i++) {
		TRY(db_begin(c));
		e = store_once(c, first);
		enum problem end = db_end(c, e == OK);
		if (e == OK)
			e = end;
	}
	return e == TRY_AGAIN ? BUSY : e;
}

/* One reading of which there is nothing to tell is a transaction of one statement: the database is asked once, not twice. */
static enum problem
store_quietly(struct ctx *c, struct parcel *p, bool *done)
{
	const struct reading *r = p->readings;
	struct rows stored = { 0 };

	TRY(reading_store(c, r->device_code, r->timestamp.us, r->voltage, r->current,
	    r->power_factor, p->received.us, &stored));
	*done = stored.n == 1;
	return *done ? deal_out(c, p, stored) : OK;
}

static enum problem
store(struct ctx *c, struct parcel *first)
{
	bool alone = first->next == NULL && first->n == 1, done = false;
	enum problem e = alone ? store_quietly(c, first, &done) : OK;

	if (done || (e != OK && e != TRY_AGAIN))
		return e;
	return store_and_tell(c, first);
}

/* Where the database cannot be reached, each by itself will not fare better; and where nobody knows whether it was
 * done, doing it again would call what was stored a duplicate. */
static bool
worth_parting(const struct parcel *first, enum problem e)
{
	return first->next && e != OK && e != UNAVAILABLE && e != BUSY && e != OUTCOME_UNKNOWN;
}

static void
store_all(struct ctx *c, struct parcel *first)
{
	enum problem e = store(c, first);
	bool part = worth_parting(first, e);

	for (struct parcel *p = first, *next; p; p = next) {
		next = p->next;
		p->next = NULL;
		p->outcome = part ? store(c, p) : e;
		p->done = true;
		unpark(&p->parked); /* from here on its stack is its own again */
	}
}

/* From the front of the line, as many as one statement may hold. */
static struct parcel *
next_in_line(void)
{
	struct parcel *first = line, **at = &line;
	size_t n = 0;

	while (*at && (n == 0 || n + (*at)->n <= READINGS_MOST)) {
		n += (*at)->n;
		at = &(*at)->next;
	}
	line = *at;
	*at = NULL;
	if (line == NULL)
		line_end = &line;
	return first;
}

static void
wake(void *parked)
{
	unpark(parked);
}

/* Goes on in the next turn of the loop: who is on the way stands in line then. */
static void
let_others_come(void)
{
	struct parked p;

	park_init(&p);
	loop_spawn(wake, &p);
	park(&p, 0);
}

static void
lead(struct ctx *c)
{
	store_all(c, next_in_line());
	storing = line != NULL;
	if (line) {
		line->leads = true;
		unpark(&line->parked);
	}
}

enum problem
telemetry_take(struct ctx *c, struct reading *readings, size_t n, enum taken *each)
{
	struct parcel p = {
		.arena = c->arena, .readings = readings, .n = n, .each = each, .received = c->now
	};

	if (n == 0)
		return OK;
	park_init(&p.parked);
	*line_end = &p;
	line_end = &p.next;
	if (!storing) {
		storing = true;
		let_others_come();
		p.leads = true;
	} else {
		park(&p.parked, 0);
	}
	if (p.leads)
		lead(c);
	if (p.outcome != OK && c->retry_after == 0)
		c->retry_after = 1;
	return p.outcome;
}

/* ---- finding them again */

enum problem
telemetry_list(struct ctx *c, const struct readings_asked *q, struct rows *out)
{
	*out = (struct rows){ 0 };
	if (text_empty(q->device_code))
		return readings_of_all(c, q->lot, q->from, q->until, q->skip, q->most, out);
	return readings_of_device(c, q->device_code, q->from, q->until, q->skip, q->most, out);
}

enum problem
telemetry_count(struct ctx *c, const struct readings_asked *q, int64_t *n)
{
	struct how_many counted = { 0 };

	if (text_empty(q->device_code))
		TRY(readings_of_all_count(c, q->lot, q->from, q->until, &counted));
	else
		TRY(readings_of_device_count(c, q->device_code, q->from, q->until, &counted));
	*n = counted.n;
	return OK;
}
