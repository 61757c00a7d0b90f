#include "gear/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gear/db.h"
#include "gear/fetch.h"
#include "gear/log.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "gear_sql.h"

enum { MOST_BYTES = 16 << 20, MOST_SWEPT = 500 };

const struct field stored_file_fields[] = { FIELD(stored_file, key), FIELD(stored_file, type),
	FIELD(stored_file, bytes), FIELD(stored_file, sha256), FIELD(stored_file, sent),
	FIELD_END };

static bool
bucket_set(void)
{
	return *settings.aws_s3_bucket && *settings.aws_access_key_id &&
	    *settings.aws_secret_access_key;
}

/* Of the form that store_put() makes, and of no other: it becomes a path. */
static bool
key_ok(text key)
{
	text slash = strchr(key, '/'), dot = strrchr(key, '.');

	if (slash == NULL || dot == NULL || dot != slash + 4 + 32 || strlen(dot) < 2)
		return false;
	return strspn(key, "abcdefghijklmnopqrstuvwxyz") == (size_t)(slash - key) &&
	    strspn(slash + 1, "0123456789abcdef") == 2 && slash[3] == '/' &&
	    strspn(slash + 4, "0123456789abcdef") == 32 &&
	    strspn(dot + 1, "abcdefghijklmnopqrstuvwxyz") == strlen(dot + 1);
}

/* ---- under STORE_DIR */

static text
path_of(struct ctx *c, text key)
{
	if (!key_ok(key))
		BUG("store: a key that is none of ours");
	return arena_fmt(c->arena, "%s/%s", settings.store_dir, key);
}

static void
make_folders(struct ctx *c, text path)
{
	char *folder = arena_text(c->arena, path);

	(void)mkdir(settings.store_dir, 0700);
	for (char *p = folder + strlen(settings.store_dir) + 1; (p = strchr(p, '/')) != NULL; p++) {
		*p = 0;
		(void)mkdir(folder, 0700);
		*p = '/';
	}
}

static bool
write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done == -1 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

/* Whole or not at all: under another name first. */
static enum problem
file_write(struct ctx *c, text path, const void *bytes, size_t n)
{
	text draft = arena_fmt(c->arena, "%s.%s", path, random_hex(c->arena, 4));

	make_folders(c, path);
	int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good = fd != -1 && write_all(fd, bytes, n) && fsync(fd) == 0;
	if (fd != -1)
		close(fd);
	if (good && rename(draft, path) == 0)
		return OK;
	log_event("store_write_failed", "why", strerror(errno), NULL);
	if (fd != -1)
		(void)unlink(draft);
	return fail(c, UNAVAILABLE, "Files cannot be kept right now.");
}

/* NOT_FOUND if it is not here. */
static enum problem
file_read(struct ctx *c, struct stored_file *s)
{
	int fd = open(path_of(c, s->key), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *p = arena_alloc(c->arena, (size_t)s->bytes + 1);
	int64_t got = 0;

	if (fd == -1)
		return NOT_FOUND;
	while (got < s->bytes) {
		ssize_t n = read(fd, p + got, (size_t)(s->bytes - got));

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		got += n;
	}
	close(fd);
	s->p = p;
	return got == s->bytes ? OK : NOT_FOUND;
}

/* ---- keeping and giving back */

struct store_job {
	text key;
};
static const struct field store_job_fields[] = {
	FIELD(store_job, key, .required = true, .max = 200), FIELD_END
};

static void
forget_if_undone(text path, enum problem outcome)
{
	if (outcome != OK && outcome != OUTCOME_UNKNOWN)
		(void)unlink(path);
}

enum problem
store_put(
    struct ctx *c, text folder, text suffix, text type, const void *bytes, size_t n, text *key)
{
	text name = random_hex(c->arena, 16);
	struct store_job job;

	if (n == 0 || n > MOST_BYTES)
		return fail(c, TOO_LARGE, "Files may have 16 MiB.");
	job.key = *key = arena_fmt(c->arena, "%s/%.2s/%s.%s", folder, name, name, suffix);
	text path = path_of(c, *key);
	TRY(file_write(c, path, bytes, n));
	(void)db_at_end(c, forget_if_undone, path);
	TRY(stored_add(c, *key, type, (int64_t)n, sha256_hex(c->arena, bytes, n), c->now));
	return bucket_set()
	    ? job_enqueue(c, "store_send", &job, (struct job_when){ .unique = *key })
	    : OK;
}

enum problem
store_get(struct ctx *c, text key, struct stored_file *out)
{
	struct store_job job = { key };

	TRY(stored_by_key(c, key, out));
	if (file_read(c, out) == OK)
		return OK;
	if (!out->sent || !bucket_set())
		return NOT_FOUND;
	/* A key a minute: asked for again, it is fetched again. */
	text once = arena_fmt(c->arena, "%s@%lld", key, (long long)(c->now.us / MINUTE));
	TRY(job_enqueue(c, "store_fetch", &job, (struct job_when){ .unique = once }));
	c->retry_after = 3;
	c->keep = true;
	return fail(c, UNAVAILABLE, "It is being fetched from the archive.");
}

enum problem
store_drop(struct ctx *c, text key)
{
	struct store_job job = { key };

	TRY(stored_delete(c, key));
	return job_enqueue(c, "store_drop", &job, (struct job_when){ .unique = key });
}

/* ---- the bucket */

/* Path style: every server understands that. */
static text
address_of(struct ctx *c, text key)
{
	text endpoint = *settings.s3_endpoint
	    ? settings.s3_endpoint
	    : arena_fmt(c->arena, "https://s3.%s.amazonaws.com", settings.aws_region);

	return arena_fmt(c->arena, "%s/%s/%s", endpoint, settings.aws_s3_bucket, key);
}

static enum problem
bucket_ask(struct ctx *c, text method, text key, const struct stored_file *s, struct fetched *out)
{
	struct fetch f = { .method = method,
		.url = address_of(c, key),
		.user = settings.aws_access_key_id,
		.password = settings.aws_secret_access_key,
		.ms = 60000,
		.most = MOST_BYTES };
	bool sends = s && s->p;

	f.sign = arena_fmt(c->arena, "aws:amz:%s:s3", settings.aws_region);
	pairs_add(c->arena, &f.headers, "x-amz-content-sha256",
	    sends ? s->sha256 : sha256_hex(c->arena, "", 0));
	if (sends) {
		f.body = s->p;
		f.n_body = (size_t)s->bytes;
		pairs_add(c->arena, &f.headers, "Content-Type", s->type);
	}
	return fetch(c, &f, out);
}

static enum problem
unwell(struct ctx *c, const struct fetched *a)
{
	return fail(
	    c, UNAVAILABLE, "The bucket answers %lld: %.200s", (long long)a->status, a->body);
}

static enum problem
send_now(struct ctx *c, const void *args)
{
	const struct store_job *job = args;
	struct stored_file s = { 0 };
	struct fetched a;

	enum problem e = stored_by_key(c, job->key, &s);
	if (e == NOT_FOUND)
		return OK; /* taken away in the meantime */
	TRY(e);
	if (s.sent)
		return OK;
	if (file_read(c, &s) != OK)
		return fail(c, INTERNAL, "The file is not under STORE_DIR.");
	TRY(bucket_ask(c, "PUT", s.key, &s, &a));
	if (a.status != 200)
		return unwell(c, &a);
	return stored_was_sent(c, s.key, c->now);
}

static enum problem
fetch_now(struct ctx *c, const void *args)
{
	const struct store_job *job = args;
	struct stored_file s = { 0 };
	struct fetched a;

	enum problem e = stored_by_key(c, job->key, &s);
	if (e == NOT_FOUND)
		return OK;
	TRY(e);
	TRY(bucket_ask(c, "GET", s.key, NULL, &a));
	if (a.status != 200)
		return unwell(c, &a);
	if (!text_is(sha256_hex(c->arena, a.body, a.n), s.sha256))
		return fail(c, INTERNAL, "What the bucket gave back is another file.");
	return file_write(c, path_of(c, s.key), a.body, a.n);
}

static enum problem
drop_now(struct ctx *c, const void *args)
{
	const struct store_job *job = args;
	struct fetched a;

	(void)unlink(path_of(c, job->key));
	if (!bucket_set())
		return OK;
	TRY(bucket_ask(c, "DELETE", job->key, NULL, &a));
	return a.status == 204 || a.status == 200 || a.status == 404 ? OK : unwell(c, &a);
}

/* What was kept while there was no bucket, or none that answered. */
static enum problem
sweep(struct ctx *c, const void *args)
{
	struct rows unsent;

	(void)args;
	if (!bucket_set())
		return OK;
	TRY(stored_unsent(c, MOST_SWEPT, &unsent));
	FOR_ROWS (stored_file, s, unsent) {
		struct store_job job = { s->key };

		TRY(job_enqueue(c, "store_send", &job, (struct job_when){ .unique = s->key }));
	}
	return OK;
}

const struct job_kind store_jobs[] = {
	{ "store_send", send_now, store_job_fields, sizeof(struct store_job), .bare = true,
	    .seconds = 90, .doc = "Puts one file into the bucket" },
	{ "store_fetch", fetch_now, store_job_fields, sizeof(struct store_job), .bare = true,
	    .seconds = 90, .doc = "Fetches one file back from the bucket" },
	{ "store_drop", drop_now, store_job_fields, sizeof(struct store_job), .bare = true,
	    .seconds = 90, .doc = "Takes one file away, here and in the bucket" },
	{ "store_sweep", sweep, .every = 600,
	    .doc = "Sends the files that were kept while there was no bucket" },
	{ NULL },
};
