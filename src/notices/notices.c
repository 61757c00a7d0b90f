/* notices.c -- telling: into the list, live, by e-mail, by SMS. */
#include "notices/notices.h"

#include "gear/live.h"
#include "gear/mail.h"
#include "gear/settings.h"
#include "gear/sms.h"
#include "notices/inner.h"
#include "notices_sql.h"

enum { SENT_AT_ONCE = 200 };

const struct notice_kind notice_kinds[] = {
	{ "reservation_starts", "Your parking begins soon", true, false, CUSTOMER },
	{ "reservation_ends", "Your parking ends soon", false, false, CUSTOMER },
	{ "payment", "Your payment", true, false, CUSTOMER },
	{ "refund", "Your refund", true, false, CUSTOMER },
	{ "cancellation", "Your reservation is cancelled", true, false, CUSTOMER },
	{ "report", "Your monthly report", false, false, CUSTOMER }, /* which is an e-mail itself */
	{ "account", "Your account", true, false, CUSTOMER },
	{ "device", "A device needs a look", true, false, OPERATOR },
	{ "anomaly", "Something is not as it should be", false, false, OPERATOR },
	{ "news", "News of your region", false, false, CUSTOMER },
	{ NULL },
};

static const struct notice_kind *
kind_named(text name)
{
	for (const struct notice_kind *k = notice_kinds; k->name; k++)
		if (text_is(k->name, name))
			return k;
	BUG("a notice of a kind that nobody lists");
}

bool
region_name_ok(text s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n >= 1 && n <= 64 && s[n] == 0;
}

/* ---- live */

text
notice_frame(struct arena *a, const struct notice_row *n)
{
	struct buf b = BUF(a);

	buf_fmt(&b, "{\"type\":\"notification\",\"notification_id\":\"%lld\",\"content\":",
	    (long long)n->id);
	buf_json(&b, n->words);
	buf_fmt(&b,
	    ",\"read\":false,\"created_at\":\"%s\",\"region\":", instant_text(a, n->created_at));
	if (*n->region)
		buf_json(&b, n->region);
	else
		buf_add(&b, "null");
	buf_char(&b, '}');
	return buf_text(&b);
}

/* ---- e-mail and SMS */

static text
mail_body(struct ctx *c, const struct notice_row *n, text name)
{
	struct buf b = BUF(c->arena);

	buf_fmt(&b, "Hello %s,\n\n%s\n", name, n->words);
	if (*n->link)
		buf_fmt(&b, "\n%s%s\n", settings.base_url, n->link);
	buf_fmt(&b, "\nWhat we write to you about, and how, is yours to choose: %s/profile/notices",
	    settings.base_url);
	return buf_text(&b);
}

static enum problem
send_to(struct ctx *c, const struct notice_row *n, const struct addressee *to)
{
	text unique = arena_fmt(c->arena, "notice:%lld:%lld", (long long)n->id, (long long)to->id);
	text number = sms_number(c->arena, to->phone);

	if (to->mail)
		TRY(mail_send_later(c,
		    &(struct mail){ .to = to->email,
			.subject = kind_named(n->kind)->title,
			.body = mail_body(c, n, to->name),
			.unique = unique,
			.user_id = to->id }));
	if (!to->sms || number == NULL)
		return OK;
	return sms_send_later(c,
	    &(struct sms){ .to = number,
		.body = n->words,
		.unique = arena_fmt(c->arena, "%s:sms", unique),
		.user_id = to->id });
}

/* To one person, with the notice. */
static enum problem
send_to_one(struct ctx *c, const struct notice_row *n)
{
	const struct notice_kind *k = kind_named(n->kind);
	struct addressee to = { 0 };
	enum problem e = addressee_of(c, n->user_id, n->kind, k->mail, k->sms, &to);

	if (e == NOT_FOUND)
		return OK; /* the account is closed, or its address not proven */
	TRY(e);
	return send_to(c, n, &to);
}

/* To many: the worker goes through those who chose so, some at a time, in the order of their numbers. */
struct notice_send {
	int64_t notice, after;
};
static const struct field notice_send_fields[] = { FIELD(notice_send, notice, .required = true,
						       .min = 1, .max = INT64_MAX),
	FIELD(notice_send, after), FIELD_END };

static enum problem
send_from(struct ctx *c, int64_t notice, int64_t after)
{
	struct notice_send job = { notice, after };
	text key = arena_fmt(c->arena, "%lld:%lld", (long long)notice, (long long)after);

	return job_enqueue(c, "notice_send", &job, (struct job_when){ .unique = key });
}

static enum problem
send_some(struct ctx *c, const void *args)
{
	const struct notice_send *job = args;
	struct notice_row n = { 0 };
	struct rows to = { 0 };
	int64_t last = job->after;

	enum problem e = notice_by_id(c, job->notice, &n);
	if (e == NOT_FOUND)
		return OK;
	TRY(e);
	const struct notice_kind *k = kind_named(n.kind);
	TRY(addressees_after(c, n.id, n.kind, k->mail, k->sms, job->after, SENT_AT_ONCE, &to));
	FOR_ROWS (addressee, each, to) {
		TRY(send_to(c, &n, each));
		last = each->id;
	}
	return to.n < SENT_AT_ONCE ? OK : send_from(c, n.id, last);
}

/* ---- telling */

static enum problem
give_to_many(struct ctx *c, const struct notice_row *n, int64_t *people)
{
	if (*n->region)
		TRY(notice_give_region(c, n->id, n->region, people));
	else
		TRY(notice_give_staff(c, n->id, people));
	return send_from(c, n->id, 0);
}

static enum problem
write_notice(struct ctx *c, struct notice_row *n, text unique, int64_t *people)
{
	struct notice_id made = { 0 };

	*people = 0;
	enum problem e = notice_insert(c, n->user_id, n->region, n->kind, n->words, n->link, unique,
	    c->person.id, c->now, &made);
	if (e == NOT_FOUND)
		return OK; /* told before */
	TRY(e);
	n->id = made.id;
	n->created_at = c->now;
	if (n->user_id) {
		TRY(notice_give(c, n->id, n->user_id));
		TRY(send_to_one(c, n));
		*people = 1;
	} else {
		TRY(give_to_many(c, n, people));
	}
	live_tell(c,
	    &(struct live_notice){
		n->id, n->user_id, n->region, notice_frame(c->arena, n), c->now });
	return OK;
}

enum problem
notice_tell(struct ctx *c, const struct notice *given)
{
	struct notice_row n = { .user_id = given->user_id,
		.region = given->region ? given->region : "",
		.kind = given->kind,
		.words = given->words,
		.link = given->link ? given->link : "" };
	int64_t people;

	kind_named(n.kind);
	return write_notice(c, &n, given->unique ? given->unique : "", &people);
}

enum problem
region_tell(struct ctx *c, text region, text words, int64_t *people)
{
	struct notice_row n = { .region = region, .kind = "news", .words = words, .link = "" };

	if (!region_name_ok(region))
		return complain(c, "region", "Small letters, digits and dashes, at most 64.");
	return write_notice(c, &n, "", people);
}

enum problem
notices_forget_person(struct ctx *c, int64_t user_id)
{
	return notices_forget(c, user_id);
}

const struct rule notice_rules[] = {
	{ NULL },
};

const struct job_kind notice_jobs[] = {
	{ "notice_send", send_some, notice_send_fields, sizeof(struct notice_send),
	    .doc = "Mails a notice to those of many who chose so." },
	{ "notices_remind", notices_remind, .every = 30,
	    .doc = "Tells people that their parking begins or ends soon." },
	{ NULL },
};

const struct retention notice_retention[] = {
	{ "notices", "Notices", "What people were told, with who has read it.",
	    &settings.keep_notices_days, 0, "KEEP_NOTICES_DAYS", notices_sweep },
	{ "socket_tickets", "Tickets for live notices",
	    "What lets a page listen for notices, once; it lives for a minute.", NULL, 0, NULL,
	    tickets_sweep },
	{ NULL },
};
