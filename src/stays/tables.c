/* tables.c -- what this slice gives away as CSV. */
#include "base/listing.h"
#include "stays/stays.h"
#include "stays/tables.h"
#include "stays_sql.h"

static const text statuses[] = { "open", "closed", "void", NULL };
static const text sources[] = { "gate", "api", "camera", "s0", "s3", NULL };
static const text abouts[] = { "debts", NULL };
static const text sorts[] = { "entered", "-entered", "lasts", "-lasts", "fee", "-fee", NULL };

/* A day or a moment, by its looks: which one it is on a lot's clock, moment() says below. */
static text
moment_ok(struct arena *a, const void *member)
{
	instant t;
	text s = *(const text *)member;

	if (day_ok(a, member) == NULL || instant_parse(s, &t) || instant_parse_naive(s, &t) ||
	    strchr(s, ' ')) /* of an address: what was a + */
		return NULL;
	return "This takes a day, like 2026-11-12, or a date and a time, like 2026-11-12T14:00.";
}

const struct field stays_asked_fields[] = {
	FIELD(stays_asked, status, .among = statuses),
	FIELD(stays_asked, plate, .max = 20, .doc = "A part of it will do"),
	FIELD(stays_asked, lot, .min = 0, .max = INT64_MAX, .doc = "Id of a lot"),
	FIELD(stays_asked, source, .among = sources),
	FIELD(stays_asked, about, .among = abouts, .doc = "debts: something is owed"),
	FIELD(stays_asked, from, .max = 40, .check = moment_ok,
	    .doc = "Entered then or later: RFC 3339, or a day"),
	FIELD(stays_asked, until, .max = 40, .check = moment_ok,
	    .doc = "Entered before then; a day: on it, too"),
	LISTING_FIELDS(stays_asked, sorts),
	FIELD_END,
};

/* A moment, or a day on the lot's clock (of all lots: UTC's): its beginning, or with `after` its end. */
static enum problem
moment(struct ctx *c, int64_t lot_id, text field, text typed, bool after, instant *out)
{
	struct lot lot = { .time_zone = "UTC" };
	bool day = strlen(typed) == 10;

	if (*typed == 0)
		return OK;
	if (lot_id)
		TRY(lot_load(c, lot_id, &lot));
	TRY(lot_time(c, &lot, field, day ? arena_fmt(c->arena, "%sT00:00", typed) : typed, out));
	if (day && after)
		*out = instant_plus(*out, DAY);
	return OK;
}

enum problem
stays_asked_for(struct ctx *c, const struct stays_asked *w, struct stay_filter *f)
{
	*f = (struct stay_filter){ .status = w->status,
		.plate = w->plate,
		.lot = w->lot,
		.source = w->source,
		.about = w->about,
		.sort = w->sort };
	TRY(moment(c, w->lot, "from", w->from, false, &f->from));
	return moment(c, w->lot, "until", w->until, true, &f->until);
}

const struct field csv_stays_fields[] = {
	FIELD(csv_stays, id),
	FIELD(csv_stays, lot_id),
	FIELD(csv_stays, lot),
	FIELD(csv_stays, slot_id),
	FIELD(csv_stays, slot),
	FIELD(csv_stays, plate),
	FIELD(csv_stays, vehicle_id),
	FIELD(csv_stays, user_id),
	FIELD(csv_stays, username),
	FIELD(csv_stays, reservation_id),
	FIELD(csv_stays, source),
	FIELD(csv_stays, status),
	FIELD(csv_stays, entered_at),
	FIELD(csv_stays, left_at),
	FIELD(csv_stays, closed_how),
	FIELD(csv_stays, reason),
	FIELD(csv_stays, tariff_version_id),
	FIELD(csv_stays, fee),
	FIELD(csv_stays, booked),
	FIELD(csv_stays, currency),
	FIELD(csv_stays, entered_by),
	FIELD(csv_stays, left_by),
	FIELD_END,
};

static enum problem
open_stays(struct ctx *c, const void *in, struct db_rows **out)
{
	struct stay_filter f = { 0 };

	TRY(stays_asked_for(c, in, &f));
	return csv_stays_rows(c, f.status, text_plate(c->arena, f.plate), f.lot, f.source,
	    text_is(f.about, "debts"), f.from, f.until, out);
}

const struct table stay_tables[] = {
	{ "stays", "Stays", "Every car that was inside: from when until when, and for how much.",
	    open_stays, .page = "/stays", .in = stays_asked_fields,
	    .in_size = sizeof(struct stays_asked) },
	{ NULL },
};
