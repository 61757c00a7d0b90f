#include <unistd.h>

#include "gear/log.h"
#include "gear/loop.h"

#define WAITING_MOST ((size_t)32 << 10) /* then they are written, whoever else might come */

static char waiting[WAITING_MOST + 8192];
static size_t n_waiting;

/* One write: lines of several processes do not mix.  A log that cannot be written stops nothing. */
static void
put(const char *s, size_t n)
{
	if (n && write(STDERR_FILENO, s, n) == -1) {
	}
}

void
log_write(void)
{
	put(waiting, n_waiting);
	n_waiting = 0;
}

/* Now, to the microsecond; its whole seconds are worked out once a second. */
static void
print_now(struct buf *line)
{
	static char second[sizeof "{\"at\":\"2026-01-01T00:00:00."];
	static int64_t then = -1;
	instant now = loop_now();
	int64_t whole = now.us / SECOND, us = now.us % SECOND;
	char digits[6];

	if (whole != then) {
		text t = instant_text(line->arena, (instant){ whole * SECOND });

		snprintf(second, sizeof second, "{\"at\":\"%.19s.", t);
		then = whole;
	}
	for (int i = 5; i >= 0; i--, us /= 10)
		digits[i] = (char)('0' + us % 10);
	buf_add(line, second);
	buf_bytes(line, digits, sizeof digits);
	buf_add(line, "Z\"");
}

static void
print(struct buf *line, text event, va_list ap)
{
	print_now(line);
	buf_add(line, ",\"event\":");
	buf_json(line, event);
	for (text name; (name = va_arg(ap, text)) != NULL;) {
		text value = va_arg(ap, text);

		buf_char(line, ',');
		buf_json(line, name);
		buf_char(line, ':');
		if (value)
			buf_json(line, value);
		else
			buf_add(line, "null");
	}
	buf_add(line, "}\n");
}

/* Behind those that wait.  A line too long for the room that is left leaves it, and goes by itself. */
static void
line_up(text event, va_list ap)
{
	struct arena *a = arena_new();
	char *room = waiting + n_waiting;
	struct buf line = { .arena = a, .p = room, .cap = sizeof waiting - n_waiting };

	print(&line, event, ap);
	if (line.p == room) {
		n_waiting += line.n;
	} else {
		log_write();
		put(line.p, line.n);
	}
	arena_free(a);
}

void
log_later(text event, ...)
{
	va_list ap;

	va_start(ap, event);
	line_up(event, ap);
	va_end(ap);
	if (n_waiting > WAITING_MOST)
		log_write();
}

void
log_event(text event, ...)
{
	va_list ap;

	va_start(ap, event);
	line_up(event, ap);
	va_end(ap);
	log_write();
}
