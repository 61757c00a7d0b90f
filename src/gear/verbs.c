#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gear/verbs.h"

#define MOST_BYTES ((size_t)64 << 20)

bool
word_there(struct words w, text option)
{
	for (int i = 0; i < w.n; i++)
		if (text_is(w.v[i], option))
			return true;
	return false;
}

text
word_behind(struct arena *a, struct words w, text option)
{
	text joined = arena_fmt(a, "%s=", option);

	for (int i = 0; i < w.n; i++) {
		if (text_starts(w.v[i], joined))
			return w.v[i] + strlen(joined);
		if (text_is(w.v[i], option) && i + 1 < w.n)
			return w.v[i + 1];
	}
	return NULL;
}

enum problem
file_behind(struct ctx *c, text path, char **bytes, size_t *n)
{
	FILE *f = fopen(path, "rb");

	if (f == NULL)
		return fail(c, INVALID, "%s: %s", path, strerror(errno));
	char *room = arena_alloc(c->arena, MOST_BYTES + 1);
	*n = fread(room, 1, MOST_BYTES + 1, f);
	bool bad = ferror(f) != 0;
	fclose(f);
	if (bad || *n > MOST_BYTES)
		return fail(c, INVALID, "%s cannot be read or is larger than 64 MiB.", path);
	*bytes = room;
	return OK;
}
