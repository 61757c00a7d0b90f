#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#if !defined(__x86_64__) && !defined(__aarch64__)
#include <ucontext.h>
#endif

#include "base/base.h"
#include "web/coroutine.h"

/*
 * A change of stack of our own: glibc's saves the signal mask too, two system calls a turn, and a
 * booking takes some twenty turns.  Here a change is a function call that comes back elsewhere, so that
 * only what a called function must keep is kept.  On machines other than these two glibc does it.
 *
 * AddressSanitizer has to be told of every change of stack, or it takes a frame of one for a frame
 * of another; it also makes frames several times larger.
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

#if defined(__x86_64__)
struct place {
	void *sp;
};

/* System V ABI, AMD64, 3.2.1: rbx, rbp, r12 to r15, and the control words of SSE and x87. */
void coroutine_change(struct place *from, const struct place *to);
__asm__(".text\n"
	".globl coroutine_change\n"
	".type coroutine_change, @function\n"
	"coroutine_change:\n"
	"	endbr64\n"
	"	pushq %rbp\n"
	"	pushq %rbx\n"
	"	pushq %r12\n"
	"	pushq %r13\n"
	"	pushq %r14\n"
	"	pushq %r15\n"
	"	subq $8, %rsp\n"
	"	stmxcsr (%rsp)\n"
	"	fnstcw 4(%rsp)\n"
	"	movq %rsp, (%rdi)\n"
	"	movq (%rsi), %rsp\n"
	"	ldmxcsr (%rsp)\n"
	"	fldcw 4(%rsp)\n"
	"	addq $8, %rsp\n"
	"	popq %r15\n"
	"	popq %r14\n"
	"	popq %r13\n"
	"	popq %r12\n"
	"	popq %rbx\n"
	"	popq %rbp\n"
	"	ret\n"
	".size coroutine_change, .-coroutine_change\n"
	".section .note.GNU-stack,\"\",@progbits\n"
	".text\n");

/* As if `begin` had been called there and had just changed away: what a change pops, and above
 * it the return address of a caller that is not there, which aligns the stack as a call does. */
static void
place_begin(struct place *p, char *top, void (*begin)(void))
{
	uint64_t *sp = (uint64_t *)(void *)top - 9;
	uint32_t sse;
	uint16_t x87;

	__asm__("stmxcsr %0" : "=m"(sse));
	__asm__("fnstcw %0" : "=m"(x87));
	for (int i = 0; i < 9; i++)
		sp[i] = 0;
	sp[0] = (uint64_t)x87 << 32 | sse;
	sp[7] = (uint64_t)(uintptr_t)begin;
	p->sp = sp;
}
#elif defined(__aarch64__)
struct place {
	void *sp;
};

/* AAPCS64, 6.1: x19 to x28, the frame and the link, d8 to d15. */
void coroutine_change(struct place *from, const struct place *to);
__asm__(".text\n"
	".globl coroutine_change\n"
	".type coroutine_change, %function\n"
	"coroutine_change:\n"
	"	stp x29, x30, [sp, #-160]!\n"
	"	stp x19, x20, [sp, #16]\n"
	"	stp x21, x22, [sp, #32]\n"
	"	stp x23, x24, [sp, #48]\n"
	"	stp x25, x26, [sp, #64]\n"
	"	stp x27, x28, [sp, #80]\n"
	"	stp d8, d9, [sp, #96]\n"
	"	stp d10, d11, [sp, #112]\n"
	"	stp d12, d13, [sp, #128]\n"
	"	stp d14, d15, [sp, #144]\n"
	"	mov x9, sp\n"
	"	str x9, [x0]\n"
	"	ldr x9, [x1]\n"
	"	mov sp, x9\n"
	"	ldp x19, x20, [sp, #16]\n"
	"	ldp x21, x22, [sp, #32]\n"
	"	ldp x23, x24, [sp, #48]\n"
	"	ldp x25, x26, [sp, #64]\n"
	"	ldp x27, x28, [sp, #80]\n"
	"	ldp d8, d9, [sp, #96]\n"
	"	ldp d10, d11, [sp, #112]\n"
	"	ldp d12, d13, [sp, #128]\n"
	"	ldp d14, d15, [sp, #144]\n"
	"	ldp x29, x30, [sp], #160\n"
	"	ret\n"
	".size coroutine_change, .-coroutine_change\n"
	".section .note.GNU-stack,\"\",%progbits\n"
	".text\n");

static void
place_begin(struct place *p, char *top, void (*begin)(void))
{
	uint64_t *sp = (uint64_t *)(void *)top - 20;

	for (int i = 0; i < 20; i++)
		sp[i] = 0;
	sp[1] = (uint64_t)(uintptr_t)begin; /* the link */
	p->sp = sp;
}
#else
struct place {
	ucontext_t context;
};

static void
coroutine_change(struct place *from, struct place *to)
{
	swapcontext(&from->context, &to->context);
}

static void
place_begin(struct place *p, char *top, void (*begin)(void))
{
	if (getcontext(&p->context) == -1)
		BUG("getcontext failed");
	p->context.uc_stack.ss_sp = top - STACK_BYTES;
	p->context.uc_stack.ss_size = STACK_BYTES;
	p->context.uc_link = NULL;
	makecontext(&p->context, begin, 0);
}
#endif

struct coroutine {
	struct place place;
	char *stack; /* its guard page, and STACK_BYTES above */
	void (*run)(void *);
	void *arg;
	bool ended;
	void *fake_stack; /* AddressSanitizer's, while it sleeps */
	struct coroutine *next;
};

static struct place loop;
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
	coroutine_change(&co->place, &loop);
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
	place_begin(&co->place, co->stack + GUARD_BYTES + STACK_BYTES, first_turn);
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
	coroutine_change(&loop, &co->place);
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
	coroutine_change(&co->place, &loop);
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
