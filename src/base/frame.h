/*
 * frame.h -- WebSocket frames (RFC 6455, section 5), as a server reads and writes them.
 *
 * A client's bytes come in pieces of any size.  The reader puts fragments together, lets control frames pass between
 * them, checks a text's UTF-8 as it arrives, and names the close code (7.4.1) of whatever breaks the rules: 1002 for
 * the protocol (a frame without its mask, a reserved bit, a length not in its shortest form), 1007 for a text that is
 * no UTF-8, 1009 for a message that is too large.
 */
#ifndef FRAME_H
#define FRAME_H

#include "base/base.h"

enum frame_kind {
	FRAME_MORE,
	FRAME_TEXT,
	FRAME_BINARY,
	FRAME_CLOSE,
	FRAME_PING,
	FRAME_PONG,
	FRAME_WRONG
};
enum { FRAME_HEAD_MOST = 10, FRAME_CONTROL_MOST = 125 };

/* Of a text as it comes in: what the next bytes may be (Unicode 15, table 3-7).  All zero at its beginning. */
struct utf8 {
	int wanted; /* bytes of a character begun */
	unsigned char low, high; /* between which the next one must lie */
};
bool utf8_takes(struct utf8 *, const void *bytes, size_t n);

struct frames { /* one client's side; all zero but `most` at its beginning */
	size_t most; /* bytes of a message */
	char *message; /* gathered so far; malloc */
	size_t n, room;
	bool begun, binary; /* a message, by a frame without FIN */
	struct utf8 utf8;
	unsigned char head[14]; /* of the frame at hand */
	size_t n_head;
	int op; /* of the frame at hand, once its head is read */
	bool in_frame, fin;
	uint64_t left; /* of its payload */
	size_t masked; /* bytes of it unmasked */
	unsigned char control[FRAME_CONTROL_MOST + 1];
	size_t n_control;
	bool told; /* the message was handed out: forget it with the next call */
};

struct heard_frame {
	const char
	    *bytes; /* of the message or control frame, until the next call; a NUL behind them */
	size_t n;
	int code; /* FRAME_CLOSE: what the client gave, 1005 for none.  FRAME_WRONG: what to close with */
	text why; /* FRAME_WRONG: a sentence for the client */
};

/* Takes bytes until something is complete; *used says how many.  FRAME_MORE: all were taken.  After FRAME_WRONG the
 * reader is of no more use. */
enum frame_kind frame_read(
    struct frames *, const char *bytes, size_t n, size_t *used, struct heard_frame *);
void frames_free(struct frames *);

/* The head of an unmasked frame with FIN, and its length. */
size_t frame_head(unsigned char out[FRAME_HEAD_MOST], enum frame_kind, size_t n);

/* May a peer send that code (7.4, and IANA's registry)? */
bool close_code_ok(int code);

/* Sec-WebSocket-Accept for a Sec-WebSocket-Key (4.2.2); NULL unless the key is 16 bytes in base64. */
text frame_accept(struct arena *, text key);

#endif
