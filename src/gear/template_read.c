/*
 * template_read.c -- from the text of a template to its tree.
 *
 * Three passes: cut the text into tokens, line by line; pair the tags and find the lines that hold
 * tags alone (those leave no trace in the output, mustache calls them standalone); build the tree,
 * taking from the content of a block the indentation it was written with.
 */
#include "gear/template_inner.h"

#define MOST_TOKENS 20000

struct token {
	char kind; /* as in struct node, and '/' '!' '=' */
	struct span s;
	int line;
	size_t mate; /* of an opening tag its end, and back */
	bool first; /* of its line */
	bool gone; /* white space beside a standalone tag */
	bool opens_line; /* a block whose content begins on the next line */
	struct span indent; /* white space before a standalone tag */
};
struct reader {
	struct arena *arena;
	const struct templates *all;
	const struct template *it;
	struct token *tokens;
	size_t n;
	char open[16], close[16]; /* the delimiters now */
	text why;
};

static bool
fault(struct reader *r, int line, text says, struct span s)
{
	r->why = arena_fmt(
	    r->arena, "%s:%d: %s {{%.*s}}", r->it->name, line, says, s.n > 60 ? 60 : (int)s.n, s.s);
	return false;
}

static bool
white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span
trimmed(const char *s, const char *end)
{
	while (s < end && white(*s))
		s++;
	while (s < end && white(end[-1]))
		end--;
	return (struct span){ s, (size_t)(end - s) };
}

static size_t
blanks(struct span s)
{
	size_t n = 0;

	while (n < s.n && (s.s[n] == ' ' || s.s[n] == '\t'))
		n++;
	return n;
}

static bool
all_white(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!white(s.s[i]))
			return false;
	return true;
}

static bool
ends_line(const struct token *t)
{
	return t->kind == 't' && t->s.n && t->s.s[t->s.n - 1] == '\n';
}

/* ---- first pass: tokens */

static bool
add_token(struct reader *r, char kind, struct span s, int line)
{
	if (r->n == MOST_TOKENS)
		return fault(r, line, "too long at", s);
	if ((r->n & (r->n - 1)) == 0) {
		struct token *t = arena_alloc(r->arena, (r->n ? 2 * r->n : 1) * sizeof *t);

		if (r->n)
			memcpy(t, r->tokens, r->n * sizeof *t);
		r->tokens = t;
	}
	r->tokens[r->n] = (struct token){ .kind = kind,
		.s = s,
		.line = line,
		.first = r->n == 0 || ends_line(&r->tokens[r->n - 1]) };
	r->n++;
	return true;
}

static bool
add_text(struct reader *r, const char *s, const char *end, int *line)
{
	while (s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *stop = nl ? nl + 1 : end;

		if (!add_token(r, 't', (struct span){ s, (size_t)(stop - s) }, *line))
			return false;
		*line += nl != NULL;
		s = stop;
	}
	return true;
}

/* {{=<% %>=}} */
static bool
set_delimiters(struct reader *r, struct span s, int line)
{
	size_t n = 0, k = s.n;

	while (n < s.n && !white(s.s[n]))
		n++;
	while (k > n && !white(s.s[k - 1]))
		k--;
	if (n == 0 || n == s.n || k == s.n || n >= sizeof r->open || s.n - k >= sizeof r->close ||
	    memchr(s.s, '=', s.n))
		return fault(r, line, "these are no delimiters:", s);
	memcpy(r->open, s.s, n);
	r->open[n] = 0;
	memcpy(r->close, s.s + k, s.n - k);
	r->close[s.n - k] = 0;
	return true;
}

static bool
good_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (white(s.s[i]))
			return false;
	return s.n > 0;
}

/* One tag, from behind its opening delimiter; *s is moved behind it. */
static bool
read_tag(struct reader *r, const char **s, int *line)
{
	bool triple = **s == '{', setting = **s == '=';
	text ends = arena_fmt(r->arena, "%s%s", triple ? "}" : setting ? "=" : "", r->close);
	const char *from = *s + (**s && strchr("{=#^/><$!&", **s) ? 1 : 0);
	const char *end = strstr(from, ends);
	char kind = from == *s ? 'v' : triple ? '&' : **s;

	if (end == NULL)
		return fault(r, *line, "this tag does not end:", (struct span){ *s, strlen(*s) });
	struct span name = trimmed(from, end);
	*s = end + strlen(ends);
	if (setting && !set_delimiters(r, name, *line))
		return false;
	if (kind != '!' && kind != '=' && !good_name(name))
		return fault(r, *line, "this is no name:", name);
	if (!add_token(r, kind, name, *line))
		return false;
	for (const char *p = from; p < end; p++)
		*line += *p == '\n';
	return true;
}

static bool
cut(struct reader *r)
{
	const char *s = r->it->source;
	int line = 1;

	for (;;) {
		const char *tag = strstr(s, r->open);

		if (!add_text(r, s, tag ? tag : s + strlen(s), &line))
			return false;
		if (tag == NULL)
			return true;
		s = tag + strlen(r->open);
		if (!read_tag(r, &s, &line))
			return false;
	}
}

/* ---- second pass: pairs of tags, and lines of tags alone */

static bool
pair(struct reader *r)
{
	size_t open[DEEPEST_TAGS], depth = 0;

	for (size_t i = 0; i < r->n; i++) {
		struct token *t = &r->tokens[i], *o;

		if (t->kind == '#' || t->kind == '^' || t->kind == '<' || t->kind == '$') {
			if (depth == DEEPEST_TAGS)
				return fault(r, t->line, "nested too deep:", t->s);
			open[depth++] = i;
		} else if (t->kind == '/') {
			o = depth ? &r->tokens[open[depth - 1]] : NULL;
			if (o == NULL || o->s.n != t->s.n || memcmp(o->s.s, t->s.s, t->s.n) != 0)
				return fault(r, t->line, "this closes what is not open:", t->s);
			t->mate = open[--depth];
			o->mate = i;
		}
	}
	if (depth)
		return fault(r, r->tokens[open[depth - 1]].line,
		    "this is never closed:", r->tokens[open[depth - 1]].s);
	return true;
}

/* Is the tag one of inheritance?  Several of those may share a line. */
static bool
inherits(const struct reader *r, const struct token *t)
{
	char kind = t->kind == '/' ? r->tokens[t->mate].kind : t->kind;

	return kind == '<' || kind == '$';
}

/* Do the tokens from…to hold white space and tags alone, and such tags as may stand alone? */
static bool
standalone(const struct reader *r, size_t from, size_t to)
{
	int tags = 0, inheritance = 0;

	for (size_t i = from; i < to; i++) {
		const struct token *t = &r->tokens[i];

		if (t->kind == 'v' || t->kind == '&' || (t->kind == 't' && !all_white(t->s)))
			return false;
		tags += t->kind != 't';
		inheritance += t->kind != 't' && inherits(r, t);
	}
	return tags && (tags == 1 || tags == inheritance);
}

/* The line leaves no trace, but where a block opens and closes on it: there what comes in the
 * block's place may have no line end of its own, so the line keeps its end. */
static void
strip_line(struct reader *r, size_t from, size_t to)
{
	size_t first = from;
	struct token *end = &r->tokens[to - 1];

	while (r->tokens[first].kind == 't')
		first++;
	struct token *tag = &r->tokens[first];
	size_t last = to - 1;
	while (r->tokens[last].kind == 't')
		last--;
	if (first > from)
		tag->indent = r->tokens[from].s;
	tag->first = true;
	for (size_t i = from; i < to; i++)
		r->tokens[i].gone = r->tokens[i].kind == 't';
	if (tag->kind == '$' && tag->mate == last && ends_line(end)) {
		size_t n = end->s.n > 1 && end->s.s[end->s.n - 2] == '\r' ? 2 : 1;

		end->gone = false;
		end->s = (struct span){ end->s.s + end->s.n - n, n };
	}
	if (r->tokens[last].kind == '$')
		r->tokens[last].opens_line = true;
}

static void
strip(struct reader *r)
{
	for (size_t from = 0, to; from < r->n; from = to) {
		for (to = from + 1; to < r->n && !ends_line(&r->tokens[to - 1]); to++)
			;
		if (standalone(r, from, to))
			strip_line(r, from, to);
	}
}

/* ---- third pass: the tree */

struct nodes {
	struct node *v;
	size_t n;
};

static struct node *
add_node(struct reader *r, struct nodes *list, char kind, struct span s)
{
	if ((list->n & (list->n - 1)) == 0) {
		struct node *v = arena_alloc(r->arena, (list->n ? 2 * list->n : 1) * sizeof *v);

		if (list->n)
			memcpy(v, list->v, list->n * sizeof *v);
		list->v = v;
	}
	struct node *made = &list->v[list->n++];
	*made = (struct node){ .kind = kind, .s = s, .indent = "" };
	return made;
}

static void
split_name(struct reader *r, struct node *node)
{
	const char *s = node->s.s, *end = s + node->s.n;

	if (node->s.n == 1 && *s == '.')
		return;
	for (size_t i = 0; i < node->s.n; i++)
		node->n_parts += s[i] == '.';
	node->n_parts++;
	node->parts = arena_alloc(r->arena, node->n_parts * sizeof *node->parts);
	for (size_t i = 0; i < node->n_parts; i++) {
		const char *dot = memchr(s, '.', (size_t)(end - s));

		node->parts[i] = (struct span){ s, (size_t)((dot ? dot : end) - s) };
		s = dot ? dot + 1 : end;
	}
}

/* White space that stays of an indentation when `less` columns go. */
static text
less_indent(struct reader *r, struct span indent, size_t less)
{
	if (indent.n <= less)
		return "";
	return arena_bytes(r->arena, indent.s + less, indent.n - less);
}

/* The indentation of a block's content: that of its first line which is not empty. */
static struct span
content_indent(const struct reader *r, size_t block)
{
	const struct token *t = &r->tokens[block];

	for (size_t i = block + 1; i < t->mate; i++) {
		const struct token *x = &r->tokens[i];

		if (x->gone || (x->kind == 't' && ends_line(x) && all_white(x->s)))
			continue;
		return x->kind == 't' ? (struct span){ x->s.s, blanks(x->s) } : x->indent;
	}
	return t->indent;
}

static bool
is_empty(const struct reader *r, size_t block)
{
	for (size_t i = block + 1; i < r->tokens[block].mate; i++)
		if (!r->tokens[i].gone)
			return false;
	return true;
}

static void build(struct reader *, size_t from, size_t to, size_t less, struct nodes *);

static const struct template *
named(const struct reader *r, struct span s)
{
	for (size_t i = 0; i < r->all->n; i++)
		if (strlen(r->all->v[i].name) == s.n && memcmp(r->all->v[i].name, s.s, s.n) == 0)
			return &r->all->v[i];
	return NULL;
}

static void
build_tag(struct reader *r, size_t at, size_t less, struct nodes *out)
{
	const struct token *t = &r->tokens[at];
	struct node *node = add_node(r, out, t->kind, t->s);
	struct nodes kids = { 0 };

	if (t->kind == 'v' || t->kind == '&' || t->kind == '#' || t->kind == '^')
		split_name(r, node);
	if (t->kind == '<' || t->kind == '>') {
		node->partial = named(r, t->s);
		node->indent = less_indent(r, t->indent, less);
	}
	if (t->kind == '$') {
		struct span indent = t->opens_line ? content_indent(r, at) : t->indent;

		node->indent = less_indent(r, indent, less);
		if (t->opens_line && !is_empty(r, at))
			less = indent.n;
	}
	if (t->mate > at) {
		build(r, at + 1, t->mate, less, &kids);
		node->kids = kids.v;
		node->n_kids = kids.n;
	}
}

/* Tokens from…to become nodes; each line loses `less` columns of its indentation. */
static void
build(struct reader *r, size_t from, size_t to, size_t less, struct nodes *out)
{
	struct buf b = BUF(r->arena);

	for (size_t i = from; i <= to; i++) {
		const struct token *t = i < to ? &r->tokens[i] : NULL;

		if (t && t->kind == 't') {
			size_t off = t->first ? blanks(t->s) : 0;

			off = off < less ? off : less;
			if (!t->gone)
				buf_bytes(&b, t->s.s + off, t->s.n - off);
			continue;
		}
		if (b.n && (t == NULL || (t->kind != '!' && t->kind != '='))) {
			add_node(r, out, 't', (struct span){ b.p, b.n });
			b = BUF(r->arena);
		}
		if (t && t->kind != '!' && t->kind != '=') {
			build_tag(r, i, less, out);
			if (t->mate > i)
				i = t->mate;
		}
	}
}

bool
template_read(struct arena *a, const struct templates *all, struct template *t, text *why)
{
	struct reader r = { .arena = a, .all = all, .it = t, .open = "{{", .close = "}}" };
	struct nodes nodes = { 0 };

	if (!cut(&r) || !pair(&r)) {
		*why = r.why;
		return false;
	}
	strip(&r);
	build(&r, 0, r.n, 0, &nodes);
	t->nodes = nodes.v;
	t->n_nodes = nodes.n;
	return true;
}
