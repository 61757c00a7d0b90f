#include "web/metrics.h"

#include <sys/mman.h>
#include <unistd.h>

#include "gear/cache.h"
#include "gear/machine.h"

/* Upper bounds in milliseconds; the last bucket has none. */
static const int64_t bounds[] = { 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000 };
struct figures { /* written by one worker, read by all */
	int64_t buckets[LENGTH(bounds) + 1], by_class[6], total_us;
	int64_t pages[PAGES_FROM];
	int64_t pid;
};
static struct figures alone, *all = &alone, *mine = &alone;
static int n_all = 1;

void
metrics_share(int workers)
{
	size_t bytes = (size_t)workers * sizeof *all;
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		BUG("out of memory");
	all = at;
	n_all = workers;
}

void
metrics_use(int worker)
{
	if (worker < 0 || worker >= n_all)
		BUG("metrics: no such worker");
	mine = &all[worker];
	mine->pid = getpid();
}

void
metrics_count(int status, int64_t us)
{
	size_t i = 0;

	while (i < LENGTH(bounds) && us > bounds[i] * 1000)
		i++;
	mine->buckets[i]++;
	mine->total_us += us;
	if (status >= 100 && status < 600)
		mine->by_class[status / 100]++;
}

void
metrics_page(enum page_from from)
{
	mine->pages[from]++;
}

const struct field web_worker_fields[] = {
	FIELD(web_worker, number),
	FIELD(web_worker, pid),
	FIELD(web_worker, requests),
	FIELD(web_worker, memory, .doc = "Resident bytes"),
	FIELD(web_worker, memory_words, .hidden = true),
	FIELD_END,
};

void
web_workers(struct arena *a, struct rows *out)
{
	out->v = arena_alloc(a, (size_t)n_all * sizeof(struct web_worker));
	out->n = (size_t)n_all;
	for (int i = 0; i < n_all; i++) {
		struct web_worker *w = ROW(web_worker, *out, i);

		*w = (struct web_worker){
			.number = i + 1, .pid = all[i].pid, .memory = machine_memory(all[i].pid)
		};
		for (size_t k = 0; k < LENGTH(all[i].by_class); k++)
			w->requests += all[i].by_class[k];
		w->memory_words = bytes_text(a, w->memory);
	}
}

static void
print_pages(struct buf *b, int worker, const struct figures *f)
{
	static const text names[] = {
		[PAGE_READY] = "ready", [PAGE_FOUND] = "found", [PAGE_MADE] = "made"
	};

	for (int i = 0; i < PAGES_FROM; i++)
		buf_fmt(b, "parking_public_pages_total{worker=\"%d\",from=\"%s\"} %lld\n", worker,
		    names[i], (long long)f->pages[i]);
}

static void
print_requests(struct buf *b, int worker, const struct figures *f)
{
	for (int i = 1; i < 6; i++)
		buf_fmt(b, "parking_requests_total{worker=\"%d\",class=\"%dxx\"} %lld\n", worker, i,
		    (long long)f->by_class[i]);
}

static void
print_seconds(struct buf *b, int worker, const struct figures *f)
{
	int64_t n = 0;

	for (size_t i = 0; i < LENGTH(bounds); i++) {
		n += f->buckets[i];
		buf_fmt(b, "parking_request_seconds_bucket{worker=\"%d\",le=\"%g\"} %lld\n", worker,
		    (double)bounds[i] / 1000, (long long)n);
	}
	n += f->buckets[LENGTH(bounds)];
	buf_fmt(b,
	    "parking_request_seconds_bucket{worker=\"%d\",le=\"+Inf\"} %lld\n"
	    "parking_request_seconds_sum{worker=\"%d\"} %.6f\n"
	    "parking_request_seconds_count{worker=\"%d\"} %lld\n",
	    worker, (long long)n, worker, (double)f->total_us / 1e6, worker, (long long)n);
}

void
metrics_print(struct buf *b, const struct ctx *c)
{
	buf_add(b,
	    "# HELP parking_requests_total Requests answered, by class of status.\n"
	    "# TYPE parking_requests_total counter\n");
	for (int i = 0; i < n_all; i++)
		print_requests(b, i, &all[i]);
	buf_add(b,
	    "# HELP parking_request_seconds How long answers took.\n"
	    "# TYPE parking_request_seconds histogram\n");
	for (int i = 0; i < n_all; i++)
		print_seconds(b, i, &all[i]);
	buf_add(b,
	    "# HELP parking_public_pages_total Pages for everyone: lay ready, were found in the "
	    "cache, "
	    "were made.\n"
	    "# TYPE parking_public_pages_total counter\n");
	for (int i = 0; i < n_all; i++)
		print_pages(b, i, &all[i]);
	buf_fmt(b,
	    "# HELP parking_db_waiting Requests in line for a connection of their own to "
	    "PostgreSQL, at "
	    "the worker that tells this.\n"
	    "# TYPE parking_db_waiting gauge\n"
	    "parking_db_waiting{worker=\"%d\"} %lld\n",
	    (int)(mine - all), (long long)db_waiting(c->db));
	buf_fmt(b,
	    "# HELP parking_redis_up Whether Redis answers the worker that tells this.\n"
	    "# TYPE parking_redis_up gauge\n"
	    "parking_redis_up{worker=\"%d\"} %d\n",
	    (int)(mine - all), c->cache && cache_up(c->cache));
}
