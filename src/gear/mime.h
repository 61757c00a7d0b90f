/*
 * mime.h -- an e-mail as the bytes that go over the wire: RFC 5322, MIME (RFC 2045 to 2047).
 *
 * Text and HTML as multipart/alternative, both quoted-printable.  No value given here can begin
 * another header: what is not plain printable ASCII goes out as an encoded word.
 */
#ifndef MIME_H
#define MIME_H

#include "base/base.h"

struct mime {
	text from; /* "Smart Parking <no-reply@parking.example>" or the bare address */
	text to; /* a bare address that mail_address_ok() */
	text subject;
	text body; /* plain text, lines of any length */
	text html; /* a whole document */
	text unsubscribe; /* URL for List-Unsubscribe (RFC 2369, RFC 8058), "" for none */
	text id; /* left of the @ of Message-ID: letters, digits, dots, hyphens */
	instant date;
};
text mime_message(struct arena *, const struct mime *);

/* An HTML document that says what the plain body says: paragraphs at empty lines, URLs as links, a
 * paragraph of digits alone large. */
text mime_html(struct arena *, text subject, text body);

/* The document around it: the product's sign with the title, and `body`, which is HTML already: text
 * in cells of class "ink", written for readers that know inline styles alone. */
text mime_letter(struct arena *, text title, text body);
#define MIME_FACE "font-family:Overpass,'Helvetica Neue',Arial,sans-serif;"

text mime_address(struct arena *, text from); /* the bare address in "Name <address>" */

/* For tests. */
void mime_quoted(struct buf *, text); /* quoted-printable (RFC 2045, 6.7), lines end in CRLF */
void mime_header(struct buf *, text name, text value); /* a folded header line */

#endif
