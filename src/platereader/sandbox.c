#include "platereader/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

enum { MEMORY_BYTES = 1536 << 20, CPU_SECONDS = 3600 };

static void
limit(int what, rlim_t n)
{
	struct rlimit l = { n, n };

	if (setrlimit(what, &l) == -1)
		BUG("sandbox: no limit can be set");
}

static void
set_limits(void)
{
	limit(RLIMIT_AS, MEMORY_BYTES);
	limit(RLIMIT_CPU, CPU_SECONDS);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_NPROC, 0);
	limit(RLIMIT_NOFILE, 4); /* the socket, and the picture that comes over it */
}

/* Calls that may be made with any arguments. */
static const int allowed[] = { SCMP_SYS(recvmsg), SCMP_SYS(sendto), SCMP_SYS(close), SCMP_SYS(brk),
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
	SCMP_SYS(clock_gettime), SCMP_SYS(sysinfo), SCMP_SYS(exit_group), SCMP_SYS(exit),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask) };

static void
rule(scmp_filter_ctx filter, int call, unsigned n, const struct scmp_arg_cmp *when)
{
	if (seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, n, when) != 0)
		BUG("sandbox: a rule is not taken");
}

static void
close_the_door(void)
{
	const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp asks_seals = SCMP_A1(SCMP_CMP_EQ, F_GET_SEALS);
	const struct scmp_arg_cmp no_path = SCMP_A3(SCMP_CMP_EQ, 0x1000 /* AT_EMPTY_PATH */);
	const struct scmp_arg_cmp to_answer = SCMP_A0(SCMP_CMP_EQ, SANDBOX_SOCKET);
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

	if (filter == NULL)
		BUG("sandbox: no filter can be made");
	for (size_t i = 0; i < LENGTH(allowed); i++)
		if (allowed[i] == SCMP_SYS(sendto) || allowed[i] == SCMP_SYS(recvmsg))
			rule(filter, allowed[i], 1, &to_answer);
		else
			rule(filter, allowed[i], 0, NULL);
	rule(filter, SCMP_SYS(mmap), 1, &not_executable);
	rule(filter, SCMP_SYS(mprotect), 1, &not_executable);
	rule(filter, SCMP_SYS(fcntl), 1, &asks_seals);
	rule(filter, SCMP_SYS(newfstatat), 1, &no_path);
	rule(filter, SCMP_SYS(fstat), 0, NULL);
	/* Libraries that grumble on standard error are not heard; they need not die for it. */
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EBADF), SCMP_SYS(write), 0) != 0)
		BUG("sandbox: a rule is not taken");
	if (seccomp_load(filter) != 0)
		BUG("sandbox: the filter cannot be put in place");
	seccomp_release(filter);
}

void
sandbox_enter(int socket)
{
	if (dup2(socket, SANDBOX_SOCKET) == -1 || close_range(SANDBOX_SOCKET + 1, ~0U, 0) == -1)
		BUG("sandbox: descriptors cannot be closed");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 || prctl(PR_SET_DUMPABLE, 0) == -1)
		BUG("sandbox: rights cannot be given up");
	set_limits();
	close_the_door();
}

/* ---- the proof */

/* Each answers whether it worked. */
static bool
open_a_file(void)
{
	return open("/etc/passwd", O_RDONLY) != -1;
}

static bool
write_a_file(void)
{
	return open("/tmp/platereader-was-here", O_WRONLY | O_CREAT, 0600) != -1;
}

static bool
open_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) != -1;
}

static bool
start_a_program(void)
{
	char name[] = "true", *const args[] = { name, NULL };

	return execv("/bin/true", args) != -1;
}

static bool
start_a_process(void)
{
	return fork() != -1;
}

static bool
look_into_another(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) != -1;
}

static bool
kill_another(void)
{
	return kill(getppid(), SIGTERM) != -1;
}

static bool
make_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0) != MAP_FAILED;
}

static bool
write_elsewhere(void)
{
	return write(STDERR_FILENO, "x", 1) != -1 || write(SANDBOX_SOCKET, "x", 1) != -1;
}

static const struct {
	text what;
	bool (*try)(void);
} tries[] = { { "open a file", open_a_file }, { "write a file", write_a_file },
	{ "open a socket", open_a_socket }, { "start a program", start_a_program },
	{ "start a process", start_a_process }, { "look into another process", look_into_another },
	{ "kill another process", kill_another }, { "make memory executable", make_code },
	{ "write to another descriptor", write_elsewhere } };

/* Does the sandbox stop who tries that: is it ended, or refused?  To whom it worked leaves with 7. */
static bool
held(bool (*try)(void))
{
	int pair[2], status = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1)
		BUG("sandbox: no socketpair");
	pid_t pid = fork();
	if (pid == 0) {
		sandbox_enter(pair[1]);
		_exit(try() ? 7 : 6);
	}
	close(pair[0]);
	close(pair[1]);
	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	    ((WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) ||
		(WIFEXITED(status) && WEXITSTATUS(status) == 6));
}

/* What is allowed works still: without that the rest proves nothing. */
static bool
computes(void)
{
	int pair[2], status = 0;
	char answer = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1)
		BUG("sandbox: no socketpair");
	pid_t pid = fork();
	if (pid == 0) {
		sandbox_enter(pair[1]);
		char *some = malloc(1 << 20);

		if (some == NULL)
			_exit(8);
		memset(some, 'y', 1 << 20);
		(void)send(SANDBOX_SOCKET, some, 1, MSG_NOSIGNAL);
		free(some);
		_exit(0);
	}
	close(pair[1]);
	bool told = recv(pair[0], &answer, 1, 0) == 1 && answer == 'y';
	close(pair[0]);
	return told && pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0;
}

int
sandbox_prove(void)
{
	int failed = 0;

	for (size_t i = 0; i < LENGTH(tries); i++) {
		bool good = held(tries[i].try);

		printf("%s: %s\n", tries[i].what, good ? "stopped" : "NOT STOPPED");
		failed += !good;
	}
	bool good = computes();
	printf("compute and answer: %s\n", good ? "works" : "DOES NOT WORK");
	return failed || !good;
}
