/*
 * terms.h -- a tariff as a form fills it in: one rate, what comes before it, up to three windows, a cap.
 *
 * The same names serve three structs: `tariff_terms` is what a POST brings, typed; `tariff_draft` is the same as
 * texts, as they were typed, for the page that shows them again and works out what they would cost;
 * `tariff_page` shows a tariff, its terms among the rest.  Prices are decimals in the tariff's currency.
 */
#ifndef TARIFFS_TERMS_H
#define TARIFFS_TERMS_H

#include "tariffs/stored.h"

struct window_terms {
	text price; /* "": no window */
	int64_t every;
	text days, from, until;
};
struct tariff_terms {
	int64_t id, number; /* of the tariff, and of the version this was made from; 0: new */
	text name, currency;
	text charge; /* "started", "minute" */
	text price;
	int64_t every_minutes, grace_minutes, first_minutes;
	text first_price;
	struct window_terms w1, w2, w3;
	text cap, cap_per; /* per "24h", "day" */
	text lost;
	text begins, time_zone; /* when it comes into force, on which clock; "": at once */
};
extern const struct field tariff_terms_fields[];

struct window_draft {
	text price, every, days, from, until;
};
struct draft { /* terms as they were typed */
	text name, currency, charge, price, every_minutes, grace_minutes, first_minutes,
	    first_price;
	struct window_draft w1, w2, w3;
	text cap, cap_per, lost;
};
extern const struct field draft_fields[];

struct tariff_ask { /* a page of a tariff, and a stay to price on it */
	int64_t id;
	text from, until, time_zone;
	int64_t number; /* show this version; 0: the one in force */
	struct draft draft; /* for the editor */
	text begins;
};
extern const struct field tariff_ask_fields[], tariff_edit_fields[], tariff_new_fields[];

struct stay_row { /* an example: "3 h 30 min", by this version and by the one in force */
	text stay;
	money price, before;
};
extern const struct field stay_row_fields[];
struct charging_lot {
	int64_t id;
	text name, time_zone;
};
extern const struct field charging_lot_fields[];

struct tariff_page {
	int64_t id, version_id, number, next_number;
	text name, currency, words, before_words;
	instant since, in_force_from;
	text begins; /* as typed, for the next version */
	text state; /* of this version: in_force, coming, past */
	struct rows coming; /* of tariff_version: published, and not in force yet */
	struct draft draft;
	text from, until, time_zone;
	const struct price *quote; /* NULL: the stay or the terms cannot be priced */
	text why_not;
	struct rows stays, nights; /* of stay_row */
	struct rows versions; /* of tariff_version */
	struct rows lots; /* of charging_lot */
	bool is_new, in_force, retired;
};
extern const struct field tariff_page_fields[];

struct tariff_summary {
	int64_t id, number;
	text name, currency, words;
	instant since;
	int64_t next_number; /* of the version that comes; 0: none is published */
	instant next_from;
};
extern const struct field tariff_summary_fields[];

/* Terms into lines.  INVALID with words beside each field that is wrong. */
enum problem terms_read(struct ctx *, const struct tariff_terms *, struct tariff *);
/* What was typed, into lines, with the same words. */
enum problem draft_read(struct ctx *, const struct draft *, struct tariff *);
/* A tariff as the form would have brought it. */
void draft_of(struct arena *, const struct tariff *, struct draft *);

#endif
