/* tables.h -- the rows of what this slice gives away as CSV (gear/table.h). */
#ifndef NOTICES_TABLES_H
#define NOTICES_TABLES_H

#include "gear/table.h"

extern const struct table notice_tables[];

struct csv_notices {
	int64_t id, user_id;
	text username, region, kind, words, link, made_by;
	instant created_at;
};
extern const struct field csv_notices_fields[];

struct csv_notice_readers {
	int64_t notice_id, user_id;
	text username;
	instant read_at;
};
extern const struct field csv_notice_readers_fields[];

struct csv_notice_choices {
	int64_t user_id;
	text username, kind;
	bool mail, sms;
};
extern const struct field csv_notice_choices_fields[];

#endif
