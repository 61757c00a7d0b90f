#include <arpa/inet.h>

#include "web/peer.h"

/* An address as 16 bytes; IPv4 as ::ffff:a.b.c.d, so that both spellings of it are one. */
struct address {
	unsigned char b[16];
};

static bool
address_read(text s, struct address *out)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET6, s, out->b) == 1)
		return true;
	memcpy(out->b, mapped, sizeof mapped);
	return inet_pton(AF_INET, s, out->b + 12) == 1;
}

static text
address_text(struct arena *a, const struct address *at)
{
	char s[INET6_ADDRSTRLEN];
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool four = memcmp(at->b, mapped, sizeof mapped) == 0;

	if (inet_ntop(four ? AF_INET : AF_INET6, four ? at->b + 12 : at->b, s, sizeof s) == NULL)
		BUG("an address that cannot be written");
	return arena_text(a, s);
}

static bool
same_start(const struct address *x, const struct address *y, int64_t bits)
{
	size_t whole = (size_t)bits / 8;
	unsigned char rest = (unsigned char)(0xff00 >> bits % 8);

	return memcmp(x->b, y->b, whole) == 0 &&
	    (whole == 16 || ((x->b[whole] ^ y->b[whole]) & rest) == 0);
}

/* Takes the last word off a list with commas or blanks; NULL when it is empty. */
static char *
last_word(char *list)
{
	size_t n = strlen(list);

	while (n && strchr(", \t", list[n - 1]))
		list[--n] = 0;
	while (n && !strchr(", \t", list[n - 1]))
		n--;
	char *word = list + n;
	if (*word == 0)
		return NULL;
	if (n)
		list[n - 1] = 0;
	return word;
}

/* Is it in "10.0.0.0/8"?  A range that cannot be read holds nobody. */
static bool
in_range(char *range, const struct address *at)
{
	char *slash = strchr(range, '/');
	struct address net;
	int64_t bits = 128;

	if (slash)
		*slash++ = 0;
	if (!address_read(range, &net))
		return false;
	if (slash) {
		int64_t most = strchr(range, ':') ? 128 : 32;

		if (!text_int(slash, &bits) || bits < 0 || bits > most)
			return false;
		bits += 128 - most;
	}
	return same_start(at, &net, bits);
}

static bool
is_trusted(struct arena *a, text trusted, const struct address *at)
{
	char *list = arena_text(a, trusted);

	for (char *word; (word = last_word(list)) != NULL; *word = 0)
		if (in_range(word, at))
			return true;
	return false;
}

text
peer_address(struct arena *a, text socket, const struct pairs *headers, text trusted)
{
	struct address at, next;
	struct buf all = BUF(a);

	if (!address_read(socket, &at))
		return socket;
	for (size_t i = 0; *trusted && i < headers->n; i++)
		if (text_is(headers->v[i].name, "x-forwarded-for"))
			buf_fmt(&all, "%s,", headers->v[i].value);
	char *list = arena_text(a, buf_text(&all));
	while (is_trusted(a, trusted, &at)) {
		char *word = last_word(list);

		if (word == NULL || !address_read(word, &next))
			break;
		at = next;
		*word = 0;
	}
	return address_text(a, &at);
}
