/* forgetting.c -- for how long a stay tells whose it was. */
#include "gear/audit.h"
#include "gear/settings.h"
#include "stays/stays.h"
#include "stays_sql.h"

const struct field stay_number_fields[] = { FIELD(stay_number, id), FIELD_END };

enum problem
stays_forget_person(struct ctx *c, int64_t user_id)
{
	struct rows stays = { 0 };

	TRY(stays_forget(c, user_id, &stays));
	/* struct stay_number holds one int64_t and nothing else */
	return audit_forget_of(c, "stay", stays);
}

const struct retention stay_retention[] = {
	{ "stay_plates", "Plates of cars that left",
	    "The stay itself stays, with its times and what was paid.", &settings.keep_plates_days,
	    0, "KEEP_PLATES_DAYS", stay_plates_sweep },
	{ NULL },
};
