/*
 * socket.h -- one WebSocket (RFC 6455), from its handshake to its end; and all of them that this worker holds.
 *
 * The handshake is a request like any other: a row of the route table with `.said`.  Who is let in becomes a `struct
 * opening`, the server answers 101, and the connection is ours.  What the client says is heard a message at a time:
 * while one is worked on nothing more is read, so that nobody's haste fills our memory.
 *
 * open ─→ closing ─→ ended.  Whoever wants to end it sends a close frame with the reason's code (1000 fine, 1001 we stop,
 * 1002 broken protocol, 1003 not a text, 1007 no UTF-8, 1008 login ended, 1009 too large, 1011 no answer to our pings)
 * and waits two seconds for the other's.  A reader so slow that SOCKET_UNSENT_MOST bytes wait for it is cut off.
 */
#ifndef SOCKET_H
#define SOCKET_H

#include "web/web.h"

enum {
	SOCKET_MESSAGE_MOST = 16384, /* bytes of what a client says */
	SOCKET_UNSENT_MOST = 262144, /* bytes that wait for a slow reader */
	SOCKETS_MOST = 4000, /* of one worker */
};

/* How bytes travel: kore_socket.c, and the tests, have one a connection, as the first member of their own struct. */
struct wire {
	void (*send)(struct wire *, const void *head, size_t n_head, const void *bytes, size_t n);
	size_t (*unsent)(const struct wire *);
	void (*rest)(struct wire *, bool resting); /* true: read no more for now */
	void (*end)(struct wire
		*); /* no more is sent; socket_gone() follows when the other side has ended */
	void (*cut)(struct wire *); /* now; socket_gone() is called from within */
};

struct socket;

/* The wire must live until socket_gone(); the opening is copied. */
struct socket *socket_open(struct wire *, const struct opening *);
void socket_bytes(struct socket *, const char *, size_t);
void socket_gone(struct socket
	*); /* the connection is no more; frees the socket, at once or when it has nothing to do */

void socket_send(struct socket *, text message);
void socket_close(struct socket *, int code, text why);
const struct opening *socket_opening(const struct socket *);

/* ---- all of this worker's */

/* Once, in a worker whose loop stands: where they learn of news (redis_url "": they only look), and what gives a
 * context its database.  Without this call nothing is told live, and messages are heard without a transaction. */
void sockets_start(text redis_url, void (*fill)(struct ctx *));
/* Says 1001 to all; from now on nobody is let in. */
void sockets_drain(void);
size_t sockets_open(void);
bool sockets_full(void); /* or draining */

#endif
