/* tables.c -- what this slice gives away as CSV. */
#include "anomalies/tables.h"
#include "anomalies_sql.h"

static const text states[] = { "unclosed", "open", "acknowledged", "closed", "any", NULL };
static const text orders[] = { "when", "-when", "what", "-what", "lot", "-lot", "plate", "-plate",
	"state", "-state", NULL };
const struct field anomalies_asked_fields[] = {
	FIELD(anomalies_asked, kind, .max = 40, .doc = "plate_mismatch, duplicate_entry …"),
	FIELD(anomalies_asked, state, .among = states, .doc = "Nothing: those not closed"),
	FIELD(anomalies_asked, plate, .max = 20),
	FIELD(anomalies_asked, lot, .min = 0, .max = INT64_MAX, .doc = "Id of a lot"),
	FIELD(anomalies_asked, from, .max = 10, .check = day_ok,
	    .doc = "First day, on the lot's clock"),
	FIELD(anomalies_asked, until, .max = 10, .check = day_ok,
	    .doc = "Last day, that day included"),
	LISTING_FIELDS(anomalies_asked, orders),
	FIELD_END,
};

text
anomalies_state(const struct anomalies_asked *w)
{
	if (*w->state == 0)
		return "unclosed";
	return text_is(w->state, "any") ? "" : w->state;
}

const struct field csv_anomalies_fields[] = {
	FIELD(csv_anomalies, id),
	FIELD(csv_anomalies, kind),
	FIELD(csv_anomalies, lot_id),
	FIELD(csv_anomalies, lot),
	FIELD(csv_anomalies, stay_id),
	FIELD(csv_anomalies, subject),
	FIELD(csv_anomalies, subject_id),
	FIELD(csv_anomalies, plate),
	FIELD(csv_anomalies, detail),
	FIELD(csv_anomalies, times),
	FIELD(csv_anomalies, raised_at),
	FIELD(csv_anomalies, last_at),
	FIELD(csv_anomalies, state),
	FIELD(csv_anomalies, acknowledged_at),
	FIELD(csv_anomalies, acknowledged_by),
	FIELD(csv_anomalies, closed_at),
	FIELD(csv_anomalies, closed_by),
	FIELD(csv_anomalies, reason),
	FIELD_END,
};

static enum problem
open_anomalies(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct anomalies_asked *w = in;

	return csv_anomalies_rows(c, w->kind, anomalies_state(w), w->lot,
	    text_plate(c->arena, w->plate), w->from, w->until, out);
}

const struct table anomaly_tables[] = {
	{ "anomalies", "Anomalies", "What was not as it should be, and why it was closed.",
	    open_anomalies, .page = "/anomalies", .in = anomalies_asked_fields,
	    .in_size = sizeof(struct anomalies_asked) },
	{ NULL },
};
