/*
 * site.h -- what every page may ask for: the outermost frame of its template.
 */
#ifndef SITE_H
#define SITE_H

#include "base/base.h"
#include "web/assets.h"

struct site_complaint {
	text field, label, says; /* "first_name", "First name", what is wrong with it */
};
struct site_typed {
	text name, value;
};
struct site_problem { /* what went wrong, above a form or as a page of its own */
	int64_t status;
	bool ours, refusal; /* 5xx; neither that nor 404 */
	bool logged_out; /* while a form was open */
	text name, title, detail, request_id;
	struct rows complaints; /* struct site_complaint */
	text repeat_to; /* where what was typed would go once more; "" */
	struct rows repeat; /* struct site_typed */
};
extern const struct field site_problem_fields[];

struct site {
	bool signed_in, is_customer, is_staff, is_admin;
	text user_name;
	text unread; /* notices: "", "3", "99+" */
	text csrf; /* for <input type="hidden" name="csrf">; "" on public, cached pages */
	text
	    request_id; /* fresh for each page, for forms of idempotent routes: name="request_id" */
	text theme; /* "", "light", "dark" */
	text path; /* of this page, "/lots" */
	text section; /* the entry of the menus it belongs to, "/admin/lots" */
	text here; /* the same with its query */
	text flash; /* said once: "The slot is yours." */
	text base_url;
	bool demo;
	instant now;
	const struct asset_names *asset;
	const struct site_problem *problem; /* NULL: none */
};
extern const struct field site_fields[];

#endif
