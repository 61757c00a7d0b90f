/*
 * s1_devices.c -- the IoT monitoring system: devices, their readings, the overview.
 *
 * POST /api/telemetry takes one reading, or a list of them.  What comes in together is stored together; see
 * telemetry_take().
 */
#include "devices/devices.h"
#include "dialects/dialects.h"
#include "dialects/s1.h"
#include "gear/settings.h"

/* ---- devices */

static text health_words[] = { "Healthy", "Warning", "Offline", NULL };
static text electrical_words[] = { "Normal", "Warning", "Critical", NULL };

struct device_out {
	int64_t id;
	text device_code, name, slot, health_status, electrical_status;
	instant last_reported;
};
static const struct field device_out_fields[] = {
	FIELD(device_out, id),
	FIELD(device_out, device_code),
	FIELD(device_out, name),
	FIELD(device_out, slot, .doc = "Code of its slot"),
	FIELD(device_out, health_status, .required = true, .among = health_words,
	    .doc = "From its last report: Healthy up to 2 minutes, Warning up to 10"),
	FIELD(device_out, electrical_status, .required = true, .among = electrical_words,
	    .doc = "Critical below 180 or above 250 V, else Warning below a power factor of 0.8"),
	FIELD(device_out, last_reported, .nullable = true),
	FIELD_END,
};

struct device_in { /* in a PATCH what is left out stays */
	int64_t id;
	text device_code, name, slot;
};
static const struct field device_in_fields[] = {
	FIELD(device_in, id, .min = 0, .max = INT64_MAX),
	FIELD(device_in, device_code, .max = 50),
	FIELD(device_in, name, .max = 100),
	FIELD(device_in, slot, .max = 20, .doc = "Code of its slot, in any case"),
	FIELD_END,
};

struct devices_query {
	int64_t lot;
};
static const struct field devices_query_fields[] = {
	FIELD(devices_query, lot, .min = 0, .max = INT64_MAX,
	    .doc = "Id of a lot; left out: the default one"),
	FIELD_END,
};

static struct device_out
shown(const struct device *d)
{
	text electrical = text_is(d->electrical, "critical") ? "Critical"
	    : text_is(d->electrical, "warning")		     ? "Warning"
							     : "Normal";
	text health = text_is(d->health, "healthy") ? "Healthy"
	    : text_is(d->health, "warning")	    ? "Warning"
						    : "Offline";

	return (struct device_out){ d->id, d->code, d->name, d->slot_code, health, electrical,
		d->last_reported };
}

static enum problem
devices(struct ctx *c, const void *in, struct reply *r)
{
	struct device_filter f = { .q = "",
		.health = "",
		.electrical = "",
		.sort = "-added",
		.skip = r->window.skip,
		.most = r->window.most };
	struct rows found = { 0 };

	TRY(s1_lot(c, ((const struct devices_query *)in)->lot, &f.lot));
	TRY(devices_list(c, &f, &found));
	if (r->window.counted)
		TRY(devices_count(c, &f, INT64_MAX, &r->count));
	struct device_out *v = arena_alloc(c->arena, found.n * sizeof *v + 1);
	for (size_t i = 0; i < found.n; i++)
		v[i] = shown(ROW(device, found, i));
	return reply_list(r, (struct rows){ v, found.n });
}

static const struct device_out *
one_shown(struct ctx *c, const struct device *d)
{
	struct device_out *out = arena_alloc(c->arena, sizeof *out);

	*out = shown(d);
	return out;
}

static enum problem
device(struct ctx *c, const void *in, struct reply *r)
{
	struct device d = { 0 };

	TRY(device_load(c, ((const struct s1_which *)in)->id, &d));
	return reply_one(r, one_shown(c, &d));
}

static enum problem
whole(struct ctx *c, const struct device_in *given)
{
	TRY(s1_wanted(c, "device_code", given->device_code));
	return s1_wanted(c, "slot", given->slot);
}

static enum problem
device_post(struct ctx *c, const void *in, struct reply *r)
{
	const struct device_in *given = in;
	const struct device_draft draft = { 0, given->device_code, given->name, given->slot };
	struct device d = { 0 };

	TRY(whole(c, given));
	TRY(s1_names(c, device_add(c, &draft, &d), "code", "device_code"));
	return reply_made(
	    r, arena_fmt(c->arena, "/api/devices/%lld/", (long long)d.id), one_shown(c, &d));
}

static enum problem
device_patch(struct ctx *c, const void *in, struct reply *r)
{
	const struct device_in *given = in;
	struct device d = { 0 };

	TRY(device_load(c, given->id, &d));
	const struct device_draft draft = { d.id, *given->device_code ? given->device_code : d.code,
		*given->name ? given->name : d.name, *given->slot ? given->slot : d.slot_code };
	TRY(s1_names(c, device_change(c, &draft, &d), "code", "device_code"));
	return reply_one(r, one_shown(c, &d));
}

static enum problem
device_put(struct ctx *c, const void *in, struct reply *r)
{
	TRY(whole(c, in));
	return device_patch(c, in, r);
}

static enum problem
device_drop(struct ctx *c, const void *in, struct reply *r)
{
	TRY(device_remove(c, ((const struct s1_which *)in)->id));
	return reply_done(r, NULL);
}

/* ---- readings come in */

struct reading_out {
	text device;
	double voltage, current, power_factor;
	instant timestamp;
};
static const struct field reading_out_fields[] = {
	FIELD(reading_out, device, .doc = "Its code, as it is registered"),
	FIELD(reading_out, voltage, .doc = "Volts"),
	FIELD(reading_out, current, .doc = "Amperes"),
	FIELD(reading_out, power_factor),
	FIELD(reading_out, timestamp),
	FIELD_END,
};

struct ignored {
	text message, code;
};
static const struct field ignored_fields[] = { FIELD(ignored, message), FIELD(ignored, code),
	FIELD_END };

struct refused_reading {
	int64_t index;
	text error;
};
static const struct field refused_reading_fields[] = { FIELD(refused_reading, index,
							   .doc = "In the list, from 0"),
	FIELD(refused_reading, error), FIELD_END };
struct tally {
	int64_t accepted, duplicates;
	struct rows rejected;
};
static const struct field tally_fields[] = { FIELD(tally, accepted), FIELD(tally, duplicates),
	FIELD_LIST(tally, rejected, refused_reading), FIELD_END };

enum { TALLY, IGNORED };
static const struct shape others[] = {
	[TALLY] = { 200, tally_fields, "Of a list: what became of it. A reading that is ignored." },
	[IGNORED] = { 200, ignored_fields, "" },
	{ 0 },
};

#define DUPLICATE_WORDS "Duplicate telemetry ignored"
#define NOBODY_WORDS "Device not registered"

static struct reading_out
reading_shown(const struct reading *r)
{
	return (struct reading_out){ r->device_code, r->voltage, r->current, r->power_factor,
		r->timestamp };
}

static enum problem
duplicate(struct ctx *c, struct reply *r)
{
	struct ignored *out = arena_alloc(c->arena, sizeof *out);

	if (!text_is(settings.telemetry_duplicates, "ignore"))
		return DUPLICATE;
	*out = (struct ignored){ DUPLICATE_WORDS, "duplicate" };
	reply_one(r, out);
	r->as = &others[IGNORED];
	return OK;
}

static text
where_of(struct ctx *c, text code)
{
	struct buf b = BUF(c->arena);

	buf_add(&b, "/api/telemetry/?device_code=");
	buf_url(&b, code);
	return buf_text(&b);
}

static enum problem
take_one(struct ctx *c, struct reading *reading, struct reply *r)
{
	struct reading_out *out = arena_alloc(c->arena, sizeof *out);
	enum taken taken;

	TRY(reading_check(c, reading));
	TRY(telemetry_take(c, reading, 1, &taken));
	if (taken == TAKEN_FROM_NOBODY)
		return NOT_FOUND;
	if (taken == TAKEN_DUPLICATE)
		return duplicate(c, r);
	*out = reading_shown(reading);
	return reply_made(r, where_of(c, out->device), out);
}

static void
reject(struct tally *t, size_t i, text why)
{
	*ROW(refused_reading, t->rejected, t->rejected.n++) =
	    (struct refused_reading){ (int64_t)i, why };
}

/* What is wrong with it, once it could be read; NULL: nothing. */
static text
fault_of(struct ctx *c, struct reading *r)
{
	enum problem e = reading_check(c, r);

	if (e == OK)
		return NULL;
	c->complaints.n--;
	return arena_fmt(c->arena, "%s: %s", c->complaints.v[c->complaints.n].field,
	    c->complaints.v[c->complaints.n].says);
}

/* Those of a list that can be taken, side by side, and where each stood. */
static size_t
fit_to_take(
    struct ctx *c, const struct batch *b, struct reading *fit, size_t *stood, struct tally *t)
{
	size_t n = 0;

	for (size_t i = 0; i < b->items.n; i++) {
		struct reading *r = ROW(reading, b->items, i);
		text why = b->faults[i] ? b->faults[i] : fault_of(c, r);

		if (why) {
			reject(t, i, why);
		} else {
			stood[n] = i;
			fit[n++] = *r;
		}
	}
	return n;
}

static int
by_index(const void *a, const void *b)
{
	const struct refused_reading *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

static enum problem
take_list(struct ctx *c, const struct batch *b, struct reply *r)
{
	struct arena *a = c->arena;
	struct tally *t = arena_alloc(a, sizeof *t);
	struct reading *fit = arena_alloc(a, b->items.n * sizeof *fit + 1);
	size_t *stood = arena_alloc(a, b->items.n * sizeof *stood + 1);
	enum taken *taken = arena_alloc(a, b->items.n * sizeof *taken + 1);

	t->rejected.v = arena_alloc(a, b->items.n * sizeof(struct refused_reading) + 1);
	size_t n = fit_to_take(c, b, fit, stood, t);
	TRY(telemetry_take(c, fit, n, taken));
	for (size_t i = 0; i < n; i++) {
		t->accepted += taken[i] == TAKEN_NEW;
		t->duplicates += taken[i] == TAKEN_DUPLICATE;
		if (taken[i] == TAKEN_FROM_NOBODY)
			reject(t, stood[i], NOBODY_WORDS);
	}
	qsort(t->rejected.v, t->rejected.n, sizeof(struct refused_reading), by_index);
	reply_one(r, t);
	r->as = &others[TALLY];
	return OK;
}

static enum problem
take(struct ctx *c, const void *in, struct reply *r)
{
	const struct batch *b = in;

	return b->list ? take_list(c, b, r) : take_one(c, b->items.v, r);
}

/* ---- and are found again */

struct telemetry_query {
	text device_code, start_date, end_date;
	int64_t lot;
};
static const struct field telemetry_query_fields[] = {
	FIELD(telemetry_query, device_code, .max = 50,
	    .doc = "In any case; left out: all of the lot"),
	FIELD(telemetry_query, start_date, .max = 10, .doc = "A day in UTC, included: 2026-02-01"),
	FIELD(telemetry_query, end_date, .max = 10, .doc = "A day in UTC, included"),
	FIELD(telemetry_query, lot, .min = 0, .max = INT64_MAX,
	    .doc = "Id of a lot; left out: the default one"),
	FIELD_END,
};

static enum problem
day(struct ctx *c, text field, text typed, instant *out)
{
	if (*typed == 0)
		return OK;
	if (strlen(typed) != 10 ||
	    !instant_parse_naive(arena_fmt(c->arena, "%sT00:00", typed), out))
		return complain(c, field, "Enter a valid date, like 2026-02-01.");
	return OK;
}

static enum problem
history(struct ctx *c, const void *in, struct reply *r)
{
	const struct telemetry_query *q = in;
	struct readings_asked asked = {
		.device_code = q->device_code, .skip = r->window.skip, .most = r->window.most
	};
	struct rows found = { 0 };

	TRY(day(c, "start_date", q->start_date, &asked.from));
	TRY(day(c, "end_date", q->end_date, &asked.until));
	if (*q->end_date)
		asked.until = instant_plus(asked.until, DAY);
	if (*q->device_code == 0)
		TRY(s1_lot(c, q->lot, &asked.lot));
	TRY(telemetry_list(c, &asked, &found));
	if (r->window.counted)
		TRY(telemetry_count(c, &asked, &r->count));
	struct reading_out *v = arena_alloc(c->arena, found.n * sizeof *v + 1);
	for (size_t i = 0; i < found.n; i++)
		v[i] = reading_shown(ROW(reading, found, i));
	return reply_list(r, (struct rows){ v, found.n });
}

/* ---- the overview */

struct overview_out {
	int64_t total_slots, available_slots, occupied_slots;
	int64_t healthy_devices, warning_devices, critical_devices, offline_devices;
	int64_t electrical_critical_devices;
};
static const struct field overview_out_fields[] = {
	FIELD(overview_out, total_slots),
	FIELD(overview_out, available_slots),
	FIELD(overview_out, occupied_slots),
	FIELD(overview_out, healthy_devices),
	FIELD(overview_out, warning_devices),
	FIELD(overview_out, critical_devices, .doc = "Those that are offline"),
	FIELD(overview_out, offline_devices),
	FIELD(overview_out, electrical_critical_devices),
	FIELD_END,
};

static enum problem
overview(struct ctx *c, const void *in, struct reply *r)
{
	struct overview_out *out = arena_alloc(c->arena, sizeof *out);
	struct overview o = { 0 };
	int64_t lot;

	TRY(s1_lot(c, ((const struct devices_query *)in)->lot, &lot));
	TRY(devices_overview(c, lot, &o));
	*out = (struct overview_out){ o.slots, o.available, o.occupied, o.healthy, o.warning,
		o.offline, o.offline, o.electrical_critical };
	return reply_one(r, out);
}

/* clang-format off */
#define HERE_AND .dress = API_ONLY, SPEAKS(s1, { DUPLICATE, 400 })
const struct route s1_device_routes[] = {
	{ GET, "/api/devices", CUSTOMER, devices, TAKES(devices_query), GIVES_ARRAY(device_out), HERE_AND,
	  .doc = "S1: devices of a lot, and how they fare." },
	{ POST, "/api/devices", ADMIN, device_post, TAKES(device_in), GIVES(device_out), .makes = true, HERE_AND, FAILS(DUPLICATE),
	  .doc = "S1: register a device on a slot." },
	{ GET, "/api/devices/:id", CUSTOMER, device, TAKES(s1_which), GIVES(device_out), HERE_AND, FAILS(NOT_FOUND),
	  .doc = "S1: one device." },
	{ PUT, "/api/devices/:id", ADMIN, device_put, TAKES(device_in), GIVES(device_out), HERE_AND, FAILS(NOT_FOUND, DUPLICATE),
	  .doc = "S1: change a device." },
	{ PATCH, "/api/devices/:id", ADMIN, device_patch, TAKES(device_in), GIVES(device_out), HERE_AND, FAILS(NOT_FOUND, DUPLICATE),
	  .doc = "S1: change some of a device." },
	{ DELETE, "/api/devices/:id", ADMIN, device_drop, TAKES(s1_which), HERE_AND, FAILS(NOT_FOUND),
	  .doc = "S1: take a device away, with its readings." },

	{ POST, "/api/telemetry", OPERATOR, take, TAKES(reading), .batch = READINGS_MOST, GIVES(reading_out), .others = others,
	  .makes = true, .bare = true, .dress = API_ONLY, .scope = "telemetry", .limit = { "telemetry", &settings.limit_telemetry },
	  SPEAKS(s1, { DUPLICATE, 400, DUPLICATE_WORDS, "message", "duplicate" }, { NOT_FOUND, 400, NOBODY_WORDS, "error" }),
	  FAILS(DUPLICATE, NOT_FOUND), .doc = "S1: a reading of a device, or a list of up to 1,000." },
	{ GET, "/api/telemetry", CUSTOMER, history, TAKES(telemetry_query), GIVES_ARRAY(reading_out), HERE_AND,
	  .doc = "S1: readings of a device, or of all, from one day to another." },
	{ GET, "/api/dashboard/overview", CUSTOMER, overview, TAKES(devices_query), GIVES(overview_out), HERE_AND,
	  .doc = "S1: slots and devices in eight figures." },
	{ 0 },
};
/* clang-format on */
