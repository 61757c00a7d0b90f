/*
 * socket_inner.h -- what socket.c (one) and sockets.c (all) share.
 */
#ifndef SOCKET_INNER_H
#define SOCKET_INNER_H

#include "base/frame.h"
#include "gear/loop.h"
#include "web/socket.h"

struct socket {
	struct alarm alarm; /* first */
	struct alarm farewell;
	struct wire *wire; /* NULL: gone */
	struct opening opening; /* region is `region` */
	char region[65];
	instant opened;
	struct frames in;
	enum { IS_OPEN, IS_CLOSING, HAS_ENDED } state;
	bool busy; /* a message is being worked on */
	bool resting; /* … and the wire told to read no more */
	bool heard, pinged; /* since the alarm last rang */
	char *held; /* bytes that came behind that message */
	size_t n_held;
	struct socket *next, **back; /* of all */
	struct socket *next_of_user, **back_of_user;
};

void sockets_add(struct socket *);
void sockets_remove(struct socket *);
void sockets_fill(struct ctx *); /* database and cache of this worker */

#endif
