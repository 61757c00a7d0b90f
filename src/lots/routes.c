/* routes.c -- places on the web: searching, a lot's page, the admin's desk. */
#include "lots/pages.h"
#include "lots/prices.h"
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

static enum problem
desk_list(struct ctx *c, const void *in, struct reply *r)
{
	const struct lots_query *q = in;
	struct lots_desk *page = arena_alloc(c->arena, sizeof *page);

	TRY(lots_named(c, text_fold(c->arena, q->q), 1000, &page->lots));
	page->n = (int64_t)page->lots.n;
	page->q = q->q;
	return reply_one(r, page);
}

static enum problem
desk_page(struct ctx *c, int64_t id, struct reply *r)
{
	struct lot_desk *page = arena_alloc(c->arena, sizeof *page);

	TRY(lot_desk_load(c, id, page));
	TRY(tariff_choices(c, page->draft.tariff_id, &page->tariffs));
	fields_complete(lot_desk_fields, page);
	return reply_one(r, page);
}

static enum problem
desk_new(struct ctx *c, const void *in, struct reply *r)
{
	(void)in;
	return desk_page(c, 0, r);
}

static enum problem
desk_show(struct ctx *c, const void *in, struct reply *r)
{
	const struct by_id *which = in;

	return desk_page(c, which->id, r);
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

	{ GET, "/admin/lots", ADMIN, desk_list, TAKES(lots_query), GIVES(lots_desk), .page = "admin/lots",
	  .doc = "All lots, or those a word fits, with what is free now." },
	{ GET, "/admin/lots/new", ADMIN, desk_new, GIVES(lot_desk), .dress = PAGE_ONLY, .page = "admin/lot_new",
	  .doc = "The form for a new lot." },
	{ POST, "/admin/lots", ADMIN, desk_create, TAKES(lot_draft), GIVES(lot), .again = "/admin/lots/new", .scope = "lots",
	  FAILS(DUPLICATE), .doc = "Makes a lot." },
	{ GET, "/admin/lots/:id", ADMIN, desk_show, TAKES(by_id), GIVES(lot_desk), .page = "admin/lot", .scope = "lots",
	  FAILS(NOT_FOUND), .doc = "A lot with its zones and slots." },
	{ POST, "/admin/lots/:id", ADMIN, desk_change, TAKES(lot_draft), GIVES(lot), .again = "/admin/lots/:id", .scope = "lots",
	  FAILS(NOT_FOUND, DUPLICATE, CHANGED_MEANWHILE), .doc = "Changes a lot: what is left out takes its usual value." },
	{ PUT, "/admin/lots/:id", ADMIN, desk_change, TAKES(lot_draft), GIVES(lot), .dress = BOTH, .scope = "lots",
	  FAILS(NOT_FOUND, DUPLICATE, CHANGED_MEANWHILE), .doc = "The same by its usual method." },
	{ POST, "/admin/lots/:id/deletion", ADMIN, desk_delete, TAKES(by_id), .again = "/admin/lots/:id", .scope = "lots",
	  FAILS(NOT_FOUND, IN_USE), .doc = "Takes a lot away, with slots that were never booked." },
	{ DELETE, "/admin/lots/:id", ADMIN, desk_delete, TAKES(by_id), .scope = "lots",
	  FAILS(NOT_FOUND, IN_USE), .doc = "The same by its usual method." },

	{ POST, "/admin/lots/:id/zones", ADMIN, zone_add, TAKES(zone_draft), GIVES(lot_zone), .again = "/admin/lots/:id",
	  .scope = "lots", FAILS(NOT_FOUND, DUPLICATE), .doc = "Adds a zone to a lot." },
	{ POST, "/admin/zones/:id", ADMIN, zone_edit, TAKES(zone_draft), GIVES(lot_zone), .scope = "lots",
	  FAILS(NOT_FOUND, DUPLICATE), .doc = "Changes a zone." },
	{ POST, "/admin/zones/:id/deletion", ADMIN, zone_drop, TAKES(by_id), .scope = "lots",
	  FAILS(NOT_FOUND, IN_USE), .doc = "Takes an empty zone away." },
	{ POST, "/admin/lots/:id/slots", ADMIN, slots_add, TAKES(slots_draft), GIVES(counted), .again = "/admin/lots/:id",
	  .scope = "lots", FAILS(NOT_FOUND, DUPLICATE), .doc = "Makes many slots at once." },
	{ POST, "/admin/lots/:id/slots/changes", ADMIN, slots_alter, TAKES(slots_change), GIVES(counted),
	  .again = "/admin/lots/:id", .scope = "lots", FAILS(NOT_FOUND, IN_USE),
	  .doc = "Puts slots out of service or back, or takes them away." },
	{ GET, "/admin/slots/:id", ADMIN, slot_show, TAKES(by_id), GIVES(slot_desk), .page = "admin/slot", .scope = "lots",
	  FAILS(NOT_FOUND), .doc = "A slot, as an admin sees it." },
	{ POST, "/admin/slots/:id", ADMIN, slot_edit, TAKES(slot_draft), GIVES(slot), .again = "/admin/slots/:id",
	  .scope = "lots", FAILS(NOT_FOUND, DUPLICATE), .doc = "Changes a slot." },
	{ 0 },
};
/* clang-format on */
