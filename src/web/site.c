#include "web/site.h"

static const struct field site_complaint_fields[] = { FIELD(site_complaint, field),
	FIELD(site_complaint, label), FIELD(site_complaint, says), FIELD_END };

static const struct field site_typed_fields[] = { FIELD(site_typed, name), FIELD(site_typed, value),
	FIELD_END };

const struct field site_problem_fields[] = { FIELD(site_problem, status), FIELD(site_problem, ours),
	FIELD(site_problem, refusal), FIELD(site_problem, logged_out), FIELD(site_problem, name),
	FIELD(site_problem, title), FIELD(site_problem, detail), FIELD(site_problem, request_id),
	FIELD_LIST(site_problem, complaints, site_complaint), FIELD(site_problem, repeat_to),
	FIELD_LIST(site_problem, repeat, site_typed), FIELD_END };

const struct field site_fields[] = { FIELD(site, signed_in), FIELD(site, is_customer),
	FIELD(site, is_staff), FIELD(site, is_admin), FIELD(site, user_name), FIELD(site, unread),
	FIELD(site, csrf), FIELD(site, request_id), FIELD(site, theme), FIELD(site, path),
	FIELD(site, section), FIELD(site, here), FIELD(site, flash), FIELD(site, base_url),
	FIELD(site, demo), FIELD(site, now), FIELD_ONE(site, asset, asset_names),
	FIELD_ONE(site, problem, site_problem), FIELD_END };
