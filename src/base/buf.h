/*
 * buf.h -- bytes that grow, in an arena.  Always NUL ended once anything was
 * added; `n` counts without that NUL.
 */
#ifndef BUF_H
#define BUF_H

#include "base/base.h"

struct buf {
	struct arena *arena;
	char *p; /* NULL until the first addition: see buf_text() */
	size_t n, cap;
};
#define BUF(a) ((struct buf){ .arena = (a) })

void buf_bytes(struct buf *, const void *, size_t);
void buf_add(struct buf *, text);
void buf_char(struct buf *, char);
void buf_fmt(struct buf *, const char *, ...) PRINTF_LIKE(2, 3);
text buf_text(const struct buf *); /* what was added; "" for nothing */

void buf_html(struct buf *, text); /* escaped for HTML text and quoted attributes: & < > " ' */
void buf_json(struct buf *, text); /* as a JSON string with its quotes (RFC 8259) */
void buf_base64(struct buf *, const void *, size_t); /* RFC 4648, 4 */
void buf_url(struct buf *, text); /* percent-encoded but for A-Z a-z 0-9 - . _ ~ (RFC 3986) */

#endif
