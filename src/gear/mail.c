#include "gear/mail.h"

#include "gear/db.h"
#include "gear/jobs.h"
#include "gear/mime.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "gear/sms.h"
#include "gear_sql.h"

enum {
	MOST_TRIES = 10, /* as many as jobs.h gives a job */
	MOST_SWEPT = 500,
};

const struct field outbox_message_fields[] = { FIELD(outbox_message, id),
	FIELD(outbox_message, channel), FIELD(outbox_message, recipient),
	FIELD(outbox_message, subject), FIELD(outbox_message, body, .max = 100000),
	FIELD(outbox_message, html, .max = 1000000, .hidden = true),
	FIELD(outbox_message, unsubscribe, .hidden = true),
	FIELD(outbox_message, state, .doc = "waiting, sent, bounced or failed"),
	FIELD(outbox_message, attempts),
	FIELD(outbox_message, error, .doc = "What the mail server said last"),
	FIELD(outbox_message, created_at), FIELD(outbox_message, tried_at),
	FIELD(outbox_message, sent_at), FIELD_END };

const struct field outbox_id_fields[] = { FIELD(outbox_id, id), FIELD_END };

/* ---- addresses */

static bool
is_atom(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool
local_ok(const char *s, size_t n)
{
	if (n == 0 || n > 64 || s[0] == '.' || s[n - 1] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_atom(s[i]) && !(s[i] == '.' && s[i - 1] != '.'))
			return false;
	return true;
}

static bool
domain_ok(const char *s)
{
	while (true) {
		size_t n = strcspn(s, ".");

		if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
			return false;
		for (size_t i = 0; i < n; i++)
			if (!is_atom(s[i]) || strchr("!#$%&'*+/=?^_`{|}~", s[i]))
				return false;
		if (s[n] == 0)
			return true;
		s += n + 1;
	}
}

bool
mail_address_ok(text s)
{
	const char *at = strchr(s, '@');

	return at && strlen(s) <= 254 && local_ok(s, (size_t)(at - s)) && domain_ok(at + 1);
}

static text
host_of(struct arena *a, text url)
{
	const char *s = strstr(url, "://");
	size_t n = s ? strcspn(s + 3, ":/[") : 0;
	text host = n ? arena_bytes(a, s + 3, n) : "localhost";

	return domain_ok(host) ? host : "localhost";
}

text
mail_sender(struct arena *a)
{
	if (mail_address_ok(mime_address(a, settings.mail_from)))
		return settings.mail_from;
	if (mail_address_ok(settings.mail_username))
		return arena_fmt(a, "Smart Parking <%s>", settings.mail_username);
	return arena_fmt(a, "Smart Parking <no-reply@%s>", host_of(a, settings.base_url));
}

/* ---- into the outbox */

struct mail_send {
	int64_t id;
};
static const struct field mail_send_fields[] = {
	FIELD(mail_send, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

/* Each attempt that somebody asked for has a key of its own; the job layer adds the repeats. */
static enum problem
enqueue(struct ctx *c, int64_t id, int64_t attempts)
{
	struct mail_send job = { id };
	text key = arena_fmt(c->arena, "mail:%lld:%lld", (long long)id, (long long)attempts);

	return job_enqueue(c, "mail_send", &job, (struct job_when){ .unique = key });
}

enum problem
mail_send_later(struct ctx *c, const struct mail *given)
{
	struct mail m = *given;
	struct outbox_id made = { 0 };

	if (!mail_address_ok(m.to))
		return fail(c, INVALID, "No mail can be sent to that address.");
	if (m.subject == NULL || !text_printable(m.subject) || strpbrk(m.subject, "\r\n"))
		return fail(c, INVALID, "The subject of a mail must be one line.");
	enum problem e = outbox_add(c, m.to, m.subject, m.body, m.html ? m.html : "",
	    m.unsubscribe ? m.unsubscribe : "", m.user_id, m.unique ? m.unique : "", c->now, &made);
	if (e == NOT_FOUND)
		return OK; /* it was written before, under the same key */
	TRY(e);
	return mail_configured() ? enqueue(c, made.id, 0) : OK;
}

static void
one_json(struct buf *b, const struct mail *m)
{
	const struct {
		text name, value;
	} words[] = { { "recipient", m->to }, { "subject", m->subject }, { "body", m->body },
		{ "html", m->html ? m->html : "" },
		{ "unsubscribe", m->unsubscribe ? m->unsubscribe : "" }, { "once", m->unique } };

	if (!mail_address_ok(m->to) || !text_printable(m->subject) || m->unique == NULL ||
	    *m->unique == 0)
		BUG("a mail that cannot be sent");
	buf_char(b, '{');
	for (size_t i = 0; i < LENGTH(words); i++) {
		buf_fmt(b, "\"%s\":", words[i].name);
		buf_json(b, words[i].value);
		buf_char(b, ',');
	}
	buf_fmt(b, "\"user_id\":%lld}", (long long)m->user_id);
}

enum problem
mail_send_all_later(struct ctx *c, struct rows mails)
{
	struct buf json = BUF(c->arena);
	struct rows made = { 0 };

	buf_char(&json, '[');
	FOR_ROWS (mail, m, mails) {
		if (json.n > 1)
			buf_char(&json, ',');
		one_json(&json, m);
	}
	buf_char(&json, ']');
	TRY(outbox_add_all(c, buf_text(&json), c->now, &made));
	return mail_configured() ? jobs_enqueue(c, "mail_send", made, "mail:%:0") : OK;
}

enum problem
outbox_retry(struct ctx *c, int64_t id)
{
	struct outbox_message m = { 0 };

	TRY(outbox_by_id(c, id, &m));
	if (!text_is(m.state, "bounced") && !text_is(m.state, "failed"))
		return fail(
		    c, WRONG_STATE, "Only a message that bounced or failed can be sent again.");
	TRY(outbox_wait_again(c, id));
	if (text_is(m.channel, "sms"))
		return sms_configured() ? sms_enqueue(c, id, m.attempts) : OK;
	return mail_configured() ? enqueue(c, id, m.attempts) : OK;
}

/* ---- out of the outbox */

static text
as_bytes(struct ctx *c, const struct outbox_message *m)
{
	/* The same each time it is tried, so that a mailbox can tell a repeat. */
	text about = arena_fmt(c->arena, "%lld %s", (long long)m->id, m->recipient);
	text id = arena_bytes(c->arena, keyed_hash(c->arena, "message-id", about), 32);
	struct mime mime = { .from = mail_sender(c->arena),
		.to = m->recipient,
		.subject = m->subject,
		.body = m->body,
		.html = m->html,
		.id = id,
		.unsubscribe = m->unsubscribe,
		.date = m->created_at };

	if (*mime.html == 0)
		mime.html = mime_html(c->arena, m->subject, m->body);
	return mime_message(c->arena, &mime);
}

static enum problem
write_down(struct ctx *c, int64_t id, text state, text error)
{
	TRY(db_begin(c));
	enum problem e = outbox_tried(c, id, state, error, c->now);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

/* Bare: no transaction stays open while a mail server thinks. */
static enum problem
send_now(struct ctx *c, const void *args)
{
	const struct mail_send *job = args;
	struct outbox_message m = { 0 };
	text why, state = "waiting";

	enum problem e = outbox_by_id(c, job->id, &m);
	if (e == NOT_FOUND)
		return OK; /* taken away by a retention rule */
	TRY(e);
	if (!text_is(m.state, "waiting") || !text_is(m.channel, "mail"))
		return OK;
	enum mail_end end = mail_deliver(c->arena, m.recipient, as_bytes(c, &m), &why);
	if (end != MAIL_AGAIN)
		state = end == MAIL_SENT ? "sent" : "bounced";
	else if (m.attempts + 1 >= MOST_TRIES)
		state = "failed";
	TRY(write_down(c, m.id, state, why));
	return end == MAIL_AGAIN ? fail(c, UNAVAILABLE, "%s", why) : OK;
}

/* Messages of the last day that were written while there was no mail server. */
static enum problem
sweep(struct ctx *c, const void *args)
{
	struct rows waiting;

	(void)args;
	if (!mail_configured())
		return OK;
	TRY(outbox_untried(c, "mail", instant_plus(c->now, -DAY), MOST_SWEPT, &waiting));
	return jobs_enqueue(c, "mail_send", waiting, "mail:%:0");
}

const struct job_kind mail_jobs[] = {
	{ "mail_send", send_now, mail_send_fields, sizeof(struct mail_send), .bare = true,
	    .doc = "Sends one message of the outbox to the mail server" },
	{ "mail_sweep", sweep, .every = 60,
	    .doc = "Sends what was written while there was no mail server" },
	{ NULL },
};
