#include "tariffs/page.h"
#include "tariffs/tables.h"
#include "gear/zones.h"
#include "web/web.h"
#include "tariffs_sql.h"

extern const struct route tariff_routes[];

static text
address(struct ctx *c, int64_t id)
{
	return arena_fmt(c->arena, "/admin/tariffs/%lld", (long long)id);
}

/* The next version of each that is published and not in force yet. */
static enum problem
coming(struct ctx *c, struct rows tariffs, struct rows *out)
{
	int64_t *ids = arena_alloc(c->arena, (tariffs.n + 1) * sizeof *ids);

	for (size_t i = 0; i < tariffs.n; i++)
		ids[i] = ROW(tariff, tariffs, i)->id;
	return versions_coming(c, (struct rows){ ids, tariffs.n }, c->now, out);
}

static const struct listing tariff_listing = {
	.path = "/admin/tariffs",
	.csv = "/admin/tables/tariffs.csv",
	.usual = "name",
	.filter = tariff_filter_fields,
	.headings =
	    (const struct heading[]){
		{ "Tariff", "name" },
		{ "In words" },
		{ "Currency", "currency" },
		{ "Version", "version", .number = true, .falling = true },
		{ "In force since", "since", .falling = true },
		{ NULL },
	    },
};
struct tariff_list {
	LISTING_PAGE; /* struct tariff_summary */
	const struct tariff_filter *f;
};
static const struct field tariff_list_fields[] = {
	LISTING_PAGE_FIELDS(tariff_list, tariff_summary),
	FIELD_ONE(tariff_list, f, tariff_filter, .hidden = true),
	FIELD_END,
};

static enum problem
summarized(struct ctx *c, struct rows tariffs, struct rows *out)
{
	struct rows next;

	TRY(coming(c, tariffs, &next));
	*out =
	    (struct rows){ arena_alloc(c->arena, (tariffs.n + 1) * sizeof(struct tariff_summary)),
		    0 };
	FOR_ROWS (tariff, t, tariffs) {
		struct tariff_summary *s = ROW(tariff_summary, *out, out->n++);

		*s = (struct tariff_summary){ t->id, t->number, t->name, t->currency,
			tariff_words(c->arena, t), t->begins };
		FOR_ROWS (tariff_version, v, next)
			if (v->tariff_id == t->id) {
				s->next_number = v->number;
				s->next_from = v->in_force_from;
			}
	}
	return OK;
}

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct tariff_filter *f = in;
	const struct listing *l = &tariff_listing;
	const struct tariffs_wanted w = { f->q, f->currency, listing_order(l, f),
		listing_skip(l, f), listing_most(l, f) };
	struct tariff_list *v = arena_alloc(c->arena, sizeof *v);
	struct number_of count = { 0 };
	struct rows tariffs;

	v->f = f;
	TRY(tariffs_listed(c, &w, &tariffs));
	TRY(summarized(c, tariffs, &v->items));
	TRY(tariffs_number(c, f->q, f->currency, COUNT_MOST + 1, &count));
	v->count = count.n;
	LISTING_FILL(c, l, f, v);
	return reply_one(r, v);
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

static text
published(struct ctx *c, const struct tariff *t, const struct tariff_page *p)
{
	const struct zone *z = zone_find(p->time_zone);

	if (t->begins.us <= c->now.us)
		return arena_fmt(
		    c->arena, "Version %lld of %s is in force.", (long long)t->number, t->name);
	z = z ? z : zone_utc();
	return arena_fmt(c->arena, "Version %lld of %s is in force from %s, %s %s.",
	    (long long)t->number, t->name, time_day(c->arena, z, t->begins),
	    time_clock(c->arena, z, t->begins), time_abbr(c->arena, z, t->begins));
}

/* A new one, or the next version of one: the row says which. */
static enum problem
publish(struct ctx *c, const struct tariff_terms *terms, struct reply *r)
{
	struct tariff t;
	struct tariff_page *page = arena_alloc(c->arena, sizeof *page);
	struct tariff_ask ask = { .from = "", .until = "", .time_zone = terms->time_zone };

	TRY(terms_read(c, terms, &t));
	TRY(tariff_begins(c, terms, &t.begins));
	TRY(tariff_publish(c, &t));
	ask.id = t.id;
	ask.number = t.number;
	fields_complete(tariff_page_fields, page);
	TRY(tariff_page_show(c, &ask, page));
	r->flash = published(c, &t, page);
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
	{ GET, "/admin/tariffs", ADMIN, list, TAKES(tariff_filter), GIVES(tariff_list),
	  .page = "tariffs/list", .again = "/admin/tariffs", .scope = "lots", .doc = "All tariffs, each in the version in force." },
	{ GET, "/admin/tariffs/new", ADMIN, edit, .in = tariff_new_fields, .in_size = sizeof(struct tariff_ask),
	  GIVES(tariff_page), .dress = PAGE_ONLY, .page = "tariffs/edit",
	  .doc = "The form for a new tariff; with terms in the query, what they would cost." },
	{ POST, "/admin/tariffs", ADMIN, create, TAKES(tariff_terms), GIVES(tariff_page), .makes = true,
	  .rehearsed = true, .again = "/admin/tariffs/new", .scope = "lots", .doc = "Makes a tariff and publishes its first version." },
	{ GET, "/admin/tariffs/:id", ADMIN, show, TAKES(tariff_ask), GIVES(tariff_page),
	  .page = "tariffs/show", .scope = "lots", FAILS(NOT_FOUND),
	  .doc = "A tariff in words, its versions, and what a stay costs and why." },
	{ GET, "/admin/tariffs/:id/edit", ADMIN, edit, .in = tariff_edit_fields, .in_size = sizeof(struct tariff_ask),
	  GIVES(tariff_page), .dress = PAGE_ONLY, .page = "tariffs/edit", FAILS(NOT_FOUND),
	  .doc = "The form for the next version; with terms in the query, what they would cost." },
	{ POST, "/admin/tariffs/:id/versions", ADMIN, next_version, TAKES(tariff_terms), GIVES(tariff_page), .makes = true,
	  .rehearsed = true, .again = "/admin/tariffs/:id/edit", .scope = "lots", FAILS(NOT_FOUND, CHANGED_MEANWHILE),
	  .doc = "Publishes the next version of a tariff; what was booked before keeps the one it had." },
	{ POST, "/admin/tariffs/:id/retirement", ADMIN, retire, TAKES(which), .again = "/admin/tariffs/:id", .scope = "lots",
	  FAILS(NOT_FOUND, IN_USE),
	  .doc = "Takes a tariff that no lot charges out of lists and choices; bookings keep what they were made with." },
	{ 0 },
};
/* clang-format on */
