/* deeds.c -- the audit log in plain words; the names of its actions stay as they are, for filters and programs. */
#include "accounts/accounts.h"

static const struct {
	text action, words;
	bool of_detail; /* the detail says of what: "Changed lot Riverside" */
} deeds[] = {
	{ "signed_up", "Signed up" },
	{ "signed_in", "Signed in" },
	{ "login_failed", "Gave a wrong password" },
	{ "signed_out", "Signed out" },
	{ "signed_out_everywhere", "Signed out everywhere" },
	{ "password_changed", "Changed the password" },
	{ "password_renewed", "Set a new password by a code" },
	{ "email_changed", "Changed the e-mail address" },
	{ "user_made", "Made an account" },
	{ "users_imported", "Imported accounts" },
	{ "role_changed", "Changed the role" },
	{ "user_disabled", "Disabled the account of", true },
	{ "user_enabled", "Opened again the account of", true },
	{ "account_deleted", "Deleted an account" },
	{ "data_asked", "Asked for all of their data" },
	{ "data_fetched", "Downloaded all of their data" },
	{ "api_key_made", "Made an API key" },
	{ "api_key_revoked", "Revoked an API key" },
	{ "lot_created", "Made lot", true },
	{ "lot_changed", "Changed lot", true },
	{ "lot_status_said", "Said that a lot is", true },
	{ "vehicle_added", "Added a vehicle:", true },
	{ "vehicle_changed", "Changed a vehicle:", true },
	{ "vehicle_removed", "Removed a vehicle:", true },
	{ "lot_deleted", "Took a lot away" },
	{ "zone_created", "Made zone", true },
	{ "zone_changed", "Changed zone", true },
	{ "zone_deleted", "Took away zone", true },
	{ "slots_created", "Made slots", true },
	{ "slots_out_of_service", "Put out of service", true },
	{ "slots_in_service", "Put back in service", true },
	{ "slots_delete", "Took away slots", true },
	{ "slot_changed", "Changed slot", true },
	{ "tariff_published", "Published a tariff" },
	{ "tariff_retired", "Retired a tariff" },
	{ "table_taken", "Took as CSV the table", true },
	{ "job_retried", "Tried again a job:", true },
	{ "job_dropped", "Dropped a job:", true },
	{ "review_hidden", "Hid a review:", true },
	{ "review_shown", "Showed a review again" },
};

/* "refund_asked" → "Refund asked": for deeds that have no line of their own. */
static text
plainly(struct arena *a, text action)
{
	char *words = arena_text(a, action);

	for (char *p = words; *p; p++)
		if (*p == '_')
			*p = ' ';
	if (*words >= 'a' && *words <= 'z')
		*words = (char)(*words - 'a' + 'A');
	return words;
}

static void
tell_line(struct arena *a, struct audit_line *line)
{
	line->more = line->detail;
	line->says = NULL;
	for (size_t i = 0; i < LENGTH(deeds) && line->says == NULL; i++) {
		if (!text_is(deeds[i].action, line->action))
			continue;
		line->says = deeds[i].words;
		if (deeds[i].of_detail && *line->detail) {
			line->says = arena_fmt(a, "%s %s", deeds[i].words, line->detail);
			line->more = "";
		}
	}
	if (line->says == NULL)
		line->says = plainly(a, line->action);
}

void
audit_in_words(struct arena *a, struct rows lines)
{
	FOR_ROWS (audit_line, line, lines)
		tell_line(a, line);
}
