/* list.c -- what stands in somebody's list, and how it goes out beside that. */
#include "accounts/accounts.h"
#include "gear/sms.h"
#include "notices/inner.h"
#include "notices_sql.h"

enum { UNREAD_SHOWN = 200, READ_A_PAGE = 30, UNREAD_COUNTED = 100 };

const struct field notice_line_fields[] = { FIELD(notice_line, id), FIELD(notice_line, kind),
	FIELD(notice_line, words, .max = 2000), FIELD(notice_line, link, .nullable = true),
	FIELD(notice_line, region, .nullable = true), FIELD(notice_line, read),
	FIELD(notice_line, created_at), FIELD_END };
const struct field notice_page_fields[] = { FIELD_LIST(notice_page, unread, notice_line,
						.doc = "Newest first"),
	FIELD_LIST(notice_page, before, notice_line, .doc = "Those read, newest first"),
	FIELD(notice_page, n_unread, .doc = "In all; 100 stands for more than 99"),
	FIELD(notice_page, nothing, .hidden = true), FIELD(notice_page, many, .hidden = true),
	FIELD(notice_page, older, .nullable = true, .doc = "Address of more that are read"),
	FIELD_END };
const struct field notice_choice_fields[] = { FIELD(notice_choice, kind),
	FIELD(notice_choice, mail), FIELD(notice_choice, sms), FIELD_END };
const struct field notice_id_fields[] = { FIELD(notice_id, id), FIELD_END };
const struct field notice_counted_fields[] = { FIELD(notice_counted, n), FIELD_END };
const struct field notice_row_fields[] = { FIELD(notice_row, id), FIELD(notice_row, user_id),
	FIELD(notice_row, region), FIELD(notice_row, kind), FIELD(notice_row, words, .max = 2000),
	FIELD(notice_row, link), FIELD(notice_row, created_at), FIELD_END };
const struct field addressee_fields[] = { FIELD(addressee, id), FIELD(addressee, name),
	FIELD(addressee, email), FIELD(addressee, phone), FIELD(addressee, mail),
	FIELD(addressee, sms), FIELD_END };
const struct field due_reminder_fields[] = { FIELD(due_reminder, id), FIELD(due_reminder, user_id),
	FIELD(due_reminder, starts), FIELD(due_reminder, ends), FIELD(due_reminder, lot_name),
	FIELD(due_reminder, slot_label), FIELD(due_reminder, time_zone), FIELD_END };
const struct field known_region_fields[] = { FIELD(known_region, region), FIELD_END };
const struct field ticket_person_fields[] = { FIELD(ticket_person, id),
	FIELD(ticket_person, session_id), FIELD(ticket_person, name), FIELD(ticket_person, role),
	FIELD(ticket_person, verified), FIELD_END };

/* ---- reading */

enum problem
notices_mine(struct ctx *c, int64_t before, struct notice_page *p)
{
	struct notice_counted unread = { 0 };

	*p = (struct notice_page){ .older = "" };
	if (before == 0) {
		TRY(lines_unread(c, c->person.id, UNREAD_SHOWN, &p->unread));
		TRY(lines_unread_counted(c, c->person.id, UNREAD_COUNTED, &unread));
	}
	TRY(lines_read(c, c->person.id, before, READ_A_PAGE + 1, &p->before));
	p->n_unread = unread.n;
	p->many = unread.n >= UNREAD_COUNTED;
	p->nothing = p->unread.n == 0 && p->before.n == 0 && before == 0;
	if (p->before.n > READ_A_PAGE) {
		p->before.n = READ_A_PAGE;
		p->older = arena_fmt(c->arena, "/notices?before=%lld",
		    (long long)ROW(notice_line, p->before, READ_A_PAGE - 1)->id);
	}
	return OK;
}

enum problem
notices_newest(struct ctx *c, int64_t most, struct rows *out)
{
	return lines_newest(c, c->person.id, most, out);
}

int64_t
notices_unread(struct ctx *c)
{
	struct notice_counted n = { 0 };

	if (c->person.id == 0 || lines_unread_counted(c, c->person.id, UNREAD_COUNTED, &n) != OK)
		return 0;
	return n.n;
}

/* ---- marking */

enum problem
notice_mark_read(struct ctx *c, int64_t id)
{
	int64_t n;

	TRY(line_read(c, c->person.id, id, c->now, &n));
	return n ? OK : NOT_FOUND;
}

enum problem
notices_mark_all_read(struct ctx *c)
{
	return lines_all_read(c, c->person.id, c->now);
}

static enum problem
wrong_ids(struct ctx *c)
{
	return complain(c, "notification_ids", "Invalid notification IDs");
}

/* The numbers of "12,15", each once.  False: one is none. */
static bool
read_ids(struct arena *a, text list, struct rows *out)
{
	int64_t *ids = arena_alloc(a, (strlen(list) / 2 + 1) * sizeof *ids);

	*out = (struct rows){ .v = ids };
	while (true) {
		size_t k = strcspn(list, ","), i = 0;
		int64_t id;

		if (!text_int(arena_bytes(a, list, k), &id) || id <= 0)
			return false;
		while (i < out->n && ids[i] != id)
			i++;
		if (i == out->n)
			ids[out->n++] = id;
		if (list[k] == 0)
			return true;
		list += k + 1;
	}
}

enum problem
notices_mark_read(struct ctx *c, text list)
{
	struct rows ids;
	int64_t n;

	if (!read_ids(c->arena, list, &ids))
		return wrong_ids(c);
	TRY(lines_some_read(c, c->person.id, ids, c->now, &n));
	return n == (int64_t)ids.n ? OK : wrong_ids(c);
}

/* ---- over a WebSocket */

struct mark {
	text type, notification_ids;
};
static const text says[] = { "mark-as-read", NULL };
static const struct field mark_fields[] = { FIELD(mark, type, .required = true, .among = says),
	FIELD(mark, notification_ids, .required = true, .several = true, .max = 16384), FIELD_END };

enum problem
notices_heard(struct ctx *c, const char *message, size_t n, struct buf *answer)
{
	struct mark mark = { 0 };
	struct complaints bad = { 0 };
	text why = NULL;
	struct json_source from = { c->arena, json_parse(c->arena, message, n, &why) };

	(void)answer;
	if (from.object == NULL || !json_is_object(from.object))
		return fail(c, MALFORMED, "That is no JSON object");
	if (!fields_decode(c->arena, mark_fields, &mark, json_field, &from, &bad))
		return fail(c, INVALID, "%s: %s", bad.v[0].field, bad.v[0].says);
	if (notices_mark_read(c, mark.notification_ids) != OK)
		return fail(c, INVALID, "Invalid notification IDs");
	return OK;
}

/* ---- choices */

#define CHOICE(kind) FIELD(choices, mail_##kind), FIELD(choices, sms_##kind)
#define ALL_CHOICES                                                                                \
	CHOICE(reservation_starts), CHOICE(reservation_ends), CHOICE(payment), CHOICE(refund),     \
	    CHOICE(cancellation), CHOICE(report), CHOICE(account), CHOICE(device),                 \
	    CHOICE(anomaly), CHOICE(news)
const struct field choices_fields[] = { ALL_CHOICES, FIELD_END };
const struct field choices_page_fields[] = { ALL_CHOICES, FIELD(choices, phone),
	FIELD(choices, may_text, .doc = "The number can take text messages"), FIELD_END };

/* The two members of a kind, in a struct choices. */
static bool *
member(struct arena *a, struct choices *all, text how, text kind)
{
	const struct field *f = field_find(choices_fields, arena_fmt(a, "%s_%s", how, kind));

	if (f == NULL)
		BUG("a kind of notice that nobody can choose");
	return (bool *)(void *)((char *)all + f->at);
}

enum problem
choices_load(struct ctx *c, struct choices *out)
{
	struct user u = { 0 };
	struct rows made;

	for (const struct notice_kind *k = notice_kinds; k->name; k++) {
		*member(c->arena, out, "mail", k->name) = k->mail;
		*member(c->arena, out, "sms", k->name) = k->sms;
	}
	TRY(user_get(c, c->person.id, &u));
	out->phone = u.phone;
	out->may_text = sms_number(c->arena, u.phone) != NULL;
	TRY(choices_of(c, c->person.id, &made));
	FOR_ROWS (notice_choice, each, made) {
		*member(c->arena, out, "mail", each->kind) = each->mail;
		*member(c->arena, out, "sms", each->kind) = each->sms;
	}
	return OK;
}

enum problem
choices_save(struct ctx *c, const struct choices *given)
{
	struct choices all = *given;
	struct buf b = BUF(c->arena);

	for (const struct notice_kind *k = notice_kinds; k->name; k++)
		if (k->least <= c->person.role)
			buf_fmt(&b, "%s{\"kind\":\"%s\",\"mail\":%s,\"sms\":%s}", b.n ? "," : "[",
			    k->name, *member(c->arena, &all, "mail", k->name) ? "true" : "false",
			    *member(c->arena, &all, "sms", k->name) ? "true" : "false");
	buf_char(&b, ']');
	return choices_set(c, c->person.id, buf_text(&b));
}
