/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef REVIEWS_TABLES_H
#define REVIEWS_TABLES_H

#include "base/listing.h"
#include "gear/table.h"

extern const struct table review_tables[];

struct csv_reviews {
	int64_t id, lot_id;
	text lot;
	int64_t user_id;
	text username;
	int64_t rating;
	text words;
	instant stayed_at, created_at, changed_at, hidden_at;
	text hidden_by, hidden_why;
};
extern const struct field csv_reviews_fields[];

/* What /admin/reviews is filtered by, and the table as CSV, too. */
struct review_filter {
	text state, q, sort;
	int64_t rating, lot, page, rows;
};
extern const struct field review_filter_fields[];

struct csv_lot_ratings {
	int64_t lot_id;
	text lot;
	int64_t ones, twos, threes, fours, fives, reviews;
	double average;
};
extern const struct field csv_lot_ratings_fields[];

#endif
