/* says.c -- what people who parked at a lot say of it, as its page shows it. */
#include "lots/pages.h"
#include "lots_sql.h"

const struct field rating_bar_fields[] = {
	FIELD(rating_bar, stars),
	FIELD(rating_bar, n),
	FIELD(rating_bar, width, .hidden = true),
	FIELD(rating_bar, href, .hidden = true),
	FIELD_END,
};

const struct field lot_review_fields[] = {
	FIELD(lot_review, id),
	FIELD(lot_review, rating, .doc = "1 to 5"),
	FIELD(lot_review, words, .max = 2000, .nullable = true),
	FIELD(lot_review, by_name, .nullable = true, .doc = "First name and initial"),
	FIELD(lot_review, stayed_at, .hidden = true),
	FIELD(lot_review, when, .doc = "The month in which they were there"),
	FIELD(lot_review, created_at),
	FIELD(lot_review, changed_at, .nullable = true),
	FIELD(lot_review, stars, .hidden = true),
	FIELD_END,
};

text
stars_in_text(int64_t rating)
{
	static const text stars[] = { "☆☆☆☆☆", "★☆☆☆☆", "★★☆☆☆", "★★★☆☆", "★★★★☆", "★★★★★" };

	return stars[rating < 0 ? 0 : rating > 5 ? 5 : rating];
}

text
month_in_words(struct arena *a, const struct zone *z, instant t)
{
	static const text months[] = { "January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December" };
	struct civil there;

	zone_civil(z, t, &there);
	return arena_fmt(a, "%s %d", months[there.month - 1], there.year);
}

enum problem
lot_stars(struct ctx *c, int64_t lot_id, struct rows *bars)
{
	int64_t longest = 0;

	TRY(lot_rating_bars(c, lot_id, bars));
	FOR_ROWS (rating_bar, b, *bars)
		longest = b->n > longest ? b->n : longest;
	if (longest == 0)
		bars->n = 0;
	FOR_ROWS (rating_bar, b, *bars) {
		b->width = arena_fmt(c->arena, "%.2f%%", 100.0 * (double)b->n / (double)longest);
		b->href = b->n ? arena_fmt(c->arena, "/lots/%lld/reviews?stars=%lld",
				     (long long)lot_id, (long long)b->stars)
			       : "";
	}
	return OK;
}

enum problem
lot_reviews(struct ctx *c, const struct lot *l, int64_t stars, int64_t before, int64_t most,
    struct rows *reviews)
{
	TRY(lot_says(c, l->id, stars, before, most, reviews));
	FOR_ROWS (lot_review, r, *reviews) {
		r->stars = stars_in_text(r->rating);
		r->when = month_in_words(c->arena, lot_clock(l), r->stayed_at);
	}
	return OK;
}
