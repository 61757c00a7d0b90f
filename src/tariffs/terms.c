#include "tariffs/terms.h"
#include "tariffs/words.h"

/* ---- the fields */

static const text charges[] = { "started", "minute", NULL }, cap_pers[] = { "24h", "day", NULL };

#define NAMED(s, n, m, ...)                                                                        \
	{                                                                                          \
		.name = n, .type = FT_OF(((struct s *)0)->m), .at = offsetof(struct s, m),         \
		__VA_ARGS__                                                                        \
	}
#define AMOUNT .max = 20

#define WINDOW_TERMS(w, n)                                                                         \
	NAMED(tariff_terms, n "_price", w.price, AMOUNT,                                           \
	    .doc = "Price in a window; empty: no window"),                                         \
	    NAMED(tariff_terms, n "_every", w.every, .max = 525600,                                \
		.doc = "For so many minutes; as the base rate if left out"),                       \
	    NAMED(tariff_terms, n "_days", w.days, .max = 10, .among = days_names,                 \
		.doc = "On these days; all if left out"),                                          \
	    NAMED(tariff_terms, n "_from", w.from, .max = 5, .doc = "On the lot's clock, 22:00"),  \
	    NAMED(tariff_terms, n "_until", w.until, .max = 5,                                     \
		.doc = "The same as _from: the whole day; earlier: past midnight")

const struct field tariff_terms_fields[] = { FIELD(tariff_terms, id, .min = 0, .max = INT64_MAX),
	FIELD(tariff_terms, number, .min = 0, .max = INT64_MAX,
	    .doc = "The version this was made from: refused if another came since"),
	FIELD(tariff_terms, name, .required = true, .max = 100),
	FIELD(tariff_terms, currency, .required = true, .min = 3, .max = 3, .doc = "ISO 4217 code"),
	FIELD(tariff_terms, charge, .max = 10, .among = charges,
	    .doc = "Each started step (the default), or by the minute in proportion"),
	FIELD(tariff_terms, price, .required = true, AMOUNT, .doc = "Decimal, like 5.00"),
	FIELD(tariff_terms, every_minutes, .min = 0, .max = 525600,
	    .doc = "What the price is for; 60 if left out"),
	FIELD(tariff_terms, grace_minutes, .min = 0, .max = 1440,
	    .doc = "A stay no longer than this is free"),
	FIELD(tariff_terms, first_minutes, .min = 0, .max = 10080, .doc = "A first interval"),
	FIELD(tariff_terms, first_price, AMOUNT, .doc = "and what it costs"),
	WINDOW_TERMS(w1, "w1"), WINDOW_TERMS(w2, "w2"), WINDOW_TERMS(w3, "w3"),
	FIELD(tariff_terms, cap, AMOUNT, .doc = "Never more than this"),
	FIELD(tariff_terms, cap_per, .max = 10, .among = cap_pers,
	    .doc = "in 24 hours from the entry (the default), or on a calendar day"),
	FIELD(tariff_terms, lost, AMOUNT, .doc = "What a lost ticket costs"),
	FIELD(tariff_terms, begins, .max = 100,
	    .doc = "From when on it is in force, with an offset or on the clock of time_zone; at "
		   "once if left out, as the first version always is"),
	FIELD(tariff_terms, time_zone, .max = 100,
	    .doc = "IANA name; that of a lot which charges so"),
	FIELD_END };

#define DRAFT(s, base, n, m) NAMED(s, n, base m, .max = 100)
#define DRAFT_WINDOW(s, base, w)                                                                   \
	DRAFT(s, base, #w "_price", w.price), DRAFT(s, base, #w "_every", w.every),                \
	    DRAFT(s, base, #w "_days", w.days), DRAFT(s, base, #w "_from", w.from),                \
	    DRAFT(s, base, #w "_until", w.until)
#define DRAFT_TERMS(s, base)                                                                       \
	DRAFT(s, base, "charge", charge), DRAFT(s, base, "price", price),                          \
	    DRAFT(s, base, "every_minutes", every_minutes),                                        \
	    DRAFT(s, base, "grace_minutes", grace_minutes),                                        \
	    DRAFT(s, base, "first_minutes", first_minutes),                                        \
	    DRAFT(s, base, "first_price", first_price), DRAFT_WINDOW(s, base, w1),                 \
	    DRAFT_WINDOW(s, base, w2), DRAFT_WINDOW(s, base, w3), DRAFT(s, base, "cap", cap),      \
	    DRAFT(s, base, "cap_per", cap_per), DRAFT(s, base, "lost", lost)
#define DRAFT_NAME(s, base) DRAFT(s, base, "name", name), DRAFT(s, base, "currency", currency)
#define WHOLE

const struct field draft_fields[] = { DRAFT_NAME(draft, WHOLE), DRAFT_TERMS(draft, WHOLE),
	FIELD_END };

#define STAY_TO_PRICE                                                                              \
	FIELD(tariff_ask, from, .max = 100,                                                        \
	    .doc = "A stay to price: from, on the clock of time_zone"),                            \
	    FIELD(tariff_ask, until, .max = 100, .doc = "until"),                                  \
	    FIELD(tariff_ask, time_zone, .max = 100,                                               \
		.doc = "IANA name; that of a lot which charges so")

const struct field tariff_ask_fields[] = { FIELD(tariff_ask, id, .required = true, .min = 1,
					       .max = INT64_MAX),
	FIELD(tariff_ask, number, .min = 0, .max = INT32_MAX,
	    .doc = "Which version; the one in force if left out"),
	STAY_TO_PRICE, FIELD_END };
const struct field tariff_edit_fields[] = { FIELD(tariff_ask, id, .required = true, .min = 1,
						.max = INT64_MAX),
	FIELD(tariff_ask, begins, .max = 100, .doc = "When it is to come into force"),
	STAY_TO_PRICE, DRAFT_NAME(tariff_ask, draft.), DRAFT_TERMS(tariff_ask, draft.), FIELD_END };
const struct field tariff_new_fields[] = { STAY_TO_PRICE, DRAFT_NAME(tariff_ask, draft.),
	DRAFT_TERMS(tariff_ask, draft.), FIELD_END };

const struct field stay_row_fields[] = { FIELD(stay_row, stay, .doc = "How long"),
	FIELD(stay_row, price, .doc = "What it costs"), FIELD(stay_row, before, .hidden = true),
	FIELD_END };
const struct field charging_lot_fields[] = { FIELD(charging_lot, id), FIELD(charging_lot, name),
	FIELD(charging_lot, time_zone), FIELD_END };

const struct field tariff_page_fields[] = { FIELD(tariff_page, id), FIELD(tariff_page, version_id),
	FIELD(tariff_page, number, .doc = "Of this version, from 1"),
	FIELD(tariff_page, next_number, .hidden = true), FIELD(tariff_page, name),
	FIELD(tariff_page, currency, .doc = "ISO 4217 code"),
	FIELD(tariff_page, words, .doc = "The tariff in plain words"),
	FIELD(tariff_page, before_words, .hidden = true),
	FIELD(tariff_page, since, .doc = "When it was published"),
	FIELD(tariff_page, in_force_from, .doc = "From when on it is, or was, in force"),
	FIELD(tariff_page, begins, .hidden = true),
	FIELD(tariff_page, state, .doc = "in_force, coming, or past: another took its place"),
	FIELD_LIST(tariff_page, coming, tariff_version, .hidden = true),
	DRAFT_TERMS(tariff_page, draft.), FIELD(tariff_page, from), FIELD(tariff_page, until),
	FIELD(tariff_page, time_zone),
	FIELD_ONE(
	    tariff_page, quote, price, .doc = "What a stay from `from` to `until` costs, and why"),
	FIELD(tariff_page, why_not, .hidden = true),
	FIELD_LIST(tariff_page, stays, stay_row, .doc = "Examples, all beginning at `from`"),
	FIELD_LIST(
	    tariff_page, nights, stay_row, .doc = "Examples over nights on which clocks change"),
	FIELD_LIST(tariff_page, versions, tariff_version, .doc = "All versions, latest first"),
	FIELD_LIST(tariff_page, lots, charging_lot, .doc = "Where it is charged"),
	FIELD(tariff_page, is_new, .hidden = true),
	FIELD(tariff_page, retired, .doc = "No lot may begin to charge it any more"),
	FIELD(tariff_page, in_force, .doc = "Is this the version in force?"), FIELD_END };

const struct field tariff_summary_fields[] = { FIELD(tariff_summary, id),
	FIELD(tariff_summary, number, .doc = "Of the version in force"),
	FIELD(tariff_summary, name), FIELD(tariff_summary, currency, .doc = "ISO 4217 code"),
	FIELD(tariff_summary, words, .doc = "The tariff in plain words"),
	FIELD(tariff_summary, since, .doc = "From when on that version has been in force"),
	FIELD(tariff_summary, next_number, .nullable = true,
	    .doc = "Of the version that takes its place"),
	FIELD(tariff_summary, next_from, .nullable = true, .doc = "and when"), FIELD_END };

/* ---- terms into lines */

static void
read_amount(struct ctx *c, text field, text typed, text currency, money *out)
{
	if (money_parse(typed, currency, out) && out->minor >= 0) {
		if (out->minor > 1000000000)
			complain(c, field, "That is more than a price may be.");
		return;
	}
	complain(c, field, "This takes an amount like %s.",
	    money_plain(c->arena, (money){ currency_digits(currency) ? 500 : 5 }, currency));
}

static struct tariff_line *
add_line(struct tariff *t, enum tariff_kind kind, int64_t minutes)
{
	struct tariff_line *l = &t->lines[t->n++];

	*l = (struct tariff_line){ .kind = kind, .minutes = minutes };
	return l;
}

static void
read_clock(struct ctx *c, text field, text typed, int64_t *minute)
{
	if (*typed && !clock_read(typed, minute))
		complain(c, field, "This takes a time like 22:00.");
}

static void
read_window(struct ctx *c, text n, const struct window_terms *w, const struct tariff_terms *in,
    struct tariff *t)
{
	const struct tariff_line *base = &t->lines[t->n - 1];
	struct arena *a = c->arena;
	struct tariff_line *l;

	while (base->days)
		base--;
	if (*w->price == 0) {
		if (*w->from || *w->until)
			complain(
			    c, arena_fmt(a, "%s_price", n), "A window needs its price; 0 is free.");
		return;
	}
	l = add_line(t, base->kind, w->every ? w->every : base->minutes);
	read_amount(c, arena_fmt(a, "%s_price", n), w->price, in->currency, &l->price);
	l->days = *w->days ? days_named(w->days) : EVERY_DAY;
	read_clock(c, arena_fmt(a, "%s_from", n), w->from, &l->from);
	read_clock(c, arena_fmt(a, "%s_until", n), w->until, &l->until);
	if ((*w->from == 0) != (*w->until == 0))
		complain(c, arena_fmt(a, "%s_%s", n, *w->from ? "until" : "from"),
		    "A window needs both its times, or none for the whole day.");
	if (l->days == EVERY_DAY && l->from == l->until)
		complain(c, arena_fmt(a, "%s_days", n),
		    "This covers all the time: choose days, or times.");
}

static void
read_first(struct ctx *c, const struct tariff_terms *in, struct tariff *t)
{
	if (in->first_minutes == 0 && *in->first_price == 0)
		return;
	if (in->first_minutes == 0) {
		complain(c, "first_minutes", "How long is the first interval?");
		return;
	}
	struct tariff_line *l = add_line(t, FIRST, in->first_minutes);
	read_amount(c, "first_price", in->first_price, in->currency, &l->price);
}

static void
read_cap(
    struct ctx *c, const struct tariff_terms *in, const struct tariff_line *base, struct tariff *t)
{
	if (*in->cap == 0)
		return;
	struct tariff_line *l = add_line(t, CAP, text_is(in->cap_per, "day") ? 0 : 1440);
	read_amount(c, "cap", in->cap, in->currency, &l->price);
	if (l->price.minor < base->price.minor && base->kind == STEP)
		complain(c, "cap", "Less than one step of the rate (%s).",
		    money_text(c->arena, base->price, in->currency));
}

enum problem
terms_read(struct ctx *c, const struct tariff_terms *in, struct tariff *t)
{
	int before = c->complaints.n;

	*t = (struct tariff){
		.id = in->id, .number = in->number, .name = in->name, .currency = in->currency
	};
	if (!currency_known(in->currency))
		return complain(c, "currency", "This takes an ISO 4217 code, like EUR.");
	if (in->grace_minutes)
		add_line(t, GRACE, in->grace_minutes);
	read_first(c, in, t);
	struct tariff_line *base = add_line(t, text_is(in->charge, "minute") ? PER_MINUTE : STEP,
	    in->every_minutes ? in->every_minutes : 60);
	read_amount(c, "price", in->price, in->currency, &base->price);
	read_window(c, "w1", &in->w1, in, t);
	read_window(c, "w2", &in->w2, in, t);
	read_window(c, "w3", &in->w3, in, t);
	read_cap(c, in, base, t);
	if (*in->lost) {
		struct tariff_line *l = add_line(t, LOST, 0);

		read_amount(c, "lost", in->lost, in->currency, &l->price);
	}
	return c->complaints.n > before ? INVALID : OK;
}

/* A field_source over a draft. */
static struct raw
typed_in_draft(void *draft, const struct field *wanted)
{
	const struct field *f = field_find(draft_fields, wanted->name);

	if (f == NULL)
		return (struct raw){ 0 };
	return (struct raw){ .present = true, .text = *(text *)((char *)draft + f->at) };
}

enum problem
draft_read(struct ctx *c, const struct draft *d, struct tariff *t)
{
	struct tariff_terms terms = { 0 };
	struct draft copy = *d;

	if (!fields_decode(
		c->arena, tariff_terms_fields, &terms, typed_in_draft, &copy, &c->complaints))
		return INVALID;
	return terms_read(c, &terms, t);
}

/* ---- and back */

static text
whole(struct arena *a, int64_t n)
{
	return n ? arena_fmt(a, "%lld", (long long)n) : "";
}

static void
draft_rate(struct arena *a, const struct tariff_line *l, text price, struct draft *d, int window)
{
	struct window_draft *const windows[TARIFF_WINDOWS] = { &d->w1, &d->w2, &d->w3 };

	if (l->days == 0) {
		d->charge = charges[l->kind == PER_MINUTE];
		d->price = price;
		d->every_minutes = whole(a, l->minutes);
		return;
	}
	bool whole_day = l->from == l->until;
	*windows[window] = (struct window_draft){ price, whole(a, l->minutes), days_name(l->days),
		whole_day ? "" : clock_text(a, l->from), whole_day ? "" : clock_text(a, l->until) };
}

void
draft_of(struct arena *a, const struct tariff *t, struct draft *d)
{
	int window = 0;

	*d = (struct draft){ .name = t->name, .currency = t->currency };
	fields_complete(draft_fields, d);
	for (size_t i = 0; i < t->n; i++) {
		const struct tariff_line *l = &t->lines[i];
		text price = money_plain(a, l->price, t->currency);

		switch (l->kind) {
		case GRACE: d->grace_minutes = whole(a, l->minutes); break;
		case FIRST:
			d->first_minutes = whole(a, l->minutes);
			d->first_price = price;
			break;
		case STEP:
		case PER_MINUTE:
			draft_rate(a, l, price, d, window);
			window += l->days != 0;
			break;
		case CAP:
			d->cap = price;
			d->cap_per = cap_pers[l->minutes == 0];
			break;
		case LOST: d->lost = price; break;
		}
	}
}
