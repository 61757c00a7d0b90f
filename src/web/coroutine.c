#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "base/base.h"
#include "web/coroutine.h"

/*
 * glibc's ucontext, since a turn costs under half a microsecond.  AddressSanitizer has to be told
 * of every change of stack, or it takes a frame of one for a frame of another; it also makes frames
 * several times larger.
 */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define STACK_BYTES ((size_t)1024 * 1024)
#else
#define STACK_BYTES ((size_t)256 * 1024)
#endif
#define GUARD_BYTES ((size_t)4096)
#define IDLE_STACKS 256 /* kept for the next; more are given back */

struct coroutine {
	ucontext_t context;
	char *stack; /* its guard page, and STACK_BYTES above */
	void (*run)(void *);
	void *arg;
	bool ended;
	void *fake_stack; /* AddressSanitizer's, while it sleeps */
	struct coroutine *next;
};

static ucontext_t loop;
static struct coroutine *current;
static struct coroutine *idle;
static size_t idle_n, live_n;

#ifdef __SANITIZE_ADDRESS__
static void *loop_fake_stack;
static const void *loop_bottom;
static size_t loop_bytes;

static void
leave_loop(const struct coroutine *co)
{
	__sanitizer_start_switch_fiber(&loop_fake_stack, co->stack + GUARD_BYTES, STACK_BYTES);
}

static void
back_in_loop(void)
{
	__sanitizer_finish_switch_fiber(loop_fake_stack, NULL, NULL);
}

static void
leave_coroutine(struct coroutine *co) /* for good, if it has ended */
{
	__sanitizer_start_switch_fiber(co->ended ? NULL : &co->fake_stack, loop_bottom, loop_bytes);
}

static void
back_in_coroutine(struct coroutine *co)
{
	__sanitizer_finish_switch_fiber(co->fake_stack, &loop_bottom, &loop_bytes);
}

static void
clean_stack(struct coroutine *co)
{
	co->fake_stack = NULL;
	__asan_unpoison_memory_region(co->stack + GUARD_BYTES, STACK_BYTES);
}
#else
#define leave_loop(co) ((void)0)
#define back_in_loop() ((void)0)
#define leave_coroutine(co) ((void)0)
#define back_in_coroutine(co) ((void)0)
#define clean_stack(co) ((void)0)
#endif

static struct coroutine *
stack_take(void)
{
	struct coroutine *co = idle;

	if (co) {
		idle = co->next;
		idle_n--;
		return co;
	}
	if ((co = calloc(1, sizeof *co)) == NULL)
		return NULL;
	co->stack = mmap(NULL, GUARD_BYTES + STACK_BYTES, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if (co->stack == MAP_FAILED) {
		free(co);
		return NULL;
	}
	if (mprotect(co->stack, GUARD_BYTES, PROT_NONE) == -1) {
		munmap(co->stack, GUARD_BYTES + STACK_BYTES);
		free(co);
		return NULL;
	}
	return co;
}

static void
stack_give(struct coroutine *co)
{
	if (idle_n == IDLE_STACKS) {
		munmap(co->stack, GUARD_BYTES + STACK_BYTES);
		free(co);
		return;
	}
	co->next = idle;
	idle = co;
	idle_n++;
}

static void
first_turn(void)
{
	struct coroutine *co = current;

	back_in_coroutine(co);
	co->run(co->arg);
	co->ended = true;
	leave_coroutine(co);
	setcontext(&loop);
	BUG("a coroutine that ended came back");
}

struct coroutine *
coroutine_new(void (*run)(void *), void *arg)
{
	struct coroutine *co = stack_take();

	if (co == NULL)
		return NULL;
	co->run = run;
	co->arg = arg;
	co->ended = false;
	clean_stack(co);
	if (getcontext(&co->context) == -1)
		BUG("getcontext failed");
	co->context.uc_stack.ss_sp = co->stack + GUARD_BYTES;
	co->context.uc_stack.ss_size = STACK_BYTES;
	co->context.uc_link = NULL;
	makecontext(&co->context, first_turn, 0);
	live_n++;
	return co;
}

bool
coroutine_resume(struct coroutine *co)
{
	if (current)
		BUG("only the loop resumes a coroutine");
	current = co;
	leave_loop(co);
	swapcontext(&loop, &co->context);
	back_in_loop();
	current = NULL;
	if (!co->ended)
		return false;
	live_n--;
	stack_give(co);
	return true;
}

void
coroutine_yield(void)
{
	struct coroutine *co = current;

	if (co == NULL)
		BUG("only a coroutine can yield");
	leave_coroutine(co);
	swapcontext(&co->context, &loop);
	back_in_coroutine(co);
}

struct coroutine *
coroutine_self(void)
{
	return current;
}

size_t
coroutine_count(void)
{
	return live_n;
}
