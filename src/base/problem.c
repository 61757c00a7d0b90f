#include "base/base.h"

static const struct {
	int status;
	text name, title;
} problems[] = {
	[OK] = { 200, "OK", "" },
#define PROBLEM(name, status, title) [name] = { status, #name, title },
#include "base/problems.def"
#undef PROBLEM
};

int
problem_status(enum problem e)
{
	return problems[e].status;
}

text
problem_name(enum problem e)
{
	return problems[e].name;
}

text
problem_title(enum problem e)
{
	return problems[e].title;
}

void
complaint_add(struct complaints *c, text field, text says)
{
	if (c->n < MAX_COMPLAINTS)
		c->v[c->n++] = (struct complaint){ field, says };
}
