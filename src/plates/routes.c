/* routes.c -- the review desk, photographs sent to it, and cameras. */
#include "gear/store.h"
#include "lots/lots.h"
#include "plates/plates.h"
#include "web/web.h"

enum { A_PAGE = 50 };

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

/* ---- the desk */

struct desk_asked {
	text state, plate;
	int64_t camera, before;
};
static const text states[] = { "waiting", "accepted", "corrected", "rejected", NULL };
static const struct field desk_asked_fields[] = {
	FIELD(desk_asked, state, .among = states),
	FIELD(desk_asked, plate, .max = 20, .doc = "A whole plate"),
	FIELD(desk_asked, camera, .min = 0, .max = INT64_MAX, .doc = "Id of a camera; 0: any"),
	FIELD(desk_asked, before, .min = 0, .max = INT64_MAX,
	    .doc = "Older than the read of this id"),
	FIELD_END,
};

struct desk {
	const struct plate_read *next_read; /* NULL: none waits */
	int64_t how_many;
	struct rows items; /* struct plate_read */
	text state, plate, next, zone_name;
	bool filtered;
};
static const struct field desk_fields[] = {
	FIELD_ONE(desk, next_read, plate_read, .doc = "The one that has waited longest"),
	FIELD(desk, how_many, .doc = "How many wait for a person"),
	FIELD_LIST(desk, items, plate_read, .doc = "Newest first"),
	FIELD(desk, state, .hidden = true),
	FIELD(desk, plate, .hidden = true),
	FIELD(desk, filtered, .hidden = true),
	FIELD(desk, next, .nullable = true, .doc = "Address of older ones"),
	FIELD_END,
};

static text
older(struct ctx *c, const struct desk_asked *w, int64_t before)
{
	struct buf b = BUF(c->arena);

	buf_fmt(&b, "/plate-reads?before=%lld", (long long)before);
	if (*w->state)
		buf_fmt(&b, "&state=%s", w->state);
	if (*w->plate) {
		buf_add(&b, "&plate=");
		buf_url(&b, w->plate);
	}
	if (w->camera)
		buf_fmt(&b, "&camera=%lld", (long long)w->camera);
	return buf_text(&b);
}

static enum problem
desk(struct ctx *c, const void *in, struct reply *r)
{
	const struct desk_asked *w = in;
	struct read_filter f = { w->state, text_plate(c->arena, w->plate), w->camera, w->before };
	struct plate_read *next = arena_alloc(c->arena, sizeof *next);
	struct desk *d = arena_alloc(c->arena, sizeof *d);

	*d = (struct desk){ .state = w->state,
		.plate = w->plate,
		.filtered = *w->state || *w->plate || w->camera || w->before };
	enum problem e = plate_read_next(c, next, &d->how_many);
	if (e != OK && e != NOT_FOUND)
		return e;
	if (e == OK && !d->filtered)
		d->next_read = next;
	TRY(plate_reads_list(c, &f, A_PAGE + 1, &d->items));
	if (d->items.n > A_PAGE) {
		d->items.n = A_PAGE;
		d->next = older(c, w, ROW(plate_read, d->items, A_PAGE - 1)->id);
	}
	if (!d->next_read && !d->filtered)
		r->refresh = "15"; /* the next one comes by itself */
	fields_complete(desk_fields, d);
	return reply_one(r, d);
}

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	struct plate_read *found = arena_alloc(c->arena, sizeof *found);

	TRY(plate_read_load(c, ((const struct which *)in)->id, found));
	return reply_one(r, found);
}

static enum problem
image(struct ctx *c, const void *in, struct reply *r)
{
	struct plate_read found = { 0 };
	struct stored_file s = { 0 };

	TRY(plate_read_load(c, ((const struct which *)in)->id, &found));
	if (*found.image_key == 0)
		return NOT_FOUND;
	TRY(store_get(c, found.image_key, &s));
	r->momentary = true;
	r->file_name =
	    arena_fmt(c->arena, "plate-%lld%s", (long long)found.id, strrchr(s.key, '.'));
	return reply_bytes(r, s.type, s.p, (size_t)s.bytes);
}

/* ---- a photograph */

struct sending {
	struct upload image;
	int64_t camera, lot;
};
static const struct field sending_fields[] = {
	FIELD(sending, image, .required = true,
	    .doc = "A photograph: JPEG, PNG or WebP, 10 MiB at most"),
	FIELD(sending, camera, .min = 0, .max = INT64_MAX,
	    .doc = "Whose photograph it is; 0: none of ours"),
	FIELD(sending, lot, .min = 0, .max = INT64_MAX,
	    .doc = "Where it was taken: a camera's lot goes before; 0: not known"),
	FIELD_END,
};

struct sending_page {
	struct rows cameras; /* struct camera */
	struct rows lots; /* struct camera_lot */
	int64_t camera, lot;
};
static const struct field sending_page_fields[] = { FIELD_LIST(sending_page, cameras, camera),
	FIELD_LIST(sending_page, lots, camera_lot, .hidden = true),
	FIELD(sending_page, camera, .hidden = true), FIELD(sending_page, lot, .hidden = true),
	FIELD_END };

static enum problem
ask_for_one(struct ctx *c, const void *in, struct reply *r)
{
	struct sending_page *p = arena_alloc(c->arena, sizeof *p);

	(void)in;
	TRY(cameras_list(c, &p->cameras));
	TRY(camera_lots(c, 0, &p->lots));
	return reply_one(r, p);
}

static enum problem
send(struct ctx *c, const void *in, struct reply *r)
{
	const struct sending *s = in;
	struct plate_read *made = arena_alloc(c->arena, sizeof *made);

	TRY(plate_read_photograph(c,
	    &(struct photograph){ .source = s->camera ? "camera" : "upload",
		.camera_id = s->camera,
		.lot_id = s->lot,
		.bytes = s->image.bytes,
		.n = s->image.n },
	    made));
	r->flash = made->waiting ? "It was read, and waits for you to look at it."
				 : arena_fmt(c->arena, "It says %s.", made->plate);
	return reply_made(r, arena_fmt(c->arena, "/plate-reads/%lld", (long long)made->id), made);
}

/* ---- a person decides */

static enum problem
decided(struct reply *r, const struct plate_read *made, text flash)
{
	r->flash = flash;
	r->location = "/plate-reads";
	return reply_one(r, made);
}

static enum problem
accept(struct ctx *c, const void *in, struct reply *r)
{
	struct plate_read *made = arena_alloc(c->arena, sizeof *made);

	TRY(plate_read_accept(c, ((const struct which *)in)->id, made));
	return decided(r, made, arena_fmt(c->arena, "%s it is.", made->plate));
}

struct correction {
	int64_t id;
	text plate;
};
static const struct field correction_fields[] = {
	FIELD(correction, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(correction, plate, .required = true, .max = 20, .doc = "What it says"),
	FIELD_END,
};

static enum problem
correct(struct ctx *c, const void *in, struct reply *r)
{
	const struct correction *w = in;
	struct plate_read *made = arena_alloc(c->arena, sizeof *made);

	TRY(plate_read_correct(c, w->id, w->plate, made));
	return decided(r, made, arena_fmt(c->arena, "Corrected to %s.", made->plate));
}

static enum problem
reject(struct ctx *c, const void *in, struct reply *r)
{
	struct plate_read *made = arena_alloc(c->arena, sizeof *made);

	TRY(plate_read_reject(c, ((const struct which *)in)->id, made));
	return decided(r, made, "Rejected: it counts for nothing.");
}

/* ---- cameras */

struct cameras_asked {
	int64_t lot;
};
static const struct field cameras_asked_fields[] = {
	FIELD(cameras_asked, lot, .min = 0, .max = INT64_MAX, .doc = "Chosen in the form"),
	FIELD_END
};

struct camera_asked {
	int64_t id, lot;
};
static const struct field camera_asked_fields[] = {
	FIELD(camera_asked, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(camera_asked, lot, .min = 0, .max = INT64_MAX, .doc = "Chosen in the form"),
	FIELD_END,
};

struct cameras_page {
	struct rows items; /* struct camera */
	struct rows lots; /* struct camera_lot */
	text name, location, labels;
};
static const struct field cameras_page_fields[] = {
	FIELD_LIST(cameras_page, items, camera, .doc = "Newest first"),
	FIELD(cameras_page, name, .hidden = true),
	FIELD(cameras_page, location, .hidden = true),
	FIELD(cameras_page, labels, .hidden = true, .max = 10000),
	FIELD_LIST(cameras_page, lots, camera_lot, .hidden = true),
	FIELD_END,
};

static enum problem
list_cameras(struct ctx *c, const void *in, struct reply *r)
{
	struct cameras_page *p = arena_alloc(c->arena, sizeof *p);
	int64_t lot = ((const struct cameras_asked *)in)->lot;
	struct lot usual = { 0 };

	TRY(cameras_list(c, &p->items));
	if (lot == 0 && lot_default(c, &usual) == OK)
		lot = usual.id;
	TRY(camera_lots(c, lot, &p->lots));
	fields_complete(cameras_page_fields, p);
	return reply_one(r, p);
}

static enum problem
show_camera(struct ctx *c, const void *in, struct reply *r)
{
	const struct camera_asked *w = in;
	struct camera *found = arena_alloc(c->arena, sizeof *found);

	TRY(camera_load(c, w->id, found));
	TRY(camera_lots(c, w->lot ? w->lot : found->lot_id, &found->lots));
	return reply_one(r, found);
}

static enum problem
make_camera(struct ctx *c, const void *in, struct reply *r)
{
	struct camera_draft d = *(const struct camera_draft *)in;
	struct camera *made = arena_alloc(c->arena, sizeof *made);

	d.id = 0;
	TRY(camera_put(c, &d, made));
	r->flash = "The camera is known.";
	return reply_made(r, arena_fmt(c->arena, "/admin/cameras/%lld", (long long)made->id), made);
}

static enum problem
change_camera(struct ctx *c, const void *in, struct reply *r)
{
	struct camera *made = arena_alloc(c->arena, sizeof *made);

	TRY(camera_put(c, in, made));
	r->flash = "Saved.";
	r->location = "/admin/cameras";
	return reply_one(r, made);
}

static enum problem
remove_camera(struct ctx *c, const void *in, struct reply *r)
{
	TRY(camera_remove(c, ((const struct which *)in)->id));
	r->flash = "The camera is gone. What it read stays.";
	return reply_done(r, "/admin/cameras");
}

#define READING_FAILS FAILS(NOT_FOUND, TOO_LARGE, UNSUPPORTED_TYPE, BUSY, UNAVAILABLE)

/* clang-format off */
const struct route plate_routes[] = {
	{ GET, "/plate-reads", OPERATOR, desk, TAKES(desk_asked), GIVES(desk), .page = "plates/desk", .again = "/plate-reads",
	  .doc = "What was read in photographs, and the next read that waits for a person." },
	{ GET, "/plate-reads/new", OPERATOR, ask_for_one, GIVES(sending_page), .page = "plates/new", .dress = PAGE_ONLY,
	  .doc = "A form to send a photograph with." },
	{ POST, "/plate-reads", OPERATOR, send, TAKES(sending), GIVES(plate_read), .makes = true, .bare = true, .scope = "gate",
	  .again = "/plate-reads/new", READING_FAILS, .doc = "Read the number plate in a photograph." },
	{ GET, "/plate-reads/:id", OPERATOR, show, TAKES(which), GIVES(plate_read), .page = "plates/show", FAILS(NOT_FOUND),
	  .doc = "One read: what it says, what else it might, who decided." },
	{ GET, "/plate-reads/:id/image", OPERATOR, image, TAKES(which), .dress = PAGE_ONLY, FAILS(NOT_FOUND),
	  .doc = "The photograph of a read, bare of everything else its file told." },
	{ POST, "/plate-reads/:id/acceptance", OPERATOR, accept, TAKES(which), GIVES(plate_read), .again = "/plate-reads/:id",
	  FAILS(NOT_FOUND, WRONG_STATE), .doc = "It says what was read." },
	{ POST, "/plate-reads/:id/correction", OPERATOR, correct, TAKES(correction), GIVES(plate_read), .again = "/plate-reads/:id",
	  FAILS(NOT_FOUND, WRONG_STATE), .doc = "It says something else." },
	{ POST, "/plate-reads/:id/rejection", OPERATOR, reject, TAKES(which), GIVES(plate_read), .again = "/plate-reads/:id",
	  FAILS(NOT_FOUND, WRONG_STATE), .doc = "It is no plate, or none that can be read." },
	{ GET, "/admin/cameras", ADMIN, list_cameras, TAKES(cameras_asked), GIVES(cameras_page), .page = "plates/cameras",
	  .doc = "All cameras, and what they look at." },
	{ POST, "/admin/cameras", ADMIN, make_camera, TAKES(camera_draft), GIVES(camera), .makes = true, .again = "/admin/cameras",
	  FAILS(DUPLICATE), .doc = "Make a camera known." },
	{ GET, "/admin/cameras/:id", ADMIN, show_camera, TAKES(camera_asked), GIVES(camera), .page = "plates/camera", FAILS(NOT_FOUND),
	  .doc = "One camera, and what it looks at." },
	{ POST, "/admin/cameras/:id", ADMIN, change_camera, TAKES(camera_draft), GIVES(camera), .again = "/admin/cameras/:id",
	  FAILS(NOT_FOUND, DUPLICATE), .doc = "Change a camera, or what it looks at." },
	{ POST, "/admin/cameras/:id/removal", ADMIN, remove_camera, TAKES(which), .again = "/admin/cameras/:id", FAILS(NOT_FOUND),
	  .doc = "Forget a camera." },
	{ 0 },
};
/* clang-format on */
