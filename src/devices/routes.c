/* routes.c -- devices on the web: for operators, and for admins who mount them. */
#include "devices/pages.h"
#include "devices/tables.h"
#include "web/web.h"
#include "devices_sql.h"

#define SLOTS_OFFERED 200
#define CSV_MOST 200000

const struct field device_lot_fields[] = { FIELD(device_lot, id), FIELD(device_lot, name),
	FIELD(device_lot, chosen), FIELD_END };
const struct field free_slot_fields[] = { FIELD(free_slot, code), FIELD(free_slot, label),
	FIELD(free_slot, lot_name), FIELD_END };
const struct field device_form_fields[] = {
	FIELD(device_form, id),
	FIELD(device_form, is_new),
	FIELD(device_form, code),
	FIELD(device_form, name),
	FIELD(device_form, slot),
	FIELD_LIST(device_form, slots, free_slot),
	FIELD_END,
};

/* ---- all of them */

static const struct listing device_listing = {
	.path = "/devices",
	.csv = "/admin/tables/devices.csv",
	.usual = "health",
	.filter = devices_asked_fields,
	.headings =
	    (const struct heading[]){
		{ "Device", "code" },
		{ "Slot", "slot" },
		{ "Lot", "lot" },
		{ "Health", "health" },
		{ "Last report", "report", .falling = true },
		{ "Electrical", "electrical" },
		{ "Voltage", "voltage", .number = true, .falling = true },
		{ "Current", "current", .number = true, .falling = true },
		{ "Power factor", "factor", .number = true },
		{ NULL },
	    },
};

struct device_list {
	LISTING_PAGE; /* struct device */
	struct overview overview; /* of the lot, or of all */
	const struct overview *counts;
	struct rows lots; /* struct device_lot */
	const struct devices_asked *f;
	bool may_change;
};
static const struct field device_list_fields[] = {
	LISTING_PAGE_FIELDS(device_list, device),
	FIELD_ONE(device_list, counts, overview, .doc = "Of the lot, or of all of them"),
	FIELD_LIST(device_list, lots, device_lot, .hidden = true),
	FIELD_ONE(device_list, f, devices_asked, .hidden = true),
	FIELD(device_list, may_change, .hidden = true),
	FIELD_END,
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct devices_asked *w = in;
	struct listing l = device_listing;
	struct device_list *v = arena_alloc(c->arena, sizeof *v);
	const struct device_filter f = { .q = w->q,
		.lot = w->lot,
		.health = w->health,
		.electrical = w->electrical,
		.sort = listing_order(&l, w),
		.skip = listing_skip(&l, w),
		.most = listing_most(&l, w) };

	*v = (struct device_list){ .f = w, .may_change = c->person.role >= ADMIN };
	v->counts = &v->overview;
	if (!v->may_change)
		l.csv = NULL;
	TRY(devices_list(c, &f, &v->items));
	TRY(devices_count(c, &f, COUNT_MOST + 1, &v->count));
	LISTING_FILL(c, &l, w, v);
	TRY(devices_overview(c, w->lot, &v->overview));
	TRY(lots_with_devices(c, &v->lots));
	FOR_ROWS (device_lot, each, v->lots)
		each->chosen = each->id == w->lot;
	return reply_one(r, v);
}

/* ---- one of them */

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	struct device_page *page = arena_alloc(c->arena, sizeof *page);

	TRY(history_show(c, in, page));
	return reply_one(r, page);
}

/* A code may begin with what a spreadsheet would run. */
static void
code_cell(struct buf *b, text s)
{
	buf_char(b, '"');
	if (strchr("=+-@", *s))
		buf_char(b, '\'');
	for (; *s; s++) {
		if (*s == '"')
			buf_char(b, '"');
		buf_char(b, *s);
	}
	buf_char(b, '"');
}

static enum problem
csv(struct ctx *c, const void *in, struct reply *r)
{
	const struct history_asked *q = in;
	struct readings_asked asked = { .most = CSV_MOST };
	struct device d = { 0 };
	struct rows readings = { 0 };
	struct buf b = BUF(c->arena);

	TRY(device_load(c, q->id, &d));
	TRY(history_range(c, &d, q, &asked.from, &asked.until));
	asked.device_code = d.code;
	TRY(telemetry_list(c, &asked, &readings));
	buf_add(&b, "device_code,timestamp,voltage,current,power_factor\r\n");
	FOR_ROWS (reading, each, readings) {
		code_cell(&b, each->device_code);
		buf_fmt(&b, ",%s,%.15g,%.15g,%.15g\r\n", instant_text(c->arena, each->timestamp),
		    each->voltage, each->current, each->power_factor);
	}
	r->file_name = arena_fmt(c->arena, "device-%lld.csv", (long long)d.id);
	return reply_bytes(r, "text/csv; charset=utf-8", buf_text(&b), b.n);
}

/* ---- mounting and taking down */

static enum problem
form(struct ctx *c, const struct device *d, struct reply *r)
{
	struct device_form *f = arena_alloc(c->arena, sizeof *f);

	*f = (struct device_form){ .id = d->id,
		.is_new = d->id == 0,
		.code = d->code,
		.name = d->name,
		.slot = d->slot_code };
	TRY(slots_without_device(c, "", SLOTS_OFFERED, &f->slots));
	fields_complete(device_form_fields, f);
	return reply_one(r, f);
}

static enum problem
form_new(struct ctx *c, const void *in, struct reply *r)
{
	const struct device none = { 0 };

	(void)in;
	return form(c, &none, r);
}

struct which_device {
	int64_t id;
};
static const struct field which_device_fields[] = {
	FIELD(which_device, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

static enum problem
form_edit(struct ctx *c, const void *in, struct reply *r)
{
	struct device d = { 0 };

	TRY(device_load(c, ((const struct which_device *)in)->id, &d));
	return form(c, &d, r);
}

static text
page_of(struct ctx *c, int64_t id)
{
	return arena_fmt(c->arena, "/devices/%lld", (long long)id);
}

static enum problem
create(struct ctx *c, const void *in, struct reply *r)
{
	struct device *made = arena_alloc(c->arena, sizeof *made);

	TRY(device_add(c, in, made));
	r->flash =
	    arena_fmt(c->arena, "%s is registered. It is offline until it reports.", made->code);
	return reply_made(r, page_of(c, made->id), made);
}

static enum problem
change(struct ctx *c, const void *in, struct reply *r)
{
	struct device *after = arena_alloc(c->arena, sizeof *after);

	TRY(device_change(c, in, after));
	r->flash = "Saved.";
	r->location = page_of(c, after->id);
	return reply_one(r, after);
}

static enum problem
drop(struct ctx *c, const void *in, struct reply *r)
{
	TRY(device_remove(c, ((const struct which_device *)in)->id));
	r->flash = "The device is gone, and its readings with it.";
	return reply_done(r, "/devices");
}

/* clang-format off */
const struct route device_routes[] = {
	{ GET, "/devices", OPERATOR, list, TAKES(devices_asked), GIVES(device_list), .page = "devices/list", .again = "/devices",
	  .doc = "Devices and how they fare: those that want a look first." },
	{ GET, "/devices/new", ADMIN, form_new, GIVES(device_form), .dress = PAGE_ONLY, .page = "devices/form",
	  .doc = "The form for a device that was mounted." },
	{ POST, "/devices", ADMIN, create, TAKES(device_draft), GIVES(device), .makes = true, .rehearsed = true,
	  .again = "/devices/new", FAILS(DUPLICATE), .doc = "Registers a device on a slot." },
	{ GET, "/devices/:id", OPERATOR, show, TAKES(history_asked), GIVES(device_page), .page = "devices/show",
	  .again = "/devices/:id", FAILS(NOT_FOUND, INVALID),
	  .doc = "A device, and what it measured over some days of its lot's clock, span by span." },
	{ GET, "/devices/:id/readings.csv", OPERATOR, csv, TAKES(history_asked), .dress = PAGE_ONLY,
	  FAILS(NOT_FOUND, INVALID), .doc = "Its readings of these days, newest first, as CSV." },
	{ GET, "/devices/:id/edit", ADMIN, form_edit, TAKES(which_device), GIVES(device_form), .dress = PAGE_ONLY,
	  .page = "devices/form", FAILS(NOT_FOUND), .doc = "The form for a device." },
	{ POST, "/devices/:id", ADMIN, change, TAKES(device_draft), GIVES(device), .rehearsed = true,
	  .again = "/devices/:id/edit", FAILS(NOT_FOUND, DUPLICATE), .doc = "Names a device anew, or moves it to another slot." },
	{ POST, "/devices/:id/deletion", ADMIN, drop, TAKES(which_device), .again = "/devices/:id", FAILS(NOT_FOUND),
	  .doc = "Takes a device away, with all its readings." },
	{ 0 },
};
/* clang-format on */
