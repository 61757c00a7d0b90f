#include "gear/ctx.h"

enum problem
fail(struct ctx *c, enum problem e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	c->detail = arena_vfmt(c->arena, fmt, ap);
	va_end(ap);
	return e;
}

enum problem
complain(struct ctx *c, text field, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complaint_add(&c->complaints, field, arena_vfmt(c->arena, fmt, ap));
	va_end(ap);
	return INVALID;
}

enum problem
tell(struct ctx *c, enum news news, int64_t id)
{
	for (const struct reaction *r = all_reactions; r->run; r++)
		if (r->to == news)
			TRY(r->run(c, id));
	return OK;
}
