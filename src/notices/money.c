/* money.c -- what people are told of their money: it came, it did not come, it went back. */
#include "notices/notices.h"
#include "notices_sql.h"

const struct field told_money_fields[] = { FIELD(told_money, user_id), FIELD(told_money, amount),
	FIELD(told_money, currency), FIELD(told_money, why), FIELD(told_money, lot_name),
	FIELD(told_money, reservation_id, .nullable = true),
	FIELD(told_money, receipt_id, .nullable = true),
	FIELD(told_money, receipt_number, .nullable = true), FIELD_END };

static text
receipt_of(struct ctx *c, const struct told_money *m)
{
	return m->receipt_id ? arena_fmt(c->arena, "/receipts/%lld", (long long)m->receipt_id) : "";
}

static text
numbered(struct ctx *c, const struct told_money *m, text what)
{
	return m->receipt_id ? arena_fmt(c->arena, " %s %s.", what, m->receipt_number) : "";
}

/* A reason ends the sentence, whether whoever typed it put a full stop or not. */
static text
without_stop(struct arena *a, text s)
{
	size_t n = strlen(s);

	return arena_bytes(a, s, n && s[n - 1] == '.' ? n - 1 : n);
}

static struct notice
it_came(struct ctx *c, const struct told_money *m)
{
	return (struct notice){ .kind = "payment",
		.words = arena_fmt(c->arena, "You have paid %s for %s.%s",
		    money_text(c->arena, m->amount, m->currency), m->lot_name,
		    numbered(c, m, "Receipt")),
		.link = receipt_of(c, m) };
}

static struct notice
it_came_to_nothing(struct ctx *c, const struct told_money *m)
{
	return (struct notice){ .kind = "payment",
		.words = arena_fmt(c->arena,
		    "Your payment of %s for %s came to nothing, and nothing was charged.%s%s",
		    money_text(c->arena, m->amount, m->currency), m->lot_name, *m->why ? " " : "",
		    m->why),
		.link = m->reservation_id
		    ? arena_fmt(c->arena, "/reservations/%lld", (long long)m->reservation_id)
		    : "" };
}

static struct notice
it_went_back(struct ctx *c, const struct told_money *m)
{
	return (struct notice){ .kind = "refund",
		.words = arena_fmt(c->arena, "%s for %s went back to you: %s.%s",
		    money_text(c->arena, m->amount, m->currency), m->lot_name,
		    without_stop(c->arena, m->why), numbered(c, m, "Credit note")),
		.link = receipt_of(c, m) };
}

/* found: how looking *m up ended; of nobody we know there is nobody to tell.  Once of a key and id. */
static enum problem
tell_of(struct ctx *c, enum problem found, const struct told_money *m,
    struct notice (*say)(struct ctx *, const struct told_money *), text key, int64_t id)
{
	if (found != OK)
		return found == NOT_FOUND ? OK : found;
	struct notice n = say(c, m);
	n.user_id = m->user_id;
	n.unique = arena_fmt(c->arena, "%s:%lld", key, (long long)id);
	return notice_tell(c, &n);
}

enum problem
notice_of_payment(struct ctx *c, int64_t id)
{
	struct told_money m = { 0 };

	return tell_of(c, payment_to_tell(c, id, &m), &m, it_came, "paid", id);
}

enum problem
notice_of_failed_payment(struct ctx *c, int64_t id)
{
	struct told_money m = { 0 };

	return tell_of(c, payment_to_tell(c, id, &m), &m, it_came_to_nothing, "unpaid", id);
}

enum problem
notice_of_refund(struct ctx *c, int64_t id)
{
	struct told_money m = { 0 };

	return tell_of(c, refund_to_tell(c, id, &m), &m, it_went_back, "refunded", id);
}
