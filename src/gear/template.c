/* template.c -- the set of all templates, and rendering one. */
#include "gear/template_inner.h"

struct templates *
templates_compile(struct arena *a, const struct template_source *sources, size_t n, text *why)
{
	struct templates *all = arena_alloc(a, sizeof *all);

	all->v = arena_alloc(a, n * sizeof *all->v);
	all->n = n;
	for (size_t i = 0; i < n; i++)
		all->v[i] = (struct template){ sources[i].name, sources[i].source, NULL, 0 };
	for (size_t i = 0; i < n; i++)
		if (!template_read(a, all, &all->v[i], why))
			return NULL;
	return all;
}

const struct template *
template_find(const struct templates *all, text name)
{
	for (size_t i = 0; i < all->n; i++)
		if (text_is(all->v[i].name, name))
			return &all->v[i];
	return NULL;
}

/* ---- rendering */

/* The blocks that a parent tag brings; those of the tags around it win. */
struct blocks {
	const struct node *parent;
	const struct blocks *outer;
};
/* Where we are: what names mean, which blocks are replaced, what goes before each line. */
struct place {
	const struct frame *frame;
	const struct blocks *blocks;
	text indent;
	int depth;
};
struct rendering {
	struct buf *out;
	struct buf scratch;
	bool fresh; /* at the start of a line of a template */
};

static void render(struct rendering *, const struct node *, size_t n, struct place);

static void
put_text(struct rendering *r, struct span s, text indent)
{
	if (*indent == 0) {
		buf_bytes(r->out, s.s, s.n);
		r->fresh = s.s[s.n - 1] == '\n';
		return;
	}
	while (s.n) {
		const char *nl = memchr(s.s, '\n', s.n);
		size_t n = nl ? (size_t)(nl - s.s) + 1 : s.n;

		if (r->fresh && *s.s != '\n' && *s.s != '\r')
			buf_add(r->out, indent);
		buf_bytes(r->out, s.s, n);
		r->fresh = nl != NULL;
		s = (struct span){ s.s + n, s.n - n };
	}
}

static bool
find_in_frames(struct span name, const struct frame *f, struct value *out)
{
	for (; f; f = f->up)
		if (f->value.kind && !f->value.kind->scalar &&
		    f->value.kind->find(f->value, name.s, name.n, out, f))
			return true;
	return false;
}

/* What a name means here; nothing, if any part of it is not found. */
static struct value
look_up(const struct node *node, const struct frame *f)
{
	struct value v = { 0 };

	if (node->n_parts == 0)
		return f ? f->value : v;
	if (!find_in_frames(node->parts[0], f, &v))
		return (struct value){ 0 };
	for (size_t i = 1; i < node->n_parts; i++) {
		struct value next = { 0 };

		if (v.kind == NULL ||
		    !v.kind->find(v, node->parts[i].s, node->parts[i].n, &next, f))
			return (struct value){ 0 };
		v = next;
	}
	return v;
}

bool
frame_find(const struct frame *f, text name, struct value *out)
{
	return find_in_frames((struct span){ name, strlen(name) }, f, out);
}

static void
put_value(struct rendering *r, const struct node *node, struct place p)
{
	struct value v = look_up(node, p.frame);

	if (r->fresh)
		buf_add(r->out, p.indent);
	r->fresh = false;
	if (v.kind == NULL)
		return;
	if (node->kind == '&') {
		v.kind->print(v, r->out, p.frame);
		return;
	}
	r->scratch.n = 0;
	v.kind->print(v, &r->scratch, p.frame);
	if (r->scratch.n)
		buf_html(r->out, buf_text(&r->scratch));
}

static void
put_section(struct rendering *r, const struct node *node, struct place p)
{
	struct value v = look_up(node, p.frame);
	bool is_list = false;
	size_t n = v.kind ? v.kind->count(v, &is_list) : 0;
	bool truth = v.kind && (is_list ? n > 0 : v.kind->truth(v));

	if (node->kind == '^') {
		if (!truth)
			render(r, node->kids, node->n_kids, p);
		return;
	}
	if (!truth)
		return;
	struct frame frame = { v, p.frame };
	p.frame = &frame;
	for (size_t i = 0; i < (is_list ? n : 1); i++) {
		if (is_list)
			frame.value = v.kind->item(v, i);
		render(r, node->kids, node->n_kids, p);
	}
}

static text
joined(struct rendering *r, text a, text b)
{
	if (*a == 0 || *b == 0)
		return *a ? a : b;
	return arena_fmt(r->out->arena, "%s%s", a, b);
}

static void
put_partial(struct rendering *r, const struct node *node, struct place p)
{
	struct blocks brought = { node, p.blocks };

	if (node->partial == NULL)
		return;
	if (node->kind == '<')
		p.blocks = &brought;
	p.indent = joined(r, p.indent, node->indent);
	render(r, node->partial->nodes, node->partial->n_nodes, p);
}

/* The block that replaces one of this name: the outermost.  Its own blocks are replaced by those
 * further out than itself, *around. */
static const struct node *
replacement(const struct blocks *b, struct span name, const struct blocks **around)
{
	if (b == NULL)
		return NULL;
	const struct node *found = replacement(b->outer, name, around);
	for (size_t i = 0; found == NULL && i < b->parent->n_kids; i++) {
		const struct node *kid = &b->parent->kids[i];

		if (kid->kind == '$' && kid->s.n == name.n &&
		    memcmp(kid->s.s, name.s, name.n) == 0) {
			*around = b->outer;
			found = kid;
		}
	}
	return found;
}

static void
put_block(struct rendering *r, const struct node *node, struct place p)
{
	const struct blocks *around = p.blocks;
	const struct node *content = replacement(p.blocks, node->s, &around);

	p.indent = joined(r, p.indent, node->indent);
	p.blocks = around;
	content = content ? content : node;
	render(r, content->kids, content->n_kids, p);
}

static void
render(struct rendering *r, const struct node *nodes, size_t n, struct place p)
{
	if (++p.depth > DEEPEST_TAGS * 2)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct node *node = &nodes[i];

		switch (node->kind) {
		case 't': put_text(r, node->s, p.indent); break;
		case 'v':
		case '&': put_value(r, node, p); break;
		case '#':
		case '^': put_section(r, node, p); break;
		case '>':
		case '<': put_partial(r, node, p); break;
		case '$': put_block(r, node, p); break;
		default: BUG("a node of no kind");
		}
	}
}

void
template_render(const struct template *t, const struct frame *innermost, struct buf *out)
{
	struct rendering r = { out, BUF(out->arena), true };
	struct place p = { innermost, NULL, "", 0 };

	render(&r, t->nodes, t->n_nodes, p);
}

/* ---- names, for the check that each leads somewhere */

struct naming {
	void (*see)(void *, text path, char kind);
	void *arg;
	struct arena *arena;
};
struct way { /* the sections, partials and parents we stand in */
	text path;
	const struct blocks *blocks;
	const struct template *in;
	const struct way *up;
};

static void
name_all(struct naming *w, const struct node *nodes, size_t n, struct way way)
{
	for (size_t i = 0; i < n; i++) {
		const struct node *node = &nodes[i];
		struct way inner = way;
		struct blocks brought = { node, way.blocks };
		text path = arena_fmt(w->arena, "%s%s%.*s", way.path, *way.path ? " " : "",
		    (int)node->s.n, node->s.s);

		if (node->n_parts)
			w->see(w->arg, path, node->kind);
		if (node->kind == '#')
			inner.path = path;
		if (node->kind == '#' || node->kind == '^')
			name_all(w, node->kids, node->n_kids, inner);
		if (node->kind == '$') {
			const struct node *content =
			    replacement(way.blocks, node->s, &inner.blocks);

			content = content ? content : node;
			name_all(w, content->kids, content->n_kids, inner);
		}
		if (node->kind != '<' && node->kind != '>')
			continue;
		if (node->partial == NULL)
			w->see(w->arg, path, node->kind);
		bool again = false;
		for (const struct way *up = &way; up; up = up->up)
			again |= up->in == node->partial;
		if (node->partial == NULL || again)
			continue;
		inner.in = node->partial;
		inner.up = &way;
		if (node->kind == '<')
			inner.blocks = &brought;
		name_all(w, node->partial->nodes, node->partial->n_nodes, inner);
	}
}

void
template_names(const struct template *t, void (*see)(void *, text path, char kind), void *arg)
{
	struct naming w = { see, arg, arena_new() };

	name_all(&w, t->nodes, t->n_nodes, (struct way){ "", NULL, t, NULL });
	arena_free(w.arena);
}
