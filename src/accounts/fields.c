#include "accounts/accounts.h"

#include "gear/mail.h"

static const text roles[] = { "customer", "operator", "admin", NULL };

enum role
role_named(text name)
{
	for (int i = 0; roles[i]; i++)
		if (text_is(roles[i], name))
			return (enum role)(CUSTOMER + i);
	return ANYONE;
}

text
role_name(enum role r)
{
	return r == ANYONE ? "" : roles[r - CUSTOMER];
}

text
email_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member;

	(void)a;
	if (strchr(s, '@') == NULL)
		return "This needs an @, as in name@example.org.";
	return mail_address_ok(s) ? NULL : "Mail cannot be sent to that address.";
}

/* As the database has it: user_username_form. */
text
username_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member;
	bool starts =
	    strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") > 0;

	(void)a;
	if (!starts ||
	    s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")])
		return "Letters a to z, digits, dots, hyphens and underscores; a letter or digit "
		       "first.";
	return NULL;
}

text
phone_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member;
	size_t digits = 0;

	(void)a;
	for (text p = s; *p; p++)
		digits += *p >= '0' && *p <= '9';
	if (s[strspn(s, "+0123456789 ()./-")] || digits < 5 || digits > 15)
		return "A number like +31 20 555 0142, please.";
	return NULL;
}

/* The name stands beside it in another field, so password_complaint() looks again. */
static text
password_ok(struct arena *a, const void *member)
{
	return password_complaint(a, *(const text *)member, "", "");
}

static text
code_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member;

	(void)a;
	return strlen(s) == 6 && strspn(s, "0123456789") == 6 ? NULL : "Six digits, please.";
}

text
plate_ok(struct arena *a, const void *member)
{
	size_t n = text_length(text_plate(a, *(const text *)member));

	if (n == 0)
		return "A plate has letters or digits.";
	return n <= 20 ? NULL : "At most 20 letters and digits, please.";
}

#define REQUEST .required = true, .max = 64, .doc = "As it was given with the code's request"
#define USERNAME .max = 40, .check = username_ok
#define EMAIL .max = 254, .check = email_ok
#define PASSWORD .secret = true, .min = PASSWORD_MIN, .max = PASSWORD_MAX, .check = password_ok
#define ANY_PASSWORD .secret = true, .max = PASSWORD_MAX

const struct field user_fields[] = { FIELD(user, id), FIELD(user, username), FIELD(user, email),
	FIELD(user, name, .doc = "What to call them"), FIELD(user, first_name),
	FIELD(user, last_name), FIELD(user, phone),
	FIELD(user, region, .doc = "Whose notices they get"), FIELD(user, address),
	FIELD(user, role, .among = roles),
	FIELD(user, verified, .doc = "The e-mail address is proven"), FIELD(user, disabled),
	FIELD(user, gone, .doc = "Deleted: nothing personal is left"), FIELD(user, created_at),
	FIELD(user, seen_at, .doc = "The last log-in"), FIELD_END };

const struct field new_user_fields[] = { FIELD(new_user, username, USERNAME,
					     .doc = "Left out: made from the e-mail address"),
	FIELD(new_user, email, .required = true, EMAIL), FIELD(new_user, first_name, .max = 60),
	FIELD(new_user, last_name, .max = 60), FIELD(new_user, phone, .max = 30, .check = phone_ok),
	FIELD(new_user, password, PASSWORD, .doc = "Left out: an invitation is mailed"),
	FIELD(new_user, role, .among = roles), FIELD_END };

const struct field login_fields[] = { FIELD(login, login, .required = true, .max = 254,
					  .doc = "Username or e-mail address"),
	FIELD(login, password, .required = true, ANY_PASSWORD),
	FIELD(login, next, .doc = "Where to go then, for people"), FIELD_END };

const struct field signed_in_fields[] = { FIELD(signed_in, token, .max = 4096,
					      .doc = "Send it as Authorization: Bearer …"),
	FIELD(signed_in, expires_at), FIELD(signed_in, user_id, .hidden = true),
	FIELD(signed_in, name, .hidden = true), FIELD(signed_in, role, .hidden = true), FIELD_END };

const struct field session_fields[] = { FIELD(session, id), FIELD(session, agent),
	FIELD(session, address), FIELD(session, created_at), FIELD(session, expires_at),
	FIELD(session, current, .doc = "The one that asks"), FIELD_END };

const struct field signup_fields[] = {
	FIELD(signup, username, USERNAME, .doc = "Left out: made from the e-mail address"),
	FIELD(signup, first_name, .required = true, .max = 60), FIELD(signup, last_name, .max = 60),
	FIELD(signup, email, .required = true, EMAIL),
	FIELD(signup, phone, .max = 30, .check = phone_ok),
	FIELD(signup, password, .required = true, PASSWORD, .doc = "8 to 128 characters"), FIELD_END
};

const struct field code_request_fields[] = { FIELD(code_request, request,
						 .doc = "Send it back with the code"),
	FIELD(code_request, email), FIELD(code_request, purpose),
	FIELD(code_request, wait, .doc = "Seconds until another may be sent"),
	FIELD(code_request, expires_at), FIELD_END };

const struct field code_entry_fields[] = { FIELD(code_entry, request, REQUEST),
	FIELD(code_entry, code, .required = true, .check = code_ok, .doc = "The six digits"),
	FIELD_END };

const struct field password_entry_fields[] = { FIELD(password_entry, request, REQUEST),
	FIELD(password_entry, code, .required = true, .check = code_ok, .doc = "The six digits"),
	FIELD(password_entry, password, .required = true, PASSWORD, .doc = "The new one"),
	FIELD_END };

const struct field password_change_fields[] = { FIELD(password_change, current, .required = true,
						    ANY_PASSWORD, .doc = "The one until now"),
	FIELD(password_change, password, .required = true, PASSWORD, .doc = "The new one"),
	FIELD_END };

const struct field email_change_fields[] = { FIELD(email_change, email, .required = true, EMAIL),
	FIELD(email_change, current, .required = true, ANY_PASSWORD, .doc = "Your password"),
	FIELD_END };

const struct field email_entry_fields[] = { FIELD(email_entry, email, .required = true, EMAIL),
	FIELD_END };

const struct field profile_change_fields[] = { FIELD(profile_change, first_name, .max = 60),
	FIELD(profile_change, last_name, .max = 60),
	FIELD(profile_change, phone, .max = 30, .check = phone_ok),
	FIELD(profile_change, region, .max = 64), FIELD(profile_change, address, .max = 300),
	FIELD_END };

const struct field api_key_fields[] = { FIELD(api_key, id), FIELD(api_key, name),
	FIELD(api_key, prefix, .doc = "How the key begins"),
	FIELD(api_key, scopes, .doc = "Words parted by a space"), FIELD(api_key, made_by_name),
	FIELD(api_key, created_at), FIELD(api_key, used_at), FIELD(api_key, revoked), FIELD_END };

const struct field new_api_key_fields[] = { FIELD(new_api_key, name, .required = true, .max = 100),
	FIELD(new_api_key, gate, .doc = "Open and close stays, send plates"),
	FIELD(new_api_key, telemetry, .doc = "Send readings of sensors"),
	FIELD(new_api_key, lots, .doc = "Change the state of lots and slots"),
	FIELD(new_api_key, reports, .doc = "Read totals and lists"), FIELD_END };

const struct field api_key_made_fields[] = { FIELD(api_key_made, id), FIELD(api_key_made, name),
	FIELD(api_key_made, scopes),
	FIELD(api_key_made, key, .doc = "Shown this once; send it as X-API-Key"), FIELD_END };

const struct field vehicle_fields[] = { FIELD(vehicle, id), FIELD(vehicle, user_id, .hidden = true),
	FIELD(vehicle, plate, .doc = "Upper case, letters and digits only"),
	FIELD(vehicle, plate_typed), FIELD(vehicle, label), FIELD(vehicle, car_type),
	FIELD(vehicle, created_at), FIELD_END };

const struct field new_vehicle_fields[] = { FIELD(new_vehicle, plate, .required = true, .max = 30,
						.check = plate_ok),
	FIELD(new_vehicle, label, .max = 60, .doc = "What you call it"),
	FIELD(new_vehicle, car_type, .max = 50), FIELD_END };

/* ---- rows of statements */

const struct field user_secret_fields[] = { FIELD(user_secret, id), FIELD(user_secret, username),
	FIELD(user_secret, email), FIELD(user_secret, name), FIELD(user_secret, role),
	FIELD(user_secret, password, .secret = true), FIELD(user_secret, verified),
	FIELD(user_secret, disabled), FIELD_END };

const struct field session_person_fields[] = { FIELD(session_person, id),
	FIELD(session_person, session_id), FIELD(session_person, name), FIELD(session_person, role),
	FIELD(session_person, verified), FIELD_END };

const struct field key_row_fields[] = { FIELD(key_row, id), FIELD(key_row, name),
	FIELD(key_row, scopes), FIELD(key_row, used_at), FIELD_END };

const struct field tries_fields[] = { FIELD(tries, n), FIELD(tries, first_at), FIELD_END };
const struct field wrong_tries_fields[] = { FIELD(wrong_tries, n), FIELD(wrong_tries, checking),
	FIELD(wrong_tries, first_at), FIELD_END };

const struct field code_row_fields[] = { FIELD(code_row, id), FIELD(code_row, user_id),
	FIELD(code_row, tries), FIELD(code_row, sent), FIELD(code_row, purpose),
	FIELD(code_row, email), FIELD(code_row, code, .secret = true), FIELD(code_row, username),
	FIELD(code_row, first_name), FIELD(code_row, last_name), FIELD(code_row, phone),
	FIELD(code_row, password, .secret = true), FIELD(code_row, sent_at),
	FIELD(code_row, expires_at), FIELD(code_row, used_at), FIELD_END };

const struct field audit_line_fields[] = { FIELD(audit_line, id), FIELD(audit_line, at),
	FIELD(audit_line, who, .doc = "A username, or the name of an API key"),
	FIELD(audit_line, action), FIELD(audit_line, subject),
	FIELD(audit_line, subject_id, .nullable = true), FIELD(audit_line, detail),
	FIELD(audit_line, address), FIELD(audit_line, says, .doc = "The action in plain words"),
	FIELD(audit_line, more, .hidden = true), FIELD_END };

const struct field new_id_fields[] = { FIELD(new_id, id), FIELD_END };
const struct field a_name_fields[] = { FIELD(a_name, name), FIELD_END };

const struct field kept_request_fields[] = { FIELD(kept_request, request), FIELD_END };
