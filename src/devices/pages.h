/*
 * pages.h -- what the pages of devices show.
 */
#ifndef DEVICES_PAGES_H
#define DEVICES_PAGES_H

#include "devices/devices.h"

struct device_lot { /* a choice of a select */
	int64_t id;
	text name;
	bool chosen;
};
extern const struct field device_lot_fields[];

struct free_slot { /* no device is on it */
	text code, label, lot_name;
};
extern const struct field free_slot_fields[];

struct device_form {
	int64_t id; /* 0: a new one */
	bool is_new;
	text code, name, slot;
	struct rows slots; /* struct free_slot: some to choose from */
};
extern const struct field device_form_fields[];

/* ---- what a device measured from one day to another, both included, on its lot's clock */

struct span { /* of equal length, with at least one reading; the extremes are real readings */
	int64_t nth; /* from 0 */
	instant starts;
	int64_t readings;
	double voltage, voltage_low, voltage_high;
	double current, current_high;
	double power_factor, power_factor_low;
	text v, v_low, v_high, a, a_high, pf, pf_low; /* the same in words */
	text when; /* "14:15", "Thu 12 Nov 14:00" */
};
extern const struct field span_fields[];

struct plot_tick {
	text at; /* "25%", along the axis */
	text label;
};
extern const struct field plot_tick_fields[];

struct plot {
	text name, title, says; /* "voltage", "Voltage in V", what there is to see */
	struct rows ys; /* struct plot_tick */
	struct rows xs; /* struct plot_tick */
	struct rows limits; /* struct plot_tick: where a state begins */
	text band, line; /* paths in a box of 100 by 100; "" for none */
};
extern const struct field plot_fields[];

struct device_page {
	const struct device *device;
	text time_zone;
	text from, until; /* "2026-11-12", both included */
	int64_t span_seconds;
	int64_t n; /* readings */
	bool may_change; /* who looks is an admin */
	struct rows spans; /* struct span */
	struct rows plots; /* struct plot */
	text csv; /* address of the readings themselves */
	text earlier,
	    later; /* the same number of days before and after; later "" if that is to come */
};
extern const struct field device_page_fields[];

struct history_asked {
	int64_t id;
	text from, until; /* "": today */
};
extern const struct field history_asked_fields[];
#define HISTORY_DAYS 400

/* The days that were asked for, as [*from, *until).  INVALID with words. */
enum problem history_range(struct ctx *, const struct device *, const struct history_asked *,
    instant *from, instant *until);
enum problem history_show(struct ctx *, const struct history_asked *, struct device_page *);

/* Three plots out of the spans that lie in [from, until). */
void plots_draw(
    struct ctx *, const struct zone *, struct device_page *, instant from, instant until);

#endif
