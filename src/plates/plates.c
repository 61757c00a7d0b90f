/* plates.c -- what becomes of a read. */
#include "plates/plates.h"

#include <math.h>

#include "anomalies/anomalies.h"
#include "base/image.h"
#include "gear/audit.h"
#include "gear/eyes.h"
#include "gear/settings.h"
#include "gear/store.h"
#include "lots/lots.h"
#include "plates_sql.h"

enum { PLATE_LEAST = 2 };

const struct field plate_guess_fields[] = { FIELD(plate_guess, plate),
	FIELD(plate_guess, confidence, .doc = "0 to 1"),
	FIELD(plate_guess, percent, .hidden = true), FIELD(plate_guess, likely, .hidden = true),
	FIELD_END };

const struct field plate_read_fields[] = {
	FIELD(plate_read, id),
	FIELD(plate_read, seen_at),
	FIELD(plate_read, source, .doc = "upload, camera, s3, s0"),
	FIELD(plate_read, state, .doc = "waiting, accepted, corrected, rejected"),
	FIELD(plate_read, plate, .doc = "As it counts: read, or corrected"),
	FIELD(plate_read, raw, .doc = "As it was read"),
	FIELD(plate_read, confidence, .doc = "0 to 1"),
	FIELD(plate_read, percent, .hidden = true),
	FIELD_LIST(plate_read, readings, plate_guess, .doc = "What it might say, best first"),
	FIELD(plate_read, candidates, .hidden = true),
	FIELD(plate_read, corners,
	    .doc =
		"x,y of its four corners in the picture, in pixels, clockwise from the upper left"),
	FIELD(plate_read, outline, .hidden = true),
	FIELD(plate_read, zoom, .hidden = true),
	FIELD(plate_read, width, .doc = "Of the picture, in pixels; 0 without one"),
	FIELD(plate_read, height),
	FIELD(plate_read, picture, .doc = "It is at …/image"),
	FIELD(plate_read, image_key, .hidden = true),
	FIELD(
	    plate_read, second, .doc = "What another engine makes of it; \"\" if it was not asked"),
	FIELD(plate_read, engine),
	FIELD(plate_read, lot_id, .nullable = true),
	FIELD(plate_read, lot_name, .nullable = true),
	FIELD(plate_read, time_zone, .hidden = true),
	FIELD(plate_read, camera_id, .nullable = true),
	FIELD(plate_read, camera_name, .nullable = true),
	FIELD(plate_read, slot_id, .nullable = true),
	FIELD(plate_read, slot_label, .nullable = true),
	FIELD(plate_read, user_id, .nullable = true, .doc = "Who sent the photograph"),
	FIELD(plate_read, stay_id, .nullable = true),
	FIELD(plate_read, decided_at, .nullable = true),
	FIELD(plate_read, decided_by_name, .nullable = true),
	FIELD(plate_read, waiting, .hidden = true),
	FIELD_END,
};

const struct field plate_id_fields[] = { FIELD(plate_id, id), FIELD(plate_id, n),
	FIELD(plate_id, key), FIELD_END };

/* ---- a row, as it is shown */

static int64_t
percent_of(double confidence)
{
	return (int64_t)floor(confidence * 100 + .5);
}

/* "B21GSB .9123 B2IGSB .0512" */
static struct rows
readings_of(struct arena *a, text candidates)
{
	struct rows all = { arena_alloc(a, SIGHT_CANDIDATES * sizeof(struct plate_guess)), 0 };

	for (text p = candidates; *p && all.n < SIGHT_CANDIDATES;) {
		size_t n = strcspn(p, " ");
		text number = p + n + (p[n] == ' ');
		struct plate_guess *r = ROW(plate_guess, all, all.n++);

		r->plate = arena_bytes(a, p, n);
		r->confidence = strtod(number, NULL);
		r->percent = percent_of(r->confidence);
		r->likely = r->percent > 0 || all.n == 1;
		p = number + strcspn(number, " ");
		p += *p == ' ';
	}
	return all;
}

/* The plate with a third of its height around it, in the picture. */
static text
zoom_of(struct arena *a, const struct plate_read *r)
{
	double x[4], y[4], least[2], most[2];

	if (sscanf(r->corners, "%lf,%lf %lf,%lf %lf,%lf %lf,%lf", &x[0], &y[0], &x[1], &y[1], &x[2],
		&y[2], &x[3], &y[3]) != 8)
		return "";
	least[0] = fmin(fmin(x[0], x[1]), fmin(x[2], x[3]));
	least[1] = fmin(fmin(y[0], y[1]), fmin(y[2], y[3]));
	most[0] = fmax(fmax(x[0], x[1]), fmax(x[2], x[3]));
	most[1] = fmax(fmax(y[0], y[1]), fmax(y[2], y[3]));
	double around = (most[1] - least[1]) / 3;
	for (int i = 0; i < 2; i++) {
		least[i] = fmax(least[i] - around, 0);
		most[i] = fmin(most[i] + around, (double)(i ? r->height : r->width));
	}
	if (most[0] <= least[0] || most[1] <= least[1])
		return "";
	return arena_fmt(
	    a, "%.0f %.0f %.0f %.0f", least[0], least[1], most[0] - least[0], most[1] - least[1]);
}

static void
complete(struct ctx *c, struct plate_read *r)
{
	fields_complete(plate_read_fields, r);
	r->waiting = text_is(r->state, "waiting");
	r->picture = *r->image_key != 0;
	r->percent = percent_of(r->confidence);
	r->readings = readings_of(c->arena, r->candidates);
	r->outline = r->corners;
	r->zoom = zoom_of(c->arena, r);
}

enum problem
plate_read_load(struct ctx *c, int64_t id, struct plate_read *out)
{
	TRY(plate_read_by_id(c, id, out));
	complete(c, out);
	return OK;
}

enum problem
plate_reads_list(struct ctx *c, const struct read_filter *f, int64_t most, struct rows *out)
{
	TRY(plate_reads_newest(c, f->state, f->plate, f->camera, f->before, most, out));
	FOR_ROWS (plate_read, r, *out)
		complete(c, r);
	return OK;
}

enum problem
plate_read_next(struct ctx *c, struct plate_read *out, int64_t *waiting)
{
	struct plate_id first = { 0 };

	TRY(plate_reads_waiting(c, &first));
	*waiting = first.n;
	return first.id ? plate_read_load(c, first.id, out) : NOT_FOUND;
}

/* ---- photographs */

static enum sight_region
region_of(const struct lot *l)
{
	text name = *l->plate_region ? l->plate_region : settings.ocr_region;

	for (int i = 0; sight_regions[i]; i++)
		if (text_is(sight_regions[i], name))
			return (enum sight_region)i;
	return ANYWHERE;
}

static enum problem
look(struct ctx *c, const struct photograph *p, enum sight_region region, struct image_head *head,
    struct sight *sight)
{
	enum sight_engine engine = text_is(settings.ocr_engine, "tesseract") ? TESSERACT : NETS;

	if (p->n > PICTURE_BYTES)
		return fail(c, TOO_LARGE, "Photographs may have 10 MiB.");
	if (!image_look(p->bytes, p->n, head))
		return fail(c,
		    head->width * head->height > IMAGE_PIXELS ? TOO_LARGE : UNSUPPORTED_TYPE, "%s",
		    head->why);
	TRY(eyes_look(c, p->bytes, p->n, engine, region, sight));
	if (sight->plates.n == 0)
		return fail(c, INVALID,
		    "No number plate can be read in the photograph. Closer, and straight from the "
		    "front, it may be.");
	return OK;
}

static text
candidates_text(struct arena *a, const struct seen_plate *p)
{
	struct buf b = BUF(a);

	FOR_ROWS (candidate, each, p->candidates)
		buf_fmt(&b, "%s%s %.4f", b.n ? " " : "", each->plate, each->confidence);
	return buf_text(&b);
}

static text
corners_text(struct arena *a, const struct seen_plate *p)
{
	struct buf b = BUF(a);

	for (int i = 0; i < 8; i += 2)
		buf_fmt(&b, "%s%.0f,%.0f", i ? " " : "", p->corners[i], p->corners[i + 1]);
	return buf_text(&b);
}

static text
key_of(struct ctx *c, int64_t id)
{
	return arena_fmt(c->arena, "read:%lld", (long long)id);
}

static enum problem
doubt(struct ctx *c, const struct plate_read *r)
{
	struct anomaly_found f = { .key = key_of(c, r->id),
		.lot_id = r->lot_id,
		.subject = "plate_read",
		.subject_id = r->id,
		.plate = r->plate };

	f.detail = arena_fmt(c->arena, "%s was read with %lld %% confidence%s%s.", r->plate,
	    (long long)r->percent, *r->camera_name ? " by " : "", r->camera_name);
	return anomaly_raise(c, "low_confidence", &f, NULL);
}

/* Where it was taken; asked before anybody looks at it. */
struct taken {
	struct camera camera;
	struct slot slot;
	struct lot lot; /* id 0: not known */
};

static enum problem
where_taken(struct ctx *c, const struct photograph *p, struct taken *t)
{
	int64_t lot_id = p->lot_id;

	*t = (struct taken){ .lot.plate_region = "" };
	if (p->camera_id)
		TRY(camera_load(c, p->camera_id, &t->camera));
	if (p->slot_id)
		TRY(slot_load(c, p->slot_id, &t->slot));
	if (p->slot_id || p->camera_id)
		lot_id = p->slot_id ? t->slot.lot_id : t->camera.lot_id;
	return lot_id ? lot_load(c, lot_id, &t->lot) : OK;
}

static enum problem
keep(struct ctx *c, const struct photograph *p, const struct taken *t,
    const struct image_head *head, const struct sight *sight, struct plate_read *out)
{
	const struct seen_plate *best = ROW(seen_plate, sight->plates, 0);
	bool sure = best->confidence >= strtod(settings.ocr_confidence_threshold, NULL);
	struct buf bare = BUF(c->arena);
	struct plate_id made = { 0 };
	text key;

	image_bare(p->bytes, p->n, head, &bare);
	TRY(store_put(c, "plates", head->suffix, head->type, bare.p, bare.n, &key));
	TRY(plate_read_add(c, p->source, t->lot.id, p->camera_id, p->slot_id, c->person.id,
	    best->plate, best->plate, best->confidence, candidates_text(c->arena, best),
	    corners_text(c->arena, best), best->second, settings.ocr_engine, sight->width,
	    sight->height, key, sure ? "accepted" : "waiting", c->now,
	    sure ? c->now : (instant){ 0 }, &made));
	TRY(plate_read_load(c, made.id, out));
	return sure ? OK : doubt(c, out);
}

enum problem
plate_read_photograph(struct ctx *c, const struct photograph *p, struct plate_read *out)
{
	struct image_head head;
	struct sight sight;
	struct taken taken;

	TRY(where_taken(c, p, &taken));
	TRY(look(c, p, region_of(&taken.lot), &head, &sight));
	TRY(db_begin(c));
	enum problem e = keep(c, p, &taken, &head, &sight, out);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

/* ---- what a camera read by itself */

enum problem
plate_read_told(struct ctx *c, const struct told_read *t, struct plate_read *out)
{
	text plate = text_plate(c->arena, t->plate);
	struct camera camera = { 0 };
	struct slot slot = { 0 };
	struct plate_id made = { 0 };

	if (strlen(plate) < PLATE_LEAST || strlen(plate) > 20)
		return complain(c, "plate_number", "That is no number plate.");
	TRY(camera_load(c, t->camera_id, &camera));
	if (t->slot_id)
		TRY(slot_load(c, t->slot_id, &slot));
	TRY(plate_read_add(c, t->source, slot.id ? slot.lot_id : camera.lot_id, camera.id, slot.id,
	    c->person.id, t->plate, plate, 1, "", "", "", "", 0, 0, "", "accepted", c->now, c->now,
	    &made));
	return plate_read_load(c, made.id, out);
}

enum problem
plate_read_belongs(struct ctx *c, int64_t id, int64_t stay_id)
{
	return plate_read_set_stay(c, id, stay_id);
}

/* ---- a person decides */

static enum problem
decide(struct ctx *c, int64_t id, text state, text plate, text deed, struct plate_read *out)
{
	int64_t changed;

	TRY(plate_read_load(c, id, out));
	if (plate == NULL)
		plate = out->plate;
	text detail = text_is(plate, out->plate)
	    ? plate
	    : arena_fmt(c->arena, "%s instead of %s", plate, out->plate);
	TRY(plate_read_decide(c, id, state, plate, c->person.id, c->now, &changed));
	if (changed == 0)
		return fail(
		    c, WRONG_STATE, "Somebody has decided on this one already: %s.", out->state);
	TRY(audit_add(c, deed, "plate_read", id, detail));
	TRY(anomaly_settle(c, "low_confidence", key_of(c, id),
	    arena_fmt(c->arena, "Looked at by a person: %s.", detail)));
	return plate_read_load(c, id, out);
}

enum problem
plate_read_accept(struct ctx *c, int64_t id, struct plate_read *out)
{
	return decide(c, id, "accepted", NULL, "plate_read_accepted", out);
}

enum problem
plate_read_correct(struct ctx *c, int64_t id, text typed, struct plate_read *out)
{
	text plate = text_plate(c->arena, typed);

	if (strlen(plate) < PLATE_LEAST || strlen(plate) > 20)
		return complain(c, "plate", "That is no number plate.");
	return decide(c, id, "corrected", plate, "plate_read_corrected", out);
}

enum problem
plate_read_reject(struct ctx *c, int64_t id, struct plate_read *out)
{
	return decide(c, id, "rejected", NULL, "plate_read_rejected", out);
}

/* ---- what has grown old */

static enum problem
forget(struct ctx *c, instant before, int64_t most, int64_t *gone)
{
	struct rows old;

	TRY(plate_reads_expire(c, before, most, &old));
	*gone = (int64_t)old.n;
	FOR_ROWS (plate_id, each, old) {
		TRY(anomaly_settle(
		    c, "low_confidence", key_of(c, each->id), "Its photograph has grown old."));
		if (*each->key)
			TRY(store_drop(c, each->key));
	}
	return OK;
}

const struct retention plate_retention[] = {
	{ "plate_reads", "Plate reads without a stay",
	    "Whose car was seen but never parked, with its photograph: long enough to look into a "
	    "quarrel.",
	    &settings.keep_plate_reads_days, 0, "KEEP_PLATE_READS_DAYS", forget },
	{ NULL },
};
