#include "base/frame.h"
#include "base/sha1.h"

enum { CONTINUES = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

/* ---- UTF-8, a piece at a time */

static bool
utf8_begins(struct utf8 *u, unsigned char c)
{
	u->low = 0x80;
	u->high = 0xbf;
	if (c < 0x80)
		return true;
	if (c >= 0xc2 && c <= 0xdf) {
		u->wanted = 1;
	} else if ((c & 0xf0) == 0xe0) {
		u->wanted = 2;
		if (c == 0xe0)
			u->low = 0xa0; /* no overlong form */
		if (c == 0xed)
			u->high = 0x9f; /* no surrogate */
	} else if (c >= 0xf0 && c <= 0xf4) {
		u->wanted = 3;
		if (c == 0xf0)
			u->low = 0x90;
		if (c == 0xf4)
			u->high = 0x8f;
	} else {
		return false;
	}
	return true;
}

bool
utf8_takes(struct utf8 *u, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++) {
		if (u->wanted == 0) {
			if (!utf8_begins(u, p[i]))
				return false;
			continue;
		}
		if (p[i] < u->low || p[i] > u->high)
			return false;
		u->wanted--;
		u->low = 0x80;
		u->high = 0xbf;
	}
	return true;
}

/* ---- reading */

static enum frame_kind
wrong(struct heard_frame *f, int code, text why)
{
	*f = (struct heard_frame){ .code = code, .why = why };
	return FRAME_WRONG;
}

static size_t
head_wanted(const struct frames *r)
{
	if (r->n_head < 2)
		return 2;
	int n = r->head[1] & 0x7f;
	return (n == 127 ? 10 : n == 126 ? 4 : 2) + (r->head[1] & 0x80 ? 4 : 0);
}

/* What the first two bytes say by themselves. */
static text
head_complaint(const struct frames *r)
{
	int op = r->head[0] & 0x0f, n = r->head[1] & 0x7f;
	bool fin = r->head[0] & 0x80;

	if (r->head[0] & 0x70)
		return "a reserved bit is set";
	if ((r->head[1] & 0x80) == 0)
		return "a client's frames are masked";
	if (op >= CLOSE) {
		if (op > PONG)
			return "there is no such opcode";
		if (!fin)
			return "a control frame has no fragments";
		return n > FRAME_CONTROL_MOST ? "a control frame holds at most 125 bytes" : NULL;
	}
	if (op > BINARY)
		return "there is no such opcode";
	if (op == CONTINUES && !r->begun)
		return "there is nothing to continue";
	if (op != CONTINUES && r->begun)
		return "the message before is not complete";
	return NULL;
}

/* The payload's length, or false if it is not in its shortest form. */
static bool
head_length(const struct frames *r, uint64_t *out)
{
	int n = r->head[1] & 0x7f, bytes = n == 127 ? 8 : n == 126 ? 2 : 0;

	*out = bytes ? 0 : (uint64_t)n;
	for (int i = 0; i < bytes; i++)
		*out = *out << 8 | r->head[2 + i];
	if (bytes == 2)
		return *out > 125;
	return bytes == 0 || (*out > 0xffff && *out >> 63 == 0);
}

/* The head is whole: what it begins. */
static enum frame_kind
begin_frame(struct frames *r, struct heard_frame *f)
{
	uint64_t n;

	if (!head_length(r, &n))
		return wrong(f, 1002, "that length is not in its shortest form");
	r->op = r->head[0] & 0x0f;
	r->fin = r->head[0] & 0x80;
	r->left = n;
	r->masked = 0;
	r->in_frame = true;
	r->n_control = 0;
	if (r->op >= CLOSE)
		return FRAME_MORE;
	if (r->op != CONTINUES) {
		r->binary = r->op == BINARY;
		r->utf8 = (struct utf8){ 0 };
		r->n = 0;
	}
	r->begun = true;
	if (n > r->most - r->n)
		return wrong(f, 1009, "that message is too large");
	return FRAME_MORE;
}

static void
make_room(struct frames *r, size_t n)
{
	if (r->message && r->n + n + 1 <= r->room)
		return;
	size_t room = r->room * 2 > r->n + n + 1 ? r->room * 2 : r->n + n + 1;
	char *p = realloc(r->message, room);

	if (p == NULL)
		BUG("out of memory");
	r->message = p;
	r->room = room;
}

/* n bytes of payload.  False: they are no text. */
static bool
take_payload(struct frames *r, const char *bytes, size_t n)
{
	const unsigned char *mask = r->head + r->n_head - 4;
	char *to;

	if (r->op >= CLOSE) {
		to = (char *)r->control + r->n_control;
		r->n_control += n;
	} else {
		make_room(r, n);
		to = r->message + r->n;
		r->n += n;
	}
	for (size_t i = 0; i < n; i++)
		to[i] = (char)((unsigned char)bytes[i] ^ mask[r->masked++ & 3]);
	r->left -= n;
	return r->op >= CLOSE || r->binary || utf8_takes(&r->utf8, to, n);
}

bool
close_code_ok(int code)
{
	if (code >= 3000 && code <= 4999)
		return true;
	return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

static enum frame_kind
control_ends(struct frames *r, struct heard_frame *f)
{
	struct utf8 utf8 = { 0 };

	r->control[r->n_control] = 0;
	*f = (struct heard_frame){
		.bytes = (const char *)r->control, .n = r->n_control, .code = 1005
	};
	if (r->op != CLOSE)
		return r->op == PING ? FRAME_PING : FRAME_PONG;
	if (f->n == 0)
		return FRAME_CLOSE;
	if (f->n == 1)
		return wrong(f, 1002, "half a close code");
	f->code = r->control[0] << 8 | r->control[1];
	f->bytes += 2;
	f->n -= 2;
	if (!close_code_ok(f->code))
		return wrong(f, 1002, "that close code may not be sent");
	if (!utf8_takes(&utf8, f->bytes, f->n) || utf8.wanted)
		return wrong(f, 1007, "the reason is no UTF-8");
	return FRAME_CLOSE;
}

/* The payload is whole: is something else, too? */
static enum frame_kind
end_frame(struct frames *r, struct heard_frame *f)
{
	r->in_frame = false;
	r->n_head = 0;
	if (r->op >= CLOSE)
		return control_ends(r, f);
	if (!r->fin)
		return FRAME_MORE;
	if (!r->binary && r->utf8.wanted)
		return wrong(f, 1007, "the text is no UTF-8");
	make_room(r, 0);
	r->message[r->n] = 0;
	r->begun = false;
	r->told = true;
	*f = (struct heard_frame){ .bytes = r->message, .n = r->n };
	return r->binary ? FRAME_BINARY : FRAME_TEXT;
}

/* A large message is not kept room for. */
static void
forget_message(struct frames *r)
{
	if (!r->told)
		return;
	r->told = false;
	r->n = 0;
	free(r->message);
	r->message = NULL;
	r->room = 0;
}

enum frame_kind
frame_read(struct frames *r, const char *bytes, size_t n, size_t *used, struct heard_frame *f)
{
	forget_message(r);
	*used = 0;
	while (*used < n || (r->in_frame && r->left == 0)) {
		if (r->in_frame) {
			size_t k = r->left < n - *used ? (size_t)r->left : n - *used;

			if (k && !take_payload(r, bytes + *used, k))
				return wrong(f, 1007, "the text is no UTF-8");
			*used += k;
			if (r->left)
				continue;
			enum frame_kind kind = end_frame(r, f);
			if (kind != FRAME_MORE)
				return kind;
			continue;
		}
		r->head[r->n_head++] = (unsigned char)bytes[(*used)++];
		text why = r->n_head == 2 ? head_complaint(r) : NULL;
		if (why)
			return wrong(f, 1002, why);
		if (r->n_head == head_wanted(r) && begin_frame(r, f) == FRAME_WRONG)
			return FRAME_WRONG;
	}
	return FRAME_MORE;
}

void
frames_free(struct frames *r)
{
	free(r->message);
	*r = (struct frames){ .most = r->most };
}

/* ---- writing */

size_t
frame_head(unsigned char out[FRAME_HEAD_MOST], enum frame_kind kind, size_t n)
{
	static const unsigned char ops[] = { [FRAME_TEXT] = TEXT,
		[FRAME_BINARY] = BINARY,
		[FRAME_CLOSE] = CLOSE,
		[FRAME_PING] = PING,
		[FRAME_PONG] = PONG };
	int more = n > 0xffff ? 8 : n > 125 ? 2 : 0;

	out[0] = 0x80 | ops[kind];
	out[1] = (unsigned char)(more == 8 ? 127 : more == 2 ? 126 : n);
	for (int i = 0; i < more; i++)
		out[2 + i] = (unsigned char)(n >> 8 * (more - 1 - i));
	return 2 + (size_t)more;
}

/* ---- the handshake */

text
frame_accept(struct arena *a, text key)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char sum[SHA1_BYTES];
	struct buf b = BUF(a);

	if (strspn(key, digits) != 22 || !text_is(key + 22, "=="))
		return NULL;
	text both = arena_fmt(a, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	sha1(both, strlen(both), sum);
	buf_base64(&b, sum, sizeof sum);
	return buf_text(&b);
}
