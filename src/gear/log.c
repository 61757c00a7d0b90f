#include <unistd.h>

#include "gear/log.h"
#include "gear/loop.h"

void
log_event(text event, ...)
{
	struct arena *a = arena_new();
	struct buf line = BUF(a);
	va_list ap;

	buf_add(&line, "{\"at\":");
	buf_json(&line, instant_text(a, loop_now()));
	buf_add(&line, ",\"event\":");
	buf_json(&line, event);
	va_start(ap, event);
	for (text name; (name = va_arg(ap, text)) != NULL;) {
		text value = va_arg(ap, text);

		buf_char(&line, ',');
		buf_json(&line, name);
		buf_char(&line, ':');
		if (value)
			buf_json(&line, value);
		else
			buf_add(&line, "null");
	}
	va_end(ap);
	buf_add(&line, "}\n");
	/* One write: lines of several processes do not mix.  A log that cannot be written stops
	 * nothing. */
	if (write(STDERR_FILENO, line.p, line.n) == -1) {
	}
	arena_free(a);
}
