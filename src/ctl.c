/*
 * ctl.c -- parkctl: everything that is done to this program and not through the web.
 *
 *	parkctl VERB …		parkctl help tells which
 *
 * It reads the same settings as the server and so finds the same database.  0: done; 1: it failed,
 *and a sentence on standard error says why; 2: that cannot be asked.
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "accounts/accounts.h"
#include "gear/cache.h"
#include "gear/db.h"
#include "gear/jobs.h"
#include "gear/loop.h"
#include "gear/migrate.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "gear/verbs.h"
#include "lots/lots.h"
#include "seed/seed.h"
#include "web/web.h"

#define STATEMENT_MS 600000 /* nobody waits in a browser for what parkctl does */

/* ---- verbs of our own */

static enum problem
migrate_now(struct ctx *c, struct words w)
{
	int64_t applied;

	(void)w;
	TRY(migrate(c, &applied));
	if (applied)
		printf("%lld migrations applied\n", (long long)applied);
	else
		printf("nothing to migrate\n");
	TRY(db_begin(c));
	enum problem e = lots_keep_tariffs(c);
	enum problem ended = db_end(c, e == OK);
	return e != OK ? e : ended;
}

static volatile bool stop;

static void
stop_soon(int signal)
{
	(void)signal;
	stop = true;
}

static enum problem
work(struct ctx *c, struct words w)
{
	const struct sigaction act = { .sa_handler = stop_soon };

	if (word_there(w, "--once")) {
		printf("%lld jobs done\n", (long long)jobs_run_due(c, INT64_MAX));
		return OK;
	}
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	return jobs_work(c, &stop);
}

/* " [NOT_FOUND, TOO_LATE]": how it may refuse beside what every address may. */
static text
declared(struct arena *a, const struct route *r)
{
	struct buf b = BUF(a);

	for (const enum problem *p = r->fails; p && *p != OK; p++)
		buf_fmt(&b, "%s%s", p == r->fails ? " [" : ", ", problem_name(*p));
	buf_add(&b, b.n ? "]" : "");
	return buf_text(&b);
}

static enum problem
routes(struct ctx *c, struct words w)
{
	static const text methods[] = { [GET] = "GET",
		[POST] = "POST",
		[PUT] = "PUT",
		[PATCH] = "PATCH",
		[DELETE] = "DELETE",
		[OPTIONS] = "OPTIONS",
		[HEAD] = "HEAD" };
	static const text roles[] = { "anyone", "customer", "operator", "admin" };
	static const text dresses[] = {
		[BOTH] = "page, api", [PAGE_ONLY] = "page", [API_ONLY] = "api", [HERE] = "here"
	};

	(void)w;
	for (const struct route *const *slice = all_routes; *slice; slice++)
		for (const struct route *r = *slice; r->path; r++)
			printf("%-7s %-40s %-9s %-10s %-3s %s%s\n", methods[r->method], r->path,
			    roles[r->who], dresses[r->dress], r->dialect ? r->dialect->name : "-",
			    r->doc ? r->doc : "", declared(c->arena, r));
	return OK;
}

static enum problem
print_openapi(struct ctx *c, struct words w)
{
	struct buf b = BUF(c->arena);

	(void)w;
	openapi(&b);
	printf("%s\n", buf_text(&b));
	return OK;
}

static enum problem
print_settings(struct ctx *c, struct words w)
{
	struct buf b = BUF(c->arena);

	(void)w;
	settings_print(&b);
	fputs(buf_text(&b), stdout);
	return OK;
}

/* For src/tools/park-up: what holds now, a setting a line.  Secrets are in it, and it makes those
 * that a demo makes. */
static enum problem
print_environment(struct ctx *c, struct words w)
{
	static const text wanted[] = { "demo", "data_dir", "bind", "port", "workers", "base_url",
		"database_url", "redis_url", "jwt_secret", "log_bytes" };
	text why;

	(void)w;
	if (!settings_read(c->arena, &why))
		return fail(c, INVALID, "%s", why);
	for (size_t i = 0; i < LENGTH(wanted); i++)
		printf("%s=%s\n", wanted[i],
		    field_get(c->arena, field_find(settings_fields, wanted[i]), &settings));
	return OK;
}

/* Quick where the demo is there already. */
static enum problem
demo(struct ctx *c, struct words w)
{
	bool made;

	(void)w;
	TRY(db_begin(c));
	enum problem e = account_seed_demo(c);
	enum problem end = db_end(c, e == OK);
	TRY(e);
	TRY(end);
	TRY(seed(c, 1, &made));
	printf("To log in, as:\n");
	for (const struct demo_login *d = demo_logins; d->username; d++)
		printf("  %-10s %-16s (%s)\n", d->username, d->password, d->role);
	return OK;
}

static enum problem help(struct ctx *, struct words);

static const struct verb own[] = {
	{ "migrate", "", "bring the database to the schema of this release", NEEDS_DATABASE,
	    migrate_now },
	{ "work", "[--once]", "do jobs until told to stop, or those that are due", NEEDS_SECRETS,
	    work },
	{ "demo", "", "make what the demo shows where it is missing, and tell its log-ins",
	    NEEDS_SECRETS, demo },
	{ "routes", "", "every address there is", NEEDS_NOTHING, routes },
	{ "openapi", "", "the OpenAPI document of /api/v1", NEEDS_NOTHING, print_openapi },
	{ "settings", "", "every setting, as conf/settings.example", NEEDS_NOTHING,
	    print_settings },
	{ "environment", "", "the settings that hold now, for scripts (with secrets)",
	    NEEDS_NOTHING, print_environment },
	{ "help", "", "this list", NEEDS_NOTHING, help },
	{ 0 },
};

static void
help_list(const struct verb *v)
{
	for (; v->name; v++)
		printf("  %-12s %-28s %s\n", v->name, v->takes, v->doc);
}

static enum problem
help(struct ctx *c, struct words w)
{
	(void)c, (void)w;
	printf("usage: parkctl VERB …\n\n");
	help_list(own);
	for (const struct verb *const *slice = all_verbs; *slice; slice++)
		help_list(*slice);
	return OK;
}

/* ---- the command line */

static const struct verb *
verb_in(const struct verb *v, text name)
{
	for (; v->name; v++)
		if (text_is(v->name, name))
			return v;
	return NULL;
}

static const struct verb *
verb_find(text name)
{
	const struct verb *v = verb_in(own, name);

	for (const struct verb *const *slice = all_verbs; v == NULL && *slice; slice++)
		v = verb_in(*slice, name);
	return v;
}

/* `make run` is a demo unless told otherwise, and keeps its secret under DATA_DIR; from the same settings, none, the
 * same is meant here.  The server itself never guesses so. */
static void
mean_the_demo_that_runs(struct arena *a)
{
	const char *dir = getenv("DATA_DIR");

	if (getenv("DEMO") || getenv("JWT_SECRET") || getenv("SECRET_KEY"))
		return;
	if (access(arena_fmt(a, "%s/secrets/jwt_secret", dir ? dir : settings.data_dir), R_OK) == 0)
		setenv("DEMO", "1", 1);
}

/* False and a sentence on standard error if the settings do not allow it. */
static bool
prepare(struct ctx *c, enum verb_needs needs)
{
	text why = "";
	bool fit = needs == NEEDS_SECRETS ? settings_read(c->arena, &why)
					  : settings_glance(c->arena, &why);

	if (!fit) {
		fprintf(stderr, "parkctl: %s\n", why);
		return false;
	}
	secret_start();
	c->db = db_new(db_pool_open_for(settings.database_url, 1, STATEMENT_MS), c->arena);
	c->cache = cache_open(settings.redis_url);
	return true;
}

static int
report(const struct ctx *c, const struct verb *v, enum problem e)
{
	if (e == OK)
		return 0;
	fprintf(stderr, "parkctl %s: %s\n", v->name, c->detail ? c->detail : problem_title(e));
	for (int i = 0; i < c->complaints.n; i++)
		fprintf(stderr, "  %s: %s\n", c->complaints.v[i].field, c->complaints.v[i].says);
	if (e == UNAVAILABLE)
		fprintf(stderr, "  %s\n", db_last_error(c->db));
	return e == INVALID ? 2 : 1;
}

int
main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct ctx c = { .arena = a,
		.now = loop_now(),
		.request_id = "parkctl",
		.address = "",
		.agent = "parkctl",
		.person = { .role = ADMIN, .name = "parkctl", .verified = true } };
	const struct verb *v = verb_find(argc > 1 ? argv[1] : "help");
	const struct words rest = { argc > 2 ? argc - 2 : 0, argv + 2 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (v == NULL) {
		fprintf(stderr,
		    "parkctl: there is no \"%s\"; `parkctl help` lists what there is.\n", argv[1]);
		return 2;
	}
	mean_the_demo_that_runs(a);
	if (v->needs != NEEDS_NOTHING && !prepare(&c, v->needs))
		return 1;
	int rc = report(&c, v, v->run(&c, rest));
	arena_free(a);
	return rc;
}
