/*
 * ready.h -- answers of public pages as bytes that only want sending.
 *
 * What kept.c gave to a caller whom nothing tells from any other (no cookie, no credentials, no
 * condition) the next such caller gets before the request is taken apart: it is found by path,
 * query, Accept and whether it may be packed, and lacks but its date and its number.
 *
 * It is no cache beside the cache: it is found only while the generations stand under which the
 * page was read, and not longer than the page itself is kept (gear/generations.h, kept.c).
 */
#ifndef READY_H
#define READY_H

#include "base/base.h"

struct ready { /* stays the shelf's, until the next call */
	text head; /* header lines, from Content-Type to Content-Length and the empty line */
	size_t n_head;
	text body;
	size_t n_body;
};

/* May a request have this header and be answered so?  Of those it may, Accept and Accept-Encoding alone choose among
 * answers. */
bool ready_for(text header);
bool ready_find(
    text path, text query, text accept, text accept_encoding, instant now, struct ready *);

struct call;
void ready_put(struct call *); /* if it is one; after dress_end() */

#endif
