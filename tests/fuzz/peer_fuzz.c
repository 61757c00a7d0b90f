/* peer_fuzz.c -- whatever X-Forwarded-For says, the caller is an address, and the socket's own unless it is trusted. */
#include <arpa/inet.h>

#include "web/peer.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static bool
is_address(text s)
{
	unsigned char b[16];

	return inet_pton(AF_INET, s, b) == 1 || inet_pton(AF_INET6, s, b) == 1;
}

/* The bytes are the header, and behind a line break the list of the trusted. */
int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	char *said = arena_bytes(a, bytes, n), *trusted = strchr(said, '\n');
	struct pairs headers = { 0 };

	if (trusted)
		*trusted++ = 0;
	pairs_add(a, &headers, "x-forwarded-for", said);
	if (!is_address(peer_address(a, "192.0.2.1", &headers, trusted ? trusted : "192.0.2.0/24")))
		BUG("not an address");
	if (!text_is(peer_address(a, "192.0.2.1", &headers, "10.0.0.0/8"), "192.0.2.1"))
		BUG("a stranger was believed");
	arena_free(a);
	return 0;
}
