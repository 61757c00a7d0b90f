/* fetch_test.c -- the door for HTTP going out, against a server of a few lines on loopback. */
#include "world.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gear/fetch.h"

static pid_t server;
static int port;

static void
say(int fd, const char *bytes)
{
	if (write(fd, bytes, strlen(bytes)) == -1)
		_exit(0);
}

/* Gives back what it was sent, or does as the path says. */
static void
answer(int fd)
{
	char got[8192] = "", head[128];
	size_t n = 0;
	ssize_t k;

	while (n + 1 < sizeof got && (k = read(fd, got + n, sizeof got - 1 - n)) > 0) {
		n += (size_t)k;
		char *end = strstr(got, "\r\n\r\n"), *length = strcasestr(got, "content-length:");
		if (end &&
		    n >= (size_t)(end + 4 - got) + (length ? strtoul(length + 15, NULL, 10) : 0))
			break;
	}
	if (strncmp(got, "GET /silent", 11) == 0) {
		sleep(20);
	} else if (strncmp(got, "GET /cut", 8) == 0) {
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
	} else if (strncmp(got, "GET /moved", 10) == 0) {
		say(fd, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n");
	} else if (strncmp(got, "GET /endless", 12) == 0) {
		say(fd, "HTTP/1.1 200 OK\r\n\r\n");
		for (int i = 0; i < 100000; i++)
			say(fd, "more and more and more and more and more and more and more\n");
	} else {
		snprintf(head, sizeof head,
		    "HTTP/1.1 418 No\r\nX-Kettle:  warm \r\nContent-Length: %zu\r\n\r\n", n);
		say(fd, head);
		if (write(fd, got, n) == -1)
			_exit(0);
	}
}

static void
listen_for_ever(int fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	for (int one; (one = accept(fd, NULL, NULL)) != -1;) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			answer(one);
			_exit(0);
		}
		close(one);
	}
}

static int
up(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&at, n) || listen(fd, 16) ||
	    getsockname(fd, (struct sockaddr *)&at, &n))
		return 1;
	port = ntohs(at.sin_port);
	server = fork();
	if (server == 0)
		listen_for_ever(fd);
	close(fd);
	return world_up(state);
}

static int
down(void **state)
{
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	return world_down(state);
}

static text
at(text path)
{
	return arena_fmt(c.arena, "http://127.0.0.1:%d%s", port, path);
}

static void
a_form_goes_out_as_forms_do_and_its_answer_comes_back(void **s)
{
	struct fetch f = { .url = at("/v1/things?a=b"), .user = "me", .password = "se:cret" };
	struct fetched got;

	(void)s;
	pairs_add(c.arena, &f.form, "name", "Zoë & Co");
	pairs_add(c.arena, &f.form, "list[0][x]", "1+1=2");
	pairs_add(c.arena, &f.headers, "Idempotency-Key", "k-1");
	assert_ok(fetch(&c, &f, &got));
	assert_int_equal(got.status, 418);
	assert_string_equal(pairs_get(&got.headers, "x-kettle"), "warm");
	assert_int_equal(strlen(got.body), got.n);
	assert_true(text_starts(got.body, "POST /v1/things?a=b HTTP/1.1\r\n"));
	assert_non_null(strstr(got.body, "\r\nIdempotency-Key: k-1\r\n"));
	assert_non_null(strstr(got.body, "\r\nAuthorization: Basic bWU6c2U6Y3JldA==\r\n"));
	assert_non_null(
	    strstr(got.body, "\r\n\r\nname=Zo%C3%AB%20%26%20Co&list%5B0%5D%5Bx%5D=1%2B1%3D2"));
	assert_null(strstr(got.body, "Expect:"));
}

static void
any_method_and_any_body_can_be_sent(void **s)
{
	struct fetch f = { .method = "PUT", .url = at("/x"), .body = "a\0b", .n_body = 3 };
	struct fetched got;

	(void)s;
	pairs_add(c.arena, &f.headers, "Content-Type", "application/octet-stream");
	assert_ok(fetch(&c, &f, &got));
	assert_true(text_starts(got.body, "PUT /x HTTP/1.1\r\n"));
	assert_non_null(strstr(got.body, "Content-Length: 3\r\n"));
	assert_ok(fetch(&c, &(struct fetch){ .method = "POST", .url = at("/y") }, &got));
	assert_true(text_starts(got.body, "POST /y "));
	assert_ok(fetch(&c, &(struct fetch){ .method = "DELETE", .url = at("/z") }, &got));
	assert_true(text_starts(got.body, "DELETE /z "));
}

static void
a_redirect_is_an_answer_and_not_followed(void **s)
{
	struct fetched got;

	(void)s;
	assert_ok(fetch(&c, &(struct fetch){ .url = at("/moved") }, &got));
	assert_int_equal(got.status, 302);
	assert_string_equal(pairs_get(&got.headers, "location"), "/elsewhere");
}

static void
what_is_no_whole_answer_is_none(void **s)
{
	struct fetched got;

	(void)s;
	assert_problem(
	    fetch(&c, &(struct fetch){ .url = at("/silent"), .ms = 200 }, &got), UNAVAILABLE);
	assert_false(got.unsent); /* it may have been done */
	assert_problem(fetch(&c, &(struct fetch){ .url = at("/cut") }, &got), UNAVAILABLE);
	assert_problem(
	    fetch(&c, &(struct fetch){ .url = at("/endless"), .most = 10000 }, &got), UNAVAILABLE);
	assert_string_equal(got.why, "The answer is too large.");
	assert_problem(
	    fetch(&c, &(struct fetch){ .url = "http://127.0.0.1:1/" }, &got), UNAVAILABLE);
	assert_true(got.unsent); /* nobody was there */
}

static void
no_other_scheme_and_no_split_header(void **s)
{
	static const text bad[] = { "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://x",
		"http://", "" };
	struct fetch f = { .url = at("/") };
	struct fetched got;

	(void)s;
	for (size_t i = 0; i < LENGTH(bad); i++)
		assert_problem(fetch(&c, &(struct fetch){ .url = bad[i] }, &got), INVALID);
	pairs_add(c.arena, &f.headers, "X-Name", "a\r\nX-Other: b");
	assert_problem(fetch(&c, &f, &got), INVALID);
}

/* ---- over TLS */

/* What it says goes to `out`, or nowhere. */
static pid_t
run(const char *const *args, int out)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (freopen("/dev/null", "r", stdin) && freopen("/dev/null", "w", stderr) &&
		    dup2(out == -1 ? 2 : out, 1) != -1)
			execvp(args[0], (char *const *)(uintptr_t)args);
		_exit(127);
	}
	return pid;
}

static const char *
certificate(const char *key)
{
	const char *cert = arena_fmt(c.arena, "%s/cert.pem", getenv("DATA_DIR"));
	const char *make[] = { "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
		"2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
		key, "-out", cert, NULL };
	int status = -1;

	waitpid(run(make, -1), &status, 0);
	assert_int_equal(status, 0);
	return cert;
}

/* A server for localhost, whose certificate nobody but itself vouches for; where it listens it says first. */
static pid_t
tls_server(const char *cert, const char *key, FILE **says, int *there)
{
	const char *serve[] = { "openssl", "s_server", "-www", "-accept", "127.0.0.1:0", "-cert",
		cert, "-key", key, NULL };
	char line[200];
	int pipes[2];

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid_t pid = run(serve, pipes[1]);
	close(pipes[1]);
	*says = fdopen(pipes[0], "r");
	for (*there = 0; *there == 0;) {
		assert_non_null(fgets(line, sizeof line, *says));
		if (text_starts(line, "ACCEPT 127.0.0.1:"))
			*there = (int)strtol(line + 17, NULL, 10);
	}
	return pid;
}

static void
a_server_nobody_vouches_for_gets_nothing(void **s)
{
	const char *key = arena_fmt(c.arena, "%s/key.pem", getenv("DATA_DIR"));
	const char *cert = certificate(key);
	struct fetched got = { 0 };
	FILE *says;
	int there;
	pid_t pid = tls_server(cert, key, &says, &there);
	struct fetch f = { .ca_file = cert };

	(void)s;
	f.url = arena_fmt(c.arena, "https://localhost:%d/", there);
	assert_ok(fetch(&c, &f, &got));
	assert_int_equal(got.status, 200);
	f.url = arena_fmt(c.arena, "https://127.0.0.1:%d/", there); /* not its name */
	assert_problem(fetch(&c, &f, &got), UNAVAILABLE);
	assert_true(got.unsent);
	f.url = arena_fmt(c.arena, "https://localhost:%d/", there);
	f.ca_file = NULL; /* those whom the machine believes */
	assert_problem(fetch(&c, &f, &got), UNAVAILABLE);
	assert_true(got.unsent);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	fclose(says);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_form_goes_out_as_forms_do_and_its_answer_comes_back),
		IN_WORLD(any_method_and_any_body_can_be_sent),
		IN_WORLD(a_redirect_is_an_answer_and_not_followed),
		IN_WORLD(what_is_no_whole_answer_is_none),
		IN_WORLD(no_other_scheme_and_no_split_header),
		IN_WORLD(a_server_nobody_vouches_for_gets_nothing),
	};

	return cmocka_run_group_tests(tests, up, down);
}
