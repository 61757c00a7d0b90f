/*
 * names.c -- a resolver for names.test.js, loaded before the C library's: who is asked for
 * NAME.names.test answers what stands in the file $NAMES/NAME, waits while there stands "hang", and
 * knows nobody where there is no file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int resolver(const char *, const char *, const struct addrinfo *, struct addrinfo **);

static int
read_line(const char *host, size_t n, char *line, int size)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%.*s", getenv("NAMES"), (int)n, host);
	FILE *f = fopen(path, "r");
	if (f == NULL)
		return 0;
	int read = fgets(line, size, f) != NULL;
	fclose(f);
	line[strcspn(line, "\n")] = 0;
	return read;
}

int
getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **out)
{
	resolver *real = (resolver *)dlsym(RTLD_NEXT, "getaddrinfo");
	const char *ours = host ? strstr(host, ".names.test") : NULL;
	char line[128];

	if (ours == NULL)
		return real(host, service, hints, out);
	for (;;) {
		if (!read_line(host, (size_t)(ours - host), line, sizeof line))
			return EAI_NONAME;
		if (strcmp(line, "hang") != 0)
			return real(line, service, hints, out);
		usleep(20000);
	}
}
