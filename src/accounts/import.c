#include "accounts_sql.h"

#include "gear/audit.h"
#include "gear/mail.h"
#include "gear/settings.h"

/* ---- CSV (RFC 4180; lines may end in LF alone) */

enum { MOST_CELLS = 40, MOST_PEOPLE = 200000 };

struct csv {
	struct arena *arena;
	const char *at, *end;
	int64_t line; /* where the record began */
	int64_t lines;
};

static text
quoted_cell(struct csv *s, bool *closed)
{
	struct buf b = BUF(s->arena);

	*closed = false;
	for (s->at++; s->at < s->end; s->at++) {
		if (*s->at == '\n')
			s->lines++;
		if (*s->at != '"') {
			buf_char(&b, *s->at);
			continue;
		}
		if (s->at + 1 < s->end && s->at[1] == '"') {
			buf_char(&b, '"');
			s->at++;
			continue;
		}
		s->at++;
		*closed = true;
		break;
	}
	return buf_text(&b);
}

static text
cell(struct csv *s, bool *fine)
{
	const char *from = s->at;

	*fine = true;
	if (s->at < s->end && *s->at == '"')
		return quoted_cell(s, fine);
	while (s->at < s->end && *s->at != ',' && *s->at != '\n' && *s->at != '\r')
		s->at++;
	return arena_bytes(s->arena, from, (size_t)(s->at - from));
}

/* The cells of the next record; -1 at the end of the file, -2 if it cannot be read. */
static int
record(struct csv *s, text cells[MOST_CELLS])
{
	int n = 0;
	bool fine;

	if (s->at >= s->end)
		return -1;
	s->line = s->lines;
	while (true) {
		if (n == MOST_CELLS)
			return -2;
		cells[n++] = cell(s, &fine);
		if (!fine)
			return -2;
		if (s->at < s->end && *s->at == ',') {
			s->at++;
			continue;
		}
		break;
	}
	if (s->at < s->end && *s->at == '\r')
		s->at++;
	if (s->at < s->end && *s->at != '\n')
		return -2;
	s->at++;
	s->lines++;
	return n;
}

/* ---- people */

struct import_row {
	text username, email, first_name, last_name, phone, role, password;
};
static text
hash_ok(struct arena *a, const void *member)
{
	(void)a;
	return password_hash_known(*(const text *)member)
	    ? NULL
	    : "This is no bcrypt hash ($2a$, $2b$) and none of ours.";
}
static text
address_ok(struct arena *a, const void *member)
{
	(void)a;
	return mail_address_ok(*(const text *)member) ? NULL : "Mail cannot be sent there.";
}
static const text import_roles[] = { "customer", "operator", "admin", NULL };
static const struct field import_row_fields[] = { FIELD(import_row, username, .max = 40),
	FIELD(import_row, email, .required = true, .max = 254, .check = address_ok),
	FIELD(import_row, first_name, .max = 60), FIELD(import_row, last_name, .max = 60),
	FIELD(import_row, phone, .max = 30), FIELD(import_row, role, .among = import_roles),
	FIELD(import_row, password, .max = 128, .check = hash_ok), FIELD_END };

struct record_source {
	const text *names, *cells;
	int n;
};

static struct raw
record_field(void *from, const struct field *f)
{
	const struct record_source *r = from;

	for (int i = 0; i < r->n; i++)
		if (text_is(r->names[i], f->name))
			return (struct raw){ true, r->cells[i] };
	return (struct raw){ 0 };
}

/* Letters, digits, dots, hyphens, underscores of a name from elsewhere; the address if nothing is
 * left. */
static text
username_from(struct arena *a, const struct import_row *p)
{
	struct buf b = BUF(a);
	text from = *p->username ? p->username : p->email;

	for (; *from && *from != '@' && b.n < 40; from++) {
		bool word = (*from >= 'a' && *from <= 'z') || (*from >= 'A' && *from <= 'Z') ||
		    (*from >= '0' && *from <= '9');

		if (word || (b.n && strchr("._-", *from)))
			buf_char(&b, *from);
	}
	return b.n ? buf_text(&b) : "driver";
}

static void
complain_line(struct buf *faults, int64_t line, const struct complaints *bad)
{
	for (int i = 0; i < bad->n; i++)
		buf_fmt(faults, "line %lld: %s: %s\n", (long long)line, bad->v[i].field,
		    bad->v[i].says);
}

static void
put_person(struct buf *json, struct import_row *p, bool first)
{
	p->username = username_from(json->arena, p);
	if (*p->role == 0)
		p->role = "customer";
	buf_char(json, first ? '[' : ',');
	fields_json(json, import_row_fields, p);
}

static bool
names_fit(const text *names, int n)
{
	for (int i = 0; i < n; i++)
		if (text_is(names[i], "email"))
			return true;
	return false;
}

static enum problem
read_people(struct ctx *c, struct csv *s, struct buf *json, struct buf *faults, int64_t *read)
{
	text names[MOST_CELLS], cells[MOST_CELLS];
	int n_names = record(s, names), n;

	if (n_names < 1 || !names_fit(names, n_names))
		return fail(c, INVALID, "The first line must name the columns, email among them.");
	while ((n = record(s, cells)) != -1) {
		struct import_row p = { 0 };
		struct complaints bad = { 0 };
		struct record_source from = { names, cells, n };

		if (n == 1 && *cells[0] == 0)
			continue; /* an empty line */
		if (n != n_names)
			return fail(c, INVALID, "Line %lld has %d cells, the first line %d.",
			    (long long)s->line, n < 0 ? 0 : n, n_names);
		if (++*read > MOST_PEOPLE)
			return fail(
			    c, INVALID, "More than %d people; please split the file.", MOST_PEOPLE);
		if (fields_decode(c->arena, import_row_fields, &p, record_field, &from, &bad))
			put_person(json, &p, *read == 1);
		else
			complain_line(faults, s->line, &bad);
	}
	return OK;
}

enum problem
account_import(struct ctx *c, const char *csv, size_t n, struct import_report *out)
{
	struct csv s = { c->arena, csv, csv + n, 1, 1 };
	struct buf json = BUF(c->arena), faults = BUF(c->arena);

	*out = (struct import_report){ .faults = "" };
	if (!text_valid(csv, n))
		return fail(c, INVALID, "The file is no text (UTF-8).");
	TRY(read_people(c, &s, &json, &faults, &out->read));
	out->faults = buf_text(&faults);
	if (faults.n || json.n == 0)
		return OK;
	buf_char(&json, ']');
	TRY(users_import(c, buf_text(&json), c->now, &out->added));
	return audit_add(c, "users_imported", "", 0,
	    arena_fmt(c->arena, "%lld of %lld", (long long)out->added, (long long)out->read));
}

/* ---- parkctl user … */

static enum problem
say_import(struct ctx *c, struct words w)
{
	struct import_report report;
	char *bytes = NULL;
	size_t n = 0;

	if (w.n < 2)
		return fail(c, INVALID, "user import FILE");
	TRY(file_behind(c, w.v[1], &bytes, &n));
	TRY(db_begin(c));
	enum problem e = account_import(c, bytes, n, &report);
	enum problem end = db_end(c, e == OK);
	TRY(e);
	TRY(end);
	printf("%s%lld read, %lld added\n", report.faults, (long long)report.read,
	    (long long)report.added);
	return *report.faults ? fail(c, INVALID, "Nothing was added.") : OK;
}

static text
or_empty(text s)
{
	return s ? s : "";
}

/* The password comes from PARKING_PASSWORD, or is made up and printed. */
static enum problem
say_add(struct ctx *c, struct words w)
{
	const char *given = getenv("PARKING_PASSWORD");
	struct new_user n = { 0 };
	int64_t id;

	n.username = or_empty(word_behind(c->arena, w, "--username"));
	n.email = or_empty(word_behind(c->arena, w, "--email"));
	n.role = or_empty(word_behind(c->arena, w, "--role"));
	n.password = given ? given : random_hex(c->arena, 8);
	fields_complete(new_user_fields, &n);
	if (!mail_address_ok(n.email))
		return fail(c, INVALID, "user add --email ADDRESS [--username NAME] [--role ROLE]");
	if (*n.role && role_named(n.role) == ANYONE)
		return fail(c, INVALID, "A role is customer, operator or admin.");
	TRY(account_add(c, &n, &id));
	printf("user %lld\n", (long long)id);
	if (given == NULL)
		printf("password %s\n", n.password);
	return OK;
}

static enum problem
say_role(struct ctx *c, struct words w)
{
	struct user_secret u = { 0 };

	if (w.n < 3 || role_named(w.v[2]) == ANYONE)
		return fail(c, INVALID, "user role NAME customer|operator|admin");
	TRY(user_secret_by_username(c, w.v[1], &u));
	TRY(db_begin(c));
	enum problem e = user_set_role(c, u.id, w.v[2]);
	enum problem end = db_end(c, e == OK);
	return e != OK ? e : end;
}

static enum problem
say_list(struct ctx *c, struct words w)
{
	struct rows users;

	TRY(users_found(c, w.n > 1 ? w.v[1] : "", "", 0, 1000, &users));
	FOR_ROWS (user, u, users)
		printf("%lld\t%s\t%s\t%s\t%s\n", (long long)u->id, u->username, u->email, u->role,
		    u->disabled	      ? "disabled"
			: u->verified ? ""
				      : "not verified");
	return OK;
}

static enum problem
say(struct ctx *c, struct words w)
{
	static const struct {
		text name;
		enum problem (*run)(struct ctx *, struct words);
	} what[] = { { "import", say_import }, { "add", say_add }, { "role", say_role },
		{ "list", say_list } };

	for (size_t i = 0; w.n > 0 && i < LENGTH(what); i++)
		if (text_is(w.v[0], what[i].name))
			return what[i].run(c, w);
	return fail(c, INVALID, "user import | add | role | list");
}

const struct verb accounts_verbs[] = {
	{ "user",
	    "import FILE | add --email ADDRESS [--username NAME] [--role ROLE] | role NAME ROLE | "
	    "list",
	    "People: from a CSV file with bcrypt hashes, one by one, their roles", NEEDS_SECRETS,
	    say },
	{ NULL },
};
