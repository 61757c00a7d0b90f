/* mime_fuzz.c -- whatever people write, the message has our headers and no others, and no line is too long. */
#include "gear/mime.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
no_line_too_long(text message)
{
	for (text at = message; *at;) {
		size_t n = strcspn(at, "\r\n");

		if (n > 998 || (at[n] == '\r' && at[n + 1] != '\n') || at[n] == '\n')
			BUG("a line that is none");
		at += n + (at[n] ? 2 : 0);
	}
}

static void
our_headers_only(text message)
{
	static const text ours[] = { "Date: ", "From: ", "To: ", "Subject: ", "Message-ID: ",
		"Auto-Submitted: ", "MIME-Version: ", "Content-Type: ", " " };

	for (text at = message; !text_starts(at, "\r\n"); at = strstr(at, "\r\n") + 2) {
		bool known = false;

		for (size_t i = 0; i < LENGTH(ours); i++)
			known |= text_starts(at, ours[i]);
		if (!known)
			BUG("a header of somebody else's");
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	text s = arena_bytes(a, bytes, n);
	size_t line = strcspn(s, "\n"), more = line + (s[line] != 0);
	text subject = arena_bytes(a, s, n < 2000 ? strlen(s) : 2000);
	struct mime m = { .from = arena_fmt(a, "%.200s <no-reply@parking.example>", s),
		.to = "ilse@parking.example",
		.subject = subject,
		.body = s + more,
		.html = mime_html(a, subject, s + more),
		.unsubscribe = "",
		.id = "0123",
		.date = { 1794916800 * SECOND } };

	text message = mime_message(a, &m);
	our_headers_only(message);
	no_line_too_long(message);
	arena_free(a);
	return 0;
}
