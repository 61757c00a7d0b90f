/* forgetting.c -- for how long an anomaly tells of which car it was. */
#include "anomalies/anomalies.h"
#include "anomalies_sql.h"
#include "gear/settings.h"

enum problem
anomalies_forget_person(struct ctx *c, int64_t user_id)
{
	return anomalies_forget(c, user_id);
}

const struct retention anomaly_retention[] = {
	{ "anomaly_plates", "Plates in anomalies that were closed",
	    "Plate and detail go; that there was one stays.", &settings.keep_plates_days, 0,
	    "KEEP_PLATES_DAYS", anomaly_plates_sweep },
	{ NULL },
};
