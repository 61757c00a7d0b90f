/* tables.c -- what this slice gives away as CSV. */
#include "reviews/tables.h"
#include "reviews_sql.h"

static const text states[] = { "shown", "hidden", NULL };
static const text orders[] = { "written", "-written", "stars", "-stars", "lot", "-lot", "who",
	"-who", NULL };
const struct field review_filter_fields[] = {
	FIELD(review_filter, state, .among = states),
	FIELD(review_filter, rating, .min = 0, .max = 5, .doc = "1 to 5; 0: any"),
	FIELD(review_filter, lot, .min = 0, .max = INT64_MAX, .doc = "Id of a lot"),
	FIELD(review_filter, q, .max = 255, .doc = "Some of its words, or its writer"),
	LISTING_FIELDS(review_filter, orders),
	FIELD_END,
};

const struct field csv_reviews_fields[] = {
	FIELD(csv_reviews, id),
	FIELD(csv_reviews, lot_id),
	FIELD(csv_reviews, lot),
	FIELD(csv_reviews, user_id),
	FIELD(csv_reviews, username),
	FIELD(csv_reviews, rating),
	FIELD(csv_reviews, words),
	FIELD(csv_reviews, stayed_at),
	FIELD(csv_reviews, created_at),
	FIELD(csv_reviews, changed_at),
	FIELD(csv_reviews, hidden_at),
	FIELD(csv_reviews, hidden_by),
	FIELD(csv_reviews, hidden_why),
	FIELD_END,
};

static enum problem
open_reviews(struct ctx *c, const void *in, struct db_rows **out)
{
	const struct review_filter *f = in;

	return csv_reviews_rows(c, f->state, f->rating, f->lot, f->q, out);
}

const struct field csv_lot_ratings_fields[] = {
	FIELD(csv_lot_ratings, lot_id),
	FIELD(csv_lot_ratings, lot),
	FIELD(csv_lot_ratings, ones),
	FIELD(csv_lot_ratings, twos),
	FIELD(csv_lot_ratings, threes),
	FIELD(csv_lot_ratings, fours),
	FIELD(csv_lot_ratings, fives),
	FIELD(csv_lot_ratings, reviews),
	FIELD(csv_lot_ratings, average),
	FIELD_END,
};

static enum problem
open_lot_ratings(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_lot_ratings_rows(c, out);
}

const struct table review_tables[] = {
	{ "reviews", "Reviews", "Stars and words, hidden ones too.", open_reviews,
	    .page = "/admin/reviews", .in = review_filter_fields,
	    .in_size = sizeof(struct review_filter) },
	{ "lot-ratings", "Ratings of lots",
	    "How often each number of stars was given, and what they come to.", open_lot_ratings },
	{ NULL },
};
