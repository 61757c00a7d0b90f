/* tables.c -- what this slice gives away as CSV. */
#include "reservations/tables.h"
#include "reservations_sql.h"

static const text statuses[] = { "held", "confirmed", "checked_in", "completed", "cancelled",
	"expired", "no_show", NULL };
static const text orders[] = { "starts", "-starts", "made", "-made", "price", "-price", "lot",
	"-lot", "customer", "-customer", "status", "-status", NULL };
const struct field booking_filter_fields[] = {
	FIELD(booking_filter, status, .among = statuses),
	FIELD(booking_filter, lot, .min = 0, .max = INT64_MAX, .doc = "Id of a lot"),
	FIELD(booking_filter, from, .max = 10, .check = day_ok,
	    .doc = "Those that end on this day of the lot's or later"),
	FIELD(booking_filter, until, .max = 10, .check = day_ok,
	    .doc = "Those that begin on this day or earlier"),
	FIELD(booking_filter, q, .max = 255, .doc = "A username, an e-mail address or a plate"),
	LISTING_FIELDS(booking_filter, orders),
	FIELD_END,
};

const struct field booking_line_fields[] = {
	FIELD(booking_line, id),
	FIELD(booking_line, status, .among = statuses),
	FIELD(booking_line, starts),
	FIELD(booking_line, ends),
	FIELD(booking_line, lot_id),
	FIELD(booking_line, lot_name),
	FIELD(booking_line, time_zone, .hidden = true),
	FIELD(booking_line, slot_label),
	FIELD(booking_line, user_id),
	FIELD(booking_line, user_name),
	FIELD(booking_line, plate, .nullable = true),
	FIELD(booking_line, price),
	FIELD(booking_line, currency),
	FIELD(booking_line, pay, .nullable = true, .doc = "exit or online"),
	FIELD(booking_line, created_at),
	FIELD_END,
};

const struct field lot_to_choose_fields[] = { FIELD(lot_to_choose, id), FIELD(lot_to_choose, name),
	FIELD(lot_to_choose, chosen), FIELD_END };

const struct field csv_reservations_fields[] = {
	FIELD(csv_reservations, id),
	FIELD(csv_reservations, status),
	FIELD(csv_reservations, starts),
	FIELD(csv_reservations, ends),
	FIELD(csv_reservations, lot_id),
	FIELD(csv_reservations, lot),
	FIELD(csv_reservations, slot_id),
	FIELD(csv_reservations, slot),
	FIELD(csv_reservations, user_id),
	FIELD(csv_reservations, username),
	FIELD(csv_reservations, plate),
	FIELD(csv_reservations, price),
	FIELD(csv_reservations, refund),
	FIELD(csv_reservations, currency),
	FIELD(csv_reservations, pay),
	FIELD(csv_reservations, tariff_version_id),
	FIELD(csv_reservations, created_at),
	FIELD(csv_reservations, confirmed_at),
	FIELD(csv_reservations, checked_in_at),
	FIELD(csv_reservations, ended_at),
	FIELD_END,
};

static enum problem
open_reservations(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct booking_filter *f = in;

	return csv_reservations_rows(c, f->status, f->lot, f->from, f->until, f->q, c->now, out);
}

const struct table reservation_tables[] = {
	{ "reservations", "Reservations", "Every booking, whatever became of it.",
	    open_reservations, .page = "/admin/reservations", .in = booking_filter_fields,
	    .in_size = sizeof(struct booking_filter) },
	{ NULL },
};
