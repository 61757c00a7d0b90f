#include "web/assets.h"

const struct asset *
asset_at(text url)
{
	for (size_t i = 0; i < n_assets; i++)
		if (text_is(all_assets[i].url, url))
			return &all_assets[i];
	return NULL;
}

const struct asset *
asset_named(text name)
{
	for (size_t i = 0; i < n_assets; i++)
		if (text_is(all_assets[i].name, name))
			return &all_assets[i];
	return NULL;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
same_word(const char *s, size_t n, text word)
{
	for (size_t i = 0; i < n; i++) {
		char c = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] - 'A' + 'a') : s[i];

		if (word[i] == 0 || c != word[i])
			return false;
	}
	return word[n] == 0;
}

/* ";q=0", ";q=0.00" refuse; any other weight welcomes. */
static bool
refused(const char *s, size_t n)
{
	while (n && (blank(*s) || *s == ';')) {
		s++;
		n--;
	}
	if (n < 3 || (*s != 'q' && *s != 'Q') || s[1] != '=' || s[2] != '0')
		return false;
	for (size_t i = 3; i < n && !blank(s[i]); i++)
		if (s[i] != '0' && s[i] != '.')
			return false;
	return true;
}

bool
coding_welcome(text header, text coding)
{
	bool any = false;

	while (header && *header) {
		size_t n = strcspn(header, ","), from = 0, word;

		while (from < n && blank(header[from]))
			from++;
		word = strcspn(header + from, ";, \t");
		bool no = refused(header + from + word, n - from - word);
		if (same_word(header + from, word, coding))
			return !no;
		if (word == 1 && header[from] == '*')
			any = !no;
		header += n + (header[n] == ',');
	}
	return any;
}

const void *
asset_bytes(const struct asset *a, text accept_encoding, size_t *n, text *encoding)
{
	if (a->brotli && coding_welcome(accept_encoding, "br")) {
		*encoding = "br";
		*n = a->n_brotli;
		return a->brotli;
	}
	if (a->gzip && coding_welcome(accept_encoding, "gzip")) {
		*encoding = "gzip";
		*n = a->n_gzip;
		return a->gzip;
	}
	*encoding = NULL;
	*n = a->n_plain;
	return a->plain;
}
