/* reports.c -- one's own months, and who wants them by mail. */
#include "reports/reports.h"
#include "gear/mail.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "reports/inner.h"
#include "reports_sql.h"

#define FIRST_MONTH "2000-01"

/* The month on the clock that is furthest ahead: somewhere it has begun. */
static text
newest_month(struct ctx *c)
{
	struct civil day;

	zone_civil(zone_utc(), instant_plus(c->now, 14 * HOUR), &day);
	return arena_fmt(c->arena, "%04d-%02d", day.year, day.month);
}

static struct rows
just(struct ctx *c, int64_t user_id)
{
	int64_t *one = arena_alloc(c->arena, sizeof *one);

	*one = user_id;
	return (struct rows){ one, 1 };
}

enum problem
report_mine(struct ctx *c, text month, struct report *out)
{
	struct gathered own = { { 0 }, { 0 } };
	text newest = newest_month(c), over;

	if (!month_ok(month) || strcmp(month, newest) > 0)
		return fail(c, NOT_FOUND, "There is a report for each month that has begun.");
	TRY(month_over(c, &over));
	TRY(gather(c, just(c, c->person.id), month_plus(c->arena, month, 1 - HISTORY_MONTHS),
	    month_plus(c->arena, month, 1), &own));
	report_figure(c, &own, c->person.id, month, out);
	out->name = c->person.name;
	out->so_far = strcmp(month, over) > 0;
	if (text_is(month, newest))
		out->after = "";
	return OK;
}

enum problem
reports_mine(struct ctx *c, struct report_list *out)
{
	struct gathered own = { { 0 }, { 0 } };
	struct report_wanted choice = { 0 };

	*out = (struct report_list){ .email = "" };
	TRY(gather(
	    c, just(c, c->person.id), FIRST_MONTH, month_plus(c->arena, newest_month(c), 1), &own));
	months_figure(c, &own, &out->items);
	TRY(report_wanted_by(c, c->person.id, &choice));
	out->monthly = choice.wanted;
	out->email = choice.email;
	out->mail_works = mail_address_ok(choice.email);
	return OK;
}

/* ---- who wants them */

enum problem
report_choose(struct ctx *c, bool wanted)
{
	int64_t found;

	return report_choice_set(c, c->person.id, wanted, c->now, &found);
}

text
unsubscribe_token(struct arena *a, int64_t user_id)
{
	text id = arena_fmt(a, "%lld", (long long)user_id);

	return arena_fmt(a, "%s-%.40s", id, keyed_hash(a, "unsubscribe", id));
}

text
unsubscribe_address(struct arena *a, int64_t user_id)
{
	return arena_fmt(
	    a, "%s/reports/unsubscribe?token=%s", settings.base_url, unsubscribe_token(a, user_id));
}

bool
unsubscribe_read(struct arena *a, text token, int64_t *user_id)
{
	text dash = strchr(token, '-');

	return dash && text_int(arena_bytes(a, token, (size_t)(dash - token)), user_id) &&
	    *user_id > 0 && same_secret(token, unsubscribe_token(a, *user_id));
}

enum problem
report_unsubscribe(struct ctx *c, text token)
{
	int64_t user_id, found = 0;

	if (unsubscribe_read(c->arena, token, &user_id))
		TRY(report_choice_set(c, user_id, false, c->now, &found));
	if (found)
		return OK;
	return fail(c, NOT_FOUND,
	    "This link is not whole, or the account is gone. Log in and see Reports to change "
	    "what you are sent.");
}

enum problem
reports_forget_person(struct ctx *c, int64_t user_id)
{
	return report_choice_forget(c, user_id);
}
