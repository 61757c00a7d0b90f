/* reviews.c -- who may say what of a lot, and what admins do about it. */
#include "reviews/reviews.h"
#include "gear/audit.h"
#include "gear/mail.h"
#include "gear/settings.h"
#include "reviews_sql.h"

#define TO_REVIEW_MOST 5

const struct field review_fields[] = {
	FIELD(review, id),
	FIELD(review, lot_id),
	FIELD(review, lot_name),
	FIELD(review, lot_city, .hidden = true),
	FIELD(review, time_zone, .hidden = true),
	FIELD(review, user_id),
	FIELD(review, writer_name, .nullable = true, .doc = "Of its writer, for admins"),
	FIELD(review, writer_email, .hidden = true),
	FIELD(review, rating, .doc = "1 to 5"),
	FIELD(review, words, .max = REVIEW_WORDS, .nullable = true),
	FIELD(review, stayed_at, .doc = "When their latest booking there began"),
	FIELD(review, created_at),
	FIELD(review, changed_at, .nullable = true),
	FIELD(review, hidden, .doc = "Shown to its writer and to admins only"),
	FIELD(review, hidden_at, .nullable = true),
	FIELD(review, hidden_why, .nullable = true),
	FIELD(review, hidden_by_name, .hidden = true),
	FIELD(review, stars, .hidden = true),
	FIELD_END,
};

const struct field review_draft_fields[] = {
	FIELD(review_draft, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(review_draft, rating, .required = true, .min = 1, .max = 5, .doc = "1 to 5"),
	FIELD(review_draft, words, .max = REVIEW_WORDS, .doc = "How it was; if you like"),
	FIELD_END,
};

const struct field to_review_fields[] = {
	FIELD(to_review, id),
	FIELD(to_review, name),
	FIELD(to_review, city),
	FIELD(to_review, time_zone),
	FIELD(to_review, stayed_at),
	FIELD_END,
};

const struct field review_id_fields[] = { FIELD(review_id, id), FIELD(review_id, lot_id),
	FIELD(review_id, rating), FIELD_END };
const struct field last_stay_fields[] = { FIELD(last_stay, stayed_at, .nullable = true),
	FIELD_END };
const struct field review_lot_fields[] = { FIELD(review_lot, id), FIELD(review_lot, name),
	FIELD(review_lot, chosen), FIELD_END };

const struct rule review_rules[] = {
	{ "reviews_lot", IN_USE, NULL, "There are reviews of this lot, and they are kept." },
	{ NULL },
};

/* ---- one's own */

enum problem
review_mine(struct ctx *c, int64_t lot_id, struct review *out)
{
	TRY(review_of(c, c->person.id, lot_id, out));
	out->stars = stars_in_text(out->rating);
	return OK;
}

enum problem
review_may(struct ctx *c, int64_t lot_id, instant *stayed_at)
{
	struct last_stay last = { 0 };

	TRY(review_stay_of(c, c->person.id, lot_id, c->now, &last));
	*stayed_at = last.stayed_at;
	if (instant_none(last.stayed_at))
		return fail(c, TOO_EARLY,
		    "You can say how it was once a booking of yours there has begun.");
	return OK;
}

/* What a form sends has the line ends of its protocol. */
static text
with_plain_line_ends(struct arena *a, text s)
{
	struct buf b = BUF(a);

	for (; *s; s++)
		if (s[0] != '\r')
			buf_char(&b, *s);
		else if (s[1] != '\n')
			buf_char(&b, '\n');
	return buf_text(&b);
}

enum problem
review_write(struct ctx *c, const struct review_draft *d, struct review *out)
{
	struct review_id put = { 0 };
	struct lot lot = { 0 };
	instant stayed_at;

	TRY(lot_load(c, d->id, &lot));
	TRY(review_may(c, d->id, &stayed_at));
	TRY(review_put(c, d->id, c->person.id, d->rating, with_plain_line_ends(c->arena, d->words),
	    stayed_at, c->now, &put));
	TRY(tell(c, LOT_CHANGED, d->id));
	return review_mine(c, d->id, out);
}

enum problem
review_remove(struct ctx *c, int64_t lot_id)
{
	struct review_id gone = { 0 };

	TRY(review_delete(c, c->person.id, lot_id, &gone));
	return tell(c, LOT_CHANGED, lot_id);
}

enum problem
reviews_mine(struct ctx *c, struct rows *reviews, struct rows *to_review)
{
	TRY(reviews_of_user(c, c->person.id, reviews));
	FOR_ROWS (review, r, *reviews)
		r->stars = stars_in_text(r->rating);
	return lots_to_review(c, c->person.id, c->now, TO_REVIEW_MOST, to_review);
}

enum problem
reviews_forget_person(struct ctx *c, int64_t user_id)
{
	struct rows left = { 0 };

	TRY(reviews_forget(c, user_id, &left));
	FOR_ROWS (review_id, r, left)
		TRY(tell(c, LOT_CHANGED, r->lot_id));
	return OK;
}

/* ---- by admins */

static enum problem
write_to_writer(struct ctx *c, const struct review *r, text subject, text what)
{
	text body = arena_fmt(c->arena,
	    "%s\n\nYour review, and what you can do with it:\n%s/lots/%lld/review", what,
	    settings.base_url, (long long)r->lot_id);

	return mail_send_later(c,
	    &(struct mail){
		.to = r->writer_email, .user_id = r->user_id, .subject = subject, .body = body });
}

static enum problem
after_deed(struct ctx *c, int64_t id, text deed, text detail, struct review *out)
{
	TRY(review_one(c, id, out));
	out->stars = stars_in_text(out->rating);
	TRY(audit_add(c, deed, "review", id, detail));
	return tell(c, LOT_CHANGED, out->lot_id);
}

enum problem
review_hide(struct ctx *c, int64_t id, text why, struct review *out)
{
	int64_t changed;

	TRY(review_one(c, id, out));
	TRY(review_set_hidden(c, id, c->person.id, why, c->now, &changed));
	if (changed == 0)
		return fail(c, WRONG_STATE, "It is hidden already.");
	TRY(after_deed(c, id, "review_hidden", why, out));
	return write_to_writer(c, out, "Your review is not shown any more",
	    arena_fmt(c->arena,
		"We have hidden your review of %s.  The reason we gave:\n\n%s\n\nYou still see "
		"it, others do not.",
		out->lot_name, why));
}

enum problem
review_show(struct ctx *c, int64_t id, struct review *out)
{
	int64_t changed;

	TRY(review_one(c, id, out));
	TRY(review_set_shown(c, id, &changed));
	if (changed == 0)
		return fail(c, WRONG_STATE, "It is shown already.");
	TRY(after_deed(c, id, "review_shown", "", out));
	return write_to_writer(c, out, "Your review is shown again",
	    arena_fmt(c->arena, "Your review of %s is shown again.", out->lot_name));
}
