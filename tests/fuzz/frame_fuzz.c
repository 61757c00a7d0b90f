/*
 * frame_fuzz.c -- a client's bytes, in pieces whose size the first byte says, are read as they are in one piece.
 *
 * What is handed out is whole: a text is UTF-8, no message is larger than allowed, no control frame than 125 bytes.
 */
#include "base/frame.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

#define MOST 300

static void
judge(enum frame_kind kind, const struct heard_frame *f)
{
	struct utf8 u = { 0 };

	if (kind == FRAME_WRONG) {
		if ((f->code != 1002 && f->code != 1007 && f->code != 1009) || f->why == NULL)
			BUG("a fault without its code");
		return;
	}
	if (f->bytes == NULL || f->bytes[f->n] != 0)
		BUG("no end");
	if (f->n > (kind == FRAME_TEXT || kind == FRAME_BINARY ? MOST : FRAME_CONTROL_MOST))
		BUG("too large");
	if ((kind == FRAME_TEXT || kind == FRAME_CLOSE) &&
	    (!utf8_takes(&u, f->bytes, f->n) || u.wanted))
		BUG("no UTF-8");
	if (kind == FRAME_CLOSE && f->code != 1005 && !close_code_ok(f->code))
		BUG("a code nobody may send");
}

/* What was read, as one text. */
static text
read_all(struct arena *a, const char *s, size_t n, size_t piece)
{
	struct frames r = { .most = MOST };
	struct buf b = BUF(a);
	struct heard_frame f;
	size_t at = 0, used;

	while (at < n) {
		size_t k = n - at < piece ? n - at : piece;
		enum frame_kind kind = frame_read(&r, s + at, k, &used, &f);

		if (used > k || (used < k && kind == FRAME_MORE))
			BUG("bytes lost");
		at += used;
		if (kind == FRAME_MORE)
			continue;
		judge(kind, &f);
		buf_fmt(&b, "%d %d ", kind, f.code);
		if (kind == FRAME_WRONG)
			break;
		buf_base64(&b, f.bytes, f.n);
	}
	frames_free(&r);
	return buf_text(&b);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	struct arena *a = arena_new();
	const char *s = (const char *)bytes;

	if (n > 1 &&
	    !text_is(
		read_all(a, s + 1, n - 1, n), read_all(a, s + 1, n - 1, 1 + (size_t)bytes[0] % 16)))
		BUG("how bytes come in pieces makes a difference");
	arena_free(a);
	return 0;
}
