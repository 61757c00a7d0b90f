#include "gear/db.h"
#include "gear/log.h"
#include "gear/settings.h"
#include "web/socket_inner.h"

#define TRIES 3 /* of a transaction that PostgreSQL asks to run again */
#define GOODBYE_MS 2000 /* for the other side's close frame, and for the end of its connection */

static void read_on(struct socket *);

/* ---- sending */

static void
drop_slow(struct socket *s)
{
	if (s->wire && s->wire->unsent(s->wire) > SOCKET_UNSENT_MOST) {
		log_event("socket_slow", NULL);
		s->wire->cut(s->wire);
	}
}

static void
send_frame(struct socket *s, enum frame_kind kind, const void *bytes, size_t n)
{
	unsigned char head[FRAME_HEAD_MOST];

	if (s->wire == NULL)
		return;
	s->wire->send(s->wire, head, frame_head(head, kind, n), bytes, n);
	drop_slow(s);
}

void
socket_send(struct socket *s, text message)
{
	if (s->state == IS_OPEN)
		send_frame(s, FRAME_TEXT, message, strlen(message));
}

const struct opening *
socket_opening(const struct socket *s)
{
	return &s->opening;
}

/* ---- ending */

static void
too_late(struct alarm *a)
{
	struct socket *s = (struct socket *)(void *)a;

	if (s->wire)
		s->wire->cut(s->wire);
}

static void
send_close(struct socket *s, int code, text why)
{
	unsigned char p[FRAME_CONTROL_MOST];
	size_t n = strlen(why);

	p[0] = (unsigned char)(code >> 8);
	p[1] = (unsigned char)code;
	if (n > sizeof p - 2)
		BUG("a reason too long for a close frame");
	for (size_t i = 0; i < n; i++)
		p[2 + i] = (unsigned char)why[i];
	send_frame(s, FRAME_CLOSE, p, code == 1005 ? 0 : n + 2);
}

/* All is said.  Not cut at once: what is unread in our buffers would turn it into a reset, which may overtake the close
 * frame. */
static void
end(struct socket *s)
{
	s->state = HAS_ENDED;
	if (s->wire == NULL)
		return;
	loop_after(&s->alarm, GOODBYE_MS, too_late);
	s->wire->end(s->wire);
}

void
socket_close(struct socket *s, int code, text why)
{
	if (s->state != IS_OPEN)
		return;
	s->state = IS_CLOSING;
	send_close(s, code, why);
	if (s->wire)
		loop_after(&s->alarm, GOODBYE_MS, too_late);
}

/* Whoever breaks the rules is told so, and not listened to any more. */
static void
fail_socket(struct socket *s, int code, text why)
{
	if (s->state == IS_OPEN)
		send_close(s, code, why);
	end(s);
}

static void
closed_by_client(struct socket *s, const struct heard_frame *f)
{
	if (s->state == IS_OPEN)
		send_close(s, f->code, "");
	end(s);
}

/* ---- is the other side still there? */

static void
look_after(struct alarm *a)
{
	struct socket *s = (struct socket *)(void *)a;

	if (!s->heard && s->pinged && !s->busy) {
		socket_close(s, 1011, "no answer to a ping");
		return;
	}
	s->pinged = !s->heard;
	s->heard = false;
	loop_after(&s->alarm, settings.socket_ping_seconds * 1000, look_after);
	if (s->pinged)
		send_frame(s, FRAME_PING, "", 0); /* which may cut it: the alarm is set before */
}

/* ---- what the client says */

struct heard {
	struct socket *socket;
	struct arena *arena;
	const char *bytes;
	size_t n;
};

static enum problem
hear_once(struct ctx *c, const struct heard *h, struct buf *answer)
{
	answer->n = 0;
	if (c->db == NULL)
		return h->socket->opening.said(c, h->bytes, h->n, answer);
	TRY(db_begin(c));
	enum problem e = h->socket->opening.said(c, h->bytes, h->n, answer);
	enum problem ended = db_end(c, e == OK);
	return e != OK ? e : ended;
}

static void
refuse(struct ctx *c, enum problem e, struct buf *answer)
{
	answer->n = 0;
	buf_add(answer, "{\"type\":\"error\",\"msg\":");
	buf_json(answer, c->detail ? c->detail : problem_title(e));
	buf_char(answer, '}');
}

/* In a coroutine of its own.  The socket may be gone before it ends, and is freed then. */
static void
hear(void *arg)
{
	struct heard *h = arg;
	struct socket *s = h->socket;
	struct ctx c = { .arena = h->arena,
		.now = loop_now(),
		.person = s->opening.person,
		.request_id = "socket",
		.address = "",
		.agent = "" };
	struct buf answer = BUF(c.arena);
	enum problem e = TRY_AGAIN;

	sockets_fill(&c);
	for (int i = 0; i < TRIES && e == TRY_AGAIN; i++)
		e = hear_once(&c, h, &answer);
	if (e != OK)
		refuse(&c, e, &answer);
	if (answer.n)
		socket_send(s, buf_text(&answer));
	arena_free(c.arena);
	s->busy = false;
	read_on(s);
}

static void
begin_to_hear(struct socket *s, const struct heard_frame *f)
{
	struct arena *a = arena_new();
	struct heard *h = arena_alloc(a, sizeof *h);

	*h = (struct heard){ s, a, arena_bytes(a, f->bytes, f->n), f->n };
	s->busy = true;
	loop_spawn(hear, h);
}

static void
take(struct socket *s, enum frame_kind kind, const struct heard_frame *f)
{
	s->heard = true;
	switch (kind) {
	case FRAME_TEXT:
		if (s->state == IS_OPEN)
			begin_to_hear(s, f);
		break;
	case FRAME_BINARY: fail_socket(s, 1003, "texts only, please"); break;
	case FRAME_PING: send_frame(s, FRAME_PONG, f->bytes, f->n); break;
	case FRAME_CLOSE: closed_by_client(s, f); break;
	case FRAME_WRONG: fail_socket(s, f->code, f->why); break;
	case FRAME_PONG:
	case FRAME_MORE: break;
	}
}

/* What cannot be read yet is kept: at most what came in one piece. */
static void
hold(struct socket *s, const char *bytes, size_t n)
{
	char *p = realloc(s->held, s->n_held + n + 1);

	if (p == NULL)
		BUG("out of memory");
	memcpy(p + s->n_held, bytes, n);
	s->held = p;
	s->n_held += n;
}

void
socket_bytes(struct socket *s, const char *bytes, size_t n)
{
	struct heard_frame f;
	size_t used;

	while (n && !s->busy && s->wire && s->state != HAS_ENDED) {
		enum frame_kind kind = frame_read(&s->in, bytes, n, &used, &f);

		bytes += used;
		n -= used;
		take(s, kind, &f);
	}
	if (s->wire == NULL || !s->busy)
		return;
	if (n)
		hold(s, bytes, n);
	s->resting = true;
	s->wire->rest(s->wire, true);
}

/* Later, so that whoever cut it while at work on it finds it still there. */
static void
free_socket(struct alarm *a)
{
	struct socket *s = (struct socket *)(void *)((char *)a - offsetof(struct socket, farewell));

	if (s->busy)
		return; /* whoever is at work on its message comes by here, too */
	frames_free(&s->in);
	free(s->held);
	free(s);
}

/* A message is done: on with what came behind it. */
static void
read_on(struct socket *s)
{
	char *held = s->held;
	size_t n = s->n_held;

	if (s->wire == NULL) {
		loop_after(&s->farewell, 0, free_socket);
		return;
	}
	s->held = NULL;
	s->n_held = 0;
	if (n)
		socket_bytes(s, held, n);
	free(held);
	if (s->wire == NULL || s->busy || !s->resting)
		return;
	s->resting = false;
	s->wire->rest(s->wire, false);
}

/* ---- beginning and end */

struct socket *
socket_open(struct wire *wire, const struct opening *o)
{
	struct socket *s = memory_take(sizeof *s);

	s->wire = wire;
	s->opening = *o;
	s->opening.person.name = "";
	snprintf(s->region, sizeof s->region, "%s", o->region);
	s->opening.region = s->region;
	s->opened = loop_now();
	s->in.most = SOCKET_MESSAGE_MOST;
	loop_after(&s->alarm, settings.socket_ping_seconds * 1000, look_after);
	sockets_add(s);
	return s;
}

void
socket_gone(struct socket *s)
{
	sockets_remove(s);
	loop_cancel(&s->alarm);
	s->wire = NULL;
	s->state = HAS_ENDED;
	loop_after(&s->farewell, 0, free_socket);
}
