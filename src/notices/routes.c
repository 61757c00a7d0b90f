#include "gear/sms.h"
#include "gear/settings.h"
#include "notices/notices.h"
#include "notices_sql.h"
#include "web/web.h"

/* ---- one's list */

struct earlier {
	int64_t before;
};
static const struct field earlier_fields[] = {
	FIELD(earlier, before, .max = INT64_MAX, .doc = "Those read, older than this id"), FIELD_END
};

static enum problem
list(struct ctx *c, const void *in, struct reply *r)
{
	const struct earlier *e = in;
	struct notice_page *p = arena_alloc(c->arena, sizeof *p);

	TRY(notices_mine(c, e->before, p));
	return reply_one(r, p);
}

struct which {
	int64_t id;
};
static const struct field which_fields[] = {
	FIELD(which, id, .required = true, .min = 1, .max = INT64_MAX), FIELD_END
};

static enum problem
mark_one(struct ctx *c, const void *in, struct reply *r)
{
	TRY(notice_mark_read(c, ((const struct which *)in)->id));
	return reply_done(r, "/notices");
}

static enum problem
mark_all(struct ctx *c, const void *in, struct reply *r)
{
	(void)in;
	TRY(notices_mark_all_read(c));
	r->flash = "All marked as read.";
	return reply_done(r, "/notices");
}

/* ---- how they go out */

static enum problem
show_choices(struct ctx *c, const void *in, struct reply *r)
{
	struct choices *all = arena_alloc(c->arena, sizeof *all);

	(void)in;
	TRY(choices_load(c, all));
	return reply_one(r, all);
}

static enum problem
save_choices(struct ctx *c, const void *in, struct reply *r)
{
	TRY(choices_save(c, in));
	r->flash = "Saved.";
	return reply_done(r, "/profile/notices");
}

/* ---- to a region */

struct region_form {
	struct rows regions;
};
static const struct field region_form_fields[] = { FIELD_LIST(region_form, regions, known_region),
	FIELD_END };

static enum problem
show_region_form(struct ctx *c, const void *in, struct reply *r)
{
	struct region_form *f = arena_alloc(c->arena, sizeof *f);

	(void)in;
	TRY(regions_known(c, &f->regions));
	return reply_one(r, f);
}

struct region_notice {
	text region, message;
};
static const struct field region_notice_fields[] = {
	FIELD(region_notice, region, .required = true, .max = 64,
	    .doc = "1 to 64 small letters, digits and dashes"),
	FIELD(region_notice, message, .required = true, .max = 2000), FIELD_END
};

static enum problem
tell_region(struct ctx *c, const void *in, struct reply *r)
{
	const struct region_notice *n = in;
	int64_t people;

	TRY(region_tell(c, n->region, n->message, &people));
	r->flash =
	    arena_fmt(c->arena, "Told to %lld %s of %s, and to everybody who looks at it now.",
		(long long)people, people == 1 ? "person" : "people", n->region);
	return reply_done(r, "/notices/new");
}

/* ---- tickets, and what the provider of text messages tells */

static enum problem
make_ticket(struct ctx *c, const void *in, struct reply *r)
{
	struct ticket_made *made = arena_alloc(c->arena, sizeof *made);

	(void)in;
	TRY(socket_ticket_make(c, made));
	return reply_one(r, made);
}

static enum problem
hear_provider(struct ctx *c, const void *in, struct reply *r)
{
	const struct request *q = in;
	text signature = header_of(q, "x-twilio-signature");
	text url = arena_fmt(
	    c->arena, "%s%s%s%s", settings.base_url, q->path, *q->query ? "?" : "", q->query);
	struct pairs form = { 0 };

	if (!form_parse(c->arena, q->body, q->n_body, &form))
		return MALFORMED;
	if (signature == NULL || !sms_signed(c->arena, url, &form, signature))
		return fail(c, FORBIDDEN, "The signature is not that of the provider.");
	text ref = pairs_get(&form, "MessageSid"), status = pairs_get(&form, "MessageStatus");
	text error = pairs_get(&form, "ErrorCode");
	if (ref == NULL || status == NULL)
		return MALFORMED;
	TRY(sms_told(c, ref, status, error ? error : ""));
	return reply_done(r, "");
}

const struct route notice_routes[] = {
	{ GET, "/notices", CUSTOMER, list, TAKES(earlier), GIVES(notice_page),
	    .page = "notices/list", .doc = "Your notices, unread ones first." },
	{ POST, "/notices/:id/read", CUSTOMER, mark_one, TAKES(which), .again = "/notices",
	    FAILS(NOT_FOUND), .doc = "Marks one of your notices as read." },
	{ POST, "/notices/read", CUSTOMER, mark_all, .again = "/notices",
	    .doc = "Marks all of your notices as read." },
	{ GET, "/profile/notices", CUSTOMER, show_choices, .out = choices_page_fields,
	    .out_size = sizeof(struct choices), .page = "notices/choices",
	    .doc = "What you are written to about, and how." },
	{ POST, "/profile/notices", CUSTOMER, save_choices, TAKES(choices),
	    .again = "/profile/notices",
	    .doc = "Choose e-mail and text messages for each kind; what is not named is off." },
	{ GET, "/notices/new", OPERATOR, show_region_form, GIVES(region_form), .dress = PAGE_ONLY,
	    .page = "notices/new", .doc = "The form for a notice to a region." },
	{ POST, "/notices", OPERATOR, tell_region, TAKES(region_notice), .again = "/notices/new",
	    .once = true, .doc = "Tell everybody of a region something, at once." },
	{ POST, "/api/v1/ws-tickets", CUSTOMER, make_ticket, GIVES(ticket_made), .dress = API_ONLY,
	    .doc = "A ticket that opens one WebSocket within half a minute." },
	{ POST, "/hooks/sms", ANYONE, hear_provider, .dress = API_ONLY, .raw = true,
	    FAILS(FORBIDDEN), .doc = "What became of a text message, signed by its provider." },
	{ 0 },
};
