/* routes_admin.c -- all reviews, and hiding one. */
#include "reviews/reviews.h"
#include "reviews/tables.h"
#include "reviews_sql.h"
#include "web/web.h"

static const struct listing review_listing = {
	.path = "/admin/reviews",
	.csv = "/admin/tables/reviews.csv",
	.usual = "-written",
	.filter = review_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "Written", "written", .falling = true },
		{ "Stars", "stars" },
		{ "Lot", "lot" },
		{ "Who", "who" },
		{ "Words" },
		{ "State" },
		{ NULL },
	    },
};

struct review_list {
	LISTING_PAGE; /* struct review */
	struct rows lots; /* struct review_lot */
	const struct review_filter *f;
};
static const struct field review_list_fields[] = {
	LISTING_PAGE_FIELDS(review_list, review),
	FIELD_LIST(review_list, lots, review_lot, .hidden = true),
	FIELD_ONE(review_list, f, review_filter, .hidden = true),
	FIELD_END,
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct review_filter *f = in;
	const struct listing *l = &review_listing;
	struct review_list *v = arena_alloc(c->arena, sizeof *v);
	struct number_of count = { 0 };

	v->f = f;
	TRY(reviews_page(c, f->state, f->rating, f->lot, f->q, listing_order(l, f),
	    listing_skip(l, f), listing_most(l, f), &v->items));
	TRY(reviews_number(c, f->state, f->rating, f->lot, f->q, COUNT_MOST + 1, &count));
	v->count = count.n;
	LISTING_FILL(c, l, f, v);
	FOR_ROWS (review, each, v->items)
		each->stars = stars_in_text(each->rating);
	TRY(lots_reviewed(c, &v->lots));
	FOR_ROWS (review_lot, each, v->lots)
		each->chosen = each->id == f->lot;
	return reply_one(r, v);
}

struct which_review {
	int64_t id;
};
static const struct field which_review_fields[] = {
	FIELD(which_review, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_review *w = in;
	struct review *found = arena_alloc(c->arena, sizeof *found);

	TRY(review_one(c, w->id, found));
	found->stars = stars_in_text(found->rating);
	return reply_one(r, found);
}

struct hiding {
	int64_t id;
	text reason;
};
static const struct field hiding_fields[] = {
	FIELD(hiding, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(hiding, reason, .required = true, .max = 300, .doc = "Its writer reads it"),
	FIELD_END,
};

static enum problem
hide(struct ctx *c, const void *in, struct reply *r)
{
	const struct hiding *w = in;
	struct review *now = arena_alloc(c->arena, sizeof *now);

	TRY(review_hide(c, w->id, w->reason, now));
	r->flash = "It is hidden, and its writer is told why.";
	r->location = arena_fmt(c->arena, "/admin/reviews/%lld", (long long)w->id);
	return reply_one(r, now);
}

static enum problem
show_again(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_review *w = in;
	struct review *now = arena_alloc(c->arena, sizeof *now);

	TRY(review_show(c, w->id, now));
	r->flash = "Everybody can read it again.";
	r->location = arena_fmt(c->arena, "/admin/reviews/%lld", (long long)w->id);
	return reply_one(r, now);
}

/* clang-format off */
const struct route review_admin_routes[] = {
	{ GET, "/admin/reviews", ADMIN, list, TAKES(review_filter), GIVES(review_list), .page = "reviews/all", .again = "/admin/reviews",
	  .doc = "All reviews, by state, stars, lot and words." },
	{ GET, "/admin/reviews/:id", ADMIN, show, TAKES(which_review), GIVES(review), .page = "reviews/show", FAILS(NOT_FOUND),
	  .doc = "One review, and whether everybody reads it." },
	{ POST, "/admin/reviews/:id/hiding", ADMIN, hide, TAKES(hiding), GIVES(review), .again = "/admin/reviews/:id",
	  FAILS(NOT_FOUND, WRONG_STATE), .doc = "Hide a review, with a reason that its writer reads." },
	{ POST, "/admin/reviews/:id/showing", ADMIN, show_again, TAKES(which_review), GIVES(review), .again = "/admin/reviews/:id",
	  FAILS(NOT_FOUND, WRONG_STATE), .doc = "Show a hidden review again." },
	{ 0 },
};
/* clang-format on */
