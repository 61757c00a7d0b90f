/*
 * sha1.h -- SHA-1 (FIPS 180-4) and HMAC-SHA-1 (RFC 2104), for the two protocols that ask for them by name: WebSocket's
 * handshake and Twilio's signatures.  Nothing of ours relies on it.
 */
#ifndef SHA1_H
#define SHA1_H

#include "base/base.h"

enum { SHA1_BYTES = 20 };

void sha1(const void *bytes, size_t n, unsigned char out[SHA1_BYTES]);
void hmac_sha1(
    struct arena *, text key, const void *bytes, size_t n, unsigned char out[SHA1_BYTES]);

#endif
