#include <unistd.h>

#include "gear/cache.h"
#include "gear/counters.h"
#include "gear/eyes.h"
#include "gear/generations.h"
#include "gear/log.h"
#include "gear/names.h"
#include "gear/secret.h"
#include "gear/settings.h"
#include "web/metrics.h"
#include "web/server.h"
#include "web/socket.h"

static struct db_pool *pool;
static struct cache *cache;

/* Sums that take long, one process a core: Argon2 is made to fill a core. */
static int
helpers_wanted(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > 32 ? 32 : (int)cores;
}

static int
readers_wanted(void)
{
	return settings.ocr_readers ? (int)settings.ocr_readers : helpers_wanted();
}

bool
server_prepare(int workers, text *why)
{
	struct arena *forever = arena_new();

	if (!settings_read(forever, why))
		return false;
	secret_start();
	if (!web_start(forever, why))
		return false;
	generations_open(settings.run_dir); /* before the sandbox */
	counters_share();
	metrics_share(workers);
	secret_fork_helpers(helpers_wanted(), workers);
	names_fork_helpers(workers);
	eyes_open(workers, readers_wanted(), settings.ocr_seconds);
	return true;
}

static void
fill(struct ctx *c)
{
	c->db = db_new(pool, c->arena);
	c->cache = cache;
}

void
server_start(int worker)
{
	secret_use_helpers(worker);
	names_use_helpers(worker);
	eyes_use(worker);
	metrics_use(worker);
	pool = db_pool_open(settings.database_url, (int)settings.db_connections);
	if (*settings.redis_url)
		cache = cache_open(settings.redis_url);
	sockets_start(settings.redis_url, fill);
	log_event("worker_started", NULL);
}

void
server_stop(void)
{
	db_pool_close(pool);
	if (cache)
		cache_close(cache);
}

void
server_serve(struct ctx *c, const struct request *q, struct response *out)
{
	fill(c);
	serve(c, q, out);
}
