/*
 * map.c -- a zone as a drawing: pairs of rows that face each other over a lane, eight bays to a
 * row.
 *
 * A bay is 41 wide and 64 high; the unit is that of the SVG's viewBox, so the drawing scales. What
 * a bay looks like is said by one word (`drawn`); the template holds the shapes.
 */
#include "lots/pages.h"

#define ROW_OF 8
#define BAY_WIDTH 41
#define MARGIN 4
#define PAIR_HEIGHT 170 /* two rows and the lane between */
#define PAIR_GAP 14
#define LOWER_ROW 106
#define WORTH_SAYING                                                                               \
	(30 * MINUTE) /* free for less than that before the next booking is simply taken */

/* ---- words */

/* How many bytes all labels of a zone begin with, up to and with their last sign: "A-07" to "A-16" share "A-". */
static size_t
shared_stem(struct rows bays)
{
	text first = ROW(bay, bays, 0)->label;
	size_t n = strlen(first);

	while (n > 0 && !strchr("-._ ", first[n - 1]))
		n--;
	FOR_ROWS (bay, b, bays)
		if (strncmp(b->label, first, n) != 0)
			return 0;
	return n;
}

/* What is left of a label on its bay, where only a few letters fit. */
static text
short_label(const struct bay *b, size_t stem)
{
	text s = b->label + stem;

	return strlen(s) <= 5 ? s : s + strlen(s) - 5;
}

/* "AMS1-B" is B to who stands there. */
static text
short_code(text code)
{
	text dash = strrchr(code, '-');

	return dash && dash[1] ? dash + 1 : code;
}

static text
state_words(struct arena *a, const struct bay *b)
{
	static const struct {
		text drawn, says;
	} words[] = { { "mine", "your choice" }, { "free", "free for your time" },
		{ "taken", "taken" }, { "reserved", "reserved" }, { "out", "out of service" },
		{ "unsure", "not known" } };

	if (text_is(b->drawn, "soon"))
		return arena_fmt(a, "free until %s", b->until);
	for (size_t i = 0; i < LENGTH(words); i++)
		if (text_is(words[i].drawn, b->drawn))
			return words[i].says;
	return "";
}

/* "A 07, free for your time, accessible": what a screen reader says. */
static text
spoken(struct arena *a, const struct bay *b)
{
	struct buf out = BUF(a);

	for (text s = b->label; *s; s++)
		buf_char(&out, *s == '-' ? ' ' : *s);
	buf_fmt(&out, ", %s", state_words(a, b));
	if (b->accessible)
		buf_add(&out, ", accessible");
	if (b->ev)
		buf_add(&out, ", with charger");
	if (!text_is(b->size, "regular"))
		buf_fmt(&out, ", %s", b->size);
	if (!text_is(b->vehicle_type, "car"))
		buf_fmt(&out, ", for a %s", b->vehicle_type);
	return buf_text(&out);
}

/* ---- how a bay is drawn */

static text
drawn(const struct lot_page *p, const struct bay *b)
{
	if (b->out_of_service)
		return "out";
	if (instant_none(b->busy_from) && text_is(b->state, "unknown"))
		return b->chosen ? "mine" : "unsure";
	if (instant_none(b->busy_from))
		return b->chosen ? "mine" : "free";
	if (instant_minus(b->busy_from, p->starts) >= WORTH_SAYING)
		return "soon";
	return b->arrived ? "taken" : "reserved";
}

static bool
to_be_had(const struct bay *b)
{
	return text_is(b->drawn, "free") || text_is(b->drawn, "mine") ||
	    text_is(b->drawn, "unsure");
}

static void
describe(struct ctx *c, struct lot_page *p, const struct zone *clock, struct bay *b)
{
	static const struct {
		text drawn;
		size_t count;
	} counts[] = { { "free", offsetof(struct lot_page, free_then) },
		{ "mine", offsetof(struct lot_page, free_then) },
		{ "taken", offsetof(struct lot_page, taken_then) },
		{ "reserved", offsetof(struct lot_page, reserved_then) },
		{ "soon", offsetof(struct lot_page, soon_then) },
		{ "out", offsetof(struct lot_page, out_then) },
		{ "unsure", offsetof(struct lot_page, unsure_then) } };

	b->drawn = drawn(p, b);
	b->plain = !b->accessible && !b->ev;
	b->until = text_is(b->drawn, "soon") ? time_clock(c->arena, clock, b->busy_from) : "";
	b->spoken = spoken(c->arena, b);
	b->href = "";
	if (p->bookable && to_be_had(b))
		b->href = arena_fmt(c->arena, "/quotes?lot=%lld&slot=%lld&%s", (long long)p->lot.id,
		    (long long)b->id, p->query);
	for (size_t i = 0; i < LENGTH(counts); i++)
		if (text_is(counts[i].drawn, b->drawn))
			++*(int64_t *)((char *)p + counts[i].count);
}

/* ---- where it stands */

static int64_t
pairs_of(size_t n)
{
	return (int64_t)((n + 2 * ROW_OF - 1) / (2 * ROW_OF));
}

/* In a pair that is not full both rows are equally long. */
static int64_t
row_length(size_t n, int64_t pair)
{
	int64_t here = (int64_t)n - pair * 2 * ROW_OF;

	return here >= 2 * ROW_OF ? ROW_OF : (here + 1) / 2;
}

static void
paint_pair(struct buf *paint, struct buf *lanes, int64_t top, int64_t columns)
{
	long long y = top, wide = MARGIN + columns * BAY_WIDTH;

	for (int64_t i = 0; i <= columns; i++)
		buf_fmt(paint, "M%lld %lldv64M%lld %lldv-64", MARGIN + (long long)i * BAY_WIDTH, y,
		    MARGIN + (long long)i * BAY_WIDTH, y + PAIR_HEIGHT);
	buf_fmt(
	    paint, "M%d %lldH%lldM%d %lldH%lld", MARGIN, y, wide, MARGIN, y + PAIR_HEIGHT, wide);
	if (columns > 1)
		buf_fmt(lanes, "M%d %lldH%lldm-8-6l8 6-8 6", MARGIN + BAY_WIDTH / 2,
		    y + PAIR_HEIGHT / 2, wide - BAY_WIDTH / 2);
}

static void
lay_out(struct ctx *c, struct map_zone *z)
{
	struct buf paint = BUF(c->arena), lanes = BUF(c->arena);
	int64_t pairs = pairs_of(z->bays.n);
	size_t stem = shared_stem(z->bays);

	for (int64_t pair = 0; pair < pairs; pair++) {
		int64_t columns = row_length(z->bays.n, pair),
			top = 2 + pair * (PAIR_HEIGHT + PAIR_GAP);

		paint_pair(&paint, &lanes, top, columns);
		for (int64_t i = 0; i < 2 * columns; i++) {
			size_t nth = (size_t)(pair * 2 * ROW_OF + i);

			if (nth >= z->bays.n)
				break;
			struct bay *b = ROW(bay, z->bays, nth);
			b->below = i >= columns;
			b->short_label = short_label(b, stem);
			b->x = MARGIN + (i % columns) * BAY_WIDTH;
			b->y = top + (b->below ? LOWER_ROW : 0);
		}
	}
	z->width = 2 * MARGIN + ROW_OF * BAY_WIDTH;
	z->height = 4 + pairs * (PAIR_HEIGHT + PAIR_GAP) - PAIR_GAP;
	z->paint = buf_text(&paint);
	z->lanes = buf_text(&lanes);
}

void
map_draw(struct ctx *c, struct rows bays, struct lot_page *p)
{
	const struct zone *clock = lot_clock(&p->lot);
	struct map_zone *zones = arena_alloc(c->arena, bays.n * sizeof *zones);
	struct bay *choices = arena_alloc(c->arena, bays.n * sizeof *choices);

	p->zones = (struct rows){ zones, 0 };
	p->choices = (struct rows){ choices, 0 };
	FOR_ROWS (bay, b, bays) {
		struct map_zone *z = &zones[p->zones.n - (p->zones.n > 0)];

		describe(c, p, clock, b);
		if (to_be_had(b))
			choices[p->choices.n++] = *b;
		if (p->zones.n == 0 || ROW(bay, z->bays, 0)->zone_id != b->zone_id) {
			z = &zones[p->zones.n++];
			*z = (struct map_zone){ .code = short_code(b->zone_code),
				.name = b->zone_name,
				.bays = { b, 0 } };
		}
		z->bays.n++;
	}
	FOR_ROWS (map_zone, z, p->zones)
		lay_out(c, z);
	p->full = p->choices.n == 0;
}
