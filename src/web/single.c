#include "web/single.h"

#include "gear/loop.h"

#define WAIT_MS 5000

struct single_waiter { /* on the stack of its coroutine */
	struct parked parked;
	struct single_waiter *next;
};
static struct single *all;

static struct single *
making_of(text key)
{
	struct single *s = all;

	while (s && !text_is(s->key, key))
		s = s->next;
	return s;
}

/* Whoever gave up waiting may still be in a line, if what it waits for is still being made. */
static void
forget(struct single_waiter *w, text key)
{
	struct single *s = making_of(key);
	struct single_waiter **at = s ? &s->waiters : NULL;

	while (at && *at && *at != w)
		at = &(*at)->next;
	if (at && *at)
		*at = w->next;
}

bool
single_begin(struct single *me, text key)
{
	struct single *s = making_of(key);
	struct single_waiter w;

	if (s == NULL) {
		*me = (struct single){ .key = key, .next = all };
		all = me;
		return true;
	}
	w.next = s->waiters;
	park_init(&w.parked);
	s->waiters = &w;
	if (!park(&w.parked, WAIT_MS))
		forget(&w, key);
	return false;
}

void
single_end(struct single *me)
{
	struct single **at = &all;

	if (me->key == NULL)
		return;
	while (*at != me)
		at = &(*at)->next;
	*at = me->next;
	me->key = NULL;
	while (me->waiters) {
		struct single_waiter *w = me->waiters;

		me->waiters = w->next;
		unpark(&w->parked);
	}
}
