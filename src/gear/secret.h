/*
 * secret.h -- passwords, keyed hashes, random bytes: libsodium, and only here.
 */
#ifndef SECRET_H
#define SECRET_H

#include "gear/ctx.h"

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 128 }; /* code points; ASVS 6.2.1, 6.2.9 */

void secret_start(void); /* once, before anything else here; again does nothing */

/* Argon2id (crypto_pwhash_str, interactive limits).  Under the server it runs in a helper process:
 * BUSY when the queue is full. */
enum problem password_hash(struct ctx *, text password, text *hash);
/* *right; and *rehash if the hash is bcrypt ($2a$, $2b$, $2y$, by crypt(3)) or weaker than what we
 * make now.  An empty hash costs as much time and is never right. */
enum problem password_check(struct ctx *, text password, text hash, bool *right, bool *rehash);
bool password_common(text password); /* among the 3,000 most used, whatever its case */
bool password_hash_known(text hash); /* has the form of one that password_check() can check */

/* SHA-256 of the bytes, in hex: what they are, not who wrote them. */
text sha256_hex(struct arena *, const void *, size_t n);
void random_bytes(void *, size_t n);
text random_hex(struct arena *, size_t bytes);
text random_code(struct arena *, int digits); /* uniform, "042917" */

/* HMAC-SHA-256 under a key derived from JWT_SECRET for that purpose; 64 hex digits. */
text keyed_hash(struct arena *, text purpose, text message);
/* HMAC-SHA-256 of bytes under a key that somebody else has, too; 64 hex digits. */
text shared_hash(struct arena *, text key, const void *, size_t n);
bool same_secret(text a, text b); /* in time that depends on the lengths alone */

/* Helper processes for the passwords of `workers` web workers: in the parent, before workers and
 * sandbox.  Each worker then says which one it is (0, 1, …).  Without these calls the sums are done
 * in place. */
void secret_fork_helpers(int helpers, int workers);
void secret_use_helpers(int worker);

#endif
