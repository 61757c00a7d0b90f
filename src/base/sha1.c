#include "base/sha1.h"

#define BLOCK 64

static uint32_t
turned(uint32_t x, int by)
{
	return x << by | x >> (32 - by);
}

static uint32_t
mixed(int round, uint32_t b, uint32_t c, uint32_t d)
{
	if (round < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (round < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (round < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

static void
block(uint32_t h[5], const unsigned char *p)
{
	uint32_t w[80], v[5];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
		    (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 80; i++)
		w[i] = turned(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	memcpy(v, h, sizeof v);
	for (int i = 0; i < 80; i++) {
		uint32_t next = turned(v[0], 5) + mixed(i, v[1], v[2], v[3]) + v[4] + w[i];

		v[4] = v[3];
		v[3] = v[2];
		v[2] = turned(v[1], 30);
		v[1] = v[0];
		v[0] = next;
	}
	for (int i = 0; i < 5; i++)
		h[i] += v[i];
}

void
sha1(const void *bytes, size_t n, unsigned char out[SHA1_BYTES])
{
	uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
	unsigned char last[2 * BLOCK] = { 0 };
	const unsigned char *p = bytes;
	size_t whole = n / BLOCK * BLOCK, rest = n - whole;
	size_t end = rest + 9 <= BLOCK ? BLOCK : sizeof last;

	for (size_t i = 0; i < whole; i += BLOCK)
		block(h, p + i);
	if (rest)
		memcpy(last, p + whole, rest);
	last[rest] = 0x80;
	for (int i = 0; i < 8; i++) /* its length in bits, at the very end */
		last[end - 1 - (size_t)i] = (unsigned char)((uint64_t)n * 8 >> 8 * i);
	for (size_t i = 0; i < end; i += BLOCK)
		block(h, last + i);
	for (int i = 0; i < SHA1_BYTES; i++)
		out[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

void
hmac_sha1(struct arena *a, text key, const void *bytes, size_t n, unsigned char out[SHA1_BYTES])
{
	unsigned char pad[BLOCK] = { 0 }, *inner = arena_alloc(a, BLOCK + n),
		      outer[BLOCK + SHA1_BYTES];
	size_t n_key = strlen(key);

	if (n_key > BLOCK)
		sha1(key, n_key, pad);
	else
		for (size_t i = 0; i < n_key; i++)
			pad[i] = (unsigned char)key[i];
	for (size_t i = 0; i < BLOCK; i++) {
		inner[i] = pad[i] ^ 0x36;
		outer[i] = pad[i] ^ 0x5c;
	}
	if (n)
		memcpy(inner + BLOCK, bytes, n);
	sha1(inner, BLOCK + n, outer + BLOCK);
	sha1(outer, sizeof outer, out);
}
