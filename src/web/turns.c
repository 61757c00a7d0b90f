#include "web/turns.h"

#include "gear/loop.h"
#include "gear/settings.h"

#define WAIT_MS 5000
#define MOST_WAITING 1000

struct waiter { /* on the stack of its coroutine */
	struct parked parked;
	struct waiter *next;
	bool called;
};

struct lane { /* there only while somebody is inside */
	struct lane *next;
	int64_t key;
	int64_t inside, waiting;
	struct waiter *first, **last;
};
static struct lane *lanes;

static int64_t
most_inside(void)
{
	return settings.db_connections > 3 ? settings.db_connections / 2 : 1;
}

static struct lane **
lane_at(int64_t key)
{
	struct lane **at = &lanes;

	while (*at && (*at)->key != key)
		at = &(*at)->next;
	return at;
}

static struct lane *
lane_of(int64_t key)
{
	struct lane *there = *lane_at(key), *made;

	if (there)
		return there;
	made = calloc(1, sizeof *made);
	if (made == NULL)
		BUG("out of memory");
	made->key = key;
	made->last = &made->first;
	made->next = lanes;
	return lanes = made;
}

static void
leave_line(struct lane *l, const struct waiter *w)
{
	struct waiter **at = &l->first;

	while (*at && *at != w)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	*at = w->next;
	if (l->last == &w->next)
		l->last = at;
	l->waiting--;
}

enum problem
turn_take(struct ctx *c, int64_t key)
{
	struct lane *l = lane_of(key);
	struct waiter w = { 0 };

	if (l->inside < most_inside() && l->first == NULL) {
		l->inside++;
		return OK;
	}
	c->retry_after = 2;
	if (l->waiting >= MOST_WAITING)
		return fail(c, BUSY, "Very many people want the same lot right now.");
	park_init(&w.parked);
	*l->last = &w;
	l->last = &w.next;
	l->waiting++;
	park(&w.parked, WAIT_MS);
	if (w.called) /* and counted as inside by who called */
		return OK;
	leave_line(l, &w);
	return fail(c, BUSY, "Very many people want the same lot right now.");
}

void
turn_give(int64_t key)
{
	struct lane **at = lane_at(key), *l = *at;

	if (l == NULL)
		BUG("a turn that nobody took");
	struct waiter *w = l->first;
	if (w) { /* the turn goes on to the next in line */
		leave_line(l, w);
		w->called = true;
		unpark(&w->parked);
		return;
	}
	if (--l->inside > 0)
		return;
	*at = l->next;
	free(l);
}

int64_t
turns_waiting(void)
{
	int64_t n = 0;

	for (const struct lane *l = lanes; l; l = l->next)
		n += l->waiting;
	return n;
}
