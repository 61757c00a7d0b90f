#include "gear/machine.h"

#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

bool
machine_disk(text path, int64_t *left, int64_t *whole)
{
	struct statfs fs;

	if (statfs(path, &fs) == -1)
		return false;
	*left = (int64_t)fs.f_bavail * fs.f_bsize;
	*whole = (int64_t)fs.f_blocks * fs.f_bsize;
	return true;
}

/* The second figure of /proc/PID/statm: pages that are in memory (proc(5)). */
int64_t
machine_memory(int64_t pid)
{
	char line[128], path[48];
	long long size, resident;

	snprintf(path, sizeof path, "/proc/%lld/statm", (long long)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return 0;
	ssize_t n = read(fd, line, sizeof line - 1);
	close(fd);
	if (n <= 0)
		return 0;
	line[n] = 0;
	if (sscanf(line, "%lld %lld", &size, &resident) != 2)
		return 0;
	return resident * sysconf(_SC_PAGESIZE);
}

text
bytes_text(struct arena *a, int64_t bytes)
{
	static const text units[] = { "B", "kB", "MB", "GB", "TB" };
	double n = (double)bytes;
	size_t unit = 0;

	for (; n >= 999.5 && unit + 1 < LENGTH(units); unit++)
		n /= 1000;
	return arena_fmt(a, unit > 0 && n < 9.95 ? "%.1f\u00a0%s" : "%.0f\u00a0%s", n, units[unit]);
}
