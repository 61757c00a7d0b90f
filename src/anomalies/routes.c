/* routes.c -- the anomalies on the web: a list to work through, and one. */
#include "anomalies/tables.h"
#include "lots/lots.h"
#include "web/web.h"
#include "anomalies_sql.h"

const struct field anomaly_choice_fields[] = { FIELD(anomaly_choice, id),
	FIELD(anomaly_choice, name), FIELD(anomaly_choice, title), FIELD(anomaly_choice, chosen),
	FIELD_END };

static const struct listing anomaly_listing = {
	.path = "/anomalies",
	.csv = "/admin/tables/anomalies.csv",
	.usual = "-when",
	.filter = anomalies_asked_fields,
	.headings =
	    (const struct heading[]){
		{ "Found", "when", .falling = true },
		{ "What", "what" },
		{ "Lot", "lot" },
		{ "Plate", "plate" },
		{ "State", "state" },
		{ "Deal with it" },
		{ NULL },
	    },
};

struct anomaly_page {
	LISTING_PAGE; /* struct anomaly */
	struct rows kinds, lots; /* struct anomaly_choice */
	const struct anomalies_asked *f;
	int64_t unclosed;
};
static const struct field anomaly_page_fields[] = {
	LISTING_PAGE_FIELDS(anomaly_page, anomaly),
	FIELD_LIST(anomaly_page, kinds, anomaly_choice, .hidden = true),
	FIELD_LIST(anomaly_page, lots, anomaly_choice, .hidden = true),
	FIELD_ONE(anomaly_page, f, anomalies_asked, .hidden = true),
	FIELD(anomaly_page, unclosed, .doc = "How many are not closed, in all"),
	FIELD_END,
};

static struct rows
kinds_to_choose(struct ctx *c, text chosen)
{
	size_t n = 0;

	while (anomaly_kinds[n].name)
		n++;
	struct anomaly_choice *v = arena_alloc(c->arena, n * sizeof *v);
	for (size_t i = 0; i < n; i++)
		v[i] = (struct anomaly_choice){ 0, anomaly_kinds[i].name, anomaly_kinds[i].title,
			text_is(anomaly_kinds[i].name, chosen) };
	return (struct rows){ v, n };
}

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct anomalies_asked *w = in;
	struct listing l = anomaly_listing;
	struct anomaly_page *v = arena_alloc(c->arena, sizeof *v);

	*v = (struct anomaly_page){ .f = w };
	if (c->person.role < ADMIN)
		l.csv = NULL;
	TRY(anomalies_list(c, w, &l, &v->items, &v->count));
	LISTING_FILL(c, &l, w, v);
	TRY(anomalies_unclosed(c, &v->unclosed));
	v->kinds = kinds_to_choose(c, w->kind);
	TRY(anomaly_lots(c, w->lot, &v->lots));
	FOR_ROWS (anomaly_choice, each, v->lots)
		each->title = each->name;
	return reply_one(r, v);
}

struct which_anomaly {
	int64_t id;
};
static const struct field which_anomaly_fields[] = {
	FIELD(which_anomaly, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD_END,
};

static enum problem
show(struct ctx *c, const void *in, struct reply *r)
{
	const struct which_anomaly *w = in;
	struct anomaly *a = arena_alloc(c->arena, sizeof *a);

	TRY(anomaly_load(c, w->id, a));
	return reply_one(r, a);
}

struct deed { /* back: the list it was done in, an address of ours */
	int64_t id;
	text reason, next;
};
static const struct field acknowledging_fields[] = {
	FIELD(deed, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(deed, next, .max = 255, .doc = "Of a form: where people go then"),
	FIELD_END,
};
static const struct field closing_fields[] = {
	FIELD(deed, id, .required = true, .min = 1, .max = INT64_MAX),
	FIELD(deed, reason, .required = true, .max = 200, .doc = "Why it can be closed"),
	FIELD(deed, next, .max = 255, .doc = "Of a form: where people go then"),
	FIELD_END,
};

static text
way_back(struct ctx *c, const struct deed *w)
{
	return *w->next && local_address(w->next)
	    ? w->next
	    : arena_fmt(c->arena, "/anomalies/%lld", (long long)w->id);
}

static enum problem
acknowledge(struct ctx *c, const void *in, struct reply *r)
{
	const struct deed *w = in;
	struct anomaly *a = arena_alloc(c->arena, sizeof *a);

	TRY(anomaly_acknowledge(c, w->id, a));
	r->location = way_back(c, w);
	r->flash = "You are on it.";
	return reply_one(r, a);
}

static enum problem
close_it(struct ctx *c, const void *in, struct reply *r)
{
	const struct deed *w = in;
	struct anomaly *a = arena_alloc(c->arena, sizeof *a);

	TRY(anomaly_close(c, w->id, w->reason, a));
	r->location = way_back(c, w);
	r->flash = "It is closed.";
	return reply_one(r, a);
}

/* clang-format off */
const struct route anomaly_routes[] = {
	{ GET, "/anomalies", OPERATOR, list, TAKES(anomalies_asked), GIVES(anomaly_page), .page = "anomalies/list",
	  .again = "/anomalies", .doc = "What is not as it should be, newest first; without a filter, what is not closed." },
	{ GET, "/anomalies/:id", OPERATOR, show, TAKES(which_anomaly), GIVES(anomaly), .page = "anomalies/show", FAILS(NOT_FOUND),
	  .doc = "One anomaly." },
	{ POST, "/anomalies/:id/acknowledgement", OPERATOR, acknowledge, .in = acknowledging_fields, .in_size = sizeof(struct deed),
	  GIVES(anomaly), .again = "/anomalies/:id", FAILS(NOT_FOUND, WRONG_STATE), .doc = "Somebody is on it." },
	{ POST, "/anomalies/:id/closing", OPERATOR, close_it, .in = closing_fields, .in_size = sizeof(struct deed), GIVES(anomaly),
	  .again = "/anomalies/:id", FAILS(NOT_FOUND), .doc = "Close it, for a reason." },
	{ 0 },
};
/* clang-format on */
