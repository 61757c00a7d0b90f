/* tables.c -- what this slice gives away as CSV. */
#include "notices/tables.h"
#include "notices_sql.h"

const struct field csv_notices_fields[] = {
	FIELD(csv_notices, id),
	FIELD(csv_notices, user_id),
	FIELD(csv_notices, username),
	FIELD(csv_notices, region),
	FIELD(csv_notices, kind),
	FIELD(csv_notices, words),
	FIELD(csv_notices, link),
	FIELD(csv_notices, made_by),
	FIELD(csv_notices, created_at),
	FIELD_END,
};

static enum problem
open_notices(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_notices_rows(c, out);
}

const struct field csv_notice_readers_fields[] = {
	FIELD(csv_notice_readers, notice_id),
	FIELD(csv_notice_readers, user_id),
	FIELD(csv_notice_readers, username),
	FIELD(csv_notice_readers, read_at),
	FIELD_END,
};

static enum problem
open_notice_readers(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_notice_readers_rows(c, out);
}

const struct field csv_notice_choices_fields[] = {
	FIELD(csv_notice_choices, user_id),
	FIELD(csv_notice_choices, username),
	FIELD(csv_notice_choices, kind),
	FIELD(csv_notice_choices, mail),
	FIELD(csv_notice_choices, sms),
	FIELD_END,
};

static enum problem
open_notice_choices(struct ctx *c, const void *in, struct db_rows **out)
{
	(void)in;
	return csv_notice_choices_rows(c, out);
}

const struct table notice_tables[] = {
	{ "notices", "Notices", "What people, and regions, were told.", open_notices },
	{ "notice-readers", "Readers of notices",
	    "To whom each notice went, and when they read it.", open_notice_readers },
	{ "notice-choices", "Choices of notices", "By which way who wants to be told what.",
	    open_notice_choices },
	{ NULL },
};
