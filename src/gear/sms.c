#include "gear/sms.h"

#include "base/sha1.h"
#include "gear/db.h"
#include "gear/fetch.h"
#include "gear/mail.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "gear_sql.h"

enum {
	MOST_TRIES = 10, /* as many as jobs.h gives a job */
	MOST_SWEPT = 500,
	BODY_MOST = 1600, /* Twilio's limit, in characters */
};

bool
sms_configured(void)
{
	return *settings.twilio_account_sid && *settings.twilio_auth_token &&
	    *settings.twilio_from_number;
}

text
sms_number(struct arena *a, text typed)
{
	struct buf b = BUF(a);

	for (text p = typed; *p; p++)
		if ((*p >= '0' && *p <= '9') || (*p == '+' && b.n == 0))
			buf_char(&b, *p);
		else if (!strchr(" ()./-", *p))
			return NULL;
	text s = buf_text(&b);
	return s[0] == '+' && s[1] >= '1' && s[1] <= '9' && b.n >= 9 && b.n <= 16 ? s : NULL;
}

/* ---- into the outbox */

struct sms_send {
	int64_t id;
};
static const struct field sms_send_fields[] = {
	FIELD(sms_send, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

enum problem
sms_enqueue(struct ctx *c, int64_t id, int64_t attempts)
{
	struct sms_send job = { id };
	text key = arena_fmt(c->arena, "sms:%lld:%lld", (long long)id, (long long)attempts);

	return job_enqueue(c, "sms_send", &job, (struct job_when){ .unique = key });
}

enum problem
sms_send_later(struct ctx *c, const struct sms *m)
{
	struct outbox_id made = { 0 };
	text to = sms_number(c->arena, m->to);

	if (to == NULL)
		return fail(c, INVALID, "No text message can be sent to that number.");
	enum problem e =
	    outbox_add_sms(c, to, m->body, m->user_id, m->unique ? m->unique : "", c->now, &made);
	if (e == NOT_FOUND)
		return OK; /* it was written before, under the same key */
	TRY(e);
	return sms_configured() ? sms_enqueue(c, made.id, 0) : OK;
}

/* ---- out of the outbox */

/* At most n characters, never half of one. */
static text
cut(struct arena *a, text s, size_t n)
{
	text p = s;

	for (; *p; p++)
		if (((unsigned char)*p & 0xc0) != 0x80 && n-- == 0)
			break;
	return arena_bytes(a, s, (size_t)(p - s));
}

static enum problem
hand_in(struct ctx *c, const struct outbox_message *m, struct fetched *out)
{
	struct fetch f = { .user = settings.twilio_account_sid,
		.password = settings.twilio_auth_token };

	f.url = arena_fmt(c->arena, "%s/2010-04-01/Accounts/%s/Messages.json",
	    settings.twilio_base_url, settings.twilio_account_sid);
	pairs_add(c->arena, &f.form, "To", m->recipient);
	pairs_add(c->arena, &f.form, "From", settings.twilio_from_number);
	pairs_add(c->arena, &f.form, "Body", cut(c->arena, m->body, BODY_MOST));
	pairs_add(c->arena, &f.form, "StatusCallback",
	    arena_fmt(c->arena, "%s/hooks/sms", settings.base_url));
	return fetch(c, &f, out);
}

/* A member of Twilio's answer, "" if it is not there. */
static text
member(struct ctx *c, const struct fetched *answer, text name)
{
	text why, s = NULL;
	const struct json *j = json_parse(c->arena, answer->body, answer->n, &why);
	const struct json *m = j && json_is_object(j) ? json_member(j, name) : NULL;

	if (m)
		s = json_scalar(c->arena, m);
	return s && text_printable(s) ? s : "";
}

static text
words_for(struct ctx *c, const struct fetched *answer)
{
	text says = member(c, answer, "message"), code = member(c, answer, "code");

	return arena_fmt(c->arena, "%lld %s%s%s", (long long)answer->status, code, *code ? " " : "",
	    cut(c->arena, says, 300));
}

/* How one attempt ended: "sent", "bounced", or "waiting" for another. */
static text
attempt(struct ctx *c, const struct outbox_message *m, text *why, text *ref)
{
	struct fetched answer = { 0 };

	*ref = "";
	if (hand_in(c, m, &answer) != OK) {
		*why = answer.why ? answer.why : "no answer";
		return "waiting";
	}
	*why = words_for(c, &answer);
	if (answer.status >= 200 && answer.status < 300) {
		*ref = member(c, &answer, "sid");
		*why = "";
		return "sent";
	}
	/* 429 and what broke over there passes; so does a wrong key or a time-out, once somebody has seen to it. */
	if (answer.status >= 500 || answer.status == 429 || answer.status == 401 ||
	    answer.status == 408)
		return "waiting";
	return "bounced";
}

static enum problem
write_down(struct ctx *c, int64_t id, text state, text error, text ref)
{
	TRY(db_begin(c));
	enum problem e = outbox_tried(c, id, state, error, c->now);
	if (e == OK && *ref)
		e = outbox_set_ref(c, id, ref);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

/* Bare: no transaction stays open while the provider thinks. */
static enum problem
send_now(struct ctx *c, const void *args)
{
	const struct sms_send *job = args;
	struct outbox_message m = { 0 };
	text why, ref;

	enum problem e = outbox_by_id(c, job->id, &m);
	if (e == NOT_FOUND)
		return OK; /* taken away by a retention rule */
	TRY(e);
	if (!text_is(m.state, "waiting") || !text_is(m.channel, "sms"))
		return OK;
	text state = attempt(c, &m, &why, &ref);
	bool again = text_is(state, "waiting");
	if (again && m.attempts + 1 >= MOST_TRIES)
		state = "failed";
	TRY(write_down(c, m.id, state, why, ref));
	return again ? fail(c, UNAVAILABLE, "%s", why) : OK;
}

/* Messages of the last day that were written while there was no provider. */
static enum problem
sweep(struct ctx *c, const void *args)
{
	struct rows waiting;

	(void)args;
	if (!sms_configured())
		return OK;
	TRY(outbox_untried(c, "sms", instant_plus(c->now, -DAY), MOST_SWEPT, &waiting));
	return jobs_enqueue(c, "sms_send", waiting, "sms:%:0");
}

const struct job_kind sms_jobs[] = {
	{ "sms_send", send_now, sms_send_fields, sizeof(struct sms_send), .bare = true,
	    .doc = "Hands one text message of the outbox to the provider" },
	{ "sms_sweep", sweep, .every = 60,
	    .doc = "Sends the texts that were written while there was no provider" },
	{ NULL },
};

/* ---- what the provider tells */

static int
by_name(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->value, y->value);
}

bool
sms_signed(struct arena *a, text url, const struct pairs *form, text signature)
{
	struct pair *sorted = arena_alloc(a, (form->n + 1) * sizeof *sorted);
	unsigned char sum[SHA1_BYTES];
	struct buf all = BUF(a), right = BUF(a);

	if (*settings.twilio_auth_token == 0)
		return false;
	if (form->n)
		memcpy(sorted, form->v, form->n * sizeof *sorted);
	qsort(sorted, form->n, sizeof *sorted, by_name);
	buf_add(&all, url);
	for (size_t i = 0; i < form->n; i++)
		buf_fmt(&all, "%s%s", sorted[i].name, sorted[i].value);
	hmac_sha1(a, settings.twilio_auth_token, all.p, all.n, sum);
	buf_base64(&right, sum, sizeof sum);
	return same_secret(buf_text(&right), signature);
}

enum problem
sms_told(struct ctx *c, text ref, text status, text error)
{
	bool bad = text_is(status, "undelivered") || text_is(status, "failed");
	text why = arena_fmt(c->arena, "%s%s%s", status, *error ? " " : "", error);

	if (!bad && !text_is(status, "delivered"))
		return OK; /* queued, sending, sent: on its way */
	return outbox_told(c, ref, bad ? "bounced" : "sent", bad ? why : status);
}
