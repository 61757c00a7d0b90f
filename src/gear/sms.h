/*
 * sms.h -- text messages, through the outbox.
 *
 * sms_send_later() writes the message down in the transaction that caused it; the worker hands it to Twilio's Messages
 * API (2010-04-01; form post, basic auth), or to what stands at TWILIO_BASE_URL.  What cannot be sent to is a bounce;
 * 429 and 5xx are tried again, as mail is.  Later the provider tells what became of it (sms_told), signed with our
 * token.  Without TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM_NUMBER it waits on /admin/outbox.
 */
#ifndef SMS_H
#define SMS_H

#include "base/form.h"
#include "gear/ctx.h"
#include "gear/jobs.h"

extern const struct job_kind sms_jobs[];

struct sms {
	text to; /* E.164: "+31205550142" */
	text body; /* at most 1,600 characters go out */
	text unique; /* dedupe key, for ever; "" for none */
	int64_t user_id; /* 0: nobody of ours */
};
/* INVALID for a number that is none; OK also when the key was used before. */
enum problem sms_send_later(struct ctx *, const struct sms *);

/* The number in E.164, without what people put between digits; NULL unless it begins with + and a country. */
text sms_number(struct arena *, text typed);

bool sms_configured(void);

/* Hands one of the outbox in; for outbox_retry(). */
enum problem sms_enqueue(struct ctx *, int64_t id, int64_t attempts);

/* Did Twilio sign that?  Base64 of HMAC-SHA-1, under the auth token, of the address it called and all fields of the form,
 * sorted by name, name and value one behind the other. */
bool sms_signed(struct arena *, text url, const struct pairs *form, text signature);

/* What became of a message, by the provider's number for it: "delivered", "undelivered", "failed", or on its way. */
enum problem sms_told(struct ctx *, text provider_ref, text status, text error);

#endif
