/*
 * paystub -- a payment provider on this machine, for demo mode and for tests: src/tools/paystub.h
 *
 *	paystub DIR [PORT]
 *
 * Keeps what it knows in DIR/journal, listens on 127.0.0.1 at PORT, else at that of DIR/port or
 * DIR/port.before, else at one that is free, and writes which into DIR/port.  From the environment:
 *
 *	PAYMENT_SECRET_KEY, PAYMENT_WEBHOOK_SECRET	what the program that uses it has, too
 *	PAYSTUB_WEBHOOK_URL	where events go: http://127.0.0.1:8888/hooks/payments
 *	PAYSTUB_OLD_SECRET	signs, too, as while a secret is changed
 *	PAYSTUB_MERCHANT	who is paid, as the page says: Smart Parking
 */
#include "paystub.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { MAX_BODY = 1 << 18, MAX_KEY = 255, HANG_MS = 120000 };

struct stub stub = { .lock = PTHREAD_MUTEX_INITIALIZER, .news = PTHREAD_COND_INITIALIZER };

struct body {
	char *p;
	size_t n;
};

/* ---- who may */

/* "Bearer sk_test_…", or the key as the name of basic authentication (RFC 7617). */
static char *
key_of(const char *authorization)
{
	unsigned char plain[512];
	size_t n = 0;

	if (authorization && strncasecmp(authorization, "Bearer ", 7) == 0)
		return strdup(authorization + 7);
	if (authorization == NULL || strncasecmp(authorization, "Basic ", 6) != 0 ||
	    sodium_base642bin(plain, sizeof plain - 1, authorization + 6, strlen(authorization + 6),
		NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL) != 0)
		return NULL;
	plain[n] = 0;
	plain[strcspn((char *)plain, ":")] = 0;
	return strdup((char *)plain);
}

static bool
authorised(struct MHD_Connection *m, struct answer *why)
{
	char *key = key_of(MHD_lookup_connection_value(m, MHD_HEADER_KIND, "Authorization"));
	bool ok = key && strcmp(key, stub.secret_key) == 0;

	if (key == NULL || *key == 0)
		*why = refuses(401, NULL, NULL, NULL,
		    "You did not provide an API key. You need to provide your API key in the "
		    "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
		    "YOUR_SECRET_KEY').");
	else if (!ok)
		*why = refuses(401, NULL, NULL, NULL, "Invalid API Key provided: ****%s",
		    strlen(key) > 4 ? key + strlen(key) - 4 : "");
	free(key);
	return ok;
}

/* ---- idempotency: the first answer is kept and given again */

static char *
fingerprint(const struct call *c)
{
	unsigned char sum[crypto_hash_sha256_BYTES];
	char *in = json_dumps(c->in, JSON_SORT_KEYS | JSON_COMPACT);
	char *all = words("%s %s %s", c->method, c->path, in), *hex = malloc(2 * sizeof sum + 1);

	crypto_hash_sha256(sum, (const unsigned char *)all, strlen(all));
	sodium_bin2hex(hex, 2 * sizeof sum + 1, sum, sizeof sum);
	free(in);
	free(all);
	return hex;
}

/* True: *a answers, the deed is not to be done. */
static bool
answered_before(
    const struct call *c, const char *id, const char *print, struct answer *a, bool *replayed)
{
	json_t *kept = store_find(id, "stub.key");
	int64_t created = json_integer_value(json_object_get(kept, "created"));

	if (strlen(c->key) > MAX_KEY) {
		*a = bad(NULL, NULL, "Idempotency keys have at most %d characters", MAX_KEY);
	} else if (kept == NULL || (created && created < seconds_now() - KEY_SECONDS)) {
		return false;
	} else if (strcmp(field(kept, "print"), print) != 0) {
		*a = refuses(400, "idempotency_error", NULL, NULL,
		    "Keys for idempotent requests can only be used with the same parameters they "
		    "were first used with. Try using a key other than '%s' if you meant to execute "
		    "a different request.",
		    c->key);
	} else if (json_is_true(json_object_get(kept, "running"))) {
		*a = refuses(409, "idempotency_error", "idempotency_key_in_use", NULL,
		    "There is currently another in-progress request using this Idempotency Key "
		    "(that probably means you submitted twice, and the other request is still "
		    "going "
		    "through): %s.",
		    c->key);
	} else {
		*a = gives((int)json_integer_value(json_object_get(kept, "status")),
		    json_deep_copy(json_object_get(kept, "answer")));
		*replayed = true;
	}
	return true;
}

/* While it runs the key lies in memory alone: if we die, it was never used. */
static void
key_take(const char *id, const char *print)
{
	json_object_set_new(store_all(), id,
	    json_pack("{s:s, s:s, s:s, s:b}", "id", id, "object", "stub.key", "print", print,
		"running", 1));
}

static void
key_keep(const char *id, const char *print, const struct answer *a)
{
	json_object_del(store_all(), id);
	if (a->refused)
		return;
	store_put(json_pack("{s:s, s:s, s:s, s:i, s:O, s:I}", "id", id, "object", "stub.key",
	    "print", print, "status", a->status, "answer", a->json, "created",
	    (json_int_t)seconds_now()));
}

/* ---- one request */

/* The lock is held; it is not while we wait. */
static void
wait_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	if (ms <= 0)
		return;
	pthread_mutex_unlock(&stub.lock);
	nanosleep(&t, NULL);
	pthread_mutex_lock(&stub.lock);
}

static struct answer
failure(int status)
{
	struct answer a = refuses(status, status == 429 ? "invalid_request_error" : "api_error",
	    status == 429 ? "rate_limit" : NULL, NULL,
	    status == 429 ? "Request rate limit exceeded."
			  : "Sorry! There was an error while talking to Stripe.");

	a.refused = status < 500 || status == 503; /* a 500 is kept like any other answer */
	return a;
}

/* The deed, with what was asked to go wrong. */
static struct answer
execute(const struct call *c, size_t note)
{
	bool anyway = false, api_call = strncmp(c->path, "/v1/", 4) == 0;
	bool meant = behaviour_on(c);
	int status = api_call ? behaviour_fail(c, &anyway) : 0;

	if (meant)
		wait_ms(behaviour("delay_ms"));
	if (status && !anyway)
		return failure(status);
	if (behaviour_take("time_out_before_execution", c))
		return (struct answer){ .hang = true, .refused = true };
	struct answer a = api_call ? api(c) : page(c);
	note_state(note, "executed", a.status);
	if (status) {
		json_decref(a.json);
		a = failure(status);
	}
	a.hang = behaviour_take("time_out_after_execution", c);
	return a;
}

static struct answer
execute_once(const struct call *c, size_t note, bool *replayed)
{
	bool keyed =
	    c->key && *c->key && strcmp(c->method, "POST") == 0 && strncmp(c->path, "/v1/", 4) == 0;
	char *id = words("key:%s", keyed ? c->key : ""), *print = fingerprint(c);
	struct answer a;

	if (!keyed) {
		a = execute(c, note);
	} else if (!answered_before(c, id, print, &a, replayed)) {
		key_take(id, print);
		a = execute(c, note);
		key_keep(id, print, &a);
	}
	store_commit();
	if (behaviour_on(c))
		wait_ms(behaviour("delay_after_ms"));
	free(id);
	free(print);
	return a;
}

static struct answer
serve(struct MHD_Connection *m, struct call *c, bool *replayed, size_t *note)
{
	struct answer a;
	bool steered = strncmp(c->path, "/stub/", 6) == 0;

	if (strncmp(c->path, "/c/", 3) != 0 && !authorised(m, &a))
		return a;
	if (steered)
		return control(c);
	*note = note_arrival(c);
	return execute_once(c, *note, replayed);
}

/* ---- over HTTP */

static enum MHD_Result
take_argument(void *to, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct call *c = to;
	char *n = curl_easy_escape(NULL, name, 0),
	     *v = curl_easy_escape(NULL, value ? value : "", 0);
	char *pair = words("%s=%s", n, v);

	(void)kind;
	form_read(pair, strlen(pair), c->in, c->names);
	curl_free(n);
	curl_free(v);
	free(pair);
	return MHD_YES;
}

/* http://host:port of each address, for the policy that says where a form may end. */
static char *
policy(const struct answer *a)
{
	char origins[512] = "";
	size_t n = 0;
	const char *s = a->may_lead_to ? a->may_lead_to : "";

	while (*s) {
		const char *host = strstr(s, "://");
		size_t whole = strcspn(s, " ");
		if (host && host < s + whole) {
			size_t len = (size_t)(host + 3 - s) + strcspn(host + 3, "/?# ");
			if (n + len + 2 < sizeof origins)
				n += (size_t)snprintf(
				    origins + n, sizeof origins - n, " %.*s", (int)len, s);
		}
		s += whole;
		s += strspn(s, " ");
	}
	return words("default-src 'none'; style-src 'self'; img-src data:; form-action 'self'%s; "
		     "base-uri 'none'; frame-ancestors 'none'",
	    origins);
}

static enum MHD_Result
send_answer(struct MHD_Connection *m, struct answer *a, bool replayed)
{
	char *text = a->json ? json_dumps(a->json, JSON_INDENT(2)) : a->text;
	char *safe = policy(a);
	char id[40];
	struct MHD_Response *r =
	    MHD_create_response_from_buffer(text ? strlen(text) : 0, text, MHD_RESPMEM_MUST_COPY);

	snprintf(id, sizeof id, "req_%08x%08x", randombytes_random(), randombytes_random());
	MHD_add_response_header(r, "Request-Id", id);
	MHD_add_response_header(
	    r, "Content-Type", a->json || !a->type ? "application/json" : a->type);
	MHD_add_response_header(r, "Cache-Control", "no-store");
	MHD_add_response_header(r, "Content-Security-Policy", safe);
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Referrer-Policy", "no-referrer");
	if (a->location)
		MHD_add_response_header(r, "Location", a->location);
	if (a->status == 401)
		MHD_add_response_header(r, "WWW-Authenticate", "Basic realm=\"Stripe\"");
	if (replayed)
		MHD_add_response_header(r, "Idempotent-Replayed", "true");
	enum MHD_Result done = MHD_queue_response(m, (unsigned)a->status, r);
	MHD_destroy_response(r);
	json_decref(a->json);
	free(text);
	free(safe);
	free(a->location);
	free(a->may_lead_to);
	return done;
}

static enum MHD_Result
respond(struct MHD_Connection *m, const char *method, const char *path, const struct body *b)
{
	struct call c = { .method = method,
		.path = path,
		.in = json_object(),
		.names = json_array(),
		.body = b->p ? b->p : "",
		.key = MHD_lookup_connection_value(m, MHD_HEADER_KIND, "Idempotency-Key") };
	const char *type = MHD_lookup_connection_value(m, MHD_HEADER_KIND, "Content-Type");
	bool replayed = false;
	size_t note = (size_t)-1;
	enum MHD_Result done = MHD_NO; /* the line breaks */

	MHD_get_connection_values(m, MHD_GET_ARGUMENT_KIND, take_argument, &c);
	if (type && strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0)
		form_read(c.body, b->n, c.in, c.names);
	pthread_mutex_lock(&stub.lock);
	struct answer a = serve(m, &c, &replayed, &note);
	if (a.hang) {
		note_state(note, "hung", 0);
		wait_ms(HANG_MS);
		json_decref(a.json);
	} else {
		done = send_answer(m, &a, replayed);
		note_state(note, "answered", a.status);
	}
	pthread_mutex_unlock(&stub.lock);
	json_decref(c.in);
	json_decref(c.names);
	return done;
}

static enum MHD_Result
take(void *unused, struct MHD_Connection *m, const char *path, const char *method,
    const char *version, const char *data, size_t *n, void **state)
{
	struct body *b = *state;

	(void)unused, (void)version;
	if (b == NULL) {
		*state = calloc(1, sizeof *b);
		return *state ? MHD_YES : MHD_NO;
	}
	if (*n == 0)
		return respond(m, method, path, b);
	if (b->n + *n > MAX_BODY)
		return MHD_NO;
	char *more = realloc(b->p, b->n + *n + 1);
	if (more == NULL)
		return MHD_NO;
	b->p = more;
	memcpy(b->p + b->n, data, *n);
	b->n += *n;
	b->p[b->n] = 0;
	*n = 0;
	return MHD_YES;
}

static void
completed(void *unused, struct MHD_Connection *m, void **state, enum MHD_RequestTerminationCode how)
{
	struct body *b = *state;

	(void)unused, (void)m, (void)how;
	if (b)
		free(b->p);
	free(b);
}

/* ---- starting */

static struct MHD_Daemon *
listen_at(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, 0,
	    NULL, NULL, take, NULL, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at,
	    MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1,
	    MHD_OPTION_CONNECTION_TIMEOUT, 130, MHD_OPTION_END);
}

/* The port it had before, so that an address given to a customer still leads here. */
static uint16_t
port_before(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[16] = "";

	if (f == NULL)
		return 0;
	if (fgets(line, sizeof line, f) == NULL)
		*line = 0;
	fclose(f);
	return (uint16_t)strtoul(line, NULL, 10);
}

static bool
write_port(const char *path, unsigned port)
{
	char *draft = words("%s.new", path);
	FILE *f = fopen(draft, "we");
	bool done = f && fprintf(f, "%u\n", port) > 0 && fclose(f) == 0 && rename(draft, path) == 0;

	free(draft);
	return done;
}

static const char *
setting(const char *name, const char *otherwise)
{
	const char *s = getenv(name);

	return s && *s ? s : otherwise;
}

static bool
start(const char *dir, const char *port)
{
	char *path = words("%s/port", dir), *before = words("%s/port.before", dir);
	uint16_t wish = port ? (uint16_t)strtoul(port, NULL, 10) : port_before(path);
	if (wish == 0)
		wish = port_before(before);
	struct MHD_Daemon *d = listen_at(wish);

	if (d == NULL && port == NULL)
		d = listen_at(0);
	if (d == NULL) {
		fprintf(stderr, "paystub: cannot listen on 127.0.0.1:%u\n", wish);
		return false;
	}
	unsigned got = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port;
	snprintf(stub.address, sizeof stub.address, "http://127.0.0.1:%u", got);
	if (!write_port(path, got)) {
		fprintf(stderr, "paystub: %s: %s\n", path, strerror(errno));
		return false;
	}
	free(path);
	free(before);
	printf("paystub: %s\n", stub.address);
	return true;
}

int
main(int argc, char **argv)
{
	pthread_t sender;
	sigset_t stop;
	int which;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: paystub DIR [PORT]\n");
		return 2;
	}
	stub.secret_key = setting("PAYMENT_SECRET_KEY", NULL);
	stub.webhook_secret = setting("PAYMENT_WEBHOOK_SECRET", NULL);
	stub.old_webhook_secret = setting("PAYSTUB_OLD_SECRET", NULL);
	stub.webhook_url = setting("PAYSTUB_WEBHOOK_URL", NULL);
	stub.merchant = setting("PAYSTUB_MERCHANT", "Smart Parking");
	if (stub.secret_key == NULL || stub.webhook_secret == NULL) {
		fprintf(
		    stderr, "paystub: PAYMENT_SECRET_KEY or PAYMENT_WEBHOOK_SECRET is missing\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	if (sodium_init() < 0 || curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || !store_open(argv[1]))
		return 1;
	/* Nobody is answered before all is ready. */
	pthread_mutex_lock(&stub.lock);
	if (!start(argv[1], argc == 3 ? argv[2] : NULL) ||
	    pthread_create(&sender, NULL, events_send, NULL) != 0)
		return 1;
	pthread_mutex_unlock(&stub.lock);
	sigwait(&stop, &which);
	_exit(0); /* all that matters is in the journal */
}
