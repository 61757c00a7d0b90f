/* health.c -- what is so, whether that is well, and what to do if it is not. */
#include "gear/cache.h"
#include "gear/machine.h"
#include "gear/mail.h"
#include "gear/migrate.h"
#include "gear/settings.h"
#include "gear/sms.h"
#include "upkeep/upkeep.h"
#include "upkeep_sql.h"

/* Some round is due every few seconds: with a worker none is late by so much. */
#define LATE (2 * MINUTE)
#define MOST_CHECKS 16
#define MOST_TABLES 12

const struct field check_fields[] = {
	FIELD(check, what),
	FIELD(check, state, .among = (const text[]){ "good", "warn", "bad", NULL }),
	FIELD(check, says),
	FIELD(check, todo, .nullable = true),
	FIELD(check, link, .nullable = true),
	FIELD_END,
};

const struct field table_size_fields[] = {
	FIELD(table_size, name),
	FIELD(table_size, rows_about, .doc = "As PostgreSQL estimates them"),
	FIELD(table_size, bytes, .doc = "With its indexes"),
	FIELD(table_size, size, .hidden = true),
	FIELD_END,
};

const struct field condition_fields[] = {
	FIELD(condition, state, .among = (const text[]){ "good", "warn", "bad", NULL },
	    .doc = "The worst of all: good, warn or bad"),
	FIELD(condition, to_do, .doc = "Checks that are not good"),
	FIELD_LIST(condition, checks, check),
	FIELD_LIST(condition, tables, table_size),
	FIELD(condition, at),
	FIELD_END,
};

const struct field queue_now_fields[] = { FIELD(queue_now, rounds), FIELD(queue_now, late_rounds),
	FIELD(queue_now, at_work), FIELD(queue_now, waiting), FIELD(queue_now, running),
	FIELD(queue_now, failed), FIELD(queue_now, overdue),
	FIELD(queue_now, oldest_due, .nullable = true),
	FIELD(queue_now, last_run, .nullable = true), FIELD_END };
const struct field outbox_now_fields[] = { FIELD(outbox_now, waiting), FIELD(outbox_now, returned),
	FIELD(outbox_now, oldest, .nullable = true), FIELD_END };
const struct field database_now_fields[] = { FIELD(database_now, version),
	FIELD(database_now, bytes), FIELD(database_now, connections),
	FIELD(database_now, connections_most), FIELD(database_now, migrations),
	FIELD(database_now, started_at), FIELD(database_now, last_migration, .nullable = true),
	FIELD_END };

static void
tell_check(struct condition *h, text what, text state, text says, text todo, text link)
{
	if (h->checks.n == MOST_CHECKS)
		BUG("more checks than there is room for");
	*ROW(check, h->checks, h->checks.n++) = (struct check){ what, state, says, todo, link };
	if (text_is(state, "good"))
		return;
	h->to_do++;
	if (text_is(state, "bad") || text_is(h->state, "good"))
		h->state = state;
}

/* "1 job", "3 jobs" */
static text
counted(struct arena *a, int64_t n, text one, text many)
{
	return arena_fmt(a, "%lld %s", (long long)n, n == 1 ? one : many);
}

static text
ago(struct ctx *c, instant t)
{
	int64_t us = instant_minus(c->now, t);

	return us < MINUTE ? "less than a minute ago"
			   : arena_fmt(c->arena, "%s ago", time_span(c->arena, us));
}

static enum problem
look_at_database(struct ctx *c, struct condition *h)
{
	struct database_now d = { 0 };
	int64_t missing = 0;

	TRY(database_looked_at(c, &d));
	bool full = d.connections * 10 > d.connections_most * 9;
	tell_check(h, "Database", full ? "warn" : "good",
	    arena_fmt(c->arena, "PostgreSQL %s holds %s; %lld of %lld connections are in use.",
		d.version, bytes_text(c->arena, d.bytes), (long long)d.connections,
		(long long)d.connections_most),
	    full ? "Raise max_connections in PostgreSQL, or lower DB_CONNECTIONS or WORKERS." : "",
	    "");
	TRY(migrations_missing(c, &missing));
	tell_check(h, "Migrations", missing ? "bad" : "good",
	    missing ? arena_fmt(c->arena, "%s wait to be applied.",
			  counted(c->arena, missing, "migration", "migrations"))
		    : arena_fmt(c->arena, "All %lld are applied, the last one %s.",
			  (long long)d.migrations, d.last_migration),
	    missing ? "Run parkctl migrate." : "", "");
	return OK;
}

static void
look_at_redis(struct ctx *c, struct condition *h)
{
	bool up = c->cache && cache_up(c->cache);

	tell_check(h, "Redis", up ? "good" : "warn",
	    up ? "Redis answers."
	       : "Redis is away: pages are slower, and notices come late. Nothing is wrong or "
		 "lost.",
	    up ? "" : "Start Redis, or look at REDIS_URL.", "");
}

/* It lives if what has to be done again and again is done.  One that has been at a single job for long lives, too. */
static void
tell_worker(struct ctx *c, struct condition *h, const struct queue_now *q)
{
	bool done = q->rounds && q->late_rounds == 0, busy = q->rounds && q->at_work;

	tell_check(h, "Worker",
	    done       ? "good"
		: busy ? "warn"
		       : "bad",
	    instant_none(q->last_run)
		? "It has never done a job here."
		: arena_fmt(c->arena, "It last finished a job %s.", ago(c, q->last_run)),
	    done ? ""
		: busy
		? "It is at a long job, and others wait. If that lasts, start another worker."
		: "Start it: parkctl work. Without it no mail leaves, and no hold expires "
		  "by itself.",
	    "");
}

static enum problem
look_at_worker(struct ctx *c, struct condition *h)
{
	struct queue_now q = { 0 };
	struct arena *a = c->arena;

	TRY(queue_looked_at(c, c->now, instant_plus(c->now, -LATE), &q));
	tell_worker(c, h, &q);
	text oldest = instant_none(q.oldest_due)
	    ? "nothing is late"
	    : arena_fmt(a, "the oldest has been due since %s",
		  time_span(a, instant_minus(c->now, q.oldest_due)));
	tell_check(h, "Queue", q.overdue ? "warn" : "good",
	    arena_fmt(a, "%s waiting, %lld running; %s.", counted(a, q.waiting, "job", "jobs"),
		(long long)q.running, oldest),
	    q.overdue ? "If that lasts, start another worker." : "", "/admin/jobs?state=waiting");
	tell_check(h, "Failed jobs", q.failed ? "warn" : "good",
	    q.failed ? arena_fmt(a, "%s for good.",
			   counted(a, q.failed, "job has failed", "jobs have failed"))
		     : "None.",
	    q.failed ? "Read why, then try them again or drop them." : "",
	    q.failed ? "/admin/jobs?state=failed" : "");
	return OK;
}

static enum problem
look_at_outbox(struct ctx *c, struct condition *h)
{
	struct outbox_now o = { 0 };
	struct arena *a = c->arena;

	TRY(outbox_looked_at(c, instant_plus(c->now, -7 * DAY), &o));
	bool late = mail_configured() && o.waiting && instant_minus(c->now, o.oldest) > 10 * MINUTE;
	tell_check(h, "Outbox", late || o.returned ? "warn" : "good",
	    arena_fmt(a, "%s; %lld bounced or given up in the last seven days.",
		counted(a, o.waiting, "message waits", "messages wait"), (long long)o.returned),
	    late	     ? "Look at what the mail server said last."
		: o.returned ? "Look why, and send again what can be sent."
			     : "",
	    o.returned ? "/admin/outbox?state=bounced" : "/admin/outbox");
	return OK;
}

static void
look_at_settings(struct condition *h)
{
	bool mail = mail_configured(), online = *settings.payment_base_url != 0;

	tell_check(h, "Mail", mail || settings.demo ? "good" : "warn",
	    mail ? "A mail server is set."
		 : "No mail server is set: messages wait in the outbox, where you can read them.",
	    mail || settings.demo ? "" : "Set SMTP_URL or MAIL_SERVER.", "");
	tell_check(h, "SMS", "good",
	    sms_configured() ? "Twilio is set."
			     : "No SMS provider is set: people are told by mail and here.",
	    "", "");
	tell_check(h, "Payments", "good",
	    online ? "A payment provider is set: people can pay online."
		   : "No payment provider is set: people pay at the exit.",
	    "", "");
}

static void
look_at_disk(struct ctx *c, struct condition *h)
{
	int64_t left = 0, whole = 0;

	if (!machine_disk(settings.data_dir, &left, &whole)) {
		tell_check(h, "Disk", "warn", "How much room is left cannot be told.", "", "");
		return;
	}
	bool bad = left * 50 < whole, low = left * 10 < whole;
	tell_check(h, "Disk",
	    bad	      ? "bad"
		: low ? "warn"
		      : "good",
	    arena_fmt(c->arena, "%s of %s are free where DATA_DIR lies.",
		bytes_text(c->arena, left), bytes_text(c->arena, whole)),
	    low ? "Make room: when it is full, nothing can be booked." : "", "");
}

enum problem
health_look(struct ctx *c, struct condition *h)
{
	*h = (struct condition){ .state = "good", .at = c->now };
	h->checks.v = arena_alloc(c->arena, MOST_CHECKS * sizeof(struct check));
	TRY(look_at_database(c, h));
	look_at_redis(c, h);
	TRY(look_at_worker(c, h));
	TRY(look_at_outbox(c, h));
	look_at_settings(h);
	look_at_disk(c, h);
	TRY(tables_by_size(c, MOST_TABLES, &h->tables));
	FOR_ROWS (table_size, t, h->tables)
		t->size = bytes_text(c->arena, t->bytes);
	return OK;
}
