/*
 * inner.h -- what the files of reports/ share.
 */
#ifndef REPORTS_INNER_H
#define REPORTS_INNER_H

#include "reports/reports.h"

#define HISTORY_MONTHS 12
#define MONTHS_BEFORE 6 /* that a month is held against */

/* ---- rows that only this slice's statements give */

struct recipient {
	int64_t id;
	text email, name;
	bool wants;
};
extern const struct field recipient_fields[];

struct come_past {
	int64_t n, last;
};
extern const struct field come_past_fields[];

struct report_run {
	int64_t user_id;
};
extern const struct field report_run_fields[];

struct report_parking { /* of a person, a month and a lot */
	int64_t user_id, lot_id, bookings, cancelled, no_shows, drive_ups, seconds;
	text month, name;
};
extern const struct field report_parking_fields[];

struct report_money { /* of a person, a month, a lot and a currency */
	int64_t user_id, lot_id;
	text month, name, currency;
	money paid, returned;
};
extern const struct field report_money_fields[];

struct report_wanted {
	bool wanted;
	text email;
};
extern const struct field report_wanted_fields[];

struct the_month {
	text month;
};
extern const struct field the_month_fields[];

struct business_parking { /* of a month and a lot */
	int64_t lot_id, bookings, cancelled, no_shows, drive_ups;
	int64_t seconds, capacity; /* both in seconds */
	text month, name;
};
extern const struct field business_parking_fields[];

struct business_money { /* of a month, a lot, a currency and a method */
	int64_t lot_id, payments, refunds;
	text month, name, currency, method;
	money paid, returned;
};
extern const struct field business_money_fields[];

/* ---- figures.c */

/* Months of many people, as they lie in the database, each list in the order of user_id. */
struct gathered {
	struct rows parkings, moneys;
};
/* From `from` up to, and without, `until`. */
enum problem gather(
    struct ctx *, struct rows user_ids, text from, text until, struct gathered *out);
/* One person's report out of that; the month and the eleven before were gathered. */
void report_figure(
    struct ctx *, const struct gathered *, int64_t user_id, text month, struct report *out);
void months_figure(struct ctx *, const struct gathered *, struct rows *months);
/* "€20.00, CHF 5.00" of struct report_sum. */
text sums_words(struct arena *, struct rows sums);
/* Adds to the sum of that currency, or to a new one; there is room in sums->v. */
struct report_sum *sum_of(struct rows *sums, text currency);

/* ---- letter.c, business_letter.c */

text report_letter_text(struct arena *, const struct report *, text unsubscribe);
text report_letter_html(struct arena *, const struct report *, text unsubscribe);
text business_letter_text(struct arena *, const struct business *);
text business_letter_html(struct arena *, const struct business *);

/* ---- business_odd.c */

/* One figure of a month beside those of the months before it. */
struct measured {
	text what; /* "Revenue in EUR", "Bookings" */
	text where; /* a lot's name; "" for all */
	int64_t now, before[MONTHS_BEFORE];
	int n; /* of them */
	int64_t least; /* a difference below this is none */
	text currency; /* figures are money in it; "": a count; "%": tenths of a per cent */
};
/* Is it out of line?  Then the sentence that says so, else NULL. */
text out_of_line(struct arena *, const struct measured *);

#endif
