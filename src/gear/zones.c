#include "gear/zones.h"

/* A process knows a few dozen zones; they live as long as it does. */
#define MAX_ZONES 700
#define FOLDER "/usr/share/zoneinfo/"

static struct arena *arena;
static const struct zone *known[MAX_ZONES];
static size_t n;

static bool
name_ok(text name)
{
	static const char fit[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_/";

	return strspn(name, fit) == strlen(name) && name[0] != '/' && name[0] != 0 &&
	    strlen(name) < 64;
}

static const struct zone *
read_zone(text name)
{
	char bytes[64 * 1024], path[sizeof FOLDER + 64];
	FILE *f;

	snprintf(path, sizeof path, FOLDER "%s", name);
	if ((f = fopen(path, "re")) == NULL)
		return NULL;
	size_t got = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	if (got == 0 || got == sizeof bytes)
		return NULL;
	return zone_parse(arena, name, bytes, got);
}

const struct zone *
zone_find(text name)
{
	if (text_is(name, "UTC"))
		return zone_utc();
	for (size_t i = 0; i < n; i++)
		if (text_is(zone_name(known[i]), name))
			return known[i];
	if (n == MAX_ZONES || !name_ok(name))
		return NULL;
	if (arena == NULL)
		arena = arena_new();

	const struct zone *z = read_zone(name);
	if (z != NULL)
		known[n++] = z;
	return z;
}
