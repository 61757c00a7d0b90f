#include "gear/audit.h"
#include "gear/gear.h"
#include "gear_sql.h"

const struct field audit_entry_fields[] = {
	FIELD(audit_entry, id),
	FIELD(audit_entry, at),
	FIELD(audit_entry, user_id, .nullable = true),
	FIELD(audit_entry, api_key_id, .nullable = true),
	FIELD(audit_entry, action),
	FIELD(audit_entry, subject),
	FIELD(audit_entry, subject_id, .nullable = true),
	FIELD(audit_entry, detail),
	FIELD(audit_entry, address),
	FIELD(audit_entry, request_id),
	FIELD_END,
};

enum problem
audit_add(struct ctx *c, text action, text subject, int64_t id, text detail)
{
	return audit_insert(c, c->now, c->person.id, c->person.api_key_id, action, subject, id,
	    detail, c->address, c->request_id);
}
