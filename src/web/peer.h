/* peer.h -- who is at the other end, when a proxy of ours may stand between. */
#ifndef PEER_H
#define PEER_H

#include "base/form.h"

/* The caller's address.  X-Forwarded-For is believed as far as it was written by proxies of ours:
 * read from its end, the first address that is no trusted one.  `trusted` is a list like
 * "127.0.0.1, 10.0.0.0/8, ::1"; an empty one believes nobody, and the socket's own address is the
 * answer. */
text peer_address(struct arena *, text socket, const struct pairs *headers, text trusted);

#endif
