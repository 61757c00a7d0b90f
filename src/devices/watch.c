/* watch.c -- devices that go and come back, clocks that go wrong, partitions made ahead: what nobody asks for. */
#include "devices/inner.h"

#include "anomalies/anomalies.h"
#include "gear/settings.h"
#include "notices/notices.h"
#include "devices_sql.h"

#define AT_A_TIME 1000
#define EACH_BY_ITSELF 10
#define MINUTES_KEPT (30 * MINUTE)

const struct field gone_device_fields[] = {
	FIELD(gone_device, id),
	FIELD(gone_device, lot_id),
	FIELD(gone_device, code),
	FIELD(gone_device, slot_label),
	FIELD(gone_device, lot_name),
	FIELD(gone_device, last_reported),
	FIELD_END,
};

static text
page_of(struct ctx *c, int64_t id)
{
	return arena_fmt(c->arena, "/devices/%lld", (long long)id);
}

/* ---- going and coming back */

static enum problem
tell_gone(struct ctx *c, const struct gone_device *d)
{
	return notice_tell(c,
	    &(struct notice){ .kind = "device",
		.words = arena_fmt(c->arena,
		    "%s on slot %s of %s is offline: nothing since %s UTC.", d->code, d->slot_label,
		    d->lot_name, time_clock(c->arena, zone_utc(), d->last_reported)),
		.link = page_of(c, d->id),
		.unique = arena_fmt(c->arena, "device:%lld:offline:%lld", (long long)d->id,
		    (long long)d->last_reported.us) });
}

/* When a lot's line is cut, one notice says so, and not a hundred. */
static enum problem
tell_gone_together(struct ctx *c, const struct gone_device *first, size_t n)
{
	return notice_tell(c,
	    &(struct notice){ .kind = "device",
		.words = arena_fmt(c->arena,
		    "%zu devices of %s are offline, %s on slot %s the first of them.", n,
		    first->lot_name, first->code, first->slot_label),
		.link = arena_fmt(
		    c->arena, "/devices?lot=%lld&health=offline", (long long)first->lot_id),
		.unique = arena_fmt(c->arena, "device:%lld:offline:%lld", (long long)first->id,
		    (long long)first->last_reported.us) });
}

static enum problem
tell_gone_of_lot(struct ctx *c, const struct gone_device *first, size_t n)
{
	if (n > EACH_BY_ITSELF)
		return tell_gone_together(c, first, n);
	for (size_t i = 0; i < n; i++)
		TRY(tell_gone(c, &first[i]));
	return OK;
}

enum problem
devices_watch(struct ctx *c)
{
	struct rows gone = { 0 };

	TRY(devices_gone(c, instant_plus(c->now, -WARNING_FOR), c->now, AT_A_TIME, &gone));
	for (size_t i = 0, n; i < gone.n; i += n) {
		const struct gone_device *first = ROW(gone_device, gone, i);

		for (n = 1; i + n < gone.n && first[n].lot_id == first->lot_id; n++)
			;
		TRY(tell_gone_of_lot(c, first, n));
	}
	return minutes_forget(c, instant_plus(c->now, -MINUTES_KEPT));
}

enum problem
device_back(struct ctx *c, int64_t id)
{
	struct device d = { 0 };

	TRY(device_load(c, id, &d));
	return notice_tell(c,
	    &(struct notice){ .kind = "device",
		.words = arena_fmt(c->arena, "%s on slot %s of %s reports again.", d.code,
		    d.slot_label, d.lot_name),
		.link = page_of(c, id),
		.unique = arena_fmt(c->arena, "device:%lld:back:%lld", (long long)id,
		    (long long)d.received_at.us) });
}

/* ---- clocks */

enum problem
device_skewed(struct ctx *c, int64_t id, instant told, instant received)
{
	int64_t off = instant_minus(told, received);
	struct device d = { 0 };

	TRY(device_load(c, id, &d));
	return anomaly_raise(c, "clock_skew",
	    &(struct anomaly_found){
		.key = arena_fmt(c->arena, "%lld:%lld", (long long)id, (long long)received.us),
		.lot_id = d.lot_id,
		.subject = "device",
		.subject_id = id,
		.detail = arena_fmt(c->arena, "The clock of %s on slot %s is %s %s.", d.code,
		    d.slot_label, time_span(c->arena, off < 0 ? -off : off),
		    off < 0 ? "behind" : "ahead") },
	    NULL);
}

/* ---- jobs */

enum problem
telemetry_tidy(struct ctx *c)
{
	int64_t days = settings.telemetry_days;
	struct how_many changed = { 0 };

	return partitions_keep(
	    c, c->now, days ? instant_plus(c->now, -days * DAY) : (instant){ 0 }, &changed);
}

static enum problem
watch(struct ctx *c, const void *none)
{
	(void)none;
	return devices_watch(c);
}

static enum problem
tidy(struct ctx *c, const void *none)
{
	(void)none;
	return telemetry_tidy(c);
}

const struct job_kind device_jobs[] = {
	{ "devices_watch", watch, .every = 30,
	    .doc = "Tells operators of devices that went quiet." },
	{ "telemetry_tidy", tidy, .every = 21600, .seconds = 300,
	    .doc = "Makes room for the readings of the months to come, and lets old ones go." },
	{ NULL },
};
