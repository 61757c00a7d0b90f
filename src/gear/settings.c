#include "gear/settings.h"

#include "base/sight.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECRET_BYTES = 32 };

/* What holds when nothing is set. */
#define DEFAULTS                                                                                   \
	.data_dir = "var", .run_dir = "", .store_dir = "", .log_bytes = 16777216,                  \
	.bind = "127.0.0.1", .base_url = "", .port = 8888, .workers = 2, .trusted_proxies = "",    \
	.cors_origins = "", .database_url = "", .redis_url = "", .db_connections = 4,              \
	.jwt_secret = "", .limit_signups = 60, .limit_logins = 120, .limit_bookings = 120,         \
	.limit_codes = 60, .limit_sockets = 200, .socket_ping_seconds = 20, .lock_tries = 10,      \
	.lock_minutes = 15, .currency = "EUR", .base_rate_per_hour = "50",                         \
	.grace_period_minutes = 10, .keep_logins_days = 30, .keep_notices_days = 400,              \
	.keep_messages_days = 90, .keep_addresses_days = 90, .keep_audit_days = 1095,              \
	.keep_provider_days = 180, .keep_plate_reads_days = 30, .keep_plates_days = 365,           \
	.reports_per_minute = 600, .smtp_url = "", .smtp_ca_file = "", .mail_server = "",          \
	.mail_username = "", .mail_password = "", .mail_from = "", .payment_base_url = "",         \
	.payment_secret_key = "", .payment_webhook_secret = "", .s3_endpoint = "",                 \
	.aws_s3_bucket = "", .aws_access_key_id = "", .aws_secret_access_key = "",                 \
	.aws_region = "us-east-1", .twilio_base_url = "https://api.twilio.com",                    \
	.twilio_account_sid = "", .twilio_auth_token = "", .twilio_from_number = "",               \
	.ocr_engine = "nets", .ocr_confidence_threshold = "0.55", .ocr_region = "eu",              \
	.ocr_seconds = 10, .telemetry_duplicates = "refuse", .telemetry_days = 400,                \
	.limit_telemetry = 60000
static const struct settings defaults = { DEFAULTS };
struct settings settings = { DEFAULTS };

/* ---- one setting by itself */

static text
address_ok(struct arena *a, const void *member)
{
	unsigned char ip[16];
	text s = *(const text *)member;

	(void)a;
	if (inet_pton(AF_INET, s, ip) == 1 || inet_pton(AF_INET6, s, ip) == 1)
		return NULL;
	return "This takes an address in digits, like 127.0.0.1.";
}

static text
origin_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member, host = strstr(s, "://");

	(void)a;
	if (!text_starts(s, "http://") && !text_starts(s, "https://"))
		return "This must begin with http:// or https://.";
	host += 3;
	size_t n = strcspn(host, "/");
	if (n == 0 ||
	    strspn(host,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789.-:[]") < n ||
	    (host[n] && host[n + 1]))
		return "This takes a scheme and a host, like https://parking.example, without a "
		       "path.";
	return NULL;
}

static text
web_address_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member;

	(void)a;
	if (text_starts(s, "http://") || text_starts(s, "https://"))
		return NULL;
	return "This must begin with http:// or https://.";
}

static text
database_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member, scheme = strstr(s, "://");

	(void)a;
	if (scheme == NULL && strchr(s, '='))
		return NULL; /* libpq's other form: host=… dbname=… */
	if (text_starts(s, "postgresql://") || text_starts(s, "postgres://") ||
	    (text_starts(s, "postgresql+") && scheme))
		return NULL;
	return "This must be a PostgreSQL address, like postgresql://user:password@host/parking.";
}

static text
redis_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member;

	(void)a;
	if (text_starts(s, "rediss://"))
		return "Redis is reached without TLS here (the library knows none): put it behind "
		       "a "
		       "local socket or a tunnel, and say redis:// or unix://.";
	if (text_starts(s, "redis://") || text_starts(s, "unix://"))
		return NULL;
	return "This must be redis://host:port/0 or unix:///path.";
}

static text
smtp_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member;

	(void)a;
	if (text_starts(s, "smtp://") || text_starts(s, "smtps://"))
		return NULL;
	return "This must begin with smtp:// or smtps://.";
}

static text
currency_ok(struct arena *a, const void *member)
{
	(void)a;
	return currency_known(*(const text *)member)
	    ? NULL
	    : "This takes an ISO 4217 code in capitals, like EUR.";
}

static text
share_ok(struct arena *a, const void *member)
{
	text s = *(const text *)member;
	char *end;
	double v = strtod(s, &end);

	(void)a;
	if (*s && s[strspn(s, "0123456789.")] == 0 && *end == 0 && v >= 0 && v <= 1)
		return NULL;
	return "This takes a share from 0 to 1, like 0.55.";
}

static text
secret_ok(struct arena *a, const void *member)
{
	(void)a;
	return strlen(*(const text *)member) >= SECRET_BYTES
	    ? NULL
	    : "This is too short to keep a secret: 32 characters at least "
	      "(openssl rand -hex 32 makes one).";
}

static const text engines[] = { "nets", "tesseract", NULL };
static const text duplicates[] = { "refuse", "ignore", NULL };

#define S(member, ...) FIELD(settings, member, __VA_ARGS__)
const struct field settings_fields[] = {
	S(demo,
	    .doc =
		"1: a demonstration. Secrets are made, a demo is loaded, only loopback is served. "
		"make run sets it unless you set it."),
	S(data_dir, .doc = "Where files, secrets and the private servers live."),
	S(run_dir, .doc = "Where sockets lie and what processes share. Not set: DATA_DIR/run."),
	S(store_dir, .doc = "Where files lie that people sent. Not set: DATA_DIR/store."),
	S(log_bytes, .min = 4096, .max = (int64_t)1 << 40,
	    .doc =
		"When a log under DATA_DIR/log has so many bytes, a new one is begun; four older "
		"ones are kept."),
	S(bind, .check = address_ok, .doc = "The address to serve on. In a demo: loopback alone."),
	S(port, .min = 1, .max = 65535, .doc = "The port to serve on."),
	S(base_url, .check = origin_ok,
	    .doc = "How people reach it, for links in mails and for the check of origins: "
		   "https://parking.example. Unset: http:// with BIND and PORT."),
	S(workers, .min = 1, .max = 64, .doc = "Web processes; one a core is a good number."),
	S(trusted_proxies,
	    .doc = "Addresses, with commas, whose X-Forwarded-For and -Proto are believed."),
	S(cors_origins, .doc = "Other sites, with commas, whose scripts may call /api/v1."),
	S(database_url, .secret = true, .check = database_ok,
	    .doc = "PostgreSQL 15: postgresql://user:password@host/parking. Unset: a private one "
		   "under DATA_DIR, which make run starts. DB_URI is taken, too."),
	S(redis_url, .secret = true, .check = redis_ok,
	    .doc =
		"Redis: redis://host:6379/0 or unix:///path. Unset: a private one under DATA_DIR."),
	S(db_connections, .min = 1, .max = 100,
	    .doc = "Connections to PostgreSQL of each web process. More than four help only where "
		   "the database has more cores than there are web processes."),
	S(jwt_secret, .secret = true, .check = secret_ok,
	    .doc = "Signs log-ins and forms; 32 characters at least, and secret. Needed outside a "
		   "demo. "
		   "SECRET_KEY is taken, too."),
	S(limit_signups, .min = 1, .max = 1000000, .doc = "Sign-ups a minute from one address."),
	S(limit_logins, .min = 1, .max = 1000000, .doc = "Log-ins a minute from one address."),
	S(limit_bookings, .min = 1, .max = 1000000, .doc = "Bookings a minute from one address."),
	S(limit_codes, .min = 1, .max = 1000000, .doc = "Mailed codes a minute to one address."),
	S(limit_sockets, .min = 1, .max = 1000000,
	    .doc = "WebSocket handshakes a minute from one address."),
	S(limit_telemetry, .min = 1, .max = 100000000,
	    .doc = "Readings, or parcels of them, a minute from one address."),
	S(socket_ping_seconds, .min = 1, .max = 60,
	    .doc = "Silence after which a WebSocket is pinged; as much more, and it is closed."),
	S(lock_tries, .min = 3, .max = 1000,
	    .doc = "Wrong passwords or codes, in LOCK_MINUTES, that lock an account for as long."),
	S(lock_minutes, .min = 1, .max = 1440, .doc = "See LOCK_TRIES."),
	S(currency, .check = currency_ok, .doc = "Of lots that say nothing else; ISO 4217."),
	S(base_rate_per_hour,
	    .doc = "Price of a started hour at lots without a tariff of their own."),
	S(grace_period_minutes, .max = 1440,
	    .doc = "A stay no longer than this is free where nothing else is said."),
	S(default_lot, .max = INT64_MAX,
	    .doc = "Number of the lot that is meant when none is named; 0: the first."),
	S(keep_logins_days, .min = 1, .max = 36500,
	    .doc = "Days that a log-in is kept after it has ended. What goes when: "
		   "/admin/deletions."),
	S(keep_notices_days, .min = 1, .max = 36500, .doc = "Days that notices are kept."),
	S(keep_messages_days, .min = 1, .max = 36500,
	    .doc = "Days that the words of e-mails and text messages are kept."),
	S(keep_addresses_days, .min = 1, .max = 36500,
	    .doc = "Days that the audit log tells from which network address things were done."),
	S(keep_audit_days, .min = 1, .max = 36500, .doc = "Days that the audit log is kept."),
	S(keep_provider_days, .min = 1, .max = 36500,
	    .doc = "Days that the payment provider's messages are kept as they came."),
	S(keep_plates_days, .min = 1, .max = 36500,
	    .doc = "Days that the plate is kept of a booking or a stay that is over."),
	S(keep_plate_reads_days, .min = 1, .max = 36500,
	    .doc = "Days that plate reads without a stay are kept, with their photographs."),
	S(reports_per_minute, .max = 1000000,
	    .doc = "Monthly reports written a minute, so that other mail is not held up; 0: as "
		   "fast as it goes."),
	S(smtp_url, .secret = true, .check = smtp_ok,
	    .doc = "Mail server: smtp://host:587 or smtps://host. Without one, mail waits on "
		   "/admin/outbox."),
	S(smtp_ca_file, .doc = "Certificates to check the mail server with; unset: the system's."),
	S(mail_server, .doc = "The mail server as host or host:port, if SMTP_URL is not set."),
	S(mail_username, .doc = "Name at the mail server; then it has to speak TLS."),
	S(mail_password, .secret = true, .doc = "Password at the mail server."),
	S(mail_from, .doc = "Sender of all mail. Unset: MAIL_USERNAME if that is an address."),
	S(payment_base_url, .check = web_address_ok,
	    .doc = "The payment provider's API (Stripe's shape): https://api.stripe.com."),
	S(payment_secret_key, .secret = true, .doc = "Key for the payment provider's API."),
	S(payment_webhook_secret, .secret = true,
	    .doc = "What the provider signs its webhooks with."),
	S(s3_endpoint, .check = web_address_ok,
	    .doc = "An S3 server other than Amazon's: http://host:8080."),
	S(aws_s3_bucket, .doc = "Bucket for images. Unset: files under DATA_DIR."),
	S(aws_access_key_id, .doc = "Key of that bucket."),
	S(aws_secret_access_key, .secret = true, .doc = "Its secret."),
	S(aws_region, .doc = "Its region."),
	S(twilio_base_url, .check = web_address_ok, .doc = "Where text messages are handed in."),
	S(twilio_account_sid,
	    .doc = "Account for text messages. Unset: they wait on /admin/outbox."),
	S(twilio_auth_token, .secret = true, .doc = "Its secret."),
	S(twilio_from_number, .doc = "Their sender: +15005550006."),
	S(ocr_engine, .among = engines, .doc = "Reads plates: nets or tesseract."),
	S(ocr_confidence_threshold, .check = share_ok,
	    .doc = "Plate reads below it go to a person for review; 0 to 1."),
	S(ocr_region, .among = sight_regions,
	    .doc = "Whose plates are likely where a lot does not say: eu, us, br, in, or any "
		   "(which reads worse)."),
	S(ocr_readers, .min = 0, .max = 32,
	    .doc = "Photographs that are read at a time; 0: one a core."),
	S(ocr_seconds, .min = 1, .max = 120,
	    .doc = "The longest one may take; then it is given up."),
	S(telemetry_duplicates, .among = duplicates,
	    .doc = "A reading sent twice: refuse answers 400, ignore 200."),
	S(telemetry_days, .max = 36500,
	    .doc = "Days for which readings of devices are kept, to the month; 0: for ever."),
	FIELD_END
};

/* ---- from the environment */

/* "data_dir" → "DATA_DIR" */
static text
name_outside(struct arena *a, text name)
{
	char *s = arena_text(a, name);

	for (char *p = s; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return s;
}

static text
set_or_null(text name)
{
	text value = getenv(name);

	return value && *value ? value : NULL;
}

static struct raw
from_environment(void *from, const struct field *f)
{
	struct arena *a = from;
	text value = set_or_null(name_outside(a, f->name));

	if (value == NULL && text_is(f->name, "jwt_secret"))
		value = set_or_null("SECRET_KEY");
	if (value == NULL && text_is(f->name, "database_url"))
		value = set_or_null("DB_URI");
	if (value == NULL)
		value = field_get(a, f, &defaults);
	return (struct raw){ .present = true, .text = value };
}

static text
all_complaints(struct arena *a, const struct complaints *c)
{
	struct buf b = BUF(a);

	for (int i = 0; i < c->n; i++)
		buf_fmt(
		    &b, "%s%s: %s", i ? "\n" : "", name_outside(a, c->v[i].field), c->v[i].says);
	return buf_text(&b);
}

/* ---- what follows from others */

static text
absolute(struct arena *a, text path)
{
	char here[PATH_MAX];

	if (*path == '/' || getcwd(here, sizeof here) == NULL)
		return path;
	return arena_fmt(a, "%s/%s", here, path);
}

/* DATA_DIR/run is a link where the path would be too long for a socket. */
static text
run_folder(struct arena *a, text data_dir)
{
	char real[PATH_MAX];
	text run = arena_fmt(a, "%s/run", data_dir);

	return realpath(run, real) ? arena_text(a, real) : run;
}

static text
without_slash(struct arena *a, text s)
{
	size_t n = strlen(s);

	while (n && s[n - 1] == '/')
		n--;
	return arena_bytes(a, s, n);
}

/* SQLAlchemy's postgresql+psycopg2://… is ours without the driver. */
static text
without_driver(struct arena *a, text url)
{
	text plus = strchr(url, '+'), scheme = strstr(url, "://");

	if (plus == NULL || scheme == NULL || plus > scheme)
		return url;
	return arena_fmt(a, "%.*s%s", (int)(plus - url), url, scheme);
}

static void
complete_addresses(struct arena *a, struct settings *s)
{
	struct buf host = BUF(a);
	text run;

	s->data_dir = without_slash(a, absolute(a, s->data_dir));
	if (*s->run_dir == 0)
		s->run_dir = run_folder(a, s->data_dir);
	if (*s->store_dir == 0)
		s->store_dir = arena_fmt(a, "%s/store", s->data_dir);
	s->store_dir = without_slash(a, absolute(a, s->store_dir));
	run = s->run_dir = without_slash(a, absolute(a, s->run_dir));
	buf_url(&host, run);
	if (*s->database_url == 0)
		s->database_url =
		    arena_fmt(a, "postgresql://parking@/parking?host=%s", buf_text(&host));
	s->database_url = without_driver(a, s->database_url);
	if (*s->redis_url == 0)
		s->redis_url = arena_fmt(a, "unix://%s/redis.sock", run);
	if (*s->base_url == 0)
		s->base_url =
		    arena_fmt(a, strchr(s->bind, ':') ? "http://[%s]:%lld" : "http://%s:%lld",
			s->bind, (long long)s->port);
	s->base_url = without_slash(a, s->base_url);
}

/* A mail server that asks for a name takes mail at 587 (RFC 6409), another at 25. */
static void
complete_mail(struct arena *a, struct settings *s)
{
	if (*s->smtp_url == 0 && *s->mail_server)
		s->smtp_url = arena_fmt(a, "smtp://%s%s", s->mail_server,
		    strchr(s->mail_server, ':') || *s->mail_username == 0 ? "" : ":587");
	if (*s->mail_from == 0)
		s->mail_from =
		    strchr(s->mail_username, '@') ? s->mail_username : "parking@localhost";
}

static bool
is_loopback(text address)
{
	return text_starts(address, "127.") || text_is(address, "::1");
}

bool
settings_mail_needs_tls(void)
{
	text host = strstr(settings.smtp_url, "://");

	if (host == NULL || *settings.mail_username || *settings.smtp_ca_file)
		return true;
	host += 3;
	if (strchr(host, '@')) /* smtp://name:password@host */
		return true;
	size_t n = *host == '[' ? strcspn(host, "]") : strcspn(host, ":/");
	return !((n == 9 && strncmp(host, "localhost", n) == 0) || text_starts(host, "127.") ||
	    (n == 4 && strncmp(host, "[::1", n) == 0));
}

/* ---- secrets */

/* The first line of a file in *out; false if there is none. */
static bool
read_secret(struct arena *a, text path, text *out)
{
	char line[256];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return false;
	ssize_t n = read(fd, line, sizeof line);
	close(fd);
	if (n < SECRET_BYTES)
		return false;
	*out = arena_bytes(a, line, strcspn(arena_bytes(a, line, (size_t)n), "\n"));
	return true;
}

/* Two programs may start at once: the one that comes second finds the first one's secret. */
static bool
make_secret(struct arena *a, text path)
{
	unsigned char bytes[SECRET_BYTES];
	struct buf hex = BUF(a);
	text draft = arena_fmt(a, "%s.%ld", path, (long)getpid());
	int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return false;
	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		BUG("the kernel gives no random bytes");
	for (size_t i = 0; i < sizeof bytes; i++)
		buf_fmt(&hex, "%02x", bytes[i]);
	buf_char(&hex, '\n');
	bool written = write(fd, hex.p, hex.n) == (ssize_t)hex.n && fsync(fd) == 0;
	close(fd);
	written = written && (link(draft, path) == 0 || errno == EEXIST);
	unlink(draft);
	return written;
}

static bool
demo_secret(struct arena *a, text name, bool make, text *out, text *why)
{
	text folder = arena_fmt(a, "%s/secrets", settings.data_dir);
	text path = arena_fmt(a, "%s/%s", folder, name);

	if (read_secret(a, path, out) || !make)
		return true;
	mkdir(settings.data_dir, 0755);
	mkdir(folder, 0700);
	if (make_secret(a, path) && read_secret(a, path, out))
		return true;
	*why =
	    arena_fmt(a, "A demo keeps its secrets under DATA_DIR, and %s cannot be written: %s.",
		path, strerror(errno));
	return false;
}

/* ---- what does not go together */

static bool
whole(struct arena *a, const struct settings *s, text *why)
{
	const struct {
		text has, name, needs, missing;
	} pairs[] = {
		{ s->mail_username, "MAIL_USERNAME", s->smtp_url, "SMTP_URL or MAIL_SERVER" },
		{ s->mail_username, "MAIL_USERNAME", s->mail_password, "MAIL_PASSWORD" },
		{ s->aws_s3_bucket, "AWS_S3_BUCKET", s->aws_access_key_id, "AWS_ACCESS_KEY_ID" },
		{ s->aws_s3_bucket, "AWS_S3_BUCKET", s->aws_secret_access_key,
		    "AWS_SECRET_ACCESS_KEY" },
		{ s->twilio_account_sid, "TWILIO_ACCOUNT_SID", s->twilio_auth_token,
		    "TWILIO_AUTH_TOKEN" },
		{ s->twilio_account_sid, "TWILIO_ACCOUNT_SID", s->twilio_from_number,
		    "TWILIO_FROM_NUMBER" },
		{ s->payment_base_url, "PAYMENT_BASE_URL", s->payment_secret_key,
		    "PAYMENT_SECRET_KEY" },
		{ s->payment_base_url, "PAYMENT_BASE_URL", s->payment_webhook_secret,
		    "PAYMENT_WEBHOOK_SECRET" },
	};
	money rate;

	for (size_t i = 0; i < LENGTH(pairs); i++)
		if (*pairs[i].has && *pairs[i].needs == 0) {
			*why = arena_fmt(a, "%s is missing: %s is set, which needs it.",
			    pairs[i].missing, pairs[i].name);
			return false;
		}
	if (s->demo && !is_loopback(s->bind)) {
		*why = arena_fmt(a,
		    "BIND is %s, but a demo has log-ins that everybody knows and serves "
		    "loopback alone: set DEMO=0 and JWT_SECRET to serve others.",
		    s->bind);
		return false;
	}
	if (!money_parse(s->base_rate_per_hour, s->currency, &rate) || rate.minor < 0) {
		*why = arena_fmt(a, "BASE_RATE_PER_HOUR: \"%s\" is no price in %s.",
		    s->base_rate_per_hour, s->currency);
		return false;
	}
	return true;
}

static bool
read_all(struct arena *a, bool strict, text *why)
{
	struct settings s = { 0 };
	struct complaints c = { 0 };

	if (!fields_decode(a, settings_fields, &s, from_environment, a, &c)) {
		*why = all_complaints(a, &c);
		return false;
	}
	complete_addresses(a, &s);
	complete_mail(a, &s);
	if (!whole(a, &s, why))
		return false;
	settings = s;
	if (*s.jwt_secret == 0 && (s.demo || !strict))
		return demo_secret(a, "jwt_secret", s.demo && strict, &settings.jwt_secret, why);
	if (*s.jwt_secret == 0) {
		*why = "JWT_SECRET is missing: it signs log-ins, so nothing starts without it. "
		       "Set it to 32 random characters or more (openssl rand -hex 32 makes them), "
		       "or set DEMO=1 to try things out.";
		return false;
	}
	return true;
}

bool
settings_read(struct arena *a, text *why)
{
	return read_all(a, true, why);
}

bool
settings_glance(struct arena *a, text *why)
{
	return read_all(a, false, why);
}

/* ---- to be read by people */

/* Words in lines of at most 90 columns behind "# ". */
static void
print_words(struct buf *b, text words)
{
	size_t column = 0;

	while (*words) {
		size_t n = strcspn(words, " ");

		if (column == 0 || column + n > 90) {
			buf_fmt(b, "%s# ", column ? "\n" : "");
			column = 2;
		} else {
			buf_char(b, ' ');
			column++;
		}
		buf_bytes(b, words, n);
		column += n;
		words += n + (words[n] == ' ');
	}
	buf_char(b, '\n');
}

void
settings_print(struct buf *b)
{
	print_words(b,
	    "The settings of Smart Parking, from the environment, with what holds when they "
	    "are not set. Printed by `parkctl settings`; a test keeps it so.");
	for (const struct field *f = settings_fields; f->name; f++) {
		buf_char(b, '\n');
		print_words(b, f->doc);
		text value = f->type == FT_BOOL ? "0" : field_get(b->arena, f, &defaults);
		buf_fmt(b, "#%s=%s\n", name_outside(b->arena, f->name), value);
	}
}
