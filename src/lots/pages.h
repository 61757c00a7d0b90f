/*
 * pages.h -- what this slice's pages and answers show, and what its forms send.
 *
 * Structs for lots/ itself; other slices use lots.h.
 */
#ifndef LOTS_PAGES_H
#define LOTS_PAGES_H

#include "lots/lots.h"
#include "lots/week.h"

/* ---- searching */

struct search { /* as typed */
	text near; /* a place in words, "52.36, 4.88", or "" for every lot */
	text from, until; /* "" both: the next full hour and two more */
	text from_offset, until_offset; /* of one that comes twice, beside it */
	text sort; /* best, price, free */
	bool ev, accessible; /* only slots that are, and lots that have one */
	int64_t skip; /* lots that pages before this one looked at */
};
extern const struct field search_fields[];

struct found { /* a lot that answers a search */
	int64_t id;
	text name, address, city, postal_code, country;
	text time_zone, currency;
	double latitude, longitude;
	bool placed;
	int64_t slots, free; /* free for the whole window, or now if none was asked for */
	bool full, ev, accessible;
	double rating; /* 0: no reviews */
	int64_t reviews;
	bool priced;
	money price; /* of the whole window */
	text tariff; /* in a few words */
	text distance; /* "240 m"; "" if not known */
	double metres;
	text busy; /* "Usually quiet", then; "" if nobody can say */
	text why_not; /* why it is left out: "closed then"; "" if it can be had */
	text query; /* "?from=…&until=…": how the window travels on */
	instant starts, ends;
};
extern const struct field found_fields[];

struct stop { /* a lot on the line of distances */
	text at; /* "15.4%" of the line */
	text distance, name;
	bool below; /* its words stand under the line, clear of its neighbour's */
};
extern const struct field stop_fields[];

struct asked { /* a window as somebody said it; read on the clock of each lot */
	text from, until, from_offset, until_offset;
};
static const struct asked any_time = { "", "", "", "" };

struct results {
	text near, sort; /* as typed */
	text from, until; /* the same, or on the clock of the first lot */
	struct asked asked; /* the window as each lot reads it */
	bool twice; /* one of its ends comes twice on their clock: which is meant? */
	struct rows from_twice, until_twice; /* of time_turn */
	text title;
	bool timed; /* a window was asked for: prices and free slots are of that window */
	bool by_point, by_words;
	bool sort_best, sort_price, sort_free;
	text sort_link; /* "/lots?near=…&from=…&until=…", to add &sort= to */
	bool one_zone; /* all results share time_zone, so the window can be drawn */
	text time_zone;
	instant starts, ends;
	int64_t seconds; /* of the window */
	int64_t n;
	struct rows lots; /* of found: can be had */
	struct rows left; /* of found: full, closed, or not that far ahead */
	bool ev, accessible; /* only such slots */
	bool filtered; /* either of them */
	bool may_sort_free; /* all of them are on this page, or there is no window */
	int64_t skip, looked; /* lots before this page, and on it, in the order of the search */
	text next; /* address of the next page; "" at the end */
	text first; /* address of the first page, on later ones */
	bool whole; /* everything that fits is on this page */
	struct rows stops; /* of stop: the nearest, from a point, by distance */
	text stops_spoken;
};
extern const struct field results_fields[];

struct front { /* the home page */
	text near, from, until;
	bool ev, accessible;
	text time_zone, city;
	instant at;
	struct rows board; /* of found */
	int64_t lots, towns;
};
extern const struct field front_fields[];

struct near_id {
	int64_t id;
	double chord; /* between points of the unit sphere */
};
extern const struct field near_id_fields[];
struct lot_kind { /* lots that cost the same for the same window */
	int64_t id, n; /* one of them; how many they are */
	text currency;
};
extern const struct field lot_kind_fields[];
struct room {
	bool has_room;
};
extern const struct field room_fields[];
struct lot_free {
	int64_t lot_id, free, slots;
	bool ev, accessible;
};
extern const struct field lot_free_fields[];
struct charged_in {
	text currency;
};
extern const struct field charged_in_fields[];
struct totals {
	int64_t lots, towns;
};
extern const struct field totals_fields[];

/* ---- a lot's page */

struct bay { /* one slot on the map */
	int64_t id, zone_id;
	text code, label, size, vehicle_type;
	bool accessible, ev, out_of_service;
	text zone_code, zone_name;
	text state; /* now, as slot_state() says */
	instant busy_from; /* the first booking within the window; {0}: none */
	bool arrived; /* that booking's car is in */
	text drawn; /* free, mine, taken, reserved, soon, out, unsure */
	text short_label; /* "07": what fits in a bay */
	text spoken; /* "A 07, free for your time, accessible" */
	text href; /* to its quote; "" if it cannot be had */
	text until; /* "16": with soon */
	int64_t x, y; /* of its corner on the zone's drawing */
	bool below; /* in the lower row, which faces up */
	bool plain; /* neither accessible nor ev: the number stands in the middle */
	bool chosen;
};
extern const struct field bay_fields[];

struct map_zone {
	text code, name;
	int64_t width, height;
	text paint; /* the white lines, as a path */
	text lanes; /* the arrows between, as a path */
	struct rows bays;
};
extern const struct field map_zone_fields[];

struct lot_view { /* input */
	int64_t id, slot;
	text from, until, from_offset, until_offset;
};
extern const struct field lot_view_fields[];

struct word { /* a line of words on a page */
	text says;
};
extern const struct field word_fields[];

struct example { /* what a stay of that length costs */
	text lasts;
	money price;
	bool asked; /* the one the page is about */
	int64_t us;
};
extern const struct field example_fields[];

struct lot_page {
	struct lot lot; /* first: its fields are the page's */
	text from, until;
	bool twice; /* one of them comes twice on the lot's clock */
	struct rows from_twice, until_twice; /* of time_turn */
	instant starts, ends;
	int64_t seconds;
	bool bookable; /* the lot takes a booking for that window */
	text refused; /* else why not */
	int64_t free_then, taken_then, reserved_then, soon_then, out_then, unsure_then;
	bool full;
	money price;
	text query;
	text hours_words, rule_words, sizes;
	text chosen; /* label of the slot that is chosen; "" none */
	struct rows zones; /* of map_zone */
	struct rows choices; /* of bay: free for the window */
	struct rows tariff; /* of word */
	text tariff_name;
	struct rows examples; /* of example */
	struct rows by_stars; /* of rating_bar */
	struct rows newest; /* of lot_review */
	text busy; /* "Usually quiet", of the window; "" if nobody can say */
	const struct lot_forecast *forecast;
};
extern const struct field lot_page_fields[];

/* ---- how busy: rows of the table that forecasts/ writes; lists as "12,,30", a gap for unknown */

struct forecast_row {
	int64_t lot_id, days, capacity;
	instant made_at, begins;
	text usual, expected, low, high, booked, week, past_taken;
};
extern const struct field forecast_row_fields[];

struct forecast_brief {
	int64_t lot_id, days, capacity;
	instant begins;
	text expected, week;
};
extern const struct field forecast_brief_fields[];

/* Says of each lot found for a window how busy it usually is then. */
enum problem lots_busy(struct ctx *, struct rows found);
/* Fills p->forecast and p->busy. */
enum problem lot_page_forecast(struct ctx *, struct lot_page *);
/* Draws it: the last four hours, and what is foreseen. */
const struct busy_chart *busy_chart(
    struct ctx *, const struct lot *, const struct lot_forecast *, const struct forecast_row *);

/* ---- the admin's desk */

struct lot_draft { /* a lot as an admin writes it */
	int64_t id, version;
	text name, region, address, city, state, country, postal_code;
	text latitude, longitude; /* decimal degrees, or both "" */
	text time_zone, currency;
	int64_t tariff_id;
	int64_t days_ahead, min_minutes, max_minutes, default_minutes;
	bool pay_at_exit;
	int64_t cancel_minutes, refund_percent, no_show_minutes;
	text hours, status_override, plate_region;
	struct week_draft week; /* the hours again, as seven rows; its .by says which counts */
};
extern const struct field lot_draft_fields[];

struct zone_draft {
	int64_t id; /* of the lot when it is made, else of the zone */
	text zone_code, zone_name;
};
extern const struct field zone_draft_fields[];

struct zone_page {
	int64_t id, lot_id;
	text zone_code, zone_name, lot_name;
};
extern const struct field zone_page_fields[];

struct slots_draft { /* many slots at once */
	int64_t id, zone_id; /* of the lot; of the zone */
	text labels; /* "A-01..A-40" */
	text prefix; /* in front of the label, makes the code; "": L<lot>- */
	text size, vehicle_type;
	bool accessible, ev;
};
extern const struct field slots_draft_fields[], desk_ask_fields[];

struct slots_change {
	int64_t id; /* of the lot */
	text chosen; /* "A-01..A-05" */
	text deed, reason; /* deed: out_of_service, in_service, delete */
};
extern const struct field slots_change_fields[];

struct slot_draft {
	int64_t id;
	text code, label, size, vehicle_type, reason;
	bool accessible, ev, out_of_service;
};
extern const struct field slot_draft_fields[];

struct by_id {
	int64_t id;
};
extern const struct field by_id_fields[];

struct named { /* a choice of a select */
	int64_t id;
	text name;
	bool chosen;
};
extern const struct field named_fields[];

struct lot_desk { /* a lot's form, its zones and its slots */
	struct lot_draft draft; /* first: its fields are the page's */
	bool is_new, placed;
	int64_t n_slots;
	struct rows zones; /* of zone_desk */
	struct rows tariffs; /* of named */
	text labels, prefix, zone_code, zone_name, chosen; /* what empty forms begin with */
	text size, vehicle_type;
	bool accessible, ev;
	const struct foreseen *foreseen; /* what the labels would make; NULL: none are typed */
	int64_t pin_x, pin_y; /* where it lies on the small map of the world, 360 × 180 */
};
extern const struct field lot_desk_fields[];

struct zone_desk {
	int64_t id;
	text code, name;
	int64_t n;
	bool chosen; /* new slots are to stand in it */
	struct rows slots; /* of slot */
};
extern const struct field zone_desk_fields[];

struct slot_desk {
	struct slot slot; /* first: its fields are the page's */
	text lot_name, zone_code;
};
extern const struct field slot_desk_fields[];

struct counted {
	int64_t n;
};
extern const struct field counted_fields[];

/* ---- verbs between this slice's files */

enum problem lots_search(struct ctx *, const struct search *, struct results *);
enum problem lots_front(struct ctx *, struct front *);
enum problem lot_show(struct ctx *, const struct lot_view *, struct lot_page *);

/* The window somebody asked for on this lot's clock, or the default one: the next full hour and two
 * more. */
enum problem lot_window(
    struct ctx *, const struct lot *, const struct asked *, instant *starts, instant *ends);
/* "from=…&until=…": how a window travels on, exactly. */
text window_query(struct ctx *, const struct zone *, instant starts, instant ends);

/* Lays a zone's bays out in pairs of rows, eight to a row, and says how each is drawn. */
void map_draw(struct ctx *, struct rows bays, struct lot_page *);

/* Counts, audits and tells: what every change of a lot ends with. */
enum problem lot_changed(struct ctx *, text deed, int64_t lot_id, text detail);
enum problem lot_create(struct ctx *, const struct lot_draft *, struct lot *);
enum problem lot_change(struct ctx *, const struct lot_draft *);
enum problem lot_delete(struct ctx *, int64_t id);
enum problem zone_create(struct ctx *, const struct zone_draft *, struct lot_zone *);
enum problem zone_change(struct ctx *, const struct zone_draft *, struct lot_zone *);
enum problem zone_delete(struct ctx *, int64_t id, int64_t *lot_id);
enum problem slots_create(struct ctx *, const struct slots_draft *, int64_t *n);
/* *booked: bookings to come of slots that were put out of service; they still stand. */
enum problem slots_apply(struct ctx *, const struct slots_change *, int64_t *n, int64_t *booked);
enum problem slot_change(struct ctx *, const struct slot_draft *, struct slot *);

/* ---- one by one, as other programs make them (single.c) */

/* The default lot's id, 0 if there is no lot. */
enum problem lot_default_id(struct ctx *, int64_t *id);
/* The default lot; a house without one gets its first, as a new lot is. */
enum problem lot_default_made(struct ctx *, struct lot *);
/* Newest first; and how many there are. */
enum problem zones_list(struct ctx *, int64_t lot_id, int64_t skip, int64_t most, struct rows *);
enum problem zones_count(struct ctx *, int64_t lot_id, int64_t *n);
enum problem zone_load(struct ctx *, int64_t id, struct lot_zone *); /* NOT_FOUND */
/* A regular one for cars, labelled like its code.  INVALID beside `zone` if there is no such zone; DUPLICATE. */
enum problem slot_make(struct ctx *, int64_t zone_id, text code, struct slot *);
/* Another code, and another zone of the same lot. */
enum problem slot_place(struct ctx *, int64_t id, int64_t zone_id, text code, struct slot *);
enum problem slot_delete(struct ctx *, int64_t id); /* IN_USE: it was booked */

/* A lot with one zone and slots numbered from 1; 1,000 of them at most. */
enum problem lot_open(struct ctx *, const struct lot_draft *, int64_t slots, struct lot *);
/* One slot of that number in its first zone, which is made if there is none.  size "": regular.  DUPLICATE. */
enum problem slot_add(struct ctx *, int64_t lot_id, text number, text size, struct slot *);
/* More slots in its first zone, or fewer: the last ones go.  IN_USE if one of those was ever booked. */
enum problem lot_resize(struct ctx *, int64_t lot_id, int64_t slots);
/* From now on so much for each started hour. */
enum problem lot_charge_per_hour(struct ctx *, const struct lot *, money);
/* What an hour costs in each of these lots (struct lot) by its base line, windows and first hours aside. */
enum problem lots_hourly(struct ctx *, struct rows lots, money *prices);
void lot_draft_of(struct ctx *, const struct lot *, struct lot_draft *);
void lot_draft_new(struct ctx *, struct lot_draft *);
enum problem lot_desk_load(struct ctx *, int64_t id, struct lot_desk *);

struct foreseen { /* before it is done */
	int64_t n, n_there; /* slots that would be made; of them the lot has these already */
	text first, last, first_code, last_code;
	text there; /* "A-01, A-02 and 3 more" */
};
extern const struct field foreseen_fields[];
/* With what is wrong beside the fields.  *out NULL: no labels, or none that can be read. */
enum problem slots_foreseen(struct ctx *, const struct slots_draft *, const struct foreseen **out);

#endif
