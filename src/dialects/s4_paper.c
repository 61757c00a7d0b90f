/* s4_paper.c -- what is known of somebody, as a PDF to keep. */
#include "accounts/accounts.h"
#include "dialects/s4.h"
#include "dialects_sql.h"
#include "gear/pdf.h"
#include "gear/zones.h"
#include "lots/lots.h"

enum { BOOKINGS_SHOWN = 500 };

static void
line(struct pdf *p, enum pdf_style style, text when, text where, text plate, text status, text cost)
{
	const struct pdf_cell cells[] = { { when, .27, false }, { where, .31, false },
		{ plate, .14, false }, { status, .14, false }, { cost, .14, true } };

	pdf_row(p, style, cells, LENGTH(cells));
}

static void
person(struct arena *a, struct pdf *p, const struct user *u)
{
	const struct {
		text label, says;
	} known[] = { { "Name", u->name }, { "Username", u->username }, { "E-mail", u->email },
		{ "Phone", u->phone }, { "Region", u->region }, { "Address", u->address } };

	for (size_t i = 0; i < LENGTH(known); i++)
		if (*known[i].says)
			pdf_pair(p, known[i].label, known[i].says);
	pdf_pair(p, "Account since", time_day(a, zone_utc(), u->created_at));
}

static text
when(struct arena *a, const struct s4_booking *b)
{
	const struct zone *z = zone_find(b->time_zone);

	if (z == NULL)
		z = zone_utc();
	return arena_fmt(a, "%s %s – %s %s", time_day(a, z, b->start_time),
	    time_clock(a, z, b->start_time), time_day(a, z, b->end_time),
	    time_clock(a, z, b->end_time));
}

static void
bookings(struct arena *a, struct pdf *p, struct rows all)
{
	pdf_gap(p, 6);
	pdf_say(p, PDF_HEADING, "Bookings");
	if (all.n == 0) {
		pdf_say(p, PDF_BODY, "None yet.");
		return;
	}
	pdf_rule(p, true);
	line(p, PDF_BOLD, "When, on the lot's clock", "Where", "Plate", "Status", "Price");
	pdf_rule(p, false);
	FOR_ROWS (s4_booking, b, all)
		line(p, PDF_BODY, when(a, b), arena_fmt(a, "%s, %s", b->lot, b->slot),
		    b->vehicle_registration_number, b->status,
		    money_text(a, b->price, b->currency));
	pdf_rule(p, true);
}

static void
cars(struct pdf *p, struct rows all)
{
	if (all.n == 0)
		return;
	pdf_gap(p, 6);
	pdf_say(p, PDF_HEADING, "Vehicles");
	FOR_ROWS (vehicle, v, all)
		pdf_pair(p, v->plate_typed, *v->label ? v->label : v->car_type);
}

enum problem
s4_paper(struct ctx *c, const void *in, struct reply *r)
{
	struct user u = { 0 };
	struct rows all = { 0 }, vehicles = { 0 };
	const void *bytes;
	size_t n;

	(void)in;
	TRY(user_get(c, c->person.id, &u));
	TRY(s4_bookings_of(c, c->person.id, c->now, BOOKINGS_SHOWN, &all));
	TRY(s4_vehicles_of(c, c->person.id, &vehicles));
	struct pdf *p = pdf_new(c->arena, "Your data with Smart Parking", "en",
	    arena_fmt(c->arena, "%s, as of %s UTC", u.name, time_day(c->arena, zone_utc(), c->now)),
	    c->now);
	pdf_say(p, PDF_TITLE, "Your data with Smart Parking");
	pdf_gap(p, 4);
	person(c->arena, p, &u);
	cars(p, vehicles);
	bookings(c->arena, p, all);
	if (all.n == BOOKINGS_SHOWN)
		pdf_say(p, PDF_SMALL, "These are the newest 500.");
	if (!pdf_done(p, &bytes, &n))
		return fail(c, UNAVAILABLE, "The document cannot be made now.");
	TRY(reply_bytes(r, "application/pdf", bytes, n));
	r->file_name = "smart-parking-data.pdf";
	r->momentary = true;
	return OK;
}
