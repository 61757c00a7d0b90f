/*
 * template.h -- mustache, compiled once, escaping by default.
 *
 * The language is mustache 1.3 with all required modules and inheritance ({{<parent}}, {{$block}});
 * the official cases are in tests/mustache.  Templates are looked up by the name of their file
 * without
 * ".mustache": "lots/show", "partials/plate", "layout".
 *
 * A tag is looked up in the innermost frame first.  In a described struct a name is a field.  A
 * dotted name into a scalar asks for a dress of it (this is ours, mustache leaves it open):
 *
 *	text      {{status.held}}   true if the text is "held"
 *	instant   {{starts.clock}} 14:00 · .day Thu 12 Nov · .date 2026-11-12 · .input
 *2026-11-12T14:00 · .exact: the same, with its offset where it comes twice ·
 * .iso with offset · .zone CET · bare: RFC 3339 UTC.  The zone is the IANA name
 * that the nearest field `time_zone` holds, else UTC. money     {{price}} €20.00 · .plain 20.00 ·
 *.minor 2000, in the currency that the nearest field `currency` holds. int       {{n}} 1,234 ·
 *.plain 1234 · .span (of seconds) 3 h 30 min · .one true if it is 1, .404 if it is 404 · {{#n}} false if 0
 *	real      {{rating}} 4 · .tenths 4.0 · list
 *{{#list.some}} true if not empty · {{list.count}} any       {{^x}} is true for false, 0, "", none,
 * an empty list
 *
 * {{form.NAME}} is what the person typed, else the field NAME of the page in the dress a form needs
 *(.plain, .input);
 * {{errors.NAME}} what is wrong with it, {{#errors.all}}{{field}} {{says}}{{/errors.all}};
 * {{#form.NAME.WORD}} true if it is WORD (selected, checked).
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "base/base.h"

struct frame;
struct template;
struct templates;

/* The set of all templates, from name → source; the sources must outlive it.  Any syntax error ends
 * up in *why with name and line, and NULL comes back. */
struct template_source {
	text name, source;
};
extern const struct template_source all_templates[]; /* made by src/tools/embed.c from templates/ */
extern const size_t n_templates;
struct templates *templates_compile(
    struct arena *, const struct template_source *, size_t n, text *why);
const struct template *template_find(
    const struct templates *, text name); /* NULL if there is none */

/* What a tag can lead to.  Implementations: described structs (below), jansson values (tests). */
struct value {
	const struct value_kind *kind; /* NULL: nothing */
	const void *at;
	const void *more; /* e.g. the struct field */
	size_t i;
};
struct value_kind {
	bool (*find)(
	    struct value, const char *name, size_t n, struct value *out, const struct frame *);
	bool (*truth)(struct value);
	size_t (*count)(struct value, bool *is_list); /* of elements to repeat a section for */
	struct value (*item)(struct value, size_t i);
	void (*print)(struct value, struct buf *raw, const struct frame *); /* unescaped */
	bool scalar; /* names are never looked for in it, but for {{.}} and behind a dot */
};
struct frame {
	struct value value;
	const struct frame *up;
};

/* A frame over a struct. */
struct value value_of(const struct field *, const void *);
/* A frame over the raw texts of a form and the complaints about it: `form` and `errors`. */
struct form_view {
	struct raw (*get)(
	    void *from, const struct field *named); /* what the person typed; NULL: nothing yet */
	void *from;
	const struct complaints *complaints;
	struct value page; /* where {{form.x}} falls back to */
};
struct value value_form(const struct form_view *);

void template_render(const struct template *, const struct frame *innermost, struct buf *out);

/* Looks a name up from a frame outwards, as a tag there would. */
bool frame_find(const struct frame *, text name, struct value *out);

/* Every name a template asks for, with those of its partials and parents: calls see(arg,
 * "results lot price.plain", kind): the sections it stands in, then the name; kind '#', '^', '&' or
 * 'v', or '>' or
 * '<' for a partial that is not there. */
void template_names(const struct template *, void (*see)(void *, text path, char kind), void *arg);

#endif
