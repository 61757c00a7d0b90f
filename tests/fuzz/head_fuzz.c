/*
 * head_fuzz.c -- Kore's own reading of what comes over a connection (http.c, net.c, connection.c, patched): whatever the
 * bytes are and however they are cut, what a handler gets is what a plain reading of the same bytes finds there.
 *
 * The first byte tells how many bytes arrive at a time (0: all at once), the rest is what arrives.  There is no socket:
 * a connection reads from the input and writes into a buffer.  Kore's memory is malloc() here and not its pools, so that
 * AddressSanitizer sees each block's end.
 */
#include <sys/types.h>
#include <sys/socket.h>
#include <ctype.h>
#include <kore.h>
#include <http.h>

#undef fatal
#include "base/base.h"

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

/* ---- what Kore asks of the rest of itself */

u_int32_t worker_max_connections = 16, worker_active_connections;
const char *kore_version = "4.1.0";
extern struct connection_list connections;

void *
kore_malloc(size_t n)
{
	void *p = malloc(n ? n : 8);

	if (p == NULL)
		BUG("no memory");
	return p;
}

void *
kore_calloc(size_t n, size_t size)
{
	return memset(kore_malloc(n * size), 0, n * size);
}

void *
kore_realloc(void *p, size_t n)
{
	return realloc(p, n);
}

void
kore_free(void *p)
{
	free(p);
}

char *
kore_strdup(const char *s)
{
	return strdup(s);
}

void
kore_pool_init(struct kore_pool *pool, const char *name, size_t size, size_t n)
{
	(void)name, (void)n;
	pool->elen = size;
}

void
kore_pool_cleanup(struct kore_pool *pool)
{
	(void)pool;
}

void *
kore_pool_get(struct kore_pool *pool)
{
	return memset(
	    kore_malloc(pool->elen), 0xa5, pool->elen); /* a pool's memory was used before */
}

void
kore_pool_put(struct kore_pool *pool, void *p)
{
	(void)pool;
	free(p);
}

static struct kore_server server;
static struct listener listener = { .family = AF_INET, .server = &server };
static struct kore_domain domain = { .server = &server };
static struct kore_module_handle handler = { .dom = &domain, .methods = HTTP_METHOD_ALL };

struct kore_domain *
kore_domain_lookup(struct kore_server *s, const char *name)
{
	(void)s, (void)name;
	return &domain;
}

struct kore_module_handle *
kore_module_handler_find(struct http_request *req, struct kore_domain *d)
{
	(void)req, (void)d;
	return &handler;
}

/* What no request here comes to. */
struct kore_worker *worker;
struct kore_domain *primary_dom;
int kore_foreground = 1;
char *kore_progname;
#define NEVER(type, name, ...)                                                                     \
	type name(__VA_ARGS__)                                                                     \
	{                                                                                          \
		BUG(#name);                                                                        \
	}
#pragma GCC diagnostic ignored "-Wunused-parameter"
NEVER(int, kore_auth_run, struct http_request *r, struct kore_auth *a)
NEVER(void, kore_accesslog, struct http_request *r)
NEVER(void, kore_fileref_release, struct kore_fileref *f)
NEVER(int, kore_validator_check, struct http_request *r, struct kore_validator *v, const void *d)
NEVER(int, kore_platform_sendfile, struct connection *k, struct netbuf *nb)
NEVER(int, kore_sockopt, int fd, int what, int on)
NEVER(void, kore_runtime_connect, struct kore_runtime_call *r, struct connection *k)
NEVER(void, kore_msg_send, u_int16_t to, u_int8_t id, const void *d, size_t n)
NEVER(void, kore_keymgr_cleanup, int final)
#pragma GCC diagnostic warning "-Wunused-parameter"

/* ---- the input, read in the plainest way */

static const char *input, *input_end; /* what is yet to arrive lies from `arrived` on */
static const char *arrived, *next_request;
static size_t piece;
static int asked; /* requests that came to the handler */
static char sent[1 << 16];
static size_t n_sent;

/* The length that a head's one Content-Length tells; 0 without. */
static size_t
told_length(const char *head, const char *end)
{
	static const char name[] = "\r\ncontent-length:";
	size_t n = 0;

	for (const char *p = head; p + sizeof name - 1 <= end; p++)
		if (strncasecmp(p, name, sizeof name - 1) == 0) {
			p += sizeof name - 1;
			while (*p == ' ' || *p == '\t')
				p++;
			for (; p < end && isdigit((unsigned char)*p); p++)
				n = n * 10 + (size_t)(*p - '0');
			return n;
		}
	return 0;
}

static void
same_body(struct http_request *req, const char *body, size_t n)
{
	char kept[8192];
	size_t got = 0;
	ssize_t r;

	if (req->http_body_length != n || n > sizeof kept || (size_t)(input_end - body) < n)
		BUG("a body of another length");
	while (got < n && (r = http_body_read(req, kept + got, n - got)) > 0)
		got += (size_t)r;
	if (got != n || memcmp(kept, body, n) != 0)
		BUG("another body");
}

/* METHOD PATH[?QUERY] VERSION, and nothing else; one empty line before it is nobody's (RFC 9112, 2.2). */
static void
same_line(struct http_request *req, const char *head)
{
	head += input_end - head > 2 && memcmp(head, "\r\n", 2) == 0 ? 2 : 0;
	char line[8192];
	const char *end = memchr(head, '\r', (size_t)(input_end - head));
	text query = req->query_string;
	int n = snprintf(line, sizeof line, "%s %s%s%s HTTP/1.%d", http_method_text(req->method),
	    req->path, query ? "?" : "", query ? query : "", req->flags & HTTP_VERSION_1_0 ? 0 : 1);

	if (end == NULL || n != end - head || strncasecmp(line, head, (size_t)n) != 0)
		BUG("another request line");
}

static void
clean_words(struct http_request *req)
{
	struct http_header *h;
	int lengths = 0, n = 0;

	if (*req->host == 0 || strpbrk(req->host, " \t\r\n/?#@,"))
		BUG("a host that is none");
	if (strpbrk(req->path, " \t\r\n"))
		BUG("a path in two words");
	TAILQ_FOREACH(h, &req->req_headers, list)
	{
		if (*h->header == 0 || strpbrk(h->header, " \t\r\n:") || strpbrk(h->value, "\r\n"))
			BUG("a header that is none");
		if (strcasecmp(h->header, "host") == 0 ||
		    strcasecmp(h->header, "transfer-encoding") == 0)
			BUG("a header that was to be refused");
		lengths += strcasecmp(h->header, "content-length") == 0;
		n++;
	}
	if (lengths > 1 || n > HTTP_REQ_HEADER_MAX)
		BUG("more headers than may be");
}

/* In the handler's place: this request is the next that stands in the input, whole. */
int
kore_runtime_http_request(struct kore_runtime_call *call, struct http_request *req)
{
	const char *head = next_request;
	const char *end = memmem(head, (size_t)(input_end - head), "\r\n\r\n", 4);

	(void)call;
	if (end == NULL || end + 4 > arrived)
		BUG("a request that was not sent");
	if (memchr(head, 0, (size_t)(end - head)))
		BUG("a NUL in a head");
	same_line(req, head);
	clean_words(req);
	asked++;
	if (!(req->flags & HTTP_REQUEST_TOO_LARGE)) {
		size_t n = told_length(head, end + 2);

		if (end + 4 + n > arrived)
			BUG("a body that was not sent");
		same_body(req, end + 4, n);
		next_request = end + 4 + n;
	}
	http_response_header(req, "x-test", "1");
	http_response(req, 200, "ok\n", 3);
	return KORE_RESULT_OK;
}

/* ---- a connection without a socket */

static int
take(struct connection *k, size_t *n)
{
	size_t room = k->rnb->b_len - k->rnb->s_off, left = (size_t)(input_end - arrived);

	*n = piece && piece < left ? piece : left;
	*n = *n < room ? *n : room;
	if (*n == 0)
		k->evt.flags &= ~KORE_EVENT_READ;
	memcpy(k->rnb->buf + k->rnb->s_off, arrived, *n);
	arrived += *n;
	return KORE_RESULT_OK;
}

static int
give(struct connection *k, size_t n, size_t *written)
{
	if (n_sent + n > sizeof sent)
		BUG("more was sent than was asked for");
	memcpy(sent + n_sent, k->snb->buf + k->snb->s_off, n);
	n_sent += n;
	*written = n;
	return KORE_RESULT_OK;
}

/* Each answer begins like one, and there is one for each request, and at most one refusal besides. */
static void
count_answers(void)
{
	static const char begin[] = "HTTP/1.";
	int answers = 0;

	for (size_t i = 0; i + sizeof begin - 1 <= n_sent; i++)
		if (memcmp(sent + i, begin, sizeof begin - 1) == 0)
			answers += memcmp(sent + i + sizeof begin - 1, "1 100", 5) != 0;
	if (n_sent && memcmp(sent, begin, sizeof begin - 1) != 0)
		BUG("an answer that does not begin like one");
	if (answers < asked || answers > asked + 1)
		BUG("answers that nobody asked for");
}

static struct connection *
connect_to(void)
{
	struct connection *k = kore_connection_new(&listener);

	k->fd = -1;
	k->family = AF_INET;
	k->handle = kore_connection_handle;
	k->state = CONN_STATE_ESTABLISHED;
	k->proto = CONN_PROTO_HTTP;
	k->read = take;
	k->write = give;
	TAILQ_INSERT_TAIL(&connections, k, list);
	worker_active_connections++;
	net_recv_queue(k, http_header_max, NETBUF_CALL_CB_ALWAYS, http_header_recv);
	return k;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static char folder[] = "/tmp";

	(void)argc, (void)argv;
	http_header_max = 1024;
	http_body_max = 4096;
	http_body_disk_offload = 2048;
	http_body_disk_path = folder;
	kore_log_init();
	TAILQ_INIT(&domain.redirects);
	net_init();
	kore_connection_init();
	http_parent_init();
	http_init();
	return 0;
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
	if (n == 0 || n > 16384)
		return 0;
	input = (const char *)bytes + 1;
	input_end = (const char *)bytes + n;
	arrived = next_request = input;
	piece = *bytes;
	asked = 0;
	n_sent = 0;
	struct connection *k = connect_to();
	for (const char *before = NULL; before != arrived && !TAILQ_EMPTY(&connections);) {
		before = arrived;
		k->evt.flags |= KORE_EVENT_READ | KORE_EVENT_WRITE;
		if (!kore_connection_handle(k))
			kore_connection_disconnect(k);
		http_process();
	}
	kore_connection_prune(KORE_CONNECTION_PRUNE_ALL); /* and the client leaves */
	http_process();
	count_answers();
	if (http_request_count != 0 || worker_active_connections != 0)
		BUG("something stayed behind");
	return 0;
}
