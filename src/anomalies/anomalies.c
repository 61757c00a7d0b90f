/* anomalies.c -- raised once, looked into, closed with a reason. */
#include "anomalies/tables.h"
#include "anomalies_sql.h"
#include "gear/audit.h"
#include "notices/notices.h"

#define DETAIL_MOST 500

const struct anomaly_kind anomaly_kinds[] = {
	{ "plate_mismatch", "Another plate than expected", true, true },
	{ "duplicate_entry", "Inside already", true, true },
	{ "long_stay", "Unusually long stay", true, true },
	{ "exit_without_entry", "Exit without an entry", true, true },
	{ "lost_ticket", "Lost ticket", false, true },
	{ "manual_opening", "Barrier opened by hand", false, true },
	{ "low_confidence", "Plate read with little confidence", false, false },
	{ "clock_skew", "Clock that runs wrong", true, false },
	{ NULL },
};

static const text states[] = { "open", "acknowledged", "closed", NULL };

const struct field anomaly_fields[] = {
	FIELD(anomaly, id),
	FIELD(anomaly, kind, .doc = "plate_mismatch, duplicate_entry, long_stay, …"),
	FIELD(anomaly, title, .hidden = true),
	FIELD(anomaly, state, .among = states),
	FIELD(anomaly, lot_id, .nullable = true),
	FIELD(anomaly, lot_name, .nullable = true),
	FIELD(anomaly, time_zone, .hidden = true),
	FIELD(anomaly, stay_id, .nullable = true),
	FIELD(anomaly, subject, .nullable = true, .doc = "What else it is about: device, camera …"),
	FIELD(anomaly, subject_id, .nullable = true),
	FIELD(anomaly, plate, .nullable = true),
	FIELD(anomaly, detail),
	FIELD(anomaly, times, .doc = "How often it was found"),
	FIELD(anomaly, raised_at),
	FIELD(anomaly, last_at, .doc = "When it was found last"),
	FIELD(anomaly, acknowledged_at, .nullable = true),
	FIELD(anomaly, acknowledged_by_name, .nullable = true),
	FIELD(anomaly, closed_at, .nullable = true),
	FIELD(anomaly, closed_by_name, .nullable = true),
	FIELD(anomaly, reason, .nullable = true, .doc = "Why it was closed"),
	FIELD(anomaly, link, .hidden = true),
	FIELD(anomaly, open, .hidden = true),
	FIELD(anomaly, closed, .hidden = true),
	FIELD_END,
};

const struct field anomaly_id_fields[] = { FIELD(anomaly_id, id), FIELD(anomaly_id, times),
	FIELD(anomaly_id, n), FIELD_END };

const struct rule anomaly_rules[] = {
	{ NULL },
};

static const struct anomaly_kind *
kind_named(text name)
{
	for (const struct anomaly_kind *k = anomaly_kinds; k->name; k++)
		if (text_is(k->name, name))
			return k;
	BUG("an anomaly of a kind that nobody lists");
}

/* ---- raising */

static text
or_none(text s)
{
	return s ? s : "";
}

/* Not within a character. */
static text
cut(struct arena *a, text s, size_t most)
{
	size_t n = strlen(s);

	if (n <= most)
		return s;
	for (n = most; n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80;)
		n--;
	return arena_bytes(a, s, n);
}

static enum problem
tell_operators(struct ctx *c, const struct anomaly_kind *k, int64_t id, text detail)
{
	return notice_tell(c,
	    &(struct notice){ .kind = "anomaly",
		.words = arena_fmt(c->arena, "%s: %s", k->title, detail),
		.link = arena_fmt(c->arena, "/anomalies/%lld", (long long)id),
		.unique = arena_fmt(c->arena, "anomaly:%lld", (long long)id) });
}

static enum problem
close_one(struct ctx *c, int64_t id, text reason)
{
	int64_t changed;

	TRY(anomaly_set_closed(c, id, c->person.id, reason, c->now, &changed));
	return changed ? audit_add(c, "anomaly_closed", "anomaly", id, reason) : OK;
}

enum problem
anomaly_raise(struct ctx *c, text kind, const struct anomaly_found *f, bool *first)
{
	const struct anomaly_kind *k = kind_named(kind);
	struct anomaly_id put = { 0 };
	text detail = cut(c->arena, or_none(f->detail), DETAIL_MOST);

	TRY(anomaly_put(c, kind, f->key, f->lot_id, f->stay_id, or_none(f->subject), f->subject_id,
	    or_none(f->plate), detail, c->now, &put));
	if (first)
		*first = put.times == 1;
	if (put.times > 1)
		return OK;
	if (f->reason && *f->reason)
		return close_one(c, put.id, f->reason);
	return k->notice ? tell_operators(c, k, put.id, detail) : OK;
}

/* ---- looking */

static text
link_of(struct arena *a, const struct anomaly *x)
{
	if (x->stay_id)
		return arena_fmt(a, "/stays/%lld", (long long)x->stay_id);
	if (text_is(x->subject, "device"))
		return arena_fmt(a, "/devices/%lld", (long long)x->subject_id);
	if (text_is(x->subject, "plate_read"))
		return arena_fmt(a, "/plate-reads/%lld", (long long)x->subject_id);
	return "";
}

static void
complete(struct ctx *c, struct anomaly *x)
{
	x->title = kind_named(x->kind)->title;
	x->link = link_of(c->arena, x);
	x->open = text_is(x->state, "open");
	x->closed = text_is(x->state, "closed");
	fields_complete(anomaly_fields, x);
}

enum problem
anomaly_load(struct ctx *c, int64_t id, struct anomaly *out)
{
	TRY(anomaly_one(c, id, out));
	complete(c, out);
	return OK;
}

enum problem
anomalies_list(struct ctx *c, const struct anomalies_asked *w, const struct listing *l,
    struct rows *out, int64_t *count)
{
	text plate = text_plate(c->arena, w->plate);
	struct number_of n = { 0 };

	TRY(anomalies_page(c, w->kind, anomalies_state(w), w->lot, plate, w->from, w->until,
	    listing_order(l, w), listing_skip(l, w), listing_most(l, w), out));
	TRY(anomalies_number(
	    c, w->kind, anomalies_state(w), w->lot, plate, w->from, w->until, COUNT_MOST + 1, &n));
	*count = n.n;
	FOR_ROWS (anomaly, x, *out)
		complete(c, x);
	return OK;
}

enum problem
anomalies_at_gate(struct ctx *c, int64_t lot_id, int64_t most, struct rows *out)
{
	struct buf kinds = BUF(c->arena);

	for (const struct anomaly_kind *k = anomaly_kinds; k->name; k++)
		if (k->gate)
			buf_fmt(&kinds, "%s%s", kinds.n ? " " : "", k->name);
	TRY(anomalies_waiting(c, lot_id, buf_text(&kinds), most, out));
	FOR_ROWS (anomaly, x, *out)
		complete(c, x);
	return OK;
}

enum problem
anomalies_unclosed(struct ctx *c, int64_t *n)
{
	struct anomaly_id counted = { 0 };

	TRY(anomalies_count_unclosed(c, &counted));
	*n = counted.n;
	return OK;
}

/* ---- putting right */

enum problem
anomaly_acknowledge(struct ctx *c, int64_t id, struct anomaly *out)
{
	int64_t changed;

	TRY(anomaly_load(c, id, out));
	if (out->closed)
		return fail(c, WRONG_STATE, "It is closed already: %s", out->reason);
	TRY(anomaly_set_acknowledged(c, id, c->person.id, c->now, &changed));
	if (changed)
		TRY(audit_add(c, "anomaly_acknowledged", "anomaly", id, out->kind));
	return anomaly_load(c, id, out);
}

enum problem
anomaly_close(struct ctx *c, int64_t id, text reason, struct anomaly *out)
{
	TRY(anomaly_load(c, id, out));
	if (text_empty(reason))
		return complain(c, "reason", "Say why it can be closed.");
	TRY(close_one(c, id, reason));
	return anomaly_load(c, id, out);
}

enum problem
anomaly_settle(struct ctx *c, text kind, text key, text reason)
{
	struct rows open = { 0 };

	TRY(anomaly_unclosed_of_key(c, kind, key, &open));
	FOR_ROWS (anomaly_id, x, open)
		TRY(close_one(c, x->id, reason));
	return OK;
}

enum problem
anomalies_close_of_stay(struct ctx *c, int64_t stay_id, text reason)
{
	struct rows open = { 0 };

	TRY(anomalies_unclosed_of_stay(c, stay_id, &open));
	FOR_ROWS (anomaly_id, x, open)
		TRY(close_one(c, x->id, reason));
	return OK;
}
