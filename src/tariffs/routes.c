#include "tariffs/page.h"
#include "web/web.h"

#define PAGE 50

extern const struct route tariff_routes[];

static text
address(struct ctx *c, int64_t id)
{
	return arena_fmt(c->arena, "/admin/tariffs/%lld", (long long)id);
}

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct tariff_list_ask *ask = in;
	struct rows tariffs, out;

	TRY(tariffs_listed(c, ask->after, PAGE + 1, &tariffs));
	out = (struct rows){ arena_alloc(c->arena, PAGE * sizeof(struct tariff_summary)), 0 };
	FOR_ROWS (tariff, t, tariffs) {
		if (out.n == PAGE) {
			r->next = arena_fmt(c->arena, "/admin/tariffs?after=%lld",
			    (long long)ROW(tariff_summary, out, PAGE - 1)->id);
			break;
		}
		*ROW(tariff_summary, out, out.n++) = (struct tariff_summary){ t->id, t->number,
			t->name, t->currency, tariff_words(c->arena, t), t->since };
	}
	return reply_list(r, out);
}

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	struct tariff_page *page = arena_alloc(c->arena, sizeof *page);

	fields_complete(tariff_page_fields, page);
	TRY(tariff_page_show(c, in, page));
	return reply_one(r, page);
}

static enum problem
edit(struct ctx *c, const void *in, struct reply *r)
{
	struct tariff_ask ask = *(const struct tariff_ask *)in;
	struct tariff_page *page = arena_alloc(c->arena, sizeof *page);

	fields_complete(draft_fields, &ask.draft);
	fields_complete(tariff_page_fields, page);
	TRY(tariff_page_edit(c, &ask, page));
	return reply_one(r, page);
}

/* A new one, or the next version of one: the row says which. */
static enum problem
publish(struct ctx *c, const struct tariff_terms *terms, struct reply *r)
{
	struct tariff t;
	struct tariff_page *page = arena_alloc(c->arena, sizeof *page);
	struct tariff_ask ask = { .from = "", .until = "", .time_zone = "" };

	TRY(terms_read(c, terms, &t));
	TRY(tariff_publish(c, &t));
	r->flash =
	    arena_fmt(c->arena, "Version %lld of %s is in force.", (long long)t.number, t.name);
	ask.id = t.id;
	fields_complete(tariff_page_fields, page);
	TRY(tariff_page_show(c, &ask, page));
	return reply_made(r, address(c, t.id), page);
}

static enum problem
create(struct ctx *c, const void *in, struct reply *r)
{
	struct tariff_terms terms = *(const struct tariff_terms *)in;

	terms.id = terms.number = 0;
	return publish(c, &terms, r);
}

static enum problem
next_version(struct ctx *c, const void *in, struct reply *r)
{
	return publish(c, in, r);
}

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

static enum problem
retire(struct ctx *c, const void *in, struct reply *r)
{
	const struct which *w = in;

	TRY(tariff_retire(c, w->id));
	r->flash = "The tariff is retired.";
	return reply_done(r, "/admin/tariffs");
}

/* clang-format off */
const struct route tariff_routes[] = {
	{ GET, "/admin/tariffs", ADMIN, list, TAKES(tariff_list_ask), GIVES_LIST(tariff_summary),
	  .page = "tariffs/list", .scope = "lots", .doc = "All tariffs, each in the version in force." },
	{ GET, "/admin/tariffs/new", ADMIN, edit, .in = tariff_new_fields, .in_size = sizeof(struct tariff_ask),
	  GIVES(tariff_page), .dress = PAGE_ONLY, .page = "tariffs/edit",
	  .doc = "The form for a new tariff; with terms in the query, what they would cost." },
	{ POST, "/admin/tariffs", ADMIN, create, TAKES(tariff_terms), GIVES(tariff_page),
	  .again = "/admin/tariffs/new", .scope = "lots", .doc = "Makes a tariff and publishes its first version." },
	{ GET, "/admin/tariffs/:id", ADMIN, show, TAKES(tariff_ask), GIVES(tariff_page),
	  .page = "tariffs/show", .scope = "lots", FAILS(NOT_FOUND),
	  .doc = "A tariff in words, its versions, and what a stay costs and why." },
	{ GET, "/admin/tariffs/:id/edit", ADMIN, edit, .in = tariff_edit_fields, .in_size = sizeof(struct tariff_ask),
	  GIVES(tariff_page), .dress = PAGE_ONLY, .page = "tariffs/edit", FAILS(NOT_FOUND),
	  .doc = "The form for the next version; with terms in the query, what they would cost." },
	{ POST, "/admin/tariffs/:id/versions", ADMIN, next_version, TAKES(tariff_terms), GIVES(tariff_page),
	  .again = "/admin/tariffs/:id/edit", .scope = "lots", FAILS(NOT_FOUND, CHANGED_MEANWHILE),
	  .doc = "Publishes the next version of a tariff; what was booked before keeps the one it had." },
	{ POST, "/admin/tariffs/:id/retirement", ADMIN, retire, TAKES(which), .again = "/admin/tariffs/:id", .scope = "lots",
	  FAILS(NOT_FOUND, IN_USE),
	  .doc = "Takes a tariff that no lot charges out of lists and choices; bookings keep what they were made with." },
	{ 0 },
};
/* clang-format on */
