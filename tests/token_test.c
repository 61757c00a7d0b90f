/* Tokens: libjwt 1.10.2 checks the signature and nothing else, so each claim has a test of its own here. */
#include "world.h"

#include <sodium.h>

#include "gear/secret.h"
#include "gear/settings.h"
#include "gear/token.h"

#define SECRET "only-for-tests-0123456789abcdef0123456789abcdef"
#define HS256 "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"

static int
begin(void **state)
{
	(void)state;
	c = (struct ctx){ .arena = arena_new(), .now = NOON };
	settings.jwt_secret = SECRET;
	return sodium_init() == -1;
}

static int
end(void **state)
{
	(void)state;
	arena_free(c.arena);
	return 0;
}

static text
base64url(const void *bytes, size_t n)
{
	size_t room = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	char *out = arena_alloc(c.arena, room);

	return sodium_bin2base64(out, room, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* A token as anybody could make it who knows `key`; NULL: without a signature. */
static text
token_of(text head, text claims, text key)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state st;
	text said = arena_fmt(
	    c.arena, "%s.%s", base64url(head, strlen(head)), base64url(claims, strlen(claims)));

	if (key == NULL)
		return arena_fmt(c.arena, "%s.", said);
	crypto_auth_hmacsha256_init(&st, (const unsigned char *)key, strlen(key));
	crypto_auth_hmacsha256_update(&st, (const unsigned char *)said, strlen(said));
	crypto_auth_hmacsha256_final(&st, mac);
	return arena_fmt(c.arena, "%s.%s", said, base64url(mac, sizeof mac));
}

/* The claims of a good token, but for one that is said otherwise (NULL: left out). */
static text
claims_but(text name, text value)
{
	static const struct {
		text name, value;
	} good[] = { { "iss", "\"smart-parking\"" }, { "aud", "\"smart-parking\"" },
		{ "sub", "\"7\"" }, { "jti", "\"0123456789abcdef\"" }, { "use", "\"access\"" },
		{ "iat", "1794916700" }, { "nbf", "1794916700" }, { "exp", "1794917400" } };
	struct buf b = BUF(c.arena);

	for (size_t i = 0; i < LENGTH(good); i++) {
		text v = text_is(good[i].name, name) ? value : good[i].value;

		if (v)
			buf_fmt(&b, "%c\"%s\":%s", b.n ? ',' : '{', good[i].name, v);
	}
	buf_char(&b, '}');
	return buf_text(&b);
}

static bool
holds(text jwt)
{
	struct token t;

	return token_read(&c, jwt, &t);
}

static bool
holds_but(text name, text value)
{
	return holds(token_of(HS256, claims_but(name, value), SECRET));
}

static text
our_own(void)
{
	struct token t = { "0123456789abcdef", 7, "access", NOON, instant_plus(NOON, HOUR) };

	return token_sign(&c, &t);
}

static void
what_we_sign_we_read(void **state)
{
	struct token t;

	(void)state;
	assert_true(token_read(&c, our_own(), &t));
	assert_string_equal(t.jti, "0123456789abcdef");
	assert_string_equal(t.use, "access");
	assert_int_equal(t.user_id, 7);
	assert_int_equal(t.issued.us, NOON.us);
	assert_int_equal(t.expires.us, instant_plus(NOON, HOUR).us);
}

/* Else the tests below would pass for a wrong reason. */
static void
a_token_made_by_hand_is_as_good_as_ours(void **state)
{
	(void)state;
	assert_true(holds_but("", ""));
}

static void
a_changed_letter_anywhere_is_noticed(void **state)
{
	text good = our_own();

	(void)state;
	for (size_t i = 0; good[i + 1]; i++) {
		char *bad = arena_text(c.arena, good);

		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		assert_false(holds(bad));
	}
}

static void
no_other_algorithm_is_taken(void **state)
{
	static const text algorithms[] = { "none", "None", "NONE", "HS384", "HS512", "RS256",
		"ES256", "", "hs256x" };

	(void)state;
	for (size_t i = 0; i < LENGTH(algorithms); i++) {
		text head = arena_fmt(c.arena, "{\"alg\":\"%s\",\"typ\":\"JWT\"}", algorithms[i]);

		assert_false(holds(token_of(head, claims_but("", ""), NULL)));
		assert_false(holds(token_of(head, claims_but("", ""), SECRET)));
		assert_false(holds(token_of(head, claims_but("", ""), "")));
	}
	assert_false(holds(token_of("{\"typ\":\"JWT\"}", claims_but("", ""), SECRET)));
}

static void
a_key_named_in_the_token_is_not_fetched_nor_used(void **state)
{
	text head =
	    "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"../../dev/null\","
	    "\"jku\":\"http://127.0.0.1:9/k\",\"jwk\":{\"kty\":\"oct\",\"k\":\"YXR0YWNr\"}}";

	(void)state;
	assert_false(holds(token_of(head, claims_but("", ""), "attack")));
	assert_false(holds(token_of(head, claims_but("", ""), "")));
}

static void
another_key_is_not_ours(void **state)
{
	text good = our_own();

	(void)state;
	assert_false(holds(token_of(HS256, claims_but("", ""), "another-secret")));
	settings.jwt_secret = "another-secret-0123456789abcdef0123456789abcdef";
	assert_false(holds(good));
}

static void
it_ends_when_it_says(void **state)
{
	text good = our_own();

	(void)state;
	c.now = instant_plus(NOON, HOUR - SECOND);
	assert_true(holds(good));
	c.now = instant_plus(NOON, HOUR);
	assert_false(holds(good));
}

static void
it_does_not_begin_before_it_says(void **state)
{
	(void)state;
	assert_true(
	    holds_but("nbf", "1794916850")); /* clocks of two machines may differ by a minute */
	assert_false(holds_but("nbf", "1794916870"));
	assert_true(holds_but("iat", "1794916850"));
	assert_false(holds_but("iat", "1794916870"));
}

static void
every_claim_is_needed(void **state)
{
	static const text names[] = { "iss", "aud", "sub", "jti", "use", "iat", "nbf", "exp" };

	(void)state;
	for (size_t i = 0; i < LENGTH(names); i++)
		assert_false(holds_but(names[i], NULL));
}

static void
every_claim_is_of_its_type(void **state)
{
	static const text words[] = { "iss", "aud", "jti", "use", "sub" };
	static const text numbers[] = { "iat", "nbf", "exp" };
	static const text no_words[] = { "7", "null", "true", "[]", "{}", "\"\"",
		"[\"smart-parking\"]" };
	static const text no_numbers[] = { "\"1794917400\"", "null", "true", "[1794917400]",
		"1794917400.5", "-1794917400", "0", "9223372036854775807", "18446744073709551615",
		"1e99" };

	(void)state;
	for (size_t i = 0; i < LENGTH(words); i++)
		for (size_t k = 0; k < LENGTH(no_words); k++)
			assert_false(holds_but(words[i], no_words[k]));
	for (size_t i = 0; i < LENGTH(numbers); i++)
		for (size_t k = 0; k < LENGTH(no_numbers); k++)
			assert_false(holds_but(numbers[i], no_numbers[k]));
}

static void
issuer_audience_and_subject_are_ours(void **state)
{
	(void)state;
	assert_false(holds_but("iss", "\"someone-else\""));
	assert_false(holds_but("aud", "\"another-program\""));
	assert_false(holds_but("sub", "\"0\""));
	assert_false(holds_but("sub", "\"-7\""));
	assert_false(holds_but("sub", "\"7 \""));
	assert_false(holds_but("sub", "\"99999999999999999999\""));
}

static void
rubbish_is_no_token(void **state)
{
	char *long_one = arena_alloc(c.arena, 100001);
	static const text rubbish[] = { "", ".", "..", "...", "a.b.c", "a",
		"=.=.=", "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.", "eyJhbGciOiJIUzI1NiJ9..",
		"\xff\xfe.\xff.\xff" };

	(void)state;
	for (size_t i = 0; i < LENGTH(rubbish); i++)
		assert_false(holds(rubbish[i]));
	assert_false(holds(NULL));
	memset(long_one, 'a', 100000);
	assert_false(holds(long_one));
	assert_false(holds(token_of(HS256, "[]", SECRET)));
	assert_false(holds(token_of(HS256, "not json", SECRET)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_we_sign_we_read),
		TEST(a_token_made_by_hand_is_as_good_as_ours),
		TEST(a_changed_letter_anywhere_is_noticed),
		TEST(no_other_algorithm_is_taken),
		TEST(a_key_named_in_the_token_is_not_fetched_nor_used),
		TEST(another_key_is_not_ours),
		TEST(it_ends_when_it_says),
		TEST(it_does_not_begin_before_it_says),
		TEST(every_claim_is_needed),
		TEST(every_claim_is_of_its_type),
		TEST(issuer_audience_and_subject_are_ours),
		TEST(rubbish_is_no_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
