#include "gear/audit.h"
#include "gear/settings.h"
#include "tariffs/words.h"
#include "tariffs_sql.h"

static const text kinds[] = { [GRACE] = "grace",
	[FIRST] = "first",
	[STEP] = "step",
	[PER_MINUTE] = "minute",
	[CAP] = "cap",
	[LOST] = "lost" };

const struct field price_row_fields[] = { FIELD(price_row, what,
					      .doc = "Why, in words: \"3 started hours at €5.00\""),
	FIELD(price_row, amount, .doc = "How much of the total this is"), FIELD_END };
const struct field price_fields[] = { FIELD(price, total, .doc = "What it costs"),
	FIELD(price, currency, .doc = "ISO 4217 code"),
	FIELD(price, span, .doc = "How long, in words"),
	FIELD_LIST(price, because, price_row, .doc = "Why: these add up to the total"), FIELD_END };

const struct field stored_line_fields[] = { FIELD(stored_line, tariff_id),
	FIELD(stored_line, version_id), FIELD(stored_line, number), FIELD(stored_line, name),
	FIELD(stored_line, currency), FIELD(stored_line, since), FIELD(stored_line, begins),
	FIELD(stored_line, kind), FIELD(stored_line, minutes), FIELD(stored_line, price),
	FIELD(stored_line, days), FIELD(stored_line, from_minute), FIELD(stored_line, until_minute),
	FIELD_END };
const struct field stored_id_fields[] = { FIELD(stored_id, id), FIELD_END };
const struct field stored_head_fields[] = { FIELD(stored_head, id), FIELD(stored_head, currency),
	FIELD(stored_head, built_in), FIELD(stored_head, retired), FIELD(stored_head, number),
	FIELD_END };
const struct field tariff_version_fields[] = { FIELD(tariff_version, id),
	FIELD(tariff_version, tariff_id, .hidden = true),
	FIELD(tariff_version, number, .doc = "1 is the first"),
	FIELD(tariff_version, since, .doc = "When it was published"),
	FIELD(tariff_version, in_force_from, .doc = "From when on it is in force"),
	FIELD(tariff_version, author, .doc = "Who published it"),
	FIELD(tariff_version, state, .doc = "in_force, coming, or past: another took its place"),
	FIELD_END };

const struct rule tariff_rules[] = { { "tariffs_name_unique", INVALID, "name",
					 "There is another tariff of that name." },
	{ "tariff_versions_number_unique", CHANGED_MEANWHILE, NULL, NULL },
	{ "tariff_versions_begin_after", INVALID, "begins", "That is past." },
	{ "tariff_version_stands", WRONG_STATE, NULL, "A published tariff never changes." },
	{ NULL } };

/* ---- presets */

static void
add(struct tariff *t, enum tariff_kind kind, int64_t minutes, money price)
{
	if (t->n == TARIFF_LINES)
		BUG("too many lines");
	t->lines[t->n++] = (struct tariff_line){ .kind = kind, .minutes = minutes, .price = price };
}

void
tariff_per_hour(struct tariff *t, money price)
{
	t->n = 0;
	add(t, STEP, 60, price);
}

void
tariff_pro_rata(struct tariff *t, money per_hour, int64_t grace_minutes)
{
	t->n = 0;
	if (grace_minutes > 0)
		add(t, GRACE, grace_minutes, (money){ 0 });
	add(t, PER_MINUTE, 60, per_hour);
}

void
tariff_first_and_steps(struct tariff *t, int64_t minutes, money first, int64_t step, money price)
{
	t->n = 0;
	add(t, FIRST, minutes, first);
	add(t, STEP, step, price);
}

void
tariff_built_in(struct ctx *c, enum tariff_built_in which, text currency, struct tariff *t)
{
	money rate = { 0 };

	/* settings_read() has seen that it is an amount; it need not have this currency's decimals.
	 */
	if (!money_parse(settings.base_rate_per_hour, currency, &rate))
		money_parse(
		    arena_fmt(c->arena, "%.*s", (int)strcspn(settings.base_rate_per_hour, "."),
			settings.base_rate_per_hour),
		    currency, &rate);
	*t = (struct tariff){ .currency = currency };
	if (which == BUILT_IN_PRO_RATA) {
		t->name = "Per minute";
		tariff_pro_rata(t, rate, settings.grace_period_minutes);
		return;
	}
	t->name = "Per started hour";
	tariff_per_hour(t, rate);
}

/* ---- loading */

static enum tariff_kind
kind_named(text name)
{
	for (size_t i = 0; i < LENGTH(kinds); i++)
		if (text_is(kinds[i], name))
			return (enum tariff_kind)i;
	BUG("a kind of line that is none");
}

/* Rows of lines, those of a tariff side by side, as tariffs. */
static struct rows
gathered(struct arena *a, struct rows lines)
{
	struct rows out = { .v = arena_alloc(a, (lines.n + 1) * sizeof(struct tariff)) };
	struct tariff *t = NULL;

	FOR_ROWS (stored_line, l, lines) {
		if (t == NULL || t->version_id != l->version_id) {
			t = ROW(tariff, out, out.n++);
			*t = (struct tariff){ .id = l->tariff_id,
				.version_id = l->version_id,
				.number = l->number,
				.name = l->name,
				.currency = l->currency,
				.since = l->since,
				.begins = l->begins };
		}
		if (t->n == TARIFF_LINES)
			BUG("a tariff too long to be of our making");
		t->lines[t->n++] = (struct tariff_line){ kind_named(l->kind), l->minutes, l->price,
			(unsigned)l->days, l->from_minute, l->until_minute };
	}
	return out;
}

enum problem
tariffs_current(struct ctx *c, struct rows ids, struct rows *out)
{
	struct rows lines;

	TRY(lines_of_current(c, ids, c->now, &lines));
	*out = gathered(c->arena, lines);
	return OK;
}

enum problem
tariffs_listed(struct ctx *c, const struct tariffs_wanted *w, struct rows *out)
{
	struct rows lines;

	TRY(lines_of_listed(c, w->q, w->currency, w->sort, w->skip, w->most, c->now, &lines));
	*out = gathered(c->arena, lines);
	return OK;
}

const struct tariff *
tariff_among(struct rows tariffs, int64_t id)
{
	FOR_ROWS (tariff, t, tariffs)
		if (t->id == id)
			return t;
	return NULL;
}

/* The one tariff of which all these lines are. */
static enum problem
alone(struct ctx *c, struct rows lines, struct tariff *out)
{
	if (lines.n == 0)
		return NOT_FOUND;
	*out = *ROW(tariff, gathered(c->arena, lines), 0);
	return OK;
}

enum problem
tariff_current(struct ctx *c, int64_t id, text currency, struct tariff *out)
{
	struct rows lines;

	if (id == 0) {
		tariff_built_in(c, BUILT_IN_PER_HOUR, currency, out);
		return OK;
	}
	TRY(lines_of_tariff(c, id, c->now, &lines));
	return alone(c, lines, out);
}

enum problem
tariff_version_load(struct ctx *c, int64_t version_id, struct tariff *out)
{
	struct rows lines;

	TRY(lines_of_version(c, version_id, &lines));
	return alone(c, lines, out);
}

enum problem
tariff_numbered(struct ctx *c, int64_t id, int64_t number, struct tariff *out)
{
	struct rows lines;

	TRY(lines_of_number(c, id, number, c->now, &lines));
	return alone(c, lines, out);
}

/* ---- publishing */

static bool
is_rate(const struct tariff_line *l)
{
	return l->kind == STEP || l->kind == PER_MINUTE;
}

static text
unsound_line(const struct tariff_line *l)
{
	if (l->price.minor < 0 || l->price.minor > 1000000000)
		return "a price beyond what is sensible";
	if (l->minutes < 0 || l->minutes > 525600 ||
	    (l->minutes == 0 && l->kind != CAP && l->kind != LOST))
		return "a length beyond what is sensible";
	if (l->kind == CAP && l->minutes != 0 && l->minutes != 1440)
		return "a cap that is not for a day";
	if (l->days && (!is_rate(l) || l->days > EVERY_DAY))
		return "a window without a rate";
	if (l->from < 0 || l->from > 1439 || l->until < 0 || l->until > 1439)
		return "a window off the clock";
	return NULL;
}

text
tariff_sound(struct arena *a, const struct tariff *t)
{
	int of_kind[LOST + 1] = { 0 }, bases = 0, windows = 0;

	if (t->n > TARIFF_LINES)
		return "too many lines";
	for (size_t i = 0; i < t->n; i++) {
		text wrong = unsound_line(&t->lines[i]);

		if (wrong)
			return arena_fmt(a, "line %zu has %s", i + 1, wrong);
		of_kind[t->lines[i].kind]++;
		bases += is_rate(&t->lines[i]) && t->lines[i].days == 0;
		windows += t->lines[i].days != 0;
	}
	if (bases != 1)
		return "it needs one rate that always holds";
	if (of_kind[GRACE] > 1 || of_kind[FIRST] > 1 || of_kind[CAP] > 1 || of_kind[LOST] > 1)
		return "a line stands there twice";
	if (of_kind[STEP] && of_kind[PER_MINUTE])
		return "its rates count in steps or in minutes, not in both";
	if (windows > TARIFF_WINDOWS)
		return "too many windows";
	return NULL;
}

static enum problem
write_lines(struct ctx *c, const struct tariff *t)
{
	struct buf names = BUF(c->arena);
	int64_t columns[5][TARIFF_LINES];

	for (size_t i = 0; i < t->n; i++) {
		const struct tariff_line *l = &t->lines[i];
		int64_t row[] = { l->minutes, l->price.minor, l->days, l->from, l->until };

		buf_fmt(&names, "%s%s", i ? " " : "", kinds[l->kind]);
		for (size_t k = 0; k < LENGTH(row); k++)
			columns[k][i] = row[k];
	}
	return lines_insert(c, t->version_id, buf_text(&names), (struct rows){ columns[0], t->n },
	    (struct rows){ columns[1], t->n }, (struct rows){ columns[2], t->n },
	    (struct rows){ columns[3], t->n }, (struct rows){ columns[4], t->n });
}

/* The next version of a tariff that exists. */
static enum problem
write_version(struct ctx *c, struct tariff *t)
{
	struct stored_id version;

	if (t->begins.us < c->now.us)
		t->begins = c->now;
	TRY(version_insert(c, t->id, t->number, c->now, t->begins, c->person.id, &version));
	t->version_id = version.id;
	t->since = c->now;
	return write_lines(c, t);
}

struct begun { /* a version of this tariff is in force from now on */
	int64_t tariff_id;
};
static const struct field begun_fields[] = { FIELD(begun, tariff_id), FIELD_END };

/* What people are shown of its lots is another price now. */
static enum problem
tell_lots(struct ctx *c, const void *args)
{
	const struct begun *b = args;
	struct rows lots;

	TRY(lots_charging(c, b->tariff_id, &lots));
	FOR_ROWS (charging_lot, l, lots)
		TRY(tell(c, LOT_CHANGED, l->id));
	return OK;
}

const struct job_kind tariff_jobs[] = {
	{ "tariff_begins", tell_lots, .args = begun_fields, .args_size = sizeof(struct begun),
	    .doc = "Shows the prices of a version that is in force from now on." },
	{ NULL },
};

static enum problem
spread_word(struct ctx *c, const struct tariff *t)
{
	const struct begun b = { t->id };

	if (t->begins.us <= c->now.us)
		return tell_lots(c, &b);
	return job_enqueue(c, "tariff_begins", &b, (struct job_when){ .at = t->begins });
}

/* A tariff that is there, and this its next version; or a new one. */
static enum problem
take_number(struct ctx *c, struct tariff *t)
{
	struct stored_id made;
	struct stored_head head;

	if (t->id == 0) {
		TRY(tariff_insert(c, t->name, t->currency, &made));
		t->id = made.id;
	}
	TRY(tariff_lock(c, t->id, &head));
	if (head.built_in)
		return NOT_FOUND;
	if (head.retired)
		return fail(c, WRONG_STATE, "It is retired; make a new tariff.");
	if (!text_is(head.currency, t->currency))
		return complain(c, "currency", "A tariff keeps its currency, %s.", head.currency);
	if (t->number && t->number != head.number)
		return fail(c, CHANGED_MEANWHILE, "Version %lld has been published since.",
		    (long long)head.number);
	t->number = head.number + 1;
	if (t->number == 1 && t->begins.us > c->now.us)
		return complain(c, "begins",
		    "The first version is in force at once: until a lot charges it, nobody pays "
		    "it.");
	return OK;
}

static text
published(struct ctx *c, const struct tariff *t)
{
	text from = t->begins.us > c->now.us
	    ? arena_fmt(c->arena, " from %s", instant_text(c->arena, t->begins))
	    : "";

	return arena_fmt(
	    c->arena, "version %lld%s: %s", (long long)t->number, from, tariff_words(c->arena, t));
}

enum problem
tariff_publish(struct ctx *c, struct tariff *t)
{
	text wrong = tariff_sound(c->arena, t);

	if (wrong)
		return fail(c, INVALID, "This is no tariff: %s.", wrong);
	TRY(take_number(c, t));
	TRY(tariff_rename(c, t->id, t->name));
	TRY(write_version(c, t));
	TRY(spread_word(c, t));
	return audit_add(c, "tariff_published", "tariff", t->id, published(c, t));
}

enum problem
tariff_to_charge(struct ctx *c, int64_t id, text *currency)
{
	struct stored_head head;

	TRY(tariff_offered(c, id, &head));
	*currency = head.currency;
	if (head.built_in)
		return NOT_FOUND;
	return head.retired ? WRONG_STATE : OK;
}

enum problem
tariff_retire(struct ctx *c, int64_t id)
{
	struct stored_head head;
	struct rows lots;

	TRY(tariff_lock(c, id, &head));
	if (head.built_in)
		return NOT_FOUND;
	TRY(lots_charging(c, id, &lots));
	if (lots.n)
		return fail(c, IN_USE, "%s charges it%s. Choose another tariff there first.",
		    ROW(charging_lot, lots, 0)->name, lots.n > 1 ? ", and not alone" : "");
	if (head.retired)
		return OK;
	TRY(tariff_set_retired(c, id, c->now));
	return audit_add(c, "tariff_retired", "tariff", id, "");
}

static bool
same_lines(const struct tariff *a, const struct tariff *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->lines[i].kind != b->lines[i].kind ||
		    a->lines[i].minutes != b->lines[i].minutes ||
		    a->lines[i].price.minor != b->lines[i].price.minor)
			return false;
	return true;
}

/* Is its version of these lines there already? */
static enum problem
find_kept(struct ctx *c, struct tariff *t, bool *found)
{
	struct rows lines, kept;

	TRY(lines_of_built_in(c, t->name, t->currency, &lines));
	kept = gathered(c->arena, lines);
	*found = kept.n == 1 && same_lines(ROW(tariff, kept, 0), t);
	if (*found)
		*t = *ROW(tariff, kept, 0);
	return OK;
}

enum problem
tariff_keep(struct ctx *c, struct tariff *t)
{
	struct stored_id row;
	struct stored_head head;
	bool found = t->version_id != 0;

	if (!found) /* without a lock first: bookings need not queue for what is there */
		TRY(find_kept(c, t, &found));
	if (found)
		return OK;
	TRY(tariff_insert_built_in(c, t->name, t->currency, &row));
	TRY(tariff_lock(c, row.id, &head));
	TRY(find_kept(c, t, &found));
	if (found)
		return OK;
	t->id = row.id;
	t->number = head.number + 1;
	return write_version(c, t);
}

enum problem
tariff_keep_built_in(struct ctx *c, text currency)
{
	struct tariff t;

	tariff_built_in(c, BUILT_IN_PER_HOUR, currency, &t);
	return tariff_keep(c, &t);
}
