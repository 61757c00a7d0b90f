/*
 * sockets.c -- all WebSockets of this worker: who is there, and who is told what.
 *
 * News comes by Redis, one subscription a worker.  That may be lost, so the worker also looks into the database: each
 * second while Redis is away, when it is back, and every fifteen seconds anyhow.  What was delivered is remembered by
 * its number, so that nobody is told twice; and a login that has ended without our hearing of it is found then, too.
 */
#include "gear/cache.h"
#include "gear/db.h"
#include "gear/live.h"
#include "gear/log.h"
#include "gear/settings.h"
#include "web/socket_inner.h"

enum {
	TICK_MS = 1000,
	LOOK_EVERY = 15, /* seconds, while Redis tells */
	DEAF_AFTER = 5, /* seconds without even a beat */
	OVERLAP = 20, /* seconds a notice may take from its time to its commit */
	BUCKETS = 4096,
	REMEMBERED = 32768, /* a power of two */
};

static struct socket *all, *by_user[BUCKETS];
static size_t n_open;
static bool draining;
static struct ear *ear;
static void (*fill_ctx)(struct ctx *);
static int64_t delivered[REMEMBERED];

/* ---- who is there */

static struct socket **
bucket_of(int64_t user_id)
{
	return &by_user[(uint64_t)user_id % BUCKETS];
}

static void tick_soon(void);

void
sockets_add(struct socket *s)
{
	struct socket **users = bucket_of(s->opening.person.id);

	s->next = all;
	s->back = &all;
	if (all)
		all->back = &s->next;
	all = s;
	s->next_of_user = *users;
	s->back_of_user = users;
	if (*users)
		(*users)->back_of_user = &s->next_of_user;
	*users = s;
	n_open++;
	tick_soon();
}

/* It still leads to the next one: who walks along the list may stand on it. */
void
sockets_remove(struct socket *s)
{
	*s->back = s->next;
	if (s->next)
		s->next->back = s->back;
	*s->back_of_user = s->next_of_user;
	if (s->next_of_user)
		s->next_of_user->back_of_user = s->back_of_user;
	n_open--;
}

size_t
sockets_open(void)
{
	return n_open;
}

bool
sockets_full(void)
{
	return draining || n_open >= SOCKETS_MOST;
}

void
sockets_fill(struct ctx *c)
{
	if (fill_ctx)
		fill_ctx(c);
}

void
sockets_drain(void)
{
	draining = true;
	for (struct socket *s = all; s; s = s->next)
		socket_close(s, 1001, "the server stops");
}

/* ---- logins that end */

static void
end_login(const struct live_end *e)
{
	for (struct socket *s = *bucket_of(e->user_id); s; s = s->next_of_user) {
		const struct person *p = &s->opening.person;

		if (p->id == e->user_id &&
		    (e->session_id ? p->session_id == e->session_id : p->session_id != e->except))
			socket_close(s, 1008, "this login has ended");
	}
}

static void
end_sessions(const struct rows *ended)
{
	const int64_t *ids = ended->v;

	for (struct socket *s = all; ended->n && s; s = s->next)
		for (size_t i = 0; i < ended->n; i++)
			if (s->opening.person.session_id == ids[i])
				socket_close(s, 1008, "this login has ended");
}

/* ---- notices */

static bool
was_delivered(int64_t id)
{
	return delivered[(uint64_t)id % REMEMBERED] == id;
}

static void
remember(int64_t id)
{
	delivered[(uint64_t)id % REMEMBERED] = id;
}

/* `late`: who was not there yet when it was told has it in the list, and is not told again. */
static void
send_to_user(const struct live_notice *n, int64_t user_id, bool late)
{
	for (struct socket *s = *bucket_of(user_id); s; s = s->next_of_user)
		if (s->opening.person.id == user_id && (!late || s->opened.us < n->at.us))
			socket_send(s, n->frame);
}

/* Everyone connected here, each once; those who look at the region, apart. */
static void
who_is_here(struct arena *a, text region, struct rows *watching, struct rows *connected)
{
	int64_t *w = arena_alloc(a, (n_open + 1) * sizeof *w),
		*k = arena_alloc(a, (n_open + 1) * sizeof *k);

	*watching = (struct rows){ .v = w };
	*connected = (struct rows){ .v = k };
	for (struct socket *s = all; s; s = s->next) {
		k[connected->n++] = s->opening.person.id;
		if (*region && text_is(s->region, region))
			w[watching->n++] = s->opening.person.id;
	}
}

/* To whoever looks at it just now, and nobody else: what they missed they see when they ask again. */
static void
send_to_region(const struct live_notice *n)
{
	for (struct socket *s = all; s; s = s->next)
		if (text_is(s->region, n->region))
			socket_send(s, n->frame);
}

/* Of a notice to many: those who look at its region are given it, and whoever holds it is sent it. */
static enum problem
send_to_holders(struct ctx *c, const struct live_notice *n, bool late)
{
	struct rows watching, connected, holders = { 0 };

	if (n_open == 0)
		return OK;
	who_is_here(c->arena, n->region, &watching, &connected);
	TRY(all_live.reach(c, n->id, watching, connected, &holders));
	for (size_t i = 0; i < holders.n; i++)
		send_to_user(n, ((const int64_t *)holders.v)[i], late);
	return OK;
}

static void
deliver(struct ctx *c, const struct live_notice *n, bool late)
{
	if (was_delivered(n->id))
		return;
	remember(n->id);
	if (n->user_id)
		send_to_user(n, n->user_id, late);
	else if (send_to_holders(c, n, late) != OK)
		delivered[(uint64_t)n->id % REMEMBERED] = 0; /* the next look tries again */
}

/* ---- what is done one after another, in a coroutine */

struct task { /* a notice to many; NULL message: a look */
	struct task *next;
	char *message;
};
static struct task *tasks, **last_task = &tasks;
static bool at_work, look_waits;
static instant looked_at; /* from when on news may not have reached us */

static struct ctx
fresh_ctx(void)
{
	struct ctx c = { .arena = arena_new(),
		.now = loop_now(),
		.person = { .name = "" },
		.request_id = "sockets",
		.address = "",
		.agent = "" };

	fill_ctx(&c);
	return c;
}

static enum problem
look_for_ended(struct ctx *c)
{
	struct rows sessions = { .v = arena_alloc(c->arena, (n_open + 1) * sizeof(int64_t)) };
	struct rows ended = { 0 };

	for (struct socket *s = all; s; s = s->next)
		((int64_t *)sessions.v)[sessions.n++] = s->opening.person.session_id;
	TRY(all_live.ended(c, sessions, &ended));
	end_sessions(&ended);
	return OK;
}

static enum problem
look(struct ctx *c)
{
	struct rows notices = { 0 };
	instant began = c->now;

	if (n_open == 0)
		return OK;
	TRY(look_for_ended(c));
	TRY(all_live.since(c, instant_plus(looked_at, -OVERLAP * SECOND), &notices));
	FOR_ROWS (live_notice, n, notices)
		deliver(c, n, true);
	looked_at = began;
	return OK;
}

static void
do_task(struct task *t)
{
	struct ctx c = fresh_ctx();
	struct live_notice n;
	struct live_end ignored;

	if (t->message == NULL) {
		look_waits = false;
		look(&c);
	} else if (live_read(c.arena, t->message, &n, &ignored) == LIVE_NOTICE) {
		deliver(&c, &n, false);
	}
	arena_free(c.arena);
}

static void
work(void *unused)
{
	(void)unused;
	while (tasks) {
		struct task *t = tasks;

		if ((tasks = t->next) == NULL)
			last_task = &tasks;
		do_task(t);
		free(t->message);
		free(t);
	}
	at_work = false;
}

static void
add_task(text message)
{
	struct task *t = memory_take(sizeof *t);

	if (message) {
		t->message = memory_take(strlen(message) + 1);
		memcpy(t->message, message, strlen(message));
	}
	*last_task = t;
	last_task = &t->next;
	if (at_work)
		return;
	at_work = true;
	loop_spawn(work, NULL);
}

static void
look_soon(void)
{
	if (look_waits)
		return;
	look_waits = true;
	add_task(NULL);
}

/* ---- hearing */

static int64_t heard_at; /* a tick's number, as the next two */
static int64_t ticks, looked_tick;

static void
heard(text message)
{
	struct arena *a = arena_new();
	struct live_notice n;
	struct live_end e;

	heard_at = ticks;
	switch (live_read(a, message, &n, &e)) {
	case LIVE_NOTICE:
		if (n.user_id)
			deliver(NULL, &n, false);
		else if (n_open)
			add_task(message);
		break;
	case LIVE_END: end_login(&e); break;
	case LIVE_BEAT: break;
	case LIVE_LOT: send_to_region(&n); break;
	case LIVE_NONSENSE: log_event("live_nonsense", NULL); break;
	}
	arena_free(a);
}

static struct alarm ticker;
static bool ticking, heard_before;

static void
beat(void)
{
	struct ctx c = fresh_ctx();

	live_tell_beat(&c);
	arena_free(c.arena);
}

/* Each second while somebody is connected. */
static void
tick(struct alarm *a)
{
	bool hears = cache_hears(ear);

	(void)a;
	ticks++;
	if (hears && !heard_before)
		heard_at = ticks;
	if (hears && ticks - heard_at > DEAF_AFTER)
		cache_listen_anew(ear);
	else if (hears)
		beat();
	if (!hears || !heard_before || ticks - looked_tick >= LOOK_EVERY) {
		looked_tick = ticks;
		look_soon();
	}
	heard_before = hears;
	ticking = false;
	if (n_open)
		tick_soon();
}

static void
tick_soon(void)
{
	if (ticking || fill_ctx == NULL)
		return;
	if (n_open == 1) /* nobody was here to miss anything */
		looked_at = loop_now();
	ticking = true;
	loop_after(&ticker, TICK_MS, tick);
}

void
sockets_start(text redis_url, void (*fill)(struct ctx *))
{
	fill_ctx = fill;
	looked_at = loop_now();
	if (*redis_url)
		ear = cache_listen(redis_url, heard);
}
