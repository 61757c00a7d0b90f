/* data.c -- all there is about somebody, in one file. */
#include "gear/audit.h"
#include "gear/settings.h"
#include "notices/notices.h"
#include "privacy/inner.h"
#include "privacy_sql.h"

#define ROWS_AT_ONCE 500
#define PART_BYTES ((size_t)256 * 1024)

const struct data_class data_classes[] = {
	{ "profile", "Your account", "Names, addresses, number and role.", data_profile },
	{ "logins", "Log-ins", "When you logged in, with what, and from which network address.",
	    data_logins },
	{ "codes", "Codes", "That a code was sent to an address of yours; never the code itself.",
	    data_codes },
	{ "vehicles", "Vehicles", "The plates you gave.", data_vehicles },
	{ "reservations", "Bookings", "What you booked, held and cancelled.", data_reservations },
	{ "stays", "Stays", "When a car of yours was in a lot.", data_stays },
	{ "anomalies", "What was not as it should be", "What was noted of a stay of yours.",
	    data_anomalies },
	{ "charges", "Charges", "What you owed, and for what.", data_charges },
	{ "payments", "Payments", "What you paid, tried to pay, and how.", data_payments },
	{ "refunds", "Refunds", "What went back to you, and why.", data_refunds },
	{ "receipts", "Receipts", "As they were issued.", data_receipts },
	{ "provider_messages", "What the payment provider wrote",
	    "Its messages about your payments, as they came.", data_provider_messages },
	{ "plate_reads", "Plate reads", "Photographs of number plates you sent, and what was read.",
	    data_plate_reads },
	{ "reviews", "Reviews", "What you said of lots.", data_reviews },
	{ "notices", "Notices", "What you were told, and when you read it.", data_notices },
	{ "messages", "Messages", "E-mails and text messages that were written to you.",
	    data_messages },
	{ "choices", "Choices", "How you want to be told of what.", data_choices },
	{ "reports", "Monthly reports", "Which months you were written a report of.",
	    data_reports },
	{ "audit", "What was done",
	    "What you did and from where; and what was done to your account.", data_audit },
	{ "requests", "Answers kept for a day", "So that a booking sent twice is made once.",
	    data_requests },
	{ "shifts", "Shifts at the gate", "If you work there: when, and what lay in the till.",
	    data_shifts },
	{ "api_keys", "API keys", "Keys that you made; never the key itself.", data_keys },
	{ NULL },
};

const struct field data_line_fields[] = { FIELD(data_line, name), FIELD(data_line, title),
	FIELD(data_line, what), FIELD(data_line, n, .doc = "Rows in the file"), FIELD_END };
static const text states[] = { "none", "waiting", "ready", "elsewhere", NULL };
const struct field data_page_fields[] = { FIELD(data_page, state, .among = states,
					      .doc = "elsewhere: another log-in asked for it"),
	FIELD(data_page, none, .hidden = true), FIELD(data_page, waiting, .hidden = true),
	FIELD(data_page, ready, .hidden = true), FIELD(data_page, elsewhere, .hidden = true),
	FIELD(data_page, asked_at, .nullable = true), FIELD(data_page, ready_at, .nullable = true),
	FIELD(data_page, ends_at, .nullable = true, .doc = "It can be fetched until then"),
	FIELD(data_page, fetched_at, .nullable = true), FIELD(data_page, bytes),
	FIELD(data_page, size, .hidden = true), FIELD(data_page, file_name, .hidden = true),
	FIELD_LIST(data_page, classes, data_line), FIELD_END };
const struct field data_row_fields[] = { FIELD(data_row, id), FIELD(data_row, body, .max = 1 << 24),
	FIELD_END };
const struct field data_file_fields[] = { FIELD(data_file, id), FIELD(data_file, user_id),
	FIELD(data_file, session_id), FIELD(data_file, username), FIELD(data_file, asked_at),
	FIELD(data_file, ready_at, .nullable = true),
	FIELD(data_file, fetched_at, .nullable = true), FIELD(data_file, bytes), FIELD_END };
const struct field data_part_fields[] = { FIELD(data_part, body, .max = 1 << 24), FIELD_END };
const struct field data_count_fields[] = { FIELD(data_count, class), FIELD(data_count, n),
	FIELD_END };
const struct field counted_rows_fields[] = { FIELD(counted_rows, n), FIELD_END };

/* ---- gathering it */

struct sheet { /* the file as it is written: what does not fill a part yet, and what went before */
	struct ctx *c;
	int64_t file_id, parts, bytes;
	struct buf b;
};

static enum problem
put_part(struct sheet *s, size_t least)
{
	if (s->b.n == 0 || s->b.n < least)
		return OK;
	TRY(data_part_add(s->c, s->file_id, s->parts++, buf_text(&s->b)));
	s->bytes += (int64_t)s->b.n;
	s->b.n = 0;
	return OK;
}

/* A page of a class's rows, in an arena of its own: however much there is, it takes no more room. */
static enum problem
put_rows(struct sheet *s, const struct data_class *class, int64_t user_id, int64_t *after,
    int64_t *n, size_t *found)
{
	struct ctx own = *s->c;
	struct rows rows = { 0 };

	own.arena = arena_new();
	enum problem e = class->rows(&own, user_id, *after, ROWS_AT_ONCE, &rows);
	FOR_ROWS (data_row, r, rows) {
		buf_fmt(&s->b, "%s\n      ", (*n)++ ? "," : "");
		buf_add(&s->b, r->body);
		*after = r->id;
	}
	*found = rows.n;
	arena_free(own.arena);
	return e == OK ? put_part(s, PART_BYTES) : e;
}

static enum problem
put_class(struct sheet *s, const struct data_class *class, int64_t user_id)
{
	int64_t after = 0, n = 0;
	size_t found;

	buf_fmt(&s->b, ",\n  \"%s\": {\n    \"title\": ", class->name);
	buf_json(&s->b, class->title);
	buf_add(&s->b, ",\n    \"what\": ");
	buf_json(&s->b, class->what);
	buf_add(&s->b, ",\n    \"items\": [");
	do
		TRY(put_rows(s, class, user_id, &after, &n, &found));
	while (found == ROWS_AT_ONCE);
	buf_add(&s->b, n ? "\n    ]\n  }" : "]\n  }");
	return data_count_add(s->c, s->file_id, class->name, n);
}

static void
put_head(struct sheet *s, const struct data_file *f)
{
	static const text reading =
	    "Each list holds what its title says, oldest first. Times are in UTC. Amounts end in "
	    "_minor and are in the smallest unit of their currency: 2000 EUR is 20.00 euros. Taxes "
	    "are in hundredths of a per cent: 1900 is 19 %.";

	buf_add(&s->b, "{\n  \"about\": {\n    \"from\": ");
	buf_json(&s->b, settings.base_url);
	buf_add(&s->b, ",\n    \"of\": ");
	buf_json(&s->b, f->username);
	buf_fmt(&s->b, ",\n    \"gathered_at\": \"%s\",\n    \"format\": 1,\n    \"how_to_read\": ",
	    instant_text(s->c->arena, s->c->now));
	buf_json(&s->b, reading);
	buf_add(&s->b, "\n  }");
}

static enum problem
tell_ready(struct ctx *c, const struct data_file *f)
{
	return notice_tell(c,
	    &(struct notice){ .user_id = f->user_id,
		.kind = "account",
		.words = "The file with all your data is ready. For three days you can download it "
			 "where you asked for it.",
		.link = "/profile/data",
		.unique = arena_fmt(c->arena, "data:%lld", (long long)f->id) });
}

enum problem
data_gather(struct ctx *c, int64_t file_id)
{
	struct data_file f = { 0 };
	struct sheet s = { .c = c, .file_id = file_id, .b = BUF(c->arena) };

	enum problem e = data_file_to_gather(c, file_id, &f);
	if (e == NOT_FOUND)
		return OK; /* another was asked for since, or the account is gone */
	TRY(e);
	put_head(&s, &f);
	for (const struct data_class *class = data_classes; class->name; class ++)
		TRY(put_class(&s, class, f.user_id));
	buf_add(&s.b, "\n}\n");
	TRY(put_part(&s, 0));
	TRY(data_file_ready(c, file_id, s.bytes, c->now));
	return tell_ready(c, &f);
}

/* ---- asking for it, and fetching it */

static text
size_words(struct arena *a, int64_t bytes)
{
	static const text units[] = { "bytes", "KB", "MB", "GB" };
	size_t unit = 0;
	int64_t tenths = bytes * 10;

	for (; tenths >= 10000 && unit + 1 < LENGTH(units); unit++)
		tenths /= 1000;
	if (unit == 0)
		return arena_fmt(a, "%lld bytes", (long long)bytes);
	return arena_fmt(
	    a, "%lld.%lld %s", (long long)(tenths / 10), (long long)(tenths % 10), units[unit]);
}

static text
name_of(struct ctx *c, const struct data_file *f)
{
	text day = instant_text(c->arena, f->ready_at);

	return arena_fmt(c->arena, "smart-parking-data-%s.json", arena_bytes(c->arena, day, 10));
}

static enum problem
latest(struct ctx *c, struct data_file *f)
{
	return data_file_latest(c, c->person.id, instant_plus(c->now, -DATA_FILE_KEPT), f);
}

/* Those of the file, and what else there would be. */
static enum problem
put_lines(struct ctx *c, int64_t file_id, struct rows *out)
{
	struct rows counts = { 0 };
	size_t n = 0;

	while (data_classes[n].name)
		n++;
	struct data_line *lines = arena_alloc(c->arena, n * sizeof *lines);
	if (file_id)
		TRY(data_counts_of(c, file_id, &counts));
	for (size_t i = 0; i < n; i++) {
		const struct data_class *d = &data_classes[i];

		lines[i] = (struct data_line){ d->name, d->title, d->what, 0 };
		FOR_ROWS (data_count, k, counts)
			if (text_is(k->class, d->name))
				lines[i].n = k->n;
	}
	*out = (struct rows){ .v = lines, .n = n };
	return OK;
}

enum problem
data_look(struct ctx *c, struct data_page *p)
{
	struct data_file f = { 0 };

	*p = (struct data_page){ .state = "none", .none = true, .size = "", .file_name = "" };
	enum problem e = latest(c, &f);
	if (e != OK && e != NOT_FOUND)
		return e;
	if (e == OK) {
		p->none = false;
		p->elsewhere = f.session_id != c->person.session_id;
		p->ready = !p->elsewhere && !instant_none(f.ready_at);
		p->waiting = !p->elsewhere && !p->ready;
		p->state = p->elsewhere ? "elsewhere" : p->ready ? "ready" : "waiting";
		p->asked_at = f.asked_at;
		p->ends_at = instant_plus(f.asked_at, DATA_FILE_KEPT);
	}
	if (p->ready) {
		p->ready_at = f.ready_at;
		p->fetched_at = f.fetched_at;
		p->bytes = f.bytes;
		p->size = size_words(c->arena, f.bytes);
		p->file_name = name_of(c, &f);
	}
	return put_lines(c, p->ready ? f.id : 0, &p->classes);
}

const struct field gathering_fields[] = {
	FIELD(gathering, file, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

enum problem
data_ask(struct ctx *c)
{
	struct counted_rows asked = { 0 };
	struct data_file f = { 0 };

	TRY(data_files_wait(c, c->person.id));
	TRY(data_files_asked(c, c->person.id, instant_plus(c->now, -DAY), &asked));
	if (asked.n >= DATA_FILES_A_DAY)
		return fail(c, LIMIT_REACHED, "%d files a day are as many as we make for somebody.",
		    DATA_FILES_A_DAY);
	TRY(data_files_empty(c, c->person.id));
	TRY(data_file_add(c, c->person.id, c->person.session_id, c->now, &f));
	TRY(audit_add(c, "data_asked", "user", c->person.id, ""));
	return job_enqueue(c, "data_gather", &(struct gathering){ f.id }, (struct job_when){ 0 });
}

enum problem
data_fetch(struct ctx *c, text *json, text *file_name)
{
	struct data_file f = { 0 };
	struct rows parts = { 0 };
	struct buf b = BUF(c->arena);

	TRY(latest(c, &f));
	if (f.session_id != c->person.session_id || instant_none(f.ready_at))
		return NOT_FOUND;
	TRY(data_parts_of(c, f.id, &parts));
	FOR_ROWS (data_part, p, parts)
		buf_add(&b, p->body);
	TRY(data_file_fetched(c, f.id, c->now));
	TRY(audit_add(c, "data_fetched", "user", c->person.id, ""));
	*json = buf_text(&b);
	*file_name = name_of(c, &f);
	return OK;
}

enum problem
data_forget_person(struct ctx *c, int64_t user_id)
{
	return data_files_drop(c, user_id);
}

enum problem
data_gather_now(struct ctx *c, const void *args)
{
	const struct gathering *g = args;

	return data_gather(c, g->file);
}
