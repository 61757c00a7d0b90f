/*
 * store.h -- files that people and cameras send: photographs.
 *
 * A file is written under STORE_DIR in the request that brings it, and known in the database by a key of our own
 * making.  Where a bucket is set (AWS_S3_BUCKET), the worker then puts it there, signed as AWS' Signature Version 4 wants
 * (libcurl does that); what is not here any more is fetched back by the worker when somebody wants it.
 * Without a bucket the files under STORE_DIR are all there is.
 *
 * Keys are "plates/3f/3fa4….jpg": no word of a sender's is in one.
 */
#ifndef STORE_H
#define STORE_H

#include "gear/ctx.h"
#include "gear/jobs.h"

extern const struct job_kind store_jobs[];

struct stored_file {
	text key, type;
	int64_t bytes;
	text sha256;
	bool sent; /* it is in the bucket */
	const char *p; /* of store_get(): its bytes */
};
extern const struct field stored_file_fields[];

/* Keeps n bytes; in a transaction: if that comes to nothing, so does the file.  `folder` is a word of ours. */
enum problem store_put(
    struct ctx *, text folder, text suffix, text type, const void *, size_t n, text *key);
/* NOT_FOUND; UNAVAILABLE, with c->retry_after, while it is being fetched from the bucket. */
enum problem store_get(struct ctx *, text key, struct stored_file *);
/* Forgets it, here and there.  A key that is not known is fine. */
enum problem store_drop(struct ctx *, text key);

#endif
