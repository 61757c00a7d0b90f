/* inner.h -- what the files of desk/ share. */
#ifndef DESK_INNER_H
#define DESK_INNER_H

#include "desk/desk.h"
#include "lots/lots.h"

/* ---- rows that only this slice's statements give */

struct desk_lot {
	int64_t id;
};
extern const struct field desk_lot_fields[];

struct desk_stretch {
	instant since, until; /* {0}: never */
};
extern const struct field desk_stretch_fields[];

struct desk_told {
	int64_t n; /* bookings and stays told and not folded */
};
extern const struct field desk_told_fields[];

struct desk_day {
	text day; /* "2026-11-01" */
};
extern const struct field desk_day_fields[];

struct desk_since { /* "" if there is nothing */
	text figures; /* the first day of which there is any figure */
	text booked; /* the first day on which a slot was taken */
};
extern const struct field desk_since_fields[];

struct desk_slots {
	int64_t n;
};
extern const struct field desk_slots_fields[];

/* ---- days, by the clocks of the lots */

struct desk_span { /* both days included */
	int64_t first, last; /* days since 1970 */
	text from, until; /* "2026-11-01" */
};
struct
    desk_bucket { /* a mark of a chart: a day, a week from Monday, a month; cut at the span's ends */
	struct desk_span of;
	text says; /* "Thu 12 Nov 2026", "9–15 Nov 2026", "Nov 2026" */
	text brief; /* for the foot of a chart: "12 Nov", "Nov 2026" */
};
int64_t span_days(const struct desk_span *);
struct desk_span span_of(struct arena *, int64_t first, int64_t last);
bool desk_day_read(text, int64_t *days);
text desk_day_text(struct arena *, int64_t days); /* "2026-11-01" */
text day_in_words(struct arena *, int64_t days); /* "Thu 12 Nov 2026" */
text span_in_words(struct arena *, const struct desk_span *); /* "1–30 Nov 2026" */
struct rows span_cut(struct arena *, const struct desk_span *, text unit); /* struct desk_bucket */

/* ---- what is asked */

struct desk_asked {
	text range, from, until, unit, chart;
	int64_t lot;
};
extern const struct field desk_asked_fields[], desk_csv_fields[];
extern const text desk_ranges[], desk_units[], desk_charts[];

/* ---- the figures of a stretch of days */

struct desk_money { /* of a day, a week or a month, in one currency */
	text start, currency;
	money online, card, cash;
	money online_back, card_back, cash_back;
	int64_t payments, refunds;
};
extern const struct field desk_money_fields[];
money desk_paid(const struct desk_money *);
money desk_returned(const struct desk_money *);
money desk_net(const struct desk_money *);

#define DESK_LENGTHS 9 /* up to ½ h, 1, 2, 3, 4, 6, 8, 12 hours, and more */
struct desk_bookings {
	text start;
	int64_t kept, cancelled, no_shows;
	int64_t drive_ups; /* stays without a booking, over by now */
	int64_t seconds,
	    len[DESK_LENGTHS]; /* of what was kept and of drive-ups, by how long they are */
	int64_t made, people, firsts; /* firsts: of the people, those who had never come before */
};
extern const struct field desk_bookings_fields[];
int64_t desk_visits(const struct desk_bookings *); /* kept, and drive-ups */
int64_t desk_measured(const struct desk_bookings *); /* of them, those whose length is known */

struct desk_people { /* from that day on */
	text start;
	int64_t people, firsts;
};
extern const struct field desk_people_fields[];

struct desk_hour {
	int64_t weekday, hour, seconds; /* 1 Monday … 7 Sunday */
};
extern const struct field desk_hour_fields[];

struct desk_place { /* how full a lot is now */
	int64_t lot_id; /* 0: all the others together */
	text name, city;
	int64_t slots, free, reserved, occupied, unknown, out_of_service;
};
extern const struct field desk_place_fields[];

struct desk_lot_sum { /* what a lot brought, in one currency */
	int64_t lot_id; /* 0: all the others together */
	text name, city, currency;
	money paid, returned, net;
	int64_t bookings, drive_ups, seconds, slots;
};
extern const struct field desk_lot_sum_fields[];

struct desk_finding { /* the sums are not what the ledger adds up to */
	instant at;
	text from_day, until_day, words;
	int64_t differences;
};
extern const struct field desk_finding_fields[];

struct desk_checked {
	instant at; /* {0}: never yet */
};
extern const struct field desk_checked_fields[];

struct desk_choice {
	int64_t id;
	text name;
	bool chosen;
};
extern const struct field desk_choice_fields[];

struct desk_total { /* of a currency */
	text currency;
	money paid, returned, net;
	money paid_before, returned_before, net_before;
	int64_t payments, refunds;
};
extern const struct field desk_total_fields[];

struct desk_figures {
	int64_t lot_id; /* 0: all */
	text lot_name, currency; /* CURRENCY, or the lot's */
	text range, unit;
	struct desk_span span, before; /* before: as many days, just before */
	bool compared; /* there are figures of the days before */
	int64_t begins; /* the first day of which there are figures; INT64_MAX if there are none */
	struct rows buckets; /* struct desk_bucket */
	struct rows money; /* struct desk_money in `currency`, one a bucket */
	struct rows bookings; /* struct desk_bookings, one a bucket */
	struct rows totals; /* struct desk_total; the first is of `currency` */
	struct desk_money sum, sum_before; /* of `currency` */
	struct desk_bookings booked, booked_before;
	int64_t slots; /* as there are today */
	int64_t opened; /* the first day on which a slot was taken; INT64_MAX: none was */
	int64_t hours[7][24]; /* seconds taken, from Monday */
	struct rows places; /* struct desk_place, the fullest first */
	struct desk_place places_sum;
	int64_t places_in_all;
	struct rows lots; /* struct desk_lot_sum by currency; without, if a lot was asked for */
	struct rows findings; /* struct desk_finding */
	instant checked_at;
};

/* Today on the clock of the lot, or of the default lot if it is 0.  NOT_FOUND without such a lot. */
enum problem desk_today(struct ctx *, int64_t lot_id, struct lot *, int64_t *days);
/* Whose days: lot, span, unit, buckets.  NOT_FOUND without such a lot. */
enum problem desk_range(struct ctx *, const struct desk_asked *, struct desk_figures *);
/* … and all the figures of them. */
enum problem desk_load(struct ctx *, const struct desk_asked *, struct desk_figures *);
/* "day", "week" or "month": as asked, if so many days can be shown so; else as suits them. */
text desk_unit_for(text asked, int64_t days);
/* Days of a span on which its slots could be taken: since the first one was. */
int64_t desk_open_days(const struct desk_figures *, const struct desk_span *);
/* How much of all slots was taken in these days, in thousandths; 0 without slots. */
int64_t desk_share(const struct desk_figures *, const struct desk_span *, int64_t seconds);
int64_t desk_hour_share(const struct desk_figures *, int weekday, int hour);
/* Cars a slot and day, in hundredths. */
int64_t desk_turnover(const struct desk_figures *, const struct desk_span *, int64_t visits);

/* ---- words */

text whole_words(struct arena *, int64_t); /* "1,234" */
text brief_words(struct arena *, int64_t); /* "950", "1.2k", "3.4M" */
text tenths_text(struct arena *, int64_t tenths); /* "12.3" */
text hundredths_text(struct arena *, int64_t hundredths); /* "1.25" */
text hours_text(struct arena *, int64_t seconds); /* "52.5", hours */
text percent_words(struct arena *, int64_t thousandths); /* "12.3%" */
/* "+12%", "−4.5%", "×12", "±0%"; "" if there was nothing before. */
text change_words(struct arena *, int64_t now, int64_t before);
/* The same as "12% more than", "4.5% less than", "12 times", "as much as". */
text more_or_less(struct arena *, int64_t now, int64_t before);

#endif
