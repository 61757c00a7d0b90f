/*
 * mail.h -- e-mail, through the outbox.
 *
 * mail_send_later() writes the message down in the transaction that caused it; the worker sends it
 * over SMTP (RFC 5321, STARTTLS, AUTH) with libcurl.  A 4xx is tried again, the first time after at
 * most a minute; a 5xx is a bounce. Without SMTP settings it waits on /admin/outbox, where an admin
 * reads it.
 */
#ifndef MAIL_H
#define MAIL_H

#include "gear/ctx.h"

struct mail {
	text to; /* one address */
	text subject; /* one line; CR and LF are refused */
	text body; /* plain text, lines of any length */
	text html; /* "": made from the body when it goes out */
	text unique; /* dedupe key, for ever; "" for none */
	int64_t user_id; /* 0: nobody of ours */
	text unsubscribe; /* URL of List-Unsubscribe (RFC 8058), "" for none */
};
/* INVALID for an address or a subject that cannot be sent; OK also when the key was used before. */
enum problem mail_send_later(struct ctx *, const struct mail *);

/* The same for many at once (struct mail), each with a key: in a handful of statements, however many
 * they are.  Addresses and subjects are the caller's to check: one that cannot be sent is a BUG(). */
enum problem mail_send_all_later(struct ctx *, struct rows mails);

/* Is s an address we can send to?  dot-atom@domain of RFC 5321, UTF-8 refused, at most 254 bytes.
 */
bool mail_address_ok(text s);

/* Is there a mail server, by the settings? */
bool mail_configured(void);

/* One message of the outbox.  waiting → sent | bounced (refused for good) | failed (given up after
 * 10 tries). */
struct outbox_message {
	int64_t id, attempts;
	text channel, recipient, subject, body, html, unsubscribe, state, error;
	instant created_at, tried_at, sent_at;
};
extern const struct field outbox_message_fields[];

/* The outbox is read by outbox_newest() and outbox_by_id() of gear/queries.sql. */
/* Tries once more what bounced or failed: WRONG_STATE for one that is waiting or was sent. */
enum problem outbox_retry(struct ctx *, int64_t id);

/* How one attempt at the mail server ended.  *why is the server's last line or libcurl's words. */
enum mail_end { MAIL_SENT, MAIL_AGAIN, MAIL_BOUNCED };
enum mail_end mail_deliver(struct arena *, text to, text message, text *why);

/* The sender: MAIL_FROM, else MAIL_USERNAME if that is an address, else no-reply at the host of
 * BASE_URL. */
text mail_sender(struct arena *);

#endif
