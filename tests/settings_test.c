/* The environment: what is taken, what is refused and with which words. */
#include <setjmp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gear/settings.h"

#include <cmocka.h>

static char folder[64];

static void
forget_environment(void)
{
	struct arena *a = arena_new();

	for (const struct field *f = settings_fields; f->name; f++) {
		char *name = arena_text(a, f->name);

		for (char *p = name; *p; p++)
			*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
		unsetenv(name);
	}
	unsetenv("SECRET_KEY");
	unsetenv("DB_URI");
	arena_free(a);
}

static int
begin(void **state)
{
	forget_environment();
	snprintf(folder, sizeof folder, "/tmp/settings-test.XXXXXX");
	if (mkdtemp(folder) == NULL)
		return 1;
	setenv("DATA_DIR", folder, 1);
	setenv("JWT_SECRET", "0123456789abcdef0123456789abcdef", 1);
	*state = arena_new();
	return 0;
}

static int
end(void **state)
{
	struct arena *a = *state;

	unlink(arena_fmt(a, "%s/secrets/jwt_secret", folder));
	rmdir(arena_fmt(a, "%s/secrets", folder));
	unlink(arena_fmt(a, "%s/run", folder));
	rmdir(folder);
	arena_free(a);
	return 0;
}

static void
taken(struct arena *a)
{
	text why = "";

	if (!settings_read(a, &why))
		fail_msg("refused: %s", why);
}

/* Refused, with these words among the reasons. */
static void
refused(struct arena *a, text words)
{
	text why = "";

	assert_false(settings_read(a, &why));
	if (strstr(why, words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why, words);
}

static void
without_anything_set_the_defaults_hold(void **state)
{
	struct arena *a = *state;

	taken(a);
	assert_int_equal(settings.port, 8888);
	assert_string_equal(settings.bind, "127.0.0.1");
	assert_string_equal(settings.base_url, "http://127.0.0.1:8888");
	assert_string_equal(settings.base_rate_per_hour, "50");
	assert_int_equal(settings.grace_period_minutes, 10);
	assert_string_equal(settings.ocr_confidence_threshold, "0.55");
	assert_false(settings.demo);
}

static void
private_servers_are_found_under_data_dir(void **state)
{
	struct arena *a = *state;
	text run = arena_fmt(a, "%s/run", folder);

	taken(a);
	assert_non_null(strstr(settings.database_url, "host=%2Ftmp%2Fsettings-test."));
	assert_string_equal(settings.redis_url, arena_fmt(a, "unix://%s/redis.sock", run));
	assert_int_equal(symlink("/tmp", run), 0); /* the path was too long for a socket */
	taken(a);
	assert_string_equal(settings.redis_url, "unix:///tmp/redis.sock");
}

static void
names_of_the_source_systems_are_taken(void **state)
{
	struct arena *a = *state;

	unsetenv("JWT_SECRET");
	setenv("SECRET_KEY", "a secret key of thirty-two bytes.", 1);
	setenv("DB_URI", "postgresql+psycopg2://me:pw@db/parking", 1);
	taken(a);
	assert_string_equal(settings.jwt_secret, "a secret key of thirty-two bytes.");
	assert_string_equal(settings.database_url, "postgresql://me:pw@db/parking");
	setenv("DATABASE_URL", "postgres://other/parking", 1);
	taken(a);
	assert_string_equal(settings.database_url, "postgres://other/parking");
}

static void
a_missing_secret_stops_the_program_and_is_named(void **state)
{
	struct arena *a = *state;

	unsetenv("JWT_SECRET");
	refused(a, "JWT_SECRET is missing");
	setenv("JWT_SECRET", "", 1);
	refused(a, "JWT_SECRET is missing");
	setenv("JWT_SECRET", "short", 1);
	refused(a, "JWT_SECRET: This is too short");
}

static void
every_half_of_a_pair_is_missed_by_name(void **state)
{
	static const text halves[][3] = {
		{ "AWS_S3_BUCKET", "plates", "AWS_ACCESS_KEY_ID is missing" },
		{ "TWILIO_ACCOUNT_SID", "AC1", "TWILIO_AUTH_TOKEN is missing" },
		{ "PAYMENT_BASE_URL", "https://pay.example", "PAYMENT_SECRET_KEY is missing" },
		{ "MAIL_USERNAME", "me@example.org", "SMTP_URL or MAIL_SERVER is missing" },
	};
	struct arena *a = *state;

	for (size_t i = 0; i < LENGTH(halves); i++) {
		setenv(halves[i][0], halves[i][1], 1);
		refused(a, halves[i][2]);
		unsetenv(halves[i][0]);
	}
	taken(a);
}

static void
a_demo_makes_its_secret_once_and_keeps_it_to_itself(void **state)
{
	struct arena *a = *state;
	struct stat st;

	unsetenv("JWT_SECRET");
	setenv("DEMO", "1", 1);
	taken(a);
	text first = settings.jwt_secret;
	assert_int_equal(strlen(first), 64);
	assert_int_equal(stat(arena_fmt(a, "%s/secrets/jwt_secret", folder), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	taken(a);
	assert_string_equal(settings.jwt_secret, first);
	unsetenv("DEMO"); /* a real server does not fall back on it */
	refused(a, "JWT_SECRET is missing");
}

static void
a_glance_needs_no_secret_and_makes_none(void **state)
{
	struct arena *a = *state;
	text why = "";

	unsetenv("JWT_SECRET");
	assert_true(settings_glance(a, &why));
	assert_string_equal(settings.jwt_secret, "");
	setenv("DEMO", "1", 1);
	assert_true(settings_glance(a, &why));
	assert_int_not_equal(access(arena_fmt(a, "%s/secrets", folder), F_OK), 0);
}

static void
a_demo_serves_loopback_alone(void **state)
{
	struct arena *a = *state;

	setenv("DEMO", "1", 1);
	setenv("BIND", "0.0.0.0", 1);
	refused(a, "serves loopback alone");
	setenv("BIND", "::", 1);
	refused(a, "serves loopback alone");
	setenv("BIND", "::1", 1);
	taken(a);
	assert_string_equal(settings.base_url, "http://[::1]:8888");
	setenv("DEMO", "0", 1);
	setenv("BIND", "0.0.0.0", 1);
	taken(a);
}

static void
nonsense_is_named_with_its_setting(void **state)
{
	static const text nonsense[][3] = {
		{ "PORT", "eighty", "PORT: This takes a whole number." },
		{ "PORT", "0", "PORT: This must be from 1 to 65535." },
		{ "PORT", "70000", "PORT: This must be from 1 to 65535." },
		{ "BIND", "localhost", "BIND: This takes an address in digits" },
		{ "BASE_URL", "parking.example", "BASE_URL: This must begin with http" },
		{ "BASE_URL", "https://a.example/parking",
		    "BASE_URL: This takes a scheme and a host" },
		{ "BASE_URL", "https://a\"b", "BASE_URL: This takes a scheme and a host" },
		{ "DATABASE_URL", "mysql://root@db/x", "DATABASE_URL: This must be a PostgreSQL" },
		{ "REDIS_URL", "rediss://cache:6379", "REDIS_URL: Redis is reached without TLS" },
		{ "REDIS_URL", "localhost:6379", "REDIS_URL: This must be redis://" },
		{ "SMTP_URL", "mail.example:25", "SMTP_URL: This must begin with smtp://" },
		{ "CURRENCY", "euro", "CURRENCY: This takes an ISO 4217 code" },
		{ "BASE_RATE_PER_HOUR", "a lot",
		    "BASE_RATE_PER_HOUR: \"a lot\" is no price in EUR." },
		{ "BASE_RATE_PER_HOUR", "-5", "BASE_RATE_PER_HOUR: \"-5\" is no price in EUR." },
		{ "OCR_ENGINE", "guess", "OCR_ENGINE: This must be one of: nets, tesseract." },
		{ "OCR_CONFIDENCE_THRESHOLD", "55",
		    "OCR_CONFIDENCE_THRESHOLD: This takes a share" },
		{ "OCR_CONFIDENCE_THRESHOLD", "..",
		    "OCR_CONFIDENCE_THRESHOLD: This takes a share" },
		{ "TELEMETRY_DUPLICATES", "maybe", "TELEMETRY_DUPLICATES: This must be one of" },
		{ "DEMO", "perhaps", "DEMO: This takes yes or no." },
		{ "WORKERS", "1000", "WORKERS: This must be from 1 to 64." },
	};
	struct arena *a = *state;

	for (size_t i = 0; i < LENGTH(nonsense); i++) {
		setenv(nonsense[i][0], nonsense[i][1], 1);
		refused(a, nonsense[i][2]);
		unsetenv(nonsense[i][0]);
	}
	taken(a);
}

static void
the_mail_server_is_one_url_in_the_end(void **state)
{
	struct arena *a = *state;

	taken(a);
	assert_string_equal(settings.smtp_url, "");
	setenv("MAIL_SERVER", "127.0.0.1:1025", 1);
	taken(a);
	assert_string_equal(settings.smtp_url, "smtp://127.0.0.1:1025");
	setenv("MAIL_SERVER", "mail.example", 1);
	setenv("MAIL_USERNAME", "me@mail.example", 1);
	setenv("MAIL_PASSWORD", "secret", 1);
	taken(a);
	assert_string_equal(settings.smtp_url, "smtp://mail.example:587");
	assert_string_equal(settings.mail_from, "me@mail.example");
	setenv("SMTP_URL", "smtps://other.example", 1);
	taken(a);
	assert_string_equal(settings.smtp_url, "smtps://other.example");
}

static void
only_a_mail_server_on_this_machine_may_do_without_tls(void **state)
{
	static const struct {
		text url;
		bool tls;
	} servers[] = { { "smtp://127.0.0.1:25", false }, { "smtp://localhost", false },
		{ "smtp://[::1]:25", false }, { "smtp://mail.example", true },
		{ "smtp://localhost.example", true }, { "smtp://me:pw@localhost", true } };
	struct arena *a = *state;

	for (size_t i = 0; i < LENGTH(servers); i++) {
		setenv("SMTP_URL", servers[i].url, 1);
		taken(a);
		if (settings_mail_needs_tls() != servers[i].tls)
			fail_msg("%s", servers[i].url);
	}
	setenv("SMTP_URL", "smtp://localhost", 1);
	setenv("SMTP_CA_FILE", "/etc/ssl/own.pem", 1);
	taken(a);
	assert_true(settings_mail_needs_tls());
}

static void
the_example_lists_every_setting_as_it_is(void **state)
{
	struct arena *a = *state;
	struct buf b = BUF(a);
	char kept[65536];
	FILE *f = fopen("conf/settings.example", "r");

	assert_non_null(f);
	size_t n = fread(kept, 1, sizeof kept - 1, f);
	kept[n] = 0;
	fclose(f);
	setenv("PORT", "1234", 1); /* it prints what holds without an environment, */
	taken(a);
	settings_print(&b);
	assert_null(strstr(buf_text(&b), "0123456789abcdef")); /* and never a secret */
	if (!text_is(buf_text(&b), kept))
		fail_msg("conf/settings.example is stale: make conf/settings.example");
}

int
main(void)
{
#define T(sentence) cmocka_unit_test_setup_teardown(sentence, begin, end)
	const struct CMUnitTest tests[] = {
		T(without_anything_set_the_defaults_hold),
		T(private_servers_are_found_under_data_dir),
		T(names_of_the_source_systems_are_taken),
		T(a_missing_secret_stops_the_program_and_is_named),
		T(every_half_of_a_pair_is_missed_by_name),
		T(a_demo_makes_its_secret_once_and_keeps_it_to_itself),
		T(a_glance_needs_no_secret_and_makes_none),
		T(a_demo_serves_loopback_alone),
		T(nonsense_is_named_with_its_setting),
		T(the_mail_server_is_one_url_in_the_end),
		T(only_a_mail_server_on_this_machine_may_do_without_tls),
		T(the_example_lists_every_setting_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
