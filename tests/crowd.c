#include "crowd.h"

#include "gear/loop.h"
#include "web/coroutine.h"

#define MOST 2000

static struct coroutine *line[MOST];
static int n_line;
static void (*what)(int);

static bool
crowd_suspend(struct parked *p)
{
	if (coroutine_self() == NULL)
		return false;
	p->who = coroutine_self();
	coroutine_yield();
	return true;
}

static void
crowd_resume(struct parked *p)
{
	if (p->who == NULL)
		return;
	for (int i = 0; i < n_line; i++)
		if (line[i] == p->who)
			return;
	line[n_line++] = p->who;
}

static void
one(void *i)
{
	what((int)(intptr_t)i);
}

static void
move_on(void)
{
	while (n_line) {
		struct coroutine *first = line[0];

		n_line--;
		for (int i = 0; i < n_line; i++)
			line[i] = line[i + 1];
		coroutine_resume(first);
	}
}

void
crowd(int n, void (*run)(int))
{
	struct loop_kind kind = poll_loop;

	kind.suspend = crowd_suspend;
	kind.resume = crowd_resume;
	loop_use(&kind);
	what = run;
	for (int i = 0; i < n; i++)
		coroutine_resume(coroutine_new(one, (void *)(intptr_t)i));
	for (move_on(); coroutine_count(); move_on())
		loop_turn(-1);
	loop_use(&poll_loop);
}
