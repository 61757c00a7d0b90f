/* routes.c -- reviews on the web: everybody's page of a lot, and one's own. */
#include "reviews/reviews.h"
#include "web/web.h"

#define A_PAGE 20

/* ---- a lot's, to read */

struct reviews_asked {
	int64_t id, stars, before;
};
static const struct field reviews_asked_fields[] = {
	FIELD(reviews_asked, id, .required = true, .min = 1, .max = INT64_MAX, .doc = "Of the lot"),
	FIELD(reviews_asked, stars, .min = 0, .max = 5, .doc = "Only those with so many; 0: all"),
	FIELD(reviews_asked, before, .min = 0, .max = INT64_MAX,
	    .doc = "Older than the review of this id"),
	FIELD_END,
};

struct reviews_page {
	int64_t lot_id, reviews, stars;
	text lot_name, lot_city, time_zone;
	double rating;
	struct rows by_stars; /* struct rating_bar */
	struct rows items; /* struct lot_review */
	text next, first;
};
static const struct field reviews_page_fields[] = {
	FIELD(reviews_page, lot_id),
	FIELD(reviews_page, lot_name),
	FIELD(reviews_page, lot_city, .hidden = true),
	FIELD(reviews_page, time_zone, .hidden = true),
	FIELD(reviews_page, rating, .nullable = true, .doc = "On average; null: no reviews"),
	FIELD(reviews_page, reviews, .doc = "How many in all"),
	FIELD(reviews_page, stars, .hidden = true),
	FIELD_LIST(reviews_page, by_stars, rating_bar),
	FIELD_LIST(reviews_page, items, lot_review),
	FIELD(reviews_page, next, .nullable = true, .doc = "Address of older ones"),
	FIELD(reviews_page, first, .hidden = true),
	FIELD_END,
};

static text
address_of(struct ctx *c, const struct reviews_asked *w, int64_t before)
{
	struct buf b = BUF(c->arena);

	buf_fmt(&b, "/lots/%lld/reviews", (long long)w->id);
	if (w->stars)
		buf_fmt(&b, "?stars=%lld", (long long)w->stars);
	if (before)
		buf_fmt(&b, "%cbefore=%lld", w->stars ? '&' : '?', (long long)before);
	return buf_text(&b);
}

static enum problem
of_lot(struct ctx *c, const void *in, struct reply *r)
{
	const struct reviews_asked *w = in;
	struct reviews_page *p = arena_alloc(c->arena, sizeof *p);
	struct lot l = { 0 };

	TRY(lot_load(c, w->id, &l));
	*p = (struct reviews_page){ .lot_id = l.id,
		.reviews = l.reviews,
		.stars = w->stars,
		.lot_name = l.name,
		.lot_city = l.city,
		.time_zone = l.time_zone,
		.rating = l.rating,
		.next = "",
		.first = w->before ? address_of(c, w, 0) : "" };
	TRY(lot_stars(c, l.id, &p->by_stars));
	TRY(lot_reviews(c, &l, w->stars, w->before, A_PAGE + 1, &p->items));
	if (p->items.n > A_PAGE) {
		p->items.n = A_PAGE;
		p->next = address_of(c, w, ROW(lot_review, p->items, A_PAGE - 1)->id);
	}
	return reply_one(r, p);
}

/* ---- one's own */

struct of_that_lot {
	int64_t id;
};
static const struct field of_that_lot_fields[] = {
	FIELD(of_that_lot, id, .required = true, .min = 1, .max = INT64_MAX, .doc = "Of the lot"),
	FIELD_END,
};

struct review_form { /* the form, and what is there already */
	int64_t id; /* of the lot */
	text lot_name, lot_city, time_zone;
	bool may; /* a booking there has begun */
	instant stayed_at;
	int64_t rating;
	text words;
	const struct review *review; /* NULL: none yet */
};
static const struct field review_form_fields[] = {
	FIELD(review_form, id, .hidden = true),
	FIELD(review_form, lot_name),
	FIELD(review_form, lot_city, .hidden = true),
	FIELD(review_form, time_zone, .hidden = true),
	FIELD(review_form, may, .doc = "You may write one: a booking of yours there has begun"),
	FIELD(review_form, stayed_at, .nullable = true),
	FIELD(review_form, rating, .hidden = true),
	FIELD(review_form, words, .hidden = true, .max = REVIEW_WORDS),
	FIELD_ONE(review_form, review, review, .doc = "Yours; null: none yet"),
	FIELD_END,
};

static enum problem
show_form(struct ctx *c, const void *in, struct reply *r)
{
	const struct of_that_lot *w = in;
	struct review_form *f = arena_alloc(c->arena, sizeof *f);
	struct review *mine = arena_alloc(c->arena, sizeof *mine);
	struct lot l = { 0 };

	TRY(lot_load(c, w->id, &l));
	*f = (struct review_form){
		.id = l.id, .lot_name = l.name, .lot_city = l.city, .time_zone = l.time_zone
	};
	enum problem may = review_may(c, w->id, &f->stayed_at);
	if (may != OK && may != TOO_EARLY)
		return may;
	c->detail = NULL;
	f->may = may == OK;
	enum problem e = review_mine(c, w->id, mine);
	if (e == OK) {
		f->review = mine;
		f->rating = mine->rating;
		f->words = mine->words;
		f->may = true;
	} else if (e != NOT_FOUND) {
		return e;
	}
	fields_complete(review_form_fields, f);
	return reply_one(r, f);
}

static enum problem
write(struct ctx *c, const void *in, struct reply *r)
{
	const struct review_draft *d = in;
	struct review *put = arena_alloc(c->arena, sizeof *put);

	TRY(review_write(c, d, put));
	r->location = arena_fmt(
	    c->arena, put->hidden ? "/lots/%lld/review" : "/lots/%lld/reviews", (long long)d->id);
	r->flash = put->hidden ? "Saved. It stays hidden."
	    : instant_none(put->changed_at)
	    ? "Thank you. Your review is there for everybody to read."
	    : "Your review is changed.";
	return reply_one(r, put);
}

static enum problem
take_away(struct ctx *c, const void *in, struct reply *r)
{
	const struct of_that_lot *w = in;

	TRY(review_remove(c, w->id));
	r->flash = "Your review is gone.";
	return reply_done(r, "/reviews");
}

struct my_reviews {
	struct rows items; /* struct review */
	struct rows to_review; /* struct to_review */
};
static const struct field my_reviews_fields[] = {
	FIELD_LIST(my_reviews, items, review, .doc = "Yours, newest first"),
	FIELD_LIST(
	    my_reviews, to_review, to_review, .doc = "Where you parked and said nothing yet"),
	FIELD_END,
};

static enum problem
mine(struct ctx *c, const void *in, struct reply *r)
{
	struct my_reviews *all = arena_alloc(c->arena, sizeof *all);

	(void)in;
	TRY(reviews_mine(c, &all->items, &all->to_review));
	return reply_one(r, all);
}

/* clang-format off */
const struct route review_routes[] = {
	{ GET, "/lots/:id/reviews", ANYONE, of_lot, TAKES(reviews_asked), GIVES(reviews_page), .page = "reviews/list",
	  .again = "/lots/:id", CACHED("lot::id"), FAILS(NOT_FOUND), .doc = "What people who parked there say of a lot, newest first." },
	{ GET, "/lots/:id/review", CUSTOMER, show_form, TAKES(of_that_lot), GIVES(review_form), .page = "reviews/form",
	  FAILS(NOT_FOUND), .doc = "Your own review of a lot, or the form to write one." },
	{ POST, "/lots/:id/review", CUSTOMER, write, TAKES(review_draft), GIVES(review), .rehearsed = true, .again = "/lots/:id/review",
	  FAILS(NOT_FOUND, TOO_EARLY), .doc = "Review a lot where you parked; again: change your review." },
	{ POST, "/lots/:id/review/removal", CUSTOMER, take_away, TAKES(of_that_lot), .dress = PAGE_ONLY, .again = "/lots/:id/review",
	  FAILS(NOT_FOUND), .doc = "Take your review away." },
	{ DELETE, "/lots/:id/review", CUSTOMER, take_away, TAKES(of_that_lot), FAILS(NOT_FOUND), .doc = "Take your review away." },
	{ GET, "/reviews", CUSTOMER, mine, GIVES(my_reviews), .page = "reviews/mine",
	  .doc = "Your reviews, and where you parked and have not said how it was." },
	{ 0 },
};
/* clang-format on */
