/* fields.c -- what reports look like at their borders. */
#include "reports/inner.h"

const struct field report_sum_fields[] = {
	FIELD(report_sum, currency, .doc = "ISO 4217"),
	FIELD(report_sum, paid),
	FIELD(report_sum, returned, .doc = "What went back, not negative"),
	FIELD(report_sum, net),
	FIELD_END,
};

const struct field report_lot_fields[] = {
	FIELD(report_lot, lot_id),
	FIELD(report_lot, name),
	FIELD(report_lot, bookings),
	FIELD(report_lot, drive_ups, .doc = "Stays without a booking"),
	FIELD(report_lot, seconds),
	FIELD(report_lot, hours, .doc = "The seconds in words"),
	FIELD(
	    report_lot, sums, .nullable = true, .doc = "What was paid there, less what went back"),
	FIELD_END,
};

const struct field report_month_fields[] = {
	FIELD(report_month, month, .doc = "2026-10"),
	FIELD(report_month, title),
	FIELD(report_month, bookings),
	FIELD(report_month, drive_ups, .doc = "Stays without a booking"),
	FIELD(report_month, visits, .hidden = true),
	FIELD(report_month, seconds),
	FIELD(report_month, hours, .doc = "The seconds in words"),
	FIELD(report_month, sums, .nullable = true, .doc = "What was paid, less what went back"),
	FIELD(report_month, share, .doc = "Its hours, in per cent of the longest month's"),
	FIELD(report_month, current, .doc = "The month that is reported"),
	FIELD_END,
};

const struct field report_fields[] = {
	FIELD(report, month, .doc = "2026-10"),
	FIELD(report, title),
	FIELD(report, name, .hidden = true),
	FIELD(report, so_far, .doc = "The month has not ended"),
	FIELD(report, nothing, .doc = "Neither bookings, nor stays, nor money"),
	FIELD(report, bookings, .doc = "Kept ones that began in the month"),
	FIELD(report, cancelled),
	FIELD(report, no_shows, .doc = "Of the bookings"),
	FIELD(report, drive_ups, .doc = "Stays without a booking that began in the month"),
	FIELD(report, seconds, .doc = "Booked and not missed, and stayed without a booking"),
	FIELD(report, hours, .doc = "The seconds in words"),
	FIELD(report, net, .nullable = true, .doc = "What was paid, less what went back"),
	FIELD_LIST(report, sums, report_sum, .doc = "By currency"),
	FIELD(report, most_used, .nullable = true,
	    .doc = "Name of the lot with the most bookings and drive-ups"),
	FIELD(report, most_bookings),
	FIELD(report, most_drive_ups),
	FIELD(report, most_visits, .hidden = true),
	FIELD(report, most_hours, .nullable = true),
	FIELD_LIST(report, lots, report_lot, .doc = "Most used first"),
	FIELD_LIST(report, history, report_month, .doc = "A year, newest first"),
	FIELD(report, before, .doc = "The month before"),
	FIELD(report, after, .nullable = true, .doc = "The month after; null for the current one"),
	FIELD_END,
};

const struct field report_list_fields[] = {
	FIELD_LIST(report_list, items, report_month, .doc = "Newest first, those with anything"),
	FIELD(report_list, monthly, .doc = "Does a mail go out after each month?"),
	FIELD(report_list, mail_works, .hidden = true),
	FIELD(report_list, email, .hidden = true),
	FIELD_END,
};

const struct field round_fields[] = {
	FIELD(round, month, .doc = "2026-10"),
	FIELD(round, title),
	FIELD(round, state, .doc = "running, stopped or done"),
	FIELD(round, people, .doc = "Who could get one"),
	FIELD(round, looked, .doc = "Of them, those it has come past"),
	FIELD(round, last_user, .hidden = true),
	FIELD(round, mailed, .doc = "Reports written so far"),
	FIELD(round, declined, .doc = "With something to report, but no wish or no address for it"),
	FIELD(round, share, .doc = "Looked of people, in per cent"),
	FIELD(round, pace_at, .doc = "The next are not written before"),
	FIELD(round, begun_at),
	FIELD(round, touched_at),
	FIELD(round, done_at, .nullable = true),
	FIELD(round, begun_by, .nullable = true, .doc = "Who began it; null: it began by itself"),
	FIELD(round, minutes_left, .nullable = true, .doc = "In words"),
	FIELD_END,
};

const struct field business_sum_fields[] = {
	FIELD(business_sum, currency, .doc = "ISO 4217"),
	FIELD(business_sum, method, .doc = "cash, card or online"),
	FIELD(business_sum, payments, .doc = "How many"),
	FIELD(business_sum, paid),
	FIELD(business_sum, refunds, .doc = "How many"),
	FIELD(business_sum, returned, .doc = "What went back, not negative"),
	FIELD(business_sum, net),
	FIELD_END,
};

const struct field business_lot_fields[] = {
	FIELD(business_lot, lot_id),
	FIELD(business_lot, name),
	FIELD(business_lot, sums, .nullable = true, .doc = "What was paid, less what went back"),
	FIELD(business_lot, bookings),
	FIELD(business_lot, cancelled),
	FIELD(business_lot, no_shows),
	FIELD(business_lot, drive_ups, .doc = "Cars without a booking"),
	FIELD(business_lot, seconds,
	    .doc = "Booked and not missed, or taken without, those that lie in the month"),
	FIELD(business_lot, hours, .doc = "The seconds in words"),
	FIELD(business_lot, occupancy, .doc = "Of all hours of all slots, in tenths of a per cent"),
	FIELD(business_lot, occupancy_words, .nullable = true),
	FIELD_END,
};

const struct field business_note_fields[] = {
	FIELD(business_note, says),
	FIELD_END,
};

const struct field business_fields[] = {
	FIELD(business, month, .doc = "2026-10"),
	FIELD(business, title),
	FIELD(business, so_far, .doc = "The month has not ended"),
	FIELD(business, nothing, .doc = "Neither bookings nor money"),
	FIELD(business, net, .nullable = true),
	FIELD(business, bookings),
	FIELD(business, cancelled),
	FIELD(business, no_shows),
	FIELD(business, drive_ups, .doc = "Cars without a booking"),
	FIELD(business, hours),
	FIELD(business, occupancy_words, .nullable = true),
	FIELD_LIST(business, sums, business_sum, .doc = "By currency and method"),
	FIELD_LIST(business, totals, report_sum, .doc = "By currency"),
	FIELD_LIST(business, lots, business_lot, .doc = "The ten to which most cars came"),
	FIELD(business, lots_in_all),
	FIELD_LIST(business, odd, business_note, .doc = "Out of line against the months before"),
	FIELD(business, months_before, .doc = "How many it was held against"),
	FIELD(business, before, .doc = "The month before"),
	FIELD(
	    business, after, .nullable = true, .doc = "The month after; null for the current one"),
	FIELD_END,
};

/* ---- rows of statements */

const struct field recipient_fields[] = { FIELD(recipient, id), FIELD(recipient, email),
	FIELD(recipient, name), FIELD(recipient, wants), FIELD_END };

const struct field come_past_fields[] = { FIELD(come_past, n), FIELD(come_past, last), FIELD_END };

const struct field report_run_fields[] = { FIELD(report_run, user_id), FIELD_END };

const struct field report_parking_fields[] = { FIELD(report_parking, user_id),
	FIELD(report_parking, lot_id), FIELD(report_parking, bookings),
	FIELD(report_parking, cancelled), FIELD(report_parking, no_shows),
	FIELD(report_parking, drive_ups), FIELD(report_parking, seconds),
	FIELD(report_parking, month), FIELD(report_parking, name), FIELD_END };

const struct field report_money_fields[] = { FIELD(report_money, user_id),
	FIELD(report_money, lot_id), FIELD(report_money, month), FIELD(report_money, name),
	FIELD(report_money, currency), FIELD(report_money, paid), FIELD(report_money, returned),
	FIELD_END };

const struct field report_wanted_fields[] = { FIELD(report_wanted, wanted),
	FIELD(report_wanted, email), FIELD_END };

const struct field the_month_fields[] = { FIELD(the_month, month), FIELD_END };

const struct field business_parking_fields[] = { FIELD(business_parking, lot_id),
	FIELD(business_parking, bookings), FIELD(business_parking, cancelled),
	FIELD(business_parking, no_shows), FIELD(business_parking, drive_ups),
	FIELD(business_parking, seconds), FIELD(business_parking, capacity),
	FIELD(business_parking, month), FIELD(business_parking, name), FIELD_END };

const struct field business_money_fields[] = { FIELD(business_money, lot_id),
	FIELD(business_money, payments), FIELD(business_money, refunds),
	FIELD(business_money, month), FIELD(business_money, name), FIELD(business_money, currency),
	FIELD(business_money, method), FIELD(business_money, paid), FIELD(business_money, returned),
	FIELD_END };
