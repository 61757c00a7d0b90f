/* routes.c -- places on the web: searching, a lot's page, the admin's desk. */
#include "lots/pages.h"
#include "lots/prices.h"
#include "lots/tables.h"
#include "web/web.h"
#include "lots_sql.h"

/* ---- everyone */

static enum problem
front(struct ctx *c, const void *in, struct reply *r)
{
	struct front *page = arena_alloc(c->arena, sizeof *page);

	(void)in;
	TRY(lots_front(c, page));
	return reply_one(r, page);
}

static enum problem
search(struct ctx *c, const void *in, struct reply *r)
{
	struct results *page = arena_alloc(c->arena, sizeof *page);

	TRY(lots_search(c, in, page));
	return reply_one(r, page);
}

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	struct lot_page *page = arena_alloc(c->arena, sizeof *page);

	TRY(lot_show(c, in, page));
	return reply_one(r, page);
}

/* ---- the admin's desk */

static text
desk_of(struct ctx *c, int64_t lot_id)
{
	return arena_fmt(c->arena, "/admin/lots/%lld", (long long)lot_id);
}

static const struct listing lots_listing = {
	.path = "/admin/lots",
	.csv = "/admin/tables/lots.csv",
	.usual = "name",
	.filter = lot_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "Lot", "name" },
		{ "Place", "place" },
		{ "Clock", "clock" },
		{ "Slots", "slots", .number = true, .falling = true },
		{ "Free", "free", .number = true, .falling = true },
		{ "Reserved", "reserved", .number = true, .falling = true },
		{ "Occupied", "occupied", .number = true, .falling = true },
		{ "Out of service", "out", .number = true, .falling = true },
		{ NULL },
	    },
};
struct lots_desk {
	LISTING_PAGE; /* struct lot */
	text q;
};
static const struct field lots_desk_fields[] = {
	LISTING_PAGE_FIELDS(lots_desk, lot),
	FIELD(lots_desk, q, .hidden = true),
	FIELD_END,
};

static enum problem
desk_list(struct ctx *c, const void *in, struct reply *r)
{
	const struct lot_filter *f = in;
	const struct listing *l = &lots_listing;
	struct lots_desk *page = arena_alloc(c->arena, sizeof *page);
	text folded = text_fold(c->arena, f->q);
	struct number_of count = { 0 };

	page->q = f->q;
	TRY(lots_page(
	    c, folded, listing_order(l, f), listing_skip(l, f), listing_most(l, f), &page->items));
	TRY(lots_number(c, folded, COUNT_MOST + 1, &count));
	page->count = count.n;
	LISTING_FILL(c, l, f, page);
	return reply_one(r, page);
}

/* The form for new slots, as it was tried out. */
static enum problem
try_slots(struct ctx *c, const struct slots_draft *d, struct lot_desk *page)
{
	page->labels = d->labels;
	if (*d->prefix)
		page->prefix = d->prefix;
	page->size = d->size;
	page->vehicle_type = d->vehicle_type;
	page->accessible = d->accessible;
	page->ev = d->ev;
	FOR_ROWS (zone_desk, zone, page->zones)
		zone->chosen = zone->id == d->zone_id;
	return slots_foreseen(c, d, &page->foreseen);
}

static enum problem
desk_page(struct ctx *c, const struct slots_draft *d, struct reply *r)
{
	struct lot_desk *page = arena_alloc(c->arena, sizeof *page);

	TRY(lot_desk_load(c, d->id, page));
	if (d->id)
		TRY(try_slots(c, d, page));
	TRY(tariff_choices(c, page->draft.tariff_id, &page->tariffs));
	fields_complete(lot_desk_fields, page);
	return reply_one(r, page);
}

static enum problem
desk_new(struct ctx *c, const void *in, struct reply *r)
{
	(void)in;
	return desk_page(c, &(struct slots_draft){ .id = 0 }, r);
}

static enum problem
desk_show(struct ctx *c, const void *in, struct reply *r)
{
	return desk_page(c, in, r);
}

static enum problem
desk_create(struct ctx *c, const void *in, struct reply *r)
{
	struct lot *made = arena_alloc(c->arena, sizeof *made);

	TRY(lot_create(c, in, made));
	r->flash = "The lot is there. Now give it a zone and slots.";
	return reply_made(r, desk_of(c, made->id), made);
}

static enum problem
desk_change(struct ctx *c, const void *in, struct reply *r)
{
	const struct lot_draft *d = in;
	struct lot *after = arena_alloc(c->arena, sizeof *after);

	TRY(lot_change(c, d));
	TRY(lot_load(c, d->id, after));
	r->flash = "Saved.";
	r->location = desk_of(c, d->id);
	return reply_one(r, after);
}

static enum problem
desk_delete(struct ctx *c, const void *in, struct reply *r)
{
	const struct by_id *which = in;

	TRY(lot_delete(c, which->id));
	r->flash = "The lot is gone.";
	return reply_done(r, "/admin/lots");
}

static enum problem
zone_add(struct ctx *c, const void *in, struct reply *r)
{
	struct lot_zone *made = arena_alloc(c->arena, sizeof *made);

	TRY(zone_create(c, in, made));
	r->flash = arena_fmt(c->arena, "Zone %s is there.", made->code);
	return reply_made(r, desk_of(c, made->lot_id), made);
}

static enum problem
zone_show(struct ctx *c, const void *in, struct reply *r)
{
	const struct by_id *which = in;
	struct zone_page *page = arena_alloc(c->arena, sizeof *page);
	struct lot l = { 0 };
	struct lot_zone z = { 0 };

	TRY(zone_by_id(c, which->id, &z));
	TRY(lot_load(c, z.lot_id, &l));
	*page = (struct zone_page){ z.id, z.lot_id, z.code, z.name, l.name };
	return reply_one(r, page);
}

static enum problem
zone_edit(struct ctx *c, const void *in, struct reply *r)
{
	struct lot_zone *after = arena_alloc(c->arena, sizeof *after);

	TRY(zone_change(c, in, after));
	r->flash = "Saved.";
	r->location = desk_of(c, after->lot_id);
	return reply_one(r, after);
}

static enum problem
zone_drop(struct ctx *c, const void *in, struct reply *r)
{
	const struct by_id *which = in;
	int64_t lot_id;

	TRY(zone_delete(c, which->id, &lot_id));
	r->flash = "The zone is gone.";
	return reply_done(r, desk_of(c, lot_id));
}

static enum problem
say_how_many(struct ctx *c, struct reply *r, int64_t lot_id, int64_t n, text flash)
{
	struct counted *count = arena_alloc(c->arena, sizeof *count);

	count->n = n;
	r->flash = flash;
	r->location = desk_of(c, lot_id);
	return reply_one(r, count);
}

static enum problem
slots_add(struct ctx *c, const void *in, struct reply *r)
{
	const struct slots_draft *d = in;
	int64_t n = 0;

	TRY(slots_create(c, d, &n));
	return say_how_many(c, r, d->id, n,
	    arena_fmt(c->arena, "%lld slot%s made.", (long long)n, n == 1 ? "" : "s"));
}

static enum problem
slots_alter(struct ctx *c, const void *in, struct reply *r)
{
	const struct slots_change *d = in;
	int64_t n = 0, booked = 0;

	TRY(slots_apply(c, d, &n, &booked));
	text said = arena_fmt(c->arena, "%lld slot%s changed.", (long long)n, n == 1 ? "" : "s");
	if (booked)
		said = arena_fmt(c->arena, "%s %lld booking%s to come still stand%s there.", said,
		    (long long)booked, booked == 1 ? "" : "s", booked == 1 ? "s" : "");
	return say_how_many(c, r, d->id, n, said);
}

static enum problem
slot_show(struct ctx *c, const void *in, struct reply *r)
{
	const struct by_id *which = in;
	struct slot_desk *page = arena_alloc(c->arena, sizeof *page);
	struct lot l = { 0 };
	struct lot_zone z = { 0 };

	TRY(slot_load(c, which->id, &page->slot));
	TRY(lot_load(c, page->slot.lot_id, &l));
	TRY(zone_by_id(c, page->slot.zone_id, &z));
	page->lot_name = l.name;
	page->zone_code = z.code;
	return reply_one(r, page);
}

static enum problem
slot_edit(struct ctx *c, const void *in, struct reply *r)
{
	struct slot *after = arena_alloc(c->arena, sizeof *after);

	TRY(slot_change(c, in, after));
	r->flash = arena_fmt(c->arena, "Slot %s is saved.", after->label);
	r->location = desk_of(c, after->lot_id);
	return reply_one(r, after);
}

/* clang-format off */
const struct route lot_routes[] = {
	{ GET, "/", ANYONE, front, GIVES(front), .dress = PAGE_ONLY, .page = "lots/home", CACHED("lots"),
	  .doc = "Where to, from when until when." },
	{ GET, "/lots", ANYONE, search, TAKES(search), GIVES(results), .page = "lots/results", .again = "/",
	  CACHED("lots"), FAILS(INVALID),
	  .doc = "Lots at a place with what is free and what it costs for a time; without both, all lots as they are now." },
	{ GET, "/lots/:id", ANYONE, show, TAKES(lot_view), GIVES(lot_page), .page = "lots/show", CACHED("lot::id"),
	  FAILS(NOT_FOUND), .doc = "A lot: its slots for a time, its tariff and its rules." },

	{ GET, "/admin/lots", ADMIN, desk_list, TAKES(lot_filter), GIVES(lots_desk), .page = "admin/lots", .again = "/admin/lots",
	  .doc = "All lots, or those a word fits, with what is free now." },
	{ GET, "/admin/lots/new", ADMIN, desk_new, GIVES(lot_desk), .dress = PAGE_ONLY, .page = "admin/lot_new",
	  .doc = "The form for a new lot." },
	{ POST, "/admin/lots", ADMIN, desk_create, TAKES(lot_draft), GIVES(lot), .makes = true,
	  .rehearsed = true, .again = "/admin/lots/new",
	  .scope = "lots", FAILS(DUPLICATE), .doc = "Makes a lot." },
	{ GET, "/admin/lots/:id", ADMIN, desk_show, .in = desk_ask_fields, .in_size = sizeof(struct slots_draft),
	  GIVES(lot_desk), .page = "admin/lot", .scope = "lots",
	  FAILS(NOT_FOUND), .doc = "A lot with its zones and slots." },
	{ POST, "/admin/lots/:id", ADMIN, desk_change, TAKES(lot_draft), GIVES(lot),
	  .rehearsed = true, .again = "/admin/lots/:id", .scope = "lots",
	  FAILS(NOT_FOUND, DUPLICATE, CHANGED_MEANWHILE), .doc = "Changes a lot: what is left out takes its usual value." },
	{ PUT, "/admin/lots/:id", ADMIN, desk_change, TAKES(lot_draft), GIVES(lot), .dress = BOTH, .scope = "lots",
	  FAILS(NOT_FOUND, DUPLICATE, CHANGED_MEANWHILE), .doc = "The same by its usual method." },
	{ POST, "/admin/lots/:id/deletion", ADMIN, desk_delete, TAKES(by_id), .again = "/admin/lots/:id", .scope = "lots",
	  FAILS(NOT_FOUND, IN_USE), .doc = "Takes a lot away, with slots that were never booked." },
	{ DELETE, "/admin/lots/:id", ADMIN, desk_delete, TAKES(by_id), .scope = "lots",
	  FAILS(NOT_FOUND, IN_USE), .doc = "The same by its usual method." },

	{ POST, "/admin/lots/:id/zones", ADMIN, zone_add, TAKES(zone_draft), GIVES(lot_zone), .makes = true,
	  .rehearsed = true, .again = "/admin/lots/:id",
	  .scope = "lots", FAILS(NOT_FOUND, DUPLICATE), .doc = "Adds a zone to a lot." },
	{ GET, "/admin/zones/:id", ADMIN, zone_show, TAKES(by_id), GIVES(zone_page), .page = "admin/zone", .scope = "lots",
	  FAILS(NOT_FOUND), .doc = "A zone, as an admin sees it." },
	{ POST, "/admin/zones/:id", ADMIN, zone_edit, TAKES(zone_draft), GIVES(lot_zone),
	  .rehearsed = true, .again = "/admin/zones/:id", .scope = "lots",
	  FAILS(NOT_FOUND, DUPLICATE), .doc = "Changes a zone." },
	{ POST, "/admin/zones/:id/deletion", ADMIN, zone_drop, TAKES(by_id), .again = "/admin/zones/:id", .scope = "lots",
	  FAILS(NOT_FOUND, IN_USE), .doc = "Takes an empty zone away." },
	{ POST, "/admin/lots/:id/slots", ADMIN, slots_add, TAKES(slots_draft), GIVES(counted),
	  .rehearsed = true, .again = "/admin/lots/:id",
	  .scope = "lots", FAILS(NOT_FOUND, DUPLICATE), .doc = "Makes many slots at once." },
	{ POST, "/admin/lots/:id/slots/changes", ADMIN, slots_alter, TAKES(slots_change), GIVES(counted),
	  .again = "/admin/lots/:id", .scope = "lots", FAILS(NOT_FOUND, IN_USE),
	  .doc = "Puts slots out of service or back, or takes them away." },
	{ GET, "/admin/slots/:id", ADMIN, slot_show, TAKES(by_id), GIVES(slot_desk), .page = "admin/slot", .scope = "lots",
	  FAILS(NOT_FOUND), .doc = "A slot, as an admin sees it." },
	{ POST, "/admin/slots/:id", ADMIN, slot_edit, TAKES(slot_draft), GIVES(slot),
	  .rehearsed = true, .again = "/admin/slots/:id",
	  .scope = "lots", FAILS(NOT_FOUND, DUPLICATE), .doc = "Changes a slot." },
	{ 0 },
};
/* clang-format on */
