#include "base/base.h"

#define BLOCK_BYTES ((size_t)8192)

struct block {
	struct block *next;
	size_t used, cap;
	_Alignas(16) char mem[];
};

struct chore {
	struct chore *next;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct block *block;
	struct chore *chores;
	size_t used;
};

void
bug_at(const char *file, int line, const char *why)
{
	fprintf(stderr, "%s:%d: BUG: %s\n", file, line, why);
	abort();
}

static void *
must(void *p)
{
	if (p == NULL)
		BUG("out of memory");
	return p;
}

void *
memory_take(size_t bytes)
{
	return must(calloc(1, bytes));
}

struct arena *
arena_new(void)
{
	return must(calloc(1, sizeof(struct arena)));
}

void *
arena_alloc(struct arena *a, size_t bytes)
{
	size_t n = (bytes + 15) & ~(size_t)15;

	if (n < bytes)
		BUG("an impossible size was asked for");
	if (a->block == NULL || a->block->cap - a->block->used < n) {
		size_t cap = n > BLOCK_BYTES ? n : BLOCK_BYTES;
		struct block *b = must(malloc(sizeof *b + cap));

		b->next = a->block;
		b->used = 0;
		b->cap = cap;
		a->block = b;
	}
	void *p = a->block->mem + a->block->used;
	a->block->used += n;
	a->used += n;
	return memset(p, 0, n);
}

void
arena_at_end(struct arena *a, void (*fn)(void *), void *arg)
{
	struct chore *c = arena_alloc(a, sizeof *c);

	c->fn = fn;
	c->arg = arg;
	c->next = a->chores;
	a->chores = c;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	for (struct chore *c = a->chores; c; c = c->next)
		c->fn(c->arg);
	while (a->block) {
		struct block *b = a->block;

		a->block = b->next;
		free(b);
	}
	free(a);
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

char *
arena_bytes(struct arena *a, const void *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n)
		memcpy(p, s, n);
	return p;
}

char *
arena_text(struct arena *a, text s)
{
	return arena_bytes(a, s, strlen(s));
}

char *
arena_vfmt(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		BUG("a format that cannot be printed");
	char *p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *
arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *p = arena_vfmt(a, fmt, ap);
	va_end(ap);
	return p;
}
