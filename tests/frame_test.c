/* frame_test.c -- WebSocket frames by the letter of RFC 6455, and what its handshake needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/frame.h"
#include "base/sha1.h"

#include <cmocka.h>

#define MOST 70000

static struct arena *a;

static int
begin(void **unused)
{
	(void)unused;
	a = arena_new();
	return 0;
}

static int
end(void **unused)
{
	(void)unused;
	arena_free(a);
	return 0;
}

/* ---- frames as a client makes them */

static void
put(struct buf *b, int first, const void *payload, size_t n)
{
	static const unsigned char mask[] = { 0x37, 0xfa, 0x21, 0x3d };
	unsigned char head[FRAME_HEAD_MOST];
	size_t n_head = frame_head(head, FRAME_TEXT, n);

	head[0] = (unsigned char)first;
	head[1] |= 0x80;
	buf_bytes(b, head, n_head);
	buf_bytes(b, mask, sizeof mask);
	for (size_t i = 0; i < n; i++)
		buf_char(b, (char)(((const unsigned char *)payload)[i] ^ mask[i % 4]));
}

static void
put_text(struct buf *b, int first, text payload)
{
	put(b, first, payload, strlen(payload));
}

/* What a reader makes of them, a word for each: "text:Hello ping:x wrong:1002". */
static text
heard(const struct buf *b, size_t piece)
{
	static const text names[] = { "more", "text", "binary", "close", "ping", "pong", "wrong" };
	struct frames r = { .most = MOST };
	struct buf out = BUF(a);
	struct heard_frame f;
	size_t used;

	for (size_t at = 0; at < b->n; at += used) {
		size_t k = b->n - at < piece ? b->n - at : piece;
		enum frame_kind kind = frame_read(&r, b->p + at, k, &used, &f);

		if (kind == FRAME_MORE)
			continue;
		buf_fmt(&out, "%s%s:", out.n ? " " : "", names[kind]);
		if (kind == FRAME_CLOSE || kind == FRAME_WRONG)
			buf_fmt(&out, "%d", f.code);
		if (kind == FRAME_WRONG)
			break;
		buf_bytes(&out, f.bytes, f.n);
	}
	frames_free(&r);
	return buf_text(&out);
}

#define assert_heard(b, says)                                                                      \
	do {                                                                                       \
		for (size_t piece_ = 1; piece_ < 9; piece_++)                                      \
			assert_string_equal(heard(&(b), piece_), (says));                          \
		assert_string_equal(heard(&(b), 1 << 20), (says));                                 \
	} while (0)

/* ---- tests */

static void
the_examples_of_the_standard_are_read(void **unused)
{
	static const unsigned char hello[] = { 0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d,
		0x51, 0x58 };
	struct buf b = BUF(a);

	(void)unused;
	buf_bytes(&b, hello, sizeof hello);
	assert_heard(b, "text:Hello");
}

static void
fragments_are_put_together_and_control_frames_pass_between_them(void **unused)
{
	struct buf b = BUF(a);

	(void)unused;
	put_text(&b, 0x01, "Hel");
	put_text(&b, 0x89, "are you there?");
	put_text(&b, 0x00, "");
	put_text(&b, 0x8a, "");
	put_text(&b, 0x80, "lo");
	put_text(&b, 0x82, "b");
	assert_heard(b, "ping:are you there? pong: text:Hello binary:b");
}

static void
every_form_of_length_is_read(void **unused)
{
	static const size_t lengths[] = { 0, 1, 125, 126, 127, 65535, 65536, MOST };

	(void)unused;
	for (size_t i = 0; i < LENGTH(lengths); i++) {
		struct frames r = { .most = MOST };
		struct heard_frame f;
		struct buf b = BUF(a);
		size_t used;

		put(&b, 0x82, memset(arena_alloc(a, MOST), 'x', MOST), lengths[i]);
		assert_int_equal(frame_read(&r, b.p, b.n, &used, &f), FRAME_BINARY);
		assert_int_equal(used, b.n);
		assert_int_equal(f.n, lengths[i]);
		frames_free(&r);
	}
}

static void
what_breaks_the_protocol_is_1002(void **unused)
{
	static const struct {
		unsigned char bytes[16];
		size_t n;
	} cases[] = {
		{ { 0x81, 0x05, 'H' }, 3 }, /* no mask */
		{ { 0xc1, 0x80 }, 2 }, /* reserved bits */
		{ { 0xa1, 0x80 }, 2 }, { { 0x91, 0x80 }, 2 },
		{ { 0x83, 0x80 }, 2 }, /* no such opcode */
		{ { 0x87, 0x80 }, 2 }, { { 0x8b, 0x80 }, 2 }, { { 0x8f, 0x80 }, 2 },
		{ { 0x09, 0x80 }, 2 }, /* control frames in fragments */
		{ { 0x08, 0x80 }, 2 }, { { 0x89, 0xfe }, 2 }, /* … and too long */
		{ { 0x88, 0xff }, 2 }, { { 0x80, 0x80 }, 2 }, /* nothing to continue */
		{ { 0x00, 0x80 }, 2 },
		{ { 0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80 }, 8 }, /* a message inside another */
		{ { 0x81, 0xfe, 0, 125, 0, 0, 0, 0 }, 8 }, /* lengths longer than they need be */
		{ { 0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0 }, 14 },
		{ { 0x81, 0xff, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0 },
		    14 }, /* more than 63 bits */
		{ { 0x88, 0x81, 0, 0, 0, 0, 3 }, 7 }, /* half a close code */
	};

	(void)unused;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf b = BUF(a);

		buf_bytes(&b, cases[i].bytes, cases[i].n);
		assert_heard(b, "wrong:1002");
	}
}

static void
close_codes_are_those_that_may_be_sent(void **unused)
{
	static const int fine[] = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012,
		3000, 3999, 4000, 4999 };
	static const int not [] = { 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000,
		65535 };

	(void)unused;
	for (size_t i = 0; i < LENGTH(fine); i++) {
		unsigned char p[] = { (unsigned char)(fine[i] >> 8), (unsigned char)fine[i], 'b' };
		struct buf b = BUF(a);

		put(&b, 0x88, p, sizeof p);
		assert_heard(b, arena_fmt(a, "close:%db", fine[i]));
	}
	for (size_t i = 0; i < LENGTH(not ); i++) {
		unsigned char p[] = { (unsigned char)(not [i] >> 8), (unsigned char)not [i] };
		struct buf b = BUF(a);

		put(&b, 0x88, p, sizeof p);
		assert_heard(b, "wrong:1002");
	}
	struct buf b = BUF(a);
	put(&b, 0x88, "", 0);
	assert_heard(b, "close:1005");
}

static void
a_text_that_is_no_utf8_is_1007_as_soon_as_it_is_seen(void **unused)
{
	static const text bad[] = { "\x80", "a\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xce" };
	struct buf b = BUF(a), half = BUF(a), reason = BUF(a);

	(void)unused;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		struct buf one = BUF(a);

		put_text(&one, 0x81, bad[i]);
		assert_heard(one, "wrong:1007");
	}
	put_text(&b, 0x01, "\xce\xba\xe1"); /* a character in three frames */
	put_text(&b, 0x00, "\xbd");
	put_text(&b, 0x80, "\xb9");
	assert_heard(b, "text:\xce\xba\xe1\xbd\xb9");
	put_text(&half, 0x01, "\xf4\x90"); /* the rest has not come yet */
	assert_heard(half, "wrong:1007");
	put_text(&reason, 0x88, "\x03\xe8\xce");
	assert_heard(reason, "wrong:1007");
}

static void
a_message_that_is_too_large_is_1009_before_it_has_come(void **unused)
{
	static const unsigned char huge[] = { 0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0, 0, 0, 0 };
	struct buf b = BUF(a), pieces = BUF(a);
	char *x = memset(arena_alloc(a, MOST), 'x', MOST);

	(void)unused;
	buf_bytes(&b, huge, sizeof huge);
	assert_heard(b, "wrong:1009");
	put(&pieces, 0x02, x, MOST - 10);
	put(&pieces, 0x00, x, 10);
	put(&pieces, 0x80, x, 1);
	assert_string_equal(heard(&pieces, 4096), "wrong:1009");
}

static void
a_text_may_hold_any_character_even_none(void **unused)
{
	struct frames r = { .most = MOST };
	struct heard_frame f;
	struct buf b = BUF(a);
	size_t used;

	(void)unused;
	put(&b, 0x81, "a\0b", 3);
	assert_int_equal(frame_read(&r, b.p, b.n, &used, &f), FRAME_TEXT);
	assert_int_equal(f.n, 3);
	assert_memory_equal(f.bytes, "a\0b", 3);
	frames_free(&r);
}

static void
the_handshakes_answer_is_that_of_the_standard(void **unused)
{
	(void)unused;
	assert_string_equal(
	    frame_accept(a, "dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	assert_null(frame_accept(a, "dGhlIHNhbXBsZSBub25jZQ="));
	assert_null(frame_accept(a, "dGhlIHNhbXBsZSBub25jZQ"));
	assert_null(frame_accept(a, "dGhlIHNhbXBsZSBub25jZQaa=="));
	assert_null(frame_accept(a, "dGhlIHNh!XBsZSBub25jZQ=="));
	assert_null(frame_accept(a, ""));
}

static text
hex(const unsigned char *s)
{
	struct buf b = BUF(a);

	for (int i = 0; i < SHA1_BYTES; i++)
		buf_fmt(&b, "%02x", s[i]);
	return buf_text(&b);
}

/* FIPS 180-4's examples, a length at each edge of a block, and RFC 2202's. */
static void
sha1_is_that_of_the_standards(void **unused)
{
	unsigned char sum[SHA1_BYTES];
	char key[81];

	(void)unused;
	sha1("abc", 3, sum);
	assert_string_equal(hex(sum), "a9993e364706816aba3e25717850c26c9cd0d89d");
	sha1("", 0, sum);
	assert_string_equal(hex(sum), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, sum);
	assert_string_equal(hex(sum), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
	sha1(memset(arena_alloc(a, 1000000), 'a', 1000000), 1000000, sum);
	assert_string_equal(hex(sum), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
	hmac_sha1(a, "Jefe", "what do ya want for nothing?", 28, sum);
	assert_string_equal(hex(sum), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	memset(key, 0xaa, 80);
	key[80] = 0;
	hmac_sha1(a, key, "Test Using Larger Than Block-Size Key - Hash Key First", 54, sum);
	assert_string_equal(hex(sum), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_standard_are_read),
		cmocka_unit_test(fragments_are_put_together_and_control_frames_pass_between_them),
		cmocka_unit_test(every_form_of_length_is_read),
		cmocka_unit_test(what_breaks_the_protocol_is_1002),
		cmocka_unit_test(close_codes_are_those_that_may_be_sent),
		cmocka_unit_test(a_text_that_is_no_utf8_is_1007_as_soon_as_it_is_seen),
		cmocka_unit_test(a_message_that_is_too_large_is_1009_before_it_has_come),
		cmocka_unit_test(a_text_may_hold_any_character_even_none),
		cmocka_unit_test(the_handshakes_answer_is_that_of_the_standard),
		cmocka_unit_test(sha1_is_that_of_the_standards),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
