#include "gear/db_hosts.h"

#include <libpq-fe.h>

/* ---- reading */

/* The parts of a list with commas; an empty list has one empty part, as libpq sees it. */
static int
parts(struct arena *a, text list, text **out)
{
	int n = 1;

	for (text p = list; *p; p++)
		n += *p == ',';
	*out = arena_alloc(a, (size_t)n * sizeof **out);
	for (int i = 0; i < n; i++) {
		size_t k = strcspn(list, ",");

		(*out)[i] = arena_bytes(a, list, k);
		list += k + (list[k] == ',');
	}
	return n;
}

static text
option(const PQconninfoOption *all, text name, text environment)
{
	for (; all && all->keyword; all++)
		if (text_is(all->keyword, name) && all->val && *all->val)
			return all->val;
	text from_outside = getenv(environment);
	return from_outside ? from_outside : "";
}

/* A path, or an abstract socket, is where it is; nothing at all is the usual socket. */
static bool
is_name(text host)
{
	return *host && *host != '/' && *host != '@';
}

void
db_hosts_read(struct arena *a, text conninfo, struct db_hosts *out)
{
	PQconninfoOption *all = PQconninfoParse(conninfo, NULL);
	bool some = false;

	*out = (struct db_hosts){ 0 };
	out->n = parts(a, option(all, "host", "PGHOST"), &out->names);
	for (int i = 0; i < out->n; i++)
		some = some || is_name(out->names[i]);
	if (*option(all, "hostaddr", "PGHOSTADDR"))
		some = false; /* somebody has looked them up already */
	if (parts(a, option(all, "port", "PGPORT"), &out->ports) != out->n)
		out->ports = NULL;
	if (!some)
		out->n = 0;
	PQconninfoFree(all);
}

/* ---- searching */

static void go_on(struct db_search *);

static void
add_one(struct db_search *s, text address, size_t n)
{
	text comma = s->n_found++ ? "," : "";

	buf_fmt(&s->names, "%s%s", comma, s->hosts->names[s->at]);
	buf_fmt(&s->addresses, "%s%.*s", comma, (int)n, address);
	if (s->hosts->ports)
		buf_fmt(&s->ports, "%s%s", comma, s->hosts->ports[s->at]);
}

static void
found(struct lookup *l, text addresses)
{
	struct db_search *s = (struct db_search *)(void *)l;

	while (*addresses) {
		size_t n = strcspn(addresses, ",");

		add_one(s, addresses, n);
		addresses += n + (addresses[n] == ',');
	}
	s->at++;
	go_on(s);
}

static void
go_on(struct db_search *s)
{
	for (; s->at < s->hosts->n; s->at++) {
		if (is_name(s->hosts->names[s->at])) {
			name_look_up(&s->lookup, s->hosts->names[s->at], found);
			return;
		}
		add_one(s, "", 0);
	}
	s->done(s);
}

void
db_search_begin(struct db_search *s, const struct db_hosts *hosts, void (*done)(struct db_search *))
{
	db_search_end(s);
	*s = (struct db_search){ .hosts = hosts, .arena = arena_new(), .done = done };
	s->names = s->addresses = s->ports = BUF(s->arena);
	go_on(s);
}

void
db_search_end(struct db_search *s)
{
	name_forget(&s->lookup);
	arena_free(s->arena);
	s->arena = NULL;
}
