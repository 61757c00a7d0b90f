/*
 * kore_worker.c -- how the server begins and how it ends.
 *
 * A worker that is told to stop (SIGTERM, SIGINT) drains: it takes in what already waits at the
 * door, ends the listening for everybody, so that the next caller is refused at once and goes
 * elsewhere, answers all it has, each with `connection: close`, and leaves when nothing is on its
 * way in or out any more.
 */
#include <sys/types.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <unistd.h>
#include <kore.h>
#include <http.h>
#include <hooks.h>
#include <seccomp.h>

#include "gear/log.h"
#include "web/edge.h"
#include "web/server.h"
#include "web/socket.h"

enum {
	TICK_MS = 250, /* an idle worker would enforce no time-out otherwise */
	DRAIN_LEAST_MS = 500, /* for what is on its way in */
	DRAIN_MOST_MS = 10000,
};

/* What a worker may ask of the system beside Kore's own list; anything else kills it.  Kore's list
 * covers files, epoll and memory. */
static struct sock_filter allowed[] = {
	/* libpq and hiredis; names of servers */
	KORE_SYSCALL_ALLOW(socket),
	KORE_SYSCALL_ALLOW(connect),
	KORE_SYSCALL_ALLOW(getsockopt),
	KORE_SYSCALL_ALLOW(getsockname),
	KORE_SYSCALL_ALLOW(getpeername),
	KORE_SYSCALL_ALLOW(recvmsg),
	KORE_SYSCALL_ALLOW(sendmsg),
	KORE_SYSCALL_ALLOW(sendmmsg),
	KORE_SYSCALL_ALLOW(bind),
	KORE_SYSCALL_ALLOW(shutdown),
	KORE_SYSCALL_ALLOW(uname),
	KORE_SYSCALL_ALLOW(geteuid),
	KORE_SYSCALL_ALLOW(getgid),
	KORE_SYSCALL_ALLOW(getegid),
	/* what glibc asks in place of stat, access and the like */
	KORE_SYSCALL_ALLOW(newfstatat),
	KORE_SYSCALL_ALLOW(faccessat2),
	KORE_SYSCALL_ALLOW(pread64),
	KORE_SYSCALL_ALLOW(mremap),
	KORE_SYSCALL_ALLOW(prlimit64),
	KORE_SYSCALL_ALLOW(sysinfo),
	KORE_SYSCALL_ALLOW(gettid),
	KORE_SYSCALL_ALLOW(tgkill), /* abort() */
	KORE_SYSCALL_ALLOW(getrandom),
	/* photographs go to their reader as sealed memory */
	KORE_SYSCALL_ALLOW(memfd_create),
	/* the generations that all processes share, a file under DATA_DIR/run */
	KORE_SYSCALL_ALLOW(flock),
	KORE_SYSCALL_ALLOW(ftruncate),
	KORE_SYSCALL_ALLOW(mkdir),
	/* how much room is left for them */
	KORE_SYSCALL_ALLOW(statfs),
	/* files that people send are written under another name first */
	KORE_SYSCALL_ALLOW(rename),
	KORE_SYSCALL_ALLOW(fsync),
#ifdef __SANITIZE_ADDRESS__
	KORE_SYSCALL_ALLOW(readlink),
	KORE_SYSCALL_ALLOW(sched_yield),
	KORE_SYSCALL_ALLOW(prctl),
	KORE_SYSCALL_ALLOW(sched_getaffinity),
#endif
};

#ifdef __SANITIZE_ADDRESS__
/* Leaks are looked for by ptrace, which the sandbox forbids. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

static pid_t parent;
static volatile sig_atomic_t told_to_stop;
static u_int64_t drain_began;

static void
stop(int sig)
{
	(void)sig;
	told_to_stop = 1;
}

static void
take_in_and_close_door(void)
{
	struct kore_server *server = LIST_FIRST(&kore_servers);

	worker_accept_threshold = 0;
	for (; server; server = LIST_NEXT(server, list))
		for (struct listener *l = LIST_FIRST(&server->listeners); l;
		     l = LIST_NEXT(l, list)) {
			l->evt.flags |= KORE_EVENT_READ;
			kore_listener_accept(l, 0);
			(void)shutdown(l->fd, SHUT_RD);
		}
	worker_max_connections = 0;
	http_keepalive_time = 0;
}

/* Is anything still on its way in or out? */
static bool
quiet(void)
{
	if (http_request_count > 0 || sockets_open() > 0)
		return false;
	for (const struct connection *c = TAILQ_FIRST(&connections); c; c = TAILQ_NEXT(c, list)) {
		if (c->proto != CONN_PROTO_HTTP || c->flags & CONN_LINGERING)
			continue;
		if (!TAILQ_EMPTY(&c->send_queue) || (c->rnb && c->rnb->buf && c->rnb->s_off > 0))
			return false;
	}
	return true;
}

static void
drain(u_int64_t now)
{
	if (drain_began == 0) {
		drain_began = now;
		log_event("worker_drains", NULL);
		take_in_and_close_door();
		sockets_drain();
	}
	u_int64_t waited = now - drain_began;
	if (waited >= DRAIN_MOST_MS || (waited >= DRAIN_LEAST_MS && quiet()))
		sig_recv = SIGQUIT; /* Kore's own way out */
}

static void
tick(void *unused, u_int64_t now)
{
	(void)unused;
	if (told_to_stop)
		drain(now);
}

static void
on_signal(int sig, void (*then)(int))
{
	struct sigaction sa = { .sa_handler = then };

	if (sigaction(sig, &sa, NULL) == -1)
		BUG("sigaction failed");
}

/* ---- what Kore calls */

/* Its log lines go to stdout: whole ones, and not a second time from each child. */
__attribute__((constructor)) static void
lines_at_once(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
}

/* In a worker, just before its sandbox closes. */
void
kore_seccomp_hook(void)
{
	/* Without its parent nobody would stop it; the parent may be gone already. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1)
		BUG("prctl failed");
	if (getppid() != parent)
		_exit(0);
	kore_seccomp_filter("parking", allowed, KORE_FILTER_LEN(allowed));
}

void
kore_parent_configure(int argc, char **argv)
{
	text why = "";

	(void)argc, (void)argv;
	parent = getpid();
	on_signal(SIGHUP, SIG_IGN);
	if (worker_count == 0)
		worker_count = cpu_count;
	if (server_prepare(worker_count, &why))
		return;
	fprintf(stderr, "parking: %s\n", why);
	unlink(kore_pidfile);
	exit(1);
}

void
kore_worker_configure(void)
{
	on_signal(SIGTERM, stop);
	on_signal(SIGINT, stop);
	on_signal(SIGHUP, SIG_IGN);
	loop_use(&edge_loop);
	http_server_version("parking");
	http_error_dress = edge_dress_error;
	http_turn_ended = log_write;
	server_start(worker->id - 1);
	kore_timer_add(tick, TICK_MS, NULL, 0);
}

void
kore_worker_teardown(void)
{
	log_write();
	server_stop();
}
