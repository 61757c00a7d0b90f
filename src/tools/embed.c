/*
 * embed -- turn a folder of files into C, so that the program carries them with it.
 *
 *	embed templates templates > build/gen/templates.c      (gear/template.h)
 *	embed migrations migrations > build/gen/migrations.c   (gear/migrate.h; without schema.sql, their sum)
 *	embed assets assets > build/gen/assets.c               (web/assets.h)
 *
 * An asset is served at /assets/NAME.HASH.EXT, where HASH is of its bytes, so that it may be cached
 * for ever.  `asset:NAME.EXT` inside a stylesheet, a manifest or an SVG becomes the address of that
 * asset, whose bytes thereby enter the hash.
 */
#include <brotli/encode.h>
#include <dirent.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#define MAX_FILES 1000
#define MAX_PATH 300

struct bytes {
	unsigned char *p;
	size_t n;
};
struct file {
	char path[MAX_PATH]; /* below the folder: "lots/show.mustache" */
	struct bytes raw;
	char url[MAX_PATH + 40];
	unsigned char sum[crypto_hash_sha256_BYTES];
	bool done;
};
static struct file files[MAX_FILES];
static int n_files;

static void
die(const char *what, const char *why)
{
	fprintf(stderr, "embed: %s: %s\n", what, why);
	exit(1);
}

static void *
must(void *p)
{
	if (p == NULL)
		die("memory", "there is none");
	return p;
}

/* ---- reading a folder */

static struct bytes
slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct bytes b = { NULL, 0 };
	size_t cap = 0;

	if (f == NULL)
		die(path, "cannot be read");
	do {
		cap = cap * 2 + 4096;
		b.p = must(realloc(b.p, cap + 1));
		b.n += fread(b.p + b.n, 1, cap - b.n, f);
	} while (b.n == cap);
	b.p[b.n] = 0;
	fclose(f);
	return b;
}

static bool
ends(const char *s, const char *with)
{
	size_t n = strlen(s), k = strlen(with);

	return n >= k && strcmp(s + n - k, with) == 0;
}

static void
gather(const char *root, const char *below, const char *suffix)
{
	char path[2 * MAX_PATH];

	snprintf(path, sizeof path, "%s/%s", root, below);
	DIR *d = opendir(path);
	if (d == NULL)
		return;
	for (struct dirent *e; (e = readdir(d));) {
		char name[MAX_PATH];
		struct stat st;

		if (e->d_name[0] == '.')
			continue;
		if ((size_t)snprintf(name, sizeof name, "%s%s%s", below, *below ? "/" : "",
			e->d_name) >= sizeof name)
			die(e->d_name, "name too long");
		snprintf(path, sizeof path, "%s/%s", root, name);
		if (stat(path, &st) != 0)
			die(path, "cannot be read");
		if (S_ISDIR(st.st_mode)) {
			gather(root, name, suffix);
		} else if (ends(name, suffix) && !ends(name, "schema.sql")) {
			if (n_files == MAX_FILES)
				die(root, "too many files");
			struct file *f = &files[n_files++];
			memcpy(f->path, name, sizeof f->path);
			f->raw = slurp(path);
		}
	}
	closedir(d);
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

/* ---- writing C */

static void
literal(struct bytes b)
{
	putchar('"');
	for (size_t i = 0; i < b.n; i++) {
		unsigned char c = b.p[i];

		if (c == '\n' && i + 1 < b.n)
			fputs("\\n\"\n\t\"", stdout);
		else if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c >= 32 && c < 127 && c != '?') /* no trigraphs */
			putchar(c);
		else
			printf("\\%03o", c);
		if (c != '\n' && i % 2000 == 1999)
			fputs("\"\n\t\"", stdout);
	}
	putchar('"');
}

static void
list(const char *header, const char *kind, const char *name, const char *suffix)
{
	printf("/* Made by embed. */\n#include \"%s\"\n\nconst struct %s all_%s[] = {\n", header,
	    kind, name);
	for (int i = 0; i < n_files; i++) {
		struct bytes path = { (unsigned char *)files[i].path,
			strlen(files[i].path) - strlen(suffix) };

		if (strlen((char *)files[i].raw.p) != files[i].raw.n)
			die(files[i].path, "holds a NUL");
		printf("\t{ ");
		literal(path);
		printf(",\n\t");
		literal(files[i].raw);
		printf(" },\n");
	}
	printf("\t{ 0 }\n};\nconst size_t n_%s = %d;\n", name, n_files);
}

/* ---- assets */

static const struct {
	const char *ext, *type;
	bool refers; /* may name other assets */
} types[] = {
	{ ".css", "text/css; charset=utf-8", true },
	{ ".js", "text/javascript; charset=utf-8", false },
	{ ".svg", "image/svg+xml", true },
	{ ".png", "image/png", false },
	{ ".ico", "image/x-icon", false },
	{ ".woff2", "font/woff2", false },
	{ ".webmanifest", "application/manifest+json", true },
	{ ".txt", "text/plain; charset=utf-8", false },
};

static size_t
type_of(const struct file *f)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (ends(f->path, types[i].ext))
			return i;
	die(f->path, "an asset of unknown type");
	return 0;
}

static void finish(struct file *, int depth);

static const char *
address_of(const char *who, const char *name, size_t n, int depth)
{
	for (int i = 0; i < n_files; i++)
		if (strlen(files[i].path) == n && memcmp(files[i].path, name, n) == 0) {
			finish(&files[i], depth + 1);
			return files[i].url;
		}
	die(who, "refers to an asset that is not there");
	return NULL;
}

/* Puts the address of each asset named in the text in the place of its name. */
static void
resolve(struct file *f, int depth)
{
	static const char mark[] = "asset:";
	struct bytes out = { must(malloc(f->raw.n * 8 + 1)), 0 };
	char *s = (char *)f->raw.p;

	for (char *at; (at = strstr(s, mark));) {
		char *name = at + sizeof mark - 1;
		size_t n = strcspn(name, "\"') \n");
		const char *url = address_of(f->path, name, n, depth);

		memcpy(out.p + out.n, s, (size_t)(at - s));
		out.n += (size_t)(at - s);
		memcpy(out.p + out.n, url, strlen(url));
		out.n += strlen(url);
		s = name + n;
	}
	memcpy(out.p + out.n, s, strlen(s) + 1);
	out.n += strlen(s);
	f->raw = out;
}

static void
finish(struct file *f, int depth)
{
	size_t type = type_of(f);
	char hex[17];

	if (f->done)
		return;
	if (depth > 5)
		die(f->path, "assets refer to each other in a ring");
	if (types[type].refers)
		resolve(f, depth);
	crypto_hash_sha256(f->sum, f->raw.p, f->raw.n);
	sodium_bin2hex(hex, sizeof hex, f->sum, 8);
	snprintf(f->url, sizeof f->url, "/assets/%.*s.%s%s",
	    (int)(strlen(f->path) - strlen(types[type].ext)), f->path, hex, types[type].ext);
	f->done = true;
}

static struct bytes
gzipped(struct bytes raw)
{
	z_stream z = { 0 };

	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		die("gzip", "does not start");
	struct bytes b = { NULL, deflateBound(&z, raw.n) + 64 };
	b.p = must(malloc(b.n));
	z.next_in = raw.p;
	z.avail_in = (uInt)raw.n;
	z.next_out = b.p;
	z.avail_out = (uInt)b.n;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		die("gzip", "does not end");
	b.n = z.total_out;
	deflateEnd(&z);
	return b;
}

static struct bytes
brotlied(struct bytes raw)
{
	struct bytes b = { NULL, BrotliEncoderMaxCompressedSize(raw.n) + 64 };

	b.p = must(malloc(b.n));
	if (!BrotliEncoderCompress(11, 22, BROTLI_MODE_GENERIC, raw.n, raw.p, &b.n, b.p))
		die("brotli", "does not compress");
	return b;
}

/* A packed form is kept only where it saves bytes. */
static void
body(const char *member, struct bytes b, size_t raw)
{
	if (b.n > raw)
		return;
	printf("\t  .%s = ", member);
	literal(b);
	printf(", .n_%s = %zu,\n", member, b.n);
}

static void
asset(struct file *f)
{
	char hex[33], sri[sodium_base64_ENCODED_LEN(sizeof f->sum, sodium_base64_VARIANT_ORIGINAL)];

	sodium_bin2hex(hex, sizeof hex, f->sum, 16);
	sodium_bin2base64(sri, sizeof sri, f->sum, sizeof f->sum, sodium_base64_VARIANT_ORIGINAL);
	printf("\t{ .name = \"%s\", .url = \"%s\", .type = \"%s\",\n", f->path, f->url,
	    types[type_of(f)].type);
	printf("\t  .etag = \"\\\"%s\\\"\", .integrity = \"sha256-%s\",\n", hex, sri);
	body("plain", f->raw, f->raw.n);
	body("gzip", gzipped(f->raw), f->raw.n - 1);
	body("brotli", brotlied(f->raw), f->raw.n - 1);
	printf("\t},\n");
}

/* "img/car park.svg" → img_car_park_svg */
static const char *
member(const struct file *f)
{
	static char s[MAX_PATH];

	for (size_t i = 0; i <= strlen(f->path); i++) {
		char c = f->path[i];

		s[i] = c == 0 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			(c >= '0' && c <= '9')
		    ? c
		    : '_';
	}
	return s;
}

static void
assets(void)
{
	printf("/* Made by embed. */\n#include \"web/assets.h\"\n\nconst struct asset all_assets[] "
	       "= {\n");
	for (int i = 0; i < n_files; i++)
		asset(&files[i]);
	printf("\t{ 0 }\n};\nconst size_t n_assets = %d;\n\nstruct asset_names {\n", n_files);
	for (int i = 0; i < n_files; i++)
		printf("\ttext %s, %s_integrity;\n", member(&files[i]), member(&files[i]));
	printf("\ttext none;\n};\nconst struct asset_names asset_names = {\n");
	for (int i = 0; i < n_files; i++)
		printf("\t.%s = \"%s\",\n", member(&files[i]), files[i].url);
	for (int i = 0; i < n_files; i++) {
		char sri[64];

		sodium_bin2base64(sri, sizeof sri, files[i].sum, sizeof files[i].sum,
		    sodium_base64_VARIANT_ORIGINAL);
		printf("\t.%s_integrity = \"sha256-%s\",\n", member(&files[i]), sri);
	}
	printf("\t.none = \"\",\n};\n");
	printf("const struct field asset_names_fields[] = {\n");
	for (int i = 0; i < n_files; i++) {
		printf("\tFIELD(asset_names, %s),\n", member(&files[i]));
		printf("\tFIELD(asset_names, %s_integrity),\n", member(&files[i]));
	}
	printf("\tFIELD_END\n};\n");
}

int
main(int argc, char **argv)
{
	if (argc != 3 || sodium_init() < 0)
		die("usage", "embed templates|migrations|assets FOLDER");
	const char *suffix = argv[1][0] == 't' ? ".mustache" : argv[1][0] == 'm' ? ".sql" : "";

	gather(argv[2], "", suffix);
	qsort(files, (size_t)n_files, sizeof files[0], by_path);
	if (argv[1][0] == 't') {
		list("gear/template.h", "template_source", "templates", suffix);
	} else if (argv[1][0] == 'm') {
		list("gear/migrate.h", "migration", "migrations", "");
	} else {
		for (int i = 0; i < n_files; i++)
			finish(&files[i], 0);
		assets();
	}
	return 0;
}
