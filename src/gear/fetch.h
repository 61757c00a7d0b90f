/*
 * fetch.h -- the one door for HTTP going out.
 *
 * fetch() waits: it is for the worker, whose jobs may take their time; a request touches PostgreSQL
 * and Redis only.  TLS is verified and at least 1.2; no redirect is followed, no proxy asked, no
 * cookie kept, no other scheme spoken; an answer larger than its limit is none.
 */
#ifndef FETCH_H
#define FETCH_H

#include "base/form.h"
#include "gear/ctx.h"

struct fetch { /* what is asked; members left out are as the comments say */
	text method; /* NULL: GET, or POST if there is a body or a form */
	text url; /* http:// or https:// */
	struct pairs headers; /* beside what libcurl adds; no CR or LF in them */
	struct pairs form; /* sent as application/x-www-form-urlencoded, in this order */
	const char *body; /* … or these bytes; their Content-Type stands in the headers */
	size_t n_body;
	text user, password; /* HTTP Basic; NULL: none */
	text
	    sign; /* NULL, or instead of that "aws:amz:REGION:s3": AWS' Signature Version 4, with key and secret as
		    * user and password; x-amz-content-sha256 stands in the headers */
	text ca_file; /* instead of the machine's certificates; NULL: those */
	int64_t ms; /* for all of it; 0: 20,000 */
	size_t most; /* bytes of the answer's body; 0: 1 MiB */
};

struct fetched {
	int64_t status;
	struct pairs headers; /* of the answer, names in lower case */
	const char *body; /* NUL ended behind its n bytes */
	size_t n;
	bool unsent; /* after a failure: nothing of the request can have arrived */
	text why; /* after a failure: in words */
};

/* OK whatever the status.  UNAVAILABLE when there was no whole answer (*out says why; whether the
 * other side did what was asked is then unknown, unless .unsent), INVALID for an address or a header
 * that cannot be used. */
enum problem fetch(struct ctx *, const struct fetch *, struct fetched *out);

#endif
