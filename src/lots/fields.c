/* fields.c -- how this slice's pages, answers and forms are spelled. */
#include "lots/pages.h"
#include "lots/hours.h"
#include "lots/labels.h"
#include "lots/place.h"
#include "base/sight.h"
#include "gear/zones.h"

/* ---- checks */

static text
time_zone_ok(struct arena *a, const void *at)
{
	text name = *(const text *)at;

	(void)a;
	return *name == 0 || zone_find(name) ? NULL : "There is no such time zone.";
}

static text
currency_ok(struct arena *a, const void *at)
{
	text code = *(const text *)at;

	(void)a;
	return *code == 0 || currency_known(code) ? NULL : "Three letters, like EUR.";
}

static text
hours_ok(struct arena *a, const void *at)
{
	struct hours h;
	text why = NULL;

	(void)a;
	return hours_parse(*(const text *)at, &h, &why) ? NULL : why;
}

static text
latitude_ok(struct arena *a, const void *at)
{
	text s = *(const text *)at;
	double north, east;

	return *s == 0 || place_point(arena_fmt(a, "%s,0", s), &north, &east)
	    ? NULL
	    : "Degrees north, like 52.3580.";
}

static text
longitude_ok(struct arena *a, const void *at)
{
	text s = *(const text *)at;
	double north, east;

	return *s == 0 || place_point(arena_fmt(a, "0,%s", s), &north, &east)
	    ? NULL
	    : "Degrees east, like 4.8811.";
}

static text
region_ok(struct arena *a, const void *at)
{
	text s = *(const text *)at;

	(void)a;
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-")] == 0
	    ? NULL
	    : "Small letters, digits and dashes only.";
}

static text
label_is_ok(struct arena *a, const void *at)
{
	(void)a;
	return label_ok(*(const text *)at) ? NULL : "Letters, digits, dots and dashes, at most 20.";
}

static text
zone_code_ok(struct arena *a, const void *at)
{
	text s = *(const text *)at;

	(void)a;
	return label_ok(s) && strchr(s, ' ') == NULL
	    ? NULL
	    : "Letters, digits, dots and dashes, at most 10.";
}

static text
prefix_ok(struct arena *a, const void *at)
{
	text s = *(const text *)at;

	(void)a;
	return *s == 0 || label_ok(s) ? NULL : "Letters, digits, dots and dashes.";
}

static const text sizes[] = { "compact", "regular", "large", NULL };
static const text vehicle_types[] = { "car", "motorcycle", "van", "bicycle", "bus", NULL };
static const text overrides[] = { "", "available", "reserved", "occupied", NULL };
static const text sorts[] = { "", "best", "price", "free", NULL };
static const text deeds[] = { "out_of_service", "in_service", "delete", NULL };

/* ---- searching */

const struct field search_fields[] = {
	FIELD(search, near, .max = 200,
	    .doc = "A place in words, or “52.36, 4.88”; empty: every lot."),
	FIELD(search, from, .max = 40,
	    .doc = "When the stay begins: with an offset, or on each lot's own clock."),
	FIELD(search, until, .max = 40, .doc = "When it ends."),
	FIELD(search, from_offset, .max = 6,
	    .doc = "Of a time without one that comes twice, the night clocks are put back: +02:00"),
	FIELD(search, until_offset, .max = 6, .doc = "The same."),
	FIELD(search, sort, .among = sorts,
	    .doc =
		"best (or nearest), price, free: of slots, where one page holds all lots, or now."),
	FIELD(search, ev, .doc = "Only slots with a charger."),
	FIELD(search, accessible, .doc = "Only accessible slots."),
	FIELD(search, skip, .min = 0, .max = 1000000,
	    .doc = "Goes on after so many lots, as `next` says."),
	FIELD_END,
};

const struct field found_fields[] = {
	FIELD(found, id),
	FIELD(found, name),
	FIELD(found, address),
	FIELD(found, city),
	FIELD(found, postal_code, .nullable = true),
	FIELD(found, country),
	FIELD(found, time_zone),
	FIELD(found, currency),
	FIELD(found, placed),
	FIELD(found, latitude),
	FIELD(found, longitude),
	FIELD(found, slots),
	FIELD(found, free, .doc = "Slots free for the whole window; without a window, now."),
	FIELD(found, full, .hidden = true),
	FIELD(found, ev),
	FIELD(found, accessible),
	FIELD(found, rating, .nullable = true, .doc = "1 to 5 on average; null: no reviews."),
	FIELD(found, reviews),
	FIELD(found, priced, .hidden = true),
	FIELD(found, price, .doc = "Of the whole window."),
	FIELD(found, tariff),
	FIELD(found, distance, .nullable = true),
	FIELD(found, metres, .hidden = true),
	FIELD(
	    found, busy, .nullable = true, .doc = "How busy it usually is then; null: not known."),
	FIELD(found, why_not, .nullable = true),
	FIELD(found, query, .hidden = true),
	FIELD(found, starts, .nullable = true),
	FIELD(found, ends, .nullable = true),
	FIELD_END,
};

const struct field stop_fields[] = {
	FIELD(stop, at),
	FIELD(stop, distance),
	FIELD(stop, name),
	FIELD(stop, below),
	FIELD_END,
};

const struct field results_fields[] = {
	FIELD(results, near),
	FIELD(results, from, .hidden = true),
	FIELD(results, until, .hidden = true),
	FIELD(results, twice, .hidden = true),
	FIELD_LIST(results, from_twice, time_turn, .hidden = true),
	FIELD_LIST(results, until_twice, time_turn, .hidden = true),
	FIELD(results, sort, .hidden = true),
	FIELD(results, title, .hidden = true),
	FIELD(results, timed, .hidden = true),
	FIELD(results, by_point, .hidden = true),
	FIELD(results, by_words, .hidden = true),
	FIELD(results, sort_best, .hidden = true),
	FIELD(results, sort_price, .hidden = true),
	FIELD(results, sort_free, .hidden = true),
	FIELD(results, sort_link, .hidden = true),
	FIELD(results, one_zone, .hidden = true),
	FIELD(results, time_zone, .hidden = true),
	FIELD(results, starts, .hidden = true),
	FIELD(results, ends, .hidden = true),
	FIELD(results, seconds, .hidden = true),
	FIELD(results, n),
	FIELD_LIST(results, lots, found, .doc = "Those that can be had."),
	FIELD_LIST(results, left, found, .doc = "Those that cannot, and why_not."),
	FIELD(results, ev, .hidden = true),
	FIELD(results, accessible, .hidden = true),
	FIELD(results, filtered, .hidden = true),
	FIELD(results, may_sort_free, .hidden = true),
	FIELD(results, skip, .doc = "Lots before these."),
	FIELD(results, looked, .doc = "Lots looked at for this page."),
	FIELD(results, next, .nullable = true, .doc = "Address of the page that goes on."),
	FIELD(results, first, .hidden = true),
	FIELD(results, whole, .hidden = true),
	FIELD_LIST(results, stops, stop, .hidden = true),
	FIELD(results, stops_spoken, .hidden = true),
	FIELD_END,
};

const struct field front_fields[] = {
	FIELD(front, near),
	FIELD(front, from),
	FIELD(front, until),
	FIELD(front, ev),
	FIELD(front, accessible),
	FIELD(front, time_zone),
	FIELD(front, city),
	FIELD(front, at),
	FIELD_LIST(front, board, found),
	FIELD(front, lots),
	FIELD(front, towns),
	FIELD_END,
};

const struct field near_id_fields[] = {
	FIELD(near_id, id),
	FIELD(near_id, chord),
	FIELD_END,
};
const struct field lot_kind_fields[] = {
	FIELD(lot_kind, id),
	FIELD(lot_kind, n),
	FIELD(lot_kind, currency),
	FIELD_END,
};
const struct field room_fields[] = {
	FIELD(room, has_room),
	FIELD_END,
};
const struct field lot_free_fields[] = {
	FIELD(lot_free, lot_id),
	FIELD(lot_free, free),
	FIELD(lot_free, slots),
	FIELD(lot_free, ev),
	FIELD(lot_free, accessible),
	FIELD_END,
};
const struct field charged_in_fields[] = {
	FIELD(charged_in, currency),
	FIELD_END,
};
const struct field totals_fields[] = {
	FIELD(totals, lots),
	FIELD(totals, towns),
	FIELD_END,
};
const struct field by_id_fields[] = {
	FIELD(by_id, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};
const struct field counted_fields[] = {
	FIELD(counted, n),
	FIELD_END,
};
const struct field named_fields[] = {
	FIELD(named, id),
	FIELD(named, name),
	FIELD(named, chosen),
	FIELD_END,
};
const struct field word_fields[] = {
	FIELD(word, says),
	FIELD_END,
};

/* ---- a lot's page */

const struct field bay_fields[] = {
	FIELD(bay, id),
	FIELD(bay, zone_id),
	FIELD(bay, code),
	FIELD(bay, label),
	FIELD(bay, size),
	FIELD(bay, vehicle_type),
	FIELD(bay, accessible),
	FIELD(bay, ev),
	FIELD(bay, out_of_service, .hidden = true),
	FIELD(bay, zone_code, .hidden = true),
	FIELD(bay, zone_name, .hidden = true),
	FIELD(bay, state, .hidden = true),
	FIELD(bay, busy_from, .nullable = true),
	FIELD(bay, arrived, .hidden = true),
	FIELD(
	    bay, drawn, .doc = "free, mine, taken, reserved, soon, out or unsure, for the window."),
	FIELD(bay, short_label, .hidden = true),
	FIELD(bay, spoken, .hidden = true),
	FIELD(bay, href, .hidden = true),
	FIELD(bay, until, .hidden = true),
	FIELD(bay, x, .hidden = true),
	FIELD(bay, y, .hidden = true),
	FIELD(bay, below, .hidden = true),
	FIELD(bay, plain, .hidden = true),
	FIELD(bay, chosen, .hidden = true),
	FIELD_END,
};

const struct field map_zone_fields[] = {
	FIELD(map_zone, code),
	FIELD(map_zone, name),
	FIELD(map_zone, width, .hidden = true),
	FIELD(map_zone, height, .hidden = true),
	FIELD(map_zone, paint, .hidden = true),
	FIELD(map_zone, lanes, .hidden = true),
	FIELD_LIST(map_zone, bays, bay),
	FIELD_END,
};

const struct field example_fields[] = {
	FIELD(example, lasts),
	FIELD(example, price),
	FIELD(example, asked),
	FIELD_END,
};

const struct field lot_view_fields[] = {
	FIELD(lot_view, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(lot_view, slot, .max = INT64_MAX, .doc = "The slot that is chosen."),
	FIELD(lot_view, from, .max = 40),
	FIELD(lot_view, until, .max = 40),
	FIELD(lot_view, from_offset, .max = 6,
	    .doc = "Of a time without one that comes twice, the night clocks are put back: +02:00"),
	FIELD(lot_view, until_offset, .max = 6, .doc = "The same."),
	FIELD_END,
};

const struct field lot_page_fields[] = {
	FIELD(lot, id),
	FIELD(lot, name),
	FIELD(lot, region, .nullable = true),
	FIELD(lot, address),
	FIELD(lot, city),
	FIELD(lot, state, .nullable = true),
	FIELD(lot, country),
	FIELD(lot, postal_code, .nullable = true),
	FIELD(lot, placed),
	FIELD(lot, latitude),
	FIELD(lot, longitude),
	FIELD(lot, time_zone),
	FIELD(lot, currency),
	FIELD(lot, pay_at_exit),
	FIELD(lot, days_ahead),
	FIELD(lot, min_minutes),
	FIELD(lot, max_minutes),
	FIELD(lot, hours, .nullable = true),
	FIELD(lot, slots),
	FIELD(lot, free, .doc = "Known to be free now."),
	FIELD(lot, rating, .nullable = true, .doc = "1 to 5 on average; null: no reviews."),
	FIELD(lot, reviews),
	FIELD_LIST(lot_page, by_stars, rating_bar, .doc = "How many gave it how many stars."),
	FIELD_LIST(lot_page, newest, lot_review, .doc = "The newest reviews."),
	FIELD(lot_page, busy, .nullable = true, .doc = "How busy it usually is in that window."),
	FIELD_ONE(lot_page, forecast, lot_forecast, .hidden = true),
	FIELD(lot_page, from, .hidden = true),
	FIELD(lot_page, until, .hidden = true),
	FIELD(lot_page, twice, .hidden = true),
	FIELD_LIST(lot_page, from_twice, time_turn, .hidden = true),
	FIELD_LIST(lot_page, until_twice, time_turn, .hidden = true),
	FIELD(lot_page, starts, .nullable = true),
	FIELD(lot_page, ends, .nullable = true),
	FIELD(lot_page, seconds, .hidden = true),
	FIELD(lot_page, bookable, .doc = "It takes a booking for that window."),
	FIELD(lot_page, refused, .nullable = true, .doc = "Else why not."),
	FIELD(lot_page, free_then, .doc = "Slots free for the whole window."),
	FIELD(lot_page, taken_then, .hidden = true),
	FIELD(lot_page, reserved_then, .hidden = true),
	FIELD(lot_page, soon_then, .hidden = true),
	FIELD(lot_page, out_then, .hidden = true),
	FIELD(lot_page, unsure_then, .hidden = true),
	FIELD(lot_page, full, .hidden = true),
	FIELD(lot_page, price, .doc = "Of the whole window."),
	FIELD(lot_page, query, .hidden = true),
	FIELD(lot_page, hours_words, .hidden = true),
	FIELD(lot_page, rule_words, .hidden = true),
	FIELD(lot_page, sizes, .hidden = true),
	FIELD(lot_page, chosen, .hidden = true),
	FIELD_LIST(lot_page, zones, map_zone),
	FIELD_LIST(lot_page, choices, bay, .hidden = true),
	FIELD_LIST(lot_page, tariff, word, .doc = "What it costs, in words."),
	FIELD(lot_page, tariff_name, .hidden = true),
	FIELD_LIST(lot_page, examples, example, .hidden = true),
	FIELD_END,
};

/* ---- the admin's desk */

const struct field lot_draft_fields[] = {
	FIELD(lot_draft, id, .max = INT64_MAX),
	FIELD(lot_draft, version, .max = INT64_MAX,
	    .doc = "The version this change was made of: refused if it is no longer that. 0: "
		   "whatever."),
	FIELD(lot_draft, name, .required = true, .max = 100),
	FIELD(lot_draft, region, .max = 64, .check = region_ok),
	FIELD(lot_draft, address, .max = 200),
	FIELD(lot_draft, city, .max = 100),
	FIELD(lot_draft, state, .max = 100),
	FIELD(lot_draft, country, .max = 100),
	FIELD(lot_draft, postal_code, .max = 20),
	FIELD(lot_draft, latitude, .max = 20, .check = latitude_ok),
	FIELD(lot_draft, longitude, .max = 20, .check = longitude_ok),
	FIELD(lot_draft, time_zone, .max = 64, .check = time_zone_ok, .doc = "Empty: UTC."),
	FIELD(lot_draft, currency, .max = 3, .check = currency_ok, .doc = "Empty: CURRENCY."),
	FIELD(lot_draft, tariff_id, .max = INT64_MAX),
	FIELD(lot_draft, days_ahead, .max = 730, .doc = "0: 90."),
	FIELD(lot_draft, min_minutes, .max = 86400, .doc = "0: 15."),
	FIELD(lot_draft, max_minutes, .max = 86400, .doc = "0: 20,160, two weeks."),
	FIELD(lot_draft, default_minutes, .max = 86400, .doc = "0: 60."),
	FIELD(lot_draft, pay_at_exit),
	FIELD(lot_draft, cancel_minutes, .max = 43200),
	FIELD(lot_draft, refund_percent, .max = 100),
	FIELD(lot_draft, no_show_minutes, .max = 1440),
	FIELD(lot_draft, hours, .max = 300, .check = hours_ok,
	    .doc = "Like “Mo-Fr 06:00-22:00; Sa 08:00-20:00”. Empty: round the clock."),
	FIELD(lot_draft, status_override, .among = overrides),
	FIELD(lot_draft, plate_region, .among = sight_regions_or_none,
	    .doc = "Whose number plates are likely, for photographs. Empty: OCR_REGION."),
	WEEK_FIELDS(lot_draft, week),
	FIELD_END,
};

/* What the form for new slots holds while it is tried out. */
const struct field desk_ask_fields[] = {
	FIELD(slots_draft, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(slots_draft, zone_id, .min = 0, .max = INT64_MAX,
	    .doc = "With labels: the zone of slots that are to be made, to foresee what that "
		   "makes."),
	FIELD(slots_draft, labels, .max = 4000),
	FIELD(slots_draft, prefix, .max = 12, .check = prefix_ok),
	FIELD(slots_draft, size, .among = sizes),
	FIELD(slots_draft, vehicle_type, .among = vehicle_types),
	FIELD(slots_draft, accessible),
	FIELD(slots_draft, ev),
	FIELD_END,
};

const struct field foreseen_fields[] = {
	FIELD(foreseen, n),
	FIELD(foreseen, n_there),
	FIELD(foreseen, first),
	FIELD(foreseen, last),
	FIELD(foreseen, first_code),
	FIELD(foreseen, last_code),
	FIELD(foreseen, there),
	FIELD_END,
};

const struct field zone_draft_fields[] = {
	FIELD(zone_draft, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(zone_draft, zone_code, .required = true, .min = 1, .max = 10, .check = zone_code_ok),
	FIELD(zone_draft, zone_name, .max = 50),
	FIELD_END,
};

const struct field zone_page_fields[] = {
	FIELD(zone_page, id),
	FIELD(zone_page, lot_id),
	FIELD(zone_page, zone_code),
	FIELD(zone_page, zone_name),
	FIELD(zone_page, lot_name),
	FIELD_END,
};

const struct field slots_draft_fields[] = {
	FIELD(slots_draft, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(slots_draft, zone_id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(slots_draft, labels, .required = true, .max = 4000,
	    .doc = "Labels and ranges: “A-01..A-40, B-7”."),
	FIELD(slots_draft, prefix, .max = 12, .check = prefix_ok,
	    .doc = "Goes in front of the label to make the code. Empty: L and the lot's number."),
	FIELD(slots_draft, size, .among = sizes),
	FIELD(slots_draft, vehicle_type, .among = vehicle_types),
	FIELD(slots_draft, accessible),
	FIELD(slots_draft, ev),
	FIELD_END,
};

const struct field slots_change_fields[] = {
	FIELD(slots_change, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(slots_change, chosen, .required = true, .max = 4000),
	FIELD(slots_change, deed, .required = true, .among = deeds),
	FIELD(slots_change, reason, .max = 200),
	FIELD_END,
};

const struct field slot_draft_fields[] = {
	FIELD(slot_draft, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(slot_draft, code, .required = true, .max = 20, .check = label_is_ok),
	FIELD(slot_draft, label, .required = true, .max = 20, .check = label_is_ok),
	FIELD(slot_draft, size, .required = true, .among = sizes),
	FIELD(slot_draft, vehicle_type, .required = true, .among = vehicle_types),
	FIELD(slot_draft, accessible),
	FIELD(slot_draft, ev),
	FIELD(slot_draft, out_of_service),
	FIELD(slot_draft, reason, .max = 200),
	FIELD_END,
};

const struct field zone_desk_fields[] = {
	FIELD(zone_desk, id),
	FIELD(zone_desk, code),
	FIELD(zone_desk, name),
	FIELD(zone_desk, n),
	FIELD(zone_desk, chosen, .hidden = true),
	FIELD_LIST(zone_desk, slots, slot),
	FIELD_END,
};

const struct field lot_desk_fields[] = {
	FIELD(lot_draft, id),
	FIELD(lot_draft, version),
	FIELD(lot_draft, name),
	FIELD(lot_draft, region),
	FIELD(lot_draft, address),
	FIELD(lot_draft, city),
	FIELD(lot_draft, state),
	FIELD(lot_draft, country),
	FIELD(lot_draft, postal_code),
	FIELD(lot_draft, latitude),
	FIELD(lot_draft, longitude),
	FIELD(lot_draft, time_zone),
	FIELD(lot_draft, currency),
	FIELD(lot_draft, tariff_id, .nullable = true),
	FIELD(lot_draft, days_ahead),
	FIELD(lot_draft, min_minutes),
	FIELD(lot_draft, max_minutes),
	FIELD(lot_draft, default_minutes),
	FIELD(lot_draft, pay_at_exit),
	FIELD(lot_draft, cancel_minutes),
	FIELD(lot_draft, refund_percent),
	FIELD(lot_draft, no_show_minutes),
	FIELD(lot_draft, hours),
	FIELD(lot_draft, status_override),
	FIELD(lot_draft, plate_region),
	WEEK_FIELDS(lot_draft, week, .hidden = true),
	FIELD(lot_desk, is_new, .hidden = true),
	FIELD(lot_desk, n_slots),
	FIELD(lot_desk, placed, .hidden = true),
	FIELD_LIST(lot_desk, zones, zone_desk),
	FIELD_LIST(lot_desk, tariffs, named, .hidden = true),
	FIELD(lot_desk, labels, .hidden = true),
	FIELD(lot_desk, prefix, .hidden = true),
	FIELD(lot_desk, zone_code, .hidden = true),
	FIELD(lot_desk, zone_name, .hidden = true),
	FIELD(lot_desk, chosen, .hidden = true),
	FIELD(lot_desk, size, .hidden = true),
	FIELD(lot_desk, vehicle_type, .hidden = true),
	FIELD(lot_desk, accessible, .hidden = true),
	FIELD(lot_desk, ev, .hidden = true),
	FIELD_ONE(lot_desk, foreseen, foreseen, .hidden = true),
	FIELD(lot_desk, pin_x, .hidden = true),
	FIELD(lot_desk, pin_y, .hidden = true),
	FIELD_END,
};

const struct field slot_desk_fields[] = {
	FIELD(slot, id),
	FIELD(slot, lot_id),
	FIELD(slot, zone_id),
	FIELD(slot, code),
	FIELD(slot, label),
	FIELD(slot, size),
	FIELD(slot, vehicle_type),
	FIELD(slot, accessible),
	FIELD(slot, ev),
	FIELD(slot, out_of_service),
	FIELD(slot, reason),
	FIELD(slot_desk, lot_name),
	FIELD(slot_desk, zone_code),
	FIELD_END,
};
