#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gear/generations.h"
#include "gear/log.h"

#define PLACES 65536
#define FORM 0x70617267656e3031u /* of this file: "pargen01" */

/* The upper 16 bits count the writers at work, the rest is the generation. */
#define ONE_WRITER ((uint64_t)1 << 48)
#define GENERATION (ONE_WRITER - 1)

struct place {
	_Atomic uint64_t state;
	_Atomic int64_t begun; /* seconds since boot, by the latest writer */
};
struct shared {
	uint64_t form, epoch;
	char boot[40]; /* /proc/sys/kernel/random/boot_id */
	struct place places[PLACES];
};
static struct shared *shared;

static int64_t
seconds_up(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

static void
read_boot(char *boot, size_t n)
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "r");

	memset(boot, 0, n);
	if (f && fgets(boot, (int)n, f) == NULL)
		boot[0] = 0;
	if (f)
		fclose(f);
}

static void
begin_epoch(struct shared *s, const char *boot)
{
	uint64_t epoch;

	if (getrandom(&epoch, sizeof epoch, 0) != sizeof epoch)
		BUG("no random bytes");
	memset(s, 0, sizeof *s);
	memcpy(s->boot, boot, sizeof s->boot);
	s->epoch = epoch;
	s->form = FORM;
}

static struct shared *
map(int fd)
{
	char boot[sizeof shared->boot];
	struct stat st;

	while (flock(fd, LOCK_EX) != 0)
		if (errno != EINTR)
			return NULL;
	if (fstat(fd, &st) != 0)
		return NULL;
	if (st.st_size < (off_t)sizeof(struct shared) && ftruncate(fd, sizeof(struct shared)) != 0)
		return NULL;
	struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (s == MAP_FAILED)
		return NULL;
	read_boot(boot, sizeof boot);
	if (s->form != FORM || boot[0] == 0 || memcmp(s->boot, boot, sizeof boot) != 0)
		begin_epoch(s, boot);
	/* By hand: a mapping holds the file, and so its lock, longer than close() does. */
	flock(fd, LOCK_UN);
	return s;
}

/* The folder's owner is who serves; root, running parkctl, leaves him the file. */
static int
open_file(text folder)
{
	struct arena *a = arena_new();
	text path = arena_fmt(a, "%s/generations", folder);
	struct stat st;

	if (mkdir(folder, 0700) != 0 && stat(folder, &st) != 0) {
		arena_free(a);
		return -1;
	}
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && geteuid() == 0 && stat(folder, &st) == 0 &&
	    fchown(fd, st.st_uid, st.st_gid) != 0) {
		close(fd);
		fd = -1;
	}
	arena_free(a);
	return fd;
}

bool
generations_open(text folder)
{
	if (shared)
		return true;
	int fd = open_file(folder);
	if (fd >= 0) {
		shared = map(fd);
		close(fd);
	}
	if (shared == NULL)
		log_event("no_generations", "folder", folder, "why", strerror(errno), "so",
		    "nothing is kept", NULL);
	return shared != NULL;
}

void
generations_close(void)
{
	if (shared)
		munmap(shared, sizeof *shared);
	shared = NULL;
}

/* FNV-1a, 64 bits, folded. */
static struct place *
place_of(text tag)
{
	uint64_t h = 14695981039346656037u;

	for (; *tag; tag++)
		h = (h ^ (unsigned char)*tag) * 1099511628211u;
	return &shared->places[(h ^ h >> 32) % PLACES];
}

void
generation_begin(text tag)
{
	if (shared == NULL)
		return;
	struct place *p = place_of(tag);
	atomic_store(&p->begun, seconds_up());
	atomic_fetch_add(&p->state, ONE_WRITER + 1);
}

/* A writer that took so long that it was given up is not counted twice. */
void
generation_end(text tag, bool sure)
{
	if (shared == NULL || !sure)
		return;
	struct place *p = place_of(tag);
	uint64_t was = atomic_load(&p->state), is;
	do
		is = was < ONE_WRITER ? was + 1 : was - ONE_WRITER + 1;
	while (!atomic_compare_exchange_weak(&p->state, &was, is));
}

static bool
settled(struct place *p, uint64_t *state)
{
	*state = atomic_load(&p->state);
	if (*state < ONE_WRITER)
		return true;
	if (seconds_up() - atomic_load(&p->begun) > SUSPECT_SECONDS)
		atomic_compare_exchange_strong(&p->state, state, (*state & GENERATION) + 1);
	return false;
}

text
generations_stamp(struct arena *a, const text *tags)
{
	struct buf b = BUF(a);
	uint64_t state;

	if (shared == NULL)
		return NULL;
	buf_fmt(&b, "%llx", (unsigned long long)shared->epoch);
	for (; *tags; tags++) {
		if (!settled(place_of(*tags), &state))
			return NULL;
		buf_fmt(&b, ":%llx", (unsigned long long)state);
	}
	return buf_text(&b);
}

bool
generations_take(const text *tags, struct generations *g)
{
	if (shared == NULL)
		return false;
	*g = (struct generations){ .epoch = shared->epoch };
	for (; *tags; tags++, g->n++) {
		struct place *p = place_of(*tags);

		if (g->n == GENERATION_TAGS || !settled(p, &g->of[g->n].state))
			return false;
		g->of[g->n].place = (uint32_t)(p - shared->places);
	}
	return true;
}

bool
generations_hold(const struct generations *g)
{
	if (shared == NULL || shared->epoch != g->epoch)
		return false;
	for (size_t i = 0; i < g->n; i++)
		if (atomic_load(&shared->places[g->of[i].place].state) != g->of[i].state)
			return false;
	return true;
}
