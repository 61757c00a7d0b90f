/*
 * secret.h -- passwords, keyed hashes, random bytes: libsodium, and only here.
 */
#ifndef SECRET_H
#define SECRET_H

#include "gear/ctx.h"

void secret_start(void); /* once, before anything else here */

/* Argon2id (crypto_pwhash_str, interactive limits).  Under the server it runs in a helper process:
 * BUSY when the queue is full. */
enum problem password_hash(struct ctx *, text password, text *hash);
/* *right; and *rehash if the hash is bcrypt or weaker than what we make now.  An empty hash costs
 * as much time and is never right. */
enum problem password_check(struct ctx *, text password, text hash, bool *right, bool *rehash);
bool password_common(text password); /* among the 3,000 most used */

void random_bytes(void *, size_t n);
text random_hex(struct arena *, size_t bytes);
text random_code(struct arena *, int digits); /* uniform, "042917" */

/* HMAC-SHA-256 under a key derived from JWT_SECRET for that purpose; 64 hex digits. */
text keyed_hash(struct arena *, text purpose, text message);
bool same_secret(text a, text b); /* in time that depends on the lengths alone */

/* Helper processes, forked before the sandbox: one a core. */
void secret_fork_helpers(int n);

#endif
