/* template_inner.h -- what the compiler of templates and their renderer share. */
#ifndef TEMPLATE_INNER_H
#define TEMPLATE_INNER_H

#include "gear/template.h"

#define DEEPEST_TAGS 50 /* sections in sections; partials in partials */

struct span {
	const char *s;
	size_t n;
};

/*
 * A piece of a compiled template.  Kinds are the characters of the tags:
 *	't' text · 'v' {{x}} · '&' {{{x}}} · '#' '^' sections · '>' partial · '<' parent · '$' block
 */
struct node {
	char kind;
	struct span s; /* text; or the name as written */
	struct span *parts; /* the name, split at its dots; none: {{.}} */
	size_t n_parts;
	const struct template *partial; /* of > and <: NULL if there is no such template */
	text indent; /* put before each line of what stands here; "" for most */
	struct node *kids;
	size_t n_kids;
};
struct template
{
	text name, source;
	struct node *nodes;
	size_t n_nodes;
};
struct templates {
	struct template *v;
	size_t n;
};

/* Reads t->source into t->nodes; false and *why on a fault. */
bool template_read(struct arena *, const struct templates *, struct template *t, text *why);

#endif
