#include "gear/verbs.h"

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
