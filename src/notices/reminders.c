/* reminders.c -- what people are told about their reservations: it begins soon, it ends soon, it is cancelled. */
#include "gear/zones.h"
#include "notices/inner.h"
#include "notices_sql.h"
#include "reservations/reservations.h"

#define BEFORE_START (30 * MINUTE)
#define BEFORE_END (15 * MINUTE)
enum { REMINDED_AT_ONCE = 200 };

static const struct zone *
clock_of(text time_zone)
{
	const struct zone *z = zone_find(time_zone);

	return z ? z : zone_utc();
}

/* "14:00 to 17:30 CET", "Tue 17 Nov, 22:00 to Wed 18 Nov, 06:00 CET": on the lot's clock. */
static text
window_words(struct arena *a, const struct zone *z, instant starts, instant ends, bool with_day)
{
	bool same_day = text_is(time_date(a, z, starts), time_date(a, z, ends));
	struct buf b = BUF(a);

	if (with_day || !same_day)
		buf_fmt(&b, "%s, ", time_day(a, z, starts));
	buf_fmt(&b, "%s to ", time_clock(a, z, starts));
	if (!same_day)
		buf_fmt(&b, "%s, ", time_day(a, z, ends));
	buf_fmt(&b, "%s %s", time_clock(a, z, ends), time_abbr(a, z, ends));
	return buf_text(&b);
}

static text
ticket_of(struct ctx *c, int64_t id)
{
	return arena_fmt(c->arena, "/reservations/%lld", (long long)id);
}

/* Whole minutes, at least one. */
static text
in_minutes(struct ctx *c, instant at)
{
	int64_t left = instant_minus(at, c->now) / MINUTE * MINUTE;

	return time_span(c->arena, left > 0 ? left : MINUTE);
}

static enum problem
remind_of_start(struct ctx *c, const struct due_reminder *r)
{
	const struct zone *z = clock_of(r->time_zone);

	return notice_tell(c,
	    &(struct notice){ .user_id = r->user_id,
		.kind = "reservation_starts",
		.words = arena_fmt(c->arena, "Slot %s at %s is yours in %s: %s.", r->slot_label,
		    r->lot_name, in_minutes(c, r->starts),
		    window_words(c->arena, z, r->starts, r->ends, false)),
		.link = ticket_of(c, r->id),
		.unique = arena_fmt(
		    c->arena, "starts:%lld:%lld", (long long)r->id, (long long)r->starts.us) });
}

static enum problem
remind_of_end(struct ctx *c, const struct due_reminder *r)
{
	const struct zone *z = clock_of(r->time_zone);

	return notice_tell(c,
	    &(struct notice){ .user_id = r->user_id,
		.kind = "reservation_ends",
		.words = arena_fmt(c->arena,
		    "Your time in slot %s at %s ends in %s, at %s %s. You can make it longer if "
		    "nobody has the slot next.",
		    r->slot_label, r->lot_name, in_minutes(c, r->ends),
		    time_clock(c->arena, z, r->ends), time_abbr(c->arena, z, r->ends)),
		.link = ticket_of(c, r->id),
		.unique = arena_fmt(
		    c->arena, "ends:%lld:%lld", (long long)r->id, (long long)r->ends.us) });
}

enum problem
notices_remind(struct ctx *c, const void *none)
{
	struct rows starting, ending;

	(void)none;
	TRY(starts_to_remind(c, c->now, instant_plus(c->now, BEFORE_START), BEFORE_START / SECOND,
	    REMINDED_AT_ONCE, &starting));
	TRY(ends_to_remind(c, c->now, instant_plus(c->now, BEFORE_END), BEFORE_END / SECOND,
	    REMINDED_AT_ONCE, &ending));
	FOR_ROWS (due_reminder, r, starting)
		TRY(remind_of_start(c, r));
	FOR_ROWS (due_reminder, r, ending)
		TRY(remind_of_end(c, r));
	return OK;
}

/* A hold that was let go is no news to who did it. */
enum problem
notice_of_cancellation(struct ctx *c, int64_t id)
{
	struct reservation r = { 0 };

	TRY(reservation_load(c, id, &r));
	if (instant_none(r.confirmed_at))
		return OK;
	return notice_tell(c,
	    &(struct notice){ .user_id = r.user_id,
		.kind = "cancellation",
		.words = arena_fmt(c->arena, "Your reservation of slot %s at %s, %s, is cancelled.",
		    r.slot_label, r.lot_name,
		    window_words(c->arena, clock_of(r.time_zone), r.starts, r.ends, true)),
		.link = ticket_of(c, id),
		.unique = arena_fmt(c->arena, "cancelled:%lld", (long long)id) });
}
