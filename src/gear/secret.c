#include "gear/secret.h"

#include <crypt.h>
#include <sodium.h>

#include "gear/helpers.h"
#include "gear/settings.h"

/* The 3,000 most used passwords, sorted. */
static const text common_passwords[] = {
#define COMMON(word) word,
#include "gear/common_passwords.def"
#undef COMMON
};

/* A sum for a helper: message and answer in one. */
struct sum {
	enum { HASH, CHECK } what;
	bool right, rehash, failed;
	char password[PASSWORD_MAX * 4 + 1];
	char hash[crypto_pwhash_STRBYTES];
};
_Static_assert(sizeof(struct sum) <= HELPER_BYTES, "a sum fits into a message");

static struct crew *crew; /* NULL: who asks does the sum */
static char hash_of_nobody[crypto_pwhash_STRBYTES];

static bool
argon2(const char *password, char out[crypto_pwhash_STRBYTES])
{
	return crypto_pwhash_str(out, password, strlen(password),
		   crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
}

void
secret_start(void)
{
	char nobody[33];

	if (sodium_init() == -1)
		BUG("libsodium does not start");
	if (hash_of_nobody[0])
		return;
	unsigned char bytes[16];
	randombytes_buf(bytes, sizeof bytes);
	sodium_bin2hex(nobody, sizeof nobody, bytes, sizeof bytes);
	if (!argon2(nobody, hash_of_nobody))
		BUG("not enough memory for a password");
}

/* ---- passwords */

static bool
is_bcrypt(text hash)
{
	return (text_starts(hash, "$2a$") || text_starts(hash, "$2b$") ||
		   text_starts(hash, "$2y$")) &&
	    strlen(hash) == 60;
}

bool
password_hash_known(text hash)
{
	return is_bcrypt(hash) ||
	    (text_starts(hash, "$argon2id$") && strlen(hash) < crypto_pwhash_STRBYTES);
}

static bool
bcrypt_right(const char *password, const char *hash)
{
	struct crypt_data *room = calloc(1, sizeof *room);
	const char *made = room ? crypt_r(password, hash, room) : NULL;
	bool right = made && same_secret(made, hash);

	if (room)
		sodium_memzero(room, sizeof *room);
	free(room);
	return right;
}

static void
check(struct sum *s)
{
	bool nobody = s->hash[0] == 0;

	if (is_bcrypt(s->hash)) {
		s->right = bcrypt_right(s->password, s->hash);
		s->rehash = true;
		return;
	}
	if (nobody)
		memcpy(s->hash, hash_of_nobody, sizeof s->hash);
	s->right =
	    crypto_pwhash_str_verify(s->hash, s->password, strlen(s->password)) == 0 && !nobody;
	s->rehash = crypto_pwhash_str_needs_rehash(s->hash, crypto_pwhash_OPSLIMIT_INTERACTIVE,
			crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0;
}

static void
do_sum(void *message, size_t n)
{
	struct sum *s = message;

	if (n != sizeof *s)
		return;
	s->failed = false;
	if (s->what == HASH)
		s->failed = !argon2(s->password, s->hash);
	else
		check(s);
	sodium_memzero(s->password, sizeof s->password);
}

void
secret_fork_helpers(int helpers, int workers)
{
	secret_start();
	crew = helpers_fork(helpers, workers, do_sum);
}

void
secret_use_helpers(int worker)
{
	helpers_use(crew, worker);
}

static enum problem
reckon(struct ctx *c, struct sum *s, text password, text hash)
{
	enum problem e = OK;

	secret_start();
	snprintf(s->password, sizeof s->password, "%s", password);
	snprintf(s->hash, sizeof s->hash, "%s", hash);
	if (crew)
		e = helpers_ask(crew, c, s, sizeof *s);
	else
		do_sum(s, sizeof *s);
	sodium_memzero(s->password, sizeof s->password);
	return e == OK && s->failed ? BUSY : e;
}

enum problem
password_hash(struct ctx *c, text password, text *hash)
{
	struct sum s = { .what = HASH };

	if (strlen(password) >= sizeof s.password)
		BUG("a password is longer than its field allows");
	TRY(reckon(c, &s, password, ""));
	*hash = arena_text(c->arena, s.hash);
	return OK;
}

enum problem
password_check(struct ctx *c, text password, text hash, bool *right, bool *rehash)
{
	struct sum s = { .what = CHECK };
	bool fits = strlen(password) < sizeof s.password && strlen(hash) < sizeof s.hash;

	TRY(reckon(c, &s, fits ? password : "", fits ? hash : ""));
	*right = s.right && fits;
	*rehash = s.rehash;
	return OK;
}

static int
by_word(const void *a, const void *b)
{
	return strcmp(*(const text *)a, *(const text *)b);
}

bool
password_common(text password)
{
	char low[PASSWORD_MAX * 4 + 1];
	text wanted = low;
	size_t n = 0;

	for (; password[n] && n + 1 < sizeof low; n++)
		low[n] = password[n] >= 'A' && password[n] <= 'Z' ? (char)(password[n] + 32)
								  : password[n];
	low[n] = 0;
	return bsearch(&wanted, common_passwords, LENGTH(common_passwords), sizeof(text), by_word);
}

/* ---- random */

void
random_bytes(void *to, size_t n)
{
	secret_start();
	randombytes_buf(to, n);
}

static text
hex(struct arena *a, const unsigned char *bytes, size_t n)
{
	char *out = arena_alloc(a, 2 * n + 1);

	return sodium_bin2hex(out, 2 * n + 1, bytes, n);
}

text
random_hex(struct arena *a, size_t bytes)
{
	unsigned char *raw = arena_alloc(a, bytes);

	random_bytes(raw, bytes);
	return hex(a, raw, bytes);
}

text
random_code(struct arena *a, int digits)
{
	char *out = arena_alloc(a, (size_t)digits + 1);

	secret_start();
	for (int i = 0; i < digits; i++)
		out[i] = (char)('0' + randombytes_uniform(10));
	return out;
}

/* ---- keyed hashes */

static void
hmac(unsigned char out[crypto_auth_hmacsha256_BYTES], const void *key, size_t n_key,
    const void *message, size_t n)
{
	crypto_auth_hmacsha256_state st;

	crypto_auth_hmacsha256_init(&st, key, n_key);
	crypto_auth_hmacsha256_update(&st, message, n);
	crypto_auth_hmacsha256_final(&st, out);
	sodium_memzero(&st, sizeof st);
}

text
keyed_hash(struct arena *a, text purpose, text message)
{
	unsigned char key[crypto_auth_hmacsha256_BYTES], out[crypto_auth_hmacsha256_BYTES];

	if (settings.jwt_secret == NULL || *settings.jwt_secret == 0)
		BUG("no JWT_SECRET");
	secret_start();
	hmac(key, settings.jwt_secret, strlen(settings.jwt_secret), purpose, strlen(purpose));
	hmac(out, key, sizeof key, message, strlen(message));
	sodium_memzero(key, sizeof key);
	return hex(a, out, sizeof out);
}

text
shared_hash(struct arena *a, text key, const void *bytes, size_t n)
{
	unsigned char out[crypto_auth_hmacsha256_BYTES];

	secret_start();
	hmac(out, key, strlen(key), bytes, n);
	return hex(a, out, sizeof out);
}

text
sha256_hex(struct arena *a, const void *bytes, size_t n)
{
	unsigned char out[crypto_hash_sha256_BYTES];

	secret_start();
	crypto_hash_sha256(out, bytes, n);
	return hex(a, out, sizeof out);
}

bool
same_secret(text a, text b)
{
	size_t n = strlen(a);

	return n == strlen(b) && sodium_memcmp(a, b, n) == 0;
}
