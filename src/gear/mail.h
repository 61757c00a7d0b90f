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
	text html; /* "" for none */
	text unique; /* dedupe key, for ever; "" for none */
	int64_t user_id; /* 0: nobody of ours */
	text unsubscribe; /* URL of List-Unsubscribe (RFC 8058), "" for none */
};
enum problem mail_send_later(struct ctx *, const struct mail *);

/* Is s an address we can send to?  dot-atom@domain of RFC 5321, UTF-8 refused, at most 254 bytes.
 */
bool mail_address_ok(text s);

#endif
