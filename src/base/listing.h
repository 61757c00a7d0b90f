/*
 * listing.h -- what surrounds the rows of a list that people page, sort and filter.
 *
 * All that was chosen stands in the address, so that it can be shared: the filter's own fields, and
 *
 *	sort   "amount", or "-amount" from the largest down; "" for the usual order
 *	page   from 1
 *	rows   a page
 *
 * Those three are members of the filter's struct.  The list itself is asked for one row more than a page, and
 * counted up to COUNT_MOST.  Nothing here knows a database: it makes addresses.
 */
#ifndef LISTING_H
#define LISTING_H

#include "base/base.h"

#define LISTING_ROWS 50
#define LISTING_PAGES 2000
#define COUNT_MOST 10000 /* whoever counts further stops here, and says "more than" */

struct heading {
	text title;
	text sort; /* the word for sort=; NULL: the list cannot be sorted by it */
	bool number; /* its figures are set to the end */
	bool falling; /* the largest, or latest, comes first when it is chosen */
};
struct listing { /* constant, one a page */
	text path; /* "/admin/payments" */
	text csv; /* "/admin/tables/payments.csv", which takes the same filter; NULL: none */
	const struct heading *headings; /* ended by { NULL } */
	text usual; /* the order without sort=: "-created" */
	const struct field *filter;
};

/* The last fields of a filter's table; `words` are what sort= may be. */
#define LISTING_FIELDS(s, words)                                                                   \
	FIELD(s, sort, .among = words, .doc = "The order; with - from the end"),                   \
	    FIELD(s, page, .min = 0, .max = LISTING_PAGES, .doc = "From 1"),                       \
	    FIELD(s, rows, .min = 0, .max = 200, .doc = "Rows a page; 50 unless told")

/* The members of a list's page, and their fields. */
#define LISTING_PAGE                                                                               \
	struct rows items;                                                                         \
	int64_t count;                                                                             \
	text next, previous;                                                                       \
	const struct listed *list
#define LISTING_PAGE_FIELDS(s, kind)                                                               \
	FIELD_LIST(s, items, kind),                                                                \
	    FIELD(s, count, .doc = "How many fit; 10001: more than 10000"),                        \
	    FIELD(s, next, .nullable = true, .doc = "Address of the next page"),                   \
	    FIELD(s, previous, .nullable = true), FIELD_ONE(s, list, listed, .hidden = true)

struct number_of { /* a statement's answer: how many fit */
	int64_t n;
};
extern const struct field number_of_fields[];

/* A day as a filter takes it, "2026-11-12", or nothing: the .check of a field. */
text day_ok(struct arena *, const void *member);

struct listed_heading {
	text title, href; /* "" cannot be sorted by */
	text order; /* of the list, by this: "ascending", "descending", "" */
	bool number;
};
extern const struct field listed_heading_fields[];

struct listed_size { /* rows a page, to choose from */
	int64_t rows;
	text href; /* "" for the one that is chosen */
};
extern const struct field listed_size_fields[];

struct listed {
	struct rows headings; /* struct listed_heading */
	struct rows sizes; /* struct listed_size */
	int64_t count; /* that fit */
	bool more; /* there are more than count */
	int64_t first, last; /* of them on this page, from 1; 0: none */
	int64_t page;
	text next, previous, start; /* addresses; "" for none */
	text clear; /* the list without its filter */
	text csv; /* "" for none */
	bool filtered;
	text sort; /* what a form must carry on */
	int64_t rows;
};
extern const struct field listed_fields[];

/* What to ask for: so many rows are passed over, and so many wanted, one more than the page holds. */
int64_t listing_skip(const struct listing *, const void *filter);
int64_t listing_most(const struct listing *, const void *filter);
/* The order in force: sort, or the usual one. */
text listing_order(const struct listing *, const void *filter);

/* Cuts *items to the page and tells what stands around it.  count: of all that fit, at most COUNT_MOST + 1. */
const struct listed *listing_around(
    struct arena *, const struct listing *, const void *filter, struct rows *items, int64_t count);

/* listing_around(), into the members that LISTING_PAGE declares. */
#define LISTING_FILL(c, l, filter, p)                                                              \
	do {                                                                                       \
		(p)->list = listing_around((c)->arena, (l), (filter), &(p)->items, (p)->count);    \
		(p)->next = (p)->list->next;                                                       \
		(p)->previous = (p)->list->previous;                                               \
	} while (0)

#endif
