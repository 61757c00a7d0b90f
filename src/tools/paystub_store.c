/* paystub_store.c -- objects in memory, each change of them in a journal. */
#include "paystub.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { ID_LENGTH = 24 };

static json_t *objects; /* id → object, in the order they were made */
static json_t *changes; /* of this request: an object, or {"gone": id} */
static int journal = -1;

int64_t
millis_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
seconds_now(void)
{
	return millis_now() / 1000;
}

json_t *
store_all(void)
{
	return objects;
}

json_t *
store_get(const char *id)
{
	return id ? json_object_get(objects, id) : NULL;
}

json_t *
store_find(const char *id, const char *object)
{
	json_t *o = store_get(id);
	const char *is = json_string_value(json_object_get(o, "object"));

	return is && strcmp(is, object) == 0 ? o : NULL;
}

void
store_put(json_t *o)
{
	const char *id = json_string_value(json_object_get(o, "id"));

	if (json_object_get(objects, id) != o)
		json_object_set_new(objects, id, o);
	json_array_append_new(changes, json_deep_copy(json_object_get(objects, id)));
}

void
store_drop(const char *id)
{
	json_array_append_new(changes, json_pack("{s:s}", "gone", id));
	json_object_del(objects, id);
}

json_t *
store_new(const char *object, const char *prefix)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	unsigned char bytes[ID_LENGTH];
	char id[64];

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		abort();
	size_t n = (size_t)snprintf(id, sizeof id, "%s", prefix);
	for (int i = 0; i < ID_LENGTH; i++)
		id[n++] = letters[bytes[i] % (sizeof letters - 1)];
	id[n] = 0;
	return json_pack("{s:s, s:s, s:I, s:b}", "id", id, "object", object, "created",
	    (json_int_t)seconds_now(), "livemode", 0);
}

/* ---- the journal */

/* Whoever cannot write down what it did must not say that it did it. */
static void
write_line(int fd, const json_t *line)
{
	char *s = json_dumps(line, JSON_COMPACT);
	size_t n = strlen(s);

	s[n++] = '\n'; /* in place of its end */
	if (write(fd, s, n) != (ssize_t)n) {
		fprintf(stderr, "paystub: the journal cannot be written: %s\n", strerror(errno));
		_exit(1);
	}
	free(s);
}

void
store_commit(void)
{
	if (json_array_size(changes) == 0)
		return;
	write_line(journal, changes);
	json_array_clear(changes);
}

static void
apply(const json_t *line)
{
	json_t *change;
	size_t i;

	json_array_foreach(line, i, change)
	{
		const char *gone = json_string_value(json_object_get(change, "gone"));
		const char *id = json_string_value(json_object_get(change, "id"));
		if (gone)
			json_object_del(objects, gone);
		else if (id)
			json_object_set(objects, id, change);
	}
}

/* The last line may be half a line: then it was never answered. */
static void
replay(FILE *f)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, f)) > 0 && line[n - 1] == '\n') {
		json_t *change = json_loadb(line, (size_t)n, 0, NULL);
		apply(change);
		json_decref(change);
	}
	free(line);
}

static void
forget_old_keys(void)
{
	int64_t oldest = seconds_now() - KEY_SECONDS;
	const char *id;
	json_t *o;
	void *next;

	json_object_foreach_safe(objects, next, id, o) if (store_find(id, "stub.key") &&
	    json_integer_value(json_object_get(o, "created")) < oldest)
	    json_object_del(objects, id);
}

/* What holds now, a line an object, in place of all that led there. */
static bool
rewrite(const char *path)
{
	char *draft = words("%s.new", path);
	int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	const char *id;
	json_t *o;

	if (fd >= 0)
		json_object_foreach(objects, id, o)
		{
			json_t *line = json_pack("[O]", o);
			write_line(fd, line);
			json_decref(line);
		}
	bool done = fd >= 0 && fsync(fd) == 0 && rename(draft, path) == 0;
	free(draft);
	journal = fd;
	return done;
}

bool
store_open(const char *dir)
{
	char *path = words("%s/journal", dir);
	FILE *f = fopen(path, "re");

	objects = json_object();
	changes = json_array();
	if (f) {
		replay(f);
		fclose(f);
	}
	forget_old_keys();
	bool done = rewrite(path);
	if (!done)
		fprintf(stderr, "paystub: %s cannot be written: %s\n", path, strerror(errno));
	free(path);
	return done;
}
